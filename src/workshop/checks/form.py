"""A question as a form in the notebook, and as still text where no kernel runs."""

from collections.abc import Callable
from functools import singledispatchmethod
from html import escape

import ipywidgets as widgets

from .question import Choice, Code, Number, Question, Several
from .style import BOX, COLOURS, WRAP_STYLE, WRAPPED

OWN_FORMULA = "another formula, which I write below"
WAITING = "Not answered yet. Give your answer, then press Check."
BEFORE = "You have answered this one right before. You may answer again."


class AnswerForm:
    """One question with its answer field, a Check button and room for feedback.

    Parameters
    ----------
    key : str
        The question's id.
    question : Question
    check : callable
        From the id and an answer to feedback with ``_repr_html_``.
    standing : callable
        Gives "right" if the question was answered rightly before.
    """

    def __init__(self, key: str, question: Question, check: Callable, standing: Callable[[], str]):
        self.key = key
        self.question = question
        self._check = check
        self._standing = standing

    def widget(self) -> widgets.VBox:
        """Return the form; its children are the question, the answer field, the button and the feedback."""
        field, answer = self._field(self.question)
        button = widgets.Button(
            description="Check", tooltip=f"Check the answer to {self.key}", button_style="primary"
        )
        said = BEFORE if self._standing() == "right" else WAITING
        feedback = widgets.HTML(_status(said))

        def show(_button) -> None:
            feedback.value = self._check(self.key, answer())._repr_html_()

        button.on_click(show)
        asks = widgets.HTML(f"{WRAP_STYLE}<p><strong>{escape(self.question.asks)}</strong></p>")
        field.add_class(WRAPPED)
        return widgets.VBox([asks, field, button, feedback])

    def static(self) -> str:
        """Return the question as html without a field, the same whatever was answered before."""
        options = getattr(self.question, "options", {})
        items = "".join(f"<li>{escape(letter)}) {escape(label)}</li>" for letter, label in options.items())
        listed = f'<ul style="list-style:none">{items}</ul>' if items else ""
        return (
            f'<div style="{BOX}border-left-color:{COLOURS["unread"]}">'
            f"<p><strong>{escape(self.question.asks)}</strong></p>{listed}<p>Run this cell to answer here.</p></div>"
        )

    def __str__(self) -> str:
        return f"{self.question.asks} Run this cell to answer here."

    __repr__ = __str__

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {**self.widget()._repr_mimebundle_(), "text/html": self.static(), "text/plain": str(self)}

    @singledispatchmethod
    def _field(self, question) -> tuple[widgets.Widget, Callable]:
        """Return the answer field of a kind of question, and what reads it."""
        raise TypeError(f"No form for a {type(question).__name__}.")

    @_field.register
    def _(self, question: Number):
        example = "for example 0.25 or 25%" if question.proportion else "for example 25"
        text = _text("Your answer:", example)
        return text, lambda: text.value

    @_field.register
    def _(self, question: Choice):
        radio = _radio(question.options)
        return radio, lambda: radio.value

    @_field.register
    def _(self, question: Several):
        boxes = {
            letter: widgets.Checkbox(False, description=f"{letter}) {label}", indent=False, layout=_wide())
            for letter, label in question.options.items()
        }
        return widgets.VBox(list(boxes.values())), lambda: [
            letter for letter, box in boxes.items() if box.value
        ]

    @_field.register
    def _(self, question: Code):
        radio = _radio({**question.options, "own": OWN_FORMULA})
        text = _text("Formula:", f"in {', '.join(question.parameters)}")
        return widgets.VBox(
            [radio, text]
        ), lambda: text.value if radio.value in (None, "own") else radio.value


def _status(said: str) -> str:
    """Return a quiet status line."""
    return (
        f'<div role="status" aria-live="polite" style="{BOX}border-left-color:{COLOURS["unread"]}">'
        f"<p>{escape(said)}</p></div>"
    )


def _wide() -> widgets.Layout:
    return widgets.Layout(width="100%", max_width="46em")


def _text(description: str, placeholder: str) -> widgets.Text:
    style = {"description_width": "initial"}
    return widgets.Text(description=description, placeholder=placeholder, style=style, layout=_wide())


def _radio(options) -> widgets.RadioButtons:
    """Return radio buttons of which none is chosen."""
    shown = [
        (f"{letter}) {label}" if letter != "own" else label, letter) for letter, label in options.items()
    ]
    return widgets.RadioButtons(options=shown, value=None, layout=_wide())
