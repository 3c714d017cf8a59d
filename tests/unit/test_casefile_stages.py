"""Each question serves principles and says what answers it; one no at a gate ends a case."""

import pytest
from casefile_samples import evidence, figure

from workshop.casefile import CORE, PRINCIPLES, STAGES, Answer, Case
from workshop.casefile.stages import (
    QUESTIONS,
    fitting,
    review,
    stage_questions,
    standings,
    stopped_by,
    without_evidence,
)

BEGUN = Case("a", "t", "own", "", "")


def answered(key, answer="yes", *held, named=()):
    return Case("a", "t", "own", "", "", evidence=held, answers=(Answer(key, answer, "words", named),))


def state(case, key):
    return next(each.state for each in standings(case) if each.question.key == key)


def test_each_stage_has_four_to_six_questions_and_each_principle_is_served():
    for stage in STAGES:
        assert 4 <= len(stage_questions(stage)) <= 6
    assert {key for question in QUESTIONS.values() for key in question.principles} == set(PRINCIPLES)
    assert {PRINCIPLES[key].core for question in QUESTIONS.values() for key in question.principles} == set(
        CORE
    )
    with pytest.raises(ValueError, match="no stage 'sale'"):
        stage_questions("sale")


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_a_question_is_whole(question):
    assert question.asks.endswith(("?", "say?"))
    assert set(question.answered_by) <= set(PRINCIPLES)
    assert question.why
    assert question.bad
    assert len(question.asks.split()) <= 20


def test_need_comes_first_and_is_a_gate():
    first = next(iter(QUESTIONS.values()))
    assert (first.key, first.stage, first.gate) == ("need", "design", True)
    assert first.asks.startswith("Do you need AI at all?")
    assert [key for key, question in QUESTIONS.items() if question.gate] == [
        "need",
        "legal_basis",
        "less_intrusive",
        "proportionate",
    ]


@pytest.mark.parametrize("key", QUESTIONS)
def test_only_a_no_at_a_gate_stops(key):
    gate = QUESTIONS[key].gate
    assert bool(stopped_by(answered(key, "no"))) == gate
    assert stopped_by(answered(key, "yes")) == stopped_by(answered(key, "not sure")) == ()
    sentence = review(answered(key, "no")).picture.sentence
    assert sentence.startswith("Stop: the answer to") == gate


def test_a_yes_without_evidence_is_told_apart():
    assert state(BEGUN, "errors_counted") == "open"
    assert state(answered("errors_counted"), "errors_counted") == "no evidence"
    assert state(answered("errors_counted", "yes", evidence()), "errors_counted") == "answered"
    assert state(answered("errors_counted", "not sure", evidence()), "errors_counted") == "not sure"
    few = evidence(overall=figure(enough=False), groups=())
    assert state(answered("errors_counted", "yes", few), "errors_counted") == "no evidence"
    assert state(answered("legal_basis"), "legal_basis") == "answered"
    assert state(answered("stakeholders", "text"), "stakeholders") == "answered"


def test_evidence_that_was_named_comes_first():
    other = evidence("x", principles=["efficiency"])
    case = answered("errors_counted", "yes", evidence("y"), other, named=("x",))
    assert [
        each.id for each in next(s for s in standings(case) if s.question.key == "errors_counted").evidence
    ] == ["x"]
    gone = answered("errors_counted", "yes", evidence("y"), named=("gone",))
    assert state(gone, "errors_counted") == "answered"


def test_evidence_fits_by_its_principles():
    assert fitting(QUESTIONS["bad_days"], [evidence()]) == ()
    night = evidence(principles=["robustness_and_safety"])
    assert fitting(QUESTIONS["bad_days"], [evidence(), night]) == (night,)


def test_principles_without_evidence_are_named():
    assert set(without_evidence(None)) == set(PRINCIPLES)
    left = without_evidence(answered("need", "yes", evidence(principles=["accuracy", "privacy"])))
    assert set(PRINCIPLES) - set(left) == {"accuracy", "privacy"}


def test_typed_words_are_only_text():
    bad = "<script>alert(1)</script>"
    case = Case("a", bad, "own", bad, "", (evidence(label=bad),), (Answer("need", "yes", bad),))
    html = review(case)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
