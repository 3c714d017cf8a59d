"""Reports read under a capacity limit: what is caught, what is missed, and which harmless customers are examined."""

from typing import NamedTuple

from workshop.audit import Estimate
from workshop.audit.intervals import proportion
from workshop.domains.transactions.ranking import (
    ARRIVAL,
    NO_PASSPORT,
    ONE_LIST,
    ORDERS,
    PAST_CASES,
    PLACES,
    READ_ONLY,
    SHARED,
    UNUSUAL,
    Reading,
    customer_shares,
)
from workshop.domains.transactions.reports import (
    FOREIGN,
    NATIONAL,
    checked,
    customer_counts,
    times,
)
from workshop.probes import svg
from workshop.probes.before_now import TOO_FEW
from workshop.probes.controls import Choice, Slider
from workshop.probes.html import Picture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.words import (
    capital,
    count,
    half_up,
    interval,
    joined,
    share,
    signed,
    significant,
)

_ORDER_WORDS = {
    ARRIVAL: "as they came",
    UNUSUAL: "the most unusual first",
    PAST_CASES: "most like past cases first",
    NO_PASSPORT: "like past cases, passport left out",
    READ_ONLY: "like past cases, learned only from reports that were read",
}
_PLACE_WORDS = {
    ONE_LIST: "One list for all",
    SHARED: "Each group as many places as it has customers",
}
_MINUTES = (5, 10, 15, 20, 30, 45, 60, 90, 120)
_MOST_STEPS = 41
_PER = 10_000
_NAMES, _LENGTH, _ROW = 150, 350, 32  # pixels
_GROUP = {NATIONAL: "national passport", FOREIGN: "foreign passport"}
_CAPTION = (
    "Bars count this year. Lines: 95% intervals, as if each report came by itself; reports of one clerk are alike, so "
    "in truth they are wider. “As many places as customers”: of the places, each group gets its share of the customers."
)


def capacity(reports, scores, customers, *, read=None, order=PAST_CASES, assumed=400_000):
    """Show what a team that can read only so many reports catches and misses, and whom it examines for nothing.

    Parameters
    ----------
    reports : pandas.DataFrame
        Of one year, in the order of arrival, with the columns year, passport and laundering.
    scores : mapping of str to array_like of float, shape (n_reports,)
        The rankings to choose from, by their names in `workshop.domains.transactions.ORDERS`; a higher score is read
        earlier.
    customers : pandas.DataFrame
        Columns year, passport and customers.
    read : int, optional
        Reports that are read at first; a position of the slider. About a tenth of them by default.
    order : str, default "past cases"
        The ranking that is shown at first.
    assumed : int, default 400,000
        Reports in the year that the counts can be carried over to.

    Returns
    -------
    Probe
        Controls capacity, order, places ("one list" or "shared"), size (reports in the year that is told: those there
        are, or `assumed`) and minutes (that one report takes).

    Raises
    ------
    ValueError
        If a column is missing, the reports are of several years, a ranking is unknown or lacks scores, no laundering
        is among the reports, or the slider has no such position.
    """
    year = _checked_year(reports, assumed)
    if not scores or not set(scores) <= set(ORDERS):
        raise ValueError(
            f"Give scores of at least one of the rankings {', '.join(ORDERS)}, and of no others."
        )
    shares = {ONE_LIST: None, SHARED: customer_shares(customers, year)}
    readings = {
        (name, places): Reading(reports, scores[name], shares[places]) for name in scores for places in PLACES
    }
    people = customer_counts(customers, year)
    capacities = _capacities(len(reports))
    first = min(capacities, key=lambda each: abs(each - len(reports) / 10)) if read is None else read
    names = tuple(name for name in ORDERS if name in scores)
    sizes = (len(reports), assumed) if assumed != len(reports) else (assumed,)
    controls = (
        Slider("capacity", "Reports that the team can read", capacities, first, count),
        Choice("order", "Read", names, order, lambda name: capital(_ORDER_WORDS[name])),
        Choice("places", "Places", PLACES, ONE_LIST, _PLACE_WORDS.get, folded=True),
        Choice(
            "size", "Counts for", sizes, sizes[0], lambda size: _size_words(size, len(reports)), folded=True
        ),
        Slider("minutes", "Minutes for one report (your assumption)", _MINUTES, 30, folded=True),
    )

    def draw(capacity, order, places, size, minutes):
        position = _Position(readings, (order, places), capacity, people, size / len(reports), minutes)
        return _picture(position)

    return Probe(
        "Reports read: who is caught, who is missed, who is examined for nothing", controls, draw, _CAPTION
    )


def _checked_year(reports, assumed):
    years = set(checked(reports)["year"])
    if len(years) > 1:
        raise ValueError(f"Give the reports of one year; these are of {len(years)} years.")
    if not reports["laundering"].any():
        raise ValueError("There is no laundering among the reports, so nothing can be caught or missed.")
    if isinstance(assumed, bool) or not isinstance(assumed, int) or not 1 <= assumed <= 100_000_000:
        raise ValueError(f"assumed is {assumed!r}; give a whole number of reports from 1 to 100,000,000.")
    return years.pop()


def _capacities(number):
    """Return round numbers from 0 to all reports."""
    rounded = (int(each) for each in svg.ticks(number, _MOST_STEPS))
    return tuple(sorted({each for each in rounded if each < number} | {0, number}))


def _size_words(size, reports):
    return (
        f"These {count(size)} reports" if size == reports else f"{count(size)} such reports (an assumption)"
    )


class _Group(NamedTuple):
    """What the position means for one group.

    Attributes
    ----------
    caught : Estimate
        Of the laundering among the reports.
    examined : Estimate
        Harmless reports that are read, of the customers.
    of_harmless : Estimate
        The same, of the harmless reports.
    """

    caught: Estimate
    examined: Estimate
    of_harmless: Estimate


class _Position:
    """Everything that one position shows."""

    def __init__(self, readings, chosen, capacity, people, factor, minutes):
        self.capacity, self.factor, self.minutes = capacity, factor, minutes
        self.order, self.places = chosen
        self.reading = readings[chosen]
        self.others = {
            name: reading
            for (name, places), reading in readings.items()
            if (name, places) != chosen and places == chosen[1]
        }
        counted = self.reading.at(capacity)
        self.groups = {
            passport: _Group(
                proportion(each.caught, each.caught + each.missed),
                proportion(each.examined, people[passport]),
                proportion(each.examined, each.examined + each.left_alone),
            )
            for passport, each in counted.items()
        }
        self.caught = sum(each.caught for each in counted.values())
        self.missed = sum(each.missed for each in counted.values())
        self.examined = {passport: each.examined for passport, each in counted.items()}
        self.laundering = self.caught + self.missed

    def missed_by(self, reading):
        """Return how much laundering another order misses at this capacity."""
        return self.laundering - reading.caught(self.capacity)

    def told(self, number):
        """Return a count in words, carried over to the year that is told."""
        if self.factor == 1:
            return count(number)
        scaled = number * self.factor
        return count(significant(scaled) if scaled > 1 else half_up(scaled))

    @property
    def ratio(self):
        """How many times as often a harmless customer with a foreign passport is examined."""
        return times(self.groups[FOREIGN].examined, self.groups[NATIONAL].examined)


def _picture(position):
    sentence = _sentence(position)
    return Picture(sentence, _figure(position, sentence), bullets(_said(position)), _tables(position))


def _sentence(position):
    examined = position.examined
    start = "" if position.factor == 1 else "If they came in such numbers, about: "
    return (
        f"{start}{position.told(position.capacity)} of {position.told(len(position.reading))} reports are read. Of "
        f"{position.told(position.laundering)} laundering cases {position.told(position.caught)} are caught, "
        f"{_left(position)} missed. {position.told(sum(examined.values()))} harmless customers are "
        f"examined, {position.told(examined[FOREIGN])} of them with a foreign passport."
    )


def _left(position):
    """Return what is missed, so that the rounded numbers of the sentence add up."""
    if position.factor == 1:
        return count(position.missed)
    every, caught = (
        int(position.told(each).replace(",", "")) for each in (position.laundering, position.caught)
    )
    return count(every - caught)


def _said(position):
    if position.examined[FOREIGN] and position.examined[NATIONAL]:
        ratio = position.ratio
        yield (
            f"Who bears it: a harmless customer with a foreign passport is examined {ratio.value:.1f} times as often "
            f"({ratio.low:.1f} to {ratio.high:.1f}) as one with a national passport."
        )
    told = [
        f"{position.missed_by(reading)} with “{_ORDER_WORDS[name]}”"
        for name, reading in position.others.items()
    ]
    if told:
        yield f"The same team, another order. Missed, of {position.laundering}: {'; '.join(told)}."
    hours = position.capacity * position.factor * position.minutes / 60
    if position.capacity:
        work = f"At {position.minutes} minutes a report (your assumption): {count(half_up(hours))} hours"
        each = (
            f", {count(half_up(hours / position.caught / position.factor))} for each case caught"
            if position.caught
            else ""
        )
        yield f"{work}{each}."
    if position.factor != 1:
        low, high = (end * position.factor for end in _ends(position))
        yield (
            f"Carried over from {count(len(position.reading))} reports: another such year may bring "
            f"{count(half_up(low))} to {count(half_up(high))} missed cases. That the year is alike is assumed."
        )
    few = [_GROUP[passport] for passport, group in position.groups.items() if not group.caught.enough]
    if few:
        yield f"{capital(joined(few))}: under 30 laundering cases, {TOO_FEW} of another year."


def _ends(position):
    missed = proportion(position.missed, position.laundering)
    return missed.low * position.laundering, missed.high * position.laundering


def _figure(position, sentence):
    title = f"Reports read {_ORDER_WORDS[position.order]}: laundering caught and missed, harmless customers examined"
    told = " ".join(
        f"{capital(_GROUP[passport])}: {_caught_words(group)}; harmless customers examined: {_per(group.examined)}."
        for passport, group in position.groups.items()
    )
    return svg.figure("capacity", 238, title, f"{sentence} {told}", _marks(position))


def _caught_words(group):
    return f"{half_up(group.caught.numerator)} of {half_up(group.caught.denominator)} caught"


def _per(estimate):
    return f"{_tenth(_PER * estimate.value)} of 10,000"


def _tenth(value):
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"


def _marks(position):
    yield svg.text(0, 16, "Laundering, of 100 cases", svg.NORMAL, bold=True)
    keys = (
        (lambda x: svg.area(x, 5, 22, 14, svg.BLUE), "caught"),
        (lambda x: svg.area(x, 5, 22, 14, svg.VERMILION), "missed"),
        (lambda x: svg.whisker(x, x + 22, 12, cap=3), "95% interval"),
    )
    yield svg.legend(240, 17, keys, 28, 24)
    yield svg.axis(_NAMES, 94, _LENGTH, 26, {place / 4: str(25 * place) for place in range(5)})
    for place, (passport, group) in enumerate(position.groups.items()):
        yield from _caught_bar(_GROUP[passport], group.caught, 28 + place * _ROW)
    yield svg.text(
        0, 136, "Harmless customers who are examined, of 10,000 customers of the group", svg.NORMAL, bold=True
    )
    end = max(_PER * group.examined.high for group in position.groups.values())
    ticks = svg.ticks(max(end, 1), 4)
    yield svg.axis(_NAMES, 212, _LENGTH, 144, {tick / ticks[-1]: f"{tick:,g}" for tick in ticks})
    for place, (passport, group) in enumerate(position.groups.items()):
        yield from _examined_bar(_GROUP[passport], group.examined, 146 + place * _ROW, ticks[-1])


def _name(words, y):
    return svg.text(_NAMES - 12, y + 19, capital(words), svg.SMALL, "end")


def _caught_bar(name, caught, y):
    yield _name(name, y)
    if not caught.denominator:
        yield svg.text(_NAMES + _LENGTH + 14, y + 19, "no case", svg.SMALL, fill=svg.GREY)
        return
    edge = _LENGTH * caught.value
    for x, width, ink in ((0, edge, svg.BLUE), (edge, _LENGTH - edge, svg.VERMILION)):
        if width > 0:
            yield svg.area(_NAMES + x, y + 3, width, 20, ink)
    ends = (_NAMES + _LENGTH * end for end in (caught.low, caught.high))
    yield svg.whisker(*ends, y + 27, svg.BLACK if caught.enough else svg.RULE, cap=3)
    missed = half_up(caught.denominator - caught.numerator)
    words = f"{count(missed)} of {count(half_up(caught.denominator))} missed"
    yield svg.text(_NAMES + _LENGTH + 14, y + 19, words, svg.SMALL, bold=True)


def _examined_bar(name, examined, y, end):
    yield _name(name, y)
    if examined.value:
        ink = svg.PURPLE if name == _GROUP[FOREIGN] else svg.PALE
        yield svg.area(_NAMES, y + 3, _LENGTH * _PER * examined.value / end, 20, ink)
    ends = (_NAMES + _LENGTH * _PER * each / end for each in (examined.low, examined.high))
    yield svg.whisker(*ends, y + 27, cap=3)
    words = f"{_tenth(_PER * examined.value)} ({count(half_up(examined.numerator))} people)"
    yield svg.text(_NAMES + _LENGTH + 14, y + 19, words, svg.SMALL, bold=True)


def _tables(position):
    columns = (
        "",
        "Laundering",
        "Caught",
        "Of 100, with 95% interval",
        "Harmless, read",
        "Of 100 harmless reports",
        "Of 10,000 customers",
    )
    rows = [
        (
            capital(_GROUP[passport]),
            count(half_up(group.caught.denominator)),
            count(half_up(group.caught.numerator)),
            _hundred(group.caught),
            count(half_up(group.examined.numerator)),
            _hundred(group.of_harmless),
            _per_with_interval(group.examined),
        )
        for passport, group in position.groups.items()
    ]
    places = _PLACE_WORDS[position.places].lower()
    read = f"{count(position.capacity)} reports read, {_ORDER_WORDS[position.order]}, {places}"
    caption = f"{read}; counts of these reports"
    return f"{table(caption, columns, rows)}\n{_orders_table(position)}"


def _per_with_interval(estimate):
    value, low, high = (_tenth(_PER * each) for each in estimate[:3])
    return f"{value} ({low} to {high})"


def _hundred(estimate):
    if not estimate.denominator:
        return ""
    return f"{share(estimate)} ({interval(estimate)})" if estimate.enough else TOO_FEW


def _orders_table(position):
    columns = (
        "Order",
        "Caught",
        "Missed",
        "Harmless, foreign",
        "Harmless, national",
        "Missed, of 100: more or fewer than in the order shown (95% interval)",
    )
    rows = []
    for name, reading in {position.order: position.reading, **position.others}.items():
        counted = reading.at(position.capacity)
        missed = position.missed_by(reading)
        rows.append(
            (
                capital(_ORDER_WORDS[name]),
                count(position.laundering - missed),
                count(missed),
                *(count(counted[passport].examined) for passport in (FOREIGN, NATIONAL)),
                "" if name == position.order else _compared(reading, position),
            )
        )
    return table("The same team in every order", columns, rows)


def _compared(reading, position):
    """Return how many more of 100 are missed than in the order shown: of the same cases, so the interval is paired."""
    found = reading.against(position.reading, position.capacity).difference
    value, low, high = (signed(half_up(100 * each)) for each in found[:3])
    return f"{value} ({low} to {high})"
