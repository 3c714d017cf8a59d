"""The rate probe: every position is a tool with the accuracy, counted in files and drawn in squares."""

import re
import statistics
import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop.domains import court
from workshop.probes import svg
from workshop.probes.correct_rates import _SQUARES, _rounded, correct_rate

PROBE = correct_rate()
OPTIONS = {control.name: control.options for control in PROBE.controls}
POSITIONS = [
    dict(zip(OPTIONS, values, strict=True))
    for values in product((0, 5, 13, 20), (0.001, 0.05, 0.5), (0.8, 0.92, 0.999), (1_000, 1_000_000))
]


def numbers(text):
    return [int(each.replace(",", "")) for each in re.findall(r"\d[\d,]*", text)]


@pytest.mark.parametrize("position", POSITIONS, ids=lambda position: "-".join(map(str, position.values())))
def test_every_position_is_a_tool_with_the_accuracy(position):
    root = tree(PROBE.view(**position))
    check_texts(drawing(root))
    rows = {row[0]: [int(cell.replace(",", "")) for cell in row[1:5]] for row in cells(root)}
    split = court.error_split(position["accuracy"], position["prevalence"], position["files"])
    for found, missed, alarms, left in rows.values():
        assert found + missed + alarms + left == position["files"]
        assert missed + alarms == split.wrong
        assert found + missed == split.relevant
    assert rows["Fewest missed"][1] == split.fewest_missed
    assert rows["Most missed"][1] == split.most_missed
    assert rows["Fewest missed"][1] <= rows["This tool"][1] <= rows["Most missed"][1]
    _, missed, alarms, _ = rows["This tool"]
    said = sentence(root)
    assert (
        f"{missed:,} of {split.relevant:,} that matter are missed, and {alarms:,} others are false alarms"
        in said
    )


def test_the_ends_of_the_slider_are_the_ends_of_the_line():
    assert "0 of 500 that matter are missed, and 800 others" in PROBE.picture(missing=0).sentence
    assert "500 of 500 that matter are missed, and 300 others" in PROBE.picture(missing=20).sentence


def test_the_tool_that_always_says_no_is_compared():
    said = PROBE.picture().aside
    assert "right on 95 of 100: better than this one by its accuracy" in said
    assert "just as good as this one" in PROBE.picture(prevalence=0.08).aside
    assert "no better than this one" in PROBE.picture(prevalence=0.2).aside


def test_what_is_opened_for_nothing_is_told():
    assert "opens 1,050 flagged files: 375 matter, 36 of 100" in PROBE.picture().aside
    assert "Nothing is flagged" in correct_rate(0.5, 0.5, 1_000).picture(missing=20, accuracy=0.5).aside


def test_no_tool_is_perfect_and_useless_at_once():
    perfect = correct_rate(1.0)
    for missing in (0, 20):
        assert "0 of 500 that matter are missed, and 0 others" in perfect.picture(missing=missing).sentence
    assert drawing(tree(perfect.view())) is not None


@given(st.lists(st.integers(0, 10**7), min_size=4, max_size=4).filter(lambda numbers: sum(numbers) >= 1_000))
def test_squares_add_up_and_show_whatever_is_there(numbers):
    squares = _rounded(numbers)
    assert sum(squares) == _SQUARES
    for square, number in zip(squares, numbers, strict=True):
        assert (square > 0) == (number > 0)
        assert abs(square - _SQUARES * number / sum(numbers)) < 4


def test_the_squares_are_drawn():
    picture = drawing(tree(PROBE.view(missing=5)))
    fields = [
        path.get("d").count("h8v8")
        for path in picture.iter(f"{SVG}path")
        if path.get("fill") in (svg.BLUE.fill, svg.PURPLE.fill, svg.WHITE, svg.PALE.fill)
        and "h8v8" in path.get("d")
    ]
    assert fields == _rounded(PROBE_CELLS)
    assert sum(fields) == _SQUARES


PROBE_CELLS = list(court.error_split(0.92, 0.05, 10_000).cells(125))


@settings(max_examples=15, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.integers(1_000, 10**8), st.data())
def test_any_rate_can_be_shown(accuracy, prevalence, files, data):
    probe = correct_rate(accuracy, prevalence, files)
    missing = data.draw(st.integers(0, 20))
    root = tree(probe.view(missing=missing))
    drawing(root)
    assert "nan" not in "".join(root.itertext()).lower()


def test_a_word_of_ones_own_is_text():
    root = tree(correct_rate(noun="<b>pictures</b>").view())
    assert root.find(".//b") is None
    assert "<b>pictures</b>" in sentence(root)


def test_a_move_is_quick():
    taken = []
    for position in POSITIONS[::5]:
        start = time.process_time()
        PROBE.view(**position)
        taken.append(time.process_time() - start)
    assert statistics.median(taken) < 0.1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"accuracy": 92}, "accuracy is 92"),
        ({"prevalence": 1.5}, "prevalence is 1.5"),
        ({"files": 999}, "from 1,000 to 100,000,000"),
        ({"files": 2e9}, "from 1,000 to 100,000,000"),
        ({"files": 1000.5}, "whole number"),
    ],
)
def test_what_cannot_be_shown_is_said(change, says):
    with pytest.raises(ValueError, match=says):
        correct_rate(**change)
    with pytest.raises(ValueError, match="cannot be 21"):
        PROBE.picture(missing=21)
