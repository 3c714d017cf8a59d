"""The capacity probe: every position counts what is caught, what is missed and who is examined for nothing."""

import statistics
import time
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop import datasets
from workshop.domains import transactions
from workshop.domains.transactions import FOREIGN, NATIONAL, ORDERS, Reading
from workshop.domains.transactions.ranking import ARRIVAL, ONE_LIST, PAST_CASES, PLACES, READ_ONLY, SHARED
from workshop.probes import svg
from workshop.probes.capacities import _LENGTH, capacity

REPORTS = datasets.load("transaction_reports")
CUSTOMERS = datasets.load("transaction_reports", "customers")
PAST, NOW = REPORTS[REPORTS["year"] < 3], REPORTS[REPORTS["year"] == 3]
SCORES = transactions.scores(PAST, NOW)
PROBE = capacity(NOW, SCORES, CUSTOMERS)
CAPACITIES = PROBE.controls[0].options
POSITIONS = [
    {"capacity": read, "order": order, "places": places}
    for order, places, read in product(ORDERS, PLACES, (*CAPACITIES[::12], CAPACITIES[-1]))
]


def items(root):
    return [item.text for item in root.findall(".//ul/li")]


def named(position):
    return "-".join(map(str, position.values()))


def counted(position):
    shares = {NATIONAL: 0.75, FOREIGN: 0.25} if position["places"] == SHARED else None
    decided = Reading(NOW, SCORES[position["order"]], shares).decided(position["capacity"])
    rows = NOW.assign(decided=decided)
    return rows[rows["decided"]], rows[~rows["decided"]]


@pytest.mark.parametrize("position", POSITIONS, ids=named)
def test_every_position_counts_both_harms(position):
    root = tree(PROBE.view(**position))
    check_texts(drawing(root))
    read, left = counted(position)
    harmless = read[~read["laundering"]]
    assert sentence(root) == (
        f"{len(read):,} of 7,989 reports are read. Of 174 laundering cases {read['laundering'].sum()} are caught, "
        f"{left['laundering'].sum()} missed. {len(harmless):,} harmless customers are examined, "
        f"{(harmless['passport'] == FOREIGN).sum():,} of them with a foreign passport."
    )
    rows = {row[0]: row for row in cells(root)}
    for passport in (NATIONAL, FOREIGN):
        row = rows[f"{passport.capitalize()} passport"]
        assert int(row[2]) == (read["laundering"] & (read["passport"] == passport)).sum()
        assert int(row[4].replace(",", "")) == (harmless["passport"] == passport).sum()
    assert len(rows) == 2 + len(ORDERS)


def test_bars_are_as_long_as_the_shares():
    picture = drawing(tree(PROBE.view()))
    read, _ = counted(PROBE.resolve())
    shares = [
        (read["laundering"] & (read["passport"] == passport)).sum()
        / (NOW["laundering"] & (NOW["passport"] == passport)).sum()
        for passport in (NATIONAL, FOREIGN)
    ]
    drawn = [rect for rect in picture.iter(f"{SVG}rect") if rect.get("fill") == svg.BLUE.fill][1:]
    assert [float(rect.get("width")) / _LENGTH for rect in drawn] == pytest.approx(shares, abs=0.001)
    examined = {
        passport: (~read["laundering"] & (read["passport"] == passport)).sum() / people * 10_000
        for passport, people in ((NATIONAL, 300_000), (FOREIGN, 100_000))
    }
    bars = {
        passport: float(next(r for r in picture.iter(f"{SVG}rect") if r.get("fill") == ink.fill).get("width"))
        for passport, ink in ((NATIONAL, svg.PALE), (FOREIGN, svg.PURPLE))
    }
    assert bars[FOREIGN] / bars[NATIONAL] == pytest.approx(examined[FOREIGN] / examined[NATIONAL], rel=0.01)
    assert bars[FOREIGN] <= _LENGTH


def test_who_bears_it_and_what_another_order_does():
    root = tree(PROBE.view())
    table = transactions.outcomes(NOW, SCORES, CUSTOMERS, 800)
    row = table.loc[PAST_CASES, ONE_LIST]
    assert f"{row['times']:.1f} times as often ({row['low']:.1f} to {row['high']:.1f})" in items(root)[0]
    for order in ORDERS:
        if order != PAST_CASES:
            assert f"{table.loc[(order, ONE_LIST), 'missed']} with “" in items(root)[1]
    assert items(root)[2] == "At 30 minutes a report (your assumption): 400 hours, 4 for each case caught."


def test_orders_are_compared_on_the_same_cases():
    root = tree(PROBE.view())
    rows = {row[0]: row for row in cells(root)}
    found = Reading(NOW, SCORES[READ_ONLY]).against(Reading(NOW, SCORES[PAST_CASES]), 800).difference
    shown = rows["Like past cases, learned only from reports that were read"][-1]
    assert shown == f"{100 * found.value:.0f} ({100 * found.low:.0f} to {100 * found.high:.0f})".replace(
        "-", "−"
    )
    assert rows["Most like past cases first"][-1] == ""


def test_counts_carried_over_say_so_and_add_up():
    root = tree(PROBE.view(size=400_000))
    told = sentence(root)
    assert told.startswith("If they came in such numbers, about: 40,000 of 400,000 reports")
    every, caught, missed = numbers(told)
    assert every == caught + missed
    factor = 400_000 / len(NOW)
    assert every == pytest.approx(174 * factor, rel=0.05)
    assert caught == pytest.approx(99 * factor, rel=0.05)
    assert any("assumed" in item for item in items(root))
    assert not any("assumed" in item for item in items(tree(PROBE.view())))


def numbers(told):
    words = told.split("reports are read. Of ")[1].split(" missed.")[0]
    return [int(word.strip(",").replace(",", "")) for word in words.split() if word[0].isdigit()]


def test_minutes_are_the_teams_own():
    hours = [items(tree(PROBE.view(minutes=minutes)))[2] for minutes in (15, 60)]
    assert "200 hours" in hours[0]
    assert "800 hours" in hours[1]


def test_nobody_and_everybody():
    nothing, everything = (tree(PROBE.view(capacity=read)) for read in (0, len(NOW)))
    assert "0 are caught, 174 missed. 0 harmless" in sentence(nothing)
    assert "174 are caught, 0 missed. 7,815 harmless" in sentence(everything)
    assert not any(item.startswith(("Who bears it", "At 30")) for item in items(nothing))
    assert "3.0 times as often" in items(everything)[0]  # the clerks' habit, whatever the order


def test_more_reading_never_misses_more():
    for order in ORDERS:
        reading = Reading(NOW, SCORES[order])
        caught = [reading.caught(read) for read in CAPACITIES]
        assert caught == sorted(caught)


def test_a_move_is_quick():
    taken = []
    for position in POSITIONS:
        start = time.process_time()
        PROBE.view(**position)
        taken.append(time.process_time() - start)
    assert statistics.median(taken) < 0.05
    assert statistics.quantiles(taken, n=20)[-1] < 0.1


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([NATIONAL, FOREIGN]), st.booleans(), st.floats(0, 1)),
        min_size=1,
        max_size=60,
    ),
    st.data(),
)
def test_any_pile_can_be_shown(rows, data):
    pile = pd.DataFrame(rows, columns=["passport", "laundering", "score"]).assign(year=3)
    scores = {PAST_CASES: pile["score"], ARRIVAL: -np.arange(len(pile))}
    if not pile["laundering"].any():
        with pytest.raises(ValueError, match="no laundering"):
            capacity(pile, scores, CUSTOMERS)
        return
    probe = capacity(pile, scores, CUSTOMERS)
    values = {control.name: data.draw(st.sampled_from(control.options)) for control in probe.controls}
    root = tree(probe.view(**values))
    check_texts(drawing(root))
    assert "nan" not in "".join(root.itertext()).lower()
    assert "inf" not in "".join(root.itertext()).lower().split()
    if (pile["laundering"] & (pile["passport"] == FOREIGN)).sum() < 30:
        assert any("too few to tell" in item for item in items(root))


def test_only_two_controls_stand_unfolded():
    assert [control.name for control in PROBE.controls if not control.folded] == ["capacity", "order"]
    assert PROBE.resolve()["capacity"] == 800
    assert capacity(NOW, SCORES, CUSTOMERS, read=400, order=READ_ONLY).resolve()["capacity"] == 400


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"reports": None}, "one row a report"),
        ({"reports": REPORTS}, "reports of one year"),
        ({"reports": NOW.assign(laundering=False)}, "no laundering"),
        ({"reports": NOW.drop(columns="passport")}, "no column 'passport'"),
        ({"scores": {}}, "at least one of the rankings"),
        ({"scores": {"magic": SCORES[ARRIVAL]}}, "at least one of the rankings"),
        ({"scores": {PAST_CASES: SCORES[ARRIVAL][1:]}}, "one score"),
        ({"customers": CUSTOMERS.drop(columns="year")}, "no column 'year'"),
        ({"read": 33}, "cannot be 33"),
        ({"order": "magic"}, "cannot be 'magic'"),
        ({"assumed": 0}, "assumed is 0"),
        ({"assumed": "many"}, "assumed is 'many'"),
    ],
)
def test_what_cannot_be_shown_is_said(change, says):
    with pytest.raises(ValueError, match=says):
        capacity(**({"reports": NOW, "scores": SCORES, "customers": CUSTOMERS} | change))
