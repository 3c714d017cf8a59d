"""Make ``speech_recognition_errors.csv``: python make.py SOURCE.

SOURCE is a table of counts by speaker and recogniser, made from the transcripts in the repository of the Artie Bias
Corpus (its address is ``isBasedOn`` in metadata.json). No sentence and no voice enters this folder.
"""

import sys
from pathlib import Path

import pandas as pd

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
COLUMNS = ["speaker", "age", "gender", "accent", "system", "clips", "words", "errors"]

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    # The source says NA. As text it would be read as a missing value and the people who didn't tell would drop out.
    counts = pd.read_csv(sys.argv[1], keep_default_na=False)[COLUMNS].replace("NA", "not told")
    counts = counts.sort_values(["speaker", "system"])
    counts.to_csv(HERE / "speech_recognition_errors.csv", index=False, lineterminator="\n")
    record_checksums(HERE)
