"""Questions, hints, feedback and the form, with a small exercise of every kind of question."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop.checks import (
    Choice,
    Code,
    Exercise,
    Mistake,
    Number,
    ProgressStore,
    Several,
    exercise_names,
    open_exercise,
)
from workshop.checks.question import AS_PERCENT, CLOSE, PERCENT_TOO_MANY
from workshop.checks.style import COLOURS, SIGNALS

EVIL = '<script>alert("x")</script>&'


def ladder(name):
    return tuple(f"{name} {EVIL} {step}" for step in (1, 2, 3))


def share():
    return Number(
        asks=f"Share? {EVIL}",
        expected=0.4485,
        tolerance=0.005,
        why=f"Because {EVIL}",
        mistakes=(Mistake("swapped", 0.2345, ladder("swapped")), Mistake("whole", 0.218, ladder("whole"))),
        otherwise=ladder("other"),
    )


def count():
    return Number(
        asks="How many?",
        expected=1010,
        tolerance=1,
        proportion=False,
        highest=5000,
        why="Counted.",
        mistakes=(
            Mistake("small", 1.01, ladder("small"), tolerance=0.001),
            Mistake("far", 2000, ladder("far")),
        ),
        otherwise=ladder("other"),
    )


def one():
    return Choice(
        asks="Which?",
        options={"a": f"first {EVIL}", "b": "second", "c": "third"},
        expected="b",
        why="It is b.",
        mistakes=(Mistake("first", "a", ladder("first")),),
        otherwise=ladder("other"),
    )


def some():
    return Several(
        asks="Which ones?",
        options={"a": f"first {EVIL}", "b": "second", "c": "third"},
        expected=frozenset("ab"),
        why="They are a and b.",
        mistakes=(Mistake("third", "c", ladder("third")), Mistake("second", "b", ladder("second"))),
        otherwise=ladder("other"),
    )


def code():
    return Code(
        asks="The formula?",
        parameters=("x", "y"),
        inputs=lambda generator: tuple(int(value) for value in generator.integers(1, 99, size=2)),
        formulas={
            "a": ("x of all", lambda x, y: x / (x + y)),
            "b": (f"y of all {EVIL}", lambda x, y: y / (x + y)),
        },
        expected=lambda x, y: x / (x + y),
        why="x of all.",
        mistakes=(Mistake("other one", lambda x, y: y / (x + y), ladder("other one")),),
        otherwise=ladder("other"),
    )


QUESTIONS = {"share": share, "count": count, "one": one, "some": some, "code": code}


@pytest.fixture
def exercise(tmp_path):
    return Exercise("small", QUESTIONS, ProgressStore(tmp_path))


RIGHT = [
    ("share", 0.4485),
    ("share", "44.9%"),
    ("share", "805/1795"),
    ("share", "0.4535"),  # the very edge
    ("count", "1,010"),
    ("count", 1011),
    ("one", "b"),
    ("some", ["b", "a"]),
    ("code", "x/(x+y)"),
    ("code", "a"),
    ("code", lambda x, y: round(x / (x + y), 3)),
]


@pytest.mark.parametrize(("key", "answer"), RIGHT)
def test_right_answers_say_why_and_always_the_same(exercise, key, answer):
    before = exercise.check(key, answer)
    exercise.check(key, {"code": "x", "some": "c", "one": "c"}.get(key, 0.9))
    after = exercise.check(key, answer)
    assert before.status == "right"
    assert before.text == exercise.question(key).why
    assert str(before) == str(after)
    assert before._repr_html_() == after._repr_html_()


@pytest.mark.parametrize(
    ("key", "answer", "name"),
    [
        ("share", 0.2345, "swapped"),
        ("share", "23.5%", "swapped"),
        ("share", 0.218, "whole"),
        ("share", 0.9, "other"),
        ("count", 1.01, "small"),
        ("count", "2,000", "far"),
        ("one", "a", "first"),
        ("one", "c", "other"),
        ("some", "a", "second"),
        ("some", "c", "third"),
        ("code", "y/(x+y)", "other one"),
        ("code", "b", "other one"),
        ("code", "x", "other"),
    ],
)
def test_hints_are_chosen_by_the_mistake_and_climb(exercise, key, answer, name):
    found = [exercise.check(key, answer) for _ in range(5)]
    assert [feedback.text for feedback in found] == [f"{name} {EVIL} {step}" for step in (1, 2, 3, 3, 3)]
    assert [feedback.step for feedback in found] == [1, 2, 3, 3, 3]
    assert {feedback.status for feedback in found} == {"wrong"}


def test_each_mistake_has_its_own_ladder(exercise):
    steps = [exercise.check("share", answer).step for answer in (0.2345, 0.218, 0.2345, 0.9, 0.218)]
    assert steps == [1, 1, 2, 1, 2]


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        ("44.9", AS_PERCENT),
        (45, AS_PERCENT),
        ("0.449%", PERCENT_TOO_MANY),
        ("0.46", CLOSE),
        ("43.5 %", CLOSE),
    ],
)
def test_confusions_that_every_share_knows(exercise, answer, mistake):
    assert [exercise.check("share", answer).text for _ in range(3)] == list(mistake.hints)


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        *(
            ("share", wrong)
            for wrong in ("", None, "x", -0.2, "101%", 1000, [0.4], EVIL, float("nan"), "1795/805")
        ),
        *(("count", wrong) for wrong in ("10%", -3, 6000, "six", 10**400)),
        *(("one", wrong) for wrong in ("d", 1, ["b"], EVIL, None)),
        *(("some", wrong) for wrong in ([], "d", 1, [["a"]], EVIL, {"a": 1})),
        *(("code", wrong) for wrong in ("c", 1, "x**y", EVIL, lambda: 1, lambda x, y: None)),
    ],
)
def test_wrong_kinds_do_not_count(exercise, tmp_path, key, answer):
    feedback = exercise.check(key, answer)
    assert feedback.status == "unread"
    assert feedback.step == 0
    assert "<script" not in feedback._repr_html_()
    assert not (tmp_path / "progress.json").exists()


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(QUESTIONS)),
    st.one_of(st.text(max_size=40), st.floats(), st.lists(st.text(max_size=3))),
)
def test_no_answer_breaks_a_check(tmp_path_factory, key, answer):
    exercise = Exercise("small", QUESTIONS, ProgressStore(tmp_path_factory.mktemp("work")))
    feedback = exercise.check(key, answer)
    assert feedback.status in SIGNALS
    assert feedback.text
    assert "<script" not in feedback._repr_html_()


def test_feedback_is_readable_without_colour(exercise):
    for answer in (0.4485, 0.9, "x"):
        feedback = exercise.check("share", answer)
        html = feedback._repr_html_()
        assert SIGNALS[feedback.status] in html
        assert SIGNALS[feedback.status] in str(feedback)
        assert 'role="status" aria-live="polite"' in html


def luminance(colour):
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", COLOURS.values())
def test_contrast(colour):
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_progress_tells_what_is_open(exercise):
    assert (
        str(exercise.progress()) == "0 of 5 questions are right. Still open: share, count, one, some, code."
    )
    exercise.check("share", 0.9)
    exercise.check("one", "b")
    progress = exercise.progress()
    assert progress.standings == {
        "share": "wrong",
        "count": "unread",
        "one": "right",
        "some": "unread",
        "code": "unread",
    }
    assert str(progress) == "1 of 5 questions are right. Still open: share, count, some, code."
    html = progress._repr_html_()
    assert '<progress aria-label="Questions answered rightly" value="1" max="5"' in html
    assert html.count('<th scope="row"') == 5
    assert "<caption" in html
    for key, answer in (("share", 0.4485), ("count", 1010), ("some", "a,b"), ("code", "a")):
        exercise.check(key, answer)
    assert str(exercise.progress()) == "5 of 5 questions are right."


def test_a_right_answer_stays_right(exercise):
    exercise.check("one", "b")
    exercise.check("one", "a")
    assert exercise.progress().standings["one"] == "right"


def parts(widget):
    asks, field, button, feedback = widget.children
    return asks, field, button, feedback


def test_the_form_of_a_number(exercise):
    asks, text, button, feedback = parts(exercise.ask("share").widget())
    assert "&lt;script&gt;" in asks.value
    assert "Not answered yet" in feedback.value
    shown = []
    for answer in ("0.2345", "0.2345", "", "44.9 %"):
        text.value = answer
        button.click()
        shown.append(feedback.value)
    assert [re.findall("Hint . of 3|Right|Not counted", html)[0] for html in shown] == [
        *("Hint 1 of 3", "Hint 2 of 3", "Not counted", "Right"),
    ]
    assert all("<script" not in html and 'aria-live="polite"' in html for html in shown)
    assert exercise.progress().standings["share"] == "right"


def test_the_form_of_a_choice(exercise):
    _, radio, button, feedback = parts(exercise.ask("one").widget())
    assert radio.value is None
    button.click()
    assert SIGNALS["unread"] in feedback.value
    radio.value = "a"
    button.click()
    assert "Hint 1 of 3" in feedback.value
    radio.value = "b"
    button.click()
    assert "It is b." in feedback.value


def test_the_form_of_several_choices(exercise):
    _, boxes, button, feedback = parts(exercise.ask("some").widget())
    button.click()
    assert SIGNALS["unread"] in feedback.value
    boxes.children[0].value = boxes.children[2].value = True
    button.click()
    assert "third" in feedback.value
    boxes.children[1].value, boxes.children[2].value = True, False
    button.click()
    assert "They are a and b." in feedback.value


def test_the_form_of_a_formula(exercise):
    _, field, button, feedback = parts(exercise.ask("code").widget())
    radio, text = field.children
    radio.value = "b"
    button.click()
    assert "Hint 1 of 3" in feedback.value
    radio.value = "a"
    button.click()
    assert "x of all." in feedback.value
    radio.value, text.value = "own", "y/(x+y)"
    button.click()
    assert "Hint 2 of 3" in feedback.value
    radio.value, text.value = None, "x/(y+x)"
    button.click()
    assert "x of all." in feedback.value


def test_form_and_code_climb_one_ladder(exercise):
    exercise.check("share", 0.2345)
    _, text, button, feedback = parts(exercise.ask("share").widget())
    text.value = "0.2345"
    button.click()
    assert "Hint 2 of 3" in feedback.value


def test_labels_are_text_not_html(exercise):
    _, radio, _, _ = parts(exercise.ask("one").widget())
    _, boxes, _, _ = parts(exercise.ask("some").widget())
    # ipywidgets writes option labels as text; descriptions too, unless this is switched on.
    assert radio.description_allow_html is False
    assert not any(box.description_allow_html for box in boxes.children)
    for key in QUESTIONS:
        assert "<script" not in exercise.ask(key).static()
    assert exercise.ask("one").static().count("&lt;script&gt;") == 1


def test_the_still_text_does_not_depend_on_progress(exercise):
    before = {key: exercise.ask(key)._repr_mimebundle_() for key in QUESTIONS}
    for key, answer in (("share", 0.4485), ("one", "a"), ("some", "a,b")):
        exercise.check(key, answer)
    after = {key: exercise.ask(key)._repr_mimebundle_() for key in QUESTIONS}
    for key in QUESTIONS:
        for kind in ("text/html", "text/plain"):
            assert before[key][kind] == after[key][kind]
        assert "Run this cell to answer here" in before[key]["text/html"]
        assert "application/vnd.jupyter.widget-view+json" in before[key]


def test_the_form_remembers_a_right_answer(exercise):
    exercise.check("one", "b")
    *_, feedback = parts(exercise.ask("one").widget())
    assert "right before" in feedback.value


def test_unknown_names_are_told(exercise):
    with pytest.raises(ValueError, match="There is no question 'q99': they are share to code"):
        exercise.check("q99", 1)
    with pytest.raises(ValueError, match="Do you mean '01_responsible_ai'"):
        open_exercise("01_responsible_a1")
    with pytest.raises(ValueError, match="There is no exercise"):
        open_exercise(None)
    assert "01_responsible_ai" in exercise_names()


@pytest.mark.parametrize("hints", [("a", "b"), ("a", "b", " "), ("a", "b", "c", "d"), ("a", "b", 3)])
def test_a_question_without_three_hints_is_refused(hints):
    with pytest.raises(ValueError, match="three hints"):
        Number(
            asks="?",
            expected=1,
            tolerance=0,
            why="!",
            mistakes=(Mistake("m", 0, hints),),
            otherwise=ladder("o"),
        )


def test_a_letter_without_an_option_is_refused():
    with pytest.raises(ValueError, match="No option has the letter z"):
        Choice(asks="?", options={"a": "x"}, expected="z", why="!", mistakes=(), otherwise=ladder("o"))
    with pytest.raises(ValueError, match="No option has the letter z"):
        Several(
            asks="?",
            options={"a": "x"},
            expected=frozenset("a"),
            why="!",
            mistakes=(Mistake("m", "z", ladder("m")),),
            otherwise=ladder("o"),
        )
    twice = (Mistake("m", 0, ladder("m")), Mistake("m", 1, ladder("m")))
    with pytest.raises(ValueError, match="same name"):
        Number(asks="?", expected=5, tolerance=0, why="!", mistakes=twice, otherwise=ladder("o"))
