"""Errors of a face search: the same as the libraries count, and a watch list's day adds up."""

import math

import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import MetricFrame, false_negative_rate, false_positive_rate
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.metrics import det_curve, roc_curve

from workshop.audit import wilson
from workshop.domains.vision.matching import FALSE_MATCH, MatchScores, any_match, watch_list_day

GROUPS = ("a", "b", "c")


@st.composite
def pairs(draw):
    """Return a table of pairs with many equal scores; each group has pairs of both kinds."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    groups = GROUPS[: draw(st.integers(1, 3))]
    size = draw(st.integers(1, 60))
    table = pd.DataFrame(
        {
            "score": rng.integers(0, draw(st.integers(1, 40)) + 1, size) / draw(st.sampled_from([1, 10])),
            "genuine": rng.random(size) < 0.4,
            "group": rng.choice(groups, size),
        }
    )
    ends = pd.DataFrame(
        [(float(rng.integers(0, 5)), kind, group) for group in groups for kind in (True, False)],
        columns=list(table),
    )
    return pd.concat([table, ends], ignore_index=True)


def scored(table):
    return MatchScores(table["score"], table["genuine"], table["group"])


def normal(seed=0, impostors=20_000, genuine=2000, shift=0.5):
    """Return scores of two groups; impostors of b score higher."""
    rng = np.random.default_rng(seed)
    score = np.concatenate(
        [
            rng.normal(0, 1, impostors),
            rng.normal(4, 1, genuine),
            rng.normal(shift, 1, impostors),
            rng.normal(4, 1, genuine),
        ]
    )
    kinds = np.tile(np.repeat([False, True], [impostors, genuine]), 2)
    return MatchScores(score, kinds, np.repeat(["a", "b"], impostors + genuine))


# The rates


@settings(max_examples=60, deadline=None)
@given(pairs(), st.floats(0, 1))
def test_rates_are_fairlearns_with_wilsons_intervals(table, place):
    scores = scored(table)
    threshold = scores.lowest + place * (scores.highest - scores.lowest)
    match = table["score"] >= threshold
    kinds = {"match": false_positive_rate, "non_match": false_negative_rate}
    frame = MetricFrame(
        metrics=kinds, y_true=table["genuine"], y_pred=match, sensitive_features=table["group"]
    )
    for group in (*scores.groups, None):
        inside = slice(None) if group is None else table["group"] == group
        expected = frame.overall if group is None else frame.by_group.loc[group]
        for rate, kind, wrong in (
            (scores.false_match_rate, "match", match & ~table["genuine"]),
            (scores.false_non_match_rate, "non_match", ~match & table["genuine"]),
        ):
            found = rate(threshold, group)
            whole = (table["genuine"] == (kind == "non_match"))[inside].sum()
            assert found.value == pytest.approx(expected[kind])
            assert (found.numerator, found.denominator) == (wrong[inside].sum(), whole)
            assert (found.low, found.high) == pytest.approx(wilson(wrong[inside].sum(), whole))
            assert found.enough == (whole >= 30)


@settings(max_examples=60, deadline=None)
@given(pairs())
def test_curves_are_scikit_learns(table):
    scores = scored(table)
    for group in (*scores.groups, None):
        inside = table if group is None else table[table["group"] == group]
        points = scores.curve(group)
        match, genuine, thresholds = roc_curve(inside["genuine"], inside["score"], drop_intermediate=False)
        np.testing.assert_allclose(points["threshold"], thresholds[::-1])
        np.testing.assert_allclose(points["false_match_rate"], match[::-1])
        np.testing.assert_allclose(points["true_match_rate"], genuine[::-1])
        # A DET curve has fewer points: what repeats an end is left out.
        by_threshold = points.set_index("threshold")
        for one, other, threshold in zip(*det_curve(inside["genuine"], inside["score"]), strict=True):
            assert by_threshold.loc[threshold, ["false_match_rate", "false_non_match_rate"]].tolist() == (
                pytest.approx([one, other])
            )


@settings(max_examples=60, deadline=None)
@given(pairs())
def test_a_higher_threshold_never_has_more_false_matches_or_fewer_misses(table):
    for group in (*scored(table).groups, None):
        points = scored(table).curve(group)
        assert points["threshold"].is_monotonic_increasing
        assert points["false_match_rate"].is_monotonic_decreasing
        assert points["false_non_match_rate"].is_monotonic_increasing
        assert points.iloc[0][["false_match_rate", "true_match_rate"]].tolist() == [1, 1]
        assert points.iloc[-1][["false_match_rate", "true_match_rate"]].tolist() == [0, 0]


@settings(max_examples=60, deadline=None)
@given(pairs())
def test_the_equal_error_rate_is_where_both_errors_are_nearest(table):
    scores = scored(table)
    for group in (*scores.groups, None):
        rate, threshold = scores.equal_error_rate(group)
        both = (
            scores.false_match_rate(threshold, group).value,
            scores.false_non_match_rate(threshold, group).value,
        )
        assert rate == pytest.approx(sum(both) / 2)
        points = scores.curve(group)[:-1]
        gaps = (points["false_match_rate"] - points["false_non_match_rate"]).abs()
        assert abs(both[0] - both[1]) == pytest.approx(gaps.min())


def test_the_equal_error_rate_of_normal_scores_is_the_textbooks():
    rate, threshold = normal(shift=0.0, impostors=50_000, genuine=50_000).equal_error_rate()
    assert rate == pytest.approx(0.02275, abs=0.002)  # two normal distributions four apart
    assert threshold == pytest.approx(2, abs=0.05)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.floats(0.0002, 0.5))
def test_the_threshold_is_the_lowest_that_keeps_the_rate(seed, wanted):
    scores = normal(seed)
    for group in ("a", "b", None):
        threshold = scores.threshold_for(wanted, group)
        assert scores.false_match_rate(threshold, group).value <= wanted
        lower = scores.curve(group)["threshold"].loc[lambda each, kept=threshold: each < kept].max()
        assert scores.false_match_rate(lower, group).value > wanted
    each = scores.thresholds_for(wanted)
    rates = scores.at(each)
    assert all(rates.of(group, FALSE_MATCH).value <= wanted for group in scores.groups)
    # With few false matches, chance may turn the order of the groups around.
    assert each["b"] > each["a"] or wanted < 0.01


def test_the_factor_finds_what_was_planted():
    scores = normal(impostors=200_000, shift=0.5)
    factor = scores.factor(2.5, "b", "a")
    truth = 0.5 * math.erfc(2 / math.sqrt(2)) / (0.5 * math.erfc(2.5 / math.sqrt(2)))
    assert factor.low < truth < factor.high
    assert factor.high / factor.low < 1.3


# A day


def made_day(threshold=2.5, crowd=10_000, listed=50, wanted=2.0, **options):
    return watch_list_day(normal().at(threshold), crowd, listed, wanted, **options)


@settings(max_examples=60, deadline=None)
@given(
    pairs(),
    st.floats(0, 1),
    st.integers(0, 10**6),
    st.integers(1, 10**5),
    st.floats(0, 1),
    st.floats(0.01, 0.99),
)
def test_a_day_adds_up(table, place, crowd, listed, part, share):
    scores = scored(table)
    assume(len(scores.groups) > 1)
    shares = dict.fromkeys(scores.groups, (1 - share) / (len(scores.groups) - 1)) | {"a": share}
    wanted = part * min(crowd, listed)
    rates = scores.at(scores.lowest + place * (scores.highest - scores.lowest))
    day = watch_list_day(rates, crowd, listed, wanted, shares)
    assert sum(day.people.values()) == pytest.approx(crowd)
    assert sum(day.wanted.values()) == pytest.approx(wanted)
    for group in scores.groups:
        found, missed, wrong = day.found[group], day.missed[group], day.false_alerts[group]
        assert found.value + missed.value == pytest.approx(day.wanted[group])
        assert 0 <= wrong.value <= day.people[group] - day.wanted[group] + 1e-6
        for each in (found, missed, wrong):
            assert each.low <= each.value + 1e-9 <= each.high + 2e-9
        assert wrong.numerator == rates.of(group, FALSE_MATCH).numerator
    for kind in ("found", "missed", "false_alerts"):
        total, parts = day.total(kind), getattr(day, kind).values()
        assert total.value == pytest.approx(sum(each.value for each in parts))
        # Zou and Donner: of independent parts, the distances to the ends add up as squares.
        down, up = (
            math.sqrt(sum((each.value - end) ** 2 for each, end in zip(parts, ends, strict=True)))
            for ends in ([each.low for each in parts], [each.high for each in parts])
        )
        assert (total.low, total.high) == pytest.approx((max(0, total.value - down), total.value + up))
    assert day.alerts == pytest.approx(day.total("found").value + day.total("false_alerts").value)
    if day.alerts > 0:
        right = day.share_right
        assert right.value == pytest.approx(day.total("found").value / day.alerts)
        assert right.low - 1e-9 <= right.value <= right.high + 1e-9
    frame = day.frame()
    assert list(frame.index) == [*scores.groups, "everyone"]
    summed = ["people", "wanted", "found", "missed", "false_alerts"]
    np.testing.assert_allclose(frame.loc[list(scores.groups), summed].sum(), frame.loc["everyone", summed])


def test_false_alerts_are_those_of_comparing_everybody_with_everybody():
    rate, listed, people = 0.003, 40, 200_000
    rng = np.random.default_rng(1)
    # Comparisons that match, drawn one by one: a passer-by with any of them is flagged.
    flagged = (rng.random((people, listed)) < rate).any(axis=1).mean()
    assert any_match(rate, listed) == pytest.approx(flagged, abs=5 * math.sqrt(0.1 * 0.9 / people))


@given(st.floats(0, 1), st.integers(1, 10_000))
def test_any_match_is_a_probability_that_grows_with_the_list(rate, listed):
    now, more = any_match(rate, listed), any_match(rate, listed + 1)
    assert 0 <= now <= more <= 1
    assert any_match(rate, 1) == pytest.approx(rate)
    assert any_match(1e-12, 1000) == pytest.approx(1e-9)


def test_the_interval_of_the_total_holds_the_truth_95_times_of_100():
    rng, rates, sizes, runs = np.random.default_rng(5), (0.0005, 0.004), (6000, 4000), 400
    truth = sum(size * any_match(rate, 20) for rate, size in zip(rates, sizes, strict=True))
    held = 0
    for _ in range(runs):
        match = np.concatenate([rng.random(20_000) < rate for rate in rates])
        genuine = np.zeros(len(match), dtype=bool)
        # One genuine pair a group, far above, so that there is a rate; nobody wanted passes.
        scores = MatchScores(
            np.append(match, [2, 2]),
            np.append(genuine, [True, True]),
            np.append(np.repeat([0, 1], 20_000), [0, 1]),
        )
        total = watch_list_day(scores.at(1), 10_000, 20, 0, {"0": 0.6, "1": 0.4}).total("false_alerts")
        held += total.low <= truth <= total.high
    assert abs(held / runs - 0.95) < 4 * math.sqrt(0.95 * 0.05 / runs)


def test_a_team_keeps_up_or_leaves_alerts():
    day = made_day()
    assert day.unreviewed(day.alerts + 1) == 0
    assert day.unreviewed(0) == pytest.approx(day.alerts)
    assert day.per_hour() == pytest.approx(day.alerts / 24)
    assert day.per_hour(8) == pytest.approx(day.alerts / 8)
    for team in (-1, math.nan, math.inf):
        with pytest.raises(ValueError, match="the alerts that the team can review a day, 0 or more"):
            day.unreviewed(team)
    for hours in (0, -1, 25, math.nan):
        with pytest.raises(ValueError, match="above 0 and at most 24"):
            day.per_hour(hours)


def test_without_an_alert_no_share_is_right():
    day = watch_list_day(normal().at(normal().highest), 0, 10, 0)
    assert day.alerts == 0
    assert math.isnan(day.share_right.value)


# What goes wrong


@pytest.mark.parametrize(
    ("score", "genuine", "group", "words"),
    [
        ([1, 2], [True, False], ["a"], "one row for each pair"),
        ([], [], [], "There are no pairs"),
        ([[1, 2]], [True, False], ["a", "a"], "must be columns"),
        ([1, math.nan], [True, False], ["a", "a"], "A score is no number"),
        ([1, math.inf], [True, False], ["a", "a"], "A score is no number"),
        (["high", 1], [True, False], ["a", "a"], "A score is no number"),
        ([1, None], [True, False], ["a", "a"], "A score is no number"),
        ([1, 2], [True, None], ["a", "a"], "not marked as genuine or impostor"),
        ([1, 2], ["yes", "no"], ["a", "a"], "must be yes or no"),
        ([1, 2], [True, False], ["a", None], "A pair has no group"),
        ([1, 2], [True, True], ["a", "a"], "The group 'a' has no impostor pairs"),
        ([1, 2], [False, False], ["a", "a"], "The group 'a' has no genuine pairs"),
        ([1, 2, 3], [True, False, False], ["a", "a", "b"], "The group 'b' has no genuine pairs"),
    ],
)
def test_scores_that_cannot_be_audited_are_refused(score, genuine, group, words):
    with pytest.raises(ValueError, match=words):
        MatchScores(score, genuine, group)


def test_a_category_without_pairs_is_told():
    group = pd.Categorical(["a", "a"], ["a", "b"])
    with pytest.raises(ValueError, match="The group 'b' has no impostor pairs"):
        MatchScores([1, 2], [True, False], group)


@pytest.mark.parametrize(
    "threshold", [-100, 100, math.nan, math.inf, "high", None, {"a": 100, "b": 1}, {"a": 1}, {"a": 1, "x": 1}]
)
def test_a_threshold_that_is_none_is_refused(threshold):
    scores = normal(impostors=100, genuine=100)
    with pytest.raises(
        ValueError, match=r"so give a number in between|Give one threshold for each of the groups"
    ):
        scores.at(threshold)


def test_a_rate_that_the_pairs_cannot_measure_is_refused():
    scores = normal(impostors=1000, genuine=100)
    assert scores.smallest_rate("a") == 0.003
    assert scores.smallest_rate() == 0.0015
    with pytest.raises(
        ValueError, match=r"The 1,000 impostor pairs of a can't measure .* of 1e-05: ask for 0.003"
    ):
        scores.threshold_for(1e-5, "a")
    with pytest.raises(ValueError, match="The 1,000 impostor pairs of a can't measure"):
        scores.thresholds_for(0.002)
    for wanted in (0, 1, -0.1, 2, math.nan):
        with pytest.raises(ValueError, match="above 0 and below 1"):
            scores.threshold_for(wanted)


def test_a_rate_that_no_threshold_reaches_is_told():
    scores = MatchScores([1] * 100 + [0], [False] * 100 + [True], ["a"] * 101)
    with pytest.raises(ValueError, match=r"No threshold brings the false match rate of a to 0\.5"):
        scores.threshold_for(0.5, "a")


def test_an_unknown_group_is_told():
    scores = normal(impostors=100, genuine=100)
    for call in (scores.curve, scores.equal_error_rate, scores.smallest_rate):
        with pytest.raises(ValueError, match="There is no group 'x'; the groups are a, b"):
            call("x")
    with pytest.raises(ValueError, match="There is no group 'x'"):
        scores.false_match_rate(1, "x")
    assert repr(scores) == "MatchScores(a, b; 200 genuine, 200 impostor pairs)"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"crowd": -1}, "crowd is -1; give the people who pass in a day, 0 or more"),
        ({"crowd": math.nan}, "crowd is nan"),
        ({"crowd": math.inf}, "crowd is inf"),
        ({"listed": 0}, "listed is 0; give the persons on the list, a whole number from 1"),
        ({"listed": 2.5}, "listed is 2.5"),
        ({"listed": math.nan}, "listed is nan"),
        ({"wanted": -1}, "wanted is -1; give a number from 0 to 50"),
        ({"wanted": 51}, "wanted is 51; give a number from 0 to 50"),
        ({"crowd": 3, "wanted": 4}, "wanted is 4; give a number from 0 to 3"),
        ({"wanted": math.nan}, "wanted is nan"),
        ({"shares": {"a": 1}}, "one share for each of the groups a, b"),
        ({"shares": [0.5, 0.5]}, "one share for each of the groups a, b"),
        ({"shares": {"a": 0.5, "b": 0.6}}, "add up to 1"),
        ({"shares": {"a": 1.5, "b": -0.5}}, "0 or more and add up to 1"),
        ({"shares": {"a": math.nan, "b": 1}}, "add up to 1"),
    ],
)
def test_a_day_that_cannot_be_is_refused(changed, words):
    with pytest.raises(ValueError, match=words):
        made_day(**changed)


def test_rates_of_something_else_are_refused():
    with pytest.raises(ValueError, match=r"as MatchScores\.at returns them"):
        watch_list_day(0.001, 100, 10)
