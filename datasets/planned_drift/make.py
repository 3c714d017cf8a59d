"""Make ``planned_drift.csv`` and ``truth.json``: python make.py.

Weekly counts of two cities that don't exist. In one week of 2020 some of their series change by a planted factor.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
SEED = 2020
FIRST_WEEK, LAST_WEEK = "2018-01-01", "2020-05-11"
CHANGES_FROM = {"Harbour City": "2020-03-09", "Hill City": "2020-03-23"}
# Counts a week at the start, and the planted factor since the change.
SERIES = {
    ("Harbour City", "residential_burglary"): (180, 0.6),
    ("Harbour City", "non_residential_burglary"): (90, 1.5),
    ("Harbour City", "personal_robbery"): (120, 1.0),
    ("Harbour City", "theft_of_vehicle"): (140, 1.25),
    ("Hill City", "residential_burglary"): (110, 1.0),
    ("Hill City", "non_residential_burglary"): (60, 1.0),
    ("Hill City", "theft_from_vehicle"): (300, 0.5),
    ("Hill City", "theft_of_vehicle"): (80, 0.75),
}
YEARLY_FACTOR = 0.85  # a slow fall that has nothing to do with the change
SEASON = 0.12  # how far the summer is above the mean of the year, as a logarithm
VARIANCE_OVER_MEAN = 2.0


def draw(seed: int) -> pd.DataFrame:
    """Return the counts of every series, one column for each type."""
    rng = np.random.default_rng(seed)
    weeks = pd.date_range(FIRST_WEEK, LAST_WEEK, freq="W-MON")
    years = np.arange(len(weeks)) / 52
    season = np.exp(SEASON * np.cos(2 * np.pi * (weeks.day_of_year - 200) / 365.25))
    found = {}
    for (city, kind), (start, factor) in SERIES.items():
        mean = start * YEARLY_FACTOR**years * season * np.where(weeks < CHANGES_FROM[city], 1, factor)
        # Negative binomial with a variance that is a fixed multiple of the mean.
        counts = rng.negative_binomial(mean / (VARIANCE_OVER_MEAN - 1), 1 / VARIANCE_OVER_MEAN)
        found[city, kind] = pd.Series(counts, weeks)
    types = list(dict.fromkeys(kind for _, kind in SERIES))
    tables = [
        pd.DataFrame({kind: found[city, kind] for kind in types if (city, kind) in found})
        .reindex(columns=types)
        .assign(city_name=city)
        for city in CHANGES_FROM
    ]
    return (
        pd.concat(tables)
        .rename_axis("week_beginning")
        .reset_index()[["city_name", "week_beginning", *types]]
        .astype(dict.fromkeys(types, "Int64"))
    )


def truth() -> dict:
    return {
        "seed": SEED,
        "first_week": FIRST_WEEK,
        "last_week": LAST_WEEK,
        "changes_from": CHANGES_FROM,
        "factors": {
            city: {kind: factor for (town, kind), (_, factor) in SERIES.items() if town == city}
            for city in CHANGES_FROM
        },
        "yearly_factor": YEARLY_FACTOR,
        "season": SEASON,
        "variance_over_mean": VARIANCE_OVER_MEAN,
    }


if __name__ == "__main__":
    draw(SEED).to_csv(HERE / "planned_drift.csv", index=False, lineterminator="\n")
    (HERE / "truth.json").write_text(json.dumps(truth(), indent=2) + "\n", encoding="utf-8", newline="\n")
    record_checksums(HERE)
