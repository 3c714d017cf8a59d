"""Speech recognisers: word errors of a sentence, word error rates of groups, and what a product costs whom."""

import unicodedata
from typing import NamedTuple

import jiwer
import numpy as np
import pandas as pd

from workshop.audit import Estimate
from workshop.audit.clusters import FEWEST, RESAMPLES, SEED, cluster_rates

CALLS = 1000
_COLUMNS = ("speaker", "system", "clips", "words", "errors")
_LONGEST = 2000  # words of a typed sentence; aligning takes time with the square of it


class WordErrors(NamedTuple):
    """The words of a sentence that a recogniser got wrong.

    Attributes
    ----------
    rate : float
        Word error rate: errors over the words that were said. It is above 1 if more words were put in than were said.
    words, hits, substitutions, deletions, insertions : int
        Words that were said; those heard rightly; another word in their place; lost; put in though nobody said them.
    alignment : tuple of (str, str or None, str or None)
        What happened to each word, in order: "hit", "substitution", "deletion" or "insertion", the word said, and the
        word heard.
    """

    rate: float
    words: int
    hits: int
    substitutions: int
    deletions: int
    insertions: int
    alignment: tuple[tuple[str, str | None, str | None], ...]

    @property
    def errors(self):
        """Substitutions, deletions and insertions together."""
        return self.substitutions + self.deletions + self.insertions


class Procurement(NamedTuple):
    """What a recogniser would cost a city, and whom.

    Attributes
    ----------
    errors : Estimate
        Word errors to expect in 1,000 calls. `numerator` is NaN, `denominator` the number of calls.
    groups : pandas.DataFrame
        One row for each group of the mix, in its order. Columns: share_of_calls; errors_per_call with low and high;
        errors (in 1,000 calls); share_of_errors; enough (False: too few speakers or clips to tell).
    """

    errors: Estimate
    groups: pd.DataFrame


def word_errors(reference, heard):
    """Compare what a recogniser heard with what was said, word by word (minimum edit distance, by jiwer).

    Case and punctuation don't count. Words are what stands between spaces, so a language written without spaces
    can't be counted this way.

    Parameters
    ----------
    reference : str
        What was said.
    heard : str
        What the recogniser wrote; may be empty.

    Returns
    -------
    WordErrors

    Raises
    ------
    ValueError
        If one of them is no text or too long, or the reference holds no word.
    """
    said, written = _words(reference, "reference"), _words(heard, "heard text")
    if not said:
        raise ValueError("The reference holds no word; type what was said.")
    if not written:  # jiwer has no alignment to show for it
        lost = tuple(("deletion", word, None) for word in said)
        return WordErrors(1.0, len(said), 0, 0, len(said), 0, lost)
    found = jiwer.process_words(" ".join(said), " ".join(written))
    alignment = tuple(step for chunk in found.alignments[0] for step in _steps(chunk, said, written))
    counts = found.hits, found.substitutions, found.deletions, found.insertions
    return WordErrors(found.wer, len(said), *counts, alignment)


def error_rates(table, by="accent", recogniser=None, fewest=FEWEST, resamples=RESAMPLES, seed=SEED):
    """Return the word error rate of each group: all its word errors over all its words.

    Parameters
    ----------
    table : pandas.DataFrame
        One row for each speaker and recogniser, as ``load("speech_recognition_errors")`` returns it: columns speaker,
        system, clips, words, errors and those to group by.
    by : str, default "accent"
        The column of the groups. With "system" the recognisers are the groups; the same people are then behind each.
    recogniser : str, optional
        One of the values of the column system; needed unless `by` is "system".
    fewest : int, default 10
        With fewer speakers, or fewer than 30 clips, a group is marked as too small to tell.
    resamples, seed : int
        As for `cluster_rates`.

    Returns
    -------
    ClusterRates
        ``.difference("indian", "us")`` is the gap of two groups with its interval.

    Raises
    ------
    ValueError
        If a column is missing, the table is empty, or there is no such recogniser.

    Notes
    -----
    The rate is a ratio of sums, as usual for word error rates: who said more words counts for more. 95% intervals come
    from drawing speakers, not clips.
    """
    _check_table(table, by)
    if recogniser is not None:
        known = sorted(set(table["system"]))
        if recogniser not in known:
            raise ValueError(
                f"There is no recogniser {recogniser!r}; the recognisers are {', '.join(known)}."
            )
        table = table[table["system"] == recogniser]
    elif by != "system":
        raise ValueError(
            'Name a recogniser, for instance recogniser="google-en-US", or compare them with by="system".'
        )
    return cluster_rates(
        table["errors"], table["words"], table[by], table["speaker"], table["clips"], fewest, resamples, seed
    )


def procurement(rates, mix, words_per_call, calls=CALLS):
    """Return the word errors to expect from a recogniser in a city, and which callers bear them.

    Parameters
    ----------
    rates : ClusterRates
        Of one recogniser, from `error_rates`.
    mix : dict of str to float
        Share of the calls of each group; they add up to 1.
    words_per_call : float
        Words that one call holds, the same for all callers.
    calls : int, default 1000

    Returns
    -------
    Procurement

    Raises
    ------
    ValueError
        If the mix names an unknown group, a share is no number from 0 to 1, or the shares don't add up to 1; or
        `words_per_call` or `calls` is not a number above 0.

    Notes
    -----
    It carries the rates over to other speech than they were measured on: sentences read to a computer are not emergency
    calls. Use it to compare products and groups, not as a forecast.
    """
    for name, number in (("words_per_call", words_per_call), ("calls", calls)):
        if not (np.isfinite(number) and number > 0):
            raise ValueError(f"{name} is {number}; give a number above 0.")
    places, shares = [rates.position(group) for group in mix], _shares(mix)
    said = calls * words_per_call * shares
    errors = said * rates.values[places]
    bearing = [place for place, share in zip(places, shares, strict=True) if share]
    ends = rates.interval(rates.resampled[:, places] @ said, bearing, said[shares > 0])
    total = float(errors.sum())
    groups = pd.DataFrame(
        {
            "share_of_calls": shares,
            "errors_per_call": words_per_call * rates.values[places],
            "low": words_per_call * rates.low[places],
            "high": words_per_call * rates.high[places],
            "errors": errors,
            "share_of_errors": errors / total if total else np.nan,
            "enough": [rates.enough([place]) for place in places],
        },
        index=pd.Index(list(mix), name="group"),
    )
    return Procurement(Estimate(total, *ends, np.nan, float(calls), rates.enough(bearing)), groups)


def _words(text, name):
    """Return the words of a text in lower case without punctuation; an apostrophe inside a word stays."""
    if not isinstance(text, str):
        raise ValueError(f"The {name} must be text, but it is {type(text).__name__}.")
    text = unicodedata.normalize("NFKC", text).replace("’", "'").lower()
    # By category and not by \w, which would cut the vowel signs out of Hindi, Bengali and other words.
    kept = "".join(" " if unicodedata.category(sign)[0] in "PSZC" and sign != "'" else sign for sign in text)
    words = [word for word in (part.strip("'") for part in kept.split()) if word]
    if len(words) > _LONGEST:
        raise ValueError(f"The {name} has {len(words):,} words; compare at most {_LONGEST:,} at a time.")
    return words


def _steps(chunk, said, written):
    kind = {"equal": "hit", "substitute": "substitution", "delete": "deletion", "insert": "insertion"}[
        chunk.type
    ]
    before = said[chunk.ref_start_idx : chunk.ref_end_idx]
    after = written[chunk.hyp_start_idx : chunk.hyp_end_idx]
    length = max(len(before), len(after))
    pairs = zip(before or [None] * length, after or [None] * length, strict=True)
    return [(kind, one, other) for one, other in pairs]


def _check_table(table, by):
    needed = dict.fromkeys((*_COLUMNS, by))
    if not isinstance(table, pd.DataFrame):
        raise ValueError(f"Give a table (DataFrame) with the columns {', '.join(needed)}.")
    absent = [column for column in needed if column not in table.columns]
    if absent:
        raise ValueError(
            f"The table has no column {absent[0]!r}; its columns are {', '.join(map(str, table.columns))}."
        )
    if table.empty:
        raise ValueError("The table has no rows; it needs at least one speaker.")


def _shares(mix):
    shares = np.array([float(share) for share in mix.values()])
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError("Each share of the mix must be a number from 0 to 1.")
    if not np.isclose(shares.sum(), 1, atol=1e-6):
        raise ValueError(f"The shares of the mix add up to {shares.sum():g}; they must add up to 1.")
    return shares
