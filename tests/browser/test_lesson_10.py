"""Lesson 10 in a trainee's hands: the city is chosen, the price of an alarm moves, a day is refused."""

import pytest
from pages import assert_ran, press, sentence
from playwright.sync_api import expect

from benchmarks import lab as labs
from workshop import datasets, probes
from workshop.domains import crisis

pytestmark = pytest.mark.browser
LESSON = "notebooks/10_crisis.ipynb"


@pytest.fixture(scope="module")
def stress():
    """Return the main probe of the lesson."""
    test = crisis.StressTest(datasets.load("weekly_recorded_crime"), cut="2020-03-16")
    return probes.stress(test, city="Chicago, IL", crime=crisis.SHOPS)


def test_runs_to_its_end(lesson):
    assert_ran(lesson)


def test_a_city_is_chosen_by_keyboard(lesson, stress):
    probe = labs.probe(lesson, "stress")
    expect(sentence(probe)).to_have_text(stress.picture().sentence)
    city = probe.get_by_role("combobox").first
    press(lesson, city, "L")  # of Los Angeles
    expect(sentence(probe)).to_have_text(stress.picture(city="Los Angeles, CA").sentence)


def test_a_city_without_the_type_is_answered_with_a_reason(lesson, stress):
    probe = labs.probe(lesson, "stress")
    probe.get_by_role("combobox").first.select_option("Boston, MA")
    expect(lesson.get_by_text(stress.picture(city="Boston, MA").sentence)).to_be_visible()
    lesson.locator(f"{labs.NOTEBOOK} select").first.select_option("Chicago, IL")
    expect(sentence(labs.probe(lesson, "stress"))).to_have_text(stress.picture().sentence)


def test_the_price_of_the_alarm_is_folded_and_moves_by_keyboard(lesson, stress):
    probe = labs.probe(lesson, "stress")
    probe.get_by_label("More settings").check()
    slider = probe.get_by_role("slider").first
    press(lesson, slider, "Home")
    expect(sentence(probe)).to_have_text(stress.picture(accepted=1).sentence)
    press(lesson, slider, "End")
    expect(sentence(probe)).to_have_text(stress.picture(accepted=50).sentence)


def test_the_last_day_says_no(lesson):
    probe = labs.probe(lesson, "sunset")
    slider = probe.get_by_role("slider").first
    press(lesson, slider, "End")
    expect(sentence(probe)).to_contain_text("No: it ended on 31 May 2020")
    press(lesson, slider, "Home")
    expect(sentence(probe)).to_contain_text("Not yet")
