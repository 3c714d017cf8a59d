"""The candidate list probe: each position shows the closed form's numbers, and they add up to 1,000 searches."""

import statistics
import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop.domains.vision.candidates import Evidence, Reviewer, assumed_scores, review
from workshop.probes import svg
from workshop.probes.candidates import _BAR, candidates

PROBE = candidates()
OPTIONS = {control.name: control.options for control in PROBE.controls}
LIST, NAMED, AFTER = (
    "Where the wanted person is",
    "Whom the officer names",
    "After the search for independent evidence",
)
POSITIONS = [
    dict(zip(OPTIONS, values, strict=True))
    for values in product(
        (0, 50, 100), OPTIONS["quality"], (0, 50, 100), (1, 5, 50), OPTIONS["group"], (False, True)
    )
] + [{"trust": trust, "absent": absent} for trust, absent in product(OPTIONS["trust"], OPTIONS["absent"])]


def name(position):
    return "-".join(str(value) for value in position.values())


def numbers(root):
    """Return the table as numbers: bar, part, searches."""
    found = {}
    for part, bar, searches in cells(root):
        found.setdefault(bar, {})[part] = int(searches.replace(",", ""))
    return found


def outcome(trust, quality, absent, length, group, rule, **human):
    rates = assumed_scores(quality, group).identification_rates(longest=length)
    reviewer = Reviewer(trust / 100, human.get("false_match", 0.1), human.get("false_non_match", 0.2))
    return rates, review(rates, absent / 100, reviewer, Evidence() if rule else None)


@pytest.mark.parametrize("position", POSITIONS, ids=name)
def test_every_position_shows_the_closed_form(position):
    root, values = tree(PROBE.view(**position)), PROBE.resolve(**position)
    check_texts(drawing(root))
    bars = numbers(root)
    assert list(bars) == [LIST, NAMED, *([AFTER] if values["rule"] else [])]
    assert {sum(parts.values()) for parts in bars.values()} == {1000}
    rates, expected = outcome(**values)
    present = 1 - values["absent"] / 100
    shares = [present * rates[0], present * (rates[-1] - rates[0]), present * (1 - rates[-1]), 1 - present]
    assert list(bars[LIST].values()) == pytest.approx([1000 * each for each in shares], abs=1)
    named = [expected.right + expected.unproven, expected.wrong + expected.cleared, expected.nobody]
    assert list(bars[NAMED].values()) == pytest.approx([1000 * each for each in named], abs=1)
    if values["rule"]:
        right, wrong, nobody = bars[NAMED].values()
        proven, unproven, cleared, left, none = bars[AFTER].values()
        assert (proven + unproven, cleared + left, none) == (right, wrong, nobody)
        after = [expected.right, expected.unproven, expected.cleared, expected.wrong, expected.nobody]
        assert list(bars[AFTER].values()) == pytest.approx([1000 * each for each in after], abs=1.5)


@pytest.mark.parametrize("position", POSITIONS[::7], ids=name)
def test_bars_are_as_long_as_their_numbers(position):
    root = tree(PROBE.view(**position))
    areas = [area for area in drawing(root).iter(f"{SVG}rect") if area.get("height") == str(_BAR)]
    shown = [number for parts in numbers(root).values() for number in parts.values() if number]
    widths = [float(area.get("width")) for area in areas]
    assert widths == pytest.approx([(svg.WIDTH - 2) * number / 1000 for number in shown], abs=0.06)
    assert all(float(area.get("x")) + width <= svg.WIDTH for area, width in zip(areas, widths, strict=True))


@pytest.mark.parametrize("position", POSITIONS[::11], ids=name)
def test_the_sentence_says_what_the_table_says(position):
    root, values = tree(PROBE.view(**position)), PROBE.resolve(**position)
    bars = numbers(root)
    right, wrong, _ = bars[NAMED].values()
    people = "person" if wrong == 1 else "people"
    said = sentence(root)
    assert said.startswith(
        f"In 1,000 searches this officer names the right person {right:,} times and {wrong:,} innocent {people}."
    )
    if values["rule"]:
        _, _, cleared, left, _ = bars[AFTER].values()
        assert said.endswith(f"Evidence clears {cleared:,}; {left:,} can still be arrested.")
    else:
        assert said.endswith("Everybody who is named can be arrested.")


def items(**position):
    return [item.text for item in tree(PROBE.view(**position)).findall(".//ul/li")]


def test_trust_and_group_are_compared():
    trust, group = items(trust=80)
    wrong = {
        each: round(1000 * outcome(each, "dim camera still", 50, 5, "group A", False)[1].wrong)
        for each in (0, 100)
    }
    assert trust.endswith(f"takes the first name: {wrong[100]}; if the officer always compares: {wrong[0]}.")
    named = [
        round(1000 * outcome(80, "dim camera still", 50, 5, each, False)[1].wrong)
        for each in OPTIONS["group"]
    ]
    assert group.endswith(f"people of each group: {named[0]} for group A and {named[1]} for group B.")
    assert named[1] > named[0]


def test_the_rule_says_what_it_costs():
    assert len(items()) == 2
    last = items(rule=True)[-1]
    unproven = numbers(tree(PROBE.view(rule=True)))[AFTER]["right person, not proven"]
    assert last.startswith(f"The rule costs something: {unproven} times")


def test_a_cost_that_there_is_not_is_left_out():
    for position in [{"absent": 100}, {"absent": 100, "trust": 100}, {"absent": 50}, {"absent": 0}]:
        root = tree(PROBE.view(rule=True, **position))
        unproven = numbers(root)[AFTER]["right person, not proven"]
        last = items(rule=True, **position)[-1]
        assert (unproven == 0) == (position["absent"] == 100)
        if not unproven:
            assert (
                last == "The rule costs something: an innocent person who is cleared was still looked into."
            )
        else:
            assert f": {unproven:,} times the right person is named and nothing else is found. And an" in last
    certain = candidates(confirms=1).picture(rule=True).aside
    assert " 0 times" not in certain


def test_it_says_that_it_is_a_simulation():
    assert PROBE.caption.startswith("A simulation of assumptions; no product and no officer was measured.")
    assert "takes 10 of 100 wrong candidates" in PROBE.caption
    assert "takes 12.5 of 100 wrong candidates" in candidates(false_match=0.125).caption


def test_trust_plays_without_a_kernel():
    played = PROBE.playable()
    assert 'max="10"' in played
    assert len(played.encode()) < 100_000


def test_a_move_is_quick():
    taken = []
    for position in POSITIONS[::5]:
        start = time.perf_counter()
        PROBE.view(**position)
        taken.append(time.perf_counter() - start)
    assert statistics.median(taken) < 0.02


SHARES = st.floats(0, 1)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 10**8), SHARES, SHARES, SHARES, SHARES, st.sampled_from(OPTIONS["trust"]))
def test_any_assumption_can_be_shown(gallery, false_match, false_non_match, clears, confirms, trust):
    probe = candidates(
        gallery=gallery,
        false_match=false_match,
        false_non_match=false_non_match,
        clears=clears,
        confirms=confirms,
    )
    root = tree(probe.view(trust=trust, rule=True))
    check_texts(drawing(root))
    assert {sum(parts.values()) for parts in numbers(root).values()} == {1000}
    assert min(number for parts in numbers(root).values() for number in parts.values()) >= 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"gallery": 0}, "gallery is 0"),
        ({"false_match": 1.1}, "false_match is 1.1"),
        ({"false_non_match": -1}, "false_non_match is -1"),
        ({"clears": float("nan")}, "clears is nan"),
        ({"confirms": 2}, "confirms is 2"),
    ],
)
def test_what_cannot_be_assumed_is_refused(change, says):
    with pytest.raises(ValueError, match=says):
        candidates(**change)


@pytest.mark.parametrize("position", [{"trust": 55}, {"quality": "drawing"}, {"length": 4}, {"rule": 1}])
def test_a_position_that_is_not_there_is_refused(position):
    with pytest.raises(ValueError, match="cannot be"):
        PROBE.view(**position)


@pytest.mark.parametrize("position", POSITIONS[::5], ids=name)
def test_the_sentence_and_the_groups_below_name_one_number(position):
    root = tree(PROBE.view(**position))
    named = sentence(root).split(" times and ")[1].split(" innocent")[0]
    assert f"{named} for {PROBE.resolve(**position)['group']}" in "".join(root.itertext())
