"""Exercise 01: right answers, typical wrong ones, and the numbers behind both."""

import asyncio
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workshop import audit, datasets
from workshop.build import sources
from workshop.build.layout import Target
from workshop.build.notebooks import execute
from workshop.checks import Choice, Code, Number, ProgressStore, Several
from workshop.checks import questions_01_responsible_ai as made
from workshop.checks.exercise import Exercise

ROOT = Path(__file__).parents[2]
SOURCE = "content/exercises/01_responsible_ai.py"


@pytest.fixture
def exercise(tmp_path):
    return Exercise("01_responsible_ai", made.QUESTIONS, ProgressStore(tmp_path))


@pytest.fixture(scope="module")
def questions():
    return {key: make() for key, make in made.QUESTIONS.items()}


def test_eight_to_ten_questions_of_all_kinds(questions):
    assert 8 <= len(questions) <= 10
    assert list(questions) == [f"q{number}" for number in range(1, len(questions) + 1)]
    assert {type(question) for question in questions.values()} == {Number, Choice, Several, Code}


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


@pytest.mark.parametrize(
    ("key", "answer"), [(key, answer) for key, answers in RIGHT.items() for answer in answers]
)
def test_right_answers(exercise, key, answer):
    feedback = exercise.check(key, answer)
    assert feedback.status == "right"
    assert feedback.text == exercise.question(key).why


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


@pytest.mark.parametrize(
    ("key", "answer", "name"),
    [(key, answer, name) for key, wrong in WRONG.items() for answer, name in wrong.items()],
)
def test_wrong_answers_climb_the_ladder_of_their_mistake(exercise, key, answer, name):
    question = exercise.question(key)
    assert question.mistake_in(question.read(answer)).name == name
    found = [exercise.check(key, answer) for _ in range(4)]
    assert [feedback.step for feedback in found] == [1, 2, 3, 3]
    assert len({feedback.text for feedback in found}) == 3


@pytest.mark.parametrize("key", WRONG)
def test_first_hints_differ(exercise, key):
    first = [exercise.check(key, answer).text for answer in WRONG[key]]
    assert len(first) >= 3
    assert len(set(first)) == len(first)


@pytest.mark.parametrize("key", WRONG)
def test_every_known_mistake_is_tried_above(questions, key):
    assert {mistake.name for mistake in questions[key].mistakes} <= set(WRONG[key].values())


def spellings(question):
    """Return texts that would give the answer away."""
    if isinstance(question, Number):
        value = question.expected
        texts = (
            [f"{value:.1f}", f"{value:.0f}"]
            if value > 1
            else [f"{value:.3f}", f"{value:.2f}", f"{value:.1%}"]
        )
        return texts if value > 1 else [*texts, f"{value:.0%}"]
    if isinstance(question, Code):
        return ["fp / (fp + tn)", "fp/(fp+tn)", "fp + tn"]
    if isinstance(question, Several):
        return [question.options[letter] for letter in question.expected]
    return [question.options[question.expected], f"“{question.expected}”", f" {question.expected})"]


@pytest.mark.parametrize("key", WRONG)
def test_no_first_hint_holds_the_answer(questions, key):
    question = questions[key]
    for ladder in (question.otherwise, *(mistake.hints for mistake in question.mistakes)):
        assert not [text for text in spellings(question) if text in ladder[0]]


@pytest.mark.parametrize("key", WRONG)
def test_hints_are_short(questions, key):
    question = questions[key]
    for ladder in (question.otherwise, *(mistake.hints for mistake in question.mistakes)):
        assert len(set(ladder)) == 3
        assert all(0 < len(hint.split()) <= 35 for hint in ladder)
    assert len(question.why.split()) <= 65


def compas_share(group, among, of):
    """Return a share with pandas alone: of the people `among`, those who also are `of`."""
    people = datasets.load("compas_scores")
    people = people[people.group == group].assign(flagged=lambda table: table.decile_score >= 5)
    return people.query(of).query(among).shape[0] / people.query(of).shape[0]


def test_expected_numbers_agree_with_pandas(questions):
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


def test_the_formula_is_the_audits(questions):
    counts = pd.DataFrame([(3, 5, 7, 11)], columns=["tn", "fp", "fn", "tp"]).iloc[0]
    outcome, decision = np.repeat([0, 0, 1, 1], counts), np.repeat([0, 1, 0, 1], counts)
    rates = audit.group_rates(outcome, decision, np.repeat("all", counts.sum()))
    assert questions["q3"].expected(*counts) == pytest.approx(rates.of("all", "false_positive_rate").value)


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


def run(tmp_path, kind, folder):
    """Return the texts that a notebook made from the exercise shows."""
    notebook = sources.make(ROOT, Target(f"{folder}/01_responsible_ai.ipynb", SOURCE, kind))
    strict = {"WORKSHOP_MY_WORK": str(tmp_path), "PYTHONWARNINGS": "error::DeprecationWarning:workshop"}
    asyncio.run(execute(notebook, tmp_path, SOURCE, {**os.environ, **strict}))
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    return [output["data"]["text/plain"] for output in outputs if "data" in output]


def test_the_stub_runs_as_it_stands(tmp_path):
    shown = run(tmp_path, "stub", "exercises")
    assert sum("Run this cell to answer here" in text for text in shown) == len(made.QUESTIONS)
    assert any(text.startswith("0 of 10 questions are right") for text in shown)


def test_the_solution_says_the_same_whatever_was_tried_before(tmp_path, questions):
    earlier = Exercise("01_responsible_ai", made.QUESTIONS, ProgressStore(tmp_path))
    for key, wrong in WRONG.items():
        earlier.check(key, next(iter(wrong)))
    shown = run(tmp_path, "solution", "exercises/solutions")
    assert [text for text in shown if text.startswith("Right.")] == [
        f"Right. {q.why}" for q in questions.values()
    ]
    assert "10 of 10 questions are right." in shown
