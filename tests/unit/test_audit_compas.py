"""The audit of the COMPAS scores equals the table ProPublica published in 2016."""

import pytest

from workshop.audit import ThresholdSweep
from workshop.datasets import load

# T4 of the subject's facts: FPR, FNR, PPV, NPV, base rate, accuracy at score 5 and over, to three digits.
RATES = (
    "false_positive_rate",
    "false_negative_rate",
    "positive_predictive_value",
    "negative_predictive_value",
    "base_rate",
    "accuracy",
)
PUBLISHED = {
    "African-American": (3696, (990, 805, 532, 1369), (0.449, 0.280, 0.630, 0.651, 0.514, 0.638)),
    "Caucasian": (2454, (1139, 349, 461, 505), (0.235, 0.477, 0.591, 0.712, 0.394, 0.670)),
}
HIGH_ONLY = {
    "African-American": ((1511, 284, 1160, 741), 0.158, 0.610),
    "Caucasian": ((1407, 81, 771, 195), 0.054, 0.798),
}


@pytest.fixture(scope="module")
def sweep():
    people = load("compas_scores")
    return ThresholdSweep(people["reoffended"], people["decile_score"], people["group"])


@pytest.mark.parametrize("group", PUBLISHED)
def test_medium_and_high_scores_equal_the_published_table(sweep, group):
    people, counts, published = PUBLISHED[group]
    rates = sweep.at(5)
    row = rates.groups.index(group)
    assert rates.people[row] == people
    assert tuple(rates.counts[row]) == counts
    # 805 of 1,795 is .44847, published as 44.85 % and so as .449: rounded twice, hence not 5e-4.
    assert [rates.of(group, rate).value for rate in RATES] == pytest.approx(published, abs=6e-4)


@pytest.mark.parametrize("group", HIGH_ONLY)
def test_high_scores_only_equal_the_published_table(sweep, group):
    counts, false_positives, false_negatives = HIGH_ONLY[group]
    rates = sweep.at(8)
    assert tuple(rates.counts[rates.groups.index(group)]) == counts
    assert rates.of(group, "false_positive_rate").value == pytest.approx(false_positives, abs=5e-4)
    assert rates.of(group, "false_negative_rate").value == pytest.approx(false_negatives, abs=5e-4)


def test_all_people_equal_the_published_table(sweep):
    everybody = sweep.at(5).overall
    assert everybody.people.tolist() == [7214]
    assert everybody.counts.tolist() == [[2681, 1282, 1216, 2035]]


def test_the_gap_cannot_be_chance(sweep):
    gap = sweep.at(5).difference("false_positive_rate", "African-American", "Caucasian")
    assert 0.18 < gap.low < gap.value < gap.high < 0.25
    assert gap.enough
