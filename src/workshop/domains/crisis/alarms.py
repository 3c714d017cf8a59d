"""Alarms that watch the errors of a plan in many series at once, and what they cost in an ordinary year."""

from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from workshop.audit.drift import Alarm, alarm_starts, ks_distances, page_hinkley, stability_indexes

ONE_WEEK, PAGE_HINKLEY, KS, PSI = "one week", "Page-Hinkley", "KS", "PSI"
KINDS = (ONE_WEEK, PAGE_HINKLEY, KS, PSI)
ACCEPTED = (1, 2, 5, 10, 15, 20, 30, 50)  # false alarms in an ordinary year, over all series together
WINDOW = 4  # weeks that KS and PSI look at together
_SOON = 2  # weeks after the first one
_THRESHOLDS = np.arange(1, 20.01, 0.25)  # of Page-Hinkley, in standard deviations


class Watched(NamedTuple):
    """An alarm on one series.

    Attributes
    ----------
    signal : numpy.ndarray
        What the alarm looks at, week by week.
    limit : float
        It rings above.
    rings : numpy.ndarray of bool
    """

    signal: np.ndarray
    limit: float
    rings: np.ndarray


class Noticed(NamedTuple):
    """When an alarm told of the crisis.

    Attributes
    ----------
    weeks : int or None
        Weeks after the first one of the crisis in which it rang; 0 is that week itself. None if it never did.
    false_alarms : int
        How often it began to ring in the ordinary year.
    earlier : pandas.Timestamp or None
        The first week between the ordinary year and the crisis in which it rang, if it did.
    """

    weeks: int | None
    false_alarms: int
    earlier: pd.Timestamp | None


class AlarmDesk:
    """One alarm rule for all series, set by how many false alarms the whole desk accepts in an ordinary year.

    The limit is the same for each series, because each watches errors in its own standard deviations. It is set on the
    ordinary year of all series together: 52 weeks of one series tell nearly nothing of rare alarms, and whoever watches
    29 series hears the alarms of all 29.

    Parameters
    ----------
    test : StressTest

    Notes
    -----
    "one week" rings if a week is far off (Shewhart's rule), "Page-Hinkley" if small errors to one side add up, "KS" and
    "PSI" if the last four weeks look unlike the ordinary year. Series of one city move together, so that alarms come in
    groups; an interval that takes them for independent is too narrow.
    """

    def __init__(self, test):
        self.test = test
        self._kept = {}

    @cached_property
    def _ordinary(self):
        return {name: self.test.of(*name).weeks < self.test.made for name in self.test.names}

    def _signals(self, kind):
        """Return the signal of each series; Page-Hinkley's depends on its threshold and is worked out there."""
        if kind not in self._kept:
            measures = {
                ONE_WEEK: lambda error, ordinary: np.abs(error),
                KS: lambda error, ordinary: ks_distances(error, ordinary, WINDOW),
                PSI: lambda error, ordinary: stability_indexes(error, ordinary, WINDOW),
            }
            self._kept[kind] = {
                name: measures[kind](self.test.of(*name).error, self._ordinary[name])
                for name in self.test.names
            }
        return self._kept[kind]

    def _rings(self, kind, name, limit):
        if kind == PAGE_HINKLEY:
            return page_hinkley(self.test.of(*name).error, limit).rings
        return self._signals(kind)[name] > limit

    def _false_alarms(self, kind, limit):
        return sum(
            int(alarm_starts(self._rings(kind, name, limit)[ordinary]).sum())
            for name, ordinary in self._ordinary.items()
        )

    def _counts(self, kind):
        """Return limits from high to low, and how many false alarms each brings in the ordinary year."""
        key = kind, "counts"
        if key not in self._kept:
            if kind == PAGE_HINKLEY:
                limits = _THRESHOLDS[::-1]
            else:
                values = np.concatenate(
                    [self._signals(kind)[name][at] for name, at in self._ordinary.items()]
                )
                limits = np.unique(values)[::-1]
            counts = []
            for limit in limits:  # the lower, the more; none is needed beyond the most that can be accepted
                counts.append(self._false_alarms(kind, limit))
                if counts[-1] > max(ACCEPTED):
                    break
            self._kept[key] = limits[: len(counts)], np.array(counts)
        return self._kept[key]

    def alarm(self, kind, accepted):
        """Return the lowest limit that costs no more false alarms than accepted, and that no higher limit exceeds.

        Parameters
        ----------
        kind : {"one week", "Page-Hinkley", "KS", "PSI"}
        accepted : int
            False alarms in the ordinary year, over all series together: one of `ACCEPTED`.

        Returns
        -------
        Alarm
            `weeks` are ordinary weeks of all series together: `a_year` is the rate of one series.

        Raises
        ------
        ValueError
            If there is no such kind or number.
        """
        if kind not in KINDS:
            raise ValueError(f"There is no alarm {kind!r}; choose one of: {', '.join(KINDS)}.")
        if isinstance(accepted, bool) or accepted not in ACCEPTED:
            raise ValueError(
                f"{accepted!r} false alarms can't be chosen; choose one of: {', '.join(map(str, ACCEPTED))}."
            )
        limits, counts = self._counts(kind)
        within = np.flatnonzero(np.maximum.accumulate(counts) <= accepted)
        place = within[-1] if len(within) else 0
        weeks = sum(int(ordinary.sum()) for ordinary in self._ordinary.values())
        return Alarm(float(limits[place]), int(counts[place]), weeks)

    def watch(self, city, kind_of_crime, kind, accepted):
        """Return the alarm on one series.

        Raises
        ------
        ValueError
            As `alarm` and `StressTest.of`.
        """
        error, limit = self.test.of(city, kind_of_crime).error, self.alarm(kind, accepted).limit
        if kind == PAGE_HINKLEY:
            found = page_hinkley(error, limit)
            return Watched(found.statistic, limit, found.rings)
        signal = self._signals(kind)[city, kind_of_crime]
        return Watched(signal, limit, signal > limit)

    def noticed(self, city, kind_of_crime, kind, accepted):
        """Return when the alarm tells of the crisis in one series, and what it costs there.

        Raises
        ------
        ValueError
            As `watch`.
        """
        weeks, rings = (
            self.test.of(city, kind_of_crime).weeks,
            self.watch(city, kind_of_crime, kind, accepted).rings,
        )
        late = np.flatnonzero(rings & (weeks >= self.test.cut))
        between = weeks[rings & (weeks >= self.test.made) & (weeks < self.test.cut)]
        ordinary = self._ordinary[city, kind_of_crime]
        return Noticed(
            int(late[0] - np.searchsorted(weeks, self.test.cut)) if len(late) else None,
            int(alarm_starts(rings[ordinary]).sum()),
            between[0] if len(between) else None,
        )

    def summary(self, kind, accepted):
        """Return when the alarm tells of the crisis, series by series.

        Returns
        -------
        pandas.DataFrame
            Index (city, type); columns weeks (nullable whole numbers: none if it never rings), false_alarms, earlier.

        Raises
        ------
        ValueError
            As `alarm`.
        """
        rows = [self.noticed(*name, kind, accepted) for name in self.test.names]
        table = pd.DataFrame(rows, index=pd.MultiIndex.from_tuples(self.test.names, names=["city", "type"]))
        return table.astype({"weeks": "Int64"})

    def comparison(self, accepted):
        """Return what each alarm tells of the series that changed clearly, at one price.

        Parameters
        ----------
        accepted : int

        Returns
        -------
        pandas.DataFrame
            Index: the kinds. Columns: ordinary and before (alarms over all series, in the ordinary year and in this
            year before the cut, on which no limit was set), changed (series whose change has an interval without 1),
            noticed (those in which it rang since the cut) and soon (in which it rang within two weeks after the
            first one).

        Raises
        ------
        ValueError
            As `alarm`.
        """
        changes = self.test.changes()
        changed = (changes["low"] > 1) | (changes["high"] < 1)
        rows = {}
        for kind in KINDS:
            weeks = self.summary(kind, accepted)["weeks"][changed]
            rows[kind] = {
                "ordinary": self.alarm(kind, accepted).false_alarms,
                "before": self._before(kind, accepted),
                "changed": int(changed.sum()),
                "noticed": int(weeks.notna().sum()),
                "soon": int((weeks <= _SOON).sum()),
            }
        return pd.DataFrame.from_dict(rows, orient="index")

    def _before(self, kind, accepted):
        """Return how many alarms began between the ordinary year and the crisis."""
        found = 0
        for name in self.test.names:
            weeks = self.test.of(*name).weeks
            begins = alarm_starts(self.watch(*name, kind, accepted).rings)
            found += int(begins[(weeks >= self.test.made) & (weeks < self.test.cut)].sum())
        return found
