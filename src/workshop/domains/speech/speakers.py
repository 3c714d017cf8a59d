"""Rates of groups of speakers, with intervals from resampling speakers.

What one person says is alike: the same voice, microphone and room. So a thousand clips of thirty people tell about
thirty people, not about a thousand. To draw clips one by one, or to take Wilson's interval over clips, would make the
intervals too narrow; here whole speakers are drawn.
"""

import numpy as np
import pandas as pd
from scipy.special import ndtr, stdtrit

from workshop.audit import Estimate, wilson
from workshop.audit.columns import NOT_RECORDED
from workshop.audit.intervals import ENOUGH

RESAMPLES = 4000
SEED = 2020
_AT_ONCE = 500  # resamples; more would only take more memory


class SpeakerRates:
    """Rates of groups, with 95% intervals from resampling speakers.

    Made by `rates_by_speaker`, `error_rates` and `miss_rates`.

    Attributes
    ----------
    groups : tuple of str
    values, low, high : numpy.ndarray of float, shape (n_groups,)
        Rates and the ends of their intervals. The ends are NaN for a group of one speaker: nothing shows how much
        speakers differ. Where all speakers of a group have no error, or nothing but errors, drawing them again shows
        no chance at all, so the ends are Wilson's for so many speakers: as if each had been heard once.
    speakers, clips : numpy.ndarray of int, shape (n_groups,)
        How many are in the group.
    numerators, denominators : numpy.ndarray of float, shape (n_groups,)
        What was divided, for instance word errors and words.
    resampled : numpy.ndarray of float, shape (n_resamples, n_groups)
        The rates in each resample; what a sum or difference of groups gets its interval from. NaN where nothing was
        there to count.
    fewest : int
        With fewer speakers or fewer clips a group is marked as too small to tell.
    """

    def __init__(self, groups, numerators, denominators, speakers, clips, resampled, fewest):
        self.groups = groups
        self.numerators, self.denominators = numerators, denominators
        self.speakers, self.clips = speakers, clips
        self.resampled = resampled
        self.fewest = fewest
        self.values = numerators / denominators
        self.low, self.high = np.array([self._ends(place) for place in range(len(groups))]).T

    def _ends(self, place):
        """Return both ends of the interval of one group's rate."""
        value, speakers = self.values[place], int(self.speakers[place])
        if speakers > 1 and value in (0, 1) and np.ptp(self.resampled[:, place]) == 0:
            return wilson(value * speakers, speakers)
        return self.interval(self.resampled[:, place], [place])

    def of(self, group):
        """Return the rate of one group.

        Parameters
        ----------
        group : str

        Returns
        -------
        Estimate
            `enough` if the group has at least `fewest` speakers and as many clips.

        Raises
        ------
        ValueError
            If there is no such group.
        """
        place = self.position(group)
        ends = float(self.low[place]), float(self.high[place])
        parts = float(self.numerators[place]), float(self.denominators[place])
        return Estimate(float(self.values[place]), *ends, *parts, self.enough([place]))

    def difference(self, a, b):
        """Return the rate of group `a` minus that of group `b`.

        Parameters
        ----------
        a, b : str
            Two groups. If the same speakers are in both, as when two recognisers heard the same people, they are
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
        return Estimate(value, *self.interval(drawn, places), np.nan, denominator, self.enough(places))

    def interval(self, drawn, places):
        """Return both ends of the interval of a number that was worked out in each resample.

        Parameters
        ----------
        drawn : numpy.ndarray of float, shape (n_resamples,)
        places : list of int
            The groups it depends on, as positions in `groups`.

        Returns
        -------
        low, high : float

        Notes
        -----
        With few speakers the plain percentiles are too narrow. The percentiles here are those of Student's t for the
        smallest of the groups (Hesterberg's expanded percentile interval).

        References
        ----------
        Hesterberg, T. C. (2015). What teachers should know about the bootstrap. The American Statistician 69(4),
        371-386.
        """
        speakers = int(self.speakers[places].min())
        if speakers < 2:
            return np.nan, np.nan
        tail = ndtr(stdtrit(speakers - 1, 0.025) * np.sqrt(speakers / (speakers - 1)))
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
        """Return whether all groups at these positions have enough speakers and clips to tell."""
        return bool(min(self.speakers[places].min(), self.clips[places].min()) >= self.fewest)

    def frame(self):
        """Return the rates as a table of numbers, one row a group.

        Returns
        -------
        pandas.DataFrame
            Index group; columns value, low, high, numerator, denominator, enough, speakers, clips.
        """
        rows = pd.DataFrame([self.of(group) for group in self.groups], columns=Estimate._fields)
        rows.index = pd.Index(self.groups, name="group")
        return rows.assign(speakers=self.speakers, clips=self.clips)

    def __repr__(self):
        return f"SpeakerRates({', '.join(self.groups)}; {self.clips.sum():,} clips)"


def rates_by_speaker(
    numerator, denominator, group, speaker, clips=None, fewest=ENOUGH, resamples=RESAMPLES, seed=SEED
):
    """Return the rate of each group, a sum over a sum, with an interval from resampling speakers.

    Parameters
    ----------
    numerator, denominator : array_like, shape (n_rows,)
        For instance word errors and words, or 1 for a clip that was missed and 1 for every clip. A row without
        anything in its denominator counts for nothing.
    group, speaker : array_like, shape (n_rows,)
        Rows without a group form the group "not recorded". A speaker may be in several groups.
    clips : array_like, shape (n_rows,), optional
        How many clips a row stands for; 1 by default.
    fewest : int, default 30
        With fewer speakers, or fewer clips, a group is marked as too small to tell. 30 is the course's rule for
        people; it says when a rate is told with confidence, the interval says how far it is from certain.
    resamples : int, default 4000
    seed : int, default 2020

    Returns
    -------
    SpeakerRates
        Groups in sorted order.

    Raises
    ------
    ValueError
        If the columns differ in length or are empty, a count is negative or no number, or a speaker is missing.

    References
    ----------
    Bisani, M. and Ney, H. (2004). Bootstrap estimates for confidence intervals in ASR performance evaluation. ICASSP,
    409-412. Field, C. A. and Welsh, A. H. (2007). Bootstrapping clustered data. Journal of the Royal Statistical
    Society B 69(3), 369-390.
    """
    rows = _rows(numerator, denominator, group, speaker, clips)
    rows = rows[rows["denominator"] > 0]
    if rows.empty:
        raise ValueError("There is nothing to count: every denominator is 0, or there are no rows.")
    sums = rows.pivot_table(index="speaker", columns="group", aggfunc="sum", fill_value=0)
    top, bottom, clips = (sums[column].to_numpy() for column in ("numerator", "denominator", "clips"))
    resampled = _resampled_rates(top, bottom, resamples, seed)
    speakers, clips = (bottom > 0).sum(axis=0), clips.sum(axis=0).astype(int)
    groups = tuple(sums["clips"].columns)
    return SpeakerRates(groups, top.sum(axis=0), bottom.sum(axis=0), speakers, clips, resampled, fewest)


def _resampled_rates(top, bottom, resamples, seed):
    """Return the rates of each resample of speakers, n_resamples x n_groups.

    Speakers are drawn with replacement among those who are in the same groups, so each group keeps its size and a
    speaker in two groups is drawn in both at once.
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


def _rows(numerator, denominator, group, speaker, clips):
    columns = {"numerator": numerator, "denominator": denominator, "group": group, "speaker": speaker}
    lengths = {name: np.size(column) for name, column in columns.items()}
    columns["clips"] = np.ones(lengths["speaker"]) if clips is None else clips
    lengths["clips"] = np.size(columns["clips"])
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {length:,}" for name, length in lengths.items())
        raise ValueError(f"The columns have different lengths ({said}); give one value for each row in each.")
    rows = pd.DataFrame({name: np.asarray(column) for name, column in columns.items()})
    for name in ("numerator", "denominator", "clips"):
        rows[name] = pd.to_numeric(rows[name], errors="coerce").astype(float)
        if not (np.isfinite(rows[name]) & (rows[name] >= 0)).all():
            raise ValueError(f"The {name} must hold numbers of 0 or more in each row.")
    if rows["speaker"].isna().any():
        raise ValueError("A row has no speaker; leave it out, because nobody can say whom it belongs to.")
    rows["group"] = rows["group"].astype(object).where(rows["group"].notna(), NOT_RECORDED)
    # As text they sort, so the order of the rows doesn't change what is drawn.
    return rows.astype({"group": str, "speaker": str})
