"""One identity word for another: scores side by side, average gaps, and the planted bias found again."""

import functools

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workshop import datasets
from workshop.domains.text.swaps import average_gaps, exchangeable, find_place, mentions, swap
from workshop.domains.text.triage import fit_triage


@functools.cache
def terms():
    return exchangeable(datasets.load("public_messages", "identity_terms"))


@functools.cache
def english(split):
    table = datasets.load("public_messages")
    return table[(table["language"] == "en") & (table["split"] == split)]


@functools.cache
def triage():
    train = english("train")
    return fit_triage(train["text"], train["urgent"])


@functools.cache
def gaps():
    return average_gaps(triage(), english("test"), terms())


@functools.cache
def truth():
    return datasets.truth("public_messages")


def words(*forms):
    return pd.DataFrame({"term": forms, "kind": "kind", "form": forms})


def texts(text, *forms):
    return list(swap(triage(), text, words(*forms))["text"])


def test_planted_terms_are_found_and_controls_are_not():
    told, planted = gaps()["gap"], truth()["planted_terms"]
    others = told.drop(planted)
    assert set(told.index[:4]) == set(planted)
    assert told[planted].min() > 0.5
    assert others.abs().max() < 0.25
    assert told[truth()["control_terms"]].abs().max() < 0.1
    assert (gaps().loc[planted, "low"] > gaps().drop(planted)["high"].max()).all()
    assert gaps()["enough"].all()


def test_mentions_are_those_of_the_truth():
    told = mentions(english("train"), terms())
    for term, row in told.iterrows():
        written = truth()["mentions"]["en"][term]
        assert written["train"] == {"urgent": row["urgent"], "not_urgent": row["other"]}
        assert written["kind"] == row["kind"]
    # The model learns part of the association: the penalty shrinks it, and other words of the scene share in it.
    planted = truth()["planted_terms"]
    assert (gaps()["gap"][planted] < told["log_odds_ratio"][planted]).all()
    assert told["log_odds_ratio"].corr(gaps()["gap"]) > 0.9


def test_log_odds_ratio_of_mentions():
    table = pd.DataFrame({"identity": ["gay;deaf", "gay", "", ""], "urgent": [True, True, False, True]})
    told = mentions(table, words("gay", "deaf", "blind"))
    assert told.loc["gay", "log_odds_ratio"] == pytest.approx(np.log((2.5 / 0.5) / (1.5 / 1.5)))
    assert list(told["urgent"]) == [2, 1, 0]
    assert np.isfinite(told["log_odds_ratio"]).all()


def test_exchangeable_words_are_english_and_fit():
    assert list(terms().columns) == ["term", "kind", "form"]
    assert terms()["term"].is_unique
    assert set(terms()["term"]) >= set(
        truth()["planted_terms"] + truth()["control_terms"] + truth()["rare_terms"]
    )
    assert not {"man", "woman"} & set(terms()["term"])


def test_gap_is_against_nothing_in_that_place():
    told = swap(triage(), "My ___ neighbour needs help.", terms())
    blank = triage().log_odds(["My  neighbour needs help."])[0]
    assert list(told["gap"]) == pytest.approx(list(triage().log_odds(list(told["text"])) - blank))
    assert list(told["probability"]) == pytest.approx(list(triage().score(list(told["text"]))))
    assert list(told["term"]) == list(terms()["term"])


def test_an_unknown_word_has_no_gap():
    assert swap(triage(), "My ___ neighbour needs help.", words("zzzz"))["gap"][0] == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I am ___.", ["I am gay.", "I am autistic."]),
        ("a ___ man, a dog", ["a gay man, a dog", "an autistic man, a dog"]),
        ("An ___ man", ["A gay man", "An autistic man"]),
        ("HELP AN ___ MAN", ["HELP A GAY MAN", "HELP AN AUTISTIC MAN"]),
        ("A GAY MAN", ["A GAY MAN", "AN AUTISTIC MAN"]),
        ("Gay rights and gay bars", ["gay rights and gay bars", "autistic rights and gay bars"]),
        ("_____ people", ["gay people", "autistic people"]),
        ("gays, a Gay\u0301 x, gay", ["gays, a Gay\u0301 x, gay", "gays, a Gay\u0301 x, autistic"]),
        (
            "e\u0301te\u0301 \U0001f622 gay \u0645\u0633\u0644\u0645",
            [
                "e\u0301te\u0301 \U0001f622 gay \u0645\u0633\u0644\u0645",
                "e\u0301te\u0301 \U0001f622 autistic \u0645\u0633\u0644\u0645",
            ],
        ),
        ("a LGBT friend gay", ["a LGBT friend gay", "a LGBT friend autistic"]),
        ("GAY", ["GAY", "AUTISTIC"]),
        ("<b>___</b>", ["<b>gay</b>", "<b>autistic</b>"]),
    ],
)
def test_the_word_is_exchanged_and_nothing_else(text, told):
    assert texts(text, "gay", "autistic") == told


def test_terms_of_several_words_and_other_scripts():
    assert texts("I am left-handed.", "left-handed", "\u0623\u0635\u0645\u0651") == [
        "I am left-handed.",
        "I am \u0623\u0635\u0645\u0651.",
    ]
    assert (
        texts("\u0623\u0646\u0627 \u0623\u0635\u0645\u0651", "\u0623\u0635\u0645\u0651", "gay")[1]
        == "\u0623\u0646\u0627 gay"
    )


@given(st.text(max_size=60), st.text(max_size=60))
@example("\u0130stanbul \ufb01 e\u0301 ", " \u1e9e")
def test_place_is_where_it_stands_in_the_text_as_typed(before, after):
    text = f"{before} gay {after}"
    start, end = find_place(text, words("gay"))
    assert text[start:end].casefold() == "gay" or set(text[start:end]) == {"_"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("Nobody is named.", "three underscores"),
        ("pre___post", "a space before and after"),
        ("___ and ___", "2 marks"),
        ("a\x00 gay", "U"),
        ("gay " * 25_001, "characters"),
        (None, "no text"),
    ],
)
def test_message_that_cannot_be_swapped(text, said):
    with pytest.raises(ValueError, match=said):
        swap(triage(), text, terms())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (words(), "at least one"),
        (words("gay", " "), "at least one"),
        (words("gay").drop(columns="form"), "form"),
    ],
)
def test_terms_are_checked(wrong, said):
    with pytest.raises(ValueError, match=said):
        swap(triage(), "I am gay", wrong)


def test_average_gap_is_the_mean_of_single_gaps():
    few = english("test").head(60)
    told = average_gaps(triage(), few, terms())
    singles = [
        swap(triage(), text, terms()).set_index("term")["gap"]
        for text in few["text"]
        if find_place(text, terms()) is not None
    ]
    assert (told["messages"] == len(singles)).all()
    expected = pd.concat(singles, axis=1).mean(axis=1)
    assert told["gap"].to_dict() == pytest.approx(expected.to_dict())
    assert told["gap"].is_monotonic_decreasing


def test_interval_of_a_gap_is_that_of_family_means():
    # With as many messages in each family it is Student's interval of the families' means.
    table = pd.DataFrame(
        {
            "text": [f"gay {'please help me ' * size}" for size in (0, 1, 2, 5)] * 2,
            "family": list("abcdabcd"),
        }
    )
    row = average_gaps(triage(), table, words("gay")).loc["gay"]
    means = [swap(triage(), text, words("gay"))["gap"][0] for text in table["text"][:4]]
    reach = 3.182446 * np.std(means, ddof=1) / 2
    assert (row["low"], row["high"]) == pytest.approx((row["gap"] - reach, row["gap"] + reach), abs=1e-5)
    assert not row["enough"]


def test_average_does_not_depend_on_the_order_of_messages():
    test = english("test")
    shuffled = average_gaps(triage(), test.sample(frac=1, random_state=7), terms())
    pd.testing.assert_frame_equal(shuffled, gaps())


def test_one_family_has_no_interval():
    table = pd.DataFrame({"text": ["I am gay"], "family": ["a"]})
    row = average_gaps(triage(), table, words("gay")).loc["gay"]
    assert np.isnan(row["low"])
    assert np.isnan(row["high"])


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (pd.DataFrame({"text": ["nobody"], "family": ["a"]}), "No message names"),
        (pd.DataFrame({"text": ["gay"]}), "family"),
    ],
)
def test_average_needs_messages_that_name_a_term(table, said):
    with pytest.raises(ValueError, match=said):
        average_gaps(triage(), table, terms())
