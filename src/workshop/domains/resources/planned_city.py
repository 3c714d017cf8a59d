"""A made-up city in which the true incidents are known, and what its police hold: records with a planted bias."""

import math

import numpy as np
import pandas as pd

from workshop.audit import Estimate
from workshop.audit.intervals import ENOUGH, critical_value

MORE, FEWER = "more", "fewer"
# Name, residents, share of recent migrants, patrols, true incidents a year per 1,000 residents. The districts with more
# patrols are those where more recent migrants live; incidents do not follow the patrols.
_DISTRICTS = (
    ("Alder", 9_200, 0.31, MORE, 50),
    ("Ash", 12_400, 0.08, FEWER, 112),
    ("Aspen", 7_600, 0.12, FEWER, 71),
    ("Beech", 10_800, 0.27, MORE, 70),
    ("Birch", 8_400, 0.05, FEWER, 104),
    ("Cedar", 11_600, 0.38, MORE, 60),
    ("Elm", 9_800, 0.16, FEWER, 96),
    ("Hazel", 6_800, 0.24, FEWER, 83),
    ("Larch", 8_800, 0.22, MORE, 44),
    ("Maple", 13_200, 0.10, FEWER, 89),
    ("Oak", 10_400, 0.34, MORE, 64),
    ("Rowan", 8_000, 0.07, FEWER, 121),
)
_CALLED, _RECORDED = 0.15, 0.25  # chance of a record by a call, and of any record, where patrols are fewer
_ASKED = 0.125  # share of the residents who are in the survey
_LOWEST, _HIGHEST = _CALLED / _RECORDED, 1 / _RECORDED
_COUNTS = ("residents", "records_by_call", "records_by_patrol", "survey_asked", "survey_incidents")


def generate(seed=2020, bias=2.0):
    """Make one year of a city of 12 districts: what its police hold, and the truth that they do not hold.

    Incidents are Poisson, with a rate of each district. A resident's call makes a record of an incident with the same
    probability everywhere. If nobody called, a patrol may see it and record it, and this is more likely where more
    patrols are. A survey asks one in eight residents of each district, drawn by lot, what happened to them in the year.

    Parameters
    ----------
    seed : int, default 2020
    bias : float, default 2.0
        The planted size: records per true incident where patrols are more, over the same where they are fewer; from
        0.6 to 4.

    Returns
    -------
    table : pandas.DataFrame, 12 rows
        Columns district, patrols ("more" or "fewer"), residents, recent_migrants (share of the residents),
        records_by_call, records_by_patrol, survey_asked, survey_incidents.
    truth : dict
        What was planted and drawn, as plain numbers that JSON can hold.

    Raises
    ------
    ValueError
        If `bias` is out of its range.
    """
    if not _LOWEST <= bias <= _HIGHEST:
        raise ValueError(f"bias is {bias}; give a number from {_LOWEST:g} to {_HIGHEST:g}, for instance 2.")
    random = np.random.default_rng(seed)
    columns = ["district", "residents", "recent_migrants", "patrols", "rate"]
    city = pd.DataFrame(_DISTRICTS, columns=columns)
    recorded = {FEWER: _RECORDED, MORE: round(bias * _RECORDED, 12)}
    seen = {kind: round(chance - _CALLED, 12) for kind, chance in recorded.items()}
    incidents = random.poisson(city["residents"] * city["rate"] / 1000)
    called = random.binomial(incidents, _CALLED)
    # Of those that nobody called about, so that of all incidents the share `seen` is recorded by a patrol.
    noticed = random.binomial(incidents - called, city["patrols"].map(seen).to_numpy() / (1 - _CALLED))
    asked = (city["residents"] * _ASKED).round().astype("int64")
    told = random.binomial(incidents, asked / city["residents"])
    table = city[["district", "patrols", "residents", "recent_migrants"]].assign(
        records_by_call=called, records_by_patrol=noticed, survey_asked=asked, survey_incidents=told
    )
    return table, {
        "seed": seed,
        "bias": bias,
        "recorded_by_call": _CALLED,
        "recorded_by_patrol": seen,
        "recorded": recorded,
        "survey_share_asked": _ASKED,
        "incidents_per_resident_ratio": _rate_ratio(city),
        "districts": [
            {"district": name, "incidents": int(count), "expected_incidents_per_1000_residents": rate}
            for name, count, rate in zip(city["district"], incidents, city["rate"].tolist(), strict=True)
        ],
    }


def _rate_ratio(city):
    """Return the expected incidents per resident where patrols are more, over those where they are fewer."""
    expected = (city["residents"] * city["rate"] / 1000).groupby(city["patrols"]).sum()
    rates = expected / city["residents"].groupby(city["patrols"]).sum()
    return round(float(rates[MORE] / rates[FEWER]), 4)


def estimate_bias(table):
    """Estimate the planted bias honestly: records per incident that the survey finds, more patrols over fewer.

    Parameters
    ----------
    table : pandas.DataFrame
        As `generate` returns it.

    Returns
    -------
    Estimate
        The ratio with its 95% interval; `denominator` is the smaller number of incidents told in the survey.

    Raises
    ------
    ValueError
        If a column is missing or holds no counts, or one of the two kinds of districts has no record or no incident
        told, so that there is nothing to divide.

    Notes
    -----
    Each district's incidents are estimated by the survey: incidents told, times residents per person asked. The
    interval is the usual one for the logarithm of a ratio (Katz et al., 1978, Biometrics 34(3), 469-474). Given the
    incidents, the records are a random part of them, and so is what the survey tells. For w residents per person
    asked, E estimated incidents and R records of one kind, the variance of log(R/E) is therefore
    (1/R - 1/E) + sum(w (w - 1) told) / E^2 (Taylor's approximation).
    """
    table = _checked(table)
    weight = table["residents"] / table["survey_asked"]
    kinds = table["patrols"]
    records = _records(table).groupby(kinds).sum()
    incidents = (weight * table["survey_incidents"]).groupby(kinds).sum()
    told = table["survey_incidents"].groupby(kinds).sum()
    _check_some(records, "record")
    _check_some(told, "incident told in the survey")
    sampled = (weight * (weight - 1) * table["survey_incidents"]).groupby(kinds).sum() / incidents**2
    return _ratio(records / incidents, (1 / records - 1 / incidents + sampled).sum(), told)


def naive_bias(table):
    """Return the naive reading: records per resident, more patrols over fewer, as if incidents were equal.

    Parameters
    ----------
    table : pandas.DataFrame
        As `generate` returns it.

    Returns
    -------
    Estimate
        The ratio with its 95% interval, which is narrow and around the wrong number: it covers the chance in the
        records only. `denominator` is the smaller number of residents.

    Raises
    ------
    ValueError
        As `estimate_bias`, but for the survey.
    """
    table = _checked(table)
    records = _records(table).groupby(table["patrols"]).sum()
    residents = table["residents"].groupby(table["patrols"]).sum()
    _check_some(records, "record")
    return _ratio(records / residents, (1 / records).sum(), residents)


def _records(table):
    return table["records_by_call"] + table["records_by_patrol"]


def _ratio(rates, variance, denominators):
    """Return the ratio of two rates; `variance` is that of its logarithm."""
    value, smaller = float(rates[MORE] / rates[FEWER]), int(denominators.min())
    factor = math.exp(critical_value(0.95) * math.sqrt(max(variance, 0.0)))
    return Estimate(value, value / factor, value * factor, math.nan, smaller, smaller >= ENOUGH)


def _checked(table):
    """Return the table, if it is one that can be audited."""
    missing = [column for column in ("patrols", *_COUNTS) if column not in table]
    if missing:
        raise ValueError(
            f'The table has no column {missing[0]!r}; give it as load("planned_city") returns it.'
        )
    if set(table["patrols"]) != {MORE, FEWER}:
        raise ValueError(
            f"The column patrols must hold {MORE!r} and {FEWER!r}, both of them and nothing else."
        )
    counts = {column: pd.to_numeric(table[column], errors="coerce").astype(float) for column in _COUNTS}
    for column, values in counts.items():
        if not (np.isfinite(values) & (values >= 0)).all():
            raise ValueError(f"The column {column} must hold counts of 0 or more in each row.")
    if not counts["survey_asked"].between(1, counts["residents"]).all():
        raise ValueError(
            "In each district the survey must have asked at least one and at most all of the residents."
        )
    return table.assign(**counts)


def _check_some(counts, what):
    """Raise a ValueError if one of the two kinds of districts has none."""
    for kind, count in counts.items():
        if not count:
            raise ValueError(
                f"Where patrols are {kind} there is no {what}, so there is no ratio; use more districts."
            )
