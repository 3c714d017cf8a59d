"""The few marks that probes draw, written from numbers to inline SVG.

Every function returns a string and keeps no state, so that the same numbers always give the same bytes. No mark needs
an id: hatching is drawn line by line, because a shared `<pattern>` vanishes when the slide that holds it is hidden.
"""

import hashlib
import math
import unicodedata
from html import escape
from typing import NamedTuple

import numpy as np

from workshop.probes.words import signed

WIDTH = 760  # pixels; a figure is drawn for this width and shrinks with its column
SMALL, NORMAL, LARGE = 13, 14, 16  # text sizes in pixels at that width
_FONT = "Arial,Helvetica,sans-serif"


class Ink(NamedTuple):
    """How an area looks: a colour, and a second channel for those who cannot tell the colour.

    Attributes
    ----------
    fill, edge, text : str
        Colours of the area, of its outline and of text written on it.
    hatch : str
        "", "/" or "x": how the area is hatched.
    strokes : str
        Colour of the hatching.
    """

    fill: str
    edge: str
    text: str
    hatch: str = ""
    strokes: str = ""


WHITE, BLACK, GREY, RULE = "#ffffff", "#1b1b1b", "#595959", "#8a8a8a"
# Hues of Okabe and Ito (2008), told apart with every common kind of colour blindness; vermilion and purple are
# darkened until white text on them is easy to read (tests hold the contrast).
BLUE = Ink("#0072b2", "#0072b2", WHITE)
VERMILION = Ink("#b34700", "#b34700", WHITE, "/", "#ffc9a3")
PURPLE = Ink("#93417a", "#93417a", WHITE, "x", "#e8b5d6")
WHITE_VERMILION = Ink(WHITE, "#b34700", BLACK)
PALE = Ink("#e6e6e6", "#6e6e6e", BLACK)
# From few to many. Each ink is darker than the one before, the palest still easy to see on paper; the sides of
# graduated squares are the second channel.
RAMP = tuple(
    Ink(colour, colour, text)
    for colour, text in (
        ("#5b97d1", BLACK),
        ("#3979b8", WHITE),
        ("#225f9a", WHITE),
        ("#114677", WHITE),
        ("#052b54", WHITE),
    )
)
_SIDES = (0.34, 0.5, 0.66, 0.82, 0.98)  # of the cell


def number(value):
    """Return a coordinate with at most one decimal."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") and text != "-0.0" else text.replace("-0.0", "0")


def text_width(text, size, bold=False):
    """Return about how wide a text is in pixels, rather too wide than too narrow."""
    return sum(map(_letter_width, text)) * size * (1.08 if bold else 1.0)


def _letter_width(letter):
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in "iljtfrI.,:;|!'() -":
        return 0.35
    return 0.85 if letter in "mwMW@%…" else 0.7 if letter.isupper() else 0.58


def shortened(text, width, size, bold=False):
    """Return the text, cut with an ellipsis if it is wider than `width` pixels."""
    if text_width(text, size, bold) <= width:
        return text
    while text and text_width(text + "…", size, bold) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def wrapped(text, width, size, lines, bold=False):
    """Return a text as at most `lines` lines of `width` pixels; what is left over is cut with an ellipsis."""
    words, done, line = text.split(), [], ""
    for place, word in enumerate(words):
        candidate = f"{line} {word}".strip()
        if text_width(candidate, size, bold) <= width:
            line = candidate
        elif len(done) == lines - 1:
            line = " ".join([candidate, *words[place + 1 :]])
            break
        elif line:
            done.append(line)
            line = word
        else:
            line = word
    return [shortened(part, width, size, bold) for part in [*done, line]]


def text(x, y, content, size=NORMAL, anchor="start", bold=False, fill=BLACK):
    """Return a line of text; `anchor` is "start", "middle" or "end"."""
    weight = ' font-weight="700"' if bold else ""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-size="{size}" fill="{fill}"{place}{weight}>'
        f"{escape(content)}</text>"
    )


def text_lines(x, y, lines, size=NORMAL, **style):
    """Return several lines of text, the first one at height `y`."""
    return "\n".join(text(x, y + place * (size + 4), line, size, **style) for place, line in enumerate(lines))


def line(x1, y1, x2, y2, stroke=BLACK, width=1.0, dash=""):
    """Return a straight line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}" stroke="{stroke}" '
        f'stroke-width="{number(width)}" fill="none"{dashed}/>'
    )


def area(x, y, width, height, ink, label="", size=NORMAL):
    """Return a rectangle in its ink, with a label in the middle of it if there is room for the label."""
    drawn = [_rectangle(x, y, width, height, ink.fill, ink.edge)]
    path = _hatching(x, y, width, height, ink.hatch)
    if path:
        drawn.append(f'<path d="{path}" stroke="{ink.strokes}" fill="none"/>')
    room = text_width(label, size, bold=True) + 10
    if label and room <= width:
        if path:  # hatching behind letters makes them hard to read
            drawn.append(
                _rectangle(x + (width - room) / 2, y + height / 2 - size * 0.7, room, size * 1.4, ink.fill)
            )
        drawn.append(text(x + width / 2, y + height / 2 + size * 0.36, label, size, "middle", True, ink.text))
    return "\n".join(drawn)


def _rectangle(x, y, width, height, fill, edge="none"):
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" '
        f'fill="{fill}" stroke="{edge}"/>'
    )


def _hatching(x, y, width, height, kind, step=8):
    """Return slanted lines, cut to the rectangle, as path data."""
    if not kind:
        return ""
    path = []
    for place in range(1, math.ceil((width + height) / step)):
        reach = place * step
        left, right = max(0.0, reach - height), min(width, reach)
        ends = ((left, reach - left), (right, reach - right))
        path.append(_stroke([(x + across, y + down) for across, down in ends]))
        if kind == "x":
            path.append(_stroke([(x + width - across, y + down) for across, down in ends]))
    return "".join(path)


def _stroke(ends):
    (x1, y1), (x2, y2) = ends
    return f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}"


def polyline(points, stroke=BLACK, width=2.0, dash=""):
    """Return a line through points.

    Parameters
    ----------
    points : iterable of (float, float)
        In pixels.
    stroke : str
        Colour.
    width : float
    dash : str, optional
        Lengths of dashes and gaps, so that two lines differ by more than colour: "8 4".
    """
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{_path(points)}" stroke="{stroke}" stroke-width="{number(width)}" fill="none" '
        f'stroke-linejoin="round"{dashed}/>'
    )


def band(low, high, fill):
    """Return the area between two lines over the same places, as a pale surface.

    Parameters
    ----------
    low, high : sequence of (float, float)
        In pixels, from left to right.
    fill : str
        Colour; drawn so faintly that a line on it stays easy to see.
    """
    return f'<path d="{_path([*low, *reversed(high)])}z" fill="{fill}" fill-opacity="0.18" stroke="none"/>'


def _path(points):
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def whisker(low, high, y, stroke=BLACK, cap=8):
    """Return the interval from `low` to `high` (pixels) as a line with caps."""
    path = (
        f"M{number(low)} {number(y)}L{number(high)} {number(y)}"
        f"M{number(low)} {number(y - cap)}v{2 * cap}M{number(high)} {number(y - cap)}v{2 * cap}"
    )
    return f'<path d="{path}" stroke="{stroke}" stroke-width="1.5" fill="none"/>'


_SHAPES = {
    "circle": "M{l} {y}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0z",
    "square": "M{l} {t}h{d}v{d}h-{d}z",
    "diamond": "M{l} {y}L{x} {t}L{e} {y}L{x} {b}z",
}


def point(x, y, shape, fill, stroke=BLACK, radius=5):
    """Return a marker: "circle", "square" or "diamond"."""
    edges = {"x": x, "y": y, "l": x - radius, "e": x + radius, "t": y - radius, "b": y + radius}
    path = _SHAPES[shape].format(
        r=radius, d=2 * radius, **{key: number(value) for key, value in edges.items()}
    )
    return f'<path d="{path}" fill="{fill}" stroke="{stroke}" stroke-width="1.5"/>'


def frame(x, y, width, height, thickness=3, dash=""):
    """Return the outline of a rectangle, black on a wider white one, to be seen on dark and on light."""
    right, below = x + width, y + height
    # One side is drawn twice, so that the corner where the outline ends is a joint like the others.
    corners = [(x, y), (right, y), (right, below), (x, below), (x, y), (right, y)]
    return f"{polyline(corners, WHITE, 6)}\n{polyline(corners, BLACK, thickness, dash)}"


def legend(x, y, keys, room, gap):
    """Return what the marks of a figure stand for, in one row.

    Parameters
    ----------
    x, y : float
        Of the first mark, and of the line that the words are written on, in pixels.
    keys : iterable of (callable, str)
        What draws a mark at a given x, and what the mark stands for.
    room : float
        From a mark's x to its words.
    gap : float
        From the end of the words to the x of the next mark.
    """
    drawn = []
    for mark, words in keys:
        drawn += [mark(x), text(x + room, y, words, SMALL)]
        x += room + text_width(words, SMALL) + gap
    return "\n".join(drawn)


def graduated(places, classes, cell):
    """Return squares that are larger and darker, the more they stand for: one path for each class.

    Parameters
    ----------
    places : array_like, shape (n, 2)
        Middles of the squares, in pixels.
    classes : array_like of int, shape (n,)
        0, for which nothing is drawn, or 1 to `len(RAMP)`.
    cell : float
        Side of the place that a square may fill, in pixels.
    """
    tenths = np.rint(np.multiply(places, 10)).astype(
        int
    )  # whole numbers, so that steps do not add up rounding
    return "\n".join(
        _squares(tenths[np.equal(classes, place)].tolist(), max(10, round(10 * cell * side)), ink.fill)
        for place, (side, ink) in enumerate(zip(_SIDES, RAMP, strict=True), 1)
        if np.equal(classes, place).any()
    )


def _squares(middles, side, fill):
    """Return squares as short thick strokes, each given by the step from the end of the one before."""
    path, at = [], (0, 0)
    for x, y in middles:
        start = x - side // 2
        path.append(f"m{number((start - at[0]) / 10)} {number((y - at[1]) / 10)}h{number(side / 10)}")
        at = (start + side, y)
    return f'<path d="{"".join(path)}" stroke="{fill}" stroke-width="{number(side / 10)}" fill="none"/>'


def graduated_legend(x, y, labels, cell, width):
    """Return one square for each class with its label, in as many rows as they need.

    Parameters
    ----------
    x, y : float
        Left end and middle, in pixels.
    labels : sequence of str
        Of the classes 1, 2 and so on.
    cell : float
        As in the picture, so that the squares have the same size.
    width : float
        Of a row, in pixels.
    """
    drawn, at = [], x
    for place, label in enumerate(labels, 1):
        wide = cell + 6 + text_width(label, SMALL)
        if at > x and at + wide > x + width:
            at, y = x, y + max(cell, SMALL) + 6
        drawn.append(graduated([(at + cell / 2, y)], [place], cell))
        drawn.append(text(at + cell + 6, y + 5, label, SMALL))
        at += wide + 14
    return "\n".join(drawn)


def ticks(end, most=5, leads=(1, 2, 2.5, 5, 10)):
    """Return round numbers for an axis that begins at 0.

    Parameters
    ----------
    end : float
        Above 0; the axis must reach it.
    most : int, default 5
        So many steps at most.
    leads : sequence of float, rising to 10
        What a step may be, times a power of ten.

    Returns
    -------
    list of float
        0 and so on; the last is `end`, or the first round number above it.
    """
    size = 10.0 ** math.floor(math.log10(end / most))
    step = next(lead * size for lead in leads if lead * size * most >= end * (1 - 1e-12))
    return [float(f"{place * step:.12g}") for place in range(math.ceil(end / step - 1e-9) + 1)]


def decimals(largest, digits=3):
    """Return a function that writes numbers up to `largest` with so many digits, one less if all are below 1."""
    power = math.floor(math.log10(largest)) if largest > 0 else 0
    places = max(0, digits - (1 if power >= 0 else 2) - power)
    return lambda value: signed(value, f",.{places}f")


def axis(x, y, width, top, ticks):
    """Return a horizontal axis with thin lines up to height `top`.

    Parameters
    ----------
    x, y, width : float
        Left end, height and length in pixels.
    top : float
        Where the thin lines end.
    ticks : mapping of float to str
        Position between 0 and 1, and its label.
    """
    drawn = [line(x, y, x + width, y, RULE)]
    for place, label in ticks.items():
        drawn.append(line(x + place * width, top, x + place * width, y, RULE, 0.5))
        drawn.append(text(x + place * width, y + 16, label, SMALL, "middle", fill=GREY))
    return "\n".join(drawn)


def upright_axis(x, y, height, right, ticks):
    """Return a vertical axis with thin lines to the right.

    Parameters
    ----------
    x, y, height : float
        The lower end, and the length in pixels.
    right : float
        Where the thin lines end.
    ticks : mapping of float to str
        Position between 0 (below) and 1 (above), and its label.
    """
    drawn = [line(x, y, x, y - height, RULE)]
    for place, label in ticks.items():
        drawn.append(line(x, y - place * height, right, y - place * height, RULE, 0.5))
        drawn.append(text(x - 6, y - place * height + 5, label, SMALL, "end", fill=GREY))
    return "\n".join(drawn)


def person(x, y):
    """Return the outline of a person, 16 wide and 26 high, as path data; `x`, `y` is the upper left corner."""
    return (
        f"M{number(x + 4)} {number(y + 4)}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z"
        f"M{number(x)} {number(y + 26)}v-10a6 6 0 0 1 6 -6h4a6 6 0 0 1 6 6v10z"
    )


def figure(name, height, title, description, marks):
    """Return a complete picture.

    Its ids come from its own content: figures that differ never share an id on one page, and no counter makes a
    cell's output depend on what was run before it.

    Parameters
    ----------
    name : str
        Of the probe; the ids begin with it.
    height : float
        Pixels at a width of `WIDTH`.
    title, description : str
        What a screen reader says instead of the picture: what it is, and what it shows.
    marks : iterable of str
        From the functions above.
    """
    drawn = "\n".join(mark for mark in marks if mark)
    content = f"{name}\n{title}\n{description}\n{drawn}"
    key = f"{name}-{hashlib.sha256(content.encode()).hexdigest()[:10]}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{key}-title {key}-desc" '
        f'viewBox="0 0 {WIDTH} {number(height)}" direction="ltr" font-family="{_FONT}">\n'
        f'<title id="{key}-title">{escape(title)}</title>\n'
        f'<desc id="{key}-desc">{escape(description)}</desc>\n'
        f"{_rectangle(0, 0, WIDTH, height, WHITE)}\n"
        f"{drawn}\n</svg>"
    )
