"""Score your audit: on data with a planted truth, see how close the answer of a trainee is."""

import math
from decimal import Decimal
from typing import NamedTuple

from workshop.probes import svg
from workshop.probes.controls import Slider, Toggle, steps
from workshop.probes.html import Picture, paragraph, table
from workshop.probes.predictions import Prediction
from workshop.probes.words import capital, half_up, isolated

_NAMES, _LENGTH, _ROW, _GAP = 170, 410, 34, 14  # pixels: width of the names and of the line, height of a row
_YOURS, _PLANTED = ("diamond", svg.PURPLE.fill), ("square", svg.BLACK)
_AUDIT, _NAIVE = ("circle", svg.BLUE.fill), ("square", svg.WHITE)
_TIMES = "times"  # of a ratio the error is told in percent, of any other number in its own unit


def score(
    question,
    truth,
    audit,
    *,
    low,
    high,
    step,
    unit="times",
    naive=None,
    audit_name="the audit",
    naive_name="the naive reading",
):
    """Let trainees set what their audit found, and compare it with the planted truth when they ask for it.

    Parameters
    ----------
    question : str
        In one sentence.
    truth : float
        What was planted.
    audit : workshop.audit.Estimate
        What an honest audit of the same data gives, with its interval.
    low, high, step : float
        Positions of the slider. The truth, the audit and the naive reading must lie between low and high, intervals
        included: the line that is drawn must not change when the truth is shown.
    unit : str, default "times"
        Of all the numbers, for instance "points" or "of 100". Of a ratio, "times", the error is told in percent of the
        truth; else in the unit.
    naive : workshop.audit.Estimate, optional
        What a reading that misses the point of the data gives.
    audit_name, naive_name : str
        What the two are called inside a sentence.

    Returns
    -------
    workshop.probes.predictions.Prediction
        Controls guess (from low to high) and shown. A deck, and a reader without a kernel, have the truth folded.

    Raises
    ------
    ValueError
        If there is no question, a number or an interval is missing or outside the slider, the audit rests on fewer than
        30, or the truth of a ratio is not above 0.
    """
    question = isolated(question)
    if not question:
        raise ValueError("Give the question that the trainee answers before looking.")
    if not audit.enough:
        raise ValueError("The audit rests on fewer than 30: too few to score anybody against.")
    positions = steps(low, high, step)
    known = [_Mark(_PLANTED, "planted", float(truth)), _mark(_AUDIT, audit_name, audit)]
    if naive is not None:
        known.append(_mark(_NAIVE, naive_name, naive))
    _check(known, positions)
    if unit == _TIMES and truth <= 0:
        raise ValueError(f"The truth of a ratio must be above 0; it is {truth}.")
    words = _words(_digits(low, step), isolated(unit))
    controls = (
        Slider("guess", f"Your answer: {question}", positions, positions[0], words),
        Toggle("shown", "Show the truth", (False, True), False, {False: "no", True: "yes"}.get),
    )

    def draw(guess, shown):
        line = _Line(positions[0], positions[-1], words, unit == _TIMES)
        yours = None if guess is None else _Mark(_YOURS, "you say", guess)
        return _compared(line, question, yours, *known) if shown else _hidden(line, yours)

    return Prediction(question, controls, draw)


class _Mark(NamedTuple):
    """A number on the line; its interval, if it has one."""

    look: tuple  # shape and fill
    name: str
    value: float
    low: float | None = None
    high: float | None = None

    def ends(self):
        return (self.value,) if self.low is None else (self.low, self.value, self.high)


class _Line(NamedTuple):
    """The line on which all numbers lie, and how they are told."""

    low: float
    high: float
    words: object  # from a number to its words; without its unit if `bare`
    in_percent: bool  # whether an error is told in percent of the truth

    def x(self, value):
        return _NAMES + _LENGTH * (value - self.low) / (self.high - self.low)

    def told(self, mark):
        """Return a number without its unit, with its interval if it has one."""
        value = self.words(mark.value, bare=True)
        return value if mark.low is None else f"{value} ({self.interval(mark)})"

    def interval(self, mark):
        return f"{self.words(mark.low, bare=True)} to {self.words(mark.high, bare=True)}"

    def shown(self, value):
        """Return a number as a reader sees it, so that what is said of it can be checked by eye."""
        return float(self.words(value, bare=True).replace(",", ""))

    def holds(self, mark, value):
        """Tell whether an interval holds a number, both as a reader sees them."""
        return self.shown(mark.low) <= self.shown(value) <= self.shown(mark.high)


def _mark(look, name, estimate):
    return _Mark(look, isolated(name), float(estimate.value), float(estimate.low), float(estimate.high))


def _check(marks, positions):
    """Raise a ValueError if a mark has no place on the line."""
    low, high = positions[0], positions[-1]
    if low == high:
        raise ValueError("The slider has one position only; give a low, a high and a step that make several.")
    dust = 1e-9 * (high - low)  # of binary rounding: 0.1 + 0.2 is above 0.3
    for mark in marks:
        if not all(math.isfinite(end) for end in mark.ends()):
            raise ValueError(f"A number or an end of the interval of “{mark.name}” is missing or infinite.")
        if not all(low - dust <= end <= high + dust for end in mark.ends()):
            raise ValueError(
                f"“{mark.name}” reaches from {min(mark.ends()):g} to {max(mark.ends()):g}, the slider from {low:g} to "
                f"{high:g}; give a low and a high that hold it."
            )


def _digits(*numbers):
    """Return how many digits after the point are needed to write these numbers."""
    return max(0, *(-Decimal(f"{number:.12g}").normalize().as_tuple().exponent for number in numbers))


def _words(digits, unit):
    """Return a function from a number to its words."""

    def words(value, bare=False):
        said = f"{half_up(value * 10**digits) / 10**digits:,.{digits}f}"
        return said if bare else f"{said} {unit}".strip()

    return words


def _hidden(line, yours):
    """Return the picture while the truth is not asked for: nothing in it depends on the truth."""
    sentence = f"You say {line.words(yours.value)}."
    drawn = _figure(line, "Your answer on a line", sentence, [yours])
    return Picture(sentence, drawn, paragraph("Tick “Show the truth” to compare."), "")


def _compared(line, question, yours, planted, audit, naive=None):
    said = [f"Planted: {line.words(planted.value)}."]
    if yours is not None:
        said.append(f"You say {line.told(yours)}: {_error(line, yours.value, planted.value)}.")
    sentence = " ".join([*said, f"{capital(audit.name)} gives {line.told(audit)}."])
    marks = [mark for mark in (yours, planted, audit, naive) if mark is not None]
    description = sentence if naive is None else f"{sentence} {capital(naive.name)} gives {line.told(naive)}."
    rows = [
        (capital(mark.name), line.words(mark.value), "" if mark.low is None else line.interval(mark))
        for mark in marks
    ]
    return Picture(
        sentence,
        _figure(line, question, description, marks),
        _aside(line, yours, planted, audit, naive),
        table(question, ("", "Size", "95% interval"), rows),
    )


def _error(line, guess, truth):
    """Return how far a guess is from the truth, in words."""
    gap = line.shown(guess) - line.shown(truth)
    if gap == 0:
        return "right"
    side = "high" if gap > 0 else "low"
    if not line.in_percent:
        return f"{line.words(abs(gap))} too {side}"
    percent = half_up(100 * abs(gap) / truth)
    return f"{f'{percent:,}' if percent else 'less than 1'}% too {side}"


def _aside(line, yours, planted, audit, naive):
    """Return what the intervals say: how much this data can tell, and that a narrow one may be wrong."""
    said = []
    if yours is not None and line.holds(audit, yours.value):
        said.append(
            f"Your answer lies in the interval of {audit.name}: this data cannot tell it from the truth."
        )
    elif yours is not None:
        said.append(f"Your answer lies outside the interval of {audit.name}: this data speaks against it.")
    if not line.holds(audit, planted.value):
        said.append("Here the interval misses the truth. By chance that happens in about 5 of 100 audits.")
    if naive is not None:
        verdict = "holds" if line.holds(naive, planted.value) else "does not hold"
        said.append(f"{capital(naive.name)} gives {line.told(naive)}: its interval {verdict} the truth.")
    return paragraph(" ".join(said)) if said else ""


def _figure(line, title, description, marks):
    """Draw one row for each number over one line; the truth goes through all rows."""
    bottom = 10 + len(marks) * _ROW
    rows = [svg.axis(_NAMES, bottom, _LENGTH, 4, _ticks(line))]
    for mark in marks:
        if mark.look == _PLANTED:
            rows.append(svg.line(line.x(mark.value), 4, line.x(mark.value), bottom, svg.BLACK, 1.5, "5 4"))
    for place, mark in enumerate(marks):
        y = 10 + _ROW * (place + 0.5)
        rows.append(
            _beside(_NAMES - _GAP, y, svg.wrapped(capital(mark.name), _NAMES - _GAP, svg.NORMAL, 2), "end")
        )
        if mark.low is not None:
            rows.append(svg.whisker(line.x(mark.low), line.x(mark.high), y))
        rows.append(svg.point(line.x(mark.value), y, *mark.look, radius=6))
        rows.append(_beside(_NAMES + _LENGTH + _GAP, y, _value(line, mark), bold=True))
    return svg.figure("score", bottom + 24, title, description, rows)


def _ticks(line):
    """Return round numbers on the line, and their labels."""
    wide = line.high - line.low
    step = svg.ticks(wide)[1]
    first = math.ceil(line.low / step - 1e-9)
    numbers = [
        float(f"{place * step:.12g}") for place in range(first, math.floor(line.high / step + 1e-9) + 1)
    ]
    return {(number - line.low) / wide: f"{number:,.12g}" for number in numbers}


def _value(line, mark):
    """Return a number and its interval in one line of text, or in two if it is too long."""
    room = svg.WIDTH - _NAMES - _LENGTH - 2 * _GAP
    return svg.wrapped(line.told(mark), room, svg.NORMAL, 2, bold=True)


def _beside(x, y, lines, anchor="start", bold=False):
    """Write a text of one line or two, its middle at height `y`."""
    return svg.text_lines(x, y + 5 - 9 * (len(lines) - 1), lines, anchor=anchor, bold=bold)
