"""A sunset clause: no day after the end, none after a missed review, no extension without a name and a number."""

import datetime
import re
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop.audit import Estimate, incidence
from workshop.domains.crisis import Deployment, Extension, Review, State, SunsetError
from workshop.domains.crisis.sunset import MOST_DAYS, MOST_EXTENSIONS, day

ITO = "Commander Ito"
EVIDENCE = incidence(10, 1508, per=52)
GIVEN = {
    "purpose": "a forecast of burglary",
    "decided_by": ITO,
    "starts": "2020-03-30",
    "ends": "2020-05-31",
    "reviews": ["2020-04-27"],
    "way_back": "each district its share",
}
DECIDED = Deployment(**GIVEN)
HELD = DECIDED.review("2020-04-24", ITO, goes_on=True)
MORE = {"reviews": ["2020-06-15"], "measured": "false alarms a year", "evidence": EVIDENCE}
DATES = st.dates(datetime.date(1995, 1, 1), datetime.date(2090, 1, 1))


def days(number):
    return datetime.timedelta(days=number)


@st.composite
def deployments(draw):
    """Return a deployment with any decisions that the rules allow."""
    starts = draw(DATES)
    length = draw(st.integers(2, MOST_DAYS - 1))
    reviews = draw(st.lists(st.integers(1, length - 1), min_size=1, max_size=3))
    found = Deployment(
        "a tool", ITO, starts, starts + days(length), [starts + days(each) for each in reviews], "by hand"
    )
    for _ in range(draw(st.integers(0, 6))):
        on = starts + days(draw(st.integers(0, 300)))
        try:
            if draw(st.booleans()):
                found = found.review(on, ITO, goes_on=draw(st.integers(0, 5)) > 0)
            else:
                last = found.last_day
                more = draw(st.integers(3, MOST_DAYS))
                middle = last + days(draw(st.integers(2, more - 1)))
                found = found.extend(on, last + days(more), ITO, **MORE | {"reviews": [middle]})
        except ValueError:
            continue
    return found


@given(deployments(), st.integers(-400, 800))
@settings(max_examples=60, deadline=None)
def test_no_day_outside_of_what_was_decided_is_ever_allowed(deployment, shift):
    on = deployment.starts + days(shift)
    standing = deployment.standing(on)
    cap = deployment.starts + days(MOST_DAYS * (1 + MOST_EXTENSIONS))
    if on < deployment.starts or on > deployment.last_day or on >= cap:
        assert not standing.state.allowed
    due = [*deployment.reviews, *(each for more in deployment.extensions for each in more.reviews)]
    held = {review.due: review for review in deployment.held}
    for each in due:
        known = each in deployment.reviews or any(
            more.decided <= on for more in deployment.extensions if each in more.reviews
        )
        if known and each < on and (each not in held or held[each].held > on):
            assert not standing.state.allowed
    if any(not review.goes_on and review.held <= on for review in deployment.held):
        assert not standing.state.allowed
    assert (standing.days_left > 0) == standing.state.allowed
    if standing.state.allowed:
        assert deployment.use(on) == standing
    else:
        with pytest.raises(SunsetError):
            deployment.use(on)


@given(deployments())
@settings(max_examples=40, deadline=None)
def test_extensions_never_pass_the_cap(deployment):
    assert len(deployment.extensions) <= MOST_EXTENSIONS
    total = (deployment.last_day - deployment.starts).days + 1
    assert total <= MOST_DAYS * (1 + len(deployment.extensions))


@given(deployments(), st.integers(0, 300), st.integers(0, 300))
@settings(max_examples=40, deadline=None)
def test_what_is_decided_later_does_not_change_the_past(deployment, shift, later):
    on = deployment.starts + days(shift)
    after = on + days(1 + later)
    try:
        changed = deployment.review(after, ITO, goes_on=False)
    except ValueError:
        return
    assert changed.standing(on) == deployment.standing(on)


@pytest.mark.parametrize(
    ("on", "state", "says"),
    [
        ("2020-03-29", State.NOT_STARTED, "Not yet: it may be used from 30 March 2020 on."),
        ("2020-03-30", State.ACTIVE, "until 31 May 2020; the next review is due on 27 April 2020"),
        ("2020-04-12", State.ACTIVE, "Yes"),
        ("2020-04-13", State.REVIEW_DUE, "Commander Ito must hold a review by 27 April 2020"),
        ("2020-04-27", State.REVIEW_DUE, "or its use stops"),
        (
            "2020-04-28",
            State.REVIEW_MISSED,
            "Commander Ito must hold it first. Without it: each district its share.",
        ),
        ("2020-05-31", State.REVIEW_MISSED, "was not held"),
        ("2020-06-01", State.ENDED, "Only a new decision by Commander Ito"),
    ],
)
def test_what_holds_on_a_day(on, state, says):
    standing = DECIDED.standing(on)
    assert standing.state is state
    assert says in standing.sentence


def test_a_review_that_was_held_lets_it_go_on_to_its_end_and_no_further():
    assert HELD.standing("2020-04-28") == (State.ACTIVE, 34, "Yes: it may be used until 31 May 2020.")
    assert HELD.standing("2020-05-31").days_left == 1
    assert HELD.standing("2020-06-01").state is State.ENDED
    assert DECIDED.held == ()  # a decision is never changed


def test_a_late_review_counts_from_its_day_on():
    late = DECIDED.review("2020-05-05", ITO, goes_on=True)
    assert late.standing("2020-05-04").state is State.REVIEW_MISSED
    assert late.standing("2020-05-05").state is State.ACTIVE


def test_a_review_can_stop_it_for_good():
    stopped = DECIDED.review("2020-04-20", "Judge Amari", goes_on=False)
    assert stopped.standing("2020-04-19").state is State.REVIEW_DUE
    for on in ("2020-04-20", "2020-06-30"):
        assert "Judge Amari stopped it on 20 April 2020" in stopped.standing(on).sentence
    with pytest.raises(SunsetError, match="stopped"):
        stopped.review("2020-04-22", ITO, goes_on=True)
    with pytest.raises(SunsetError, match="Nothing can be extended"):
        stopped.extend("2020-04-22", "2020-06-30", ITO, **MORE)


def test_an_extension_counts_and_needs_its_own_review():
    longer = HELD.extend("2020-05-25", "2020-06-30", ITO, **MORE)
    assert longer.last_day == datetime.date(2020, 6, 30)
    assert longer.standing("2020-06-10").state is State.REVIEW_DUE
    assert longer.standing("2020-06-16").state is State.REVIEW_MISSED
    assert HELD.standing("2020-06-10").state is State.ENDED


def test_nothing_is_extended_unreviewed_or_after_its_end():
    for deployment, on in ((DECIDED, "2020-05-04"), (HELD, "2020-06-01"), (HELD, "2020-03-01")):
        with pytest.raises(SunsetError, match=f"Nothing can be extended on {on}"):
            deployment.extend(on, "2020-06-30", ITO, **MORE)


def test_a_third_extension_is_a_new_decision():
    found = HELD
    for on, ends, due in (
        ("2020-05-25", "2020-06-30", "2020-06-15"),
        ("2020-06-20", "2020-07-31", "2020-07-15"),
    ):
        found = found.extend(on, ends, ITO, **MORE | {"reviews": [due]})
        found = found.review(due, ITO, goes_on=True)
    with pytest.raises(SunsetError, match="new deployment needs a new decision"):
        found.extend("2020-07-20", "2020-08-31", ITO, **MORE | {"reviews": ["2020-08-15"]})


def test_an_earlier_decision_is_not_put_in_behind():
    longer = HELD.extend("2020-05-25", "2020-06-30", ITO, **MORE)
    with pytest.raises(SunsetError, match="later decision is on record"):
        longer.extend("2020-05-20", "2020-07-31", ITO, **MORE | {"reviews": ["2020-07-15"]})


def test_it_cannot_be_changed_by_hand():
    with pytest.raises(FrozenInstanceError):
        DECIDED.ends = datetime.date(2021, 1, 1)
    with pytest.raises(ValueError, match="too long"):
        replace(DECIDED, ends="2021-01-01")
    forged = Extension("2020-08-01", "2020-09-30", ITO, ("2020-09-01",), "nothing", EVIDENCE)
    with pytest.raises(SunsetError, match="Nothing can be extended"):
        replace(DECIDED, extensions=(forged,))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"purpose": " "}, "what it is for"),
        ({"decided_by": None}, "who decides"),
        ({"way_back": ""}, "what is done without it"),
        ({"ends": "2020-03-30"}, "must come after"),
        ({"ends": "2020-03-01"}, "must come after"),
        ({"ends": "2020-06-28"}, "at most 90 days, so until 2020-06-27"),
        ({"reviews": []}, "at least one date of review"),
        ({"reviews": "2020-04-27"}, "as a list"),
        ({"reviews": ["2020-05-31"]}, "is not between"),
        ({"reviews": ["2020-03-30"]}, "is not between"),
        ({"starts": "30/03/2020"}, "is no date"),
        ({"starts": "2021-02-29"}, "no such day"),
        ({"starts": "0202-03-30"}, "can't be meant"),
        ({"starts": 20200330}, "is no date"),
        ({"starts": True}, "is no date"),
        ({"starts": None}, "is no date"),
        ({"starts": pd.NaT}, "is no date"),
        ({"held": ("yes",)}, "must each be of the kind Review"),
        ({"held": None}, "must each be of the kind Review"),
        ({"held": (Review("2020-05-01", "2020-05-01", ITO, True),)}, "No review is due on 2020-05-01"),
        ({"held": (Review("2020-04-27", "2020-04-12", ITO, True),)}, "too early; it counts from 2020-04-13"),
        ({"held": (Review("2020-04-27", "2020-04-27", ITO, True),) * 2}, "once only"),
        ({"extensions": ("longer",)}, "must each be of the kind Extension"),
    ],
)
def test_what_cannot_be_decided_is_said(change, says):
    with pytest.raises(ValueError, match=says):
        Deployment(**GIVEN | change)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"evidence": 0.3}, "number with its interval"),
        ({"evidence": EVIDENCE._replace(low=np.nan)}, "too little to extend"),
        ({"evidence": incidence(1, 10, per=52)}, "too little to extend"),
        ({"evidence": Estimate(1, 2, 3, 1, 100, True)}, "too little to extend"),
        ({"measured": ""}, "what was measured"),
        ({"by": ""}, "who decided"),
        ({"reviews": []}, "at least one date"),
        ({"reviews": ["2020-05-01"]}, "is not between"),
        ({"ends": "2020-05-31"}, "must come after"),
        ({"ends": "2020-08-30"}, "at most 90 days, so until 2020-08-29"),
    ],
)
def test_what_cannot_extend_is_said(change, says):
    given = {"on": "2020-05-25", "ends": "2020-06-30", "by": ITO} | MORE | change
    with pytest.raises(ValueError, match=says):
        HELD.extend(**given)


@pytest.mark.parametrize(
    ("on", "by", "goes_on", "says"),
    [
        ("2020-04-01", ITO, True, "too early"),
        ("2020-04-24", "", True, "who held"),
        ("2020-04-24", ITO, "yes", "True or False"),
        ("2020-06-01", ITO, True, "No review is open"),
    ],
)
def test_a_review_that_cannot_be_held_is_said(on, by, goes_on, says):
    with pytest.raises(ValueError, match=says):
        DECIDED.review(on, by, goes_on)
    with pytest.raises(SunsetError, match="No review is open"):
        HELD.review("2020-05-01", ITO, goes_on=True)


def test_a_leap_day_is_a_day():
    leap = Deployment(**GIVEN | {"starts": "2020-02-01", "ends": "2020-02-29", "reviews": ["2020-02-14"]})
    assert leap.review("2020-02-14", ITO, goes_on=True).standing("2020-02-29").days_left == 1
    with pytest.raises(ValueError, match="no such day: 2021-02-29"):
        leap.standing("2021-02-29")


@given(DATES)
def test_dates_in_every_form_are_the_same_day(date):
    forms = (
        date,
        str(date),
        f" {date} ",
        datetime.datetime(date.year, date.month, date.day, 7),
        pd.Timestamp(date),
    )
    assert {day(form) for form in forms} == {date}
    assert {type(day(form)) for form in forms} == {datetime.date}


@given(st.text(max_size=12).filter(lambda text: not re.fullmatch(r"\s*\d{4}-\d\d-\d\d\s*", text)))
def test_no_text_but_a_date_is_a_date(text):
    with pytest.raises(ValueError, match="is no date"):
        day(text)
