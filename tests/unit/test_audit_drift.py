"""The index of a shift, what chance alone brings, and alarms that cost no more than was paid for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.audit import chance_index, population_stability_index, set_alarm

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
