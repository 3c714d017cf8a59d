"""A still picture: one rate, for several groups and several conditions, with intervals."""

import math
from typing import NamedTuple

from workshop.probes import svg
from workshop.probes.html import Picture, StillPicture, table
from workshop.probes.words import capital, count, interval, isolated, share

_CONDITION, _GROUP, _GAP = 136, 128, 12  # pixels
_NAMES = _CONDITION + _GROUP + 2 * _GAP
_LEGEND = 48  # pixels, of the two lines that explain bounds
_MARKERS = (("circle", svg.BLUE), ("diamond", svg.VERMILION), ("square", svg.PURPLE))
_BOUNDS = svg.PALE._replace(hatch="/", strokes=svg.PALE.edge)
_CHANCE = "95% intervals. The longer the line, the less we know."
_LONGEST = 200  # letters of an own sentence


class _Rows(NamedTuple):
    """How rows are set: wide, or close together where there are many."""

    height: int
    between: int  # conditions
    below: int  # from the last row to the axis
    size: int  # of the text
    lines: int  # that a name may take in a row
    marker: int  # radius
    cap: int  # of a whisker
    beside: int  # pixels for the numbers

    @property
    def length(self):
        """Of the axis, in pixels."""
        return svg.WIDTH - _NAMES - self.beside

    @property
    def foot(self):
        """Under the axis, in pixels."""
        return self.below + 10


_WIDE, _CLOSE = _Rows(34, 14, 24, svg.NORMAL, 2, 5, 8, 140), _Rows(17, 5, 16, svg.SMALL, 1, 4, 5, 190)
_HIGHEST = 390  # pixels of a figure with wide rows; a slide holds no more beside its sentence


class _Scale(NamedTuple):
    """How numbers are written and where they stand on the axis."""

    unit: str
    end: float  # of the axis, in the estimates' own unit
    ticks: dict
    value: object  # from an estimate to words
    interval: object  # from anything with low and high to words
    counts: object  # from an estimate to words


class _Bounds(NamedTuple):
    """The least and the most that a rate can be."""

    low: float
    high: float


def compare(
    title,
    estimates,
    caption=None,
    *,
    unit=None,
    counted=None,
    axis_end=None,
    bounds=None,
    bounds_words="whoever the unknown are",
    sentence=None,
):
    """Show one rate for several groups under several conditions.

    Parameters
    ----------
    title : str
        What the rate is, and of whom.
    estimates : mapping of str to mapping of str to workshop.audit.Estimate
        ``{condition: {group: estimate}}``, at most three groups, the same in each condition.
    caption : str, optional
        Shown under the figure; by default it says what a line is.
    unit : str, optional
        Of numbers that are no share of those counted, for instance "stops per 1,000 residents": they are shown as they
        are, on an axis that begins at 0. By default the estimates are proportions, shown of 100.
    counted : tuple of (str, str), optional
        With `unit`: what was counted and over what, for the table: ("stops", "residents"). Estimates without a
        numerator (NaN) have no counts to show.
    axis_end : float, optional
        Where the axis ends, as the numbers are shown (25 for 25 of 100). By default at 100, and with `unit` at the
        first round number that holds everything.
    bounds : mapping of str to mapping of str to (float, float), optional
        ``{condition: {group: (low, high)}}``, for any of the estimates and in their unit: the least and the most that a
        rate can be when some of the data is unknown. Drawn as a hatched bar, which is no interval.
    bounds_words : str, optional
        What the ends of that bar assume.
    sentence : str, optional
        What the picture says, in at most 200 letters, shown in place of title and numbers; say what is compared, since
        the title is then only read aloud and above the table. By default the numbers are told. The figure's description
        tells all of them in any case.

    Returns
    -------
    StillPicture

    Raises
    ------
    ValueError
        If there is nothing to compare, the groups or their order differ between conditions, there are more than
        three, a proportion is a difference or a ratio, a number is negative or infinite, the axis is too short,
        bounds do not belong to an estimate or do not hold it, or `sentence` is no text, empty or too long.

    Notes
    -----
    Rows move closer together where a slide would not hold them. The sentence then names the lowest and the highest
    condition of each group, and the figure's description all of them.
    """
    own = None if sentence is None else _checked_sentence(sentence)
    estimates = {
        isolated(condition): {isolated(group): estimate for group, estimate in row.items()}
        for condition, row in estimates.items()
    }
    _check_groups(estimates)
    limits = _checked_bounds(estimates, bounds or {})
    scale = (_of_hundred if unit is None else _as_it_is)(
        [estimate for row in estimates.values() for estimate in row.values()],
        list(limits.values()),
        axis_end,
        isolated(unit or "of 100"),
        counted,
    )
    rows = _WIDE if _axis(_WIDE, 0, estimates) + _WIDE.foot <= _HIGHEST else _CLOSE
    told = " ".join(
        f"{capital(condition)}: {_told(condition, row, limits, scale)}."
        for condition, row in estimates.items()
    )
    legend = _legend(bounds_words) if limits else []
    top = _LEGEND if limits else 0
    axis = _axis(rows, top, estimates)
    drawn = svg.figure(
        "comparison",
        axis + rows.foot,
        title,
        told,
        [*legend, *_marks(estimates, limits, scale, rows, top, axis)],
    )
    numbers = _table(title, estimates, limits, scale, bounds_words)
    if caption is None:
        # The sentence names the unit, unless it is the caller's own.
        named = unit is None or own is not None
        caption = f"{capital(scale.unit)}, with {_CHANCE}" if named else capital(f"with {_CHANCE}")
    if own is None:
        own = f"{title}, {scale.unit}. {told if rows is _WIDE else _extremes(estimates, scale)}"
    return StillPicture(title, Picture(own, drawn, "", numbers), caption)


def _checked_sentence(sentence):
    """Return the caller's own sentence on one line."""
    if not isinstance(sentence, str):
        raise ValueError(f"sentence must be text, but it is {type(sentence).__name__}; give what to say.")
    said = " ".join(sentence.split())
    if not 0 < len(said) <= _LONGEST:
        raise ValueError(
            f"sentence has {len(said)} letters; give 1 to {_LONGEST}, or leave it out to tell the numbers."
        )
    return said


def _check_groups(estimates):
    groups = {tuple(row) for row in estimates.values()}
    if len(groups) != 1 or not all(groups):
        raise ValueError(
            "Give at least one condition, and the same groups in the same order in each of them."
        )
    number = len(groups.pop())
    if number > len(_MARKERS):
        raise ValueError(f"This picture holds at most {len(_MARKERS)} groups; there are {number}.")


def _checked_bounds(estimates, bounds):
    """Return the bounds by condition and group."""
    found = {
        (isolated(condition), isolated(group)): _Bounds(*ends)
        for condition, row in bounds.items()
        for group, ends in row.items()
    }
    for (condition, group), ends in found.items():
        estimate = estimates.get(condition, {}).get(group)
        if estimate is None:
            raise ValueError(f"There are bounds for “{condition}”, “{group}”, but no such estimate.")
        # Only rounding dust may lie outside; a value of no rows (NaN) says nothing.
        if not ends.low <= ends.high or estimate.value < ends.low - 1e-9 or estimate.value > ends.high + 1e-9:
            raise ValueError(
                f"The bounds of “{condition}”, “{group}” are {ends.low:g} and {ends.high:g}; they must hold the "
                f"estimate, {estimate.value:g}. Give both in the same unit."
            )
    return found


def _of_hundred(estimates, bounds, axis_end, unit, counted):
    """Return the scale of proportions."""
    if any(math.isnan(estimate.numerator) for estimate in estimates):
        raise ValueError(
            "This picture holds rates of groups; a difference or a ratio cannot be drawn on its line."
        )
    if counted is not None:
        raise ValueError("Proportions say what was counted by themselves; give `counted` only with a unit.")
    if any(ends.low < 0 or ends.high > 1 for ends in bounds):
        raise ValueError("Bounds of a proportion lie between 0 and 1, for instance (0.21, 0.45).")
    if axis_end is None:
        return _Scale(unit, 1, {place / 4: str(25 * place) for place in range(5)}, share, interval, _of)
    end = _long_enough(axis_end, [100 * high for high in _highest(estimates, bounds)])
    if end > 100:
        raise ValueError(f"axis_end is {end:g}; an axis of shares ends at 100 or before.")
    return _Scale(unit, end / 100, _ticks(end), share, interval, _of)


def _as_it_is(estimates, bounds, axis_end, unit, counted):
    """Return the scale of numbers that are no proportions."""
    if counted is not None and (isinstance(counted, str) or len(counted) != 2):
        raise ValueError('Give two words for what was counted and over what: ("stops", "residents").')
    shown = [each[:3] for each in estimates if each.enough]
    numbers = [*(number for each in shown for number in each), *(end for ends in bounds for end in ends)]
    if not all(0 <= number < math.inf for number in numbers):
        raise ValueError(
            "This picture begins at 0 and has an end; a negative, an infinite or a missing number cannot be drawn."
        )
    highest = _highest(estimates, bounds)
    end = svg.ticks(max(highest) or 1)[-1] if axis_end is None else _long_enough(axis_end, highest)
    written = svg.decimals(max(highest))

    def limits(ends):
        return f"{written(ends.low)} to {written(ends.high)}"

    return _Scale(
        unit, end, _ticks(end), lambda each: written(each.value), limits, lambda each: _over(each, counted)
    )


def _highest(estimates, bounds):
    """Return the upper ends of everything that is drawn."""
    return [0.0, *(each.high for each in estimates if each.enough), *(ends.high for ends in bounds)]


def _long_enough(axis_end, highest):
    if not max(*highest, 0) <= axis_end < math.inf or axis_end <= 0:
        raise ValueError(f"axis_end is {axis_end:g}, but the numbers go up to {max(highest):.3g}; give more.")
    return axis_end


def _ticks(end):
    """Return the ticks of an axis from 0 to `end`, as many as have room; the last may stand before the end."""
    for most in (5, 4, 3, 2, 1):
        found = [tick for tick in svg.ticks(end, most) if tick <= end]
        labels = [f"{tick:,.12g}" for tick in found]
        room = _CLOSE.length * found[-1] / end / max(1, len(found) - 1)
        if max(svg.text_width(label, svg.SMALL) for label in labels) + 8 <= room:
            break
    return {tick / end: label for tick, label in zip(found, labels, strict=True)}


def _of(estimate):
    """Return what was counted, of how many."""
    return f"{count(int(estimate.numerator))} of {count(int(estimate.denominator))}"


def _over(estimate, counted):
    """Return what was counted over what, or nothing where nothing was counted."""
    if math.isnan(estimate.numerator):
        return ""
    events, exposure = (f"{number:,.0f}" for number in (estimate.numerator, estimate.denominator))
    return f"{events} {counted[0]}, {exposure} {counted[1]}" if counted else f"{events} for {exposure}"


def _axis(rows, top, estimates):
    """Return the height of the axis, below all rows."""
    groups = len(next(iter(estimates.values())))
    after = len(estimates) * (groups * rows.height + rows.between) - rows.height - rows.between
    return top + 24 + after + rows.below


def _told(condition, row, limits, scale):
    named = len(row) > 1  # the only group's name says nothing that the title doesn't
    return ", ".join(
        f"{group + ' ' if named else ''}{scale.value(each) if each.enough else 'too few to tell'}"
        + (f" (can be {scale.interval(limits[condition, group])})" if (condition, group) in limits else "")
        for group, each in row.items()
    )


def _extremes(estimates, scale):
    """Return the highest and the lowest condition of each group, where there are too many to name them all."""
    said = []
    for group in next(iter(estimates.values())):
        large = {condition: row[group] for condition, row in estimates.items() if row[group].enough}
        if not large:
            said.append(f"{capital(group)}: too few to tell.")
            continue
        high, low = (pick(large, key=lambda condition: large[condition].value) for pick in (max, min))
        said.append(
            f"{capital(group)}: from {scale.value(large[low])} ({low}) to {scale.value(large[high])} ({high})."
        )
    return " ".join(said)


def _table(title, estimates, limits, scale, bounds_words):
    """Return the numbers; a column that would be empty is left out."""
    worst = f"Can be, {bounds_words}"
    columns = ("", "Group", capital(scale.unit), "95% interval", worst, "Counted")
    rows = [
        (condition, group, *_cells(estimate, limits.get((condition, group)), scale))
        for condition, row in estimates.items()
        for group, estimate in row.items()
    ]
    kept = [place for place in range(len(columns)) if place < 4 or any(row[place] for row in rows)]
    return table(title, [columns[place] for place in kept], [[row[place] for place in kept] for row in rows])


def _cells(estimate, bounds, scale):
    worst, counts = scale.interval(bounds) if bounds else "", scale.counts(estimate)
    if not estimate.enough:
        return ("too few to tell", "", worst, counts)
    return (scale.value(estimate), scale.interval(estimate), worst, counts)


def _legend(bounds_words):
    """Return what the two kinds of lines mean, one below the other."""
    assumed = svg.shortened(f"What it can be {bounds_words}", svg.WIDTH - 46, svg.SMALL)
    return [
        svg.whisker(2, 36, 12),
        svg.text(46, 17, "95% interval: how far chance may move the number", svg.SMALL),
        svg.area(2, 31, 34, 10, _BOUNDS),
        svg.text(46, 41, assumed, svg.SMALL),
    ]


def _marks(estimates, limits, scale, rows, top, axis):
    """Draw a row for each condition and group."""
    y = top + 24
    drawn = []

    def at(value):
        return _NAMES + rows.length * value / scale.end

    for condition, row in estimates.items():
        alone = len(row) == 1  # the place of the group's name serves the condition's
        if alone:
            lines = svg.wrapped(condition, _NAMES - _GAP, rows.size, 1, bold=True)
            drawn.append(_beside(_NAMES - _GAP, y, lines, rows, anchor="end", bold=True))
        else:
            lines = svg.wrapped(condition, _CONDITION, rows.size, rows.lines * len(row), bold=True)
            drawn.append(svg.text_lines(0, y + 4, lines, rows.size, bold=True))
        for (group, estimate), (shape, ink) in zip(row.items(), _MARKERS, strict=False):
            if not alone:
                name = svg.wrapped(group, _GROUP, rows.size, rows.lines)
                drawn.append(_beside(_NAMES - _GAP, y, name, rows, anchor="end"))
            if (condition, group) in limits:
                low, high = map(at, limits[condition, group])
                drawn.append(svg.area(low, y - 5, max(high - low, 1), 10, _BOUNDS))
            drawn += _estimate(estimate, shape, ink, scale, rows, at, y)
            y += rows.height
        y += rows.between
    return [svg.axis(_NAMES, axis, rows.length, top + 8, scale.ticks), *drawn]


def _beside(x, y, lines, rows, **style):
    """Write a label of one line or two, its middle at height `y`."""
    return svg.text_lines(x, y + 4 - 9 * (len(lines) - 1), lines, rows.size, **style)


def _estimate(estimate, shape, ink, scale, rows, at, y):
    x, room = _NAMES + rows.length + _GAP, rows.beside - _GAP
    if not estimate.enough:
        yield _beside(x, y, ["too few to tell"], rows, fill=svg.GREY)
        return
    yield svg.whisker(at(estimate.low), at(estimate.high), y, cap=rows.cap)
    yield svg.point(at(estimate.value), y, shape, ink.fill, radius=rows.marker)
    parts = [scale.value(estimate), f"({scale.interval(estimate)})"]
    whole = " ".join(parts)
    if rows.lines == 1 or svg.text_width(whole, rows.size, bold=True) <= room:
        parts = [whole]
    yield _beside(x, y, [svg.shortened(part, room, rows.size, bold=True) for part in parts], rows, bold=True)
