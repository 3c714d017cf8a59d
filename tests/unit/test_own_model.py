"""The audit of a model of one's own: the report, the command and the form say the same, and fail in a sentence."""

import io
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from html import unescape

import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import MetricFrame, false_negative_rate, false_positive_rate, selection_rate
from test_documents import Page, docx_text, pdf_text
from typed import HOSTILE

from workshop import cli
from workshop.audit import group_rates
from workshop.datasets import load
from workshop.datasets.own import read_scores
from workshop.documents.html import html_page
from workshop.documents.pdf import pdf_bytes
from workshop.documents.word import docx_bytes
from workshop.own_model import audit_file, audit_scores
from workshop.own_model.report import MOST_DRAWN, POSITIONS
from workshop.probes.words import half_up

COLUMNS = ("reoffended", "decile_score", "group")


@pytest.fixture(scope="module")
def compas(tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "compas.csv"
    load("compas_scores").to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def audit(compas):
    return audit_scores(read_scores(compas, *COLUMNS), COLUMNS, 5)


def scores_of(frame):
    return read_scores(io.BytesIO(frame.to_csv(index=False).encode()), "y", "s", "g")


def people(n, groups, seed=1, gap=0.0):
    rng = np.random.default_rng(seed)
    group = rng.integers(0, groups, n)
    outcome = rng.random(n) < 0.4
    score = rng.normal(outcome * 1.0 + gap * (group == 0) * ~outcome)
    return pd.DataFrame({"y": outcome.astype(int), "s": score, "g": [f"group {code:03}" for code in group]})


def test_the_table_is_that_of_fairlearn(audit):
    data = load("compas_scores")
    frame = MetricFrame(
        metrics={"s": selection_rate, "fpr": false_positive_rate, "fnr": false_negative_rate},
        y_true=data["reoffended"].astype(int),
        y_pred=(data["decile_score"] >= 5).astype(int),
        sensitive_features=data["group"],
    ).by_group
    rows = {row[0]: row for row in audit.table().rows}
    for group, numbers in frame.iterrows():
        row = rows[group]
        for cell, value in zip((row[3], row[4], row[5]), numbers, strict=True):
            assert cell.startswith(f"{half_up(100 * value)}\u00a0(")
    assert rows["African-American"][4] == "45\u00a0(43\u00a0to\u00a047)\n805 of 1,795"
    assert list(rows)[:2] == ["Everyone", "African-American"]  # then from large to small


def test_page_pdf_and_word_say_the_same(audit):
    document = audit.document()
    page, word, printed = (
        Page(html_page(document)).text,
        docx_text(docx_bytes(document)),
        pdf_text(pdf_bytes(document)[0]),
    )
    for told in (*audit.findings, "805 of 1,795", audit.probe.picture().sentence):
        for text in (page, word, printed):
            assert "".join(told.split()) in "".join(text.split())
    assert "What these numbers can't say" in page
    assert "45 of 100 in “African-American”" in audit.findings[0]


def test_the_slider_of_the_page_is_the_audit_at_each_position(audit):
    page = html_page(audit.document())
    data = json.loads(re.search(r'<script type="application/json">(.*?)</script>', page, re.S).group(1))
    people_ = load("compas_scores")
    assert len(data["positions"]) == 10
    for number, position in enumerate(data["positions"], 1):
        text = unescape("\n".join(data["pieces"][place] for place in position["parts"][1]))
        rates = group_rates(people_["reoffended"], people_["decile_score"] >= number, people_["group"])
        for count in rates.counts[:, 1]:  # false positives of each group
            assert f"{count:,}" in text


def test_no_difference_is_claimed_where_there_is_none_and_a_planted_one_is_found():
    names = ("y", "s", "g")
    rings = sum(
        "more than chance." in finding and "no difference" not in finding
        for seed in range(20)
        for finding in audit_scores(scores_of(people(3000, 6, seed)), names, 0.5).findings
    )
    assert rings <= 9  # of 60 comparisons about 3
    found = audit_scores(scores_of(people(6000, 6, gap=1.0)), names, 0.5).findings
    assert "“group 000”" in found[0]
    assert "more than chance" in found[0]


def test_200_groups_are_all_in_the_table_and_the_largest_in_the_picture():
    audit = audit_scores(scores_of(people(8_000, 200)), ("y", "s", "g"), 0.5)
    assert len(audit.table().rows) == 201
    assert len(audit.drawn) == MOST_DRAWN
    assert "The picture shows the 8 largest groups; the table all 200" in html_page(audit.document())


def test_groups_under_30_are_too_few_to_tell():
    frame = people(2000, 2)
    frame.loc[:19, "g"] = "tiny"
    audit = audit_scores(scores_of(frame), ("y", "s", "g"), 0.5)
    tiny = next(row for row in audit.table().rows if row[0] == "tiny")
    assert all("too few to tell" in cell for cell in tiny[2:])
    assert not any("tiny" in finding for finding in audit.findings)
    nothing = audit_scores(scores_of(people(40, 2)), ("y", "s", "g"), 0.5)
    assert all("Too few to tell" in finding for finding in nothing.findings)


@pytest.mark.parametrize("scale", [1, 1000, 1e-6])
def test_a_threshold_that_nobody_gave_is_told(scale):
    frame = people(3000, 2)
    frame["s"] *= scale
    audit = audit_scores(scores_of(frame), ("y", "s", "g"))
    assert "You gave no threshold" in audit.chosen
    flagged = (frame["s"] >= audit.threshold).mean()
    assert abs(flagged - frame["y"].mean()) < 0.01
    frame["s"] = frame["s"].rank(pct=True)
    assert audit_scores(scores_of(frame), ("y", "s", "g")).threshold == 0.5
    assert len(audit.probe.controls[0].options) <= POSITIONS + 2


def test_missing_groups_are_a_group_of_their_own():
    frame = people(3000, 3)
    frame.loc[:999, "g"] = None
    audit = audit_scores(scores_of(frame), ("y", "s", "g"), 0.5)
    assert "not recorded" in audit.drawn
    assert any(row[0] == "not recorded" and row[1] == "1,000" for row in audit.table().rows)


@pytest.mark.parametrize(
    "name", [name for name in HOSTILE if name not in ("nothing", "long", "surrogate", "nul", "lines")]
)
def test_hostile_columns_and_groups_stay_text(tmp_path, capsys, name):
    text = HOSTILE[name]
    frame = people(300, 2).rename(columns={"s": text})
    frame["g"] = frame["g"].replace("group 000", text)
    frame.to_csv(tmp_path / "t.csv", index=False)
    out = tmp_path / "r.html"
    words = [
        "audit",
        str(tmp_path / "t.csv"),
        "--outcome",
        "y",
        "--group",
        "g",
        f"--score={text}",
        "--out",
        str(out),
    ]
    assert cli.main(words) == 0
    told = capsys.readouterr().out
    assert not [letter for letter in told if letter < " " and letter != "\n"]
    page = out.read_text("utf-8")
    elements = Page(page).elements
    assert elements.count("script") == 2  # the slider's own: its positions and what moves it
    assert "img" not in elements
    assert page.count("<script") == 2


def run(folder, *words):
    """Run the command as a trainee does; return exit status, output, errors."""
    done = subprocess.run(
        [sys.executable, "-m", "workshop", "audit", *map(str, words)],
        cwd=folder, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_the_command_as_a_trainee_types_it(compas, tmp_path):
    columns = ("--outcome", "reoffended", "--score", "decile_score", "--group", "group", "--threshold", "5")
    status, told, errors = run(tmp_path, compas, *columns)
    assert (status, errors) == (0, "")
    assert "45 of 100 in “African-American”" in told
    assert (tmp_path / "compas-audit.html").is_file()
    status, told, errors = run(tmp_path, compas, *columns)
    assert (status, told) == (2, "")
    assert "exists already" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--outcome", "nowhere"), "There is no column 'nowhere'"),
        (("--score", "group"), "three different columns"),
        (("--score", "sex"), "must hold numbers"),
        (("--out", "no/where.html"), "no folder"),
        (("--out", "r.txt"), "must end with"),
        (("--positive", "maybe"), "No outcome is 'maybe'"),
    ],
)
def test_bad_words_are_a_sentence_and_exit_2(compas, tmp_path, capsys, monkeypatch, words, told):
    monkeypatch.chdir(tmp_path)
    given = dict(zip(("--outcome", "--score", "--group"), COLUMNS, strict=True)) | {words[0]: words[1]}
    assert cli.main(["audit", str(compas), *(word for pair in given.items() for word in pair)]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert not os.listdir(tmp_path)


def status(form):
    return unescape(re.sub("<[^>]+>", "", form.status.value))


def test_the_form_audits_a_picked_file(compas):
    form = audit_file()
    form.widget()
    assert 'role="status" aria-live="polite"' in form.status.value
    form.run()
    assert status(form) == "Pick a file first."
    form.upload.value = (
        {
            "content": memoryview(compas.read_bytes()),
            "name": "c.csv",
            "size": 1,
            "type": "text/csv",
            "last_modified": datetime.now(UTC),
        },
    )
    assert status(form).startswith("4 columns were found")
    assert form.choices["group"].value == "group"  # a usual name is proposed
    assert form.choices["outcome"].value is None
    form.run()
    assert status(form).startswith("Choose a column")
    form.choices["outcome"].value, form.choices["score"].value = "reoffended", "decile_score"
    form.run()
    assert status(form).startswith("7,214 rows were audited")
    assert len(form.result.children) == 2
    assert "805 of 1,795" in form.result.children[1].value


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"\xff\xfe", b"a,b\n1,2\n", b"y,s,g\n1,x,A\n0,y,B\n"]
)
def test_the_form_tells_a_bad_file_in_its_live_region(content):
    form = audit_file()
    form.pick(content)
    if form.choices["score"].options:
        for choice in form.choices.values():
            choice.value = choice.options[min(1, len(choice.options) - 1)]
        form.run()
    assert status(form).endswith(".")
    assert not form.result.children


def test_the_form_reads_a_typed_name_and_keeps_hostile_words_as_text(tmp_path):
    frame = people(300, 2)
    frame["g"] = frame["g"].replace("group 000", HOSTILE["script"])
    frame.to_csv(tmp_path / "t.csv", index=False)
    form = audit_file()
    form.widget()
    form.name.value = str(tmp_path / "t.csv")
    form.run()
    assert status(form).startswith("300 rows")
    assert "<script>alert" not in form.result.children[1].value
    form.name.value = "<script>alert(1)</script>.csv"
    assert "<script>" not in form.status.value
    assert "no file" in status(form)


def test_a_datasheet_is_begun_beside_the_report(tmp_path, capsys):
    (tmp_path / "t.csv").write_text("y,s,g\n" + "1,0.75,A\n0,0.25,A\n1,0.5,B\n0,0.25,B\n" * 20)
    words = ["audit", str(tmp_path / "t.csv"), "--outcome", "y", "--score", "s", "--group", "g"]
    words += ["--out", str(tmp_path / "r.html"), "--datasheet", str(tmp_path / "d.html")]
    assert cli.main(words) == 0
    assert "80 rows, 2 groups" in (tmp_path / "d.html").read_text("utf-8")
    (tmp_path / "r.html").unlink()
    assert cli.main(words) == 2  # the datasheet is there: nothing is written
    assert not (tmp_path / "r.html").exists()
    assert "d.html' exists already" in capsys.readouterr().err
