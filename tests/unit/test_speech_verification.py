"""Match rates are counted right for every pair, and a likelihood ratio is worth what it says."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn.metrics import roc_curve
from sklearn.metrics.pairwise import cosine_similarity

from workshop.domains.speech.recordings import RATE
from workshop.domains.speech.verification import calibrate, compare_voices, voice_features, voice_space

quick = settings(max_examples=30, deadline=None)


def voices(seed, n_speakers=12, clips=4, spread=0.5, groups=("a", "b")):
    """Return points in space: the clips of a speaker lie around one place."""
    rng = np.random.default_rng(seed)
    speakers = np.repeat(np.arange(n_speakers), clips)
    places = rng.normal(size=(n_speakers, 5))
    points = places[speakers] + spread * rng.normal(size=(len(speakers), 5))
    return points, speakers, np.array(groups)[speakers % len(groups)]


def every_pair(points, speakers, groups):
    """Return one row for each pair within a group, counted one by one."""
    scores = cosine_similarity(points)
    rows = [
        (groups[one], scores[one, other], speakers[one] == speakers[other])
        for one in range(len(points))
        for other in range(one)
        if groups[one] == groups[other]
    ]
    return pd.DataFrame(rows, columns=["group", "score", "same"])


@quick
@given(st.integers(0, 500), st.floats(-1, 1))
def test_rates_count_every_pair_within_a_group(seed, threshold):
    columns = voices(seed, n_speakers=8)
    found, pairs = compare_voices(*columns), every_pair(*columns)
    false_match, false_non_match = found.false_match_rates(threshold), found.false_non_match_rates(threshold)
    assert found.groups == false_match.groups == ("a", "b")
    for group in "ab":
        inside = pairs[pairs["group"] == group]
        impostor, genuine = inside[~inside["same"]]["score"], inside[inside["same"]]["score"]
        assert false_match.of(group)[3:5] == ((impostor >= threshold).sum(), len(impostor))
        assert false_non_match.of(group)[3:5] == ((genuine < threshold).sum(), len(genuine))
        scores, same = found.of(group)
        np.testing.assert_allclose(np.sort(scores), np.sort(inside["score"]), atol=1e-12)
        assert same.sum() == len(genuine)


@quick
@given(st.integers(0, 500))
def test_a_higher_threshold_moves_the_harm_and_does_not_remove_it(seed):
    found = compare_voices(*voices(seed))
    grid = np.linspace(-1, 1, 9)
    matches = np.array([found.false_match_rates(threshold).values for threshold in grid])
    misses = np.array([found.false_non_match_rates(threshold).values for threshold in grid])
    assert (np.diff(matches, axis=0) <= 0).all()
    assert (np.diff(misses, axis=0) >= 0).all()
    np.testing.assert_array_equal(matches[0], 1)
    np.testing.assert_array_equal(misses[0], 0)


def test_the_tradeoff_is_the_roc_curve_turned_over():
    found = compare_voices(*voices(1))
    points = found.error_tradeoff()
    false_positive, true_positive, thresholds = roc_curve(found.same, found.scores, drop_intermediate=False)
    roc = pd.DataFrame({"fmr": false_positive, "fnmr": 1 - true_positive}, index=thresholds)
    shared = points[points["threshold"].isin(roc.index)].set_index("threshold")
    assert len(shared) > 50
    np.testing.assert_allclose(shared["false_match_rate"], roc.loc[shared.index, "fmr"])
    np.testing.assert_allclose(shared["false_non_match_rate"], roc.loc[shared.index, "fnmr"])
    assert points["threshold"].is_monotonic_increasing
    for group in found.groups:
        at = found.error_tradeoff(group).iloc[20]
        assert found.false_match_rates(at["threshold"]).of(group).value == pytest.approx(
            at["false_match_rate"]
        )
        assert found.false_non_match_rates(at["threshold"]).of(group).value == pytest.approx(
            at["false_non_match_rate"]
        )


@pytest.mark.parametrize("spread", [0.01, 0.3, 1, 3])
def test_the_equal_error_rate_is_where_both_are_nearly_equal(spread):
    found = compare_voices(*voices(2, 30, spread=spread))
    rate, threshold = found.equal_error_rate()
    same, impostor = found.scores[found.same], found.scores[~found.same]
    assert np.mean(same < threshold) == pytest.approx(rate, abs=0.02)
    assert np.mean(impostor >= threshold) == pytest.approx(rate, abs=0.02)
    assert (rate < 0.02) == (spread == 0.01)


def test_scores_that_part_the_pairs_have_no_error_and_equal_ones_have_all():
    apart = compare_voices(np.repeat(np.eye(4), 3, axis=0), np.repeat(range(4), 3), ["a"] * 12)
    assert apart.equal_error_rate()[0] == 0
    alike = compare_voices(np.ones((12, 3)), np.repeat(range(4), 3), ["a"] * 12)
    assert alike.equal_error_rate()[0] == 0.5


def test_intervals_cover_the_rates_of_all_speakers():
    """The truth: the rates of six hundred speakers, of whom one third sound alike. Each run sees forty of them."""
    rng = np.random.default_rng(3)
    speakers = np.repeat(np.arange(600), 4)
    places = rng.normal(size=(600, 8))
    places[:200, 0] += 6
    points = places[speakers] + 0.5 * rng.normal(size=(2400, 8))
    truth = every_rate(points, speakers, 0.6)
    covered = []
    for run in range(100):
        chosen = np.isin(speakers, rng.choice(600, 40, replace=False))
        found = compare_voices(points[chosen], speakers[chosen], ["a"] * chosen.sum(), seed=run)
        rates = found.false_match_rates(0.6).of("a"), found.false_non_match_rates(0.6).of("a")
        covered.append([rate.low <= real <= rate.high for rate, real in zip(rates, truth, strict=True)])
    assert (np.mean(covered, axis=0) >= 0.89).all(), np.mean(covered, axis=0)


def every_rate(points, speakers, threshold):
    scores = cosine_similarity(points)
    one, other = np.triu_indices(len(points), 1)
    same, score = speakers[one] == speakers[other], scores[one, other]
    return np.mean(score[~same] >= threshold), np.mean(score[same] < threshold)


def test_pairs_are_not_people():
    found = compare_voices(*voices(4, 9, 12, groups=("a",)))
    rate = found.false_match_rates(0.5)
    assert rate.denominators[0] == 9 * 8 / 2 * 144
    assert (rate.clusters[0], rate.cases[0]) == (9, 108)
    assert not rate.of("a").enough
    assert rate.of("a").high - rate.of("a").low > 0.1  # Wilson's over 5,184 pairs would be 0.02 wide
    assert compare_voices(*voices(4, 10, groups=("a",))).false_match_rates(0.5).of("a").enough


def test_groups_are_compared_in_their_own_threshold_terms():
    points, speakers, groups = voices(5, 40, 4)
    points[groups == "b"] += 3  # all of group b sound alike
    gap = compare_voices(points, speakers, groups).false_match_rates(0.5).difference("b", "a")
    assert gap.low > 0.3


@pytest.mark.parametrize("threshold", [-1.1, 2, np.nan, np.inf])
def test_a_threshold_is_a_score(threshold):
    found = compare_voices(*voices(1))
    for call in (found.false_match_rates, found.false_non_match_rates):
        with pytest.raises(ValueError, match="scores go from -1 to 1"):
            call(threshold)


@pytest.mark.parametrize(
    ("speakers", "groups", "words"),
    [
        ([1, 1, 1, 1], list("aaaa"), "The group 'a' has one speaker only, so no impostor"),
        ([1, 1, 2, 2], list("aabb"), "The group 'a' has one speaker only"),
        ([1, 2, 3, 4], list("aaaa"), "has one recording of each speaker, so no genuine pair"),
        ([1, 1, 2, 2], list("abaa"), "The speaker 1 is in two groups"),
        ([1, 1, 2], list("aaaa"), "one row for each recording"),
        ([1, None, 2, 2], list("aaaa"), "no speaker or no group"),
        ([1, 1, 2, 2], ["a", None, "a", "a"], "no speaker or no group"),
    ],
)
def test_what_gives_no_pairs_is_refused(speakers, groups, words):
    with pytest.raises(ValueError, match=words):
        compare_voices(np.eye(4), speakers, groups)


@pytest.mark.parametrize("broken", [np.zeros(4), np.array([np.nan, 0, 0, 0]), np.array([np.inf, 0, 0, 0])])
def test_a_voice_without_direction_is_refused(broken):
    points = np.eye(4)
    points[2] = broken
    with pytest.raises(ValueError, match="has no direction or holds values that are no numbers"):
        compare_voices(points, [1, 1, 2, 2], list("aaaa"))


def test_an_unknown_group_is_told():
    found = compare_voices(*voices(1))
    for call in (found.of, found.error_tradeoff, found.equal_error_rate):
        with pytest.raises(ValueError, match="There is no group 'x'; the groups are a, b"):
            call("x")
    assert repr(found).startswith("Comparisons(a, b; 72 genuine, ")


# What is compared


def hum(speaker, take, seconds=0.4):
    """Return a made-up voice: a buzz with a spectrum of its own, in some noise."""
    own, rng = np.random.default_rng(speaker), np.random.default_rng([speaker, take])
    formants, time = own.uniform((300, 900, 2400), (900, 2200, 3400)), np.arange(int(seconds * RATE)) / RATE
    pitch = own.uniform(90, 220) * rng.uniform(0.95, 1.05)
    harmonics = np.arange(pitch, 5000, pitch)
    strength = sum(
        1 / (1 + ((harmonics - formant) / 150) ** 2) for formant in formants * rng.uniform(0.97, 1.03, 3)
    )
    return strength @ np.sin(2 * np.pi * harmonics[:, None] * time) + 0.05 * rng.normal(size=len(time))


def test_voices_of_strangers_are_told_apart_better_than_by_chance():
    background = [(speaker, take) for speaker in range(20) for take in range(5)]
    strangers = [(speaker, take) for speaker in range(20, 35) for take in range(5)]
    space = voice_space(
        voice_features([hum(*each) for each in background]), [speaker for speaker, _ in background]
    )
    features = voice_features([hum(*each) for each in strangers])
    assert features.shape == (75, 38)
    found = compare_voices(space.transform(features), [speaker for speaker, _ in strangers], ["a"] * 75)
    assert found.equal_error_rate()[0] < 0.2


def test_loudness_is_no_part_of_a_voice():
    clip = hum(1, 1)
    np.testing.assert_allclose(voice_features([clip]), voice_features([0.1 * clip]), atol=1e-6)


@pytest.mark.parametrize(
    ("features", "speakers", "words"),
    [
        (np.ones((4, 3)), [1, 1, 2, 2], "at least three background speakers"),
        (np.ones((4, 3)), [1, 2, 3, 4], "at least three background speakers"),
        (np.ones((4, 3)), [1, 1, 2], "one row for each clip"),
    ],
)
def test_too_little_background_is_refused(features, speakers, words):
    with pytest.raises(ValueError, match=words):
        voice_space(features, speakers)
    with pytest.raises(ValueError, match="There are no clips"):
        voice_features([])


# What a score is worth


def scored(seed, genuine=2000, impostors=20_000, distance=2.0):
    """Return scores whose true log likelihood ratio is known: two normal distributions of spread 1."""
    rng = np.random.default_rng(seed)
    scores = np.concatenate([rng.normal(distance, 1, genuine), rng.normal(0, 1, impostors)])
    return scores, np.arange(genuine + impostors) < genuine


@pytest.mark.parametrize("impostors", [500, 2000, 20_000])
def test_the_likelihood_ratio_is_the_true_one_whatever_the_share_of_pairs(impostors):
    calibration = calibrate(*scored(1, impostors=impostors))
    for score in (-0.5, 0, 1, 2, 3):
        truth = (norm.logpdf(score, 2) - norm.logpdf(score, 0)) / np.log(10)
        assert calibration.log10_likelihood_ratio(score) == pytest.approx(truth, abs=0.15)


def test_the_ratio_says_no_more_than_the_pairs_can_show():
    calibration = calibrate(*scored(2, genuine=50, impostors=1000, distance=6))
    np.testing.assert_allclose(calibration.log10_likelihood_ratio([-100, 100]), [-np.log10(50), 3])


def test_the_cost_is_0_for_certainty_1_for_ignorance_and_more_for_misleading():
    scores, same = scored(3)
    calibration = calibrate(scores, same)
    assert 0.2 < calibration.cost(*scored(4)) < 0.6
    silent = calibration._replace(slope=0.0, intercept=0.0)
    assert silent.cost(scores, same) == pytest.approx(1)
    assert (
        calibration._replace(slope=-calibration.slope, intercept=-calibration.intercept).cost(scores, same)
        > 1
    )
    sure = calibration._replace(slope=100.0, intercept=0.0, weakest=-9.0, strongest=9.0)
    assert sure.cost([1, -1], [True, False]) == pytest.approx(0, abs=1e-8)


def test_the_cost_is_brummers_formula():
    scores, same = scored(5, 100, 300)
    calibration = calibrate(scores, same)
    ratio = 10.0 ** calibration.log10_likelihood_ratio(scores)
    expected = (np.log2(1 + 1 / ratio[same]).mean() + np.log2(1 + ratio[~same]).mean()) / 2
    assert calibration.cost(scores, same) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("scores", "same", "words"),
    [
        ([1, 2], [True, True], "one kind is missing"),
        ([1, 2], [False, False], "one kind is missing"),
        ([], [], "one kind is missing"),
        ([1, 2, 3], [True, False], "two columns of the same length"),
        ([1, np.nan], [True, False], "A score is no number"),
        ([0, 0, 1, 1], [True, True, False, False], "do not score higher"),
        ([1, 1, 1, 1], [True, True, False, False], "do not score higher"),
    ],
)
def test_scores_that_cannot_be_calibrated_are_refused(scores, same, words):
    with pytest.raises(ValueError, match=words):
        calibrate(scores, same)
