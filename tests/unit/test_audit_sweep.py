"""A position of the sweep equals counting again."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop.audit import RATES, ThresholdSweep, group_rates

quick = settings(max_examples=60, deadline=None)
# Few different scores make ties; the others are any numbers at all.
SCORE = st.one_of(st.integers(1, 5).map(float), st.floats(-1e300, 1e300))
OUTCOME = st.sampled_from([0, 1, None])
PEOPLE = st.lists(st.tuples(OUTCOME, SCORE, st.sampled_from("ABC")), min_size=1, max_size=50)
PARTS = ("counts", "people", "missing", "values", "low", "high")


def columns_of(people):
    outcome, score, group = zip(*people, strict=True)
    return list(outcome), np.array(score), list(group)


def assert_same(ours, expected):
    assert ours.groups == expected.groups
    for part in PARTS:
        np.testing.assert_array_equal(getattr(ours, part), getattr(expected, part))
        np.testing.assert_array_equal(getattr(ours.overall, part), getattr(expected.overall, part))


@quick
@given(PEOPLE, st.one_of(SCORE, st.sampled_from([np.inf, -np.inf])))
def test_a_position_equals_counting_again(people, threshold):
    outcome, score, group = columns_of(people)
    sweep = ThresholdSweep(outcome, score, group)
    for position in (threshold, *sweep.thresholds, np.nextafter(score.max(), np.inf), score.min() - 1):
        assert_same(sweep.at(position), group_rates(outcome, score >= position, group))


@quick
@given(PEOPLE, st.tuples(SCORE, SCORE, SCORE))
def test_a_threshold_for_each_group_equals_counting_again(people, thresholds):
    outcome, score, group = columns_of(people)
    own = {name: t for name, t in zip("ABC", thresholds, strict=True) if name in group}
    decision = score >= np.array([own[name] for name in group])
    assert_same(ThresholdSweep(outcome, score, group).at(own), group_rates(outcome, decision, group))


@quick
@given(PEOPLE, st.lists(st.integers(0, 1000), min_size=50, max_size=50), SCORE)
def test_whole_weights_give_the_same_to_the_last_digit(people, weights, threshold):
    outcome, score, group = columns_of(people)
    weights = weights[: len(people)]
    sweep = ThresholdSweep(outcome, score, group, weights)
    assert_same(sweep.at(threshold), group_rates(outcome, score >= threshold, group, weights))
    own = dict.fromkeys(sweep.groups, threshold)
    assert_same(sweep.at(own), group_rates(outcome, score >= threshold, group, weights))


@quick
@given(PEOPLE, st.integers(0, 2**32), SCORE)
def test_fractional_weights_differ_only_by_the_order_of_summation(people, seed, threshold):
    outcome, score, group = columns_of(people)
    weights = np.random.default_rng(seed).lognormal(sigma=5, size=len(people))
    ours = ThresholdSweep(outcome, score, group, weights).at(threshold)
    expected = group_rates(outcome, score >= threshold, group, weights)
    for part in ("counts", "values", "low", "high"):
        # The lower end of a rare rate is a small difference of larger numbers, hence the absolute tolerance.
        np.testing.assert_allclose(getattr(ours, part), getattr(expected, part), rtol=1e-12, atol=1e-13)


@quick
@given(PEOPLE, st.randoms(use_true_random=False), SCORE)
def test_order_of_people_does_not_matter(people, random, threshold):
    first = ThresholdSweep(*columns_of(people)).at(threshold)
    assert_same(ThresholdSweep(*columns_of(random.sample(people, len(people)))).at(threshold), first)


def test_ties_are_flagged_together_and_thresholds_are_the_different_scores():
    sweep = ThresholdSweep([1, 0, 1, 0], [3, 3, 1, 2], ["A"] * 4)
    assert sweep.thresholds.tolist() == [1, 2, 3]
    assert sweep.at(3).counts.tolist() == [[1, 1, 1, 1]]
    assert sweep.at(3.0000001).counts.tolist() == [[2, 0, 2, 0]]


def test_a_threshold_outside_the_scores_flags_everybody_or_nobody():
    sweep = ThresholdSweep([1, 0, 1], [3, 1, 2], ["A", "B", "B"])
    for everybody in (-np.inf, 0, 1):
        assert sweep.at(everybody).of("B", "selection_rate").value == 1
    for nobody in (3.1, 1e9, np.inf):
        assert sweep.at(nobody).of("B", "selection_rate").value == 0


@pytest.mark.parametrize("score", [[1, 2, 3], np.float32([1, 2, 3]), pd.array([1, 2, 3], dtype="Int64")])
def test_scores_of_any_numeric_type(score):
    assert ThresholdSweep([1, 0, 1], score, ["A"] * 3).at(np.int64(2)).counts.tolist() == [[0, 1, 1, 1]]


def test_people_without_outcome_or_group_are_counted():
    rates = ThresholdSweep([1, None, 0], [3, 2, 1], ["A", "A", None]).at(2)
    assert rates.groups == ("A", "not recorded")
    assert rates.missing.tolist() == [1, 0]
    assert rates.people.tolist() == [1, 1]


def test_text_holds_no_address_so_that_outputs_stay_the_same():
    assert repr(ThresholdSweep([1, 0], [3, 3], ["B", "A"])) == "ThresholdSweep(A, B; 1 thresholds)"


def test_nothing_handed_out_can_damage_the_sweep():
    sweep = ThresholdSweep([1, None, 0], [3, 2, 1], ["A", "A", "B"])
    rates = sweep.at(2)
    rates.counts[:] = 99
    for array in (sweep.thresholds, rates.missing):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 99
    assert_same(sweep.at(2), group_rates([1, None, 0], [1, 1, 0], ["A", "A", "B"]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"score": [1, 2]}, "different lengths"),
        ({"outcome": [], "score": [], "group": []}, "nobody in the data"),
        ({"outcome": [0, 1, 3]}, "outcome must be yes or no"),
        ({"score": [1, np.nan, 2]}, "score column holds a missing or infinite value"),
        ({"score": [1, None, 2]}, "score column holds a missing or infinite value"),
        ({"score": [1, np.inf, 2]}, "score column holds a missing or infinite value"),
        ({"score": ["low", "high", "low"]}, "score must hold numbers"),
        ({"weights": [1, 1, -0.5]}, "negative"),
        ({"confidence": 0}, "confidence is 0"),
    ],
)
def test_bad_input_gets_one_sentence(change, message):
    columns = {"outcome": [1, 0, 1], "score": [1, 2, 3], "group": ["A", "B", "A"]} | change
    with pytest.raises(ValueError, match=message):
        ThresholdSweep(**columns)


@pytest.mark.parametrize(
    ("threshold", "message"),
    [
        (np.nan, "threshold is nan; give a number"),
        (None, "threshold is None; give a number"),
        ("high", "threshold is 'high'; give a number"),
        ([1, 2], "give a number, or a dict"),
        ({"A": 1}, "each of the groups A, B; these are for A"),
        ({"A": 1, "B": 2, "C": 3}, "each of the groups A, B; these are for A, B, C"),
        ({}, "each of the groups A, B; these are for no group"),
        ({"A": 1, "B": np.nan}, "threshold is nan"),
    ],
)
def test_bad_thresholds_get_one_sentence(threshold, message):
    sweep = ThresholdSweep([1, 0, 1], [1, 2, 3], ["A", "B", "A"])
    with pytest.raises(ValueError, match=message):
        sweep.at(threshold)


@quick
@given(PEOPLE, st.sampled_from(sorted(RATES)), st.floats(0, 1))
def test_matching_comes_as_near_as_any_threshold_and_flags_the_fewest(people, rate, target):
    outcome, score, group = columns_of([(outcome or 0, *rest) for outcome, *rest in people])
    sweep = ThresholdSweep(outcome, score, group)
    candidates = [*sweep.thresholds.tolist(), np.inf]
    distance = {
        name: [abs(sweep.at(t).of(name, rate).value - target) for t in candidates] for name in sweep.groups
    }
    if any(np.isnan(found).all() for found in distance.values()):
        with pytest.raises(ValueError, match="cannot be computed; leave the group out"):
            sweep.matching(rate, target)
        return
    chosen = sweep.matching(rate, target)
    for name, found in distance.items():
        nearest = max(t for t, d in zip(candidates, found, strict=True) if d == np.nanmin(found))
        assert chosen[name] == nearest
    assert sweep.at(chosen).groups == sweep.groups


@pytest.mark.parametrize("target", [-0.1, 1.1, 30, np.nan])
def test_matching_wants_a_rate(target):
    with pytest.raises(ValueError, match="between 0 and 1"):
        ThresholdSweep([1, 0], [1, 2], ["A", "A"]).matching("selection_rate", target)


def test_matching_wants_a_known_rate():
    with pytest.raises(ValueError, match="no rate 'fpr'"):
        ThresholdSweep([1, 0], [1, 2], ["A", "A"]).matching("fpr", 0.5)
