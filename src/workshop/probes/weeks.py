"""Which hours of the week are busy: seven days by twenty-four hours."""

from itertools import pairwise

import numpy as np
import pandas as pd

from workshop.probes import svg
from workshop.probes.controls import Choice
from workshop.probes.html import Picture, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, isolated, joined

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ALL = "all"
_FRAMES = {"busiest hour": "", "quietest hour": "4 3"}  # how each is framed
_LEFT, _TOP, _COLUMN, _ROW, _CELL = 94, 28, 27.5, 34, 26  # pixels


def hour_of_week(profile, *, area="precinct", noun="stops"):
    """Show the hours of a week as squares, larger and darker where more is recorded.

    Parameters
    ----------
    profile : pandas.DataFrame, shape (168, n_areas)
        Mean number of records in an hour. Index: day (0 is Monday, to 6) and hour (0 to 23), each pair once; a column
        for each area, for instance each precinct.
    area : str, default "precinct"
        What a column is called.
    noun : str, default "stops"
        What the records are called.

    Returns
    -------
    Probe
        Control area: "all" (if there is more than one) or a column's name as text.

    Raises
    ------
    ValueError
        If the table has not those rows, no column, columns of one name, or a number that is negative or missing.

    Notes
    -----
    All areas share one scale, so that they can be compared. All of them together have a scale of their own.
    """
    week = _week(profile, noun)
    names = tuple(week)
    together = _Scale(sum(week.values()))
    alone = _Scale(np.concatenate(list(week.values())))
    area = isolated(area)

    def shown(name):
        return f"all {area}s together" if name == _ALL else f"{area} {isolated(name)}"

    def draw(area):
        if area == _ALL:
            return _picture(shown(area), noun, sum(week.values()), together)
        return _picture(shown(area), noun, week[area], alone)

    options = (_ALL, *names) if len(names) > 1 else names
    return Probe(
        f"Which hours of the week have many {noun}",
        [Choice("area", capital(area), options, options[0], shown)],
        draw,
        f"Averages over the weeks of the records. Few {noun} at an hour can also mean few officers at work.",
    )


def _week(profile, noun):
    """Return the hours of the week of each area, as arrays of 7 by 24."""
    if not isinstance(profile, pd.DataFrame) or not len(profile.columns):
        raise ValueError("The profile must be a table (DataFrame) with a column for each area.")
    wanted = pd.MultiIndex.from_product([range(7), range(24)])
    if profile.index.nlevels != 2 or len(profile) != 168 or not wanted.isin(profile.index).all():
        raise ValueError("The profile needs one row for each day (0 to 6) and hour (0 to 23): 168 rows.")
    names = [str(name) for name in profile.columns]
    if len(set(names)) != len(names) or _ALL in names:
        raise ValueError(
            f"The columns are {', '.join(names)}; give each its own name, and none the name “all”."
        )
    rates = profile.loc[wanted].to_numpy(dtype=float)
    if not (np.isfinite(rates) & (rates >= 0)).all():
        raise ValueError(
            f"A number of {noun} an hour is negative or missing; give a number of 0 or more each."
        )
    return {name: rates[:, place].reshape(7, 24) for place, name in enumerate(names)}


class _Scale:
    """Classes of equal width, and how numbers are written."""

    def __init__(self, rates):
        steps = svg.ticks(rates.max() or 1, len(svg.RAMP), (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10))
        self.written = svg.decimals(rates.max(), digits=2 if 1 <= rates.max() < 10 else 3)
        self.edges = steps[1:-1]
        self.labels = [f"{low:g} to {high:g}" for low, high in pairwise(steps)]

    def classes(self, rates):
        """Return the class of each rate; an hour without any record has none."""
        return np.where(rates > 0, 1 + np.searchsorted(self.edges, rates, side="right"), 0)

    def words(self, rate):
        """Return a rate as it is written; what is more than nothing is never called 0."""
        said = self.written(rate)
        if said.strip("0."):
            return said
        return f"<{said[:-1]}1" if rate > 0 else "0"


def _picture(where, noun, rates, scale):
    sentence = _sentence(where, noun, rates, scale)
    daily = joined(f"{day} {scale.words(rate)}" for day, rate in zip(_DAYS, rates.mean(axis=1), strict=True))
    drawn = svg.figure(
        "week",
        _TOP + 7 * _ROW + 70,
        f"{capital(noun)} an hour by day and hour, {where}",
        f"{sentence} Average of the day: {daily}.",
        [
            *_axes(),
            *_extremes(rates),
            svg.graduated(_middles(), scale.classes(rates).ravel(), _CELL),
            *_legend(scale),
        ],
    )
    rows = [(_clock(hour), *map(scale.words, rates[:, hour].tolist())) for hour in range(24)]
    numbers = table(f"{capital(noun)} an hour, {where}", ("Hour", *_DAYS), rows)
    return Picture(sentence, drawn, "", numbers)


def _clock(hour):
    return f"{hour:02d}:00"


def _places(rates, value):
    """Return the day and hour of each place that has this rate."""
    return np.argwhere(rates == value).tolist()


def _sentence(where, noun, rates, scale):
    if not rates.max():
        return f"{capital(where)}: no {noun} recorded."
    parts = []
    for name, value in (("Busiest", rates.max()), ("Quietest", rates.min())):
        found = _places(rates, value)
        when = (
            f"{len(found)} hours alike" if len(found) > 1 else f"{_DAYS[found[0][0]]} {_clock(found[0][1])}"
        )
        parts.append(f"{name}: {when}, {scale.words(value)}")
    return f"{capital(where)}, {noun} an hour. {'. '.join(parts)}."


def _corner(day, hour):
    """Return the upper left corner of an hour's place."""
    return _LEFT + hour * _COLUMN, _TOP + day * _ROW


def _middles():
    corners = np.array([_corner(day, hour) for day in range(7) for hour in range(24)])
    return np.add(corners, (_COLUMN / 2, _ROW / 2))


def _axes():
    """Return the names of days and hours, and a thin line every six hours."""
    for hour in range(0, 25, 6):
        x, y = _corner(7, hour)
        yield svg.line(x, _TOP - 4, x, y, svg.RULE, 0.5)
    for hour in range(0, 24, 3):
        yield svg.text(_corner(0, hour)[0] + 4, _TOP - 8, _clock(hour), svg.SMALL, fill=svg.GREY)
    for day, name in enumerate(_DAYS):
        yield svg.text(_LEFT - 10, _corner(day, 0)[1] + _ROW / 2 + 5, name, anchor="end", bold=day >= 5)


def _extremes(rates):
    """Return a frame around the busiest hour and a dashed one around the quietest, if there is one of each."""
    for value, dash in zip((rates.max(), rates.min()), _FRAMES.values(), strict=True):
        found = _places(rates, value)
        if len(found) == 1:
            yield _frame(*_corner(*found[0]), _COLUMN, _ROW, dash)


def _frame(x, y, wide, high, dash):
    corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)]
    return svg.polyline(corners, svg.VERMILION.fill, 2.5, dash)


def _legend(scale):
    y = _TOP + 7 * _ROW + 24
    yield svg.graduated_legend(_LEFT, y, scale.labels, _CELL, svg.WIDTH - _LEFT)
    for place, (name, dash) in enumerate(_FRAMES.items()):
        x = _LEFT + 150 * place
        yield _frame(x + 3, y + 24, 20, 16, dash)
        yield svg.text(x + _CELL + 6, y + 37, name, svg.SMALL)
