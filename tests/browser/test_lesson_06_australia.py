"""Case Australia in a trainee's hands: triage by keyboard, questions to the airlock, refusals as text."""

import pytest
from pages import assert_ran, press, rest, sentence
from playwright.sync_api import expect

from benchmarks import lab as labs
from workshop import datasets, probes
from workshop.domains.seized import Question

pytestmark = pytest.mark.browser
LESSON = "notebooks/06_case_australia.ipynb"
SEED = 2019


@pytest.fixture(scope="module")
def files():
    """Return the files of the case."""
    return datasets.load("seized_files")


@pytest.fixture(scope="module")
def desk(files):
    """Return the desk of the case, as somebody without a browser reads it."""
    return probes.airlock(files, seed=SEED)


def test_runs_to_its_end(lesson):
    assert_ran(lesson)


def test_the_triage_moves_by_keyboard(lesson, files):
    probe, expected = labs.probe(lesson, "triage"), probes.triage(files, files["score"], hours=3.0)
    threshold, hours = probe.get_by_role("slider").first, probe.get_by_role("slider").nth(1)
    press(lesson, threshold, "Home")
    expect(sentence(probe)).to_have_text(expected.picture(threshold=0.0).sentence)
    press(lesson, hours, "ArrowRight")
    expect(sentence(probe)).to_have_text(expected.picture(threshold=0.0, hours=3.5).sentence)


def test_a_question_is_sent_by_keyboard_and_the_next_one_too(lesson, desk):
    probe = labs.probe(lesson, "airlock")
    send = probe.get_by_role("button", name="Send")
    expect(sentence(probe)).to_have_text(desk.after([]).sentence)
    press(lesson, send, "Enter")
    expect(sentence(probe)).to_have_text(desk.after([Question()]).sentence)
    probe.get_by_role("combobox").nth(1).select_option(label="One file: show me its row")
    press(lesson, send, "Space")
    expect(sentence(probe)).to_contain_text("behind it stands one child")
    press(lesson, probe.get_by_role("button", name="Start again"), "Enter")
    expect(sentence(probe)).to_have_text(desk.after([]).sentence)


@pytest.mark.parametrize(
    "typed",
    ["(score + new_score) / 2", "<script>window.hacked = 1</script>", "__import__('os').system('id')", ""],
    ids=["formula", "script", "code", "empty"],
)
def test_a_typed_formula_is_answered_or_refused_and_never_run(lesson, desk, typed):
    probe = labs.probe(lesson, "airlock")
    press(lesson, probe.get_by_role("button", name="Start again"), "Enter")
    probe.get_by_role("combobox").first.select_option(label="A formula of my own")
    probe.get_by_role("combobox").nth(1).select_option(label="Victims, by skin tone")
    rest(lesson)
    probe.locator("textarea").fill(typed)
    rest(lesson)
    press(lesson, probe.get_by_role("button", name="Send"), "Enter")
    expect(sentence(probe)).to_have_text(desk.after([Question(typed)]).sentence)
    assert lesson.evaluate("window.hacked") is None
