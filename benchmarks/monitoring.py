"""Time a monitoring run on a file of 1,000,000 rows against reading it with pandas and computing with fairlearn."""

import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
from fairlearn.metrics import MetricFrame, false_negative_rate, false_positive_rate, selection_rate

from benchmarks.audit import best_time, people
from benchmarks.table import Aim, Row, duration
from workshop.audit import group_rates
from workshop.casefile import evidence
from workshop.casefile.model import Case, dump

ROWS = 1_000_000
RATES = {
    "selection_rate": selection_rate,
    "false_positive_rate": false_positive_rate,
    "false_negative_rate": false_negative_rate,
}
QUICK = Aim(5.0, "under 5 s")
SMALL = Aim(1000, "under 1,000 MB")
# A process of its own, whose memory is nobody else's: what a trainee types, without the start of Python.
_RUN = """
import resource, sys, time
from workshop.casefile.monitoring import monitor
from workshop.casefile.reading import find_case
from workshop.datasets.own import read_scores
start = time.perf_counter()
monitor(find_case(sys.argv[1]), read_scores(sys.argv[2], "outcome", "score", "group"))
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
"""


def case(rng):
    """Return a case that recorded three rates of 10,000 people."""
    outcome, score, group = people(10_000, rng)
    rates = group_rates(outcome, score >= 0.5, group)
    made = tuple(evidence("01_responsible_ai", rates, name, threshold=0.5) for name in RATES)
    return Case("bench", "Benchmark", "own", "", "2026-05-18", evidence=made)


def run(rows=ROWS):
    """Return the rows of the table."""
    rng = np.random.default_rng(2020)
    with tempfile.TemporaryDirectory() as folder:
        kept, batch = Path(folder, "case.json"), Path(folder, "batch.csv")
        kept.write_text(dump(case(rng)), "utf-8")
        columns = zip(("outcome", "score", "group"), people(rows, rng), strict=True)
        pd.DataFrame(dict(columns)).to_csv(batch, index=False)

        def plainly():
            frame = pd.read_csv(batch)
            return MetricFrame(
                metrics=RATES,
                y_true=frame["outcome"],
                y_pred=(frame["score"] >= 0.5).astype(int),
                sensitive_features=frame["group"],
            ).by_group

        def once():
            start = perf_counter()
            told = subprocess.check_output([sys.executable, "-c", _RUN, str(kept), str(batch)], text=True)
            seconds, megabytes = map(float, told.split())
            return seconds, megabytes, perf_counter() - start

        found = [once() for _ in range(3)]
        reference = best_time(plainly, 2)
    seconds, megabytes, whole = map(min, zip(*found, strict=True))
    name = f"monitoring {rows:,} rows, 3 rates x 5"
    ratio = f"{reference / seconds:,.3g} times faster"
    return [
        Row(
            f"{name} with intervals",
            duration(seconds),
            f"pandas.read_csv and fairlearn, no intervals: {duration(reference)}",
            ratio,
            seconds,
            QUICK,
        ),
        Row(f"{name}: with the start of Python", duration(whole), ""),
        Row(f"{name}: memory of the process", f"{megabytes:,.0f} MB", "", "", megabytes, SMALL),
    ]
