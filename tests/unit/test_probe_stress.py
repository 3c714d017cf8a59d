"""The stress probe: every position tells what was planned, what was recorded, and when the alarm rings."""

import statistics
import time
from itertools import product

import numpy as np
import pytest
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop import datasets
from workshop.domains import crisis
from workshop.domains.crisis.alarms import ACCEPTED, KINDS, ONE_WEEK, PSI
from workshop.probes import stress, svg

TEST = crisis.StressTest(datasets.load("weekly_recorded_crime"), "2020-03-16")
DESK = crisis.AlarmDesk(TEST)
PROBE = stress(TEST, city="Chicago, IL", crime=crisis.SHOPS)
ALL = [
    {"city": city, "crime": crime, "alarm": alarm, "accepted": accepted}
    for (city, crime), (alarm, accepted) in product(TEST.names, product(KINDS, (1, 10, 50)))
]
POSITIONS = ALL[::11]


def items(root):
    return [item.text for item in root.findall(".//ul/li")]


def named(position):
    return "-".join(map(str, position.values()))


@pytest.mark.parametrize("position", POSITIONS, ids=named)
def test_every_position_tells_what_was_planned_and_recorded(position):
    root = tree(PROBE.view(**position))
    check_texts(drawing(root))
    row = TEST.since().loc[(position["city"], position["crime"])]
    planned, recorded = int(np.floor(row.planned + 0.5)), int(row.recorded)
    said = sentence(root)
    assert f"{planned:,} planned, {recorded:,} recorded" in said
    if recorded != planned:
        assert f"{abs(recorded - planned):,} " in said
        assert ("more than anybody planned for" in said) == (recorded > planned)
    noticed = DESK.noticed(position["city"], position["crime"], position["alarm"], position["accepted"])
    if noticed.weeks is None:
        assert "does not ring" in said
    else:
        assert f"The alarm rings in week {noticed.weeks + 1} of {row.weeks:.0f}." in said
    assert any("It rang already" in item for item in items(root)) == (noticed.earlier is not None)
    assert any("habit" in item for item in items(root)) == (position["alarm"] == PSI)


@pytest.mark.parametrize("position", POSITIONS[::3], ids=named)
def test_the_table_and_the_marks_say_the_same(position):
    root = tree(PROBE.view(**position))
    city, crime, *setting = position.values()
    series, watched = TEST.of(city, crime), DESK.watch(city, crime, *setting)
    year = series.weeks >= TEST.made
    rows = cells(root)
    assert [int(row[3].replace(",", "")) for row in rows] == series.recorded[year].astype(int).tolist()
    assert [row[4] == "rings" for row in rows] == watched.rings[year].tolist()
    late = watched.rings & (series.weeks >= TEST.cut)
    full = [path for path in drawing(root).iter(f"{SVG}path") if path.get("fill") == svg.VERMILION.fill]
    assert len(full) == 2 * late.sum() + 1  # on the counts, on the signal, and in the legend


def test_the_price_is_told_with_what_few_weeks_can_tell():
    said = items(tree(PROBE.view(alarm=ONE_WEEK, accepted=10)))[0]
    assert "began to ring 10 times in all 29 series. Here never in 52 weeks: that can mean 0 to 4" in said


def test_a_type_that_a_city_does_not_publish_is_answered_with_what_it_publishes():
    picture = PROBE.picture(city="Boston, MA")
    assert picture.sentence == (
        "Boston, MA publishes no counts of burglary of shops here. Choose burglary of homes or robbery."
    )
    assert picture.figure == picture.table == ""
    tree(PROBE.view(city="Boston, MA"))


def test_what_comes_first():
    assert stress(TEST).resolve()["crime"] == crisis.HOMES
    assert PROBE.resolve() == {
        "city": "Chicago, IL", "crime": crisis.SHOPS, "alarm": ONE_WEEK, "accepted": 10
    }  # fmt: skip
    assert [control.folded for control in PROBE.controls] == [False, False, True, True]
    assert PROBE.controls[3].options == ACCEPTED


def test_planned_counts_can_be_shown():
    planned = datasets.load("planned_drift")
    test = crisis.StressTest(planned[planned.city_name == "Hill City"], "2020-03-23", unfinished=0)
    root = tree(stress(test, crime="theft_from_vehicle").view())
    check_texts(drawing(root))
    assert "Hill City, theft from vehicles since 23 March 2020" in sentence(root)


def test_foreign_names_are_only_text():
    rows = datasets.load("weekly_recorded_crime").query("city_name == 'Boston, MA'")
    rows = rows.assign(city_name="<script>x</script>").rename(columns={"personal_robbery": "<b>سرقة"})
    root = tree(stress(crisis.StressTest(rows, "2020-03-16"), crime="<b>سرقة").view())
    assert root.find(".//script") is None
    assert "<script>x</script>" in sentence(root)


def test_a_move_is_quick():
    taken = []
    for position in ALL[::7]:
        start = time.process_time()
        PROBE.view(**position)
        taken.append(time.process_time() - start)
    assert statistics.median(taken) < 0.05
    assert max(taken) < 0.1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"test": None}, "Give a stress test"),
        ({"test": TEST, "city": "Berlin"}, "cannot be 'Berlin'"),
        ({"test": TEST, "crime": "burglary"}, "cannot be 'burglary'"),
    ],
)
def test_what_cannot_be_shown_is_said(given, says):
    with pytest.raises(ValueError, match=says):
        stress(**given)


@pytest.mark.parametrize("position", [{"accepted": 0}, {"alarm": "CUSUM"}, {"city": None}, {"weeks": 3}])
def test_a_position_that_is_not_there(position):
    with pytest.raises(ValueError, match=r"cannot be|no control"):
        PROBE.view(**position)
