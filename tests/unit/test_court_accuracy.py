"""What an accuracy leaves open: every split of the errors that exists, and no other."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, balanced_accuracy_score

from workshop import audit, datasets
from workshop.domains import court

FILES = datasets.load("sorted_files")


@pytest.mark.parametrize("files", [1, 2, 5, 12])
def test_the_ends_are_those_of_all_confusion_matrices(files):
    for relevant in range(files + 1):
        for right in range(files + 1):
            split = court.error_split(right / files, relevant / files, files)
            possible = [
                missed
                for missed in range(relevant + 1)
                for alarms in range(files - relevant + 1)
                if missed + alarms == files - right
            ]
            assert (split.relevant, split.wrong) == (relevant, files - right)
            assert (split.fewest_missed, split.most_missed) == (min(possible), max(possible))


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 10**6), st.data())
def test_every_tool_on_the_line_has_the_accuracy(accuracy, prevalence, files, data):
    split = court.error_split(accuracy, prevalence, files)
    missed = data.draw(st.integers(split.fewest_missed, split.most_missed))
    cells = found, lost, _, left = split.cells(missed)
    assert min(cells) >= 0
    assert sum(cells) == files
    assert (found + lost, lost) == (split.relevant, missed)
    assert abs((found + left) / files - accuracy) <= 0.5 / files + 1e-6


def test_92_of_100_allows_everything_where_few_files_matter():
    assert court.error_split(0.92, 0.05, 10_000) == (10_000, 500, 800, 0, 500)
    assert court.error_split(0.99, 0.05, 10_000).most_missed == 100
    assert court.error_split(0.1, 0.5, 100).fewest_missed == 40  # so wrong that something must be missed


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        ((92, 0.1, 100), "accuracy is 92"),
        ((0.92, -0.1, 100), "prevalence is -0.1"),
        ((float("nan"), 0.1, 100), "accuracy is nan"),
        ((0.92, 0.1, 0), "files is 0"),
        ((0.92, 0.1, 1.5), "files is 1.5"),
        ((0.92, 0.1, float("inf")), "files is inf"),
    ],
)
def test_what_is_no_share_or_no_pile_is_said(numbers, says):
    with pytest.raises(ValueError, match=says):
        court.error_split(*numbers)


@pytest.mark.parametrize("missed", [-1, 501, 2.5])
def test_what_the_accuracy_does_not_allow_is_said(missed):
    with pytest.raises(ValueError, match="from 0 to 500"):
        court.error_split(0.92, 0.05, 10_000).cells(missed)


@pytest.mark.parametrize("sorter", ["A", "B"])
@pytest.mark.parametrize("pile", ["test", "archive", "device"])
def test_rates_are_scikit_learns(sorter, pile):
    rates = court.sorter_rates(FILES)[sorter]
    rows = FILES[FILES.pile == pile]
    flagged = rows[f"sorter_{sorter.lower()}"] >= 0.5
    found = court.balanced_accuracy(rates, pile)
    assert found.value == pytest.approx(balanced_accuracy_score(rows.relevant, flagged))
    assert found.low < found.value < found.high
    assert found.denominator == rows.relevant.sum()
    row = court.counted(court.sorter_rates(FILES)).loc[(pile, sorter)]
    assert row["correct, of 100"] == round(100 * accuracy_score(rows.relevant, flagged), 1)
    assert row["missed"] == (rows.relevant & ~flagged).sum()
    assert row["false alarms"] == (~rows.relevant & flagged).sum()
    assert (row["files"], row["matter"]) == (len(rows), rows.relevant.sum())


def test_the_interval_of_the_balanced_accuracy_holds_the_truth_as_often_as_it_says():
    random, inside = np.random.default_rng(5), 0
    for _ in range(300):
        outcome = np.arange(260) < 60
        flagged = random.random(260) < np.where(outcome, 0.8, 0.1)
        found = court.balanced_accuracy(audit.group_rates(outcome, flagged, ["all"] * 260), "all")
        inside += found.low <= 0.85 <= found.high
    assert 0.92 <= inside / 300 <= 0.985


def test_a_coin_has_one_half_whatever_the_prevalence():
    rates = court.sorter_rates(FILES)
    for pile in ("test", "archive", "device"):
        useless, useful = (court.balanced_accuracy(rates[sorter], pile) for sorter in "BA")
        assert useless.low < 0.5 < useless.high
        assert useful.low > 0.8


def test_bad_tables_get_a_sentence():
    with pytest.raises(ValueError, match="no column 'pile'"):
        court.sorter_rates(FILES.drop(columns="pile"))
    with pytest.raises(ValueError, match="no column 'sorter_a'"):
        court.sorter_rates(FILES[["pile", "relevant"]])
    with pytest.raises(ValueError, match="at least one tool"):
        court.counted({})
    whole = court.sorter_rates(FILES)["A"]
    with pytest.raises(ValueError, match="same piles"):
        court.counted({"A": whole, "B": court.sorter_rates(FILES[FILES.pile == "test"])["B"]})
    with pytest.raises(ValueError, match="different numbers"):
        court.counted({"A": whole, "B": court.sorter_rates(pd.concat([FILES, FILES.tail(1)]))["B"]})
    with pytest.raises(ValueError, match="no group 'attic'"):
        court.balanced_accuracy(whole, "attic")
