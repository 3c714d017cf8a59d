"""Execute the notebooks made from ``content/`` and put them in place, all or none."""

import asyncio
import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from workshop.build import layout, sources

TOGETHER = 2
TIMEOUT = 300
_CACHE = ".build-cache/notebooks.json"
_INPUTS = ("src/workshop/**/*.py", "datasets/**/*", "requirements.lock")
_WIDGET = "application/vnd.jupyter.widget-view+json"


class BuildError(RuntimeError):
    """A notebook failed while it was executed."""


def kernel_environment(scratch):
    """Return the environment in which a notebook gives the same outputs anywhere.

    Parameters
    ----------
    scratch : path-like
        A folder for what a trainee's run would keep: settings and work.
    """
    settings = Path(scratch, "ipython")
    settings.mkdir(parents=True, exist_ok=True)
    return {
        **os.environ,
        "IPYTHONDIR": str(settings),
        "WORKSHOP_MY_WORK": str(Path(scratch, "my_work")),
        "PYTHONHASHSEED": "0",
        "COLUMNS": "100",
    }


async def execute(notebook, folder, name, environment):
    """Execute a notebook in place.

    Parameters
    ----------
    notebook : NotebookNode
        Its cells receive their outputs.
    folder : path-like
        The kernel's working directory.
    name : str
        What an error calls the notebook.
    environment : dict of str to str
        The kernel's environment variables.

    Raises
    ------
    BuildError
        With the number and the text of the cell that failed, and its error.
    """
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
        # In memory: two kernels at once would wait for each other's lock on the history file.
        extra_arguments=["--HistoryManager.hist_file=:memory:", "--IPKernelApp.log_level=ERROR"],
    )
    try:
        await client.async_execute(env=environment)
    except CellExecutionError as error:
        number = next(i for i, cell in enumerate(notebook.cells, 1) if _failed(cell))
        text = notebook.cells[number - 1].source
        raise BuildError(f"{name}, cell {number}:\n\n{text}\n\n{error.ename}: {error.evalue}") from None
    _clean(notebook)


def run(coroutine):
    """Run a coroutine to its end and return its result, also where an event loop runs already (in a notebook)."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def _failed(cell):
    """Tell whether a cell ended in an error."""
    return any(output.output_type == "error" for output in cell.get("outputs", []))


def _clean(notebook):
    """Drop what differs from run to run or can't be shown without a kernel."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/html" in data:
                data.pop(_WIDGET, None)


def build(root, out=None, only=None, force=False, report: Callable = print):
    """Make and execute the notebooks whose inputs changed.

    Parameters
    ----------
    root : path-like
        The project's folder.
    out : path-like, optional
        Where the notebooks go; the project's folder by default.
    only : iterable of str, optional
        Names such as ``"01_responsible_ai"``; all by default.
    force : bool, default=False
        Make all of them, changed or not.
    report : callable
        Receives a line of progress at a time.

    Returns
    -------
    list of str
        The paths written, relative to `out`.

    Raises
    ------
    BuildError
        If a notebook fails. No file is touched then.
    """
    root = Path(root)
    out = Path(out) if out else root
    cache = _read_cache(out)
    todo = []
    for target in layout.targets(root):
        if only and Path(target.path).stem not in only:
            continue
        prints = _fingerprint(root, target)
        if force or cache.get(target.path) != [prints, _hash(out / target.path)]:
            todo.append((target, prints))
    if not todo:
        report("All notebooks are up to date.")
        return []
    with tempfile.TemporaryDirectory() as scratch:
        texts = run(_build_all(root, [target for target, _ in todo], Path(scratch), report))
    for (target, prints), text in zip(todo, texts, strict=True):
        replace(out / target.path, text)
        cache[target.path] = [prints, _hash(out / target.path)]
    replace(out / _CACHE, json.dumps(cache, indent=1, sort_keys=True) + "\n")
    return [target.path for target, _ in todo]


async def _build_all(root, todo, scratch, report):
    """Execute the targets, some at a time; return their texts in the order of `todo`."""
    slots, done = asyncio.Semaphore(TOGETHER), []

    async def one(number, target):
        async with slots:
            notebook = sources.make(root, target)
            folder = (root / target.path).parent
            folder.mkdir(parents=True, exist_ok=True)
            await execute(notebook, folder, target.source, kernel_environment(scratch / str(number)))
            done.append(target)
            report(f"[{len(done)}/{len(todo)}] {target.path}")
            return nbformat.writes(notebook) + "\n"

    tasks = [asyncio.create_task(one(number, target)) for number, target in enumerate(todo)]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


def replace(path, text):
    """Write a file whole or not at all."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, delete=False, encoding="utf-8", newline="\n"
    ) as file:
        file.write(text)
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)


def _hash(path):
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _fingerprint(root, target):
    """Hash all that a notebook is made from."""
    files = {root / target.source}
    if sources.MAP_MARK in (root / target.source).read_text(encoding="utf-8"):
        files.update(
            path for folder in (layout.LESSONS, layout.EXERCISES) for path in (root / folder).glob("*.py")
        )
    for pattern in _INPUTS:
        files.update(
            path for path in root.glob(pattern) if path.is_file() and "__pycache__" not in path.parts
        )
    digest = hashlib.sha256(target.kind.encode())
    for path in sorted(files):
        digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.hexdigest()


def _read_cache(out):
    try:
        return json.loads((out / _CACHE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
