"""Rankings of reports: each capacity is a look-up that says what counting says, and bias in labels shows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import IsolationForest
from sklearn.metrics import confusion_matrix, precision_score, recall_score

from workshop import datasets
from workshop.domains import transactions
from workshop.domains.transactions import FOREIGN, NATIONAL, Reading
from workshop.domains.transactions.ranking import (
    ARRIVAL,
    NO_PASSPORT,
    ONE_LIST,
    ORDERS,
    PAST_CASES,
    READ_ONLY,
    SHARED,
    UNUSUAL,
)
from workshop.domains.transactions.reports import generate
from workshop.domains.vision.crossings import paired

REPORTS = datasets.load("transaction_reports")
CUSTOMERS = datasets.load("transaction_reports", "customers")
PAST, NOW = REPORTS[REPORTS["year"] < 3], REPORTS[REPORTS["year"] == 3]
SCORES = transactions.scores(PAST, NOW)
HALF = {NATIONAL: 0.5, FOREIGN: 0.5}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("capacity", [1, 7, 400, 800, 4_000, len(NOW)])
def test_a_look_up_says_what_scikit_learn_counts(order, capacity):
    first = np.argsort(-SCORES[order], kind="stable")[:capacity]
    decided = np.isin(np.arange(len(NOW)), first)
    reading, truth = Reading(NOW, SCORES[order]), NOW["laundering"].to_numpy()
    assert (reading.decided(capacity) == decided).all()
    counted = reading.at(capacity)
    for passport, group in counted.items():
        own = (NOW["passport"] == passport).to_numpy()
        tn, fp, fn, tp = confusion_matrix(truth[own], decided[own], labels=[False, True]).ravel()
        assert group == (tp, fn, fp, tn)
    rates = reading.rates(capacity).overall
    assert rates.of("everyone", "true_positive_rate").value == pytest.approx(recall_score(truth, decided))
    assert rates.of("everyone", "positive_predictive_value").value == pytest.approx(
        precision_score(truth, decided)
    )
    assert reading.caught(capacity) == (truth & decided).sum()


def test_nobody_and_everybody():
    reading = Reading(NOW, SCORES[UNUSUAL])
    assert sum(sum(group[::2]) for group in reading.at(0).values()) == 0
    assert all(group.missed == group.left_alone == 0 for group in reading.at(len(NOW)).values())


small_pile = st.lists(
    st.tuples(st.sampled_from([NATIONAL, FOREIGN]), st.booleans(), st.integers(0, 4)), min_size=1, max_size=40
)


@settings(max_examples=25, deadline=None)
@given(small_pile, st.floats(0, 1), st.data())
def test_shares_give_each_group_its_places_and_never_lose_a_report(rows, share, data):
    pile = pd.DataFrame(rows, columns=["passport", "laundering", "score"]).assign(year=3)
    reading = Reading(pile, pile["score"], {NATIONAL: 1 - share, FOREIGN: share})
    assert sorted(reading.order) == list(range(len(pile)))
    capacity = data.draw(st.integers(0, len(pile)))
    read = pile.iloc[reading.order[:capacity]]
    counted = reading.at(capacity)
    for passport, part in ((NATIONAL, 1 - share), (FOREIGN, share)):
        own = pile[pile["passport"] == passport]
        number = (read["passport"] == passport).sum()
        assert counted[passport].caught + counted[passport].examined == number
        if number < len(own) and (len(pile) - len(own)) > (capacity - number):  # neither group has run out
            assert abs(number - part * capacity) <= 1
        scores = own["score"].iloc[np.argsort(-own["score"].to_numpy(), kind="stable")].head(number)
        assert sorted(read["score"][read["passport"] == passport]) == sorted(scores)


def test_the_difference_of_two_orders_is_that_of_the_same_cases():
    mine, other = Reading(NOW, SCORES[UNUSUAL]), Reading(NOW, SCORES[PAST_CASES])
    found = mine.against(other, 800)
    one, two = (~each.decided(800)[NOW["laundering"].to_numpy()] for each in (mine, other))
    assert found == paired((one & two).sum(), (one & ~two).sum(), (~one & two).sum(), (~one & ~two).sum())
    assert found.difference.value == pytest.approx(
        (other.caught(800) - mine.caught(800)) / NOW["laundering"].sum()
    )
    assert found.difference.low > 0  # what is unusual misses more
    assert mine.against(mine, 800).difference.value == 0


def test_outcomes_are_those_of_the_readings():
    table = transactions.outcomes(NOW, SCORES, CUSTOMERS, 800)
    assert list(table.index) == [(order, places) for order in ORDERS for places in (ONE_LIST, SHARED)]
    for (order, places), row in table.iterrows():
        shares = {NATIONAL: 0.75, FOREIGN: 0.25} if places == SHARED else None
        counted = Reading(NOW, SCORES[order], shares).at(800)
        assert row["caught"] + row["missed"] == NOW["laundering"].sum()
        assert row["caught"] == sum(group.caught for group in counted.values())
        national, foreign = (counted[passport].examined for passport in (NATIONAL, FOREIGN))
        assert (row["examined_national"], row["examined_foreign"]) == (national, foreign)
        assert row["times"] == pytest.approx(3 * foreign / national)
        assert row["low"] < row["times"] < row["high"]


def test_what_bias_in_the_labels_does_and_what_mends_it_on_many_banks():
    found = []
    for seed in range(6):
        reports, customers, _ = generate(seed)
        past, now = reports[reports["year"] < 3], reports[reports["year"] == 3]
        found.append(transactions.outcomes(now, transactions.scores(past, now), customers, 800))
    mean = sum(found) / len(found)
    times, caught = mean["times"], mean["caught"]
    assert times[ARRIVAL, ONE_LIST] == pytest.approx(3, rel=0.1)  # the clerks' habit alone
    assert times[PAST_CASES, ONE_LIST] > times[NO_PASSPORT, ONE_LIST] > 1.3 * times[ARRIVAL, ONE_LIST]
    assert times[READ_ONLY, ONE_LIST] < times[NO_PASSPORT, ONE_LIST] / 2
    assert all(0.9 < each < 1.2 for each in times.xs(SHARED, level="places"))
    assert caught[PAST_CASES, ONE_LIST] > 1.5 * caught[UNUSUAL, ONE_LIST] > 2 * caught[ARRIVAL, ONE_LIST]
    assert caught[PAST_CASES, SHARED] > caught[PAST_CASES, ONE_LIST]
    assert caught[READ_ONLY, ONE_LIST] > caught[PAST_CASES, ONE_LIST]


def test_the_isolation_forest_is_scikit_learns_and_does_not_see_the_passport():
    seen = transactions.features(NOW)
    expected = -IsolationForest(n_estimators=100, random_state=2019).fit(seen).score_samples(seen)
    assert np.array_equal(SCORES[UNUSUAL], expected)
    turned = NOW.assign(passport=NOW["passport"].map({NATIONAL: FOREIGN, FOREIGN: NATIONAL}))
    assert np.array_equal(transactions.unusual(turned), expected)
    assert "foreign" not in seen
    assert "foreign" in transactions.features(NOW, passport=True)


def test_what_a_passport_does_to_the_odds():
    biased, mended, hidden = (
        transactions.fit_ranking(PAST, *way) for way in ((True, False), (True, True), (False, False))
    )
    assert biased.odds_of_a_passport > 1 > mended.odds_of_a_passport
    assert hidden.odds_of_a_passport == 1
    for model in (biased, mended):
        both = NOW.head(50).assign(passport=NATIONAL), NOW.head(50).assign(passport=FOREIGN)
        odds = [score / (1 - score) for score in map(model.score, both)]
        assert odds[1] / odds[0] == pytest.approx(model.odds_of_a_passport)


def test_the_same_reports_are_scored_in_the_same_way_each_time():
    again = transactions.scores(PAST, NOW)
    assert all(np.array_equal(SCORES[order], again[order]) for order in ORDERS)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: Reading(NOW, SCORES[UNUSUAL][1:]), "one score"),
        (lambda: Reading(NOW, SCORES[UNUSUAL] * np.nan), "one score"),
        (lambda: Reading(NOW, SCORES[UNUSUAL]).at(len(NOW) + 1), "from 0 to 7,989"),
        (lambda: Reading(NOW, SCORES[UNUSUAL]).at(-1), "The capacity is -1"),
        (lambda: Reading(NOW, SCORES[UNUSUAL]).at(8.5), "The capacity is 8.5"),
        (lambda: Reading(NOW, SCORES[UNUSUAL]).at(True), "The capacity is True"),
        (lambda: Reading(NOW, SCORES[UNUSUAL], {NATIONAL: 1.0}), "add up to 1"),
        (lambda: Reading(NOW, SCORES[UNUSUAL], {NATIONAL: 0.8, FOREIGN: 0.4}), "add up to 1"),
        (lambda: Reading(NOW, SCORES[UNUSUAL], {NATIONAL: 1.5, FOREIGN: -0.5}), "add up to 1"),
        (lambda: Reading(NOW[:9], range(9)).against(Reading(NOW[:8], range(8)), 3), "same reports"),
        (lambda: Reading(NOW.drop(columns="laundering"), SCORES[UNUSUAL]), "no column 'laundering'"),
        (lambda: transactions.fit_ranking(NOW), "nobody knows yet"),
        (lambda: transactions.fit_ranking(PAST.drop(columns="found")), "no column 'found'"),
        (lambda: transactions.fit_ranking(PAST[~PAST["found"]]), "reports without"),
        (lambda: transactions.features(NOW.assign(amount="many")), "column amount"),
        (lambda: transactions.features(NOW.assign(days_held=-1)), "column days_held"),
        (lambda: transactions.features(NOW.drop(columns="transfers")), "no column 'transfers'"),
        (
            lambda: transactions.outcomes(REPORTS, {ARRIVAL: range(len(REPORTS))}, CUSTOMERS, 9),
            "reports of one year",
        ),
        (lambda: transactions.customer_shares(CUSTOMERS, 7), "In year 7 there are no customers"),
    ],
)
def test_what_cannot_be_ranked_is_said(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_shares_are_those_of_the_customers():
    assert transactions.customer_shares(CUSTOMERS, 3) == {NATIONAL: 0.75, FOREIGN: 0.25}
    reading = Reading(NOW, SCORES[PAST_CASES], HALF)
    counted = reading.at(1_000)
    assert sum(counted[FOREIGN][::2]) == sum(counted[NATIONAL][::2]) == 500
