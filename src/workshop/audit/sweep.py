"""Every threshold of a score, counted once."""

from array import array
from bisect import bisect_left
from collections.abc import Mapping

import numpy as np

from workshop.audit.columns import binary, check_lengths, column, groups_of, numeric, weights_of
from workshop.audit.intervals import critical_value
from workshop.audit.rates import FN, FP, TN, TP, GroupRates, layers_of, rate_position


class ThresholdSweep:
    """The counts of each group at every threshold of a score.

    The data is sorted once. After that a threshold costs a look-up, whatever the number of people.

    Parameters
    ----------
    outcome : array_like, shape (n_people,)
        What really happened: True or False, 1 or 0. Missing values are counted and left out of the rates.
    score : array_like, shape (n_people,)
        Finite numbers; compared as float64. People whose score reaches the threshold are flagged.
    group : array_like, shape (n_people,)
        Each person's group. People without one form the group "not recorded".
    weights : array_like, shape (n_people,), optional
        How many people each row stands for.
    confidence : float, default 0.95
        Of the intervals.

    Attributes
    ----------
    groups : tuple of str
    thresholds : numpy.ndarray of float
        The different scores, rising.

    Raises
    ------
    ValueError
        If a column has another length or values of another kind than said above, or there is nobody.
    """

    def __init__(self, outcome, score, group, weights=None, confidence=0.95):
        outcome, score = column(outcome, "outcome"), column(score, "score")
        group = column(group, "group")
        weights = None if weights is None else column(weights, "weights")
        check_lengths(outcome=outcome, score=score, group=group, weights=weights)
        truth, present = binary(outcome, "outcome")
        scores = numeric(score, "score")
        self.groups, codes = groups_of(group)
        self.confidence = confidence
        self._z_squared = critical_value(confidence) ** 2
        self._missing = np.bincount(codes[~present], minlength=len(self.groups))
        self.thresholds, place = np.unique(scores, return_inverse=True)
        self._search = array("d", self.thresholds.tobytes())
        layers = layers_of(None if weights is None else weights_of(weights), len(codes))
        self._table = _cumulated(place[present], truth[present], codes[present], [l[present] for l in layers], (len(self.thresholds), len(self.groups)))

    def at(self, threshold):
        """Return the rates if everybody is flagged whose score is at least `threshold`."""
        try:
            position = self._place(float(threshold))
        except TypeError:
            return self._at_each(threshold)
        return GroupRates(self.groups, self._table[position], self._missing, self.confidence, self._z_squared)

    def _place(self, threshold):
        if threshold != threshold:
            raise ValueError("The threshold is not a number (NaN).")
        return bisect_left(self._search, threshold)

    def _at_each(self, thresholds):
        if not isinstance(thresholds, Mapping):
            raise ValueError("Give one number as the threshold, or a dict with one number for each group.")
        if set(thresholds) != set(self.groups):
            raise ValueError(f"Give a threshold for each of the groups {', '.join(self.groups)}.")
        places = [self._place(float(thresholds[group])) for group in self.groups]
        layers = np.stack([self._table[place, :, :, number] for number, place in enumerate(places)], axis=-1)
        return GroupRates(self.groups, layers, self._missing, self.confidence, self._z_squared)

    def matching(self, rate, target):
        """Return for each group the threshold that brings its rate nearest to `target`."""
        position = rate_position(rate)
        candidates = np.append(self.thresholds, np.inf)
        chosen = {}
        return {g: float(self.thresholds[0]) for g in self.groups}


def _cumulated(place, truth, codes, layers, shape):
    steps, groups = shape
    table = np.zeros((steps + 1, len(layers), 4, groups))
    for number, layer in enumerate(layers):
        for actual, below, above in ((False, TN, FP), (True, FN, TP)):
            chosen = truth == actual
            cell = place[chosen] * groups + codes[chosen]
            found = np.bincount(cell, layer[chosen], minlength=steps * groups).reshape(steps, groups)
            np.cumsum(found, axis=0, out=table[1:, number, below])
            np.cumsum(found[::-1], axis=0, out=table[:-1, number, above][::-1])
    table.flags.writeable = False
    return table
