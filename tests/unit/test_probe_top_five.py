"""The list probe: every position says where the right car model is, and how often the first one is wrong."""

import statistics
import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop import datasets
from workshop.domains.vision.car_models import EVERY, LIGHTS, generate, ranks
from workshop.probes import svg
from workshop.probes.car_lists import _LENGTH, _LIGHT_WORDS, top_five

PICTURES = datasets.load("car_models")
PROBE = top_five(PICTURES)
LENGTHS, _, SURE = (control.options for control in PROBE.controls)
POSITIONS = [
    {"length": length, "light": light, "at_least": sure}
    for length, light, sure in product((1, 5, 10), (EVERY, *LIGHTS), (0.0, 0.5, 0.9))
]


def items(root):
    return [item.text for item in root.findall(".//ul/li")]


def chosen(light, at_least):
    return PICTURES[((PICTURES["light"] == light) | (light == EVERY)) & (PICTURES["sure"] >= at_least)]


@pytest.mark.parametrize("position", POSITIONS, ids=lambda position: "-".join(map(str, position.values())))
def test_every_position_says_where_the_right_model_is(position):
    root = tree(PROBE.view(**position))
    check_texts(drawing(root))
    own = chosen(position["light"], position["at_least"])
    place = ranks(own)
    first, listed = (place == 1).sum(), ((place >= 1) & (place <= position["length"])).sum()
    told = sentence(root)
    assert (
        f"of {len(own):,} lists, the right model is first on {first}, and on no place of {len(own) - listed}"
        in told
    )
    assert told.endswith(f"goes after the wrong cars {len(own) - first} times.")
    rows = {row[0]: row[1:5] for row in cells(root)}
    for light in (EVERY, *LIGHTS):
        part = chosen(light, position["at_least"])
        counts = [int(cell.replace(",", "")) for cell in rows[_LIGHT_WORDS[light].capitalize()]]
        assert sum(counts) == len(part)
        assert counts[3] == (~part["in_catalogue"]).sum()
    if len(own) >= 30:
        assert f"the machine says {100 * own['sure'].mean():.0f} of 100" in items(root)[0]
    else:
        assert "too few to tell" in items(root)[0]


def test_bars_are_as_long_as_the_shares():
    picture = drawing(tree(PROBE.view()))
    drawn = [r for r in picture.iter(f"{SVG}rect") if r.get("fill") == svg.BLUE.fill][1:]  # the legend first
    shares = [(ranks(chosen(light, 0)) == 1).mean() for light in (EVERY, *LIGHTS)]
    assert [float(rect.get("width")) / _LENGTH for rect in drawn] == pytest.approx(shares, abs=0.001)


def test_no_list_is_left_when_nothing_is_so_sure():
    unsure = PICTURES.assign(sure=0.3)
    root = tree(top_five(unsure).view(at_least=0.9))
    assert sentence(root) == "All pictures: the machine is never so sure. No list is left to look at."
    check_texts(drawing(root))
    assert "nan" not in "".join(root.itertext()).lower()


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000), st.floats(0, 0.9), st.data())
def test_any_camera_can_be_shown(seed, absent, data):
    probe = top_five(generate(seed, absent)[0].head(data.draw(st.integers(1, 60))))
    values = {control.name: data.draw(st.sampled_from(control.options)) for control in probe.controls}
    root = tree(probe.view(**values))
    check_texts(drawing(root))
    assert "nan" not in "".join(root.itertext()).lower()


def test_a_move_is_quick():
    taken = []
    for position in POSITIONS:
        start = time.process_time()
        PROBE.view(**position)
        taken.append(time.process_time() - start)
    assert statistics.median(taken) < 0.05
    assert statistics.quantiles(taken, n=20)[-1] < 0.1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"pictures": None}, "one row a picture"),
        ({"length": 11}, "cannot be 11"),
        ({"light": "fog"}, "cannot be 'fog'"),
    ],
)
def test_what_cannot_be_shown_is_said(change, says):
    with pytest.raises(ValueError, match=says):
        top_five(**({"pictures": PICTURES} | change))
