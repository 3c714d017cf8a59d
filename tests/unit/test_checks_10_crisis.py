"""Exercise 10: right answers, typical wrong ones, and the numbers behind both."""

from pathlib import Path

import pytest
from exercise_contract import ExerciseContract

from workshop import datasets, probes
from workshop.audit import incidence
from workshop.checks import questions_10_crisis as made
from workshop.domains.crisis import HOMES, SHOPS, SunsetError
from workshop.domains.crisis.alarms import ONE_WEEK

LESSON = Path(__file__).parents[2] / "content/lessons/10_crisis.py"
SOURCE = Path(__file__).parents[2] / "content/exercises/10_crisis.py"

RIGHT = {
    "q1": ["63.1%", "0.631", "1821/2886", "63,1 %"],
    "q2": ["b", "Shops rose, if barely; for homes there is no clear change."],
    "q3": ["c", "series * 52 / weeks", "52 / weeks * series", lambda series, weeks: series * 52 / weeks],
    "q4": [["a", "c", "d"], "d, c, a"],
    "q5": ["b"],
    "q6": ["b"],
}

WRONG = {  # answers as a trainee would give them, each from another mistake
    "q1": {
        "36.9%": "the part that was recorded",
        "1.71": "of the recorded ones",
        "60.3%": "against the weeks before",
        "15.3%": "another city",
        "63": "percent without its sign",
        "0.66": "close",
        "0.2": "other",
    },
    "q2": {"a": "points without intervals", "c": "a mean is no city", "d": "a cause"},
    "q3": {
        "a": "one series",
        "b": "one week",
        "d": "upside down",
        "weeks / 52": "years between",
        "series + weeks": "other",
    },
    "q4": {
        "c d": "a lower limit",
        "a b c d": "the price held",
        "a d": "a deaf alarm",
        "a c": "broken before",
        "a c d e": "a ring is no proof",
    },
    "q5": {"a": "not clear is not nothing", "c": "the year before", "d": "a number without its interval"},
    "q6": {"a": "silent renewal", "c": "extended unseen", "d": "proof of harm"},
}

FORMULAS = {"q3": ["series × 52 ÷ weeks", "series * 52 / weeks", "52 / weeks * series"]}


class TestExercise(ExerciseContract):
    NAME = "10_crisis"
    LENGTH = (4, 6)
    QUESTIONS = made.QUESTIONS
    RIGHT = RIGHT
    WRONG = WRONG
    FORMULAS = FORMULAS

    @pytest.mark.parametrize(
        ("question", "raw"), [("q1", "many"), ("q1", "-0.3"), ("q2", "x"), ("q3", "hours * 2"), ("q4", [])]
    )
    def test_what_is_no_answer_is_no_try(self, exercise, question, raw):
        assert exercise.check(question, raw).status == "unread"

    def test_the_probe_says_both_counts(self, questions):
        said = probes.stress(made.test()).picture(city=made.BAY, crime=made.FROM).sentence
        assert "2,886 planned, 1,065 recorded" in said
        assert questions["q1"].is_right(questions["q1"].read("1821/2886"))
        assert "2,886 planned, 1,065 recorded" in questions["q1"].why

    def test_the_headline_by_the_intervals(self, questions):
        changes = made.test().changes()
        assert changes.low[made.BAY, HOMES] < 1 < changes.high[made.BAY, HOMES]
        assert changes.low[made.BAY, SHOPS] > 1
        assert questions["q2"].expected == "b"

    def test_the_price_in_words_is_the_price_of_the_lesson(self, questions):
        alarm = made.desk().alarm(ONE_WEEK, made.PRICE)
        assert "10 a year" in questions["q3"].why
        assert f"{alarm.false_alarms} in {alarm.weeks:,} weeks" in questions["q3"].why
        assert round(questions["q3"].expected(len(made.test().names), 150)) == 10

    def test_the_settings_by_hand(self, questions):
        low, high = (made.desk().comparison(price) for price in (10, 50))
        assert (low.changed == 16).all()
        assert (low.noticed[ONE_WEEK], high.noticed[ONE_WEEK]) == (12, 13)
        assert (low.before[ONE_WEEK], low.noticed["PSI"]) == (6, 0)
        weeks = made.test().of("Chicago, IL", HOMES).weeks
        assert ((weeks >= "2020-01-06") & (weeks < made.CUT)).sum() == made.WEEKS_BEFORE
        picture = probes.stress(made.test()).picture(city=made.LAKES, crime=made.OF)
        assert "does not ring" in picture.sentence
        assert "in the week of 13 January 2020" in picture.aside
        assert questions["q4"].expected == {"a", "c", "d"}

    def test_not_clear_is_not_no_change(self, questions):
        truth = datasets.truth("planned_drift")
        assert truth["changes_from"][made.HILL] == made.HILL_CUT
        row = made.hill().changes().loc[(made.HILL, made.OF)]
        assert row.low < truth["factors"][made.HILL][made.OF] < 1 < row.high
        before = made.hill().year_on_year().loc[(made.HILL, HOMES)]
        assert before.high < 1  # "a clear fall, and none was planted"
        assert truth["factors"][made.HILL][HOMES] == 1
        year = made.hill().year_on_year().loc[(made.HILL, made.OF)]
        assert year.low < truth["factors"][made.HILL][made.OF] < year.high  # "which even holds the truth"
        table = made.hill_changes().loc[("theft of vehicles", "weeks before")]
        assert table.tolist() == [round(row.value, 2), round(row.low, 2), round(row.high, 2)]

    def test_the_clause_refuses_what_the_answers_say_it_refuses(self):
        decided = made.decided()
        with pytest.raises(SunsetError, match="27 April 2020 was not held"):
            decided.use(made.DAY)
        with pytest.raises(SunsetError, match="Nothing can be extended"):
            decided.extend(
                made.DAY,
                "2020-08-28",
                "the chief",
                reviews=["2020-07-01"],
                measured="nothing",
                evidence=incidence(10, 1508, per=52),
            )
        assert decided.review("2020-05-06", "Commander Ito", goes_on=True).use("2020-05-06").days_left == 26

    def test_the_decision_is_that_of_the_lesson(self):
        text, decided = LESSON.read_text("utf-8"), made.decided()
        for words in (decided.purpose, decided.decided_by, decided.way_back):
            assert f'"{words}"' in text
        for day in (decided.starts, decided.ends, *decided.reviews):
            assert f'"{day}"' in text

    def test_the_plan_is_that_of_the_lesson(self):
        assert f'crisis.StressTest(crime, cut="{made.CUT}")' in LESSON.read_text("utf-8")
        assert "planted on 23 March 2020" in SOURCE.read_text("utf-8")
