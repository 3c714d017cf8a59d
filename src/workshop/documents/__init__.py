"""Papers that leave the course: one content, written as html, PDF or Word, so that the three say the same."""

from workshop.documents.content import Bullets, Document, Heading, Html, Paragraph, Table
from workshop.documents.files import WriteError, free_to_write, papers_folder, write
from workshop.documents.typed import clean, one_line

__all__ = [
    "Bullets",
    "Document",
    "Heading",
    "Html",
    "Paragraph",
    "Table",
    "WriteError",
    "clean",
    "free_to_write",
    "one_line",
    "papers_folder",
    "write",
]
