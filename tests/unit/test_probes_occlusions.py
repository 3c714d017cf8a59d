"""The explanation probe of a keyword spotter: it draws, tells and plays the clip and what the score hangs on."""

import base64
import io
import itertools
import re
from time import process_time

import numpy as np
import pandas as pd
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, cells, drawing, sentence, tree

from workshop import datasets
from workshop.domains.speech import spotting
from workshop.domains.speech.features import mel_edges
from workshop.probes import svg
from workshop.probes.occlusions import occlusion
from workshop.probes.words import half_up

RATE = 16_000
SOUND, PARTS, LENGTH, TOP, HEIGHT = 56, 424, 320, 28, 240  # pixels of the two plots
LOOKED_AT = ("heard", "said")


@pytest.fixture(scope="module")
def keywords():
    return datasets.load("spoken_keywords")


@pytest.fixture(scope="module")
def spotter(keywords):
    train = keywords[keywords["split"] == "train"]
    return spotting.keyword_spotter().fit(spotting.word_features(train["samples"].tolist()), train["word"])


@pytest.fixture(scope="module")
def clips(keywords):
    """Return clips of one word in several accents, and the longest and the shortest one of all."""
    test = keywords[keywords["split"] == "test"].reset_index(drop=True)
    length = test["samples"].map(len)
    helps = test[(test["word"] == "help") & test["accent"].str.contains("American|Spanish|Japanese")]
    chosen = helps.groupby(["accent", "voice"]).first().index
    rows = [
        helps.index[(helps["accent"] == accent) & (helps["voice"] == voice)][-1] for accent, voice in chosen
    ]
    return test.loc[[*rows, length.idxmax(), length.idxmin()]]


@pytest.fixture(scope="module")
def probe(spotter, clips):
    return occlusion(spotter, clips, source="synthetic speech")


class Listener:
    """A classifier of word features whose score for its first word is the given function of the features."""

    def __init__(self, score, words=("help", "fire")):
        self.classes_ = np.array(words)
        self.score = score

    def predict_proba(self, features):
        scores = np.array([self.score(row) for row in features])
        return np.column_stack([scores, 1 - scores])

    def predict(self, features):
        return self.classes_[self.predict_proba(features).argmax(axis=1)]


def noise(seconds=0.5, seed=0):
    return 0.05 * np.random.default_rng(seed).normal(size=int(seconds * RATE))


def clip(**columns):
    return pd.DataFrame([{"word": "help", "samples": noise()} | columns])


def box(text):
    size = float(text.get("font-size"))
    wide = svg.text_width(text.text, size, text.get("font-weight") == "700")
    anchor = {"start": 0, "middle": wide / 2, "end": wide}[text.get("text-anchor", "start")]
    left, y = float(text.get("x")) - anchor, float(text.get("y"))
    return left, left + wide, y - size * 0.75, y + size * 0.2


def check_texts(picture):
    """No text is tiny or cut by the picture's edge, and none lies on another."""
    texts = [text for text in picture.iter(f"{SVG}text") if text.text]
    assert all(float(text.get("font-size")) >= svg.SMALL for text in texts)
    boxes, height = [box(text) for text in texts], float(picture.get("viewBox").split()[3])
    for place, (left, right, top, bottom) in enumerate(boxes):
        assert -2 <= left <= right <= svg.WIDTH + 2
        assert 0 <= top <= bottom <= height
        for other in boxes[place + 1 :]:
            apart = right <= other[0] or other[1] <= left or bottom <= other[2] or other[3] <= top
            assert apart, (boxes[place], other)


def signed(found, place):
    """Return what hiding a part does to the score that is shown, worked out by itself."""
    change = half_up(100 * (found.probability - found.drop[place])) - half_up(100 * found.probability)
    return f"{change:+}".replace("-", "−") if change else "0"


def part(found, place):
    band, step = place
    hertz = [f"{half_up(edge / 100) * 100:,}" for edge in found.hertz[[band, band + 1]]]
    seconds = [f"{edge:.2f}" for edge in found.seconds[[step, step + 1]]]
    return f"{' to '.join(seconds)} seconds, {' to '.join(hertz)} hertz"


def frames(picture):
    """Return the frames as dash and bounds in pixels: x from, x to, y from, y to."""
    found = []
    for path in picture.iter(f"{SVG}path"):
        if path.get("stroke") == svg.BLACK and path.get("stroke-width") == "3":
            x, y = np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", path.get("d")), dtype=float).T
            found.append((path.get("stroke-dasharray"), (x.min(), x.max(), y.min(), y.max())))
    return found


def place_of(bounds, found, left):
    """Return the band and step that a frame is around."""
    middle = (bounds[0] + bounds[1]) / 2, (bounds[2] + bounds[3]) / 2
    second = (middle[0] - left) / LENGTH * found.seconds[-1]
    band = (TOP + HEIGHT - middle[1]) / HEIGHT * 40
    rows = np.linspace(0, 40, len(found.hertz)).round()
    return int(np.searchsorted(rows, band)) - 1, int(np.searchsorted(found.seconds, second)) - 1


def test_every_position_tells_and_draws_what_was_measured(spotter, clips, probe):
    names = probe.controls[0].options
    heard = spotter.predict(spotting.word_features(clips["samples"].tolist()))
    assert len(set(names)) == len(clips)
    assert (heard != clips["word"]).any()
    assert (heard == clips["word"]).any()
    words = {"heard": heard, "said": clips["word"].tolist()}
    maps = {
        kind: [
            spotting.occlusion(spotter, samples, word, bands=6, steps=8)
            for samples, word in zip(clips["samples"], words[kind], strict=True)
        ]
        for kind in LOOKED_AT
    }
    for (row, name), kind in itertools.product(enumerate(names), LOOKED_AT):
        found, word = maps[kind][row], words[kind][row]
        root = tree(probe.view(clip=name, looked_at=kind))
        picture, text = drawing(root), "".join(root.itertext())
        scores = {each: half_up(100 * maps[each][row].probability) for each in LOOKED_AT}
        told = sentence(root)
        assert told.startswith(f"The model hears “{heard[row]}”")
        assert f"score {scores['heard']} of 100" in told
        missed = heard[row] != words["said"][row]
        assert (f"not “{words['said'][row]}” ({scores['said']} of 100)" in told) == missed
        most = tuple(np.unravel_index(found.drop.argmax(), found.drop.shape))
        least = tuple(np.unravel_index(found.drop.argmin(), found.drop.shape))
        assert int(signed(found, most)[1:]) >= 2  # so each of these clips has a part that matters
        hidden = half_up(100 * (found.probability - found.drop[most]))
        assert told.endswith(f"Hiding {part(found, most)} lowers the score of “{word}” most, to {hidden}.")
        assert scores[kind] - hidden == int(signed(found, most)[1:])
        table = [cell[1:] for cell in cells(root)]
        assert table == [[signed(found, (band, step)) for step in range(8)] for band in reversed(range(6))]
        large = [each for band in table for each in band if abs(int(each.replace("−", "-"))) >= 2]
        shown = [
            text.text for text in picture.iter(f"{SVG}text") if re.fullmatch(r"[−+]\d+", text.text or "")
        ]
        assert sorted(shown) == sorted([*large, "−9", "+9"])  # with the two of the legend
        around = frames(picture)
        rises = signed(found, least).startswith("+") and signed(found, least) != "+1"
        assert (f"the score of “{word}” rises most, from {scores[kind]} to " in text) == rises
        assert [dash for dash, _ in around] == (["5 3", None] * 2 if rises else [None] * 2)
        for left, half in ((SOUND, around[: len(around) // 2]), (PARTS, around[len(around) // 2 :])):
            for dash, bounds in half:
                assert place_of(bounds, found, left) == (least if dash else most)
        alike = [other for other, said in enumerate(words[kind]) if said == word]
        same = sum(maps[kind][other].drop.argmax() == found.drop.argmax() for other in alike)
        which = f"heard as “{word}”" if kind == "heard" else f"in which “{word}” is said"
        others, again = len(alike) - 1, same - 1  # a clip is not compared with itself
        if others > 1:
            has = {0: "none has", 1: "1 has"}.get(again, f"{again} have")
            assert f"Of the {others} other clips {which}, {has} it in the same place." in text
        elif others:
            assert (
                f"The only other clip {which} has it {'in the same place' if again else 'elsewhere'}." in text
            )
        else:
            assert "other clip" not in text
        assert "parts that can stand in for each other show less than they matter" in text
        assert "Nobody can see here whether the model goes by the word, or by this speaker" in text
        assert "listens" not in text
        check_texts(picture)
        assert float(picture.get("viewBox").split()[3]) <= 340


def test_what_is_played_is_the_clip_and_it_is_said_that_a_program_speaks(clips, probe):
    levels = []
    for name, samples in zip(probe.controls[0].options, clips["samples"], strict=True):
        root = tree(probe.view(clip=name))
        (player,) = root.findall(".//audio")
        assert player.get("controls") is not None
        assert player.get("aria-label") == f"Play: {name}"
        assert "synthetic speech" in name
        head, sound = player.get("src").split(",")
        assert head == "data:audio/flac;base64"
        played, rate = soundfile.read(io.BytesIO(base64.b64decode(sound)))
        assert rate == RATE
        assert np.corrcoef(played, samples)[0, 1] > 0.999
        levels.append(np.sqrt(np.mean(played**2)))
        assert "synthetic speech" in "".join(root.find(".//figcaption").itertext()).lower()
    assert max(levels) < 1.1 * min(levels)


@pytest.mark.parametrize("hertz", [300, 1000, 3000])
def test_the_squares_are_largest_where_the_sound_is_loudest(hertz):
    seconds = np.arange(RATE // 2) / RATE
    samples = noise(0.5) / 500 + 0.3 * np.sin(2 * np.pi * hertz * seconds) * (seconds > 0.25)
    picture = drawing(tree(occlusion(Listener(lambda row: 0.5), clip(samples=samples)).view()))
    (loudest,) = [
        path
        for path in picture.iter(f"{SVG}path")
        if path.get("stroke") == svg.RAMP[-1].fill and path.get("d").count("h") > 5
    ]
    moves = np.array(re.findall(r"m(-?[\d.]+) (-?[\d.]+)h([\d.]+)", loudest.get("d")), dtype=float)
    x = (moves[:, 0] + moves[:, 2]).cumsum() - moves[:, 2] / 2
    y = moves[:, 1].cumsum()
    assert x.min() > SOUND + 0.48 * LENGTH
    bands = (TOP + HEIGHT - y) / HEIGHT * 40
    assert np.interp(bands + 0.5, np.arange(42), mel_edges()) == pytest.approx(hertz, rel=0.25)


def test_a_score_that_hangs_on_no_part_is_told_so():
    probe = occlusion(Listener(lambda row: 0.7), clip())
    root = tree(probe.view())
    assert sentence(root) == (
        "The model hears “help”, and that was said: score 70 of 100. "
        "No part alone, when it is hidden, lowers the score of “help” by 2 or more."
    )
    assert not frames(drawing(root))
    assert {cell for row in cells(root) for cell in row[1:]} == {"0"}
    assert len(root.findall(".//li")) == 1


def test_a_score_that_only_rises_has_a_dashed_frame_and_no_thick_one():
    samples = noise(0.6) / 100
    samples[3000:5000] *= 100  # loud for a moment; hidden, the first coefficient varies less

    def score(row):
        return float(np.clip(0.9 - 0.002 * np.ptp(row[:12]), 0.01, 0.99))

    root = tree(occlusion(Listener(score), clip(samples=samples)).view(looked_at="said"))
    assert {dash for dash, _ in frames(drawing(root))} == {"5 3"}
    assert "No part alone, when it is hidden, lowers" in sentence(root)
    assert "Dashed frame: without this part, the score of “help” rises most" in "".join(root.itertext())


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (1, None),
        (2, "The only other clip heard as “help” has it in the same place."),
        (3, "Of the 2 other clips heard as “help”, 2 have it in the same place."),
    ],
)
def test_only_other_clips_with_the_word_are_counted(number, says):
    """As many more clips are heard as another word; they and the clip itself are no others."""
    loud = noise(0.6) / 100
    loud[3000:5000] *= 100
    quiet = noise(0.6, seed=1) / 100

    def score(row):
        return float(np.clip(0.2 + 0.002 * np.ptp(row[:12]), 0.01, 0.99))

    shown = pd.concat([clip(samples=loud)] * number + [clip(samples=quiet)] * 2)
    root = tree(occlusion(Listener(score), shown).view())
    assert sentence(root).startswith("The model hears “help”, and that was said")
    text = "".join(root.itertext())
    assert (says in text) if says else ("other clip" not in text)


def test_names_of_clips_differ_and_say_who_speaks():
    rows = [clip(accent="German accent (synthetic)", voice="female")] * 3 + [clip(), clip(voice="child")]
    names = occlusion(Listener(lambda row: 0.6), pd.concat(rows).fillna("")).controls[0].options
    female = "help, German accent (synthetic speech), female voice"
    assert names == (female, f"{female}, clip 2", f"{female}, clip 3", "help", "help, child")


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", 'O\'Brien & "sons"', "نجدة"])
def test_what_a_table_holds_is_text_only(typed):
    probe = occlusion(
        Listener(lambda row: 0.6, (typed, "fire")), clip(word=typed, accent=typed, voice=typed), source=typed
    )
    for view in (probe.view(), probe.still(), probe.playable()):
        assert "<script>alert" not in view
        assert view.count("<script") == (2 if "workshop-playable" in view else 0)
    tree(probe.view())


@settings(max_examples=15, deadline=None)
@given(st.floats(0.1, 3.0), st.integers(0, 100), st.sampled_from(LOOKED_AT))
def test_clips_of_any_length_are_drawn_without_a_clash(seconds, seed, kind):
    weights = np.random.default_rng(seed).normal(size=156) / 20

    def score(row):
        return float(1 / (1 + np.exp(-weights @ row / 10)))

    root = tree(occlusion(Listener(score), clip(samples=noise(seconds, seed))).view(looked_at=kind))
    check_texts(drawing(root))
    assert len(cells(root)) == 6


def test_a_move_is_a_look_up_and_a_clip_is_measured_quickly(spotter, clips, probe):
    start = process_time()
    occlusion(spotter, clips)
    assert process_time() - start < 0.3 * len(clips)
    names = probe.controls[0].options
    start = process_time()
    for name in names:
        probe.view(clip=name)
    assert (process_time() - start) / len(names) < 0.05


def test_a_deck_plays_every_clip_in_little_space(probe, clips):
    made = probe.playable()
    assert len(made.encode()) < 900_000
    assert made.count('"words"') == len(clips)
    assert made.count("data:audio/flac") == 1 + len(clips)  # the first one also stands in the page


def test_a_view_is_the_same_each_time(spotter, clips, probe):
    again = occlusion(spotter, clips, source="synthetic speech")
    assert again.view(looked_at="said") == probe.view(looked_at="said")
    assert probe.controls[0].name == "clip"
    assert probe.resolve()["looked_at"] == "heard"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (clip().drop(columns="samples"), "samples is missing"),
        (clip().drop(columns="word"), "word is missing"),
        ([noise()], "must be a table"),
        (clip().iloc[:0], "There are 0 clips"),
        (pd.concat([clip()] * 9), "There are 9 clips; choose 1 to 8"),
        (clip(word="hurry"), "does not know the word hurry"),
        (clip(samples=np.full(8000, np.nan)), "finite"),
        (clip(samples=np.zeros((8000, 2))), "one row of numbers"),
        (clip(samples=np.zeros(8000)), "silent"),
        (clip(samples=np.zeros(0)), r"no samples|empty|hold"),
    ],
)
def test_bad_clips_are_refused_in_a_sentence(table, words):
    with pytest.raises(ValueError, match=words):
        occlusion(Listener(lambda row: 0.6), table)


@pytest.mark.parametrize("changed", [{"clip": "fire"}, {"clip": 0}, {"looked_at": "meant"}, {"speed": 1}])
def test_what_is_no_choice_is_refused(probe, changed):
    with pytest.raises(ValueError, match=r"cannot be|There is no control"):
        probe.view(**changed)
