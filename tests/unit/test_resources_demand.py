"""Counts of stops lose nobody, follow the clock, and are set against the right residents."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop.datasets import load
from workshop.domains.resources import demand

quick = settings(max_examples=50, deadline=None)
SPRING, AUTUMN = pd.Timestamp("2017-03-12 02:00"), pd.Timestamp("2017-11-05 01:00")
HOUR_OF_YEAR = st.integers(0, 8759).filter(
    lambda hour: pd.Timestamp(2017, 1, 1) + pd.Timedelta(hours=hour) != SPRING
)
STOPS = st.lists(st.tuples(HOUR_OF_YEAR, st.integers(1, 5)), min_size=1, max_size=60)


def made(rows):
    """Return stops from pairs (hour of 2017, precinct)."""
    hours, precincts = zip(*rows, strict=True)
    time = pd.Timestamp(2017, 1, 1) + pd.to_timedelta(list(hours), unit="h")
    return pd.DataFrame({"time": time, "precinct": precincts})


def town(**columns):
    """Return a table of three neighborhoods."""
    table = {"neighborhood": ["a", "b", "c"], "population": [100, 300, 50]}
    return pd.DataFrame(table | {share: [0.1, 0.5, 1.0] for share in demand.SHARES} | columns)


def in_town(*pairs):
    """Return stops from (precinct, neighborhood, how many)."""
    rows = [(precinct, name) for precinct, name, number in pairs for _ in range(number)]
    return pd.DataFrame(rows, columns=["precinct", "neighborhood"])


@pytest.fixture(scope="module")
def stops():
    return load("minneapolis_stops")


@pytest.fixture(scope="module")
def neighborhoods():
    return load("minneapolis_neighborhoods")


# --- by the hour -------------------------------------------------------------------------------------------------


@quick
@given(STOPS)
def test_every_stop_is_counted_once_and_every_other_hour_is_0(rows):
    stops = made(rows)
    counts = demand.hourly(stops)
    assert list(counts.columns) == [1, 2, 3, 4, 5]
    for (time, precinct), number in stops.value_counts(["time", "precinct"]).items():
        assert counts.loc[time, precinct] == number
    assert counts.to_numpy().sum() == len(stops)
    assert (counts.index[0].hour, counts.index[-1].hour) == (0, 23)
    assert counts.index.is_unique
    assert counts.index.is_monotonic_increasing


def test_the_index_is_every_hour_the_clock_showed(stops):
    counts = demand.hourly(stops)
    every = pd.date_range("2017-01-01", "2017-12-31 23:00", freq="h")
    assert counts.index.equals(every.drop(SPRING).rename("time"))
    assert counts.sum().tolist() == stops["precinct"].value_counts().sort_index().tolist()
    assert demand.hourly(stops, zone=None).index.equals(every.rename("time"))


def test_minutes_are_rounded_down_to_the_hour():
    stops = made([(5, 1), (5, 1)]).assign(time=lambda t: t["time"] + pd.to_timedelta([0, 59], unit="min"))
    assert demand.hourly(stops).loc["2017-01-01 05:00", 1] == 2


def test_precincts_can_have_other_names():
    stops = pd.DataFrame({"time": [pd.Timestamp("2020-05-01 10:00")], "precinct": ["north"]})
    counts = demand.hourly(stops, precincts=["north", "south"], zone=None)
    assert counts.shape == (24, 2)
    assert counts.sum().to_dict() == {"north": 1, "south": 0}


@quick
@given(STOPS, st.integers(1, 5))
def test_the_mean_week_gives_back_the_stops(rows, precinct):
    counts = demand.hourly(made(rows))
    mean = demand.hour_of_week(counts)
    assert mean.shape == (168, 5)
    assert mean.index.names == ["day", "hour"]
    real = pd.date_range(counts.index[0], counts.index[-1], freq="h", tz=demand.ZONE)
    times = real.to_series().groupby([real.day_of_week, real.hour]).size().reindex(mean.index, fill_value=0)
    assert np.nansum(mean[precinct] * times) == pytest.approx(counts[precinct].sum())


def test_clock_changes_count_as_the_hours_they_are(stops):
    """53 Sundays of 2017: at 1:00 one of them had two hours, at 2:00 one had none."""
    counts = demand.hourly(stops)
    mean, sums = (
        demand.hour_of_week(counts),
        counts.groupby([counts.index.day_of_week, counts.index.hour]).sum(),
    )
    for hour, real in ((0, 53), (1, 54), (2, 52), (3, 53)):
        np.testing.assert_allclose(mean.loc[(6, hour)], sums.loc[(6, hour)] / real)
    one_day = demand.hour_of_week(counts.loc["2017-11-05"])
    np.testing.assert_allclose(one_day.loc[(6, 1)], counts.loc[AUTUMN] / 2)
    assert one_day.loc[0].isna().all(axis=None)


# --- who lives there ---------------------------------------------------------------------------------------------


def test_a_neighborhood_belongs_to_the_precinct_with_most_of_its_stops():
    stops = in_town((1, "a", 3), (2, "a", 2), (2, "b", 4), (1, "c", 1), (2, "c", 1), (2, "nobody", 5))
    assert demand.home_precinct(stops).to_dict() == {"a": 1, "b": 2, "c": 1, "nobody": 2}
    table = demand.residents(stops, town())
    assert table["population"].to_dict() == {1: 150, 2: 300}
    assert table["neighborhoods"].to_dict() == {1: 2, 2: 1}
    assert table.loc[1, "black"] == pytest.approx((0.1 * 100 + 1.0 * 50) / 150)
    parts = table[["stops", "stops_with_residents", "stops_elsewhere", "stops_without_residents"]]
    assert parts.loc[1].tolist() == [4, 4, 0, 0]
    assert parts.loc[2].tolist() == [12, 4, 3, 5]


def test_a_precinct_without_known_residents_is_kept():
    stops = in_town((1, "a", 1), (1, "b", 1), (1, "c", 1), (2, "nobody", 5))
    table = demand.residents(stops, town())
    assert table.loc[2, ["neighborhoods", "population", "stops_without_residents"]].tolist() == [0, 0, 5]
    assert table.loc[2, list(demand.SHARES)].isna().all()


def test_what_the_docstring_says_of_minneapolis(stops, neighborhoods):
    table = demand.residents(stops, neighborhoods)
    assert table["population"].sum() == neighborhoods["population"].sum()
    assert table["neighborhoods"].sum() == 84
    assert (table["stops_elsewhere"].sum(), table["stops"].sum()) == (61, 51_920)
    assert table["stops_without_residents"].to_dict() == {1: 0, 2: 0, 3: 0, 4: 2300, 5: 0}
    assert round(table.loc[4, "stops"] / table.loc[4, "stops_with_residents"], 2) == 1.23
    parts = ["stops_with_residents", "stops_elsewhere", "stops_without_residents"]
    assert table[parts].sum(axis=1).equals(table["stops"])
    citywide = (neighborhoods["black"] * neighborhoods["population"]).sum() / neighborhoods[
        "population"
    ].sum()
    assert (table["black"] * table["population"]).sum() / table["population"].sum() == pytest.approx(citywide)


# --- bad input ---------------------------------------------------------------------------------------------------

GOOD = made([(0, 1), (30, 5)])


@pytest.mark.parametrize(
    ("stops", "message"),
    [
        (GOOD.assign(precinct=[1, 6]), r"1 of the stops are in an unknown precinct \(6\)"),
        (GOOD.assign(precinct=[1, None]), r"unknown precinct \(nan\)"),
        (GOOD.assign(precinct=["1", "5"]), "2 of the stops are in an unknown precinct"),
        (GOOD.drop(columns="time"), "lack the column time"),
        (GOOD[[]], "lack the column time, precinct"),
        (GOOD[:0], "There are no stops"),
        (GOOD.assign(time=[pd.NaT, pd.Timestamp("2017-01-01")]), "1 of the stops have no time"),
        (GOOD.assign(time=["2017-01-01", "noon"]), "must hold local times without a zone"),
        (GOOD.assign(time=GOOD["time"].dt.tz_localize("UTC")), "must hold local times without a zone"),
        (GOOD.assign(time=[SPRING, AUTUMN]), r"skipped \(2017-03-12 02:00:00\)"),
        ([1, 2], "must be a table"),
    ],
)
def test_bad_stops_are_refused_with_a_sentence(stops, message):
    with pytest.raises(ValueError, match=message):
        demand.hourly(stops)


@pytest.mark.parametrize("counts", [pd.DataFrame({1: [1, 2]}), demand.hourly(GOOD)[:0]])
def test_a_mean_week_needs_counts_by_time(counts):
    with pytest.raises(ValueError, match="There are no counts by time"):
        demand.hour_of_week(counts)


@pytest.mark.parametrize(
    ("neighborhoods", "message"),
    [
        (town().drop(columns="black"), "neighborhoods lack the column black"),
        (town()[:0], "There are no neighborhoods"),
        (town(neighborhood=["a", "b", "b"]), "The neighborhood b comes twice"),
        (town(population=[100, 0, 50]), "The population of b is missing or not above 0"),
        (town(population=[100, 300, None]), "The population of c is missing"),
        (town(neighborhood=["a", "b", "elsewhere"]), "elsewhere has no stop, so its precinct isn't known"),
    ],
)
def test_bad_neighborhoods_are_refused_with_a_sentence(neighborhoods, message):
    with pytest.raises(ValueError, match=message):
        demand.residents(in_town((1, "a", 1), (1, "b", 1), (2, "c", 1)), neighborhoods)


def test_stops_without_neighborhoods_are_refused():
    with pytest.raises(ValueError, match="lack the column neighborhood"):
        demand.residents(GOOD, town())
