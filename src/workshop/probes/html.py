"""Pieces of accessible html that probes are put together from, and still figures with their alternative text."""

import base64
import io
from html import escape
from typing import NamedTuple

# A panel brings its own paper and ink: it must be read on JupyterLab's dark theme, on a slide and on paper. The
# themes of JupyterLab and reveal.js style tables and paragraphs by element, hence the !important.
STYLE = """<style>
.workshop-panel{box-sizing:border-box;max-width:800px;margin:6px 0;padding:12px 16px;background:#fff!important;
color:#1b1b1b!important;border:1px solid #8a8a8a;border-radius:6px;font:15px/1.4 Arial,Helvetica,sans-serif;
text-align:left;letter-spacing:normal;text-transform:none;overflow-x:auto;-webkit-print-color-adjust:exact;print-color-adjust:exact}
.workshop-panel *{color:inherit!important;text-transform:none;overflow-wrap:anywhere}
.workshop-panel p{margin:0 0 8px!important;font-size:15px!important;line-height:1.4!important}
.workshop-panel p.workshop-sentence{font-size:19px!important;line-height:1.35!important;font-weight:700}
.workshop-panel figure{margin:0!important}
.workshop-panel svg,.workshop-panel img{display:block;width:100%;height:auto;
margin:0!important;max-height:none!important}
.workshop-panel figcaption,.workshop-panel .workshop-note{font-size:13px!important;line-height:1.4!important;
margin:4px 0 8px!important;color:#595959!important}
.workshop-panel .workshop-verdict{display:flex;flex-wrap:wrap;gap:8px;margin:4px 0 8px}
.workshop-panel .workshop-verdict>div{flex:1 1 220px;border-left:5px solid #6e6e6e;padding:2px 8px}
.workshop-panel .workshop-verdict>div.workshop-differs{border-left:5px double #b34700}
.workshop-panel ul{margin:2px 0 0!important;padding:0 0 0 18px!important;list-style:disc;display:block}
.workshop-panel li{font-size:14px!important;line-height:1.4!important;margin:0!important}
.workshop-panel table{border-collapse:collapse;width:100%;margin:4px 0!important;font-size:13px!important;
table-layout:auto;background:#fff!important}
.workshop-panel caption{caption-side:top;text-align:left;font-weight:700;padding:4px 0;font-size:14px!important}
.workshop-panel tr{background:#fff!important}
.workshop-panel th,.workshop-panel td{border:0!important;border-bottom:1px solid #8a8a8a!important;
padding:4px 6px!important;font-size:13px!important;line-height:1.35!important;text-align:right!important;
vertical-align:top;white-space:normal;overflow-wrap:break-word}
.workshop-panel th{font-weight:700}
.workshop-panel th:first-child{text-align:left!important}
.workshop-panel summary{cursor:pointer;font-size:14px}
.workshop-panel label{display:block;font-size:16px;margin:0 0 10px}
.workshop-panel input[type=range]{display:block;width:100%;height:28px;margin:2px 0 0;accent-color:#0072b2;
touch-action:pan-y}
.workshop-panel output{font-weight:700}
.workshop-panel .workshop-keys{display:flex;flex-wrap:wrap;gap:2px 18px;font-size:13px;margin:0 0 4px}
.workshop-panel .workshop-text{max-height:156px;overflow:auto;box-sizing:border-box;padding:4px 10px;margin:0 0 6px;
border:1px solid #8a8a8a;border-radius:4px;font-size:17px;line-height:1.75;white-space:pre-wrap;text-align:start;
unicode-bidi:plaintext}
.workshop-typed textarea{unicode-bidi:plaintext;text-align:start}
.workshop-text:focus-visible{outline:3px solid #0072b2}
</style>"""


AS_TABLE = "The same numbers as a table"
MORE = "More settings"


class Picture(NamedTuple):
    """What a view returns: the same numbers as a sentence, a figure and a table.

    Attributes
    ----------
    sentence : str
        Plain text, escaped when it is shown.
    figure : str
        SVG.
    aside : str
        Html under the figure: what to make of it.
    table : str
        Html.
    """

    sentence: str
    figure: str
    aside: str
    table: str


def paragraph(text, kind=""):
    """Return a paragraph of plain text; `kind` is "", "note" or "sentence"."""
    name = f' class="workshop-{kind}"' if kind else ""
    return f"<p{name}>{escape(text)}</p>"


def bullets(items):
    """Return a list of plain texts."""
    return "<ul>\n" + "\n".join(f"<li>{escape(item)}</li>" for item in items) + "\n</ul>"


def table(caption, columns, rows):
    """Return a table with a caption and header cells that name their scope.

    Parameters
    ----------
    caption : str
    columns : sequence of str
        Headers, the first of them over the row headers.
    rows : iterable of sequence of str
        The first cell of each row is its header. A line break in a cell is kept.
    """
    head = "".join(f'<th scope="col">{_cell(name)}</th>' for name in columns)
    body = "\n".join(
        f'<tr><th scope="row">{_cell(first)}</th>'
        + "".join(f"<td>{_cell(cell)}</td>" for cell in cells)
        + "</tr>"
        for first, *cells in rows
    )
    return (
        f"<table>\n<caption>{escape(caption)}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
    )


def _cell(content):
    """Return a text for a table cell; a very long word may break, or it would push the table off the page."""
    return "<br/>".join(
        " ".join("<wbr/>".join(map(escape, _pieces(word))) for word in line.split(" "))
        for line in content.split("\n")
    )


def _pieces(word, longest=18):
    return [word[place : place + longest] for place in range(0, len(word), longest)]


def main_part(picture, caption):
    """Return the sentence, the figure with its caption, and what to make of it; a caption needs a figure."""
    if not picture.figure:
        return f"{paragraph(picture.sentence, 'sentence')}\n{picture.aside}"
    note = f"\n<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f"{paragraph(picture.sentence, 'sentence')}\n<figure>\n{picture.figure}{note}\n</figure>\n{picture.aside}"


def folded(content):
    """Return html that stays closed until somebody opens it: a long table would push the next figure off the screen."""
    return f"<details><summary>{AS_TABLE}</summary>\n{content}\n</details>"


def panel(content, style=STYLE):
    """Return html on a white panel with the style it needs; a page that has the style already needs none."""
    return f'<div class="workshop-panel">\n{style}\n{content}\n</div>'


class StillPicture:
    """A picture of an audit that does not move: sentence, figure and table.

    Attributes
    ----------
    title : str
    picture : Picture
    caption : str
    """

    def __init__(self, title, picture, caption=""):
        self.title = title
        self.picture = picture
        self.caption = caption

    def __repr__(self):
        return f"{self.title}: {self.picture.sentence}"

    def _repr_html_(self):
        main = main_part(self.picture, self.caption)
        return panel(f"{main}\n{folded(self.picture.table)}" if self.picture.table else main)


class StillFigure:
    """A finished picture with its alternative text; made by `figure`.

    Attributes
    ----------
    html : str
    alt : str
    """

    def __init__(self, html, alt):
        self.html = html
        self.alt = alt

    def __repr__(self):
        return self.alt

    def _repr_html_(self):
        return self.html


def figure(fig, alt, caption=""):
    """Return a matplotlib figure with alternative text, to be shown as a cell's result.

    The figure is closed, so that a notebook does not draw it a second time.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    alt : str
        What the picture shows, for those who cannot see it. It stays with the picture in pages and slides.
    caption : str, optional
        Shown under the picture.

    Returns
    -------
    StillFigure

    Raises
    ------
    ValueError
        If `alt` is empty.
    """
    import matplotlib.pyplot as plt  # imported late: a probe needs no matplotlib, and it takes half a second

    alt = " ".join(str(alt).split())
    if not alt:
        raise ValueError(
            "Give the figure an alternative text that says what it shows, for people who cannot see it."
        )
    image = io.BytesIO()
    # Without the version of the software in the file, the same figure is the same bytes.
    fig.savefig(
        image, format="png", dpi=110, facecolor="white", bbox_inches="tight", metadata={"Software": None}
    )
    plt.close(fig)
    data = base64.b64encode(image.getvalue()).decode()
    note = f"\n<figcaption>{escape(caption)}</figcaption>" if caption else ""
    content = f'<figure>\n<img alt="{escape(alt)}" src="data:image/png;base64,{data}"/>{note}\n</figure>'
    return StillFigure(panel(content), alt)
