"""The desk before the airlock: what was sent decides what is seen, refusals are said, and the budget is drawn."""

import statistics
import time

import pytest
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop import datasets
from workshop.domains.seized import Airlock, Question, Refused
from workshop.domains.seized.airlock import BUDGET, ONE_FILE, READY
from workshop.probes import svg
from workshop.probes.airlocks import _MOST_SENT, ASKED, OWN, _controls, _question, airlock

FILES = datasets.load("seized_files")
SENT = [
    Question("score", price=5),
    Question("new_score", price=10),
    Question("score", threshold=0.51, price=5),
    Question(counted=ONE_FILE),
    Question("new_score", counted="harmless files", by=None, price=3),
    Question("score", price=5),
    Question("new_score", by="device_type", price=5),
]
DESK = airlock(FILES, seed=2019, sent=SENT)


def items(root):
    return [item.text for item in root.findall(".//ul/li")]


def replayed(number):
    """Return the airlock after so many questions, and what came of each."""
    sealed, out = Airlock(FILES, seed=2019), []
    for question in SENT[:number]:
        try:
            out.append(sealed.ask(question))
        except Refused as refusal:
            out.append(str(refusal))
    return sealed, out


@pytest.mark.parametrize("number", range(len(SENT) + 1))
def test_the_picture_is_that_of_the_questions_so_far(number):
    root = tree(DESK.view(sent=number))
    picture = drawing(root)
    check_texts(picture)
    sealed, out = replayed(number)
    points = [
        rect.get("fill")
        for rect in picture.iter(f"{SVG}rect")
        if rect.get("fill") in (svg.BLUE.fill, svg.PALE.fill)
    ]
    assert points == [svg.PALE.fill] * sealed.spent + [svg.BLUE.fill] * sealed.left
    assert f"{sealed.left} of 20 points left" in sentence(root)
    rows = cells(root)
    assert len(rows) == number
    for row, came in zip(rows, out, strict=True):
        if isinstance(came, str):
            assert row[3] == f"Refused. {came}"
        else:
            harm = came.missed if came.question.counted == "victims" else came.reached
            told = [cell for cell in harm.values() if cell.count is not None]
            assert all(f"{cell.count} ({cell.low} to {cell.high})" in row[3] for cell in told)
    assert [int(row[2]) for row in rows] == [5, 10, 2, 0, 3, 0, 0][:number]
    assert len(list(picture.iter(f"{SVG}path"))) >= (number in (1, 2, 5, 6))


def test_the_same_questions_always_give_the_same_picture():
    other = airlock(FILES, seed=2019, sent=SENT)
    assert other.view() == DESK.view() == DESK.view()
    assert DESK.after(SENT) == DESK.picture(sent=len(SENT))
    assert airlock(FILES, seed=7, sent=SENT).view(sent=1) != DESK.view(sent=1)


def test_what_is_refused_says_why_in_the_sentence():
    assert sentence(tree(DESK.view(sent=3))).startswith(
        "Refused, 3 of 20 points left. Too near to an earlier question"
    )
    assert "behind it stands one child" in sentence(tree(DESK.view(sent=4)))
    assert "The budget does not reach" in sentence(tree(DESK.view(sent=7)))


def test_the_same_question_again_is_told_to_be_free():
    assert items(tree(DESK.view(sent=6)))[0].startswith(
        "The same question again: the same answer, at no cost."
    )


def test_what_the_answers_tell_of_one_child():
    said = [items(tree(DESK.view(sent=number)))[-1] for number in (0, 1, 2, 5)]
    assert [each.split("at most about ")[1][:2] for each in said] == ["50", "62", "82", "88"]


def test_a_count_that_is_not_told_is_drawn_as_text():
    desk = airlock(FILES, seed=2019)
    picture = desk.after([Question(threshold=0.05)])
    assert picture.figure.count("under 10 with noise: not told") == 3
    assert "lighter skin not told" in picture.sentence
    assert "It may be more, or nobody." in picture.aside
    picture = desk.after([Question("max(score, new_score)", threshold=1.2, price=10)])  # nobody is reached
    assert "missed" in picture.figure


@pytest.mark.parametrize(
    "formula",
    [
        "<script>window.hacked = 1</script>",
        "score +",
        "",
        "😱",
        "victim",
        "(" * 80,
        "a" * 300,
        "'",
        "nan",
        "1/0",
    ],
)
def test_whatever_is_typed_is_answered_or_refused_as_text(formula):
    picture = airlock(FILES, seed=2019).after([Question(formula)])
    root = tree(f"<div>{picture.figure}{picture.aside}{picture.table}</div>")
    check_texts(drawing(root))
    assert root.find(".//script") is None


def test_a_typed_formula_keeps_the_table_short_and_its_direction():
    typed = ["x" * 100_000, "\u05d0\u05d1 + score"]
    picture = airlock(FILES, seed=2019).after([Question(formula) for formula in typed])
    assert len(picture.table) < 2000
    assert "\u2068\u05d0\u05d1 + score\u2069 at 0.50" in picture.table


def test_every_choice_of_the_desk_is_a_question():
    controls = {control.name: control for control in _controls()}
    for function in controls["function"].options:
        for asked in controls["asked"].options:
            values = {name: control.value for name, control in controls.items()}
            question = _question(values | {"function": function, "asked": asked})
            assert question.formula == READY.get(function, controls["formula"].value)
            assert (question.counted, question.by) == ASKED[asked]
            picture = airlock(FILES, seed=1).after([question])
            assert picture.sentence.startswith("Refused") == (question.counted == ONE_FILE)
    assert OWN in controls["function"].options


def test_the_widget_sends_and_starts_again():
    desk = airlock(FILES, seed=2019, sent=SENT, first=2)
    box = desk.widget()
    assert desk.widget() is box
    buttons = [each for each in walk(box) if type(each).__name__ == "Button"]
    send, again = buttons
    shown = [each for each in walk(box) if type(each).__name__ == "HTML"][-2]
    assert "Nothing was sent yet" in shown.value
    send.click()
    assert desk.after([Question()]).sentence in shown.value.replace("&#x27;", "'")
    send.click()
    assert "at no cost" in shown.value
    for _ in range(_MOST_SENT):
        send.click() if not send.disabled else None
    assert send.disabled
    again.click()
    assert not send.disabled
    assert "Nothing was sent yet" in shown.value


def test_the_formula_is_asked_for_only_where_it_is_used():
    box = airlock(FILES, seed=2019).widget()
    field = next(
        each
        for each in walk(box)
        if type(each).__name__ == "VBox"
        and each.children[1:]
        and type(each.children[1]).__name__ == "Textarea"
    )
    function = next(each for each in walk(box) if type(each).__name__ == "Dropdown")
    assert field.layout.display == "none"
    function.value = OWN
    assert field.layout.display == ""
    function.value = next(iter(READY))
    assert field.layout.display == "none"


def walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


def test_a_reader_without_a_kernel_sees_the_example():
    desk = airlock(FILES, seed=2019, sent=SENT, first=2)
    assert desk.picture().sentence == DESK.picture(sent=2).sentence
    assert "Run this cell" in desk.still()
    assert 'max="7"' in desk.playable()


def test_a_move_is_quick():
    taken = []
    for _ in range(5):
        start = time.process_time()
        DESK.view()
        taken.append(time.process_time() - start)
    start = time.process_time()
    DESK.after([Question(threshold=0.1 + 0.02 * place, price=3) for place in range(_MOST_SENT)])
    assert statistics.median(taken) < 0.05
    assert time.process_time() - start < 0.1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"files": None}, "must be a table"),
        ({"files": FILES.drop(columns="new_score")}, "no column 'new_score'"),
        ({"budget": 0}, "whole number of points"),
        ({"sent": [Question()] * 31}, "at most 30"),
        ({"first": 3}, "cannot be 3"),
    ],
)
def test_what_cannot_be_shown_is_said(change, says):
    with pytest.raises(ValueError, match=says):
        airlock(**({"files": FILES, "seed": 1} | change))
    assert BUDGET == 20
