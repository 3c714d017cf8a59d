"""What a model hears: spectrograms, mel bands and cepstral coefficients (MFCC) of a recording."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.fft import dct, rfft
from scipy.signal import get_window
from scipy.sparse import csr_array

from workshop.domains.speech.recordings import RATE, checked

WINDOW, HOP = 0.025, 0.010  # seconds of a window, and from one to the next
N_MELS = 40
N_MFCC = 13
STEPS = 12  # parts of the time in a summary
_FLOOR = 1e-10  # power below which the logarithm does not follow
_RANGE_DB = 80.0  # what lies further below the loudest point counts as that low
_BREAK_HZ, _MEL_HZ, _STEP = (
    1000.0,
    200 / 3,
    np.log(6.4) / 27,
)  # Slaney's scale: straight up to 1 kHz, then logarithmic


class Spectrogram(NamedTuple):
    """Power of a recording by frequency and time.

    Attributes
    ----------
    power : numpy.ndarray of float, shape (n_frequencies, n_frames)
        Of each frequency or mel band in each window.
    hertz : numpy.ndarray of float, shape (n_frequencies,)
        The frequency, or the middle of the mel band.
    seconds : numpy.ndarray of float, shape (n_frames,)
        The middle of the window.
    """

    power: np.ndarray
    hertz: np.ndarray
    seconds: np.ndarray

    @property
    def decibels(self):
        """Power in dB against full scale, nothing more than 80 dB below the loudest point."""
        return _decibels(self.power)


def spectrogram(samples, rate=RATE):
    """Return the power of each frequency in windows of 25 ms, one every 10 ms (short-time Fourier transform).

    Parameters
    ----------
    samples : array_like, shape (n_samples,)
    rate : int, default 16000

    Returns
    -------
    Spectrogram
        ``1 + n_samples // hop`` windows; beyond both ends the recording counts as silent.

    Raises
    ------
    ValueError
        If the samples are not one row of finite numbers, or the rate is unusual.
    """
    samples = checked(samples, rate)
    window, hop, size = _sizes(rate)
    padded = np.pad(samples, size // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    power = np.square(np.abs(rfft(frames * _window(window, size), axis=1))).T
    hertz = np.arange(1 + size // 2) * rate / size
    return Spectrogram(power, hertz, np.arange(power.shape[1]) * hop / rate)


def mel_spectrogram(samples, rate=RATE, n_mels=N_MELS):
    """Return the power in bands that are narrow for low and wide for high frequencies, as in the ear.

    Parameters
    ----------
    samples : array_like, shape (n_samples,)
    rate : int, default 16000
    n_mels : int, default 40
        Number of bands, from 0 Hz to half the rate.

    Returns
    -------
    Spectrogram

    Raises
    ------
    ValueError
        As `spectrogram`, or if `n_mels` is not 2 to 128.
    """
    if not 2 <= n_mels <= 128:
        raise ValueError(f"n_mels is {n_mels}; give a number of bands from 2 to 128.")
    plain = spectrogram(samples, rate)
    power = _sparse_filters(rate, n_mels) @ plain.power
    return Spectrogram(power, mel_edges(rate, n_mels)[1:-1], plain.seconds)


def mfcc(samples, rate=RATE, n_mfcc=N_MFCC, n_mels=N_MELS):
    """Return mel-frequency cepstral coefficients: the shape of the spectrum in a few numbers for each window.

    Equal to ``librosa.feature.mfcc`` with the same windows, which is the reference of the tests.

    Parameters
    ----------
    samples : array_like, shape (n_samples,)
    rate : int, default 16000
    n_mfcc : int, default 13
        How many coefficients; the first one follows the loudness.
    n_mels : int, default 40

    Returns
    -------
    numpy.ndarray of float, shape (n_mfcc, n_frames)

    Raises
    ------
    ValueError
        As `mel_spectrogram`, or if `n_mfcc` is not 1 to `n_mels`.

    References
    ----------
    Davis, S. and Mermelstein, P. (1980). Comparison of parametric representations for monosyllabic word recognition in
    continuously spoken sentences. IEEE Transactions on Acoustics, Speech, and Signal Processing 28(4), 357-366.
    """
    return cepstrum(mel_spectrogram(samples, rate, n_mels).decibels, n_mfcc)


def cepstrum(decibels, n_mfcc=N_MFCC):
    """Return the first cepstral coefficients of mel bands in dB (orthonormal DCT-II over the bands).

    Parameters
    ----------
    decibels : numpy.ndarray of float, shape (..., n_mels, n_frames)
    n_mfcc : int, default 13

    Returns
    -------
    numpy.ndarray of float, shape (..., n_mfcc, n_frames)

    Raises
    ------
    ValueError
        If `n_mfcc` is not 1 to the number of bands.
    """
    n_mels = decibels.shape[-2]
    if not 1 <= n_mfcc <= n_mels:
        raise ValueError(f"n_mfcc is {n_mfcc}; give a number from 1 to the number of mel bands, {n_mels}.")
    return _cosines(n_mfcc, n_mels) @ decibels


def summary(coefficients, steps=STEPS):
    """Return coefficients of a recording of any length as a row of fixed length: their mean in equal parts of the time.

    The first coefficient, which follows the loudness, counts from its mean: a recording that is turned up or down gives
    the same row. The others keep their means, in which there is much of a short word, and also the microphone, the line
    or the mask. To take them off as well (cepstral mean normalisation) would cancel those too.

    Parameters
    ----------
    coefficients : numpy.ndarray of float, shape (..., n_mfcc, n_frames)
    steps : int, default 12
        Parts that the time is divided into; a window on the border counts for both in proportion.

    Returns
    -------
    numpy.ndarray of float, shape (..., n_mfcc * steps)
        The steps of the first coefficient, then those of the second and so on.

    Raises
    ------
    ValueError
        If `steps` is not at least 1.
    """
    if steps < 1:
        raise ValueError(f"steps is {steps}; give the number of parts of the time, at least 1.")
    parts = coefficients @ _parts(coefficients.shape[-1], steps)
    parts[..., 0, :] -= coefficients[..., 0, :].mean(axis=-1, keepdims=True)
    return parts.reshape(*coefficients.shape[:-2], -1)


def row_per_clip(clips, features):
    """Return the features of clips as a table for a model.

    Parameters
    ----------
    clips : sequence of array_like
        The samples of each clip, of any length.
    features : callable
        From samples to a row of fixed length.

    Returns
    -------
    numpy.ndarray of float, shape (n_clips, n_features)

    Raises
    ------
    ValueError
        If there are no clips.
    """
    if not len(clips):
        raise ValueError("There are no clips; give at least one recording.")
    return np.array([features(samples) for samples in clips])


@lru_cache(maxsize=16)
def mel_filters(rate=RATE, n_mels=N_MELS):
    """Return the triangular filters of the mel bands, each of the same area (Slaney's Auditory Toolbox, 1998).

    Parameters
    ----------
    rate : int, default 16000
    n_mels : int, default 40

    Returns
    -------
    numpy.ndarray of float, shape (n_mels, n_frequencies)
        Not to be written to: it is kept for the next call.
    """
    size = _sizes(rate)[2]
    hertz, edges = np.arange(1 + size // 2) * rate / size, mel_edges(rate, n_mels)
    left, middle, right = (edges[part, None] for part in (slice(-2), slice(1, -1), slice(2, None)))
    filters = np.minimum((hertz - left) / (middle - left), (right - hertz) / (right - middle))
    filters = np.maximum(filters, 0) * 2 / (right - left)
    filters.flags.writeable = False
    return filters


def mel_edges(rate=RATE, n_mels=N_MELS):
    """Return where the mel bands begin, peak and end: straight with the frequency up to 1 kHz, then with its logarithm.

    Parameters
    ----------
    rate : int, default 16000
    n_mels : int, default 40

    Returns
    -------
    numpy.ndarray of float, shape (n_mels + 2,)
        In hertz. Band k begins at entry k, peaks at the next and ends at the one after.
    """
    top = _BREAK_HZ / _MEL_HZ + np.log(rate / 2 / _BREAK_HZ) / _STEP
    mels = np.linspace(0, top, n_mels + 2)
    return np.where(
        mels < _BREAK_HZ / _MEL_HZ,
        mels * _MEL_HZ,
        _BREAK_HZ * np.exp((mels - _BREAK_HZ / _MEL_HZ) * _STEP),
    )


@lru_cache(maxsize=16)
def _sparse_filters(rate, n_mels):
    # One frequency is in two bands at most; and a small sparse product wakes no second thread, which costs more.
    return csr_array(mel_filters(rate, n_mels))


def _sizes(rate):
    """Return samples of a window, samples from one to the next, and the length of the Fourier transform."""
    window = round(WINDOW * rate)
    return window, round(HOP * rate), 1 << (window - 1).bit_length()


@lru_cache(maxsize=16)
def _window(window, size):
    spare = size - window
    return np.pad(get_window("hann", window), (spare // 2, spare - spare // 2))


@lru_cache(maxsize=16)
def _cosines(n_mfcc, n_mels):
    return dct(np.eye(n_mels), axis=0, norm="ortho")[:n_mfcc]


@lru_cache(maxsize=256)
def _parts(n_frames, steps):
    """Return the weight of each window in each part of the time: shape (n_frames, steps), columns that sum to 1."""
    ends = np.linspace(0, n_frames, steps + 1)
    window = np.arange(n_frames)[:, None]
    overlap = np.minimum(window + 1, ends[1:]) - np.maximum(window, ends[:-1])
    return np.maximum(overlap, 0) / np.diff(ends)


def _decibels(power):
    decibels = 10 * np.log10(np.maximum(power, _FLOOR))
    return np.maximum(decibels, decibels.max() - _RANGE_DB)
