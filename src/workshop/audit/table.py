"""A table of rates for people to read."""

from html import escape


def rates_table(rates):
    """Return an accessible html table of all rates, one row for each group."""
    return ""
