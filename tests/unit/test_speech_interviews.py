"""The invented transcripts: what is planted is there, hours and wrong statements are counted right."""

import json
from pathlib import Path

import numpy as np
import pytest
from data_folders import assert_made_again
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop import datasets
from workshop.domains.speech.interviews import (
    CHANGED,
    DIALECTS,
    ERRORS,
    NAMES,
    NEGATIONS,
    Transcripts,
    generate,
)

FOLDER = Path(__file__).resolve().parents[2] / "datasets" / "interview_transcripts"
TABLE = datasets.load("interview_transcripts")
TRANSCRIPTS = Transcripts(TABLE)


def ratio(transcripts, place, a="dialect C", b="dialect A"):
    """Return the ratio of two word error rates with its 95% interval, from the same draws of speakers."""
    rates = transcripts.word_error_rates(place)
    drawn = rates.resampled[:, rates.position(a)] / rates.resampled[:, rates.position(b)]
    return rates.of(a).value / rates.of(b).value, *np.quantile(drawn, [0.025, 0.975])


def test_the_committed_files_are_what_the_generator_makes():
    table, truth = generate()
    assert (
        table.to_csv(index=False, lineterminator="\n").encode()
        == (FOLDER / "interview_transcripts.csv").read_bytes()
    )
    assert truth == json.loads((FOLDER / "truth.json").read_text("utf-8"))
    assert truth == datasets.truth("interview_transcripts")


def test_make_makes_the_same_files_again(tmp_path):
    assert_made_again("interview_transcripts", ["interview_transcripts.csv", "truth.json"], tmp_path)


def test_the_datasheet_counts_right():
    text = (FOLDER / "README.md").read_text("utf-8")
    people = TABLE.groupby("dialect")["speaker"].nunique()
    assert people.tolist() == [200, 100, 100, 8]
    assert f"{len(TABLE):,} interviews of {people.sum()} people" in text
    assert set(TABLE["dialect"]) == set(DIALECTS)
    assert (TABLE[list(CHANGED)].sum(axis=1) <= TABLE[list(ERRORS)].sum(axis=1)).all()


def test_the_audit_finds_what_was_planted_in_most_of_many_draws():
    held = 0
    for seed in range(12):
        value, low, high = ratio(Transcripts(generate(seed)[0]), "station")
        held += low <= 2.5 <= high
        assert 2 < value < 3.1
    assert held >= 9


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(1, 5))
def test_any_size_that_is_planted_is_found(seed, times):
    table, truth = generate(seed, times)
    value, low, high = ratio(Transcripts(table), "station")
    assert abs(value - times) < 5 * (high - low) / 3.92
    assert truth["times_as_many_word_errors"]["dialect C"] == times


def test_rates_by_hand():
    for place in (None, "station", "field"):
        rates = TRANSCRIPTS.word_error_rates(place)
        for dialect, rows in TABLE.groupby("dialect"):
            rows = rows if place is None else rows[rows["place"] == place]
            wrong = rows["substitutions"] + rows["deletions"] + rows["insertions"]
            assert rates.of(dialect).value == pytest.approx(wrong.sum() / rows["words"].sum())
            assert rates.of(dialect).enough == (dialect != "dialect D")
    for kinds in ((NEGATIONS,), (NAMES,), CHANGED):
        rates = TRANSCRIPTS.changed(kinds)
        for dialect, rows in TABLE.groupby("dialect"):
            turned = np.zeros(len(rows), dtype=bool)
            for kind in kinds:
                turned |= (rows[kind] > 0).to_numpy()
            assert rates.of(dialect).value == pytest.approx(turned.mean())


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 60), st.floats(0, 1))
def test_hours_by_hand(seconds, checked):
    found = TRANSCRIPTS.checking(seconds, checked)
    for dialect, rows in TABLE.groupby("dialect"):
        each, by_hand = found[dialect], rows["minutes_by_hand"].sum()
        errors = rows[list(ERRORS)].sum(axis=None)
        assert each.listening == pytest.approx(100 * checked * rows["minutes_of_sound"].sum() / by_hand)
        assert each.correcting == pytest.approx(100 * checked * errors * seconds / 60 / by_hand)
        assert each.hours == pytest.approx(each.listening + each.correcting)
        assert each.left == pytest.approx(100 * (1 - checked) * (rows[NEGATIONS] > 0).mean())
        assert each.low <= each.left <= each.high
        assert each.enough == (dialect != "dialect D")


def test_what_is_asked_for_and_is_not_there_is_said():
    for call, says in (
        (lambda: TRANSCRIPTS.word_error_rates("sea"), "no interview with the place 'sea'"),
        (lambda: TRANSCRIPTS.changed(("dates_changed",)), "dates_changed"),
        (lambda: TRANSCRIPTS.changed(()), "Nothing is counted"),
        (lambda: TRANSCRIPTS.checking(-1), "seconds is -1"),
        (lambda: TRANSCRIPTS.checking(np.nan), "seconds is nan"),
        (lambda: TRANSCRIPTS.checking(1, 1.1), "checked is 1.1"),
        (lambda: generate(times=6), "times is 6"),
    ):
        with pytest.raises(ValueError, match=says):
            call()


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (None, "must be a table"),
        (TABLE.drop(columns="words"), "no column 'words'"),
        (TABLE.iloc[:0], "no interview"),
        (TABLE.assign(speaker=None), "a speaker and a dialect"),
        (TABLE.assign(deletions=-1), "column deletions"),
        (TABLE.assign(words="many"), "column words"),
        (TABLE.assign(words=np.nan), "column words"),
        (TABLE.assign(minutes_by_hand=0), "minutes_by_hand of each dialect"),
    ],
)
def test_a_table_that_cannot_be_counted_is_said(bad, says):
    with pytest.raises(ValueError, match=says):
        Transcripts(bad)
