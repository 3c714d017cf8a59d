"""One score, one threshold, several groups: who is flagged, who is missed, and what cannot be equal."""

import itertools
import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from workshop.audit import ThresholdSweep
from workshop.probes import svg
from workshop.probes.controls import Slider, Toggle
from workshop.probes.html import Picture, bullets, paragraph, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, count, interval, isolated, joined, share

_MOST_GROUPS, _MOST_SLIDERS, _MOST_POSITIONS = 8, 4, 51
_NAMES, _BARS = 150, 164  # pixels: width of the column of group names, and where the bars begin
_RATES = ("false_positive_rate", "false_negative_rate", "positive_predictive_value")


class _Words(NamedTuple):
    """The words of one probe."""

    positive: str
    yes: str
    no: str
    people: str
    score: str
    groups: dict  # from a group in the data to its name
    threshold: object  # from a threshold to its words

    def rate(self, name):
        """Return a rate in the words of this probe."""
        return {
            "false_positive_rate": f"{capital(self.positive)}, of those who {self.no}",
            "false_negative_rate": f"Missed, of those who {self.yes}",
            "positive_predictive_value": f"{capital(self.yes)}, of those {self.positive}",
            "base_rate": f"{capital(self.yes)}, of all",
        }[name]

    def cells(self):
        """Return the four kinds of people in words, in the order in which they are drawn."""
        right = capital(self.positive)
        return (f"{right} rightly", f"{right} wrongly", "Missed", "Rightly left alone")


def threshold(
    outcome,
    score,
    group,
    *,
    thresholds=None,
    positive="flagged",
    outcome_words=("re-offended", "did not re-offend"),
    people="defendants",
    score_name="score",
    group_names=None,
    per_group=False,
    default=None,
    repeats=None,
):
    """Show what a threshold on a score does to the people of each group.

    Parameters
    ----------
    outcome : array_like, shape (n_people,)
        What really happened: True or False, 1 or 0. People with a missing outcome are left out, and that is said.
    score : array_like, shape (n_people,)
        Finite numbers; people whose score reaches the threshold are flagged.
    group : array_like, shape (n_people,)
        Each person's group; at most 8 groups.
    thresholds : iterable of float, optional
        Positions of the slider. By default every score that occurs, or 51 evenly spaced ones if there are more.
    positive : str
        The decision in words, for instance "flagged" or "kept in custody".
    outcome_words : tuple of (str, str)
        What a person did if the outcome is True, and if it is False: "those who ...".
    people : str
        What the people are called.
    score_name : str
        What the score is called on the slider.
    group_names : mapping of str to str, optional
        From a group in the data to the name shown for it; other groups keep theirs.
    per_group : bool, default False
        Also let the trainee choose a threshold for each group (at most 4 groups).
    default : float, optional
        The first position; the middle one by default.
    repeats : array_like of int, shape (n_people,), optional
        How many equal people each row stands for.

    Returns
    -------
    Probe
        Control threshold; with `per_group` also separate (True or False) and threshold_1, threshold_2 and so on, one
        for each group.

    Raises
    ------
    ValueError
        If the data cannot be audited (see `ThresholdSweep`), or an option does not fit the data.

    Notes
    -----
    A rate counts as different if the 95% interval of the difference of two groups excludes 0. With many groups some
    pair will look different by chance.
    """
    sweep = ThresholdSweep(outcome, score, group, repeats=repeats)
    if len(sweep.groups) > _MOST_GROUPS:
        raise ValueError(
            f"There are {len(sweep.groups)} groups; choose at most {_MOST_GROUPS}, or put small ones together."
        )
    if per_group and len(sweep.groups) > _MOST_SLIDERS:
        raise ValueError(
            f"There are {len(sweep.groups)} groups; one threshold per group works with at most {_MOST_SLIDERS}."
        )
    positions = _positions(sweep.thresholds, thresholds)
    start = positions[len(positions) // 2] if default is None else default
    words = _Words(
        positive,
        *_two_words(outcome_words),
        people,
        score_name,
        _names(sweep.groups, group_names),
        _threshold_words(sweep.thresholds),
    )

    def draw(threshold, separate=False, **own):
        if not separate:
            return _picture(words, sweep.at(threshold), [threshold])
        each = [own[f"threshold_{place}"] for place in range(1, len(sweep.groups) + 1)]
        return _picture(words, sweep.at(dict(zip(sweep.groups, each, strict=True))), each)

    return Probe(
        f"What a threshold on the {score_name} does to {people} of each group",
        _controls(words, positions, start, per_group),
        draw,
        "Each bar is one group. Lines with caps and small numbers are 95% intervals: how far chance may move a number.",
    )


def _two_words(outcome_words):
    if isinstance(outcome_words, str) or len(outcome_words) != 2:
        raise ValueError('Give two outcome_words, for instance ("re-offended", "did not re-offend").')
    return outcome_words


def _names(groups, group_names):
    """Return the name shown for each group."""
    given = group_names or {}
    if not isinstance(given, Mapping):
        raise ValueError("group_names must be a dict from a group in the data to the name to show.")
    unknown = [str(group) for group in given if group not in groups]
    if unknown:
        raise ValueError(f"There is no group {unknown[0]!r} to rename; the groups are {', '.join(groups)}.")
    return {group: isolated(given.get(group, group)) for group in groups}


def _positions(scores, thresholds):
    """Return the positions of the slider as plain numbers, rising."""
    if thresholds is None:
        chosen = scores
        if len(scores) > _MOST_POSITIONS:
            # Short numbers, fine enough to keep neighbouring positions apart.
            digits = 2 - math.floor(math.log10(scores[-1] - scores[0]))
            chosen = np.linspace(scores[0], scores[-1], _MOST_POSITIONS).round(digits)
    else:
        chosen = np.asarray(list(thresholds), dtype=float)
        if not len(chosen) or not np.isfinite(chosen).all():
            raise ValueError("thresholds must be one or more finite numbers, for instance range(1, 11).")
    return tuple(int(value) if value == int(value) else float(value) for value in np.unique(chosen))


def _threshold_words(scores):
    """Return a function from a threshold to its words; a score in whole numbers is read against its highest value."""
    of_highest = f" of {scores[-1]:g}" if (scores == np.floor(scores)).all() and scores[0] >= 0 else ""
    return lambda value: f"{value:g}{of_highest} and over"


def _controls(words, positions, start, per_group):
    label = f"{capital(words.positive)} from this {words.score} on"
    shared = Slider("threshold", label, positions, start, words.threshold)
    if not per_group:
        return (shared,)
    return (
        Slider("threshold", label, positions, start, words.threshold, shown_if=("separate", False)),
        Toggle("separate", "One threshold per group", (False, True), False, {False: "no", True: "yes"}.get),
        *(
            Slider(
                f"threshold_{place}",
                f"{name}: {label}",
                positions,
                start,
                words.threshold,
                shown_if=("separate", True),
            )
            for place, name in enumerate(words.groups.values(), 1)
        ),
    )


def _picture(words, rates, chosen):
    estimates = {
        name: {group: rates.of(group, name) for group in rates.groups} for name in (*_RATES, "base_rate")
    }
    sentence = _sentence(words, estimates, chosen)
    return Picture(
        sentence,
        _figure(words, rates, estimates, chosen, sentence),
        _aside(words, rates, estimates),
        _table(words, rates, estimates, chosen),
    )


def _where(words, chosen):
    return f"At {words.threshold(chosen[0])}" if len(chosen) == 1 else "With a threshold for each group"


def _told(estimates):
    """Return the groups that a sentence names: those large enough, of more than three the lowest and the highest."""
    groups = [group for group, estimate in estimates.items() if estimate.enough]
    if len(groups) <= 3:
        return groups
    groups.sort(key=lambda group: -estimates[group].value)
    return [groups[0], groups[-1]]


def _sentence(words, estimates, chosen):
    wrongly = estimates["false_positive_rate"]
    told = _told(wrongly)
    if not told:
        return f"{_where(words, chosen)}: no group has enough {words.people} who {words.no} to tell."
    first, *others = told
    verb = "is" if share(wrongly[first]) in ("1", "fewer than 1") else "are"
    parts = [
        f"of 100 {words.groups[first]} {words.people} who {words.no}, "
        f"{share(wrongly[first])} {verb} {words.positive}",
        *(f"of 100 {words.groups[group]}, {share(wrongly[group])}" for group in others),
    ]
    return f"{_where(words, chosen)}: {'; '.join(parts)}."


def _difference(rates, estimates, name):
    """Return the two groups whose difference in a rate is the largest of those that are more than chance, or None."""
    groups = [group for group, estimate in estimates[name].items() if estimate.enough]
    found = []
    for pair in itertools.combinations(groups, 2):
        gap = rates.difference(name, *pair)
        if gap.low > 0 or gap.high < 0:
            found.append((abs(gap.value), pair if gap.value > 0 else pair[::-1]))
    return max(found)[1] if found else None


def _aside(words, rates, estimates):
    """Return what is equal here, what is not, and what cannot be."""
    differs, alike, small = [], [], []
    for name in _RATES:
        large = [group for group, estimate in estimates[name].items() if estimate.enough]
        tiny = [words.groups[group] for group in rates.groups if group not in large]
        if tiny:
            small.append(f"{words.rate(name)}: {joined(tiny)}")
        if len(large) < 2:
            continue
        pair = _difference(rates, estimates, name)
        told = pair or _told(estimates[name])
        said = joined(f"{share(estimates[name][group])} of 100 {words.groups[group]}" for group in told)
        (differs if pair else alike).append(f"{words.rate(name)}: {said}.")
    boxes = (
        ("workshop-differs", "≠ Not equal here", differs),
        ("workshop-alike", "≈ No clear difference", alike),
        ("workshop-small", "? Fewer than 30 people: too few to tell", small),
    )
    shown = "\n".join(
        f'<div class="{kind}">\n<strong>{head}</strong>\n{bullets(items)}\n</div>'
        for kind, head, items in boxes
        if items
    )
    return f'<div class="workshop-verdict">\n{shown}\n</div>\n{_limits(words, rates, estimates)}'


def _limits(words, rates, estimates):
    """Return why not everything can be equal, and who is left out of the numbers."""
    said = []
    pair = _difference(rates, estimates, "base_rate")
    if pair:
        base = joined(
            f"{share(estimates['base_rate'][group])} of 100 {words.groups[group]}" for group in pair
        )
        said.append(
            f"In these records {base} {words.people} {words.yes}. While this differs, no score that flags anyone "
            "wrongly can make all three numbers equal."
        )
    missing = int(rates.missing.sum())
    if missing:
        said.append(f"Left out because the outcome is not recorded: {count(missing)}.")
    return "\n".join(paragraph(sentence) for sentence in said)


def _rate_words(estimate):
    """Return a rate for the table: of 100, the counts, the interval."""
    if not estimate.denominator:
        return "nobody to count"
    counts = f"{estimate.numerator:,.0f} of {estimate.denominator:,.0f}"
    if not estimate.enough:
        return f"{counts}: too few to tell"
    return f"{share(estimate)} of 100\n({interval(estimate)})\n{counts}"


def _table(words, rates, estimates, chosen):
    rows = []
    for place, (group, name) in enumerate(words.groups.items()):
        counts = rates.counts[place].tolist()
        kinds = (count(counts[cell]) for cell, _ in _CELLS)
        header = name if len(chosen) == 1 else f"{name}: {words.threshold(chosen[place])}"
        rows.append((header, *kinds, *(_rate_words(estimates[rate][group]) for rate in _RATES)))
    return table(
        f"{_where(words, chosen)}: numbers of {words.people}; 95% intervals in brackets",
        ("Group", *words.cells(), *map(words.rate, _RATES)),
        rows,
    )


_CELLS = ((3, svg.BLUE), (1, svg.VERMILION), (2, svg.PURPLE), (0, svg.PALE))  # tp, fp, fn, tn
_MARKERS = (("diamond", svg.VERMILION), ("square", svg.PURPLE), ("circle", svg.BLUE))
_ROW, _RATE_ROW = 44, 42


def _figure(words, rates, estimates, chosen, sentence):
    legend, top = _legend(words)
    bars = [
        mark
        for place, group in enumerate(rates.groups)
        for mark in _people(words, rates, group, top + place * _ROW)
    ]
    below = top + len(rates.groups) * _ROW + 14
    columns = [
        mark
        for place, name in enumerate(_RATES)
        for mark in _rate_column(words, estimates[name], name, place, below)
    ]
    first = below + 46
    names = [
        _name(name, words.threshold(chosen[place]) if len(chosen) > 1 else "", first + place * _RATE_ROW + 3)
        for place, name in enumerate(words.groups.values())
    ]
    title = f"{capital(words.people)} of each group: {words.positive} rightly or wrongly, missed, left alone"
    described = f"{sentence} {_described(words, rates)}"
    height = first + len(rates.groups) * _RATE_ROW - 2
    return svg.figure("threshold", height, title, described, [*legend, *bars, *columns, *names])


def _described(words, rates):
    """Return all counts in words, for those who hear the figure."""
    said = []
    for place, group in enumerate(rates.groups):
        counts = rates.counts[place].tolist()
        kinds = ", ".join(
            f"{label.lower()} {count(counts[cell])}"
            for label, (cell, _) in zip(words.cells(), _CELLS, strict=True)
        )
        said.append(f"{words.groups[group]}: {kinds}.")
    return " ".join(said)


def _legend(words):
    """Return the legend, as many lines as it needs, and the height at which the bars begin."""
    marks, x, y = [], _BARS, 6
    for label, (_, ink) in zip(words.cells(), _CELLS, strict=True):
        label = svg.shortened(label, svg.WIDTH - _BARS - 30, svg.NORMAL)
        wide = 26 + svg.text_width(label, svg.NORMAL)
        if x + wide > svg.WIDTH and x > _BARS:
            x, y = _BARS, y + 24
        marks += [svg.area(x, y, 20, 16, ink), svg.text(x + 26, y + 13, label)]
        x += wide + 16
    return marks, y + 28


def _name(name, note, y):
    """Return the name of a group and a note on it, in the column left of the marks."""
    return "\n".join(
        (
            svg.text(0, y, svg.shortened(name, _NAMES, svg.NORMAL, bold=True), bold=True),
            svg.text(0, y + 17, svg.shortened(note, _NAMES, svg.SMALL), svg.SMALL, fill=svg.GREY),
        )
    )


def _people(words, rates, group, y):
    """Return one bar: the people of a group by what the decision did to them."""
    place = rates.groups.index(group)
    counts = rates.counts[place]
    total = int(counts.sum())
    yield _name(words.groups[group], count(total, words.people), y + 14)
    x, full = _BARS, svg.WIDTH - _BARS - 2
    for cell, ink in _CELLS:
        if counts[cell]:
            wide = full * counts[cell] / total
            yield svg.area(x, y, wide, 34, ink, count(int(counts[cell])))
            x += wide


def _rate_column(words, estimates, name, place, y):
    """Return one rate of all groups: markers with whiskers, and the number beside each."""
    shape, ink = _MARKERS[place]
    wide = (svg.WIDTH - _BARS) / 3
    x, length = _BARS + place * wide + 6, wide - 96
    first = y + 46
    end = first + (len(estimates) - 1) * _RATE_ROW + 18
    yield svg.text_lines(
        x - 6, y + 8, svg.wrapped(words.rate(name), wide - 14, svg.SMALL, 2, bold=True), svg.SMALL, bold=True
    )
    yield svg.axis(x, end, length, first - 14, {0.0: "0", 0.5: "50", 1.0: "100"})
    for row, estimate in enumerate(estimates.values()):
        middle, beside = first + row * _RATE_ROW, x + length + 12
        if not estimate.enough:
            yield svg.text(beside, middle + 5, "too few", fill=svg.GREY)
            continue
        yield svg.point(x + length * estimate.value, middle, shape, ink.fill)
        yield svg.whisker(x + length * estimate.low, x + length * estimate.high, middle)
        label = f"{share(estimate)} of 100".replace("fewer than", "under").replace("more than", "over")
        yield svg.text(beside, middle + 2, label, bold=True)
        yield svg.text(beside, middle + 18, interval(estimate), svg.SMALL, fill=svg.GREY)
