"""A model kept in a file without pickle: what is loaded is data, and never a program."""

import zipfile
from pathlib import Path

from workshop.documents import free_to_write, one_line
from workshop.documents.files import write_bytes

LARGEST = 500_000_000  # bytes, unpacked


class ModelError(ValueError):
    """A model file that can't be used; the message says why and what to do."""


def save_model(model, path, force=False):
    """Keep a scikit-learn model in a file of skops.

    Parameters
    ----------
    model : sklearn.base.BaseEstimator
        Fitted.
    path : path
        Ends with .skops.
    force : bool, default False
        Whether a file that is there may be replaced.

    Raises
    ------
    ModelError
        If it is no scikit-learn model, or holds something that could not be loaded again.
    workshop.documents.WriteError
        If the file can't be written.
    """
    from sklearn.base import BaseEstimator
    from skops import io

    path = free_to_write(path, force)
    if path.suffix != ".skops":
        raise ModelError(f"{path.name!r} must end with .skops.")
    if not isinstance(model, BaseEstimator):
        raise ModelError(f"A {type(model).__name__} is no scikit-learn model.")
    content = io.dumps(model)
    if foreign := sorted(io.get_untrusted_types(data=content)):
        raise ModelError(
            f"The model holds {foreign[0]}, which can't be loaded again safely. It was not kept."
        )
    write_bytes(path, content, force)


def load_model(path):
    """Return the model of a skops file, if it holds nothing but types that skops trusts.

    Parameters
    ----------
    path : path

    Returns
    -------
    sklearn.base.BaseEstimator

    Raises
    ------
    ModelError
        If the file is missing, damaged, a pickle, or asks for anything else.

    Notes
    -----
    skops writes an archive of a schema and arrays, and makes only objects whose types are trusted. Nothing is added
    here to its own list. That leaves out forests and boosted trees: their compiled nodes are not checked when they are
    read, so a damaged file could bring Python down.
    """
    from sklearn.base import BaseEstimator
    from skops import io

    path = Path(path)
    content = _content(path)
    try:
        foreign = sorted(io.get_untrusted_types(data=content))
    except Exception as error:  # a damaged archive fails in any part of the reader
        raise ModelError(f"{path.name!r} is damaged: it can't be read as a model. Get it again.") from error
    if foreign:
        raise ModelError(
            f"{path.name!r} was not loaded: it asks for {one_line(foreign[0], 100)}, which this course does not "
            "trust. What it does on your machine can't be known. Ask who made it for a plain scikit-learn model."
        )
    try:
        model = io.loads(content, trusted=[])
    except Exception as error:
        raise ModelError(f"{path.name!r} is damaged: it can't be read as a model. Get it again.") from error
    if not isinstance(model, BaseEstimator):
        raise ModelError(f"{path.name!r} holds a {type(model).__name__}, not a scikit-learn model.")
    return model


def _content(path):
    """Return the bytes of an archive that is none of the usual traps."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"The model {str(path)!r} can't be read ({error.strerror or error}).") from None
    if content[:2] in (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"):
        raise ModelError(
            f"{path.name!r} is a Python pickle, which could run any program when it is opened. It was not "
            "opened; ask for a skops file."
        )
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(part.file_size for part in archive.infolist())
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise ModelError(f"{path.name!r} is no skops file, or is damaged. Get it again.") from None
    if "schema.json" not in names:
        raise ModelError(f"{path.name!r} is no skops file: it has no schema.")
    if size > LARGEST:
        raise ModelError(
            f"{path.name!r} unpacks to {size / 1e6:,.0f} MB; at most {LARGEST / 1e6:,.0f} are opened."
        )
    return content
