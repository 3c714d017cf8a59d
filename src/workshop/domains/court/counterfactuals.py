"""The smallest change of a case that flips a linear model's decision, found exactly."""

from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from workshop.domains.court.model import linear_parts, one_case

MOST = 3  # facts; a longer list of changes explains nothing
_HAIR = 1e-9  # log-odds beyond the threshold, so that rounding cannot undo a flip


class Counterfactual(NamedTuple):
    """What would have to be different for the other decision.

    Attributes
    ----------
    changes : dict of str to (float, float)
        From a fact to its value in the case and to the value that it would need.
    size : float
        Sum of the changes, each in standard deviations of the fact.
    before, after : float
        Log-odds of the case, and with the changes. One is 0 or above, the other below.
    case : pandas.DataFrame, one row
        The case with the changes.
    """

    changes: dict
    size: float
    before: float
    after: float
    case: pd.DataFrame


def counterfactual(model, case, records, fixed=()):
    """Return the smallest change that flips the decision of a linear model.

    Smallest means: as few facts as possible; among those, the least sum of changes in standard deviations. A fact that
    changes takes a value that occurs in the records, so that a count stays a whole number and a yes-or-no stays one.

    Parameters
    ----------
    model : sklearn.pipeline.Pipeline
        A StandardScaler and a LogisticRegression for a yes-or-no outcome, fitted on a DataFrame.
    case : pandas.Series, dict or pandas.DataFrame of one row
    records : pandas.DataFrame
        Cases whose values a fact may take.
    fixed : iterable of str
        Facts that nobody can change.

    Returns
    -------
    Counterfactual or None
        None if no change of at most three facts flips it.

    Raises
    ------
    TypeError
        If the model is of another kind.
    ValueError
        If a column is missing or holds no number, the case is not one case, or a fixed fact is unknown to the model.

    Notes
    -----
    For a linear model each change adds to the log-odds by itself. So all combinations of k facts are tried, k from 1
    on; of each, all values of the first k - 1 facts, and for the last the nearest value that is enough. That is
    exhaustive, and so the answer is the smallest. The question is that of Wachter, Mittelstadt and Russell (2018),
    Counterfactual explanations without opening the black box, Harvard Journal of Law and Technology 31(2).
    """
    parts = linear_parts(model)
    person = one_case(case, parts.facts, "case")
    known = one_case(records, parts.facts, "records", one=False)
    unknown = sorted(set(fixed) - set(parts.facts))
    if unknown:
        raise ValueError(f"The model has no fact {unknown[0]!r}; its facts are {', '.join(parts.facts)}.")
    before = float(parts.log_odds(person)[0])
    needed = abs(before) + _HAIR
    towards = -1.0 if before >= 0 else 1.0
    values = person.iloc[0]
    moves = [
        _moves(fact, values[fact], np.unique(known[fact]), towards * weight, unit)
        for fact, weight, unit in zip(parts.facts, parts.weights, parts.units, strict=True)
        if fact not in fixed
    ]
    moves = [move for move in moves if len(move.values)]
    for number in range(1, min(MOST, len(moves)) + 1):
        found = [_cheapest(chosen, needed) for chosen in combinations(moves, number)]
        found = [each for each in found if each is not None]
        if found:
            size, changed = min(
                found, key=lambda each: each[0]
            )  # of equals the first, in the order of the facts
            after = person.assign(**changed)
            changes = {fact: (float(values[fact]), float(value)) for fact, value in changed.items()}
            return Counterfactual(changes, size, before, float(parts.log_odds(after)[0]), after)
    return None


class _Moves(NamedTuple):
    """The values of a fact that bring the decision nearer to its flip, from the nearest on."""

    fact: str
    values: np.ndarray
    costs: np.ndarray
    gains: np.ndarray


def _moves(fact, now, values, weight, unit):
    gains = weight * (values - now)
    useful = gains > 0
    values, gains = values[useful], gains[useful]
    costs = np.abs(values - now) / unit
    order = np.argsort(costs)
    return _Moves(fact, values[order], costs[order], gains[order])


def _cheapest(chosen, needed):
    """Return the least cost of a flip that changes all the chosen facts, and the values; None if there is none."""
    if sum(move.gains[-1] for move in chosen) < needed:
        return None
    *first, last = chosen
    gained, paid = (
        np.zeros(1),
        np.zeros(1),
    )  # of all combinations of the first facts, the last of them fastest
    for move in first:
        gained, paid = np.add.outer(gained, move.gains).ravel(), np.add.outer(paid, move.costs).ravel()
    # Of the last fact, the nearest value that is enough: gains grow with costs.
    at_last = np.searchsorted(last.gains, needed - gained)
    enough = at_last < len(last.values)
    if not enough.any():
        return None
    costs = paid[enough] + last.costs[at_last[enough]]
    best = int(np.argmin(costs))
    places = np.unravel_index(np.flatnonzero(enough)[best], [len(move.values) for move in first] or (1,))
    changed = {move.fact: move.values[place] for move, place in zip(first, places, strict=False)}
    changed[last.fact] = last.values[at_last[enough][best]]
    return float(costs[best]), changed
