"""What mends a triage model, and its price: counter-examples, hidden identity words, thresholds, other languages."""

import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from workshop.audit import Estimate
from workshop.audit.clusters import RESAMPLES, SEED, enough_to_tell
from workshop.domains.text.swaps import _exchanged, average_gaps, exchangeable, find_place, mentions
from workshop.domains.text.triage import MISSED, Triage, errors, fit_triage, read_words

AS_TRAINED, COUNTER_EXAMPLES, ONE_WORD, DELETED = (
    "as trained",
    "counter-examples",
    "one word for all",
    "words deleted",
)
LANGUAGES, THRESHOLDS = "other languages added", "and a threshold for each"
WAYS = (AS_TRAINED, COUNTER_EXAMPLES, ONE_WORD, DELETED, LANGUAGES, THRESHOLDS)
MASK = "someone"
HOME = "en"
THRESHOLD = 0.5
_FOLDS = 5  # of the scenes of the training, to set thresholds on scenes that the model has not met


@dataclass(frozen=True)
class Masked:
    """A triage model that reads messages without their identity words.

    Attributes
    ----------
    triage : Triage
        Trained on messages without them.
    forms : tuple of str
        The words that are hidden.
    word : str
        What stands in their place; "" for nothing.
    """

    triage: Triage
    forms: tuple
    word: str

    def score(self, texts):
        """Return the urgency score of each message, as `Triage.score` does."""
        return self.triage.score(mask(texts, self.forms, self.word))

    def log_odds(self, texts):
        """Return the log-odds of each message, as `Triage.log_odds` does."""
        # Messages that differ in such a word only are the same without it: scored once.
        different, place = np.unique(mask(texts, self.forms, self.word), return_inverse=True)
        return self.triage.log_odds(different)[place]


class Mending(NamedTuple):
    """A triage model before and after each way to mend it.

    Attributes
    ----------
    summary : pandas.DataFrame
        Index way. Columns added (training messages that somebody must write or label), term (the identity word that
        moves the score most, up or down), gap with gap_low and gap_high (log-odds, see `average_gaps`), auc with
        auc_low and auc_high (of the tested English messages).
    gaps : pandas.DataFrame
        Index (way, term): `average_gaps` of each way.
    scores : pandas.DataFrame
        One row a tested message, a column for each way.
    flagged : pandas.DataFrame of bool
        Called urgent: the same with the thresholds.
    tested : pandas.DataFrame
        The tested messages.
    thresholds : dict of str to float
        By language, for the last way.
    """

    summary: pd.DataFrame
    gaps: pd.DataFrame
    scores: pd.DataFrame
    flagged: pd.DataFrame
    tested: pd.DataFrame
    thresholds: dict

    def errors(self, by=None, what=MISSED, rows=None):
        """Return how often each way misses urgent messages, or flags others, in each group.

        Parameters
        ----------
        by : str or array_like, optional
            A column of the tested messages, or the group of each. All together by default.
        what : {"missed", "false alarm"}
        rows : array_like of bool, optional
            Only these messages.

        Returns
        -------
        pandas.DataFrame
            Index (way, group); columns as `workshop.domains.text.errors` returns them.

        Raises
        ------
        ValueError
            As `workshop.domains.text.errors`.
        """
        table = self.tested
        if by is not None and not isinstance(by, str):
            table, by = table.assign(group=np.asarray(by, dtype=object)), "group"
        rows = np.full(len(table), True) if rows is None else np.asarray(rows, dtype=bool)
        frames = {
            way: errors(table[rows], self.flagged[way].to_numpy()[rows], by, what) for way in self.flagged
        }
        return pd.concat(frames, names=["way"])

    def ranking(self, by="language"):
        """Return how well each way ranks urgent messages above others in each group: the area under the ROC curve.

        Where it is near 0.5, no threshold can help.

        Parameters
        ----------
        by : str, default "language"
            A column of the tested messages.

        Returns
        -------
        pandas.DataFrame
            Index (way, group); columns value, low, high, enough.
        """
        rows = {
            (way, str(group)): auc(table["urgent"], self.scores.loc[table.index, way], table["family"])
            for way in self.scores
            for group, table in self.tested.groupby(by, sort=True)
        }
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=Estimate._fields)
        frame.index = pd.MultiIndex.from_tuples(frame.index, names=["way", "group"])
        return frame.drop(columns=["numerator", "denominator"])


def mask(texts, forms, word=""):
    """Return messages without some words.

    Parameters
    ----------
    texts : sequence of str
    forms : iterable of str
        Words as they are written; they are found in any case of their letters, but not if they are misspelled.
    word : str, default ""
        What stands in their place; "" for nothing.

    Returns
    -------
    list of str

    Raises
    ------
    ValueError
        If a form is not one word.
    """
    forms = list(forms)
    wrong = [form for form in forms if len(read_words(form)) != 1]
    if wrong:
        raise ValueError(f"{wrong[0]!r} is not one word; give each word by itself.")
    if not forms:
        return list(texts)
    # Longer forms first, so that "women" is not read as "wom" and a rest.
    found = re.compile(
        rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(forms, key=len, reverse=True)))})(?!\w)", re.IGNORECASE
    )
    return [found.sub(word, text) for text in texts]


def not_hidden(messages, forms):
    """Return the messages that name an identity in a way that a list of words does not find: misspelled, for instance.

    Parameters
    ----------
    messages : pandas.DataFrame
        With the columns text and identity.
    forms : iterable of str

    Returns
    -------
    pandas.DataFrame
        Of these messages only.
    """
    named = messages[messages["identity"] != ""]
    hidden = mask(named["text"], forms)
    return named[[before == after for before, after in zip(named["text"], hidden, strict=True)]]


def counter_examples(training, terms):
    """Write harmless messages that name an identity, until no term goes with urgent messages more than others do.

    Parameters
    ----------
    training : pandas.DataFrame
        English training messages, as ``load("public_messages")`` returns them.
    terms : pandas.DataFrame
        As `exchangeable` returns it.

    Returns
    -------
    pandas.DataFrame
        Messages to add, with the columns of `training`, none of them urgent: those of the training that are not urgent
        and name a term, with another term in its place. For a term that is not named too often in urgent ones, none.

    Raises
    ------
    ValueError
        If a column is missing, there are no terms, or no message that is not urgent names one.

    References
    ----------
    Dixon, L. et al. (2018). Measuring and mitigating unintended bias in text classification. AIES, 67-73.
    """
    named = mentions(training, terms)
    calm = training[~training["urgent"]]
    calm = calm[[find_place(text, terms) is not None for text in calm["text"]]]
    if calm.empty:
        raise ValueError(
            "No message that is not urgent names one of the terms; there is nothing to write from."
        )
    urgent_share = training["urgent"].mean()
    wanted = np.ceil(named["urgent"] * (1 - urgent_share) / urgent_share - named["other"]).clip(lower=0)
    added = []
    for place, (term, number) in enumerate(wanted.astype(int).items()):
        form = terms[terms["term"] == term]
        sources = calm[~calm["identity"].str.split(";").map(lambda named, term=term: term in named)]
        # Spread over the scenes, and begun elsewhere for each term, so that no scene is written too often.
        chosen = (place * len(terms) + np.arange(number) * 7) % len(sources)
        rows = sources.iloc[chosen]
        texts = [_exchanged(text, find_place(text, terms), form["form"])[0] for text in rows["text"]]
        added.append(rows.assign(text=texts, identity=term, identity_kind=form["kind"].iloc[0]))
    return pd.concat(added, ignore_index=True)


def language_thresholds(training, home=HOME):
    """Return for each language the threshold that misses as large a share of urgent messages as 0.5 does at home.

    It is set on training messages, each scored by a model that has not met its scene.

    Parameters
    ----------
    training : pandas.DataFrame
        Columns text, urgent, language and family.
    home : str, default "en"
        The language that keeps a threshold near 0.5.

    Returns
    -------
    dict of str to float

    Raises
    ------
    ValueError
        If a language has no urgent message, or the one at home is not there.
    """
    scores, urgent = held_out_scores(training), training["urgent"].to_numpy()
    languages = training["language"].to_numpy()
    found = {str(each): scores[urgent & (languages == each)] for each in dict.fromkeys([home, *languages])}
    for language, each in found.items():
        if not len(each):
            raise ValueError(
                f"The language {language!r} has no urgent message; a threshold can't be set for it."
            )
    missed = float((found[home] < THRESHOLD).mean())
    return {language: float(np.quantile(each, missed)) for language, each in found.items()}


def held_out_scores(training):
    """Return the score of each training message by a model that has not met its scene.

    Parameters
    ----------
    training : pandas.DataFrame
        Columns text, urgent, language and family.

    Returns
    -------
    numpy.ndarray of float, shape (n_messages,)
    """
    scenes = training.groupby("family")[["language", "urgent"]].first()
    scenes = scenes.sort_values(["language", "urgent"], kind="stable").index  # each fold has all kinds
    fold = pd.Series(np.arange(len(scenes)) % _FOLDS, index=scenes).reindex(training["family"]).to_numpy()
    scores = np.empty(len(training))
    for place in range(_FOLDS):
        at = fold == place
        scores[at] = _fitted(training[~at]).score(training["text"][at])
    return scores


def auc(urgent, scores, families):
    """Return the area under the ROC curve, with an interval from drawing families.

    It is the share of pairs of an urgent message and another one in which the urgent one has the higher score.

    Parameters
    ----------
    urgent : array_like of bool, shape (n,)
    scores : array_like of float, shape (n,)
    families : array_like, shape (n,)

    Returns
    -------
    workshop.audit.Estimate
        `numerator` is NaN, `denominator` the number of messages of the rarer kind.

    Raises
    ------
    ValueError
        If only one kind of message is there.

    References
    ----------
    Hanley, J. A. and McNeil, B. J. (1982). The meaning and use of the area under a receiver operating characteristic
    (ROC) curve. Radiology 143(1), 29-36. Field, C. A. and Welsh, A. H. (2007), Journal of the Royal Statistical Society
    B 69(3), 369-390: drawing whole clusters.
    """
    urgent, scores = np.asarray(urgent, dtype=bool), np.asarray(scores, dtype=float)
    if urgent.all() or not urgent.any():
        raise ValueError("Give urgent messages and others; with one kind there is nothing to rank.")
    _, family = np.unique(np.asarray(families).astype(str), return_inverse=True)
    number = family.max() + 1
    above = scores[urgent][:, None] - scores[~urgent][None, :]
    wins = np.zeros((number, number))
    np.add.at(wins, (family[urgent][:, None], family[~urgent][None, :]), (above > 0) + 0.5 * (above == 0))
    first, second = (np.bincount(family[kind], minlength=number) for kind in (urgent, ~urgent))
    rng = np.random.default_rng(SEED)
    drawn = np.zeros((RESAMPLES, number))
    for members in (np.unique(family[urgent]), np.unique(family[~urgent])):
        # Each kind of family by itself, so that both are in each draw; a family with both is drawn with the first.
        members = members[drawn[:, members].sum(axis=0) == 0]
        if len(members):
            drawn[:, members] = rng.multinomial(
                len(members), np.full(len(members), 1 / len(members)), RESAMPLES
            )
    pairs = (drawn @ first) * (drawn @ second)
    won = np.einsum("ri,ij,rj->r", drawn, wins, drawn, optimize=True)
    # Where families hold both kinds, a draw can lack one of them: it has nothing to rank.
    values = np.divide(won, pairs, out=np.full(RESAMPLES, np.nan), where=pairs > 0)
    low, high = np.nanquantile(values, [0.025, 0.975])
    fewest = min(urgent.sum(), (~urgent).sum())
    enough = enough_to_tell(min((first > 0).sum(), (second > 0).sum()), fewest)
    return Estimate(
        float(wins.sum() / (first.sum() * second.sum())),
        float(low),
        float(high),
        np.nan,
        float(fewest),
        enough,
    )


def mend(messages, identity_terms):
    """Train a triage model in each way, and return what each mends and costs.

    Parameters
    ----------
    messages, identity_terms : pandas.DataFrame
        As ``load("public_messages")`` and ``load("public_messages", "identity_terms")`` return them.

    Returns
    -------
    Mending
        The first four ways are trained on the English messages only. "one word for all": each identity word becomes
        "someone", in training and in use; "words deleted": nothing is in its place. The last way has a threshold for
        each language at which as many urgent messages are missed as in English with 0.5; it is set on the training.

    Raises
    ------
    ValueError
        If a column is missing.
    """
    terms = exchangeable(identity_terms)
    forms = tuple(dict.fromkeys(identity_terms["form"]))
    training, tested = (messages[messages["split"] == part] for part in ("train", "test"))
    english = training[training["language"] == HOME]
    extra = counter_examples(english, terms)
    models = {
        AS_TRAINED: _fitted(english),
        COUNTER_EXAMPLES: _fitted(pd.concat([english, extra])),
        ONE_WORD: _masked(english, forms, MASK),
        DELETED: _masked(english, forms, ""),
        LANGUAGES: _fitted(training),
    }
    scores = pd.DataFrame({way: model.score(tested["text"]) for way, model in models.items()}, tested.index)
    scores[THRESHOLDS] = scores[LANGUAGES]
    thresholds = language_thresholds(training)
    flagged = scores >= THRESHOLD
    flagged[THRESHOLDS] = scores[THRESHOLDS] >= tested["language"].map(thresholds)
    named = tested[tested["language"] == HOME]
    gaps = {way: average_gaps(model, named, terms) for way, model in models.items()}
    gaps[THRESHOLDS] = gaps[LANGUAGES]
    added = {COUNTER_EXAMPLES: len(extra)} | dict.fromkeys(
        (LANGUAGES, THRESHOLDS), len(training) - len(english)
    )
    rows = {way: _row(added.get(way, 0), gaps[way], named, scores[way]) for way in WAYS}
    summary = pd.DataFrame.from_dict(rows, orient="index").rename_axis("way")
    return Mending(summary, pd.concat(gaps, names=["way"]), scores, flagged, tested, thresholds)


def _row(added, gaps, named, scores):
    most = gaps["gap"].abs().idxmax()
    area = auc(named["urgent"], scores[named.index], named["family"])
    return {
        "added": added,
        "term": most,
        "gap": gaps.loc[most, "gap"],
        "gap_low": gaps.loc[most, "low"],
        "gap_high": gaps.loc[most, "high"],
        "auc": area.value,
        "auc_low": area.low,
        "auc_high": area.high,
    }


def _masked(training, forms, word):
    texts = mask(training["text"], forms, word)
    return Masked(_fitted(training.assign(text=texts)), forms, word)


# Of many small products each would wake a second thread, which costs more than it saves.
@threadpool_limits.wrap(limits=1, user_api="blas")
def _fitted(training):
    return fit_triage(training["text"], training["urgent"])
