"""Score your audit: the truth stays hidden until it is asked for, and the verdict is right at every position."""

import re
import xml.etree.ElementTree as ET

import ipywidgets
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop.audit import Estimate
from workshop.domains.resources import planned_city
from workshop.probes.scores import score

QUESTION = "How many times as often does an incident become a record?"
NASTY = ["<script>alert(1)</script>", 'O\'Brien & "sons"', "مجموعة الف", "Donau" + "dampfschiff" * 12]
LEFT, LENGTH = 170, 410  # pixels of the line


def estimate(value, low, high, enough=True):
    return Estimate(value, low, high, float("nan"), 400, enough)


AUDIT, NAIVE = estimate(1.9, 1.7, 2.2), estimate(1.3, 1.2, 1.4)


def ratio(truth=2.0, audit=AUDIT, naive=NAIVE, **changed):
    return score(QUESTION, truth, audit, **({"low": 0.5, "high": 4, "step": 0.1, "naive": naive} | changed))


def marks(picture):
    """Return the middles of the drawn marks, from top to bottom."""
    starts = [path.get("d") for path in picture.iter(f"{SVG}path") if path.get("fill") != "none"]
    return [float(re.match(r"M(-?[\d.]+) ", start)[1]) + 6 for start in starts]


def test_every_answer_is_told_how_far_it_is_from_the_truth():
    probe = ratio()
    for tenths in range(5, 41):
        root = tree(probe.view(guess=tenths / 10, shown=True))
        gap = tenths - 20
        percent = 5 * abs(gap)  # a tenth is 5% of 2.0
        verdict = "right" if not gap else f"{percent}% too {'high' if gap > 0 else 'low'}"
        assert sentence(root) == (
            f"Planted: 2.0 times. You say {tenths / 10}: {verdict}. The audit gives 1.9 (1.7 to 2.2)."
        )
        aside = root.find("./p[2]").text
        assert ("in the interval" in aside) == (17 <= tenths <= 22)
        assert ("outside the interval" in aside) == (not 17 <= tenths <= 22)
        assert "The naive reading gives 1.3 (1.2 to 1.4): its interval does not hold the truth." in aside
        assert "misses the truth" not in aside
        picture = drawing(root)
        assert picture[0].text == QUESTION
        assert picture[1].text == f"{sentence(root)} The naive reading gives 1.3 (1.2 to 1.4)."
        check_texts(picture)
        values = [tenths / 10, 2.0, 1.9, 1.3]
        assert marks(picture) == pytest.approx([LEFT + LENGTH * (v - 0.5) / 3.5 for v in values], abs=0.1)
        assert cells(root) == [
            ["You say", f"{tenths / 10} times", ""],
            ["Planted", "2.0 times", ""],
            ["The audit", "1.9 times", "1.7 to 2.2"],
            ["The naive reading", "1.3 times", "1.2 to 1.4"],
        ]


def test_until_it_is_shown_the_truth_is_nowhere_in_the_view():
    one, other = ratio(), ratio(3.1, estimate(3.0, 2.5, 3.5), None)
    for tenths in range(5, 41):
        view = one.view(guess=tenths / 10)
        assert view == other.view(guess=tenths / 10)
        assert sentence(tree(view)) == f"You say {tenths / 10} times."
        check_texts(drawing(tree(view)))
    assert repr(one) == repr(other)
    assert one.resolve() == other.resolve()
    assert one.resolve()["shown"] is False


@pytest.mark.parametrize("form", ["static", "still", "playable", "bundle"])
def test_without_a_kernel_the_truth_is_folded(form, monkeypatch):
    def shown(probe):
        if form == "bundle":
            monkeypatch.setenv("WORKSHOP_PLAYABLE", "1")
            return probe._repr_mimebundle_()["text/html"]
        return getattr(probe, form)()

    one, other = tree(shown(ratio())), tree(shown(ratio(3.1, estimate(3.0, 2.5, 3.5), None)))
    for root, said in ((one, "Planted: 2.0 times. The audit"), (other, "Planted: 3.1 times. The audit")):
        folded = root.find("details")
        assert folded.get("open") is None
        assert folded.find("summary").text == "Show the truth"
        assert sentence(folded).startswith(said)
        assert "ou say" not in "".join(folded.itertext())
        check_texts(drawing(folded))
        root.remove(folded)
    assert ET.tostring(one) == ET.tostring(other)
    assert QUESTION in "".join(one.itertext())


def test_a_difference_is_told_in_its_unit_and_may_be_negative_or_none():
    probe = score(
        "By how many points?", -4, estimate(-3.2, -7.8, 1.1), low=-20, high=20, step=1, unit="points"
    )
    said = sentence(tree(probe.view(guess=3, shown=True)))
    assert said == "Planted: -4 points. You say 3: 7 points too high. The audit gives -3 (-8 to 1)."
    probe = score("By how much?", 0, estimate(0.25, -1.5, 2), low=-2, high=2, step=0.25, unit="")
    said = sentence(tree(probe.view(guess=-0.25, shown=True)))
    assert said == "Planted: 0.00. You say -0.25: 0.25 too low. The audit gives 0.25 (-1.50 to 2.00)."


def test_an_interval_that_misses_says_that_this_happens():
    aside = "".join(tree(ratio(2.5).view(guess=2.5, shown=True)).itertext())
    assert "You say 2.5: right." in aside
    assert "Here the interval misses the truth. By chance that happens in about 5 of 100 audits." in aside
    assert "outside the interval of the audit" in aside


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_the_whole_range_of_numbers_is_drawn_and_told(data):
    step = data.draw(st.sampled_from([0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 25]))
    low = data.draw(st.integers(-40, 40)) * step
    high = low + data.draw(st.integers(1, 80)) * step
    inside = st.floats(low, high)
    truth = data.draw(inside)
    (first, value, last), naive = sorted(data.draw(st.tuples(inside, inside, inside))), data.draw(inside)
    audit = estimate(value, first, last)
    probe = score(
        "How much?",
        truth,
        audit,
        low=low,
        high=high,
        step=step,
        unit="points",
        naive=estimate(naive, naive, naive),
        audit_name=data.draw(
            st.sampled_from(["the audit", "an audit that uses the survey of victims as well"])
        ),
    )
    guess = data.draw(st.sampled_from(probe.controls[0].options))
    root = tree(probe.view(guess=guess, shown=True))
    check_texts(drawing(root))
    planted, said, gap = re.match(
        r"Planted: (\S+) points\. You say (\S+): (right|\S+ points too (?:high|low))\.",
        sentence(root).replace(",", ""),
    ).groups()
    assert float(said) == pytest.approx(guess)  # every position is told exactly
    assert float(planted) == pytest.approx(truth, abs=step / 2 + 1e-9)
    difference = float(said) - float(planted)
    if gap == "right":
        assert difference == 0
    else:
        assert float(gap.split()[0]) == pytest.approx(abs(difference))
        assert gap.endswith("high" if difference > 0 else "low")
    assert cells(root)[1][1].replace(",", "") == f"{planted} points"
    assert marks(drawing(root))[0] == pytest.approx(LEFT + LENGTH * (guess - low) / (high - low), abs=0.2)


@pytest.mark.parametrize("word", NASTY)
def test_what_the_author_typed_is_text_only(word):
    probe = score(
        word, 2, AUDIT, low=0.5, high=4, step=0.1, unit=word, naive=NAIVE, audit_name=word, naive_name=word
    )
    views = [probe.view(guess=3.0), probe.view(guess=3.0, shown=True), probe.static(), probe.still()]
    for root in map(tree, views):
        assert not list(root.iter("script"))
        check_texts(drawing(root))
    assert word in "".join(tree(views[1]).find(".//caption").itertext())


def test_the_planned_city_is_scored():
    table, truth = planned_city.generate()
    probe = ratio(truth["bias"], planned_city.estimate_bias(table), planned_city.naive_bias(table))
    said = "".join(tree(probe.view(guess=1.3, shown=True)).itertext())
    assert "Planted: 2.0 times. You say 1.3: 35% too low." in said
    assert "its interval does not hold the truth" in said


def test_ticking_shows_the_truth_and_unticking_hides_it():
    probe = ratio()
    box = probe.widget()
    inside = [child for each in box.children[1].children for child in getattr(each, "children", (each,))]
    (slider,) = [each for each in inside if isinstance(each, ipywidgets.SelectionSlider)]
    (tick,) = [each for each in inside if isinstance(each, ipywidgets.Checkbox)]
    shown = box.children[2]
    slider.value = 1.6
    assert "Planted" not in shown.value
    tick.value = True
    assert "You say 1.6: 20% too low" in shown.value
    tick.value = False
    assert "Planted" not in shown.value
    assert tick.description == "Show the truth"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"truth": 4.5}, r"“planted” reaches from 4\.5 to 4\.5, the slider from 0\.5 to 4"),
        ({"truth": float("nan")}, "“planted” is missing or infinite"),
        ({"audit": estimate(1.9, 0.2, 2.2)}, r"“the audit” reaches from 0\.2 to 2\.2"),
        ({"audit": estimate(1.9, 1.2, float("inf"))}, "of “the audit” is missing or infinite"),
        ({"audit": estimate(1.9, 1.7, 2.2, enough=False)}, "rests on fewer than 30"),
        ({"naive": estimate(9, 8, 10)}, "“the naive reading” reaches from 8 to 10"),
        ({"low": -1, "truth": 0}, "The truth of a ratio must be above 0; it is 0"),
        ({"step": 0}, "in steps of 0"),
        ({"low": 5}, "Cannot go from 5 to 4"),
        ({"low": 2, "high": 2}, "one position only"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(changed, words):
    with pytest.raises(ValueError, match=words):
        ratio(**changed)
    with pytest.raises(ValueError, match=r"^Give the question"):
        score(" ", 2, AUDIT, low=0.5, high=4, step=0.1)
