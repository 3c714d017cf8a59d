"""Papers written to files: whole or not at all, and never over another file without being told to."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from workshop.kept import my_work

FORMATS = (".html", ".pdf", ".docx")


class WriteError(ValueError):
    """A paper that can't be written; the message says why and what to do."""


def papers_folder():
    """Return the folder for papers in the trainee's own work, made if it is not there.

    Raises
    ------
    WriteError
        If it can't be made.
    """
    folder = my_work() / "papers"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(f"The folder {folder.name} can't be made ({error.strerror}).") from None
    return folder


def free_to_write(path, force=False):
    """Return the path if a paper may be written there.

    Parameters
    ----------
    path : path
    force : bool, default False
        Whether a file that is there may be replaced.

    Raises
    ------
    WriteError
        If there is a file already, a folder, or no folder to write into.
    """
    path = Path(path)
    if "\0" in str(path):
        raise WriteError(f"{str(path)!r} can't be used as a file's name.")
    try:
        if path.is_dir():
            raise WriteError(f"{str(path)!r} is a folder; give the name of a file.")
        if not path.absolute().parent.is_dir():
            raise WriteError(f"There is no folder {str(path.parent)!r} to write into; make it first.")
        if path.exists() and not force:
            raise WriteError(
                f"{str(path)!r} exists already and was left as it is. Give another name, or --force to replace it."
            )
    except (OSError, ValueError) as error:
        if isinstance(error, WriteError):
            raise
        raise WriteError(f"{str(path)!r} can't be used as a file's name ({error}).") from None
    return path


def write(document, path, force=False):
    """Write a paper in the format that the name of its file ends with.

    Parameters
    ----------
    document : Document
    path : path
        Ends with .html, .pdf or .docx.
    force : bool, default False

    Returns
    -------
    str
        What the reader must know about the file, in a sentence; mostly "".

    Raises
    ------
    WriteError
        If it ends with something else, or can't be written.
    """
    path = free_to_write(path, force)
    kind = path.suffix.lower()
    notice = ""
    if kind == ".html":
        from workshop.documents.html import html_page

        content = html_page(document).encode()
    elif kind == ".pdf":
        from workshop.documents.pdf import pdf_bytes

        content, notice = pdf_bytes(document)
    elif kind == ".docx":
        from workshop.documents.word import docx_bytes

        content = docx_bytes(document)
    else:
        raise WriteError(f"{path.name!r} must end with {', '.join(FORMATS[:-1])} or {FORMATS[-1]}.")
    write_bytes(path, content, force)
    return notice


def write_bytes(path, content, force=False):
    """Write a file so that a reader finds all of it or nothing.

    Raises
    ------
    WriteError
        If the disk refuses, or a file appeared there that may not be replaced.
    """
    path = Path(path)
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(
            prefix=f".{path.stem[:40]}.", suffix=".tmp", dir=path.absolute().parent
        )
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        free_to_write(path, force)
        os.replace(temporary, path)
    except OSError as error:
        raise WriteError(f"{str(path)!r} could not be written ({error.strerror or error}).") from None
    finally:
        if temporary:
            with suppress(OSError):
                os.remove(temporary)
