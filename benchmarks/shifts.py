"""Time the shift plan of a city, the allocation probe, and one precinct against the textbook programme."""

from itertools import product
from time import perf_counter

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from benchmarks.audit import best_time, compared
from benchmarks.table import Aim, Row, duration
from workshop.datasets import load
from workshop.domains.resources.demand import hour_of_week, hourly
from workshop.domains.resources.shifts import Planner, Rules, plan
from workshop.probes.allocations import allocation

HOURS_PER_STOP = 2  # a planning assumption, as in lesson 02
OFFICERS, OFFICERS_OF_ONE = 60, 13
PLAN = Aim(2, "under 2 s")
AHEAD = Aim(3, "under 3 s")
POSITION = Aim(0.1, "under 100 ms")


def textbook(needed, officers, rules):
    """Return the least unmet demand of one precinct with unmet >= demand - cover, hour by hour."""
    duty = np.array(
        [
            np.bincount(
                [
                    (24 * (first + day) + start + hour) % 168
                    for day in range(rules.days_per_week)
                    for hour in range(rules.shift_hours)
                ],
                minlength=168,
            )
            for first, start in product(range(7), rules.starts)
        ]
    ).T
    kinds = duty.shape[1]
    whole = np.repeat([1, 0], [kinds, 168])
    return milp(
        1 - whole,
        integrality=whole,
        bounds=Bounds(np.zeros(kinds + 168)),
        constraints=[
            LinearConstraint(np.hstack([duty, np.eye(168)]), needed, np.inf),
            LinearConstraint(np.hstack([duty, np.zeros((168, 168))]), rules.minimum_cover, np.inf),
            LinearConstraint(whole, 0, officers),
        ],
        options={"mip_rel_gap": 0},
    ).fun


def slowest_position(probe):
    """Return the seconds of the slowest view over all positions of all controls."""
    slowest = 0.0
    for values in product(*(control.options for control in probe.controls)):
        chosen = dict(zip((control.name for control in probe.controls), values, strict=True))
        start = perf_counter()
        probe.view(**chosen)
        slowest = max(slowest, perf_counter() - start)
    return slowest


def within(name, seconds, aim):
    return Row(name, duration(seconds), "", value=seconds, aim=aim)


def run():
    """Time the stops of Minneapolis; return the rows of the table."""
    demand = HOURS_PER_STOP * hour_of_week(hourly(load("minneapolis_stops")))
    size = f"{demand.shape[1]} precincts x 168 hours"
    one = demand[[4]]
    needed = one[4].to_numpy().round(3)
    ours = best_time(lambda: Planner(one).allocation(OFFICERS_OF_ONE), 3)
    reference = best_time(lambda: textbook(needed, OFFICERS_OF_ONE, Rules()), 3)
    return [
        within(f"shift plan, {size}", best_time(lambda: plan(demand, OFFICERS, worst_first=0.5), 3), PLAN),
        compared(
            f"one precinct x 168 hours, {OFFICERS_OF_ONE} officers", ours, "textbook programme", reference
        ),
        within(f"allocation probe solved ahead, {size}", best_time(lambda: allocation(demand), 3), AHEAD),
        within(f"allocation probe, slowest position, {size}", slowest_position(allocation(demand)), POSITION),
    ]
