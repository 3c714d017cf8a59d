"""Errors by crossings: the published figures of the data, equal to fairlearn, and paired where the pictures are."""

import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import MetricFrame, false_negative_rate, false_positive_rate
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score

from workshop import datasets
from workshop.audit import Estimate, wilson
from workshop.audit.intervals import newcombe_difference
from workshop.domains.vision import crossings
from workshop.domains.vision.crossings import ERRORS, SYSTEMS

PICTURES = datasets.load("face_gender_predictions")
BOTH = ("race", "gender")


def value(system, group, by=BOTH, what="wrong"):
    return crossings.error_rates(PICTURES, system, by, what).loc[group]


# What an honest audit of this data finds


def test_the_first_system_calls_women_male_and_black_women_most():
    black = value("deepface", "Black", "race", "female called male")
    assert black["value"] == pytest.approx(0.870, abs=5e-4)
    assert (black["low"], black["high"]) == pytest.approx((0.82, 0.91), abs=5e-3)
    assert value("deepface", "White", "race", "female called male")["value"] == pytest.approx(0.489, abs=5e-4)
    men = crossings.error_rates(PICTURES, "deepface", "race", "male called female")["value"]
    assert 0.015 < men.min() < men.max() < 0.085


def test_the_other_system_errs_less_and_moves_the_harm_to_black_men():
    totals = [value(system, crossings.EVERYONE, ())["value"] for system in SYSTEMS]
    assert totals == pytest.approx([0.315, 0.117], abs=5e-4)
    assert value("facellm", "Black", "race", "male called female")["value"] == pytest.approx(0.392, abs=5e-4)
    assert value("facellm", "White", "race", "male called female")["value"] == pytest.approx(0.165, abs=5e-4)
    moved = crossings.paired_differences(PICTURES, "facellm", "deepface", BOTH)
    assert moved["Black, Male"].difference.low > 0.3
    assert moved["Black, Female"].difference.high < -0.79
    assert crossings.error_rates(PICTURES, "facellm", BOTH).index[0] == "Black, Male"


def test_most_crossings_of_three_labels_are_too_small_to_tell():
    rates = crossings.error_rates(PICTURES, "deepface", ("race", "gender", "age"))
    assert (len(rates), int(rates["enough"].sum())) == (123, 37)
    assert (rates["denominator"] >= 30).equals(rates["enough"])
    assert rates["denominator"].sum() == 2998


def test_sure_is_not_right():
    bands = crossings.reliability(PICTURES).loc[crossings.EVERYONE]
    assert bands.index.tolist() == PICTURES["deepface_confidence"].cat.categories.tolist()
    assert bands["denominator"].sum() == 2998
    assert bands["value"].is_monotonic_increasing
    assert bands.loc["0.95 to 0.99", "high"] < 0.95  # it claims 95 of 100 and more
    sure = crossings.reliability(PICTURES, by=BOTH, at_least="0.99 and over")["value"]
    assert sure["Black, Female"].item() == pytest.approx(0.16)
    assert sure["Black, Male"].item() == 1


# How it is counted


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("by", [["race"], ["race", "gender"], ["gender", "age"], ["race", "gender", "age"]])
def test_rates_are_those_of_fairlearn(system, by):
    male = PICTURES["gender"] == "Male"
    metrics = {
        "wrong": lambda truth, answer: 1 - accuracy_score(truth, answer),
        "female called male": false_positive_rate,
        "male called female": false_negative_rate,
    }
    plain = PICTURES[by].astype(str)
    frame = MetricFrame(
        metrics=metrics, y_true=male, y_pred=PICTURES[system] == "Male", sensitive_features=plain
    )
    kinds = {"wrong": [False, True], "female called male": [False], "male called female": [True]}
    for what in ERRORS:
        ours = crossings.error_rates(PICTURES, system, by, what)
        counted = plain[male.isin(kinds[what])]
        groups = {", ".join(labels) for labels in counted.itertuples(index=False)}
        assert set(ours.index) == groups
        for labels, theirs in frame.by_group[what].items():
            name = ", ".join([labels] if isinstance(labels, str) else labels)
            if name in groups:
                assert ours.loc[name, "value"] == pytest.approx(theirs), (what, name)


@pytest.mark.parametrize("what", ERRORS)
def test_intervals_are_wilsons(what):
    rates = crossings.error_rates(PICTURES, "facellm", BOTH, what)
    low, high = wilson(rates["numerator"].to_numpy(), rates["denominator"].to_numpy())
    np.testing.assert_allclose(rates["low"], low, atol=1e-12)
    np.testing.assert_allclose(rates["high"], high, atol=1e-12)


def test_the_worst_stands_first_and_the_small_last():
    rates = crossings.error_rates(PICTURES, "deepface", ("gender", "age"))
    large, small = rates[rates["enough"]], rates[~rates["enough"]]
    assert rates.index.tolist() == [*large.index, *small.index]
    assert large["value"].is_monotonic_decreasing
    assert small["denominator"].is_monotonic_decreasing
    assert len(small) == 3


def test_groups_keep_the_order_of_their_labels():
    ages = crossings.crossed(PICTURES, ("gender", "age")).cat.categories.tolist()
    assert ages[:3] == ["Female, 0-2", "Female, 3-9", "Female, 10-19"]
    assert ages[-1] == "Male, more than 70"
    assert crossings.crossed(PICTURES, ()).unique().tolist() == [crossings.EVERYONE]


def test_a_missing_label_is_a_group_and_a_missing_answer_counts_nowhere():
    table = PICTURES.head(200).astype({"race": object, "deepface": object})
    table.loc[0:9, "race"] = None
    table.loc[20:24, "deepface"] = None
    groups = crossings.crossed(table, BOTH)
    assert groups.cat.categories[-1] == "not recorded"
    assert (groups == "not recorded").sum() == 10
    rates = crossings.error_rates(table, "deepface", "race")
    assert rates["denominator"].sum() == 195
    assert rates.loc["not recorded", "denominator"] == 10
    pairs = crossings.paired_differences(table, "deepface", "facellm", "race")
    assert {group: sum(pair[1:]) for group, pair in pairs.items()} == rates["denominator"].to_dict()
    assert crossings.reliability(table, by="race")["denominator"].sum() == 195


# Two systems, one set of pictures


def pair_rate(successes, trials):
    return Estimate(successes / trials, *wilson(successes, trials), successes, trials, True)


def width(estimate):
    return estimate.high - estimate.low


def test_an_interval_for_two_samples_is_too_narrow_where_the_systems_fail_on_different_pictures():
    # As here: one system fails on women, the other on men.
    pair = crossings.paired_differences(PICTURES, *SYSTEMS)[crossings.EVERYONE]
    assert (pair.both, pair.only_first, pair.only_second) == (43, 902, 308)
    rates = [pair_rate(pair.both + only, 2998) for only in (pair.only_first, pair.only_second)]
    low, high = newcombe_difference(*rates)
    assert width(pair.difference) > 1.05 * (high - low)


@pytest.mark.parametrize("by", [(), "gender"])
def test_the_paired_interval_is_that_of_drawing_pictures_again(by):
    rng = np.random.default_rng(7)
    for pair in crossings.paired_differences(PICTURES, *SYSTEMS, by).values():
        cells = np.array(pair[1:])
        drawn = rng.multinomial(cells.sum(), cells / cells.sum(), 20_000) @ [0, 1, -1, 0] / cells.sum()
        ends = np.quantile(drawn, [0.025, 0.975])
        assert (pair.difference.low, pair.difference.high) == pytest.approx(tuple(ends), abs=0.003)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.sampled_from(["Female", "Male"])] * 3, st.sampled_from("abc")), min_size=1, max_size=60
    )
)
def test_any_table_is_counted_picture_by_picture(rows):
    table = pd.DataFrame(rows, columns=["gender", "deepface", "facellm", "race"])
    for group, pair in crossings.paired_differences(table, *SYSTEMS, "race").items():
        part = table[table["race"] == group]
        wrong = [part[system] != part["gender"] for system in SYSTEMS]
        assert pair.both == (wrong[0] & wrong[1]).sum()
        assert pair.only_first == (wrong[0] & ~wrong[1]).sum()
        assert pair.only_second == (wrong[1] & ~wrong[0]).sum()
        assert pair.neither == len(part) - pair.both - pair.only_first - pair.only_second
        rate = crossings.error_rates(table, "deepface", "race").loc[group]
        assert rate["numerator"] == pair.both + pair.only_first


# What cannot be counted


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: crossings.error_rates(None, "deepface"), "one row a picture"),
        (lambda: crossings.error_rates(PICTURES, "amazon"), "no column 'amazon'"),
        (lambda: crossings.error_rates(PICTURES, "race"), "must be Female, Male or missing"),
        (lambda: crossings.error_rates(PICTURES, "deepface", "skin"), "no column 'skin'"),
        (lambda: crossings.error_rates(PICTURES, "deepface", ["race", "race"]), "each label once"),
        (lambda: crossings.error_rates(PICTURES, "deepface", what="all"), "no error 'all'"),
        (lambda: crossings.error_rates(PICTURES.iloc[:0], "deepface"), "nobody in the data"),
        (lambda: crossings.paired_differences(PICTURES, "deepface", "deepface"), "two different systems"),
        (lambda: crossings.paired_differences(PICTURES, *SYSTEMS, what="all"), "no error 'all'"),
        (lambda: crossings.reliability(PICTURES, "facellm"), "no column 'facellm_confidence'"),
        (lambda: crossings.reliability(PICTURES, at_least="0.97"), "no band '0.97'"),
        (
            lambda: crossings.reliability(PICTURES.astype({"deepface_confidence": str})),
            "must be an ordered category",
        ),
    ],
)
def test_what_cannot_be_counted_is_said(call, says):
    with pytest.raises(ValueError, match=says):
        call()
