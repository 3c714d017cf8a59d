"""The questions of exercise 09: hours and statements, found in time, rules, right alarms, whose chats, an offer.

Each function makes one question. What is computable is computed from the data; the letters of a question of
judgement are its author's, argued in the feedback.
"""

from functools import cache

import numpy as np
import pandas as pd

from workshop import datasets
from workshop.audit import Estimate
from workshop.audit.intervals import newcombe_difference
from workshop.domains.chats import Alarms, Work, compare_rules
from workshop.domains.chats.alarms import AVERAGE, EVERYBODY, LATE, NEVER, ONE, SEVERAL, SOON, SUM
from workshop.domains.speech.interviews import Checking, Transcripts
from workshop.probes.words import half_up, one_in

from .question import Choice, Code, Mistake, Number, Several

A, C, D = "dialect A", "dialect C", "dialect D"
STANDARD, SLANG, SECOND = "standard", "youth slang", "second language"
SECONDS, PART = 10, 30  # to correct a wrong word; interviews listened to again, of 100
ACCEPTED, MORE, STRICT = 20, 50, 0  # innocent chats that may be flagged, of 1,000
CHATS, HARMFUL, REPORTED, MINUTES = 50_000, 10, 10_000, 3  # a day; of 100,000, of all and of reported ones
_NUMBERS = {1: "One", 2: "Two", 3: "Three", 4: "Four", 5: "Five"}


@cache
def transcripts() -> Transcripts:
    """Return the interviews of the case."""
    return Transcripts(datasets.load("interview_transcripts"))


@cache
def alarms() -> Alarms:
    """Return the chats of the case."""
    return Alarms(datasets.load("chat_risk_scores"))


def checked(part: int, seconds: int = SECONDS) -> dict[str, Checking]:
    """Return hours and wrong statements by dialect, if so many of 100 interviews are listened to again."""
    return transcripts().checking(seconds, part / 100)


@cache
def first(rule: str = AVERAGE, accepted: int = ACCEPTED) -> np.ndarray:
    """Return the message of the alarm in each chat."""
    return alarms().first(rule, alarms().threshold(rule, accepted))


@cache
def found(accepted: int = ACCEPTED) -> pd.DataFrame:
    """Return what the moving average does for harmful chats, by way of writing."""
    return alarms().found(first(accepted=accepted))


@cache
def flagged(accepted: int = ACCEPTED) -> pd.DataFrame:
    """Return how many innocent chats the moving average flags, by way of writing."""
    return alarms().flagged(first(accepted=accepted))


@cache
def rules(accepted: int = ACCEPTED) -> pd.Series:
    """Return how many harmful chats each rule finds in time at the same price."""
    return compare_rules(alarms(), accepted)[SOON].astype(int)


def work(rule: str = AVERAGE, accepted: int = ACCEPTED, harmful: int = HARMFUL, chats: int = CHATS) -> Work:
    """Return a moderator's day."""
    return alarms().work(first(rule, accepted), chats, harmful, MINUTES)


def mean_when_it_rings() -> float:
    """Return the mean number of messages of harm up to the alarm, without the chats in which it never rings."""
    waited = alarms().waited(first())
    return float(waited[np.isfinite(waited) & (waited >= 1)].mean())


def more_than_chance(rates: pd.DataFrame, a: str, b: str) -> bool:
    """Tell whether the rate of group `a` is above that of group `b` by more than chance."""
    pair = (Estimate(*rates.loc[group, list(Estimate._fields)]) for group in (a, b))
    return newcombe_difference(*pair)[0] > 0


def hours_and_statements() -> Several:
    """Ask what is saved, for whom, and what stays wrong."""
    whole, part = checked(100), checked(PART)
    fast = checked(100, SECONDS // 2)
    holds = {
        "a": whole[C].hours > 100,
        "b": 100 - part[A].hours > 80 and part[C].left > 25,
        "c": part[C].left == 0,  # checking some interviews does nothing for the others
        "d": whole[D].enough,  # nothing can be told of it
        "e": fast[C].hours < 100,
    }
    return Several(
        asks="Which sentences hold, for these invented interviews? Choose all. Move both sliders.",
        options={
            "a": f"All checked, {SECONDS} seconds a wrong word: in dialect C the machine saves no time.",
            "b": (
                f"If {PART} of 100 are checked, it saves over 80 of 100 hours in dialect A. And in dialect C over "
                "25 of 100 interviews keep a wrong “not”."
            ),
            "c": f"If {PART} of 100 are checked, the wrong statements in the other {100 - PART} are corrected, too.",
            "d": "Dialect D is heard as well as the others.",
            "e": (
                f"With {SECONDS // 2} seconds a word instead of {SECONDS}, dialect C saves time, even if "
                "all is checked."
            ),
        },
        expected=frozenset(letter for letter, true in holds.items() if true),
        why=(
            f"All checked, dialect C takes {half_up(whole[C].hours)} hours for 100 by hand, dialect A "
            f"{half_up(whole[A].hours)}. “80% saved” comes true where {100 - PART} of 100 interviews are not "
            f"checked, and then in {half_up(part[C].left)} of 100 in dialect C a “not” stays wrong. Speakers of C "
            "pay for the hours that others save."
        ),
        mistakes=(
            Mistake(
                "slow for one dialect",
                "a",
                (
                    f"Set the first slider to 100 and the second to {SECONDS}. Look at the dashed line.",
                    "The dashed line is the time by hand. Which bar reaches it?",
                    "Add a: in dialect C listening and correcting take at least as long as writing by hand.",
                ),
            ),
            Mistake(
                "the saving and its price",
                "b",
                (
                    f"Set the first slider to {PART}. Read both sides of the figure.",
                    "Saved in dialect A: 100 minus the bar. Then look to the right, at dialect C.",
                    "Add b: both halves hold. The hours are saved because most interviews are not checked.",
                ),
            ),
            Mistake(
                "a sample mends the rest",
                "c",
                (
                    f"Set the first slider to {PART}, and look at the right side of the figure.",
                    "Who listens to an interview that is not in the sample?",
                    "Take c out: what nobody hears again goes to the file as it is.",
                ),
            ),
            Mistake(
                "too few to tell",
                "d",
                (
                    "What does the figure say beside dialect D?",
                    "Eight people speak it. Can you tell anything from eight?",
                    "Take d out: no number is no good number.",
                ),
            ),
            Mistake(
                "seconds count",
                "e",
                (
                    f"Set the first slider to 100, and the second to {SECONDS // 2}.",
                    "Is the bar of dialect C now left or right of the dashed line?",
                    "Add e: a better editor can help those whose dialect is heard badly.",
                ),
            ),
        ),
        otherwise=(
            "Take the sentences one by one, and set both sliders for each.",
            "Left of the dashed line time is saved. On the right stands what stays wrong.",
            f"{_NUMBERS[sum(holds.values())]} sentences hold.",
        ),
    )


def found_in_time() -> Number:
    """Ask for the share of harmful chats that is found in time, those that are never found included."""
    row, everybody, standard = (found().loc[each] for each in (SLANG, EVERYBODY, STANDARD))
    soon, late, chats = int(row[SOON]), int(row[LATE]), int(row["denominator"])
    nearly = f"Divide {soon} by all {chats} harmful chats in youth slang."
    return Number(
        asks=(
            f"A moving average, at most {ACCEPTED} of 1,000 innocent chats flagged. Of all harmful chats in youth "
            "slang, which share is found within 40 messages of harm?"
        ),
        expected=soon / chats,
        tolerance=0.005,
        why=(
            f"{soon} of {chats}, {half_up(100 * soon / chats)} of 100. A seller could say: “where it rings, after "
            f"{half_up(mean_when_it_rings())} messages on average”. That is true, and leaves out "
            f"{int(everybody[NEVER])} chats in which it never rings, {int(row[NEVER])} of them in youth slang. "
            "Count them."
        ),
        mistakes=(
            Mistake(
                "never left out",
                soon / (soon + late),
                (
                    "You divide by the chats in which the alarm rings. And those in which it never rings?",
                    "A child whose chat is never found is not found in time either.",
                    nearly,
                ),
            ),
            Mistake(
                "later counts, too",
                (soon + late) / chats,
                (
                    "This is the share in which it rings at all. How many messages are written by then?",
                    "Only the blue part of the bar is within 40 messages.",
                    nearly,
                ),
                tolerance=0.001,  # two mistakes have nearly the same share
            ),
            Mistake(
                "all ways of writing",
                everybody["value"],
                (
                    "This is the rate of all chats together. Whom does it hide?",
                    "Look at the row of youth slang only.",
                    nearly,
                ),
                tolerance=0.001,  # two mistakes have nearly the same share
            ),
            Mistake(
                "standard writing",
                standard["value"],
                (
                    "This is the row of standard writing.",
                    "Youth slang stands in another row of the figure.",
                    nearly,
                ),
            ),
            Mistake(
                "those that are not found in time",
                1 - soon / chats,
                (
                    "This is the share that is not found in time.",
                    "The question asks for the blue part of the bar.",
                    nearly,
                ),
            ),
        ),
        otherwise=(
            "Open the table under the figure. Look at the row of youth slang.",
            "Above the line: within 40 messages. Below it: all harmful chats of this row.",
            nearly,
        ),
    )


def same_price() -> Several:
    """Ask who gains and who pays when the rule or the price changes."""
    before, after = found().loc[SLANG, SOON], found(MORE).loc[SLANG, SOON]
    paying = flagged(MORE)["numerator"]
    none = flagged(STRICT)
    holds = {
        "a": none["high"][EVERYBODY] == 0,
        "b": rules()[AVERAGE] > max(rules()[[ONE, SEVERAL]]),
        "c": paying[SECOND] < paying[EVERYBODY] / 3,
        "d": after > before,
        "e": more_than_chance(found(MORE), STANDARD, SLANG),
    }
    return Several(
        asks="Which sentences hold? Choose all. Move the slider, and change the rule.",
        options={
            "a": "With “at most 0 of 1,000” it is proven that no innocent chat will ever be flagged.",
            "b": (
                f"At most {ACCEPTED} of 1,000 flagged: the moving average finds more harmful chats in time than “one "
                "message” and “3 of the last 10”."
            ),
            "c": (
                f"At most {MORE} of 1,000 flagged, moving average: of the innocent chats that are flagged, fewer "
                "than a third are in a second language."
            ),
            "d": f"From {ACCEPTED} to {MORE} of 1,000 flagged: more harmful chats in youth slang are found in time.",
            "e": (
                f"At most {MORE} of 1,000, moving average: youth slang is still found in time less often "
                "than standard."
            ),
        },
        expected=frozenset(letter for letter, true in holds.items() if true),
        why=(
            f"At the same price the moving average finds {rules()[AVERAGE]} in time, 3 of 10 {rules()[SEVERAL]}, one "
            f"message {rules()[ONE]}. To flag more finds more: youth slang {int(after)} instead of {int(before)}. Who "
            f"pays: {int(paying[SECOND])} of {int(paying[EVERYBODY])} innocent chats flagged are in a second language. "
            "And none of 1,500 is no proof of none."
        ),
        mistakes=(
            Mistake(
                "rules at the same price",
                "b",
                (
                    f"Leave the slider at {ACCEPTED}, and change the rule. Watch the blue bars.",
                    "The list under the figure tells all rules at the same price.",
                    "Add b: one message is a bad witness; several in a row are a better one.",
                ),
            ),
            Mistake(
                "more alarms, more found",
                "d",
                (
                    f"Move the slider from {ACCEPTED} to {MORE}, and watch the row of youth slang.",
                    "Is the blue part longer than before?",
                    "Add d: a lower threshold helps those whose risk shows late.",
                ),
            ),
            Mistake(
                "who pays",
                "c",
                (
                    f"Set the slider to {MORE}, and look at the right side of the figure.",
                    "Add up the three numbers on the right. How many of them are in a second language?",
                    "Take c out: more than half of those who are suspected for nothing write in a second language.",
                ),
            ),
            Mistake(
                "none is no proof",
                "a",
                (
                    "How many innocent chats are in this set? And in a country?",
                    "Look at the line on the right side, at the slider's position 0. Where does it end?",
                    "Take a out: none of 1,500 can still be up to 3 of 1,000.",
                ),
            ),
            Mistake(
                "the gap stays",
                "e",
                (
                    f"Set the slider to {MORE}. Compare two rows on the left.",
                    "Look at the lines under the two blue bars: do they overlap?",
                    "Add e: the gap gets smaller and stays.",
                ),
            ),
        ),
        otherwise=(
            "Take the sentences one by one. Set the slider and the rule for each.",
            "On the left stands who is found in time, on the right who is suspected for nothing.",
            f"{_NUMBERS[sum(holds.values())]} sentences hold.",
        ),
    )


def right_alarms() -> Code:
    """Ask for the formula of the share of the alarms that are right."""
    day = work()
    return Code(
        asks=(
            "Of all alarms, which share is right? chats: those of a day; harmful: how many of them are harmful; "
            "found: of the harmful ones, the share with an alarm; flagged: of the innocent ones, the share with an "
            "alarm."
        ),
        parameters=("chats", "harmful", "found", "flagged"),
        inputs=lambda generator: (
            int(generator.integers(5_000, 50_000)),
            int(generator.integers(50, 2_000)),
            round(float(generator.uniform(0.5, 0.95)), 2),
            round(float(generator.uniform(0.01, 0.2)), 3),
        ),
        formulas={
            "a": ("found", _only_found),
            "b": ("1 − flagged", _not_flagged),
            "c": ("harmful × found ÷ (harmful × found + (chats − harmful) × flagged)", _right_share),
            "d": ("found ÷ (found + flagged)", _no_base_rate),
        },
        expected=_right_share,
        why=(
            f"With {CHATS:,} chats, {HARMFUL} of 100,000 harmful: {half_up(day.alarms):,} alarms, {day.right:.1f} "
            f"of them right: {one_in(day.precision)}. The rule finds {half_up(100 * day.right / day.harmful)} of "
            "100 harmful chats and flags 2 of 100 innocent ones; innocent ones are so many more. A moderator "
            "learns to close alarms without reading. That harms the child behind the right one."
        ),
        mistakes=(
            Mistake(
                "of the harmful ones",
                _only_found,
                (
                    "This says how many harmful chats get an alarm. The question begins: of all alarms ...",
                    "Alarms come from harmful and from innocent chats. Count both.",
                    "Right alarms above the line; below it right ones plus those in innocent chats.",
                ),
            ),
            Mistake(
                "of the innocent ones",
                _not_flagged,
                (
                    "This says how many innocent chats are left in peace. The question is about alarms.",
                    "How many alarms come from harmful chats, how many from innocent ones?",
                    "Right alarms above the line; below it right ones plus those in innocent chats.",
                ),
            ),
            Mistake(
                "no base rate",
                _no_base_rate,
                (
                    "You compare the two shares. Are there as many harmful chats as innocent ones?",
                    "A share times a number gives a count. Multiply each share by its own number of chats.",
                    "Count alarms: the share found times harmful; the share flagged times the innocent chats.",
                ),
            ),
            Mistake(
                "all chats as innocent",
                lambda chats, harmful, found, flagged: harmful * found / (harmful * found + chats * flagged),
                (
                    "Nearly. Which chats can be flagged for nothing?",
                    "All chats hold the harmful ones, too.",
                    "The innocent chats are chats minus harmful. Put that in brackets.",
                ),
            ),
            Mistake(
                "false alarms",
                lambda chats, harmful, found, flagged: (
                    (chats - harmful) * flagged / (harmful * found + (chats - harmful) * flagged)
                ),
                (
                    "This is the share of the alarms that are for nothing.",
                    "Below the line all is right. What belongs above it?",
                    "Above the line: the harmful chats times the share that is found.",
                ),
            ),
            Mistake(
                "of all chats",
                lambda chats, harmful, found, flagged: harmful * found / chats,
                (
                    "Above the line all is right. Below it stand all chats, also those without an alarm.",
                    "The question begins: of all alarms.",
                    "Below the line: right alarms plus alarms in innocent chats.",
                ),
            ),
        ),
        otherwise=(
            "Say it in words first: right alarms, of right ones and false ones together.",
            "Right alarms: harmful times the share that is found. What are the false ones?",
            "False ones: chats minus harmful, in brackets, times the share that is flagged.",
        ),
    )


def _right_share(chats, harmful, found, flagged):
    return harmful * found / (harmful * found + (chats - harmful) * flagged)


def _only_found(chats, harmful, found, flagged):
    return found


def _not_flagged(chats, harmful, found, flagged):
    return 1 - flagged


def _no_base_rate(chats, harmful, found, flagged):
    return found / (found + flagged)


def whose_chats() -> Choice:
    """Ask what makes most alarms right."""
    day, other, strict, reported = work(), work(SUM), work(accepted=2), work(harmful=REPORTED)
    return Choice(
        asks=(
            f"{CHATS:,} chats a day, {HARMFUL} of 100,000 harmful: nearly all alarms are for nothing. What makes "
            "more than half of them right? Try it in the probe under “More settings”."
        ),
        options={
            "a": "Another rule: the sum that grows.",
            "b": "A stricter threshold: at most 2 of 1,000 flagged. Then most alarms are right.",
            "c": (
                f"Fewer people watched: only chats that somebody reported, if {REPORTED:,} of 100,000 of "
                "them are harmful."
            ),
            "d": "More moderators.",
        },
        expected="c",
        why=(
            f"Then {one_in(reported.precision)} alarms are right, with the same model; of all chats "
            f"{one_in(day.precision)}. To look only where there is a reason is the less intrusive way, and here the "
            f"better one: that is what necessity asks. Its price: harm that nobody reports. {REPORTED:,} is an "
            "assumption; count before you rely on it."
        ),
        mistakes=(
            Mistake(
                "another rule",
                "a",
                (
                    "Change the rule in the probe, and read the last line but one of the list.",
                    "The rules differ in whom they find in time. Do the false alarms get fewer at the same price?",
                    (
                        f"Right with it: {one_in(other.precision)}. At the same price all rules flag as many "
                        "innocent ones."
                    ),
                ),
            ),
            Mistake(
                "stricter",
                "b",
                (
                    "Set the slider to 2. Read how many alarms are right.",
                    "And how many harmful chats are found in time now?",
                    f"Right with it: {one_in(strict.precision)}. Fewer are flagged, and many harmful chats are missed.",
                ),
            ),
            Mistake(
                "more moderators",
                "d",
                (
                    "What do more moderators change: how many alarms ring, or how fast they are read?",
                    "An alarm for nothing stays one, whoever reads it.",
                    "The share is set by the errors and by how many chats are harmful. Change one of them.",
                ),
            ),
        ),
        otherwise=(
            "Open “More settings” in the probe, and change one thing at a time.",
            "Read the sentence on a day: which share of the alarms is right?",
            "Look for the answer that changes how many of the watched chats are harmful.",
        ),
    )


def two_stages() -> Choice:
    """Ask for a decision on an offer, stage by stage."""
    gap = found().loc[[STANDARD, SLANG], "value"]
    late = half_up(100 * (1 - gap[SLANG]))
    return Choice(
        asks="What do you answer, and why?",
        options={
            "a": "Go for both stages: it is for the children, and the law allows the development.",
            "b": (
                "Develop, and try it silently on such cases, by way of writing. No alarm until stage 4 has "
                "its own clear yes."
            ),
            "c": "Stop both: nothing may ever be developed with chats.",
            "d": "Deploy now, and develop on: real alarms are the best test.",
        },
        expected="b",  # a judgement: the law was asked for developing only, and nobody measured the ways of writing
        why=(
            "The leave is for developing. For use there is no law named, no moderator, and a test in standard "
            f"writing only: in our chats that would hide that {late} of 100 in youth slang are not found in time. "
            "The sandbox's report keeps the two questions apart, and warns that a noble purpose tempts "
            "(datatilsynet.no). A silent trial harms least. Not legal advice."
        ),
        mistakes=(
            Mistake(
                "a noble purpose",
                "a",
                (
                    "For which of the two stages was the law asked?",
                    "A good aim answers “need”. Which questions does it leave open?",
                    "Leave to develop is no leave to use. Which answer keeps the stages apart?",
                ),
            ),
            Mistake(
                "never",
                "c",
                (
                    "What does this stage use: real chats of everybody, or closed cases with a court's leave?",
                    "Harm goes on in the meantime. Is there a step that harms nobody new?",
                    "Which answer takes the step that is allowed, and no more?",
                ),
            ),
            Mistake(
                "test on people",
                "d",
                (
                    "What happens to the innocent people who are flagged during such a test?",
                    "Who gets the alarm in this offer, and what may follow?",
                    "A trial in which nobody gets the alarm measures the same. Which answer says so?",
                ),
            ),
        ),
        otherwise=(
            "Go through the five stages of the case in order. Where is the first without a clear yes?",
            "For which stage does the offer name a law? Who was tested?",
            "Look for the answer that allows one stage and says what the next one needs.",
        ),
    )


QUESTIONS = {
    "q1": hours_and_statements,
    "q2": found_in_time,
    "q3": same_price,
    "q4": right_alarms,
    "q5": whose_chats,
    "q6": two_stages,
}
