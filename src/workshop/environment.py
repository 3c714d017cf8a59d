"""Tell a trainee whether this computer is ready, and how to mend it."""

import os
import sys
import tempfile
from html import escape
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHONS = ((3, 11), (3, 13))
PACKAGES = ("fairlearn", "ipywidgets", "jupyterlab", "matplotlib", "pandas", "pooch", "scikit-learn")
_MEND = "Close the course, run `make lab` (Windows: `py -3 bootstrap.py lab`) and open it again."


class Report:
    """The results of a check, shown as a list.

    Attributes
    ----------
    results : list of (str, bool, str)
        What was checked, whether it is right, and how to mend it if not: plain text.
    """

    def __init__(self, results):
        self.results = results

    @property
    def ready(self):
        """Whether everything is right."""
        return all(right for _, right, _ in self.results)

    def __repr__(self):
        lines = [f"OK: {what}" if right else f"NOT OK: {what}. {mend}" for what, right, mend in self.results]
        return "\n".join([*lines, self._summary()])

    def _repr_html_(self):
        items = "".join(
            f"<li><strong>{'✔ OK' if right else '✘ NOT OK'}</strong> {escape(what)}"
            + ("" if right else f"<br/>{escape(mend)}")
            + "</li>"
            for what, right, mend in self.results
        )
        return f"<ul style='list-style:none;padding-left:0'>{items}</ul><p><strong>{self._summary()}</strong></p>"

    def _summary(self):
        return (
            "This computer is ready."
            if self.ready
            else "This computer is not ready yet: mend the lines above."
        )


def locked(lock_text):
    """Map each package of a lock that this computer needs to its version.

    Parameters
    ----------
    lock_text : str
        The text of ``requirements.lock``.
    """
    from packaging.requirements import Requirement

    pins = {}
    for line in lock_text.splitlines():
        if line[:1].isalnum():
            need = Requirement(line.rstrip("\\ "))
            if need.marker is None or need.marker.evaluate():
                pins[need.name] = next(iter(need.specifier)).version
    return pins


def check(root=ROOT):
    """Check Python, the packages, the data and the folder for the trainee's work.

    Parameters
    ----------
    root : path-like
        The project's folder.

    Returns
    -------
    Report
    """
    root = Path(root)
    return Report([_python(), *_packages(root), _data(root), _work(root)])


def _python():
    now = sys.version_info[:2]
    mend = f"This is Python {now[0]}.{now[1]}. Install Python 3.11, 3.12 or 3.13. {_MEND}"
    return "Python is 3.11, 3.12 or 3.13", PYTHONS[0] <= now <= PYTHONS[1], mend


def _packages(root):
    try:
        wanted = locked((root / "requirements.lock").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        wanted = {}
    if not wanted.keys() >= set(PACKAGES):
        yield "requirements.lock is whole", False, f"Get the course's files again. {_MEND}"
        return
    for name in PACKAGES:
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            found = "missing"
        mend = f"Found {found}, needed {wanted[name]}. {_MEND}"
        yield f"{name} has the tested version", found == wanted[name], mend


def _data(root):
    from workshop import datasets

    try:
        for name in datasets.names(offline=True):
            datasets.load(name)
    except datasets.DatasetError as error:
        return "the data sets are whole", False, str(error)
    return "the data sets are whole", True, ""


def _work(root):
    folder = Path(os.environ.get("WORKSHOP_MY_WORK") or root / "my_work")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"0")
    except OSError as error:
        mend = f"{error}. Copy the course to a folder where you may write, such as Documents."
        return "your answers can be kept", False, mend
    return "your answers can be kept", True, ""
