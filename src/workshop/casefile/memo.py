"""The decision memo: deploy, limit, pause or refuse, on two pages; what doesn't fit stands whole in an annex."""

from datetime import date

import workshop
from workshop.casefile.monitoring import TOLERANCE, plan_table
from workshop.casefile.principles import principle
from workshop.casefile.risks import LEVEL_NAMES, LEVELS, overall, rate
from workshop.casefile.stages import STATES, standings, stopped_by, without_evidence
from workshop.casefile.wording import KIND_WORDS, figure_words
from workshop.documents import Bullets, Document, Heading, Paragraph, Table, one_line
from workshop.probes.words import capital, count, joined

MEANS = {
    "deploy": "the tool may be used as described",
    "limit": "the tool may be used only under the conditions below",
    "pause": "the tool is not used until the open points are closed",
    "refuse": "the tool is not used",
}
# Letters and rows of the two pages.
_ABOUT, _REASONS, _CONDITIONS, _LABEL, _NAME, _DATA = 350, 1000, 500, 90, 36, 70
_NUMBERS, _RISKS, _OPEN = 9, 5, 6
_MORE = "The whole text is in the annex."


def memo(case, made_on=None):
    """Return the decision memo of a case.

    Parameters
    ----------
    case : Case
    made_on : str, optional
        Day as "2026-05-18"; today by default.

    Returns
    -------
    Document
        Its blocks fill at most two pages of A4; what is longer or more is cut with a word about it, and stands whole
        in the annex.
    """
    rated = rate(case.risks, case.evidence)
    annex = []
    blocks = [
        *_decision(case),
        *_who(case),
        *_text("What the tool is to do", case.about, _ABOUT, annex),
        *_reasons(case, annex),
        *_numbers(case, annex),
        *_risks(case, rated, annex),
        *_missing(case, annex),
    ]
    annex += _monitoring(case)
    if annex:
        annex.insert(0, Heading("Annex"))
    return Document(
        f"Decision memo: {one_line(case.title, 90)}",
        tuple(blocks),
        tuple(annex),
        f"Made from the case file “{case.slug}” by the course “Responsible AI in law enforcement”, version "
        f"{workshop.__version__}. Not legal advice.",
        made_on or date.today().isoformat(),
    )


def _decision(case):
    decision = case.decision
    if decision is None:
        yield Paragraph("DRAFT: no decision was taken yet.", "lead")
    else:
        yield Paragraph(f"{decision.decision.upper()}: {MEANS[decision.decision]}.", "lead")
    stopped = stopped_by(case)
    if stopped:
        asked = joined(f"“{question.asks}”" for question in stopped)
        against = (
            " The decision stands against that; say why in the reasons."
            if decision and decision.decision in ("deploy", "limit")
            else ""
        )
        yield Paragraph(f"The answer to {asked} is no. Nothing measured later can make up for that.{against}")


def _text(head, text, longest, annex, nothing="Not written down."):
    """Yield a heading and a text, cut if it is too long for its place."""
    shown = one_line(text, longest)
    yield Heading(head)
    yield Paragraph(shown or nothing)
    if shown != one_line(text):
        yield Paragraph(_MORE, "note")
        annex += [Heading(head, 3), *(Paragraph(part) for part in text.split("\n") if part.strip())]


def _reasons(case, annex):
    decision = case.decision
    yield from _text("Reasons", decision.reasons if decision else "", _REASONS, annex)
    if decision and (decision.conditions or decision.decision == "limit"):
        yield from _text("Conditions", decision.conditions, _CONDITIONS, annex)


def _numbers(case, annex):
    yield Heading("The numbers")
    if not case.evidence:
        yield Paragraph("Nothing was measured: this decision rests on no number.")
        return
    leant = case.decision.evidence if case.decision else ()
    # What the decision leans on comes first, then in the order of the lessons.
    evidence = sorted(case.evidence, key=lambda each: (each.id not in leant, each.lesson, each.id))
    rows = [
        (each.label, figure.name, figure_words(each, figure), data_words(each))
        for each in evidence
        for figure in each.figures
    ]
    short = [
        (one_line(row[0], _LABEL), one_line(row[1], _NAME), row[2], one_line(row[3], _DATA)) for row in rows
    ]
    columns, widths = (
        ("What was measured", "Of whom", "How much, 95% interval, counts", "Data"),
        (2.6, 1.2, 2.2, 1.3),
    )
    yield Table(_caption("Measured", len(rows), _NUMBERS), columns, tuple(short[:_NUMBERS]), widths)
    if len(rows) > _NUMBERS or short != rows:
        annex += [
            Heading("All numbers", 3),
            Table("Everything that was measured", columns, tuple(rows), widths),
        ]


def _caption(what, number, most):
    if number <= most:
        return what
    return f"{what}: the first {most} of {number}; all are in the annex"


def data_words(evidence):
    """Return on which data, in which lesson and with which settings something was measured."""
    name = f"{evidence.dataset.name} ({KIND_WORDS[evidence.dataset.kind]}), " if evidence.dataset else ""
    chosen = "".join(
        f", {setting.name.replace('_', ' ')} {_plain(setting.value)}" for setting in evidence.settings
    )
    return f"{name}lesson {evidence.lesson[:2]}{chosen}"


def _plain(value):
    return value if isinstance(value, str) else f"{value:g}"


def _risks(case, rated, annex):
    whole = overall(rated)
    yield Heading("Open risks, the worst first")
    if not rated:
        yield Paragraph(whole.sentence)
        return
    level = LEVELS[whole.level]
    decided = case.decision.decision if case.decision else ""
    further = (whole.level == 3 and decided in ("deploy", "limit")) or (
        whole.level == 2 and decided == "deploy"
    )
    against = " The decision goes further than that: the reasons must say why." if further else ""
    yield Paragraph(f"The worst risk is {level.name} with its measure; that asks: {level.means}.{against}")
    rows = [
        (
            each.risk.name,
            each.risk.bears or "nobody named",
            LEVEL_NAMES[each.before],
            LEVEL_NAMES[each.after],
            each.risk.measure or "none",
        )
        for each in rated
    ]
    columns = ("What can go wrong", "Who bears it", "Before", "With the measure", "Measure")
    widths = (2.4, 1.5, 0.8, 1, 2.3)
    short = [
        (one_line(row[0], 70), one_line(row[1], 44), *row[2:4], one_line(row[4], 70)) for row in rows[:_RISKS]
    ]
    yield Table(_caption("Risks", len(rows), _RISKS), columns, tuple(short), widths)
    notes = [f"{each.risk.name}: {note}" for each in rated for note in each.notes]
    if len(rows) > _RISKS or short != rows or notes:
        annex += [
            Heading("All risks", 3),
            Table("Every risk, whole", columns, tuple(rows), widths),
            *([Bullets(tuple(notes))] if notes else []),
        ]


def _missing(case, annex):
    told = standings(case)
    open_ones = [standing for standing in told if standing.state != "answered"]
    lacking = without_evidence(case)
    yield Heading("What is missing")
    if not open_ones and not lacking:
        yield Paragraph("All questions are answered, and every principle has evidence.")
        return
    items = [f"{capital(STATES[each.state])}: {each.question.asks}" for each in open_ones]
    if len(items) > _OPEN:
        rest = f"{len(items) - _OPEN} more questions are open; all are in the annex."
        annex += [Heading("All open questions", 3), Bullets(tuple(items))]
        items = [*items[:_OPEN], rest]
    if lacking:
        names = [principle(key).name.lower() for key in lacking]
        items.append(f"No evidence was recorded for {len(names)} principles: {joined(names)}.")
    yield Bullets(tuple(items))


def _who(case):
    decision = case.decision
    if decision is None:
        yield Paragraph("Nobody was named who decides, and no day of review was set.")
        return
    review = decision.review_on or "no day was set, and a decision without one tends to stay"
    yield Paragraph(
        f"Decided by: {one_line(decision.decided_by, 100) or 'nobody was named'}. "
        f"Decided on: {decision.decided_on or 'no day was set'}. Next review: {review}."
    )


def _monitoring(case):
    columns, rows = plan_table(case)
    if rows:
        yield Heading("Monitoring plan", 3)
        yield Paragraph(
            f"{count(len(rows), 'checks')} of a new batch: “workshop monitor {case.slug} --batch FILE.csv”. "
            f"Tolerated is a change of {TOLERANCE:.0%} of the recorded rate, beyond chance. Bounds that the case sets "
            "come first."
        )
        yield Table("What is watched", columns, rows, (2.4, 1.1, 1.8, 1.2, 1.2))
