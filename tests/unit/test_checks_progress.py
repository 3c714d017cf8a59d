"""Progress is never lost: damaged files, two processes, a restart, a disk that refuses."""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop import kept
from workshop.checks import ProgressStore, my_work, progress


def names(folder):
    return {path.name for path in Path(folder).iterdir()}


def filled(folder):
    """Return a store with one right answer and two mistakes."""
    store = ProgressStore(folder)
    store.add("01", "q1", "swapped")
    store.add("01", "q1", "swapped")
    store.add("01", "q1", None)
    assert store.take_notice() == ""
    return store


def assert_filled(records):
    assert records == {"q1": progress.Record(3, True, {"swapped": 2})}


def test_nothing_is_written_before_an_answer(tmp_path):
    folder = tmp_path / "my_work"
    assert ProgressStore(folder).of("01") == {}
    assert not folder.exists()


def test_progress_survives_a_restart(tmp_path):
    filled(tmp_path)
    assert_filled(ProgressStore(tmp_path).of("01"))
    assert ProgressStore(tmp_path).of("02") == {}
    assert names(tmp_path) == {"progress.json", "progress.backup.json", "progress.lock"}
    found = json.loads((tmp_path / "progress.json").read_text())
    assert found["version"] == progress.VERSION
    assert found["exercises"]["01"]["q1"] == {"attempts": 3, "right": True, "mistakes": {"swapped": 2}}


GOOD = progress.dump({"01": {"q1": progress.Record(3, True, {"swapped": 2})}}).encode()
DAMAGED = {
    "empty": b"",
    "truncated": GOOD[: len(GOOD) // 2],
    "binary": bytes(range(256)),
    "other json": b"[1, 2]",
    "number": b"7",
    "null": b"null",
    "no version": b'{"exercises": {}}',
    "old version": b'{"version": 0, "exercises": {}}',
    "text version": b'{"version": "1", "exercises": {}}',
    "no exercises": b'{"version": 1}',
    "exercises a list": b'{"version": 1, "exercises": []}',
    "question a list": b'{"version": 1, "exercises": {"01": {"q1": []}}}',
    "question a number": b'{"version": 1, "exercises": {"01": {"q1": 3}}}',
    "unknown part": b'{"version": 1, "exercises": {"01": {"q1": {"x": 3}}}}',
    "count a text": GOOD.replace(b"3", b'"3"'),
    "count below 0": GOOD.replace(b"3", b"-3"),
    "count a float": GOOD.replace(b"3", b"NaN"),
    "right a number": GOOD.replace(b"true", b"1"),
    "mistakes a list": b'{"version": 1, "exercises": {"01": {"q1": {"mistakes": [1]}}}}',
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_set_aside_and_the_copy_used(tmp_path, content):
    filled(tmp_path)
    (tmp_path / "progress.json").write_bytes(content)
    store = ProgressStore(tmp_path)
    assert_filled(store.of("01"))
    assert store.take_notice() == (
        "Your progress file was damaged. It was put aside as progress.damaged-1.json. The last good copy is used."
    )
    assert store.take_notice() == ""
    assert (tmp_path / "progress.damaged-1.json").read_bytes() == content
    again = ProgressStore(tmp_path)
    assert_filled(again.of("01"))
    assert again.take_notice() == ""


def test_a_damaged_file_never_overwrites_an_earlier_one(tmp_path):
    filled(tmp_path)
    for number, content in enumerate((b"one", b"two", b"three"), 1):
        (tmp_path / "progress.json").write_bytes(content)
        store = ProgressStore(tmp_path)
        store.add("01", "q2", None)
        assert f"progress.damaged-{number}.json" in store.take_notice()
    assert [(tmp_path / f"progress.damaged-{n}.json").read_bytes() for n in (1, 2, 3)] == [
        b"one",
        b"two",
        b"three",
    ]
    assert ProgressStore(tmp_path).of("01")["q2"].attempts == 3


def test_a_newer_version_is_kept_and_said(tmp_path):
    filled(tmp_path)
    newer = GOOD.replace(b'"version": 1', b'"version": 2')
    (tmp_path / "progress.json").write_bytes(newer)
    store = ProgressStore(tmp_path)
    assert_filled(store.of("01"))
    assert "newer version" in store.take_notice()
    assert (tmp_path / "progress.damaged-1.json").read_bytes() == newer


def test_both_files_damaged_start_anew_and_keep_both(tmp_path):
    filled(tmp_path)
    (tmp_path / "progress.json").write_bytes(b"x")
    (tmp_path / "progress.backup.json").write_bytes(b"y")
    store = ProgressStore(tmp_path)
    assert store.of("01") == {}
    assert "starts anew" in store.take_notice()
    assert (tmp_path / "progress.damaged-1.json").read_bytes() == b"x"
    assert (tmp_path / "progress.backup.damaged-1.json").read_bytes() == b"y"


def test_a_damaged_file_without_a_copy_starts_anew(tmp_path):
    (tmp_path / "progress.json").write_bytes(b"x")
    store = ProgressStore(tmp_path)
    assert store.add("01", "q1", None).attempts == 1
    assert "no copy of it" in store.take_notice()
    assert (tmp_path / "progress.damaged-1.json").read_bytes() == b"x"


def test_a_missing_file_comes_back_from_the_copy(tmp_path):
    filled(tmp_path)
    (tmp_path / "progress.json").unlink()
    store = ProgressStore(tmp_path)
    assert_filled(store.of("01"))
    assert store.take_notice() == "Your progress file was missing. The last good copy is used."


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_survived(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("work")
    filled(folder)
    (folder / "progress.json").write_bytes(content)
    assert_filled(ProgressStore(folder).of("01"))
    assert (folder / "progress.damaged-1.json").read_bytes() == content


@settings(max_examples=25, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_one_changed_byte_never_stops_a_check(tmp_path_factory, place, byte):
    folder = tmp_path_factory.mktemp("work")
    filled(folder)
    (folder / "progress.json").write_bytes(GOOD[:place] + bytes([byte]) + GOOD[place + 1 :])
    assert ProgressStore(folder).add("01", "q5", None).right


@settings(max_examples=15, deadline=None)
@given(st.binary(min_size=1, max_size=300))
def test_a_damaged_lock_file_is_survived(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("work")
    (folder / "progress.lock").write_bytes(content)
    assert_filled(filled(folder).of("01"))


WRITER = """
import sys
from workshop.checks import ProgressStore
store = ProgressStore(sys.argv[1])
for _ in range(40):
    store.add("01", "shared", sys.argv[2])
    store.add("01", sys.argv[2], None)
print(store.take_notice())
"""


def test_two_processes_lose_nothing(tmp_path):
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), name], stdout=subprocess.PIPE, text=True
        )
        for name in ("left", "right")
    ]
    said = [writer.communicate(timeout=60)[0].strip() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert said == ["", ""]
    records = ProgressStore(tmp_path).of("01")
    assert records["shared"] == progress.Record(80, False, {"left": 40, "right": 40})
    assert records["left"] == records["right"] == progress.Record(40, True)
    assert names(tmp_path) == {"progress.json", "progress.backup.json", "progress.lock"}


HOLDER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
time.sleep(60)
"""


def test_a_lock_whose_holder_was_killed_is_free(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "progress.lock")], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline().strip() == "held"
    holder.kill()
    holder.communicate()
    assert_filled(filled(tmp_path).of("01"))


def test_a_busy_lock_is_told_and_the_answer_kept_later(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "WAIT", 0.05)
    store = filled(tmp_path)
    with closing(sqlite3.connect(tmp_path / "progress.lock", isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        assert store.add("01", "q2", "swapped").mistakes == {"swapped": 1}
        assert store.add("01", "q2", "swapped").mistakes == {"swapped": 2}
        assert "another notebook is writing there" in store.take_notice()
        assert "q2" not in json.loads((tmp_path / "progress.json").read_text())["exercises"]["01"]
    store.add("01", "q2", None)
    assert ProgressStore(tmp_path).of("01")["q2"] == progress.Record(3, True, {"swapped": 2})


def full_disk(*_):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_full_disk_is_told_once_and_nothing_is_half_written(tmp_path, monkeypatch, failing):
    store = filled(tmp_path)
    before = (tmp_path / "progress.json").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, failing, full_disk)
        assert store.add("01", "q2", "swapped").attempts == 1
        assert "No space left on device" in store.take_notice()
        assert store.add("01", "q2", None).attempts == 2
        assert store.take_notice() == ""
        assert (tmp_path / "progress.json").read_bytes() == before
        assert names(tmp_path) == {"progress.json", "progress.backup.json", "progress.lock"}
    store.add("01", "q3", None)
    records = ProgressStore(tmp_path).of("01")
    assert records["q2"] == progress.Record(2, True, {"swapped": 1})
    assert records["q3"].right


def test_a_copy_that_cannot_be_written_is_told(tmp_path, monkeypatch):
    store = filled(tmp_path)
    replace = os.replace

    def refuse_the_copy(source, target):
        if Path(target).name == "progress.backup.json":
            full_disk()
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse_the_copy)
    store.add("01", "q2", None)
    assert "second copy" in store.take_notice()
    assert ProgressStore(tmp_path).of("01")["q2"] == progress.Record(1, True)


NOBODY = 65534


@pytest.fixture
def read_only():
    """Give a folder that the process may not write to: root, who may write anywhere, steps down for a while."""
    was_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        filled(folder)
        for path in folder.iterdir():
            path.chmod(0o444)
        folder.chmod(0o555)
        if was_root:
            os.seteuid(NOBODY)
        yield folder
        if was_root:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="a folder of Windows has no such mode")
def test_a_read_only_folder_is_told(read_only):
    store = ProgressStore(read_only)
    assert store.of("01")["q1"].right
    assert store.take_notice() == ""
    assert store.add("01", "q2", None).right
    assert "could not be kept" in store.take_notice()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "my_work").write_text("a file, not a folder")
    store = ProgressStore(tmp_path / "my_work")
    assert store.add("01", "q1", None).right
    assert store.add("01", "q1", "swapped").attempts == 2
    assert store.of("01")["q1"].attempts == 2
    assert "could not be kept" in store.take_notice()


def test_where_work_is_kept(tmp_path, monkeypatch):
    monkeypatch.delenv("WORKSHOP_MY_WORK", raising=False)
    (tmp_path / "content").mkdir()
    (tmp_path / "bootstrap.py").touch()
    deep = tmp_path / "exercises" / "solutions"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert my_work() == tmp_path / "my_work"
    monkeypatch.setenv("WORKSHOP_MY_WORK", str(tmp_path / "elsewhere"))
    assert my_work() == tmp_path / "elsewhere"
    monkeypatch.setenv("WORKSHOP_MY_WORK", "")
    (tmp_path / "bootstrap.py").unlink()
    assert my_work() == deep / "my_work"
