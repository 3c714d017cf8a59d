"""Lesson 04 in a trainee's hands: its cells run, its probes move by keyboard and say what the numbers say."""

import pytest
from pages import assert_ran, press, sentence
from playwright.sync_api import expect

from benchmarks import lab as labs
from workshop import datasets, probes
from workshop.domains import vision

pytestmark = pytest.mark.browser
LESSON = "notebooks/04_visual_processing.ipynb"


@pytest.fixture(scope="module")
def plates():
    """Return the plates of the lesson."""
    return datasets.load("licence_plates")


def test_runs_to_its_end(lesson):
    assert_ran(lesson)


def test_every_picture_is_whole_and_described(lesson):
    pictures = lesson.locator(f"{labs.NOTEBOOK} .workshop-panel img")
    assert pictures.count() >= 4
    for picture in pictures.all():
        assert picture.get_attribute("alt")
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_the_dark_comes_by_keyboard(lesson, plates):
    probe = labs.probe(lesson, "light")
    train, test = (plates[plates.split == part] for part in ("train", "test"))
    reader = vision.PlateReader().fit(train.picture, train.text)
    expected = probes.light(test[test.condition == "day"], reader)
    press(lesson, probe.get_by_role("slider").first, "End", "ArrowLeft")  # the darkest step, and one back
    expect(sentence(probe)).to_have_text(expected.picture(stops=-3.0).sentence)
    press(lesson, probe.get_by_role("slider").first, "Home", "ArrowRight", "ArrowRight")
    expect(sentence(probe)).to_have_text(expected.picture().sentence)


def test_a_higher_threshold_flags_fewer_innocent_people(lesson):
    probe = labs.probe(lesson, "watch-list")
    table = datasets.load("watch_list_scores")
    scores = vision.MatchScores(table.score, table.genuine, table.group)

    def flagged(threshold):
        shares = {"group A": 0.55, "group B": 0.20, "group C": 0.15, "group D": 0.10}
        day = vision.watch_list_day(scores.at(threshold), 10_000, 100, 1, shares)
        return f"about {day.total('false_alerts').value:,.0f} innocent people are flagged"

    expect(sentence(probe)).to_contain_text(flagged(550))
    press(lesson, probe.get_by_role("slider").first, *["ArrowRight"] * 4)
    expect(sentence(probe)).to_contain_text(flagged(590))


def test_trust_and_the_rule_move_by_keyboard(lesson):
    probe = labs.probe(lesson, "candidates")
    rates = vision.assumed_scores("dim camera still").identification_rates()
    always = vision.review(rates, 0.5, vision.Reviewer(1.0))
    press(lesson, probe.get_by_role("slider").first, "End")
    expect(sentence(probe)).to_contain_text(
        f"names the right person {1000 * always.right:.0f} times and {1000 * always.wrong:.0f} innocent people"
    )
    press(lesson, probe.get_by_role("checkbox", name="Rule"), "Space")
    ruled = vision.review(rates, 0.5, vision.Reviewer(1.0), vision.Evidence())
    expect(sentence(probe)).to_contain_text(
        f"Evidence clears {1000 * ruled.cleared:.0f}; {1000 * ruled.wrong:.0f} can still be arrested."
    )


def test_the_other_system_errs_on_others(lesson):
    probe = labs.probe(lesson, "crossings")
    expected = probes.crossings(datasets.load("face_gender_predictions"), by="race")
    expect(sentence(probe)).to_have_text(expected.picture().sentence)
    probe.get_by_role("combobox").nth(1).select_option(label="Race and gender")
    crossed = {"by": "race and gender"}
    expect(sentence(probe)).to_have_text(expected.picture(**crossed).sentence)
    press(lesson, probe.get_by_role("combobox").first, "F")  # of FaceLLM
    expect(sentence(probe)).to_have_text(expected.picture(system="facellm", **crossed).sentence)
