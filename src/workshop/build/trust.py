"""Mark the course's own notebooks as trusted, so that JupyterLab shows their committed pictures at once."""

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
        path = Path(root, target.path)
        if path.exists():
            notary.sign(nbformat.read(path, as_version=4))
