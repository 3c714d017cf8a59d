"""The decision memo: two pages, the same numbers in three formats, and nothing lost that was cut."""

import io
import re
from dataclasses import replace

import pypdf
import pytest
from case_files import filled, realistic
from test_documents import Page, docx_text, pdf_text
from typed import HOSTILE

from workshop import cli
from workshop.casefile.memo import MEANS, memo
from workshop.casefile.model import DECISIONS, dump
from workshop.documents.html import html_page
from workshop.documents.pdf import pdf_bytes
from workshop.documents.word import docx_bytes


def pages_before_annex(document):
    reader = pypdf.PdfReader(io.BytesIO(pdf_bytes(document)[0]))
    whole = len(reader.pages)
    return next(
        (
            place
            for place, page in enumerate(reader.pages)
            if re.search(r"^Annex$", page.extract_text(), re.M)
        ),
        whole,
    )


def numbers(text):
    return sorted(re.findall(r"\d[\d,]*(?:\.\d+)?", text))


def test_two_pages_for_a_realistic_case():
    assert pages_before_annex(memo(realistic(), "2026-11-30")) <= 2


@pytest.mark.parametrize("text", ["word and more ", "W" * 3000, "Ж и ", "مرحبا بالعالم ", "a\n", "m@%… "])
def test_two_pages_however_long_the_texts(text):
    assert pages_before_annex(memo(filled(text))) <= 2


def test_what_is_cut_stands_whole_in_the_annex():
    text = " ".join(f"w{number}" for number in range(500))[:2000]
    document = memo(filled("x"))
    case = realistic()
    case = replace(case, decision=replace(case.decision, reasons=text))
    document = memo(case)
    main = "".join(block.text for block in document.blocks if hasattr(block, "text"))
    annex = "".join(block.text for block in document.annex if hasattr(block, "text"))
    assert text not in main
    assert "The whole text is in the annex." in main
    assert text in annex


def test_the_three_formats_say_the_same_numbers():
    document = memo(realistic(), "2026-11-30")
    page = Page(html_page(document)).text
    word = docx_text(docx_bytes(document)) + document.about
    printed = re.sub(
        rf"{re.escape(document.about)}\s*\d+ of \d+", "", " ".join(pdf_text(pdf_bytes(document)[0]).split())
    )
    assert numbers(page) == numbers(word)
    assert numbers(page) == numbers(printed + document.about)
    for everything in (page, word, printed):
        assert "45 in 100 (43 to 47; 805 of 1,795)" in " ".join(everything.split())


@pytest.mark.parametrize("decision", DECISIONS)
def test_each_decision_is_said_first(decision):
    case = realistic()
    document = memo(replace(case, decision=replace(case.decision, decision=decision)))
    assert document.blocks[0].text == f"{decision.upper()}: {MEANS[decision]}."


def test_a_decision_beyond_its_risks_or_against_a_gate_is_told():
    case = realistic()
    said = " ".join(block.text for block in memo(case).blocks if hasattr(block, "text"))
    assert "goes further than that" in said
    stopped = replace(case, answers=(replace(case.answers[0], question="legal_basis", answer="no"),))
    said = " ".join(block.text for block in memo(stopped).blocks if hasattr(block, "text"))
    assert "Is there a law" in said
    assert "stands against that" in said


def test_an_empty_case_says_what_is_missing():
    case = replace(realistic(), evidence=(), risks=(), answers=(), checks=(), decision=None, about="")
    said = Page(html_page(memo(case))).text
    for told in (
        "DRAFT",
        "Nobody was named",
        "Nothing was measured",
        "No risk was named",
        "Not written down",
    ):
        assert told in said
    assert pages_before_annex(memo(case)) == 1


@pytest.mark.parametrize("name", ["script", "template", "latex", "arabic", "override", "lines", "closing"])
def test_hostile_words_stay_words(name):
    document = memo(filled(HOSTILE[name], 1))
    assert not {"script", "img", "iframe"} & set(Page(html_page(document)).elements)
    assert docx_bytes(document)
    if name == "closing":
        assert pdf_bytes(document)[0]


def test_the_command(tmp_path, capsys):
    (tmp_path / "case.json").write_text(dump(realistic()), "utf-8")
    outs = [str(tmp_path / f"memo.{kind}") for kind in ("html", "pdf", "docx")]
    words = ["memo", str(tmp_path / "case.json"), "--out", *outs]
    assert cli.main(words) == 0
    assert capsys.readouterr().out.count("Written: ") == 3
    assert cli.main(words) == 2
    assert "exists already" in capsys.readouterr().err
    assert cli.main([*words, "--force"]) == 0
    assert cli.main(["memo", str(tmp_path / "none.json"), "--out", outs[0]]) == 2
    assert cli.main(["memo", str(tmp_path / "case.json"), "--out", str(tmp_path / "memo.txt")]) == 2
