"""The worked case: measured anew, the same for everybody, kept nowhere; and the pictures of a case."""

from pathlib import Path
from time import perf_counter

import pytest
from casefile_samples import evidence, figure, risk
from pictures import cells, check_texts, drawing, tree

from workshop import casefile
from workshop.casefile import model, worked
from workshop.casefile.risks import LEVEL_NAMES, overall, rate
from workshop.casefile.stages import QUESTIONS, stopped_by
from workshop.probes.html import panel
from workshop.probes.words import half_up

LESSON = Path(__file__).parents[2] / "content/lessons/11_toolkit.py"


@pytest.fixture(scope="module")
def case():
    return worked.worked_case()


def test_it_is_the_same_each_time_and_fits_the_schema(case):
    assert worked.worked_case() == case
    assert model.parse(model.dump(case).encode()) == case


def test_it_is_kept_nowhere(case, tmp_path, monkeypatch):
    monkeypatch.setenv("WORKSHOP_MY_WORK", str(tmp_path / "work"))
    worked.worked_case()
    assert casefile.current() is None
    assert not (tmp_path / "work").exists()


def test_every_id_that_it_names_is_there(case):
    held = {each.id for each in case.evidence}
    assert held == {
        worked.MESSAGES,
        worked.WORDS,
        worked.WAITING,
        worked.CALLS,
        worked.ADDED,
        worked.LINE,
        worked.TRAINED,
    }
    named = [key for each in (*case.answers, *case.risks, case.decision) for key in each.evidence]
    named += [key for each in case.risks for key in each.measure_evidence]
    named += [each.evidence for each in case.checks]
    assert set(named) <= held
    assert {answer.question for answer in case.answers} == set(QUESTIONS)
    assert stopped_by(case) == ()


def test_its_risks_are_what_the_notes_say(case):
    rated = {each.risk.id: each for each in rate(case.risks, case.evidence)}
    levels = {key: (LEVEL_NAMES[each.before], LEVEL_NAMES[each.after]) for key, each in rated.items()}
    assert levels == {
        "other-languages": ("very high", "very high"),
        "absent-accents": ("very high", "high"),
        "telephone": ("very high", "very high"),
        "only-the-first": ("high", "high"),
        "time-lost": ("medium", "medium"),
    }
    assert not any("suggests" in note for each in rated.values() for note in each.notes)
    assert overall(rated.values()).counts == (0, 1, 2, 2)


def test_numbers_of_the_lesson_are_those_of_the_case(case):
    said = " ".join(LESSON.read_text("utf-8").replace("\n# ", " ").split())
    waiting = case.find("evidence", worked.WAITING).overall
    assert (waiting.numerator, waiting.denominator) == (115, 320)
    assert "36 of 100 (23 to 51; 115 of 320)" in said
    assert [half_up(100 * part) for part in (waiting.value, waiting.low, waiting.high)] == [36, 23, 51]
    absent = {
        key: round(
            100 * next(each.value for each in case.find("evidence", key).groups if each.name == "absent")
        )
        for key in (worked.CALLS, worked.ADDED, worked.LINE, worked.TRAINED)
    }
    assert absent == {worked.CALLS: 23, worked.ADDED: 7, worked.LINE: 79, worked.TRAINED: 24}
    assert "7 of 100 words are missed afterwards instead of 23" in said
    assert "(79 to 24 of 100)" in said
    assert round(100 * case.find("evidence", worked.MESSAGES).overall.value) == 30
    assert case.checks[0].highest == 0.41


def test_a_review_of_it(case):
    shown = casefile.review(case).picture
    assert shown.sentence == "7 of 15 questions are answered, and 7 of 17 principles have evidence."
    root = tree(panel(f"{shown.figure}{shown.table}"))
    check_texts(drawing(root))
    assert len(cells(root)) == 17 + len(QUESTIONS)


@pytest.mark.parametrize("view", [casefile.review, casefile.risk_sheet, casefile.measured, casefile.watched])
def test_without_a_case_it_says_how_to_begin_one(view):
    assert "casefile.begin()" in view(None)._repr_html_()


def test_answers_of_a_stage(case):
    root = tree(casefile.answers(case, "design")._repr_html_())
    assert [row[1] for row in cells(root)] == ["answered", "not sure", "answered", "not sure", "answered"]
    with pytest.raises(ValueError, match="no stage 'sale'"):
        casefile.answers(case, "sale")


def test_what_was_measured_is_one_row_a_number(case):
    root = tree(casefile.measured(case)._repr_html_())
    assert len(cells(root)) == sum(len(each.figures) for each in case.evidence)
    assert (
        "22 numbers of 7 measurements, 0 of them on real records" in casefile.measured(case).picture.sentence
    )


def test_the_probe_takes_evidence_away(case):
    probe = casefile.risk_probe(case)
    assert probe.resolve()["risk"] == "absent-accents"
    assert "2 high and 2 very high" in probe.picture().sentence
    assert "1 high and 3 very high" in probe.picture(unshown=True).sentence
    low = probe.picture(likelihood=1, impact=1, bare=True)
    assert "counted as medium: there is no evidence" in low.aside
    assert probe.resolve(risk="telephone")["likelihood"] == 5
    for name in ("risk", "likelihood", "impact", "bare", "unshown"):
        control = next(each for each in probe.controls if each.name == name)
        for value in control.options:
            drawing(tree(probe.view(**{name: value})))


def test_a_move_of_the_probe_is_quick(case):
    probe = casefile.risk_probe(case)
    took = []
    for value in (1, 2, 3, 4, 5):
        start = perf_counter()
        probe.view(likelihood=value)
        took.append(perf_counter() - start)
    assert sorted(took)[2] < 0.1


def test_a_case_without_risks_has_no_probe():
    with pytest.raises(ValueError, match="names no risk yet"):
        casefile.risk_probe(model.Case("a", "t", "own", "", ""))


def test_the_memo_is_shown_as_text():
    bad = "<img src=x onerror=alert(1)>"
    decision = model.Decision("limit", bad, bad, bad, "2027-05-31")
    case = model.Case(
        "a",
        bad,
        "own",
        bad,
        "",
        (evidence(label=bad, reason=bad),),
        (),
        (risk(name=bad, bears=bad),),
        (),
        decision,
    )
    memo = casefile.show_memo(case, "2026-11-30")
    for html in (memo._repr_html_(), memo.lead()._repr_html_(), casefile.measured(case)._repr_html_()):
        assert "<img" not in html
        assert "&lt;img" in html
    assert "<h1" not in memo._repr_html_()
    assert casefile.show_memo(None).lead().picture.sentence == casefile.NO_CASE


def test_a_figure_goes_back_to_the_audits_estimate():
    estimate = casefile.as_estimate(figure(value=0.25))
    assert (estimate.value, estimate.numerator, estimate.enough) == (0.25, 250.0, True)
    assert casefile.as_estimate(figure(value=None)).value != estimate.value
