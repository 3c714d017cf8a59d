"""What pictures of weeks share: dates in words, months along an axis, and marks where an alarm rings."""

import pandas as pd

from workshop.probes import svg

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def day_words(day):
    """Return a date in words, the same in every country's settings: "2 March 2020"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def month_ticks(first, last, place, bottom):
    """Yield a tick and a name every second month.

    Parameters
    ----------
    first, last : pandas.Timestamp
    place : callable
        From a day to its x, in pixels.
    bottom : float
        Height of the axis, in pixels.
    """
    for month in pd.date_range(first, last, freq="MS"):
        if month.month % 2:
            x = place(month)
            name = MONTHS[month.month - 1][:3] + (f" {month.year}" if month.month == 1 else "")
            yield svg.line(x, bottom, x, bottom + 4, svg.RULE)
            yield svg.text(x, bottom + 17, name, svg.SMALL, "middle", fill=svg.GREY)


def ring(x, y, false):
    """Return the mark of a week in which an alarm rings: white if nothing had happened, full if something had."""
    return svg.point(x, y, "diamond", svg.WHITE if false else svg.VERMILION.fill, radius=6)


def limit_line(left, right, y):
    """Return the line above which an alarm rings."""
    return svg.line(left, y, right, y, svg.VERMILION.fill, 2, "8 4")


def alarm_legend(left, y):
    """Yield what the marks of an alarm stand for, in one row."""
    entries = (
        (limit_line(left, left + 26, y), "limit of the alarm", 32),
        (ring(230, y, false=True), "false alarm", 14),
        (ring(350, y, false=False), "alarm since the change", 14),
    )
    for (mark, words, step), x in zip(entries, (left, 230, 350), strict=True):
        yield mark
        yield svg.text(x + step, y + 5, words, svg.SMALL)
