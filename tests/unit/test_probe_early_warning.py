"""The early-warning probe: every position counts who is warned too late and who is suspected for nothing."""

import statistics
import time
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop import datasets
from workshop.domains.chats import RULES, Alarms
from workshop.domains.chats.alarms import BEFORE, LATE, NEVER, SOON
from workshop.probes import svg
from workshop.probes.early_warnings import _LONG, _WIDE, ACCEPTED, early_warning

TABLE = datasets.load("chat_risk_scores")
ALARMS = Alarms(TABLE)
PROBE = early_warning(ALARMS)
POSITIONS = [{"accepted": each, "rule": rule} for each, rule in product(ACCEPTED, RULES)]


def items(root):
    return [item.text for item in root.findall(".//ul/li")]


def counted(position):
    first = ALARMS.first(position["rule"], ALARMS.threshold(position["rule"], position["accepted"]))
    return ALARMS.found(first), ALARMS.flagged(first), first


@pytest.mark.parametrize("position", POSITIONS, ids=lambda position: "-".join(map(str, position.values())))
def test_every_position_counts_both_harms(position):
    root = tree(PROBE.view(**position))
    check_texts(drawing(root))
    found, flagged, _ = counted(position)
    for row, group in zip(cells(root), (*ALARMS.groups, "all chats"), strict=True):
        there, innocent = found.loc[group], flagged.loc[group]
        assert row[0].lower() == group
        assert row[1] == str(int(there["denominator"]))
        assert row[2].startswith(f"{int(there[SOON])} (")
        assert row[3:6] == [str(int(there[each])) for each in (LATE, NEVER, BEFORE)]
        assert row[6].replace(",", "") == f"{int(innocent['numerator'])} of {int(innocent['denominator'])}"
    assert flagged.loc["all chats", "numerator"] <= position["accepted"] * 1.5


@pytest.mark.parametrize(
    "position", POSITIONS[::5], ids=lambda position: "-".join(map(str, position.values()))
)
def test_bars_are_as_long_as_the_counts(position):
    picture = drawing(tree(PROBE.view(**position)))
    found, _, _ = counted(position)
    wide = [float(rect.get("width")) for rect in picture.iter(f"{SVG}rect") if rect.get("height") == "22"]
    for group in ALARMS.groups:
        for outcome in (SOON, LATE, NEVER, BEFORE):
            if found.loc[group, outcome]:
                expected = _LONG * found.loc[group, outcome] / found.loc[group, "denominator"]
                assert min(abs(each - expected) for each in wide) < 0.1
    assert max(wide) <= svg.WIDTH
    assert _WIDE < _LONG


def test_the_first_position_names_who_bears_it():
    root = tree(PROBE.view())
    found, flagged, _ = counted({"accepted": 20, "rule": "average"})
    late = found["denominator"] - found["numerator"]
    assert sentence(root) == (
        f"Youth slang: {late['youth slang']:.0f} of 120 harmful chats are not found in time "
        f"(standard: {late['standard']:.0f}). Second language: {flagged.numerator['second language']:.0f} of 500 "
        f"innocent chats are suspected for nothing (standard: {flagged.numerator['standard']:.0f})."
    )


def test_the_same_price_for_all_rules_is_told():
    said = items(tree(PROBE.view()))[1]
    for rule, each in RULES.items():
        if rule != "average":
            found, _, _ = counted({"accepted": 20, "rule": rule})
            assert f"{each.words} {found.loc['all chats', SOON]}" in said


@pytest.mark.parametrize(
    ("chats", "harmful", "minutes"), [(1_000, 10_000, 1), (50_000, 10, 3), (1_000_000, 1, 20)]
)
def test_a_moderators_day(chats, harmful, minutes):
    root = tree(PROBE.view(chats=chats, harmful=harmful, minutes=minutes))
    check_texts(drawing(root))
    _, _, first = counted({"accepted": 20, "rule": "average"})
    day = ALARMS.work(first, chats, harmful, minutes)
    said = items(root)[-1]
    assert f"A day of {chats:,} chats" in said
    assert f"{round(day.alarms):,} alarms" in said
    assert f"{round(day.hours):,} hours" in said or f"{day.hours:.1f} hours" in said


def test_no_alarm_at_all():
    root = tree(PROBE.view(accepted=0, rule="one"))
    assert sentence(root) == (
        "360 of 360 harmful chats are not found in time. 0 of 1,500 innocent chats are suspected for nothing."
    )
    assert "No alarm." in "".join(root.itertext())
    assert "Right:" not in items(root)[-1]


def test_none_for_nothing_is_told_with_its_interval():
    said = items(tree(PROBE.view(accepted=0)))[-1]
    assert "Right: 100 in 100 alarms (2 in 100 to 100 in 100)." in said


def test_a_gap_that_may_be_chance_is_told_so():
    said = items(tree(PROBE.view(accepted=5)))[2]
    found, flagged = said.split(";")
    assert "may be chance" not in found
    assert "may be chance" in flagged


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "<b>x</b>", "شارع", "m" * 40]),
            st.booleans(),
            st.lists(st.integers(0, 100), min_size=1, max_size=12),
        ),
        min_size=2,
        max_size=40,
    ),
    st.data(),
)
def test_any_chats_can_be_shown(rows, data):
    made = pd.DataFrame(rows, columns=["writing", "harm", "scores"])
    made = made.assign(chat_id=range(len(made)), harm_starts=made["harm"].astype(int))
    if made["harm"].all() or not made["harm"].any():
        with pytest.raises(ValueError, match="both kinds"):
            early_warning(made)
        return
    probe = early_warning(made)
    values = {control.name: data.draw(st.sampled_from(control.options)) for control in probe.controls}
    root = tree(probe.view(**values))
    check_texts(drawing(root))
    assert root.find(".//b") is None
    assert "nan" not in "".join(root.itertext()).lower().split()
    if (made.groupby("writing").size() < 30).all():
        assert any("too few to tell" in item for item in items(root))


def test_a_move_is_quick():
    probe, taken = early_warning(ALARMS), []  # nothing is kept from an earlier move
    for position in POSITIONS:
        start = time.process_time()
        probe.view(**position)
        taken.append(time.process_time() - start)
    assert statistics.median(taken) < 0.05
    assert np.quantile(taken, 0.95) < 0.1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"chats": None}, "must be a table"),
        ({"chats": TABLE[TABLE["harm_starts"] == 0]}, "both kinds"),
        ({"chats": TABLE.assign(writing=TABLE["chat_id"].str[-1])}, "10 ways of writing"),
        ({"accepted": 33}, "cannot be 33"),
        ({"rule": "two"}, "cannot be 'two'"),
        ({"within": 0}, "within is 0"),
        ({"within": 2.5}, "within is 2.5"),
    ],
)
def test_what_cannot_be_shown_is_said(change, says):
    with pytest.raises(ValueError, match=says):
        early_warning(**({"chats": TABLE} | change))
