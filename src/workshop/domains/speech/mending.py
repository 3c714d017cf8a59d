"""What a spotter misses after it was trained in another way: on other clips, on a line, without one accent."""

import numpy as np
import pandas as pd

from workshop.domains.speech.conditions import telephone_band
from workshop.domains.speech.spotting import keyword_spotter, miss_rates, word_features

RECORDED, ON_LINE, TRAINED_ON_LINE = "as recorded", "on the line", "trained on the line"


def missed_after_training(training, tested, groups, weights=None):
    """Train a keyword spotter, and return whose words it misses.

    Parameters
    ----------
    training, tested : pandas.DataFrame
        Clips of different speakers: columns word, speaker and samples, as ``load("spoken_keywords")`` returns them.
    groups : array_like, shape (n_tested,)
        The group of each tested clip, for instance how well the training knows its accent.
    weights : array_like, shape (n_training,), optional
        How much each training clip counts; all alike by default.

    Returns
    -------
    ClusterRates
        Share of the tested words that are missed, by group.

    Raises
    ------
    ValueError
        If a column is missing, there are no clips, a speaker is on both sides, or there is not one group for each
        tested clip and one weight for each training clip.
    """
    _check_sides(training, tested, groups)
    if weights is not None and np.size(weights) != len(training):
        raise ValueError(
            f"There are {np.size(weights):,} weights for {len(training):,} clips; give one for each."
        )
    spotter = _fitted(word_features(training["samples"]), training["word"], weights)
    return _missed(tested, spotter.predict(word_features(tested["samples"])), groups)


def missed_on_line(training, tested, groups, line=telephone_band):
    """Train keyword spotters on clips as recorded and on clips that went over a line, and return whose words they miss.

    Parameters
    ----------
    training, tested, groups
        As for `missed_after_training`.
    line : callable, default `telephone_band`
        From the samples of a clip to those that arrive.

    Returns
    -------
    dict of str to ClusterRates
        "as recorded", "on the line" (the spotter of before hears what arrives) and "trained on the line" (another one,
        trained on what arrives, hears it).

    Raises
    ------
    ValueError
        As `missed_after_training`.
    """
    _check_sides(training, tested, groups)
    spotters, heard = {}, {}
    for sent in (False, True):
        first, second = (_heard(clips, line if sent else None) for clips in (training, tested))
        spotters[sent] = _fitted(first, training["word"])
        heard[sent] = second
    ways = {RECORDED: (False, False), ON_LINE: (False, True), TRAINED_ON_LINE: (True, True)}
    return {
        way: _missed(tested, spotters[trained].predict(heard[sent]), groups)
        for way, (trained, sent) in ways.items()
    }


def missed_after_adding(training, added, tested, groups, own):
    """Add speakers to the training, and return whose words are missed: a spotter of its own for each tested accent.

    Either only speakers with the caller's own accent are added, or only those with other accents. What each of these
    brings does not add up to what both bring together: the order matters.

    Parameters
    ----------
    training, added, tested : pandas.DataFrame
        Clips as for `missed_after_training`, also with the column accent. All of `training` stays in.
    groups : array_like, shape (n_tested,)
    own : bool
        For each tested accent, add the speakers who have it (True), or all others (False).

    Returns
    -------
    ClusterRates

    Raises
    ------
    ValueError
        As `missed_after_training`.
    """
    both = pd.concat([training, added], ignore_index=True)
    _check_sides(both, tested, groups, "accent")
    known, features = word_features(both["samples"]), word_features(tested["samples"])
    is_added, heard = np.arange(len(both)) >= len(training), np.empty(len(tested), dtype=object)
    for accent in tested["accent"].unique():
        kept = ~is_added | ((both["accent"] == accent) == own).to_numpy()
        asked = (tested["accent"] == accent).to_numpy()
        heard[asked] = _fitted(known[kept], both["word"][kept]).predict(features[asked])
    return _missed(tested, heard, groups)


def _fitted(features, words, weights=None):
    return keyword_spotter().fit(features, words, logisticregression__sample_weight=weights)


def _heard(clips, line):
    """Return the features of clips, sent over a line first if there is one."""
    if line is None:
        return word_features(clips["samples"])
    # One clip after the other: all that arrives, held at once, would take as much memory as the clips twice over.
    return np.vstack([word_features([line(samples)]) for samples in clips["samples"]])


def _missed(tested, heard, groups):
    return miss_rates(tested["word"], heard, groups, tested["speaker"])


def _check_sides(training, tested, groups, *more):
    for clips in (training, tested):
        lacking = [column for column in ("word", "speaker", "samples", *more) if column not in clips]
        if lacking:
            raise ValueError(f"The clips have no column {lacking[0]}; give them as load returns them.")
    if np.size(groups) != len(tested):
        raise ValueError(
            f"There are {np.size(groups):,} groups for {len(tested):,} tested clips; give one for each."
        )
    shared = sorted(set(training["speaker"]) & set(tested["speaker"]))
    if shared:
        raise ValueError(f"The speaker {shared[0]} is in the training and in the test; keep speakers apart.")
