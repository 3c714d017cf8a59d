"""Answers of exercises checked, with hints chosen by the mistake made; progress kept in ``my_work``.

    exercise = open_exercise("01_responsible_ai")
    exercise.ask("q1")              # a form in the notebook
    exercise.check("q1", "44.9%")   # the same check by code
    exercise.progress()

A new exercise NAME is one module ``questions_NAME.py`` beside this file. It holds one function for each question,
which computes its answers from the data, and the dictionary QUESTIONS from id to function.
"""

from workshop.checks.certificate_form import write_certificate
from workshop.checks.exercise import Exercise, Feedback, Progress, exercise_names, open_exercise
from workshop.checks.progress import ProgressStore
from workshop.checks.question import Choice, Code, Mistake, Number, Question, Several
from workshop.kept import my_work

__all__ = [
    "Choice",
    "Code",
    "Exercise",
    "Feedback",
    "Mistake",
    "Number",
    "Progress",
    "ProgressStore",
    "Question",
    "Several",
    "exercise_names",
    "my_work",
    "open_exercise",
    "write_certificate",
]
