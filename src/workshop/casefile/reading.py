"""A case named by its slug, or by its file."""

from pathlib import Path

from workshop.casefile.model import Case, parse
from workshop.casefile.store import NO_CASE, current, my_cases
from workshop.kept import UnreadableError

OPEN = "open"


def find_case(name: str) -> Case:
    """Return the case that is kept under a slug, in a file, or is open now.

    Parameters
    ----------
    name : str
        A slug, the name of a file ending with ".json", or "open".

    Raises
    ------
    ValueError
        If there is none, or its file is damaged.
    """
    if name == OPEN:
        case = current()
        if case is None:
            raise ValueError(NO_CASE)
        return case
    if not name.endswith(".json"):
        return my_cases().case(name)
    try:
        return parse(Path(name).read_bytes())
    except UnreadableError as error:
        raise ValueError(f"The file {name!r} {error}.") from None
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or error
        raise ValueError(f"The file {name!r} can't be read ({told}).") from None
