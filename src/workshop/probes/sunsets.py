"""The sunset probe: what a decision with an end date allows on a day, and who must act."""

import datetime

from workshop.domains.crisis.sunset import NOTICE, Deployment, State
from workshop.probes import svg
from workshop.probes.calendars import MONTHS, day_words
from workshop.probes.controls import Choice, Slider
from workshop.probes.html import Picture, paragraph, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, isolated

_BEFORE, _AFTER = 7, 21  # days that are shown around the use
_INKS = {True: svg.BLUE, False: svg.PALE._replace(hatch="/", strokes=svg.PALE.edge)}
_LEFT, _RIGHT, _ROW, _BAR = 20, 740, 62, 26  # pixels
_STATE_WORDS = {
    State.NOT_STARTED: "not yet",
    State.ACTIVE: "may be used",
    State.REVIEW_DUE: "may be used; a review is due",
    State.REVIEW_MISSED: "may not be used: a review was missed",
    State.STOPPED: "may not be used: stopped",
    State.ENDED: "may not be used: ended",
}
_CAPTION = (
    "Full: days on which it may be used. Hatched: days on which it may not. The numbers of days are this course's "
    "choice, not a law's."
)


def sunset(stories, *, on=None):
    """Show on which days a tool may be used, for one or more courses of decisions.

    Parameters
    ----------
    stories : mapping of str to workshop.domains.crisis.Deployment
        What happened, and the deployment with the decisions that were taken. They must start on the same day.
    on : datetime.date or str, optional
        The day that is shown at first; by default the first day of use.

    Returns
    -------
    Probe
        Controls on (a day as text, "2020-03-30") and story.

    Raises
    ------
    ValueError
        If there is no story, one is no deployment, they start on different days, or the day is not among those shown.
    """
    if (
        not isinstance(stories, dict)
        or not stories
        or not all(isinstance(each, Deployment) for each in stories.values())
    ):
        raise ValueError('Give deployments by what happened: {"the review is held": deployment}.')
    stories = {isolated(name): deployment for name, deployment in stories.items()}
    starts = {deployment.starts for deployment in stories.values()}
    if len(starts) > 1:
        raise ValueError("The stories start on different days; give courses of one decision.")
    first = min(starts) - datetime.timedelta(days=_BEFORE)
    last = max(deployment.last_day for deployment in stories.values()) + datetime.timedelta(days=_AFTER)
    days = [first + datetime.timedelta(days=number) for number in range((last - first).days + 1)]
    shown = {str(day): day for day in days}
    controls = (
        Slider("on", "The day", tuple(shown), str(on or min(starts)), lambda text: day_words(shown[text])),
        Choice("story", "What happens", tuple(stories), next(iter(stories)), capital),
    )

    def draw(on, story):
        return _picture(stories[story], shown[on], days, story)

    return Probe("What may be used on a day, and who must decide", controls, draw, _CAPTION)


def _picture(deployment, on, days, story):
    standing = deployment.standing(on)
    sentence = f"{day_words(on)}: {standing.sentence}"
    states = [deployment.standing(day).state for day in days]
    spans = list(_spans(days, states))
    title = f"Days on which it may be used, if this happens: {story}"
    told = " ".join(
        f"From {day_words(first)} to {day_words(last)}: {_STATE_WORDS[state]}."
        for first, last, state in spans
    )
    drawn = svg.figure("sunset", 176, title, f"{sentence} {told}", list(_marks(deployment, on, days)))
    rows = [(day_words(first), day_words(last), capital(_STATE_WORDS[state])) for first, last, state in spans]
    aside = paragraph(
        f"For: {deployment.purpose}. Decides: {deployment.decided_by}. Extended so far: "
        f"{sum(extension.decided <= on for extension in deployment.extensions)} times."
    )
    return Picture(sentence, drawn, aside, table(title, ("From", "To", "What holds"), rows))


def _spans(days, states):
    """Yield stretches of days on which the same holds: first day, last day, what holds."""
    start = 0
    for place in range(1, len(days) + 1):
        if place == len(days) or states[place] is not states[start]:
            yield days[start], days[place - 1], states[start]
            start = place


def _marks(deployment, on, days):
    wide = (_RIGHT - _LEFT) / len(days)

    def at(day):
        return _LEFT + wide * (day - days[0]).days

    for first, last, allowed in _spans(days, [deployment.standing(day).state.allowed for day in days]):
        words = "may be used" if allowed else "not"
        yield svg.area(at(first), _ROW, at(last) + wide - at(first), _BAR, _INKS[allowed], words, svg.SMALL)
    for month in sorted({day.replace(day=1) for day in days}):
        if month >= days[0]:
            yield svg.line(at(month), _ROW + _BAR, at(month), _ROW + _BAR + 6, svg.RULE)
            name = MONTHS[month.month - 1][:3]
            if at(month) + svg.text_width(name, svg.SMALL) < _RIGHT:
                yield svg.text(at(month), _ROW + _BAR + 20, name, svg.SMALL, fill=svg.GREY)
    held = {review.due: review.held for review in deployment.held if review.held <= on}
    due = [
        *deployment.reviews,
        *(
            each
            for extension in deployment.extensions
            if extension.decided <= on
            for each in extension.reviews
        ),
    ]
    for each in due:
        yield svg.point(
            at(each) + wide / 2,
            _ROW - 3,
            "diamond",
            svg.BLACK if each in held else svg.WHITE,
            radius=7,
        )
    x = at(on) + wide / 2
    yield svg.line(x, _ROW - 12, x, _ROW + _BAR + 4, svg.VERMILION.fill, 3)
    words = day_words(on)
    half = svg.text_width(words, svg.NORMAL, bold=True) / 2
    yield svg.text(
        min(max(x, half + 4), svg.WIDTH - half - 4), _ROW - 20, words, svg.NORMAL, "middle", bold=True
    )
    yield svg.point(_LEFT + 8, 150, "diamond", svg.WHITE, radius=7)
    yield svg.text(_LEFT + 22, 155, f"review due, open (possible {NOTICE} days before)", svg.SMALL)
    yield svg.point(_LEFT + 368, 150, "diamond", svg.BLACK, radius=7)
    yield svg.text(_LEFT + 382, 155, "review held by that day", svg.SMALL)
