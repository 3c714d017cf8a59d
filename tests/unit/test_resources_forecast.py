"""Forecasts use nothing they can't know, and their errors and intervals are what they claim to be."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kruskal, spearmanr
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import PoissonRegressor
from sklearn.metrics import mean_absolute_error, mean_poisson_deviance, root_mean_squared_error

from workshop.audit.intervals import critical_value
from workshop.datasets import load
from workshop.domains.resources import demand, forecast
from workshop.domains.resources.forecast import (
    FEATURES,
    LAST_WEEK,
    LEVEL,
    RECENT,
    WEEK,
    Backtest,
    DemandModel,
    backtest,
    feature_effects,
    features,
    next_week,
    proxy_strength,
    time_folds,
    week_interval,
)

COLUMNS = list(FEATURES)
BASELINES = ("naive", "recent_mean")
EDGE = forecast.HISTORY * WEEK + WEEK - 1  # hours of past that a row needs


def pattern(hours):
    """Return a known rate: more at night and at the weekend, in precinct 2 more by day."""
    night = 1 + np.cos(2 * np.pi * (hours.hour - 23) / 24)
    weekend = np.where(hours.day_of_week >= 5, 1.6, 1.0)
    return pd.DataFrame({1: 0.3 + night * weekend, 2: 2.5 - night, 7: 0.4 * night}, index=hours)


def generated(weeks=16, seed=0, start="2018-01-01"):
    hours = pd.date_range(start, periods=weeks * WEEK, freq="h", name="time")
    rate = pattern(hours)
    return pd.DataFrame(np.random.default_rng(seed).poisson(rate), hours, rate.columns)


@pytest.fixture(scope="module")
def stops():
    return load("minneapolis_stops")


@pytest.fixture(scope="module")
def neighborhoods():
    return load("minneapolis_neighborhoods")


@pytest.fixture(scope="module")
def counts(stops):
    return demand.hourly(stops)


@pytest.fixture(scope="module")
def tested(counts):
    return backtest(counts)


@pytest.fixture(scope="module")
def pattern_tested():
    return backtest(generated(40), folds=6)


# --- features ----------------------------------------------------------------------------------------------------

SMALL = generated(7)


def at(table, hour):
    """Return the features of one hour by precinct."""
    return table[table["time"] == hour].set_index("precinct")


@settings(max_examples=40, deadline=None)
@given(st.integers(EDGE, len(SMALL) - 1), st.data())
def test_nothing_newer_than_168_hours_is_used(place, data):
    """Change any counts from 167 hours before an hour on: what is known for that hour stays the same."""
    changed = SMALL.copy()
    for _ in range(3):
        row = data.draw(st.integers(place - WEEK + 1, len(SMALL) - 1))
        changed.iloc[row, data.draw(st.integers(0, 2))] += data.draw(st.integers(1, 1000))
    before, after = (at(features(table), SMALL.index[place])[COLUMNS[1:]] for table in (SMALL, changed))
    pd.testing.assert_frame_equal(before, after)


@pytest.mark.parametrize(
    ("age", "differ"),
    [
        (WEEK - 1, set()),
        (WEEK, {LAST_WEEK, RECENT, LEVEL}),
        (WEEK + 1, {LEVEL}),
        (2 * WEEK, {RECENT, LEVEL}),
        (4 * WEEK, {RECENT, LEVEL}),
        (EDGE, {LEVEL}),
        (EDGE + 1, set()),
    ],
)
def test_each_feature_looks_back_as_far_as_it_says(age, differ):
    place = EDGE + 30
    changed = SMALL.copy()
    changed.iloc[place - age, 1] += 5
    before, after = (at(features(table), SMALL.index[place]).loc[2] for table in (SMALL, changed))
    assert {name for name in COLUMNS[1:] if before[name] != after[name]} == differ


def test_features_are_means_of_the_counts_they_name():
    row = features(SMALL).query("precinct == 7").iloc[50]
    place = SMALL.index.get_loc(row["time"])
    past = SMALL[7].to_numpy()
    assert row[LAST_WEEK] == past[place - 168]
    assert row[RECENT] == past[[place - 168, place - 336, place - 504, place - 672]].mean()
    assert row[LEVEL] == pytest.approx(past[place - EDGE : place - 167].mean())
    assert row["actual"] == past[place]
    assert (row["hour"], row["day_of_week"]) == (row["time"].hour, row["time"].day_of_week)


def test_every_hour_after_five_weeks_has_a_row_for_each_precinct(counts):
    table = features(counts)
    assert table["time"].unique().tolist() == counts.index[EDGE:].tolist()
    assert (table.groupby("time")["precinct"].agg(tuple) == (1, 2, 3, 4, 5)).all()
    assert table.notna().all(axis=None)


def test_the_hour_that_the_clock_skipped_is_not_taken_for_0(counts):
    """A week after, the same hour of the week before that stands in, and the mean is over three weeks."""
    for weeks_later in range(1, 5):
        hour = pd.Timestamp("2017-03-12 02:00") + pd.Timedelta(weeks=weeks_later)
        rows = at(features(counts), hour)
        past = [hour - pd.Timedelta(weeks=weeks) for weeks in range(1, 5)]
        known = counts.loc[[time for time in past if time in counts.index]]
        assert len(known) == 3
        np.testing.assert_allclose(rows[RECENT], known.mean())
        np.testing.assert_array_equal(rows[LAST_WEEK], known.iloc[0])


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (SMALL.reset_index(drop=True), "hold no hours"),
        (SMALL[:0], "hold no hours"),
        (SMALL[::-1], "each once and in order"),
        (pd.concat([SMALL, SMALL[-1:]]), "each once and in order"),
        (SMALL.set_axis(SMALL.index + pd.Timedelta(minutes=5)), "must hold full hours"),
        (SMALL.set_axis(["a", "b", "c"], axis=1), "must be the numbers of the precincts"),
        (-SMALL, "missing or negative number"),
        (SMALL.mask(SMALL.isin([2])), "missing or negative number"),
        (SMALL[:EDGE], "too short: a forecast looks back five weeks"),
    ],
)
@pytest.mark.parametrize("function", [features, backtest])
def test_bad_counts_are_refused_with_a_sentence(function, bad, message):
    with pytest.raises(ValueError, match=message):
        function(bad)


# --- the model ---------------------------------------------------------------------------------------------------


def test_a_known_pattern_is_found():
    past = generated(60)
    hours = pd.date_range(past.index[-1] + pd.Timedelta(hours=1), periods=WEEK, freq="h")
    found = next_week(past)
    truth = pattern(hours).set_axis(pd.MultiIndex.from_arrays([hours.day_of_week, hours.hour])).sort_index()
    assert found.shape == (168, 3)
    assert list(found.columns) == [1, 2, 7]
    assert found.index.names == ["day", "hour"]
    for precinct in found:
        assert np.corrcoef(found[precinct], truth[precinct])[0, 1] > 0.97
        assert found[precinct].sum() == pytest.approx(truth[precinct].sum(), rel=0.06)
    assert mean_absolute_error(truth, found) < 0.12


def test_the_ratio_to_the_level_is_a_regression_with_an_offset(counts):
    """At the optimum of a Poisson regression with an offset and free factors, forecasts add up to the counts."""
    table = features(counts)
    model = DemandModel(alpha=1e-9).fit(table[COLUMNS], table["actual"])
    sums = table.assign(forecast=model.predict(table[COLUMNS])).groupby(["precinct", "hour"])[
        ["forecast", "actual"]
    ]
    np.testing.assert_allclose(sums.sum()["forecast"], sums.sum()["actual"], atol=1)  # of 36 to 948 stops


def test_the_forecast_follows_the_level_of_the_precinct(counts):
    table = features(counts)
    model = DemandModel().fit(table[COLUMNS], table["actual"])
    pasts = [LAST_WEEK, RECENT, LEVEL]
    rows = table[COLUMNS][-500:]
    ratio = model.predict(rows.assign(**{name: 3 * rows[name] for name in pasts})) / model.predict(rows)
    assert np.median(ratio) == pytest.approx(3, rel=0.1)


def test_a_precinct_without_stops_is_forecast_near_0():
    quiet = SMALL.assign(quiet=0).rename(columns={"quiet": 8})
    found = next_week(quiet)
    assert found[8].between(0, 0.01).all()
    assert found[1].mean() > 0.5


def test_next_week_is_whole_also_after_the_clock_changed(counts):
    for last in ("2017-03-12", "2017-11-05", "2017-12-31"):
        found = next_week(counts.loc[:last])
        assert found.shape == (168, 5)
        assert found.notna().all(axis=None)


# --- the backtest ------------------------------------------------------------------------------------------------


def test_a_model_is_tested_only_on_what_comes_a_week_after_what_it_learned(counts):
    folds = time_folds(features(counts))
    assert len(folds) == 8
    for before, after in folds:
        assert before["time"].max() < after["time"].min() - pd.Timedelta(hours=WEEK)
        assert after["time"].nunique() == 4 * WEEK
        assert len(after) == 5 * 4 * WEEK
    tests = pd.concat([after["time"] for _, after in folds])
    assert tests.is_monotonic_increasing
    assert tests.max() == counts.index[-1]


def test_what_comes_after_a_fold_doesnt_change_its_forecasts():
    past = generated(22)
    changed = past.copy()
    changed.iloc[-2 * WEEK :] *= 10
    first, second = (backtest(table, folds=2, weeks=4).table for table in (past, changed))
    same = first["time"] < past.index[-2 * WEEK]
    pd.testing.assert_frame_equal(first[same], second[same])
    assert not first["model"].equals(backtest(past + 1, folds=2, weeks=4).table["model"])


def test_the_table_holds_the_counts_and_the_forecasts(counts, tested):
    table = tested.table
    assert list(table.columns) == ["time", "precinct", "actual", "naive", "recent_mean", "model"]
    assert (table["time"].min(), table["time"].max()) == (pd.Timestamp("2017-05-22"), counts.index[-1])
    assert (len(table), tested.weeks) == (32 * WEEK * 5, 32)
    for row in table.sample(20, random_state=0).itertuples():
        assert row.actual == counts.loc[row.time, row.precinct]
        assert row.naive == counts.loc[row.time - pd.Timedelta(weeks=1), row.precinct]
    assert (table["model"] > 0).all()


@pytest.mark.parametrize("name", ["naive", "recent_mean", "model"])
def test_errors_equal_scikit_learns(tested, name):
    errors, bias, actual = tested.errors(name), tested.bias(name), tested.mean_actual()
    parts = {**dict(list(tested.table.groupby("precinct"))), "all": tested.table}
    assert list(errors) == [1, 2, 3, 4, 5, "all"] == list(parts)
    for key, rows in parts.items():
        assert errors[key].value == pytest.approx(mean_absolute_error(rows["actual"], rows[name]))
        assert errors[key].denominator == len(rows)
        assert errors[key].numerator == pytest.approx((rows["actual"] - rows[name]).abs().sum())
        assert bias[key].value == pytest.approx(rows[name].mean() - rows["actual"].mean())
        assert actual[key].numerator == pytest.approx(rows["actual"].sum())
        assert errors[key].low < errors[key].value < errors[key].high
        assert errors[key].enough


def test_differences_are_paired(tested):
    for baseline in BASELINES:
        for key, difference in tested.differences(baseline).items():
            first, second = tested.errors()[key], tested.errors(baseline)[key]
            assert difference.value == pytest.approx(first.value - second.value)
            unpaired = np.hypot(first.high - first.low, second.high - second.low)
            assert difference.high - difference.low < unpaired


def test_the_summary_is_the_estimates(tested):
    table = tested.summary()
    for key, row in table.iterrows():
        assert row["mean_actual"] == tested.mean_actual()[key].value
        for name in (*BASELINES, "model"):
            assert row[name] == tested.errors(name)[key].value
        assert row["chance_alone"] == tested.chance_error()[key].value
        for name, found in (
            ("model_minus_naive", tested.differences("naive")),
            ("model_minus_mean", tested.differences("recent_mean")),
            ("bias", tested.bias()),
        ):
            assert tuple(row[[name, f"{name}_low", f"{name}_high"]]) == found[key][:3]


def test_two_runs_give_the_same(counts, tested):
    again = backtest(counts)
    pd.testing.assert_frame_equal(again.table, tested.table, check_exact=True)
    pd.testing.assert_frame_equal(again.summary(), tested.summary(), check_exact=True)


def test_few_weeks_are_marked_as_not_enough():
    found = backtest(generated(22), folds=2, weeks=4)
    assert not any(estimate.enough for estimate in found.errors().values())


def test_on_a_known_pattern_the_model_reaches_what_chance_leaves(pattern_tested):
    """The counts are Poisson, so that an honest model can only be off by chance, and the naive is worse."""
    table = pattern_tested.summary()
    assert table["model"].to_numpy() == pytest.approx(table["chance_alone"].to_numpy(), rel=0.04)
    assert (table["model_minus_naive_high"] < 0).all()
    assert table["bias"].abs().max() < 0.06
    truth = pattern(pd.DatetimeIndex(pattern_tested.table["time"].unique())).to_numpy().ravel()
    assert mean_absolute_error(truth, pattern_tested.table["model"]) < 0.15


def test_chance_error_is_that_of_poisson_counts():
    rates = np.array([0.1, 0.4, 0.999, 1.0, 3.7, 12.0])
    table = pd.DataFrame({"time": 0, "precinct": np.tile(np.arange(6), 2 * WEEK), "actual": 0, "naive": 0})
    found = Backtest(table.assign(recent_mean=0, model=np.tile(rates, 2 * WEEK))).chance_error()
    drawn = np.random.default_rng(1).poisson(rates, (400_000, 6))
    expected = np.abs(drawn - rates).mean(axis=0)
    np.testing.assert_allclose([found[key].value for key in range(6)], expected, rtol=0.01)


@pytest.mark.parametrize("options", [{"folds": 1}, {"weeks": 0}, {"folds": 20}, {"order": "random"}])
def test_a_backtest_that_cannot_be_made_is_refused(options):
    with pytest.raises(ValueError, match=r"at least 2 folds|take fewer or shorter folds|choose 'time' or"):
        backtest(generated(22), **options)


def test_unknown_forecasts_are_refused(tested):
    for method in (tested.errors, tested.bias, tested.differences, tested.chance_error):
        with pytest.raises(ValueError, match="There is no forecast 'best'; choose 'naive'"):
            method("best")


# --- what was found on the stops of Minneapolis ------------------------------------------------------------------


def test_the_model_is_nearer_than_both_baselines_in_every_precinct(tested):
    table = tested.summary()
    assert (table[["model_minus_naive_high", "model_minus_mean_high"]] < 0).all(axis=None)
    actual = tested.table["actual"]
    squared = {name: root_mean_squared_error(actual, tested.table[name]) for name in (*BASELINES, "model")}
    assert squared["model"] < squared["recent_mean"] < squared["naive"]
    assert (table["model"] > table["chance_alone"]).all()


def test_the_absolute_error_rewards_a_forecast_that_is_too_low(tested):
    """The flaw that the docstring warns of, and the reason to read it with the bias."""
    low = Backtest(tested.table.assign(model=0.8 * tested.table["model"]))
    assert low.errors()["all"].value < tested.errors()["all"].value
    assert low.bias()["all"].high < -0.1
    actual, honest = tested.table["actual"], tested.table["model"]
    for proper in (mean_poisson_deviance, root_mean_squared_error):
        assert proper(actual, 0.8 * honest) > proper(actual, honest)


def test_the_absolute_error_would_call_a_useful_feature_harmful(counts):
    before, after = time_folds(features(counts))[-1]
    model = DemandModel().fit(before[COLUMNS], before["actual"])
    X, y = after[COLUMNS], after["actual"]
    assert feature_effects(model, X, y).importance.loc[RECENT, "low"] > 0
    dealt = X.assign(**{RECENT: np.random.default_rng(0).permutation(X[RECENT])})
    assert mean_absolute_error(y, model.predict(dealt)) < mean_absolute_error(y, model.predict(X))


def test_a_shuffled_validation_flatters(counts, tested):
    shuffled = backtest(counts, order="shuffled")
    pd.testing.assert_frame_equal(shuffled.table.iloc[:, :5], tested.table.iloc[:, :5])
    honest = tested.summary()
    claimed = shuffled.summary()
    assert (claimed["model"] < honest["model"]).all()
    assert (claimed["bias"].abs() < honest["bias"].abs()).all()
    pd.testing.assert_frame_equal(shuffled.table, backtest(counts, order="shuffled").table)
    assert not shuffled.table.equals(backtest(counts, order="shuffled", seed=1).table)


def test_any_regressor_can_be_tested_and_trees_are_no_better(counts, tested):
    trees = HistGradientBoostingRegressor(loss="poisson", max_iter=30, max_leaf_nodes=15, random_state=0)
    found = backtest(counts, trees, folds=2, weeks=16)
    ours = backtest(counts, folds=2, weeks=16)
    assert found.errors()["all"].value > ours.errors()["all"].value
    assert found.bias()["all"].value > ours.bias()["all"].value
    assert not hasattr(trees, "n_features_in_")


# --- intervals cover ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n_weeks", [8, 32])
def test_intervals_of_weeks_cover_the_truth_as_often_as_they_say(n_weeks):
    """Skewed means of weeks, 500 times: 95% intervals hold the truth in about 95 of 100."""
    weekly = np.random.default_rng(n_weeks).gamma(6, 1 / 6, (n_weeks, 500))
    low, high = week_interval(weekly, resamples=1000)
    covered = ((low <= 1) & (high >= 1)).mean()
    assert 0.915 <= covered <= 0.98


def test_intervals_of_errors_cover_where_hours_of_a_week_go_together():
    """Weeks with more and with fewer stops: hours of one week are not independent, and the interval knows it."""
    rng = np.random.default_rng(5)
    expected = np.abs(rng.poisson(rng.gamma(8, 1 / 8, 10**6)) - 1.0).mean()
    covered, by_hours = 0, 0
    for _ in range(200):
        rate = np.repeat(rng.gamma(8, 1 / 8, 32), WEEK)
        actual = rng.poisson(rate)
        table = pd.DataFrame(
            {"time": 0, "precinct": 1, "actual": actual, "naive": 0, "recent_mean": 0, "model": 1.0}
        )
        error = Backtest(table, resamples=500).errors()[1]
        covered += error.low <= expected <= error.high
        half = 1.96 * np.abs(actual - 1.0).std() / np.sqrt(len(actual))
        by_hours += abs(error.value - expected) <= half
    assert 180 <= covered <= 198
    assert by_hours < 170


def test_an_interval_needs_two_weeks_and_a_share():
    with pytest.raises(ValueError, match="at least two weeks; there are 1"):
        week_interval([[1.0, 2.0]])
    with pytest.raises(ValueError, match="between 0 and 1"):
        week_interval([1.0, 2.0], confidence=95)


def test_weeks_that_are_all_alike_have_no_width():
    low, high = week_interval(np.full((5, 2), 3.0))
    assert low.tolist() == high.tolist() == [3, 3]


# --- what the model uses -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def last_fold():
    table = features(generated(24))
    before, after = time_folds(table, folds=2, weeks=4)[-1]
    return DemandModel().fit(before[COLUMNS], before["actual"]), after[COLUMNS], after["actual"]


def test_importance_is_what_dealing_out_a_feature_costs(last_fold):
    model, X, y = last_fold
    effects = feature_effects(model, X, y, repeats=4)
    table = effects.importance
    assert sorted(table.index) == sorted(COLUMNS)
    assert table["importance"].is_monotonic_decreasing
    assert ((table["low"] <= table["importance"]) & (table["importance"] <= table["high"])).all()
    dealt = X.assign(hour=np.random.default_rng(3).permutation(X["hour"]))
    grown = root_mean_squared_error(y, model.predict(dealt)) - root_mean_squared_error(y, model.predict(X))
    assert table.loc["hour", "importance"] == pytest.approx(grown, rel=0.25)
    assert table.index[0] == "hour"


def test_what_a_model_ignores_has_no_importance_and_a_flat_curve(last_fold):
    _, X, y = last_fold
    only_hour = PoissonRegressor().fit(X.assign(**dict.fromkeys(set(COLUMNS) - {"hour"}, 0.0)), y)
    effects = feature_effects(only_hour, X, y, repeats=2)
    assert (effects.importance.drop("hour") == 0).all(axis=None)
    spread = effects.dependence.groupby("feature")["forecast"].agg(np.ptp)
    assert spread["hour"] > 0.01
    assert (spread.drop("hour") < 1e-12).all()


def test_dependence_is_the_mean_forecast_with_one_value_for_all(last_fold):
    model, X, y = last_fold
    curves = feature_effects(model, X, y, repeats=1, points=5).dependence
    assert curves["feature"].value_counts().to_dict() == {
        "precinct": 3,
        "hour": 24,
        "day_of_week": 7,
        LEVEL: 5,
        RECENT: curves["feature"].eq(RECENT).sum(),
        LAST_WEEK: X[LAST_WEEK].nunique(),
    }
    for row in curves.itertuples():
        assert row.forecast == pytest.approx(model.predict(X.assign(**{row.feature: row.value})).mean())


def test_effects_are_the_same_in_two_runs(last_fold):
    first, second = (feature_effects(*last_fold, repeats=2) for _ in range(2))
    pd.testing.assert_frame_equal(first.importance, second.importance, check_exact=True)
    pd.testing.assert_frame_equal(first.dependence, second.dependence, check_exact=True)


def test_effects_need_rows_in_which_nothing_is_missing(last_fold):
    model, X, y = last_fold
    for rows, seen in ((X[:0], y[:0]), (X, y.where(y != y.iloc[0])), (X.assign(hour=np.nan), y)):
        with pytest.raises(ValueError, match="Give rows in which nothing is missing"):
            feature_effects(model, rows, seen)


# --- proxies -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def proxies(stops, neighborhoods):
    return proxy_strength(stops, neighborhoods)


def test_rank_correlations_are_spearmans(proxies, stops, neighborhoods):
    lives = neighborhoods.set_index("neighborhood")
    z = critical_value(0.95)
    for kind, rows in (("all", stops), ("suspicious", stops[stops["reason"] == "suspicious"])):
        found = proxies[proxies["known"] == f"{kind} stops per 1,000 residents"].set_index("residents")
        rate = rows.groupby("neighborhood").size().reindex(lives.index, fill_value=0) / lives["population"]
        assert set(found.index) == {*demand.SHARES, "household_income"}
        for trait, row in found.iterrows():
            rho = spearmanr(rate, lives[trait]).statistic
            assert row["value"] == pytest.approx(rho)
            half = z * np.sqrt((1 + rho**2 / 2) / (84 - 3))
            assert np.arctanh([row["low"], row["high"]]) == pytest.approx(
                np.arctanh(rho) + np.array([-half, half])
            )


def test_share_explained_is_the_rank_test_of_kruskal_made_a_share(proxies, stops, neighborhoods):
    home = neighborhoods["neighborhood"].map(demand.home_precinct(stops))
    found = proxies[proxies["known"] == "precinct"].set_index("residents")
    for trait, row in found.iterrows():
        h = kruskal(*(values for _, values in neighborhoods[trait].groupby(home))).statistic
        assert row["value"] == pytest.approx(1 - (1 - h / 83) * 83 / 79)
        assert 0 <= row["low"] <= max(row["value"], 0) <= row["high"] < 1


def test_what_was_found_in_minneapolis(proxies, neighborhoods):
    """The place and the stops know who lives there; stops of suspicious persons know more than traffic stops."""
    black = proxies[proxies["residents"] == "black"].set_index("known")
    assert (black["low"] > 0).all()
    suspicious, traffic = (
        black.loc[f"{reason} stops per 1,000 residents"] for reason in ("suspicious", "traffic")
    )
    assert suspicious["low"] > traffic["high"]
    assert (proxies["neighborhoods"] == 84).all()


def test_intervals_of_rank_correlations_cover():
    """300 samples of 84 from a normal distribution whose rank correlation is known (Pearson 1907)."""
    rng, pearson = np.random.default_rng(8), 0.7
    truth = 6 / np.pi * np.arcsin(pearson / 2)
    first, noise = rng.standard_normal((2, 300, 84))
    second = pearson * first + np.sqrt(1 - pearson**2) * noise
    z = critical_value(0.95)
    found = [forecast._rank_correlation(*pair, z) for pair in zip(first, second, strict=True)]
    assert 275 <= sum(low <= truth <= high for _, low, high in found) <= 298


def test_intervals_of_shares_explained_cover_also_where_there_is_nothing():
    rng = np.random.default_rng(9)
    groups = np.repeat(np.arange(5), [6, 19, 26, 13, 20])
    for effect in (0.0, 1.0):
        means = effect * np.array([-1, 0.5, 0, 1, -0.5])[groups]
        large = forecast._share_explained(rng.normal(np.repeat(means, 500)), np.repeat(groups, 500), 0.95)[0]
        found = [forecast._share_explained(rng.normal(means), groups, 0.95) for _ in range(150)]
        assert 135 <= sum(low <= max(large, 0) + 1e-3 and large <= high for _, low, high in found) <= 150
        assert np.mean([value for value, _, _ in found]) == pytest.approx(large, abs=0.03)


def test_a_precinct_that_says_everything_has_no_interval():
    found = forecast._share_explained(np.repeat([1.0, 2.0], 6), np.repeat(["x", "y"], 6), 0.95)
    assert found[0] == 1
    assert np.isnan(found[1:]).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s, n: (s.drop(columns="reason"), n), "The column reason is missing"),
        (lambda s, n: (s, n.drop(columns="household_income")), "The column household_income is missing"),
        (lambda s, n: (s, n.drop(columns="black")), "lack the column black"),
        (
            lambda s, n: (s, n.assign(black=0.2)),
            "The column black has missing values or is the same everywhere",
        ),
        (
            lambda s, n: (s, n.assign(foreign_born=n["foreign_born"].where(n.index > 0))),
            "The column foreign_born has missing",
        ),
        (lambda s, n: (s, n[:9]), "at least 10 neighborhoods"),
        (lambda s, n: (s.assign(precinct=1), n), "in 2 or more precincts"),
        (lambda s, n: (s[s["neighborhood"] != "Armatage"], n), "Armatage has no stop"),
    ],
)
def test_tables_that_cannot_be_compared_are_refused(stops, neighborhoods, change, message):
    with pytest.raises(ValueError, match=message):
        proxy_strength(*change(stops, neighborhoods))
