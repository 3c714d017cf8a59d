"""Make ``compas_score_counts.csv``: python make.py SOURCE.

SOURCE is ProPublica's two-year file, ``compas-scores-two-years.csv`` (its address is ``isBasedOn`` in
metadata.json), or a table already counted from it. Rows of persons never enter this folder.
"""

import sys
from pathlib import Path

import pandas as pd

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
SMALLEST_GROUP = 600  # people; smaller race groups would let a reader guess at persons
BY = ["race", "sex", "decile_score", "reoffended_within_two_years"]


def count(source: Path) -> pd.DataFrame:
    table = pd.read_csv(source).rename(columns={"two_year_recid": BY[-1]})
    if "people" not in table:
        table["people"] = 1
    group_size = table.groupby("race")["people"].transform("sum")
    table["race"] = table["race"].where(group_size >= SMALLEST_GROUP, "Other")
    return table.groupby(BY, as_index=False)["people"].sum()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    count(Path(sys.argv[1])).to_csv(HERE / "compas_score_counts.csv", index=False, lineterminator="\n")
    record_checksums(HERE)
