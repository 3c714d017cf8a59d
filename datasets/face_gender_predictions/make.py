"""Make ``face_gender_predictions.csv``: python make.py SOURCE.

SOURCE is a table of counts made from the answers in the repository named as ``isBasedOn`` in metadata.json and from
FairFace's labels of the same pictures. No picture and no row about a single picture enters this folder.
"""

import sys
from pathlib import Path

import pandas as pd

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent
NAMES = {
    "true_race": "race",
    "true_gender": "gender",
    "true_age": "age",
    "deepface_gender": "deepface",
    "deepface_gender_confidence": "deepface_confidence",
    "deepface_face_confidence": "deepface_face",
    "facellm_gender": "facellm",
    "pictures": "pictures",
}

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    # Somebody's labels are not the truth about a person, so the columns aren't called that here.
    counts = pd.read_csv(sys.argv[1], keep_default_na=False)[list(NAMES)].rename(columns=NAMES)
    counts = counts.sort_values(list(counts.columns))
    counts.to_csv(HERE / "face_gender_predictions.csv", index=False, lineterminator="\n")
    record_checksums(HERE)
