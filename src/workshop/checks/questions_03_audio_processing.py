"""The questions of exercise 03: word errors, whose words, products, small groups, voices compared, transcripts.

Each function makes one question. What is computable is computed from the data; the letters of a question of
judgement are its author's, argued in the feedback.
"""

from functools import cache

import numpy as np
import pandas as pd
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from workshop import audit, datasets
from workshop.domains import speech

from .question import Choice, Code, Mistake, Number, Several

CALL = "please send an ambulance to nineteen mill street my son is not breathing"
CALL_HEARD = "please send ambulance to ninety mill street oh my son is breathing"
SHORT_CALL, SHORT_CALL_HEARD = "fire", "for a year"  # more errors than words
DENIAL = "I was there but I did not hit him"
TRANSCRIPTS = {
    "a": "er I was there but I did not hit him",
    "b": "I was here but I did not hit him",
    "c": "I was there but I did hit him",
    "d": "I was there and I did not hit him",
}
PRODUCT = "amazon-en-US"
PRODUCTS = {
    "a": ("google-en-IN", "Google, Indian English"),
    "b": ("amazon-en-US", "Amazon, US English"),
    "c": ("amazon-en-IN", "Amazon, Indian English"),
    "d": ("google-en-US", "Google, US English"),
}
MIX = {"us": 0.1, "indian": 0.8, "england": 0.1}  # as "Mostly Indian accents" in the procurement probe
WORDS_PER_CALL = 10
ACCENTS = ["us", "indian", "england", "african"]
DRAWS = 20  # of a build by lot
CHANCE = 0.05  # two standard errors of a coin's 0.5 in these draws, with 20 speakers
LOW, HIGH = 0.5, 0.8  # thresholds of the same speaker
STRANGERS = 1_000


@cache
def recognisers():
    """Return the word errors of speakers with seven recognisers."""
    return datasets.load("speech_recognition_errors")


@cache
def error_rates(product: str) -> audit.ClusterRates:
    """Return the word error rates of one recogniser by accent."""
    return speech.error_rates(recognisers(), recogniser=product)


@cache
def keywords():
    """Return the synthetic clips."""
    return datasets.load("spoken_keywords")


@cache
def voices():
    """Return what is compared of each synthetic clip's voice."""
    return speech.voice_features(keywords().samples)


@cache
def missed_clips() -> pd.DataFrame:
    """Return how a keyword spotter trained on the training speakers does on the others.

    Returns
    -------
    pandas.DataFrame
        Index accent, columns speakers_in_training, clips and missed; most speakers in training first.
    """
    table = keywords()
    features = speech.word_features(table.samples)
    train, test = ((table.split == name).to_numpy() for name in ("train", "test"))
    spotter = speech.keyword_spotter().fit(features[train], table.word[train])
    tested = table[test]
    rates = speech.miss_rates(
        tested.word, spotter.predict(features[test]), tested.accent, tested.speaker
    ).frame()
    speakers = table[train].groupby("accent").speaker.nunique()
    counts = {
        "speakers_in_training": speakers.reindex(rates.index, fill_value=0),
        "clips": rates.cases,
        "missed": rates.numerator.astype(int),
    }
    table = pd.DataFrame(counts).rename_axis("accent")
    return table.sort_values("speakers_in_training", ascending=False, kind="stable")


@cache
def build_by_lot() -> pd.Series:
    """Return how often a machine is right on the build of a voice, though the build was drawn by lot.

    Half of the training speakers are called light and half heavy, drawn by lot many times. So nothing in the sound can
    tell it.

    Returns
    -------
    pandas.Series
        Share of the clips that are answered rightly, on average over the draws; index "speakers shared", "speakers
        apart".
    """
    train = (keywords().split == "train").to_numpy()
    speakers = keywords().speaker[train].to_numpy()
    names, place = np.unique(speakers, return_inverse=True)
    machine = make_pipeline(StandardScaler(), SVC(C=10))
    rng = np.random.default_rng(2020)
    answers = []
    for _ in range(DRAWS):
        build = np.array(["light", "heavy"])[rng.permutation(len(names)) % 2][place]
        answers.append(speech.compare_splits(voices()[train], build, speakers, machine))
    return pd.concat(answers).groupby("split", sort=False).right.mean()


@cache
def voice_pairs() -> speech.Comparisons:
    """Return scores of pairs of synthetic clips of the test speakers, by kind of voice."""
    table = keywords()
    train, test = ((table.split == name).to_numpy() for name in ("train", "test"))
    space = speech.voice_space(voices()[train], table.speaker[train])
    return speech.compare_voices(space.transform(voices()[test]), table.speaker[test], table.voice[test])


def pair_errors(threshold: float) -> tuple[float, float]:
    """Return the false match rate and the false non-match rate of all pairs at a threshold."""
    pairs = voice_pairs()
    rates = (pairs.false_match_rates(threshold), pairs.false_non_match_rates(threshold))
    return tuple(float(each.numerators.sum() / each.denominators.sum()) for each in rates)


def call_by_hand() -> Number:
    """Ask for the word error rate of one sentence."""
    found = speech.word_errors(CALL, CALL_HEARD)
    written = len(CALL_HEARD.split())
    nearly = f"{found.errors} errors, {found.words} words said. Divide."
    return Number(
        asks=(
            "Count the words that were replaced, the words that are missing and the words that were added. What is "
            "the word error rate of this transcript?"
        ),
        expected=found.rate,
        tolerance=0.005,
        why=(
            f"{found.substitutions} replaced, {found.deletions} missing, {found.insertions} added: {found.errors} "
            f"errors for {found.words} words said, {found.rate:.0%}. The rate counts “an” and “not” alike. But "
            "“ninety” sends help to the wrong door, and without “not” the call sounds harmless. The child bears it."
        ),
        mistakes=(
            Mistake(
                "divided by words written",
                found.errors / written,
                (
                    "Your errors are right. Of which sentence did you count the words?",
                    "The machine's sentence is shorter, because words were lost. Count what was said.",
                    nearly,
                ),
            ),
            Mistake(
                "words that are right",
                found.hits / found.words,
                (
                    "This is the share of words that the machine got right. The question asks for the errors.",
                    "Do not subtract from 1: an added word is an error, too, and no word said.",
                    nearly,
                ),
            ),
            Mistake(
                "divided by words that are right",
                found.errors / found.hits,
                (
                    "Your errors are right. Below the line stand too few words.",
                    "You divided by the words that are right. Count all words that were said.",
                    nearly,
                ),
            ),
            Mistake(
                "one overlooked",
                (found.errors - 1) / found.words,
                (
                    "You are near: one error is still hidden. Compare the two sentences slowly.",
                    "There are three kinds of errors. Did you also count the word that nobody said?",
                    nearly,
                ),
            ),
            Mistake(
                "two overlooked",
                (found.errors - 2) / found.words,
                (
                    "You count right, but not all. Some errors are still hidden.",
                    "You have two. Look for short words that are missing, and for one that was added.",
                    nearly,
                ),
            ),
            Mistake(
                "three overlooked",
                (found.errors - 3) / found.words,
                (
                    "You found a single error, or you only compared the lengths. There are more.",
                    "Put the sentences under each other, word by word. Missing and added words count separately.",
                    nearly,
                ),
            ),
            Mistake(
                "one too many",
                (found.errors + 1) / found.words,
                (
                    "You have one error too many. Did you count a replaced word twice?",
                    "One word in the place of another is a single error.",
                    nearly,
                ),
            ),
            Mistake(
                "not divided",
                float(found.errors),
                (
                    "You counted the errors right. A rate also says for how many words.",
                    "The same number of errors is worse in a shorter call. Divide.",
                    nearly,
                ),
            ),
            Mistake(
                "upside down",
                found.words / found.errors,
                (
                    "You have the words for each error. Turn it round.",
                    "Above the line the errors, below it the words said.",
                    nearly,
                ),
            ),
        ),
        otherwise=(
            "Put the two sentences under each other, word by word. Where do they differ?",
            "Count three kinds: replaced, missing, added. Then divide by the words that were said.",
            nearly,
        ),
    )


def worst_word() -> Choice:
    """Ask which of four transcripts with one error each does most harm as evidence."""
    rate = speech.word_errors(DENIAL, TRANSCRIPTS["c"])
    ratio = f"{rate.errors} of {rate.words} words"
    return Choice(
        asks=(
            f"A man said in an interview: “{DENIAL}”. Each transcript has one error. Which one does most harm if a "
            "judge reads it as evidence?"
        ),
        options={letter: f"“{text}”" for letter, text in TRANSCRIPTS.items()},
        expected="c",  # a judgement: the only one that says the opposite
        why=(
            f"Without “not” a denial reads as a confession, and the man who said it may be convicted. The word error "
            f"rate is the same for all four: {ratio}. So a good rate does not make a transcript evidence. The "
            "recording is: keep it, and let the speaker hear and correct."
        ),
        mistakes=(
            Mistake(
                "a sound added",
                "a",
                (
                    "This adds a sound. Does the man now say something else?",
                    "Read all four aloud and ask each time: did he hit him?",
                    "Look for the transcript in which he says that he did.",
                ),
            ),
            Mistake(
                "place",
                "b",
                (
                    "This changes where he was, and can matter. Does another transcript change what he did?",
                    "Read all four aloud and ask each time: did he hit him?",
                    "Look for the shortest transcript: a small word is lost.",
                ),
            ),
            Mistake(
                "and for but",
                "d",
                (
                    "This changes how two parts are joined. Is what he says about his deed still the same?",
                    "Read all four aloud and ask each time: did he hit him?",
                    "Look for the transcript in which one small word is lost.",
                ),
            ),
        ),
        otherwise=(
            "Read the transcripts aloud, one by one.",
            "Ask each time: did he hit him?",
            "Look for the transcript in which a denial becomes a confession.",
        ),
    )


def word_error_rate() -> Code:
    """Ask for the formula of the word error rate."""
    short = speech.word_errors(SHORT_CALL, SHORT_CALL_HEARD)
    return Code(
        asks=(
            "Which formula gives the word error rate? Use substitutions (replaced), deletions (missing), insertions "
            "(added) and words_said."
        ),
        parameters=("substitutions", "deletions", "insertions", "words_said"),
        inputs=lambda generator: (
            *(int(count) for count in generator.integers(2, 40, size=3)),
            int(generator.integers(100, 400)),
        ),
        formulas={
            "a": ("(substitutions + deletions) ÷ words said", _insertions_left_out),
            "b": ("(substitutions + deletions + insertions) ÷ words said", _word_error_rate),
            "c": ("(words said − substitutions − deletions) ÷ words said", _share_right),
            "d": (
                "(substitutions + deletions + insertions) ÷ (words said − deletions + insertions)",
                _of_words_written,
            ),
        },
        expected=_word_error_rate,
        why=(
            f"It can be above 100%: “{SHORT_CALL}” heard as “{SHORT_CALL_HEARD}” has {short.errors} errors for "
            f"{short.words} word said, {short.rate:.0%}. So 1 minus the rate is not the share of right words. A seller "
            "who leaves insertions out looks better: ask for the formula. Words that nobody said can accuse somebody."
        ),
        mistakes=(
            Mistake(
                "insertions left out",
                _insertions_left_out,
                (
                    "You count two kinds of errors. There is a third one.",
                    "A machine can write words that nobody said. In a statement this is dangerous.",
                    "Add the insertions above the line, and keep what stands below it.",
                ),
            ),
            Mistake(
                "share of right words",
                _share_right,
                (
                    "You get the share of words that are right. The question asks for the errors.",
                    "All errors stand above the line. Which kind is not in your formula at all?",
                    "Put the three kinds together with plus, and divide by words_said.",
                ),
            ),
            Mistake(
                "one minus the rate",
                lambda *counts: 1 - _word_error_rate(*counts),
                (
                    "You take something away from 1. Is this still a rate of errors?",
                    "This number falls below 0 when many words are added. Leave the 1 out.",
                    "Put the three kinds together with plus, and divide by words_said.",
                ),
            ),
            Mistake(
                "of words written",
                _of_words_written,
                (
                    "Above the line all is right. Whose words do you count below it?",
                    "You divide by what the machine wrote. A machine that writes more would look better.",
                    "Keep what stands above the line, and divide by words_said.",
                ),
            ),
            Mistake(
                "insertions cancel deletions",
                lambda substitutions, deletions, insertions, words_said: (
                    (substitutions + deletions - insertions) / words_said
                ),
                (
                    "With a minus an added word makes a lost word good. Does it?",
                    "Each error is one more, of whatever kind.",
                    "Put the three kinds together with plus, and divide by words_said.",
                ),
            ),
            Mistake(
                "not divided",
                lambda substitutions, deletions, insertions, words_said: (
                    substitutions + deletions + insertions
                ),
                (
                    "You count the errors. A rate also says for how many words.",
                    "A long call has more errors because it is long. What makes calls comparable?",
                    "Keep the sum, and divide it by words_said.",
                ),
            ),
            Mistake(
                "no brackets",
                lambda substitutions, deletions, insertions, words_said: (
                    substitutions + deletions + insertions / words_said
                ),
                (
                    "You have all the parts. What is divided here, and what is not?",
                    "Without brackets only the last number before the sign / is divided.",
                    "Put the whole sum in brackets, then divide it by words_said.",
                ),
            ),
            Mistake(
                "percent",
                lambda *counts: 100 * _word_error_rate(*counts),
                (
                    "You give a percentage. The question asks for the rate itself.",
                    "25% is 0.25. Leave one step out.",
                    "Do not multiply by 100.",
                ),
            ),
        ),
        otherwise=(
            "Say it in words first: all errors, for each word that was said.",
            "Three kinds of errors stand above the line. What was said stands below it.",
            "Put the three kinds together with plus and in brackets, and divide by words_said.",
        ),
    )


def _word_error_rate(substitutions, deletions, insertions, words_said):
    return (substitutions + deletions + insertions) / words_said


def _insertions_left_out(substitutions, deletions, insertions, words_said):
    return (substitutions + deletions) / words_said


def _share_right(substitutions, deletions, insertions, words_said):
    return (words_said - substitutions - deletions) / words_said


def _of_words_written(substitutions, deletions, insertions, words_said):
    return (substitutions + deletions + insertions) / (words_said - deletions + insertions)


def indian_accents() -> Number:
    """Ask for the word error rate of speakers with an Indian accent."""
    rates = error_rates(PRODUCT)
    here = {accent: rates.of(accent) for accent in ACCENTS}
    frame = rates.frame("speakers", "clips").loc[ACCENTS]
    indian, us = here["indian"], here["us"]
    errors, words = int(indian.numerator), int(indian.denominator)
    gap = rates.difference("indian", "us")
    other = error_rates("google-en-IN")
    nearly = f"{errors:,} errors, {words:,} words. Divide."
    return Number(
        asks="What is the word error rate of the speakers with an Indian accent?",
        expected=indian.value,
        tolerance=0.005,
        why=(
            f"{errors:,} of {words:,} words: {indian.value:.1%}, and {us.value:.1%} for US accents. The gap of "
            f"{100 * gap.value:.0f} words of 100 is more than chance (95% interval {100 * gap.low:.0f} to "
            f"{100 * gap.high:.0f}). It belongs to the product: Google's for Indian English turns it round, "
            f"{other.of('indian').value:.0%} against {other.of('us').value:.0%}. A misheard caller may wait for help."
        ),
        mistakes=(
            *(
                Mistake(
                    f"accent {name}",
                    here[accent].value,
                    (
                        f"The way you count is right. But look at the row: you took {shown}.",
                        "The question is about another accent. Take the same two columns of its row.",
                        f"The row indian: {nearly}",
                    ),
                )
                for accent, name, shown in (
                    ("us", "us", "the US accents"),
                    ("england", "england", "the accents of England"),
                    ("african", "african", "the African accents"),
                )
            ),
            Mistake(
                "words that are right",
                1 - indian.value,
                (
                    "You took the errors away from the words. The question asks for the errors.",
                    "The rate is errors over words. No subtraction is needed.",
                    nearly,
                ),
            ),
            Mistake(
                "gap",
                gap.value,
                (
                    "This is the gap to the US accents. The question asks for one group only.",
                    "You had the right number before you subtracted.",
                    nearly,
                ),
            ),
            Mistake(
                "all four accents",
                frame.numerator.sum() / frame.denominator.sum(),
                (
                    "You put all rows together. That hides the people you look for.",
                    "The question is about a single row of the table.",
                    f"The row indian: {nearly}",
                ),
            ),
            Mistake(
                "share of all errors",
                indian.numerator / frame.numerator.sum(),
                (
                    "You divided by the errors of all rows. Who speaks most has most errors, with any accent.",
                    "Stay in the row of the group: how many words did these speakers say?",
                    nearly,
                ),
            ),
            Mistake(
                "per clip",
                indian.numerator / frame.clips["indian"],
                (
                    "These are the errors in a clip. The question asks for a rate of words.",
                    "A clip holds a whole sentence. Which column counts the words?",
                    nearly,
                ),
                tolerance=0.05,
            ),
            Mistake(
                "per speaker",
                indian.numerator / frame.speakers["indian"],
                (
                    "These are the errors of a speaker. The question asks for a rate of words.",
                    "Some speakers read more sentences than others. Which column counts the words?",
                    nearly,
                ),
                tolerance=0.05,
            ),
            Mistake(
                "upside down",
                indian.denominator / indian.numerator,
                (
                    "You have the words for each error. Turn it round.",
                    "Above the line the errors, below it the words.",
                    nearly,
                ),
            ),
        ),
        otherwise=(
            "Find the row of the group. You need two numbers of it: errors and words.",
            "Divide the errors by the words, both of the row indian.",
            nearly,
        ),
    )


def product_for_city() -> Choice:
    """Ask which of four products makes the fewest word errors in a city."""
    bought = {
        letter: speech.procurement(error_rates(product), MIX, WORDS_PER_CALL)
        for letter, (product, _) in PRODUCTS.items()
    }
    fewest = min(bought, key=lambda letter: bought[letter].errors.value)
    said = {letter: f"{round(each.errors.value, -1):,.0f}" for letter, each in bought.items()}  # as the probe
    borne = bought[fewest].groups.loc["indian"]
    least_indian = min(("a", "c"), key=lambda letter: bought[letter].errors.value)
    return Choice(
        asks=(
            f"In your city {100 * MIX['indian']:.0f} of 100 callers speak English with an Indian accent. Which of "
            "these products makes the fewest word errors there?"
        ),
        options={letter: name for letter, (_, name) in PRODUCTS.items()},
        expected=fewest,
        why=(
            f"About {said[fewest]} word errors in 1,000 calls. The best product named “Indian English” makes "
            f"{said[least_indian]}: the name on the box does not tell. Still, callers with an Indian accent have "
            f"{100 * borne.share_of_calls:.0f} of 100 calls and {100 * borne.share_of_errors:.0f} of 100 errors. "
            "Products change: ask for a test with your own callers before you buy."
        ),
        mistakes=(
            Mistake(
                "by the name, Google",
                "a",
                (
                    "The name fits your callers. Do the numbers, too?",
                    f"The probe says {said['a']} word errors in 1,000 calls. Set the other products, and compare.",
                    "Look for the lowest point in the figure, whatever its name.",
                ),
            ),
            Mistake(
                "best for US accents",
                "b",
                (
                    "This one is good with US accents. Who calls in your city?",
                    f"The probe says {said['b']} word errors in 1,000 calls. One product has fewer.",
                    "Set the mix to mostly Indian accents, and look for the lowest point.",
                ),
            ),
            Mistake(
                "by the name, Amazon",
                "c",
                (
                    "This one treats accents nearly alike. But how many errors does it make in total?",
                    f"The probe says {said['c']} word errors in 1,000 calls: equally bad for all is still bad.",
                    "Look for the lowest point in the figure, whatever its name.",
                ),
            ),
        ),
        otherwise=(
            "Set the probe: mostly Indian accents.",
            "The figure shows all products. The lowest number is what you look for.",
            "Do not trust the names. Read the numbers.",
        ),
    )


def too_few() -> Choice:
    """Ask what 24 clips of one group show."""
    rates = error_rates(PRODUCT)
    few, us = rates.of("african"), rates.of("us")
    place = rates.position("african")
    speakers, clips = int(rates.clusters[place]), int(rates.cases[place])
    words = int(few.denominator)
    low, high = (100 * end for end in audit.wilson(few.numerator, few.denominator))
    return Choice(
        asks=(
            f"Speakers with an African accent: {100 * few.value:.0f} of 100 words wrong. US accents: "
            f"{100 * us.value:.0f}. There are {clips} clips of {speakers} speakers with an African accent. What can "
            "you tell your chief?"
        ),
        options={
            "a": "The product mishears them more than speakers with a US accent.",
            "b": "The gap is small, so the product treats both alike.",
            "c": f"{words} words are enough: {low:.0f} to {high:.0f} of 100 are wrong, more than with US accents.",
            "d": "We can't tell: test with more speakers before anybody relies on it.",
        },
        expected="d",  # a judgement, from the interval and the course's rule of 30 clips and 10 speakers
        why=(
            f"{clips} clips of {speakers} speakers are too few: the interval goes from {100 * few.low:.0f} to "
            f"{100 * few.high:.0f} of 100, and the US accents' {100 * us.value:.0f} lie in it. {words} words seem "
            "many, but one person's words are alike: same voice, same microphone. Too few to tell does not mean safe. "
            "These callers bear the risk until somebody tests with them."
        ),
        mistakes=(
            Mistake(
                "a gap from few",
                "a",
                (
                    "The number is higher, that is true. Would it be with other people of this accent?",
                    "Look at the interval in the table. Does it hold the number of the US accents?",
                    "Choose the answer that asks for more speakers.",
                ),
            ),
            Mistake(
                "no gap from few",
                "b",
                (
                    "You did not find a clear gap. Does it follow that there is none?",
                    "Look at the interval in the table. How bad could it be?",
                    "Choose the answer that asks for more speakers.",
                ),
            ),
            Mistake(
                "words are not people",
                "c",
                (
                    "You count words. Who said them?",
                    "If one microphone is bad, all words of this speaker are wrong. So what must you count?",
                    "Count people. Are there enough to tell?",
                ),
            ),
        ),
        otherwise=(
            "How many people are behind the number?",
            "Look at the interval: from where to where does it go?",
            "Choose the answer that fits so wide an interval.",
        ),
    )


def absent_accents() -> Number:
    """Ask for the miss rate of the accents that no training speaker has."""
    truth = datasets.truth("spoken_keywords")
    table = missed_clips()
    sums = {
        kind: table.loc[truth[kind], ["missed", "clips"]].sum()
        for kind in ("well_represented", "rare", "absent")
    }
    rates = {kind: float(counts.missed / counts.clips) for kind, counts in sums.items()}
    missed, clips = sums["absent"]
    highest = table.missed.idxmax()
    absent_or_rare = sums["absent"] + sums["rare"]
    number = len(truth["absent"])
    nearly = f"{number} accents: {missed} clips missed of {clips}. Divide."
    return Number(
        asks=(
            "Which share of the synthetic clips did the spotter miss, in all the accents together that no speaker of "
            "the training had?"
        ),
        expected=rates["absent"],
        tolerance=0.005,
        why=(
            f"{missed} of {clips}: {rates['absent']:.1%}, and {rates['well_represented']:.1%} in the accents with "
            "most training speakers. Not all of the gap comes from the training: some accents were made to differ "
            "more. In a real city: who is not in the training data calls for help and may not be heard. This is "
            "synthetic speech; it says nothing about real accents."
        ),
        mistakes=(
            Mistake(
                "all accents",
                float(table.missed.sum() / table.clips.sum()),
                (
                    "You put all rows together. Then the well-known accents hide the others.",
                    "Look at the column speakers_in_training. Which rows have nobody there?",
                    nearly,
                ),
                tolerance=0.001,
            ),
            Mistake(
                "the accents with most training speakers",
                rates["well_represented"],
                (
                    "You took the accents with most speakers in the training. Look for the others.",
                    "The column speakers_in_training tells you. What stands in it for nobody?",
                    nearly,
                ),
            ),
            Mistake(
                "the accents with two training speakers",
                rates["rare"],
                (
                    "You took the accents with a few speakers in the training. Look for those with nobody.",
                    "The column speakers_in_training tells you. What stands in it for nobody?",
                    nearly,
                ),
            ),
            Mistake(
                "also the rare accents",
                float(absent_or_rare.missed / absent_or_rare.clips),
                (
                    "You are near, but you also took accents with a few speakers in the training.",
                    "Leave out every row with somebody in the training.",
                    nearly,
                ),
            ),
            Mistake(
                "one accent only",
                float(table.missed[highest] / table.clips[highest]),
                (
                    "This is the accent with most clips missed. The question is about several accents together.",
                    "Add up all rows without a training speaker: the clips missed, and the clips.",
                    nearly,
                ),
            ),
            Mistake(
                "heard instead of missed",
                1 - rates["absent"],
                (
                    "This is the share of clips that were heard. The question is about the others.",
                    "Take the clips missed above the line.",
                    nearly,
                ),
            ),
            Mistake(
                "of all clips",
                float(missed / table.clips.sum()),
                (
                    "Your clips missed are right. Below the line stand clips of other accents, too.",
                    "Add up the clips of the same rows only.",
                    nearly,
                ),
                tolerance=0.001,
            ),
            Mistake(
                "of all missed",
                float(missed / table.missed.sum()),
                (
                    "This says whose clips the missed ones are. The question asks how many of theirs were missed.",
                    "Below the line belong all clips of these accents, heard or missed.",
                    nearly,
                ),
            ),
            Mistake(
                "gap",
                rates["absent"] - rates["well_represented"],
                (
                    "This is the gap to the best-known accents. The question asks for one number before that.",
                    "You had the right share before you subtracted.",
                    nearly,
                ),
            ),
        ),
        otherwise=(
            "The column speakers_in_training says how many training speakers had the accent. Find the zeros.",
            "Add up the clips missed of these rows. Add up their clips. Divide.",
            nearly,
        ),
    )


def shared_speakers() -> Several:
    """Ask what a test that shares speakers with the training tells about a claim that cannot be true."""
    right = build_by_lot()
    shared, apart = (100 * right[f"speakers {split}"] for split in ("shared", "apart"))
    holds = {
        "a": shared > 100 * (0.5 + CHANCE),
        "b": apart > 100 * (0.5 + CHANCE),
        "c": True,  # by the way the test is made
        "d": False,  # new callers are the case with speakers apart
    }
    return Several(
        asks="What do these two tests show? Choose all that hold.",
        options={
            "a": "With speakers shared, the test promises more than tossing a coin.",
            "b": "With speakers apart, the test promises more than tossing a coin.",
            "c": "With speakers shared, the machine can recognise a speaker and repeat what it learned before.",
            "d": f"Of 100 callers whom it never heard before, it would be right for about {shared:.0f}.",
        },
        expected=frozenset(letter for letter, true in holds.items() if true),
        why=(
            f"Nothing was there to hear, but the shared test says {shared:.0f} of 100: it knows the synthetic speakers "
            f"again. Apart it says {apart:.0f}, like a coin; {100 * CHANCE:.0f} more or fewer would be chance, with 20 "
            "speakers. Ask the same of claims about emotion or origin: new people, and better than guessing? If not, "
            "the wrong person is stopped because of a voice."
        ),
        mistakes=(
            Mistake(
                "apart is not better",
                "b",
                (
                    "One of your sentences is about the second row. What would a coin reach?",
                    "Half of the speakers are light and half heavy. So a coin is right 50 times of 100.",
                    f"Take out b: {apart:.0f} of 100 is what a coin reaches.",
                ),
            ),
            Mistake(
                "new callers",
                "d",
                (
                    "One of your sentences is about callers whom the machine never heard. Which test has such people?",
                    "In the shared test it has heard every speaker before. Your callers are new.",
                    "Take out d: for new people only the test with speakers apart counts.",
                ),
            ),
            Mistake(
                "shared looks good",
                "a",
                (
                    "You left out what the first row says. Compare it with a coin.",
                    "A coin is right 50 times of 100. Is the shared test above that?",
                    f"Add a: {shared:.0f} of 100, though there is nothing to hear.",
                ),
            ),
            Mistake(
                "knows them again",
                "c",
                (
                    "You left out why the two rows differ. How can a machine be right about a lottery?",
                    "Other clips of the same speaker were in the training, with the right answer.",
                    "Add c: the machine recognises the speaker, not the build.",
                ),
            ),
        ),
        otherwise=(
            "Take the sentences one by one, and compare the two rows.",
            "The build was drawn by lot: no sound can tell it. Where can a right answer come from?",
            "Two sentences hold, both about speakers who are shared.",
        ),
    )


def same_speaker() -> Choice:
    """Ask what a higher threshold does to the two errors, and to whom."""
    (match, miss), (match_high, miss_high) = pair_errors(LOW), pair_errors(HIGH)
    outcomes = {(True, False): "a", (False, True): "b", (True, True): "c"}  # which of the two errors falls
    rates = voice_pairs().false_match_rates(HIGH)
    female, male = (100 * rates.of(kind).value for kind in ("female", "male"))
    return Choice(
        asks=(
            f"Your unit calls two recordings the same speaker from a score of {LOW} on. Now it raises the threshold "
            f"to {HIGH}. What happens to the errors on these synthetic voices?"
        ),
        options={
            "a": "Fewer wrong people are suspected, and more often the right person is not found.",
            "b": "More wrong people are suspected, and more often the right person is found.",
            "c": "Both errors become fewer: a higher score is surer.",
            "d": "No wrong person is suspected any more.",
        },
        expected="d" if match_high == 0 else outcomes[match_high < match, miss_high < miss],
        why=(
            f"False matches fall from {100 * match:.0f} to {100 * match_high:.0f} of 100 pairs, false non-matches rise "
            f"from {100 * miss:.0f} to {100 * miss_high:.0f}. If a real system had this rate, {STRANGERS:,} strangers "
            f"would give about {round(STRANGERS * match_high, -1):.0f} matches. Two synthetic female voices are taken "
            f"for one in {female:.0f} of 100 pairs, two synthetic male ones in {male:.0f}: who sets the threshold "
            "decides whom it harms."
        ),
        mistakes=(
            Mistake(
                "wrong way round",
                "b",
                (
                    "Move the slider up. Do more pairs count as the same speaker, or fewer?",
                    "A higher threshold asks for more likeness. Who passes it less often?",
                    "Fewer pairs pass: fewer wrong ones, and fewer right ones.",
                ),
            ),
            Mistake(
                "both fewer",
                "c",
                (
                    "Watch both numbers in the sentence above the figure while you move the slider.",
                    f"Pairs of one speaker called two people: {100 * miss:.0f} of 100 at first. And at the end?",
                    "One error falls and the other rises. Whom does each of them harm?",
                ),
            ),
            Mistake(
                "no more false matches",
                "d",
                (
                    "Set the slider to the new threshold. Are there no pairs of two people above it?",
                    f"{100 * match_high:.0f} of 100 pairs of two people still pass. Of many strangers, many do.",
                    "One error falls, but not to nothing, and the other rises.",
                ),
            ),
        ),
        otherwise=(
            f"Set the slider to {LOW} and then to {HIGH}.",
            "Read both numbers: pairs of two people called one, and pairs of one speaker called two.",
            "One of them falls and the other rises. Who is harmed by each?",
        ),
    )


def open_questions() -> Several:
    """Ask which questions a good test of a transcriber leaves open."""
    return Several(
        asks=(
            "A test found: 8 of 100 words wrong over all speakers, and writing takes half the time. Now the machine's "
            "text of each interview is to be the evidence. Which questions are still open? Choose all."
        ),
        options={
            "a": "Does the law allow it, and who keeps the voices, where and how long?",
            "b": "Whose words does it get wrong: by dialect, first language and noise?",
            "c": "Does it save time?",
            "d": "Would a draft be enough, which an officer corrects from the recording?",
            "e": "Can the person hear the recording and have a wrong word put right?",
        },
        expected=frozenset("abde"),  # a judgement: the test answers none of these
        why=(
            "The test shows that time is saved (c). Legality (a), suitability for everybody (b), necessity (d) and "
            "safeguards (e) stay open. Officers gain the time; people who are misheard pay, with words they did not "
            "say. A draft beside the recording, checked and open to correction, takes less from them."
        ),
        mistakes=(
            Mistake(
                "already answered",
                "c",
                (
                    "One of the questions you chose has its answer in the first sentence. Read it again.",
                    "The test found two things: words wrong, and time. So what do we know?",
                    "Take out c: the test has shown it.",
                ),
            ),
            Mistake(
                "legality",
                "a",
                (
                    "A good test does not make something lawful. Which question comes before all others?",
                    "The order of a review begins with legality.",
                    "Add a: a test of words says nothing about the law, nor about stored voices.",
                ),
            ),
            Mistake(
                "suitability for everybody",
                "b",
                (
                    "The test has one number for all speakers. What did this hide in questions 4 and 7?",
                    "An average can be good and a group misheard. Which question asks for groups?",
                    "Add b: nobody has looked at dialects, first languages or noise.",
                ),
            ),
            Mistake(
                "necessity",
                "d",
                (
                    "That it works does not mean that it is needed in this form. Which question asks this?",
                    "Necessity: is there a milder way that also saves time?",
                    "Add d: nobody has compared it with a draft.",
                ),
            ),
            Mistake(
                "safeguards",
                "e",
                (
                    "Think of question 2: a lost “not”. Who would notice, and how could it be put right?",
                    "Safeguards: can the person contest what was written?",
                    "Add e: without the recording a wrong word stays.",
                ),
            ),
        ),
        otherwise=(
            "Take the questions one by one. Does the test answer it?",
            "The test knows the mean of all words, and the time. What does it not know?",
            "One question is answered. Choose all the others.",
        ),
    )


QUESTIONS = {
    "q1": call_by_hand,
    "q2": worst_word,
    "q3": word_error_rate,
    "q4": indian_accents,
    "q5": product_for_city,
    "q6": too_few,
    "q7": absent_accents,
    "q8": shared_speakers,
    "q9": same_speaker,
    "q10": open_questions,
}
