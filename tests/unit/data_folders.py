"""What the tests of data sets share: where they are, how make.py is run, and what it leaves."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "datasets"
needs_mirror = pytest.mark.skipif(
    not Path(os.environ.get("WORKSHOP_MIRROR") or "/nonexistent").is_dir(),
    reason="WORKSHOP_MIRROR names no folder with copies of the open data sets",
)


def make_module(name):
    """Return a data set's make.py as a module."""
    spec = importlib.util.spec_from_file_location(f"make_{name}", ROOT / name / "make.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def run_make(folder, *words, **environment):
    """Run the make.py of a folder as a person would, and return what it printed and how it ended."""
    return subprocess.run(
        [sys.executable, str(folder / "make.py"), *map(str, words)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
    )


def contents(folder):
    """Return the bytes of every file of a folder, by its path in it."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.parent.name != "__pycache__")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def assert_made_again(name, made, place):
    """Check that make.py, in a copy of the folder without the files it makes, makes the committed bytes."""
    folder = place / name
    shutil.copytree(ROOT / name, folder, ignore=shutil.ignore_patterns(*made))
    assert not set(made) & set(contents(folder))
    ran = run_make(folder)
    assert ran.returncode == 0, ran.stderr
    committed, again = contents(ROOT / name), contents(folder)
    assert set(again) == set(committed)
    assert [file for file in committed if again[file] != committed[file]] == []
