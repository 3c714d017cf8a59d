"""Export an executed notebook as a slide deck: one html file that asks nothing of any network.

nbconvert renders the cells with the template in ``slides/template``. reveal.js is taken from the installed
package ``sphinx_revealjs`` at export and written into the file, with the theme, the images and the formulas.
"""

import base64
import mimetypes
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from latex2mathml.converter import convert as latex_to_mathml
from nbconvert.exporters import TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath, MathInlineParser
from nbconvert.preprocessors import Preprocessor
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

from workshop.build import layout, sources
from workshop.build.notebooks import replace

SLIDES = Path(__file__).resolve().parents[3] / "slides"
SLIDE_TYPES = ("slide", "subslide", "fragment", "notes", "skip", "-")
PRIORITY = ("text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain")
WIDGET = "application/vnd.jupyter.widget-view+json"
# Inline script and style only; frames are the speaker view's two copies of this same file.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "media-src data:; frame-src 'self' file:; base-uri 'none'; form-action 'none'"
)
BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge"),
)
BROWSER_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
    r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
    r"%ProgramFiles%\Microsoft\Edge\Application\msedge.exe",
)
PRINT_SECONDS = 180
_LOADING = ("src", "srcset", "poster", "data", "background", "href", "xlink:href")
_STYLING = ("style", "fill", "stroke", "filter", "mask", "clip-path")
_OUTSIDE_CSS = re.compile(r"@import|url\(\s*['\"]?(?!\s*(?:#|data:))", re.I)


class SlidesError(ValueError):
    """A notebook can't be shown as slides, or a deck can't be printed."""


@dataclass
class _Part:
    """Cells of a slide that appear together."""

    fragment: bool
    cells: list = field(default_factory=list)


@dataclass
class _Slide:
    """What one slide shows, and what its speaker reads."""

    start: object
    parts: list = field(default_factory=list)
    notes: list = field(default_factory=list)


class _GroupSlides(Preprocessor):
    """Put nbconvert's ``slideshow`` metadata into effect: ``resources["stacks"]`` holds the slides."""

    def preprocess(self, nb, resources):
        stacks, early = [], []
        for number, cell in enumerate(nb.cells, 1):
            cell.metadata["number"] = number
            kind = _slide_type(cell)
            if kind == "notes":
                (stacks[-1][-1].notes if stacks else early).append(cell)
            elif kind != "skip" and (kind in ("slide", "subslide") or _is_visible(cell)):
                _place(stacks, cell, kind)
        slides = [slide for stack in stacks for slide in stack]
        if not slides:
            raise SlidesError("No cell shows anything: give a cell the slide type 'slide'.")
        for slide in slides:
            if not slide.parts:
                raise SlidesError(
                    f"{_name(slide.start)} begins an empty slide: "
                    "run it so that it shows an output, tag it show-code, or give it the slide type 'skip'."
                )
        slides[0].notes[:0] = early
        resources["stacks"], resources["total"] = stacks, len(slides)
        return nb, resources


class _Inline(MathInlineParser):
    """Take dollar signs for a formula only where none could mean money.

    As in Pandoc, no space inside the signs and no digit after the closing one; no other sign between, and
    no code.
    """

    SPECIFICATION: ClassVar = {
        **MathInlineParser.SPECIFICATION,
        "inline_math_tex": r"(?<![$\\])\$(?![\s$])(?P<math_inline_tex>(?:\\[^$]|[^$\\`])+?)(?<!\s)\$(?![\d$])",
    }


class _Renderer(IPythonRenderer):
    """Write formulas as MathML, which every current browser shows by itself."""

    def inline_math(self, body):
        return _mathml(body, "inline")

    def block_math(self, body):
        return _mathml(body, "block")

    def latex_environment(self, name, body):
        return _mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")


def export(notebook, path, title=None, folder="."):
    """Write a notebook's slides as one html file.

    Parameters
    ----------
    notebook : NotebookNode
        Executed, with nbconvert's ``slideshow`` metadata. A cell tagged ``notes`` is for the speaker, one
        tagged ``show-code`` shows its code.
    path : path-like
        The file to write; replaced at once or not at all.
    title : str, optional
        Shown in the window and at the foot of each slide; the notebook's first-level heading by default.
    folder : path-like, default="."
        Where the notebook's images are found from.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    SlidesError
        If an image has no text alternative or isn't found, something would be fetched from a network, a
        formula can't be read, a slide is empty, or the slides don't have exactly one first-level heading.
    workshop.build.sources.SourceError
        If there is neither a title nor a first-level heading to take it from.
    """
    exporter = TemplateExporter(
        template_name="template",
        extra_template_basedirs=[str(SLIDES)],
        file_extension=".html",
        preprocessors=[_GroupSlides],
        filters={
            "markdown": _markdown,
            "checked": partial(_checked, folder=Path(folder)),
            "heading": _heading,
            "one_title": _one_title,
        },
        config=Config({"NbConvertBase": {"display_data_priority": list(PRIORITY)}}),
    )
    resources = {"title": title or sources.title(notebook), "policy": POLICY, "inline": _inlined()}
    html, _ = exporter.from_notebook_node(notebook, resources)
    replace(path, html)
    return Path(path)


def find_browser():
    """Return the command of an installed Chromium, Chrome or Edge, or None."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    places = (os.path.expandvars(place) for place in BROWSER_PLACES)
    return next((place for place in places if os.path.exists(place)), None)


def pdf(html_path, pdf_path):
    """Print a deck to PDF, one page a slide, without the speaker's notes.

    Parameters
    ----------
    html_path : path-like
        A deck written by `export`.
    pdf_path : path-like
        The file to write; replaced at once or not at all.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    SlidesError
        If no Chromium, Chrome or Edge is found, or it doesn't print.
    """
    browser = find_browser()
    if browser is None:
        raise SlidesError(
            "Printing slides needs Chromium, Chrome or Edge, and none was found: install one "
            "(Debian and Ubuntu: apt install chromium), or open the deck in a browser and print it there."
        )
    html_path, pdf_path = Path(html_path).resolve(), Path(pdf_path)
    pdf_path.parent.mkdir(parents=True, exist_ok=True)
    # Beside the result: a browser from Ubuntu's snap store may not write elsewhere.
    with tempfile.TemporaryDirectory(dir=pdf_path.parent, ignore_cleanup_errors=True) as scratch:
        draft = Path(scratch, "deck.pdf").resolve()
        message = _print(browser, html_path, draft, Path(scratch, "profile").resolve())
        if not draft.exists():
            raise SlidesError(f"{browser} did not print {html_path.name}: {message}")
        os.replace(draft, pdf_path)
    return pdf_path


def build_decks(root, decks, pdf=False):
    """Write each deck to ``slides/build``, and say so.

    Parameters
    ----------
    root : path-like
        The project's folder.
    decks : iterable of (str, NotebookNode)
        The name of each deck and its executed notebook, whose images are found from ``notebooks``.
    pdf : bool, default=False
        Print each to PDF too.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    SlidesError
        As `export` and `pdf` do, with the deck's name.
    """
    written = []
    for name, notebook in decks:
        html_path = Path(root, layout.DECKS, f"{name}.html")
        try:
            written.append(_said(export(notebook, html_path, folder=Path(root, "notebooks")), root))
            if pdf:
                written.append(_said(_printed(html_path), root))
        except (SlidesError, sources.SourceError) as error:
            raise SlidesError(f"{name}: {error}") from error
    return written


def _printed(html_path):
    return pdf(html_path, html_path.with_suffix(".pdf"))


def _said(path, root):
    """Print the file's name and size, and return it."""
    print(f"{path.relative_to(root)}  {path.stat().st_size / 1000:,.0f} kB", flush=True)
    return path


def _print(browser, html_path, pdf_path, profile):
    """Let the browser print; return the last line of what it said."""
    command = [browser, "--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check"]
    command += ["--disable-extensions", "--disable-background-networking", f"--user-data-dir={profile}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--no-sandbox")  # Chromium's sandbox refuses to run as root, as in a container
    # Virtual time lets reveal.js lay out the pages, whatever the machine's speed.
    command += ["--virtual-time-budget=20000", "--no-pdf-header-footer", f"--print-to-pdf={pdf_path}"]
    command.append(f"{html_path.as_uri()}?print-pdf")
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PRINT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"it took more than {PRINT_SECONDS} seconds."
    except OSError as error:
        return f"{error}."
    return (done.stderr.strip().splitlines() or [f"it ended with code {done.returncode}."])[-1]


def _inlined():
    """Return the style sheets and scripts that the deck carries."""
    package = find_spec("sphinx_revealjs")  # found, not imported: the package would load Sphinx
    if package is None:
        raise SlidesError("Slides need the package sphinx-revealjs: `make slides` installs it.")
    reveal = Path(package.submodule_search_locations[0], "_static", "revealjs")
    styles = [reveal / "dist/reveal.css", SLIDES / "theme.css"]
    scripts = [reveal / "dist/reveal.js", reveal / "plugin/notes/notes.js", SLIDES / "deck.js"]
    return {
        "styles": [path.read_text(encoding="utf-8") for path in styles]
        + [HtmlFormatter(style="bw").get_style_defs(".highlight")],
        "scripts": [_script(path.read_text(encoding="utf-8")) for path in scripts],
        "license": (reveal / "LICENSE").read_text(encoding="utf-8"),
    }


def _script(text):
    """Return a script that html can hold: without its map, and nothing in its strings that ends an element."""
    text = re.sub(r"^//# sourceMappingURL=.*$", "", text, flags=re.M)
    return re.sub(r"<(?=/script|!--)", r"\\x3c", text, flags=re.I)


def _slide_type(cell):
    """Return what the cell is in the deck."""
    if cell.cell_type == "raw":
        return "skip"
    if "notes" in sources.tags(cell):
        return "notes"
    kind = cell.metadata.get("slideshow", {}).get("slide_type") or "-"
    if kind not in SLIDE_TYPES:
        raise SlidesError(f"{_name(cell)} has the slide type '{kind}'; it can be {', '.join(SLIDE_TYPES)}.")
    return kind


def _is_visible(cell):
    """Tell whether the cell shows anything on its slide."""
    if cell.cell_type == "markdown":
        return bool(cell.source.strip())
    return "show-code" in sources.tags(cell) or any(_has_form(output, cell) for output in cell.outputs)


def _has_form(output, cell):
    """Tell whether an output has a form that a slide can show."""
    forms = [kind for kind in PRIORITY if kind in output.get("data", ())]
    if forms == ["text/plain"] and WIDGET in output.data:
        raise SlidesError(
            f"{_name(cell)} shows a widget, which needs a kernel: give its output an html form too, "
            "or give the cell the slide type 'skip'."
        )
    return bool(forms)


def _place(stacks, cell, kind):
    """Add a cell to the slides made so far."""
    if kind == "slide" or not stacks:
        stacks.append([_Slide(cell)])
    elif kind == "subslide":
        stacks[-1].append(_Slide(cell))
    slide = stacks[-1][-1]
    if not _is_visible(cell):
        return
    if kind == "fragment" or not slide.parts:
        slide.parts.append(_Part(kind == "fragment"))
    slide.parts[-1].cells.append(cell)


def _name(cell):
    """Return how an error calls a cell: its place and its first line."""
    first = (cell.source.strip().splitlines() or ["empty"])[0]
    return f"Cell {cell.metadata.number} ({first[:60]})"


def _mathml(latex, display):
    """Return a formula as MathML."""
    try:
        formula = latex_to_mathml(latex, display=display)
    except Exception as error:  # latex2mathml's errors share no class of their own
        raise SlidesError(
            f"the formula {latex} can't be read ({type(error).__name__}); correct it"
        ) from error
    if unknown := re.search(r"\\\w+", formula):
        raise SlidesError(f"the formula {latex} uses {unknown[0]}, which is unknown; write it another way")
    return formula


def _markdown(cell, text=None):
    """Return a cell's Markdown, or a text of its output, as html."""
    renderer = _Renderer(escape=False, exclude_anchor_links=True, attachments=cell.get("attachments"))
    try:
        return MarkdownWithMath(renderer, inline=_Inline()).render(cell.source if text is None else text)
    except SlidesError as error:
        raise SlidesError(f"{_name(cell)}: {error}.") from error


def _checked(html, cell, folder):
    """Return a cell's html with its images inside it, once nothing in it needs a network or an eye.

    Untouched html is returned as it came, so that what a probe wrote isn't written anew.
    """
    page = BeautifulSoup(html, "html.parser")
    for picture in page.find_all(["img", "svg"]):
        if not _has_alternative(picture):
            raise SlidesError(f"{_name(cell)} shows a picture without alternative text: say what it shows.")
    changed = [_rename(section) for section in page.find_all("section")]
    changed += [_embed(image, cell, folder) for image in page.find_all("img")]
    changed += [_settle_link(link) for link in page.find_all("a", href=True)]
    for element in page.find_all(True):
        if outside := _outside(element):
            raise SlidesError(
                f"{_name(cell)} would load {outside} from outside the deck: keep a copy beside the lesson "
                "and show that."
            )
    return str(page) if any(changed) else html


def _has_alternative(picture):
    """Tell whether a picture has a text alternative, or is marked as decoration."""
    if picture.get("aria-hidden") == "true" or picture.get("role") in ("presentation", "none"):
        return True
    if picture.name == "img":
        return bool(picture.get("alt", "").strip())
    if picture.find_parent(attrs={"aria-hidden": "true"}) or picture.find_parent("svg"):
        return True
    title = picture.find("title", recursive=False)
    named = (
        picture.get("aria-label") or picture.get("aria-labelledby") or (title and title.get_text(strip=True))
    )
    return bool(named or picture.find_parent(attrs={"role": "img", "aria-label": True}))


def _embed(image, cell, folder):
    """Put a local image into its element; tell whether anything changed."""
    source = image.get("src", "")
    parts = urlsplit(source)
    if parts.scheme or parts.netloc:
        return False
    path = Path(folder, unquote(parts.path))
    if not path.is_file():
        raise SlidesError(f"{_name(cell)}: the image {source} is not found from {folder}; correct its path.")
    kind = mimetypes.guess_type(path.name)[0]
    image["src"] = f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"
    return True


def _rename(section):
    """Make a section of a cell's own html another element, since reveal.js takes every section for a slide."""
    section.name = "div"
    if section.has_attr("aria-label") or section.has_attr("aria-labelledby"):
        section["role"] = section.get("role", "region")
    return True


def _settle_link(link):
    """Open a web link in its own window; leave only the text of a link to a file the deck doesn't carry."""
    if urlsplit(link["href"]).scheme in ("http", "https", "mailto"):
        link["target"], link["rel"] = "_blank", "noopener noreferrer"
    else:
        link.unwrap()
    return True


def _outside(element):
    """Return what an element would load from outside the deck, or None."""
    for name in _LOADING:
        value = element.get(name, "").strip()
        if value and element.name != "a" and not value.startswith(("data:", "#")):
            return value
    styles = [element.get(name, "") for name in _STYLING]
    if element.name == "style":
        styles.append(element.get_text())
    return next((style.strip()[:80] for style in styles if _OUTSIDE_CSS.search(style)), None)


def _heading(html):
    """Return the text of the first heading, or an empty one."""
    found = BeautifulSoup(html, "html.parser").find(re.compile("^h[1-6]$"))
    return " ".join(found.get_text().split()) if found else ""


def _one_title(html):
    """Return the slides as they came, if they hold one first-level heading."""
    count = len(BeautifulSoup(html, "html.parser").find_all("h1"))
    if count != 1:
        raise SlidesError(
            f"The slides have {count} first-level headings ('# ...'); a deck needs exactly one."
        )
    return html
