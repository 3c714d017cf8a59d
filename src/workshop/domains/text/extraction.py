"""Places, amounts, phone numbers and dates in messages: what is found, in whose language, and what a missed name costs.

Phone numbers, amounts and dates have a form, so patterns find them. Names of places have none: a tagger learns from
marked messages whether a word belongs to one, from the word's form and its neighbours.

Messages of one family tell one scene in other words, so the intervals are drawn over whole families.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.feature_extraction import FeatureHasher
from sklearn.svm import LinearSVC

# Speakers there are families here: what comes from one source is alike, and is drawn as a whole.
from workshop.audit.clusters import SEED, cluster_rates
from workshop.domains.text.triage import check_text

PLACE, AMOUNT, PHONE, DATE = KINDS = ("place", "amount", "phone", "date")
PRECISION, RECALL, F1 = MEASURES = ("precision", "recall", "F1")
EXACT, OVERLAP = MATCHES = ("exact", "overlap")
ENGLISH, ALL = "English only", "all four languages"
LANGUAGES = {ENGLISH: ("en",), ALL: ("en", "fr", "es", "ar")}
_SPAN = ["message_id", "kind", "start", "end"]


@dataclass(frozen=True)
class Extractor:
    """Finds places, amounts, phone numbers and dates. Made by `fit_extractor`.

    Attributes
    ----------
    languages : tuple of str
        Whose patterns it has, and in whose messages its tagger learned what a place looks like.
    tagger : sklearn.svm.LinearSVC
        Says of each word whether it belongs to the name of a place.
    """

    languages: tuple[str, ...]
    tagger: LinearSVC

    def find(self, text):
        """Return what is found in one message.

        Parameters
        ----------
        text : str

        Returns
        -------
        pandas.DataFrame
            Columns kind, start, end (characters of the text; behind the last one) and text, in the order of the text.
            Nothing overlaps.

        Raises
        ------
        ValueError
            If it is no text that can be shown (see `workshop.domains.text.triage.check_text`).
        """
        messages = pd.DataFrame({"message_id": [""], "text": [check_text(text)]})
        return self.find_all(messages).drop(columns="message_id")

    def find_all(self, messages):
        """Return what is found in many messages.

        Parameters
        ----------
        messages : pandas.DataFrame
            With the columns message_id and text.

        Returns
        -------
        pandas.DataFrame
            Columns message_id, kind, start, end and text; see `find`.
        """
        return self._found(_tokens(messages))

    def _found(self, tokens):
        tagged = self.tagger.predict(tokens.features) if len(tokens.starts) else np.zeros(0, dtype=bool)
        rows = []
        for place, (message, text) in enumerate(zip(tokens.messages, tokens.texts, strict=True)):
            spans = _by_pattern(text, self.languages)
            inside = slice(*tokens.borders[place : place + 2])
            for start, end in _runs(tagged[inside], tokens.starts[inside], tokens.ends[inside]):
                if _free(spans, start, end):
                    spans.append((PLACE, start, end))
            rows += [
                (message, *span, text[span[1] : span[2]]) for span in sorted(spans, key=lambda span: span[1])
            ]
        return pd.DataFrame(rows, columns=[*_SPAN, "text"]).astype({"start": int, "end": int})


class Comparison(NamedTuple):
    """What two extractors find in messages of scenes that they have not seen. Made by `compare`.

    Attributes
    ----------
    messages : pandas.DataFrame
        Those that were tried.
    entities : pandas.DataFrame
        What is marked in them.
    extractors : dict of str to Extractor
        By variant, "English only" and "all four languages"; trained on the training messages.
    found : dict of str to pandas.DataFrame
        By variant: what was found in `messages`.
    """

    messages: pd.DataFrame
    entities: pd.DataFrame
    extractors: dict
    found: dict


def fit_extractor(messages, entities, languages=LANGUAGES[ENGLISH]):
    """Train the tagger of places on the messages of some languages, and give it the patterns of these languages.

    Parameters
    ----------
    messages : pandas.DataFrame
        With the columns message_id, text and language; those of other languages are left out.
    entities : pandas.DataFrame
        What is marked in them: message_id, kind, start, end.
    languages : sequence of str, default ("en",)
        Of "en", "fr", "es", "ar".

    Returns
    -------
    Extractor

    Raises
    ------
    ValueError
        If a column is missing, a language is unknown, or no place is marked in these messages.
    """
    languages = tuple(languages)
    unknown = [each for each in languages if each not in LANGUAGES[ALL]]
    if unknown or not languages:
        raise ValueError(f"The languages are {languages}; choose from {', '.join(LANGUAGES[ALL])}.")
    _check_columns(messages, ["text", "language"], entities)
    own = messages[messages["language"].isin(languages)]
    return _fitted(_tokens(own), entities, languages)


def compare(messages, entities):
    """Train on English only and on all four languages, and find in messages of scenes that neither has seen.

    English is tried on its test messages. The other languages are tried on all of theirs: to the English extractor they
    are all new, and the other one is trained twice, on either half of the scenes, to be tried on the other half.

    Parameters
    ----------
    messages : pandas.DataFrame
        As ``load("public_messages")`` returns it.
    entities : pandas.DataFrame
        As ``load("public_messages", "entities")`` returns it.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        If a column is missing, or one of the halves has no marked place.
    """
    _check_columns(messages, ["text", "language", "split"], entities)
    english, train = messages["language"] == "en", messages["split"] == "train"
    tokens = _tokens(messages)  # read once, for every training
    other_half = (english & train) | (~english & ~train)
    only, first, second = (
        _fitted(tokens.of(rows), entities, LANGUAGES[variant])
        for rows, variant in ((english & train, ENGLISH), (train, ALL), (other_half, ALL))
    )
    tested = ~(english & train)
    found = {
        ENGLISH: only._found(tokens.of(tested)),
        ALL: pd.concat(
            [first._found(tokens.of(~train)), second._found(tokens.of(train & ~english))], ignore_index=True
        ),
    }
    tried = messages[tested].reset_index(drop=True)
    marked = entities[entities["message_id"].isin(tried["message_id"])].reset_index(drop=True)
    return Comparison(tried, marked, {ENGLISH: only, ALL: first}, found)


def evaluate(messages, entities, found, by="language", match=EXACT):
    """Return precision, recall and F1 of each kind in each group, with 95% intervals from drawing whole families.

    Parameters
    ----------
    messages : pandas.DataFrame
        With the columns message_id, family and `by`. What is marked or found in others does not count.
    entities, found : pandas.DataFrame
        What is marked and what was found: message_id, kind, start, end.
    by : str, default "language"
        A column of `messages`.
    match : {"exact", "overlap"}
        When something found counts as right: if it begins and ends where the marked one does (default, as in the
        CoNLL-2003 task), or already if they share a character. Each counts for one other at most.

    Returns
    -------
    pandas.DataFrame
        Index kind, group, measure; columns value, low, high, numerator, denominator, enough (at least 10 families and
        30 things to count), families. NaN where nothing is there to count.

    Raises
    ------
    ValueError
        If a column is missing, or there is no such match.

    References
    ----------
    Tjong Kim Sang, E. F. and De Meulder, F. (2003). Introduction to the CoNLL-2003 shared task: language-independent
    named entity recognition. CoNLL, 142-147.
    """
    _check_columns(messages, ["family", by], entities, found)
    counts = _counts(messages, entities, found, match)
    rows = {}
    for kind in KINDS:
        right, marked, told = counts[kind].T
        for measure, top, bottom, things in (
            (PRECISION, right, told, told),
            (RECALL, right, marked, marked),
            (F1, 2 * right, marked + told, marked),
        ):
            for group, row in _rates(top, bottom, things, messages, by).items():
                rows[kind, group, measure] = row
    return _frame(rows, ["kind", "group", "measure"])


def lost_messages(messages, entities, found, by="language"):
    """Return in how many of the messages that name a place a search for that place would miss the message.

    A place is lost if nothing that was found as a place holds the whole of it: "rue" alone does not lead to the street.
    A message is lost if one of its places is.

    Parameters
    ----------
    messages, entities, found, by
        As for `evaluate`. Give only the urgent messages to see to whom no patrol can be sent.

    Returns
    -------
    pandas.DataFrame
        Index group; columns as `evaluate`. The denominator counts the messages with a marked place.

    Raises
    ------
    ValueError
        If a column is missing.
    """
    _check_columns(messages, ["family", by], entities, found)
    told = _spans(found, PLACE)
    lost = {
        message: not all(_held(place, told.get(message, ())) for place in places)
        for message, places in _spans(entities, PLACE).items()
    }
    named = messages["message_id"].isin(lost).to_numpy()
    missed = messages["message_id"].map(lambda message: lost.get(message, False)).to_numpy()
    return _frame(_rates(missed, named, named, messages, by), "group")


def matched(marked, told, match=EXACT):
    """Return which marked and which found spans of one message and kind count for each other.

    Parameters
    ----------
    marked, told : sequence of (int, int)
        Start and end, in the order of the text; those of one list do not overlap.
    match : {"exact", "overlap"}

    Returns
    -------
    list of (int, int)
        Places in `marked` and in `told`. As many pairs as there can be.
    """
    pairs, here, there = [], 0, 0
    while here < len(marked) and there < len(told):
        (start, end), (from_, to) = marked[here], told[there]
        if (start, end) == (from_, to) if match == EXACT else start < to and from_ < end:
            pairs.append((here, there))
            here, there = here + 1, there + 1
        elif (end, start) < (to, from_):
            here += 1
        else:
            there += 1
    return pairs


# Counting


def _counts(messages, entities, found, match):
    """Return for each kind how many are right, marked and found: one row for each message, in their order."""
    if match not in MATCHES:
        raise ValueError(f"There is no match {match!r}; choose one of: {', '.join(MATCHES)}.")
    counts = {}
    for kind in KINDS:
        marked, told = _spans(entities, kind), _spans(found, kind)
        rows = [(marked.get(message, ()), told.get(message, ())) for message in messages["message_id"]]
        counts[kind] = np.array([(len(matched(*row, match)), *map(len, row)) for row in rows])
    return counts


def _spans(table, kind):
    """Return the spans of one kind in each message, in the order of the text."""
    own = table[table["kind"] == kind].sort_values(["message_id", "start"])
    spans = {}
    for message, start, end in zip(own["message_id"], own["start"], own["end"], strict=True):
        spans.setdefault(message, []).append((start, end))
    return spans


def _held(span, others):
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _rates(top, bottom, things, messages, by):
    """Return the rate of each group, a sum over a sum, with its interval and number of families.

    30 of `things` make a rate enough to tell. A family in several groups is drawn in each by itself.
    """
    groups = messages[by].astype(str)
    families = groups + "\n" + messages["family"].astype(str)
    nothing = (np.nan, np.nan, np.nan, 0.0, 0.0, False, 0)
    rows = dict.fromkeys(sorted(set(groups)), nothing)
    if np.any(bottom):
        rates = cluster_rates(top, bottom, groups, families, cases=things)
        for group, number in zip(rates.groups, rates.clusters.tolist(), strict=True):
            rows[group] = (*rates.of(group), number)
    return rows


def _frame(rows, names):
    columns = ["value", "low", "high", "numerator", "denominator", "enough", "families"]
    frame = pd.DataFrame(list(rows.values()), columns=columns)
    if isinstance(names, str):
        frame.index = pd.Index(rows, name=names)
    else:
        frame.index = pd.MultiIndex.from_tuples(rows, names=names)
    return frame.sort_index()


def _check_columns(messages, columns, *spans):
    """Check that messages have an id and these columns, and that tables of spans are such."""
    tables = [
        (messages, "messages", ["message_id", *columns]),
        *((each, "entities", _SPAN) for each in spans),
    ]
    for table, name, needed in tables:
        absent = [column for column in needed if column not in table]
        if absent:
            raise ValueError(f"The {name} have no column {absent[0]!r}; give them as load returns them.")


# Patterns

_CURRENCIES = {
    "en": "pounds?|dollars?|euros?|rupees?|quid|grand|bucks|usd|eur|gbp",
    "fr": "euros?|francs?(?: cfa)?|dirhams?|balles|eur|chf",
    "es": "euros?|pesos?|soles|d[óo]lares|lucas|eur|usd",
    "ar": "درهم|دراهم|ريال|جنيه|دولار|دينار|ليرة|يورو",
}
_NUMBER_WORDS = {
    "en": "an?|one|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|"
    "hundred|thousand",
    "fr": "une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|vingts?|trente|quarante|cinquante|soixante|cents?|mille",
    "es": "una?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|veinte|treinta|cuarenta|cincuenta|sesenta|setenta|"
    "ochenta|noventa|cien|ciento|(?:dos|tres|cuatro|seis|ocho)cientos|quinientos|setecientos|novecientos|mil",
    "ar": "مئة|مئتا|مئتي|مئتان|ثلاثمئة|أربعمئة|خمسمئة|ستمئة|سبعمئة|ثمانمئة|تسعمئة|ألف|ألفا|ألفي|ألفان|آلاف",
}
_MONTHS = {
    "en": "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?",
    "fr": "janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre|novembre|d[ée]cembre",
    "es": "enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre",
    "ar": "يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر",
}
_DIGITS = {"en": "0-9", "fr": "0-9", "es": "0-9", "ar": "0-9٠-٩"}
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15  # of a phone number; ITU-T E.164 allows no more than 15
_DAY_AND_MONTH = re.compile(r"(\d+)[./](\d+)")


@lru_cache(maxsize=len(LANGUAGES[ALL]) ** 2)
def _patterns(languages):
    """Return the patterns that somebody would write for these languages, in the order in which they are tried.

    What one of them takes is not offered to the next: 2018-03-22 also looks like a phone number.
    """
    currency, words, month = (
        "|".join(table[each] for each in languages) for table in (_CURRENCIES, _NUMBER_WORDS, _MONTHS)
    )
    digit = f"[{''.join(_DIGITS[each] for each in languages)}]"
    day, year = rf"{digit}{{1,2}}", rf"{digit}{{4}}"
    number = rf"{digit}{{1,3}}(?:[.,\s]{digit}{{3}})+(?:[.,]{digit}{{2}})?|{digit}+(?:[.,]{digit}{{2}})?"
    ways = {
        DATE: (
            rf"{year}-{day}-{day}",
            rf"{day}([./]){day}\1{year}",
            rf"(?:the )?{day}(?:st|nd|rd|th)?(?: of| de)? (?:{month})(?:,? (?:de )?{year})?",
            rf"(?:{month}) {day}(?:st|nd|rd|th)?(?:, {year})?",
            rf"{day}[./]{day}",
        ),
        AMOUNT: (
            rf"(?:[$£€]|(?:usd|eur|gbp|chf|rs)\s?)(?:{number})(?:\.[-–])?",
            rf"(?:{number})\s?(?:€|(?:{currency}))",
            rf"(?:{words})(?:[ -](?:(?:and|et|y) )?(?:{words}))*[ -](?:{currency})",
        ),
        PHONE: (
            rf"\+?(?:\({digit}{{2,5}}\)\s?)?{digit}(?:[\s.-]?{digit}){{{_FEWEST_DIGITS - 1},{_MOST_DIGITS - 1}}}",
        ),
    }
    # Not in the middle of a word or number; but Arabic joins "for" to a number by a line, which counts as a letter.
    return {
        kind: re.compile(rf"(?<![^\W\u0640])(?<![.,/])(?:{'|'.join(each)})(?![\w/]|[.,]\d)", re.IGNORECASE)
        for kind, each in ways.items()
    }


def _by_pattern(text, languages):
    spans = []
    for kind, pattern in _patterns(languages).items():
        for match in pattern.finditer(text):
            if _free(spans, *match.span()) and not (kind == DATE and _no_date(match.group())):
                spans.append((kind, *match.span()))
    return spans


def _no_date(text):
    """Return whether two numbers cannot be a day and a month: 20.45 is a time."""
    numbers = _DAY_AND_MONTH.fullmatch(text)
    return bool(numbers) and not (1 <= int(numbers[1]) <= 31 and 1 <= int(numbers[2]) <= 12)


def _free(spans, start, end):
    return all(end <= from_ or to <= start for _, from_, to in spans)


# The tagger of places

# A word, with the signs over and under Arabic letters and accents typed as signs of their own; or one other sign.
_TOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670])*|\d+|[^\w\s]|_")
_COLUMNS = 2**17  # so many that hardly two of 25,000 features share one
_OUTSIDE = "|"  # stands where a message begins and ends
_HASHER = FeatureHasher(_COLUMNS, input_type="string", alternate_sign=False)


class _Tokens(NamedTuple):
    """The words of messages, as the tagger sees them."""

    messages: np.ndarray  # of message ids
    texts: np.ndarray
    borders: np.ndarray  # where the words of each message begin, and where the last one's end
    starts: np.ndarray  # in characters
    ends: np.ndarray
    features: object  # sparse matrix, one row a word

    def of(self, chosen):
        """Return the words of the messages for which `chosen` is True."""
        chosen = np.asarray(chosen)
        sizes = np.diff(self.borders)
        words = np.repeat(chosen, sizes)
        borders = np.concatenate([[0], np.cumsum(sizes[chosen])])
        rest = (each[words] for each in (self.starts, self.ends, self.features))
        return _Tokens(self.messages[chosen], self.texts[chosen], borders, *rest)


def _tokens(messages):
    texts = messages["text"].tolist()
    spans = [[found.span() for found in _TOKEN.finditer(text)] for text in texts]
    borders = np.concatenate([[0], np.cumsum([len(each) for each in spans], dtype=int)])
    starts, ends = np.array([span for each in spans for span in each], dtype=int).reshape(-1, 2).T
    read = (
        row
        for text, each in zip(texts, spans, strict=True)
        for row in _features([text[start:end] for start, end in each])
    )
    columns = (np.array(values, dtype=object) for values in (messages["message_id"].tolist(), texts))
    return _Tokens(*columns, borders, starts, ends, _HASHER.transform(read) if len(starts) else None)


def _fitted(tokens, entities, languages):
    marked = _spans(entities, PLACE)
    inside = np.zeros(len(tokens.starts), dtype=bool)
    for message, (first, last) in zip(tokens.messages, pairwise(tokens.borders), strict=True):
        for start, end in marked.get(message, ()):
            inside[first:last] |= (tokens.starts[first:last] >= start) & (tokens.ends[first:last] <= end)
    if inside.all() or not inside.any():
        raise ValueError("No place is marked in these messages, so nothing can be learned about places.")
    return Extractor(languages, LinearSVC(random_state=SEED).fit(tokens.features, inside))


def _features(words):
    """Yield what the tagger sees of each word: its form, beginning and end, and two neighbours on each side.

    Not the word itself: names that training never saw are to be found by what stands around them.
    """
    low = [_OUTSIDE, _OUTSIDE, *(word.lower() for word in words), _OUTSIDE, _OUTSIDE]
    form = [_OUTSIDE, _OUTSIDE, *map(_form, words), _OUTSIDE, _OUTSIDE]
    for at in range(2, len(words) + 2):
        f2, f1, f0, n1, n2 = form[at - 2 : at + 3]
        w2, w1, word, v1, v2 = low[at - 2 : at + 3]
        yield (
            f"form {f0}", f"form before {f1}", f"form after {n1}",
            f"forms {f1} {f0}", f"forms {f0} > {n1}", f"forms {f2} {f1} {f0}", f"forms {f0} > {n1} {n2}",
            f"begins {word[:3]}", f"ends {word[-3:]}", f"ends {word[-2:]}",
            f"before {w1}", f"after {v1}", f"two before {w2}", f"two after {v2}",
            f"before ends {w1[-3:]}", f"after ends {v1[-3:]}", f"before {w1} {f0}",
        )  # fmt: skip


def _form(word):
    """Return a word's form: "Xx", "xx", "XX", "X", "9", or the sign itself. A script without capitals is all "xx"."""
    if word[0].isdigit():
        return "9"
    if not word[0].isalpha():
        return word
    if word.isupper():
        return "XX" if len(word) > 1 else "X"
    return "Xx" if word[0].isupper() else "xx"


def _runs(tagged, starts, ends):
    """Yield start and end, in characters, of each run of words that belong to a place."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], tagged, [False]]).astype(int)))
    for first, last in edges.reshape(-1, 2):
        yield int(starts[first]), int(ends[last - 1])
