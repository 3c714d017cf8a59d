"""A paper as a Word document."""

import datetime
import io

from workshop.documents.content import Bullets, Heading, Paragraph, Table
from workshop.documents.typed import clean, right_to_left


def docx_bytes(document):
    """Return a paper as docx.

    Parameters
    ----------
    document : Document

    Returns
    -------
    bytes
    """
    import docx
    from docx.shared import Mm, Pt

    paper = docx.Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(16)
    paper.styles["Normal"].font.name = "Arial"
    paper.styles["Normal"].font.size = Pt(10)
    paper.styles["Normal"].paragraph_format.space_after = Pt(4)
    _properties(paper, document)
    _direct(paper.add_heading(clean(document.title), 0))
    blocks, annex = document.plain()
    for block in blocks:
        _write_block(paper, block)
    if annex:
        paper.add_page_break()
        for block in annex:
            _write_block(paper, block)
    section.footer.paragraphs[0].text = clean(document.about)
    content = io.BytesIO()
    paper.save(content)
    return content.getvalue()


def _properties(paper, document):
    about = paper.core_properties
    about.title, about.author, about.language, about.comments = clean(document.title)[:250], "", "en", ""
    day = datetime.date.fromisoformat(document.created) if document.created else datetime.date(1970, 1, 1)
    about.created = about.modified = datetime.datetime(day.year, day.month, day.day)


def _direct(paragraph):
    """Set the direction of a paragraph that begins in a right-to-left script."""
    if right_to_left(paragraph.text):
        from docx.oxml import OxmlElement

        properties = paragraph._p.get_or_add_pPr()
        properties.insert_element_before(
            OxmlElement("w:bidi"),
            "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents",
            "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl",
            "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
        )  # fmt: skip
        for run in paragraph.runs:
            run.font.rtl = True
    return paragraph


def _write_block(paper, block):
    from docx.shared import Pt

    match block:
        case Heading(text, level):
            _direct(paper.add_heading(clean(text), level - 1))
        case Paragraph(text, kind):
            run = paper.add_paragraph().add_run(clean(text))
            run.bold = kind == "lead" or None
            if kind == "note":
                run.font.size = Pt(9)
            _direct(paper.paragraphs[-1])
        case Bullets(items, numbered):
            for item in items:
                _direct(paper.add_paragraph(clean(item), style="List Number" if numbered else "List Bullet"))
        case Table():
            _write_table(paper, block)


def _write_table(paper, block):
    from docx.oxml import OxmlElement
    from docx.shared import Pt

    caption = paper.add_paragraph()
    caption.add_run(clean(block.caption)).bold = True
    caption.paragraph_format.keep_with_next = True
    _direct(caption)
    table = paper.add_table(rows=1 + len(block.rows), cols=len(block.columns), style="Table Grid")
    # `table.cell` counts all cells at each call; rows at once keep a table of 200 groups quick.
    for place, (row, cells) in enumerate(zip(table.rows, (block.columns, *block.rows), strict=True)):
        for cell, content in zip(row.cells, cells, strict=True):
            run = cell.paragraphs[0].add_run(clean(content))
            run.font.size = Pt(9)
            run.bold = place == 0 or None
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
            _direct(cell.paragraphs[0])
    # The header is named as such, for the next page and for a screen reader.
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    paper.add_paragraph().paragraph_format.space_after = Pt(0)
