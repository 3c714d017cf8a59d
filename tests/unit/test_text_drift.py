"""How a filter ages: the index, the alarm, and that no filter judges a scene or a week that it was trained on."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop import datasets
from workshop.domains.text import drift
from workshop.domains.text.drift import (
    NEW,
    RUNNING,
    SCORE_INDEX,
    SIGNALS,
    UNKNOWN_WORDS,
    Ageing,
    unknown_share,
)
from workshop.domains.text.triage import FALSE_ALARM, MISSED, fit_triage

MESSAGES = datasets.load("scam_drift")
TRUTH = datasets.truth("scam_drift")
AGEING = Ageing(MESSAGES)
CHANGED = pd.Timestamp(TRUTH["pandemic_from"])


def test_share_of_unknown_words():
    triage = fit_triage(["one two", "one two", "three one"], [True, False, True])
    assert unknown_share(triage, ["one four", "Two four five"]) == pytest.approx(3 / 5)
    assert np.isnan(unknown_share(triage, ["...", ""]))


@pytest.fixture
def trained(monkeypatch):
    """Return the rows that each filter was trained on, next to the texts that it scored."""
    pairs, places = [], dict(zip(MESSAGES["text"], MESSAGES.index, strict=True))

    class Spy:
        def __init__(self, texts, scams):
            self.known = [places[text] for text in texts]
            self.vocabulary = fit_triage(texts, scams).vocabulary

        def score(self, texts):
            pairs.append((self.known, [places[text] for text in texts]))
            return np.full(len(list(texts)), 0.5)

    monkeypatch.setattr(drift, "fit_triage", Spy)
    return pairs


UNIQUE = not MESSAGES["text"].duplicated().any()


def test_no_filter_has_met_the_scene_that_it_judges(trained):
    assert UNIQUE  # or the spy would mistake one message for another
    ageing = Ageing(MESSAGES)
    for retrained, end in ((None, "2020-01-01"), ("2020-03-30", "2020-03-30")):
        trained.clear()
        assert np.isfinite(ageing.scores(NEW, retrained)).all()
        judged = [row for _, rows in trained for row in rows]
        assert sorted(judged) == sorted(
            MESSAGES.index if retrained is None else MESSAGES.index[MESSAGES["week"] >= end]
        )
        for known, rows in trained:
            assert not set(MESSAGES["family"][known]) & set(MESSAGES["family"][rows])
            assert MESSAGES["week"][known].max() < pd.Timestamp(end)
            assert set(MESSAGES["scam"][known]) == {True, False}


def test_a_filter_in_use_knows_only_earlier_weeks_and_stops_learning(trained):
    scores = Ageing(MESSAGES).scores(RUNNING, "2020-03-30")
    for known, rows in trained:
        week = MESSAGES["week"][rows].iloc[0]
        end = pd.Timestamp("2020-03-30") if week >= pd.Timestamp("2020-03-30") else pd.Timestamp("2020-01-01")
        assert set(MESSAGES["week"][rows]) == {week}
        assert known == MESSAGES.index[MESSAGES["week"] < min(week, end)].tolist()
    assert np.isnan(scores).sum() == (MESSAGES["week"] < AGEING.weeks[10]).sum()


def test_the_filter_ages_where_it_was_planted():
    side = np.where(AGEING.messages["week"] < CHANGED, "before", "since")
    for scenes in (NEW, RUNNING):
        errors = AGEING.errors(side, scenes)["value"]
        assert errors["since", MISSED] > 2 * errors["before", MISSED]
        assert errors["since", FALSE_ALARM] > 2 * errors["before", FALSE_ALARM]
    # Scenes that a filter has met flatter it.
    assert AGEING.errors(side, RUNNING)["value"]["before", MISSED] < 0.03
    assert AGEING.errors(side, NEW)["value"]["before", FALSE_ALARM] > 0.1


def test_errors_are_counted_rightly():
    scores = AGEING.scores(NEW)
    table = AGEING.messages
    errors = AGEING.errors("month")
    month = table["week"].dt.to_period("M").astype(str)
    for (group, error), row in errors.iterrows():
        rows = (month == group) & (table["scam"] == (error == MISSED))
        wrong = (scores[rows] < 0.5) if error == MISSED else (scores[rows] >= 0.5)
        assert (row["numerator"], row["denominator"]) == (wrong.sum(), rows.sum())
        assert row["low"] <= row["value"] <= row["high"]
        assert row["families"] == table["family"][rows].nunique()
    assert [group for group, _ in errors.index[::2]] == sorted(set(month))


def test_periods_hold_enough_to_tell_and_do_not_cross_the_end_of_the_training():
    assert list(dict.fromkeys(AGEING.periods)) == [
        "Jan to Sep 2019",
        "Oct to Dec 2019",
        "Jan to Feb 2020",
        "Mar 2020",
        "Apr 2020",
        "May 2020",
    ]
    errors = AGEING.errors()
    assert errors["enough"].all()
    assert errors["denominator"].min() >= 30
    assert errors["families"].min() >= 10


@pytest.mark.parametrize(("by", "groups"), [("week", 73), ("quarter", 6), ("month", 17)])
def test_errors_over_time(by, groups):
    assert len(AGEING.errors(by)) == 2 * groups


def test_signals_are_what_they_say():
    signals = AGEING.signals()
    assert list(signals.index) == list(AGEING.watched)
    counted = AGEING.messages["week"].value_counts()
    assert signals["messages"].tolist() == [counted[week] for week in AGEING.watched]
    assert (signals[UNKNOWN_WORDS] == signals["unknown"] / signals["words"]).all()
    known = AGEING.messages["week"] < "2020-01-01"
    filter_2019 = fit_triage(AGEING.messages["text"][known], AGEING.messages["scam"][known])
    at = AGEING.messages["week"] == CHANGED
    assert signals[UNKNOWN_WORDS][CHANGED] == pytest.approx(
        unknown_share(filter_2019, AGEING.messages["text"][at])
    )
    ordinary = signals[UNKNOWN_WORDS][AGEING.ordinary]
    assert signals[UNKNOWN_WORDS][AGEING.watched >= CHANGED].mean() > 1.8 * ordinary.mean()
    assert (signals[list(SIGNALS)] >= 0).all().all()


def test_alarms_cost_time_or_false_alarms():
    def late(signal, false_alarms):
        alarms = AGEING.alarms(signal, false_alarms)
        alarms = alarms[alarms >= CHANGED]
        return (alarms[0] - CHANGED).days // 7 if len(alarms) else 99

    assert late(UNKNOWN_WORDS, 1) == 0
    assert late(UNKNOWN_WORDS, 0) == 4
    assert late(SCORE_INDEX, 1) > late(UNKNOWN_WORDS, 1)
    for signal in SIGNALS:
        when = [late(signal, paid) for paid in range(10)]
        assert when == sorted(when, reverse=True)
        assert AGEING.alarm(signal, 3).weeks == AGEING.ordinary.sum() == 39


def test_training_again_mends_what_was_met_and_little_else():
    again = AGEING.retraining("2020-03-30")
    assert again.labelled == ((MESSAGES["week"] >= "2020-01-01") & (MESSAGES["week"] < "2020-03-30")).sum()
    errors = again.errors
    assert errors.loc[(RUNNING, FALSE_ALARM), "high"] < 0
    assert errors.loc[(NEW, MISSED), "low"] < 0 < errors.loc[(NEW, MISSED), "high"]
    assert errors.loc[(NEW, FALSE_ALARM), "after"] >= errors.loc[(NEW, FALSE_ALARM), "before"]
    later = (AGEING.messages["week"] >= "2020-03-30").to_numpy()
    scam = AGEING.messages["scam"].to_numpy()
    for scenes, name, retrained in (
        (NEW, "after", "2020-03-30"),
        (RUNNING, "before", None),
    ):
        wrong = AGEING.scores(scenes, retrained)[later & scam] < 0.5
        assert errors.loc[(scenes, MISSED), name] == wrong.sum()
    assert (
        again.meanwhile.loc[MISSED, "messages"]
        == (scam & ~later)[(AGEING.messages["week"] >= "2020-01-01").to_numpy().nonzero()[0]].sum()
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"messages": MESSAGES.drop(columns="family")}, "no column family"),
        ({"messages": MESSAGES.assign(week=MESSAGES["week"].astype(str))}, "a date in each row"),
        ({"messages": MESSAGES.assign(scam=MESSAGES["scam"].astype(int))}, "True or False"),
        ({"trained_until": "2021-01-01"}, "weeks to watch"),
        ({"trained_until": "2018-01-01"}, "weeks to watch"),
        ({"first_weeks": 0}, "weeks to watch"),
    ],
)
def test_messages_that_cannot_be_followed(change, says):
    with pytest.raises(ValueError, match=says):
        Ageing(**({"messages": MESSAGES} | change))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: AGEING.scores("old scenes"), "no view"),
        (lambda: AGEING.scores(NEW, "2019-06-03"), "can't be trained again"),
        (lambda: AGEING.retraining("2021-01-04"), "can't be trained again"),
        (lambda: AGEING.alarm("weather"), "no signal"),
        (lambda: AGEING.errors("day"), "no time"),
        (lambda: AGEING.errors(["a"]), "one group for each"),
    ],
)
def test_what_cannot_be_asked(call, says):
    with pytest.raises(ValueError, match=says):
        call()


@settings(max_examples=3, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(random):
    order = list(range(len(MESSAGES)))
    random.shuffle(order)
    shuffled = Ageing(MESSAGES.iloc[order])
    scores = pd.Series(shuffled.scores(NEW), shuffled.messages["message_id"])
    usual = pd.Series(AGEING.scores(NEW), AGEING.messages["message_id"])
    assert np.allclose(scores[usual.index], usual, atol=1e-3)
