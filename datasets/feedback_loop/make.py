"""Make ``feedback_loop.csv``: python make.py SOURCE.

SOURCE is a table of the parameters, copied by hand from the commands with which Ensign et al. (2018) ran their
experiments, ``src/Makefile`` in their repository (its address is ``isBasedOn`` in metadata.json).
"""

import sys
from pathlib import Path

import pandas as pd

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
COLUMNS = ["setting", "rate_a_per_day", "rate_b_per_day", "prior_a", "prior_b", "days"]

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    parameters = pd.read_csv(sys.argv[1])[COLUMNS]
    parameters.to_csv(HERE / "feedback_loop.csv", index=False, lineterminator="\n")
    record_checksums(HERE)
