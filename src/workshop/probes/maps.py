"""Where the records are, hour by hour: a map without tiles, drawn from the records' own coordinates."""

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype
from scipy.ndimage import distance_transform_edt

from workshop.probes import svg
from workshop.probes.controls import Choice, Slider
from workshop.probes.html import Picture, paragraph, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, count, half_up, isolated, of_hundred

_KM = 6371.0088 * math.pi / 180  # of one degree of latitude, on a sphere of the earth's mean radius
_MOST_CELLS, _MOST_AREAS, _MOST_KINDS = 120, 8, 6
_HIGH, _WIDE, _GAP = 360, 300, 40  # pixels: the most that the map may take, and what is kept free beside it
_MOST_PIXELS = 16  # of a square
_LABEL = svg.Ink(svg.WHITE, svg.GREY, svg.BLACK)
_ALL = "all"
_DAYS = {_ALL: "all days", "weekdays": "Monday to Friday", "weekend": "Saturday and Sunday"}


def demand_map(records, *, area="precinct", kind="reason", kind_words=None, noun="stops", cell=0.35):
    """Show where records are, by hour of the day: squares on a grid, larger and darker where there are more.

    Parameters
    ----------
    records : pandas.DataFrame
        One row for each record, with the columns time (local date and time), latitude and longitude (degrees), and
        those named by `area` and `kind`. Rows without a time, place, area or kind are left out, and that is said.
    area : str, default "precinct"
        Column with the area of each record, for instance its police precinct; at most 8 areas.
    kind : str or None, default "reason"
        Column with the kind of each record, which can be chosen; at most 6. None if there is none.
    kind_words : mapping of str to str, optional
        From a kind to the words for its records, for instance ``{"traffic": "traffic stops"}``; without them it is
        called "stops (traffic)".
    noun : str, default "stops"
        What the records are called.
    cell : float, default 0.35
        About how wide and high a place is that one square stands for, in km.

    Returns
    -------
    Probe
        Controls hour ("all" or 0 to 23), kind ("all" or a kind; only if there is one), and days ("all", "weekdays" or
        "weekend").

    Raises
    ------
    ValueError
        If a column is missing or holds something else, a coordinate is no place on earth, no row is left, the records
        cover less than a week, or the area is too large or has too many parts for one picture.

    Notes
    -----
    Places are a whole number of steps of the coordinates' own rounding. Otherwise some would hold three steps and
    others four, and stripes would show. The projection is equirectangular, true at the middle latitude: over a city,
    places differ in size by less than 1 in 200. Areas are parted where neighbouring places have most of their records
    in different ones; no boundary was looked up.
    """
    grid = _grid(_Columns(records, area, kind, noun), cell)
    words = kind_words or {}
    unknown = [str(each) for each in words if each not in grid.kinds]
    if unknown:
        raise ValueError(f"There is no kind {unknown[0]!r} to rename; the kinds are {', '.join(grid.kinds)}.")
    controls = [
        Slider("hour", "Hour of the day", (_ALL, *range(24)), _ALL, lambda hour: _hour(hour, "all hours")),
        Choice("days", "Days", tuple(_DAYS), _ALL, _DAYS.get),
    ]
    if kind is not None:
        options = (_ALL, *grid.kinds)
        label = capital(isolated(kind.replace("_", " ")))
        choice = Choice("kind", label, options, _ALL, lambda each: _kind(each, words, noun))
        controls.insert(1, choice)
    fixed = _Fixed(grid, area.replace("_", " "), noun, words)

    def draw(hour, days, kind=_ALL):
        return _picture(fixed, hour, kind, days)

    return Probe(
        f"Where the {noun} are, hour by hour",
        controls,
        draw,
        f"A square is a place of about {grid.size_words}. Lines: from here on most {noun} belong to another "
        f"{area.replace('_', ' ')}. What nobody recorded is not on the map.",
    )


def _hour(hour, every):
    return every if hour == _ALL else f"{hour:02d}:00 to {hour + 1:02d}:00"


def _kind(kind, words, noun):
    """Return what the records of a kind are called."""
    return noun if kind == _ALL else isolated(words.get(kind, f"{noun} ({kind})"))


class _Columns:
    """The records as arrays, without the rows that cannot be placed."""

    def __init__(self, records, area, kind, noun):
        names = ["time", "latitude", "longitude", area, *([] if kind is None else [kind])]
        if len(set(names)) != len(names):
            raise ValueError(
                f"The columns for area and kind are {area} and {kind}; give each its own column."
            )
        absent = [name for name in names if name not in getattr(records, "columns", ())]
        if absent:
            raise ValueError(
                f"The map needs a table with the columns {', '.join(names)}; {absent[0]} is missing."
            )
        known = records[names].dropna()
        self.left_out = len(records) - len(known)
        if not len(known):
            raise ValueError(
                f"None of the {len(records)} {noun} has a time, a place and all else the map needs."
            )
        if not is_datetime64_any_dtype(known["time"]):
            raise ValueError(
                "The column time holds no dates and times; read it with pandas.to_datetime first."
            )
        self.latitude = _degrees(known["latitude"], "latitude", 90)
        self.longitude = _degrees(known["longitude"], "longitude", 180)
        self.hour = known["time"].dt.hour.to_numpy()
        self.weekend = (known["time"].dt.day_of_week >= 5).to_numpy().astype(int)
        self.areas, self.area = _codes(known[area], area, _MOST_AREAS)
        one = pd.Series(_ALL, index=known.index)
        kinds, self.kind = _codes(one if kind is None else known[kind], kind, _MOST_KINDS)
        self.kinds = () if kind is None else kinds
        if _ALL in self.kinds:
            raise ValueError(
                f"The column {kind} has the value “{_ALL}”, which stands for all kinds; rename it."
            )
        self.days = days = (known["time"].max().normalize() - known["time"].min().normalize()).days + 1
        if days < 7:
            raise ValueError(f"The {noun} cover {days} days; numbers a week need at least 7.")


def _degrees(values, name, limit):
    numbers = pd.to_numeric(values, errors="coerce")
    wrong = values[~(numbers.abs() <= limit)]
    if len(wrong):
        raise ValueError(
            f"There is a {name} of {wrong.iloc[0]}; it must be a number from -{limit} to {limit}."
        )
    return numbers.to_numpy(dtype=float)


def _codes(values, name, most):
    """Return the names that occur, in order, and the place of each row's name among them."""
    known = values.to_numpy() if is_numeric_dtype(values) else values.astype(str).to_numpy(dtype=str)
    found, codes = np.unique(known, return_inverse=True)
    if len(found) > most:
        raise ValueError(
            f"The column {name} has {len(found)} different values; put some together, "
            f"so that there are at most {most}."
        )
    return tuple(f"{value:g}" if found.dtype.kind == "f" else str(value) for value in found), codes


class _Grid(NamedTuple):
    """Everything a map is drawn from, counted once."""

    places: np.ndarray  # of cells: column and row, from the lower left
    owners: np.ndarray  # of cells: the area with most of the records
    counts: np.ndarray  # by weekend, kind, hour and cell
    by_area: np.ndarray  # by weekend, kind, hour and area
    areas: tuple
    kinds: tuple
    days: int
    left_out: int
    size: tuple  # of a cell, in km: width and height
    edges: dict  # lower ends of the classes, for one hour (False) and for all (True)

    @property
    def size_words(self):
        """Return the size of a cell in metres."""
        return " by ".join(f"{half_up(100 * side) * 10:,}" for side in self.size) + " metres"


def _grid(columns, cell):
    if not 0 < cell < math.inf:
        raise ValueError(f"cell is {cell}; give the width of a place in km, for instance 0.35.")
    middle = (columns.latitude.min() + columns.latitude.max()) / 2
    across, width = _steps(columns.longitude, cell, _KM * math.cos(math.radians(middle)))
    up, height = _steps(columns.latitude, cell, _KM)
    if max(across.max(), up.max()) >= _MOST_CELLS:
        raise ValueError(
            f"The map would be {across.max() + 1:,} by {up.max() + 1:,} places of {cell:g} km, and holds "
            f"{_MOST_CELLS} by {_MOST_CELLS}; leave out wrong coordinates such as 0, 0, or give a larger cell."
        )
    places, codes = np.unique(np.column_stack([across, up]), axis=0, return_inverse=True)
    kinds = max(1, len(columns.kinds))

    def counted(codes, size):
        shape = (2, kinds, 24, size)
        rows = np.ravel_multi_index((columns.weekend, columns.kind, columns.hour, codes), shape)
        return np.bincount(rows, minlength=math.prod(shape)).reshape(shape)

    codes = codes.ravel()
    counts = counted(codes, len(places))
    shared = np.zeros((len(places), len(columns.areas)), dtype=int)
    np.add.at(shared, (codes, columns.area), 1)
    return _Grid(
        places,
        shared.argmax(axis=1),
        counts,
        counted(columns.area, len(columns.areas)),
        columns.areas,
        columns.kinds,
        columns.days,
        columns.left_out,
        (width, height),
        {every: _edges(counts.sum(axis=(0, 1, 2) if every else (0, 1))) for every in (False, True)},
    )


def _steps(degrees, cell, km):
    """Return the place of each coordinate on the grid, from 0, and the size of a place in km."""
    digits = next((places for places in range(6) if np.array_equal(degrees, degrees.round(places))), 6)
    whole = np.rint((degrees - degrees.min()) * 10.0**digits).astype(int)
    step = km / 10**digits
    size = max(1, round(cell / step))
    return whole // size, size * step


def _edges(counts):
    """Return the lower ends of up to five classes: round numbers, and only 1 in 100 places far above the last."""
    last = np.quantile(counts[counts > 0], 0.99)
    round_numbers = [lead * 10**power for power in range(1 + int(math.log10(last))) for lead in (1, 2, 5)]
    return np.array(sorted({1, *[each for each in round_numbers if each <= last][-(len(svg.RAMP) - 1) :]}))


class _Fixed:
    """What all positions of one map share: words, and what is drawn under the squares."""

    def __init__(self, grid, area, noun, kind_words):
        self.grid, self.area, self.noun, self.kind_words = grid, isolated(area), noun, kind_words
        wide, high = (grid.places.max(axis=0) + 1) * grid.size
        self.scale = min(_HIGH / high, _WIDE / wide, _MOST_PIXELS / min(grid.size))  # pixels of a km
        self.cell = min(grid.size) * self.scale
        self.right, self.bottom = wide * self.scale, 4 + high * self.scale
        self.pixels = self.pixel(grid.places + 0.5)
        self.most = {
            every: grid.by_area.sum(axis=(0, 1, 2) if every else (0, 1)).max() for every in (False, True)
        }
        self.borders = _borders(self)

    def pixel(self, places):
        """Return where a place of the grid is drawn, north up."""
        km = np.asarray(places) * self.grid.size
        return np.column_stack([km[:, 0] * self.scale, self.bottom - km[:, 1] * self.scale])

    def middle(self, area):
        """Return the middle of an area's places in pixels, or None if it has most of the records of none."""
        inside = self.pixels[self.grid.owners == area]
        return inside.mean(axis=0) if len(inside) else None

    def name(self, place):
        """Return an area in words: "precinct 3"."""
        return f"{self.area} {isolated(self.grid.areas[place])}"


def _borders(fixed):
    """Return a line wherever two places side by side belong to different areas.

    A place without records belongs where the nearest place with records does, if that is no more than two away.
    """
    across, up = fixed.grid.places.T
    owners = np.full(fixed.grid.places.max(axis=0) + 1, -1)
    owners[across, up] = fixed.grid.owners
    away, nearest = distance_transform_edt(owners < 0, return_indices=True)
    owners = np.where(away <= 2, owners[tuple(nearest)], -1)

    def between(one, other, corner):
        places = np.argwhere((one != other) & (one >= 0) & (other >= 0))
        return np.stack([places + corner, places + 1], axis=1)

    ends = [between(owners[:-1], owners[1:], (1, 0)), between(owners[:, :-1], owners[:, 1:], (0, 1))]
    pairs = fixed.pixel(np.concatenate(ends).reshape(-1, 2)).reshape(-1, 2, 2).tolist()
    if not pairs:
        return ""
    path = "".join("M" + "L".join(f"{svg.number(x)} {svg.number(y)}" for x, y in pair) for pair in pairs)
    return f'<path d="{path}" stroke="{svg.RULE}" stroke-width="1.5" fill="none"/>'


class _Chosen(NamedTuple):
    """The counts of one position."""

    cells: np.ndarray
    areas: np.ndarray
    when: str
    every: bool  # all hours
    what: str


def _chosen(fixed, hour, kind, days):
    grid = fixed.grid
    weekend = {_ALL: slice(None), "weekdays": slice(0, 1), "weekend": slice(1, 2)}[days]
    kinds = slice(None) if kind == _ALL else slice(grid.kinds.index(kind), grid.kinds.index(kind) + 1)
    hours = slice(None) if hour == _ALL else slice(hour, hour + 1)
    cells, areas = (
        counts[weekend, kinds, hours].sum(axis=(0, 1, 2)) for counts in (grid.counts, grid.by_area)
    )
    when = capital(_hour(hour, "all hours")) + ("" if days == _ALL else f", {_DAYS[days]}")
    return _Chosen(cells, areas, when, hour == _ALL, _kind(kind, fixed.kind_words, fixed.noun))


def _picture(fixed, hour, kind, days):
    chosen = _chosen(fixed, hour, kind, days)
    sentence = _sentence(fixed, chosen)
    left = fixed.grid.left_out
    note = f"Left out because the time, the place or the {fixed.area} is not recorded: {count(left)}."
    return Picture(
        sentence,
        _figure(fixed, chosen, sentence),
        paragraph(note) if left else "",
        _table(fixed, chosen),
    )


def _weekly(fixed, records):
    """Return a count a week in words."""
    weekly = 7 * records / fixed.grid.days
    if weekly >= 9.95 or records == 0:
        return f"{half_up(weekly):,}"
    return f"{half_up(10 * weekly) / 10:.1f}" if weekly >= 0.05 else "fewer than 0.1"


def _sentence(fixed, chosen):
    total = int(chosen.areas.sum())
    if not total:
        return f"{chosen.when}: no {chosen.what} recorded."
    said = [f"{chosen.when}: {_weekly(fixed, total)} {chosen.what} a week."]
    most = np.flatnonzero(chosen.areas == chosen.areas.max()).tolist()
    if len(most) == 1:
        said.append(
            f"{capital(fixed.name(most[0]))} has most: {of_hundred(int(chosen.areas[most[0]]), total)} of 100."
        )
    busiest = np.flatnonzero(chosen.cells == chosen.cells.max()).tolist()
    if len(busiest) == 1:
        owner = fixed.grid.owners[busiest[0]]
        place = "there too" if most == [owner] else f"in {fixed.name(owner)}"
        said.append(f"The busiest place is {place}: {_weekly(fixed, int(chosen.cells.max()))} a week.")
    return " ".join(said)


def _table(fixed, chosen):
    total = int(chosen.areas.sum())
    rows = []
    for place, records in enumerate(chosen.areas.tolist()):
        inside = chosen.cells[fixed.grid.owners == place]
        busiest = int(inside.max()) if len(inside) else 0
        rows.append(
            (
                capital(fixed.name(place)),
                count(records),
                _weekly(fixed, records),
                of_hundred(records, total) if total else "",
                _weekly(fixed, busiest),
            )
        )
    rows.append(("Together", count(total), _weekly(fixed, total), "100" if total else "", ""))
    columns = (
        capital(fixed.area),
        f"In {fixed.grid.days:,} days",
        "A week",
        f"Of 100 {fixed.noun}",
        "A week in its busiest place",
    )
    return table(f"{chosen.when}: {chosen.what} by {fixed.area}", columns, rows)


def _figure(fixed, chosen, sentence):
    classes = np.searchsorted(fixed.grid.edges[chosen.every], chosen.cells, side="right")
    told = "; ".join(
        f"{fixed.name(place)} {_weekly(fixed, records)}"
        for place, records in enumerate(chosen.areas.tolist())
    )
    marks = [
        svg.graduated(fixed.pixels, classes, fixed.cell),
        fixed.borders,
        *_labels(fixed),
        *_beside(fixed, chosen),
    ]
    title = f"Map of {chosen.what} by place and {fixed.area}, north up"
    return svg.figure("map", _HIGH + 8, title, f"{sentence} A week: {told}.", marks)


def _labels(fixed):
    """Return the name of each area at the middle of its records."""
    for place, name in enumerate(fixed.grid.areas):
        middle = fixed.middle(place)
        if middle is None:
            continue
        x, y = middle
        shown = svg.shortened(isolated(name), 120, svg.LARGE, bold=True)
        room = max(20, svg.text_width(shown, svg.LARGE, bold=True) + 10)
        x = min(max(x, room / 2), fixed.right + _GAP - room / 2)
        y = min(max(y, 15), fixed.bottom - 11)
        yield svg.area(x - room / 2, y - 11, room, 22, _LABEL, shown, svg.LARGE)


def _beside(fixed, chosen):
    """Return the numbers of the areas, what the squares mean, and the scale."""
    x = fixed.right + _GAP
    wide = svg.WIDTH - x
    yield _line(x, 20, wide, f"{capital(chosen.what)} a week, by {fixed.area}", bold=True)
    row = min(34, 220 / len(fixed.grid.areas))
    names = min(110, max(svg.text_width(isolated(name), svg.NORMAL) for name in fixed.grid.areas) + 12)
    for place, records in enumerate(chosen.areas.tolist()):
        y = 34 + place * row
        length = (wide - names - 60) * records / fixed.most[chosen.every]
        yield _line(x, y + row / 2 + 3, names, isolated(fixed.grid.areas[place]))
        if records:
            yield svg.area(x + names, y, length, row - 8, svg.BLUE)
        yield svg.text(x + names + length + 8, y + row / 2 + 3, _weekly(fixed, records), bold=True)
    yield _line(x, 270, wide, f"{capital(fixed.noun)} in one place in {fixed.grid.days:,} days", bold=True)
    yield svg.graduated_legend(x, 292, _classes(fixed.grid.edges[chosen.every]), fixed.cell, wide)
    yield from _scale(x, 350, fixed.scale)


def _line(x, y, width, content, bold=False):
    return svg.text(x, y, svg.shortened(content, width, svg.NORMAL, bold), bold=bold)


def _classes(edges):
    """Return the classes in words: "1 to 4", "5 to 9", "10 or more"."""
    inner = [f"{low:,}" if low == high - 1 else f"{low:,} to {high - 1:,}" for low, high in pairwise(edges)]
    return [*inner, f"{edges[-1]:,} or more"]


def _scale(x, y, pixels):
    """Return a bar of a round number of km, and an arrow to the north."""
    km = svg.ticks(60 / pixels, 1)[-1]
    wide = km * pixels
    yield svg.polyline([(x, y - 6), (x, y), (x + wide, y), (x + wide, y - 6)])
    yield svg.text(x + wide + 8, y + 4, f"{km:g} km", svg.SMALL)
    yield svg.polyline([(x + wide + 90, y + 8), (x + wide + 90, y - 18)])
    yield svg.polyline([(x + wide + 84, y - 10), (x + wide + 90, y - 18), (x + wide + 96, y - 10)])
    yield svg.text(x + wide + 104, y + 4, "north", svg.SMALL)
