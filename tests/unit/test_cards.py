"""Model card and datasheet say what was measured, and leave open what nobody said; a model file is never a program."""

import io
import json
import os
import pickle
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from case_files import filled, realistic
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from test_documents import Page
from typed import HOSTILE

from workshop import cli
from workshop.casefile.cards import OPEN, datasheet, model_card
from workshop.casefile.model import dump
from workshop.datasets.own import read_scores
from workshop.documents import WriteError
from workshop.documents.html import html_page
from workshop.own_model.models import ModelError, load_model, save_model

RNG = np.random.default_rng(1)
X = RNG.random((60, 2))
Y = (X[:, 0] > 0.5).astype(int)


def said(document):
    return Page(html_page(document)).text


@pytest.fixture
def model():
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(X, Y)


def test_the_card_tells_what_was_measured():
    text = said(model_card(realistic()))
    for head in (
        "Model details", "Intended use", "Factors", "Metrics", "Evaluation data", "Training data", "Ethical", "Caveats",
    ):  # fmt: skip
        assert head in text
    assert "45 in 100 (43 to 47; 805 of 1,795)" in text
    assert "African-American and Caucasian" in text
    checksum = realistic().evidence[0].dataset.sha256[0][1]
    assert checksum in text.replace(" ", "")
    assert text.count(OPEN) == 2  # the model's details and its training data
    assert "Very high: People are held" in text


def test_the_card_of_an_empty_case_is_empty():
    case = replace(realistic(), evidence=(), risks=(), decision=None, about="")
    text = said(model_card(case))
    for told in (
        "Nothing was measured",
        "Not decided yet",
        "No risk was named",
        "not compared between groups",
    ):
        assert told in text


def test_the_card_tells_the_settings_of_a_model(model):
    text = said(model_card(realistic(), model[-1]))
    assert "LogisticRegression" in text
    assert "max_iter 100" in text
    assert "Answers: 0 and 1" in text


@pytest.mark.parametrize("name", ["script", "template", "closing", "arabic", "override"])
def test_hostile_words_stay_words(name):
    assert not {"script", "img"} & set(Page(html_page(model_card(filled(HOSTILE[name], 2)))).elements)


def test_the_datasheet_counts_and_leaves_the_rest_open():
    content = b"y,s,g\n" + b"1,0.5,A\n0,0.25,B\n" * 20 + b"1,0.75,\n,0.5,A\n0,,B\n"
    scores = read_scores(io.BytesIO(content), "y", "s", "g")
    text = said(datasheet(scores, ("y", "s", "g"), "A <b>table</b>"))
    assert "43 rows, 3 groups" in text
    assert "yes for 21 of 41 rows, 51 of 100 (36 to 66)" in text
    assert "scores from 0.25 to 0.75" in text
    assert "1 of 43 rows have no score" in text
    assert "A 21 B 20 not recorded 1" in text
    assert text.count(OPEN) == 18
    assert "A <b>table</b>" in text


def test_a_model_comes_back_the_same(tmp_path, model):
    path = tmp_path / "m.skops"
    save_model(model, path)
    np.testing.assert_array_equal(load_model(path).predict_proba(X), model.predict_proba(X))
    with pytest.raises(WriteError, match="exists already"):
        save_model(model, path)
    with pytest.raises(ModelError, match=r"must end with \.skops"):
        save_model(model, tmp_path / "m.pkl")
    with pytest.raises(ModelError, match="no scikit-learn model"):
        save_model({"a": 1}, tmp_path / "d.skops")
    for foreign in (FunctionTransformer(os.system), RandomForestClassifier(2).fit(X, Y)):
        with pytest.raises(ModelError, match="can't be loaded again safely"):
            save_model(foreign, tmp_path / "f.skops")
    assert [each.name for each in tmp_path.iterdir()] == ["m.skops"]


class Evil:
    def __reduce__(self):
        return os.system, ("touch evil-was-here",)


def test_a_malicious_or_damaged_file_is_a_sentence_and_never_runs(tmp_path, monkeypatch, model):
    from skops import io as skops_io

    monkeypatch.chdir(tmp_path)
    (tmp_path / "evil.pkl").write_bytes(pickle.dumps(Evil()))
    (tmp_path / "evil.skops").write_bytes(pickle.dumps(Evil()))
    (tmp_path / "system.skops").write_bytes(skops_io.dumps(FunctionTransformer(os.system)))
    (tmp_path / "forest.skops").write_bytes(skops_io.dumps(RandomForestClassifier(2).fit(X, Y)))
    (tmp_path / "list.skops").write_bytes(skops_io.dumps([1, 2]))
    whole = skops_io.dumps(model)
    (tmp_path / "cut.skops").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.skops").write_text("hello")
    (tmp_path / "empty.skops").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "other.skops", "w") as archive:
        archive.writestr("a.txt", "x")
    with zipfile.ZipFile(tmp_path / "schema.skops", "w") as archive:
        archive.writestr(
            "schema.json", json.dumps({"__class__": "system", "__module__": "os", "__loader__": "TypeNode"})
        )
    for name, told in (
        ("evil.pkl", "is a Python pickle"), ("evil.skops", "is a Python pickle"), ("system.skops", "was not loaded"),
        ("forest.skops", "was not loaded"), ("list.skops", "holds a list"), ("cut.skops", "damaged"),
        ("text.skops", "no skops file"), ("empty.skops", "no skops file"), ("other.skops", "no schema"),
        ("schema.skops", "damaged|not loaded"), ("missing.skops", "can't be read"), (".", "can't be read"),
    ):  # fmt: skip
        with pytest.raises(ModelError, match=told):
            load_model(tmp_path / name)
    assert not (tmp_path / "evil-was-here").exists()


def test_any_damage_of_a_byte_is_a_sentence_or_the_model(tmp_path, model):
    path = tmp_path / "m.skops"
    save_model(model, path)
    whole = path.read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 60)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            loaded = load_model(path)
        except ModelError:
            continue
        assert hasattr(loaded, "get_params")


def test_the_command(tmp_path, capsys, model):
    (tmp_path / "case.json").write_text(dump(realistic()), "utf-8")
    save_model(model, tmp_path / "m.skops")
    out = tmp_path / "card.html"
    words = ["model-card", str(tmp_path / "case.json"), "--out", str(out)]
    assert cli.main([*words, "--model", str(tmp_path / "m.skops")]) == 0
    assert "Pipeline" in out.read_text("utf-8")
    assert cli.main([*words, "--force", "--model", str(tmp_path / "none.skops")]) == 2
    assert "can't be read" in capsys.readouterr().err
