"""Forecasts of stops per precinct and hour, a week ahead: how far they are off, what drives them, what they stand for.

What is forecast is what the police will record, and that depends on where they look. It is not the need for police.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import bootstrap, ncf, norm, poisson, rankdata, spearmanr, t
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.compose import make_column_transformer
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import PoissonRegressor
from sklearn.model_selection import KFold, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

from workshop.audit.intervals import ENOUGH, Estimate, critical_value
from workshop.domains.resources.demand import SHARES, home_precinct, residents

WEEK = 168  # hours
HISTORY = 4  # weeks that the features look back
LAST_WEEK, RECENT, LEVEL = "same_hour_last_week", "same_hour_last_4_weeks", "all_hours_last_4_weeks"
FEATURES = ("precinct", "hour", "day_of_week", LAST_WEEK, RECENT, LEVEL)
NAIVE, MEAN, MODEL = "naive", "recent_mean", "model"
ALL = "all"  # the precincts together
_ONE_HOUR = pd.Timedelta(hours=1)
_LEAST_LEVEL = 1 / (HISTORY * WEEK)  # one stop in four weeks: a level of 0 has no multiples
_PSEUDO = 0.25  # stops per hour: with four hours behind a mean, as if one more stop had been seen


def features(counts):
    """Return what is known of each precinct and hour one week before.

    Shifts are planned a week at a time. So nothing that is newer than 168 hours before the hour is used: a plan for a
    whole week can be made before the week begins.

    Parameters
    ----------
    counts : pandas.DataFrame
        From `demand.hourly`: the index holds full hours, the columns are the numbers of the precincts. An hour
        without a row is not known, which is not the same as 0.

    Returns
    -------
    pandas.DataFrame
        One row per precinct and hour, in order of time:

        - `time`, `precinct`, `hour` (0 to 23), `day_of_week` (0 is Monday);
        - `same_hour_last_week`: stops in the same precinct 168 hours before (336, if the clock skipped that hour);
        - `same_hour_last_4_weeks`: mean of the same hour in the last four weeks (three, if one isn't known);
        - `all_hours_last_4_weeks`: mean per hour of the four weeks that end 168 hours before: the precinct's level;
        - `actual`: the count to be forecast.

        The first five weeks of the counts have no row, for lack of a past. There is no feature for the month or the
        season: in one year no month comes back, so nothing can be learned of it.

    Raises
    ------
    ValueError
        If the index doesn't hold full hours, each once, in order; the columns aren't whole numbers; a count is
        missing or negative; or there are no more than five weeks.
    """
    _check_counts(counts)
    return _features(counts)


def _features(counts):
    """Return the features of counts that were checked; an hour to come has the count NaN."""
    grid = counts.astype(float).asfreq("h")
    past = [grid.shift(weeks * WEEK) for weeks in range(1, HISTORY + 1)]
    missing = sum(values.isna() for values in past)
    window = HISTORY * WEEK
    wide = {
        LAST_WEEK: past[0].fillna(past[1]),
        RECENT: sum(values.fillna(0) for values in past).div(HISTORY - missing).where(missing <= 1),
        # One hour may be missing: the one that the clock skips in spring.
        LEVEL: past[0].rolling(window, min_periods=window - 1).mean(),
        "actual": grid,
    }
    first = counts.index[0] + (WEEK + window - 1) * _ONE_HOUR
    hours = counts.index[counts.index >= first]
    known = np.all([wide[name].loc[hours].notna() for name in (LAST_WEEK, RECENT, LEVEL)], axis=(0, 2))
    hours = hours[known]
    if hours.empty:
        raise ValueError(
            "The counts are too short: a forecast looks back five weeks, so give more than that."
        )
    time = hours.repeat(len(counts.columns))
    calendar = {
        "time": time,
        "precinct": np.tile(counts.columns.to_numpy(), len(hours)),
        "hour": time.hour,
        "day_of_week": time.day_of_week,
    }
    return pd.DataFrame(
        calendar | {name: values.loc[hours].to_numpy().ravel() for name, values in wide.items()}
    )


class DemandModel(RegressorMixin, BaseEstimator):
    """Poisson regression of stops per hour, as a multiple of the precinct's own recent level.

    The forecast is ``all_hours_last_4_weeks`` times a factor for the precinct and hour, one for the day and
    hour, one for the precinct and day, and one for how far the same hour of last week and of the last four weeks was
    from the level. The level is taken from the past and not learned: while stops become fewer from month to month, a
    model that learns it from older months goes on to forecast too many.

    Parameters
    ----------
    alpha : float, default 0.001
        Strength of the penalty on the factors' logarithms.

    Notes
    -----
    Fitting the ratio to the level, weighted with the level, is the same as a Poisson regression with the level's
    logarithm as offset.
    """

    def __init__(self, alpha=1e-3):
        self.alpha = alpha

    def fit(self, X, y):
        """Learn from rows of `features`, a DataFrame with the columns `FEATURES`, and the counts."""
        level = _level(X)
        self.pipeline_ = make_pipeline(
            FunctionTransformer(_crossed),
            make_column_transformer(
                (OneHotEncoder(handle_unknown="ignore"), ["precinct, hour", "day, hour", "precinct, day"]),
                remainder="passthrough",
            ),
            PoissonRegressor(alpha=self.alpha, solver="newton-cholesky"),
        )
        self.pipeline_.fit(X, np.asarray(y) / level, poissonregressor__sample_weight=level)
        return self

    def predict(self, X):
        """Return stops per hour for rows of `features`."""
        return _level(X) * self.pipeline_.predict(X)


def _level(X):
    return X[LEVEL].clip(lower=_LEAST_LEVEL).to_numpy()


def _crossed(X):
    """Return the calendar, two columns at a time, and the two pasts relative to the level, as logarithms."""
    level = X[LEVEL]
    return pd.DataFrame(
        {
            "precinct, hour": X["precinct"] * 24 + X["hour"],
            "day, hour": X["day_of_week"] * 24 + X["hour"],
            "precinct, day": X["precinct"] * 7 + X["day_of_week"],
            RECENT: np.log((X[RECENT] + _PSEUDO) / (level + _PSEUDO)),
            LAST_WEEK: np.log((X[LAST_WEEK] + 1) / (level + 1)),
        }
    )


def time_folds(table, folds=8, weeks=4):
    """Split a table of features so that a model is only ever tested on what comes later.

    The training part grows from fold to fold. It ends 168 hours before the test part begins: when the forecast of the
    first hour was made, nothing newer had happened yet.

    Parameters
    ----------
    table : pandas.DataFrame
        From `features`.
    folds : int, default 8
    weeks : int, default 4
        Length of each test part.

    Returns
    -------
    list of (pandas.DataFrame, pandas.DataFrame)
        Training and test rows of each fold, the earliest first. The test parts follow one another and end with
        the table.

    Raises
    ------
    ValueError
        If the table is too short to leave four weeks to train on, or `folds` or `weeks` is too small.
    """
    if folds < 2 or weeks < 1:
        raise ValueError(f"Give at least 2 folds of at least 1 week; these are {folds} of {weeks}.")
    hours = table["time"].unique()
    needed = (folds * weeks + 1 + HISTORY) * WEEK
    if len(hours) < needed:
        raise ValueError(
            f"{folds} folds of {weeks} weeks need {needed / WEEK:.0f} weeks after the first five, but there are only "
            f"{len(hours) / WEEK:.1f}; take fewer or shorter folds."
        )
    splitter = TimeSeriesSplit(folds, test_size=weeks * WEEK, gap=WEEK)
    return [
        tuple(table[table["time"].isin(hours[part])] for part in parts) for parts in splitter.split(hours)
    ]


def backtest(counts, model=None, *, folds=8, weeks=4, order="time", seed=0):
    """Forecast the past as if it had not happened yet, and keep the forecasts beside what was recorded.

    Parameters
    ----------
    counts : pandas.DataFrame
        From `demand.hourly`.
    model : scikit-learn regressor, default DemandModel()
        Cloned and fitted anew for every fold, on the columns `FEATURES`.
    folds, weeks : int, default 8 and 4
        As in `time_folds`.
    order : {"time", "shuffled"}, default "time"
        "shuffled" is the wrong way, kept to show what it claims: the rows are dealt out at random, and the model
        that forecasts an hour has learned from the hours before it, after it and next to it. It is judged on the
        same hours.
    seed : int, default 0
        For "shuffled".

    Returns
    -------
    Backtest

    Raises
    ------
    ValueError
        As `features` and `time_folds`; or there is no such order.
    """
    table = features(counts)
    parts = time_folds(table, folds, weeks)
    tested = pd.concat([after for _, after in parts])
    if order == "shuffled":
        rows = KFold(folds, shuffle=True, random_state=seed).split(table)
        parts = [tuple(table.iloc[part] for part in both) for both in rows]
    elif order != "time":
        raise ValueError(f"There is no order {order!r}; choose 'time' or 'shuffled'.")
    regressor = DemandModel() if model is None else model
    forecast = pd.concat([_forecast(clone(regressor), before, after) for before, after in parts])
    return Backtest(
        tested[["time", "precinct", "actual"]]
        .assign(**{NAIVE: tested[LAST_WEEK], MEAN: tested[RECENT], MODEL: forecast})
        .reset_index(drop=True)
    )


def _forecast(model, before, after):
    model.fit(before[list(FEATURES)], before["actual"])
    return pd.Series(model.predict(after[list(FEATURES)]), index=after.index)


@dataclass(frozen=True, eq=False)
class Backtest:
    """What was forecast and what was recorded, in whole weeks.

    The error shown is the mean absolute error: an officer can read "0.9 stops per hour off" and set it against the
    mean of the same precinct. The mean Poisson deviance, with which the model is fitted, has no such unit, and is
    infinite for the naive forecast, which often says 0 where something is recorded. But the absolute error has a flaw
    of its own: where counts are low it rewards a forecast that is too low. So read it with the bias: two forecasts
    can be compared by it if their biases are alike. The harm of a forecast that is too low is borne by those who wait
    for help that was not planned; the harm of one too high by those who are stopped because patrols were sent.

    All intervals come from resampling whole weeks, so that hours of a night or week that go up and down together stay
    together. They cover chance from week to week, in this year. Where the error itself changes over the year, as in
    precincts 1 and 5, they are too narrow for it; the difference of two forecasts over the same hours suffers less.

    Attributes
    ----------
    table : pandas.DataFrame
        `time`, `precinct`, `actual` and the three forecasts in stops per hour: `naive` (same hour last week),
        `recent_mean` (mean of the same hour in the last four weeks) and `model`.
    resamples : int, default 4000
    seed : int, default 0
        Of the resampling.

    References
    ----------
    Gneiting, T. (2011). Making and evaluating point forecasts. Journal of the American Statistical Association
    106(494), 746-762.
    Hesterberg, T. C. (2015). What teachers should know about the bootstrap. The American Statistician 69(4), 371-386:
    the percentile interval, expanded because few weeks make it too narrow.
    """

    table: pd.DataFrame
    resamples: int = 4000
    seed: int = 0

    @cached_property
    def precincts(self):
        """The precincts, and "all" for the mean over them."""
        return (*self.table["precinct"].unique().tolist(), ALL)

    @cached_property
    def weeks(self):
        """Number of weeks in the test."""
        return len(self.table) // WEEK // (len(self.precincts) - 1)

    def errors(self, forecast=MODEL):
        """Return the mean absolute error of a forecast: by how many stops per hour it is off, up or down.

        Parameters
        ----------
        forecast : {"model", "naive", "recent_mean"}

        Returns
        -------
        dict of Estimate
            By precinct. `numerator` is the sum of all errors, in stops; `denominator` the number of hours, for
            "all" of precinct-hours; `enough` says that at least 30 weeks were tested.

        Raises
        ------
        ValueError
            If there is no such forecast.
        """
        return self._estimates(self._absolute(forecast), totals=True)

    def differences(self, baseline=NAIVE, forecast=MODEL):
        """Return the mean absolute error of a forecast minus that of a baseline, hour by hour.

        Below 0 the forecast is nearer to what was recorded. Parameters, keys, denominator and Raises as in `errors`;
        the numerator is NaN.
        """
        return self._estimates(self._absolute(forecast) - self._absolute(baseline), totals=False)

    def bias(self, forecast=MODEL):
        """Return the mean of the forecast minus the mean of what was recorded, in stops per hour.

        Above 0 it forecasts too many. Parameters, keys, denominator and Raises as in `errors`; the numerator is the
        sum of all differences, in stops.
        """
        return self._estimates(self._values(forecast) - self._values("actual"), totals=True)

    def mean_actual(self):
        """Return the mean number of stops per hour that were recorded, by precinct: the scale for the errors."""
        return self._estimates(self._values("actual"), totals=True)

    def chance_error(self, forecast=MODEL):
        """Return the mean absolute error that chance alone would leave to a forecast that is right everywhere.

        If stops came by chance (Poisson) at exactly the rate that the forecast says, it would still be off by this
        much. What an error has above it could be better forecasting, or counts that vary more than Poisson's.

        Parameters, keys and Raises as in `errors`.
        """
        # The mean absolute deviation of a Poisson count from its rate, in closed form.
        rate = self._values(forecast)
        whole = np.floor(rate)
        return self._estimates(2 * (whole + 1) * poisson.pmf(whole + 1, rate), totals=True)

    def summary(self):
        """Return the numbers of every precinct as one table, in stops per hour.

        Returns
        -------
        pandas.DataFrame
            Index: the precincts and "all". Columns: `mean_actual`; the errors `naive`, `recent_mean` and `model`,
            and `chance_alone`, the error that chance would leave; `model_minus_naive` and `model_minus_mean`, each
            with the ends of its interval; the `bias` of the model with its interval.
        """
        with_interval = {
            "model_minus_naive": self.differences(NAIVE),
            "model_minus_mean": self.differences(MEAN),
            "bias": self.bias(),
        }
        alone = {"mean_actual": self.mean_actual()}
        alone |= {forecast: self.errors(forecast) for forecast in (NAIVE, MEAN, MODEL)}
        alone["chance_alone"] = self.chance_error()
        columns = {name: [found[key].value for key in self.precincts] for name, found in alone.items()}
        for name, found in with_interval.items():
            for part, suffix in (("value", ""), ("low", "_low"), ("high", "_high")):
                columns[name + suffix] = [getattr(found[key], part) for key in self.precincts]
        return pd.DataFrame(columns, index=pd.Index(self.precincts, name="precinct"))

    def _values(self, column):
        """Return a column as hours x precincts."""
        if column not in ("actual", NAIVE, MEAN, MODEL):
            raise ValueError(f"There is no forecast {column!r}; choose {NAIVE!r}, {MEAN!r} or {MODEL!r}.")
        return self.table[column].to_numpy().reshape(-1, len(self.precincts) - 1)

    def _absolute(self, forecast):
        return np.abs(self._values(forecast) - self._values("actual"))

    def _estimates(self, values, *, totals):
        """Return an Estimate of the mean of each column of hours x precincts, and of all."""
        weekly = values.reshape(self.weeks, WEEK, -1).mean(axis=1)
        weekly = np.column_stack([weekly, weekly.mean(axis=1)])
        means = weekly.mean(axis=0)
        low, high = week_interval(weekly, resamples=self.resamples, seed=self.seed)
        hours = np.full(len(means), self.weeks * WEEK)
        hours[-1] *= len(means) - 1
        sums = means * hours if totals else np.full(len(means), np.nan)
        enough = self.weeks >= ENOUGH
        numbers = np.column_stack([means, low, high, sums, hours]).tolist()
        return {key: Estimate(*row, enough) for key, row in zip(self.precincts, numbers, strict=True)}


def week_interval(weekly, *, confidence=0.95, resamples=4000, seed=0):
    """Return the bootstrap interval of a mean from means of whole weeks.

    Parameters
    ----------
    weekly : array_like, shape (n_weeks, ...)
        At least two weeks.
    confidence : float, default 0.95
    resamples, seed : int, default 4000 and 0

    Returns
    -------
    low, high : numpy.ndarray, shape (...)

    Raises
    ------
    ValueError
        If there are fewer than two weeks, or `confidence` is not between 0 and 1.

    References
    ----------
    Hesterberg (2015), as in `Backtest`: the expanded percentile interval.
    """
    weekly = np.asarray(weekly, dtype=float)
    n_weeks = len(weekly)
    if n_weeks < 2:
        raise ValueError(f"An interval needs at least two weeks; there are {n_weeks}.")
    z = critical_value(confidence)
    expanded = np.sqrt(n_weeks / (n_weeks - 1)) * t.ppf(norm.cdf(z), n_weeks - 1)
    found = bootstrap(
        (weekly,),
        np.mean,
        axis=0,
        n_resamples=resamples,
        confidence_level=2 * norm.cdf(expanded) - 1,
        method="percentile",
        rng=np.random.default_rng(seed),
    )
    return found.confidence_interval


def next_week(counts, model=None):
    """Forecast the 168 hours after the last one of the counts.

    Parameters
    ----------
    counts : pandas.DataFrame
        From `demand.hourly`.
    model : scikit-learn regressor, default DemandModel()
        Cloned and fitted on all the counts.

    Returns
    -------
    pandas.DataFrame
        Index (`day`, `hour`), 0 is Monday; 168 rows; the columns are the precincts, the values stops per hour.

    Raises
    ------
    ValueError
        As `features`.
    """
    _check_counts(counts)
    future = pd.date_range(counts.index[-1] + _ONE_HOUR, periods=WEEK, freq="h", name=counts.index.name)
    table = _features(counts.reindex(counts.index.append(future)))
    to_come = table["time"] > counts.index[-1]
    forecast = _forecast(clone(DemandModel() if model is None else model), table[~to_come], table[to_come])
    week = table[to_come].assign(stops=forecast).rename(columns={"day_of_week": "day"})
    return week.pivot_table("stops", ["day", "hour"], "precinct")


@dataclass(frozen=True, eq=False)
class Effects:
    """What a model uses.

    Attributes
    ----------
    importance : pandas.DataFrame
        Index: the features, the most important first. `importance`: by how many stops per hour the error grows when
        the feature's values are dealt out at random; `low` and `high`: the smallest and the largest of the repeats.
        Their distance shows the chance in the dealing only, not what another month would show. Features that say
        nearly the same share their importance: each looks small alone. The error is the root mean squared error and
        not the absolute one: that one rewards forecasts that are too low, and on the stops of Minneapolis it would
        call the useful mean of the last four weeks harmful.
    dependence : pandas.DataFrame
        `feature`, `value`, `forecast`: the mean forecast if every row had this value and all else stayed. Some of
        these rows don't exist: the curve shows the model, not the world.
    """

    importance: pd.DataFrame
    dependence: pd.DataFrame


def feature_effects(model, X, y, *, repeats=5, points=20, seed=0):
    """Return the permutation importance of each feature and the partial dependence of the forecast on it.

    Parameters
    ----------
    model : fitted regressor
    X : pandas.DataFrame
        Features of a time that the model has not seen, for instance the last test part of `time_folds`.
    y : array_like, shape (n_rows,)
        What was recorded then.
    repeats : int, default 5
    points : int, default 20
        For a feature with more different values: how many values between its 5th and 95th percentile are tried.
    seed : int, default 0

    Returns
    -------
    Effects

    Raises
    ------
    ValueError
        If `X` has no rows, or something is missing in `X` or `y`.

    References
    ----------
    Breiman, L. (2001). Random forests. Machine Learning 45, 5-32. Friedman, J. H. (2001). Greedy function
    approximation: a gradient boosting machine. Annals of Statistics 29(5), 1189-1232.
    """
    y = np.asarray(y, dtype=float)
    X = X.astype(float)
    if not len(X) or np.isnan(y).any() or X.isna().any(axis=None):
        raise ValueError(
            "Give rows in which nothing is missing, and what was recorded in each of these hours."
        )
    dealt = permutation_importance(
        model, X, y, scoring="neg_root_mean_squared_error", n_repeats=repeats, random_state=seed
    )
    importance = pd.DataFrame(
        {
            "importance": dealt.importances_mean,
            "low": dealt.importances.min(axis=1),
            "high": dealt.importances.max(axis=1),
        },
        index=pd.Index(X.columns, name="feature"),
    )
    return Effects(
        importance.sort_values("importance", ascending=False, kind="stable"),
        pd.concat([_dependence(model, X, name, points) for name in X.columns], ignore_index=True),
    )


def _dependence(model, X, name, points):
    few = X[name].nunique() <= max(points, 24)  # every hour of the day, precinct and day of the week
    values = np.sort(X[name].unique()) if few else np.quantile(X[name], np.linspace(0.05, 0.95, points))
    found = partial_dependence(model, X, [name], custom_values={name: np.unique(values)}, kind="average")
    return pd.DataFrame({"feature": name, "value": found["grid_values"][0], "forecast": found["average"][0]})


def proxy_strength(stops, neighborhoods, confidence=0.95):
    """Return how much of who lives somewhere can be told from the precinct, or from past stops.

    A model that never sees race can still treat areas differently along it, if what it sees goes together with race.

    Parameters
    ----------
    stops : pandas.DataFrame
        All stops, with the columns `precinct`, `neighborhood` and `reason`.
    neighborhoods : pandas.DataFrame
        With the columns `neighborhood`, `population`, `household_income` and those of `demand.SHARES`.
    confidence : float, default 0.95
        Of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row for each thing that is known and each thing known of the residents: `known`, `residents`,
        `measure`, `value`, `low`, `high`, `neighborhoods` (how many are compared).

        - For stops per 1,000 residents, of all stops and of each reason, `measure` is "rank correlation"
          (Spearman): 1 if the neighborhood with more stops always has the higher share, 0 if they don't go together,
          -1 if always the lower. Its interval is that of Bonett and Wright.
        - For the precinct it is "share explained": how much of the differences between neighborhoods, by rank,
          disappears if one knows the precinct; 0 if nothing, 1 if all (Kelley's epsilon squared, which is 0 on
          average if the precinct tells nothing). Its interval is that of Steiger, from the noncentral F distribution.

    Raises
    ------
    ValueError
        If a column is missing, a neighborhood comes twice or has no stop, something about the residents is missing
        or the same everywhere, there are fewer than 10 neighborhoods, only one precinct or as many precincts as
        neighborhoods, or `confidence` is not between 0 and 1.

    Notes
    -----
    What this doesn't show: residents are not the people who were stopped, least of all downtown, where few live and
    many pass, and with traffic stops. It says nothing of why stops are where they are. These neighborhoods are all
    there are and lie next to each other: the interval says what chance could do if they were drawn from many.

    References
    ----------
    Bonett, D. G. and Wright, T. A. (2000). Sample size requirements for estimating Pearson, Kendall and Spearman
    correlations. Psychometrika 65(1), 23-28.
    Kelley, T. L. (1935). An unbiased correlation ratio measure. Proceedings of the National Academy of Sciences
    21(9), 554-559.
    Steiger, J. H. (2004). Beyond the F test: effect size confidence intervals and tests of close fit in the analysis
    of variance and contrast analysis. Psychological Methods 9(2), 164-182.
    """
    z = critical_value(confidence)
    for column, of in (("reason", stops), ("household_income", neighborhoods)):
        if column not in of.columns:
            raise ValueError(
                f"The column {column} is missing; give the tables as datasets.load returns them."
            )
    residents(stops, neighborhoods)  # checks both tables
    lives = neighborhoods.set_index("neighborhood")
    precinct = home_precinct(stops)[lives.index]
    if len(lives) < 10 or not 2 <= precinct.nunique() < len(lives):
        raise ValueError(
            "There is too little to compare: give at least 10 neighborhoods, in 2 or more precincts."
        )
    traits = [*SHARES, "household_income"]
    for trait in traits:
        if lives[trait].isna().any() or np.ptp(lives[trait]) == 0:
            raise ValueError(
                f"The column {trait} has missing values or is the same everywhere; leave those rows out."
            )
    known = {"all stops": stops} | {f"{reason} stops": rows for reason, rows in stops.groupby("reason")}
    found = []
    for name, rows in known.items():
        rate = rows["neighborhood"].value_counts().reindex(lives.index, fill_value=0) / lives["population"]
        for trait in traits:
            correlation = _rank_correlation(rate, lives[trait], z)
            found.append((f"{name} per 1,000 residents", trait, "rank correlation", *correlation))
    for trait in traits:
        explained = _share_explained(lives[trait], precinct, confidence)
        found.append(("precinct", trait, "share explained", *explained))
    columns = ["known", "residents", "measure", "value", "low", "high"]
    return pd.DataFrame(found, columns=columns).assign(neighborhoods=len(lives))


def _rank_correlation(first, second, z):
    """Return Spearman's correlation and the ends of Bonett and Wright's interval."""
    rho = float(spearmanr(first, second).statistic)
    half = z * np.sqrt((1 + rho**2 / 2) / (len(first) - 3))
    with np.errstate(divide="ignore"):
        middle = np.arctanh(rho)
    return rho, float(np.tanh(middle - half)), float(np.tanh(middle + half))


def _share_explained(values, groups, confidence):
    """Return epsilon squared of the ranks between groups and the ends of Steiger's interval.

    The ends are NaN where the groups explain everything: then nothing is left from which to judge chance.
    """
    ranks = pd.Series(rankdata(values))
    codes, names = pd.factorize(groups)
    n, between, within = len(ranks), len(names) - 1, len(ranks) - len(names)
    inside = ((ranks - ranks.groupby(codes).transform("mean")) ** 2).sum()
    total = ((ranks - ranks.mean()) ** 2).sum()
    if inside == 0:
        return 1.0, np.nan, np.nan
    ratio = (total - inside) / between / (inside / within)
    explained = 1 - (inside / within) / (total / (n - 1))

    def limit(share):
        """Return the share explained at which so large a ratio, or a larger one, has this probability."""

        def excess(noncentrality):
            return ncf.sf(ratio, between, within, noncentrality) - share

        if excess(0.0) >= 0:
            return 0.0
        noncentrality = brentq(excess, 0.0, 10.0 * n * (1 + ratio))
        return noncentrality / (noncentrality + n)

    tail = (1 - confidence) / 2
    return float(explained), limit(tail), limit(1 - tail)


def _check_counts(counts):
    index = counts.index
    if not isinstance(index, pd.DatetimeIndex) or index.empty:
        raise ValueError("The counts hold no hours; make them with demand.hourly(stops).")
    if not (index == index.floor("h")).all() or not index.is_monotonic_increasing or not index.is_unique:
        raise ValueError("The counts must hold full hours, each once and in order; use demand.hourly(stops).")
    if not pd.api.types.is_integer_dtype(counts.columns):
        raise ValueError("The columns of the counts must be the numbers of the precincts, 1, 2 and so on.")
    if not (counts >= 0).all(axis=None):
        raise ValueError("The counts hold a missing or negative number; a count is 0 or more.")
