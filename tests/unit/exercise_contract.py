"""What the tests of every exercise ask: right answers, typical wrong ones, hints, and the notebooks made from it."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from workshop.build import sources
from workshop.build.layout import Target
from workshop.build.notebooks import execute
from workshop.checks import Choice, Code, Number, ProgressStore, Several
from workshop.checks.exercise import Exercise

ROOT = Path(__file__).parents[2]


class ExerciseContract:
    """Inherited by the test class of one exercise, which fills in what is below.

    Attributes
    ----------
    NAME : str
        Of the exercise, such as "01_responsible_ai".
    QUESTIONS : mapping of str to callable
        The QUESTIONS of its module.
    RIGHT : mapping of str to list
        Right answers to each question, spelled as trainees would.
    WRONG : mapping of str to (mapping of str to str)
        Wrong answers to each question, each from another mistake: from the answer to the mistake's name.
    FORMULAS : mapping of str to list of str
        Texts that would give away the answer to a question of the kind Code.
    LENGTH : (int, int)
        Fewest and most questions; a short case has 4 to 6.
    KINDS : set of type
        The kinds of question that must be there.
    """

    LENGTH = (8, 10)
    KINDS = frozenset({Number, Choice, Several, Code})

    def pytest_generate_tests(self, metafunc):
        needed = metafunc.fixturenames
        if "mistake" in needed:
            wrong = [(key, *pair) for key, answers in self.WRONG.items() for pair in answers.items()]
            metafunc.parametrize(("key", "answer", "mistake"), wrong)
        elif "answer" in needed:
            right = [(key, answer) for key, answers in self.RIGHT.items() for answer in answers]
            metafunc.parametrize(("key", "answer"), right)
        elif "key" in needed:
            metafunc.parametrize("key", list(self.QUESTIONS))

    @pytest.fixture(scope="class")
    @classmethod
    def questions(cls):
        return {key: make() for key, make in cls.QUESTIONS.items()}

    @pytest.fixture
    def exercise(self, questions, tmp_path):
        makers = {key: lambda made=question: made for key, question in questions.items()}
        return Exercise(self.NAME, makers, ProgressStore(tmp_path))

    def test_as_many_questions_as_fit_and_all_kinds(self, questions):
        assert self.LENGTH[0] <= len(questions) <= self.LENGTH[1]
        assert list(questions) == [f"q{number}" for number in range(1, len(questions) + 1)]
        assert {type(question) for question in questions.values()} >= self.KINDS
        assert set(self.RIGHT) == set(self.WRONG) == set(questions)

    def test_right_answers(self, exercise, key, answer):
        feedback = exercise.check(key, answer)
        assert feedback.status == "right"
        assert feedback.text == exercise.question(key).why

    def test_wrong_answers_climb_the_ladder_of_their_mistake(self, exercise, key, answer, mistake):
        question = exercise.question(key)
        assert question.mistake_in(question.read(answer)).name == mistake
        found = [exercise.check(key, answer) for _ in range(4)]
        assert [feedback.step for feedback in found] == [1, 2, 3, 3]
        assert len({feedback.text for feedback in found}) == 3

    def test_first_hints_differ(self, exercise, key):
        first = {mistake: exercise.check(key, answer).text for answer, mistake in self.WRONG[key].items()}
        assert len(first) >= 3
        assert len(set(first.values())) == len(first)

    def test_every_known_mistake_is_tried(self, questions, key):
        assert {mistake.name for mistake in questions[key].mistakes} <= set(self.WRONG[key].values())

    def test_no_first_hint_holds_the_answer(self, questions, key):
        for first, *_ in ladders(questions[key]):
            assert not [text for text in spellings(questions[key], self.FORMULAS.get(key)) if text in first]

    def test_hints_are_short(self, questions, key):
        for ladder in ladders(questions[key]):
            assert len(set(ladder)) == 3
            assert all(0 < len(hint.split()) <= 35 for hint in ladder)
        assert len(questions[key].why.split()) <= 65

    def run(self, tmp_path, kind, folder):
        """Return the texts that a notebook made from the exercise shows."""
        source = f"content/exercises/{self.NAME}.py"
        notebook = sources.make(ROOT, Target(f"{folder}/{self.NAME}.ipynb", source, kind))
        strict = {"WORKSHOP_MY_WORK": str(tmp_path), "PYTHONWARNINGS": "error::DeprecationWarning:workshop"}
        # In a thread of its own: a browser that another test has opened keeps this one's event loop.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(
                lambda: asyncio.run(execute(notebook, tmp_path, source, {**os.environ, **strict}))
            ).result()
        outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
        return [output["data"]["text/plain"] for output in outputs if "data" in output]

    def test_the_stub_runs_as_it_stands(self, tmp_path):
        shown = self.run(tmp_path, "stub", "exercises")
        number = len(self.QUESTIONS)
        assert sum("Run this cell to answer here" in text for text in shown) == number
        assert any(text.startswith(f"0 of {number} questions are right") for text in shown)

    def test_the_solution_says_the_same_whatever_was_tried_before(self, tmp_path, questions):
        earlier = Exercise(self.NAME, self.QUESTIONS, ProgressStore(tmp_path))
        for key, wrong in self.WRONG.items():
            earlier.check(key, next(iter(wrong)))
        shown = self.run(tmp_path, "solution", "exercises/solutions")
        assert [text for text in shown if text.startswith("Right.")] == [
            f"Right. {question.why}" for question in questions.values()
        ]
        assert f"{len(questions)} of {len(questions)} questions are right." in shown


def ladders(question):
    """Return the three hints of every mistake, and the general ones."""
    return [question.otherwise, *(mistake.hints for mistake in question.mistakes)]


def spellings(question, formulas):
    """Return texts that would give the answer away."""
    if isinstance(question, Number):
        value = question.expected
        if value > 1:
            return [f"{value:.1f}", f"{value:.0f}"]
        return [f"{value:.3f}", f"{value:.2f}", f"{value:.1%}", f"{value:.0%}"]
    if isinstance(question, Code):
        return formulas
    if isinstance(question, Several):
        return [question.options[letter] for letter in question.expected]
    return [question.options[question.expected], f"“{question.expected}”", f" {question.expected})"]
