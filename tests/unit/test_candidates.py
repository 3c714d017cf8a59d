"""Candidate lists: the closed forms are what drawing many searches gives, and bad numbers are refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from workshop.audit import wilson
from workshop.domains.vision import candidates
from workshop.domains.vision.candidates import Evidence, Outcomes, Reviewer, SimilarityScores, review

SHARES = st.floats(0, 1)
RATES = st.lists(SHARES, min_size=1, max_size=12).map(sorted)


# Where the wanted person is on the list


@pytest.mark.parametrize("gallery", [1, 2, 7, 300])
def test_identification_rates_are_those_of_scores_drawn_one_by_one(gallery):
    scores, rng, searches = SimilarityScores(1.2, 0.8, 0.3), np.random.default_rng(5), 20_000
    genuine = rng.normal(1.2, 0.8, searches)
    higher = np.zeros(searches, dtype=int)
    for _ in range(gallery - 1):
        higher += rng.normal(0.3, 1, searches) > genuine
    rates = scores.identification_rates(gallery, 6)
    drawn = [(higher < rank).mean() for rank in range(1, 7)]
    np.testing.assert_allclose(rates, drawn, atol=0.015)


def test_identification_rates_are_the_integral():
    scores = candidates.assumed_scores("phone photo", "group B")
    expected = [
        stats.norm(5.5, 1.5).expect(
            lambda score, most=rank: stats.binom.cdf(most, 99_999, stats.norm.sf(score - 0.6)), epsabs=1e-10
        )
        for rank in (0, 4)
    ]
    np.testing.assert_allclose(scores.identification_rates(100_000, 5)[[0, 4]], expected, atol=1e-6)


@given(st.floats(-3, 9), st.floats(0.05, 4), st.floats(-1, 2), st.integers(1, 10**8), st.integers(1, 50))
@settings(max_examples=60, deadline=None)
def test_identification_rates_rise_with_the_list_and_fall_with_the_gallery(mean, sd, shift, gallery, longest):
    scores = SimilarityScores(mean, sd, shift)
    rates = scores.identification_rates(gallery, longest)
    assert rates.shape == (longest,)
    assert ((rates >= 0) & (rates <= 1)).all()
    assert (np.diff(rates) >= 0).all()
    assert (rates[gallery - 1 :] > 1 - 1e-12).all()
    assert (scores.identification_rates(min(2 * gallery, 10**8), longest) <= rates + 1e-12).all()


def test_error_rates_at_a_threshold():
    scores = SimilarityScores(5.5, 1.5, 0.6)
    np.testing.assert_allclose(scores.false_match_rate([4, 5]), stats.norm.sf([4, 5], 0.6))
    np.testing.assert_allclose(scores.false_non_match_rate([4, 5]), stats.norm.cdf([4, 5], 5.5, 1.5))
    one, other = (
        candidates.assumed_scores("phone photo", group).false_match_rate(4) for group in candidates.GROUPS
    )
    assert 10 < other / one < 11  # the factor that the module states


def test_simulated_searches_have_the_exact_rates():
    searches = candidates.simulate_searches(4000, 10_000, 0.3)
    assert len(searches) == 4000 * len(candidates.QUALITIES) * len(candidates.GROUPS)
    assert searches["in_gallery"].mean() == pytest.approx(0.7, abs=0.01)
    assert searches["rank"].isna().equals(~searches["in_gallery"])
    for quality in candidates.QUALITIES:
        for group in candidates.GROUPS:
            part = searches[(searches["quality"] == quality) & (searches["group"] == group)]
            found = candidates.identification_rates(part, ranks=(1, 5)).xs(quality, level="quality")
            exact = candidates.assumed_scores(quality, group).identification_rates(10_000, 5)
            np.testing.assert_allclose(found["value"], exact[[0, 4]], atol=0.03)


@pytest.mark.parametrize("by", ["quality", "group"])
def test_rates_of_a_simulation_have_wilsons_intervals(by):
    searches = candidates.simulate_searches(200)
    rates = candidates.identification_rates(searches, by, (1, 5, 20))
    assert rates.index.names == ["rank", by]
    low, high = wilson(rates["numerator"].to_numpy(), rates["denominator"].to_numpy())
    np.testing.assert_allclose(rates[["low", "high"]], np.column_stack([low, high]))
    there = searches[searches["in_gallery"]].groupby(by, observed=True)["rank"]
    for rank in (1, 5, 20):
        expected = there.apply(lambda ranks, most=rank: (ranks <= most).mean())
        np.testing.assert_allclose(rates.loc[rank, "value"], expected.astype(float))


def test_a_group_nobody_of_which_is_in_the_gallery_has_no_rate():
    searches = candidates.simulate_searches(50, absent=1)
    rates = candidates.identification_rates(searches)
    assert rates["value"].isna().all()
    assert not rates["enough"].any()


def test_the_same_seed_draws_the_same():
    one, same, other = (candidates.simulate_searches(100, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, same)
    assert not one["rank"].equals(other["rank"])
    lists = [candidates.candidate_list(SimilarityScores(4), seed=seed) for seed in (1, 1, 2)]
    pd.testing.assert_frame_equal(lists[0], lists[1])
    assert not lists[0]["score"].equals(lists[2]["score"])


@pytest.mark.parametrize(("length", "others"), [(3, 400), (4, 5), (5, 5)])
def test_a_list_holds_the_highest_of_all_scores(length, others):
    scores, rng = SimilarityScores(2.5, 1, 0.5), np.random.default_rng(9)
    drawn = -np.sort(-rng.normal(0.5, 1, (4000, others)), axis=1)[:, :length]
    lists = [
        candidates.candidate_list(scores, length, others, in_gallery=False, seed=seed)["score"]
        for seed in range(1500)
    ]
    np.testing.assert_allclose(np.mean(lists, axis=0), drawn.mean(axis=0), atol=0.08)
    np.testing.assert_allclose(np.std(lists, axis=0), drawn.std(axis=0), atol=0.08)


@given(st.integers(1, 50), st.integers(1, 10**8), st.booleans(), st.integers(0, 1000))
@settings(deadline=None)
def test_there_is_always_a_list(length, gallery, in_gallery, seed):
    found = candidates.candidate_list(SimilarityScores(4), length, gallery, in_gallery, seed)
    assert found["rank"].tolist() == list(range(1, min(length, gallery) + 1))
    assert np.isfinite(found["score"]).all()
    assert found["score"].is_monotonic_decreasing
    assert found["wanted"].sum() <= in_gallery


# What an officer makes of it


def reviewed(rates, absent, reviewer, evidence, searches=200_000):
    """Return the outcomes of searches that are played through one after the other."""
    rng, length = np.random.default_rng(11), len(rates)
    present = rng.random(searches) >= absent
    place = np.searchsorted(rates, rng.random(searches), side="right")
    place = np.where(present, place, length)  # counted from 0; `length` and above: not on the list
    wanted = place[:, np.newaxis] == np.arange(length)
    taken = np.where(
        wanted,
        rng.random((searches, length)) >= reviewer.false_non_match,
        rng.random((searches, length)) < reviewer.false_match,
    )
    trusting = rng.random(searches) < reviewer.trust
    first = np.where(trusting, 0, taken.argmax(axis=1))
    named = trusting | taken.any(axis=1)
    right = named & wanted[np.arange(searches), first]
    wrong = named & ~right
    confirmed = right & (rng.random(searches) < (1 if evidence is None else evidence.confirms))
    cleared = wrong & (rng.random(searches) < (0 if evidence is None else evidence.clears))
    parts = (confirmed, right & ~confirmed, cleared, wrong & ~cleared, ~named)
    return [float(part.mean()) for part in parts]


@pytest.mark.parametrize("evidence", [None, Evidence(0.7, 0.85)])
@pytest.mark.parametrize("trust", [0, 0.4, 1])
@pytest.mark.parametrize("rates", [[0.6], [0.3, 0.45, 0.5, 0.7], [0, 0, 0.2], [1.0, 1.0]])
def test_the_closed_form_is_what_playing_it_through_gives(rates, trust, evidence):
    reviewer = Reviewer(trust, 0.15, 0.25)
    found = review(rates, 0.35, reviewer, evidence)
    np.testing.assert_allclose(found, reviewed(rates, 0.35, reviewer, evidence), atol=0.005)


@given(RATES, SHARES, st.builds(Reviewer, SHARES, SHARES, SHARES), st.builds(Evidence, SHARES, SHARES))
def test_outcomes_add_up_and_evidence_changes_no_name(rates, absent, reviewer, evidence):
    before, after = review(rates, absent, reviewer), review(rates, absent, reviewer, evidence)
    for outcome in (before, after):
        assert min(outcome) >= 0
        assert sum(outcome) == pytest.approx(1)
    assert before.unproven == before.cleared == 0
    assert after.right + after.unproven == pytest.approx(before.right)
    assert after.wrong + after.cleared == pytest.approx(before.wrong)
    assert after.nobody == before.nobody
    assert after.wrong <= before.wrong


@given(RATES, SHARES, SHARES, SHARES)
def test_trust_takes_the_first_name_whoever_it_is(rates, absent, false_match, false_non_match):
    found = review(rates, absent, Reviewer(1, false_match, false_non_match))
    first = (1 - absent) * rates[0]
    assert found == pytest.approx(Outcomes(first, 0, 0, 1 - first, 0))


@given(RATES, SHARES)
def test_who_compares_without_error_names_whoever_is_listed(rates, absent):
    found = review(rates, absent, Reviewer(0, 0, 0))
    listed = (1 - absent) * rates[-1]
    assert found == pytest.approx(Outcomes(listed, 0, 0, 0, 1 - listed))


def test_what_the_lesson_says():
    rates = candidates.assumed_scores("dim camera still").identification_rates()
    trusting, comparing = (review(rates, 0.5, Reviewer(trust)) for trust in (1, 0))
    assert trusting.right == pytest.approx(
        comparing.right, abs=0.01
    )  # trust finds no more of the right people
    assert trusting.wrong > 2 * comparing.wrong
    longer = candidates.assumed_scores("dim camera still").identification_rates(longest=20)
    assert review(longer, 0.5, Reviewer(0)).wrong > 2 * comparing.wrong
    other = candidates.assumed_scores("dim camera still", "group B").identification_rates()
    assert review(other, 0.5, Reviewer(0.5)).wrong > review(rates, 0.5, Reviewer(0.5)).wrong


# What is refused


SEARCHES = candidates.simulate_searches(5)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: SimilarityScores(float("nan")), "must be finite"),
        (lambda: SimilarityScores(4, 0), "genuine_sd is 0"),
        (lambda: SimilarityScores(4).identification_rates(0), "gallery is 0"),
        (lambda: SimilarityScores(4).identification_rates(1.5), "gallery is 1.5"),
        (lambda: SimilarityScores(4).identification_rates(float("nan")), "gallery is nan"),
        (lambda: SimilarityScores(4).identification_rates(longest=51), "from 1 to 50"),
        (lambda: candidates.assumed_scores("drawing"), "no quality 'drawing'"),
        (lambda: candidates.assumed_scores("phone photo", "C"), "no group 'C'"),
        (lambda: candidates.candidate_list(SimilarityScores(4), 0), "length is 0"),
        (lambda: candidates.simulate_searches(0), "searches is 0"),
        (lambda: candidates.simulate_searches(absent=1.1), "absent is 1.1"),
        (lambda: candidates.identification_rates(SEARCHES, "race"), "no column 'race'"),
        (lambda: candidates.identification_rates(SEARCHES.iloc[:0]), "nobody in the data"),
        (lambda: candidates.identification_rates(SEARCHES, ranks=(0,)), "rank is 0"),
        (lambda: Reviewer(-0.1), "trust is -0.1"),
        (lambda: Reviewer(0.5, false_match=2), "false_match is 2"),
        (lambda: Reviewer(0.5, false_non_match=float("nan")), "false_non_match is nan"),
        (lambda: Evidence(clears=1.5), "clears is 1.5"),
        (lambda: Evidence(confirms=-1), "confirms is -1"),
        (lambda: review([], 0.5, Reviewer(0)), "at least one name"),
        (lambda: review([0.5, 0.4], 0.5, Reviewer(0)), "never fall"),
        (lambda: review([0.5, 1.1], 0.5, Reviewer(0)), "between 0 and 1"),
        (lambda: review([float("nan")], 0.5, Reviewer(0)), "between 0 and 1"),
        (lambda: review([0.5], 2, Reviewer(0)), "absent is 2"),
    ],
)
def test_what_cannot_be_simulated_is_said(call, says):
    with pytest.raises(ValueError, match=says):
        call()
