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
    """Return a cleaned text on one line; what is longer than `longest` letters is cut with an ellipsis."""
    found = " ".join(clean(text).split())
    return found if longest is None or len(found) <= longest else found[: longest - 1].rstrip() + "…"


def right_to_left(text):
    """Tell whether a text begins in a right-to-left script: its first letter with a direction decides (UAX 9, P2)."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False
