"""A crisis: a plan that breaks, alarms that tell, and an end date for what was switched on. No widget, no plot."""

from workshop.domains.crisis.alarms import ACCEPTED, KINDS, AlarmDesk, Noticed, Watched
from workshop.domains.crisis.forecast import WAYS, Series, StressTest, WeeklyPlan, prediction_interval

__all__ = [
    "ACCEPTED",
    "KINDS",
    "WAYS",
    "AlarmDesk",
    "Noticed",
    "Series",
    "StressTest",
    "Watched",
    "WeeklyPlan",
    "prediction_interval",
]
