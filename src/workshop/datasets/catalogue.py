"""What the course knows of each data set: the facts of its Croissant metadata, and the check of its files."""

import difflib
import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pooch

ROOT = Path(__file__).resolve().parents[3] / "datasets"
METADATA = "metadata.json"


class DatasetError(Exception):
    """A data set can't be given; the message says in one sentence why, and what to do."""

    def _render_traceback_(self):
        # IPython's hook: a trainee sees the sentence, not the frames of the libraries below.
        return [f"{type(self).__name__}: {self}"]


@dataclass(frozen=True)
class DataFile:
    """One file of a data set.

    Attributes
    ----------
    name : str
        Path inside the data set's folder, in the checkout, in the cache and in a mirror alike.
    sha256 : str
    size : int or None
        In bytes; None where only the checksum is on record.
    url : str or None
        Where a file that isn't in the checkout is fetched from; None for a committed file.
    """

    name: str
    sha256: str
    size: int | None = None
    url: str | None = None

    def read(self, folder: Path, remedy: str) -> bytes:
        """Return the content, only if it is what the checksum says.

        The bytes that are checked are the bytes returned: a file that changes in between can't slip through.

        Raises
        ------
        DatasetError
            The file is missing, unreadable, cut short or changed.
        """
        path = folder / self.name
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise DatasetError(f"The data file {path} is missing: {remedy}.") from None
        except OSError as error:
            raise DatasetError(
                f"The data file {path} can't be read ({error.strerror}): check its permissions, or {remedy}."
            ) from error
        if hashlib.sha256(content).hexdigest() == self.sha256:
            return content
        if self.size is not None and len(content) < self.size:
            what = f"is cut short ({len(content):,} of {self.size:,} bytes)"
        else:
            what = "is not the one the course was made with (its checksum differs)"
        raise DatasetError(f"The data file {path} {what}: {remedy}.")


@dataclass(frozen=True)
class Entry:
    """A data set of the catalogue: its folder in the checkout, and its Croissant metadata."""

    name: str
    folder: Path

    @property
    def remedy(self) -> str:
        """What to do about a damaged file of the checkout."""
        return f"get it back with `git checkout -- datasets/{self.name}`, or download the course again"

    @cached_property
    def metadata(self) -> dict:
        """The Croissant metadata (JSON-LD)."""
        text = self.text(METADATA)
        try:
            return json.loads(text)
        except ValueError:
            raise DatasetError(f"The file {self.folder / METADATA} is damaged: {self.remedy}.") from None

    def text(self, file: str) -> str:
        """Return the text of a file of this folder that has no checksum (datasheet, metadata)."""
        path = self.folder / file
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DatasetError(f"The file {path} is missing or can't be read: {self.remedy}.") from error

    @cached_property
    def committed(self) -> tuple[DataFile, ...]:
        """The files that are in the checkout."""
        return tuple(file for file in self._file_objects() if file.url is None)

    @cached_property
    def fetched(self) -> tuple[DataFile, ...]:
        """The files that come from the data set's home when they are asked for."""
        files = [file for file in self._file_objects() if file.url is not None]
        for node in self._nodes("cr:FileSet"):
            registry = next(file for file in self.committed if file.name == node["containedIn"]["@id"])
            lines = registry.read(self.folder, self.remedy).decode().splitlines()
            files += [
                DataFile(name, sha256, url=self.metadata["isBasedOn"] + name)
                for name, sha256 in (line.split() for line in lines)
            ]
        return tuple(files)

    @cached_property
    def tables(self) -> dict[str, str | None]:
        """The tables of a data set that holds more than one, and the csv of each; None for the main one.

        They are named as the Croissant record sets. A data set with one table has no names to choose from.
        """
        main, *others = self.metadata["recordSet"]
        files = {
            node["@id"]: node["field"][0]["source"]["fileObject"]["@id"]
            for node in others
            if "fileObject" in node["field"][0]["source"]
        }
        return {main["@id"]: None, **files} if files else {}

    def _nodes(self, kind: str) -> list[dict]:
        return [node for node in self.metadata["distribution"] if node["@type"] == kind]

    def _file_objects(self) -> list[DataFile]:
        return [
            DataFile(
                node["@id"],
                node["sha256"],
                int(node["contentSize"].removesuffix(" B")),
                node["contentUrl"] if _is_remote(node) else None,
            )
            for node in self._nodes("cr:FileObject")
        ]


def _is_remote(file_object: dict) -> bool:
    return "://" in file_object["contentUrl"]


def names(offline: bool = False) -> tuple[str, ...]:
    """Return the names of the course's data sets, in alphabetical order.

    Parameters
    ----------
    offline : bool, default False
        Only those that need no network, not even the first time.

    Raises
    ------
    DatasetError
        The course's data folder isn't where it belongs.
    """
    found = tuple(sorted(path.parent.name for path in ROOT.glob(f"*/{METADATA}")))
    if not found:
        raise DatasetError(
            f"The course's data folder {ROOT} is missing or empty: run the course from its own folder, as the "
            "README says, or download it again."
        )
    return tuple(name for name in found if not (offline and Entry(name, ROOT / name).fetched))


def find(name: str) -> Entry:
    """Return the entry of a data set.

    Raises
    ------
    DatasetError
        There is no data set of that name; the message lists the names and suggests the nearest.
    """
    known = names()
    if name in known:
        return Entry(name, ROOT / name)
    nearest = difflib.get_close_matches(str(name).lower().replace(" ", "_"), known, n=1, cutoff=0.4)
    suggestion = f"; did you mean {nearest[0]!r}?" if nearest else "."
    raise DatasetError(f"There is no data set {name!r}: the names are {', '.join(known)}{suggestion}")


def record_checksums(folder: Path, source: Path | None = None) -> None:
    """Write the size and SHA-256 of every file into a data set's metadata; each ``make.py`` ends with it.

    Parameters
    ----------
    folder : pathlib.Path
        The data set's folder, with ``metadata.json`` and the committed files.
    source : pathlib.Path, optional
        A copy of the files that aren't committed, laid out as in the cache.
    """
    path = folder / METADATA
    metadata = json.loads(path.read_text(encoding="utf-8"))
    for node in metadata["distribution"]:
        if node["@type"] == "cr:FileObject":
            file = (source if _is_remote(node) else folder) / node["@id"]
            node["contentSize"] = f"{file.stat().st_size} B"
            node["sha256"] = pooch.file_hash(str(file))
    path.write_text(json.dumps(metadata, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
