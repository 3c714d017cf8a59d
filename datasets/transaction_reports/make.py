"""Make the reports, the customers and ``truth.json`` from the course's own generator: python make.py."""

import gzip
import json
from pathlib import Path

from workshop.datasets import record_checksums
from workshop.domains.transactions.reports import generate

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    reports, customers, truth = generate()
    text = reports.to_csv(index=False, lineterminator="\n")
    # No time in the compressed file, so that the same rows are the same bytes.
    (HERE / "transaction_reports.csv.gz").write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=0))
    customers.to_csv(HERE / "customers.csv", index=False, lineterminator="\n")
    (HERE / "truth.json").write_text(json.dumps(truth, indent=2) + "\n", encoding="utf-8", newline="\n")
    record_checksums(HERE)
