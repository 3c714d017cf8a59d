"""Every threshold of a score, counted once."""

from array import array
from bisect import bisect_left
from collections.abc import Mapping

import numpy as np

from workshop.audit.columns import read_columns
from workshop.audit.intervals import critical_value
from workshop.audit.rates import FN, FP, TN, TP, GroupRates, rate_of_counts


class ThresholdSweep:
    """The rates of each group at every threshold of a score.

    The data is sorted once. After that a threshold costs a look-up, whatever the number of people.

    Parameters
    ----------
    outcome : array_like, shape (n_people,)
        What really happened: True or False, 1 or 0. People without an outcome are counted and are in no rate.
    score : array_like, shape (n_people,)
        Finite numbers, compared as float64. People whose score is at least the threshold are flagged.
    group : array_like, shape (n_people,)
        Each person's group. People without one form the group "not recorded".
    weights : array_like, shape (n_people,), optional
        How many people each row stands for.
    confidence : float, default 0.95
        Of the intervals.
    repeats : array_like of int, shape (n_people,), optional
        How many equal people each row stands for: the numbers are those of a table in which each row is written so
        often. Not together with `weights`.

    Attributes
    ----------
    groups : tuple of str
    thresholds : numpy.ndarray of float, shape (n_thresholds,)
        The different scores, rising. Between two of them nothing changes.
    confidence : float

    Raises
    ------
    ValueError
        If the columns differ in length, hold values of another kind than said above, or are empty.

    Notes
    -----
    Rows are matched by position. The counts take 32 bytes for each threshold and group, with weights 96.
    """

    def __init__(self, outcome, score, group, weights=None, confidence=0.95, *, repeats=None):
        self._z_squared = critical_value(confidence) ** 2
        self.confidence = confidence
        people = read_columns(outcome, score, group, weights, kind="score", repeats=repeats)
        self.groups = people.groups
        self._missing = people.missing
        self.thresholds, place = np.unique(people.judged, return_inverse=True)
        self.thresholds.flags.writeable = False
        # A plain array of C doubles: `bisect` reads it faster than numpy answers one query.
        self._scores = array("d", self.thresholds.tobytes())
        self._table = _cumulated_counts(people, place, len(self.thresholds))

    def at(self, threshold):
        """Return the rates if everybody is flagged whose score is at least `threshold`.

        Parameters
        ----------
        threshold : float or dict of str to float
            One threshold for all, or one for each group. It need not be one of `thresholds`.

        Returns
        -------
        GroupRates

        Raises
        ------
        ValueError
            If a threshold is not a number, or a dict does not name every group and no other.
        """
        if isinstance(threshold, Mapping):
            counts = self._counts_at_each(threshold)
        else:
            counts = self._table[self._position(threshold)]
        return GroupRates(self.groups, counts, self._missing, self.confidence, self._z_squared)

    def matching(self, rate, target):
        """Return for each group the threshold that brings its rate nearest to `target`.

        Parameters
        ----------
        rate : str
            A name in `RATES`.
        target : float
            Between 0 and 1.

        Returns
        -------
        dict of str to float
            To give to `at`. Of thresholds that come equally near it is the highest, which flags the fewest people.
            Infinity, as in scikit-learn's ``roc_curve``, means that nobody of the group is flagged.

        Raises
        ------
        ValueError
            If there is no such rate, the target is not between 0 and 1, or a group has no such rate at any threshold.
        """
        if not 0 <= target <= 1:
            raise ValueError(f"The target is {target}; give a rate between 0 and 1.")
        candidates = np.append(self.thresholds, np.inf)
        chosen = {}
        for number, group in enumerate(self.groups):
            distance = np.abs(rate_of_counts(rate, self._table[:, 0, :, number]) - target)
            if np.isnan(distance).all():
                raise ValueError(f"In the group {group!r} this rate cannot be computed; leave the group out.")
            chosen[group] = float(candidates[np.flatnonzero(distance == np.nanmin(distance))[-1]])
        return chosen

    def __repr__(self):
        return f"ThresholdSweep({', '.join(self.groups)}; {len(self.thresholds):,} thresholds)"

    def _position(self, threshold):
        try:
            number = float(threshold)
        except (TypeError, ValueError):
            number = np.nan
        if number != number:
            raise ValueError(
                f"The threshold is {threshold!r}; give a number, or a dict with one for each group."
            )
        return bisect_left(self._scores, number)

    def _counts_at_each(self, thresholds):
        if set(thresholds) != set(self.groups):
            given = ", ".join(map(str, thresholds)) or "no group"
            raise ValueError(
                f"Give one threshold for each of the groups {', '.join(self.groups)}; these are for {given}."
            )
        positions = [self._position(thresholds[group]) for group in self.groups]
        # numpy puts the axis that the two lists of numbers make first: groups x layers x cells.
        return np.moveaxis(self._table[positions, :, :, range(len(positions))], 0, -1)


def _cumulated_counts(people, place, n_thresholds):
    """Return the confusion counts at every threshold.

    Parameters
    ----------
    people : People
    place : numpy.ndarray of int
        The position of each person's score among the thresholds.
    n_thresholds : int

    Returns
    -------
    numpy.ndarray, shape (n_thresholds + 1, n_layers, 4, n_groups)
        At position i those are flagged whose score is in place i or later; at the last position nobody.
    """
    n_groups = len(people.groups)
    table = np.zeros((n_thresholds + 1, len(people.layers), 4, n_groups))
    for truth, negative, positive in ((False, TN, FP), (True, FN, TP)):
        chosen = people.present & (people.outcome == truth)
        cell = place[chosen] * n_groups + people.codes[chosen]
        for number, layer in enumerate(people.layers):
            found = np.bincount(cell, layer[chosen], minlength=n_thresholds * n_groups)
            found = found.reshape(n_thresholds, n_groups)
            # Summed from both ends: a difference from the total would lose small weights and leave crumbs for 0.
            np.cumsum(found, axis=0, out=table[1:, number, negative])
            np.cumsum(found[::-1], axis=0, out=table[-2::-1, number, positive])
    return table
