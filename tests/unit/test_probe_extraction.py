"""The extraction probe: every position says what was counted, and every message is shown as it was typed."""

import re
import statistics
import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop import datasets
from workshop.domains.text.extraction import (
    ALL,
    ENGLISH,
    EXACT,
    KINDS,
    LANGUAGES,
    MATCHES,
    compare,
    evaluate,
    lost_messages,
    matched,
)
from workshop.probes import html, svg
from workshop.probes.extractions import _LENGTH, _PANELS, _PLURAL, LANGUAGE_NAMES, extraction
from workshop.probes.words import interval, share

FOUND = compare(datasets.load("public_messages"), datasets.load("public_messages", "entities"))
PROBE = extraction(FOUND)
NAMES = PROBE.controls[0].options[:-1]
RATES = {
    (made, match): evaluate(FOUND.messages, FOUND.entities, FOUND.found[made], match=match)
    for made, match in product(LANGUAGES, MATCHES)
}
POSITIONS = [
    {"made": made, "kind": kind, "match": match, "prepared": name}
    for (made, kind, match), name in zip(product(LANGUAGES, KINDS, MATCHES), NAMES * 2, strict=False)
]


def items(root):
    return [item.text for item in root.findall(".//ul/li")]


def box(root):
    return root.find(".//div[@class='workshop-text']")


def shown(root):
    """Return the message of a view, without the labels of what was found."""
    parts = [box(root).text or ""]
    for part in box(root):
        parts += [part.text if part.tag == "bdi" else "", part.tail or ""]
    return "".join(parts)


@pytest.mark.parametrize("position", POSITIONS, ids=lambda position: "-".join(position.values()))
def test_every_position_says_what_was_counted(position):
    root = tree(PROBE.view(**position))
    check_texts(drawing(root))
    rates = RATES[position["made"], position["match"]].loc[position["kind"]]
    rows = cells(root)
    assert [row[0] for row in rows] == list(LANGUAGE_NAMES.values())
    for row, language in zip(rows, LANGUAGE_NAMES, strict=True):
        recall, precision = (rates.loc[(language, measure)] for measure in ("recall", "precision"))
        assert [int(cell) for cell in row[1:5]] == [
            recall["families"], recall["denominator"], precision["denominator"], recall["numerator"]
        ]  # fmt: skip
        for cell, rate in zip(row[5:], (recall, precision), strict=True):
            if rate["enough"]:
                assert cell == f"{share(rate)} ({interval(rate)})"
            else:
                assert cell == ("too few to tell" if rate["denominator"] else "nothing found")
        name = LANGUAGE_NAMES[language]
        assert (f" in {name}" in sentence(root)) == recall["enough"]  # no sentence speaks of too few
        assert (
            any(item.startswith(name) or f" {name}" in item for item in items(root)[1:]) or recall["enough"]
        )


@pytest.mark.parametrize("position", POSITIONS, ids=lambda position: "-".join(position.values()))
def test_markers_stand_where_the_rates_are(position):
    picture = drawing(tree(PROBE.view(**position)))
    rates = RATES[position["made"], position["match"]].loc[position["kind"]]
    circles = [path for path in picture.iter(f"{SVG}path") if path.get("fill") == svg.BLUE.fill][1:]
    expected = [
        _PANELS[measure] + _LENGTH * rates.loc[(language, measure), "value"]
        for language in LANGUAGE_NAMES
        for measure in _PANELS
        if rates.loc[(language, measure), "enough"]
    ]
    left = [float(re.match(r"M([\d.]+)", path.get("d"))[1]) + 4.5 for path in circles]
    assert left == pytest.approx(expected, abs=0.11)


@pytest.mark.parametrize(("name", "made", "match"), list(product(NAMES, LANGUAGES, MATCHES)))
def test_a_message_that_was_marked_is_counted(name, made, match):
    values = PROBE.resolve(prepared=name)
    root = tree(PROBE.view(prepared=name, made=made, match=match))
    text = values["message"]
    assert shown(root) == text
    key = FOUND.messages.loc[FOUND.messages["text"] == text, "message_id"].iloc[0]
    right = marked = told = 0
    for kind in KINDS:
        true, said = (
            [
                (row.start, row.end)
                for row in table.sort_values("start").itertuples()
                if row.message_id == key and row.kind == kind
            ]
            for table in (FOUND.entities, FOUND.found[made])
        )
        right += len(matched(true, said, match))
        marked, told = marked + len(true), told + len(said)
    counts = [int(number) for number in re.findall(r"\d+", items(root)[0])]
    right_said, missed, wrong, *part = counts
    assert right_said == right
    assert missed + sum(part) == marked - right
    assert wrong + sum(part) == told - right
    classes = [part.get("class") for part in box(root) if part.tag == "bdi"]
    assert ("workshop-missed" in classes) or not missed
    assert ("workshop-wrong" in classes) or not wrong


def test_the_prepared_messages_are_new_to_the_extractors():
    texts = {PROBE.resolve(prepared=name)["message"] for name in NAMES}
    rows = FOUND.messages[FOUND.messages["text"].isin(texts)]
    assert set(rows["split"]) == {"test"}
    assert set(rows["language"]) == set(LANGUAGE_NAMES)
    assert len(NAMES) == 12


def test_what_a_missed_place_costs_is_said():
    for made in LANGUAGES:
        lost = lost_messages(FOUND.messages, FOUND.entities, FOUND.found[made])
        said = items(tree(PROBE.view(made=made)))[1]
        for language, name in LANGUAGE_NAMES.items():
            assert f"{share(lost.loc[language])} ({interval(lost.loc[language])}) in {name}" in said
    for kind in KINDS[1:]:
        assert items(tree(PROBE.view(kind=kind)))[1].startswith(("A ", "An "))
        assert _PLURAL[kind] in PROBE.picture(kind=kind).sentence


def test_right_to_left_is_kept_and_what_is_found_is_isolated():
    name = next(name for name in NAMES if "Arabic" in name)
    view = PROBE.view(prepared=name, made=ALL)
    root = tree(view)
    assert box(root).get("dir") == "auto"
    assert all(part.get("dir") == "ltr" for part in box(root) if part.tag == "small")
    assert "<text" not in view[view.index('workshop-text"') : view.index("<svg")]


TYPED = st.text(st.characters(codec="utf-8"), max_size=300)


@settings(max_examples=40, deadline=None)
@given(
    TYPED
    | st.sampled_from(
        ["<script>alert(1)</script> 555-0101", "اتصل ٥٥٥٠١٧٧ <b>", "a\u202eb £50", "😱 Fry Road"]
    )
)
def test_any_text_can_be_typed(text):
    root = tree(PROBE.view(message=text))
    assert root.find(".//script") is None
    assert root.find(".//b") is None
    if box(root) is not None:
        assert len(shown(root)) == len(text.replace("\r\n", "\n")) or "\r" in text
        assert items(root)[0].endswith("for you to see.") or text in set(FOUND.messages["text"])


def test_what_is_typed_is_found_and_not_judged():
    root = tree(PROBE.view(message="Call 555-0123 about £40, I live in Fry Road."))
    assert [part.text for part in box(root)] == [
        "555-0123", "phone ?", "£40", "amount ?", "Fry Road", "place ?"
    ]  # fmt: skip
    assert items(root)[0] == (
        "In this message: 3 found. Nobody marked it: what is missed or wrong is for you to see."
    )
    assert PROBE.picture(message="  ").sentence == "The message is empty; type a few words."
    assert PROBE.resolve(message="hello")["prepared"] == "Your own text"


def test_text_is_escaped_and_nothing_is_tiny():
    view = PROBE.view(message="<i>x</i>")
    assert "&lt;i&gt;" in view
    sizes = re.findall(r"font-size:(\d+)px", view.replace(html.STYLE, ""))
    assert min(map(int, sizes)) >= svg.SMALL


def test_a_move_is_quick():
    taken = []
    for position in POSITIONS:
        start = time.process_time()
        PROBE.view(**position)
        taken.append(time.process_time() - start)
    assert statistics.median(taken) < 0.1


def test_the_slider_of_a_deck_goes_through_the_messages_or_the_training():
    assert PROBE.playable().count("words") >= len(NAMES)
    assert "all four languages" in PROBE.playable("made")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "name"}, "cannot be 'name'"),
        ({"texts": ["a"]}, "dict of names and texts"),
        ({"texts": {"long": "x" * 301}}, "at most 300"),
        ({"texts": {"a": 3}}, "dict of names and texts"),
    ],
)
def test_what_cannot_be_shown_is_said(change, says):
    with pytest.raises(ValueError, match=says):
        extraction(FOUND, **change)


def test_own_texts_and_kind_come_first():
    probe = extraction(FOUND, {"Mine": "Call 555-0123."}, kind="phone")
    assert probe.resolve()["kind"] == "phone"
    assert probe.resolve()["made"] == ENGLISH
    assert probe.resolve()["match"] == EXACT
    assert shown(tree(probe.view())) == "Call 555-0123."
