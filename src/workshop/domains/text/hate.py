"""A detector of hateful text, trained on tweets: right at home, and then tested on sentences from elsewhere.

Both sets are offensive. Only counts leave this module, never a text. Both are fetched: most machines don't have them.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from workshop import datasets
from workshop.audit import Estimate, wilson
from workshop.audit.clusters import cluster_rates
from workshop.audit.intervals import ENOUGH
from workshop.datasets.catalogue import find
from workshop.datasets.store import cache_folder
from workshop.domains.text.mending import mask
from workshop.domains.text.triage import read_words

SETS = ("offensive_tweets", "hatecheck")
OFFENSIVE, HATE_ONLY = "hate or offensive", "hate only"
LOOKED_FOR = {OFFENSIVE: ("hate", "offensive"), HATE_ONLY: ("hate",)}
FLAGGED, MISSED = "harmless flagged", "hate missed"
# The groups of HateCheck as they are named with respect. Slurs are not hidden: a list of them would be one more.
GROUP_WORDS = (
    *("woman", "women", "trans", "gay", "gays", "lesbian", "lesbians", "homosexual", "homosexuals"),
    *("black", "disabled", "Muslim", "Muslims", "immigrant", "immigrants"),
)

_PARTS = 5  # of the tweets; on one of them the detector is tested at home
_SEEN_IN = 5  # tweets; with fewer, a word or pair of words is unknown
_INVERSE_PENALTY = 10
_SEED = 2020


class HateTest(NamedTuple):
    """How a detector does at home and away. Counts only.

    Attributes
    ----------
    looked_for : str
        "hate or offensive" or "hate only".
    home, away : Estimate
        Share of right answers on tweets that it was not trained on, and on HateCheck.
    functionalities : pandas.DataFrame
        Index functionality (what is tested, in short; see HateCheck's datasheet), the worst first. Columns hateful
        (bool: the right answer), value (share of wrong answers), low, high (95% interval from drawing templates),
        numerator, denominator, enough, templates.
    groups : pandas.DataFrame
        Index (group, error), error "harmless flagged" or "hate missed"; the same columns without hateful. "no group"
        are sentences that are about none.
    """

    looked_for: str
    home: Estimate
    away: Estimate
    functionalities: pd.DataFrame
    groups: pd.DataFrame


def not_fetched():
    """Return a sentence that says which of the two data sets is not on this machine, or "" if both are."""
    lacking = [
        name
        for name in SETS
        if not all((cache_folder() / name / file.name).is_file() for file in find(name).fetched)
    ]
    if not lacking:
        return ""
    calls = " and ".join(f'datasets.fetch("{name}")' for name in lacking)
    return f"Not measured on this machine, because the data is not here: call {calls} with a network, then try again."


def away_from_home(looked_for=OFFENSIVE, hidden=False, left_out=None):
    """Train a detector on the tweets, and return how it does on other tweets and on HateCheck.

    TF-IDF of words and pairs of words, and logistic regression. At home it is trained on four fifths of the tweets and
    tested on the rest; the one for HateCheck is trained on all of them. Fetches the data if it is not here.

    Parameters
    ----------
    looked_for : {"hate or offensive", "hate only"}
        What it shall flag. Few tweets are hate; looking for hate only, each of them therefore weighs more, or the
        detector would call almost nothing hate.
    hidden : bool, default False
        Whether the words that name a group with respect (`GROUP_WORDS`) are deleted before training and testing.
    left_out : int, optional
        0 to 4: the detector for HateCheck is trained without this fifth of the tweets. What then changes much hangs on
        a few tweets.

    Returns
    -------
    HateTest

    Raises
    ------
    ValueError
        If there is nothing of that kind to look for, or no such fifth.
    workshop.datasets.DatasetError
        If a data set can't be fetched.

    References
    ----------
    Davidson, T. et al. (2017). Automated hate speech detection and the problem of offensive language. ICWSM, 512-515.
    Röttger, P. et al. (2021). HateCheck: functional tests for hate speech detection models. ACL-IJCNLP, 41-58.
    """
    _check(looked_for, left_out)
    tweets, cases = (datasets.load(name) for name in SETS)
    return evaluate(tweets, cases, looked_for, hidden, left_out)


def evaluate(tweets, cases, looked_for=OFFENSIVE, hidden=False, left_out=None):
    """Return the same as `away_from_home` for tables that are given.

    Parameters
    ----------
    tweets : pandas.DataFrame
        Columns text and label ("hate", "offensive" or "neither").
    cases : pandas.DataFrame
        Columns test_case, label_gold ("hateful" or "non-hateful"), functionality, target_ident and templ_id.
    looked_for, hidden, left_out
        As for `away_from_home`.

    Returns
    -------
    HateTest

    Raises
    ------
    ValueError
        As `away_from_home`.
    """
    _check(looked_for, left_out)
    texts = tweets["text"].to_numpy(dtype=object), cases["test_case"].to_numpy(dtype=object)
    if hidden:
        texts = tuple(np.array(mask(part, GROUP_WORDS), dtype=object) for part in texts)
    wanted = tweets["label"].isin(LOOKED_FOR[looked_for]).to_numpy()
    fifth = _fifths(texts[0])
    tried = fifth == 0
    right_at_home = _trained(looked_for, texts[0], wanted, ~tried).predict(texts[0][tried]) == wanted[tried]
    detector = _trained(looked_for, texts[0], wanted, fifth != left_out)
    hateful = (cases["label_gold"] == "hateful").to_numpy()
    wrong = detector.predict(texts[1]) != hateful
    templates = cases["templ_id"].to_numpy()
    functionality = cases["functionality"].to_numpy(dtype=object)
    group = cases["target_ident"].fillna("no group").to_numpy(dtype=object)
    by_function = _failures(wrong, functionality, templates)
    kind = pd.Series(hateful, index=functionality).groupby(level=0).first()
    by_function.insert(0, "hateful", kind.reindex(by_function.index))
    errors = {
        error: _failures(wrong[rows], group[rows], templates[rows])
        for error, rows in {FLAGGED: ~hateful, MISSED: hateful}.items()
        if rows.any()
    }
    return HateTest(
        looked_for,
        _share(right_at_home),
        _share(~wrong, templates),
        by_function.rename_axis("functionality").sort_values("value", ascending=False, kind="stable"),
        pd.concat(errors, names=["error", "group"]).swaplevel().sort_index(),
    )


def _check(looked_for, left_out):
    if looked_for not in LOOKED_FOR:
        raise ValueError(f"There is nothing called {looked_for!r}; choose one of: {', '.join(LOOKED_FOR)}.")
    if left_out is not None and left_out not in range(_PARTS):
        raise ValueError(f"There is no part {left_out!r} of the tweets; choose 0 to {_PARTS - 1}, or None.")


def _trained(looked_for, texts, wanted, used):
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=_SEEN_IN, sublinear_tf=True)
    weights = "balanced" if looked_for == HATE_ONLY else None
    classifier = LogisticRegression(
        C=_INVERSE_PENALTY, class_weight=weights, solver="liblinear", random_state=_SEED
    )
    return make_pipeline(words, classifier).fit(texts[used], wanted[used])


def _fifths(texts):
    """Return the part of each tweet, 0 to 4; one that was sent twice is in one part only."""
    _, same = np.unique([" ".join(read_words(text)) for text in texts], return_inverse=True)
    return np.random.default_rng(_SEED).permutation(same.max() + 1)[same] % _PARTS


def _failures(wrong, groups, templates):
    """Return the share of wrong answers by group; sentences of one template are alike, and are drawn together."""
    rates = cluster_rates(wrong.astype(int), np.ones(len(wrong)), groups, templates)
    return rates.frame(clusters="templates").drop(columns="cases")


def _share(right, templates=None):
    if templates is not None:
        return cluster_rates(right.astype(int), np.ones(len(right)), ["all"] * len(right), templates).of(
            "all"
        )
    low, high = wilson(right.sum(), len(right))
    return Estimate(
        float(right.mean()),
        float(low),
        float(high),
        float(right.sum()),
        float(len(right)),
        len(right) >= ENOUGH,
    )
