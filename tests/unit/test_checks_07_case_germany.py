"""Exercise 07: right answers, typical wrong ones, and the numbers behind both."""

import re
from pathlib import Path

import pytest
from exercise_contract import ExerciseContract

from workshop import datasets, probes
from workshop.checks import questions_07_case_germany as made
from workshop.domains import court

SOURCE = Path(__file__).parents[2] / "content/exercises/07_case_germany.py"

RIGHT = {
    "q1": ["700", 700, "700.0"],
    "q2": [
        "b",
        "(1 - accuracy) * files - (relevant - found)",
        "files - accuracy * files - relevant + found",
        lambda files, accuracy, relevant, found: files * (1 - accuracy) + found - relevant,
    ],
    "q3": ["80/809", "0.099", "10%", "9,9 %"],
    "q4": [["a", "d"], "d and a"],
    "q5": ["292/954", "0.306", "31%", "30,6 %"],
    "q6": ["c"],
}

WRONG = {  # answers as a trainee would give them, each from another mistake
    "q1": {
        "1000": "all that is wrong",
        "600": "fewest false alarms",
        "100": "found",
        "900": "found taken from the errors",
        "19000": "other",
    },
    "q2": {
        "a": "all errors",
        "c": "found instead of missed",
        "d": "as if both kinds of files had the same errors",
        "(1 - accuracy) * files - relevant - found": "no brackets",
        "accuracy * files": "other",
    },
    "q3": {
        "80%": "found, of those that matter",
        "92.5%": "correct",
        "729/809": "the false alarms",
        "200/550": "in the seller's test",
        "100/829": "all that matter, below the false alarms",
        "9.9": "percent without its sign",
        "1%": "other",
    },
    "q4": {
        "d": "the sum",
        "a b d": "the change for every model",
        "a c d": "recorded is not found",
        "a": "firm main reason",
        "a d e": "firm is not right",
    },
    "q5": {
        "292/1254": "of all accounts",
        "292/592": "of the recorded",
        "592/1254": "recorded, of all accounts",
        "292/2770": "everybody's accounts",
        "30.6": "percent without its sign",
        "0.9": "other",
    },
    "q6": {"a": "it explains itself", "b": "no reasons, no harm", "d": "firm is not right"},
}

FORMULAS = {
    "q2": ["files − (relevant − found)", "files - (relevant - found)", "relevant − found", "relevant - found"]
}


class TestExercise(ExerciseContract):
    NAME = "07_case_germany"
    QUESTIONS = made.QUESTIONS
    RIGHT = RIGHT
    WRONG = WRONG
    FORMULAS = FORMULAS
    LENGTH = (4, 6)

    @pytest.mark.parametrize(("question", "raw"), [("q1", "many"), ("q3", "1/0"), ("q5", "-0.3"), ("q1", "")])
    def test_what_is_no_number_is_no_try(self, exercise, question, raw):
        assert exercise.check(question, raw).status == "unread"

    @pytest.mark.parametrize(
        ("question", "raw"), [("q2", "files ** 9"), ("q4", "a, z"), ("q6", "e"), ("q4", [])]
    )
    def test_what_is_no_choice_and_no_formula_is_no_try(self, exercise, question, raw):
        assert exercise.check(question, raw).status == "unread"

    def test_the_probe_of_question_1_can_be_set_to_the_question(self, questions):
        probe = probes.correct_rate(accuracy=made.ACCURACY, prevalence=made.PREVALENCE, files=made.FILES)
        said = {probe.picture(missing=step).sentence for step in range(21)}
        wanted = f"{made.MISSED} of 400 that matter are missed, and {questions['q1'].expected} others"
        assert sum(wanted in each for each in said) == 1
        source = SOURCE.read_text(encoding="utf-8")
        assert "20,000 files, 400 of them matter. The tool is “95% correct”." in source

    def test_flags_in_the_archive_by_hand(self, questions):
        files = datasets.load("sorted_files").query("pile == 'archive' and sorter_a >= 0.5")
        assert questions["q3"].expected == files.relevant.mean()
        assert f"{files.relevant.sum()} of {len(files)}, about 10 of 100" in questions["q3"].why

    def test_what_the_court_may_be_told_is_what_the_probe_shows(self, questions):
        probe = probes.reasons(made.refits(), made.cases())
        assert questions["q4"].expected == frozenset("ad")
        reason, change, near = (
            probe.picture(way=way, check=True) for way in (court.REASON, court.CHANGE, court.PRECEDENTS)
        )
        assert "main reason of the same decision in 100 of 100" in reason.aside
        assert "flips the decision in 47 of 100" in change.aside
        assert "kept 50 hours instead of 12" in questions["q4"].options["b"]
        assert "a ring used 3 of these 15, the records say 11" in near.aside
        for text in ("100 of 100 trainings", "only 47 of them", "3 of the 15", "records say 11"):
            assert text in questions["q4"].why

    def test_wrong_records_by_hand(self, questions):
        table = datasets.load("reported_accounts")
        harmless = table[(table.holder == "moved here") & ~table.checked]
        assert questions["q5"].expected == harmless.recorded.mean()
        assert questions["q5"].why.startswith(
            f"{harmless.recorded.sum()} of {len(harmless)}: 31 of 100, planted were 30"
        )

    def test_the_offer_counts_whose_accounts_are_flagged(self, questions):
        table = datasets.load("reported_accounts").query("split == 'test' and not checked")
        flagged = made.refits().flagged(table)
        for holder, words in (("moved here", "moved here"), ("born here", "were born here")):
            rows = (table.holder == holder).to_numpy()
            assert f"{flagged[rows].sum()} of {rows.sum()} of people who {words}" in questions["q6"].why

    def test_the_solution_answers_every_question(self):
        source = SOURCE.read_text(encoding="utf-8")
        assert re.findall(r'exercise\.ask\("(q\d)"\)', source) == list(made.QUESTIONS)
