"""The word probe: whatever is typed is scored, shown as text with what each word adds, and never part of the page."""

import re
import time
from itertools import pairwise

import ipywidgets
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop import datasets
from workshop.domains.text.triage import LONGEST, check_text, fit_triage
from workshop.probes import html, messages, svg
from workshop.probes.messages import MESSAGES, THRESHOLDS, legible, message, score_words

quick = settings(max_examples=60, deadline=None)
ALL = datasets.load("public_messages")
ENGLISH = ALL[(ALL["split"] == "train") & (ALL["language"] == "en")]
TRIAGE = fit_triage(ENGLISH["text"], ENGLISH["urgent"])
PROBE = message(TRIAGE)
KNOWN = sorted(TRIAGE.vocabulary)
NASTY = [
    "<script>alert(1)</script> knife",
    '"><img src=x onerror=alert(1)> & "sons"',
    "</div></figure></style><b>out</b>",
    "النجدة من فضلك، هناك حريق",
    "Please help رجل معه سكين now\nهناك knife في المطبخ",
    "עזרה בבקשה fire",
    "\u202eevil \u2066isolated \u2069 knife",
    "fire 🔥🔥 now 👮‍♀️",
    "Donau" + "dampfschiff" * 20,
    "n\u0303o\u0301 ﷽ ﬁre \ufffe\uffff \ufeff\u200b",
    "हाथ ऊपर करो",
    "火事です",
    "one\r\ntwo\tthree",
    "\n" * 300 + "knife",
    "🔥",
    "?!…",
    "___",
]
REFUSED = ["", "   \n", "knife\x00", "\x1b[31m knife", "\ud800 knife", "a" * (LONGEST + 1)]


def pieces(root):
    """Return what the box shows: its whole text, and for each word its text, look and title."""
    box = root.find(".//div[@class='workshop-text']")
    spans = [
        ("".join(span.itertext()), (span.get("class") or "").removeprefix("workshop-"), span.get("title"))
        for span in box.findall("span")
    ]
    assert len(spans) == len(list(box))
    return "".join(box.itertext()), spans


def refused(text):
    """Return why a text cannot be scored, or None."""
    try:
        check_text(text)
    except ValueError as error:
        return str(error)
    return None


def number(words):
    return float(words.replace("−", "-").replace(",", ""))


def check(text, **values):
    """Check that the view of a message says what the model says; return its tree."""
    root = tree(PROBE.view(message=text, **values))
    found = TRIAGE.explain(text)
    shown, spans = pieces(root)
    assert shown == legible(text)
    assert [word for word, _, _ in spans] == [legible(word) for word in found.words["word"]]
    for (_, look, title), known, added in zip(
        spans, found.words["known"], found.words["contribution"], strict=True
    ):
        assert (look == "unknown") == (not known)
        if known:
            assert number(title.removeprefix("adds ")) == pytest.approx(added, abs=5.1e-5)
        if look.startswith(("raises", "lowers")):
            assert look.startswith("raises") == (added > 0)
    check_table(root, found)
    check_texts(drawing(root))
    threshold = PROBE.resolve(**values)["threshold"]
    verdict = "Urgent" if found.probability >= threshold else "Not urgent"
    score = score_words(found.probability, threshold)
    assert sentence(root).startswith(f"{verdict}: score {score}, urgent from {threshold:.2f}. ")
    assert not {"script", "img", "b"} & {element.tag for element in root.iter()}
    return root


def check_table(root, found):
    rows = cells(root)
    assert [row[0] for row in rows] == [
        "Start",
        *map(str, range(1, len(found.words) + 1)),
        "Together",
        "Score",
    ]
    for row, known, added in zip(rows[1:], found.words["known"], found.words["contribution"], strict=False):
        assert row[2] == ("yes" if known else "no: unknown")
        assert number(row[3]) == pytest.approx(added, abs=5.1e-5)
    adds = sum(number(row[3]) for row in rows[:-2])
    assert number(rows[-2][3]) == pytest.approx(found.log_odds, abs=5.1e-5)
    assert adds == pytest.approx(found.log_odds, abs=5.1e-5 * (2 + len(found.words)))


def items(root):
    return [item.text for item in root.findall(".//ul/li")]


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("threshold", THRESHOLDS[::6])
def test_messages_that_stand_ready_are_shown_at_every_threshold(name, threshold):
    root = check(MESSAGES[name], threshold=threshold)
    whole = html.panel(PROBE.content(prepared=name, threshold=threshold))
    assert whole == PROBE.view(message=MESSAGES[name], threshold=threshold)
    assert items(root)


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_marks_stand_where_the_scores_are(threshold):
    found = TRIAGE.explain("Please come now")
    picture = drawing(check("Please come now", threshold=threshold))
    paths = list(picture.iter(f"{SVG}path"))
    dashed = next(path for path in paths if path.get("stroke-dasharray"))
    assert float(re.match(r"M([\d.]+)", dashed.get("d"))[1]) == pytest.approx(20 + 720 * threshold, abs=0.06)
    fill = (svg.VERMILION if found.probability >= threshold else svg.BLUE).fill
    end = next(path for path in paths if path.get("fill") == fill)
    assert float(re.match(r"M([\d.]+)", end.get("d"))[1]) + 9 == pytest.approx(
        20 + 720 * found.probability, abs=0.11
    )


def test_a_call_for_help_in_another_language_is_not_seen():
    said = {name: PROBE.picture(prepared=name).sentence for name in MESSAGES}
    english, french, spanish, arabic, hurry, umbrella = said.values()
    assert english.startswith("Urgent: score 0.9")
    assert umbrella.startswith("Not urgent")
    assert "Not urgent" in french
    assert french.endswith("this score is a guess.")
    for silent in (spanish, arabic):
        assert re.search(r"knows none of the \d+ words: every such message gets this score\.$", silent)
    assert re.search(r"knows 13 of 19 words\.$", hurry)


def test_what_is_unknown_is_said():
    root = check("Qwertz knife asdfgh")
    assert sentence(root).endswith("The model knows 1 of 3 words: this score is a guess.")
    assert items(root)[-1] == "Unknown: “qwertz” and “asdfgh”. What they say cannot reach the model."
    many = items(check("aaaq bbbq cccq dddq eeeq fffq aaaq"))
    assert many == [
        "Unknown: “aaaq”, “bbbq”, “cccq”, “dddq” and 2 more. What they say cannot reach the model."
    ]
    assert sentence(check("knife")).endswith("The model knows the only word.")
    assert sentence(check("qwertz")).endswith(
        "does not know the only word: every such message gets this score."
    )
    assert sentence(check("🔥")).endswith(
        "There is no word in it: the score is the same for every such text."
    )


def test_the_strongest_words_are_named_and_have_the_thickest_line():
    text = MESSAGES["A lost umbrella, in English"]
    root, words = check(text), TRIAGE.explain(text).words
    sums = words.groupby(words["word"].str.casefold())["contribution"].sum()
    raise_most, lower_most, *_ = items(root)
    assert raise_most.startswith(f"Raise the score most: “{sums.idxmax()}” +{sums.max():.2f}, ")
    assert lower_most.startswith(f"Lower it most: “{sums.idxmin()}” −{-sums.min():.2f}, ")
    _, spans = pieces(root)
    steps = [
        (abs(added), int(look[-1]) if look[-1:].isdigit() else 0)
        for (_, look, _), added in zip(spans, words["contribution"], strict=True)
    ]
    assert {step for _, step in steps} >= {0, 1, 3}
    assert all(small[1] <= large[1] for small, large in pairwise(sorted(steps)))


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_what_is_typed_never_becomes_part_of_the_page(text):
    check(text)


@quick
@given(st.text(min_size=1, max_size=200), st.sampled_from(THRESHOLDS))
@example("]]> & <!--", 0.5)
def test_anything_can_be_typed(text, threshold):
    if refused(text):
        assert PROBE.picture(message=text) == (refused(text), "", "", "")
        tree(PROBE.view(message=text))
        return
    check(text, threshold=threshold)


@quick
@given(st.lists(st.sampled_from(["knife", "now", "lost", "Qwertz", "HELP", "<b>", "سكين"]), min_size=1))
def test_words_that_come_again_are_shown_again(words):
    check(" ".join(words))


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_scored_is_answered_with_the_reason(text):
    told, *nothing = PROBE.picture(message=text)
    assert told == refused(text)
    assert len(told) < 120
    assert nothing == ["", "", ""]
    tree(PROBE.view(message=text))


@pytest.mark.parametrize(
    "text",
    [
        ("knife help qwertz " * 6000)[:LONGEST],
        "a" * LONGEST,
        "🔥" * LONGEST,
        "\n" * (LONGEST - 1) + "x",
        "<b>" * (LONGEST // 3),
        ("a " * LONGEST)[:LONGEST],
    ],
    ids=range(6),
)
def test_long_messages_are_cut_with_a_sentence(text):
    view = PROBE.view(message=text)
    root, found = tree(view), TRIAGE.explain(text)
    shown, spans = pieces(root)
    assert text.startswith(shown.removesuffix(" …"))
    assert len(shown) <= 8002
    assert len(spans) <= 1000
    note = root.find(".//p[@class='workshop-note']").text
    assert note == (
        f"Shown: {len(shown) - 2:,} of {len(text):,} letters. All of them are scored. Scroll in the box to read on."
    )
    rows = cells(root)
    if len(found.words) > 1000:
        rest = found.words.iloc[1000:]
        assert rows[-3][0] == f"{len(rest):,} more"
        assert number(rows[-3][3]) == pytest.approx(rest["contribution"].sum(), abs=5.1e-5)
    assert len(view) < 300_000


def test_a_message_that_fits_is_not_told_to_scroll():
    assert tree(PROBE.view()).find(".//p[@class='workshop-note']") is None
    root = check("knife and help " * 40)
    assert root.find(".//p[@class='workshop-note']").text == "Scroll in the box to read on."


@pytest.mark.parametrize(
    ("probability", "threshold", "says"),
    [
        (0.4999, 0.5, "just below 0.50"),
        (0.5, 0.5, "0.50"),
        (0.501, 0.5, "0.50"),
        (0.494, 0.5, "0.49"),
        (0.004, 0.5, "under 0.01"),
        (0.999, 0.5, "over 0.99"),
        (0.948, 0.95, "just below 0.95"),
    ],
)
def test_a_score_never_reads_as_on_the_other_side(probability, threshold, says):
    assert score_words(probability, threshold) == says


def test_a_probe_says_what_it_shows():
    assert "not whether the message is urgent" in PROBE.caption
    box = tree(PROBE.view()).find(".//div[@class='workshop-text']")
    assert box.get("tabindex") == "0"  # scrolls by keyboard
    assert box.get("dir") == "auto"
    assert box.get("aria-label")


def test_without_a_kernel_the_messages_that_stand_ready_can_be_chosen(monkeypatch):
    played = PROBE.playable()
    assert f'max="{len(MESSAGES) - 1}"' in played
    assert "Your own text" not in played
    assert played.count("Not urgent: score") > 2
    assert f'max="{len(THRESHOLDS) - 1}"' in PROBE.playable("threshold")
    with pytest.raises(ValueError, match="no control 'colour'"):
        PROBE.playable("colour")
    still = tree(PROBE.still())
    assert "Run this cell to type your own text." in "".join(still.itertext())
    assert pieces(still) == pieces(tree(PROBE.view()))
    monkeypatch.setenv("WORKSHOP_PLAYABLE", "1")
    assert set(PROBE._repr_mimebundle_()) == {"text/plain", "text/html"}


def test_a_script_in_a_message_does_not_end_the_script_of_a_deck():
    played = message(TRIAGE, {"bad": NASTY[0], "worse": NASTY[2]}).playable()
    assert played.count("<script") == played.count("</script>") == 2


def fields(probe):
    _, controls, shown, *_ = probe.widget().children
    return {box.children[1].tooltip: box.children[1] for box in controls.children}, shown


def test_what_is_typed_is_drawn_while_typing():
    probe = message(TRIAGE)
    typed, shown = fields(probe)
    chooser, slider, field = typed.values()
    assert isinstance(field, ipywidgets.Textarea)
    assert field.continuous_update
    for text in [*NASTY, *REFUSED]:
        if "\ud800" not in text:  # no browser sends half a letter
            field.value = text
            assert html.main_part(probe.picture(message=text), probe.caption) in shown.value
    assert chooser.label == "Your own text"
    chooser.value = "The same in French"
    assert field.value == MESSAGES["The same in French"]
    field.value += " Vite !"
    assert chooser.label == "Your own text"
    chooser.value = "The same in French"  # the same again is a choice again
    assert field.value == MESSAGES["The same in French"]
    slider.value = 0.05
    assert "urgent from 0.05" in shown.value
    field.value = MESSAGES["The same in Arabic"]
    assert chooser.label == "The same in Arabic"


def test_typing_is_quick():
    text = " ".join(KNOWN[place * 7 % len(KNOWN)] for place in range(500))
    taken = []
    for letter in range(7):
        start = time.perf_counter()
        PROBE.picture(message=text + "x" * letter)
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.1


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first, second):
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_words_are_easy_to_read_and_told_apart_without_colour():
    looks = re.findall(
        r"workshop-(raises|lowers)-(\d)\{background:(#\w{6});border-bottom:(\d)px (\w+)", messages._STYLE
    )
    assert len(looks) == 6
    assert all(contrast(paper, svg.BLACK) >= 4.5 for _, _, paper, _, _ in looks)
    assert {(way, line) for way, _, _, _, line in looks} == {("raises", "solid"), ("lowers", "dashed")}
    for way in ("raises", "lowers"):
        widths = [int(width) for name, _, _, width, _ in looks if name == way]
        assert widths == sorted(set(widths))
    assert contrast(svg.GREY, svg.WHITE) >= 4.5
    assert f"workshop-unknown{{color:{svg.GREY}!important;border-bottom:2px dotted" in messages._STYLE


LEFT_TO_RIGHT = "els => els.map(e => e.getBoundingClientRect().left)"


def test_right_to_left_stays_in_order_and_nothing_runs(chromium):
    page = chromium.new_page(viewport={"width": 800, "height": 700})
    ran = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    try:
        page.set_content(PROBE.view(message="هناك رجل معه سكين"))
        places = page.eval_on_selector_all(".workshop-text span", LEFT_TO_RIGHT)
        assert places == sorted(places, reverse=True)
        page.set_content(PROBE.view(message="Please come now"))
        places = page.eval_on_selector_all(".workshop-text span", LEFT_TO_RIGHT)
        assert places == sorted(places)
        page.set_content(PROBE.view(message="qwertz"))
        colour = page.eval_on_selector(".workshop-text span", "e => getComputedStyle(e).color")
        assert colour == "rgb(89, 89, 89)"
        for text in NASTY:
            page.set_content(PROBE.view(message=text))
        assert ran == []
    finally:
        page.close()


@pytest.mark.parametrize("width", [320, 800])
def test_long_messages_stay_inside_their_box(chromium, width):
    page = chromium.new_page(viewport={"width": width, "height": 600})
    try:
        for text in ("x" * 5000, "knife " * 900, "سكين" * 500, "\n" * 900 + "x"):
            page.set_content(PROBE.view(message=text))
            wide, room, high = page.eval_on_selector(
                ".workshop-text", "e => [e.scrollWidth, e.clientWidth, e.offsetHeight]"
            )
            assert wide <= room + 1
            assert high <= 156
        page.set_content(PROBE.view())
        assert page.eval_on_selector("details", "e => e.offsetTop") < (480 if width == 800 else 900)
    finally:
        page.close()


@pytest.mark.parametrize("given_messages", [{}, [], {"a": 3}, {3: "a"}, "text", {"Your own text": "a"}])
def test_what_are_no_messages_is_said(given_messages):
    with pytest.raises(ValueError, match="a dict of names and texts"):
        message(TRIAGE, given_messages)


def test_what_is_no_message_or_threshold_is_said():
    with pytest.raises(ValueError, match="must be text, but it is int; type a message"):
        PROBE.view(message=3)
    with pytest.raises(ValueError, match=r"cannot be 0\.51; choose one of its 19 values"):
        message(TRIAGE, threshold=0.51)
    with pytest.raises(ValueError, match="cannot be 'x'"):
        PROBE.view(prepared="x")
