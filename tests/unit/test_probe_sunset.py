"""The sunset probe: on every day it says whether the tool may be used, and draws the same."""

import datetime
import statistics
import time
from itertools import pairwise

import pytest
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop.audit import incidence
from workshop.domains.crisis import Deployment
from workshop.probes import sunset, svg

DECIDED = Deployment(
    "a forecast of burglary", "Commander Ito", "2020-03-30", "2020-05-31", ["2020-04-27"], "each its share"
)
HELD = DECIDED.review("2020-04-24", "Commander Ito", goes_on=True)
LONGER = HELD.extend(
    "2020-05-25",
    "2020-06-30",
    "Commander Ito",
    reviews=["2020-06-15"],
    measured="false alarms a year",
    evidence=incidence(10, 1508, per=52),
)
STOPPED = DECIDED.review("2020-04-20", "Judge Amari", goes_on=False)
STORIES = {"held": HELD, "nobody looks": DECIDED, "extended": LONGER, "stopped": STOPPED}
PROBE = sunset(STORIES)
DAYS = PROBE.controls[0].options


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("on", DAYS[::9])
def test_every_day_says_what_holds(story, on):
    root = tree(PROBE.view(on=on, story=story))
    check_texts(drawing(root))
    assert sentence(root).endswith(STORIES[story].standing(on).sentence)


@pytest.mark.parametrize("story", STORIES)
def test_the_bars_are_the_days_on_which_it_may_be_used(story):
    picture = drawing(tree(PROBE.view(story=story)))
    full = [
        float(rect.get("width")) for rect in picture.iter(f"{SVG}rect") if rect.get("fill") == svg.BLUE.fill
    ]
    allowed = sum(STORIES[story].standing(day).state.allowed for day in DAYS)
    assert sum(full) == pytest.approx(720 * allowed / len(DAYS), abs=0.5)


@pytest.mark.parametrize("story", STORIES)
def test_the_table_has_every_day_once(story):
    rows = cells(tree(PROBE.view(story=story)))
    assert rows[0][0] == "23 March 2020"
    assert rows[-1][1] == "21 July 2020"
    states = [STORIES[story].standing(day).state for day in DAYS]
    assert len(rows) == 1 + sum(first is not second for first, second in pairwise(states))


def test_reviews_and_decisions_show_on_the_day_they_are_known():
    def held(on, story="held"):
        picture = drawing(tree(PROBE.view(on=on, story=story)))
        return sum(path.get("fill") == svg.BLACK for path in picture.iter(f"{SVG}path")) - 1  # the legend's

    assert held("2020-04-23") == 0
    assert held("2020-04-24") == 1
    assert "Extended so far: 0 times" in PROBE.view(on="2020-05-24", story="extended")
    assert "Extended so far: 1 times" in PROBE.view(on="2020-05-25", story="extended")


def test_the_first_day_of_use_comes_first():
    assert PROBE.resolve()["on"] == "2020-03-30"
    assert sunset(STORIES, on=datetime.date(2020, 4, 20)).resolve()["on"] == "2020-04-20"


def test_a_move_is_quick():
    taken = []
    for on in DAYS[::6]:
        start = time.process_time()
        PROBE.view(on=on, story="extended")
        taken.append(time.process_time() - start)
    assert statistics.median(taken) < 0.05


def test_words_of_a_decision_are_only_text():
    odd = Deployment("<b>x</b>", "<i>me</i>", "2020-03-30", "2020-05-31", ["2020-04-27"], "<script>")
    root = tree(sunset({"<u>story</u>": odd}).view(on="2020-05-01"))
    assert root.find(".//i") is None
    assert "<i>me</i>" in sentence(root)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"stories": {}}, "Give deployments"),
        ({"stories": DECIDED}, "Give deployments"),
        ({"stories": {"a": "b"}}, "Give deployments"),
        (
            {
                "stories": {
                    "a": DECIDED,
                    "b": Deployment("x", "y", "2020-04-01", "2020-05-31", ["2020-04-27"], "z"),
                }
            },
            "different days",
        ),
        ({"stories": STORIES, "on": "2019-01-01"}, "cannot be"),
        ({"stories": STORIES, "on": "soon"}, "cannot be"),
    ],
)
def test_what_cannot_be_shown_is_said(given, says):
    with pytest.raises(ValueError, match=says):
        sunset(**given)
