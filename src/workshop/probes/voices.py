"""Same speaker or not: a threshold on the score of two recordings, the errors it makes, and whom they harm."""

import itertools
from functools import partial
from typing import NamedTuple

import numpy as np

from workshop.audit import Estimate
from workshop.audit.clusters import enough_to_tell
from workshop.domains.speech.verification import calibrate
from workshop.probes import svg
from workshop.probes.controls import Choice, Slider
from workshop.probes.html import Picture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, count, half_up, isolated, of_hundred, one_in, signed, significant

_MOST_GROUPS = 10
_STEPS, _MOST_POSITIONS = (0.005, 0.01, 0.02, 0.05), 41
_TOO_FEW = "too few speakers"
_ALL, _ALL_WORDS = None, "All together"
_LEFT, _WIDE, _TOP, _RATES = (
    176,
    574,
    26,
    206,
)  # pixels: where the distributions are, and where the rates begin
_CALLERS = (2, 10, 100, 1_000, 10_000)
_FALSE_MATCH, _FALSE_NON_MATCH = "false match", "false non-match"
_MARKERS = {_FALSE_MATCH: ("diamond", svg.VERMILION), _FALSE_NON_MATCH: ("square", svg.PURPLE)}
_HARMS = {
    _FALSE_MATCH: "the wrong person is suspected",
    _FALSE_NON_MATCH: "the right person is let go or not found, and the victim gets no answer",
}


def voices(comparisons, *, default=None, source="recordings"):
    """Show what a threshold on the likeness of two voices does: false matches, false non-matches, and who bears them.

    Parameters
    ----------
    comparisons : workshop.domains.speech.Comparisons
        From `compare_voices`, of at most 10 groups.
    default : float, optional
        The first threshold, one of the slider's; by default the one where both errors are nearest to each other.
    source : str
        What was compared, for instance "synthetic speech"; said under the figure.

    Returns
    -------
    Probe
        Controls threshold, from the lowest score to the highest; group, whose scores are drawn (None for all); and
        callers, how many people could have spoken.

    Raises
    ------
    ValueError
        If there are more than 10 groups, or the default is no position of the slider.

    Notes
    -----
    The rate of all together is the mean of the groups, weighted by their numbers of pairs. The likelihood ratio is
    calibrated on the same pairs that are shown; for a case, other speakers and recordings like those of the case would
    be needed. The chance after the score is Bayes' theorem in odds: the odds before, 1 against all other callers, times
    the likelihood ratio.
    """
    groups = comparisons.groups
    if len(groups) > _MOST_GROUPS:
        raise ValueError(
            f"There are {len(groups)} groups; choose at most {_MOST_GROUPS}, or put small ones together."
        )
    names = {_ALL: _ALL_WORDS} | {group: isolated(group) for group in groups}
    edges = _edges(comparisons.scores)
    scores = {group: _Scores(comparisons, group, edges) for group in names}
    words = _threshold_words(edges)
    start = _balanced(scores[_ALL]) if default is None else default

    def draw(threshold, group, callers):
        return _picture(_Position(comparisons, names, scores, group, threshold, words(threshold), callers))

    controls = (
        Slider("threshold", "Called the same speaker from this score on", edges[:-1], start, words),
        Choice("group", "Whose scores are drawn", tuple(names), _ALL, names.get),
        Choice("callers", "Before you hear them: it is one of", _CALLERS, 100, "{:,} people".format),
    )
    return Probe(
        "Same speaker or not: what a threshold on the score does, and to whom",
        controls,
        draw,
        f"{capital(isolated(source))}. Pairs of two people are of one group. "
        "Lines with caps: 95% intervals, from drawing speakers again.",
    )


def _edges(scores):
    """Return round numbers from the lowest score or below it to the highest or above it.

    Where the bars of the histogram end; all but the last are thresholds, so that no bar lies on both sides of one.
    """
    low, high = float(scores.min()), float(scores.max())
    step = next((each for each in _STEPS if (high - low) / each + 1 < _MOST_POSITIONS), _STEPS[-1])
    first, last = int(np.floor(low / step + 1e-9)), int(np.ceil(high / step - 1e-9))
    # From whole numbers, so that they are free of rounding dust.
    return tuple(round(place * step, 3) for place in range(first, max(last, first + 1) + 1))


def _threshold_words(edges):
    digits = 3 if edges[1] - edges[0] < 0.0099 else 2
    return lambda value: signed(value, f".{digits}f")


class _Scores:
    """How the scores of a group's pairs are spread, and what a score is worth as evidence."""

    def __init__(self, comparisons, group, edges):
        scores, same = comparisons.of(group)
        self.edges = np.array(edges)
        self.pairs = {kind: np.histogram(scores[same == kind], edges)[0] for kind in (True, False)}
        try:
            self.calibration = calibrate(scores, same)
        except ValueError:
            self.calibration = None  # in this group, pairs of one speaker score no higher than pairs of two

    def shares(self, kind):
        """Return which share of the pairs of this kind is in each step of the score."""
        return self.pairs[kind] / self.pairs[kind].sum()

    def ratio_words(self, score):
        """Return what a score says, as the end of a sentence."""
        if self.calibration is None:
            return "tells nothing: pairs of one speaker do not score higher than pairs of two."
        power = float(self.calibration.log10_likelihood_ratio(score))
        if 10 ** abs(power) < 1.15:
            return "is about as likely with one speaker as with two: it says next to nothing."
        limit = ""
        if power in (self.calibration.weakest, self.calibration.strongest):
            limit = ", the most that these pairs can show"
        one, other = ("one speaker", "two") if power > 0 else ("two people", "one speaker")
        return f"is {_times(10 ** abs(power))} times as likely with {one} as with {other}{limit}."

    def ratio(self, score):
        """Return the likelihood ratio in short."""
        if self.calibration is None:
            return "tells nothing"
        power = float(self.calibration.log10_likelihood_ratio(score))
        return (
            f"{_times(10 ** abs(power))} times as likely with {'one speaker' if power >= 0 else 'two people'}"
        )

    def chance(self, score, callers):
        """Return the chance that it is this person, if it is one of so many callers who are all as likely."""
        if self.calibration is None:
            return 1 / callers
        ratio = 10 ** float(self.calibration.log10_likelihood_ratio(score))
        return ratio / (ratio + callers - 1)


def _times(ratio):
    return f"{half_up(10 * ratio) / 10:g}" if ratio < 9.95 else f"{significant(ratio):,}"


def _balanced(scores):
    """Return the position at which both errors are nearest to each other."""
    below = {kind: np.concatenate([[0], np.cumsum(scores.shares(kind))[:-1]]) for kind in (True, False)}
    gap = (1 - below[False]) - below[True]
    return float(scores.edges[int(np.abs(gap).argmin())])


class _Position:
    """Everything that one position shows."""

    def __init__(self, comparisons, names, scores, group, threshold, words, callers):
        self.names, self.all_scores, self.group, self.callers = names, scores, group, callers
        self.threshold, self.words = threshold, words
        self.rates = {
            _FALSE_MATCH: comparisons.false_match_rates(threshold),
            _FALSE_NON_MATCH: comparisons.false_non_match_rates(threshold),
        }
        self.estimates = {kind: _with_all(rates) for kind, rates in self.rates.items()}
        speakers = self.rates[_FALSE_MATCH].clusters.tolist()
        self.speakers = dict(zip(names, [sum(speakers), *speakers], strict=True))

    @property
    def name(self):
        """The name of the group that was chosen."""
        return self.names[self.group]

    @property
    def scores(self):
        """The scores of the group that was chosen."""
        return self.all_scores[self.group]

    def enough(self, group):
        """Return whether a group has enough speakers to tell."""
        return self.estimates[_FALSE_MATCH][group].enough

    def difference(self, kind):
        """Return the two groups whose rates differ most, higher one first, if that is more than chance; else None."""
        rates, found = self.rates[kind], []
        for one, other in itertools.combinations(filter(self.enough, rates.groups), 2):
            gap = rates.difference(one, other)
            if gap.low > 0 or gap.high < 0:
                found.append((abs(gap.value), (one, other) if gap.value > 0 else (other, one)))
        return max(found)[1] if found else None


def _with_all(rates):
    """Return the rate of all together and of each group.

    All together: the groups' rates weighted by their pairs, in the data and in each resample.
    """
    everyone = list(range(len(rates.groups)))
    weights = rates.denominators / rates.denominators.sum()
    # A resample that draws one speaker of a small group has no impostor pair there; the other groups stand for it.
    with np.errstate(invalid="ignore"):  # all groups are like this, in very few resamples
        drawn = np.nansum(rates.resampled * weights, axis=1) / (np.isfinite(rates.resampled) @ weights)
    ends = rates.interval(drawn, everyone, weights)
    parts = float(rates.numerators.sum()), float(rates.denominators.sum())
    enough = enough_to_tell(rates.clusters.sum(), rates.cases.sum(), rates.fewest)
    pooled = Estimate(parts[0] / parts[1], *ends, *parts, enough)
    return {_ALL: pooled} | {group: rates.of(group) for group in rates.groups}


def _rate_words(estimate):
    return one_in(estimate.numerator / estimate.denominator)


def _ends(estimate):
    """Return the interval of 100: whole numbers, and a decimal for what would be 0 though it isn't."""
    return " to ".join(
        f"{100 * end:.1f}" if 0 < end < 0.0095 else str(half_up(100 * end))
        for end in (estimate.low, estimate.high)
    )


def _picture(position):
    sentence = _sentence(position)
    return Picture(sentence, _figure(position, sentence), bullets(_told(position)), _table(position))


def _sentence(position):
    head = f"Called the same speaker from {position.words} on."
    if not position.enough(position.group):
        few = count(position.speakers[position.group], "speakers")
        return f"{head} {capital(position.name)}: {few} are too few to tell the errors."
    match, non_match = (_rate_words(position.estimates[kind][position.group]) for kind in position.rates)
    return (
        f"{head} {capital(position.name)}: {match} pairs of two people are called one speaker; "
        f"{non_match} pairs of one speaker are called two people."
    )


def _told(position):
    """Yield whom each error harms, where it is more frequent, and what the score is worth as evidence."""
    for kind, harm in _HARMS.items():
        yield f"{capital(kind)}: {harm}. {_where(position, kind)}".strip()
    yield _evidence(position)


def _evidence(position):
    """Return what the score at the threshold is worth as evidence."""
    if not position.enough(position.group):
        return f"{capital(position.name)}: too few speakers to tell what a score is worth."
    whose = "A" if position.group == _ALL else f"{capital(position.name)}: a"
    return (
        f"{whose} score of {position.words} {position.scores.ratio_words(position.threshold)} If it is one of "
        f"{count(position.callers, 'people')}, all as likely before, the chance that it is this one {_moves(position)}."
    )


def _moves(position):
    """Return what the score makes of the chance before."""
    before, after = f"1 in {count(position.callers)}", _chance(position, position.group)
    return f"stays about {before}" if before == after else f"goes from {before} to {after}"


def _chance(position, group):
    """Return the chance after the score in words; below 10 in 100 with a decimal."""
    chance = position.all_scores[group].chance(position.threshold, position.callers)
    return f"{_times(100 * chance)} in 100" if 0.01 <= chance < 0.0995 else one_in(chance)


def _where(position, kind):
    """Return among whom an error is more frequent, if that can be told."""
    groups = position.rates[kind].groups
    if len(groups) == 1:
        return ""
    if sum(map(position.enough, groups)) < 2:
        return "The groups have too few speakers to compare them."
    pair = position.difference(kind)
    if pair is None:
        return "Between the groups, no difference that is more than chance."
    more, less = (
        f"{position.names[group]} ({_rate_words(position.estimates[kind][group])})" for group in pair
    )
    return f"More often among {more} than among {less}."


def _table(position):
    rows = []
    for group, name in position.names.items():
        errors = (_cell(estimates[group]) for estimates in position.estimates.values())
        told = _TOO_FEW, _TOO_FEW
        if position.enough(group):
            told = position.all_scores[group].ratio(position.threshold), _chance(position, group)
        rows.append((name, count(position.speakers[group]), *errors, *told))
    columns = (
        "Group",
        "Speakers",
        "Pairs of two people called one speaker",
        "Pairs of one speaker called two people",
        "This score is",
        f"One of {count(position.callers, 'people')}: chance that it is this one",
    )
    return table(
        f"Called the same speaker from {position.words} on; 95% intervals in brackets", columns, rows
    )


def _cell(estimate):
    counts = f"{estimate.numerator:,.0f} of {estimate.denominator:,.0f}"
    if not estimate.enough:
        return f"{counts}: {_TOO_FEW}"
    return f"{_rate_words(estimate)}\n({_ends(estimate)} in 100)\n{counts}"


class _Lines(NamedTuple):
    """How high things are: close together where there are many groups."""

    half: int  # each of the two distributions
    row: int
    marker: int
    cap: int


def _figure(position, sentence):
    rows = len(position.names)
    lines = _Lines(62, 26, 5, 8) if rows <= 5 else _Lines(44, 16, 4, 4)
    below = _TOP + 2 * lines.half + 62
    marks = [
        *_distributions(position.scores, position.threshold, lines.half),
        *_sides(position, lines.half),
        _legend(below - 32),
        *_group_names(position, below, lines),
        *_columns(position, below, lines),
    ]
    title = f"Scores of pairs of one speaker and of two people, {position.name}; errors by group"
    height = below + 16 + rows * lines.row + 24
    return svg.figure("voices", height, title, f"{sentence} {' '.join(_described(position))}", marks)


def _described(position):
    """Yield the errors of each group in words, for those who hear the figure."""
    for group, name in position.names.items():
        kinds = (f"{kind} {_rate_words(each[group])}" for kind, each in position.estimates.items())
        yield f"{name}: {', '.join(kinds) if position.enough(group) else 'too few speakers to tell'}."


def _across(edges, value):
    return _LEFT + _WIDE * (value - edges[0]) / (edges[-1] - edges[0])


def _distributions(scores, threshold, half):
    """Yield pairs of one speaker above a line and pairs of two people under it, each kind in shares of its own."""
    middle, edges = _TOP + half, scores.edges
    most = max(scores.shares(kind).max() for kind in (True, False))
    for kind, inks in ((True, (svg.PURPLE, svg.BLUE)), (False, (svg.PALE, svg.VERMILION))):
        for (left, right), share in zip(itertools.pairwise(edges), scores.shares(kind), strict=True):
            if share:
                x, high = _across(edges, left), half * share / most
                wide, top = _across(edges, right) - x, middle - high if kind else middle
                yield svg.area(x, top, wide, high, inks[int(left >= threshold)])
    for kind, y, label in (
        (True, middle - half + 14, "One speaker"),
        (False, middle + half - 24, "Two people"),
    ):
        yield svg.text(0, y, label, bold=True)
        yield svg.text(0, y + 18, count(int(scores.pairs[kind].sum()), "pairs"), svg.SMALL, fill=svg.GREY)
    bottom = middle + half + 2
    yield svg.axis(_LEFT, bottom, _WIDE, bottom, _score_ticks(edges))
    yield svg.text(0, bottom + 16, "Score (high: alike)", svg.SMALL, fill=svg.GREY)


def _score_ticks(edges):
    """Return at most 9 round scores with their places on the axis."""
    span = edges[-1] - edges[0]
    step = next(each for each in (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5) if span / each <= 8.001)
    first, last = int(np.ceil(edges[0] / step - 1e-9)), int(np.floor(edges[-1] / step + 1e-9))
    values = [round(place * step, 3) for place in range(first, last + 1)]
    return {float((value - edges[0]) / span): signed(value, "g") for value in values}


def _sides(position, half):
    """Yield the threshold, and what it calls the pairs on its two sides where there is room to say it."""
    cut = _across(position.scores.edges, position.threshold)
    yield svg.line(cut, _TOP - 20, cut, _TOP + 2 * half + 2, svg.BLACK, 2.5)
    for label, anchor, room, x in (
        ("◄ called two people", "end", cut - _LEFT, cut - 8),
        (f"from {position.words} on: called one speaker ►", "start", _LEFT + _WIDE - cut, cut + 8),
    ):
        if svg.text_width(label, svg.SMALL) + 8 <= room:
            yield svg.text(x, _TOP - 8, label, svg.SMALL, anchor)


def _legend(y):
    inks = {
        "rightly one": svg.BLUE,
        _FALSE_MATCH: svg.VERMILION,
        _FALSE_NON_MATCH: svg.PURPLE,
        "rightly two": svg.PALE,
    }
    keys = [(partial(svg.area, y=y, width=20, height=14, ink=ink), label) for label, ink in inks.items()]
    return svg.legend(_LEFT, y + 12, keys, 26, 20)


def _group_names(position, y, lines):
    for row, (group, name) in enumerate(position.names.items()):
        bold = group == position.group
        shown = svg.shortened(name, _RATES - 8, svg.SMALL, bold)
        yield svg.text(0, _row(y, row, lines) + 5, shown, svg.SMALL, bold=bold)


def _row(y, row, lines):
    """Return the middle of a row in pixels."""
    return y + 16 + (row + 0.5) * lines.row


def _columns(position, y, lines):
    """Yield both errors of all groups: markers with whiskers, and the number beside each."""
    wide = (svg.WIDTH - _RATES) / 2
    length, end = wide - 150, y + 16 + len(position.names) * lines.row
    for place, (kind, estimates) in enumerate(position.estimates.items()):
        x = _RATES + place * wide + 8
        yield svg.text(x - 8, y + 8, f"{capital(kind)}, in 100", svg.SMALL, bold=True)
        yield svg.axis(x, end, length, y + 16, {0.0: "0", 0.5: "50", 1.0: "100"})
        for row, estimate in enumerate(estimates.values()):
            yield from _rate(estimate, _MARKERS[kind], x, length, _row(y, row, lines), lines)


def _rate(estimate, marker, x, length, y, lines):
    """Yield the interval, the marker and the number of one group; of a group too small to tell only the interval."""
    beside, stroke = x + length + 12, svg.BLACK if estimate.enough else svg.RULE
    yield svg.whisker(x + length * estimate.low, x + length * estimate.high, y, stroke, lines.cap)
    if not estimate.enough:
        yield svg.text(beside, y + 5, _TOO_FEW, svg.SMALL, fill=svg.GREY)
        return
    shape, ink = marker
    yield svg.point(x + length * estimate.value, y, shape, ink.fill, radius=lines.marker)
    yield svg.text(beside, y + 5, _beside(estimate), svg.SMALL)


def _beside(estimate):
    """Return a rate and its interval in short."""
    if 0 < estimate.value < 0.01:
        return _rate_words(estimate)
    rate = of_hundred(estimate.numerator, estimate.denominator).replace("more than", "over")
    return f"{rate} ({_ends(estimate)})"
