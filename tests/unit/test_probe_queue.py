"""The queue probe: every position counts who is read and who waits, and tells nothing of groups that are too small."""

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
from workshop.domains.text.triage import fit_triage, waiting
from workshop.domains.text.triage import queue as queued
from workshop.probes import svg
from workshop.probes.queues import _LENGTH, _NAMES, ARRIVAL, ORDERS, SCORE, SHARED, _shares, queue

MESSAGES = datasets.load("public_messages")
ENGLISH = MESSAGES[(MESSAGES["language"] == "en") & (MESSAGES["split"] == "train")]
PILE = MESSAGES.drop(ENGLISH.index)
SCORES = fit_triage(ENGLISH["text"], ENGLISH["urgent"]).score(PILE["text"])
PROBE = queue(PILE, SCORES)
CAPACITIES, _, COLUMNS = (control.options for control in PROBE.controls)
POSITIONS = [
    {"capacity": capacity, "order": order, "by": by}
    for (order, by), capacity in product(product(ORDERS, COLUMNS), CAPACITIES[::9] + CAPACITIES[-1:])
]


def items(root):
    return [item.text for item in root.findall(".//ul/li")]


def read(position):
    ranks = {SCORE: SCORES, ARRIVAL: np.zeros(len(PILE)), SHARED: _shares(PILE["language"], SCORES)}
    return queued(PILE, ranks[position["order"]], position["capacity"])


@pytest.mark.parametrize("position", POSITIONS, ids=lambda position: "-".join(map(str, position.values())))
def test_every_position_counts_who_waits(position):
    root = tree(PROBE.view(**position))
    check_texts(drawing(root))
    rows = read(position)
    late = int((rows["urgent"] & ~rows["today"]).sum())
    assert f"{position['capacity']:,} of 1,370 messages" in sentence(root)
    assert f"{late:,} of {int(rows['urgent'].sum()):,} urgent ones wait" in sentence(root)
    counted = waiting(rows, position["by"])
    shown = {tuple(int(cell.replace(",", "")) for cell in (*row[1:5], row[6])) for row in cells(root)}
    columns = ["messages", "today", "urgent", "urgent_waiting", "families"]
    assert shown == set(map(tuple, counted[columns].to_numpy().tolist()))
    few = counted["urgent"].gt(0) & ~counted["enough"]
    assert [row[5] for row in cells(root)].count("too few to tell") == few.sum()
    assert any("too few to tell" in item for item in items(root)) == few.any()


@pytest.mark.parametrize(
    "position", POSITIONS[::4], ids=lambda position: "-".join(map(str, position.values()))
)
def test_bars_are_as_long_as_the_shares(position):
    picture = drawing(tree(PROBE.view(**position)))
    areas = [rect for rect in picture.iter(f"{SVG}rect") if rect.get("fill") == svg.VERMILION.fill][1:]
    counted = waiting(read(position), position["by"])
    values = sorted(value for value in counted["value"].dropna() if value > 0)
    assert sorted(float(rect.get("width")) / _LENGTH for rect in areas) == pytest.approx(values, abs=0.001)
    for rect in areas:
        assert float(rect.get("x")) + float(rect.get("width")) == pytest.approx(_NAMES + _LENGTH, abs=0.2)


def test_who_bears_it():
    root = tree(PROBE.view())
    counted = waiting(read(PROBE.resolve()), "language")
    assert counted["value"].idxmax() == "ar"
    assert sentence(root).endswith(
        f"Worst in this pile: Arabic, {counted.loc['ar', 'urgent_waiting']} of 90."
    )
    assert items(root)[1].startswith("Who bears it: Arabic makes up 18 of 100 urgent messages, and ")
    for order in (ARRIVAL, SHARED):
        rows = read(PROBE.resolve(order=order))
        assert f"{int((rows['urgent'] & ~rows['today']).sum())} with " in items(root)[0]


def test_all_read_and_nobody_read():
    everything = tree(PROBE.view(capacity=1370))
    assert sentence(everything) == "1,370 of 1,370 messages are read today: 0 of 500 urgent ones wait."
    nothing = tree(PROBE.view(capacity=0))
    assert sentence(nothing) == "0 of 1,370 messages are read today: 500 of 500 urgent ones wait."
    for root in (everything, nothing):
        assert not any(item.startswith("Who bears it") for item in items(root))


def test_more_capacity_never_leaves_more_waiting():
    for order in ORDERS:
        late = [
            int((rows["urgent"] & ~rows["today"]).sum())
            for rows in (read({"order": order, "capacity": capacity}) for capacity in CAPACITIES)
        ]
        assert late == sorted(late, reverse=True)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 1)), min_size=1, max_size=60), st.data())
def test_each_language_gets_its_share(rows, data):
    table = pd.DataFrame(rows, columns=["language", "score"])
    capacity = data.draw(st.integers(0, len(table)))
    ranked = queued(table, _shares(table["language"], table["score"].to_numpy()), capacity)
    for _, group in ranked.groupby("language"):
        assert abs(group["today"].sum() - capacity * len(group) / len(table)) <= 1.5
        assert group["today"].is_monotonic_decreasing
        best = table.loc[group.index, "score"]
        assert best.is_monotonic_decreasing


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.booleans(), st.sampled_from(["en", "<b>x</b>", "شارع"]), st.integers(0, 12), st.floats(0, 1)
        ),
        min_size=1,
        max_size=80,
    ),
    st.data(),
)
def test_any_pile_can_be_shown(rows, data):
    table = pd.DataFrame(rows, columns=["urgent", "language", "family", "score"])
    if not table["urgent"].any():
        with pytest.raises(ValueError, match="True at least once"):
            queue(table, table["score"])
        return
    probe = queue(table, table["score"])
    values = {control.name: data.draw(st.sampled_from(control.options)) for control in probe.controls}
    root = tree(probe.view(**values))
    check_texts(drawing(root))
    assert root.find(".//b") is None
    assert "nan" not in "".join(root.itertext()).lower().split()
    assert values["capacity"] <= len(table)


def test_groups_without_a_column_are_not_offered():
    probe = queue(PILE.drop(columns=["register", "identity_kind"]), SCORES)
    assert probe.controls[2].options == ("language",)


def test_the_capacity_that_is_asked_for_comes_first():
    assert queue(PILE, SCORES, capacity=100, by="register").resolve() == {
        "capacity": 100, "order": SCORE, "by": "register"
    }  # fmt: skip
    assert CAPACITIES[0] == 0
    assert CAPACITIES[-1] == len(PILE)
    assert len(CAPACITIES) <= 42


def test_a_move_is_quick():
    taken = []
    for position in POSITIONS[::3]:
        start = time.process_time()
        PROBE.view(**position)
        taken.append(time.process_time() - start)
    assert statistics.median(taken) < 0.1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"messages": None}, "must be a table"),
        ({"messages": PILE.drop(columns="family")}, "no column 'family'"),
        ({"messages": PILE.drop(columns="language")}, "no column 'language'"),
        ({"messages": PILE.assign(urgent=False)}, "True at least once"),
        ({"messages": PILE.assign(urgent="yes")}, "True or False"),
        ({"scores": SCORES[1:]}, "one score"),
        ({"scores": SCORES * np.nan}, "one score"),
        ({"capacity": 33}, "cannot be 33"),
        ({"by": "age"}, "cannot be 'age'"),
    ],
)
def test_what_cannot_be_shown_is_said(change, says):
    with pytest.raises(ValueError, match=says):
        queue(**({"messages": PILE, "scores": SCORES} | change))


@pytest.mark.parametrize("by", ["identity_kind", "register"])
def test_other_languages_behind_a_group_are_said(by):
    position = {"capacity": 300, "order": SCORE, "by": by}
    root, rows = tree(PROBE.view(**position)), read(position)
    worst = sentence(root).split("Worst in this pile: ")[1].split(",")[0]
    named = (
        rows["identity"].eq("")
        if worst == "No identity named"
        else rows[by].eq(worst.lower().replace(" ", "_"))
    )
    wait = rows["urgent"] & ~rows["today"] & named
    others = (wait & rows["language"].ne("en")).sum()
    assert f"Of the {wait.sum()} that wait there, {others} are not in English: look by language." in items(
        root
    )
    assert others
