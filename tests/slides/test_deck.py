import re
import sys

import pytest
from bs4 import BeautifulSoup
from nbformat import v4
from sample_notebook import PLAYABLE, code, png, sample, text

from workshop.build import slides


@pytest.fixture(scope="session")
def html(deck):
    return deck.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def page(html):
    return BeautifulSoup(html, "html.parser")


def exported(tmp_path, *cells, **options):
    """Export cells after a title slide; return the file's html and its parsed slides."""
    notebook = v4.new_notebook(cells=[text("# Title", "slide"), *cells])
    html = slides.export(notebook, tmp_path / "deck.html", **options).read_text(encoding="utf-8")
    return html, BeautifulSoup(html, "html.parser").find(class_="slides")


def words(element):
    return " ".join(element.get_text().split())


def slide(page, heading):
    """Return the section of the slide with this heading."""
    return page.find(re.compile("^h[1-6]$"), string=re.compile(heading)).find_parent("section")


def test_nothing_is_loaded_from_outside(page, html):
    for element in page.find_all(True):
        for name in ("src", "srcset", "data", "poster", "background", "action", "xlink:href"):
            assert element.get(name, "data:").startswith("data:"), element
        assert element.name == "a" or not element.get("href"), element
        assert element.name not in ("link", "iframe", "object", "embed", "base"), element
    styles = " ".join(style.get_text() for style in page.find_all("style"))
    assert "@import" not in styles
    assert re.findall(r"url\(\s*['\"]?(?!data:)[^)]*", styles) == []
    assert "sourceMappingURL" not in html


def test_the_policy_forbids_every_fetch(page):
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy
    assert "*" not in policy


def test_reveal_and_its_license_are_inside(html):
    assert "Copyright (C) 2011-2024 Hakim El Hattab, http://hakim.se" in html
    assert "window.RevealNotes" in html or "RevealNotes=" in html


def test_language_title_and_one_first_heading(page):
    assert page.html["lang"] == "en"
    assert page.title.string == "Responsible AI & policing"
    assert [words(heading) for heading in page.find_all("h1")] == ["Responsible AI & policing"]


def test_slides_subslides_and_fragments(page):
    leaves = page.select("section[aria-roledescription=slide]")
    assert len(leaves) == 9
    assert leaves[1]["aria-label"] == "Slide 2 of 9: What you will learn"
    stack = slide(page, "How the rates").find_parent("section")
    assert stack is slide(page, "The numbers").find_parent("section")
    assert len(stack.find_all("section", recursive=False)) == 2
    assert [words(part) for part in page.select(".fragment")] == ["Then ask them."]
    assert "Nobody sees this slide" not in words(page)


def test_a_cell_without_a_type_stays_on_its_slide(page):
    assert "It costs" in words(slide(page, "The numbers"))


def test_the_foot_holds_number_and_title(page):
    feet = [words(foot) for foot in page.find_all("footer")]
    assert feet == [f"{number} / 9 Responsible AI & policing" for number in range(1, 10)]


def test_notes_are_kept_for_the_speaker(page):
    notes = {
        words(aside.find_parent("section").find(re.compile("^h"))): words(aside) for aside in page("aside")
    }
    assert notes == {
        "Responsible AI & policing": "Say hello before anything else.",
        "What you will learn": "Thirty seconds. Let them read.",
        "Move the threshold": "Ask: who pays for this?",
    }
    assert all(
        aside["class"] == ["notes"] and not aside.find_parent(class_="page") for aside in page("aside")
    )


def test_code_is_shown_only_where_asked_for(page):
    assert page.find(class_="slides").get_text().count("audit.group_rates") == 1
    assert "audit.group_rates(outcome, decision)" in words(slide(page, "How the rates").find(class_="code"))


def test_streams_and_the_plain_twin_of_an_output_are_hidden(page):
    shown = page.find(class_="slides").get_text()
    assert "a warning nobody needs" not in shown
    assert "printed words" not in shown
    assert "a table" not in shown
    assert "Probe()" not in shown
    assert words(slide(page, "More").find("pre")) == "FPR < 0.5"


def test_a_probes_html_is_kept_to_the_letter(html):
    assert PLAYABLE.strip() in html


def test_an_image_keeps_its_alternative_text(page):
    assert [image["alt"] for image in page.find_all("img")] == ['Scores of two groups, "low" to <high>']
    assert "No description has been provided" not in str(page)


def test_formulas_become_mathml_and_money_stays(page):
    numbers = slide(page, "The numbers")
    inline, block = numbers.find_all("math")
    assert (inline["display"], block["display"]) == ("inline", "block")
    assert len(inline.find("mfrac").find_all(recursive=False)) == 2
    assert "It costs $300,000 to $500,000; $5 is $x$ money." in words(numbers)
    assert words(numbers.find("code")) == "$x$"
    assert "mathjax" not in str(page).lower()


@pytest.mark.parametrize(
    ("source", "formulas", "shown"),
    [
        ("It costs $5 or $10.", 0, "It costs $5 or $10."),
        ("From $5-$10 a day", 0, "From $5-$10 a day"),
        (r"\$5 and \$6$", 0, "$5 and $6$"),
        ("`$a$` and $b$", 1, "$a$ and b"),
        ("Pay $5 `for $x` now", 0, "Pay $5 for $x now"),
        ("$a + b$, $c$", 2, "a+b, c"),
        ("USD 300,000 is $p < q$", 1, "USD 300,000 is p<q"),
        (r"\begin{cases}1\\2\end{cases}", 1, "{12"),
        ("```\n$x$\n```", 0, "$x$"),
    ],
)
def test_dollar_signs(tmp_path, source, formulas, shown):
    _, deck = exported(tmp_path, text(source, "slide"))
    content = deck.find_all("section")[1].find(class_="content")
    assert len(content.find_all("math")) == formulas
    assert words(content) == shown


@pytest.mark.parametrize("source", [r"$a_$", r"$\nosuchthing{a}$", r"$$\left( x$$"])
def test_a_wrong_formula_is_an_error(tmp_path, source):
    with pytest.raises(slides.SlidesError, match=r"^Cell 2 \(\$.*the formula .*;"):
        exported(tmp_path, text(source, "slide"))


def test_web_links_open_aside_and_links_to_files_become_text(page):
    link = page.find("a")
    assert (link["href"], link["target"], words(link)) == (
        "https://example.org/report",
        "_blank",
        "the report",
    )
    assert len(page.find_all("a")) == 1
    assert "and the exercise." in words(slide(page, "A question"))


def test_a_local_image_is_embedded(tmp_path):
    (tmp_path / "our map.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    cells = (
        text("![Map of *five* districts](our%20map.svg)", "slide"),
        text('<img src="our map.svg" alt="Again">'),
    )
    _, deck = exported(tmp_path, *cells, folder=tmp_path)
    assert [image["alt"] for image in deck.find_all("img")] == ["Map of five districts", "Again"]
    assert all(image["src"].startswith("data:image/svg+xml;base64,PHN2") for image in deck.find_all("img"))


def test_an_attachment_is_embedded(tmp_path):
    cell = text("![A blue square](attachment:a.png)", "slide")
    cell["attachments"] = {"a.png": {"image/png": png()}}
    _, deck = exported(tmp_path, cell)
    assert deck.img["src"] == f"data:image/png;base64,{png()}"


@pytest.mark.parametrize(
    "source",
    [
        "![A map](https://example.org/map.png)",
        "![A map](//example.org/map.png)",
        '<script src="https://example.org/a.js"></script>',
        '<link rel="stylesheet" href="a.css">',
        '<iframe src="https://example.org"></iframe>',
        '<p style="background: url(https://example.org/a.png)">a</p>',
        "<style>@import 'a.css';</style>",
        '<video poster="a.png"></video>',
        '<svg aria-label="a"><image href="https://example.org/a.png"/></svg>',
    ],
)
@pytest.mark.parametrize("kind", ["markdown", "output"])
def test_anything_from_outside_is_an_error(tmp_path, source, kind):
    cell = (
        text(source, "slide")
        if kind == "markdown" or source[0] == "!"
        else code({"text/html": source}, "slide")
    )
    with pytest.raises(
        slides.SlidesError, match=r"^Cell 2 \(.*would load .* from outside the deck: keep a copy"
    ):
        exported(tmp_path, cell)


def test_a_missing_image_is_an_error(tmp_path):
    with pytest.raises(slides.SlidesError, match=r"^Cell 2 \(.*the image no\.png is not found"):
        exported(tmp_path, text("![Nothing](no.png)", "slide"), folder=tmp_path)


@pytest.mark.parametrize(
    "cell",
    [
        code({"image/png": png(), "text/plain": "<Figure>"}, "slide"),
        code({"image/svg+xml": "<?xml version='1.0'?><svg><rect/></svg>"}, "slide"),
        code({"text/html": f'<img src="data:image/png;base64,{png()}">'}, "slide"),
        code({"text/html": "<svg><rect/></svg>"}, "slide"),
        text(f"![](data:image/png;base64,{png()})", "slide"),
    ],
)
def test_a_picture_without_alternative_text_is_an_error(tmp_path, cell):
    with pytest.raises(slides.SlidesError, match=r"^Cell 2 \(.*without alternative text"):
        exported(tmp_path, cell)


def test_pictures_with_alternative_text_in_any_form(tmp_path):
    drawing = '<?xml version="1.0"?><!DOCTYPE svg><svg viewBox="0 0 4 3"><rect/></svg>'
    _, deck = exported(
        tmp_path,
        code({"image/svg+xml": drawing}, "slide", metadata={"alt": "Bars"}),
        code({"image/jpeg": png()}, metadata={"image/jpeg": {"alt": "A photograph"}}),
        code({"text/html": "<svg><title>Lines</title><svg><rect/></svg></svg>"}),
        code({"text/html": '<svg aria-hidden="true"><rect/></svg><img role="presentation" src="data:,">'}),
    )
    assert deck.find(attrs={"role": "img"})["aria-label"] == "Bars"
    assert deck.find("img")["alt"] == "A photograph"
    assert "DOCTYPE" not in str(deck)


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ({"text/plain": "plain", "image/png": png(), "text/html": "<p>html</p>"}, "html"),
        ({"text/plain": "plain", "text/markdown": "*marked*"}, "marked"),
        ({"text/plain": "<b>plain</b>"}, "<b>plain</b>"),
    ],
)
def test_the_richest_form_of_an_output_is_shown(tmp_path, data, shown):
    _, deck = exported(tmp_path, code(data, "slide"))
    output = deck.find(class_="output")
    assert words(output) == shown
    assert not output.find("img")


def test_a_section_inside_an_output_does_not_become_a_slide(tmp_path):
    _, deck = exported(
        tmp_path, code({"text/html": "<section aria-label='Sheet'><p>words</p></section>"}, "slide")
    )
    assert len(deck.find_all("section")) == 2
    assert words(deck.find("div", {"role": "region", "aria-label": "Sheet"})) == "words"


def test_a_widget_without_html_is_an_error(tmp_path):
    data = {slides.WIDGET: {"model_id": "1"}, "text/plain": "VBox(children=())"}
    with pytest.raises(slides.SlidesError, match=r"^Cell 2 \(.*shows a widget"):
        exported(tmp_path, code(data, "slide"))
    _, deck = exported(tmp_path, code({**data, "text/html": "<p>still</p>"}, "slide"))
    assert words(deck.find(class_="output")) == "still"


def test_an_empty_slide_is_an_error(tmp_path):
    with pytest.raises(slides.SlidesError, match=r"^Cell 2 \(audit.* begins an empty slide"):
        exported(tmp_path, code(kind="slide"), text("Only a note.", "notes"))


def test_a_slide_may_begin_with_a_silent_cell(tmp_path):
    _, deck = exported(tmp_path, code(kind="slide"), text("## Then words"))
    assert deck.find_all("section")[1]["aria-label"] == "Slide 2 of 2: Then words"


def test_an_unknown_slide_type_is_an_error(tmp_path):
    with pytest.raises(
        slides.SlidesError, match=r"^Cell 2 \(a\) has the slide type 'slides'; it can be slide, "
    ):
        exported(tmp_path, text("a", "slides"))


def test_two_first_headings_are_an_error(tmp_path):
    with pytest.raises(slides.SlidesError, match="The slides have 2 first-level headings"):
        exported(tmp_path, text("# Another", "slide"))


def test_no_slide_at_all_is_an_error(tmp_path):
    notebook = v4.new_notebook(cells=[text("# Title", "skip"), text("Say it.", "notes")])
    with pytest.raises(slides.SlidesError, match="No cell shows anything"):
        slides.export(notebook, tmp_path / "deck.html")


def test_a_given_title_is_used_and_escaped(tmp_path):
    html, deck = exported(tmp_path, title="<b>Scores</b> & us")
    assert "<title>&lt;b&gt;Scores&lt;/b&gt; &amp; us</title>" in html
    assert words(deck.find(class_="lesson")) == "<b>Scores</b> & us"


def test_a_failed_export_leaves_the_last_deck(tmp_path):
    before, _ = exported(tmp_path)
    with pytest.raises(slides.SlidesError):
        exported(tmp_path, text("![](x.png)", "slide"))
    assert (tmp_path / "deck.html").read_text(encoding="utf-8") == before
    assert [path.name for path in tmp_path.iterdir()] == ["deck.html"]


def test_the_same_notebook_gives_the_same_file_and_stays_as_it_was(tmp_path, deck):
    notebook = sample()
    for cell, other in zip(notebook.cells, again := sample().cells, strict=True):
        cell["id"] = other["id"]
    assert slides.export(notebook, tmp_path / "again.html").read_bytes() == deck.read_bytes()
    assert notebook.cells == again


def test_build_decks_writes_each_and_says_so(tmp_path, capsys):
    (tmp_path / "notebooks").mkdir()
    written = slides.build_decks(tmp_path, [("00_start", sample()), ("01_next", sample())])
    assert [path.relative_to(tmp_path).as_posix() for path in written] == [
        "slides/build/00_start.html",
        "slides/build/01_next.html",
    ]
    lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"slides/build/00_start\.html  \d+ kB", lines[0].replace("\\", "/"))
    assert len(lines) == 2
    with pytest.raises(slides.SlidesError, match=r"^02_bad: Cell 1 \("):
        slides.build_decks(
            tmp_path, [("02_bad", v4.new_notebook(cells=[text("![](x.png)", "slide"), text("# a")]))]
        )


def test_a_machine_without_a_browser_is_told_what_to_install(tmp_path, deck, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(slides, "BROWSER_PLACES", (str(tmp_path / "no" / "chrome"),))
    with pytest.raises(slides.SlidesError, match=r"needs Chromium, Chrome or Edge.*install one"):
        slides.pdf(deck, tmp_path / "deck.pdf")


def test_a_browser_in_a_usual_place_is_found(tmp_path, monkeypatch):
    program = tmp_path / "Google" / "chrome.exe"
    program.parent.mkdir()
    program.touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLACE", str(tmp_path))
    monkeypatch.setattr(slides, "BROWSER_PLACES", ("/no/such/place", "$PLACE/Google/chrome.exe"))
    assert slides.find_browser() == f"{tmp_path}/Google/chrome.exe"


def test_a_browser_that_does_not_print_is_an_error(tmp_path, deck, monkeypatch):
    monkeypatch.setattr(slides, "find_browser", lambda: sys.executable)  # it knows no --headless
    with pytest.raises(slides.SlidesError, match=r"did not print sample\.html: \S"):
        slides.pdf(deck, tmp_path / "deck.pdf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", ["</script>", "</SCRIPT >", "<!-- x"])
def test_an_inlined_script_can_not_end_its_element(words):
    page = BeautifulSoup(
        f"<script>{slides._script(f'const a = `{words}`; a < 1')}</script><p>after</p>", "html.parser"
    )
    assert [element.name for element in page] == ["script", "p"]
    assert page.script.string.endswith("; a < 1")


def luminance(colour):
    """Return the relative luminance of WCAG 2.2."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_themes_colours_stand_out_from_paper_and_tint():
    colours = dict(
        re.findall(r"--(\w+): (#\w{6});", (slides.SLIDES / "theme.css").read_text(encoding="utf-8"))
    )
    least = {"ink": 7, "title": 7, "quiet": 7, "link": 7, "focus": 4.5, "line": 3}
    assert least.keys() | {"paper", "tint"} == colours.keys()
    for name, ratio in least.items():
        for ground in ("paper", "tint"):
            found = (luminance(colours[ground]) + 0.05) / (luminance(colours[name]) + 0.05)
            assert found >= ratio, (name, ground, found)
