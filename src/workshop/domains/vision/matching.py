"""One person or two: errors of a face search by group, thresholds, and what a watch list does in a day."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workshop.audit import Estimate, GroupRates, ThresholdSweep, equal_error_rate, error_tradeoff

# A match is the decision, a genuine pair the outcome: the errors of ISO/IEC 19795-1 are the audit's error rates.
FALSE_MATCH, FALSE_NON_MATCH = "false_positive_rate", "false_negative_rate"
_RULE_OF_THREE = 3


class MatchScores:
    """Similarity scores of pairs of pictures: genuine pairs show one person, impostor pairs two people.

    The pairs are sorted once. After that a threshold costs a look-up, whatever the number of pairs. The rates are named
    as in ISO/IEC 19795-1: the false match rate is the share of impostor pairs that score at least the threshold, the
    false non-match rate the share of genuine pairs that score less.

    Parameters
    ----------
    score : array_like, shape (n_pairs,)
        Finite numbers; higher is more alike.
    genuine : array_like, shape (n_pairs,)
        True or False, 1 or 0.
    group : array_like, shape (n_pairs,)
        The group of both people of a pair.

    Attributes
    ----------
    groups : tuple of str
    lowest, highest : float
        Score; thresholds lie between them.
    genuine, impostors : dict of str to int
        Pairs of each group.

    Raises
    ------
    ValueError
        If the columns differ in length, a score is no number, a pair is neither genuine nor impostor or has no group,
        or a group has no genuine pairs or no impostor pairs.

    Notes
    -----
    Intervals are Wilson's. They hold if the pairs are independent, so if nobody is in many pairs. Where people are,
    draw people again instead, as `workshop.domains.speech.compare_voices` does.
    """

    def __init__(self, score, genuine, group):
        self._score, genuine, self._group = _checked_columns(score, genuine, group)
        self._sweep = ThresholdSweep(genuine, self._score, self._group)
        self._genuine = genuine.astype(bool)
        self.groups = self._sweep.groups
        self.lowest, self.highest = self._sweep.thresholds[[0, -1]].tolist()
        everything = self._sweep.at(self.lowest)  # all match, so the counts are all pairs
        _, impostors, _, matched = everything.counts.T
        self.impostors = dict(zip(self.groups, impostors.tolist(), strict=True))
        self.genuine = dict(zip(self.groups, matched.tolist(), strict=True))
        for name in self.groups:
            _check_some(self.impostors[name], name, "impostor", "false match rate")
            _check_some(self.genuine[name], name, "genuine", "false non-match rate")
        self._curves = {}

    def at(self, threshold):
        """Return the rates of each group if pairs match whose score is at least `threshold`.

        Parameters
        ----------
        threshold : float or dict of str to float
            One threshold for all, or one for each group.

        Returns
        -------
        GroupRates
            Its rates `FALSE_MATCH` and `FALSE_NON_MATCH` are those of this class.

        Raises
        ------
        ValueError
            If a threshold is no number or outside the range of the scores, or a dict does not name every group and no
            other.
        """
        for each in threshold.values() if isinstance(threshold, Mapping) else [threshold]:
            self._check_threshold(each)
        return self._sweep.at(threshold)

    def false_match_rate(self, threshold, group=None):
        """Return the share of impostor pairs that match, of one group or of all pairs, with its interval.

        Returns
        -------
        Estimate
        """
        return self._rate(FALSE_MATCH, threshold, group)

    def false_non_match_rate(self, threshold, group=None):
        """Return the share of genuine pairs that do not match, of one group or of all pairs, with its interval.

        Returns
        -------
        Estimate
        """
        return self._rate(FALSE_NON_MATCH, threshold, group)

    def factor(self, threshold, group, reference):
        """Return how many times as high the false match rate of `group` is as that of `reference`.

        Returns
        -------
        Estimate
            With the interval of `GroupRates.ratio`. The value is NaN where the reference has no false match.
        """
        return self.at(threshold).ratio(FALSE_MATCH, group, reference)

    def curve(self, group=None):
        """Return the rates at every score that occurs: the points of the ROC and of the DET curve.

        Parameters
        ----------
        group : str, optional
            All pairs together by default.

        Returns
        -------
        pandas.DataFrame
            Columns threshold (rising), false_match_rate, false_non_match_rate, true_match_rate (one minus the
            false non-match rate). The last threshold is infinity: nobody matches.

        Raises
        ------
        ValueError
            If there is no such group.
        """
        if group not in self._curves:
            inside = slice(None) if group is None else self._inside(group)
            self._curves[group] = error_tradeoff(self._genuine[inside], self._score[inside])
        return self._curves[group].copy()

    def equal_error_rate(self, group=None):
        """Return the rate at which both errors are equal, and the threshold there.

        One number to compare systems with. No reason to choose that threshold: the two errors harm different people.

        Parameters
        ----------
        group : str, optional
            All pairs together by default.

        Returns
        -------
        rate, threshold : float
            Between two scores nothing is interpolated: the mean of both rates where they are nearest to each other.

        Raises
        ------
        ValueError
            If there is no such group.
        """
        return equal_error_rate(self.curve(group))

    def smallest_rate(self, group=None):
        """Return the smallest false match rate that so many impostor pairs can measure: three over their number.

        Without a single false match in n independent pairs, the true rate can still be as high as about 3/n (95%).

        References
        ----------
        Hanley, J. A. and Lippman-Hand, A. (1983). If nothing goes wrong, is everything all right? Interpreting zero
        numerators. JAMA 249(13), 1743-1745. ISO/IEC 19795-1 has it as the rule of 3.
        """
        return _RULE_OF_THREE / self._impostors(group)

    def threshold_for(self, false_match_rate, group=None):
        """Return the lowest threshold at which no more than this share of the impostor pairs match.

        Parameters
        ----------
        false_match_rate : float
            Above 0 and below 1.
        group : str, optional
            All pairs together by default.

        Returns
        -------
        float
            A score that occurs.

        Raises
        ------
        ValueError
            If the rate is out of its range, is smaller than the pairs can measure, or no threshold reaches it, or there
            is no such group.
        """
        if not 0 < false_match_rate < 1:
            raise ValueError(
                f"The false match rate is {false_match_rate}; give a share above 0 and below 1, for instance 0.001."
            )
        pairs, smallest = self._impostors(group), self.smallest_rate(group)
        whose = "" if group is None else f" of {group}"
        if false_match_rate < smallest:
            raise ValueError(
                f"The {pairs:,} impostor pairs{whose} can't measure a false match rate of {false_match_rate:g}: "
                f"ask for {smallest:.2g} or more, or compare more pictures."
            )
        points = self.curve(group)[:-1]
        low_enough = points.loc[points["false_match_rate"] <= false_match_rate, "threshold"]
        if low_enough.empty:
            raise ValueError(
                f"No threshold brings the false match rate{whose} to {false_match_rate:g}: too many impostor pairs "
                "have the highest score."
            )
        return float(low_enough.iloc[0])

    def thresholds_for(self, false_match_rate):
        """Return for each group its own `threshold_for` this false match rate: to give to `at`.

        Returns
        -------
        dict of str to float
        """
        return {group: self.threshold_for(false_match_rate, group) for group in self.groups}

    def __repr__(self):
        genuine, impostors = sum(self.genuine.values()), sum(self.impostors.values())
        return f"MatchScores({', '.join(self.groups)}; {genuine:,} genuine, {impostors:,} impostor pairs)"

    def _rate(self, rate, threshold, group):
        rates = self.at(threshold)
        return rates.overall.of("everyone", rate) if group is None else rates.of(group, rate)

    def _check_threshold(self, threshold):
        if not isinstance(threshold, (int, float, np.number)) or not self.lowest <= threshold <= self.highest:
            raise ValueError(
                f"The threshold is {threshold!r}; the scores go from {self.lowest:g} to {self.highest:g}, so give a "
                "number in between."
            )

    def _impostors(self, group):
        if group is None:
            return sum(self.impostors.values())
        return self.impostors[self._known(group)]

    def _known(self, group):
        if group not in self.groups:
            raise ValueError(f"There is no group {group!r}; the groups are {', '.join(self.groups)}.")
        return group

    def _inside(self, group):
        """Return which pairs are of this group."""
        chosen = [str(level) == self._known(group) for level in self._group.cat.categories]
        return np.array(chosen)[self._group.cat.codes]


@dataclass(frozen=True)
class WatchListDay:
    """What a watch list is expected to do in a day, by group.

    Made by `watch_list_day`. Numbers are expected ones: the mean over many such days.

    Attributes
    ----------
    people, wanted : dict of str to float
        Who passes by; `wanted` of them are on the list.
    found, missed, false_alerts : dict of str to Estimate
        Wanted people who are pointed out and who are not; others who are pointed out. The interval carries how well the
        test knows the rates; the counts in the estimate are the pairs of the test.
    """

    people: dict
    wanted: dict
    found: dict
    missed: dict
    false_alerts: dict

    def total(self, kind):
        """Return one of "found", "missed" and "false_alerts" over all groups.

        The interval recovers the variance of each group from its own interval (Zou, G. Y. and Donner, A., 2008,
        Construction of confidence limits about effect measures. Statistics in Medicine 27(10), 1693-1702).

        Returns
        -------
        Estimate
        """
        return _summed(getattr(self, kind).values())

    @property
    def alerts(self):
        """Expected alerts a day, right and wrong ones."""
        return self.total("found").value + self.total("false_alerts").value

    @property
    def share_right(self):
        """Estimate: of all alerts, the share that is right (positive predictive value); NaN if none is expected.

        Its ends combine the low end of one kind of alerts with the high end of the other: rather too wide.
        """
        right, wrong = self.total("found"), self.total("false_alerts")
        value, low, high = (
            _share(*parts)
            for parts in ((right.value, wrong.value), (right.low, wrong.high), (right.high, wrong.low))
        )
        return Estimate(value, low, high, right.value, self.alerts, right.enough and wrong.enough)

    def per_hour(self, hours=24.0):
        """Return expected alerts an hour, if the camera runs so many hours a day.

        Raises
        ------
        ValueError
            If `hours` is not above 0 and at most 24.
        """
        if not 0 < hours <= 24:
            raise ValueError(f"hours is {hours}; give a number above 0 and at most 24.")
        return self.alerts / hours

    def unreviewed(self, team):
        """Return how many of the expected alerts nobody reviews if a team can review `team` a day; 0 if it keeps up.

        Raises
        ------
        ValueError
            If `team` is negative or no number.
        """
        if not (np.isfinite(team) and team >= 0):
            raise ValueError(f"team is {team}; give the alerts that the team can review a day, 0 or more.")
        return max(0.0, self.alerts - team)

    def frame(self):
        """Return the numbers as a table, one row for each group and one for everyone.

        Returns
        -------
        pandas.DataFrame
            Index group; columns people, wanted, found, missed, false_alerts, false_alerts_low, false_alerts_high.
        """
        rows = {
            group: (self.people[group], self.wanted[group], self.found[group], self.missed[group], wrong)
            for group, wrong in self.false_alerts.items()
        }
        sums = sum(self.people.values()), sum(self.wanted.values())
        rows["everyone"] = *sums, *map(self.total, ("found", "missed", "false_alerts"))
        return pd.DataFrame.from_dict(
            {
                group: (people, wanted, found.value, missed.value, wrong.value, wrong.low, wrong.high)
                for group, (people, wanted, found, missed, wrong) in rows.items()
            },
            orient="index",
            columns=[
                "people",
                "wanted",
                "found",
                "missed",
                "false_alerts",
                "false_alerts_low",
                "false_alerts_high",
            ],
        ).rename_axis("group")


def watch_list_day(rates, crowd, listed, wanted=1.0, shares=None):
    """Return what a watch list is expected to do in a day to the people who pass a camera.

    The model, in four assumptions. Each passer-by is looked at once and compared with everybody on the list. The
    comparisons are independent. Each has the false match rate of the passer-by's own group, as if the whole list were
    of that group; for a mixed list this errs on the high side if people of two groups are less alike. A wanted person
    is found by the picture of himself or herself, or missed. So for a false match rate m and a list of n persons, a
    passer-by who is not wanted raises an alert with probability 1 - (1 - m)^n.

    Parameters
    ----------
    rates : GroupRates
        From `MatchScores.at`.
    crowd : float
        People who pass in a day, 0 or more.
    listed : int
        Persons on the list, at least 1.
    wanted : float, default 1.0
        Persons on the list who really pass in a day; 0.1 is one in ten days. They are of all groups as the crowd is.
    shares : mapping of str to float, optional
        Each group's share of the crowd; they add up to 1. By default all groups have the same.

    Returns
    -------
    WatchListDay

    Raises
    ------
    ValueError
        If a number is out of its range, more are wanted than pass or are listed, the shares do not fit the groups, or a
        group has no rate.
    """
    _check_day(rates, crowd, listed, wanted)
    shares = _checked_shares(rates.groups, shares)
    people = {group: crowd * share for group, share in shares.items()}
    passing = {group: wanted * share for group, share in shares.items()}
    others = {group: people[group] - passing[group] for group in rates.groups}
    missing = {group: rates.of(group, FALSE_NON_MATCH) for group in rates.groups}
    return WatchListDay(
        people,
        passing,
        {group: _expected(passing[group], rates.of(group, "true_positive_rate")) for group in rates.groups},
        {group: _expected(passing[group], missing[group]) for group in rates.groups},
        {
            group: _expected(
                others[group], rates.of(group, FALSE_MATCH), lambda rate: any_match(rate, listed)
            )
            for group in rates.groups
        },
    )


def crowd_rate(rates, kind, people):
    """Return an error rate of a crowd: the mean of the groups' rates, weighted by how many of the crowd are of each.

    The rate of all pairs of a test together is another one: it weights the groups by their pairs.

    Parameters
    ----------
    rates : GroupRates
        From `MatchScores.at`.
    kind : {FALSE_MATCH, FALSE_NON_MATCH}
    people : mapping of str to float
        Of the crowd, by group, for instance the `people` of a `WatchListDay`; some at least.

    Returns
    -------
    Estimate
        With the interval of `WatchListDay.total`; the counts in it are the pairs of the groups that are in the crowd.
    """
    everybody = sum(people.values())
    return _summed(
        _expected(number / everybody, rates.of(group, kind)) for group, number in people.items() if number
    )


def any_match(false_match_rate, listed):
    """Return the probability that somebody who is not on a list matches at least one of those on it.

    Parameters
    ----------
    false_match_rate : float or array_like
        Of one comparison.
    listed : int
        Persons on the list.

    Returns
    -------
    float or numpy.ndarray
        ``1 - (1 - false_match_rate) ** listed``, exact for small rates too.
    """
    with np.errstate(divide="ignore"):  # a rate of 1: everybody matches
        return -np.expm1(listed * np.log1p(-np.asarray(false_match_rate, dtype=float)))[()]


def _expected(people, rate, chance=float):
    """Return an expected number of people, with the counts behind the rate."""
    ends = (float(people * chance(each)) for each in rate[:3])
    return Estimate(*ends, *rate[3:])


def _summed(estimates):
    """Return the sum of independent estimates; its interval recovers their variances from theirs (Zou and Donner)."""
    value, low, high, numerator, denominator, enough = np.array(list(estimates), dtype=float).T
    ends = value.sum() - np.hypot.reduce(value - low), value.sum() + np.hypot.reduce(high - value)
    return Estimate(
        float(value.sum()),
        max(float(ends[0]), 0.0),
        float(ends[1]),
        float(numerator.sum()),
        float(denominator.sum()),
        bool(enough.all()),
    )


def _share(part, rest):
    return part / (part + rest) if part + rest > 0 else np.nan


def _checked_columns(score, genuine, group):
    columns = {"score": score, "genuine": genuine, "group": group}
    if any(np.ndim(column) != 1 for column in columns.values()):
        raise ValueError("score, genuine and group must be columns, one row for each pair.")
    score, genuine, group = map(pd.Series, columns.values())
    if not len(score) == len(genuine) == len(group):
        raise ValueError("score, genuine and group must have one row for each pair.")
    if not len(score):
        raise ValueError("There are no pairs; give at least one genuine and one impostor pair of each group.")
    numbers = pd.to_numeric(score, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    if not np.isfinite(numbers).all():
        raise ValueError("A score is no number; leave that pair out.")
    if genuine.isna().any():
        raise ValueError("A pair is not marked as genuine or impostor; leave it out.")
    if group.isna().any():
        raise ValueError("A pair has no group; leave it out.")
    return numbers, genuine.to_numpy(), group.astype("category")


def _check_some(pairs, group, kind, rate):
    if not pairs:
        raise ValueError(
            f"The group {group!r} has no {kind} pairs, so nobody knows its {rate}: leave the group out, or compare "
            "more pictures."
        )


def _check_day(rates, crowd, listed, wanted):
    if not isinstance(rates, GroupRates):
        raise ValueError("Give the rates at a threshold, as MatchScores.at returns them.")
    unknown = [
        group
        for group in rates.groups
        if np.isnan([rates.of(group, rate).value for rate in (FALSE_MATCH, FALSE_NON_MATCH)]).any()
    ]
    if unknown:
        raise ValueError(
            f"The group {unknown[0]!r} has no genuine or no impostor pairs; leave the group out."
        )
    if not (np.isfinite(crowd) and crowd >= 0):
        raise ValueError(f"crowd is {crowd}; give the people who pass in a day, 0 or more.")
    if not (np.isfinite(listed) and listed >= 1 and listed == int(listed)):
        raise ValueError(f"listed is {listed}; give the persons on the list, a whole number from 1.")
    if not 0 <= wanted <= min(crowd, listed):
        raise ValueError(
            f"wanted is {wanted}; give a number from 0 to {min(crowd, listed):g}: those wanted are among the people "
            "who pass and on the list."
        )


def _checked_shares(groups, shares):
    if shares is None:
        return dict.fromkeys(groups, 1 / len(groups))
    if not isinstance(shares, Mapping) or set(shares) != set(groups):
        raise ValueError(
            f"shares must give one share for each of the groups {', '.join(groups)} and no other."
        )
    sizes = np.array([shares[group] for group in groups], dtype=float)
    if not ((sizes >= 0).all() and abs(sizes.sum() - 1) < 1e-6):
        raise ValueError("The shares of the crowd must be 0 or more and add up to 1.")
    return {group: float(shares[group]) for group in groups}
