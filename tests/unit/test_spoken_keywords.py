"""The synthetic emergency words: whole, as the truth says, and with the planted gap that a lesson measures."""

import io
import json
import os
import shutil
import zipfile

import numpy as np
import pandas as pd
import pytest
import soundfile
from data_folders import ROOT, contents, make_module, run_make
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import stft
from sklearn.ensemble import RandomForestClassifier

from workshop import datasets
from workshop.datasets import catalogue

FOLDER = ROOT / "spoken_keywords"
RATE = 16_000


@pytest.fixture(scope="module")
def clips():
    return datasets.load("spoken_keywords")


@pytest.fixture(scope="module")
def truth():
    return datasets.truth("spoken_keywords")


@pytest.fixture(scope="module")
def make():
    return make_module("spoken_keywords")


@pytest.fixture
def espeak(make):
    """Skip where the clips can't be made again: no espeak-ng, or another version."""
    try:
        make.require_espeak()
    except SystemExit as told:
        pytest.skip(str(told))


# What is there


def test_every_speaker_says_every_word_once(clips):
    assert list(clips.columns) == ["file", "word", "accent", "voice", "speaker", "split", "snr_db", "samples"]
    assert len(clips) == 1344
    assert clips["word"].nunique() == 12
    assert not clips.duplicated(["speaker", "word"]).any()
    assert clips.groupby("speaker")["word"].nunique().eq(12).all()


def test_each_accent_has_both_voice_types_and_several_speakers(clips):
    speakers = clips.pivot_table(index="accent", columns="voice", values="speaker", aggfunc="nunique")
    assert len(speakers) == 10
    assert list(speakers.columns) == ["female", "male"]
    assert speakers.ge(5).all(axis=None)
    # enough clips of each accent to tell: a group under 30 says nothing
    assert clips[clips["split"] == "test"]["accent"].value_counts().eq(72).all()


def test_no_speaker_is_in_two_splits(clips):
    assert clips.groupby("speaker")[["split", "accent", "voice"]].nunique().eq(1).all(axis=None)
    assert set(clips["split"]) == {"train", "test", "reserve"}


def test_wherever_an_accent_is_shown_it_says_synthetic(clips):
    assert clips["accent"].str.fullmatch(r"[A-Z][a-z]+ accent \(synthetic\)").all()


def test_the_archive_holds_the_clips_of_the_table_and_is_small(clips):
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 8_000_000
    with zipfile.ZipFile(FOLDER / "clips.zip") as archive:
        assert archive.namelist() == clips["file"].tolist()
        assert clips["file"].equals(clips["speaker"] + "/" + clips["word"] + ".flac")
        for file in archive.namelist()[::97]:
            told = soundfile.info(io.BytesIO(archive.read(file)))
            assert (told.samplerate, told.channels, told.format, told.subtype) == (RATE, 1, "FLAC", "PCM_16")


def test_the_sounds_are_heard_and_not_clipped(clips):
    assert {samples.dtype for samples in clips["samples"]} == {np.dtype("int16")}
    assert clips["samples"].map(len).between(0.25 * RATE, 1.2 * RATE).all()
    peaks = clips["samples"].map(lambda samples: np.abs(samples.astype(int)).max())
    assert peaks.between(2**11, 2**15 - 2**10).all()


def test_no_two_clips_are_the_same_sound(clips):
    assert clips["samples"].map(lambda samples: samples.tobytes()).is_unique


def test_the_noise_is_as_loud_as_the_table_says(clips):
    def decibels(samples):
        return 10 * np.log10(np.mean(samples.astype(float) ** 2) + 1)

    edge = int(0.02 * RATE)  # at least so much is left before and after each word
    heard = clips["samples"].map(decibels)
    quiet = clips["samples"].map(lambda samples: decibels(np.r_[samples[:edge], samples[-edge:]]))
    assert (heard - quiet).corr(clips["snr_db"]) > 0.8
    assert (heard - quiet - clips["snr_db"]).abs().median() < 3


@pytest.mark.parametrize("by", ["accent", "voice", "split"])
def test_noise_and_level_are_alike_for_all(clips, by):
    # Or the gap between accents could come from noise, and the truth would be another one.
    loudness = clips["samples"].map(lambda samples: 20 * np.log10(np.std(samples.astype(float))))
    means = clips.assign(loudness=loudness).groupby(by)[["snr_db", "loudness"]].mean()
    assert np.ptp(means["snr_db"]) < 1
    assert np.ptp(means["loudness"]) < 2.5  # one level for each speaker, so these differ by chance


def test_pronunciations_differ_between_accents():
    table = pd.read_csv(FOLDER / "pronunciations.csv").set_index(["accent", "word"])["ipa"]
    assert table.index.is_unique
    assert len(table) == 12 * 10
    american = table["American accent (synthetic)"]
    differ = {accent: (table[accent] != american).sum() for accent in table.index.unique("accent")}
    assert differ.pop("American accent (synthetic)") == 0
    assert min(differ.values()) >= 2
    for language in ("Arabic", "German", "Hindi", "Japanese", "Spanish", "Swahili"):
        assert differ[f"{language} accent (synthetic)"] >= 6


# The truth


def test_the_truth_counts_the_speakers_of_the_table(clips, truth):
    speakers = clips.groupby(["accent", "split"])["speaker"].nunique()
    assert speakers.to_dict() == {
        (accent, split): number
        for accent, numbers in truth["speakers_by_accent"].items()
        for split, number in numbers.items()
        if number
    }
    of_table = clips[["speaker", "accent", "voice", "split"]].drop_duplicates(ignore_index=True)
    assert pd.DataFrame(truth["speakers"])[list(of_table.columns)].equals(of_table)


def test_the_training_speakers_come_from_few_accents(clips, truth):
    in_training = clips[clips["split"] == "train"].groupby("accent")["speaker"].nunique()
    assert in_training[truth["well_represented"]].tolist() == [8, 8]
    assert in_training[truth["rare"]].tolist() == [2, 2]
    assert not set(in_training.index) & set(truth["absent"])
    assert {*in_training.index, *truth["absent"]} == set(clips["accent"])


def test_every_clip_is_within_the_planted_noise(clips, truth):
    planted = truth["same_for_every_accent"]["snr_db"]
    assert clips["snr_db"].between(*planted["range"]).all()
    assert abs(clips["snr_db"].mean() - planted["mean"]) < 0.5
    assert abs(clips["snr_db"].std() - planted["standard_deviation"]) < 0.5


# The planted gap


def word_shape(samples: np.ndarray) -> np.ndarray:
    """Return a crude picture of a word: the log power in 20 bands, in 8 parts of the clip."""
    _, _, spectrum = stft(samples / 2**15, RATE, nperseg=400, noverlap=240)
    edges = np.unique(np.geomspace(3, spectrum.shape[0], 21).astype(int))
    power = np.add.reduceat(np.abs(spectrum) ** 2, edges[:-1], axis=0)
    log = np.log(power + 1e-12)
    log -= log.mean(axis=1, keepdims=True)  # a microphone adds the same to every moment
    return np.concatenate([part.mean(axis=1) for part in np.array_split(log, 8, axis=1)])


@pytest.fixture(scope="module")
def heard(clips):
    """Return how often a plain spotter hears the right word, by accent, for three seeds and two training sets."""
    shapes = np.stack(clips["samples"].map(word_shape).to_list())
    test = clips["split"] == "test"
    rates = {}
    for training in (("train",), ("train", "reserve")):
        learn = clips["split"].isin(training)
        for seed in range(3):
            spotter = RandomForestClassifier(200, random_state=seed).fit(shapes[learn], clips["word"][learn])
            right = spotter.predict(shapes[test]) == clips["word"][test]
            rates[training[-1], seed] = right.groupby(clips["accent"][test]).mean()
    return pd.DataFrame(rates)


@pytest.mark.parametrize("seed", range(3))
def test_a_spotter_hears_trained_accents_well_and_others_worse(heard, truth, seed):
    rates = heard["train", seed]
    assert 0.85 < rates[truth["well_represented"]].mean() < 1
    assert rates[truth["absent"]].mean() < rates[truth["well_represented"]].mean() - 0.1
    assert rates[truth["absent"]].mean() > 0.5  # twelve words: chance is 0.08


@pytest.mark.parametrize("seed", range(3))
def test_speakers_of_the_missing_accents_mend_most_of_it_and_not_all(heard, truth, seed):
    before, after = heard["train", seed], heard["reserve", seed]
    gained = (after - before)[truth["absent"]]
    assert gained.mean() > 0.05
    assert after[truth["absent"]].mean() < 1
    assert after[truth["well_represented"]].mean() > before[truth["well_represented"]].mean() - 0.05


# A damaged archive


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    root = tmp_path_factory.mktemp("damaged") / "datasets"
    shutil.copytree(FOLDER, root / "spoken_keywords")
    return root


@given(place=st.integers(0, (FOLDER / "clips.zip").stat().st_size - 1), change=st.integers(1, 255))
@settings(max_examples=10, deadline=None)
def test_a_changed_archive_is_never_played(copied, place, change):
    path = copied / "spoken_keywords" / "clips.zip"
    content = bytearray((FOLDER / "clips.zip").read_bytes())
    content[place] ^= change
    path.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "ROOT", copied)
        with pytest.raises(
            datasets.DatasetError, match=r"clips\.zip is not the one the course was made with"
        ):
            datasets.load("spoken_keywords")


# How they were made


def test_make_without_espeak_says_what_to_install(copied, tmp_path):
    before = contents(copied / "spoken_keywords")
    ran = run_make(copied / "spoken_keywords", PATH=str(tmp_path))
    assert ran.returncode == 1
    assert ran.stderr == (
        "espeak-ng is not installed: install version 1.51, then run python make.py again.\n"
    )
    assert contents(copied / "spoken_keywords") == before


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for espeak-ng is a shell script")
@pytest.mark.parametrize("version", ["1.50", "1.51.1", "1.52-dev"])
def test_make_with_another_espeak_says_which_one_it_needs(copied, tmp_path, version):
    stand_in = tmp_path / "espeak-ng"
    stand_in.write_text(f"#!/bin/sh\necho 'eSpeak NG text-to-speech: {version}  Data at: /usr'\n")
    stand_in.chmod(0o755)
    before = contents(copied / "spoken_keywords")
    ran = run_make(copied / "spoken_keywords", PATH=str(tmp_path))
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"This is not espeak-ng 1.51 but 'eSpeak NG text-to-speech: {version} ")
    assert contents(copied / "spoken_keywords") == before


def test_make_plans_the_committed_truth(make, truth):
    # From the same seed, the same speakers: no espeak-ng is needed for that.
    planned = make.truth([speaker for speaker, _ in make.cast()])
    assert json.loads(json.dumps(planned)) == truth


def test_make_speaks_the_committed_clips(make, espeak, clips):
    phonemes = make.pronunciations()
    for speaker, rng in make.cast()[::23]:
        committed = clips[clips["speaker"] == speaker.speaker]
        for row in committed.itertuples():
            samples, snr = make.record(speaker, rng, phonemes[speaker.accent][row.word])
            assert snr == row.snr_db
            np.testing.assert_array_equal(samples, row.samples, err_msg=row.file)


def test_make_packs_the_same_bytes_twice(make, espeak, monkeypatch, tmp_path):
    monkeypatch.setattr(make, "ACCENTS", {"German accent (synthetic)": ("de", (0, 1, 0))})
    table = pd.read_csv(FOLDER / "pronunciations.csv")
    table = table[table["accent"] == "German accent (synthetic)"]
    made = []
    for run in ("first", "second"):
        folder = tmp_path / run
        folder.mkdir()
        table.to_csv(folder / "pronunciations.csv", index=False)
        (folder / "metadata.json").write_text('{"distribution": []}', encoding="utf-8")
        monkeypatch.setattr(make, "HERE", folder)
        make.make()
        made.append(contents(folder))
    assert set(made[0]) == {"clips.csv", "clips.zip", "metadata.json", "pronunciations.csv", "truth.json"}
    assert made[0] == made[1]
    assert len(pd.read_csv(tmp_path / "first" / "clips.csv")) == 24


def test_make_sees_a_sound_that_a_voice_does_not_have(make, espeak, monkeypatch, tmp_path):
    # espeak-ng would say only the part before it, and the clip would hold half a word.
    table = (FOLDER / "pronunciations.csv").read_text(encoding="utf-8")
    (tmp_path / "pronunciations.csv").write_text(table.replace("'ambulans", "'ambUlans"), encoding="utf-8")
    monkeypatch.setattr(make, "HERE", tmp_path)
    with pytest.raises(
        SystemExit, match=r"Arabic accent .*, ambulance: espeak-ng says .*correct the phonemes"
    ):
        make.pronunciations()
