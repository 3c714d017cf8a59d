"""Light comes in the stops asked for, dirt covers its share, what is turned is narrower; strength 0 changes nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.measure import label
from skimage.transform import ProjectiveTransform

from workshop.domains.vision import conditions
from workshop.domains.vision.conditions import COVER, DIRT, blur, dirt, exposure, turn

quick = settings(max_examples=40, deadline=None)
SEEDS = st.integers(0, 1000)
SIZES = st.tuples(st.integers(8, 40), st.integers(8, 60))
CHANGES = {
    "exposure": (exposure, st.floats(-8, 8)),
    "blur": (blur, st.floats(0, 2)),
    "turn": (turn, st.floats(-80, 80)),
    "dirt": (dirt, st.floats(0, 0.9)),
}


def picture_of(seed, size=(32, 48)):
    return np.random.default_rng(seed).random(size, dtype=np.float32)


@pytest.mark.parametrize("name", CHANGES)
@quick
@given(seed=SEEDS, size=SIZES, data=st.data())
def test_a_picture_stays_a_picture_of_its_size(name, seed, size, data):
    change, strengths = CHANGES[name]
    strength = data.draw(strengths)
    picture = picture_of(seed, size)
    before = picture.copy()
    changed = change(picture, strength)
    assert changed.shape == size
    assert changed.dtype == np.float32
    assert changed.min() >= 0
    assert changed.max() <= 1
    np.testing.assert_array_equal(picture, before)  # what is given stays as it is
    np.testing.assert_array_equal(changed, change(picture, strength))
    np.testing.assert_array_equal(changed[None], change(picture[None], strength))  # alone or in a stack


@pytest.mark.parametrize("name", CHANGES)
@quick
@given(seed=SEEDS, size=SIZES)
def test_without_strength_nothing_changes(name, seed, size):
    picture = picture_of(seed, size)
    changed = CHANGES[name][0](picture, 0)
    np.testing.assert_array_equal(changed, picture)
    changed[:] = 0
    assert picture.any()  # it is a copy


@pytest.mark.parametrize("change", [exposure, blur, turn])
def test_in_a_stack_each_picture_is_treated_as_if_it_were_alone(change):
    stack = np.stack([picture_of(seed) for seed in range(4)])
    np.testing.assert_allclose(change(stack, 1.5), [change(each, 1.5) for each in stack], atol=1e-6)


# Light


@quick
@given(SEEDS, st.floats(-8, 8))
def test_a_stop_doubles_the_light_up_to_white(seed, stops):
    picture = picture_of(seed)
    np.testing.assert_allclose(exposure(picture, stops), np.minimum(picture * 2.0**stops, 1), rtol=1e-5)


@quick
@given(SEEDS, st.floats(0.005, 0.1))
def test_noise_is_as_strong_as_asked_and_comes_again_from_its_seed(seed, noise):
    grey = np.full((64, 64), 0.5)
    noisy = exposure(grey, 0, noise, seed)
    assert np.std(noisy) == pytest.approx(noise, rel=0.1)
    assert np.mean(noisy) == pytest.approx(0.5, abs=noise / 10)
    np.testing.assert_array_equal(noisy, exposure(grey, 0, noise, seed))
    assert not np.array_equal(noisy, exposure(grey, 0, noise, seed + 1))


def test_noise_drowns_a_dark_picture_more_than_a_bright_one():
    picture = np.tile([0.2, 0.8], (64, 32))
    signal_to_noise = [
        np.ptp(exposure(picture, stops, 0.02).mean(axis=0)[:2])
        / exposure(picture, stops, 0.02)[:, 0].std(ddof=1)
        for stops in (0, -2, -4)
    ]
    assert signal_to_noise[0] > 2 * signal_to_noise[1] > 4 * signal_to_noise[2]


def test_too_much_light_takes_the_contrast():
    picture = np.tile([0.3, 0.6], (8, 8))
    contrasts = [np.ptp(exposure(picture, stops)) for stops in (0, 0.7, 1.5, 2)]
    assert contrasts[1] > contrasts[0]
    assert contrasts[1] > contrasts[2] > contrasts[3] == 0


# Lens


@quick
@given(SEEDS, st.floats(0.6, 3))
def test_blur_keeps_the_light_and_spreads_a_point_by_its_sigma(seed, sigma):
    point = np.zeros((61, 61))
    point[30, 30] = 1
    spread = blur(point, sigma).astype(float)
    assert spread.sum() == pytest.approx(1, abs=1e-3)
    place = np.arange(61) - 30
    # A Gaussian on whole pixels is a little wider or narrower than its sigma if that is below a pixel.
    assert np.sqrt((spread.sum(axis=0) * place**2).sum()) == pytest.approx(sigma, abs=0.06)
    assert np.ptp(blur(picture_of(seed), sigma)) < np.ptp(picture_of(seed))


def test_blur_does_not_bring_dark_in_from_outside():
    np.testing.assert_allclose(blur(np.full((32, 32), 0.7), 3), 0.7, atol=1e-6)


# Angle of view


def camera(angle, height, width):
    """Return where a pinhole camera sees the corners of a flat thing, in a picture in which it fills the width."""
    corners = np.array([(x, y) for x in (-0.5, 0.5) for y in (-0.5, 0.5)])
    depth = conditions.DISTANCE + corners[:, 0] * np.sin(angle)
    seen = np.column_stack([corners[:, 0] * np.cos(angle), corners[:, 1] * height / width]) / depth[:, None]
    return corners, seen


@pytest.mark.parametrize("degrees", [-70, -45, -10, 10, 30, 60, 75])
def test_a_turned_thing_is_where_a_pinhole_camera_sees_it(degrees):
    """A bright post at a known place comes to where a camera, worked out by itself, sees it."""
    height, width = 40, 160
    angle = np.radians(degrees)
    for column in (30, 80, 130):
        picture = np.zeros((height, width))
        picture[:, column - 3 : column + 4] = 1
        _, ends = camera(angle, height, width)
        x = (column / (width - 1)) - 0.5
        seen = x * np.cos(angle) / (conditions.DISTANCE + x * np.sin(angle))
        low, high = ends[:, 0].min(), ends[:, 0].max()
        expected = (seen - low) / (high - low) * (width - 1)
        middle = turn(picture, degrees)[height // 2]
        found = (middle * np.arange(width)).sum() / middle.sum()
        assert found == pytest.approx(expected, abs=1.6)


@pytest.mark.parametrize("degrees", [20, 45, 70])
def test_the_far_end_is_lower_and_sides_swap_with_the_sign(degrees):
    band = np.zeros((64, 128))
    band[8:56] = 1
    right_far, left_far = (turn(band, each) for each in (degrees, -degrees))
    # Fewer bright rows, because the far end is smaller than the near one.
    assert right_far[:, -2].sum() < right_far[:, 1].sum() - 0.5
    np.testing.assert_allclose(right_far, left_far[:, ::-1], atol=1e-4)
    angle = np.radians(degrees)
    near, far = (conditions.DISTANCE + side * np.sin(angle) / 2 for side in (-1, 1))
    assert right_far[:, -2].sum() / right_far[:, 1].sum() == pytest.approx(near / far, abs=0.02)


def test_fewer_pixels_see_it_the_more_it_is_turned():
    stripes = np.tile(np.repeat([0.0, 1.0], 2), (32, 32))
    contrasts = [turn(stripes, degrees)[:, 40:80].std() for degrees in (0, 30, 50, 70)]
    assert contrasts == sorted(contrasts, reverse=True)
    assert contrasts[-1] < 0.3 * contrasts[0]
    wide = np.tile(np.repeat([0.0, 1.0], 16), (32, 4))
    assert turn(wide, 50).std() > 0.9 * wide.std()


def test_the_transform_is_a_projective_one():
    assert isinstance(conditions._back_to_front(0.5, 32, 128, 112), ProjectiveTransform)


# Dirt


@quick
@given(SEEDS, st.floats(0, 0.9))
def test_dirt_covers_its_share_and_nothing_else(seed, share):
    picture = np.full((32, 50), 0.9, dtype=np.float32)
    dirty = dirt(picture, share, seed)
    covered = dirty != picture
    assert covered.sum() == round(share * picture.size)
    np.testing.assert_allclose(dirty[covered], 0.9 + COVER * (DIRT - 0.9), atol=1e-6)


@quick
@given(SEEDS, st.floats(0.05, 0.5), st.floats(0.05, 0.4))
def test_more_dirt_covers_what_was_dirty_too(seed, share, more):
    white = np.ones((32, 50))
    less, rest = (dirt(white, each, seed) < 1 for each in (share, share + more))
    assert (rest | ~less).all()


def test_dirt_is_in_blotches_at_other_places_on_each_picture():
    stack = dirt(np.ones((6, 32, 128)), 0.2) < 1
    assert all(label(each).max() < 40 for each in stack)  # single pixels would be hundreds
    assert len({each.tobytes() for each in stack}) == 6
    assert not np.array_equal(stack, dirt(np.ones((6, 32, 128)), 0.2, seed=1) < 1)


# Bad input


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize(
    ("picture", "says"),
    [
        (np.zeros((0, 5)), "empty"),
        (np.zeros((0, 5, 5)), "at least one picture"),
        (np.zeros(5), "no stack"),
        (np.zeros((2, 2, 2, 2)), "no stack"),
        (np.zeros((1, 9)), "at least 2 x 2"),
        (np.full((9, 9), np.nan), "NaN"),
        (np.full((9, 9), 1.1), "1.1"),
        (np.full((9, 9), -0.1), "-0.1"),
        (np.full((9, 9), "a"), "array of numbers"),
        ("plate.png", "picture"),
        (None, "no picture"),
        ([np.zeros((9, 9)), np.zeros((9, 8))], "different sizes"),
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(name, picture, says):
    with pytest.raises(ValueError, match=says):
        CHANGES[name][0](picture, 0.5)


def test_whole_numbers_up_to_255_are_taken_as_such():
    picture = np.array([[0, 51], [102, 255]], dtype=np.uint8)
    np.testing.assert_allclose(exposure(picture, -1), [[0, 0.1], [0.2, 0.5]], atol=1e-6)


@pytest.mark.parametrize(
    ("change", "strengths"),
    [
        (exposure, (-8.1, 9, np.nan, np.inf, "bright", None)),
        (blur, (-0.1, 8.1, np.nan, "soft", None)),
        (turn, (-81, 90, np.nan, "left", None)),
        (dirt, (-0.1, 0.91, 30, np.nan, "much", None)),
        (lambda picture, noise: exposure(picture, 0, noise), (-0.1, 0.6, np.nan, "loud")),
    ],
)
def test_a_strength_out_of_range_is_refused_with_the_range(change, strengths):
    for strength in strengths:
        with pytest.raises(ValueError, match=r"is .*; give a number from -?[\d.]+ to [\d.]+\."):
            change(picture_of(0), strength)


@pytest.mark.parametrize("seed", [-1, "x", 1.5])
def test_a_seed_that_is_none_is_refused(seed):
    for change in (lambda: dirt(picture_of(0), 0.2, seed), lambda: exposure(picture_of(0), 0, 0.1, seed)):
        with pytest.raises(ValueError, match=r"seed is .*; give a whole number"):
            change()
