"""Evidence for a court: what a rate hides, three explanations of one decision, which holds up. No widget, no plot."""

from workshop.domains.court.accounts import FACT_NAMES, FACTS, FIXED, fit_accounts, odds_ratios
from workshop.domains.court.accuracy import ErrorSplit, balanced_accuracy, counted, error_split, sorter_rates
from workshop.domains.court.counterfactuals import Counterfactual, counterfactual
from workshop.domains.court.precedents import precedents
from workshop.domains.court.refits import CHANGE, KEPT, PRECEDENTS, REASON, VERDICT, WAYS, Refits

__all__ = [
    "CHANGE",
    "FACTS",
    "FACT_NAMES",
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
    "sorter_rates",
]
