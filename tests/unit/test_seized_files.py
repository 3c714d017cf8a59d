"""The invented seized files and their triage: what is planted is found by an honest audit, a count is a count."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from data_folders import ROOT, assert_made_again
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logit
from sklearn.metrics import recall_score

from workshop import datasets
from workshop.domains import seized
from workshop.domains.seized.files import DEVICE_TYPES, SCORES, SKIN_TONES, THRESHOLD, generate, missed_share
from workshop.domains.seized.triage import per_hundred

FILES = datasets.load("seized_files")
REVIEW = seized.Review(FILES, FILES["score"])
HARMFUL = FILES[FILES["harmful"]]


def small(rows):
    """Return a table of files from (victim or "", score), each victim on a device of its own."""
    return pd.DataFrame(
        {
            "device": [f"d{victim}" for victim, _ in rows],
            "device_type": "camera",
            "skin_tone": ["lighter" if victim else "" for victim, _ in rows],
            "harmful": [bool(victim) for victim, _ in rows],
            "victim": [victim for victim, _ in rows],
            "score": [score for _, score in rows],
        }
    )


# The generator


def test_make_makes_the_committed_bytes(tmp_path):
    assert_made_again("seized_files", ["seized_files.csv", "truth.json"], tmp_path)


def test_the_committed_files_are_what_the_generator_makes():
    table, truth = generate()
    pd.testing.assert_frame_equal(table, FILES, check_dtype=False)
    assert truth == json.loads((ROOT / "seized_files/truth.json").read_text("utf-8"))


def test_what_the_datasheet_counts():
    told = (ROOT / "seized_files/README.md").read_text("utf-8")
    assert f"{len(FILES):,} files from {FILES.device.nunique()} seized devices" in told
    assert datasets.truth("seized_files")["devices"] == FILES.device.nunique()
    assert f"{(~FILES.harmful).sum():,} harmless ones, and {len(HARMFUL):,} harmful ones" in told
    for tone, rows in HARMFUL.groupby("skin_tone"):
        assert f"| {tone} | {rows.victim.nunique()} | {len(rows)} |" in told
    shares = datasets.truth("seized_files")["missed_on_the_same_devices"]
    said = {name: f"{100 * each['darker']:.0f}" for name, each in shares.items()}
    assert f"misses {said['score']} of 100 harmful files" in " ".join(told.split())
    assert f"{said['new_score']} and {100 * shares['new_score']['lighter']:.0f} of 100" in told


def test_a_victim_is_on_one_device_and_has_one_skin_tone():
    assert HARMFUL.groupby("victim")[["device", "skin_tone"]].nunique().eq(1).all(axis=None)
    harmless = FILES[~FILES["harmful"]]
    assert harmless[["victim", "skin_tone"]].eq("").all(axis=None)
    assert FILES[list(SCORES)].ge(0).all(axis=None)
    assert FILES[list(SCORES)].le(1).all(axis=None)
    assert (FILES["device"].value_counts() >= 1).all()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(-4, 4))
def test_what_is_planted_is_in_the_scores(seed, shift):
    table, truth = generate(seed, tone_shift=shift)
    pd.testing.assert_frame_equal(table, generate(seed, tone_shift=shift)[0])
    json.dumps(truth)
    # The gap of the true shares is that of the planted normal distributions on the mix of devices.
    mix = truth["device_mix"]
    gap = sum(
        weight * (missed_share(each, "darker", shift=shift) - missed_share(each, "lighter"))
        for each, weight in mix.items()
    )
    assert truth["skin_tone_gap"]["score"] == pytest.approx(gap, abs=1e-4)
    # What is drawn has the planted middle: log-odds of harmful files on newer phones with lighter skin.
    rows = table[(table.device_type == "newer phone") & (table.skin_tone == "lighter")]
    middle = logit(rows["score"].clip(0.0005, 0.9995)).median()
    assert abs(middle - truth["log_odds"]["harmful_middle"]) < 1.2


def test_the_planted_shares_by_drawing():
    random = np.random.default_rng(1)
    drawn = 1.8 - 1.3 - 1.2 + random.normal(0, math.sqrt(0.3**2 + 0.6**2 + 1.3**2), 200_000)
    assert missed_share("older phone", "darker") == pytest.approx(
        (drawn < logit(THRESHOLD)).mean(), abs=0.005
    )


@pytest.mark.parametrize(
    "numbers",
    [{"victims": 10}, {"victims": 300.5}, {"files": 100}, {"tone_shift": 9}, {"tone_shift": math.nan}],
)
def test_what_cannot_be_generated_is_said(numbers):
    with pytest.raises(ValueError, match="give"):
        generate(**numbers)


# An honest audit


def test_the_interval_on_the_same_devices_holds_the_truth_and_the_simple_one_does_not():
    held, simple, errors = [], [], []
    for seed in range(24):
        table, truth = generate(seed)
        gap = seized.gap_on_the_same_devices(table, table["score"])
        naive = seized.missed_files(table, table["score"]).difference("darker", "lighter")
        planted = truth["skin_tone_gap"]["score"]
        held.append(gap.low <= planted <= gap.high)
        simple.append(naive.low <= planted <= naive.high)
        errors.append((gap.value - planted, naive.value - planted))
    assert sum(held) >= 20  # 95 of 100 expected: fewer than 20 of 24 has a chance below 1 in 200
    assert sum(simple) < sum(held)
    own, naive = np.mean(errors, axis=0)
    assert abs(own) < 0.03
    assert naive > 0.06


def test_the_audit_of_the_committed_files():
    planted = datasets.truth("seized_files")["skin_tone_gap"]["score"]
    gap = seized.gap_on_the_same_devices(FILES, FILES["score"])
    naive = seized.missed_files(FILES, FILES["score"]).difference("darker", "lighter")
    assert gap.low <= planted <= gap.high < naive.value
    assert naive.low > planted
    assert gap.enough
    new = seized.gap_on_the_same_devices(FILES, FILES["new_score"])
    assert new.value < gap.value
    assert per_hundred(gap)[:3] == pytest.approx([100 * each for each in gap[:3]])


def test_standardised_by_hand():
    below = HARMFUL["score"] < THRESHOLD
    rates = below.groupby([HARMFUL["skin_tone"], HARMFUL["device_type"]]).mean()
    mix = HARMFUL["device_type"].value_counts(normalize=True)
    by_hand = sum(weight * (rates["darker", each] - rates["lighter", each]) for each, weight in mix.items())
    assert seized.gap_on_the_same_devices(FILES, FILES["score"]).value == pytest.approx(by_hand)


def test_missed_files_are_one_minus_the_recall_of_scikit_learn():
    rates = seized.missed_files(FILES, FILES["score"], by="device_type")
    for each in DEVICE_TYPES:
        rows = FILES[FILES["device_type"] == each]
        recall = recall_score(rows["harmful"], rows["score"] >= THRESHOLD)
        assert rates.of(each).value == pytest.approx(1 - recall)


# Who is viewed, who is missed


def by_hand(files, scores, threshold, capacity):
    """Return what is viewed, one file after the other."""
    order = sorted(range(len(files)), key=lambda place: (-scores[place], place))
    viewed = [place for place in order if scores[place] >= threshold][:capacity]
    rows = files.iloc[viewed]
    return len(rows), int(rows["harmful"].sum()), set(rows.loc[rows["harmful"], "victim"])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["", "", "v1", "v2", "v3"]), st.sampled_from([0, 0.2, 0.5, 0.7, 1.0])),
        min_size=1,
        max_size=25,
    ),
    st.sampled_from([0, 0.2, 0.5, 0.6, 1.0]),
    st.none() | st.integers(0, 30),
)
def test_any_pile_is_counted_as_by_hand(rows, threshold, capacity):
    files = small([*rows, ("v9", 0.5)])
    scores = files["score"].to_numpy()
    review = seized.Review(files, scores)
    work = review.workload(threshold, capacity)
    viewed, harmful, found = by_hand(files, scores, threshold, capacity)
    assert (work.viewed, work.harmful_viewed, work.found) == (viewed, harmful, len(found))
    assert work.missed == files.loc[files["harmful"], "victim"].nunique() - len(found)
    assert work.hours == viewed / 500
    assert review.missed(threshold, capacity)["numerator"].sum() == work.missed


def test_more_time_and_a_lower_threshold_never_miss_more():
    missed = [REVIEW.workload(0.3, capacity).missed for capacity in range(0, 12_001, 500)]
    assert missed == sorted(missed, reverse=True)
    missed = [REVIEW.workload(threshold).missed for threshold in np.linspace(0, 1, 21)]
    assert missed == sorted(missed)
    assert REVIEW.workload(0).missed == 0
    assert REVIEW.workload(0).hours == 24


def test_groups_are_in_the_order_of_the_course_and_add_up():
    assert tuple(REVIEW.missed(0.5).index) == SKIN_TONES
    assert tuple(REVIEW.missed(0.5, by="device_type").index) == DEVICE_TYPES
    whole = REVIEW.missed(0.5, by=None).iloc[0]
    for by in ("skin_tone", "device_type"):
        groups = REVIEW.missed(0.5, by=by)
        assert groups["numerator"].sum() == whole["numerator"] == REVIEW.workload(0.5).missed
        assert groups["victims"].sum() == whole["victims"] == 480


def test_intervals_over_devices_are_wider_than_over_files():
    from workshop.audit import wilson

    row = REVIEW.missed(0.5, by="device_type").loc["older phone"]
    low, high = wilson(row["numerator"], row["denominator"])
    assert row["high"] - row["low"] > 1.1 * (high - low)


@pytest.mark.parametrize("by", ["skin_tone", "device_type", None])
def test_two_classifiers_are_compared_on_the_same_devices(by):
    new = seized.Review(FILES, FILES["new_score"])
    table = seized.compare_reviews(REVIEW, new, capacity=1500, by=by)
    assert table["before"].sum() == REVIEW.workload(0, 1500).missed
    assert table["after"].sum() == new.workload(0, 1500).missed
    assert table["change"].tolist() == pytest.approx(((table.after - table.before) / table.victims).tolist())
    assert (table["low"] <= table["change"]).all()
    assert (table["change"] <= table["high"]).all()
    # The same victims are in both: the interval is narrower than that of two independent rates.
    apart = [new.missed(0, 1500, by), REVIEW.missed(0, 1500, by)]
    wide = np.sqrt(sum(((each["high"] - each["low"]) / 2) ** 2 for each in apart))
    assert ((table["high"] - table["low"]) / 2 < wide).all()
    with pytest.raises(ValueError, match="other victims"):
        seized.compare_reviews(REVIEW, seized.Review(FILES[3000:], FILES["score"][3000:]), by=by)
    same = seized.compare_reviews(REVIEW, REVIEW, capacity=1500, by=by)
    assert same["change"].eq(0).all()


@pytest.mark.parametrize("threshold", [0.2, 0.5, 0.9])
def test_decisions_count_what_they_say(threshold):
    scores = FILES["new_score"]
    ways = seized.compare_decisions(FILES, scores, threshold)
    everything, sorts, deletes = ways.itertuples()
    work = seized.Review(FILES, scores).workload(threshold)
    assert (everything.viewed, everything.hours, everything.missed) == (12_000, 24, 0)
    assert (deletes.viewed, deletes.missed, deletes.recoverable) == (work.viewed, work.missed, 0)
    assert sorts.viewed == work.viewed + 500
    assert sorts.recoverable == sorts.missed <= work.missed
    assert work.missed - sorts.missed <= sorts.seen_below
    none = seized.compare_decisions(FILES, scores, threshold, sample=0).loc["the machine sorts"]
    assert (none["viewed"], none["missed"], none["seen_below"]) == (work.viewed, work.missed, 0)
    assert seized.compare_decisions(FILES, scores, threshold, sample=50_000)["missed"].iloc[1] == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"files": None}, "must be a table"),
        ({"files": FILES.drop(columns="victim")}, "no column 'victim'"),
        ({"files": FILES.assign(harmful=False)}, "True at least once"),
        ({"files": FILES.assign(harmful="yes")}, "True or False"),
        ({"files": FILES.assign(victim="")}, "no victim"),
        ({"files": FILES.assign(victim="v1")}, "two skin tones or two kinds"),
        ({"scores": FILES["score"][1:]}, "one score from 0 to 1"),
        ({"scores": FILES["score"] * 2}, "one score from 0 to 1"),
        ({"scores": FILES["score"] * np.nan}, "one score from 0 to 1"),
        ({"scores": ["high"] * len(FILES)}, "one score from 0 to 1"),
    ],
)
def test_what_cannot_be_reviewed_is_said(change, says):
    with pytest.raises(ValueError, match=says):
        seized.Review(**({"files": FILES, "scores": FILES["score"]} | change))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: REVIEW.workload(1.5), "from 0 to 1"),
        (lambda: REVIEW.workload(math.nan), "from 0 to 1"),
        (lambda: REVIEW.workload(0.5, -1), "0 or more"),
        (lambda: REVIEW.workload(0.5, 2.5), "0 or more"),
        (lambda: REVIEW.workload(0.5, True), "0 or more"),
        (lambda: REVIEW.missed(0.5, by="age"), "no groups by 'age'"),
        (lambda: seized.missed_files(FILES, FILES["score"], by="age"), "no groups by 'age'"),
        (lambda: seized.missed_files(FILES, FILES["score"], 7), "from 0 to 1"),
        (
            lambda: seized.gap_on_the_same_devices(FILES, FILES["score"], first="green"),
            "no harmful file for green",
        ),
        (lambda: seized.compare_decisions(FILES, FILES["score"], 0.5, sample=-1), "0 or more"),
    ],
)
def test_what_cannot_be_asked_is_said(call, says):
    with pytest.raises(ValueError, match=says):
        call()
