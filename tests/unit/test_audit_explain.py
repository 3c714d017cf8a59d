"""Explanations of linear models add up to the model's own score and are its Shapley values."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, PolynomialFeatures, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from workshop.audit import explain_linear

COLUMNS = ["a", "a_b", "a_b_c", "age", "year", "checks"]


def arrests(seed, people=300):
    """Return columns whose names and values begin with one another, and an outcome."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "a": rng.choice(["b", "b_c", "_"], people),
            "a_b": rng.choice(["c", "d", "rare"], people, p=[0.6, 0.38, 0.02]),
            "a_b_c": rng.random(people) < 0.5,
            "age": rng.integers(18, 80, people),
            "year": rng.integers(1997, 2003, people),
            "checks": rng.poisson(1.5, people),
        }
    )
    chance = 1 / (1 + np.exp(-(0.5 * (table["a"] == "b") + 0.03 * table["age"] - 0.4 * table["checks"] - 1)))
    return table, rng.random(people) < chance


def encoder(**options):
    return ColumnTransformer(
        [
            ("words", OneHotEncoder(**options), ["a_b", "a", "a_b_c"]),
            ("numbers", StandardScaler(), ["age", "checks"]),
        ],
        remainder="passthrough",
    )


MODELS = {
    "plain": lambda: encoder(),
    "dense": lambda: encoder(sparse_output=False),
    "first dropped": lambda: encoder(drop="first"),
    "binary dropped": lambda: encoder(drop="if_binary", handle_unknown="ignore"),
    "rare together": lambda: encoder(min_frequency=0.05, handle_unknown="infrequent_if_exist"),
    "rare together, first dropped": lambda: encoder(min_frequency=0.05, drop="first"),
    "one column twice": lambda: ColumnTransformer(
        [("scaled", StandardScaler(), ["age", "year"]), ("as is", "passthrough", ["age", "checks"])]
    ),
    "by position": lambda: ColumnTransformer(
        [("words", OneHotEncoder(), slice(0, 3)), ("numbers", StandardScaler(), [4, 5])]
    ),
    "by type": lambda: ColumnTransformer(
        [
            ("numbers", StandardScaler(), make_column_selector(dtype_include="number")),
            ("none", StandardScaler(), []),
            ("left out", "drop", ["a"]),
            ("words", OneHotEncoder(), ["a_b"]),
        ]
    ),
    "as tables": lambda: ColumnTransformer(
        [("words", OneHotEncoder(sparse_output=False), ["a_b"]), ("numbers", StandardScaler(), ["age"])]
    ).set_output(transform="pandas"),
}


def fitted(name, table, outcome):
    return make_pipeline(MODELS[name](), LogisticRegression(max_iter=2000)).fit(table, outcome)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("seed", range(2))
def test_contributions_add_up_to_the_models_log_odds(name, seed):
    table, outcome = arrests(seed)
    model = fitted(name, table, outcome)
    for row in range(8):
        found = explain_linear(model, table.iloc[row], background=table)
        log_odds = model.decision_function(table.iloc[[row]])[0]
        assert found.baseline + found.contributions.sum() == pytest.approx(log_odds, abs=1e-9)
        assert found.log_odds == pytest.approx(log_odds, abs=1e-9)
        assert found.probability == pytest.approx(model.predict_proba(table.iloc[[row]])[0, 1], abs=1e-12)
    assert found.baseline == pytest.approx(model.decision_function(table).mean(), abs=1e-9)


@pytest.mark.parametrize("name", MODELS)
def test_contributions_are_what_changes_if_the_column_is_the_backgrounds(name):
    """Replace one column by everybody's: the average change of the log-odds is its contribution."""
    table, outcome = arrests(5)
    model = fitted(name, table, outcome)
    case = table.iloc[3]
    found = explain_linear(model, case, background=table)
    for column in COLUMNS:
        swapped = pd.DataFrame([case.to_dict()] * len(table)).assign(**{column: table[column]})
        change = found.log_odds - model.decision_function(swapped).mean()
        assert found.contributions.get(column, 0) == pytest.approx(change, abs=1e-9)


def test_contributions_are_shapley_values():
    table, outcome = arrests(6)
    used = ["a", "a_b", "age"]
    coder = ColumnTransformer([("w", OneHotEncoder(), ["a", "a_b"]), ("n", StandardScaler(), ["age"])])
    model = make_pipeline(coder, LogisticRegression()).fit(table[used], outcome)
    case, background = table[used].iloc[0], table[used].iloc[:50]

    def value(known):
        return model.decision_function(background.assign(**{name: case[name] for name in known})).mean()

    orders = list(permutations(used))
    shapley = dict.fromkeys(used, 0.0)
    for order in orders:
        for place, name in enumerate(order):
            shapley[name] += (value(order[: place + 1]) - value(order[:place])) / len(orders)
    found = explain_linear(model, case, background)
    assert found.contributions.to_dict() == pytest.approx(shapley, abs=1e-9)


def test_only_the_columns_a_model_uses_are_named_and_the_largest_comes_first():
    table, outcome = arrests(0)
    model = fitted("by type", table, outcome)
    found = explain_linear(model, table.iloc[0], table)
    assert set(found.contributions.index) == {"a_b", "age", "year", "checks"}
    assert found.contributions.abs().is_monotonic_decreasing
    everything = explain_linear(fitted("plain", table, outcome), table.iloc[0], table)
    assert set(everything.contributions.index) == set(COLUMNS)


def test_a_case_can_be_a_row_a_dict_or_a_table():
    table, outcome = arrests(1)
    model = fitted("plain", table, outcome)
    row, table_of_one = table.iloc[7], table.iloc[[7]]
    first = explain_linear(model, row, table)
    for case in (row.to_dict(), table_of_one, table_of_one[COLUMNS[::-1]], table_of_one.assign(more=1)):
        again = explain_linear(model, case, table)
        pd.testing.assert_series_equal(again.contributions, first.contributions)
        assert (again.baseline, again.log_odds, again.probability) == pytest.approx(
            (first.baseline, first.log_odds, first.probability), abs=1e-12
        )


def test_a_bare_model_and_a_single_encoder():
    table, outcome = arrests(2)
    numbers = table[["age", "year", "checks"]]
    bare = LogisticRegression(max_iter=5000).fit(numbers, outcome)
    for model in (bare, make_pipeline(StandardScaler(), LogisticRegression()).fit(numbers, outcome)):
        found = explain_linear(model, table.iloc[4], background=table)
        expected = model.decision_function(numbers.iloc[[4]])[0]
        assert found.baseline + found.contributions.sum() == pytest.approx(expected, abs=1e-9)
    distance = (numbers.iloc[4] - numbers.mean()) * bare.coef_[0]
    assert explain_linear(bare, table.iloc[4], table).contributions.to_dict() == pytest.approx(
        distance.to_dict()
    )


def test_without_a_background_the_comparison_is_with_encoded_0():
    table, outcome = arrests(3)
    model = fitted("first dropped", table, outcome)
    found = explain_linear(model, table.iloc[0])
    assert found.baseline == model[-1].intercept_[0]
    assert found.baseline + found.contributions.sum() == pytest.approx(found.log_odds, abs=1e-9)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (DecisionTreeClassifier(), "this is a DecisionTreeClassifier"),
        (LinearRegression(), "this is a LinearRegression"),
        (
            make_pipeline(StandardScaler(), DecisionTreeClassifier()),
            "StandardScaler and DecisionTreeClassifier",
        ),
        (make_pipeline(StandardScaler(), StandardScaler(), LogisticRegression()), "one encoding step"),
        (make_pipeline(PolynomialFeatures(), LogisticRegression(max_iter=5000)), "uses a PolynomialFeatures"),
        (make_pipeline(FunctionTransformer(np.log), LogisticRegression()), "uses a FunctionTransformer"),
        (
            make_pipeline(ColumnTransformer([("p", PolynomialFeatures(), ["age"])]), LogisticRegression()),
            "uses a PolynomialFeatures",
        ),
    ],
)
def test_other_models_are_refused_with_a_sentence(model, message):
    table, outcome = arrests(4)
    numbers = table[["age", "checks"]] + 1
    with pytest.raises(TypeError, match=message):
        explain_linear(model.fit(numbers, outcome), numbers.iloc[0], numbers)


def test_models_without_column_names_or_of_three_classes_are_refused():
    table, _ = arrests(4)
    numbers = table[["age", "checks"]]
    three = np.arange(len(table)) % 3
    with pytest.raises(TypeError, match="has 3 classes"):
        explain_linear(LogisticRegression(max_iter=500).fit(numbers, three), numbers.iloc[0], numbers)
    with pytest.raises(TypeError, match="fit it on a DataFrame"):
        explain_linear(LogisticRegression().fit(numbers.to_numpy(), three > 0), numbers.iloc[0], numbers)
    with pytest.raises(NotFittedError):
        explain_linear(LogisticRegression(), numbers.iloc[0], numbers)


def test_bad_people_get_a_sentence():
    table, outcome = arrests(4)
    model = fitted("plain", table, outcome)
    with pytest.raises(ValueError, match="case lacks columns that the model uses: a, year"):
        explain_linear(model, table.iloc[0].drop(["a", "year"]), table)
    with pytest.raises(ValueError, match="background lacks columns that the model uses: age"):
        explain_linear(model, table.iloc[0], table.drop(columns="age"))
    with pytest.raises(ValueError, match="must be one person, but it has 2 rows"):
        explain_linear(model, table.iloc[:2], table)
    with pytest.raises(ValueError, match="case holds nobody"):
        explain_linear(model, table.iloc[:0], table)
    with pytest.raises(ValueError, match="background holds nobody"):
        explain_linear(model, table.iloc[0], table.iloc[:0])
    with pytest.raises(ValueError, match="background must be a table"):
        explain_linear(model, table.iloc[0], [1, 2, 3])
    with pytest.raises(ValueError, match="case must be a table"):
        explain_linear(model, [1, 2, 3], table)
