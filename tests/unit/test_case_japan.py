"""The numbers that case 08 says in its text and its notes are those that its data gives."""

from pathlib import Path

import pytest

from workshop import datasets
from workshop.domains import transactions
from workshop.domains.transactions import FOREIGN, NATIONAL, Reading
from workshop.domains.vision import CarLists

SOURCE = Path(__file__).parents[2] / "content/lessons/08_case_japan.py"
REPORTS = datasets.load("transaction_reports")
CUSTOMERS = datasets.load("transaction_reports", "customers")
PAST, NOW = REPORTS[REPORTS["year"] < 3], REPORTS[REPORTS["year"] == 3]
READ = 800


@pytest.fixture(scope="module")
def text():
    """Return the words of the case without line breaks."""
    return " ".join(SOURCE.read_text("utf-8").replace("\n# ", " ").split())


@pytest.fixture(scope="module")
def scores():
    """Return the scores of all rankings."""
    return transactions.scores(PAST, NOW)


@pytest.fixture(scope="module")
def outcomes(scores):
    """Return what all rankings do with 800 reports."""
    return transactions.outcomes(NOW, scores, CUSTOMERS, READ)


def whole(estimate, scale=100, digits=0):
    value, low, high = (f"{scale * each:.{digits}f}" for each in estimate[:3])
    return value, f"{low} to {high}"


def test_the_rankings(text, scores, outcomes):
    assert f"read {READ} of this year's {len(NOW):,} reports" in text
    caught = [
        int(outcomes.loc[(order, "one list"), "caught"]) for order in ("arrival", "unusual", "past cases")
    ]
    shares = [f"{100 * each / NOW['laundering'].sum():.0f}" for each in caught]
    assert f"{shares[0]}, {shares[1]} and {shares[2]} of 100" in text
    assert f"({caught[0]}, {caught[1]} and {caught[2]} of {NOW['laundering'].sum()})" in text
    more = Reading(NOW, scores["unusual"]).against(Reading(NOW, scores["past cases"]), READ).difference
    value, ends = whole(more)
    assert f'{value} more of 100 missed by "unusual" ({ends})' in text


def test_what_was_found(text):
    found, read, there = (PAST.groupby("passport")[each].sum() for each in ("found", "read", "laundering"))
    of = PAST["passport"].value_counts()
    assert f"Found: {found[FOREIGN]} of {found.sum()} had a foreign passport" in text
    assert f"There were: {there[FOREIGN]} of {there.sum()}" in text
    assert f"Officers read {read[FOREIGN]:,} of {of[FOREIGN]:,} reports on foreign passports" in text
    assert f"and {read[NATIONAL]:,} of {of[NATIONAL]:,} of the others" in text
    odds = transactions.fit_ranking(PAST).odds_of_a_passport
    assert f"multiplies the odds of the same behaviour by {odds:.1f}" in text


def test_who_is_reported(text):
    foreign = (NOW["passport"] == FOREIGN).sum()
    assert f"Of 100 reports, {100 * foreign / len(NOW):.0f} are about a foreign passport" in text
    harmless, caught = (
        transactions.reporting_rates(REPORTS, CUSTOMERS, laundering=kind) for kind in (False, True)
    )
    first, second = harmless[FOREIGN], harmless[NATIONAL]
    assert f"{first.numerator:,.0f} of {first.denominator:,.0f} against {second.numerator:,.0f}" in text
    assert f"{1000 * first.value:.0f} and {1000 * second.value:.0f} of 1,000 customers" in text
    value, ends = whole(transactions.over_reporting(REPORTS, CUSTOMERS), 1, 1)
    assert f"so {value} times ({ends})" in text
    (more, its), (less, other) = (whole(caught[group], 10_000, 1) for group in (FOREIGN, NATIONAL))
    assert f"{more} ({its}) and {less} ({other}) of 10,000" in text
    per = [100 * NOW[NOW["passport"] == group]["laundering"].mean() for group in (FOREIGN, NATIONAL)]
    assert f"fewer are laundering ({per[0]:.1f}, against {per[1]:.1f})" in text


def test_the_probe(text, scores, outcomes):
    like, hidden = (outcomes.loc[(order, "one list")] for order in ("past cases", "no passport"))
    learned, shared = outcomes.loc[("read only", "one list")], outcomes.loc[("past cases", "shared")]
    examined = int(like["examined_foreign"] + like["examined_national"])
    assert (
        f"{like['caught']:.0f} of {NOW['laundering'].sum()} caught; {examined} harmless customers examined"
        in text
    )
    value, ends = whole(like[["times", "low", "high"]], 1, 1)
    assert f"{like['examined_foreign']:.0f} with a foreign passport: {value} times as often ({ends})" in text
    assert f"Passport left out: still {hidden['times']:.1f} times" in text
    assert f"{learned['times']:.1f} times, and {learned['caught']:.0f} caught" in text
    assert f"{shared['missed']:.0f} instead of {like['missed']:.0f}" in text
    at = Reading(NOW, scores["past cases"]).at(READ)
    national, foreign = at[NATIONAL], at[FOREIGN]
    assert (
        f"{national.missed} of {national.caught + national.missed} launderers with a national passport"
        in text
    )
    assert f"{foreign.missed} of {foreign.caught + foreign.missed} with a foreign one" in text


def test_the_cars(text):
    lists = CarLists(datasets.load("car_models"))
    day, night, every = (lists.listed(5, light) for light in ("day", "night", "all"))
    assert f"By day {day.first} of {day.pictures} are right at the first place" in text
    assert f"at night {night.first} of {night.pictures}" in text
    assert f"among five {day.on_the_list} and {night.on_the_list}" in text
    assert (
        f"says {100 * lists.said('day'):.0f} of 100 by day, and {100 * lists.said('night'):.0f} at night"
        in text
    )
    sure = lists.listed(5, "night", 0.8)
    assert f"of the {sure.pictures} lists with 80 of 100 or more, the first is right on {sure.first}" in text
    assert f"{every.not_in_catalogue} of {every.pictures:,} cars are in no catalogue" in text
    assert datasets.truth("car_models")["models_in_catalogue"] == 60


def test_the_city_of_lesson_2(text):
    assert datasets.truth("planned_city")["bias"] == 2
    assert "twice as many of the incidents were recorded" in text
