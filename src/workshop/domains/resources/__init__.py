"""Resource optimization: demand from records, forecasts, shift plans, and patrols that feed on their own records."""

from workshop.domains.resources.demand import hour_of_week, hourly, residents
from workshop.domains.resources.feedback import simulate
from workshop.domains.resources.forecast import (
    FEATURES,
    Backtest,
    DemandModel,
    backtest,
    feature_effects,
    features,
    next_week,
    proxy_strength,
    time_folds,
)
from workshop.domains.resources.planned_city import estimate_bias, naive_bias
from workshop.domains.resources.shifts import InfeasiblePlan, Rules, plan

__all__ = [
    "FEATURES",
    "Backtest",
    "DemandModel",
    "InfeasiblePlan",
    "Rules",
    "backtest",
    "estimate_bias",
    "feature_effects",
    "features",
    "hour_of_week",
    "hourly",
    "naive_bias",
    "next_week",
    "plan",
    "proxy_strength",
    "residents",
    "simulate",
    "time_folds",
]
