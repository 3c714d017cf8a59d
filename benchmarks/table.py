"""One line of the table, and the whole as Markdown."""

import operator
from typing import NamedTuple


class Aim(NamedTuple):
    """What a value must reach: `limit` or more, or `limit` or less."""

    limit: float
    words: str
    at_least: bool = False

    def holds(self, value):
        return (operator.ge if self.at_least else operator.le)(value, self.limit)


class Row(NamedTuple):
    """What was measured, beside what it is measured against; `value` is what the aim speaks of."""

    name: str
    ours: str
    reference: str
    ratio: str = ""
    value: float = 0.0
    aim: Aim | None = None

    def cells(self):
        if self.aim is None:
            return (self.name, self.ours, self.reference, self.ratio, "", "")
        verdict = "yes" if self.aim.holds(self.value) else "NO"
        return (self.name, self.ours, self.reference, self.ratio, self.aim.words, verdict)


def duration(seconds):
    """Return a time in the unit that suits its size."""
    for unit, size in (("s", 1), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:,.3g} {unit}"
    return f"{seconds * 1e6:,.3g} µs"


def markdown(rows):
    heads = ("What", "Ours", "Reference", "Ratio", "Aim", "Holds")
    lines = [heads, ("---",) * len(heads), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
