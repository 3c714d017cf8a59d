"""Reported accounts: a model that flags those that a fraud ring used, and what a fact is worth, all else equal."""

import math

import numpy as np
import pandas as pd
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from workshop.audit import Estimate
from workshop.audit.intervals import ENOUGH, critical_value

FACT_NAMES = {
    "senders": "people who paid in",
    "payments_in": "payments in",
    "hours_kept": "hours kept",
    "cash_percent": "percent in cash",
    "account_months": "months open",
    "new_phone": "new phone",
    "transfers_abroad": "transfers abroad",
}
FACTS = tuple(FACT_NAMES)
FIXED = ("account_months",)  # nobody can make an account older
_LARGEST, _STEPS = 30.0, 60  # log-odds beyond which nothing is learned; steps of Newton's method


def fit_accounts(accounts, facts=FACTS, outcome="recorded"):
    """Fit a logistic regression on standardised facts.

    Parameters
    ----------
    accounts : pandas.DataFrame
        As ``load("reported_accounts")`` returns it.
    facts : sequence of str, default FACTS
        The columns that the model may use.
    outcome : {"recorded", "checked"}
        What it learns to repeat.

    Returns
    -------
    sklearn.pipeline.Pipeline
        A StandardScaler and a LogisticRegression with scikit-learn's usual penalty.

    Raises
    ------
    ValueError
        If a column is missing or no number, or the outcome is the same for all.
    """
    values, happened = _checked(accounts, facts, outcome)
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(values, happened)


def odds_ratios(accounts, outcome, facts=FACTS):
    """Return how many times the odds of an outcome grow with one unit more of a fact, the other facts equal.

    Parameters
    ----------
    accounts : pandas.DataFrame
    outcome : str
        A column of True and False.
    facts : sequence of str, default FACTS

    Returns
    -------
    dict of str to workshop.audit.Estimate
        By fact; the 95% interval is Wald's, on the log-odds. No numerator (NaN); the denominator is the smaller number
        of accounts with and without the outcome.

    Raises
    ------
    ValueError
        If a column is missing or no number, the outcome is the same for all, or some combination of the facts tells
        the outcome exactly, so that an odds ratio has no finite size.

    Notes
    -----
    Maximum likelihood, without a penalty, by Newton's method; the covariance is the inverse of the information matrix
    (McCullagh and Nelder, 1989, Generalized Linear Models, chapter 4).
    """
    values, happened = _checked(accounts, facts, outcome)
    middle, unit = values.mean(axis=0), values.std(axis=0)
    if not (unit > 0).all():
        raise ValueError(f"The column {facts[int(np.argmin(unit))]!r} is the same in all rows; leave it out.")
    weights, errors = _maximum_likelihood(((values - middle) / unit).to_numpy(), happened)
    smaller = int(min(happened.sum(), (~happened).sum()))
    half = critical_value(0.95)
    found = {}
    for fact, weight, error, width in zip(facts, weights, errors, unit, strict=True):
        ends = (math.exp((weight + side * half * error) / width) for side in (0, -1, 1))
        found[fact] = Estimate(*ends, math.nan, smaller, smaller >= ENOUGH)
    return found


def _maximum_likelihood(values, happened):
    """Return the weights of a logistic regression and their standard errors, the constant left out."""
    design = np.column_stack([np.ones(len(values)), values])
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chance = expit(design @ weights)
        information = design.T @ (design * (chance * (1 - chance))[:, None])
        try:
            step = np.linalg.solve(information, design.T @ (happened - chance))
        except np.linalg.LinAlgError:
            break
        weights = weights + step
        if np.abs(design @ weights).max() > 1e3 or not np.isfinite(weights).all():
            break
        if np.abs(step).max() < 1e-10 and np.abs(weights).max() < _LARGEST:
            return weights[1:], np.sqrt(np.diag(np.linalg.inv(information)))[1:]
    raise ValueError(
        "Some facts together tell the outcome exactly, or repeat each other: an odds ratio has no finite size. Leave "
        "one of them out, or give more accounts."
    )


def _checked(accounts, facts, outcome):
    """Return the facts as numbers and the outcome, if a model can be fitted to them."""
    if not isinstance(accounts, pd.DataFrame) or not len(accounts):
        raise ValueError("The accounts must be a table (DataFrame) with at least one row.")
    facts = list(facts)
    if not facts or len(set(facts)) < len(facts):
        raise ValueError("Give at least one fact, and each of them once.")
    missing = [name for name in (*facts, outcome) if name not in accounts]
    if missing:
        raise ValueError(
            f"The accounts have no column {missing[0]!r}; the columns are {', '.join(accounts)}."
        )
    for name in facts:
        column = accounts[name]
        if not pd.api.types.is_numeric_dtype(column) or not np.isfinite(column.astype(float)).all():
            raise ValueError(f"The column {name!r} must hold a number, True or False in each row.")
    happened = accounts[outcome]
    if happened.dtype != bool or happened.nunique() < 2:
        raise ValueError(f"The column {outcome!r} must hold True and False, both of them at least once.")
    return accounts[facts].astype(float), happened.to_numpy()
