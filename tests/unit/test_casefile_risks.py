"""The risk sheet never hides the worst, and nothing is low or lowered without evidence."""

from dataclasses import replace
from time import perf_counter

import pytest
from casefile_samples import HELD, evidence, figure, ids, risk, risks, sheets, steps
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, cells, check_texts, drawing, tree

from workshop.casefile.model import Case
from workshop.casefile.risks import (
    FLOOR,
    LEVEL_NAMES,
    LEVELS,
    level_of,
    measured_step,
    overall,
    picture,
    rate,
    risk_sheet,
)
from workshop.probes.html import panel

quick = settings(max_examples=60, deadline=None)


def only(one, held=HELD):
    return rate([one], held)[0]


def test_the_bands_cover_every_product_once():
    for likelihood in range(1, 6):
        for impact in range(1, 6):
            inside = [level for level in LEVELS if level.lowest <= likelihood * impact <= level.highest]
            assert len(inside) == 1
            assert LEVELS[level_of(likelihood, impact)] == inside[0]
    assert [LEVEL_NAMES[level_of(1, step)] for step in range(1, 6)] == ["low"] * 4 + ["medium"]
    assert LEVEL_NAMES[level_of(4, 4)] == "very high"


@pytest.mark.parametrize("step", [0, 6, 2.0, True, "3", None])
def test_a_step_is_a_whole_number_from_1_to_5(step):
    with pytest.raises(ValueError, match="from 1 to 5"):
        level_of(3, step)


@quick
@given(sheets)
def test_overall_is_the_worst_and_never_a_mean(sheet):
    rated = rate(sheet, HELD)
    whole = overall(rated)
    if not sheet:
        assert whole.level is None
        assert "says nothing" in whole.sentence
        return
    assert whole.level == max(each.after for each in rated)
    assert all(whole.level >= each.after for each in rated)
    assert sum(whole.counts) == len(sheet)
    assert whole.counts[whole.level] == len(whole.worst) > 0
    assert LEVEL_NAMES[whole.level] in whole.sentence
    assert rated[0] in whole.worst
    assert rated[0].risk.name in whole.sentence


@quick
@given(sheets, risks("one more"))
def test_one_more_risk_never_lowers_the_overall_level(sheet, more):
    before, after = (overall(rate(each, HELD)).level for each in (sheet, (*sheet, more)))
    assert after >= (before if before is not None else 0)


@quick
@given(risks())
def test_without_evidence_nothing_is_low(one):
    rated = only(one)
    if not {"e1", "e2", "e3"} & set(one.evidence):
        assert not rated.proven
        assert rated.before >= FLOOR
        assert rated.after >= FLOOR
        assert any("no evidence" in note for note in rated.notes)


@quick
@given(risks(), ids)
def test_a_measure_lowers_nothing_without_evidence_of_its_own(one, named):
    rated = only(replace(one, measure_evidence=named))
    works = {"e1", "e2", "e3"} & set(named) - set(one.evidence)
    if not works:
        assert rated.after >= rated.before
    elif one.measure:
        least = 0 if rated.proven else FLOOR
        assert rated.after == max(level_of(one.likelihood_after, one.impact_after), least)


@quick
@given(risks(), steps, steps)
def test_worse_steps_never_give_a_better_level(one, likelihood, impact):
    worse = replace(one, likelihood=max(one.likelihood, likelihood), impact=max(one.impact, impact))
    assert only(worse).before >= only(one).before
    assert only(worse).after >= only(one).after
    if one.measure:
        later = replace(
            one,
            likelihood_after=max(one.likelihood_after, likelihood),
            impact_after=max(one.impact_after, impact),
        )
        assert only(later).after >= only(one).after


@quick
@given(risks(), st.sampled_from(HELD))
def test_taking_evidence_away_never_lowers_a_level(one, lost):
    fewer = tuple(each for each in HELD if each is not lost)
    # What backed the risk may back its measure once it is gone from the risk: so it is taken from the case.
    assert only(one, fewer).before >= only(one).before
    assert only(one, fewer).after >= only(one).after


def test_the_same_evidence_cannot_show_the_risk_and_the_measure():
    one = risk(
        likelihood=5,
        impact=4,
        evidence=("e1",),
        measure="a second look",
        likelihood_after=1,
        impact_after=1,
        measure_evidence=("e1",),
    )
    assert LEVEL_NAMES[only(one).after] == "very high"
    assert "does not show that the measure works" in " ".join(only(one).notes)
    assert LEVEL_NAMES[only(replace(one, measure_evidence=("e1", "e2"))).after] == "low"
    assert "no measure is named" in " ".join(only(replace(one, measure="")).notes)


def test_evidence_with_too_few_people_is_no_evidence():
    one = risk(likelihood=1, impact=1, evidence=("few",))
    assert LEVEL_NAMES[only(one).after] == "medium"
    assert LEVEL_NAMES[only(replace(one, evidence=("e1",))).after] == "low"


@pytest.mark.parametrize(
    ("value", "worse", "step"),
    [(0.009, "higher", 1), (0.01, "higher", 2), (0.05, "higher", 3), (0.1, "higher", 4), (0.25, "higher", 5),
     (0.995, "lower", 1), (0.7, "lower", 5)],
)  # fmt: skip
def test_a_measured_share_suggests_a_step(value, worse, step):
    made = evidence(overall=figure(value=value), groups=(), worse=worse)
    assert measured_step(made)[0] == step


def test_the_worst_group_with_enough_people_suggests_the_step():
    groups = (figure("a", 0.3), figure("b", 0.04), figure("few", 0.9, enough=False))
    step, worst = measured_step(evidence(groups=groups))
    assert (step, worst.name) == (5, "a")
    assert measured_step(evidence(unit="ratio")) == (None, None)
    note = only(risk(likelihood=2, evidence=("x",)), [evidence("x", groups=groups)]).notes[0]
    assert note == (
        "Likelihood rated 2, but measured: 30 in 100 (25 to 35; 300 of 1,000) (a), which suggests 5."
    )


@quick
@given(sheets)
def test_the_sheet_says_the_same_as_figure_and_table(sheet):
    rated = rate(sheet, HELD)
    shown = picture(rated)
    root = tree(panel(f"{shown.figure}{shown.table}"))
    drawn = drawing(root)
    check_texts(drawn)
    plates = [text.text.split() for text in drawn.iter(f"{SVG}text")]
    assert len(cells(root)) == len(rated)
    for each, row in zip(rated, cells(root), strict=True):
        assert row[0] == f"{each.number}. {each.risk.name}"
        assert row[3].endswith(LEVEL_NAMES[each.before])
        assert row[6].endswith(LEVEL_NAMES[each.after])
        assert each.risk.name in drawn[1].text
        marked = f"{each.number}?" if not each.proven else str(each.number)
        if len(rated) < 3:  # more may not fit on one plate
            assert sum(marked in plate for plate in plates) >= 2


def test_typed_words_are_only_text():
    bad = "<script>alert(1)</script>"
    case = Case("a", "t", "own", "", "", risks=(risk(name=bad, bears=bad, measure=bad),))
    html = risk_sheet(case)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_no_case_is_said():
    assert "No risk was named yet" in risk_sheet(None)._repr_html_()


def test_a_full_sheet_is_drawn_quickly():
    many = tuple(risk(str(place), 1 + place % 5, 1 + place // 5 % 5, evidence=("e1",)) for place in range(50))
    start = perf_counter()
    picture(rate(many, HELD))
    assert perf_counter() - start < 0.1
