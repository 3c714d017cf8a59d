"""Same speaker or not: scores of pairs of recordings, their error rates by group, and what a score is worth."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from workshop import audit
from workshop.audit.clusters import FEWEST, SEED, ClusterRates
from workshop.domains.speech.features import mfcc, row_per_clip
from workshop.domains.speech.recordings import RATE

N_MFCC = 20
DIMENSIONS = 8
RESAMPLES = 2000


class Calibration(NamedTuple):
    """From a score to a likelihood ratio: log10 LR is a straight line in the score.

    Attributes
    ----------
    slope, intercept : float
        Of the line, in log10.
    weakest, strongest : float
        Ends of log10 LR; what would go beyond them counts as them.
    """

    slope: float
    intercept: float
    weakest: float
    strongest: float

    def log10_likelihood_ratio(self, scores):
        """Return log10 of how much more probable the scores are if it is one speaker than if it is two.

        Parameters
        ----------
        scores : float or array_like

        Returns
        -------
        float or numpy.ndarray
            0 says that the score tells nothing; 2 is 100 times more probable, -2 a hundredth.
        """
        line = self.intercept + self.slope * np.asarray(scores, dtype=float)
        return np.clip(line, self.weakest, self.strongest)[()]

    def cost(self, scores, same):
        """Return the log-likelihood-ratio cost: 0 is perfect, 1 is no better than knowing nothing, more is misleading.

        Parameters
        ----------
        scores : array_like, shape (n_pairs,)
        same : array_like of bool, shape (n_pairs,)
            Whether the pair is of one speaker. Use other speakers than those it was calibrated on.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If the columns differ in length, or one of the two kinds of pairs is missing.

        References
        ----------
        Brümmer, N. and du Preez, J. (2006). Application-independent evaluation of speaker detection. Computer Speech
        and Language 20(2-3), 230-275.
        """
        scores, same = _pairs(scores, same)
        bits = self.log10_likelihood_ratio(scores) * np.log(10)
        return float(
            (np.logaddexp(0, -bits[same]).mean() + np.logaddexp(0, bits[~same]).mean()) / (2 * np.log(2))
        )


class Comparisons:
    """All pairs of recordings within each group, with their scores.

    Genuine pairs are two recordings of one speaker, impostor pairs are of two speakers of the same group. Pairs across
    groups are left out: groups that differ in sound would be easy to tell apart and hide the errors within. Made by
    `compare_voices`. The rates are named as in ISO/IEC 19795-1.

    Attributes
    ----------
    groups : tuple of str
    scores : numpy.ndarray of float, shape (n_pairs,)
        Cosine similarity, -1 to 1; higher is more alike.
    same : numpy.ndarray of bool, shape (n_pairs,)
        Genuine pairs.
    group : numpy.ndarray of int, shape (n_pairs,)
        Position in `groups`.
    """

    def __init__(self, groups, scores, same, group, speakers, clips, first, second, fewest, seed):
        self.groups = groups
        self.scores, self.same, self.group = scores, same, group
        self._speakers, self._clips = speakers, clips  # of each group
        self._first, self._second = first, second  # position of the two speakers in their group
        self._fewest = fewest
        rng = np.random.default_rng(seed)
        self._drawn = [rng.multinomial(size, np.full(size, 1 / size), RESAMPLES) for size in speakers]

    def false_match_rates(self, threshold):
        """Return for each group the share of impostor pairs that are taken for one speaker.

        Parameters
        ----------
        threshold : float
            Pairs that score at least so much are called the same speaker.

        Returns
        -------
        ClusterRates
            A pair counts in a resample as often as both of its speakers were drawn, which errs on the cautious side
            (Owen, A. B., 2007, The pigeonhole bootstrap, Annals of Applied Statistics 1(2), 386-411).

        Raises
        ------
        ValueError
            If the threshold is not a number from -1 to 1.
        """
        return self._rates(~self.same, self.scores >= _threshold(threshold))

    def false_non_match_rates(self, threshold):
        """Return for each group the share of genuine pairs that are taken for two speakers.

        Parameters and errors are those of `false_match_rates`.

        Returns
        -------
        ClusterRates
        """
        return self._rates(self.same, self.scores < _threshold(threshold))

    def error_tradeoff(self, group=None):
        """Return both rates at every score that occurs (detection error tradeoff).

        Parameters
        ----------
        group : str, optional
            All groups together by default.

        Returns
        -------
        pandas.DataFrame
            As `workshop.audit.error_tradeoff` returns it: columns threshold (rising), false_match_rate,
            false_non_match_rate and true_match_rate.

        Raises
        ------
        ValueError
            If there is no such group.
        """
        scores, same = self.of(group)
        return audit.error_tradeoff(same, scores)

    def equal_error_rate(self, group=None):
        """Return the rate at which both errors are equal, and the threshold there.

        One number to compare systems with. No reason to choose that threshold: the two errors harm different people.

        Parameters
        ----------
        group : str, optional
            All groups together by default.

        Returns
        -------
        rate, threshold : float
        """
        return audit.equal_error_rate(self.error_tradeoff(group))

    def of(self, group=None):
        """Return the scores of a group's pairs and which are genuine; of all pairs by default."""
        if group is None:
            return self.scores, self.same
        if group not in self.groups:
            raise ValueError(f"There is no group {group!r}; the groups are {', '.join(self.groups)}.")
        inside = self.group == self.groups.index(group)
        return self.scores[inside], self.same[inside]

    def _rates(self, counted, wrong):
        totals, drawn_rates = np.zeros((2, len(self.groups))), np.empty((RESAMPLES, len(self.groups)))
        for place, size in enumerate(self._speakers):
            inside = (self.group == place) & counted
            pair = self._first[inside] * size + self._second[inside]
            tables = [
                np.bincount(pair, weights, minlength=size * size).reshape(size, size)
                for weights in (wrong[inside].astype(float), None)
            ]
            totals[:, place] = [table.sum() for table in tables]
            drawn_rates[:, place] = _drawn_rate(*tables, self._drawn[place])
        return ClusterRates(self.groups, *totals, self._speakers, self._clips, drawn_rates, self._fewest)

    def __repr__(self):
        genuine, impostors = self.same.sum(), (~self.same).sum()
        return f"Comparisons({', '.join(self.groups)}; {genuine:,} genuine, {impostors:,} impostor pairs)"


def voice_features(clips, rate=RATE):
    """Return what is compared of each clip: mean and standard deviation over time of 19 MFCCs (without loudness).

    Parameters
    ----------
    clips : sequence of array_like
        The samples of each clip, of any length.
    rate : int, default 16000

    Returns
    -------
    numpy.ndarray of float, shape (n_clips, 38)

    Raises
    ------
    ValueError
        If there are no clips, or one of them is no recording.
    """
    return row_per_clip(clips, lambda samples: _mean_and_deviation(mfcc(samples, rate, N_MFCC)[1:]))


def voice_space(features, speakers):
    """Learn from background speakers what tells speakers apart; ``transform`` then places any voice.

    Linear discriminant analysis on standardised features, as used in speaker verification before neural networks.

    Parameters
    ----------
    features : numpy.ndarray of float, shape (n_clips, n_features)
        From `voice_features`.
    speakers : array_like, shape (n_clips,)
        Other people than those who are compared later.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Fitted; ``transform(features)`` has at most 8 columns.

    Raises
    ------
    ValueError
        If there are fewer than three speakers, or not several clips of them.
    """
    speakers = np.asarray(speakers)
    number = len(np.unique(speakers))
    if len(features) != len(speakers):
        raise ValueError("features and speakers must have one row for each clip.")
    if number < 3 or len(speakers) <= number:
        raise ValueError(
            "To learn what tells voices apart, at least three background speakers with several clips are needed."
        )
    size = min(DIMENSIONS, number - 1, np.shape(features)[1])
    return make_pipeline(StandardScaler(), LinearDiscriminantAnalysis(n_components=size)).fit(
        features, speakers
    )


def compare_voices(voices, speakers, groups, fewest=FEWEST, seed=SEED):
    """Score every pair of recordings within each group by the cosine of the angle between them.

    Parameters
    ----------
    voices : numpy.ndarray of float, shape (n_clips, n_dimensions)
        From `voice_space`.
    speakers, groups : array_like, shape (n_clips,)
        A speaker belongs to one group.
    fewest : int, default 10
        With fewer speakers, or fewer than 30 clips, a group is marked as too small to tell.
    seed : int, default 2020
        Of the resampling of speakers.

    Returns
    -------
    Comparisons

    Raises
    ------
    ValueError
        If the columns differ in length, a voice is not finite or has no direction, a speaker is in two groups, or a
        group has no impostor pair (one speaker only) or no genuine pair (one clip of each speaker).
    """
    voices, table = np.asarray(voices, dtype=float), _table(voices, speakers, groups)
    lengths = np.linalg.norm(voices, axis=1, keepdims=True)
    if not (np.isfinite(voices).all() and (lengths > 0).all()):
        raise ValueError(
            "A voice has no direction or holds values that are no numbers; leave that recording out."
        )
    directions = voices / lengths
    parts, sizes = [], []
    for place, (name, rows) in enumerate(table.groupby("group", sort=True)):
        speaker, known = pd.factorize(rows["speaker"], sort=True)
        one, other = np.triu_indices(len(rows), 1)
        _check_pairs(name, len(known), speaker[one] == speaker[other])
        inside = directions[rows.index]
        score = np.clip(inside @ inside.T, -1, 1)[one, other]
        parts.append(
            (score, speaker[one] == speaker[other], np.full(len(one), place), speaker[one], speaker[other])
        )
        sizes.append((len(known), len(rows)))
    scores, same, group, first, second = (np.concatenate(column) for column in zip(*parts, strict=True))
    n_speakers, n_clips = np.array(sizes).T
    names = tuple(sorted(table["group"].unique()))
    return Comparisons(names, scores, same, group, n_speakers, n_clips, first, second, fewest, seed)


def calibrate(scores, same):
    """Learn how much a score is worth as evidence: its likelihood ratio, by logistic regression.

    Both kinds of pairs weigh the same, so the ratio holds whatever was believed before. It is kept within what the
    pairs can show: at most the number of impostor pairs, at least one over the number of genuine pairs. This is a
    simple limit of this course; Vergeer et al. (2016), Science and Justice 56(6), 482-491, give the reason and a
    better one.

    Parameters
    ----------
    scores : array_like, shape (n_pairs,)
    same : array_like of bool, shape (n_pairs,)
        Whether the pair is of one speaker.

    Returns
    -------
    Calibration

    Raises
    ------
    ValueError
        If the columns differ in length, one of the two kinds of pairs is missing, or genuine pairs do not score higher.

    References
    ----------
    Morrison, G. S. (2013). Tutorial on logistic-regression calibration and fusion: converting a score to a likelihood
    ratio. Australian Journal of Forensic Sciences 45(2), 173-197.
    """
    scores, same = _pairs(scores, same)
    spread = scores.std() or 1.0
    model = LogisticRegression(class_weight="balanced").fit(scores[:, None] / spread, same)
    slope = float(model.coef_[0, 0] / spread / np.log(10))
    if slope <= 0:
        raise ValueError(
            "Pairs of one speaker do not score higher than pairs of two; these scores tell nothing."
        )
    genuine, impostors = int(same.sum()), int((~same).sum())
    intercept = float(model.intercept_[0] / np.log(10))
    return Calibration(slope, intercept, -float(np.log10(genuine)), float(np.log10(impostors)))


def _mean_and_deviation(coefficients):
    return np.concatenate([coefficients.mean(axis=1), coefficients.std(axis=1)])


def _drawn_rate(wrong, counted, drawn):
    """Return the rate in each resample of speakers, from counts by the two speakers of a pair."""
    # A genuine pair is of one speaker and counts as often as this one was drawn; an impostor pair is of two.
    own = np.diag(counted)
    if own.any():
        return (drawn @ np.diag(wrong)) / (drawn @ own)
    top, bottom = (((drawn @ table) * drawn).sum(axis=1) for table in (wrong, counted))
    with np.errstate(invalid="ignore"):  # one speaker alone was drawn: no impostor pair, no rate
        return top / bottom


def _threshold(threshold):
    if not -1 <= threshold <= 1:
        raise ValueError(
            f"The threshold is {threshold}; scores go from -1 to 1, so give a number in between."
        )
    return threshold


def _pairs(scores, same):
    scores, same = np.asarray(scores, dtype=float), np.asarray(same, dtype=bool)
    if scores.shape != same.shape or scores.ndim != 1:
        raise ValueError("scores and same must be two columns of the same length, one row for each pair.")
    if not np.isfinite(scores).all():
        raise ValueError("A score is no number; leave that pair out.")
    if same.all() or not same.any():
        raise ValueError("Pairs of one speaker and pairs of two are needed; one kind is missing.")
    return scores, same


def _table(voices, speakers, groups):
    if np.ndim(voices) != 2 or not len(voices) == np.size(speakers) == np.size(groups):
        raise ValueError("voices, speakers and groups must have one row for each recording.")
    table = pd.DataFrame({"speaker": np.asarray(speakers), "group": np.asarray(groups)})
    if table.isna().any(axis=None):
        raise ValueError("A recording has no speaker or no group; leave it out.")
    table["group"] = table["group"].astype(str)
    twice = table.groupby("speaker")["group"].nunique()
    if (twice > 1).any():
        raise ValueError(f"The speaker {twice.idxmax()} is in two groups; give each speaker one group.")
    return table


def _check_pairs(group, n_speakers, same):
    if n_speakers < 2:
        raise ValueError(
            f"The group {group!r} has one speaker only, so no impostor: leave it out, or record a second person."
        )
    if not same.any():
        raise ValueError(
            f"The group {group!r} has one recording of each speaker, so no genuine pair: leave it out, or record more."
        )
