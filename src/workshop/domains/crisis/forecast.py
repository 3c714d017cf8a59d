"""A plan for the weeks ahead from recorded crime, what a crisis does to it, and how sure we are of both.

What is counted is what people reported and police wrote down. A change of it can be a change of crime, of reporting or
of writing down; the counts alone do not tell.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import nbinom, poisson, t
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import PoissonRegressor

from workshop.audit.intervals import ENOUGH, critical_value

CITY, WEEK = "city_name", "week_beginning"
HOMES, SHOPS = "residential_burglary", "non_residential_burglary"
TYPE_WORDS = {
    HOMES: "burglary of homes",
    SHOPS: "burglary of shops",
    "personal_robbery": "robbery",
    "serious_assaults_in_public": "serious assault in public",
    "serious_assaults_in_residences": "serious assault in homes",
    "theft_from_vehicle": "theft from vehicles",
    "theft_of_vehicle": "theft of vehicles",
}
KEEP, AGAIN, LAST = "keep the plan", "make it again", "as many as last week"
WAYS = (KEEP, AGAIN, LAST)
_YEAR = 52  # weeks that a plan must have seen: with less, the seasons can't be told
_BEFORE = 8  # weeks before the cut that show the level
_MADE = ("01-01", "07-01")  # a plan is made on the first Monday of January and of July


class WeeklyPlan(RegressorMixin, BaseEstimator):
    """Poisson regression of a week's count on the season; newer weeks count more.

    Parameters
    ----------
    half_life : float, default 26
        A week that is so many weeks old counts half as much as the newest one. So the level follows the last months,
        and the season is learned from all weeks.
    alpha : float, default 0.001
        Strength of the penalty on the season.

    Notes
    -----
    The season is one wave a year (its sine and cosine). There is no trend: two years are too short to tell one from
    chance, and drawn on for months it grows without end.
    """

    def __init__(self, half_life=26, alpha=1e-3):
        self.half_life = half_life
        self.alpha = alpha

    def fit(self, X, y):
        """Learn from the Mondays of consecutive weeks (`X`, dates in order) and the counts of these weeks (`y`)."""
        age = np.arange(len(X))[::-1]
        self.regressor_ = PoissonRegressor(alpha=self.alpha, max_iter=1000)
        self.regressor_.fit(
            _season(X), np.asarray(y, dtype=float), sample_weight=0.5 ** (age / self.half_life)
        )
        return self

    def predict(self, X):
        """Return what the plan expects in the weeks that begin on these Mondays."""
        return self.regressor_.predict(_season(X))


def _season(weeks):
    angle = 2 * np.pi * (pd.DatetimeIndex(weeks).day_of_year.to_numpy() - 1) / 365.25
    return np.column_stack([np.sin(angle), np.cos(angle)])


def prediction_interval(expected, dispersion, confidence=0.95):
    """Return between which counts a week stays, if nothing changes.

    Parameters
    ----------
    expected : array_like
        Counts that are expected, above 0.
    dispersion : float
        Variance over mean, 1 or more. At 1 it is Poisson's; above, the negative binomial with that ratio.
    confidence : float, default 0.95

    Returns
    -------
    low, high : numpy.ndarray

    Raises
    ------
    ValueError
        If an expected count is not above 0, or the dispersion is below 1 or no number.

    References
    ----------
    Cameron, A. C. and Trivedi, P. K. (2013). Regression analysis of count data. Cambridge University Press: the
    negative binomial with a variance that grows like the mean (NB1).
    """
    expected = np.asarray(expected, dtype=float)
    if not (np.isfinite(expected) & (expected > 0)).all() or not 1 <= dispersion < np.inf:
        raise ValueError("Give expected counts above 0, and a dispersion of 1 or more.")
    tails = (1 - confidence) / 2, (1 + confidence) / 2
    critical_value(confidence)  # refuses what is no confidence
    # Just above 1 the negative binomial is Poisson's, and its formula divides by nearly 0.
    if dispersion < 1 + 1e-6:
        return tuple(poisson.ppf(tail, expected) for tail in tails)
    return tuple(nbinom.ppf(tail, expected / (dispersion - 1), 1 / dispersion) for tail in tails)


class Series(NamedTuple):
    """One type of crime in one city, as it was planned and as it was recorded.

    Attributes
    ----------
    weeks : pandas.DatetimeIndex
        From the first planned week on.
    recorded, planned : numpy.ndarray
        Counts of each week.
    dispersion : float
        Variance of the ordinary weeks around the plan, over the plan; at least 1.
    low, high : numpy.ndarray
        95% prediction interval of each week.
    error : numpy.ndarray
        Recorded minus planned, in standard deviations of the ordinary weeks (Pearson's residual).
    """

    weeks: pd.DatetimeIndex
    recorded: np.ndarray
    planned: np.ndarray
    dispersion: float
    low: np.ndarray
    high: np.ndarray
    error: np.ndarray


class StressTest:
    """A plan that is fitted on the years before a crisis, and what the crisis does to it.

    A plan is made in January and in July from all weeks before, and used unchanged for half a year. The last one is
    made in January of the year of the crisis and never made again. Each week is planned before it happens, so the
    ordinary year's errors are honest: no plan has seen the week that it is judged on.

    Parameters
    ----------
    crime : pandas.DataFrame
        Columns city_name, week_beginning (Mondays) and a column of counts for each type; empty where a city does not
        publish a type.
    cut : str or pandas.Timestamp
        The Monday from which the weeks count as crisis.
    unfinished : int, default 1
        Newest weeks of each series that are left out, because records are still coming in.

    Attributes
    ----------
    cut : pandas.Timestamp
    made : pandas.Timestamp
        When the last plan was made; the planned weeks before are the ordinary ones.

    Raises
    ------
    ValueError
        If a column is missing, a week is no Monday or comes twice, weeks are missing inside a series, a count is no
        whole number of 0 or more, there is no year before the ordinary one, or no week on one side of the cut.
    """

    def __init__(self, crime, cut, unfinished=1):
        self.cut = _monday(cut)
        self.made = self.cut.replace(month=1, day=1)
        if isinstance(unfinished, bool) or not isinstance(unfinished, int) or unfinished < 0:
            raise ValueError(
                f"unfinished is {unfinished!r}; give how many of the newest weeks to leave out: 0, 1 ..."
            )
        self._counts = _series(crime, unfinished)
        self._series = {name: self._plan(name, counts) for name, counts in self._counts.items()}

    @property
    def _times(self):
        """The ordinary year, this year before the cut, and the crisis, in words."""
        return [str(self.made.year - 1), f"{self.made.year}, before", f"{self.made.year}, crisis"]

    @property
    def names(self):
        """The (city, type) pairs, cities in the order of the data."""
        return tuple(self._series)

    @property
    def cities(self):
        """The cities, in the order of the data."""
        return tuple(dict.fromkeys(city for city, _ in self._series))

    @property
    def types(self):
        """All types of crime that a city publishes, burglaries first."""
        found = dict.fromkeys(kind for _, kind in self._series)
        return (
            *(kind for kind in TYPE_WORDS if kind in found),
            *(kind for kind in found if kind not in TYPE_WORDS),
        )

    def of(self, city, kind):
        """Return one series.

        Raises
        ------
        ValueError
            If the city is unknown or publishes no such type.
        """
        if (city, kind) not in self._series:
            published = [each for town, each in self._series if town == city]
            if not published:
                raise ValueError(f"There is no city {city!r}; choose one of: {'; '.join(self.cities)}.")
            raise ValueError(f"{city} publishes no {kind!r} here; choose one of: {', '.join(published)}.")
        return self._series[city, kind]

    def _plan(self, name, counts):
        planned = pd.concat(list(self._plans(name, counts)))
        weeks, expected = planned.index, planned.to_numpy()
        recorded = counts[weeks].to_numpy(dtype=float)
        ordinary = weeks < self.made
        if not (weeks >= self.cut).any():
            raise ValueError(f"{' - '.join(name)}: no week from {self.cut.date()} on; choose an earlier cut.")
        squares = (recorded - expected) ** 2 / expected
        dispersion = max(1.0, float(squares[ordinary].mean()))
        return Series(
            weeks,
            recorded,
            expected,
            dispersion,
            *prediction_interval(expected, dispersion),
            (recorded - expected) / np.sqrt(dispersion * expected),
        )

    def _plans(self, name, counts):
        years = range(counts.index[0].year, self.made.year + 1)
        starts = [pd.Timestamp(f"{year}-{day}") for year in years for day in _MADE]
        starts = [start for start in starts if (counts.index < start).sum() >= _YEAR and start <= self.made]
        if len(starts) < 2:
            raise ValueError(
                f"{' - '.join(name)}: the weeks before {self.made.date()} are too few; a plan needs a year to learn "
                "from, and an ordinary year to be judged on."
            )
        for start, end in zip(starts, [*starts[1:], None], strict=True):
            ahead = counts.index[(counts.index >= start) & ((counts.index < end) if end else True)]
            plan = WeeklyPlan().fit(counts.index[counts.index < start], counts[counts.index < start])
            yield pd.Series(plan.predict(ahead), ahead)

    def accuracy(self):
        """Return how far the plan is off, beside two rules that need no model.

        Returns
        -------
        pandas.DataFrame
            Index: the ordinary year, this year before the cut, the crisis. Columns "plan", "same week last year" and
            "last week": the sum of all absolute errors, of 100 recorded crimes, over all series. "Last week" knows a
            week that the plan, made months before, could not know.
        """
        rows = []
        for name, series in self._series.items():
            counts = self._counts[name].astype(float)
            rows.append(
                pd.DataFrame(
                    {
                        "when": np.select(
                            [series.weeks < self.made, series.weeks < self.cut],
                            self._times[:2],
                            self._times[2],
                        ),
                        "recorded": series.recorded,
                        "plan": np.abs(series.recorded - series.planned),
                        "same week last year": np.abs(counts - counts.shift(_YEAR))[series.weeks].to_numpy(),
                        "last week": np.abs(counts - counts.shift(1))[series.weeks].to_numpy(),
                    }
                )
            )
        sums = pd.concat(rows).groupby("when", sort=False).sum().rename_axis(None)
        return 100 * sums.drop(columns="recorded").div(sums["recorded"], axis=0)

    def coverage(self):
        """Return how many weeks lie in their prediction interval.

        Returns
        -------
        pandas.DataFrame
            Index as `accuracy`; columns inside and weeks.
        """
        counted = {when: [0, 0] for when in self._times}
        for series in self._series.values():
            inside = (series.recorded >= series.low) & (series.recorded <= series.high)
            sides = series.weeks < self.made, (series.weeks >= self.made) & (series.weeks < self.cut)
            for numbers, side in zip(counted.values(), (*sides, series.weeks >= self.cut), strict=True):
                numbers[0] += int(inside[side].sum())
                numbers[1] += int(side.sum())
        return pd.DataFrame.from_dict(counted, orient="index", columns=["inside", "weeks"])

    def since(self):
        """Return what was planned and what was recorded since the cut.

        Returns
        -------
        pandas.DataFrame
            Index (city, type); columns weeks, planned, recorded.
        """
        rows = {}
        for name, series in self._series.items():
            late = series.weeks >= self.cut
            rows[name] = int(late.sum()), float(series.planned[late].sum()), int(series.recorded[late].sum())
        return _named(pd.DataFrame.from_dict(rows, orient="index", columns=["weeks", "planned", "recorded"]))

    def changes(self, confidence=0.95):
        """Return by what factor the records changed at the cut: against the eight weeks before, the season taken out.

        Parameters
        ----------
        confidence : float, default 0.95

        Returns
        -------
        pandas.DataFrame
            Index (city, type); the columns of an `Estimate`. value is recorded over expected; numerator is what was
            recorded since the cut, denominator what the eight weeks before suggest; enough if that is 30 or more.

        Notes
        -----
        The interval is from the ordinary year: the same comparison, made at each place in it where nothing happened.
        Its squared errors (of the logarithm), over what chance alone would bring to such counts, are averaged over all
        series. It says how far such a factor moves by itself. A Student's t accounts for the number of comparisons.
        Many factors at once: with 29 of them, one or two leave their interval by chance. A slow fall or rise that goes
        on is still in it, over the few weeks between: of 15% a year about 0.05.
        """
        errors = [each for series in self._series.values() for each in self._usual(series)]
        inflation = float(np.mean(errors))
        wide = t.ppf((1 + confidence) / 2, len(errors))
        rows = {}
        for name, series in self._series.items():
            at = int(np.searchsorted(series.weeks, self.cut))
            change, variance = _change(series, at, len(series.weeks) - at)
            half = wide * np.sqrt(inflation * variance)
            recorded = series.recorded[at:].sum()
            expected = recorded / np.exp(change) if recorded else series.planned[at:].sum()
            ends = np.exp([change, change - half, change + half])
            rows[name] = (*ends, recorded, expected, bool(expected >= ENOUGH))
        columns = ["value", "low", "high", "numerator", "denominator", "enough"]
        return _named(pd.DataFrame.from_dict(rows, orient="index", columns=columns))

    def year_on_year(self, confidence=0.95):
        """Return the records since the cut over those of the same weeks a year before: the naive comparison.

        Parameters
        ----------
        confidence : float, default 0.95

        Returns
        -------
        pandas.DataFrame
            As `changes`. The interval knows of chance only (Poisson's): it takes what rose or fell slowly over the year
            for a change at the cut.
        """
        rows = {}
        for name, series in self._series.items():
            late, counts = series.weeks >= self.cut, self._counts[name]
            recorded = series.recorded[late].sum()
            before = counts.shift(_YEAR)[series.weeks[late]].sum()
            half = critical_value(confidence) * np.sqrt(
                sum(1 / max(each, 0.5) for each in (recorded, before))
            )
            value = recorded / before if before else np.nan
            ends = value, value * np.exp(-half), value * np.exp(half)
            rows[name] = (*ends, recorded, float(before), bool(before >= ENOUGH))
        columns = ["value", "low", "high", "numerator", "denominator", "enough"]
        return _named(pd.DataFrame.from_dict(rows, orient="index", columns=columns))

    def _usual(self, series):
        """Yield the squared error of the same comparison at each place of the ordinary year, over chance's."""
        length = int((series.weeks >= self.cut).sum())
        for half in _MADE:
            first = pd.Timestamp(f"{self.made.year - 1}-{half}")
            begin = int(np.searchsorted(series.weeks, first))
            end = int(np.searchsorted(series.weeks, min(first + pd.DateOffset(months=6), self.made)))
            for at in range(begin + _BEFORE, end - length + 1, length):
                change, variance = _change(series, at, length)
                yield change**2 / variance

    def remedies(self, monday):
        """Return how far each way of going on is off in the weeks that are left.

        Parameters
        ----------
        monday : str or pandas.Timestamp
            The day of the decision; only the weeks before it are known.

        Returns
        -------
        pandas.DataFrame
            Index (city, type, way); way is "keep the plan", "make it again" (from all weeks before that Monday, by the
            same recipe) or "as many as last week" (which learns a new week each Monday). Columns wrong (sum of the
            absolute errors) and recorded.

        Raises
        ------
        ValueError
            If it is no Monday, or not between the cut and the last week.
        """
        monday = _monday(monday)
        last = min(series.weeks[-1] for series in self._series.values())
        if not self.cut < monday <= last:
            raise ValueError(
                f"{monday.date()} is no day to decide on here; choose a Monday after {self.cut.date()}, up to "
                f"{last.date()}."
            )
        rows = {}
        for name, series in self._series.items():
            counts, left = self._counts[name], series.weeks >= monday
            known, weeks = counts.index < monday, series.weeks[left]
            ways = {
                KEEP: series.planned[left],
                AGAIN: WeeklyPlan().fit(counts.index[known], counts[known]).predict(weeks),
                LAST: counts.shift(1)[weeks].to_numpy(dtype=float),
            }
            for way, expected in ways.items():
                wrong = np.abs(series.recorded[left] - expected).sum()
                rows[(*name, way)] = float(wrong), int(series.recorded[left].sum())
        table = pd.DataFrame.from_dict(rows, orient="index", columns=["wrong", "recorded"])
        table.index = pd.MultiIndex.from_tuples(table.index, names=["city", "type", "way"])
        return table


def _change(series, at, length):
    """Return the logarithm of the change at a place, and the variance that chance alone gives it."""
    before, after = slice(at - _BEFORE, at), slice(at, at + length)
    counts = [max(series.recorded[part].sum(), 0.5) for part in (before, after)]  # 0 has no logarithm
    levels = [
        np.log(count / series.planned[part].sum())
        for count, part in zip(counts, (before, after), strict=True)
    ]
    return levels[1] - levels[0], sum(1 / count for count in counts)


def _named(table):
    table.index = pd.MultiIndex.from_tuples(table.index, names=["city", "type"])
    return table


def _monday(day):
    try:
        found = pd.Timestamp(day)
    except (ValueError, TypeError):
        found = pd.NaT
    if (
        isinstance(day, bool | int | float)
        or found is pd.NaT
        or found != found.normalize()
        or found.day_of_week
    ):
        raise ValueError(f'{day!r} is no Monday; give the day on which a week begins, such as "2020-03-16".')
    return found


def _series(crime, unfinished):
    """Return the counts of each city and type, checked, the newest weeks left out."""
    if not isinstance(crime, pd.DataFrame) or not {CITY, WEEK} < set(crime.columns):
        raise ValueError(f"Give a table with the columns {CITY}, {WEEK} and one for each type of crime.")
    if not pd.api.types.is_datetime64_any_dtype(crime[WEEK]) or crime[WEEK].isna().any():
        raise ValueError(f"The column {WEEK} must hold a date in each row; read it with load, or as dates.")
    if crime[WEEK].dt.day_of_week.any():
        raise ValueError(f"The column {WEEK} must hold Mondays only.")
    found = {}
    for city, rows in crime.groupby(CITY, sort=False):
        for kind in crime.columns.drop([CITY, WEEK]):
            counts = rows.set_index(WEEK)[kind].dropna().sort_index()
            if len(counts):
                found[str(city), str(kind)] = _checked(counts, f"{city} - {kind}").iloc[
                    : len(counts) - unfinished
                ]
    if not found:
        raise ValueError("There is no count in the table.")
    return found


def _checked(counts, name):
    if not pd.api.types.is_numeric_dtype(counts) or not ((counts >= 0) & (counts % 1 == 0)).all():
        raise ValueError(f"{name}: a count is no whole number of 0 or more.")
    steps = counts.index.to_series().diff().dropna()
    if not (steps == pd.Timedelta(weeks=1)).all():
        wrong = steps.index[steps != pd.Timedelta(weeks=1)][0].date()
        raise ValueError(f"{name}: weeks are missing or come twice before {wrong}; give each week once.")
    return counts
