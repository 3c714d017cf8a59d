"""The invented face search: what is planted is there, and an honest audit finds it."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop import datasets
from workshop.audit import Estimate, group_rates, wilson
from workshop.audit.intervals import mover_ratio
from workshop.domains.vision.matching import FALSE_MATCH, MatchScores
from workshop.domains.vision.watch_list_scores import generate

FOLDER = Path(__file__).resolve().parents[2] / "datasets" / "watch_list_scores"
GROUPS = ["group A", "group B", "group C", "group D"]
SEEDS = st.integers(0, 2**32 - 1)
FACTORS = st.floats(1, 100)


def true_rates(truth, kind):
    return pd.DataFrame(truth["rates"]).set_index(["threshold", "group"])[kind].sort_index()


def reached(table, threshold, genuine):
    """Return how many pairs of each group score at least so much, and how many there are."""
    pairs = table[table["genuine"] == genuine]
    high = pairs[pairs["score"] >= threshold].groupby("group")["pairs"].sum()
    return high.reindex(GROUPS, fill_value=0), pairs.groupby("group")["pairs"].sum()


def test_the_committed_files_are_what_the_generator_makes():
    table, truth = generate()
    made = table.to_csv(index=False, lineterminator="\n").encode()
    assert made == (FOLDER / "watch_list_scores.csv").read_bytes()
    assert (
        truth == json.loads((FOLDER / "truth.json").read_text("utf-8")) == datasets.truth("watch_list_scores")
    )
    assert truth["seed"] == 8280
    assert truth["factors"] == {"group A": 1, "group B": 2, "group C": 10, "group D": 40}


def test_the_loaded_pairs_are_those_of_the_file():
    table, _ = generate()
    loaded = datasets.load("watch_list_scores")
    counts = loaded.groupby(["group", "genuine", "score"]).size().rename("pairs").reset_index()
    counts["group"] = counts["group"].astype(str)
    expected = table.sort_values(["group", "genuine", "score"], ignore_index=True)
    pd.testing.assert_frame_equal(counts, expected, check_dtype=False)


@settings(max_examples=30, deadline=None)
@given(SEEDS, FACTORS)
def test_what_is_planted_is_in_the_scores(seed, factor):
    table, truth = generate(seed, factor)
    pd.testing.assert_frame_equal(table, generate(seed, factor)[0])
    json.dumps(truth)
    assert table["score"].between(0, 1000).all()
    assert (table["pairs"] > 0).all()
    for kind, genuine in (("false_match_rate", False), ("false_non_match_rate", True)):
        rates = true_rates(truth, kind)
        for threshold in rates.index.unique("threshold"):
            high, all_pairs = reached(table, threshold, genuine)
            wrong = all_pairs - high if genuine else high
            rate = rates[threshold]
            slack = 6 * np.sqrt(all_pairs * rate * (1 - rate)) + 3
            assert ((wrong - all_pairs * rate).abs() <= slack).all(), (kind, threshold)


@settings(max_examples=30, deadline=None)
@given(FACTORS)
def test_the_true_factor_is_the_planted_one_at_every_high_threshold(factor):
    _, truth = generate(1, factor, impostors=1)
    for _, rates in true_rates(truth, "false_match_rate").loc[500:].groupby("threshold"):
        ratios = rates.droplevel("threshold") / rates.iloc[0]
        assert ratios.tolist() == pytest.approx([1, 2, 10, factor], rel=0.02)


def test_the_order_of_the_errors_is_the_published_one():
    _, truth = generate()
    match = true_rates(truth, "false_match_rate")[500]
    missed = true_rates(truth, "false_non_match_rate")[500]
    assert 10 <= match["group D"] / match["group A"] <= 100
    # False negatives differ much less, and in other groups: the one with poorer pictures.
    assert missed.idxmax() == "group B"
    assert missed.max() / missed.min() < 5


def test_the_honest_interval_holds_the_true_rates_and_the_factor_95_times_of_100():
    runs, threshold = 400, 475
    covered, held = [], []
    for seed in range(runs):
        table, truth = generate(seed)
        high, pairs = reached(table, threshold, genuine=False)
        low, top = wilson(high.to_numpy(), pairs.to_numpy())
        rates = true_rates(truth, "false_match_rate")[threshold].to_numpy()
        covered.append((low <= rates) & (rates <= top))
        a, d = (
            Estimate(high[group] / pairs[group], *ends, high[group], pairs[group], True)
            for group, ends in (("group A", (low[0], top[0])), ("group D", (low[3], top[3])))
        )
        least, most = mover_ratio(d, a)
        held.append(least <= rates[3] / rates[0] <= most)
    error = math.sqrt(0.95 * 0.05 / runs)
    assert (np.abs(np.mean(covered, axis=0) - 0.95) < 4 * error).all()
    assert abs(np.mean(held) - 0.95) < 4 * error


def test_an_audit_of_the_committed_scores_finds_the_factor_and_what_it_cannot_tell():
    pairs, truth = datasets.load("watch_list_scores"), datasets.truth("watch_list_scores")
    scores = MatchScores(pairs["score"], pairs["genuine"], pairs["group"])
    for threshold in (450, 475, 500, 525):
        for group in GROUPS[1:]:
            factor = scores.factor(threshold, group, "group A")
            rates = true_rates(truth, "false_match_rate")[threshold]
            assert factor.low <= rates[group] / rates["group A"] <= factor.high
    assert scores.factor(500, "group D", "group A").low > 10
    assert not scores.false_non_match_rate(500, "group C").enough
    decided = group_rates(pairs["genuine"], pairs["score"] >= 500, pairs["group"])
    assert decided.of("group D", FALSE_MATCH) == scores.false_match_rate(500, "group D")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"factor": 0.5}, "factor is 0.5; give a number from 1 to 100"),
        ({"factor": 101}, "factor is 101"),
        ({"factor": math.nan}, "factor is nan"),
        ({"impostors": 0}, "impostors is 0; give a whole number"),
        ({"impostors": 2.5}, "impostors is 2.5"),
        ({"impostors": math.nan}, "impostors is nan"),
    ],
)
def test_what_cannot_be_planted_is_refused(changed, words):
    with pytest.raises(ValueError, match=words):
        generate(**changed)
