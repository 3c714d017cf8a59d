"""A queue under a capacity limit: of the urgent messages, how many are read today, and whose wait."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from workshop.audit.clusters import FEWEST
from workshop.audit.intervals import ENOUGH
from workshop.domains.text.triage import NONE_NAMED, waiting
from workshop.domains.text.triage import queue as queued
from workshop.probes import svg
from workshop.probes.before_now import TOO_FEW
from workshop.probes.controls import Choice, Slider
from workshop.probes.extractions import LANGUAGE_NAMES
from workshop.probes.html import Picture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, count, half_up, isolated, joined, of_hundred

SCORE, ARRIVAL, SHARED = ORDERS = ("score", "arrival", "shared")
_ORDER_WORDS = {
    SCORE: "the highest score first",
    ARRIVAL: "first come, first read",
    SHARED: "the highest score first, each language its share",
}
_BY = {"language": "language", "register": "way of writing", "identity_kind": "kind of identity named"}
_MOST_STEPS = 40
_NAMES, _TOP, _LENGTH, _WIDE, _CLOSE = 150, 40, 350, 34, 28  # pixels
_ROWS_THAT_FIT = 6  # at full height
_CAPTION = (
    "Bars count this pile. Lines: 95% intervals, from drawing whole scenes again: what another pile could bring. "
    "“Each language its share”: of the places, as many as it has of the messages."
)


def queue(messages, scores, *, capacity=None, by="language"):
    """Show whose urgent messages wait if a team can read only so many messages today.

    Parameters
    ----------
    messages : pandas.DataFrame
        In the order of arrival: columns urgent, family and language, and if they are there register and identity_kind.
    scores : array_like of float, shape (n_messages,)
        A higher one is read earlier.
    capacity : int, optional
        Messages that can be read at first; a position of the slider. About a third of them by default.
    by : {"language", "register", "identity_kind"}
        The groups that are shown at first.

    Returns
    -------
    Probe
        Controls capacity, order ("score", "arrival" or "shared") and by.

    Raises
    ------
    ValueError
        If a column is missing, there is not one finite score for each message, no message is urgent, or the slider has
        no such capacity.

    Notes
    -----
    The counts are of this pile and need no interval. What they say of other piles does: it is only told of groups with
    at least 30 urgent messages of 10 families.
    """
    messages = _checked(messages)
    scores = np.asarray(scores, dtype=float)
    queued(messages, scores, 0)  # refuses scores that do not fit at once
    ranks = {SCORE: scores, ARRIVAL: np.zeros(len(messages)), SHARED: _shares(messages["language"], scores)}
    capacities = _capacities(len(messages))
    first = min(capacities, key=lambda each: abs(each - len(messages) / 3)) if capacity is None else capacity
    columns = tuple(column for column in _BY if column in messages)
    controls = (
        Slider("capacity", "Messages that the team can read today", capacities, first, count),
        Choice("order", "Read", ORDERS, SCORE, lambda order: capital(_ORDER_WORDS[order])),
        Choice("by", "Groups by", columns, by, lambda column: capital(_BY[column])),
    )

    def draw(capacity, order, by):
        read = {each: queued(messages, rank, capacity) for each, rank in ranks.items()}
        others = {each: _urgent_waiting(rows) for each, rows in read.items() if each != order}
        return _picture(_Position(read[order], capacity, order, by, others))

    return Probe("Which urgent messages are read today, and which wait", controls, draw, _CAPTION)


def _checked(messages):
    if not isinstance(messages, pd.DataFrame):
        raise ValueError(
            "The messages must be a table (DataFrame), one row a message, in the order of arrival."
        )
    absent = [column for column in ("urgent", "family", "language") if column not in messages]
    if absent:
        raise ValueError(f"The messages have no column {absent[0]!r}; give them as load returns them.")
    if messages["urgent"].dtype != bool or not messages["urgent"].any():
        raise ValueError("The column urgent must hold True or False, and True at least once.")
    return messages.reset_index(drop=True)


def _shares(language, scores):
    """Return ranks that give each language its share of the places, and its highest scores first."""
    groups = pd.Series(-scores).groupby(language.to_numpy())
    return -((groups.rank(method="first") - 0.5) / groups.transform("size")).to_numpy()


def _capacities(number):
    """Return round numbers from 0 to all messages."""
    rounded = (int(each) for each in svg.ticks(number, _MOST_STEPS))
    return tuple(sorted({each for each in rounded if each < number} | {0, number}))


def _urgent_waiting(rows):
    return int((rows["urgent"] & ~rows["today"]).sum())


class _Group(NamedTuple):
    """The urgent messages of a group, and what share of them waits."""

    messages: int
    today: int
    urgent: int
    waiting: int
    value: float
    low: float
    high: float
    enough: bool
    families: int


class _Position:
    """Everything that one position shows."""

    def __init__(self, rows, capacity, order, by, others):
        self.capacity, self.order, self.by, self.others = capacity, order, by, others
        self.messages, self.urgent = len(rows), int(rows["urgent"].sum())
        self.waiting = _urgent_waiting(rows)
        counted = waiting(rows, by)
        columns = [
            "messages",
            "today",
            "urgent",
            "urgent_waiting",
            "value",
            "low",
            "high",
            "enough",
            "families",
        ]
        found = {
            str(group): _Group(*row)
            for group, row in zip(counted.index, counted[columns].itertuples(index=False), strict=True)
        }
        first = [each for each in LANGUAGE_NAMES if each in found] if by == "language" else []
        self.groups = {_name(by, each): found[each] for each in dict.fromkeys([*first, *found])}
        self.foreign = {_name(by, each): _not_in_the_main_language(rows, by, each) for each in found}

    @property
    def most(self):
        """The group with most urgent messages waiting, of 100, among those with 30 or more; None if all are alike."""
        large = {name: group.value for name, group in self.groups.items() if group.urgent >= ENOUGH}
        if len(large) < 2 or max(large.values()) == min(large.values()):
            return None
        return max(large, key=large.get)

    @property
    def small(self):
        """The groups with urgent messages, but too few to tell of another pile."""
        return [name for name, group in self.groups.items() if group.urgent and not group.enough]


def _not_in_the_main_language(rows, by, group):
    """Return the pile's most frequent language, and how many urgent messages of a group wait in other ones."""
    main = rows["language"].mode().iloc[0]
    named = rows[by].replace("", NONE_NAMED).str.split(";").map(lambda each: group in each)
    wait = rows["urgent"] & ~rows["today"] & named & (rows["language"] != main)
    return LANGUAGE_NAMES.get(main, main), int(wait.sum())


def _name(by, group):
    if by == "language":
        return isolated(LANGUAGE_NAMES.get(group, group))
    words = isolated(capital(group.replace("_", " ")))
    if by == "identity_kind":
        return "No identity named" if group == NONE_NAMED else f"{words} named"
    return words


def _picture(position):
    sentence = _sentence(position)
    return Picture(sentence, _figure(position, sentence), bullets(_said(position)), _table(position))


def _sentence(position):
    read = f"{count(position.capacity)} of {count(position.messages)} messages are read today"
    start = f"{read}: {_of(position.waiting, position.urgent)} urgent ones wait."
    if position.most is None:
        return start
    group = position.groups[position.most]
    return f"{start} Worst in this pile: {position.most}, {_of(group.waiting, group.urgent)}."


def _of(part, whole):
    return f"{count(part)} of {count(whole)}"


def _said(position):
    told = [f"{count(number)} with “{_ORDER_WORDS[order]}”" for order, number in position.others.items()]
    yield f"The same team, another order. Urgent ones that wait: {'; '.join(told)}."
    if position.most:
        group = position.groups[position.most]
        yield (
            f"Who bears it: {position.most} makes up {of_hundred(group.urgent, position.urgent)} of 100 urgent "
            f"messages, and {of_hundred(group.waiting, position.waiting)} of 100 that wait."
        )
        language, others = position.foreign[position.most]
        if position.by != "language" and others:
            there = f"Of the {count(group.waiting)} that wait there"
            yield f"{there}, {count(others)} are not in {language}: look by language."
    if position.small:
        yield (
            f"{joined(position.small)}: under {ENOUGH} urgent messages or under {FEWEST} scenes. Counted here, but "
            f"{TOO_FEW} of another pile."
        )


def _figure(position, sentence):
    told = [f"{name}: {_told(group)}." for name, group in position.groups.items()]
    title = f"Urgent messages that are read today and that wait, by {_BY[position.by]}: {_ORDER_WORDS[position.order]}"
    height = _bottom(position) + 24
    return svg.figure("queue", height, title, " ".join([sentence, *told]), _marks(position))


def _row(position):
    return _WIDE if len(position.groups) <= _ROWS_THAT_FIT else _CLOSE


def _bottom(position):
    return _TOP + len(position.groups) * _row(position) + 2


def _marks(position):
    yield from _legend()
    bottom, high = _bottom(position), _row(position)
    ticks = {place / 4: str(25 * place) for place in range(5)}
    yield svg.axis(_NAMES, bottom, _LENGTH, _TOP - 4, ticks)
    for place, (name, group) in enumerate(position.groups.items()):
        yield from _bar(name, group, _TOP + place * high, high)


def _bar(name, group, top, high):
    y = top + high / 2
    yield svg.text(_NAMES - 12, y + 5, svg.shortened(name, _NAMES - 16, svg.SMALL), svg.SMALL, "end")
    beside = _NAMES + _LENGTH + 14
    if not group.urgent:
        yield svg.text(beside, y + 5, "no urgent message", svg.SMALL, fill=svg.GREY)
        return
    edge = _LENGTH * (1 - group.value)
    for x, width, ink in ((0, edge, svg.BLUE), (edge, _LENGTH - edge, svg.VERMILION)):
        if width > 0:
            yield svg.area(_NAMES + x, top + 3, width, high - 14, ink)
    if np.isfinite(group.low):
        ends = (_NAMES + _LENGTH * (1 - end) for end in (group.high, group.low))
        yield svg.whisker(*ends, top + high - 6, svg.BLACK if group.enough else svg.RULE, cap=3)
    yield svg.text(beside, y + 5, _beside(group), svg.SMALL, bold=group.enough)


def _legend():
    yield svg.text(0, 16, "Of 100 urgent ones", svg.SMALL, bold=True)
    keys = (
        (lambda x: svg.area(x, 5, 22, 14, svg.BLUE), "read today"),
        (lambda x: svg.area(x, 5, 22, 14, svg.VERMILION), "wait"),
        (lambda x: svg.whisker(x, x + 22, 12, cap=3), "95% interval (grey: too few to tell)"),
    )
    yield svg.legend(_NAMES, 17, keys, 28, 24)


def _beside(group):
    said = f"{_of(group.waiting, group.urgent)} wait"
    return said if group.enough else f"{said} (few scenes)"


def _told(group):
    if not group.urgent:
        return "no urgent message"
    said = f"{_of(group.waiting, group.urgent)} wait"
    return f"{said}, {_hundred(group)}" if group.enough else f"{said}, {TOO_FEW}"


def _hundred(group):
    share = of_hundred(group.waiting, group.urgent)
    return f"{share} of 100 ({half_up(100 * group.low)} to {half_up(100 * group.high)})"


def _table(position):
    columns = ("", "Messages", "Read today", "Urgent", "Urgent, wait", "Of 100, with 95% interval", "Scenes")
    rows = [
        (
            name,
            count(group.messages),
            count(group.today),
            count(group.urgent),
            count(group.waiting),
            (_hundred(group) if group.enough else TOO_FEW) if group.urgent else "",
            count(group.families),
        )
        for name, group in position.groups.items()
    ]
    read = f"{count(position.capacity)} messages are read, {_ORDER_WORDS[position.order]}"
    return table(f"{read}; groups by {_BY[position.by]}", columns, rows)
