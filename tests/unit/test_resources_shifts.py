"""Plans of shifts: kept rules, the best there is, the same each time, and clear words where there is none."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from workshop.domains.resources import shifts
from workshop.domains.resources.shifts import DAYS, InfeasiblePlan, Planner, Rules, minimum_officers, plan

WEEK = pd.MultiIndex.from_product([range(7), range(24)], names=["day", "hour"])
PATTERNS = {
    "three shifts": Rules(),
    "more cover": Rules(minimum_cover=2),
    "overlapping": Rules(starts=(6, 14, 18, 22)),
    "four long days": Rules(shift_hours=10, days_per_week=4, starts=(6, 14, 20)),
    "twelve hours": Rules(shift_hours=12, days_per_week=3, starts=(7, 19), rest_hours=12),
}


def table(columns):
    return pd.DataFrame(columns, index=WEEK)


def city(seed=7, precincts=5, scale=2.0):
    """Return officers needed in a week with quiet mornings and busy nights, different in each precinct."""
    random = np.random.default_rng(seed)
    hours = np.arange(168)
    return table(
        {
            f"P{place}": random.uniform(0.5, 1.3)
            * scale
            * (1.2 + np.cos(2 * np.pi * (hours - random.integers(14, 24)) / 24))
            * random.uniform(0.6, 1.4, 168)
            for place in range(1, precincts + 1)
        }
    )


def expand(roster, rules):
    """Expand each officer's week hour by hour from the printed roster, and check the rules on the way.

    Returns the officers on duty, shape (168,).
    """
    cover = np.zeros(168, dtype=int)
    for row in roster.itertuples():
        begins, ends = int(row.begins[:2]), int(row.ends[:2])
        assert (ends - begins - 1) % 24 + 1 == rules.shift_hours
        assert begins in rules.starts
        first, _, last = row.days.partition(" to ")
        first, last = DAYS.index(first), DAYS.index(last or first)
        days = [(first + place) % 7 for place in range((last - first) % 7 + 1)]
        assert len(days) == rules.days_per_week
        duty = np.zeros(168, dtype=int)
        for day in days:
            for hour in range(rules.shift_hours):
                duty[(24 * day + begins + hour) % 168] += 1
        assert duty.max() == 1
        check_rest(duty, rules)
        cover += row.officers * duty
    return cover


def check_rest(duty, rules):
    """Check one officer's week, read as a circle: shifts of the right length, and enough rest between them."""
    turns = np.flatnonzero(np.diff(duty, append=duty[0]))  # the hour before each change
    lengths = np.diff(turns, append=turns[0] + 168)
    working = duty[(turns + 1) % 168] == 1
    assert (lengths[working] == rules.shift_hours).all()
    assert (lengths[~working] >= rules.rest_hours).all()
    assert lengths[~working].max() >= 24 * (7 - rules.days_per_week)


def check(found, demand, officers, rules):
    """Check a plan against its rules from its roster alone, and its numbers against the roster."""
    for name in demand.columns:
        cover = expand(found.shifts[found.shifts.precinct == name], rules)
        assert cover.min() >= rules.minimum_cover
        assert (cover == found.cover[name]).all()
        assert found.shifts.officers[found.shifts.precinct == name].sum() == found.officers[name]
        needed = demand[name].to_numpy().round(3)
        assert found.unmet[name] == pytest.approx(np.maximum(needed - cover, 0).sum(), abs=1e-9)
        assert found.unmet_share[name] == pytest.approx(
            found.unmet[name] / needed.sum() if needed.sum() else 0
        )
    assert found.officers.sum() + found.spare == officers
    assert found.spare >= 0
    assert found.total_unmet == pytest.approx(found.unmet.sum())


@pytest.mark.parametrize("rules", PATTERNS.values(), ids=PATTERNS)
@pytest.mark.parametrize("worst_first", [0.0, 0.3, 1.0])
def test_every_officers_week_keeps_the_rules(rules, worst_first):
    demand = city()
    check(plan(demand, 62, rules, worst_first), demand, 62, rules)


@settings(max_examples=15, deadline=None)
@given(
    st.integers(0, 1000),
    st.integers(0, 60),
    st.floats(0, 1),
    st.sampled_from([0, 1]),
    st.sampled_from([4, 5, 6]),
    st.sampled_from([0.0, 0.4, 1.5]),
)
def test_any_plan_keeps_its_rules(seed, more, worst_first, cover, days, scale):
    rules = Rules(minimum_cover=cover, days_per_week=days)
    demand = city(seed, 2, scale)
    officers = max(2 * minimum_officers(rules) + more, 1)
    check(plan(demand, officers, rules, worst_first), demand, officers, rules)


# --- as good as it can be ----------------------------------------------------------------------------------------


def on_duty(rules):
    """Return a row for each weekly pattern, written down hour by hour."""
    rows = []
    for first in range(7):
        for start in rules.starts:
            row = np.zeros(168)
            for day in range(first, first + rules.days_per_week):
                for hour in range(start, start + rules.shift_hours):
                    row[(24 * day + hour) % 168] = 1
            rows.append(row)
    return np.array(rows)


def jointly(demand, officers, rules, worst_first):
    """Return the least value of one integer programme over all precincts, in its textbook form.

    Officers per precinct and pattern, unmet demand per precinct and hour, the highest share of a precinct.
    """
    duty = on_duty(rules)
    kinds, precincts = len(duty), demand.shape[1]
    size = precincts * (kinds + 168) + 1
    whole = np.zeros(size)
    whole[: precincts * kinds] = 1
    rows, low, high = [np.where(whole, 1.0, 0.0)], [-np.inf], [officers]
    cost = np.zeros(size)
    cost[-1] = worst_first
    for place, name in enumerate(demand):
        work = slice(place * kinds, (place + 1) * kinds)
        unmet = slice(precincts * kinds + place * 168, precincts * kinds + (place + 1) * 168)
        cost[unmet] = (1 - worst_first) / demand.to_numpy().sum()
        for hour in range(168):
            met, cover = np.zeros(size), np.zeros(size)
            met[work] = cover[work] = duty[:, hour]
            met[unmet.start + hour] = 1
            rows += [met, cover]
            low += [demand[name].iloc[hour], rules.minimum_cover]
            high += [np.inf, np.inf]
        share = np.zeros(size)
        share[unmet], share[-1] = -1 / demand[name].sum(), 1
        rows.append(share)
        low.append(0)
        high.append(np.inf)
    found = milp(
        cost,
        integrality=whole,
        bounds=Bounds(0, np.inf),
        constraints=LinearConstraint(np.array(rows), low, high),
        options={"mip_rel_gap": 0},
    )
    assert found.status == 0
    return found.fun


@pytest.mark.parametrize("worst_first", [0.0, 0.1, 0.6, 1.0])
@pytest.mark.parametrize(
    ("rules", "officers"),
    [
        (Rules(), 16),
        (Rules(minimum_cover=0, shift_hours=12, starts=(7, 19), days_per_week=4), 11),
        (Rules(starts=(0, 6, 14), shift_hours=10, days_per_week=4), 17),
    ],
)
def test_the_plan_is_as_good_as_one_joint_programme(rules, officers, worst_first):
    random = np.random.default_rng(officers)
    day = 1 + np.cos(np.arange(168) / 24 * 2 * np.pi)
    demand = table(
        {name: random.poisson(most * day).astype(float) for name, most in {"A": 1.0, "B": 2.0}.items()}
    )
    found = plan(demand, officers, rules, worst_first)
    value = (1 - worst_first) * found.total_unmet_share + worst_first * found.unmet_share.max()
    assert value == pytest.approx(jointly(demand, officers, rules, worst_first), abs=1e-7)


def test_a_solved_precinct_is_least_for_each_number_of_officers():
    demand = city(3, 1, 1.5).round(1)
    for officers in range(6, 15):
        found = plan(demand, officers)
        assert found.total_unmet_share == pytest.approx(jointly(demand, officers, Rules(), 0.0), abs=1e-7)


def every_allocation(demand, officers, rules):
    """Return the unmet demand of every way to share the officers, each precinct planned alone."""
    fewest = minimum_officers(rules)
    alone = {
        name: {
            number: plan(demand[[name]], number, rules).total_unmet
            for number in range(fewest, officers - fewest + 1)
        }
        for name in demand
    }
    first, second = demand.columns
    return {
        (one, two): (alone[first][one], alone[second][two])
        for one in alone[first]
        for two in alone[second]
        if one + two <= officers
    }


def best_of(found, demand, worst_first):
    """Return the allocation that the docstring of `plan` asks for, by trying every one."""
    needed = demand.sum().to_numpy()

    def key(item):
        officers, unmet = item
        total, worst = sum(unmet), max(np.array(unmet) / needed)
        value = (1 - worst_first) * total / needed.sum() + worst_first * worst
        return round(value, 12), round(total, 6), round(worst, 9), sum(officers), officers

    return min(found.items(), key=key)[0]


@pytest.mark.parametrize("worst_first", [0.0, 0.05, 0.5, 1.0])
def test_ties_are_broken_as_documented(worst_first):
    shape = np.tile(np.repeat([1.0, 2.0, 1.0], 8), 7)
    demand = table({"A": shape, "B": shape})  # alike, so that allocations mirror each other
    best = best_of(every_allocation(demand, 17, Rules()), demand, worst_first)
    assert tuple(plan(demand, 17, worst_first=worst_first).officers) == best


def switches(found, demand):
    """Return the weights at which two allocations are equally good."""
    needed = demand.sum().to_numpy()
    values = {(sum(unmet) / needed.sum(), max(np.array(unmet) / needed)) for unmet in found.values()}
    best = sorted(
        one
        for one in values
        if not any(two[0] <= one[0] and two[1] <= one[1] and two != one for two in values)
    )
    for one, two in itertools.pairwise(best):
        dearer, better = two[0] - one[0], one[1] - two[1]
        yield dearer / (dearer + better)


@pytest.mark.parametrize("seed", [3, 4])
def test_the_weight_means_what_it_says(seed):
    demand = city(seed, 2, 1.6).round(3)
    planner, found = Planner(demand), every_allocation(demand, 21, Rules())
    weights = [switch + step for switch in switches(found, demand) for step in (-1e-4, 1e-4)]
    assert weights
    for weight in weights:
        assert tuple(planner.allocation(21, weight).officers) == best_of(found, demand, weight)


def test_more_officers_never_leave_more_unmet():
    planner = Planner(city())
    unmet = [planner.allocation(officers).total_unmet for officers in range(planner.minimum_officers, 90)]
    assert (np.diff(unmet) <= 1e-9).all()
    assert unmet[0] > unmet[-1]


def test_weight_trades_the_total_for_the_worst_off():
    planner, gains = Planner(city()), []
    for officers in (40, 50, 60):
        found = [planner.allocation(officers, weight) for weight in (0, 0.05, 0.2, 0.5, 1)]
        assert (np.diff([each.total_unmet for each in found]) >= -1e-9).all()
        assert (np.diff([each.unmet_share.max() for each in found]) <= 1e-9).all()
        gains.append(found[0].unmet_share.max() - found[-1].unmet_share.max())
    assert max(gains) > 0.01


def test_a_planner_gives_the_same_whatever_was_asked_before():
    demand = city()
    planner = Planner(demand)
    for officers, weight in ((70, 1.0), (45, 0.0), (58, 0.1)):
        used, fresh = planner.plan(officers, weight), plan(demand, officers, worst_first=weight)
        pd.testing.assert_series_equal(used.officers, fresh.officers)
        pd.testing.assert_frame_equal(used.shifts, fresh.shifts)


def turned_around(cost, *, constraints, integrality, bounds=None, **rest):
    """Solve the same programme with its columns in reverse order."""

    def turned(one):
        return LinearConstraint(one.A[:, ::-1], one.lb, one.ub)

    found = milp(
        cost[::-1],
        constraints=[turned(one) for one in constraints]
        if isinstance(constraints, list)
        else turned(constraints),
        integrality=integrality[::-1],
        bounds=Bounds(bounds.lb[::-1], bounds.ub[::-1]) if bounds else None,
        **rest,
    )
    found.x = found.x[::-1]
    return found


@pytest.mark.parametrize("rules", PATTERNS.values(), ids=PATTERNS)
def test_the_roster_does_not_depend_on_how_the_solver_goes_about_it(monkeypatch, rules):
    demand = table({"A": np.tile(np.repeat([1.0, 3.0, 2.0], 8), 7)})  # many equally good rosters
    usual = plan(demand, 14, rules).shifts
    monkeypatch.setattr(shifts, "milp", turned_around)
    pd.testing.assert_frame_equal(plan(demand, 14, rules).shifts, usual)


def test_enough_officers_meet_everything_and_the_rest_is_spare():
    demand = table({"A": np.full(168, 2.0), "B": np.zeros(168)})
    found = plan(demand, 100)
    assert found.total_unmet == 0
    assert found.total_unmet_share == 0
    assert found.unmet_share.tolist() == [0, 0]
    assert found.officers.tolist() == [9, 6]  # three shifts x 14 days of duty / 5, rounded up; and cover of 1
    assert found.spare == 85


def test_demand_outside_of_all_shifts_stays_unmet():
    rules = Rules(starts=(8,), minimum_cover=0)
    found = plan(table({"A": np.ones(168)}), 50, rules)
    assert found.total_unmet == 7 * 16
    assert found.spare == 48


@pytest.mark.parametrize(
    ("rules", "officers"),
    [
        (Rules(), 6),  # 7 shifts a week on each of three lines, 5 an officer: 2 officers each
        (Rules(minimum_cover=2), 9),
        (Rules(minimum_cover=3), 15),
        (Rules(minimum_cover=0), 0),
        (Rules(shift_hours=12, starts=(7, 19), days_per_week=4), 4),
    ],
)
def test_minimum_officers_by_hand(rules, officers):
    assert minimum_officers(rules) == officers


# --- what cannot be planned --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("officers", "cover", "says"),
    [
        (
            30,
            2,
            "A minimum of 2 officers in each of 5 precincts at every hour needs at least 45 officers; 30 are "
            "available: lower the minimum cover or find 15 more.",
        ),
        (
            29,
            1,
            "A minimum of 1 officer in each of 5 precincts at every hour needs at least 30 officers; 29 are "
            "available: lower the minimum cover or find 1 more.",
        ),
    ],
)
def test_too_much_cover_says_how_many_are_needed(officers, cover, says):
    with pytest.raises(InfeasiblePlan) as error:
        plan(city(), officers, Rules(minimum_cover=cover))
    assert str(error.value) == says
    needed = 5 * minimum_officers(Rules(minimum_cover=cover))
    assert plan(city(), needed, Rules(minimum_cover=cover)).spare == 0


def test_long_shifts_leave_too_little_rest():
    with pytest.raises(InfeasiblePlan) as error:
        Rules(shift_hours=14)
    assert str(error.value) == (
        "Shifts of 14 hours leave 10 hours between shifts; the rule asks for 11: plan shifts of at most 13 hours."
    )
    assert Rules(shift_hours=13).shift_hours == 13


@pytest.mark.parametrize(
    ("starts", "says"),
    [((6, 14), "06:00 and 14:00 leave nobody on duty from 22:00"), ((0, 12), "from 08:00 and 20:00")],
)
def test_hours_without_a_shift_clash_with_cover(starts, says):
    with pytest.raises(InfeasiblePlan, match=says):
        Rules(starts=starts)
    assert Rules(starts=starts, minimum_cover=0).starts == starts


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"shift_hours": 25}, "shift_hours is 25"),
        ({"shift_hours": 0}, "shift_hours is 0"),
        ({"shift_hours": 7.5}, "shift_hours is 7.5"),
        ({"days_per_week": 7}, "days_per_week is 7"),
        ({"days_per_week": True}, "days_per_week is True"),
        ({"rest_hours": -1}, "rest_hours is -1"),
        ({"minimum_cover": -1}, "minimum_cover is -1"),
        ({"minimum_cover": "two"}, "minimum_cover is 'two'"),
        ({"starts": ()}, "1 to 4 different hours"),
        ({"starts": (6, 6, 14)}, "1 to 4 different hours"),
        ({"starts": (0, 5, 10, 15, 20)}, "1 to 4 different hours"),
        ({"starts": (6, 24)}, "A start is 24"),
        ({"starts": 6}, "starts is 6"),
        ({"starts": ("6", 14)}, "starts is"),
    ],
)
def test_rules_refuse_what_is_no_rule(change, says):
    with pytest.raises(ValueError, match=says) as error:
        Rules(**change)
    assert not isinstance(error.value, InfeasiblePlan)


@pytest.mark.parametrize("officers", [0, -5, 60.5, True, "60", None, float("nan")])
def test_officers_must_be_a_whole_number(officers):
    with pytest.raises(ValueError, match="whole number of officers"):
        plan(city(), officers)


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan"), True, "1", None])
def test_the_weight_lies_between_0_and_1(weight):
    with pytest.raises(ValueError, match="weight from 0 to 1"):
        plan(city(), 60, worst_first=weight)


@pytest.mark.parametrize("wrong", [float("nan"), -0.1, float("inf"), 31, None, "many"])
def test_demand_must_be_numbers_that_can_be_needed(wrong):
    demand = city()
    if isinstance(wrong, str):
        demand["P3"] = demand["P3"].astype(object)
    demand.iloc[5, 2] = wrong
    with pytest.raises(ValueError, match="The demand of precinct P3"):
        plan(demand, 60)


@pytest.mark.parametrize(
    ("demand", "says"),
    [
        (city().to_numpy(), "one row for each hour"),
        (city().reset_index(drop=True), "one row for each hour"),
        (city().iloc[:-1], "one row for each hour"),
        (city().iloc[::-1], "one row for each hour"),
        (city().iloc[:, :0], "at least one precinct"),
        (city().iloc[:, [0, 0]], "only once"),
    ],
)
def test_demand_must_have_the_shape_of_a_week(demand, says):
    with pytest.raises(ValueError, match=says):
        plan(demand, 60)
