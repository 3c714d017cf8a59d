"""What is found in a message, and in whose language: places, amounts, phone numbers and dates."""

from functools import partial
from html import escape
from itertools import pairwise, product
from typing import NamedTuple

import pandas as pd

from workshop.audit import Estimate
from workshop.audit.clusters import FEWEST
from workshop.audit.intervals import ENOUGH
from workshop.domains.text.extraction import (
    ALL,
    AMOUNT,
    DATE,
    ENGLISH,
    EXACT,
    KINDS,
    OVERLAP,
    PHONE,
    PLACE,
    PRECISION,
    RECALL,
    evaluate,
    lost_messages,
    matched,
)
from workshop.probes import svg
from workshop.probes.before_now import TOO_FEW
from workshop.probes.controls import Choice, Text
from workshop.probes.html import Picture, bullets, table
from workshop.probes.messages import Typed, legible, prepared
from workshop.probes.words import capital, count, interval, joined, share

LANGUAGE_NAMES = {"en": "English", "fr": "French", "es": "Spanish", "ar": "Arabic"}
_SHOWN = ("plain", "texting", "second_language")  # registers of the messages that stand ready
_PLURAL = {PLACE: "places", AMOUNT: "amounts", PHONE: "phone numbers", DATE: "dates"}
_MADE = {ENGLISH: "Made for English only", ALL: "Made for all four languages"}
_RIGHT = {EXACT: "begins and ends as marked", OVERLAP: "overlaps what is marked"}
_COST = {
    AMOUNT: "An amount that is missed is in no sum of what people lost.",
    PHONE: "A phone number that is missed is on no list of whom to call back, and of whom to look for.",
    DATE: "A date that is missed: the message stands in no timeline.",
}
_CAPTION = (
    "Lines: 95% intervals, from drawing whole scenes again. English: its test messages; other languages: all of "
    "theirs. Each scene is new to the extractor; most place names in French, Spanish and Arabic are not. Amounts, "
    "phone numbers and dates are found by patterns, written by somebody who knew these messages: expect less elsewhere."
)
_FOUND, _PART, _MISSED, _WRONG, _TOLD = "found", "partly", "missed", "wrong", "told"
_HOW = {EXACT: "whole:", OVERLAP: "at least in part:"}
_SIGNS = {_FOUND: "✓", _PART: "in part", _MISSED: "missed", _WRONG: "wrong", _TOLD: "?"}
_STYLE = f"""<style>
.workshop-panel .workshop-found,.workshop-panel .workshop-partly,.workshop-panel .workshop-told{{background:#cbe4f6;
border-bottom:3px solid {svg.BLUE.fill}}}
.workshop-panel .workshop-partly{{border-bottom-style:double}}
.workshop-panel .workshop-missed{{background:#fff1e8;outline:2px dashed {svg.VERMILION.fill};outline-offset:-1px}}
.workshop-panel .workshop-wrong{{background:#f9edf6;border-bottom:3px dotted {svg.PURPLE.fill};
text-decoration:line-through}}
.workshop-text small{{font-size:13px;font-weight:700;margin:0 2px;unicode-bidi:isolate}}
</style>"""
_NAMES, _TOP, _ROW = 80, 44, 25  # pixels
_PANELS = {RECALL: 80, PRECISION: 434}  # left ends
_LENGTH, _GAP = 196, 12


def extraction(comparison, texts=None, *, kind=PLACE):
    """Show what extractors find in a message, and how much of each kind they find in each language.

    Parameters
    ----------
    comparison : workshop.domains.text.extraction.Comparison
        What an extractor made for English, and one made for all four languages, found in messages they had not seen.
    texts : mapping of str to str, optional
        Messages that stand ready, of at most 300 letters, by the name under which they are chosen. By default one test
        message of each language and of three registers. In those of the data, what is missed and wrong is shown.
    kind : {"place", "amount", "phone", "date"}
        What is counted at first.

    Returns
    -------
    Typed
        Controls prepared (a name), made ("English only" or "all four languages"), kind, match ("exact" or "overlap")
        and message (any text of at most 300 letters).

    Raises
    ------
    ValueError
        If the texts are no mapping of names to texts, one of them is too long, or there is no such kind.
    """
    ready = _messages_of_each_language(comparison) if texts is None else texts
    choice, typed_by = prepared(ready, "message", "Messages that stand ready")
    first = ready[choice.value]
    counted = {each: _Counted(comparison, *each) for each in product(comparison.found, (EXACT, OVERLAP))}
    marked = {
        text: rows[["kind", "start", "end"]]
        for text, rows in comparison.entities.merge(
            comparison.messages[["message_id", "text"]], on="message_id", suffixes=("_marked", "")
        ).groupby("text")
    }
    unmarked = pd.DataFrame(columns=["kind", "start", "end"])
    known = dict.fromkeys(comparison.messages["text"], unmarked) | marked
    controls = (
        choice,
        Choice("made", "The extractor is made for", tuple(comparison.found), ENGLISH),
        Choice("kind", "Count", KINDS, kind, lambda each: capital(_PLURAL[each])),
        Choice("match", "Right if it", (EXACT, OVERLAP), EXACT, _RIGHT.get),
        Text(
            "message",
            "The message: type your own",
            (first,),
            first,
            sets=typed_by,
        ),
    )
    for text in ready.values():
        controls[-1].check(text)

    def draw(prepared, made, kind, match, message):
        try:
            found = comparison.extractors[made].find(message)
        except ValueError as error:  # nothing typed yet: no mistake of the program
            return Picture(str(error), "", "", "")
        read = _Read(message, found, known.get(message), match)
        return _picture(_Position(read, made, kind, match, counted))

    return Typed("What is found in a message, and in whose language", controls, draw, _CAPTION)


def _messages_of_each_language(comparison):
    """Return one test message of each language and register: the first that names a place and something else."""
    tested = comparison.messages
    kinds = comparison.entities.groupby("message_id")["kind"].agg(set)
    names_both = tested["message_id"].map(lambda each: kinds.get(each, set()) > {PLACE}).astype(bool)
    # A message that names an identity would teach something else here.
    fits = (
        (tested["split"] == "test")
        & names_both
        & tested["identity"].eq("")
        & (tested["text"].str.len() <= 200)
    )
    texts = {}
    for language, register in product(LANGUAGE_NAMES, _SHOWN):
        rows = tested[fits & (tested["language"] == language) & (tested["register"] == register)]
        for text, category in zip(rows["text"][:1], rows["category"][:1], strict=True):
            name = f"{LANGUAGE_NAMES[language]}, {_words(register)}: {_words(category)}"
            texts[name] = text
    return texts


def _words(value):
    return value.replace("_", " ")


class _Counted:
    """What one extractor finds, counted in one way."""

    def __init__(self, comparison, made, match):
        messages, entities, found = comparison.messages, comparison.entities, comparison.found[made]
        rates = evaluate(messages, entities, found, match=match)
        self.rates = {key: Estimate(*row[:-1]) for key, *row in rates.itertuples(name=None)}
        self.scenes = rates["families"].to_dict()
        lost = lost_messages(messages, entities, found)
        self.lost = {group: Estimate(*row[:-1]) for group, *row in lost.itertuples(name=None)}


class _Read:
    """One message, what was found in it and, if anybody marked it, what is missed and wrong."""

    def __init__(self, text, found, marked, match):
        self.text, self.known = text, marked is not None
        self.right = self.part = self.missed = self.wrong = 0
        self.spans = []  # kind, start, end, state
        for kind in KINDS:
            told = _of_kind(found, kind)
            if self.known:
                self._compare(kind, _of_kind(marked, kind), told, match)
            else:
                self.spans += [(kind, *span, _TOLD) for span in told]

    def _compare(self, kind, true, told, match):
        pairs = matched(true, told, match)
        right = {true[here] for here, _ in pairs} | {told[there] for _, there in pairs}
        rest = [[span for span in part if span not in right] for part in (true, told)]
        in_part = len(matched(*rest, OVERLAP))
        self.right += len(pairs)
        self.part += in_part
        self.missed += len(rest[0]) - in_part
        self.wrong += len(rest[1]) - in_part
        edges = sorted({edge for part in (true, told) for span in part for edge in span})
        for start, end in pairwise(edges):
            over = [[span for span in part if span[0] <= start < span[1]] for part in (true, told)]
            if all(over):
                self.spans.append((kind, start, end, _FOUND if over[0][0] in right else _PART))
            elif any(over):
                self.spans.append((kind, start, end, _MISSED if over[0] else _WRONG))

    def pieces(self):
        """Yield the text in pieces: each with its kind and state, or with None where there is nothing to mark."""
        at = 0
        for kind, start, end, state in sorted(self.spans, key=lambda span: span[1:3]):
            if start >= at:  # where something of another kind was found in the same place, the first is shown
                yield self.text[at:start], None
                yield self.text[start:end], (kind, state)
                at = end
        yield self.text[at:], None


def _of_kind(rows, kind):
    own = rows[rows["kind"] == kind].sort_values("start")
    return list(zip(own["start"].tolist(), own["end"].tolist(), strict=True))


class _Position(NamedTuple):
    """Everything that one position shows."""

    read: _Read
    made: str
    kind: str
    match: str
    counted: dict

    @property
    def languages(self):
        rates = self.counted[self.made, self.match].rates
        return [each for each in LANGUAGE_NAMES if (self.kind, each, RECALL) in rates]

    def rate(self, language, measure, made=None):
        return self.counted[made or self.made, self.match].rates[self.kind, language, measure]

    def scenes(self, language):
        return self.counted[self.made, self.match].scenes[self.kind, language, RECALL]

    @property
    def other(self):
        return next(each for each, _ in self.counted if each != self.made)


def _picture(position):
    sentence = _sentence(position)
    figure = f"{_STYLE}\n{_keys(position.read)}\n{_message(position.read)}\n{_figure(position, sentence)}"
    return Picture(sentence, figure, bullets(_said(position)), _table(position))


def _sentence(position):
    told = [each for each in position.languages if position.rate(each, RECALL).enough]
    start = f"{_MADE[position.made]}:"
    if not told:
        return f"{start} too few {_PLURAL[position.kind]} are marked to say how many it finds."
    parts = [f"{share(position.rate(each, RECALL))} in {LANGUAGE_NAMES[each]}" for each in told]
    return f"{start} of 100 {_PLURAL[position.kind]} it finds {_HOW[position.match]} {joined(parts)}."


def _said(position):
    yield _of_this_message(position.read)
    if position.kind == PLACE:
        lost = position.counted[position.made, position.match].lost
        parts = [
            f"{share(lost[each])} ({interval(lost[each])}) in {LANGUAGE_NAMES[each]}"
            for each in position.languages
            if lost[each].enough
        ]
        if parts:
            yield (
                "Who bears it: of 100 messages that name a place, a search for that place does not show "
                f"{joined(parts)}. Those are missing on the map of calls."
            )
    else:
        yield _COST[position.kind]
    few = [LANGUAGE_NAMES[each] for each in position.languages if not position.rate(each, RECALL).enough]
    if few:
        yield (
            f"{joined(few)}: {TOO_FEW}, under {ENOUGH} {_PLURAL[position.kind]} or under {FEWEST} scenes. That is no "
            "sign that all is well there."
        )


def _of_this_message(read):
    if not read.known:
        found = f"{count(len(read.spans))} found" if read.spans else "nothing found"
        return f"In this message: {found}. Nobody marked it: what is missed or wrong is for you to see."
    said = (
        f"In this message: {count(read.right)} right, {count(read.missed)} missed, {count(read.wrong)} wrong"
    )
    return f"{said}, {count(read.part)} in part (counts as missed and as wrong)." if read.part else f"{said}."


def _keys(read):
    states = (
        (_FOUND, "marked and found ✓"),
        (_PART, "found, but not all of it"),
        (_MISSED, "missed"),
        (_WRONG, "found, but wrong"),
    )
    if not read.known:
        states = ((_TOLD, "found: is it right?"),)
    keys = "".join(f'<span><span class="workshop-{state}">{words}</span></span>' for state, words in states)
    return f'<div class="workshop-keys">{keys}</div>'


def _message(read):
    """Return the message as it was typed, with what is found, missed and wrong; inline, so that letters still join."""
    pieces = []
    for text, state in read.pieces():
        shown = escape(legible(text))
        if state:
            kind, how = state
            label = f'<small dir="ltr">{kind} {_SIGNS[how]}</small>'
            # Isolated: beside Arabic letters the groups of a phone number would change places.
            shown = f'<bdi class="workshop-{how}">{shown}</bdi>{label}'
        pieces.append(shown)
    return (
        '<div class="workshop-text" role="group" tabindex="0" dir="auto" '
        f'aria-label="The message, with what is found">{"".join(pieces)}</div>'
    )


def _figure(position, sentence):
    languages = position.languages
    bottom = _TOP + len(languages) * _ROW + 2
    told = [
        f"{LANGUAGE_NAMES[each]}: recall {_told(position.rate(each, RECALL))}, "
        f"precision {_told(position.rate(each, PRECISION))}."
        for each in languages
    ]
    title = f"{capital(_PLURAL[position.kind])}: recall and precision by language. {_MADE[position.made]}"
    return svg.figure("extraction", bottom + 22, title, " ".join([sentence, *told]), _marks(position, bottom))


def _marks(position, bottom):
    plural = _PLURAL[position.kind]
    heads = {
        RECALL: f"Recall: of 100 {plural}, found",
        PRECISION: "Precision: of 100 found, right",
    }
    keys = (
        (partial(_now, y=10), f"made for {position.made}, with 95% interval"),
        (partial(_other, y=10), f"made for {position.other}"),
    )
    yield svg.legend(_NAMES + 6, 15, keys, 14, 30)
    for measure, left in _PANELS.items():
        yield svg.text(left, 36, heads[measure], svg.SMALL, bold=True)
        yield svg.axis(left, bottom, _LENGTH, _TOP, {0.0: "0", 0.5: "50", 1.0: "100"})
    for row, language in enumerate(position.languages):
        y = _TOP + (row + 0.5) * _ROW
        yield svg.text(_NAMES - _GAP, y + 5, LANGUAGE_NAMES[language], svg.SMALL, "end")
        for measure, left in _PANELS.items():
            now, other = position.rate(language, measure), position.rate(language, measure, position.other)
            yield from _row(left, y, now, other)


def _row(left, y, now, other):
    beside = left + _LENGTH + _GAP
    if now.denominator:
        yield svg.whisker(left + _LENGTH * now.low, left + _LENGTH * now.high, y, _ink(now), cap=5)
    if other.enough:
        yield _other(left + _LENGTH * other.value, y)
    if now.enough:
        yield _now(left + _LENGTH * now.value, y)
    yield svg.text(
        beside, y + 5, _told(now), svg.SMALL, bold=now.enough, fill=svg.BLACK if now.enough else svg.GREY
    )


def _now(x, y):
    return svg.point(x, y, "circle", svg.BLUE.fill, radius=4.5)


def _other(x, y):
    return svg.point(x, y, "diamond", svg.WHITE, svg.PURPLE.edge, 6)


def _ink(estimate):
    return svg.BLACK if estimate.enough else svg.RULE


def _told(estimate):
    if not estimate.denominator:
        return "nothing found"
    return f"{share(estimate)} ({interval(estimate)})" if estimate.enough else TOO_FEW


def _table(position):
    columns = ("Language", "Scenes", "Marked", "Found", "Right", "Recall", "Precision")
    rows = [
        (
            LANGUAGE_NAMES[each],
            count(position.scenes(each)),
            count(int(position.rate(each, RECALL).denominator)),
            count(int(position.rate(each, PRECISION).denominator)),
            count(int(position.rate(each, RECALL).numerator)),
            _told(position.rate(each, RECALL)),
            _told(position.rate(each, PRECISION)),
        )
        for each in position.languages
    ]
    caption = (
        f"{capital(_PLURAL[position.kind])}, of 100, with 95% intervals. {_MADE[position.made]}; right if it "
        f"{_RIGHT[position.match]}"
    )
    return table(caption, columns, rows)
