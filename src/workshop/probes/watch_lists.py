"""A watch list at a camera: a threshold, the crowd of a day, and who is found, missed or flagged wrongly."""

import itertools
import math
from typing import NamedTuple

from workshop.domains.vision.matching import FALSE_MATCH, FALSE_NON_MATCH, crowd_rate, watch_list_day
from workshop.probes import svg
from workshop.probes.controls import Choice, Slider
from workshop.probes.html import Picture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, count, ends, half_up, isolated, joined, of_hundred, one_in, signed

ONE, SAME = "one", "same"
ALERTS, ERRORS, TRADEOFF = "alerts", "errors", "tradeoff"
_RULES = {ONE: "One threshold for all", SAME: "The same false match rate for each group"}
_VIEWS = {
    ALERTS: "Alerts a day",
    ERRORS: "Errors by group",
    TRADEOFF: "Trade-off of both errors (DET curves)",
}
_MOST_GROUPS, _MOST_POSITIONS = 6, 41
_RATES = (0.01, 1 / 300, 0.001, 1 / 3000, 0.0001, 1 / 30_000, 0.00001, 1 / 300_000, 0.000001)
_AT_FIRST = 1 / 5000  # of the impostor pairs match, at most
_CROWDS = (1_000, 5_000, 10_000, 20_000, 50_000, 100_000)
_LISTS = (10, 20, 50, 100, 200, 500, 1_000, 5_000)
_WANTED = (0, 0.1, 1, 2, 5, 10)
_TEAMS = (10, 20, 50, 100, 200, 500, 1_000)
_ALL = "All together"
_NOTHING = 1e-9  # people; binary rounding dust is smaller
_NEARLY = 0.05  # of a whole number: what is so near to it may be called about so many
_FEW_RIGHT = 0.03  # of the alerts: fewer are told with a decimal
_MARKERS = {FALSE_MATCH: ("diamond", svg.VERMILION), FALSE_NON_MATCH: ("square", svg.PURPLE)}
_LINES = (
    (svg.BLUE.fill, "", "circle"),
    (svg.VERMILION.fill, "9 4", "diamond"),
    (svg.PURPLE.fill, "3 3", "square"),
    (svg.BLACK, "12 3 3 3", "circle"),
    (svg.GREY, "6 2", "diamond"),
    (svg.RAMP[4].fill, "2 5", "square"),
)


def watch_list(
    scores,
    *,
    shares=None,
    crowd=10_000,
    listed=100,
    wanted=1,
    team=50,
    rule=ONE,
    show=ALERTS,
    default=None,
    source="the test",
):
    """Show what a watch list at a camera does in a day: who is found, who is missed, who is flagged wrongly.

    Parameters
    ----------
    scores : workshop.domains.vision.MatchScores
        Of at most 6 groups, each with at least 300 impostor pairs.
    shares : mapping of str to float, optional
        Each group's share of the crowd; all alike by default.
    crowd, listed : int
        People who pass in a day, and persons on the list, at first.
    wanted : float
        Persons on the list who really pass in a day, at first.
    team : int
        Alerts that a team can review in a day, at first.
    rule : {"one", "same"}
        At first one threshold for all, or the same false match rate for each group.
    show : {"alerts", "errors", "tradeoff"}
        What is drawn at first.
    default : float, optional
        The first threshold, one of the slider's; by default the lowest one at which no more than 1 in 5,000 impostor
        pairs match, or the middle one.
    source : str
        Where the scores are from, said under the figure.

    Returns
    -------
    Probe
        Controls threshold (with one threshold for all), rate (the wanted false match rate, else), rule, show, crowd,
        listed, wanted and team.

    Raises
    ------
    ValueError
        If the scores have too many groups or too few impostor pairs, a first value is none of its control, or the
        crowd cannot be worked out (see `watch_list_day`).

    Notes
    -----
    The assumptions are those of `workshop.domains.vision.watch_list_day`.
    """
    rates = _measurable(scores)
    positions = _positions(scores)
    start = _first(positions, scores) if default is None else default
    wanteds = _with(_WANTED, wanted)
    crowds, lists = (
        tuple(each for each in _with(options, first) if each >= max(wanteds))
        for options, first in ((_CROWDS, crowd), (_LISTS, listed))
    )
    controls = (
        Slider(
            "threshold",
            "Called a match from this score on",
            positions,
            start,
            _number,
            shown_if=("rule", ONE),
        ),
        Slider(
            "rate",
            "False match rate for each group, at most",
            tuple(rates),
            _nearest(rates, scores, start),
            one_in,
            shown_if=("rule", SAME),
        ),
        Choice("rule", "Rule", tuple(_RULES), rule, _RULES.get),
        Choice("show", "Show", tuple(_VIEWS), show, _VIEWS.get),
        Slider("crowd", "People who pass in a day", crowds, crowd, count, folded=True),
        Slider("listed", "Persons on the list", lists, listed, count, folded=True),
        Slider("wanted", "Of these, pass in a day", wanteds, wanted, _wanted_words, folded=True),
        Slider(
            "team",
            "Alerts that the team can review in a day",
            _with(_TEAMS, team),
            team,
            count,
            folded=True,
        ),
    )
    names = {group: isolated(group) for group in scores.groups}
    curves = {group: _Curve(scores, group) for group in scores.groups}

    def draw(threshold, rate, rule, show, crowd, listed, wanted, team):
        chosen = dict.fromkeys(scores.groups, threshold) if rule == ONE else rates[rate]
        errors = scores.at(chosen)
        day = watch_list_day(errors, crowd, listed, wanted, shares)
        position = _Position(names, chosen, rule, rate, errors, day, crowd, listed, wanted, team)
        return _DRAWN[show](position, curves)

    probe = Probe(
        "A watch list at a camera: alerts of a day, by group",
        controls,
        draw,
        f"Expected numbers, worked out from {isolated(source)}. Lines with caps: 95% intervals. Each passer-by is "
        "compared once with everybody on the list, as if all of them were of his or her own group.",
    )
    probe.picture()  # refuses a crowd that cannot be worked out now, not at the first move
    return probe


def _with(options, first):
    return tuple(sorted({first, *options}))


def _number(value):
    return signed(value, "g")


def _wanted_words(wanted):
    return (
        count(wanted)
        if wanted == int(wanted)
        else f"1 in {half_up(1 / wanted)} days"
        if wanted < 1
        else f"{wanted:g}"
    )


def _measurable(scores):
    """Return the thresholds of each group for every false match rate that its pairs can measure."""
    if len(scores.groups) > _MOST_GROUPS:
        raise ValueError(
            f"There are {len(scores.groups)} groups; choose at most {_MOST_GROUPS}, or put small ones together."
        )
    least = max(map(scores.smallest_rate, scores.groups))
    fewest = min(scores.impostors, key=scores.impostors.get)
    if least > _RATES[0]:
        raise ValueError(
            f"The group {fewest!r} has only {count(scores.impostors[fewest], 'impostor pairs')}; at least 300 are "
            "needed to measure a false match rate of 1 in 100."
        )
    return {rate: scores.thresholds_for(rate) for rate in _RATES if rate >= least}


def _positions(scores):
    """Return round thresholds from where 1 in 100 impostor pairs match to where half of the genuine pairs don't."""
    points = scores.curve()
    low = points.loc[(points["false_match_rate"] <= 0.01).idxmax(), "threshold"]
    high = points.loc[(points["false_non_match_rate"] >= 0.5).idxmax(), "threshold"]
    if not low < high < math.inf:
        low, high = scores.lowest, scores.highest
    if low == high:
        return (low,)
    power = 10.0 ** math.floor(math.log10((high - low) / _MOST_POSITIONS))
    step = next(
        lead * power for lead in (1, 2, 5, 10, 20) if (high - low) / (lead * power) <= _MOST_POSITIONS - 1
    )
    places = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    return tuple(float(f"{place * step:.12g}") for place in places)


def _first(positions, scores):
    low_enough = (each for each in positions if scores.false_match_rate(each).value <= _AT_FIRST)
    return next(low_enough, positions[len(positions) // 2])


def _nearest(rates, scores, threshold):
    """Return the rate that is nearest to that of all pairs at this threshold."""
    now = max(scores.false_match_rate(threshold).value, min(rates) / 10)
    return min(rates, key=lambda rate: abs(math.log(rate / now)))


class _Position(NamedTuple):
    """Everything that one position shows."""

    names: dict
    thresholds: dict
    rule: str
    rate: float
    errors: object
    day: object
    crowd: int
    listed: int
    wanted: float
    team: int

    def error(self, kind, group):
        """Return a rate of one group."""
        return self.errors.of(group, kind)

    @property
    def reference(self):
        """The group that most people of the crowd are of."""
        return max(self.names, key=self.day.people.get)

    @property
    def heaviest(self):
        """The group with most people flagged wrongly."""
        return max(self.names, key=lambda group: self.day.false_alerts[group].value)

    @property
    def unmeasured(self):
        """Groups without a single false match in the test."""
        return [group for group in self.names if not self.error(FALSE_MATCH, group).numerator]

    @property
    def unknown(self):
        """Groups with too few genuine pairs."""
        return [group for group in self.names if not self.error(FALSE_NON_MATCH, group).enough]

    def burden(self, group):
        """Return the share of a group's people who pass and are flagged wrongly."""
        people = self.day.people[group] - self.day.wanted[group]
        return self.day.false_alerts[group].value / people if people > 0 else 0.0

    @property
    def called(self):
        """When a pair is called a match, in words."""
        if self.rule == ONE:
            return f"called a match from {_number(self.thresholds[self.reference])} on"
        return f"a threshold for each group, at most {one_in(self.rate)} false matches"


def _about(expected):
    """Return an expected number in words; what is rounded says so."""
    if expected < 1 - _NEARLY:
        return "fewer than 1" if expected > _NOTHING else "0"
    whole = half_up(expected)
    return f"{whole:,}" if abs(expected - whole) < _NOTHING else f"about {whole:,}"


def _nearly_whole(expected):
    """Return whether an expected number is so near to a whole one above 0 that a day can be told in whole people."""
    whole = half_up(expected)
    return abs(expected - whole) <= _NEARLY * whole


def _people(expected, one, many):
    """Return an expected number of people with the verb that fits."""
    words = _about(expected)
    return f"{words} {one if half_up(expected) == 1 or words == 'fewer than 1' else many}"


def _wrong_words(estimate):
    """Return how many are flagged wrongly, with the interval; without a false match in the test only its upper end."""
    if not estimate.numerator:
        return f"up to {math.ceil(estimate.high):,}"
    return f"{_about(estimate.value)} ({ends(estimate.low, estimate.high)})"


def _rate_words(estimate):
    """Return a rate of the test; without a single error, what it is below."""
    if not estimate.numerator:
        return f"fewer than {one_in(estimate.high)}"
    return one_in(estimate.value)


def _short(words):
    """Return words that fit beside a mark."""
    return words.replace("fewer than", "under").replace("more than", "over")


def _rate_ends(estimate):
    low, high = (one_in(end) if end else "0" for end in estimate[1:3])
    return f"{low} to {high}" if low != high else f"{ends(*(100 * end for end in estimate[1:3]))} in 100"


# Alerts of a day


def _alerts(position, _curves):
    sentence = _alerts_sentence(position)
    return Picture(
        sentence, _alerts_figure(position, sentence), bullets(_consequences(position)), _table(position)
    )


def _alerts_sentence(position):
    wrong = position.day.total("false_alerts")
    head, then = _found_words(position)
    if not wrong.numerator:
        return (
            f"{head}. The test saw no false match, so it can't tell how many innocent people are flagged in a day: "
            f"up to about {math.ceil(wrong.high):,}."
        )
    flagged = _people(wrong.value, "innocent person is flagged", "innocent people are flagged")
    said = f"{head}{then} {flagged}"
    most = _about(position.day.false_alerts[position.heaviest].value)
    if len(position.names) > 1 and most not in ("0", "fewer than 1"):
        said += f": {most} of them from {position.names[position.heaviest]}"
    return f"{said}.{_too_small(position)}"


def _found_words(position):
    """Return how many wanted people are found, and how to go on to those who are flagged wrongly.

    Where a day's number is far from a whole one, days are counted, not parts of a person.
    """
    found, wanted = position.day.total("found").value, position.wanted
    if not wanted or _nearly_whole(found):
        people = _people(found, "wanted person is found", "wanted people are found")
        return (
            f"In a day with {position.crowd:,} people, {people if wanted else 'nobody wanted passes'}",
            " and",
        )
    number = _about(100 * found)
    if wanted > 1:
        people = f"Of {half_up(100 * wanted):,} wanted people who pass in 100 days, {number} are found"
    else:
        people = f"{'The' if wanted == 1 else 'A'} wanted person is found on {number} of 100 days"
    return f"{position.crowd:,} people pass in a day. {people}", ", and each day"


def _too_small(position):
    """Return for whom the test is too small to measure the rate of false matches, as one more sentence."""
    groups = position.unmeasured
    if not groups:
        return ""
    limit = one_in(max(position.error(FALSE_MATCH, group).high for group in groups))
    whom = "every group" if len(groups) == len(position.names) else joined(map(position.names.get, groups))
    return f" For {whom} the rate is too small to measure: fewer than {limit}."


def _consequences(position):
    """Yield who bears the alerts, whether the team keeps up, who is missed, and what the rule needs."""
    yield from _burdens(position)
    yield _workload(position)
    if position.wanted:
        missed = one_in(position.day.total("missed").value / position.wanted)
        yield f"Missed: {missed} of the wanted people who pass.{_unknown(position)}"
    yield from _caution(position)


def _workload(position):
    """Return how many alerts are expected, and whether the team keeps up."""
    day, team = position.day, f"A team that can review {position.team:,}"
    if not day.total("false_alerts").numerator:
        most = day.total("found").high + day.total("false_alerts").high
        verdict = f"{team} keeps up." if most <= position.team else f"{team} may not keep up."
        return f"Up to about {math.ceil(most):,} alerts a day, as far as the test can tell. {verdict}"
    left, hourly = day.unreviewed(position.team), day.per_hour()
    verdict = f"{team} leaves {_about(left)} of them unreviewed." if left > _NOTHING else f"{team} keeps up."
    pace = f" ({_about(hourly)} an hour)" if hourly >= 1 else ""
    return f"Expected: {_people(day.alerts, 'alert', 'alerts')} a day{pace}. {verdict}"


def _burdens(position):
    most, other = position.heaviest, position.reference
    wrong = position.day.total("false_alerts")
    if not wrong.numerator or len(position.names) == 1:
        return
    of_crowd = of_hundred(position.day.people[most], sum(position.day.people.values()))
    of_wrong = of_hundred(position.day.false_alerts[most].value, wrong.value)
    link = "but" if position.burden(most) > position.burden(other) else "and"
    name = capital(position.names[most])
    limit = ", as far as the test can tell" if position.unmeasured else ""
    yield f"{name}: {of_crowd} of 100 who pass, {link} {of_wrong} of 100 who are flagged wrongly{limit}."


def _unknown(position):
    groups = position.unknown
    if not groups:
        return ""
    return f" For {joined(map(position.names.get, groups))} there are too few genuine pairs to tell."


def _caution(position):
    if position.rule == SAME:
        yield (
            "Caution: to use a threshold for each group, a machine would have to guess the group of everybody who "
            "passes. That is a harm of its own, and its errors come on top."
        )


_NAMES, _BARS, _WIDE, _NUMBERS, _BURDEN = 128, 136, 300, 448, 668  # pixels
_ROW, _TOP = 30, 48
_COLUMNS, _STEP, _LINE = 34, 22, 30  # of the drawn people


def _alerts_figure(position, sentence):
    day = position.day
    rows = {_ALL: (day.total("found"), day.total("false_alerts"), None)}
    if len(position.names) > 1:
        rows |= {
            name: (day.found[group], day.false_alerts[group], position.burden(group))
            for group, name in position.names.items()
        }
    ticks = svg.ticks(max(day.total("found").value + day.total("false_alerts").high, 1))
    bottom = _TOP + len(rows) * _ROW
    marks = [
        *_alerts_head(),
        svg.axis(_BARS, bottom, _WIDE, _TOP - 6, {tick / ticks[-1]: f"{tick:,g}" for tick in ticks}),
        *itertools.chain.from_iterable(
            _alert_row(name, *row, _TOP + place * _ROW, ticks[-1])
            for place, (name, row) in enumerate(rows.items())
        ),
        *_team(position.team, ticks[-1], bottom),
        *_hundred(day.share_right, day.total("false_alerts").numerator, bottom + 50),
    ]
    title = "Alerts of a day, right and wrong ones, by group; of 100 alerts, how many are right"
    return svg.figure(
        "watch-list", bottom + 58 + 3 * _LINE, title, f"{sentence} {_described(position)}", marks
    )


def _described(position):
    """Return the alerts of each group in words, for those who hear the figure."""
    return " ".join(
        f"{name}: flagged rightly {_about(100 * position.day.found[group].value)} in 100 days, "
        f"wrongly {_wrong_words(position.day.false_alerts[group])} in a day."
        for group, name in position.names.items()
    )


def _alerts_head():
    yield svg.text(0, 16, "Alerts a day", bold=True)
    for x, label, ink in ((_BARS, "right", svg.BLUE), (_BARS + 80, "wrong", svg.VERMILION)):
        yield svg.area(x, 4, 20, 14, ink)
        yield svg.text(x + 26, 16, label, svg.SMALL)
    yield svg.text(_NUMBERS, 16, "Flagged wrongly", svg.SMALL, bold=True)
    yield svg.text(_NUMBERS, 33, "(95% interval)", svg.SMALL, fill=svg.GREY)
    yield svg.text(_BURDEN, 16, "Of the people", svg.SMALL, bold=True)
    yield svg.text(_BURDEN, 33, "who pass", svg.SMALL, bold=True)


def _alert_row(name, found, wrong, burden, y, end):
    bold, scale = burden is None, _WIDE / end
    shown = svg.shortened(name, _NAMES, svg.NORMAL, bold)
    yield svg.text(0, y + 17, shown, bold=bold)
    x, high = _BARS, 20
    for people, ink in ((found.value, svg.BLUE), (wrong.value, svg.VERMILION)):
        if people > _NOTHING:
            yield svg.area(x, y + 2, people * scale, high, ink)
            x += people * scale
    left = _BARS + found.value * scale
    yield svg.whisker(left + wrong.low * scale, left + wrong.high * scale, y + 12, cap=5)
    yield svg.text(_NUMBERS, y + 17, _wrong_words(wrong), svg.SMALL, bold=bold)
    if burden is not None:
        words = _short(one_in(burden)) if wrong.numerator else "not measured"
        yield svg.text(_BURDEN, y + 17, words, svg.SMALL)


def _team(team, end, bottom):
    """Yield how many alerts the team can review, as a line where the axis reaches so far."""
    label = f"the team can review {team:,}"
    if team > end:
        yield svg.text(_BARS + _WIDE, 36, f"{label} ►", svg.SMALL, "end", fill=svg.GREY)
        return
    x = _BARS + _WIDE * team / end
    yield svg.line(x, _TOP - 8, x, bottom, svg.BLACK, 2, "6 3")
    half = svg.text_width(label, svg.SMALL) / 2
    middle = min(max(x, _BARS + half), _BARS + _WIDE - half)
    yield svg.text(middle, 36, label, svg.SMALL, "middle")


def _hundred(right, false_matches, y):
    """Yield a hundred people who were flagged, those rightly first."""
    if not false_matches:
        known = ends(100 * right.low, 100 * right.high) if right.high > 0 else "0"
        yield svg.text(
            0, y, f"Of 100 alerts, {known} are right: the test is too small to tell more.", bold=True
        )
        return
    head, interval = _right_words(right)
    yield svg.text(0, y, head, bold=True)
    yield svg.text(svg.text_width(head, svg.NORMAL, True) + 10, y, interval, svg.SMALL, fill=svg.GREY)
    solid = half_up(100 * right.value)
    for first, last, ink in ((0, solid, svg.BLUE), (solid, 100, svg.WHITE_VERMILION)):
        places = (divmod(place, _COLUMNS) for place in range(first, last))
        path = "".join(svg.person(4 + column * _STEP, y + 8 + row * _LINE) for row, column in places)
        if path:
            yield f'<path d="{path}" fill="{ink.fill}" stroke="{ink.edge}" stroke-width="1.5"/>'


def _right_words(right):
    """Return how many of 100 alerts are right, and the interval."""
    words = of_hundred(right.numerator, right.denominator)
    if not right.high:
        return "Of 100 alerts, 0 are right", "(nobody wanted passes)"
    if right.value < 0.01:
        known = _rate_ends(right)
    elif right.value < _FEW_RIGHT:
        words = f"{half_up(1000 * right.value) / 10:.1f}"
        known = ends(100 * right.low, 100 * right.high, 1)
    else:
        known = ends(100 * right.low, 100 * right.high)
    verb = "is" if words in ("1", "fewer than 1") else "are"
    return f"Of 100 alerts, {words} {verb} right", f"(95% interval: {known})"


# Errors by group


def _errors(position, _curves):
    sentence = _errors_sentence(position)
    return Picture(sentence, _errors_figure(position, sentence), bullets(_harms(position)), _table(position))


def _errors_sentence(position):
    reference, names = position.reference, position.names
    known = position.error(FALSE_MATCH, reference)
    head = f"{capital(position.called)}. False matches: "
    others = [group for group in names if group != reference]
    if not others:
        return f"{head}{_rate_words(known)} for {names[reference]}."
    highest = max(others, key=lambda group: position.error(FALSE_MATCH, group).value)
    rate = position.error(FALSE_MATCH, highest)
    both = f"{_rate_words(rate)} for {names[highest]}, {_rate_words(known)} for {names[reference]}"
    if not (rate.numerator or known.numerator):
        return f"{head}{both}: too few to compare."
    return f"{head}{both}: {_factor_words(position.errors.ratio(FALSE_MATCH, highest, reference))}."


def _factor_words(factor):
    """Return how much more often, if that can be told."""
    if factor.low <= 1 <= factor.high:
        return "no difference that is more than chance"
    if not math.isfinite(factor.high):
        return f"at least {_times(factor.low)} times as often"
    return (
        f"{_times(factor.value)} times as often (95% interval {_times(factor.low)} to {_times(factor.high)})"
    )


def _times(factor):
    return f"{half_up(10 * factor) / 10:g}" if factor < 9.95 else f"{half_up(factor):,}"


def _harms(position):
    """Yield whom each error harms, and what cannot be told."""
    yield f"False match: somebody is stopped in place of another person.{_too_small(position)}"
    yield f"False non-match: a wanted person passes unseen.{_unknown(position)}"
    yield from _caution(position)


_MATCH_LEFT, _MISS_LEFT, _AXIS, _MISS_AXIS = 136, 510, 214, 110  # pixels


def _errors_figure(position, sentence):
    first, end = 46, 46 + 38 * len(position.names)
    decades = _decades(position)
    highest = max(position.error(FALSE_NON_MATCH, group).high for group in position.names)
    ticks = svg.ticks(max(highest, 0.05), most=3, leads=(1, 2, 5, 10)) if highest <= 0.5 else [0.0, 0.5, 1.0]
    most = ticks[-1]
    marks = [
        svg.text(
            _MATCH_LEFT - 8, 16, "False match rate (each line: ten times as many)", svg.SMALL, bold=True
        ),
        svg.text(_MISS_LEFT - 8, 16, "False non-match rate, in 100", svg.SMALL, bold=True),
        svg.axis(_MATCH_LEFT, end, _AXIS, 26, _decade_ticks(*decades)),
        svg.axis(_MISS_LEFT, end, _MISS_AXIS, 26, {tick / most: f"{100 * tick:g}" for tick in ticks}),
    ]
    for row, (group, name) in enumerate(position.names.items()):
        y = first + 38 * row
        note = f"from {_number(position.thresholds[group])} on"
        marks += [
            svg.text(0, y + 2, svg.shortened(name, _NAMES - 8, svg.NORMAL, True), bold=True),
            svg.text(0, y + 18, svg.shortened(note, _NAMES - 8, svg.SMALL), svg.SMALL, fill=svg.GREY),
            *_match_mark(position.error(FALSE_MATCH, group), decades, y + 6),
            *_miss_mark(position.error(FALSE_NON_MATCH, group), most, y + 6),
        ]
    told = " ".join(
        f"{name}: false match {_rate_words(position.error(FALSE_MATCH, group))}, "
        f"false non-match {_miss_words(position.error(FALSE_NON_MATCH, group))}."
        for group, name in position.names.items()
    )
    title = "False match rate and false non-match rate of each group, with 95% intervals"
    return svg.figure("watch-list-errors", end + 24, title, f"{sentence} {told}", marks)


def _miss_words(estimate):
    return _rate_words(estimate) if estimate.enough else "too few genuine pairs to tell"


def _decades(position):
    """Return the powers of ten between which all false match rates and the ends of their intervals lie."""
    rates = [position.error(FALSE_MATCH, group) for group in position.names]
    lows = [rate.low if rate.numerator else rate.high / 10 for rate in rates]
    low, high = math.floor(math.log10(min(lows))), math.ceil(math.log10(max(rate.high for rate in rates)))
    return low, min(max(high, low + 2), 0)


def _decade_ticks(low, high):
    """Return the powers of ten as ticks of an axis; every second one is written where they are close."""
    step = 1 if high - low <= 2 else 2
    labels = range(high, low - 1, -step)
    return {
        (power - low) / (high - low): _power_words(power) if power in labels else ""
        for power in range(low, high + 1)
    }


def _power_words(power):
    return "all" if power == 0 else f"1 in {10**-power:,}"


def _log_place(rate, low, high):
    return min(max((math.log10(rate) - low) / (high - low), 0.0), 1.0)


def _match_mark(estimate, decades, y):
    right = _MATCH_LEFT + _AXIS * _log_place(estimate.high, *decades)
    left = _MATCH_LEFT + (_AXIS * _log_place(estimate.low, *decades) if estimate.numerator else 0)
    yield svg.whisker(left, right, y, cap=6)
    if estimate.numerator:
        shape, ink = _MARKERS[FALSE_MATCH]
        yield svg.point(_MATCH_LEFT + _AXIS * _log_place(estimate.value, *decades), y, shape, ink.fill)
    words = _short(_rate_words(estimate))
    yield svg.text(_MATCH_LEFT + _AXIS + 12, y + 5, words, svg.SMALL, bold=True)


def _miss_mark(estimate, most, y):
    left, right = (_MISS_LEFT + _MISS_AXIS * end / most for end in (estimate.low, estimate.high))
    yield svg.whisker(left, right, y, svg.BLACK if estimate.enough else svg.RULE, 6)
    beside = _MISS_LEFT + _MISS_AXIS + 12
    if not estimate.enough:
        yield svg.text(beside, y + 5, "too few pairs", svg.SMALL, fill=svg.GREY)
        return
    shape, ink = _MARKERS[FALSE_NON_MATCH]
    yield svg.point(_MISS_LEFT + _MISS_AXIS * estimate.value / most, y, shape, ink.fill)
    yield svg.text(beside, y + 5, _short(_rate_words(estimate)), svg.SMALL, bold=True)


# The trade-off of both errors

_PLOT = (108, 262, 440, 226)  # pixels: left, bottom, width, height
_LEGEND = 568
_LOWEST_MISS = -3  # power of ten


class _Curve:
    """Both errors of one group at every threshold, as points in the plot."""

    def __init__(self, scores, group):
        self.enough = scores.genuine[group] >= 30
        self.lowest = math.floor(math.log10(min(map(scores.smallest_rate, scores.groups)) / 3))
        points = scores.curve(group)
        match, miss = points["false_match_rate"].to_numpy(), points["false_non_match_rate"].to_numpy()
        drawn = (match > 0) & (miss >= 10.0**_LOWEST_MISS)
        self.points = _thinned([self.place(*rates) for rates in zip(match[drawn], miss[drawn], strict=True)])

    def place(self, match, miss):
        """Return where both rates stand, in pixels."""
        left, bottom, wide, high = _PLOT
        return (
            left + wide * _log_place(match, self.lowest, 0),
            bottom - high * _log_place(miss, _LOWEST_MISS, 0),
        )


def _thinned(points, apart=1.5):
    """Return the points without those that nobody could tell from the one before."""
    kept = points[:1]
    for point in points[1:]:
        if math.dist(point, kept[-1]) >= apart:
            kept.append(point)
    return kept


def _tradeoff(position, curves):
    sentence = _errors_sentence(position)
    return Picture(
        sentence, _tradeoff_figure(position, curves, sentence), bullets(_harms(position)), _table(position)
    )


def _tradeoff_figure(position, curves, sentence):
    left, bottom, wide, high = _PLOT
    lowest = next(iter(curves.values())).lowest
    # The lowest has no label: it would lie on the one of the other axis.
    labels = range(-1, lowest, -1 if lowest >= -3 else -2)
    across = {
        (power - lowest) / -lowest: _power_words(power) if power in labels else ""
        for power in range(lowest, 1)
    }
    upward = {1 - power / _LOWEST_MISS: _power_words(power) for power in range(_LOWEST_MISS, 1)}
    marks = [
        svg.text(0, 16, "False non-match rate", svg.SMALL, bold=True),
        svg.axis(left, bottom, wide, bottom - high, across),
        svg.upright_axis(left, bottom, high, left + wide, upward),
        svg.text(left + wide, bottom + 36, "False match rate", svg.SMALL, "end", bold=True),
        svg.text(
            left + 8, bottom + 36, "◄ better: fewer errors, lower and further left", svg.SMALL, fill=svg.GREY
        ),
    ]
    for place, (group, name) in enumerate(position.names.items()):
        marks += _curve_marks(position, curves[group], group, name, _LINES[place], 52 + 56 * place)
    told = " ".join(
        f"{name}: false match {_rate_words(position.error(FALSE_MATCH, group))}, "
        f"false non-match {_miss_words(position.error(FALSE_NON_MATCH, group))}."
        for group, name in position.names.items()
    )
    title = "Detection error trade-off: both errors of each group at every threshold, and at the chosen one"
    return svg.figure(
        "watch-list-tradeoff",
        max(bottom + 44, 52 + 56 * len(position.names)),
        title,
        f"{sentence} {told}",
        marks,
    )


def _curve_marks(position, curve, group, name, look, y):
    """Yield the line of a group, the chosen threshold on it, and its entry in the legend."""
    stroke, dash, shape = look
    yield svg.text(
        _LEGEND + 44, y, svg.shortened(name, svg.WIDTH - _LEGEND - 48, svg.NORMAL, True), bold=True
    )
    if not curve.enough:
        yield svg.text(_LEGEND + 44, y + 18, "too few genuine pairs", svg.SMALL, fill=svg.GREY)
        return
    yield svg.line(_LEGEND, y - 5, _LEGEND + 36, y - 5, stroke, 2.5, dash)
    yield svg.text(
        _LEGEND + 44, y + 18, f"from {_number(position.thresholds[group])} on", svg.SMALL, fill=svg.GREY
    )
    if len(curve.points) > 1:
        yield svg.polyline(curve.points, stroke, 2.5, dash)
    rates = [position.error(kind, group) for kind in (FALSE_MATCH, FALSE_NON_MATCH)]
    yield svg.point(_LEGEND + 18, y - 5, shape, stroke)
    if rates[0].numerator and rates[1].value >= 10.0**_LOWEST_MISS:
        yield svg.point(*curve.place(*(rate.value for rate in rates)), shape, stroke, radius=6)


def _table(position):
    rows = [_row(position, None, _ALL)] if len(position.names) > 1 else []
    rows += [_row(position, group, name) for group, name in position.names.items()]
    columns = (
        "Group",
        "People who pass",
        "Wanted, found in 100 days",
        "Wanted, missed in 100 days",
        "Flagged wrongly in a day",
        "Match from this score on",
        "False match rate",
        "False non-match rate",
    )
    caption = (
        f"A day with {position.crowd:,} people and {position.listed:,} persons on the list; {position.called}; 95% "
        "intervals in brackets"
    )
    return table(caption, columns, rows)


def _row(position, group, name):
    day = position.day
    if group is None:
        parts = [day.total(kind) for kind in ("found", "missed", "false_alerts")]
        people = float(position.crowd)
        rates = [_crowd_cell(position, kind) for kind in (FALSE_MATCH, FALSE_NON_MATCH)]
        threshold = _number(position.thresholds[position.reference]) if position.rule == ONE else "differs"
    else:
        parts = [kind[group] for kind in (day.found, day.missed, day.false_alerts)]
        people = day.people[group]
        rates = [_rate_cell(position.error(kind, group)) for kind in (FALSE_MATCH, FALSE_NON_MATCH)]
        threshold = _number(position.thresholds[group])
    found, missed, wrong = parts
    return (
        name,
        _about(people),
        _about(100 * found.value),
        _about(100 * missed.value),
        _wrong_words(wrong),
        threshold,
        *rates,
    )


def _crowd_cell(position, kind):
    """Return a rate of the crowd: groups count by their people, so it is no number of pairs of all pairs."""
    rate = crowd_rate(position.errors, kind, position.day.people)
    doubt = "" if rate.enough else "; of some too few pairs to tell"
    return f"{_rate_words(rate)}\n({_rate_ends(rate)})\ngroups weighted as in the crowd{doubt}"


def _rate_cell(estimate):
    counts = f"{estimate.numerator:,.0f} of {estimate.denominator:,.0f}"
    if not estimate.enough:
        return f"{counts}: too few to tell"
    return f"{_rate_words(estimate)}\n({_rate_ends(estimate)})\n{counts}"


_DRAWN = {ALERTS: _alerts, ERRORS: _errors, TRADEOFF: _tradeoff}
