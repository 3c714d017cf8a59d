"""Alarms in chats: equal to a reader who goes line by line, causal, and nobody is left out who was never found."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from workshop import datasets
from workshop.audit import incidence
from workshop.audit.intervals import mover_ratio
from workshop.domains import chats
from workshop.domains.chats import RULES, Alarms
from workshop.domains.chats.alarms import BEFORE, EVERYBODY, LATE, NEVER, OUTCOMES, SOON, _half

TABLE = datasets.load("chat_risk_scores")
ALARMS = Alarms(TABLE)
SCORES = st.lists(st.integers(0, 100), min_size=1, max_size=40)


def table(rows):
    """Return chats from (writing, harm_starts, scores)."""
    made = pd.DataFrame(rows, columns=["writing", "harm_starts", "scores"])
    return made.assign(chat_id=[f"c{place}" for place in range(len(made))])


def slow(rule, scores):
    """Return a rule's statistic after each message, as a textbook says it, one message at a time."""
    found, average, total = [], 20.0, 0.0
    for place, score in enumerate(scores):
        last = sorted(scores[max(0, place - 9) : place + 1], reverse=True)
        average = 0.1 * score + 0.9 * average
        total = max(0.0, total + score - 35)
        found.append(
            {
                "one": score,
                "several": last[2] if len(last) > 2 else -np.inf,
                "average": average,
                "sum": total,
            }[rule]
        )
    return found


def slow_first(rule, scores, threshold):
    """Return the number of the first message at which the statistic is at the threshold or above; 0 if none is."""
    return next((place for place, each in enumerate(slow(rule, scores), 1) if each >= threshold), 0)


@settings(max_examples=40, deadline=None)
@given(st.lists(SCORES, min_size=1, max_size=6), st.sampled_from(list(RULES)), st.integers(0, 300))
def test_equal_to_a_reader_who_goes_message_by_message(many, rule, threshold):
    alarms = Alarms(table([("a", 0, each) for each in many]))
    statistic = RULES[rule].statistic(alarms.scores)
    for place, each in enumerate(many):
        np.testing.assert_allclose(statistic[place, : len(each)], slow(rule, each), atol=1e-9)
        assert np.isnan(statistic[place, len(each) :]).all()
    threshold = threshold + 0.05  # not where rounding decides
    expected = [slow_first(rule, each, threshold) for each in many]
    assert alarms.first(rule, threshold).tolist() == expected


@settings(max_examples=40, deadline=None)
@given(SCORES, SCORES, st.sampled_from(list(RULES)), st.integers(1, 100), st.data())
def test_what_comes_later_never_changes_an_alarm(scores, others, rule, threshold, data):
    known = data.draw(st.integers(1, len(scores)))
    changed = scores[:known] + others
    one, other = Alarms(table([("a", 0, scores)])), Alarms(table([("a", 0, changed)]))
    first, again = (int(each.first(rule, threshold)[0]) for each in (one, other))
    if 0 < first <= known:
        assert again == first
    else:
        assert again == 0 or again > known


@settings(max_examples=25, deadline=None)
@given(SCORES, st.sampled_from(list(RULES)), st.floats(0, 100), st.floats(0, 50))
def test_a_higher_threshold_never_rings_earlier(scores, rule, threshold, more):
    alarms = Alarms(table([("a", 0, scores)]))
    low, high = (int(alarms.first(rule, each)[0]) or 10**6 for each in (threshold, threshold + more))
    assert low <= high


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("accepted", [0, 2, 20, 50, 300, 999, 1000])
def test_the_threshold_is_the_lowest_that_keeps_to_the_price(rule, accepted):
    threshold, step = ALARMS.threshold(rule, accepted), RULES[rule].step
    flagged = [
        int((ALARMS.innocent & (ALARMS.first(rule, each) > 0)).sum())
        for each in (threshold, threshold - step)
    ]
    allowed = accepted * 1500 / 1000
    assert flagged[0] <= allowed
    assert flagged[1] > allowed or accepted == 1000
    assert threshold / step == pytest.approx(round(threshold / step))


def test_outcomes_by_hand():
    quiet, loud = [10] * 60, [10] * 60
    rows = [
        ("a", 5, [*quiet[:9], 90]),  # harm at 5, alarm at 10: the sixth message of harm
        ("a", 10, [*quiet[:9], 90]),  # at the first harmful message
        ("a", 20, [*quiet[:9], 90, *quiet]),  # before the harm
        ("a", 3, quiet),  # never
        ("a", 1, [*quiet[:39], 90]),  # the fortieth message of harm
        ("a", 1, [*loud[:40], 90]),  # the forty-first
        ("a", 0, [90]),
        ("a", 0, quiet),
    ]
    alarms = Alarms(table(rows))
    first = alarms.first("one", 90)
    assert first.tolist() == [10, 10, 10, 0, 40, 41, 1, 0]
    assert alarms.outcome(first).tolist() == [SOON, SOON, BEFORE, NEVER, SOON, LATE, "", ""]
    assert alarms.waited(first)[:6].tolist() == [6, 1, -9, np.inf, 40, 41]
    assert np.isnan(alarms.waited(first)[6:]).all()
    found = alarms.found(first).loc[EVERYBODY]
    assert [found[each] for each in OUTCOMES] == [3, 1, 1, 1]
    assert (found["value"], found["numerator"], found["denominator"], found["enough"]) == (0.5, 3, 6, False)
    # Sorted: 1, 6, 40, 41, and twice never (the one that rang too early waits in vain): the third of six.
    assert found["half_after"] == 40
    flagged = alarms.flagged(first).loc[EVERYBODY]
    assert (flagged["value"], flagged["per_1000"]) == (0.5, pytest.approx(1000 / 61))


def test_those_that_are_never_found_are_not_left_out():
    alarms = Alarms(table([("a", 1, [90]), *[("a", 1, [10] * 50)] * 2]).assign(chat_id=["x", "y", "z"]))
    found = alarms.found(alarms.first("one", 90)).loc[EVERYBODY]
    assert np.isinf(found["half_after"])
    assert found["denominator"] == 3


@pytest.mark.parametrize("number", [10, 61])
def test_the_interval_of_the_median_holds_it_in_95_of_100(number):
    waits = np.random.default_rng(number).geometric(0.05, (1000, number))
    rows = [_half(each) for each in waits]
    held = np.mean([row["half_low"] <= 14 <= row["half_high"] for row in rows])  # the median of this wait
    assert held > 0.93
    assert np.mean([row["half_after"] for row in rows]) == pytest.approx(14, abs=1)


@pytest.mark.parametrize("rule", RULES)
def test_rates_and_intervals_are_those_of_the_textbooks(rule):
    first = ALARMS.first(rule, ALARMS.threshold(rule, 20))
    found, flagged = ALARMS.found(first), ALARMS.flagged(first)
    for rates, kind, hit in (
        (found, ALARMS.harmful, ALARMS.outcome(first) == SOON),
        (flagged, ALARMS.innocent, ALARMS.innocent & (first > 0)),
    ):
        counts = rates[["numerator", "denominator"]]
        assert counts.iloc[:-1].sum().tolist() == counts.loc[EVERYBODY].tolist()
        for group in ALARMS.groups:
            chosen = kind & (ALARMS.writing == group)
            expected = binomtest(int(hit[chosen].sum()), int(chosen.sum())).proportion_ci(method="wilson")
            assert rates.loc[group, ["low", "high"]].tolist() == pytest.approx(list(expected))
    assert (found[list(OUTCOMES)].sum(axis=1) == found["denominator"]).all()
    innocent = list(zip(first[ALARMS.innocent], ALARMS.lengths[ALARMS.innocent], strict=True))
    read = sum(int(alarm or length) for alarm, length in innocent)
    per = incidence(sum(alarm > 0 for alarm, _ in innocent), read, per=1000)
    assert flagged.loc[EVERYBODY, ["per_1000", "per_low", "per_high"]].tolist() == pytest.approx(
        list(per[:3])
    )


def test_work_by_hand():
    first = ALARMS.first("average", ALARMS.threshold("average", 20))
    day = ALARMS.work(first, 50_000, 10, 3)
    outcome = ALARMS.outcome(first)
    right, early = np.isin(outcome, (SOON, LATE)).sum() / 360, (outcome == BEFORE).sum() / 360
    false = 49_995 * (ALARMS.innocent & (first > 0)).sum() / 1500 + 5 * early
    assert day.harmful == 5
    assert day.right == pytest.approx(5 * right)
    assert day.false == pytest.approx(false)
    assert day.alarms == pytest.approx(day.right + day.false)
    assert day.hours == pytest.approx(day.alarms / 20)
    assert day.precision == pytest.approx(day.right / day.alarms)
    assert day.in_time == pytest.approx(5 * (outcome == SOON).sum() / 360)
    assert day.low < day.alarms < day.high
    assert day.precision_low < day.precision < day.precision_high


def test_the_interval_of_the_right_alarms_is_that_of_the_ratio():
    first = ALARMS.first("sum", ALARMS.threshold("sum", 50))
    outcome = ALARMS.outcome(first)
    assert not (outcome == BEFORE).sum() > 10
    day = ALARMS.work(first, 1_000, 50_000, 0)  # as many harmful ones as innocent ones
    rates = ALARMS.flagged(first).loc[EVERYBODY], ALARMS.found(first, 10**6).loc[EVERYBODY]
    ends = mover_ratio(*rates)
    assert 1 / (1 + ends[1]) == pytest.approx(day.precision_low, abs=0.03)
    assert 1 / (1 + ends[0]) == pytest.approx(day.precision_high, abs=0.03)


def test_none_for_nothing_is_no_proof_of_none():
    day = ALARMS.work(ALARMS.first("average", ALARMS.threshold("average", 0)), 50_000, 10, 3)
    assert day.false == 0
    assert day.precision == 1
    assert day.precision_low < 0.05
    assert day.high > 100
    silent = ALARMS.work(np.zeros(len(TABLE), dtype=int), 50_000, 10, 3)
    assert silent.alarms == 0
    assert np.isnan([silent.precision, silent.precision_low, silent.precision_high]).all()


def test_the_interval_of_a_day_holds_the_truth():
    rng, held = np.random.default_rng(7), 0
    for _ in range(120):
        flagged, rings = rng.random(300) < 0.05, rng.random(100) < 0.7
        rows = [("a", 0, [90 if each else 10]) for each in flagged]
        rows += [("a", 1, [90 if each else 10]) for each in rings]
        alarms = Alarms(table(rows))
        day = alarms.work(alarms.first("one", 90), 1_000, 2_000, 1)
        held += day.low <= 0.05 * 980 + 0.7 * 20 <= day.high
    assert held / 120 > 0.9


def test_rules_are_compared_at_the_same_price():
    compared = chats.compare_rules(ALARMS, 20)
    assert list(compared.index) == list(RULES)
    assert (compared["flagged"] <= 30).all()
    for rule, row in compared.iterrows():
        first = ALARMS.first(rule, row["threshold"])
        assert row[SOON] == (ALARMS.outcome(first) == SOON).sum()


def test_a_group_without_one_kind_of_chat_is_left_out_of_its_rate():
    alarms = Alarms(table([("a", 0, [10]), ("b", 1, [90]), (None, 0, [90])]))
    first = alarms.first("one", 90)
    assert list(alarms.found(first).index) == ["b", EVERYBODY]
    assert list(alarms.flagged(first).index) == ["a", "not recorded", EVERYBODY]


def test_high_messages_by_hand():
    rates = chats.high_messages(TABLE, 60)
    innocent = TABLE[TABLE["harm_starts"] == 0]
    for writing, rows in innocent.groupby("writing"):
        high = sum(int((each >= 60).sum()) for each in rows["scores"])
        said = sum(map(len, rows["scores"]))
        assert rates.of(writing).value == pytest.approx(high / said)
        assert rates.of(writing).denominator == said
        assert rates.per(10_000)[writing].value == pytest.approx(10_000 * high / said)
    ratio = rates.ratio("second language", "standard")
    assert ratio.value == pytest.approx(rates.of("second language").value / rates.of("standard").value)
    assert ratio.low < ratio.value < ratio.high
    with pytest.raises(ValueError, match="too little"):
        chats.high_messages(TABLE, 101).ratio("second language", "standard")


GOOD = table([("a", 0, [1, 2]), ("a", 1, [3])])


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (None, "must be a table"),
        (GOOD.drop(columns="writing"), "no column 'writing'"),
        (GOOD.iloc[:0], "no chat"),
        (GOOD.assign(chat_id="x"), "chat_id of its own"),
        (GOOD.assign(chat_id=[None, "x"]), "chat_id of its own"),
        (GOOD.assign(harm_starts=[3, 1]), "harm_starts of 'c0'"),
        (GOOD.assign(harm_starts=[-1, 1]), "harm_starts of 'c0'"),
        (GOOD.assign(harm_starts=[0.5, 1]), "harm_starts of 'c0'"),
        (GOOD.assign(harm_starts=["x", 1]), "harm_starts of 'c0'"),
        (GOOD.assign(scores=[[], [3]]), "scores of 'c0' must be a list"),
        (GOOD.assign(scores=["12 13", [3]]), "scores of 'c0' must be a list"),
        (GOOD.assign(scores=[[[1], [2]], [3]]), "scores of 'c0' must be a list"),
        (GOOD.assign(scores=[[1] * 2001, [3]]), "scores of 'c0' must be a list"),
        (GOOD.assign(scores=[[1, np.nan], [3]]), "score of 'c0'"),
        (GOOD.assign(scores=[[1, 101], [3]]), "score of 'c0'"),
        (GOOD.assign(scores=[[1, -1], [3]]), "score of 'c0'"),
    ],
)
def test_chats_that_cannot_be_used_are_named(bad, says):
    with pytest.raises(ValueError, match=says):
        Alarms(bad)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: ALARMS.first("two", 1), "no rule 'two'"),
        (lambda: ALARMS.threshold("two", 1), "no rule 'two'"),
        (lambda: ALARMS.threshold("one", -1), "accepted is -1"),
        (lambda: ALARMS.threshold("one", np.nan), "accepted is nan"),
        (lambda: Alarms(GOOD[1:]).threshold("one", 1), "No chat is innocent"),
        (lambda: ALARMS.work(ALARMS.starts, 0, 10, 3), "chats is 0"),
        (lambda: ALARMS.work(ALARMS.starts, 1, 10, -3), "minutes is -3"),
        (lambda: ALARMS.work(ALARMS.starts, 1, 100_001, 3), "harmful is 100001"),
        (lambda: Alarms(GOOD[1:]).work(np.array([0]), 1, 1, 1), "both kinds"),
    ],
)
def test_numbers_out_of_range_are_said(call, says):
    with pytest.raises(ValueError, match=says):
        call()
