"""Make ``nypd_sick_report.csv``: python make.py SOURCE.

SOURCE is a table of the figures, copied by hand from the press reports that README.md lists.
"""

import sys
from pathlib import Path

import pandas as pd

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
COLUMNS = ["date", "uniformed_members_sick", "percent_of_strength"]

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    report = pd.read_csv(sys.argv[1])[COLUMNS].sort_values("date")
    report.to_csv(HERE / "nypd_sick_report.csv", index=False, lineterminator="\n")
    record_checksums(HERE)
