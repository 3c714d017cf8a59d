"""Make ``clips.zip``, ``clips.csv`` and ``truth.json`` with the speech synthesizer espeak-ng: python make.py.

``pronunciations.csv`` is written by hand: the sounds that each accent's voice is given for each word. Only this
script needs espeak-ng on the path (Debian: apt-get install espeak-ng), and in the version named below: another
one speaks with other voices.
"""

import csv
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
from scipy.signal import lfilter, resample_poly

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
ESPEAK = "1.51"
SEED = 2020
RATE = 16_000
VARIANTS = {"female": ["f1", "f2", "f3", "f4", "f5"], "male": ["m1", "m2", "m3", "m4", "m5", "m6", "m7"]}
SPLITS = ("train", "test", "reserve")
WELL_HEARD, RARE, ABSENT = (4, 3, 0), (1, 3, 2), (0, 3, 2)  # speakers of each voice type in each split
ACCENTS = {
    "American accent (synthetic)": ("en-us", WELL_HEARD),
    "British accent (synthetic)": ("en-gb-x-rp", WELL_HEARD),
    "Scottish accent (synthetic)": ("en-gb-scotland", RARE),
    "German accent (synthetic)": ("de", RARE),
    "Arabic accent (synthetic)": ("ar", ABSENT),
    "Caribbean accent (synthetic)": ("en-029", ABSENT),
    "Hindi accent (synthetic)": ("hi", ABSENT),
    "Japanese accent (synthetic)": ("ja", ABSENT),
    "Spanish accent (synthetic)": ("es", ABSENT),
    "Swahili accent (synthetic)": ("sw", ABSENT),
}
# What differs between speakers and between clips; the same for every accent, voice type and split.
PITCH, PITCH_OF_CLIP = (
    (20, 80),
    10,
)  # espeak-ng's scale of 0 to 99; a clip differs from its speaker by at most this
SPEED, SPEED_OF_CLIP = (140, 210), 12  # words per minute
FORMANT_SCALE = (0.93, 1.07)  # larger and smaller vocal tracts: all frequencies times this
LEVEL_DB, LEVEL_OF_CLIP_DB = (
    (-34.0, -26.0),
    1.5,
)  # root mean square against full scale; spread within a speaker
MICROPHONE = (-0.4, 0.4)  # first-order filter: from dull to shrill
SNR_DB, SNR_SPREAD_DB, SNR_RANGE_DB = 12.0, 5.0, (3.0, 22.0)
SILENCE = (0.02, 0.07)  # seconds before and after the word
STEP = 64  # samples are multiples of this: 10 bits, far below the noise, make the FLAC a third smaller


@dataclass(frozen=True)
class Speaker:
    """A made-up speaker: a voice of espeak-ng with its own pitch, speed, size, level and microphone."""

    speaker: str
    accent: str
    voice: str
    split: str
    espeak_voice: str
    pitch: int
    speed: int
    formant_scale: float
    level_db: float
    microphone: float


def cast() -> list[tuple[Speaker, np.random.Generator]]:
    """Return the speakers, each with a generator of its own, so that one more or less changes no other."""
    people = []
    for accent, (_, sizes) in ACCENTS.items():
        for voice in VARIANTS:
            splits = np.repeat(SPLITS, sizes).tolist()
            for number, split in enumerate(splits, start=1):
                name = f"{accent.split()[0].lower()}_{voice}_{number}"
                rng = np.random.default_rng([SEED, *name.encode()])
                people.append((draw(rng, name, accent, voice, split), rng))
    return people


def draw(rng: np.random.Generator, name: str, accent: str, voice: str, split: str) -> Speaker:
    language, _ = ACCENTS[accent]
    return Speaker(
        name,
        accent,
        voice,
        split,
        f"{language}+{rng.choice(VARIANTS[voice])}",
        int(rng.integers(*PITCH, endpoint=True)),
        int(rng.integers(*SPEED, endpoint=True)),
        round(rng.uniform(*FORMANT_SCALE), 3),
        round(rng.uniform(*LEVEL_DB), 1),
        round(rng.uniform(*MICROPHONE), 2),
    )


def record(speaker: Speaker, rng: np.random.Generator, phonemes: str) -> tuple[np.ndarray, float]:
    """Return one clip, its 16-bit samples, and its signal-to-noise ratio in dB."""
    pitch = speaker.pitch + rng.integers(-PITCH_OF_CLIP, PITCH_OF_CLIP, endpoint=True)
    speed = speaker.speed + rng.integers(-SPEED_OF_CLIP, SPEED_OF_CLIP, endpoint=True)
    speech = trim(synthesize(speaker, pitch, speed, phonemes))
    speech = lfilter([1, speaker.microphone], [1], speech)
    level = speaker.level_db + rng.normal(0, LEVEL_OF_CLIP_DB)
    snr = round(float(np.clip(rng.normal(SNR_DB, SNR_SPREAD_DB), *SNR_RANGE_DB)), 1)
    before, after = (int(RATE * seconds) for seconds in rng.uniform(*SILENCE, 2))
    clip = np.pad(at_level(speech, level), (before, after))
    clip += at_level(noise(rng, len(clip)), level - snr)
    steps = np.clip(np.round(clip * 2**15 / STEP), -(2**15) // STEP, 2**15 // STEP - 1)
    return (steps * STEP).astype(np.int16), snr


def synthesize(speaker: Speaker, pitch: int, speed: int, phonemes: str) -> np.ndarray:
    spoken = espeak(
        "--stdout", "-v", speaker.espeak_voice, "-p", str(pitch), "-s", str(speed), f"[[{phonemes}]]"
    )
    samples = np.frombuffer(spoken, "<i2", offset=44)  # after the header, which can't tell a pipe's length
    # 16,000 of 22,050 Hz is 320 of 441; another second number also scales every frequency.
    return resample_poly(samples.astype(float), 320, round(441 * speaker.formant_scale))


def espeak(*words: str) -> bytes:
    return subprocess.run(["espeak-ng", *words], capture_output=True, check=True).stdout


def trim(samples: np.ndarray) -> np.ndarray:
    """Cut the silence at both ends: less than 2% of the loudest 10 milliseconds."""
    loudness = np.convolve(np.abs(samples), np.ones(RATE // 100), mode="same")
    heard = np.flatnonzero(loudness > 0.02 * loudness.max())
    return samples[heard[0] : heard[-1] + 1]


def at_level(samples: np.ndarray, level_db: float) -> np.ndarray:
    return samples * 10 ** (level_db / 20) / np.sqrt(np.mean(samples**2))


def noise(rng: np.random.Generator, length: int) -> np.ndarray:
    """Return pink noise, like a room or a street far away: as much power in each octave above 100 Hz."""
    spectrum = rng.normal(size=length // 2 + 1) + 1j * rng.normal(size=length // 2 + 1)
    frequencies = np.fft.rfftfreq(length, 1 / RATE)
    return np.fft.irfft(spectrum / np.sqrt(np.maximum(frequencies, 100)), length)


def flac(samples: np.ndarray) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, RATE, format="FLAC", subtype="PCM_16", compression_level=1.0)
    return file.getvalue()


def add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a file without the time of day, and without compressing what is compressed."""
    archive.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), content)


def pronunciations() -> dict[str, dict[str, str]]:
    """Return the phonemes of each word for each accent, once espeak-ng has said all of them.

    espeak-ng stops at a phoneme that its voice doesn't have, without a word of warning: so the table holds the
    phonetic spelling (IPA) as well, and it must be what espeak-ng says.
    """
    table: dict[str, dict[str, str]] = {accent: {} for accent in ACCENTS}
    with (HERE / "pronunciations.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            language, _ = ACCENTS[row["accent"]]
            said = espeak("-q", "--ipa", "-v", language, f"[[{row['phonemes']}]]").decode().strip()
            if said != row["ipa"]:
                sys.exit(
                    f"{row['accent']}, {row['word']}: espeak-ng says {said} and pronunciations.csv {row['ipa']}: "
                    "correct the phonemes or the ipa there."
                )
            table[row["accent"]][row["word"]] = row["phonemes"]
    return table


def make() -> None:
    phonemes, people = pronunciations(), cast()
    rows = []
    with zipfile.ZipFile(HERE / "clips.zip", "w") as archive:
        for speaker, rng in people:
            for word in sorted(phonemes[speaker.accent]):
                samples, snr = record(speaker, rng, phonemes[speaker.accent][word])
                file = f"{speaker.speaker}/{word}.flac"
                add(archive, file, flac(samples))
                rows.append((file, word, speaker.accent, speaker.voice, speaker.speaker, speaker.split, snr))
    table = pd.DataFrame(rows, columns=["file", "word", "accent", "voice", "speaker", "split", "snr_db"])
    table.to_csv(HERE / "clips.csv", index=False, lineterminator="\n")
    text = json.dumps(truth([speaker for speaker, _ in people]), indent=2)
    (HERE / "truth.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    record_checksums(HERE)


def truth(people: list[Speaker]) -> dict:
    """Return what was planted: who is in the training data, and what is the same for everybody."""
    return {
        "seed": SEED,
        "espeak_ng": ESPEAK,
        "sampling_rate": RATE,
        "well_represented": [accent for accent, (_, sizes) in ACCENTS.items() if sizes == WELL_HEARD],
        "rare": [accent for accent, (_, sizes) in ACCENTS.items() if sizes == RARE],
        "absent": [accent for accent, (_, sizes) in ACCENTS.items() if sizes == ABSENT],
        "speakers_by_accent": {
            accent: {split: len(VARIANTS) * size for split, size in zip(SPLITS, sizes, strict=True)}
            for accent, (_, sizes) in ACCENTS.items()
        },
        "same_for_every_accent": {
            "snr_db": {"mean": SNR_DB, "standard_deviation": SNR_SPREAD_DB, "range": SNR_RANGE_DB},
            "level_db": LEVEL_DB,
            "level_of_clip_standard_deviation_db": LEVEL_OF_CLIP_DB,
            "microphone": MICROPHONE,
            "pitch": PITCH,
            "pitch_of_clip_at_most": PITCH_OF_CLIP,
            "words_per_minute": SPEED,
            "words_per_minute_of_clip_at_most": SPEED_OF_CLIP,
            "formant_scale": FORMANT_SCALE,
        },
        "speakers": [asdict(speaker) for speaker in people],
    }


def require_espeak() -> None:
    try:
        told = espeak("--version").decode()
    except FileNotFoundError:
        sys.exit(f"espeak-ng is not installed: install version {ESPEAK}, then run python make.py again.")
    if f": {ESPEAK} " not in told:
        sys.exit(
            f"This is not espeak-ng {ESPEAK} but {told.strip()!r}: install version {ESPEAK}, then run python make.py "
            "again."
        )


if __name__ == "__main__":
    require_espeak()
    make()
