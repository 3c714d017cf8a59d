"""Shift planning as an integer programme: how many officers each precinct gets, and which weekly pattern each works.

An officer works one pattern: a first day, a start hour, and from there some days in a row with the same hours (tour
scheduling as a set covering problem, Dantzig 1954, Baker 1976). So rest between shifts and days off hold by
construction. Precincts compete only for the number of officers. The least unmet demand of one precinct with n
officers is one integer programme, and the best allocation follows from those numbers exactly.
"""

from dataclasses import dataclass
from functools import cached_property
from numbers import Integral, Real

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEK = pd.MultiIndex.from_product([range(7), range(24)], names=["day", "hour"])
_PARTS = 1000  # demand is counted in thousandths of an officer: sums are whole numbers, and ties are exact
_NEVER = 2**40  # thousandths of an officer-hour; stands for what cannot be
_MOST_STARTS, _MOST_NEEDED = 4, 30  # more take too long to solve while a room waits


class InfeasiblePlan(ValueError):
    """No plan can keep all rules; the sentence says which rule clashes and what would do."""


@dataclass(frozen=True)
class Rules:
    """What every roster must keep.

    Attributes
    ----------
    shift_hours : int
        Length of a shift, from 1 to 24.
    starts : tuple of int
        Hours at which a shift may begin, at most 4.
    days_per_week : int
        Shifts in a row that an officer works, from 1 to 6; the other days are off.
    rest_hours : int
        Hours between two shifts of an officer, at least.
    minimum_cover : int
        Officers on duty in each precinct at every hour, at least.

    Raises
    ------
    ValueError
        If a number is out of its range.
    InfeasiblePlan
        If shifts are too long for the rest, or begin so that an hour has nobody on duty.
    """

    shift_hours: int = 8
    starts: tuple = (6, 14, 22)
    days_per_week: int = 5
    rest_hours: int = 11
    minimum_cover: int = 1

    def __post_init__(self):
        _check_whole("shift_hours", self.shift_hours, 1, 24)
        _check_whole("days_per_week", self.days_per_week, 1, 6)
        _check_whole("rest_hours", self.rest_hours, 0, 23)
        _check_whole("minimum_cover", self.minimum_cover, 0, _MOST_NEEDED)
        object.__setattr__(self, "starts", _checked_starts(self.starts))
        rest = 24 - self.shift_hours
        if rest < self.rest_hours:
            raise InfeasiblePlan(
                f"Shifts of {self.shift_hours} hours leave {rest} hours between shifts; the rule asks for "
                f"{self.rest_hours}: plan shifts of at most {24 - self.rest_hours} hours."
            )
        if self.minimum_cover:
            _check_covered(self)


def _check_whole(name, value, low, high):
    if isinstance(value, bool) or not isinstance(value, Integral) or not low <= value <= high:
        raise ValueError(f"{name} is {value!r}; give a whole number from {low} to {high}.")


def _checked_starts(starts):
    try:
        hours = tuple(sorted(starts))
    except TypeError:
        raise ValueError(f"starts is {starts!r}; give hours of the day, for instance (6, 14, 22).") from None
    for hour in hours:
        _check_whole("A start", hour, 0, 23)
    if not hours or len(set(hours)) < len(hours) or len(hours) > _MOST_STARTS:
        raise ValueError(
            f"Give 1 to {_MOST_STARTS} different hours at which a shift may begin; there are {len(hours)}."
        )
    return tuple(int(hour) for hour in hours)


def _check_covered(rules):
    """Raise if an hour lies in no shift."""
    staffed = {(start + hour) % 24 for start in rules.starts for hour in range(rules.shift_hours)}
    empty = [hour for hour in range(24) if hour not in staffed and (hour - 1) % 24 in staffed]
    if empty:
        raise InfeasiblePlan(
            f"Shifts of {rules.shift_hours} hours that begin at {_clocks(rules.starts)} leave nobody on duty from "
            f"{_clocks(empty)} on; the rule asks for at least {rules.minimum_cover} at every hour: add a start, or "
            "plan longer shifts."
        )


def _clock(hour):
    return f"{hour % 24:02d}:00"


def _clocks(hours):
    return " and ".join(map(_clock, hours))


@dataclass(frozen=True)
class Allocation:
    """How many officers each precinct gets, and what stays unmet; every Series has one row a precinct.

    Attributes
    ----------
    officers : pandas.Series of int
    demand : pandas.Series of float
        Officer-hours needed in the week.
    unmet : pandas.Series of float
        Officer-hours in which an officer is needed and none is on duty.
    spare : int
        Officers whose work would meet no further demand.
    """

    officers: pd.Series
    demand: pd.Series
    unmet: pd.Series
    spare: int

    @property
    def unmet_share(self):
        """Unmet officer-hours as a share of those needed, by precinct; 0 where none is needed."""
        return (self.unmet / self.demand.where(self.demand > 0, 1.0)).rename("unmet_share")

    @property
    def total_unmet(self):
        """Unmet officer-hours of all precincts."""
        return float(self.unmet.sum())

    @property
    def total_unmet_share(self):
        """Unmet officer-hours of all precincts as a share of all those needed."""
        return self.total_unmet / float(self.demand.sum()) if self.demand.sum() else 0.0


@dataclass(frozen=True)
class Plan(Allocation):
    """An allocation with its roster.

    Attributes
    ----------
    cover : pandas.DataFrame of int, shape (168, n_precincts)
        Officers on duty, by day and hour.
    shifts : pandas.DataFrame
        The roster: a row for each precinct and weekly pattern in use, columns precinct, begins, ends, days, officers.
    """

    cover: pd.DataFrame
    shifts: pd.DataFrame


DEFAULT_RULES = Rules()


def plan(demand, officers, rules=DEFAULT_RULES, worst_first=0.0):
    """Return the plan that leaves as little demand unmet as the rules allow.

    Parameters
    ----------
    demand : pandas.DataFrame, shape (168, n_precincts)
        Officers needed, by (day, hour) with day 0 to 6; the week repeats, so the last night runs into the first day.
        Read to a thousandth of an officer.
    officers : int
        Officers there are.
    rules : Rules, optional
    worst_first : float, default 0.0
        Weight from 0 to 1 on the worst-off precinct: minimised is ``(1 - worst_first)`` times the unmet share of all
        demand plus ``worst_first`` times the unmet share of the precinct where it is highest. Of equal plans the one
        with the lower total is taken, then with the lower highest share, then with fewer officers, then with fewer
        in the first columns.

    Returns
    -------
    Plan

    Raises
    ------
    ValueError
        If the demand is not one number of at least 0 for each hour of the week, or another number is out of its range.
    InfeasiblePlan
        If there are too few officers for the minimum cover.

    References
    ----------
    Dantzig, G. B. (1954). A comment on Edie's "Traffic delays at toll booths". Journal of the Operations Research
    Society of America 2(3), 339-341.

    Baker, K. R. (1976). Workforce allocation in cyclical scheduling problems: a survey. Operational Research
    Quarterly 27(1), 155-167.
    """
    return Planner(demand, rules).plan(officers, worst_first)


class Planner:
    """All plans for one demand under the same rules, whatever the number of officers and the weight.

    What was solved for one plan serves the next.

    Parameters
    ----------
    demand, rules
        As `plan`.

    Attributes
    ----------
    minimum_officers : int
        With fewer the minimum cover cannot be kept.

    Raises
    ------
    ValueError
        If the demand is not one number of at least 0 for each hour of the week.
    """

    def __init__(self, demand, rules=DEFAULT_RULES):
        self.rules = rules
        self._needed = _checked_demand(demand)
        self._demand = self._needed.sum(axis=0)
        self._precincts = demand.columns
        self._patterns = _patterns(rules)
        self._tables = None
        self._fewest = minimum_officers(rules)
        self.minimum_officers = self._fewest * len(self._precincts)

    @cached_property
    def _curves(self):
        """One curve a precinct, begun with the first plan: where there are too few officers, there is none."""
        programmes = [_Programme(each, self._patterns, self.rules.minimum_cover) for each in self._needed.T]
        return [_Curve(each, self._fewest, _fewest(self._patterns, each.most)) for each in programmes]

    def allocation(self, officers, worst_first=0.0):
        """Return how many officers each precinct gets; arguments and errors as `plan`.

        The curves begin as lower bounds. Once the best allocation rests on exact values only, it is the best there
        is: every other one is at least as bad as its bounds.

        Returns
        -------
        Allocation
        """
        self._check(officers, worst_first)
        chosen = self._best(officers, worst_first)
        while self._solved(chosen):
            chosen = self._best(officers, worst_first)
        unmet = [curve.unmet[number] for curve, number in zip(self._curves, chosen, strict=True)]
        return Allocation(
            self._series(chosen, "officers"),
            self._series(self._demand / _PARTS, "demand"),
            self._series(np.array(unmet) / _PARTS, "unmet"),
            int(officers) - sum(chosen),
        )

    def _solved(self, chosen):
        """Make the points of an allocation exact; return how many of them were not."""
        inexact = [
            (curve, number)
            for curve, number in zip(self._curves, chosen, strict=True)
            if number not in curve.rosters
        ]
        for curve, number in inexact:
            curve.solve(number)
            self._tables = None
        return len(inexact)

    def plan(self, officers, worst_first=0.0):
        """Return the allocation with its roster; arguments and errors as `plan`.

        Returns
        -------
        Plan
        """
        allocation = self.allocation(officers, worst_first)
        rosters = [
            curve.rosters[number] for curve, number in zip(self._curves, allocation.officers, strict=True)
        ]
        cover = pd.DataFrame(
            np.array([self._patterns @ roster for roster in rosters]).T, index=_WEEK, columns=self._precincts
        )
        shifts = [
            (precinct, *_pattern_words(self.rules, place), int(roster[place]))
            for precinct, roster in zip(self._precincts, rosters, strict=True)
            for place in np.flatnonzero(roster)
        ]
        columns = ["precinct", "begins", "ends", "days", "officers"]
        return Plan(
            **{name: getattr(allocation, name) for name in Allocation.__dataclass_fields__},
            cover=cover,
            shifts=pd.DataFrame(shifts, columns=columns),
        )

    def _series(self, values, name):
        return pd.Series(values, index=self._precincts, name=name)

    def _check(self, officers, worst_first):
        check_officers(officers)
        if isinstance(worst_first, bool) or not isinstance(worst_first, Real) or not 0 <= worst_first <= 1:
            raise ValueError(f"worst_first is {worst_first!r}; give a weight from 0 to 1.")
        missing = self.minimum_officers - officers
        if missing > 0:
            cover = self.rules.minimum_cover
            raise InfeasiblePlan(
                f"A minimum of {cover} {'officer' if cover == 1 else 'officers'} in each of {len(self._precincts)} "
                f"precincts at every hour needs at least {self.minimum_officers} officers; {officers} are "
                f"available: lower the minimum cover or find {missing} more."
            )

    def _best(self, officers, worst_first):
        """Return the best allocation on the curves as they are, as a tuple of officers."""
        if self._tables is None:
            self._limits, self._tables = _least_totals(self._curves, self._demand)
        totals = self._tables[0][:, : officers + 1]
        used = totals.argmin(axis=1)  # the first, so the fewest officers
        total = totals.min(axis=1)
        value = (1 - worst_first) * total / max(self._demand.sum(), 1) + worst_first * self._limits
        # Rounded, so that equal plans are equal on every machine; what no allocation reaches sorts last.
        row = np.lexsort((self._limits, total, value.round(12), total >= _NEVER))[0]
        return self._backtrack(row, int(used[row]))

    def _backtrack(self, row, left):
        chosen = []
        for curve, share, here, after in zip(
            self._curves, _shares(self._curves, self._demand), self._tables, self._tables[1:], strict=False
        ):
            number = next(
                number
                for number in range(curve.fewest, len(curve.unmet))
                if number <= left
                and share[number] <= self._limits[row]
                and curve.unmet[number] + after[row, left - number] == here[row, left]
            )
            chosen.append(number)
            left -= number
        return tuple(chosen)


def check_officers(officers):
    """Raise a ValueError if a number of officers is no whole number above 0."""
    if isinstance(officers, bool) or not isinstance(officers, Integral) or officers < 1:
        raise ValueError(f"officers is {officers!r}; give a whole number of officers, at least 1.")


def _shares(curves, demand):
    """Return the unmet share of each precinct by number of officers."""
    return [curve.unmet / max(total, 1) for curve, total in zip(curves, demand, strict=True)]


def _least_totals(curves, demand):
    """Return the least unmet total by dynamic programming, for each limit on the share of the worst-off precinct.

    Returns
    -------
    limits : numpy.ndarray, shape (n_limits,)
        Every share that a precinct can have, rising.
    tables : list of numpy.ndarray, shape (n_limits, n_officers + 1)
        At place p the least total of the precincts from p on, by limit and by number of officers used exactly.
    """
    shares = _shares(curves, demand)
    limits = np.unique(
        np.concatenate([share[curve.fewest :] for share, curve in zip(shares, curves, strict=True)])
    )
    most = sum(len(curve.unmet) - 1 for curve in curves)
    tables = [np.full((len(limits), most + 1), _NEVER)]
    tables[0][:, 0] = 0
    for curve, share in zip(reversed(curves), reversed(shares), strict=True):
        least = np.full_like(tables[0], _NEVER)
        for number in range(curve.fewest, len(curve.unmet)):
            within = limits >= share[number]
            total = tables[0][within, : most + 1 - number] + curve.unmet[number]
            least[within, number:] = np.minimum(least[within, number:], total)
        tables.insert(0, least)
    return limits, tables


class _Curve:
    """The least unmet demand of one precinct by number of officers: a bound at first, made exact where it is asked.

    Parameters
    ----------
    programme : _Programme
    fewest : int
        Officers without whom the minimum cover cannot be kept.
    most : int
        Officers with whom all demand is met that lies in a shift.

    Attributes
    ----------
    fewest : int
        As given.
    unmet : numpy.ndarray of int
        Thousandths of an officer-hour, for 0 officers and so on; `_NEVER` below `fewest`.
    rosters : dict
        Of the numbers of officers for which `unmet` is exact.
    """

    def __init__(self, programme, fewest, most):
        self._programme = programme
        self.rosters = {}
        self.fewest = fewest
        self.unmet = np.full(most + 1, _NEVER)
        self.unmet[self.fewest :] = programme.outside
        for number in range(self.fewest, len(self.unmet)):
            self.unmet[number] = programme.bound(number)
            if self.unmet[number] == programme.outside:
                break  # more officers can't do better

    def solve(self, number):
        """Make one point exact; fewer officers never leave less unmet."""
        self.rosters[number], unmet = self._programme.solve(number)
        self.unmet[self.fewest : number] = np.maximum(self.unmet[self.fewest : number], unmet)
        self.unmet[number] = unmet


class _Programme:
    """One precinct: which weekly patterns its officers work so that as little demand as possible stays unmet.

    Cover is a whole number, so the officer number k on duty in an hour that needs d officers meets ``clip(d - (k - 1),
    0, 1)``. A variable for each such step makes the linear relaxation as tight as each hour alone allows; with ``unmet
    >= demand - cover`` HiGHS needs several times longer. Hours covered by the same patterns share their steps.

    Parameters
    ----------
    needed : numpy.ndarray of int, shape (168,)
        Thousandths of an officer.
    patterns : numpy.ndarray of int, shape (168, n_patterns)
    minimum_cover : int

    Attributes
    ----------
    most : int
        Officers who together meet the demand of the busiest hour.
    outside : int
        Thousandths of an officer-hour needed outside of all shifts.
    """

    def __init__(self, needed, patterns, minimum_cover):
        self.most = max(int(-(-needed.max() // _PARTS)), minimum_cover, 1)
        self._needed = needed
        self._patterns = patterns
        self._blocks, block_of = np.unique(patterns, axis=0, return_inverse=True)
        met = np.clip(needed[:, None] - _PARTS * np.arange(self.most), 0, _PARTS)
        worth = np.zeros((len(self._blocks), self.most), dtype=int)
        np.add.at(worth, block_of, met)
        kept = (worth > 0) | (np.arange(self.most) < minimum_cover)
        block, step = np.nonzero(kept & self._blocks.any(axis=1)[:, None])
        worth, free = worth[block, step], np.zeros(patterns.shape[1])
        self.outside = int(needed.sum() - worth.sum())
        self._worth = np.concatenate([free, worth])
        self._preferences = np.zeros(len(self._worth))
        self._preferences[: len(free)] = np.random.default_rng(1954).random(len(free))
        self._bounds = Bounds(
            np.concatenate([free, step < minimum_cover]),
            np.concatenate([free + np.inf, np.ones(len(step))]),
        )
        shape = (len(self._blocks), len(step))
        steps = sparse.csr_array((np.ones(len(step)), (block, np.arange(len(step)))), shape)
        self._cover = LinearConstraint(sparse.hstack([self._blocks, -steps], format="csc"), lb=0)
        self._whole = np.concatenate([free + 1, np.zeros(len(step))])

    def bound(self, officers):
        """Return a number of thousandths of an officer-hour that unmet demand cannot fall below."""
        found = self._least(-self._worth, officers, 0 * self._whole)
        return int(self._needed.sum() + np.floor(found.fun + 0.001))

    def solve(self, officers):
        """Return the officers on each pattern, and the unmet demand in thousandths of an officer-hour.

        Many rosters are equally good. A fixed draw of preferences for patterns, together worth less than a thousandth,
        decides between them, so that every machine finds the same one.
        """
        found = self._least(
            self._preferences * 999 / max(officers, 1) - 1000 * self._worth, officers, self._whole
        )
        roster = np.rint(found.x[: self._patterns.shape[1]]).astype(int)
        return roster, int(np.clip(self._needed - _PARTS * (self._patterns @ roster), 0, None).sum())

    def _least(self, cost, officers, whole):
        return milp(
            cost,
            integrality=whole,
            bounds=self._bounds,
            constraints=[self._cover, LinearConstraint(self._whole[None], officers, officers)],
            options={"mip_rel_gap": 0},
        )


def minimum_officers(rules):
    """Return the fewest officers with whom one precinct keeps the minimum cover at every hour.

    Parameters
    ----------
    rules : Rules

    Returns
    -------
    int
    """
    return _fewest(_patterns(rules), rules.minimum_cover)


def _fewest(patterns, cover):
    """Return the fewest officers with whom `cover` of them are on duty at every hour that lies in a shift."""
    staffed = np.unique(patterns[patterns.any(axis=1)], axis=0)
    each = np.ones(staffed.shape[1])
    return round(milp(each, integrality=each, constraints=LinearConstraint(staffed, lb=cover)).fun)


def _patterns(rules):
    """Return a column for each weekly pattern, 1 where it is on duty; first by first day, then by start."""
    duty = np.add.outer(24 * np.arange(rules.days_per_week), np.arange(rules.shift_hours)).ravel()
    begins = np.add.outer(24 * np.arange(7), rules.starts).ravel()
    patterns = np.zeros((168, len(begins)), dtype=int)
    patterns[np.add.outer(duty, begins) % 168, np.arange(len(begins))] = 1
    return patterns


def _pattern_words(rules, place):
    """Return when the shifts of a pattern begin and end, and on which days."""
    first, start = divmod(place, len(rules.starts))
    begins = rules.starts[start]
    last = DAYS[(first + rules.days_per_week - 1) % 7]
    days = DAYS[first] if rules.days_per_week == 1 else f"{DAYS[first]} to {last}"
    return _clock(begins), _clock(begins + rules.shift_hours), days


def _checked_demand(demand):
    """Return the demand in thousandths of an officer, shape (168, n_precincts)."""
    if not isinstance(demand, pd.DataFrame) or not demand.index.equals(_WEEK):
        raise ValueError(
            "demand must be a table with one row for each hour of the week, by day (0 to 6) and hour (0 to 23) in this "
            "order, and one column for each precinct; demand.hour_of_week makes one."
        )
    if not len(demand.columns) or not demand.columns.is_unique:
        raise ValueError("demand must have at least one precinct, and each precinct only once.")
    wrong = [
        name
        for name, column in demand.items()
        if not pd.api.types.is_numeric_dtype(column)
        or not column.between(0, _MOST_NEEDED).fillna(False).all()
    ]
    if wrong:
        raise ValueError(
            f"The demand of precinct {wrong[0]} has values that are missing, negative, no number or above "
            f"{_MOST_NEEDED}; give the officers needed at each hour, from 0 to {_MOST_NEEDED}."
        )
    return np.rint(demand.to_numpy(dtype=float) * _PARTS).astype(int)
