"""Make ``car_models.csv`` and ``truth.json`` from the course's own generator: python make.py."""

import json
from pathlib import Path

from workshop.datasets import record_checksums
from workshop.domains.vision.car_models import generate

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    table, truth = generate()
    table.to_csv(HERE / "car_models.csv", index=False, lineterminator="\n")
    (HERE / "truth.json").write_text(json.dumps(truth, indent=2) + "\n", encoding="utf-8", newline="\n")
    record_checksums(HERE)
