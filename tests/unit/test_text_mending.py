"""What mends a triage model: each way does what it says, and the table counts what it costs."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from workshop import datasets
from workshop.domains.text import mending
from workshop.domains.text.mending import (
    AS_TRAINED,
    COUNTER_EXAMPLES,
    DELETED,
    LANGUAGES,
    ONE_WORD,
    THRESHOLDS,
    WAYS,
    auc,
    counter_examples,
    language_thresholds,
    mask,
    mend,
    not_hidden,
)
from workshop.domains.text.swaps import exchangeable, mentions
from workshop.domains.text.triage import FALSE_ALARM, MISSED, errors

MESSAGES = datasets.load("public_messages")
IDENTITY_TERMS = datasets.load("public_messages", "identity_terms")
TRUTH = datasets.truth("public_messages")
TERMS = exchangeable(IDENTITY_TERMS)
TRAINING = MESSAGES[MESSAGES["split"] == "train"]
ENGLISH = TRAINING[TRAINING["language"] == "en"]
MENDED = mend(MESSAGES, IDENTITY_TERMS)


@pytest.mark.parametrize(
    ("text", "word", "masked"),
    [
        ("A GAY man, a gay's friend; gaysome", "", "A  , a 's friend; gaysome"),
        ("two women and a woman", "x", "two x and a x"),
        ("une femme sénégalaise", "x", "une x x"),
        ("هو مسلم هنا", "x", "هو x هنا"),
        ("nothing to hide 🙂", "x", "nothing to hide 🙂"),
    ],
)
def test_words_are_hidden_whole_and_in_any_case(text, word, masked):
    assert mask([text], IDENTITY_TERMS["form"], word) == [masked]


@given(st.lists(st.text(), max_size=5))
def test_hiding_nothing_changes_nothing(texts):
    assert mask(texts, []) == texts


@pytest.mark.parametrize("form", ["two words", "", "..."])
def test_only_words_can_be_hidden(form):
    with pytest.raises(ValueError, match="not one word"):
        mask(["a"], [form])


def test_few_mentions_escape_the_list_and_those_are_spelled_in_another_way():
    named = MESSAGES[MESSAGES["identity"] != ""]
    escaped = not_hidden(MESSAGES, IDENTITY_TERMS["form"])
    assert 0 < len(escaped) < 0.02 * len(named)
    assert set(escaped["register"]) <= {"texting", "second_language"}
    nobody = not_hidden(MESSAGES, [])
    assert len(nobody) == len(named)


def test_counter_examples_even_out_what_goes_with_urgent():
    extra = counter_examples(ENGLISH, TERMS)
    assert not extra["urgent"].any()
    assert set(extra["family"]) <= set(ENGLISH["family"])
    assert extra["family"].nunique() > 20
    both = pd.concat([ENGLISH, extra])
    before, after = (mentions(table, TERMS) for table in (ENGLISH, both))
    usual = ENGLISH["urgent"].mean()
    for term in TERMS["term"]:
        share = after.loc[term, "urgent"] / (after.loc[term, "urgent"] + after.loc[term, "other"])
        assert share <= usual + 1e-9
        if before.loc[term, "urgent"] / (before.loc[term, ["urgent", "other"]].sum()) > usual:
            assert share > usual - 0.05
    for row in extra.itertuples():
        form = TERMS.set_index("term")["form"][row.identity]
        assert form.lower() in row.text.lower()


def test_no_counter_examples_without_anything_to_write_from():
    with pytest.raises(ValueError, match="nothing to write from"):
        counter_examples(ENGLISH[ENGLISH["identity"] == ""], TERMS)


def test_the_planted_terms_have_the_largest_gaps_until_they_are_mended():
    gaps = MENDED.gaps.pivot_table("gap", "term", "way")
    planted = TRUTH["planted_terms"]
    assert set(gaps[AS_TRAINED].nlargest(4).index) == set(planted)
    assert gaps.loc[planted, AS_TRAINED].min() > 0.5
    assert gaps.loc[planted, COUNTER_EXAMPLES].max() < 0.3
    assert gaps[DELETED].abs().max() < 0.01
    # One word for all moves the gap: now every term has it, also those that had none.
    assert np.ptp(gaps[ONE_WORD]) < 0.01
    assert gaps[ONE_WORD].min() > 0.4
    assert MENDED.summary.loc[AS_TRAINED, "term"] in planted


def test_errors_are_those_of_the_flags():
    home = (MENDED.tested["language"] == "en").to_numpy()
    for what in (MISSED, FALSE_ALARM):
        found = MENDED.errors("register", what, home)
        for way in WAYS:
            wanted = errors(MENDED.tested[home], MENDED.flagged[way].to_numpy()[home], "register", what)
            pd.testing.assert_frame_equal(found.loc[way], wanted, check_names=False)
    groups = np.where(home, "home", "away")
    assert set(MENDED.errors(groups).index.get_level_values(1)) == {"home", "away"}


def test_other_languages_are_read_once_they_are_in_the_training():
    missed = MENDED.errors("language").pivot_table("value", "way", "group")
    others = ["ar", "es", "fr"]
    assert missed.loc[AS_TRAINED, others].min() > 0.9
    assert missed.loc[LANGUAGES, others].max() < 0.6
    ranked = MENDED.ranking().pivot_table("value", "way", "group")
    assert ranked.loc[AS_TRAINED, others].max() < ranked.loc[LANGUAGES, others].min()
    assert MENDED.summary.loc[LANGUAGES, "added"] == (TRAINING["language"] != "en").sum()
    assert MENDED.summary.loc[AS_TRAINED, "added"] == 0


def test_thresholds_are_set_on_the_training_and_used():
    scores, urgent = mending.held_out_scores(TRAINING), TRAINING["urgent"].to_numpy()
    thresholds = language_thresholds(TRAINING)
    assert thresholds == MENDED.thresholds
    shares = [
        (scores[urgent & (TRAINING["language"] == language).to_numpy()] < threshold).mean()
        for language, threshold in thresholds.items()
    ]
    assert np.ptp(shares) < 0.02
    assert thresholds["en"] == pytest.approx(0.5, abs=0.03)
    used = MENDED.tested["language"].map(thresholds)
    assert (MENDED.flagged[THRESHOLDS] == (MENDED.scores[THRESHOLDS] >= used)).all()


def test_held_out_scores_know_nothing_of_the_scene(monkeypatch):
    known = []

    class Spy:
        def __init__(self, rows):
            self.rows = rows

        def score(self, texts):
            known.append((set(self.rows["family"]), set(TRAINING.loc[texts.index, "family"])))
            return np.zeros(len(texts))

    monkeypatch.setattr(mending, "_fitted", Spy)
    mending.held_out_scores(TRAINING)
    assert set.union(*(judged for _, judged in known)) == set(TRAINING["family"])
    assert not any(trained & judged for trained, judged in known)


def test_a_language_without_urgent_messages_has_no_threshold():
    calm = TRAINING[(TRAINING["language"] != "fr") | ~TRAINING["urgent"]]
    with pytest.raises(ValueError, match="'fr' has no urgent message"):
        language_thresholds(calm)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 7)), min_size=2, max_size=60).filter(
        lambda rows: len({urgent for urgent, _, _ in rows}) == 2
    )
)
def test_auc_is_that_of_the_reference(rows):
    urgent, scores, families = zip(*rows, strict=True)
    found = auc(urgent, scores, families)
    assert found.value == pytest.approx(roc_auc_score(urgent, scores))
    assert 0 <= found.low <= found.high <= 1


def test_auc_of_one_kind():
    with pytest.raises(ValueError, match="with one kind"):
        auc([True, True], [0.1, 0.2], ["a", "b"])


@pytest.mark.parametrize("column", ["text", "family", "identity"])
def test_a_column_that_is_missing_is_named(column):
    with pytest.raises((ValueError, KeyError), match=column):
        mend(MESSAGES.drop(columns=column), IDENTITY_TERMS)
