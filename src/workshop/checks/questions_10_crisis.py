"""The questions of exercise 10: a plan that breaks, a mean, false alarms, a setting, a planted change, an end date.

Each function makes one question. What is computable is computed from the data; the letters of a question of
judgement are its author's, argued in the feedback.
"""

from functools import cache

import pandas as pd

from workshop import datasets
from workshop.domains import crisis
from workshop.domains.crisis.alarms import ONE_WEEK, PSI

from .question import Choice, Code, Mistake, Number, Several

CUT, HILL_CUT = "2020-03-16", "2020-03-23"
BAY, LAKES, HILL = "San Francisco, CA", "Minneapolis, MN", "Hill City"
FROM, OF = "theft_from_vehicle", "theft_of_vehicle"
PRICE, HIGH_PRICE = 10, 50  # false alarms that are accepted in 2019
WEEKS_BEFORE = 10  # of 2020, before the cut
DAY = "2020-05-04"  # on which somebody asks to go on


@cache
def test() -> crisis.StressTest:
    """Return the lesson's plan and what became of it."""
    return crisis.StressTest(datasets.load("weekly_recorded_crime"), CUT)


@cache
def desk() -> crisis.AlarmDesk:
    """Return the alarms on the lesson's plan."""
    return crisis.AlarmDesk(test())


@cache
def hill() -> crisis.StressTest:
    """Return the same for the planned Hill City."""
    planned = datasets.load("planned_drift")
    return crisis.StressTest(planned[planned.city_name == HILL], HILL_CUT, unfinished=0)


def hill_changes() -> pd.DataFrame:
    """Return what changed in Hill City, as the exercise shows it: two ways to compare."""
    rows = {
        (crisis.TYPE_WORDS[crime], way): each[["value", "low", "high"]]
        for way, table in (("weeks before", hill().changes()), ("year before", hill().year_on_year()))
        for (_, crime), each in table.iterrows()
    }
    table = pd.DataFrame.from_dict(rows, orient="index").astype(float).round(2)
    table.columns = ["factor", "from", "to"]
    return table.sort_index().rename_axis(["type", "compared with the"])


@cache
def decided() -> crisis.Deployment:
    """Return the decision of the lesson, of which nobody held the review."""
    return crisis.Deployment(
        purpose="patrols against burglary follow last week's counts",
        decided_by="the head of patrol, Commander Ito",
        starts="2020-03-30",
        ends="2020-05-31",
        reviews=["2020-04-27"],
        way_back="patrols by district, each its fixed share",
    )


def _missing(city, crime):
    """Return which share of the planned crimes was not recorded since the cut."""
    row = test().since().loc[(city, crime)]
    return 1 - row.recorded / row.planned


def sent_for_nothing() -> Number:
    """Ask which share of the planned thefts was not recorded."""
    row = test().since().loc[(BAY, FROM)]
    change = test().changes().loc[(BAY, FROM)]
    planned, recorded = f"{row.planned:,.0f}", f"{row.recorded:,.0f}"
    nearly = f"{planned} planned, {recorded} recorded. Divide, and take the result away from 1."
    return Number(
        asks=(
            "San Francisco, theft from vehicles, since 16 March 2020: of the thefts that the plan expected, which "
            "share was "
            "not recorded?"
        ),
        expected=_missing(BAY, FROM),
        tolerance=0.01,
        why=(
            f"{planned} planned, {recorded} recorded. Patrols were sent for {row.planned - row.recorded:,.0f} thefts "
            "that nobody recorded, while burglary of shops in the same city rose. No error message said so. Against "
            "the "
            f"eight weeks before, {100 * (1 - change.value):.0f} of 100 are missing: the plan was a little high "
            "before, "
            "too."
        ),
        mistakes=(
            Mistake(
                "the part that was recorded",
                1 - _missing(BAY, FROM),
                (
                    "This is the share that was recorded. The question asks for the others.",
                    "Both shares together make the whole plan.",
                    nearly,
                ),
            ),
            Mistake(
                "of the recorded ones",
                float(row.planned / row.recorded - 1),
                (
                    "You divided by what was recorded. The question begins: of those that the plan expected.",
                    "Below the line stands the plan.",
                    nearly,
                ),
                tolerance=0.05,
            ),
            Mistake(
                "against the weeks before",
                float(1 - change.value),
                (
                    "This is the change against the eight weeks before. The question compares with the plan.",
                    "Take both counts from the sentence above the figure.",
                    nearly,
                ),
            ),
            Mistake(
                "another city",
                _missing("Los Angeles, CA", FROM),
                (
                    "This is Los Angeles. Choose the city of the question.",
                    "Set City to San Francisco and the type to theft from vehicles.",
                    nearly,
                ),
            ),
        ),
        otherwise=(
            "Choose city and type, and read the sentence above the figure.",
            "What was planned and not recorded, divided by what was planned.",
            nearly,
        ),
    )


def one_headline() -> Choice:
    """Ask what these records say of a headline."""
    homes, shops = (test().changes().loc[(BAY, crime)] for crime in (crisis.HOMES, crisis.SHOPS))
    told = {
        name: f"{each.value:.2f} ({each.low:.2f} to {each.high:.2f})"
        for name, each in (("homes", homes), ("shops", shops))
    }
    # The letter by the intervals: without 1 it is clear, with 1 it is not.
    expected = {(False, True): "b", (True, True): "a"}[bool(homes.low > 1), bool(shops.low > 1)]
    return Choice(
        asks="“Burglary in San Francisco rose by 38%”, the press says of a study. What may you say from these records?",
        options={
            "a": "Homes and shops both rose: both points lie to the right of the line.",
            "b": "Shops rose, if barely; for homes there is no clear change.",
            "c": "The headline is wrong: in 27 cities burglary fell by 28%.",
            "d": "The virus made thieves turn from homes to shops.",
        },
        expected=expected,
        why=(
            f"Homes {told['homes']}, shops {told['shops']}. One number for burglary hides who is hit. The study had "
            "other "
            "days, another method and daily counts: both can be right. If patrols follow “plus 38%”, they may stand "
            "in front of "
            "homes while shops are broken into."
        ),
        mistakes=(
            Mistake(
                "points without intervals",
                "a",
                (
                    "Look at the lines, not at the points only. Which of them crosses “as before”?",
                    "A line that crosses “as before” means: chance could do that.",
                    f"Homes {told['homes']}: that holds a fall and a rise.",
                ),
            ),
            Mistake(
                "a mean is no city",
                "c",
                (
                    "Is a mean over 27 cities true of each of them?",
                    "Look at Minneapolis in the figure: it goes against the mean, too.",
                    "Judge the city by its own lines, one for homes and one for shops.",
                ),
            ),
            Mistake(
                "a cause",
                "d",
                (
                    "Do counts of weeks know why somebody breaks in, or whether it is the same person?",
                    "What else changed in March 2020: who reports, who writes it down, who is at home?",
                    "Say what the records did, and nothing of thieves.",
                ),
            ),
        ),
        otherwise=(
            "Read the two lines of San Francisco.",
            "A change is clear if its line does not cross “as before”.",
            "One of the two lines crosses it. Look for the sentence that says so.",
        ),
    )


def _heard(series, weeks):
    return series * 52 / weeks


def _of_one(series, weeks):
    return 52 / weeks


def _in_a_week(series, weeks):
    return series / weeks


def _upside_down(series, weeks):
    return series * weeks / 52


def false_alarms() -> Code:
    """Ask for the formula of the false alarms that a desk hears."""
    alarm = desk().alarm(ONE_WEEK, PRICE)
    number = len(test().names)
    return Code(
        asks=(
            "A seller promises: each series has one false alarm in so many weeks. How many does the desk hear in a "
            "year of 52 "
            "weeks? series: how many are watched; weeks: one false alarm in so many, for each."
        ),
        parameters=("series", "weeks"),
        inputs=lambda generator: (int(generator.integers(5, 60)), int(generator.integers(20, 200))),
        formulas={
            "a": ("52 ÷ weeks", _of_one),
            "b": ("series ÷ weeks", _in_a_week),
            "c": ("series × 52 ÷ weeks", _heard),
            "d": ("series × weeks ÷ 52", _upside_down),
        },
        expected=_heard,
        why=(
            f"“One in 150 weeks” sounds rare. With {number} series it is {_heard(number, 150):.0f} a year, the price "
            "in the "
            f"lesson: {alarm.false_alarms} in {alarm.weeks:,} weeks of all series. Each one costs somebody's hours, "
            "and who "
            "hears too many stops listening. Ask a seller for the number that your desk hears."
        ),
        mistakes=(
            Mistake(
                "one series",
                _of_one,
                (
                    "This is what one series brings. How many does the desk watch?",
                    "Each of the series has its own false alarms. All are heard at one desk.",
                    "Multiply by series.",
                ),
            ),
            Mistake(
                "one week",
                _in_a_week,
                (
                    "This is how many the desk hears in one week.",
                    "The question asks for a year.",
                    "Multiply by 52.",
                ),
            ),
            Mistake(
                "upside down",
                _upside_down,
                (
                    "Try it: if an alarm is rarer, so that weeks grows, does your number grow or fall?",
                    "The rarer, the fewer. So weeks stands below the line.",
                    "Exchange weeks and 52.",
                ),
            ),
            Mistake(
                "years between",
                lambda series, weeks: weeks / 52,
                (
                    "These are the years between two false alarms of one series.",
                    "You need how many come in a year: the other way round. And for all series.",
                    "52 divided by weeks, times series.",
                ),
            ),
        ),
        otherwise=(
            "Begin with one series: how many false alarms has it in a year?",
            "One in so many weeks, and 52 weeks. Then all the series.",
            "Above the line stand series and 52, below it weeks.",
        ),
    )


def alarm_setting() -> Several:
    """Ask what the alarms tell, and what they do not."""
    low, high = (desk().comparison(price) for price in (PRICE, HIGH_PRICE))
    early = desk().noticed(LAKES, OF, ONE_WEEK, PRICE)
    allowed = PRICE * WEEKS_BEFORE / 52
    holds = {
        "a": bool(high.noticed[ONE_WEEK] > low.noticed[ONE_WEEK]),
        "b": bool(low.before[ONE_WEEK] <= allowed),
        "c": bool(low.noticed[PSI] == 0),
        "d": early.earlier is not None and early.weeks is None,
        "e": False,  # an alarm compares records with a plan; it knows nothing of crime
    }
    return Several(
        asks="“One week far off” is the alarm, unless a sentence names another. Which sentences hold? Choose all.",
        options={
            "a": f"Of the 16 series that changed, it tells of more if you accept {HIGH_PRICE} false alarms instead "
            f"of {PRICE}.",
            "b": f"Set to {PRICE} in 2019, it kept its price in the ten weeks of 2020 before 16 March.",
            "c": f"At a price of {PRICE}, PSI on four weeks tells of none of the 16.",
            "d": "Theft of vehicles in Minneapolis: at this price it rang in January, and does not ring since 16 "
            "March.",
            "e": "If it rings, this proves that there is more or less crime.",
        },
        expected=frozenset(letter for letter, true in holds.items() if true),
        why=(
            f"{high.noticed[ONE_WEEK]} instead of {low.noticed[ONE_WEEK]} of 16, for five times the false alarms. "
            "Before "
            f"16 March it rang {low.before[ONE_WEEK]} times; {PRICE} a year means about {allowed:.0f} in ten weeks. "
            "Minneapolis shows that "
            "plans also break without a virus. A ring means: the records do not fit the plan. Then somebody must "
            "look, and "
            "ask those who write the records."
        ),
        mistakes=(
            Mistake(
                "a lower limit",
                "a",
                (
                    "Compare the column “noticed” of the two tables, in the row “one week”.",
                    "If more false alarms are accepted, the limit is lower. What does that do to true ones?",
                    f"Add a: {low.noticed[ONE_WEEK]}, then {high.noticed[ONE_WEEK]}.",
                ),
            ),
            Mistake(
                "the price held",
                "b",
                (
                    f"{PRICE} in 52 weeks: how many would you expect in ten?",
                    "Compare it with the column “alarms 2020, before”.",
                    f"Take out b: it rang {low.before[ONE_WEEK]} times, and {allowed:.0f} were to be expected.",
                ),
            ),
            Mistake(
                "a deaf alarm",
                "c",
                (
                    "Read the row PSI of the first table.",
                    "Four weeks in five bands: the index can't get much higher than in ordinary weeks.",
                    "Add c: the row says 0.",
                ),
            ),
            Mistake(
                "broken before",
                "d",
                (
                    "In the probe of question 1 choose Minneapolis and theft of vehicles. Where are the diamonds?",
                    "The sentence says whether it rings since 16 March, the list whether it rang before.",
                    "Add d: it rang in the week of 13 January, and not since 16 March.",
                ),
            ),
            Mistake(
                "a ring is no proof",
                "e",
                (
                    "What does the alarm compare: crime, or records with a plan?",
                    "Think of Chicago's robbery, and of how records are sorted.",
                    "Take out e: people may report less, or the plan may be old.",
                ),
            ),
        ),
        otherwise=(
            "Take the sentences one by one: two tables, then the probe.",
            "One of the sentences can't be read from a table: think of what a record is.",
            "Three sentences hold." if sum(holds.values()) == 3 else "Count again, sentence by sentence.",
        ),
    )


def planted_change() -> Choice:
    """Ask what an interval that holds 1 says."""
    found = hill().changes().loc[(HILL, OF)]
    naive = hill().year_on_year().loc[(HILL, OF)]
    truth = datasets.truth("planned_drift")
    factor, slow = truth["factors"][HILL][OF], truth["yearly_factor"]
    interval = f"{found.low:.2f} to {found.high:.2f}"
    return Choice(
        asks="Hill City does not exist. Theft of vehicles: what may you say, before you know what was planted?",
        options={
            "a": "Nothing changed: the interval against the weeks before holds 1.",
            "b": "It can be a fall by nearly half or a small rise: these few weeks can't tell.",
            "c": "It fell clearly: the interval against the year before does not hold 1.",
            "d": "It fell by a quarter: that is the number against the weeks before.",
        },
        expected="b" if found.low < 1 < found.high else "d",
        why=(
            f"{found.value:.2f} ({interval}). “Not clear” is not “no change”: planted was {factor}. Against the year "
            "before it "
            f"is {naive.value:.2f} ({naive.low:.2f} to {naive.high:.2f}), which even holds the truth, but by luck: a "
            "fall of "
            f"{100 * (1 - slow):.0f}% a year is in it. Look at burglary of homes: the year before says a clear fall, "
            "and none was "
            "planted. Wait for more weeks."
        ),
        mistakes=(
            Mistake(
                "not clear is not nothing",
                "a",
                (
                    "The interval holds 1. Which other numbers does it hold?",
                    "If somebody said “it fell by a third”, could you say no?",
                    f"It goes from {interval}. Look for the sentence that says both ends.",
                ),
            ),
            Mistake(
                "the year before",
                "c",
                (
                    "What else happens from one year to the next? Read what the lesson says of the planned cities.",
                    "Compare burglary of homes in both rows: what does the year before claim there?",
                    "All series fall slowly over the year: the year before takes this for a change in March.",
                ),
            ),
            Mistake(
                "a number without its interval",
                "d",
                (
                    "You give one number. How sure is it?",
                    "Read the columns “from” and “to” beside it.",
                    f"From {interval}: say both ends.",
                ),
            ),
        ),
        otherwise=(
            "Read the row “weeks before” of theft of vehicles: from, to.",
            "Say what the interval holds at both ends.",
            "One end is nearly half, the other a small rise.",
        ),
    )


def go_on() -> Choice:
    """Ask what to answer when a review was missed and somebody wants to go on."""
    standing = decided().standing(DAY)
    late = decided().review("2020-05-05", "Commander Ito", goes_on=True)
    stopped_only = not standing.state.allowed and late.standing("2020-05-05").state.allowed
    return Choice(
        asks=(
            "4 May 2020. Nobody held the review of 27 April. The chief writes: “A fifth of us were sick. Go on, it "
            "works. We "
            "will look at it after the summer.” What do you answer?"
        ),
        options={
            "a": "Go on: the crisis is not over, and the last day is 31 May.",
            "b": "Stop today and go the way back; hold the review this week; if it says yes, go on until 31 May.",
            "c": "Extend it to the end of August now, so that nobody must decide in a crisis.",
            "d": "Stop for good: a missed review proves that the tool harms people.",
        },
        expected="b" if stopped_only else "a",
        why=(
            "The clause does what was decided in calm: no review, no use, until somebody with a name has looked. "
            "Stopping costs: "
            "patrols by fixed share err, too. But rules hold in a crisis, and a review takes hours: who was sent "
            "where, who was left out, what the alarm said. An extension is refused: nothing can be extended "
            "unreviewed."
        ),
        mistakes=(
            Mistake(
                "silent renewal",
                "a",
                (
                    "Move the probe to 4 May. What does it say?",
                    "“It works”: who has looked, and at what?",
                    "Before the last day stands the review. Who must hold it, and what is done until then?",
                ),
            ),
            Mistake(
                "extended unseen",
                "c",
                (
                    "Longer needs a number with its interval. Which number do you have?",
                    "What does the clause say of extending while a review is missed?",
                    "First the review. Until then the way back.",
                ),
            ),
            Mistake(
                "proof of harm",
                "d",
                (
                    "A missed review: do you know more about the tool now, or less?",
                    "The way back has errors, too. Does “for good” follow from not knowing?",
                    "Look for the answer that stops, looks, and then decides.",
                ),
            ),
        ),
        otherwise=(
            "Move the probe to 4 May, and read the sentence.",
            "Who must do what, before the tool may be used again?",
            "Stop, look, decide: in this order.",
        ),
    )


QUESTIONS = {
    "q1": sent_for_nothing,
    "q2": one_headline,
    "q3": false_alarms,
    "q4": alarm_setting,
    "q5": planted_change,
    "q6": go_on,
}
