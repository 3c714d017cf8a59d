"""The four boxes: their numbers are the audit's, and they say so to everybody."""

import xml.etree.ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from workshop import audit, datasets
from workshop.probes import confusion

COUNTS = st.tuples(*[st.integers(0, 60)] * 4).filter(any)


def rates_of(tn, fp, fn, tp, group="all"):
    outcome = [0] * (tn + fp) + [1] * (fn + tp)
    decision = [0] * tn + [1] * fp + [0] * fn + [1] * tp
    return audit.group_rates(outcome, decision, [group] * len(outcome))


def numbers(html):
    rows = BeautifulSoup(html, "html.parser").select("tbody tr")
    return [[int(cell.text.replace(",", "")) for cell in row.find_all("td")] for row in rows]


@settings(deadline=None)  # a busy computer is no mistake
@given(COUNTS)
def test_the_table_and_the_description_hold_the_counts(counts):
    tn, fp, fn, tp = counts
    html = confusion(rates_of(*counts), "all")._repr_html_()
    assert numbers(html) == [[tp, fp, tp + fp], [fn, tn, fn + tn], [tp + fn, fp + tn, sum(counts)]]
    svg = BeautifulSoup(html, "html.parser").find("svg")
    ET.fromstring(str(svg))
    assert f"{tp} re-offended, {fp} did not re-offend" in svg.find("desc").text
    assert ("A flag was right for" in html) == (tp + fp >= 30)


def test_compas_in_four_boxes():
    people = datasets.load("compas_scores")
    everyone = audit.group_rates(people.reoffended, people.decile_score >= 5, people.group).overall
    shown = confusion(everyone)
    assert numbers(shown._repr_html_())[0] == [2035, 1282, 3317]
    assert "A flag was right for 61 of 100." in repr(shown)


def test_words_are_escaped():
    html = confusion(
        rates_of(40, 40, 40, 40), "all", outcome_words=("<script>x</script>", '"no"')
    )._repr_html_()
    assert "<script" not in html


def test_an_unknown_group_is_named():
    with pytest.raises(ValueError, match="nobody"):
        confusion(rates_of(1, 1, 1, 1), "nobody")
