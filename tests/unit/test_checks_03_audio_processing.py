"""Exercise 03: right answers, typical wrong ones, and the numbers behind both."""

from pathlib import Path

import numpy as np
import pytest
from exercise_contract import ExerciseContract
from hypothesis import given
from hypothesis import strategies as st

from workshop import audit, datasets
from workshop.checks import questions_03_audio_processing as made
from workshop.domains import speech

RIGHT = {
    "q1": ["4/13", "0.31", "31%", "30,8 %"],
    "q2": ["c", "“I was there but I did hit him”"],
    "q3": [
        "b",
        "(substitutions + deletions + insertions) / words_said",
        lambda s, d, i, words: s / words + d / words + i / words,
    ],
    "q4": ["782/2221", "0.352", "35%", "35,2%"],
    "q5": ["d", "Google, US English"],
    "q6": ["d"],
    "q7": ["100/432", "0.23", "23.1%"],
    "q8": [["a", "c"], "c, a"],
    "q9": ["a"],
    "q10": [["a", "b", "d", "e"], "a b d e"],
}

WRONG = {  # answers as a trainee would give them, each from another mistake
    "q1": {
        "4/12": "divided by words written",
        "10/13": "words that are right",
        "4/10": "divided by words that are right",
        "3/13": "one overlooked",
        "15.4%": "two overlooked",
        "1/13": "three overlooked",
        "5/13": "one too many",
        "4": "not divided",
        "3.25": "upside down",
        "31": "percent without its sign",
        "0.32": "close",
        "0.95": "other",
    },
    "q2": {"a": "a sound added", "b": "place", "d": "and for but"},
    "q3": {
        "a": "insertions left out",
        "c": "share of right words",
        "1 - (substitutions + deletions + insertions) / words_said": "one minus the rate",
        "d": "of words written",
        "(substitutions + deletions - insertions) / words_said": "insertions cancel deletions",
        "substitutions + deletions + insertions": "not divided",
        "substitutions + deletions + insertions / words_said": "no brackets",
        "100 * (substitutions + deletions + insertions) / words_said": "percent",
        "deletions / words_said": "other",
    },
    "q4": {
        "890/4653": "accent us",
        "0,218": "accent england",
        "25.7%": "accent african",
        "0.648": "words that are right",
        "16.1%": "gap",
        "0.24": "all four accents",
        "0.4": "share of all errors",
        "2.96": "per clip",
        "5.1": "per speaker",
        "2.84": "upside down",
        "35.2": "percent without its sign",
        "0.36": "close",
        "0.9": "other",
    },
    "q5": {"a": "by the name, Google", "b": "best for US accents", "c": "by the name, Amazon"},
    "q6": {"a": "a gap from few", "b": "no gap from few", "c": "words are not people"},
    "q7": {
        "112/720": "all accents",
        "3/144": "the accents with most training speakers",
        "6.25%": "the accents with two training speakers",
        "109/576": "also the rare accents",
        "36/72": "one accent only",
        "332/432": "heard instead of missed",
        "100/720": "of all clips",
        "100/112": "of all missed",
        "21.1%": "gap",
        "100": "percent without its sign",
        "0.24": "close",
        "0.6": "other",
    },
    "q8": {
        "a b c": "apart is not better",
        "a c d": "new callers",
        "c": "shared looks good",
        "a": "knows them again",
    },
    "q9": {"b": "wrong way round", "c": "both fewer", "d": "no more false matches"},
    "q10": {
        "a b c d e": "already answered",
        "b d e": "legality",
        "a d e": "suitability for everybody",
        "a b e": "necessity",
        "a b d": "safeguards",
    },
}

FORMULAS = {
    "q3": [
        "(substitutions + deletions + insertions)",
        "substitutions + deletions + insertions",
        "/ words_said",
    ]
}

counts = st.integers(0, 50)


class TestExercise(ExerciseContract):
    NAME = "03_audio_processing"
    QUESTIONS = made.QUESTIONS
    RIGHT = RIGHT
    WRONG = WRONG
    FORMULAS = FORMULAS

    def test_the_exercise_shows_the_sentences_that_are_asked_about(self):
        shown = Path(__file__).parents[2].joinpath(f"content/exercises/{self.NAME}.py").read_text("utf-8")
        for sentence in (made.CALL, made.CALL_HEARD, made.DENIAL, made.TRANSCRIPTS["a"]):
            assert sentence in shown

    def test_the_call_has_each_kind_of_error_in_one_way_only(self, questions):
        found = speech.word_errors(made.CALL, made.CALL_HEARD)
        kinds = [step for step in found.alignment if step[0] != "hit"]
        assert kinds == [
            ("deletion", "an", None),
            ("substitution", "nineteen", "ninety"),
            ("insertion", None, "oh"),
            ("deletion", "not", None),
        ]
        assert questions["q1"].expected == len(kinds) / len(made.CALL.split())

    def test_the_formula_gives_the_rate_of_sentences(self, questions):
        pairs = [
            (made.CALL, made.CALL_HEARD),
            (made.SHORT_CALL, made.SHORT_CALL_HEARD),
            *((made.DENIAL, text) for text in made.TRANSCRIPTS.values()),
        ]
        for pair in pairs:
            found = speech.word_errors(*pair)
            parts = found.substitutions, found.deletions, found.insertions, found.words
            assert questions["q3"].expected(*parts) == pytest.approx(found.rate)
            written = questions["q3"].formulas["d"][1](*parts)
            assert written == pytest.approx(found.errors / len(pair[1].split()))

    def test_the_rate_of_indian_accents_agrees_with_the_table(self, questions):
        table = datasets.load("speech_recognition_errors")
        rows = table[(table.system == "amazon-en-US") & (table.accent == "indian")]
        assert questions["q4"].expected == rows.errors.sum() / rows.words.sum()

    def test_the_product_is_clearly_best_in_the_city(self, questions):
        table = datasets.load("speech_recognition_errors")
        rates = table.groupby(["system", "accent"])[["errors", "words"]].sum()
        rates = (rates.errors / rates.words).unstack()
        city = rates[list(made.MIX)] @ list(made.MIX.values())
        best = made.PRODUCTS[questions["q5"].expected][0]
        assert city.idxmin() == best  # also of the products that are not offered
        for product, label in made.PRODUCTS.values():
            assert label.split(",")[0].casefold() == product.split("-")[0]
            assert {"US": "US", "IN": "Indian"}[product.split("-")[-1]] in label
            if product != best:
                mine, other = made.error_rates(best), made.error_rates(product)
                places = [mine.position(accent) for accent in made.MIX]
                drawn = (other.resampled - mine.resampled)[:, places] @ list(made.MIX.values())
                assert mine.interval(drawn, places)[0] > 0

    def test_the_absent_accents_are_those_without_a_training_speaker(self, questions):
        table, truth = made.missed_clips(), datasets.truth("spoken_keywords")
        nobody = table[table.speakers_in_training == 0]
        assert set(nobody.index) == set(truth["absent"])
        assert questions["q7"].expected == nobody.missed.sum() / nobody.clips.sum()
        assert (table.missed <= table.clips).all()
        clips = datasets.load("spoken_keywords").query("split == 'test'").accent.value_counts()
        assert (table.clips == clips.reindex(table.index)).all()

    def test_shared_speakers_flatter_what_nobody_can_hear(self, questions):
        right = made.build_by_lot()
        assert right["speakers shared"] > 0.6
        assert abs(right["speakers apart"] - 0.5) < made.CHANCE / 2  # far from where the answer would change
        assert questions["q8"].expected == {"a", "c"}

    def test_the_threshold_moves_both_errors_in_opposite_ways(self, questions):
        pairs = made.voice_pairs()
        for threshold in (made.LOW, made.HIGH):
            matched = pairs.scores >= threshold
            by_hand = matched[~pairs.same].mean(), (~matched[pairs.same]).mean()
            assert made.pair_errors(threshold) == pytest.approx(by_hand)
        (match, miss), (match_high, miss_high) = made.pair_errors(made.LOW), made.pair_errors(made.HIGH)
        assert 0 < match_high < match
        assert miss < miss_high
        assert questions["q9"].expected == "a"
        harmed = pairs.false_match_rates(made.HIGH).difference("female", "male")
        assert harmed.low > 0  # the feedback names both groups


def test_each_transcript_has_one_error():
    found = {letter: speech.word_errors(made.DENIAL, text) for letter, text in made.TRANSCRIPTS.items()}
    assert {each.errors for each in found.values()} == {1}
    lost = [said for each in found.values() for kind, said, _ in each.alignment if kind == "deletion"]
    assert lost == ["not"]


def test_words_as_people_would_prove_a_gap_that_speakers_do_not():
    rates = made.error_rates(made.PRODUCT)
    few, us = rates.of("african"), rates.of("us")
    assert not few.enough
    assert few.low < us.value < few.high
    assert audit.wilson(few.numerator, few.denominator)[0] > us.value
    assert rates.difference("african", "us").low < 0


def test_the_gap_turns_round_with_the_product():
    assert made.error_rates(made.PRODUCT).difference("indian", "us").low > 0
    assert made.error_rates("google-en-IN").difference("indian", "us").high < 0


def test_a_build_by_lot_is_of_a_speaker_and_half_of_them_are_heavy(monkeypatch):
    seen, truly = [], speech.compare_splits

    def compare(features, build, speakers, machine):
        seen.append((build, speakers))
        return truly(features, build, speakers, machine)

    monkeypatch.setattr(made.speech, "compare_splits", compare)
    made.build_by_lot.__wrapped__()
    assert len(seen) == made.DRAWS
    for build, speakers in seen:
        of_speaker = {name: set(build[speakers == name]) for name in np.unique(speakers)}
        assert all(len(builds) == 1 for builds in of_speaker.values())
        assert 2 * sum(builds == {"heavy"} for builds in of_speaker.values()) == len(of_speaker)
    assert len({tuple(build) for build, _ in seen}) == made.DRAWS


@given(substitutions=counts, deletions=counts, insertions=counts, others=st.integers(1, 100))
def test_formulas_agree_only_where_nothing_is_lost_or_added(substitutions, deletions, insertions, others):
    question = made.word_error_rate()
    words = substitutions + deletions + others
    parts = substitutions, deletions, insertions, words
    right = question.expected(*parts)
    assert right >= 0
    formulas = {letter: formula(*parts) for letter, (_, formula) in question.formulas.items()}
    assert formulas["a"] == pytest.approx(right - insertions / words)
    assert formulas["c"] == pytest.approx(1 - right + insertions / words)
    assert (formulas["d"] < right) == (insertions > deletions and right > 0)
