"""The transcript probe: whatever is typed is aligned, counted and shown, and never becomes part of the page."""

import re

import ipywidgets
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pictures import tree

from workshop.domains.speech import WordErrors, word_errors
from workshop.probes import html, svg, transcripts
from workshop.probes.controls import Text
from workshop.probes.transcripts import transcript

quick = settings(max_examples=150, deadline=None)
NASTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)> & "sons"',
    "</div></figure></style><b>out</b>",
    "النجدة من فضلك، هناك حريق",
    "עזרה בבקשה fire",
    "\u202eevil \u2066isolated",
    "fire 🔥🔥 now 👮‍♀️",
    "Donau" + "dampfschiff" * 20,
    "a " * 150,
    "n\u0303o\u0301 ﷽ ﬁre",
    "\ud800 lone \x00 control \x1b",
    "हाथ ऊपर करो",
    "火事です",
]
EMPTY = ["", "   ", "?!…", "🔥", "\u200b\n\t"]
PROBE = transcript()


def boxes(root):
    """Return what each box shows: kind, word above, word below, its sign, and the marks on the two words."""
    found = []
    for box in root.findall(".//div[@class='workshop-words']/div"):
        kind = box.get("class").removeprefix("workshop-")
        if kind == "rows":
            continue
        spans = box.findall("span")
        words = ["".join(span.itertext()) or None for span in spans]
        marks = [span[0].tag if len(span) else None for span in spans]
        found.append((kind, *words, box.find("small").text or "", marks))
    return found


def check(said, heard):
    """Check that the view of two sentences is well formed and says what `word_errors` says; return its tree."""
    root = tree(PROBE.view(said=said, heard=heard))
    found = word_errors(said, heard)
    shown = boxes(root)
    assert [each[:3] for each in shown] == list(found.alignment)
    for kind, _, _, sign, marks in shown:
        assert (
            marks
            == {
                "hit": [None, None],
                "substitution": ["del", "ins"],
                "deletion": ["del", None],
                "insertion": [None, "ins"],
            }[kind]
        )
        assert bool(sign) == (kind != "hit")
    rows = root.findall(".//table/tbody/tr")
    told = [[" ".join(cell.itertext()) for cell in row.findall("td")][-1] for row in rows]
    kinds = {"hit": "kept", "substitution": "replaced", "deletion": "missing", "insertion": "added"}
    assert told == [kinds[kind] for kind, _, _ in found.alignment]
    sentence = root.find(".//p[@class='workshop-sentence']").text
    numbers = {
        kind: int(number) for number, kind in re.findall(r"(\d+) (kept|replaced|missing|added)", sentence)
    }
    counts = {
        "kept": found.hits,
        "replaced": found.substitutions,
        "missing": found.deletions,
        "added": found.insertions,
    }
    assert numbers == {kind: number for kind, number in counts.items() if number or kind == "kept"}
    assert not {"script", "img", "b"} & {element.tag for element in root.iter()}
    return root


def sentence(**typed):
    return PROBE.picture(**typed).sentence


def items(root):
    return [item.text for item in root.findall(".//ul/li")]


def test_one_lost_word_says_the_opposite():
    root = check("I did not take the knife", "I did take the knife")
    assert (
        tree(PROBE.view()).find(".//p").text
        == "Word error rate: 17 of 100. Of 6 words said, 5 kept; 1 missing."
    )
    assert [box for box in boxes(root) if box[0] != "hit"] == [
        ("deletion", "not", None, "− missing", ["del", None])
    ]
    assert items(root)[0].startswith("“not” is lost: does the sentence now say the opposite?")
    label = root.find(".//div[@class='workshop-words']").get("aria-label")
    assert label == "Word by word. i: kept; did: kept; not: missing; take: kept; the: kept; knife: kept."


@pytest.mark.parametrize(
    ("said", "heard", "told"),
    [
        ("I saw him", "I never saw him", "“never” is put in"),
        ("I didn't see him", "I did see him", "“didn't” is lost"),
        ("he has no gun", "he has a gun", "“no” is lost"),
        ("there is not a gun", "there is no gun", "counts every word alike"),  # both deny it
        ("Main Street", "Main Square", "counts every word alike"),
        ("send help", "Send help!", "Every word is right."),
    ],
)
def test_a_word_that_denies_is_pointed_at(said, heard, told):
    assert told in items(check(said, heard))[0]


@quick
@given(st.text(max_size=300), st.text(max_size=300))
@example("<script>alert(1)</script>", "]]> & <!--")
def test_anything_can_be_typed(said, heard):
    try:
        word_errors(said, heard)
    except ValueError:
        told, *nothing = PROBE.picture(said=said, heard=heard)
        assert (
            told == f"Type what was said; the first field {'holds no word' if said.strip() else 'is empty'}."
        )
        assert nothing == ["", "", ""]
        tree(PROBE.view(said=said, heard=heard))
        return
    check(said, heard)


WORDS = st.lists(st.sampled_from(["not", "fire", "the", "a", "Main", "no"]), min_size=1, max_size=12).map(
    " ".join
)


@quick
@given(WORDS, WORDS)
def test_ordinary_words_are_aligned(said, heard):
    check(said, heard)


@pytest.mark.parametrize("said", NASTY, ids=range(len(NASTY)))
@pytest.mark.parametrize("heard", ["fire", *NASTY], ids=range(len(NASTY) + 1))
def test_what_is_typed_never_becomes_part_of_the_page(said, heard):
    check(said, heard)


def test_words_with_markup_in_them_are_escaped(monkeypatch):
    # `word_errors` takes the signs of html out of words; the page must not depend on that.
    steps = (("substitution", "<b>", '"&<i>'), ("deletion", "<script>", None), ("insertion", None, "</div>"))
    monkeypatch.setattr(transcripts, "word_errors", lambda *_: WordErrors(1.5, 2, 0, 1, 1, 1, steps))
    root = tree(PROBE.view())
    assert [each[:3] for each in boxes(root)] == list(steps)
    assert '"&<i>' in root.find(".//div[@class='workshop-words']").get("aria-label")


@pytest.mark.parametrize("said", EMPTY)
def test_with_nothing_said_it_asks_for_words(said):
    told = sentence(said=said, heard="send help")
    assert told == f"Type what was said; the first field {'holds no word' if said.strip() else 'is empty'}."
    assert tree(PROBE.view(said=said)).find(".//svg") is None


@pytest.mark.parametrize("heard", EMPTY)
def test_a_machine_that_writes_nothing_loses_every_word(heard):
    assert (
        sentence(said="send help", heard=heard)
        == "Word error rate: 100 of 100. Of 2 words said, 0 kept; 2 missing."
    )
    check("send help", heard)


def test_a_rate_above_100_is_explained():
    root = check("fire", "there is a fire")
    assert root.find(".//p").text == "Word error rate: 300 of 100. Of 1 word said, 1 kept; 3 added."
    assert items(root)[-1].startswith("The rate is above 100 of 100")


@pytest.mark.parametrize(
    ("said", "direction"),
    [("النجدة من فضلك", "rtl"), ("12 עזרה", "rtl"), ("send help", "ltr"), ("12", "ltr")],
)
def test_boxes_run_as_the_sentence_is_read(said, direction):
    assert check(said, "help").find(".//div[@class='workshop-words']").get("dir") == direction


@pytest.mark.parametrize("field", ["said", "heard"])
@pytest.mark.parametrize(
    ("value", "says"), [(None, "must be text"), (3, "must be text"), ("a" * 301, "301 letters; at most 300")]
)
def test_what_is_no_sentence_is_refused(field, value, says):
    with pytest.raises(ValueError, match=says):
        PROBE.view(**{field: value})
    with pytest.raises(ValueError, match=says):
        transcript(**{field: value})


def test_without_a_kernel_the_first_sentences_are_shown(monkeypatch):
    assert PROBE.playable() == PROBE.static() == PROBE.view()
    still = PROBE.still()
    assert "Run this cell to type your own sentences." in still
    assert boxes(tree(still)) == boxes(tree(PROBE.view()))
    monkeypatch.setenv("WORKSHOP_PLAYABLE", "1")
    shown = PROBE._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html"}
    assert "<script" not in shown["text/html"]


def fields(probe):
    _, controls, shown, *_ = probe.widget().children
    typed = {box.children[1].tooltip: box.children[1] for box in controls.children}
    return typed, shown


def test_what_is_typed_is_drawn_at_once():
    probe = transcript()
    typed, shown = fields(probe)
    assert list(typed) == ["What was said", "What the machine wrote"]
    assert all(isinstance(field, ipywidgets.Textarea) and field.continuous_update for field in typed.values())
    for said in [*NASTY, *EMPTY]:
        typed["What was said"].value = said
        assert html.main_part(probe.picture(said=said), probe.caption) in shown.value
    typed["What was said"].value = "word " * 100
    assert "has 500 letters; at most 300 fit here. Shorten it." in shown.value
    typed["What was said"].value = "fire"
    typed["What the machine wrote"].value = ""
    assert "Of 1 word said, 0 kept; 1 missing." in shown.value


def test_labels_of_fields_are_escaped():
    label = "<b>Said</b>"
    _, box = Text("said", label, ("",), "").widget()
    assert "&lt;b&gt;Said&lt;/b&gt;" in box.children[0].value


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_words_are_easy_to_read_on_their_boxes():
    papers = re.findall(r"background:(#[0-9a-f]{6})", PROBE.view().replace(html.STYLE, ""))
    assert len(papers) == 3
    for paper in papers:
        assert (luminance(paper) + 0.05) / (luminance(svg.BLACK) + 0.05) >= 4.5


@pytest.mark.parametrize("width", [320, 800])
def test_long_words_stay_inside(chromium, width):
    page = chromium.new_page(viewport={"width": width, "height": 600})
    try:
        for typed in ({"said": "x" * 300}, {"said": NASTY[3], "heard": NASTY[7]}, {"said": NASTY[0]}):
            page.set_content(PROBE.view(**typed))
            wide = page.evaluate(
                "() => { const p = document.querySelector('.workshop-words'); return [p.scrollWidth, p.clientWidth]; }"
            )
            assert wide[0] <= wide[1] + 1
    finally:
        page.close()


def test_it_says_that_it_knows_denials_in_english_only():
    assert "Only in English does this probe notice a lost “not”." in PROBE.view()
    lost = items(check("ich habe ihn nicht gesehen", "ich habe ihn gesehen"))
    assert not any("the opposite" in item for item in lost)
