"""Intervals equal the published ones and cover the truth as often as they say."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, poisson
from scipy.stats.contingency import relative_risk

from workshop.audit import Estimate, ThresholdSweep, estimates, group_rates, incidence, wilson
from workshop.audit.intervals import proportion

quick = settings(max_examples=50, deadline=None)


def two_groups(first, second):
    """Return rates of groups a and b, each given as (flagged, people); nobody has the outcome."""
    decision, group = [], []
    for name, (flagged, people) in zip("ab", (first, second), strict=True):
        decision += [1] * flagged + [0] * (people - flagged)
        group += [name] * people
    return group_rates([0] * len(group), decision, group)


@quick
@given(st.integers(0, 5000), st.integers(1, 5000), st.floats(0.5, 0.999))
def test_wilson_equals_scipy(successes, trials, confidence):
    successes = min(successes, trials)
    expected = binomtest(successes, trials).proportion_ci(confidence, method="wilson")
    np.testing.assert_allclose(wilson(successes, trials, confidence), expected, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("trials", [1, 3, 10, 29, 1000, 10**6])
def test_wilson_ends_exactly_at_none_and_all(trials):
    assert wilson(0, trials)[0] == 0
    assert wilson(trials, trials)[1] == 1


def test_wilson_takes_arrays_and_knows_nothing_of_nobody():
    low, high = wilson([0, 5, 0], [10, 10, 0])
    np.testing.assert_allclose(low[:2], [0, 0.2366], atol=5e-5)
    np.testing.assert_allclose(high[:2], [0.2775, 0.7634], atol=5e-5)
    assert np.isnan([low[2], high[2]]).all()


@pytest.mark.parametrize(("successes", "trials"), [(-1, 5), (6, 5), (np.nan, 5)])
def test_wilson_rejects_impossible_counts(successes, trials):
    with pytest.raises(ValueError, match="between 0 and the number of trials"):
        wilson(successes, trials)


@pytest.mark.parametrize("confidence", [0, 1, -0.5, 95, np.nan])
def test_confidence_is_a_share(confidence):
    with pytest.raises(ValueError, match=r"between 0 and 1, for instance 0\.95"):
        wilson(1, 2, confidence)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_difference_equals_newcombes_table_2(first, second, low, high):
    estimate = two_groups(first, second).difference("selection_rate", "a", "b")
    assert estimate.value == first[0] / first[1] - second[0] / second[1]
    assert (round(estimate.low, 4), round(estimate.high, 4)) == (low, high)


COUNTS = st.tuples(st.integers(0, 60), st.integers(1, 60)).map(lambda pair: (min(pair), pair[1]))


@quick
@given(COUNTS, COUNTS)
def test_comparisons_turned_round_are_mirrored(first, second):
    rates = two_groups(first, second)
    there, back = (rates.difference("selection_rate", *pair) for pair in ("ab", "ba"))
    np.testing.assert_allclose((there.value, there.low, there.high), (-back.value, -back.high, -back.low))
    assert -1 <= there.low <= there.value <= there.high <= 1 + 1e-15
    there, back = (rates.ratio("selection_rate", *pair) for pair in ("ab", "ba"))
    with np.errstate(divide="ignore"):
        turned = 1 / np.array([back.high, back.low])
    np.testing.assert_allclose((there.low, there.high), turned, rtol=1e-6)


@quick
@given(COUNTS, COUNTS)
def test_ratio_equals_the_published_formula_where_that_can_be_computed(first, second):
    rates = two_groups(first, second)
    p1, l1, u1 = rates.of("a", "selection_rate")[:3]
    p2, l2, u2 = rates.of("b", "selection_rate")[:3]
    ratio = rates.ratio("selection_rate", "a", "b")
    bottom = u2 * (2 * p2 - u2)
    if abs(bottom) > 1e-3:
        root = np.sqrt((p1 * p2) ** 2 - l1 * (2 * p1 - l1) * bottom)
        np.testing.assert_allclose(ratio.low, (p1 * p2 - root) / bottom, rtol=1e-9, atol=1e-12)
    if second[0]:
        bottom = l2 * (2 * p2 - l2)
        root = np.sqrt((p1 * p2) ** 2 - u1 * (2 * p1 - u1) * bottom)
        np.testing.assert_allclose(ratio.high, (p1 * p2 + root) / bottom, rtol=1e-9)
        assert ratio.value == p1 / p2
        assert ratio.low <= ratio.value <= ratio.high
    else:
        assert np.isnan(ratio.value)
        assert ratio.high == np.inf


def test_ratio_of_large_groups_comes_near_the_logarithmic_interval():
    first, second = (4000, 10000), (3000, 10000)
    ratio = two_groups(first, second).ratio("selection_rate", "a", "b")
    expected = relative_risk(*first, *second).confidence_interval(0.95)
    np.testing.assert_allclose((ratio.low, ratio.high), expected, rtol=2e-3)


def test_comparing_with_nobody_cannot_be_computed():
    rates = group_rates([0, 0, 1], [0, 1, 1], ["a", "a", "b"])
    for pair in ("ab", "ba"):
        for compare in (rates.difference, rates.ratio):
            assert np.isnan(compare("false_positive_rate", *pair)[:3]).all()


def test_weighted_interval_is_wilson_at_kishs_effective_size():
    rng = np.random.default_rng(7)
    decision, weights = rng.random(500) < 0.3, rng.lognormal(size=500)
    estimate = group_rates(np.zeros(500, bool), decision, ["a"] * 500, weights).of("a", "selection_rate")
    share = weights[decision].sum() / weights.sum()
    effective = weights.sum() ** 2 / (weights**2).sum()
    np.testing.assert_allclose(estimate.value, share)
    np.testing.assert_allclose(estimate[1:3], wilson(share * effective, effective))
    assert effective < 300


@pytest.mark.parametrize("weight", [0.25, 1, 8])
def test_equal_weights_change_no_rate_and_no_interval(weight):
    rng = np.random.default_rng(8)
    columns = rng.random(200) < 0.5, rng.random(200) < 0.5, rng.choice(["a", "b"], 200)
    plain, weighted = group_rates(*columns), group_rates(*columns, weights=np.full(200, weight))
    np.testing.assert_array_equal(weighted.counts, plain.counts * weight)
    for part in ("values", "low", "high"):
        np.testing.assert_allclose(getattr(weighted, part), getattr(plain, part), rtol=1e-12)


def test_people_of_weight_0_are_in_no_rate():
    rates = group_rates([0, 0, 1], [1, 0, 1], ["a", "a", "a"], weights=[0, 0, 2])
    assert np.isnan(rates.of("a", "false_positive_rate")[:3]).all()
    assert rates.of("a", "positive_predictive_value").value == 1


SEEDS = 2000


@pytest.mark.parametrize("truth", [0.05, 0.3, 0.5, 0.9])
@pytest.mark.parametrize("people", [40, 200])
def test_wilson_intervals_cover_the_truth_as_often_as_they_say(truth, people):
    """Each of 2,000 groups is one repetition of the same survey."""
    rng = np.random.default_rng(11)
    decision = rng.random(SEEDS * people) < truth
    group = np.repeat(np.arange(SEEDS), people)
    rates = group_rates(np.zeros(len(group), bool), decision, group)
    covered = np.mean((rates.low[:, 0] <= truth) & (truth <= rates.high[:, 0]))
    # Counts are whole, so the rate of coverage wobbles about 95 % (Brown, Cai and DasGupta, 2001).
    assert 0.93 <= covered <= 0.98


def test_weighted_intervals_cover_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(12)
    people, truth = 150, 0.3
    group = np.repeat(np.arange(SEEDS), people)
    weights = rng.uniform(0.2, 3, len(group))
    rates = group_rates(np.zeros(len(group), bool), rng.random(len(group)) < truth, group, weights)
    covered = np.mean((rates.low[:, 0] <= truth) & (truth <= rates.high[:, 0]))
    assert 0.93 <= covered <= 0.97


def planted(seed, exponent, people=800, threshold=0.7):
    """Return the rates of two groups whose true false positive rates at 0.7 are 0.3 and 1 - 0.7 ** exponent."""
    rng = np.random.default_rng(seed)
    outcome, group = rng.random(people) < 0.4, rng.choice(["a", "b"], people)
    score = rng.random(people)
    score = np.where(group == "b", score ** (1 / exponent), score)
    score = np.where(outcome, score ** (1 / 3), score)
    return ThresholdSweep(outcome, score, group).at(threshold)


def test_a_planted_bias_is_found_and_covered_by_its_interval():
    gap, factor = 0.3 - (1 - 0.7**2), 0.3 / (1 - 0.7**2)
    runs = [planted(seed, exponent=2) for seed in range(500)]
    differences = [run.difference("false_positive_rate", "a", "b") for run in runs]
    ratios = [run.ratio("false_positive_rate", "a", "b") for run in runs]
    # 500 runs at 95 %: three standard errors are 0.03.
    assert 0.92 <= np.mean([found.low <= gap <= found.high for found in differences]) <= 0.98
    assert 0.92 <= np.mean([found.low <= factor <= found.high for found in ratios]) <= 0.98
    assert np.mean([found.high < 0 for found in differences]) > 0.95
    assert abs(np.mean([found.value for found in differences]) - gap) < 0.01


def test_no_bias_is_found_where_none_was_planted():
    differences = [
        planted(seed, exponent=1).difference("false_positive_rate", "a", "b") for seed in range(500)
    ]
    assert np.mean([found.low > 0 or found.high < 0 for found in differences]) < 0.08


@given(st.integers(0, 100_000), st.floats(0.5, 1e6), st.sampled_from([0.8, 0.95, 0.99]))
def test_incidence_has_the_limits_at_which_the_count_is_just_too_rare(events, exposure, confidence):
    found = incidence(events, exposure, per=1000, confidence=confidence)
    low, high = (end * exposure / 1000 for end in (found.low, found.high))
    tail = (1 - confidence) / 2
    assert found.value == pytest.approx(1000 * events / exposure)
    assert poisson.cdf(events, high) == pytest.approx(tail, rel=1e-6)
    if events:
        assert poisson.sf(events - 1, low) == pytest.approx(tail, rel=1e-6)
    else:
        assert low == 0


def test_incidence_keeps_its_counts_and_marks_few_people():
    assert incidence(15, 29, per=1000)[3:] == (15, 29, False)
    assert incidence(15, 30).enough


def test_incidence_covers_the_truth_at_least_as_often_as_it_says():
    events = np.random.default_rng(5).poisson(7.5, SEEDS)
    ends = {count: incidence(int(count), 50)[1:3] for count in np.unique(events)}
    covered = np.mean([ends[count][0] <= 0.15 <= ends[count][1] for count in events])
    assert covered >= 0.95


@pytest.mark.parametrize(
    ("events", "exposure", "per"),
    [(-1, 10, 1), (1.5, 10, 1), (np.nan, 10, 1), (1, 0, 1), (1, -5, 1), (1, np.inf, 1), (1, 10, 0)],
)
def test_incidence_refuses_what_is_no_count_or_exposure(events, exposure, per):
    with pytest.raises(ValueError, match=r"give a whole number|must be numbers above 0"):
        incidence(events, exposure, per)


def test_estimates_are_the_rows_of_a_table():
    rows = {"a": Estimate(0.5, 0.3, 0.7, 15.0, 30.0, True), ("b", 2): incidence(3, 10)}
    table = pd.DataFrame(rows.values(), index=pd.Index(list(rows), tupleize_cols=False)).assign(families=4)
    assert estimates(table) == rows
    with pytest.raises(ValueError, match="no column 'enough'"):
        estimates(table.drop(columns="enough"))


@quick
@given(st.integers(0, 5000), st.integers(0, 5000))
def test_a_proportion_is_a_share_with_wilsons_interval(successes, trials):
    successes = min(successes, trials)
    found = proportion(successes, trials)
    np.testing.assert_array_equal(found[1:3], wilson(successes, trials))
    assert found.value == pytest.approx(successes / trials if trials else np.nan, nan_ok=True)
    assert (found.numerator, found.denominator, found.enough) == (successes, trials, trials >= 30)
