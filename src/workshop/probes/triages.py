"""Triage of seized files: what officers view, how long it takes, and the victims of whom no file is viewed."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from workshop.audit.clusters import FEWEST
from workshop.audit.intervals import ENOUGH
from workshop.domains.seized.triage import BY, PER_HOUR, Review
from workshop.probes import svg
from workshop.probes.before_now import TOO_FEW
from workshop.probes.controls import Choice, Slider, steps
from workshop.probes.html import Picture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, count, half_up, isolated, joined, of_hundred

IN_USE = "the classifier in use"
_BY_WORDS = {"skin_tone": "skin tone", "device_type": "kind of device"}
_NAMES, _LENGTH, _ROW = 150, 350, 34  # pixels
_FILES, _GROUPS = 30, 104  # heights at which the files and the groups begin
_FINE = 4  # hours; up to here in half hours
_MOST_HOURS = 40  # positions of the slider
_CAPTION = (
    "Bars count these files. Lines: 95% intervals, from drawing whole devices again: what other devices could bring. "
    "500 files an hour: of the press on prosecutors in Germany, 2019."
)


def triage(files, scores, *, threshold=0.5, hours=None, by="skin_tone"):
    """Let a trainee choose a threshold and how many hours officers have, and show who is missed.

    Parameters
    ----------
    files : pandas.DataFrame
        Columns device, device_type, skin_tone, harmful and victim.
    scores : array_like of float, shape (n_files,), or mapping of str to that
        From 0 to 1, of one classifier, or of each classifier by its name.
    threshold : float, default 0.5
        In steps of 0.05.
    hours : float, optional
        That officers have at first; a position of the slider. Enough for all files by default.
    by : {"skin_tone", "device_type"}
        The groups that are shown at first.

    Returns
    -------
    Probe
        Controls threshold, hours, classifier (if there are several) and by.

    Raises
    ------
    ValueError
        As `workshop.domains.seized.Review`; or there is no classifier, or a slider has no such position.
    """
    named = dict(scores) if isinstance(scores, Mapping) else {IN_USE: scores}
    if not named:
        raise ValueError("Give the scores of one classifier at least.")
    reviews = {str(name): Review(files, column) for name, column in named.items()}
    classifiers, all_hours = tuple(reviews), _hours(len(files))
    controls = [
        Slider(
            "threshold",
            "Officers view files that score at least",
            steps(0, 1, 0.05),
            threshold,
            "{:.2f}".format,
        ),
        Slider(
            "hours",
            f"Hours that officers have ({PER_HOUR} files an hour)",
            all_hours,
            all_hours[-1] if hours is None else hours,
            _hour_words,
        ),
        Choice("by", "Victims by", BY, by, lambda column: capital(_BY_WORDS[column]), folded=True),
    ]
    if len(classifiers) > 1:
        choice = Choice("classifier", "Scores of", classifiers, classifiers[0], capital, folded=True)
        controls.insert(2, choice)

    def draw(threshold, hours, by, classifier=classifiers[0]):
        capacity = int(np.floor(hours * PER_HOUR))
        review = reviews[classifier]
        work = review.workload(threshold, capacity)
        return _picture(
            _Position(work, review.missed(threshold, capacity, by), threshold, hours, by, classifier)
        )

    return Probe("Which files officers view, and which victims are missed", controls, draw, _CAPTION)


def _hours(files):
    """Return the positions of the slider, from no time to enough for all files."""
    whole = int(np.ceil(files / PER_HOUR))
    wide = max(1, int(np.ceil(whole / _MOST_HOURS)))
    fine = {half / 2 for half in range(2 * _FINE + 1) if half / 2 <= whole}
    return tuple(float(each) for each in sorted(fine | set(range(_FINE, whole, wide)) | {0, whole}))


def _hour_words(hours):
    return "1 hour" if hours == 1 else f"{hours:g} hours"


class _Group(NamedTuple):
    """The victims of a group, and which share is missed."""

    value: float
    low: float
    high: float
    missed: float
    victims: float
    enough: bool


class _Position(NamedTuple):
    """Everything that one position shows."""

    work: object  # a Workload
    rates: object  # what Review.missed returns
    threshold: float
    hours: float
    by: str
    classifier: str

    @property
    def groups(self):
        """The groups by their names."""
        columns = ["value", "low", "high", "numerator", "denominator", "enough"]
        rows = self.rates[columns].itertuples(name=None)
        return {_name(self.by, group): _Group(*row) for group, *row in rows}

    @property
    def most(self):
        """The group that is missed most often, among those with enough victims; None if all are alike."""
        large = {name: group.value for name, group in self.groups.items() if group.enough}
        if len(large) < 2 or max(large.values()) == min(large.values()):
            return None
        return max(large, key=large.get)


def _name(by, group):
    words = isolated(capital(group))
    return f"{words} skin" if by == "skin_tone" else words


def _picture(position):
    sentence = _sentence(position)
    return Picture(sentence, _figure(position, sentence), bullets(_said(position)), _table(position))


def _sentence(position):
    work = position.work
    start = (
        f"Officers view {_of(work.viewed, work.files)} files, {_time(work.hours)}: "
        f"{_of(work.missed, work.victims)} victims are missed."
    )
    if position.most is None:
        return start
    group = position.groups[position.most]
    return f"{start} Most often: {_whom(position)}, {_of(group.missed, group.victims)}."


def _whom(position):
    """Return the victims of the group that is missed most often, in words."""
    name = position.most[:1].lower() + position.most[1:]
    return f"victims with {name}" if position.by == "skin_tone" else f"victims on {name}s"


def _of(part, whole):
    return f"{count(int(part))} of {count(int(whole))}"


def _time(hours):
    """Return a time in hours and minutes: "2 h 15 min", "24 h"."""
    whole, minutes = divmod(half_up(60 * hours), 60)
    told = [f"{whole} h"] * bool(whole) + [f"{minutes} min"] * bool(minutes or not whole)
    return " ".join(told)


def _said(position):
    work = position.work
    harmless = work.viewed - work.harmful_viewed
    yield (
        f"What officers see: {count(work.harmful_viewed)} harmful files and {count(harmless)} harmless ones. To view "
        f"everything takes {_time(work.files / PER_HOUR)}."
    )
    if work.above > work.viewed:
        yield (
            f"Time decides: {count(work.above)} files score at least {position.threshold:.2f}, and the lowest "
            f"{count(work.above - work.viewed)} of them wait."
        )
    else:
        yield (
            f"The threshold decides: nobody views the {count(work.files - work.viewed)} files below "
            f"{position.threshold:.2f}, and {count(work.harmful - work.harmful_viewed)} of them are harmful."
        )
    if position.most and work.missed:
        group = position.groups[position.most]
        yield (
            f"Who bears it: {_whom(position)} are {of_hundred(group.victims, work.victims)} of 100 victims, and "
            f"{of_hundred(group.missed, work.missed)} of 100 who are missed."
        )
    small = [name for name, group in position.groups.items() if not group.enough]
    if small:
        yield (
            f"{joined(small)}: under {ENOUGH} victims or under {FEWEST} devices. Counted here, but {TOO_FEW} of other "
            "devices."
        )


def _figure(position, sentence):
    told = [f"{name}: {_told(group)}." for name, group in position.groups.items()]
    title = f"Files that officers view, and victims who are found and missed, by {_BY_WORDS[position.by]}"
    height = _bottom(position) + 24
    return svg.figure("triage", height, title, " ".join([sentence, *told]), _marks(position))


def _bottom(position):
    return _GROUPS + len(position.groups) * _ROW + 2


def _marks(position):
    work = position.work
    yield svg.text(0, 16, "Of all files", svg.SMALL, bold=True)
    files_keys = (
        (lambda x: svg.area(x, 5, 22, 14, svg.PURPLE), "officers view"),
        (lambda x: svg.area(x, 5, 22, 14, svg.PALE), "nobody views"),
    )
    yield svg.legend(_NAMES, 17, files_keys, 28, 24)
    edge = _LENGTH * work.viewed / work.files
    for x, width, ink in ((0, edge, svg.PURPLE), (edge, _LENGTH - edge, svg.PALE)):
        if width > 0:
            yield svg.area(_NAMES + x, _FILES, width, 22, ink)
    beside = _NAMES + _LENGTH + 14
    yield svg.text(beside, _FILES + 16, f"{count(work.viewed)}, {_time(work.hours)}", svg.SMALL, bold=True)
    yield svg.text(0, _GROUPS - 22, "Of 100 victims", svg.SMALL, bold=True)
    victims_keys = (
        (lambda x: svg.area(x, _GROUPS - 33, 22, 14, svg.BLUE), "found"),
        (lambda x: svg.area(x, _GROUPS - 33, 22, 14, svg.VERMILION), "missed"),
        (lambda x: svg.whisker(x, x + 22, _GROUPS - 26, cap=3), "95% interval (grey: too few to tell)"),
    )
    yield svg.legend(_NAMES, _GROUPS - 21, victims_keys, 28, 24)
    ticks = {place / 4: str(25 * place) for place in range(5)}
    yield svg.axis(_NAMES, _bottom(position), _LENGTH, _GROUPS - 6, ticks)
    for place, (name, group) in enumerate(position.groups.items()):
        yield from _bar(name, group, _GROUPS + place * _ROW)


def _bar(name, group, top):
    y = top + _ROW / 2
    yield svg.text(_NAMES - 12, y + 5, svg.shortened(name, _NAMES - 16, svg.SMALL), svg.SMALL, "end")
    edge = _LENGTH * (1 - group.value)
    for x, width, ink in ((0, edge, svg.BLUE), (edge, _LENGTH - edge, svg.VERMILION)):
        if width > 0:
            yield svg.area(_NAMES + x, top + 3, width, _ROW - 14, ink)
    if np.isfinite(group.low):
        ends = (_NAMES + _LENGTH * (1 - end) for end in (group.high, group.low))
        yield svg.whisker(*ends, top + _ROW - 6, svg.BLACK if group.enough else svg.RULE, cap=3)
    said = f"{_of(group.missed, group.victims)} missed"
    said = said if group.enough else f"{said} (few)"
    yield svg.text(_NAMES + _LENGTH + 14, y + 5, said, svg.SMALL, bold=group.enough)


def _told(group):
    said = f"{_of(group.missed, group.victims)} missed"
    return f"{said}, {_hundred(group)}" if group.enough else f"{said}, {TOO_FEW}"


def _hundred(group):
    share = of_hundred(group.missed, group.victims)
    return f"{share} of 100 ({half_up(100 * group.low)} to {half_up(100 * group.high)})"


def _table(position):
    rows = [
        (
            name,
            count(int(group.victims)),
            count(int(group.missed)),
            _hundred(group) if group.enough else TOO_FEW,
        )
        for name, group in position.groups.items()
    ]
    work = position.work
    caption = (
        f"{capital(position.classifier)}, threshold {position.threshold:.2f}, {_hour_words(position.hours)}: "
        f"{count(work.viewed)} files viewed, {count(work.harmful_viewed)} of {count(work.harmful)} harmful ones"
    )
    return table(caption, ("", "Victims", "Missed", "Missed of 100, with 95% interval"), rows)
