"""Lesson 03 in a trainee's hands: its cells run, its sounds load, a typed sentence is only ever text."""

import re

import pytest
from pages import assert_ran, press, sentence
from playwright.sync_api import expect

from benchmarks import lab as labs

pytestmark = pytest.mark.browser
LESSON = "notebooks/03_audio_processing.ipynb"


def test_runs_to_its_end(lesson):
    assert_ran(lesson)


def test_every_sound_is_whole_and_named(lesson):
    players = lesson.locator(f"{labs.NOTEBOOK} audio")
    assert players.count() >= 3
    for player in players.all():
        assert "synthetic speech" in player.get_attribute("aria-label")
        lasts = player.evaluate(
            """audio => new Promise((resolve, reject) => {
                audio.onerror = () => reject(audio.error.message);
                if (audio.readyState > 0) resolve(audio.duration);
                audio.onloadedmetadata = () => resolve(audio.duration);
                audio.load();
            })"""
        )
        assert 0.2 < lasts < 2


def test_noise_comes_and_goes_by_keyboard(lesson):
    probe = labs.probe(lesson, "noise")
    quiet = re.compile(r"^As recorded: \d+ of 100 words of synthetic speech are missed")
    expect(sentence(probe)).to_have_text(quiet)
    press(lesson, probe.get_by_role("slider").first, "End")
    expect(sentence(probe)).to_contain_text("0 dB street noise")
    press(lesson, probe.get_by_role("slider").first, "Home")
    expect(sentence(probe)).to_have_text(quiet)


def test_both_ticks_are_in_one_row_and_the_player_is_above_the_figure(lesson):
    probe = labs.probe(lesson, "noise")
    line, mask = (probe.get_by_text(words).first for words in ("Over a telephone line", "Through a mask"))
    assert line.bounding_box()["y"] == mask.bounding_box()["y"]
    player, figure = (probe.locator(kind).first for kind in ("audio", ".workshop-panel svg"))
    assert player.bounding_box()["y"] < figure.bounding_box()["y"]


def test_what_is_typed_is_shown_and_never_run(lesson):
    typed = lesson.locator(f"{labs.NOTEBOOK} .jp-OutputArea-output").filter(has=lesson.get_by_role("textbox"))
    probe = typed.filter(has_not_text="case file")  # which asks for a reason in one's own words
    said, heard = probe.get_by_role("textbox").all()
    said.fill("he said <img src=x onerror=document.title='run'> twice")
    heard.fill("he said nothing")
    expect(sentence(probe)).to_contain_text("Word error rate")
    assert probe.locator("img").count() == 0
    assert lesson.title() != "run"
    said.fill("")
    expect(probe).to_contain_text(re.compile("said", re.I))
    expect(probe).not_to_contain_text("Traceback")
