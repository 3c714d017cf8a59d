"""The risk sheet: likelihood and impact before and after a measure, held to the evidence.

The steps, bands and rules are the course's own. They are inspired by how risk questionnaires for police work ask
(likelihood and impact, each on a scale of five steps); no published scale or band was confirmed, and none is copied.

Four rules keep a sheet honest:

- A risk without evidence is never low: it counts as medium at least.
- A measure lowers nothing without evidence that it works, and the evidence of the risk alone is no such evidence.
- The overall level is that of the worst risk, with the counts of all levels; there is no mean that could hide it.
- Evidence in which no number has enough people to tell is no evidence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from workshop.casefile.model import NO_CASE, Case, Evidence, Risk
from workshop.casefile.principles import principle
from workshop.casefile.wording import figure_words
from workshop.probes import svg
from workshop.probes.html import Picture, StillPicture, bullets, table
from workshop.probes.words import joined

STEPS = (1, 2, 3, 4, 5)
LIKELIHOOD = {
    1: "hardly ever",
    2: "now and then",
    3: "regularly",
    4: "often",
    5: "most of the time",
}
IMPACT = {
    1: "a nuisance, put right at once",
    2: "time or trust lost, put right in days",
    3: "a right touched, put right with effort",
    4: "freedom, work or home at stake",
    5: "can't be put right: lasting harm, or a life",
}
NO_EVIDENCE = "no evidence"


class Level(NamedTuple):
    """A band of the sheet.

    Attributes
    ----------
    name : str
    lowest, highest : int
        Likelihood times impact, both included.
    ink : svg.Ink
    means : str
        What it asks of those who decide.
    """

    name: str
    lowest: int
    highest: int
    ink: svg.Ink
    means: str


LEVELS = (
    Level("low", 1, 4, svg.Ink("#ffffff", "#6e6e6e", svg.BLACK), "go on, and keep watching"),
    Level(
        "medium",
        5,
        9,
        svg.Ink("#ffe3cc", "#6e6e6e", svg.BLACK, "/", "#e0b48f"),
        "go on only with a measure and a person who answers for it",
    ),
    Level(
        "high",
        10,
        15,
        svg.Ink("#f0a05f", "#6e6e6e", svg.BLACK, "x", "#c47a3c"),
        "limit the use until the level is lower",
    ),
    Level("very high", 16, 25, svg.Ink("#8f3a00", "#6e6e6e", svg.WHITE), "do not use it"),
)
LEVEL_NAMES = tuple(level.name for level in LEVELS)
FLOOR = 1  # position in LEVELS of the lowest level that a risk without evidence can have


def level_of(likelihood: int, impact: int) -> int:
    """Return the position in `LEVELS` of a likelihood and an impact.

    Raises
    ------
    ValueError
        If one is no step from 1 to 5.
    """
    for name, step in (("likelihood", likelihood), ("impact", impact)):
        if type(step) is not int or step not in STEPS:
            raise ValueError(f"The {name} is {step!r}; give a whole number from 1 to 5.")
    product = likelihood * impact
    return next(place for place, level in enumerate(LEVELS) if level.lowest <= product <= level.highest)


@dataclass(frozen=True)
class Rated:
    """A risk with the levels that its evidence allows.

    Attributes
    ----------
    risk : Risk
    number : int
        Its number on the sheet and the heat map, from 1.
    before, after : int
        Positions in `LEVELS`, after the rules; without a measure both are the same.
    likelihood_after, impact_after : int
        As they count: not below those before, unless there is evidence that the measure works.
    evidence, measure_evidence : tuple of Evidence
        What the case holds of the ids that the risk names, as far as it counts.
    notes : tuple of str
        What the rules changed, a sentence each.
    """

    risk: Risk
    number: int
    before: int
    after: int
    likelihood_after: int
    impact_after: int
    evidence: tuple[Evidence, ...]
    measure_evidence: tuple[Evidence, ...]
    notes: tuple[str, ...]

    @property
    def proven(self) -> bool:
        """Whether any evidence stands behind the risk."""
        return bool(self.evidence)


class Overall(NamedTuple):
    """The sheet as a whole.

    Attributes
    ----------
    level : int or None
        Position in `LEVELS` of the worst risk, with the measures; None if no risk was named.
    counts : tuple of int
        Risks of each level, in the order of `LEVELS`.
    worst : tuple of Rated
        The risks of that level.
    unproven : int
        Risks without evidence.
    """

    level: int | None
    counts: tuple[int, ...]
    worst: tuple[Rated, ...]
    unproven: int

    @property
    def sentence(self) -> str:
        """The result in words, the worst risk first."""
        if self.level is None:
            return "No risk was named yet. That says nothing about how large the risks are."
        first = self.worst[0].risk
        more = f", and {len(self.worst) - 1} more" if len(self.worst) > 1 else ""
        named = f"“{first.name}”, borne by {first.bears or 'nobody named'}{more}"
        told = joined(
            f"{number} {name}" for number, name in zip(self.counts, LEVEL_NAMES, strict=True) if number
        )
        total = sum(self.counts)
        all_told = f"Of {total} risks: {told}." if total > 1 else "It is the only risk on the sheet."
        return f"The worst risk is {LEVEL_NAMES[self.level]}: {named}. {all_told}"


def rate(risks: Iterable[Risk], evidence: Iterable[Evidence]) -> tuple[Rated, ...]:
    """Return risks with the levels that the evidence allows, the worst first.

    Parameters
    ----------
    risks : iterable of Risk
    evidence : iterable of Evidence
        What the case holds.

    Raises
    ------
    ValueError
        If a step is not a whole number from 1 to 5.
    """
    held = {each.id: each for each in evidence if counts_as_evidence(each)}
    rated = [_rated(risk, held) for risk in risks]
    rated.sort(key=lambda each: (-each[2], -each[1], -each[0].likelihood * each[0].impact, each[0].id))
    return tuple(
        Rated(risk, number, before, after, *rest)
        for number, (risk, before, after, *rest) in enumerate(rated, 1)
    )


def counts_as_evidence(evidence: Evidence) -> bool:
    """Return whether any number of it was measured on enough people to tell."""
    return any(figure.enough and figure.value is not None for figure in evidence.figures)


def _rated(risk, held):
    shown = tuple(held[key] for key in risk.evidence if key in held)
    working = tuple(held[key] for key in risk.measure_evidence if key in held)
    proves = any(each not in shown for each in working)
    notes = []
    before = level_of(risk.likelihood, risk.impact)
    if not shown and before < FLOOR:
        before = FLOOR
        notes.append(f"Rated {LEVEL_NAMES[0]}, counted as {LEVEL_NAMES[FLOOR]}: there is no evidence.")
    elif not shown:
        notes.append("There is no evidence for this rating.")
    notes += _doubts(risk, shown)
    likelihood = risk.likelihood if risk.likelihood_after is None else risk.likelihood_after
    impact = risk.impact if risk.impact_after is None else risk.impact_after
    lowers = likelihood < risk.likelihood or impact < risk.impact
    if lowers and not (risk.measure and proves):
        notes.append(_why_not(risk, working))
        likelihood, impact = max(likelihood, risk.likelihood), max(impact, risk.impact)
    after = level_of(likelihood, impact)
    if not shown:
        after = max(after, FLOOR)
    return risk, before, after, likelihood, impact, shown, working, tuple(notes)


def _why_not(risk, working):
    if not risk.measure:
        return "Nothing was lowered: no measure is named."
    if not working:
        return "The measure lowers nothing here: there is no evidence that it works."
    return "The measure lowers nothing here: the evidence of the risk does not show that the measure works."


def _doubts(risk, shown):
    """Tell where the likelihood was rated below what was measured."""
    for each in shown:
        step, figure = measured_step(each)
        if step is not None and step > risk.likelihood:
            yield (
                f"Likelihood rated {risk.likelihood}, but measured: {figure_words(each, figure)} ({figure.name}), "
                f"which suggests {step}."
            )


def measured_step(evidence: Evidence):
    """Return the likelihood step that a measured share suggests, and the figure that it comes from.

    The share is that of the group that fares worst, among those with enough people. The bounds are the course's own:
    under 1 in 100 is 1, under 5 is 2, under 10 is 3, under 25 is 4, and 5 from there on.

    Returns
    -------
    step : int or None
        None where the number is no share.
    figure : Figure or None
    """
    figures = [figure for figure in evidence.figures if figure.enough and figure.value is not None]
    if evidence.unit != "share" or not figures:
        return None, None
    high_harms = evidence.worse == "higher"
    worst = max(figures, key=lambda figure: figure.value if high_harms else -figure.value)
    share = worst.value if high_harms else 1 - worst.value
    return 1 + sum(share >= bound for bound in (0.01, 0.05, 0.10, 0.25)), worst


def overall(rated: Iterable[Rated]) -> Overall:
    """Return the worst level with the measures, and the counts of all levels."""
    rated = tuple(rated)
    counts = tuple(sum(each.after == place for each in rated) for place in range(len(LEVELS)))
    level = max((each.after for each in rated), default=None)
    worst = tuple(each for each in rated if each.after == level)
    return Overall(level, counts, worst, sum(not each.proven for each in rated))


def risk_sheet(case: Case | None) -> StillPicture:
    """Return the risk sheet of a case: what is worst, the heat maps before and with the measures, and the table."""
    shown = picture(rate(case.risks, case.evidence) if case else ())
    return StillPicture("Risk sheet", shown if case else shown._replace(sentence=NO_CASE), CAPTION)


CAPTION = (
    "Numbers of risks as in the table. Bands are our own. “?”: no evidence, so it counts as medium at least."
)


def picture(rated: tuple[Rated, ...]) -> Picture:
    """Return the sheet as sentence, heat maps, notes and table."""
    whole = overall(rated)
    notes = [f"{each.number}. {' '.join(each.notes)}" for each in rated if each.notes]
    if whole.level is not None:
        notes.insert(0, f"{LEVELS[whole.level].name.capitalize()} means: {LEVELS[whole.level].means}.")
    return Picture(whole.sentence, _maps(rated, whole), bullets(notes) if notes else "", _table(rated))


def _table(rated):
    rows = [
        (
            f"{each.number}. {each.risk.name}",
            each.risk.bears or "nobody named",
            principle(each.risk.principle).name,
            _rating(each.risk.likelihood, each.risk.impact, each.before),
            joined(item.label for item in each.evidence) or NO_EVIDENCE,
            each.risk.measure or "none",
            _rating(each.likelihood_after, each.impact_after, each.after),
            joined(item.label for item in each.measure_evidence) or NO_EVIDENCE,
        )
        for each in rated
    ]
    columns = (
        "Risk",
        "Who bears it",
        "Principle",
        "Before",
        "Evidence",
        "Measure",
        "With the measure",
        "Evidence for the measure",
    )
    return table("Risks, the worst first: likelihood × impact and level", columns, rows)


def _rating(likelihood, impact, level):
    return f"{likelihood} × {impact} = {likelihood * impact}\n{LEVEL_NAMES[level]}"


# --- the heat maps -----------------------------------------------------------------------------------------------

_CELL_W, _CELL_H, _LEFT, _TOP, _GAP = 62, 43, 66, 46, 46


def _maps(rated, whole):
    first = [(each, each.risk.likelihood, each.risk.impact) for each in rated]
    second = [(each, each.likelihood_after, each.impact_after) for each in rated]
    across = _LEFT + 5 * _CELL_W + _GAP
    bottom = _TOP + 5 * _CELL_H
    marks = [
        *_map(_LEFT, "Before the measures", first),
        *_map(across, "With the measures", second, named=False),
        _key(bottom + 60),
    ]
    told = [
        f"{each.number}: {each.risk.name}, before {LEVEL_NAMES[each.before]}, "
        f"with the measure {LEVEL_NAMES[each.after]}" + ("" if each.proven else f", {NO_EVIDENCE}")
        for each in rated
    ]
    said = f"{whole.sentence} " + "; ".join(told)
    return svg.figure("risks", bottom + 74, "Heat maps of likelihood and impact", said, marks)


def _map(x, title, placed, named=True):
    yield svg.text(x, _TOP - 26, title, svg.LARGE, bold=True)
    if named:
        yield svg.text(x - 60, _TOP - 8, "Impact", svg.SMALL, bold=True)
    for impact in STEPS:
        y = _TOP + (5 - impact) * _CELL_H
        yield svg.text(x - 8, y + _CELL_H / 2 + 5, str(impact), svg.NORMAL, "end")
        for likelihood in STEPS:
            left = x + (likelihood - 1) * _CELL_W
            ink = LEVELS[level_of(likelihood, impact)].ink
            yield svg.area(left, y, _CELL_W, _CELL_H, ink)
            yield _plate(left + 3, y + 3, str(likelihood * impact), ink)
            here = [each for each, *at in placed if at == [likelihood, impact]]
            if here:
                yield _risks(left, y, here)
    bottom = _TOP + 5 * _CELL_H
    for likelihood in STEPS:
        yield svg.text(x + (likelihood - 0.5) * _CELL_W, bottom + 18, str(likelihood), svg.NORMAL, "middle")
    yield svg.text(x, bottom + 38, "Likelihood", svg.SMALL, bold=True)


def _plate(x, y, label, ink):
    """Return a small number on a plate of the cell's colour, so that hatching does not cross it."""
    wide = svg.text_width(label, svg.SMALL) + 2
    fill = svg.Ink(ink.fill, ink.fill, ink.text)
    return f"{svg.area(x, y, wide, 15, fill)}\n{svg.text(x + 1, y + 12, label, svg.SMALL, fill=ink.text)}"


def _risks(x, y, here):
    """Return the numbers of the risks of a cell on a black plate, at most what fits."""
    labels = [f"{each.number}{'' if each.proven else '?'}" for each in here]
    while svg.text_width(said := " ".join(labels), svg.NORMAL, bold=True) > _CELL_W - 10:
        labels = [*labels[:-2], "…"] if len(labels) > 2 else ["…"]
    wide = max(24, svg.text_width(said, svg.NORMAL, bold=True) + 8)
    plate = svg.Ink(svg.BLACK, svg.WHITE, svg.WHITE)
    left, top = x + (_CELL_W - wide) / 2, y + 19
    return (
        f"{svg.area(left, top, wide, 21, plate)}\n"
        f"{svg.text(left + wide / 2, top + 16, said, svg.NORMAL, 'middle', True, svg.WHITE)}"
    )


def _key(y):
    keys = [
        (
            lambda x, ink=level.ink: svg.area(x, y - 12, 22, 16, ink),
            f"{level.name} ({level.lowest} to {level.highest})",
        )
        for level in LEVELS
    ]
    return svg.legend(_LEFT, y, keys, 28, 22)
