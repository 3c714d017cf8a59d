"""The intersection probe: whom a system that names a gender gets wrong, by crossings of race, gender and age."""

from collections.abc import Mapping

from workshop.audit import Estimate, estimates, paired, wilson
from workshop.audit.intervals import newcombe_difference
from workshop.domains.vision.crossings import (
    ERRORS,
    at_least_as_sure,
    confidence_bands,
    crossed,
    error_rates,
    paired_differences,
)
from workshop.probes import svg
from workshop.probes.controls import Choice, Slider
from workshop.probes.html import Picture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.words import (
    capital,
    count,
    ends,
    half_up,
    interval,
    isolated,
    of_hundred,
    share,
    signed,
)

_SYSTEMS = {"deepface": "DeepFace", "facellm": "FaceLLM"}
_CROSSINGS = {
    "race": ("race",),
    "gender": ("gender",),
    "age": ("age",),
    "race and gender": ("race", "gender"),
    "race and age": ("race", "age"),
    "gender and age": ("gender", "age"),
    "race, gender and age": ("race", "gender", "age"),
}
_ERROR_WORDS = {
    "wrong": "Wrong, of all pictures",
    "female called male": "Called male, of those labelled female",
    "male called female": "Called female, of those labelled male",
}
_DOES = {"wrong": "is wrong on", "female called male": "calls", "male called female": "calls"}
_WHAT = {
    "wrong": "pictures",
    "female called male": "pictures labelled female “male”",
    "male called female": "pictures labelled male “female”",
}
_LABEL_WORDS = {
    "Female": "female",
    "Male": "male",
    "Latino_Hispanic": "Latino or Hispanic",
    "more than 70": "over 70",
}
_ANY = None
_MOST, _WIDE_UP_TO, _WIDE, _CLOSE = 18, 14, 22, 18  # rows, and their height in pixels
_NAMES, _LENGTH, _TOP, _LEGEND = 250, 330, 40, 12  # pixels
_CAPTION = (
    "“Wrong”: not what FairFace's annotators perceived; nobody asked the persons. One student's run on pictures cut "
    "tightly round the face: it shows how to audit, and is no verdict on a product. Of many groups the worst looks "
    "worse than it is, partly by chance. A gender read from a face is a guess and describes nobody."
)


def crossings(predictions, *, system=None, by="race and gender", names=None):
    """Show whom a system that calls faces female or male gets wrong, group by group, beside another system.

    Parameters
    ----------
    predictions : pandas.DataFrame
        One row a picture, as ``load("face_gender_predictions")`` returns it: columns race, gender, age (what people
        perceived) and one for each of two systems.
    system : str, optional
        The system that is shown first; the first of `names` by default.
    by : str, default "race and gender"
        The groups that are shown first: "race", "gender", "age", two of them ("race and gender", "race and age",
        "gender and age") or "race, gender and age".
    names : mapping of str to str, optional
        The columns of the two systems and what to call them; {"deepface": "DeepFace", "facellm": "FaceLLM"} by default.

    Returns
    -------
    Probe
        Controls system; by ("race", "race and gender" and so on); what ("wrong", "female called male", "male called
        female"); and, if a system has a column of confidence (``deepface_confidence``), sure: only pictures on which it
        was at least that sure (a band, or None for all).

    Raises
    ------
    ValueError
        If the table cannot be counted (see `workshop.domains.vision.crossings.error_rates`), there are not two
        systems, or `by` names no groups.

    Notes
    -----
    Groups under 30 pictures are marked as too few to tell; no sentence speaks of them. Where there are more groups than
    a slide holds, the worst and the best are drawn and the table holds all that are large enough. The interval beside a
    group is its own; a group is only called the worst if that holds at a confidence that allows for the number of
    comparisons (Bonferroni).
    """
    named = _named(names)
    first = next(iter(named)) if system is None else system
    for each in named:
        error_rates(predictions, each, _CROSSINGS["race, gender and age"])  # refuses a bad table at once
    controls = [
        Choice("system", "The system", tuple(named), first, named.get),
        Choice("by", "Groups by", tuple(_CROSSINGS), by, capital),
        Choice("what", "Which errors", ERRORS, ERRORS[0], _ERROR_WORDS.get),
    ]
    confident = next((each for each in named if f"{each}_confidence" in predictions), None)
    if confident:
        bands = confidence_bands(predictions, confident).cat.categories.tolist()
        label = f"Only where {named[confident]} was at least so sure"
        controls.append(
            Slider("sure", label, (_ANY, *bands[1:]), _ANY, _sure_words, shown_if=("system", confident))
        )

    def draw(system, by, what, sure=_ANY):
        if system != confident:
            sure = _ANY  # nobody asked the other system how sure it was
        chosen = predictions if sure is _ANY else predictions[at_least_as_sure(predictions, sure, system)]
        return _picture(_Position(chosen, named, system, _CROSSINGS[by], what, sure))

    return Probe("Whom the system gets wrong: crossings of race, gender and age", controls, draw, _CAPTION)


def _named(names):
    given = _SYSTEMS if names is None else names
    if not isinstance(given, Mapping) or len(given) != 2:
        raise ValueError(
            'names must be a dict of two systems: {"deepface": "DeepFace", "facellm": "FaceLLM"}.'
        )
    return {system: isolated(name) for system, name in given.items()}


def _sure_words(band):
    return "any" if band is _ANY else f"{_lowest(band)} or more"


def _lowest(band):
    """Return where a band begins, in words: "0.9" of "0.9 to 0.95"."""
    return band.split()[0]


def _group_words(group):
    """Return a group's labels as words."""
    return isolated(", ".join(_LABEL_WORDS.get(part, part) for part in group.split(", ")))


class _Position:
    """Everything that one position shows.

    Attributes
    ----------
    rows : dict of str to Estimate
        Errors of the chosen system by group: the worst first, those too few to tell last.
    total : Estimate
        Over all pictures.
    other : dict of str to Estimate
        Errors of the other system on the same pictures.
    paired : dict of str to Paired
        The other system minus the chosen one.
    """

    def __init__(self, predictions, named, system, by, what, sure):
        self.system, self.other_system = system, next(each for each in named if each != system)
        self.name, self.other_name = named[system], named[self.other_system]
        self.what, self.sure, self.pictures = what, sure, len(predictions)
        joined = predictions.assign(group=crossed(predictions, by))  # crossed once, for both systems
        self.rows = estimates(error_rates(joined, system, "group", what))
        self.other = estimates(error_rates(joined, self.other_system, "group", what))
        self.total = _only(estimates(error_rates(joined, system, (), what)))
        self.paired = paired_differences(joined, self.other_system, system, "group", what)
        self.paired_total = _only(paired_differences(joined, self.other_system, system, (), what)).difference

    @property
    def large(self):
        """The groups with enough pictures, the worst first."""
        return [group for group, row in self.rows.items() if row.enough]

    @property
    def small(self):
        """The groups with too few."""
        return [group for group, row in self.rows.items() if not row.enough]

    @property
    def few_words(self):
        """How many groups are too small, in words."""
        groups = "1 group has" if len(self.small) == 1 else f"{count(len(self.small))} groups have"
        pictures = int(sum(self.rows[group].denominator for group in self.small))
        return f"{groups} fewer than 30 pictures ({count(pictures)} in all)"

    @property
    def clear(self):
        """Whether the worst group's errors are more than the best one's by more than chance."""
        groups = len(self.large)
        confidence = _confidence(groups * (groups - 1) // 2)
        worst, best = (_at_confidence(self.rows[self.large[place]], confidence) for place in (0, -1))
        return newcombe_difference(worst, best)[0] > 0

    @property
    def turned(self):
        """The large group for which the other system does most the opposite of what it does overall, or None."""
        if self.paired_total.low <= 0 <= self.paired_total.high:
            return None
        sign, confidence = (-1 if self.paired_total.value > 0 else 1), _confidence(len(self.large))
        gaps = {group: paired(*self.paired[group][1:], confidence).difference for group in self.large}
        against = {
            group: sign * gap.value for group, gap in gaps.items() if min(sign * gap.low, sign * gap.high) > 0
        }
        return max(against, key=against.get, default=None)


def _confidence(comparisons):
    """Return the confidence at which the most extreme of so many comparisons is told (Bonferroni).

    The worst of many groups is partly the worst by chance; at 95% for each, some group would nearly always stand out.
    """
    return 1 - 0.05 / max(1, comparisons)


def _at_confidence(estimate, confidence):
    low, high = wilson(estimate.numerator, estimate.denominator, confidence)
    return estimate._replace(low=low, high=high)


def _only(found):
    return next(iter(found.values()))


def _picture(position):
    sentence = _sentence(position)
    rows = _rows(position)
    height = _TOP + len(rows) * _height(rows) + 28
    title = f"{_ERROR_WORDS[position.what]}: {position.name}, of 100 pictures"
    told = [f"{_group_words(group)}: {_told(position.rows[group])}." for group in position.large]
    described = " ".join([sentence, *told])
    drawn = svg.figure("crossings", height, title, described, _marks(position, rows))
    return Picture(sentence, drawn, bullets(_said(position)), _table(title, position))


def _told(estimate):
    return f"{share(estimate)} of 100 ({interval(estimate)})"


def _sentence(position):
    total = position.total
    start = "" if position.sure is _ANY else f"At least {_lowest(position.sure)} sure: "
    start += f"{position.name} {_DOES[position.what]} {share(total)} of 100 {_WHAT[position.what]}."
    if not position.large:
        return f"{start} By group: too few to tell."
    worst, best = position.large[0], position.large[-1]
    if worst == best:
        return start
    if not position.clear:
        return f"{start} No group here clearly bears more of these errors than another."
    return (
        f"{start} Worst for those labelled {_group_words(worst)}: {_told(position.rows[worst])}. "
        f"Best for {_group_words(best)}: {_told(position.rows[best])}."
    )


def _said(position):
    """Say who bears the errors, what the other system does to whom, and whom nobody can speak of."""
    if len(position.large) > 1 and position.clear:
        yield _who_bears(position)
    yield _other_system(position)
    if position.small:
        yield f"{capital(position.few_words)}: too few to tell. That is no sign that all is well with them."


def _who_bears(position):
    group, total = position.large[0], position.total
    errors, pictures = position.rows[group].numerator, position.rows[group].denominator
    borne = Estimate(
        errors / total.numerator, *wilson(errors, total.numerator), errors, total.numerator, True
    )
    return (
        f"Who bears them: {_group_words(group)} is the label of {of_hundred(pictures, total.denominator)} of 100 of "
        f"these pictures, but of {_told(borne)} of the errors."
    )


def _other_system(position):
    said = f"{position.other_name}, on the same pictures: {_gap_words(position.paired_total)}"
    group = position.turned
    if group is None:
        return f"{said}."
    turned = position.paired[group].difference
    harm = "the better average moves the harm to others" if turned.value > 0 else "not for everybody, then"
    return f"{said}. But for {_group_words(group)} {_gap_words(turned)}: {harm}."


def _gap_words(gap):
    """Return a difference of two systems in words: "20 fewer errors in 100 pictures (18 to 22)".

    Counted in pictures, so that nobody takes it for a part of the errors.
    """
    if gap.low <= 0 <= gap.high:
        return "no clear difference"
    near, far = sorted((100 * abs(gap.low), 100 * abs(gap.high)))
    value = half_up(100 * abs(gap.value))
    much = f"{value} {'more' if gap.value > 0 else 'fewer'} error{'' if value == 1 else 's'}"
    if not value:
        much = f"{'more' if gap.value > 0 else 'fewer'} errors, but by less than 1"
    return f"{much} in 100 pictures ({ends(near, far)})"


def _rows(position):
    """Return what is drawn, from top to bottom: groups, and notes in place of those that have no room."""
    large, small = position.large, position.small
    if len(large) + len(small) <= _MOST:
        return [*large, *small]
    room = _MOST - bool(small)
    notes = [_Note(f"{len(small)} groups: too few to tell")] if small else []
    if len(large) <= room:
        return [*large, *notes]
    room -= 1
    worst, best = large[: room - room // 2], large[len(large) - room // 2 :]
    between = len(large) - room
    return [*worst, _Note(f"… {between} groups between these …"), *best, *notes]


class _Note(str):
    """A row that says what is not drawn."""


def _height(rows):
    return _WIDE if len(rows) <= _WIDE_UP_TO else _CLOSE


def _marks(position, rows):
    axis = _TOP + len(rows) * _height(rows)
    yield from _legend(position)
    yield svg.axis(_NAMES, axis, _LENGTH, _TOP - 4, {place / 4: str(25 * place) for place in range(5)})
    average = _at(position.total.value)
    yield svg.line(average, _TOP - 4, average, axis, svg.BLACK, 1.5, "4 4")
    for place, row in enumerate(rows):
        y = _TOP + (place + 0.5) * _height(rows)
        if isinstance(row, _Note):
            yield svg.text(_NAMES - 12, y + 5, row, svg.SMALL, "end", fill=svg.GREY)
        else:
            yield from _row(position, row, y)


def _at(value):
    return _NAMES + _LENGTH * value


def _row(position, group, y):
    estimate, worst = position.rows[group], group in position.large[:1]
    name = svg.shortened(_group_words(group), _NAMES - 14, svg.SMALL, worst)
    yield svg.text(_NAMES - 12, y + 5, name, svg.SMALL, "end", worst)
    x = _NAMES + _LENGTH + 14
    if not estimate.enough:
        few = f"too few to tell ({count(int(estimate.denominator))})"
        yield svg.text(x, y + 5, few, svg.SMALL, fill=svg.GREY)
        return
    yield svg.point(_at(position.other[group].value), y, "square", svg.WHITE, radius=4)
    yield svg.whisker(_at(estimate.low), _at(estimate.high), y, cap=5)
    yield svg.point(_at(estimate.value), y, "diamond", svg.VERMILION.fill, radius=6)
    told = _told(estimate).replace("fewer than", "under").replace("more than", "over")
    yield svg.text(x, y + 5, told, svg.SMALL, bold=worst)


def _legend(position):
    """Say in one line what the marks are."""
    entries = (
        (
            svg.point(8, _LEGEND, "diamond", svg.VERMILION.fill, radius=6),
            f"{position.name}, with 95% interval",
        ),
        (svg.point(288, _LEGEND, "square", svg.WHITE, radius=4), f"{position.other_name}, same pictures"),
        (svg.line(532, _LEGEND, 556, _LEGEND, svg.BLACK, 1.5, "4 4"), f"{position.name}, all groups"),
    )
    for x, (mark, words) in zip((22, 300, 564), entries, strict=True):
        yield mark
        yield svg.text(x, _LEGEND + 5, svg.shortened(words, 190, svg.SMALL), svg.SMALL)


def _table(title, position):
    columns = (
        "",
        "Of 100",
        "95% interval",
        "Counted",
        position.other_name,
        f"{position.other_name}: difference",
    )
    rows = [
        (
            _group_words(group),
            share(row),
            interval(row),
            f"{count(int(row.numerator))} of {count(int(row.denominator))}",
            share(position.other[group]),
            _difference(position.paired[group].difference),
        )
        for group, row in ((group, position.rows[group]) for group in position.large)
    ]
    if position.small:
        pictures = sum(int(position.rows[group].denominator) for group in position.small)
        rows.append((position.few_words, "too few to tell", "", count(pictures), "", ""))
    return table(title, columns, rows)


def _difference(gap):
    """Return a difference as numbers of 100 with their sign: "−20 (−22 to −18)"."""
    value, low, high = (signed(half_up(100 * end)) for end in (gap.value, gap.low, gap.high))
    return f"{value} ({low} to {high})"
