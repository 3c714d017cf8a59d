"""A keyword spotter: which of a few words is in a recording, for whom it fails, and what it listens to."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GroupShuffleSplit,
    StratifiedGroupKFold,
    StratifiedKFold,
    cross_val_predict,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from workshop.audit.clusters import FEWEST, SEED, cluster_rates
from workshop.domains.speech.features import (
    HOP,
    N_MELS,
    cepstrum,
    mel_edges,
    mel_spectrogram,
    mfcc,
    row_per_clip,
    summary,
)
from workshop.domains.speech.recordings import RATE

BANDS = 8
SHARED, APART = "speakers shared", "speakers apart"


class Occlusion(NamedTuple):
    """How much a model's answer hangs on each patch of time and frequency.

    Attributes
    ----------
    probability : float
        What the model gives the word when nothing is hidden.
    drop : numpy.ndarray of float, shape (n_bands, n_steps)
        How much of it is lost when the patch is hidden; below 0 where the patch spoke against the word.
    hertz : numpy.ndarray of float, shape (n_bands + 1,)
        The edges of the bands, rising.
    seconds : numpy.ndarray of float, shape (n_steps + 1,)
        The edges of the steps.
    """

    probability: float
    drop: np.ndarray
    hertz: np.ndarray
    seconds: np.ndarray


def word_features(clips, rate=RATE):
    """Return what the spotter hears of each clip: 13 MFCCs, each as its mean in 12 equal parts of the time.

    Parameters
    ----------
    clips : sequence of array_like
        The samples of each clip, of any length.
    rate : int, default 16000

    Returns
    -------
    numpy.ndarray of float, shape (n_clips, 156)

    Raises
    ------
    ValueError
        If there are no clips, or one of them is no recording.
    """
    return row_per_clip(clips, lambda samples: summary(mfcc(samples, rate)))


def keyword_spotter():
    """Return the untrained model: standardised features into a logistic regression.

    A plain scikit-learn pipeline, ``fit(features, words)``; weights go in as ``logisticregression__sample_weight``.

    Returns
    -------
    sklearn.pipeline.Pipeline
    """
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))


def split_by_speaker(speakers, test_share=0.3, seed=SEED):
    """Return which clips to train on and which to test on, so that no speaker is in both.

    Parameters
    ----------
    speakers : array_like, shape (n_clips,)
    test_share : float, default 0.3
        Of the speakers, between 0 and 1; at least one is on each side.
    seed : int, default 2020

    Returns
    -------
    train, test : numpy.ndarray of bool, shape (n_clips,)

    Raises
    ------
    ValueError
        If there are fewer than two speakers, or `test_share` is not between 0 and 1.
    """
    speakers = _speakers(speakers)
    number = len(np.unique(speakers))
    if not 0 < test_share < 1:
        raise ValueError(f"test_share is {test_share}; give a number between 0 and 1, for instance 0.3.")
    tested = min(max(round(test_share * number), 1), number - 1)
    splitter = GroupShuffleSplit(n_splits=1, test_size=tested, random_state=seed)
    _, rows = next(splitter.split(speakers, groups=speakers))
    test = np.zeros(len(speakers), dtype=bool)
    test[rows] = True
    return ~test, test


def compare_splits(features, words, speakers, model=None, folds=5, seed=SEED):
    """Answer every clip twice by cross-validation: with speakers shared by training and test, and kept apart.

    Parameters
    ----------
    features : numpy.ndarray of float, shape (n_clips, n_features)
    words, speakers : array_like, shape (n_clips,)
    model : estimator, optional
        `keyword_spotter()` by default.
    folds : int, default 5
        Parts that the clips are divided into. As many as there are speakers leave one speaker out at a time.
    seed : int, default 2020

    Returns
    -------
    pandas.DataFrame
        A row for each clip and split, columns split ("speakers shared" or "speakers apart"), speaker, word, heard,
        right.

    Raises
    ------
    ValueError
        If the columns differ in length, there are fewer speakers than folds, or a word has fewer clips than folds.
    """
    speakers, words = _speakers(speakers), np.asarray(words)
    if not len(features) == len(words) == len(speakers):
        raise ValueError("features, words and speakers must have one row for each clip.")
    if not 2 <= folds <= len(np.unique(speakers)):
        raise ValueError(
            f"folds is {folds}; give at least 2 and at most as many as there are speakers, {len(np.unique(speakers))}."
        )
    if pd.Series(words).value_counts().min() < folds:
        raise ValueError(f"A word has fewer than {folds} clips; add clips or take fewer folds.")
    model = keyword_spotter() if model is None else model
    shared = StratifiedKFold(folds, shuffle=True, random_state=seed).split(features, words)
    # Where a speaker has one answer only, leaving out more of one kind would leave fewer of it to learn from, and push
    # a model that knows nothing below guessing.
    apart = StratifiedGroupKFold(folds).split(features, words, speakers)
    parts = []
    for name, splits in ((SHARED, shared), (APART, apart)):
        heard = cross_val_predict(clone(model), features, words, cv=list(splits))
        parts.append(pd.DataFrame({"split": name, "speaker": speakers, "word": words, "heard": heard}))
    answers = pd.concat(parts, ignore_index=True)
    return answers.assign(right=answers["word"] == answers["heard"])


def miss_rates(words, heard, group, speaker, keyword=None, fewest=FEWEST):
    """Return the share of clips whose word was missed, by group, with intervals from resampling speakers.

    Parameters
    ----------
    words, heard : array_like, shape (n_clips,)
        What was said, and what the model answered.
    group, speaker : array_like, shape (n_clips,)
    keyword : optional
        Count only the clips of this word.
    fewest : int, default 10
        With fewer speakers, or fewer than 30 clips, a group is marked as too small to tell.

    Returns
    -------
    ClusterRates

    Raises
    ------
    ValueError
        If the columns differ in length or are empty, or nobody said the keyword.

    Notes
    -----
    ``group_rates([True] * n_clips, heard == words, group)`` gives the same rates as false negative rates, and accuracy
    as true positive rate. Its Wilson interval takes the clips for independent, which clips of one speaker are not, so
    it is too narrow. For false alarms: ``group_rates(words == keyword, heard == keyword, group)``, false positive rate.
    """
    words, heard = np.asarray(words), np.asarray(heard)
    if words.shape != heard.shape:
        raise ValueError(f"words and heard have different lengths ({words.size:,} and {heard.size:,}).")
    counted = np.ones(len(words)) if keyword is None else (words == keyword).astype(float)
    if not counted.any():
        raise ValueError(f"Nobody says {keyword} in these clips; choose a word that is said.")
    return cluster_rates(words != heard, counted, group, speaker, cases=counted, fewest=fewest)


def occlusion(model, samples, word, rate=RATE, bands=BANDS, steps=12):
    """Hide one patch of time and frequency after the other, and see how much less the model believes in a word.

    A hidden patch sounds like the quietest tenth of the recording in these bands. Patches that can stand in for each
    other show less than they matter.

    Parameters
    ----------
    model : Pipeline
        A fitted `keyword_spotter`, or any classifier of `word_features` with ``predict_proba``.
    samples : array_like, shape (n_samples,)
    word
        One of ``model.classes_``.
    rate : int, default 16000
    bands : int, default 8
        Parts of the frequencies, of equally many mel bands.
    steps : int, default 12
        Parts of the time, or fewer if there are not so many windows.

    Returns
    -------
    Occlusion

    Raises
    ------
    ValueError
        If the samples are no recording, the model doesn't know the word, or `bands` or `steps` is out of its range.

    References
    ----------
    Zeiler, M. D. and Fergus, R. (2014). Visualizing and understanding convolutional networks. ECCV 2014, section 4.2.
    """
    known = list(model.classes_)
    if word not in known:
        raise ValueError(
            f"The model does not know the word {word}; its words are {', '.join(map(str, known))}."
        )
    if not (1 <= bands <= N_MELS and steps >= 1):
        raise ValueError(
            f"bands is {bands} and steps is {steps}; give 1 to {N_MELS} bands and at least 1 step."
        )
    place = known.index(word)
    heard = mel_spectrogram(samples, rate).decibels
    times = np.unique(np.linspace(0, heard.shape[1], steps + 1).round().astype(int))
    rows = np.linspace(0, N_MELS, bands + 1).round().astype(int)
    quiet = _quiet(heard)
    drop = np.empty((bands, len(times) - 1))
    whole = model.predict_proba(summary(cepstrum(heard))[None])[0, place]
    for band, (bottom, top) in enumerate(pairwise(rows)):
        hidden = np.repeat(heard[None], len(times) - 1, axis=0)
        for step, (start, end) in enumerate(pairwise(times)):
            hidden[step, bottom:top, start:end] = quiet[bottom:top, None]
        drop[band] = whole - model.predict_proba(summary(cepstrum(hidden)))[:, place]
    return Occlusion(float(whole), drop, mel_edges(rate)[rows], times * HOP)


def _quiet(decibels):
    """Return the mean of each band in the quietest tenth of the windows."""
    loudness = decibels.mean(axis=0)
    number = max(1, len(loudness) // 10)
    return decibels[:, np.argsort(loudness, kind="stable")[:number]].mean(axis=1)


def _speakers(speakers):
    speakers = np.asarray(speakers)
    if pd.isna(speakers).any():
        raise ValueError("A clip has no speaker; leave it out, because it can't be kept on one side.")
    if len(np.unique(speakers)) < 2:
        raise ValueError("There is one speaker only; two are needed, one to train on and one to test on.")
    return speakers
