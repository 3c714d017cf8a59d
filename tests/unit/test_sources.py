"""Every source in content/ keeps to the budgets of the house, and what is built from it has not drifted."""

import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from workshop.build import budgets, layout, notebooks, readme, sources

ROOT = Path(__file__).resolve().parents[2]
TARGETS = layout.targets(ROOT)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.path)
def test_keeps_to_the_budgets(target):
    notebook = sources.make(ROOT, target)
    found = budgets.problems(notebook, budgets.kind_of(target, notebook))
    assert not found, f"{target.source}: " + "; ".join(found)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.path)
def test_has_a_note_for_the_instructor(target):
    assert not budgets.slides_without_notes(sources.read(ROOT / target.source)), "no cell is tagged notes"


def committed(target):
    path = ROOT / target.path
    assert path.exists(), f"{target.path} is missing. Run `make build`."
    return nbformat.read(path, as_version=4)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.path)
def test_committed_cells_are_those_of_the_source(target):
    built, kept = sources.make(ROOT, target), committed(target)
    assert [(c.cell_type, c.id, c.source, c.metadata) for c in kept.cells] == [
        (c.cell_type, c.id, c.source, c.metadata) for c in built.cells
    ], f"{target.path} has drifted from {target.source}. Run `make build`; never edit a built notebook."


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.path)
def test_committed_outputs_are_there(target):
    for number, cell in enumerate(committed(target).cells, 1):
        if cell.cell_type == "code":
            assert cell.execution_count, f"{target.path}, cell {number} has not been run. Run `make build`."


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.path)
def test_every_figure_has_alternative_text(target):
    for number, cell in enumerate(committed(target).cells, 1):
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            assert not any(mime.startswith("image/") for mime in data), (
                f"cell {number}: a picture without its text"
            )
            soup = BeautifulSoup(data.get("text/html", ""), "html.parser")
            for image in soup.find_all("img"):
                assert image.get("alt", "").strip(), f"{target.path}, cell {number}: an img without alt"
            for svg in soup.find_all("svg"):
                if svg.get("aria-hidden") != "true":
                    assert svg.get("role") == "img", f"{target.path}, cell {number}: an svg without a role"
                    assert svg.find("title").text.strip(), (
                        f"{target.path}, cell {number}: an svg without a title"
                    )
                    assert svg.find("desc").text.strip(), (
                        f"{target.path}, cell {number}: an svg without a description"
                    )


def test_nothing_is_committed_that_has_no_source():
    known = {target.path for target in TARGETS}
    for folder in ("notebooks", "exercises"):
        for path in (ROOT / folder).rglob("*.ipynb"):
            if ".ipynb_checkpoints" not in path.parts:
                assert str(path.relative_to(ROOT)) in known, f"{path} has no source in content/"


def test_readme_shows_todays_map_of_lessons():
    assert readme.render(ROOT) == (ROOT / "README.md").read_text(encoding="utf-8"), "Run `make build`."


def text_outputs(path):
    """Return a built notebook's text without the pictures, whose bytes may differ between machines."""
    return re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "PICTURE", path.read_text(encoding="utf-8"))


def test_a_second_build_gives_the_same_bytes(tmp_path):
    written = notebooks.build(ROOT, out=tmp_path, force=True, report=lambda line: None)
    assert written == [target.path for target in TARGETS]
    for path in written:
        assert text_outputs(tmp_path / path) == text_outputs(ROOT / path), (
            f"{path} differs. Run `make build`."
        )
