"""The certificate by a form: it is written, says where and how far it can be trusted, and typed words are only text."""

from html import escape

import pytest
from test_casefile_forms import Filled
from test_certificate import progress

from workshop import checks
from workshop.checks.certificate import SELF_ATTESTED, verify
from workshop.checks.progress import dump, parse


@pytest.fixture(autouse=True)
def work(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKSHOP_MY_WORK", str(tmp_path / "my_work"))
    return tmp_path / "my_work"


@pytest.fixture
def kept(work):
    work.mkdir()
    (work / "progress.json").write_text(dump(progress()))
    return work


def press(name=""):
    filled = Filled(checks.write_certificate())
    filled.field("Your name (optional):").value = name
    return filled.press("Write my certificate")


def written(work, ending):
    (path,) = (work / "papers").glob(f"certificate-*.{ending}")
    return path.read_bytes()


@pytest.mark.parametrize("name", ["", "Ada", "<script>window.hacked = 1</script>"])
def test_it_is_written_as_a_page_and_as_pdf_and_fits_the_progress(kept, name):
    said = press(name)
    assert "Written: my_work/papers/certificate-" in said
    assert escape(SELF_ATTESTED) in said
    for ending in ("html", "pdf"):
        verdict = verify(written(kept, ending), parse((kept / "progress.json").read_bytes()))
        assert verdict.fits
        assert (name or "a trainee without a name") in verdict.sentence
    assert b"<script>window" not in written(kept, "html")


def test_a_later_one_of_the_same_day_takes_its_place(kept):
    press("Ada")
    press("Grace")
    assert b"Grace passed" in written(kept, "html")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda work: (work / "progress.json").unlink(), "No progress is kept in my_work yet"),
        (lambda work: (work / "progress.json").write_text("{"), "was damaged"),
        (lambda work: (work / "progress.json").write_text(dump({})), "No check was passed yet"),
        (lambda work: (work / "papers").write_text("a file"), "The folder papers can&#x27;t be made"),
    ],
)
def test_what_stands_in_the_way_is_a_sentence(kept, damage, told):
    damage(kept)
    assert told in press()
    assert not list(kept.glob("papers/*"))


def test_a_name_that_is_too_long_is_told(kept):
    assert "at most 80 fit" in press("a" * 81)


def test_the_still_form_is_the_same_for_everybody(kept):
    before = checks.write_certificate()._repr_html_()
    press("Ada")
    form = checks.write_certificate()
    assert form._repr_html_() == before
    assert "Run this cell to" in before
    assert "Run this cell to" in repr(form)
    assert set(form._repr_mimebundle_()) == {
        "application/vnd.jupyter.widget-view+json",
        "text/html",
        "text/plain",
    }
    assert 'aria-live="polite"' in Filled(form).said
