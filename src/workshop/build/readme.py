"""Keep the README's map of lessons in step with ``content/``."""

import re
from pathlib import Path

from workshop.build.notebooks import replace
from workshop.build.sources import lesson_map

_PLACE = re.compile(r"(<!-- map of lessons: start -->\n).*?(<!-- map of lessons: end -->)", flags=re.S)


def render(root):
    """Return the README with today's map of lessons.

    Raises
    ------
    ValueError
        If the README has no place for the map.
    """
    text = Path(root, "README.md").read_text(encoding="utf-8")
    if not _PLACE.search(text):
        raise ValueError("README.md has lost the two marks around its map of lessons.")
    return _PLACE.sub(lambda found: found[1] + lesson_map(root, "") + "\n" + found[2], text)


def write(root):
    """Write the README if its map is out of date."""
    text, path = render(root), Path(root, "README.md")
    if path.read_text(encoding="utf-8") != text:
        replace(path, text)
