"""Make ``gender_shades.csv``: python make.py SOURCE.

SOURCE is a table of the twelve published error rates, copied by hand from Buolamwini and Gebru (2018).
"""

import sys
from pathlib import Path

import pandas as pd

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
COLUMNS = ["system", "group", "error_percent"]

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    rates = pd.read_csv(sys.argv[1])[COLUMNS]
    rates.to_csv(HERE / "gender_shades.csv", index=False, lineterminator="\n")
    record_checksums(HERE)
