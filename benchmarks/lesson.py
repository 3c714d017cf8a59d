"""Measure lesson 01 (run time, imports, installed size), and what every notebook costs its kernel."""

import ast
import asyncio
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from time import perf_counter

import nbformat
from nbformat import v4

from benchmarks.audit import best_time
from benchmarks.table import Aim, Row, duration
from workshop.build import lock, notebooks
from workshop.environment import locked

ROOT = Path(__file__).resolve().parents[1]
LESSON = ROOT / "notebooks/01_responsible_ai.ipynb"
REPEATS = 3
STATUS = Path("/proc/self/status")  # Linux keeps the peak of a process here
COST = f"""\
import resource

used = resource.getrusage(resource.RUSAGE_SELF)
with open("{STATUS}") as status:
    peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
print(used.ru_utime + used.ru_stime, peak)"""
LIMITS = {"case": (15, 300), "capstone": (15, 300), "lesson": (25, 350), "start": (15, 300)}  # seconds, MB


def lesson(path=LESSON):
    """Return a lesson as a notebook without outputs."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    return notebook


def imports(notebook):
    """Return the import statements of a notebook, one a line."""
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    found = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(map(ast.unparse, found))


def execute(notebook):
    """Run a notebook in a new kernel, as `make build` does; return the seconds, the kernel's start included."""
    with tempfile.TemporaryDirectory() as scratch:
        start = perf_counter()
        environment = notebooks.kernel_environment(scratch)
        asyncio.run(notebooks.execute(notebook, LESSON.parent, LESSON.name, environment))
        return perf_counter() - start


def run_time():
    """Compare the lesson with a notebook that only imports the same; they take turns on the machine."""
    empty = v4.new_notebook(cells=[v4.new_code_cell(imports(lesson()))])
    pairs = [(execute(lesson()), execute(empty)) for _ in range(REPEATS)]
    ours, reference = map(min, zip(*pairs, strict=True))
    ratio = ours / reference
    return Row(
        "lesson 01, all cells, kernel start included",
        duration(ours),
        f"only its imports: {duration(reference)}",
        f"{ratio:.2f} times as long",
        ratio,
        Aim(2, "at most twice as long"),
    )


def costs():
    """Ask each notebook's kernel for its processor time and its largest resident memory."""
    if not STATUS.exists():
        return [
            Row("processor time and peak memory of the notebooks", "not measured", "only Linux tells them")
        ]
    return [row for path in sorted(LESSON.parent.glob("*.ipynb")) for row in cost(path)]


def cost(path):
    """Run a notebook to its end and return what its kernel needed."""
    notebook = lesson(path)
    notebook.cells.append(v4.new_code_cell(COST))
    execute(notebook)
    seconds, kilobytes = map(float, notebook.cells[-1].outputs[0].text.split())
    megabytes = kilobytes * 1024 / 1e6
    time, memory = LIMITS[notebook.metadata.workshop.get("kind", "lesson")]
    name = path.stem
    return [
        Row(f"{name}: processor time", duration(seconds), "", "", seconds, Aim(time, f"at most {time} s")),
        Row(
            f"{name}: peak memory",
            f"{megabytes:.0f} MB",
            "",
            "",
            megabytes,
            Aim(memory, f"at most {memory} MB"),
        ),
    ]


def installed_size():
    """Add up the files of the packages that a trainee needs on this computer."""
    text = (ROOT / lock.LOCK).read_text(encoding="utf-8")
    packages = locked(lock.sections(text)["trainee"])
    places = (file.locate() for name in packages for file in metadata.files(name) or ())
    megabytes = sum(place.stat().st_size for place in map(Path, places) if place.is_file()) / 1e6
    name = f"installed size of the trainee's {len(packages)} packages"
    return Row(name, f"{megabytes:.0f} MB", "", "", megabytes, Aim(700, "at most 700 MB"))


def import_time():
    """Time a Python that imports what lesson 01 imports, and one that imports nothing."""

    def start(code):
        return best_time(lambda: subprocess.run([sys.executable, "-c", code], check=True), REPEATS)

    return Row(
        "imports of lesson 01 in a new Python",
        duration(start(imports(lesson()))),
        f"no import: {duration(start('pass'))}",
    )


def run():
    """Return the rows of the table."""
    return [run_time(), installed_size(), import_time(), *costs()]
