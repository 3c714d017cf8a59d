"""A still picture: one rate, for several groups and several tools, with intervals."""

import math

from workshop.probes import svg
from workshop.probes.html import Picture, StillPicture, table
from workshop.probes.words import capital, count, interval, isolated, share

_CONDITION, _GROUP, _GAP, _BESIDE, _ROW = 136, 128, 12, 140, 34  # pixels
_NAMES = _CONDITION + _GROUP + 2 * _GAP
_MARKERS = (("circle", svg.BLUE), ("diamond", svg.VERMILION), ("square", svg.PURPLE))


def compare(title, estimates, caption="Of 100, with 95% intervals. The longer the line, the less we know."):
    """Show one rate for several groups under several conditions.

    Parameters
    ----------
    title : str
        What the rate is, and of whom.
    estimates : mapping of str to mapping of str to workshop.audit.Estimate
        ``{condition: {group: estimate}}``, at most three groups, the same in each condition.
    caption : str, optional
        Shown under the figure.

    Returns
    -------
    StillPicture

    Raises
    ------
    ValueError
        If there is nothing to compare, the groups or their order differ between conditions, there are more than
        three, or an estimate is a difference or a ratio.
    """
    estimates = {
        isolated(condition): {isolated(group): estimate for group, estimate in row.items()}
        for condition, row in estimates.items()
    }
    groups = {tuple(row) for row in estimates.values()}
    if len(groups) != 1 or not all(groups):
        raise ValueError(
            "Give at least one condition, and the same groups in the same order in each of them."
        )
    names = groups.pop()
    if len(names) > len(_MARKERS):
        raise ValueError(f"This picture holds at most {len(_MARKERS)} groups; there are {len(names)}.")
    if any(math.isnan(estimate.numerator) for row in estimates.values() for estimate in row.values()):
        raise ValueError(
            "This picture holds rates of groups; a difference or a ratio cannot be drawn on its line."
        )
    told = [f"{capital(condition)}: {_told(row)}." for condition, row in estimates.items()]
    drawn = svg.figure(
        "comparison",
        34 + len(estimates) * (len(names) * _ROW + 14),
        title,
        " ".join(told),
        _marks(estimates),
    )
    rows = [
        (condition, group, *_cells(estimate))
        for condition, row in estimates.items()
        for group, estimate in row.items()
    ]
    numbers = table(title, ("", "Group", "Of 100", "95% interval", "Counted"), rows)
    return StillPicture(title, Picture(f"{title}, of 100. {' '.join(told)}", drawn, "", numbers), caption)


def _told(row):
    return ", ".join(
        f"{group} {share(each) if each.enough else 'too few to tell'}" for group, each in row.items()
    )


def _cells(estimate):
    counts = f"{count(int(estimate.numerator))} of {count(int(estimate.denominator))}"
    return (
        (share(estimate), interval(estimate), counts) if estimate.enough else ("too few to tell", "", counts)
    )


def _marks(estimates):
    """Draw a row for each condition and group."""
    length, y = svg.WIDTH - _NAMES - _BESIDE, 24
    rows = []
    for condition, row in estimates.items():
        lines = svg.wrapped(condition, _CONDITION, svg.NORMAL, 2 * len(row), bold=True)
        rows.append(svg.text_lines(0, y + 4, lines, bold=True))
        for (group, estimate), (shape, ink) in zip(row.items(), _MARKERS, strict=False):
            rows.append(_beside(_NAMES - _GAP, y, svg.wrapped(group, _GROUP, svg.NORMAL, 2), anchor="end"))
            rows += _estimate(estimate, shape, ink, length, y)
            y += _ROW
        y += 14
    ticks = {place / 4: str(25 * place) for place in range(5)}
    return [svg.axis(_NAMES, y - 24, length, 8, ticks), *rows]


def _beside(x, y, lines, **style):
    """Write a label of one line or two, its middle at height `y`."""
    return svg.text_lines(x, y + 4 - 9 * (len(lines) - 1), lines, **style)


def _estimate(estimate, shape, ink, length, y):
    x = _NAMES + length + _GAP
    if not estimate.enough:
        yield _beside(x, y, ["too few to tell"], fill=svg.GREY)
        return
    yield svg.whisker(_NAMES + length * estimate.low, _NAMES + length * estimate.high, y)
    yield svg.point(_NAMES + length * estimate.value, y, shape, ink.fill)
    parts = [share(estimate), f"({interval(estimate)})"]
    fits = svg.text_width(" ".join(parts), svg.NORMAL, bold=True) <= _BESIDE - _GAP
    yield _beside(x, y, [" ".join(parts)] if fits else parts, bold=True)
