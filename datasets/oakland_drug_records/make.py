"""Make ``oakland_drug_records.csv``: python make.py SOURCE.

SOURCE is the table of records behind Lum and Isaac (2016), ``drug_crimes_with_bins.csv`` (its home is
``isBasedOn`` in metadata.json), or a table already counted from it. No single record enters this folder.
"""

import sys
from pathlib import Path

import pandas as pd

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
BY = ["grid_cell", "year"]


def count(source: Path) -> pd.DataFrame:
    table = pd.read_csv(source)
    if "records" not in table:
        table = table.dropna(subset="bin")
        year = pd.to_datetime(table["OCCURRED"], format="%m/%d/%y").dt.year
        table = pd.DataFrame({"grid_cell": table["bin"].astype(int), "year": year, "records": 1})
    return table.groupby(BY, as_index=False)["records"].sum()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    count(Path(sys.argv[1])).to_csv(HERE / "oakland_drug_records.csv", index=False, lineterminator="\n")
    record_checksums(HERE)
