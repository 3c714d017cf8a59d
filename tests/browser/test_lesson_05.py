"""Lesson 05 in a trainee's hands: a typed message is scored as it is typed, and never run."""

import pytest
from pages import assert_ran, press, sentence
from playwright.sync_api import expect

from benchmarks import lab as labs
from workshop import datasets, probes
from workshop.domains import text

pytestmark = pytest.mark.browser
LESSON = "notebooks/05_language_processing.ipynb"
ARABIC = "هناك رجل معه سكين أمام بابي"


@pytest.fixture(scope="module")
def triage():
    """Return the model of the lesson."""
    messages = datasets.load("public_messages")
    english = messages[(messages.split == "train") & (messages.language == "en")]
    return text.fit_triage(english.text, english.urgent)


@pytest.fixture(scope="module")
def tested():
    """Return the messages of the test."""
    messages = datasets.load("public_messages")
    return messages[messages.split == "test"]


def test_runs_to_its_end(lesson):
    assert_ran(lesson)


@pytest.mark.parametrize(
    "typed",
    [
        "My purse is gone, I think I left it on the tram.",
        "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'> help",
        ARABIC,
        "😱 come quick " * 60,
    ],
    ids=["plain", "script", "arabic", "long"],
)
def test_a_typed_message_is_scored_and_shown_as_text(lesson, triage, typed):
    probe = labs.probe(lesson, "message")
    probe.locator("textarea").fill(typed)
    expect(sentence(probe)).to_have_text(probes.message(triage).picture(message=typed).sentence)
    box = probe.locator(".workshop-text")
    assert box.inner_text().split() == typed.split()
    assert lesson.evaluate("window.hacked") is None


def test_an_empty_message_is_answered_with_a_reason_and_the_next_one_is_scored(lesson, triage):
    expected = probes.message(triage)
    field = lesson.locator(
        f"{labs.NOTEBOOK} textarea"
    ).first  # the word probe is the first that one types into
    field.fill("   ")
    expect(lesson.get_by_text(expected.picture(message="   ").sentence)).to_be_visible()
    field.fill("knife")
    expect(sentence(labs.probe(lesson, "message"))).to_have_text(expected.picture(message="knife").sentence)


def test_words_are_exchanged_in_a_typed_message(lesson, triage):
    terms = text.exchangeable(datasets.load("public_messages", "identity_terms"))
    probe = labs.probe(lesson, "swap")
    typed = "Does the ___ centre open on Friday?"
    probe.locator("textarea").fill(typed)
    expect(sentence(probe)).to_have_text(probes.swap(triage, terms).picture(sentence=typed).sentence)


def test_who_waits_moves_by_keyboard(lesson, triage, tested):
    probe, expected = labs.probe(lesson, "queue"), probes.queue(tested, triage.score(tested.text))
    slider = probe.get_by_role("slider").first
    options = next(control.options for control in expected.controls if control.name == "capacity")
    press(lesson, slider, "Home")
    expect(sentence(probe)).to_have_text(expected.picture(capacity=options[0]).sentence)
    press(lesson, slider, "ArrowRight", "ArrowRight")
    expect(sentence(probe)).to_have_text(expected.picture(capacity=options[2]).sentence)


def test_the_alarm_moves_by_keyboard(lesson):
    probe = labs.probe(lesson, "drift")
    slider = probe.get_by_role("slider").first
    press(lesson, slider, "Home")
    expect(sentence(probe)).to_contain_text("4 weeks")
    press(lesson, slider, "ArrowRight")
    expect(sentence(probe)).to_contain_text("in the week of the change")
