"""The nearest precedents of a case: which accounts were most alike, in the scale of the model."""

import numpy as np
import pandas as pd
from sklearn.neighbors import NearestNeighbors

from workshop.domains.court.model import linear_parts, one_case


def precedents(model, case, records, number=15):
    """Return the records that are nearest to a case, each fact in standard deviations of the training.

    Parameters
    ----------
    model : sklearn.pipeline.Pipeline
        A StandardScaler and a LogisticRegression.
    case : pandas.Series, dict or pandas.DataFrame of one row
    records : pandas.DataFrame
        With the facts of the model; other columns, such as outcomes, are kept.
    number : int, default 15
        How many.

    Returns
    -------
    pandas.DataFrame
        The nearest first, of equally near ones the earlier record; with a further column `distance`.

    Raises
    ------
    TypeError
        If the model is of another kind.
    ValueError
        If a column is missing or no number, the case is not one case, or there are not that many records.
    """
    parts = linear_parts(model)
    person = one_case(case, parts.facts, "case")
    known = one_case(records, parts.facts, "records", one=False)
    if not isinstance(number, int | np.integer) or not 1 <= number <= len(known):
        raise ValueError(f"number is {number}; give a whole number from 1 to {len(known)}.")
    scaled = NearestNeighbors(algorithm="brute").fit((known - parts.means) / parts.units)
    # A radius instead of a number, so that of equally far ones not one by chance is taken.
    wanted = (person - parts.means) / parts.units
    farthest = scaled.kneighbors(wanted, number)[0].max()
    distances, places = scaled.radius_neighbors(wanted, farthest + 1e-9)
    near = pd.DataFrame({"place": places[0], "distance": distances[0].round(9)})
    near = near.sort_values(["distance", "place"], kind="stable").head(number)
    return records.iloc[near["place"]].assign(distance=near["distance"].to_numpy())
