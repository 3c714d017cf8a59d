"""Both errors at every threshold are scikit-learn's DET curve, whole."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import det_curve

from workshop.audit import equal_error_rate, error_tradeoff

RATES = ["false_match_rate", "false_non_match_rate"]
# Few different scores make ties; the others are any numbers at all.
SCORES = st.lists(
    st.one_of(st.integers(1, 5).map(float), st.floats(-1e300, 1e300)), min_size=1, max_size=30
).map(np.array)


def pairs(genuine, impostors):
    return np.arange(len(genuine) + len(impostors)) < len(genuine), np.append(genuine, impostors)


@settings(max_examples=100, deadline=None)
@given(SCORES, SCORES)
def test_the_tradeoff_is_scikit_learns_det_curve(genuine, impostors):
    same, scores = pairs(genuine, impostors)
    points = error_tradeoff(same, scores).set_index("threshold")
    det = dict(zip(("false_match", "false_non_match", "threshold"), det_curve(same, scores), strict=True))
    found = points.loc[det["threshold"], RATES].to_numpy()
    np.testing.assert_allclose(found, np.column_stack([det["false_match"], det["false_non_match"]]))
    # It leaves out only what repeats an end: nobody is missed below, nobody is matched above.
    left = points.drop(det["threshold"])
    below = left.index < det["threshold"].min()
    assert (left["false_non_match_rate"][below] == 0).all()
    assert (left["false_match_rate"][~below] == 0).all()


@settings(max_examples=100, deadline=None)
@given(SCORES, SCORES)
def test_the_rates_are_shares_of_the_pairs_at_every_score(genuine, impostors):
    points = error_tradeoff(*pairs(genuine, impostors))
    assert points["threshold"].tolist() == [*np.unique(np.append(genuine, impostors)), np.inf]
    for _, point in points.iterrows():
        assert point["false_match_rate"] == pytest.approx(np.mean(impostors >= point["threshold"]))
        assert point["false_non_match_rate"] == pytest.approx(np.mean(genuine < point["threshold"]))
    np.testing.assert_allclose(points["true_match_rate"], 1 - points["false_non_match_rate"])


@settings(max_examples=100, deadline=None)
@given(SCORES, SCORES)
def test_at_the_equal_error_rate_both_are_nearest(genuine, impostors):
    points = error_tradeoff(*pairs(genuine, impostors))
    rate, threshold = equal_error_rate(points)
    both = np.mean(impostors >= threshold), np.mean(genuine < threshold)
    assert rate == pytest.approx(np.mean(both))
    every = points[:-1]
    nearest = (every["false_match_rate"] - every["false_non_match_rate"]).abs().min()
    assert abs(both[0] - both[1]) == pytest.approx(nearest)


def test_scores_that_part_the_pairs_have_no_error_and_equal_ones_all_of_one_kind():
    assert equal_error_rate(error_tradeoff([True, True, False], [3, 4, 1])) == (0, 3)
    assert equal_error_rate(error_tradeoff([True, True, False], [1, 1, 1])) == (0.5, 1)


@pytest.mark.parametrize("same", [[True, True], [False, False], []])
def test_one_kind_of_pairs_alone_is_refused(same):
    with pytest.raises(ValueError, match="one kind is missing"):
        error_tradeoff(same, [0.5] * len(same))
