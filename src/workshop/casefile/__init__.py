"""What a trainee measured and judged about one use of AI, kept from lesson to decision.

    casefile.begin()                                      # pick a use case (a form in the notebook)
    casefile.offer(casefile.evidence("01_responsible_ai", by_group, "false_positive_rate", ...))
    case = casefile.current()                             # what is kept, or None

A case is a JSON file in ``my_work/cases``; `schema.json` is its published form.
"""

from workshop.casefile.forms import ask, begin, offer, rate_risks
from workshop.casefile.model import (
    DECISIONS,
    STAGES,
    Answer,
    Case,
    Change,
    Check,
    DatasetUsed,
    Decision,
    Evidence,
    Figure,
    Risk,
    Setting,
    schema,
)
from workshop.casefile.principles import CORE, PRINCIPLES, Principle
from workshop.casefile.recording import dataset_used, evidence
from workshop.casefile.risks import LEVELS, rate, risk_sheet
from workshop.casefile.stages import QUESTIONS, review, stopped_by
from workshop.casefile.store import NO_CASE, CaseStore, current, store
from workshop.casefile.use_cases import OWN, USE_CASES, UseCase

__all__ = [
    "CORE",
    "DECISIONS",
    "LEVELS",
    "NO_CASE",
    "OWN",
    "PRINCIPLES",
    "QUESTIONS",
    "STAGES",
    "USE_CASES",
    "Answer",
    "Case",
    "CaseStore",
    "Change",
    "Check",
    "DatasetUsed",
    "Decision",
    "Evidence",
    "Figure",
    "Principle",
    "Risk",
    "Setting",
    "UseCase",
    "ask",
    "begin",
    "current",
    "dataset_used",
    "evidence",
    "offer",
    "rate",
    "rate_risks",
    "review",
    "risk_sheet",
    "schema",
    "stopped_by",
    "store",
]
