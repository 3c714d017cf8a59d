"""The questions of exercise 08: found cases, another bank's clerks, a formula, the ranking, a night camera, an offer.

Each function makes one question. What is computable is computed from the data; the letters of a question of
judgement are its author's, argued in the feedback.
"""

from functools import cache

import pandas as pd

from workshop import datasets
from workshop.domains import transactions
from workshop.domains.transactions import FOREIGN, NATIONAL, PAST, THIS_YEAR
from workshop.domains.transactions.ranking import (
    NO_PASSPORT,
    ONE_LIST,
    PAST_CASES,
    READ_ONLY,
    SHARED,
    UNUSUAL,
)
from workshop.domains.transactions.reports import generate
from workshop.domains.vision import CarLists
from workshop.domains.vision.car_models import EVERY

from .question import Choice, Code, Mistake, Number, Several

READ, TWICE = 800, 1_600  # reports that the team reads
LENGTH, LIGHT = 5, "night"
OTHER = {"seed": 27, "factor": 1.8}  # another bank, whose clerks have another habit
OFFER = {"reports": 60_000, "read": 3_000, "found": 0.9}


@cache
def reports() -> pd.DataFrame:
    """Return the lesson's reports of all years."""
    return datasets.load("transaction_reports")


@cache
def customers() -> pd.DataFrame:
    """Return the numbers of customers."""
    return datasets.load("transaction_reports", "customers")


def past() -> pd.DataFrame:
    """Return the reports of the years that a model learns from."""
    return reports()[reports()["year"].isin(PAST)]


def this_year() -> pd.DataFrame:
    """Return the reports that nobody has read."""
    return reports()[reports()["year"] == THIS_YEAR]


@cache
def scores() -> dict:
    """Return the scores of the lesson's rankings."""
    return transactions.scores(past(), this_year())


@cache
def outcomes(read: int = READ) -> pd.DataFrame:
    """Return what each ranking does if so many reports are read."""
    return transactions.outcomes(this_year(), scores(), customers(), read)


@cache
def _other() -> tuple:
    made, people, _ = generate(**OTHER)
    return made, people


def other_bank() -> pd.DataFrame:
    """Return what is known of another bank: its customers and this year's harmless reports about them.

    Returns
    -------
    pandas.DataFrame
        Index passport; columns customers, harmless reports.
    """
    return transactions.counted_by_passport(*_other())[["customers", "harmless reports"]]


@cache
def car_lists() -> CarLists:
    """Return the lists of likeliest car models."""
    return CarLists(pictures())


@cache
def pictures() -> pd.DataFrame:
    """Return the pictures of cars."""
    return datasets.load("car_models")


def found_cases() -> Choice:
    """Ask what the passports of the found cases say."""
    counted = past().groupby("passport")[["laundering", "read", "found"]].sum().astype(int)
    of = past()["passport"].value_counts()
    found, there = counted["found"], counted["laundering"]
    return Choice(
        asks=(
            f"In years 1 and 2, {found[FOREIGN]} of {found.sum()} cases that officers found had a foreign passport. "
            "What may you say?"
        ),
        options={
            "a": "Customers with a foreign passport launder money more often.",
            "b": "Nothing on who launders: officers read far more of the reports about a foreign passport.",
            "c": "The number is too small to say anything.",
            "d": "It shows that the clerks report the right people.",
        },
        expected="b",  # by the counts of what was read; a is refuted by the planted truth
        why=(
            f"Of {of[FOREIGN]:,} reports on foreign passports {counted['read'][FOREIGN]:,} were read, of the other "
            f"{of[NATIONAL]:,} only {counted['read'][NATIONAL]:,}. In truth {there[FOREIGN]} of "
            f"{there.sum()} cases had a "
            "foreign passport. Who is looked at is found, and a model that learns from it looks "
            "there again. Harmless "
            "foreign customers are examined; launderers among the others are not."
        ),
        mistakes=(
            Mistake(
                "found is not there was",
                "a",
                (
                    "These are the cases that were found. What had to happen first, so that one could be found?",
                    "Look in the table: how many reports of each group did an officer read?",
                    "A case in a report that nobody opens is never found. Which sentence says so?",
                ),
            ),
            Mistake(
                "too few",
                "c",
                (
                    "Would ten times as many found cases, found in the same way, change what they say?",
                    "Chance is not the trouble here. How were these reports chosen?",
                    "A sample that was chosen one-sidedly stays so, however large it is. Which "
                    "sentence names the choice?",
                ),
            ),
            Mistake(
                "clerks are right",
                "d",
                (
                    "The clerks made the reports. But who decided which of them were read?",
                    "To judge the clerks you need their harmless reports, and the number of customers.",
                    "Found cases pass two sieves: the clerk's, and the officer's. Which sentence "
                    "speaks of the second?",
                ),
            ),
        ),
        otherwise=(
            "Look at the table above: what differs most between the two groups?",
            "Think of the reports that nobody read. Can a case be found there?",
            "Look for the sentence on what officers read.",
        ),
    )


def another_bank() -> Number:
    """Ask for the over-reporting factor of another bank."""
    table = other_bank()
    rates = table["harmless reports"] / table["customers"]
    factor = float(rates[FOREIGN] / rates[NATIONAL])
    harmless, people = table["harmless reports"], table["customers"]
    estimate = transactions.over_reporting(*_other())
    foreign_share = harmless[FOREIGN] / harmless.sum()
    return Number(
        asks=(
            "At this other bank, how many times as often is a harmless customer with a foreign "
            "passport reported as one "
            "with a national passport?"
        ),
        expected=factor,
        tolerance=0.03,
        proportion=False,
        highest=100,
        why=(
            f"{harmless[FOREIGN]:,} of {people[FOREIGN]:,} customers against {harmless[NATIONAL]:,} of "
            f"{people[NATIONAL]:,}: {1000 * rates[FOREIGN]:.0f} and {1000 * rates[NATIONAL]:.0f} of 1,000, so "
            f"{factor:.2f} times ({estimate.low:.2f} to {estimate.high:.2f}; planted: {OTHER['factor']}). Among the "
            f"reports only {100 * foreign_share:.0f} of 100 are about a foreign passport: it looks as "
            "if the others were "
            "reported more. People are examined for a clerk's habit."
        ),
        mistakes=(
            Mistake(
                "one over the other",
                float(harmless[FOREIGN] / harmless[NATIONAL]),
                (
                    "You compared the reports. Are there as many customers in both groups?",
                    "First divide the reports of each group by its customers.",
                    "Two rates, then one over the other: reports over customers (foreign), over the same (national).",
                ),
            ),
            Mistake(
                "share of the reports",
                float(foreign_share),
                (
                    "This is the foreign part of the reports. The question is about customers.",
                    "How many of 1,000 customers of each group are reported?",
                    "Divide each group's reports by its customers. Then divide the first rate by the second.",
                ),
            ),
            Mistake(
                "upside down",
                float(rates[NATIONAL] / rates[FOREIGN]),
                (
                    "You have the right two rates. Which of them belongs on top?",
                    "“How many times as often as national”: national is what you compare with.",
                    "Turn it round: the rate of the foreign group over that of the national one.",
                ),
            ),
            Mistake(
                "a rate, not a ratio",
                float(1000 * rates[FOREIGN]),
                (
                    "This is how many of 1,000 customers are reported. With what must it be compared?",
                    "Work out the same for the national group.",
                    "Divide the first by the second.",
                ),
                0.5,
            ),
            Mistake(
                "the lesson's bank",
                3.0,
                (
                    "That is the bank of the lesson. This bank's clerks have another habit.",
                    "Use the table above this question.",
                    "Reports over customers for each group; then one rate over the other.",
                ),
                0.1,
            ),
        ),
        otherwise=(
            "Count over the customers, not over the reports.",
            "Reports over customers, for each group: two rates.",
            "Divide the foreign rate by the national rate.",
        ),
    )


def examined_for_one() -> Code:
    """Ask for the formula of harmless customers examined for each case caught."""
    row = outcomes().loc[PAST_CASES, ONE_LIST]
    examined = int(row["examined_national"] + row["examined_foreign"])
    return Code(
        asks=(
            "How many harmless customers are examined for each case that is caught? read: reports that are read; "
            "laundering: cases among all reports; missed: how many of them are not read."
        ),
        parameters=("read", "laundering", "missed"),
        inputs=lambda generator: (
            int(generator.integers(400, 2_000)),
            int(generator.integers(150, 200)),
            int(generator.integers(20, 100)),
        ),
        formulas={
            "a": (
                "(read − laundering) ÷ laundering",
                lambda read, laundering, missed: (read - laundering) / laundering,
            ),
            "b": ("(read − (laundering − missed)) ÷ (laundering − missed)", _for_each),
            "c": (
                "read ÷ (laundering − missed)",
                lambda read, laundering, missed: read / (laundering - missed),
            ),
            "d": ("missed ÷ laundering", lambda read, laundering, missed: missed / laundering),
        },
        expected=_for_each,
        why=(
            f"Caught is laundering minus missed. In the lesson's ranking: {READ} read, "
            f"{int(row['caught'])} caught, so "
            f"{examined} harmless customers examined: {examined / row['caught']:.1f} for each case. A seller says “"
            f"{100 * row['caught'] / READ:.0f} of 100 reports are hits”. It is the same number, told "
            "from the other side. "
            "Say both, and say whose passport they have."
        ),
        mistakes=(
            Mistake(
                "as if all were caught",
                lambda read, laundering, missed: (read - laundering) / laundering,
                (
                    "You count as if every case were caught. Some are missed.",
                    "How many are caught? Two of your three values tell it.",
                    "Put laundering minus missed, in brackets, where you have laundering.",
                ),
            ),
            Mistake(
                "all that are read",
                lambda read, laundering, missed: read / (laundering - missed),
                (
                    "Below the line all is right. Above it stand all reports that are read. Are all "
                    "of them harmless?",
                    "Take the caught ones away from those that are read.",
                    "Above the line: read minus the caught ones, in brackets.",
                ),
            ),
            Mistake(
                "share missed",
                lambda read, laundering, missed: missed / laundering,
                (
                    "This is the share of the cases that is missed. The question asks for harmless customers.",
                    "Of what is read, what is not laundering is harmless.",
                    "Harmless: read minus caught. Divide it by caught.",
                ),
            ),
            Mistake(
                "of those that are read",
                lambda read, laundering, missed: (read - (laundering - missed)) / read,
                (
                    "Above the line all is right. You divided by all that are read.",
                    "“For each case that is caught”: what belongs below the line?",
                    "Divide by laundering minus missed, in brackets.",
                ),
            ),
            Mistake(
                "no brackets",
                lambda read, laundering, missed: read - laundering - missed / laundering - missed,
                (
                    "You have the parts. What is divided here, and by what?",
                    "Without brackets only what stands next to the sign / is divided.",
                    "Put what is above the line, and what is below it, in brackets.",
                ),
            ),
        ),
        otherwise=(
            "Say it in words first: harmless ones that are read, for each one that is caught.",
            "Caught is laundering minus missed. Harmless is what is left of those that are read.",
            "Read minus caught, in brackets, divided by caught.",
        ),
    )


def _for_each(read, laundering, missed):
    return (read - (laundering - missed)) / (laundering - missed)


def what_the_ranking_does() -> Several:
    """Ask what holds for the rankings, the passport and the capacity."""
    at, more = outcomes(), outcomes(TWICE)
    unusual, like, hidden, learned = (
        at.loc[name, ONE_LIST] for name in (UNUSUAL, PAST_CASES, NO_PASSPORT, READ_ONLY)
    )
    shared, doubled = at.loc[PAST_CASES, SHARED], more.loc[PAST_CASES, ONE_LIST]
    holds = {
        "a": bool(unusual["missed"] > like["missed"]),
        "b": bool(hidden["low"] <= 1 <= hidden["high"]),
        "c": bool(doubled["caught"] >= 2 * like["caught"]),
        "d": bool(shared["missed"] < like["missed"] and shared["low"] <= 1 <= shared["high"]),
        "e": bool(learned["low"] <= 1 <= learned["high"]),
    }
    return Several(
        asks=f"Which sentences hold for this invented bank, with {READ} reports read if nothing else "
        "is said? Choose all.",
        options={
            "a": "“The most unusual first” misses more cases than “most like past cases first”.",
            "b": "With the passport left out, harmless customers of both groups are examined equally often.",
            "c": f"Whoever reads {TWICE:,} instead of {READ}, most like past cases first, catches "
            "twice as many cases.",
            "d": "Most like past cases: with places by customers fewer are missed, no group is clearly examined more.",
            "e": "Learned only from reports that were read, no group of harmless customers is clearly examined more.",
        },
        expected=frozenset(letter for letter, true in holds.items() if true),
        why=(
            f"Missed, of 174: unusual {int(unusual['missed'])}, like past cases "
            f"{int(like['missed'])}, with places by "
            f"customers {int(shared['missed'])}. Foreign passport examined {like['times']:.1f} times "
            "as often; passport "
            f"left out, still {hidden['times']:.1f}: countries and new accounts tell it. Twice the reading catches "
            f"{int(doubled['caught'])} instead of {int(like['caught'])}. Places by customers help "
            "here because laundering "
            "was planted equally; in life, read some by lot to know."
        ),
        mistakes=(
            Mistake(
                "unusual is criminal",
                "a",
                (
                    "Choose each of the two under “Read”, and read the sentence above the figure.",
                    "Compare what is missed. Then think of somebody who sells a house.",
                    f"Add a: {int(unusual['missed'])} against {int(like['missed'])} missed.",
                ),
            ),
            Mistake(
                "hiding the passport",
                "b",
                (
                    "Choose “passport left out”. Read the line “Who bears it”.",
                    "What else in a report goes along with a foreign passport?",
                    f"Take out b: still {hidden['times']:.1f} times as often.",
                ),
            ),
            Mistake(
                "twice the reading",
                "c",
                (
                    f"Move the first slider to {TWICE:,}. How many are caught now?",
                    "The best places are used first. What do the later ones bring?",
                    f"Take out c: {int(doubled['caught'])} instead of {int(like['caught'])}.",
                ),
            ),
            Mistake(
                "places by customers",
                "d",
                (
                    "Open “More settings”, and choose places by customers. Read the sentence and “Who bears it”.",
                    "Compare with one list for all: missed, and times as often.",
                    f"Add d: {int(shared['missed'])} instead of {int(like['missed'])} missed, "
                    f"{shared['times']:.1f} times.",
                ),
            ),
            Mistake(
                "learned from what was read",
                "e",
                (
                    "Choose “learned only from reports that were read”. Read the line “Who bears it”.",
                    "Is 1.0 inside the interval in brackets?",
                    f"Add e: {learned['times']:.1f} times ({learned['low']:.1f} to {learned['high']:.1f}).",
                ),
            ),
        ),
        otherwise=(
            "Take the sentences one by one, and move one control for each.",
            "Read two lines each time: the sentence above the figure, and “Who bears it”.",
            f"{('No', 'One', 'Two', 'Three', 'Four', 'Five')[sum(holds.values())]} sentences hold.",
        ),
    )


def night_camera() -> Number:
    """Ask how often the right model is on no place of a list of five at night."""
    night, everywhere = (car_lists().listed(LENGTH, light) for light in (LIGHT, EVERY))
    nowhere = night.pictures - night.on_the_list
    sure = 100 * car_lists().said(LIGHT)
    return Number(
        asks=(
            f"At night, with lists of {LENGTH}: of all lists, on which share is the right model on "
            f"none of the {LENGTH} "
            "places?"
        ),
        expected=nowhere / night.pictures,
        tolerance=0.008,
        why=(
            f"{nowhere} of {night.pictures}: {night.not_listed} are in the catalogue but not on the list, "
            f"{night.not_in_catalogue} in no catalogue. There an officer who must choose one of {LENGTH} goes after "
            f"somebody who was not there. The first is wrong {night.wrong_first} times of "
            f"{night.pictures}, and the machine "
            f"says it is sure: {sure:.0f} of 100 on average. So “none of these” must be an answer."
        ),
        mistakes=(
            Mistake(
                "first is wrong",
                night.wrong_first / night.pictures,
                (
                    "This is how often the first is wrong. It may still stand further down.",
                    "Two parts of the bar are not on the list. Which?",
                    "Add the last two parts of the bar at night, and divide by all lists at night.",
                ),
            ),
            Mistake(
                "without the catalogue's gaps",
                night.not_listed / night.pictures,
                (
                    "One part of the bar is missing. Can a list hold a model that the catalogue lacks?",
                    "Such cars get a list, too, and it is wrong.",
                    "Add the cars that are not in the catalogue.",
                ),
            ),
            Mistake(
                "only the catalogue's gaps",
                night.not_in_catalogue / night.pictures,
                (
                    "These are the cars that the catalogue lacks. Is every other one on the list?",
                    "Look at the hatched grey part of the bar.",
                    "Add the models that are in the catalogue, but not on the list.",
                ),
            ),
            Mistake(
                "all pictures",
                (everywhere.pictures - everywhere.on_the_list) / everywhere.pictures,
                (
                    "This is for every light. Which light does the question name?",
                    "Choose “At night” under “Light”.",
                    "Take the counts of the bar at night, above and below the line.",
                ),
            ),
            Mistake(
                "on the list",
                night.on_the_list / night.pictures,
                (
                    "This is how often it is on the list. The question asks for the others.",
                    "What is left of all lists?",
                    "Take your share away from 1.",
                ),
            ),
        ),
        otherwise=(
            "Choose “At night”, and read the sentence above the figure.",
            "Add the two parts of the bar that are on no place of the list.",
            "Divide that by all lists at night.",
        ),
    )


def event_offer() -> Choice:
    """Ask for a decision on a ranking for a major event, with its reasons."""
    at = outcomes()
    like = at.loc[PAST_CASES, ONE_LIST]
    unread = OFFER["reports"] - OFFER["read"]
    return Choice(
        asks="What do you answer, and why?",
        options={
            "a": f"Go: {100 * OFFER['found']:.0f} of 100 of the known cases are found, and an officer "
            "decides in the end.",
            "b": "Go, if the passport is left out: then nobody can be treated differently.",
            "c": "Not yet: ask the banks for customers by group, test on reports read by lot, then "
            "only order the pile.",
            "d": "Never: a machine must not touch a report.",
        },
        expected="c",  # a judgement: the test and the plan to delete fail; doing nothing has a price, too
        why=(
            "“Known cases” are those that officers looked for: the test repeats their habit. An "
            "officer decides only on "
            f"what is read; {unread:,} reports would be deleted unread. Without the passport our "
            "ranking still examined "
            f"harmless foreign customers {at.loc[NO_PASSPORT, ONE_LIST]['times']:.1f} times as often. "
            "And no model at all "
            f"left {int(at.loc['arrival', ONE_LIST]['missed'])} of "
            f"{int(like['caught'] + like['missed'])} cases. So: the "
            "source first, then a test by lot."
        ),
        mistakes=(
            Mistake(
                "believed the test",
                "a",
                (
                    "How did the known cases become known? Think of question 1.",
                    f"On how many of the {OFFER['reports']:,} reports does an officer decide?",
                    "A test on found cases repeats who was looked at. What must come first?",
                ),
            ),
            Mistake(
                "leaving out mends all",
                "b",
                (
                    "Go back to question 4. What was left when the passport was left out?",
                    "Countries and new accounts tell it too. And the clerks' habit stays.",
                    "One column less is no test. Who could tell how often each group is reported?",
                ),
            ),
            Mistake(
                "never",
                "d",
                (
                    "Without a ranking they are read as they come. Who is missed then?",
                    "Set the probe to “as they came”, and read the sentence.",
                    "Doing nothing has a price. Which answer keeps the gain, and puts limits to the harm?",
                ),
            ),
        ),
        otherwise=(
            "Ask of the test: whose cases were known?",
            "Ask of the plan: what happens to reports that are not read?",
            "Look for the answer that says what must happen first.",
        ),
    )


QUESTIONS = {
    "q1": found_cases,
    "q2": another_bank,
    "q3": examined_for_one,
    "q4": what_the_ranking_does,
    "q5": night_camera,
    "q6": event_offer,
}
