"""Hours of the week: squares, sentence and table agree with the numbers, for each area and all together."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, sentence, tree

from workshop.probes import svg
from workshop.probes.weeks import hour_of_week

NASTY = ["<script>alert(1)</script>", 'O\'Brien & "sons"', "مجموعة الف", "Donau" + "dampfschiff" * 12]
WEEK = pd.MultiIndex.from_product([range(7), range(24)], names=["day", "hour"])
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def profile(seed=0, areas=(1, 2, 3), highest=3.0):
    rates = np.random.default_rng(seed).random((168, len(areas))) * highest
    return pd.DataFrame(rates, index=WEEK, columns=list(areas))


def drawing(root):
    return root.find(f".//{SVG}svg")


def table(root):
    """Return the table as hours x days of texts."""
    return np.array([[cell.text for cell in row.findall("td")] for row in root.findall(".//tbody/tr")])


def numbers(root):
    return np.char.replace(np.char.lstrip(table(root), "<"), ",", "").astype(float)


def squares(picture):
    """Return the class of each hour as it is drawn: 7 x 24, 0 where nothing is."""
    drawn = np.zeros((7, 24), dtype=int)
    for path in picture.iter(f"{SVG}path"):
        inks = [ink.fill for ink in svg.RAMP]
        if path.get("stroke") not in inks or "h" not in path.get("d"):
            continue
        x, y, side = 0.0, 0.0, float(path.get("stroke-width"))
        for right, down, wide in re.findall(r"m(\S+) (\S+)h([\d.]+)", path.get("d")):
            x, y = x + float(right), y + float(down)
            if y < 28 + 7 * 34:  # the others are the legend's
                column, row = (x + side / 2 - 94) / 27.5 - 0.5, (y - 28) / 34 - 0.5
                assert abs(column - round(column)) < 0.02
                assert abs(row - round(row)) < 0.02
                assert drawn[round(row), round(column)] == 0
                drawn[round(row), round(column)] = 1 + inks.index(path.get("stroke"))
            x += float(wide)
    return drawn


def check_texts(picture):
    height = float(picture.get("viewBox").split()[3])
    for text in picture.iter(f"{SVG}text"):
        size, x = float(text.get("font-size")), float(text.get("x"))
        wide = svg.text_width("".join(text.itertext()), size, text.get("font-weight") == "700")
        left = x - {"start": 0, "middle": wide / 2, "end": wide}[text.get("text-anchor", "start")]
        assert size >= 13
        assert left >= -8
        assert left + wide <= svg.WIDTH + 8
        assert float(text.get("y")) + size * 0.2 <= height


def test_each_area_says_its_own_numbers():
    week = profile()
    probe = hour_of_week(week)
    assert probe.controls[0].options == ("all", "1", "2", "3")
    for name in probe.controls[0].options:
        rates = (week.sum(axis=1) if name == "all" else week[int(name)]).to_numpy().reshape(7, 24)
        root = tree(probe.view(area=name))
        assert numbers(root) == pytest.approx(rates.T, abs=0.1)
        day, hour = np.unravel_index(rates.argmax(), rates.shape)
        assert f"Busiest: {DAYS[day]} {hour:02d}:00, {rates.max():.1f}." in sentence(root)
        day, hour = np.unravel_index(rates.argmin(), rates.shape)
        assert f"Quietest: {DAYS[day]} {hour:02d}:00, " in sentence(root)
        check_texts(drawing(root))
        assert sentence(root) in drawing(root)[1].text


def test_squares_grow_with_the_rate_on_one_scale_for_all_areas():
    week = profile()
    week[3] /= 3
    probe = hour_of_week(week)
    legends, rates, classes = set(), [], []
    for name in ("1", "2", "3"):
        picture = drawing(tree(probe.view(area=name)))
        legends.add(tuple(text.text for text in picture.iter(f"{SVG}text") if " to " in text.text))
        rates.append(week[int(name)].to_numpy())
        classes.append(squares(picture).ravel())
    assert legends == {("0 to 0.6", "0.6 to 1.2", "1.2 to 1.8", "1.8 to 2.4", "2.4 to 3")}
    assert (np.concatenate(classes) == 1 + np.concatenate(rates) // 0.6).all()
    together = drawing(tree(probe.view(area="all")))
    assert legends != {tuple(text.text for text in together.iter(f"{SVG}text") if " to " in text.text)}


def test_a_rate_at_the_end_of_a_class_belongs_to_the_next():
    week = profile(areas=["x"])
    week["x"] = np.arange(168) % 6 / 2  # 0, 0.5 and so on to 2.5
    picture = drawing(tree(hour_of_week(week).view()))
    assert "0.5 to 1" in [text.text for text in picture.iter(f"{SVG}text")]
    assert squares(picture).ravel()[:6].tolist() == [0, 2, 3, 4, 5, 5]


def test_the_busiest_and_the_quietest_hour_are_framed():
    week = profile(areas=["x"])
    week.loc[(4, 18), "x"], week.loc[(1, 6), "x"] = 3.1, 0.0001
    probe = hour_of_week(week)
    said = sentence(tree(probe.view()))
    assert said == "Precinct x, stops an hour. Busiest: Friday 18:00, 3.1. Quietest: Tuesday 06:00, <0.1."
    frames = [
        (path.get("d").split("L")[0], path.get("stroke-dasharray"))
        for path in drawing(tree(probe.view())).iter(f"{SVG}path")
        if path.get("stroke") == svg.VERMILION.fill
    ]
    assert frames[:2] == [("M589 164", None), ("M259 62", "4 3")]  # 94 + 18 * 27.5, 28 + 4 * 34


def test_hours_alike_are_counted_not_named():
    week = profile(areas=["x"])
    week[week < 0.1] = 0
    quiet = int((week["x"] == 0).sum())
    assert quiet > 1
    root = tree(hour_of_week(week).view())
    assert sentence(root).endswith(f"Quietest: {quiet} hours alike, 0.")
    assert (squares(drawing(root)) == 0).sum() == quiet
    nothing = tree(hour_of_week(week * 0).view())
    assert sentence(nothing) == "Precinct x: no stops recorded."
    assert (squares(drawing(nothing)) == 0).all()


@settings(max_examples=40, deadline=None)
@given(st.floats(1e-6, 1e6), st.integers(0, 9))
def test_numbers_of_any_size_are_drawn_in_the_right_class(highest, seed):
    week = profile(seed, ["x"], highest)
    root = tree(hour_of_week(week).view())
    check_texts(drawing(root))
    rates = week["x"].to_numpy().reshape(7, 24)
    classes = squares(drawing(root))
    order = np.argsort(rates, axis=None)
    assert (np.diff(classes.ravel()[order]) >= 0).all()
    assert classes.min() >= 1
    assert classes.max() == len(svg.RAMP) or classes.max() == len(svg.RAMP) - 1
    assert not (table(root) == "0").any()  # it is more than nothing
    assert numbers(root) == pytest.approx(rates.T, abs=highest / 9)


def test_rows_may_come_in_any_order():
    week = profile()
    assert hour_of_week(week.sample(frac=1, random_state=1)).view() == hour_of_week(week).view()


@pytest.mark.parametrize("word", NASTY)
def test_names_are_text_only(word):
    probe = hour_of_week(profile(areas=[word, "b"]), area=word, noun=word)
    for name in probe.controls[0].options:
        root = tree(probe.view(area=name))
        assert not list(root.iter("script"))
        assert word[:40] in "".join(root.find(".//caption").itertext())
        check_texts(drawing(root))


def test_a_deck_moves_it():
    played = hour_of_week(profile(areas=range(1, 6))).playable()
    assert 'max="5"' in played
    assert len(played.encode()) < 150_000


@pytest.mark.parametrize(
    ("week", "says"),
    [
        (None, "must be a table"),
        (profile()[[]], "a column for each area"),
        (profile().iloc[:-1], "168 rows"),
        (profile().reset_index(drop=True), "168 rows"),
        (pd.concat([profile().iloc[:-1], profile().iloc[:1]]), "168 rows"),
        (profile(areas=["all", "b"]), "none the name"),
        (profile(areas=["1", 1]), "its own name"),
        (-profile(), "negative or missing"),
        (profile().where(profile() < 2), "negative or missing"),
        (profile() * np.inf, "negative or missing"),
    ],
)
def test_what_does_not_fit_is_refused(week, says):
    with pytest.raises(ValueError, match=says):
        hour_of_week(week)
