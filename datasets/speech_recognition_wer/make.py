"""Make ``speech_recognition_wer.csv``: python make.py SOURCE.

SOURCE is a table of the two published means, copied by hand from the abstract of Koenecke et al. (2020).
"""

import sys
from pathlib import Path

import pandas as pd

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
COLUMNS = ["group", "mean_word_error_rate"]

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    means = pd.read_csv(sys.argv[1])[COLUMNS]
    means.to_csv(HERE / "speech_recognition_wer.csv", index=False, lineterminator="\n")
    record_checksums(HERE)
