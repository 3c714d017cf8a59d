"""The numbers that case 10 says beside its tables are those that its counts give."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workshop import datasets
from workshop.domains import crisis

SOURCE = Path(__file__).parents[2] / "content/lessons/10_crisis.py"
CRIME = datasets.load("weekly_recorded_crime")
TEST = crisis.StressTest(CRIME, "2020-03-16")
DAY = pd.Timestamp("2020-03-30")


@pytest.fixture(scope="module")
def told():
    """Return the words of the case without line breaks."""
    return " ".join(SOURCE.read_text("utf-8").replace("\n# ", " ").split())


def counts(city, kind):
    """Return the weekly counts of a series, the newest week left out."""
    rows = CRIME[CRIME.city_name == city].set_index("week_beginning")[kind].dropna()
    return rows.iloc[:-1]


def off(rule, chosen):
    """Return how far a rule is off, of 100 recorded, over the chosen weeks of all series."""
    wrong = recorded = 0
    for name in TEST.names:
        series, known = TEST.of(*name), counts(*name)
        weeks = series.weeks[chosen(series.weeks)]
        wrong += np.abs(known[weeks] - [rule(known, week) for week in weeks]).sum()
        recorded += known[weeks].sum()
    return round(100 * wrong / recorded)


def made(week):
    """Return when the plan for a week was made."""
    return pd.Timestamp(week.year, 1 if week.month < 7 else 7, 1)


def test_with_no_more_knowledge_than_the_plan_simple_rules_are_as_near(told):
    def ordinary(weeks):
        return weeks < TEST.made

    last = off(lambda known, week: known[known.index < made(week)].iloc[-1], ordinary)
    eight = off(lambda known, week: known[known.index < made(week)].iloc[-8:].mean(), ordinary)
    assert f"carried on for half a year, is {last} off; the mean of the last eight weeks {eight}." in told
    assert last - 1 == TEST.accuracy().loc["2019", "plan"].round()


def test_last_week_stays_near_if_it_is_taken_once_or_comes_late(told):
    def left(weeks):
        return weeks >= DAY

    once = off(lambda known, week: known[DAY - pd.Timedelta(weeks=1)], left)
    late = off(lambda known, week: known[week - pd.Timedelta(weeks=2)], left)
    assert f"Taken once, on 30 March, and kept: {once}." in told
    assert f"only the week before last is complete: {late}, too." in told


def test_how_many_changes_are_clear(told):
    def clear(confidence):
        table = TEST.changes(confidence)
        return table[(table["low"] > 1) | (table["high"] < 1)]

    strict = clear(1 - 0.05 / len(TEST.names))
    assert f"{len(TEST.names)} comparisons at once: {len(clear(0.95))} have an interval without 1" in told
    assert f"err once in 20 times, {len(strict)} are left" in told
    kept = [{city for city, kind in strict.index if kind == each} for each in (crisis.HOMES, crisis.SHOPS)]
    assert {"Los Angeles, CA", "Chicago, IL"} <= kept[0]
    assert "Los Angeles, CA" in kept[1]
    assert "Chicago, IL" not in kept[1]


def test_the_band_holds_so_many_weeks(told):
    table = TEST.coverage()
    shares = (100 * table["inside"] / table["weeks"]).round().astype(int)
    assert f"In 2019, {shares.iloc[0]} of 100 weeks lay in the plan's 95% band" in told
    assert f"from January to mid-March {shares.iloc[1]}; since then {shares.iloc[2]}." in told
