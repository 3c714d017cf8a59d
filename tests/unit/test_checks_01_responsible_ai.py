"""Exercise 01: right answers, typical wrong ones, and the numbers behind both."""

import numpy as np
import pandas as pd
import pytest
from exercise_contract import ExerciseContract

from workshop import audit, datasets
from workshop.checks import questions_01_responsible_ai as made

RIGHT = {
    "q1": [0.449, "0.449", "44.9%", "44,9 %", "805/1795", "0,45"],
    "q2": ["c", "of those who were flagged, the share that re-offended"],
    "q3": ["c", "fp / (fp + tn)", lambda tn, fp, fn, tp: fp / (tn + fp)],
    "q4": ["d", "D)"],
    "q5": [101, "101", "100", "999.9/9.9", "1,000/10"],
    "q6": ["11.7", "11,7", 12, "11.66"],
    "q7": ["b"],
    "q8": [["a", "d"], "d, a"],
    "q9": ["c"],
    "q10": [["a", "b", "d"], "a b d"],
}


WRONG = {  # answers as a trainee would give them, each from another mistake
    "q1": {
        "0.235": "the other group",
        "32.3%": "all groups together",
        "805/3696": "divided by everybody",
        "0.37": "divided by the flagged",
        "28%": "missed instead of wrongly flagged",
        "990/1795": "one minus the answer",
        "58.8 %": "all flags",
        "0,63": "right flags",
        "44.9": "percent without its sign",
        "0.449%": "percent sign on a share",
        "0.46": "close",
        "0.9": "other",
    },
    "q2": {"a": "false positive rate", "b": "false negative rate", "d": "selection rate"},
    "q3": {
        "fp / (tn + fp + fn + tp)": "divided by everybody",
        "fp / (fp + tp)": "divided by the flagged",
        "fn / (fn + tp)": "missed instead of wrongly flagged",
        "tn / (tn + fp)": "one minus the answer",
        "fp / fp + tn": "no brackets",
        "100 * fp / (fp + tn)": "percent",
        "fp": "other",
    },
    "q4": {"a": "equal in all", "b": "threshold", "c": "group not seen"},
    "q5": {
        "0.0098": "share instead of a number",
        "0.99": "the promise of the tool",
        "99": "sensitivity over false positive rate",
        "9.9": "right alarms",
        "1,000": "all wrong alarms",
        "1010": "all alarms",
        "10 000": "everybody per wanted person",
        "50": "other",
    },
    "q6": {
        "0.117": "share instead of people of 100",
        "25.9": "Black people only",
        "14": "White people only",
        "17.1": "everybody",
        "82": "relative difference",
        "1.82": "ratio",
        "8.2": "between the ends of the intervals",
        "40.1": "other",
    },
    "q7": {"a": "colour", "c": "employed", "d": "age"},
    "q8": {
        "a b d": "one officer",
        "a c d": "column removed",
        "d": "result of the probe",
        "a": "where it was learned",
    },
    "q9": {"a": "suitability only", "b": "openness only", "d": "never"},
    "q10": {
        "a b": "high score",
        "b d": "arrest",
        "a d": "line-up",
        "a b c d": "lead",
        "a b d e": "other evidence",
    },
}

FORMULAS = {"q3": ["fp / (fp + tn)", "fp/(fp+tn)", "fp + tn"]}


def compas_share(group, among, of):
    """Return a share with pandas alone: of the people `among`, those who also are `of`."""
    people = datasets.load("compas_scores")
    people = people[people.group == group].assign(flagged=lambda table: table.decile_score >= 5)
    return people.query(of).query(among).shape[0] / people.query(of).shape[0]


def test_equal_in_two_ways_forces_the_third_apart():
    rates = made.compas()
    for group in (made.BLACK, made.WHITE):
        base, precision, recall, wrong = (
            rates.of(group, name).value
            for name in (
                "base_rate",
                "positive_predictive_value",
                "true_positive_rate",
                "false_positive_rate",
            )
        )
        assert made.implied_wrong_flags(base, precision, recall) == pytest.approx(wrong)
    bases = [rates.of(group, "base_rate").value for group in (made.BLACK, made.WHITE)]
    implied = [made.implied_wrong_flags(base, made.PRECISION, made.RECALL) for base in bases]
    assert implied[0] - implied[1] > 0.1


def test_the_case_and_the_model_say_what_the_options_say():
    case, model = made.toronto_case(), made.toronto_model()
    assert len(case) == 1
    pushes = audit.explain_linear(model, case, background=made.toronto_arrests()[made.FACTS]).contributions
    assert pushes.idxmax() == "checks"
    assert pushes["colour"] > 0
    assert pushes["employed"] > 0
    assert abs(pushes["age"]) < 0.1
    before, after = (model.predict_proba(one)[0, 1] for one in (case, case.assign(colour="White")))
    assert before > after
    checks = made.toronto_arrests().groupby("colour").checks.mean()
    assert checks["Black"] > checks["White"]


class TestExercise(ExerciseContract):
    NAME = "01_responsible_ai"
    QUESTIONS = made.QUESTIONS
    RIGHT = RIGHT
    WRONG = WRONG
    FORMULAS = FORMULAS

    def test_expected_numbers_agree_with_pandas(self, questions):
        black = compas_share("African-American", "flagged", "not reoffended")
        assert questions["q1"].expected == pytest.approx(black)
        assert round(black, 2) == 0.45
        gaps = {
            "a": ("flagged", "not reoffended"),
            "b": ("not flagged", "reoffended"),
            "c": ("reoffended", "flagged"),
            "d": ("flagged", "decile_score > 0"),
        }
        sizes = {
            letter: abs(
                np.subtract(*(compas_share(group, *parts) for group in ("African-American", "Caucasian")))
            )
            for letter, parts in gaps.items()
        }
        assert questions["q2"].expected == min(sizes, key=sizes.get)
        assert sizes["c"] < 0.05 < min(sizes[letter] for letter in "abd")
        assert questions["q5"].expected == pytest.approx((0.01 * 99_990) / (0.99 * 10))
        held = 1 - datasets.load("toronto_arrests").groupby("colour").released.mean()
        assert questions["q6"].expected == pytest.approx(100 * (held["Black"] - held["White"]))

    def test_the_formula_is_the_audits(self, questions):
        counts = pd.DataFrame([(3, 5, 7, 11)], columns=["tn", "fp", "fn", "tp"]).iloc[0]
        outcome, decision = np.repeat([0, 0, 1, 1], counts), np.repeat([0, 1, 0, 1], counts)
        rates = audit.group_rates(outcome, decision, np.repeat("all", counts.sum()))
        assert questions["q3"].expected(*counts) == pytest.approx(
            rates.of("all", "false_positive_rate").value
        )
