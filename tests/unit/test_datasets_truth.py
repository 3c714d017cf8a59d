"""What was planted in a generated data set: it is given whole, or not at all."""

import json
import shutil
from pathlib import Path

import pytest

from workshop import datasets
from workshop.datasets import catalogue

ROOT = Path(__file__).resolve().parents[2] / "datasets"
PLANTED = {"seed": 7, "patrol_bias": 1.5, "true_incidents": {"A": 12, "B": 10}}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return the folder of a made-up data set with a planted truth, beside two real ones without."""
    root = tmp_path / "datasets"
    for name in ("feedback_loop", "hatecheck"):
        shutil.copytree(ROOT / name, root / name)
    folder = root / "toy_town"
    folder.mkdir()
    (folder / "truth.json").write_text(json.dumps(PLANTED), encoding="utf-8")
    node = {"@type": "cr:FileObject", "@id": "truth.json", "contentUrl": "truth.json"}
    (folder / "metadata.json").write_text(json.dumps({"distribution": [node]}), encoding="utf-8")
    catalogue.record_checksums(folder)
    monkeypatch.setattr(catalogue, "ROOT", root)
    return folder


def test_the_truth_is_what_was_planted(folder):
    assert datasets.truth("toy_town") == PLANTED


def test_the_truth_is_the_callers_own(folder):
    datasets.truth("toy_town")["true_incidents"]["A"] = 0
    assert datasets.truth("toy_town") == PLANTED


@pytest.mark.parametrize("name", ["feedback_loop", "hatecheck"])
def test_where_nothing_was_planted_the_sentence_says_where_something_was(folder, name):
    with pytest.raises(datasets.DatasetError) as caught:
        datasets.truth(name)
    assert str(caught.value) == (
        f"Nothing was planted in {name!r}, so nobody knows its truth: the data sets with a planted truth are toy_town."
    )


def test_an_unknown_name_gets_the_nearest(folder):
    with pytest.raises(datasets.DatasetError, match=r"did you mean 'toy_town'\?$"):
        datasets.truth("toytown")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: None, "is missing"),
        (lambda text: "", "is cut short"),
        (lambda text: text[:-1], "is cut short"),
        (lambda text: text.replace("1.5", "2.5"), "checksum differs"),
        (lambda text: text + "\n", "checksum differs"),
    ],
)
def test_a_damaged_truth_is_never_told(folder, change, words):
    path = folder / "truth.json"
    text = change(path.read_text(encoding="utf-8"))
    path.unlink() if text is None else path.write_text(text, encoding="utf-8")
    with pytest.raises(datasets.DatasetError, match=words) as caught:
        datasets.truth("toy_town")
    assert str(path) in str(caught.value)
    assert "git checkout -- datasets/toy_town" in str(caught.value)


@pytest.mark.parametrize("name", datasets.names())
def test_only_a_generated_set_has_a_truth(name):
    if (ROOT / name / "truth.json").exists():
        assert datasets.truth(name)
    else:
        with pytest.raises(datasets.DatasetError, match="Nothing was planted"):
            datasets.truth(name)
