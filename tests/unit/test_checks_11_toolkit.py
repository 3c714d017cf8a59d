"""Exercise 11: right answers, typical wrong ones, and the numbers behind both."""

from dataclasses import replace
from pathlib import Path

import pytest
from exercise_contract import ExerciseContract

from workshop import audit, datasets
from workshop.casefile import worked
from workshop.casefile.risks import LEVEL_NAMES, overall, rate
from workshop.checks import questions_11_toolkit as made
from workshop.domains import text, vision

SOURCE = Path(__file__).parents[2] / "content/exercises/11_toolkit.py"

RIGHT = {
    "q1": ["b"],
    "q2": [["b", "c", "e"], "e, c and b"],
    "q3": [
        "c",
        "(messages - read) / messages - waiting / urgent",
        "1 - read / messages - waiting / urgent",
        lambda messages, read, urgent, waiting: 1 - read / messages - waiting / urgent,
    ],
    "q4": ["22%", "0.22", "22,0 %", "0.2199"],
    "q5": ["c"],
    "q6": ["b", "medium"],
    "q7": ["d", "very high"],
    "q8": [["b", "c"], "c b"],
    "q9": ["25", 25, "25.0"],
    "q10": ["b"],
}

WRONG = {  # answers as a trainee would give them, each from another mistake
    "q1": {"a": "errors first", "c": "others have it", "d": "how before whether"},
    "q2": {
        "a b c e": "law by numbers",
        "b c d e": "people by numbers",
        "c e": "errors left out",
        "b e": "groups left out",
        "b c": "bad days left out",
    },
    "q3": {
        "a": "what still waits",
        "b": "without the tool",
        "(messages - read - waiting) / messages": "of all messages",
        "d": "what is read",
        "waiting / urgent - 1 + read / messages": "turned round",
        "messages / urgent": "other",
    },
    "q4": {
        "24.1%": "not subtracted",
        "5.3%": "before the measure",
        "54.9%": "what the measure gained",
        "18.5%": "rare accents",
        "4.2%": "by 32 speakers",
        "22": "percent without its sign",
        "0.21": "close",
        "0.9": "other",
    },
    "q5": {"a": "a rate from three stories", "b": "no proof, no harm", "d": "as if it were English"},
    "q6": {"a": "what was typed", "c": "punished", "d": "the worst"},
    "q7": {"a": "the best", "b": "the mean", "c": "most of them"},
    "q8": {"a b c": "a good idea", "b c d": "a promise", "c": "speakers left out", "b": "telephone left out"},
    "q9": {"24": "one too early", "41": "the bound itself", "18": "as it was measured", "30": "other"},
    "q10": {"a": "stopped at the number", "c": "never", "d": "try and see"},
}

FORMULAS = {"q3": ["(messages - read) / messages - waiting / urgent", "minus what waits with the tool"]}


class TestExercise(ExerciseContract):
    NAME = "11_toolkit"
    QUESTIONS = made.QUESTIONS
    RIGHT = RIGHT
    WRONG = WRONG
    FORMULAS = FORMULAS

    @pytest.mark.parametrize(
        ("question", "raw"),
        [("q1", "x"), ("q2", []), ("q3", "max(read, 1)"), ("q4", "many"), ("q9", "61"), ("q9", "-1")],
    )
    def test_what_is_no_answer_is_no_try(self, exercise, question, raw):
        assert exercise.check(question, raw).status == "unread"

    def test_the_gain_by_hand(self, questions):
        messages = datasets.load("public_messages")
        train, test = (messages[messages.split == part] for part in ("train", "test"))
        english = train[train.language == "en"]
        scores = text.fit_triage(english.text, english.urgent).score(test.text)
        read = test.assign(score=scores).sort_values("score", ascending=False, kind="stable").head(made.READ)
        waiting = test.urgent.sum() - read.urgent.sum()
        assert (len(test), test.urgent.sum()) == (made.ALL, 320)
        assert f"{waiting} of 320 urgent ones" in questions["q3"].why
        assert 0.25 < 620 / 920 - waiting / 320 < 0.35

    def test_all_urgent_french_messages_are_missed_in_three_stories(self):
        messages = datasets.load("public_messages")
        train, test = (messages[messages.split == part] for part in ("train", "test"))
        english = train[train.language == "en"]
        scores = text.fit_triage(english.text, english.urgent).score(test.text)
        french = text.errors(test, scores >= worked.THRESHOLD, "language").loc["fr"]
        assert (french.numerator, french.denominator, french.families) == (30, 30, 3)
        assert not french.enough

    def test_the_first_measure_alone_leaves_the_whole_as_bad(self, questions):
        risks = [
            replace(risk, measure_evidence=(worked.ADDED,)) if risk.id == "other-languages" else risk
            for risk in made.case().risks
        ]
        whole = overall(rate(risks, made.case().evidence))
        assert LEVEL_NAMES[whole.level] == questions["q7"].options[questions["q7"].expected]
        assert [each.risk.id for each in whole.worst] == ["telephone"]

    def test_every_option_that_is_wrong_is_a_level_of_the_sheet(self, questions):
        assert list(questions["q6"].options.values()) == list(LEVEL_NAMES)

    def test_the_facts_of_the_gate_are_those_of_lesson_04(self):
        plates = datasets.load("licence_plates")
        train, test = (plates[plates.split == part] for part in ("train", "test"))
        reader = vision.PlateReader().fit(train.picture, train.text)
        test = test.assign(read=reader.predict(test.picture))
        wrong = vision.read_errors(test.text, test.read, test.region).plates
        shown = " ".join(SOURCE.read_text("utf-8").replace("\n# ", " ").split())
        for region, said in wrong.items():
            value, low, high = (f"{100 * part:.0f}" for part in said[:3])
            plural = " plates" if region == "Talvora" else ""
            assert f"{value} of 100{plural} of {region} ({low} to {high})" in shown or (
                f"{value} of {region} ({low} to {high})" in shown
            )
        lumeko = test[test.region == "Lumeko"].assign(wrong=lambda rows: rows.text != rows.read)
        counts = lumeko.groupby("condition").wrong.agg(["sum", "count"]).loc[["night", "day"]]
        assert counts.to_numpy().tolist() == [[7, 40], [2, 80]]
        assert "7 of 40 plates of Lumeko were read wrong, by day 2 of 80" in shown

    def test_the_bound_is_the_upper_end_that_was_measured(self):
        messages = datasets.load("public_messages")
        train, test = (messages[messages.split == part] for part in ("train", "test"))
        english = train[train.language == "en"]
        scores = text.fit_triage(english.text, english.urgent).score(test.text)
        missed = audit.estimates(text.errors(test, scores >= worked.THRESHOLD, "language"))["en"]
        assert made.bound() == round(missed.high, 2)
