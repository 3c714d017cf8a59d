"""Exercise 06: right answers, typical wrong ones, and the numbers behind both."""

import pytest
from exercise_contract import ExerciseContract

from workshop import probes
from workshop.checks import questions_06_case_australia as made

RIGHT = {
    "q1": ["32/167", "0.192", "19%", "19,2 %", "32 of 167"],
    "q2": [
        "c",
        "(above + share * (files - above)) / per_hour",
        "above / per_hour + (files - above) * share / per_hour",
        lambda files, above, share, per_hour: (above * (1 - share) + share * files) / per_hour,
    ],
    "q3": [["a", "d"], "d and a"],
    "q4": ["b"],
    "q5": ["c"],
}

WRONG = {  # answers as a trainee would give them, each from another mistake
    "q1": {
        "46/480": "all victims",
        "32/46": "of those missed",
        "135/167": "found",
        "32/480": "of all victims",
        "7/181": "lighter skin",
        "7/132": "medium skin",
        "262/1290": "harmful files",
        "19": "percent without its sign",
        "0.18": "close",
        "0.5": "other",
    },
    "q2": {
        "a": "no sample",
        "b": "sample of all files",
        "d": "all below",
        "above + share * (files - above)": "not divided",
        "above + share * (files - above) / per_hour": "no brackets",
        "share * (files - above) / per_hour": "sample only",
        "files / per_hour": "other",
    },
    "q3": {
        "d": "same threshold, victims",
        "a b d": "same threshold, officers",
        "a c d": "same hours, all",
        "a": "same hours, darker skin",
        "a d e": "same hours, everybody",
    },
    "q4": {"a": "minimum count is enough", "c": "higher minimum", "d": "never the same question"},
    "q5": {"a": "nearly all are found", "b": "people only", "d": "a better classifier"},
}

FORMULAS = {
    "q2": [
        "above + share × (files − above)",
        "above + share * (files - above)",
        "share × (files − above)",
        "share * (files - above)",
    ]
}


def missed_by_hand(column, threshold, capacity):
    """Return how many victims of each skin tone have no viewed file."""
    ranked = made.files().sort_values(column, ascending=False, kind="stable")
    viewed = ranked[ranked[column] >= threshold].head(capacity)
    victims = made.files().query("harmful").drop_duplicates("victim")
    return victims[~victims["victim"].isin(viewed["victim"])]["skin_tone"].value_counts()


class TestExercise(ExerciseContract):
    NAME = "06_case_australia"
    QUESTIONS = made.QUESTIONS
    RIGHT = RIGHT
    WRONG = WRONG
    FORMULAS = FORMULAS
    LENGTH = (4, 6)

    @pytest.mark.parametrize(("question", "raw"), [("q1", "many"), ("q1", "1/0"), ("q1", "-0.2"), ("q1", "")])
    def test_what_is_no_number_is_no_try(self, exercise, question, raw):
        assert exercise.check(question, raw).status == "unread"

    @pytest.mark.parametrize(
        ("question", "raw"), [("q2", "above ** 2"), ("q2", "hours"), ("q3", "a, f"), ("q3", []), ("q4", "x")]
    )
    def test_what_is_no_choice_and_no_formula_is_no_try(self, exercise, question, raw):
        assert exercise.check(question, raw).status == "unread"

    @pytest.mark.parametrize("classifier", [made.IN_USE, made.NEW])
    def test_the_missed_by_hand(self, classifier):
        capacity = made.viewed_in(made.HOURS)
        by_hand = missed_by_hand(made.COLUMNS[classifier], made.LOW, capacity)
        assert made.missed(classifier, made.LOW, made.HOURS).to_dict() == by_hand.to_dict()

    def test_time_decides_in_the_first_question(self, questions):
        assert made.workload(made.IN_USE, made.LOW, made.HOURS).above > made.viewed_in(made.HOURS)
        assert made.workload(made.NEW, made.LOW, made.HOURS).above > made.viewed_in(made.HOURS)

    def test_the_threshold_decides_where_the_third_question_says_so(self):
        for classifier in (made.IN_USE, made.NEW):
            assert made.workload(classifier, made.THRESHOLD).above < made.viewed_in(made.HOURS)

    def test_the_probe_shows_the_answers(self, questions):
        probe = probes.triage(made.files(), made.scores(), threshold=made.LOW, hours=float(made.HOURS))
        assert "32 of 167" in probe.picture().sentence
        for classifier, threshold, count in (
            (made.IN_USE, made.THRESHOLD, made.workload(made.IN_USE, made.THRESHOLD).missed),
            (made.NEW, made.THRESHOLD, made.workload(made.NEW, made.THRESHOLD).missed),
            (made.NEW, made.LOW, int(made.missed(made.NEW, made.LOW, made.HOURS).sum())),
        ):
            shown = probe.picture(classifier=classifier, threshold=threshold).sentence
            assert f"{count} of 480 victims are missed" in shown

    def test_what_deleting_loses(self, questions):
        by_hand = missed_by_hand("score", made.DELETED_BELOW, None)
        assert f"{by_hand.sum()} of 480 victims would be lost" in questions["q5"].why
        assert f"{by_hand['darker']} of them with darker skin" in questions["q5"].why
