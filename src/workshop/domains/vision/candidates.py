"""Face search: lists of candidates, how often the wanted person is on them, and what an officer makes of a list.

Everything here is a simulation of stated assumptions. No face, no product and no officer was measured. A search
compares one picture with every picture of a gallery and returns the most similar ones as a list: it always returns a
list, also when the wanted person isn't in the gallery.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import bdtr, ndtr, ndtri

from workshop.audit import Estimate, group_rates

SEED = 2020
GALLERY = 100_000
LONGEST_LIST = 50
_LARGEST_GALLERY = 100_000_000
_NODES = np.linspace(-9, 9, 1801)  # standard deviations round the genuine mean
_WEIGHTS = np.exp(-(_NODES**2) / 2) / np.exp(-(_NODES**2) / 2).sum()


@dataclass(frozen=True)
class SimilarityScores:
    """How similarity scores are spread: an assumption of this course, no product's.

    The unit is the standard deviation of impostor scores (two different people), and 0 their mean for most people.
    Both kinds are normally distributed, and each comparison is independent of the others.

    Attributes
    ----------
    genuine_mean : float
        Mean score of two pictures of the same person. It falls with the quality of the picture.
    genuine_sd : float, default 1.5
        Its standard deviation.
    impostor_mean : float, default 0
        Mean score of this person's picture and one of another person in the gallery. Above 0 for people whom the
        system tells apart less well.

    Raises
    ------
    ValueError
        If a number is not finite, or the standard deviation not above 0.
    """

    genuine_mean: float
    genuine_sd: float = 1.5
    impostor_mean: float = 0.0

    def __post_init__(self):
        if not np.isfinite([self.genuine_mean, self.genuine_sd, self.impostor_mean]).all():
            raise ValueError("The means and the standard deviation of scores must be finite numbers.")
        if self.genuine_sd <= 0:
            raise ValueError(f"genuine_sd is {self.genuine_sd:g}; a standard deviation is above 0.")

    def false_match_rate(self, threshold):
        """Return the share of impostor comparisons that score at least `threshold`."""
        return ndtr(self.impostor_mean - np.asarray(threshold, dtype=float))

    def false_non_match_rate(self, threshold):
        """Return the share of genuine comparisons that score below `threshold`."""
        return ndtr((np.asarray(threshold, dtype=float) - self.genuine_mean) / self.genuine_sd)

    def identification_rates(self, gallery=GALLERY, longest=5):
        """Return how often the wanted person is among the first 1, 2, ... names of a list.

        The field calls this curve the cumulative match characteristic.

        Parameters
        ----------
        gallery : int, default 100,000
            Pictures in the gallery, one a person; the wanted person's is one of them.
        longest : int, default 5
            Names on the list, at most 50.

        Returns
        -------
        numpy.ndarray of float, shape (longest,)
            The rank-1 identification rate, the rank-2 rate and so on: probabilities, not a sample.

        Raises
        ------
        ValueError
            If the gallery is no whole number from 1 to 100 million, or `longest` none from 1 to 50.

        Notes
        -----
        The wanted person has rank k or better if at most k - 1 of the other pictures score higher. Given the
        wanted person's score their number is binomial, and the mean over that score is an integral of one dimension.
        """
        _check_whole("gallery", gallery, _LARGEST_GALLERY)
        _check_whole("longest", longest, LONGEST_LIST)
        higher = self.false_match_rate(self.genuine_mean + self.genuine_sd * _NODES)
        ranks = np.arange(longest)[:, np.newaxis]
        # With fewer others than the list has places everybody is on it.
        at_most = np.where(
            ranks >= gallery - 1, 1.0, bdtr(np.minimum(ranks, gallery - 1), gallery - 1, higher)
        )
        # Sums of the same weights can differ in the last digit: no rate falls, none is above 1.
        return np.minimum(np.maximum.accumulate(at_most @ _WEIGHTS), 1.0)


QUALITIES = {"studio photo": 7.5, "phone photo": 5.5, "dim camera still": 4.0}  # genuine means: assumptions
# Impostor means. With 0.6, a false match at a threshold of 4 is 10 times as likely: the lower end of what NIST often
# found in one-to-one comparison (10 to 100 times, NISTIR 8280, 2019). It differs by algorithm; some have no such gap.
GROUPS = {"group A": 0.0, "group B": 0.6}


def assumed_scores(quality, group="group A"):
    """Return the course's assumption on the scores of a picture.

    Parameters
    ----------
    quality : str
        One of `QUALITIES`.
    group : str, default "group A"
        One of `GROUPS`.

    Returns
    -------
    SimilarityScores

    Raises
    ------
    ValueError
        If there is no such quality or group.
    """
    for name, chosen, known in (("quality", quality, QUALITIES), ("group", group, GROUPS)):
        if chosen not in known:
            raise ValueError(f"There is no {name} {chosen!r}; choose one of: {', '.join(known)}.")
    return SimilarityScores(QUALITIES[quality], impostor_mean=GROUPS[group])


def candidate_list(scores, length=5, gallery=GALLERY, in_gallery=True, seed=SEED):
    """Return one list of candidates, drawn from the assumed scores.

    Parameters
    ----------
    scores : SimilarityScores
    length : int, default 5
    gallery : int, default 100,000
    in_gallery : bool, default True
        Whether the wanted person is in the gallery.
    seed : int, default 2020

    Returns
    -------
    pandas.DataFrame
        Columns rank (from 1), score (falling) and wanted (bool: is this the wanted person, which nobody knows).

    Raises
    ------
    ValueError
        As `SimilarityScores.identification_rates`.
    """
    _check_whole("length", length, LONGEST_LIST)
    _check_whole("gallery", gallery, _LARGEST_GALLERY)
    rng = np.random.default_rng(seed)
    others = gallery - int(in_gallery)
    found = scores.impostor_mean + _highest_normal(rng, others, min(length, others))
    wanted = np.zeros(len(found), dtype=bool)
    if in_gallery:
        found = np.append(found, rng.normal(scores.genuine_mean, scores.genuine_sd))
        wanted = np.append(wanted, True)
    order = np.argsort(-found, kind="stable")[:length]
    return pd.DataFrame(
        {"rank": np.arange(1, len(order) + 1), "score": found[order], "wanted": wanted[order]}
    )


def _highest_normal(rng, size, most):
    """Return the highest `most` of `size` standard normal draws, falling, without drawing them all."""
    # The smallest uniform order statistics are sums of exponential gaps over their total (Renyi 1953).
    gaps = rng.exponential(size=most)
    smallest = np.cumsum(gaps) / (gaps.sum() + rng.gamma(size + 1 - most))
    return -ndtri(smallest)


def simulate_searches(searches=1000, gallery=GALLERY, absent=0.5, seed=SEED):
    """Return simulated searches: so many for each quality of picture and each group.

    Parameters
    ----------
    searches : int, default 1000
        For each quality and group.
    gallery : int, default 100,000
    absent : float, default 0.5
        Share of the searches in which the wanted person is not in the gallery.
    seed : int, default 2020

    Returns
    -------
    pandas.DataFrame
        One row a search: quality, group (categories in the order of `QUALITIES` and `GROUPS`), in_gallery (bool) and
        rank of the wanted person in the whole gallery (nullable integer, missing if not in it).

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    _check_whole("searches", searches, 1_000_000)
    _check_whole("gallery", gallery, _LARGEST_GALLERY)
    _check_share("absent", absent)
    rng = np.random.default_rng(seed)
    parts = []
    for quality in QUALITIES:
        for group in GROUPS:
            scores = assumed_scores(quality, group)
            there = rng.random(searches) >= absent
            genuine = rng.normal(scores.genuine_mean, scores.genuine_sd, searches)
            rank = 1 + rng.binomial(gallery - 1, scores.false_match_rate(genuine))
            part = {"quality": quality, "group": group, "in_gallery": there, "rank": rank}
            parts.append(pd.DataFrame(part))
    table = pd.concat(parts, ignore_index=True)
    return table.assign(
        quality=pd.Categorical(table["quality"], list(QUALITIES), ordered=True),
        group=pd.Categorical(table["group"], list(GROUPS)),
        rank=table["rank"].astype("Int64").where(table["in_gallery"]),
    )


def identification_rates(searches, by="quality", ranks=(1, 5)):
    """Return how often the wanted person was found at these ranks or better, with intervals.

    Parameters
    ----------
    searches : pandas.DataFrame
        One row a search with columns in_gallery and rank, as `simulate_searches` returns it.
    by : str, default "quality"
        The column of the groups.
    ranks : sequence of int, default (1, 5)

    Returns
    -------
    pandas.DataFrame
        Index (rank, group); columns value, low, high (Wilson's 95% interval), numerator (found), denominator (searches
        for somebody who is in the gallery), enough.

    Raises
    ------
    ValueError
        If a column is missing, the table is empty, or a rank is no whole number above 0.
    """
    for column in ("in_gallery", "rank", by):
        if column not in searches:
            raise ValueError(f"There is no column {column!r}; simulate_searches() makes such a table.")
    rows = {}
    for rank in ranks:
        _check_whole("rank", rank, _LARGEST_GALLERY)
        found = (searches["rank"] <= rank).fillna(False).astype(bool)
        rates = group_rates(searches["in_gallery"], found, searches[by])
        rows |= {(rank, group): rates.of(group, "true_positive_rate") for group in rates.groups}
    index = pd.MultiIndex.from_tuples(rows, names=["rank", by])
    return pd.DataFrame(list(rows.values()), index=index, columns=Estimate._fields)


@dataclass(frozen=True)
class Reviewer:
    """How an officer reads a list: assumptions, to be replaced by what is measured in one's own unit.

    Attributes
    ----------
    trust : float
        Probability that the officer takes the first name without comparing.
    false_match : float, default 0.1
        When comparing: probability that a wrong candidate is called the wanted person.
    false_non_match : float, default 0.2
        When comparing: probability that the wanted person is passed over.

    Raises
    ------
    ValueError
        If one of them is not between 0 and 1.
    """

    trust: float
    false_match: float = 0.1
    false_non_match: float = 0.2

    def __post_init__(self):
        for name in ("trust", "false_match", "false_non_match"):
            _check_share(name, getattr(self, name))


@dataclass(frozen=True)
class Evidence:
    """The rule "no arrest on the list alone": what independent evidence does. Both numbers are assumptions.

    Attributes
    ----------
    clears : float, default 0.9
        Probability that it clears an innocent person who was named.
    confirms : float, default 0.9
        Probability that it is found against the right person.

    Raises
    ------
    ValueError
        If one of them is not between 0 and 1.
    """

    clears: float = 0.9
    confirms: float = 0.9

    def __post_init__(self):
        for name in ("clears", "confirms"):
            _check_share(name, getattr(self, name))


class Outcomes(NamedTuple):
    """What becomes of a search: probabilities that add up to 1.

    Attributes
    ----------
    right : float
        The right person is named and, with the rule, evidence confirms it.
    unproven : float
        The right person is named, but no independent evidence is found. 0 without the rule.
    cleared : float
        A wrong person is named and looked into, then cleared by evidence. 0 without the rule.
    wrong : float
        A wrong person is named and not cleared: an innocent person can be arrested.
    nobody : float
        Nobody is named.
    """

    right: float
    unproven: float
    cleared: float
    wrong: float
    nobody: float


def review(rates, absent, reviewer, evidence=None):
    """Return what becomes of a search, in closed form.

    Parameters
    ----------
    rates : array_like of float, shape (length,)
        Identification rates at rank 1, 2, ... up to the length of the list, for a person who is in the gallery.
    absent : float
        Share of the searches in which the wanted person is not in the gallery.
    reviewer : Reviewer
        With probability `trust` takes the first name. Else compares the candidates one after the other, from the first,
        and names the first one that looks like the wanted person; if none does, nobody.
    evidence : Evidence, optional
        With it, no one is arrested on the list alone.

    Returns
    -------
    Outcomes
        Expected shares of many searches.

    Raises
    ------
    ValueError
        If the rates are empty, fall, or do not lie between 0 and 1, or `absent` does not.

    Notes
    -----
    Each comparison by the officer is taken to be independent of the others, and as hard at every rank. In a large
    gallery the candidates are the most similar people of all, so true errors may be higher.
    """
    rates = np.asarray(rates, dtype=float)
    _check_rates(rates)
    _check_share("absent", absent)
    present, length = 1 - absent, len(rates)
    at_rank = present * np.diff(rates, prepend=0.0)
    not_listed = 1 - at_rank.sum()
    passed = (1 - reviewer.false_match) ** np.arange(
        length + 1
    )  # probability to pass so many wrong candidates
    compared_right = (1 - reviewer.false_non_match) * (at_rank @ passed[:-1])
    compared_nobody = not_listed * passed[-1] + reviewer.false_non_match * at_rank.sum() * passed[-2]
    right = reviewer.trust * at_rank[0] + (1 - reviewer.trust) * compared_right
    nobody = (1 - reviewer.trust) * compared_nobody
    return _after(evidence, float(right), max(0.0, float(1 - right - nobody)), float(nobody))


def _after(evidence, right, wrong, nobody):
    """Return what evidence, if it is asked for, makes of those who were named."""
    if evidence is None:
        return Outcomes(right, 0.0, 0.0, wrong, nobody)
    confirmed, cleared = right * evidence.confirms, wrong * evidence.clears
    return Outcomes(confirmed, right - confirmed, cleared, wrong - cleared, nobody)


def _check_rates(rates):
    if rates.ndim != 1 or not len(rates):
        raise ValueError("Give the identification rates of a list with at least one name.")
    if not ((rates >= 0) & (rates <= 1)).all() or (np.diff(rates) < 0).any():
        raise ValueError("Identification rates lie between 0 and 1 and never fall with the rank.")


def _check_share(name, value):
    if not 0 <= value <= 1:
        raise ValueError(f"{name} is {value!r}; give a share between 0 and 1.")


def _check_whole(name, value, largest):
    if not (1 <= value <= largest and value == int(value)):
        raise ValueError(f"{name} is {value!r}; give a whole number from 1 to {largest:,}.")
