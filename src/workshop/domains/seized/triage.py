"""Which seized files an officer views: workload, and the victims of whom no file is viewed.

A victim is in several files. It takes one viewed file to find a victim; a victim is missed if none is viewed. Files of
one device are alike (one camera, one place), so all intervals here are drawn over whole devices.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from workshop.audit import Estimate, cluster_rates
from workshop.domains.seized.files import DARKER, DEVICE_TYPES, LIGHTER, SKIN_TONES, THRESHOLD

PER_HOUR = 500  # files an hour that a reviewer manages: of the press on prosecutors in Germany, 2019
EVERYTHING = "all victims"
ORDER = {"skin_tone": SKIN_TONES, "device_type": DEVICE_TYPES}
BY = tuple(ORDER)
_COLUMNS = ("device", "device_type", "skin_tone", "harmful", "victim")
_KEPT = 32  # positions whose intervals are kept: a slider that goes back costs nothing


class Workload(NamedTuple):
    """What officers view, and what they find.

    Attributes
    ----------
    files, above, viewed : int
        All files, those that score at least the threshold, and those that are viewed: the highest of them, as many as
        there is time for.
    hours : float
        What viewing them takes.
    harmful, harmful_viewed : int
        Harmful files, and how many of them are viewed. The rest of what is viewed is harmless.
    victims, found : int
        Victims, and how many have at least one file viewed.
    """

    files: int
    above: int
    viewed: int
    hours: float
    harmful: int
    harmful_viewed: int
    victims: int
    found: int

    @property
    def missed(self):
        """Victims of whom no file is viewed."""
        return self.victims - self.found


class Review:
    """Files in the order of a classifier's score, sorted once: each threshold and capacity is a look-up.

    Parameters
    ----------
    files : pandas.DataFrame
        Columns device, device_type, skin_tone, harmful (bool) and victim ("" for a harmless file).
    scores : array_like of float, shape (n_files,)
        From 0 to 1; a higher one is viewed earlier, of equal ones the one that comes first.

    Raises
    ------
    ValueError
        If a column is missing or holds something else than said above, there is no harmful file, or there is not one
        score from 0 to 1 for each file.
    """

    def __init__(self, files, scores):
        files, scores = check_files(files), check_scores(scores, len(files))
        order = np.argsort(-scores, kind="stable")
        self._falling = -scores[order]  # rising, to search in
        harmful = files["harmful"].to_numpy()
        self._harmful_until = np.concatenate([[0], np.cumsum(harmful[order])])
        place = np.empty(len(files), dtype=int)
        place[order] = np.arange(len(files))
        # A victim is found as soon as the first of her or his files is viewed.
        seen = files[harmful].assign(place=place[harmful]).sort_values("place", kind="stable")
        self._victims = seen.drop_duplicates("victim").reset_index(drop=True)
        self._found_until = self._victims["place"].to_numpy()
        self.files = len(files)
        self._rates = lru_cache(_KEPT)(self._rates_at)

    def viewed(self, threshold, capacity=None):
        """Return how many files are viewed.

        Parameters
        ----------
        threshold : float
            From 0 to 1; no file with a lower score is viewed.
        capacity : int, optional
            Files that officers have time for; without it all at or above the threshold.

        Raises
        ------
        ValueError
            If the threshold is not from 0 to 1, or the capacity is no whole number of 0 or more.
        """
        above = self._above(threshold)
        if capacity is None:
            return above
        if isinstance(capacity, bool) or capacity != capacity or capacity < 0 or capacity != int(capacity):
            raise ValueError(f"The capacity is {capacity!r}; give how many files can be viewed, 0 or more.")
        return min(above, int(capacity))

    def _above(self, threshold):
        if not 0 <= threshold <= 1:
            raise ValueError(f"The threshold is {threshold!r}; give a score from 0 to 1.")
        return int(np.searchsorted(self._falling, -threshold, side="right"))

    def workload(self, threshold, capacity=None):
        """Return what officers view and find at a threshold; parameters and errors are those of `viewed`.

        Returns
        -------
        Workload
        """
        viewed = self.viewed(threshold, capacity)
        return Workload(
            self.files,
            self._above(threshold),
            viewed,
            viewed / PER_HOUR,
            int(self._harmful_until[-1]),
            int(self._harmful_until[viewed]),
            len(self._victims),
            int(np.searchsorted(self._found_until, viewed)),
        )

    def missed(self, threshold, capacity=None, by="skin_tone"):
        """Return for each group of victims how many are missed, with intervals from drawing whole devices.

        Parameters
        ----------
        threshold, capacity
            As for `viewed`.
        by : {"skin_tone", "device_type"} or None
            Groups of victims; None for all together.

        Returns
        -------
        pandas.DataFrame
            Index group, in the order of the course; columns value, low, high (missed of the victims), numerator,
            denominator, enough, devices, victims.

        Raises
        ------
        ValueError
            As `viewed`; or there are no such groups.
        """
        rates = self.missed_rates(threshold, capacity, by).frame("devices", "victims")
        first = [group for group in ORDER.get(by, ()) if group in rates.index]
        return rates.loc[[*first, *rates.index.difference(first)]]

    def missed_rates(self, threshold, capacity=None, by="skin_tone"):
        """Return the same as `missed` as `workshop.audit.ClusterRates`, which also compares groups."""
        if by not in (*BY, None):
            raise ValueError(f"There are no groups by {by!r}; choose one of {', '.join(BY)}, or None.")
        return self._rates(self.viewed(threshold, capacity), by)

    def _rates_at(self, viewed, by):
        missed = self._found_until >= viewed
        groups = self._victims[by] if by else np.full(len(missed), EVERYTHING)
        return cluster_rates(missed, np.ones(len(missed)), groups, self._victims["device"])


def compare_reviews(before, after, threshold=0.0, capacity=None, by="skin_tone"):
    """Compare whom two classifiers miss, of the same victims and in the same time.

    Parameters
    ----------
    before, after : Review
        Of the same files.
    threshold, capacity, by
        As for `Review.missed`. By default no threshold: with a capacity, officers view as many files with either.

    Returns
    -------
    pandas.DataFrame
        Index group; columns before, after (victims missed), victims, change (of the share that is missed), low, high
        (of the change: whole devices are drawn for both classifiers together), enough.

    Raises
    ------
    ValueError
        As `Review.missed`; or the groups have other victims.
    """
    first, second = (each.missed(threshold, capacity, by) for each in (before, after))
    if not first["victims"].equals(second["victims"]):
        raise ValueError("The two classifiers scored other victims; compare them on the same files.")
    rates = [each.missed_rates(threshold, capacity, by) for each in (before, after)]
    changes = [rates[1].change(rates[0], group) for group in first.index]
    return pd.DataFrame(
        {
            "before": first["numerator"].astype(int),
            "after": second["numerator"].astype(int),
            "victims": first["victims"],
            "change": [each.value for each in changes],
            "low": [each.low for each in changes],
            "high": [each.high for each in changes],
            "enough": [each.enough for each in changes],
        },
        index=first.index,
    )


def compare_decisions(files, scores, threshold, sample=PER_HOUR, seed=2026):
    """Compare three ways to use a classifier: none, one that sorts, and one that deletes what it puts last.

    Parameters
    ----------
    files : pandas.DataFrame
    scores : array_like of float, shape (n_files,)
        As for `Review`.
    threshold : float
        What scores less is not viewed.
    sample : int, default 500
        Files that an officer draws by chance from those below the threshold, to see what is missed; one hour's work.
    seed : int, default 2026
        Of that draw.

    Returns
    -------
    pandas.DataFrame
        One row a decision; columns viewed (files), hours, missed (victims of whom no file is viewed), seen_below
        (harmful files that the random sample brings to light), recoverable (missed victims whose files still exist).

    Raises
    ------
    ValueError
        As `Review`; or the sample is no whole number of 0 or more.
    """
    review = Review(files, scores)
    if isinstance(sample, bool) or sample != sample or sample < 0 or sample != int(sample):
        raise ValueError(f"The sample is {sample!r}; give how many files are drawn, 0 or more.")
    below = np.flatnonzero(np.asarray(scores, dtype=float) < threshold)
    drawn = np.random.default_rng(seed).choice(below, min(int(sample), len(below)), replace=False)
    extra = files.iloc[drawn]
    cut, whole = review.workload(threshold), review.workload(0)
    found = set(files.loc[files["harmful"] & (np.asarray(scores) >= threshold), "victim"])
    found_below = set(extra.loc[extra["harmful"], "victim"]) - found
    missed = cut.missed - len(found_below)
    rows = {
        "view everything": (whole.viewed, 0, 0, 0),
        "the machine sorts": (cut.viewed + len(drawn), missed, int(extra["harmful"].sum()), missed),
        "the machine deletes the rest": (cut.viewed, cut.missed, 0, 0),
    }
    columns = ["viewed", "missed", "seen_below", "recoverable"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    table.insert(1, "hours", table["viewed"] / PER_HOUR)
    return table


def missed_files(files, scores, threshold=THRESHOLD, by="skin_tone"):
    """Return for each group the share of harmful files that score below a threshold.

    Parameters
    ----------
    files, scores
        As for `Review`.
    threshold : float, default 0.5
    by : {"skin_tone", "device_type"}

    Returns
    -------
    workshop.audit.ClusterRates
        Intervals from drawing whole devices.

    Raises
    ------
    ValueError
        As `Review`; or there are no such groups.
    """
    if by not in BY:
        raise ValueError(f"There are no groups by {by!r}; choose one of {', '.join(BY)}.")
    harmful, below = _below(files, scores, threshold)
    return cluster_rates(below, np.ones(len(below)), harmful[by], harmful["device"])


def gap_on_the_same_devices(files, scores, threshold=THRESHOLD, first=DARKER, second=LIGHTER):
    """Return how much more often harmful files of one skin tone are missed than of another, on the same kind of device.

    The rates of each kind of device are weighted by all its harmful files (direct standardisation), so that a group
    whose files are more often on a difficult kind of device is not charged for the device.

    Parameters
    ----------
    files, scores
        As for `Review`.
    threshold : float, default 0.5
    first, second : str
        Two skin tones.

    Returns
    -------
    workshop.audit.Estimate
        The first share minus the second. Its interval draws whole devices.

    Raises
    ------
    ValueError
        As `Review`; or a skin tone has no harmful file on some kind of device.
    """
    harmful, below = _below(files, scores, threshold)
    mix = harmful["device_type"].value_counts(normalize=True)
    chosen = harmful["skin_tone"].isin([first, second]).to_numpy()
    cells = harmful["skin_tone"] + " on " + harmful["device_type"]
    names = {sign: [f"{tone} on {each}" for each in mix.index] for sign, tone in ((1, first), (-1, second))}
    absent = [name for each in names.values() for name in each if name not in set(cells[chosen])]
    if absent:
        raise ValueError(f"There is no harmful file for {absent[0]}; compare other skin tones.")
    rates = cluster_rates(
        below[chosen], np.ones(chosen.sum()), cells[chosen], harmful["device"].to_numpy()[chosen]
    )
    places = [rates.position(name) for each in names.values() for name in each]
    weights = np.array([sign * weight for sign in names for weight in mix])
    value = float(rates.values[places] @ weights)
    ends = rates.interval(rates.resampled[:, places] @ weights, places, weights)
    # Each cell may be small: what counts is whether each of the two skin tones is large enough.
    whole = cluster_rates(
        below[chosen],
        np.ones(chosen.sum()),
        harmful["skin_tone"].to_numpy()[chosen],
        harmful["device"].to_numpy()[chosen],
        resamples=1,
    )
    pair = [whole.position(first), whole.position(second)]
    return Estimate(value, *ends, np.nan, float(whole.denominators[pair].min()), whole.enough(pair))


def per_hundred(estimate):
    """Return an estimate of shares as one of so many of 100."""
    return estimate._replace(value=100 * estimate.value, low=100 * estimate.low, high=100 * estimate.high)


def _below(files, scores, threshold):
    """Return the harmful files, and which of them score below the threshold."""
    files, scores = check_files(files), check_scores(scores, len(files))
    if not 0 <= threshold <= 1:
        raise ValueError(f"The threshold is {threshold!r}; give a score from 0 to 1.")
    harmful = files["harmful"].to_numpy()
    return files[harmful], scores[harmful] < threshold


def check_files(files):
    """Return the files as they are if they can be counted; a ValueError that says why not."""
    if not isinstance(files, pd.DataFrame):
        raise ValueError("The files must be a table (DataFrame), one row a file, as load returns them.")
    absent = [column for column in _COLUMNS if column not in files]
    if absent:
        raise ValueError(f"The files have no column {absent[0]!r}; give them as load returns them.")
    if files["harmful"].dtype != bool or not files["harmful"].any():
        raise ValueError("The column harmful must hold True or False, and True at least once.")
    of_whom = files.loc[files["harmful"], "victim"]
    if of_whom.isna().any() or of_whom.eq("").any():
        raise ValueError("A harmful file has no victim; leave it out, because nobody can say who is missed.")
    if files[files["harmful"]].groupby("victim")[list(BY)].nunique().gt(1).any(axis=None):
        raise ValueError("A victim has two skin tones or two kinds of device; give each victim one.")
    return files


def check_scores(scores, number):
    """Return scores as floats if there is one from 0 to 1 for each file; a ValueError if not."""
    try:
        scores = np.asarray(scores, dtype=float)
    except (TypeError, ValueError):
        scores = np.empty(0)
    if scores.shape != (number,) or not ((scores >= 0) & (scores <= 1)).all():
        raise ValueError(f"Give one score from 0 to 1 for each of the {number:,} files.")
    return scores
