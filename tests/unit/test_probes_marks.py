"""The marks, words and html pieces that every probe is put together from."""

import xml.etree.ElementTree as ET

import matplotlib.pyplot as plt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.probes import figure, html, svg, words

INKS = [svg.BLUE, svg.VERMILION, svg.PURPLE, svg.PALE, svg.WHITE_VERMILION]


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
