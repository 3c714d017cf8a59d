"""Make ``covid_crime_change.csv``: python make.py SOURCE.

SOURCE is a table of the figures, copied by hand from the press reports that README.md lists.
"""

import sys
from pathlib import Path

import pandas as pd

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
COLUMNS = ["crime", "change_percent"]

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    pd.read_csv(sys.argv[1])[COLUMNS].to_csv(
        HERE / "covid_crime_change.csv", index=False, lineterminator="\n"
    )
    record_checksums(HERE)
