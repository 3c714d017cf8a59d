"""Patrols that follow the records that patrols make: the two-area urn of Ensign et al. (2018)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

RULES = ("naive", "reweighted")


@dataclass(frozen=True, eq=False)
class Runs:
    """How the patrols of several runs were shared between area A and area B.

    Attributes
    ----------
    days : numpy.ndarray of int, shape (n_days,)
        Number of days that have passed.
    shares : numpy.ndarray of float, shape (n_days, n_runs)
        Share of the patrols that go to A after so many days: the chance that the next patrol goes there, 0 to 1.
    start_share : float
        The same on the first morning, from the past records alone.
    true_share : float
        Share of all incidents that happen in A.
    """

    days: np.ndarray
    shares: np.ndarray
    start_share: float
    true_share: float

    @cached_property
    def mean(self):
        """Mean share over the runs, shape (n_days,)."""
        return self.shares.mean(axis=1)

    @cached_property
    def low(self):
        """5th percentile over the runs, shape (n_days,)."""
        return np.quantile(self.shares, 0.05, axis=1)

    @cached_property
    def high(self):
        """95th percentile over the runs, shape (n_days,)."""
        return np.quantile(self.shares, 0.95, axis=1)


def simulate(rates, priors, days, runs, rule="naive", *, reported=0.0, seed=2020):
    """Send one patrol a day to one of two areas, and add what it finds to the records that send the next.

    The patrol goes to A with the probability that A has of all records so far. Incidents happen in both areas every
    day; only those where the patrol is are discovered.

    Parameters
    ----------
    rates : (float, float)
        Incidents per day in A and in B.
    priors : (float, float)
        Past records of A and of B, above 0; a fraction is a weak prior.
    days : int
    runs : int
        How often the whole history is played.
    rule : {"naive", "reweighted"}
        "naive" adds every discovered incident to the records. "reweighted" adds each with the probability that the
        patrol had gone to the other area.
    reported : float, default 0
        Share of the incidents, 0 to 1, that residents report wherever they happen. They are always added, the same
        under both rules; only the rest waits to be discovered.
    seed : int, default 2020

    Returns
    -------
    Runs
        After each day. The first days are the same however many follow.

    Raises
    ------
    ValueError
        If a number is out of its range or there is no such rule.

    Notes
    -----
    Counts are Poisson. Under "reweighted" the number added is drawn at once, as a Poisson number with the rate times
    the acceptance probability: the same distribution as deciding for each incident. In the long run the naive rule
    sends all patrols to the area with more incidents, however small the difference; the reweighted rule comes to the
    true share, the more slowly the more past records there are. Reports damp the naive rule's drift and do not remove
    it.

    References
    ----------
    Ensign, D., Friedler, S. A., Neville, S., Scheidegger, C. and Venkatasubramanian, S. (2018). Runaway feedback loops
    in predictive policing. Proceedings of Machine Learning Research 81 (FAT*), 160-171. `reported` is the share that
    is varied in the authors' own experiments (their w_r), without the slow forgetting of old records that these have.
    """
    rates, priors = _two(rates, "rates", "incidents per day"), _two(priors, "priors", "past records")
    _check(rates, priors, days, runs, rule, reported)
    random = np.random.default_rng(seed)
    (discovered_a, discovered_b), by_residents = rates * (1 - reported), (rates * reported)[:, None]
    in_a, together = np.full(runs, priors[0]), np.full(runs, priors.sum())
    share = start = priors[0] / priors.sum()
    shares = np.empty((days, runs))
    for day in range(days):
        to_a = random.random(runs) < share
        expected = np.where(to_a, discovered_a, discovered_b)
        if rule == "reweighted":
            expected *= np.where(to_a, 1 - share, share)
        added = random.poisson(expected)
        in_a += added * to_a
        together += added
        if reported:
            calls = random.poisson(by_residents, (2, runs))
            in_a += calls[0]
            together += calls.sum(axis=0)
        share = np.divide(in_a, together, out=shares[day])
    return Runs(np.arange(1, days + 1), shares, float(start), float(rates[0] / rates.sum()))


def _two(values, name, meaning):
    """Return a pair of finite numbers as an array."""
    try:
        pair = np.array([float(value) for value in values])
    except (TypeError, ValueError):
        pair = np.array([])
    if pair.shape != (2,) or not np.isfinite(pair).all():
        raise ValueError(f"{name} must be two finite numbers, the {meaning} of A and of B; it is {values!r}.")
    return pair


def _check(rates, priors, days, runs, rule, reported):
    if not ((rates >= 0) & (rates <= 1e6)).all() or not rates.any():
        raise ValueError(
            "rates must be 0 to 1,000,000 incidents per day, and above 0 in at least one of the two areas."
        )
    if (priors <= 0).any():
        raise ValueError("priors must be above 0 past records in each area; give 1 and 1 for no past.")
    for name, number in (("days", days), ("runs", runs)):
        if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 1:
            raise ValueError(f"{name} is {number!r}; give a whole number of 1 or more.")
    if rule not in RULES:
        raise ValueError(f"There is no rule {rule!r}; the rules are {' and '.join(RULES)}.")
    if not 0 <= reported <= 1:
        raise ValueError(
            f"reported is {reported}; give the share of incidents that residents report, 0 to 1."
        )
