"""From a data set's files to its table."""

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from workshop.datasets.catalogue import Entry, find
from workshop.datasets.store import fetch

COVERED = "(covered: offensive)"


class CoveredTable(pd.DataFrame):
    """A table whose offensive columns aren't shown unless one is asked for by name.

    The values are all there, for a model, for ``table["column"]`` and for a single row; only the table's own
    display covers them, so that no slur turns up on a screen because a cell ended with the table.
    """

    _metadata = ["offensive"]  # noqa: RUF012 - the name and type that pandas reads
    offensive: tuple[str, ...] = ()

    @property
    def _constructor(self):
        return CoveredTable

    def _shown(self) -> pd.DataFrame:
        table = pd.DataFrame(self)
        return table.assign(**{column: COVERED for column in self.offensive if column in table})

    def __repr__(self):
        return repr(self._shown())

    def _repr_html_(self):
        return self._shown()._repr_html_()


def load(name: str) -> pd.DataFrame:
    """Return the rows of a data set, after checking its files against their checksums.

    Parameters
    ----------
    name : str
        One of ``names()``; ``describe(name)`` explains the columns.

    Returns
    -------
    pandas.DataFrame
        One row per person, recording or sentence.

    Raises
    ------
    DatasetError
        Unknown name; a missing, cut or changed file; or the data set can't be fetched.
    """
    entry = find(name)
    return READERS[name](entry, fetch(name))


def _table(entry: Entry, folder: Path, file: str, **options) -> pd.DataFrame:
    """Read a csv from bytes that were checked."""
    found = next(known for known in (*entry.committed, *entry.fetched) if known.name == file)
    remedy = entry.remedy if found.url is None else f'call load("{entry.name}") again'
    return pd.read_csv(io.BytesIO(found.read(folder, remedy)), **options)


def _compas_scores(entry: Entry, folder: Path) -> pd.DataFrame:
    counts = _table(entry, folder, "compas_score_counts.csv")
    people = counts.loc[counts.index.repeat(counts["people"])].reset_index(drop=True)
    people["reoffended"] = people["reoffended_within_two_years"] == 1
    return people.rename(columns={"race": "group"})[["group", "sex", "decile_score", "reoffended"]]


def _toronto_arrests(entry: Entry, folder: Path) -> pd.DataFrame:
    arrests = _table(entry, folder, "toronto_arrests.csv")
    yes_or_no = ["released", "employed", "citizen"]
    return arrests.assign(**{column: arrests[column] == "Yes" for column in yes_or_no})


def _hatecheck(entry: Entry, folder: Path) -> pd.DataFrame:
    cases = CoveredTable(_table(entry, folder, "test_suite_cases.csv", index_col=0))
    cases.offensive = ("test_case", "case_templ", "focus_words", "focus_lemma")
    return cases


def _free_spoken_digits(entry: Entry, folder: Path) -> pd.DataFrame:
    speakers = next(node for node in entry.metadata["recordSet"] if node["@id"] == "speakers")
    accents = {row["speakers/speaker"]: row["speakers/accent"] for row in speakers["data"]}
    rows = []
    for file in entry.fetched:
        digit, speaker, index = Path(file.name).stem.split("_")
        rows.append((str(folder / file.name), int(digit), speaker, accents[speaker], int(index)))
    return pd.DataFrame(rows, columns=["path", "digit", "speaker", "accent", "index"])


READERS: dict[str, Callable[[Entry, Path], pd.DataFrame]] = {
    "compas_scores": _compas_scores,
    "free_spoken_digits": _free_spoken_digits,
    "hatecheck": _hatecheck,
    "toronto_arrests": _toronto_arrests,
}
