"""The noise probe: what it says of each condition is what the spotter does there, in sentence, figure and table."""

import base64
import io
import itertools
import re

import numpy as np
import pandas as pd
import pytest
import soundfile
from pictures import SVG, check_texts, drawing, tree

from workshop.domains.speech import (
    add_noise,
    from_samples,
    keyword_spotter,
    mask,
    miss_rates,
    telephone_band,
    word_features,
)
from workshop.probes import noises, svg
from workshop.probes.noises import noise

NASTY = ["<script>alert(1)</script>", 'O\'Brien & "sons"', "مجموعة الف"]
RATE = 16_000
WORDS = {"fire": 500.0, "gun": 900.0, "help": 1500.0, "knife": 2600.0}
# How far each accent's words lie from those that the spotter learned.
ACCENTS = {"Near (synthetic)": 1.0, "Middle (synthetic)": 1.16, "Far (synthetic)": 1.35}


def recorded(accents, speakers, seed, words=WORDS):
    """Return made-up words: a tone each, with a second one in the telephone's stop band, and a little hiss."""
    rng = np.random.default_rng(seed)
    rows, time = [], np.arange(int(0.2 * RATE)) / RATE
    for accent, shift in accents.items():
        for speaker, (word, hertz) in itertools.product(range(speakers), words.items()):
            low = hertz * shift * rng.uniform(0.93, 1.07)
            tones = np.sin(2 * np.pi * low * time) + np.sin(2 * np.pi * (4000 + low) * time)
            samples = 0.1 * tones + rng.normal(0, 0.01, len(time))
            rows.append((word, accent, f"{accent} {speaker}", np.int16(32767 * samples)))
    return pd.DataFrame(rows, columns=["word", "accent", "speaker", "samples"])


@pytest.fixture(scope="module")
def spotter():
    train = recorded({"Near (synthetic)": 1.0}, 12, seed=1)
    return keyword_spotter().fit(word_features(train["samples"].tolist()), train["word"])


@pytest.fixture(scope="module")
def data():
    return recorded(ACCENTS, 10, seed=2)


@pytest.fixture(scope="module")
def probe(data, spotter):
    return noise(data, spotter, snr=(10, 0, -10))


def rows(root):
    return {
        row[0]: row[1:]
        for row in (["".join(cell.itertext()) for cell in row] for row in root.findall(".//table/tbody/tr"))
    }


def said(root):
    return root.find(".//p[@class='workshop-sentence']").text


def paragraphs(root):
    return " ".join(each.text for each in root.iter("p") if each.get("class") is None)


def markers(root, fill):
    """Return the middles of the markers of a colour, from the top; the legend's is left out."""
    found = []
    for path in drawing(root).iter(f"{SVG}path"):
        if path.get("fill") == fill:
            left, y = map(float, re.match(r"M(-?[\d.]+) ([\d.]+)", path.get("d")).groups())
            found.append((left, y))
    return [place for place in found if place[1] > 30]


def sample(root):
    (audio,) = root.iter("audio")
    return soundfile.read(io.BytesIO(base64.b64decode(audio.get("src").split(",")[1])))[0]


def conditions(probe):
    options = {control.name: control.options for control in probe.controls}
    return itertools.product(options["snr"], options["telephone"], options["mask"])


def straightforward(samples, snr, telephone, muffled, seed):
    """Return a clip in a condition, made in the order in which it happens: mask, microphone, line."""
    samples = from_samples(samples, RATE).samples
    heard = mask(samples, 10) if muffled else samples
    if snr is not None:
        heard = heard + (add_noise(samples, snr, seed=seed) - samples)
    return telephone_band(heard) if telephone else heard


def seed_of(samples):
    return noises.zlib.crc32(from_samples(samples, RATE).samples.tobytes())


def test_every_condition_says_what_the_spotter_does_there(probe, data, spotter):
    """The whole range of the controls, against the spotter asked directly."""
    quiet = None
    for snr, telephone, muffled in conditions(probe):
        clips = [
            straightforward(samples, snr, telephone, muffled, seed_of(samples)) for samples in data["samples"]
        ]
        answers = spotter.predict(word_features(clips))
        missed = answers != data["word"]
        expected = miss_rates(data["word"], answers, data["accent"], data["speaker"])
        quiet = expected if quiet is None else quiet
        root = tree(probe.view(snr=snr, telephone=telephone, mask=muffled))
        check_texts(drawing(root))
        assert int(re.search(r"(\d+) of 100 words of synthetic speech", said(root))[1]) == pytest.approx(
            100 * missed.mean(), abs=0.51
        )
        told = rows(root)
        assert set(told) == set(ACCENTS)
        for accent, cells in told.items():
            estimate = expected.of(accent)
            assert estimate.enough
            assert cells[0] == "10 (few)"
            assert cells[-1] == f"{estimate.numerator:.0f} of 40"
            assert int(cells[1]) == pytest.approx(100 * estimate.value, abs=0.51)
            ends = [int(end) for end in cells[2].split(" to ")]
            assert ends == pytest.approx([100 * estimate.low, 100 * estimate.high], abs=0.51)
            assert ends[0] < ends[1]
            assert int(cells[3]) == pytest.approx(100 * quiet.of(accent).value, abs=0.51)
        most, least = (pick(ACCENTS, key=lambda accent: expected.of(accent).value) for pick in (max, min))
        if expected.of(most).value == expected.of(least).value:
            assert said(root).endswith("in every group.")
        else:
            named = re.search(r"Missed most: (\w+) \((\d+)\), least: (\w+) \((\d+)\); (.*)\.", said(root))
            values = [expected.of(f"{named[place]} (synthetic)").value for place in (1, 3)]
            assert values == [expected.of(most).value, expected.of(least).value]
            assert [int(named[2]), int(named[4])] == pytest.approx(
                [100 * value for value in values], abs=0.51
            )
            gap = expected.difference(f"{named[1]} (synthetic)", f"{named[3]} (synthetic)")
            assert named[5] == ("more than chance" if gap.low > 0 else "this may be chance")
        now = [x for x, _ in markers(root, svg.BLUE.fill)]
        values = [expected.of(accent).value for accent in told]
        length = svg.WIDTH - 240 - 134
        assert [(x + 4.5 - 240) / length for x in now] == pytest.approx(values, abs=0.001)
        assert said(root) in drawing(root)[1].text
        assert "nan" not in "".join(root.itertext())


def test_the_same_numbers_each_time(probe, data, spotter):
    again = noise(data, spotter, snr=(10, 0, -10))
    for setting in ({}, {"snr": 0.0}, {"snr": -10, "telephone": True, "mask": True, "word": "knife"}):
        assert probe.view(**setting) == again.view(**setting)


def test_a_spotter_that_is_trained_again_changes_nothing_here(data):
    train = recorded({"Near (synthetic)": 1.0}, 6, seed=5)
    features = word_features(train["samples"].tolist())
    spotter = keyword_spotter().fit(features, train["word"])
    probe = noise(data, spotter, snr=(0,), most=36)
    before = probe.view()
    spotter.fit(features, train["word"].to_numpy()[::-1])
    assert probe.view() == before


def test_the_first_position_is_as_recorded(probe):
    root = tree(probe.view())
    assert said(root).startswith("As recorded: ")
    assert len(next(iter(rows(root).values()))) == 5  # nothing to compare with yet
    assert [x for x, _ in markers(root, svg.WHITE)] == pytest.approx(
        [x + 4.5 - 7 for x, _ in markers(root, svg.BLUE.fill)], abs=0.11
    )


def test_the_markers_of_the_start_and_the_order_of_accents_stay(probe):
    start = markers(tree(probe.view()), svg.WHITE)
    assert [x for x, _ in start] == sorted(x for x, _ in start)  # whoever is missed most stands last
    assert start[0][0] < start[-1][0]
    for snr, telephone, muffled in conditions(probe):
        root = tree(probe.view(snr=snr, telephone=telephone, mask=muffled))
        assert markers(root, svg.WHITE) == start
        assert list(rows(root)) == list(rows(tree(probe.view())))


def test_the_rise_is_paired_by_speaker(probe, data, spotter):
    """The interval of the rise is that of a paired comparison: far narrower than if speakers were drawn apart."""
    both = []
    for snr in (None, 0.0):
        clips = [straightforward(each, snr, False, False, seed_of(each)) for each in data["samples"]]
        heard = spotter.predict(word_features(clips))
        both.append(data.assign(heard=heard, group=data["accent"] + f" {snr}"))
    together = pd.concat(both)
    rates = miss_rates(together["word"], together["heard"], together["group"], together["speaker"])
    compared = 0
    for accent, cells in rows(tree(probe.view(snr=0))).items():
        expected = rates.difference(f"{accent} 0.0", f"{accent} None")
        value, *ends = (int(number.replace("−", "-")) for number in re.findall(r"[−\d]+", cells[4]))
        assert value == pytest.approx(100 * expected.value, abs=0.51)
        # Drawn with other random numbers, so equal within a word or two of 40.
        assert ends == pytest.approx([100 * expected.low, 100 * expected.high], abs=4)
        compared += 1
    assert compared == 3


def test_who_has_dropped_out_is_said_where_the_whole_interval_is_above_half(probe):
    """Read from the tables on the way: each accent whose interval lies above half, from where on."""
    dropped = 0
    for telephone, muffled in itertools.product((False, True), repeat=2):
        since = {}
        for snr in probe.controls[0].options:
            root = tree(probe.view(snr=snr, telephone=telephone, mask=muffled))
            for name, cells in rows(root).items():
                if int(cells[2].split(" to ")[0]) > 50:
                    since.setdefault(name.removesuffix(" (synthetic)"), snr)
            told = paragraphs(root)
            assert told.endswith("A word that is missed raises no alert; the caller bears it.")
            if not since:
                assert "more than half" not in told
                continue
            dropped += 1
            sentence = re.search(r"Beyond chance, more than half of the words are lost: (.*?)\.", told)[1]
            begun = list(dict.fromkeys(since.values()))
            for snr_then, part in zip(begun, sentence.split("; "), strict=True):
                names = [name for name in since if since[name] == snr_then]
                words = "already with no noise added" if snr_then is None else f"from {snr_then:g} dB on"
                assert part.endswith(words.replace("-", "−"))
                assert all(name in part for name in names) or ("all 3" in part and len(names) == 3)
    assert dropped


def test_a_clear_rise_is_said_and_only_that(probe):
    for snr, telephone, muffled in conditions(probe):
        root = tree(probe.view(snr=snr, telephone=telephone, mask=muffled))
        told = paragraphs(root)
        if (snr, telephone, muffled) == (None, False, False):
            assert "as recorded" not in told
            continue
        clear = [
            name.removesuffix(" (synthetic)")
            for name, cells in rows(root).items()
            if _lowest_rise(cells[4]) > 0
        ]
        if not clear:
            assert "In no group is the rise" in told
            continue
        names = re.search(r"More missed than as recorded, beyond chance: (.*?)\.", told)[1]
        assert [name for name in ACCENTS if "all 3" in names or name.split()[0] in names] == [
            f"{name} (synthetic)" for name in ("Near", "Middle", "Far") if name in clear
        ]


def _lowest_rise(cell):
    return int(re.findall(r"[−\d]+", cell)[1].replace("−", "-"))


def test_groups_that_are_given_are_counted_and_the_accents_still_played(data, spotter):
    known = data["accent"].map(lambda accent: "known" if accent.startswith("Near") else "<b>unknown</b>")
    probe = noise(data, spotter, groups=known, snr=(0,))
    heard = spotter.predict(word_features(data["samples"].tolist()))
    expected = miss_rates(data["word"], heard, known, data["speaker"])
    root = tree(probe.view())
    told = rows(root)
    assert list(told) == ["known", "<b>unknown</b>"]
    assert [cells[0] for cells in told.values()] == ["10 (few)", "20 (few)"]
    for group, cells in told.items():
        assert cells[-1] == f"{expected.of(group).numerator:.0f} of {expected.of(group).denominator:.0f}"
    assert "words of synthetic speech" in said(root)
    assert "Missed most: <b>unknown</b>" in said(root)
    assert probe.controls[-1].options == tuple(sorted(ACCENTS))
    # The same groups in another order of rows, and without an index.
    assert noise(data, spotter, groups=known.tolist(), snr=(0,)).view() == probe.view()
    check_texts(drawing(root))


def test_the_player_comes_before_the_figure(probe):
    view = probe.view(snr=0)
    assert view.index("workshop-sentence") < view.index("<audio") < view.index("<svg")


def test_both_ticks_are_in_one_row_of_two_columns(probe):
    names = [control.name for control in probe.controls]
    assert names[0] == "snr"  # a deck plays the first control
    assert {names[2], names[3]} == {"telephone", "mask"}


def test_the_player_holds_the_clip_in_this_condition_and_says_what_is_heard(probe, data, spotter):
    for word, accent in itertools.product(WORDS, ACCENTS):
        setting = {"snr": 0.0, "telephone": True, "mask": True, "word": word, "accent": accent}
        root = tree(probe.view(**setting))
        clip = data.query("word == @word and accent == @accent")["samples"].iloc[0]
        expected = straightforward(clip, 0.0, True, True, seed_of(clip))
        assert np.corrcoef(sample(root), expected)[0, 1] > 0.999
        (heard,) = spotter.predict(word_features([expected]))
        verdict = "right" if heard == word else "the word is missed"
        assert f"The spotter hears “{heard}”: {verdict}." in paragraphs(root)
        name = accent.replace("(synthetic)", "(synthetic speech)")
        assert next(root.iter("audio")).get("aria-label") == (
            f"Play: “{word}”, {name}, 0 dB street noise, by telephone, through a mask"
        )


def test_a_ratio_is_said_in_words_that_follow_from_it(probe):
    words = probe.controls[0].words
    assert words(None) == "none, as recorded"
    assert words(20.0) == "20 dB: speech 100 times"
    assert words(15.0) == "15 dB: speech 32 times"
    assert words(5.0) == "5 dB: speech 3.2 times"
    assert words(0.0) == "0 dB: equally strong"
    assert words(-10.0) == "−10 dB: noise 10 times"


def test_of_many_clips_a_balanced_part_is_measured(data, spotter):
    half = noise(data, spotter, snr=(0,), most=60)
    told = rows(tree(half.view()))
    assert [cells[-1].split(" of ")[1] for cells in told.values()] == ["20"] * 3
    assert "60 of 120 clips" in half.view()
    kept = noises._in_turn(data, 60)
    assert set(kept.groupby(["accent", "word"]).size()) == {5}
    assert set(kept.groupby("speaker").size()) == {2}
    assert "120 of 120 clips" in noise(data, spotter, snr=(0,), most=120).view()


def test_few_speakers_are_too_few_to_tell_and_are_not_ranked(data, spotter):
    few = data[data["speaker"].str.endswith(tuple("012345678"))]
    root = tree(noise(few, spotter, snr=(0,)).view(snr=0))
    check_texts(drawing(root))
    assert {cells[1] for cells in rows(root).values()} == {"too few to tell"}
    assert list(rows(root)) == sorted(ACCENTS)  # not by what is missed
    assert "too few to compare" in said(root)
    assert "most" not in said(root)
    assert not markers(root, svg.BLUE.fill)
    assert not re.search("beyond chance|more than half", paragraphs(root), re.I)
    whiskers = [path for path in drawing(root).iter(f"{SVG}path") if path.get("stroke") == svg.RULE]
    assert len(whiskers) >= 3


def test_from_ten_speakers_on_caption_and_table_say_how_to_read_them(data, spotter):
    """The one rule of the course (`workshop.audit.clusters`): below 10 nothing is told, 10 to 29 are few."""
    told = noise(data, spotter, snr=(0,))
    assert (
        "A rate is told from 10 speakers and 30 clips on; 10 to 29 speakers are few: trust the line, not the point."
    ) in told.caption
    five = noise(data, spotter, snr=(0,), fewest=5)
    assert "from 5 speakers and 30 clips on; 5 to 29 speakers are few" in five.caption
    many = recorded({"Near (synthetic)": 1.0, "Far (synthetic)": 1.35}, 30, seed=6)
    assert "trust the line" not in noise(many, spotter, snr=(0,)).caption
    mixed = pd.concat([many, data[data["accent"] == "Middle (synthetic)"]])
    table = rows(tree(noise(mixed, spotter, snr=(0,)).view()))
    assert {name.split()[0]: cells[0] for name, cells in table.items()} == {
        "Near": "30",
        "Far": "30",
        "Middle": "10 (few)",
    }
    too_few = data[data["speaker"].str.endswith(tuple("012345678"))]
    assert {cells[0] for cells in rows(tree(noise(too_few, spotter, snr=(0,)).view())).values()} == {"9"}


def test_a_deck_moves_it_in_little_space(probe):
    played = probe.playable()
    assert 'max="3"' in played
    assert len(played.encode()) < 900_000


@pytest.mark.parametrize("name", NASTY)
def test_words_are_text_only(name):
    train = recorded({name: 1.0}, 6, seed=3, words={name: 500.0, "help": 1500.0})
    spotter = keyword_spotter().fit(word_features(train["samples"].tolist()), train["word"])
    root = tree(noise(train, spotter, snr=(0,)).view(snr=0, word=name))
    assert not list(root.iter("script"))
    assert name in "".join(root.find(".//table/tbody").itertext())
    assert name in next(root.iter("audio")).get("aria-label")
    check_texts(drawing(root))


@pytest.mark.parametrize(
    "setting", [{"snr": 7}, {"snr": "10"}, {"mask": 1}, {"word": "hello"}, {"wind": True}]
)
def test_a_position_that_there_is_not_is_refused(probe, setting):
    with pytest.raises(ValueError, match=r"cannot be|no control"):
        probe.view(**setting)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"snr": ()}, "falling"),
        ({"snr": (0, 10)}, "falling"),
        ({"snr": (10, 10)}, "each once"),
        ({"snr": (float("nan"),)}, "falling"),
        ({"snr": (90,)}, "60 to -30"),
        ({"kind": "rain"}, "no noise 'rain'"),
        ({"muffling": 99}, "decibels is 99"),
        ({"most": 0}, "at least 1"),
        ({"most": 1}, "raise most"),
        ({"fewest": 1}, "at least 2 speakers"),
        ({"groups": ["a"]}, "one group for each of the 12 clips"),
        ({"groups": [["a"]] * 12}, "one group for each of the 12 clips"),
        ({"groups": ["a"] * 11 + [None]}, "has no group"),
    ],
)
def test_numbers_that_do_not_fit_are_refused(data, spotter, change, says):
    with pytest.raises(ValueError, match=says):
        noise(data[data["speaker"].str.endswith("0")], spotter, **change)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda data: data.drop(columns="speaker"), "word, accent, speaker, samples"),
        (lambda data: data.iloc[:0], "no clip"),
        (lambda data: data.replace({"word": {"help": "hello"}}), "does not know the word 'hello'"),
        (lambda data: data[(data["word"] != "help") | (data["accent"] != "Far (synthetic)")], "Nobody says"),
        (lambda data: data.assign(samples=[np.zeros(3200)] * len(data)), "silent"),
        (lambda data: data.assign(samples=[np.full(3200, np.nan)] * len(data)), "no numbers"),
    ],
)
def test_clips_that_do_not_fit_are_refused(data, spotter, change, says):
    with pytest.raises(ValueError, match=says):
        noise(change(data), spotter)


def test_more_than_twelve_groups_are_refused(spotter):
    many = recorded({f"{place} (synthetic)": 1.0 for place in range(13)}, 1, seed=4)
    with pytest.raises(ValueError, match="at most 12 groups; there are 13"):
        noise(many, spotter)
    assert noise(many, spotter, groups=["all"] * len(many), snr=(0,))


def test_a_spotter_that_has_not_learned_is_refused(data):
    with pytest.raises(ValueError, match="has not learned yet"):
        noise(data, keyword_spotter())
