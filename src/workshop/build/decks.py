"""Execute each lesson once more for its deck, with probes that need no kernel, and export it."""

import tempfile
from pathlib import Path

from workshop.build import layout, slides, sources
from workshop.build.notebooks import execute, kernel_environment, run


def export(root, names=(), pdf=False):
    """Export decks to ``slides/build``.

    Parameters
    ----------
    root : path-like
        The project's folder.
    names : iterable of str
        Lessons such as ``"01_responsible_ai"``; all by default.
    pdf : bool, default=False
        Print each deck to PDF too.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    BuildError
        If a lesson fails while it runs.
    ValueError
        If a name is no lesson's, or a slide can't be exported.
    """
    known = {path.stem: path for path in sorted(Path(root, layout.LESSONS).glob("*.py"))}
    unknown = set(names) - set(known)
    if unknown:
        raise ValueError(f"No lesson is called {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
    decks = [
        (name, _executed(Path(root), path)) for name, path in known.items() if not names or name in names
    ]
    return slides.build_decks(root, decks, pdf=pdf)


def _executed(root, path):
    """Return a lesson with instructors' notes, executed with playable probes."""
    notebook = sources.read(path)
    sources.fill_map(notebook, root)
    with tempfile.TemporaryDirectory() as scratch:
        environment = {**kernel_environment(scratch), "WORKSHOP_PLAYABLE": "1"}
        run(execute(notebook, root / "notebooks", path.name, environment))
    return notebook
