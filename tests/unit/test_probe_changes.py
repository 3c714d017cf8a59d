"""The picture of changes: each factor where it belongs, with its interval, and counted in the sentence."""

import math

import pytest
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop import datasets
from workshop.domains import crisis
from workshop.probes import changes, svg

TEST = crisis.StressTest(datasets.load("weekly_recorded_crime"), "2020-03-16")
FOUND = TEST.changes()
CHOICES = [[crisis.HOMES, crisis.SHOPS], ["theft_of_vehicle"], list(TEST.types[2:5]), [crisis.SHOPS]]


@pytest.mark.parametrize("crimes", CHOICES, ids=len)
def test_rows_and_sentence_are_those_of_the_audit(crimes):
    root = tree(changes(TEST, crimes)._repr_html_())
    check_texts(drawing(root))
    kept = FOUND[FOUND.index.get_level_values("type").isin(crimes)]
    told = {(row[0], row[2]) for row in cells(root)}
    assert told == {
        (city, f"{row.value:.2f} ({row.low:.2f} to {row.high:.2f})") for (city, _), row in kept.iterrows()
    }
    for crime in crimes:
        rows = kept.xs(crime, level="type")
        up, down = (rows.low > 1).sum(), (rows.high < 1).sum()
        assert f"clearly up in {up} of {len(rows)} cities, clearly down in {down}." in sentence(root)


def test_a_point_stands_on_its_side_of_no_change():
    root = tree(changes(TEST, [crisis.SHOPS])._repr_html_())
    marks = [path.get("d") for path in drawing(root).iter(f"{SVG}path") if path.get("fill") == svg.BLUE.fill]
    kept = FOUND.xs(crisis.SHOPS, level="type")
    # A circle's path begins at its left edge.
    places = [float(mark[1:].split()[0]) + 5 for mark in marks]
    logs = [math.log2(value) for value in kept.value]
    middle = 150 + 152 + 280 / 2
    for place, log in zip(places, logs, strict=True):
        assert (place > middle) == (log > 0)
    scale = (places[0] - middle) / logs[0]
    assert [(place - middle) / scale for place in places] == pytest.approx(logs, abs=0.01)


def test_too_few_are_not_told():
    rows = datasets.load("weekly_recorded_crime").query("city_name == 'Boston, MA'").copy()
    rows["personal_robbery"] //= 8
    root = tree(changes(crisis.StressTest(rows, "2020-03-16"), ["personal_robbery"])._repr_html_())
    assert cells(root)[0][2] == "too few to tell"
    assert "clearly up in 0 of 1 cities, clearly down in 0." in sentence(root)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ((None, [crisis.HOMES]), "Give a stress test"),
        ((TEST, crisis.HOMES), "as a list"),
        ((TEST, []), "one to three"),
        ((TEST, TEST.types[:4]), "one to three"),
        ((TEST, ["burglary"]), "No city publishes 'burglary'"),
    ],
)
def test_what_cannot_be_shown_is_said(given, says):
    with pytest.raises(ValueError, match=says):
        changes(*given)
