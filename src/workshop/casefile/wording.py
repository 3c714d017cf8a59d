"""Evidence in words: one sentence each, everywhere the same."""

from workshop.casefile.model import Evidence, Figure
from workshop.probes.words import capital, count, half_up, joined, of_hundred, signed

TOO_FEW = "too few to tell"
KIND_WORDS = {"real": "real records", "published": "published figures", "generated": "generated data"}


def figure_words(evidence: Evidence, figure: Figure) -> str:
    """Return a number with its interval and counts: "45 in 100 (43 to 47; 805 of 1,795)"."""
    if figure.value is None:
        return "cannot be computed"
    value, low, high = (_number(evidence.unit, part) for part in (figure.value, figure.low, figure.high))
    if evidence.unit == "share" and figure.numerator is not None and figure.denominator:
        value = of_hundred(figure.numerator, figure.denominator)
    details = []
    if figure.low is not None:
        details.append(f"{low} to {high}" if figure.high is not None else f"{low} or more")
    if figure.numerator is not None and figure.denominator is not None:
        details.append(f"{_count(figure.numerator)} of {_count(figure.denominator)}")
    if not figure.enough:
        details.append(TOO_FEW)
    inside = f" ({'; '.join(details)})" if details else ""
    return f"{value}{_unit(evidence.unit)}{inside}"


def sentence(evidence: Evidence) -> str:
    """Return evidence as one sentence: what, how much for whom, on which data, with which setting."""
    parts = [f"{figure.name} {figure_words(evidence, figure)}" for figure in evidence.figures]
    data = evidence.dataset
    where = f" Data: {data.name} ({KIND_WORDS[data.kind]})." if data else ""
    chosen = joined(
        f"{setting.name.replace('_', ' ')} {_setting(setting.value)}" for setting in evidence.settings
    )
    how = f" Chosen: {chosen}." if chosen else ""
    return f"{capital(evidence.label)}: {'; '.join(parts)}.{where}{how}"


def _number(unit, value):
    if value is None:
        return ""
    if unit == "share":
        return str(half_up(100 * value))
    if unit == "difference":
        return signed(half_up(100 * value))
    return signed(float(value), ",.2f" if abs(value) < 100 else ",.0f")


def _unit(unit):
    return {"share": " in 100", "difference": " points", "ratio": " times"}.get(unit, f" {unit}")


def _count(value):
    return count(int(value)) if float(value).is_integer() else f"{value:,.1f}"


def _setting(value):
    return f"{value:g}" if isinstance(value, float | int) else value
