"""Text: triage of messages, what each word adds, what stands in them, how a filter ages. No widget, no plot."""

from workshop.domains.text.drift import Ageing, Retraining, unknown_share
from workshop.domains.text.extraction import (
    Comparison,
    Extractor,
    compare,
    evaluate,
    fit_extractor,
    lost_messages,
)
from workshop.domains.text.hate import HateTest, away_from_home, not_fetched
from workshop.domains.text.mending import Mending, auc, counter_examples, language_thresholds, mask, mend
from workshop.domains.text.swaps import average_gaps, exchangeable, mentions, swap
from workshop.domains.text.triage import (
    Explained,
    Triage,
    check_text,
    coverage,
    error_difference,
    errors,
    fit_triage,
    queue,
    waiting,
)

__all__ = [
    "Ageing",
    "Comparison",
    "Explained",
    "Extractor",
    "HateTest",
    "Mending",
    "Retraining",
    "Triage",
    "auc",
    "average_gaps",
    "away_from_home",
    "check_text",
    "compare",
    "counter_examples",
    "coverage",
    "error_difference",
    "errors",
    "evaluate",
    "exchangeable",
    "fit_extractor",
    "fit_triage",
    "language_thresholds",
    "lost_messages",
    "mask",
    "mend",
    "mentions",
    "not_fetched",
    "queue",
    "swap",
    "unknown_share",
    "waiting",
]
