"""An invented year of suspicious-transaction reports: laundering is known, and one group of customers is over-reported.

A bank clerk who finds a customer's transactions odd reports them; police get the report. Two things are planted. Clerks
report harmless customers with a foreign passport several times as often as other harmless ones. And in past years
officers read reports about them more often, so most cases that were found are cases with a foreign passport: that is
what a model learns from. Laundering itself is equally frequent in both groups.
"""

import numpy as np
import pandas as pd

from workshop.audit import Estimate
from workshop.audit.intervals import mover_ratio, proportion

NATIONAL, FOREIGN = PASSPORTS = ("national", "foreign")
PAST, THIS_YEAR = (1, 2), 3  # years: those that a model learns from, and the one that it is tried on
BEHAVIOUR = ("amount", "transfers", "countries", "cash_share", "days_held", "new_account")
BRANCHES = ("Harbour", "Station", "Market", "Hill", "Airport", "University")
# Customers of each branch, and how many of 100 have a foreign passport: 25 of 100 in all.
_CUSTOMERS = (70_000, 80_000, 60_000, 50_000, 60_000, 80_000)
_FOREIGN_SHARE = (0.20, 0.25, 0.15, 0.10, 0.45, 0.3125)
_LAUNDERS, _LAUNDERER_REPORTED = 8 / 10_000, 0.5  # the same in both groups
_HARMLESS_REPORTED = 0.013  # of customers with a national passport; of the others, this times the factor
_READ = {NATIONAL: 0.1, FOREIGN: 0.9}  # in past years, chance that an officer read the report
_HARMLESS_KINDS = (
    0.70,
    0.10,
    0.20,
)  # everyday oddity; a large sum once, as from a house; a shop's takings in cash
_SCHEMES = (0.6, 0.4)  # of laundering: money passed through; cash paid in, in small parts
# Legitimate ways of life: more countries and newer accounts.
_COUNTRIES = {NATIONAL: 0.4, FOREIGN: 1.5}
_NEW_ACCOUNT = {NATIONAL: 0.15, FOREIGN: 0.40}


def generate(seed=4, factor=3.0):
    """Make three years of reports about customers of an invented bank, and the truth behind them.

    Parameters
    ----------
    seed : int, default 4
    factor : float, default 3.0
        The planted size: how many times as often a harmless customer with a foreign passport is reported; from 1 to
        10.

    Returns
    -------
    reports : pandas.DataFrame
        One row a report, in the order in which they came. Columns report_id, year (1 to 3), branch, passport
        ("national" or "foreign"), amount (units of an invented currency), transfers (in the month), countries (other
        ones that money went to or came from), cash_share (0 to 1), days_held (how long the money stayed), new_account
        (bool), read and found (in years 1 and 2 whether an officer read it, and found laundering; missing in year 3),
        laundering (bool, the planted truth).
    customers : pandas.DataFrame
        Columns year, branch, passport, customers. A customer is reported at most once a year.
    truth : dict
        What was planted and drawn, as plain numbers that JSON can hold.

    Raises
    ------
    ValueError
        If `factor` is out of its range.
    """
    if not 1 <= factor <= 10:
        raise ValueError(f"factor is {factor}; give a number from 1 to 10, for instance 3.")
    random = np.random.default_rng(seed)
    customers = _customers()
    reported = {NATIONAL: _HARMLESS_REPORTED, FOREIGN: _HARMLESS_REPORTED * float(factor)}
    years = [_year(rows, reported, random) for _, rows in customers.groupby("year")]
    reports = pd.concat(years, ignore_index=True)
    reports.insert(0, "report_id", [f"r{number:05d}" for number in range(1, len(reports) + 1)])
    return reports, customers, _truth(seed, float(factor), reports, customers)


def _customers():
    rows = [
        (year, branch, passport, round(number * (share if passport == FOREIGN else 1 - share)))
        for year in (*PAST, THIS_YEAR)
        for branch, number, share in zip(BRANCHES, _CUSTOMERS, _FOREIGN_SHARE, strict=True)
        for passport in PASSPORTS
    ]
    return pd.DataFrame(rows, columns=["year", "branch", "passport", "customers"])


def _year(customers, reported, random):
    """Return the reports of one year, in the order of arrival."""
    parts = []
    for row in customers.itertuples():
        launderers = random.binomial(row.customers, _LAUNDERS)
        for laundering, number in (
            (True, random.binomial(launderers, _LAUNDERER_REPORTED)),
            (False, random.binomial(row.customers - launderers, reported[row.passport])),
        ):
            about = {"year": row.year, "branch": row.branch, "passport": row.passport}
            seen = (_scheme if laundering else _harmless)(number, row.passport, random)
            parts.append(pd.DataFrame({**about, **seen, "laundering": laundering}, index=range(number)))
    reports = pd.concat(parts, ignore_index=True)
    reports = reports.iloc[random.permutation(len(reports))]
    if customers["year"].iloc[0] == THIS_YEAR:
        read = found = pd.array([pd.NA] * len(reports), dtype="boolean")
    else:
        read = random.random(len(reports)) < reports["passport"].map(_READ).to_numpy()
        found = read & reports["laundering"].to_numpy()
    return reports.assign(read=read, found=found)[
        ["year", "branch", "passport", *BEHAVIOUR, "read", "found", "laundering"]
    ]


def _harmless(number, passport, random):
    """Draw what clerks saw of harmless customers."""
    kind = random.choice(3, size=number, p=_HARMLESS_KINDS)
    everyday, large, shop = (kind == place for place in range(3))
    amount = np.exp(random.normal(8.6, 0.8, number)) * np.where(large, 25, 1)
    transfers = 1 + random.poisson(np.select([large, shop], [0.4, 7.0], 3.0))
    countries = random.poisson(_COUNTRIES[passport], number) + large * random.binomial(3, 0.5, number)
    cash = np.where(shop, random.beta(9, 2, number), random.beta(1, 4, number))
    held = np.exp(random.normal(np.select([large, shop], [3.8, 2.2], 2.8), 0.8, number))
    new = random.random(number) < np.where(everyday, _NEW_ACCOUNT[passport], 0.15)
    return _columns(amount, transfers, countries, cash, held, new)


def _scheme(number, passport, random):
    """Draw what clerks saw of customers who launder money."""
    passing = random.choice(2, size=number, p=_SCHEMES) == 0
    amount = np.exp(random.normal(np.where(passing, 9.1, 8.6), 0.8, number))
    transfers = 1 + random.poisson(np.where(passing, 5.0, 8.0))
    countries = random.poisson(_COUNTRIES[passport] + 0.7 * passing)
    cash = np.where(passing, random.beta(1, 4, number), random.beta(7, 2, number))
    held = np.exp(random.normal(np.where(passing, 1.4, 1.6), 0.9, number))
    new = random.random(number) < 0.45
    return _columns(amount, transfers, countries, cash, held, new)


def _columns(amount, transfers, countries, cash, held, new):
    columns = (amount.round(-1), transfers, countries, cash.round(2), held.round(), new)
    whole = dict.fromkeys(("amount", "transfers", "countries", "days_held"), "int64")
    return pd.DataFrame(dict(zip(BEHAVIOUR, columns, strict=True))).astype(whole)


def _truth(seed, factor, reports, customers):
    counted = reports.groupby(["year", "passport"])["laundering"].agg(["size", "sum"])
    found = reports[reports["year"].isin(PAST)].groupby("passport")[["read", "found"]].sum()
    return {
        "seed": seed,
        "factor": factor,
        "launderers_per_10000_customers": dict.fromkeys(PASSPORTS, _LAUNDERS * 10000),
        "launderer_is_reported": _LAUNDERER_REPORTED,
        "harmless_customer_is_reported": {NATIONAL: _HARMLESS_REPORTED, FOREIGN: _HARMLESS_REPORTED * factor},
        "past_report_is_read": _READ,
        "effect_on_labels": {
            "read": {passport: int(found["read"][passport]) for passport in PASSPORTS},
            "found": {passport: int(found["found"][passport]) for passport in PASSPORTS},
            "laundering_not_read": {
                passport: int(
                    counted["sum"][list(PAST)].xs(passport, level=1).sum() - found["found"][passport]
                )
                for passport in PASSPORTS
            },
        },
        "countries_mean": _COUNTRIES,
        "new_account_share": _NEW_ACCOUNT,
        "customers": {
            passport: int(rows["customers"].sum())
            for passport, rows in customers[customers["year"] == THIS_YEAR].groupby("passport")
        },
        "reports": [
            {
                "year": int(year),
                "passport": passport,
                "reports": int(row["size"]),
                "laundering": int(row["sum"]),
            }
            for (year, passport), row in counted.iterrows()
        ],
    }


def reporting_rates(reports, customers, year=THIS_YEAR, laundering=False):
    """Return how many of a year's customers are reported, by passport.

    Parameters
    ----------
    reports, customers : pandas.DataFrame
        As `generate` returns them.
    year : int, default 3
    laundering : bool, default False
        Whether to count the reports that are laundering, or the harmless ones.

    Returns
    -------
    dict of str to workshop.audit.Estimate
        By passport: reports of that kind over customers, with Wilson's 95% interval. Below are all customers, not only
        the harmless ones: nobody counts launderers, and they are too few to matter.

    Raises
    ------
    ValueError
        If a column is missing or holds something else, or there are no customers with such a passport in the year.
    """
    reports = checked(reports)
    chosen = reports["passport"][(reports["year"] == year) & (reports["laundering"] == laundering)]
    people = customer_counts(customers, year)
    return {passport: proportion(int((chosen == passport).sum()), people[passport]) for passport in PASSPORTS}


def counted_by_passport(reports, customers, year=THIS_YEAR):
    """Return what `reporting_rates` divides, as a table of counts.

    Parameters and errors are those of `reporting_rates`.

    Returns
    -------
    pandas.DataFrame
        Index passport; columns customers, harmless reports, laundering reports.
    """
    rates = {kind: reporting_rates(reports, customers, year, kind) for kind in (False, True)}
    rows = {
        passport: (rates[False][passport].denominator, *(rates[kind][passport].numerator for kind in rates))
        for passport in PASSPORTS
    }
    columns = ["customers", "harmless reports", "laundering reports"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).astype(int)


def customer_counts(customers, year):
    """Return how many customers with each passport there are in a year.

    Parameters
    ----------
    customers : pandas.DataFrame
        Columns year, passport and customers.
    year : int

    Returns
    -------
    dict of str to int

    Raises
    ------
    ValueError
        If a column is missing, or there are no customers with one of the passports in the year.
    """
    for column in ("year", "passport", "customers"):
        if not isinstance(customers, pd.DataFrame) or column not in customers:
            raise ValueError(
                f"The customers have no column {column!r}; give the table that "
                'load("transaction_reports", "customers") returns.'
            )
    counts = customers[customers["year"] == year].groupby("passport")["customers"].sum()
    for passport in PASSPORTS:
        if counts.get(passport, 0) <= 0:
            raise ValueError(
                f"In year {year} there are no customers with a {passport} passport to count over."
            )
    return {passport: int(counts[passport]) for passport in PASSPORTS}


def over_reporting(reports, customers, year=THIS_YEAR):
    """Estimate the planted factor: harmless customers reported, foreign passport over national passport.

    Parameters and errors are those of `reporting_rates`.

    Returns
    -------
    workshop.audit.Estimate
        The ratio with its 95% interval; `denominator` is the smaller number of customers.

    References
    ----------
    Donner and Zou (2012), Statistical Methods in Medical Research 21(4), 347-359.
    """
    rates = reporting_rates(reports, customers, year)
    return times(rates[FOREIGN], rates[NATIONAL])


def naive_over_reporting(reports, year=THIS_YEAR):
    """Return the naive reading: foreign over national among the reports, as if both had as many customers.

    Parameters
    ----------
    reports : pandas.DataFrame
    year : int, default 3

    Returns
    -------
    workshop.audit.Estimate

    Raises
    ------
    ValueError
        If a column is missing, or the year has no report.
    """
    reports = checked(reports)
    passports = reports["passport"][reports["year"] == year]
    if passports.empty:
        raise ValueError(f"There is no report of year {year}; the years are 1 to 3.")
    foreign = proportion(int((passports == FOREIGN).sum()), len(passports))
    # Both shares add up to 1, so the ratio and its ends follow from those of one of them.
    odds = [each / (1 - each) if each < 1 else np.inf for each in foreign[:3]]
    return Estimate(*odds, np.nan, foreign.denominator, foreign.enough)


def times(first, second):
    """Return one rate over another, with Donner and Zou's interval; the value is NaN where the second rate is 0."""
    value = first.value / second.value if second.value else np.nan
    ends = mover_ratio(first, second)
    enough = first.enough and second.enough
    return Estimate(value, *ends, np.nan, min(first.denominator, second.denominator), enough)


def checked(reports, columns=()):
    """Return reports, if they are a table with what an audit needs.

    Parameters
    ----------
    reports : pandas.DataFrame
    columns : iterable of str
        Needed beside year, passport and laundering.

    Raises
    ------
    ValueError
        If it is no table or is empty, a column is missing, a passport is unknown, or laundering is not True or False.
    """
    if not isinstance(reports, pd.DataFrame) or reports.empty:
        raise ValueError(
            'Give a table with one row a report, as load("transaction_reports") returns it; it must not be empty.'
        )
    for column in ("year", "passport", "laundering", *columns):
        if column not in reports:
            raise ValueError(
                f'The reports have no column {column!r}; give them as load("transaction_reports") returns them.'
            )
    strange = reports["passport"][~reports["passport"].isin(PASSPORTS)]
    if len(strange):
        raise ValueError(f"A passport is {strange.iloc[0]!r}; it must be national or foreign in each row.")
    if reports["laundering"].dtype != bool:
        raise ValueError("The column laundering must hold True or False in each row.")
    return reports
