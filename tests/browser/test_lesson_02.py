"""Lesson 02 in a trainee's hands: its cells run, its probes move by keyboard and say what the numbers say."""

import pytest
from pages import assert_ran, press, sentence
from playwright.sync_api import expect

from benchmarks import lab as labs
from workshop import datasets
from workshop.domains import resources

pytestmark = pytest.mark.browser
LESSON = "notebooks/02_resource_optimization.ipynb"


@pytest.fixture(scope="module")
def needed():
    """Return the officers needed in each hour of the week, as the lesson assumes them."""
    return 2 * resources.hour_of_week(resources.hourly(datasets.load("minneapolis_stops")))


def test_runs_to_its_end(lesson):
    assert_ran(lesson)


def test_the_sick_are_missed_as_the_plan_says(lesson, needed):
    probe = labs.probe(lesson, "allocation")
    press(lesson, probe.get_by_role("slider").first, "End")
    plan = resources.plan(needed, 48)
    expect(sentence(probe)).to_contain_text(
        f"48 of 60 officers, only the total counts: of 100 officer-hours needed, {100 * plan.total_unmet_share:.0f} "
        f"are unmet; in Precinct {plan.unmet_share.idxmax()}, the worst off, {100 * plan.unmet_share.max():.0f}."
    )
    probe.get_by_role("combobox").first.select_option(index=2)
    with pytest.raises(resources.InfeasiblePlan) as clash:
        resources.plan(needed, 48, resources.Rules(minimum_cover=3))
    expect(probe).to_contain_text(str(clash.value))
    probe.get_by_role("combobox").first.select_option(index=0)


def test_the_other_rule_brings_the_patrols_back(lesson):
    probe = labs.probe(lesson, "feedback")
    expect(sentence(probe)).to_contain_text("70 of 100 patrols go to A; only 57 of 100 incidents")
    _, prior, rule, *_ = probe.get_by_role("combobox").all()
    prior.select_option("one in a hundred of them")
    rule.select_option("records count less where we patrol more")
    expect(sentence(probe)).to_contain_text("57 of 100 patrols go to A; 57 of 100 incidents")


def test_an_audit_is_scored(lesson):
    probe = labs.probe(lesson, "score")
    press(lesson, probe.get_by_role("slider"), "End")
    press(lesson, probe.get_by_role("checkbox", name="Show the truth"), "Space")
    bias = datasets.truth("planned_city")["bias"]
    expect(sentence(probe)).to_contain_text(
        f"Planted: {bias:.1f} times. You say 4.0: {100 * (4 / bias - 1):.0f}% too high."
    )
