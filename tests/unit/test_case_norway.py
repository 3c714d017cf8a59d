"""The numbers that case 09 tells in prose and notes are those that its code finds."""

from pathlib import Path

import numpy as np
import pytest

from workshop import datasets
from workshop.audit import estimates
from workshop.audit.intervals import mover_ratio
from workshop.domains.chats import Alarms, compare_rules, high_messages
from workshop.domains.chats.alarms import EVERYBODY
from workshop.domains.chats.generated import generate
from workshop.domains.speech.interviews import Transcripts
from workshop.probes.words import half_up, interval, share

SOURCE = Path(__file__).parents[2] / "content/lessons/09_case_norway.py"


@pytest.fixture(scope="module")
def told():
    """Return the text of the case on one line."""
    return " ".join(SOURCE.read_text("utf-8").replace("\n# ", " ").split())


@pytest.fixture(scope="module")
def alarms():
    """Return the chats of the case."""
    return Alarms(datasets.load("chat_risk_scores"))


def at(alarms, accepted):
    """Return what the moving average does at this price."""
    first = alarms.first("average", alarms.threshold("average", accepted))
    return first, alarms.found(first), alarms.flagged(first)


def test_the_data(told, alarms):
    assert f"- {len(datasets.load('interview_transcripts'))} interviews" in told
    assert f"- {len(alarms.names):,} chats, {alarms.lengths.sum():,} messages" in told
    assert f"In {alarms.harmful.sum()} chats harm begins" in told


def test_interviews(told):
    transcripts = Transcripts(datasets.load("interview_transcripts"))
    c, a = (transcripts.word_error_rates("station").of(f"dialect {each}") for each in "CA")
    assert f"{share(c)} of 100 words in dialect C ({interval(c)}) and {share(a)} in A ({interval(a)})" in told
    c, a = (transcripts.word_error_rates("field").of(f"dialect {each}") for each in "CA")
    assert f"in the field {share(c)} ({interval(c)}) and {share(a)} ({interval(a)})" in told
    hours = {dialect: each.hours for dialect, each in transcripts.checking(10).items()}
    assert f"{half_up(100 - hours['dialect A'])} of 100 hours are saved in A" in told
    assert f"costs {half_up(hours['dialect C'] - 100)} more" in told
    c, a = (transcripts.changed().of(f"dialect {each}") for each in "CA")
    assert f'in {share(c)} of 100 interviews in C a "not" was lost or added ({interval(c)})' in told
    assert f"in A in {share(a)} ({interval(a)})" in told


def test_who_is_affected(told, alarms):
    _, found, flagged = at(alarms, 20)
    slang, standard = (estimates(found)[each] for each in ("youth slang", "standard"))
    assert f"In time: {share(slang)} of 100 in youth slang ({interval(slang)})" in told
    assert f"{share(standard)} in standard writing ({interval(standard)})" in told
    assert f"In standard writing it is {share(standard)}." in told
    high = high_messages(datasets.load("chat_risk_scores"), 60)
    one, other = (high.per(10_000)[each] for each in ("second language", "standard"))
    assert f"{one.value:.0f} of 10,000 in a second language ({one.low:.0f} to {one.high:.0f})" in told
    assert f"{other.value:.0f} in standard writing ({other.low:.0f} to {other.high:.0f})" in told
    times = high.ratio("second language", "standard")
    assert f"{times.value:.1f} times ({times.low:.1f} to {times.high:.1f}). Planted: 3." in told
    naive = high_messages(datasets.load("chat_risk_scores"), 60, harmful=True).ratio(
        "second language", "standard"
    )
    assert f"hides it: {naive.value:.1f} times ({naive.low:.1f} to {naive.high:.1f})" in told
    one, other = (estimates(flagged)[each] for each in ("second language", "standard"))
    low, high = mover_ratio(one, other)
    assert f"{one.numerator:.0f} of 500 innocent chats are flagged against {other.numerator:.0f}" in told
    assert f"{one.numerator / other.numerator:.0f} times ({low:.1f} to {high:.0f})" in told


def test_the_probe(told, alarms):
    (first, found, flagged), (_, more, paying) = at(alarms, 20), at(alarms, 50)
    slang, second = "youth slang", "second language"
    assert (
        f"youth slang in time {more.loc[slang, 'in time']} instead of {found.loc[slang, 'in time']} of 120; flagged in "
        f"a second language {paying.loc[second, 'numerator']:.0f} instead of {flagged.loc[second, 'numerator']:.0f} of "
        "500"
    ) in told
    day, other = (alarms.work(first, 50_000, harmful, 3) for harmful in (10, 1_000))
    assert (
        f"{day.alarms:,.0f} alarms ({day.low:,.0f} to {day.high:,.0f}), {day.hours:.0f} hours a day" in told
    )
    assert f"{day.right:.1f} right ones" in told
    ends = f"{100 * other.precision_low:.0f} to {100 * other.precision_high:.0f}"
    assert f"{100 * other.precision:.0f} of 100 alarms are right ({ends})" in told
    rules = compare_rules(alarms, 20)["in time"].astype(int)
    assert (
        f"moving average {rules['average']} of 360 in time, growing sum {rules['sum']}, 3 of 10 messages "
        f"{rules['several']}, one message {rules['one']}"
    ) in told


def test_thresholds_set_on_these_chats_flag_more_of_new_ones(told, alarms):
    threshold, more = alarms.threshold("average", 20), []
    for seed in (1, 2, 3):
        table, _ = generate(seed)
        scores = [np.array(each.split(), dtype=float) for each in table["scores"]]
        new = Alarms(table.assign(scores=scores))
        more.append(int(new.flagged(new.first("average", threshold)).loc[EVERYBODY, "numerator"]))
    assert f"sets have {more[0]}, {more[1]} and {more[2]} of 1,500 innocent chats flagged" in told
    here = alarms.flagged(alarms.first("average", threshold)).loc[EVERYBODY, "numerator"]
    assert f"flagged instead of {here:.0f}" in told
