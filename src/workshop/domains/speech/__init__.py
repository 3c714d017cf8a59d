"""Speech: recordings, what disturbs them, what a model hears of them, and whom it mishears. No widget, no plot."""

from workshop.domains.speech.conditions import add_noise, at_level, clip, mask, noise, telephone_band
from workshop.domains.speech.features import Spectrogram, mel_spectrogram, mfcc, spectrogram
from workshop.domains.speech.mending import missed_after_adding, missed_after_training, missed_on_line
from workshop.domains.speech.recognisers import (
    Procurement,
    WordErrors,
    error_rates,
    procurement,
    word_errors,
)
from workshop.domains.speech.recordings import RATE, Recording, encode, from_samples, read, read_folder
from workshop.domains.speech.spotting import (
    Occlusion,
    compare_splits,
    keyword_spotter,
    miss_rates,
    occlusion,
    split_by_speaker,
    word_features,
)
from workshop.domains.speech.verification import (
    Calibration,
    Comparisons,
    calibrate,
    compare_voices,
    voice_features,
    voice_space,
)

__all__ = [
    "RATE",
    "Calibration",
    "Comparisons",
    "Occlusion",
    "Procurement",
    "Recording",
    "Spectrogram",
    "WordErrors",
    "add_noise",
    "at_level",
    "calibrate",
    "clip",
    "compare_splits",
    "compare_voices",
    "encode",
    "error_rates",
    "from_samples",
    "keyword_spotter",
    "mask",
    "mel_spectrogram",
    "mfcc",
    "miss_rates",
    "missed_after_adding",
    "missed_after_training",
    "missed_on_line",
    "noise",
    "occlusion",
    "procurement",
    "read",
    "read_folder",
    "spectrogram",
    "split_by_speaker",
    "telephone_band",
    "voice_features",
    "voice_space",
    "word_errors",
    "word_features",
]
