"""Print the table of speed and memory: ``python -m benchmarks``, five minutes; with ``--full``, six."""

import argparse
import os
import platform
import sys

from benchmarks import audit, feedback, lesson, monitoring, shifts, slider
from benchmarks.table import markdown


def machine():
    """Return the computer in one line."""
    memory = (
        os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9 if hasattr(os, "sysconf") else None
    )
    told = f", {memory:.0f} GB of memory" if memory else ""
    return f"{os.cpu_count()} cores {platform.machine()}{told}, {platform.system()}, Python {platform.python_version()}"


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--full", action="store_true", help="also time 1,000,000 people")
    arguments = parser.parse_args()
    rows = []
    for part, measure in (
        ("threshold positions", lambda: audit.run(arguments.full)),
        ("feedback loop", feedback.run),
        ("shift plans", shifts.run),
        ("monitoring", monitoring.run),
        ("slider in JupyterLab", slider.run),
        ("notebooks", lesson.run),
    ):
        print(f"measuring: {part} ...", file=sys.stderr, flush=True)
        rows += measure()
    print(f"\n{machine()}\n\n{markdown(rows)}")
    return int(any(row.aim and not row.aim.holds(row.value) for row in rows))


if __name__ == "__main__":
    sys.exit(main())
