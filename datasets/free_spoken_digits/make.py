"""Make ``registry.txt``, the checksums of the 600 recordings the course uses: python make.py COPY.

COPY is a folder with ``recordings/`` as in the repository at the commit of metadata.json.
"""

import json
import sys
from pathlib import Path

import pooch

from workshop.datasets import record_checksums

HERE = Path(__file__).resolve().parent


def registry(copy: Path) -> str:
    """Return one line for each recording that the metadata includes: its path and its SHA-256."""
    metadata = json.loads((HERE / "metadata.json").read_text(encoding="utf-8"))
    includes = next(node["includes"] for node in metadata["distribution"] if node["@type"] == "cr:FileSet")
    paths = sorted(path.relative_to(copy).as_posix() for path in copy.glob(includes))
    return "".join(f"{path} {pooch.file_hash(str(copy / path))}\n" for path in paths)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    (HERE / "registry.txt").write_text(registry(Path(sys.argv[1])), encoding="utf-8", newline="\n")
    record_checksums(HERE)
