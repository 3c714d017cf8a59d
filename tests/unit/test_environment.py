"""The trainee's check of the computer: it can fail, names what is wrong and says how to mend it."""

import os
import re
import shutil
import sys
import xml.etree.ElementTree as ET
from collections import namedtuple
from html import escape
from pathlib import Path

import pytest

from workshop import environment
from workshop.datasets import catalogue

ROOT = Path(__file__).resolve().parents[2]
MEND = "run `make lab` (Windows: `py -3 bootstrap.py lab`)"
Version = namedtuple("Version", "major minor micro")


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """Keep the trainee's folder out of the checkout; return where it is."""
    monkeypatch.setenv("WORKSHOP_MY_WORK", str(tmp_path / "my_work"))
    return tmp_path / "my_work"


def only_failure(report):
    """Return what is wrong and how to mend it, after checking that this is all, and is shown."""
    assert not report.ready
    ((what, _, mend),) = [result for result in report.results if not result[1]]
    assert f"NOT OK: {what}. {mend}" in repr(report).splitlines()
    assert repr(report).endswith("This computer is not ready yet: mend the lines above.")
    shown = report._repr_html_()
    root = ET.fromstring(f"<div>{shown}</div>")  # well formed, so that nothing escaped from its place
    assert shown.count("✘ NOT OK") == 1
    assert escape(mend) in shown
    assert {part.tag for part in root.iter()} == {"div", "ul", "li", "strong", "br", "p"}
    return what, mend


def test_this_computer_is_ready_and_says_so(folder):
    report = environment.check()
    assert report.ready, report
    assert re.fullmatch(r"(OK: .+\n)+This computer is ready\.", repr(report))
    assert len(report.results) == len(environment.PACKAGES) + 3
    assert "NOT OK" not in report._repr_html_()
    assert list(folder.iterdir()) == []


def test_the_same_computer_gives_the_same_words():
    first, second = environment.check(), environment.check()
    assert repr(first) == repr(second)
    assert first._repr_html_() == second._repr_html_()
    assert str(ROOT) not in repr(first)
    assert not re.search(r"\d+\.\d+\.\d+", repr(first))


@pytest.mark.parametrize("version", [(3, 10, 12), (3, 14, 0)])
def test_an_unfit_python(monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", Version(*version))
    result = environment._python()
    what, mend = only_failure(environment.Report([result]))
    assert what == "Python is 3.11, 3.12 or 3.13"
    assert mend.startswith(f"This is Python {version[0]}.{version[1]}. Install Python 3.11, 3.12 or 3.13.")


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 9), (3, 13, 1)])
def test_a_fitting_python(monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", Version(*version))
    assert environment._python()[1]


def replace_version(monkeypatch, package, answer):
    real = environment.metadata.version

    def version(name):
        if name != package:
            return real(name)
        if answer is None:
            raise environment.metadata.PackageNotFoundError(name)
        return answer

    monkeypatch.setattr(environment.metadata, "version", version)


@pytest.mark.parametrize("package", environment.PACKAGES)
def test_a_missing_package(monkeypatch, package):
    replace_version(monkeypatch, package, None)
    what, mend = only_failure(environment.check())
    assert what == f"{package} has the tested version"
    assert mend.startswith("Found missing, needed ")
    assert MEND in mend


def test_a_package_of_another_version(monkeypatch):
    replace_version(monkeypatch, "pandas", "0.1<script>alert(1)</script>")
    what, mend = only_failure(environment.check())
    wanted = environment.locked((ROOT / "requirements.lock").read_text("utf-8"))["pandas"]
    assert what == "pandas has the tested version"
    assert mend.startswith(f"Found 0.1<script>alert(1)</script>, needed {wanted}. ")


@pytest.mark.parametrize("content", [None, b"", b"pandas==3.0\n", b"\xff\xfe", b"pandas ??\n"])
def test_a_damaged_lock(tmp_path, content):
    if content is not None:
        (tmp_path / "requirements.lock").write_bytes(content)
    what, mend = only_failure(environment.check(tmp_path))
    assert what == "requirements.lock is whole"
    assert MEND in mend


@pytest.mark.parametrize("damage", ["changed", "cut", "missing"])
def test_a_damaged_data_file(monkeypatch, tmp_path, damage):
    data = Path(shutil.copytree(ROOT / "datasets", tmp_path / "data"))
    monkeypatch.setattr(catalogue, "ROOT", data)
    path = data / "toronto_arrests" / "toronto_arrests.csv"
    whole = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes(whole[:-9] if damage == "cut" else whole.replace(b"Yes", b"No", 1) + b"\n")
    what, mend = only_failure(environment.check())
    assert what == "the data sets are whole"
    assert "toronto_arrests" in mend
    assert ":" in mend  # what is wrong, then what to do


def test_a_missing_data_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(catalogue, "ROOT", tmp_path / "<b>none</b>")
    what, mend = only_failure(environment.check())
    assert what == "the data sets are whole"
    assert "is missing or empty" in mend


def test_a_folder_that_cannot_be_made(folder):
    folder.write_text("a file is in its place", encoding="utf-8")
    what, mend = only_failure(environment.check())
    assert what == "your answers can be kept"
    assert mend.endswith("Copy the course to a folder where you may write, such as Documents.")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may write anywhere"
)
def test_a_folder_that_is_not_the_trainees(folder):
    folder.mkdir(mode=0o500)
    assert only_failure(environment.check())[0] == "your answers can be kept"


def test_a_full_disk(monkeypatch):
    def full(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(environment.tempfile, "TemporaryFile", full)
    what, mend = only_failure(environment.check())
    assert what == "your answers can be kept"
    assert "No space left on device" in mend


def test_only_the_versions_for_this_computer_count():
    text = 'a==1 \\\n    --hash=sha256:0\nb==2 ; python_version < "3"\nb==3 ; python_version >= "3"\n'
    assert environment.locked(text) == {"a": "1", "b": "3"}
