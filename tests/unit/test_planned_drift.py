"""Planned drift: made again to the byte, and what was planted is in it."""

import numpy as np
import pytest
from data_folders import assert_made_again, make_module

from workshop import datasets

MAKE = make_module("planned_drift")
TRUTH = datasets.truth("planned_drift")


def test_make_makes_the_committed_bytes(tmp_path):
    assert_made_again("planned_drift", ("planned_drift.csv", "truth.json"), tmp_path)


def test_the_truth_says_what_was_planted():
    assert MAKE.truth() == TRUTH
    assert {city: set(kinds) for city, kinds in TRUTH["factors"].items()} == {
        city: {kind for town, kind in MAKE.SERIES if town == city} for city in TRUTH["changes_from"]
    }
    changed = [factor for kinds in TRUTH["factors"].values() for factor in kinds.values() if factor != 1]
    assert len(changed) == 5  # as the datasheet says


def test_each_city_has_its_types_in_whole_weeks():
    table = datasets.load("planned_drift").set_index("city_name")
    for city, kinds in TRUTH["factors"].items():
        rows = table.loc[city]
        assert rows.week_beginning.diff().dropna().dt.days.eq(7).all()
        assert set(rows.columns[rows.notna().all()]) == {"week_beginning", *kinds}


@pytest.mark.parametrize(("city", "kind"), MAKE.SERIES)
def test_the_counts_follow_the_rule_over_many_drawings(city, kind):
    start, factor = MAKE.SERIES[city, kind]
    counts = np.array([_of(seed, city, kind) for seed in range(30)])
    weeks = _of(0, city, kind).index
    years = np.arange(len(weeks)) / 52
    season = np.exp(MAKE.SEASON * np.cos(2 * np.pi * (weeks.day_of_year - 200) / 365.25))
    late = weeks >= MAKE.CHANGES_FROM[city]
    expected = (start * MAKE.YEARLY_FACTOR**years * season).to_numpy()
    assert counts[:, ~late].sum() / (30 * expected[~late].sum()) == pytest.approx(1, abs=0.02)
    assert counts[:, late].sum() / (30 * expected[late].sum()) == pytest.approx(factor, rel=0.05)
    spread = counts.var(axis=0, ddof=1).sum() / counts.mean(axis=0).sum()
    assert spread == pytest.approx(MAKE.VARIANCE_OVER_MEAN, rel=0.15)


_DRAWN = {}


def _of(seed, city, kind):
    if seed not in _DRAWN:
        _DRAWN[seed] = MAKE.draw(seed)
    rows = _DRAWN[seed]
    return rows[rows.city_name == city].set_index("week_beginning")[kind].astype(float)
