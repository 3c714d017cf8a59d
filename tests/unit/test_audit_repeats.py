"""Rows that stand for several equal people give the numbers of the table in which each is written out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop import probes
from workshop.audit import ThresholdSweep, group_rates


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_repeats_are_rows_written_out(seed):
    rng = np.random.default_rng(seed)
    outcome = rng.choice([0.0, 1.0, np.nan], 40, p=(0.5, 0.4, 0.1))
    score, group = rng.integers(0, 5, 40), rng.choice(["A", "B", None], 40)
    repeats = rng.integers(0, 50, 40)
    whole = [np.repeat(column, repeats) for column in (outcome, score, group)]
    if {*map(str, whole[2])} != {*map(str, group)}:
        return  # a group that nobody stands for has no rows to be written out
    for first, second in (
        (
            group_rates(whole[0], whole[1] >= 2, whole[2]),
            group_rates(outcome, score >= 2, group, repeats=repeats),
        ),
        (ThresholdSweep(*whole).at(3), ThresholdSweep(outcome, score, group, repeats=repeats).at(3)),
    ):
        assert first.groups == second.groups
        for name in ("counts", "people", "missing", "values", "low", "high"):
            np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
        assert not second.weighted
        np.testing.assert_array_equal(first.overall.low, second.overall.low)


def test_the_probe_counts_people_not_rows():
    outcome, score, group = [1, 0, 1, 0], [1, 2, 2, 1], ["A", "A", "B", "B"]
    repeats = [40, 50, 60, 70]
    written = [np.repeat(column, repeats) for column in (outcome, score, group)]
    assert (
        probes.threshold(*written).view() == probes.threshold(outcome, score, group, repeats=repeats).view()
    )


@pytest.mark.parametrize("repeats", [[1, -1], [1, 0.5], [1, np.nan], [1], ["a", "b"]])
def test_what_is_no_number_of_people_is_refused(repeats):
    with pytest.raises(ValueError, match=r"repeats|lengths"):
        group_rates([1, 0], [1, 0], ["A", "B"], repeats=repeats)


def test_weights_and_repeats_are_not_mixed():
    with pytest.raises(ValueError, match="not both"):
        group_rates([1, 0], [1, 0], ["A", "B"], weights=[1, 1], repeats=[1, 1])
