"""Numbers for an audit: error rates by group, thresholds, intervals, exact explanations. No widget, no plot."""

from workshop.audit.clusters import ClusterRates, cluster_rates, enough_to_tell
from workshop.audit.drift import (
    Alarm,
    PageHinkley,
    alarm_starts,
    chance_index,
    ks_distances,
    page_hinkley,
    population_stability_index,
    set_alarm,
    stability_indexes,
)
from workshop.audit.explain import Explanation, explain_linear
from workshop.audit.intervals import Estimate, estimates, incidence, wilson
from workshop.audit.pairs import Paired, paired
from workshop.audit.rates import RATES, GroupRates, Rate, group_rates
from workshop.audit.sweep import ThresholdSweep
from workshop.audit.verification import equal_error_rate, error_tradeoff

__all__ = [
    "RATES",
    "Alarm",
    "ClusterRates",
    "Estimate",
    "Explanation",
    "GroupRates",
    "PageHinkley",
    "Paired",
    "Rate",
    "ThresholdSweep",
    "alarm_starts",
    "chance_index",
    "cluster_rates",
    "enough_to_tell",
    "equal_error_rate",
    "error_tradeoff",
    "estimates",
    "explain_linear",
    "group_rates",
    "incidence",
    "ks_distances",
    "page_hinkley",
    "paired",
    "population_stability_index",
    "set_alarm",
    "stability_indexes",
    "wilson",
]
