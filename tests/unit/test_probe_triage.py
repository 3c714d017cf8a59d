"""The triage probe: every position counts what officers view and who is missed."""

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
from workshop.domains import seized
from workshop.probes import svg
from workshop.probes.triages import _LENGTH, _NAMES, IN_USE, triage

FILES = datasets.load("seized_files")
NEW = "the new classifier"
SCORES = {IN_USE: FILES["score"], NEW: FILES["new_score"]}
PROBE = triage(FILES, SCORES)
THRESHOLDS, HOURS = (control.options for control in PROBE.controls[:2])
POSITIONS = [
    {"threshold": threshold, "hours": hours, "classifier": classifier, "by": by}
    for threshold, hours, classifier, by in product(
        THRESHOLDS[::5], (0, 1.5, 3, 24), SCORES, ("skin_tone", "device_type")
    )
]
SOME = pytest.mark.parametrize(
    "position", POSITIONS[::3], ids=lambda position: "-".join(map(str, position.values()))
)


def items(root):
    return [item.text for item in root.findall(".//ul/li")]


def reviewed(position):
    review = seized.Review(FILES, SCORES[position["classifier"]])
    capacity = int(position["hours"] * 500)
    return (
        review.workload(position["threshold"], capacity),
        review.missed(position["threshold"], capacity, position["by"]),
    )


@SOME
def test_every_position_counts_what_is_viewed_and_who_is_missed(position):
    root = tree(PROBE.view(**position))
    check_texts(drawing(root))
    work, missed = reviewed(position)
    assert sentence(root).startswith(f"Officers view {work.viewed:,} of 12,000 files, ")
    assert f": {work.missed} of 480 victims are missed." in sentence(root)
    shown = [tuple(int(cell) for cell in row[1:3]) for row in cells(root)]
    assert shown == [(int(row.victims), int(row.numerator)) for row in missed.itertuples()]
    said = items(root)
    assert (
        f"{work.harmful_viewed:,} harmful files and {work.viewed - work.harmful_viewed:,} harmless ones"
        in said[0]
    )
    if work.above > work.viewed:
        assert said[1].startswith(f"Time decides: {work.above:,} files score at least")
    else:
        assert f"nobody views the {12_000 - work.viewed:,} files below" in said[1]
        assert f"and {work.harmful - work.harmful_viewed:,} of them are harmful" in said[1]


@SOME
def test_bars_are_as_long_as_the_shares(position):
    picture = drawing(tree(PROBE.view(**position)))
    work, missed = reviewed(position)
    areas = {
        ink: [rect for rect in picture.iter(f"{SVG}rect") if rect.get("fill") == ink.fill][1:]
        for ink in (svg.VERMILION, svg.PURPLE)
    }
    widths = [float(rect.get("width")) / _LENGTH for rect in areas[svg.VERMILION]]
    assert widths == pytest.approx([value for value in missed["value"] if value > 0], abs=0.001)
    for rect in areas[svg.VERMILION]:
        assert float(rect.get("x")) + float(rect.get("width")) == pytest.approx(_NAMES + _LENGTH, abs=0.2)
    viewed = [float(rect.get("width")) / _LENGTH for rect in areas[svg.PURPLE]]
    assert viewed == pytest.approx([work.viewed / 12_000] if work.viewed else [], abs=0.001)


def test_who_bears_it_is_said_for_people():
    shown = tree(PROBE.view(hours=3.0))
    assert sentence(shown).endswith("Most often: victims with darker skin, 53 of 167.")
    assert "victims with darker skin are 35 of 100 victims, and 61 of 100 who are missed" in items(shown)[2]
    assert "Most often: victims on older phones, " in PROBE.picture(by="device_type").sentence


def test_everything_and_nothing():
    everything = PROBE.picture(threshold=0.0, hours=24.0)
    assert everything.sentence == "Officers view 12,000 of 12,000 files, 24 h: 0 of 480 victims are missed."
    nothing = PROBE.picture(hours=0.0)
    assert nothing.sentence == "Officers view 0 of 12,000 files, 0 min: 480 of 480 victims are missed."


def test_the_hours_reach_all_files_and_are_fine_where_few():
    assert HOURS[0] == 0
    assert HOURS[-1] == 24
    assert {0.5, 1.5, 3.5} <= set(HOURS)
    assert len(HOURS) <= 50
    assert triage(FILES.head(300), FILES["score"].head(300)).controls[1].options == (0.0, 0.5, 1.0)


def test_one_classifier_needs_no_name_and_no_control():
    probe = triage(FILES, FILES["score"])
    assert [control.name for control in probe.controls] == ["threshold", "hours", "by"]
    assert probe.picture().sentence == PROBE.picture().sentence
    assert sum(not control.folded for control in PROBE.controls) == 2


def test_a_move_is_quick():
    taken = []
    for position in POSITIONS[::5]:
        start = time.process_time()
        PROBE.view(**position)
        taken.append(time.process_time() - start)
    assert statistics.median(taken) < 0.1


def test_small_groups_are_counted_and_not_told():
    victims = FILES.loc[FILES["harmful"] & (FILES["skin_tone"] == "darker"), "victim"].unique()
    rest = FILES[~FILES["victim"].isin(victims[20:])]
    root = tree(triage(rest, rest["score"]).view())
    assert cells(root)[2][3] == "too few to tell"
    assert items(root)[-1].startswith("Darker skin: under 30 victims or under 10 devices.")
    assert "darker" not in sentence(root)


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.booleans(),
            st.sampled_from(["lighter", "<b>x</b>", "شارع"]),
            st.integers(0, 9),
            st.floats(0, 1),
        ),
        min_size=1,
        max_size=40,
    ),
    st.data(),
)
def test_any_pile_can_be_shown(rows, data):
    table = pd.DataFrame(rows, columns=["harmful", "skin_tone", "number", "score"])
    table["victim"] = np.where(table["harmful"], table["skin_tone"] + table["number"].astype(str), "")
    table = table.assign(device=table["number"].astype(str), device_type="tablet")
    if not table["harmful"].any():
        with pytest.raises(ValueError, match="True at least once"):
            triage(table, table["score"])
        return
    probe = triage(table, table["score"])
    values = {control.name: data.draw(st.sampled_from(control.options)) for control in probe.controls}
    root = tree(probe.view(**values))
    check_texts(drawing(root))
    assert root.find(".//b") is None
    assert "nan" not in "".join(root.itertext()).lower().split()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"files": None}, "must be a table"),
        ({"scores": {}}, "one classifier at least"),
        ({"scores": FILES["score"][1:]}, "one score from 0 to 1"),
        ({"threshold": 0.52}, "cannot be 0.52"),
        ({"hours": 2.7}, "cannot be 2.7"),
        ({"by": "age"}, "cannot be 'age'"),
    ],
)
def test_what_cannot_be_shown_is_said(change, says):
    with pytest.raises(ValueError, match=says):
        triage(**({"files": FILES, "scores": FILES["score"]} | change))
