"""Mark the course's own notebooks as trusted, so that JupyterLab shows their committed pictures at once."""

from contextlib import suppress
from pathlib import Path

import nbformat
from nbformat.sign import NotebookNotary

from workshop.build.layout import targets


def trust(root):
    """Sign the course's notebooks for this user.

    JupyterLab strips inline SVG from a notebook it doesn't trust. Only notebooks that have a source in
    ``content/`` are signed: a file that somebody else put beside them is not.
    """
    notary = NotebookNotary()
    for target in targets(root):
        # A missing or damaged notebook must not keep the course from opening; nbformat raises many kinds of errors.
        with suppress(Exception):
            notary.sign(nbformat.read(Path(root, target.path), as_version=4))
