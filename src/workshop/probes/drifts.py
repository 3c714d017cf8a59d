"""The drift probe: how a filter ages, when an alarm tells, and what training it again mends."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from workshop.audit import Estimate
from workshop.domains.text.drift import NEW, SCENES, SCORE_INDEX, SIGNALS, UNKNOWN_WORDS, WORD_INDEX, Ageing
from workshop.domains.text.triage import FALSE_ALARM, MISSED
from workshop.probes import svg
from workshop.probes.calendars import alarm_legend, day_words, limit_line, month_ticks, ring
from workshop.probes.controls import Choice, Slider
from workshop.probes.html import Picture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, count, half_up, interval, share

_SIGNAL_WORDS = {
    UNKNOWN_WORDS: "unknown words, of 100",
    WORD_INDEX: "stability index of the words",
    SCORE_INDEX: "stability index of the scores",
}
_ALARM_ON = {
    UNKNOWN_WORDS: "unknown words",
    WORD_INDEX: "the index of words",
    SCORE_INDEX: "the index of scores",
}
_SCENE_WORDS = {
    NEW: "scenes that the filter has never met",
    "running scenes": "all messages, also of scenes it has met",
}
_ERROR_WORDS = {MISSED: "Scams missed, of 100", FALSE_ALARM: "Harmless messages held back, of 100"}
_HABIT = 0.25  # where an index calls for action by the habit of credit scoring
_MOST = 10  # false alarms that can be chosen, at most one in four ordinary weeks
_LEFT, _RIGHT, _TOP, _HIGH = 62, 740, 26, 104  # pixels of the upper picture
_NAMES, _COLUMN, _GAP, _ROW = 128, 270, 40, 20  # pixels of the lower one
_CAPTION = (
    "Messages written for this course, half of them scams; the change was put into one week. Real change comes step by "
    "step. The alarm needs no labels; the errors below do, so in life you see them late. Lines: 95% intervals from "
    "scenes."
)


def drift(ageing, *, changed=None, retrained=()):
    """Show a filter over the weeks: what an alarm can see, what people bear, and the same after training again.

    Parameters
    ----------
    ageing : workshop.domains.text.Ageing
    changed : str or pandas.Timestamp, optional
        When the world changed, if somebody knows: ``truth("scam_drift")["pandemic_from"]``. By default the day on which
        the training ended.
    retrained : sequence of str or pandas.Timestamp, optional
        Weeks in which the filter can be trained again.

    Returns
    -------
    Probe
        Controls false_alarms (ordinary weeks in which the alarm may ring), signal ("unknown words", "index of words" or
        "index of scores"), scenes ("new scenes" or "running scenes") and, if there is one to choose, retrained (a week
        as text, "2020-03-30", or None).

    Raises
    ------
    ValueError
        If it is no `Ageing`, no message is on one side of the change, or the filter can't be trained again in a week.
    """
    if not isinstance(ageing, Ageing):
        raise ValueError("Give the ageing of a filter: Ageing(messages).")
    changed = ageing.trained_until if changed is None else pd.Timestamp(changed)
    weeks = {None: None} | {str(pd.Timestamp(week).date()): pd.Timestamp(week) for week in retrained}
    since = np.where(ageing.messages["week"] < changed, "before", "since")
    if len(set(since)) < 2:
        raise ValueError(f"There are no messages on one side of {changed.date()}; choose another day.")
    sides = {scenes: _estimates(ageing.errors(since, scenes)) for scenes in SCENES}
    shown = {name: _Filter(ageing, week) for name, week in weeks.items()}
    most = min(_MOST, int(ageing.ordinary.sum()) // 4)
    ordinary = int(ageing.ordinary.sum())
    controls = [
        Slider(
            "false_alarms",
            "False alarms that you accept in ordinary weeks",
            tuple(range(most + 1)),
            min(1, most),
            lambda number: f"{number} of {ordinary} weeks",
        ),
        Choice("signal", "The alarm watches", SIGNALS, UNKNOWN_WORDS, lambda name: capital(_ALARM_ON[name])),
        Choice("scenes", "Errors are counted on", SCENES, NEW, _SCENE_WORDS.get),
    ]
    if len(weeks) > 1:
        controls.append(
            Choice(
                "retrained",
                "The filter is trained again",
                tuple(weeks),
                None,
                lambda name: _when(weeks[name]),
            )
        )

    def draw(false_alarms, signal, scenes, retrained=None):
        return _picture(_Position(ageing, changed, sides, shown, false_alarms, signal, scenes, retrained))

    return Probe("How a filter ages, and when an alarm tells", controls, draw, _CAPTION)


def _when(week):
    return "never" if week is None else f"on {day_words(week)}"


class _Filter:
    """Everything about one filter that no control changes, worked out once."""

    def __init__(self, ageing, week):
        self.week, self.signals = week, ageing.signals(week)
        self.errors = {scenes: _estimates(ageing.errors(scenes=scenes, retrained=week)) for scenes in SCENES}
        self.costs = None if week is None else ageing.retraining(week)


def _estimates(frame):
    """Return the errors of each group: {group: {error: Estimate}}, in the order of time."""
    found = {}
    for (group, error), row in frame[list(Estimate._fields)].iterrows():
        found.setdefault(group, {})[error] = Estimate(*row)
    return found


class _Position(NamedTuple):
    """Everything that one position shows."""

    ageing: Ageing
    changed: pd.Timestamp
    sides: dict
    filters: dict
    false_alarms: int
    signal: str
    scenes: str
    retrained: str | None

    @property
    def used(self):
        """The filter whose signal is drawn."""
        return self.filters[self.retrained]

    @property
    def alarm(self):
        """The alarm rule."""
        return self.ageing.alarm(self.signal, self.false_alarms)

    @property
    def values(self):
        """The signal in each watched week."""
        return self.used.signals[self.signal]

    @property
    def rings(self):
        """In which of the watched weeks the alarm rings."""
        return self.alarm.rings(self.values)

    @property
    def early(self):
        """Weeks between the training and the change in which it rings."""
        weeks = self.ageing.watched
        return weeks[self.rings & ~self.ageing.ordinary & (weeks < self.changed)]

    @property
    def first(self):
        """The first week since the change in which it rings, or None."""
        weeks = self.ageing.watched
        found = weeks[self.rings & ~self.ageing.ordinary & (weeks >= self.changed)]
        return found[0] if len(found) else None

    @property
    def late(self):
        """How many weeks after the change it rings."""
        weeks = self.ageing.weeks
        return int((weeks < self.first).sum() - (weeks < self.changed).sum())


def _picture(position):
    sentence = _sentence(position)
    periods = position.filters[None].errors[position.scenes]
    lower = _TOP + _HIGH + 60
    height = lower + 20 + len(periods) * _ROW + 26 + (20 if position.retrained else 0)
    title = f"{capital(_SIGNAL_WORDS[position.signal])}, week by week, and errors of the filter"
    marks = [*_upper(position), *_lower(position, periods, lower)]
    drawn = svg.figure("drift", height, title, " ".join([sentence, *_told(position)]), marks)
    return Picture(sentence, drawn, bullets(_said(position)), _table(position, periods))


def _told(position):
    """Yield the errors of each period for those who can't see the picture."""
    for period, errors in position.filters[None].errors[position.scenes].items():
        parts = [
            f"{words.split(',')[0].lower()} {_rate(errors[error])}"
            for error, words in _ERROR_WORDS.items()
            if error in errors
        ]
        yield f"{period}: {', '.join(parts)}."


def _sentence(position):
    if position.retrained:
        return _sentence_again(position)
    start = f"The alarm on {_ALARM_ON[position.signal]} {_when_it_rings(position)}."
    sides = position.sides[position.scenes]
    parts = [
        f"{what} {share(sides['before'][error])} of 100 before, {share(sides['since'][error])} since"
        for error, what in ((MISSED, "Scams missed:"), (FALSE_ALARM, "harmless messages held back:"))
        if all(error in sides.get(side, {}) for side in ("before", "since"))
    ]
    return f"{start} {'; '.join(parts)}."


def _when_it_rings(position):
    if position.first is None:
        return "never rings after the change"
    return (
        f"rings {_weeks(position.late)} after the change"
        if position.late
        else "rings in the week of the change"
    )


def _sentence_again(position):
    """Say when the old filter's alarm rings, how often the new one's, and the errors of both on the same messages."""
    old = _when_it_rings(position._replace(retrained=None))
    later = position.ageing.watched >= position.used.week
    rings = f"{int(position.rings[later].sum())} of {_weeks(int(later.sum()))}"
    return (
        f"The old filter's alarm {old}; trained again on {day_words(position.used.week)}, it rings in {rings}. "
        f"On the messages since: {_changes(position)}."
    )


def _weeks(number):
    return f"{count(number)} week{'s' * (number != 1)}"


def _said(position):
    """Yield what the alarm costs, what its silence costs, and what training again does."""
    alarm = position.alarm
    low, high = half_up(alarm.a_year.low), half_up(alarm.a_year.high)
    said = (
        f"It rang for nothing in {alarm.false_alarms} of {alarm.weeks} ordinary weeks: that can mean {low} to {high} "
        "false alarms a year."
    )
    if len(position.early):
        said += f" Between training and change it rings for nothing in {_weeks(len(position.early))}."
    yield said
    if position.signal != UNKNOWN_WORDS:
        over = position.filters[None].signals[position.signal].to_numpy() > _HABIT
        later = position.ageing.watched >= position.changed
        warned = "set a limit on your own numbers" if over[later].any() else "it would never have warned"
        yield (
            f"“Above {_HABIT} act” is a habit of credit scoring. Here it would have rung in "
            f"{int(over[position.ageing.ordinary].sum())} of {alarm.weeks} ordinary weeks, and in "
            f"{int(over[later].sum())} of {_weeks(int(later.sum()))} since the change: {warned}."
        )
    costs = position.used.costs
    if costs is None:
        return
    yield (
        f"Trained again on {day_words(costs.week)}, with {count(costs.labelled)} messages that people had to read and "
        f"label. On the messages since: {_changes(position)}."
    )


def _changes(position):
    """Return the errors of the old filter, then of the one trained again, on the same messages."""
    parts = [
        f"{what} {_change(position.used.costs.errors.loc[(position.scenes, error)])}"
        for error, what in ((MISSED, "scams missed:"), (FALSE_ALARM, "harmless messages held back:"))
    ]
    return "; ".join(parts)


def _change(row):
    counts = f"{count(int(row['before']))}, then {count(int(row['after']))} of {count(int(row['messages']))}"
    if not row["enough"]:
        return f"{counts} (too few to tell)"
    return counts if row["low"] > 0 or row["high"] < 0 else f"{counts} (no clear change)"


def _rate(estimate):
    return f"{share(estimate)} ({interval(estimate)})" if estimate.enough else "too few to tell"


def _upper(position):
    """Yield the signal week by week, with the limit of the alarm."""
    weeks, values, alarm = position.ageing.watched, position.values.to_numpy(), position.alarm
    scale = 100 if position.signal == UNKNOWN_WORDS else 1
    shown = [*(each.signals[position.signal].max() for each in position.filters.values()), alarm.limit]
    ticks = svg.ticks(float(max(shown)) * scale, 4)
    bottom, top = _TOP + _HIGH, ticks[-1] / scale
    labels = {tick / ticks[-1]: f"{tick:g}" for tick in ticks}
    yield svg.text(_LEFT, 14, capital(_SIGNAL_WORDS[position.signal]), svg.SMALL, bold=True)
    yield svg.upright_axis(_LEFT, bottom, _HIGH, _RIGHT, labels)

    def place(week):
        span = weeks[-1] - weeks[0]
        return _LEFT + 8 + (_RIGHT - _LEFT - 16) * ((week - weeks[0]) / span)

    def level(value):
        return bottom - _HIGH * value / top

    yield from month_ticks(weeks[0], weeks[-1], place, bottom)
    change = place(position.changed) - 5
    yield svg.line(change, _TOP - 6, change, bottom, svg.BLACK, 1.5, "2 3")
    yield svg.text(change - 6, 14, "the world changes", svg.SMALL, "end")
    if position.used.week is not None:
        again = place(position.used.week) - 5
        yield svg.line(again, _TOP - 6, again, bottom, svg.BLUE.fill, 2)
        words = "trained again"
        x = min(again + 6, svg.WIDTH - svg.text_width(words, svg.SMALL))
        yield svg.text(x, 14, words, svg.SMALL)
    yield limit_line(_LEFT, _RIGHT, level(alarm.limit))
    points = [(place(week), level(value)) for week, value in zip(weeks, values.tolist(), strict=True)]
    yield svg.polyline(points, svg.BLUE.fill, 1.5)
    ordinary = position.ageing.ordinary
    for (x, y), rings, usual, week in zip(points, position.rings, ordinary, weeks, strict=True):
        if not rings:
            yield svg.point(x, y, "circle", svg.BLUE.fill, svg.BLUE.fill, 2)
        else:
            yield ring(x, y, usual or week < position.changed)
    yield from alarm_legend(_LEFT, bottom + 36)


def _lower(position, periods, top):
    """Yield the errors of each period, the two kinds side by side."""
    again = position.filters[position.retrained].errors[position.scenes] if position.retrained else {}
    ends = [
        each.high
        for errors in (*periods.values(), *again.values())
        for each in errors.values()
        if each.enough
    ]
    ticks = svg.ticks(100 * max([*ends, 0.1]), 5)
    end, bottom = ticks[-1] / 100, top + 10 + len(periods) * _ROW
    for column, (error, words) in enumerate(_ERROR_WORDS.items()):
        left = _NAMES + column * (_COLUMN + _GAP)
        yield svg.text(left, top, words, svg.SMALL, bold=True)
        yield svg.axis(left, bottom, _COLUMN, top + 8, {tick / ticks[-1]: f"{tick:g}" for tick in ticks})
        for place, (period, errors) in enumerate(periods.items()):
            y = top + 10 + (place + 0.5) * _ROW
            if not column:
                yield svg.text(_NAMES - 10, y + 5, period, svg.SMALL, "end")
            old = errors.get(error)
            if old is None or not old.enough:
                yield svg.text(left + 8, y + 5, "too few to tell", svg.SMALL, fill=svg.GREY)
                continue
            new = again.get(period, {}).get(error) if _is_new(position, period) else None
            shift = 5 if new else 0
            yield from _mark(left, end, old, y - shift, "circle", svg.PURPLE.fill)
            if new:
                yield from _mark(left, end, new, y + shift, "square", svg.WHITE)
    if position.retrained:
        y = bottom + 34
        yield svg.point(_NAMES + 6, y, "circle", svg.PURPLE.fill, radius=5)
        yield svg.text(_NAMES + 18, y + 5, "filter of before", svg.SMALL)
        yield svg.point(_NAMES + 166, y, "square", svg.WHITE, radius=4)
        yield svg.text(_NAMES + 178, y + 5, "trained again, same messages", svg.SMALL)


def _mark(left, end, estimate, y, shape, fill):
    low, value, high = (left + _COLUMN * each / end for each in (estimate.low, estimate.value, estimate.high))
    yield svg.whisker(low, high, y, cap=4)
    yield svg.point(value, y, shape, fill, radius=5 if shape == "circle" else 4)


def _is_new(position, period):
    """Return whether all messages of a period came after the filter was trained again."""
    weeks = position.ageing.messages["week"][position.ageing.periods == period]
    return position.used.week is not None and weeks.min() >= position.used.week


def _table(position, periods):
    again = position.filters[position.retrained].errors[position.scenes]
    columns = ["", *_ERROR_WORDS.values()]
    rows = []
    for period, errors in periods.items():
        cells = []
        for error in _ERROR_WORDS:
            old = errors.get(error)
            cell = "nothing to count" if old is None else f"{_rate(old)}\n{_counted(old)}"
            if position.retrained and _is_new(position, period):
                new = again[period][error]
                cell += f"\ntrained again: {_rate(new)}\n{_counted(new)}"
            cells.append(cell)
        rows.append((period, *cells))
    scale = 100 if position.signal == UNKNOWN_WORDS else 1
    limit = f"{scale * position.alarm.limit:.3g}"
    first = table(f"Errors: {_SCENE_WORDS[position.scenes]}", columns, rows)
    caption = f"{capital(_SIGNAL_WORDS[position.signal])}: the alarm rings above {limit}"
    weeks = [
        (day_words(week), f"{scale * value:.3g}", "rings" if rings else "")
        for week, value, rings in zip(
            position.ageing.watched, position.values.tolist(), position.rings, strict=True
        )
    ]
    return first + "\n" + table(caption, ("Week of", "Value", "Alarm"), weeks)


def _counted(estimate):
    return f"{count(int(estimate.numerator))} of {count(int(estimate.denominator))}"
