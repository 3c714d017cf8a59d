"""Rows of groups, each with a share of 100 now and before: what a condition does to whom."""

from functools import partial
from typing import NamedTuple

from workshop.probes import svg
from workshop.probes.words import interval, share

TOO_FEW = "too few to tell"
_BESIDE = 134  # pixels, for the number beside a row
_GAP = 12


class Rows(NamedTuple):
    """Where the rows are.

    Attributes
    ----------
    left : float
        Width of the names, in pixels; the scale begins there and goes from 0 to 100.
    top : float
        Upper end of the first row.
    height : float
        Of a row.
    """

    left: float
    top: float
    height: float

    def x(self, value):
        """Return where a share from 0 to 1 is."""
        return self.left + (svg.WIDTH - self.left - _BESIDE) * value

    def y(self, row):
        """Return the middle of a row."""
        return self.top + (row + 0.5) * self.height

    def axis(self, number):
        """Return the scale below so many rows."""
        ticks = {place / 4: str(25 * place) for place in range(5)}
        return svg.axis(self.left, self.bottom(number), self.x(1) - self.left, self.top - 6, ticks)

    def bottom(self, number):
        """Return the height of the scale below so many rows."""
        return self.top + number * self.height + 4

    def name(self, row, name, size=svg.SMALL, bold=False):
        """Return the name left of a row."""
        return svg.text(self.left - _GAP, self.y(row) + 5, name, size, "end", bold=bold)

    def shares(self, row, now, before):
        """Return both shares of a group, the interval of the one now, and its numbers beside it."""
        y = self.y(row)
        return "\n".join(
            (
                svg.whisker(self.x(now.low), self.x(now.high), y, cap=5),
                _before(self.x(before.value), y),
                _now(self.x(now.value), y),
                svg.text(self.x(1) + _GAP, y + 5, f"{share(now)} ({interval(now)})", svg.SMALL, bold=True),
            )
        )

    def too_few(self, row):
        """Return what is said beside a group that is too small to tell."""
        return svg.text(self.x(1) + _GAP, self.y(row) + 5, TOO_FEW, svg.SMALL, fill=svg.GREY)


def legend(x, what, before, *more):
    """Return the line above the rows.

    Parameters
    ----------
    x : float
        Of the first mark, in pixels.
    what : str
        What is counted, of 100.
    before : str
        What the share before is of: "as recorded".
    *more : (callable, str)
        Other keys, as `svg.legend` takes them.
    """
    keys = (
        (partial(_now, y=12), "now, with 95% interval"),
        (partial(_before, y=12), before),
        *more,
    )
    return f"{svg.text(0, 16, what, svg.SMALL, bold=True)}\n{svg.legend(x, 17, keys, 14, 30)}"


def _now(x, y):
    return svg.point(x, y, "circle", svg.BLUE.fill, radius=4.5)


def _before(x, y):
    return svg.point(x, y, "diamond", svg.WHITE, svg.PURPLE.edge, 7)
