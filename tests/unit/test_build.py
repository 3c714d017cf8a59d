"""The build: only what changed, all or nothing, and an error that names the cell."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from workshop.build import budgets, layout, notebooks, scaffold, sources

GOOD = """\
# ---
# jupyter:
#   workshop:
#     minutes: 20
# ---

# %% [markdown]
# # A small page

# %% [markdown] tags=["notes"]
# For the instructor only.

# %% tags=["solution"]
6 * 7

# %% [markdown] tags=["solution"]
# Because six times seven.

# %% [markdown] tags=["hint"]
# Think of a table.

# %%
print("done")
"""


@pytest.fixture
def course(tmp_path):
    """Return a folder with one lesson and one exercise."""
    for folder in (layout.LESSONS, layout.EXERCISES):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "01_small.py").write_text(GOOD, encoding="utf-8")
    (tmp_path / "requirements.lock").write_text("", encoding="utf-8")
    return tmp_path


def build(root, **more):
    return notebooks.build(root, report=lambda line: None, **more)


def tree(root):
    return {path: path.read_bytes() for path in root.rglob("*.ipynb")}


def test_builds_only_what_changed(course):
    assert len(build(course)) == 3
    assert build(course) == []
    source = course / layout.EXERCISES / "01_small.py"
    source.write_text(GOOD.replace("6 * 7", "7 * 6"), encoding="utf-8")
    assert build(course) == ["exercises/01_small.ipynb", "exercises/solutions/01_small.ipynb"]


def test_a_notebook_edited_by_hand_is_built_again(course):
    build(course)
    path = course / "notebooks/01_small.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("done", "edited"), encoding="utf-8")
    assert build(course) == ["notebooks/01_small.ipynb"]


def test_shows_progress(course):
    lines = []
    notebooks.build(course, report=lines.append)
    assert [line.split()[0] for line in lines] == ["[1/3]", "[2/3]", "[3/3]"]


def test_a_failing_notebook_leaves_the_tree_untouched(course):
    build(course)
    before = tree(course)
    (course / layout.LESSONS / "01_small.py").write_text(GOOD.replace("done", "changed"), encoding="utf-8")
    bad = GOOD.replace('print("done")', "people = 5\npeople / 0")
    (course / layout.EXERCISES / "01_small.py").write_text(bad, encoding="utf-8")
    with pytest.raises(
        notebooks.BuildError, match=r"01_small.py, cell \d(.|\n)*people / 0(.|\n)*ZeroDivisionError"
    ):
        build(course)
    assert tree(course) == before


def test_a_stub_hides_the_solution_and_a_solution_shows_it(course):
    build(course)
    stub = nbformat.read(course / "exercises/01_small.ipynb", 4)
    solution = nbformat.read(course / "exercises/solutions/01_small.ipynb", 4)
    assert "6 * 7" not in str(stub)
    assert "Because six" not in str(stub)
    assert "# Write your code here" in str(stub)
    assert solution.cells[1].outputs[0].data["text/plain"] == "42"
    assert "Because six" in str(solution)


def test_no_notebook_shows_the_instructors_notes(course):
    build(course)
    assert all(b"instructor" not in text for text in tree(course).values())


def test_a_hint_is_folded(course):
    build(course)
    assert "<summary>Hint</summary>" in (course / "exercises/01_small.ipynb").read_text(encoding="utf-8")


def test_outputs_hold_nothing_that_changes_from_run_to_run(course):
    lesson = GOOD.replace('print("done")', "from ipywidgets import IntSlider\nIntSlider()")
    (course / layout.LESSONS / "01_small.py").write_text(lesson, encoding="utf-8")
    build(course, only=["01_small"])
    notebook = nbformat.read(course / "notebooks/01_small.ipynb", 4)
    assert "widgets" not in notebook.metadata
    assert "execution" not in str([cell.metadata for cell in notebook.cells])


@pytest.mark.parametrize("text", ["", "just words\n", "# a comment\n"])
def test_a_source_without_cells_is_refused(tmp_path, text):
    path = tmp_path / "x.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(sources.SourceError, match="no cell"):
        sources.read(path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("# # A small page", "# # A small page\n#\n# # Another"), "2 first-level headings"),
        (("# # A small page", "# # A small page\n#\n# ### Too deep"), "from heading level 1 to 3"),
        (('print("done")', "\n".join(f"x{i} = {i}" for i in range(26))), "26 lines of code"),
        (("minutes: 20", "minutes: many"), "says it takes many minutes"),
        (("# # A small page", "# # A small page\n#\n# An unbiased tool"), "unbiased"),
        (("# # A small page", f"# # A small page\n#\n# {budgets.UNWRITTEN} the aim"), "write its text"),
    ],
)
def test_a_broken_budget_is_named(tmp_path, change, sentence):
    path = tmp_path / "x.py"
    path.write_text(GOOD.replace(*change), encoding="utf-8")
    assert sentence in "; ".join(budgets.problems(sources.read(path), "exercise"))


def test_a_lesson_of_three_cells_breaks_the_lesson_budgets(tmp_path):
    path = tmp_path / "x.py"
    path.write_text(
        GOOD.replace("# # A small page", "# # A small page\n#\n# " + "word " * 1501), encoding="utf-8"
    )
    found = "; ".join(budgets.problems(sources.read(path), "lesson"))
    for sentence in (
        "cells; it needs 20 to 45",
        "words; at most 1500",
        "second-level headings",
        "lists 0 aims",
        "no slide",
    ):
        assert sentence in found


@pytest.mark.parametrize("kind", ["case", "capstone"])
def test_a_lesson_of_another_kind_has_its_own_headings(tmp_path, kind):
    path = tmp_path / "x.py"
    path.write_text(GOOD, encoding="utf-8")
    found = "; ".join(budgets.problems(sources.read(path), kind))
    assert budgets.HEADINGS[kind][1] in found
    assert budgets.HEADINGS["lesson"][1] not in found


def test_a_kind_that_is_not_known_is_named(tmp_path):
    path = tmp_path / "x.py"
    path.write_text(GOOD, encoding="utf-8")
    assert "no kind of notebook" in "; ".join(budgets.problems(sources.read(path), "cases"))


def test_a_new_lesson_builds_and_keeps_the_budgets_once_its_text_is_written(tmp_path):
    root = Path(__file__).resolve().parents[2]
    for name in ("datasets", "src"):
        os.symlink(root / name, tmp_path / name)
    (tmp_path / "requirements.lock").write_text("", encoding="utf-8")
    made = scaffold.new_lesson(tmp_path, "12_drones", "Drones over a crowd")
    for path in made:
        text = (tmp_path / path).read_text(encoding="utf-8")
        assert budgets.UNWRITTEN in text
        (tmp_path / path).write_text(text.replace(budgets.UNWRITTEN, "Written:"), encoding="utf-8")
    for target in layout.targets(tmp_path):
        notebook = sources.make(tmp_path, target)
        assert budgets.problems(notebook, budgets.kind_of(target, notebook)) == []
    assert len(build(tmp_path)) == 3


@pytest.mark.parametrize("name", ["drones", "1_drones", "12_Drones", "12 drones", "12_drones/../x", ""])
def test_a_new_lesson_needs_a_name_of_digits_and_words(tmp_path, name):
    with pytest.raises(ValueError, match="two digits"):
        scaffold.new_lesson(tmp_path, name, "Title")


def test_a_new_lesson_never_overwrites_one(course):
    with pytest.raises(ValueError, match="already"):
        scaffold.new_lesson(course, "01_small", "Title")


def test_the_command_says_what_failed_and_changes_nothing(course, monkeypatch, capsys):
    from workshop import cli

    monkeypatch.setattr(cli, "ROOT", course)
    (course / layout.LESSONS / "01_small.py").write_text("words\n", encoding="utf-8")
    assert cli.main(["build"]) == 1
    assert "Nothing was changed" in capsys.readouterr().err
    assert tree(course) == {}


def test_an_unknown_word_is_refused():
    run = subprocess.run(
        [sys.executable, "-m", "workshop", "build", "--speed"], capture_output=True, text=True
    )
    assert run.returncode == 2
    assert "unknown words: --speed" in run.stderr
