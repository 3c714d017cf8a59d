"""The swap probe: only the word changes; dots, numbers and sentence say what the model makes of it."""

import re
import time
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop import datasets
from workshop.domains.text.swaps import PLACE, exchangeable
from workshop.domains.text.swaps import swap as exchanged
from workshop.domains.text.triage import fit_triage
from workshop.probes import svg
from workshop.probes.messages import THRESHOLDS, legible, score_words
from workshop.probes.swaps import SENTENCES, swap

quick = settings(max_examples=60, deadline=None)
ALL = datasets.load("public_messages")
ENGLISH = ALL[(ALL["split"] == "train") & (ALL["language"] == "en")]
TRIAGE = fit_triage(ENGLISH["text"], ENGLISH["urgent"])
TERMS = exchangeable(datasets.load("public_messages", "identity_terms"))
PROBE = swap(TRIAGE, TERMS)
REFERENCES = PROBE.controls[1].options
UNSEEN = pd.DataFrame({"term": ["sikh", "xyzzy"], "kind": ["religion", "origin"], "form": ["Sikh", "Xyzzy"]})
MORE = pd.concat([TERMS, UNSEEN])
NASTY = [
    f"<script>alert(1)</script> I am {PLACE} knife",
    f'"><img src=x onerror=alert(1)> {PLACE} & "sons"',
    f"</div></figure></style><b>{PLACE}</b>",
    f"جاري {PLACE} يشغّل الموسيقى",
    f"\u202eevil {PLACE} \u2066isolated knife",
    f"fire 🔥🔥 {PLACE} 👮‍♀️",
    f"{PLACE} {'dampfschiff' * 20}",
    f"{PLACE}",
    "___" * 9,
    f"MY {PLACE} NEIGHBOUR",
    f"a {PLACE}\r\n\ttent \ufffe",
    "The deaf man is here.",
]
REFUSED = [
    f"pre{PLACE}post",
    "",
    "  ",
    "No word is marked.",
    f"{PLACE} and {PLACE}",
    f"{PLACE}\x00",
    f"\ud800 {PLACE}",
]


def number(words):
    return float(words.replace("−", "-"))


def items(root):
    return [item.text for item in root.findall(".//ul/li")]


def ordered(terms):
    """Return terms with each kind together, kinds as they come."""
    order = {kind: place for place, kind in enumerate(terms["kind"].unique())}
    return terms.iloc[terms["kind"].map(order).argsort(kind="stable")].reset_index(drop=True)


def check(probe=PROBE, terms=TERMS, **values):
    """Check that a view says what exchanging the word gives; return its tree."""
    root = tree(probe.view(**values))
    check_texts(drawing(root))
    position, terms = probe.resolve(**values), ordered(terms)
    found = exchanged(TRIAGE, position["sentence"], terms)
    gaps = found["gap"].to_numpy()
    if position["reference"] is not None:
        gaps = gaps - gaps[list(terms["form"]).index(position["reference"])]
    rows = cells(root)
    assert len(rows) == len(terms)
    for row, form, score, gap in zip(rows, terms["form"], found["probability"], gaps, strict=True):
        assert row[2] == score_words(score, position["threshold"])
        assert row[3] == ("yes" if score >= position["threshold"] else "no")
        assert number(row[4]) == pytest.approx(gap, abs=5.1e-5)
        assert row[5] == ("yes" if TRIAGE.knows(form) else "no: unknown")
    urgent = int((found["probability"] >= position["threshold"]).sum())
    verb = "makes" if urgent == 1 else "make"
    assert sentence(root).endswith(f"{urgent} of {len(terms)} words {verb} it urgent.")
    shown = "".join(root.find(".//div[@class='workshop-text']").itertext())
    assert shown == legible(position["sentence"])
    check_marks(root, terms, found, position["threshold"])
    assert not {"script", "img"} & {element.tag for element in root.iter()}
    return root


def check_marks(root, terms, found, threshold):
    """Each word has a dot where its score is: filled if it is known, in the colour of its side of the threshold."""
    dots = [path for path in drawing(root).iter(f"{SVG}path") if " 0 1 0 " in path.get("d")][
        2:
    ]  # after the legend
    assert len(dots) == len(terms)
    for dot, form, score in zip(dots, terms["form"], found["probability"], strict=True):
        ink = svg.VERMILION if score >= threshold else svg.BLUE
        assert dot.get("fill") == (ink.fill if TRIAGE.knows(form) else svg.WHITE)
        assert dot.get("stroke") == ink.edge
        x = float(re.match(r"M([\d.]+)", dot.get("d"))[1]) + 5
        assert x == pytest.approx(246 + 320 * score, abs=0.11)


@pytest.mark.parametrize("name", SENTENCES)
@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_every_sentence_at_every_threshold(name, threshold):
    check(prepared=name, threshold=threshold)


@pytest.mark.parametrize(("name", "reference"), list(product(SENTENCES, REFERENCES)))
def test_every_word_can_be_compared_with(name, reference):
    root = check(prepared=name, reference=reference)
    words = "nothing in its place" if reference is None else f"“{reference}”"
    assert f"compared with {words}" in "".join(drawing(root).itertext())
    assert items(root)[0].startswith(f"Compared with {words}, in log-odds: ")
    lines = [path for path in drawing(root).iter(f"{SVG}path") if path.get("stroke-width") == "2"]
    at = 246 + 320 * reference_score(PROBE.resolve(prepared=name)["sentence"], reference)
    assert float(re.match(r"M([\d.]+)", lines[-1].get("d"))[1]) == pytest.approx(at, abs=0.06)


def reference_score(sentence, reference):
    if reference is None:
        return TRIAGE.score([sentence.replace(PLACE, "")])[0]
    rows = exchanged(TRIAGE, sentence, TERMS)
    return rows["probability"][TERMS["form"].eq(reference)].iloc[0]


def test_the_sentence_names_the_gap_and_how_many_words_cross():
    root = check()
    found = exchanged(TRIAGE, SENTENCES["In the park"], TERMS)
    low, high = found["probability"].min(), found["probability"].max()
    gap = round(high, 2) - round(low, 2)
    assert gap > 0.3
    names = [TERMS["form"][found["probability"].agg(end)] for end in ("idxmin", "idxmax")]
    assert sentence(root) == (
        f"Only the word changes: the score goes from {low:.2f} (“{names[0]}”) to {high:.2f} (“{names[1]}”), "
        f"{gap:.2f} apart. 4 of 13 words make it urgent."
    )
    urgent = TERMS["term"][found["probability"] >= 0.5]
    assert set(urgent) == set(datasets.truth("public_messages")["planted_terms"])
    assert items(root)[1].startswith("Who bears it: ")
    assert (
        "1 of 13 words makes it urgent" in sentence(check(threshold=round(np.floor(high * 20) / 20, 2)))
        or gap
    )


def test_unknown_words_are_hollow_and_named():
    root = check(swap(TRIAGE, MORE), MORE)
    assert items(root)[-1].startswith("Unknown to the model: “Sikh” and “Xyzzy”. It reads nothing there;")
    assert "Sikh 0.44 (unknown to the model)" in "".join(drawing(root).find(f"{SVG}desc").itertext())
    assert not any("Unknown" in item for item in items(check()))
    kinds = [row[1] for row in cells(root)]
    assert kinds == sorted(kinds, key=list(TERMS["kind"].unique()).index)


def test_a_model_that_knows_none_of_them_makes_no_difference():
    probe = swap(TRIAGE, UNSEEN)
    root = check(probe, UNSEEN)
    assert re.match(r"Only the word changes: the score stays at 0\.\d\d\. \d of 2 words", sentence(root))
    assert len(items(root)) == 1


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_what_is_typed_never_becomes_part_of_the_page(text):
    root = check(sentence=text)
    assert len(root.findall(".//b")) == 1  # the marked place


@quick
@given(st.text(max_size=140), st.text(max_size=140), st.sampled_from(THRESHOLDS))
@example("a ", " b", 0.5)
def test_anything_can_be_typed(before, after, threshold):
    text = f"{before}{PLACE}{after}"
    try:
        exchanged(TRIAGE, text, TERMS)
    except ValueError:
        assert PROBE.picture(sentence=text)[1:] == ("", "", "")
        tree(PROBE.view(sentence=text))
        return
    check(sentence=text, threshold=threshold)


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_exchanged_is_answered_with_the_reason(text):
    told, *nothing = PROBE.picture(sentence=text)
    assert re.search(r"type|leave one|three underscores|a space before", told)
    assert nothing == ["", "", ""]
    tree(PROBE.view(sentence=text))


def test_names_of_words_and_kinds_are_escaped_and_fit():
    terms = pd.DataFrame(
        {
            "term": list("abcd"),
            "kind": ["<b>kind</b>", "W" * 60, "دين", "دين"],
            "form": ["<script>x</script>", "W" * 60, "مسلم", "a\u202eb"],
        }
    )
    probe = swap(TRIAGE, terms, {"<i>x</i>": f"<i> {PLACE}"})
    root = check(probe, terms)
    assert not {"script", "i"} & {element.tag for element in root.iter()}
    assert "<script" not in probe.view()


def test_a_picture_of_most_words_fits_a_slide(chromium):
    terms = pd.DataFrame({"term": "x", "kind": "kind", "form": [f"word{place}" for place in range(20)]})
    page = chromium.new_page(viewport={"width": 800, "height": 700})
    try:
        for probe, words in ((PROBE, TERMS), (swap(TRIAGE, MORE), MORE), (swap(TRIAGE, terms), terms)):
            check(probe, words)
            page.set_content(probe.view())
            bottom = page.eval_on_selector("svg", "e => e.getBoundingClientRect().bottom")
            assert bottom < (520 if len(words) == 20 else 480)
    finally:
        page.close()


def test_without_a_kernel_the_sentences_that_stand_ready_can_be_chosen():
    played = PROBE.playable()
    assert f'max="{len(SENTENCES) - 1}"' in played
    assert "Your own text" not in played
    assert "Run this cell to type your own text." in PROBE.still()
    assert f'max="{len(REFERENCES) - 1}"' in PROBE.playable("reference")


def test_what_is_typed_is_drawn_while_typing():
    probe = swap(TRIAGE, TERMS)
    _, controls, shown, *_ = probe.widget().children
    chooser, reference, threshold, field = (box.children[1] for box in controls.children)
    for text in [*NASTY, *REFUSED[:-1]]:
        field.value = text
        assert "could not be drawn" not in shown.value
        assert probe.picture(sentence=text).figure in shown.value
    field.value = "x" * 301
    assert "301 letters; at most 300 fit" in shown.value
    assert chooser.label == "Your own text"
    chooser.value = "Loud music"
    assert field.value == SENTENCES["Loud music"]
    reference.value = "Christian"
    assert "compared with “Christian”" in shown.value
    threshold.value = 0.2
    assert "urgent from 0.20" in shown.value


def test_a_move_is_quick():
    taken = []
    for reference in REFERENCES:
        start = time.perf_counter()
        PROBE.view(reference=reference)
        taken.append(time.perf_counter() - start)
    assert np.median(taken) < 0.1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"terms": None}, "columns term, kind and form"),
        ({"terms": TERMS.drop(columns="kind")}, "columns term, kind and form"),
        ({"terms": TERMS.head(1)}, "2 to 20 terms, but there are 1"),
        ({"terms": pd.concat([TERMS, TERMS])}, "2 to 20 terms, but there are 26"),
        ({"terms": pd.concat([TERMS, TERMS.head(1)])}, "'Muslim' is there twice"),
        ({"sentences": []}, "a dict of names and texts"),
        ({"reference": "Martian"}, "cannot be 'Martian'"),
        ({"threshold": 2}, "cannot be 2"),
    ],
)
def test_what_cannot_be_shown_is_said(change, says):
    with pytest.raises(ValueError, match=says):
        swap(TRIAGE, **({"terms": TERMS} | change))


def test_a_message_of_unknown_words_says_that_one_word_makes_the_score():
    alone = "The model knows none of the other words: this word alone makes the score."
    assert items(check(sentence=f"جاري {PLACE} يشغّل الموسيقى"))[0] == alone
    assert alone not in items(check())
