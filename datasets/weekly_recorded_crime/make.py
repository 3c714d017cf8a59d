"""Make ``weekly_recorded_crime.csv``: python make.py SOURCE.

SOURCE is a selection of Ashby's weekly counts (their home is ``isBasedOn`` in metadata.json): six cities, seven types,
a column for each type, from January 2018 to May 2020.
"""

import sys
from pathlib import Path

import pandas as pd

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
BY = ["city_name", "week_beginning"]
TYPES = [
    "residential_burglary",
    "non_residential_burglary",
    "personal_robbery",
    "serious_assaults_in_public",
    "serious_assaults_in_residences",
    "theft_from_vehicle",
    "theft_of_vehicle",
]

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    source = pd.read_csv(sys.argv[1])
    source.columns = source.columns.str.replace(r"\W", "_", regex=True)
    counts = source[BY + TYPES].sort_values(BY)
    # Whole numbers stay whole beside an empty place.
    counts[TYPES] = counts[TYPES].astype("Int64")
    counts.to_csv(HERE / "weekly_recorded_crime.csv", index=False, lineterminator="\n")
    record_checksums(HERE)
