"""The principles that questions, evidence and risks serve.

The names are those of a training module on responsible AI for law enforcement that was seen in February 2026 (Genially,
"Module 3"); the one-line meanings are the course's own words.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Principle:
    """An instrumental principle.

    Attributes
    ----------
    key : str
        As a case file holds it.
    name : str
        As the source spells it.
    core : str
        Name of the core principle that it serves.
    means : str
        What it asks, in the course's words.
    """

    key: str
    name: str
    core: str
    means: str


_TABLE = {
    "Lawfulness": {
        "Legitimacy": "the aim is one that the law gives to this agency",
        "Necessity": "nothing that takes less freedom would do",
        "Proportionality": "the gain is greater than the harm, also for those who bear it",
    },
    "Minimization of harm": {
        "Human and environmental well-being": "people and their surroundings are not worse off",
        "Robustness and safety": "it still works on bad days, and fails without harm",
        "Accuracy": "its errors are counted, and few enough for the use",
        "Efficiency": "it saves more work than it makes",
    },
    "Human autonomy": {
        "Privacy": "no more is known about people than the task needs",
        "Human control and oversight": "a person can understand, correct and stop it",
        "Human agency": "officers and the public decide for themselves, not the tool for them",
        "Transparency and explainability": "those concerned can learn that it is used, and why it said what it said",
    },
    "Fairness": {
        "Diversity and accessibility": "those it touches were asked, and can use it",
        "Equality and non-discrimination": "no group bears more of its errors without a good reason",
        "Protection of vulnerable groups": "children, victims and people in crisis are looked at on their own",
        "Contestability and redress": "a person can object, be heard, and have harm repaired",
    },
    "Good governance": {
        "Accountability": "a named person answers for it",
        "Traceability and auditability": "what it did can be followed and checked later",
    },
}


def _key(name):
    return name.lower().replace(" ", "_").replace("-", "_")


PRINCIPLES = {
    _key(name): Principle(_key(name), name, core, means)
    for core, names in _TABLE.items()
    for name, means in names.items()
}
CORE = tuple(_TABLE)


def principle(key: str) -> Principle:
    """Return a principle by its key.

    Raises
    ------
    ValueError
        If there is none.
    """
    if key not in PRINCIPLES:
        raise ValueError(f"There is no principle {key!r}; the principles are {', '.join(PRINCIPLES)}.")
    return PRINCIPLES[key]
