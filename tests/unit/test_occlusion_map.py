"""The occlusion map: what is covered, and what that does to a score whose weights are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop.domains.vision.occlusion import _AT_ONCE, occlusion_map


def linear(weights):
    return lambda pictures: (pictures * weights).sum(axis=(1, 2))


@st.composite
def cases(draw):
    """Return a picture, weights, and a patch and places that fit."""
    height, width = draw(st.tuples(st.integers(1, 12), st.integers(1, 16)))
    patch = draw(st.tuples(st.integers(1, height), st.integers(1, width)))
    places = draw(st.tuples(st.integers(1, 14), st.integers(1, 14)))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    return rng.random((height, width)), rng.normal(size=(height, width)), patch, places


@given(cases(), st.floats(0, 1))
@settings(max_examples=80, deadline=None)
def test_a_linear_score_changes_by_what_its_weights_say(case, fill):
    picture, weights, patch, places = case
    found = occlusion_map(linear(weights), picture, patch, places, fill)
    assert found.before == pytest.approx((picture * weights).sum(), abs=1e-9)
    for row, top in enumerate(found.top):
        for column, left in enumerate(found.left):
            part = np.s_[top : top + patch[0], left : left + patch[1]]
            expected = (weights[part] * (fill - picture[part])).sum()
            assert found.change[row, column] == pytest.approx(expected, abs=1e-9)


@given(cases())
@settings(max_examples=60, deadline=None)
def test_a_patch_that_shows_what_it_covers_changes_nothing(case):
    picture, weights, patch, places = case

    def score(pictures):
        return np.tanh((pictures**2 * weights).sum(axis=(1, 2)))

    found = occlusion_map(score, picture, patch, places, fill=picture)
    assert (found.after == found.before).all()
    assert not found.change.any()


@given(cases())
@settings(max_examples=60, deadline=None)
def test_places_go_from_edge_to_edge_in_even_steps(case):
    picture, weights, patch, places = case
    found = occlusion_map(linear(weights), picture, patch, places)
    assert found.patch == patch
    for starts, side, part, number in zip((found.top, found.left), picture.shape, patch, places, strict=True):
        assert len(starts) == min(number, side - part + 1) or number == 1
        assert (np.diff(starts) > 0).all()
        if number > 1:
            assert (starts[0], starts[-1]) == (0, side - part)
            assert np.ptp(np.diff(starts)) <= 1 if len(starts) > 1 else True
        else:
            assert list(starts) == [(side - part) // 2]
    assert found.after.shape == (len(found.top), len(found.left))


def test_more_places_than_one_batch_are_scored_in_their_order():
    picture, weights = np.random.default_rng(0).random((2, 20, 30))
    sizes = []

    def score(pictures):
        sizes.append(len(pictures))
        return linear(weights)(pictures)

    found = occlusion_map(score, picture, 1, picture.shape, fill=0)
    assert np.allclose(found.change, -weights * picture)
    assert sum(sizes) == 1 + picture.size
    assert max(sizes) <= _AT_ONCE < picture.size


def test_without_a_filling_the_patch_has_the_mean_shade():
    picture = np.random.default_rng(0).random((9, 9))
    weights = np.random.default_rng(1).normal(size=(9, 9))
    given, default = (
        occlusion_map(linear(weights), picture, 3, fill=fill) for fill in (picture.mean(), None)
    )
    assert np.array_equal(given.after, default.after)


def test_the_picture_is_not_changed_and_bytes_are_taken():
    shades = np.random.default_rng(0).integers(0, 256, (10, 10)).astype(np.uint8)
    before = shades.copy()
    found = occlusion_map(linear(np.ones((10, 10))), shades, 5, (2, 2), fill=0)
    assert (shades == before).all()
    assert found.before == pytest.approx(shades.sum() / 255)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"picture": np.zeros((0, 5))}, "is empty"),
        ({"picture": "face"}, "is no picture"),
        ({"patch": 0}, "The patch is 0"),
        ({"patch": 11}, r"fit into a picture of 12 x 10 pixels"),
        ({"patch": (2, 13)}, "The patch is"),
        ({"patch": (2, 2, 2)}, "The patch is"),
        ({"patch": 2.5}, "The patch is 2.5"),
        ({"patch": True}, "The patch is True"),
        ({"places": (0, 3)}, "places is"),
        ({"places": 4}, "places is 4"),
        ({"places": (2, 2, 2)}, "places is"),
        ({"fill": 1.5}, "fill must be a shade"),
        ({"fill": np.nan}, "fill must be a shade"),
        ({"fill": np.zeros((3, 3))}, "fill must be a shade"),
        ({"score": lambda pictures: 0.5}, "one finite number for each picture"),
        ({"score": lambda pictures: np.zeros((len(pictures), 2))}, r"shape \(1, 2\)"),
        ({"score": lambda pictures: np.full(len(pictures), np.nan)}, "finite"),
    ],
)
def test_what_does_not_fit_is_refused(changed, words):
    given = {"score": linear(np.ones((10, 12))), "picture": np.full((10, 12), 0.5)}
    with pytest.raises(ValueError, match=words):
        occlusion_map(**(given | changed))
