"""The drift probe: every position says what was counted, in sentence, picture and table alike."""

import re
import statistics
import time
from itertools import product

import numpy as np
import pandas as pd
import pytest
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop import datasets
from workshop.domains.text.drift import NEW, RUNNING, SCENES, SCORE_INDEX, SIGNALS, UNKNOWN_WORDS, Ageing
from workshop.domains.text.triage import ERRORS, FALSE_ALARM, MISSED
from workshop.probes import svg
from workshop.probes.calendars import day_words
from workshop.probes.drifts import drift

MESSAGES = datasets.load("scam_drift")
CHANGED = pd.Timestamp(datasets.truth("scam_drift")["pandemic_from"])
AGEING = Ageing(MESSAGES)
AGAIN = "2020-03-30"
PROBE = drift(AGEING, changed=CHANGED, retrained=(AGAIN, "2020-04-27"))
PAID, _, _, WEEKS = (control.options for control in PROBE.controls)
POSITIONS = [
    {"false_alarms": paid, "signal": signal, "scenes": scenes, "retrained": week}
    for paid, signal, scenes, week in product((0, 1, 4, PAID[-1]), SIGNALS, SCENES, WEEKS)
] + [{"false_alarms": paid} for paid in PAID]
ERRORS_OF = {
    (scenes, week): AGEING.errors(scenes=scenes, retrained=week) for scenes in SCENES for week in WEEKS
}


def name(position):
    return "-".join(str(value) for value in position.values())


def items(root):
    return [item.text for item in root.findall(".//ul/li")]


def rate(row):
    of_100, low, high = (int(np.floor(100 * row[end] + 0.5)) for end in ("value", "low", "high"))
    return f"{of_100} ({low} to {high})\n{int(row['numerator'])} of {int(row['denominator'])}"


@pytest.mark.parametrize("position", POSITIONS, ids=name)
def test_every_position_says_what_was_counted(position):
    root = tree(PROBE.view(**position).replace("<br/>", "\n"))
    values = PROBE.resolve(**position)
    check_texts(drawing(root))
    rows = cells(root)
    errors, again = ERRORS_OF[values["scenes"], None], ERRORS_OF[values["scenes"], values["retrained"]]
    periods = list(dict.fromkeys(group for group, _ in errors.index))
    assert [row[0] for row in rows[: len(periods)]] == periods
    for period, *said in rows[: len(periods)]:
        weeks = AGEING.messages["week"][AGEING.periods == period]
        for error, cell in zip(ERRORS, said, strict=True):
            wanted = rate(errors.loc[(period, error)])
            if values["retrained"] and weeks.min() >= pd.Timestamp(values["retrained"]):
                wanted += f"\ntrained again: {rate(again.loc[(period, error)])}"
            assert cell == wanted
    signal = AGEING.signals(values["retrained"])[values["signal"]]
    limit = AGEING.alarm(values["signal"], values["false_alarms"]).limit
    assert [row[2] == "rings" for row in rows[len(periods) :]] == (signal > limit).tolist()
    assert [row[0] for row in rows[len(periods) :]] == [day_words(week) for week in AGEING.watched]


@pytest.mark.parametrize("position", POSITIONS[::5], ids=name)
def test_the_sentence_tells_when_it_rings_and_who_pays(position):
    values = PROBE.resolve(**position)
    said = sentence(tree(PROBE.view(**position)))
    alarms = AGEING.alarms(values["signal"], values["false_alarms"], None)  # those of the old filter
    alarms = alarms[alarms >= CHANGED]
    late = (alarms[0] - CHANGED).days // 7 if len(alarms) else None
    if late is None:
        assert "never rings" in said
    elif late == 0:
        assert "in the week of the change" in said
    else:
        assert f"rings {late} week{'s' * (late > 1)} after the change" in said
    if values["retrained"]:
        again = AGEING.alarms(values["signal"], values["false_alarms"], values["retrained"])
        assert f"it rings in {(again >= values['retrained']).sum()} of " in said
        costs = AGEING.retraining(values["retrained"]).errors.loc[values["scenes"]]
        for row in costs.itertuples():
            assert f"{row.before}, then {row.after} of {row.messages}" in said
        return
    before = (AGEING.messages["week"] < CHANGED).to_numpy()
    scores, scam = AGEING.scores(values["scenes"]), AGEING.messages["scam"].to_numpy()
    judged = np.isfinite(scores)
    shares = [
        int(np.floor(100 * (scores[rows] < 0.5).mean() + 0.5))
        for rows in (scam & before & judged, scam & ~before)
    ]
    assert f"Scams missed: {shares[0]} of 100 before, {shares[1]} since" in said


def diamonds(root, fill):
    paths = drawing(root).iter(f"{SVG}path")
    size = re.compile(r"M([\d.]+) [\d.]+L([\d.]+) ")
    found = []
    for path in paths:
        if path.get("fill") == fill and path.get("stroke-width") == "1.5" and "z" in path.get("d"):
            start, middle = map(float, size.match(path.get("d")).groups())
            if round(middle - start) == 6:
                found.append(middle)
    return found


@pytest.mark.parametrize(("paid", "signal"), list(product(PAID, (UNKNOWN_WORDS, SCORE_INDEX))))
def test_alarms_stand_where_they_ring(paid, signal):
    root = tree(PROBE.view(false_alarms=paid, signal=signal))
    alarms = AGEING.alarms(signal, paid)
    after = (alarms >= CHANGED).sum()
    # One of each is in the legend.
    assert len(diamonds(root, svg.VERMILION.fill)) == after + 1
    false = AGEING.alarm(signal, paid).false_alarms + len(alarms) - after
    assert len(diamonds(root, svg.WHITE)) == false + 1


def test_what_silence_and_training_again_cost_is_said():
    alarm, again = items(tree(PROBE.view(retrained=AGAIN)))
    assert alarm == "It rang for nothing in 1 of 39 ordinary weeks: that can mean 0 to 7 false alarms a year."
    costs = AGEING.retraining(AGAIN)
    row = costs.errors.loc[(NEW, MISSED)]
    assert f"with {costs.labelled} messages that people had to read and label" in again
    assert f"scams missed: {int(row['before'])}, then {int(row['after'])} of {int(row['messages'])}" in again
    assert "(no clear change)" in again
    running = items(tree(PROBE.view(retrained=AGAIN, scenes=RUNNING)))[-1]
    row = costs.errors.loc[(RUNNING, FALSE_ALARM)]
    assert running.endswith(f"held back: {int(row['before'])}, then {int(row['after'])} of 108.")
    habit = items(tree(PROBE.view(signal=SCORE_INDEX)))[1]
    rung = (AGEING.signals()[SCORE_INDEX][AGEING.ordinary] > 0.25).sum()
    assert f"it would have rung in {rung} of 39 ordinary weeks" in habit


def test_without_a_choice_there_is_no_control():
    plain = drift(AGEING)
    assert [control.name for control in plain.controls] == ["false_alarms", "signal", "scenes"]
    # Nobody knows when the world changed: the end of the training stands for it.
    assert "8 weeks after the change" in plain.picture().sentence


def test_a_move_is_quick():
    taken = []
    for position in POSITIONS[::3]:
        start = time.perf_counter()
        PROBE.view(**position)
        taken.append(time.perf_counter() - start)
    assert statistics.median(taken) < 0.1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"ageing": MESSAGES}, "ageing of a filter"),
        ({"changed": "2030-01-01"}, "on one side of 2030-01-01"),
        ({"retrained": ("2019-05-06",)}, "can't be trained again"),
    ],
)
def test_what_cannot_be_shown_is_said(given, says):
    with pytest.raises(ValueError, match=says):
        drift(**({"ageing": AGEING} | given))


def test_the_habit_of_a_quarter_is_held_to_the_weeks_since_the_change():
    values = AGEING.signals()["index of words"].to_numpy()
    later = AGEING.watched >= CHANGED
    over = (values > 0.25)[later].sum()
    said = " ".join(tree(PROBE.view(signal="index of words")).itertext())
    assert f"in {over} of {later.sum()} weeks since the change: it would never have warned." in said
    assert over == 0
