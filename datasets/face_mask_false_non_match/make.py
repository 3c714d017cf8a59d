"""Make ``face_mask_false_non_match.csv``: python make.py SOURCE.

SOURCE is a table of the three published ranges, copied by hand from what NIST and the press said of NISTIR 8311 (2020).
"""

import sys
from pathlib import Path

import pandas as pd

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
COLUMNS = ["condition", "false_non_match_percent_low", "false_non_match_percent_high"]
# Who says so: NIST itself, on its own page, or a newspaper that read the report or asked its author.
TOLD_BY = {
    "best algorithms without mask": "press (CNN)",
    "best algorithms with drawn mask": "NIST and press (CNN)",
    "most algorithms with drawn mask": "press (CNN, quoting the author)",
}

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    ranges = pd.read_csv(sys.argv[1])[COLUMNS]
    ranges["told_by"] = ranges["condition"].map(TOLD_BY)
    ranges.to_csv(HERE / "face_mask_false_non_match.csv", index=False, lineterminator="\n")
    record_checksums(HERE)
