"""What somebody typed, made safe to be written into any paper or terminal. Escaping is each writer's own work."""

import re
import unicodedata

# Letters that XML forbids or that a terminal obeys; and marks that turn the direction of the text around them: an
# override makes "exe.pdf" out of "fdp.exe". Joiners, which Persian, Hindi and emoji need, stay.
_BIDI = "\u202a-\u202e\u2066-\u2069"
_FORBIDDEN = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_BIDI}\ufdd0-\ufdef\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text):
    """Return a text without letters that break a file, a terminal or the reading direction.

    Parameters
    ----------
    text : object
        Anything; None is an empty text.

    Returns
    -------
    str
        In Unicode's composed form, its lines kept, half of a surrogate pair replaced by U+FFFD.
    """
    if text is None:
        return ""
    found = (
        str(text).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    )
    found = _SURROGATE.sub("\ufffd", _FORBIDDEN.sub("", found))
    return unicodedata.normalize("NFC", found).strip()


def one_line(text, longest=None):
    """Return a cleaned text on one line; what is wider than `longest` ordinary letters is cut with an ellipsis.

    A wide letter counts more, a Chinese one almost two: so a text keeps the room that was made for it.
    """
    found = " ".join(clean(text).split())
    if longest is None:
        return found
    wide = 0.0
    for place, letter in enumerate(found):
        wide += _width(letter)
        if wide > longest:
            return found[: max(place - 1, 1)].rstrip() + "…"
    return found


def _width(letter):
    """Return how wide a letter is, in ordinary letters."""
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.9
    return 1.6 if letter in "mwMW@%…—" else 1.2 if letter.isupper() else 1.0


def right_to_left(text):
    """Tell whether a text begins in a right-to-left script: its first letter with a direction decides (UAX 9, P2)."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False
