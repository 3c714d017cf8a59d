"""Pictures of a case for a lesson: what a stage answered, what was measured, and a risk that can be moved."""

from dataclasses import replace

from workshop.casefile.model import NO_CASE, Case
from workshop.casefile.monitoring import plan, plan_table
from workshop.casefile.principles import PRINCIPLES
from workshop.casefile.risks import CAPTION, IMPACT, LIKELIHOOD, counts_as_evidence, picture, rate
from workshop.casefile.stages import STATES, stage_questions, standings
from workshop.casefile.wording import KIND_WORDS, figure_words
from workshop.probes.controls import Choice, Slider, Toggle
from workshop.probes.html import Picture, StillPicture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, joined


def answers(case: Case | None, stage: str) -> StillPicture:
    """Return what a case answered to the questions of a stage.

    Raises
    ------
    ValueError
        If there is no such stage.
    """
    keys = [question.key for question in stage_questions(stage)]
    told = [standing for standing in standings(case) if standing.question.key in keys]
    counts = {state: sum(standing.state == state for standing in told) for state in STATES}
    said = joined(f"{number} {STATES[state]}" for state, number in counts.items() if number)
    rows = [
        (
            standing.question.asks,
            STATES[standing.state],
            (standing.answer.text if standing.answer else "") or "–",
            f"{len(standing.evidence)}" if standing.question.answered_by else "words only",
        )
        for standing in told
    ]
    shown = table(f"{capital(stage)}", ("Question", "State", "In words", "Evidence"), rows)
    sentence = f"{capital(stage)}, {len(told)} questions: {said}." if case else NO_CASE
    return StillPicture(f"Answers of the stage {stage}", Picture(sentence, "", shown, ""))


def measured(case: Case | None) -> StillPicture:
    """Return everything that was measured for a case, a line for each number."""
    rows = [
        (
            capital(each.label),
            figure.name,
            figure_words(each, figure),
            f"{each.dataset.name}\n{KIND_WORDS[each.dataset.kind]}" if each.dataset else "none named",
            each.lesson[:2],
        )
        for each in (case.evidence if case else ())
        for figure in each.figures
    ]
    if not case:
        sentence = NO_CASE
    elif not rows:
        sentence = f"“{case.title}” holds no evidence yet: lessons 01 to 10 offer it."
    else:
        real = sum(bool(each.dataset and each.dataset.kind == "real") for each in case.evidence)
        few = sum(not figure.enough for each in case.evidence for figure in each.figures)
        served = {key for each in case.evidence if counts_as_evidence(each) for key in each.principles}
        sentence = (
            f"{len(rows)} numbers of {len(case.evidence)} measurements, {real} of them on real records, serve "
            f"{len(served)} of {len(PRINCIPLES)} principles. {few} stand on too few to tell."
        )
    columns = ("What was measured", "Of whom", "Number, interval, counts", "Data", "Lesson")
    return StillPicture("What was measured", Picture(sentence, "", table("Evidence", columns, rows), ""))


def watched(case: Case | None) -> StillPicture:
    """Return what is watched once the tool runs: bounds that the case set, and what it recorded."""
    if case is None:
        return StillPicture("Monitoring plan", Picture(NO_CASE, "", "", ""))
    columns, rows = plan_table(case)
    # In the words of what was measured; a metric's own name is for whoever programs.
    measured = {(each.metric, each.group): each.what for each in plan(case)[0] if each.bounds}
    checks = [
        f"{capital(measured.get((check.metric, check.group), check.metric.replace('_', ' ')))}, {check.group}: "
        f"{_band(check)}; {check.every or 'how often is not said'}. "
        f"Then: {check.then or 'nobody is named'}."
        for check in case.checks
    ]
    number = len(rows)
    sentence = (
        f"{number} number{'s' if number != 1 else ''} can be held to a new batch, {len(checks)} of them with a bound "
        "that was set before."
        if number
        else "Nothing that this case recorded can be held to a new batch yet."
    )
    shown = table("Monitoring plan", columns, rows) if rows else ""
    return StillPicture("Monitoring plan", Picture(sentence, "", f"{bullets(checks)}\n{shown}", ""))


def _band(check):
    ends = ((check.lowest, "not below"), (check.highest, "not above"))
    return joined(f"{words} {100 * end:g} of 100" for end, words in ends if end is not None)


def principles_table() -> StillPicture:
    """Return the principles, and what each asks."""
    rows = [(each.name, each.core, each.means) for each in PRINCIPLES.values()]
    columns = ("Principle", "Serves", "What it asks, in our words")
    cores = len({each.core for each in PRINCIPLES.values()})
    sentence = f"{cores} core principles, {len(rows)} that serve them."
    return StillPicture("Principles", Picture(sentence, "", "", table("Principles", columns, rows)))


def risk_probe(case: Case) -> Probe:
    """Return a probe that moves one risk of a case, and takes its evidence away.

    Raises
    ------
    ValueError
        If the case has no risk.
    """
    if not case.risks:
        raise ValueError("This case names no risk yet; put one on its sheet first.")
    numbered = rate(case.risks, case.evidence)
    names = {each.risk.id: each.risk.name for each in numbered}
    ids = {each.risk.id: each.risk for each in numbered}
    # The one whose measure does most: taking its evidence away shows what evidence is for.
    first = max(numbered, key=lambda each: (each.before - each.after, each.proven, -each.number)).risk

    def draw(risk, likelihood, impact, bare, unshown):
        moved = replace(ids[risk], likelihood=likelihood, impact=impact)
        moved = replace(moved, evidence=()) if bare else moved
        moved = replace(moved, measure_evidence=()) if unshown else moved
        others = tuple(each for each in case.risks if each.id != risk)
        return picture(rate((*others, moved), case.evidence))

    sets = {key: {"likelihood": risk.likelihood, "impact": risk.impact} for key, risk in ids.items()}
    controls = [
        Choice("risk", "Risk", tuple(names), first.id, names.get, sets=sets),
        Slider("likelihood", "Likelihood", tuple(LIKELIHOOD), first.likelihood, _words(LIKELIHOOD)),
        Slider("impact", "Impact", tuple(IMPACT), first.impact, _words(IMPACT), folded=True),
        Toggle("bare", "Leave its evidence out", (False, True), False, folded=True),
        Toggle("unshown", "Leave the evidence of its measure out", (False, True), False, folded=True),
    ]
    return Probe("A risk that can be moved", controls, draw, CAPTION)


def _words(steps):
    return lambda step: f"{step}: {steps[step]}"
