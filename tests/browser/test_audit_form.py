"""The form that audits a table of one's own, in a trainee's hands: picked, chosen by keyboard, told when bad."""

import re

import nbformat
import pytest
from pages import assert_ran, press, sentence
from playwright.sync_api import expect

from benchmarks import lab as labs
from workshop import datasets
from workshop.datasets.own import read_scores
from workshop.own_model import audit_scores

pytestmark = pytest.mark.browser
NAME = "notebooks/own_model.ipynb"


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "compas.csv"
    datasets.load("compas_scores").to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def form(context, lab):
    """Return a page with the form alone."""
    code = "from workshop.own_model import audit_file\n\naudit_file()"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, lab.root / NAME)
    page = labs.open_notebook(context, lab, NAME)
    labs.run_all(page)
    yield page
    page.close()


def pick(page, path):
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=re.compile("Pick a table")).click()
    chooser.value.set_files(path)


def status(page):
    return page.locator(f"{labs.NOTEBOOK} [role=status]")


def test_a_bad_file_is_told_in_the_live_region(form, tmp_path):
    assert_ran(form)
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"PK\x03\x04")
    pick(form, bad)
    expect(status(form)).to_have_text(re.compile("is a spreadsheet or an archive"))


def test_a_picked_table_is_audited_with_the_keyboard(form, table):
    pick(form, table)
    expect(status(form)).to_have_text(re.compile("4 columns were found"))
    outcome, score, group = (form.locator(f"{labs.NOTEBOOK} select").nth(place) for place in range(3))
    outcome.select_option("reoffended")
    score.select_option("decile_score")
    expect(group).to_have_value("group")
    press(form, form.get_by_role("button", name="Audit", exact=True), "Enter")
    expect(status(form)).to_have_text(re.compile("7,214 rows were audited"), timeout=labs.PATIENCE)
    columns = ("reoffended", "decile_score", "group")
    audit = audit_scores(read_scores(table, *columns), columns)
    probe = labs.probe(form, "threshold")
    expect(sentence(probe).first).to_have_text(audit.probe.picture().sentence)
    press(form, form.get_by_role("slider").first, "ArrowRight")
    expect(sentence(probe).first).to_have_text(audit.probe.picture(threshold=audit.threshold + 1).sentence)
