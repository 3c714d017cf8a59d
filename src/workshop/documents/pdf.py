"""A paper as PDF, with no browser and no program beside Python."""

import datetime
import math
import re
import unicodedata
from functools import cache
from pathlib import Path

from workshop.documents.content import Bullets, Heading, Paragraph, Table
from workshop.documents.typed import clean, right_to_left

_FONT = "DejaVu"
_SIZE, _LINE = 9.5, 4.5  # points, millimetres
_MARGIN = 16  # millimetres
_LINES = 40  # of a row of a table, at most
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
NOT_SHOWN = "[?]"


def pdf_bytes(document):
    """Return a paper as PDF, and what it can't show.

    Parameters
    ----------
    document : Document

    Returns
    -------
    content : bytes
    notice : str
        A sentence if the font lacks letters that the paper holds, else "". The same sentence is the first in the PDF,
        and each such stretch of letters is written as "[?]".
    """
    blocks, annex = document.plain()
    missing = sorted(set(_scripts(_all_text(document.title, document.about, *blocks, *annex))))
    notice = ""
    if missing:
        notice = (
            f"This PDF has no letters for: {', '.join(missing)}. Where they stood, it says {NOT_SHOWN}. "
            "The html and the Word file show them."
        )
        blocks = (Paragraph(notice, "lead"), *blocks)
    paper = _paper(document)
    paper.add_page()
    _write_heading(paper, document.title, 1)
    for block in blocks:
        _write_block(paper, block)
    if annex:
        paper.add_page()
        for block in annex:
            _write_block(paper, block)
    return bytes(paper.output()), notice


def _paper(document):
    from fpdf import FPDF

    class Paper(FPDF):
        def footer(self):
            self.set_y(-12)
            self.set_font(_FONT, size=7.5)
            self.set_text_color(89, 89, 89)
            # One line: what is longer is cut, or it would run over the page's end and make another page.
            about = clean(document.about)[:150]
            self.cell(w=self.epw - 25, h=5, text=_shown(about))
            self.cell(w=25, h=5, text=f"{self.page_no()} of {{nb}}", align="R")
            self.set_text_color(27, 27, 27)

    paper = Paper(format="A4")
    paper.set_margins(_MARGIN, 14)
    paper.set_auto_page_break(True, 16)
    for style, path in _fonts().items():
        paper.add_font(_FONT, style, path)
    paper.set_font(_FONT, size=_SIZE)
    paper.set_text_color(27, 27, 27)
    paper.set_text_shaping(True)
    paper.set_title(clean(document.title)[:200])
    paper.set_lang("en")
    if document.keywords:
        paper.set_keywords(document.keywords)
    paper.set_creator("workshop")
    day = datetime.date.fromisoformat(document.created) if document.created else datetime.date(1970, 1, 1)
    # The day that the paper is of, not the moment: the same content is the same bytes.
    paper.set_creation_date(datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC))
    return paper


@cache
def _fonts():
    """Return the files of the font that comes with matplotlib."""
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return {"": folder / "DejaVuSans.ttf", "B": folder / "DejaVuSans-Bold.ttf"}


@cache
def _letters():
    """Return the letters that both cuts of the font have."""
    from fontTools.ttLib import TTFont

    return frozenset.intersection(
        *(frozenset(TTFont(path, lazy=True).getBestCmap()) for path in _fonts().values())
    )


def _lacks(letter):
    return ord(letter) not in _letters() and letter not in "\n\t" and not _INVISIBLE.match(letter)


def _scripts(text):
    """Return the names of the scripts that the font lacks, as Unicode's names of letters begin."""
    for letter in set(text):
        if _lacks(letter):
            name = unicodedata.name(letter, "other signs")
            kind = (
                "pictures (emoji)" if unicodedata.category(letter) == "So" else name.split()[0].capitalize()
            )
            yield {"Cjk": "Chinese characters"}.get(kind, kind)


def _all_text(*parts):
    found = []
    for part in parts:
        match part:
            case str():
                found.append(clean(part))
            case Heading() | Paragraph():
                found.append(clean(part.text))
            case Bullets():
                found += map(clean, part.items)
            case Table():
                found += [clean(part.caption), *map(clean, part.columns)]
                found += [clean(cell) for row in part.rows for cell in row]
    return "".join(found)


def _shown(text):
    """Return a text with the letters that the font has; a stretch of others becomes a mark that can be seen."""
    kept = []
    for letter in clean(text).replace("\t", "    "):
        if not _lacks(letter):
            # Joiners shape letters that the font has; selectors of pictures are of no use here.
            kept.append(letter if letter in "\u200c\u200d" or not _INVISIBLE.match(letter) else "")
        elif not kept or kept[-1] != NOT_SHOWN:
            kept.append(NOT_SHOWN)
    return "".join(kept)


def _write_heading(paper, text, level):
    size, before, after = {1: (17, 0, 1.5), 2: (11.5, 2.8, 0.8), 3: (10, 2, 0.6)}[level]
    if paper.will_page_break(before + 4 * _LINE):  # a heading never stands alone at the foot of a page
        paper.add_page()
    elif level > 1:
        paper.ln(before)
    paper.set_font(_FONT, "B", size)
    paper.multi_cell(0, size * 0.45, _shown(text), align=_side(text), new_x="LMARGIN", new_y="NEXT")
    paper.ln(after)
    paper.set_font(_FONT, "", _SIZE)


def _side(text):
    return "R" if right_to_left(text) else "L"


def _write_block(paper, block):
    match block:
        case Heading(text, level):
            _write_heading(paper, text, level)
        case Paragraph(text, kind):
            bold, size = ("B", 10.5) if kind == "lead" else ("", 8 if kind == "note" else _SIZE)
            paper.set_font(_FONT, bold, size)
            paper.multi_cell(0, size * 0.47, _shown(text), align=_side(text), new_x="LMARGIN", new_y="NEXT")
            paper.ln(1.2)
            paper.set_font(_FONT, "", _SIZE)
        case Bullets(items, numbered):
            for place, item in enumerate(items, 1):
                paper.cell(6, _LINE, f"{place}." if numbered else "•")
                paper.multi_cell(0, _LINE, _shown(item), align=_side(item), new_x="LMARGIN", new_y="NEXT")
            paper.ln(1)
        case Table():
            _write_table(paper, block)


def _write_table(paper, block):
    from fpdf.fonts import FontFace

    paper.set_font(_FONT, "B", 8.5)
    if paper.will_page_break(5 * _LINE):
        paper.add_page()
    paper.multi_cell(0, 4.2, _shown(block.caption), align=_side(block.caption), new_x="LMARGIN", new_y="NEXT")
    paper.ln(0.5)
    paper.set_font(_FONT, "", 8.5)
    widths = block.widths or (2, *(1,) * (len(block.columns) - 1))
    with paper.table(
        col_widths=widths,
        line_height=3.9,
        padding=(0.6, 1),
        text_align="LEFT",
        borders_layout="HORIZONTAL_LINES",
        headings_style=FontFace(emphasis="BOLD"),
        repeat_headings=1,
    ) as table:
        shares = [paper.epw * width / sum(widths) for width in widths]
        for cells in (block.columns, *block.rows):
            for part in _parts(paper, cells, shares):
                row = table.row()
                for cell in part:
                    row.cell(_shown(cell), align="RIGHT" if right_to_left(cell) else "LEFT")
    paper.ln(1.5)
    paper.set_font(_FONT, "", _SIZE)


def _parts(paper, cells, widths):
    """Return a row, in several if it would not fit on one page."""
    texts = [clean(cell) for cell in cells]
    # A third more than the letters need, because lines end before they are full.
    lines = [
        1.3 * paper.get_string_width(_shown(text).replace("\n", " ")) / (width - 2) + text.count("\n")
        for text, width in zip(texts, widths, strict=True)
    ]
    number = max(1, math.ceil(max(lines) / _LINES))
    return zip(*(_split(text, number) for text in texts), strict=True)


def _split(text, number):
    """Return a text in so many parts, cut between words where there are any; short ones stay in the first part."""
    parts = []
    size = max(60, math.ceil(len(text) / number))
    for _ in range(number - 1):
        end = len(text) if len(text) <= size else text.rfind(" ", size // 2, size) + 1 or size
        parts.append(text[:end].strip())
        text = text[end:]
    return [*parts, text.strip()]
