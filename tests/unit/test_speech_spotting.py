"""The spotter hears words of strangers, its misses are counted right, and its explanation points at the word."""

import os
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop import datasets
from workshop.audit import group_rates
from workshop.domains.speech.recordings import RATE, read
from workshop.domains.speech.spotting import (
    APART,
    SHARED,
    compare_splits,
    keyword_spotter,
    miss_rates,
    occlusion,
    split_by_speaker,
    word_features,
)

quick = settings(max_examples=30, deadline=None)
# Two parts of a word: where its resonances are, in hertz, first and then.
WORDS = {
    "fire": ((700, 1200), (350, 2400)),
    "help": ((350, 2400), (700, 1200)),
    "gun": ((500, 900), (500, 900)),
}
SPEAKERS = tuple(f"speaker {number}" for number in range(8))


def say(word, speaker, take):
    """Return a made-up word: two vowels of a voice that is the speaker's own, in a little noise."""
    rng = np.random.default_rng([list(WORDS).index(word), SPEAKERS.index(speaker), take])
    own = np.random.default_rng(SPEAKERS.index(speaker))
    pitch, size = own.uniform(90, 220), own.uniform(0.93, 1.07)
    parts = [vowel(pitch, size * np.array(formants), rng.uniform(0.12, 0.2)) for formants in WORDS[word]]
    samples = np.concatenate(parts)
    return samples + 0.003 * rng.normal(size=len(samples))


def vowel(pitch, formants, seconds):
    time = np.arange(int(seconds * RATE)) / RATE
    harmonics = np.arange(pitch, 4000, pitch)
    strength = sum(1 / (1 + ((harmonics - formant) / 120) ** 2) for formant in formants)
    return 0.1 * np.hanning(len(time)) * (strength @ np.sin(2 * np.pi * harmonics[:, None] * time))


@pytest.fixture(scope="module")
def said():
    rows = [(word, speaker, take) for word in WORDS for speaker in SPEAKERS for take in range(4)]
    table = pd.DataFrame(rows, columns=["word", "speaker", "take"])
    clips = [say(*row) for row in rows]
    return table.assign(accent=table["speaker"].map(lambda name: "ab"[int(name[-1]) % 2])), clips


@pytest.fixture(scope="module")
def features(said):
    return word_features(said[1])


@pytest.fixture(scope="module")
def spotter(said, features):
    return keyword_spotter().fit(features, said[0]["word"])


def test_strangers_are_understood(said, features):
    table, _ = said
    train, test = split_by_speaker(table["speaker"])
    model = keyword_spotter().fit(features[train], table["word"][train])
    assert features.shape == (96, 156)
    assert model.score(features[test], table["word"][test]) > 0.9


def test_features_do_not_depend_on_the_other_clips(said, features):
    np.testing.assert_array_equal(word_features(said[1][5:6])[0], features[5])
    with pytest.raises(ValueError, match="There are no clips"):
        word_features([])
    with pytest.raises(ValueError, match="no numbers"):
        word_features([said[1][0], [0.1, np.nan]])


# Splits


SOME_SPEAKERS = st.lists(st.integers(0, 9), min_size=2, max_size=60).filter(
    lambda speakers: len(set(speakers)) > 1
)


@quick
@given(SOME_SPEAKERS, st.floats(0.01, 0.99), st.integers(0, 99))
def test_no_speaker_is_on_both_sides(speakers, share, seed):
    speakers = np.array(speakers)
    train, test = split_by_speaker(speakers, share, seed)
    np.testing.assert_array_equal(train, ~test)
    assert train.any()
    assert test.any()
    assert set(speakers[train]).isdisjoint(speakers[test])
    again = split_by_speaker(speakers, share, seed)
    np.testing.assert_array_equal(test, again[1])
    number = len(set(speakers))
    assert len(set(speakers[test])) == min(max(round(share * number), 1), number - 1)


@pytest.mark.parametrize(
    ("speakers", "words"),
    [(["a", "a"], "one speaker only"), ([], "one speaker only"), (["a", None], "has no speaker")],
)
def test_speakers_that_cannot_be_split_are_refused(speakers, words):
    with pytest.raises(ValueError, match=words):
        split_by_speaker(speakers)


@pytest.mark.parametrize("share", [0, 1, -0.1, 30, np.nan])
def test_the_share_of_a_split_is_one(share):
    with pytest.raises(ValueError, match=r"between 0 and 1, for instance 0\.3"):
        split_by_speaker(["a", "b"], share)


def test_a_split_that_shares_speakers_flatters_a_model_that_knows_only_voices():
    """Features that name the speaker and, for each speaker in another way, the word: strangers share nothing."""
    rng = np.random.default_rng(1)
    speakers, words = np.repeat(np.arange(6), 30), np.tile(np.repeat(["fire", "help", "gun"], 10), 6)
    own = {(s, w): rng.normal(size=20) for s in range(6) for w in ("fire", "help", "gun")}
    features = np.array([own[pair] for pair in zip(speakers, words, strict=True)]) + 0.3 * rng.normal(
        size=(180, 20)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answers = compare_splits(features, words, speakers, folds=6)
    assert list(answers.columns) == ["split", "speaker", "word", "heard", "right"]
    assert answers["split"].value_counts().to_dict() == {SHARED: 180, APART: 180}
    accuracy = answers.groupby("split")["right"].mean()
    assert accuracy[SHARED] > 0.9
    assert accuracy[APART] < 0.6
    leak = miss_rates(answers["word"], answers["heard"], answers["split"], answers["speaker"]).difference(
        APART, SHARED
    )
    assert leak.low > 0
    assert not leak.enough
    pd.testing.assert_frame_equal(answers, compare_splits(features, words, speakers, folds=6))


def test_splits_that_cannot_be_made_are_refused(said, features):
    table, _ = said
    with pytest.raises(ValueError, match="one row for each clip"):
        compare_splits(features[:5], table["word"], table["speaker"])
    for folds in (1, 9):
        with pytest.raises(ValueError, match="at most as many as there are speakers, 8"):
            compare_splits(features, table["word"], table["speaker"], folds=folds)
    with pytest.raises(ValueError, match="fewer than 5 clips"):
        compare_splits(features, table["word"].where(table.index != 3, "rare"), table["speaker"])


@pytest.mark.skipif(
    not Path(os.environ.get("WORKSHOP_MIRROR") or "/nonexistent").is_dir(),
    reason="WORKSHOP_MIRROR names no folder with copies of the open data sets",
)
def test_real_digits_of_known_voices_are_heard_better_than_those_of_strangers(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKSHOP_CACHE", str(tmp_path))
    table = datasets.load("free_spoken_digits")
    features = word_features([read(path).samples for path in table["path"]])
    answers = compare_splits(features, table["digit"], table["speaker"], folds=6)
    by_speaker = answers.groupby(["split", "speaker"])["right"].mean()
    assert by_speaker[SHARED].mean() > 0.93
    assert by_speaker[APART].max() < 0.96
    assert 0.6 < by_speaker[APART].mean() < 0.8
    leak = miss_rates(answers["word"], answers["heard"], answers["split"], answers["speaker"]).difference(
        APART, SHARED
    )
    assert leak.low > 0
    american = table["speaker"].isin(["jackson", "theo"])
    model = keyword_spotter().fit(features[american], table["digit"][american])
    right = pd.Series(model.predict(features) == table["digit"])
    assert right[american].mean() > 0.99
    assert right[~american].groupby(table["speaker"]).mean().between(0.35, 0.75).all()


# Who is missed


def test_miss_rates_equal_those_of_the_audit(said, features):
    table, _ = said
    heard = table["word"].where(table.index % 3 != 0, "gun").to_numpy()
    words = table["word"].to_numpy()
    by_speaker = miss_rates(words, heard, table["accent"], table["speaker"])
    audit = group_rates([True] * len(words), heard == words, table["accent"])
    assert by_speaker.groups == audit.groups
    for group in audit.groups:
        rate = audit.of(group, "false_negative_rate")
        assert by_speaker.of(group).value == rate.value
        assert by_speaker.of(group)[3:5] == rate[3:5]
        assert audit.of(group, "accuracy") == audit.of(group, "true_positive_rate")
    fire = miss_rates(words, heard, table["accent"], table["speaker"], keyword="fire")
    only = group_rates(words == "fire", heard == "fire", table["accent"])
    for group in only.groups:
        assert fire.of(group).value == only.of(group, "false_negative_rate").value
    assert list(fire.cases) == [16, 16]


def test_misses_that_cannot_be_counted_are_refused():
    with pytest.raises(ValueError, match="different lengths"):
        miss_rates(["a", "b"], ["a"], ["x"], [1])
    with pytest.raises(ValueError, match="Nobody says c in"):
        miss_rates(["a", "b"], ["a", "b"], ["x", "x"], [1, 2], keyword="c")
    with pytest.raises(ValueError, match="different lengths"):
        miss_rates(["a", "b"], ["a", "b"], ["x"], [1, 2])


# What it listens to


def test_hiding_the_part_that_tells_words_apart_costs_most(said, spotter):
    table, clips = said
    row = table.index[table["word"] == "fire"][0]
    found = occlusion(spotter, clips[row], "fire")
    assert found.drop.shape == (8, 12)
    place = list(spotter.classes_).index("fire")
    assert found.probability == pytest.approx(spotter.predict_proba(word_features([clips[row]]))[0, place])
    assert found.hertz[0] == 0
    assert (np.diff(found.hertz) > 0).all()
    assert found.seconds[0] == 0
    assert found.seconds[-1] == pytest.approx(len(clips[row]) / RATE, abs=0.011)
    # Nothing of the made-up voices is above 4 kHz, so hiding that changes little.
    silent = found.hertz[:-1] >= 4000
    assert np.abs(found.drop[silent]).max() < 0.25 * found.drop[~silent].max()


def test_one_patch_over_everything_leaves_nothing_of_the_word(said, spotter):
    clip = said[1][0]
    found = occlusion(spotter, clip, "fire", bands=1, steps=1)
    assert found.drop.shape == (1, 1)
    assert found.probability > 0.9
    assert found.probability - found.drop[0, 0] < 0.7


def test_the_occlusions_of_all_words_cancel(said, spotter):
    """Probabilities sum to 1 with any patch hidden, so what one word loses the others gain."""
    drops = [occlusion(spotter, said[1][7], word).drop for word in spotter.classes_]
    np.testing.assert_allclose(sum(drops), 0, atol=1e-12)


@pytest.mark.parametrize("length", [1600, 400, 100])
def test_short_recordings_have_fewer_steps(spotter, length):
    found = occlusion(spotter, np.random.default_rng(1).normal(size=length), "gun")
    assert found.drop.shape == (8, min(12, 1 + length // 160))
    assert np.isfinite(found.drop).all()


def test_what_cannot_be_explained_is_refused(said, spotter):
    clip = said[1][0]
    with pytest.raises(ValueError, match="does not know the word police; its words are fire, gun, help"):
        occlusion(spotter, clip, "police")
    for bands, steps in ((0, 12), (41, 12), (8, 0)):
        with pytest.raises(ValueError, match="give 1 to 40 bands and at least 1 step"):
            occlusion(spotter, clip, "fire", bands=bands, steps=steps)
    with pytest.raises(ValueError, match="no numbers"):
        occlusion(spotter, [np.nan] * 100, "fire")
