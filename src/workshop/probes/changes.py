"""A still picture: by what factor records changed, city by city, with the line that means no change."""

import math

from workshop.audit import estimates
from workshop.domains.crisis.forecast import TYPE_WORDS, StressTest
from workshop.probes import svg
from workshop.probes.calendars import day_words
from workshop.probes.html import Picture, StillPicture, table
from workshop.probes.words import capital, count, half_up, isolated

_MARKERS = (("circle", svg.BLUE), ("diamond", svg.VERMILION), ("square", svg.PURPLE))
_CITY, _CRIME, _LENGTH, _ROW, _BETWEEN, _TOP = 150, 152, 280, 20, 8, 30  # pixels
_NAMES = _CITY + _CRIME
_TICKS = {0.25: "a quarter", 0.5: "half", 1.0: "as before", 2.0: "double", 4.0: "4 times"}
_CAPTION = (
    "Recorded since that day, divided by what the eight weeks before suggest; the season is taken out. Lines: 95% "
    "intervals, from how far the same comparison was off in the ordinary year. Of 20 lines, one may miss."
)


def changes(test, crimes):
    """Show by what factor the records of some types of crime changed at the cut, in each city that publishes them.

    Parameters
    ----------
    test : workshop.domains.crisis.StressTest
    crimes : sequence of str
        Columns of the data, one to three.

    Returns
    -------
    StillPicture

    Raises
    ------
    ValueError
        If it is no `StressTest`, there are no types or more than three, or no city publishes one of them.
    """
    if not isinstance(test, StressTest):
        raise ValueError('Give a stress test: StressTest(crime, cut="2020-03-16").')
    if isinstance(crimes, str) or not 1 <= len(crimes) <= len(_MARKERS):
        raise ValueError("Give one to three types of crime, as a list of columns.")
    unknown = [crime for crime in crimes if crime not in test.types]
    if unknown:
        raise ValueError(f"No city publishes {unknown[0]!r}; choose from: {', '.join(test.types)}.")
    found = estimates(test.changes())
    rows = {
        city: {crime: found[city, crime] for crime in crimes if (city, crime) in found}
        for city in test.cities
    }
    rows = {city: row for city, row in rows.items() if row}
    title = f"How records changed at {day_words(test.cut)}"
    sentence = " ".join(
        _counted(crime, [row[crime] for row in rows.values() if crime in row]) for crime in crimes
    )
    told = " ".join(f"{isolated(city)}: {_told(row)}." for city, row in rows.items())
    length = sum(len(row) for row in rows.values()) * _ROW + len(rows) * _BETWEEN
    drawn = svg.figure(
        "changes", _TOP + length + 26, title, f"{sentence} {told}", list(_marks(rows, list(crimes), length))
    )
    return StillPicture(title, Picture(sentence, drawn, "", _table(title, rows)), _CAPTION)


def _crime(kind):
    return TYPE_WORDS.get(kind, isolated(kind.replace("_", " ")))


def _counted(crime, row):
    """Say in how many cities it rose, and in how many it fell."""
    large = [each for each in row if each.enough]
    up, down = sum(each.low > 1 for each in large), sum(each.high < 1 for each in large)
    return f"{capital(_crime(crime))}: clearly up in {up} of {len(row)} cities, clearly down in {down}."


def _told(row):
    return "; ".join(f"{_crime(crime)} {_value(each)}" for crime, each in row.items())


def _value(change):
    return (
        f"{change.value:.2f} ({change.low:.2f} to {change.high:.2f})" if change.enough else "too few to tell"
    )


def _marks(rows, crimes, length):
    ends = [
        end for row in rows.values() for each in row.values() if each.enough for end in (each.low, each.high)
    ]
    # As far to the left as to the right, in whole doublings: "half" and "double" are alike far from no change.
    reach = max(1, math.ceil(max(abs(math.log2(max(end, 1e-3))) for end in [*ends, 1.0])))

    def at(factor):
        return _NAMES + _LENGTH * (math.log2(factor) + reach) / (2 * reach)

    step = 1 if reach <= 2 else 2  # doublings between two labels, so that they have room
    ticks = {
        (at(tick) - _NAMES) / _LENGTH: words
        for tick, words in _TICKS.items()
        if abs(math.log2(tick)) <= reach and math.log2(tick) % step == 0
    }
    yield svg.text(at(1) - 10, 14, "← fewer", svg.SMALL, "end")
    yield svg.text(at(1) + 10, 14, "more →", svg.SMALL)
    yield svg.axis(_NAMES, _TOP + length, _LENGTH, _TOP - 8, ticks)
    yield svg.line(at(1), _TOP - 22, at(1), _TOP + length, svg.BLACK, 1.5)
    y = _TOP + _ROW / 2
    for city, row in rows.items():
        yield svg.text(
            0, y + 5, svg.shortened(isolated(city), _CITY, svg.SMALL, bold=True), svg.SMALL, bold=True
        )
        for crime, each in row.items():
            shape, ink = _MARKERS[crimes.index(crime)]
            yield svg.text(
                _NAMES - 14, y + 5, svg.shortened(_crime(crime), _CRIME, svg.SMALL), svg.SMALL, "end"
            )
            if each.enough:
                yield svg.whisker(at(each.low), at(each.high), y, cap=5)
                yield svg.point(at(each.value), y, shape, ink.fill, radius=5)
            yield svg.text(
                _NAMES + _LENGTH + 14, y + 5, _value(each), svg.SMALL, bold=each.low > 1 or each.high < 1
            )
            y += _ROW
        y += _BETWEEN


def _table(title, rows):
    cells = [
        (
            isolated(city),
            capital(_crime(crime)),
            _value(each),
            count(half_up(each.denominator)),
            count(int(each.numerator)),
        )
        for city, row in rows.items()
        for crime, each in row.items()
    ]
    return table(title, ("City", "Type", "Factor (95% interval)", "Expected", "Recorded"), cells)
