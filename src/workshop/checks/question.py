"""The four kinds of question: a number, one choice, several choices, a short function.

A question holds the right answer, the mistakes its author knows of, and three hints for each of them: a first
nudge, a pointer, and nearly the answer. Its author writes it as a function that computes the answers from the
data, so that no result is typed in (see ``questions_01_responsible_ai.py`` for a whole set).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from . import reading
from .reading import NotAnAnswerError

Hints = tuple[str, str, str]

SLACK = 1e-9  # so that an answer at the very edge of the tolerance is inside it
NEAR = 4  # an answer within this many tolerances is called close


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that the author foresaw.

    Attributes
    ----------
    name : str
        Short name, kept in the progress file.
    value : float, str or callable
        What gives it away. Of a number: the wrong value. Of a choice: the letter chosen. Of several choices: the
        letter wrongly chosen or wrongly left out. Of a function: the wrong function.
    hints : tuple of three str
        A first nudge, a pointer, nearly the answer.
    tolerance : float, optional
        How far a number may lie from `value`; as far as from the right answer by default.
    """

    name: str
    value: object
    hints: Hints
    tolerance: float | None = None


AS_PERCENT = Mistake(
    "percent without its sign",
    None,
    (
        "This number is above 1. A share is at most 1 (or 100%). Do you mean a percentage?",
        "If you mean so many of 100, write the sign % behind the number, or divide the number by 100.",
        "Two ways to write the same share: 25% and 0.25. Write yours in one of them.",
    ),
)
PERCENT_TOO_MANY = Mistake(
    "percent sign on a share",
    None,
    (
        "This is less than 1 of 100. Look at the sign % you wrote.",
        "A percent sign divides by 100. A number below 1 that is already a share needs no sign.",
        "0.25 and 25% are the same share, but 0.25% is only 1 of 400. Take the sign away, or multiply by 100.",
    ),
)
CLOSE = Mistake(
    "close",
    None,
    (
        "You are close. Look once more: did you round on the way, or read a bar instead of a number?",
        "You are close. Take the two counts, divide them once, and round only at the end.",
        "You are close. Write the result with three digits or more: the way you count is probably right.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What all kinds of question share.

    Attributes
    ----------
    asks : str
        The question, in one or two short sentences.
    expected : object
        The right answer, computed from the data.
    why : str
        Why it is right, in one or two sentences.
    mistakes : tuple of Mistake
        The foreseen mistakes; the first that fits answers the trainee.
    otherwise : tuple of three str
        The hints for a wrong answer that fits no known mistake.
    """

    asks: str
    expected: object
    why: str
    mistakes: tuple[Mistake, ...]
    otherwise: Hints

    def __post_init__(self):
        """Refuse a question that could not answer a trainee."""
        for ladder in (self.otherwise, *(mistake.hints for mistake in self.mistakes)):
            if len(ladder) != 3 or not all(isinstance(hint, str) and hint.strip() for hint in ladder):
                raise ValueError(f"Each mistake needs three hints; {ladder!r} are not.")
        names = [mistake.name for mistake in self.mistakes]
        if len(set(names)) < len(names):
            raise ValueError(f"Two mistakes have the same name: {names}.")

    def read(self, raw):
        """Return the answer in the form this question compares.

        Raises
        ------
        NotAnAnswerError
            If the input is of the wrong kind. It does not count as a try.
        """
        raise NotImplementedError

    def is_right(self, answer) -> bool:
        """Tell whether an answer that was read is right."""
        return answer == self.expected

    def fits(self, mistake: Mistake, answer) -> bool:
        """Tell whether a wrong answer comes from this mistake."""
        return answer == mistake.value

    def mistake_in(self, answer) -> Mistake | None:
        """Return the mistake behind an answer; None for a right one."""
        if self.is_right(answer):
            return None
        return self._foreseen(answer) or self._unforeseen(answer)

    def _foreseen(self, answer) -> Mistake | None:
        """Return the first known mistake that fits."""
        return next((mistake for mistake in self.mistakes if self.fits(mistake, answer)), None)

    def _unforeseen(self, answer) -> Mistake:
        """Return the general hints."""
        return Mistake("other", None, self.otherwise)


@dataclass(frozen=True, kw_only=True)
class Number(Question):
    """A number.

    Attributes
    ----------
    tolerance : float
        How far from `expected` an answer may lie and still be right, in the unit of `expected`.
    proportion : bool
        Whether it is a share between 0 and 1, which may also be written as a percentage.
    highest : float
        Above this, an answer is taken for a slip of the keyboard.
    """

    tolerance: float
    proportion: bool = True
    highest: float = 1.0

    def read(self, raw) -> reading.NumberRead:
        """Read the number; keep those of its readings that lie in the range of the question."""
        found = reading.read_number(raw)
        if found.percent and not self.proportion:
            raise NotAnAnswerError("The answer here is no percentage. Write the number without the sign %.")
        if max(found.meanings) < 0:
            raise NotAnAnswerError("The answer can't be below 0. Write the number without a minus sign.")
        # A share written as 44.9 is understood: it gets the hint on percentages.
        bare = self.proportion and not found.percent and not found.fraction
        highest = 100 if bare else self.highest
        values = tuple(value for value in found.meanings if 0 <= value <= highest)
        if not values and found.fraction:
            raise NotAnAnswerError(
                "This is more than the whole. Write the part first, then the whole: part/whole."
            )
        if not values:
            limit = (
                "a share is at most 1 (or 100%)" if self.proportion else f"it is at most {self.highest:,.0f}"
            )
            raise NotAnAnswerError(f"This number is too large: {limit}.")
        return found._replace(meanings=values)

    def is_right(self, answer: reading.NumberRead) -> bool:
        """Tell whether one reading of the number is within the tolerance."""
        return self._within(answer, self.expected, self.tolerance)

    def fits(self, mistake: Mistake, answer: reading.NumberRead) -> bool:
        """Tell whether one reading of the number is the mistake's."""
        tolerance = self.tolerance if mistake.tolerance is None else mistake.tolerance
        return self._within(answer, mistake.value, tolerance)

    @staticmethod
    def _within(answer, value, tolerance) -> bool:
        return any(abs(one - value) <= tolerance + SLACK for one in answer.meanings)

    def _foreseen(self, answer: reading.NumberRead) -> Mistake | None:
        # "1,010" is rather 1010 where people are counted, rather 1.01 where a share is asked for.
        for value in sorted(answer.meanings, reverse=not self.proportion):
            if found := super()._foreseen(answer._replace(meanings=(value,))):
                return found
        return None

    def _unforeseen(self, answer: reading.NumberRead) -> Mistake:
        if self.proportion and min(answer.meanings) > 1:
            return AS_PERCENT
        if answer.percent and max(answer.meanings) < 0.01 < self.expected:
            return PERCENT_TOO_MANY
        if self._within(answer, self.expected, NEAR * self.tolerance):
            return CLOSE
        return super()._unforeseen(answer)


@dataclass(frozen=True, kw_only=True)
class Choice(Question):
    """One of several options; `options` gives each letter its label, in the order shown."""

    options: Mapping[str, str]

    def __post_init__(self):
        """Refuse letters that no option has."""
        super().__post_init__()
        require_letters(self.options, {self.expected, *(mistake.value for mistake in self.mistakes)})

    def read(self, raw) -> str:
        """Read a letter or a label."""
        return reading.read_option(raw, self.options)


@dataclass(frozen=True, kw_only=True)
class Several(Question):
    """All options that hold; `expected` is the frozenset of their letters."""

    options: Mapping[str, str]

    def __post_init__(self):
        """Refuse letters that no option has."""
        super().__post_init__()
        require_letters(self.options, {*self.expected, *(mistake.value for mistake in self.mistakes)})

    def read(self, raw) -> frozenset[str]:
        """Read letters or labels."""
        return reading.read_options(raw, self.options)

    def fits(self, mistake: Mistake, answer: frozenset[str]) -> bool:
        """Tell whether the mistake's option is wrongly chosen or wrongly left out."""
        return mistake.value in (answer ^ self.expected)


@dataclass(frozen=True, kw_only=True)
class Code(Question):
    """A short function, checked by what it gives back.

    Attributes
    ----------
    expected : callable
        The right function.
    parameters : tuple of str
        The names of its parameters, in order.
    inputs : callable
        From a numpy Generator to one tuple of parameter values. It is called with a fixed seed.
    formulas : mapping of str to (str, callable)
        Formulas in words to choose from, for a trainee who does not code: letter to label and function.
    tolerance : float
        How far the results may lie from the right ones, for a trainee who rounds.
    """

    parameters: tuple[str, ...]
    inputs: Callable[[np.random.Generator], tuple]
    formulas: Mapping[str, tuple[str, Callable[..., float]]]
    tolerance: float = 1e-3

    TRIALS = 20

    @property
    def options(self) -> dict[str, str]:
        """The letters and labels of the formulas."""
        return {letter: label for letter, (label, _) in self.formulas.items()}

    @cached_property
    def trials(self) -> tuple[tuple, ...]:
        """The inputs that every function is tried on."""
        generator = np.random.default_rng(1)
        return tuple(self.inputs(generator) for _ in range(self.TRIALS))

    def read(self, raw) -> tuple[float, ...]:
        """Run a function, a formula or the formula behind a letter on every trial."""
        if isinstance(raw, str) and raw.strip().casefold() in self.formulas:
            raw = self.formulas[raw.strip().casefold()][1]
        return self._outputs(reading.read_formula(raw, self.parameters))

    def _outputs(self, function) -> tuple[float, ...]:
        return reading.outputs(function, self.parameters, self.trials)

    def is_right(self, answer: tuple[float, ...]) -> bool:
        """Tell whether the function gives what the right one gives, on every trial."""
        return self._agrees(answer, self.expected)

    def fits(self, mistake: Mistake, answer: tuple[float, ...]) -> bool:
        """Tell whether the function gives what the wrong one gives, on every trial."""
        return self._agrees(answer, mistake.value)

    def _agrees(self, answer, function) -> bool:
        return np.allclose(answer, self._outputs(function), rtol=0, atol=self.tolerance)


def require_letters(options: Mapping[str, str], letters: set[str]) -> None:
    """Raise ValueError unless every letter is one of the options."""
    if not letters <= set(options):
        raise ValueError(f"No option has the letter {', '.join(sorted(letters - set(options)))}.")
