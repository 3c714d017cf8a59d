"""What a case recorded becomes checks: a planted shift is found and named, and chance rings as seldom as promised."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom
from typed import HOSTILE

from workshop import casefile, cli
from workshop.audit import group_rates
from workshop.casefile.model import Case, Check, Figure, dump
from workshop.casefile.monitoring import FEW, IN, LEFT, as_json, monitor, plan, plan_table
from workshop.datasets.own import Scores, read_scores

GROUPS = ("North", "South", "West")
RATES = ("false_positive_rate", "false_negative_rate")


def people(n, seed, shift=0.0, at="South"):
    """Return made-up people; `shift` raises the scores of one group's people without the outcome."""
    rng = np.random.default_rng(seed)
    group = rng.choice(GROUPS, n, p=(0.5, 0.3, 0.2))
    outcome = rng.random(n) < 0.4
    score = rng.normal(outcome * 1.0, 1.0) + shift * ((group == at) & ~outcome)
    return outcome.astype(float), score, group


def scores(n, seed, **options):
    outcome, score, group = people(n, seed, **options)
    return Scores(outcome, score, pd.Categorical(group), None, n, {}, ())


def case_of(n=4000, seed=1, metrics=RATES, **more):
    batch = scores(n, seed)
    rates = group_rates(batch.outcome, batch.score >= 0.5, batch.group)
    made = tuple(casefile.evidence("01_responsible_ai", rates, metric, threshold=0.5) for metric in metrics)
    return Case("a-case", "A case", "own", "", "2026-05-18", evidence=made, **more)


def test_the_same_data_leaves_no_band():
    result = monitor(case_of(), scores(4000, 1), baseline=scores(4000, 1))
    assert {reading.state for reading in result.readings} == {IN}
    assert len(result.readings) == 2 * 4 + 1 + 1 + 3
    assert not result.left


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_shift_is_found_and_named(seed):
    result = monitor(case_of(seed=seed), scores(4000, 100 + seed, shift=1.0))
    found = {(reading.metric, reading.group) for reading in result.left}
    assert ("false_positive_rate", "South") in found
    assert found <= {("false_positive_rate", "South"), ("false_positive_rate", "everyone")}
    assert "South" in result.sentence


def test_chance_rings_no_more_often_than_promised():
    trials = 150
    rings = sum(
        bool(monitor(case_of(1500, seed), scores(1500, 10_000 + seed), tolerance=0.0).left)
        for seed in range(trials)
    )
    assert rings <= binom.ppf(0.999, trials, 0.05)


def test_the_rule_is_that_of_newcombe_beyond_the_tolerated_change():
    figure = Figure("everyone", 0.3, 0.28, 0.32, 600.0, 2000.0, True)
    base = casefile.evidence(
        "01_responsible_ai", group_rates([1, 0], [1, 0], ["a", "b"]), "selection_rate", threshold=1
    )
    case = replace(case_of(), evidence=(replace(base, overall=figure, groups=()),))

    def state(flagged, n):
        outcome = np.arange(n) % 2
        batch = Scores(
            outcome.astype(float),
            (np.arange(n) < flagged).astype(float),
            pd.Categorical(["A", "B"] * (n // 2)),
            None,
            n,
            {},
            (),
        )
        (reading,) = monitor(case, batch).readings
        return reading.state

    assert state(600, 2000) == IN
    assert state(700, 2000) == IN  # 35 of 100: tolerated is a fifth of 30
    assert state(900, 2000) == LEFT
    assert state(740, 2000) == "outside, may be chance"  # 37 of 100
    assert state(160, 2000) == LEFT  # a fall is a change too
    assert state(45, 100) == "outside, may be chance"
    assert state(20, 20) == FEW  # that all are flagged is not passed, and tells nothing


def test_bounds_of_the_case_take_the_place_of_the_record():
    key = case_of().evidence[0].id
    check = Check(
        "c1", "false_positive_rate", "each group", None, 0.2, key, "each month", "The chief stops it"
    )
    result = monitor(case_of(checks=(check,)), scores(4000, 2))
    own = [
        reading
        for reading in result.readings
        if reading.metric == "false_positive_rate" and reading.group in GROUPS
    ]
    assert len(own) == 3
    assert {reading.state for reading in own} == {LEFT}  # about 31 of 100 are above 0.5
    assert own[0].then == "The chief stops it"
    assert own[0].band == "at most 20 of 100"


def test_what_cannot_be_recomputed_is_told():
    base = case_of().evidence[0]
    case = case_of()
    case = replace(
        case,
        evidence=(
            base,
            replace(base, id="x1", metric="word_error_rate"),
            replace(base, id="x2", settings=(*base.settings, casefile.Setting("noise", 10.0))),
            replace(base, id="x3", settings=()),
            replace(base, id="x4", unit="difference"),
        ),
    )
    planned, notes = plan(case)
    assert len(planned) == 4
    assert len(notes) == 4
    assert any("noise" in note for note in notes)
    assert any("--threshold" in note for note in notes)
    with pytest.raises(ValueError, match="Nothing of the case"):
        monitor(replace(case, evidence=()), scores(100, 1))
    with pytest.raises(ValueError, match="no evidence 'zz'"):
        plan(case, only=["zz"])
    with pytest.raises(ValueError, match="tolerance is 2"):
        plan(case, tolerance=2)
    assert len(plan(case, threshold=0.5, only=["x3"])[0]) == 4


def test_small_groups_new_groups_and_other_names():
    batch = scores(4000, 3)
    group = pd.Categorical(np.where(np.arange(4000) < 10, "East", np.asarray(batch.group)))
    result = monitor(case_of(), batch._replace(group=group))
    assert any("“East”" in note and "not in the record" in note for note in result.notes)
    renamed = batch._replace(group=batch.group.rename_categories({"South": "S"}))
    lost = monitor(case_of(), renamed)
    assert [reading.state for reading in lost.readings if reading.group == "South"] == [FEW, FEW]
    found = monitor(case_of(), renamed, names={"S": "South"})
    assert [reading.state for reading in found.readings if reading.group == "South"] == [IN, IN]
    with pytest.raises(ValueError, match="no group 'Q'"):
        monitor(case_of(), batch, names={"Q": "South"})


def test_drift_of_scores_shares_and_missing_values():
    base, batch = scores(4000, 1), scores(4000, 2)
    moved = monitor(case_of(), batch._replace(score=batch.score + 3), baseline=base)
    assert "psi_scores" in {reading.metric for reading in moved.left}
    keep = (np.asarray(batch.group) != "North") | (np.arange(4000) % 4 == 0)
    fewer = Scores(batch.outcome[keep], batch.score[keep], batch.group[keep], None, int(keep.sum()), {}, ())
    assert "psi_groups" in {reading.metric for reading in monitor(case_of(), fewer, baseline=base).left}
    holes = batch._replace(rows=5000, no_score={"South": 1000})
    assert any("No score" in reading.what for reading in monitor(case_of(), holes, baseline=base).left)


@pytest.fixture
def files(tmp_path):
    frame = pd.DataFrame(dict(zip(("outcome", "score", "group"), people(4000, 2), strict=True)))
    frame["outcome"] = frame["outcome"].astype(int)
    frame.to_csv(tmp_path / "same.csv", index=False)
    frame = pd.DataFrame(dict(zip(("outcome", "score", "group"), people(4000, 2, shift=1.0), strict=True)))
    frame["outcome"] = frame["outcome"].astype(int)
    frame.to_csv(tmp_path / "moved.csv", index=False)
    (tmp_path / "case.json").write_text(dump(case_of()), "utf-8")
    return tmp_path


def run(*words):
    try:
        return cli.main([str(word) for word in words])
    except SystemExit as end:
        return end.code


def test_the_command_says_it_and_exits_so(files, capsys):
    assert run("monitor", files / "case.json", "--batch", files / "same.csv") == 0
    assert "Nothing left its band (4,000 rows)." in capsys.readouterr().out
    few = "\n".join((files / "same.csv").read_text().splitlines()[:30])
    (files / "few.csv").write_text(few)
    assert run("monitor", files / "case.json", "--batch", files / "few.csv") == 0
    out = capsys.readouterr().out
    assert re.search(r"Nothing left its band, but (\d+) of \1 checks can't tell \(29 rows\)\.", out), out
    assert run("monitor", files / "case.json", "--batch", files / "few.csv", "--tolerance", "x") == 2
    assert "'x' is no number" in capsys.readouterr().err
    assert (
        run("monitor", files / "case.json", "--batch", files / "moved.csv", "--baseline", files / "same.csv")
        == 1
    )
    out = capsys.readouterr().out
    assert out.startswith("LEFT ITS BAND")
    assert "South" in out
    assert run("monitor", files / "case.json", "--batch", files / "moved.csv", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["left"] >= 1
    assert told == json.loads(
        json.dumps(as_json(monitor(case_of(), read_scores(files / "moved.csv", "outcome", "score", "group"))))
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("no-such-case", "--batch", "same.csv"), "There is no case"),
        (("missing.json", "--batch", "same.csv"), "can't be read"),
        (("broken.json", "--batch", "same.csv"), "was damaged"),
        (("case.json", "--batch", "missing.csv"), "no file"),
        (("case.json", "--batch", "same.csv", "--score", "nowhere"), "no column"),
        (("case.json", "--batch", "same.csv", "--rename", "x"), "no group another name"),
        (("case.json", "--batch", "same.csv", "--tolerance", "7"), "tolerance is 7"),
    ],
)
def test_bad_input_is_a_sentence_and_exit_2(files, capsys, monkeypatch, words, told):
    monkeypatch.chdir(files)
    monkeypatch.setenv("WORKSHOP_MY_WORK", str(files / "my_work"))
    (files / "broken.json").write_text("{")
    assert run("monitor", *words) == 2
    error = capsys.readouterr().err
    assert told in error
    assert "Traceback" not in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    "name", [name for name in HOSTILE if name not in ("nothing", "long", "surrogate", "nul")]
)
def test_hostile_names_of_groups_stay_text(files, capsys, name):
    batch = pd.read_csv(files / "same.csv")
    batch["group"] = batch["group"].replace("West", HOSTILE[name])
    batch.to_csv(files / "hostile.csv", index=False)
    assert run("monitor", files / "case.json", "--batch", files / "hostile.csv") in (0, 1)
    told = capsys.readouterr().out
    assert not [letter for letter in told if letter < " " and letter != "\n"]
    assert "\u202e" not in told


def test_the_plan_as_a_table():
    columns, rows = plan_table(case_of())
    assert len(columns) == 5
    assert len(rows) == 8
    assert all(row[3].endswith("of 100") for row in rows)
