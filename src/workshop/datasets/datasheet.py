"""The datasheet of a data set, in the questions of Gebru et al. (2021), shown in a notebook or a terminal."""

import re
import textwrap
from dataclasses import dataclass
from html import escape

import mistune

from workshop.datasets.catalogue import Entry, find

_MARKDOWN = mistune.create_markdown(escape=True, plugins=["table"])


@dataclass(frozen=True)
class Section:
    """A part of a datasheet: its title and its (question, answer in Markdown) pairs."""

    title: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, repr=False)
class Datasheet:
    """What a user of a data set must know before using it.

    Attributes
    ----------
    name, title, summary : str
    facts : dict of str to str
        Licence, source, citation, rows and checksum, from the Croissant metadata.
    sections : tuple of Section
        Motivation, composition, collection, preprocessing, uses, distribution, maintenance.

    References
    ----------
    Gebru, Morgenstern, Vecchione, Vaughan, Wallach, Daumé III, Crawford (2021). Datasheets for datasets.
    Communications of the ACM 64(12):86-92.
    """

    name: str
    title: str
    summary: str
    facts: dict[str, str]
    sections: tuple[Section, ...]

    def __repr__(self) -> str:
        lines = [self.title, "=" * len(self.title), self.summary, ""]
        lines += [f"{label}: {fact}" for label, fact in self.facts.items()]
        for section in self.sections:
            lines += ["", section.title, "-" * len(section.title)]
            for question, answer in section.answers:
                lines += [question, textwrap.indent(answer, "  ")]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        # No headings: the notebook's own outline, with its one H1, stays whole.
        facts = "".join(
            f"<dt><strong>{escape(label)}</strong></dt><dd>{_linked(fact)}</dd>"
            for label, fact in self.facts.items()
        )
        details = "".join(_section_html(section) for section in self.sections)
        return (
            f'<section aria-label="{escape("Datasheet: " + self.title)}" style="max-width: 75ch">'
            f'<p style="font-size: 1.2em"><strong>{escape(self.title)}</strong></p>'
            f"{_MARKDOWN(self.summary)}<dl>{facts}</dl>{details}</section>"
        )


def describe(name: str) -> Datasheet:
    """Return the datasheet of a data set; end a notebook cell with it to read it.

    Parameters
    ----------
    name : str
        One of ``names()``.

    Raises
    ------
    DatasetError
        Unknown name, or the datasheet or the metadata is missing or damaged.
    """
    entry = find(name)
    head, *parts = re.split(r"^## ", entry.text("README.md"), flags=re.M)
    title, summary = head.removeprefix("# ").strip().split("\n", 1)
    return Datasheet(name, title, summary.strip(), _facts(entry), tuple(_section(part) for part in parts))


def _section(text: str) -> Section:
    title, *answers = re.split(r"^### ", text, flags=re.M)
    pairs = (answer.split("\n", 1) for answer in answers)
    return Section(title.strip(), tuple((question.strip(), answer.strip()) for question, answer in pairs))


def _facts(entry: Entry) -> dict[str, str]:
    metadata = entry.metadata
    size, licence = metadata["size"], metadata["license"]
    files = [*entry.committed, *entry.fetched]
    calls = [f'load("{entry.name}")']
    calls += [f'load("{entry.name}", "{table}")' for table, file in entry.tables.items() if file]
    checksums = [f"{file.name} {file.sha256[:12]}…" for file in files[:1]]
    if len(files) > 1:
        checksums.append(f"and {len(files) - 1:,} more, each with its own")
    return {
        "Load it with": ", ".join(calls),
        "Rows": f"{size['value']:,} {size['unitText']}",
        "Licence": f"{licence['name']}, {licence['url']}",
        "Source": metadata["url"],
        "Citation": metadata["citeAs"],
        "Where it is": (
            "fetched from its home when first asked for" if entry.fetched else "comes with the course"
        ),
        "Checksum (SHA-256)": ", ".join(checksums),
    }


def _section_html(section: Section) -> str:
    answers = "".join(
        f"<dt><strong>{escape(question)}</strong></dt><dd>{_MARKDOWN(answer)}</dd>"
        for question, answer in section.answers
    )
    return f"<details><summary>{escape(section.title)}</summary><dl>{answers}</dl></details>"


def _linked(text: str) -> str:
    """Escape text and make its web addresses links."""
    return re.sub(r"https://[^\s,;&<>]+[^\s,;.&<>]", r'<a href="\g<0>">\g<0></a>', escape(text))
