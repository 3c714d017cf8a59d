"""Drift: how far a batch has moved from what was usual, and alarms whose price is counted in false alarms."""

from typing import NamedTuple

import numpy as np
from scipy.special import chdtri

from workshop.audit.intervals import incidence


class Alarm(NamedTuple):
    """An alarm rule: it rings in a period in which a signal is above the limit.

    Attributes
    ----------
    limit : float
    false_alarms, weeks : int
        In how many of the ordinary weeks that it was set on it would have rung.
    """

    limit: float
    false_alarms: int
    weeks: int

    @property
    def a_year(self):
        """False alarms in 52 ordinary weeks, as an `Estimate`: few weeks tell little about rare alarms."""
        return incidence(self.false_alarms, self.weeks, per=52)

    def rings(self, values):
        """Return for each week whether the alarm rings."""
        return np.asarray(values, dtype=float) > self.limit


def population_stability_index(expected, actual):
    """Return how far counts have moved from what was expected.

    The sum over all bands of (actual share - expected share) times the logarithm of their ratio. 0 if the shares are
    the same.

    Parameters
    ----------
    expected, actual : array_like, shape (n_bands,)
        Counts. Half a count is added to each band, because an empty one has no logarithm.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If there are not two bands or more, the same on both sides, or a count is negative, or a side is empty.

    Notes
    -----
    It is the divergence of Kullback and Leibler taken in both directions. In credit scoring "below 0.1 little change,
    above 0.25 act" is a habit: it looks at no number of messages and at no rate of false alarms (Yurdakul and Naranjo).
    See `chance_index`.

    References
    ----------
    Kullback, S. and Leibler, R. A. (1951). On information and sufficiency. Annals of Mathematical Statistics 22(1),
    79-86. Yurdakul, B. and Naranjo, J. (2020). Statistical properties of the population stability index. Journal of
    Risk Model Validation 14(4).
    """
    expected, actual = (np.asarray(counts, dtype=float) for counts in (expected, actual))
    if expected.ndim != 1 or expected.shape != actual.shape or expected.size < 2:
        raise ValueError("Give the counts of the same two or more bands on both sides.")
    for counts in (expected, actual):
        if not (np.isfinite(counts) & (counts >= 0)).all() or not counts.sum():
            raise ValueError("Counts must be numbers of 0 or more, and not all of them 0.")
    first, second = ((counts + 0.5) / (counts + 0.5).sum() for counts in (expected, actual))
    return float(((second - first) * np.log(second / first)).sum())


def chance_index(expected, actual, bands, share=0.95):
    """Return what the population stability index stays below by chance alone, in this share of all samples.

    Parameters
    ----------
    expected, actual : int
        Messages on each side.
    bands : int
    share : float, default 0.95

    Returns
    -------
    float
        Above it, chance alone is an unlikely reason. It holds for messages that have nothing to do with one another;
        messages of one scene vary more.

    Raises
    ------
    ValueError
        If a side is empty, there are fewer than two bands, or the share is not between 0 and 1.

    References
    ----------
    Yurdakul, B. (2018). Statistical properties of population stability index. Dissertation, Western Michigan
    University: without change, the index is about (1/n + 1/m) times a chi-squared with one degree of freedom less than
    there are bands.
    """
    if min(expected, actual) < 1 or bands < 2 or not 0 < share < 1:
        raise ValueError("Give one message or more on each side, two bands or more, a share between 0 and 1.")
    return float((1 / expected + 1 / actual) * chdtri(bands - 1, 1 - share))


def set_alarm(values, false_alarms):
    """Return the alarm that rings in so many of some ordinary weeks.

    Parameters
    ----------
    values : array_like, shape (n_weeks,)
        A signal in weeks in which nothing happened that should raise an alarm.
    false_alarms : int
        The price: in how many of these weeks it may ring.

    Returns
    -------
    Alarm
        Its limit is the highest value but `false_alarms`. Where weeks are equal, it rings in fewer.

    Raises
    ------
    ValueError
        If a value is missing, or there are not more weeks than false alarms.

    References
    ----------
    Shewhart, W. A. (1931). Economic control of quality of manufactured product. Van Nostrand: a limit set on ordinary
    variation. His is three standard deviations; here the ordinary weeks themselves are counted.
    """
    values = np.sort(np.asarray(values, dtype=float))
    if not np.isfinite(values).all():
        raise ValueError("A week has no value; leave it out.")
    if isinstance(false_alarms, bool) or false_alarms not in range(len(values)):
        raise ValueError(
            f"{false_alarms!r} false alarms can't be had in {len(values)} weeks; give a whole number from 0 up, "
            "below the number of weeks."
        )
    limit = float(values[-1 - false_alarms])
    return Alarm(limit, int((values > limit).sum()), len(values))
