"""One content, three writers: they say the same, and whatever somebody typed stays text in all of them."""

import io
import re
import stat
import zipfile
from html.parser import HTMLParser

import docx
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typed import HOSTILE

from workshop.documents import (
    Bullets,
    Document,
    Heading,
    Html,
    Paragraph,
    Table,
    WriteError,
    clean,
    one_line,
    write,
)
from workshop.documents.html import html_page
from workshop.documents.pdf import pdf_bytes
from workshop.documents.typed import right_to_left
from workshop.documents.word import docx_bytes


def paper(text, **more):
    return Document(
        f"Title {text}",
        (
            Paragraph(text, "lead"),
            Heading(text),
            Paragraph(text),
            Bullets((text, "two")),
            Table(text, ("A", text), ((text, "1,234"), ("row", text))),
        ),
        (Heading("Annex"), Paragraph(text)),
        "about",
        "2026-05-18",
        **more,
    )


class Page(HTMLParser):
    """Collects the elements, attributes and text of a page."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.attributes, self.said, self._inside = [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.elements.append(tag)
        self.attributes += attributes
        self._inside.append(tag)

    def handle_endtag(self, tag):
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def handle_data(self, data):
        if not {"style", "script", "title"} & set(self._inside):
            self.said.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.said).split())


def docx_text(content):
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def pdf_text(content):
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_is_typed_stays_text(name):
    text = HOSTILE[name]
    page = html_page(paper(text))
    usual = Page(html_page(paper("usual")))
    read = Page(page)
    assert [tag for tag in read.elements if tag not in ("br", "wbr")] == usual.elements
    assert {key for key, _ in read.attributes} == {key for key, _ in usual.attributes}
    word = docx_bytes(paper(text))
    for part in zipfile.ZipFile(io.BytesIO(word)).namelist():
        assert part.startswith(("word/", "docProps/", "_rels/", "[Content_Types].xml", "customXml/"))
    said = docx_text(word)
    # A word of 10,000 letters takes seconds each time that it is broken into lines: once is enough.
    shown, _ = pdf_bytes(Document("t", (Paragraph(text),)) if name == "long" else paper(text))
    printed = pdf_text(shown)
    if name not in ("nothing", "lines"):
        assert "".join(clean(text).split()) in "".join(said.split())
        # The parser splits long words at <wbr>.
        assert "".join(clean(text).split()) in "".join(read.text.split())
    if name in ("script", "template", "latex", "formula", "closing"):
        assert "".join(clean(text).split()) in "".join(printed.split())
    for everything in (page, said, printed):
        assert not re.search("[\x00-\x08\x0b\x0e-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", everything)
    page.encode("utf-8")


def test_no_request_leaves_the_page():
    page = html_page(paper("text"))
    assert "default-src 'none'" in page
    assert "script-src 'none'" in page
    assert not re.search(r"(?:src|href|url)\s*[=(]\s*[\"']?(?!data:)\w", page)


def test_only_the_courses_own_script_may_run():
    page = html_page(Document("t", (Html("<script>1 + 1</script>"), Paragraph("<script>2</script>"))))
    assert page.count("'sha256-") == 1
    assert "&lt;script&gt;2" in page


def test_letters_that_the_font_lacks_are_told_never_printed_as_boxes():
    content, notice = pdf_bytes(paper(HOSTILE["han"]))
    assert "Chinese characters" in notice
    assert "Devanagari" in notice
    assert notice.count("Devanagari") == 1
    printed = pdf_text(content)
    assert "[?]" in printed
    assert "html and the Word file show them" in " ".join(printed.split())
    assert "警" not in printed
    for text in ("Zürich", "Київ", "Αθήνα", HOSTILE["arabic"], HOSTILE["hebrew"], "− … “x” ≥"):
        assert pdf_bytes(paper(text))[1] == ""


def test_right_to_left_is_set_as_such():
    assert right_to_left("123 مرحبا abc")
    assert right_to_left("“שלום”")
    assert not right_to_left("abc مرحبا")
    assert not right_to_left("123")
    xml = zipfile.ZipFile(io.BytesIO(docx_bytes(paper("مرحبا")))).read("word/document.xml").decode()
    assert xml.count("<w:bidi/>") >= 5
    assert (
        "<w:bidi/>"
        not in zipfile.ZipFile(io.BytesIO(docx_bytes(paper("x")))).read("word/document.xml").decode()
    )


def test_a_row_higher_than_a_page_goes_on_in_the_next():
    text = " ".join(f"word{number}" for number in range(1500))
    content, _ = pdf_bytes(Document("t", (Table("c", ("A", "B"), (("x", text),)),)))
    printed = "".join(pdf_text(content).split())
    assert all(f"word{number}" in printed for number in range(1500))


def test_the_same_content_is_the_same_pdf():
    assert pdf_bytes(paper("x"))[0] == pdf_bytes(paper("x"))[0]


@settings(max_examples=8, deadline=None)
@given(st.text(st.characters(), max_size=80))
def test_any_text_can_be_written(text):
    document = Document(text, (Paragraph(text), Table(text, ("A", "B"), ((text, text),))), (), text)
    assert html_page(document).encode()
    assert pdf_bytes(document)[0].startswith(b"%PDF")
    assert docx_bytes(document)


@given(st.text(st.characters(), max_size=60), st.integers(1, 40))
def test_a_line_keeps_its_room(text, longest):
    line = one_line(text, longest)
    assert len(line) <= longest + 1
    assert "\n" not in line
    assert one_line(line) == line


@pytest.mark.parametrize("kind", ["html", "pdf", "docx"])
def test_a_file_is_never_replaced_silently(tmp_path, kind):
    path = tmp_path / f"p.{kind}"
    write(paper("first"), path)
    before = path.read_bytes()
    with pytest.raises(WriteError, match="exists already"):
        write(paper("second"), path)
    assert path.read_bytes() == before
    write(paper("second"), path, force=True)
    assert path.read_bytes() != before
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    assert stat.S_IMODE(path.stat().st_mode) & 0o444


def test_places_that_cannot_be_written(tmp_path):
    for path, told in (
        (tmp_path, "is a folder"),
        (tmp_path / "no" / "p.html", "no folder"),
        (tmp_path / "p.txt", "must end with"),
        ("a\0.html", "can't be used"),
        (tmp_path / f"{'x' * 300}.html", "can't be used|could not be written"),
    ):
        with pytest.raises(WriteError, match=told):
            write(paper("x"), path)
    assert not list(tmp_path.iterdir())
