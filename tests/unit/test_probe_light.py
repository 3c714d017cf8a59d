"""The lighting probe: what it says of each condition is what the reader does there, in sentence, figure and table."""

import base64
import itertools
import re
import time

import numpy as np
import pytest
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop import datasets
from workshop.audit.intervals import newcombe_difference
from workshop.domains.vision.conditions import blur, dirt, exposure, turn
from workshop.domains.vision.pictures import read as read_picture
from workshop.domains.vision.plates import FORMATS, PlateReader, plate_stack, read_errors
from workshop.probes import lights, svg
from workshop.probes.lights import light

NASTY = ["<script>alert(1)</script>", 'O\'Brien & "sons"', "مجموعة الف"]


@pytest.fixture(scope="module")
def plates():
    return datasets.load("licence_plates")


@pytest.fixture(scope="module")
def reader(plates):
    train = plates[plates["split"] == "train"]
    return PlateReader().fit(train["picture"], train["text"])


@pytest.fixture(scope="module")
def day(plates):
    return plates[(plates["split"] == "test") & (plates["condition"] == "day")]


@pytest.fixture(scope="module")
def probe(day, reader):
    return light(day, reader, most=160)


def first(day, number):
    return day.groupby("region", sort=False).head(number).reset_index(drop=True)


def straightforward(stack, stops, sigma, degrees, dirty):
    """Return pictures in a condition, made in the order in which it happens: dirt, angle, lens, sensor."""
    seen = turn(dirt(stack, dirty, lights._DIRT_SEED), degrees).astype(np.float16)
    noise = 0.02 if stops < 0 else 0
    return exposure(blur(seen, sigma), stops, noise, lights._NOISE_SEED)


def conditions(probe):
    """Return each position of each control, and crossings of some of them."""
    options = {control.name: control.options for control in probe.controls}
    for name, values in options.items():
        for value in values:
            yield {name: value}
    for values in itertools.product((2.0, -3.0), (0.0, 1.5), (0.0, 60.0), (0.0, 0.2)):
        yield dict(zip(options, values, strict=True))


def markers(root, fill):
    """Return the middles of the markers of a colour, from the top; the legend's is left out."""
    found = [
        tuple(map(float, re.match(r"M(-?[\d.]+) ([\d.]+)", path.get("d")).groups()))
        for path in drawing(root).iter(f"{SVG}path")
        if path.get("fill") == fill
    ]
    return [place for place in found if place[1] > 30]


def paragraphs(root):
    return [
        " ".join("".join(each.itertext()).split()) for each in root.iter("p") if each.get("class") is None
    ]


def test_every_condition_says_what_the_reader_does_there(probe, day, reader):
    """The whole range of the controls, against the reader asked directly."""
    read = first(day, 40)
    stack = plate_stack(read["picture"])
    order = None
    for setting in conditions(probe):
        values = probe.resolve(**setting)
        pictures = straightforward(stack, values["stops"], values["sigma"], values["degrees"], values["dirt"])
        answers = reader.predict(pictures)
        errors = read_errors(read["text"], answers, read["region"])
        root = tree(probe.view(**setting))
        check_texts(drawing(root))
        wrong = int((answers != read["text"]).sum())
        said = re.search(r"(\d+) of 100 plates are read wrong", sentence(root))
        assert int(said[1]) == pytest.approx(100 * wrong / 160, abs=0.51)
        rows = {row[0]: row[1:] for row in cells(root)}
        order = order or list(rows)
        assert list(rows) == order  # regions keep their places
        for region, row in rows.items():
            rate, letters = errors.plates[region], errors.characters[region]
            assert row[-1] == f"{rate.numerator:.0f} of 40"
            assert int(row[0]) == pytest.approx(100 * rate.value, abs=0.51)
            ends = [int(end) for end in row[1].split(" to ")]
            assert ends == pytest.approx([100 * rate.low, 100 * rate.high], abs=0.51)
            ends = [int(end) for end in re.search(r"\((\d+) to (\d+)\)", row[3]).groups()]
            assert ends == pytest.approx([100 * letters.low, 100 * letters.high], abs=0.51)
        now = [(x + 4.5 - 130) / (svg.WIDTH - 130 - 134) for x, _ in markers(root, svg.BLUE.fill)]
        assert now == pytest.approx([errors.plates[region].value for region in rows], abs=0.001)
        check_reading(root, errors)
        check_examples(root, read, answers, pictures, order)
        assert sentence(root) in drawing(root)[1].text
        assert "nan" not in "".join(root.itertext())


def check_reading(root, errors):
    """Which regions are worse off is said of all that clearly are, and of no other."""
    rates = errors.plates
    (told,) = [each for each in paragraphs(root) if "more often" in each]
    best = re.search(r"than (\w+)", told)[1]
    if best == "another":
        assert told == "No region is misread more often than another here."
        assert len({rate.value for rate in rates.values()}) == 1
        return
    assert rates[best].value == min(rate.value for rate in rates.values())
    worse = [name for name in rates if name != best and newcombe_difference(rates[name], rates[best])[0] > 0]
    if not worse:
        assert told.startswith("No region")
        return
    names = re.search(r": (.*?)\.", told)[1]
    assert [name for name in rates if name in names] == worse
    assert "drivers bear it" in told


def check_examples(root, read, answers, pictures, order):
    """An example of each region, the first one, as the camera sees it; right or wrong is said in words."""
    images = list(root.iter("img"))
    said = [each for each in paragraphs(root) if "reads" in each]
    assert len(images) == len(said) == 4
    for region, image, words in zip(order, images, said, strict=True):
        row = read.index[read["region"] == region][0]
        shown = read_picture(base64.b64decode(image.get("src").split(",")[1]))
        np.testing.assert_allclose(shown, pictures[row], atol=0.5 / 255 + 1e-6)
        text = read["text"][row]
        assert image.get("alt") == f"Plate {text} of {region}"
        verdict = "right" if answers[row] == text else f"wrong, it is {text}"
        assert words == f"{region}: reads {answers[row]}: {verdict}"
    marked = ["".join(each.itertext()) for each in root.iter("b")]
    wrong = [
        got
        for region in order
        for row in [read.index[read["region"] == region][0]]
        for got, true in zip(answers[row], read["text"][row], strict=True)
        if got != true
    ]
    assert marked == wrong


def test_the_first_position_is_as_photographed(probe, day, reader):
    root = tree(probe.view())
    assert sentence(root).startswith("As photographed: ")
    read = first(day, 40)
    wrong = int((reader.predict(read["picture"]) != read["text"]).sum())
    assert sum(int(row[-1].split()[0]) for row in cells(root)) == wrong
    start = markers(root, svg.WHITE)
    assert [x for x, _ in start] == sorted(x for x, _ in start)  # whoever is misread most stands last
    for setting in conditions(probe):
        assert markers(tree(probe.view(**setting)), svg.WHITE) == start


def test_it_shows_what_is_planted(probe):
    """Little light takes the plates of little contrast first, blur and glare those of the rare region."""

    def wrong(**setting):
        return {row[0]: int(row[-1].split()[0]) for row in cells(tree(probe.view(**setting)))}

    assert max(wrong().values()) <= 6
    dark, bright = wrong(stops=-3), wrong(stops=1)
    assert dark["Lumeko"] > 2 * max(dark[other] for other in ("Talvora", "Osbelia", "Kestimar"))
    assert bright["Kestimar"] > 2 * max(bright[other] for other in ("Talvora", "Osbelia", "Lumeko"))
    assert max(wrong(sigma=2), key=wrong(sigma=2).get) == "Kestimar"
    more = [sum(wrong(dirt=each).values()) for each in probe.controls[3].options]
    assert more == sorted(more)


def test_the_same_numbers_each_time(probe, day, reader):
    again = light(day, reader, most=160)
    for setting in ({}, {"stops": -2}, {"stops": 1, "sigma": 1, "degrees": 40, "dirt": 0.3}):
        assert probe.view(**setting) == again.view(**setting)


def test_a_reader_that_is_trained_again_changes_nothing_here(day, plates):
    train = plates[plates["split"] == "train"][:200]
    reader = PlateReader().fit(train["picture"], train["text"])
    probe, before = light(day, reader, most=8), light(day, reader, most=8).view(stops=-1)
    reader.fit(train["picture"][::-1], train["text"])
    assert probe.view(stops=-1) == before
    assert light(day, reader, most=8).view(stops=-1) != before


def test_regions_that_are_alike_are_not_ranked(day, reader):
    """With the same rate everywhere nobody is the least or the most misread."""
    for text, said in (
        ("AAAAAA", "100 of 100 plates are read wrong (100 as photographed): all of them, in every region."),
        ("BBBBBB", "0 of 100 plates are read wrong (0 as photographed): none in any region."),
    ):
        probe = light(day.assign(text=text), Parrot("BBBBBB"), most=160)
        root = tree(probe.view(stops=-4.0, sigma=2.0, degrees=60.0, dirt=0.3))
        assert sentence(root).endswith(said)
        assert "No region is misread more often than another here." in paragraphs(root)
        check_texts(drawing(root))
    half = [("AAAAAA", "BBBBBB")[place % 2] for place in day.groupby("region").cumcount()]
    root = tree(light(day.assign(text=half), Parrot("BBBBBB"), most=160).view(dirt=0.2))
    assert sentence(root).endswith("(50 as photographed): about as many in every region.")
    few = day[(day["region"] != "Lumeko") | (np.arange(len(day)) % 8 == 0)].assign(text="AAAAAA")
    root = tree(light(few, Parrot("BBBBBB"), most=160).view())
    assert sentence(root).endswith("all of them, in every region with enough plates to tell.")


def test_few_plates_are_too_few_to_tell(day, reader):
    root = tree(light(day, reader, most=40).view(stops=-3))
    check_texts(drawing(root))
    assert {row[1] for row in cells(root)} == {"too few to tell"}
    assert "too few to compare" in sentence(root)
    assert not markers(root, svg.BLUE.fill)
    only = day[(day["region"] != "Lumeko") | (np.arange(len(day)) % 8 == 0)]
    root = tree(light(only, reader, most=160).view(stops=-3))
    rows = {row[0]: row[1] for row in cells(root)}
    assert rows.pop("Lumeko") == "too few to tell"
    assert all(value.isdigit() for value in rows.values())
    assert "Lumeko" not in sentence(root)


def test_a_condition_is_said_in_words(probe):
    stops, sigma, degrees, dirty = (control.words for control in probe.controls)
    assert [stops(each) for each in (0.0, 1.0, -3.0)] == [
        "as photographed",
        "+1 stop: 2 times the light",
        "−3 stops: 1/8 of the light",
    ]
    assert [sigma(each) for each in (0.0, 1.0, 1.5)] == ["none", "1 pixel", "1.5 pixels"]
    assert [degrees(each) for each in (0.0, 40.0)] == ["from the front", "40 degrees from the side"]
    assert [dirty(each) for each in (0.0, 0.3)] == ["none", "30 of 100 parts covered"]
    said = sentence(tree(probe.view(stops=-2, sigma=1, degrees=20, dirt=0.1)))
    assert said.startswith(
        "1/4 of the light, 1 pixel of blur, 20 degrees from the side, 10 of 100 parts dirty: "
    )


def test_a_move_is_fast(day, reader):
    probe = light(day, reader)
    start = time.thread_time()
    settings = [{"stops": -1}, {"sigma": 1}, {"degrees": 60}, {"dirt": 0.2}, {"stops": -3, "degrees": 40}]
    for setting in settings:
        probe.view(**setting)
    # Of this thread, so that a busy machine does not matter; twice the 100 ms that a move may take on a good one.
    assert (time.thread_time() - start) / len(settings) < 0.2


def test_a_deck_moves_it_in_little_space(probe):
    for control in probe.controls:
        played = probe.playable(control.name)
        assert f'max="{len(control.options) - 1}"' in played
        assert len(played.encode()) < 400_000


class Parrot:
    """A reader that says the same of every plate."""

    def __init__(self, text):
        self.text = text

    def predict(self, pictures):
        return [self.text] * len(pictures)


@pytest.mark.parametrize("name", NASTY)
def test_names_and_texts_are_text_only(day, name):
    named = day.assign(region=day["region"].replace("Lumeko", name), text="<b>0&1")
    root = tree(light(named, Parrot("<i>8&1"), most=160).view(stops=-1))
    assert not list(root.iter("script"))
    assert not list(root.iter("i"))
    assert name in "".join(root.find(".//table/tbody").itertext())
    assert any(name in image.get("alt") for image in root.iter("img"))
    assert "reads <i>8&1: wrong, it is <b>0&1" in paragraphs(root)[0]
    check_texts(drawing(root))


@pytest.mark.parametrize(
    "setting", [{"stops": 7}, {"stops": "0"}, {"dirt": 1}, {"degrees": 45}, {"rain": True}]
)
def test_a_position_that_there_is_not_is_refused(probe, setting):
    with pytest.raises(ValueError, match=r"cannot be|no control"):
        probe.view(**setting)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda day: day.drop(columns="text"), "columns text, region, picture"),
        (lambda day: None, "columns text, region, picture"),
        (lambda day: day.iloc[:0], "no plate"),
        (lambda day: day.assign(region=None), "lacks a value"),
        (lambda day: day.assign(region=[str(row % 13) for row in range(len(day))]), "at most 12.*are 13"),
        (lambda day: day.assign(picture=[np.zeros((16, 64))] * len(day)), "64 x 16 pixels"),
        (lambda day: day.assign(picture=[np.full((32, 128), np.nan)] * len(day)), "NaN"),
        (lambda day: day.assign(text="0B"), "same number of characters"),
    ],
)
def test_plates_that_do_not_fit_are_refused(day, reader, change, says):
    with pytest.raises(ValueError, match=says):
        light(change(day), reader)


@pytest.mark.parametrize("most", [0, 3, -1])
def test_too_few_plates_to_try_are_refused(day, reader, most):
    with pytest.raises(ValueError, match=f"most is {most}; there are 4 regions"):
        light(day, reader, most=most)


def test_a_reader_that_has_not_learned_is_refused(day):
    with pytest.raises(ValueError, match="not fitted"):
        light(day, PlateReader())


def test_every_region_of_the_data_is_shown(probe):
    assert {row[0] for row in cells(tree(probe.view()))} == set(FORMATS)
