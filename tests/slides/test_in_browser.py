import re

import pytest
from nbformat import v4
from playwright.sync_api import expect
from pypdf import PdfReader
from sample_notebook import code, png, text

from workshop.build import slides

pytestmark = pytest.mark.browser
PROBE = "Reveal.slide(3, 0)"


@pytest.fixture
def context(chromium):
    """Return a window's context that keeps every request and every error in its own lists."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    context.asked, context.errors = [], []
    context.on("request", lambda request: context.asked.append(request.url))
    context.on("weberror", lambda error: context.errors.append(str(error.error)))
    context.on("console", lambda message: message.type == "error" and context.errors.append(message.text))
    yield context
    context.close()


@pytest.fixture
def page(context, deck):
    """Return the sample's deck at its first slide."""
    return opened(context, deck)


def opened(context, path, query=""):
    page = context.new_page()
    page.goto(path.as_uri() + query)
    page.wait_for_selector(".reveal.ready")
    return page


def heading(page):
    return page.evaluate("Reveal.getCurrentSlide().querySelector('h1, h2').textContent")


def current(page, selector):
    return page.locator(f"section.present:not(.stack) {selector}")


def exported(tmp_path, *cells):
    notebook = v4.new_notebook(cells=[text("# Title", "slide"), *cells])
    return slides.export(notebook, tmp_path / "deck.html")


def test_the_whole_deck_asks_for_nothing_but_itself(context, page, deck):
    for _ in range(20):
        page.keyboard.press("Space")
    assert heading(page) == "What to remember"
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    popup.value.wait_for_selector("#upcoming-slide iframe")
    popup.value.frames[1].wait_for_selector(".reveal.ready")
    asked = {url.split("?")[0].split("#")[0] for url in context.asked if not url.startswith("data:")}
    assert asked <= {deck.as_uri(), "about:blank"}
    assert deck.as_uri() in asked
    assert context.errors == []


def test_a_cells_own_script_can_not_reach_the_network(context, tmp_path):
    script = """<p id="said">nothing</p><script>
    document.addEventListener("securitypolicyviolation", (event) => {
      document.getElementById("said").textContent = event.effectiveDirective;
    });
    fetch("http://127.0.0.1:9/").catch(() => {});
    </script>"""
    page = opened(context, exported(tmp_path, code({"text/html": script}, "slide")))
    expect(page.locator("#said")).to_have_text("connect-src")


def test_keys_go_through_slides_subslides_and_fragments(page):
    page.keyboard.press("ArrowRight")
    assert heading(page) == "What you will learn"
    fragment = current(page, ".fragment")
    assert not fragment.is_visible()
    page.keyboard.press("ArrowRight")
    fragment.wait_for(state="visible")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert heading(page) == "How the rates are made"
    page.keyboard.press("PageUp")
    assert heading(page) == "The numbers behind it"


def test_a_slider_takes_the_arrow_keys_and_leaves_the_slide(page):
    page.evaluate(PROBE)
    slider = current(page, "input")
    slider.focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
    assert heading(page) == "Move the threshold"
    assert slider.input_value() == "8"
    assert current(page, "output").inner_text() == "8"
    assert current(page, "#sentence").inner_text() == "At 8 of 10, 18 of 100 are flagged."
    assert current(page, "#bar").get_attribute("width") == "150"


def test_escape_gives_the_keys_back_to_the_slides(page):
    page.evaluate(PROBE)
    current(page, "input").focus()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert heading(page) == "A still figure of the scores"


def test_a_remote_turns_the_slide_while_the_slider_has_the_focus(page):
    page.evaluate(PROBE)
    slider = current(page, "input")
    slider.focus()
    page.keyboard.press("PageDown")
    assert heading(page) == "A still figure of the scores"
    page.keyboard.press("PageUp")
    assert heading(page) == "Move the threshold"
    assert slider.input_value() == "5"


def test_a_choice_and_a_button_keep_their_keys(context, tmp_path):
    controls = """<select><option>a</option><option>b</option></select>
    <button onclick="this.textContent = 'pressed'">press</button>"""
    page = opened(
        context, exported(tmp_path, code({"text/html": controls}, "slide"), text("## Last", "slide"))
    )
    page.keyboard.press("ArrowRight")
    current(page, "select").focus()
    page.keyboard.press("ArrowDown")
    assert current(page, "select").input_value() == "b"
    current(page, "button").focus()
    page.keyboard.press("Space")
    assert current(page, "button").inner_text() == "pressed"
    page.keyboard.press("ArrowRight")
    assert heading(page) == "Last"


def test_the_focus_is_seen(page):
    page.evaluate(PROBE)
    page.keyboard.press("Tab")
    style = current(page, "input").evaluate(
        "(box) => [document.activeElement === box, getComputedStyle(box).outline]"
    )
    assert style[0]
    assert "rgb(180, 72, 15) solid" in style[1]


def test_the_speaker_sees_notes_and_both_slides(page):
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    speaker = popup.value
    notes = speaker.locator(".speaker-controls-notes .value")
    expect(notes).to_have_text("Say hello before anything else.")
    page.keyboard.press("PageDown")
    expect(notes).to_have_text("Thirty seconds. Let them read.")
    shown = speaker.frames[1].locator("section.present:not(.stack) h2")
    expect(shown).to_have_text("What you will learn")
    assert len(speaker.frames) == 3


def test_the_notes_are_not_on_the_slide(page):
    page.keyboard.press("PageDown")
    assert not current(page, "aside.notes").is_visible()


def test_a_screen_reader_is_told_of_each_slide(page):
    page.keyboard.press("PageDown")
    status = page.locator(".aria-status[aria-live=polite]")
    assert "What you will learn" in status.inner_text()
    assert "Thirty seconds" not in status.inner_text()


def test_type_is_large_enough_for_the_back_of_a_room(page):
    sizes = page.evaluate(
        """() => [...document.querySelectorAll(".content *")]
        .filter((box) => box instanceof HTMLElement && !["STYLE", "SCRIPT"].includes(box.tagName)
          && [...box.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
        .map((box) => [parseFloat(getComputedStyle(box).fontSize), box.textContent])"""
    )
    assert len(sizes) > 20
    assert [words for size, words in sizes if size < 24] == []


def test_nothing_moves_where_motion_is_unwanted(chromium, deck):
    page = chromium.new_page(reduced_motion="reduce")
    page.goto(deck.as_uri())
    page.wait_for_selector(".reveal.ready")
    assert page.evaluate("Reveal.getConfig().transition") == "none"
    durations = page.evaluate(
        "[...document.querySelectorAll('.reveal *')].map((box) => getComputedStyle(box).transitionDuration)"
    )
    assert set(durations) == {"0s"}
    page.close()


def test_no_slide_of_the_sample_runs_over(overflowing, deck):
    assert overflowing(deck) == []


def test_a_slide_that_runs_over_is_named(overflowing, tmp_path):
    longer = """<input type="range" min="0" max="2" value="0"><div id="words"></div><script>
    document.querySelector("input").addEventListener("input", (event) => {
      document.getElementById("words").style.height = `${400 * event.target.value}px`;
    });</script>"""
    deck = exported(
        tmp_path,
        text("## Too long\n\n" + "- one more thing to say\n" * 20, "slide"),
        text("## Too wide\n\n`" + "x" * 20 + "`", "slide"),
        code({"text/html": '<div style="width: 1300px">wide</div>'}),
        text("## Cut\n\n<div style='height: 1em; overflow: hidden'>a<br>b</div>", "slide"),
        text("## Only at one position", "slide"),
        code({"text/html": longer}),
        text("## Later\n\nfine", "slide"),
        text("long\n\n" * 12, "fragment"),
    )
    assert overflowing(deck) == [
        "Slide 2 of 6: Too long",
        "Slide 3 of 6: Too wide",
        "Slide 4 of 6: Cut",
        "Slide 5 of 6: Only at one position (slider at 2)",
        "Slide 6 of 6: Later",
    ]


@pytest.mark.parametrize("size", [(300, 2000), (3000, 300), (800, 800), (40, 30)])
def test_a_figure_takes_the_room_that_is_left(context, overflowing, tmp_path, size):
    image = code({"image/png": png(*size)}, metadata={"alt": "A blue box"})
    deck = exported(tmp_path, text("## A figure", "slide"), image, text("What it shows."))
    assert overflowing(deck) == []
    page = opened(context, deck)
    page.keyboard.press("PageDown")
    box = current(page, "img").bounding_box()
    below = current(page, "p").bounding_box()
    assert box["y"] + box["height"] <= below["y"]
    assert below["y"] + below["height"] <= 660
    assert box["width"] > 1000
    assert box["height"] > 380 or size == (3000, 300)


@pytest.mark.usefixtures("chromium")
def test_it_prints_one_page_a_slide_without_notes(deck, tmp_path):
    path = slides.pdf(deck, tmp_path / "out" / "deck.pdf")
    pages = PdfReader(path).pages
    shown = [" ".join(page.extract_text().split()) for page in pages]
    assert len(pages) == 9
    assert all(page.mediabox.width > page.mediabox.height for page in pages)
    assert all(f"{number} / 9" in words for number, words in enumerate(shown, 1))
    assert "Then ask them." in shown[1]
    assert "Say hello" not in " ".join(shown)
    assert len(pages[5].images) == 1
    assert [found.name for found in path.parent.iterdir()] == ["deck.pdf"]


@pytest.mark.usefixtures("chromium")
def test_build_decks_prints_to_pdf_when_asked(tmp_path, capsys):
    notebook = v4.new_notebook(cells=[text("# Title", "slide")])
    written = slides.build_decks(tmp_path, [("00_start", notebook)], pdf=True)
    assert [path.name for path in written] == ["00_start.html", "00_start.pdf"]
    assert re.search(r"00_start\.pdf  \d+ kB", capsys.readouterr().out)
    assert len(PdfReader(written[1]).pages) == 1


def test_printed_from_the_browsers_own_menu_all_words_are_there(context, deck, tmp_path):
    path = tmp_path / "paper.pdf"
    opened(context, deck).pdf(path=path)
    words = " ".join(page.extract_text() for page in PdfReader(path).pages)
    assert "What you will learn" in words
    assert "Not everything can be equal." in words
    assert "Say hello" not in words
