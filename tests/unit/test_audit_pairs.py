"""The difference of two decisions on the same cases: the published method's interval, and its coverage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.audit import Estimate, paired, wilson
from workshop.audit.intervals import newcombe_difference

COUNTS = st.tuples(*[st.integers(0, 200)] * 4).filter(any)


@given(COUNTS)
def test_a_paired_interval_holds_its_value_and_turns_with_the_systems(counts):
    both, first, second, neither = counts
    there, back = paired(*counts), paired(both, second, first, neither)
    gap = there.difference
    assert gap.value == pytest.approx((first - second) / sum(counts))
    assert -1 - 1e-9 <= gap.low <= gap.value + 1e-12
    assert gap.value - 1e-12 <= gap.high <= 1 + 1e-9
    assert (gap.low, gap.high) == pytest.approx((-back.difference.high, -back.difference.low), abs=1e-12)
    assert gap.enough == (sum(counts) >= 30)


def pair_rate(successes, trials):
    return Estimate(successes / trials, *wilson(successes, trials), successes, trials, True)


def width(estimate):
    return estimate.high - estimate.low


def test_without_correlation_it_is_the_interval_of_two_samples():
    pair = paired(40, 60, 160, 240)  # 100 of 500 and 200 of 500, independent
    one, other = (pair_rate(number, 500) for number in (100, 200))
    assert (pair.difference.low, pair.difference.high) == pytest.approx(newcombe_difference(one, other))


def test_pairing_narrows_if_both_fail_on_the_same_and_widens_if_on_different_cases():
    same, apart = paired(90, 10, 20, 380), paired(0, 100, 110, 290)
    for pair, narrower in ((same, True), (apart, False)):
        rates = (pair_rate(pair.both + only, sum(pair[1:])) for only in (pair.only_first, pair.only_second))
        low, high = newcombe_difference(*rates)
        assert (width(pair.difference) < high - low) == narrower


def test_more_confidence_gives_a_wider_interval():
    narrow, wide = (paired(10, 20, 5, 65, confidence).difference for confidence in (0.95, 0.999))
    assert wide.low < narrow.low < narrow.value == wide.value < narrow.high < wide.high


def test_the_paired_interval_covers_the_truth():
    rng, truth = np.random.default_rng(3), np.array([0.1, 0.05, 0.15, 0.7])
    drawn = rng.multinomial(60, truth, 2000)
    gaps = [paired(*map(int, row)).difference for row in drawn]
    covered = np.mean([gap.low <= truth[1] - truth[2] <= gap.high for gap in gaps])
    assert 0.94 <= covered <= 0.985


@pytest.mark.parametrize(
    ("counts", "says"), [((0, 0, 0, 0), "at least one"), ((-1, 0, 0, 5), "four counts of 0 or more")]
)
def test_what_is_no_count_is_refused(counts, says):
    with pytest.raises(ValueError, match=says):
        paired(*counts)
