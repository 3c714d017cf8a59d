"""Noise comes at the ratio that was asked for, a line keeps its band, a mask muffles as it says."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop.domains.speech.conditions import NOISES, add_noise, at_level, clip, mask, noise, telephone_band
from workshop.domains.speech.recordings import RATE

quick = settings(max_examples=40, deadline=None)
SEEDS = st.integers(0, 1000)


def clip_of(seed, length=6000, level=0.1):
    rng = np.random.default_rng(seed)
    return (level * np.hanning(length) * rng.normal(size=length)).astype(np.float32)


def decibels(power):
    return 10 * np.log10(power)


def gain(process, hertz, rate=RATE):
    """Return what a process does to the level of a tone, in dB, away from both ends."""
    tone = np.sin(2 * np.pi * hertz * np.arange(rate) / rate)
    middle = slice(rate // 4, -rate // 4)
    return decibels(np.mean(process(tone)[middle].astype(float) ** 2) / np.mean(tone[middle] ** 2))


@quick
@given(SEEDS, st.floats(-30, 60), st.sampled_from(NOISES), st.floats(-0.2, 0.2))
def test_the_signal_to_noise_ratio_is_the_one_asked_for(seed, snr_db, kind, offset):
    samples = clip_of(seed) + np.float32(offset)  # a microphone's offset is no speech
    mixed = add_noise(samples, snr_db, kind, seed=seed)
    assert mixed.dtype == np.float32
    assert mixed.shape == samples.shape
    added = mixed.astype(float) - samples
    assert decibels(np.var(samples.astype(float)) / np.mean(added**2)) == pytest.approx(snr_db, abs=0.02)


@quick
@given(SEEDS, st.sampled_from(NOISES), st.integers(2, 40_000), st.sampled_from([8000, 16_000, 44_100]))
def test_noise_has_power_1_and_comes_again_from_its_seed(seed, kind, length, rate):
    made = noise(length, kind, rate, seed)
    assert made.shape == (length,)
    assert np.mean(made**2) == pytest.approx(1)
    assert np.mean(made) == pytest.approx(0, abs=1e-9)
    np.testing.assert_array_equal(made, noise(length, kind, rate, seed))
    if length > 100:
        assert not np.allclose(made, noise(length, kind, rate, seed + 1))


def octave_levels(kind):
    power = np.abs(np.fft.rfft(noise(8 * RATE, kind))) ** 2
    hertz = np.fft.rfftfreq(8 * RATE, 1 / RATE)
    edges = 62.5 * 2.0 ** np.arange(8)
    return decibels([power[(hertz >= low) & (hertz < high)].mean() for low, high in pairwise(edges)])


def test_white_noise_is_flat_and_street_noise_falls_3_db_with_each_octave():
    assert np.ptp(octave_levels("white")) < 1
    np.testing.assert_allclose(np.diff(octave_levels("street")), -3, atol=1)


def test_babble_is_strong_below_1_khz_like_voices():
    levels = octave_levels("babble")
    assert levels[:4].min() > levels[5:].max() + 10
    assert levels[6] > levels[3] - 40  # with some hiss above 4 kHz


def test_babble_longer_than_what_is_kept_goes_round():
    made = noise(5 * RATE, "babble")
    np.testing.assert_allclose(made[:RATE], made[4 * RATE :], rtol=1e-9)


@pytest.mark.parametrize(
    ("hertz", "low", "high"),
    [
        (100, -100, -40),
        (300, -3.1, -2.9),
        (500, -0.1, 0.1),
        (1000, -0.1, 0.1),
        (2500, -0.1, 0.1),
        (3400, -3.1, -2.9),
        (5000, -100, -20),
    ],
)
def test_the_telephone_keeps_300_to_3400_hz(hertz, low, high):
    assert low <= gain(telephone_band, hertz) <= high
    assert low <= gain(lambda tone: telephone_band(tone, 48_000), hertz, 48_000) <= high


@pytest.mark.parametrize("strength", [0, 3, 5, 12, 30])
def test_a_mask_takes_nothing_below_1_khz_and_all_of_its_decibels_from_4_khz(strength):
    for hertz, share in ((200, 0), (1000, 0), (2000, 0.5), (4000, 1), (6000, 1)):
        assert gain(lambda tone: mask(tone, strength), hertz) == pytest.approx(-strength * share, abs=0.1)


def test_a_mask_smears_nothing_from_the_end_to_the_beginning():
    samples = np.zeros(4000)
    samples[-1] = 1
    assert np.abs(mask(samples, 12)[:2000]).max() < 1e-3
    assert np.argmax(np.abs(mask(samples, 12))) == 3999


@quick
@given(SEEDS, st.floats(0.05, 1))
def test_clipping_cuts_at_its_share_of_the_loudest_sample(seed, ceiling):
    samples = clip_of(seed)
    cut = clip(samples, ceiling)
    limit = ceiling * np.abs(samples).max()
    assert np.abs(cut).max() <= limit * (1 + 1e-6)
    quiet = np.abs(samples) < limit * (1 - 1e-6)
    np.testing.assert_allclose(cut[quiet], samples[quiet])
    if ceiling == 1:
        np.testing.assert_allclose(cut, samples)


@quick
@given(SEEDS, st.floats(-80, 0))
def test_the_level_is_the_one_asked_for(seed, dbfs):
    assert decibels(np.mean(at_level(clip_of(seed), dbfs).astype(float) ** 2)) == pytest.approx(
        dbfs, abs=1e-3
    )


CALLS = {
    "add_noise": lambda samples: add_noise(samples, 10),
    "telephone_band": telephone_band,
    "mask": mask,
    "clip": lambda samples: clip(samples, 0.5),
    "at_level": lambda samples: at_level(samples, -20),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    ("samples", "words"),
    [
        ([], "is empty"),
        (np.ones((10, 2)), "one row of numbers"),
        ([0.1, np.nan], "no numbers"),
        (None, "one row of numbers"),
        (["a"], "one row of numbers"),
    ],
)
def test_what_is_no_recording_is_refused(call, samples, words):
    with pytest.raises(ValueError, match=words):
        call(samples)


@pytest.mark.parametrize("call", [CALLS["add_noise"], CALLS["at_level"]])
def test_silence_has_no_ratio_and_no_level(call):
    with pytest.raises(ValueError, match="The recording is silent"):
        call(np.zeros(100))


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, -81, 61])
def test_decibels_out_of_range_are_refused(number):
    for call in (add_noise, mask, at_level):
        with pytest.raises(ValueError, match="give a number of dB from"):
            call(clip_of(1), number)


@pytest.mark.parametrize("ceiling", [0, -1, 1.1, np.nan])
def test_a_ceiling_is_a_share(ceiling):
    with pytest.raises(ValueError, match="above 0 and at most 1"):
        clip(clip_of(1), ceiling)


def test_unknown_noise_and_too_little_of_it_are_refused():
    with pytest.raises(ValueError, match="There is no noise 'rain'; choose street, babble, white"):
        add_noise(clip_of(1), 10, "rain")
    with pytest.raises(ValueError, match="ask for at least 2"):
        noise(1)
