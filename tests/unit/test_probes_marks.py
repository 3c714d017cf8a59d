"""The marks, words and html pieces that every probe is put together from."""

import math
import re
import xml.etree.ElementTree as ET
from itertools import pairwise, zip_longest

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.audit import Estimate, wilson
from workshop.probes import before_now, figure, html, svg, words

INKS = [svg.BLUE, svg.VERMILION, svg.PURPLE, svg.PALE, svg.WHITE_VERMILION, *svg.RAMP]


def luminance(colour):
    """Return the relative luminance of WCAG 2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_formula_on_known_values():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ink", INKS)
def test_text_on_an_area_and_the_areas_outline_are_easy_to_see(ink):
    assert contrast(ink.text, ink.fill) >= 4.5
    assert contrast(ink.edge, svg.WHITE) >= 3
    assert not ink.hatch or contrast(ink.strokes, ink.fill) >= 3


@pytest.mark.parametrize("colour", [svg.BLACK, svg.GREY])
def test_text_on_paper_is_easy_to_read(colour):
    assert contrast(colour, svg.WHITE) >= 4.5
    assert contrast(svg.RULE, svg.WHITE) >= 3


def test_areas_differ_by_more_than_colour():
    hatches = [ink.hatch for ink in (svg.VERMILION, svg.PURPLE)]
    assert len({*hatches, ""}) == 3
    # The two without hatching are told apart by lightness alone.
    assert contrast(svg.BLUE.fill, svg.PALE.fill) >= 3


def test_colours_in_the_panels_style_are_easy_to_read():
    for colour in ("#1b1b1b", "#595959"):
        assert f"color:{colour}!important" in html.STYLE
        assert contrast(colour, "#ffffff") >= 4.5


@given(st.floats(-1e6, 1e6))
def test_coordinates_have_one_decimal_and_no_minus_zero(value):
    text = svg.number(value)
    assert text != "-0"
    assert abs(float(text) - value) <= 0.0501
    assert "e" not in text
    assert len(text.partition(".")[2]) <= 1


@given(st.text(max_size=80), st.integers(20, 400))
def test_shortened_text_fits(text, width):
    short = svg.shortened(text, width, 14)
    assert svg.text_width(short, 14) <= width
    assert short == text or short.endswith("…")


@given(st.text(alphabet="abcdefghij kmw", min_size=1, max_size=200), st.integers(1, 3))
def test_wrapped_text_fits_and_loses_nothing_unmarked(text, lines):
    made = svg.wrapped(text, 120, 13, lines)
    assert len(made) <= lines
    assert all(svg.text_width(line, 13) <= 120 for line in made)
    if not any(line.endswith("…") for line in made):
        assert " ".join(made).split() == text.split()


@given(st.floats(0, 300), st.floats(0.5, 300), st.floats(1, 60), st.sampled_from(["/", "x"]))
def test_hatching_stays_inside_its_area(x, width, height, kind):
    path = svg._hatching(x, 10.0, width, height, kind)
    pairs = [pair.split() for stroke in path.split("M")[1:] for pair in stroke.split("L")]
    for across, down in pairs:
        assert x - 0.06 <= float(across) <= x + width + 0.06
        assert 10 - 0.06 <= float(down) <= 10 + height + 0.06


def test_a_label_without_room_is_left_out():
    assert "<text" not in svg.area(0, 0, 10, 20, svg.BLUE, "1,234")
    assert ">1,234</text>" in svg.area(0, 0, 100, 20, svg.BLUE, "1,234")


def test_figure_is_named_and_described_by_its_own_ids():
    first, second = (svg.figure("probe", 100, "Title", said, [svg.line(0, 0, 1, 1)]) for said in ("A", "B"))
    assert first == svg.figure("probe", 100, "Title", "A", [svg.line(0, 0, 1, 1)])
    ids = []
    for drawn in (first, second):
        root = ET.fromstring(drawn)
        title, described = root[0], root[1]
        assert root.get("role") == "img"
        assert root.get("aria-labelledby").split() == [title.get("id"), described.get("id")]
        ids += [title.get("id"), described.get("id")]
    assert len(set(ids)) == 4


@pytest.mark.parametrize("shape", ["circle", "square", "diamond"])
def test_markers_are_centred(shape):
    assert svg.point(100, 50, shape, "#000000").startswith('<path d="M95 ')


@pytest.mark.parametrize(
    ("numerator", "denominator", "said"),
    [
        (805, 1795, "45"),
        (349, 1488, "23"),
        (1, 200, "1"),
        (1, 201, "fewer than 1"),
        (0, 7, "0"),
        (7, 7, "100"),
        (999, 1000, "more than 99"),
        (5, 1000, "1"),
        (25, 1000, "3"),
    ],
)
def test_of_hundred(numerator, denominator, said):
    assert words.of_hundred(numerator, denominator) == said


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (0.5, "50 in 100"),
        (0.0902, "9 in 100"),
        (0.0098, "1 in 100"),
        (0.00099, "1 in 1,000"),
        (0, "0 in 100"),
        (1e-300, "fewer than 1 in 1,000,000"),
    ],
)
def test_one_in(rate, said):
    assert words.one_in(rate) == said


@pytest.mark.parametrize(
    ("value", "form", "said"),
    [
        (3, "+d", "+3"),
        (-14, "+d", "−14"),
        (0, "+d", "0"),
        (-14, "d", "−14"),
        (14, "d", "14"),
        (0.5, "+g", "+0.5"),
        (-0.004, "+.2f", "0.00"),
        (-0.0, "g", "0"),
        (-1234.5, ",.1f", "−1,234.5"),
    ],
)
def test_signed(value, form, said):
    assert words.signed(value, form) == said


@given(st.integers(-(10**6), 10**6))
def test_a_sign_says_on_which_side_of_zero_a_number_is(value):
    said = words.signed(value)
    assert said[:1] == ("+" if value > 0 else "−" if value < 0 else "0")
    assert int(said.replace("−", "-")) == value


@given(st.floats(0, 1e4), st.floats(0, 1e4), st.integers(0, 2))
def test_ends_of_an_interval_are_told_apart_and_near_the_numbers(low, high, least):
    low, high = sorted((round(low, 6), round(high, 6)))
    first, last = words.ends(low, high, least).replace(",", "").split(" to ")
    alike = high - low <= 1e-4 * high
    assert (first != last) or alike
    for said, end in ((first, low), (last, high)):
        places = len(said.partition(".")[2])
        assert places >= least
        assert float(said) == pytest.approx(end, abs=0.51 * 10**-places)


@pytest.mark.parametrize(
    ("low", "high", "decimals", "said"),
    [
        (67.2, 99.6, 0, "67 to 100"),
        (0.9, 1.45, 1, "0.9 to 1.5"),
        (0.97, 1.04, 0, "0.97 to 1.04"),
        (0.9, 1.4, 0, "0.9 to 1.4"),
        (0, 0, 0, "0 to 0"),
        (999.96, 1000.0, 0, "1,000 to 1,000"),
        (1234.4, 2345.5, 0, "1,234 to 2,346"),
    ],
)
def test_ends(low, high, decimals, said):
    assert words.ends(low, high, decimals) == said


def test_right_to_left_names_are_isolated_and_others_left_alone():
    assert words.isolated("Caucasian") == "Caucasian"
    assert words.isolated("مجموعة") == "\u2068مجموعة\u2069"
    assert words.isolated("two\n lines") == "two lines"


def test_lists_in_words():
    assert [words.joined(list("abc")[:size]) for size in range(4)] == ["", "a", "a and b", "a, b and c"]


def test_table_names_the_scope_of_headers_and_escapes():
    root = ET.fromstring(html.table("A <b>", ["x", "y"], [["<script>", "1\n2"]]))
    assert root.find("caption").text == "A <b>"
    assert [cell.get("scope") for cell in root.iter("th")] == ["col", "col", "row"]
    assert root.find("tbody/tr/th").text == "<script>"
    assert list(root.find("tbody/tr/td").itertext()) == ["1", "2"]


def test_a_long_word_in_a_table_can_break_and_keeps_its_letters():
    header = ET.fromstring(html.table("Caption", ["x"], [["<" * 50]])).find("tbody/tr/th")
    assert len(header.findall("wbr")) == 2
    assert "".join(header.itertext()) == "<" * 50


def test_still_figure_carries_its_alternative_text_and_is_closed():
    fig, axes = plt.subplots()
    axes.plot([0, 1])
    still = figure(fig, 'A line "up" & <on>', "Made up")
    assert not plt.fignum_exists(fig.number)
    assert repr(still) == 'A line "up" & <on>'
    shown = ET.fromstring(still._repr_html_().replace(html.STYLE, ""))
    assert shown.find("figure/img").get("alt") == repr(still)
    assert shown.find("figure/img").get("src").startswith("data:image/png;base64,")
    assert shown.find("figure/figcaption").text == "Made up"


def test_still_figures_are_the_same_bytes_each_time():
    made = []
    for _ in range(2):
        fig, axes = plt.subplots()
        axes.plot([0, 1])
        made.append(figure(fig, "A line").html)
    assert made[0] == made[1]


@pytest.mark.parametrize("alt", ["", "  \n"])
def test_a_figure_without_alternative_text_is_refused(alt):
    fig = plt.figure()
    with pytest.raises(ValueError, match="alternative text"):
        figure(fig, alt)
    plt.close(fig)


def test_lines_and_bands_go_through_their_points():
    points = [(0, 10), (5.25, 2), (10, 0.04)]
    assert 'd="M0 10L5.2 2L10 0"' in svg.polyline(points)
    assert "dasharray" not in svg.polyline(points)
    assert 'stroke-dasharray="8 4"' in svg.polyline(points, dash="8 4")
    assert 'd="M0 3L5 4L5 1L0 0z"' in svg.band([(0, 3), (5, 4)], [(0, 0), (5, 1)], svg.BLUE.fill)


def test_an_upright_axis_has_its_labels_from_below_to_above():
    drawn = ET.fromstring(f"<g>{svg.upright_axis(40, 100, 80, 300, {0: '0', 0.5: '50', 1: '100'})}</g>")
    assert [(label.text, label.get("y")) for label in drawn.iter("text")] == [
        ("0", "105"),
        ("50", "65"),
        ("100", "25"),
    ]


def lightness(colour):
    """Return CIE L*."""
    share = luminance(colour)
    return 116 * share ** (1 / 3) - 16 if share > 0.008856 else 903.3 * share


def test_the_ramp_goes_from_light_to_dark_in_even_steps():
    steps = [lightness(one.fill) - lightness(other.fill) for one, other in pairwise(svg.RAMP)]
    assert len(steps) == 4
    assert all(9 <= step <= 13 for step in steps)


def read_squares(drawn):
    """Return middle, side and colour of every square."""
    found = []
    for path in ET.fromstring(f"<g>{drawn}</g>").iter("path"):
        x = y = 0.0
        assert path.get("d").startswith("m")
        for across, down, wide in re.findall(r"m(\S+) (\S+)h([\d.]+)", path.get("d")):
            assert wide == path.get("stroke-width")
            x, y = x + float(across), y + float(down)
            found.append((x + float(wide) / 2, y, float(wide), path.get("stroke")))
            x += float(wide)
    return found


@given(
    st.lists(st.tuples(st.floats(0, 760), st.floats(0, 500), st.integers(0, 5)), max_size=300),
    st.floats(3, 40),
)
def test_graduated_squares_stand_at_their_places_larger_and_darker_with_the_class(rows, cell):
    places, classes = [row[:2] for row in rows], [row[2] for row in rows]
    drawn = svg.graduated(np.reshape(places, (-1, 2)), classes, cell)
    assert drawn.count("<path") == len(set(classes) - {0})  # one for each class, however many squares
    wanted = [
        (*place, each)
        for each in range(1, 6)
        for place, own in zip(places, classes, strict=True)
        if own == each
    ]
    found = read_squares(drawn)
    assert len(found) == len(wanted)
    for (x, y, side, fill), (across, down, each) in zip(found, wanted, strict=True):
        assert abs(x - across) <= 0.11  # no rounding adds up along the path
        assert abs(y - down) <= 0.06
        assert fill == svg.RAMP[each - 1].fill
        assert side <= cell
    sides = sorted({(each, side) for (_, _, side, _), (_, _, each) in zip(found, wanted, strict=True)})
    assert len(sides) == len(set(classes) - {0})
    assert all(one[1] < other[1] for one, other in pairwise(sides))


@given(st.lists(st.integers(0, 10**6).map("{:,} or more".format), min_size=1, max_size=5), st.floats(5, 30))
def test_a_legend_keeps_to_its_width_and_shows_each_class(labels, cell):
    drawn = svg.graduated_legend(20, 50, labels, cell, 300)
    root = ET.fromstring(f"<g>{drawn}</g>")
    assert [text.text for text in root.iter("text")] == labels
    assert [fill for *_, fill in read_squares(drawn)] == [ink.fill for ink in svg.RAMP[: len(labels)]]
    for text in root.iter("text"):
        assert float(text.get("x")) + svg.text_width(text.text, svg.SMALL) <= 320.1


@given(st.lists(st.text("aWi ", min_size=1, max_size=20), min_size=1, max_size=4), st.floats(0, 300))
def test_the_keys_of_a_legend_are_in_one_row_and_apart(labels, x):
    drawn = svg.legend(
        x, 40, [(lambda at: svg.point(at, 35, "circle", svg.BLACK), each) for each in labels], 14, 30
    )
    root = ET.fromstring(f"<g>{drawn}</g>")
    starts = [float(path.get("d").split()[0][1:]) + 5 for path in root.iter("path")]
    assert starts[0] == pytest.approx(x, abs=0.06)
    for start, text, after in zip_longest(starts, root.iter("text"), starts[1:], fillvalue=math.inf):
        assert text.text in labels
        assert float(text.get("y")) == 40
        assert float(text.get("x")) == pytest.approx(start + 14, abs=0.11)
        assert float(text.get("x")) + svg.text_width(text.text, svg.SMALL) < after


def test_a_frame_is_dark_on_a_wider_light_one():
    root = ET.fromstring(f"<g>{svg.frame(10, 20, 30, 40, 2.5, '4 3')}</g>")
    light, dark = root.iter("path")
    assert light.get("d") == dark.get("d") == "M10 20L40 20L40 60L10 60L10 20L40 20"
    assert (light.get("stroke"), light.get("stroke-width"), light.get("stroke-dasharray")) == (
        svg.WHITE,
        "6",
        None,
    )
    assert (dark.get("stroke"), dark.get("stroke-width"), dark.get("stroke-dasharray")) == (
        svg.BLACK,
        "2.5",
        "4 3",
    )


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 11))
def test_shares_now_and_before_stand_on_the_scale(now, before, row):
    rows = before_now.Rows(left=130, top=36, height=27)
    estimates = [Estimate(each / 200, *wilson(each, 200), each, 200, True) for each in (now, before)]
    root = ET.fromstring(f"<g>{rows.shares(row, *estimates)}</g>")
    line, hollow, filled = (path.get("d") for path in root.iter("path"))
    assert float(hollow[1:].split()[0]) + 7 == pytest.approx(rows.x(before / 200), abs=0.06)
    assert float(filled[1:].split()[0]) + 4.5 == pytest.approx(rows.x(now / 200), abs=0.06)
    assert float(line[1:].split()[0]) == pytest.approx(rows.x(estimates[0].low), abs=0.06)
    (said,) = root.iter("text")
    assert said.text == f"{words.share(estimates[0])} ({words.interval(estimates[0])})"
    assert float(said.get("x")) + svg.text_width("fewer than 1", svg.SMALL, bold=True) < svg.WIDTH
    assert rows.x(0) == rows.left
    assert rows.bottom(row + 1) > rows.y(row)


@given(st.floats(1e-9, 1e9), st.integers(2, 10))
def test_ticks_reach_the_end_in_few_round_steps(end, most):
    found = svg.ticks(end, most)
    assert found[0] == 0
    assert found[-1] >= end * (1 - 1e-9)
    assert found[-2] < end
    assert len(found) - 1 <= most
    step = found[1]
    assert round(step / 10 ** math.floor(math.log10(step) + 1e-9), 6) in (1, 2, 2.5, 5)
    assert np.diff(found) == pytest.approx(step)


def test_ticks_of_known_ends():
    assert svg.ticks(100) == [0, 20, 40, 60, 80, 100]
    assert svg.ticks(25) == [0, 5, 10, 15, 20, 25]
    assert svg.ticks(0.3) == [0, 0.1, 0.2, 0.3]
    assert svg.ticks(3.7, 5, (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)) == [0, 0.8, 1.6, 2.4, 3.2, 4]


@pytest.mark.parametrize(
    ("largest", "digits", "said"),
    [
        (1234.6, 3, "1,235"),
        (188.44, 3, "188"),
        (12.34, 3, "12.3"),
        (1.189, 3, "1.19"),
        (0.912, 3, "0.91"),
        (0.0312, 3, "0.031"),
        (3.78, 2, "3.8"),
        (0, 3, "0.00"),
    ],
)
def test_decimals_fit_the_largest_number(largest, digits, said):
    assert svg.decimals(largest, digits)(largest) == said
