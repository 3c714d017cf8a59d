"""Chats that are scored message by message: when an alarm rings, for whom too late, for whom in vain. No widget."""

from workshop.domains.chats.alarms import (
    IN_TIME,
    RULES,
    Alarms,
    Rule,
    Work,
    compare_rules,
    cumulative_sum,
    high_messages,
    highest_so_far,
    moving_average,
    several,
)

__all__ = [
    "IN_TIME",
    "RULES",
    "Alarms",
    "Rule",
    "Work",
    "compare_rules",
    "cumulative_sum",
    "high_messages",
    "highest_so_far",
    "moving_average",
    "several",
]
