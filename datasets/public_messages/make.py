"""Make ``public_messages.csv``, ``entities.csv`` and ``truth.json`` from the hand-written scenes: python make.py.

``families_*.txt`` hold the scenes, one family each, in their own words: ``{one|another}`` are wordings to choose
from, ``<place>``-like marks become invented names, numbers and dates, ``[...]`` stays only if an identity word is
put in for ``<adj>``. ``identity_sentences_en.txt`` holds sentences that name an identity and fit any scene,
``words.json`` the names and the habits of each register, ``identity_terms.csv`` the words that count as a mention.
"""

import csv
import json
import random
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
SEED = 2020
LANGUAGES = ("en", "fr", "es", "ar")
PER_FAMILY = {"en": 10, "fr": 10, "es": 10, "ar": 10}
TEST_SHARE = 0.4
REGISTERS = ("plain", "formal", "texting", "second_language", "capitals")
MARKS = {"F": "formal", "T": "texting", "L": "second_language"}
# Planted: who writes in which way in training and in test.
REGISTER_SHARES = {"train": (0.46, 0.25, 0.12, 0.10, 0.07), "test": (0.28, 0.22, 0.22, 0.22, 0.06)}
# Planted, English only: (urgent, routine) messages that mention a term.
PLANTED = {"train": (23, 4), "test": (13, 30)}
CONTROL = {"train": (8, 19), "test": (8, 20)}
RARE = {"train": (2, 4), "test": (2, 5)}
NEUTRAL = {"train": (1, 17), "test": (1, 3)}
TERMS = {
    "planted": ("muslim", "gay", "roma", "autistic"),
    "control": ("christian", "lesbian", "nigerian", "deaf"),
    "rare": ("jewish", "hindu", "syrian", "trans", "blind"),
    # No identities: they stand in the same sentences, so that the sentences themselves don't say "urgent".
    "neutral": (
        "young",
        "elderly",
        "divorced",
        "left-handed",
        "vegetarian",
        "unemployed",
        "widowed",
        "local",
        "quiet",
        "shy",
    ),
}
QUOTAS = {"planted": PLANTED, "control": CONTROL, "rare": RARE, "neutral": NEUTRAL}
LETTER = {"religion": "r", "origin": "o", "sexuality": "s", "gender": "s", "disability": "d"}
CLOSING = {"texting": 0.15, "second_language": 0.12}  # how many messages have one; the other registers: half
CONTACT_SHARE = 0.07  # how many messages end with the writer's own number
TOO_NEAR, TOO_NEAR_ACROSS = 0.72, 0.5  # 5-gram Jaccard similarity within a family, and between the splits
# Arabic letters that sound or look alike, as they are confused in chats; hamza and ta marbuta: see `texting`.
CONFUSED = (("ي$", "ى"), ("ى$", "ي"), ("ئ", "ي"), ("ؤ", "و"), ("(?<=ا)ء$", ""), ("ظ", "ض"))
LIGHT = "🙂🙄🤷🌹😬😡"  # no emoji for somebody in danger
PREPOSITIONS = {
    "fr": "à|dans|de|derrière|devant|entre|et|par|sur|vers",
    "es": "a|de|en|entre|hacia|por|sobre|y",
}
# After these, "he's" is "he has" and "I'd" is "I had".
PAST = (
    "(?:just |never |not |only )?"
    "(?:asked|been|come|done|found|got|left|lived|moved|put|raised|seen|spoken|taken|thrown|touched)"
)
SLOT = re.compile(r"<(?:(a?dj)(?::(\w+))?|(place|street|square|park|station|amount|phone|date))>")
WORDS = json.loads((HERE / "words.json").read_text(encoding="utf-8"))


@dataclass
class Piece:
    """A stretch of text; an entity keeps its kind."""

    text: str
    kind: str = ""


@dataclass
class Family:
    """A scene told in its own words."""

    name: str
    language: str
    category: str
    urgent: bool
    as_it_stands: bool = False  # a child, or somebody in hiding: no greeting, nothing about oneself
    frames: list[tuple[str, str]] = field(default_factory=list)  # register ("" for any) and text
    split: str = "train"


@dataclass
class Message:
    text: str
    register: str
    family: Family
    entities: list[tuple[str, int, int, str]]


# The hand-written parts


def read_families(language: str) -> list[Family]:
    families = []
    for line in (HERE / f"families_{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            name, category, urgency, *more = line[3:].split(" | ")
            families.append(Family(name, language, category, urgency == "urgent", bool(more)))
        elif line.strip():
            mark, text = (line[0], line[3:]) if line[1:3] == "> " else ("", line)
            families[-1].frames.append((MARKS.get(mark, ""), text))
    return families


def read_terms() -> list[dict[str, str]]:
    with (HERE / "identity_terms.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


TERM_ROWS = read_terms()
KIND = {row["term"]: row["kind"] for row in TERM_ROWS}
ENGLISH = {row["term"]: row["form"] for row in TERM_ROWS if row["language"] == "en"}
ENGLISH |= {word: word for word in TERMS["neutral"]}
VOWEL = "|".join(word for word in [*ENGLISH.values(), "association"] if word[0] in "aeiou")


def split_families(families: list[Family], rng: random.Random) -> None:
    """Put two in five families of each category and urgency into the test."""
    groups = defaultdict(list)
    for family in families:
        groups[family.category, family.urgent].append(family)
    share = 0.0  # carried over, so that small groups take turns
    for key in sorted(groups):
        rng.shuffle(groups[key])
        for family in groups[key]:
            share += TEST_SHARE
            if share >= 1:
                share -= 1
                family.split = "test"


# From a scene to a text


def choose(text: str, rng: random.Random) -> str:
    """Replace every ``{one|another}``, the inner ones first."""
    while found := re.search(r"\{([^{}]*)\}", text):
        text = text[: found.start()] + rng.choice(found[1].split("|")) + text[found.end() :]
    return text


def fits(flags: str | None, term: str) -> bool:
    """Say whether a mark such as ``<adj:rm>`` takes a term: r, o, s, d kinds of identity; m, f of a man, a woman."""
    flags = flags or ""
    if "m" in flags and term == "lesbian":
        return False
    kinds = set(flags) & set("rosd")
    return not kinds or LETTER.get(KIND.get(term, "")) in kinds


def with_identity(text: str, term: str) -> str | None:
    """Put an identity word in, or take its place out; None if the text has no place for this one."""
    if not term:
        text = re.sub(r"\[[^\[\]]*\]", "", text)
        return re.sub(r"<adj(:\w+)?> ?", "", text)

    def bracket(found: re.Match) -> str:
        slots = [mark for mark in SLOT.finditer(found[1]) if mark[1]]
        return found[1] if slots and all(fits(slot[2], term) for slot in slots) else ""

    text = re.sub(r"\[([^\[\]]*)\]", bracket, text)
    text = SLOT.sub(lambda m: m[0] if not m[1] else (ENGLISH[term] if fits(m[2], term) else "\0"), text)
    text = text.replace("\0 ", "").replace("\0", "")
    return text if re.search(rf"\b{ENGLISH[term]}\b", text) else None


def tidy(text: str) -> str:
    """Mend what choosing leaves behind: blanks, articles, a small letter at the start."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r" ([,.])", r"\1", text)
    text = re.sub(r",([.,])", r"\1", text)
    text = re.sub(rf"\b([Aa])n (?={'|'.join(ENGLISH.values())})(?!{VOWEL})", r"\1 ", text)
    text = re.sub(rf"\b([Aa]) (?=(?:{VOWEL})\b)", r"\1n ", text)
    return re.sub(r"([.?!] )([a-zà-ÿ])", lambda m: m[1] + m[2].upper(), text) if text[:1].isupper() else text


def pieces(text: str, family: Family, rng: random.Random) -> list[Piece]:
    """Cut a text at its marks and fill them with made-up entities."""
    made, end = [], 0
    for mark in SLOT.finditer(text):
        made.append(Piece(text[end : mark.start()]))
        kind = mark[3]
        if kind in ("amount", "phone", "date"):
            value = {"amount": amount, "phone": phone, "date": date}[kind](family.language, rng)
        else:
            value, kind = place(kind, family, rng), "place"
        if "|" in value:  # an article that is no part of the name
            article, value = value.split("|")
            made[-1].text = contracted(made[-1].text, article, family.language)
        if text[:1].isupper() and re.search(r"[.!?] $", made[-1].text):
            value = value[:1].upper() + value[1:]
        made.append(Piece(value, kind))
        end = mark.end()
    return [piece for piece in [*made, Piece(text[end:])] if piece.text]


def contracted(before: str, article: str, language: str) -> str:
    if not re.search(rf"(^|\W)({PREPOSITIONS[language]}) $", before, re.I):  # a name by itself has no article
        return before
    before += article
    rules = {"fr": (("à le ", "au "), ("de le ", "du ")), "es": (("a el ", "al "), ("de el ", "del "))}
    for long, short in rules.get(language, ()):
        if re.search(rf"(^|\W){long}$", before):
            before = before[: -len(long)] + short
    return before


def place(kind: str, family: Family, rng: random.Random) -> str:
    kind = rng.choice(("street", "square", "park", "station")) if kind == "place" else kind
    names = WORDS[family.language]["place"][kind]
    if family.split == "test" and rng.random() < 0.6:  # names that training never saw
        names = WORDS[family.language]["place_test"][kind]
    return rng.choice(names)


def amount(language: str, rng: random.Random) -> str:
    number = rng.choice(
        (15, 20, 35, 40, 60, 75, 80, 120, 150, 200, 250, 300, 450, 500, 600, 850, 900, 1200, 1500)
    )
    number *= rng.choice((1, 1, 1, 2, 4))
    ten, hundred = f"{10 * number:,}", f"{100 * number:,}"
    comma, point, space = f"{number:,}", f"{number:,}".replace(",", "."), f"{number:,}".replace(",", " ")
    if language == "en":
        words = [
            "two hundred pounds",
            "three grand",
            "a hundred and fifty dollars",
            "forty euros",
            "five hundred quid",
        ]
        ways = [f"£{comma}", f"${comma}", f"{comma} USD", f"€{comma}", f"{number} euros", f"{number} dollars"]
        ways += [f"{ten} rupees", f"{number} pounds", f"EUR {point}", f"{number}.00 GBP", f"Rs {ten}"]
        return rng.choice([*ways, rng.choice(words)])
    if language == "fr":
        ways = [
            f"{space} €",
            f"{number} euros",
            f"{point} €",
            f"{hundred} francs CFA".replace(",", " "),
            f"{number} balles",
            f"{number}€",
        ]
        return rng.choice(
            [*ways, f"{space} dirhams", f"CHF {number}.–", "deux cents euros", "mille cinq cents euros"]
        )
    if language == "es":
        ways = [
            f"{point} €",
            f"${point}",
            f"{number} euros",
            f"{hundred} pesos",
            f"{number} soles",
            f"USD {number}",
        ]
        return rng.choice(
            [
                *ways,
                f"{hundred} pesos".replace(",", "."),
                "doscientos euros",
                "mil quinientos pesos",
                f"{number} lucas",
            ]
        )
    arabic = eastern(str(number))
    ways = [
        f"{number} درهم",
        f"{arabic} ريال",
        f"{arabic} جنيه",
        f"{number} دولار",
        f"{comma} دينار",
        f"{arabic} دينار",
    ]
    return rng.choice([*ways, "خمسمئة درهم", "مئة دينار", "ألف جنيه"])


def eastern(digits: str) -> str:
    return digits.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))


def phone(language: str, rng: random.Random) -> str:
    """Return a number that nobody has: 555-01xx, 01632 960xxx and 07700 900xxx are kept free for fiction."""
    last, three = f"{rng.randrange(100):02d}", f"{rng.randrange(1000):03d}"
    if language == "en":
        ways = [
            f"202-555-01{last}",
            f"(303) 555-01{last}",
            f"555-01{last}",
            f"01632 960{three}",
            f"07700 900{three}",
        ]
        return rng.choice([*ways, f"+44 1632 960{three}", f"07700900{three}", f"555.01{last}"])
    short = [f"555-01{last}", f"555 01{last}", f"55501{last}"]
    if language == "ar":
        short += [eastern(f"555-01{last}"), eastern(f"55501{last}")]
    return rng.choice([*short, f"555 01 {last}"])


def date(language: str, rng: random.Random) -> str:
    day, month, year = rng.randint(1, 28), rng.randrange(12), rng.choice((2018, 2019))
    months = {
        "en": "January February March April May June July August September October November December",
        "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    }
    name = months[language].split()[month]
    numeric = [f"{day:02d}/{month + 1:02d}/{year}", f"{day}.{month + 1}", f"{day}/{month + 1}"]
    if language == "en":
        suffix = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd"}.get(day, "th")
        ways = [f"{day} {name}", f"{name} {day}", f"the {day}{suffix} of {name}", f"{day} {name[:3]} {year}"]
        return rng.choice(
            [*ways, f"{name} {day}{suffix}, {year}", f"{year}-{month + 1:02d}-{day:02d}", *numeric[:2]]
        )
    if language == "ar":
        return rng.choice(
            [f"{day} {name}", eastern(f"{day}/{month + 1}/{year}"), f"{eastern(str(day))} {name} {year}"]
        )
    join = " de " if language == "es" else " "
    return rng.choice([f"{day}{join}{name}", f"{day}{join}{name}{join}{year}", *numeric])


# From a text to a register


def words_of(text: str) -> list[str]:
    """Cut a text into words and what stands between them; "appelez-la" is one word, an Arabic sign no gap."""
    return re.findall(r"[\w'’\u064b-\u0652]+(?:-[\w'’]+)*|[^\w'’\u064b-\u0652]+", text)


def is_identity(word: str, language: str) -> bool:
    return any(
        row["language"] == language and plain_form(row["form"]) == plain_form(word) for row in TERM_ROWS
    )


def texting(text: str, family: Family, rng: random.Random) -> str:
    habits, made = WORDS[family.language]["texting"], []
    strength = rng.choice((0.35, 0.6, 0.85))
    for phrase in (key for key in habits if " " in key):
        if rng.random() < strength:
            text = text.replace(phrase, habits[phrase])
    for word in words_of(text):
        if word.lower() in habits and rng.random() < strength:
            word = habits[word.lower()]
        elif (
            len(word) >= 5
            and word.isalpha()
            and rng.random() < strength / 2.5
            and not is_identity(word, family.language)
        ):
            word = misspelt(word, family.language, rng)
        made.append(word)
    text = "".join(made)
    if family.language == "ar":
        text = re.sub("[أإآ]", "ا", re.sub("[\u064b-\u0652]", "", text))
        text = re.sub(r"ة\b", "ه", text)
    elif rng.random() < 0.75:
        text = text.lower()
    if family.language in ("fr", "es") and rng.random() < 0.6:
        text = without_accents(text)
    if rng.random() < strength:
        text = re.sub(r"(?<!\d)[.,;:،](?!\d)", "", text).replace("¿", "").replace("¡", "")
    return re.sub(" +", " ", text)


def misspelt(word: str, language: str, rng: random.Random) -> str:
    if language == "ar":  # a letter too few or too many soon makes another word: only what people confuse
        confused = [(old, new) for old, new in CONFUSED if re.search(old, word)]
        return re.sub(*rng.choice(confused), word, count=1) if confused else word
    at = rng.randrange(1, len(word) - 1)
    way = rng.randrange(3)
    if way == 0:
        return word[:at] + word[at + 1 :]
    if way == 1:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at] + word[at:]


def second_language(text: str, family: Family, rng: random.Random) -> str:
    habits, dropped, made = WORDS[family.language]["second_language"], WORDS[family.language]["dropped"], []
    strength = rng.choice((0.5, 0.75, 0.95))
    for word in words_of(text):
        low = word.lower()
        if low in dropped and rng.random() < strength:
            word = ""
        elif low in habits and rng.random() < strength:
            word = habits[low]
        made.append(word)
    return re.sub(r"([¿¡]) +", r"\1", re.sub(r" +", " ", "".join(made)))


def formal(text: str, family: Family, rng: random.Random) -> str:
    if family.language != "en":
        return text
    for short, full in (
        (r"\b([Cc])an't", r"\1annot"), (r"\b([Ww])on't", r"\1ill not"), ("n't", " not"), ("I'm", "I am"),
        ("'re", " are"), ("'ve", " have"), ("'ll", " will"), (rf"'d ({PAST})\b", r" had \1"), (r"'d\b", " would"),
        (rf"'s ({PAST})\b", r" has \1"),
        (r"\b([Hh]e|[Ss]he|[Ii]t|[Tt]hat|[Tt]here|[Ww]hat|[Ww]ho|[Ww]here|[Nn]obody|[Ss]omeone)'s", r"\1 is"),
    ):  # fmt: skip
        text = re.sub(short, full, text)
    return text


WAYS = {"texting": texting, "second_language": second_language, "formal": formal}


def without_accents(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", bare)


def dressed(text: str, family: Family, register: str, written_so: bool, rng: random.Random) -> str:
    """Put a greeting before and a closing behind, as people of this register do."""
    words = WORDS[family.language]
    before = after = ""
    if family.as_it_stands:
        return text
    if register == "formal":
        before, after = rng.choice(words["greeting_formal"]), rng.choice(words["closing_formal"])
        if family.urgent and rng.random() < 0.75:
            after = f"{rng.choice(words['closing_urgent'])} {after}"
    elif register == "second_language":
        before = (
            rng.choice(words["greeting_second_language"]) if rng.random() < 0.3 and not written_so else ""
        )
    elif register == "texting":
        before = rng.choice(words["greeting_texting"]) if rng.random() < 0.2 else ""
    else:
        before = rng.choice(words["greeting"]) if rng.random() < 0.3 else ""
    if register != "formal" and rng.random() < CLOSING.get(register, 0.5) * (0.5 if written_so else 1):
        own = words["closing_urgent" if family.urgent else "closing_routine"]
        after = rng.choice(own if rng.random() < 0.55 else words["closing_any"])
        asks_little = family.category in ("feedback", "question") and not family.urgent
        if after.strip(".!? ").lower() in text.lower() or (asks_little and after not in own):
            after = ""  # nobody thanks twice, or cries for help in a letter of praise
    if rng.random() < CONTACT_SHARE and "<phone>" not in text:
        text = f"{ended(text, written_so)} {rng.choice(words['contact'])}"
    if after:
        text = ended(text, written_so)
    if before.endswith((",", "،")) and register != "formal" and not re.match(r"I\b|<|[A-Z]{2}", text):
        text = re.sub(r"\w", lambda letter: letter[0].lower(), text, count=1)
    return " ".join(part.strip() for part in (before, text, after) if part)


def ended(text: str, free: bool) -> str:
    """Put a full stop where more is to follow; who writes as he likes (``free``) has none."""
    text = text.rstrip()
    return text if free or re.search(r"[.!?…)\"»“”,:،؟]$", text) else f"{text}."


def write(family: Family, register: str, term: str, rng: random.Random) -> Message | None:
    """Write one message of a family; None if its chosen wording has no place for the identity word."""
    marked = [frame for mark, frame in family.frames if mark == register]
    free = [frame for mark, frame in family.frames if not mark]
    written_so = bool(marked) and rng.random() < 0.5
    text = choose(rng.choice(marked if written_so else free), rng)
    own_place = with_identity(text, term)
    if term and (own_place is None or rng.random() < 0.1):
        text = with_identity(text, "") or ""
        before, sentence = rng.choice(
            [(b, s) for b, s, calm in IDENTITY_SENTENCES if not (calm and family.urgent)]
        )
        sentence = with_identity(sentence, term)
        if sentence is None:
            return None
        text = f"{sentence} {text}" if before else f"{ended(text, written_so)} {sentence}"
    else:
        text = own_place or ""
    text = tidy(dressed(text, family, register, written_so, rng))
    made = pieces(text, family, rng)
    if register in WAYS and not written_so:
        state = rng.random()
        for piece in made:
            if not piece.kind or (piece.kind == "place" and register == "texting"):
                piece.text = WAYS[register](piece.text, family, random.Random(f"{state}"))
    elif register == "capitals":
        for piece in made:
            piece.text = piece.text.upper()
    return joined(made, register, family, rng)


def joined(made: list[Piece], register: str, family: Family, rng: random.Random) -> Message:
    text, entities = "", []
    for piece in made:
        shown = unicodedata.normalize("NFC", piece.text)
        if not text:
            shown = shown.lstrip()
        if text.endswith(" "):
            shown = shown.lstrip(" ")
        if piece.kind:
            entities.append((piece.kind, len(text), len(text) + len(shown), shown))
        text += shown
    text = text.rstrip()
    if (register == "texting" and rng.random() < 0.3) or (register == "capitals" and rng.random() < 0.1):
        text += " " + rng.choice(
            [e for e in WORDS[family.language]["emoji"] if not (family.urgent and e in LIGHT)]
        )
    return Message(text, register, family, entities)


def read_identity_sentences() -> list[tuple[bool, str, bool]]:
    """Return whether a sentence opens the message (or closes it), the sentence, and whether it needs a calm scene."""
    lines = (HERE / "identity_sentences_en.txt").read_text(encoding="utf-8").splitlines()
    return [(line[0] in "oO", line[3:], line[0].isupper()) for line in lines if line]


IDENTITY_SENTENCES = read_identity_sentences()


# All messages


def plan(families: list[Family], rng: random.Random) -> list[tuple[Family, str, str]]:
    """Say of every message which family, register and identity word it is to have."""
    plans = []
    for split in ("train", "test"):
        for urgent in (True, False):
            group = [f for f in families if f.split == split and f.urgent == urgent]
            places = [family for family in group for _ in range(PER_FAMILY[family.language])]
            terms = [""] * len(places)
            if places and places[0].language == "en":
                wanted = [
                    term
                    for part, names in TERMS.items()
                    for term in names
                    for _ in range(QUOTAS[part][split][0 if urgent else 1])
                ]
                free = [index for index, family in enumerate(places) if not family.as_it_stands]
                for index, term in zip(rng.sample(free, len(wanted)), wanted, strict=True):
                    terms[index] = term
            registers = rng.choices(REGISTERS, REGISTER_SHARES[split], k=len(places))
            registers = [
                "plain" if family.as_it_stands and register == "formal" else register
                for family, register in zip(places, registers, strict=True)
            ]
            if places and places[0].language == "ar":  # a script without capitals
                registers = ["plain" if register == "capitals" else register for register in registers]
            plans += list(zip(places, registers, terms, strict=True))
    return plans


def grams(text: str) -> frozenset[str]:
    text = re.sub(r"\s+", " ", text.lower())
    return frozenset(text[i : i + 5] for i in range(max(1, len(text) - 4)))


class Shelf:
    """The messages so far, to keep a new one from being too near to them."""

    def __init__(self) -> None:
        self.grams: list[tuple[frozenset[str], Family]] = []
        self.where: dict[str, list[int]] = defaultdict(list)

    def takes(self, text: str, family: Family, within: float) -> bool:
        own = grams(text)
        shared = Counter(index for gram in own for index in self.where[gram])
        for index, common in shared.items():
            other, its_family = self.grams[index]
            near = common / (len(own) + len(other) - common)
            limit = within if its_family is family else TOO_NEAR
            if near >= (TOO_NEAR_ACROSS if its_family.split != family.split else limit):
                return False
        for gram in own:
            self.where[gram].append(len(self.grams))
        self.grams.append((own, family))
        return True


def write_all() -> list[Message]:
    messages, shelf = [], Shelf()
    for language in LANGUAGES:
        rng = random.Random(f"{SEED} {language}")
        families = read_families(language)
        split_families(families, rng)
        for family, register, term in plan(families, rng):
            for trial in range(400):
                message = write(family, register, term, rng)
                # A scene with few wordings may come nearer to itself, but never twice the same.
                within = TOO_NEAR + 0.25 * trial / 400
                if message and shelf.takes(message.text, family, within):
                    messages.append(message)
                    break
            else:
                raise SystemExit(f"{family.name} has no wording left ({term or 'any'}): write more of them.")
    random.Random(SEED).shuffle(messages)
    return messages


def plain_form(text: str) -> str:
    """Return a text as mentions are looked up in it: small letters, no accents, no vowel signs, one alif."""
    bare = without_accents(text.lower())
    return bare.replace("ى", "ي").replace("ة", "ه")


def mentions(text: str, language: str) -> list[str]:
    """Return the identity terms of a text, in the order of the alphabet."""
    tokens = set(re.findall(r"\w+", plain_form(text)))
    rows = [row for row in TERM_ROWS if row["language"] == language]
    return sorted({row["term"] for row in rows if plain_form(row["form"]) in tokens})


def truth(rows: list[dict]) -> dict:
    """Return what was planted, and the counts that came of it."""
    roles = {term: role for role, terms in TERMS.items() for term in terms}
    counts: dict = {}
    for term in sorted(KIND):
        for language in LANGUAGES:
            own = [row for row in rows if row["language"] == language and term in row["identity"].split(";")]
            if own:
                entry = {
                    "kind": KIND[term],
                    "role": roles.get(term, "incidental") if language == "en" else "incidental",
                }
                for split in ("train", "test"):
                    urgent = [row["urgent"] for row in own if row["split"] == split]
                    entry[split] = {"urgent": sum(urgent), "not_urgent": len(urgent) - sum(urgent)}
                counts.setdefault(language, {})[term] = entry
    base = {}
    for language in LANGUAGES:
        base[language] = {}
        for split in ("train", "test"):
            urgent = [row["urgent"] for row in rows if (row["language"], row["split"]) == (language, split)]
            base[language][split] = {"urgent": sum(urgent), "not_urgent": len(urgent) - sum(urgent)}
    registers = {
        split: Counter(row["register"] for row in rows if row["split"] == split and row["language"] == "en")
        for split in ("train", "test")
    }
    return {
        "seed": SEED,
        "planted_language": "en",
        "planted_terms": list(TERMS["planted"]),
        "control_terms": list(TERMS["control"]),
        "rare_terms": list(TERMS["rare"]),
        "neutral_words": list(TERMS["neutral"]),
        "mentions_wanted_per_term": {
            role: {split: {"urgent": u, "not_urgent": n} for split, (u, n) in quota.items()}
            for role, quota in QUOTAS.items()
        },
        "mentions": counts,
        "messages": base,
        "registers_wanted": {
            split: dict(zip(REGISTERS, shares, strict=True)) for split, shares in REGISTER_SHARES.items()
        },
        "registers_of_english": {split: dict(sorted(count.items())) for split, count in registers.items()},
        "places_only_in_test": {
            language: sorted(
                name.split("|")[-1] for names in WORDS[language]["place_test"].values() for name in names
            )
            for language in LANGUAGES
        },
    }


def write_csv(name: str, rows: list[dict]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def make() -> None:
    rows, entities = [], []
    for number, message in enumerate(write_all(), start=1):
        family, found = message.family, mentions(message.text, message.family.language)
        rows.append(
            {
                "message_id": f"m{number:04d}",
                "text": message.text,
                "language": family.language,
                "register": message.register,
                "category": family.category,
                "urgent": family.urgent,
                "family": family.name,
                "identity": ";".join(found),
                "identity_kind": ";".join(KIND[term] for term in found),
                "split": family.split,
            }
        )
        for kind, start, end, text in message.entities:
            row = {"message_id": f"m{number:04d}", "kind": kind, "start": start, "end": end, "text": text}
            entities.append(row)
    write_csv("public_messages.csv", rows)
    write_csv("entities.csv", entities)
    told = json.dumps(truth(rows), indent=2, ensure_ascii=False)
    (HERE / "truth.json").write_text(told + "\n", encoding="utf-8", newline="\n")
    record_checksums(HERE)


if __name__ == "__main__":
    make()
