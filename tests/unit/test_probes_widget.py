"""A probe in its four forms: view, widget, static html and playable html."""

import json
import re
import time
import xml.etree.ElementTree as ET

import ipywidgets
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from workshop.probes import Probe, base_rate, explanation, threshold
from workshop.probes.controls import Choice, Slider, Toggle, steps
from workshop.probes.html import AS_TABLE, MORE, STYLE, Picture, main_part, panel
from workshop.probes.probe import WIDGET_VIEW
from workshop.probes.svg import figure


def plain(value=1):
    return Picture(
        f"It is {value}.", figure("plain", 10, "Title", f"It is {value}.", []), "", "<table></table>"
    )


def make_threshold():
    random = np.random.default_rng(0)
    score = random.integers(1, 11, 600)
    return threshold(random.random(600) < score / 12, score, random.choice(["a", "b"], 600), per_group=True)


def make_explanation():
    random = np.random.default_rng(0)
    data = pd.DataFrame({"age": random.integers(12, 67, 90), "checks": random.integers(0, 7, 90)})
    model = LogisticRegression().fit(data, random.random(90) < data.age / 70)
    return explanation(model, data.iloc[:6], background=data)


MAKERS = [make_threshold, base_rate, make_explanation]


@pytest.fixture(params=MAKERS, ids=["threshold", "base_rate", "explanation"])
def probe(request):
    return request.param()


def widgets_of(box):
    found = [box]
    for child in getattr(box, "children", ()):
        found += widgets_of(child)
    return found


def inputs(probe):
    """Return the widgets that choose, by the label of their control."""
    return {
        widget.tooltip or widget.description: widget
        for widget in widgets_of(probe.widget())
        if isinstance(widget, ipywidgets.SelectionSlider | ipywidgets.Dropdown | ipywidgets.Checkbox)
    }


def parts_of(probe):
    """Return what moves: the picture and the table, without the style that stands once beside them."""
    style, _, shown, _, numbers = probe.widget().children
    assert style.value == STYLE
    return shown.value, numbers.value


def parts(probe, **values):
    """Return what a widget with its table opened must show."""
    picture = probe.picture(**values)
    return panel(main_part(picture, probe.caption), style=""), panel(picture.table, style="")


def test_every_move_of_every_control_shows_exactly_the_view(probe):
    shown = inputs(probe)
    shown[AS_TABLE].value = True
    assert parts_of(probe) == parts(probe)
    assert probe.view() == probe.static()
    for control in probe.controls:
        for value in control.options:
            shown[control.label].value = value
            values = {each.name: shown[each.label].value for each in probe.controls}
            assert values[control.name] == value
            assert parts_of(probe) == parts(probe, **values)


def test_the_table_is_closed_until_asked_for_and_then_stays_open(probe):
    shown = inputs(probe)
    assert parts_of(probe) == (parts(probe)[0], "")
    first, *_, last = probe.controls[0].options
    shown[AS_TABLE].value = True
    for value in (last, first):
        shown[probe.controls[0].label].value = value
        values = {each.name: shown[each.label].value for each in probe.controls}
        assert parts_of(probe) == parts(probe, **values)
    shown[AS_TABLE].value = False
    assert parts_of(probe)[1] == ""
    page = ET.fromstring(re.sub(r"<style>.*?</style>", "", probe.view(), flags=re.DOTALL))
    assert page.find(".//details/table") is not None
    assert page.find(".//details").get("open") is None


def test_a_picture_without_a_table_offers_none():
    probe = Probe(
        "Title", [Slider("value", "Value", (1, 2), 1)], lambda value: Picture(f"{value}", "", "", "")
    )
    assert inputs(probe)[AS_TABLE].layout.display == "none"
    assert "<details>" not in probe.view()


def test_choosing_a_case_sets_its_recorded_values():
    probe = make_explanation()
    shown = inputs(probe)
    shown["Case"].value = "Case 3"
    assert parts_of(probe)[0] == parts(probe, case="Case 3")[0]
    assert shown["Age"].value == probe.resolve(case="Case 3")["age"]


def test_one_move_draws_once():
    drawn = []

    def draw(first, second):
        drawn.append((first, second))
        return plain(first)

    first = Choice("first", "First", (1, 2), 1, sets={2: {"second": 6}})
    probe = Probe("Title", [first, Slider("second", "Second", (5, 6), 5)], draw)
    shown = inputs(probe)
    shown["First"].value = 2
    assert drawn == [(1, 5), (2, 6)]


def test_every_control_has_a_label_and_a_visible_value(probe):
    shown = inputs(probe)
    assert set(shown) == {AS_TABLE, *(control.label for control in probe.controls)}
    labels = [widget.value for widget in widgets_of(probe.widget()) if isinstance(widget, ipywidgets.HTML)]
    for label, widget in shown.items():
        if isinstance(widget, ipywidgets.Checkbox):
            assert widget.description == label
            continue
        assert any(label in text for text in labels)
        assert all(words.strip() for words, _ in widget.options)
    sliders = [widget for widget in shown.values() if isinstance(widget, ipywidgets.SelectionSlider)]
    assert sliders
    assert all(slider.readout and slider.continuous_update for slider in sliders)


def test_sliders_of_groups_are_shown_only_when_asked_for():
    probe = make_threshold()

    def hidden():
        boxes = probe.widget().children[1].children
        return [box.layout.display == "none" for box in boxes]

    assert hidden() == [False, False, True, True]
    inputs(probe)["One threshold per group"].value = True
    assert hidden() == [True, False, False, False]


def make_folded():
    return Probe(
        "Title",
        [
            Slider("first", "First", (1, 2), 1),
            Slider("crowd", "Crowd", (5, 6), 5, folded=True),
            Choice("rule", "Rule", ("one", "same"), "one"),
            Slider("rate", "Rate", (7, 8), 7, folded=True, shown_if=("rule", "same")),
        ],
        lambda **values: plain(values),
    )


def test_folded_controls_come_after_a_tick_box_that_shows_them():
    probe = make_folded()
    _, controls, *_ = probe.widget().children
    first, tick, more = controls.children
    assert [label_of(box) for box in first.children] == ["First", "Rule"]
    assert [label_of(box) for box in more.children] == ["Crowd", "Rate"]
    assert (tick.description, tick.value) == (MORE, False)
    assert isinstance(tick, ipywidgets.Checkbox)  # the browser's own, so the keyboard reaches and ticks it
    assert more.layout.display == "none"  # hidden from the keyboard and from screen readers, too
    tick.value = True
    assert more.layout.display == "grid"
    assert more.layout.grid_template_columns == first.layout.grid_template_columns
    tick.value = False
    assert more.layout.display == "none"


def test_folded_controls_move_the_picture_whether_they_are_shown_or_not():
    probe = make_folded()
    shown = inputs(probe)
    for ticked, value in ((False, 6), (True, 5), (False, 6)):
        shown[MORE].value = ticked
        shown["Crowd"].value = value
        values = {"first": 1, "crowd": value, "rule": "one", "rate": 7}
        assert parts_of(probe)[0] == parts(probe, **values)[0]
    rate = probe.widget().children[1].children[2].children[1]
    assert rate.layout.display == "none"
    shown["Rule"].value = "same"
    assert rate.layout.display == ""


def test_without_folded_controls_nothing_more_is_offered(probe):
    assert MORE not in inputs(probe)
    assert len(probe.widget().children[1].children) == len(probe.controls)


def label_of(box):
    return re.sub("<.*?>", "", box.children[0].value)


def test_an_error_in_the_view_is_said_and_the_widget_lives_on():
    def draw(value):
        if value == 2:
            raise ZeroDivisionError("<division>")
        if value == 3:
            raise ValueError("Nobody has a score of 3; choose another.")
        return plain(value)

    probe = Probe("Title", [Slider("value", "Value", (1, 2, 3, 4), 1)], draw)
    slider = inputs(probe)["Value"]
    slider.value = 2
    assert "could not be drawn (ZeroDivisionError: &lt;division&gt;)" in parts_of(probe)[0]
    slider.value = 3
    assert "Nobody has a score of 3; choose another." in parts_of(probe)[0]
    slider.value = 4
    assert parts_of(probe)[0] == parts(probe, value=4)[0]


def test_no_widget_is_made_before_a_probe_is_shown(probe, monkeypatch):
    with monkeypatch.context() as closed:
        closed.setattr(ipywidgets.Widget, "open", lambda self: pytest.fail("A widget was made."))
        probe.view()
        probe.static()
        probe.playable()
        repr(probe)
    assert probe.widget() is probe.widget()


def test_shown_in_three_forms_without_addresses(probe, monkeypatch):
    monkeypatch.delenv("WORKSHOP_PLAYABLE", raising=False)
    shown = probe._repr_mimebundle_()
    assert shown[WIDGET_VIEW]["model_id"] == probe.widget().model_id
    assert "Run this cell to move the controls." in shown["text/html"]
    assert probe.static().removesuffix("\n</div>") in shown["text/html"]
    assert " at 0x" not in shown["text/plain"] + shown["text/html"]
    assert all(control.label in shown["text/plain"] for control in probe.controls)


@pytest.mark.parametrize("make", MAKERS)
def test_two_runs_give_the_same_bytes(make, monkeypatch):
    monkeypatch.delenv("WORKSHOP_PLAYABLE", raising=False)
    one, other = make(), make()
    first, second = one._repr_mimebundle_(), other._repr_mimebundle_()
    del first[WIDGET_VIEW], second[WIDGET_VIEW]
    assert first == second
    assert one.playable() == other.playable()


def test_exported_decks_show_the_playable_html(probe, monkeypatch):
    monkeypatch.setenv("WORKSHOP_PLAYABLE", "1")
    assert probe._repr_mimebundle_() == {"text/plain": repr(probe), "text/html": probe.playable()}
    assert probe._widget is None


def played(html):
    """Return the contents of every position, put together as the script does."""
    data = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL).group(1))
    return [
        (
            position["words"],
            ["\n".join(data["pieces"][piece] for piece in part) for part in position["parts"]],
        )
        for position in data["positions"]
    ]


def test_playable_holds_every_position_of_every_control(probe):
    for control in probe.controls:
        html = probe.playable(control.name)
        expected = []
        for value in control.options:
            picture = probe.picture(**{control.name: value})
            expected.append((control.words(value), [main_part(picture, probe.caption), picture.table]))
        assert played(html) == expected
        assert len(html.encode()) < 1_000_000


def test_playable_is_right_before_its_script_runs(probe):
    html = probe.playable()
    control = probe.controls[0]
    picture = probe.picture()
    assert main_part(picture, probe.caption) in html
    assert picture.table in html
    assert f'value="{control.options.index(control.value)}"' in html
    assert f"<output>{control.words(control.value)}</output>" in html
    visible = re.sub(r"<script.*?</script>", "", html.replace(STYLE, ""), flags=re.DOTALL)
    root = ET.fromstring(visible)
    slider = root.find(".//label/input")
    assert slider.get("type") == "range"
    assert int(slider.get("max")) == len(control.options) - 1
    assert root.find(".//details/summary") is not None


def test_playable_needs_nothing_from_elsewhere(probe):
    html = probe.playable()
    addresses = set(re.findall(r"https?://[^\"' )\\]+", html))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\b(src|href)=", html)


def test_a_text_cannot_end_the_script():
    def draw(value):
        return plain("</script><script>alert(1)</script>")

    html = Probe(
        "Title", [Slider("value", "</script>", (1, 2), 1, lambda value: "</script>")], draw
    ).playable()
    assert html.count("</script>") == 2
    assert played(html)[0][0] == "</script>"


def test_unknown_controls_and_values_are_refused(probe):
    first = probe.controls[0]
    with pytest.raises(ValueError, match="no control 'speed'"):
        probe.view(speed=3)
    with pytest.raises(ValueError, match="no control 'speed'"):
        probe.playable("speed")
    for wrong in (float("nan"), None, "<b>", 1e9, -1):
        with pytest.raises(ValueError, match=re.escape(first.label)):
            probe.view(**{first.name: wrong})


def test_true_is_not_one():
    with pytest.raises(ValueError, match="cannot be True"):
        Slider("value", "Value", (1, 2), True)
    with pytest.raises(ValueError, match="cannot be 1"):
        Toggle("value", "Value", (False, True), 1)


def test_a_control_needs_something_to_choose():
    with pytest.raises(ValueError, match="nothing to choose"):
        Slider("value", "Value", (), 1)


@pytest.mark.parametrize("kind", [Slider, Choice])
def test_an_option_that_is_none_can_be_chosen_left_and_chosen_again(kind):
    probe = Probe("Title", [kind("noise", "Noise", (None, 10, 5), None, str)], lambda noise: plain(noise))
    field = inputs(probe)["Noise"]
    for place, value in ((1, 10), (0, None), (2, 5), (0, None)):
        field.index = place
        assert f"It is {value}." in parts_of(probe)[0]
        assert parts_of(probe)[0] == parts(probe, noise=value)[0]


def test_steps_have_no_binary_dust():
    assert steps(0, 0.3, 0.1) == (0.0, 0.1, 0.2, 0.3)
    assert steps(1, 3) == (1.0, 2.0, 3.0)
    for wrong in ((1, 0, 1), (0, 1, 0), (0, float("nan"), 1), (0, float("inf"), 1)):
        with pytest.raises(ValueError, match="step"):
            steps(*wrong)


def test_a_position_is_drawn_quickly():
    random = np.random.default_rng(0)
    score = random.integers(0, 100, 10_000)
    probe = threshold(random.random(10_000) < score / 120, score, random.choice(list("abcd"), 10_000))
    spent = []
    for position in probe.controls[0].options:
        start = time.perf_counter()
        probe.view(threshold=position)
        spent.append(time.perf_counter() - start)
    assert np.median(spent) < 0.025  # 2 to 5 ms on a quiet machine; a loaded one must not fail the suite
