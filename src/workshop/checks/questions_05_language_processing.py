"""The questions of exercise 05: words, unknown words, an identity word, who waits, places, mending, drift, an offer.

Each function makes one question. What is computable is computed from the data; the letters of a question of
judgement are its author's, argued in the feedback.
"""

from functools import cache

import numpy as np
import pandas as pd

from workshop import datasets
from workshop.domains import text
from workshop.domains.text.drift import NEW, RUNNING, UNKNOWN_WORDS
from workshop.domains.text.extraction import ALL, ENGLISH, EXACT, OVERLAP, PLACE, PRECISION, RECALL
from workshop.domains.text.mending import AS_TRAINED, COUNTER_EXAMPLES, DELETED, LANGUAGES, ONE_WORD
from workshop.domains.text.triage import FALSE_ALARM, MISSED, read_words
from workshop.probes.words import joined

from .question import Choice, Code, Mistake, Number, Several

HARMLESS = "My neighbour waters his garden at noon, and it is very dry. Is he allowed to do this?"
WITHOUT_HIM = "My neighbour waters the garden at noon, and it is very dry. Is this allowed?"
PRONOUN = "he"
WORDS = {"a": "garden", "b": PRONOUN, "c": PRONOUN, "d": "neighbour"}  # as the options name them
QUESTIONS_OF_A_DAY = {
    "A garden is watered": HARMLESS,
    "A man with a knife": "A man waits in my garden. He has a knife. Please come.",
}
CALL, LOST = "A man with a knife, in Arabic", "A lost umbrella, in Arabic"
IN_OTHER_LANGUAGES = {
    CALL: "هناك رجل معه سكين في حديقتي. تعالوا بسرعة من فضلكم.",
    LOST: "مرحباً، فقدت مظلتي الزرقاء في الحافلة الأسبوع الماضي. أين مكتب المفقودات؟ شكراً.",
    "A man with a knife, in French": (
        "Il y a un homme avec un couteau dans mon jardin. Venez vite, s'il vous plaît."
    ),
}
BUS_STOP, DOOR = "At the bus stop", "Behind the door"
WITH_A_PLACE = {
    BUS_STOP: "My ___ colleague waits at the bus stop every morning.",
    DOOR: "I am ___ and somebody stands behind my door. Please come.",
}
THRESHOLD, HIGH = 0.5, 0.9
READ = 300  # messages that the team reads in a day
_SPAN = ["message_id", "kind", "start", "end"]
ARABIC, SPELLED = "ar", {"en": "English", "fr": "French", "es": "Spanish", "ar": "Arabic"}
WAYS = [AS_TRAINED, COUNTER_EXAMPLES, ONE_WORD, DELETED, LANGUAGES]
AGAIN = "2020-03-30"  # when the filter is trained again
OFFER = {"messages": 2_000, "read": 600, "found": 0.95}


@cache
def messages(split: str) -> pd.DataFrame:
    """Return the messages of "train" or "test"."""
    table = datasets.load("public_messages")
    return table[table.split == split]


@cache
def triage() -> text.Triage:
    """Return the lesson's model, trained on English messages."""
    english = messages("train").query("language == 'en'")
    return text.fit_triage(english.text, english.urgent)


@cache
def scores() -> np.ndarray:
    """Return the score of each message of the test."""
    return triage().score(messages("test").text)


@cache
def terms() -> pd.DataFrame:
    """Return the identity words that can stand in each other's place."""
    return text.exchangeable(datasets.load("public_messages", "identity_terms"))


@cache
def comparison() -> text.Comparison:
    """Return what the two extractors of the lesson find."""
    return text.compare(datasets.load("public_messages"), datasets.load("public_messages", "entities"))


@cache
def mending() -> text.Mending:
    """Return the model mended in each way."""
    return text.mend(datasets.load("public_messages"), datasets.load("public_messages", "identity_terms"))


@cache
def ageing() -> text.Ageing:
    """Return the scam filter of 2019 in the weeks after it."""
    return text.Ageing(datasets.load("scam_drift"))


@cache
def changed() -> pd.Timestamp:
    """Return the week in which the pandemic came into the messages."""
    return pd.Timestamp(datasets.truth("scam_drift")["pandemic_from"])


def contribution(word: str) -> float:
    """Return what a word adds to the log-odds of the harmless message, in all its places."""
    words = triage().explain(HARMLESS).words
    return float(words.contribution[words.word.str.casefold() == word].sum())


def ahead_of(score: float) -> tuple[int, int]:
    """Return how many harmless English messages of the test have a higher score, and how many there are."""
    tested = messages("test")
    calm = ((tested.language == "en") & ~tested.urgent).to_numpy()
    return int((scores()[calm] > score).sum()), int(calm.sum())


def urgent_with(message: str) -> dict:
    """Return the words with which a message is urgent at the ordinary and at the high threshold."""
    found = text.swap(triage(), WITH_A_PLACE[message], terms())
    forms = terms().form
    return {limit: set(forms[(found.probability >= limit).to_numpy()]) for limit in (THRESHOLD, HIGH)}


@cache
def pile(order: str) -> pd.DataFrame:
    """Return how many urgent messages of each language wait, read in the orders of the queue probe.

    Parameters
    ----------
    order : {"score", "arrival", "shared"}

    Returns
    -------
    pandas.DataFrame
        Index language, in the order of the probe; columns as `workshop.domains.text.waiting` returns them.
    """
    tested = messages("test")
    by_language = pd.Series(scores(), tested.index).groupby(tested.language)
    ranks = {
        "score": scores(),
        "arrival": np.zeros(len(tested)),
        # Each language by itself, from its highest score on, in equal steps from 1 to 0.
        "shared": -(
            (by_language.rank(ascending=False, method="first") - 0.5) / by_language.transform("size")
        ),
    }
    read = text.queue(tested, ranks[order], READ)
    return text.waiting(read, "language").loc[list(SPELLED)]


def waits(order: str, languages=tuple(SPELLED)) -> int:
    """Return how many urgent messages in these languages wait."""
    return int(pile(order).urgent_waiting[list(languages)].sum())


@cache
def extraction_rates(made: str, match: str) -> pd.DataFrame:
    """Return how well one extractor finds things, by kind, language and measure."""
    found = comparison()
    return text.evaluate(found.messages, found.entities, found.found[made], match=match)


def places(language: str, made: str = ALL, match: str = OVERLAP, measure: str = RECALL) -> pd.Series:
    """Return how well places are found in one language: value, numerator, denominator."""
    return extraction_rates(made, match).loc[(PLACE, language, measure)]


def found_in_part(language: str, made: str = ALL) -> float:
    """Return the share of the places of which something is found, but not the whole."""
    return float(places(language, made).value - places(language, made, EXACT).value)


@cache
def found_whole(language: str) -> dict[bool, tuple[int, int]]:
    """Return how many places are found whole, and how many there are, by whether training had the name.

    Parameters
    ----------
    language : {"fr", "es", "ar"}
        Trained on either half of its scenes, and tried on the other half (see `workshop.domains.text.compare`).

    Returns
    -------
    dict of bool to (int, int)
        True: the name stands in the other half, spelled as here, in capitals or not.
    """
    found = comparison()
    marked = found.entities[found.entities.kind == PLACE]
    marked = marked.merge(found.messages[["message_id", "language", "split"]], on="message_id")
    marked = marked[marked.language == language]
    names = marked.text.str.casefold()
    trained = {half: set(names[marked.split != half]) for half in ("train", "test")}
    known = np.array([name in trained[half] for name, half in zip(names, marked.split, strict=True)])
    told = set(found.found[ALL][_SPAN].itertuples(index=False, name=None))
    whole = np.array([span in told for span in marked[_SPAN].itertuples(index=False, name=None)])
    return {met: (int(whole[known == met].sum()), int((known == met).sum())) for met in (True, False)}


@cache
def lost() -> pd.Series:
    """Return in which share of the messages that name a place a search for it does not show it, by language."""
    found = comparison()
    return text.lost_messages(found.messages, found.entities, found.found[ALL]).value


@cache
def mended() -> pd.DataFrame:
    """Return what each way of mending does, as the exercise shows it.

    Returns
    -------
    pandas.DataFrame
        Index way; columns: messages that are added to the training, the words with the highest and the lowest
        average gap, in log-odds, and urgent messages that are missed, in English and in the other three languages.
    """
    rows = {}
    for way in WAYS:
        gaps = mending().gaps.loc[way]
        rows[way] = {
            "messages to add": f"{mending().summary.added[way]:,.0f}",
            "highest gap": _with_gap(gaps.iloc[0]),
            "lowest gap": _with_gap(gaps.iloc[-1]),
            "missed, English": _missed(way, ["en"]),
            "missed, other languages": _missed(way, ["fr", "es", "ar"]),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _with_gap(row):
    form = terms().set_index("term").form[row.name]
    return f"{form} {round(row.gap, 2) + 0.0:+.2f}"  # a zero without a minus


def missed(way: str, languages, naming=None) -> tuple[int, int]:
    """Return how many urgent messages in these languages a way misses, and how many there are.

    Parameters
    ----------
    way : str
    languages : iterable of str
    naming : set of str, optional
        Only messages that name one of these identities.
    """
    tested = mending().tested
    urgent = tested.urgent & tested.language.isin(languages)
    if naming is not None:
        urgent &= tested.identity.str.split(";").map(lambda named: not naming.isdisjoint(named))
    return int((~mending().flagged[way][urgent]).sum()), int(urgent.sum())


def _missed(way, languages):
    wrong, all_urgent = missed(way, languages)
    return f"{wrong} of {all_urgent}"


def first_ring(false_alarms: int) -> pd.Timestamp | None:
    """Return the first week since the change in which the alarm on unknown words rings; None if it never does."""
    rings = ageing().alarms(UNKNOWN_WORDS, false_alarms)
    return next((week for week in rings if week >= changed()), None)


@cache
def retrained() -> text.Retraining:
    """Return what it mends, and costs, to train the scam filter again."""
    return ageing().retraining(AGAIN)


def _clearly_fewer(scenes, error):
    return bool(retrained().errors.high[scenes, error] < 0)


def which_word() -> Choice:
    """Ask which word made a harmless message urgent, and why."""
    most = max(set(WORDS.values()), key=contribution)
    english = messages("train").query("language == 'en'")
    with_it = english.text.map(lambda message: PRONOUN in read_words(message))
    said, others = english.urgent[with_it], english.urgent[~with_it]
    score, without = triage().score([HARMLESS, WITHOUT_HIM])
    counted = f"{said.sum()} of {len(said)} training messages with “{PRONOUN}” are urgent"
    return Choice(
        asks=f"A harmless question gets the score {score:.2f}: urgent. Which word did most for it, and why?",
        options={
            "a": "“garden”: the model has learned that much happens in gardens.",
            "b": "“he”: the model has understood that a man is a danger.",
            "c": "“he”: in training it stood with urgent messages more often than with others.",
            "d": "“neighbour”: quarrels between neighbours are urgent.",
        },
        expected=next(
            letter for letter in "cad" if WORDS[letter] == most
        ),  # b is the same word, not the reason
        why=(
            f"{counted}, of the others {others.sum()} of {len(others)}. The model adds up words; it understands "
            f"nobody. Ask “Is this allowed?”, without “he” and “his”, and the score is {without:.2f}. So police come "
            "to somebody who waters a garden, while another message waits."
        ),
        mistakes=(
            Mistake(
                "not this word: garden",
                "a",
                (
                    "Read the line “Raise the score most”. Is “garden” in it?",
                    "The thicker the line under a word, the more it moves the score. Which have the thickest?",
                    "It is one of the shortest words. Then ask what the model can know of it: only how often.",
                ),
            ),
            Mistake(
                "understood",
                "b",
                (
                    "The word is right. Can a sum of words understand who is a danger?",
                    "Type “He is a doctor.” What does the word do there?",
                    f"Only counting is behind it: {counted}. Look for the sentence that says so.",
                ),
            ),
            Mistake(
                "not this word: neighbour",
                "d",
                (
                    "Read the line “Raise the score most”. Is “neighbour” in it?",
                    "Open the table: it says in numbers what each word adds. Which adds most?",
                    "It is one of the shortest words. Then ask what the model can know of it: only how often.",
                ),
            ),
        ),
        otherwise=(
            "Read the line “Raise the score most”.",
            "Then ask what the model has seen in training.",
            "Look for the sentence that says how often, and nothing of people.",
        ),
    )


def unknown_words() -> Choice:
    """Ask what may be said about a call in a language that the model does not know."""
    call, umbrella = (triage().explain(IN_OTHER_LANGUAGES[name]) for name in (CALL, LOST))
    flagged = scores() >= THRESHOLD
    arabic = text.errors(messages("test"), flagged, "language", MISSED).loc[ARABIC]
    known, words = int(call.words.known.sum()), len(call.words)
    ahead, calm = ahead_of(call.probability)
    return Choice(
        asks=(
            f"In Arabic, the man with the knife gets the score {call.probability:.2f}, and the lost umbrella "
            f"{umbrella.probability:.2f}. What may you say of the call?"
        ),
        options={
            "a": "It is not urgent: the score is far below 0.5.",
            "b": "Nothing: the model knows no word of it, so every such message gets this score.",
            "c": "With a lower threshold for Arabic, calls like this one would stand out.",
            "d": "Somebody has told the model to put messages in Arabic last.",
        },
        expected="b",  # by the counts of known words; c is refuted by the equal scores
        why=(
            f"Known words: {known} of {words}. In the test {arabic.numerator:.0f} of {arabic.denominator:.0f} urgent "
            "messages in Arabic stay below 0.5. No error is shown, and nobody meant it. This call waits behind "
            f"{ahead} of {calm} harmless messages in English. So show the share of known words beside each score, and "
            "give to a person what the model can't read."
        ),
        mistakes=(
            Mistake(
                "not urgent",
                "a",
                (
                    "What does the call say? The French one has nearly the same words.",
                    "Choose the lost umbrella in Arabic. Does the model see a difference?",
                    f"The model knows {known} of {words} words. Can it say “not urgent”, or only be silent?",
                ),
            ),
            Mistake(
                "lower threshold",
                "c",
                (
                    "Lower the threshold until the call is urgent. Now choose the lost umbrella.",
                    "Both have the same score. No threshold can tell them apart.",
                    "All of them, or none. So the score tells you ... what?",
                ),
            ),
            Mistake(
                "on purpose",
                "d",
                (
                    "What was in the training? Nobody had to tell the model anything.",
                    "It was trained on English messages only. Count the words that it knows here.",
                    f"It knows {known} of {words} words. Look for the sentence that says so.",
                ),
            ),
        ),
        otherwise=(
            "Compare the two messages in Arabic, and read the sentence above each.",
            "How many words does the model know? What is a score without a known word?",
            "Look for the sentence on known words.",
        ),
    )


def one_word() -> Several:
    """Ask what an identity word does to two messages, at two thresholds."""
    stop, door = urgent_with(BUS_STOP), urgent_with(DOOR)
    crossing = [form for form in terms().form if form in stop[THRESHOLD]]
    named = joined(crossing)
    gaps = [text.swap(triage(), message, terms()).gap for message in WITH_A_PLACE.values()]
    holds = {
        "a": 0 < len(crossing) < len(terms()),
        "b": False,  # no word crosses, but the scores, and so the order, are as far apart as before; see d
        "c": bool(np.allclose(*gaps, atol=0.005)),
        "d": door[THRESHOLD] == set(terms().form) and 0 < len(door[HIGH]) <= len(crossing),
        "e": True,  # a queue has an order: what goes up puts others down
    }
    unmoved = len(terms()) - len(door[HIGH])
    first, second = (gap[list(terms().form).index(crossing[0])] for gap in gaps)
    return Several(
        asks=(
            f"Try both messages, from {THRESHOLD:.2f} and from {HIGH:.2f} on. Which sentences hold? Choose all."
        ),
        options={
            "a": f"From {THRESHOLD:.2f} on, the colleague at the bus stop is urgent with some words only: {named}.",
            "b": f"From {HIGH:.2f} on, the bus stop is urgent with no word. So nobody is harmed any more.",
            "c": "One message is enough: a word moves the log-odds by the same amount in every message.",
            "d": f"From {HIGH:.2f} on, somebody behind the door is urgent only if the caller uses one of a few words.",
            "e": "If messages with these words are read first, calls with other words are read later.",
        },
        expected=frozenset(letter for letter, true in holds.items() if true),
        why=(
            f"Two harms. From {THRESHOLD:.2f} on, police come to somebody at a bus stop because of one word. From "
            f"{HIGH:.2f} on, the same call for help waits with {unmoved} of {len(terms())} words. A threshold only "
            f"chooses who bears it. And “{crossing[0]}” moves one message by {first:+.2f}, the other by "
            f"{second:+.2f}: so measure over many messages."
        ),
        mistakes=(
            Mistake(
                "which words cross",
                "a",
                (
                    f"Choose the bus stop and {THRESHOLD:.2f}. Which dots are right of the dashed line?",
                    "The words that make it urgent are in bold. Compare them with the sentence.",
                    f"Add a: {len(crossing)} of {len(terms())} words make this message urgent.",
                ),
            ),
            Mistake(
                "a threshold mends it",
                "b",
                (
                    "The first half holds. Now look at the other message at this threshold.",
                    "Somebody calls for help there. With how many words is it still urgent?",
                    f"Take out b: at {HIGH:.2f} the harm goes to those whose call waits.",
                ),
            ),
            Mistake(
                "one message is enough",
                "c",
                (
                    "Compare the column “difference” of both messages, for one word.",
                    "The longer a message, the less each of its words weighs.",
                    f"Take out c: “{crossing[0]}” moves one by {first:+.2f}, the other by {second:+.2f}.",
                ),
            ),
            Mistake(
                "calls that wait",
                "d",
                (
                    "Choose the door, and move the threshold slowly to the right. What happens?",
                    "The call is the same each time. With which words is it still urgent in the end?",
                    f"Add d: at {HIGH:.2f} it is urgent with {len(door[HIGH])} of {len(terms())} words.",
                ),
            ),
            Mistake(
                "an order has a last place",
                "e",
                (
                    "The team can't read everything. What happens to a message when others are put before it?",
                    "A queue is an order: nobody goes up without somebody going down.",
                    "Add e: urgent calls that name no such word wait behind.",
                ),
            ),
        ),
        otherwise=(
            "Take the sentences one by one: choose the message, then the threshold.",
            "For each message ask: who is harmed if it is urgent, and who if it is not?",
            f"{_number(sum(holds.values()))} sentences hold.",
        ),
    )


def _number(count):
    return ("No", "One", "Two", "Three", "Four", "Five")[count]


def waiting_share() -> Code:
    """Ask for the formula of the share of urgent messages that wait."""
    counted = pile("score")
    urgent, waiting = int(counted.urgent.sum()), waits("score")
    right = urgent - waiting
    return Code(
        asks=(
            "Of all urgent messages, which share waits? messages: those of a day; urgent: how many of them are urgent; "
            "read: how many the team reads; urgent_share: of those it reads, the share that is urgent."
        ),
        parameters=("messages", "urgent", "read", "urgent_share"),
        inputs=lambda generator: (
            int(generator.integers(800, 2_000)),
            int(generator.integers(150, 300)),
            int(generator.integers(120, 250)),
            round(float(generator.uniform(0.2, 0.5)), 2),
        ),
        formulas={
            "a": ("(messages − read) ÷ messages", _all_that_wait),
            "b": ("(urgent − read × urgent share) ÷ urgent", _waiting_share),
            "c": ("1 − urgent share", _read_for_nothing),
            "d": ("read × urgent share ÷ urgent", _read_in_time),
        },
        expected=_waiting_share,
        why=(
            f"In the lesson's pile {READ} messages are read, and {right} of them are urgent: "
            f"{100 * right / READ:.0f} of 100. A seller shows you that. But {waiting} of {urgent} urgent ones wait, "
            f"{100 * waiting / urgent:.0f} of 100: people who called for help. Ask for both numbers. The second one "
            "needs a person who also reads some of the last messages."
        ),
        mistakes=(
            Mistake(
                "all that wait",
                _all_that_wait,
                (
                    "This is the share of all messages that wait. Most of them are harmless.",
                    "Which of your four values say something of the urgent ones?",
                    "Begin with the urgent ones, take away those that are read, and divide by the urgent ones.",
                ),
            ),
            Mistake(
                "read for nothing",
                _read_for_nothing,
                (
                    "This is about the messages that are read. The question is about the urgent ones that are not.",
                    "How many urgent messages are read? A share times a number.",
                    "Take read times urgent_share away from the urgent ones. Then divide.",
                ),
            ),
            Mistake(
                "read in time",
                _read_in_time,
                (
                    "This is the share of the urgent ones that is read. The question asks for the others.",
                    "What is below the line is right. What must stand above it?",
                    "Above the line: the urgent ones minus those that are read.",
                ),
            ),
            Mistake(
                "as if only urgent ones were read",
                lambda messages, urgent, read, urgent_share: (urgent - read) / urgent,
                (
                    "You take away everything that is read. Is all of it urgent?",
                    "Only a share of what the team reads is urgent.",
                    "Multiply read by urgent_share before you take it away.",
                ),
            ),
            Mistake(
                "not divided",
                lambda messages, urgent, read, urgent_share: urgent - read * urgent_share,
                (
                    "You count the urgent messages that wait. The question asks for a share.",
                    "A share has the whole below the line. The whole is: all urgent messages.",
                    "Put brackets round your count, and divide it by urgent.",
                ),
            ),
            Mistake(
                "of all messages",
                lambda messages, urgent, read, urgent_share: (urgent - read * urgent_share) / messages,
                (
                    "Above the line all is right. Below it stand all messages of the day.",
                    "Who calls for help wants to know: of those like me, how many wait?",
                    "Divide by the urgent ones.",
                ),
            ),
            Mistake(
                "of those that wait",
                lambda messages, urgent, read, urgent_share: (
                    (urgent - read * urgent_share) / (messages - read)
                ),
                (
                    "This is how many of the waiting messages are urgent. Useful, but not asked.",
                    "Above the line all is right. The question begins: of all urgent messages ...",
                    "Divide by the urgent ones.",
                ),
            ),
            Mistake(
                "no brackets",
                lambda messages, urgent, read, urgent_share: urgent - read * urgent_share / urgent,
                (
                    "You have all the parts. What is divided here, and by what?",
                    "Without brackets only the part right before the sign / is divided.",
                    "Put everything above the line in brackets.",
                ),
            ),
        ),
        otherwise=(
            "Say it in words first: urgent ones that are not read, of all urgent ones.",
            "A number times a share gives the urgent ones that are read.",
            "Urgent ones minus read times urgent_share, in brackets; then divide by the urgent ones.",
        ),
    )


def _waiting_share(messages, urgent, read, urgent_share):
    return (urgent - read * urgent_share) / urgent


def _all_that_wait(messages, urgent, read, urgent_share):
    return (messages - read) / messages


def _read_for_nothing(messages, urgent, read, urgent_share):
    return 1 - urgent_share


def _read_in_time(messages, urgent, read, urgent_share):
    return read * urgent_share / urgent


def who_waits() -> Number:
    """Ask which share of the urgent messages that wait is not in English."""
    counted = pile("score")
    others = counted.drop(index="en")
    not_english, waiting = int(others.urgent_waiting.sum()), waits("score")
    urgent, urgent_others = int(counted.urgent.sum()), int(others.urgent.sum())
    nearly = f"{not_english} of the {waiting} that wait are not in English. Divide."
    return Number(
        asks=(
            f"The team reads {READ}, the highest score first. Of the urgent messages that wait, which share is not in "
            "English?"
        ),
        expected=not_english / waiting,
        tolerance=0.01,
        why=(
            f"{not_english} of {waiting}: {100 * not_english / waiting:.0f} of 100 that wait, and only "
            f"{100 * urgent_others / urgent:.0f} of 100 urgent ones, are not in English. “{waiting} of {urgent} wait” "
            f"hides it: in English {counted.urgent_waiting['en']} of {counted.urgent['en']}, in the other languages "
            f"{not_english} of {urgent_others}. The order decides who bears the lack of readers."
        ),
        mistakes=(
            Mistake(
                "of their own urgent messages",
                not_english / urgent_others,
                (
                    "This is how many of the urgent ones in other languages wait. The question begins with those that "
                    "wait.",
                    "Below the line stand all urgent messages that wait, in every language.",
                    nearly,
                ),
            ),
            Mistake(
                "all urgent messages",
                waiting / urgent,
                (
                    "This is how many of all urgent messages wait. In which languages are they?",
                    "What you have above the line belongs below it.",
                    nearly,
                ),
            ),
            Mistake(
                "Arabic only",
                counted.urgent_waiting[ARABIC] / waiting,
                (
                    "You counted Arabic. Two more languages are not English.",
                    "Open the table, and add the column “Urgent, wait” over three languages.",
                    nearly,
                ),
            ),
            Mistake(
                "English",
                counted.urgent_waiting["en"] / waiting,
                (
                    "This is the share that is in English. The question asks for the others.",
                    "Count French, Spanish and Arabic together.",
                    nearly,
                ),
            ),
            Mistake(
                "of all urgent messages",
                not_english / urgent,
                (
                    "Above the line all is right. Below it stand all urgent messages; many of them are read.",
                    "Below the line belong only the urgent messages that wait.",
                    nearly,
                ),
            ),
            Mistake(
                "urgent messages that are not English",
                urgent_others / urgent,
                (
                    "This is how many of the urgent messages are not in English. Do they wait as often as others?",
                    "Above and below the line, count only those that wait.",
                    nearly,
                ),
            ),
        ),
        otherwise=(
            "Open the table under the figure, and look for the column “Urgent, wait”.",
            "Above the line the waiting ones in French, Spanish and Arabic, below it all that wait.",
            nearly,
        ),
    )


def shared_places() -> Choice:
    """Ask what it mends, and costs, to give each language its share of the places."""
    others = [language for language in SPELLED if language != "en"]
    before, after, arrival = waits("score"), waits("shared"), waits("arrival")
    english = [waits(order, ["en"]) for order in ("score", "shared")]
    rest = [waits(order, others) for order in ("score", "shared")]
    urgent_rest = int(pile("score").urgent[others].sum())
    by_lot = 1 - READ / len(messages("test"))
    word = "fewer" if after < before else "more"
    return Choice(
        asks="In the probe of question 5, now give each language its share of the places. What holds for this pile?",
        options={
            "a": "The harm is mended: urgent messages now wait equally often in each language.",
            "b": "It costs nobody anything: no urgent message waits that was read before.",
            "c": "The model now knows the other languages: it puts their urgent messages first.",
            "d": f"In all {word} urgent messages wait. In English more wait; in other languages, still about half.",
        },
        expected="d",  # by the counts of the probe; a test holds the letter to them
        why=(
            f"{after} wait instead of {before}; first come, first read: {arrival}. In English {english[1]} instead of "
            f"{english[0]}: people who were helped in time now wait. In the other languages {rest[1]} instead of "
            f"{rest[0]} of {urgent_rest}; by lot it would be about {100 * by_lot:.0f}. The rule shares the places. It "
            "teaches the model no word: that needs messages in these languages."
        ),
        mistakes=(
            Mistake(
                "equally often",
                "a",
                (
                    "Compare the parts “wait” of the bars. Are they equally long?",
                    "Each language has its share of the places. Does the right message get the place?",
                    "In English far fewer wait than in Arabic, French or Spanish, of 100. Look for that.",
                ),
            ),
            Mistake(
                "costs nobody",
                "b",
                (
                    "The team still reads as many. Who gave the places away?",
                    "Read how many urgent English messages wait, before and now.",
                    f"In English it goes from {english[0]} to {english[1]}. Look for the sentence that says so.",
                ),
            ),
            Mistake(
                "knows the languages",
                "c",
                (
                    "A rule for the places was added. Did the model see one more message?",
                    "If it put the urgent ones first, how many of them would still wait?",
                    f"{rest[1]} of {urgent_rest} still wait; by lot it would be about {100 * by_lot:.0f}.",
                ),
            ),
        ),
        otherwise=(
            "Switch between the two orders, and read the bars one by one.",
            "Three things: all that wait, those in English, those in other languages.",
            "Look for the sentence that has a gain, a price and a rest.",
        ),
    )


def half_a_name() -> Number:
    """Ask which share of the Arabic places is found only in part."""
    part = found_in_part(ARABIC)
    whole, touched = (float(places(ARABIC, match=match).value) for match in (EXACT, OVERLAP))
    precise = places(ARABIC, measure=PRECISION).value - places(ARABIC, match=EXACT, measure=PRECISION).value
    nearly = (
        f"{100 * touched:.0f} of 100 with the easy rule, {100 * whole:.0f} with the strict one. Subtract."
    )
    lost_ar, lost_en = (100 * lost()[language] for language in (ARABIC, "en"))
    met, new = found_whole(ARABIC)[True], found_whole(ARABIC)[False]
    return Number(
        asks=(
            "Take the extractor made for all four languages, and count places. Which share of the places in Arabic "
            "messages does it find only in part? Compare the two rules under “Right if it”."
        ),
        expected=part,
        tolerance=0.01,
        why=(
            f"A seller who counts what overlaps reports {100 * touched:.0f} of 100. Whole names: {100 * whole:.0f}. Of "
            f"names that stood in training, spelled the same, {met[0]} of {met[1]}; of the others {new[0]} of "
            f"{new[1]}. Half a name leads to no street: of 100 messages that name a place, a search does not show "
            f"{lost_ar:.0f} in Arabic, {lost_en:.0f} in English. These callers are not on the map."
        ),
        mistakes=(
            Mistake(
                "whole names",
                whole,
                (
                    "So many are found with their whole name. The question asks for those found in part.",
                    "Now choose the other rule. What is added?",
                    nearly,
                ),
            ),
            Mistake(
                "whole or in part",
                touched,
                (
                    "So many are touched, with the whole name or a part of it.",
                    "Take away those that are found whole.",
                    nearly,
                ),
            ),
            Mistake(
                "not found at all",
                1 - touched,
                (
                    "Of these nothing is found. The question asks for those of which something is found.",
                    "You need both rules: recall with the easy one, and with the strict one.",
                    nearly,
                ),
                tolerance=0.005,
            ),
            Mistake(
                "not found whole",
                1 - whole,
                (
                    "These are not found whole. But of some of them nothing is found at all.",
                    "Take away those that the easy rule misses, too.",
                    nearly,
                ),
            ),
            Mistake(
                "precision",
                float(precise),
                (
                    "Recall or precision? The question asks for shares of the places in the messages.",
                    "The left half of the figure is recall: of 100 places, found.",
                    nearly,
                ),
            ),
            Mistake(
                "English",
                found_in_part("en"),
                (
                    "This is for English. The question asks for Arabic.",
                    "Read the last row of the left half, with each rule.",
                    nearly,
                ),
                tolerance=0.005,
            ),
            Mistake(
                "Spanish",
                found_in_part("es"),
                (
                    "This is for Spanish. The question asks for Arabic.",
                    "Read the last row of the left half, with each rule.",
                    nearly,
                ),
            ),
            Mistake(
                "French",
                found_in_part("fr"),
                (
                    "This is for French. The question asks for Arabic.",
                    "Read the last row of the left half, with each rule.",
                    nearly,
                ),
            ),
            Mistake(
                "made for English",
                float(places(ARABIC, ENGLISH).value),
                (
                    "This is the extractor made for English only. Choose the other one.",
                    "Set “The extractor is made for” to all four languages.",
                    nearly,
                ),
            ),
        ),
        otherwise=(
            "Check the controls: all four languages, places. Then use both rules, one after the other.",
            "Found with the easy rule, minus found with the strict one.",
            nearly,
        ),
    )


def hidden_words() -> Several:
    """Ask what each way of mending mends, and what it costs."""
    gaps = mending().gaps
    summary = mending().summary
    others = ["fr", "es", "ar"]
    hidden = [ONE_WORD, DELETED]
    before, after = missed(AS_TRAINED, ["en"]), missed(DELETED, ["en"])
    groups = set(terms().term[terms().form.isin(urgent_with(BUS_STOP)[THRESHOLD])])
    group_before, group_after = (missed(way, ["en"], groups) for way in (AS_TRAINED, DELETED))
    first, second = (_with_gap(gaps.loc[way].iloc[0]) for way in (AS_TRAINED, COUNTER_EXAMPLES))
    rest, helped = missed(DELETED, others), missed(LANGUAGES, others)
    holds = {
        "a": bool((gaps.loc[ONE_WORD].low > 0).all()) and not (gaps.loc[AS_TRAINED].low > 0).all(),
        "b": any(missed(way, others)[0] < rest[1] / 2 for way in hidden),
        "c": 0 < summary.gap[COUNTER_EXAMPLES] < summary.gap[AS_TRAINED]
        and summary.term[COUNTER_EXAMPLES] != summary.term[AS_TRAINED],
        "d": bool((gaps.loc[DELETED].gap.abs() < 0.05).all()) and after[0] <= before[0],
        "e": False,  # a misspelled word, a feast or a street can still name a group
    }
    everywhere = gaps.loc[ONE_WORD].gap.mean()
    return Several(
        asks="Which sentences hold for these ways of mending? Choose all.",
        options={
            "a": "With one word for all, every identity word raises the score: now also those that did not before.",
            "b": "Hiding the words is enough for people who write in French, Spanish or Arabic, too.",
            "c": "Counter-examples: the largest gap becomes smaller, and another word now has it.",
            "d": "With the words deleted, exchanging one moves nothing, and in English no more is missed than before.",
            "e": "With the words deleted, nothing in a message can tell the model of a group any more.",
        },
        expected=frozenset(letter for letter, true in holds.items() if true),
        why=(
            f"With “someone” for all, each word adds about {everywhere:.2f}: the harm spreads to everybody who is "
            f"named. Deleting is not free: of {group_after[1]} urgent messages that name the groups of question 3, "
            f"{group_after[0]} are missed instead of {group_before[0]} (may be chance). In other "
            f"languages, people still wait: {rest[0]} of {rest[1]} missed. With {summary.added[LANGUAGES]:,.0f} "
            f"messages in these languages, which somebody must label, it is {helped[0]}."
        ),
        mistakes=(
            Mistake(
                "one word for all",
                "a",
                (
                    "Read the row “one word for all”. What does the word with the lowest gap do?",
                    "As trained, some words moved the score hardly at all. Compare the two rows.",
                    f"Add a: every word now moves the score by about {everywhere:.2f}.",
                ),
            ),
            Mistake(
                "other languages",
                "b",
                (
                    "Read the last column. Who still waits?",
                    "Hiding a word teaches the model no new one.",
                    f"Take out b: with words deleted {rest[0]} of {rest[1]} are missed.",
                ),
            ),
            Mistake(
                "counter-examples",
                "c",
                (
                    "Read the row “counter-examples”: which word has the highest gap, and how large is it?",
                    "Compare it with the row “as trained”: the number, and the word.",
                    f"Add c: before it was {first}, now it is {second}.",
                ),
            ),
            Mistake(
                "words deleted",
                "d",
                (
                    "Read the row “words deleted”: what still moves, and what is missed in English?",
                    "Compare it with the first row.",
                    f"Add d: {after[0]} of {after[1]} are missed, as trained {before[0]}.",
                ),
            ),
            Mistake(
                "nothing tells any more",
                "e",
                (
                    "Think of a misspelled word, of a feast, of the street with the mosque.",
                    "Only the words on a list are deleted. What else tells who somebody is?",
                    "Take out e: names, places and misspelled words stay in the message.",
                ),
            ),
        ),
        otherwise=(
            "Take the sentences one by one, and compare its row with the first row.",
            "One of the sentences can't be read from the table: think of what is not on a list.",
            f"{_number(sum(holds.values()))} sentences hold.",
        ),
    )


def old_filter() -> Several:
    """Ask when the alarm rings, and what training again mends and costs."""
    none, one = (first_ring(accepted) for accepted in (0, 1))
    again = retrained()
    unseen, in_use = again.errors.loc[(NEW, MISSED)], again.errors.loc[(RUNNING, FALSE_ALARM)]
    meanwhile = again.meanwhile.wrong
    holds = {
        "a": False,  # the alarm counts words, no errors
        "b": one is not None and (none is None or one < none),
        "c": again.labelled == 0,
        "d": _clearly_fewer(NEW, MISSED),
        "e": _clearly_fewer(RUNNING, FALSE_ALARM),
    }
    return Several(
        asks=(
            "The alarm watches unknown words. Which sentences hold? Choose all. For a and b, do not train the filter "
            "again."
        ),
        options={
            "a": "If the alarm rings, this proves that the filter makes more errors.",
            "b": "If you accept one false alarm instead of none, it rings earlier after the change.",
            "c": "To train the filter again costs nothing: the machine does it by itself.",
            "d": "Trained again, it misses clearly fewer scams of scenes that it has never met.",
            "e": "Trained again and used on all messages, it holds back clearly fewer harmless ones.",
        },
        expected=frozenset(letter for letter, true in holds.items() if true),
        why=(
            f"With one false alarm it rings {_after(one)}, with none {_after(none)}. Until 30 March "
            f"{meanwhile[MISSED]} scams passed, and {meanwhile[FALSE_ALARM]} harmless messages never arrived: people "
            f"lost money, or news. Training again took {again.labelled} labels. Then {in_use.after} instead of "
            f"{in_use.before} are held back, but of scams in new scenes {unseen.after} are missed instead of "
            f"{unseen.before}. So keep watching."
        ),
        mistakes=(
            Mistake(
                "a ring is no proof",
                "a",
                (
                    "What does the alarm look at: words, or errors?",
                    "A white diamond is a false alarm: the words were new, and no crisis had come.",
                    "Take out a: a ring says that words are new. Then somebody must look.",
                ),
            ),
            Mistake(
                "no false alarm",
                "b",
                (
                    "Set the first slider to 0, then to 1. Read the sentence above the figure each time.",
                    "If it may never ring for nothing, the limit must be at the worst ordinary week.",
                    f"Add b: with one it rings {_after(one)}, with none {_after(none)}.",
                ),
            ),
            Mistake(
                "price of the labels",
                "c",
                (
                    "Choose that the filter is trained again, and read the last line under the figure.",
                    "From what does a filter learn? Somebody must have read and judged it.",
                    f"Take out c: people read and label {again.labelled} messages.",
                ),
            ),
            Mistake(
                "new scenes",
                "d",
                (
                    "Choose scenes that it has never met, and train the filter again.",
                    "Read the last line. What stands in brackets behind the scams?",
                    f"Take out d: {unseen.before} before, {unseen.after} after, of {unseen.messages}: no clear change.",
                ),
            ),
            Mistake(
                "in use",
                "e",
                (
                    "Choose all messages, also of scenes it has met, and train the filter again.",
                    "Read the last line: how many harmless messages are held back, before and after?",
                    f"Add e: {in_use.before} before, {in_use.after} after, of {in_use.messages}.",
                ),
            ),
        ),
        otherwise=(
            "Take the sentences one by one. Move one control for each.",
            "For c, d and e choose that the filter is trained again, and read the last line.",
            f"{_number(sum(holds.values()))} sentences hold.",
        ),
    )


def _after(week):
    if week is None:
        return "never"
    late = (week - changed()).days // 7
    return "in the week of the change" if late == 0 else f"{late} weeks after the change"


def line_offer() -> Choice:
    """Ask for a decision on a tool that translates and sorts messages, with its reasons."""
    arrival, urgent = waits("arrival"), int(pile("arrival").urgent.sum())
    unread = OFFER["messages"] - OFFER["read"]
    found = f"{100 * OFFER['found']:.0f} of 100"
    return Choice(
        asks="What do you answer, and why?",
        options={
            "a": f"Go: the law covers it, the aim is good, and {found} urgent messages are found.",
            "b": "Not yet: first test it in each language; then change only the order, and close nothing unread.",
            "c": "Go, when the identity words are deleted: then no group can be harmed.",
            "d": "Stop: a machine must never touch a call for help.",
        },
        expected="b",  # a judgement: law and aim have a clear yes; suitability has none, so the review stops there
        why=(
            "Suitability is the first question without a clear yes: nobody tested these languages, nor what "
            f"translation loses. And {unread:,} people a day would get no reader. But doing nothing harms, too: in our "
            f"pile, first come, first read leaves {arrival} of {urgent} urgent ones waiting. So test, by language and "
            "by exchanged word. Later: somebody reads some last ones; an alarm; a date to stop."
        ),
        mistakes=(
            Mistake(
                "stopped reading after the number",
                "a",
                (
                    "In which language and country was this number found?",
                    f"And what happens at midnight to the {unread:,} that nobody has read?",
                    "Legality and aim have a clear yes. Has suitability one? What must come first?",
                ),
            ),
            Mistake(
                "deleting mends all",
                "c",
                (
                    "Go back to question 8. What did deleting not mend?",
                    "It does nothing for the other languages, nor for what is closed unread.",
                    "One mending is no test. What must come first, and what must never happen?",
                ),
            ),
            Mistake(
                "never",
                "d",
                (
                    "Without a tool they are read as they come. Who waits then?",
                    f"In our pile {arrival} of {urgent} urgent ones waited in that order. “Never” harms, too.",
                    "Which answer keeps the gain, and puts limits to the harm?",
                ),
            ),
        ),
        otherwise=(
            "Go through the six questions in order. Where is the first without a clear yes?",
            "Were its errors measured in these languages? Who reads what comes last?",
            "Look for the answer that says what must happen first.",
        ),
    )


QUESTIONS = {
    "q1": which_word,
    "q2": unknown_words,
    "q3": one_word,
    "q4": waiting_share,
    "q5": who_waits,
    "q6": shared_places,
    "q7": half_a_name,
    "q8": hidden_words,
    "q9": old_filter,
    "q10": line_offer,
}
