"""What a street, a telephone line or a mask does to speech, done to a recording."""

from functools import lru_cache

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft, rfftfreq
from scipy.signal import butter, sosfilt

from workshop.domains.speech.recordings import RATE, checked

NOISES = ("street", "babble", "white")
TELEPHONE_BAND = (300.0, 3400.0)  # hertz
MUFFLED = (1000.0, 4000.0)  # hertz: a mask attenuates above the first, and in full from the second on
_VOICES, _CROWD_SECONDS = 12, 4
_SNR_RANGE, _MASK_RANGE = (-30.0, 60.0), (0.0, 30.0)  # dB


def add_noise(samples, snr_db, kind="street", rate=RATE, seed=0):
    """Add noise at exactly the signal-to-noise ratio that is asked for.

    Parameters
    ----------
    samples : array_like, shape (n_samples,)
    snr_db : float
        Mean power of the recording over mean power of the noise, in dB, over the whole length; -30 to 60. At 0 dB both
        are equally strong.
    kind : {"street", "babble", "white"}
        See `noise`.
    rate : int, default 16000
    seed : int, default 0

    Returns
    -------
    numpy.ndarray of float32, shape (n_samples,)
        May go beyond full scale; nothing is clipped.

    Raises
    ------
    ValueError
        If the samples are no recording or silent, or the ratio or the kind is not one of those.
    """
    samples = checked(samples, rate)
    _check_range(snr_db, _SNR_RANGE, "snr_db")
    power = np.var(samples)  # about the mean: a microphone's offset is no speech
    if not power:
        raise ValueError("The recording is silent, so it has no signal-to-noise ratio; give one with speech.")
    return (samples + noise(len(samples), kind, rate, seed) * np.sqrt(power / 10 ** (snr_db / 10))).astype(
        np.float32
    )


def noise(n_samples, kind="street", rate=RATE, seed=0):
    """Return noise of mean power 1, the same for the same seed.

    The noises are made, not recorded: "white" is equally strong at all frequencies; "street" is strongest in the low
    ones (3 dB less with each octave above 50 Hz) and swells and fades; "babble" is twelve made-up voices at once. Their
    shapes are assumptions: a real street and a real crowd differ from place to place.

    Parameters
    ----------
    n_samples : int
    kind : {"street", "babble", "white"}
    rate : int, default 16000
    seed : int, default 0

    Returns
    -------
    numpy.ndarray of float, shape (n_samples,)

    Raises
    ------
    ValueError
        If there is no such kind, or fewer than 2 samples are asked for.
    """
    if kind not in NOISES:
        raise ValueError(f"There is no noise {kind!r}; choose {', '.join(NOISES)}.")
    if n_samples < 2:
        raise ValueError(f"Noise of {n_samples} samples has no power; ask for at least 2.")
    rng = np.random.default_rng([seed, NOISES.index(kind)])
    if kind == "white":
        made = rng.normal(size=n_samples)
    elif kind == "street":
        made = _street(n_samples, rate, rng)
    else:
        made = np.take(_crowd(rate), rng.integers(_CROWD_SECONDS * rate) + np.arange(n_samples), mode="wrap")
    made = made - made.mean()
    return made / np.sqrt(np.mean(made**2))


def telephone_band(samples, rate=RATE):
    """Keep what a telephone line carries: 300 to 3,400 Hz, the voice band of ITU-T G.712.

    Parameters
    ----------
    samples : array_like, shape (n_samples,)
    rate : int, default 16000

    Returns
    -------
    numpy.ndarray of float32, shape (n_samples,)
        Attenuated by 3 dB at both ends of the band (Butterworth filter of order 6).

    Raises
    ------
    ValueError
        If the samples are no recording.
    """
    samples = checked(samples, rate)
    return sosfilt(_telephone_filter(rate), samples).astype(np.float32)


@lru_cache(maxsize=4)  # to design it takes longer than to use it
def _telephone_filter(rate):
    return butter(6, TELEPHONE_BAND, "bandpass", fs=rate, output="sos")


def mask(samples, decibels=5.0, rate=RATE):
    """Muffle speech as a mask over the mouth does: nothing below 1 kHz, `decibels` less from 4 kHz on.

    Measured is that masks attenuate above 1 kHz, surgical masks and N95 respirators by 3 to 12 dB at higher frequencies
    (Corey, Jones and Singer, 2020, and the studies they cite); and that masks take up to 5 dB above 2 kHz, a face
    shield over 10 dB around 4 and 8 kHz (Schumaker and Barnard, 2021). Assumed is that the attenuation rises evenly
    with the octaves from 1 to 4 kHz and then stays. How people speak through a mask is not in it.

    Parameters
    ----------
    samples : array_like, shape (n_samples,)
    decibels : float, default 5
        Attenuation from 4 kHz on, 0 to 30.
    rate : int, default 16000

    Returns
    -------
    numpy.ndarray of float32, shape (n_samples,)

    Raises
    ------
    ValueError
        If the samples are no recording, or `decibels` is out of its range.

    References
    ----------
    Corey, R. M., Jones, U. and Singer, A. C. (2020). Acoustic effects of medical, cloth, and transparent face masks on
    speech signals. Journal of the Acoustical Society of America 148(4), 2371-2375. Schumaker, N. N. and Barnard, A. R.
    (2021). Experimental determination of the acoustical effects of face masks on speech effort. INTER-NOISE 2021.
    """
    samples = checked(samples, rate)
    _check_range(decibels, _MASK_RANGE, "decibels")
    # Room at the end, so that what the filter smears does not come back in at the beginning.
    size = next_fast_len(len(samples) + rate // 50, real=True)
    start, end = MUFFLED
    octaves = np.log2(np.maximum(rfftfreq(size, 1 / rate), 1) / start) / np.log2(end / start)
    gain = 10 ** (-decibels * np.clip(octaves, 0, 1) / 20)
    return irfft(rfft(samples, size) * gain, size)[: len(samples)].astype(np.float32)


def clip(samples, ceiling, rate=RATE):
    """Cut off what is louder than a share of the loudest sample, as an overloaded microphone does.

    Parameters
    ----------
    samples : array_like, shape (n_samples,)
    ceiling : float
        Above 0 and at most 1, of the loudest sample; at 1 nothing is cut.
    rate : int, default 16000

    Returns
    -------
    numpy.ndarray of float32, shape (n_samples,)

    Raises
    ------
    ValueError
        If the samples are no recording, or `ceiling` is out of its range.
    """
    samples = checked(samples, rate)
    if not 0 < ceiling <= 1:
        raise ValueError(f"ceiling is {ceiling}; give a share of the loudest sample above 0 and at most 1.")
    limit = ceiling * np.abs(samples).max()
    return np.clip(samples, -limit, limit).astype(np.float32)


def at_level(samples, dbfs, rate=RATE):
    """Turn a recording up or down to a level.

    Parameters
    ----------
    samples : array_like, shape (n_samples,)
    dbfs : float
        Root mean square in dB against full scale, -80 to 0.
    rate : int, default 16000

    Returns
    -------
    numpy.ndarray of float32, shape (n_samples,)

    Raises
    ------
    ValueError
        If the samples are no recording or silent, or the level is out of its range.
    """
    samples = checked(samples, rate)
    _check_range(dbfs, (-80.0, 0.0), "dbfs")
    level = np.sqrt(np.mean(samples**2))
    if not level:
        raise ValueError("The recording is silent, so it has no level; give one with sound.")
    return (samples * 10 ** (dbfs / 20) / level).astype(np.float32)


def _check_range(number, limits, name):
    low, high = limits
    if not low <= number <= high:
        raise ValueError(f"{name} is {number}; give a number of dB from {low:g} to {high:g}.")


def _street(n_samples, rate, rng):
    """Return pink noise whose loudness follows a few vehicles that pass."""
    size = next_fast_len(n_samples, real=True)
    hertz = rfftfreq(size, 1 / rate)
    spectrum = rng.normal(size=len(hertz)) + 1j * rng.normal(size=len(hertz))
    rumble = irfft(spectrum / np.sqrt(np.maximum(hertz, 50)), size)[:n_samples]
    seconds = np.arange(n_samples) / rate
    swell = sum(np.sin(2 * np.pi * (rng.uniform(0.2, 1) * seconds + rng.uniform())) for _ in range(3))
    return rumble * 10 ** (swell / 10)  # up to 2 dB up or down for each of the three


@lru_cache(maxsize=4)
def _crowd(rate):
    """Return four seconds of many voices: each babble begins somewhere in them and goes round if it is longer."""
    rng = np.random.default_rng(0)
    return sum(_voice(_CROWD_SECONDS * rate, rate, rng) for _ in range(_VOICES))


def _voice(n_samples, rate, rng):
    """Return one made-up voice: syllables of a buzz through the resonances of a mouth, a hiss, or a pause."""
    seconds = np.arange(n_samples) / rate
    melody = 1 + 0.15 * np.sin(2 * np.pi * (rng.uniform(0.3, 0.8) * seconds + rng.uniform()))
    buzz = np.cumsum(rng.uniform(80, 250) * melody) / rate % 1 - 0.5
    hiss = np.diff(rng.normal(size=n_samples), prepend=0)
    voice, start = np.zeros(n_samples), -int(rng.integers(rate // 8))
    while start < n_samples:
        length = int(rate * rng.uniform(0.15, 0.3))  # four to five syllables a second, as in speech
        place = slice(max(start, 0), min(start + length, n_samples))
        formants, loud, kind = (
            rng.uniform((300, 900, 2400), (800, 2300, 3100)),
            rng.uniform(0.3, 1),
            rng.uniform(),
        )
        if kind < 0.7:
            syllable = sosfilt(_resonances(formants, rate), buzz[place])
            syllable /= np.sqrt(np.mean(syllable**2)) or 1
        else:
            syllable = 0.2 * hiss[place] if kind < 0.85 else 0
        voice[place] += loud * np.hanning(length)[place.start - start : place.stop - start] * syllable
        start += int(0.8 * length)
    return voice


def _resonances(formants, rate, width=100.0):
    """Return a cascade of Klatt's digital resonators (1980) of a given width, in hertz, as second-order sections."""
    radius = np.exp(-np.pi * width / rate)
    b, c = 2 * radius * np.cos(2 * np.pi * formants / rate), np.full(len(formants), -(radius**2))
    nothing, one = np.zeros(len(formants)), np.ones(len(formants))
    return np.column_stack([1 - b - c, nothing, nothing, one, -b, -c])
