"""Officers for several precincts: what stays unmet when officers are sick, and who pays."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from workshop.domains.resources.shifts import (
    DEFAULT_RULES,
    Allocation,
    InfeasiblePlan,
    Planner,
    check_officers,
    minimum_officers,
)
from workshop.probes import svg
from workshop.probes.controls import Choice, Slider
from workshop.probes.html import Picture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, count, half_up, isolated, of_hundred

_SICK = (0.0, 0.03, 0.06, 0.09, 0.12, 0.15, 0.18, 0.198)
_WEIGHTS = (0.0, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0)
_MOST_PRECINCTS, _COVERS_TRIED = 8, 8
_BARS, _LENGTH, _ROW, _BAR = 170, 450, 46, 28  # pixels: where bars begin, how long, how far apart, how high
_START = "nobody sick, only the total counts"


def allocation(demand, officers=60, *, sick=_SICK, rules=DEFAULT_RULES, precinct_names=None):
    """Show which demand stays unmet in each precinct when officers are sick, and who pays.

    Every position is solved when the probe is made, in about two seconds for five precincts.

    Parameters
    ----------
    demand : pandas.DataFrame, shape (168, n_precincts)
        Officers needed, by (day, hour), as `workshop.domains.resources.shifts.plan` takes it; at most 8 precincts.
    officers : int, default 60
        Officers when nobody is sick.
    sick : iterable of float
        Shares of officers on sick report, from 0 to below 1; 0 is always among the positions. By default up to 19.8%,
        the peak of the New York police on 9 April 2020.
    rules : Rules, optional
        The trainee can choose its minimum cover, the next higher one, and the first one that needs more officers than
        are left when most are sick.
    precinct_names : mapping of precinct to str, optional
        Names to show; others are called "Precinct 1" and so on.

    Returns
    -------
    Probe
        Controls sick, worst_first and minimum_cover. Where no plan can keep the rules, the view says which rule
        clashes and what would do.

    Raises
    ------
    ValueError
        If the demand or the number of officers cannot be planned with (see `plan`), there are more than 8 precincts,
        a share of sick officers is out of its range, or a name is for an unknown precinct.
    """
    check_officers(officers)
    shares = _checked_shares(sick)
    available = {share: officers - half_up(officers * share) for share in shares}
    planners = _planners(demand, rules, min(available.values()))
    names = _names(demand.columns, precinct_names)
    plans = {
        (share, weight, cover): _allocation_or_reason(planner, available[share], weight)
        for cover, planner in planners.items()
        for share in shares
        for weight in _WEIGHTS
    }

    def here(share):
        return f"{available[share]} of {count(officers, 'officers')}"

    def draw(sick, worst_first, minimum_cover):
        found = plans[sick, worst_first, minimum_cover]
        if isinstance(found, InfeasiblePlan):
            return _no_plan(str(found), available[sick], planners[minimum_cover].minimum_officers)
        return _picture(
            _Position(
                names,
                f"{capital(here(sick))}, {_weight_words(worst_first)}",
                found,
                start=plans[0.0, 0.0, minimum_cover],
                nobody_sick=plans[0.0, worst_first, minimum_cover],
                total_only=plans[sick, 0.0, minimum_cover],
            )
        )

    controls = (
        Slider(
            "sick",
            "Officers on sick report",
            shares,
            shares[0],
            lambda share: f"{share * 100:.3g}%: {available[share]} officers",
        ),
        Slider("worst_first", "What the plan looks at", _WEIGHTS, _WEIGHTS[0], _weight_words),
        Choice(
            "minimum_cover", "Rule for each precinct", tuple(planners), next(iter(planners)), _cover_words
        ),
    )
    return Probe(
        "Officers for each precinct: what stays unmet, and who pays",
        controls,
        draw,
        "One week. Unmet: an officer is needed, and none is on duty. What is needed is an assumption of the planners.",
    )


def _checked_shares(sick):
    try:
        shares = np.asarray(list(sick), dtype=float)
    except (TypeError, ValueError):
        shares = np.array([np.nan])
    if not ((shares >= 0) & (shares < 1)).all():
        raise ValueError("sick must hold shares of officers from 0 to below 1, for instance (0.1, 0.198).")
    return tuple(np.unique([0.0, *shares]).tolist())


def _planners(demand, rules, fewest_left):
    """Return the planner for the minimum cover of the rules, for the next, and for the first that cannot be kept."""
    planners = {rules.minimum_cover: Planner(demand, rules)}
    higher = []
    for cover in range(rules.minimum_cover + 1, rules.minimum_cover + _COVERS_TRIED):
        try:
            higher.append(replace(rules, minimum_cover=cover))
        except ValueError:
            break  # there are no such rules, for instance because some hours lie in no shift
        if minimum_officers(higher[-1]) * len(demand.columns) > fewest_left:
            break
    chosen = [*higher[:1], *higher[1:][-1:]]
    return planners | {each.minimum_cover: Planner(demand, each) for each in chosen}


def _names(precincts, precinct_names):
    given = precinct_names or {}
    if len(precincts) > _MOST_PRECINCTS:
        raise ValueError(
            f"There are {len(precincts)} precincts; this picture holds at most {_MOST_PRECINCTS}."
        )
    if not isinstance(given, Mapping):
        raise ValueError("precinct_names must be a dict from a precinct in the demand to the name to show.")
    unknown = [precinct for precinct in given if precinct not in precincts]
    if unknown:
        raise ValueError(
            f"There is no precinct {unknown[0]!r} to rename; the precincts are {', '.join(map(str, precincts))}."
        )
    return [isolated(given.get(precinct, f"Precinct {precinct}")) for precinct in precincts]


def _allocation_or_reason(planner, officers, weight):
    try:
        return planner.allocation(officers, weight)
    except InfeasiblePlan as reason:
        return reason


def _weight_words(weight):
    if weight in (0, 1):
        return "worst-off precinct first" if weight else "only the total counts"
    return f"worst-off precinct counts {weight * 100:.3g}%"


def _cover_words(cover):
    return (
        f"At least {count(cover, 'officer' if cover == 1 else 'officers')} at every hour"
        if cover
        else "No minimum"
    )


class _Position(NamedTuple):
    """One position of the controls, and what it is compared with."""

    names: list
    where: str
    plan: Allocation
    start: Allocation  # nobody sick and only the total counts
    nobody_sick: Allocation  # with the same weight
    total_only: Allocation  # with as many sick


def _unmet_words(plan, place):
    """Return the unmet share of one precinct in words; from thousandths, so that a half is found exactly."""
    unmet, demand = (half_up(1000 * each.iloc[place]) for each in (plan.unmet, plan.demand))
    return of_hundred(unmet, max(demand, 1))


def _total_words(plan):
    return of_hundred(half_up(1000 * plan.total_unmet), max(half_up(1000 * plan.demand.sum()), 1))


def _worst(plan):
    """Return the place of the precinct with the highest unmet share, the first of equals; None if all is met."""
    return int(plan.unmet_share.argmax()) if plan.total_unmet else None


def _picture(position):
    names, plan = position.names, position.plan
    worst = _worst(plan)
    total = _total_words(plan)
    verb = "is" if total in ("1", "fewer than 1") else "are"
    sentence = f"{position.where}: of 100 officer-hours needed, {total} {verb} unmet"
    if worst is not None:
        sentence += f"; in {names[worst]}, the worst off, {_unmet_words(plan, worst)}"
    return Picture(f"{sentence}.", _figure(position, f"{sentence}."), _aside(position), _table(position))


def _aside(position):
    spare = position.plan.spare
    said = [
        _who_pays("Who pays for the sick", "with nobody sick", position, position.nobody_sick),
        _who_pays("Who pays for this weight", "if only the total counts", position, position.total_only),
    ]
    if spare:
        verb = "officer is" if spare == 1 else "officers are"
        said.append(f"{count(spare)} {verb} left over: no further need could be met.")
    if all(part is None for part in said):
        said = [f"This is the start: {_START}. The dashed lines stay here when you move the controls."]
    return bullets(part for part in said if part)


def _who_pays(question, compared, position, other):
    """Return who loses most against another plan, or None if that is the same plan."""
    plan = position.plan
    if plan is other:
        return None
    more = (plan.unmet_share - other.unmet_share).to_numpy()
    if not more.any():
        return f"{question}: nobody. As much is unmet in each precinct as {compared}."
    loser, winner = int(more.argmax()), int(more.argmin())
    said = (
        f"{question}: {position.names[loser]} loses most, with {_unmet_words(plan, loser)} of 100 unmet; "
        f"{_unmet_words(other, loser)} {compared}."
    )
    if more[winner] < 0:
        said += f" {position.names[winner]} gains: {_unmet_words(plan, winner)}, not {_unmet_words(other, winner)}."
    hours = plan.total_unmet - other.total_unmet
    return (
        f"{said} Together: {'under 0.1' if hours < 0.05 else f'{hours:,.1f}'} officer-hours more are unmet."
    )


def _table(position):
    names, plan, start = position.names, position.plan, position.start
    rows = [
        (
            name,
            count(int(plan.officers.iloc[place])),
            *_hours(plan.demand.iloc[place], plan.unmet.iloc[place]),
            _unmet_words(plan, place),
            f"{_unmet_words(start, place)} ({count(int(start.officers.iloc[place]), 'officers')})",
        )
        for place, name in enumerate(names)
    ]
    together = (
        "All precincts",
        count(int(plan.officers.sum())),
        *_hours(plan.demand.sum(), plan.total_unmet),
        _total_words(plan),
        f"{_total_words(start)} ({count(int(start.officers.sum()), 'officers')})",
    )
    return table(
        f"{position.where}: officer-hours of one week",
        ("", "Officers", "Needed", "Met", "Unmet", "Unmet of 100", f"At the start: {_START}"),
        [*rows, together],
    )


def _hours(demand, unmet):
    return tuple(f"{hours:,.1f}" for hours in (demand, demand - unmet, unmet))


def _figure(position, sentence):
    legend, top = _legend()
    last = top + len(position.names) * _ROW
    ticks = {place / 4: str(25 * place) for place in range(5)}
    rows = [
        mark
        for place in range(len(position.names))
        for mark in _precinct(position, place, top + place * _ROW)
    ]
    axis = svg.axis(_BARS, last, _LENGTH, top - 4, ticks)
    note = svg.text(_BARS + _LENGTH + 20, last + 16, "of 100 needed", svg.SMALL, fill=svg.GREY)
    described = f"{sentence} {' '.join(_described(position))}"
    title = "Officer-hours that are unmet and met in each precinct"
    return svg.figure("allocation", last + 22, title, described, [*legend, axis, *rows, note])


def _described(position):
    for place, name in enumerate(position.names):
        yield (
            f"{name}: {count(int(position.plan.officers.iloc[place]), 'officers')}, unmet "
            f"{_unmet_words(position.plan, place)} of 100, at the start {_unmet_words(position.start, place)}."
        )


def _legend():
    """Return the legend and the height at which the bars begin."""
    x, marks = _BARS, []
    for label, ink in (("unmet", svg.VERMILION), ("met", svg.PALE)):
        marks += [svg.area(x, 4, 20, 16, ink), svg.text(x + 26, 17, label)]
        x += 46 + svg.text_width(label, svg.NORMAL)
    marks += [_dash(x + 6, 2, 20), svg.text(x + 16, 17, f"unmet at the start: {_START}")]
    return marks, 36


def _dash(x, y, tall):
    """Return a dashed upright line on a white one, to be seen on any ink."""
    return (
        f"{svg.line(x, y, x, y + tall, svg.WHITE, 5)}\n{svg.line(x, y, x, y + tall, svg.BLACK, 2.5, '5 3')}"
    )


def _precinct(position, place, y):
    """Return one precinct: its officers, what stays unmet and what is met, and its unmet share."""
    plan, start = position.plan, position.start
    officers, before = int(plan.officers.iloc[place]), int(start.officers.iloc[place])
    changed = f" (start: {before})" if officers != before else ""
    yield svg.text(0, y + 13, svg.shortened(position.names[place], _BARS - 12, svg.NORMAL, True), bold=True)
    yield svg.text(0, y + 30, f"{count(officers, 'officers')}{changed}", svg.SMALL, fill=svg.GREY)
    unmet = _LENGTH * float(plan.unmet_share.iloc[place])
    yield svg.area(_BARS + unmet, y, _LENGTH - unmet, _BAR, svg.PALE)
    if unmet:
        yield svg.area(_BARS, y, unmet, _BAR, svg.VERMILION)
    yield _dash(_BARS + _LENGTH * float(start.unmet_share.iloc[place]), y - 4, _BAR + 8)
    said = _unmet_words(plan, place).replace("fewer than", "under").replace("more than", "over")
    worst = "◄ worst off" if place == _worst(plan) else ""
    yield svg.text(_BARS + _LENGTH + 12, y + 13, f"{said} unmet", bold=True)
    yield svg.text(_BARS + _LENGTH + 12, y + 30, worst, svg.SMALL)


def _no_plan(reason, available, needed):
    """Return what is shown where no plan can keep the rules: why, and how many officers are missing."""
    rows = (("Officers needed at least", needed, svg.PALE), ("Officers available", available, svg.BLUE))
    full = svg.WIDTH - 2 * 4
    marks = []
    for place, (label, number, ink) in enumerate(rows):
        y = 10 + place * 76
        marks.append(svg.text(4, y + 12, f"{label}: {count(number)}", bold=True))
        marks.append(svg.area(4, y + 22, full * number / needed, 34, ink))
    start, missing = 4 + full * available / needed, needed - available
    marks.append(svg.area(start, 108, full - full * available / needed, 34, svg.VERMILION))
    marks.append(svg.text(756, 98, f"Missing: {count(missing)}", anchor="end", bold=True))
    numbers = [(label, count(number)) for label, number, _ in rows]
    return Picture(
        f"No plan. {reason}",
        svg.figure("allocation", 154, "Officers that the rule needs, and officers there are", reason, marks),
        bullets(["Decide openly which rule gives way, and name the people who bear it."]),
        table("Officers", ("", "Number"), [*numbers, ("Missing", count(missing))]),
    )
