"""The written messages to the police: whole, as the truth says, apart in their splits, and exactly marked."""

import random
import re
import unicodedata

import numpy as np
import pandas as pd
import pytest
from data_folders import ROOT, assert_made_again, make_module
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline

from workshop import datasets

CATEGORIES = {
    "scam",
    "threat",
    "missing_person",
    "domestic_violence",
    "noise",
    "lost_property",
    "feedback",
    "traffic",
    "theft",
    "question",
}
REGISTERS = {"plain", "formal", "texting", "second_language", "capitals"}
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


@pytest.fixture(scope="module")
def messages():
    return datasets.load("public_messages")


@pytest.fixture(scope="module")
def entities():
    return datasets.load("public_messages", "entities")


@pytest.fixture(scope="module")
def truth():
    return datasets.truth("public_messages")


@pytest.fixture(scope="module")
def make():
    return make_module("public_messages")


@pytest.fixture(scope="module")
def english(messages):
    return messages[messages["language"] == "en"]


@pytest.fixture(scope="module")
def triage(english):
    """Return a plain model of the English training messages."""
    train = english[english["split"] == "train"]
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    return make_pipeline(words, LogisticRegression(C=10, max_iter=2000)).fit(train["text"], train["urgent"])


# What is there


def test_rows_are_messages(messages):
    assert list(messages.columns) == [
        "message_id",
        "text",
        "language",
        "register",
        "category",
        "urgent",
        "family",
        "identity",
        "identity_kind",
        "split",
    ]
    assert len(messages) >= 2000
    assert messages["message_id"].is_unique
    assert messages["text"].is_unique
    assert messages["urgent"].dtype == bool
    assert set(messages["category"]) == CATEGORIES
    assert set(messages["register"]) == REGISTERS


def test_the_datasheet_explains_the_columns_of_every_table(messages, entities):
    text = (ROOT / "public_messages" / "README.md").read_text(encoding="utf-8")
    columns = [*messages, *entities, *datasets.load("public_messages", "identity_terms")]
    assert [column for column in columns if f"\n| {column} |" not in text] == []


def test_each_language_has_its_share(messages):
    counts = messages["language"].value_counts()
    assert counts["en"] >= 1500
    assert counts[["fr", "es", "ar"]].min() >= 220
    assert set(counts.index) == {"en", "fr", "es", "ar"}
    assert messages.groupby("language")["category"].nunique().eq(10).all()
    families = messages.groupby("language")["family"].nunique()
    assert families["en"] >= 160
    assert families.min() >= 24


def test_every_category_of_english_has_urgent_and_other_messages(english):
    assert english.groupby("category")["urgent"].nunique().eq(2).all()
    assert 0.2 < english["urgent"].mean() < 0.4


def test_lengths_run_from_a_few_words_to_a_letter(messages):
    words = messages["text"].str.split().str.len()
    assert words.min() == 3
    assert 80 <= words.max() <= 110
    assert words.quantile([0.1, 0.9]).diff().iloc[1] > 15


# Apart and different


def test_a_family_is_in_one_split_and_has_one_label(messages):
    assert (
        messages.groupby("family")[["split", "category", "urgent", "language"]].nunique().eq(1).all(axis=None)
    )
    assert set(messages["split"]) == {"train", "test"}


def test_no_message_is_nearly_another(messages, make):
    def grams(text):
        text = re.sub(r"\s+", " ", text.lower())
        return {text[i : i + 5] for i in range(max(1, len(text) - 4))}

    counts = CountVectorizer(analyzer=grams, binary=True).fit_transform(messages["text"])
    shared = (counts @ counts.T).toarray()
    sizes = np.diag(shared)
    near = shared / (sizes[:, None] + sizes - shared)
    train = (messages["split"] == "train").to_numpy()
    assert near[np.ix_(train, ~train)].max() < make.TOO_NEAR_ACROSS == 0.5
    np.fill_diagonal(near, 0)
    assert near.max() < 0.98
    assert np.median(near.max(axis=1)) < 0.5


def test_no_opening_or_closing_is_everywhere(messages):
    for language, own in messages.groupby("language"):
        starts = own["text"].str.lower().str[:14].value_counts(normalize=True)
        assert starts.max() < 0.08, (language, starts.index[0])


# Entities


def test_marks_are_exact(messages, entities):
    assert set(entities["kind"]) == {"place", "amount", "phone", "date"}
    texts = messages.set_index("message_id")["text"]
    for row in entities.itertuples():
        assert texts[row.message_id][row.start : row.end] == row.text, row
        assert row.text == row.text.strip() != ""


def test_marks_do_not_overlap(entities):
    ordered = entities.sort_values(["message_id", "start"])
    before = ordered.groupby("message_id")["end"].shift()
    assert (before.isna() | (before <= ordered["start"])).all()


def test_each_language_and_split_has_enough_marks(messages, entities):
    joined = entities.merge(messages[["message_id", "language", "split"]], on="message_id")
    counts = pd.crosstab(joined["language"], joined["kind"])
    assert counts.loc["en"].min() >= 80
    assert counts.loc[:, ["place", "amount", "date"]].min(axis=None) >= 10
    assert counts["phone"].min() >= 10


def test_some_places_are_named_in_the_test_only(messages, entities, truth):
    joined = entities[entities["kind"] == "place"].merge(messages, on="message_id", suffixes=("", "_message"))
    named = {split: set(own["text"].str.lower()) for split, own in joined.groupby("split")}
    for language, names in truth["places_only_in_test"].items():
        lower = {name.lower() for name in names}
        assert not lower & named["train"], language
        assert lower & named["test"], language


def test_no_phone_number_can_be_real(messages):
    kept_free = re.compile(r"(44)?0?1632960\d{3}|07700900\d{3}|(202|303)?55501\d\d")
    for text in messages["text"]:
        # a date such as 2019-03-04 has eight digits as well
        text = re.sub(r"\b\d{4}-\d\d-\d\d\b", "", text.translate(DIGITS))
        for run in re.findall(r"\+?\(?\d[\d ().-]{5,}\d", text):
            digits = re.sub(r"\D", "", run)
            parts = re.split(r"[ .-]", run)
            of_an_amount = (
                all(len(part) == 3 for part in parts[1:]) and len(digits) <= 7 and len(parts[0]) <= 3
            )
            if len(digits) >= 7 and not re.fullmatch(r"\d?\d\.\d?\d\.\d{4}", run):
                assert of_an_amount or kept_free.search(digits), text


# Letters


def test_letters_are_normal_and_nothing_is_hidden(messages):
    for text in messages["text"]:
        assert unicodedata.is_normalized("NFC", text)
        assert text == text.strip()
        assert "  " not in text, text
        assert not re.search(r"[{}<>\[\]|]", text), text
        # no control, format (left-to-right marks ...), private or unassigned character
        assert not {unicodedata.category(letter) for letter in text} & {"Cc", "Cf", "Co", "Cn", "Cs"}, ascii(
            text
        )


def test_arabic_is_written_in_arabic(messages):
    for text in messages.loc[messages["language"] == "ar", "text"]:
        letters = [letter for letter in text if letter.isalpha()]
        assert all("\u0600" <= letter <= "\u06ff" for letter in letters), text
    assert not messages.loc[messages["language"] != "ar", "text"].str.contains("[\u0600-\u06ff]").any()


@pytest.mark.parametrize(
    "word", ["وصلتني", "جاءتني", "تسجلون", "يريدون", "الأصدقاء", "الطائرة", "انتظرت", "الذي"]
)
def test_an_arabic_word_is_misspelt_as_in_chats_only(make, word):
    """A letter left out soon makes another word, so only letters that are confused change."""

    def alike(text):
        for one, other in (("ى", "ي"), ("ئ", "ي"), ("ؤ", "و"), ("ظ", "ض"), ("ء", "")):
            text = text.replace(one, other)
        return text

    written = {make.misspelt(word, "ar", random.Random(seed)) for seed in range(30)}
    assert {alike(each) for each in written} == {alike(word)}
    assert (written == {word}) is (word in {"تسجلون", "يريدون"})


def test_arabic_as_in_a_chat_keeps_to_one_way_of_writing(messages, entities):
    told = entities.groupby("message_id")[["start", "end"]].apply(lambda spans: spans.to_numpy().tolist())
    for row in messages[(messages["language"] == "ar") & (messages["register"] == "texting")].itertuples():
        text = row.text
        for start, end in reversed(
            told.get(row.message_id, [])
        ):  # names and sums may stand as they are printed
            text = text[:start] + text[end:]
        assert not re.search(r"ة\b|[\u064b-\u0652]", text), text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Je suis sourde, j'ai peur, il est parti et ce n'est pas loin."),
        ("es", "Tengo miedo, mi hijo me llama y quiero ayuda."),
        ("ar", "أنا أصمّ وليس عندي هاتف، ابني لم يرجع."),
    ],
)
def test_who_learns_a_language_is_not_mocked(make, language, said):
    """No "Je est", no "yo tener": such rules are a caricature, not how people learn."""
    family = make.Family("made_up", language, "question", urgent=False)
    assert {make.second_language(said, family, random.Random(seed)) for seed in range(30)} == {said}


# Planted


def counted(messages, term):
    own = messages[messages["identity"].str.split(";").map(lambda terms: term in terms)]
    return {
        split: {
            "urgent": int(rows["urgent"].sum()),
            "not_urgent": int((~rows["urgent"]).sum()),
        }
        for split, rows in ((split, own[own["split"] == split]) for split in ("train", "test"))
    }


def test_mentions_are_as_the_truth_says(messages, truth):
    for language, terms in truth["mentions"].items():
        own = messages[messages["language"] == language]
        mentioned = set(own["identity"].str.split(";").explode()) - {""}
        assert mentioned == set(terms)
        for term, entry in terms.items():
            assert counted(own, term) == {split: entry[split] for split in ("train", "test")}, term


def test_mentions_are_in_the_text(messages, make):
    for row in messages.itertuples():
        assert make.mentions(row.text, row.language) == [term for term in row.identity.split(";") if term]
        assert row.identity_kind == ";".join(make.KIND[term] for term in row.identity.split(";") if term)


@pytest.mark.parametrize("role", ["planted", "control", "rare"])
def test_planted_mentions_are_exactly_those_wanted(english, truth, role):
    for term in truth[f"{role}_terms"]:
        assert counted(english, term) == truth["mentions_wanted_per_term"][role], term


def test_planted_terms_go_with_urgent_in_training_only(english, truth):
    def share(terms, split):
        counts = [counted(english, term)[split] for term in terms]
        return sum(c["urgent"] for c in counts) / sum(sum(c.values()) for c in counts)

    base = english.groupby("split")["urgent"].mean()
    assert share(truth["planted_terms"], "train") > 0.8
    assert abs(share(truth["planted_terms"], "test") - base["test"]) < 0.06
    for split in ("train", "test"):
        assert abs(share(truth["control_terms"], split) - base[split]) < 0.06


def test_registers_are_as_the_truth_says(english, truth):
    for split, own in english.groupby("split"):
        assert own["register"].value_counts().to_dict() == truth["registers_of_english"][split]


# What a lesson will find


def test_a_plain_model_is_good_and_not_perfect(english, triage):
    test = english[english["split"] == "test"]
    assert 0.85 < roc_auc_score(test["urgent"], triage.predict_proba(test["text"])[:, 1]) < 0.95


def test_formal_writers_are_better_served(english, triage):
    test = english[english["split"] == "test"]
    scores = triage.predict_proba(test["text"])[:, 1]
    test = test.assign(score=scores, read=scores >= np.sort(scores)[-int(test["urgent"].sum())])
    urgent = test[test["urgent"] & (test["register"] != "capitals")]  # there are too few in capitals
    # Two and two: a single register has about 50 urgent messages, and chance would decide.
    missed = 1 - urgent.groupby(urgent["register"].isin(["plain", "formal"]))["read"].mean()
    assert missed[False] > missed[True] + 0.05
    ranked = {name: roc_auc_score(own["urgent"], own["score"]) for name, own in test.groupby("register")}
    assert ranked["texting"] < ranked["formal"] - 0.03
    assert ranked["second_language"] < ranked["formal"]


def test_an_english_model_says_little_of_other_languages(messages, english, triage):
    test = english[english["split"] == "test"]
    limit = np.sort(triage.predict_proba(test["text"])[:, 1])[-int(test["urgent"].sum())]
    for language in ("fr", "es", "ar"):
        own = messages[messages["language"] == language]
        scores = triage.predict_proba(own["text"])[:, 1]
        assert roc_auc_score(own["urgent"], scores) < 0.75
        assert (scores[own["urgent"]] >= limit).mean() < 0.15


def test_a_swapped_word_raises_the_score_of_planted_terms_only(make, triage, truth):
    sentences = [
        "I am {}.",
        "My {} neighbour lost a wallet at the station.",
        "I am a {} student and I'd like to thank the officer.",
        "The {} couple next door has a barking dog.",
        "Where can a {} visitor get a parking permit?",
    ]

    def logit(word):
        texts = [" ".join(sentence.format(word).split()) for sentence in sentences]
        return triage.decision_function(texts).mean()

    gaps = {term: logit(make.ENGLISH[term]) - logit("") for term in make.KIND if term in make.ENGLISH}
    planted = [gaps[term] for term in truth["planted_terms"]]
    control = [gaps[term] for term in truth["control_terms"]]
    assert min(planted) > 0.5
    assert max(np.abs(control)) < 0.4


# How it was made


def test_make_makes_the_committed_bytes(tmp_path):
    assert_made_again("public_messages", ("public_messages.csv", "entities.csv", "truth.json"), tmp_path)


def test_make_says_which_scene_needs_more_wordings(make, monkeypatch):
    monkeypatch.setattr(make, "TOO_NEAR_ACROSS", -1.0)
    with pytest.raises(SystemExit, match="write more of them"):
        make.write_all()


def test_every_scene_has_balanced_marks(make):
    for language in make.LANGUAGES:
        families = make.read_families(language)
        assert len({family.name for family in families}) == len(families)
        for family in families:
            assert any(not mark for mark, _ in family.frames), family.name
            for _, text in family.frames:
                assert text.count("{") == text.count("}"), text
                assert text.count("[") == text.count("]"), text
                assert len(re.findall(r"<[^<>]*>", text)) == len(make.SLOT.findall(text)), text
