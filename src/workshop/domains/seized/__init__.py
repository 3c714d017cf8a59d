"""Seized files: which an officer views, and an airlock that lets a model be tested on files nobody sees."""

from workshop.domains.seized.airlock import Airlock, Answer, Question, Refused
from workshop.domains.seized.attacks import differencing, lone_victim, most_often_right
from workshop.domains.seized.files import generate
from workshop.domains.seized.triage import (
    PER_HOUR,
    Review,
    Workload,
    compare_decisions,
    compare_reviews,
    gap_on_the_same_devices,
    missed_files,
    per_hundred,
)

__all__ = [
    "PER_HOUR",
    "Airlock",
    "Answer",
    "Question",
    "Refused",
    "Review",
    "Workload",
    "compare_decisions",
    "compare_reviews",
    "differencing",
    "gap_on_the_same_devices",
    "generate",
    "lone_victim",
    "missed_files",
    "most_often_right",
    "per_hundred",
]
