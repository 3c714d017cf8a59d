"""Read the hand-written sources in ``content/`` and turn each into the notebooks made from it."""

import hashlib
import re
from pathlib import Path

import jupytext
from nbformat import NotebookNode, v4

from workshop.build.layout import EXERCISES, LESSONS

MAP_MARK = "<!-- map of lessons -->"
_STUB = "# Write your code here"
_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class SourceError(ValueError):
    """A source in ``content/`` can't be read as a lesson or an exercise."""


def read(path):
    """Read a source as a notebook, tags and notes included.

    Parameters
    ----------
    path : path-like
        A script in jupytext's py:percent format.

    Returns
    -------
    NotebookNode
        With ``metadata.workshop`` taken from the script's header.

    Raises
    ------
    SourceError
        If the script has no cell, or no line that begins with ``# %%``.
    """
    text = Path(path).read_text(encoding="utf-8")
    if not re.search(r"^# %%", text, flags=re.M):
        raise SourceError(f"{path}: no cell found. Begin each cell with a line '# %%' or '# %% [markdown]'.")
    notebook = jupytext.reads(text, fmt="py:percent")
    if not notebook.cells:
        raise SourceError(f"{path}: no cell found.")
    notebook.metadata = NotebookNode({**_METADATA, "workshop": notebook.metadata.get("workshop", {})})
    return notebook


def tags(cell):
    """Return the set of a cell's tags."""
    return set(cell.metadata.get("tags", []))


def title(notebook):
    """Return the text of a notebook's first-level heading."""
    for cell in notebook.cells:
        found = re.search(r"^# (.+)$", cell.source, flags=re.M) if cell.cell_type == "markdown" else None
        if found:
            return found.group(1).strip()
    raise SourceError("a notebook needs one line that begins with '# ': its title")


def lesson_rows(root):
    """Return ``(name, title, minutes, has an exercise)`` of every lesson, in order."""
    root, rows = Path(root), []
    for path in sorted((root / LESSONS).glob("*.py")):
        notebook = read(path)
        minutes = notebook.metadata.workshop.get("minutes")
        rows.append((path.stem, title(notebook), minutes, (root / EXERCISES / path.name).exists()))
    return rows


def lesson_map(root, prefix):
    """Return the map of lessons as a Markdown table.

    Parameters
    ----------
    root : path-like
        The project's folder.
    prefix : str
        What leads from the place of the table to the project's folder, such as ``"../"``.
    """
    lines = ["| Lesson | Minutes | Exercise |", "|---|---|---|"]
    for name, heading, minutes, has_exercise in lesson_rows(root):
        exercise = f"[exercise]({prefix}exercises/{name}.ipynb)" if has_exercise else "none"
        lines.append(f"| [{heading}]({prefix}notebooks/{name}.ipynb) | {minutes} | {exercise} |")
    return "\n".join(lines)


def make(root, target):
    """Make a target's notebook from its source, not yet executed.

    Parameters
    ----------
    root : path-like
        The project's folder.
    target : Target
        What to make.

    Returns
    -------
    NotebookNode
        Without instructors' notes; a stub also without its solutions.
    """
    notebook = read(Path(root, target.source))
    cells = [_cell(cell, target.kind) for cell in notebook.cells if "notes" not in tags(cell)]
    notebook.cells = [cell for cell in cells if cell is not None]
    fill_map(notebook, root)
    _name_cells(notebook)
    return notebook


def fill_map(notebook, root):
    """Replace the mark for the map of lessons by the map."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and MAP_MARK in cell.source:
            cell.source = cell.source.replace(MAP_MARK, lesson_map(root, "../"))


def _cell(cell, kind):
    """Return the cell as this kind of notebook shows it, or None."""
    if "solution" in tags(cell) and kind == "stub":
        if cell.cell_type == "markdown":
            return None
        cell.source = _STUB
    if "hint" in tags(cell):
        cell.source = f"<details><summary>Hint</summary>\n\n{cell.source}\n\n</details>"
    if "remove-input" in tags(cell):
        cell.metadata["jupyter"] = {"source_hidden": True}
    return cell


def _name_cells(notebook):
    """Give each cell an id that depends only on its text, so that a build repeats."""
    seen = set()
    for number, cell in enumerate(notebook.cells):
        name = hashlib.sha256(f"{cell.cell_type} {cell.source}".encode()).hexdigest()[:10]
        cell["id"] = f"{name}-{number}" if name in seen else name
        seen.add(name)
    notebook.nbformat, notebook.nbformat_minor = v4.nbformat, v4.nbformat_minor
