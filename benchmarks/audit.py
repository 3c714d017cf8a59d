"""Time a threshold's position against recomputing the same rates."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from time import perf_counter

import numpy as np
from fairlearn.metrics import (
    MetricFrame,
    false_negative_rate,
    false_positive_rate,
    selection_rate,
    true_negative_rate,
    true_positive_rate,
)
from sklearn.metrics import accuracy_score, precision_score

from benchmarks.table import Aim, Row, duration
from workshop.audit import ThresholdSweep, group_rates

GROUPS = ("A", "B", "C", "D")
POSITIONS = 20_000  # sweep positions timed one after the other


def base_rate(y_true, y_pred):
    return selection_rate(y_true, y_true)


METRICS = {
    "selection_rate": selection_rate,
    "base_rate": base_rate,
    "accuracy": accuracy_score,
    "true_positive_rate": true_positive_rate,
    "false_positive_rate": false_positive_rate,
    "true_negative_rate": true_negative_rate,
    "false_negative_rate": false_negative_rate,
    "positive_predictive_value": partial(precision_score, zero_division=np.nan),
    "negative_predictive_value": partial(precision_score, pos_label=0, zero_division=np.nan),
}


FASTER = Aim(5_000, "at least 5,000 times faster", at_least=True)


def people(n_people, rng):
    """Return outcomes, continuous scores and groups of `n_people` made-up people."""
    outcome = (rng.random(n_people) < 0.4).astype(int)
    score = 0.3 * outcome + 0.7 * rng.random(n_people)
    return outcome, score, rng.choice(GROUPS, n_people)


def best_time(task: Callable, repeats: int) -> float:
    """Return the shortest of several runs, in seconds."""
    times = []
    for _ in range(repeats):
        start = perf_counter()
        task()
        times.append(perf_counter() - start)
    return min(times)


def position_time(sweep: ThresholdSweep, thresholds: Iterator[float]) -> float:
    """Return the seconds one position takes: all nine rates of all groups, with both ends of their intervals."""

    def move():
        for _ in range(POSITIONS):
            rates = sweep.at(next(thresholds))
            _ = rates.values, rates.low, rates.high

    return best_time(move, repeats=5) / POSITIONS


def rows_for(n_people, repeats, rng):
    outcome, score, group = people(n_people, rng)
    thresholds = cycle(rng.random(POSITIONS).tolist())

    def recompute():
        decision = (score >= next(thresholds)).astype(int)
        return MetricFrame(
            metrics=METRICS, y_true=outcome, y_pred=decision, sensitive_features=group
        ).by_group

    def recount():
        return group_rates(outcome, score >= next(thresholds), group)

    sweep = ThresholdSweep(outcome, score, group)
    ours = position_time(sweep, thresholds)
    build = best_time(lambda: ThresholdSweep(outcome, score, group), repeats)
    frame = best_time(recompute, repeats)
    once = best_time(recount, repeats)
    size = f"{n_people:,} people x {len(GROUPS)} groups"
    reference = "fairlearn MetricFrame, no intervals"
    return [
        compared(f"threshold position with intervals, {size}", ours, reference, frame, FASTER),
        compared(f"threshold position with intervals, {size}", ours, "group_rates", once),
        compared(f"building the sweep, once, {size}", build, reference, frame),
    ]


def compared(name, ours, reference, seconds, aim=None):
    """Return the row of two times."""
    faster = seconds / ours
    ratio = f"{faster:,.3g} times faster" if faster < 1000 else f"{faster:,.0f} times faster"
    return Row(name, duration(ours), f"{reference}: {duration(seconds)}", ratio, faster, aim)


def run(full=False):
    """Time 10,000 people, and if `full` 1,000,000 too, which takes a minute; return the rows of the table."""
    rng = np.random.default_rng(2020)
    return [*rows_for(10_000, 5, rng), *(rows_for(1_000_000, 1, rng) if full else [])]
