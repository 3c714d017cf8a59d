"""The two-area urn: the published experiments, what is known of it exactly, and bad input."""

from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop.domains.resources.feedback import RULES, simulate

TOP, RANDOM = (
    (3.685, 2.816),
    (3.685, 2.356),
)  # incidents per day: the two highest cells; the highest and a random one
STRONG, WEAK, LONE = (609, 379), (6.09, 3.79), (609, 7)
RUNS = 400

# Mean share of 400 runs after 1,000 days, from a program of its own: rates, past records, rule, mean.
PUBLISHED = {
    "naive, strong": (TOP, STRONG, "naive", 0.700),
    "naive, weak": (TOP, WEAK, "naive", 0.836),
    "reweighted, strong": ((0.3685, 0.2816), STRONG, "reweighted", 0.610),
    "reweighted, weak": ((0.3685, 0.2816), WEAK, "reweighted", 0.570),
    "lone, naive, strong": (RANDOM, LONE, "naive", 0.994),
    "lone, naive, weak": (RANDOM, (6.09, 0.07), "naive", 0.999),
    "lone, reweighted, strong": ((0.3685, 0.2356), LONE, "reweighted", 0.984),
    "lone, reweighted, weak": (
        (0.3685, 0.2356),
        (6.09, 1),
        "reweighted",
        0.631,
    ),  # their program starts B with 1
}


def chance(shares):
    """Return how far the mean of these runs may lie from that of as many others, and from its rounding."""
    return 4 * np.sqrt(2) * shares.std(ddof=1) / np.sqrt(len(shares)) + 0.0005


@pytest.mark.parametrize("seed", [2020, 1, 7])
@pytest.mark.parametrize("case", PUBLISHED)
def test_published_parameters_give_the_known_shares(case, seed):
    rates, priors, rule, mean = PUBLISHED[case]
    runs = simulate(rates, priors, 1_000, RUNS, rule, seed=seed)
    last = runs.shares[-1]
    assert abs(last.mean() - mean) < chance(last)
    assert chance(last) < 0.065  # or the line above would hold for anything
    assert runs.true_share == pytest.approx(0.567 if rates[1] / rates[0] > 0.7 else 0.610, abs=5e-4)


def test_naive_with_a_weak_prior_is_left_to_chance():
    runs = simulate(TOP, WEAK, 1_000, RUNS)
    assert runs.low[-1] == pytest.approx(0.48, abs=0.05)
    assert runs.high[-1] == pytest.approx(0.98, abs=0.02)


def test_the_fix_needs_a_weak_prior_or_more_time():
    def off(priors, days, scale=0.1):
        runs = simulate(np.array(TOP) * scale, priors, days, RUNS, "reweighted")
        return abs(runs.mean[-1] - runs.true_share)

    assert off(WEAK, 1_000) < 0.02 < off(STRONG, 1_000)
    assert off(STRONG, 1_000) > off(STRONG, 4_000) + 0.01
    assert off(STRONG, 4_000, scale=1) < 0.01


def one_by_one(rates, priors, days, rule, reported, random):
    """Return the last share of one run, each incident decided for itself, as the rules are told."""
    records = list(priors)
    for _ in range(days):
        shares = [each / sum(records) for each in records]
        area = 0 if random.random() < shares[0] else 1
        added = [0, 0]
        for place in (0, 1):
            for _ in range(random.poisson(rates[place])):
                by_resident = random.random() < reported
                kept = rule == "naive" or random.random() < shares[1 - area]
                added[place] += by_resident or (place == area and kept)
        records = [old + new for old, new in zip(records, added, strict=True)]
    return records[0] / sum(records)


@pytest.mark.parametrize("reported", [0.0, 0.3])
@pytest.mark.parametrize("rule", RULES)
def test_drawing_numbers_at_once_is_the_same_as_deciding_each_incident(rule, reported):
    random = np.random.default_rng(3)
    slow = np.array([one_by_one(TOP, (4, 3), 30, rule, reported, random) for _ in range(RUNS)])
    fast = simulate(TOP, (4, 3), 30, RUNS, rule, reported=reported, seed=4).shares[-1]
    error = np.sqrt((slow.var() + fast.var()) / RUNS)
    assert abs(slow.mean() - fast.mean()) < 4 * error
    assert slow.std() == pytest.approx(fast.std(), rel=0.2)  # four times its own error, 1 / sqrt(2 * 400)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.2, 8), st.floats(5, 500), st.floats(5, 500), st.integers(0, 2**32 - 1))
def test_with_equal_incidents_the_naive_rule_keeps_the_past_on_average(rate, prior_a, prior_b, seed):
    """The share is a martingale: what the past records say is what patrols do, whoever lives there."""
    runs = simulate((rate, rate), (prior_a, prior_b), 60, RUNS, seed=seed)
    last = runs.shares[-1]
    assert abs(last.mean() - runs.start_share) < 5 * last.std(ddof=1) / np.sqrt(RUNS) + 1e-9


@settings(max_examples=25, deadline=None)
@given(st.floats(0.5, 6), st.floats(0.5, 6), st.sampled_from(RULES), st.integers(0, 2**32 - 1))
def test_when_residents_report_everything_the_records_come_to_the_truth(rate_a, rate_b, rule, seed):
    runs = simulate((rate_a, rate_b), (1, 1), 400, 50, rule, reported=1, seed=seed)
    # Whatever patrols do, A's records are a binomial part of all that was reported, but for the one at the start.
    error = np.sqrt(0.25 / (400 * (rate_a + rate_b)))
    assert np.abs(runs.shares[-1] - runs.true_share).max() < 6 * error + 1 / 400


def test_reports_damp_the_drift_and_do_not_remove_it():
    gaps = []
    for reported in (0, 0.2, 0.5):
        runs = simulate(TOP, WEAK, 1_000, RUNS, reported=reported)
        gaps.append(runs.mean[-1] - runs.true_share)
        assert gaps[-1] > 4 * runs.shares[-1].std() / np.sqrt(RUNS)
    assert gaps == sorted(gaps, reverse=True)


@settings(max_examples=30, deadline=None)
@given(
    st.tuples(st.floats(0, 20), st.floats(0.1, 20)),
    st.tuples(st.floats(1e-3, 1e4), st.floats(1e-3, 1e4)),
    st.integers(2, 40),
    st.integers(1, 6),
    st.sampled_from(RULES),
    st.floats(0, 1),
    st.integers(0, 2**32 - 1),
)
def test_shares_are_shares_and_the_first_days_do_not_know_the_last(
    rates, priors, days, n_runs, rule, reported, seed
):
    runs = simulate(rates, priors, days, n_runs, rule, reported=reported, seed=seed)
    assert runs.shares.shape == (days, n_runs)
    assert runs.days.tolist() == list(range(1, days + 1))
    assert ((runs.shares >= 0) & (runs.shares <= 1)).all()
    assert (runs.low <= runs.high).all()
    assert runs.start_share == pytest.approx(priors[0] / sum(priors))
    shorter = simulate(rates, priors, days // 2, n_runs, rule, reported=reported, seed=seed)
    assert (shorter.shares == runs.shares[: days // 2]).all()


def test_four_hundred_runs_of_a_thousand_days_take_well_under_a_second():
    for rule in RULES:
        start = process_time()
        simulate(TOP, STRONG, 1_000, RUNS, rule)
        assert process_time() - start < 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"rates": (-1, 2)}, "rates must be 0 to 1,000,000 incidents per day"),
        ({"rates": (0, 0)}, "above 0 in at least one"),
        ({"rates": (1, float("nan"))}, "rates must be two finite numbers"),
        ({"rates": (1e7, 1)}, "0 to 1,000,000"),
        ({"rates": (1, 2, 3)}, "rates must be two finite numbers"),
        ({"rates": 3}, "rates must be two finite numbers"),
        ({"rates": ("a", "b")}, "rates must be two finite numbers"),
        ({"priors": (0, 1)}, "priors must be above 0 past records"),
        ({"priors": (5, -1)}, "give 1 and 1 for no past"),
        ({"priors": (1, float("inf"))}, "priors must be two finite numbers"),
        ({"days": 0}, "days is 0; give a whole number of 1 or more"),
        ({"days": 2.5}, "days is 2.5"),
        ({"days": True}, "days is True"),
        ({"runs": 0}, "runs is 0"),
        ({"runs": "many"}, "runs is 'many'"),
        ({"rule": "fair"}, "There is no rule 'fair'; the rules are naive and reweighted"),
        ({"reported": 1.1}, "reported is 1.1; give the share"),
        ({"reported": float("nan")}, "reported is nan"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(changed, words):
    good = {"rates": TOP, "priors": STRONG, "days": 5, "runs": 2}
    with pytest.raises(ValueError, match=words) as caught:
        simulate(**(good | changed))
    assert str(caught.value).count(". ") == 0
