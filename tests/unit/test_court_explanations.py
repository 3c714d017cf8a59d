"""Three explanations of one decision: exact, smallest, nearest; each held against a plain search."""

import math
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from workshop import audit, datasets
from workshop.domains import court
from workshop.domains.court.model import linear_parts

ACCOUNTS = datasets.load("reported_accounts")
TRAIN, TEST = (ACCOUNTS[ACCOUNTS.split == part] for part in ("train", "test"))
MODEL = court.fit_accounts(TRAIN)
FACTS = list(court.FACTS)
FLAGGED = TEST[MODEL.predict(TEST[FACTS].astype(float))]


@pytest.fixture(scope="module")
def refits():
    return court.Refits(TRAIN, number=20)


def small(seed, facts=3, values=4):
    """Return a model of few facts with few values, and its records."""
    random = np.random.default_rng(seed)
    names = [f"fact_{place}" for place in range(facts)]
    records = pd.DataFrame(random.integers(0, values, (80, facts)), columns=names)
    score = records.to_numpy() @ random.normal(size=facts)
    happened = score + random.normal(size=80) > np.median(score)
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(records.astype(float), happened), records


def searched(model, case, records, fixed):
    """Return the smallest change by trying everything: facts changed, and size."""
    parts = linear_parts(model)
    decision = model.predict(case.astype(float))[0]
    values = [[case[fact].iloc[0]] if fact in fixed else sorted(set(records[fact])) for fact in parts.facts]
    tried = pd.DataFrame(list(product(*values)), columns=list(parts.facts)).astype(float)
    other = tried[(model.predict(tried) != decision)]
    moved = (other - case.iloc[0].to_numpy(dtype=float)).abs()
    changed, size = (moved > 0).sum(axis=1), (moved / parts.units).sum(axis=1)
    possible = changed <= 3
    if not possible.any():
        return None
    fewest = changed[possible].min()
    return int(fewest), float(size[possible & (changed == fewest)].min())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(2, 5), st.integers(0, 79), st.booleans())
def test_no_smaller_change_exists(seed, facts, values, row, hold):
    model, records = small(seed, facts, values)
    case = records.iloc[[row]]
    fixed = ["fact_0"] if hold else []
    found = court.counterfactual(model, case, records, fixed)
    expected = searched(model, case, records, fixed)
    if expected is None:
        assert found is None
        return
    assert len(found.changes) == expected[0]
    assert found.size == pytest.approx(expected[1])
    assert model.predict(found.case)[0] != model.predict(case.astype(float))[0]
    assert not set(found.changes) & set(fixed)


def test_a_change_on_the_accounts_flips_takes_known_values_and_leaves_the_age_alone():
    for place in range(0, len(FLAGGED), 9):
        case = FLAGGED.iloc[[place]]
        found = court.counterfactual(MODEL, case, TRAIN, court.FIXED)
        assert not MODEL.predict(found.case)[0]
        assert found.before >= 0 > found.after
        assert found.after == pytest.approx(float(MODEL.decision_function(found.case)[0]))
        assert "account_months" not in found.changes
        for fact, (old, new) in found.changes.items():
            assert old == case[fact].iloc[0]
            assert new in set(TRAIN[fact].astype(float))
        kept = [fact for fact in FACTS if fact not in found.changes]
        assert (found.case[kept].to_numpy() == case[kept].to_numpy(dtype=float)).all()


def test_a_case_that_is_not_flagged_gets_the_change_that_flags_it():
    case = TEST[~TEST.index.isin(FLAGGED.index)].iloc[[0]]
    found = court.counterfactual(MODEL, case, TRAIN, court.FIXED)
    assert found.before < 0 <= found.after


def test_where_nothing_can_change_there_is_no_change():
    assert court.counterfactual(MODEL, FLAGGED.iloc[[0]], TRAIN, FACTS) is None


def test_precedents_are_the_nearest_by_hand():
    case = FLAGGED.iloc[[5]]
    near = court.precedents(MODEL, case, TRAIN, 15)
    scaler = MODEL[0]
    distance = np.linalg.norm(
        scaler.transform(TRAIN[FACTS].astype(float)) - scaler.transform(case[FACTS].astype(float)), axis=1
    )
    assert near.distance.is_monotonic_increasing
    assert near.distance.to_numpy() == pytest.approx(np.sort(distance)[:15])
    assert set(near.index) == set(TRAIN.index[np.argsort(distance, kind="stable")[:15]])
    assert list(near.columns) == [*TRAIN.columns, "distance"]


def test_equally_near_precedents_come_in_the_order_of_the_records():
    doubled = pd.concat([TRAIN.head(50)] * 2, ignore_index=True)
    near = court.precedents(MODEL, TRAIN.iloc[[3]], doubled, 2)
    assert near.index.tolist() == [3, 53]
    assert near.distance.tolist() == [0, 0]


def test_contributions_are_those_of_the_audit(refits):
    case = FLAGGED.iloc[[2]]
    told = audit.explain_linear(MODEL, case[FACTS].astype(float), TRAIN[FACTS].astype(float))
    added = dict(zip(refits.reasons, refits.contributions(case)[0], strict=True))
    assert added == pytest.approx(told.contributions.to_dict())
    main = refits.reasons[refits.main_reason(case)[0]]
    assert main == max(added, key=added.get)


def curvature(function, at, step=1e-3):
    """Return the second derivatives of a function by differences."""
    steps = step * np.eye(len(at))
    return np.array(
        [
            [
                sum(
                    one * two * function(at + one * first + two * second)
                    for one, two in product((1, -1), repeat=2)
                )
                / (4 * step**2)
                for second in steps
            ]
            for first in steps
        ]
    )


def test_odds_ratios_are_the_maximum_of_the_likelihood():
    happened = TEST.checked.to_numpy()
    values = TEST[FACTS].astype(float)
    scaled = np.column_stack([np.ones(len(values)), (values - values.mean()) / values.std()])

    def lost(weights):
        score = scaled @ weights
        return np.logaddexp(0, score).sum() - score[happened].sum()

    best = minimize(lost, np.zeros(8), method="BFGS", options={"gtol": 1e-7})
    found = court.odds_ratios(TEST, "checked")
    covariance = np.linalg.inv(curvature(lost, best.x))
    for place, fact in enumerate(FACTS, 1):
        width = values[fact].std()
        assert math.log(found[fact].value) == pytest.approx(best.x[place] / width, abs=1e-4)
        error = math.log(found[fact].high / found[fact].low) / (2 * 1.959964)
        assert error == pytest.approx(math.sqrt(covariance[place, place]) / width, rel=1e-3)
    assert {each.denominator for each in found.values()} == {happened.sum()}


# Refits


def test_what_holds_is_what_a_plain_loop_finds(refits):
    cases = FLAGGED.iloc[:4]
    holds = refits.holds(cases)
    assert {way: each.shape for way, each in holds.items()} == dict.fromkeys(court.WAYS, (20, 4))
    for number, (model, rows) in enumerate(zip(refits.models, refits.drawn, strict=True)):
        again = make_pipeline(StandardScaler(), LogisticRegression()).fit(
            TRAIN.iloc[rows][FACTS].astype(float), TRAIN.iloc[rows].recorded
        )
        assert again[-1].coef_ == pytest.approx(model[-1].coef_)
        for place in range(len(cases)):
            case = cases.iloc[[place]]
            numbers = case[FACTS].astype(float)
            same = bool(again.predict(numbers)[0])
            assert holds[court.VERDICT][number, place] == same
            average = TRAIN.iloc[rows][FACTS].astype(float)
            first, then = (
                audit.explain_linear(each, numbers, background).contributions.idxmax()
                for each, background in ((MODEL, TRAIN[FACTS].astype(float)), (again, average))
            )
            assert holds[court.REASON][number, place] == (same and first == then)
            changed = court.counterfactual(MODEL, case, TRAIN, court.FIXED).case
            assert holds[court.CHANGE][number, place] == (same and not again.predict(changed)[0])
            most = [
                near.recorded.mean() > 0.5
                for near in (refits.precedents(case), refits.precedents(case, number))
            ]
            assert holds[court.PRECEDENTS][number, place] == (most[0] == most[1])


def test_how_many_are_stable_is_counted_with_its_interval(refits):
    cases = FLAGGED.head(60)
    holds, stable = refits.holds(cases), refits.stable(cases)
    for way, each in stable.items():
        kept = int((holds[way].sum(axis=0) >= 18).sum())
        assert (each.numerator, each.denominator, each.enough) == (kept, 60, True)
        assert (each.low, each.high) == pytest.approx(audit.wilson(kept, 60))
    assert not refits.stable(FLAGGED.head(29))[court.REASON].enough


def test_reasons_are_exact_and_changes_flip_for_every_flagged_account(refits):
    faithful = refits.faithful(FLAGGED)
    assert faithful[court.REASON].value == faithful[court.CHANGE].value == 1
    majority = [refits.precedents(FLAGGED.iloc[[place]]).recorded.mean() > 0.5 for place in range(40)]
    assert refits.faithful(FLAGGED.head(40))[court.PRECEDENTS].numerator == sum(majority)


def test_weight_moves_between_two_facts_that_say_the_same(refits):
    weights = court.Refits(TRAIN).weights()
    spread = weights.high - weights.low
    twins = ["senders", "payments_in"]
    assert spread[twins].min() > 1.5 * spread.drop(twins).max()
    assert weights.negative["payments_in"] > 0.1
    assert weights.negative["senders"] < 0.05
    refitted = np.array([parts.weights * refits.parts.units for parts in refits.all_parts])
    assert np.std(refitted[:, :2].sum(axis=1)) < 0.7 * np.std(refitted[:, :2], axis=0).min()


def test_facts_that_are_told_together_are_added_up():
    apart = court.Refits(TRAIN, number=5)
    together = court.Refits(TRAIN, number=5, together={"money coming in": ["senders", "payments_in"]})
    assert together.reasons == ("money coming in", *FACTS[2:])
    added = apart.contributions(FLAGGED)
    assert together.contributions(FLAGGED)[:, 0] == pytest.approx(added[:, 0] + added[:, 1])
    assert together.contributions(FLAGGED)[:, 1:] == pytest.approx(added[:, 2:])


def test_the_same_seed_draws_the_same(refits):
    assert (court.Refits(TRAIN, number=20).drawn == refits.drawn).all()
    assert not (court.Refits(TRAIN, number=20, seed=1).drawn == refits.drawn).all()


# What a person can get wrong


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"accounts": None}, "must be a table"),
        ({"accounts": TRAIN.head(0)}, "must be a table"),
        ({"accounts": TRAIN.drop(columns="senders")}, "no column 'senders'"),
        ({"accounts": TRAIN.assign(senders="many")}, "'senders' must hold a number"),
        ({"accounts": TRAIN.assign(senders=np.nan)}, "'senders' must hold a number"),
        ({"accounts": TRAIN.assign(recorded=1)}, "must hold True and False"),
        ({"accounts": TRAIN[TRAIN.recorded]}, "must hold True and False"),
        ({"facts": []}, "at least one fact"),
        ({"facts": ["senders", "senders"]}, "each of them once"),
    ],
)
def test_what_cannot_be_fitted_is_said(change, says):
    with pytest.raises(ValueError, match=says):
        court.fit_accounts(**({"accounts": TRAIN} | change))


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (TRAIN.assign(transfers_abroad=TRAIN.checked.astype(int)), "tell the outcome exactly"),
        (TRAIN.assign(payments_in=2 * TRAIN.senders), "repeat each other"),
        (TRAIN.assign(senders=3), "'senders' is the same in all rows"),
        (TRAIN.drop(columns="checked"), "no column 'checked'"),
    ],
)
def test_an_odds_ratio_without_a_size_is_refused(table, says):
    with pytest.raises(ValueError, match=says):
        court.odds_ratios(table, "checked")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"case": TEST.head(2)}, "must be one case, but it has 2 rows"),
        ({"case": {"senders": 3}}, "lacks the fact 'payments_in'"),
        ({"case": TEST.iloc[0].drop("hours_kept")}, "lacks the fact 'hours_kept'"),
        ({"case": TEST.head(1).assign(senders="x")}, "'senders' of the case must be a number"),
        ({"case": TEST.head(1).assign(senders=np.inf)}, "'senders' of the case must be a number"),
        ({"case": 7}, "must be a table"),
        ({"records": TRAIN.head(0)}, "records must be a table"),
        ({"records": TRAIN.drop(columns="senders")}, "records lack the fact 'senders'"),
        ({"fixed": ["age"]}, "no fact 'age'"),
    ],
)
def test_what_cannot_be_changed_is_said(change, says):
    with pytest.raises(ValueError, match=says):
        court.counterfactual(**({"model": MODEL, "case": TEST.head(1), "records": TRAIN} | change))


def test_a_case_may_come_as_a_row_or_a_dict():
    row = FLAGGED.iloc[0]
    found = [
        court.counterfactual(MODEL, case, TRAIN).changes
        for case in (FLAGGED.iloc[[0]], row, row[FACTS].to_dict())
    ]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (LogisticRegression().fit(TRAIN[FACTS].astype(float), TRAIN.recorded), "this is LogisticRegression"),
        (make_pipeline(MinMaxScaler(), LogisticRegression()), "MinMaxScaler and LogisticRegression"),
        (
            make_pipeline(StandardScaler(), LogisticRegression()).fit(
                TRAIN[FACTS].astype(float), TRAIN.senders % 3
            ),
            "3 classes",
        ),
        (
            make_pipeline(StandardScaler(), LogisticRegression()).fit(
                TRAIN[FACTS].to_numpy(dtype=float), TRAIN.recorded
            ),
            "without column names",
        ),
    ],
)
def test_a_model_that_cannot_be_explained_is_refused(model, says):
    with pytest.raises(TypeError, match=says):
        court.counterfactual(model, TEST.head(1), TRAIN)


@pytest.mark.parametrize("number", [0, 2001, 1.5, "3"])
def test_as_many_precedents_as_there_are(number):
    with pytest.raises(ValueError, match="from 1 to 2000"):
        court.precedents(MODEL, TEST.head(1), TRAIN, number)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"number": 1}, "from 2 to 500"),
        ({"number": 2.5}, "from 2 to 500"),
        ({"together": {"both": ["senders", "age"]}}, "'age' is unknown"),
        ({"together": {"one": ["senders"], "two": ["senders"]}}, "told together twice"),
    ],
)
def test_refits_that_cannot_be_made_are_refused(change, says):
    with pytest.raises(ValueError, match=says):
        court.Refits(TRAIN, **change)
