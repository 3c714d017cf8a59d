"""The detector of hateful text: counts only, clear words without the data, and the published-like figures with it."""

import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workshop import datasets
from workshop.domains.text.hate import (
    FLAGGED,
    HATE_ONLY,
    MISSED,
    OFFENSIVE,
    SETS,
    away_from_home,
    evaluate,
    not_fetched,
)

needs_mirror = pytest.mark.skipif(
    not all((Path(os.environ.get("WORKSHOP_MIRROR") or "/nonexistent") / name).is_dir() for name in SETS),
    reason="WORKSHOP_MIRROR names no folder with copies of the open data sets",
)


def tables():
    """Return a made-up language in which "zug" is hateful, "mip" offensive, and "gay" only stands near "zug"."""
    rng = np.random.default_rng(3)
    words = [f"w{number}" for number in range(40)]
    tweets = []
    for number in range(400):
        label = ("hate", "offensive", "neither", "neither")[number % 4]
        marks = {"hate": ["zug", "gay"], "offensive": ["mip"], "neither": []}[label]
        tweets.append((" ".join([*rng.choice(words, 5), *marks]), label))
    cases = []
    for template in range(40):
        start = " ".join(rng.choice(words, 3))
        for group, word in (("gay people", "gay"), ("women", "women"), (np.nan, "")):
            cases.append((f"{start} {word}", "non-hateful", "calm_nh", group, template))
            if word:
                cases.append((f"{start} {word} zug", "hateful", "zug_h", group, template))
                cases.append((f"{start} {word}", "hateful", "hidden_h", group, template))
    columns = ["test_case", "label_gold", "functionality", "target_ident", "templ_id"]
    return pd.DataFrame(tweets, columns=["text", "label"]), pd.DataFrame(cases, columns=columns)


TWEETS, CASES = tables()


def test_what_the_tweets_teach_is_counted_by_function_and_group():
    found = evaluate(TWEETS, CASES, HATE_ONLY)
    assert found.home.value == 1
    assert found.groups.loc[("gay people", FLAGGED), "value"] > 0.7
    assert found.groups.loc[("women", FLAGGED), "value"] == 0
    assert found.groups.loc[("no group", FLAGGED), "denominator"] == 40
    assert ("no group", MISSED) not in found.groups.index
    functions = found.functionalities
    assert functions.loc["zug_h", "value"] < 0.2 < functions.loc["calm_nh", "value"]
    assert functions.loc["hidden_h", "value"] > 0.4
    assert functions["hateful"].to_dict() == {"hidden_h": True, "zug_h": True, "calm_nh": False}
    assert functions["value"].is_monotonic_decreasing
    assert (functions["templates"] == 40).all()
    wrong = functions["numerator"].sum()
    assert found.away.numerator == len(CASES) - wrong == found.away.value * len(CASES)
    assert found.groups["numerator"].sum() == wrong
    assert (found.groups["low"] <= found.groups["value"]).all()


def test_hidden_words_move_the_harm():
    open_, hidden = (evaluate(TWEETS, CASES, HATE_ONLY, hidden).groups["value"] for hidden in (False, True))
    assert hidden["gay people", FLAGGED] < open_["gay people", FLAGGED]
    assert hidden["gay people", MISSED] > open_["gay people", MISSED]


def test_looking_for_both_flags_what_is_only_offensive():
    offensive = CASES.assign(test_case="w1 mip", label_gold="non-hateful")
    assert evaluate(TWEETS, offensive, OFFENSIVE).away.value == 0
    assert evaluate(TWEETS, offensive, HATE_ONLY).away.value == 1


def test_no_text_leaves():
    found = evaluate(TWEETS, CASES, HATE_ONLY)
    shown = repr(found) + found.functionalities.to_csv() + found.groups.to_csv()
    assert not any(word in shown for word in ("zug ", "mip", "w1 "))


@pytest.mark.parametrize("given", [{"looked_for": "slurs"}, {"left_out": 5}, {"left_out": -1}])
def test_what_cannot_be_asked(given):
    with pytest.raises(ValueError, match="choose"):
        away_from_home(**given)
    with pytest.raises(ValueError, match="choose"):
        evaluate(TWEETS, CASES, **given)


def test_without_the_data_one_sentence_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKSHOP_CACHE", str(tmp_path))
    said = not_fetched()
    assert said.count(". ") == 0
    assert all(f'datasets.fetch("{name}")' in said for name in SETS)
    monkeypatch.setenv("WORKSHOP_MIRROR", str(tmp_path / "nowhere"))
    with pytest.raises(datasets.DatasetError, match="WORKSHOP_MIRROR"):
        away_from_home()


@needs_mirror
def test_right_at_home_and_wrong_away(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKSHOP_CACHE", str(tmp_path))
    datasets.fetch("offensive_tweets")
    datasets.fetch("hatecheck")
    assert not_fetched() == ""
    start = time.process_time()
    found = away_from_home()
    taken = time.process_time() - start
    assert found.home.value == pytest.approx(0.95, abs=0.01)
    assert found.away.value == pytest.approx(0.67, abs=0.015)
    assert len(found.functionalities) == 29
    only = away_from_home(HATE_ONLY).groups["value"]
    assert only["gay people", FLAGGED] == pytest.approx(0.58, abs=0.05)
    assert only["Muslims", FLAGGED] == pytest.approx(0.51, abs=0.05)
    assert only["women", FLAGGED] == pytest.approx(0.07, abs=0.03)
    assert only["women", MISSED] == pytest.approx(0.89, abs=0.05)
    # One figure hangs on a fifth of the tweets; the others do not.
    without = away_from_home(HATE_ONLY, left_out=0).groups["value"]
    assert without["Muslims", FLAGGED] < 0.25
    assert without["gay people", FLAGGED] == pytest.approx(0.58, abs=0.05)
    hidden = away_from_home(HATE_ONLY, hidden=True).groups["value"]
    assert hidden["gay people", FLAGGED] < only["gay people", FLAGGED] - 0.1
    assert hidden["gay people", MISSED] > only["gay people", MISSED] + 0.2
    assert taken < 12  # 4 seconds where the machine is not busy
