"""Suspicious transactions: reports of an invented bank, rankings, and whom a team reads. No widget, no plot."""

from workshop.domains.transactions.ranking import (
    ORDERS,
    Counted,
    Ranking,
    Reading,
    customer_shares,
    features,
    fit_ranking,
    outcomes,
    scores,
    unusual,
)
from workshop.domains.transactions.reports import (
    FOREIGN,
    NATIONAL,
    PASSPORTS,
    PAST,
    THIS_YEAR,
    counted_by_passport,
    customer_counts,
    naive_over_reporting,
    over_reporting,
    reporting_rates,
)

__all__ = [
    "FOREIGN",
    "NATIONAL",
    "ORDERS",
    "PASSPORTS",
    "PAST",
    "THIS_YEAR",
    "Counted",
    "Ranking",
    "Reading",
    "counted_by_passport",
    "customer_counts",
    "customer_shares",
    "features",
    "fit_ranking",
    "naive_over_reporting",
    "outcomes",
    "over_reporting",
    "reporting_rates",
    "scores",
    "unusual",
]
