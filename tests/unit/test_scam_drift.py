"""The scam messages of 2019 and spring 2020: whole, as the truth says, and hard for a filter of 2019."""

import re
import unicodedata

import pandas as pd
import pytest
from data_folders import assert_made_again
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from workshop import datasets


@pytest.fixture(scope="module")
def messages():
    return datasets.load("scam_drift")


@pytest.fixture(scope="module")
def truth():
    return datasets.truth("scam_drift")


@pytest.fixture(scope="module")
def scored(messages):
    """Return the messages with the score of a filter trained on January to August 2019, and unknown words."""
    train = messages[messages["week"] < "2019-09-01"]
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(C=10, max_iter=1000))
    model.fit(train["text"], train["scam"])
    words, known = model[0].build_analyzer(), model[0].vocabulary_
    unknown = [pd.Series(words(text)).map(lambda word: word not in known).mean() for text in messages["text"]]
    return messages.assign(score=model.predict_proba(messages["text"])[:, 1], unknown=unknown)


def test_rows_are_messages_of_a_week(messages):
    columns = ["message_id", "week", "text", "scam", "theme", "family", "covid_family"]
    assert list(messages.columns) == columns
    assert len(messages) >= 600
    assert messages["message_id"].is_unique
    assert messages["scam"].dtype == messages["covid_family"].dtype == bool
    assert messages["week"].dt.day_of_week.eq(0).all()
    weeks = messages["week"].drop_duplicates()
    assert weeks.diff().dropna().eq(pd.Timedelta(weeks=1)).all()
    assert (weeks.min(), weeks.max()) == (pd.Timestamp("2019-01-07"), pd.Timestamp("2020-05-25"))


def test_both_labels_come_every_week(messages):
    assert messages.groupby("week")["scam"].mean().eq(0.5).all()
    assert messages.groupby("family")[["scam", "theme", "covid_family"]].nunique().eq(1).all(axis=None)


def test_the_pandemic_begins_when_the_truth_says(messages, truth):
    covid = messages[messages["covid_family"]]
    assert covid["week"].min() == pd.Timestamp(truth["pandemic_from"])
    assert covid.groupby("scam")["family"].nunique().ge(7).all()
    new = messages[messages["theme"].isin(["investment", "travel", "housing"])]
    assert new["week"].min() >= pd.Timestamp(truth["new_scenes_from"])


def test_counts_are_as_the_truth_says(messages, truth):
    start = pd.Timestamp(truth["pandemic_from"])
    periods = {
        "2019": messages["week"] < "2020",
        "2020 before the pandemic": (messages["week"] >= "2020") & (messages["week"] < start),
        "2020 in the pandemic": messages["week"] >= start,
    }
    words = re.compile(truth["covid_words"], re.I)
    for period, rows in periods.items():
        for label, scam in (("scam", True), ("harmless", False)):
            own = messages[rows & (messages["scam"] == scam)]
            assert truth["counts"][period][label] == {
                "messages": len(own),
                "of_a_covid_family": int(own["covid_family"].sum()),
                "with_a_covid_word": sum(bool(words.search(text)) for text in own["text"]),
                "with_a_link": int(own["text"].str.contains(".example", regex=False).sum()),
            }
    for label, share in truth["covid_share_wanted"].items():
        got = truth["counts"]["2020 in the pandemic"][label]
        assert abs(got["of_a_covid_family"] / got["messages"] - share) < 0.1


def test_texts_are_distinct_and_clean(messages):
    assert messages["text"].is_unique
    for text in messages["text"]:
        assert unicodedata.is_normalized("NFC", text)
        assert not re.search(r"[{}|]|  ", text), text
        assert not {unicodedata.category(letter) for letter in text} & {"Cc", "Cf", "Co", "Cn", "Cs"}


def test_no_address_and_no_number_can_be_real(messages):
    for text in messages["text"]:
        for host in re.findall(r"\b[\w-]+\.[a-z]{2,}\b", text):
            assert host.endswith(".example"), text
        without = re.sub(r"\b(555-01\d\d|01632 960\d{3})\b", "", text)
        without = re.sub(r"parcel no \d{6}|item no \d{6}", "", without)
        assert not re.search(r"\d[\d -]{5,}\d", without), text


def rates(rows):
    flagged = rows["score"] >= 0.5
    missed = (~flagged & rows["scam"]).sum() / rows["scam"].sum()
    return missed, (flagged & ~rows["scam"]).sum() / (~rows["scam"]).sum()


def test_a_filter_of_2019_is_good_at_home_and_ages(scored):
    missed, alarms = rates(scored[(scored["week"] >= "2019-09-01") & (scored["week"] < "2020")])
    assert missed < 0.15
    assert alarms < 0.15
    missed_covid, alarms_covid = rates(scored[scored["covid_family"]])
    assert missed_covid > missed + 0.1
    assert alarms_covid > alarms + 0.15


def test_unknown_words_rise_with_the_pandemic(scored):
    unknown, week = scored["unknown"], scored["week"]
    autumn = unknown[(week >= "2019-09-01") & (week < "2020-03-01")].mean()
    assert unknown[week >= "2020-03-01"].mean() > autumn + 0.07


def test_make_makes_the_committed_bytes(tmp_path):
    assert_made_again("scam_drift", ("scam_drift.csv", "truth.json"), tmp_path)
