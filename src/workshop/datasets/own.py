"""A trainee's own table of scores, read in bounded memory whatever its encoding and separator.

Nothing is guessed silently: how the file was read, and what was missing in it, is told in sentences (`Scores.notes`).
"""

import csv
import io
import itertools
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from workshop.datasets.catalogue import DatasetError

SAMPLE = 1 << 16  # bytes that encoding, separator and header are found in
CHUNK = 250_000  # rows read at a time
HELD = 2_000_000  # rows kept as they are; beyond it equal rows are counted together
MOST_GROUPS = 500
LONGEST_GROUP = 200  # letters
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
MISSING = ("", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "None")
YES, NO = ("1", "1.0", "true", "yes", "t", "y"), ("0", "0.0", "false", "no", "f", "n")
_KINDS = {  # first bytes of files that are no text, and what to do
    b"PK\x03\x04": "is a spreadsheet or an archive. Open it and save it as CSV",
    b"\xd0\xcf\x11\xe0": "is an old spreadsheet. Open it and save it as CSV",
    b"\x1f\x8b": "is compressed. Unpack it first",
    b"BZh": "is compressed. Unpack it first",
    b"\xfd7zXZ": "is compressed. Unpack it first",
    b"(\xb5/\xfd": "is compressed. Unpack it first",
    b"%PDF": "is a PDF. Ask for the table as CSV",
    b"SQLite format 3": "is a database. Export the table as CSV",
    b"\x80\x04": "is a Python pickle, which could run any program. Ask for the table as CSV",
}


class TableError(DatasetError, ValueError):
    """A table that can't be audited; the message says why and what to do."""


class Scores(NamedTuple):
    """The three columns of an audit.

    Attributes
    ----------
    outcome : numpy.ndarray of float, shape (n,)
        1 yes, 0 no, NaN missing.
    score : numpy.ndarray of float, shape (n,)
        Finite.
    group : pandas.Categorical, shape (n,)
        Missing where no group is given.
    repeats : numpy.ndarray of int, shape (n,), or None
        How many people each row stands for; None if one each.
    rows : int
        Rows of the file.
    no_score : dict of str to int
        Rows left out because they have no score, by group; the group "" is those without one.
    notes : tuple of str
        How the file was read and what is missing in it, in sentences.
    """

    outcome: np.ndarray
    score: np.ndarray
    group: pd.Categorical
    repeats: np.ndarray | None
    rows: int
    no_score: dict[str, int]
    notes: tuple[str, ...]


def read_scores(source, outcome, score, group, *, positive=None, threshold=None):
    """Read the outcome, the score and the group of each person from a CSV or parquet file.

    Parameters
    ----------
    source : path or binary file
        A text table in UTF-8, UTF-16 or Windows-1252 with comma, semicolon, tab or vertical bar between the columns; or
        parquet, which needs the package polars.
    outcome, score, group : str
        Names of the columns.
    positive : str, optional
        The value of the outcome that means yes. Not needed for 1/0, true/false and yes/no.
    threshold : float, optional
        A threshold whose decisions must stay exact where scores have to be put together.

    Returns
    -------
    Scores

    Raises
    ------
    TableError
        If the file can't be read, lacks a column, holds another kind of values, or has nothing to compare: no rows, one
        group, one outcome.

    Notes
    -----
    Rows are read a part at a time, only the columns asked for. From 2,000,000 rows on equal rows are counted together.
    If scores are too many and too different for that, they are rounded down to steps; decisions at every step and at
    `threshold` stay exact.
    """
    if len({outcome, score, group}) < 3:
        raise TableError("The outcome, the score and the group must be three different columns.")
    with _opened(source) as stream:
        start = stream.read(SAMPLE)
        stream.seek(0)
        if start[:4] == b"PAR1":
            return _read(_parquet_parts(stream, (outcome, score, group)), positive, threshold, [])
        return _read_text(stream, start, (outcome, score, group), positive, threshold)


def column_names(source):
    """Return the names of a table's columns, in their order.

    Raises
    ------
    TableError
        As `read_scores`.
    """
    with _opened(source) as stream:
        start = stream.read(SAMPLE)
        stream.seek(0)
        if start[:4] == b"PAR1":
            return tuple(_parquet(stream).collect_schema().names())
        return _layout(start, ()).columns


@contextmanager
def _opened(source):
    """Open a path, or take a binary file that is open already."""
    if hasattr(source, "read"):
        source.seek(0)
        yield source
        return
    path = Path(source)
    try:
        if path.is_dir():
            raise TableError(f"{str(path)!r} is a folder; give the name of a file.")
        with path.open("rb") as stream:
            if not stream.seekable():
                raise TableError(f"{path.name!r} is no ordinary file; save the table to a file first.")
            yield stream
    except FileNotFoundError:
        raise TableError(f"There is no file {str(source)!r}. Check the name and the folder.") from None
    except (OSError, ValueError) as error:
        if isinstance(error, TableError):
            raise
        told = getattr(error, "strerror", None) or error
        raise TableError(f"The file {str(source)!r} can't be read ({told}).") from None


class _Layout(NamedTuple):
    """How a text table is laid out."""

    encoding: str
    separator: str
    skipped: int  # lines up to the header, with it
    columns: tuple[str, ...]
    lines: list  # of the sample below the header: lists of cells


def _layout(start, wanted, encoding=None):
    """Find out how a text table is laid out, from its first bytes."""
    if not start.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise TableError("The file is empty.")
    for magic, told in _KINDS.items():
        if start.startswith(magic):
            raise TableError(f"The file {told}.")
    encoding = encoding or _encoding(start)
    text = start.decode(encoding, errors="ignore")
    if sum(letter < " " and letter not in "\t\r\n\f" for letter in text) > len(text) // 100:
        raise TableError("The file is no text table. Save the table as CSV (UTF-8).")
    found = [_headed(text, separator, encoding) for separator in SEPARATORS]
    # The separator that gives the columns asked for; without one, that which gives most.
    return max(found, key=lambda layout: (set(wanted) <= set(layout.columns), len(layout.columns)))


def _encoding(start):
    """Return the encoding of a text: marked by its first bytes, or UTF-8 if it is that, else Windows-1252."""
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe\0\0", "utf-32"),
        (b"\0\0\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if start.startswith(mark):
            return name
    # Latin letters in UTF-16 have a zero byte each; in a text of one byte a letter there is none.
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) > len(start) // 4 and min(even, odd) < len(start) // 20:
        return "utf-16-le" if odd > even else "utf-16-be"
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 4 or len(start) < SAMPLE:  # not only cut within its last letter
            return "cp1252"
    return "utf-8"


def _headed(text, separator, encoding):
    """Return the layout that a separator gives."""
    lines = csv.reader(io.StringIO(text, newline=None), delimiter=separator, skipinitialspace=True)
    skipped, columns, rows = 0, (), []
    try:
        for cells in lines:
            skipped += not columns
            first = skipped == 1 and len(cells) <= 2 and "".join(cells).lower().startswith("sep=")
            if columns:
                rows.append(cells)
            elif any(cell.strip() for cell in cells) and not first:
                columns = tuple(cell.strip() for cell in cells)
    except csv.Error:  # a cell longer than the csv module reads
        pass
    return _Layout(encoding, separator, skipped, columns, rows[:-1] if len(text) >= SAMPLE // 4 else rows)


def _read_text(stream, start, wanted, positive, threshold):
    """Read a text table; in Windows-1252 if a later part of it turns out not to be UTF-8."""
    encodings = [_encoding(start)]
    if encodings[0] in ("utf-8", "cp1252"):
        encodings += [name for name in ("cp1252", "latin-1") if name != encodings[0]]
    for encoding in encodings:
        layout = _layout(start, wanted, encoding)
        notes = [f"Read as {_named(encoding)} with a {SEPARATORS[layout.separator]} between the columns."]
        if encoding in ("cp1252", "latin-1"):
            notes.append("The file isn't UTF-8: check that the names of the groups look right.")
        try:
            places = [_place(layout.columns, name) for name in wanted]
            decimal = _decimal(layout, places[1])
            if decimal == ",":
                notes.append("Scores were read with a decimal comma.")
            return _read(_text_parts(stream, layout, places, decimal, wanted), positive, threshold, notes)
        except UnicodeError:
            stream.seek(0)
    raise TableError("The letters of this file can't be read. Save the table as CSV (UTF-8).")


def _named(encoding):
    return {"cp1252": "Windows-1252", "latin-1": "Latin-1", "utf-8-sig": "UTF-8"}.get(
        encoding, encoding.upper()
    )


def _place(columns, name):
    """Return the place of a column."""
    if columns.count(name) > 1:
        raise TableError(f"There are {columns.count(name)} columns named {name!r}; rename all but one.")
    if name not in columns:
        shown = ", ".join(column[:60] for column in columns[:20])
        more = f" and {len(columns) - 20} more" if len(columns) > 20 else ""
        raise TableError(f"There is no column {name!r}. The columns are: {shown}{more}.")
    return columns.index(name)


def _decimal(layout, place):
    """Return the decimal mark of the scores, found in the first rows."""
    cells = [row[place] for row in layout.lines if place < len(row)]
    comma, point = (sum(cell.count(mark) == 1 for cell in cells) for mark in ",.")
    return "," if comma > point else "."


class _Ended(io.TextIOBase):
    """A text in which every line ends with one more separator.

    So every row has one cell more than the header. pandas drops cells that are too many without a word when it reads
    some columns only; here they land in that cell, and are found.
    """

    def __init__(self, stream, layout):
        # Not closed with this one: the caller's stream may be read again.
        self._text = io.TextIOWrapper(_Kept(stream), encoding=layout.encoding, newline=None)
        self._end = f"{layout.separator}\n"
        self._last = "\n"

    def readable(self):
        return True

    def read(self, size=-1):
        text = self._text.read(size)
        if not text:
            text, self._last = ("" if self._last == "\n" else self._end), "\n"
            return text
        ended = text.replace("\n", self._end)
        if self._last == "\n" and ended.startswith(self._end):
            ended = ended[1:]
        while f"\n{self._end}" in ended:  # a blank line stays blank
            ended = ended.replace(f"\n{self._end}", "\n\n")
        self._last = text[-1]
        return ended

    def readline(self, size=-1):
        raise io.UnsupportedOperation("readline")


class _Kept(io.RawIOBase):
    """A binary stream that stays open when the one around it is closed."""

    def __init__(self, stream):
        self._stream = stream

    def readable(self):
        return True

    def readinto(self, buffer):
        read = self._stream.read(len(buffer))
        buffer[: len(read)] = read
        return len(read)


def _text_parts(stream, layout, places, decimal, names):
    """Yield outcome, score and group of each part of a text table."""
    extra = len(
        layout.columns
    )  # a column that the header doesn't have: a row is too long if it has something there
    labels = list(range(extra + 1))
    options = {
        "sep": layout.separator,
        "header": None,
        "names": labels,
        "usecols": sorted([*places, extra]),
        "skiprows": layout.skipped,
        "skipinitialspace": True,
        "na_values": list(MISSING),
        "keep_default_na": False,
        "decimal": decimal,
        "chunksize": CHUNK,
        "engine": "c",
    }
    outcome, score, group = places
    kinds = {outcome: "category", score: np.float64, group: "category", extra: str}
    done = 0
    try:
        with pd.read_csv(_Ended(stream, layout), dtype=kinds, **options) as parts:
            for part in parts:
                long = part[extra].notna().to_numpy()
                if long.any():
                    raise TableError(
                        f"Row {done + int(long.argmax()) + 1:,} below the header has more cells than the header. Is a "
                        f"{SEPARATORS[layout.separator]} inside a name or a number? Put such cells in quotes."
                    )
                done += len(part)
                yield part[outcome], part[score].to_numpy(), _unended(part[group], layout.separator)
    except TableError:
        raise
    except UnicodeError:
        raise
    except pd.errors.EmptyDataError:
        return
    except pd.errors.ParserError as error:
        told = str(error).removeprefix("Error tokenizing data. C error: ").strip()
        if "EOF inside string" in told:
            told = "a quotation mark is opened and never closed"
        raise TableError(f"The table can't be read: {told}. Mend that place in the file.") from None
    except ValueError:  # a score that is no number: find it, to name it
        stream.seek(0)
        raise TableError(_first_text(_Ended(stream, layout), options, score, names[1])) from None


def _unended(column, separator):
    """Take the separator out again where a line ended inside a quoted name."""
    return column.cat.rename_categories(lambda name: str(name).replace(f"{separator}\n", "\n"))


def _first_text(text, options, place, name):
    """Return the sentence on the first score that is no number."""
    done = 0
    with pd.read_csv(text, dtype=str, **(options | {"usecols": [place]})) as parts:
        for part in parts:
            texts = part[place].dropna()
            if options["decimal"] == ",":
                texts = texts.str.replace(",", ".", n=1)
            wrong = texts[pd.to_numeric(texts, errors="coerce").isna()]
            if len(wrong):
                where = done + part.index.get_loc(wrong.index[0]) + 1
                return (
                    f"The score column {name!r} must hold numbers, but row {where:,} below the header holds "
                    f"{part[place].loc[wrong.index[0]][:60]!r}."
                )
            done += len(part)
    return f"The score column {name!r} must hold numbers, written alike in all rows."


def _parquet(stream):
    """Return a parquet file, not yet read."""
    try:
        # Not pyarrow: beside it pandas would keep text in another way, in every notebook.
        import polars
    except ImportError:
        raise TableError(
            "This is a parquet file. To read it, install polars (pip install polars, 175 MB), or save it as CSV."
        ) from None
    with _damage_told(polars):
        file = polars.scan_parquet(stream)
        file.collect_schema()
        return file


@contextmanager
def _damage_told(polars):
    """Turn what polars says of a damaged file into a sentence; its panics are no ordinary exceptions."""
    try:
        yield
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError, ValueError) as error:
        raise TableError("The parquet file is damaged or incomplete. Get it again.") from error


def _parquet_parts(stream, names):
    """Yield outcome, score and group of each part of a parquet file."""
    file = _parquet(stream)
    import polars

    schema = file.collect_schema()
    for name in names:
        _place(tuple(schema.names()), name)
    kind = schema[names[1]]
    if not (kind.is_numeric() or kind == polars.Boolean):
        raise TableError(f"The score column {names[1]!r} must hold numbers, but it holds {kind}.")
    for begin in itertools.count(0, CHUNK):
        with _damage_told(polars):
            outcome, score, group = file.select(names).slice(begin, CHUNK).collect()
        if not len(score):
            return
        yield _texts(outcome), score.cast(polars.Float64).to_numpy(), _texts(group)


def _texts(column):
    """Return a column of any kind as categories of text."""
    found = pd.Series(column.to_list(), dtype=object).astype("category")
    found = found.cat.rename_categories(
        lambda value: f"{value:g}" if isinstance(value, float) else str(value)
    )
    return found.cat.remove_categories([name for name in found.cat.categories if name in MISSING])


def _read(parts: Iterator, positive, threshold, notes):
    """Read all parts into `Scores`."""
    tally, labels = _Tally(threshold), _Labels(positive)
    for outcome, score, group in parts:
        if np.isinf(score).any():
            raise TableError("The score column holds an infinite number; take such rows out or mend them.")
        tally.add(labels.read(outcome), score, group)
    if not tally.rows:
        raise TableError("The table has a header but no rows.")
    return tally.scores(labels, notes)


class _Labels:
    """Reads an outcome's labels as 1, 0 or -1 (missing)."""

    def __init__(self, positive):
        self.positive = None if positive is None else positive.strip()
        self.seen = {}

    def read(self, column):
        codes = column.cat.codes.to_numpy()
        known = []
        for label in column.cat.categories:
            text = str(label).strip()
            self.seen.setdefault(text, None)
            known.append(self._value(text))
        if len(self.seen) > 2 and (self.positive is not None or -2 in known):
            self._refuse()
        if -2 in known:
            self._refuse()
        return np.array([*known, -1], dtype=np.int8)[codes]  # pandas' code of a missing value is -1

    def _value(self, text):
        if self.positive is not None:
            return int(text == self.positive)
        folded = text.lower()
        return 1 if folded in YES else 0 if folded in NO else -2

    def _refuse(self):
        shown = ", ".join(repr(label[:60]) for label in list(self.seen)[:5])
        if len(self.seen) > 2:
            raise TableError(
                f"The outcome must have two values, yes and no, but it holds {shown}"
                f"{' and more' if len(self.seen) > 5 else ''}. Make a column of 1 and 0 first."
            )
        raise TableError(
            f"The outcome holds {shown}. Say which of them means yes (in a terminal: "
            f"--positive {next(iter(self.seen))!r})."
        )


class _Tally:
    """The rows read so far; where they are many, equal ones counted together."""

    def __init__(self, threshold):
        self.threshold = threshold
        self.rows = 0
        self.names = {}  # group to code; without a group: -1
        self.no_score = Counter()
        self.step = None
        self._parts = []
        self._held = 0
        self._compressed = False

    def add(self, outcome, score, group):
        """Add rows."""
        self.rows += len(score)
        codes = self._codes(group)
        known = ~np.isnan(score)
        if not known.all():
            names = [*self.names, ""]
            for code, number in zip(*np.unique(codes[~known], return_counts=True), strict=True):
                self.no_score[names[code]] += int(number)
            outcome, score, codes = outcome[known], score[known], codes[known]
        self._parts.append((score + 0.0, outcome, codes, np.ones(len(score), dtype=np.int64)))
        self._held += len(score)
        if self._held > HELD:
            self._compress()

    def _codes(self, group):
        """Return the code of each row's group."""
        place = []
        for name in group.cat.categories:
            text = " ".join(str(name).split())
            if len(text) > LONGEST_GROUP:
                raise TableError(
                    f"A group has a name of {len(text):,} letters; at most {LONGEST_GROUP} can be shown."
                )
            place.append(self.names.setdefault(text, len(self.names)) if text else -1)
        if len(self.names) > MOST_GROUPS:
            raise TableError(
                f"The group column holds more than {MOST_GROUPS} different values. It looks like a number or a key of "
                "each person; put people into groups first, for instance ages into bands."
            )
        return np.array([*place, -1], dtype=np.int32)[group.cat.codes.to_numpy()]

    def _joined(self):
        return [np.concatenate(columns) for columns in zip(*self._parts, strict=True)]

    def _compress(self):
        """Count equal rows together; if that helps too little, round the scores down to steps first."""
        self._compressed = True
        for _ in range(2):
            score, outcome, codes, repeats = self._joined()
            if self.step:
                score = self._rounded(score)
            self._parts = [_counted(score, outcome, codes, repeats)]
            self._held = len(self._parts[0][0])
            if self.step or self._held <= HELD // 2:
                return
            self._choose_step(score)

    def _choose_step(self, score):
        """Choose a step, a power of ten, that leaves few enough rows."""
        wide = float(score.max() - score.min()) or 1.0
        steps = HELD // (6 * (len(self.names) + 1))
        self.step = 10.0 ** math.ceil(math.log10(wide / max(steps, 100)))

    def _rounded(self, score):
        step, digits = self.step, max(0, round(-math.log10(self.step)))
        place = np.floor(score / step)
        # Division may miss by one last bit: put right, so that no score passes a step that it doesn't reach.
        place += np.round((place + 1) * step, digits) <= score
        place -= np.round(place * step, digits) > score
        low = np.round(place * step, digits) + 0.0
        if self.threshold is None:
            return low
        return np.where(score >= self.threshold, np.maximum(low, self.threshold), low)

    def scores(self, labels, notes):
        """Return everything read."""
        score, outcome, codes, repeats = self._joined()
        if self._compressed:
            self._compress()
            score, outcome, codes, repeats = self._parts[0]
        weight = repeats if self._compressed else None
        if not len(score):
            raise TableError("No row has a score.")
        self._check(outcome, codes, labels)
        names = sorted(self.names)
        order = np.array([*(names.index(name) for name in self.names), -1])
        group = pd.Categorical.from_codes(order[codes], categories=pd.Index(names, dtype=str))
        lacking = np.where(outcome < 0, np.nan, outcome.astype(float))
        told = [*notes, *self._missing(outcome, codes, repeats)]
        return Scores(lacking, score, group, weight, self.rows, dict(self.no_score), tuple(told))

    def _check(self, outcome, codes, labels):
        """Refuse what leaves nothing to compare."""
        known = set(np.unique(outcome).tolist()) - {-1}
        if not known:
            raise TableError(
                "No row has an outcome and a score; without what really happened nothing can be audited."
            )
        if labels.positive is not None and labels.positive not in labels.seen:
            shown = ", ".join(repr(label[:60]) for label in labels.seen)
            raise TableError(f"No outcome is {labels.positive!r}; the outcomes are {shown}.")
        if len(known) == 1:
            told = "yes" if 1 in known else "no"
            raise TableError(
                f"All outcomes are {told}. Error rates need people of both kinds: with the outcome and without."
            )
        groups = set(np.unique(codes).tolist())
        if len(groups) < 2:
            name = next(iter(self.names), "")
            told = f"There is one group only, {name!r}" if groups != {-1} else "No row has a group"
            raise TableError(f"{told}. An audit compares groups: it needs two or more.")

    def _missing(self, outcome, codes, repeats):
        """Tell what is missing, and what was rounded."""
        left, nothing, nobody = (
            sum(self.no_score.values()),
            int(repeats[outcome < 0].sum()),
            int(repeats[codes < 0].sum()),
        )
        if left:
            yield f"{left:,} of {self.rows:,} rows have no score and are left out."
        if nothing:
            yield f"{nothing:,} rows have no outcome: they are counted, and are in no rate."
        if nobody:
            yield (
                f"{nobody:,} rows have no group (an empty cell, or NA, N/A, NULL, None, NaN): they form the group "
                "“not recorded”."
            )
        if self.step:
            yield (
                f"Scores are many and all different: they were rounded down to steps of {self.step:g}. Decisions at "
                "the thresholds shown stay exact."
            )


def _counted(score, outcome, codes, repeats):
    """Return equal rows once, with how many there are."""
    values, place = np.unique(score, return_inverse=True)
    kinds = 3 * (int(codes.max(initial=-1)) + 2)
    key = place * kinds + 3 * (codes.astype(np.int64) + 1) + outcome + 1
    keys, place = np.unique(key, return_inverse=True)
    number = np.bincount(place, weights=repeats, minlength=len(keys)).astype(np.int64)
    which, rest = np.divmod(keys, kinds)
    return (
        values[which],
        (rest % 3 - 1).astype(np.int8),
        (rest // 3 - 1).astype(np.int32),
        number,
    )
