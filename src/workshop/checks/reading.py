"""Read what a trainee typed or passed, or say in one sentence why it can't be read."""

import ast
import inspect
import itertools
import math
import numbers
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

import numpy as np

LONGEST = 200  # characters of an answer; more is a paste by mistake
ECHOED = 40  # characters of a wrong input that are shown back
NUMBER_EXAMPLES = "Write one number, for example 0.25, 25% or 1/4."

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x2212: "-"}
_PERCENT = re.compile(r"\s*(?:%|per\s?cent)$", re.IGNORECASE)
_OVER = re.compile(r"\s*(?:/|\bout of\b|\bof\b|\bin\b)\s*", re.IGNORECASE)
_SPACED_THOUSANDS = re.compile(r"(?<=\d)[\s'’](?=\d{3}(?!\d))")
_WHOLE = re.compile(r"\d+(?:e[+-]?\d{1,3})?", re.IGNORECASE)
_GROUPED = re.compile(r"[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})*")  # 1,795 or 1.795.000
_DECIMAL = re.compile(  # 0.449 or ,449 or 1.795,5: the last mark differs from the one before it
    r"(\d*|[1-9]\d{0,2}([.,])\d{3}(?:\2\d{3})*)(?!\2)[.,](\d+(?:e[+-]?\d{1,3})?)", re.IGNORECASE
)
_ARITHMETIC = (
    *(ast.Expression, ast.BinOp, ast.UnaryOp, ast.Name, ast.Load, ast.Constant),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.UAdd, ast.USub),
)


class NotAnAnswerError(ValueError):
    """The input is not an answer of the kind asked for; the message is the sentence to show."""


class NumberRead(NamedTuple):
    """A number as it was written.

    Attributes
    ----------
    meanings : tuple of float
        Every number the text can mean: "1,795" is 1.795 where the comma is the decimal sign, 1795 where it
        separates thousands. A percentage is given as a proportion.
    percent : bool
        Whether it was written with a percent sign.
    fraction : bool
        Whether it was written as one number over another.
    """

    meanings: tuple[float, ...]
    percent: bool = False
    fraction: bool = False


def echo(text: str) -> str:
    """Return a short quotation of a text; whoever writes html must still escape it."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"“{clean[:ECHOED]}{'…' if len(clean) > ECHOED else ''}”"


def require_answer(raw) -> None:
    """Raise NotAnAnswerError if nothing was answered yet, or if the answer is far too long."""
    if raw is None or raw is ... or (isinstance(raw, str) and not raw.strip()):
        raise NotAnAnswerError("There is no answer yet: write or choose one, then check it.")
    if isinstance(raw, str) and len(raw) > LONGEST:
        raise NotAnAnswerError(f"This answer is too long: it may have up to {LONGEST} characters.")


def read_number(raw) -> NumberRead:
    """Read one number: a Python or numpy number, or a text such as "44,9 %", "1 795" or "805/1795".

    Raises
    ------
    NotAnAnswerError
        If it is not one finite number.
    """
    require_answer(raw)
    if isinstance(raw, str):
        return _read_number_text(raw)
    if isinstance(raw, np.ndarray) and raw.ndim == 0:
        raw = raw.item()
    if isinstance(raw, bool) or not isinstance(raw, (numbers.Real, Decimal)):
        hint = " Of an estimate, pass its value." if isinstance(raw, tuple) else ""
        raise NotAnAnswerError(
            f"This is not one number: its type is {type(raw).__name__}. {NUMBER_EXAMPLES}{hint}"
        )
    try:
        value = float(raw)
    except (OverflowError, ValueError):
        value = math.inf
    return NumberRead((_finite(value),))


def _finite(value: float) -> float:
    """Return the value if it is a finite number."""
    if math.isnan(value):
        raise NotAnAnswerError(
            "This is “not a number” (NaN): a division by zero, or a value that is missing."
        )
    if math.isinf(value):
        raise NotAnAnswerError(f"This number is too large. {NUMBER_EXAMPLES}")
    return value


def _read_number_text(raw: str) -> NumberRead:
    """Read a number from a text."""
    text = raw.translate(_FULL_WIDTH).strip()
    bare = _PERCENT.sub("", text)
    percent = bare != text
    parts = _OVER.split(bare)
    if len(parts) > 2:
        raise NotAnAnswerError(f"{echo(raw)} is not one number. {NUMBER_EXAMPLES}")
    readings = [_plain_values(part, raw) for part in parts]
    if len(parts) == 1:
        values = readings[0]
    else:
        values = tuple(_finite(top / bottom) for top, bottom in itertools.product(*readings) if bottom)
        if not values:
            raise NotAnAnswerError("Nothing can be divided by 0: write a number above 0 as the whole.")
    return NumberRead(tuple(value / 100 for value in values) if percent else values, percent, len(parts) == 2)


def _plain_values(part: str, raw: str) -> tuple[float, ...]:
    """Return every value that digits with points, commas and spaces can mean, the likelier first."""
    text = _SPACED_THOUSANDS.sub("", part.strip())
    digits = text[1:] if text[:1] in ("+", "-") else text
    forms = [digits] if _WHOLE.fullmatch(digits) else []
    if decimal := _DECIMAL.fullmatch(digits):
        forms.append(f"{re.sub('[.,]', '', decimal[1]) or 0}.{decimal[3]}")
    if _GROUPED.fullmatch(digits):
        forms.append(re.sub("[.,]", "", digits))
    if not forms:
        raise NotAnAnswerError(f"{echo(raw)} could not be read as a number. {NUMBER_EXAMPLES}")
    sign = -1.0 if text.startswith("-") else 1.0
    return tuple(sign * _finite(float(form)) for form in forms)


def read_option(raw, options: Mapping[str, str]) -> str:
    """Read one option, given by its letter or by its whole label; return its letter."""
    require_answer(raw)
    if isinstance(raw, str):
        wanted = raw.strip().casefold()
        for letter, label in options.items():
            if wanted in (letter, f"{letter})", f"{letter}.", label.casefold()):
                return letter
    given = echo(raw) if isinstance(raw, str) else f"A value of type {type(raw).__name__}"
    *first, last = options
    raise NotAnAnswerError(f"{given} is not one of the choices. Choose {', '.join(first)} or {last}.")


def read_options(raw, options: Mapping[str, str]) -> frozenset[str]:
    """Read several options, given as a list or set of letters or as a text such as "a, c"."""
    require_answer(raw)
    if isinstance(raw, str):
        raw = [part for part in re.split(r"[\s,;+]+|\band\b", raw.casefold()) if part]
    if not isinstance(raw, Iterable) or isinstance(raw, (Mapping, np.ndarray, bytes)):
        raise NotAnAnswerError(
            f"A value of type {type(raw).__name__} is not a choice. Choose one or more, for example “a, c”."
        )
    chosen = list(itertools.islice(raw, LONGEST))
    if not chosen:
        raise NotAnAnswerError("Nothing is chosen yet: choose one or more, then check.")
    return frozenset(read_option(one, options) for one in chosen)


def read_formula(raw, parameters: tuple[str, ...]) -> Callable[..., object]:
    """Read a function, or a formula in the given names such as "fp / (fp + tn)".

    A formula in text may hold numbers, the names, brackets and + - * / only, so that nothing else is run.
    """
    require_answer(raw)
    names = ", ".join(parameters)
    if isinstance(raw, str):
        return _compile_formula(raw, parameters)
    if not callable(raw):
        raise NotAnAnswerError(
            f"A value of type {type(raw).__name__} is neither a function nor a formula. Pass the function "
            f"itself, without brackets behind its name, or a formula in {names}."
        )
    try:
        inspect.signature(raw).bind(*parameters)
    except (TypeError, ValueError):
        raise NotAnAnswerError(f"The function must take these values, in this order: {names}.") from None
    return raw


def _compile_formula(text: str, parameters: tuple[str, ...]) -> Callable[..., object]:
    """Turn a formula in plain arithmetic into a function."""
    plain = text.strip().replace("÷", "/").replace("×", "*").replace("\u2212", "-")
    try:
        with warnings.catch_warnings():  # of the parser, on text such as "1or 2"
            warnings.simplefilter("ignore")
            tree = ast.parse(plain, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        tree = None
    example = f"({parameters[0]} + {parameters[-1]}) / 2"
    if tree is None or not all(isinstance(node, _ARITHMETIC) for node in ast.walk(tree)):
        raise NotAnAnswerError(
            f"{echo(text)} is not a formula that can be read. Use {', '.join(parameters)}, numbers, brackets "
            f"and + - * / only, written like {example}."
        )
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id not in parameters:
            raise NotAnAnswerError(f"{echo(node.id)} is not known here. Use only {', '.join(parameters)}.")
        if isinstance(node, ast.Constant) and type(node.value) not in (int, float):
            raise NotAnAnswerError(f"{echo(text)} holds something that is no number, name or + - * /.")
    code = compile(tree, "<formula>", "eval")

    def formula(*values):
        return eval(code, {"__builtins__": {}}, dict(zip(parameters, values, strict=True)))

    return formula


def outputs(function: Callable[..., object], parameters: tuple[str, ...], inputs) -> tuple[float, ...]:
    """Return what a function gives for each input; a failure of the function becomes a sentence."""
    found = []
    for values in inputs:
        shown = ", ".join(f"{name}={value}" for name, value in zip(parameters, values, strict=True))
        try:
            result = function(*values)
        except (Exception, SystemExit) as error:  # it is the trainee's code: whatever it raises is a message
            raise NotAnAnswerError(
                f"With {shown} it stopped with {type(error).__name__}. Mend this first."
            ) from None
        if result is None:
            raise NotAnAnswerError("The function gives nothing back. Did you forget the word return?")
        try:
            found.append(read_number(result).meanings[0])
        except NotAnAnswerError:
            raise NotAnAnswerError(f"With {shown} it did not give back one number.") from None
    return tuple(found)
