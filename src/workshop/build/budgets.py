"""What a lesson may cost its reader: counts that the tests hold every source to."""

import itertools
import re
import statistics

from workshop.build.sources import tags

CODE_LINES_MEDIAN = 5
CODE_LINES = 25
AIMS = (3, 5)
MINUTES = {"lesson": (45, 60), "case": (30, 40), "capstone": (45, 60), "exercise": (15, 45), "start": (5, 20)}
CELLS = {"lesson": (20, 45), "case": (15, 25), "capstone": (20, 45)}
WORDS = {"lesson": 1500, "case": 1100, "capstone": 1500}
HEADINGS = {
    "lesson": (
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
    ),
    # A trainee decides something with a model in hand.
    "case": (
        "What you will learn",
        "The case",
        "The data and its datasheet",
        "A model in hand",
        "Who is affected",
        "Probe it",
        "Your decision",
        "What to remember",
        "Next",
    ),
    # All that was measured becomes a decision.
    "capstone": (
        "What you will learn",
        "Your use case",
        "Design: do you need it",
        "Development: what was measured",
        "Deployment: who watches it",
        "The risks",
        "The decision",
        "After the decision",
        "What to remember",
        "Next",
    ),
}
_AIMS = "What you will learn"
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
    kind : {"lesson", "case", "capstone", "exercise", "start"}
        Which budgets hold; see `kind_of`. The start page and the exercises have no fixed headings.

    Returns
    -------
    list of str
        Empty when everything holds.
    """
    if kind not in MINUTES:
        return [f"says `kind: {kind}`, which is no kind of notebook; choose one of: {', '.join(MINUTES)}"]
    found = [*_shape(notebook), *_text(notebook), *_code(notebook), *_minutes(notebook, kind)]
    if kind in HEADINGS:
        found += _lesson(notebook, kind)
    return found


def kind_of(target, notebook):
    """Return which budgets hold for a target's notebook.

    A notebook in content/lessons/ is a lesson unless its header says ``kind: case`` (a short one, in which a trainee
    decides something), ``kind: capstone`` or ``kind: start``.
    """
    return notebook.metadata.workshop.get("kind", "lesson") if target.kind == "lesson" else "exercise"


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


def _lesson(notebook, kind):
    count, low, high = len(notebook.cells), *CELLS[kind]
    if not low <= count <= high:
        yield f"has {count} cells; it needs {low} to {high}"
    if words(notebook) > WORDS[kind]:
        yield f"has {words(notebook)} words; at most {WORDS[kind]}"
    lengths = [code_lines(cell) for cell in notebook.cells if cell.cell_type == "code"]
    if lengths and statistics.median(lengths) > CODE_LINES_MEDIAN:
        yield f"has code cells of {statistics.median(lengths)} lines in the middle; at most {CODE_LINES_MEDIAN}"
    names = tuple(text for level, text in headings(notebook) if level == 2)
    if names != HEADINGS[kind]:
        yield f"has the second-level headings {names}; it needs {HEADINGS[kind]}"
    aims = _aims(notebook)
    if not AIMS[0] <= aims <= AIMS[1]:
        yield f"lists {aims} aims under '{_AIMS}'; it needs {AIMS[0]} to {AIMS[1]}"
    minutes = notebook.metadata.workshop.get("minutes")
    if f"{minutes} minutes" not in notebook.cells[0].source:
        yield f"does not say '{minutes} minutes' in its first cell"
    if not any(_has(cell, "slide_type") for cell in notebook.cells):
        yield "has no slide; mark cells with slideshow={'slide_type': 'slide'}"


def _aims(notebook):
    cell = next((cell for cell in notebook.cells if cell.source.startswith(f"## {_AIMS}")), None)
    return len(re.findall(r"^- ", cell.source, flags=re.M)) if cell else 0


def _has(cell, key):
    return key in cell.metadata.get("slideshow", {})


def slides_without_notes(notebook):
    """Tell whether a source gives its instructor no note at all."""
    return not any("notes" in tags(cell) for cell in notebook.cells)
