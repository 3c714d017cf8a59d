"""Exercise 11: from evidence to a decision. Every right answer is computed from the worked case of the lesson."""

from dataclasses import replace
from functools import cache

from workshop.casefile import worked
from workshop.casefile.model import Case, Evidence, Figure, Risk
from workshop.casefile.risks import LEVEL_NAMES, Overall, overall, rate
from workshop.casefile.stages import QUESTIONS as ASKED
from workshop.casefile.views import answers
from workshop.checks.question import Choice, Code, Mistake, Number, Several
from workshop.probes.words import half_up, joined

ALL, READ = 920, worked.CAPACITY  # messages of a day, and those that the team reads
BATCH = 60  # urgent messages in a month's sample
NOT_SHOWN = ("other-languages", "only-the-first")


@cache
def case() -> Case:
    """Return the worked case of the lesson."""
    return worked.worked_case()


def held(key: str) -> Evidence:
    """Return evidence of the worked case."""
    return case().find("evidence", key)


def figure(key: str, group: str = "everyone") -> Figure:
    """Return one number of the worked case."""
    return next(each for each in held(key).figures if each.name == group)


def share(key: str, group: str = "everyone") -> float:
    """Return one number of the worked case, from its counts."""
    found = figure(key, group)
    return found.numerator / found.denominator


def hundred(value: float) -> int:
    """Return a share as a whole number of 100."""
    return half_up(100 * value)


def without_order() -> float:
    """Return the share that waits if messages are read in no order: each waits as often as any other."""
    return (ALL - READ) / ALL


def bound() -> float:
    """Return the bound that the worked case watches."""
    return case().checks[0].highest


def rated() -> dict:
    """Return the rated risks of the worked case, by id."""
    return {each.risk.id: each for each in rate(case().risks, case().evidence)}


def after(*mended: str) -> Overall:
    """Return the whole sheet if these risks had a measure that is shown to work.

    The evidence of each measure is then some that the risk itself does not use.
    """
    spare = tuple(each.id for each in case().evidence)
    risks = [
        replace(risk, measure_evidence=tuple(key for key in spare if key not in risk.evidence)[:1])
        if risk.id in mended
        else risk
        for risk in case().risks
    ]
    return overall(rate(risks, case().evidence))


def low_without_evidence() -> Risk:
    """Return the risk that was rated low, and of which nothing was measured."""
    return case().find("risks", "time-lost")


def design():
    """Return what the worked case answered in the stage of design."""
    return answers(case(), "design")


def first_question() -> Choice:
    """Make q1: the need gate comes before all numbers."""
    return Choice(
        asks="Which question do you ask first?",
        options={
            "a": "How many errors does it make, and for whom?",
            "b": "Do the plates have to be read by a machine at all?",
            "c": "Which other police have bought it?",
            "d": "Who will train the officers?",
        },
        expected="b",
        why=(
            "The need comes first: if a list at the gate or one more officer does, nothing has to be measured, bought "
            "or watched. The errors come next. A “no” to need, law, milder ways or proportion ends the case."
        ),
        mistakes=(
            Mistake(
                "errors first",
                "a",
                (
                    "A good question, and you will ask it. But what does its answer change if the task can be done "
                    "otherwise?",
                    "Before you measure a tool, ask what happens without any tool.",
                    "The very first question of the stage “design” speaks of the task, not of the tool.",
                ),
            ),
            Mistake(
                "others have it",
                "c",
                (
                    "What others bought answers their problem. Is yours the same?",
                    "“Others have it too” is listed in the lesson as a bad answer. To which question?",
                    "That bad answer belongs to the first question of the stage “design”.",
                ),
            ),
            Mistake(
                "how before whether",
                "d",
                (
                    "That is a question of deployment. You are still at the beginning.",
                    "First whether, then how. Which option asks whether?",
                    "Look for the option that would let you stop today, at no cost.",
                ),
            ),
        ),
        otherwise=(
            "Which answer could end the case today?",
            "A gate is a question whose “no” ends the case. Which option is one?",
            "The first gate of the stage “design” asks about need.",
        ),
    )


def answered_by_numbers() -> Several:
    """Make q2: which questions evidence can answer."""
    options = {
        "a": "legal_basis",
        "b": "errors_counted",
        "c": "groups_compared",
        "d": "stakeholders",
        "e": "bad_days",
    }
    return Several(
        asks="Which of these questions can a recorded number answer?",
        options={letter: ASKED[key].asks for letter, key in options.items()},
        expected=frozenset(letter for letter, key in options.items() if ASKED[key].answered_by),
        why=(
            "Errors, differences between groups and bad days can be counted. Whether a law allows it, and what people "
            "said who are touched by it, no number can tell: that needs words, and people to ask."
        ),
        mistakes=(
            Mistake(
                "law by numbers",
                "a",
                (
                    "Say an error rate were 0. Would that make the use lawful?",
                    "A law is read, not measured.",
                    "Leave out the question about the law: it needs the name of an article, in words.",
                ),
            ),
            Mistake(
                "people by numbers",
                "d",
                (
                    "Who was asked, and what did they say? Could a rate of lesson 05 tell you?",
                    "A survey would count opinions, but no lesson recorded one. What was said needs words.",
                    "Leave out the question of who was asked.",
                ),
            ),
            Mistake(
                "errors left out",
                "b",
                (
                    "Think of lessons 01 to 05. What was counted in each of them?",
                    "Rates with intervals and counts: which question do they answer at once?",
                    "Add the question that asks whether errors are counted.",
                ),
            ),
            Mistake(
                "groups left out",
                "c",
                (
                    "Each lesson has a part “Who is affected”. Which question does it serve?",
                    "A rate for each group, side by side, is a recorded number.",
                    "Add the question that compares groups.",
                ),
            ),
            Mistake(
                "bad days left out",
                "e",
                (
                    "Was anything measured by telephone, at night or after March 2020?",
                    "Lesson 03 counted the words missed on a telephone line.",
                    "Add the question about bad days.",
                ),
            ),
        ),
        otherwise=(
            "For each question, ask: could I count something that answers it?",
            "Two of the five can only be answered in words.",
            "The law, and what people say, can't be counted.",
        ),
    )


def gain() -> Code:
    """Make q3: how many fewer wait, against no order at all."""

    def fewer(messages, read, urgent, waiting):
        return (messages - read) / messages - waiting / urgent

    def still_wait(messages, read, urgent, waiting):
        return waiting / urgent

    def no_order(messages, read, urgent, waiting):
        return (messages - read) / messages

    def of_all(messages, read, urgent, waiting):
        return (messages - read) / messages - waiting / messages

    def read_share(messages, read, urgent, waiting):
        return read / messages - waiting / urgent

    def turned(messages, read, urgent, waiting):
        return waiting / urgent - (messages - read) / messages

    def inputs(generator):
        messages = int(generator.integers(200, 2000))
        read = int(generator.integers(20, messages - 20))
        urgent = int(generator.integers(20, messages // 2))
        return messages, read, urgent, int(generator.integers(1, urgent))

    return Code(
        asks=(
            "With no order, each message waits as often as any other. By how much does the tool lower the share of "
            "urgent messages that wait?"
        ),
        parameters=("messages", "read", "urgent", "waiting"),
        inputs=inputs,
        expected=fewer,
        formulas={
            "a": ("waiting ÷ urgent", still_wait),
            "b": ("(messages − read) ÷ messages", no_order),
            "c": ("what waits with no order, minus what waits with the tool", fewer),
            "d": ("read ÷ messages, minus waiting ÷ urgent", read_share),
        },
        why=(
            f"With no order {ALL - READ} of {ALL} wait, {hundred(without_order())} of 100. With the tool "
            f"{figure(worked.WAITING).numerator:.0f} of {figure(worked.WAITING).denominator:.0f} urgent ones, "
            f"{hundred(share(worked.WAITING))} of 100. The difference is the gain, and the only number that speaks "
            "for the need."
        ),
        mistakes=(
            Mistake(
                "what still waits",
                still_wait,
                (
                    "That is what waits with the tool. What would wait without it?",
                    "A gain needs two numbers: before and after.",
                    "Take the share that waits with no order, (messages - read) / messages, and subtract yours.",
                ),
            ),
            Mistake(
                "without the tool",
                no_order,
                (
                    "That is what waits with no order. What does the tool change?",
                    "A gain needs two numbers: before and after.",
                    "Subtract the share of urgent messages that wait with the tool.",
                ),
            ),
            Mistake(
                "of all messages",
                of_all,
                (
                    "Of whom is the second share taken? Look at what you divide by.",
                    "Urgent messages that wait are a part of the urgent ones.",
                    "Divide waiting by the number of urgent messages.",
                ),
            ),
            Mistake(
                "what is read",
                read_share,
                (
                    "The first part is what is read, not what waits.",
                    "Who is not read, waits.",
                    "Begin with the messages that are not read, of all messages.",
                ),
            ),
            Mistake(
                "turned round",
                turned,
                (
                    "What comes out below 0 here would be a gain. Which share is the larger one?",
                    "Begin with the state before the tool.",
                    "Exchange the two parts: first without the tool, then with it.",
                ),
            ),
        ),
        otherwise=(
            "Write down two shares: what waits without the tool, and what waits with it.",
            "With no order the share that waits is the same for urgent messages as for all.",
            "Not read, of all messages; from that take what waits, of the urgent ones.",
        ),
    )


def gap_by_telephone() -> Number:
    """Make q4: what a measure leaves."""
    absent, known = share(worked.TRAINED, "absent"), share(worked.TRAINED, "well represented")
    one, two = figure(worked.TRAINED, "absent"), figure(worked.TRAINED, "well represented")
    return Number(
        asks=(
            "After training on the telephone: how many more of 100 words are missed of absent accents than of well "
            "represented ones?"
        ),
        expected=absent - known,
        tolerance=0.004,
        why=(
            f"{one.numerator:.0f} of {one.denominator:.0f} are missed of absent accents and {two.numerator:.0f} of "
            f"{two.denominator:.0f} of well represented ones: {hundred(absent)} against {hundred(known)} of 100. The "
            "measure mends the telephone. It does not mend who is heard."
        ),
        mistakes=(
            Mistake(
                "not subtracted",
                absent,
                (
                    "That is what is missed of absent accents. The question asks how many more.",
                    "Two groups, two shares. What is the difference?",
                    "Subtract the share of the well represented accents.",
                ),
            ),
            Mistake(
                "before the measure",
                share(worked.LINE, "absent") - share(worked.LINE, "well represented"),
                (
                    "Which line did you read? The question is about the spotter after its training.",
                    "There are two lines about the telephone. One of them says “trained”.",
                    "Use the line “keywords missed by telephone, trained on the telephone”.",
                ),
            ),
            Mistake(
                "what the measure gained",
                share(worked.LINE, "absent") - absent,
                (
                    "That is how much the measure helps. The question is what it leaves.",
                    "Compare two groups after the measure, not one group before and after.",
                    "Both numbers are in the same line, “trained on the telephone”.",
                ),
            ),
            Mistake(
                "rare accents",
                absent - share(worked.TRAINED, "rare"),
                (
                    "Which two groups does the question name?",
                    "You compared with another group of accents.",
                    "Take absent accents and well represented ones.",
                ),
            ),
            Mistake(
                "by 32 speakers",
                share(worked.ADDED, "absent") - share(worked.ADDED, "well represented"),
                (
                    "That is another measure. Which one does the question name?",
                    "Adding speakers and training on the line are two measures.",
                    "Use the line “keywords missed by telephone, trained on the telephone”.",
                ),
            ),
        ),
        otherwise=(
            "Look for the line about the telephone after training, and two of its groups.",
            "Divide the counts in brackets, for each group, then subtract.",
            "Absent accents minus well represented ones, both “trained on the telephone”.",
        ),
    )


def too_few() -> Choice:
    """Make q5: a rate on too few is no evidence."""
    french = figure(worked.WORDS, "French")
    return Choice(
        asks=(
            "All 30 urgent messages in French were missed. They tell three stories, and the audit says: too few to "
            "tell. What may you write into the memo?"
        ),
        options={
            "a": "The tool misses 100 of 100 French messages.",
            "b": "There is no problem with French: nothing is proven.",
            "c": "A rate can't be told from three stories. Until it is counted, the risk for French stays open.",
            "d": "French messages count as English ones: 30 of 100 are missed.",
        },
        expected="c",
        why=(
            "Too few to tell is not “no harm”. The risk stays on the sheet, at medium at least. A warning: of "
            f"100 French words the model knows about {hundred(french.value)}, by a count that is itself on too few "
            "stories."
        ),
        mistakes=(
            Mistake(
                "a rate from three stories",
                "a",
                (
                    "How sure would you be with a fourth story?",
                    "30 messages, but they are not 30 independent ones: they retell three stories.",
                    "The audit marks this rate as too few to tell. So no rate can be written.",
                ),
            ),
            Mistake(
                "no proof, no harm",
                "b",
                (
                    "Is “not proven” the same as “proven harmless”?",
                    "What does the risk sheet do with a risk that has no evidence?",
                    "Without evidence a risk is never low. It stays open.",
                ),
            ),
            Mistake(
                "as if it were English",
                "d",
                (
                    "Was the model trained on French?",
                    "A number of one group is no number of another one.",
                    "The English rate says nothing about French. Say that it is not known.",
                ),
            ),
        ),
        otherwise=(
            "What do you know, and what don't you know?",
            "Neither a rate nor an all-clear.",
            "Name the gap, and keep the risk open.",
        ),
    )


def never_low() -> Choice:
    """Make q6: the floor."""
    risk = low_without_evidence()
    counted = rated()[risk.id]
    options = dict(zip("abcd", LEVEL_NAMES, strict=True))
    right = next(letter for letter, name in options.items() if name == LEVEL_NAMES[counted.after])
    return Choice(
        asks=(
            f"“{risk.name}” is rated {risk.likelihood} × {risk.impact}. Nobody measured it. Which level does the sheet "
            "give it?"
        ),
        options=options,
        expected=right,
        why=(
            f"{risk.likelihood} × {risk.impact} = {risk.likelihood * risk.impact} would be {LEVEL_NAMES[0]}. But "
            f"nobody counted it, so it is {LEVEL_NAMES[counted.after]} until somebody does. What nobody looked at is "
            "not small."
        ),
        mistakes=(
            Mistake(
                "what was typed",
                "a",
                (
                    "That is what the two steps alone would give. What stands behind them?",
                    "One of the four rules speaks of risks without evidence.",
                    "Without evidence the sheet goes one level up from here.",
                ),
            ),
            Mistake(
                "punished",
                "c",
                (
                    "The sheet is careful, but it does not invent harm. What is the least it may say?",
                    "The rule sets a floor: at least this level, not more.",
                    "The floor is the second of the four levels.",
                ),
            ),
            Mistake(
                "the worst",
                "d",
                (
                    "Not knowing is not the same as a catastrophe.",
                    "The rule sets a floor: at least this level, not more.",
                    "The floor is the second of the four levels.",
                ),
            ),
        ),
        otherwise=(
            "Read the four rules of the risk sheet.",
            "Two things count: the product, and whether there is evidence.",
            "The product alone gives the lowest level; the floor lifts it by one.",
        ),
    )


def the_whole() -> Choice:
    """Make q7: the worst decides."""
    whole = after("other-languages")
    options = dict(zip("abcd", LEVEL_NAMES, strict=True))
    right = next(letter for letter, name in options.items() if name == LEVEL_NAMES[whole.level])
    told = joined(
        f"{number} {name}" for number, name in zip(whole.counts, LEVEL_NAMES, strict=True) if number
    )
    worst = joined(f"“{each.risk.name}”" for each in whole.worst)
    return Choice(
        asks=(
            "The agency tries its first measure, and shows that it works: of the five risks, the one about other "
            "languages falls. At which level is the whole sheet now?"
        ),
        options=options,
        expected=right,
        why=(
            f"Now there are {told}. The whole is as bad as its worst risk: {worst}. A mean would look better, and "
            "those who bear the worst would not be seen in it."
        ),
        mistakes=(
            Mistake(
                "the best",
                "a",
                (
                    "Is every risk as small as that?",
                    "Find the highest level that is left on the sheet.",
                    "One of the risks is still borne by everybody who calls.",
                ),
            ),
            Mistake(
                "the mean",
                "b",
                (
                    "Did you take something in the middle? Who would not be seen in it?",
                    "The sheet takes no mean. It asks for one risk only: which?",
                    "Look at the telephone: after its measure it is 4 × 5.",
                ),
            ),
            Mistake(
                "most of them",
                "c",
                (
                    "That may be the level that most risks have. Is there a worse one?",
                    "It is not a vote. One risk is enough.",
                    "Look at the telephone: after its measure it is 4 × 5.",
                ),
            ),
        ),
        otherwise=(
            "Which risk is the worst now?",
            "Go through the risks one by one; the first measure changes only one.",
            "The telephone still stands at 4 × 5 with its measure.",
        ),
    )


def shown_to_work() -> Several:
    """Make q8: which measures have evidence of their own."""
    options = {
        "a": "other-languages",
        "b": "absent-accents",
        "c": "telephone",
        "d": "only-the-first",
    }
    sheet = rated()
    return Several(
        asks="Which measures of the worked case are shown to work?",
        options={letter: case().find("risks", key).measure for letter, key in options.items()},
        expected=frozenset(letter for letter, key in options.items() if sheet[key].measure_evidence),
        why=(
            f"Words missed of absent accents fell from {hundred(share(worked.CALLS, 'absent'))} to "
            f"{hundred(share(worked.ADDED, 'absent'))} of 100 with 32 speakers, and by telephone from "
            f"{hundred(share(worked.LINE, 'absent'))} to {hundred(share(worked.TRAINED, 'absent'))}. The two others "
            "are promises: nobody tried them."
        ),
        mistakes=(
            Mistake(
                "a good idea",
                "a",
                (
                    "It sounds right. Where is the number that shows it?",
                    "Look at the last column of the table under the heat maps.",
                    "For other languages the last column says: no evidence.",
                ),
            ),
            Mistake(
                "a promise",
                "d",
                (
                    "Who checked that it is done each night?",
                    "Look at the last column of the table under the heat maps.",
                    "For “read by midnight” the last column says: no evidence.",
                ),
            ),
            Mistake(
                "speakers left out",
                "b",
                (
                    "One measure costs 32 people's time. Was its effect counted?",
                    "Compare the missed words of absent accents with and without more speakers.",
                    "Add the measure with the 32 speakers: it has a number of its own.",
                ),
            ),
            Mistake(
                "telephone left out",
                "c",
                (
                    "A measure can work and still leave a very high risk.",
                    "Compare the two lines about the telephone.",
                    "Add the training on the telephone: it has a number of its own.",
                ),
            ),
        ),
        otherwise=(
            "For each measure, look for a number before and a number after.",
            "The table under the heat maps has a column for the evidence of the measure.",
            "Two of the four have evidence there.",
        ),
    )


def the_alarm() -> Number:
    """Make q9: a bound becomes a count."""
    most = int(bound() * BATCH)
    return Number(
        asks=(
            f"The plan says: stop if more than {hundred(bound())} of 100 urgent English messages are missed. This "
            f"month's sample holds {BATCH} urgent ones. At how many missed messages does the alarm ring for the first "
            "time?"
        ),
        expected=most + 1,
        tolerance=0.1,
        proportion=False,
        highest=BATCH,
        why=(
            f"{most} of {BATCH} are {100 * most / BATCH:.0f} of 100, within the bound; {most + 1} of {BATCH} are "
            f"{100 * (most + 1) / BATCH:.0f}. So it rings at {most + 1}. The bound is the upper end of the interval "
            "that was measured: a lower one would ring by chance."
        ),
        mistakes=(
            Mistake(
                "one too early",
                most,
                (
                    "Divide: is the bound already broken with this number?",
                    "“More than”: exactly within the bound is still allowed.",
                    "One message more, and the bound is broken.",
                ),
            ),
            Mistake(
                "the bound itself",
                hundred(bound()),
                (
                    "That is the bound for 100 messages. How many urgent ones are in the sample?",
                    "Turn the share into a count of this sample.",
                    f"Multiply the bound by {BATCH}, and take the next whole number.",
                ),
            ),
            Mistake(
                "as it was measured",
                int(share(worked.MESSAGES) * BATCH),
                (
                    "That is what you expect on a normal day. The alarm rings later.",
                    "Use the bound of the plan, not the rate that was measured.",
                    f"Multiply the bound by {BATCH}, and take the next whole number.",
                ),
            ),
        ),
        otherwise=(
            "A bound in 100 becomes a count: multiply by the number of urgent messages.",
            f"The bound times {BATCH} is not a whole number. Which count is the first above it?",
            "Take the first whole number above the product.",
        ),
    )


def decision() -> Choice:
    """Make q10: the decision."""
    return Choice(
        asks="Which decision can you defend today?",
        options={
            "a": "Deploy: on average few plates are read wrong, and the law allows it.",
            "b": (
                "Limit: an officer reads each plate before a stop; plates of Kestimar, and of Lumeko at night, are "
                "left out until they are counted again."
            ),
            "c": "Refuse: a tool that makes errors must never be used.",
            "d": "Deploy for a month without rules, and then look how it went.",
        },
        expected="b",
        why=(
            "Law and need are clear, the errors are counted, and the two bad places, Kestimar and Lumeko at night, are "
            "named. So the use is cut down to where the evidence is, with a person before each stop."
        ),
        mistakes=(
            Mistake(
                "stopped at the number",
                "a",
                (
                    "Whose plates are read wrong, and when? Read the facts once more.",
                    "An average hides a region, and another one at night.",
                    "Keep the use where the evidence is good; two places are not among them.",
                ),
            ),
            Mistake(
                "never",
                "c",
                (
                    "Officers make errors too. Are these ones counted, and can they be kept small?",
                    "The law is clear, and so is the need. Which part of the use is the trouble?",
                    "Cut away what reads badly; what is left can be defended.",
                ),
            ),
            Mistake(
                "try and see",
                "d",
                (
                    "Who is stopped during this month, and what do you tell them?",
                    "A trial without conditions is a use without conditions.",
                    "Look for the option with conditions, a person and a review.",
                ),
            ),
        ),
        otherwise=(
            "For which days and which plates is there evidence?",
            "Four decisions: deploy, limit, pause, refuse. Which fits good evidence for a part of the use?",
            "Limit it to that part, with a person before each stop.",
        ),
    )


QUESTIONS = {
    "q1": first_question,
    "q2": answered_by_numbers,
    "q3": gain,
    "q4": gap_by_telephone,
    "q5": too_few,
    "q6": never_low,
    "q7": the_whole,
    "q8": shown_to_work,
    "q9": the_alarm,
    "q10": decision,
}
