"""The decks of the real lessons: nothing runs over, nothing is asked of a network, probes stay alive."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from workshop.build import decks, layout, slides, sources

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(path.stem for path in (ROOT / layout.LESSONS).glob("*.py"))
MOST_BYTES = 1_000_000  # a playable probe


@pytest.fixture(scope="module")
def built():
    """Export every deck once, as `make slides` does."""
    return {path.stem: path for path in decks.export(ROOT)}


def test_each_lesson_has_a_deck(built):
    assert sorted(built) == LESSONS


@pytest.mark.parametrize("name", LESSONS)
def test_a_deck_has_one_title_notes_and_a_text_for_every_figure(built, name):
    soup = BeautifulSoup(built[name].read_text(encoding="utf-8"), "html.parser")
    assert [h1.text for h1 in soup.find_all("h1")] == [
        sources.title(sources.read(ROOT / layout.LESSONS / f"{name}.py"))
    ]
    assert soup.select("aside.notes")
    for svg in soup.select("svg[role=img]"):
        assert svg.find("title").text.strip()
        assert svg.find("desc").text.strip()
    assert all(image.get("alt", "").strip() for image in soup.find_all("img"))


@pytest.mark.parametrize("name", LESSONS)
def test_a_deck_shows_no_code_and_keeps_its_probes_small(built, name):
    soup = BeautifulSoup(built[name].read_text(encoding="utf-8"), "html.parser")
    assert not soup.select(".page pre")
    for probe in soup.select(".workshop-playable"):
        assert len(str(probe).encode()) < MOST_BYTES


@pytest.mark.browser
@pytest.mark.parametrize("name", LESSONS)
def test_nothing_runs_over_a_slide(built, overflowing, name):
    assert overflowing(built[name]) == []


@pytest.mark.browser
@pytest.mark.parametrize("name", LESSONS)
def test_no_request_leaves_the_browser_on_any_slide(built, chromium, name):
    page, asked = chromium.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(built[name].as_uri())
    page.wait_for_selector(".reveal.ready")
    for _ in range(page.evaluate("Reveal.getTotalSlides()")):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("Reveal.isLastSlide()")
    assert {url.split("#")[0] for url in asked} == {built[name].as_uri()}
    page.close()


@pytest.mark.browser
def test_the_threshold_probe_lives_in_the_deck(built, chromium):
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.goto(built["01_responsible_ai"].as_uri())
    page.wait_for_selector(".reveal.ready")
    place = page.evaluate(
        "Reveal.getSlides().findIndex(slide => /Flagged from this COMPAS score/.test(slide.textContent))"
    )
    for _ in range(place):
        page.keyboard.press("ArrowRight")
    slide = page.locator("section.present").last
    assert "At 5 of 10 and over: of 100 Black defendants who did not re-offend, 45" in slide.inner_text()
    slide.locator("input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    said = slide.locator(".workshop-sentence").inner_text()
    assert said.startswith("At 6 of 10 and over")
    assert re.search(r"of 100 Black defendants who did not re-offend, \d+ are flagged", said)
    assert page.evaluate("Reveal.getSlidePastCount()") == place
    page.close()


@pytest.mark.browser
def test_the_longest_deck_prints_one_page_a_slide(built, chromium, tmp_path):
    longest = max(built.values(), key=lambda path: path.stat().st_size)
    page = chromium.new_page()
    page.goto(longest.as_uri())
    page.wait_for_selector(".reveal.ready")
    count = page.evaluate("Reveal.getTotalSlides()")
    page.close()
    assert len(PdfReader(slides.pdf(longest, tmp_path / "deck.pdf")).pages) == count


def test_an_unknown_lesson_is_named():
    with pytest.raises(ValueError, match="No lesson is called 99_nothing"):
        decks.export(ROOT, ["99_nothing"])
