"""Extraction: patterns and the tagger find what they should, and the counting is that of plain set arithmetic."""

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from workshop import datasets
from workshop.domains.text.extraction import (
    ALL,
    ENGLISH,
    EXACT,
    KINDS,
    LANGUAGES,
    MATCHES,
    Extractor,
    compare,
    evaluate,
    fit_extractor,
    lost_messages,
    matched,
)

MESSAGES = datasets.load("public_messages")
ENTITIES = datasets.load("public_messages", "entities")
KEY = ["message_id", "kind", "start", "end"]


@pytest.fixture(scope="module")
def comparison():
    start = time.process_time()
    found = compare(MESSAGES, ENTITIES)
    for variant in found.found:
        evaluate(found.messages, found.entities, found.found[variant])
    assert time.process_time() - start < 4
    return found


def told(extractor, text, kind):
    found = extractor.find(text)
    return found.loc[found["kind"] == kind, "text"].tolist()


@pytest.mark.parametrize(
    ("text", "kind", "english", "everywhere"),
    [
        ("I lost £1,200.50, not $3.", "amount", ["£1,200.50", "$3"], None),
        ("two hundred and fifty pounds or 40 euros", "amount", ["two hundred and fifty pounds", "40 euros"], None),
        ("a hundred people, 3 cars and 20 pounding hammers", "amount", [], None),
        ("J'ai perdu 1 500 francs CFA et mille euros", "amount", [], ["1 500 francs CFA", "mille euros"]),
        ("me quitaron doscientos soles", "amount", [], ["doscientos soles"]),
        ("دفعت ٣٠٠ درهم", "amount", [], ["٣٠٠ درهم"]),
        ("بـ١٨٠٠ ريال", "amount", [], ["١٨٠٠ ريال"]),
        ("on 14/09/2018, 2019-02-03 or 9.7", "date", ["14/09/2018", "2019-02-03", "9.7"], None),
        ("the 3rd of May, June 9 and 11 Oct 2019", "date", ["the 3rd of May", "June 9", "11 Oct 2019"], None),
        ("at 20.45, flat 32/40, 1.2.3.4", "date", [], None),
        ("le 6 février 2019 et el 7 de junio", "date", [], ["6 février 2019", "7 de junio"]),
        ("يوم ١٣/٧/٢٠١٩ أو ٣ مايو", "date", [], ["١٣/٧/٢٠١٩", "٣ مايو"]),
        ("(555.0109) or +44 1632 960902, (303) 555-0156", "phone",
         ["555.0109", "+44 1632 960902", "(303) 555-0156"], None),
        ("2018-03-22 and 180,000 and 123456", "phone", [], None),
        ("1234567890123456 is no phone number", "phone", [], None),
        ("هاتف ٥٥٥٠١٧٧", "phone", [], ["٥٥٥٠١٧٧"]),
    ],
)  # fmt: skip
def test_patterns_find_the_forms_of_their_languages(comparison, text, kind, english, everywhere):
    assert told(comparison.extractors[ENGLISH], text, kind) == english
    assert told(comparison.extractors[ALL], text, kind) == (english if everywhere is None else everywhere)


def test_a_name_that_training_never_saw_is_found_by_its_form(comparison):
    only = comparison.extractors[ENGLISH]
    assert told(only, "A man fell down near Grimble Street.", "place") == ["Grimble Street"]
    assert told(only, "a man fell down near grimble street.", "place") != ["Grimble Street"]
    found = only.find("Nothing here.")
    assert found.empty
    assert list(found.columns) == ["kind", "start", "end", "text"]


def test_the_spans_are_of_the_text_and_never_overlap(comparison):
    texts = comparison.messages.set_index("message_id")["text"]
    for found in comparison.found.values():
        assert set(found["kind"]) == set(KINDS)
        for message, rows in found.groupby("message_id"):
            assert (rows["start"].to_numpy()[1:] >= rows["end"].to_numpy()[:-1]).all()
            assert [texts[message][a:b] for a, b in zip(rows["start"], rows["end"], strict=True)] == rows[
                "text"
            ].tolist()


class _Everywhere:
    """A tagger to which every word belongs to a place."""

    def predict(self, features):
        return np.ones(features.shape[0], dtype=bool)


def test_a_place_is_not_found_where_a_pattern_is():
    found = Extractor(("en",), _Everywhere()).find("near Fry Road")
    assert found[["kind", "text"]].to_numpy().tolist() == [["place", "near Fry Road"]]
    found = Extractor(("en",), _Everywhere()).find("he took £40 on 3 May")
    assert found["kind"].tolist() == ["amount", "date"]


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip))
def test_any_text_can_be_read(comparison, text):
    for extractor in comparison.extractors.values():
        found = extractor.find(text)
        assert [text[a:b] for a, b in zip(found["start"], found["end"], strict=True)] == found[
            "text"
        ].tolist()
        assert found["start"].is_monotonic_increasing


@pytest.mark.parametrize("text", ["", "  ", "a\x00b", None, "x" * 100_001])
def test_what_cannot_be_read_is_said(comparison, text):
    with pytest.raises(ValueError, match="message"):
        comparison.extractors[ALL].find(text)


def test_no_scene_is_tried_by_an_extractor_that_has_seen_it(comparison):
    families = MESSAGES.set_index("message_id")["family"]
    english_train = MESSAGES[(MESSAGES["language"] == "en") & (MESSAGES["split"] == "train")]
    assert not set(comparison.messages["family"]) & set(english_train["family"])
    assert len(comparison.messages) + len(english_train) == len(MESSAGES)
    # The other half: a tagger trained without the scenes of the other languages' training half.
    other = (MESSAGES["language"] != "en") & (MESSAGES["split"] == "train")
    trained = MESSAGES[~other & ((MESSAGES["language"] != "en") | (MESSAGES["split"] == "train"))]
    again = fit_extractor(trained, ENTITIES, LANGUAGES[ALL]).find_all(MESSAGES[other])
    found = comparison.found[ALL]
    found = found[found["message_id"].isin(MESSAGES.loc[other, "message_id"])]
    assert again[KEY].values.tolist() == found[KEY].values.tolist()
    assert set(families[again["message_id"]]) & set(trained["family"]) == set()


def test_the_same_training_gives_the_same_answers(comparison):
    train = MESSAGES[MESSAGES["split"] == "train"]
    again = fit_extractor(train, ENTITIES)
    assert again.languages == ("en",)
    pd.testing.assert_frame_equal(again.find_all(comparison.messages), comparison.found[ENGLISH])


def test_english_training_fails_where_names_have_another_form(comparison):
    recall = {
        variant: evaluate(comparison.messages, comparison.entities, found).xs("recall", level="measure")
        for variant, found in comparison.found.items()
    }
    for language in ("fr", "es", "ar"):
        only, everywhere = (recall[each].loc[("place", language)] for each in (ENGLISH, ALL))
        assert only["enough"]
        assert only["high"] < recall[ENGLISH].loc[("place", "en"), "low"]
        assert only["high"] < everywhere["low"]
    english = comparison.messages[comparison.messages["language"] == "en"]
    by = evaluate(english, comparison.entities, comparison.found[ENGLISH], by="register")["value"]
    assert by["place", "texting", "recall"] < by["place", "plain", "recall"] - 0.1  # typed without capitals


@pytest.mark.parametrize("variant", LANGUAGES)
def test_exact_rates_are_those_of_plain_sets(comparison, variant):
    messages, entities, found = comparison.messages, comparison.entities, comparison.found[variant]
    rates = evaluate(messages, entities, found)
    language = messages.set_index("message_id")["language"]
    marked, answers = (set(map(tuple, table[KEY].to_numpy().tolist())) for table in (entities, found))
    for kind in KINDS:
        for group in ("en", "fr", "es", "ar"):
            true, said = (
                {row for row in part if row[1] == kind and language[row[0]] == group}
                for part in (marked, answers)
            )
            hits = len(true & said)
            row = rates.loc[(kind, group)]
            assert row.loc["recall", ["numerator", "denominator"]].tolist() == [hits, len(true)]
            assert row.loc["precision", ["numerator", "denominator"]].tolist() == [hits, len(said)]
            f1, precision, recall = row.loc[["F1", "precision", "recall"], "value"]
            if hits:
                assert f1 == pytest.approx(2 * precision * recall / (precision + recall))
            assert (row["low"].fillna(0) <= row["value"].fillna(0)).all()
            assert (row["value"].fillna(1) <= row["high"].fillna(1)).all()


def test_overlap_counts_no_less_than_exact(comparison):
    for found in comparison.found.values():
        exact, overlap = (
            evaluate(comparison.messages, comparison.entities, found, match=match) for match in MATCHES
        )
        assert (overlap["numerator"] >= exact["numerator"]).all()
        assert (overlap["denominator"] == exact["denominator"]).all()


def test_the_rule_for_few():
    rows = [(f"m{n}", "t", "en", f"f{n % families}") for families in (9, 10) for n in range(30)]
    for families, part in ((9, rows[:30]), (10, rows[30:])):
        messages = pd.DataFrame(part, columns=["message_id", "text", "language", "family"])
        entities = pd.DataFrame({"message_id": messages["message_id"], "kind": "date", "start": 0, "end": 1})
        rate = evaluate(messages, entities, entities[:0]).loc[("date", "en", "recall")]
        assert rate["enough"] == (families == 10)
        assert rate["families"] == families
        assert evaluate(messages, entities, entities[:0]).loc[
            ("date", "en", "precision"), ["enough", "families"]
        ].tolist() == [False, 0]


def spans():
    """Spans in the order of the text that do not overlap."""
    return st.lists(st.integers(0, 24), unique=True, max_size=12).map(
        lambda edges: list(zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False))
    )


@given(spans(), spans(), st.sampled_from(MATCHES))
def test_as_many_pairs_as_there_can_be(marked, said, match):
    pairs = matched(marked, said, match)
    for place in (0, 1):
        assert len({pair[place] for pair in pairs}) == len(pairs)
    fits = np.array(
        [[a == b if match == EXACT else a[0] < b[1] and b[0] < a[1] for b in said] for a in marked],
        dtype=int,
    ).reshape(len(marked), len(said))
    assert all(fits[pair] for pair in pairs)
    best = (maximum_bipartite_matching(csr_array(fits)) >= 0).sum() if fits.size else 0
    assert len(pairs) == best


def test_a_place_is_lost_unless_the_whole_of_it_is_found():
    messages = pd.DataFrame(
        {"message_id": list("abcde"), "text": "", "language": "fr", "family": list("abcde")}
    )
    entities = pd.DataFrame(
        [
            ("a", "place", 3, 9),
            ("b", "place", 3, 9),
            ("c", "place", 0, 2),
            ("c", "place", 3, 9),
            ("d", "date", 0, 2),
        ],
        columns=KEY,
    )
    found = pd.DataFrame(
        [("a", "place", 0, 9), ("b", "place", 3, 6), ("c", "place", 0, 2), ("d", "place", 0, 2)], columns=KEY
    )
    row = lost_messages(messages, entities, found).loc["fr"]
    assert row[["numerator", "denominator"]].tolist() == [2, 3]  # b is cut short, one of c's two is missed
    assert not row["enough"]


def test_lost_messages_of_the_data(comparison):
    messages, entities = comparison.messages, comparison.entities
    for variant, found in comparison.found.items():
        exact = evaluate(messages, entities, found)["value"]
        lost = lost_messages(messages, entities, found)
        for language, row in lost.iterrows():
            # What is found exactly is not lost; messages have 1.0 places each, nearly.
            assert row["value"] <= 1 - exact["place", language, "recall"] + 0.05, variant


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: fit_extractor(MESSAGES, ENTITIES, ("de",)), "choose from en, fr, es, ar"),
        (lambda: fit_extractor(MESSAGES, ENTITIES, ()), "choose from"),
        (lambda: fit_extractor(MESSAGES, ENTITIES[ENTITIES["kind"] == "date"]), "No place is marked"),
        (lambda: fit_extractor(MESSAGES.drop(columns="language"), ENTITIES), "no column 'language'"),
        (lambda: fit_extractor(MESSAGES.drop(columns="text"), ENTITIES), "no column 'text'"),
        (lambda: compare(MESSAGES.drop(columns="split"), ENTITIES), "no column 'split'"),
        (lambda: compare(MESSAGES, ENTITIES.drop(columns="kind")), "no column 'kind'"),
        (lambda: evaluate(MESSAGES, ENTITIES, ENTITIES, match="near"), "no match 'near'"),
        (lambda: evaluate(MESSAGES, ENTITIES, ENTITIES, by="age"), "no column 'age'"),
        (lambda: evaluate(MESSAGES, ENTITIES, ENTITIES.drop(columns="end")), "no column 'end'"),
        (lambda: lost_messages(MESSAGES.drop(columns="family"), ENTITIES, ENTITIES), "no column 'family'"),
    ],
)
def test_what_is_wrong_is_said(call, says):
    with pytest.raises(ValueError, match=says):
        call()
