"""The probe of three explanations: it tells what the court domain finds, and how often it stays the same."""

import gc
import re
import time

import numpy as np
import pytest
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop import audit, datasets
from workshop.domains import court
from workshop.probes import svg
from workshop.probes.reasons import reasons

ACCOUNTS = datasets.load("reported_accounts")
TRAIN = ACCOUNTS[ACCOUNTS.split == "train"]
REFITS = court.Refits(TRAIN, number=40)
CASES = ACCOUNTS.loc[[2289, 2125, 2223, 2248, 2640]]
PROBE = reasons(REFITS, CASES)
FACTS = list(court.FACTS)
NAMES = PROBE.controls[1].options
WAYS = (court.REASON, court.CHANGE, court.PRECEDENTS)
POSITIONS = [
    {"case": case, "way": way, "refit": refit, "check": check}
    for case in NAMES
    for way in WAYS
    for refit, check in ((0, False), (7, True))
]


def case_of(position):
    return CASES.iloc[[NAMES.index(position["case"])]]


def model_of(position):
    return REFITS.models[position["refit"] - 1] if position["refit"] else REFITS.model


@pytest.mark.parametrize("position", POSITIONS, ids=lambda position: "-".join(map(str, position.values())))
def test_every_position_tells_what_the_model_says(position):
    root = tree(PROBE.view(**position))
    check_texts(drawing(root))
    case, model = case_of(position), model_of(position)
    score = model.predict_proba(case[FACTS].astype(float))[0, 1]
    decision = "flagged" if score >= 0.5 else "not flagged"
    assert sentence(root).startswith(f"{position['case']} is {decision}")
    assert f"score {audit_share(score)} of 100" in sentence(root)
    kept = int(REFITS.holds(case)[position["way"]].sum())
    assert f"{kept} of 40" in "".join(drawing(root).itertext())
    field = [path for path in drawing(root).iter(f"{SVG}path") if "h18v18" in path.get("d", "")]
    assert sum(path.get("d").count("h18v18") for path in field) == 40
    blue = [path for path in field if path.get("fill") == svg.BLUE.fill]
    assert sum(path.get("d").count("h18v18") for path in blue) == kept
    assert ("The later check" in "".join(root.itertext())) == position["check"]


def audit_share(score):
    return int(np.floor(100 * score + 0.5))


@pytest.mark.parametrize("refit", [0, 4])
@pytest.mark.parametrize("case", NAMES)
def test_the_table_of_reasons_adds_up_to_the_score(case, refit):
    position = {"case": case, "refit": refit}
    rows = cells(tree(PROBE.view(way=court.REASON, **position)))
    added = [float(row[2].replace("−", "-")) for row in rows]
    assert sum(added[:-1]) == pytest.approx(added[-1], abs=0.05)
    log_odds = model_of(position).decision_function(case_of(position)[FACTS].astype(float))[0]
    assert added[-1] == pytest.approx(log_odds, abs=0.006)
    told = audit.explain_linear(
        model_of(position),
        case_of(position)[FACTS].astype(float),
        (TRAIN.iloc[REFITS.drawn[refit - 1]] if refit else TRAIN)[FACTS].astype(float),
    )
    assert added[1:-1] == pytest.approx(told.contributions.tolist(), abs=0.006)


@pytest.mark.parametrize("case", NAMES)
def test_the_change_is_the_smallest_one(case):
    found = court.counterfactual(REFITS.model, case_of({"case": case}), TRAIN, court.FIXED)
    rows = cells(tree(PROBE.view(case=case, way=court.CHANGE)))
    assert [[float(cell) for cell in row[1:]] for row in rows] == [
        list(each) for each in found.changes.values()
    ]


@pytest.mark.parametrize("case", NAMES)
def test_precedents_are_counted(case):
    near = court.precedents(REFITS.model, case_of({"case": case}), TRAIN)
    root = tree(PROBE.view(case=case, way=court.PRECEDENTS, check=True))
    assert f"Of the 15 accounts most like it, {near.recorded.sum()} are recorded" in sentence(root)
    assert f"a ring used {near.checked.sum()} of these 15" in "".join(root.itertext())
    rows = cells(root)
    assert [row[-2:] for row in rows[1:]] == [
        ["yes" if each else "no" for each in pair] for pair in zip(near.recorded, near.checked, strict=True)
    ]
    signs = [text.text for text in drawing(root).iter(f"{SVG}text") if text.text in ("✓", "✗")]
    assert signs.count("✓") == (near.recorded == near.checked).sum()
    assert "Checked" not in "".join(tree(PROBE.view(case=case, way=court.PRECEDENTS)).itertext())


def test_account_a_is_the_case_that_the_lesson_tells():
    said = [PROBE.picture(case="Account A", way=way, check=True) for way in WAYS]
    assert "Main reason: transfers abroad (9)" in said[0].sentence
    assert "hours kept were 50 instead of 12" in said[1].sentence
    assert "11 are recorded" in said[2].sentence
    assert all("no ring used this account" in each.aside for each in said)


def test_a_case_that_no_change_flips_is_said():
    fixed = court.Refits(TRAIN, number=2, facts=["account_months"])
    probe = reasons(fixed, CASES)
    assert "No change of up to three facts would flip it" in probe.picture(way=court.CHANGE).sentence


def test_reasons_that_are_told_together_have_no_value():
    together = court.Refits(TRAIN, number=3, together={"money in": ["senders", "payments_in"]})
    rows = cells(tree(reasons(together, CASES).view(case="Account C")))
    assert ["Money in", ""] in [row[:2] for row in rows]


def test_names_are_text_and_keep_their_direction():
    probe = reasons(
        REFITS, CASES.head(2), case_names=["<b>one</b>", "حساب"], fact_names={"senders": "<i>x</i>"}
    )
    root = tree(probe.view(case="<b>one</b>"))
    assert root.find(".//b") is None
    assert root.find(".//i") is None
    assert "\u2068حساب\u2069" in sentence(tree(probe.view(case="حساب")))


def test_a_move_is_quick():
    for position in POSITIONS:
        PROBE.view(**position)  # a change is searched once
    taken = []
    gc.disable()  # or one position pays for what all tests before have left behind
    for position in [*POSITIONS[::2], {**POSITIONS[0], "refit": 9}, {**POSITIONS[2], "refit": 9}]:
        start = time.process_time()
        PROBE.view(**position)
        taken.append(time.process_time() - start)
    gc.enable()
    assert max(taken) < 0.1


def test_the_first_view_of_a_position_is_quick_too():
    probe = reasons(REFITS, CASES.tail(1))
    for way in WAYS:
        start = time.process_time()
        probe.view(way=way, refit=13)
        assert time.process_time() - start < 0.2, way  # the search included; a busy machine


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"refits": None}, "court.Refits"),
        ({"cases": CASES.head(0)}, "at least one case"),
        ({"cases": None}, "at least one case"),
        ({"cases": CASES.drop(columns="checked")}, "column checked"),
        ({"cases": CASES.drop(columns="senders")}, "lack the fact 'senders'"),
        ({"cases": CASES.assign(senders="x")}, "must be a number"),
        ({"case_names": ["a"]}, "5 different case_names"),
        ({"case_names": ["a"] * 5}, "5 different case_names"),
    ],
)
def test_what_cannot_be_shown_is_said(change, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        reasons(**({"refits": REFITS, "cases": CASES} | change))


def test_there_is_no_other_way():
    with pytest.raises(ValueError, match="cannot be 'magic'"):
        PROBE.picture(way="magic")
