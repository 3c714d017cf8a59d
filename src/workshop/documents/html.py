"""A paper as one html file that asks for nothing: no picture, font, script or style from anywhere else."""

import base64
import hashlib
import re
from html import escape

from workshop.documents.content import Bullets, Heading, Html, Paragraph, Table
from workshop.documents.typed import clean
from workshop.probes.html import STYLE
from workshop.probes.html import table as table_html

_PAGE = """<style>
:root{color-scheme:light}
body{margin:0;background:#fff;color:#1b1b1b;font:16px/1.5 Arial,Helvetica,sans-serif}
main,footer{max-width:800px;margin:0 auto;padding:16px}
h1{font-size:28px;line-height:1.2;margin:8px 0 4px}h2{font-size:21px;margin:26px 0 6px}
h3{font-size:17px;margin:18px 0 4px}
p,li{margin:0 0 8px}h1,h2,h3,p,li,td,th,caption{unicode-bidi:plaintext;text-align:start}
h1,h2,h3,p,li,caption{overflow-wrap:anywhere}
.lead{font-size:19px;font-weight:700;line-height:1.35}.note,footer{font-size:14px;color:#595959}
.scroll{overflow-x:auto}.scroll:focus-visible{outline:3px solid #0072b2}
main>.scroll>table{border-collapse:collapse;width:100%;margin:6px 0 14px;font-size:14px}
main>.scroll>table caption{font-weight:700;padding:4px 0}
main>.scroll>table th,main>.scroll>table td{border-bottom:1px solid #8a8a8a;padding:5px 8px;vertical-align:top}
main>.scroll>table thead th{border-bottom:2px solid #1b1b1b}
.workshop-panel{max-width:none!important}
@media print{@page{size:A4;margin:16mm}body{font-size:11pt}main,footer{max-width:none;padding:0}
h2,h3{break-after:avoid}tr,figure,li{break-inside:avoid}thead{display:table-header-group}.annex{break-before:page}
.scroll{overflow:visible}input[type=range]{display:none!important}}
</style>"""

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def html_page(document):
    """Return a paper as a whole html page.

    Parameters
    ----------
    document : Document

    Returns
    -------
    str

    Notes
    -----
    The page's own policy (Content Security Policy) forbids every request; the only scripts that may run are the
    course's own, named by their SHA-256.
    """
    body = [f"<h1>{_text(document.title)}</h1>", *map(_block, document.blocks)]
    if document.annex:
        body += ['<div class="annex"></div>', *map(_block, document.annex)]
    content = "\n".join(body)
    style = STYLE if any(isinstance(block, Html) for block in document.blocks) else ""
    content = content.replace(STYLE, "")
    about = f"\n<footer>{_text(document.about)}</footer>" if document.about else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(content)}">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{_text(document.title)}</title>\n{_PAGE}\n{style}\n</head>\n"
        f"<body>\n<main>\n{content}\n</main>{about}\n</body>\n</html>\n"
    )


def _policy(content):
    """Return the page's policy; scripts that were finished by the course are allowed by their checksum."""
    sums = {
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for script in _INLINE_SCRIPT.findall(content)
    }
    scripts = "".join(f" 'sha256-{each}'" for each in sorted(sums)) or " 'none'"
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src{scripts}; "
        "base-uri 'none'; form-action 'none'"
    )


def _text(text):
    return escape(clean(text)).replace("\n", "<br>")


def _block(block):
    match block:
        case Heading(text, level):
            return f"<h{level}>{_text(text)}</h{level}>"
        case Paragraph(text, kind):
            return f'<p class="{kind}">{_text(text)}</p>' if kind else f"<p>{_text(text)}</p>"
        case Bullets(items, numbered):
            tag = "ol" if numbered else "ul"
            return f"<{tag}>\n" + "\n".join(f"<li>{_text(item)}</li>" for item in items) + f"\n</{tag}>"
        case Table():
            rows = [tuple(map(clean, row)) for row in block.rows]
            # A wide table scrolls by itself; with a tab stop, so that the keyboard can scroll it too.
            shown = table_html(clean(block.caption), tuple(map(clean, block.columns)), rows)
            return (
                f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(clean(block.caption))}">'
                f"{shown}</div>"
            )
        case Html(html):
            return html
    raise TypeError(f"A paper can't hold a {type(block).__name__}.")
