"""Exercise 05: right answers, typical wrong ones, and the numbers behind both."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from exercise_contract import ExerciseContract
from hypothesis import given
from hypothesis import strategies as st

from workshop import datasets, probes
from workshop.checks import questions_05_language_processing as made

SOURCE = Path(__file__).parents[2] / "content/exercises/05_language_processing.py"
OTHERS = ["fr", "es", "ar"]

RIGHT = {
    "q1": ["c"],
    "q2": ["b", "Nothing: the model knows no word of it, so every such message gets this score."],
    "q3": [["a", "d", "e"], "e, d, a"],
    "q4": [
        "b",
        "(urgent - read * urgent_share) / urgent",
        "1 - read * urgent_share / urgent",
        lambda messages, urgent, read, urgent_share: 1 - read / urgent * urgent_share,
    ],
    "q5": ["91/115", "0.791", "79%", "79,1 %", "91 of 115"],
    "q6": ["d"],
    "q7": ["32/132", "0.242", "24%", "24,2 %"],
    "q8": [["a", "c", "d"], "a c d"],
    "q9": [["b", "e"], "e and b"],
    "q10": ["b"],
}

WRONG = {  # answers as a trainee would give them, each from another mistake
    "q1": {"a": "not this word: garden", "b": "understood", "d": "not this word: neighbour"},
    "q2": {"a": "not urgent", "c": "lower threshold", "d": "on purpose"},
    "q3": {
        "d e": "which words cross",
        "a b d e": "a threshold mends it",
        "a c d e": "one message is enough",
        "a e": "calls that wait",
        "a d": "an order has a last place",
    },
    "q4": {
        "a": "all that wait",
        "c": "read for nothing",
        "d": "read in time",
        "(urgent - read) / urgent": "as if only urgent ones were read",
        "urgent - read * urgent_share": "not divided",
        "(urgent - read * urgent_share) / messages": "of all messages",
        "(urgent - read * urgent_share) / (messages - read)": "of those that wait",
        "urgent - read * urgent_share / urgent": "no brackets",
        "urgent / messages": "other",
    },
    "q5": {
        "91/100": "of their own urgent messages",
        "115/320": "all urgent messages",
        "30/115": "Arabic only",
        "24/115": "English",
        "91/320": "of all urgent messages",
        "100/320": "urgent messages that are not English",
        "79": "percent without its sign",
        "0.82": "close",
        "0.6": "other",
    },
    "q6": {"a": "equally often", "b": "costs nobody", "c": "knows the languages"},
    "q7": {
        "61%": "whole names",
        "85%": "whole or in part",
        "15.2%": "not found at all",
        "39%": "not found whole",
        "26.9%": "precision",
        "12.8%": "English",
        "18.7%": "Spanish",
        "29%": "French",
        "0": "made for English",
        "24": "percent without its sign",
        "0.222": "close",
        "0.7": "other",
    },
    "q8": {
        "c d": "one word for all",
        "a b c d": "other languages",
        "a d": "counter-examples",
        "a c": "words deleted",
        "a c d e": "nothing tells any more",
    },
    "q9": {
        "a b e": "a ring is no proof",
        "e": "no false alarm",
        "b c e": "price of the labels",
        "b d e": "new scenes",
        "b": "in use",
    },
    "q10": {"a": "stopped reading after the number", "c": "deleting mends all", "d": "never"},
}

FORMULAS = {
    "q4": [
        "urgent − read × urgent share",
        "urgent - read * urgent_share",
        "read × urgent share",
        "read * urgent_share",
        "read times urgent_share",
    ]
}


def waiting_by_hand(order="score"):
    """Return how many urgent messages of each language wait."""
    tested = made.messages("test").assign(score=made.scores())
    if order == "arrival":
        read = tested.head(made.READ)
    else:
        read = tested.sort_values("score", ascending=False, kind="stable").head(made.READ)
    left = tested.drop(index=read.index)
    return left[left.urgent].language.value_counts()


class TestExercise(ExerciseContract):
    NAME = "05_language_processing"
    QUESTIONS = made.QUESTIONS
    RIGHT = RIGHT
    WRONG = WRONG
    FORMULAS = FORMULAS

    @pytest.mark.parametrize(("question", "raw"), [("q5", "many"), ("q5", "1/0"), ("q7", "-0.3"), ("q7", "")])
    def test_what_is_no_number_is_no_try(self, exercise, question, raw):
        assert exercise.check(question, raw).status == "unread"

    @pytest.mark.parametrize(
        ("question", "raw"),
        [("q1", "x"), ("q3", "a, f"), ("q4", "urgent ** 2"), ("q4", "waiting / urgent"), ("q9", [])],
    )
    def test_what_is_no_choice_and_no_formula_is_no_try(self, exercise, question, raw):
        assert exercise.check(question, raw).status == "unread"

    def test_one_short_word_raises_the_harmless_message_most(self, questions):
        words = made.triage().explain(made.HARMLESS).words
        sums = words.groupby(words.word.str.casefold()).contribution.sum().sort_values()
        assert sums.index[-1] == made.PRONOUN
        assert sums.iloc[-1] > 1.2 * sums.iloc[-2]  # clear enough to be seen
        shown = probes.message(made.triage(), made.QUESTIONS_OF_A_DAY).picture()
        assert shown.sentence.startswith("Urgent: score 0.84")
        said = re.search("Raise the score most: .*", shown.aside)[0]
        assert said.startswith(f"Raise the score most: “{made.PRONOUN}” ")
        assert not [word for word in ("garden", "neighbour") if word in said]  # the first hints ask for them
        assert made.triage().score([made.WITHOUT_HIM])[0] < made.THRESHOLD

    def test_how_often_the_word_stands_with_urgent_messages(self, questions):
        english = datasets.load("public_messages").query("language == 'en' and split == 'train'")
        said = english.text.str.contains(r"(?<![^\W_])he(?!['’]?[^\W_])", case=False)
        urgent, calm = english.urgent[said], english.urgent[~said]
        assert urgent.mean() > 2 * calm.mean()
        assert questions["q1"].why.startswith(f"{urgent.sum()} of {len(urgent)} training messages")
        assert f"of the others {calm.sum()} of {len(calm)}" in questions["q1"].why

    def test_no_threshold_parts_the_call_from_the_umbrella(self, questions):
        probe = probes.message(made.triage(), made.IN_OTHER_LANGUAGES)
        call, umbrella = (
            made.triage().explain(made.IN_OTHER_LANGUAGES[name]) for name in (made.CALL, made.LOST)
        )
        assert call.probability == umbrella.probability
        assert not call.words.known.any()
        assert not umbrella.words.known.any()
        assert probe.resolve()["prepared"] == made.CALL
        for name in (made.CALL, made.LOST):
            assert "The model knows none of the" in probe.picture(prepared=name).sentence
        assert f"{call.probability:.2f}" in questions["q2"].asks

    def test_urgent_arabic_messages_by_hand(self, questions):
        tested = made.messages("test")
        urgent = (tested.urgent & (tested.language == "ar")).to_numpy()
        below = (made.scores()[urgent] < made.THRESHOLD).sum()
        assert f"In the test {below} of {urgent.sum()} urgent messages in Arabic" in questions["q2"].why
        assert below > 0.9 * urgent.sum()

    def test_how_many_harmless_messages_stand_before_the_call(self, questions):
        tested = made.messages("test").assign(score=made.scores())
        calm = tested[(tested.language == "en") & ~tested.urgent]
        call = made.triage().score([made.IN_OTHER_LANGUAGES[made.CALL]])[0]
        before = sum(score > call for score in calm.score)
        assert f"waits behind {before} of {len(calm)} harmless messages in English" in questions["q2"].why
        assert 0.4 * len(calm) < before < 0.6 * len(calm)

    def test_the_words_that_trip_the_alarm_are_those_that_were_planted(self, questions):
        planted = set(datasets.truth("public_messages")["planted_terms"])
        terms = made.terms()
        forms = set(terms.form[terms.term.isin(planted)])
        stop, door = made.urgent_with(made.BUS_STOP), made.urgent_with(made.DOOR)
        assert stop == {made.THRESHOLD: forms, made.HIGH: set()}
        assert door == {made.THRESHOLD: set(terms.form), made.HIGH: forms}
        assert all(form in questions["q3"].options["a"] for form in forms)
        assert not [form for form in set(terms.form) - forms if form in questions["q3"].options["a"]]

    @pytest.mark.parametrize("message", [made.BUS_STOP, made.DOOR])
    @pytest.mark.parametrize("threshold", [made.THRESHOLD, made.HIGH])
    def test_the_swap_probe_counts_the_same_words(self, message, threshold):
        probe = probes.swap(made.triage(), made.terms(), made.WITH_A_PLACE)
        number = len(made.urgent_with(message)[threshold])
        sentence = probe.picture(
            prepared=message, sentence=made.WITH_A_PLACE[message], threshold=threshold
        ).sentence
        assert f"{number} of {len(made.terms())} words make it urgent" in sentence

    def test_the_gap_differs_between_the_messages(self):
        stop, door = (
            made.text.swap(made.triage(), message, made.terms()).gap for message in made.WITH_A_PLACE.values()
        )
        assert np.abs(stop - door).max() > 0.1

    def test_the_formula_gives_the_share_of_the_pile(self, questions):
        tested = made.messages("test")
        waiting, urgent = int(waiting_by_hand().sum()), int(tested.urgent.sum())
        share = (urgent - waiting) / made.READ
        assert questions["q4"].expected(len(tested), urgent, made.READ, share) == pytest.approx(
            waiting / urgent
        )
        assert f"{waiting} of {urgent} urgent ones wait" in questions["q4"].why

    def test_who_waits_by_hand(self, questions):
        waiting = waiting_by_hand()
        assert questions["q5"].expected == pytest.approx(1 - waiting["en"] / waiting.sum())
        shown = probes.queue(made.messages("test"), made.scores(), capacity=made.READ).picture()
        urgent = made.messages("test").urgent.sum()
        assert f"{waiting.sum()} of {urgent} urgent ones wait" in shown.sentence
        for language, name in made.SPELLED.items():
            row = re.search(rf">{name}<.*?</tr>", shown.table, re.DOTALL)[0]
            assert f">{waiting[language]}<" in row
        # The lack of readers falls on those who do not write in English.
        assert questions["q5"].expected > 2 * (made.pile("score").urgent[OTHERS].sum() / urgent)

    @pytest.mark.parametrize("order", ["score", "arrival"])
    def test_the_pile_by_hand(self, order):
        assert made.pile(order).urgent_waiting.to_dict() == waiting_by_hand(order).to_dict()

    @pytest.mark.parametrize("order", ["score", "arrival", "shared"])
    def test_the_queue_probe_shows_the_same_pile(self, order):
        probe = probes.queue(made.messages("test"), made.scores(), capacity=made.READ)
        shown = probe.picture(order=order)
        assert f": {made.waits(order)} of {made.pile(order).urgent.sum()} urgent ones wait" in shown.sentence
        for language, name in made.SPELLED.items():
            row = made.pile(order).loc[language]
            assert f"{name}: {row.urgent_waiting} of {row.urgent} wait" in shown.figure

    def test_shared_places_have_a_gain_a_price_and_a_rest(self, questions):
        before, after = made.pile("score"), made.pile("shared")
        assert after.today.sum() == made.READ
        shares = after.today / after.messages
        assert shares.max() - shares.min() < 0.02
        assert made.waits("shared") < made.waits("score") < made.waits("arrival")
        assert after.urgent_waiting["en"] > 1.5 * before.urgent_waiting["en"]
        rest = made.waits("shared", OTHERS) / after.urgent[OTHERS].sum()
        assert 0.4 < rest < 0.6  # "about half"
        assert rest < 1 - made.READ / len(made.messages("test"))
        of_their_own = after.urgent_waiting / after.urgent
        assert of_their_own["en"] < 0.6 * of_their_own[OTHERS].min()  # "in English far fewer"
        assert questions["q6"].options["d"].startswith("In all fewer urgent messages wait.")

    def test_half_a_name_by_hand(self, questions):
        found = made.comparison()
        arabic = set(found.messages.message_id[found.messages.language == "ar"])
        rows = {
            name: table[(table.kind == "place") & table.message_id.isin(arabic)]
            for name, table in (("marked", found.entities), ("told", found.found[made.ALL]))
        }
        keys = ["message_id", "start", "end"]
        whole = len(rows["marked"].merge(rows["told"], on=keys))
        both = rows["marked"].merge(rows["told"], on="message_id", suffixes=("", "_told"))
        touched = both[(both.start < both.end_told) & (both.start_told < both.end)]
        assert questions["q7"].expected == pytest.approx(
            (len(touched.drop_duplicates(keys)) - whole) / len(rows["marked"]), abs=0.01
        )  # where one span touches two marked places, it counts for one of them

    def test_names_that_training_had_by_hand(self, questions):
        found, messages = made.comparison(), datasets.load("public_messages").set_index("message_id")
        marked = datasets.load("public_messages", "entities").query("kind == 'place'")
        names, counts = {"train": set(), "test": set()}, {True: [0, 0], False: [0, 0]}
        marked = marked[marked.message_id.map(messages.language) == "ar"]
        for place in marked.itertuples():
            names[messages.split[place.message_id]].add(place.text)
        told = {(each.message_id, each.start, each.end) for each in found.found[made.ALL].itertuples()}
        for place in marked.itertuples():
            other = "train" if messages.split[place.message_id] == "test" else "test"
            count = counts[place.text in names[other]]
            count[0] += (place.message_id, place.start, place.end) in told
            count[1] += 1
        assert {known: list(count) for known, count in made.found_whole("ar").items()} == counts
        met, new = counts[True], counts[False]
        assert sum(count[0] for count in counts.values()) == made.places("ar", match=made.EXACT).numerator
        assert f"{met[0]} of {met[1]}; of the others {new[0]} of {new[1]}." in questions["q7"].why
        assert met[0] / met[1] > 2 * new[0] / new[1]  # the score rests on names it has met

    def test_the_extraction_probe_says_both_numbers(self, questions):
        probe = probes.extraction(made.comparison())
        assert probe.resolve()["kind"] == made.PLACE
        assert probe.resolve()["made"] == made.ENGLISH
        told = {
            match: probe.picture(made=made.ALL, match=match).sentence for match in (made.EXACT, made.OVERLAP)
        }
        numbers = {match: int(re.search(r"(\d+) in Arabic", said)[1]) for match, said in told.items()}
        difference = (numbers[made.OVERLAP] - numbers[made.EXACT]) / 100
        assert questions["q7"].is_right(questions["q7"].read(f"{difference:.2f}"))
        shown = probe.picture(made=made.ALL)
        assert f"{100 * made.lost()['ar']:.0f} (" in shown.aside
        assert made.lost()["ar"] > 1.5 * made.lost()["en"]

    def test_the_table_of_mendings_by_hand(self):
        table, mending = made.mended(), made.mending()
        tested = mending.tested
        for way in made.WAYS:
            wrong = tested[tested.urgent & (mending.scores[way] < made.THRESHOLD)]
            counts = wrong.language.value_counts().reindex(list(made.SPELLED), fill_value=0)
            assert table.loc[way, "missed, English"].split()[0] == str(counts["en"])
            assert table.loc[way, "missed, other languages"].split()[0] == str(counts[OTHERS].sum())
            highest = mending.gaps.loc[way].gap.max()
            assert float(table.loc[way, "highest gap"].split()[-1]) == pytest.approx(highest, abs=0.006)
        assert not table.apply(lambda column: column.str.contains("-0.00")).any().any()

    def test_each_mending_has_its_price(self, questions):
        gaps, summary = made.mending().gaps, made.mending().summary
        one, none = gaps.loc[made.ONE_WORD].gap, gaps.loc[made.DELETED].gap
        assert one.min() > 0.9 * one.max() > 0.1  # everybody who is named
        assert gaps.loc[made.AS_TRAINED].gap.min() < 0.05
        assert none.abs().max() < 0.05
        assert 0 < summary.gap[made.COUNTER_EXAMPLES] < summary.gap[made.AS_TRAINED]
        for way in (made.ONE_WORD, made.DELETED):
            wrong, urgent = made.missed(way, OTHERS)
            assert wrong > 0.9 * urgent
        assert made.missed(made.LANGUAGES, OTHERS)[0] < 0.5 * made.missed(made.AS_TRAINED, OTHERS)[0]

    def test_counter_examples_are_copies_that_nobody_wrote(self):
        english = made.messages("train").query("language == 'en'")
        forms = tuple(made.terms().form)
        copied = {made.text.mask([text], forms, "_")[0].casefold() for text in english.text[~english.urgent]}
        added = made.text.counter_examples(english, made.terms())
        assert len(added) == made.mending().summary.added[made.COUNTER_EXAMPLES] == 250
        # An article may follow the new word: "a Roma", "an autistic".
        same = [re.sub(r"\ban _", "a _", text) for text in copied]
        told = [
            re.sub(r"\ban _", "a _", made.text.mask([text], forms, "_")[0].casefold()) for text in added.text
        ]
        assert set(told) <= set(same)
        labelled = made.messages("train").query("language != 'en'")
        assert len(labelled) == made.mending().summary.added[made.LANGUAGES]

    def test_another_word_has_the_largest_gap_after_counter_examples(self, questions):
        gaps = made.mending().gaps.gap
        largest = {way: gaps.loc[way].abs().idxmax() for way in (made.AS_TRAINED, made.COUNTER_EXAMPLES)}
        planted = datasets.truth("public_messages")["planted_terms"]
        assert largest[made.AS_TRAINED] in planted
        assert largest[made.COUNTER_EXAMPLES] not in planted
        hint = next(m for m in questions["q8"].mistakes if m.name == "counter-examples").hints[2]
        for way, term in largest.items():
            form = made.terms().set_index("term").form[term]
            assert f"{form} {gaps.loc[(way, term)]:+.2f}" in hint

    def test_the_price_of_deleting_by_hand(self, questions):
        groups = datasets.truth("public_messages")["planted_terms"]
        tested = made.mending().tested
        named = tested.identity.map(lambda named: any(group in named.split(";") for group in groups))
        calls = tested.index[tested.urgent & named & (tested.language == "en")]
        before, after = (
            int((made.mending().scores.loc[calls, way] < made.THRESHOLD).sum())
            for way in (made.AS_TRAINED, made.DELETED)
        )
        assert before < after
        said = (
            f"of {len(calls)} urgent messages that name the groups of question 3, {after} are missed instead"
        )
        assert f"{said} of {before}" in questions["q8"].why

    def test_deleting_words_leaves_others_that_tell(self):
        forms = tuple(made.terms().form)
        for message in ("My muslm neighbour.", "They meet beside the mosque.", "It was at Ramadan."):
            assert made.text.mask([message], forms) == [message]

    def test_the_alarm_and_its_price_as_the_probe_says_them(self, questions):
        changed = pd.Timestamp(datasets.truth("scam_drift")["pandemic_from"])
        probe = probes.drift(made.ageing(), changed=changed, retrained=(made.AGAIN,))
        assert probe.resolve()["signal"] == made.UNKNOWN_WORDS
        assert probe.resolve()["retrained"] is None
        one, none = (probe.picture(false_alarms=number).sentence for number in (1, 0))
        assert "rings in the week of the change" in one
        late = (made.first_ring(0) - made.first_ring(1)).days // 7
        assert f"rings {late} weeks after the change" in none
        assert f"with none {late} weeks after the change" in questions["q9"].why

    @pytest.mark.parametrize(
        ("scenes", "error", "clear"),
        [(made.NEW, made.MISSED, False), (made.RUNNING, made.FALSE_ALARM, True)],
    )
    def test_what_training_again_mends_as_the_probe_says_it(self, scenes, error, clear):
        probe = probes.drift(made.ageing(), changed=made.changed(), retrained=(made.AGAIN,))
        aside = probe.picture(retrained=made.AGAIN, scenes=scenes).aside
        row = made.retrained().errors.loc[(scenes, error)]
        counts = f"{row.before}, then {row.after} of {row.messages}"
        assert f"with {made.retrained().labelled} messages" in aside
        assert counts in aside
        assert (f"{counts} (no clear change)" in aside) is not clear

    def test_the_offer_in_the_exercise_is_the_one_that_is_worked_out(self, questions):
        text = " ".join(SOURCE.read_text("utf-8").replace("\n# ", " ").split())
        offer = made.OFFER
        assert f"{offer['messages']:,} messages a day" in text
        assert f"The team reads {offer['read']}" in text
        assert f"found {100 * offer['found']:.0f} of 100 urgent messages" in text
        assert f"{offer['messages'] - offer['read']:,} people a day" in questions["q10"].why
        assert f"leaves {waiting_by_hand('arrival').sum()} of" in questions["q10"].why

    def test_the_offer_is_stopped_at_the_first_question_without_a_clear_yes(self, questions):
        text = SOURCE.read_text("utf-8")
        assert "**Law:** the police law covers" in text  # an officer's permission is no law
        assert questions["q10"].options[questions["q10"].expected].startswith("Not yet: first test it")
        assert questions["q10"].why.startswith("Suitability is the first question without a clear yes")


@given(
    messages=st.integers(800, 2_000),
    urgent=st.integers(150, 300),
    read=st.integers(1, 150),
    urgent_share=st.floats(0.01, 1),
)
def test_who_is_read_and_who_waits_are_all_the_urgent_ones(messages, urgent, read, urgent_share):
    question = made.waiting_share()
    values = messages, urgent, read, urgent_share
    waits = question.expected(*values)
    assert 0 <= waits < 1
    formulas = {letter: formula(*values) for letter, (_, formula) in question.formulas.items()}
    assert formulas["b"] == waits
    assert formulas["d"] == pytest.approx(1 - waits)
