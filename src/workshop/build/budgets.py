"""What a lesson may cost its reader: counts that the tests hold every source to."""

import itertools
import re
import statistics

from workshop.build.sources import tags

CELLS = (20, 45)
WORDS = 1500
CODE_LINES_MEDIAN = 5
CODE_LINES = 25
AIMS = (3, 5)
MINUTES = {"lesson": (45, 60), "exercise": (20, 45), "start": (5, 20)}
HEADINGS = (
    "What you will learn",
    "The policing problem",
    "The data and its datasheet",
    "A first model",
    "Who is affected",
    "Probe it",
    "Explain it",
    "In a crisis",
    "Responsible AI review",
    "What to remember",
    "Next",
)
UNWRITTEN = "Write here:"
_BANNED = re.compile(r"\b(unbiased|debiased|fair AI)\b", flags=re.I)


def headings(notebook):
    """Return ``(level, text)`` of every heading outside code blocks, in order."""
    found = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = re.sub(r"```.*?```", "", cell.source, flags=re.S)
            found += [
                (len(marks), name.strip()) for marks, name in re.findall(r"^(#+) +(.+)$", text, flags=re.M)
            ]
    return found


def words(notebook):
    """Count the words a reader reads: Markdown without tags, marks and addresses."""
    text = " ".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    text = re.sub(r"<[^>]*>|\]\([^)]*\)|\$\$.*?\$\$", " ", text, flags=re.S)
    return len(re.findall(r"[^\W_][\w'’-]*", text))


def code_lines(cell):
    """Count a code cell's lines that are neither blank nor comments."""
    return sum(1 for line in cell.source.splitlines() if line.strip() and not line.strip().startswith("#"))


def problems(notebook, kind):
    """List what breaks a budget, a sentence each.

    Parameters
    ----------
    notebook : NotebookNode
        As a reader gets it, without instructors' notes.
    kind : {"lesson", "exercise", "start"}
        Which budgets hold. The start page and the exercises have no fixed headings.

    Returns
    -------
    list of str
        Empty when everything holds.
    """
    found = [*_shape(notebook), *_text(notebook), *_code(notebook), *_minutes(notebook, kind)]
    if kind == "lesson":
        found += _lesson(notebook)
    return found


def _shape(notebook):
    levels = [level for level, _ in headings(notebook)]
    if levels.count(1) != 1 or levels[:1] != [1]:
        yield f"has {levels.count(1)} first-level headings; it needs one, at the top"
    for before, after in itertools.pairwise(levels):
        if after > before + 1:
            yield f"goes from heading level {before} to {after}; skip none"


def _text(notebook):
    for number, cell in enumerate(notebook.cells, 1):
        for word in _BANNED.findall(cell.source):
            yield f'cell {number} says "{word}"; name the harm and who bears it instead'
        if UNWRITTEN in cell.source:
            yield f'cell {number} still says "{UNWRITTEN}"; write its text'


def _code(notebook):
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code" and code_lines(cell) > CODE_LINES:
            yield f"cell {number} has {code_lines(cell)} lines of code; at most {CODE_LINES}"


def _minutes(notebook, kind):
    minutes, (low, high) = notebook.metadata.workshop.get("minutes"), MINUTES[kind]
    if not isinstance(minutes, int) or not low <= minutes <= high:
        yield f"says it takes {minutes} minutes; its header needs `minutes:` from {low} to {high}"


def _lesson(notebook):
    count, low, high = len(notebook.cells), *CELLS
    if not low <= count <= high:
        yield f"has {count} cells; it needs {low} to {high}"
    if words(notebook) > WORDS:
        yield f"has {words(notebook)} words; at most {WORDS}"
    lengths = [code_lines(cell) for cell in notebook.cells if cell.cell_type == "code"]
    if lengths and statistics.median(lengths) > CODE_LINES_MEDIAN:
        yield f"has code cells of {statistics.median(lengths)} lines in the middle; at most {CODE_LINES_MEDIAN}"
    names = tuple(text for level, text in headings(notebook) if level == 2)
    if names != HEADINGS:
        yield f"has the second-level headings {names}; it needs {HEADINGS}"
    aims = _aims(notebook)
    if not AIMS[0] <= aims <= AIMS[1]:
        yield f"lists {aims} aims under '{HEADINGS[0]}'; it needs {AIMS[0]} to {AIMS[1]}"
    minutes = notebook.metadata.workshop.get("minutes")
    if f"{minutes} minutes" not in notebook.cells[0].source:
        yield f"does not say '{minutes} minutes' in its first cell"
    if not any(_has(cell, "slide_type") for cell in notebook.cells):
        yield "has no slide; mark cells with slideshow={'slide_type': 'slide'}"


def _aims(notebook):
    cell = next((cell for cell in notebook.cells if cell.source.startswith(f"## {HEADINGS[0]}")), None)
    return len(re.findall(r"^- ", cell.source, flags=re.M)) if cell else 0


def _has(cell, key):
    return key in cell.metadata.get("slideshow", {})


def slides_without_notes(notebook):
    """Tell whether a source gives its instructor no note at all."""
    return not any("notes" in tags(cell) for cell in notebook.cells)
