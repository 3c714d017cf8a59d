"""The questions of exercise 06: who is missed, hours, two classifiers, an airlock without noise, a plan to delete.

Each function makes one question. What is computable is computed from the data; the letters of a question of
judgement are its author's, argued in the feedback.
"""

from functools import cache

import pandas as pd

from workshop import datasets
from workshop.domains import seized
from workshop.domains.seized.airlock import MINIMUM
from workshop.domains.seized.attacks import GUARDS
from workshop.domains.seized.files import DARKER, LIGHTER, MEDIUM, THRESHOLD

from .question import Choice, Code, Mistake, Number, Several

IN_USE, NEW = "the classifier in use", "the new classifier"
COLUMNS = {IN_USE: "score", NEW: "new_score"}
LOW = 0.3  # a threshold at which time decides
HOURS = 3
DELETED_BELOW = 0.2
SAMPLED = 500


@cache
def files() -> pd.DataFrame:
    """Return the files of the case."""
    return datasets.load("seized_files")


def scores() -> dict:
    """Return the scores of both classifiers, as the triage probe takes them."""
    return {name: files()[column] for name, column in COLUMNS.items()}


@cache
def review(classifier: str) -> seized.Review:
    """Return the files in the order of a classifier."""
    return seized.Review(files(), files()[COLUMNS[classifier]])


def viewed_in(hours: float) -> int:
    """Return how many files officers can view in so many hours."""
    return int(hours * seized.PER_HOUR)


def missed(classifier: str, threshold: float, hours: float | None = None) -> pd.Series:
    """Return how many victims of each skin tone are missed."""
    capacity = None if hours is None else viewed_in(hours)
    return review(classifier).missed(threshold, capacity)["numerator"].astype(int)


def workload(classifier: str, threshold: float, hours: float | None = None) -> seized.Workload:
    """Return what officers view and find."""
    return review(classifier).workload(threshold, None if hours is None else viewed_in(hours))


def who_is_missed() -> Number:
    """Ask which share of the victims with darker skin is missed."""
    counted, victims = missed(IN_USE, LOW, HOURS), review(IN_USE).missed(LOW)["denominator"].astype(int)
    work = workload(IN_USE, LOW, HOURS)
    dark, of_dark = int(counted[DARKER]), int(victims[DARKER])
    nearly = f"{dark} victims with darker skin are missed. Divide by all victims with darker skin."
    return Number(
        asks=(
            f"The classifier in use, {HOURS} hours, a threshold of {LOW:.2f}. Of the victims with darker skin, which "
            "share is missed?"
        ),
        expected=dark / of_dark,
        tolerance=0.005,
        why=(
            f"{dark} of {of_dark}: {100 * dark / of_dark:.0f} of 100. With lighter skin it is "
            f"{counted[LIGHTER]} of {victims[LIGHTER]}. Of all victims {work.missed} of {work.victims} are missed, "
            f"{100 * work.missed / work.victims:.0f} of 100: one number for all hides who bears it. Here time decides, "
            f"not the threshold: {work.above:,} files score at least {LOW}, and {work.viewed:,} can be viewed."
        ),
        mistakes=(
            Mistake(
                "all victims",
                work.missed / work.victims,
                (
                    "This is the share of all victims. The question asks for one group of them.",
                    "The first sentence counts all. Look at the rows of the lower bars.",
                    nearly,
                ),
            ),
            Mistake(
                "of those missed",
                dark / work.missed,
                (
                    "You divided by all who are missed. Which victims are the whole here?",
                    "The whole is: all victims with darker skin, found or missed.",
                    nearly,
                ),
            ),
            Mistake(
                "found",
                1 - dark / of_dark,
                (
                    "This is the share that is found. The question asks for the others.",
                    "The hatched part of the bar, not the plain one.",
                    nearly,
                ),
            ),
            Mistake(
                "of all victims",
                dark / work.victims,
                (
                    "What is above the line is right. What must stand below it?",
                    "Not all victims: those with darker skin only.",
                    nearly,
                ),
            ),
            Mistake(
                "lighter skin",
                counted[LIGHTER] / victims[LIGHTER],
                (
                    "This is for another skin tone.",
                    "Read the last of the three rows.",
                    nearly,
                ),
            ),
            Mistake(
                "medium skin",
                counted[MEDIUM] / victims[MEDIUM],
                (
                    "This is for the skin tone in the middle.",
                    "Read the last of the three rows.",
                    nearly,
                ),
            ),
            Mistake(
                "harmful files",
                1 - work.harmful_viewed / work.harmful,
                (
                    "These are harmful files that nobody views. The question asks for victims.",
                    "A victim has several files; one that is viewed is enough. Read the lower bars.",
                    nearly,
                ),
            ),
        ),
        otherwise=(
            "Check the controls, and that victims are shown by skin tone.",
            "Divide two counts of one row: missed, and all victims of that skin tone.",
            nearly,
        ),
    )


def hours_of_work() -> Code:
    """Ask for the formula of the hours that sorting and sampling take."""
    work = workload(NEW, THRESHOLD)
    share = 0.05
    sampled = share * (work.files - work.above)
    hours = _hours(work.files, work.above, share, seized.PER_HOUR)
    return Code(
        asks=(
            "How many hours do officers need? files: all files; above: files at or above the threshold, all viewed; "
            "share: of the files below it, the share that is drawn by chance and viewed too; per_hour: files an hour."
        ),
        parameters=("files", "above", "share", "per_hour"),
        inputs=lambda generator: (
            int(generator.integers(5_000, 20_000)),
            int(generator.integers(800, 3_000)),
            round(float(generator.uniform(0.02, 0.2)), 2),
            int(generator.integers(300, 700)),
        ),
        formulas={
            "a": ("above ÷ per hour", _no_sample),
            "b": ("(above + share × files) ÷ per hour", _sample_of_all),
            "c": ("(above + share × (files − above)) ÷ per hour", _hours),
            "d": ("(files − above) ÷ per hour", _below),
        },
        expected=_hours,
        why=(
            f"With the new classifier at {THRESHOLD}: {work.above:,} files, and one of 20 of the "
            f"{work.files - work.above:,} below, {sampled:,.0f}. Together {hours:.1f} hours instead of "
            f"{work.above / seized.PER_HOUR:.1f}. That hour is the price of knowing what is missed, and whom. Nobody "
            "should pay it alone: share it, and offer help."
        ),
        mistakes=(
            Mistake(
                "no sample",
                _no_sample,
                (
                    "These are the files above the threshold. What else do officers view?",
                    "Add the files that are drawn by chance from below.",
                    "Below lie files minus above. A share of them is viewed too.",
                ),
            ),
            Mistake(
                "sample of all files",
                _sample_of_all,
                (
                    "From which files is the sample drawn?",
                    "What is above is viewed already: it need not be drawn again.",
                    "Multiply share by what lies below: files minus above.",
                ),
            ),
            Mistake(
                "all below",
                _below,
                (
                    "This is the time for the files that nobody needs to view.",
                    "Begin with the files above the threshold.",
                    "Then add a share of those below, and divide the sum.",
                ),
            ),
            Mistake(
                "not divided",
                lambda files, above, share, per_hour: above + share * (files - above),
                (
                    "You count files. The question asks for hours.",
                    "How many files does an officer view in one hour?",
                    "Put brackets round your count, and divide it by per_hour.",
                ),
            ),
            Mistake(
                "no brackets",
                lambda files, above, share, per_hour: above + share * (files - above) / per_hour,
                (
                    "Without brackets only the last part is divided.",
                    "Divide the sum, not only the sample.",
                    "Put one pair of brackets round everything before the line.",
                ),
            ),
            Mistake(
                "sample only",
                lambda files, above, share, per_hour: share * (files - above) / per_hour,
                (
                    "This is the time for the sample. What else is viewed?",
                    "All files above the threshold are viewed, too.",
                    "Add above, and divide the sum.",
                ),
            ),
        ),
        otherwise=(
            "Count first how many files are viewed. Then think of the hours.",
            "Two kinds of files are viewed: all above, and a share of those below.",
            "Files below: files minus above. Add, then divide by per_hour.",
        ),
    )


def _hours(files, above, share, per_hour):
    return (above + share * (files - above)) / per_hour


def _no_sample(files, above, share, per_hour):
    return above / per_hour


def _sample_of_all(files, above, share, per_hour):
    return (above + share * files) / per_hour


def _below(files, above, share, per_hour):
    return (files - above) / per_hour


def two_classifiers() -> Several:
    """Ask what holds for two classifiers, at one threshold and in one time."""
    old, new = (workload(each, THRESHOLD) for each in (IN_USE, NEW))
    old_timed, new_timed = (missed(each, LOW, HOURS) for each in (IN_USE, NEW))
    harmless = {work: work.viewed - work.harmful_viewed for work in (old, new)}
    holds = {
        "a": new.missed < old.missed,
        "b": harmless[new] <= harmless[old],
        "c": new_timed.sum() < old_timed.sum(),
        "d": new_timed[DARKER] < old_timed[DARKER],
        "e": bool((new_timed <= old_timed).all()),
    }
    return Several(
        asks=(
            f"Compare both classifiers in these files. First at a threshold of {THRESHOLD:.2f} with {HOURS} hours; "
            f"then at {LOW:.2f} with {HOURS} hours, where time decides. Which sentences hold? Choose all."
        ),
        options={
            "a": f"At {THRESHOLD:.2f} the new classifier misses fewer victims.",
            "b": f"At {THRESHOLD:.2f} the new classifier sends as many harmless files to officers, or fewer.",
            "c": f"At {LOW:.2f}, with the same {HOURS} hours, the new classifier misses fewer victims in all.",
            "d": f"At {LOW:.2f}, with the same {HOURS} hours, the new one misses fewer victims with darker skin.",
            "e": f"At {LOW:.2f}, with the same {HOURS} hours, the new one misses as many or fewer in each skin tone.",
        },
        expected=frozenset(letter for letter, true in holds.items() if true),
        why=(
            f"At one threshold the new one looks better, {new.missed} missed instead of {old.missed}, but officers "
            f"also view {new.viewed - old.viewed} files more. In the same hours it is {new_timed.sum()} instead of "
            f"{old_timed.sum()}, shared otherwise: with darker skin {new_timed[DARKER]} instead of "
            f"{old_timed[DARKER]}, with lighter {new_timed[LIGHTER]} instead of {old_timed[LIGHTER]}. Ask for the "
            "comparison at your own workload."
        ),
        mistakes=(
            Mistake(
                "same threshold, victims",
                "a",
                (
                    f"Set {THRESHOLD:.2f}, and choose each classifier under “More settings”. Read the sentence.",
                    "Compare the victims who are missed in all.",
                    f"Add a: {new.missed} are missed instead of {old.missed}.",
                ),
            ),
            Mistake(
                "same threshold, officers",
                "b",
                (
                    "What do officers see with each of them? Read the first line under the figure.",
                    "Compare the harmless files that they view.",
                    f"Take out b: {harmless[new]} harmless ones instead of {harmless[old]}.",
                ),
            ),
            Mistake(
                "same hours, all",
                "c",
                (
                    f"Set {LOW:.2f}: now both have the same number of files viewed. Who misses fewer?",
                    "Read how many victims are missed in all, with each classifier.",
                    f"Take out c: {new_timed.sum()} are missed instead of {old_timed.sum()}.",
                ),
            ),
            Mistake(
                "same hours, darker skin",
                "d",
                (
                    f"Set {LOW:.2f}, and read the last row with each classifier.",
                    "How many victims with darker skin are missed, before and after?",
                    f"Add d: {new_timed[DARKER]} instead of {old_timed[DARKER]}.",
                ),
            ),
            Mistake(
                "same hours, everybody",
                "e",
                (
                    f"Set {LOW:.2f}, and compare all three rows, not only one.",
                    "Who is missed more often with the new classifier?",
                    f"Take out e: with lighter skin {new_timed[LIGHTER]} instead of {old_timed[LIGHTER]}.",
                ),
            ),
        ),
        otherwise=(
            "Take the sentences one by one. Two of them need the first position, three the second.",
            "Change the classifier under “More settings”, and write the counts down side by side.",
            f"{('No', 'One', 'Two', 'Three', 'Four', 'Five')[sum(holds.values())]} sentences hold.",
        ),
    )


def minimum_only() -> Choice:
    """Ask what is wrong with an airlock that has a minimum count and nothing else."""
    attacked = seized.differencing(files())
    bare, noisy = (round(100 * attacked.value[guard]) for guard in GUARDS[:2])
    return Choice(
        asks=(
            f"A seller's airlock tells exact counts, as many as you like, but none under {MINIMUM}. “So no child can "
            "be singled out.” What do you answer?"
        ),
        options={
            "a": f"Right: with {MINIMUM} or more in each count nobody can be singled out.",
            "b": "Wrong: two large counts can differ by one child. It needs noise, and a budget that runs out.",
            "c": "Wrong: the minimum is too low. With 100 instead it is safe.",
            "d": "Right, if the same question is never asked twice.",
        },
        expected="b",  # measured by the attack of the lesson
        why=(
            f"Two thresholds, one child between them: the difference of two large exact counts tells it, {bare} times "
            f"of 100. With noise for five points each, the guess is right {noisy} times; a coin is right 50 times. And "
            "since every answer tells a little, the asking must end. Even then a person must read what leaves, and the "
            "files must be on another machine."
        ),
        mistakes=(
            Mistake(
                "minimum count is enough",
                "a",
                (
                    "Go back to the attack in the case. How large were the two counts?",
                    "Think of two questions that differ by one child, and subtract.",
                    "Large counts are no shield when one is taken from the other. What hides a difference?",
                ),
            ),
            Mistake(
                "higher minimum",
                "c",
                (
                    "Take two counts of several hundred that differ by one. Does a higher minimum stop this?",
                    "The trouble is the difference, not the size of each count.",
                    "What hides a difference of one, and what ends the asking?",
                ),
            ),
            Mistake(
                "never the same question",
                "d",
                (
                    "In the attack, were the two questions the same?",
                    "They had different thresholds. To forbid the same question does not stop that.",
                    "What hides a difference of one, and what ends the asking?",
                ),
            ),
        ),
        otherwise=(
            "Think of who wants to know about one child, and asks two questions.",
            "Look at the table of the attack: which guard changed how often the guess is right?",
            "Look for the answer that names both things that protect.",
        ),
    )


def delete_unseen() -> Choice:
    """Ask for a decision on a plan to delete what a classifier puts last."""
    lost, of_whom = workload(IN_USE, DELETED_BELOW), missed(IN_USE, DELETED_BELOW)
    below = lost.files - lost.above
    return Choice(
        asks="What do you answer, and why?",
        options={
            "a": f"Go: officers are spared {below:,} files, and nearly all victims are found.",
            "b": "Stop: only people may look for victims. Officers view everything, as before.",
            "c": (
                "Not so: let it sort, keep everything, draw samples from below, and count the missed by skin tone and "
                "device."
            ),
            "d": f"Go, with the new classifier: at {DELETED_BELOW} it misses fewer.",
        },
        expected="c",  # a judgement: the aim is reached without what can't be undone
        why=(
            f"Sorting spares officers as much. Deleting adds a harm: in our files {lost.missed} of "
            f"{lost.victims} victims would be lost for good, {of_whom[DARKER]} of them with darker skin, and nobody "
            "could ever count them. Evidence for an accused person goes, too. Viewing everything harms officers, and "
            "tired people miss. So: sort, keep, sample, count; a date to stop; and a name that answers for it."
        ),
        mistakes=(
            Mistake(
                "nearly all are found",
                "a",
                (
                    f"Set {DELETED_BELOW:.2f} and all hours in the probe. Who is missed, and who are they?",
                    "Can an error be found later, when the files are gone?",
                    "Officers are spared just as much if the files are only put last. What does deleting add?",
                ),
            ),
            Mistake(
                "people only",
                "b",
                (
                    "What does viewing everything do to those who view?",
                    "The goals of the case: fewer files before an officer's eyes, less trauma.",
                    "Is there an answer that spares officers, and can still find who is missed?",
                ),
            ),
            Mistake(
                "a better classifier",
                "d",
                (
                    "Fewer is not none. What happens to those whom the new one misses?",
                    "How would you notice next year that it has grown worse?",
                    "Is there an answer in which an error can still be found, and put right?",
                ),
            ),
        ),
        otherwise=(
            "Think of three people: the officer, the child who scores low, and the accused.",
            "Which step can't be undone?",
            "Look for the answer that keeps the gain, and can still find its errors.",
        ),
    )


QUESTIONS = {
    "q1": who_is_missed,
    "q2": hours_of_work,
    "q3": two_classifiers,
    "q4": minimum_only,
    "q5": delete_unseen,
}
