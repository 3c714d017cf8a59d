"""A certificate fits the progress it was made from; what was changed afterwards is told apart, in sentences."""

import base64
import copy
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_documents import Page
from typed import HOSTILE

from workshop import cli
from workshop.checks.certificate import certify, progress_sha256, read_certificate, verify
from workshop.checks.exercise import exercise_names, open_exercise
from workshop.checks.progress import Record, dump, parse
from workshop.documents.html import html_page
from workshop.documents.pdf import pdf_bytes

FIRST = "01_responsible_ai"


def progress(right=2):
    first = {
        key: Record(2, number < right, {"swapped": 1}) for number, key in enumerate(open_exercise(FIRST).ids)
    }
    return {FIRST: first, "02_resource_optimization": {"q1": Record(1, True)}}


def page(records=None, name="Ada"):
    return html_page(certify(records or progress(), name, "2026-11-30").document()).encode()


def test_it_fits_its_progress_in_html_and_pdf():
    for content in (page(), pdf_bytes(certify(progress(), "Ada", "2026-11-30").document())[0]):
        verdict = verify(content, progress())
        assert verdict.fits
        assert "Ada, 3 of " in verdict.sentence
        assert "self-attested" in verdict.sentence
    said = Page(page().decode()).text
    assert "Ada passed 3 of" in said
    assert "self-attested" in said
    assert re.search(r"Checksum of the progress: [0-9a-f]{64}", said)


def test_only_lessons_with_all_checks_passed_list_their_aims():
    whole = certify(progress(right=99), "", "2026-11-30")
    assert [each.exercise for each in whole.passed if each.met] == [FIRST]
    assert len(whole.passed) == len(exercise_names())
    assert all(3 <= len(each.aims) <= 5 for each in whole.passed)
    said = Page(html_page(whole.document())).text
    assert whole.passed[0].aims[0] in said
    assert whole.passed[1].aims[0] not in said
    assert "Aims met" not in Page(page().decode()).text


def test_the_checksum_is_over_a_canonical_form():
    records = progress()
    text = dump(records)
    loose = json.dumps(json.loads(text), indent=7).replace("\n", "\r\n")
    turned = dict(reversed([(name, dict(reversed(kept.items()))) for name, kept in records.items()]))
    assert progress_sha256(parse(loose.encode())) == progress_sha256(turned) == progress_sha256(records)
    assert progress_sha256(records | {"unused": {}}) == progress_sha256(records)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_change_of_the_progress_is_seen(data):
    content, changed = page(), copy.deepcopy(progress())
    record = changed[FIRST][data.draw(st.sampled_from(sorted(changed[FIRST])))]
    match data.draw(st.sampled_from(["right", "attempts", "mistakes"])):
        case "right":
            record.right = not record.right
        case "attempts":
            record.attempts += data.draw(st.integers(1, 9))
        case "mistakes":
            record.mistakes["other"] = 1
    verdict = verify(content, changed)
    assert not verdict.fits
    assert "The certificate is unchanged, but the progress file" in verdict.sentence


def test_fewer_and_more_checks_are_told_apart():
    assert "fewer checks passed" in verify(page(), progress(right=1)).sentence
    assert "If you went on working, make a new certificate" in verify(page(), progress(right=3)).sentence


def test_a_changed_page_and_a_changed_content_are_told_apart():
    content = page()
    assert "page was changed" in verify(content.replace(b"Ada passed", b"Eve passed"), progress()).sentence
    assert "page was changed" in verify(content.replace(b"self-attested", b"official"), progress()).sentence
    found = re.search(rb"workshop-certificate:([A-Za-z0-9+/=]+)", content).group(1)
    raw = json.loads(base64.b64decode(found))
    raw["name"] = "Eve"
    forged = base64.b64encode(json.dumps(raw).encode())
    assert "its own checksum doesn't fit" in verify(content.replace(found, forged), progress()).sentence
    assert verify(content.replace(b"\n", b"\r\n"), progress()).fits  # as some mail programs do


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html></html>",
        b"<!-- workshop-certificate:AAAA -->",
        b"<!-- workshop-certificate:e30= -->",
        bytes(range(256)),
    ],
)
def test_what_is_no_certificate_is_a_sentence(content):
    with pytest.raises(ValueError, match=r"no certificate|damaged"):
        verify(content, progress())


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "long"])
def test_any_name_is_only_text(name):
    content = page(name=HOSTILE[name])
    assert verify(content, progress()).fits
    assert not {"script", "img"} & set(Page(content.decode()).elements)
    read_certificate(pdf_bytes(certify(progress(), HOSTILE[name], "2026-11-30").document())[0])


def test_a_name_that_looks_like_a_certificate():
    forged = "<!-- workshop-certificate:AAAA --> /Keywords (workshop-certificate:AAAA"
    assert verify(page(name=forged), progress()).fits
    content, _ = pdf_bytes(certify(progress(), forged, "2026-11-30").document())
    assert verify(content, progress()).fits


def test_a_name_that_is_too_long_and_nothing_to_certify():
    with pytest.raises(ValueError, match="10,000 letters"):
        certify(progress(), HOSTILE["long"])
    with pytest.raises(ValueError, match="No check was passed yet"):
        certify({})


def test_the_commands(tmp_path, capsys):
    kept = tmp_path / "progress.json"
    kept.write_text(dump(progress()), "utf-8")
    outs = [str(tmp_path / "c.html"), str(tmp_path / "c.pdf")]
    words = ["certificate", "--name", "Ada", "--progress", str(kept), "--out", *outs]
    assert cli.main(words) == 0
    assert "self-attested" in capsys.readouterr().out
    for out in outs:
        assert cli.main(["verify-certificate", out, "--progress", str(kept)]) == 0
    assert cli.main(words) == 2
    assert "exists already" in capsys.readouterr().err
    kept.write_text(dump(progress(right=3)), "utf-8")
    assert cli.main(["verify-certificate", outs[0], "--progress", str(kept)]) == 1
    assert "make a new certificate" in capsys.readouterr().err
    kept.write_text("{")
    assert cli.main(["verify-certificate", outs[0], "--progress", str(kept)]) == 2
    assert "was damaged" in capsys.readouterr().err
    for missing in (
        ["verify-certificate", "none.html"],
        ["verify-certificate", outs[0], "--progress", "none.json"],
    ):
        assert cli.main(missing) == 2
    assert cli.main(["certificate", "--progress", "none.json", "--out", str(tmp_path / "d.html")]) == 2
    assert cli.main(["certificate", "--progress", str(kept), "--out", str(tmp_path / "d.docx")]) == 2
    assert "Traceback" not in capsys.readouterr().err
