"""Start a lesson: a source that builds at once, with a place for each thing a lesson needs."""

import re
from pathlib import Path
from string import Template

from workshop.build.budgets import UNWRITTEN
from workshop.build.layout import EXERCISES, LESSONS
from workshop.build.notebooks import replace

_TEMPLATES = Path(__file__).parent / "templates"


def new_lesson(root, name, title):
    """Write the sources of a new lesson and its exercise.

    Parameters
    ----------
    root : path-like
        The project's folder.
    name : str
        Two digits and a topic, such as ``"12_drones"``.
    title : str
        The lesson's title.

    Returns
    -------
    list of str
        The files made, relative to `root`.

    Raises
    ------
    ValueError
        If the name is not of that form, the title is empty, or there is such a lesson already.
    """
    if not re.fullmatch(r"\d\d_[a-z][a-z0-9_]*", name):
        raise ValueError(f"{name!r} is no name for a lesson. Give two digits and a topic, such as 12_drones.")
    title = " ".join(title.split())
    if not title:
        raise ValueError(
            'Give the lesson a title: make new-lesson NAME=12_drones TITLE="Drones over a crowd".'
        )
    made = {f"{LESSONS}/{name}.py": "lesson.py.txt", f"{EXERCISES}/{name}.py": "exercise.py.txt"}
    for path in made:
        if Path(root, path).exists():
            raise ValueError(f"{path} is already there. Choose another name, or delete it first.")
    for path, template in made.items():
        text = Template((_TEMPLATES / template).read_text(encoding="utf-8"))
        replace(
            Path(root, path), text.substitute(title=title, name=name, number=int(name[:2]), write=UNWRITTEN)
        )
    return list(made)
