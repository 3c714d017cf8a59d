"""The map: squares, sentence and table agree with a count of the records, at every position of the controls."""

import re
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, cells, sentence, tree

from workshop.probes import svg
from workshop.probes.maps import demand_map

NASTY = ["<script>alert(1)</script>", 'O\'Brien & "sons"', "مجموعة الف", "Donau" + "dampfschiff" * 12]


def stops(size=3000, seed=0, days=28):
    """Return made-up stops over a city of about 10 by 17 km, the north in precinct 1 and the south in 2 and 3."""
    random = np.random.default_rng(seed)
    latitude = (44.97 + random.normal(0, 0.02, size)).clip(44.9, 45.05).round(3)
    longitude = (-93.27 + random.normal(0, 0.02, size)).clip(-93.33, -93.2).round(3)
    hours = random.integers(0, 24 * days, size)
    hours[:2] = 0, 24 * days - 1  # the whole period is covered
    return pd.DataFrame(
        {
            "time": pd.Timestamp("2017-01-02") + pd.to_timedelta(hours, unit="h"),
            "latitude": latitude,
            "longitude": longitude,
            "precinct": np.where(latitude > 44.97, 1, np.where(longitude < -93.27, 2, 3)),
            "reason": random.choice(["traffic", "suspicious"], size),
        }
    )


def drawing(root):
    return root.find(f".//{SVG}svg")


def squares(picture, right):
    """Return the middle and the class of every square that is drawn left of `right`."""
    inks = [ink.fill for ink in svg.RAMP]
    found = []
    for path in picture.iter(f"{SVG}path"):
        if path.get("stroke") in inks:
            x = y = 0.0
            for across, down, wide in re.findall(r"m(\S+) (\S+)h([\d.]+)", path.get("d")):
                x, y = x + float(across), y + float(down)
                if x < right:
                    found.append((x + float(wide) / 2, y, 1 + inks.index(path.get("stroke"))))
                x += float(wide)
    return np.array(found).reshape(-1, 3)


def beside(picture):
    """Return where the numbers beside the map begin."""
    return next(float(text.get("x")) for text in picture.iter(f"{SVG}text") if "a week, by" in text.text)


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


def chosen(records, hour, kind, days):
    kept = records
    if hour != "all":
        kept = kept[kept["time"].dt.hour == hour]
    if kind != "all":
        kept = kept[kept["reason"] == kind]
    weekend = kept["time"].dt.day_of_week >= 5
    return kept if days == "all" else kept[weekend if days == "weekend" else ~weekend]


def test_every_position_agrees_with_a_count_of_the_records():
    records = stops()
    probe = demand_map(records)
    assert [control.name for control in probe.controls] == ["hour", "kind", "days"]
    assert probe.resolve() == {"hour": "all", "kind": "all", "days": "all"}
    for hour in probe.controls[0].options:
        for kind in probe.controls[1].options:
            for days in probe.controls[2].options:
                kept = chosen(records, hour, kind, days)
                root = tree(probe.view(hour=hour, kind=kind, days=days))
                counts = kept["precinct"].value_counts().reindex([1, 2, 3], fill_value=0)
                listed = cells(root)
                assert [row[0] for row in listed] == ["Precinct 1", "Precinct 2", "Precinct 3", "Together"]
                assert [row[1] for row in listed] == [f"{number:,}" for number in [*counts, len(kept)]]
                for row, number in zip(listed, [*counts, len(kept)], strict=True):
                    # Four weeks of records.
                    assert float(row[2].replace("fewer than ", "")) == pytest.approx(number / 4, abs=0.501)
                if counts.eq(counts.max()).sum() == 1 and len(kept):
                    assert f"Precinct {counts.idxmax()} has most: " in sentence(root)
                else:
                    assert "has most" not in sentence(root)
                assert drawing(root)[1].text.startswith(sentence(root))
                check_texts(drawing(root))


def test_a_place_has_one_square_at_its_own_place_with_the_right_class():
    records = stops(days=35)
    probe = demand_map(records, cell=0.35)
    # 0.35 km is nearest to 3 steps of latitude (334 m) and 4 of longitude (315 m) at 45 degrees north.
    rows = (((records["latitude"] - records["latitude"].min()) * 1000).round() // 3).astype(int)
    columns = (((records["longitude"] - records["longitude"].min()) * 1000).round() // 4).astype(int)
    wide, high = (
        np.radians(0.004) * 6371.0088 * np.cos(np.radians(records["latitude"].agg(["min", "max"]).mean())),
        (np.radians(0.003) * 6371.0088),
    )
    assert "about 310 by 330 metres" in probe.caption
    scale = 360 / (high * (rows.max() + 1))
    for hour in ("all", 12):
        kept = chosen(records, hour, "all", "all").index
        counts = pd.Series(1, index=kept).groupby([columns[kept], rows[kept]]).sum()
        picture = drawing(tree(probe.view(hour=hour)))
        drawn = squares(picture, beside(picture) - 40)
        assert len(drawn) == len(counts)
        expected = {
            ((column + 0.5) * wide * scale, 364 - (row + 0.5) * high * scale): number
            for (column, row), number in counts.items()
        }
        places = np.array(list(expected))
        legend = [
            text.text
            for text in picture.iter(f"{SVG}text")
            if re.fullmatch(r"\d+( to \d+| or more)?", text.text) and float(text.get("y")) > 280
        ]
        lowest = [int(label.split(" ")[0]) for label in legend]
        numbers = np.array(list(expected.values()))
        for x, y, shown in drawn:
            nearest = np.hypot(places[:, 0] - x, places[:, 1] - y).argmin()
            assert np.abs(places[nearest] - (x, y)).max() < 0.2
            assert shown == np.searchsorted(lowest, numbers[nearest], side="right")


def test_north_is_up_and_the_scale_is_true():
    corners = pd.DataFrame(
        {
            "time": pd.date_range("2017-01-02", periods=8, freq="D"),
            "latitude": [44.9, 45.05, 44.9, 45.05] * 2,
            "longitude": [-93.33, -93.33, -93.2, -93.2] * 2,
            "precinct": ["south west", "north west", "south east", "north east"] * 2,
        }
    )
    picture = drawing(tree(demand_map(corners, kind=None).view()))
    names = {
        text.text: (float(text.get("x")), float(text.get("y")))
        for text in picture.iter(f"{SVG}text")
        if text.get("text-anchor") == "middle"
    }
    assert names["north west"][1] < names["south west"][1]
    assert names["north west"][0] < names["north east"][0]
    drawn = squares(picture, beside(picture) - 40)
    high = np.ptp(drawn[:, 1])
    bar = next(path.get("d") for path in picture.iter(f"{SVG}path") if path.get("stroke-width") == "2")
    ends = [float(pair.split()[0]) for pair in bar[1:].split("L")]
    km = float(next(text.text for text in picture.iter(f"{SVG}text") if text.text.endswith(" km"))[:-3])
    # 0.15 degrees of latitude are 16.7 km.
    assert high / (max(ends) - min(ends)) * km == pytest.approx(16.68, abs=0.35)


def test_rounded_coordinates_make_no_stripes():
    """Points on every step of the rounding: each place must hold equally many, except at the far edges."""
    steps = np.arange(0, 60)
    up, across = np.meshgrid(steps, steps)
    records = pd.DataFrame(
        {
            "time": pd.date_range("2017-01-02", periods=up.size, freq="h"),
            "latitude": 44.9 + up.ravel() / 1000,
            "longitude": -93.3 + across.ravel() / 1000,
            "area": "one",
        }
    ).round({"latitude": 3, "longitude": 3})
    picture = drawing(tree(demand_map(records, area="area", kind=None).view()))
    drawn = squares(picture, beside(picture) - 40)
    assert len(drawn) == 20 * 15
    assert len(set(drawn[:, 2])) == 1


def test_areas_are_parted_where_the_records_say():
    # Places of 3 by 4 steps; the areas change where a place ends.
    random = np.random.default_rng(1)
    up, across = random.integers(0, 150, 20_000), random.integers(0, 132, 20_000)
    records = stops(20_000).assign(latitude=44.9 + up / 1000, longitude=-93.33 + across / 1000)
    records = records.round({"latitude": 3, "longitude": 3})
    records["precinct"] = np.where(up >= 69, 1, np.where(across < 60, 2, 3))
    picture = drawing(tree(demand_map(records).view()))
    border = next(path.get("d") for path in picture.iter(f"{SVG}path") if path.get("stroke") == svg.RULE)
    pairs = [[end.split() for end in piece.split("L")] for piece in border[1:].split("M")]
    ends = np.array(pairs, dtype=float)
    upright = np.abs(ends[:, 0, 0] - ends[:, 1, 0]) < 0.2
    level = np.abs(ends[:, 0, 1] - ends[:, 1, 1]) < 0.2
    assert (upright ^ level).all()
    # One line from west to east, and below it one line to the south.
    drawn = squares(picture, beside(picture) - 40)
    assert len(set(ends[level, 0, 1])) == 1
    assert len(set(ends[upright, 0, 0])) == 1
    low, high = drawn[:, 1].max(), drawn[:, 1].min()
    assert (low - ends[level, 0, 1][0]) / (low - high) == pytest.approx(22.5 / 49, abs=0.002)
    left, right = drawn[:, 0].min(), drawn[:, 0].max()
    assert (ends[upright, 0, 0][0] - left) / (right - left) == pytest.approx(14.5 / 32, abs=0.002)
    assert (ends[upright, :, 1] >= ends[level, 0, 1][0] - 0.1).all()
    alone = drawing(tree(demand_map(records.assign(precinct=1)).view()))
    assert not [path for path in alone.iter(f"{SVG}path") if path.get("stroke") == svg.RULE]


def test_what_cannot_be_placed_is_left_out_and_said():
    records = stops(400)
    records.loc[:4, "latitude"] = np.nan
    records.loc[5:6, "precinct"] = np.nan
    records.loc[7, "time"] = pd.NaT
    root = tree(demand_map(records).view())
    assert "Left out because the time, the place or the precinct is not recorded: 8." in "".join(
        root.itertext()
    )
    assert cells(root)[-1][1] == "392"
    assert [row[0] for row in cells(root)][:3] == ["Precinct 1", "Precinct 2", "Precinct 3"]
    assert "Left out" not in demand_map(stops(400)).view()


def test_an_hour_without_records_says_so():
    records = stops(200)
    records = records[records["time"].dt.hour != 5]
    root = tree(demand_map(records).view(hour=5))
    assert sentence(root) == "05:00 to 06:00: no stops recorded."
    picture = drawing(root)
    assert not len(squares(picture, beside(picture) - 40))


def test_kinds_can_be_named():
    probe = demand_map(stops(), kind_words={"traffic": "traffic stops"})
    assert " traffic stops a week." in sentence(tree(probe.view(kind="traffic")))
    assert " stops (suspicious) a week." in sentence(tree(probe.view(kind="suspicious")))


@pytest.mark.parametrize("word", NASTY)
def test_names_are_text_only(word):
    records = stops(300).rename(columns={"precinct": word})
    records[word] = records[word].map({1: word, 2: "b", 3: "c"})
    records["reason"] = word
    probe = demand_map(records, area=word, noun=word)
    for hour in ("all", 3):
        root = tree(probe.view(hour=hour, kind=word))
        assert not list(root.iter("script"))
        assert word[:40] in "".join(root.find(".//table").itertext())
        check_texts(drawing(root))


def test_a_deck_moves_through_the_hours_and_stays_small():
    probe = demand_map(stops(50_000, days=364))
    played = probe.playable()
    assert 'max="24"' in played
    assert len(played.encode()) < 600_000


def test_a_move_is_fast_enough():
    probe = demand_map(stops(50_000, days=364))
    probe.view()
    took = []
    for hour in probe.controls[0].options:
        start = time.perf_counter()
        probe.view(hour=hour)
        took.append(time.perf_counter() - start)
    assert np.median(took) < 0.05


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 24 * 20),
            st.floats(-0.15, 0.15),
            st.floats(-0.15, 0.15),
            st.sampled_from("abcdefgh"),
        ),
        min_size=1,
        max_size=60,
    ),
    st.sampled_from([-45.0, 0.0, 69.0]),
    st.integers(0, 6),
)
def test_any_records_make_a_picture(rows, middle, digits):
    hours, up, across, areas = zip(*[*rows, (0, 0.0, 0.0, "a"), (24 * 20, 0.0, 0.0, "a")], strict=True)
    records = pd.DataFrame(
        {
            "time": pd.Timestamp("2020-02-20") + pd.to_timedelta(hours, unit="h"),
            "latitude": (middle + np.array(up)).round(digits),
            "longitude": np.array(across).round(digits),
            "precinct": areas,
        }
    )
    probe = demand_map(records, kind=None)
    for hour in ("all", 0, 7):
        root = tree(probe.view(hour=hour))
        assert probe.view(hour=hour) == probe.view(hour=hour)
        check_texts(drawing(root))
        assert cells(root)[-1][1] == str(
            len(records) if hour == "all" else (records["time"].dt.hour == hour).sum()
        )
        drawn = squares(drawing(root), beside(drawing(root)) - 40)
        assert (drawn[:, 1] >= 0).all()
        assert (drawn[:, 1] <= 368).all()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"records": None}, "time is missing"),
        ({"records": stops().drop(columns="longitude")}, "longitude is missing"),
        ({"area": "beat"}, "beat is missing"),
        ({"area": "reason"}, "its own column"),
        ({"records": stops().iloc[:0]}, "None of the 0 stops"),
        ({"records": stops().assign(latitude=np.nan)}, "None of the 3000 stops"),
        ({"records": stops().assign(latitude=95.0)}, "latitude of 95.0; it must be a number from -90 to 90"),
        ({"records": stops().assign(longitude=-np.inf)}, "longitude of -inf"),
        ({"records": stops().assign(latitude="north")}, "latitude of north"),
        ({"records": stops().assign(time="2017-01-01")}, "no dates and times"),
        ({"records": stops(days=6)}, "cover 6 days"),
        ({"records": stops().assign(precinct=range(3000))}, "3000 different values"),
        ({"records": stops().assign(reason="all")}, "stands for all kinds"),
        ({"records": pd.concat([stops(), stops().head(1).assign(latitude=0, longitude=0)])}, "such as 0, 0"),
        ({"cell": 0}, "cell is 0"),
        ({"cell": float("nan")}, "cell is nan"),
        ({"cell": 0.01}, "give a larger cell"),
        ({"kind_words": {"noise": "noise calls"}}, "no kind 'noise'"),
    ],
)
def test_what_does_not_fit_is_refused(change, says):
    options = {"records": stops()} | change
    with pytest.raises(ValueError, match=says):
        demand_map(options.pop("records"), **options)
