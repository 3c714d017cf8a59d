"""What a paper says, apart from how it is written down."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A heading; `level` 2 or 3 (1 is the paper's title)."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of plain text.

    Attributes
    ----------
    text : str
    kind : {"", "lead", "note"}
    """

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Bullets:
    """A list of plain texts; `numbered` if their order counts."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Table:
    """A table of plain texts.

    Attributes
    ----------
    caption : str
    columns : tuple of str
    rows : tuple of tuple of str
        The first cell of each row is its header.
    widths : tuple of float, optional
        Parts of the width, one for each column.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()


@dataclass(frozen=True)
class Html:
    """A picture as finished html, and the plain blocks that say the same where no html can be shown.

    Attributes
    ----------
    html : str
        Trusted: made by the course, never typed.
    instead : tuple
        Blocks.
    """

    html: str
    instead: tuple = ()


@dataclass(frozen=True)
class Document:
    """A paper.

    Attributes
    ----------
    title : str
    blocks : tuple
        Of the classes above.
    annex : tuple of blocks
        Begins on a page of its own.
    about : str
        One line at the foot of every page: what made it, from what.
    created : str
        Day as "2026-05-18".
    keywords : str
        For programs, not for readers; plain Latin letters. Only a PDF holds it.
    """

    title: str
    blocks: tuple
    annex: tuple = ()
    about: str = ""
    created: str = ""
    keywords: str = ""

    def plain(self):
        """Return all blocks without html, the annex at the end: what PDF and Word hold."""
        return tuple(_plain(self.blocks)), tuple(_plain(self.annex))


def _plain(blocks):
    for block in blocks:
        if isinstance(block, Html):
            yield from block.instead
        else:
            yield block
