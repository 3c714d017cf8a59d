"""Exercise 08: right answers, typical wrong ones, and the numbers behind both."""

from pathlib import Path

import numpy as np
import pytest
from exercise_contract import ExerciseContract
from hypothesis import given
from hypothesis import strategies as st

from workshop import probes
from workshop.checks import questions_08_case_japan as made
from workshop.domains.transactions import FOREIGN, NATIONAL
from workshop.domains.transactions.reports import generate

SOURCE = Path(__file__).parents[2] / "content/exercises/08_case_japan.py"

RIGHT = {
    "q1": ["b"],
    "q2": ["1.82", "1,82", "1.8197"],
    "q3": [
        "b",
        "(read - (laundering - missed)) / (laundering - missed)",
        "read / (laundering - missed) - 1",
        lambda read, laundering, missed: read / (laundering - missed) - 1,
    ],
    "q4": [["a", "d", "e"], "e, d, a"],
    "q5": ["128/400", "0.32", "32%", "32,0 %"],
    "q6": ["c"],
}

WRONG = {  # answers as a trainee would give them, each from another mistake
    "q1": {"a": "found is not there was", "c": "too few", "d": "clerks are right"},
    "q2": {
        "0.607": "one over the other",
        "0.378": "share of the reports",
        "0.55": "upside down",
        "23.5": "a rate, not a ratio",
        "3": "the lesson's bank",
        "1.9": "close",
        "50": "other",
    },
    "q3": {
        "a": "as if all were caught",
        "c": "all that are read",
        "d": "share missed",
        "(read - (laundering - missed)) / read": "of those that are read",
        "read - laundering - missed / laundering - missed": "no brackets",
        "read / laundering": "other",
    },
    "q4": {
        "d e": "unusual is criminal",
        "a b d e": "hiding the passport",
        "a c d e": "twice the reading",
        "a e": "places by customers",
        "a d": "learned from what was read",
    },
    "q5": {
        "315/400": "first is wrong",
        "85/400": "without the catalogue's gaps",
        "43/400": "only the catalogue's gaps",
        "229/1300": "all pictures",
        "68%": "on the list",
        "32": "percent without its sign",
        "0.34": "close",
        "0.9": "other",
    },
    "q6": {"a": "believed the test", "b": "leaving out mends all", "d": "never"},
}

FORMULAS = {"q3": ["read − (laundering − missed)", "read - (laundering - missed)", "laundering − missed"]}


class TestExercise(ExerciseContract):
    NAME = "08_case_japan"
    QUESTIONS = made.QUESTIONS
    RIGHT = RIGHT
    WRONG = WRONG
    FORMULAS = FORMULAS
    LENGTH = (4, 6)

    @pytest.mark.parametrize(
        ("question", "raw"), [("q2", "many"), ("q2", "-1"), ("q2", "180%"), ("q5", ""), ("q5", "1/0")]
    )
    def test_what_is_no_number_is_no_try(self, exercise, question, raw):
        assert exercise.check(question, raw).status == "unread"

    @pytest.mark.parametrize(
        ("question", "raw"),
        [("q1", "x"), ("q3", "read ** 2"), ("q3", "caught / read"), ("q4", "a, f"), ("q6", "")],
    )
    def test_what_is_no_choice_and_no_formula_is_no_try(self, exercise, question, raw):
        assert exercise.check(question, raw).status == "unread"

    def test_the_counts_of_found_cases_by_hand(self, questions):
        past = made.reports().query("year < 3")
        found = past[past["found"].fillna(False)]
        foreign = (found["passport"] == FOREIGN).sum()
        assert f"{foreign} of {len(found)} cases" in questions["q1"].asks
        laundering = past[past["laundering"]]
        there = (laundering["passport"] == FOREIGN).sum()
        assert f"In truth {there} of {len(laundering)} cases had a foreign passport" in questions["q1"].why
        assert foreign / len(found) > 0.6 > 2 * there / len(laundering)

    def test_the_other_bank_by_hand(self, questions):
        reports, customers, truth = generate(**made.OTHER)
        own = reports[(reports["year"] == 3) & ~reports["laundering"]]["passport"].value_counts()
        people = customers[customers["year"] == 3].groupby("passport")["customers"].sum()
        factor = own[FOREIGN] / people[FOREIGN] / (own[NATIONAL] / people[NATIONAL])
        assert questions["q2"].expected == pytest.approx(factor)
        table = made.other_bank()
        assert table["harmless reports"].to_dict() == own.to_dict()
        assert table["customers"].to_dict() == people.to_dict()
        assert abs(factor - truth["factor"]) < 0.1
        assert truth["factor"] != 3
        for mistake in questions["q2"].mistakes:  # the answers must lie further apart than their tolerances
            slack = questions["q2"].tolerance + (mistake.tolerance or questions["q2"].tolerance)
            assert abs(mistake.value - factor) > slack

    def test_the_lessons_ranking_in_the_formula(self, questions):
        row = made.outcomes().loc["past cases", "one list"]
        formula = questions["q3"].expected(made.READ, int(row.caught + row.missed), int(row.missed))
        assert formula == pytest.approx((row.examined_national + row.examined_foreign) / row.caught)
        assert f"{formula:.1f} for each case" in questions["q3"].why

    def test_the_sentences_on_rankings_are_what_the_probe_shows(self, questions):
        probe = probes.capacity(made.this_year(), made.scores(), made.customers(), read=made.READ)
        like = probe.picture()
        shared, hidden, learned = (
            probe.picture(**change)
            for change in ({"places": "shared"}, {"order": "no passport"}, {"order": "read only"})
        )
        why = questions["q4"].why
        assert "99 are caught, 75 missed" in like.sentence
        assert "like past cases 75, with places by customers 59" in why
        assert "115 are caught, 59 missed" in shared.sentence
        assert "examined 5.4 times as often (4.6 to 6.2)" in hidden.aside
        assert "still 5.4" in why
        assert "examined 0.9 times as often (0.8 to 1.1)" in learned.aside
        assert f"{made.outcomes(made.TWICE).loc[('past cases', 'one list'), 'caught']} instead of 99" in why
        assert {control.name for control in probe.controls if control.folded} >= {"places"}

    def test_twice_the_reading_is_a_position_of_the_probe(self):
        probe = probes.capacity(made.this_year(), made.scores(), made.customers(), read=made.READ)
        assert "126 are caught" in probe.picture(capacity=made.TWICE).sentence

    def test_the_night_by_hand(self, questions):
        night = made.pictures().query("light == 'night'")
        five = night[[f"candidate_{place}" for place in range(1, 6)]]
        nowhere = ~np.array(
            [model in set(row) for model, row in zip(night["model"], five.to_numpy(), strict=True)]
        )
        assert questions["q5"].expected == nowhere.mean()
        assert f"{nowhere.sum()} of {len(night)}" in questions["q5"].why
        assert (
            f"{(night['candidate_1'] != night['model']).sum()} times of {len(night)}" in questions["q5"].why
        )

    def test_the_offer_in_the_exercise_is_the_one_that_is_worked_out(self, questions):
        text = " ".join(SOURCE.read_text("utf-8").replace("\n# ", " ").split())
        offer = made.OFFER
        assert f"{offer['reports']:,} reports a year" in text
        assert f"The team reads {offer['read']:,}" in text
        assert f"{100 * offer['found']:.0f} of 100 known cases" in text
        assert f"{offer['reports'] - offer['read']:,} reports would be deleted" in questions["q6"].why
        missed = made.outcomes().loc[("arrival", "one list"), "missed"]
        assert f"no model at all left {missed} of" in questions["q6"].why


@given(read=st.integers(400, 2_000), laundering=st.integers(150, 200), missed=st.integers(20, 100))
def test_examined_and_caught_are_all_that_is_read(read, laundering, missed):
    question = made.examined_for_one()
    value = question.expected(read, laundering, missed)
    caught = laundering - missed
    assert value * caught + caught == pytest.approx(read)
    assert question.formulas["c"][1](read, laundering, missed) == pytest.approx(value + 1)
