"""The candidate list probe: whom an officer names from a face search, and what a rule on evidence changes."""

from typing import NamedTuple

from workshop.domains.vision.candidates import (
    GALLERY,
    GROUPS,
    QUALITIES,
    Evidence,
    Reviewer,
    assumed_scores,
    review,
)
from workshop.probes import svg
from workshop.probes.controls import Choice, Slider, Toggle
from workshop.probes.html import Picture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, count, half_up, joined

SEARCHES = 1000
_LENGTHS = (1, 2, 3, 5, 10, 20, 50)
_TENS = tuple(range(0, 101, 10))
_BAR, _TITLE, _KEY, _GAP = 30, 20, 20, 16  # pixels
_PALE_BLUE = svg.RAMP[0]
_HATCHED = svg.PALE._replace(hatch="/", strokes=svg.PALE.edge)


class _Part(NamedTuple):
    """A part of 1,000 searches."""

    words: str
    number: int
    ink: svg.Ink


def candidates(*, gallery=GALLERY, false_match=0.1, false_non_match=0.2, clears=0.9, confirms=0.9):
    """Show what an officer makes of a face search's list of candidates: a simulation of stated assumptions.

    Parameters
    ----------
    gallery : int, default 100,000
        Pictures in the gallery.
    false_match, false_non_match : float
        How often the officer, when comparing, takes a wrong candidate for the wanted person, or passes the wanted
        person over.
    clears, confirms : float
        With the rule "no arrest on the list alone": how often independent evidence clears an innocent person, and is
        found against the right one.

    Returns
    -------
    Probe
        Controls trust (of 100 lists, on how many the first name is taken without comparing), quality (of the picture),
        absent (of 100 searches, in how many the wanted person is not in the gallery), length (of the list), rule, and
        group (of the person in the picture).

    Raises
    ------
    ValueError
        If the gallery is no whole number from 1 to 100 million, or a share is not between 0 and 1.

    Notes
    -----
    The numbers are expectations in closed form (`workshop.domains.vision.candidates.review`): the same position always
    shows the same. The assumptions on scores are `QUALITIES` and `GROUPS` there.
    """
    rates = {
        (quality, group): assumed_scores(quality, group).identification_rates(gallery, _LENGTHS[-1])
        for quality in QUALITIES
        for group in GROUPS
    }
    evidence = Evidence(clears, confirms)
    Reviewer(0.0, false_match, false_non_match)  # refuses a bad number at once

    def outcomes(trust, quality, absent, length, rule, group):
        reviewer = Reviewer(trust / 100, false_match, false_non_match)
        found = rates[quality, group][:length]
        return found, review(found, absent / 100, reviewer, evidence if rule else None)

    def draw(**position):
        return _picture(_Position(position, outcomes))

    controls = (
        Slider("trust", "Takes the first name without comparing", _TENS, 50, "{} of 100 times".format),
        Slider("quality", "Picture that is searched", tuple(reversed(QUALITIES)), "dim camera still"),
        Slider("absent", "Wanted person is not in the gallery", _TENS, 50, "{} of 100 searches".format),
        Slider("length", "Names on the list", _LENGTHS, 5),
        Choice("group", "Person in the picture", tuple(GROUPS), next(iter(GROUPS)), _group_words),
        Toggle("rule", "Rule: no arrest on the list alone", (False, True), False),
    )
    return Probe(
        "From a list of candidates to a name",
        controls,
        draw,
        _caption(gallery, false_match, false_non_match, evidence),
    )


def _group_words(group):
    return (
        capital(group) if not GROUPS[group] else f"{capital(group)}: strangers look more alike to the system"
    )


def _of(share):
    """Return a share as a number of 100 in words, one decimal where it needs it."""
    return f"{100 * share:.3g} of 100"


def _caption(gallery, false_match, false_non_match, evidence):
    return (
        f"A simulation of assumptions; no product and no officer was measured. Gallery: {count(gallery, 'pictures')}. "
        f"An officer who compares takes {_of(false_match)} wrong candidates for the wanted person and passes over "
        f"{_of(false_non_match)} right ones. Evidence clears {_of(evidence.clears)} innocent people and is found "
        f"against {_of(evidence.confirms)} right ones. The system always returns a list."
    )


class _Position:
    """Everything that one position shows, as whole numbers of 1,000 searches.

    Attributes
    ----------
    listed : list of _Part
        Where the wanted person is.
    named : list of _Part
        Whom the officer names.
    after : list of _Part
        What evidence makes of them; empty without the rule.
    """

    def __init__(self, position, outcomes):
        self.position, self.outcomes = position, outcomes
        self.rates, self.outcome = outcomes(**position)
        self.rule = position["rule"]
        self.right, self.wrong, self.nobody = self._whom()
        self.listed, self.named = self._listed(), self._named()
        self.after = self._after() if self.rule else []

    def _whom(self, **change):
        """Return how often the officer names the right person, a wrong one and nobody, evidence aside."""
        outcome = self.outcomes(**(self.position | {"rule": False} | change))[1]
        return _whole([outcome.right, outcome.wrong, outcome.nobody])

    def _listed(self):
        present, length = 1 - self.position["absent"] / 100, self.position["length"]
        first, last = float(self.rates[0]), float(self.rates[-1])
        shares = [present * first, present * (last - first), present * (1 - last), 1 - present]
        numbers = _whole(shares)
        return [
            _Part("first on the list", numbers[0], svg.BLUE),
            _Part(f"further down ({length} names)", numbers[1], _PALE_BLUE),
            _Part("in the gallery, not listed", numbers[2], _HATCHED),
            _Part("not in the gallery", numbers[3], svg.PALE),
        ]

    def _named(self):
        return [
            _Part("right person", self.right, svg.BLUE),
            _Part("wrong person: innocent", self.wrong, svg.VERMILION),
            _Part("nobody named", self.nobody, svg.PALE),
        ]

    def _after(self):
        proven, cleared = (
            min(half_up(SEARCHES * share), most)
            for share, most in ((self.outcome.right, self.right), (self.outcome.cleared, self.wrong))
        )
        return [
            _Part("right person, proven", proven, svg.BLUE),
            _Part("right person, not proven", self.right - proven, _PALE_BLUE),
            _Part("innocent, cleared", cleared, svg.PURPLE),
            _Part("innocent, not cleared", self.wrong - cleared, svg.VERMILION),
            _Part("nobody named", self.nobody, svg.PALE),
        ]

    def wrong_at(self, **change):
        """Return how many innocent people are named in 1,000 searches at another position, evidence aside."""
        return self._whom(**change)[1]

    @property
    def bars(self):
        """The bars from top to bottom, with what each says."""
        bars = {
            "Where the wanted person is": self.listed,
            "Whom the officer names": self.named,
            "After the search for independent evidence": self.after,
        }
        return {title: parts for title, parts in bars.items() if parts}


def _whole(shares):
    """Return shares as whole numbers of 1,000 that add up to it: the largest remainders are rounded up."""
    exact = [SEARCHES * share for share in shares]
    numbers = [int(each + 1e-9) for each in exact]
    order = sorted(range(len(exact)), key=lambda place: numbers[place] - exact[place])
    for place in order[: SEARCHES - sum(numbers)]:
        numbers[place] += 1
    return numbers


def _picture(position):
    sentence = _sentence(position)
    drawn, height = _marks(position)
    title = f"What becomes of {count(SEARCHES)} face searches"
    described = " ".join(
        f"{name}: {', '.join(f'{part.words} {count(part.number)}' for part in parts)}."
        for name, parts in position.bars.items()
    )
    return Picture(
        sentence,
        svg.figure("candidates", height, title, f"{sentence} {described}", drawn),
        bullets(_said(position)),
        _tables(position),
    )


def _sentence(position):
    people = "person" if position.wrong == 1 else "people"
    said = (
        f"In {count(SEARCHES)} searches this officer names the right person {count(position.right)} times and "
        f"{count(position.wrong)} innocent {people}."
    )
    if not position.rule:
        return f"{said} Everybody who is named can be arrested."
    left = position.after[3].number
    return f"{said} Evidence clears {count(position.wrong - left)}; {count(left)} can still be arrested."


def _said(position):
    always, never = (position.wrong_at(trust=trust) for trust in (100, 0))
    yield (
        f"Innocent people named in {count(SEARCHES)} searches, if the officer always takes the first name: "
        f"{count(always)}; if the officer always compares: {count(never)}."
    )
    named = [f"{count(position.wrong_at(group=group))} for {group}" for group in GROUPS]
    yield f"Innocent people this officer names in {count(SEARCHES)} searches for people of each group: {joined(named)}."
    if position.rule:
        yield f"{_cost(position.after[1].number)}an innocent person who is cleared was still looked into."


def _cost(unproven):
    """Return the beginning of what the rule costs: how often the right person is named in vain, if that happens."""
    if not unproven:
        return "The rule costs something: "
    times = "once" if unproven == 1 else f"{count(unproven)} times"
    return f"The rule costs something: {times} the right person is named and nothing else is found. And "


def _tables(position):
    rows = [
        (part.words, title, count(part.number)) for title, parts in position.bars.items() for part in parts
    ]
    return table(f"Of {count(SEARCHES)} searches", ("", "", "Searches"), rows)


def _marks(position):
    """Return the marks of all bars, and the height they need."""
    drawn, y = [], 0
    for title, parts in position.bars.items():
        drawn.append(svg.text(0, y + 14, f"{title}, of {count(SEARCHES)} searches", svg.NORMAL, bold=True))
        y += _TITLE
        x = 0.0
        for part in parts:
            wide = (svg.WIDTH - 2) * part.number / SEARCHES
            if part.number:
                drawn.append(svg.area(x + 1, y, wide, _BAR, part.ink, count(part.number), svg.LARGE))
            x += wide
        y += _BAR + 6
        keys, y = _keys(parts, y)
        drawn += keys
        y += _GAP
    return drawn, y - _GAP + 4


def _keys(parts, y):
    """Return what the inks of a bar mean, in as many lines as they need, and where the next bar may begin."""
    drawn, x = [], 0
    for part in parts:
        words = f"{part.words}: {count(part.number)}"
        wide = 20 + svg.text_width(words, svg.SMALL)
        if x and x + wide > svg.WIDTH:
            x, y = 0, y + _KEY
        drawn.append(svg.area(x + 1, y + 1, 13, 13, part.ink))
        drawn.append(svg.text(x + 20, y + 12, words, svg.SMALL))
        x += wide + 16
    return drawn, y + _KEY
