"""A trainee opens JupyterLab with the network cut: lesson 01 runs, its probes move, exercise 01 checks."""

import re
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import nbformat
import pytest
from pages import FAILED, LOST_WIDGET, assert_ran, notebook, press, rest, sentence
from playwright.sync_api import expect
from sklearn.model_selection import train_test_split

from benchmarks import lab as labs
from workshop import audit, checks, datasets

pytestmark = pytest.mark.browser
START = "notebooks/00_start_here.ipynb"
LESSON = "notebooks/01_responsible_ai.ipynb"
EXERCISE = "exercises/01_responsible_ai.ipynb"


@pytest.fixture(scope="module")
def exercise(context, lab):
    """Return exercise 01 after all its cells have run."""
    page = labs.open_notebook(context, lab, EXERCISE)
    labs.run_all(page)
    yield page
    page.close()


def outputs(lab, path):
    cells = nbformat.read(lab.root / path, as_version=4).cells
    return [output for cell in cells for output in cell.get("outputs", [])]


def test_opens_on_the_start_page_without_pop_ups(context, lab, taken_port):
    address = urlsplit(lab.url)
    assert address.hostname == "127.0.0.1"
    assert address.port != taken_port
    page = context.new_page()
    page.goto(lab.url)
    labs.wait_until_open(page, lab, START)
    expect(notebook(page).get_by_role("heading", name="Start here")).to_be_visible()
    page.wait_for_timeout(2000)  # news and updates would be asked for after the page is restored
    expect(page.locator(".Toastify__toast, .jp-Dialog")).to_have_count(0)
    labs.run_all(page)
    expect(notebook(page).get_by_text("This computer is ready.")).to_be_visible()
    expect(notebook(page).locator(FAILED)).to_have_count(0)
    page.close()


def test_only_who_has_the_token_gets_in(lab):
    address = urlsplit(lab.url)
    api = address._replace(path="/api/contents", query="").geturl()
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(api)


def test_without_running_the_pictures_are_there(context, lab):
    pictures = sum(
        output.get("data", {}).get("text/html", "").count("<svg") for output in outputs(lab, LESSON)
    )
    assert pictures > 3
    page = labs.open_notebook(context, lab, LESSON)
    drawn = notebook(page).locator(".jp-OutputArea-output svg[role=img]")
    expect(drawn).to_have_count(pictures)
    expect(notebook(page)).not_to_contain_text(LOST_WIDGET)
    for picture in drawn.all():
        for folded in picture.locator("xpath=ancestor::details[not(@open)]").all():
            folded.locator("summary").click()
        picture.scroll_into_view_if_needed()
        expect(picture).to_be_visible()
        assert picture.bounding_box()["width"] > 400
    page.close()


def test_lesson_runs_to_its_end(lesson, lab):
    # As committed, a probe asks to be run; a living one does not.
    assert any(
        "Run this cell to" in output.get("data", {}).get("text/html", "") for output in outputs(lab, LESSON)
    )
    assert_ran(lesson)


def wrongly_flagged(threshold):
    """Return how many of 100 Black and of 100 white defendants who did not re-offend are flagged."""
    people = datasets.load("compas_scores")
    rates = audit.group_rates(people.reoffended, people.decile_score >= threshold, people.group)
    return [100 * rates.of(group, "false_positive_rate").value for group in ("African-American", "Caucasian")]


def assert_tells(probe, threshold):
    """Check the threshold beside the slider, and the two numbers of the sentence against the audit."""
    expect(probe.locator(".widget-readout:visible")).to_have_text(f"{threshold} of 10 and over")
    expect(sentence(probe)).to_have_text(re.compile(f"^At {threshold} of 10"))
    told = re.search(
        r"of 100 Black defendants who did not re-offend, (\d+) (?:is|are) flagged; of 100 white, (\d+)\.",
        sentence(probe).inner_text(),
    )
    assert [float(number) for number in told.groups()] == pytest.approx(wrongly_flagged(threshold), abs=0.51)


def test_threshold_by_keyboard(lesson):
    probe = labs.probe(lesson, "threshold")
    handle = probe.get_by_role("slider").first
    handle.focus()
    assert_tells(probe, 5)
    for threshold in (6, 7, 8):
        lesson.keyboard.press("ArrowRight")
        assert_tells(probe, threshold)
    for threshold in (7, 6, 5):
        lesson.keyboard.press("ArrowLeft")
        assert_tells(probe, threshold)


def test_threshold_by_mouse(lesson):
    probe = labs.probe(lesson, "threshold")
    probe.scroll_into_view_if_needed()
    handle, track = (
        probe.get_by_role("slider").first.bounding_box(),
        probe.locator(".noUi-base").first.bounding_box(),
    )
    middle = handle["y"] + handle["height"] / 2
    lesson.mouse.move(handle["x"] + handle["width"] / 2, middle)
    lesson.mouse.down()
    lesson.mouse.move(track["x"] + track["width"] * 8 / 9, middle, steps=10)
    lesson.mouse.up()
    assert_tells(probe, 9)


def test_guess_then_answer_by_keyboard(lesson):
    probe = labs.probe(lesson, "prediction")
    people = datasets.load("compas_scores")
    rates = audit.group_rates(people.reoffended, people.decile_score >= 5, people.group).overall
    answer = round(100 * rates.of("everyone", "positive_predictive_value").value)
    press(lesson, probe.get_by_role("slider"), "ArrowLeft")
    expect(sentence(probe)).to_have_text("You say 49 of 100.")
    press(lesson, probe.get_by_role("checkbox", name="Show the answer"), "Space")
    expect(sentence(probe)).to_have_text(
        f"The answer: {answer} of 100. Your guess of 49 is {answer - 49} too low."
    )


def test_another_case_is_explained(lesson):
    probe = labs.probe(lesson, "explanation")
    case = train_test_split(datasets.load("toronto_arrests"), test_size=0.5, random_state=0)[1].iloc[1]
    expect(sentence(probe)).to_contain_text("Case 1: the model puts the chance of “held” at")
    probe.get_by_role("combobox").first.select_option("Case 2")
    expect(sentence(probe)).to_contain_text("Case 2: the model puts the chance of “held” at")
    press(lesson, probe.get_by_role("checkbox", name="The same numbers as a table"), "Space")
    for fact in ("checks", "age", "colour"):
        expect(probe.get_by_role("row", name=f"{fact.title()} {case[fact]} ")).to_be_visible()


def test_each_circle_and_box_is_level_with_the_first_line_of_its_words(exercise):
    lines = set()
    for label in notebook(exercise).locator("label:has(input[type=radio], input[type=checkbox])").all():
        found = label.evaluate(
            """label => {
                const words = document.createRange();
                words.selectNodeContents(label.querySelector("span") ?? label.firstChild);
                return [label.querySelector("input").getBoundingClientRect(), ...words.getClientRects()];
            }"""
        )
        mark, first, *more = found
        assert mark["y"] + mark["height"] / 2 == pytest.approx(first["y"] + first["height"] / 2, abs=2)
        assert all(mark["right"] < line["left"] == first["left"] for line in (first, *more))
        lines.add(1 + len(more))
    assert max(lines) > 1  # some words are too long for one line


def answer(page, place, text):
    """Type an answer and press Check, by keyboard alone; return the feedback."""
    form = (
        notebook(page)
        .locator(".jp-OutputArea-output")
        .filter(has=page.get_by_role("button", name="Check"))
        .nth(place)
    )
    rest(page)
    form.get_by_role("textbox").fill(text)
    page.keyboard.press("Tab")
    expect(form.get_by_role("button", name="Check")).to_be_focused()
    page.keyboard.press("Enter")
    return form.get_by_role("status")


def test_exercise_hints_praises_and_remembers(exercise):
    question = checks.open_exercise("01_responsible_ai").question("q1")
    black, white = wrongly_flagged(5)
    hint = question.mistake_in(question.read(str(white / 100))).hints[0]
    expect(answer(exercise, 0, f"{white:.1f}%")).to_contain_text(hint)
    right = answer(exercise, 0, f"{black:.1f}%")
    expect(right).to_contain_text(question.why)

    labs.choose(exercise, "Kernel", "Restart Kernel and Run All Cells…")
    exercise.get_by_role("button", name="Confirm Kernel Restart").click()
    expect(right).to_contain_text("You have answered this one right before.", timeout=labs.PATIENCE)
    labs.wait_until_run(exercise)
    expect(notebook(exercise).get_by_text("1 of 10 questions are right.")).to_be_visible()
    expect(notebook(exercise).locator(FAILED)).to_have_count(0)
