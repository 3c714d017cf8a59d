"""What a trainee has answered, kept in ``my_work/progress.json``.

Every change is made under a lock: read the file, add the change, write the whole to a new file, put it in the
place of the old one. So two notebooks lose nothing of each other, and the file is never half written. The lock
is SQLite's, on an empty file: it works alike on Windows and Unix, waits, and is dropped by the system when its
holder dies, so that no stale lock has to be guessed at.
"""

import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

VERSION = 1
WAIT = 10.0  # seconds to wait for another notebook


@dataclass
class Record:
    """What is kept of one question.

    Attributes
    ----------
    attempts : int
        Answers checked.
    right : bool
        Whether one of them was right.
    mistakes : dict of str to int
        How often each mistake was made: the step of its ladder of hints.
    """

    attempts: int = 0
    right: bool = False
    mistakes: dict[str, int] = field(default_factory=dict)

    def add(self, mistake: str | None) -> None:
        """Count one more answer; `mistake` is None if it was right."""
        self.attempts += 1
        if mistake is None:
            self.right = True
        else:
            self.mistakes[mistake] = self.mistakes.get(mistake, 0) + 1


class Change(NamedTuple):
    """One answer that was checked."""

    exercise: str
    question: str
    mistake: str | None


Records = dict[str, dict[str, Record]]  # exercise, question


class UnreadableError(ValueError):
    """A progress file that can't be used; the message ends the sentence "The file ..."."""


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


class ProgressStore:
    """The progress file of one trainee.

    Problems with the disk never stop a check. They become a sentence, told once (`take_notice`), and the answers
    that could not be written wait in memory for the next try.

    Parameters
    ----------
    folder : path, optional
        Where to keep it; `my_work()` by default.
    """

    def __init__(self, folder: str | os.PathLike | None = None):
        self.folder = Path(folder) if folder is not None else my_work()
        self.file = self.folder / "progress.json"
        self.backup = self.folder / "progress.backup.json"
        self._records: Records = {}
        self._waiting: list[Change] = []
        self._notices: list[str] = []
        self._told: set[str] = set()

    def of(self, exercise: str) -> dict[str, Record]:
        """Return the records of an exercise's questions, as they are on the disk now."""
        self._synchronise()
        return self._records.get(exercise, {})

    def add(self, exercise: str, question: str, mistake: str | None) -> Record:
        """Count an answer and keep it; `mistake` is None if it was right."""
        self._waiting.append(Change(exercise, question, mistake))
        self._synchronise()
        return self._records[exercise][question]

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
        """Read the file and write the waiting answers to it."""
        if not self._waiting and not self.folder.exists():
            return
        try:
            with self._locked():
                records = apply(self._read_or_recover(), self._waiting)
                self._records = records
                if self._waiting:
                    self._write(dump(records))
        except (OSError, sqlite3.Error) as error:
            self._go_on_without_disk(error)

    def _write(self, text: str) -> None:
        """Write the file, then its copy."""
        write_atomically(self.file, text)
        self._waiting = []
        try:
            write_atomically(self.backup, text)
        except OSError as error:
            self._tell(f"Your progress is kept, but its second copy could not be written ({reason(error)}).")

    def _go_on_without_disk(self, error: Exception) -> None:
        """Use what can be read and what is in memory, and say why nothing was written."""
        if self._waiting:
            self._tell(
                f"Your progress could not be kept in {self.folder.name} ({reason(error)}). The answers are checked "
                "all the same, and kept as soon as it works again."
            )
        found = next((records for path in (self.file, self.backup) if (records := read_quietly(path))), {})
        self._records = apply(found, self._waiting)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock of the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / "progress.lock"
        with closing(sqlite3.connect(path, timeout=WAIT, isolation_level=None)) as connection:
            try:
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:  # something wrote into the lock file: it must be empty
                os.truncate(path, 0)
                connection.execute("BEGIN EXCLUSIVE")
            yield

    def _read_or_recover(self) -> Records:
        """Return the records; set a damaged file aside and take the last good copy."""
        try:
            return read(self.file)
        except FileNotFoundError:
            return self._last_good_copy("") if self.backup.exists() else {}
        except UnreadableError as damage:
            aside = free_name(self.folder, self.file.stem)
            os.rename(self.file, aside)
            return self._last_good_copy(f"Your progress file {damage}. It was put aside as {aside.name}.")

    def _last_good_copy(self, said: str) -> Records:
        """Return the records of the backup, and tell what happened."""
        try:
            records = read(self.backup)
        except FileNotFoundError:
            self._tell(f"{said} There was no copy of it, so your progress starts anew.".strip())
            return {}
        except UnreadableError:
            aside = free_name(self.folder, self.backup.stem)
            os.rename(self.backup, aside)
            self._tell(f"{said} Its copy was damaged too, so your progress starts anew.".strip())
            return {}
        self._tell(f"{said or 'Your progress file was missing.'} The last good copy is used.")
        write_atomically(self.file, dump(records))
        return records


def apply(records: Records, changes: list[Change]) -> Records:
    """Add changes to records."""
    for change in changes:
        records.setdefault(change.exercise, {}).setdefault(change.question, Record()).add(change.mistake)
    return records


def dump(records: Records) -> str:
    """Return the text of a progress file."""
    exercises = {
        name: {key: asdict(one) for key, one in questions.items()} for name, questions in records.items()
    }
    return json.dumps({"version": VERSION, "exercises": exercises}, indent=1, sort_keys=True) + "\n"


def read(path: Path) -> Records:
    """Read a progress file.

    Raises
    ------
    UnreadableError
        If it is damaged, or of a newer version.
    FileNotFoundError
        If there is none.
    """
    content = path.read_bytes()
    try:
        found = json.loads(content.decode("utf-8"))
        if isinstance(found["version"], int) and found["version"] > VERSION:
            raise UnreadableError("was written by a newer version of this course")
        if found["version"] != VERSION:
            raise ValueError
        return {
            name: {key: _record(kept) for key, kept in questions.items()}
            for name, questions in found["exercises"].items()
        }
    except UnreadableError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UnreadableError("was damaged") from None


def _record(kept: dict) -> Record:
    """Return a record if all its parts are of the right kind."""
    record = Record(**kept)
    counts = [record.attempts, *record.mistakes.values()]
    if type(record.right) is not bool or not all(type(count) is int and count >= 0 for count in counts):
        raise ValueError
    return record


def read_quietly(path: Path) -> Records | None:
    """Read a progress file if it can be read."""
    with suppress(OSError, UnreadableError):
        return read(path)
    return None


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
