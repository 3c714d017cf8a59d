"""Spectrograms and MFCCs equal librosa's, and a summary is what it says."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import stft

from workshop.domains.speech.features import (
    cepstrum,
    mel_edges,
    mel_filters,
    mel_spectrogram,
    mfcc,
    row_per_clip,
    spectrogram,
    summary,
)

DATA = Path(__file__).resolve().parents[1] / "data"
quick = settings(max_examples=40, deadline=None)


def signals():
    spec = importlib.util.spec_from_file_location("make_librosa_mfcc", DATA / "make_librosa_mfcc.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.SIGNALS


SIGNALS = signals()


@pytest.fixture(scope="module")
def librosa():
    with np.load(DATA / "librosa_mfcc.npz") as found:
        return dict(found)


@pytest.mark.parametrize("name", SIGNALS)
def test_mfccs_and_filters_equal_librosas(librosa, name):
    samples, rate, n_mfcc, n_mels = SIGNALS[name]
    expected = librosa[f"mfcc of {name}"]
    found = mfcc(samples, rate, n_mfcc, n_mels)
    assert found.shape == expected.shape
    # librosa reckons in 32 bits, we in 64: their coefficients are up to 660, so this is a part in ten million.
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-4)
    filters = librosa[f"{n_mels} filters at {rate} Hz"]
    np.testing.assert_allclose(mel_filters(rate, n_mels), filters, rtol=1e-5, atol=1e-9)


def test_the_reference_says_which_librosa_it_is(librosa):
    assert re.fullmatch(r"\d+\.\d+\.\d+", str(librosa["librosa"]))
    assert f"librosa=={librosa['librosa']}" in (DATA / "make_librosa_mfcc.py").read_text("utf-8")
    assert {f"mfcc of {name}" for name in SIGNALS} <= set(librosa)


@pytest.mark.parametrize("rate", [8000, 16_000, 44_100])
def test_the_spectrogram_is_scipys(rate):
    samples = np.random.default_rng(1).normal(size=rate // 2)
    found = spectrogram(samples, rate)
    window, hop = round(0.025 * rate), round(0.01 * rate)
    size = 2 * (len(found.hertz) - 1)
    spare = size - window
    shape = np.pad(np.hanning(window + 1)[:-1], (spare // 2, spare - spare // 2))
    _, _, expected = stft(samples, rate, shape, size, size - hop, boundary="zeros", padded=True)
    whole = np.abs(expected * shape.sum()) ** 2
    frames = min(found.power.shape[1], whole.shape[1])
    np.testing.assert_allclose(found.power[:, :frames], whole[:, :frames], rtol=1e-8, atol=1e-12)
    assert found.power.shape == (len(found.hertz), 1 + len(samples) // hop)
    assert (found.hertz[0], found.hertz[-1]) == (0, rate / 2)
    np.testing.assert_allclose(np.diff(found.seconds), hop / rate)


@quick
@given(st.floats(100, 7900))
def test_a_tone_is_found_at_its_frequency(hertz):
    tone = np.sin(2 * np.pi * hertz * np.arange(8000) / 16_000)
    plain = spectrogram(tone)
    assert plain.hertz[plain.power[:, 20].argmax()] == pytest.approx(hertz, abs=16)
    bands = mel_spectrogram(tone)
    band = bands.power[:, 20].argmax()
    edges = mel_edges()
    assert edges[band] - 32 <= hertz <= edges[band + 2] + 32
    assert bands.hertz[band] == edges[band + 1]


def test_decibels_end_80_below_the_loudest():
    bands = mel_spectrogram(SIGNALS["word"][0])
    levels = bands.decibels
    assert levels.max() - levels.min() == pytest.approx(80)
    loud = levels > levels.min() + 1
    np.testing.assert_allclose(levels[loud], 10 * np.log10(bands.power[loud]))
    np.testing.assert_array_equal(mel_spectrogram(np.zeros(1000)).decibels, -100)


@pytest.mark.parametrize(("rate", "n_mels"), [(16_000, 40), (8000, 26), (44_100, 64)])
def test_mel_bands_are_even_up_to_1_khz_and_widen_above(rate, n_mels):
    edges = mel_edges(rate, n_mels)
    assert edges.shape == (n_mels + 2,)
    assert (edges[0], edges[-1]) == (0, pytest.approx(rate / 2))
    low = np.diff(edges[edges < 1000])
    np.testing.assert_allclose(low, low[0])
    high = edges[edges > 1000]
    np.testing.assert_allclose(high[1:] / high[:-1], high[1] / high[0])


@quick
@given(st.integers(1, 12), st.integers(1, 60), st.integers(1, 20), st.integers(0, 99))
def test_a_summary_is_the_mean_of_equal_parts(n_mfcc, frames, steps, seed):
    coefficients = np.random.default_rng(seed).normal(size=(n_mfcc, frames))
    levelled = coefficients.copy()
    levelled[0] -= levelled[0].mean()
    # Each window cut into as many slices as there are parts: then every part holds whole slices.
    expected = np.repeat(levelled, steps, axis=1).reshape(n_mfcc, steps, frames).mean(axis=2).ravel()
    np.testing.assert_allclose(summary(coefficients, steps), expected, atol=1e-12)
    stacked = summary(np.stack([coefficients, 2 * coefficients]), steps)
    np.testing.assert_allclose(stacked, np.stack([expected, 2 * expected]), atol=1e-12)


@quick
@given(st.floats(0.05, 20), st.sampled_from(["word", "vowel", "chirp", "white noise"]))
def test_a_summary_does_not_change_with_the_volume(volume, name):
    samples = SIGNALS[name][0] + 1e-3 * np.random.default_rng(1).normal(size=len(SIGNALS[name][0]))
    np.testing.assert_allclose(summary(mfcc(volume * samples)), summary(mfcc(samples)), atol=1e-6)


def test_a_row_for_each_clip():
    clips = [SIGNALS["word"][0], SIGNALS["chirp"][0]]
    rows = row_per_clip(clips, lambda samples: summary(mfcc(samples)))
    assert rows.shape == (2, 156)
    np.testing.assert_array_equal(rows[1], summary(mfcc(clips[1])))
    with pytest.raises(ValueError, match="There are no clips"):
        row_per_clip([], mfcc)


def test_cepstra_of_fewer_coefficients_begin_alike():
    decibels = mel_spectrogram(SIGNALS["word"][0]).decibels
    np.testing.assert_array_equal(cepstrum(decibels, 20)[:13], cepstrum(decibels, 13))
    whole = cepstrum(decibels, 40)  # orthonormal: nothing is lost with all of them
    np.testing.assert_allclose(np.sum(whole**2), np.sum(decibels**2))


@pytest.mark.parametrize("call", [spectrogram, mel_spectrogram, mfcc])
@pytest.mark.parametrize(
    ("samples", "rate", "words"),
    [
        ([], 16_000, "is empty"),
        (np.ones((9, 2)), 16_000, "one row of numbers"),
        ([0, np.nan], 16_000, "no numbers"),
        (["a"], 16_000, "one row of numbers"),
        ([0.1, 0.2], 4000, "The rate is 4000"),
        ([0.1, 0.2], None, "The rate is None"),
    ],
)
def test_what_is_no_recording_is_refused(call, samples, rate, words):
    with pytest.raises(ValueError, match=words):
        call(samples, rate)


def test_numbers_out_of_range_are_refused():
    samples = SIGNALS["vowel"][0]
    for n_mels in (0, 1, 129, -4):
        with pytest.raises(ValueError, match="a number of bands from 2 to 128"):
            mel_spectrogram(samples, n_mels=n_mels)
    for n_mfcc in (0, 41, -1):
        with pytest.raises(ValueError, match="from 1 to the number of mel bands, 40"):
            mfcc(samples, n_mfcc=n_mfcc)
    with pytest.raises(ValueError, match="the number of parts of the time, at least 1"):
        summary(mfcc(samples), 0)


@pytest.mark.parametrize("length", [1, 2, 159, 160, 161, 400])
def test_the_shortest_recordings_have_features(length):
    samples = np.random.default_rng(length).normal(size=length)
    assert mfcc(samples).shape == (13, 1 + length // 160)
    assert np.isfinite(summary(mfcc(samples))).all()
