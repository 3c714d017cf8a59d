"""A trainee's own work kept in a JSON file of ``my_work``, so that none of it is lost.

Every change is an operation on what is on the disk. It is made under a lock: read the file, apply the operation, write
the whole to a new file, put it in the place of the old one. So two notebooks lose nothing of each other, and the file
is never half written. The lock is SQLite's, on an empty file: it works alike on Windows and Unix, waits, and is
dropped by the system when its holder dies, so that no stale lock has to be guessed at.
"""

import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Generic, TypeVar

WAIT = 10.0  # seconds to wait for another notebook
PAUSE = 0.004  # seconds between two tries at the lock, and after a change: it gives another notebook its turn

State = TypeVar("State")


class UnreadableError(ValueError):
    """A kept file that can't be used; the message ends the sentence "The file ..."."""


def my_work() -> Path:
    """Return the folder of the trainee's own work.

    It is the environment variable WORKSHOP_MY_WORK if set; else ``my_work`` in the course's folder, looked for
    from the notebook's folder upwards; else ``my_work`` beside the notebook.
    """
    if chosen := os.environ.get("WORKSHOP_MY_WORK"):
        return Path(chosen)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "bootstrap.py").is_file() and (folder / "content").is_dir():
            return folder / "my_work"
    return here / "my_work"


class JsonStore(Generic[State]):
    """One kept file, its last good copy and its lock.

    Problems with the disk never stop the work. They become a sentence, told once (`take_notice`), and the changes that
    could not be written wait in memory for the next try.

    Parameters
    ----------
    file : path
        It ends in ``.json``; the copy and the lock lie beside it.
    thing : str
        What is kept, for sentences to the trainee: "Your `thing` file was damaged".
    meanwhile : str
        What goes on while the disk refuses; it begins a sentence that ends "... and kept as soon as it works again".
    parse : callable
        From the bytes of a file to the state. It raises UnreadableError if it can't be used.
    dump : callable
        From the state to the text of a file.
    empty : callable
        Returns the state where there is no file.
    """

    def __init__(
        self,
        file: str | os.PathLike,
        thing: str,
        meanwhile: str,
        parse: Callable[[bytes], State],
        dump: Callable[[State], str],
        empty: Callable[[], State],
    ):
        self.file = Path(file)
        self.folder = self.file.parent
        self.backup = self.folder / f"{self.file.stem}.backup.json"
        self.lock = self.folder / f"{self.file.stem}.lock"
        self._thing, self._meanwhile = thing, meanwhile
        self._parse, self._dump, self._empty = parse, dump, empty
        self._state = empty()
        self._waiting: list[Callable[[State], State]] = []
        self._notices: list[str] = []
        self._told: set[str] = set()

    def read(self) -> State:
        """Return what is kept, as it is on the disk now."""
        self._synchronise()
        return self._state

    def change(self, operation: Callable[[State], State]) -> State:
        """Apply an operation to what is on the disk now, keep the result and return it.

        Parameters
        ----------
        operation : callable
            From a state to the changed one. It may be applied more than once, each time to a state freshly read.

        Raises
        ------
        ValueError
            What the operation raised; then nothing is changed.
        """
        self._waiting.append(operation)
        try:
            self._synchronise()
        except ValueError:
            with suppress(ValueError):
                self._waiting.remove(operation)
            raise
        return self._state

    @property
    def unwritten(self) -> bool:
        """Whether a change still waits for the disk."""
        return bool(self._waiting)

    def take_notice(self) -> str:
        """Return what the trainee should be told about the file, and forget it; "" if nothing."""
        notices, self._notices = self._notices, []
        return " ".join(notices)

    def _tell(self, sentence: str) -> None:
        """Keep a sentence to be told, unless it was told before."""
        if sentence not in self._told:
            self._told.add(sentence)
            self._notices.append(sentence)

    def _synchronise(self) -> None:
        """Read the file and write what waits to it."""
        if not self._waiting and not self.folder.exists():
            self._state = self._empty()
            return
        try:
            with self._locked():
                self._state = self._applied(self._read_or_recover())
                wrote = bool(self._waiting)
                if wrote:
                    self._write(self._dump(self._state))
            if wrote:
                time.sleep(PAUSE)
        except (OSError, sqlite3.Error) as error:
            self._go_on_without_disk(error)

    def _applied(self, state: State) -> State:
        """Return the state after all that waits; an older one that can't be done any more is told and left out."""
        newest = self._waiting[-1] if self._waiting else None
        for operation in list(self._waiting):
            try:
                state = operation(state)
            except ValueError as refusal:
                if operation is newest:
                    raise
                self._waiting.remove(operation)
                self._tell(str(refusal))
        return state

    def _write(self, text: str) -> None:
        """Write the file, then its copy."""
        write_atomically(self.file, text)
        self._waiting = []
        try:
            write_atomically(self.backup, text)
        except OSError as error:
            self._tell(
                f"Your {self._thing} is kept, but its second copy could not be written ({reason(error)})."
            )

    def _go_on_without_disk(self, error: Exception) -> None:
        """Use what can be read and what is in memory, and say why nothing was written."""
        if self._waiting:
            self._tell(
                f"Your {self._thing} could not be kept in {self.folder.name} ({reason(error)}). {self._meanwhile}, "
                "and kept as soon as it works again."
            )
        for path in (self.file, self.backup):
            with suppress(OSError, UnreadableError):
                self._state = self._applied(self._parse(path.read_bytes()))
                return
        self._state = self._applied(self._empty())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock of the file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.lock, timeout=0, isolation_level=None)) as connection:
            until = time.monotonic() + WAIT
            while True:
                try:
                    connection.execute("BEGIN EXCLUSIVE")
                    break
                except sqlite3.OperationalError:
                    # SQLite's own waiting looks ever more seldom: beside a busy notebook it could wait for ever.
                    if time.monotonic() >= until:
                        raise
                    time.sleep(PAUSE * random.random())
                except sqlite3.DatabaseError:  # something wrote into the lock file: it must be empty
                    os.truncate(self.lock, 0)
            yield

    def _read_or_recover(self) -> State:
        """Return what is kept; set a damaged file aside and take the last good copy."""
        try:
            return self._parse(self.file.read_bytes())
        except FileNotFoundError:
            return self._last_good_copy("") if self.backup.exists() else self._empty()
        except UnreadableError as damage:
            aside = free_name(self.folder, self.file.stem)
            os.rename(self.file, aside)
            return self._last_good_copy(
                f"Your {self._thing} file {damage}. It was put aside as {aside.name}."
            )

    def _last_good_copy(self, said: str) -> State:
        """Return what the copy holds, and tell what happened."""
        try:
            state = self._parse(self.backup.read_bytes())
        except FileNotFoundError:
            self._tell(f"{said} There was no copy of it, so your {self._thing} starts anew.".strip())
            return self._empty()
        except UnreadableError:
            aside = free_name(self.folder, self.backup.stem)
            os.rename(self.backup, aside)
            self._tell(f"{said} Its copy was damaged too, so your {self._thing} starts anew.".strip())
            return self._empty()
        self._tell(f"{said or f'Your {self._thing} file was missing.'} The last good copy is used.")
        write_atomically(self.file, self._dump(state))
        return state


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader finds the old text or the new one, never a part."""
    handle, temporary = tempfile.mkstemp(prefix=f"{path.stem}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.remove(temporary)
        raise


def free_name(folder: Path, stem: str) -> Path:
    """Return a name for a damaged file that no file has."""
    number = 1
    while (path := folder / f"{stem}.damaged-{number}.json").exists():
        number += 1
    return path


def reason(error: Exception) -> str:
    """Return why the disk refused, in a few words."""
    if isinstance(error, sqlite3.Error) and "locked" in str(error):
        return "another notebook is writing there"
    return getattr(error, "strerror", None) or "the folder can't be written"
