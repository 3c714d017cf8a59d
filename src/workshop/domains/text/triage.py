"""Which message is read first: an urgency score from the words of a message, the queue it makes, and whom it fails.

Messages of one family tell one scene in other words, so a thousand messages of a hundred scenes tell about a hundred
scenes. The intervals here are drawn over whole families.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from numbers import Integral
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

# Speakers there are families here: what comes from one source is alike, and is drawn as a whole.
from workshop.audit.clusters import cluster_rates

LONGEST = 100_000  # characters of a message that somebody types
MISSED, FALSE_ALARM = "missed", "false alarm"
ERRORS = (MISSED, FALSE_ALARM)
EVERYTHING = "all messages"
NONE_NAMED = "none named"
LISTS = ("identity", "identity_kind")  # columns that hold several values, joined by ";"

_INVERSE_PENALTY = 10
_SEEN_IN = 2  # training messages; with fewer, a word is unknown
# A word is a run of letters and digits. Python's \w lacks the signs that are written over or under a letter, without
# which an Arabic or Hindi word, or an accent typed as a sign of its own, would break in two. It also lacks the joiners
# that nobody sees: Persian has them, and long words that may break at the end of a line.
_MARKS = "".join(sign for sign in map(chr, range(0x300, 0x10000)) if unicodedata.category(sign)[0] == "M")
_JOINERS = "\u00ad\u200c\u200d"
_WORD = re.compile(rf"[^\W_](?:['\u2019]?[^\W_]|[{_MARKS}{_JOINERS}])*")
_SAME = str.maketrans({"\u2019": "'", "\u0640": None} | dict.fromkeys(_JOINERS))


class Explained(NamedTuple):
    """What each word of a message adds to its score.

    Attributes
    ----------
    text : str
        As it was typed.
    start : float
        Log-odds of a message in which the model knows no word.
    log_odds : float
        ``start + words["contribution"].sum()``.
    probability : float
    words : pandas.DataFrame
        One row for each word, in the order of the text. Columns start and end (characters of the text as typed), word
        (as typed), known (bool) and contribution (log-odds; 0 for an unknown word). A word that stands in the message
        several times shares its contribution equally among its places.
    """

    text: str
    start: float
    log_odds: float
    probability: float
    words: pd.DataFrame


@dataclass(frozen=True)
class Triage:
    """A fitted urgency model. Made by `fit_triage`.

    Attributes
    ----------
    pipeline : sklearn.pipeline.Pipeline
        A TfidfVectorizer and a LogisticRegression.
    """

    pipeline: Pipeline

    @property
    def start(self):
        """Log-odds of a message in which the model knows no word."""
        return float(self._classifier.intercept_[0])

    @property
    def vocabulary(self):
        """The words that the model knows, each with the number of its column."""
        return self.pipeline[0].vocabulary_

    @property
    def _classifier(self):
        return self.pipeline[-1]

    def score(self, texts):
        """Return the urgency score of each message, from 0 to 1.

        Urgent messages and others weigh the same in training. So it is a score to rank by: it does not say how many
        such messages are urgent.

        Parameters
        ----------
        texts : sequence of str

        Returns
        -------
        numpy.ndarray of float, shape (n_messages,)

        Raises
        ------
        ValueError
            If it is no list of texts.
        """
        return self.pipeline.predict_proba(_texts(texts))[:, 1]

    def log_odds(self, texts):
        """Return the same as `score` as log-odds, in which the words add up.

        Parameters and errors are those of `score`.
        """
        return self.pipeline.decision_function(_texts(texts))

    def knows(self, word):
        """Return whether the model knows a word, in any case of its letters."""
        keys = read_words(word)
        return bool(keys) and all(key in self.vocabulary for key in keys)

    def known_words(self, texts):
        """Return how many words each message has, and how many of them the model knows.

        Parameters
        ----------
        texts : sequence of str

        Returns
        -------
        pandas.DataFrame
            Columns known and words, one row a message.
        """
        read = [read_words(text) for text in _texts(texts)]
        rows = [(sum(key in self.vocabulary for key in keys), len(keys)) for keys in read]
        return pd.DataFrame(rows, columns=["known", "words"])

    def explain(self, text):
        """Return what each word of a message adds to its log-odds.

        The model is linear, so the contributions are exact: nothing is estimated. A word's contribution is its
        coefficient times its TF-IDF value. That value also depends on the other words: the longer the message, the less
        each of its words weighs.

        Parameters
        ----------
        text : str

        Returns
        -------
        Explained

        Raises
        ------
        ValueError
            If it is no text.
        """
        row = self.pipeline[0].transform(_texts([text]))
        found = list(spans(text))
        columns = np.array([self.vocabulary.get(key, -1) for _, _, key in found], dtype=int)
        known = columns >= 0
        added = np.zeros(len(found))
        if known.any():
            values = row.toarray()[0] * self._classifier.coef_[0]
            places = np.bincount(columns[known], minlength=values.size)
            added[known] = values[columns[known]] / places[columns[known]]
        words = pd.DataFrame(
            {
                "start": np.array([start for start, _, _ in found], dtype=int),
                "end": np.array([end for _, end, _ in found], dtype=int),
                "word": pd.Series([text[start:end] for start, end, _ in found], dtype=object),
                "known": known,
                "contribution": added,
            }
        )
        log_odds = float(self._classifier.decision_function(row)[0])
        probability = float(self._classifier.predict_proba(row)[0, 1])
        return Explained(text, self.start, log_odds, probability, words)


def fit_triage(texts, urgent):
    """Learn from messages which words go with urgent ones: TF-IDF of single words and logistic regression.

    Parameters
    ----------
    texts : sequence of str, length n
    urgent : array_like of bool, shape (n,)

    Returns
    -------
    Triage

    Raises
    ------
    ValueError
        If the columns differ in length, a text is missing, only one kind of message is there, or no word stands in two
        messages.
    """
    texts, urgent = _texts(texts), np.asarray(urgent)
    if len(texts) != len(urgent):
        raise ValueError(f"There are {len(texts):,} messages and {len(urgent):,} labels; give one for each.")
    if set(urgent.tolist()) != {False, True}:
        raise ValueError("Give both urgent messages (True) and others (False) to learn from.")
    # Single words, without pairs. With pairs the ranking is no better than chance can explain (AUC 0.925 against 0.920
    # on the English test messages, difference -0.006 to 0.016 over families), an explanation would have to share out
    # each pair between its two words, and part of what an identity word adds would hide in pairs with its neighbours.
    words = TfidfVectorizer(analyzer=read_words, sublinear_tf=True, min_df=_SEEN_IN)
    # Balanced, because a message that waits costs more than one that is read too early: at 0.5, 30 of 100 urgent ones
    # are missed instead of 43, for 7 false alarms of 100 instead of 5. The penalty hardly matters: from 1 to 30 the AUC
    # in cross-validation over families stays between 0.908 and 0.910.
    classifier = LogisticRegression(C=_INVERSE_PENALTY, class_weight="balanced", max_iter=1000)
    try:
        return Triage(make_pipeline(words, classifier).fit(texts, urgent.astype(bool)))
    except ValueError as error:
        raise ValueError(
            "No word stands in two of the messages; give more messages to learn from."
        ) from error


def queue(messages, scores, capacity):
    """Put messages in the order in which they are read: the highest score first, of equal ones what came first.

    Parameters
    ----------
    messages : pandas.DataFrame
        In the order of arrival.
    scores : array_like of float, shape (n_messages,)
    capacity : int
        Messages that can be read today.

    Returns
    -------
    pandas.DataFrame
        The messages in the order of reading, with the columns score, place (from 1) and today (bool). An urgent one
        that is not read today is the harm.

    Raises
    ------
    ValueError
        If there is not one finite score for each message, or the capacity is no whole number of 0 or more.
    """
    scores = np.asarray(scores, dtype=float)
    if scores.shape != (len(messages),) or not np.isfinite(scores).all():
        raise ValueError(f"Give one score, a number, for each of the {len(messages):,} messages.")
    if isinstance(capacity, bool) or not isinstance(capacity, Integral) or capacity < 0:
        raise ValueError(f"The capacity is {capacity!r}; give how many messages can be read, 0 or more.")
    order = np.argsort(-scores, kind="stable")
    place = np.arange(1, len(messages) + 1)
    return messages.iloc[order].assign(score=scores[order], place=place, today=place <= capacity)


def waiting(queued, by=None):
    """Return for each group how many messages are read today, and how many urgent ones wait.

    Parameters
    ----------
    queued : pandas.DataFrame
        From `queue`, with the columns urgent and family.
    by : str, optional
        As for `errors`.

    Returns
    -------
    pandas.DataFrame
        Index group; columns messages, today, urgent, urgent_waiting (counts); then of the urgent ones the share that
        waits, as `errors` gives it: value, low, high, enough, families. NaN for a group without urgent messages.

    Raises
    ------
    ValueError
        As `errors`.
    """
    missed = errors(queued, queued["today"], by, MISSED)
    rows, groups = _groups(queued, by)
    urgent, today = (_flags(queued[column], queued)[rows] for column in ("urgent", "today"))
    counts = pd.DataFrame(
        {"messages": 1, "today": today, "urgent": urgent, "urgent_waiting": urgent & ~today}
    )
    counts = counts.groupby(pd.Index(groups, name="group")).sum().astype(int)
    shares = missed.drop(columns=["numerator", "denominator"]).reindex(counts.index)
    shares["enough"], shares["families"] = shares["enough"].eq(True), shares["families"].fillna(0).astype(int)
    return counts.join(shares)


def errors(messages, flagged, by=None, what=MISSED):
    """Return how often urgent messages are missed, or others flagged, in each group.

    Parameters
    ----------
    messages : pandas.DataFrame
        With the columns urgent and family.
    flagged : array_like of bool, shape (n_messages,)
        Called urgent, or read today.
    by : str, optional
        A column: language, register, category, identity, identity_kind ... All messages together by default. A message
        with several identity terms counts once in each of their groups; one without is in "none named".
    what : {"missed", "false alarm"}
        Of the urgent messages, the share not flagged; or of the others, the share flagged.

    Returns
    -------
    pandas.DataFrame
        Index group; columns value, low, high (95% interval from drawing whole families), numerator, denominator,
        enough (at least 10 families and 30 messages), families. A group with nothing to count is left out.

    Raises
    ------
    ValueError
        If a column is missing, there is no such error, there is not one flag for each message, or nothing to count.

    See Also
    --------
    workshop.audit.cluster_rates : how the intervals are drawn, and why.
    """
    return _frame(*_counted(messages, flagged, by, what))


def error_difference(messages, flagged, by, first, second, what=MISSED):
    """Return the error rate of one group minus that of another.

    Parameters
    ----------
    messages, flagged, by, what
        As for `errors`.
    first, second : str
        Two groups.

    Returns
    -------
    workshop.audit.Estimate
        Its interval draws families that are in both groups together.

    Raises
    ------
    ValueError
        As `errors`; or there is no such group, or both are the same.
    """
    columns = _counted(messages, flagged, by, what)
    inside = np.isin(columns[2], [first, second])
    if not columns[1][inside].any():
        raise ValueError(f"There is nothing to count in {first!r} or {second!r}.")
    return cluster_rates(*(column[inside] for column in columns)).difference(first, second)


def coverage(triage, messages, by="language"):
    """Return for each group the share of its words that the model knows.

    Parameters
    ----------
    triage : Triage
    messages : pandas.DataFrame
        With the columns text and family.
    by : str, default "language"
        As for `errors`.

    Returns
    -------
    pandas.DataFrame
        As `errors` returns it; numerator and denominator are words.

    Raises
    ------
    ValueError
        If a column is missing, or no message has a word.
    """
    rows, groups = _groups(messages, by)
    counts = triage.known_words(messages["text"]).iloc[rows]
    return _frame(counts["known"].to_numpy(), counts["words"].to_numpy(), groups, _families(messages)[rows])


def read_words(text):
    """Return the words of a text as the model reads them: small letters, one spelling of accents and apostrophes."""
    return [key for _, _, key in spans(text)]


def check_text(text):
    """Return a message that somebody typed, if it can be scored and shown.

    Html is plain text to us. Emoji, right-to-left and mixed scripts are fine.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        The same.

    Raises
    ------
    ValueError
        If it is no text, is empty, has over 100,000 characters, or holds control characters or halves of a character
        that no screen can show.
    """
    _texts([text])
    if len(text) > LONGEST:
        raise ValueError(f"The message has {len(text):,} characters; shorten it to at most {LONGEST:,}.")
    if not text.strip():
        raise ValueError("The message is empty; type a few words.")
    for sign in text:
        if unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\t\n\r":
            raise ValueError(
                f"The message holds a sign that can't be shown (U+{ord(sign):04X}); type it by hand, don't paste it."
            )
    return text


def spans(text):
    """Yield start, end and the word as the model reads it, for each word of a text as typed."""
    for found in _WORD.finditer(text):
        yield found.start(), found.end(), _key(found.group())


@lru_cache(maxsize=65536)
def _key(word):
    composed = unicodedata.normalize("NFC", word).casefold().translate(_SAME)
    return unicodedata.normalize("NFC", composed)


def _texts(texts):
    if isinstance(texts, str):
        raise ValueError("Give a list of messages, also for one: [message].")
    texts = list(texts)
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("A message is no text; leave it out, or give it as text.")
    return texts


def _counted(messages, flagged, by, what):
    """Return what goes wrong, what is counted, group and family: one row for each message and group of it."""
    if what not in ERRORS:
        raise ValueError(f"There is no error {what!r}; choose one of: {', '.join(ERRORS)}.")
    rows, groups = _groups(messages, by)
    urgent, flagged = (_flags(values, messages)[rows] for values in (_column(messages, "urgent"), flagged))
    wrong, counted = (urgent & ~flagged, urgent) if what == MISSED else (flagged & ~urgent, ~urgent)
    return wrong.astype(int), counted.astype(int), groups, _families(messages)[rows]


def _frame(numerator, denominator, groups, families):
    """Return the rate of each group as a table.

    Each group by itself: drawn together, families would be drawn among those in the very same groups only, and with a
    dozen identity terms each family is alone in its own.
    """
    if not denominator.any():
        raise ValueError("There is nothing to count: no message is of the kind that was asked for.")
    frames = []
    for group in sorted(set(groups[denominator > 0])):
        inside = groups == group
        rates = cluster_rates(*(column[inside] for column in (numerator, denominator, groups, families)))
        frames.append(rates.frame(clusters="families"))
    return pd.concat(frames).drop(columns="cases")


def _groups(messages, by):
    """Return rows of the table, one with several groups several times, and the group of each."""
    if by is None:
        return np.arange(len(messages)), np.full(len(messages), EVERYTHING, dtype=object)
    groups = _column(messages, by).reset_index(drop=True).astype(str)
    if by in LISTS:
        groups = groups.map(lambda terms: sorted(set(terms.split(";")))).explode().replace("", NONE_NAMED)
    return groups.index.to_numpy(), groups.to_numpy(dtype=object)


def _families(messages):
    return _column(messages, "family").to_numpy(dtype=object)


def _column(messages, name):
    if name not in messages:
        raise ValueError(f"The messages have no column {name!r}; give them as load returns them.")
    return messages[name]


def _flags(values, messages):
    flags = np.asarray(values)
    if flags.shape != (len(messages),) or flags.dtype != bool:
        raise ValueError(f"Give True or False for each of the {len(messages):,} messages.")
    return flags
