"""Hear it, see it: the picture, the table and the player agree with the recording."""

import base64
import io
import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
import soundfile
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pictures import SVG, tree

from workshop.probes import svg
from workshop.probes.sounds import clips, player, sound, spoken

NASTY = ["<script>alert(1)</script>", 'O\'Brien & "sons"', "مجموعة الف"]
RATE = 16_000


def tone(hertz, seconds=0.5, rate=RATE, loud=0.3):
    time = np.arange(int(seconds * rate)) / rate
    return loud * np.sin(2 * np.pi * hertz * time)


def table(accents=("German accent (synthetic)", "British accent (synthetic)"), words=("help", "fire")):
    rows = [
        (word, accent, tone(300 * (2 + place) + 100 * number))
        for place, word in enumerate(words)
        for number, accent in enumerate(accents)
    ]
    return pd.DataFrame(rows, columns=["word", "accent", "samples"])


def drawing(root):
    picture = root.find(f".//{SVG}svg")
    assert picture.get("aria-labelledby").split() == [picture[0].get("id"), picture[1].get("id")]
    return picture


def check_texts(picture):
    """No text is cut by the picture's edge, none is smaller than 13 pixels."""
    height = float(picture.get("viewBox").split()[3])
    for text in picture.iter(f"{SVG}text"):
        size, x = float(text.get("font-size")), float(text.get("x"))
        wide = svg.text_width("".join(text.itertext()), size, text.get("font-weight") == "700")
        left = x - {"start": 0, "middle": wide / 2, "end": wide}[text.get("text-anchor", "start")]
        assert size >= 13
        assert left >= -8
        assert left + wide <= svg.WIDTH + 8
        assert float(text.get("y")) - size * 0.75 >= 0
        assert float(text.get("y")) + size * 0.2 <= height


def squares(root):
    """Return the middles and sizes of all squares of the spectrogram, without the legend's."""
    found = []
    for path in drawing(root).iter(f"{SVG}path"):
        if path.get("stroke") not in [ink.fill for ink in svg.RAMP] or path.get("stroke-width") == "1.5":
            continue
        size, x, y = float(path.get("stroke-width")), 0.0, 0.0
        for right, down, side in re.findall(r"m(-?[\d.]+) (-?[\d.]+)h([\d.]+)", path.get("d")):
            x, y = x + float(right), y + float(down)
            found.append((x + float(side) / 2, y, size))
            x += float(side)
    return np.array([each for each in found if each[1] > 94])


def cells(root):
    rows = root.findall(".//table/tbody/tr")
    return [["".join(cell.itertext()) for cell in row] for row in rows]


def heard(root):
    """Return what the player holds."""
    (audio,) = root.iter("audio")
    kind, data = audio.get("src").split(",")
    assert kind == "data:audio/flac;base64"
    assert audio.get("controls") is not None
    assert audio.get("autoplay") is None
    return soundfile.read(io.BytesIO(base64.b64decode(data)))


def said(root):
    return root.find(".//p[@class='workshop-sentence']").text


def test_a_low_and_a_high_tone_stand_where_they_are():
    low, high = (tree(sound(tone(hertz), RATE, "a tone")._repr_html_()) for hertz in (430, 4000))
    loudest = [squares(root)[squares(root)[:, 2] == squares(root)[:, 2].max()] for root in (low, high)]
    assert loudest[0][:, 1].min() > loudest[1][:, 1].max()  # low is at the bottom
    assert {row[2] for row in cells(low)} == {"about 430 Hz"}
    for _, _, hertz in cells(high):
        assert abs(int(re.sub(r"\D", "", hertz)) - 4000) < 500
    assert "100 of 100 parts of its energy" in said(low).replace("more than 99", "100")
    assert "0 of 100 parts of its energy" in said(high).replace("fewer than 1 of", "0 of")


def test_larger_and_darker_is_louder_and_stands_in_its_time():
    quiet_then_loud = np.concatenate([tone(1000, 0.4, loud=0.01), tone(1000, 0.4, loud=0.4)])
    root = tree(sound(quiet_then_loud, RATE, "louder")._repr_html_())
    marks = squares(root)
    largest = marks[marks[:, 2] == marks[:, 2].max()]
    middle = (98 + svg.WIDTH - 12) / 2
    assert largest[:, 0].min() > middle - 12
    assert len(marks) <= 60 * 20
    assert [row[1] for row in cells(root)[:4]] == ["32 dB softer"] * 4
    assert "loudest" in [row[1] for row in cells(root)[4:]]
    assert float(re.search(r"loudest at (\d+\.\d+)", said(root))[1]) > 0.4


def test_the_waveform_is_as_large_as_it_swings():
    half = np.concatenate([tone(200, 0.2, loud=0.2), tone(200, 0.2, loud=0.4)])
    root = tree(sound(half, RATE, "swing")._repr_html_())
    line = next(
        path for path in drawing(root).iter(f"{SVG}path") if path.get("stroke-linejoin") and path.get("d")
    )
    points = np.array([pair.split() for pair in line.get("d")[1:].split("L")], dtype=float)
    swing = np.abs(points[:, 1] - 42)
    first, second = swing[: len(swing) // 2], swing[len(swing) // 2 :]
    assert second.max() == pytest.approx(22, abs=0.2)
    assert first[4:-4].max() == pytest.approx(11, abs=0.5)
    assert np.all(np.diff(points[:, 0]) > 0)


@settings(max_examples=30, deadline=None)
@given(
    st.floats(0.1, 10), st.integers(60, 7900), st.sampled_from([8_000, 16_000, 44_100]), st.integers(0, 2**31)
)
@example(0.975, 60, 8_000, 0)
def test_any_recording_makes_a_picture_that_says_it(seconds, hertz, rate, seed):
    samples = tone(hertz, seconds, rate) + np.random.default_rng(seed).normal(0, 0.01, int(seconds * rate))
    shown = sound(samples, rate, "a sound")._repr_html_()
    root = tree(shown)
    check_texts(drawing(root))
    assert shown == sound(samples, rate, "a sound")._repr_html_()
    assert float(re.search(r"([\d.]+) seconds", said(root))[1]) == pytest.approx(seconds, abs=0.006)
    assert [row[1] for row in cells(root)].count("loudest") == 1
    assert cells(root)[-1][0].split()[-1] == re.search(r"([\d.]+) seconds", said(root))[1]
    assert len(cells(root)) <= 8
    played, played_rate = heard(root)
    assert len(played) / played_rate == pytest.approx(seconds, abs=0.001)
    if len(squares(root)):
        assert squares(root)[:, 0].min() >= 97
        assert squares(root)[:, 0].max() <= svg.WIDTH - 11
    assert "nan" not in "".join(root.itertext())


def test_every_clip_is_drawn_named_and_played():
    data = table()
    probe = clips(data)
    assert [control.name for control in probe.controls] == ["accent", "word"]
    played = []
    for accent in probe.controls[0].options:
        for word in probe.controls[1].options:
            root = tree(probe.view(accent=accent, word=word))
            check_texts(drawing(root))
            name = accent.replace("(synthetic)", "(synthetic speech)")
            assert said(root).startswith(f"“{word}”, {name}: 0.50 seconds")
            assert next(root.iter("audio")).get("aria-label") == f"Play: “{word}”, {name}"
            assert f"Play: “{word}”, {name}" in [paragraph.text for paragraph in root.iter("p")]
            samples, rate = heard(root)
            given_samples = data.query("word == @word and accent == @accent")["samples"].iloc[0]
            assert rate == RATE
            assert np.corrcoef(samples, given_samples)[0, 1] > 0.999
            played.append(20 * np.log10(np.sqrt(np.mean(samples**2))))
    assert played == pytest.approx([-23] * 4, abs=0.1)


def test_the_first_clip_is_played():
    twice = pd.concat([table(), table().assign(samples=[tone(3000)] * 4)])
    assert clips(twice).view() == clips(table()).view()


def test_a_deck_plays_every_accent_in_little_space():
    accents = tuple(f"{place} accent (synthetic)" for place in range(10))
    noise = np.random.default_rng(0)
    data = table(accents)
    data["samples"] = [row + noise.normal(0, 0.03, len(row)) for row in data["samples"]]
    played = clips(data).playable()
    assert 'max="9"' in played
    assert len(played.encode()) < 900_000


def test_real_speech_is_not_called_synthetic():
    assert spoken("three", "Greek") == "“three”, Greek"
    assert spoken("help", "German accent (synthetic)") == "“help”, German accent (synthetic speech)"


@pytest.mark.parametrize("word", NASTY)
def test_words_are_text_only(word):
    root = tree(clips(table(accents=(word,), words=(word,))).view())
    assert not list(root.iter("script"))
    assert word in next(root.iter("audio")).get("aria-label")
    assert word in said(root)
    check_texts(drawing(root))
    assert not list(tree(sound(tone(500), RATE, word, play=word)._repr_html_()).iter("script"))


@pytest.mark.parametrize(
    ("samples", "rate", "says"),
    [
        (np.zeros(RATE), RATE, "silent"),
        (np.sign(tone(100)), RATE, "clipped"),
        (np.full(RATE, np.nan), RATE, "no numbers"),
        ([], RATE, "no sound"),
        (tone(500, 0.05), RATE, "too short"),
        (tone(500, 10.5), RATE, "too long"),
        (tone(500), 4_000, "rate"),
        (tone(500) * 500, RATE, "full scale"),
        (["a"], RATE, "must be numbers"),
    ],
)
def test_what_cannot_be_judged_is_refused(samples, rate, says):
    with pytest.raises(ValueError, match=says):
        sound(samples, rate, "bad")


def test_stereo_is_averaged():
    both = np.stack([tone(500), np.zeros(8000)], axis=1)
    assert "about" in sound(both, RATE, "stereo")._repr_html_()
    assert heard(tree(sound(both, RATE, "stereo")._repr_html_()))[0].ndim == 1


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (None, "must be a table"),
        (table().drop(columns="accent"), "word, accent, samples"),
        (table().iloc[:0], "no clip"),
        (table().assign(word=None), "lacks a value"),
        (table().iloc[1:], "Nobody says “help” with German"),
        (table().assign(samples=[np.zeros(8000)] * 4), "silent"),
    ],
)
def test_clips_that_do_not_fit_are_refused(bad, says):
    with pytest.raises(ValueError, match=says):
        clips(bad)


def test_a_player_never_clips():
    peaks = np.zeros(RATE)
    peaks[::4000] = 1.0
    samples, _ = heard(ET.fromstring(f"<div>{player(peaks, 'clicks')}</div>"))
    assert 0.9 < np.abs(samples).max() <= 1
