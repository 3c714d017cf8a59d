"""Exercise 02: right answers, typical wrong ones, and the numbers behind both."""

import numpy as np
import pandas as pd
import pytest
from exercise_contract import ExerciseContract
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop import datasets
from workshop.checks import questions_02_resource_optimization as made
from workshop.domains import resources

RIGHT = {
    "q1": [["a", "c"], "c, a"],
    "q2": [168, "168.1", "168,1", "168.5"],
    "q3": ["d", "None of these: many of the people who were stopped may live elsewhere."],
    "q4": ["3.8", "3,81", 4],
    "q5": [
        "c",
        "(too_many + too_few) / hours",
        lambda too_many, too_few, recorded, hours: too_few / hours + too_many / hours,
    ],
    "q6": ["c"],
    "q7": [["a", "c"]],
    "q8": ["d"],
    "q9": ["2", "2.04", "48.4/23.7", 2.2],
    "q10": [["a", "b", "d", "e"], "a b d e"],
}

WRONG = {  # answers as a trainee would give them, each from another mistake
    "q1": {
        "a b c": "crime",
        "a c d": "race as people call themselves",
        "a c e": "no row, no need",
        "c": "stop recorded",
        "a": "race as recorded",
    },
    "q2": {
        "207": "all stops",
        "38.9": "only the stops without residents",
        "205,3": "precinct 1",
        "79": "precinct 3",
        "123.7": "precinct 5",
        "16.8": "per 100 residents",
        "0.168": "per resident",
        "5.9": "upside down",
        "5949": "upside down, per 1,000",
        "9.95": "not divided by residents",
        "165": "close",
        "500": "other",
    },
    "q3": {"a": "residents break the law", "b": "police without a reason", "c": "more officers"},
    "q4": {
        "12.2": "Unknown left out",
        "16.3": "largest gap",
        "5": "only Black people moved",
        "11.4": "only white people moved",
        "0": "no gap",
        "19.3": "Unknown as a third group",
        "0.038": "share instead of stops of 100",
        "2.5": "ratio",
        "60": "other",
    },
    "q5": {
        "a": "errors cancel",
        "b": "of what was recorded",
        "d": "too few only",
        "too_many / hours": "too many only",
        "too_many + too_few": "not per hour",
        "too_many + too_few / hours": "no brackets",
        "(too_many * too_many + too_few * too_few) / hours": "squared",
        "100 * (too_many + too_few) / recorded": "percent",
        "recorded / hours": "other",
    },
    "q6": {"a": "same year", "b": "shuffled hours", "d": "one number for the city"},
    "q7": {
        "a b c": "nobody loses",
        "a c d": "a high price in total",
        "c": "worst off by the total",
        "a": "the worst is less bad",
    },
    "q8": {"a": "without the repair", "b": "too few days", "c": "too many past records"},
    "q9": {
        "1.27": "records per resident",
        "0.25": "difference",
        "0,484": "more patrols only",
        "0.237": "fewer patrols only",
        "0.49": "upside down",
        "3.4": "only records by patrol",
        "1.1": "only records by call",
        "0.98": "records over records",
        "0.62": "incidents instead of records",
        "2.6": "close",
        "40": "other",
    },
    "q10": {
        "a b c d e": "already answered",
        "b d e": "legality",
        "a d e": "necessity",
        "a b e": "proportionality",
        "a b d": "suitability",
    },
}

FORMULAS = {"q5": ["(too_many + too_few) / hours", "(too_many+too_few)/hours", "too_many + too_few"]}


class TestExercise(ExerciseContract):
    NAME = "02_resource_optimization"
    QUESTIONS = made.QUESTIONS
    RIGHT = RIGHT
    WRONG = WRONG
    FORMULAS = FORMULAS

    def test_stops_per_resident_agree_with_pandas(self, questions):
        people = datasets.load("minneapolis_neighborhoods").set_index("neighborhood").population
        stops = datasets.load("minneapolis_stops")
        known = stops[stops.neighborhood.isin(people.index)]
        of_precinct = known.groupby("neighborhood").precinct.agg(lambda numbers: numbers.mode()[0])
        inside = known[known.precinct == known.neighborhood.map(of_precinct)]
        rates = (
            1000
            * inside.precinct.value_counts()
            / people.groupby(of_precinct.reindex(people.index).to_numpy()).sum()
        )
        assert questions["q2"].expected == pytest.approx(rates[made.PRECINCT])
        assert rates.idxmax() == made.DOWNTOWN  # as the third question says
        outside = stops[~stops.neighborhood.isin(people.index)]
        assert set(outside.precinct) == {made.PRECINCT}  # as the exercise says

    def test_the_least_gap_is_reached_and_never_beaten(self, questions):
        stops = datasets.load("minneapolis_stops").dropna(subset=["person_search"])
        searched = stops.person_search.astype(bool)
        unknown = stops.race == made.UNKNOWN

        def gap(race):
            shares = searched.groupby(race).mean()
            return 100 * (shares["Black"] - shares["White"])

        least = stops.race.mask(unknown & searched, "White").mask(unknown & ~searched, "Black")
        assert questions["q4"].expected == pytest.approx(gap(least))

        @settings(max_examples=20, deadline=None)
        @given(chance=st.tuples(st.floats(0, 1), st.floats(0, 1)), seed=st.integers(0, 99))
        def never_beaten(chance, seed):
            drawn = np.random.default_rng(seed).random(len(stops))
            white = drawn < np.where(searched, *chance)
            race = stops.race.mask(unknown & white, "White").mask(unknown & ~white, "Black")
            assert gap(race) >= questions["q4"].expected - 1e-9

        never_beaten()

    def test_the_formula_gives_the_errors_of_the_forecast(self, questions):
        test = made.backtest("time")
        counted = made.precinct_errors(test)
        errors = questions["q5"].expected(**counted)
        biases = questions["q5"].formulas["a"][1](**counted)
        for number, error in test.errors().items():
            if number != "all":
                assert errors[number] == pytest.approx(error.value)
                assert biases[number] == pytest.approx(test.bias()[number].value)

    def test_the_sentences_on_allocations_agree_with_the_planner(self, questions):
        stops = datasets.load("minneapolis_stops")
        needed = made.OFFICERS_PER_STOP * resources.hour_of_week(resources.hourly(stops))
        sick = datasets.load("nypd_sick_report").percent_of_strength.max()
        left = made.OFFICERS - round(made.OFFICERS * sick / 100)
        assert made.officers_left() == left == 48
        total, first = (resources.plan(needed, left, worst_first=weight) for weight in (0.0, 1.0))
        holds = {
            "a": total.unmet_share.drop(made.PRECINCT).max() < total.unmet_share[made.PRECINCT] - 0.01,
            "b": (first.unmet_share - total.unmet_share).max() <= 0,
            "c": first.unmet_share.max() < total.unmet_share.max() - 0.01,
            "d": first.total_unmet >= 1.1 * total.total_unmet,
        }
        assert questions["q7"].expected == {letter for letter, true in holds.items() if true}


def test_shuffled_hours_flatter_and_the_city_hides_precincts():
    later, shuffled = (made.precinct_errors(made.backtest(order)) for order in ("time", "shuffled"))
    assert later.hours.equals(shuffled.hours)
    bias, seeming = ((each.too_many - each.too_few).sum() / each.hours.sum() for each in (later, shuffled))
    assert 0 < seeming < 0.75 * bias
    model, naive = (made.backtest("time").errors(name) for name in ("model", "naive"))
    assert all(model[number].value < naive[number].value for number in model)  # as the last question says
    errors = (later.too_many + later.too_few) / later.hours
    assert errors.max() > 1.2 * errors.min()


def test_one_setting_is_clearly_nearest_and_its_label_says_what_it_is():
    gaps = {}
    for letter, (rule, divisor, days) in made.SETTINGS.items():
        runs = made.patrols(rule, divisor, days)
        gaps[letter] = abs(runs.mean[-1] - runs.true_share)
        label = made.repair().options[letter]
        assert f"{days:,} days" in label
        assert ("count fully" in label or "counts fully" in label) == (rule == "naive")
        assert ("one in a hundred" in label) == (divisor == 100)
    nearest, second = sorted(gaps.values())[:2]
    assert nearest < 0.005
    assert second > 0.01  # also to be seen in whole numbers of 100


def test_the_planted_bias_is_right_and_the_naive_reading_is_not():
    question = made.planted_bias()
    city = datasets.load("planned_city")
    planted = datasets.truth("planned_city")["bias"]
    honest = resources.estimate_bias(city)
    assert question.expected == honest.value
    assert honest.low < question.expected - question.tolerance
    assert question.expected + question.tolerance < honest.high
    assert abs(planted - question.expected) <= question.tolerance
    assert abs(resources.naive_bias(city).value - question.expected) > 2 * question.tolerance


def test_the_table_of_the_planned_city_leads_to_the_honest_estimate():
    kinds = made.by_patrols()
    recorded = (kinds.records_by_call + kinds.records_by_patrol) / kinds.incidents_by_survey
    by_hand = recorded["more"] / recorded["fewer"]
    assert by_hand == pytest.approx(resources.estimate_bias(datasets.load("planned_city")).value)
    rounded = kinds.round()  # as the exercise shows it
    shown = (rounded.records_by_call + rounded.records_by_patrol) / rounded.incidents_by_survey
    assert shown["more"] / shown["fewer"] == pytest.approx(by_hand, abs=0.01)


@given(
    errors=st.lists(
        st.tuples(st.integers(1, 3), st.floats(0, 50), st.integers(0, 50)), min_size=1, max_size=40
    )
)
def test_errors_of_precincts_add_up(errors):
    class Tested:
        table = pd.DataFrame(errors, columns=["precinct", "model", "actual"])

    counted = made.precinct_errors(Tested)
    error = Tested.table.model - Tested.table.actual
    assert (counted.too_many + counted.too_few).sum() == pytest.approx(error.abs().sum())
    assert (counted.too_many - counted.too_few).sum() == pytest.approx(error.sum(), abs=1e-6)
    assert counted.hours.sum() == len(errors)
    assert (counted >= 0).all(axis=None)
