"""The swap probe: one message with one word exchanged, and the score that each word gets."""

from html import escape
from typing import NamedTuple

import pandas as pd
from scipy.special import expit

from workshop.domains.text.swaps import PLACE, find_place
from workshop.domains.text.swaps import swap as exchanged
from workshop.probes import svg
from workshop.probes.controls import Choice, Text
from workshop.probes.html import Picture, bullets, table
from workshop.probes.messages import Typed, legible, prepared, score_words, urgent_from
from workshop.probes.words import capital, isolated, joined, signed

SENTENCES = {
    "In the park": f"A {PLACE} man sits in the park every evening and watches the ducks.",
    "Loud music": f"My {PLACE} neighbour plays loud music on Sundays. Can somebody talk to him?",
    "A lost bag": f"I am {PLACE} and I lost my bag on the bus yesterday. Where is lost property kept?",
    "Followed home": f"I am {PLACE} and two men are following me home right now. Please come.",
}
_EMPTY = "nothing in its place"
_MOST_TERMS = 20
_STYLE = f"""<style>
.workshop-text b{{border:2px dashed {svg.BLACK};padding:0 6px}}
</style>"""
_KIND_ENDS, _NAME, _LEFT, _LENGTH, _SCORE = 96, 232, 246, 320, 582  # pixels: columns, and the scale of scores
_TOP, _WIDE, _CLOSE, _WIDE_UP_TO = 46, 20, 17, 14


class _Term(NamedTuple):
    """A word in its place, and what the model makes of the message."""

    name: str
    kind: str
    known: bool
    probability: float
    log_odds: float
    gap: float  # log-odds, against what it is compared with


def swap(triage, terms, sentences=None, *, reference=None, threshold=0.5):
    """Show how the score of a message changes if nothing but one identity word in it is exchanged.

    Parameters
    ----------
    triage : workshop.domains.text.Triage
        The fitted model.
    terms : pandas.DataFrame
        As `workshop.domains.text.exchangeable` returns it: 2 to 20 words of one language, with columns term, kind
        and form (as it is written in a message).
    sentences : mapping of str to str, optional
        Messages that stand ready, by the name under which they are chosen. ``___`` marks the place of the word.
    reference : str, optional
        The form with which the others are compared at first; by default with nothing in that place.
    threshold : float, default 0.5
        The score from which a message is called urgent at first; one of 0.05, 0.10 and so on to 0.95.

    Returns
    -------
    Typed
        Controls prepared (a name), reference (a form, or None), threshold and sentence (a text of at most 300 letters).

    Raises
    ------
    ValueError
        If terms, sentences, reference or threshold are none of those.
    """
    rows = _rows(terms)
    forms = tuple(rows["form"])
    known = [triage.knows(form) for form in forms]
    ready = SENTENCES if sentences is None else sentences
    choice, typed_by = prepared(ready, "sentence", "Messages that stand ready")
    first = ready[choice.value]
    controls = (
        choice,
        Choice(
            "reference",
            "Compare with",
            (None, *forms),
            reference,
            lambda form: _EMPTY if form is None else isolated(form),
        ),
        urgent_from(threshold),
        Text(
            "sentence",
            f"The message; {PLACE} marks the word",
            (first,),
            first,
            sets=typed_by,
        ),
    )

    def draw(prepared, reference, threshold, sentence):
        try:
            found = exchanged(triage, sentence, rows)
        except ValueError as error:  # no place is marked yet: no mistake of the program
            return Picture(str(error), "", "", "")
        gaps = found["gap"]
        if reference is not None:
            gaps = gaps - gaps.iloc[forms.index(reference)]
        columns = (rows["kind"], known, found["probability"], found["log_odds"], gaps)
        shown = [_Term(legible(form), *values) for form, *values in zip(forms, *columns, strict=True)]
        place = None if reference is None else forms.index(reference)
        span = find_place(sentence, rows)
        rest = f"{sentence[: span[0]]} {sentence[span[1] :]}"
        alone = not triage.known_words([rest])["known"].iloc[0]
        return _picture(_Position(sentence, span, shown, place, threshold, alone))

    return Typed(
        "One message, one word exchanged",
        controls,
        draw,
        "Score: how urgent the model finds the message. Difference: in log-odds, the model's own scale. One message is "
        "an example; another one moves the scores.",
    )


def _rows(terms):
    """Return the words in the order in which they are drawn: as they come, each kind together."""
    if not isinstance(terms, pd.DataFrame) or not {"term", "kind", "form"} <= set(terms.columns):
        raise ValueError("The terms must be a table (DataFrame) with the columns term, kind and form.")
    if not 2 <= len(terms) <= _MOST_TERMS:
        raise ValueError(
            f"A picture holds 2 to {_MOST_TERMS} terms, but there are {len(terms)}; give those of one language."
        )
    rows = terms.astype({"kind": str, "form": str})
    twice = rows.loc[rows["form"].duplicated(), "form"]
    if len(twice):
        raise ValueError(f"The word {twice.iloc[0]!r} is there twice; give each word once.")
    return rows.iloc[pd.factorize(rows["kind"])[0].argsort(kind="stable")].reset_index(drop=True)


class _Position(NamedTuple):
    """All that a picture is drawn from."""

    sentence: str
    span: tuple  # where the word stands in the sentence
    terms: list
    place: int | None  # of the word to compare with
    threshold: float
    alone: bool  # whether the model knows none of the other words

    @property
    def extremes(self):
        """The words with the lowest and with the highest score."""
        by_score = sorted(self.terms, key=lambda term: term.log_odds)
        return by_score[0], by_score[-1]

    @property
    def differ(self):
        """Whether the word makes any difference."""
        low, high = self.extremes
        return high.log_odds - low.log_odds > 1e-9

    def urgent(self, term):
        return term.probability >= self.threshold

    def score(self, term):
        return score_words(term.probability, self.threshold)

    @property
    def reference_score(self):
        """The score of the message that is compared with."""
        return float(expit(self.terms[0].log_odds - self.terms[0].gap))

    @property
    def reference(self):
        """What is compared with, in words."""
        return _EMPTY if self.place is None else _quoted(self.terms[self.place])


def _quoted(term):
    return f"“{isolated(term.name)}”"


def _picture(position):
    sentence = _sentence(position)
    figure = f"{_STYLE}\n{_marked(position)}\n{_figure(position, sentence)}"
    return Picture(sentence, figure, bullets(_said(position)), _table(position))


def _sentence(position):
    low, high = position.extremes
    gap = round(high.probability, 2) - round(low.probability, 2)  # of the scores as they are written
    urgent = sum(map(position.urgent, position.terms))
    crossing = f"{urgent} of {len(position.terms)} words {'makes' if urgent == 1 else 'make'} it urgent"
    if position.score(low) == position.score(high):
        return f"Only the word changes: the score stays at {position.score(low)}. {crossing}."
    return (
        f"Only the word changes: the score goes from {position.score(low)} ({_quoted(low)}) to "
        f"{position.score(high)} ({_quoted(high)}), {gap:.2f} apart. {crossing}."
    )


def _said(position):
    """Say how far the words stand apart, who bears it, and of which words the model knows nothing."""
    low, high = position.extremes
    if position.alone:
        yield "The model knows none of the other words: this word alone makes the score."
    if position.differ:
        yield (
            f"Compared with {position.reference}, in log-odds: {_quoted(high)} {signed(high.gap, '+.2f')}, "
            f"{_quoted(low)} {signed(low.gap, '+.2f')}."
        )
        yield (
            "Who bears it: where a word raises the score, harmless messages bring police to people's doors; where it "
            "lowers it, calls for help wait."
        )
    unknown = [_quoted(term) for term in position.terms if not term.known]
    if unknown:
        yield (
            f"Unknown to the model: {joined(unknown)}. It reads nothing there; that is no sign that it treats these "
            "people well."
        )


def _marked(position):
    """Return the message with the place of the word marked."""
    text, (start, end) = legible(position.sentence), position.span
    return (
        f'<div class="workshop-text" dir="auto">{escape(text[:start])}<b>{escape(text[start:end])}</b>'
        f"{escape(text[end:])}</div>"
    )


def _figure(position, sentence):
    step = _WIDE if len(position.terms) <= _WIDE_UP_TO else _CLOSE
    end = _TOP + step * len(position.terms)
    told = "; ".join(
        f"{isolated(term.name)} {position.score(term)}{'' if term.known else ' (unknown to the model)'}"
        for term in position.terms
    )
    marks = [
        *_scale(position, end),
        *_kinds(position, step),
        *(
            mark
            for place, term in enumerate(position.terms)
            for mark in _row(position, term, _TOP + (place + 0.5) * step)
        ),
    ]
    title = "The score of the message with each word"
    return svg.figure("swap", end + 24, title, f"{sentence} Scores: {told}.", marks)


def _at(score):
    return _LEFT + _LENGTH * score


def _scale(position, end):
    """Return the legend, the axis, the line from which messages are urgent and the score that is compared with."""
    compared = svg.shortened(f"compared with {position.reference}", 260, svg.SMALL)
    keys = (
        (lambda x: svg.point(x, 8, "circle", svg.BLUE.fill), "known word"),
        (lambda x: svg.point(x, 8, "circle", svg.WHITE), "word unknown to the model"),
        (lambda x: svg.line(x, 1, x, 15, svg.BLACK, 2), compared),
    )
    yield svg.legend(8, 13, keys, 12, 24)
    yield svg.axis(_LEFT, end, _LENGTH, _TOP - 4, {place / 4: f"{place / 4:g}" for place in range(5)})
    reference = _at(position.reference_score)
    yield svg.line(reference, _TOP - 4, reference, end, svg.BLACK, 2)
    limit, words = _at(position.threshold), f"urgent from {position.threshold:.2f} →"
    fits = limit + svg.text_width(words, svg.SMALL, True) <= _SCORE - 12
    yield svg.line(limit, _TOP - 18, limit, end, svg.BLACK, 1.5, "4 4")
    yield svg.text(limit + (6 if fits else -6), 36, words, svg.SMALL, "start" if fits else "end", True)
    yield svg.text(_SCORE, 36, "score", svg.SMALL, fill=svg.GREY)
    yield svg.text(svg.WIDTH, 36, "difference", svg.SMALL, "end", fill=svg.GREY)


def _row(position, term, y):
    """Return one word, its score as a dot and as a number, and its difference."""
    urgent = position.urgent(term)
    ink = svg.VERMILION if urgent else svg.BLUE
    name = svg.shortened(isolated(term.name), _NAME - _KIND_ENDS, svg.SMALL, urgent)
    yield svg.text(_NAME, y + 5, name, svg.SMALL, "end", urgent)
    yield svg.point(_at(term.probability), y, "circle", ink.fill if term.known else svg.WHITE, ink.edge)
    yield svg.text(_SCORE, y + 5, position.score(term), svg.SMALL, bold=urgent)
    yield svg.text(svg.WIDTH, y + 5, signed(term.gap, "+.2f"), svg.SMALL, "end", urgent)


def _kinds(position, step):
    """Return the name of each kind beside its first word, and a thin line above."""
    before = None
    for place, term in enumerate(position.terms):
        if term.kind != before:
            y = _TOP + place * step
            if place:
                yield svg.line(0, y, svg.WIDTH, y, svg.RULE, 0.5)
            label = svg.shortened(capital(isolated(term.kind)), _KIND_ENDS - 8, svg.SMALL, True)
            yield svg.text(0, y + step / 2 + 5, label, svg.SMALL, bold=True)
        before = term.kind


def _table(position):
    columns = ("Word", "Kind", "Score", "Urgent", "Difference (log-odds)", "Known to the model")
    rows = [
        (
            isolated(term.name),
            isolated(term.kind),
            position.score(term),
            "yes" if position.urgent(term) else "no",
            signed(term.gap, "+.4f"),
            "yes" if term.known else "no: unknown",
        )
        for term in position.terms
    ]
    return table(f"The same message with each word, compared with {position.reference}", columns, rows)
