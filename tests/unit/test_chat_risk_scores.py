"""The invented scorer of chats: what is planted is there, and an honest audit finds it."""

import json
from pathlib import Path

import numpy as np
import pytest
from data_folders import assert_made_again
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop import datasets
from workshop.domains.chats import Alarms, high_messages
from workshop.domains.chats.generated import GROUPS, HIGH, generate

FOLDER = Path(__file__).resolve().parents[2] / "datasets" / "chat_risk_scores"


def as_loaded(table):
    return table.assign(scores=[np.array(each.split(), dtype=int) for each in table["scores"]])


def test_the_committed_files_are_what_the_generator_makes():
    table, truth = generate()
    made = table.to_csv(index=False, lineterminator="\n").encode()
    assert made == (FOLDER / "chat_risk_scores.csv").read_bytes()
    assert len(made) < 500_000
    assert truth == json.loads((FOLDER / "truth.json").read_text("utf-8"))
    assert truth == datasets.truth("chat_risk_scores")


def test_make_makes_the_same_files_again(tmp_path):
    assert_made_again("chat_risk_scores", ["chat_risk_scores.csv", "truth.json"], tmp_path)


def test_the_datasheet_counts_right():
    chats = datasets.load("chat_risk_scores")
    text = (FOLDER / "README.md").read_text("utf-8")
    assert f"{len(chats):,} chats with {chats['scores'].map(len).sum():,} messages" in text
    assert chats.groupby(["writing", chats["harm_starts"] > 0]).size().tolist() == [500, 120] * 3
    lengths = chats["scores"].map(len)
    assert lengths[chats["harm_starts"] == 0].agg(["min", "max"]).tolist() == [40, 120]
    harmful = chats[chats["harm_starts"] > 0]
    assert harmful["harm_starts"].between(11, 51).all()
    assert (harmful["scores"].map(len) - harmful["harm_starts"] + 1).between(30, 90).all()


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(1, 6))
def test_the_planted_share_of_high_messages_is_there(seed, times):
    table, truth = generate(seed, times=times, innocent=300, harmful=1)
    rates = high_messages(as_loaded(table), HIGH)
    for group in GROUPS:
        planted, each = truth["high_share_of_innocent_messages"][group], rates.of(group)
        spread = (each.high - each.low) / 3.92
        assert abs(each.value - planted) < 5 * spread


def test_the_audit_finds_the_planted_ratio_in_most_of_many_draws():
    held = 0
    for seed in range(12):
        table, _ = generate(seed, innocent=200, harmful=1)
        found = high_messages(as_loaded(table), HIGH).ratio("second language", "standard")
        held += found.low <= 3 <= found.high
    assert held >= 9  # of 12 intervals of 95% fewer than 9 hold the truth less often than once in 400 times


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_risk_shows_later_in_slang_and_earlier_if_nothing_is_planted(seed):
    def in_time(slower):
        table, _ = generate(seed, slower=slower, innocent=150, harmful=100)
        alarms = Alarms(as_loaded(table))
        found = alarms.found(alarms.first("average", alarms.threshold("average", 20)))
        return found.loc["standard", "value"] - found.loc["youth slang", "value"]

    assert in_time(2.0) > 0.25
    assert abs(in_time(1.0)) < 0.2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"times": 0.5}, "times is 0.5"),
        ({"times": float("nan")}, "times is nan"),
        ({"slower": 11}, "slower is 11"),
        ({"innocent": 0}, "innocent is 0"),
        ({"harmful": 1.5}, "harmful is 1.5"),
    ],
)
def test_a_size_out_of_range_is_said(change, says):
    with pytest.raises(ValueError, match=says):
        generate(**change)
