"""A case file holds what its published schema says, and every change of it can be undone."""

import json
import tomllib
from dataclasses import fields, replace
from pathlib import Path

import pytest
from casefile_samples import evidence, figure, risk, risks
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from workshop.casefile import CORE, PRINCIPLES, Answer, Case, Check, Decision, model
from workshop.casefile.principles import principle
from workshop.kept import UnreadableError

ROOT = Path(__file__).parents[2]
ON = "2026-11-30"
BEGUN = Case("japan", "A case", "japan", "what it does", ON)


def filled():
    case = model.put(BEGUN, "evidence", evidence(recorded_on=ON, course_version="0.1.0"), "kept", ON)
    case = model.put(case, "answers", Answer("need", "yes", "because", ("01.rate.data",), ON), "answered", ON)
    case = model.put(case, "risks", risk(evidence=("01.rate.data",)), "rated", ON)
    check = Check("fpr", "false_positive_rate", "each group", None, 0.4, "01.rate.data", "each month", "stop")
    case = model.put(case, "checks", check, "checked", ON)
    decision = Decision(
        "limit", "too many errors", "by day", "the chief", "2027-05-31", ON, ("01.rate.data",)
    )
    return model.put(case, "decision", decision, "decided", ON)


def test_the_schema_is_a_schema_and_names_the_project():
    Draft202012Validator.check_schema(model.schema())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    home = project["urls"]["Repository"]
    path = model.SCHEMA_FILE.relative_to(ROOT).as_posix()
    assert model.schema()["$id"] == f"{home}/blob/main/{path}"
    assert model.schema()["properties"]["version"]["const"] == model.VERSION


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("figure", model.Figure),
        ("dataset", model.DatasetUsed),
        ("setting", model.Setting),
        ("evidence", model.Evidence),
        ("answer", model.Answer),
        ("risk", model.Risk),
        ("check", model.Check),
        ("decision", model.Decision),
        ("change", model.Change),
    ],
)
def test_each_part_of_the_schema_has_the_fields_of_its_class(name, kind):
    names = [field.name for field in fields(kind)]
    described = model.schema()["$defs"][name]
    assert list(described["properties"]) == names
    assert described["required"] == names
    assert described["additionalProperties"] is False


def test_the_schema_knows_the_same_words_as_the_code():
    parts = model.schema()["$defs"]
    assert parts["principle"]["enum"] == list(PRINCIPLES)
    assert tuple(parts["answer"]["properties"]["answer"]["enum"]) == model.ANSWERS
    assert tuple(parts["decision"]["properties"]["decision"]["enum"]) == model.DECISIONS
    assert tuple(parts["evidence"]["properties"]["stage"]["enum"]) == model.STAGES
    assert tuple(parts["dataset"]["properties"]["kind"]["enum"]) == model.KINDS
    assert parts["text"]["maxLength"] == model.LONGEST
    assert model.schema()["properties"]["changes"]["maxItems"] == model.HISTORY


def test_five_core_and_seventeen_instrumental_principles():
    assert len(CORE) == 5
    assert len(PRINCIPLES) == 17
    counts = [sum(each.core == core for each in PRINCIPLES.values()) for core in CORE]
    assert counts == [3, 4, 4, 4, 2]
    with pytest.raises(ValueError, match="no principle 'kindness'"):
        principle("kindness")


def test_a_case_comes_back_as_it_was():
    case = filled()
    text = model.dump(case)
    assert model.parse(text.encode()) == case
    assert json.loads(text)["$schema"] == model.schema()["$id"]


def test_numbers_that_are_not_there_are_null():
    nobody = evidence(overall=figure(value=None, enough=False), groups=(), settings=(), dataset=None)
    case = model.put(BEGUN, "evidence", nobody, "kept", ON)
    raw = json.loads(model.dump(case))["evidence"][0]
    assert raw["overall"]["value"] is None
    assert raw["dataset"] is None
    assert model.parse(model.dump(case).encode()) == case
    assert model.number(float("nan")) is None
    assert model.number(float("inf")) is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 0),
        (("version",), "1"),
        (("slug",), "../x"),
        (("evidence", 0, "overall", "enough"), 1),
        (("evidence", 0, "principles"), []),
        (("evidence", 0, "principles"), ["kindness"]),
        (("evidence", 0, "reason"), "x" * (model.LONGEST + 1)),
        (("evidence", 0, "dataset", "sha256"), {"a": "short"}),
        (("evidence", 0, "more"), 1),
        (("risks", 0, "likelihood"), 0),
        (("risks", 0, "impact"), 2.5),
        (("decision", "decision"), "buy"),
        (("decision", "review_on"), "soon"),
        (("changes", 0, "after"), 3),
        (("changes", 0, "section"), "slug"),
    ],
)
def test_what_does_not_fit_the_schema_is_refused(path, value):
    raw = json.loads(model.dump(filled()))
    part = raw
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    with pytest.raises(UnreadableError, match="does not fit the form of a case file"):
        model.parse(json.dumps(raw).encode())


def test_a_newer_file_is_told_apart_from_a_damaged_one():
    raw = json.loads(model.dump(filled())) | {"version": model.VERSION + 1, "unknown": []}
    with pytest.raises(UnreadableError, match="newer version"):
        model.parse(json.dumps(raw).encode())
    for damaged in (b"", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"version": NaN}'):
        with pytest.raises(UnreadableError, match="was damaged"):
            model.parse(damaged)


def test_a_case_that_does_not_fit_is_not_written():
    with pytest.raises(ValueError, match="can't be kept in a case file: evidence/0"):
        model.dump(replace(BEGUN, evidence=(evidence(metric="two words"),)))


def test_the_same_item_takes_the_place_of_the_earlier_one():
    case = model.put(BEGUN, "evidence", evidence(reason="first"), "kept", ON)
    case = model.put(case, "evidence", evidence(reason="second"), "kept", ON)
    assert [each.reason for each in case.evidence] == ["second"]
    case, _ = model.undo(case)
    assert [each.reason for each in case.evidence] == ["first"]


def test_what_is_not_there_cannot_be_taken_out():
    with pytest.raises(ValueError, match="nothing called 'x' in the risks"):
        model.remove(BEGUN, "risks", "x", "took out", ON)


changes = st.one_of(
    st.tuples(st.just("evidence"), st.sampled_from("abc").map(lambda key: evidence(key))),
    st.tuples(st.just("risks"), st.sampled_from("abc").flatmap(risks)),
    st.tuples(st.just("decision"), st.sampled_from(model.DECISIONS).map(lambda word: Decision(word, "why"))),
    st.tuples(st.just("about"), st.text(max_size=20)),
    st.tuples(st.just("remove"), st.sampled_from("abc")),
)


def changed(case, change):
    what, item = change
    if what == "about":
        return model.describe(case, "about", model.clean(item), "described", ON)
    if what == "remove":
        return model.remove(case, "risks", item, "removed", ON) if case.find("risks", item) else case
    return model.put(case, what, item, "did", ON)


def content(case):
    return replace(case, changes=(), undone=())


@settings(max_examples=40, deadline=None)
@given(st.lists(changes, max_size=8))
def test_every_change_can_be_undone_and_done_again(done):
    states = [BEGUN]
    for change in done:
        after = changed(states[-1], change)
        if after is not states[-1]:
            states.append(after)
    assert model.parse(model.dump(states[-1]).encode()) == states[-1]
    case = states[-1]
    for before in reversed(states[:-1]):
        case, did = model.undo(case)
        assert did
        assert content(case) == content(before)
        assert model.parse(model.dump(case).encode()) == case
    assert model.undo(case) == (case, "")
    for after in states[1:]:
        case, did = model.redo(case)
        assert did
        assert content(case) == content(after)
    assert model.redo(case) == (case, "")


def test_a_new_change_ends_what_could_be_done_again():
    case, _ = model.undo(model.put(BEGUN, "evidence", evidence("a"), "kept", ON))
    case = model.put(case, "evidence", evidence("b"), "kept", ON)
    assert model.redo(case) == (case, "")


def test_the_history_is_bounded():
    case = BEGUN
    for number in range(model.HISTORY + 20):
        case = model.describe(case, "about", str(number), "described", ON)
    assert len(case.changes) == model.HISTORY
    for _ in range(model.HISTORY):
        case, _ = model.undo(case)
    assert case.about == "19"
    assert len(model.parse(model.dump(case).encode()).undone) == model.HISTORY


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  a\r\nb \x00\x1b[31m\ud800 ", "a\nb [31m"),
        ("<script>x</script>", "<script>x</script>"),
        ("مرحبا 😱", "مرحبا 😱"),
    ],
)
def test_typed_words_are_kept_as_text(typed, kept):
    assert model.clean(typed) == kept
    model.clean(typed).encode("utf-8")


def test_words_that_cannot_be_kept_are_refused():
    with pytest.raises(ValueError, match="2,001 letters; at most 2,000"):
        model.clean("x" * 2001)
    with pytest.raises(ValueError, match="must be text, but it is int"):
        model.clean(3)
