"""Few people who are looked for, a large crowd: what a small error rate does."""

import itertools
from typing import NamedTuple

from workshop.probes import svg
from workshop.probes.controls import Choice, Slider
from workshop.probes.html import Picture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, half_up, one_in

_PREVALENCES = (2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
_SENSITIVITIES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0)
_FALSE_POSITIVE_RATES = (0.0, 0.0001, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3)
_CROWDS = (100, 1_000, 10_000, 100_000, 1_000_000)
_ICONS, _COLUMNS = 150, 30
_LEFT, _BAR = 8, 744  # pixels
_NOTHING = 1e-6  # people; binary rounding dust is smaller


def base_rate(
    sensitivity=0.99,
    false_positive_rate=0.01,
    prevalence=1 / 1000,
    crowd=10_000,
    *,
    people="people",
    target="on the list",
    positive="flagged",
):
    """Show how many people a search flags rightly and wrongly when few of a crowd are looked for.

    Parameters
    ----------
    sensitivity : float, default 0.99
        Share of those looked for who are flagged, from 0 to 1.
    false_positive_rate : float, default 0.01
        Share of all others who are flagged, from 0 to 1.
    prevalence : float, default 0.001
        Share of the crowd that is looked for, above 0 and below 1.
    crowd : int, default 10,000
        People, from 1 to 100 million.
    people, target, positive : str
        Words for the crowd ("people"), for those looked for ("on the list") and for the decision ("flagged").

    Returns
    -------
    Probe
        Controls prevalence, sensitivity, false_positive_rate and crowd.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """
    _check_share("sensitivity", sensitivity)
    _check_share("false_positive_rate", false_positive_rate)
    _check_share("prevalence", prevalence)
    if prevalence in (0, 1):
        raise ValueError(f"prevalence is {prevalence}; give a share above 0 and below 1, for instance 0.001.")
    if not 1 <= crowd <= 100_000_000 or crowd != int(crowd):
        raise ValueError(f"crowd is {crowd}; give a whole number of people from 1 to 100,000,000.")
    prevalences = sorted({prevalence, *(1 / denominator for denominator in _PREVALENCES)}, reverse=True)
    controls = (
        Slider("prevalence", f"How many are {target}", tuple(prevalences), prevalence, _one_in_exactly),
        Slider(
            "sensitivity",
            f"Sensitivity: {positive}, of those {target}",
            tuple(sorted({sensitivity, *_SENSITIVITIES})),
            sensitivity,
            _percent,
        ),
        Slider(
            "false_positive_rate",
            f"False positive rate: {positive}, of all others",
            tuple(sorted({false_positive_rate, *_FALSE_POSITIVE_RATES})),
            false_positive_rate,
            _percent,
        ),
        Choice(
            "crowd",
            "Size of the crowd",
            tuple(sorted({int(crowd), *_CROWDS})),
            int(crowd),
            f"{{:,}} {people}".format,
        ),
    )
    words = {"people": people, "target": target, "positive": positive}

    def draw(**parameters):
        return _picture(words, **parameters)

    return Probe(
        f"Base rates: who is {positive} in a crowd",
        controls,
        draw,
        "Expected numbers, computed from the four settings. In real use the numbers vary from day to day.",
    )


def _check_share(name, share):
    if not 0 <= share <= 1:
        raise ValueError(f"{name} is {share}; give a share from 0 to 1, for instance 0.01.")


def _percent(share):
    return f"{share * 100:.6g}%"


def _one_in_exactly(share):
    return f"1 in {1 / share:,.6g}"


def expected(prevalence, sensitivity, false_positive_rate, crowd):
    """Return the expected people: flagged rightly, missed, flagged wrongly, rightly left alone (floats)."""
    listed = crowd * prevalence
    others = crowd - listed
    return (
        listed * sensitivity,
        listed * (1 - sensitivity),
        others * false_positive_rate,
        others * (1 - false_positive_rate),
    )


class _Numbers(NamedTuple):
    """Expected people as whole numbers that add up, each with its exact value."""

    right: tuple[int, float]
    missed: tuple[int, float]
    wrong: tuple[int, float]
    left: tuple[int, float]


def _whole(exact, crowd):
    """Return the expected numbers rounded so that rows and columns of the table add up."""
    right, missed, wrong, left = exact
    listed = half_up(right + missed)
    whole_right = min(half_up(right), listed)
    whole_wrong = min(half_up(wrong), crowd - listed)
    return _Numbers(
        (whole_right, right),
        (listed - whole_right, missed),
        (whole_wrong, wrong),
        (crowd - listed - whole_wrong, left),
    )


def _plus(*parts):
    return sum(whole for whole, _ in parts), sum(exact for _, exact in parts)


def _about(part):
    """Return an expected number in words; what is rounded says so."""
    whole, exact = part
    if whole == 0:
        return "fewer than 1" if exact > _NOTHING else "0"
    return f"{whole:,}" if abs(exact - whole) < _NOTHING else f"about {whole:,}"


def _picture(words, prevalence, sensitivity, false_positive_rate, crowd):
    exact = expected(prevalence, sensitivity, false_positive_rate, crowd)
    numbers = _whole(exact, crowd)
    sentence = _sentence(words, numbers)
    return Picture(
        sentence, _figure(words, numbers, sentence), _aside(words, numbers), _table(words, numbers)
    )


def _sentence(words, numbers):
    flagged = _plus(numbers.right, numbers.wrong)
    if flagged[1] <= _NOTHING:
        return f"Nobody is {words['positive']}."
    if flagged[0] == 0:
        return f"Fewer than 1 of the {words['people']} is {words['positive']}."
    share = one_in(numbers.right[1] / flagged[1])
    said = _about(numbers.right)
    verb = "is" if said in ("1", "about 1", "fewer than 1") else "are"
    return f"Of {_about(flagged)} {words['people']} {words['positive']}, {said} {verb} {words['target']}: {share}."


def _aside(words, numbers):
    people, target, positive = words["people"], words["target"], words["positive"]
    return bullets(
        [
            f"{capital(positive)} wrongly: {_about(numbers.wrong)} {people} who are not {target}. "
            "Each of them can be stopped or questioned for nothing.",
            f"Missed: {_about(numbers.missed)} of {_about(_plus(numbers.right, numbers.missed))} {people} {target}.",
        ]
    )


def _table(words, numbers):
    target, positive = words["target"], words["positive"]
    rows = (
        (capital(target), numbers.right, numbers.missed),
        (f"Not {target}", numbers.wrong, numbers.left),
        ("Everybody", _plus(numbers.right, numbers.wrong), _plus(numbers.missed, numbers.left)),
    )
    return table(
        f"Expected numbers of {words['people']}",
        (capital(words["people"]), capital(positive), f"Not {positive}", "Together"),
        [(name, *(capital(_about(part)) for part in (yes, no, _plus(yes, no)))) for name, yes, no in rows],
    )


def _figure(words, numbers, sentence):
    people, target, positive = words["people"], words["target"], words["positive"]
    listed, others = _plus(numbers.right, numbers.missed), _plus(numbers.wrong, numbers.left)
    flagged = _plus(numbers.right, numbers.wrong)
    share = listed[1] / (listed[1] + others[1])
    split = max(share * _BAR, 2)
    half = svg.WIDTH / 2 - 20
    marks = [
        _fitted(_LEFT, 18, f"The crowd: {_about(_plus(listed, others))} {people}", _BAR, True),
        svg.area(_LEFT + split, 28, _BAR - split, 24, svg.PALE),
        svg.area(_LEFT, 28, split, 24, svg.BLUE),
        _fitted(_LEFT, 72, f"{_about(listed)} {target}", half),
        _fitted(_LEFT + _BAR, 72, f"{_about(others)} not {target}", half, anchor="end"),
        _fitted(_LEFT, 112, f"{capital(positive)}: {_about(flagged)} {people}", _BAR, True),
        _icons(_LEFT, 120, 1, svg.BLUE),
        _fitted(_LEFT + 24, 140, f"{_about(numbers.right)} {target}, {positive} rightly", half - 24),
        _icons(_LEFT + half + 20, 120, 1, svg.WHITE_VERMILION),
        _fitted(
            _LEFT + half + 44, 140, f"{_about(numbers.wrong)} not {target}, {positive} wrongly", half - 24
        ),
        *_crowd_of_icons(numbers.right[0], numbers.wrong[0], people),
    ]
    title = f"{capital(people)} who are {positive}, rightly and wrongly"
    return svg.figure("base-rate", 342, title, sentence, marks)


def _fitted(x, y, content, width, bold=False, anchor="start"):
    return svg.text(x, y, svg.shortened(content, width, svg.NORMAL, bold), bold=bold, anchor=anchor)


def _crowd_of_icons(right, wrong, people):
    """Return one drawn person for each flagged one, or for so many that they fit."""
    worth = next(step for step in _round_steps() if -(-(right + wrong) // step) <= _ICONS)
    solid, hollow = half_up(right / worth), half_up(wrong / worth)
    note = f"One drawn person stands for {f'{worth:,} {people}' if worth > 1 else 'one person'}."
    if right and not solid:
        note += f" The {right:,} flagged rightly are too few to draw."
    return (
        _icons(_LEFT, 160, solid, svg.BLUE),
        _icons(_LEFT, 160, hollow, svg.WHITE_VERMILION, solid),
        _fitted(_LEFT, 334, note, _BAR) if right + wrong else "",
    )


def _round_steps():
    """Yield 1, 2, 5, 10, 20, 50 and so on."""
    for power in itertools.count():
        for lead in (1, 2, 5):
            yield lead * 10**power


def _icons(x, y, number, ink, after=0):
    """Return so many drawn people in rows, behind `after` others."""
    places = (divmod(place, _COLUMNS) for place in range(after, after + number))
    path = "".join(svg.person(x + column * 25, y + row * 31) for row, column in places)
    return f'<path d="{path}" fill="{ink.fill}" stroke="{ink.edge}" stroke-width="1.5"/>' if path else ""
