"""Time the feedback loop: the simulation, and a probe that moves through it."""

from functools import partial

import numpy as np

from benchmarks.audit import best_time
from benchmarks.table import Aim, Row, duration
from workshop import datasets
from workshop.domains.resources.feedback import RULES, simulate
from workshop.probes import feedback_loops

DAYS, RUNS = 1_000, 400
WITHIN_A_SECOND = Aim(1.0, "within 1 s")
WITHOUT_A_WAIT = Aim(0.15, "within 150 ms")


def one_by_one(rates, priors, rule, runs):
    """Simulate run by run and day by day, as one would write it without arrays."""
    random = np.random.default_rng(2020)
    for _ in range(runs):
        records = list(priors)
        for _ in range(DAYS):
            share = records[0] / (records[0] + records[1])
            area = 0 if random.random() < share else 1
            found = random.poisson(rates[area])
            records[area] += found if rule == "naive" else random.binomial(found, (1 - share, share)[area])


def simulation(setting, rule):
    rates = (setting.rate_a_per_day, setting.rate_b_per_day)
    priors = (setting.prior_a, setting.prior_b)
    seconds = best_time(lambda: simulate(rates, priors, DAYS, RUNS, rule), repeats=5)
    few = RUNS // 20
    reference = best_time(lambda: one_by_one(rates, priors, rule, few), repeats=1) * RUNS / few
    return Row(
        f"feedback loop, {rule}: {RUNS} runs of {DAYS:,} days",
        duration(seconds),
        f"run by run in Python (from {few} runs): {duration(reference)}",
        f"{reference / seconds:,.3g} times faster",
        seconds,
        WITHIN_A_SECOND,
    )


def views(settings):
    """Time a view whose setting was never simulated, and one after it."""
    probe = feedback_loops.feedback(settings)

    def first():
        feedback_loops._history.cache_clear()
        probe.view()

    cold, warm = best_time(first, repeats=5), best_time(partial(probe.view, days=500), repeats=5)
    reference = "the days moved, setting known"
    return Row(
        "feedback probe, new setting",
        duration(cold),
        f"{reference}: {duration(warm)}",
        "",
        cold,
        WITHOUT_A_WAIT,
    )


def run():
    """Return the rows of the table; a few seconds."""
    settings = datasets.load("feedback_loop")
    return [*(simulation(settings.iloc[0], rule) for rule in RULES), views(settings)]
