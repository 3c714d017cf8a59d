"""The two data sets of case 07: made again byte by byte, and what was planted is what an audit finds."""

import math

import numpy as np
import pytest
from data_folders import assert_made_again, make_module
from sklearn.metrics import roc_auc_score

from workshop import audit, datasets
from workshop.domains import court

FILES, ACCOUNTS = datasets.load("sorted_files"), datasets.load("reported_accounts")
SEEDS = range(8)


@pytest.fixture(scope="module")
def generated():
    """Return the accounts of other seeds."""
    make = make_module("reported_accounts")
    return [make.generate(seed) for seed in SEEDS]


@pytest.mark.parametrize("name", ["sorted_files", "reported_accounts"])
def test_make_writes_the_committed_bytes(name, tmp_path):
    assert_made_again(name, (f"{name}.csv", "truth.json"), tmp_path)


def test_files_have_their_columns_and_counts():
    assert list(FILES) == ["pile", "relevant", "sorter_a", "sorter_b"]
    assert FILES.relevant.dtype == bool
    assert FILES.notna().all(axis=None)
    known = datasets.truth("sorted_files")
    assert FILES.groupby("pile").relevant.agg(["size", "sum"]).T.to_dict("list") == known["piles"]
    assert FILES[["sorter_a", "sorter_b"]].ge(0).all(axis=None)
    assert FILES[["sorter_a", "sorter_b"]].le(1).all(axis=None)


def test_both_sorters_are_right_on_exactly_92_of_100_in_the_test():
    rates = court.sorter_rates(FILES)
    for each in rates.values():
        accuracy = each.of("test", "accuracy")
        assert accuracy.numerator / accuracy.denominator == 0.92
    assert rates["A"].counts[2].tolist() == [4400, 350, 50, 200]
    assert rates["B"].counts[2].tolist() == [4592, 158, 242, 8]


def test_the_rates_at_the_threshold_are_those_that_were_planted():
    known = datasets.truth("sorted_files")
    for name, rates in court.sorter_rates(FILES, known["threshold"]).items():
        planted = known["planted"][f"sorter_{name.lower()}"]
        for pile in rates.groups:
            for rate, share in (
                ("true_positive_rate", planted["relevant_flagged"]),
                ("false_positive_rate", planted["others_flagged"]),
            ):
                found = rates.of(pile, rate)
                assert abs(found.numerator - share * found.denominator) <= 0.5 + 1e-9


@pytest.mark.parametrize("pile", ["test", "archive", "device"])
def test_sorter_b_cannot_tell_at_any_threshold(pile):
    rows = FILES[FILES.pile == pile]
    assert roc_auc_score(rows.relevant, rows.sorter_b) == pytest.approx(0.5, abs=0.02)
    assert roc_auc_score(rows.relevant, rows.sorter_a) > 0.9


def test_accounts_have_their_columns():
    columns = [*court.FACTS, "holder", "recorded", "checked", "split"]
    assert list(ACCOUNTS) == columns
    assert len(ACCOUNTS) == 3600
    assert ACCOUNTS.notna().all(axis=None)
    assert ACCOUNTS.split.value_counts().to_dict() == {"train": 2000, "test": 1600}
    assert set(ACCOUNTS.holder) == {"moved here", "born here"}
    assert ACCOUNTS.hours_kept.between(1, 72).all()
    assert ACCOUNTS.cash_percent.isin(range(0, 101, 5)).all()
    assert (ACCOUNTS.payments_in >= ACCOUNTS.senders).all()
    # A record says "used" of each account that was used: only the other error was planted.
    assert ACCOUNTS.recorded[ACCOUNTS.checked].all()
    assert 0.93 < ACCOUNTS.senders.corr(ACCOUNTS.payments_in) < 0.97


def test_the_truth_counts_what_is_in_the_table():
    known = datasets.truth("reported_accounts")
    for holder, counts in known["counts"].items():
        rows = ACCOUNTS[ACCOUNTS.holder == holder]
        assert counts == {
            "accounts": len(rows),
            "not_used_by_a_ring": int((~rows.checked).sum()),
            "of_these_recorded_as_used": int((rows.recorded & ~rows.checked).sum()),
        }
    assert known["odds_ratio_per_transfer_abroad"] == 1.0


def test_wrong_records_have_the_size_that_was_planted(generated):
    for table in [*generated, ACCOUNTS]:
        wrong = table.recorded & ~table.checked
        assert not wrong[table.holder == "born here"].any()
        harmless = ~table.checked & (table.holder == "moved here")
        low, high = audit.wilson(int(wrong.sum()), int(harmless.sum()), confidence=0.999)
        assert low < 0.3 < high


def test_an_audit_of_the_check_finds_that_transfers_abroad_tell_nothing(generated):
    logs = []
    for table in generated:
        found = court.odds_ratios(table, "checked")["transfers_abroad"]
        logs.append(math.log(found.value))
        assert found.low < 1.0 < found.high or abs(math.log(found.value)) < 0.1
    assert abs(np.mean(logs)) < 0.03


def test_every_weight_is_found_with_its_size(generated):
    planted = datasets.truth("reported_accounts")["log_odds_per_unit"]
    found = [court.odds_ratios(table, "checked") for table in generated]
    inside = 0
    for fact, weight in planted.items():
        inside += sum(each[fact].low <= math.exp(weight) <= each[fact].high for each in found)
        spread = np.std([math.log(each[fact].value) for each in found])
        assert np.mean([math.log(each[fact].value) for each in found]) == pytest.approx(
            weight, abs=2 * spread + 1e-3
        )
    assert 0.85 <= inside / (len(planted) * len(found)) <= 1  # 95 of 100, 56 tries


def test_the_naive_reading_of_the_records_is_wrong_each_time(generated):
    for table in generated:
        naive = court.odds_ratios(table, "recorded")["transfers_abroad"]
        assert naive.low > 1.1
    assert court.odds_ratios(ACCOUNTS, "recorded")["transfers_abroad"].low > 1.1


def test_without_wrong_records_there_is_nothing_to_find():
    table = make_module("reported_accounts").generate(3, wrongly_recorded=0.0)
    assert table.recorded.equals(table.checked)
    found = court.odds_ratios(table, "recorded")["transfers_abroad"]
    assert found.low < 1.0 < found.high
