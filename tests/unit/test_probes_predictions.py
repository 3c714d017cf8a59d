"""Ask before showing, and rates side by side: what is drawn agrees with the estimate, and no answer leaks."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import ipywidgets
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, cells, sentence, tree

from workshop.audit import group_rates
from workshop.audit.intervals import Estimate, incidence, wilson
from workshop.probes import compare, predict, svg
from workshop.probes.html import main_part
from workshop.probes.words import interval, share

NASTY = ["<script>alert(1)</script>", 'O\'Brien & "sons"', "مجموعة الف", "Donau" + "dampfschiff" * 12]
QUESTION = "Of 100 people flagged, how many re-offended?"


def rate(numerator, denominator):
    low, high = wilson(numerator, denominator)
    return Estimate(
        numerator / denominator, float(low), float(high), numerator, denominator, denominator >= 30
    )


def difference():
    group = np.repeat(["a", "b"], 50)
    decision = np.arange(100) % 3 == 0
    return group_rates(decision, decision, group).difference("selection_rate", "a", "b")


def drawing(root):
    picture = root.find(f".//{SVG}svg")
    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby").split() == [picture[0].get("id"), picture[1].get("id")]
    assert [part.tag for part in picture[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert picture[0].text.strip()
    assert picture[1].text.strip()
    return picture


def box(text):
    """Return left, right, top and bottom of a drawn text, rather too wide than too narrow."""
    size = float(text.get("font-size"))
    wide = svg.text_width("".join(text.itertext()), size, text.get("font-weight") == "700")
    left = (
        float(text.get("x")) - {"start": 0, "middle": wide / 2, "end": wide}[text.get("text-anchor", "start")]
    )
    return left, left + wide, float(text.get("y")) - size * 0.75, float(text.get("y")) + size * 0.2


def check_texts(picture):
    """No text is cut by the picture's edge, and none lies on another."""
    boxes = [box(text) for text in picture.iter(f"{SVG}text")]
    height = float(picture.get("viewBox").split()[3])
    for left, right, top, bottom in boxes:
        assert left >= -8
        assert right <= svg.WIDTH + 8
        assert top >= 0
        assert bottom <= height
    for place, (left, right, top, bottom) in enumerate(boxes):
        for other in boxes[place + 1 :]:
            apart = right <= other[0] or other[1] <= left or bottom <= other[2] or other[3] <= top
            assert apart, (boxes[place], other)


# --- predict -----------------------------------------------------------------------------------------------------

ANSWERS = [(61, 100), (1369, 2231), (0, 40), (40, 40), (1, 5000), (4999, 5000), (57, 200), (15, 30)]


@pytest.mark.parametrize("counts", ANSWERS)
def test_every_guess_is_told_how_far_it_is_from_the_answer(counts):
    answer = rate(*counts)
    exact = (200 * counts[0] + counts[1]) // (2 * counts[1])  # a half goes up, in whole numbers
    low, high = map(int, interval(answer).split(" to "))
    probe = predict(QUESTION, answer)
    for guess in range(101):
        root = tree(probe.view(guess=guess, shown=True))
        said = sentence(root)
        assert said.startswith(f"The answer: {share(answer)} of 100. Your guess of {guess} is ")
        if low <= guess <= high:
            assert said.endswith("as good as the measurement.")
        else:
            assert said.endswith(f" {abs(guess - exact)} too {'high' if guess > exact else 'low'}.")
        picture = drawing(root)
        assert picture[1].text == f"{said} 95% interval {interval(answer)} of 100."
        check_texts(picture)
        cells = ["".join(cell.itertext()) for cell in root.findall(".//tbody/tr/td")]
        counted = f"{counts[0]:,} of {counts[1]:,} people"
        assert cells == [share(answer), interval(answer), counted, str(guess), "", ""]


def test_the_marks_stand_where_the_numbers_are():
    picture = drawing(tree(predict(QUESTION, rate(61, 100)).view(guess=20, shown=True)))
    drawn = [path.get("d") for path in picture.iter(f"{SVG}path")]
    fills = {path.get("fill"): path.get("d") for path in picture.iter(f"{SVG}path")}
    left, length = 20, 720
    assert fills[svg.PURPLE.fill].startswith(f"M{svg.number(left + length * 0.20 - 7)} ")
    assert fills[svg.BLUE.fill].startswith(f"M{svg.number(left + length * 0.61 - 7)} ")
    low, high = (left + length * end for end in wilson(61, 100))
    assert f"M{svg.number(low)} 50L{svg.number(high)} 50" in "".join(drawn)


def test_until_it_is_shown_the_answer_is_nowhere_in_the_view():
    """The hidden view is the same to the letter whatever the answer is, so it cannot tell."""
    one, other = predict(QUESTION, rate(61, 100)), predict(QUESTION, rate(1369, 9999))
    for guess in range(101):
        view = one.view(guess=guess)
        assert view == other.view(guess=guess)
        root = tree(view)
        assert sentence(root) == f"You say {guess} of 100."
        check_texts(drawing(root))
    assert repr(one) == repr(other)
    assert one.resolve() == {"guess": 50, "shown": False}


@pytest.mark.parametrize("form", ["static", "still", "playable", "bundle"])
def test_without_a_kernel_the_answer_is_folded(form, monkeypatch):
    def shown(answer):
        probe = predict(QUESTION, answer)
        if form == "bundle":
            monkeypatch.setenv("WORKSHOP_PLAYABLE", "1")
            return probe._repr_mimebundle_()["text/html"]
        return getattr(probe, form)()

    one, other = tree(shown(rate(1369, 2231))), tree(shown(rate(40, 40)))
    for root, said in ((one, "61 of 100"), (other, "100 of 100")):
        folded = root.find("details")
        assert folded.get("open") is None
        assert folded.find("summary").text == "Show the answer"
        assert said in "".join(folded.itertext())
        drawing(folded)
        root.remove(folded)
        assert root.find(f".//{SVG}svg") is None
    assert ET.tostring(one) == ET.tostring(other)
    assert QUESTION in "".join(one.itertext())


@pytest.mark.parametrize("word", NASTY)
def test_what_the_author_typed_is_text_only(word):
    probe = predict(word, rate(61, 100), people=word)
    views = [probe.view(guess=3), probe.view(guess=3, shown=True), probe.static(), probe.still()]
    for root in map(tree, views):
        assert not list(root.iter("script"))
        check_texts(drawing(root))
    assert word in "".join(tree(views[1]).find(".//caption").itertext())
    labels = [each.value for each in of_kind(probe, ipywidgets.HTML)]
    assert not any("<script" in label for label in labels)


def test_a_name_in_another_direction_does_not_carry_the_numbers_along():
    view = predict("مجموعة كم؟", rate(61, 100), people="مجموعة").view(guess=3, shown=True)
    assert "61 of 100 \u2068مجموعة\u2069" in view


def test_bad_input_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match=r"^Give the question"):
        predict(" \n ", rate(61, 100))
    with pytest.raises(ValueError, match=r"fewer than 30 people"):
        predict(QUESTION, rate(20, 29))
    with pytest.raises(ValueError, match=r"ask for the rate of one group"):
        predict(QUESTION, difference())
    with pytest.raises(ValueError, match=r"cannot be 101; choose one of its 101 values"):
        predict(QUESTION, rate(61, 100)).view(guess=101)
    with pytest.raises(ValueError, match=r"There is no control 'answer'"):
        predict(QUESTION, rate(61, 100)).view(answer=1)


def of_kind(probe, kind, widget=None):
    widget = widget or probe.widget()
    inside = [each for child in getattr(widget, "children", ()) for each in of_kind(probe, kind, child)]
    return [widget, *inside] if isinstance(widget, kind) else inside


def test_ticking_shows_the_answer_and_unticking_hides_it():
    probe = predict(QUESTION, rate(61, 100))
    (slider,), (tick, _) = of_kind(probe, ipywidgets.SelectionSlider), of_kind(probe, ipywidgets.Checkbox)
    shown = probe.widget().children[2]
    assert probe.content() in shown.value
    slider.value = 90
    assert probe.content(guess=90) in shown.value
    assert "answer:" not in shown.value
    tick.value = True
    assert main_part(probe.picture(guess=90, shown=True), probe.caption) in shown.value
    assert "Your guess of 90 is 29 too high" in shown.value
    tick.value = False
    assert probe.content(guess=90) in shown.value
    assert slider.readout
    assert tick.description == "Show the answer"


# --- compare -----------------------------------------------------------------------------------------------------

COUNTS = st.integers(1, 4000).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size)))


def expected(estimates):
    return [
        [condition, group, share(one), interval(one), f"{one.numerator:,} of {one.denominator:,}"]
        if one.enough
        else [condition, group, "too few to tell", "", f"{one.numerator:,} of {one.denominator:,}"]
        for condition, row in estimates.items()
        for group, one in row.items()
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.from_regex(r"[A-Za-z<&\"'][a-zA-Z<&\"' -]{0,50}[a-z]", fullmatch=True),
        min_size=1,
        max_size=3,
        unique=True,
    ),
    st.lists(
        st.from_regex(r"[A-Za-z<&\"'][a-zA-Z<&\"' -]{0,30}[a-z]", fullmatch=True),
        min_size=1,
        max_size=3,
        unique=True,
    ),
    st.data(),
)
def test_sentence_figure_and_table_say_the_estimates(conditions, groups, data):
    conditions, groups = (
        list(dict.fromkeys(" ".join(name.split()) for name in names)) for names in (conditions, groups)
    )
    estimates = {condition: {group: rate(*data.draw(COUNTS)) for group in groups} for condition in conditions}
    picture = compare("Flagged", estimates)
    view = picture._repr_html_()
    assert view == compare("Flagged", estimates)._repr_html_()
    root = tree(view)
    assert cells(root) == expected(estimates)
    told = [
        f"{condition[:1].upper()}{condition[1:]}: "
        + ", ".join(
            f"{f'{group} ' if len(groups) > 1 else ''}{share(one) if one.enough else 'too few to tell'}"
            for group, one in row.items()
        )
        for condition, row in estimates.items()
    ]
    assert sentence(root) == f"Flagged, of 100. {'. '.join(told)}."
    drawn = drawing(root)
    assert drawn[1].text == f"{'. '.join(told)}."
    check_texts(drawn)
    # One mark for each estimate that may be shown, at its place; none for the rest.
    shapes = [path for path in drawn.iter(f"{SVG}path") if path.get("fill") != "none"]
    enough = [one for row in estimates.values() for one in row.values() if one.enough]
    assert len(shapes) == len(enough)
    places = [float(re.match(r"M(-?[\d.]+) ", path.get("d"))[1]) + 5 for path in shapes]
    for (one, x), (other, y) in pairwise(zip(enough, places, strict=True)):
        assert y - x == pytest.approx((other.value - one.value) * axis_length(drawn), abs=0.2)
    written = ["".join(text.itertext()) for text in drawn.iter(f"{SVG}text")]
    assert written.count("too few to tell") == len(conditions) * len(groups) - len(enough)


def axis_length(picture):
    at = {
        text.text: float(text.get("x"))
        for text in picture.iter(f"{SVG}text")
        if text.get("text-anchor") == "middle"
    }
    return at["100"] - at["0"]


def test_names_of_usual_length_are_drawn_whole():
    row = {
        "African-American": rate(45, 100),
        "Native American": rate(99_999, 100_000),
        "Unknown": rate(1, 5000),
    }
    drawn = drawing(tree(compare("Flagged", {"Flagged, did not re-offend": row})._repr_html_()))
    written = ["".join(text.itertext()) for text in drawn.iter(f"{SVG}text")]
    assert not any("…" in text for text in written)
    assert {"African-American", "Unknown", "45 (36 to 55)", "more than 99", "(100 to 100)"} <= set(written)
    check_texts(drawn)


def test_groups_differ_by_marker_and_keep_their_order():
    row = {"b": rate(1, 40), "a": rate(2, 40), "c": rate(3, 40)}
    drawn = drawing(tree(compare("Flagged", {"z": row, "y": row})._repr_html_()))
    shapes = [
        (re.sub(r"[\d.M -]+", "", path.get("d")), path.get("fill"))
        for path in drawn.iter(f"{SVG}path")
        if path.get("fill") != "none"
    ]
    assert len(set(shapes[:3])) == len({outline for outline, _ in shapes[:3]}) == 3
    assert shapes[:3] == shapes[3:]
    assert [row[:2] for row in cells(tree(compare("Flagged", {"z": row, "y": row})._repr_html_()))] == [
        [condition, group] for condition in "zy" for group in "bac"
    ]


@pytest.mark.parametrize("word", NASTY)
def test_names_are_text_only_in_a_comparison(word):
    estimates = {
        word: {word: rate(45, 100), "other": rate(0, 35)},
        "second": {word: rate(1, 9), "other": rate(35, 35)},
    }
    picture = compare(word, estimates, caption=word)
    root = tree(picture._repr_html_())
    assert not list(root.iter("script"))
    check_texts(drawing(root))
    assert word in cells(root)[0][0]
    assert word in repr(picture)


def test_a_comparison_that_cannot_be_drawn_is_refused_in_a_sentence():
    one = rate(45, 100)
    with pytest.raises(ValueError, match=r"^Give at least one condition"):
        compare("Flagged", {})
    with pytest.raises(ValueError, match=r"^Give at least one condition"):
        compare("Flagged", {"first": {}})
    with pytest.raises(ValueError, match=r"the same groups in the same order"):
        compare("Flagged", {"first": {"a": one, "b": one}, "second": {"b": one, "a": one}})
    with pytest.raises(ValueError, match=r"at most 3 groups; there are 4"):
        compare("Flagged", {"first": dict.fromkeys("abcd", one)})
    with pytest.raises(ValueError, match=r"a difference or a ratio cannot be drawn"):
        compare("Flagged", {"first": {"a": difference()}})


NOTHING = float("nan")
ROUND = ("Black", "White", "Unknown", "East African", "Latino", "Native American", "Other", "Asian", "Somali")


def marks(picture, tag="path"):
    return [mark for mark in picture.iter(f"{SVG}{tag}") if mark.get("fill") != "none"]


def left_ends(picture):
    return [float(re.match(r"M(-?[\d.]+) ", path.get("d"))[1]) for path in marks(picture)]


def on_axis(picture):
    """Return a function from pixels to the number on the axis."""
    at = {
        float(text.text.replace(",", "")): float(text.get("x"))
        for text in picture.iter(f"{SVG}text")
        if text.get("text-anchor") == "middle"
    }
    end = max(at)
    return lambda x: (x - at[0]) / (at[end] - at[0]) * end


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)), min_size=1, max_size=9),
    st.sampled_from([1, 1000, 0.01]),
    st.booleans(),
)
def test_numbers_that_are_no_shares_stand_on_an_axis_that_holds_them(counts, per, two):
    groups = ("now", "then") if two else ("now",)
    estimates = {
        f"Area {place}": dict.fromkeys(groups, incidence(*numbers, per))
        for place, numbers in enumerate(counts)
    }
    root = tree(
        compare("Stops", estimates, unit="stops per something", counted=("stops", "people"))._repr_html_()
    )
    picture = drawing(root)
    check_texts(picture)
    shown = [one for row in estimates.values() for one in row.values() if one.enough]
    read = on_axis(picture)
    radius = (
        5 if float(picture.get("viewBox").split()[3]) == 34 + len(counts) * (34 * len(groups) + 14) else 4
    )
    highest = max([one.high for one in shown], default=1)
    found = [read(x + radius) for x in left_ends(picture)]
    assert found == pytest.approx([one.value for one in shown], abs=highest / 150)
    assert all(x <= svg.WIDTH for x in left_ends(picture))
    for (_, _, value, between, counted), one in zip(
        cells(root), (one for row in estimates.values() for one in row.values()), strict=True
    ):
        assert counted == f"{one.numerator:,.0f} stops, {one.denominator:,.0f} people"
        if one.enough:
            low, high = (float(end.replace(",", "")) for end in between.split(" to "))
            assert float(value.replace(",", "")) == pytest.approx(one.value, abs=max(highest, 1) / 99)
            assert (low, high) == pytest.approx((one.low, one.high), abs=max(highest, 1) / 99)
        else:
            assert (value, between) == ("too few to tell", "")


def test_a_rate_is_written_with_its_unit_and_what_was_counted():
    estimates = {f"Precinct {place}": {"stops": incidence(15_220 * place, 81_000, 1000)} for place in (1, 2)}
    root = tree(
        compare(
            "Stops in 2017", estimates, unit="stops per 1,000 residents", counted=("stops", "residents")
        )._repr_html_()
    )
    assert sentence(root) == "Stops in 2017, stops per 1,000 residents. Precinct 1: 188. Precinct 2: 376."
    heads = ["".join(cell.itertext()) for cell in root.findall(".//thead/tr/th")]
    assert heads == ["", "Group", "Stops per 1,000 residents", "95% interval", "Counted"]
    assert cells(root)[0] == ["Precinct 1", "stops", "188", "185 to 191", "15,220 stops, 81,000 residents"]
    assert "Of 100" not in "".join(root.itertext())


def test_numbers_without_counts_have_no_column_of_counts():
    error = Estimate(0.9, 0.85, 0.951, NOTHING, 3000, True)
    root = tree(compare("Error", {"all": {"model": error}}, unit="stops per hour")._repr_html_())
    assert cells(root) == [["all", "model", "0.90", "0.85 to 0.95"]]
    assert len(root.findall(".//thead/tr/th")) == 4
    mixed = {"all": {"model": error, "other": incidence(300, 400)}}
    rows = cells(tree(compare("Error", mixed, unit="stops per hour")._repr_html_()))
    assert [row[4] for row in rows] == ["", "300 for 400"]


def test_a_shorter_axis_gives_small_shares_more_room():
    row = {"a": rate(100, 1000), "b": rate(200, 1000)}
    whole, short = (
        drawing(tree(compare("Searched", {"x": row}, axis_end=end)._repr_html_())) for end in (None, 25)
    )
    assert [text.text for text in short.iter(f"{SVG}text") if text.get("text-anchor") == "middle"] == [
        "0",
        "5",
        "10",
        "15",
        "20",
        "25",
    ]
    apart = [np.diff(left_ends(picture))[0] for picture in (whole, short)]
    assert apart[1] == pytest.approx(4 * apart[0], abs=0.5)
    assert [on_axis(short)(x + 5) for x in left_ends(short)] == pytest.approx([10, 20], abs=0.02)


@pytest.mark.parametrize("groups", [("searched",), ("person searched", "vehicle searched")])
def test_nine_rows_and_more_still_fit_a_slide(groups):
    estimates = {
        name: {group: rate(30 * place + 9, 900) for group in groups} for place, name in enumerate(ROUND, 1)
    }
    root = tree(compare("Searched, of those stopped", estimates, axis_end=40)._repr_html_())
    picture = drawing(root)
    check_texts(picture)
    assert float(picture.get("viewBox").split()[3]) <= 420
    written = {"".join(text.itertext()) for text in picture.iter(f"{SVG}text")}
    assert set(ROUND) <= written
    assert not any("…" in text for text in written)
    assert (set(groups) <= written) == (len(groups) > 1)
    # So many are not read out: the ends are, and the description has all.
    assert sentence(root) == "Searched, of those stopped, of 100. " + " ".join(
        f"{group.capitalize()}: from 4 (Black) to 31 (Somali)." for group in groups
    )
    first = f"{groups[0]} " if len(groups) > 1 else ""
    assert all(f"{name}: {first}" in picture[1].text for name in ROUND)


def test_bounds_are_drawn_named_and_listed_apart_from_the_interval():
    estimates = {"searched": {"Black": rate(140, 1000), "white": rate(90, 1000), "unknown": rate(3, 9)}}
    bounds = {"searched": {"Black": (0.10, 0.31), "white": (0.05, 0.22)}}
    words = "if none, or all, of the people of unknown race belong to the group"
    root = tree(compare("Searched", estimates, axis_end=40, bounds=bounds, bounds_words=words)._repr_html_())
    picture = drawing(root)
    check_texts(picture)
    assert "Black 14 (can be 10 to 31), white 9 (can be 5 to 22), unknown too few to tell." in sentence(root)
    assert [row[4] for row in cells(root)] == ["10 to 31", "5 to 22", ""]
    assert f"Can be, {words}" in "".join(root.find(".//thead").itertext())
    assert any(words in text.text for text in picture.iter(f"{SVG}text"))
    hatched = [area for area in marks(picture, "rect") if area.get("height") == "10"][
        1:
    ]  # the first is the legend's
    read = on_axis(picture)
    ends = [
        (read(float(area.get("x"))), read(float(area.get("x")) + float(area.get("width"))))
        for area in hatched
    ]
    assert ends[0] == pytest.approx((10, 31), abs=0.02)
    assert ends[1] == pytest.approx((5, 22), abs=0.02)
    plain = drawing(tree(compare("Searched", estimates, axis_end=40)._repr_html_()))
    assert len(marks(plain)) == len(marks(picture))
    assert "can be" not in plain[1].text


@pytest.mark.parametrize("word", NASTY)
def test_units_and_words_are_text_only(word):
    one = incidence(200, 1000, 1000)
    picture = compare(
        "Stops",
        {word: {word: one}},
        unit=word,
        counted=(word, word),
        bounds={word: {word: (100, 300)}},
        bounds_words=word,
    )
    root = tree(picture._repr_html_())
    assert not list(root.iter("script"))
    check_texts(drawing(root))
    assert word in cells(root)[0][0]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"axis_end": 20}, "axis_end is 20, but the numbers go up to 5"),
        ({"axis_end": 120}, "ends at 100 or before"),
        ({"axis_end": NOTHING}, "axis_end is nan"),
        ({"axis_end": float("inf"), "unit": "stops"}, "axis_end is inf"),
        ({"counted": ("stops", "people")}, "only with a unit"),
        ({"counted": "stops", "unit": "stops"}, "Give two words"),
        ({"bounds": {"first": {"b": (0, 1)}}}, "no such estimate"),
        ({"bounds": {"second": {"a": (0, 1)}}}, "no such estimate"),
        ({"bounds": {"first": {"a": (0.5, 0.6)}}}, "must hold the estimate"),
        ({"bounds": {"first": {"a": (0.6, 0.3)}}}, "must hold the estimate"),
        ({"bounds": {"first": {"a": (NOTHING, 1)}}}, "must hold the estimate"),
        ({"bounds": {"first": {"a": (0.2, 45)}}}, "lie between 0 and 1"),
        ({"bounds": {"first": {"a": (-1, 1)}}}, "lie between 0 and 1"),
        ({"bounds": {"first": {"a": (-1, 1)}}, "unit": "stops"}, "begins at 0"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, says):
    with pytest.raises(ValueError, match=says):
        compare("Flagged", {"first": {"a": rate(45, 100)}}, **options)


@pytest.mark.parametrize("ends", [(-1.0, 2.0), (0.5, float("inf"))])
def test_numbers_without_a_place_on_the_axis_are_refused(ends):
    one = Estimate(1.0, *ends, NOTHING, 100, True)
    with pytest.raises(ValueError, match="begins at 0 and has an end"):
        compare("Error", {"first": {"a": one}}, unit="stops per hour")


MANY = {
    f"condition {place}": {"well known": rate(place, 100), "rare": rate(9 * place, 100)} for place in range(8)
}


def test_an_own_sentence_is_shown_in_place_of_the_numbers_and_the_description_keeps_them():
    own = "  The more often rare plates are <shown>,\nthe fewer are misread. "
    picture = compare("Plates read wrong", MANY, sentence=own)
    root = tree(picture._repr_html_())
    assert sentence(root) == "The more often rare plates are <shown>, the fewer are misread."
    plain = compare("Plates read wrong", MANY)
    assert drawing(root)[1].text == drawing(tree(plain._repr_html_()))[1].text
    assert "Condition 7: well known 7, rare 63." in drawing(root)[1].text
    assert (picture.picture.figure, picture.picture.table) == (plain.picture.figure, plain.picture.table)
    assert (
        picture.caption
        == plain.caption
        == ("Of 100, with 95% intervals. The longer the line, the less we know.")
    )
    assert compare("Plates", MANY, "Own caption", sentence=own).caption == "Own caption"


def test_the_unit_is_said_beside_an_own_sentence_too():
    estimates = {"day": {"all": Estimate(12.0, 9.0, 15.0, np.nan, np.nan, True)}}
    plain = compare("Stops", estimates, unit="stops an hour")
    assert plain.caption.startswith("With 95% intervals.")
    assert "stops an hour" in plain.picture.sentence
    own = compare("Stops", estimates, unit="stops an hour", sentence="Few are stopped by day.")
    assert own.caption == "Stops an hour, with 95% intervals. The longer the line, the less we know."


@pytest.mark.parametrize(
    ("own", "says"),
    [
        ("", "sentence has 0 letters; give 1 to 200"),
        (" \n", "sentence has 0 letters"),
        ("a" * 201, "sentence has 201 letters; give 1 to 200"),
        (5, "sentence must be text, but it is int"),
        (["a"], "sentence must be text, but it is list"),
    ],
)
def test_an_own_sentence_that_is_none_is_refused(own, says):
    with pytest.raises(ValueError, match=says):
        compare("Plates", MANY, sentence=own)
    assert compare("Plates", MANY, sentence="a" * 200).picture.sentence == "a" * 200
