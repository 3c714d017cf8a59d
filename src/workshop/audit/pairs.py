"""The difference of two decisions on the same cases: an interval for paired proportions."""

from typing import NamedTuple

import numpy as np

from workshop.audit.intervals import ENOUGH, Estimate, wilson


class Paired(NamedTuple):
    """The difference of two systems that decided on the same cases.

    Attributes
    ----------
    difference : Estimate
        Share of wrong answers of the first system minus that of the second. `numerator` is NaN.
    both, only_first, only_second, neither : int
        How many cases both systems got wrong, only one of them, neither.
    """

    difference: Estimate
    both: int
    only_first: int
    only_second: int
    neither: int


def paired(both, only_first, only_second, neither, confidence=0.95):
    """Return the difference of two paired proportions from the four counts, with its interval.

    Parameters
    ----------
    both, only_first, only_second, neither : int
        Cases that both systems got wrong, only one of them, neither.
    confidence : float, default 0.95
        Of the interval. Whoever looks for the largest of many differences must ask for more.

    Returns
    -------
    Paired

    Raises
    ------
    ValueError
        If a count is negative, or there is nothing to count.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17(22), 2635-2650, method 10.
    """
    counts = both, only_first, only_second, neither
    total = sum(counts)
    if min(counts) < 0 or not total:
        raise ValueError("Give four counts of 0 or more, at least one of them above 0.")
    one, other = both + only_first, both + only_second
    p, q = one / total, other / total
    (p_low, p_high), (q_low, q_high) = (wilson(wrong, total, confidence) for wrong in (one, other))
    phi = _phi(*counts)
    below, above = (p - p_low, q_high - q), (p_high - p, q - q_low)
    low, high = (np.sqrt(max(0.0, a * a - 2 * phi * a * b + b * b)) for a, b in (below, above))
    difference = p - q
    return Paired(
        Estimate(
            difference,
            float(difference - low),
            float(difference + high),
            np.nan,
            float(total),
            total >= ENOUGH,
        ),
        *counts,
    )


def _phi(both, only_first, only_second, neither):
    """Return the correlation of two paired answers, nearer to 0 for few cases as Newcombe's method 10 asks."""
    sides = (both + only_first) * (only_second + neither) * (both + only_second) * (only_first + neither)
    if not sides:
        return 0.0
    product = both * neither - only_first * only_second
    if product > 0:
        product = max(0.0, product - (both + only_first + only_second + neither) / 2)
    return product / np.sqrt(float(sides))
