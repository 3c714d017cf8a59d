"""What a trainee measured and judged about one use of AI, kept from lesson to decision.

    casefile.begin()                                      # pick a use case (a form in the notebook)
    casefile.offer(casefile.evidence("01_responsible_ai", by_group, "false_positive_rate", ...))
    case = casefile.current()                             # what is kept, or None

A case is a JSON file in ``my_work/cases``; `schema.json` is its published form.
"""

from workshop.casefile.forms import ask, begin, decide, offer, rate_risks
from workshop.casefile.model import (
    DECISIONS,
    NO_CASE,
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
from workshop.casefile.papers import show_memo, write_memo
from workshop.casefile.principles import CORE, PRINCIPLES, Principle
from workshop.casefile.recording import as_estimate, dataset_used, evidence
from workshop.casefile.risks import LEVELS, rate, risk_sheet
from workshop.casefile.stages import QUESTIONS, review, stopped_by
from workshop.casefile.store import CaseStore, current, my_cases
from workshop.casefile.use_cases import OWN, USE_CASES, UseCase
from workshop.casefile.views import answers, measured, principles_table, risk_probe, watched
from workshop.casefile.worked import worked_case

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
    "answers",
    "as_estimate",
    "ask",
    "begin",
    "current",
    "dataset_used",
    "decide",
    "evidence",
    "measured",
    "my_cases",
    "offer",
    "principles_table",
    "rate",
    "rate_risks",
    "review",
    "risk_probe",
    "risk_sheet",
    "schema",
    "show_memo",
    "stopped_by",
    "watched",
    "worked_case",
    "write_memo",
]
