"""The procurement probe: what it says at every position is what the recognisers' own numbers say."""

import re
import statistics
import time
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, box, tree

from workshop import datasets
from workshop.domains import speech
from workshop.probes import procurements, svg
from workshop.probes.procurements import procurement

MEASURED = datasets.load("speech_recognition_errors")
PROBE = procurement(MEASURED)
PRODUCTS, MIXES = (control.options for control in PROBE.controls[:2])
ACCENTS = {"us": "US accents", "indian": "Indian accents", "england": "England accents"}
RATES = {each: speech.error_rates(MEASURED, recogniser=each) for each in PRODUCTS}
STEPS = PROBE.controls[2].options
READY = [{"product": each, "mix": mix} for each, mix in product(PRODUCTS, MIXES)]
OWN = [
    {"product": "google-en-IN", "mix": "own", "share": one, "share_of_rest": other}
    for one, other in product(STEPS, STEPS)
]
NASTY = [
    "<script>alert(1)</script>",
    'O\'Brien & "sons"',
    "التعرف على الكلام",
    "Donau" + "dampfschiff" * 12,
    "E",
]


def check_accessible(view):
    """Check that a view is well formed, described, and draws nothing outside its picture; return its tree."""
    root = tree(view)
    picture = root.find(f".//{SVG}svg")
    height = float(picture.get("viewBox").split()[3])
    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby").split() == [picture[0].get("id"), picture[1].get("id")]
    assert "nan" not in "".join(root.itertext()).lower().split()
    assert len(root.findall(".//table/caption")) == 2
    for text in picture.iter(f"{SVG}text"):
        wide = svg.text_width("".join(text.itertext()), float(text.get("font-size")))
        left = (
            float(text.get("x"))
            - {"start": 0, "middle": 0.5, "end": 1}[text.get("text-anchor", "start")] * wide
        )
        assert float(text.get("font-size")) >= svg.SMALL
        assert left >= -8
        assert left + wide <= svg.WIDTH + 8
        assert 0 < float(text.get("y")) <= height
    for area in picture.iter(f"{SVG}rect"):
        assert float(area.get("width")) >= 0
        assert float(area.get("x")) + float(area.get("width")) <= svg.WIDTH + 0.1
    return root


def tables(root):
    return [
        {
            "".join(row.find("th").itertext()): [" ".join(cell.itertext()) for cell in row.findall("td")]
            for row in each.findall("tbody/tr")
        }
        for each in root.findall(".//table")
    ]


def number(said):
    return float(said.replace(",", ""))


def named(option):
    return PROBE.controls[0].words(option)


def sentence(**position):
    return PROBE.picture(**position).sentence


def items(root):
    return [item.text for item in root.findall(".//ul/li")]


def invented(rates, accents=("a", "b"), speakers=40, words=50, spread=0, clips=1):
    """Return a table: for each product, how many of 50 words of each accent's speakers are wrong."""
    random = np.random.default_rng(3)
    extra = random.integers(-spread, spread + 1, (len(accents), speakers))
    rows = [
        (f"{accent}{speaker}", accent, system, clips, words, int(errors) + int(extra[place, speaker]))
        for system, wrong in rates.items()
        for place, (accent, errors) in enumerate(zip(accents, wrong, strict=True))
        for speaker in range(speakers)
    ]
    return pd.DataFrame(rows, columns=["speaker", "accent", "system", "clips", "words", "errors"])


def name_of(position):
    return "-".join(map(str, position.values()))


@pytest.mark.parametrize("position", [*READY, *OWN], ids=name_of)
def test_every_position_says_what_was_measured(position):
    root = check_accessible(PROBE.view(**position))
    products, accents = tables(root)
    mix = {accent: number(accents[name][0]) / 100 for accent, name in ACCENTS.items()}
    assert sum(mix.values()) == pytest.approx(1)
    expected = {each: speech.procurement(rates, mix, 10).errors for each, rates in RATES.items()}
    for each, errors in expected.items():
        value, interval, _ = products[named(each)]
        assert number(value) == pytest.approx(errors.value, abs=5.01)
        assert [number(end) for end in interval.split(" to ")] == pytest.approx(
            [errors.low, errors.high], abs=5.01
        )
    fewest = min(expected, key=lambda each: expected[each].value)
    assert [each for each in PRODUCTS if "fewest" in products[named(each)][2].split(", ")] == [fewest]
    assert [each for each in PRODUCTS if "bought" in products[named(each)][2].split(", ")] == [
        position["product"]
    ]
    assert items(root)[0].startswith(f"Fewest word errors in this city: {named(fewest)} (")
    groups = speech.procurement(RATES[position["product"]], mix, 10).groups
    for accent, name in ACCENTS.items():
        calls, errors, ends, rate, rate_ends = accents[name]
        assert number(calls) == pytest.approx(100 * groups["share_of_calls"][accent])
        assert number(errors) == pytest.approx(100 * groups["share_of_errors"][accent], abs=0.501)
        low, high = map(number, ends.split(" to "))
        assert low <= number(errors) <= high
        assert number(rate) == pytest.approx(10 * groups["errors_per_call"][accent], abs=0.501)
        assert [number(end) for end in rate_ends.split(" to ")] == pytest.approx(
            [10 * groups["low"][accent], 10 * groups["high"][accent]], abs=0.501
        )


def drawn(root):
    """Return where the marker of each product stands (pixels), and the one that is filled."""
    marks = [
        path
        for path in root.iter(f"{SVG}path")
        if path.get("stroke-width") == "1.5" and path.get("fill") != "none"
    ]
    places = [float(x) for path in marks for x in re.findall(r"^M([\d.]+)", path.get("d"))]
    filled = [place for place, path in enumerate(marks) if path.get("fill") == svg.VERMILION.fill]
    return [place + (7 if at in filled else 5) for at, place in enumerate(places)], filled


@pytest.mark.parametrize("position", READY[::3], ids=lambda position: "-".join(position.values()))
def test_all_products_stand_on_one_axis_with_the_chosen_one_marked(position):
    root = tree(PROBE.view(**position))
    places, filled = drawn(root)
    errors = [number(value) for value, _, _ in tables(root)[0].values()]
    assert filled == [PRODUCTS.index(position["product"])]
    slope, start = np.polyfit(errors, places, 1)
    np.testing.assert_allclose(np.multiply(errors, slope) + start, places, atol=0.5)
    assert start == pytest.approx(procurements._AXIS, abs=0.5)


def bars(root):
    """Return the widths of the bars of calls and of errors."""
    areas = [area for area in root.iter(f"{SVG}rect") if area.get("height") == "14"]
    return [
        [float(area.get("width")) for area in areas if area.get("fill") == ink.fill]
        for ink in (svg.PALE, svg.VERMILION)
    ]


@pytest.mark.parametrize("position", READY, ids=lambda position: "-".join(position.values()))
def test_bars_are_as_long_as_the_shares(position):
    root = tree(PROBE.view(**position))
    calls, errors = bars(root)
    rows = tables(root)[1].values()
    np.testing.assert_allclose(calls, [number(row[0]) * procurements._BAR / 100 for row in rows], atol=0.1)
    np.testing.assert_allclose(errors, [number(row[1]) * procurements._BAR / 100 for row in rows], atol=0.8)


def test_the_gap_changes_its_sign_with_the_product():
    us = sentence(product="amazon-en-US", mix="half indian")
    assert us.endswith(
        "It mishears Indian accents more than US accents: 35 against 19 errors in 100 words. "
        "Google, Indian English turns this round: 38 against 66."
    )
    assert "It mishears England accents more than Indian accents: 72 against 38" in sentence(
        product="google-en-IN"
    )
    assert sentence(product="amazon-en-IN").endswith("Between accents no gap is clear.")


def test_the_best_product_depends_on_the_city():
    firsts = {mix: items(tree(PROBE.view(mix=mix)))[0] for mix in MIXES}
    assert "city: Amazon, US English" in firsts["mostly us"]
    assert firsts["mostly indian"].endswith("city: Google, US English (2,880).")
    assert firsts["half indian"].endswith("Too close to it to tell: Amazon, US English.")


def test_who_bears_more_than_their_share_is_named():
    said = items(tree(PROBE.view(product="amazon-en-US", mix="half indian")))[1]
    assert said.startswith(
        "Who bears them: callers with Indian accents (50 of 100 calls, but 63 of 100 errors)."
    )
    assert "no accent clearly" in items(tree(PROBE.view(product="amazon-en-IN", mix="even")))[1]
    assert len(items(tree(PROBE.view(mix="own", share=100)))) == 1


def test_who_is_not_offered_is_said():
    few = {"african", "other", "canada"}
    assert few < set(MEASURED["accent"])
    assert (
        "Not offered: 13 accents with fewer than 10 speakers or 30 clips, too few to tell." in PROBE.caption
    )
    assert "Also left out, with fewer speakers than these 3: Canada accents (23 speakers)." in PROBE.caption
    assert "281 speakers did not tell their accent." in PROBE.caption
    assert "read sentences aloud, not on emergency calls, with recognisers of December 2019" in PROBE.caption
    assert set(tables(tree(PROBE.view()))[1]) == set(ACCENTS.values())


def test_own_shares_are_asked_for_only_with_an_own_mix():
    assert [control.shown_if for control in PROBE.controls] == [None, None, ("mix", "own"), ("mix", "own")]
    assert PROBE.controls[2].label == "Of 100 calls: Indian accents"
    assert PROBE.controls[3].label == "Of 100 other calls: England accents; the rest is US accents"
    rows = tables(tree(PROBE.view(mix="own", share=30, share_of_rest=20)))[1]
    assert [row[0] for row in rows.values()] == ["56", "30", "14"]
    assert PROBE.view(mix="mostly us", share=90) == PROBE.view(mix="mostly us")


def test_the_products_play_without_a_kernel():
    played = PROBE.playable()
    assert f'max="{len(PRODUCTS) - 1}"' in played
    assert len(played.encode()) < 200_000


def test_a_move_resamples_nobody_and_is_quick(monkeypatch):
    probe = procurement(MEASURED, product="google-en-US")
    assert probe.picture().sentence.startswith("Google, US English")

    def refuse(*_, **__):
        raise AssertionError("a move must not resample")

    monkeypatch.setattr(procurements, "error_rates", refuse)
    taken = []
    for position in READY[::4]:
        start = time.perf_counter()
        probe.view(**position)
        taken.append(time.perf_counter() - start)
    assert statistics.median(taken) < 0.1


def test_products_are_compared_on_the_same_draws():
    # One error more for each speaker: certain, although the two intervals lie one over the other.
    table = invented({"x": (20, 20), "y": (21, 21)}, spread=15)
    products, _ = tables(tree(procurement(table).view()))
    (x, x_ends, _), (y, _, remark) = products["x"], products["y"]
    assert number(x) < number(y) < number(x_ends.split(" to ")[1])
    assert remark == ""
    table.loc[(table["system"] == "y") & (table.index % 2 == 0), "errors"] -= 2
    assert "too close" in tables(tree(procurement(table).view()))[0]["y"][2]


def test_a_gap_that_no_product_turns_round():
    said = procurement(invented({"x": (10, 20), "y": (5, 20)}, spread=3)).picture(product="x").sentence
    assert "It mishears b accents more than a accents" in said
    assert said.endswith("No product here turns this round.")


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(0, 50)] * 3), min_size=1, max_size=4),
    st.floats(0.5, 1000),
    st.sampled_from(STEPS),
    st.sampled_from(STEPS),
)
def test_any_table_can_be_shown(wrong, words_per_call, one, other):
    table = invented({f"product {place}": each for place, each in enumerate(wrong)}, ("a", "b", "c"), 30)
    probe = procurement(table, words_per_call)
    for mix in probe.controls[1].options:
        _, accents = tables(check_accessible(probe.view(mix=mix, share=one, share_of_rest=other)))
        assert sum(number(row[0]) for row in accents.values()) == 100
        called = [wrong[0][place] for place, row in enumerate(accents.values()) if number(row[0])]
        errors = sum(number(re.sub("(fewer|more) than ", "", row[1])) for row in accents.values())
        assert errors == pytest.approx(100 if any(called) else 0, abs=2)


def test_without_errors_nobody_bears_any():
    root = check_accessible(procurement(invented({"x": (0, 0)})).view())
    assert root.find(".//p").text == "x: about 0 word errors in 1,000 calls. Between accents no gap is clear."
    assert [row[1] for row in tables(root)[1].values()] == ["0", "0"]


def test_more_errors_than_words_are_shown():
    table = invented({"x": (120, 60)}, words=20)
    root = check_accessible(procurement(table).view(mix="even"))
    assert tables(root)[1]["A accents"][3] == "600"


def test_two_accents_have_one_slider():
    probe = procurement(invented({"x": (10, 20)}))
    assert [control.name for control in probe.controls] == ["product", "mix", "share"]
    assert probe.controls[1].options == ("mostly a", "mostly b", "even", "own")
    rows = tables(tree(probe.view(mix="own", share=30)))[1]
    assert [row[0] for row in rows.values()] == ["70", "30"]
    assert "Not offered" not in probe.caption


def test_the_accents_with_most_speakers_are_offered():
    small, large = invented({"x": (10,)}, ("a",), 30), invented({"x": (5, 20, 8)}, ("b", "c", "d"), 40)
    probe = procurement(pd.concat([small, large], ignore_index=True))
    assert set(tables(tree(probe.view()))[1]) == {"B accents", "C accents", "D accents"}
    assert "Also left out, with fewer speakers than these 3: A accents (30 speakers)." in probe.caption
    named = procurement(pd.concat([small, large], ignore_index=True), names={"a": "accents of <A>"})
    assert "these 3: Accents of <A> (30 speakers)." in named.caption


def test_of_many_accents_without_room_some_are_named():
    accents = "abcdefgh"
    probe = procurement(
        pd.concat(
            [
                invented({"x": (5,)}, (each,), 40 + place if place < 5 else 100)
                for place, each in enumerate(accents)
            ],
            ignore_index=True,
        )
    )
    assert (
        "than these 3: E accents (44 speakers), D accents (43 speakers), C accents (42 speakers), "
        "B accents (41 speakers) and 1 more."
    ) in probe.caption


@pytest.mark.parametrize("position", [*READY, *OWN], ids=name_of)
def test_the_figure_marks_the_fewest_and_all_that_are_too_close_to_it(position):
    """At each product what the table says of it; no mark lies on a name or leaves its half of the figure."""
    root = tree(PROBE.view(**position))
    marks = {
        round((float(text.get("y")) - 15 - procurements._TOP) / procurements._ROW): box(text)
        for text in root.iter(f"{SVG}text")
        if (text.text or "") in ("fewest", *procurements._CLOSE)
    }
    remarks = [remark for _, _, remark in tables(root)[0].values()]
    assert set(marks) == {place for place, remark in enumerate(remarks) if "fewest" in remark}
    for left, right, *_ in marks.values():
        assert procurements._AXIS <= left < right <= procurements._BARS


def test_names_are_escaped_and_fit():
    systems = [f"s{place}" for place in range(5)]
    table = invented(dict.fromkeys(systems, (10, 20, 15)), ("a", "b", "c"))
    names = dict(zip([*systems, "a", "b", "c"], [*NASTY, *NASTY[:1], *NASTY[2:4]], strict=True))
    probe = procurement(table, names=names)
    for each in systems:
        root = check_accessible(probe.view(product=each))
        assert root.find(".//script") is None
        assert NASTY[0] in tables(root)[0]
    assert "<script>alert" not in probe.playable()


def test_as_many_products_as_fit():
    check_accessible(procurement(invented({f"s{place}": (10, 20) for place in range(8)})).view())
    with pytest.raises(ValueError, match="There are 9 recognisers; this picture holds 1 to 8"):
        procurement(invented({f"s{place}": (10, 20) for place in range(9)}))


SMALL = invented({"x": (10, 20), "y": (12, 10)})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"recognisers": None}, "columns system and accent"),
        ({"recognisers": SMALL.drop(columns="accent")}, "columns system and accent"),
        ({"recognisers": SMALL.drop(columns="errors")}, "no column 'errors'"),
        ({"recognisers": SMALL.iloc[:0]}, "There are 0 recognisers"),
        ({"recognisers": SMALL.assign(errors=-1)}, "must hold numbers of 0 or more"),
        ({"recognisers": SMALL.assign(accent="not told")}, "Fewer than two accents"),
        ({"recognisers": SMALL.assign(accent=None)}, "Fewer than two accents"),
        ({"recognisers": invented({"x": (10, 20)}, speakers=29)}, "Fewer than two accents"),
        ({"recognisers": SMALL.iloc[1:]}, "heard different speakers or words"),
        (
            {"recognisers": SMALL.assign(words=range(50, 50 + len(SMALL)))},
            "heard different speakers or words",
        ),
        ({"words_per_call": 0}, "words_per_call is 0"),
        ({"words_per_call": -1}, "words_per_call is -1"),
        ({"words_per_call": float("nan")}, "words_per_call is nan"),
        ({"words_per_call": 1001}, "at most 1,000"),
        ({"words_per_call": "10"}, "words_per_call is '10'"),
        ({"product": "z"}, "no recogniser 'z'"),
        ({"names": {"z": "Z"}}, "no recogniser or accent 'z'"),
        ({"names": ["Z"]}, "must be a dict"),
    ],
)
def test_what_cannot_be_compared_is_refused(change, says):
    with pytest.raises(ValueError, match=says):
        procurement(**({"recognisers": SMALL} | change))


def test_a_mix_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="cannot be 'mostly african'"):
        PROBE.view(mix="mostly african")
