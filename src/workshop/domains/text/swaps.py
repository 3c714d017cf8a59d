"""The same message with another identity word: how much the urgency score moves, for one message and on average."""

import re

import numpy as np
import pandas as pd
from scipy.special import expit, stdtrit

from workshop.audit.clusters import enough_to_tell
from workshop.domains.text.triage import check_text, read_words, spans

PLACE = "___"  # what a trainee types where the word shall stand; more of them in a row are the same
_NOUNS = ("man", "woman")  # they don't fit where "deaf" does
_MARK = re.compile("[_\uff3f]{2,}")  # two of them, or wide ones, are meant the same way
_ARTICLE = re.compile(r"\b(an?)(\s+)$", re.IGNORECASE)


def exchangeable(identity_terms):
    """Return the English identity words that fit in each other's place.

    In the other languages of the data a word changes with the person it stands for, and can't simply be exchanged.

    Parameters
    ----------
    identity_terms : pandas.DataFrame
        As ``load("public_messages", "identity_terms")`` returns it.

    Returns
    -------
    pandas.DataFrame
        Columns term, kind and form (as it is written in a message).

    Raises
    ------
    ValueError
        If a column is missing.
    """
    _check_columns(identity_terms, ("term", "kind", "language", "form"))
    kept = identity_terms["language"].eq("en") & ~identity_terms["term"].isin(_NOUNS)
    return identity_terms.loc[kept, ["term", "kind", "form"]].drop_duplicates("term", ignore_index=True)


def find_place(text, terms):
    """Return where the word to exchange stands: the mark ``___``, or else the first of the terms.

    Parameters
    ----------
    text : str
    terms : pandas.DataFrame
        As `exchangeable` returns it.

    Returns
    -------
    (int, int) or None
        Characters of the text before it, and up to its end. None if there is neither.
    """
    marked = _MARK.search(text)
    if marked:
        return marked.span()
    wanted = {tuple(read_words(form)) for form in terms["form"]}
    lengths = sorted({len(words) for words in wanted}, reverse=True)
    found = list(spans(text))
    for first in range(len(found)):
        for length in lengths:
            piece = found[first : first + length]
            if tuple(key for _, _, key in piece) in wanted:
                return piece[0][0], piece[-1][1]
    return None


def swap(triage, text, terms):
    """Return a message's score with each of the terms in the same place.

    Parameters
    ----------
    triage : Triage
    text : str
        With one mark ``___`` where the word shall stand; or without, then the first of the terms is exchanged.
    terms : pandas.DataFrame
        As `exchangeable` returns it: columns term, kind and form.

    Returns
    -------
    pandas.DataFrame
        One row for each term, in the order given: term, kind, text (the whole message), log_odds, probability, and gap:
        the log-odds minus those of the same message with nothing in that place. "A" becomes "an" where it must.

    Raises
    ------
    ValueError
        If the message can't be scored, has several marks, or has no mark and names none of the terms; or there are no
        terms.

    References
    ----------
    Garg, S. et al. (2019). Counterfactual fairness in text classification through robustness. AIES, 219-226.
    """
    check_text(text)
    _check_terms(terms)
    marks = _MARK.findall(text)
    if len(marks) > 1:
        raise ValueError(f"The message has {len(marks)} marks {PLACE}; leave one.")
    place = find_place(text, terms)
    if place is None:
        raise ValueError(f"Put {PLACE} (three underscores) where the word shall stand.")
    if any(letter.isalnum() for letter in (text[: place[0]][-1:], text[place[1] :][:1])):
        raise ValueError(f"Put a space before and after {PLACE}: the word stands by itself.")
    texts = _exchanged(text, place, terms["form"])
    log_odds = triage.log_odds([_without(text, place), *texts])
    return terms[["term", "kind"]].assign(
        text=texts, log_odds=log_odds[1:], probability=expit(log_odds[1:]), gap=log_odds[1:] - log_odds[0]
    )


def average_gaps(triage, messages, terms):
    """Return how much each term moves the log-odds on average, over all messages that name one of the terms.

    Each message is scored with each term in the place of its own, so that all terms are compared in the same messages.

    Parameters
    ----------
    triage : Triage
    messages : pandas.DataFrame
        With the columns text and family.
    terms : pandas.DataFrame
        As `exchangeable` returns it.

    Returns
    -------
    pandas.DataFrame
        Index term, the largest gap first; columns kind, gap (mean log-odds against nothing in that place), low, high
        (95% interval over families), messages, families, enough (at least 10 families and 30 messages).

    Raises
    ------
    ValueError
        If a column is missing, there are no terms, or no message names one.

    Notes
    -----
    The interval is that of a mean of clusters of unequal size: the variance of a ratio by Taylor linearisation, and
    Student's t with one degree of freedom less than there are families. It holds for this model: trained on other
    messages, a model would have other gaps.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd edition, section 9A (cluster sampling with unequal sizes). Wiley.
    """
    _check_columns(messages, ("text", "family"))
    _check_terms(terms)
    found = [(text, find_place(text, terms)) for text in messages["text"]]
    named = np.array([place is not None for _, place in found])
    if not named.any():
        raise ValueError("No message names one of the terms; give messages that do.")
    texts = []
    for text, place in found:
        if place is not None:
            texts += [_without(text, place), *_exchanged(text, place, terms["form"])]
    log_odds = triage.log_odds(texts).reshape(named.sum(), 1 + len(terms))
    gaps = log_odds[:, 1:] - log_odds[:, :1]
    families = messages["family"].to_numpy(dtype=object)[named]
    low, high = _interval_over_families(gaps, families)
    number = len(set(families))
    return (
        terms[["kind"]]
        .assign(gap=gaps.mean(axis=0), low=low, high=high, messages=len(gaps), families=number)
        .assign(enough=enough_to_tell(number, len(gaps)))
        .set_index(pd.Index(terms["term"], name="term"))
        .sort_values("gap", ascending=False, kind="stable")
    )


def mentions(messages, terms):
    """Return how often each term stands in urgent messages and in others: what a model can learn from.

    Parameters
    ----------
    messages : pandas.DataFrame
        With the columns identity and urgent.
    terms : pandas.DataFrame
        As `exchangeable` returns it.

    Returns
    -------
    pandas.DataFrame
        Index term; columns kind, urgent, other (messages), and log_odds_ratio: the log-odds of being urgent against
        all messages without the term, with half a message added to each count so that none is 0.

    Raises
    ------
    ValueError
        If a column is missing or there are no terms.

    References
    ----------
    Haldane, J. B. S. (1956). The estimation and significance of the logarithm of a ratio of frequencies. Annals of
    Human Genetics 20(4), 309-311.
    """
    _check_columns(messages, ("identity", "urgent"))
    _check_terms(terms)
    named = messages["identity"].str.split(";")
    urgent = messages["urgent"].to_numpy(dtype=bool)
    rows = []
    for term in terms.itertuples():
        holds = named.map(lambda found, term=term.term: term in found).to_numpy(dtype=bool)
        counts = [
            (holds & urgent).sum(),
            (holds & ~urgent).sum(),
            (~holds & urgent).sum(),
            (~holds & ~urgent).sum(),
        ]
        with_urgent, with_other, urgent_rest, other_rest = np.log(np.array(counts) + 0.5)
        ratio = with_urgent - with_other - urgent_rest + other_rest
        rows.append((term.term, term.kind, int(counts[0]), int(counts[1]), float(ratio)))
    columns = ["term", "kind", "urgent", "other", "log_odds_ratio"]
    return pd.DataFrame(rows, columns=columns).set_index("term")


def _exchanged(text, place, forms):
    """Return the text with each form in a place: after the right article, in capitals if all else is."""
    before, word, after = text[: place[0]], text[slice(*place)], text[place[1] :]
    rest = before + after
    shouted = rest.isupper() if any(map(str.isalpha, rest)) else word.isupper()
    return [_article(before, form, shouted) + (form.upper() if shouted else form) + after for form in forms]


def _article(before, form, shouted):
    """Return what stands before a form, with "a" or "an" at its end as the form needs it."""
    found = _ARTICLE.search(before)
    if not found:
        return before
    article = found[1][0] + ("n" if form[0].lower() in "aeiou" else "")
    return before[: found.start()] + (article.upper() if shouted else article) + found[2]


def _without(text, place):
    return text[: place[0]] + text[place[1] :]


def _interval_over_families(gaps, families):
    """Return both ends of the interval of each column's mean, n_terms each; NaN with one family."""
    _, family = np.unique(families.astype(str), return_inverse=True)
    number = family.max() + 1
    mean = gaps.mean(axis=0)
    if number < 2:
        return np.full_like(mean, np.nan), np.full_like(mean, np.nan)
    sums = np.zeros((number, gaps.shape[1]))
    np.add.at(sums, family, gaps - mean)
    error = np.sqrt(number / (number - 1) * (sums**2).sum(axis=0)) / len(gaps)
    reach = stdtrit(number - 1, 0.975) * error
    return mean - reach, mean + reach


def _check_terms(terms):
    _check_columns(terms, ("term", "kind", "form"))
    if terms.empty or not all(read_words(form) for form in terms["form"]):
        raise ValueError("Give at least one term, each with the word as it is written.")


def _check_columns(table, columns):
    absent = [column for column in columns if column not in table]
    if absent:
        raise ValueError(f"The table has no column {absent[0]!r}; give it as load returns it.")
