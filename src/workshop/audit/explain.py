"""Exact explanations of linear models."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import issparse
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.utils.validation import check_is_fitted


@dataclass(frozen=True)
class Explanation:
    """What each column adds to the score of one case.

    Attributes
    ----------
    baseline : float
        Log-odds of the average of the background.
    contributions : pandas.Series
        What each column adds to the log-odds or takes away, the largest first; the index holds the names of the
        columns. ``baseline + contributions.sum()`` is `log_odds`.
    log_odds : float
        The model's ``decision_function`` for the case.
    probability : float
        The model's probability of its second class (``classes_[1]``) for the case.
    """

    baseline: float
    contributions: pd.Series
    log_odds: float
    probability: float


def explain_linear(model, case, background=None):
    """Return what each column of the data adds to a linear model's log-odds for one case.

    The contribution of an encoded feature is its coefficient times the distance of its value from the average of the
    background. For a linear model this is the exact interventional Shapley value. The features that came from one
    column, such as the categories of a one-hot encoder, are summed to one contribution.

    Parameters
    ----------
    model : sklearn.pipeline.Pipeline or sklearn.linear_model.LogisticRegression
        Fitted on a DataFrame, for a yes-or-no outcome. A pipeline ends in a LogisticRegression, after at most one
        other step: a ColumnTransformer of OneHotEncoder, StandardScaler and passthrough, or one of these by itself.
    case : pandas.Series, dict or pandas.DataFrame of one row
        The columns of one person.
    background : pandas.DataFrame, optional
        The people to compare with. Without it the comparison is with the encoded value 0: the average for a
        standardised column, no category at all for a one-hot column.

    Returns
    -------
    Explanation

    Raises
    ------
    TypeError
        If the model is of another kind.
    ValueError
        If a column that the model uses is missing, the case is not one person, or the background is empty.

    References
    ----------
    Lundberg, S. M. and Lee, S.-I. (2017). A unified approach to interpreting model predictions. Advances in Neural
    Information Processing Systems 30, corollary 1 (linear models).
    """
    encoder, classifier = _parts(model)
    columns = classifier.feature_names_in_ if encoder is None else _columns_of_features(encoder)
    used = list(dict.fromkeys(columns))
    person = _used_columns(_one_row(case), used, "case")
    if len(person) != 1:
        raise ValueError(f"The case must be one person, but it has {len(person)} rows.")
    average = np.zeros(len(columns))
    if background is not None:
        average = _features(encoder, _used_columns(background, used, "background")).mean(axis=0)
    coefficients = classifier.coef_[0]
    added = pd.Series(coefficients * (_features(encoder, person)[0] - average))
    added = added.groupby(columns, sort=False).sum()
    return Explanation(
        baseline=float(classifier.intercept_[0] + coefficients @ average),
        contributions=added.sort_values(key=np.abs, ascending=False, kind="stable").rename("contribution"),
        log_odds=float(model.decision_function(person)[0]),
        probability=float(model.predict_proba(person)[0, 1]),
    )


def _parts(model):
    """Return the fitted encoder, None if there is none, and the fitted classifier of a model."""
    *before, classifier = [step for _, step in model.steps] if isinstance(model, Pipeline) else [model]
    encoder = before[0] if before else None
    if not isinstance(classifier, LogisticRegression) or len(before) > 1:
        raise TypeError(
            "Only a LogisticRegression, or a Pipeline of one encoding step and a LogisticRegression, "
            f"can be explained exactly; this is a {_kind(model)}."
        )
    check_is_fitted(model)
    n_classes = len(classifier.classes_)
    if n_classes != 2:
        raise TypeError(
            f"Only a model of a yes-or-no outcome can be explained; this one has {n_classes} classes."
        )
    if not hasattr(model, "feature_names_in_"):
        raise TypeError("The model was fitted without column names; fit it on a DataFrame.")
    return encoder, classifier


def _kind(model):
    if not isinstance(model, Pipeline):
        return type(model).__name__
    return "Pipeline of " + " and ".join(type(step).__name__ for _, step in model.steps)


def _columns_of_features(encoder):
    """Return for each feature that a fitted encoder makes the name of the column it comes from."""
    if isinstance(encoder, ColumnTransformer):
        columns = np.empty(max(made.stop for made in encoder.output_indices_.values()), dtype=object)
        for name, transformer, _ in encoder.transformers_:
            made = encoder.output_indices_[name]
            if made.stop > made.start:
                columns[made] = _columns_of_features(transformer)
        return columns
    if isinstance(encoder, OneHotEncoder):
        return np.repeat(encoder.feature_names_in_, _features_per_column(encoder))
    if isinstance(encoder, StandardScaler) or (
        isinstance(encoder, FunctionTransformer) and encoder.func is None
    ):
        return encoder.feature_names_in_
    raise TypeError(
        "Only OneHotEncoder, StandardScaler and passthrough can be traced back to the columns of the data; "
        f"this model uses a {type(encoder).__name__}."
    )


def _features_per_column(encoder):
    """Return how many features a fitted OneHotEncoder makes of each of its columns."""
    number = np.array([len(categories) for categories in encoder.categories_])
    infrequent = getattr(encoder, "infrequent_categories_", None) or [None] * len(number)
    number -= [0 if rare is None else len(rare) - 1 for rare in infrequent]
    if encoder.drop_idx_ is not None:
        number -= [index is not None for index in encoder.drop_idx_]
    return number


def _one_row(case):
    if isinstance(case, pd.Series):
        case = case.to_dict()
    return pd.DataFrame([case]) if isinstance(case, Mapping) else case


def _used_columns(people, used, name):
    """Return the columns that the model uses of a table of people."""
    if not isinstance(people, pd.DataFrame):
        raise ValueError(f"The {name} must be a table (DataFrame) with the columns of the data.")
    absent = [str(column) for column in used if column not in people.columns]
    if absent:
        raise ValueError(f"The {name} lacks columns that the model uses: {', '.join(absent)}.")
    if people.empty:
        raise ValueError(f"The {name} holds nobody; give at least one person.")
    return people[used]


def _features(encoder, people):
    """Return the encoded features of people as an array, n_people x n_features."""
    features = people if encoder is None else encoder.transform(people)
    return features.toarray() if issparse(features) else np.asarray(features, dtype=float)
