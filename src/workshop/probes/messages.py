"""The word probe: any message that a trainee types, its urgency, and what each of its words adds to the score."""

from collections.abc import Mapping
from html import escape

import numpy as np
from scipy.special import expit

from workshop.domains.text.triage import check_text
from workshop.probes import svg
from workshop.probes.controls import Choice, Slider, Text, steps
from workshop.probes.html import Picture, bullets, panel, paragraph, table
from workshop.probes.playable import playable
from workshop.probes.probe import Probe
from workshop.probes.words import count, isolated, joined, signed

MESSAGES = {
    "A knife in the kitchen, in English": (
        "There is a man with a knife in my kitchen. Please come now, I am hiding in the bathroom with my children."
    ),
    "The same in French": (
        "Il y a un homme avec un couteau dans ma cuisine. Venez vite, je me cache dans la salle de bains avec mes "
        "enfants."
    ),
    "The same in Spanish": (
        "Hay un hombre con un cuchillo en mi cocina. Vengan rápido, estoy escondida en el baño con mis hijos."
    ),
    "The same in Arabic": "هناك رجل معه سكين في مطبخي. تعالوا بسرعة، أنا مختبئة في الحمّام مع أطفالي.",
    "The same, typed in a hurry": "theres a man w a nife in my kichen pls come quik im hidin in bathrm w my kids 😱",
    "A lost umbrella, in English": (
        "Hello, I lost my blue umbrella on the bus last week. Could you tell me where lost property is kept? Thank you."
    ),
}
THRESHOLDS = steps(0.05, 0.95, 0.05)
_OWN = "Your own text"
_GUESS = 0.5  # below this share of known words a score is called a guess
_MOST_WORDS, _MOST_LETTERS = 1000, 8000  # of a message that are shown
_FITS = 420  # letters that the box shows without scrolling
_STRENGTHS = (0.1, 1 / 3, 2 / 3)  # of the strongest word: where a thicker line begins
_FAINT = 0.02  # log-odds: what adds less is not marked, however weak all the others are
_NAMED = 4  # words that a line under the picture names
# Control characters, those that turn the direction of what follows, halves of a character, and what is none.
_HIDDEN = dict.fromkeys(
    [
        *range(32),
        *range(127, 160),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xD800, 0xE000),
        0xFFFE,
        0xFFFF,
    ],
    "\ufffd",
) | {ord("\t"): "\t", ord("\n"): "\n", ord("\r"): " "}
_LEFT, _LENGTH = 20, 720  # pixels: the scale of scores
_STYLE = f"""<style>
.workshop-raises-1{{background:#fff1e8;border-bottom:2px solid {svg.VERMILION.fill}}}
.workshop-raises-2{{background:#ffdcc2;border-bottom:3px solid {svg.VERMILION.fill}}}
.workshop-raises-3{{background:#ffc193;border-bottom:5px solid {svg.VERMILION.fill}}}
.workshop-lowers-1{{background:#e8f3fb;border-bottom:2px dashed {svg.BLUE.fill}}}
.workshop-lowers-2{{background:#cbe4f6;border-bottom:3px dashed {svg.BLUE.fill}}}
.workshop-lowers-3{{background:#a3d0ef;border-bottom:5px dashed {svg.BLUE.fill}}}
.workshop-panel span.workshop-unknown{{color:{svg.GREY}!important;border-bottom:2px dotted {svg.GREY}}}
</style>"""
_KEYS = (
    '<div class="workshop-keys">'
    '<span><span class="workshop-raises-2">raises the score</span></span>'
    '<span><span class="workshop-lowers-2">lowers the score</span></span>'
    '<span><span class="workshop-unknown">unknown to the model</span></span>'
    "<span>The thicker the line, the more the word moves this score.</span></div>"
)


def message(triage, messages=None, *, threshold=0.5):
    """Let a trainee type any message, and show its urgency and what each word adds to it.

    Parameters
    ----------
    triage : workshop.domains.text.Triage
        The fitted model.
    messages : mapping of str to str, optional
        Messages that stand ready, by the name under which they are chosen. By default the same call for help in
        four languages, in a hurry, and a question about an umbrella.
    threshold : float, default 0.5
        The score from which a message is called urgent at first; one of 0.05, 0.10 and so on to 0.95.

    Returns
    -------
    Typed
        Controls prepared (a name), message (any text) and threshold.

    Raises
    ------
    ValueError
        If the messages are no mapping of names to texts, or the threshold is none of those.

    Notes
    -----
    Contributions are exact, in log-odds: with the start value they add up to the log-odds of the score (see
    `workshop.domains.text.Triage.explain`). A text that cannot be scored is answered with the reason.
    """
    ready = MESSAGES if messages is None else messages
    choice, typed_by = prepared(ready, "message", "Messages that stand ready")
    first = ready[choice.value]
    controls = (
        choice,
        urgent_from(threshold),
        _Typed("message", "The message: type your own", (first,), first, sets=typed_by),
    )

    def draw(prepared, message, threshold):
        try:
            found = triage.explain(check_text(message))
        except ValueError as error:  # nothing typed yet, or too much: no mistake of the program
            return Picture(str(error), "", "", "")
        return _picture(found, threshold)

    return Typed(
        "What each word adds to the urgency of a message",
        controls,
        draw,
        "In log-odds, the scale on which words add up. The longer the message, the less each of its words weighs. "
        "This shows how the model works, not whether the message is urgent.",
    )


def prepared(texts, target, label):
    """Return the control that chooses among texts that stand ready, and what the field they go to sets in turn.

    Parameters
    ----------
    texts : mapping of str to str
        By the name under which they are chosen.
    target : str
        Name of the control that is typed into.
    label : str

    Returns
    -------
    Choice
        Named prepared; its last option stands for a text that the trainee typed.
    mapping
        From any text to the option that stands for it, as `Control.sets`.

    Raises
    ------
    ValueError
        If the texts are no mapping of names to texts.
    """
    if (
        not isinstance(texts, Mapping)
        or not texts
        or not all(isinstance(part, str) for item in texts.items() for part in item)
        or _OWN in texts
    ):
        raise ValueError(
            'Give the texts that stand ready as a dict of names and texts, such as {"A key": "I lost my key."}; '
            f"no name may be “{_OWN}”."
        )
    fills = {name: {target: text} for name, text in texts.items()}
    return Choice("prepared", label, (*texts, _OWN), next(iter(texts)), isolated, fills), _NameOf(texts)


def urgent_from(threshold):
    """Return the control of the score from which a message is called urgent."""
    return Slider("threshold", "Urgent from a score of", THRESHOLDS, threshold, "{:.2f}".format)


class _NameOf(dict):
    """From a text to the option of the chooser that stands for it: its name, or that it is the trainee's own."""

    def __init__(self, texts):
        super().__init__({text: {"prepared": name} for name, text in texts.items()})

    def get(self, text, default=None):
        return super().get(text, {"prepared": _OWN})


class _Typed(Text):
    """A message of any length: whether it can be scored is the model's to say."""

    def check(self, value):
        if not isinstance(value, str):
            raise ValueError(
                f"“{self.label}” must be text, but it is {type(value).__name__}; type a message."
            )
        return value

    def widget(self):
        field, shown = super().widget()
        field.rows = 4
        return field, shown


class Typed(Probe):
    """A text that is typed. Without a kernel those that stand ready can be chosen."""

    def playable(self, control=None):
        """Return html whose slider goes through the texts that stand ready, or through another control."""
        if control not in (None, "prepared"):
            return super().playable(control)
        choice = self.controls[0]
        names = choice.options[:-1]  # the last stands for what is typed
        ready = Choice(choice.name, choice.label, names, choice.value, choice.words)
        return playable(ready, [self.picture(prepared=name) for name in names], self.caption)

    def still(self):
        """Return the picture of the first text, and how to bring it to life."""
        note = paragraph("Run this cell to type your own text.", "note")
        return panel(f"{self.content()}\n{note}")


def score_words(probability, threshold):
    """Return a score with two decimals, or in words where rounding would put it on the wrong side of the threshold."""
    shown = f"{probability:.2f}"
    if probability < threshold <= float(shown):
        return f"just below {threshold:.2f}"
    if probability < 0.005:
        return "under 0.01"
    return "over 0.99" if probability > 0.995 else shown


def _picture(found, threshold):
    sentence = _sentence(found, threshold)
    figure = f"{_STYLE}\n{_KEYS}\n{_highlighted(found)}\n{_scale(found, threshold, sentence)}"
    return Picture(sentence, figure, bullets(_said(found)), _table(found, threshold))


def _sentence(found, threshold):
    verdict = "Urgent" if found.probability >= threshold else "Not urgent"
    score = score_words(found.probability, threshold)
    return f"{verdict}: score {score}, urgent from {threshold:.2f}. {_known_words(found.words['known'])}"


def _known_words(known):
    words = count(len(known), "words")
    if not len(known):
        return "There is no word in it: the score is the same for every such text."
    if not known.any():
        told = "does not know the only word" if len(known) == 1 else f"knows none of the {words}"
        return f"The model {told}: every such message gets this score."
    if known.all():
        return f"The model knows {'the only word' if len(known) == 1 else f'all {words}'}."
    told = f"The model knows {count(int(known.sum()))} of {words}"
    return f"{told}: this score is a guess." if known.mean() < _GUESS else f"{told}."


def _said(found):
    """Say which words move the score most, and which are unknown."""
    words = found.words
    named = words.assign(name=words["word"].map(legible).str.casefold()).groupby("name", sort=False)
    sums = named["contribution"].sum().round(4)
    for told, some in (
        ("Raise the score most", sums[sums > 0].sort_values(ascending=False, kind="stable")),
        ("Lower it most", sums[sums < 0].sort_values(kind="stable")),
    ):
        if len(some):
            parts = [f"{_quoted(word)} {signed(value, '+.2f')}" for word, value in some.head(_NAMED).items()]
            yield f"{told}: {', '.join(parts)}."
    unknown = list(named["known"].all().loc[lambda known: ~known].index)
    if unknown:
        more = len(unknown) - _NAMED
        parts = [*map(_quoted, unknown[:_NAMED]), *([f"{count(more)} more"] if more > 0 else [])]
        yield f"Unknown: {joined(parts)}. What they say cannot reach the model."


def _quoted(word):
    return f"“{isolated(word if len(word) <= 30 else word[:29] + '…')}”"


def legible(text):
    """Return a text, letter for letter, in which nothing is hidden: signs that turn or end a text are seen as �."""
    return text.translate(_HIDDEN)


def _highlighted(found):
    """Return the message as it was typed, each word in the look of what it adds, and how much of it is shown."""
    end = min(len(found.text), _MOST_LETTERS, *found.words["start"].iloc[_MOST_WORDS : _MOST_WORDS + 1])
    words, text = found.words[found.words["start"] < end], legible(found.text[:end])
    pieces, at = [], 0
    columns = (words[name].tolist() for name in ("start", "end", "known", "contribution"))
    for start, stop, known, added, look in zip(*columns, _looks(found, words), strict=True):
        told = f"adds {signed(added, '+.4f')}" if known else "unknown, adds nothing"
        pieces.append(f'{escape(text[at:start])}<span{look} title="{told}">{escape(text[start:stop])}</span>')
        at = stop
    cut = " …" if end < len(found.text) else ""
    box = (
        '<div class="workshop-text" role="group" tabindex="0" dir="auto" aria-label="The message, word by word">'
        f"{''.join(pieces)}{escape(text[at:])}{cut}</div>"
    )
    notes = []
    if cut:
        notes.append(f"Shown: {count(end)} of {count(len(found.text))} letters. All of them are scored.")
    if end > _FITS:
        notes.append("Scroll in the box to read on.")
    return f"{box}\n{paragraph(' '.join(notes), 'note')}" if notes else box


def _looks(found, words):
    """Return the look of each word, as an html attribute: which way it moves the score, and how much."""
    size = words["contribution"].abs().to_numpy()
    strongest = found.words["contribution"].abs().max()
    strengths = np.searchsorted(np.multiply(_STRENGTHS, strongest), size, side="right")
    strengths[size < _FAINT] = 0
    for known, added, strength in zip(words["known"], words["contribution"], strengths, strict=True):
        if not known:
            yield ' class="workshop-unknown"'
        else:
            way = "raises" if added > 0 else "lowers"
            yield f' class="workshop-{way}-{strength}"' if strength else ""


def _scale(found, threshold, sentence):
    """Return the way of the score from its start value to the message's, past the threshold."""
    start, end = float(expit(found.start)), found.probability
    left, right, limit = (_LEFT + _LENGTH * place for place in (start, end, threshold))
    fill = (svg.VERMILION if end >= threshold else svg.BLUE).fill
    words = f"urgent from {threshold:.2f} →"
    fits = limit + 6 + svg.text_width(words, svg.SMALL, True) <= svg.WIDTH
    begins, ends = score_words(start, threshold), score_words(end, threshold)
    marks = [
        svg.axis(_LEFT, 56, _LENGTH, 22, {place / 4: f"{place / 4:g}" for place in range(5)}),
        svg.line(limit, 4, limit, 56, svg.BLACK, 1.5, "4 4"),
        svg.text(limit + (6 if fits else -6), 14, words, svg.SMALL, "start" if fits else "end", True),
        svg.line(left, 38, right, 38, fill, 4),
        svg.point(right, 38, "circle", fill, radius=9),
        svg.point(left, 38, "square", svg.WHITE),  # last: it is seen inside the circle
        svg.legend(
            _LEFT + 9,
            94,
            (
                (lambda x: svg.point(x, 89, "square", svg.WHITE), f"start, with no known word: {begins}"),
                (lambda x: svg.point(x, 89, "circle", fill, radius=9), f"this message: {ends}"),
            ),
            14,
            40,
        ),
    ]
    title = "From the start value to the score of this message"
    return svg.figure("message", 102, title, f"{sentence} The score starts at {begins}.", marks)


def _table(found, threshold):
    words = found.words.head(_MOST_WORDS)
    rest = found.words.iloc[_MOST_WORDS:]
    rows = [("Start", "no known word", "", signed(found.start, "+.4f"))]
    for place, (word, known, added) in enumerate(
        zip(words["word"], words["known"], words["contribution"], strict=True), 1
    ):
        told = "yes" if known else "no: unknown"
        rows.append((str(place), isolated(legible(word)), told, signed(added, "+.4f")))
    if len(rest):
        told = f"{count(int(rest['known'].sum()))} of them"
        rows.append((f"{count(len(rest))} more", "", told, signed(rest["contribution"].sum(), "+.4f")))
    rows.append(("Together", "", "", signed(found.log_odds, "+.4f")))
    rows.append(("Score", "", "", score_words(found.probability, threshold)))
    return table("What each word adds", ("Word", "As typed", "Known to the model", "Adds (log-odds)"), rows)
