"""Case 07 in a trainee's hands: the rate moves by keyboard, and one account is explained in three ways."""

import pytest
from pages import assert_ran, press, sentence
from playwright.sync_api import expect

from benchmarks import lab as labs
from workshop import datasets, probes
from workshop.domains import court

pytestmark = pytest.mark.browser
LESSON = "notebooks/07_case_germany.ipynb"
ACCOUNTS = [2289, 2125, 2223, 2248, 2640]


@pytest.fixture(scope="module")
def explained():
    """Return the probe of the case."""
    accounts = datasets.load("reported_accounts")
    return probes.reasons(court.Refits(accounts[accounts.split == "train"]), accounts.loc[ACCOUNTS])


def test_runs_to_its_end(lesson):
    assert_ran(lesson)


def test_the_rate_moves_by_keyboard(lesson):
    probe, expected = labs.probe(lesson, "correct-rate"), probes.correct_rate()
    slider = probe.get_by_role("slider").first
    press(lesson, slider, "Home")
    expect(sentence(probe)).to_have_text(expected.picture(missing=0).sentence)
    press(lesson, slider, "End")
    expect(sentence(probe)).to_have_text(expected.picture(missing=20).sentence)
    press(lesson, slider, "ArrowLeft")
    expect(sentence(probe)).to_have_text(expected.picture(missing=19).sentence)


def test_an_account_is_explained_in_three_ways(lesson, explained):
    probe = labs.probe(lesson, "reasons")
    way, case = probe.locator("select").nth(0), probe.locator("select").nth(1)
    for place, each in enumerate(explained.controls[0].options):
        way.select_option(index=place)
        expect(sentence(probe)).to_have_text(explained.picture(way=each).sentence)
    case.select_option(index=4)
    expect(sentence(probe)).to_have_text(
        explained.picture(case="Account E", way=explained.controls[0].options[2]).sentence
    )
