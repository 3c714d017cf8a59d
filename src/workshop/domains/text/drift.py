"""How a text filter ages: words it does not know, errors week by week, an alarm, and what training again mends.

Two views of one filter. "Running scenes" is how it is used: it has often met earlier messages of the scene it judges.
"New scenes" keeps scenes apart: each message is judged by a filter that has never met its scene. The first flatters a
filter, because the messages of a scene share their wordings; the second says what the next story will meet.
"""

from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from workshop.audit import Estimate, population_stability_index, set_alarm
from workshop.audit.clusters import cluster_rates
from workshop.domains.text.triage import ERRORS, MISSED, errors, fit_triage, read_words

NEW, RUNNING = "new scenes", "running scenes"
SCENES = (NEW, RUNNING)
UNKNOWN_WORDS, WORD_INDEX, SCORE_INDEX = "unknown words", "index of words", "index of scores"
SIGNALS = (UNKNOWN_WORDS, WORD_INDEX, SCORE_INDEX)
SPANS = {"week": "W", "month": "M", "quarter": "Q"}
PERIOD = "period"
THRESHOLD = 0.5  # of the score; from there on a message is held back

_OTHER = "other words"  # two words, so that no word of a message is called so
_FREQUENT = 20  # words with a band of their own in the index of words
_BANDS = 5  # of the scores
_FOLDS = 10  # of the scenes that a filter knows; each is judged by a filter that was trained on the others
_JOINED = 4  # weeks for an index: the few messages of one week don't fill its bands
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FEWEST_SCENES, _FEWEST_MESSAGES = 10, 30  # of each kind in a period
_COLUMNS = ("week", "text", "scam", "family")


class Retraining(NamedTuple):
    """What training a filter again mends, and what it costs.

    Attributes
    ----------
    week : pandas.Timestamp
    labelled : int
        Messages that somebody must read and label for it.
    meanwhile : pandas.DataFrame
        Index error; columns wrong and messages: what the old filter got wrong until then, as it was used.
    errors : pandas.DataFrame
        Index (scenes, error). Columns before and after (wrong answers of the old and the new filter, on the same
        messages from that week on), messages, and change with low and high: the new filter's rate minus the old one's
        with its interval from drawing scenes; enough.
    """

    week: pd.Timestamp
    labelled: int
    meanwhile: pd.DataFrame
    errors: pd.DataFrame


def unknown_share(triage, texts):
    """Return the share of the words of some messages that a model does not know.

    Parameters
    ----------
    triage : Triage
    texts : sequence of str

    Returns
    -------
    float
        NaN if there is no word.
    """
    counts = triage.known_words(texts).sum()
    return float(1 - counts["known"] / counts["words"]) if counts["words"] else np.nan


class Ageing:
    """How a filter trained until some day fares in the weeks after it.

    The weeks before that day are ordinary: a filter is trained again each week on all the weeks before, and what it
    shows sets the alarm. From that day on it is not trained any more.

    Parameters
    ----------
    messages : pandas.DataFrame
        Columns week, text, scam and family, as ``load("scam_drift")`` returns them.
    trained_until : str or pandas.Timestamp, default "2020-01-01"
        The filter knows the messages before this day.
    first_weeks : int, default 13
        Ordinary weeks that are not watched, because a filter that has read nothing knows nothing.

    Attributes
    ----------
    messages : pandas.DataFrame
    weeks : pandas.DatetimeIndex
        Of the messages, in order.
    watched : pandas.DatetimeIndex
        Without the first ones.
    trained_until : pandas.Timestamp

    Raises
    ------
    ValueError
        If a column is missing, there are no weeks to watch before that day, or none after it, or only one kind of
        message to learn from.

    References
    ----------
    Dawid, A. P. (1984). Statistical theory: the prequential approach. Journal of the Royal Statistical Society A
    147(2), 278-292: judge a forecaster on each step by what it knew before it.
    """

    def __init__(self, messages, trained_until="2020-01-01", first_weeks=13):
        self.messages = _checked(messages)
        self.trained_until = pd.Timestamp(trained_until)
        self.weeks = pd.DatetimeIndex(np.unique(self.messages["week"]))
        self.watched = self.weeks[first_weeks:]
        self._met = self.weeks[first_weeks - _JOINED + 1 :]  # the first index looks back
        if first_weeks < _JOINED or not self.ordinary.any() or self.ordinary.all():
            raise ValueError(
                "There are no weeks to watch on one side of the last day of training; give more weeks on both sides."
            )
        self._week = self.messages["week"].to_numpy()
        self._family = self.messages["family"].to_numpy(dtype=object)
        self._kept = {}  # filters and scores: each is worked out once

    @property
    def ordinary(self):
        """Which of the watched weeks are before the last day of training."""
        return np.asarray(self.watched < self.trained_until)

    def scores(self, scenes=NEW, retrained=None):
        """Return the filter's score of each message: of 0.5 or more it holds the message back as a scam.

        Parameters
        ----------
        scenes : {"new scenes", "running scenes"}
            "new scenes": by a filter that has never met the scene of the message. The weeks before the last day of
            training are then cross-validated: the filter knows the other scenes of all of them. "running scenes": by
            the filter as it is used; NaN in the first weeks.
        retrained : str or pandas.Timestamp, optional
            A week in which the filter is trained again on all messages before it.

        Returns
        -------
        numpy.ndarray of float, shape (n_messages,)

        Raises
        ------
        ValueError
            If there is no such view, or the filter can't be trained again in that week.
        """
        if scenes not in SCENES:
            raise ValueError(f"There is no view {scenes!r}; choose one of: {', '.join(SCENES)}.")
        key = scenes, self._retrained(retrained)
        if key not in self._kept:
            self._kept[key] = self._scores(*key)
        return self._kept[key]

    def signals(self, retrained=None):
        """Return what can be seen in each watched week without knowing which messages are scams.

        Parameters
        ----------
        retrained : str or pandas.Timestamp, optional
            As for `scores`.

        Returns
        -------
        pandas.DataFrame
            Index week. Columns messages, words, unknown (counts), and the signals: "unknown words" (the share of the
            week's words that the filter does not know), "index of words" (population stability index: each of the 20
            most frequent words of the training, the other known words, the unknown ones) and "index of scores" (in five
            bands that were equally filled in the ordinary weeks). Both indexes are those of the last four weeks.

        Raises
        ------
        ValueError
            As `scores`.
        """
        retrained = self._retrained(retrained)
        counts = pd.DataFrame([self._word_counts(week, retrained) for week in self._met], index=self._met)
        unknown, words = counts[UNKNOWN_WORDS], counts.sum(axis=1)
        frame = pd.DataFrame({"words": words, "unknown": unknown, UNKNOWN_WORDS: unknown / words})
        frame[WORD_INDEX] = self._index(counts)
        frame[SCORE_INDEX] = self._index(self._score_counts(retrained))
        frame.insert(0, "messages", self.messages["week"].value_counts().reindex(self._met))
        return frame.loc[self.watched].rename_axis("week")

    def alarm(self, signal=UNKNOWN_WORDS, false_alarms=1):
        """Return the alarm that rings in so many of the ordinary weeks.

        Parameters
        ----------
        signal : {"unknown words", "index of words", "index of scores"}
        false_alarms : int, default 1

        Returns
        -------
        Alarm

        Raises
        ------
        ValueError
            If there is no such signal, or as `set_alarm`.
        """
        if signal not in SIGNALS:
            raise ValueError(f"There is no signal {signal!r}; choose one of: {', '.join(SIGNALS)}.")
        return set_alarm(self._usual_signals[signal][self.ordinary], false_alarms)

    def alarms(self, signal=UNKNOWN_WORDS, false_alarms=1, retrained=None):
        """Return the weeks after the training in which the alarm rings.

        Parameters
        ----------
        signal, false_alarms
            As for `alarm`.
        retrained
            As for `scores`.

        Returns
        -------
        pandas.DatetimeIndex

        Raises
        ------
        ValueError
            As `alarm` and `scores`.
        """
        alarm = self.alarm(signal, false_alarms)
        signals = self._usual_signals if retrained is None else self.signals(retrained)
        return self.watched[~self.ordinary & alarm.rings(signals[signal])]

    def errors(self, by=PERIOD, scenes=NEW, retrained=None):
        """Return the scams that the filter misses, and the harmless messages that it holds back, over time.

        Parameters
        ----------
        by : {"period", "month", "quarter", "week"} or array_like, shape (n_messages,)
            Of which time, or the group of each message. A period is as many months as it takes to tell a rate: 30
            messages and 10 scenes of each kind.
        scenes, retrained
            As for `scores`.

        Returns
        -------
        pandas.DataFrame
            Index (group, error), in the order of time; error is "missed" (of the scams, those let through) or "false
            alarm" (of the harmless messages, those held back). Columns value, low, high (95% interval from drawing
            whole scenes), numerator, denominator, enough, families.

        Raises
        ------
        ValueError
            If there is no such time, or as `scores`.
        """
        scores = self.scores(scenes, retrained)
        groups = self._groups(by)
        known = np.isfinite(scores)
        judged = self.messages[known].rename(columns={"scam": "urgent"}).assign(group=groups[known])
        held_back = scores[known] >= THRESHOLD
        order = [group for group in dict.fromkeys(groups) if group in set(groups[known])]
        frames = {what: errors(judged, held_back, "group", what).reindex(order) for what in ERRORS}
        both = pd.concat(frames, names=["error"]).swaplevel().dropna(subset="value")
        return both.reindex(pd.MultiIndex.from_product([order, ERRORS], names=["group", "error"])).dropna(
            subset="value"
        )

    def retraining(self, week):
        """Return what it mends, and what it costs, to train the filter again in a week.

        Parameters
        ----------
        week : str or pandas.Timestamp

        Returns
        -------
        Retraining

        Raises
        ------
        ValueError
            If the filter can't be trained again in that week.
        """
        week = self._retrained(week)
        since = self._week >= self.trained_until.to_datetime64()
        later = self._week >= week.to_datetime64()
        waiting = since & ~later
        meanwhile = {what: self._wrong(self.scores(RUNNING), waiting, what) for what in ERRORS}
        rows = {
            (scenes, what): self._change(scenes, week, later, what) for scenes in SCENES for what in ERRORS
        }
        changed = pd.DataFrame.from_dict(rows, orient="index")
        changed.index = pd.MultiIndex.from_tuples(changed.index, names=["scenes", "error"])
        counts = pd.DataFrame(
            {what: (wrong.sum(), counted.sum()) for what, (wrong, counted) in meanwhile.items()},
            index=["wrong", "messages"],
        ).T.rename_axis("error")
        return Retraining(week, int(waiting.sum()), counts, changed)

    @cached_property
    def periods(self):
        """Months joined until there are enough messages and scenes of each kind, one name for each message."""
        table = self.messages
        month = table["week"].dt.to_period("M")
        number = month.map({each: place for place, each in enumerate(sorted(month.unique()))}).to_numpy()
        # A period does not cross the last day of training: before it the filter is at home.
        before = self._week < self.trained_until.to_datetime64()
        starts = []
        for side in (before, ~before):
            begins = list(_begins(table[side], number[side]))
            starts += begins
        place = np.searchsorted(sorted(starts), number, side="right")
        names = {each: _span_name(month[place == each]) for each in np.unique(place)}
        return np.array([names[each] for each in place], dtype=object)

    @cached_property
    def _usual_signals(self):
        return self.signals()

    def _retrained(self, week):
        if week is None:
            return None
        week = pd.Timestamp(week)
        if not self.trained_until < week <= self.weeks[-1]:
            raise ValueError(
                f"The filter can't be trained again on {week.date()}; choose a week after its training, up to "
                f"{self.weeks[-1].date()}."
            )
        return week

    def _filter(self, known):
        """Return the filter trained on some of the messages."""
        key = known.tobytes()
        if key not in self._kept:
            rows = self.messages[known]
            # Of many small products each would wake a second thread, which costs more than it saves.
            with threadpool_limits(limits=1, user_api="blas"):
                self._kept[key] = fit_triage(rows["text"], rows["scam"])
        return self._kept[key]

    def _used_in(self, week, retrained):
        """Return the filter that is used in a week."""
        stops = min(week, self.trained_until)
        if retrained is not None and week >= retrained:
            stops = retrained
        return self._filter(self._week < stops.to_datetime64())

    def _scores(self, scenes, retrained):
        if scenes == RUNNING:
            scores = np.full(len(self.messages), np.nan)
            for week in self._met:
                at = self._week == week.to_datetime64()
                scores[at] = self._used_in(week, retrained).score(self.messages["text"][at])
            return scores
        if retrained is None:
            return self._apart(self.trained_until, np.full(len(self.messages), True))
        later = self._week >= retrained.to_datetime64()
        return np.where(later, self._apart(retrained, later), self.scores(NEW))

    def _apart(self, stops, judged):
        """Return the scores of messages, each by a filter trained without its scene; NaN for the others."""
        known = self._week < stops.to_datetime64()
        fold = self._folds(known)
        scores = np.full(len(self.messages), np.nan)
        for place in np.unique(fold[judged]):
            at = judged & (fold == place)
            scores[at] = self._filter(known & (fold != place)).score(self.messages["text"][at])
        return scores

    def _folds(self, known):
        """Return the fold of each message: a scene that the filter knows is in one of ten, another one in none (-1)."""
        scenes = self.messages[known].groupby("family", sort=True)["scam"].first()
        # Dealt out one kind after the other, so that each fold has both.
        scenes = scenes.sort_values(kind="stable").index
        dealt = pd.Series(np.arange(len(scenes)) % _FOLDS, index=scenes)
        return dealt.reindex(self._family).fillna(-1).to_numpy(dtype=int)

    @cached_property
    def _frequent(self):
        """The most frequent words of the training; of equally frequent ones the first by letters."""
        known = self.messages["text"][self._week < self.trained_until.to_datetime64()]
        counts = pd.Series([word for text in known for word in read_words(text)]).value_counts()
        return sorted(counts.index, key=lambda word: (-counts[word], word))[:_FREQUENT]

    def _word_counts(self, week, retrained):
        """Return how many words of a week fall into each band of the index of words."""
        used = self._used_in(week, retrained)
        key = week, id(used)
        if key not in self._kept:
            self._kept[key] = self._counted(week, used.vocabulary)
        return self._kept[key]

    def _counted(self, week, knows):
        counts = dict.fromkeys([*self._frequent, _OTHER, UNKNOWN_WORDS], 0)
        for text in self.messages["text"][self._week == week.to_datetime64()]:
            for word in read_words(text):
                band = word if word in counts and word in knows else _OTHER
                counts[band if word in knows else UNKNOWN_WORDS] += 1
        return counts

    def _score_counts(self, retrained):
        """Return how many scores of each week fall into each band."""
        usual = self.scores(RUNNING)[np.isin(self._week, self.watched[self.ordinary])]
        edges = np.quantile(usual, np.arange(1, _BANDS) / _BANDS)
        scores = self.scores(RUNNING, retrained)
        rows = [
            np.bincount(np.searchsorted(edges, scores[self._week == week]), minlength=_BANDS)
            for week in self._met.to_numpy()
        ]
        return pd.DataFrame(rows, index=self._met)

    def _index(self, counts):
        """Return the population stability index of the last four weeks against the ordinary ones."""
        expected = counts.loc[self.watched[self.ordinary]].sum()
        joined = counts.rolling(_JOINED, min_periods=1).sum().to_numpy()
        return [population_stability_index(expected, actual) for actual in joined]

    def _groups(self, by):
        if isinstance(by, str):
            if by == PERIOD:
                return self.periods
            if by not in SPANS:
                raise ValueError(f"There is no time {by!r}; choose one of: {', '.join([PERIOD, *SPANS])}.")
            if by == "week":
                return self.messages["week"].dt.strftime("%Y-%m-%d").to_numpy(dtype=object)
            return self.messages["week"].dt.to_period(SPANS[by]).astype(str).to_numpy(dtype=object)
        groups = np.asarray(by, dtype=object)
        if groups.shape != (len(self.messages),):
            raise ValueError(f"Give one group for each of the {len(self.messages):,} messages.")
        return groups

    def _wrong(self, scores, rows, what):
        """Return for some of the messages whether they are wrong, and whether they count for this error."""
        scam, held_back = self.messages["scam"].to_numpy()[rows], scores[rows] >= THRESHOLD
        return (scam & ~held_back, scam) if what == MISSED else (held_back & ~scam, ~scam)

    def _change(self, scenes, week, later, what):
        ways = []
        for retrained in (None, week):
            wrong, counted = self._wrong(self.scores(scenes, retrained), later, what)
            ways.append(
                cluster_rates(
                    wrong.astype(int), counted.astype(int), ["all"] * len(wrong), self._family[later]
                )
            )
        before, after = ways
        change: Estimate = after.change(before, "all")
        return {
            "before": int(before.numerators[0]),
            "after": int(after.numerators[0]),
            "messages": int(after.denominators[0]),
            "change": change.value,
            "low": change.low,
            "high": change.high,
            "enough": change.enough,
        }


def _begins(table, number):
    """Return the month that each period begins with; what is left at the end joins the last one."""
    begin = number.min()
    yield begin
    for month in np.unique(number)[1:]:
        here, rest = (number >= begin) & (number < month), number >= month
        if _enough(table[here]) and _enough(table[rest]):
            begin = month
            yield begin


def _enough(table):
    kinds = table.groupby("scam")["family"].agg(["size", "nunique"])
    return (
        len(kinds) == 2
        and kinds["size"].min() >= _FEWEST_MESSAGES
        and kinds["nunique"].min() >= _FEWEST_SCENES
    )


def _span_name(months):
    first, last = months.min(), months.max()
    start = (
        _MONTHS[first.month - 1] if first.year == last.year else f"{_MONTHS[first.month - 1]} {first.year}"
    )
    end = f"{_MONTHS[last.month - 1]} {last.year}"
    return end if first == last else f"{start} to {end}"


def _checked(messages):
    lacking = [column for column in _COLUMNS if column not in messages]
    if lacking:
        raise ValueError(f"The messages have no column {lacking[0]}; give them as load returns them.")
    if not pd.api.types.is_datetime64_any_dtype(messages["week"]) or messages["week"].isna().any():
        raise ValueError("The column week must hold a date in each row.")
    if messages["scam"].dtype != bool:
        raise ValueError("The column scam must hold True or False in each row.")
    return messages.sort_values("week", kind="stable").reset_index(drop=True)
