"""The columns of an audit, read and checked: outcomes, decisions, scores, groups, weights."""

from typing import NamedTuple

import numpy as np
import pandas as pd

NOT_RECORDED = "not recorded"  # the group of people whose group is missing


class People(NamedTuple):
    """The checked columns of an audit.

    Attributes
    ----------
    groups : tuple of str
    codes : numpy.ndarray of int, shape (n_people,)
        Position of each person's group in `groups`.
    outcome : numpy.ndarray of bool, shape (n_people,)
        False where it is missing.
    judged : numpy.ndarray of bool or float, shape (n_people,)
        The decision, False where it is missing, or the score.
    present : numpy.ndarray of bool, shape (n_people,)
        Who has an outcome and a decision or score, and so counts in the rates.
    missing : numpy.ndarray of int, shape (n_groups,)
        How many of each group do not.
    layers : list of numpy.ndarray of float, shape (n_people,)
        What is summed over people: the weight, its square and 1. Without weights only 1, or how many people the row
        stands for, which serves as all of them.
    """

    groups: tuple[str, ...]
    codes: np.ndarray
    outcome: np.ndarray
    judged: np.ndarray
    present: np.ndarray
    missing: np.ndarray
    layers: list[np.ndarray]


def read_columns(outcome, judged, group, weights, *, kind, repeats=None):
    """Read and check the columns of an audit.

    Parameters
    ----------
    outcome, judged, group, weights : array_like, shape (n_people,)
        `weights` may be None.
    kind : {"decision", "score"}
        What `judged` is.
    repeats : array_like of int, shape (n_people,), optional
        How many equal people each row stands for; not together with `weights`.

    Returns
    -------
    People

    Raises
    ------
    ValueError
        If the columns differ in length, hold values of another kind, or are empty.
    """
    columns = {"outcome": outcome, kind: judged, "group": group}
    if weights is not None:
        columns["weights"] = weights
    if repeats is not None:
        if weights is not None:
            raise ValueError("Give weights or repeats, not both.")
        columns["repeats"] = repeats
    columns = {name: _column(values, name) for name, values in columns.items()}
    _check_lengths(columns)
    truth, present = _labels(columns["outcome"], "outcome")
    if kind == "decision":
        judgement, decided = _labels(columns[kind], kind)
        present = present & decided
    else:
        judgement = _numbers(columns[kind], kind)
    groups, codes = _groups(columns["group"])
    layers = _layers(columns.get("weights"), len(codes)) if repeats is None else [_counts(columns["repeats"])]
    missing = np.bincount(codes[~present], layers[-1][~present], minlength=len(groups)).astype(np.int64)
    missing.flags.writeable = False
    return People(groups, codes, truth, judgement, present, missing, layers)


def _column(values, name):
    """Return the values as a Series, checked to be one column."""
    if np.ndim(values) != 1:
        raise ValueError(f"The {name} must be one column of values, one for each person.")
    return pd.Series(values)


def _check_lengths(columns):
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ValueError(
            f"The columns have different lengths ({said}); give one value for each person in each."
        )
    if 0 in lengths.values():
        raise ValueError("There is nobody in the data; an audit needs at least one person.")


def _labels(values, name):
    """Return yes-or-no labels, False where missing, and which of them are there."""
    present = values.notna().to_numpy()
    known = values[present]
    yes, no = (known.isin(list(same)).to_numpy() for same in ((1, True), (0, False)))
    if not (yes | no).all():
        wrong = known[~(yes | no)].tolist()[0]
        raise ValueError(
            f"The {name} must be yes or no (True or False, 1 or 0) or missing, but it holds {wrong!r}."
        )
    labels = np.zeros(len(values), dtype=bool)
    labels[present] = yes
    return labels, present


def _numbers(values, name):
    try:
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise ValueError(f"The {name} must hold numbers.") from None
    if not np.isfinite(numbers).all():
        raise ValueError(
            f"The {name} column holds a missing or infinite value; leave those people out first."
        )
    return numbers


def _layers(weights, n_people):
    ones = np.ones(n_people)
    if weights is None:
        return [ones]
    numbers = _numbers(weights, "weights")
    if (numbers < 0).any():
        raise ValueError("The weights hold a negative value; a weight says how many people a row stands for.")
    return [numbers, numbers * numbers, ones]


def _counts(values):
    """Return whole numbers of people."""
    numbers = _numbers(values, "repeats")
    if (numbers < 0).any() or (numbers != np.floor(numbers)).any():
        raise ValueError(
            "The repeats must be whole numbers of 0 or more: how many equal people a row stands for."
        )
    return numbers


def _groups(values):
    """Return the names of the groups and the position of each person's group among them.

    Groups are in sorted order, those of a categorical column in the order of its categories, where a category without
    people is kept: that nobody is in it is a finding. People without a group come last.
    """
    categories = values.astype("category")
    levels, codes = [str(level) for level in categories.cat.categories], categories.cat.codes.to_numpy()
    if (codes < 0).any():
        levels.append(NOT_RECORDED)  # pandas' code of no group is -1, which finds the last entry
    names = tuple(dict.fromkeys(levels))
    position = {name: number for number, name in enumerate(names)}
    return names, np.array([position[level] for level in levels])[codes]
