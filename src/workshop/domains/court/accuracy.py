"""What an accuracy leaves open: the errors that it allows, and one number that a useless tool cannot have."""

import math
from typing import NamedTuple

import pandas as pd

from workshop.audit import Estimate, group_rates
from workshop.audit.intervals import newcombe_difference


class ErrorSplit(NamedTuple):
    """The errors that an accuracy allows in a pile of files.

    Attributes
    ----------
    files, relevant : int
        All files, and those that somebody must see.
    wrong : int
        Files judged wrongly: missed and false alarms together.
    fewest_missed, most_missed : int
        Each number between them is possible; the false alarms are `wrong` less the missed.
    """

    files: int
    relevant: int
    wrong: int
    fewest_missed: int
    most_missed: int

    def cells(self, missed):
        """Return the counts that go with so many missed: found, missed, false alarms, left alone.

        Raises
        ------
        ValueError
            If the accuracy does not allow that many.
        """
        if missed != int(missed) or not self.fewest_missed <= missed <= self.most_missed:
            raise ValueError(
                f"{missed} files cannot be missed; give a whole number from {self.fewest_missed} to {self.most_missed}."
            )
        false_alarms = self.wrong - missed
        return self.relevant - missed, missed, false_alarms, self.files - self.relevant - false_alarms


def error_split(accuracy, prevalence, files):
    """Return how the errors behind an accuracy can split into missed files and false alarms.

    Accuracy fixes only the sum of both errors. The missed cannot be more than the relevant files, nor the false alarms
    more than the others.

    Parameters
    ----------
    accuracy : float
        Share of the files judged rightly, from 0 to 1.
    prevalence : float
        Share of the files that are relevant, from 0 to 1.
    files : int
        1 or more.

    Returns
    -------
    ErrorSplit
        Whole files; a half goes up.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """
    for name, share in (("accuracy", accuracy), ("prevalence", prevalence)):
        if not 0 <= share <= 1:
            raise ValueError(f"{name} is {share}; give a share from 0 to 1, for instance 0.92.")
    if not (math.isfinite(files) and files >= 1 and files == int(files)):
        raise ValueError(f"files is {files}; give a whole number of files, 1 or more.")
    files = int(files)
    # A share such as 0.92 is not exact in binary: without the small number a half could go down.
    relevant, right = (math.floor(share * files + 0.5 + 1e-9) for share in (prevalence, accuracy))
    wrong = files - right
    return ErrorSplit(files, relevant, wrong, max(0, wrong - (files - relevant)), min(relevant, wrong))


def sorter_rates(files, threshold=0.5):
    """Return the counts and rates of each sorter, by pile.

    Parameters
    ----------
    files : pandas.DataFrame
        Columns pile, relevant, and a score for each sorter: sorter_a, sorter_b, as ``load("sorted_files")`` returns
        them.
    threshold : float, default 0.5
        From this score on a file is flagged.

    Returns
    -------
    dict of str to workshop.audit.GroupRates
        By the letter of the sorter.

    Raises
    ------
    ValueError
        If a column is missing, or holds what no audit can count.
    """
    scores = [column for column in files if str(column).startswith("sorter_")]
    missing = [column for column in ("pile", "relevant") if column not in files]
    if missing or not scores:
        raise ValueError(
            f"The files have no column {missing[0] if missing else 'sorter_a'!r}; give them as "
            'load("sorted_files") returns them.'
        )
    return {
        column.removeprefix("sorter_").upper(): group_rates(
            files["relevant"], files[column] >= threshold, files["pile"]
        )
        for column in scores
    }


def counted(rates):
    """Return the counts behind the accuracy of several tools.

    Parameters
    ----------
    rates : mapping of str to workshop.audit.GroupRates
        By tool; of the same groups (piles) of files.

    Returns
    -------
    pandas.DataFrame
        Index pile and tool. Columns: how many files the pile has, how many of them matter, how many of these the tool
        misses, how many others it flags (false alarms), and how many of 100 files it judges rightly.

    Raises
    ------
    ValueError
        If there is no tool, or the tools were not tried on the same files.
    """
    first = next(iter(rates.values()), None)
    if first is None or any(each.groups != first.groups for each in rates.values()):
        raise ValueError("Give the rates of at least one tool, and of all tools for the same piles of files.")
    if any((each.people != first.people).any() for each in rates.values()):
        raise ValueError("The tools were tried on different numbers of files; try them on the same ones.")
    rows = {}
    for place, pile in enumerate(first.groups):
        for tool, each in rates.items():
            tn, fp, fn, tp = (int(number) for number in each.counts[place])
            files = tn + fp + fn + tp
            rows[pile, tool] = (files, fn + tp, fn, fp, round(100 * (tn + tp) / files, 1))
    columns = ["files", "matter", "missed", "false alarms", "correct, of 100"]
    index = pd.MultiIndex.from_tuples(rows, names=["pile", "sorter"])
    return pd.DataFrame(list(rows.values()), index=index, columns=columns)


def balanced_accuracy(rates, group):
    """Return the mean of how often a tool is right on relevant and on other files, with a 95% interval.

    A tool that draws lots, or always gives the same answer, has 0.5, however rare the relevant files are.

    Parameters
    ----------
    rates : workshop.audit.GroupRates
    group : str
        One of its groups.

    Returns
    -------
    workshop.audit.Estimate
        No numerator (NaN), since it is no share of a count; the denominator is the smaller number of files.

    Raises
    ------
    ValueError
        If there is no such group.

    Notes
    -----
    It is half of 1 plus the difference of two independent rates (Youden's J), and so is its interval: Newcombe's hybrid
    score interval of that difference, halved (Newcombe, 1998, method 10).
    """
    found, alarms = (rates.of(group, rate) for rate in ("true_positive_rate", "false_positive_rate"))
    value, low, high = (
        (1 + end) / 2 for end in (found.value - alarms.value, *newcombe_difference(found, alarms))
    )
    smaller = min(found.denominator, alarms.denominator)
    return Estimate(value, low, high, math.nan, smaller, found.enough and alarms.enough)
