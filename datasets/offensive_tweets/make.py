"""Record the size and checksum of the fetched file: python make.py COPY.

COPY is a folder with ``labeled_data.csv`` as downloaded from the address in metadata.json.
"""

import sys
from pathlib import Path

from workshop.datasets import record_checksums

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    record_checksums(Path(__file__).resolve().parent, Path(sys.argv[1]))
