"""The columns of an audit, read and checked: groups, yes-or-no labels, scores, weights."""

import numpy as np
import pandas as pd

NOT_RECORDED = "not recorded"  # the group of people whose group is missing


def column(values, name):
    """Return `values` as a Series numbered from 0: rows are matched by position, never by a pandas index."""
    if np.ndim(values) != 1:
        raise ValueError(f"The {name} must be one column of values, one for each person.")
    return pd.Series(values).reset_index(drop=True)


def check_lengths(**columns):
    """Raise a ValueError if the columns are empty or differ in length."""
    lengths = {name: len(values) for name, values in columns.items() if values is not None}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ValueError(f"The columns have different lengths ({said}); give one value for each person in each.")
    if 0 in lengths.values():
        raise ValueError("There is nobody in the data; an audit needs at least one person.")


def binary(values, name):
    """Return yes-or-no labels and which of them are there.

    Returns
    -------
    labels : numpy.ndarray of bool
        False where the label is missing.
    present : numpy.ndarray of bool
        False where the label is NaN, None or pandas.NA.
    """
    present = values.notna().to_numpy()
    known = values[present]
    labels = np.zeros(len(values), dtype=bool)
    labels[present] = known.isin([1, True])
    wrong = known[~(labels[present] | known.isin([0, False]).to_numpy())]
    if len(wrong):
        raise ValueError(
            f"The {name} must be yes or no (True or False, 1 or 0) or missing, but it holds {wrong.iloc[0]!r}."
        )
    return labels, present


def numeric(values, name):
    """Return a column of finite numbers as an array of float64."""
    try:
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise ValueError(f"The {name} must hold numbers.") from None
    if not np.isfinite(numbers).all():
        raise ValueError(f"The {name} holds a missing or infinite value; leave these people out first.")
    return numbers


def weights_of(values):
    """Return weights as an array of float64, checked to be finite and not negative."""
    weights = numeric(values, "weights")
    if (weights < 0).any():
        raise ValueError("The weights hold a negative value; a weight says how many people a row stands for.")
    return weights


def groups_of(values):
    """Return the names of the groups and the number of each person's group.

    Groups are in sorted order, those of a categorical column in the order of its categories (a category without people
    is kept: that nobody is in it is a finding). People without a group come last, in a group of their own.

    Returns
    -------
    names : tuple of str
    codes : numpy.ndarray of int
        Position in `names` for each person.
    """
    categories = values.astype("category") if values.dtype != "category" else values
    levels, codes = categories.cat.categories, categories.cat.codes.to_numpy()
    names = list(dict.fromkeys(str(level) for level in levels))
    if (codes < 0).any() and NOT_RECORDED not in names:
        names.append(NOT_RECORDED)
    position = {name: number for number, name in enumerate(names)}
    # The last entry is where pandas' code -1, no group, finds its place.
    places = [position[str(level)] for level in levels] + [position.get(NOT_RECORDED, -1)]
    return tuple(names), np.array(places)[codes]
