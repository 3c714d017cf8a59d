"""What a trainee types is read as it was meant, or refused with a sentence."""

import datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.checks import reading
from workshop.checks.reading import NotAnAnswerError


@pytest.mark.parametrize(
    "written",
    [
        "0.449",
        "0,449",
        ".449",
        ",449",
        "44.9%",
        "44,9 %",
        "44.9 percent",
        "44.9 per cent",
        " +0.449 ",
        "4.49e-1",
    ],
)
def test_one_share_in_many_spellings(written):
    assert reading.read_number(written).meanings[0] == pytest.approx(0.449)


@pytest.mark.parametrize("written", ["44.9\u00a0%", "４４．９％", "44,9\u202f%", "44.9\u2009%"])
def test_spaces_and_full_width_signs(written):
    found = reading.read_number(written)
    assert found.percent
    assert found.meanings[0] == pytest.approx(0.449)


@pytest.mark.parametrize(
    "written", ["805/1795", "805 / 1,795", "805 of 1 795", "805 out of 1'795", "805 in 1.795"]
)
def test_fractions(written):
    found = reading.read_number(written)
    assert found.fraction
    assert any(value == pytest.approx(805 / 1795) for value in found.meanings)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1,795", {1.795, 1795}),
        ("1.795", {1.795, 1795}),
        ("12.345.678", {12345678}),
        ("1,234.5", {1234.5}),
        ("1.234,5", {1234.5}),
        ("0.449", {0.449}),
        ("1234,567", {1234.567}),
        ("1 234 567,8", {1234567.8}),
        ("-3", {-3}),
        ("\u22123", {-3}),
    ],
)
def test_points_and_commas(written, meant):
    assert set(reading.read_number(written).meanings) == meant


@given(st.floats(0, 1e9).map(lambda x: round(x, 6)))
def test_any_number_comes_back(number):
    text = f"{number:.6f}"
    for written in (text, text.replace(".", ","), f"{number:,.6f}", f"{number:,.6f}".replace(",", " ")):
        assert reading.read_number(written).meanings[0] == pytest.approx(number, abs=1e-6)
    assert reading.read_number(f"{text}%").meanings[0] == pytest.approx(number / 100, abs=1e-6)
    assert reading.read_number(number).meanings == (number,)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_any_fraction_comes_back(part, whole):
    for written in (f"{part}/{whole}", f"{part} of {whole}", f"{part:,} / {whole:,}"):
        assert any(value == pytest.approx(part / whole) for value in reading.read_number(written).meanings)


@pytest.mark.parametrize(
    "number", [1, 0.25, np.float32(0.25), np.int64(3), Fraction(1, 4), Decimal("0.25"), np.array(2)]
)
def test_numbers_of_many_types(number):
    assert reading.read_number(number).meanings == (float(number),)


class Hostile:
    """Whatever is asked of it, it raises."""

    def __repr__(self):
        raise RuntimeError

    __str__ = __float__ = __eq__ = __len__ = __repr__
    __hash__ = None


WRONG_KINDS = [
    *(
        "",
        "  ",
        None,
        ...,
        "forty",
        "nan",
        "inf",
        "-inf",
        "1/0",
        "1/2/3",
        "0x10",
        "1,2,3",
        "1..2",
        "%",
        "/",
        "2½",
        "10²",
    ),
    *("<script>alert(1)</script>", "a\x00b", "9" * 10_000, "1e999", "\ud800", "٪"),
    *(
        float("nan"),
        float("inf"),
        10**500,
        True,
        np.bool_(True),
        1j,
        pd.NA,
        pd.NaT,
        datetime.date(2020, 1, 1),
    ),
    *(
        [],
        [0.4],
        (0.4,),
        {0.4},
        {"a": 1},
        np.array([0.4]),
        pd.Series([0.4]),
        object(),
        print,
        Hostile(),
        b"0.4",
    ),
    *(Decimal("nan"), Decimal("sNaN"), Decimal("1e999")),
]


@pytest.mark.parametrize("wrong", WRONG_KINDS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize(
    "read",
    [
        reading.read_number,
        lambda raw: reading.read_option(raw, {"a": "first", "b": "second"}),
        lambda raw: reading.read_options(raw, {"a": "first", "b": "second"}),
    ],
    ids=["number", "option", "options"],
)
def test_wrong_kinds_get_a_sentence(read, wrong):
    if isinstance(wrong, dict) and read is not reading.read_number:
        wrong = {1: 2}
    with pytest.raises(NotAnAnswerError) as refusal:
        read(wrong)
    assert str(refusal.value)[0].isupper() or str(refusal.value)[0] == "“"
    assert len(str(refusal.value)) < 250


@given(st.text(max_size=80))
def test_any_text_is_a_finite_number_or_a_sentence(text):
    try:
        values = reading.read_number(text).meanings
    except NotAnAnswerError as refusal:
        assert str(refusal).strip()  # noqa: PT017
    else:
        assert values
        assert all(np.isfinite(value) for value in values)


OPTIONS = {"a": "the share", "b": "the <b>count</b>", "c": "nothing"}


@pytest.mark.parametrize("written", ["b", "B", " b ", "b)", "b.", "the <b>count</b>", "THE <B>COUNT</B>"])
def test_an_option_by_letter_or_label(written):
    assert reading.read_option(written, OPTIONS) == "b"


@pytest.mark.parametrize(
    "given_as", ["a, c", "c a", "a;c", "a and c", ["a", "c"], {"c", "a"}, ("a", "C)", "a"), "A+C"]
)
def test_several_options(given_as):
    assert reading.read_options(given_as, OPTIONS) == {"a", "c"}


def test_an_endless_list_of_options_ends():
    def forever():
        while True:
            yield "a"

    assert reading.read_options(forever(), OPTIONS) == {"a"}


@pytest.mark.parametrize("formula", ["x / (x + y)", "x÷(x+y)", " (x)/(y+x) ", "1 - y/(x+y)"])
def test_formulas(formula):
    assert reading.read_formula(formula, ("x", "y"))(1, 3) == pytest.approx(0.25)


@pytest.mark.parametrize(
    "formula",
    [
        *(
            "__import__('os')",
            "x.real",
            "x[0]",
            "print(x)",
            "x**y",
            "lambda: 1",
            "x := 1",
            "[x for x in y]",
            "x if y else 1",
        ),
        *(
            "x y",
            "(",
            "z",
            "'a' * 9",
            "x // y",
            "x % y",
            "True",
            "1j",
            "...",
            "1or 2",
            "x\x00",
            "\n",
            "x;y",
            "(" * 150,
        ),
        *("<img src=x onerror=alert(1)>", "x" * 500),
    ],
)
def test_formulas_that_are_not_plain_arithmetic(formula):
    with pytest.raises(NotAnAnswerError):
        reading.read_formula(formula, ("x", "y"))


@given(st.text(alphabet="xy0123456789+-*/(). ", max_size=60))
def test_any_formula_gives_numbers_or_a_sentence(text):
    try:
        found = reading.outputs(reading.read_formula(text, ("x", "y")), ("x", "y"), [(1, 2), (3, 4)])
    except NotAnAnswerError as refusal:
        assert str(refusal).strip()  # noqa: PT017
    else:
        assert np.isfinite(found).all()


def no_return(x, y):
    x / y


def stops(x, y):
    raise SystemExit


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (no_return, "return"),
        (lambda x, y: x / 0, "ZeroDivisionError"),
        (lambda x, y: "text", "one number"),
        (lambda x, y: [x], "one number"),
        (lambda x, y: float("nan"), "one number"),
        (lambda x: x, "x, y"),
        (lambda x, y, z: x, "x, y"),
        (0.5, "function"),
        (stops, "SystemExit"),
    ],
)
def test_functions_that_fail_get_a_sentence(function, said):
    with pytest.raises(NotAnAnswerError, match=said):
        reading.outputs(reading.read_formula(function, ("x", "y")), ("x", "y"), [(1, 2)])


def test_an_echo_is_short_and_on_one_line():
    assert reading.echo("a\nb\x07c" + "d" * 100) == "“a b c" + "d" * 35 + "…”"
