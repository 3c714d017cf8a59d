"""The parts of a linear model on standardised facts: weights, units, log-odds."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import check_is_fitted


class LinearParts(NamedTuple):
    """What a fitted model adds up.

    Attributes
    ----------
    facts : tuple of str
    weights : numpy.ndarray, shape (n_facts,)
        What one unit more adds to the log-odds.
    means, units : numpy.ndarray, shape (n_facts,)
        Mean and standard deviation of each fact in the training.
    constant : float
        Log-odds where each fact is 0.
    """

    facts: tuple
    weights: np.ndarray
    means: np.ndarray
    units: np.ndarray
    constant: float

    def log_odds(self, cases):
        """Return the log-odds of each case; `cases` is a table with the facts as numbers."""
        return self.constant + cases[list(self.facts)].to_numpy(dtype=float) @ self.weights

    def contributions(self, cases):
        """Return what each fact adds to the log-odds, against the average of the training, n_cases x n_facts."""
        return (cases[list(self.facts)].to_numpy(dtype=float) - self.means) * self.weights


def linear_parts(model):
    """Return the parts of a Pipeline of a StandardScaler and a LogisticRegression.

    Raises
    ------
    TypeError
        If the model is of another kind, was fitted without column names, or has more than two classes.
    """
    steps = [step for _, step in model.steps] if isinstance(model, Pipeline) else [model]
    if [type(step) for step in steps] != [StandardScaler, LogisticRegression]:
        kind = " and ".join(type(step).__name__ for step in steps)
        raise TypeError(
            f"Only a Pipeline of a StandardScaler and a LogisticRegression can be explained here; this is {kind}."
        )
    check_is_fitted(model)
    scaler, classifier = steps
    if len(classifier.classes_) != 2:
        raise TypeError(
            f"Only a yes-or-no outcome can be explained; this model has {len(classifier.classes_)} classes."
        )
    if not hasattr(scaler, "feature_names_in_"):
        raise TypeError("The model was fitted without column names; fit it on a DataFrame.")
    weights = classifier.coef_[0] / scaler.scale_
    constant = float(classifier.intercept_[0] - weights @ scaler.mean_)
    return LinearParts(tuple(scaler.feature_names_in_), weights, scaler.mean_, scaler.scale_, constant)


def one_case(cases, facts, name, one=True):
    """Return the facts of a case, or of several, as numbers.

    Raises
    ------
    ValueError
        If a fact is missing or no number, or there is not one case.
    """
    if isinstance(cases, pd.Series | dict):
        cases = pd.DataFrame([dict(cases)])
    if not isinstance(cases, pd.DataFrame) or not len(cases):
        raise ValueError(
            f"The {name} must be a table (DataFrame) with the facts of the model, and not empty."
        )
    missing = [fact for fact in facts if fact not in cases]
    if missing:
        raise ValueError(
            f"The {name} lack{'s' if one else ''} the fact {missing[0]!r}, which the model uses."
        )
    if one and len(cases) != 1:
        raise ValueError(f"The {name} must be one case, but it has {len(cases)} rows.")
    values = cases[list(facts)]
    try:
        values = values.astype(float)
    except (TypeError, ValueError):
        values = values.apply(pd.to_numeric, errors="coerce").astype(float)
    bad = [
        fact for fact, good in zip(facts, np.isfinite(values.to_numpy()).all(axis=0), strict=True) if not good
    ]
    if bad:
        raise ValueError(f"The fact {bad[0]!r} of the {name} must be a number, True or False.")
    return values
