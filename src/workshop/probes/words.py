"""Numbers and names as words, rounded in one way everywhere, so that a sentence, a figure and a table agree."""

import itertools
import math
import unicodedata


def half_up(value):
    """Return the nearest whole number; a half goes up, as people expect (Python's own `round` goes to even)."""
    return math.floor(value + 0.5)


def of_hundred(numerator, denominator):
    """Return a proportion as a whole number of 100, in words.

    Counts rather than a rounded float go in, so that a half is found exactly. What is not nobody is never
    called 0, and what is not everybody never 100.

    Parameters
    ----------
    numerator, denominator : float
        Counts; `denominator` above 0.

    Returns
    -------
    str
        "45", "0", "100", "fewer than 1" or "more than 99".
    """
    rounded = int((200 * numerator + denominator) // (2 * denominator))
    if rounded == 0 and numerator > 0:
        return "fewer than 1"
    if rounded == 100 and numerator < denominator:
        return "more than 99"
    return str(rounded)


def share(estimate):
    """Return the value of an audit's estimate as a whole number of 100, in words."""
    return of_hundred(estimate.numerator, estimate.denominator)


def interval(estimate):
    """Return the interval of an audit's estimate in whole numbers of 100: "43 to 47"."""
    return f"{half_up(100 * estimate.low)} to {half_up(100 * estimate.high)}"


def ends(low, high, decimals=0):
    """Return both ends of an interval: "0.9 to 1.5". They get as many decimals as it takes to tell them apart.

    Ends that differ by less than a ten-thousandth part are the same for every reader.

    Parameters
    ----------
    low, high : float
        0 or more.
    decimals : int, default 0
        So many at least.
    """
    for places in itertools.count(decimals):
        first, last = (f"{half_up(end * 10**places) / 10**places:,.{places}f}" for end in (low, high))
        if first != last or high - low <= 1e-4 * high:
            return f"{first} to {last}"


def one_in(rate):
    """Return a proportion in the form that people grasp best: "9 in 100", and below one percent "1 in 1,000".

    Parameters
    ----------
    rate : float
        Between 0 and 1.
    """
    if rate == 0:
        return "0 in 100"
    if rate >= 0.01:
        return f"{of_hundred(rate, 1)} in 100"
    if rate < 1e-6:
        return "fewer than 1 in 1,000,000"
    return f"1 in {significant(1 / rate):,}"


def significant(value, digits=2):
    """Return a number above 1 rounded to so many significant digits, as an int."""
    step = 10 ** max(0, math.floor(math.log10(value)) + 1 - digits)
    return half_up(value / step) * step


def signed(value, form="+d"):
    """Return a number with its sign; a minus is as wide as a plus, and zero has none.

    Parameters
    ----------
    value : float
    form : str, default "+d"
        As `format` takes it; one without "+" shows no sign but the minus.

    Returns
    -------
    str
        "+3", "−14" or "0".
    """
    text = format(value, form)
    return text.replace("-", "−") if text.strip("+-0.,") else text.lstrip("+-")


def count(number, noun=""):
    """Return a count with thousands marked, and its noun: "3,696 defendants"."""
    return f"{number:,} {noun}".strip()


def capital(text):
    """Return a text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def joined(parts, last="and"):
    """Return parts as a list in words: "a, b and c"."""
    parts = list(parts)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def isolated(name):
    """Return a name that keeps its own writing direction inside an English sentence.

    A name in a right-to-left script is wrapped in Unicode isolates; without them it would pull the numbers
    beside it to its other side. Other names come back as they are.
    """
    name = " ".join(str(name).split())
    if any(unicodedata.bidirectional(letter) in ("R", "AL", "RLO", "RLE", "RLI") for letter in name):
        return f"\u2068{name}\u2069"
    return name
