"""The invented bank: what is planted is there, an honest audit finds it, and a naive reading does not."""

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workshop import datasets
from workshop.audit import group_rates
from workshop.domains.transactions import (
    FOREIGN,
    NATIONAL,
    PASSPORTS,
    counted_by_passport,
    customer_counts,
    naive_over_reporting,
    over_reporting,
    reporting_rates,
)
from workshop.domains.transactions.reports import generate

FOLDER = Path(__file__).resolve().parents[2] / "datasets" / "transaction_reports"
SEEDS = range(10)


@pytest.fixture(scope="module")
def made():
    """Return the committed bank as the generator makes it."""
    return generate()


def test_the_committed_files_are_what_the_generator_makes(made):
    reports, customers, truth = made
    packed = (FOLDER / "transaction_reports.csv.gz").read_bytes()
    assert gzip.decompress(packed) == reports.to_csv(index=False, lineterminator="\n").encode()
    assert (FOLDER / "customers.csv").read_bytes() == customers.to_csv(
        index=False, lineterminator="\n"
    ).encode()
    assert (
        truth
        == json.loads((FOLDER / "truth.json").read_text("utf-8"))
        == datasets.truth("transaction_reports")
    )
    assert truth["factor"] == 3


def test_the_loaded_reports_are_those_of_the_generator(made):
    loaded = datasets.load("transaction_reports")
    pd.testing.assert_frame_equal(loaded, made[0])
    assert loaded["laundering"].dtype == loaded["new_account"].dtype == bool
    assert loaded[loaded["year"] == 3][["read", "found"]].isna().all(axis=None)
    assert loaded[loaded["year"] < 3][["read", "found"]].notna().all(axis=None)
    pd.testing.assert_frame_equal(datasets.load("transaction_reports", "customers"), made[1])


def test_the_datasheet_counts_what_is_there(made):
    text = (FOLDER / "README.md").read_text("utf-8")
    reports, _, truth = made
    assert f"{len(reports):,} reports of bank clerks" in text
    for years, rows in reports.groupby(reports["year"].map({1: "1 and 2", 2: "1 and 2", 3: "3"})):
        for passport, own in rows.groupby("passport"):
            counts = f"| {years} | {passport} | {len(own):,} | {own['laundering'].sum()} |"
            if years == "1 and 2":
                counts += f" {own['read'].sum():,} | {own['found'].sum()} |"
            assert counts in text
    effect = truth["effect_on_labels"]
    found, there = (
        effect["found"],
        [each + effect["laundering_not_read"][group] for group, each in effect["found"].items()],
    )
    assert f"{found[FOREIGN]} of the {sum(found.values())} cases" in text
    assert f"only {there[1]} of the {sum(there)} that there were" in text


def test_nothing_was_found_where_nobody_read_or_where_nothing_was(made):
    past = made[0][made[0]["year"] < 3]
    assert not (past["found"] & ~past["read"]).any()
    assert not (past["found"] & ~past["laundering"]).any()


@pytest.mark.parametrize("factor", [1.0, 1.8, 3.0])
def test_the_audit_finds_the_planted_factor_and_the_naive_reading_does_not(factor):
    audits, naive = [], []
    for seed in SEEDS:
        reports, customers, truth = generate(seed, factor)
        audits.append(over_reporting(reports, customers))
        naive.append(naive_over_reporting(reports))
        assert truth["factor"] == factor
    covered = [each.low <= factor <= each.high for each in audits]
    assert sum(covered) >= 8  # of 10; fewer would be a chance of 1 in 80
    assert np.mean([each.value for each in audits]) == pytest.approx(factor, rel=0.03)
    # A quarter of the customers have a foreign passport, so the naive reading is about a third of the truth.
    assert np.mean([each.value for each in naive]) == pytest.approx(factor / 3, rel=0.05)
    assert not any(each.low <= factor <= each.high for each in naive)


def test_laundering_is_equally_frequent_in_both_groups():
    differences = []
    for seed in SEEDS:
        reports, customers, _ = generate(seed)
        rates = reporting_rates(reports, customers, laundering=True)
        differences.append(rates[FOREIGN].value - rates[NATIONAL].value)
    assert abs(np.mean(differences)) < 0.5 / 10_000


def test_most_found_cases_are_of_the_group_that_was_read():
    for seed in SEEDS:
        effect = generate(seed)[2]["effect_on_labels"]
        found, left = effect["found"], effect["laundering_not_read"]
        assert found[FOREIGN] > 1.5 * found[NATIONAL]
        assert found[FOREIGN] + left[FOREIGN] < found[NATIONAL] + left[NATIONAL]


def test_the_rates_are_those_of_the_audit_by_customers(made):
    reports, customers, _ = made
    people = customer_counts(customers, 3)
    assert people == {NATIONAL: 300_000, FOREIGN: 100_000}
    harmless = reports[(reports["year"] == 3) & ~reports["laundering"]]["passport"].value_counts()
    rows = [(passport, told) for passport in PASSPORTS for told in (True, False)]
    weights = [
        harmless[passport] if told else people[passport] - harmless[passport] for passport, told in rows
    ]
    rows = [row for row, number in zip(rows, weights, strict=True) for _ in range(number)]
    groups, reported = zip(*rows, strict=True)
    expected = group_rates(np.zeros(len(rows), dtype=bool), np.array(reported), np.array(groups))
    rates = reporting_rates(reports, customers)
    for passport in PASSPORTS:
        assert rates[passport] == pytest.approx(expected.of(passport, "selection_rate"), nan_ok=True)
    ratio = expected.ratio("selection_rate", FOREIGN, NATIONAL)
    assert over_reporting(reports, customers)[:3] == pytest.approx(ratio[:3])


def test_every_customer_is_reported_once_a_year_at_most(made):
    reports, customers, _ = made
    counts = reports.groupby(["year", "branch", "passport"]).size()
    people = customers.set_index(["year", "branch", "passport"])["customers"]
    assert (counts.reindex(people.index) <= people).all()
    assert reports["report_id"].is_unique
    assert reports["cash_share"].between(0, 1).all()


@pytest.mark.parametrize("factor", [0.9, 11, float("nan"), -3])
def test_a_factor_that_cannot_be_planted(factor):
    with pytest.raises(ValueError, match="from 1 to 10"):
        generate(0, factor)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda reports, customers: (None, customers), "one row a report"),
        (lambda reports, customers: (reports[:0], customers), "must not be empty"),
        (lambda reports, customers: (reports.drop(columns="passport"), customers), "no column 'passport'"),
        (lambda reports, customers: (reports.assign(passport="x"), customers), "A passport is 'x'"),
        (lambda reports, customers: (reports.assign(laundering=1), customers), "True or False"),
        (lambda reports, customers: (reports, None), "no column 'year'"),
        (lambda reports, customers: (reports, customers.drop(columns="customers")), "no column 'customers'"),
        (
            lambda reports, customers: (reports, customers[customers["passport"] == FOREIGN]),
            "no customers with a national",
        ),
        (
            lambda reports, customers: (reports, customers[customers["year"] < 3]),
            "In year 3 there are no customers",
        ),
    ],
)
def test_what_cannot_be_audited_is_said(made, change, says):
    with pytest.raises(ValueError, match=says):
        over_reporting(*change(*made[:2]))


def test_the_counts_are_those_of_the_rates(made):
    counts, rates = counted_by_passport(*made[:2]), reporting_rates(*made[:2])
    for passport in PASSPORTS:
        row = counts.loc[passport]
        assert tuple(rates[passport][3:5]) == (row["harmless reports"], row["customers"])
    year = made[0][made[0]["year"] == 3]
    assert (
        counts["laundering reports"].to_dict()
        == year[year["laundering"]]["passport"].value_counts().to_dict()
    )


def test_a_year_without_reports(made):
    with pytest.raises(ValueError, match="no report of year 9"):
        naive_over_reporting(made[0], 9)


def test_all_reports_of_one_group_have_no_finite_ratio(made):
    foreign = made[0][made[0]["passport"] == FOREIGN]
    assert naive_over_reporting(foreign).value == np.inf
    assert np.isnan(over_reporting(foreign, made[1]).value)
