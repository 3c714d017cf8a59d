"""The allocation probe: well formed at every position, and saying the same as the plans behind it."""

import re
from itertools import product

import numpy as np
import pandas as pd
import pytest
from pictures import SVG, tree

from workshop.domains.resources.shifts import Planner, Rules, plan
from workshop.probes import svg
from workshop.probes.allocations import allocation

WEEK = pd.MultiIndex.from_product([range(7), range(24)], names=["day", "hour"])
NASTY = [
    "<script>alert(1)</script>",
    'O\'Brien & "sons"',
    "الدائرة الأولى",
    "Donau" + "dampfschiff" * 12,
    "E",
]


def city(precincts=5, scale=2.0):
    random = np.random.default_rng(11)
    hours = np.arange(168)
    return pd.DataFrame(
        {
            place: random.uniform(0.5, 1.3)
            * scale
            * (1.2 + np.cos(2 * np.pi * (hours - random.integers(14, 24)) / 24))
            * random.uniform(0.6, 1.4, 168)
            for place in range(1, precincts + 1)
        },
        index=WEEK,
    )


DEMAND = city()
PROBE = allocation(DEMAND)
POSITIONS = [
    dict(zip([control.name for control in PROBE.controls], values, strict=True))
    for values in product(*(control.options for control in PROBE.controls))
]
PLANNERS = {cover: Planner(DEMAND, Rules(minimum_cover=cover)) for cover in (1, 2)}


def check_accessible(view):
    """Check that a view is well formed, described, and draws nothing outside its picture; return its tree."""
    root = tree(view)
    picture = root.find(f".//{SVG}svg")
    height = float(picture.get("viewBox").split()[3])
    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby").split() == [picture[0].get("id"), picture[1].get("id")]
    assert picture[0].text.strip()
    assert picture[1].text.strip()
    assert root.find(".//table/caption").text.strip()
    assert "nan" not in "".join(root.itertext()).lower().split()
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


def cells(root):
    return {
        "".join(row.find("th").itertext()): [" ".join(cell.itertext()) for cell in row.findall("td")]
        for row in root.findall(".//table/tbody/tr")
    }


def bars(root):
    """Return the unmet part of each drawn bar as a share of its length, 0 where none is drawn."""
    drawn = root.find(f".//{SVG}svg").findall(f"{SVG}rect")
    bars = [each for each in drawn if each.get("height") == "28"]
    met = [each for each in bars if each.get("fill") == svg.PALE.fill]
    unmet = {each.get("y"): each for each in bars if each.get("fill") == svg.VERMILION.fill}
    shares = []
    for each in met:
        part = float(unmet[each.get("y")].get("width")) if each.get("y") in unmet else 0.0
        shares.append(part / (part + float(each.get("width"))))
    return shares


def items(root):
    return [item.text for item in root.findall(".//ul/li")]


def test_controls_end_at_the_published_peak_and_at_a_rule_that_cannot_be_kept():
    sick, weight, cover = PROBE.controls
    assert sick.name == "sick"
    assert sick.words(sick.options[0]) == "0%: 60 officers"
    assert sick.words(sick.options[-1]) == "19.8%: 48 officers"
    assert weight.words(0.0) == "only the total counts"
    assert weight.words(0.25) == "worst-off precinct counts 25%"
    assert weight.words(1.0) == "worst-off precinct first"
    assert cover.options == (1, 2, 3)


@pytest.mark.parametrize("position", POSITIONS, ids=str)
def test_every_position_agrees_with_its_plan(position):
    root = check_accessible(PROBE.view(**position))
    sentence = root.find(".//p[@class='workshop-sentence']").text
    officers = 60 - int(60 * position["sick"] + 0.5)
    if position["minimum_cover"] == 3:
        assert sentence.startswith("No plan. A minimum of 3 officers in each of 5 precincts")
        assert f"{officers} are available: lower the minimum cover or find {75 - officers} more." in sentence
        assert list(cells(root).values()) == [["75"], [str(officers)], [str(75 - officers)]]
        return
    found = PLANNERS[position["minimum_cover"]].allocation(officers, position["worst_first"])
    body = cells(root)
    for place, name in enumerate(found.officers.index):
        row = body[f"Precinct {name}"]
        assert row[0] == str(found.officers[name])
        assert float(row[1]) == pytest.approx(found.demand[name], abs=0.051)
        assert float(row[2]) == pytest.approx(found.demand[name] - found.unmet[name], abs=0.051)
        assert float(row[3]) == pytest.approx(found.unmet[name], abs=0.051)
        assert int(row[4]) == pytest.approx(100 * found.unmet_share[name], abs=0.501)
        assert bars(root)[place] == pytest.approx(found.unmet_share[name], abs=0.001)
    assert body["All precincts"][0] == str(officers - found.spare)
    total, worst = map(
        int, re.findall(r" (\d+) are unmet; in Precinct \d, the worst off, (\d+)\.", sentence)[0]
    )
    assert sentence.startswith(f"{officers} of 60 officers, ")
    assert total == pytest.approx(100 * found.total_unmet_share, abs=0.501)
    assert worst == pytest.approx(100 * found.unmet_share.max(), abs=0.501)


@pytest.mark.parametrize("position", [each for each in POSITIONS if each["minimum_cover"] < 3], ids=str)
def test_who_pays_is_who_loses_most(position):
    planner = PLANNERS[position["minimum_cover"]]
    officers = 60 - int(60 * position["sick"] + 0.5)
    here = planner.allocation(officers, position["worst_first"])
    compared = {
        "Who pays for the sick": (position["sick"] > 0, planner.allocation(60, position["worst_first"])),
        "Who pays for this weight": (position["worst_first"] > 0, planner.allocation(officers, 0.0)),
    }
    said = {item.split(":")[0]: item for item in items(tree(PROBE.view(**position)))}
    for question, (asked, other) in compared.items():
        assert (question in said) == asked
        if not asked:
            continue
        more = here.unmet_share - other.unmet_share
        if not more.any():
            assert f"{question}: nobody." in said[question]
            continue
        assert f"{question}: Precinct {more.idxmax()} loses most" in said[question]
        if more.min() < 0:
            assert f"Precinct {more.idxmin()} gains" in said[question]
        hours = here.total_unmet - other.total_unmet
        assert f"Together: {'under 0.1' if hours < 0.05 else f'{hours:,.1f}'} officer-hours" in said[question]


def test_the_weight_helps_the_worst_off_at_a_price():
    views = [tree(PROBE.view(sick=sick, worst_first=1.0)) for sick in PROBE.controls[0].options]
    assert any("gains" in item for root in views for item in items(root))


def test_the_start_says_that_it_is_the_start():
    assert items(tree(PROBE.view())) == [
        "This is the start: nobody sick, only the total counts. The dashed lines stay here when you move the controls."
    ]


def test_a_rule_becomes_impossible_when_officers_are_sick():
    probe = allocation(DEMAND, 55)  # two officers at every hour need 45; at the peak 44 are left
    assert probe.controls[2].options == (1, 2)
    assert "No plan" not in probe.picture(minimum_cover=2, sick=0.18).sentence
    assert (
        "44 are available: lower the minimum cover or find 1 more."
        in probe.picture(minimum_cover=2, sick=0.198).sentence
    )


def test_spare_officers_and_a_precinct_without_need():
    demand = pd.DataFrame({"A": np.full(168, 2.0), "B": np.zeros(168)}, index=WEEK)
    probe = allocation(demand, 16, sick=(0.06,))
    root = check_accessible(probe.view())
    assert items(root)[-1] == "1 officer is left over: no further need could be met."
    assert root.find(".//p[@class='workshop-sentence']").text.endswith(
        "of 100 officer-hours needed, 0 are unmet."
    )
    assert "Who pays for the sick: nobody." in items(check_accessible(probe.view(sick=0.06)))[0]


def test_rules_with_empty_hours_offer_no_cover():
    rules = Rules(starts=(8, 16), minimum_cover=0)
    probe = allocation(DEMAND, rules=rules)
    assert probe.controls[2].options == (0,)
    assert probe.controls[2].words(0) == "No minimum"
    check_accessible(probe.view(sick=0.198))


def test_names_are_escaped_and_fit():
    probe = allocation(DEMAND, precinct_names=dict(zip(DEMAND, NASTY, strict=True)), sick=(0.1,))
    for cover in probe.controls[2].options:
        root = check_accessible(probe.view(sick=0.1, worst_first=1.0, minimum_cover=cover))
        assert root.find(".//script") is None
    assert "<script>alert" not in probe.playable()
    assert NASTY[0] in cells(tree(probe.view()))


def test_as_many_precincts_as_fit():
    check_accessible(allocation(city(8, 1.0), 100, sick=(0.198,)).view(sick=0.198))
    with pytest.raises(ValueError, match="at most 8"):
        allocation(city(9, 1.0), 100)


def test_the_first_control_plays_without_a_kernel():
    assert f'max="{len(PROBE.controls[0].options) - 1}"' in PROBE.playable()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"officers": 0}, "officers is 0"),
        ({"officers": -3}, "officers is -3"),
        ({"officers": 59.5}, "officers is 59.5"),
        ({"officers": "60"}, "officers is '60'"),
        ({"sick": (1.0,)}, "from 0 to below 1"),
        ({"sick": (-0.1,)}, "from 0 to below 1"),
        ({"sick": (float("nan"),)}, "from 0 to below 1"),
        ({"sick": 0.1}, "from 0 to below 1"),
        ({"sick": ("many",)}, "from 0 to below 1"),
        ({"precinct_names": {6: "Six"}}, "no precinct 6"),
        ({"precinct_names": ["One"]}, "must be a dict"),
        ({"demand": DEMAND.iloc[:-1]}, "one row for each hour"),
        ({"demand": -DEMAND}, "The demand of precinct 1"),
        ({"demand": None}, "one row for each hour"),
    ],
)
def test_what_cannot_be_planned_is_refused(change, says):
    with pytest.raises(ValueError, match=says):
        allocation(**({"demand": DEMAND} | change))


def test_a_position_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match=r"cannot be 0\.5"):
        PROBE.view(sick=0.5)


def test_figures_come_from_the_plan_that_lessons_show():
    shown = cells(tree(PROBE.view(worst_first=0.5)))
    assert [int(row[0]) for row in list(shown.values())[:-1]] == plan(
        DEMAND, 60, worst_first=0.5
    ).officers.tolist()
