"""The questions of exercise 07: the errors behind a rate, an archive, three explanations, wrong records, an offer.

Each function makes one question. What is computable is computed from the data; the letters of a question of
judgement are its author's, argued in the feedback.
"""

from functools import cache

import pandas as pd

from workshop import datasets
from workshop.domains import court

from .question import Choice, Code, Mistake, Number, Several

ACCURACY, PREVALENCE, FILES, MISSED = 0.95, 0.02, 20_000, 300
ACCOUNTS = [2289, 2125, 2223, 2248, 2640]  # of the case; the first is account A
USED, RECORDED = "not used by a ring (checked)", "of these recorded as used"


@cache
def accounts() -> pd.DataFrame:
    """Return the reported accounts."""
    return datasets.load("reported_accounts")


@cache
def refits() -> court.Refits:
    """Return the model of the case, and the same trained again 100 times."""
    table = accounts()
    return court.Refits(table[table.split == "train"])


def cases() -> pd.DataFrame:
    """Return the five accounts of the case."""
    return accounts().loc[ACCOUNTS]


@cache
def counts() -> pd.DataFrame:
    """Return what the two sorters do in the seller's test and in the archive."""
    return court.counted(court.sorter_rates(datasets.load("sorted_files"))).loc[["test", "archive"]]


@cache
def records() -> pd.DataFrame:
    """Return how many accounts that no ring used are recorded as used, by where the holder comes from.

    Returns
    -------
    pandas.DataFrame
        Index holder; columns: all accounts, those recorded as used by a ring, those that the check found not used, and
        how many of these are recorded as used.
    """
    table = accounts()
    harmless = table[~table.checked]
    by = table.groupby("holder")
    return pd.DataFrame(
        {
            "accounts": by.size(),
            "recorded as used": by.recorded.sum(),
            USED: harmless.groupby("holder").size(),
            RECORDED: harmless.groupby("holder").recorded.sum(),
        }
    )


@cache
def split() -> court.ErrorSplit:
    """Return the errors that the rate of question 1 allows."""
    return court.error_split(ACCURACY, PREVALENCE, FILES)


def sum_of_errors() -> Number:
    """Ask how many false alarms there are if the rate and the missed files are known."""
    errors = split()
    found, _, alarms, _ = errors.cells(MISSED)
    nearly = "What is wrong is either missed or a false alarm. Take the missed from all that is wrong."
    return Number(
        asks=f"This tool misses {MISSED} of the {errors.relevant} files that matter. How many false alarms are there?",
        expected=alarms,
        tolerance=0.5,
        proportion=False,
        highest=FILES,
        why=(
            f"{errors.wrong:,} of {FILES:,} are judged wrongly; {MISSED} of them are missed, so {alarms} are "
            f"false alarms. The seller can say “95% correct” with {errors.fewest_missed} missed, with {MISSED}, "
            f"or with all {errors.most_missed}."
        ),
        mistakes=(
            Mistake(
                "all that is wrong",
                errors.wrong,
                (
                    "This is the number of all errors. Are they all of one kind?",
                    "Some of the errors are files that matter and are missed.",
                    nearly,
                ),
            ),
            Mistake(
                "fewest false alarms",
                errors.wrong - errors.most_missed,
                (
                    "So many there would be if every file that matters were missed. How many are missed here?",
                    "Move the first slider until the sentence says the number of missed files in the question.",
                    nearly,
                ),
            ),
            Mistake(
                "found",
                found,
                (
                    "This is how many of the files that matter are found. The question is about the other files.",
                    "A false alarm is an error. Which number counts all errors?",
                    nearly,
                ),
            ),
            Mistake(
                "found taken from the errors",
                errors.wrong - found,
                (
                    "You took the found from all errors. Is a file that is found an error?",
                    "The two kinds of error: missed, and false alarm.",
                    nearly,
                ),
            ),
        ),
        otherwise=(
            "First find how many files are judged wrongly: the sentence above the figure says it.",
            "Then move the first slider to the number of missed files in the question.",
            nearly,
        ),
    )


def false_alarms() -> Code:
    """Ask for the formula from an accuracy and the found files to the false alarms."""

    def right(files, accuracy, relevant, found):
        return (1 - accuracy) * files - (relevant - found)

    return Code(
        asks=(
            "files, accuracy (0.92 for 92%), relevant (files that matter), found (of these): how many false alarms?"
        ),
        expected=right,
        parameters=("files", "accuracy", "relevant", "found"),
        inputs=_pile,
        formulas={
            "a": ("(1 − accuracy) × files", lambda files, accuracy, relevant, found: (1 - accuracy) * files),
            "b": ("(1 − accuracy) × files − (relevant − found)", right),
            "c": (
                "(1 − accuracy) × files − found",
                lambda files, accuracy, relevant, found: (1 - accuracy) * files - found,
            ),
            "d": (
                "(1 − accuracy) × (files − relevant)",
                lambda files, accuracy, relevant, found: (1 - accuracy) * (files - relevant),
            ),
        },
        why=(
            "(1 − accuracy) × files are judged wrongly, relevant − found of them are missed; the rest are false "
            "alarms. So with two more numbers the seller could have told you everything. Ask for them."
        ),
        mistakes=(
            Mistake(
                "all errors",
                lambda files, accuracy, relevant, found: (1 - accuracy) * files,
                (
                    "These are all errors. Are all of them false alarms?",
                    "Some errors are files that matter and were not found. How many?",
                    "Take the missed, relevant less found, from all errors.",
                ),
            ),
            Mistake(
                "found instead of missed",
                lambda files, accuracy, relevant, found: (1 - accuracy) * files - found,
                (
                    "You take the found away. Is a file that was found an error?",
                    "The other kind of error are the missed. How many are missed, if so many were found?",
                    "Instead of found, take relevant less found.",
                ),
            ),
            Mistake(
                "as if both kinds of files had the same errors",
                lambda files, accuracy, relevant, found: (1 - accuracy) * (files - relevant),
                (
                    "This says that files that don't matter are judged wrongly as often as all files. Must that "
                    "be so?",
                    "Sorter B was wrong on nearly all files that matter, and on few others, at the same rate.",
                    "Count all errors first. Then take away the missed ones.",
                ),
            ),
            Mistake(
                "no brackets",
                lambda files, accuracy, relevant, found: (1 - accuracy) * files - relevant - found,
                (
                    "Nearly. What do you take away: two numbers, or their difference?",
                    "The missed are relevant less found. Without brackets, found is taken away as well.",
                    "Put brackets round relevant less found.",
                ),
            ),
        ),
        otherwise=(
            "Begin with how many files are judged wrongly at all.",
            "Every error is missed or a false alarm. How many are missed?",
            "All errors, less the missed ones: relevant less found.",
        ),
    )


def _pile(generator):
    """Return files, accuracy, relevant and found of a pile that can be."""
    files = int(generator.integers(1_000, 50_000))
    relevant = int(generator.integers(10, files // 5))
    found = int(generator.integers(0, relevant))
    alarms = int(generator.integers(0, (files - relevant) // 2))
    return files, 1 - (relevant - found + alarms) / files, relevant, found


def in_the_archive() -> Number:
    """Ask how often a flag of the useful sorter is right in the archive."""
    pile = counts().loc[("archive", "A")]
    tested = counts().loc[("test", "A")]
    found, alarms = int(pile.matter - pile.missed), int(pile["false alarms"])
    found_in_test = int(tested.matter - tested.missed)
    in_test = found_in_test / (found_in_test + tested["false alarms"])
    nearly = "Above the line the flagged files that matter, below it all flagged files: those, and the false alarms."
    return Number(
        asks="Sorter A flags files in the archive. What share of the flagged files matters?",
        expected=found / (found + alarms),
        tolerance=0.005,
        why=(
            f"It finds {found} of {pile.matter:.0f} that matter and flags {alarms} others: {found} of "
            f"{found + alarms}, about 10 of 100. In the seller's test it was {100 * in_test:.0f} of 100. The "
            "sorter is the same; in the archive fewer files matter. An officer opens nine for nothing to find one."
        ),
        mistakes=(
            Mistake(
                "found, of those that matter",
                found / pile.matter,
                (
                    "This is how many of the files that matter are found. The question begins with the flagged "
                    "files.",
                    "Below the line belong all files that were flagged.",
                    nearly,
                ),
            ),
            Mistake(
                "correct",
                pile["correct, of 100"] / 100,
                (
                    "This is the accuracy. It counts the thousands of files that were rightly left alone.",
                    "Look only at flagged files: found, and false alarms.",
                    nearly,
                ),
            ),
            Mistake(
                "the false alarms",
                alarms / (found + alarms),
                (
                    "This is the share of flags that are wrong. The question asks for the others.",
                    "Below the line all is right. Above it belong flagged files that matter.",
                    nearly,
                ),
            ),
            Mistake(
                "in the seller's test",
                in_test,
                (
                    "This holds in the seller's test. Is your archive like it?",
                    "Take the row of the archive.",
                    nearly,
                ),
            ),
            Mistake(
                "all that matter, below the false alarms",
                pile.matter / (pile.matter + alarms),
                (
                    "You count all files that matter. Are all of them flagged?",
                    "Some are missed: take them away first.",
                    nearly,
                ),
            ),
        ),
        otherwise=(
            "Take the row of the archive, sorter A.",
            "Found: those that matter less the missed. Flagged: found and false alarms together.",
            nearly,
        ),
    )


def before_the_court() -> Several:
    """Ask which sentences about account A may be told to a court."""
    model, case = refits(), cases().iloc[[0]]
    holds = {way: int(each.sum()) for way, each in model.holds(case).items()}
    change, near = model.change(case), model.precedents(case)
    old, new = change.changes["hours_kept"]
    value = case.transfers_abroad.iloc[0]
    number, checked, recorded = len(near), int(near.checked.sum()), int(near.recorded.sum())
    sentences = {
        "a": ("The score is exactly the start and the contributions of the seven facts, added up.", True),
        "b": (
            f"If the money were kept {new:.0f} hours instead of {old:.0f}, the account would not be flagged: by this "
            "model, and in nearly each training.",
            holds[court.CHANGE] >= court.KEPT * model.number,
        ),
        "c": ("Most of the accounts most like it were really used by a ring.", checked > number / 2),
        "d": (
            "Transfers abroad moved this score most, and the same in nearly each training.",
            holds[court.REASON] >= court.KEPT * model.number,
        ),
        "e": (
            "A reason that is so firm shows that transfers abroad point to a ring.",
            False,
        ),  # planted: they do not
    }
    true = frozenset(letter for letter, (_, holds_so) in sentences.items() if holds_so)
    return Several(
        asks="Account A. Which sentences are true, so that a court may be told them? Choose all.",
        options={letter: text for letter, (text, _) in sentences.items()},
        expected=true,
        why=(
            f"The sum is exact, and the main reason ({value} transfers abroad) is the same in "
            f"{holds[court.REASON]} of {model.number} trainings. The change flips only {holds[court.CHANGE]} of "
            f"them. A ring used {checked} of the {number} precedents; the records say {recorded}. And a firm "
            "reason is firm because the records are wrong in the same way each time."
        ),
        mistakes=(
            Mistake(
                "the sum",
                "a",
                (
                    "Open the table under the reasons and add the column up. What do you get?",
                    "For a linear model this explanation is no estimate: it is the model's own sum.",
                    "Add a: it says what the model did, no more.",
                ),
            ),
            Mistake(
                "the change for every model",
                "b",
                (
                    "Choose the smallest change, and look at the squares on the right.",
                    "Where does the changed account end: far from the line, or just across it?",
                    f"Take out b: the change flips {holds[court.CHANGE]} of {model.number} trainings.",
                ),
            ),
            Mistake(
                "recorded is not found",
                "c",
                (
                    "Choose the precedents. Who says that a ring used them: the records, or the check?",
                    "Under “More settings”, show what the later check found. Count again.",
                    f"Take out c: the check found {checked} of {number}.",
                ),
            ),
            Mistake(
                "firm main reason",
                "d",
                (
                    "Choose the reasons, and count the blue squares.",
                    "The sentence is about the model, not about the world. Is it true of the model?",
                    f"Add d: the main reason is the same in {holds[court.REASON]} of {model.number}.",
                ),
            ),
            Mistake(
                "firm is not right",
                "e",
                (
                    "Does the model become right by being trained again on the same records?",
                    "Think of what the case planted, and of how one finds it.",
                    "Take out e: the later check finds no such link, however often the model is trained.",
                ),
            ),
        ),
        otherwise=(
            "Take the sentences one by one, and choose the way of explaining that each speaks of.",
            "Ask of each: is it about the model, or about the world?",
            "Two sentences are true. Both are about the model only.",
        ),
    )


def wrong_records() -> Number:
    """Ask which share of the harmless accounts of people who moved here is recorded as used by a ring."""
    moved = records().loc["moved here"]
    wrong, harmless = int(moved[RECORDED]), int(moved[USED])
    planted = datasets.truth("reported_accounts")["wrongly_recorded_of_moved_here"]
    born = int(records().loc["born here", RECORDED])
    nearly = (
        "Above the line the wrong records, below it the accounts of people who moved here that no ring used."
    )
    return Number(
        asks=(
            "Of the accounts of people who moved here that no ring used: what share is recorded as used by a ring?"
        ),
        expected=wrong / harmless,
        tolerance=0.005,
        why=(
            f"{wrong} of {harmless}: {100 * wrong / harmless:.0f} of 100, planted were {100 * planted:.0f}. Of "
            f"people who were born here: {born}. The model never saw where people come from. It saw transfers "
            "abroad, and repeated what was written down. Only the check shows it."
        ),
        mistakes=(
            Mistake(
                "of all accounts",
                wrong / moved.accounts,
                (
                    "Above the line all is right. Which accounts can be recorded wrongly in this way?",
                    "Below the line you have accounts that a ring did use. Leave them out.",
                    nearly,
                ),
            ),
            Mistake(
                "of the recorded",
                wrong / moved["recorded as used"],
                (
                    "This is how many of the records are wrong. The question begins with accounts that no ring used.",
                    "Which column counts accounts that the check found not used?",
                    nearly,
                ),
            ),
            Mistake(
                "recorded, of all accounts",
                moved["recorded as used"] / moved.accounts,
                (
                    "This counts right and wrong records together. Look at accounts that no ring used.",
                    "The last two columns are enough.",
                    nearly,
                ),
            ),
            Mistake(
                "everybody's accounts",
                wrong / records()[USED].sum(),
                (
                    "Below the line you have the accounts of both groups. The question asks for one.",
                    "Take both numbers from one row.",
                    nearly,
                ),
            ),
        ),
        otherwise=(
            "Take the row of people who moved here.",
            "The last two columns are enough: one over the other.",
            nearly,
        ),
    )


def the_offer() -> Choice:
    """Ask for a decision on a tool whose printed reason goes to a judge."""
    table = accounts()
    test = table[table.split == "test"]
    flagged = refits().flagged(test)
    harmless = {
        holder: int(flagged[(~test.checked & (test.holder == holder)).to_numpy()].sum())
        for holder in ("moved here", "born here")
    }
    number = {
        holder: int((~test.checked & (test.holder == holder)).sum()) for holder in ("moved here", "born here")
    }
    counted = " and ".join(
        f"{harmless[holder]} of {number[holder]} of people who {words}"
        for holder, words in (("moved here", "moved here"), ("born here", "were born here"))
    )
    return Choice(
        asks="What do you answer, and why?",
        options={
            "a": "Use it: each flag explains itself, and a judge decides in the end.",
            "b": "Use it without the printed reasons: then no judge is misled.",
            "c": "Send it back: have the records checked by others, drop the proxy, then count again for whom "
            "it errs.",
            "d": "Use it: the main reason is the same in each training, so it holds up in court.",
        },
        expected="c",  # a judgement: suitability has no yes while the records are wrong for one group
        why=(
            f"Of accounts that no ring used it flags {counted}. A printed reason doesn't mend that: it carries "
            "the wrong records into the court. So mend the records first. “A judge decides” is a safeguard only "
            "if the judge can know that the reason is empty."
        ),
        mistakes=(
            Mistake(
                "it explains itself",
                "a",
                (
                    "What would the judge read beside the flag of account A? Is it true of the world?",
                    "The judge sees a reason, not the records behind it. Who would know that they are wrong?",
                    "The law allows such a tool. But does this one reach its aim? What must be mended first?",
                ),
            ),
            Mistake(
                "no reasons, no harm",
                "b",
                (
                    "Are fewer people flagged wrongly if the reason is not printed?",
                    "Without reasons nobody could ever find the proxy. Who loses by that?",
                    "What was wrong were the records. Which answer begins there?",
                ),
            ),
            Mistake(
                "firm is not right",
                "d",
                (
                    "Which main reason of account A was the same in each training? What is it worth?",
                    "Every training used the same records. What if these are wrong?",
                    "Go back to question 5. Which answer begins with what you found there?",
                ),
            ),
        ),
        otherwise=(
            "What does the tool do to people whose accounts no ring used?",
            "Ask what has to change so that it does less harm: the words beside a flag, or the records?",
            "Look for the answer that begins with the records.",
        ),
    )


QUESTIONS = {
    "q1": sum_of_errors,
    "q2": false_alarms,
    "q3": in_the_archive,
    "q4": before_the_court,
    "q5": wrong_records,
    "q6": the_offer,
}
