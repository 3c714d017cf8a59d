"""A case file is never lost: damaged and newer files, two processes, a disk that refuses, undo from elsewhere."""

import json
import os
import subprocess
import sys

import pytest
from casefile_samples import evidence, risk

from workshop import casefile, kept
from workshop.casefile import Answer, CaseStore, Check, Decision, model
from workshop.casefile.store import slug_of, today


def begun(folder):
    cases = CaseStore(folder)
    cases.begin("japan")
    return cases


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_nothing_is_written_before_a_case_is_begun(tmp_path):
    cases = CaseStore(tmp_path / "cases")
    assert cases.current() is None
    assert cases.slugs() == ()
    assert not (tmp_path / "cases").exists()
    with pytest.raises(ValueError, match="No case was begun yet"):
        cases.keep(evidence())
    with pytest.raises(ValueError, match="No case was begun yet"):
        cases.undo()
    assert not (tmp_path / "cases").exists()


@pytest.mark.parametrize("use_case", [key for key in casefile.USE_CASES if key != casefile.OWN])
def test_each_use_case_begins_a_case(tmp_path, use_case):
    case = CaseStore(tmp_path).begin(use_case)
    assert (case.slug, case.title) == (use_case, casefile.USE_CASES[use_case].title)
    assert case.about
    assert CaseStore(tmp_path).current() == case


def test_a_case_of_ones_own_needs_a_title(tmp_path):
    cases = CaseStore(tmp_path)
    with pytest.raises(ValueError, match="Give your own use case a title"):
        cases.begin(casefile.OWN, "  ")
    with pytest.raises(ValueError, match="no use case 'mine'"):
        cases.begin("mine")
    with pytest.raises(ValueError, match="at most 120"):
        cases.begin(casefile.OWN, "x" * 121)
    assert cases.begin(casefile.OWN, "Drones over a crowd").slug == "drones-over-a-crowd"
    with pytest.raises(ValueError, match="no case 'other'; there are: drones-over-a-crowd"):
        cases.open("other")


@pytest.mark.parametrize(
    "title",
    ["con", "open case", "japan", "../../etc/passwd", "مسيرات", "无人机", "É", "x" * 120, "!!!", ".", "a.b"],
)
def test_every_title_is_a_safe_file_name(tmp_path, title):
    cases = CaseStore(tmp_path)
    case = cases.begin(casefile.OWN, title)
    assert case.title == title
    assert cases.path(case.slug).parent == tmp_path
    assert case.slug not in ("con", "japan", "open-case")
    assert cases.slugs() == (case.slug,)


def test_titles_that_differ_only_in_another_script_are_two_cases():
    assert slug_of("Drones مسيرات") != slug_of("Drones 无人机")


def test_a_case_begun_twice_is_opened_as_it_is(tmp_path):
    cases = begun(tmp_path)
    cases.keep(evidence(), "why")
    cases.begin(casefile.OWN, "Another")
    assert cases.current().title == "Another"
    assert len(cases.begin("japan", about="something else").evidence) == 1
    assert cases.current().slug == "japan"
    cases.open("another")
    assert CaseStore(tmp_path).current().slug == "another"


def test_everything_kept_is_there_after_a_restart(tmp_path):
    cases = begun(tmp_path)
    cases.keep(evidence(), " <b>why</b> ")
    cases.answer(Answer("need", "yes", "because"))
    cases.rate(risk())
    cases.watch(Check("c", "accuracy", "everyone", 0.9, None))
    cases.decide(Decision("limit", "errors", review_on="2027-05-31"))
    cases.describe("about", "new")
    case = CaseStore(tmp_path).current()
    assert case == cases.current()
    assert case.evidence[0].reason == "<b>why</b>"
    assert case.evidence[0].recorded_on == today()
    assert case.evidence[0].course_version
    assert [case.answers[0].answer, case.risks[0].id, case.checks[0].lowest] == ["yes", "a", 0.9]
    assert (case.decision.decision, case.decision.decided_on, case.about) == ("limit", today(), "new")
    assert model.misfit(json.loads(cases.path("japan").read_text())) == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda cases: cases.answer(Answer("nothing", "yes")), "no question 'nothing'"),
        (lambda cases: cases.answer(Answer("need", "maybe")), "The answer is 'maybe'"),
        (lambda cases: cases.rate(risk(likelihood=6)), "likelihood is 6"),
        (lambda cases: cases.rate(risk(impact=True)), "impact is True"),
        (lambda cases: cases.rate(risk(measure="m", impact_after=0)), "impact is 0"),
        (lambda cases: cases.rate(risk(name=" ")), "Say what goes wrong"),
        (lambda cases: cases.rate(risk(principle="kindness")), "no principle 'kindness'"),
        (lambda cases: cases.decide(Decision("buy", "")), "not 'buy'"),
        (lambda cases: cases.decide(Decision("limit", "", review_on="2027-02-30")), "is no day"),
        (lambda cases: cases.describe("slug", "x"), "no 'slug' to change"),
        (lambda cases: cases.describe("title", " "), "Give the case a title"),
        (lambda cases: cases.remove("risks", "x"), "nothing called 'x'"),
        (lambda cases: cases.keep(evidence(), "x" * 2001), "2,001 letters"),
        (lambda cases: cases.keep(evidence(metric="two words")), "can't be kept"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_leaves_no_trace(tmp_path, change, said):
    cases = begun(tmp_path)
    before = cases.path("japan").read_bytes()
    with pytest.raises(ValueError, match=said):
        change(cases)
    assert cases.path("japan").read_bytes() == before
    assert cases.keep(evidence(), "still works").evidence
    assert cases.take_notice() == ""


GOOD = model.dump(model.Case("japan", "t", "japan", "", "2026-11-30")).encode()
DAMAGED = {
    "empty": b"",
    "truncated": GOOD[: len(GOOD) // 2],
    "binary": bytes(range(256)),
    "other json": b"[1, 2]",
    "null": b"null",
    "old version": GOOD.replace(b'"version": 1', b'"version": 0'),
    "no evidence": GOOD.replace(b'"evidence": []', b'"evidence": 3'),
    "unknown part": GOOD.replace(b'"about"', b'"abouts"'),
    "newer": GOOD.replace(b'"version": 1', b'"version": 2'),
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_or_newer_file_is_set_aside_and_said_and_the_copy_used(tmp_path, content):
    begun(tmp_path).keep(evidence(), "why")
    (tmp_path / "japan.json").write_bytes(content)
    cases = CaseStore(tmp_path)
    assert cases.keep(evidence("02.other"), "more").evidence[0].reason == "why"
    said = cases.take_notice()
    assert "It was put aside as japan.damaged-1.json. The last good copy is used." in said
    assert ("newer version" in said) == (content == DAMAGED["newer"])
    assert cases.take_notice() == ""
    assert (tmp_path / "japan.damaged-1.json").read_bytes() == content
    assert [each.id for each in CaseStore(tmp_path).current().evidence] == ["01.rate.data", "02.other"]
    assert CaseStore(tmp_path).slugs() == ("japan",)


def test_a_missing_file_comes_back_from_the_copy(tmp_path):
    begun(tmp_path).keep(evidence(), "why")
    (tmp_path / "japan.json").unlink()
    cases = CaseStore(tmp_path)
    assert len(cases.current().evidence) == 1
    assert cases.take_notice() == "Your case file was missing. The last good copy is used."


def test_a_case_lost_with_its_copy_can_be_begun_again(tmp_path):
    begun(tmp_path)
    (tmp_path / "japan.json").write_bytes(b"x")
    (tmp_path / "japan.backup.json").write_bytes(b"y")
    cases = CaseStore(tmp_path)
    assert cases.current() is None
    assert "starts anew" in cases.take_notice()
    assert cases.begin("japan").evidence == ()
    assert (tmp_path / "japan.damaged-1.json").read_bytes() == b"x"


def test_a_damaged_choice_of_a_case_opens_the_only_one(tmp_path):
    begun(tmp_path)
    for name in ("open-case.json", "open-case.backup.json"):
        (tmp_path / name).write_bytes(b'{"version": 1, "open": "../x"}')
    assert CaseStore(tmp_path).current().slug == "japan"


WRITER = """
import sys
sys.path.insert(0, sys.argv[3])
from casefile_samples import evidence
from workshop.casefile import CaseStore
cases = CaseStore(sys.argv[1])
for number in range(100):
    small = evidence(f"{sys.argv[2]}.{number:03}", groups=(), dataset=None, settings=())
    cases.keep(small, sys.argv[2])
print(cases.take_notice())
"""


def test_two_notebooks_lose_nothing_of_each_other(tmp_path):
    begun(tmp_path)
    here = os.path.dirname(__file__)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), name, here], stdout=subprocess.PIPE, text=True
        )
        for name in ("left", "right")
    ]
    said = [writer.communicate(timeout=120)[0].strip() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert said == ["", ""]
    case = CaseStore(tmp_path).current()
    assert [each.id for each in case.evidence] == [
        f"{name}.{number:03}" for name in ("left", "right") for number in range(100)
    ]
    assert len(case.changes) == model.HISTORY
    cases = CaseStore(tmp_path)
    for _ in range(model.HISTORY):
        assert cases.undo()
    assert cases.undo() == ""
    assert len(cases.current().evidence) == 200 - model.HISTORY


def test_undo_undoes_the_last_change_whichever_notebook_made_it(tmp_path):
    one, other = begun(tmp_path), CaseStore(tmp_path)
    one.keep(evidence("a"), "x")
    other.keep(evidence("b", label="of the other notebook"), "y")
    assert one.undo() == "kept “of the other notebook” (lesson 01)"
    assert [each.id for each in other.current().evidence] == ["a"]
    assert other.redo() == "kept “of the other notebook” (lesson 01)"
    assert [each.id for each in one.current().evidence] == ["a", "b"]
    assert one.undo()
    other.keep(evidence("c"), "z")
    assert one.redo() == ""
    assert [each.id for each in one.current().evidence] == ["a", "c"]


def full_disk(*_):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_full_disk_is_told_once_and_work_goes_on_in_memory(tmp_path, monkeypatch, failing):
    cases = begun(tmp_path)
    before, there = (tmp_path / "japan.json").read_bytes(), names(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, failing, full_disk)
        assert len(cases.keep(evidence("a"), "x").evidence) == 1
        assert "could not be kept" in (said := cases.take_notice())
        assert "No space left on device" in said
        assert len(cases.keep(evidence("b"), "y").evidence) == 2
        assert cases.undo()
        assert cases.take_notice() == ""
        assert (tmp_path / "japan.json").read_bytes() == before
        assert names(tmp_path) == there
    cases.keep(evidence("c"), "z")
    assert [each.id for each in CaseStore(tmp_path).current().evidence] == ["a", "c"]


def test_a_folder_that_cannot_be_made_is_told_and_work_goes_on_in_memory(tmp_path):
    (tmp_path / "cases").write_text("a file, not a folder")
    cases = CaseStore(tmp_path / "cases")
    cases.begin("japan")
    cases.keep(evidence(), "why")
    assert len(cases.current().evidence) == 1
    assert "could not be kept" in cases.take_notice()
    (tmp_path / "cases").unlink()
    cases.keep(evidence("02.other"), "more")
    assert len(CaseStore(tmp_path / "cases").current().evidence) == 2


def test_a_busy_lock_is_told_and_the_evidence_kept_later(tmp_path, monkeypatch):
    import sqlite3
    from contextlib import closing

    monkeypatch.setattr(kept, "WAIT", 0.05)
    cases = begun(tmp_path)
    with closing(sqlite3.connect(tmp_path / "japan.lock", isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        assert len(cases.keep(evidence(), "why").evidence) == 1
        assert "another notebook is writing there" in cases.take_notice()
    assert len(CaseStore(tmp_path).current().evidence) == 0
    cases.current()
    assert len(CaseStore(tmp_path).current().evidence) == 1


def test_the_trainees_cases_are_in_my_work(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKSHOP_MY_WORK", str(tmp_path))
    assert casefile.current() is None
    casefile.my_cases().begin("norway")
    assert (tmp_path / "cases" / "norway.json").is_file()
    assert casefile.my_cases() is casefile.my_cases()
    assert casefile.current().slug == "norway"
