"""The airlock: what comes out, what is refused and why, and what an attacker can learn about one child."""

import copy
import math
import pickle
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, dlaplace

from workshop import datasets
from workshop.domains import seized
from workshop.domains.seized.airlock import (
    CHECK,
    COUNTED,
    HARMLESS,
    MINIMUM,
    ONE_FILE,
    POINT,
    READY,
    SealedFiles,
    beyond,
    checked,
    draw_noise,
    evaluate,
    margin,
    noise_variance,
    noise_within,
)
from workshop.domains.seized.attacks import GUARDS, most_often_right

FILES = datasets.load("seized_files")
HARMFUL = FILES[FILES["harmful"]]
TARGET = seized.lone_victim(FILES)
INSIDE = SealedFiles(FILES)
OUTSIDE = SealedFiles(FILES[FILES["victim"] != TARGET.victim])
EPSILONS = (0.1, 0.2, 0.3, 0.5, 1.0)


def airlock(seed=1, files=INSIDE, **more):
    return seized.Airlock(files, seed=seed, **more)


def transcript(files, seed, questions, budget=20):
    """Return all that comes out for these questions: counts, cells that are not told, refusals."""
    sealed, out = airlock(seed, files, budget=budget), []
    for question in questions:
        try:
            answer = sealed.ask(question)
        except seized.Refused:
            out.append(None)
        else:
            out.append((answer.missed["all"].count, answer.reached["all"].count))
    return tuple(out)


# The noise


@pytest.mark.parametrize("epsilon", EPSILONS)
def test_the_noise_is_the_discrete_laplace_distribution(epsilon):
    drawn = draw_noise(np.random.default_rng(5), epsilon, 40_000)
    assert drawn.dtype.kind == "i"
    edge = int(4 / epsilon)
    places = np.arange(-edge, edge + 1)
    expected = np.append(dlaplace.pmf(places, epsilon), 2 * dlaplace.sf(edge, epsilon))
    inside = np.abs(drawn) <= edge
    counts = np.append(np.bincount(drawn[inside] + edge, minlength=len(places)), (~inside).sum())
    assert chisquare(counts, expected * len(drawn)).pvalue > 0.001


@pytest.mark.parametrize("epsilon", EPSILONS)
def test_one_victim_moves_the_probability_of_no_answer_by_more_than_e_to_the_epsilon(epsilon):
    places = np.arange(-200, 201)
    ratio = dlaplace.pmf(places, epsilon) / dlaplace.pmf(places - 1, epsilon)
    assert ratio.max() == pytest.approx(math.exp(epsilon))
    assert ratio.min() == pytest.approx(math.exp(-epsilon))


@pytest.mark.parametrize("epsilon", EPSILONS)
def test_what_is_told_of_the_noise_is_that_of_scipy(epsilon):
    assert noise_variance(epsilon) == pytest.approx(dlaplace.var(epsilon))
    for distance in (0, 1, 5, 20):
        assert beyond(epsilon, distance) == pytest.approx(dlaplace.sf(distance - 1, epsilon))
    within = noise_within(epsilon)
    assert 2 * dlaplace.sf(within, epsilon) <= 0.05 < 2 * dlaplace.sf(within - 1, epsilon)
    edge = margin(epsilon)
    assert dlaplace.sf(edge - 1, epsilon) <= 0.05 < dlaplace.sf(edge - 2, epsilon)


# What comes out


def test_an_answer_counts_victims_with_noise():
    review = seized.Review(FILES, FILES["score"])
    true = review.missed(0.5)["numerator"]
    drawn = [airlock(seed).ask().missed for seed in range(300)]
    for group in true.index:
        told = [cells[group].count for cells in drawn if cells[group].count is not None]
        if true[group] > 30:  # so far above the minimum that nothing is cut off
            assert np.mean(told) == pytest.approx(true[group], abs=5 * math.sqrt(noise_variance(0.5) / 300))
        held = [
            cells[group].low <= true[group] <= cells[group].high
            for cells in drawn
            if cells[group].count is not None
        ]
        assert np.mean(held) > 0.92


def test_the_interval_of_a_share_holds_the_true_share():
    # Of other devices: noise and chance together.
    from workshop.domains.seized.files import generate

    held = []
    for seed in range(25):
        table, _ = generate(seed)
        highest = table[table["harmful"]].groupby("victim")["score"].max()
        held.append((highest < 0.6).mean())
    planted = np.mean(held)
    inside = []
    for seed in range(25):
        share = airlock(seed, generate(seed)[0]).ask(by=None, threshold=0.6).share("all")
        inside.append(share.low <= planted <= share.high)
    assert sum(inside) >= 19


def test_a_share_is_worked_out_by_hand():
    answer = airlock().ask()
    missed, reached = answer.missed["darker"].count, answer.reached["darker"].count
    assert answer.share("darker").value == missed / (missed + reached)
    assert answer.share("darker", "reached").value == reached / (missed + reached)
    cells = answer.frame()
    assert cells.loc["darker", "missed"].startswith(f"{missed} (")


def test_small_counts_are_not_told():
    answer = airlock().ask(threshold=0.05)
    assert {cell.count for cell in answer.missed.values()} == {None}
    assert answer.share("darker") is None
    assert set(answer.frame()["missed"]) == {f"under {MINIMUM} with noise"}
    for seed in range(20):
        for formula in READY.values():
            for cell in airlock(seed).ask(formula=formula, threshold=0.45).missed.values():
                assert cell.count is None or cell.count >= MINIMUM


def test_a_group_without_a_victim_looks_like_a_small_one():
    only = FILES[FILES["skin_tone"] != "darker"]
    answer = airlock(files=only).ask()
    assert answer.missed["darker"].count is None
    assert set(answer.missed) == {"lighter", "medium", "darker"}


def test_more_points_bring_less_noise():
    noises = [airlock().ask(price=price).noise for price in (3, 5, 10)]
    assert noises == sorted(noises, reverse=True)
    assert len(set(noises)) == 3


# The budget


def test_the_budget_is_spent_and_runs_out():
    sealed = airlock()
    assert sealed.ask(price=10).left == 10
    assert sealed.ask(formula="new_score", price=10).left == 0
    with pytest.raises(
        seized.Refused, match="budget does not reach: 0 points left, and this question costs 3"
    ):
        sealed.ask(counted=HARMLESS, by=None, price=3)
    assert sealed.spent == 20


def test_the_same_question_brings_the_same_answer_and_costs_nothing():
    sealed = airlock()
    first = sealed.ask(formula="(score+new_score)/2")
    for spelling in ("(score + new_score) / 2", " (score+new_score)/(2)"):
        again = sealed.ask(formula=spelling)
        assert (again.missed, again.reached, again.paid) == (first.missed, first.reached, 0)
    assert sealed.spent == first.paid == 5
    assert len({sealed.ask(formula="(score+new_score)/2").missed["darker"].count for _ in range(50)}) == 1


def test_another_table_of_the_same_victims_costs_its_price_but_no_check():
    sealed = airlock()
    sealed.ask(by="skin_tone")
    assert sealed.ask(by="device_type").points == 5
    assert sealed.ask(by="device_type", price=3).points == 3
    assert sealed.left == 7


def test_a_check_takes_its_points_from_the_price():
    sealed = airlock()
    sealed.ask()
    answer = sealed.ask(formula="new_score")
    assert (answer.paid, answer.points) == (5, 5 - CHECK)
    # Harmless files are no victims: nothing to compare.
    assert sealed.ask(formula="score", counted=HARMLESS, by=None).points == 5


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.builds(
            seized.Question,
            st.sampled_from(["score", "new_score", "score + 0", "1 / score", "max(score, new_score)"]),
            st.sampled_from([0.2, 0.5, 0.500001, 0.9]),
            st.sampled_from(COUNTED),
            st.sampled_from([None, "skin_tone", "device_type"]),
            st.sampled_from([3, 5, 10]),
        ),
        max_size=12,
    ),
    st.integers(0, 2**32 - 1),
)
def test_whatever_is_asked_the_budget_is_never_passed(questions, seed):
    sealed = airlock(seed)
    for question in questions:
        before = sealed.spent
        try:
            answer = sealed.ask(question)
        except seized.Refused:
            assert sealed.spent - before in (0, CHECK)
        else:
            assert sealed.spent - before == answer.paid
            assert answer.left == sealed.left
        assert 0 <= sealed.spent <= sealed.budget


# Refusals


def leaky(rows):
    raise RuntimeError(rows)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"counted": ONE_FILE}, "behind it stands one child"),
        ({"formula": lambda files: files["score"]}, "A Python function could look at all files together"),
        ({"formula": leaky}, "Send a formula"),
        ({"formula": print}, "A Python function"),
        ({"by": "device"}, "A group of your own could hold one child"),
        ({"by": "victim"}, "declared before"),
        ({"counted": HARMLESS, "by": "skin_tone"}, "no skin tone"),
        ({"counted": "devices"}, "can't be counted"),
        ({"leave_out": "d017"}, "nothing in it can point at one file, one device or one child"),
        ({"threshold": math.nan}, "give a number"),
        ({"threshold": "0.5"}, "give a number"),
        ({"threshold": 10**400}, "give a number"),
        ({"by": ["skin_tone"]}, "no groups by"),
        ({"counted": np.array([1, 2])}, "can't be counted"),
        ({"threshold": True}, "give a number"),
        ({"price": 2}, "3 or more"),
        ({"price": 3.5}, "whole number"),
        ({"price": True}, "whole number"),
        ({"formula": ""}, "as a formula"),
        ({"formula": None}, "as a formula"),
        ({"formula": "score score"}, "can't be read"),
        ({"formula": "score +"}, "can't be read"),
        ({"formula": "(" * 90 + "score" + ")" * 20}, "can't be read"),
        ({"formula": "score + " * 40 + "score"}, "shorten it"),
        ({"formula": "score == 0.5"}, "something else"),
        ({"formula": "score if score > 0.5 else 0"}, "something else"),
        ({"formula": "victim"}, "something else"),
        ({"formula": "device"}, "something else"),
        ({"formula": "score ** 99"}, "something else"),
        ({"formula": "score.max()"}, "something else"),
        ({"formula": "score[0]"}, "something else"),
        ({"formula": "'v1'"}, "something else"),
        ({"formula": "True"}, "something else"),
        ({"formula": "1e300 * score"}, "something else"),
        ({"formula": "print(score)"}, "something else"),
        ({"formula": "__import__('os').system('id')"}, "something else"),
        ({"formula": "[score for score in (1,)]"}, "something else"),
        ({"formula": "lambda: score"}, "something else"),
        ({"formula": "max(score)"}, "two numbers or more"),
        ({"formula": "max(score, key=new_score)"}, "two numbers or more"),
    ],
    # A function's own text holds its address: two processes would collect different tests.
    ids=lambda value: None if isinstance(value, str) else re.sub(" at 0x[0-9a-f]+", "", str(value)),
)
def test_what_could_carry_a_row_out_is_refused_with_the_reason(changes, says):
    sealed = airlock()
    with pytest.raises(seized.Refused, match=says):
        sealed.ask(**changes)
    assert sealed.spent == 0


def test_a_question_must_be_a_question():
    with pytest.raises(seized.Refused, match="this is dict"):
        airlock().ask({"formula": "score"})
    assert checked(seized.Question(), price=10).price == 10


@pytest.mark.parametrize(
    "pull",
    [
        list,
        len,
        lambda sealed: sealed[0],
        lambda sealed: sealed["score"],
        copy.deepcopy,
        pickle.dumps,
        copy.copy,
    ],
)
def test_no_row_and_no_copy_comes_out(pull):
    with pytest.raises(seized.Refused):
        pull(airlock())


def test_what_it_says_of_itself_holds_no_file():
    assert repr(airlock()) == "Airlock(20 points of 20 left; the files stay inside)"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"files": FILES.drop(columns="new_score")}, "no column 'new_score'"),
        ({"files": FILES.assign(score=2.0)}, "one score from 0 to 1"),
        ({"files": FILES.assign(skin_tone=FILES["skin_tone"].replace("darker", "v423"))}, "was not declared"),
        ({"budget": 0}, "whole number of points"),
        ({"budget": 1.5}, "whole number of points"),
        ({"budget": True}, "whole number of points"),
    ],
)
def test_what_cannot_be_sealed_is_said(change, says):
    with pytest.raises(ValueError, match=says):
        airlock(**change)


@settings(max_examples=60, deadline=None)
@given(st.text("score new_(),+-*/.0123456789maxin \n\x00é", max_size=40))
def test_any_typed_formula_is_answered_or_refused(formula):
    sealed = airlock()
    try:
        assert sealed.ask(formula=formula).paid == 5
    except seized.Refused:
        assert sealed.spent == 0


# A formula sees one file at a time, and never fails on one


@pytest.mark.parametrize(
    "formula", [*READY.values(), "1 / (score - 0.494)", "0 / 0", "-score", "2", "min(score, 0.3) / score"]
)
def test_a_score_depends_on_its_own_file_only(formula):
    columns = {name: HARMFUL[name].to_numpy() for name in ("score", "new_score")}
    whole = evaluate(formula, columns)
    assert np.isfinite(whole).all()
    for place in (0, 17, len(HARMFUL) - 1):
        alone = evaluate(formula, {name: column[[place]] for name, column in columns.items()})
        assert alone[0] == whole[place]
    order = np.random.default_rng(3).permutation(len(HARMFUL))
    assert (
        evaluate(formula, {name: column[order] for name, column in columns.items()}) == whole[order]
    ).all()


def test_arithmetic_is_that_of_python():
    assert evaluate(
        "-(1 + score * 2) / 4 - +new_score", {"score": np.array([0.5]), "new_score": np.array([1.0])}
    ) == [-1.5]
    assert evaluate(
        "max(score, new_score, 0.2)", {"score": np.array([0.1]), "new_score": np.array([0.0])}
    ) == [0.2]


def test_a_division_by_zero_on_one_victim_changes_nothing_that_can_be_seen():
    exact = f"1 / (score - {TARGET.below})"
    for files in (INSIDE, OUTSIDE):
        assert airlock(files=files).ask(formula=exact, by=None).paid == 5


# Attacks on one child: with her and without her, everything that comes out must be nearly as likely


def check_ratios(inside, outside, epsilon):
    """Check that no frequent event is more than e**epsilon times as likely with the child as without."""
    for event in set(inside) | set(outside):
        first, second = inside[event], outside[event]
        slack = 4 * math.sqrt(max(first, second, 1))
        assert first - slack <= math.exp(epsilon) * (second + slack)
        assert second - slack <= math.exp(epsilon) * (first + slack)


ISOLATING = "1 - min(1, 1e9 * max(score - {at}, {at} - score))"
ATTACKS = {
    "two thresholds": [
        seized.Question(by=None, threshold=TARGET.below, price=10),
        seized.Question(by=None, threshold=TARGET.above, price=10),
    ],
    "again and again, each time written otherwise": [
        seized.Question(f"score + {zeros}", TARGET.above, by=None, price=3)
        for zeros in ("0", "0.0", "00", "0e1", "0e2")
    ],
    "a formula for one score": [
        seized.Question(ISOLATING.format(at=TARGET.below), 0.5, by=None, price=10),
        seized.Question(by=None, threshold=TARGET.below, price=10),
    ],
    "a complement": [
        seized.Question("score", TARGET.above, by=None, price=10),
        seized.Question("-score", -TARGET.below, by=None, price=10),
    ],
}


def answered(out):
    """Return which questions were answered: a refusal may tell something, too."""
    return tuple(each is None for each in out)


def in_classes(out):
    """Return the counts in classes of five, so that each occurs often."""
    return tuple(None if each is None or each[0] is None else each[0] // 5 for each in out)


def first_count(out):
    """Return the first count that came out, whole."""
    return out[0]


def often_right(inside, outside, view):
    """Return how often a guess is right whose rule is learned from half of the rounds, in the other half."""
    learned = Counter(map(view, inside[::2]))
    learned.subtract(map(view, outside[::2]))
    right = [learned[view(out)] > 0 for out in inside[1::2]] + [
        learned[view(out)] <= 0 for out in outside[1::2]
    ]
    return np.mean(right)


@pytest.mark.parametrize("attack", list(ATTACKS))
def test_no_attack_tells_more_of_one_child_than_the_budget_allows(attack):
    rounds = 2000
    inside = [transcript(INSIDE, seed, ATTACKS[attack]) for seed in range(rounds)]
    outside = [transcript(OUTSIDE, seed + rounds, ATTACKS[attack]) for seed in range(rounds)]
    for view in (answered, in_classes, first_count):
        check_ratios(Counter(map(view, inside)), Counter(map(view, outside)), 20 * POINT)
        right = often_right(inside, outside, view)
        assert right <= most_often_right(20) + 3 * math.sqrt(0.25 / rounds)


@pytest.mark.parametrize("attack", ["two thresholds", "a complement"])
def test_without_noise_the_same_rule_finds_the_child_each_time(attack, monkeypatch):
    monkeypatch.setattr(
        "workshop.domains.seized.airlock.draw_noise", lambda random, epsilon, size=1: np.zeros(size, int)
    )
    inside = [transcript(INSIDE, seed, ATTACKS[attack]) for seed in range(20)]
    outside = [transcript(OUTSIDE, seed, ATTACKS[attack]) for seed in range(20)]
    assert often_right(inside, outside, first_count) == 1


def test_the_second_of_two_near_questions_is_nearly_always_refused():
    refused = [transcript(INSIDE, seed, ATTACKS["two thresholds"])[1] is None for seed in range(400)]
    assert np.mean(refused) > 0.97


def test_an_ordinary_comparison_of_two_classifiers_is_nearly_always_answered():
    questions = [seized.Question(by=None), seized.Question("new_score", by=None)]
    answered = [transcript(INSIDE, seed, questions)[1] is not None for seed in range(400)]
    assert np.mean(answered) > 0.95


def test_the_attack_of_the_lesson_does_what_the_airlock_does():
    told = seized.differencing(FILES, price=10, rounds=4000)
    questions = ATTACKS["two thresholds"]
    answered = {
        name: np.mean([transcript(files, seed, questions)[1] is not None for seed in range(1500)])
        for name, files in (("in", INSIDE), ("out", OUTSIDE))
    }
    assert told.loc[GUARDS[2], "answered"] == pytest.approx(np.mean(list(answered.values())), abs=0.015)
    assert told.loc[GUARDS[0], "value"] == 1
    # The difference of two noises of epsilon 1, each with two ends: by hand from scipy.
    places = np.arange(-60, 61)
    noise = dlaplace.pmf(places, 1.0)
    difference = np.convolve(noise, noise)
    above = difference[len(places) :].sum()  # of at least 1
    by_hand = (above + difference[len(places) - 1]) / 2 + (1 - above) / 2
    assert told.loc[GUARDS[1], "value"] == pytest.approx(by_hand, abs=0.03)


def test_the_noise_holds_the_guess_below_its_bound_and_the_minimum_alone_does_not():
    for price in (3, 5, 10):
        right = seized.differencing(FILES, price=price, rounds=6000)["value"]
        assert right[GUARDS[0]] == 1
        for guard in GUARDS[1:]:
            assert right[guard] <= most_often_right(2 * price) + 0.02
    assert most_often_right(0) == 0.5
    assert most_often_right(20) == pytest.approx(math.exp(2) / (1 + math.exp(2)))


def test_the_lone_victim_is_alone():
    highest = HARMFUL.groupby("victim")["score"].max()
    between = highest[(highest >= TARGET.below) & (highest < TARGET.above)]
    assert between.index.tolist() == [TARGET.victim]
    twins = pd.concat([HARMFUL.assign(score=0.5)])
    with pytest.raises(ValueError, match="nobody to single out"):
        seized.lone_victim(twins)
    with pytest.raises(ValueError, match="1 or more"):
        seized.differencing(FILES, rounds=0)
