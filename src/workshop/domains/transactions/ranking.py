"""Which report is read first: rankings of reports, and whom each ranking reads at every capacity."""

from dataclasses import dataclass
from numbers import Integral
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.ensemble import IsolationForest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from workshop.audit import GroupRates, group_rates, paired
from workshop.audit.intervals import proportion
from workshop.domains.transactions.reports import (
    BEHAVIOUR,
    FOREIGN,
    NATIONAL,
    PASSPORTS,
    checked,
    customer_counts,
    times,
)

ARRIVAL, UNUSUAL, PAST_CASES, NO_PASSPORT, READ_ONLY = ORDERS = (
    "arrival",
    "unusual",
    "past cases",
    "no passport",
    "read only",
)
ONE_LIST, SHARED = PLACES = ("one list", "shared")
_LOGGED = ("amount", "days_held")  # sums and times: their size counts, not their units
_TREES, _SEED = 100, 2019


def features(reports, passport=False):
    """Return what a model sees of each report: the behaviour in it, sums and times as logarithms.

    Parameters
    ----------
    reports : pandas.DataFrame
    passport : bool, default False
        Whether it also sees the passport: 1 if foreign.

    Returns
    -------
    pandas.DataFrame of float, shape (n_reports, 6 or 7)

    Raises
    ------
    ValueError
        If a column is missing or holds no numbers, or an amount or a time is below 0.
    """
    checked(reports, BEHAVIOUR)
    values = reports[list(BEHAVIOUR)].apply(pd.to_numeric, errors="coerce").astype(float)
    bad = values.columns[~(np.isfinite(values) & (values >= 0)).all()]
    if len(bad):
        raise ValueError(f"The column {bad[0]} must hold a number of 0 or more in each report.")
    values[list(_LOGGED)] = np.log1p(values[list(_LOGGED)])
    return values.assign(foreign=(reports["passport"] == FOREIGN).astype(float)) if passport else values


@dataclass(frozen=True)
class Ranking:
    """A fitted supervised ranking. Made by `fit_ranking`.

    Attributes
    ----------
    pipeline : sklearn.pipeline.Pipeline
        A StandardScaler and a LogisticRegression.
    passport : bool
        Whether it sees the passport.
    """

    pipeline: Pipeline
    passport: bool

    def score(self, reports):
        """Return how alike each report is to cases that were found, from 0 to 1; to rank by, no probability.

        Raises
        ------
        ValueError
            As `features`.
        """
        return self.pipeline.predict_proba(features(reports, self.passport))[:, 1]

    @property
    def odds_of_a_passport(self):
        """By how much a foreign passport multiplies the odds of the same behaviour; 1.0 if it is not seen."""
        if not self.passport:
            return 1.0
        scaler, model = self.pipeline
        place = list(scaler.feature_names_in_).index("foreign")
        return float(np.exp(model.coef_[0][place] / scaler.scale_[place]))


def fit_ranking(past, passport=True, read_only=False):
    """Learn from past years which reports are like the cases that were found: logistic regression.

    Parameters
    ----------
    past : pandas.DataFrame
        Reports with the columns read and found.
    passport : bool, default True
        Whether the model may see the passport.
    read_only : bool, default False
        Whether it learns only from reports that somebody read. If not, a report that nobody read counts as harmless,
        as it does in many case systems: nothing was found in it.

    Returns
    -------
    Ranking

    Raises
    ------
    ValueError
        As `features`; or read or found is missing in a row; or there are not both kinds to learn from.
    """
    checked(past, ("read", "found"))
    if past[["read", "found"]].isna().any(axis=None):
        raise ValueError("Of some reports nobody knows yet what was found; learn from past years only.")
    read, found = (past[column].astype(bool) for column in ("read", "found"))
    chosen, target = (past[read], found[read]) if read_only else (past, found)
    if target.nunique() < 2:
        raise ValueError(
            "To learn from, there must be reports with a case that was found and reports without."
        )
    model = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced", max_iter=1000))
    model.fit(features(chosen, passport), target)
    return Ranking(model, passport)


def unusual(reports):
    """Return how unusual the behaviour in each report is among all of them: an isolation forest.

    It learns from no case: what differs from most is separated from the rest in few random cuts. It does not see the
    passport.

    Parameters
    ----------
    reports : pandas.DataFrame

    Returns
    -------
    numpy.ndarray of float, shape (n_reports,)
        Higher is more unusual.

    Raises
    ------
    ValueError
        As `features`.

    References
    ----------
    Liu, F. T., Ting, K. M. and Zhou, Z.-H. (2008). Isolation forest. ICDM, 413-422.
    """
    seen = features(reports)
    return -IsolationForest(n_estimators=_TREES, random_state=_SEED).fit(seen).score_samples(seen)


def scores(past, reports):
    """Return the scores of every ranking: what a team could read first.

    Parameters
    ----------
    past, reports : pandas.DataFrame
        Years to learn from, and the year to rank, in the order of arrival.

    Returns
    -------
    dict of str to numpy.ndarray
        By name in `ORDERS`.

    Raises
    ------
    ValueError
        As `fit_ranking` and `unusual`.
    """
    ways = {PAST_CASES: (True, False), NO_PASSPORT: (False, False), READ_ONLY: (True, True)}
    return {
        ARRIVAL: -np.arange(len(reports), dtype=float),
        UNUSUAL: unusual(reports),
        **{name: fit_ranking(past, *way).score(reports) for name, way in ways.items()},
    }


class Counted(NamedTuple):
    """Reports of one group.

    Attributes
    ----------
    caught, missed : int
        Laundering that is read, and that is not.
    examined, left_alone : int
        Harmless reports that are read, and that are not.
    """

    caught: int
    missed: int
    examined: int
    left_alone: int


class Reading:
    """Whom a team reads at every capacity, in one order. Sorted once; each capacity is a look-up.

    Parameters
    ----------
    reports : pandas.DataFrame
        In the order of arrival.
    score : array_like of float, shape (n_reports,)
        A higher one is read earlier; of equal ones, what came first.
    shares : mapping of str to float, optional
        Of the places, the share that each passport gets, whatever the scores between the groups are; within a group
        the highest score comes first. By default there is one list for all.

    Attributes
    ----------
    order : numpy.ndarray of int, shape (n_reports,)
        Rows in the order of reading.

    Raises
    ------
    ValueError
        If the reports lack something, there is not one finite score for each, or the shares do not add up to 1.
    """

    def __init__(self, reports, score, shares=None):
        checked(reports)
        score = np.asarray(score, dtype=float)
        if score.shape != (len(reports),) or not np.isfinite(score).all():
            raise ValueError(f"Give one score, a number, for each of the {len(reports):,} reports.")
        foreign = (reports["passport"] == FOREIGN).to_numpy()
        self._laundering, self._foreign = reports["laundering"].to_numpy(), foreign
        self.order = np.argsort(-score, kind="stable")
        if shares is not None:
            self.order = self._shared(_checked_shares(shares))
        cell = (2 * foreign + self._laundering)[self.order]
        counts = np.cumsum(cell[:, None] == np.arange(4), axis=0)
        self._read = np.vstack([np.zeros(4, dtype=int), counts])

    def _shared(self, shares):
        """Return the order in which each group gets its share of the places, until it has no more reports."""
        due = np.empty(len(self.order))
        for passport in PASSPORTS:
            inside = self._foreign[self.order] == (passport == FOREIGN)
            turns = np.arange(inside.sum()) + 0.5
            with np.errstate(over="ignore", divide="ignore"):  # a share of nearly nothing has its turn last
                due[inside] = turns / shares[passport]
        return self.order[np.argsort(due, kind="stable")]

    def __len__(self):
        return len(self.order)

    def at(self, capacity):
        """Return whom the team reads.

        Parameters
        ----------
        capacity : int
            Reports that are read, from 0 to all.

        Returns
        -------
        dict of str to Counted
            By passport.

        Raises
        ------
        ValueError
            If the capacity is no such number.
        """
        read, every = self._read[_checked_capacity(capacity, len(self))].tolist(), self._read[-1].tolist()
        return {
            passport: Counted(
                read[place + 1],
                every[place + 1] - read[place + 1],
                read[place],
                every[place] - read[place],
            )
            for passport, place in ((NATIONAL, 0), (FOREIGN, 2))
        }

    def caught(self, capacity):
        """Return how much laundering is read.

        Raises
        ------
        ValueError
            As `at`.
        """
        return sum(group.caught for group in self.at(capacity).values())

    def rates(self, capacity) -> GroupRates:
        """Return the error rates of each group, if to read is to decide.

        The false positive rate is the share of the harmless reports that is read; the true positive rate the share of
        the laundering that is caught; the positive predictive value the share of what is read that is laundering.

        Raises
        ------
        ValueError
            As `at`.
        """
        decided = self.decided(capacity)
        return group_rates(self._laundering, decided, np.where(self._foreign, FOREIGN, NATIONAL))

    def decided(self, capacity):
        """Return for each report, in the order of arrival, whether it is read: an array of bool.

        Raises
        ------
        ValueError
            As `at`.
        """
        decided = np.zeros(len(self), dtype=bool)
        decided[self.order[: _checked_capacity(capacity, len(self))]] = True
        return decided

    def against(self, other, capacity):
        """Compare what two orders miss of the same laundering at the same capacity.

        Parameters
        ----------
        other : Reading
            Of the same reports.
        capacity : int

        Returns
        -------
        workshop.audit.Paired
            `difference` is the share that this order misses minus the share that the other one misses, with the
            interval for paired proportions (Newcombe, 1998).

        Raises
        ------
        ValueError
            As `at`; or the reports are not the same.
        """
        if not np.array_equal(self._laundering, other._laundering) or not np.array_equal(
            self._foreign, other._foreign
        ):
            raise ValueError("Compare two orders of the same reports.")
        mine, its = (~each.decided(capacity)[self._laundering] for each in (self, other))
        return paired(
            int((mine & its).sum()),
            int((mine & ~its).sum()),
            int((~mine & its).sum()),
            int((~mine & ~its).sum()),
        )


def outcomes(reports, scores, customers, capacity):
    """Return what every ranking does at one capacity, with one list for all and with places shared by customers.

    Parameters
    ----------
    reports : pandas.DataFrame
        Of one year, in the order of arrival.
    scores : mapping of str to array_like of float, shape (n_reports,)
        By name of the ranking.
    customers : pandas.DataFrame
        Columns year, passport and customers.
    capacity : int
        Reports that are read.

    Returns
    -------
    pandas.DataFrame
        Index (order, places), places "one list" or "shared"; columns caught, missed (laundering), examined_national,
        examined_foreign (harmless reports that are read), times, low, high (how many times as often a harmless
        customer with a foreign passport is examined, with its 95% interval).

    Raises
    ------
    ValueError
        If the reports are of several years; or as `Reading` and `customer_shares`.
    """
    years = set(checked(reports)["year"])
    if len(years) > 1:
        raise ValueError(f"Give the reports of one year; these are of {len(years)} years.")
    people = customer_counts(customers, year := years.pop())
    rows = {}
    for name, score in scores.items():
        for places, shares in ((ONE_LIST, None), (SHARED, customer_shares(customers, year))):
            reading = Reading(reports, score, shares)
            counted, caught = reading.at(capacity), reading.caught(capacity)
            rates = {each: proportion(counted[each].examined, people[each]) for each in PASSPORTS}
            rows[name, places] = (
                caught,
                int(reports["laundering"].sum()) - caught,
                *(counted[passport].examined for passport in PASSPORTS),
                *times(rates[FOREIGN], rates[NATIONAL])[:3],
            )
    columns = [
        "caught",
        "missed",
        *(f"examined_{passport}" for passport in PASSPORTS),
        "times",
        "low",
        "high",
    ]
    index = pd.MultiIndex.from_tuples(rows, names=["order", "places"])
    return pd.DataFrame(list(rows.values()), index, columns)


def customer_shares(customers, year):
    """Return the share of a year's customers with each passport, for the places in `Reading`.

    Parameters
    ----------
    customers : pandas.DataFrame
        Columns year, passport and customers.
    year : int

    Returns
    -------
    dict of str to float

    Raises
    ------
    ValueError
        If a column is missing, or there are no customers with one of the passports in the year.
    """
    counts = customer_counts(customers, year)
    return {passport: number / sum(counts.values()) for passport, number in counts.items()}


def _checked_shares(shares):
    if set(shares) != set(PASSPORTS) or min(shares.values()) < 0 or abs(sum(shares.values()) - 1) > 1e-9:
        raise ValueError(
            f"The shares are {dict(shares)}; give one for national and one for foreign that add up to 1."
        )
    return shares


def _checked_capacity(capacity, most):
    if isinstance(capacity, bool) or not isinstance(capacity, Integral) or not 0 <= capacity <= most:
        raise ValueError(f"The capacity is {capacity!r}; give how many reports are read, from 0 to {most:,}.")
    return int(capacity)
