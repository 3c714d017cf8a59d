"""Score intervals for proportions, their differences and their ratios."""

from typing import NamedTuple

import numpy as np
from scipy.special import gammaincinv, ndtr, ndtri

ENOUGH = 30  # people in a denominator; with fewer, a rate is marked as too small to tell


class Estimate(NamedTuple):
    """A rate, a difference or a ratio, with its interval.

    Attributes
    ----------
    value : float
        NaN where it cannot be computed, for instance a rate over no people.
    low, high : float
        The ends of the interval. NaN where the rate cannot be computed: nobody is there to be uncertain about.
    numerator, denominator : float
        What was divided, weighted if the audit is. A comparison of two groups has no numerator (NaN);
        its denominator is the smaller one of the two groups.
    enough : bool
        True if at least 30 people (counted without weights) are in the denominator; for a comparison, in both.
    """

    value: float
    low: float
    high: float
    numerator: float
    denominator: float
    enough: bool


def critical_value(confidence):
    """Return the two-sided critical value of the standard normal distribution.

    Parameters
    ----------
    confidence : float
        Between 0 and 1, for instance 0.95.

    Raises
    ------
    ValueError
        If `confidence` is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; give a number between 0 and 1, for instance 0.95.")
    return float(ndtri(0.5 + confidence / 2))


def score_interval(value, successes, failures, trials, z_squared):
    """Return both ends of Wilson's interval from parts that the caller already has.

    The two ends are written as the lower end of the successes and one minus the lower end of the failures. So they are
    exactly 0 without a success and exactly 1 without a failure. Where `trials` is 0, `value` is NaN and so are both
    ends. Nothing is checked: a threshold sweep calls this for each position.

    Parameters
    ----------
    value, successes, failures, trials : numpy.ndarray
        Any one shape; ``value = successes / trials`` and ``trials = successes + failures``.
    z_squared : float
        Square of the critical value.
    """
    half = 0.5 * z_squared
    spread = value * failures
    spread *= z_squared
    spread += half * half
    shift = half - np.sqrt(spread)
    total = trials + z_squared
    low = successes + shift
    low /= total
    high = failures + shift
    high /= total
    return low, 1.0 - high


def wilson(successes, trials, confidence=0.95):
    """Return Wilson's score interval for a proportion, without continuity correction.

    Parameters
    ----------
    successes, trials : float or array_like
        Counts, or effective counts if the data is weighted.
    confidence : float, default 0.95

    Returns
    -------
    low, high : float or numpy.ndarray
        NaN where `trials` is 0.

    Raises
    ------
    ValueError
        If a count is negative, or there are more successes than trials.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the
    American Statistical Association 22(158), 209-212.
    """
    successes, trials = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    if not np.all((successes >= 0) & (successes <= trials)):
        raise ValueError("Successes must lie between 0 and the number of trials.")
    with np.errstate(invalid="ignore"):
        value = successes / trials
        low, high = score_interval(
            value, successes, trials - successes, trials, critical_value(confidence) ** 2
        )
    return low[()], high[()]


def proportion(successes, trials):
    """Return a proportion with Wilson's 95% interval.

    Parameters
    ----------
    successes, trials : int

    Returns
    -------
    Estimate
        Value and ends are NaN where `trials` is 0.

    Raises
    ------
    ValueError
        As `wilson`.
    """
    low, high = wilson(successes, trials)
    value = successes / trials if trials else np.nan
    return Estimate(value, float(low), float(high), float(successes), float(trials), trials >= ENOUGH)


def incidence(events, exposure, per=1.0, confidence=0.95):
    """Return events over exposure with the exact interval of a Poisson count.

    For counts that are no share of the people counted: stops per 1,000 residents, calls per hour.

    Parameters
    ----------
    events : int
    exposure : float
        Over what the events are counted, above 0: residents, hours.
    per : float, default 1.0
        The rate is given per so many units of exposure, for instance 1,000.
    confidence : float, default 0.95

    Returns
    -------
    Estimate
        `value`, `low` and `high` per `per` units; the counts as they came in; `enough` if there are 30 units of
        exposure.

    Raises
    ------
    ValueError
        If `events` is no count, or `exposure` or `per` is not a number above 0.

    References
    ----------
    Garwood, F. (1936). Fiducial limits for the Poisson distribution. Biometrika 28(3/4), 437-442.
    """
    if not (np.isfinite(events) and events >= 0 and events == np.floor(events)):
        raise ValueError(f"events is {events}; give a whole number of events, 0 or more.")
    if not (np.isfinite(exposure) and exposure > 0 and np.isfinite(per) and per > 0):
        raise ValueError(f"exposure is {exposure} and per is {per}; both must be numbers above 0.")
    tail, scale = ndtr(-critical_value(confidence)), per / exposure
    # The gamma distribution gives the ends: a Poisson count of k or more is a gamma waiting time of shape k.
    low = gammaincinv(events, tail) if events else 0.0
    high = gammaincinv(events + 1, 1 - tail)
    enough = bool(exposure >= ENOUGH)
    return Estimate(events * scale, low * scale, high * scale, float(events), float(exposure), enough)


def newcombe_difference(first, second):
    """Return the interval of the difference of two independent rates, from the Wilson interval of each.

    Parameters
    ----------
    first, second : Estimate

    Returns
    -------
    low, high : float

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: comparison of
    eleven methods. Statistics in Medicine 17(8), 873-890: method 10.
    """
    difference = first.value - second.value
    low = difference - np.hypot(first.value - first.low, second.high - second.value)
    high = difference + np.hypot(first.high - first.value, second.value - second.low)
    return float(low), float(high)


def mover_ratio(first, second):
    """Return the interval of the ratio of two independent rates, from the Wilson interval of each.

    Newcombe's idea carried to a ratio: recover the two variances from the Wilson limits, then solve for the ratio.
    Unlike the usual interval on the logarithm it exists when a count is 0.

    Parameters
    ----------
    first, second : Estimate

    Returns
    -------
    low, high : float
        `high` is infinite where the second rate is 0. NaN where a rate cannot be computed.

    References
    ----------
    Donner, A. and Zou, G. Y. (2012). Closed-form confidence intervals for functions of the normal mean and standard
    deviation. Statistical Methods in Medical Research 21(4), 347-359.
    """
    product = first.value * second.value
    if np.isnan(product):
        return np.nan, np.nan

    def weight(rate, limit):
        return limit * (2 * rate.value - limit)

    top, bottom = weight(first, first.low), weight(second, second.high)
    # The published lower end, multiplied out so that it also holds where `bottom` is 0.
    low = top / (product + np.sqrt(product**2 - top * bottom)) if top else 0.0
    top, bottom = weight(first, first.high), weight(second, second.low)
    high = (product + np.sqrt(product**2 - top * bottom)) / bottom if bottom else np.inf
    return float(low), float(high)


def estimates(frame):
    """Return the rows of a table of rates as estimates.

    Parameters
    ----------
    frame : pandas.DataFrame
        With the fields of `Estimate` as columns; other columns are left out.

    Returns
    -------
    dict of Estimate
        By the name of the row, in the order of the rows.

    Raises
    ------
    ValueError
        If a column is missing.
    """
    lacking = [field for field in Estimate._fields if field not in frame]
    if lacking:
        raise ValueError(f"The table has no column {lacking[0]!r}; it needs {', '.join(Estimate._fields)}.")
    rows = frame[list(Estimate._fields)].itertuples(index=False, name=None)
    return {group: Estimate(*row) for group, row in zip(frame.index, rows, strict=True)}
