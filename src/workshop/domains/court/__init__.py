"""Evidence for a court: what a rate hides, three explanations of one decision, which holds up. No widget, no plot."""

from workshop.domains.court.accounts import FACTS, FIXED, fit_accounts, odds_ratios
from workshop.domains.court.accuracy import ErrorSplit, balanced_accuracy, counted, error_split
from workshop.domains.court.counterfactuals import Counterfactual, counterfactual
from workshop.domains.court.precedents import precedents
from workshop.domains.court.refits import CHANGE, KEPT, PRECEDENTS, REASON, VERDICT, WAYS, Refits

__all__ = [
    "CHANGE",
    "FACTS",
    "FIXED",
    "KEPT",
    "PRECEDENTS",
    "REASON",
    "VERDICT",
    "WAYS",
    "Counterfactual",
    "ErrorSplit",
    "Refits",
    "balanced_accuracy",
    "counted",
    "counterfactual",
    "error_split",
    "fit_accounts",
    "odds_ratios",
    "precedents",
]
