"""Attacks on an airlock, tried often: how sure somebody can be about one child."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from workshop.audit.intervals import ENOUGH, Estimate, wilson
from workshop.domains.seized.airlock import CHECK, MINIMUM, POINT, PRICES, draw_noise, margin

ROUNDS = 2000
GUARDS = ("minimum count only", "minimum count and noise", "all guards")


class Target(NamedTuple):
    """Two thresholds between which exactly one victim's highest score lies."""

    victim: str
    below: float
    above: float


def lone_victim(files, near=0.5):
    """Return a victim whom two thresholds part from all others: the best point to attack.

    Parameters
    ----------
    files : pandas.DataFrame
        As `workshop.datasets.load("seized_files")` returns them.
    near : float, default 0.5
        The victim with a highest score nearest to this is taken.

    Raises
    ------
    ValueError
        If no victim has a highest score of her or his own.
    """
    highest = files[files["harmful"]].groupby("victim")["score"].max()
    alone = highest[~highest.duplicated(keep=False)]
    if alone.empty:
        raise ValueError("No victim has a highest score of her or his own; there is nobody to single out.")
    victim = (alone - near).abs().idxmin()
    return Target(str(victim), float(alone[victim]), float(np.nextafter(alone[victim], 2)))


def differencing(files, price=PRICES[1], rounds=ROUNDS, seed=2026):
    """Subtract two counts that differ by one child, again and again, and count how often the guess is right.

    In half of the rounds the child is among the files, in half not. Who attacks asks how many victims are reached at
    two thresholds, and says that the child is inside if the first count is higher.

    Parameters
    ----------
    files : pandas.DataFrame
    price : int, default 5
        Points for each of the two questions.
    rounds : int, default 2000
    seed : int, default 2026

    Returns
    -------
    pandas.DataFrame
        One row for each of `GUARDS`; columns answered (share of the rounds in which both questions were answered), and
        the fields of `workshop.audit.Estimate` for the share of all rounds in which the guess is right (where nothing
        was answered a coin decides).

    Raises
    ------
    ValueError
        As `lone_victim`; or there are no rounds.
    """
    if rounds < 1:
        raise ValueError(f"rounds is {rounds}; give 1 or more.")
    target = lone_victim(files)
    highest = files[files["harmful"]].groupby("victim")["score"].max()
    others = int((highest.drop(target.victim) >= target.below).sum())  # the same at both thresholds
    random = np.random.default_rng(seed)
    inside = np.arange(rounds) % 2 == 0
    coin = random.random(rounds) < 0.5
    first, second = others + inside, np.full(rounds, others)
    rows = {}
    for guard in GUARDS:
        noisy, answered = _asked(random, first, second, price, guard)
        difference = noisy[0] - noisy[1]
        # Without noise the difference is 1 or 0; with noise whatever is above the middle of the two speaks for 1.
        guess = np.where(answered, difference > 0.5, coin)
        right = int((guess == inside).sum())
        estimate = Estimate(
            right / rounds, *map(float, wilson(right, rounds)), right, rounds, rounds >= ENOUGH
        )
        rows[guard] = {"answered": answered.mean(), **estimate._asdict()}
    return pd.DataFrame.from_dict(rows, orient="index")


def _asked(random, first, second, price, guard):
    """Return both counts of each round, and in which rounds both were answered."""
    everything = np.ones(len(first), dtype=bool)
    if guard == GUARDS[0]:
        return np.array([first, second]), everything & (second >= MINIMUM)
    paid = (price, price - CHECK) if guard == GUARDS[2] else (price, price)
    noisy = np.array(
        [
            true + draw_noise(random, points * POINT, len(true))
            for true, points in zip((first, second), paid, strict=True)
        ]
    )
    answered = (noisy >= MINIMUM).all(axis=0)
    if guard == GUARDS[2]:
        epsilon = CHECK * POINT
        apart = first - second + draw_noise(random, epsilon, len(first))
        answered &= apart >= MINIMUM + margin(epsilon)
    return noisy, answered


def most_often_right(points):
    """Return how often a guess "inside or not", at even odds, can be right at most when so many points are spent.

    Parameters
    ----------
    points : float

    References
    ----------
    Kairouz, P., Oh, S. and Viswanath, P. (2015). The composition theorem for differential privacy. ICML, 1376-1385.
    """
    return float(1 / (1 + np.exp(-points * POINT)))
