"""Errors of a decision on pairs at every threshold: a genuine pair is of one person, an impostor pair of two."""

import numpy as np
import pandas as pd
from sklearn.metrics import roc_curve


def error_tradeoff(genuine, scores):
    """Return both error rates at every score that occurs: the points of the DET and of the ROC curve.

    The rates are named as in ISO/IEC 19795-1: the false match rate is the share of impostor pairs that score at least
    the threshold, the false non-match rate the share of genuine pairs that score less.

    Parameters
    ----------
    genuine : array_like of bool, shape (n_pairs,)
        True for genuine pairs; both kinds must be there.
    scores : array_like, shape (n_pairs,)
        Finite numbers; higher is more alike.

    Returns
    -------
    pandas.DataFrame
        Columns threshold (rising), false_match_rate, false_non_match_rate, true_match_rate (one minus the false
        non-match rate). The last threshold is infinity: no pair matches.

    Raises
    ------
    ValueError
        If a kind of pairs is missing, a score is no number, or the columns differ in length.
    """
    genuine = np.asarray(genuine, dtype=bool)
    if genuine.all() or not genuine.any():
        raise ValueError("Genuine and impostor pairs are needed; one kind is missing.")
    false_match, true_match, thresholds = roc_curve(genuine, scores, drop_intermediate=False)
    return pd.DataFrame(
        {
            "threshold": thresholds[::-1],
            "false_match_rate": false_match[::-1],
            "false_non_match_rate": 1 - true_match[::-1],
            "true_match_rate": true_match[::-1],
        }
    )


def equal_error_rate(points):
    """Return the rate at which both errors are equal, and the threshold there.

    One number to compare systems with. No reason to choose that threshold: the two errors harm different people.

    Parameters
    ----------
    points : pandas.DataFrame
        From `error_tradeoff`.

    Returns
    -------
    rate, threshold : float
        Between two scores nothing is interpolated: the mean of both rates where they are nearest to each other.
    """
    points = points[:-1]  # no pair scores infinity
    gap = (points["false_match_rate"] - points["false_non_match_rate"]).abs()
    row = points.loc[gap.idxmin()]
    return float((row["false_match_rate"] + row["false_non_match_rate"]) / 2), float(row["threshold"])
