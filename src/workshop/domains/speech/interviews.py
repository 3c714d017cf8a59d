"""Invented transcripts of interviews: word errors by dialect and place, changed statements, hours of checking."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from workshop.audit import cluster_rates

DIALECTS = ("dialect A", "dialect B", "dialect C", "dialect D")
STATION, FIELD = PLACES = ("station", "field")
ERRORS = ("substitutions", "deletions", "insertions")
NEGATIONS, NAMES = CHANGED = ("negations_changed", "names_changed")
_SPEAKERS = {"dialect A": 200, "dialect B": 100, "dialect C": 100, "dialect D": 8}
_TWICE = 0.4  # of the speakers are interviewed twice
_IN_FIELD = 0.3  # of the interviews; the same in each dialect
_WRONG = 0.06  # of the words, dialect A at the station
_TIMES = {"dialect A": 1.0, "dialect B": 1.3, "dialect D": 2.0}  # dialect C's is chosen
_FIELD_TIMES = 1.6
_SPEAKERS_DIFFER = 8  # shape of a gamma distribution with mean 1
_WORDS = {STATION: 3_000, FIELD: 800}
_KINDS = (0.6, 0.25, 0.15)
_NEGATION, _NAME = 0.002, 0.006  # of the word errors change a statement in this way
_BY_HAND, _HEARD = 30, 140  # words a minute: listened to and written by hand; spoken
_COLUMNS = ("speaker", "dialect", "place", "words", *ERRORS, *CHANGED, "minutes_by_hand", "minutes_of_sound")


def generate(seed=2022, times=2.5):
    """Make transcripts of interviews in four invented dialects, with word errors that differ by a known factor.

    No interview stands behind a row, and no word.

    Parameters
    ----------
    seed : int, default 2022
    times : float, default 2.5
        The planted size: word error rate of dialect C over that of dialect A in the same place; from 1 to 5.

    Returns
    -------
    table : pandas.DataFrame
        One row an interview: columns interview_id, speaker, dialect, place, words (that were said), substitutions,
        deletions, insertions, negations_changed and names_changed (statements), minutes_by_hand, minutes_of_sound.
    truth : dict
        What was planted, as plain numbers that JSON can hold.

    Raises
    ------
    ValueError
        If `times` is out of its range.
    """
    if not 1 <= times <= 5:
        raise ValueError(f"times is {times}; give a number from 1 to 5, for instance 2.5.")
    random = np.random.default_rng(seed)
    factors = dict(sorted((_TIMES | {"dialect C": float(times)}).items()))
    rows, speakers = [], 0
    for dialect, number in _SPEAKERS.items():
        for _ in range(number):
            speakers += 1
            own = random.gamma(_SPEAKERS_DIFFER, 1 / _SPEAKERS_DIFFER)
            for _ in range(1 + (random.random() < _TWICE)):
                place = FIELD if random.random() < _IN_FIELD else STATION
                rate = _WRONG * factors[dialect] * (_FIELD_TIMES if place == FIELD else 1) * own
                rows.append((f"speaker {speakers:03d}", dialect, place, *_interview(random, place, rate)))
    rows = [rows[place] for place in random.permutation(len(rows))]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table.insert(0, "interview_id", [f"interview {place:03d}" for place in range(1, len(table) + 1)])
    truth = {
        "seed": seed,
        "word_error_rate_of_dialect_a_at_the_station": _WRONG,
        "times_as_many_word_errors": factors,
        "times_as_many_in_the_field": _FIELD_TIMES,
        "word_errors_that_change_a_negation": _NEGATION,
        "word_errors_that_change_a_name": _NAME,
    }
    return table, truth


def _interview(random, place, rate):
    words = int(random.gamma(6, _WORDS[place] / 6)) + 100
    errors = random.poisson(words * rate)
    kinds = random.multinomial(errors, _KINDS)
    changed = random.binomial(errors, _NEGATION), random.binomial(errors, _NAME)
    return words, *map(int, kinds), *map(int, changed), round(words / _BY_HAND, 1), round(words / _HEARD, 1)


class Checking(NamedTuple):
    """What it takes to check the transcripts of one dialect, for 100 hours of writing by hand.

    Attributes
    ----------
    listening, correcting : float
        Hours.
    left : float
        Of 100 interviews so many go to the file with a "not" that was lost or added.
    low, high : float
        The 95% interval of `left`.
    enough : bool
        Whether there are at least 30 interviews of 10 speakers.
    """

    listening: float
    correcting: float
    left: float
    low: float
    high: float
    enough: bool

    @property
    def hours(self):
        """Hours in all."""
        return self.listening + self.correcting


class Transcripts:
    """The transcripts of interviews: errors of a recogniser, and the hours of those who correct them, by dialect.

    Parameters
    ----------
    interviews : pandas.DataFrame
        As ``load("interview_transcripts")`` returns it.

    Attributes
    ----------
    table : pandas.DataFrame
        With the column errors: substitutions, deletions and insertions together.

    Raises
    ------
    ValueError
        If a column is missing, the table is empty, a count is negative or no number, or nobody wrote by hand.
    """

    def __init__(self, interviews):
        self.table = _checked(interviews)
        self._sums = self.table.groupby("dialect")[["errors", "minutes_by_hand", "minutes_of_sound"]].sum()
        self._changed = self.changed()

    def word_error_rates(self, place=None):
        """Return the word error rate of each dialect: all word errors over all words that were said.

        Parameters
        ----------
        place : {"station", "field"}, optional
            Only interviews held there.

        Returns
        -------
        workshop.audit.ClusterRates
            With intervals from drawing speakers, because the interviews of one speaker are alike.

        Raises
        ------
        ValueError
            If there is no interview in such a place.
        """
        table = self.table if place is None else self.table[self.table["place"] == place]
        if table.empty:
            raise ValueError(f"There is no interview with the place {place!r}; choose station or field.")
        return cluster_rates(table["errors"], table["words"], table["dialect"], table["speaker"])

    def changed(self, kinds=(NEGATIONS,)):
        """Return in which share of the interviews a statement is changed, by dialect.

        Parameters
        ----------
        kinds : sequence of {"negations_changed", "names_changed"}
            An interview counts if one of them is above 0.

        Returns
        -------
        workshop.audit.ClusterRates
            With intervals from drawing speakers.

        Raises
        ------
        ValueError
            If there is no such kind.
        """
        unknown = [kind for kind in kinds if kind not in CHANGED]
        if unknown or not len(kinds):
            raise ValueError(f"Nothing is counted as {unknown or kinds!r}; choose of {', '.join(CHANGED)}.")
        wrong = self.table[list(kinds)].gt(0).any(axis=1)
        return cluster_rates(wrong, np.ones(len(wrong)), self.table["dialect"], self.table["speaker"])

    def checking(self, seconds, checked=1.0):
        """Return what it takes to check transcripts against the recording, and what stays wrong.

        Parameters
        ----------
        seconds : float
            To correct one wrong word, 0 or more.
        checked : float, default 1.0
            Share of the interviews that are listened to again, from 0 to 1. In these everything is corrected; the
            others go to the file as they are.

        Returns
        -------
        dict of str to Checking
            By dialect.

        Raises
        ------
        ValueError
            If a number is out of its range.
        """
        if not (np.isfinite(seconds) and seconds >= 0 and 0 <= checked <= 1):
            raise ValueError(
                f"seconds is {seconds} and checked is {checked}; give seconds of 0 or more, and a share from 0 to 1."
            )
        found = {}
        for dialect, sums in self._sums.iterrows():
            by_hand = sums["minutes_by_hand"] / 100
            changed, left = self._changed.of(dialect), 100 * (1 - checked)
            found[dialect] = Checking(
                checked * float(sums["minutes_of_sound"] / by_hand),
                checked * float(sums["errors"] * seconds / 60 / by_hand),
                *(left * end for end in (changed.value, changed.low, changed.high)),
                changed.enough,
            )
        return found


def _checked(interviews):
    """Return the table with its errors added up, or raise a ValueError that says what is wrong."""
    if not isinstance(interviews, pd.DataFrame):
        raise ValueError("The interviews must be a table (DataFrame), one row an interview.")
    absent = [column for column in _COLUMNS if column not in interviews]
    if absent:
        raise ValueError(f"The interviews have no column {absent[0]!r}; give them as load returns them.")
    if interviews.empty:
        raise ValueError("There is no interview in the table; give at least one.")
    if interviews[["speaker", "dialect"]].isna().any(axis=None):
        raise ValueError("Each interview needs a speaker and a dialect.")
    for column in _COLUMNS[3:]:
        numbers = pd.to_numeric(interviews[column], errors="coerce").to_numpy(dtype=float)
        if not (np.isfinite(numbers) & (numbers >= 0)).all():
            raise ValueError(f"The column {column} must hold a number of 0 or more in each row.")
    if not interviews.groupby("dialect")["minutes_by_hand"].sum().gt(0).all():
        raise ValueError("The minutes_by_hand of each dialect must be above 0: hours are told against them.")
    return interviews.assign(errors=interviews[list(ERRORS)].sum(axis=1))
