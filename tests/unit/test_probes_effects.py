"""Explain a forecast: what is drawn and said agrees with the numbers that were given, for every feature."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, sentence, tree

from workshop.probes import svg
from workshop.probes.effects import effects

NASTY = ["<script>alert(1)</script>", 'O\'Brien & "sons"', "مجموعة الف", "Donau" + "dampfschiff" * 12]
DAYS = dict(enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")))


def importance(**rows):
    rows = rows or {
        "hour": (0.31, 0.28, 0.34),
        "day_of_week": (0.02, 0.01, 0.05),
        "noise": (-0.001, -0.01, 0.004),
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["importance", "low", "high"])
    return table.rename_axis(index="feature")


def dependence(**curves):
    curves = curves or {
        "hour": {hour: 1 + np.sin(hour / 4) / 2 for hour in range(24)},
        "day_of_week": {day: 0.8 + day / 10 for day in range(7)},
        "noise": {0.25: 1.0, 1.5: 1.0, 99.75: 1.0},
    }
    rows = [(name, value, forecast) for name, curve in curves.items() for value, forecast in curve.items()]
    return pd.DataFrame(rows, columns=["feature", "value", "forecast"])


def drawing(root):
    picture = root.find(f".//{SVG}svg")
    assert picture.get("aria-labelledby").split() == [picture[0].get("id"), picture[1].get("id")]
    return picture


def texts(picture):
    return ["".join(text.itertext()) for text in picture.iter(f"{SVG}text")]


def check_texts(picture):
    """No text is cut by the picture's edge, none is smaller than 13 pixels."""
    height = float(picture.get("viewBox").split()[3])
    for text in picture.iter(f"{SVG}text"):
        size, x = float(text.get("font-size")), float(text.get("x"))
        bold = text.get("font-weight") == "700"
        wide = svg.text_width("".join(text.itertext()), size, bold)
        left = x - {"start": 0, "middle": wide / 2, "end": wide}[text.get("text-anchor", "start")]
        assert size >= 13
        assert left >= -8
        assert left + wide <= svg.WIDTH + 8
        assert float(text.get("y")) - size * 0.75 >= 0
        assert float(text.get("y")) + size * 0.2 <= height


def cells(root, place):
    table = root.findall(".//table")[place]
    return [["".join(cell.itertext()) for cell in row] for row in table.findall("tbody/tr")]


def test_every_feature_is_told_drawn_and_listed():
    probe = effects(importance(), dependence(), value_words={"day_of_week": DAYS})
    assert [control.name for control in probe.controls] == ["feature"]
    assert probe.controls[0].options == ("hour", "day_of_week", "noise")
    for feature in probe.controls[0].options:
        root = tree(probe.view(feature=feature))
        check_texts(drawing(root))
        assert cells(root, 0) == [
            ["Hour", "0.310", "0.280 to 0.340"],
            ["Day of week", "0.020", "0.010 to 0.050"],
            ["Noise", "−0.001", "−0.010 to 0.004"],
        ]
        assert len(cells(root, 1)) == len(dependence().query("feature == @feature"))
        assert sentence(root) in drawing(root)[1].text
    hour, day, noise = (sentence(tree(probe.view(feature=name))) for name in probe.controls[0].options)
    assert hour == (
        "If hour is shuffled, the error grows by 0.310 stops per hour. The forecast is lowest (0.50) at 19 and "
        "highest (1.50) at 6."
    )
    assert day.endswith("The forecast is lowest (0.80) at Mon and highest (1.40) at Sun.")
    assert (
        noise == "If noise is shuffled, the error does not grow. The forecast is 1.00 at each of its values."
    )


def test_marks_stand_where_the_numbers_are():
    probe = effects(importance(), dependence(), value_words={"day_of_week": DAYS})
    line = next(
        path.get("d")
        for path in drawing(tree(probe.view(feature="hour"))).iter(f"{SVG}path")
        if path.get("stroke-width") == "3"
    )
    drawn = np.array([pair.split() for pair in line[1:].split("L")], dtype=float)
    given_curve = dependence().query("feature == 'hour'")
    assert np.corrcoef(drawn[:, 0], given_curve["value"])[0, 1] == pytest.approx(1)
    assert np.corrcoef(drawn[:, 1], given_curve["forecast"])[0, 1] == pytest.approx(-1, abs=1e-4)
    # The axis goes from 0 to 1.5 in 230 pixels, down from 266.
    assert drawn[:, 1] == pytest.approx(266 - 230 * given_curve["forecast"] / 1.5, abs=0.06)
    bars = [
        float(area.get("width"))
        for area in drawing(tree(probe.view(feature="hour"))).iter(f"{SVG}rect")
        if area.get("height") == "22"
    ]
    assert np.divide(bars, bars[0]) == pytest.approx([1, 0.02 / 0.31, 0.001 / 0.31], abs=0.002)


def test_the_chosen_feature_is_marked_by_colour_and_by_letters():
    probe = effects(importance(), dependence())
    for feature, words in (("hour", "Hour"), ("noise", "Noise")):
        picture = drawing(tree(probe.view(feature=feature)))
        filled = [area for area in picture.iter(f"{SVG}rect") if area.get("fill") == svg.BLUE.fill]
        bold = [text.text for text in picture.iter(f"{SVG}text") if text.get("font-weight") == "700"]
        assert len(filled) == 1
        assert words in bold


def test_points_name_their_values_and_forecasts():
    picture = drawing(
        tree(
            effects(importance(), dependence(), value_words={"day_of_week": DAYS}).view(feature="day_of_week")
        )
    )
    assert set(DAYS.values()) | {"0.80", "1.40"} <= set(texts(picture))
    circles = [path for path in picture.iter(f"{SVG}path") if re.search("a6 6", path.get("d"))]
    assert len(circles) == 7


def test_values_that_are_no_numbers_are_points_in_their_order():
    probe = effects(importance(place=(1, 1, 1)), dependence(place={"north": 2.0, "east": 1.0}))
    assert [row[0] for row in cells(tree(probe.view()), 1)] == ["north", "east"]
    assert "lowest (1.00) at east and highest (2.00) at north" in sentence(tree(probe.view()))


NUMBERS = st.floats(-1000, 1000).map(lambda value: round(value, 3))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_numbers_make_a_picture_that_says_them(data):
    names = data.draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8, unique=True))
    spreads = {name: sorted(data.draw(st.tuples(NUMBERS, NUMBERS, NUMBERS))) for name in names}
    curves = {name: data.draw(st.dictionaries(NUMBERS, NUMBERS, min_size=1, max_size=30)) for name in names}
    probe = effects(
        importance(**{name: (middle, low, high) for name, (low, middle, high) in spreads.items()}),
        dependence(**curves),
    )
    for name in names:
        root = tree(probe.view(feature=name))
        assert probe.view(feature=name) == probe.view(feature=name)
        check_texts(drawing(root))
        listed = [float(row[1].replace("−", "-").replace(",", "")) for row in cells(root, 0)]
        assert listed == pytest.approx([spreads[each][1] for each in names], abs=0.5)
        forecasts = [float(row[1].replace("−", "-").replace(",", "")) for row in cells(root, 1)]
        assert forecasts == pytest.approx([curves[name][value] for value in sorted(curves[name])], abs=0.5)
        line = [path.get("d") for path in drawing(root).iter(f"{SVG}path") if path.get("stroke-width") == "3"]
        heights = [float(pair.split()[1]) for pair in line[0][1:].split("L")]
        assert all(35.9 <= height <= 266.1 for height in heights)
        assert "nan" not in "".join(root.itertext())


@pytest.mark.parametrize("word", NASTY)
def test_words_are_text_only(word):
    probe = effects(
        importance(a=(1, 0, 2)),
        dependence(a={1: 2.0, 2: 3.0}),
        unit=word,
        feature_words={"a": word},
        value_words={"a": {1: word, 2: "two"}},
    )
    root = tree(probe.view())
    assert not list(root.iter("script"))
    assert word in "".join(root.findall(".//table")[1].find("tbody").itertext())
    check_texts(drawing(root))


def test_a_deck_moves_it():
    probe = effects(importance(), dependence())
    played = probe.playable()
    assert 'max="2"' in played
    assert len(played.encode()) < 100_000


def spread_wrong():
    return importance(hour=(0.5, 0.6, 0.7))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"importance": None}, "must be a table"),
        ({"importance": importance().drop(columns="low")}, "importance, low and high"),
        ({"importance": importance().iloc[:0]}, "a row for each feature"),
        ({"importance": importance(**{str(place): (1, 1, 1) for place in range(9)})}, "at most 8 features"),
        ({"importance": pd.concat([importance(), importance()])}, "each once"),
        ({"importance": spread_wrong()}, "the spread must hold it"),
        ({"importance": importance(hour=(np.nan, 0, 1))}, "the spread must hold it"),
        ({"importance": importance(hour=(1, 0, np.inf))}, "the spread must hold it"),
        ({"dependence": {}}, "must be a table"),
        ({"dependence": dependence().drop(columns="value")}, "feature, value, forecast"),
        ({"dependence": dependence().query("feature != 'noise'")}, "no row for the feature noise"),
        ({"dependence": pd.concat([dependence(), dependence()])}, "one value twice"),
        ({"dependence": dependence().replace(0.25, np.inf)}, "is infinite"),
        ({"dependence": dependence().assign(forecast=np.nan)}, "missing or infinite"),
        ({"feature_words": {"weather": "Weather"}}, "no feature 'weather'"),
        ({"value_words": {"weather": {}}}, "no feature 'weather'"),
    ],
)
def test_what_does_not_fit_is_refused(change, says):
    options = {"importance": importance(), "dependence": dependence()} | change
    with pytest.raises(ValueError, match=says):
        effects(**options)


def test_too_many_points_are_refused():
    many = dependence(hour={f"h{place}": 1.0 for place in range(13)})
    with pytest.raises(ValueError, match="13 values; as points there can be 12"):
        effects(importance(hour=(1, 1, 1)), many)
