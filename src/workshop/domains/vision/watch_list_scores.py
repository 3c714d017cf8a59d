"""An invented face search whose true error rates are known: scores of pairs of pictures, in four invented groups."""

import numpy as np
import pandas as pd
from scipy.special import expit, ndtr

HIGHEST = 1000  # points; a score is a whole number from 0
THRESHOLDS = (450, 475, 500, 525, 550, 575, 600, 650)
GENUINE = {"group A": 6_000, "group B": 3_000, "group C": 24, "group D": 3_000}
# Points. Impostor scores: logistic, so that a shift of all scores multiplies the false match rate by the same factor at
# every high threshold. Genuine scores: normal; the pictures of group B are poorer, so their middle is lower.
_SPREAD, _MIDDLE = 22.0, 300.0
_GENUINE_SPREAD = 85.0
_GENUINE_MIDDLE = {"group A": 720.0, "group B": 680.0, "group C": 715.0, "group D": 715.0}
_FACTORS = {"group A": 1.0, "group B": 2.0, "group C": 10.0}  # of the false match rate; group D's is chosen


def generate(seed=8280, factor=40.0, impostors=200_000):
    """Make the similarity scores of a face search in four groups, with false match rates that differ by a known factor.

    No picture stands behind a score. Every pair is of two other people, both of one group, so that the pairs are
    independent. Scores are whole points from 0 to 1,000.

    Parameters
    ----------
    seed : int, default 8280
    factor : float, default 40.0
        The planted size: false match rate of group D over that of group A at any high threshold; from 1 to 100.
        Grother, Ngan and Hanaoka (2019), NISTIR 8280, are reported to have found 10 to 100, by algorithm.
    impostors : int, default 200,000
        Impostor pairs of each group, above 0.

    Returns
    -------
    table : pandas.DataFrame
        Columns group, genuine (True: both pictures show one person), score, pairs (how many have this score, above 0).
    truth : dict
        What was planted, and the true error rates, as plain numbers that JSON can hold.

    Raises
    ------
    ValueError
        If `factor` or `impostors` is out of its range.
    """
    if not 1 <= factor <= 100:
        raise ValueError(f"factor is {factor}; give a number from 1 to 100, for instance 40.")
    if not impostors >= 1 or impostors != int(impostors):
        raise ValueError(f"impostors is {impostors}; give a whole number of pairs above 0.")
    random = np.random.default_rng(seed)
    factors = _FACTORS | {"group D": float(factor)}
    parts = []
    for group, middle in _impostor_middles(factors).items():
        for genuine, number, reached in (
            (False, int(impostors), _impostors_reach(middle)),
            (True, GENUINE[group], _genuine_reach(group)),
        ):
            pairs = random.multinomial(number, -np.diff(reached, append=0))
            part = pd.DataFrame(
                {"group": group, "genuine": genuine, "score": range(HIGHEST + 1), "pairs": pairs}
            )
            parts.append(part[part["pairs"] > 0])
    return pd.concat(parts, ignore_index=True), _truth(seed, factors, int(impostors))


def _impostor_middles(factors):
    return {group: _MIDDLE + _SPREAD * float(np.log(size)) for group, size in factors.items()}


def _impostors_reach(middle):
    """Return for each score from 0 to 1,000 the probability that an impostor pair reaches it."""
    return _reach(lambda edges: expit(-(edges - middle) / _SPREAD))


def _genuine_reach(group):
    return _reach(lambda edges: ndtr(-(edges - _GENUINE_MIDDLE[group]) / _GENUINE_SPREAD))


def _reach(beyond):
    # A score is rounded to whole points and what lies outside the scale counts as its end: everybody reaches 0.
    reached = beyond(np.arange(HIGHEST + 1) - 0.5)
    reached[0] = 1.0
    return reached


def _truth(seed, factors, impostors):
    middles = _impostor_middles(factors)
    return {
        "seed": seed,
        "factors": factors,
        "impostor_pairs": impostors,
        "genuine_pairs": GENUINE,
        "impostor_scores": {
            "distribution": "logistic",
            "spread": _SPREAD,
            "middle": {group: round(middle, 3) for group, middle in middles.items()},
        },
        "genuine_scores": {"distribution": "normal", "spread": _GENUINE_SPREAD, "middle": _GENUINE_MIDDLE},
        "rates": [
            {
                "group": group,
                "threshold": threshold,
                "false_match_rate": _digits(_impostors_reach(middle)[threshold]),
                "false_non_match_rate": _digits(1 - _genuine_reach(group)[threshold]),
            }
            for group, middle in middles.items()
            for threshold in THRESHOLDS
        ],
    }


def _digits(rate):
    return float(f"{rate:.6g}")
