"""Make ``librosa_mfcc.npz``, what librosa finds in signals that anybody can make again: python make_librosa_mfcc.py.

It needs librosa (``pip install librosa==0.11.0``), which the course doesn't. The tests import `SIGNALS` from here.
"""

from pathlib import Path

import numpy as np
from scipy.signal import chirp

HERE = Path(__file__).resolve().parent
WINDOW, HOP = 0.025, 0.010


def vowel(rate, seconds=0.6, pitch=120):
    """Return a buzz of twenty harmonics, strongest around 700 and 1,200 Hz, rising and falling."""
    time = np.arange(int(seconds * rate)) / rate
    harmonics = pitch * np.arange(1, 21)
    strength = sum(1 / (1 + ((harmonics - formant) / 150) ** 2) for formant in (700, 1200))
    return 0.05 * np.hanning(len(time)) * (strength @ np.sin(2 * np.pi * harmonics[:, None] * time))


def noise(rate, seed, seconds=0.5, level=0.1):
    return level * np.random.default_rng(seed).normal(size=int(seconds * rate))


def word(rate):
    """Return a vowel between silence and a hiss: levels far apart, and zeros that reach librosa's floor."""
    return np.concatenate(
        [np.zeros(rate // 10), vowel(rate), noise(rate, 2, 0.1, 0.01), np.zeros(rate // 20)]
    )


SIGNALS = {  # name: samples, rate, n_mfcc, n_mels
    "chirp": (0.5 * chirp(np.arange(12_000) / 16_000, 60, 0.75, 7500), 16_000, 13, 40),
    "vowel": (vowel(16_000), 16_000, 13, 40),
    "white noise": (noise(16_000, 1), 16_000, 13, 40),
    "word": (word(16_000), 16_000, 13, 40),
    "word, 20 coefficients of 64 bands": (word(16_000), 16_000, 20, 64),
    "word by telephone": (word(8_000), 8_000, 13, 40),
    "word, 44,100 Hz": (word(44_100), 44_100, 13, 40),
    "shorter than a window": (noise(16_000, 3, 0.015), 16_000, 13, 40),
    "quiet": (noise(16_000, 4, 0.3, 1e-5), 16_000, 13, 40),
}


def make():
    import librosa

    made = {"librosa": librosa.__version__}
    for name, (samples, rate, n_mfcc, n_mels) in SIGNALS.items():
        window = round(WINDOW * rate)
        size = 1 << (window - 1).bit_length()
        windows = {"n_fft": size, "win_length": window, "hop_length": round(HOP * rate)}
        found = librosa.feature.mfcc(y=samples, sr=rate, n_mfcc=n_mfcc, n_mels=n_mels, **windows)
        made[f"mfcc of {name}"] = found.astype(np.float32)
        made[f"{n_mels} filters at {rate} Hz"] = librosa.filters.mel(sr=rate, n_fft=size, n_mels=n_mels)
    np.savez_compressed(HERE / "librosa_mfcc.npz", **made)


if __name__ == "__main__":
    make()
