"""Rates of groups whose cases come in clusters, with intervals from resampling whole clusters.

Cases of one cluster are alike: what one person says has the same voice, microphone and room; messages that tell one
scene share its words. So a thousand clips of thirty people tell about thirty people, not about a thousand. To draw
cases one by one, or to take Wilson's interval over cases, would make the intervals too narrow; here whole clusters are
drawn.

How many are enough: a rate is told from 10 clusters and 30 cases on. Thirty cases is the rule of the whole course. With
fewer than 10 clusters the interval itself is not to be trusted: drawn again and again from made-up clusters of several
kinds, it holds the truth 83 to 99 times of 100 with 4 to 6 of them, and 90 to 96 times with 10 to 30 (a test repeats
this). The United States' health statistics have nearly the same rule: 30 cases, and 8 degrees of freedom, which is 9
independent units of a group (Parker and others, 2017, Vital and Health Statistics 2(175)). From 10 to 29 clusters are
few: trust the line, not the point.
"""

import numpy as np
import pandas as pd
from scipy.special import ndtr, stdtrit

from workshop.audit.columns import NOT_RECORDED
from workshop.audit.intervals import ENOUGH, Estimate, incidence, wilson

FEWEST = 10  # clusters; see above
RESAMPLES = 4000
SEED = 2020
_AT_ONCE = 500  # resamples; more would only take more memory


class ClusterRates:
    """Rates of groups, with 95% intervals from resampling clusters.

    Made by `cluster_rates`.

    Attributes
    ----------
    groups : tuple of str
    values, low, high : numpy.ndarray of float, shape (n_groups,)
        Rates and the ends of their intervals. The ends are NaN for a group of one cluster: nothing shows how much
        clusters differ. Where all clusters of a group have the same rate, for instance no error at all, drawing them
        again shows no chance either. The ends are then Wilson's for so many clusters, as if each had been asked once.
    clusters, cases : numpy.ndarray of int, shape (n_groups,)
        How many are in the group.
    numerators, denominators : numpy.ndarray of float, shape (n_groups,)
        What was divided, for instance word errors and words.
    resampled : numpy.ndarray of float, shape (n_resamples, n_groups)
        The rates in each resample; what a sum or difference of groups gets its interval from. NaN where nothing was
        there to count.
    fewest : int
        With fewer clusters, or fewer than 30 cases, a group is marked as too small to tell.
    """

    def __init__(self, groups, numerators, denominators, clusters, cases, resampled, fewest):
        self.groups = groups
        self.numerators, self.denominators = numerators, denominators
        self.clusters, self.cases = clusters, cases
        self.resampled = resampled
        self.fewest = fewest
        self.values = numerators / denominators
        self.low, self.high = np.array([self._ends(place) for place in range(len(groups))]).T

    def _ends(self, place):
        """Return both ends of the interval of one group's rate."""
        if self._alike(place):
            return bound(self.values[place], int(self.clusters[place]))
        return self.interval(self.resampled[:, place], [place])

    def _alike(self, place):
        """Return whether all clusters of a group have the same rate."""
        return self.clusters[place] > 1 and _constant(self.resampled[:, place])

    def of(self, group):
        """Return the rate of one group.

        Parameters
        ----------
        group : str

        Returns
        -------
        Estimate
            `enough` if the group has at least `fewest` clusters and 30 cases.

        Raises
        ------
        ValueError
            If there is no such group.
        """
        place = self.position(group)
        ends = float(self.low[place]), float(self.high[place])
        parts = float(self.numerators[place]), float(self.denominators[place])
        return Estimate(float(self.values[place]), *ends, *parts, self.enough([place]))

    def per(self, number):
        """Return the rates of all groups per so many, where "of 100" would be too small or too large to grasp.

        Parameters
        ----------
        number : float
            For instance 10,000.

        Returns
        -------
        dict of str to Estimate
            Value and interval times `number`; the counts as they are.

        Raises
        ------
        ValueError
            If `number` is not a number above 0.
        """
        if not (np.isfinite(number) and number > 0):
            raise ValueError(f"number is {number}; give a number above 0, for instance 10,000.")
        found = {group: self.of(group) for group in self.groups}
        return {
            group: each._replace(value=number * each.value, low=number * each.low, high=number * each.high)
            for group, each in found.items()
        }

    def difference(self, a, b):
        """Return the rate of group `a` minus that of group `b`.

        Parameters
        ----------
        a, b : str
            Two groups. If the same clusters are in both, as when two recognisers heard the same people, they are
            drawn together, so that the interval is that of a paired comparison.

        Returns
        -------
        Estimate
            `denominator` is the smaller one of the two.

        Raises
        ------
        ValueError
            If there is no such group, or both are the same.
        """
        if a == b:
            raise ValueError(f"Compare two different groups; both are {a!r}.")
        places = [self.position(a), self.position(b)]
        drawn = self.resampled[:, places[0]] - self.resampled[:, places[1]]
        value = float(self.values[places[0]] - self.values[places[1]])
        denominator = float(self.denominators[places].min())
        ends = self.interval(drawn, places, (1, -1))
        return Estimate(value, *ends, np.nan, denominator, self.enough(places))

    def ratio(self, a, b):
        """Return the rate of group `a` over that of group `b`, with its interval from the same draws of clusters.

        Parameters
        ----------
        a, b : str
            Two groups, drawn as for `difference`.

        Returns
        -------
        Estimate
            `denominator` is the smaller one of the two.

        Raises
        ------
        ValueError
            If there is no such group, both are the same, or nothing, or too little, was counted in group `b`.
        """
        if a == b:
            raise ValueError(f"Compare two different groups; both are {a!r}.")
        first, second = self.of(a), self.of(b)
        places = [self.position(a), self.position(b)]
        drawn = self.resampled[:, places]
        if not second.value or not drawn[:, 1].all():
            raise ValueError(f"In the group {b!r} nothing, or too little, was counted: no ratio can be told.")
        ends = self.interval(drawn[:, 0] / drawn[:, 1], places)
        denominator = float(self.denominators[places].min())
        return Estimate(first.value / second.value, *ends, np.nan, denominator, self.enough(places))

    def change(self, earlier, group):
        """Return the rate of a group minus its rate in another condition, of the same clusters.

        Parameters
        ----------
        earlier : ClusterRates
            Of the same rows and the same seed, in the other condition. The same clusters are drawn in both, so that the
            interval is that of a paired comparison.
        group : str

        Returns
        -------
        Estimate

        Raises
        ------
        ValueError
            If one of them has no such group, or other clusters.
        """
        place, before = self.position(group), earlier.position(group)
        if self.clusters[place] != earlier.clusters[before] or len(self.resampled) != len(earlier.resampled):
            raise ValueError(
                "Compare conditions in which the same clusters were tried, with as many resamples."
            )
        drawn = self.resampled[:, place] - earlier.resampled[:, before]
        if _constant(drawn) or self._alike(place) or earlier._alike(before):
            ends = _recovered([self.of(group), earlier.of(group)], (1, -1))
        else:
            ends = self.interval(drawn, [place])
        value = float(self.values[place] - earlier.values[before])
        return Estimate(value, *ends, np.nan, float(self.denominators[place]), self.enough([place]))

    def interval(self, drawn, places, weights=None):
        """Return both ends of the interval of a number that was worked out in each resample.

        Parameters
        ----------
        drawn : numpy.ndarray of float, shape (n_resamples,)
        places : list of int
            The groups it depends on, as positions in `groups`.
        weights : sequence of float, optional
            If it is a weighted sum of these groups' rates, their weights. Where all clusters of one of them are alike,
            drawing again shows too little chance; the interval is then put together from those of the groups.

        Returns
        -------
        low, high : float

        Notes
        -----
        With few clusters the plain percentiles are too narrow. The percentiles here are those of Student's t for the
        smallest of the groups (Hesterberg's expanded percentile interval).

        References
        ----------
        Hesterberg, T. C. (2015). What teachers should know about the bootstrap. The American Statistician 69(4),
        371-386. Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a general
        approach. Statistics in Medicine 27(10), 1693-1702: a sum from the intervals of its parts.
        """
        clusters = int(self.clusters[places].min())
        if clusters < 2:
            return np.nan, np.nan
        if weights is not None and (_constant(drawn) or any(self._alike(place) for place in places)):
            return _recovered([self.of(self.groups[place]) for place in places], weights)
        tail = ndtr(stdtrit(clusters - 1, 0.025) * np.sqrt(clusters / (clusters - 1)))
        low, high = np.nanquantile(drawn, [tail, 1 - tail])
        return float(low), float(high)

    def position(self, group):
        """Return the place of a group in `groups`; a ValueError if there is none."""
        try:
            return self.groups.index(group)
        except ValueError:
            known = ", ".join(self.groups)
            raise ValueError(f"There is no group {group!r}; the groups are {known}.") from None

    def enough(self, places):
        """Return whether all groups at these positions have enough clusters and cases to tell."""
        return enough_to_tell(self.clusters[places].min(), self.cases[places].min(), self.fewest)

    def few(self, group):
        """Return whether a group can be told, but by fewer than 30 clusters: trust the line, not the point."""
        place = self.position(group)
        return self.enough([place]) and bool(self.clusters[place] < ENOUGH)

    def frame(self, clusters="clusters", cases="cases"):
        """Return the rates as a table of numbers, one row a group.

        Parameters
        ----------
        clusters, cases : str
            What the columns that count them are called, for instance "speakers" and "clips".

        Returns
        -------
        pandas.DataFrame
            Index group; columns value, low, high, numerator, denominator, enough, and the two counts.
        """
        rows = pd.DataFrame([self.of(group) for group in self.groups], columns=Estimate._fields)
        rows.index = pd.Index(self.groups, name="group")
        return rows.assign(**{clusters: self.clusters, cases: self.cases})

    def __repr__(self):
        return f"ClusterRates({', '.join(self.groups)}; {self.cases.sum():,} cases)"


def enough_to_tell(clusters, cases, fewest=FEWEST):
    """Return whether a rate from so many clusters and cases may be told."""
    return bool(clusters >= fewest and cases >= ENOUGH)


def bound(value, clusters):
    """Return both ends of an interval where all clusters have the same rate, as if each had been asked once.

    Wilson's interval; for a rate above 1, as word error rates can be, that of a Poisson count.
    """
    if value > 1:
        errors = value * clusters
        return (
            incidence(float(np.floor(errors)), clusters).low,
            incidence(float(np.ceil(errors)), clusters).high,
        )
    low, high = wilson(value * clusters, clusters)
    return float(low), float(high)


def _constant(drawn):
    """Return whether a number is the same in each resample, but for rounding."""
    return bool(np.nanmax(drawn) - np.nanmin(drawn) < 1e-9)


def _recovered(estimates, weights):
    """Return both ends of the interval of a weighted sum from the intervals of its parts (Zou and Donner)."""
    value = sum(weight * each.value for each, weight in zip(estimates, weights, strict=True))
    below, above = (
        np.sqrt(
            sum(
                # Of what is taken away, the high end makes the sum low.
                (weight * (each.value - (each.low if (weight > 0) == down else each.high))) ** 2
                for each, weight in zip(estimates, weights, strict=True)
            )
        )
        for down in (True, False)
    )
    return float(value - below), float(value + above)


def cluster_rates(
    numerator, denominator, group, cluster, cases=None, fewest=FEWEST, resamples=RESAMPLES, seed=SEED
):
    """Return the rate of each group, a sum over a sum, with an interval from resampling clusters.

    Parameters
    ----------
    numerator, denominator : array_like, shape (n_rows,)
        For instance word errors and words, or 1 for a case that was missed and 1 for every case. A row without
        anything in its denominator counts for nothing.
    group, cluster : array_like, shape (n_rows,)
        Rows without a group form the group "not recorded". A cluster may be in several groups.
    cases : array_like, shape (n_rows,), optional
        How many cases a row stands for; 1 by default.
    fewest : int, default 10
        With fewer clusters, or fewer than 30 cases, a group is marked as too small to tell.
    resamples : int, default 4000
    seed : int, default 2020

    Returns
    -------
    ClusterRates
        Groups in sorted order.

    Raises
    ------
    ValueError
        If the columns differ in length or are empty, a count is negative or no number, or a cluster is missing.

    References
    ----------
    Bisani, M. and Ney, H. (2004). Bootstrap estimates for confidence intervals in ASR performance evaluation. ICASSP,
    409-412. Field, C. A. and Welsh, A. H. (2007). Bootstrapping clustered data. Journal of the Royal Statistical
    Society B 69(3), 369-390.
    """
    rows = _rows(numerator, denominator, group, cluster, cases)
    rows = rows[rows["denominator"] > 0]
    if rows.empty:
        raise ValueError("There is nothing to count: every denominator is 0, or there are no rows.")
    sums = rows.pivot_table(index="cluster", columns="group", aggfunc="sum", fill_value=0)
    top, bottom, cases = (sums[column].to_numpy() for column in ("numerator", "denominator", "cases"))
    resampled = _resampled_rates(top, bottom, resamples, seed)
    clusters, cases = (bottom > 0).sum(axis=0), cases.sum(axis=0).astype(int)
    groups = tuple(sums["cases"].columns)
    return ClusterRates(groups, top.sum(axis=0), bottom.sum(axis=0), clusters, cases, resampled, fewest)


def _resampled_rates(top, bottom, resamples, seed):
    """Return the rates of each resample of clusters, n_resamples x n_groups.

    Speakers are drawn with replacement among those who are in the same groups, so each group keeps its size and a
    cluster in two groups is drawn in both at once.
    """
    rng = np.random.default_rng(seed)
    sums = np.zeros((2, resamples, top.shape[1]))
    _, stratum = np.unique(bottom > 0, axis=0, return_inverse=True)
    for number in range(stratum.max() + 1):
        members = np.flatnonzero(stratum == number)
        inside = np.flatnonzero(bottom[members[0]])
        for block in np.array_split(np.arange(resamples), -(-resamples // _AT_ONCE)):
            drawn = members[rng.integers(len(members), size=(len(block), len(members)))]
            for total, parts in zip(sums, (top, bottom), strict=True):
                for place in inside:
                    total[block, place] += parts[:, place][drawn].sum(axis=1)
    return sums[0] / sums[1]


def _rows(numerator, denominator, group, cluster, cases):
    columns = {"numerator": numerator, "denominator": denominator, "group": group, "cluster": cluster}
    lengths = {name: np.size(column) for name, column in columns.items()}
    columns["cases"] = np.ones(lengths["cluster"]) if cases is None else cases
    lengths["cases"] = np.size(columns["cases"])
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {length:,}" for name, length in lengths.items())
        raise ValueError(f"The columns have different lengths ({said}); give one value for each row in each.")
    rows = pd.DataFrame({name: np.asarray(column) for name, column in columns.items()})
    for name in ("numerator", "denominator", "cases"):
        rows[name] = pd.to_numeric(rows[name], errors="coerce").astype(float)
        if not (np.isfinite(rows[name]) & (rows[name] >= 0)).all():
            raise ValueError(f"The {name} must hold numbers of 0 or more in each row.")
    if rows["cluster"].isna().any():
        raise ValueError(
            "A row has no cluster, for instance no speaker; leave it out, because nobody can say whom it belongs to."
        )
    rows["group"] = rows["group"].astype(object).where(rows["group"].notna(), NOT_RECORDED)
    # As text they sort, so the order of the rows doesn't change what is drawn.
    return rows.astype({"group": str, "cluster": str})
