"""The whole way in a trainee's hands: a case begun, evidence of two lessons, a decision, a memo that is read."""

import json
import re

import pytest
from pages import assert_ran, press, rest
from playwright.sync_api import expect

from benchmarks import lab as labs
from workshop.casefile import model

pytestmark = pytest.mark.browser
FIRST, SECOND = "notebooks/01_responsible_ai.ipynb", "notebooks/08_case_japan.ipynb"
LAST = "notebooks/11_toolkit.ipynb"
SCRIPT = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'> two of five"
PATIENCE = labs.PATIENCE
ARABIC = "لأن الخطأ يقع على الأبرياء"


def form(page, button):
    """Return the form that holds a button."""
    return page.locator(f"{labs.NOTEBOOK} .jp-OutputArea-output").filter(
        has=page.get_by_role("button", name=button, exact=True)
    )


def button(where, name):
    return where.get_by_role("button", name=name, exact=True)


def said(where):
    """Return what the form says; the first change of a case takes the kernel seconds on a busy machine."""
    return where.locator("[role=status]")


def fill(where, label, text):
    """Type into the field with this label."""
    field = where.locator(".widget-inline-hbox", has_text=label).locator("textarea, input[type=text]")
    rest(where.page)
    field.fill(text)
    field.blur()  # as Tab does: then the kernel has the whole text


def ran(context, lab, lesson):
    page = labs.open_notebook(context, lab, lesson)
    labs.run_all(page)
    assert_ran(page)
    return page


@pytest.fixture(scope="module")
def kept(lab):
    """Return the folder of the trainee's work."""
    return lab.root.parent / labs.SETTINGS["WORKSHOP_MY_WORK"]


@pytest.fixture(scope="module")
def first(context, lab):
    """Return the page of the first lesson, with a case begun and its evidence kept."""
    page = ran(context, lab, FIRST)
    beginning = form(page, "Begin this case")
    expect(said(beginning)).to_contain_text("No case is open yet", timeout=PATIENCE)
    beginning.locator("select").first.select_option(label="My own use case")
    button(beginning, "Begin this case").focus()
    page.keyboard.press("Enter")
    expect(said(beginning)).to_contain_text("Give your own use case a title", timeout=PATIENCE)
    fill(beginning, "Title:", "Scores <b>in</b> court")
    press(page, button(beginning, "Begin this case"), "Enter")
    expect(said(beginning)).to_contain_text("Your case “Scores <b>in</b> court” is begun", timeout=PATIENCE)
    offer = form(page, "Keep in my case file")
    fill(offer, "Why it matters", SCRIPT)
    press(page, button(offer, "Keep in my case file"), "Enter")
    expect(said(offer)).to_contain_text("It holds 1 piece of evidence", timeout=PATIENCE)
    yield page
    page.close()


def case_of(kept):
    (file,) = (
        path for path in (kept / "cases").glob("*.json") if re.fullmatch(r"scores-b-in-b-court", path.stem)
    )
    return model.parse(file.read_bytes())


def test_evidence_is_in_a_file_of_the_published_form(first, kept):
    case = case_of(kept)
    assert model.misfit(json.loads((kept / "cases" / f"{case.slug}.json").read_text("utf-8"))) == ""
    (one,) = case.evidence
    assert one.reason == SCRIPT
    assert one.groups[0].name == "Black"
    assert (one.groups[0].numerator, one.groups[0].denominator) == (805, 1795)


def test_undo_and_redo_by_keyboard(first, kept):
    offer = form(first, "Keep in my case file")
    press(first, button(offer, "Undo"), "Enter")
    expect(said(offer)).to_contain_text("Undone: kept", timeout=PATIENCE)
    assert case_of(kept).evidence == ()
    press(first, button(offer, "Redo"), "Enter")
    expect(said(offer)).to_contain_text("Done again: kept", timeout=PATIENCE)
    assert len(case_of(kept).evidence) == 1


def test_after_a_reload_it_is_still_there_and_typed_words_are_only_text(first, lab):
    first.reload()
    labs.wait_until_open(first, lab, FIRST)
    labs.choose(first, "Run", "Run All Cells")  # by the kernel of before: its count goes on
    offer = form(first, "Keep in my case file")
    expect(said(offer)).to_contain_text("You kept this on", timeout=PATIENCE)
    expect(offer.locator("textarea")).to_have_value(SCRIPT)
    assert first.evaluate("window.hacked") is None


def test_a_second_lesson_a_decision_and_a_memo_that_is_read(first, context, lab, kept, chromium):
    second = ran(context, lab, SECOND)
    offer = form(second, "Keep in my case file")
    fill(offer, "Why it matters", ARABIC)
    press(second, button(offer, "Keep in my case file"), "Enter")
    expect(said(offer)).to_contain_text("It holds 3 pieces of evidence", timeout=PATIENCE)
    second.close()

    last = ran(context, lab, LAST)
    expect(last.locator(labs.NOTEBOOK)).to_contain_text("805 of 1,795")
    risks = form(last, "Put on my sheet")
    fill(risks, "Who bears the harm", SCRIPT)
    press(last, button(risks, "Put on my sheet"), "Enter")
    expect(said(risks)).to_contain_text("There is no evidence for this rating", timeout=PATIENCE)
    decision = form(last, "Keep this decision")
    decision.get_by_role("radio").nth(1).focus()
    last.keyboard.press("Space")
    fill(decision, "Reasons:", f"{SCRIPT} {ARABIC}")
    fill(decision, "Conditions:", "never alone")
    fill(decision, "Who decides:", "the head of the court")
    fill(decision, "Review on:", "2027-05-31")
    press(last, button(decision, "Keep this decision"), "Enter")
    expect(said(decision)).to_contain_text("Decided: limit", timeout=PATIENCE)
    writing = form(last, "One html file")
    press(last, button(writing, "One html file"), "Enter")
    expect(said(writing)).to_contain_text(
        "Written: my_work/papers/scores-b-in-b-court-memo.html", timeout=PATIENCE
    )
    for progress in kept.glob("progress*.json"):  # of another test file that had this lab before
        progress.unlink()
    certificate = form(last, "Write my certificate")
    fill(certificate, "Your name", SCRIPT)
    press(last, button(certificate, "Write my certificate"), "Enter")
    expect(said(certificate)).to_contain_text("No progress is kept in my_work yet", timeout=PATIENCE)
    assert last.evaluate("window.hacked") is None
    last.close()

    fresh = chromium.new_context()
    asked = []
    fresh.on("request", lambda request: asked.append(request.url))
    memo = fresh.new_page()
    memo.goto((kept / "papers" / "scores-b-in-b-court-memo.html").as_uri())
    expect(memo.locator("h1")).to_have_text("Decision memo: Scores <b>in</b> court")
    for text in (
        "LIMIT",
        SCRIPT,
        ARABIC,
        "805 of 1,795",
        "never alone",
        "the head of the court",
        "2027-05-31",
    ):
        expect(memo.locator("main")).to_contain_text(text)
    assert memo.evaluate("window.hacked") is None
    assert [url for url in asked if not url.startswith("file:")] == []
    fresh.close()
