"""A table of rates for people to read."""

from html import escape
from math import isnan


def rates_table(rates, definitions):
    """Return an accessible html table: a row for each rate, a column for each group.

    Parameters
    ----------
    rates : GroupRates
    definitions : iterable of Rate
        The rates to show.

    Returns
    -------
    str
    """
    heads = "".join(f'<th scope="col">{escape(group)}</th>' for group in rates.groups)
    rows = [_row("People", "", (f"{people:,}" for people in rates.people))]
    if rates.missing.any():
        rows.append(
            _row("Left out", "no outcome or no decision", (f"{people:,}" for people in rates.missing))
        )
    for rate in definitions:
        words = f"{rate.numerator_words}, of {rate.denominator_words}"
        cells = (_cell(rates.of(group, rate.name)) for group in rates.groups)
        rows.append(_row(rate.label.capitalize(), words, cells))
    caption = f"Rates of each group, with {100 * rates.confidence:g}% intervals in brackets"
    if rates.weighted:
        caption += "; counts are weighted"
    return (
        f'<table><caption>{caption}</caption><thead><tr><th scope="col">Rate</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _row(label, words, cells):
    explained = f"<br><small>{escape(words)}</small>" if words else ""
    head = f'<th scope="row" style="text-align:left">{escape(label)}{explained}</th>'
    return f"<tr>{head}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _cell(estimate):
    if isnan(estimate.value):
        return "cannot be computed"
    value, low, high = (f"{100 * number:.0f}" for number in estimate[:3])
    mark = "" if estimate.enough else "<br><strong>too few to tell</strong>"
    counts = f"{estimate.numerator:,.0f} of {estimate.denominator:,.0f}"
    return (
        f"<span style='white-space:nowrap'>{value}% ({low} to {high})</span><br><small>{counts}</small>{mark}"
    )
