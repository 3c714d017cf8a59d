"""Case 08 in a trainee's hands: whom a team reads moves by keyboard, and nothing that is shown runs."""

import pytest
from pages import assert_ran, press, sentence
from playwright.sync_api import expect

from benchmarks import lab as labs
from workshop import datasets, probes
from workshop.domains import transactions

pytestmark = pytest.mark.browser
LESSON = "notebooks/08_case_japan.ipynb"


@pytest.fixture(scope="module")
def expected():
    """Return the probe of the case."""
    reports = datasets.load("transaction_reports")
    past, now = reports[reports["year"] < 3], reports[reports["year"] == 3]
    customers = datasets.load("transaction_reports", "customers")
    return probes.capacity(now, transactions.scores(past, now), customers)


def test_runs_to_its_end(lesson):
    assert_ran(lesson)


def test_who_is_read_moves_by_keyboard(lesson, expected):
    probe = labs.probe(lesson, "capacity")
    slider = probe.get_by_role("slider").first
    options = expected.controls[0].options
    press(lesson, slider, "Home")
    expect(sentence(probe)).to_have_text(expected.picture(capacity=options[0]).sentence)
    press(lesson, slider, *["ArrowRight"] * 4)
    expect(sentence(probe)).to_have_text(expected.picture(capacity=options[4]).sentence)
    choice = probe.get_by_role("combobox").first
    choice.focus()
    lesson.keyboard.press("End")
    expect(sentence(probe)).to_have_text(expected.picture(capacity=options[4], order="read only").sentence)


def test_a_list_of_cars_moves_by_keyboard(lesson):
    probe, expected = labs.probe(lesson, "top-five"), probes.top_five(datasets.load("car_models"))
    slider = probe.get_by_role("slider").first
    press(lesson, slider, "Home")
    expect(sentence(probe)).to_have_text(expected.picture(length=1).sentence)
    press(lesson, slider, "End")
    expect(sentence(probe)).to_have_text(expected.picture(length=10).sentence)
