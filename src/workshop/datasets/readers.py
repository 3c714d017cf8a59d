"""From a data set's files to its table."""

import html
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from workshop.datasets.catalogue import DatasetError, Entry, find, names
from workshop.datasets.store import fetch

COVERED = "(covered: offensive)"
TRUTH = "truth.json"
# Each in this order: an address of the web or of mail holds what looks like the next one.
MASKS = (
    (r"https?:?\S*", "(link)"),
    (r"[\w.+-]+@\w+\.\w+", "@user"),  # an address of mail
    (r"\w*@[\s/]?\w+", "@user"),  # a handle, also one glued to the word before it or written as "@ name"
    (r"\w*[^\W_]{2}_+[^\W_]{2}\w*", "@user"),  # some_name: a handle without its @
    (r"\(?\d{3}\)?[-. ]?\d{3}[-. ]?\d{4}\b", "(number)"),
)


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


def load(name: str, table: str | None = None) -> pd.DataFrame:
    """Return the rows of a data set, after checking its files against their checksums.

    Parameters
    ----------
    name : str
        One of ``names()``; ``describe(name)`` explains the columns.
    table : str, optional
        For a data set that holds more than one table: which one. By default the main one.

    Returns
    -------
    pandas.DataFrame
        One row per what the data set counts or records: a person, a stop, a place, a sentence.

    Raises
    ------
    DatasetError
        Unknown name or table; a missing, cut or changed file; or the data set can't be fetched.
    """
    entry = find(name)
    tables = entry.tables
    if table is None or (table in tuple(tables) and tables[table] is None):
        return READERS[name](entry, fetch(name))
    if table not in tuple(tables):  # a tuple, so that what can't be a key is an unknown table as well
        raise DatasetError(_unknown_table(entry, table))
    return _table(entry, fetch(name), tables[table], keep_default_na=False)


def _unknown_table(entry: Entry, table: object) -> str:
    if not entry.tables:
        return f"{entry.name} holds one table only, and no {table!r}: call load({entry.name!r})."
    return f"{entry.name} holds no table {table!r}: its tables are {', '.join(entry.tables)}."


def truth(name: str) -> dict:
    """Return what was planted in a generated data set, to score an audit of it.

    Parameters
    ----------
    name : str
        A data set that was generated with a planted bias.

    Returns
    -------
    dict
        The parameters, the seed and the true counts, as the data set's ``truth.json`` holds them.

    Raises
    ------
    DatasetError
        Unknown name; a data set that nothing was planted in; or its file is missing, cut or changed.
    """
    entry = find(name)
    if not _is_planted(entry):
        planted = [known for known in names() if _is_planted(find(known))]
        raise DatasetError(
            f"Nothing was planted in {name!r}, so nobody knows its truth: the data sets with a planted truth are "
            f"{', '.join(planted) or 'none yet'}."
        )
    return json.loads(_content(entry, entry.folder, TRUTH))


def _is_planted(entry: Entry) -> bool:
    return any(file.name == TRUTH for file in entry.committed)


def _content(entry: Entry, folder: Path, file: str) -> bytes:
    """Return the bytes of a data set's file, after checking them."""
    found = next(known for known in (*entry.committed, *entry.fetched) if known.name == file)
    remedy = entry.remedy if found.url is None else f'call load("{entry.name}") again'
    return found.read(folder, remedy)


def _table(entry: Entry, folder: Path, file: str, **options) -> pd.DataFrame:
    """Read a csv, compressed if its name says so, from bytes that were checked."""
    compression = "gzip" if file.endswith(".gz") else None
    return pd.read_csv(io.BytesIO(_content(entry, folder, file)), compression=compression, **options)


def _plain_table(entry: Entry, folder: Path) -> pd.DataFrame:
    """Read the csv that bears the data set's name; its columns need no conversion."""
    return _table(entry, folder, f"{entry.name}.csv")


def _chat_risk_scores(entry: Entry, folder: Path) -> pd.DataFrame:
    chats = _table(entry, folder, "chat_risk_scores.csv")
    return chats.assign(scores=[np.array(each.split(), dtype=np.int16) for each in chats["scores"]])


def _compas_scores(entry: Entry, folder: Path) -> pd.DataFrame:
    counts = _table(entry, folder, "compas_score_counts.csv")
    people = counts.loc[counts.index.repeat(counts["people"])].reset_index(drop=True)
    people["reoffended"] = people["reoffended_within_two_years"] == 1
    return people.rename(columns={"race": "group"})[["group", "sex", "decile_score", "reoffended"]]


def _toronto_arrests(entry: Entry, folder: Path) -> pd.DataFrame:
    arrests = _table(entry, folder, "toronto_arrests.csv")
    yes_or_no = ["released", "employed", "citizen"]
    return arrests.assign(**{column: arrests[column] == "Yes" for column in yes_or_no})


def _minneapolis_stops(entry: Entry, folder: Path) -> pd.DataFrame:
    # A search or citation that nobody wrote down stays unknown: a plain bool would turn it into an answer.
    unknown_or_not = dict.fromkeys(["person_search", "vehicle_search", "citation"], "boolean")
    return _table(entry, folder, "minneapolis_stops.csv.gz", dtype=unknown_or_not, parse_dates=["time"])


def _nypd_sick_report(entry: Entry, folder: Path) -> pd.DataFrame:
    return _table(entry, folder, "nypd_sick_report.csv", parse_dates=["date"])


def _hatecheck(entry: Entry, folder: Path) -> pd.DataFrame:
    cases = CoveredTable(_table(entry, folder, "test_suite_cases.csv", index_col=0))
    cases.offensive = ("test_case", "case_templ", "focus_words", "focus_lemma")
    return cases


def _offensive_tweets(entry: Entry, folder: Path) -> pd.DataFrame:
    rows = _table(entry, folder, "labeled_data.csv")
    tweets = CoveredTable(
        {
            "text": _masked(rows["tweet"]),
            "label": rows["class"].map({0: "hate", 1: "offensive", 2: "neither"}),
            "annotators": rows["count"],
            "hate": rows["hate_speech"],
            "offensive": rows["offensive_language"],
            "neither": rows["neither"],
        }
    )
    tweets.offensive = ("text",)
    return tweets


def _masked(texts: pd.Series) -> pd.Series:
    """Take out what leads to a person: handles, addresses, links and telephone numbers."""
    # Decoded first, or "&#64;name" would stay; twice, because some were encoded twice.
    texts = texts.map(html.unescape).map(html.unescape)
    handles = texts.str.findall(r"@(\w{4,})").explode().dropna().str.lower().unique()
    # One with a digit in it is no word: it is masked where somebody left the @ out, too.
    unmistakable = {handle for handle in handles if re.search(r"\d", handle) and re.search(r"\D", handle)}
    for pattern, mask in MASKS:
        texts = texts.str.replace(pattern, mask, regex=True)
    return texts.str.replace(
        r"\w+", lambda word: "@user" if word[0].lower() in unmistakable else word[0], regex=True
    )


def _free_spoken_digits(entry: Entry, folder: Path) -> pd.DataFrame:
    speakers = next(node for node in entry.metadata["recordSet"] if node["@id"] == "speakers")
    accents = {row["speakers/speaker"]: row["speakers/accent"] for row in speakers["data"]}
    rows = []
    for file in entry.fetched:
        digit, speaker, index = Path(file.name).stem.split("_")
        rows.append((str(folder / file.name), int(digit), speaker, accents[speaker], int(index)))
    return pd.DataFrame(rows, columns=["path", "digit", "speaker", "accent", "index"])


def _face_gender_predictions(entry: Entry, folder: Path) -> pd.DataFrame:
    counts = _table(entry, folder, "face_gender_predictions.csv")
    pictures = counts.loc[counts.index.repeat(counts["pictures"])].reset_index(drop=True)
    for column in ("age", "deepface_confidence", "deepface_face"):
        # As text, "3-9" would stand behind "20-29" and "under 0.6" behind "0.99 and over".
        bands = sorted(pictures[column].unique(), key=_lower_end)
        pictures[column] = pd.Categorical(pictures[column], bands, ordered=True)
    return pictures.drop(columns="pictures")


def _lower_end(band: str) -> float:
    """Return where a band of numbers begins: 3 for "3-9", 0 for "under 0.6"."""
    return 0.0 if band.startswith("under") else float(re.search(r"[\d.]+", band)[0])


def _face_patches(entry: Entry, folder: Path) -> pd.DataFrame:
    from PIL import Image  # imported late: only the lesson on pictures needs it

    patches = _table(entry, folder, "patches.csv")
    with Image.open(io.BytesIO(_content(entry, folder, "patches.png"))) as strip:
        pictures = np.asarray(strip).reshape(len(patches), -1, strip.width) / 255
    return pd.DataFrame({"picture": list(pictures), "face": patches["face"]})


def _licence_plates(entry: Entry, folder: Path) -> pd.DataFrame:
    from PIL import Image  # imported late: only the lesson on pictures needs it

    plates = _table(entry, folder, "plates.csv")
    height, width = 32, 128
    pictures = pd.Series(index=plates.index, dtype=object, name="picture")
    for file, places in plates.groupby("file")["place"]:
        with Image.open(io.BytesIO(_content(entry, folder, file))) as image:
            sheet = np.asarray(image).reshape(-1, height, image.width // width, width).swapaxes(1, 2)
        # A copy of its own for each, so that one plate that is kept does not keep the whole sheet in memory.
        pictures[places.index] = [picture.copy() for picture in sheet.reshape(-1, height, width)[places]]
    return plates.assign(picture=pictures)


def _public_messages(entry: Entry, folder: Path) -> pd.DataFrame:
    # A message that names no identity has an empty text there: nothing is missing.
    return _table(entry, folder, "public_messages.csv", keep_default_na=False)


def _scam_drift(entry: Entry, folder: Path) -> pd.DataFrame:
    return _table(entry, folder, "scam_drift.csv", keep_default_na=False, parse_dates=["week"])


def _seized_files(entry: Entry, folder: Path) -> pd.DataFrame:
    # A harmless file shows no victim: nothing is missing.
    return _table(entry, folder, "seized_files.csv", keep_default_na=False)


def _weekly_counts(entry: Entry, folder: Path) -> pd.DataFrame:
    return _table(entry, folder, f"{entry.name}.csv", parse_dates=["week_beginning"])


def _spoken_keywords(entry: Entry, folder: Path) -> pd.DataFrame:
    import soundfile  # imported late: only the lesson on audio needs the library behind it

    clips = _table(entry, folder, "clips.csv")
    with zipfile.ZipFile(io.BytesIO(_content(entry, folder, "clips.zip"))) as archive:
        sounds = [soundfile.read(io.BytesIO(archive.read(file)), dtype="int16")[0] for file in clips["file"]]
    return clips.assign(samples=sounds)


def _watch_list_scores(entry: Entry, folder: Path) -> pd.DataFrame:
    counts = _table(entry, folder, "watch_list_scores.csv", dtype={"group": "category"})
    return counts.loc[counts.index.repeat(counts["pairs"])].drop(columns="pairs").reset_index(drop=True)


def _transaction_reports(entry: Entry, folder: Path) -> pd.DataFrame:
    # Of this year's reports nobody knows yet what was found: a plain bool would turn that into an answer.
    unknown_or_not = dict.fromkeys(["read", "found"], "boolean")
    return _table(entry, folder, "transaction_reports.csv.gz", dtype=unknown_or_not)


READERS: dict[str, Callable[[Entry, Path], pd.DataFrame]] = {
    "chat_risk_scores": _chat_risk_scores,
    "car_models": _plain_table,
    "compas_scores": _compas_scores,
    "covid_crime_change": _plain_table,
    "face_gender_predictions": _face_gender_predictions,
    "face_mask_false_non_match": _plain_table,
    "face_patches": _face_patches,
    "feedback_loop": _plain_table,
    "free_spoken_digits": _free_spoken_digits,
    "gender_shades": _plain_table,
    "hatecheck": _hatecheck,
    "interview_transcripts": _plain_table,
    "licence_plates": _licence_plates,
    "minneapolis_neighborhoods": _plain_table,
    "minneapolis_stops": _minneapolis_stops,
    "nypd_sick_report": _nypd_sick_report,
    "oakland_drug_records": _plain_table,
    "offensive_tweets": _offensive_tweets,
    "planned_city": _plain_table,
    "planned_drift": _weekly_counts,
    "public_messages": _public_messages,
    "reported_accounts": _plain_table,
    "scam_drift": _scam_drift,
    "seized_files": _seized_files,
    "sorted_files": _plain_table,
    "speech_recognition_errors": _plain_table,
    "speech_recognition_wer": _plain_table,
    "spoken_keywords": _spoken_keywords,
    "toronto_arrests": _toronto_arrests,
    "transaction_reports": _transaction_reports,
    "watch_list_scores": _watch_list_scores,
    "weekly_recorded_crime": _weekly_counts,
}
