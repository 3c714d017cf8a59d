"""The index of a shift, what chance alone brings, and alarms that cost no more than was paid for."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from river.drift import PageHinkley
from scipy.stats import ks_2samp

from workshop.audit import (
    alarm_starts,
    chance_index,
    ks_distances,
    page_hinkley,
    population_stability_index,
    set_alarm,
    stability_indexes,
)

COUNTS = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=2, max_size=12).filter(
    lambda rows: all(sum(side) for side in zip(*rows, strict=True))
)


@given(COUNTS)
def test_the_index_is_zero_for_the_same_and_alike_in_both_directions(rows):
    first, second = zip(*rows, strict=True)
    assert population_stability_index(first, first) == 0
    there, back = population_stability_index(first, second), population_stability_index(second, first)
    assert there == pytest.approx(back)
    assert there >= 0


def test_the_index_by_hand():
    # Shares 0.25 and 0.75 against 0.75 and 0.25, once half a count is added to each of two bands.
    assert population_stability_index([0, 1], [1, 0]) == pytest.approx(2 * 0.5 * np.log(3))
    assert population_stability_index([900, 100], [800, 200]) == pytest.approx(0.0808, abs=5e-4)


def test_chance_alone_stays_below_the_chance_index_as_often_as_it_says():
    rng = np.random.default_rng(5)
    limit = chance_index(4000, 400, 5)
    drawn = [rng.multinomial(size, [0.2] * 5, 2000) for size in (4000, 400)]
    below = [population_stability_index(*pair) < limit for pair in zip(*drawn, strict=True)]
    assert np.mean(below) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [([1], [1]), ([1, 2], [1, 2, 3]), ([1, -1], [1, 1]), ([0, 0], [1, 1]), ([1, np.nan], [1, 1])],
)
def test_counts_that_cannot_be_compared(expected, actual):
    with pytest.raises(ValueError, match="ounts"):
        population_stability_index(expected, actual)


@pytest.mark.parametrize("given", [(0, 5, 5), (5, 0, 5), (5, 5, 1), (5, 5, 5, 1.0), (5, 5, 5, 0)])
def test_no_chance_index(given):
    with pytest.raises(ValueError, match="two bands or more"):
        chance_index(*given)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=60), st.data())
def test_an_alarm_rings_no_more_often_than_was_paid_for(values, data):
    paid = data.draw(st.integers(0, len(values) - 1))
    alarm = set_alarm(values, paid)
    assert alarm.false_alarms == alarm.rings(values).sum() <= paid
    assert alarm.limit in values
    if len(set(values)) == len(values):
        assert alarm.false_alarms == paid


def test_what_few_weeks_tell_of_rare_alarms():
    a_year = set_alarm(np.arange(39), 1).a_year
    assert a_year.value == pytest.approx(52 / 39)
    assert a_year.low < 0.1
    assert a_year.high > 7


@pytest.mark.parametrize(
    ("values", "paid", "says"),
    [
        ([1, 2], 2, "below the number"),
        ([1, 2], -1, "below"),
        ([1, 2], True, "below"),
        ([1, np.nan], 0, "no value"),
    ],
)
def test_alarms_that_cannot_be_set(values, paid, says):
    with pytest.raises(ValueError, match=says):
        set_alarm(values, paid)


# Page-Hinkley


@given(
    st.lists(st.floats(-10, 10), max_size=80),
    st.floats(0.1, 30),
    st.floats(0, 2),
    st.integers(1, 12),
    st.floats(0.5, 1),
)
@example([0.0] * 10 + [5.0] * 20 + [-5.0] * 20, 6.0, 0.5, 8, 1.0)
@settings(max_examples=60, deadline=None)
def test_page_hinkley_rings_where_rivers_does(values, threshold, tolerance, min_values, forgetting):
    reference = PageHinkley(min_values, tolerance, threshold, forgetting, mode="both")
    expected = []
    for value in values:
        reference.update(value)
        expected.append(reference.drift_detected)
    found = page_hinkley(values, threshold, tolerance=tolerance, min_values=min_values, forgetting=forgetting)
    assert found.rings.tolist() == expected


@pytest.mark.parametrize("step", [4, -4])
def test_page_hinkley_hears_a_shift_in_both_directions(step):
    values = np.r_[np.zeros(20), np.full(10, step)]
    found = page_hinkley(values, 6)
    assert not found.rings[:20].any()
    assert found.rings[20:24].any()
    assert (found.statistic >= 0).all()


def test_page_hinkley_begins_anew_after_an_alarm():
    found = page_hinkley(np.r_[np.zeros(10), np.full(40, 5.0)], 6)
    assert found.rings.sum() == 1  # the new level is the usual one from then on


@pytest.mark.parametrize(
    "given",
    [
        {"threshold": 0},
        {"threshold": np.nan},
        {"threshold": 1, "tolerance": -1},
        {"threshold": 1, "min_values": 0},
        {"threshold": 1, "forgetting": 0},
        {"threshold": 1, "forgetting": 1.1},
    ],
)
def test_page_hinkley_refuses_what_is_out_of_range(given):
    with pytest.raises(ValueError, match="threshold above 0"):
        page_hinkley([1, 2], **given)


# Windows


@given(st.lists(st.integers(-5, 5), min_size=16, max_size=40), st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_ks_distances_are_scipys(values, window):
    ordinary = np.arange(len(values)) < 15
    found = ks_distances(values, ordinary, window)
    assert not found[: window - 1].any()
    for end in range(window, len(values) + 1):
        inside = (np.arange(len(values)) >= end - window) & (np.arange(len(values)) < end)
        others = np.array(values)[ordinary & ~inside]
        assert found[end - 1] == pytest.approx(ks_2samp(np.array(values)[inside], others).statistic)


def test_an_ordinary_window_is_not_compared_with_itself():
    values = np.r_[np.full(4, 9.0), np.zeros(20)]
    assert ks_distances(values, np.ones(24, dtype=bool), 4)[3] == 1


def test_stability_indexes_by_hand():
    values = np.r_[np.arange(20.0), np.full(4, 50.0)]
    ordinary = np.arange(24) < 20
    # Five bands of four each; the window has all four in the highest.
    expected = population_stability_index([4] * 5, [0, 0, 0, 0, 4])
    assert stability_indexes(values, ordinary, 4)[-1] == pytest.approx(expected)
    assert expected < chance_index(20, 4, 5)  # the furthest that four values can go is still chance


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: ks_distances([1, np.nan], [True, True]), "left out"),
        (lambda: ks_distances([[1, 2]], [True]), "one list"),
        (lambda: ks_distances([1, 2], [True]), "one mark for each of the 2"),
        (lambda: ks_distances(range(20), [True] * 20, 0), "1 or more"),
        (lambda: ks_distances(range(20), [True] * 20, True), "1 or more"),
        (lambda: ks_distances(range(12), [True] * 12, 4), "only 8 ordinary values are left"),
        (lambda: stability_indexes(range(20), [True] * 20, 4, bands=1), "two or more"),
        (lambda: page_hinkley([1, np.inf], 1), "left out"),
    ],
)
def test_windows_that_cannot_be_compared(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_weeks_in_a_row_are_one_alarm():
    rings = [True, True, False, True, False, False, True, True]
    assert alarm_starts(rings).tolist() == [True, False, False, True, False, False, True, False]
    assert alarm_starts(np.array([[True, False], [True, True]])).tolist() == [[True, False], [False, True]]
    assert alarm_starts([]).tolist() == []
