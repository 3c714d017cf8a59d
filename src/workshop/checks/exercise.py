"""An exercise: its questions, the feedback on an answer, and the progress."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from html import escape
from pathlib import Path

from .form import AnswerForm
from .progress import ProgressStore, Record
from .question import NotAnAnswerError, Question
from .style import BOX, COLOURS, MARKS, SIGNALS, STATES

PREFIX = "questions_"


@dataclass(frozen=True)
class Feedback:
    """What a trainee is told about an answer.

    Attributes
    ----------
    status : str
        "right", "wrong" or "unread" (not an answer of this kind; it does not count).
    text : str
        The explanation, the hint or the reason. Plain text.
    step : int
        Which of the three hints it is; 0 if it is none.
    notice : str
        Something about the progress file that the trainee should know; mostly "".
    """

    status: str
    text: str
    step: int = 0
    notice: str = ""

    @property
    def headline(self) -> str:
        """The verdict in a few words."""
        return f"{SIGNALS[self.status]} Hint {self.step} of 3." if self.step else SIGNALS[self.status]

    def __str__(self) -> str:
        return "\n".join(part for part in (f"{self.headline} {self.text}", self.notice) if part)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        mark = f'<span aria-hidden="true">{MARKS[self.status]}</span>'
        notice = f"<p>{escape(self.notice)}</p>" if self.notice else ""
        return (
            f'<div role="status" aria-live="polite" style="{BOX}border-left-color:{COLOURS[self.status]}">'
            f'<p><strong style="color:{COLOURS[self.status]}">{mark} {escape(self.headline)}</strong> '
            f"{escape(self.text)}</p>{notice}</div>"
        )


class Exercise:
    """The questions of one exercise.

    Parameters
    ----------
    name : str
        For example "01_responsible_ai".
    questions : mapping of str to callable
        From a question's id to the function that makes it. A question is made when it is first needed.
    store : ProgressStore
        Where progress is kept.
    """

    def __init__(self, name: str, questions: Mapping[str, Callable[[], Question]], store: ProgressStore):
        self.name = name
        self.ids = tuple(questions)
        self._makers = {key: cache(maker) for key, maker in questions.items()}
        self._store = store

    def __repr__(self) -> str:
        return f"Exercise {self.name}: {len(self.ids)} questions"

    def question(self, key: str) -> Question:
        """Return a question.

        Raises
        ------
        ValueError
            If there is no such question.
        """
        if not isinstance(key, str) or key not in self._makers:
            raise ValueError(f"There is no question {key!r}: they are {self.ids[0]} to {self.ids[-1]}.")
        return self._makers[key]()

    def ask(self, key: str) -> AnswerForm:
        """Return a question as a form to fill in; `key` is its id, such as "q1"."""
        return AnswerForm(
            key, self.question(key), self.check, lambda: standing(self._store.of(self.name).get(key))
        )

    def check(self, key: str, answer=None) -> Feedback:
        """Check an answer and keep the progress.

        Parameters
        ----------
        key : str
            The question's id, such as "q1".
        answer : object
            A number or a text such as "44.9%"; the letter of a choice; a list of letters; a function.

        Returns
        -------
        Feedback
        """
        question = self.question(key)
        try:
            mistake = question.mistake_in(question.read(answer))
        except NotAnAnswerError as refusal:
            return Feedback("unread", str(refusal))
        record = self._store.add(self.name, key, mistake.name if mistake else None)
        notice = self._store.take_notice()
        if mistake is None:
            return Feedback("right", question.why, notice=notice)
        step = min(record.mistakes[mistake.name], len(mistake.hints))
        return Feedback("wrong", mistake.hints[step - 1], step, notice)

    def progress(self) -> "Progress":
        """Return which questions are right so far."""
        records = self._store.of(self.name)
        standings = {key: standing(records.get(key)) for key in self.ids}
        return Progress(standings, self._store.take_notice())


def standing(record: Record | None) -> str:
    """Return "right", "wrong" (tried) or "unread" (not tried)."""
    if record is None:
        return "unread"
    return "right" if record.right else "wrong"


@dataclass(frozen=True)
class Progress:
    """How far a trainee is.

    Attributes
    ----------
    standings : dict of str to str
        From a question's id to "right", "wrong" or "unread".
    notice : str
        Something about the progress file that the trainee should know; mostly "".
    """

    standings: dict[str, str]
    notice: str = ""

    @property
    def right(self) -> int:
        """How many questions were answered rightly."""
        return sum(standing == "right" for standing in self.standings.values())

    def __str__(self) -> str:
        still = [key for key, standing in self.standings.items() if standing != "right"]
        text = f"{self.right} of {len(self.standings)} questions are right."
        return " ".join(
            part for part in (text, f"Still open: {', '.join(still)}." * bool(still), self.notice) if part
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left;color:inherit">{escape(key)}</th>'
            f'<td style="text-align:left;color:{COLOURS[standing]}">'
            f'<span aria-hidden="true">{MARKS[standing]}</span> {STATES[standing]}</td></tr>'
            for key, standing in self.standings.items()
        )
        whole = "right" if self.right == len(self.standings) else "unread"
        return (
            f'<div style="{BOX}border-left-color:{COLOURS[whole]}"><p>{escape(str(self))}</p>'
            f'<progress aria-label="Questions answered rightly" value="{self.right}" max="{len(self.standings)}" '
            'style="width:16em"></progress>'
            '<table><caption style="text-align:left">Your progress</caption>'
            '<thead><tr><th scope="col" style="text-align:left">Question</th>'
            '<th scope="col" style="text-align:left">State</th></tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )


def exercise_names() -> tuple[str, ...]:
    """Return the names of all exercises: one for each module ``questions_NAME.py`` beside this one."""
    found = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return tuple(sorted(name.removeprefix(PREFIX) for name in found if name.startswith(PREFIX)))


def open_exercise(name: str) -> Exercise:
    """Open an exercise by its name, for example "01_responsible_ai".

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    names = exercise_names()
    if name not in names:
        nearest = get_close_matches(str(name), names, n=1)
        meant = f" Do you mean {nearest[0]!r}?" if nearest else ""
        raise ValueError(f"There is no exercise {name!r}. There are: {', '.join(names)}.{meant}")
    module = importlib.import_module(f"workshop.checks.{PREFIX}{name}")
    return Exercise(name, module.QUESTIONS, ProgressStore())
