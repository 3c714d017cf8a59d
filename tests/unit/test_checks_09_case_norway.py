"""Exercise 09: right answers, typical wrong ones, and the numbers behind both."""

import re
from pathlib import Path

import numpy as np
import pytest
from exercise_contract import ExerciseContract

from workshop import datasets, probes
from workshop.checks import questions_09_case_norway as made
from workshop.probes import early_warnings

SOURCE = Path(__file__).parents[2] / "content/exercises/09_case_norway.py"
RIGHT = {
    "q1": [["a", "b", "e"], "e, b, a"],
    "q2": ["47/120", "0.392", "39%", "39,2 %", "47 of 120"],
    "q3": [["b", "d", "e"], "b d e"],
    "q4": [
        "c",
        "harmful * found / (harmful * found + (chats - harmful) * flagged)",
        "1 / (1 + (chats - harmful) * flagged / (harmful * found))",
        lambda chats, harmful, found, flagged: (
            harmful * found / (harmful * found + (chats - harmful) * flagged)
        ),
    ],
    "q5": ["c"],
    "q6": ["b"],
}
WRONG = {  # answers as a trainee would give them, each from another mistake
    "q1": {
        "b e": "slow for one dialect",
        "a e": "the saving and its price",
        "a b c e": "a sample mends the rest",
        "a b d e": "too few to tell",
        "a b": "seconds count",
    },
    "q2": {
        "47/92": "never left out",
        "92/120": "later counts, too",
        "277/360": "all ways of writing",
        "116/120": "standard writing",
        "73/120": "those that are not found in time",
        "39": "percent without its sign",
        "0.405": "close",
        "0.2": "other",
    },
    "q3": {
        "d e": "rules at the same price",
        "b e": "more alarms, more found",
        "b c d e": "who pays",
        "a b d e": "none is no proof",
        "b d": "the gap stays",
    },
    "q4": {
        "a": "of the harmful ones",
        "b": "of the innocent ones",
        "d": "no base rate",
        "harmful * found / (harmful * found + chats * flagged)": "all chats as innocent",
        "(chats - harmful) * flagged / (harmful * found + (chats - harmful) * flagged)": "false alarms",
        "harmful * found / chats": "of all chats",
        "harmful / chats": "other",
    },
    "q5": {"a": "another rule", "b": "stricter", "d": "more moderators"},
    "q6": {"a": "a noble purpose", "c": "never", "d": "test on people"},
}
FORMULAS = {
    "q4": ["harmful × found ÷ (", "harmful * found / (", "(chats − harmful) × flagged", "(chats - harmful) *"]
}


def by_hand(threshold_of=20):
    """Return for each harmful chat its way of writing and the messages of harm up to the alarm, one by one."""
    alarms = made.alarms()
    threshold = alarms.threshold("average", threshold_of)
    for chat in datasets.load("chat_risk_scores").itertuples():
        average, alarm = 20.0, None
        for place, score in enumerate(chat.scores, 1):
            average = 0.1 * score + 0.9 * average
            if average >= threshold and alarm is None:
                alarm = place
        waited = None if alarm is None else alarm - chat.harm_starts + 1
        yield chat.writing, chat.harm_starts > 0, alarm, waited


class TestExercise(ExerciseContract):
    NAME = "09_case_norway"
    QUESTIONS = made.QUESTIONS
    RIGHT = RIGHT
    WRONG = WRONG
    FORMULAS = FORMULAS
    LENGTH = (4, 6)

    @pytest.mark.parametrize(
        ("question", "raw"),
        [("q2", "many"), ("q2", "1/0"), ("q2", "-0.3"), ("q2", ""), ("q1", "a, f"), ("q3", []), ("q5", "x")],
    )
    def test_what_is_no_answer_is_no_try(self, exercise, question, raw):
        assert exercise.check(question, raw).status == "unread"

    @pytest.mark.parametrize("raw", ["harmful ** 2", "right / all", "found +", "__import__('os')"])
    def test_what_is_no_formula_is_no_try(self, exercise, raw):
        assert exercise.check("q4", raw).status == "unread"

    def test_found_in_time_by_hand(self, questions):
        chats = list(by_hand())
        slang = [waited for writing, harm, _, waited in chats if harm and writing == "youth slang"]
        soon = sum(waited is not None and 1 <= waited <= 40 for waited in slang)
        assert questions["q2"].expected == pytest.approx(soon / len(slang))
        rang = [waited for _, harm, _, waited in chats if harm and waited is not None and waited >= 1]
        assert f"after {np.mean(rang):.0f} messages on average" in questions["q2"].why
        never = [writing for writing, harm, alarm, _ in chats if harm and alarm is None]
        assert f"leaves out {len(never)} chats" in questions["q2"].why
        assert f"{never.count('youth slang')} of them in youth slang" in questions["q2"].why

    def test_who_pays_by_hand(self, questions):
        wrong = [writing for writing, harm, alarm, _ in by_hand(50) if not harm and alarm]
        assert f"Who pays: {wrong.count('second language')} of {len(wrong)} innocent" in questions["q3"].why
        assert wrong.count("second language") > len(wrong) / 2  # as a hint says
        none = made.flagged(0).loc["all chats"]
        assert none["numerator"] == 0
        assert 0.002 < none["high"] < 0.003  # "up to 3 of 1,000"

    def test_the_probe_shows_what_the_questions_ask(self, questions):
        probe = probes.early_warning(made.alarms(), accepted=made.ACCEPTED)
        assert {made.ACCEPTED, made.MORE, made.STRICT, 2} <= set(early_warnings.ACCEPTED)
        assert {made.HARMFUL, made.REPORTED} <= set(early_warnings.HARMFUL)
        assert probe.resolve()["chats"] == made.CHATS
        assert probe.resolve()["minutes"] == made.MINUTES
        shown = probe.picture(harmful=made.REPORTED).aside
        said = re.search(r"Right: (.*?) alarms", shown)[1]
        assert questions["q5"].why.startswith(f"Then {said} alarms are right")

    def test_only_fewer_watched_chats_make_most_alarms_right(self):
        assert made.work(harmful=made.REPORTED).precision_low > 0.5
        assert made.work(accepted=2).precision_high < 0.5
        assert max(made.work(rule=rule).precision_high for rule in ("one", "several", "average", "sum")) < 0.5
        # More moderators change nothing: the share does not depend on how long an alarm takes.

    def test_right_alarms_agree_with_the_formula(self, questions):
        found = made.found().loc["all chats"]
        rings = (found["in time"] + found["later"]) / found["denominator"]
        flagged = made.flagged().loc["all chats", "value"]
        share = questions["q4"].expected(made.CHATS, made.CHATS * made.HARMFUL / 100_000, rings, flagged)
        assert share == pytest.approx(made.work().precision, rel=0.01)
        assert "flags 2 of 100 innocent ones" in questions["q4"].why
        assert flagged == pytest.approx(0.02)
        assert f"finds {100 * rings:.0f} of 100 harmful chats" in questions["q4"].why

    def test_hours_in_the_first_question(self, questions):
        whole = made.checked(100)
        assert whole["dialect C"].hours > 100
        assert f"takes {whole['dialect C'].hours:.0f} hours for 100 by hand" in questions["q1"].why
        assert 100 - made.checked(made.PART)["dialect A"].hours > 80
        assert made.SECONDS // 2 in probes.correction(made.transcripts()).controls[1].options

    def test_the_offer_and_its_feedback_agree(self, questions):
        text = SOURCE.read_text("utf-8")
        standard = made.found().loc["standard", "value"]
        assert f"Of 100 harmful ones {100 * standard:.0f} were found within 40 messages" in text
        late = 100 - 100 * made.found().loc["youth slang", "value"]
        assert f"{late:.0f} of 100 in youth slang are not found in time" in questions["q6"].why
