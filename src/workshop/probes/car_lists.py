"""Lists of likeliest car models: how often the right one is first, further down or nowhere, and what trust costs."""

from functools import partial

from workshop.domains.vision.car_models import EVERY, LONGEST, CarLists
from workshop.probes import svg
from workshop.probes.before_now import TOO_FEW
from workshop.probes.controls import Choice, Slider
from workshop.probes.html import Picture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, count, half_up, interval, share

_LIGHT_WORDS = {EVERY: "all pictures", "day": "by day", "dusk": "at dusk", "night": "at night"}
_SURE = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9)
_PARTS = (
    ("first", "right model first", svg.BLUE),
    ("further_down", "further down the list", svg.RAMP[0]),
    ("not_listed", "in the catalogue, not listed", svg.PALE._replace(hatch="/", strokes=svg.PALE.edge)),
    ("not_in_catalogue", "not in the catalogue", svg.VERMILION),
)
_NAMES, _LENGTH, _ROW, _TOP = 110, 400, 44, 62  # pixels
_CAPTION = (
    "Bars count these pictures. Lines: 95% interval of how often the right model is on the list. A list always comes, "
    "also for a car that the catalogue lacks."
)


def top_five(pictures, *, length=5, light=EVERY):
    """Show where the right car model is on a list of likeliest ones, and what it costs to trust the first.

    Parameters
    ----------
    pictures : pandas.DataFrame
        As ``load("car_models")`` returns it.
    length : int, default 5
        Models on the list at first, from 1 to 10.
    light : str, default "all"
        The light that is told at first: "all", "day", "dusk" or "night".

    Returns
    -------
    Probe
        Controls length (of the list), light (that the sentence tells) and at_least (only lists of whose first model
        the machine says it is so sure, as a share of 1).

    Raises
    ------
    ValueError
        If the table lacks something, or the length or the light is none of those.
    """
    lists = CarLists(pictures)
    controls = (
        Slider("length", "Car models on the list", tuple(range(1, LONGEST + 1)), length),
        Choice("light", "Light", lists.lights, light, lambda each: capital(_LIGHT_WORDS[each])),
        Slider(
            "at_least",
            "Only if the machine says it is this sure of the first",
            _SURE,
            0.0,
            _sure_words,
            folded=True,
        ),
    )

    def draw(length, light, at_least):
        return _picture(_Position(lists, length, light, at_least))

    return Probe("The likeliest car models, and trust in the first", controls, draw, _CAPTION)


def _sure_words(at_least):
    return f"{100 * at_least:.0f} of 100 or more" if at_least else "however sure"


class _Position:
    """Everything that one position shows."""

    def __init__(self, lists, length, light, at_least):
        self.length, self.light, self.at_least = length, light, at_least
        self.rows = {each: lists.listed(length, each, at_least) for each in lists.lights}
        self.sure = {each: lists.said(each, at_least) for each in lists.lights}
        self.told = self.rows[light]


def _picture(position):
    sentence = _sentence(position)
    title = f"Where the right car model is on lists of {position.length}, by light"
    described = " ".join(_described(light, row) for light, row in position.rows.items())
    height = _TOP + len(position.rows) * _ROW + 24
    drawn = svg.figure("top-five", height, title, f"{sentence} {described}", _marks(position))
    return Picture(sentence, drawn, bullets(_said(position)), _table(position))


def _described(light, row):
    parts = ", ".join(f"{words} {count(getattr(row, name))}" for name, words, _ in _PARTS)
    return f"{capital(_LIGHT_WORDS[light])}: {parts}."


def _sentence(position):
    row, where = position.told, capital(_LIGHT_WORDS[position.light])
    if not row.pictures:
        return f"{where}: the machine is never so sure. No list is left to look at."
    missing = row.pictures - row.on_the_list
    return (
        f"{where}: of {count(row.pictures)} lists, the right model is first on {count(row.first)}, and on no place of "
        f"{count(missing)}. An officer who takes the first without looking goes after the wrong cars "
        f"{count(row.wrong_first)} times."
    )


def _said(position):
    row = position.told
    if not row.pictures:
        return
    if row.pictures < 30:
        yield f"{count(row.pictures)} lists: {TOO_FEW} of other pictures."
    right = row.share(row.first)
    said = half_up(100 * position.sure[position.light])
    yield (
        f"How sure? Of its first model the machine says {said} of 100 on average. It is right "
        f"{share(right)} times of 100 ({interval(right)})."
    )
    listed = row.share(row.on_the_list)
    yield (
        f"Right model on the list of {position.length}: {share(listed)} times of 100 ({interval(listed)}). The longer "
        "the list, the more models an officer must compare with each picture."
    )
    yield (
        f"{count(row.not_in_catalogue)} cars are of a model that the catalogue lacks. A longer list never helps there: "
        "the officer must be able to say “none of these”."
    )


def _marks(position):
    yield svg.text(0, 14, "Of 100 lists, where is the right model?", svg.NORMAL, bold=True)
    keys = [(partial(svg.area, y=25, width=20, height=13, ink=ink), words) for _, words, ink in _PARTS]
    yield svg.legend(0, 36, keys, 26, 16)
    bottom = _TOP + len(position.rows) * _ROW
    yield svg.axis(_NAMES, bottom, _LENGTH, _TOP - 6, {place / 4: str(25 * place) for place in range(5)})
    for place, (light, row) in enumerate(position.rows.items()):
        yield from _bar(light, row, _TOP + place * _ROW, light == position.light)


def _bar(light, row, y, chosen):
    yield svg.text(_NAMES - 12, y + 19, capital(_LIGHT_WORDS[light]), svg.SMALL, "end", chosen)
    beside = _NAMES + _LENGTH + 14
    if not row.pictures:
        yield svg.text(beside, y + 19, "no list", svg.SMALL, fill=svg.GREY)
        return
    x = _NAMES
    for name, _, ink in _PARTS:
        number = getattr(row, name)
        wide = _LENGTH * number / row.pictures
        if number:
            yield svg.area(x, y, wide, 26, ink, count(number))
        x += wide
    listed = row.share(row.on_the_list)
    ends = (_NAMES + _LENGTH * end for end in (listed.low, listed.high))
    yield svg.whisker(*ends, y + 32, svg.BLACK if listed.enough else svg.RULE, cap=3)
    words = f"on the list: {count(row.on_the_list)} of {count(row.pictures)}"
    yield svg.text(beside, y + 19, words, svg.SMALL, bold=chosen)


def _table(position):
    columns = ("", *(capital(words) for _, words, _ in _PARTS), "First right, of 100", "Machine says, of 100")
    rows = [
        (
            capital(_LIGHT_WORDS[light]),
            *(count(getattr(row, name)) for name, _, _ in _PARTS),
            *_sureness(row, position.sure[light]),
        )
        for light, row in position.rows.items()
    ]
    limit = f", machine {_sure_words(position.at_least)} sure" if position.at_least else ""
    return table(f"Lists of {position.length}{limit}", columns, rows)


def _sureness(row, sure):
    if not row.pictures:
        return "", ""
    right = row.share(row.first)
    first = f"{share(right)} ({interval(right)})" if right.enough else TOO_FEW
    return first, str(half_up(100 * sure))
