"""When an alarm rings in a chat that is scored message by message: four rules, the wait, false alarms, and the work.

A rule turns the scores of a chat into a statistic that is known after each message, from this and the earlier messages
only. The alarm rings at the first message at which the statistic reaches the threshold. A moderator looks at a chat
once, at its first alarm.
"""

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.signal import lfilter
from scipy.stats import binom

from workshop.audit import Estimate, cluster_rates, incidence, wilson
from workshop.audit.columns import NOT_RECORDED
from workshop.audit.intervals import ENOUGH, mover_ratio

IN_TIME = 40  # messages from the first harmful one on
HIGHEST = 100  # a score is a number from 0
LONGEST = 2_000  # messages of a chat
ORDINARY, REFERENCE = 20.0, 35.0  # points: of ordinary messages, and halfway to those of a harmful chat
WEIGHT, OF, LAST = 0.1, 3, 10
_AT_ONCE = 200  # chats; a copy of each window of more would only take more memory
SOON, LATE, NEVER, BEFORE = OUTCOMES = ("in time", "later", "never", "before the harm")
EVERYBODY = "all chats"


def highest_so_far(scores):
    """Return the statistic of the rule "one message": the score itself.

    Parameters
    ----------
    scores : numpy.ndarray, shape (n_chats, n_messages)
        NaN after the end of a chat.

    Returns
    -------
    numpy.ndarray, shape (n_chats, n_messages)
    """
    return np.array(scores, dtype=float)


def several(scores, of=OF, last=LAST):
    """Return the `of`-th highest of the last `last` scores: it reaches a threshold when `of` of them do.

    Parameters
    ----------
    scores : numpy.ndarray, shape (n_chats, n_messages)
    of, last : int

    Returns
    -------
    numpy.ndarray, shape (n_chats, n_messages)
        Minus infinity while the chat has fewer than `of` messages.
    """
    missing = np.isnan(scores)
    filled = np.pad(np.where(missing, -np.inf, scores), ((0, 0), (last - 1, 0)), constant_values=-np.inf)
    found = np.empty(np.shape(scores))
    for start in range(0, len(found), _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        windows = np.lib.stride_tricks.sliding_window_view(filled[rows], last, axis=1)
        found[rows] = np.partition(windows, last - of, axis=2)[..., last - of]
    found[missing] = np.nan
    return found


def moving_average(scores, weight=WEIGHT, start=ORDINARY):
    """Return the exponentially weighted moving average (EWMA): old messages count less and less.

    Parameters
    ----------
    scores : numpy.ndarray, shape (n_chats, n_messages)
    weight : float, default 0.1
        Of the newest score, above 0 and at most 1.
    start : float, default 20
        Before the first message.

    Returns
    -------
    numpy.ndarray, shape (n_chats, n_messages)
        z(t) = weight * x(t) + (1 - weight) * z(t - 1), with z(0) = start.

    References
    ----------
    Roberts, S. W. (1959). Control chart tests based on geometric moving averages. Technometrics 1(3), 239-250.
    """
    missing = np.isnan(scores)
    first = np.full((len(scores), 1), (1 - weight) * start)
    found, _ = lfilter([weight], [1, weight - 1], np.where(missing, 0.0, scores), axis=1, zi=first)
    return np.where(missing, np.nan, found)


def cumulative_sum(scores, reference=REFERENCE):
    """Return the cumulative sum (CUSUM) of what is above a reference; it never falls below 0.

    Parameters
    ----------
    scores : numpy.ndarray, shape (n_chats, n_messages)
    reference : float, default 35
        Points; about halfway between ordinary messages and those that should be found.

    Returns
    -------
    numpy.ndarray, shape (n_chats, n_messages)
        s(t) = max(0, s(t - 1) + x(t) - reference), with s(0) = 0.

    Notes
    -----
    The recursion equals the plain sum minus its lowest value so far, which needs no loop.

    References
    ----------
    Page, E. S. (1954). Continuous inspection schemes. Biometrika 41(1/2), 100-115.
    """
    missing = np.isnan(scores)
    total = np.cumsum(np.where(missing, 0.0, scores - reference), axis=1)
    lowest = np.minimum(np.minimum.accumulate(total, axis=1), 0)
    return np.where(missing, np.nan, total - lowest)


class Rule(NamedTuple):
    """How an alarm is raised.

    Attributes
    ----------
    words : str
        What it looks at.
    statistic : callable
        From scores to what is compared with the threshold, both of shape (n_chats, n_messages).
    step : float
        The threshold is a multiple of it.
    unit : str
        Of the threshold.
    """

    words: str
    statistic: Callable
    step: float
    unit: str


ONE, SEVERAL, AVERAGE, SUM = ("one", "several", "average", "sum")
RULES = {
    ONE: Rule("one message", highest_so_far, 1.0, "points"),
    SEVERAL: Rule(f"{OF} of the last {LAST} messages", several, 1.0, "points"),
    AVERAGE: Rule("a moving average", moving_average, 0.1, "points"),
    SUM: Rule("a sum that grows (CUSUM)", cumulative_sum, 1.0, "points in all"),
}


class Alarms:
    """The alarms of each rule in a table of chats: the statistics are worked out once, each threshold is a look-up.

    Parameters
    ----------
    chats : pandas.DataFrame
        As ``load("chat_risk_scores")`` returns it: columns chat_id, writing, harm_starts and scores (an array of
        numbers from 0 to 100 for each chat, at most 2,000).

    Attributes
    ----------
    scores : numpy.ndarray of float, shape (n_chats, longest)
        NaN after the end of a chat.
    lengths, starts : numpy.ndarray of int, shape (n_chats,)
        Messages; number of the first harmful one, 0 for an innocent chat.
    writing : numpy.ndarray of str, shape (n_chats,)
    groups : tuple of str
        In sorted order.

    Raises
    ------
    ValueError
        If the table can't be used; the sentence says why, and which chat is the first such one.
    """

    def __init__(self, chats):
        self.names, scores, self.starts, self.writing = _checked(chats)
        self.lengths = np.array([len(each) for each in scores])
        self.scores = np.full((len(scores), self.lengths.max()), np.nan)
        self.scores[np.arange(self.scores.shape[1]) < self.lengths[:, None]] = np.concatenate(scores)
        self.groups = tuple(sorted(set(self.writing)))
        self.innocent, self.harmful = self.starts == 0, self.starts > 0
        self._reached = {}

    def reached(self, rule):
        """Return the highest value of a rule's statistic so far, after each message.

        Parameters
        ----------
        rule : {"one", "several", "average", "sum"}

        Returns
        -------
        numpy.ndarray of float, shape (n_chats, longest)
            After the end of a chat it stays as it is.

        Raises
        ------
        ValueError
            If there is no such rule.
        """
        if rule not in RULES:
            raise ValueError(f"There is no rule {rule!r}; the rules are {', '.join(RULES)}.")
        if rule not in self._reached:
            found = np.nan_to_num(RULES[rule].statistic(self.scores), nan=-np.inf, neginf=-np.inf)
            self._reached[rule] = np.maximum.accumulate(found, axis=1)
        return self._reached[rule]

    def first(self, rule, threshold):
        """Return the number of the message at which the alarm rings in each chat, counted from 1; 0 if it never does.

        Parameters
        ----------
        rule : str
        threshold : float

        Returns
        -------
        numpy.ndarray of int, shape (n_chats,)
        """
        before = (self.reached(rule) < threshold).sum(axis=1)
        return np.where(before < self.scores.shape[1], before + 1, 0)

    @cached_property
    def _peaks(self):
        """The highest statistic of each innocent chat, from the highest down, by rule."""
        return {rule: np.sort(self.reached(rule)[self.innocent, -1])[::-1] for rule in RULES}

    def threshold(self, rule, accepted):
        """Return the lowest threshold at which at most so many of 1,000 innocent chats are flagged.

        Parameters
        ----------
        rule : str
        accepted : float
            Of 1,000 innocent chats, from 0 to 1,000.

        Returns
        -------
        float
            A multiple of the rule's step.

        Raises
        ------
        ValueError
            If there is no such rule, no innocent chat, or `accepted` is out of its range.
        """
        if not 0 <= accepted <= 1000:
            raise ValueError(f"accepted is {accepted}; give innocent chats of 1,000, from 0 to 1,000.")
        self.reached(rule)  # refuses an unknown rule
        peaks = self._peaks[rule]
        if not len(peaks):
            raise ValueError("No chat is innocent (harm_starts 0), so false alarms can't be counted.")
        allowed = int(accepted * len(peaks) / 1000 + 1e-9)
        step = RULES[rule].step
        if allowed >= len(peaks):
            return 0.0
        return float(np.round((np.floor(peaks[allowed] / step + 1e-9) + 1) * step, 6))

    def outcome(self, first, within=IN_TIME):
        """Return what the alarm does for each harmful chat.

        Parameters
        ----------
        first : numpy.ndarray of int, shape (n_chats,)
            As `first` returns it.
        within : int, default 40
            Messages, the first harmful one and that of the alarm included.

        Returns
        -------
        numpy.ndarray of str, shape (n_chats,)
            "in time"; "later"; "never": the chat ends without an alarm; "before the harm": a moderator looks when
            there is nothing to see yet. For an innocent chat "".
        """
        waited = self.waited(first)
        said = np.select(
            [self.innocent, first == 0, waited < 1, waited <= within], ["", NEVER, BEFORE, SOON], LATE
        )
        return said.astype(object)

    def waited(self, first):
        """Return how many messages of harm are written up to the alarm, that of the alarm included.

        Returns
        -------
        numpy.ndarray of float, shape (n_chats,)
            1: it rings at the first harmful message. 0 or less: before the harm. Infinite if it never rings, so that
            chats without an alarm are not left out. NaN for an innocent chat.
        """
        waited = np.where(first == 0, np.inf, first - self.starts + 1.0)
        return np.where(self.harmful, waited, np.nan)

    def found(self, first, within=IN_TIME):
        """Count the outcomes of the harmful chats.

        Returns
        -------
        pandas.DataFrame
            Index way of writing, and "all chats" last. Columns in time, later, never, before the harm (chats); value,
            low, high, numerator, denominator, enough: the share that is found in time, with Wilson's 95% interval; and
            half_after, half_low, half_high: after so many messages the alarm has rung in half of all harmful chats,
            with its 95% interval. Infinite: in fewer than half it ever rings.
        """
        outcome, waited = self.outcome(first, within), self.waited(first)
        rows = {}
        for group, chosen in self._chosen(self.harmful):
            counts = {each: int((outcome[chosen] == each).sum()) for each in OUTCOMES}
            rate = _rate(counts[SOON], int(chosen.sum()))
            # An alarm before the harm is not the one that is waited for: nobody looks again.
            after = np.where(outcome[chosen] == BEFORE, np.inf, waited[chosen])
            rows[group] = counts | rate._asdict() | _half(after)
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("writing")

    def flagged(self, first):
        """Count the false alarms: innocent chats that are flagged.

        Returns
        -------
        pandas.DataFrame
            Index way of writing, and "all chats" last. Columns value, low, high, numerator, denominator, enough: the
            share of innocent chats, with Wilson's 95% interval (a chat has one alarm at most, so chats are what is
            counted); and per_1000, per_low, per_high: false alarms per 1,000 messages that were read until the alarm,
            with the exact Poisson interval.
        """
        wrong = self.innocent & (first > 0)
        read = np.where(first > 0, first, self.lengths)
        rows = {}
        for group, chosen in self._chosen(self.innocent):
            number = int(wrong[chosen].sum())
            per = incidence(number, int(read[chosen].sum()), per=1000)
            rows[group] = _rate(number, int(chosen.sum()))._asdict() | {
                "per_1000": per.value,
                "per_low": per.low,
                "per_high": per.high,
            }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("writing")

    def _chosen(self, kind):
        """Yield each way of writing that has chats of this kind, and then all of them."""
        for group in self.groups:
            chosen = kind & (self.writing == group)
            if chosen.any():
                yield group, chosen
        if kind.any():
            yield EVERYBODY, kind

    def work(self, first, chats, harmful, minutes):
        """Return what a moderator has to do in a day.

        Parameters
        ----------
        first : numpy.ndarray of int, shape (n_chats,)
        chats : float
            A day, above 0.
        harmful : float
            Of 100,000 chats, from 0 to 100,000.
        minutes : float
            For each alarm, 0 or more.

        Returns
        -------
        Work

        Raises
        ------
        ValueError
            If a number is out of its range, or the table lacks innocent or harmful chats.

        Notes
        -----
        It carries the rates of this table, with its mix of ways of writing, over to the chats of a day. The interval of
        the sum is recovered from the Wilson intervals of both rates (Zou and Donner 2008). An alarm before the harm is
        counted with the false ones.
        """
        if not (np.isfinite(chats) and chats > 0 and np.isfinite(minutes) and minutes >= 0):
            raise ValueError(
                f"chats is {chats} and minutes is {minutes}; give chats above 0, and minutes of 0 or more."
            )
        if not 0 <= harmful <= 100_000:
            raise ValueError(f"harmful is {harmful}; give harmful chats of 100,000, from 0 to 100,000.")
        if not (self.innocent.any() and self.harmful.any()):
            raise ValueError("Give chats of both kinds, innocent and harmful: both rates are needed.")
        outcome = self.outcome(first)
        rates = [
            _rate(int(counted.sum()), int(of.sum()))
            for counted, of in (
                (self.innocent & (first > 0), self.innocent),
                (outcome == BEFORE, self.harmful),
                (np.isin(outcome, (SOON, LATE)), self.harmful),
            )
        ]
        guilty = chats * harmful / 100_000
        weights = (chats - guilty, guilty, guilty)
        false, right = _sum(weights[:2], rates[:2]), _sum(weights[2:], rates[2:])
        total = _sum(weights, rates)
        # The share that is right is 1 / (1 + false / right), so its ends come from those of the ratio.
        ends = mover_ratio(false, right) if right.value else (np.nan, np.nan)
        return Work(
            alarms=total.value,
            low=total.low,
            high=total.high,
            false=false.value,
            right=right.value,
            precision=right.value / total.value if total.value else np.nan,
            precision_low=1 / (1 + ends[1]),
            precision_high=1 / (1 + ends[0]),
            in_time=guilty * float((outcome[self.harmful] == SOON).mean()),
            harmful=guilty,
            hours=total.value * minutes / 60,
        )


def _sum(weights, rates):
    """Return a weighted sum of independent rates, its interval recovered from theirs (Zou and Donner)."""
    value = sum(weight * rate.value for weight, rate in zip(weights, rates, strict=True))
    below, above = (
        np.sqrt(
            sum(
                (weight * (rate.value - getattr(rate, end))) ** 2
                for weight, rate in zip(weights, rates, strict=True)
            )
        )
        for end in ("low", "high")
    )
    enough = all(rate.enough for rate in rates)
    return Estimate(
        float(value), max(0.0, float(value - below)), float(value + above), np.nan, np.nan, enough
    )


class Work(NamedTuple):
    """A moderator's day.

    Attributes
    ----------
    alarms, low, high : float
        Alarms to expect, with the 95% interval.
    false, right : float
        Of them, before any harm, and after it began.
    precision, precision_low, precision_high : float
        The share of the alarms that are right, with its 95% interval (of a ratio of two rates, Donner and Zou 2012);
        NaN without an alarm.
    in_time : float
        Harmful chats that are found in time.
    harmful : float
        Harmful chats of the day.
    hours : float
        For all alarms.
    """

    alarms: float
    low: float
    high: float
    false: float
    right: float
    precision: float
    precision_low: float
    precision_high: float
    in_time: float
    harmful: float
    hours: float


def high_messages(chats, high, harmful=False):
    """Return which share of the messages of innocent chats are high ones, by way of writing.

    Parameters
    ----------
    chats : pandas.DataFrame
        As for `Alarms`.
    high : float
        Points.
    harmful : bool, default False
        Whether messages of harmful chats are counted, too.

    Returns
    -------
    workshop.audit.ClusterRates
        With intervals from drawing whole chats: messages of one chat are alike.
    """
    known = Alarms(chats)
    chosen = known.innocent | harmful
    counted = (known.scores >= high).sum(axis=1)[chosen]
    lengths = known.lengths[chosen]
    return cluster_rates(counted, lengths, known.writing[chosen], known.names[chosen], lengths)


def compare_rules(alarms, accepted, within=IN_TIME):
    """Compare the rules at the same number of false alarms.

    Parameters
    ----------
    alarms : Alarms
    accepted : float
        Innocent chats that may be flagged, of 1,000.
    within : int, default 40
        Messages.

    Returns
    -------
    pandas.DataFrame
        Index rule. Columns threshold, flagged (innocent chats), and those of `Alarms.found` for all chats.
    """
    rows = {}
    for rule in RULES:
        threshold = alarms.threshold(rule, accepted)
        first = alarms.first(rule, threshold)
        rows[rule] = {
            "threshold": threshold,
            "flagged": int((alarms.innocent & (first > 0)).sum()),
            **alarms.found(first, within).loc[EVERYBODY],
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("rule")


def _rate(part, whole):
    low, high = wilson(part, whole)
    return Estimate(part / whole, float(low), float(high), float(part), float(whole), whole >= ENOUGH)


def _half(waited):
    """Return the median and its 95% interval, from the ranks of the sorted numbers."""
    ordered = np.sort(waited)
    number = len(ordered)
    below = int(binom.ppf(0.025, number, 0.5))
    places = (number + 1) // 2 - 1, max(0, below - 1), min(number - 1, number - below)
    return {
        name: float(ordered[place])
        for name, place in zip(("half_after", "half_low", "half_high"), places, strict=True)
    }


def _checked(chats):
    """Return names, scores, starts and ways of writing, or raise a ValueError that says what is wrong."""
    if not isinstance(chats, pd.DataFrame):
        raise ValueError("The chats must be a table (DataFrame), one row a chat.")
    absent = [column for column in ("chat_id", "writing", "harm_starts", "scores") if column not in chats]
    if absent:
        raise ValueError(f"The chats have no column {absent[0]!r}; give them as load returns them.")
    if chats.empty:
        raise ValueError("There is no chat in the table; give at least one.")
    if chats["chat_id"].isna().any() or chats["chat_id"].duplicated().any():
        raise ValueError("Each chat needs a chat_id of its own.")
    names = chats["chat_id"].to_numpy()
    scores = [_numbers(each, name) for each, name in zip(chats["scores"], names, strict=True)]
    starts = pd.to_numeric(chats["harm_starts"], errors="coerce").to_numpy(dtype=float)
    for name, start, each in zip(names, starts, scores, strict=True):
        if not (0 <= start <= len(each) and start == int(start)):
            raise ValueError(
                f"harm_starts of {name!r} must be a whole number from 0 (innocent) to its {len(each)} messages."
            )
    writing = chats["writing"].astype(object).where(chats["writing"].notna(), NOT_RECORDED)
    return names, scores, starts.astype(int), writing.astype(str).to_numpy()


def _numbers(scores, name):
    try:
        found = np.asarray(scores, dtype=float)
    except (TypeError, ValueError):
        found = np.empty(0)
    if found.ndim != 1 or not 0 < found.size <= LONGEST:
        raise ValueError(f"The scores of {name!r} must be a list of 1 to {LONGEST:,} numbers.")
    if not ((found >= 0) & (found <= HIGHEST)).all():  # also refuses NaN
        raise ValueError(f"A score of {name!r} is missing or not between 0 and {HIGHEST}.")
    return found
