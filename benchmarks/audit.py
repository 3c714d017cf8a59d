"""Time a threshold's position against recomputing the same rates. Run with ``python -m benchmarks.audit``."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from time import perf_counter
from typing import NamedTuple

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


class Row(NamedTuple):
    """One line of the table: times in seconds; `ratio` says how many times faster ours is."""

    name: str
    seconds: float
    reference: str
    reference_seconds: float
    ratio: float


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
    return [
        Row(f"threshold position, {size}", ours, "fairlearn MetricFrame, no intervals", frame, frame / ours),
        Row(f"threshold position, {size}", ours, "group_rates", once, once / ours),
        Row(
            f"building the sweep, {size}", build, "fairlearn MetricFrame, no intervals", frame, frame / build
        ),
    ]


def run():
    """Time both sizes in this process and return the rows of the table."""
    rng = np.random.default_rng(2020)
    return [*rows_for(10_000, 5, rng), *rows_for(1_000_000, 1, rng)]


def main():
    for row in run():
        print(
            f"{row.name}: {row.seconds * 1e6:,.1f} µs; {row.reference}: {row.reference_seconds * 1e3:,.1f} ms; "
            f"{row.ratio:,.1f} times faster"
        )


if __name__ == "__main__":
    main()
