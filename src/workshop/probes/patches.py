"""What a model looks at in a picture: slide an opaque patch over it, and see the score change."""

import base64
from functools import cache
from math import ceil
from typing import NamedTuple

import numpy as np

from workshop.domains.vision.occlusion import occlusion_map
from workshop.domains.vision.pictures import as_stack, encode, size_words
from workshop.probes import svg
from workshop.probes.controls import Choice, Slider
from workshop.probes.html import Picture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, half_up, isolated, signed

_MOST_PICTURES = 12
_SIDES = (10, 256)  # pixels
_WIDEST, _HIGHEST = 5, 2  # times wider than high, and times higher than wide
_SMALL = 0.2  # of the shorter side: the smallest patch
_SIZES = {"small": 1, "middle": 1.5, "large": 2}  # times as long as the smallest patch
_PATCH, _MAP = "patch", "map"
_HALF = 50  # of 100: from here on a score speaks for the answer
_POINTS = (2, 10, 25)  # of 100: where the classes of a change begin; a smaller one is not called a change
_FALLS = tuple(svg.RAMP[place] for place in (0, 2, 4))
_RISES = (
    svg.Ink("#ffe3cf", "#b34700", svg.BLACK),
    svg.Ink("#f2a873", "#b34700", svg.BLACK, "/", "#ffe3cf"),
    svg.VERMILION,
)
_STEADY = svg.Ink(svg.WHITE, svg.RULE, svg.GREY)
_TOP, _LEFT = 28, 8  # pixels: where the upper left picture is
_BOX, _WIDE_BOX = (266, 266), (560, 140)  # the room for a picture, and for one that is much wider than high
_FRAME = 2.5  # pixels thick
_CELL = (38, 34)  # a place of the map is at least so wide and high


def patch(score, pictures, *, what="face", source="pictures", fill=None, show=_MAP):
    """Show which part of a picture a model's score hangs on.

    Parameters
    ----------
    score : callable
        From pictures, an array of shape (n, height, width) from 0 to 1, to n numbers from 0 to 1. For a fitted
        detector, ``lambda pictures: detector.predict_proba(pictures)[:, 1]``.
    pictures : mapping of str to array_like
        1 to 12 pictures of one size by their label: a dict, or a column of a table whose index holds the labels. Their
        sides have 10 to 256 pixels; they are at most 5 times wider than high and 2 times higher than wide. Pictures
        that the model was not trained on tell most.
    what : str, default "face"
        What a high score speaks for.
    source : str
        What the pictures are; said below the figure.
    fill : float, optional
        Shade of the patch, from 0 (black) to 1 (white). By default the mean of each picture.
    show : {"map", "patch"}
        What is shown first: the map of the score's change at every place, or the picture and the patch only, so that
        a trainee finds the place.

    Returns
    -------
    Probe
        Controls picture, row, column, size ("small", "middle", "large") and show.

    Raises
    ------
    ValueError
        If there are no pictures or too many, their size is out of range, `fill` is no shade, or `score` does not
        return one number from 0 to 1 for each picture.

    Notes
    -----
    A map is worked out when it is first needed. The sentence compares all pictures, so all of their maps are needed
    for one size.
    """
    stack = _stack(pictures)
    labels = _labels(pictures)
    layout = _layout(stack.shape[1:])
    if fill is not None and np.ndim(fill):
        raise ValueError(
            "fill must be one shade from 0 (black) to 1 (white), or None for the mean of a picture."
        )
    what, source = isolated(what), isolated(source)
    smallest = _smallest(stack.shape[1:], layout)
    sizes = {name: half_up(times * smallest) for name, times in _SIZES.items()}
    shown = [base64.b64encode(encode(picture)).decode() for picture in stack]

    @cache
    def maps(size):
        return [
            _checked(occlusion_map(score, picture, sizes[size], (layout.rows, layout.columns), fill))
            for picture in stack
        ]

    def draw(picture, row, column, size, show):
        number = labels.index(picture)
        seen = _Seen(
            picture,
            what,
            maps(size)[number],
            (row - 1, column - 1),
            stack[number].mean() if fill is None else fill,
            shown[number],
            layout,
        )
        return _map_picture(seen, maps(size)) if show == _MAP else _patch_picture(seen)

    controls = (
        Choice("picture", "Picture", labels, labels[0]),
        Slider(
            "row", "Row of the patch, from above", tuple(range(1, layout.rows + 1)), (layout.rows + 1) // 2
        ),
        Slider(
            "column",
            "Column of the patch, from the left",
            tuple(range(1, layout.columns + 1)),
            (layout.columns + 1) // 2,
        ),
        Choice(
            "size",
            "Size of the patch",
            tuple(sizes),
            "middle",
            lambda name: f"{name}, {_square(sizes[name])}",
        ),
        Choice(
            "show",
            "Show",
            (_MAP, _PATCH),
            show,
            {_MAP: "map of the score's change", _PATCH: "picture and patch only"}.get,
        ),
    )
    maps("middle")  # so that a score that can't be used is refused here, not when the probe is moved
    return Probe(
        f"What the model looks at: cover a part of a picture, and see the score of “{what}” change",
        controls,
        draw,
        f"{capital(source)}, {size_words(stack[0])} pixels. Scores go from 0 to 100.",
    )


class _Layout(NamedTuple):
    """Where the two pictures are, in pixels, and how many places the patch has."""

    width: float
    height: float
    rows: int
    columns: int
    map_at: tuple  # left, top of the map
    bars_at: tuple  # left, top and width of the two bars
    legend_at: tuple
    legend_below: bool  # whether its classes are listed from above to below
    middle: float  # height of the figure without the map
    bottom: float  # and with it


class _Seen(NamedTuple):
    """One position of the controls."""

    label: str
    what: str
    found: object  # OcclusionMap
    place: tuple  # row, column
    shade: float
    png: str
    layout: _Layout


def _stack(pictures):
    """Return the pictures as one array, checked."""
    if not hasattr(pictures, "items") or hasattr(pictures, "columns"):
        raise ValueError(
            'pictures must be a dict from labels to pictures, or a column of a table, for instance table["picture"].'
        )
    if not 1 <= len(pictures) <= _MOST_PICTURES:
        raise ValueError(f"There are {len(pictures)} pictures; choose 1 to {_MOST_PICTURES}.")
    stack = as_stack([picture for _, picture in pictures.items()])
    height, width = stack.shape[1:]
    within = all(_SIDES[0] <= side <= _SIDES[1] for side in (height, width))
    if not (within and height / _HIGHEST <= width <= _WIDEST * height):
        raise ValueError(
            f"The pictures have {size_words(stack[0])} pixels; give sides of {_SIDES[0]} to {_SIDES[1]} pixels, at "
            f"most {_WIDEST} times wider than high and {_HIGHEST} times higher than wide."
        )
    return stack


def _labels(pictures):
    """Return the labels as text; one that is there twice would hide a picture."""
    labels = tuple(isolated(label) for label, _ in pictures.items())
    twice = [label for label in labels if labels.count(label) > 1]
    if twice:
        raise ValueError(f"Two pictures have the label {twice[0]!r}; give each its own.")
    return labels


def _layout(shape):
    """Return the layout for pictures of a shape: two beside each other, or two wide ones below each other."""
    height, width = shape
    beside = width <= 1.6 * height
    room = _BOX if beside else _WIDE_BOX
    scale = min(room[0] / width, room[1] / height)
    wide, high = width * scale, height * scale
    rows, columns = min(7, int(high // _CELL[1])), min(14, int(wide // _CELL[0]))
    if beside:
        return _Layout(
            wide,
            high,
            rows,
            columns,
            (390, _TOP),
            (_LEFT, _TOP + high + 14, 340),
            (390, _TOP + high + 26),
            False,
            _TOP + high + 66,
            _TOP + high + 72,
        )
    below = _TOP + max(high, 90) + 34
    return _Layout(
        wide,
        high,
        rows,
        columns,
        (_LEFT, below),
        (_LEFT + wide + 24, _TOP + 14, 160),
        (_LEFT + wide + 24, below + 8),
        True,
        _TOP + max(high, 90) + 8,
        below + max(high, 132) + 8,
    )


def _smallest(shape, layout):
    """Return the side of the smallest patch: a share of the picture, and enough to leave no gap between its places."""
    height, width = shape
    return max(half_up(_SMALL * min(shape)), ceil(height / layout.rows), ceil(width / layout.columns))


def _checked(found):
    scores = np.append(found.after, found.before)
    if scores.min() < 0 or scores.max() > 1:
        raise ValueError(
            f"score must return numbers from 0 to 1; it returned {scores.min():.3g} to {scores.max():.3g}."
        )
    return found


def _square(side):
    return f"{side} x {side} pixels"


def _score(value):
    return half_up(100 * value)


def _points(found, place):
    """Return by how many points the score changes, as both scores are shown."""
    return _score(found.after[place]) - _score(found.before)


def _most(found):
    """Return the place where the patch lowers the score most; None if it does so nowhere."""
    place = tuple(map(int, np.unravel_index(found.after.argmin(), found.after.shape)))
    return place if _points(found, place) <= -_POINTS[0] else None


def _zone(found, place):
    """Return in words in which part of the picture a place of the patch is."""
    names = ("upper", "middle", "lower"), ("left", "middle", "right")
    parts = [
        each[_third(number, places)]
        for number, places, each in zip(place, found.after.shape, names, strict=True)
    ]
    return "the middle" if parts == ["middle", "middle"] else f"the {parts[0]} {parts[1]}"


def _third(number, places):
    """Return 0, 1 or 2 for a place before, in or behind the middle.

    In the middle is only what lies in the middle third as a whole. Of few places one may reach into it although it is
    on one side: of four, the third is below the middle.
    """
    if 2 * number + 1 == places or (3 * number >= places and 3 * (number + 1) <= 2 * places):
        return 1
    return 0 if 2 * number + 1 < places else 2


def _where(found, place):
    return f"{_zone(found, place)} (row {place[0] + 1}, column {place[1] + 1})"


def _told(seen):
    """Return the sentence on the score now against the score of the picture as it is."""
    before, after = _score(seen.found.before), _score(seen.found.after[seen.place])
    start = f"The score of “{seen.what}” is {before} of 100"
    return f"{start}; with the patch here it is {after}." if after != before else f"{start}, patch or not."


def _patch_picture(seen):
    sentence = _told(seen)
    rows = [
        ("not covered", str(_score(seen.found.before)), ""),
        (
            f"patch at row {seen.place[0] + 1}, column {seen.place[1] + 1}",
            str(_score(seen.found.after[seen.place])),
            signed(_points(seen.found, seen.place)),
        ),
    ]
    return Picture(
        sentence,
        _figure(seen, sentence, seen.layout.middle, [*_patched(seen), *_bars(seen)]),
        bullets(["Where does the patch lower the score most? Move it, then show the map."]),
        table(f"{seen.label}: score of “{seen.what}”, of 100", ("Picture", "Score", "Change"), rows),
    )


def _map_picture(seen, maps):
    found, most = seen.found, _most(seen.found)
    sentence = (
        f"{_told(seen)} It hangs most on {_where(found, most)}: with the patch there it is {_score(found.after[most])}."
        if most
        else f"{_told(seen)} At no place does it fall by {_POINTS[0]} or more."
    )
    rows = [
        (f"row {row + 1}", *(signed(_points(found, (row, column))) for column in range(seen.layout.columns)))
        for row in range(seen.layout.rows)
    ]
    marks = [*_patched(seen), *_bars(seen), *_map(seen), *_legend(seen.layout)]
    return Picture(
        sentence,
        _figure(seen, sentence, seen.layout.bottom, marks),
        bullets(_notes(seen, maps)),
        table(
            f"{seen.label}: what the patch of {_square(found.patch[0])} does to the score of “{seen.what}”, "
            f"{_score(found.before)} of 100",
            ("Place of the patch", *(f"column {column + 1}" for column in range(seen.layout.columns))),
            rows,
        ),
    )


def _notes(seen, maps):
    """Yield what to make of the map, and what it can't say."""
    most = _most(seen.found)
    alike = [found for found in maps if _score(found.before) >= _HALF]
    if most and _score(seen.found.before) >= _HALF and len(alike) > 1:
        zone = _zone(seen.found, most)
        same = sum(_zone(found, place) == zone for found in alike if (place := _most(found)))
        yield (
            f"{len(alike)} of the pictures here have a score of {_HALF} or more: {zone} matters most in {same} of "
            "them. What is there?"
        )
    yield (
        "The map shows what this model uses, not whether it is right to. The patch is something new in the picture as "
        "well: its edges alone can change a score."
    )


def _figure(seen, sentence, height, marks):
    return svg.figure(
        "patch",
        height,
        f"A picture with a patch on it, and the score of “{seen.what}”: {seen.label}",
        sentence,
        marks,
    )


def _patched(seen):
    """Yield the picture with the patch on it."""
    layout, found = seen.layout, seen.found
    yield svg.text(
        _LEFT, _TOP - 10, svg.shortened(seen.label, layout.width, svg.NORMAL, bold=True), bold=True
    )
    yield (
        f'<image x="{_LEFT}" y="{_TOP}" width="{svg.number(layout.width)}" height="{svg.number(layout.height)}" '
        'preserveAspectRatio="none" style="image-rendering:pixelated" '
        f'href="data:image/png;base64,{seen.png}"/>'
    )
    row, column = seen.place
    scale = layout.width / _pixels(seen)
    x, y = _LEFT + scale * found.left[column], _TOP + scale * found.top[row]
    side = scale * found.patch[0]
    grey = f"#{half_up(255 * seen.shade):02x}" + f"{half_up(255 * seen.shade):02x}" * 2
    yield svg.area(x, y, side, side, svg.Ink(grey, grey, svg.BLACK))
    yield svg.frame(x, y, side, side, _FRAME)


def _pixels(seen):
    """Return how many pixels wide the picture is: the last place of the patch ends at its right edge."""
    return seen.found.left[-1] + seen.found.patch[1]


def _bars(seen):
    """Yield the score of the picture as it is, and with the patch."""
    x, y, width = seen.layout.bars_at
    for label, value, ink in (
        ("not covered", seen.found.before, svg.PALE),
        ("with the patch", seen.found.after[seen.place], svg.BLUE),
    ):
        beside = width > 200
        left = x + 104 if beside else x
        top = y if beside else y + 8
        length = width - (left - x) - 32
        yield svg.text(x, y + (13 if beside else 0), label, svg.SMALL)
        if value > 0:
            yield svg.area(left, top, max(1, length * value), 16, ink)
        yield svg.text(left + length * value + 6, top + 13, str(_score(value)), svg.NORMAL, bold=True)
        y += 24 if beside else 46


def _map(seen):
    """Yield the change of the score at every place, in the order of the places."""
    layout, found = seen.layout, seen.found
    left, top = layout.map_at
    wide, high = layout.width / layout.columns, layout.height / layout.rows
    yield svg.text(left, top - 10, "What the patch does to the score, at each place", bold=True)
    for row, column in np.ndindex(found.after.shape):
        yield _square_of_map(
            left + column * wide, top + row * high, wide, high, _points(found, (row, column))
        )
    most = _most(found)
    for place, dash in ((seen.place, "4 3"), (most, "")):
        if place is not None and (place != most or not dash):
            yield svg.frame(left + place[1] * wide, top + place[0] * high, wide, high, _FRAME, dash)


def _square_of_map(x, y, wide, high, points):
    """Return one place: darker, the more the score changes, with the number that tells it from every other."""
    ink = _ink(points)
    drawn = svg.area(x, y, wide, high, ink)
    if not points:
        return drawn
    label = svg.text(x + wide / 2, y + high / 2 + 5, signed(points), svg.SMALL, "middle", True, ink.text)
    return f"{drawn}\n{label}"


def _ink(points):
    kind = int(np.searchsorted(_POINTS, abs(points), side="right"))
    return _STEADY if not kind else (_FALLS if points < 0 else _RISES)[kind - 1]


def _legend(layout):
    x, y = layout.legend_at
    for points, label in ((-30, "score falls"), (30, "score rises"), (0, f"less than {_POINTS[0]}")):
        yield svg.area(x, y - 10, 30, 20, _ink(points))
        yield svg.text(x + 38, y + 5, label, svg.SMALL)
        if layout.legend_below:
            y += 26
        else:
            x += 54 + svg.text_width(label, svg.SMALL)
    x, y = layout.legend_at[0], y if layout.legend_below else y + 28
    for dash, label in (("", "falls most"), ("4 3", "patch now")):
        yield svg.frame(x + 2, y - 9, 26, 18, _FRAME, dash)
        yield svg.text(x + 38, y + 5, label, svg.SMALL)
        if layout.legend_below:
            y += 28
        else:
            x += 54 + svg.text_width(label, svg.SMALL)
