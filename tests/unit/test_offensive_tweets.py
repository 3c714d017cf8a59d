"""The tweets: what leads to a person is masked, the text is covered; the real file where there is a copy."""

import csv
import re
import shutil

import pandas as pd
import pytest
from data_folders import ROOT, needs_mirror, run_make
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop import datasets
from workshop.datasets import catalogue, readers

COLUMNS = ["text", "label", "annotators", "hate", "offensive", "neither"]
LEADS_TO_A_PERSON = re.compile(r"@(?!user\b|user@)\w|https?:|&#?\w+;|\d{3}\W?\d{3}\W?\d{4}", re.I)


def masked(*texts):
    return readers._masked(pd.Series(texts, dtype=str)).tolist()


# What is masked


@pytest.mark.parametrize(
    ("tweet", "shown"),
    [
        ("@Some_One: hello", "@user: hello"),
        ("!!! RT @some1: RT @another: hello", "!!! RT @user: RT @user: hello"),
        ("RT “@quoted: hello” indeed", "RT “@user: hello” indeed"),
        ("RT@glued hello", "@user hello"),
        ("hello @ name and @/name", "hello @user and @user"),
        (".@name's and @name, @name! (@name) @@name", ".@user's and @user, @user! (@user) @@user"),
        ("@名前 hello", "@user hello"),
        ("&#64;name &amp;#64;name &amp; co &#8220;hi&#8221;", '@user @user & co "hi"'.replace('"', "“", 1)),
        ("first.last@mail.example hello", "@user hello"),
        ("see http://t.co/aB3 or https://a.example/@name?x=1", "see (link) or (link)"),
        ("cut http://t… or http:…", "cut (link) or (link)"),
        ("IG: some_name", "IG: @user"),
        ("call 202-555-0142 or (202) 555-0142 or 202.555.0142", "call (number) or (number) or (number)"),
        ("0_0 at 2012-2013, 24 of 1-100000 F#@!k", "0_0 at 2012-2013, 24 of 1-100000 F#@!k"),
        ("", ""),
    ],
)
def test_a_tweet_is_masked(tweet, shown):
    assert masked(tweet)[0].replace("”", '"') == shown.replace("”", '"')


def test_a_handle_with_a_digit_is_masked_without_its_sign_too():
    assert masked("@name99 hello", "who is Name99?", "who is name98?", "@word hello", "a word")[1:] == [
        "who is @user?",
        "who is name98?",
        "@user hello",
        "a word",
    ]


@settings(deadline=None)
@given(
    before=st.text(max_size=20),
    sign=st.sampled_from(["@", "&#64;", "&amp;#64;", "@ ", "RT @", "“@", "(@"]),
    handle=st.from_regex(r"[A-Za-z0-9_]{1,15}", fullmatch=True),
    after=st.sampled_from(["", ":", " hello", "’s", "…", "”"]),
)
def test_no_text_keeps_a_handle(before, sign, handle, after):
    (shown,) = masked(f"{before} {sign}{handle}{after}")
    assert not re.search(r"@(?!user)\w", shown)
    assert "@user" in shown


# What is loaded


@pytest.fixture
def tweets(tmp_path, monkeypatch):
    """Load the data set from a made-up file at its home."""
    shutil.copytree(ROOT / "offensive_tweets", tmp_path / "datasets" / "offensive_tweets")
    home = tmp_path / "mirror" / "offensive_tweets"
    home.mkdir(parents=True)
    with (home / "labeled_data.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["", "count", "hate_speech", "offensive_language", "neither", "class", "tweet"])
        writer.writerow([0, 3, 0, 1, 2, 2, "@name: BADWORD,\nsaid &quot;no&quot;"])
        writer.writerow([1, 6, 5, 1, 0, 0, "BADWORD http://t.co/x"])
        writer.writerow([5, 3, 0, 3, 0, 1, "BADWORD"])
    assert run_make(tmp_path / "datasets" / "offensive_tweets", home).returncode == 0
    monkeypatch.setattr(catalogue, "ROOT", tmp_path / "datasets")
    monkeypatch.setenv("WORKSHOP_MIRROR", str(home.parent))
    monkeypatch.setenv("WORKSHOP_CACHE", str(tmp_path / "cache"))
    return datasets.load("offensive_tweets")


def test_classes_have_names_and_rows_their_annotators(tweets):
    assert list(tweets.columns) == COLUMNS
    assert tweets.index.tolist() == [0, 1, 2]
    assert tweets["text"].tolist() == ['@user: BADWORD,\nsaid "no"', "BADWORD (link)", "BADWORD"]
    assert tweets["label"].tolist() == ["neither", "hate", "offensive"]
    assert tweets[COLUMNS[2:]].to_numpy().tolist() == [[3, 0, 1, 2], [6, 5, 1, 0], [3, 0, 3, 0]]


def test_no_table_shows_a_text_unless_asked(tweets):
    tables = (tweets, tweets.head(1), tweets[tweets["hate"] > 0], tweets[["label", "text"]], tweets.copy())
    for table in (*tables, tweets.sample(frac=1, random_state=0), tweets.sort_values("label")):
        for shown in (repr(table), str(table), table._repr_html_()):
            assert "BADWORD" not in shown
            assert "covered" in shown
    assert tweets["text"].str.contains("BADWORD").all()


def test_the_datasheet_explains_every_column(tweets):
    text = (ROOT / "offensive_tweets" / "README.md").read_text(encoding="utf-8")
    assert [column for column in tweets if f"\n| {column} |" not in text] == []


# The real file, from a mirror


@needs_mirror
def test_the_real_tweets_hold_no_handle_and_are_those_of_the_datasheet(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKSHOP_CACHE", str(tmp_path))
    tweets = datasets.load("offensive_tweets")
    assert len(tweets) == 24_783 == catalogue.find("offensive_tweets").metadata["size"]["value"]
    assert tweets["label"].value_counts().to_dict() == {"offensive": 19_190, "neither": 4163, "hate": 1430}
    votes = tweets[["hate", "offensive", "neither"]]
    assert votes.sum(axis=1).equals(tweets["annotators"])
    assert votes.idxmax(axis=1).equals(tweets["label"])
    assert tweets["annotators"].agg(["min", "max"]).tolist() == [3, 9]
    all_agree = votes.max(axis=1) == tweets["annotators"]
    assert (~all_agree).sum() == 7301
    assert (all_agree & (tweets["label"] == "hate")).sum() == 263
    text = (ROOT / "offensive_tweets" / "README.md").read_text(encoding="utf-8")
    assert all(number in text for number in ("24,783", "1,430", "19,190", "4,163", "7,301", "263"))

    assert tweets["text"].notna().all()
    assert [number for number, text in tweets["text"].items() if LEADS_TO_A_PERSON.search(text)] == []
    # A handle that can't be a word, because of its digits, is nowhere, with its sign or without.
    raw = pd.read_csv(tmp_path / "offensive_tweets" / "labeled_data.csv")["tweet"]
    handles = raw.str.findall(r"@(\w+)").explode().dropna().str.lower()
    unmistakable = set(handles[handles.str.fullmatch(r"(?=.*\d)(?=.*[a-z])\w{5,}")])
    assert len(unmistakable) > 2000
    words = set(tweets["text"].str.lower().str.findall(r"\w+").explode())
    assert words & unmistakable == set()
