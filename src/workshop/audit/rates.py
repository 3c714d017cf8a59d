"""Error rates by group, with intervals."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from workshop.audit.columns import read_columns
from workshop.audit.intervals import (
    ENOUGH,
    Estimate,
    critical_value,
    mover_ratio,
    newcombe_difference,
    score_interval,
)
from workshop.audit.table import rates_table

TN, FP, FN, TP = range(4)  # the order of sklearn.metrics.confusion_matrix, read row by row


@dataclass(frozen=True)
class Rate:
    """A rate read off a confusion matrix.

    Attributes
    ----------
    name : str
        The field's standard term, as fairlearn and scikit-learn spell it.
    label : str
        The same for people.
    numerator, denominator : tuple of int
        Cells of the confusion matrix that are summed: 0 true negatives, 1 false positives, 2 false negatives,
        3 true positives.
    numerator_words, denominator_words : str
        What the cells are, in plain words: "numerator_words, of denominator_words".
    """

    name: str
    label: str
    numerator: tuple[int, ...]
    denominator: tuple[int, ...]
    numerator_words: str
    denominator_words: str


RATES = {
    rate.name: rate
    for rate in (
        Rate(
            "selection_rate",
            "selection rate",
            (FP, TP),
            (TN, FP, FN, TP),
            "people who were flagged",
            "all people",
        ),
        Rate(
            "base_rate",
            "base rate",
            (FN, TP),
            (TN, FP, FN, TP),
            "people with the outcome",
            "all people",
        ),
        Rate(
            "accuracy",
            "accuracy",
            (TN, TP),
            (TN, FP, FN, TP),
            "people judged rightly",
            "all people",
        ),
        Rate(
            "true_positive_rate",
            "true positive rate",
            (TP,),
            (FN, TP),
            "people who were flagged",
            "people with the outcome",
        ),
        Rate(
            "false_positive_rate",
            "false positive rate",
            (FP,),
            (TN, FP),
            "people who were flagged",
            "people without the outcome",
        ),
        Rate(
            "true_negative_rate",
            "true negative rate",
            (TN,),
            (TN, FP),
            "people who were not flagged",
            "people without the outcome",
        ),
        Rate(
            "false_negative_rate",
            "false negative rate",
            (FN,),
            (FN, TP),
            "people who were not flagged",
            "people with the outcome",
        ),
        Rate(
            "positive_predictive_value",
            "positive predictive value",
            (TP,),
            (FP, TP),
            "people with the outcome",
            "people who were flagged",
        ),
        Rate(
            "negative_predictive_value",
            "negative predictive value",
            (TN,),
            (TN, FN),
            "people without the outcome",
            "people who were not flagged",
        ),
    )
}


def _sums(cells_of):
    """Return a 0/1 matrix, n_rates x 4, that sums the cells `cells_of` gives for each rate."""
    return np.array([[float(cell in cells_of(rate)) for cell in range(4)] for rate in RATES.values()])


_NUMERATORS = _sums(lambda rate: rate.numerator)
_DENOMINATORS = _sums(lambda rate: rate.denominator)
# One product with the counts gives all numerators, then all their complements, then all denominators.
_PARTS = np.vstack([_NUMERATORS, _DENOMINATORS - _NUMERATORS, _DENOMINATORS])
_N = len(RATES)


@np.errstate(divide="ignore", invalid="ignore")  # a rate over nobody is NaN, and is meant to be
def _rates_and_intervals(layers, z_squared):
    """Return all rates and the ends of their intervals, each n_rates x n_groups."""
    parts = _PARTS.dot(layers[0])
    successes, failures, trials = parts[:_N], parts[_N : 2 * _N], parts[2 * _N :]
    values = successes / trials
    if len(layers) > 1:  # weighted
        effective = trials * trials / _DENOMINATORS.dot(layers[1])
        successes, failures, trials = values * effective, failures / trials * effective, effective
    return values, *score_interval(values, successes, failures, trials, z_squared)


class GroupRates:
    """Counts and rates of each group, with Wilson intervals.

    Made by `group_rates` and by `ThresholdSweep.at`.

    Attributes
    ----------
    groups : tuple of str
    values, low, high : numpy.ndarray of float, shape (n_groups, n_rates)
        Rates, in the order of `RATES`, and the ends of their intervals. All three are NaN where nobody is in the
        denominator: such a rate cannot be computed, and an interval would be drawn for people who are not there.
    missing : numpy.ndarray of int, shape (n_groups,)
        People without an outcome or without a decision. They are in no rate.
    confidence : float
        Of the intervals, for instance 0.95.

    Notes
    -----
    With weights, a rate is a ratio of sums of weights, and its interval is Wilson's at Kish's effective sample size:
    the squared sum of the weights in the denominator over the sum of their squares (Kish, 1965, Survey Sampling).
    """

    def __init__(self, groups, layers, missing, confidence, z_squared):
        self.groups = groups
        self.missing = missing
        self.confidence = confidence
        self._layers = layers
        self._z_squared = z_squared
        values, low, high = _rates_and_intervals(layers, z_squared)
        self.values, self.low, self.high = values.T, low.T, high.T

    @property
    def weighted(self):
        """Whether people are weighted, and counts are sums of weights."""
        return len(self._layers) > 1

    @property
    def counts(self):
        """Confusion counts, n_groups x 4, in scikit-learn's order: tn, fp, fn, tp (sums of weights if weighted)."""
        counts = self._layers[0].T
        return counts.copy() if self.weighted else counts.astype(np.int64)

    @property
    def people(self):
        """How many people of each group are in the rates, counted without weights: shape (n_groups,)."""
        return self._layers[-1].sum(axis=0).astype(np.int64)

    @cached_property
    def overall(self):
        """GroupRates: the same over everybody, as one group named "everyone"."""
        layers = self._layers.sum(axis=2, keepdims=True)
        missing = self.missing.sum(keepdims=True)
        return GroupRates(("everyone",), layers, missing, self.confidence, self._z_squared)

    def _position(self, group):
        try:
            return self.groups.index(group)
        except ValueError:
            known = ", ".join(self.groups)
            raise ValueError(f"There is no group {group!r}; the groups are {known}.") from None

    def of(self, group, rate):
        """Return one rate of one group.

        Parameters
        ----------
        group : str
        rate : str
            A name in `RATES`.

        Returns
        -------
        Estimate

        Raises
        ------
        ValueError
            If there is no such group or no such rate.
        """
        row, place = self._position(group), _rate_position(rate)
        numerator, denominator = (
            float(sums[place] @ self._layers[0][:, row]) for sums in (_NUMERATORS, _DENOMINATORS)
        )
        people = _DENOMINATORS[place] @ self._layers[-1][:, row]
        value, low, high = (float(array[row, place]) for array in (self.values, self.low, self.high))
        return Estimate(value, low, high, numerator, denominator, bool(people >= ENOUGH))

    def difference(self, rate, a, b):
        """Return the rate of group `a` minus that of group `b`, with Newcombe's hybrid score interval.

        Parameters
        ----------
        rate : str
            A name in `RATES`.
        a, b : str
            Two groups.

        Returns
        -------
        Estimate

        References
        ----------
        Newcombe (1998), Statistics in Medicine 17(8), 873-890, method 10.
        """
        first, second = self._pair(rate, a, b)
        return self._comparison(first.value - second.value, newcombe_difference(first, second), first, second)

    def ratio(self, rate, a, b):
        """Return the rate of group `a` over that of group `b`, with an interval from the Wilson limits of both.

        Parameters
        ----------
        rate : str
            A name in `RATES`.
        a, b : str
            Two groups.

        Returns
        -------
        Estimate
            The value is NaN where the rate of `b` is 0; the interval then has no upper end (infinity).

        References
        ----------
        Donner and Zou (2012), Statistical Methods in Medical Research 21(4), 347-359 (MOVER for a ratio).
        """
        first, second = self._pair(rate, a, b)
        value = first.value / second.value if second.value else np.nan
        return self._comparison(value, mover_ratio(first, second), first, second)

    def _pair(self, rate, a, b):
        if a == b:
            raise ValueError(f"Compare two different groups; both are {a!r}.")
        return self.of(a, rate), self.of(b, rate)

    def bounds(self, rate, group, unknown):
        """Return the lowest and highest rate that a group can have, whatever the group of the unknown is.

        At the lowest, of the people whose group is unknown all that would lower the rate belong to `group`, and none
        that would raise it; at the highest the other way round. Nothing is assumed about why the group is unknown. Two
        groups can lie at opposite ends at once, so the ends of one minus the opposite ends of the other bound their
        difference too. The bounds hold for the people counted; they carry no error of chance.

        Parameters
        ----------
        rate : str
            A name in `RATES`.
        group : str
        unknown : iterable of str
            Groups that hold the people whose true group is not known.

        Returns
        -------
        low, high : float
            NaN where neither the group nor the unknown have anybody in the denominator.

        Raises
        ------
        ValueError
            If there is no such group or rate, or `group` is one of the unknown.

        References
        ----------
        Manski, C. F. (2003). Partial Identification of Probability Distributions. Springer.
        """
        known, strangers = self.of(group, rate), [self.of(name, rate) for name in dict.fromkeys(unknown)]
        if group in unknown:
            raise ValueError(f"The group {group!r} can't be both the one to bound and one of the unknown.")
        yes = sum(stranger.numerator for stranger in strangers)
        no = sum(stranger.denominator for stranger in strangers) - yes
        if not known.denominator + yes + no:
            return np.nan, np.nan
        lowest, highest = known.denominator + no, known.denominator + yes
        # Where only the unknown can be counted, and all of them are of one kind, the rate is 1 or 0.
        low = known.numerator / lowest if lowest else 1.0
        return low, (known.numerator + yes) / highest if highest else 0.0

    @staticmethod
    def _comparison(value, interval, first, second):
        denominator = min(first.denominator, second.denominator)
        return Estimate(value, *interval, np.nan, denominator, first.enough and second.enough)

    def frame(self, rates=None):
        """Return rates as a table of numbers, one row for each rate and group.

        Parameters
        ----------
        rates : iterable of str, optional
            Names in `RATES`; all of them by default.

        Returns
        -------
        pandas.DataFrame
            Index (rate, group); columns value, low, high, numerator, denominator, enough.
        """
        names = list(RATES if rates is None else rates)
        index = pd.MultiIndex.from_product([names, self.groups], names=["rate", "group"])
        rows = [self.of(group, rate) for rate, group in index]
        return pd.DataFrame(rows, index=index, columns=Estimate._fields)

    def __repr__(self):
        return f"GroupRates({', '.join(self.groups)}; {self.people.sum():,} people)"

    def _repr_html_(self):
        return rates_table(self, RATES.values())


def _rate_position(name):
    try:
        return list(RATES).index(name)
    except ValueError:
        raise ValueError(f"There is no rate {name!r}; the rates are {', '.join(RATES)}.") from None


@np.errstate(invalid="ignore")
def rate_of_counts(name, counts):
    """Return one rate for each row of counts, n x 4 in the order tn, fp, fn, tp; NaN where it has no denominator."""
    position = _rate_position(name)
    return (counts @ _NUMERATORS[position]) / (counts @ _DENOMINATORS[position])


def group_rates(outcome, decision, group, weights=None, confidence=0.95, *, repeats=None):
    """Return the counts and rates of each group.

    Parameters
    ----------
    outcome : array_like, shape (n_people,)
        What really happened: True or False, 1 or 0. People without an outcome are counted and are in no rate.
    decision : array_like, shape (n_people,)
        What was decided: True (flagged) or False. Missing values as above.
    group : array_like, shape (n_people,)
        Each person's group. People without one form the group "not recorded".
    weights : array_like, shape (n_people,), optional
        How many people each row stands for.
    confidence : float, default 0.95
        Of the intervals.
    repeats : array_like of int, shape (n_people,), optional
        How many equal people each row stands for: the numbers are those of a table in which each row is written so
        often. Not together with `weights`.

    Returns
    -------
    GroupRates

    Raises
    ------
    ValueError
        If the columns differ in length, hold values of another kind than said above, or are empty.

    Notes
    -----
    Rows are matched by position, not by a pandas index.
    """
    z_squared = critical_value(confidence) ** 2
    people = read_columns(outcome, decision, group, weights, kind="decision", repeats=repeats)
    n_groups = len(people.groups)
    cell = ((2 * people.outcome + people.judged) * n_groups + people.codes)[people.present]
    layers = [
        np.bincount(cell, layer[people.present], minlength=4 * n_groups).reshape(4, n_groups)
        for layer in people.layers
    ]
    return GroupRates(people.groups, np.array(layers), people.missing, confidence, z_squared)
