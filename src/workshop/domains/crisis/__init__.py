"""A crisis: a plan that breaks, alarms that tell, and an end date for what was switched on. No widget, no plot."""

from workshop.domains.crisis.alarms import ACCEPTED, KINDS, AlarmDesk, Noticed, Watched
from workshop.domains.crisis.forecast import (
    HOMES,
    SHOPS,
    TYPE_WORDS,
    WAYS,
    Series,
    StressTest,
    WeeklyPlan,
    prediction_interval,
)
from workshop.domains.crisis.sunset import Deployment, Extension, Review, Standing, State, SunsetError

__all__ = [
    "ACCEPTED",
    "HOMES",
    "KINDS",
    "SHOPS",
    "TYPE_WORDS",
    "WAYS",
    "AlarmDesk",
    "Deployment",
    "Extension",
    "Noticed",
    "Review",
    "Series",
    "Standing",
    "State",
    "StressTest",
    "SunsetError",
    "Watched",
    "WeeklyPlan",
    "prediction_interval",
]
