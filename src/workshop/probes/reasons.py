"""One decision explained three ways, and how often a court would be told the same by a model trained again."""

from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit

from workshop.domains.court.accounts import FACT_NAMES
from workshop.domains.court.refits import CHANGE, PRECEDENTS, REASON, VERDICT, Refits
from workshop.probes import svg
from workshop.probes.controls import Choice, Slider, Toggle
from workshop.probes.html import Picture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, count, isolated, joined, of_hundred, signed

_WAY_WORDS = {
    REASON: "Reasons: what each fact adds",
    CHANGE: "The smallest change that flips it",
    PRECEDENTS: "The nearest precedents",
}
_KEPT_WORDS = {
    REASON: "same main reason",
    CHANGE: "the change flips it",
    PRECEDENTS: "same majority",
}
_TRIED = 20  # refits that can be looked at one by one
_SIDE, _FIELD, _SQUARE = 545, 56, 18  # pixels: the field of the refits
_NAMES, _MIDDLE, _REACH, _ROW = 235, 375, 95, 30  # pixels: names, zero line, longest bar, height of a row
_KEPT, _LOST = svg.BLUE, svg.WHITE_VERMILION
_HEIGHT = 264  # pixels: as the field needs them


def reasons(
    refits, cases, *, case_names=None, fact_names=FACT_NAMES, outcome_words=("flagged", "not flagged")
):
    """Show the explanations of one decision, and in how many refits each stays the same.

    Parameters
    ----------
    refits : workshop.domains.court.Refits
    cases : pandas.DataFrame
        The cases to choose from: the facts of the model, and the column checked (what a later check found).
    case_names : sequence of str, optional
        One for each case, no person's name and no case number; by default "Account A" and so on.
    fact_names : mapping of str to str, optional
        From a fact to the words shown for it; others are shown as they are.
    outcome_words : tuple of (str, str)
        Words for the two decisions.

    Returns
    -------
    Probe
        Controls way ("the main reason", "the smallest change" or "the precedents"), case, refit (0: the model as
        trained; 1 to 20: trained again) and check (whether the later check is shown).

    Raises
    ------
    ValueError
        If there is no case, a column is missing or holds no number, or the names do not fit.
    """
    if not isinstance(refits, Refits):
        raise ValueError("Give the refits that court.Refits(accounts) makes.")
    if not isinstance(cases, pd.DataFrame) or not len(cases) or "checked" not in cases:
        raise ValueError(
            "The cases must be a table (DataFrame) with at least one case and the column checked."
        )
    holds = refits.holds(cases)  # refuses what the model cannot read
    names = _case_names(len(cases), case_names)
    labels = {fact: isolated(fact_names.get(fact, fact.replace("_", " "))) for fact in refits.parts.facts}
    told = {
        name: _Case(
            name,
            cases.iloc[[place]],
            {way: each[:, place] for way, each in holds.items()},
            refits,
            labels,
            outcome_words,
        )
        for place, name in enumerate(names)
    }
    controls = (
        Choice("way", "Explained by", tuple(_WAY_WORDS), REASON, _WAY_WORDS.get),
        Choice("case", "Account", tuple(names), names[0], isolated),
        Slider(
            "refit", "Trained again", tuple(range(min(_TRIED, refits.number) + 1)), 0, _refit, folded=True
        ),
        Toggle(
            "check",
            "Show what the later check found",
            (False, True),
            False,
            {False: "no", True: "yes"}.get,
            folded=True,
        ),
    )

    def draw(case, way, refit, check):
        return _DRAWN[way](told[case], refit, check)

    return Probe(
        "The same decision, explained three ways",
        controls,
        draw,
        f"Right: the model was trained again {refits.number} times, on records drawn again by lot. One square is one "
        "training. Blue: it also decides so, and the court is told the same.",
    )


def _case_names(number, given):
    names = (
        [f"Account {chr(65 + place)}" for place in range(number)] if given is None else list(map(str, given))
    )
    if len(names) != number or len(set(names)) != number:
        raise ValueError(f"Give {number} different case_names, one for each case.")
    return names


def _refit(number):
    return f"again, no. {number}" if number else "as trained"


class _Case:
    """One case, and all that is told about it."""

    def __init__(self, name, case, holds, refits, labels, outcomes):
        self.name, self.case, self.holds, self.refits = isolated(name), case, holds, refits
        self.labels, self.outcomes = labels, outcomes
        self.checked = bool(case["checked"].iloc[0])

    def parts(self, refit):
        return self.refits.all_parts[refit - 1] if refit else self.refits.parts

    def score(self, refit):
        return float(expit(self.parts(refit).log_odds(self.case))[0])

    def decision(self, refit):
        return self.outcomes[0] if self.score(refit) >= 0.5 else self.outcomes[1]

    def contributions(self, refit):
        return self.refits.contributions(self.case, self.parts(refit))[0]

    @cached_property
    def spread(self):
        """Between which contributions 95 of 100 refits lie, by reason."""
        return self.refits.spread(self.case)

    def main(self, refit):
        return self.refits.reasons[int(self.refits.main_reason(self.case, self.parts(refit))[0])]

    def label(self, reason):
        return self.labels.get(reason, isolated(reason))

    def value(self, fact, value=None):
        value = self.case[fact].iloc[0] if value is None else value
        if pd.api.types.is_bool_dtype(self.case[fact]):
            return "yes" if value else "no"
        return f"{float(value):,.6g}"

    def valued(self, reason):
        """Return a reason with its value; one that adds up several facts has none."""
        return f"{self.label(reason)} ({self.value(reason)})" if reason in self.labels else self.label(reason)

    def change(self, refit):
        return self.refits.change(self.case, refit - 1 if refit else None)

    def precedents(self, refit):
        return self.refits.precedents(self.case, refit - 1 if refit else None)

    def opening(self, refit):
        again = f", trained again (no. {refit})" if refit else ""
        return (
            f"{self.name} is {self.decision(refit)}{again}: score {of_hundred(self.score(refit), 1)} of 100."
        )

    def kept(self, way):
        return int(self.holds[way].sum())


def _checked(case, check):
    """Return what the later check found, if it is asked for."""
    if not check:
        return []
    found = "a ring did use" if case.checked else "no ring used"
    return [f"The later check: {found} this account. No explanation here could know."]


def _asked(case, way):
    total = case.refits.number
    return f"{case.kept(way)} of {total}"


# Reasons


def _reasons(case, refit, check):
    values = case.contributions(refit)
    order = sorted(range(len(values)), key=lambda place: -abs(values[place]))
    main = case.main(refit)
    sentence = f"{case.opening(refit)} Main reason: {case.valued(main)}."
    first = case.valued(case.main(0))
    said = [
        f"Trained again, “{first}” is the main reason of the same decision in {_asked(case, REASON)}.",
        "The bars and the start add up exactly to the score: this is what the model did. It is not why the account "
        "was used, and not that the model is right.",
        *_checked(case, check),
    ]
    rows = [
        (
            capital(case.label(case.refits.reasons[place])),
            case.value(case.refits.reasons[place]) if case.refits.reasons[place] in case.labels else "",
            signed(values[place], "+.2f"),
            f"{signed(case.spread[0, place], '+.2f')} to {signed(case.spread[1, place], '+.2f')}",
        )
        for place in order
    ]
    start = float(case.parts(refit).log_odds(case.case)[0] - values.sum())
    rows = [("Start: the average account", "", signed(start, "+.2f"), ""), *rows]
    rows.append(("Together", "", signed(start + values.sum(), "+.2f"), ""))
    numbers = table(
        f"{case.name}: what each fact adds, in log-odds",
        ("Fact", "Value", "Adds", f"95 of 100 trainings of {case.refits.number}"),
        rows,
    )
    marks = [*_bars(case, values, order, main), *_field(case, REASON)]
    described = "; ".join(f"{row[0]} {row[1]} adds {row[2]}" for row in rows[1:-1])
    return _finished(case, REASON, sentence, described, marks, said, numbers)


def _bars(case, values, order, main):
    reach = max(np.abs(case.spread).max(), np.abs(values).max(), 0.5)
    yield svg.text(0, 18, "What each fact adds to the score", svg.NORMAL, bold=True)
    yield svg.text(_MIDDLE - 8, 40, "← against", svg.SMALL, "end")
    yield svg.text(_MIDDLE + 8, 40, "for a flag →", svg.SMALL)
    bottom = 48 + len(order) * _ROW
    yield svg.line(_MIDDLE, 46, _MIDDLE, bottom, svg.BLACK)
    for row, place in enumerate(order):
        y, reason, value = 48 + row * _ROW, case.refits.reasons[place], values[place]
        bold = reason == main
        yield svg.text(
            0, y + 18, svg.shortened(capital(case.valued(reason)), _NAMES - 8, svg.NORMAL, bold), bold=bold
        )
        wide = abs(value) / reach * _REACH
        ink = svg.BLUE if value >= 0 else svg.VERMILION
        yield svg.area(_MIDDLE if value >= 0 else _MIDDLE - wide, y + 4, wide, 13, ink)
        low, high = (_MIDDLE + end / reach * _REACH for end in case.spread[:, place])
        yield svg.whisker(low, high, y + 22, cap=3)
        yield svg.text(_SIDE - 16, y + 18, signed(value, "+.2f"), svg.SMALL, "end", bold)
    yield svg.text(_NAMES, bottom + 16, "Thin line: 95 of 100 trainings", svg.SMALL, fill=svg.GREY)


# The smallest change


def _change(case, refit, check):
    found = case.change(refit)
    score = case.score(refit)
    if found is None:
        sentence = f"{case.opening(refit)} No change of up to three facts would flip it."
        rows, after = [], None
    else:
        after = float(expit(found.after))
        needed = joined(
            f"{case.label(fact)} were {case.value(fact, new)} instead of {case.value(fact, old)}"
            for fact, (old, new) in found.changes.items()
        )
        other = case.outcomes[1] if score >= 0.5 else case.outcomes[0]
        sentence = f"{case.opening(refit)} It would be “{other}” if {needed}."
        rows = [
            (capital(case.label(fact)), case.value(fact, old), case.value(fact, new))
            for fact, (old, new) in found.changes.items()
        ]
    said = [
        f"Trained again, the change that flips the first model flips the decision in {_asked(case, CHANGE)}: the "
        "smallest change ends just across the line, and the line moves.",
        "It says what would be enough for another decision. It doesn't say why this one was taken.",
        *_checked(case, check),
    ]
    numbers = table(f"{case.name}: the smallest change", ("Fact", "Now", "Needed"), rows)
    marks = [*_scores(case, score, after, found), *_field(case, CHANGE)]
    described = "; ".join(f"{name} from {old} to {new}" for name, old, new in rows)
    return _finished(case, CHANGE, sentence, described, marks, said, numbers)


def _scores(case, score, after, found):
    """Draw the score before and after on one scale, and each fact that must change."""
    left, length = 12, 470
    yield svg.text(0, 18, "Score, of 100", svg.NORMAL, bold=True)
    yield svg.axis(left, 110, length, 34, {0.0: "0", 0.25: "25", 0.5: "50", 0.75: "75", 1.0: "100"})
    middle = left + length / 2
    yield svg.line(middle, 34, middle, 110, svg.BLACK, 2, "5 4")
    yield svg.text(middle + 6, 44, f"{case.outcomes[0]} from 50 on", svg.SMALL)
    at = left + length * score
    yield svg.point(at, 66, "circle", svg.BLUE.fill, radius=8)
    yield _beside(at, 71, "now")
    if after is None:
        return
    then = left + length * after
    yield svg.line(at, 66, at, 94, svg.GREY, 1, "3 3")
    yield svg.line(at, 94, then, 94, svg.GREY, 2)
    yield svg.point(then, 94, "diamond", svg.VERMILION.fill, radius=8)
    yield svg.text(then - 14, 99, "changed", svg.SMALL, "end", bold=True)
    yield svg.text(0, 160, "What must change", svg.NORMAL, bold=True)
    for row, (fact, (old, new)) in enumerate(found.changes.items()):
        y = 190 + row * 30
        yield svg.text(0, y, svg.shortened(capital(case.label(fact)), 300, svg.LARGE), svg.LARGE)
        yield svg.text(310, y, f"{case.value(fact, old)} → {case.value(fact, new)}", svg.LARGE, bold=True)


def _beside(x, y, words):
    return (
        svg.text(x + 14, y, words, svg.SMALL, bold=True)
        if x < 430
        else svg.text(x - 14, y, words, svg.SMALL, "end", bold=True)
    )


# Precedents


class _Near(NamedTuple):
    """The nearest precedents, counted."""

    rows: pd.DataFrame
    number: int
    recorded: int
    checked: int


def _precedents(case, refit, check):
    rows = case.precedents(refit)
    near = _Near(rows, len(rows), int(rows["recorded"].sum()), int(rows["checked"].sum()))
    sentence = (
        f"{case.opening(refit)} Of the {near.number} accounts most like it, {near.recorded} are recorded as used by a "
        "ring."
    )
    said = [
        f"Trained again, the majority of the precedents stays the same in {_asked(case, PRECEDENTS)}.",
        "Alike means: near in the seven facts of the model. What is in no column can't make two accounts unlike.",
    ]
    if check:
        said.append(
            f"The later check: a ring used {near.checked} of these {near.number}, the records say {near.recorded}."
        )
    said += _checked(case, check)
    facts = list(case.refits.parts.facts)
    columns = ["Precedent", *(capital(case.label(fact)) for fact in facts), "Recorded"]
    body = []
    for place, (_, row) in enumerate(rows.iterrows(), 1):
        cells = [str(place), *(case.value(fact, row[fact]) for fact in facts), _yes(row["recorded"])]
        body.append([*cells, _yes(row["checked"])] if check else cells)
    first = [case.name, *(case.value(fact) for fact in facts), "", *([_yes(case.checked)] if check else [])]
    numbers = table(
        f"{case.name} and the accounts most like it",
        [*columns, *(["Checked"] if check else [])],
        [first, *body],
    )
    marks = [*_squares(near, check), *_field(case, PRECEDENTS)]
    return _finished(case, PRECEDENTS, sentence, "", marks, said, numbers)


def _yes(value):
    return "yes" if value else "no"


def _squares(near, check):
    """Draw one square for each precedent, the nearest first."""
    yield svg.text(
        0, 18, f"The {near.number} accounts most like it, the nearest first", svg.NORMAL, bold=True
    )
    columns, size = 8, 50
    for place, (recorded, checked) in enumerate(
        zip(near.rows["recorded"], near.rows["checked"], strict=True)
    ):
        row, column = divmod(place, columns)
        x, y = column * (size + 12), 36 + row * (size + 22)
        yield svg.area(x, y, size, size, *((svg.VERMILION, "ring") if recorded else (svg.PALE, "no")))
        if check:
            yield svg.text(
                x + size / 2, y + size + 15, "✓" if recorded == checked else "✗", svg.LARGE, "middle", True
            )
    bottom = 36 + -(-near.number // columns) * (size + 22)
    keys = (
        (lambda x: svg.area(x, bottom + 6, 22, 14, svg.VERMILION), "recorded: ring"),
        (lambda x: svg.area(x, bottom + 6, 22, 14, svg.PALE), "recorded: no ring"),
    )
    yield svg.legend(0, bottom + 18, keys, 28, 18)
    if check:
        yield svg.text(0, bottom + 42, "✓ the later check agrees   ✗ it found the opposite", svg.SMALL)


# What all three share


def _field(case, way):
    """Draw one square for each refit: blue if the court would have been told the same."""
    holds = np.sort(case.holds[way])[::-1]
    kept, number = int(holds.sum()), len(holds)
    columns = 10
    yield svg.text(_SIDE, 18, f"Trained again {number} times:", svg.NORMAL, bold=True)
    yield svg.text(_SIDE, 38, f"{_KEPT_WORDS[way]}: {kept} of {number}", svg.NORMAL, bold=True)
    side = min(_SQUARE, 180 * columns // max(number, columns * 10))
    for ink, places in ((_KEPT, range(kept)), (_LOST, range(kept, number))):
        corners = [divmod(place, columns) for place in places]
        path = "".join(
            f"M{_SIDE + column * (side + 2)} {_FIELD + row * (side + 2)}h{side}v{side}h-{side}z"
            for row, column in corners
        )
        if path:
            yield f'<path d="{path}" fill="{ink.fill}" stroke="{ink.edge}"/>'


def _finished(case, way, sentence, described, marks, said, numbers):
    title = f"{case.name}: {_WAY_WORDS[way].lower()}"
    kept = f"Trained again {count(case.refits.number)} times, it stays so in {_asked(case, way)}."
    height = max(_HEIGHT, 48 + len(case.refits.reasons) * _ROW + 24) if way == REASON else _HEIGHT
    drawn = svg.figure("reasons", height, title, " ".join(filter(None, [sentence, described, kept])), marks)
    return Picture(sentence, drawn, bullets([_decided(case), *said]), numbers)


def _decided(case):
    return f"Trained again, the decision itself stays the same in {_asked(case, VERDICT)}."


_DRAWN = {REASON: _reasons, CHANGE: _change, PRECEDENTS: _precedents}
