"""The questions of exercise 02: stops in Minneapolis, forecasts, shifts, feedback, a planted bias, necessity.

Each function makes one question. What is computable is computed from the data; the letters of a question of
judgement are its author's, argued in the feedback.
"""

from functools import cache

import pandas as pd

from workshop import audit, datasets
from workshop.domains.resources import demand, feedback, forecast, planned_city, shifts

from .question import Choice, Code, Mistake, Number, Several

PRECINCT = 4  # all stops in neighborhoods without residents in the table are here
DOWNTOWN = 1
UNKNOWN = "Unknown"  # what the officer wrote in the place of a race
OFFICERS = 60
OFFICERS_PER_STOP = 2  # assumed: two officers are busy for the hour of a stop
RUNS = 400  # as in the feedback probe
# Of the feedback probe: the rule, what past records are divided by, and days.
SETTINGS = {
    "a": ("naive", 100, 2_000),
    "b": ("reweighted", 1, 100),
    "c": ("reweighted", 1, 1_000),
    "d": ("reweighted", 100, 1_000),
}


@cache
def stops():
    """Return the stops of Minneapolis."""
    return datasets.load("minneapolis_stops")


@cache
def residents():
    """Return residents and stops by precinct."""
    return demand.residents(stops(), datasets.load("minneapolis_neighborhoods"))


@cache
def searches() -> audit.GroupRates:
    """Return the share of stops with a search of the person (the selection rate), by race as recorded."""
    return audit.group_rates(stops().person_search, stops().person_search, stops().race)


@cache
def backtest(order: str) -> forecast.Backtest:
    """Return the forecast beside what was recorded, tested on later weeks ("time") or on shuffled rows."""
    return forecast.backtest(demand.hourly(stops()), order=order)


def precinct_errors(test: forecast.Backtest) -> pd.DataFrame:
    """Return what the mean absolute error is made of, by precinct.

    Columns: `too_many` and `too_few`, the stops forecast above and below what was recorded, summed over the hours in
    which they were; `recorded`; `hours`.
    """
    error = test.table["model"] - test.table["actual"]
    parts = {
        "too_many": error.clip(lower=0),
        "too_few": -error.clip(upper=0),
        "recorded": test.table["actual"],
        "hours": 1,
    }
    return test.table[["precinct"]].assign(**parts).groupby("precinct").sum()


@cache
def allocations() -> dict[float, shifts.Allocation]:
    """Return the allocations with the sick missing: only the total counts (0), and the worst-off precinct first (1)."""
    planner = shifts.Planner(OFFICERS_PER_STOP * demand.hour_of_week(demand.hourly(stops())))
    return {weight: planner.allocation(officers_left(), weight) for weight in (0.0, 1.0)}


def sick_share() -> float:
    """Return the largest share of New York's officers on sick report in the data."""
    return datasets.load("nypd_sick_report").percent_of_strength.max() / 100


def officers_left() -> int:
    """Return how many of the officers are not sick."""
    return round(OFFICERS * (1 - sick_share()))


@cache
def patrols(rule: str, divisor: int, days: int) -> feedback.Runs:
    """Return how patrols were shared in one setting of the feedback probe."""
    areas = datasets.load("feedback_loop").iloc[0]
    rates, priors = (areas.rate_a_per_day, areas.rate_b_per_day), (areas.prior_a, areas.prior_b)
    return feedback.simulate(rates, [past / divisor for past in priors], days, RUNS, rule)


@cache
def by_patrols() -> pd.DataFrame:
    """Return counts of the planned city, summed over districts with more and with fewer patrols.

    Columns: `residents`, `records_by_call`, `records_by_patrol`, and `incidents_by_survey`, estimated: the incidents
    told in the survey times the residents for each person asked.
    """
    city = datasets.load("planned_city")
    estimated = city.survey_incidents * city.residents / city.survey_asked
    counts = ["residents", "records_by_call", "records_by_patrol", "incidents_by_survey"]
    return city.assign(incidents_by_survey=estimated).groupby("patrols")[counts].sum()


def one_row() -> Several:
    """Ask what a row of the stops is evidence of."""
    return Several(
        asks="What does one row of this data show for certain? Choose all that hold.",
        options={
            "a": "An officer recorded a stop at this hour and place.",
            "b": "Somebody committed a crime there.",
            "c": "The officer wrote down this race, or Unknown, or nothing.",
            "d": "The person would name this race, too.",
            "e": "An hour without a row is an hour in which nobody needed the police.",
        },
        expected=frozenset("ac"),  # from the datasheet
        why=(
            "A row shows what an officer did and wrote down. It does not show a crime, and the race is what the "
            "officer saw. No row means that nobody recorded a stop. People who needed help and got none leave no row: "
            "a plan made from these rows forgets them."
        ),
        mistakes=(
            Mistake(
                "crime",
                "b",
                (
                    "One of your sentences says more than the row does. What did the officer do: stop, or convict?",
                    "Look at the column reason: traffic, or suspicious. Is a suspicion a crime?",
                    "Take out b: a row is a stop, and no column says what was found.",
                ),
            ),
            Mistake(
                "race as people call themselves",
                "d",
                (
                    "One of your sentences is about what a person says. Who filled in this row?",
                    "The datasheet says whose words the column race holds.",
                    "Take out d: the person was not asked; the officer looked and wrote.",
                ),
            ),
            Mistake(
                "no row, no need",
                "e",
                (
                    "One of your sentences is about hours that are not in the data. Can you know them?",
                    "A row needs an officer on the spot. What if no officer was there?",
                    "Take out e: where nobody records, there is no row, whatever happened.",
                ),
            ),
            Mistake(
                "stop recorded",
                "a",
                (
                    "You left out the simplest thing that a row shows. Who made this row?",
                    "Each row begins with a time, a reason and a place.",
                    "Add a: an officer made a stop and recorded it.",
                ),
            ),
            Mistake(
                "race as recorded",
                "c",
                (
                    "You left out what one of the columns shows. Look at the columns about the person.",
                    "The column race holds words of the officer. That much is certain.",
                    "Add c: it says what the officer wrote down, no more.",
                ),
            ),
        ),
        otherwise=(
            "Take the sentences one by one.",
            "Ask of each: did the officer see and write it, or do we only think so?",
            "Two sentences are about what the officer did and wrote.",
        ),
    )


def stops_per_resident() -> Number:
    """Ask for stops per 1,000 residents, where some neighborhoods have no residents in the table."""
    table = residents()
    row = table.loc[PRECINCT]
    counted, people = int(row.stops_with_residents), int(row.population)
    rate = 1000 * counted / people
    wrong = 1000 * row.stops / people
    # Precinct 2 is left out of the exercise: the residents of one of its neighborhoods are wrong in the source.
    others = {number: table.loc[number] for number in (DOWNTOWN, 3, 5)}
    nearly = f"{counted:,} stops and {people:,} residents. Divide, then multiply by 1,000."
    return Number(
        asks=(
            f"How many stops per 1,000 residents were recorded in precinct {PRECINCT}? Count only stops in "
            "neighborhoods whose residents are in the table."
        ),
        expected=rate,
        tolerance=1.0,
        proportion=False,
        highest=100_000,
        why=(
            f"{counted:,} stops for {people:,} residents: {rate:.0f} per 1,000. With all {int(row.stops):,} stops it "
            f"would be {wrong:.0f}, which is {wrong / rate - 1:.0%} too high: people of three neighborhoods would "
            "count above the line, and not below it. Leave a neighborhood out of both numbers or of none."
        ),
        mistakes=(
            Mistake(
                "all stops",
                wrong,
                (
                    "You count stops in places whose residents you do not count. Look at the columns once more.",
                    "The table splits the stops: with residents, and without. Which belong to these residents?",
                    f"Take the column stops_with_residents: {nearly}",
                ),
            ),
            Mistake(
                "only the stops without residents",
                1000 * row.stops_without_residents / people,
                (
                    "You took the stops that the question leaves out.",
                    "There is another column: stops in neighborhoods whose residents are known.",
                    f"Take the column stops_with_residents: {nearly}",
                ),
            ),
            *(
                Mistake(
                    f"precinct {number}",
                    1000 * other.stops_with_residents / other.population,
                    (
                        f"The way you count is right. But look at the row: you took precinct {number}.",
                        "The question is about another precinct. Take the same two columns of its row.",
                        f"Precinct {PRECINCT}: {nearly}",
                    ),
                )
                for number, other in others.items()
            ),
            Mistake(
                "per 100 residents",
                rate / 10,
                (
                    "Your two numbers are right. For how many residents does your result hold?",
                    "You have the stops for every hundred residents. The question wants them for every thousand.",
                    "Multiply your number by ten.",
                ),
                tolerance=0.1,
            ),
            Mistake(
                "per resident",
                rate / 1000,
                (
                    "Your two numbers are right. This is the result for a single resident.",
                    "So few stops of one person are hard to imagine. Take a thousand persons.",
                    "Multiply your number by 1,000.",
                ),
                tolerance=0.001,
            ),
            Mistake(
                "upside down",
                people / counted,
                (
                    "Look at what stands above the line and what below. The question wants stops for residents.",
                    "You have the residents for each stop. Turn the division round.",
                    f"Above the line the stops, below it the residents: {nearly}",
                ),
                tolerance=0.1,
            ),
            Mistake(
                "upside down, per 1,000",
                1000 * people / counted,
                (
                    "This is more than one stop for each resident. Look at what stands above the line.",
                    "You have the residents for a thousand stops. Turn the division round.",
                    f"Above the line the stops, below it the residents: {nearly}",
                ),
                tolerance=60,
            ),
            Mistake(
                "not divided by residents",
                counted / 1000,
                (
                    "You divided by a thousand only. Where are the people who live there?",
                    "A large precinct has more stops because it is large. That is why we divide by its residents.",
                    nearly,
                ),
                tolerance=0.1,
            ),
        ),
        otherwise=(
            "Find the row of the precinct. You need two numbers of it: stops and residents.",
            "The stops are in the column stops_with_residents, the residents in the column population.",
            nearly,
        ),
    )


def high_rate() -> Choice:
    """Ask what many stops per resident prove."""
    here = stops()[stops().precinct == DOWNTOWN]
    largest = here.neighborhood.value_counts().index[0]
    people = datasets.load("minneapolis_neighborhoods").set_index("neighborhood").population
    share_of_stops = (here.neighborhood == largest).mean()
    share_of_people = people[largest] / residents().population[DOWNTOWN]
    return Choice(
        asks=f"Precinct {DOWNTOWN} has the most stops per 1,000 residents. What does this number prove?",
        options={
            "a": "The people who live there break the law more often.",
            "b": "The police stop the people who live there without a reason.",
            "c": "The precinct needs more officers than the others.",
            "d": "None of these: many of the people who were stopped may live elsewhere.",
        },
        expected="d",  # a judgement: residents are the wrong benchmark for all the other sentences
        why=(
            f"This is the benchmark problem. {share_of_stops:.0%} of these stops were in {largest}, where "
            f"{share_of_people:.0%} of the precinct's residents live. Nobody counted who "
            "else is downtown, and no column says where the stopped people live."
        ),
        mistakes=(
            Mistake(
                "residents break the law",
                "a",
                (
                    "You speak of the residents. Does the data say who was stopped: a resident or a visitor?",
                    "Below the line stand people who live there. Above the line stands everybody who was stopped.",
                    "Look for the answer that asks who was on these streets.",
                ),
            ),
            Mistake(
                "police without a reason",
                "b",
                (
                    "This can be so or not. Does this number show the reason of a stop, or who lives where?",
                    "To find wrong stops you must know who could be stopped: all who are there, day and night.",
                    "Look for the answer that asks who was on these streets.",
                ),
            ),
            Mistake(
                "more officers",
                "c",
                (
                    "A stop is what an officer did. Is it the same as a person who asked for help?",
                    "More officers make more stops, and more stops then ask for more officers. What is missing?",
                    "Look for the answer that doubts the residents as a measure.",
                ),
            ),
        ),
        otherwise=(
            "Who is downtown on a Saturday night?",
            "Compare who is counted above the line and who below.",
            "Look for the answer that doubts the residents as a measure.",
        ),
    )


def unknown_race() -> Number:
    """Ask how small a gap can be, whoever the people of unknown race are."""
    rates = searches()
    black, white, unknown = (rates.of(group, "selection_rate") for group in ("Black", "White", UNKNOWN))
    (black_low, black_high), (white_low, white_high) = (
        [100 * end for end in rates.bounds("selection_rate", group, [UNKNOWN])]
        for group in ("Black", "White")
    )
    known, least = 100 * (black.value - white.value), black_low - white_high
    ends = f"Black people at the least {black_low:.1f}, white people at the most {white_high:.1f}"
    return Number(
        asks=(
            f"Of 100 stops of Black people {100 * black.value:.1f} led to a search of the person, of 100 stops of "
            f"white people {100 * white.value:.1f}: a gap of {known:.1f}. How small can the gap be, whoever the "
            "Unknown are?"
        ),
        expected=least,
        tolerance=0.5,
        proportion=False,
        highest=100,
        why=(
            f"{ends}: in these stops, if all else is right, the gap is at least {least:.1f}; {known:.1f} is not sure. "
            f"Only {100 * unknown.value:.0f} of 100 stops with Unknown race led to a search: race is missing more "
            "often where nobody was searched. Why there is a gap, these counts do not say."
        ),
        mistakes=(
            Mistake(
                "Unknown left out",
                known,
                (
                    "This is the gap among the stops with a known race. The Unknown belong to somebody, too.",
                    "The hatched bars show how far each number can move. Which ends bring the two nearest?",
                    f"{ends}. Subtract.",
                ),
                tolerance=0.3,
            ),
            Mistake(
                "largest gap",
                black_high - white_low,
                (
                    "This is how large the gap can be. The question asks for the other end.",
                    "Bring the two groups as near to each other as the hatched bars allow.",
                    f"{ends}. Subtract.",
                ),
            ),
            Mistake(
                "only Black people moved",
                black_low - 100 * white.value,
                (
                    "You are on the way: you moved the Black people. Can the other group move, too?",
                    "The Unknown who were searched may all be white. Look at the bar of the white people.",
                    f"{ends}. Subtract.",
                ),
            ),
            Mistake(
                "only white people moved",
                100 * black.value - white_high,
                (
                    "You are on the way: you moved the white people. Can the other group move, too?",
                    "The Unknown who were not searched may all be Black. Look at the bar of the Black people.",
                    f"{ends}. Subtract.",
                ),
            ),
            Mistake(
                "no gap",
                0.0,
                (
                    "You say that the gap can vanish. For this the two hatched bars would have to meet.",
                    "Do they meet? Find the ends that are nearest to each other.",
                    f"{ends}. Subtract.",
                ),
                tolerance=0.02,
            ),
            Mistake(
                "Unknown as a third group",
                100 * (black.value - unknown.value),
                (
                    "You compare with the Unknown. The question is about Black and white people.",
                    "The Unknown are Black, white or something else. Let them move the two numbers.",
                    f"{ends}. Subtract.",
                ),
            ),
            Mistake(
                "share instead of stops of 100",
                least / 100,
                (
                    "You give a share. The question counts stops: so many of every hundred.",
                    "A share of 0.25 means 25 of 100. Turn yours into stops in the same way.",
                    "Multiply your number by 100.",
                ),
                tolerance=0.005,
            ),
            Mistake(
                "ratio",
                black.value / white.value,
                (
                    "You say how many times more. The question asks how many more, of every hundred.",
                    "Take one number away from the other. And use the ends of the hatched bars.",
                    f"{ends}. Subtract.",
                ),
                tolerance=0.05,
            ),
        ),
        otherwise=(
            "The hatched bars show how far each number can move. Which ends bring the two groups together?",
            "You need the low end of the Black people and the high end of the white people.",
            f"{ends}. Subtract.",
        ),
    )


def forecast_error() -> Code:
    """Ask for the formula of the mean absolute error."""
    counted = precinct_errors(backtest("time")).loc[PRECINCT]
    error, bias = (measure(**counted) for measure in (_mean_absolute_error, _bias))
    return Code(
        asks=(
            "By how many stops per hour is the forecast off, too high or too low alike (mean absolute error)? Use "
            "too_many, too_few, recorded and hours."
        ),
        parameters=("too_many", "too_few", "recorded", "hours"),
        inputs=lambda generator: (
            *(int(count) for count in generator.integers(50, 900, size=3)),
            int(generator.integers(24, 168)),
        ),
        formulas={
            "a": ("(too many − too few) ÷ hours", _bias),
            "b": ("(too many + too few) ÷ recorded", _relative_error),
            "c": ("(too many + too few) ÷ hours", _mean_absolute_error),
            "d": ("too few ÷ hours", _too_few_only),
        },
        expected=_mean_absolute_error,
        why=(
            f"In precinct {PRECINCT} the forecast is off by {error:.2f} stops per hour, and "
            f"{counted.recorded / counted.hours:.2f} are recorded. With minus in the place of plus it would be "
            f"{bias:.2f}: it would look nearly perfect, because errors up and down cancel. Each of them harms "
            "somebody: stops without need, or nobody free to come."
        ),
        mistakes=(
            Mistake(
                "errors cancel",
                _bias,
                (
                    "Too many at noon and too few at night: does the one make the other good?",
                    "With a minus, errors in the two directions cancel. Each of them should count.",
                    "Put the two together with plus, and keep what stands below the line.",
                ),
            ),
            Mistake(
                "of what was recorded",
                _relative_error,
                (
                    "You get a share of the stops. The question asks for stops in each hour.",
                    "What stands above the line is right. “Per hour” tells what stands below it.",
                    "Keep the sum, and divide it by hours.",
                ),
            ),
            Mistake(
                "too few only",
                _too_few_only,
                (
                    "You count only the hours in which the forecast was too low. There are others.",
                    "Too many planned is an error too: people may be stopped because officers were sent.",
                    "Above the line: too_many and too_few, put together with plus.",
                ),
            ),
            Mistake(
                "too many only",
                lambda too_many, too_few, recorded, hours: too_many / hours,
                (
                    "You count only the hours in which the forecast was too high. There are others.",
                    "Too few planned is an error too: if somebody calls, perhaps no officer is free.",
                    "Above the line: too_many and too_few, put together with plus.",
                ),
            ),
            Mistake(
                "not per hour",
                lambda too_many, too_few, recorded, hours: too_many + too_few,
                (
                    "This is the sum of all errors. A longer test would have a larger one.",
                    "Make it comparable: how much is it for a single hour?",
                    "Keep your sum in brackets, and divide it by hours.",
                ),
            ),
            Mistake(
                "no brackets",
                lambda too_many, too_few, recorded, hours: too_many + too_few / hours,
                (
                    "Look at the order: a computer divides before it adds.",
                    "What stands above the line needs brackets around it.",
                    "Write the sum in brackets: ( … + … ) / hours.",
                ),
            ),
            Mistake(
                "squared",
                lambda too_many, too_few, recorded, hours: (too_many**2 + too_few**2) / hours,
                (
                    "You squared the errors. Then the result is no longer in stops.",
                    "Take the errors as they are: no squares.",
                    "Above the line: too_many and too_few, put together with plus, and nothing else.",
                ),
            ),
            Mistake(
                "percent",
                lambda too_many, too_few, recorded, hours: 100 * (too_many + too_few) / recorded,
                (
                    "You get a percentage of the stops. The question asks for stops in each hour.",
                    "Leave out the hundred, and look at what stands below the line.",
                    "Keep the sum, and divide it by hours.",
                ),
            ),
        ),
        otherwise=(
            "Say it in words first: all errors together, and over what?",
            "Errors in both directions stand above the line. “Per hour” tells what stands below it.",
            "Above the line too_many and too_few with a plus between them, below it hours.",
        ),
    )


def _mean_absolute_error(too_many, too_few, recorded, hours):
    return (too_many + too_few) / hours


def _bias(too_many, too_few, recorded, hours):
    return (too_many - too_few) / hours


def _relative_error(too_many, too_few, recorded, hours):
    return (too_many + too_few) / recorded


def _too_few_only(too_many, too_few, recorded, hours):
    return too_few / hours


def honest_test() -> Choice:
    """Ask which test of a forecast is honest."""
    later, shuffled = (precinct_errors(backtest(order)) for order in ("time", "shuffled"))
    bias, seeming_bias = (_bias(**counted.sum()) for counted in (later, shuffled))
    errors = _mean_absolute_error(**later)
    worst, best = errors.idxmax(), errors.idxmin()
    return Choice(
        asks="A firm wants to sell you a forecast of stops. Which test of it do you trust most?",
        options={
            "a": "It learned from a whole year and was tested on the same year.",
            "b": "The hours of a year were shuffled: it learned from most of them and was tested on the others.",
            "c": "It was always tested on weeks after those it had learned from, in each precinct.",
            "d": "It was always tested on weeks after those it had learned from, with one number for the city.",
        },
        expected="c",  # a judgement: the use is a week ahead, and a precinct's error is borne by its people
        why=(
            "A plan is made before its week begins, so the test must be, too. Shuffled hours look back from the "
            f"future: there this forecast seems {seeming_bias:.2f} stops per hour too high, in later weeks it is "
            f"{bias:.2f}. One number for the city hides that precinct {worst} is off by "
            f"{errors[worst]:.2f} and precinct {best} by {errors[best]:.2f}."
        ),
        mistakes=(
            Mistake(
                "same year",
                "a",
                (
                    "The forecast had seen the answers before the test. Would you let a trainee do that?",
                    "Who learns by heart does well on what was learned. You need it for a week that has not come.",
                    "Look for a test on weeks that the forecast had not seen and that came after.",
                ),
            ),
            Mistake(
                "shuffled hours",
                "b",
                (
                    "The tested hours are new to it. But when were the hours that it learned from?",
                    "Among them are the hour before, the hour after, and all of next month. A plan has none of these.",
                    "Look for a test that keeps the order of time.",
                ),
            ),
            Mistake(
                "one number for the city",
                "d",
                (
                    "The order of time is kept: good. Who could be hidden behind one number?",
                    "Look at the column of errors in the table. Are all precincts alike?",
                    "Look for the test that keeps the order of time and shows every precinct.",
                ),
            ),
        ),
        otherwise=(
            "When do you make a plan: before the week or after it?",
            "What did the forecast know when it was tested? Could you know it when you plan?",
            "Look for the test that keeps the order of time and shows every precinct.",
        ),
    )


def who_pays() -> Several:
    """Ask who pays when officers are sick, and what it costs to put the worst-off precinct first."""
    total, first = (allocations()[weight] for weight in (0.0, 1.0))
    before, after = (100 * each.unmet_share for each in (total, first))
    loser = (after - before).idxmax()
    worst = before.idxmax()
    more = first.total_unmet - total.total_unmet
    true = {
        "a": worst == PRECINCT,
        "b": bool((after <= before).all()),
        "c": after.max() < before.max(),
        "d": first.total_unmet >= 1.1 * total.total_unmet,
    }
    left = f"{officers_left()} of {OFFICERS} officers"
    said_more = "less than one hour" if more < 1 else f"{more:.0f} hours"
    return Several(
        asks=(
            f"With {left}, compare “only the total counts” and “worst-off precinct first”. Which sentences hold? "
            "Choose all."
        ),
        options={
            "a": f"When only the total counts, precinct {PRECINCT} is the worst off.",
            "b": "With the worst-off precinct first, no precinct has more unmet than before.",
            "c": "With the worst-off precinct first, the highest unmet share is lower.",
            "d": "With the worst-off precinct first, at least 10 of 100 hours more are unmet in total.",
        },
        expected=frozenset(letter for letter, holds in true.items() if holds),
        why=(
            f"If only the total counts, {before[worst]:.0f} of 100 hours are unmet in precinct {worst}. Worst-off "
            f"first brings it to {after[worst]:.0f} and costs {said_more} in total. Precinct {loser} pays: from "
            f"{before[loser]:.0f} to {after[loser]:.0f}. The two totals are practically equal: a rule about the total "
            "alone does not say who waits. Which plan is right is a decision; somebody must give reasons for it."
        ),
        mistakes=(
            Mistake(
                "nobody loses",
                "b",
                (
                    "One of your sentences promises that everybody wins. Compare the bars one by one.",
                    "No officer was added. If one precinct gets an officer, from where does he or she come?",
                    f"Take out b: look at precinct {loser}.",
                ),
            ),
            Mistake(
                "a high price in total",
                "d",
                (
                    "One of your sentences names a high price. Look at all precincts together, in both positions.",
                    "The text under the figure says how many officer-hours more are unmet together.",
                    f"Take out d: together it costs {said_more}.",
                ),
            ),
            Mistake(
                "worst off by the total",
                "a",
                (
                    "You left out what the plan for the total does. Which precinct is marked as worst off there?",
                    "Set the slider back to “only the total counts”, and find the longest bar.",
                    f"Add a: precinct {worst} has {before[worst]:.0f} of 100 unmet.",
                ),
            ),
            Mistake(
                "the worst is less bad",
                "c",
                (
                    "You left out what the change is for. Compare the longest bar of both positions.",
                    "The longest bar may belong to another precinct afterwards. Is it shorter?",
                    f"Add c: the highest is {before.max():.0f} of 100 before and {after.max():.0f} after.",
                ),
            ),
        ),
        otherwise=(
            "Take the sentences one by one, and move one slider between its two ends.",
            "Three things to compare: the longest bar, each single bar, and the total.",
            "Two sentences hold.",
        ),
    )


def repair() -> Choice:
    """Ask in which setting the reweighted rule brings patrols to where the incidents are."""
    runs = {letter: patrols(*setting) for letter, setting in SETTINGS.items()}
    share = {letter: 100 * run.mean[-1] for letter, run in runs.items()}
    true = 100 * runs["a"].true_share
    nearest = min(share, key=lambda letter: abs(share[letter] - true))
    rules = {
        "naive": "every record counts fully",
        "reweighted": "records count less where we patrol more",
    }
    past = {1: "all past records", 100: "one in a hundred past records"}
    found = {letter: f"{share[letter]:.1f} of 100 patrols" for letter in share}
    return Choice(
        asks="Which setting brings the patrols nearest to where the incidents are?",
        options={
            letter: f"{rules[rule]}; {past[divisor]}; {days:,} days"
            for letter, (rule, divisor, days) in SETTINGS.items()
        },
        expected=nearest,
        why=(
            f"{found[nearest]} go to A, and {true:.1f} of 100 incidents happen there. The repair needs little past or "
            f"much time: with all past records it is still {share['c']:.1f} after 1,000 days. Until then, people in A "
            "are watched more than the incidents there explain. In a real city nobody knows the "
            f"{true:.1f}."
        ),
        mistakes=(
            Mistake(
                "without the repair",
                "a",
                (
                    "Move the days from few to many. Does the line of patrols come nearer to the incidents?",
                    f"With {found['a']} in A this is the farthest of all. The more days, the farther.",
                    "Choose “records count less where we patrol more”, and look at the past records, too.",
                ),
            ),
            Mistake(
                "too few days",
                "b",
                (
                    "The rule is the repaired one. Is it at work for long enough?",
                    f"{found['b']} go to A. Try more days; then try fewer past records.",
                    "Past records hold the patrols back. Let only a few of them count.",
                ),
            ),
            Mistake(
                "too many past records",
                "c",
                (
                    "You are near: the rule and the days are good. What still holds the patrols back?",
                    f"{found['c']} go to A. Change only the past records, and look again.",
                    "Let one in a hundred of the past records count.",
                ),
            ),
        ),
        otherwise=(
            "Set the probe to each of the four.",
            "Compare the two numbers in the figure: patrols and incidents.",
            "The repaired rule, little past, many days.",
        ),
    )


def planted_bias() -> Number:
    """Ask for an estimate of the bias planted in the records of the planned city."""
    city = datasets.load("planned_city")
    honest, naive = planned_city.estimate_bias(city), planned_city.naive_bias(city)
    planted = datasets.truth("planned_city")["bias"]
    kinds = by_patrols()
    kinds = kinds.assign(records=kinds.records_by_call + kinds.records_by_patrol)
    above, below = (kinds.records / kinds.incidents_by_survey)[["more", "fewer"]]

    def times(column, of):
        each = kinds[column] / kinds[of]
        return each["more"] / each["fewer"]

    nearly = (
        f"Of 100 incidents {100 * above:.1f} become a record where patrols are more, {100 * below:.1f} where they are "
        "fewer. Divide."
    )
    return Number(
        asks=(
            "How many times as often does the same incident become a record where patrols are more, compared with "
            "where they are fewer?"
        ),
        expected=honest.value,
        tolerance=0.2,
        proportion=False,
        highest=1000,
        why=(
            f"Planted is {planted:.2f}. An honest audit finds {honest.value:.2f}, "
            f"{abs(honest.value / planted - 1):.0%} off, with a 95% interval from {honest.low:.2f} to "
            f"{honest.high:.2f}. Records per resident say {naive.value:.2f}: they take for granted that incidents are "
            "equally frequent. So districts with more patrols look as if more happened there than did."
        ),
        mistakes=(
            Mistake(
                "records per resident",
                naive.value,
                (
                    "You divided by residents. Then you assume that incidents are equally frequent everywhere.",
                    "There is a second source that does not depend on patrols: the survey. Divide by those incidents.",
                    nearly,
                ),
                tolerance=0.05,
            ),
            Mistake(
                "difference",
                above - below,
                (
                    "You took one number away from the other. The question asks how many times as often.",
                    "“How many times” is a division. You have the right two numbers.",
                    nearly,
                ),
                tolerance=0.004,
            ),
            Mistake(
                "more patrols only",
                above,
                (
                    "This is the number of the districts with more patrols. The question compares two kinds.",
                    "Work out the same number where patrols are fewer.",
                    nearly,
                ),
                tolerance=0.004,
            ),
            Mistake(
                "fewer patrols only",
                below,
                (
                    "This is the number of the districts with fewer patrols. The question compares two kinds.",
                    "Work out the same number where patrols are more.",
                    nearly,
                ),
                tolerance=0.004,
            ),
            Mistake(
                "upside down",
                1 / honest.value,
                (
                    "Your result is below one. Which districts stand above the line?",
                    "You compare fewer with more. Turn it round.",
                    "Divide 1 by your number.",
                ),
                tolerance=0.05,
            ),
            Mistake(
                "only records by patrol",
                times("records_by_patrol", "incidents_by_survey"),
                (
                    "You counted what patrols saw. An incident can become a record in another way, too.",
                    "Residents call, too. Put both kinds of records together first.",
                    nearly,
                ),
            ),
            Mistake(
                "only records by call",
                times("records_by_call", "incidents_by_survey"),
                (
                    "You counted what residents called about. An incident can become a record in another way, too.",
                    "Patrols make records, too. Put both kinds of records together first.",
                    nearly,
                ),
                tolerance=0.03,
            ),
            Mistake(
                "records over records",
                kinds.records["more"] / kinds.records["fewer"],
                (
                    "You compare the records of the two kinds of districts. But did equally much happen in both?",
                    "Divide the records of each kind by its incidents, as the survey tells them.",
                    nearly,
                ),
                tolerance=0.05,
            ),
            Mistake(
                "incidents instead of records",
                times("incidents_by_survey", "residents"),
                (
                    "This is about what happened to people. The question is how often it became a record.",
                    "Put the records above the line, and the incidents by survey below it.",
                    nearly,
                ),
                tolerance=0.03,
            ),
        ),
        otherwise=(
            "You need to know how much really happened. Which column does not depend on patrols?",
            "For each kind of district: all records, divided by the incidents by survey. Then compare.",
            nearly,
        ),
    )


def open_questions() -> Several:
    """Ask which questions of necessity and proportionality a good test leaves open."""
    return Several(
        asks=(
            "A forecast of stops was closer to the records than last week's numbers, in every precinct. Now it is to "
            "choose streets for night patrols. Which questions are still open? Choose all."
        ),
        options={
            "a": "Does the law allow this use, and who answers for it?",
            "b": "Could something milder reach the aim, such as light or help on call?",
            "c": "Is it closer to the records than last week's numbers?",
            "d": "What does it cost the people in the chosen streets, and were they asked?",
            "e": "Does it show where help is needed, or where the police stopped people before?",
        },
        expected=frozenset("abde"),  # a judgement: the test answers none of these
        why=(
            "The test answers one question: the forecast repeats the records better. Legality (a), necessity (b), "
            "proportionality (d) and suitability (e) stay open, and no test on the same records can close them. "
            "People in the chosen streets would bear more stops. Ask them before, set an end, and let them contest it."
        ),
        mistakes=(
            Mistake(
                "already answered",
                "c",
                (
                    "One of the questions you chose has its answer in the first sentence. Read it again.",
                    "The test compared the forecast with last week's numbers. So what do we know?",
                    "Take out c: the test has shown it.",
                ),
            ),
            Mistake(
                "legality",
                "a",
                (
                    "A good forecast is not yet an allowed one. Which question comes before all others?",
                    "The lesson's order begins with legality.",
                    "Add a: a test on data says nothing about the law.",
                ),
            ),
            Mistake(
                "necessity",
                "b",
                (
                    "That it works does not mean that it is needed. Which question asks this?",
                    "Necessity: is there a way that takes less freedom?",
                    "Add b: nobody has compared it with a milder way.",
                ),
            ),
            Mistake(
                "proportionality",
                "d",
                (
                    "Somebody lives in the chosen streets. Which question is about them?",
                    "Proportionality: is the gain worth the harm, and who bears it?",
                    "Add d: the test counted stops, not what stops do to people.",
                ),
            ),
            Mistake(
                "suitability",
                "e",
                (
                    "Think of question 1: what is a row of this data evidence of? One more question is open.",
                    "A forecast of records is as good as the records. Do they show need?",
                    "Add e: it may send patrols back to where patrols were.",
                ),
            ),
        ),
        otherwise=(
            "Take the questions one by one. Does the test of the forecast answer it?",
            "The test knows only records. What do records not know?",
            "One question is answered. Choose all the others.",
        ),
    )


QUESTIONS = {
    "q1": one_row,
    "q2": stops_per_resident,
    "q3": high_rate,
    "q4": unknown_race,
    "q5": forecast_error,
    "q6": honest_test,
    "q7": who_pays,
    "q8": repair,
    "q9": planted_bias,
    "q10": open_questions,
}
