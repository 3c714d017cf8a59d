"""Intervals from resampling clusters cover the truth, pair what belongs together, and say what they can't tell."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from workshop.audit import wilson
from workshop.audit.clusters import cluster_rates

quick = settings(max_examples=30, deadline=None)
ROW = st.tuples(st.integers(0, 9), st.integers(0, 12), st.sampled_from("abc"), st.integers(0, 7))
ROWS = st.lists(ROW, min_size=1, max_size=40).filter(lambda rows: any(row[1] for row in rows))


@quick
@given(ROWS)
def test_rates_are_sums_over_sums(rows):
    errors, words, group, speaker = (np.array(column) for column in zip(*rows, strict=True))
    rates = cluster_rates(errors, words, group, speaker, resamples=200)
    table = pd.DataFrame({"errors": errors, "words": words, "group": group, "speaker": speaker})
    table = table[table["words"] > 0]
    sums = table.groupby("group")[["errors", "words"]].sum()
    assert rates.groups == tuple(sums.index)
    np.testing.assert_allclose(rates.values, sums["errors"] / sums["words"])
    np.testing.assert_array_equal(rates.clusters, table.groupby("group")["speaker"].nunique())
    np.testing.assert_array_equal(rates.cases, table["group"].value_counts().sort_index())
    frame = rates.frame()
    for group_name in rates.groups:
        estimate = rates.of(group_name)
        assert estimate[3:5] == tuple(sums.loc[group_name])
        np.testing.assert_array_equal(frame.loc[group_name, "value"], estimate.value)
        if rates.clusters[rates.groups.index(group_name)] == 1:
            assert np.isnan(estimate[1:3]).all()
        else:
            assert estimate.low <= estimate.high


@quick
@given(ROWS, st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_the_names_of_speakers_matter(rows, random):
    shuffled = [(*row[:3], f"speaker {row[3]}") for row in random.sample(rows, len(rows))]
    first, second = (cluster_rates(*zip(*each, strict=True), resamples=50) for each in (rows, shuffled))
    assert first.groups == second.groups
    np.testing.assert_array_equal(first.clusters, second.clusters)
    np.testing.assert_allclose(first.values, second.values)
    plain = cluster_rates(*zip(*random.sample(rows, len(rows)), strict=True), resamples=50)
    np.testing.assert_allclose((plain.low, plain.high), (first.low, first.high))


def test_one_speakers_clips_in_one_row_or_in_many_are_the_same():
    rng = np.random.default_rng(1)
    speaker = rng.integers(40, size=300)
    words, errors = rng.integers(5, 12, 300), rng.integers(0, 5, 300)
    apart = cluster_rates(errors, words, ["a"] * 300, speaker)
    rows = pd.DataFrame({"errors": errors, "words": words, "clips": 1})
    sums = rows.groupby(speaker).sum()
    together = cluster_rates(sums["errors"], sums["words"], ["a"] * len(sums), sums.index, sums["clips"])
    assert apart.of("a") == together.of("a")
    np.testing.assert_array_equal(apart.cases, together.cases)


def simulate(rng, n_speakers, clips=8, spread=True):
    """Return errors, words and speakers; the true rate is 2/7, and speakers differ if `spread`."""
    chance = rng.beta(2, 5, n_speakers) if spread else np.full(n_speakers, 2 / 7)
    speaker = np.repeat(np.arange(n_speakers), clips)
    words = rng.integers(6, 13, len(speaker))
    return rng.binomial(words, chance[speaker]), words, speaker


@pytest.mark.parametrize(("n_speakers", "least"), [(6, 0.86), (30, 0.92), (150, 0.92)])
def test_intervals_cover_the_truth_where_speakers_differ(n_speakers, least):
    rng, covered = np.random.default_rng(2), []
    for seed in range(250):
        errors, words, speaker = simulate(rng, n_speakers)
        rates = cluster_rates(errors, words, ["a"] * len(errors), speaker, resamples=1000, seed=seed)
        covered.append(rates.low[0] <= 2 / 7 <= rates.high[0])
    assert least <= np.mean(covered) <= 0.99


def test_drawing_clips_would_be_too_sure_and_drawing_speakers_is_not():
    errors, words, speaker = simulate(np.random.default_rng(3), 60, clips=20)
    widths = []
    for unit in (speaker, np.arange(len(speaker))):
        rates = cluster_rates(errors, words, ["a"] * len(errors), unit)
        widths.append(rates.high[0] - rates.low[0])
    assert widths[0] > 2 * widths[1]


def test_the_interval_of_equally_long_speakers_is_near_students():
    rng = np.random.default_rng(4)
    rate = rng.beta(2, 5, 25)
    found = cluster_rates(rate, np.ones(25), ["a"] * 25, range(25), resamples=20_000)
    expected = ttest_1samp(rate, 0).confidence_interval(0.95)
    np.testing.assert_allclose((found.low[0], found.high[0]), expected, atol=0.006)


def test_a_planted_gap_is_found_and_covered():
    rng, found = np.random.default_rng(5), []
    for seed in range(200):
        errors, words, speaker = simulate(rng, 60)
        group = np.where(speaker < 30, "a", "b")
        errors = np.where(group == "a", np.minimum(words, errors + rng.binomial(words - errors, 0.2)), errors)
        rates = cluster_rates(errors, words, group, speaker, resamples=1000, seed=seed)
        found.append(rates.difference("a", "b"))
    truth = 0.2 * 5 / 7
    assert np.mean([gap.low <= truth <= gap.high for gap in found]) >= 0.91
    assert np.mean([gap.value for gap in found]) == pytest.approx(truth, abs=0.02)
    assert all(gap.enough for gap in found)


def test_a_planted_ratio_is_found_and_covered():
    rng, found = np.random.default_rng(8), []
    for seed in range(100):
        errors, words, speaker = simulate(rng, 60)
        group = np.where(speaker < 30, "a", "b")
        errors = np.where(group == "a", 2 * errors, errors)
        rates = cluster_rates(errors, 2 * words, group, speaker, resamples=1000, seed=seed)
        found.append(rates.ratio("a", "b"))
        assert found[-1].value == pytest.approx(rates.of("a").value / rates.of("b").value)
    assert np.mean([each.low <= 2 <= each.high for each in found]) >= 0.89
    assert all(each.enough for each in found)


def test_a_ratio_that_cannot_be_told_is_refused():
    rates = cluster_rates([1, 2, 0, 0], [9, 9, 9, 9], list("aabb"), [1, 2, 3, 4])
    with pytest.raises(ValueError, match="two different groups"):
        rates.ratio("a", "a")
    with pytest.raises(ValueError, match="'b' nothing, or too little"):
        rates.ratio("a", "b")
    with pytest.raises(ValueError, match="no group 'c'"):
        rates.ratio("a", "c")


def test_two_systems_heard_by_the_same_people_are_compared_in_pairs():
    rng = np.random.default_rng(6)
    errors, words, speaker = simulate(rng, 100)
    better = np.maximum(errors - rng.binomial(1, 0.5, len(errors)), 0)
    columns = [np.concatenate(pair) for pair in ((errors, better), (words, words), (speaker, speaker))]
    system = np.repeat(["old", "new"], len(errors))
    paired = cluster_rates(columns[0], columns[1], system, columns[2])
    strangers = cluster_rates(columns[0], columns[1], system, np.char.add(system, columns[2].astype(str)))
    narrow, wide = (rates.difference("old", "new") for rates in (paired, strangers))
    assert narrow.value == wide.value
    assert narrow.low > 0 > wide.low
    assert paired.difference("new", "old").high == pytest.approx(-narrow.low)


def test_the_same_seed_gives_the_same_interval_and_another_one_nearly():
    errors, words, speaker = simulate(np.random.default_rng(7), 50)
    group = ["a"] * len(errors)
    first, again, other = (
        cluster_rates(errors, words, group, speaker, seed=seed).of("a") for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other
    np.testing.assert_allclose(first[1:3], other[1:3], atol=0.01)


@pytest.mark.parametrize(
    ("n_speakers", "clips", "enough", "few"),
    [
        (9, 100, False, False),
        (10, 2, False, False),
        (10, 3, True, True),
        (29, 100, True, True),
        (30, 1, True, False),
    ],
)
def test_ten_speakers_and_30_clips_can_be_told_and_30_speakers_are_not_few(n_speakers, clips, enough, few):
    speaker = np.repeat(np.arange(n_speakers), clips)
    zeros = np.zeros(len(speaker))
    rates = cluster_rates(zeros, zeros + 1, ["a"] * len(speaker), speaker)
    assert rates.of("a").enough == enough
    assert rates.few("a") == few
    assert not cluster_rates(zeros, zeros + 1, ["a"] * len(speaker), speaker, fewest=31).of("a").enough


@pytest.mark.parametrize("shape", [(2, 5), (1, 4), (0.5, 3), (0.5, 10)])
def test_from_ten_speakers_on_an_interval_can_be_trusted(shape):
    """Why ten: the rates of these made-up speakers differ little, much, or are mostly near 0."""
    rng, truth = np.random.default_rng(11), shape[0] / sum(shape)

    def covered(n_speakers):
        found = []
        for seed in range(150):
            missed = rng.binomial(12, rng.beta(*shape, n_speakers))
            group, clips = ["a"] * n_speakers, np.full(n_speakers, 12)
            rates = cluster_rates(missed, clips, group, range(n_speakers), clips, resamples=500, seed=seed)
            found.append(rates.low[0] <= truth <= rates.high[0])
        return np.mean(found)

    assert min(covered(10), covered(20)) >= 0.87


def test_fewer_than_30_cases_are_marked():
    rates = cluster_rates([1] * 35, [2] * 35, ["a"] * 35, range(35), cases=[0.5] * 35)
    assert not rates.of("a").enough


SAME_RATE = st.tuples(st.integers(0, 30), st.integers(1, 12), st.integers(2, 40))


@quick
@given(SAME_RATE)
def test_speakers_who_are_all_alike_leave_a_bound_that_narrows_with_their_number(drawn):
    """As if each had been heard once: however many clips, and whatever the rate, the interval has a length."""
    errors, words, n_speakers = drawn
    few, many = (
        cluster_rates([errors] * number, [words] * number, ["a"] * number, range(number), resamples=50)
        for number in (n_speakers, 3 * n_speakers)
    )
    value = errors / words
    for rates in (few, many):
        assert rates.low[0] <= value <= rates.high[0]
        assert rates.high[0] > rates.low[0]
    assert many.high[0] - many.low[0] < few.high[0] - few.low[0]
    if value <= 1:
        assert (few.low[0], few.high[0]) == pytest.approx(wilson(value * n_speakers, n_speakers))


@quick
@given(SAME_RATE, st.booleans(), st.integers(0, 99))
def test_a_difference_is_never_surer_than_a_group_in_which_all_are_alike(drawn, paired, seed):
    errors, words, n_speakers = drawn
    other = np.random.default_rng(seed).integers(0, words + 1, n_speakers)
    speakers = list(range(n_speakers))
    names = speakers + (speakers if paired else [number + n_speakers for number in speakers])
    rates = cluster_rates(
        [*[errors] * n_speakers, *other],
        [words] * 2 * n_speakers,
        ["a"] * n_speakers + ["b"] * n_speakers,
        names,
    )
    gap = rates.difference("a", "b")
    assert gap.low <= gap.value <= gap.high
    alike = rates.of("a")
    assert gap.value - gap.low >= alike.value - alike.low - 1e-9
    assert gap.high - gap.value >= alike.high - alike.value - 1e-9
    turned = rates.difference("b", "a")
    assert (turned.low, turned.high) == pytest.approx((-gap.high, -gap.low))


def test_a_change_heard_from_the_same_speakers_is_a_paired_difference():
    rng = np.random.default_rng(12)
    errors, words, speaker = simulate(rng, 40)
    more = np.minimum(errors + rng.binomial(1, 0.5, len(errors)), words)
    now, before = (cluster_rates(each, words, ["a"] * len(each), speaker) for each in (more, errors))
    system = np.repeat(["now", "before"], len(errors))
    columns = [np.concatenate(pair) for pair in ((more, errors), (words, words), (speaker, speaker))]
    together = cluster_rates(columns[0], columns[1], system, columns[2]).difference("now", "before")
    change = now.change(before, "a")
    assert change.value == pytest.approx(together.value)
    assert (change.low, change.high) == pytest.approx((together.low, together.high), abs=1e-9)
    assert change.low > 0
    assert change.enough
    still = now.change(now, "a")
    assert still.low < still.value == 0 < still.high  # nobody changed: no proof that nobody does


def test_a_change_of_other_speakers_is_refused():
    first, second = (cluster_rates([1] * n, [2] * n, ["a"] * n, range(n)) for n in (3, 4))
    with pytest.raises(ValueError, match="the same clusters"):
        first.change(second, "a")
    with pytest.raises(ValueError, match="There is no group 'b'"):
        first.change(first, "b")


@pytest.mark.parametrize("n_speakers", [2, 6, 40])
def test_no_error_at_all_is_no_proof_that_there_is_none(n_speakers):
    zeros = np.zeros(12 * n_speakers)
    speaker = np.repeat(np.arange(n_speakers), 12)
    rates = cluster_rates(zeros, zeros + 1, ["a"] * len(zeros), speaker)
    assert rates.of("a")[:3] == (0, *wilson(0, n_speakers))
    assert (
        cluster_rates(zeros + 1, zeros + 1, ["a"] * len(zeros), speaker).of("a").low
        == wilson(n_speakers, n_speakers)[0]
    )
    zeros[0] = 1
    assert cluster_rates(zeros, np.ones(len(zeros)), ["a"] * len(zeros), speaker).of("a").low == 0


def test_a_group_of_one_speaker_has_a_rate_and_no_interval():
    rates = cluster_rates([1, 2, 3], [4, 4, 4], ["a", "b", "b"], [1, 2, 3])
    assert rates.of("a").value == 0.25
    assert np.isnan(rates.of("a")[1:3]).all()
    assert not rates.of("a").enough
    assert np.isnan(rates.difference("a", "b")[1:3]).all()


def test_rows_without_a_group_are_a_group_and_rows_of_nothing_count_for_nothing():
    rates = cluster_rates([1, 1, 0], [2, 4, 0], ["a", None, "c"], [1, 2, 3])
    assert rates.groups == ("a", "not recorded")
    assert rates.of("not recorded").value == 0.25


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (([1], [2, 3], ["a"], [1]), "different lengths"),
        (([], [], [], []), "nothing to count"),
        (([1], [0], ["a"], [1]), "nothing to count"),
        (([-1], [2], ["a"], [1]), "numerator must hold numbers of 0 or more"),
        (([np.nan], [2], ["a"], [1]), "numerator must hold numbers"),
        ((["x"], [2], ["a"], [1]), "numerator must hold numbers"),
        (([1], [np.inf], ["a"], [1]), "denominator must hold numbers"),
        (([1, 1], [2, 2], ["a", "a"], [1, None]), "has no cluster"),
        (([1], [2], ["a"], [1], [-2]), "cases must hold numbers"),
    ],
)
def test_columns_that_are_no_counts_are_refused(columns, words):
    with pytest.raises(ValueError, match=words):
        cluster_rates(*columns)


def test_unknown_and_equal_groups_are_refused():
    rates = cluster_rates([1, 2], [4, 4], ["a", "b"], [1, 2])
    with pytest.raises(ValueError, match="There is no group 'x'; the groups are a, b"):
        rates.of("x")
    with pytest.raises(ValueError, match="There is no group 'x'"):
        rates.difference("a", "x")
    with pytest.raises(ValueError, match="two different groups; both are 'a'"):
        rates.difference("a", "a")
    assert repr(rates) == "ClusterRates(a, b; 2 cases)"


def test_rates_per_so_many():
    rates = cluster_rates([1, 2, 3], [10, 10, 10], ["a", "a", "b"], [1, 2, 3], resamples=200)
    for group, each in rates.per(1000).items():
        one = rates.of(group)
        np.testing.assert_allclose(each[:3], np.multiply(1000, one[:3]))
        assert each[3:] == one[3:]


@pytest.mark.parametrize("number", [0, -1, np.inf, np.nan])
def test_rates_per_no_number_are_refused(number):
    rates = cluster_rates([1], [10], ["a"], [1], resamples=200)
    with pytest.raises(ValueError, match="above 0"):
        rates.per(number)
