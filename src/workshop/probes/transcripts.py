"""What was said and what a machine wrote, word by word: two sentences that a trainee types."""

import unicodedata
from html import escape

from workshop.domains.speech import word_errors
from workshop.probes import svg
from workshop.probes.controls import Text
from workshop.probes.html import Picture, bullets, panel, paragraph, table
from workshop.probes.probe import Probe
from workshop.probes.words import count, isolated, joined, of_hundred

_NOT = {"not", "no", "never", "nobody", "nothing", "none", "neither", "nor", "without", "cannot"}
_TOLD = {"hit": "kept", "substitution": "replaced", "deletion": "missing", "insertion": "added"}
_SIGNS = {"hit": "", "substitution": "≠ replaced", "deletion": "− missing", "insertion": "+ added"}
# The panel's own style belongs to every probe; these rules travel with the one figure that needs them.
_STYLE = f"""<style>
.workshop-words{{display:flex;flex-wrap:wrap;gap:8px;margin:4px 0 8px;font-size:18px;line-height:1.35}}
.workshop-words>div{{max-width:100%;box-sizing:border-box;padding:4px 8px;text-align:center;
border:2px solid {svg.PALE.fill};border-radius:4px;background:#fff}}
.workshop-words span{{display:block;min-height:24px;unicode-bidi:isolate}}
.workshop-words small{{display:block;min-height:18px;font-size:13px;font-weight:700}}
.workshop-words .workshop-rows{{border-color:transparent;text-align:start;font-weight:700;padding-left:0}}
.workshop-words .workshop-substitution{{border:2px solid {svg.VERMILION.fill};background:#fff1e8}}
.workshop-words .workshop-deletion{{border:2px dashed {svg.PURPLE.fill};background:#f9edf6}}
.workshop-words .workshop-insertion{{border:2px dotted {svg.BLUE.fill};background:#e8f3fb}}
.workshop-words del{{text-decoration:line-through;text-decoration-thickness:2px}}
.workshop-words ins{{text-decoration:underline;text-decoration-thickness:2px;font-weight:700}}
</style>"""


def transcript(said="I did not take the knife", heard="I did take the knife"):
    """Let a trainee type what was said and what a machine wrote, and show the word errors.

    Parameters
    ----------
    said, heard : str
        What stands in the two fields at first, each at most 300 letters long. By default one word is lost, and the
        sentence says the opposite.

    Returns
    -------
    Transcript
        Controls said and heard.

    Raises
    ------
    ValueError
        If one of them is no text or too long.
    """
    controls = (
        Text("said", "What was said", (said,), said),
        Text("heard", "What the machine wrote", (heard,), heard),
    )
    return Transcript(
        "What was said, and what the machine wrote",
        controls,
        _picture,
        "Word error rate: words replaced, missing and added, for each 100 words said. "
        "Capital letters and punctuation do not count. Only in English does this probe notice a lost “not”.",
    )


class Transcript(Probe):
    """Two sentences that are typed. Without a kernel nothing can be typed: a deck and a page show the first ones."""

    def playable(self, control=None):
        """Return the picture of the sentences that stand there first."""
        return self.static()

    def still(self):
        """Return the picture of the first sentences, and how to bring it to life."""
        note = paragraph("Run this cell to type your own sentences.", "note")
        return panel(f"{self.content()}\n{note}")


def _picture(said, heard):
    try:
        found = word_errors(said, heard)
    except ValueError:  # no word said: no mistake, somebody is about to type
        state = "holds no word" if said.strip() else "is empty"
        return Picture(f"Type what was said; the first field {state}.", "", "", "")
    return Picture(_sentence(found), _figure(found), _aside(found), _table(found))


def _sentence(found):
    rate = f"Word error rate: {of_hundred(found.errors, found.words)} of 100."
    words = count(found.words, "word" if found.words == 1 else "words")
    counts = {
        "replaced": found.substitutions,
        "missing": found.deletions,
        "added": found.insertions,
    }
    wrong = joined(f"{number} {kind}" for kind, number in counts.items() if number)
    return f"{rate} Of {words} said, {found.hits} kept{f'; {wrong}' if wrong else ''}."


def _figure(found):
    """Return the alignment as a box for each word: said above, written below, what happened under both."""
    told = "; ".join(_told(*step) for step in found.alignment)
    boxes = "\n".join(_box(*step) for step in found.alignment)
    return (
        f"{_STYLE}\n"
        f'<div class="workshop-words" role="img" dir="{_direction(found)}" '
        f'aria-label="{escape(f"Word by word. {told}.")}">\n'
        f'<div class="workshop-rows" dir="ltr"><span>said</span><span>written</span></div>\n{boxes}\n</div>'
    )


def _told(kind, said, heard):
    if kind == "substitution":
        return f"{isolated(said)}: replaced by {isolated(heard)}"
    return f"{isolated(said or heard)}: {_TOLD[kind]}"


def _box(kind, said, heard):
    above, below = ("" if word is None else escape(word) for word in (said, heard))
    if kind in ("substitution", "deletion"):
        above = f"<del>{above}</del>"
    if kind in ("substitution", "insertion"):
        below = f"<ins>{below}</ins>"
    words = "".join(f'<span dir="auto">{word}</span>' for word in (above, below))
    return f'<div class="workshop-{kind}">{words}<small dir="ltr">{_SIGNS[kind]}</small></div>'


def _direction(found):
    """Return the writing direction of what was said: that of its first letter that has one."""
    for _, said, _ in found.alignment:
        for letter in said or "":
            kind = unicodedata.bidirectional(letter)
            if kind in ("L", "R", "AL"):
                return "ltr" if kind == "L" else "rtl"
    return "ltr"


def _aside(found):
    if not found.errors:
        return bullets(["Every word is right. Is it also clear who said it, to whom and how?"])
    items = [
        f"“{said if _says_no(said) else heard}” is {'lost' if _says_no(said) else 'put in'}: does the sentence now say "
        "the opposite? The rate counts it like any other word."
        for kind, said, heard in found.alignment
        if kind != "hit" and _says_no(said) != _says_no(heard)
    ][:1]
    if not items:
        items = ["The rate counts every word alike: a street, a name or a “not” like a “the”."]
    if found.errors > found.words:
        items.append("The rate is above 100 of 100: there are more errors than words that were said.")
    return bullets(items)


def _says_no(word):
    return word is not None and (word in _NOT or word.endswith("n't"))


def _table(found):
    rows = [
        (str(place), isolated(said or "(none)"), isolated(heard or "(none)"), _TOLD[kind])
        for place, (kind, said, heard) in enumerate(found.alignment, 1)
    ]
    return table("Word by word", ("", "Said", "Written", "What happened"), rows)
