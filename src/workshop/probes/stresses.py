"""The stress probe: a plan and what was recorded, week by week, when an alarm tells, and what the alarm costs."""

from typing import NamedTuple

import numpy as np

from workshop.audit import Alarm, Estimate, estimates, incidence
from workshop.domains.crisis.alarms import (
    ACCEPTED,
    KINDS,
    KS,
    ONE_WEEK,
    PAGE_HINKLEY,
    PSI,
    AlarmDesk,
    Noticed,
    Watched,
)
from workshop.domains.crisis.forecast import TYPE_WORDS, Series, StressTest
from workshop.probes import svg
from workshop.probes.calendars import alarm_legend, day_words, limit_line, month_ticks, ring
from workshop.probes.controls import Choice, Slider
from workshop.probes.html import Picture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, count, half_up, isolated, joined

_KIND_WORDS = {
    ONE_WEEK: "one week far off",
    PAGE_HINKLEY: "small errors that add up (Page-Hinkley)",
    KS: "four weeks unlike 2019 (KS)",
    PSI: "four weeks unlike 2019 (PSI)",
}
_SIGNAL_WORDS = {
    ONE_WEEK: "How far the week is off, in usual errors",
    PAGE_HINKLEY: "Errors added up, in usual errors",
    KS: "Distance of the last four weeks from the ordinary year (KS)",
    PSI: "Stability index of the last four weeks (PSI)",
}
_HABIT = 0.25  # where an index calls for action by the habit of credit scoring
_LEFT, _RIGHT, _TOP, _HIGH = 62, 740, 46, 150  # pixels of the upper picture
_LOWER, _LOW = 46, 84  # from the upper to the lower picture, and its height
_CAPTION = (
    "Recorded crime, not crime. Grey: where 95 of 100 weeks should lie. The plan is made in January and in July, from "
    "what was known by then, and used for half a year. Diamonds: the alarm rings."
)


def stress(test, *, city=None, crime=None):
    """Show where a plan breaks: what it expected, what was recorded, and when an alarm tells.

    Parameters
    ----------
    test : workshop.domains.crisis.StressTest
    city, crime : str, optional
        What is shown at first: by default the first city and its first type.

    Returns
    -------
    Probe
        Controls city, crime (a column of the data), alarm ("one week", "Page-Hinkley", "KS" or "PSI") and accepted
        (false alarms in the ordinary year, over all series together). The last two are folded.

    Raises
    ------
    ValueError
        If it is no `StressTest`, or there is no such city or type.
    """
    if not isinstance(test, StressTest):
        raise ValueError('Give a stress test: StressTest(crime, cut="2020-03-16").')
    desk, changes = AlarmDesk(test), estimates(test.changes())
    for kind in KINDS:
        desk.alarm(kind, max(ACCEPTED))  # every limit is counted now, so that no move has to wait for it
    number = len(test.names)
    city = test.cities[0] if city is None else city
    published = [kind for kind in test.types if (city, kind) in test.names]
    crime = (published or test.types)[0] if crime is None else crime
    controls = (
        Choice("city", "City", test.cities, city, isolated),
        Choice("crime", "Type of crime", test.types, crime, lambda kind: capital(_crime(kind))),
        Choice("alarm", "The alarm rings at", KINDS, ONE_WEEK, _KIND_WORDS.get, folded=True),
        Slider(
            "accepted",
            f"False alarms that you accept in {test.made.year - 1}",
            ACCEPTED,
            10,
            lambda accepted: f"{accepted} in all {number} series",
            folded=True,
        ),
    )

    def draw(city, crime, alarm, accepted):
        if (city, crime) not in test.names:
            published = [_crime(kind) for kind in test.types if (city, kind) in test.names]
            return Picture(
                f"{isolated(city)} publishes no counts of {_crime(crime)} here. Choose {joined(published, 'or')}.",
                *("", "", ""),
            )
        return _picture(
            _Position(
                test,
                (city, crime),
                alarm,
                test.of(city, crime),
                desk.alarm(alarm, accepted),
                desk.watch(city, crime, alarm, accepted),
                desk.noticed(city, crime, alarm, accepted),
                changes[city, crime],
            )
        )

    return Probe("Where a plan breaks, and when an alarm tells", controls, draw, _CAPTION)


def _crime(kind):
    return TYPE_WORDS.get(kind, isolated(kind.replace("_", " ")))


class _Position(NamedTuple):
    """Everything that one position shows."""

    test: StressTest
    name: tuple
    kind: str
    series: Series
    alarm: Alarm
    watched: Watched
    noticed: Noticed
    change: Estimate

    @property
    def late(self):
        """Which weeks belong to the crisis."""
        return self.series.weeks >= self.test.cut

    @property
    def planned(self):
        return half_up(self.series.planned[self.late].sum())

    @property
    def recorded(self):
        return int(self.series.recorded[self.late].sum())

    @property
    def ordinary(self):
        """How many weeks the ordinary year has."""
        return int((self.series.weeks < self.test.made).sum())


def _picture(position):
    sentence = _sentence(position)
    lower = _TOP + _HIGH + _LOWER
    marks = [*_upper(position), *_lower(position, lower)]
    title = f"Recorded and planned, week by week: {isolated(position.name[0])}, {_crime(position.name[1])}"
    drawn = svg.figure("stress", lower + _LOW + 62, title, f"{sentence} {_told(position)}", marks)
    return Picture(sentence, drawn, bullets(_said(position)), _table(position))


def _sentence(position):
    city, kind = position.name
    more = position.recorded - position.planned
    harm = (
        f"{count(more)} more than anybody planned for"
        if more > 0
        else f"the plan sends patrols for {count(-more)} that were not recorded"
        if more
        else "as planned"
    )
    return (
        f"{isolated(city)}, {_crime(kind)} since {day_words(position.test.cut)}: {count(position.planned)} planned, "
        f"{count(position.recorded)} recorded: {harm}. {_when(position)}"
    )


def _when(position):
    number = int(position.late.sum())
    if position.noticed.weeks is None:
        return f"The alarm does not ring in these {number} weeks."
    return f"The alarm rings in week {position.noticed.weeks + 1} of {number}."


def _said(position):
    alarm, noticed = position.alarm, position.noticed
    series = len(position.test.names)
    year = position.test.made.year - 1
    here = incidence(noticed.false_alarms, position.ordinary, per=52)
    yield (
        f"The price: in {year}, an ordinary year, this alarm began to ring {_times(alarm.false_alarms)} in all "
        f"{series} series. Here {_times(noticed.false_alarms)} in {position.ordinary} weeks: that can mean "
        f"{half_up(here.low)} to {half_up(here.high)} false alarms a year."
    )
    yield f"What changed, against the eight weeks before, the season taken out: {_change(position.change)}."
    if noticed.earlier is not None:
        yield (
            f"It rang already in the week of {day_words(noticed.earlier)}: the plan was off before that day, for "
            "another reason, or because the crisis began earlier."
        )
    if position.kind == PSI:
        yield _habit(position)


def _times(number):
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{count(number)} times")


def _change(change):
    if not change.enough:
        return "too few to tell"
    words = f"{change.value:.2f} times as many ({change.low:.2f} to {change.high:.2f})"
    return words if change.low > 1 or change.high < 1 else f"{words}, no clear change"


def _habit(position):
    ordinary = position.series.weeks < position.test.made
    over = int((position.watched.signal[ordinary] > _HABIT).sum())
    return (
        f"“Above {_HABIT} act” is a habit of credit scoring: here it would have rung in {over} of "
        f"{int(ordinary.sum())} ordinary weeks. Four weeks in five bands are too few for this index."
    )


def _told(position):
    """Say the weeks of the crisis for those who can't see the picture."""
    rows = zip(position.series.weeks, position.series.planned, position.series.recorded, strict=True)
    late = [f"{day_words(week)}: {half_up(plan)} planned, {int(seen)} recorded" for week, plan, seen in rows][
        -int(position.late.sum()) :
    ]
    return f"Week by week: {'; '.join(late)}."


def _upper(position):
    """Yield the counts and the plan, with its interval."""
    series = position.series
    weeks = series.weeks
    ticks = svg.ticks(float(max(series.recorded.max(), series.high.max())), 4)
    bottom = _TOP + _HIGH
    yield svg.text(_LEFT, 14, "Recorded crimes in a week", svg.SMALL, bold=True)
    yield from _keys(236, 14)
    yield svg.upright_axis(_LEFT, bottom, _HIGH, _RIGHT, {tick / ticks[-1]: f"{tick:g}" for tick in ticks})
    place = _placed(position)

    def points(values):
        return [
            (place(week), bottom - _HIGH * value / ticks[-1])
            for week, value in zip(weeks, values.tolist(), strict=True)
        ]

    yield svg.band(points(series.low), points(series.high), svg.BLACK)
    yield from _cut(position, bottom, label=True)
    yield svg.polyline(points(series.planned), svg.BLACK, 1.5, "6 3")
    recorded = points(series.recorded)
    yield svg.polyline(recorded, svg.BLUE.fill, 1.5)
    for (x, y), rings, week in zip(recorded, position.watched.rings, weeks, strict=True):
        if rings:
            yield ring(x, y, week < position.test.cut)
        else:
            yield svg.point(x, y, "circle", svg.BLUE.fill, svg.BLUE.fill, 2)


def _keys(x, y):
    keys = (
        (lambda at: svg.line(at, y - 4, at + 24, y - 4, svg.BLUE.fill, 2), "recorded"),
        (lambda at: svg.line(at, y - 4, at + 24, y - 4, svg.BLACK, 1.5, "6 3"), "planned"),
        (
            lambda at: svg.band([(at, y + 1), (at + 24, y + 1)], [(at, y - 9), (at + 24, y - 9)], svg.BLACK),
            "95 of 100 weeks",
        ),
    )
    yield svg.legend(x, y, keys, 30, 18)


def _placed(position):
    """Return a function from a day to its x."""
    weeks = position.series.weeks
    span = weeks[-1] - weeks[0]
    return lambda day: _LEFT + 8 + (_RIGHT - _LEFT - 16) * ((day - weeks[0]) / span)


def _cut(position, bottom, label, high=_HIGH):
    """Yield the line where the crisis begins."""
    x = _placed(position)(position.test.cut) - 4
    yield svg.line(x, bottom - high - 4, x, bottom, svg.BLACK, 1.5, "2 3")
    if label:
        yield svg.text(x - 6, bottom - high - 2, day_words(position.test.cut), svg.SMALL, "end")


def _lower(position, top):
    """Yield what the alarm looks at, and its limit."""
    weeks, signal, limit = position.series.weeks, position.watched.signal, position.watched.limit
    ticks = svg.ticks(float(max(signal.max(), limit)), 3)
    bottom, place = top + _LOW, _placed(position)
    yield svg.text(_LEFT, top - 14, _SIGNAL_WORDS[position.kind], svg.SMALL, bold=True)
    yield svg.upright_axis(_LEFT, bottom, _LOW, _RIGHT, {tick / ticks[-1]: f"{tick:g}" for tick in ticks})
    yield from month_ticks(weeks[0], weeks[-1], place, bottom)
    yield from _cut(position, bottom, label=False, high=_LOW)

    def level(value):
        return bottom - _LOW * value / ticks[-1]

    yield limit_line(_LEFT, _RIGHT, level(limit))
    points = [(place(week), level(value)) for week, value in zip(weeks, signal.tolist(), strict=True)]
    yield svg.polyline(points, svg.BLUE.fill, 1.5)
    for (x, y), rings, week in zip(points, position.watched.rings, weeks, strict=True):
        if rings:
            yield ring(x, y, week < position.test.cut)
    yield from alarm_legend(_LEFT, bottom + 40)


def _table(position):
    series = position.series
    year = np.flatnonzero(series.weeks >= position.test.made)
    rows = [
        (
            day_words(series.weeks[place]),
            count(half_up(series.planned[place])),
            f"{int(series.low[place])} to {int(series.high[place])}",
            count(int(series.recorded[place])),
            "rings" if position.watched.rings[place] else "",
        )
        for place in year.tolist()
    ]
    caption = f"{isolated(position.name[0])}, {_crime(position.name[1])}, from the week of the last plan on"
    return table(caption, ("Week of", "Planned", "95 of 100 weeks", "Recorded", "Alarm"), rows)
