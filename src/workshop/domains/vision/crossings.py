"""Errors of systems that call a face female or male: by crossings of race, gender and age, and by how sure they were.

The labels are what annotators perceived in a picture; nobody asked the persons. "Wrong" means: not what they perceived.
"""

import numpy as np
import pandas as pd

from workshop.audit import Estimate, group_rates, paired
from workshop.audit.columns import NOT_RECORDED

SYSTEMS = ("deepface", "facellm")
LABELS = ("race", "gender", "age")
EVERYONE = "all pictures"
ERRORS = ("wrong", "female called male", "male called female")
_GENDERS = ("Female", "Male")
# With "Male" as the positive answer: its false positives are labelled female, its false negatives labelled male.
_RATES = dict(zip(ERRORS, ("accuracy", "false_positive_rate", "false_negative_rate"), strict=True))


def crossed(predictions, by=LABELS):
    """Return the group of each picture: its labels, joined.

    Parameters
    ----------
    predictions : pandas.DataFrame
        One row a picture, as ``load("face_gender_predictions")`` returns it.
    by : str or sequence of str
        Labels to cross, for instance ``("race", "gender")``. With none, all pictures are one group.

    Returns
    -------
    pandas.Series of category
        "Black, Female" and so on, in the order of the labels; only groups with pictures. Where a label is missing, "not
        recorded".

    Raises
    ------
    ValueError
        If a label is no column of the table, or is named twice.
    """
    by = [by] if isinstance(by, str) else list(by)
    _check_columns(predictions, by)
    if len(set(by)) < len(by):
        raise ValueError(f"Name each label once; you gave {', '.join(by)}.")
    if not by:
        return pd.Series(EVERYONE, index=predictions.index, dtype="category")
    labels = [predictions[label].astype("category") for label in by]
    known = predictions[by].notna().all(axis=1).to_numpy()
    place = np.zeros(len(predictions), dtype=int)
    for label in labels:
        place = place * (len(label.cat.categories) + 1) + label.cat.codes.to_numpy()
    _, first, codes = np.unique(place[known], return_index=True, return_inverse=True)
    rows = np.flatnonzero(known)[first]
    names = [", ".join(str(label.iloc[row]) for label in labels) for row in rows]
    groups = np.full(len(predictions), len(names))
    groups[known] = codes
    names += [] if known.all() else [NOT_RECORDED]
    return pd.Series(pd.Categorical.from_codes(groups, names, ordered=True), index=predictions.index)


def gender_rates(predictions, system, by=()):
    """Return the counts and rates of each group, with "Male" as the positive answer.

    Parameters
    ----------
    predictions : pandas.DataFrame
    system : str
        A column with the system's answers: "deepface" or "facellm".
    by : str or sequence of str
        As for `crossed`.

    Returns
    -------
    workshop.audit.GroupRates
        Its false positive rate: of pictures labelled female, the share called male. Its false negative rate: of those
        labelled male, the share called female.

    Raises
    ------
    ValueError
        If the table is empty, lacks a column, or a label or an answer is neither Female nor Male.
    """
    labelled, called = _genders(predictions, "gender"), _genders(predictions, system)
    return group_rates(labelled, called, crossed(predictions, by))


def error_rates(predictions, system, by=(), what="wrong"):
    """Return how often a system is wrong on each group of pictures, the worst first.

    Parameters
    ----------
    predictions : pandas.DataFrame
    system : str
    by : str or sequence of str
        As for `crossed`.
    what : {"wrong", "female called male", "male called female"}
        "wrong" counts all pictures of a group, the others only those labelled female or male.

    Returns
    -------
    pandas.DataFrame
        Index group; columns value, low, high (Wilson's 95% interval), numerator (wrong), denominator (pictures),
        enough (False with fewer than 30 pictures: too few to tell). Groups too small stand last, the largest of them
        first. A group that has no picture of the kind is left out.

    Raises
    ------
    ValueError
        As for `gender_rates`; or there is no such error, or no picture in which it could happen.
    """
    if what not in ERRORS:
        raise ValueError(f"There is no error {what!r}; choose one of: {'; '.join(ERRORS)}.")
    rates = gender_rates(predictions, system, by)
    rows = [rates.of(group, _RATES[what]) for group in rates.groups]
    if what == "wrong":
        rows = [_complement(row) for row in rows]
    frame = pd.DataFrame(rows, index=pd.Index(rates.groups, name="group"), columns=Estimate._fields)
    frame = frame[frame["denominator"] > 0]
    if frame.empty:
        raise ValueError(f"There is no picture to count for {what!r}: none has such a label and an answer.")
    return _worst_first(frame)


def _worst_first(frame):
    """Return rates with the highest first; of equal ones, that with the higher interval. Small groups stand last."""
    keys = [
        frame["enough"],
        np.where(frame["enough"], frame["value"], frame["denominator"]),
        frame["low"] + frame["high"],
    ]
    order = pd.concat([pd.Series(key, index=frame.index) for key in keys], axis=1)
    return frame.loc[order.sort_values(list(order.columns), ascending=False, kind="stable").index]


def paired_differences(predictions, first, second, by=(), what="wrong"):
    """Return in how many more pictures of each group one system is wrong than another.

    Parameters
    ----------
    predictions : pandas.DataFrame
    first, second : str
        Two systems.
    by, what
        As for `error_rates`.

    Returns
    -------
    dict of str to Paired
        By group, in the order of the labels. Pictures without an answer count nowhere, and a group without
        pictures is left out. `difference` is above 0 where
        the first system is wrong more often; `enough` if there are 30 pictures.

    Raises
    ------
    ValueError
        As for `error_rates`; or both systems are the same.

    Notes
    -----
    Both systems saw the same pictures, so only the pictures on which they disagree tell them apart (the idea of
    McNemar's test). An interval for two separate samples would be wrong: too wide if both fail on the same pictures,
    too narrow if they fail on different ones. Newcombe's interval takes the correlation of the two answers in.

    References
    ----------
    Newcombe, R. G. (1998). Improved confidence intervals for the difference between binomial proportions based on
    paired data. Statistics in Medicine 17(22), 2635-2650: method 10.
    """
    if first == second:
        raise ValueError(f"Compare two different systems; both are {first!r}.")
    if what not in ERRORS:
        raise ValueError(f"There is no error {what!r}; choose one of: {'; '.join(ERRORS)}.")
    groups = crossed(predictions, by)
    labelled, one, other = (_genders(predictions, column) for column in ("gender", first, second))
    counted = labelled.notna() & one.notna() & other.notna()
    if what != "wrong":
        counted &= labelled == (what == "male called female")
    labelled, one, other, groups = (each[counted] for each in (labelled, one, other, groups))
    cells = 4 * groups.cat.codes.astype(int) + 2 * (one == labelled) + (other == labelled)
    counts = np.bincount(cells.astype(int), minlength=4 * len(groups.cat.categories)).reshape(-1, 4)
    found = zip(groups.cat.categories, counts.tolist(), strict=True)
    return {str(group): paired(*row) for group, row in found if sum(row)}


def reliability(predictions, system="deepface", by=(), at_least=None):
    """Return of how many pictures in each band of confidence the answer was right.

    Parameters
    ----------
    predictions : pandas.DataFrame
        With a column ``{system}_confidence``, an ordered category of bands.
    system : str, default "deepface"
    by : str or sequence of str
        As for `crossed`.
    at_least : str, optional
        A band: all pictures of this band and those above are counted together.

    Returns
    -------
    pandas.DataFrame
        Index (group, band), bands rising; columns value (share of right answers), low, high, numerator, denominator,
        enough. Bands without a picture are left out. With `at_least` the band is named "0.9 to 0.95 or more".

    Raises
    ------
    ValueError
        As for `gender_rates`; or the system has no confidence, or there is no such band.
    """
    bands = confidence_bands(predictions, system)
    groups = crossed(predictions, by)
    if at_least is not None:
        sure = at_least_as_sure(predictions, at_least, system)
        predictions, groups = predictions[sure], groups[sure]
        bands = pd.Series(_or_more(at_least), index=predictions.index, dtype="category")
    names = [(str(group), str(band)) for group in groups.cat.categories for band in bands.cat.categories]
    codes = groups.cat.codes.astype(int) * len(bands.cat.categories) + bands.cat.codes
    known = bands.notna().to_numpy()
    labelled, called = _genders(predictions, "gender")[known], _genders(predictions, system)[known]
    cells = pd.Categorical.from_codes(codes[known], pd.RangeIndex(len(names)))
    rates = group_rates(labelled, called, cells)
    index = pd.MultiIndex.from_tuples(names, names=["group", "band"])
    frame = pd.DataFrame([rates.of(group, "accuracy") for group in rates.groups], index, Estimate._fields)
    return frame[frame["denominator"] > 0]


def at_least_as_sure(predictions, band, system="deepface"):
    """Return for each picture whether the system was at least as sure as this band of its confidence.

    Parameters
    ----------
    predictions : pandas.DataFrame
    band : str
    system : str, default "deepface"

    Returns
    -------
    pandas.Series of bool

    Raises
    ------
    ValueError
        If the system has no confidence, or there is no such band.
    """
    bands = confidence_bands(predictions, system)
    known = bands.cat.categories.tolist()
    if band not in known:
        raise ValueError(f"There is no band {band!r}; the bands are {', '.join(known)}.")
    return bands.cat.codes >= known.index(band)


def _or_more(band):
    return band if "over" in band else f"{band} or more"


def confidence_bands(predictions, system="deepface"):
    """Return how sure a system said it was of each picture.

    Parameters
    ----------
    predictions : pandas.DataFrame
    system : str, default "deepface"

    Returns
    -------
    pandas.Series of category
        Bands in rising order, from the column ``{system}_confidence``.

    Raises
    ------
    ValueError
        If there is no such column, or its bands have no order.
    """
    column = f"{system}_confidence"
    _check_columns(predictions, [column])
    bands = predictions[column]
    if not (isinstance(bands.dtype, pd.CategoricalDtype) and bands.cat.ordered):
        raise ValueError(f"The column {column} must be an ordered category, so that bands can be compared.")
    return bands


def _genders(predictions, column):
    """Return whether a label or an answer is male, missing where it is missing."""
    _check_columns(predictions, [column])
    genders = predictions[column]
    wrong = genders[genders.notna() & ~genders.isin(_GENDERS)]
    if len(wrong):
        raise ValueError(f"The column {column} holds {wrong.iloc[0]!r}; it must be Female, Male or missing.")
    return (genders == "Male").astype("boolean").where(genders.notna())


def _check_columns(predictions, columns):
    if not isinstance(predictions, pd.DataFrame):
        raise ValueError(
            'Give a table with one row a picture, as load("face_gender_predictions") returns it.'
        )
    for column in columns:
        if column not in predictions:
            known = ", ".join(map(str, predictions.columns))
            raise ValueError(f"There is no column {column!r} in the table; its columns are {known}.")


def _complement(estimate):
    """Return the share of wrong answers from that of right ones."""
    value, low, high, right, total, enough = estimate
    return Estimate(1 - value, 1 - high, 1 - low, total - right, total, enough)
