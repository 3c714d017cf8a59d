"""Where and when the police recorded stops: counts by precinct and hour, and who lives there."""

import numpy as np
import pandas as pd

ZONE = "America/Chicago"  # the time zone of Minneapolis
PRECINCTS = (1, 2, 3, 4, 5)
# Of the residents. Not poverty: the table of Minneapolis has numbers there that can hardly be what the name says.
SHARES = ("white", "black", "foreign_born", "college_graduates")


def hourly(stops, precincts=PRECINCTS, zone=ZONE):
    """Count the stops of every precinct in every hour on the clock.

    An hour without a stop is a 0: nothing was recorded. It doesn't mean that nothing happened.

    Parameters
    ----------
    stops : pandas.DataFrame
        One row per stop, with the columns `time` (local, no zone) and `precinct`.
    precincts : sequence, default (1, 2, 3, 4, 5)
        One column each, also where there is no stop.
    zone : str or None, default "America/Chicago"
        The zone whose clock changes count; None if the clock never changes.

    Returns
    -------
    pandas.DataFrame
        Index `time`: every hour that the clock showed, from the first hour of the first day with a stop to the last
        hour of the last day, once each; the columns are the precincts. For Minneapolis in 2017 these are
        8,759 rows: on 12 March the clock went from 1:59 to 3:00, so there is no row for 2:00. On 5 November it
        showed 1:00 to 1:59 twice; that row holds the stops of both hours.

    Raises
    ------
    ValueError
        If a column is missing, there are no stops, a time is missing, has a zone or was skipped by the clock, or a
        precinct is missing or not among `precincts`.
    """
    _check_columns(stops, ("time", "precinct"), "stops")
    times = _local_times(stops["time"])
    known = stops["precinct"].isin(list(precincts))
    if not known.all():
        raise ValueError(
            f"{(~known).sum():,} of the stops are in an unknown precinct ({_first(stops['precinct'][~known])}); the "
            f"precincts are {', '.join(map(str, precincts))}."
        )
    hours = times.dt.floor("h")
    clock = _hours_on_the_clock(hours.min().normalize(), hours.max().normalize(), zone).index
    skipped = ~hours.isin(clock)
    if skipped.any():
        raise ValueError(
            f"{skipped.sum():,} of the stops are at an hour that the clock skipped ({_first(hours[skipped])}); "
            f"give times as the clock in {zone} shows them."
        )
    counts = (
        stops[["precinct"]].assign(time=hours).pivot_table(index="time", columns="precinct", aggfunc="size")
    )
    counts = counts.reindex(index=clock, columns=list(precincts)).fillna(0).astype(int)
    return counts.rename_axis(index="time", columns="precinct")


def hour_of_week(counts, zone=ZONE):
    """Return the mean number of stops in each hour of the week.

    The divisor is the number of real hours. In Minneapolis 2017 that is 54 for Sunday 1:00, because 53 Sundays had
    it and one of them twice, 52 for Sunday 2:00 and for most others.

    Parameters
    ----------
    counts : pandas.DataFrame
        From `hourly`, or some of its rows.
    zone : str or None, default "America/Chicago"
        The same as for `hourly`.

    Returns
    -------
    pandas.DataFrame
        Index (`day`, `hour`): 0 is Monday, 6 Sunday; 168 rows. The columns are the precincts, the values stops per
        hour; NaN for an hour of the week that the counts don't hold.

    Raises
    ------
    ValueError
        If there are no counts, or their index holds no times.
    """
    if not isinstance(counts.index, pd.DatetimeIndex) or counts.empty:
        raise ValueError("There are no counts by time; make them with demand.hourly(stops).")
    first, last = counts.index.min().normalize(), counts.index.max().normalize()
    real = _hours_on_the_clock(first, last, zone).reindex(counts.index)
    when = [counts.index.day_of_week.rename("day"), counts.index.hour.rename("hour")]
    mean = counts.groupby(when).sum().div(real.groupby(when).sum(), axis=0)
    week = pd.MultiIndex.from_product([range(7), range(24)], names=["day", "hour"])
    return mean.reindex(week).rename_axis(columns="precinct")


def home_precinct(stops):
    """Return the precinct in which most of each neighborhood's stops are.

    Parameters
    ----------
    stops : pandas.DataFrame
        With the columns `precinct` and `neighborhood`.

    Returns
    -------
    pandas.Series
        Precincts by neighborhood, in alphabetical order; of two with equally many stops the first.

    Raises
    ------
    ValueError
        If a column is missing or there are no stops.
    """
    _check_columns(stops, ("precinct", "neighborhood"), "stops")
    return pd.crosstab(stops["neighborhood"], stops["precinct"]).idxmax(axis=1).rename("precinct")


def residents(stops, neighborhoods):
    """Return how many people live in each precinct, and how many of the stops can be set against them.

    A neighborhood belongs to the precinct with most of its stops (`home_precinct`). This is nearly exact: in
    Minneapolis 61 of 51,920 stops (0.1%) lie in a neighborhood of another precinct. What matters more is that three
    neighborhoods have stops but no population in the census table, with 2,300 stops (4.4%), all of them in precinct
    4. To divide all stops of precinct 4 by the residents who are known would make its rate 23% too high: use
    `stops_with_residents`.

    Parameters
    ----------
    stops : pandas.DataFrame
        All stops, with the columns `precinct` and `neighborhood`.
    neighborhoods : pandas.DataFrame
        With the columns `neighborhood`, `population`, `white`, `black`, `foreign_born` and
        `college_graduates` (shares of the population).

    Returns
    -------
    pandas.DataFrame
        One row per precinct: `neighborhoods` and `population`; the four shares, weighted by population; `stops`,
        all of the precinct, and the three parts they fall into: `stops_with_residents` (in its own neighborhoods
        whose population is known), `stops_elsewhere` (in a neighborhood that belongs to another precinct) and
        `stops_without_residents` (in a neighborhood whose population isn't known). Median incomes are left out:
        the median of a precinct doesn't follow from the medians of its neighborhoods.

    Raises
    ------
    ValueError
        If a column is missing, there are no rows, a neighborhood comes twice, a population isn't above 0, or a
        neighborhood has no stop, so that its precinct isn't known.
    """
    home = home_precinct(stops)
    _check_neighborhoods(neighborhoods, home)
    lives = neighborhoods.set_index("neighborhood")
    lives = lives[["population", *SHARES]].assign(precinct=home)
    people = lives[list(SHARES)].mul(lives["population"], axis=0).groupby(lives["precinct"]).sum()
    by_precinct = lives.groupby("precinct")["population"].agg(["size", "sum"])
    known = stops["neighborhood"].isin(lives.index)
    own = stops["neighborhood"].map(home) == stops["precinct"]
    part = np.select([~known, own], ["stops_without_residents", "stops_with_residents"], "stops_elsewhere")
    parts = ["stops_with_residents", "stops_elsewhere", "stops_without_residents"]
    split = pd.crosstab(stops["precinct"], part).reindex(columns=parts, fill_value=0)
    split.insert(0, "stops", split.sum(axis=1))
    by_precinct = by_precinct.set_axis(["neighborhoods", "population"], axis=1)
    shares = people.div(by_precinct["population"], axis=0)
    table = pd.concat([by_precinct, shares, split], axis=1).rename_axis(index="precinct")
    whole = ["neighborhoods", "population", *split.columns]
    return table.fillna(dict.fromkeys(whole, 0)).astype(dict.fromkeys(whole, int)).sort_index()


def _hours_on_the_clock(first, last, zone):
    """Return how often the clock showed each hour (1, or 2 when it went back), from day `first` to day `last`."""
    hours = pd.date_range(first, last + pd.Timedelta(hours=23), freq="h", tz=zone)
    return hours.tz_localize(None).value_counts(sort=False).sort_index()


def _local_times(values):
    if not pd.api.types.is_datetime64_dtype(values):
        raise ValueError(
            f"The column time must hold local times without a zone, but it holds {values.dtype}; "
            "convert it with pandas.to_datetime."
        )
    if values.isna().any():
        raise ValueError(f"{values.isna().sum():,} of the stops have no time; leave them out and say so.")
    return values


def _check_columns(table, columns, name):
    if not isinstance(table, pd.DataFrame):
        raise ValueError(f"The {name} must be a table (DataFrame) with the columns {', '.join(columns)}.")
    absent = [column for column in columns if column not in table.columns]
    if absent:
        raise ValueError(f"The {name} lack the column {', '.join(absent)}; they need {', '.join(columns)}.")
    if table.empty:
        raise ValueError(f"There are no {name}; give at least one row.")


def _check_neighborhoods(neighborhoods, home):
    _check_columns(neighborhoods, ("neighborhood", "population", *SHARES), "neighborhoods")
    names = neighborhoods["neighborhood"]
    if names.duplicated().any():
        raise ValueError(
            f"The neighborhood {_first(names[names.duplicated()])} comes twice; give one row each."
        )
    peopled = neighborhoods["population"] > 0
    if not peopled.all():
        raise ValueError(
            f"The population of {_first(names[~peopled])} is missing or not above 0; leave it out of the table."
        )
    unknown = ~names.isin(home.index)
    if unknown.any():
        raise ValueError(
            f"{_first(names[unknown])} has no stop, so its precinct isn't known; give all stops, not a part of them."
        )


def _first(values):
    return values.iloc[0]
