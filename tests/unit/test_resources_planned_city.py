"""The planned city: what is planted is there, an honest audit finds it, a naive reading does not."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop.domains.resources.planned_city import estimate_bias, generate, naive_bias

FOLDER = Path(__file__).resolve().parents[2] / "datasets" / "planned_city"
RECORDS = ["records_by_call", "records_by_patrol"]
BIASES = st.floats(0.6, 4)
SEEDS = st.integers(0, 2**32 - 1)


def sums(table):
    return table.groupby("patrols")[["residents", *RECORDS, "survey_asked", "survey_incidents"]].sum()


def true_counts(table, truth):
    incidents = {row["district"]: row["incidents"] for row in truth["districts"]}
    return table["district"].map(incidents)


def held(counts, expected, variance, sigmas=6):
    """Tell whether counts lie where chance leaves them."""
    return (np.abs(counts - expected) <= sigmas * np.sqrt(variance) + 1).all()


def test_the_committed_files_are_what_the_generator_makes():
    table, truth = generate()
    assert (
        table.to_csv(index=False, lineterminator="\n").encode() == (FOLDER / "planned_city.csv").read_bytes()
    )
    assert truth == json.loads((FOLDER / "truth.json").read_text("utf-8"))
    assert (truth["seed"], truth["bias"]) == (2020, 2.0)


@settings(max_examples=40, deadline=None)
@given(SEEDS, BIASES)
def test_what_is_planted_is_in_the_records(seed, bias):
    table, truth = generate(seed, bias)
    again, _ = generate(seed, bias)
    pd.testing.assert_frame_equal(table, again)
    assert len(table) == table["district"].nunique() == 12
    incidents = true_counts(table, truth)
    more = table["patrols"] == "more"
    recorded = table[RECORDS].sum(axis=1)
    chance = np.where(more, truth["recorded"]["more"], truth["recorded"]["fewer"])
    assert truth["recorded"]["more"] / truth["recorded"]["fewer"] == pytest.approx(bias)
    assert held(recorded, incidents * chance, incidents * chance * (1 - chance))
    called = truth["recorded_by_call"]
    assert held(table["records_by_call"], incidents * called, incidents * called)
    asked = truth["survey_share_asked"]
    assert (table["survey_asked"] == table["residents"] * asked).all()
    assert held(table["survey_incidents"], incidents * asked, incidents * asked)
    rates = pd.Series([row["expected_incidents_per_1000_residents"] for row in truth["districts"]]) / 1000
    assert held(incidents, table["residents"] * rates, table["residents"] * rates)
    json.dumps(truth)


def test_the_table_does_not_hold_the_truth_and_incidents_do_not_follow_patrols():
    table, truth = generate()
    assert "incidents" not in table
    assert not any(table[column].equals(true_counts(table, truth)) for column in table)
    rate = true_counts(table, truth) / table["residents"]
    more = table["patrols"] == "more"
    assert rate[more].mean() < rate[~more].mean()
    assert table["recent_migrants"][more].mean() > 2 * table["recent_migrants"][~more].mean()
    # The records tell the opposite of the truth.
    recorded = sums(table)[RECORDS].sum(axis=1) / sums(table)["residents"]
    assert recorded["more"] > recorded["fewer"]


@pytest.mark.parametrize("bias", [0.6, 2.0, 3.5])
def test_the_honest_interval_holds_the_planted_size_95_times_of_100(bias):
    runs = 400
    found = [generate(seed, bias)[0] for seed in range(runs)]
    estimates = [estimate_bias(table) for table in found]
    covered = sum(each.low <= bias <= each.high for each in estimates)
    error = math.sqrt(0.95 * 0.05 / runs)
    assert abs(covered / runs - 0.95) < 3.3 * error
    logs = np.log([each.value / bias for each in estimates])
    assert abs(logs.mean()) < 4 * logs.std() / math.sqrt(runs) + 0.005  # a ratio of counts is skewed a little
    # The variance is right, so the interval is not right by being too wide.
    told = np.log([each.high / each.low for each in estimates]) / (2 * 1.96)
    assert told.mean() == pytest.approx(logs.std(), rel=4 / math.sqrt(2 * runs))


@settings(max_examples=40, deadline=None)
@given(SEEDS, BIASES)
def test_the_naive_reading_is_wrong_by_the_factor_that_is_written_down(seed, bias):
    table, truth = generate(seed, bias)
    naive = naive_bias(table)
    factor = truth["incidents_per_resident_ratio"]
    assert 0.5 < factor < 0.7
    assert naive.value == pytest.approx(bias * factor, rel=0.25)  # six times its error, 0.04
    assert not naive.low <= bias <= naive.high
    assert naive.high < bias


def test_without_a_planted_bias_the_audit_finds_none_and_the_naive_reading_finds_one():
    runs = 300
    tables = [generate(seed, 1)[0] for seed in range(runs)]
    wrong = sum(not each.low <= 1 <= each.high for each in map(estimate_bias, tables))
    assert wrong / runs < 0.05 + 3.3 * math.sqrt(0.95 * 0.05 / runs)
    assert all(each.high < 1 for each in map(naive_bias, tables))


@settings(max_examples=40, deadline=None)
@given(SEEDS, BIASES)
def test_the_estimates_are_the_ratios_that_a_trainee_works_out(seed, bias):
    table, _ = generate(seed, bias)
    kinds = sums(table)
    recorded = kinds[RECORDS].sum(axis=1) / kinds["residents"]
    told = kinds["survey_incidents"] / kinds["survey_asked"]
    honest, naive = estimate_bias(table), naive_bias(table)
    assert honest.value == pytest.approx((recorded / told)["more"] / (recorded / told)["fewer"])
    assert naive.value == pytest.approx(recorded["more"] / recorded["fewer"])
    for each in (honest, naive):
        assert each.low < each.value < each.high
        assert each.value**2 == pytest.approx(each.low * each.high)
        assert each.enough
        assert math.isnan(each.numerator)
    assert honest.denominator == kinds["survey_incidents"].min()
    assert naive.denominator == kinds["residents"].min()


def test_a_survey_that_asks_districts_unequally_is_weighted():
    """Half of the survey of one large district thrown away: the estimate stays where it was, the interval widens."""
    shifts, wider = [], []
    for seed in range(200):
        table, _ = generate(seed, 2)
        first = table.index[table["patrols"] == "fewer"][0]
        random = np.random.default_rng(seed)
        thinned = table.copy()
        thinned.loc[first, "survey_asked"] //= 4
        thinned.loc[first, "survey_incidents"] = random.binomial(table.loc[first, "survey_incidents"], 0.25)
        before, after = estimate_bias(table), estimate_bias(thinned)
        shifts.append(math.log(after.value / before.value))
        wider.append(after.high / after.low > before.high / before.low)
    assert abs(np.mean(shifts)) < 4 * np.std(shifts) / math.sqrt(200) + 0.002
    assert np.mean(wider) > 0.9


def test_where_everything_is_known_nothing_is_left_to_chance():
    """Everybody is asked and every incident is recorded: no sample, so no interval."""
    table, truth = generate()
    incidents = true_counts(table, truth)
    table = table.assign(survey_asked=table["residents"], survey_incidents=incidents)
    known = table.assign(records_by_call=incidents, records_by_patrol=0)
    assert estimate_bias(known)[:3] == pytest.approx((1, 1, 1), abs=1e-6)
    # With half of the incidents recorded, what is left is the chance of being recorded.
    half = table.assign(records_by_call=incidents / 2, records_by_patrol=0)
    counts = incidents.groupby(table["patrols"]).sum()
    spread = 1.959964 * math.sqrt((1 / counts).sum())
    assert math.log(estimate_bias(half).high) == pytest.approx(spread, rel=1e-5)


def test_a_small_survey_is_marked_as_too_small():
    table, _ = generate()
    table["survey_incidents"] = [5] * len(table)
    assert estimate_bias(table).enough is False  # 25 incidents told where patrols are more


def changed(**columns):
    return generate()[0].assign(**columns)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (generate()[0].drop(columns="patrols"), "no column 'patrols'"),
        (generate()[0].drop(columns="residents"), "no column 'residents'"),
        (changed(patrols="more"), "patrols must hold 'more' and 'fewer'"),
        (changed(patrols=["more", None] * 6), "patrols must hold 'more' and 'fewer'"),
        (changed(records_by_call=-1), "records_by_call must hold counts of 0 or more"),
        (changed(records_by_patrol=np.nan), "records_by_patrol must hold counts"),
        (changed(survey_incidents="some"), "survey_incidents must hold counts"),
        (changed(survey_asked=0), "at least one and at most all"),
        (changed(survey_asked=10**6), "at least one and at most all"),
        (changed(survey_incidents=0), "no incident told in the survey"),
        (changed(records_by_call=0, records_by_patrol=0), "no record, so there is no ratio"),
        (generate()[0].iloc[:0], "patrols must hold"),
    ],
)
def test_a_table_that_cannot_be_audited_is_refused_in_a_sentence(table, words):
    with pytest.raises(ValueError, match=words):
        estimate_bias(table)


def test_counts_that_come_as_text_are_counted():
    table = generate()[0]
    assert estimate_bias(table.astype({"records_by_call": "str", "survey_asked": "str"})) == pytest.approx(
        estimate_bias(table), nan_ok=True
    )
    assert table.equals(generate()[0])  # and the caller's table is as it was


def test_the_naive_reading_needs_records_in_both_kinds():
    with pytest.raises(ValueError, match="no record"):
        naive_bias(changed(records_by_call=0, records_by_patrol=0))


@pytest.mark.parametrize("bias", [0, -1, 0.59, 4.01, float("nan"), float("inf")])
def test_a_bias_that_cannot_be_planted_is_refused(bias):
    with pytest.raises(ValueError, match=r"give a number from 0\.6 to 4"):
        generate(bias=bias)
