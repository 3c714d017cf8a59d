"""Rates by group equal those of fairlearn and scikit-learn, and say what they cannot tell."""

import itertools
import warnings
from functools import partial
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from fairlearn import metrics as fairness
from fairlearn.metrics import MetricFrame
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, confusion_matrix, precision_score

from workshop.audit import RATES, group_rates


def base_rate(y_true, y_pred, sample_weight=None):
    return fairness.selection_rate(y_true, y_true, sample_weight=sample_weight)


REFERENCE = {
    "selection_rate": fairness.selection_rate,
    "base_rate": base_rate,
    "accuracy": accuracy_score,
    "true_positive_rate": partial(fairness.true_positive_rate, pos_label=1),
    "false_positive_rate": partial(fairness.false_positive_rate, pos_label=1),
    "true_negative_rate": partial(fairness.true_negative_rate, pos_label=1),
    "false_negative_rate": partial(fairness.false_negative_rate, pos_label=1),
    "positive_predictive_value": partial(precision_score, zero_division=np.nan),
    "negative_predictive_value": partial(precision_score, pos_label=0, zero_division=np.nan),
}
PERSON = st.tuples(st.integers(0, 1), st.integers(0, 1), st.sampled_from("ABCD"))
PEOPLE = st.lists(PERSON, min_size=1, max_size=60)
WEIGHTS = st.lists(st.integers(1, 1000), min_size=60, max_size=60)
# fairlearn needs a tenth of a second for each example
slow = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
quick = settings(max_examples=50, deadline=None)


def metric_frame(people, weights=None):
    outcome, decision, group = zip(*people, strict=True)
    parameters = {} if weights is None else {name: {"sample_weight": weights} for name in REFERENCE}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn warns where it puts 0 or NaN for a missing denominator
        frame = MetricFrame(
            metrics=REFERENCE,
            y_true=outcome,
            y_pred=decision,
            sensitive_features=list(group),
            sample_params=parameters,
        )
        return frame.by_group.astype(float), frame.overall.astype(float)


def assert_equal_where_defined(ours, theirs, tolerance):
    """Compare rates; where ours is NaN, nobody is in the denominator and fairlearn says 0 or NaN."""
    defined = ~np.isnan(ours)
    np.testing.assert_allclose(ours[defined], theirs[defined], rtol=tolerance, atol=0)
    assert np.all(np.isnan(theirs[~defined]) | (theirs[~defined] == 0))


def assert_equal_to_fairlearn(rates, people, weights=None, tolerance=0):
    by_group, overall = metric_frame(people, weights)
    assert rates.groups == tuple(by_group.index)
    assert list(by_group.columns) == list(RATES)
    assert_equal_where_defined(rates.values, by_group.to_numpy(), tolerance)
    assert_equal_where_defined(np.ravel(rates.overall.values), overall.to_numpy(), tolerance)


def denominators(counts):
    return np.array([[row[list(rate.denominator)].sum() for rate in RATES.values()] for row in counts])


@slow
@given(PEOPLE)
def test_rates_equal_fairlearn_to_the_last_digit(people):
    rates = group_rates(*zip(*people, strict=True))
    assert_equal_to_fairlearn(rates, people)
    np.testing.assert_array_equal(np.isnan(rates.values), denominators(rates.counts) == 0)


@pytest.mark.parametrize(
    "people",
    [
        [(1, 1, "A")],
        [(0, 1, "A")],
        [(1, 0, "A")],
        [(0, 0, "A")],
        [(1, 0, "A"), (1, 1, "A"), (1, 1, "B")],
        [(0, 0, "A"), (0, 1, "A"), (0, 0, "B")],
        [(0, 1, "A"), (1, 1, "B")],
    ],
    ids=["one tp", "one fp", "one fn", "one tn", "all with the outcome", "none with it", "all flagged"],
)
def test_one_row_and_one_class_only(people):
    rates = group_rates(*zip(*people, strict=True))
    assert_equal_to_fairlearn(rates, people)
    np.testing.assert_array_equal(np.isnan(rates.values), denominators(rates.counts) == 0)


@slow
@given(PEOPLE, WEIGHTS)
def test_whole_weights_equal_fairlearn_to_the_last_digit(people, weights):
    weights = weights[: len(people)]
    assert_equal_to_fairlearn(group_rates(*zip(*people, strict=True), weights), people, weights)


@slow
@given(PEOPLE, st.randoms(use_true_random=False))
def test_fractional_weights_equal_fairlearn_up_to_the_order_of_summation(people, random):
    weights = [random.uniform(0.1, 10) for _ in people]
    rates = group_rates(*zip(*people, strict=True), weights)
    # 60 terms summed in another order: each sum is at most 60 roundings of 2**-53 away, a quotient twice that.
    assert_equal_to_fairlearn(rates, people, weights, tolerance=120 * 2**-53)


@quick
@given(PEOPLE, st.one_of(st.none(), WEIGHTS))
def test_counts_equal_scikit_learns_confusion_matrix(people, weights):
    outcome, decision, group = (np.array(column) for column in zip(*people, strict=True))
    weights = None if weights is None else np.array(weights[: len(people)])
    rates = group_rates(outcome, decision, group, weights)
    for row, name in enumerate(rates.groups):
        inside = group == name
        expected = confusion_matrix(
            outcome[inside],
            decision[inside],
            labels=[0, 1],
            sample_weight=None if weights is None else weights[inside],
        )
        np.testing.assert_array_equal(rates.counts[row], expected.ravel())
        assert rates.people[row] == inside.sum()


@quick
@given(PEOPLE, st.randoms(use_true_random=False))
def test_order_of_people_does_not_matter(people, random):
    shuffled = random.sample(people, len(people))
    first, second = (group_rates(*zip(*rows, strict=True)) for rows in (people, shuffled))
    assert first.groups == second.groups
    for part in ("counts", "values", "low", "high", "people", "missing"):
        np.testing.assert_array_equal(getattr(first, part), getattr(second, part))


@quick
@given(PEOPLE)
def test_rates_are_inside_their_intervals_and_add_up(people):
    rates = group_rates(*zip(*people, strict=True))
    defined = ~np.isnan(rates.values)
    low, value, high = (getattr(rates, part)[defined] for part in ("low", "values", "high"))
    # The ends are computed by another formula than the rate, so 0 of n or n of n may differ by one rounding.
    assert np.all((low >= 0) & (low <= value + 1e-15) & (value <= high + 1e-15) & (high <= 1))
    np.testing.assert_array_equal(np.isnan(rates.low), ~defined)
    np.testing.assert_array_equal(np.isnan(rates.high), ~defined)
    for rate, rest in (
        ("true_positive_rate", "false_negative_rate"),
        ("true_negative_rate", "false_positive_rate"),
    ):
        both = [(rates.of(group, rate), rates.of(group, rest)) for group in rates.groups]
        assert all(one.denominator == other.denominator for one, other in both)
        counted = [(one, other) for one, other in both if one.denominator]
        np.testing.assert_allclose([one.value + other.value for one, other in counted], 1)
        np.testing.assert_allclose([one.low + other.high for one, other in counted], 1)


def test_a_category_without_people_is_kept_and_cannot_be_computed():
    group = pd.Categorical(["B", "A", "B"], categories=["C", "B", "A"])
    rates = group_rates([1, 0, 1], [1, 1, 0], group)
    assert rates.groups == ("C", "B", "A")
    assert rates.people.tolist() == [0, 2, 1]
    for part in ("values", "low", "high"):
        np.testing.assert_array_equal(np.isnan(getattr(rates, part)).all(axis=1), [True, False, False])
    estimate = rates.of("C", "accuracy")
    assert np.isnan(estimate.value)
    assert (estimate.denominator, estimate.enough) == (0, False)


@pytest.mark.parametrize(
    "outcome",
    [
        [True, None, False, True, None],
        [1.0, np.nan, 0.0, 1.0, np.nan],
        [1, pd.NA, 0, 1, None],
        pd.array([1, pd.NA, 0, 1, pd.NA], dtype="Int64"),
        pd.array([True, pd.NA, False, True, pd.NA], dtype="boolean"),
        pd.Series([1, None, 0, 1, None], dtype="category"),
    ],
    ids=["None", "NaN", "NA", "Int64", "boolean", "category"],
)
def test_people_without_an_outcome_are_counted_and_in_no_rate(outcome):
    group = ["A", "A", "A", "B", "C"]
    rates = group_rates(outcome, [1, 1, 0, 0, 1], group)
    assert rates.missing.tolist() == [1, 0, 1]
    assert rates.people.tolist() == [2, 1, 0]
    kept = [(1, 1, "A"), (0, 0, "A"), (1, 0, "B")]
    assert rates.overall.missing.tolist() == [2]
    np.testing.assert_array_equal(rates.counts[:2], group_rates(*zip(*kept, strict=True)).counts)


@quick
@given(PEOPLE, st.lists(st.sampled_from(["keep", "outcome", "decision", "both"]), min_size=60, max_size=60))
def test_missing_labels_change_nothing_but_the_count(people, holes):
    holed = [
        (
            None if hole in ("outcome", "both") else outcome,
            pd.NA if hole in ("decision", "both") else decision,
            group,
        )
        for (outcome, decision, group), hole in zip(people, holes, strict=False)
    ]
    rates = group_rates(*zip(*holed, strict=True))
    left = [person for person, hole in zip(people, holes, strict=False) if hole == "keep"]
    assert rates.people.sum() == len(left)
    assert rates.missing.sum() == len(people) - len(left)
    if left:
        expected = group_rates(*zip(*left, strict=True))
        rows = [rates.groups.index(group) for group in expected.groups]
        np.testing.assert_array_equal(rates.counts[rows], expected.counts)


def test_nobody_with_an_outcome_leaves_no_rate():
    rates = group_rates([None, None], [1, 0], ["A", "B"])
    assert rates.missing.tolist() == [1, 1]
    assert np.isnan(rates.values).all()


@pytest.mark.parametrize("nothing", [None, np.nan, pd.NA])
def test_people_without_a_group_are_a_group(nothing):
    rates = group_rates([1, 0, 1, 0], [1, 1, 0, 0], ["Z", nothing, "A", nothing])
    assert rates.groups == ("A", "Z", "not recorded")
    assert rates.people.tolist() == [1, 1, 2]
    assert rates.of("not recorded", "false_positive_rate").value == 0.5
    assert rates.overall.people.tolist() == [4]


def test_a_group_already_called_not_recorded_takes_in_those_without_a_group():
    rates = group_rates([1, 0, 1], [1, 1, 0], ["not recorded", None, "A"])
    assert dict(zip(rates.groups, rates.people.tolist(), strict=True)) == {"A": 1, "not recorded": 2}


def test_numbers_can_name_groups_and_stay_in_order():
    assert group_rates([1, 0, 1], [1, 1, 0], [10, 9, 2]).groups == ("2", "9", "10")


def test_rows_are_matched_by_position_not_by_index():
    outcome = pd.Series([1, 0, 0], index=[2, 1, 0])
    rates = group_rates(outcome, pd.Series([1, 0, 1]), pd.Series(["A", "A", "B"], index=[5, 6, 7]))
    assert rates.counts.tolist() == [[1, 0, 0, 1], [0, 1, 0, 0]]


def test_thirty_people_are_enough_and_fewer_are_not():
    outcome = [0] * 30 + [1] * 29
    rates = group_rates(outcome, [1] * 59, ["A"] * 59)
    assert rates.of("A", "false_positive_rate").enough
    assert not rates.of("A", "true_positive_rate").enough
    assert rates.of("A", "selection_rate")[3:] == (59, 59, True)


def test_weights_do_not_make_few_people_enough():
    rates = group_rates([0] * 29, [1, 0] * 14 + [1], ["A"] * 29, weights=[1000] * 29)
    estimate = rates.of("A", "selection_rate")
    assert estimate.denominator == 29_000
    assert not estimate.enough


def test_a_comparison_is_enough_only_if_both_groups_are():
    rates = group_rates([0] * 90, [1, 0] * 45, ["A"] * 40 + ["B"] * 40 + ["C"] * 10)
    assert rates.difference("selection_rate", "A", "B").enough
    assert not rates.difference("selection_rate", "A", "C").enough
    assert not rates.ratio("selection_rate", "C", "A").enough
    assert rates.difference("selection_rate", "A", "C").denominator == 10


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"decision": [1, 0]}, "different lengths"),
        ({"group": ["A"]}, "different lengths"),
        ({"weights": [1.0]}, "different lengths"),
        ({"outcome": [], "decision": [], "group": []}, "nobody in the data"),
        ({"outcome": [1, 0, 2]}, "outcome must be yes or no .* it holds 2"),
        ({"outcome": ["1", "0", "1"]}, "outcome must be yes or no .* it holds '1'"),
        ({"decision": [0.5, 0, 1]}, "decision must be yes or no .* it holds 0.5"),
        ({"outcome": [[1], [0], [1]]}, "outcome must be one column"),
        ({"decision": None}, "decision must be one column"),
        ({"outcome": None}, "outcome must be one column"),
        ({"weights": [1, -1, 1]}, "negative"),
        ({"weights": [1, np.nan, 1]}, "weights column holds a missing or infinite value"),
        ({"weights": [1, np.inf, 1]}, "weights column holds a missing or infinite value"),
        ({"weights": ["a", "b", "c"]}, "weights must hold numbers"),
        ({"confidence": 95}, "confidence is 95"),
    ],
)
def test_bad_input_gets_one_sentence(change, message):
    columns = {"outcome": [1, 0, 1], "decision": [1, 1, 0], "group": ["A", "B", "A"]} | change
    with pytest.raises(ValueError, match=message) as caught:
        group_rates(**columns)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")


def test_unknown_names_list_the_known_ones():
    rates = group_rates([1, 0], [1, 0], ["A", "B"])
    with pytest.raises(ValueError, match="no group 'C'; the groups are A, B"):
        rates.of("C", "accuracy")
    with pytest.raises(ValueError, match="no rate 'fpr'; the rates are selection_rate, base_rate"):
        rates.of("A", "fpr")
    with pytest.raises(ValueError, match="two different groups"):
        rates.difference("accuracy", "A", "A")
    with pytest.raises(ValueError, match="no rate 'fpr'"):
        rates.frame(["fpr"])


def test_frame_holds_the_same_numbers():
    rates = group_rates([1, 0, 1, 0], [1, 1, 0, 0], ["A", "A", "B", "B"])
    frame = rates.frame(["false_positive_rate", "accuracy"])
    assert list(frame.index) == [
        ("false_positive_rate", "A"),
        ("false_positive_rate", "B"),
        ("accuracy", "A"),
        ("accuracy", "B"),
    ]
    assert tuple(frame.loc[("false_positive_rate", "B")]) == rates.of("B", "false_positive_rate")
    assert len(rates.frame()) == 2 * len(RATES)


class Table(HTMLParser):
    """Reads a table into rows of (tag, scope, text)."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.cell = [], None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append([tag, dict(attrs).get("scope"), ""])

    def handle_data(self, data):
        if self.rows:
            self.rows[-1][-1][2] += data + " "


def test_html_table_can_be_read_by_everybody():
    outcome = [0] * 40 + [1] * 40 + [0, None]
    decision = [1] * 18 + [0] * 62 + [1, 1]
    rates = group_rates(outcome, decision, ["A"] * 80 + ["Z<b>&", "Z<b>&"])
    html = rates._repr_html_()
    assert html == rates._repr_html_()
    assert "<caption>Rates of each group, with 95% intervals" in html
    assert "<b>" not in html
    assert "Z&lt;b&gt;&amp;" in html
    rows = {row[0][2].split("  ")[0].strip(): row for row in Table(html).rows}
    assert all(cell[:2] == ["th", "col"] for cell in rows["Rate"])
    assert all(row[0][:2] == ["th", "row"] for name, row in rows.items() if name != "Rate")
    said = {name: [cell[2].strip() for cell in row[1:]] for name, row in rows.items()}
    assert said["People"] == ["80", "1"]
    left_out = next(cells for name, cells in said.items() if name.startswith("Left out"))
    assert left_out == ["0", "1"]
    false_positives = next(cells for name, cells in said.items() if name.startswith("False positive rate"))
    assert false_positives[0] == "45% (31 to 60) 18 of 40"
    assert false_positives[1] == "100% (21 to 100) 1 of 1 too few to tell"
    true_positives = next(cells for name, cells in said.items() if name.startswith("True positive rate"))
    assert true_positives[1] == "cannot be computed"


def test_text_holds_no_address_so_that_outputs_stay_the_same():
    assert repr(group_rates([1, 0, None], [1, 0, 1], ["B", "A", "A"])) == "GroupRates(A, B; 2 people)"


def test_weighted_counts_are_said_to_be_weighted():
    plain = group_rates([1, 0], [1, 0], ["A", "A"])
    weighted = group_rates([1, 0], [1, 0], ["A", "A"], weights=[1.5, 2])
    assert "weighted" not in plain._repr_html_()
    assert "weighted" in weighted._repr_html_()
    assert weighted.counts.tolist() == [[2, 0, 0, 1.5]]


def test_a_left_out_row_shows_only_if_somebody_is_left_out():
    assert "Left out" not in group_rates([1, 0], [1, 0], ["A", "A"])._repr_html_()


def test_every_rate_is_a_part_of_its_denominator_and_says_so():
    for rate in RATES.values():
        assert set(rate.numerator) < set(rate.denominator)
        assert rate.label
        assert rate.numerator_words != rate.denominator_words


# --- people whose group is unknown -------------------------------------------------------------------------------

SOME = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 1), st.sampled_from("AB?")), min_size=1, max_size=9
)


@given(SOME, st.sampled_from(list(RATES)))
@quick
def test_bounds_are_the_extremes_over_every_way_to_place_the_unknown(people, rate):
    people = [(1, 1, "A"), (0, 0, "B"), *people, (1, 1, "?")]
    places = [place for place, person in enumerate(people) if person[2] == "?"]
    reached = []
    for chosen in itertools.product("AB", repeat=len(places)):
        placed = dict(zip(places, chosen, strict=True))
        outcome, decision, group = zip(
            *((y, d, placed.get(place, g)) for place, (y, d, g) in enumerate(people)), strict=True
        )
        reached.append(group_rates(outcome, decision, group).of("A", rate).value)
    low, high = group_rates(*zip(*people, strict=True)).bounds(rate, "A", ["?"])
    reached = [value for value in reached if not np.isnan(value)]
    if reached:
        assert (low, high) == pytest.approx((min(reached), max(reached)))
    else:
        assert np.isnan([low, high]).all()


def test_bounds_without_unknown_people_are_the_rate():
    rates = group_rates([1, 0, 1], [1, 1, 0], pd.Categorical(["A", "A", "A"], ["A", "?"]))
    assert rates.bounds("selection_rate", "A", ["?"]) == (2 / 3, 2 / 3)


@pytest.mark.parametrize(("group", "unknown"), [("A", ["A"]), ("C", ["?"]), ("A", ["C"])])
def test_bounds_need_a_known_group_and_other_unknown_ones(group, unknown):
    rates = group_rates([1, 0], [1, 1], ["A", "?"])
    with pytest.raises(ValueError, match=r"can't be both|There is no group"):
        rates.bounds("selection_rate", group, unknown)
