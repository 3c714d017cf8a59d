"""Alarms over many series: no dearer than was accepted, and told as they rang."""

import numpy as np
import pandas as pd
import pytest
from data_folders import make_module

from workshop import datasets
from workshop.audit import alarm_starts, page_hinkley
from workshop.domains import crisis
from workshop.domains.crisis.alarms import ACCEPTED, KINDS, ONE_WEEK, PAGE_HINKLEY, PSI

TEST = crisis.StressTest(datasets.load("weekly_recorded_crime"), "2020-03-16")
DESK = crisis.AlarmDesk(TEST)
CHICAGO = ("Chicago, IL", crisis.SHOPS)


def begun(kind, accepted, chosen):
    return sum(
        int(alarm_starts(DESK.watch(*name, kind, accepted).rings)[chosen(TEST.of(*name).weeks)].sum())
        for name in TEST.names
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("accepted", [ACCEPTED[0], 10, ACCEPTED[-1]])
def test_an_alarm_costs_no_more_than_was_accepted(kind, accepted):
    alarm = DESK.alarm(kind, accepted)
    assert alarm.false_alarms == begun(kind, accepted, lambda weeks: weeks < TEST.made) <= accepted
    assert alarm.weeks == 29 * 52


@pytest.mark.parametrize("kind", KINDS)
def test_who_pays_more_gets_a_lower_limit(kind):
    limits = [DESK.alarm(kind, accepted).limit for accepted in ACCEPTED]
    assert limits == sorted(limits, reverse=True)


def test_one_week_by_hand():
    series, watched = TEST.of(*CHICAGO), DESK.watch(*CHICAGO, ONE_WEEK, 10)
    assert watched.signal == pytest.approx(np.abs(series.error))
    assert watched.rings.tolist() == (np.abs(series.error) > watched.limit).tolist()
    noticed = DESK.noticed(*CHICAGO, ONE_WEEK, 10)
    assert noticed == (3, 0, None)
    assert watched.rings[series.weeks.get_loc("2020-04-06")]


def test_page_hinkley_is_the_audits():
    watched = DESK.watch(*CHICAGO, PAGE_HINKLEY, 10)
    found = page_hinkley(TEST.of(*CHICAGO).error, watched.limit)
    assert watched.signal.tolist() == found.statistic.tolist()
    assert watched.rings.tolist() == found.rings.tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_the_comparison_by_hand(kind):
    row, changes = DESK.comparison(10).loc[kind], TEST.changes()
    clear = changes.index[(changes.low > 1) | (changes.high < 1)]
    first = [DESK.noticed(*name, kind, 10).weeks for name in clear]
    assert row.changed == len(clear) == 16
    assert row.noticed == sum(week is not None for week in first)
    assert row.soon == sum(week is not None and week <= 2 for week in first)
    assert row.ordinary == DESK.alarm(kind, 10).false_alarms
    assert row.before == begun(kind, 10, lambda weeks: (weeks >= TEST.made) & (weeks < TEST.cut))


def test_what_the_lesson_says_of_the_alarms():
    table = DESK.comparison(10)
    assert table.noticed.idxmax() == ONE_WEEK
    assert table.before[ONE_WEEK] == 6
    assert table.noticed[PSI] == 0
    over = np.concatenate(
        [DESK.watch(*name, PSI, 10).signal[TEST.of(*name).weeks < TEST.made] > 0.25 for name in TEST.names]
    )
    assert over.mean() > 0.5  # "it would ring in most ordinary weeks"
    assert DESK.noticed("Chicago, IL", crisis.HOMES, ONE_WEEK, 10).weeks == 4
    car = DESK.noticed("Minneapolis, MN", "theft_of_vehicle", ONE_WEEK, 10)
    assert (car.weeks, car.earlier) == (None, pd.Timestamp("2020-01-13"))


def test_planted_changes_are_noticed_and_unchanged_series_cost_what_was_accepted():
    make = make_module("planned_drift")
    late, false, weeks = [], 0, 0
    for seed in range(6):
        table = make.draw(seed)
        for city, cut in make.CHANGES_FROM.items():
            test = crisis.StressTest(table[table.city_name == city], cut, unfinished=0)
            desk = crisis.AlarmDesk(test)
            for (town, kind), (_, factor) in make.SERIES.items():
                if town != city:
                    continue
                found = desk.noticed(city, kind, ONE_WEEK, 5)
                if factor in (0.5, 0.6):
                    late.append(found.weeks)
                false += found.false_alarms
                weeks += 52
    assert all(week is not None for week in late)
    assert np.median(late) <= 1  # a fall to half is heard at once
    assert false / weeks <= 5 / (4 * 52)


@pytest.mark.parametrize("kind", ["CUSUM", None, 1])
def test_an_unknown_alarm_lists_the_alarms(kind):
    with pytest.raises(ValueError, match="choose one of: one week, Page-Hinkley, KS, PSI"):
        DESK.alarm(kind, 10)


@pytest.mark.parametrize("accepted", [0, 11, True, "10", None])
def test_a_price_that_cannot_be_chosen(accepted):
    with pytest.raises(ValueError, match="choose one of: 1, 2, 5, 10"):
        DESK.alarm(ONE_WEEK, accepted)
