"""The urgency score of a message: exact contributions, words of any script, the queue, and errors by group."""

import functools
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from workshop import datasets
from workshop.domains.text.triage import (
    EVERYTHING,
    LONGEST,
    NONE_NAMED,
    check_text,
    coverage,
    error_difference,
    errors,
    fit_triage,
    queue,
    read_words,
    spans,
    waiting,
)

ANY_TEXT = st.text(alphabet=st.characters(), max_size=200)  # surrogates, control characters, every script
# Text of words that the model knows, so that contributions are not all 0.
KNOWN_TEXT = st.lists(
    st.sampled_from(
        [
            "gay",
            "MUSLIM",
            "help",
            "please",
            "don\u2019t",
            "lost",
            "zzz",
            "\u0634\u0643\u0631\u0627",
            "\U0001f622",
        ]
    ),
    max_size=30,
).map(" ".join)


@functools.cache
def messages():
    return datasets.load("public_messages")


def part(split, language="en"):
    table = messages()
    return table[(table["split"] == split) & (table["language"] == language)]


@functools.cache
def triage():
    train = part("train")
    return fit_triage(train["text"], train["urgent"])


def small(urgent=(True, True, False, False), family="aabb", **columns):
    return pd.DataFrame({"urgent": list(urgent), "family": list(family), **columns})


@given(st.one_of(ANY_TEXT, KNOWN_TEXT))
@settings(deadline=None)  # the first call fits the model
@example("")
@example("gay gay gay")
@example("e\u0301te\u0301 \ud800 \x00 <script>help</script>")
def test_contributions_add_up_exactly_and_words_are_as_typed(text):
    explained = triage().explain(text)
    words = explained.words
    assert explained.start + words["contribution"].sum() == pytest.approx(explained.log_odds, abs=1e-9)
    assert explained.log_odds == pytest.approx(triage().log_odds([text])[0], abs=1e-12)
    assert [text[start:end] for start, end in zip(words["start"], words["end"], strict=True)] == list(
        words["word"]
    )
    assert (words["end"] > words["start"]).all()
    assert (words["start"].to_numpy()[1:] >= words["end"].to_numpy()[:-1]).all()
    assert (words.loc[~words["known"], "contribution"] == 0).all()
    assert list(words["known"]) == [triage().knows(word) for word in words["word"]]


@given(st.lists(st.one_of(ANY_TEXT, KNOWN_TEXT), min_size=1, max_size=5))
@settings(deadline=None)  # the first call fits the model
def test_score_is_that_of_scikit_learn(texts):
    expected = triage().pipeline.predict_proba(texts)[:, 1]
    assert np.array_equal(triage().score(texts), expected)
    assert [triage().explain(text).probability for text in texts] == pytest.approx(list(expected), abs=1e-12)
    assert 1 / (1 + np.exp(-triage().log_odds(texts))) == pytest.approx(expected, abs=1e-12)


@given(KNOWN_TEXT, st.randoms())
@settings(deadline=None)  # the first call fits the model
def test_order_of_words_does_not_matter(text, random):
    words = text.split()
    random.shuffle(words)
    assert triage().log_odds([" ".join(words)]) == pytest.approx(triage().log_odds([text]), abs=1e-9)


@given(KNOWN_TEXT)
@settings(deadline=None)  # the first call fits the model
def test_case_and_unknown_words_change_nothing(text):
    other = f"qqqq {text.upper()} \U0001f622 <b>"
    assert triage().log_odds([other.replace("<b>", "<>")]) == pytest.approx(
        triage().log_odds([text]), abs=1e-9
    )


def test_repeated_word_shares_its_contribution():
    first, *others = triage().explain("gay, Gay, GAY").words["contribution"]
    assert first > 0
    assert others == [first, first]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I can't. Don\u2019t!", ["i", "can't", "don't"]),
        ("L'\u00e9t\u00e9 \u00c0 NO\u00cbL", ["l'\u00e9t\u00e9", "\u00e0", "no\u00ebl"]),
        ("e\u0301te\u0301", ["\u00e9t\u00e9"]),  # accents typed as signs of their own
        (
            "\u0645\u062a\u0648\u062d\u0651\u062f\u060c \u0634\u0643\u0631\u0627\u064b",
            ["\u0645\u062a\u0648\u062d\u0651\u062f", "\u0634\u0643\u0631\u0627\u064b"],
        ),
        ("\u0645\u0640\u0640\u0633\u0644\u0645", ["\u0645\u0633\u0644\u0645"]),  # stretched, as in headlines
        ("help\U0001f622me \U0001f468\u200d\U0001f469\u200d\U0001f467", ["help", "me"]),
        ("555-0189 \u0663\u0664 gr8", ["555", "0189", "\u0663\u0664", "gr8"]),
        ("gay\u0645\u0633\u0644\u0645", ["gay\u0645\u0633\u0644\u0645"]),  # two scripts in one word
        ("\u0928\u092e\u0938\u094d\u0924\u0947", ["\u0928\u092e\u0938\u094d\u0924\u0947"]),
        ("a_b <i>x</i> 'quoted'", ["a", "b", "i", "x", "i", "quoted"]),
        ("  \n\t", []),
        ("\u200d\u0301\U0001f6a8!!!", []),
    ],
)
def test_words_of_any_script(text, words):
    assert read_words(text) == words


@given(ANY_TEXT)
def test_spans_cover_every_letter_and_digit(text):
    inside = {place for start, end, _ in spans(text) for place in range(start, end)}
    assert all(place in inside for place, sign in enumerate(text) if sign.isalnum())


def test_knows():
    assert triage().knows("Gay")
    assert triage().knows("don\u2019t")
    assert not triage().knows("\u0645\u0633\u0644\u0645")
    assert not triage().knows("")
    assert not triage().knows("\U0001f622")


def test_ranking_is_good_and_stays_so():
    test = part("test")
    assert roc_auc_score(test["urgent"], triage().score(test["text"])) == pytest.approx(0.92, abs=0.01)


def test_explains_500_words_in_time():
    text = " ".join(" ".join(part("test")["text"]).split()[:500])
    triage().explain(text)
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        triage().explain(text)
        times.append(time.perf_counter() - begin)
    assert min(times) < 0.06


def test_longest_message_is_explained():
    text = ("gay muslim help " * (LONGEST // 16 + 1))[:LONGEST]
    explained = triage().explain(check_text(text))
    assert explained.start + explained.words["contribution"].sum() == pytest.approx(
        explained.log_odds, abs=1e-9
    )


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "x" * LONGEST,
        "<script>alert(1)</script>",
        "\U0001f622",
        "\u0633\u0644\u0627\u0645 hi",
        "a\nb\tc\r\n",
        "\u202eabc",
        "...",
    ],
)
def test_text_that_can_be_scored(text):
    assert check_text(text) is text
    assert 0 < triage().score([text])[0] < 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        (" \n\t\u00a0", "empty"),
        ("x" * (LONGEST + 1), "100,001"),
        ("a\x00b", r"U\+0000"),
        ("a\x1b[31m", r"U\+001B"),
        ("a\x85", r"U\+0085"),
        ("half \ud83d of an emoji", r"U\+D83D"),
        (None, "no text"),
        (b"bytes", "no text"),
        (7, "no text"),
    ],
)
def test_text_that_cannot_be_scored(text, said):
    with pytest.raises(ValueError, match=said):
        check_text(text)


@pytest.mark.parametrize("texts", ["one message", [None], ["a", float("nan")], [b"a"]])
def test_scores_need_a_list_of_texts(texts):
    with pytest.raises(ValueError, match="message"):
        triage().score(texts)


@pytest.mark.parametrize(
    ("texts", "urgent", "said"),
    [
        (["a b", "a c"], [True], "2 messages and 1 labels"),
        (["a b", "a c"], [True, True], "both"),
        ([], [], "both"),
        (["a b", "a c"], [True, None], "both"),
        (["a b", "c d"], [True, False], "two of the messages"),
        (["a", None], [True, False], "no text"),
        ("ab", [True, False], "list"),
    ],
)
def test_learning_needs_messages_of_both_kinds(texts, urgent, said):
    with pytest.raises(ValueError, match=said):
        fit_triage(texts, urgent)


def test_learns_from_few_messages():
    model = fit_triage(["help fire", "help me fire", "thank you", "thank you all"], [1, 1, 0, 0])
    assert model.score(["fire"])[0] > 0.5 > model.score(["thank you"])[0]
    assert not model.knows("all")  # in one message only


SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@given(SCORES, st.integers(0, 60), st.data())
def test_queue_conserves_messages(scores, capacity, data):
    urgent = data.draw(st.lists(st.booleans(), min_size=len(scores), max_size=len(scores)))
    table = pd.DataFrame({"urgent": urgent, "family": [str(n % 5) for n in range(len(scores))]})
    queued = queue(table, scores, capacity)
    assert sorted(queued.index) == list(range(len(scores)))
    assert queued["urgent"].sum() == sum(urgent)
    assert queued["today"].sum() == min(capacity, len(scores))
    assert list(queued["place"]) == list(range(1, len(scores) + 1))
    assert (np.diff(queued["score"]) <= 0).all()
    ties = queued.assign(came=queued.index).groupby("score")["came"]
    assert ties.apply(lambda came: came.is_monotonic_increasing).all()  # first come, first read


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30, unique=True), st.integers(0, 30), st.randoms())
def test_queue_does_not_depend_on_the_order_of_arrival(scores, capacity, random):
    table = pd.DataFrame({"name": range(len(scores))})
    order = list(range(len(scores)))
    random.shuffle(order)
    first = queue(table, scores, capacity)
    second = queue(table.iloc[order], np.array(scores)[order], capacity)
    assert list(first["name"]) == list(second["name"])
    assert list(first["today"]) == list(second["today"])


@given(st.integers(0, 640))
@settings(max_examples=10, deadline=None)
def test_waiting_counts_add_up(capacity):
    test = part("test")
    table = waiting(queue(test, triage().score(test["text"]), capacity), "register")
    assert table["messages"].sum() == len(test)
    assert table["urgent"].sum() == test["urgent"].sum()
    assert table["today"].sum() == capacity
    assert (table["urgent_waiting"] <= table["urgent"]).all()
    assert (table["urgent"] - table["urgent_waiting"]).sum() <= capacity
    assert list(table["value"]) == pytest.approx(list(table["urgent_waiting"] / table["urgent"]))


def test_waiting_keeps_groups_without_urgent_messages():
    table = small(urgent=(True, True, False), family="abc", language=["en", "en", "fr"])
    told = waiting(queue(table, [0.9, 0.1, 0.5], 1), "language")
    assert list(told["urgent_waiting"]) == [1, 0]
    assert np.isnan(told.loc["fr", "value"])
    assert told.loc["fr", "families"] == 0
    assert not told.loc["fr", "enough"]


@pytest.mark.parametrize("capacity", [-1, 2.5, None, "3", True, float("nan")])
def test_capacity_is_a_whole_number(capacity):
    with pytest.raises(ValueError, match="capacity"):
        queue(small(), [0.1, 0.2, 0.3, 0.4], capacity)


@pytest.mark.parametrize(
    "scores", [[0.1], [0.1, 0.2, 0.3, np.nan], [0.1, 0.2, 0.3, np.inf], [[0.1, 0.2, 0.3, 0.4]]]
)
def test_queue_needs_one_score_for_each(scores):
    with pytest.raises(ValueError, match="score"):
        queue(small(), scores, 2)


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_errors_are_counted(data):
    number = data.draw(st.integers(1, 40))
    column = st.lists(st.booleans(), min_size=number, max_size=number)
    urgent, flagged = np.array(data.draw(column)), np.array(data.draw(column))
    group = np.array(data.draw(st.lists(st.sampled_from("xyz"), min_size=number, max_size=number)))
    table = pd.DataFrame({"urgent": urgent, "family": [f"f{n // 2}" for n in range(number)], "group": group})
    for what, wrong, counted in (
        ("missed", urgent & ~flagged, urgent),
        ("false alarm", flagged & ~urgent, ~urgent),
    ):
        if not counted.any():
            with pytest.raises(ValueError, match="nothing to count"):
                errors(table, flagged, "group", what)
            continue
        told = errors(table, flagged, "group", what)
        assert list(told.index) == sorted(set(group[counted]))
        for name, row in told.iterrows():
            assert row["numerator"] == (wrong & (group == name)).sum()
            assert row["denominator"] == (counted & (group == name)).sum()
            assert row["families"] == table[counted & (group == name)]["family"].nunique()


def test_interval_is_over_families_not_messages():
    # Ten families of thirty messages that are all missed or all found: ten cases, not three hundred.
    family = np.repeat(np.arange(10).astype(str), 30)
    flagged = np.repeat([True, False] * 5, 30)
    table = pd.DataFrame({"urgent": True, "family": family})
    row = errors(table, flagged).loc[EVERYTHING]
    assert row["high"] - row["low"] > 0.5
    alone = errors(table.assign(family=np.arange(300).astype(str)), flagged).loc[EVERYTHING]
    assert alone["high"] - alone["low"] < 0.13


def test_a_group_is_drawn_alone_whatever_others_its_families_are_in():
    test = part("test")
    flagged = triage().score(test["text"]) >= 0.5
    kinds = errors(test, flagged, "identity_kind", "false alarm")
    terms = errors(test, flagged, "identity", "false alarm")
    pd.testing.assert_series_equal(kinds.loc[NONE_NAMED], terms.loc[NONE_NAMED])


def test_a_message_counts_once_in_each_of_its_identity_groups():
    table = small(urgent=[True] * 4, identity=["gay;man", "gay;gay", "", "man"])
    told = errors(table, np.array([False, True, False, True]), "identity")
    assert told["denominator"].to_dict() == {"gay": 2, "man": 2, NONE_NAMED: 1}
    assert told["numerator"].to_dict() == {"gay": 1, "man": 1, NONE_NAMED: 1}


def test_difference_is_that_of_the_rates():
    test = part("test")
    flagged = triage().score(test["text"]) >= 0.5
    told = errors(test, flagged, "register")["value"]
    gap = error_difference(test, flagged, "register", "second_language", "plain")
    assert gap.value == pytest.approx(told["second_language"] - told["plain"])
    assert gap.low < gap.value < gap.high
    back = error_difference(test, flagged, "register", "plain", "second_language")
    assert (back.low, back.high) == pytest.approx((-gap.high, -gap.low))
    for pair in (("plain", "nobody"), ("nobody", "none"), ("plain", "plain")):
        with pytest.raises(ValueError, match=r"no group|nothing to count|different groups"):
            error_difference(test, flagged, "register", *pair)


def test_an_english_model_is_silent_on_other_languages():
    test = messages()[messages()["split"] == "test"]
    known = coverage(triage(), test)["value"]
    assert known["en"] > 0.8
    assert (known[["ar", "es", "fr"]] < 0.15).all()
    flagged = triage().score(test["text"]) >= 0.5
    missed = errors(test, flagged, "language")["value"]
    assert (missed[["ar", "es", "fr"]] > 0.9).all()
    assert missed["en"] < 0.4


@given(st.lists(ANY_TEXT, min_size=1, max_size=8))
@settings(deadline=None)
def test_coverage_counts_words(texts):
    table = pd.DataFrame({"text": texts, "family": [str(n) for n in range(len(texts))], "language": "x"})
    words = [word for text in texts for word in read_words(text)]
    if not words:
        with pytest.raises(ValueError, match="nothing to count"):
            coverage(triage(), table)
        return
    row = coverage(triage(), table).loc["x"]
    assert row["denominator"] == len(words)
    assert row["numerator"] == sum(triage().knows(word) for word in words)


@pytest.mark.parametrize(
    ("table", "flagged", "by", "what", "said"),
    [
        (small(), [True] * 4, None, "wrong", "no error"),
        (small(), [True] * 3, None, "missed", "True or False"),
        (small(), [0.2] * 4, None, "missed", "True or False"),
        (small(), [True] * 4, "script", "missed", "script"),
        (small().drop(columns="family"), [True] * 4, None, "missed", "family"),
        (small().drop(columns="urgent"), [True] * 4, None, "missed", "urgent"),
        (small(urgent=[False] * 4), [True] * 4, None, "missed", "nothing to count"),
    ],
)
def test_errors_say_what_is_wrong(table, flagged, by, what, said):
    with pytest.raises(ValueError, match=said):
        errors(table, flagged, by, what)
