"""A sunset clause as code: what is switched on in a crisis ends by itself, unless a named person decides otherwise.

Nothing is renewed in silence: after its last day, and after a review that nobody held, the answer is no.
"""

import datetime
import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

import numpy as np

from workshop.audit.intervals import Estimate

# Our choices, no law's: the law that lets you use a tool may set shorter ones.
MOST_DAYS = 90  # for the first decision, and for each extension
MOST_EXTENSIONS = 2
NOTICE = 14  # days before a review is due from which it can be held
_YEARS = (1990, 2100)  # outside of them a year is a slip of the keyboard
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_ONE_DAY = datetime.timedelta(days=1)


class State(Enum):
    """What holds for a deployment on a day."""

    NOT_STARTED = "not started"
    ACTIVE = "active"
    REVIEW_DUE = "review due"
    REVIEW_MISSED = "review missed"
    STOPPED = "stopped"
    ENDED = "ended"

    @property
    def allowed(self):
        """Whether the tool may be used."""
        return self in (State.ACTIVE, State.REVIEW_DUE)


class SunsetError(ValueError):
    """The tool may not be used, or the decision can't be taken; the sentence says who must decide what."""


class Standing(NamedTuple):
    """What holds on a day.

    Attributes
    ----------
    state : State
    days_left : int
        Days until the last one, this one included; 0 if it may not be used. A review may stop the use earlier.
    sentence : str
        What holds, and who must do what.
    """

    state: State
    days_left: int
    sentence: str


@dataclass(frozen=True)
class Review:
    """A review that was held.

    Attributes
    ----------
    due : datetime.date
        The date it was due; one of the deployment's.
    held : datetime.date
        Not earlier than 14 days before it is due. A late one lets the use go on from that day.
    by : str
        Who held it.
    goes_on : bool
        False stops the use for good, from that day on.
    """

    due: datetime.date
    held: datetime.date
    by: str
    goes_on: bool

    def __post_init__(self):
        """Refuse what is no date, no name and no decision."""
        for field in ("due", "held"):
            object.__setattr__(self, field, day(getattr(self, field)))
        object.__setattr__(self, "by", _words(self.by, "who held the review"))
        if not isinstance(self.goes_on, bool):
            raise ValueError("A review must say whether the use goes on: True or False.")


@dataclass(frozen=True)
class Extension:
    """A decision to use the tool for longer.

    Attributes
    ----------
    decided, ends : datetime.date
        The day of the decision, while the tool may still be used, and the new last day.
    by : str
        Who decided.
    reviews : tuple of datetime.date
        Between the old last day and the new one.
    measured : str
        What was measured: "false alarms a year".
    evidence : workshop.audit.Estimate
        The number, with its interval; a number without one is no evidence here.
    """

    decided: datetime.date
    ends: datetime.date
    by: str
    reviews: tuple
    measured: str
    evidence: Estimate

    def __post_init__(self):
        """Refuse a decision without a name, a date or evidence."""
        for field in ("decided", "ends"):
            object.__setattr__(self, field, day(getattr(self, field)))
        object.__setattr__(self, "reviews", _days(self.reviews))
        object.__setattr__(self, "by", _words(self.by, "who decided"))
        object.__setattr__(self, "measured", _words(self.measured, "what was measured"))
        if not isinstance(self.evidence, Estimate):
            raise ValueError(
                "Give the evidence as an Estimate: a number with its interval, as the audit returns it."
            )
        low, value, high = self.evidence.low, self.evidence.value, self.evidence.high
        if not np.isfinite([low, value, high]).all() or not low <= value <= high or not self.evidence.enough:
            raise ValueError(
                "The evidence has no interval, or rests on fewer than 30: too little to extend anything."
            )


@dataclass(frozen=True)
class Deployment:
    """A tool that was switched on for a time, by somebody, for something; every decision on it is kept.

    It can't be changed: each decision returns a new one. Dates are ``datetime.date``, or text like "2020-03-30".

    Attributes
    ----------
    purpose : str
        What it is for; another use needs another decision.
    decided_by : str
        Who must decide: a role with a name, not "the system".
    starts, ends : datetime.date
        First and last day of use, at most 90 days.
    reviews : tuple of datetime.date
        One or more, after the first day and before the last. The use stops the day after a review was due and nobody
        held it.
    way_back : str
        What is done without the tool: it must work on any day.
    held : tuple of Review
    extensions : tuple of Extension
        At most two, each of at most 90 days, decided while the tool may be used.

    Raises
    ------
    ValueError
        If a date is none, the end is not after the start or too far away, there is no review before the end, a text is
        missing, or a review or an extension breaks a rule.
    """

    purpose: str
    decided_by: str
    starts: datetime.date
    ends: datetime.date
    reviews: tuple
    way_back: str
    held: tuple = ()
    extensions: tuple = ()

    def __post_init__(self):
        """Check everything, also what was built by hand: no rule can be passed by another door."""
        for field, what in (
            ("purpose", "what it is for"),
            ("decided_by", "who decides"),
            ("way_back", "what is done without it"),
        ):
            object.__setattr__(self, field, _words(getattr(self, field), what))
        for field in ("starts", "ends"):
            object.__setattr__(self, field, day(getattr(self, field)))
        object.__setattr__(self, "reviews", _days(self.reviews))
        object.__setattr__(self, "held", _kept(self.held, Review, "review"))
        object.__setattr__(self, "extensions", _kept(self.extensions, Extension, "extend"))
        _check_span(self.starts, self.ends, self.reviews)
        self._check_reviews()
        self._check_extensions()

    def _check_reviews(self):
        due = self._due(None)
        if len({review.due for review in self.held}) < len(self.held):
            raise ValueError("A review can be held once only.")
        for review in self.held:
            if review.due not in due:
                raise ValueError(f"No review is due on {review.due}; they are due on {_list(due)}.")
            first = max(review.due - NOTICE * _ONE_DAY, self.starts)
            if review.held < first:
                raise ValueError(
                    f"A review of {review.due} held on {review.held} is too early; it counts from {first} on."
                )

    def _check_extensions(self):
        if len(self.extensions) > MOST_EXTENSIONS:
            raise SunsetError(
                f"It was extended {MOST_EXTENSIONS} times, and that is all. A new deployment needs a new decision, "
                "from the beginning."
            )
        for place, extension in enumerate(self.extensions):
            before = replace(self, extensions=self.extensions[:place], held=self._held_for(place))
            standing = before.standing(extension.decided)
            if not standing.state.allowed:
                raise SunsetError(f"Nothing can be extended on {extension.decided}. {standing.sentence}")
            _check_span(before.last_day + _ONE_DAY, extension.ends, extension.reviews)

    def _held_for(self, number):
        """Return the reviews of the time before the extension of this number."""
        due = self._due(number)
        return tuple(review for review in self.held if review.due in due)

    def _due(self, number):
        """Return the dates of review, of all extensions or of the first ones only."""
        return (
            *self.reviews,
            *(each for extension in self.extensions[:number] for each in extension.reviews),
        )

    @property
    def last_day(self):
        """The last day of use, as decided so far."""
        return self.extensions[-1].ends if self.extensions else self.ends

    def standing(self, on):
        """Return what holds on a day, from what had been decided by then.

        Parameters
        ----------
        on : datetime.date or str

        Returns
        -------
        Standing

        Raises
        ------
        ValueError
            If it is no date.
        """
        on = day(on)
        known = tuple(extension for extension in self.extensions if extension.decided <= on)
        last = known[-1].ends if known else self.ends
        due = self._due(len(known))
        held = {review.due: review for review in self.held if review.held <= on}
        stopped = next((review for review in held.values() if not review.goes_on), None)
        missed = next((each for each in due if each < on and each not in held), None)
        soon = next((each for each in due if on <= each <= on + NOTICE * _ONE_DAY and each not in held), None)
        back = f"Without it: {self.way_back}."
        if on < self.starts:
            return Standing(
                State.NOT_STARTED, 0, f"Not yet: it may be used from {_told(self.starts)} on. {back}"
            )
        if stopped:
            return Standing(State.STOPPED, 0, f"No: {stopped.by} stopped it on {_told(stopped.held)}. {back}")
        if on > last:
            return Standing(
                State.ENDED,
                0,
                f"No: it ended on {_told(last)}. Only a new decision by {self.decided_by} can bring it back. {back}",
            )
        if missed:
            return Standing(
                State.REVIEW_MISSED,
                0,
                f"No: the review of {_told(missed)} was not held. {self.decided_by} must hold it first. {back}",
            )
        left = (last - on).days + 1
        if soon:
            return Standing(
                State.REVIEW_DUE,
                left,
                f"Yes, but {self.decided_by} must hold a review by {_told(soon)}, or its use stops.",
            )
        later = next((each for each in due if each > on and each not in held), None)
        review = f"; the next review is due on {_told(later)}" if later else ""
        return Standing(State.ACTIVE, left, f"Yes: it may be used until {_told(last)}{review}.")

    def use(self, on):
        """Return what holds on a day on which the tool may be used.

        Raises
        ------
        SunsetError
            If it may not; the sentence says who must decide.
        ValueError
            If it is no date.
        """
        standing = self.standing(on)
        if not standing.state.allowed:
            raise SunsetError(standing.sentence)
        return standing

    def review(self, on, by, goes_on):
        """Return the deployment with a review held: the earliest one that is open.

        Parameters
        ----------
        on : datetime.date or str
        by : str
            Who held it.
        goes_on : bool
            Whether the tool may be used further.

        Raises
        ------
        SunsetError
            If no review is open, or it is over.
        ValueError
            If it is too early, or a value is of the wrong kind.
        """
        on = day(on)
        done = {review.due for review in self.held}
        opened = next((due for due in self._due(None) if due not in done), None)
        standing = self.standing(on)
        if opened is None or standing.state in (State.ENDED, State.STOPPED):
            raise SunsetError(f"No review is open on {on}. {standing.sentence}")
        return replace(self, held=(*self.held, Review(opened, on, by, goes_on)))

    def extend(self, on, ends, by, *, reviews, measured, evidence):
        """Return the deployment with a later last day: a decision with a name, new reviews and evidence.

        Parameters
        ----------
        on, ends : datetime.date or str
            The day of the decision, and the new last day.
        by : str
            Who decided.
        reviews : sequence of datetime.date or str
            Between the old last day and the new one.
        measured : str
        evidence : workshop.audit.Estimate

        Raises
        ------
        SunsetError
            If it is over or a review was missed on that day, or it was extended twice already.
        ValueError
            If the new end is not after the old one or too far away, no review lies between, or there is no evidence.
        """
        extension = Extension(on, ends, by, tuple(reviews), measured, evidence)
        if self.extensions and extension.decided < self.extensions[-1].decided:
            raise SunsetError(f"A later decision is on record already: {self.extensions[-1].decided}.")
        return replace(self, extensions=(*self.extensions, extension))


def day(value):
    """Return a date, from a date or from text like "2020-03-30".

    Raises
    ------
    ValueError
        If it is neither, or there is no such day: 29 February 2021.
    """
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip(), re.ASCII):
        try:
            value = datetime.date.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(f"There is no such day: {value}.") from None
    if not isinstance(value, datetime.date) or value != value:  # the missing date of pandas is not itself
        raise ValueError(f'{value!r} is no date; write year, month, day: "2020-03-30".')
    if not _YEARS[0] <= value.year <= _YEARS[1]:
        raise ValueError(f"The year {value.year} can't be meant; give one from {_YEARS[0]} to {_YEARS[1]}.")
    return value.date() if isinstance(value, datetime.datetime) else value


def _days(values):
    if isinstance(values, str) or not isinstance(values, list | tuple):
        raise ValueError('Give the dates of review as a list: ["2020-04-20"].')
    return tuple(sorted({day(value) for value in values}))


def _kept(values, kind, method):
    if not isinstance(values, list | tuple) or not all(isinstance(value, kind) for value in values):
        raise ValueError(f"Decisions must each be of the kind {kind.__name__}; call {method}() to add one.")
    return tuple(values)


def _words(value, what):
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"Say {what}, in words.")
    return " ".join(value.split()).rstrip(".")


def _check_span(first, last, reviews):
    """Check a time of use from its first day to its last one, and its reviews."""
    if last <= first:
        raise ValueError(f"The last day, {last}, must come after the first, {first}.")
    if (last - first).days >= MOST_DAYS:
        limit = first + (MOST_DAYS - 1) * _ONE_DAY
        raise ValueError(f"From {first} to {last} is too long: at most {MOST_DAYS} days, so until {limit}.")
    if not reviews:
        raise ValueError("Give at least one date of review: without it nobody looks until the end.")
    outside = [each for each in reviews if not first < each < last]
    if outside:
        raise ValueError(f"A review on {outside[0]} is not between {first} and {last}.")


def _told(date):
    """Return a date in words, the same in every country's settings."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def _list(dates):
    return ", ".join(map(str, dates))
