"""Where things are in the project's folder: no import beyond the standard library."""

from dataclasses import dataclass
from pathlib import Path

LESSONS = "content/lessons"
EXERCISES = "content/exercises"
DECKS = "slides/build"


@dataclass(frozen=True)
class Target:
    """A notebook to make.

    Attributes
    ----------
    path : str
        Where it goes, relative to the project.
    source : str
        The file in ``content/`` it is made from, relative to the project.
    kind : {"lesson", "stub", "solution"}
        Which cells it holds.
    """

    path: str
    source: str
    kind: str


def targets(root):
    """List every notebook the sources make.

    Parameters
    ----------
    root : path-like
        The project's folder.

    Returns
    -------
    list of Target
        In the order of the lessons, each exercise's stub before its solution.
    """
    root, found = Path(root), []
    for path in sorted((root / LESSONS).glob("*.py")):
        found.append(Target(f"notebooks/{path.stem}.ipynb", f"{LESSONS}/{path.name}", "lesson"))
    for path in sorted((root / EXERCISES).glob("*.py")):
        source = f"{EXERCISES}/{path.name}"
        found.append(Target(f"exercises/{path.stem}.ipynb", source, "stub"))
        found.append(Target(f"exercises/solutions/{path.stem}.ipynb", source, "solution"))
    return found
