"""One chat, message by message: its risk scores, what a rule makes of them, the beginning of harm, the alarm."""

import numpy as np

from workshop.domains.chats.alarms import AVERAGE, RULES, Alarms
from workshop.probes import svg
from workshop.probes.controls import Choice
from workshop.probes.early_warnings import ACCEPTED
from workshop.probes.html import Picture, paragraph, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, count, isolated

_LEFT, _LONG, _FIRST, _TOP, _HIGH, _SECOND, _LOW = 60, 684, 32, 60, 110, 214, 78  # pixels
_MOST_CHATS, _MOST_MESSAGES = 12, 400
_ABOVE = 1.5  # times the threshold; what is higher is drawn at the edge
_CAPTION = (
    "Generated scores, no content. Above: the score of each message. Below: what the rule looks at, against its "
    "threshold. It knows only the messages up to its place."
)


def timeline(chats, chosen, *, accepted=20, rule=AVERAGE):
    """Show the scores of one chat, the moment when harm begins, and the message at which the alarm rings.

    Parameters
    ----------
    chats : pandas.DataFrame or workshop.domains.chats.Alarms
        All chats: thresholds are set on the innocent ones.
    chosen : mapping of str to str
        Chats to choose from: what to call them, and their chat_id; at most 12.
    accepted : int, default 20
        Innocent chats that may be flagged, of 1,000.
    rule : {"one", "several", "average", "sum"}
        The rule that is shown at first.

    Returns
    -------
    Probe
        Controls chat and rule.

    Raises
    ------
    ValueError
        If the chats can't be used, none or too many are chosen, one of them is not there or has more than 400 messages,
        or `accepted` is no position of the early-warning probe.
    """
    alarms = chats if isinstance(chats, Alarms) else Alarms(chats)
    places = {isolated(name): _place(alarms, chat) for name, chat in dict(chosen).items()}
    if not 0 < len(places) <= _MOST_CHATS:
        raise ValueError(f"{len(places)} chats are chosen; give 1 to {_MOST_CHATS}.")
    if accepted not in ACCEPTED:
        raise ValueError(f"accepted is {accepted}; choose one of {', '.join(map(str, ACCEPTED))}.")
    controls = (
        Choice("chat", "The chat", tuple(places), next(iter(places))),
        Choice("rule", "The alarm looks at", tuple(RULES), rule, lambda each: capital(RULES[each].words)),
    )

    def draw(chat, rule):
        return _picture(alarms, places[chat], rule, accepted)

    return Probe("One chat, message by message", controls, draw, _CAPTION)


def _place(alarms, chat):
    found = np.flatnonzero(alarms.names == chat)
    if not len(found):
        raise ValueError(f"There is no chat {chat!r}; choose a chat_id of the table.")
    place = int(found[0])
    if alarms.lengths[place] > _MOST_MESSAGES:
        raise ValueError(
            f"{chat!r} has {alarms.lengths[place]} messages; this picture holds {_MOST_MESSAGES}."
        )
    return place


def _picture(alarms, place, rule, accepted):
    threshold = alarms.threshold(rule, accepted)
    length, start = int(alarms.lengths[place]), int(alarms.starts[place])
    scores = alarms.scores[place, :length]
    statistic = RULES[rule].statistic(alarms.scores[[place]])[0, :length]
    rings = np.flatnonzero(statistic >= threshold)
    alarm = int(rings[0]) + 1 if len(rings) else 0
    sentence = _sentence(length, start, alarm)
    title = f"The scores of one chat and the alarm: {RULES[rule].words}"
    drawn = svg.figure(
        "timeline",
        _SECOND + _LOW + 26,
        title,
        sentence,
        _marks(scores, statistic / threshold, start, alarm, rule),
    )
    before, after = _means(scores, start)
    note = (
        f"At most {accepted} of 1,000 innocent chats are flagged with this threshold. "
        f"Mean score {before}{f', after the harm began {after}' if start else ''}."
    )
    rows = [
        ("Messages", count(length)),
        ("First harmful message", count(start) if start else "none: an innocent chat"),
        ("The alarm rings at message", count(alarm) if alarm else "never"),
        ("Highest score", f"{scores.max():.0f}"),
        ("Mean score", before),
        *([("Mean score after the harm began", after)] if start else []),
    ]
    return Picture(sentence, drawn, paragraph(note), table(title, ("", "Chat"), rows))


def _means(scores, start):
    """Return the mean score before the harm and from then on, as text."""
    parts = (scores[: start - 1], scores[start - 1 :]) if start else (scores, scores[:0])
    return tuple(f"{part.mean():.0f}" if len(part) else "" for part in parts)


def _sentence(length, start, alarm):
    if not start:
        if not alarm:
            return f"An innocent chat of {length} messages: the alarm never rings."
        return f"Two people do nothing wrong, and at message {alarm} the alarm rings: suspected for nothing."
    harm = f"Harm begins at message {start}"
    if not alarm:
        return f"{harm}. The alarm never rings: nobody comes."
    if alarm < start:
        return f"{harm}, but the alarm rings at {alarm}: a moderator looks before there is anything to see."
    return f"{harm}. The alarm rings at {alarm}: {alarm - start + 1} messages of harm are written by then."


def _marks(scores, share, start, alarm, rule):
    length = len(scores)

    def at(message):
        return _LEFT + _LONG * (message - 0.5) / length

    upper, lower = _TOP + _HIGH, _SECOND + _LOW
    yield svg.upright_axis(_LEFT, upper, _HIGH, _LEFT + _LONG, {0: "0", 0.5: "50", 1: "100"})
    yield svg.text(0, 14, "Risk score", svg.SMALL, bold=True)
    for message, score in enumerate(scores, 1):
        shape, ink = ("circle", svg.BLUE) if not start or message < start else ("diamond", svg.VERMILION)
        yield svg.point(at(message), upper - _HIGH * score / 100, shape, ink.fill, ink.fill, radius=3)
    yield svg.upright_axis(_LEFT, lower, _LOW, _LEFT + _LONG, {0: "0"})
    yield svg.text(
        0, _SECOND - 16, f"{capital(RULES[rule].words)} (dashed: the threshold)", svg.SMALL, bold=True
    )
    line = lower - _LOW / _ABOVE
    yield svg.line(_LEFT, line, _LEFT + _LONG, line, svg.BLACK, 1.5, "6 4")
    known = [
        (at(message), lower - _LOW * min(max(each, 0), _ABOVE) / _ABOVE)
        for message, each in enumerate(share, 1)
        if np.isfinite(each)
    ]
    if len(known) > 1:
        yield svg.polyline(known, svg.BLUE.fill)
    for message in _ticks(length):
        yield svg.text(at(message), lower + 18, count(message), svg.SMALL, "middle", fill=svg.GREY)
    yield svg.text(0, lower + 18, "Message", svg.SMALL, fill=svg.GREY)
    yield from _moments(at, start, alarm, lower)


def _ticks(length):
    return [1, *(int(tick) for tick in svg.ticks(length, 8) if 5 < tick <= length)]


def _moments(at, start, alarm, lower):
    """Draw the moment when harm begins, and that of the alarm; their names stand on two lines."""
    if start:
        yield svg.line(at(start), _FIRST + 4, at(start), lower, svg.BLACK, 1.5, "3 3")
        yield _label(at(start), _FIRST, "harm begins", svg.BLACK)
    if alarm:
        yield svg.line(at(alarm), _FIRST + 22, at(alarm), lower, svg.PURPLE.fill, 2.5)
        yield _label(at(alarm), _FIRST + 18, "alarm", svg.PURPLE.fill)


def _label(x, y, content, fill):
    """Write a name beside a moment, where there is room."""
    left = x > _LEFT + _LONG - 110
    return svg.text(x + (-5 if left else 5), y, content, svg.SMALL, "end" if left else "start", True, fill)
