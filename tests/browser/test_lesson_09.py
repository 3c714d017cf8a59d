"""Case 09 in a trainee's hands: the alarm moves by keyboard, and its sentence is that of the view."""

import pytest
from pages import assert_ran, press, sentence
from playwright.sync_api import expect

from benchmarks import lab as labs
from workshop import datasets, probes

pytestmark = pytest.mark.browser
LESSON = "notebooks/09_case_norway.ipynb"


@pytest.fixture(scope="module")
def warning():
    """Return the main probe of the case."""
    return probes.early_warning(datasets.load("chat_risk_scores"))


def test_runs_to_its_end(lesson):
    assert_ran(lesson)


def test_the_alarm_moves_by_keyboard(lesson, warning):
    probe = labs.probe(lesson, "early-warning")
    slider = probe.get_by_role("slider").first
    options = warning.controls[0].options
    press(lesson, slider, "Home")
    expect(sentence(probe)).to_have_text(warning.picture(accepted=options[0]).sentence)
    press(lesson, slider, "ArrowRight", "ArrowRight", "ArrowRight")
    expect(sentence(probe)).to_have_text(warning.picture(accepted=options[3]).sentence)


def test_a_day_is_set_under_more_settings(lesson, warning):
    probe = labs.probe(lesson, "early-warning")
    press(lesson, probe.get_by_role("slider").first, "Home")
    more = probe.get_by_label("More settings")
    if not more.is_checked():
        press(lesson, more, "Space")
    harmful = probe.get_by_role("combobox").nth(2)
    harmful.select_option(label="1,000")
    expected = warning.picture(accepted=0, harmful=1_000)
    said = expected.aside.split("<li>")[-1].split("</li>")[0]
    expect(probe).to_contain_text(said.replace("&#x27;", "'"))


def test_checked_interviews_move_by_keyboard(lesson):
    probe = labs.probe(lesson, "correction")
    expected = probes.correction(datasets.load("interview_transcripts"))
    press(lesson, probe.get_by_role("slider").first, "Home")
    expect(sentence(probe)).to_have_text(expected.picture(checked=0).sentence)


def test_another_chat_is_drawn(lesson):
    probe = labs.probe(lesson, "timeline")
    probe.get_by_role("combobox").first.select_option(label="Second language, innocent")
    expect(sentence(probe)).to_contain_text("suspected for nothing")
