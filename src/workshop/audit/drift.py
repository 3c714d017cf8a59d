"""Drift: how far a batch has moved from what was usual, and alarms whose price is counted in false alarms."""

from typing import NamedTuple

import numpy as np
from scipy.special import chdtri

from workshop.audit.intervals import incidence

_FEWEST_ORDINARY = 10  # values that a window is compared with


class PageHinkley(NamedTuple):
    """What Page-Hinkley's test makes of a series.

    Attributes
    ----------
    statistic : numpy.ndarray, shape (n_values,)
        The larger of its two sums, upwards and downwards: how much has gathered since the last alarm.
    rings : numpy.ndarray of bool, shape (n_values,)
        Where it rings; after each alarm it begins anew.
    """

    statistic: np.ndarray
    rings: np.ndarray


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


def page_hinkley(values, threshold, *, tolerance=0.5, min_values=8, forgetting=1.0):
    """Return Page-Hinkley's test for a shift of the mean, upwards or downwards.

    Each value is compared with the mean of all values since the last alarm. What goes beyond the tolerance is added up,
    upwards and downwards; it rings when a sum has risen by more than the threshold. So many small deviations to one
    side ring, too, where no single one would.

    Parameters
    ----------
    values : array_like, shape (n_values,)
        A signal, for instance the standardised errors of a forecast.
    threshold : float
        Above 0, in the unit of the values. The higher, the fewer false alarms, and the later the true one.
    tolerance : float, default 0.5
        Deviations up to this size are let pass; 0 or more.
    min_values : int, default 8
        It doesn't ring before so many values since the last alarm: until then the mean is not known well.
    forgetting : float, default 1.0
        The sums are multiplied by it with each value; above 0, at most 1.

    Returns
    -------
    PageHinkley

    Raises
    ------
    ValueError
        If a value is missing, or a parameter is out of its range.

    Notes
    -----
    The same as ``river.drift.PageHinkley`` in its mode "both".

    References
    ----------
    Page, E. S. (1954). Continuous inspection schemes. Biometrika 41(1/2), 100-115. Hinkley, D. V. (1971). Inference
    about the change-point from cumulative sum tests. Biometrika 58(3), 509-523.
    """
    values = _finite(values)
    if not (0 < threshold < np.inf and 0 <= tolerance < np.inf and min_values >= 1 and 0 < forgetting <= 1):
        raise ValueError(
            f"threshold is {threshold}, tolerance {tolerance}, min_values {min_values}, forgetting {forgetting}; give "
            "a threshold above 0, a tolerance of 0 or more, 1 value or more, a forgetting above 0 and at most 1."
        )
    statistic, rings = np.zeros(len(values)), np.zeros(len(values), dtype=bool)
    number = 0
    for place, value in enumerate(values.tolist()):  # plain numbers: three times as fast as numpy's
        if not number:
            mean = up = down = 0.0
            lowest, highest = np.inf, -np.inf
        number += 1
        mean += (value - mean) / number
        up = forgetting * up + value - mean - tolerance
        down = forgetting * down + value - mean + tolerance
        lowest, highest = min(lowest, up), max(highest, down)
        statistic[place] = max(up - lowest, highest - down)
        if number >= min_values and statistic[place] > threshold:
            rings[place], number = True, 0
    return PageHinkley(statistic, rings)


def ks_distances(values, ordinary, window=4):
    """Return how far the last values are from the ordinary ones: Kolmogorov and Smirnov's distance.

    Parameters
    ----------
    values : array_like, shape (n_values,)
        A signal in the order of time.
    ordinary : array_like of bool, shape (n_values,)
        The values to compare with. Those inside a window are left out of its own comparison, so that an ordinary window
        is judged as a new one is.
    window : int, default 4
        How many values are looked at together.

    Returns
    -------
    numpy.ndarray, shape (n_values,)
        Between 0 and 1: the largest difference of the two distribution functions. 0 until a window is full.

    Raises
    ------
    ValueError
        If a value is missing, there is not one mark for each value, the window is no whole number from 1 up, or fewer
        than 10 ordinary values are left beside a window.

    References
    ----------
    Smirnov, N. (1948). Table for estimating the goodness of fit of empirical distributions. Annals of Mathematical
    Statistics 19(2), 279-281.
    """
    return _by_window(values, ordinary, window, _ks_distance)


def _ks_distance(others, recent):
    places = np.concatenate([others, recent])
    # Where a distribution jumps, its function is read just after the jump.
    shares = (np.searchsorted(np.sort(part), places, side="right") / len(part) for part in (others, recent))
    return float(np.abs(np.subtract(*shares)).max())


def stability_indexes(values, ordinary, window=4, bands=5):
    """Return the population stability index of the last values against the ordinary ones.

    Parameters
    ----------
    values, ordinary, window
        As for `ks_distances`.
    bands : int, default 5
        The ordinary values are cut into so many bands of equal number.

    Returns
    -------
    numpy.ndarray, shape (n_values,)
        0 until a window is full.

    Raises
    ------
    ValueError
        As `ks_distances`, or if there are fewer than two bands.

    Notes
    -----
    A window of few values can't fill its bands: compare `chance_index`.
    """
    if bands < 2:
        raise ValueError(f"bands is {bands}; give two or more.")

    def index(others, recent):
        edges = np.quantile(others, np.arange(1, bands) / bands)
        counts = (np.bincount(np.searchsorted(edges, part), minlength=bands) for part in (others, recent))
        return population_stability_index(*counts)

    return _by_window(values, ordinary, window, index)


def _by_window(values, ordinary, window, distance):
    """Return the distance of each full window from the ordinary values outside of it."""
    values, ordinary = _finite(values), np.asarray(ordinary, dtype=bool)
    if ordinary.shape != values.shape:
        raise ValueError(f"Give one mark for each of the {len(values)} values: whether it is ordinary.")
    if isinstance(window, bool) or not isinstance(window, int | np.integer) or window < 1:
        raise ValueError(f"window is {window!r}; give a whole number of values, 1 or more.")
    found = np.zeros(len(values))
    for end in range(window, len(values) + 1):
        others = ordinary.copy()
        others[end - window : end] = False
        if others.sum() < _FEWEST_ORDINARY:
            raise ValueError(
                f"Beside a window only {others.sum()} ordinary values are left; give at least {_FEWEST_ORDINARY}."
            )
        found[end - 1] = distance(values[others], values[end - window : end])
    return found


def alarm_starts(rings):
    """Return where an alarm begins: several weeks in which it rings without a pause are one alarm.

    Parameters
    ----------
    rings : array_like of bool, shape (n_weeks, ...)

    Returns
    -------
    numpy.ndarray of bool
        Of the same shape.
    """
    rings = np.asarray(rings, dtype=bool)
    begins = rings.copy()
    begins[1:] &= ~rings[:-1]
    return begins


def _finite(values):
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise ValueError("Give one list of numbers; a week without a value must be left out.")
    return values


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
