"""The patch probe: it draws, tells and tabulates what a patch does to a score, for any model and size of picture."""

import base64
import itertools
import re
from math import ceil
from time import process_time
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop import datasets
from workshop.domains.vision.faces import face_detector
from workshop.domains.vision.occlusion import occlusion_map
from workshop.domains.vision.pictures import read
from workshop.probes import svg
from workshop.probes.patches import _zone, patch
from workshop.probes.words import half_up

SIZES = {"small": 5, "middle": 8, "large": 10}  # pixels, in a picture of 25 x 25


@pytest.fixture(scope="module")
def patches():
    return datasets.load("face_patches")


@pytest.fixture(scope="module")
def score(patches):
    train = patches.drop(patches.groupby("face").tail(30).index)
    detector = face_detector().fit(np.stack(train["picture"]), train["face"])
    return lambda pictures: detector.predict_proba(pictures)[:, 1]


@pytest.fixture(scope="module")
def shown(patches):
    return {f"picture {row}": patches["picture"][row] for row in (70, 83, 95, 125, 175)}


@pytest.fixture(scope="module")
def probe(score, shown):
    return patch(score, shown, source="small pictures")


def noise(height, width, seed=0):
    return np.random.default_rng(seed).random((height, width))


def spot(top, left, height=3, width=3):
    """Return a score that hangs on one part of a picture: how bright it is."""
    return lambda pictures: pictures[:, top : top + height, left : left + width].mean(axis=(1, 2))


def points(found, place):
    return half_up(100 * found.after[place]) - half_up(100 * found.before)


def signed(change):
    return f"{change:+}".replace("-", "−") if change else "0"


def frames(picture):
    """Return the black frames as dash and bounds in pixels: x from, x to, y from, y to."""
    found = []
    for path in picture.iter(f"{SVG}path"):
        if path.get("stroke") == svg.BLACK and path.get("stroke-width") == "2.5":
            x, y = np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", path.get("d")), dtype=float).T
            found.append((path.get("stroke-dasharray"), (x.min(), x.max(), y.min(), y.max())))
    return found


def image(picture):
    """Return the embedded picture and its bounds."""
    (element,) = picture.iter(f"{SVG}image")
    head, data = element.get("href").split(",")
    assert head == "data:image/png;base64"
    assert "pixelated" in element.get("style")
    x, y, wide, high = (float(element.get(name)) for name in ("x", "y", "width", "height"))
    return read(base64.b64decode(data)), (x, x + wide, y, y + high)


def test_every_position_tells_and_draws_what_was_measured(score, shown, probe):
    for name, size in itertools.product(shown, SIZES):
        found = occlusion_map(score, shown[name], SIZES[size], (7, 7))
        most = tuple(map(int, np.unravel_index(found.after.argmin(), (7, 7))))
        before, lowest = half_up(100 * found.before), half_up(100 * found.after[most])
        for row, column in ((1, 1), (most[0] + 1, most[1] + 1), (4, 7)):
            root = tree(probe.view(picture=name, size=size, row=row, column=column))
            picture, now = drawing(root), half_up(100 * found.after[row - 1, column - 1])
            told = sentence(root)
            assert told.startswith(f"The score of “face” is {before} of 100")
            assert (
                ("patch or not" in told) if now == before else (f"with the patch here it is {now}." in told)
            )
            assert (f"(row {most[0] + 1}, column {most[1] + 1})" in told) == (before - lowest >= 2)
            assert told.endswith(f" is {lowest}.") or before - lowest < 2
            expected = [[signed(points(found, (r, c))) for c in range(7)] for r in range(7)]
            assert [line[1:] for line in cells(root)] == expected
            texts = [text.text for text in picture.iter(f"{SVG}text")]
            drawn = [text for text in texts if re.fullmatch(r"[−+]\d+", text)]
            assert drawn == [each for line in expected for each in line if each != "0"]
            assert {str(before), str(now)} <= set(texts)
            check_texts(picture)
            assert float(picture.get("viewBox").split()[3]) <= 380


def test_the_patch_is_drawn_where_it_is_and_the_picture_is_the_picture(score, shown, probe):
    for name, size, row, column in itertools.product(shown, SIZES, (1, 4, 7), (1, 6)):
        found = occlusion_map(score, shown[name], SIZES[size], (7, 7))
        picture = drawing(tree(probe.view(picture=name, size=size, row=row, column=column, show="patch")))
        embedded, (left, right, top, bottom) = image(picture)
        assert np.array_equal(embedded, shown[name])
        pixel = (right - left) / 25
        assert pixel == pytest.approx((bottom - top) / 25)
        ((dash, bounds),) = frames(picture)
        assert dash is None
        x, y = left + pixel * found.left[column - 1], top + pixel * found.top[row - 1]
        assert bounds == pytest.approx((x, x + pixel * SIZES[size], y, y + pixel * SIZES[size]), abs=0.11)
        grey = f"#{half_up(255 * shown[name].mean()):02x}"
        (area,) = [rect for rect in picture.iter(f"{SVG}rect") if rect.get("fill", "").startswith(grey)]
        assert float(area.get("width")) == pytest.approx(pixel * SIZES[size], abs=0.11)


def test_the_picture_alone_does_not_give_the_place_away(probe):
    root = tree(probe.view(show="patch"))
    assert "hangs most" not in "".join(root.itertext())
    assert [line[0] for line in cells(root)] == ["not covered", "patch at row 4, column 4"]
    assert cells(root)[1][2] == signed(int(cells(root)[1][1]) - int(cells(root)[0][1]))
    check_texts(drawing(root))


@pytest.mark.parametrize(
    ("at", "zone"),
    [
        ((1, 2), "the upper left"),
        ((9, 62), "the upper middle"),
        (
            (20, 3),
            "the lower left",
        ),  # row 3 of 4: its middle is in the middle third, but it is below the middle
        ((27, 122), "the lower right"),
    ],
)
def test_a_sticker_that_gives_the_answer_away_is_found(at, zone):
    plates = {f"plate {seed}": 0.3 * noise(32, 128, seed) for seed in range(4)}
    for name in list(plates)[:3]:
        plates[name][at[0] : at[0] + 4, at[1] : at[1] + 4] = 1
    root = tree(patch(spot(*at, 4, 4), plates, what="region West", fill=0.2).view())
    assert f"It hangs most on {zone} (row" in sentence(root)
    assert sentence(root).endswith("with the patch there it is 20.")
    notes = [item.text for item in root.findall(".//li")]
    assert notes[0] == (
        f"3 of the pictures here have a score of 50 or more: {zone} matters most in 3 of them. What is there?"
    )


@pytest.mark.parametrize(
    ("shape", "places"), [((25, 25), (7, 7)), ((32, 128), (4, 14)), ((20, 10), (7, 3)), ((10, 50), (3, 14))]
)
def test_a_place_is_called_after_the_part_of_the_picture_that_it_is_in(shape, places):
    """Upper is above the middle, lower below it; in the middle is a place that lies in the middle third."""
    probe = patch(lambda pictures: pictures.mean(axis=(1, 2)), {"a": np.ones(shape)}, fill=0)
    assert tuple(probe.controls[control].options[-1] for control in (1, 2)) == places
    found = SimpleNamespace(after=np.empty(places))
    for row, column in np.ndindex(places):
        said = _zone(found, (row, column)).removeprefix("the ")
        parts = ["middle", "middle"] if said == "middle" else said.split()
        for number, all_of_them, word, names in (
            (row, places[0], parts[0], ("upper", "lower")),
            (column, places[1], parts[1], ("left", "right")),
        ):
            begins, ends = number / all_of_them, (number + 1) / all_of_them
            if word == names[0]:
                assert (begins + ends) / 2 < 0.5
            elif word == names[1]:
                assert (begins + ends) / 2 > 0.5
            else:
                assert word == "middle"
                assert (begins + ends) / 2 == 0.5 or (begins > 0.333 and ends < 0.667)


@pytest.mark.parametrize(
    "shape", [(25, 25), (32, 128), (24, 96), (10, 50), (20, 10), (40, 20), (13, 29), (256, 256)]
)
def test_no_pixel_is_out_of_reach_of_any_patch(shape):
    covered = np.zeros(shape, dtype=bool)

    def score(pictures):
        covered[(pictures == 0).any(axis=0)] = True
        return np.full(len(pictures), 0.5)

    probe = patch(score, {"a": np.ones(shape)}, fill=0)
    assert covered.all()  # the middle size is worked out at once
    for size in ("small", "large"):
        covered[:] = False
        probe.view(size=size)
        assert covered.all()


def test_frames_are_at_the_patch_and_at_the_place_that_matters_most():
    picture = 0.5 + noise(20, 20) / 10
    picture[:3, 17:] = 1
    root = tree(patch(spot(0, 17), {"a": picture}, fill=0).view(row=6, column=2))
    (_, _, top, bottom) = image(drawing(root))[1]
    (on_picture, *on_map) = frames(drawing(root))
    assert on_picture[0] is None
    side = (bottom - top) / 7
    places = {dash: (round((y - 28) / side), round((x - 390) / side)) for dash, (x, _, y, _) in on_map[:2]}
    assert places == {"4 3": (5, 1), None: (0, 6)}


def test_a_score_that_rises_is_hatched_and_has_a_plus():
    picture = np.full((20, 20), 0.5)
    picture[8:12, 8:12] = 0
    root = tree(patch(spot(8, 8, 4, 4), {"a": picture}, fill=1).view())
    assert "At no place does it fall by 2 or more." in sentence(root)
    assert "+100" in {cell for row in cells(root) for cell in row}
    hatched = [
        path
        for path in drawing(root).iter(f"{SVG}path")
        if path.get("stroke") == svg.VERMILION.strokes and len(path.get("d")) > 40
    ]
    assert len(hatched) > 1  # the legend has one


def test_a_score_that_nothing_changes_is_told_so():
    root = tree(patch(lambda pictures: np.full(len(pictures), 0.7), {"a": noise(20, 20)}).view())
    assert (
        sentence(root)
        == "The score of “face” is 70 of 100, patch or not. At no place does it fall by 2 or more."
    )
    assert {cell for row in cells(root) for cell in row[1:]} == {"0"}
    assert len(root.findall(".//li")) == 1
    check_texts(drawing(root))


@settings(max_examples=25, deadline=None)
@given(st.integers(10, 60), st.integers(10, 60), st.integers(0, 100), st.sampled_from(("map", "patch")))
def test_pictures_of_any_shape_are_drawn_without_a_clash(height, width, seed, show):
    height = min(max(height, ceil(width / 5)), 2 * width)
    weights = np.random.default_rng(seed).normal(size=(height, width))

    def score(pictures):
        return 1 / (1 + np.exp(-(pictures * weights).sum(axis=(1, 2)) / 4))

    probe = patch(
        score, {"first": noise(height, width, seed), "a much longer label " * 3: noise(height, width)}
    )
    for size in SIZES:
        root = tree(probe.view(picture=probe.controls[0].options[-1], size=size, show=show))
        check_texts(drawing(root))
        assert float(drawing(root).get("viewBox").split()[3]) <= 380
    rows, columns = probe.controls[1].options, probe.controls[2].options
    root = tree(probe.view(row=rows[-1], column=columns[-1], show="map"))
    assert [len(line) for line in cells(root)] == [1 + len(columns)] * len(rows)


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", 'O\'Brien & "sons"', "نجدة"])
def test_what_is_typed_is_text_only(typed):
    probe = patch(spot(3, 3), {typed: noise(12, 12)}, what=typed, source=typed)
    for view in (probe.view(), probe.still(), probe.playable()):
        assert "<script>alert" not in view
        assert view.count("<script") == (2 if "workshop-playable" in view else 0)
    tree(probe.view())


def test_a_column_of_a_table_is_taken_with_its_labels(patches, score):
    column = patches["picture"].iloc[[80, 190]].set_axis(["one", "other"])
    assert patch(score, column).controls[0].options == ("one", "other")
    assert patch(score, patches["picture"].iloc[[80]]).controls[0].options == ("80",)


def test_a_move_is_a_look_up_and_the_deck_stays_small(score, shown):
    start = process_time()
    probe = patch(score, shown)
    assert process_time() - start < 0.3 * len(shown)
    probe.view()
    start = process_time()
    for row, column in itertools.product(range(1, 8), range(1, 8)):
        probe.view(row=row, column=column)
    assert (process_time() - start) / 49 < 0.05
    for control in probe.controls:
        assert len(probe.playable(control.name).encode()) < 300_000
    assert probe.playable("row").count("data:image/png") == 2  # in the page, and once for all positions


def test_a_deck_of_plates_stays_small():
    plates = {f"plate {seed}": noise(32, 128, seed) for seed in range(12)}
    assert len(patch(spot(3, 3), plates).playable().encode()) < 900_000


def test_a_view_is_the_same_each_time(score, shown, probe):
    assert patch(score, shown, source="small pictures").view(column=2) == probe.view(column=2)
    assert probe.resolve() == {
        "picture": "picture 70",
        "row": 4,
        "column": 4,
        "size": "middle",
        "show": "map",
    }
    assert patch(score, shown, show="patch").resolve()["show"] == "patch"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"pictures": {}}, "There are 0 pictures"),
        ({"pictures": {str(n): noise(12, 12) for n in range(13)}}, "There are 13 pictures; choose 1 to 12"),
        ({"pictures": [noise(12, 12)]}, "pictures must be a dict"),
        ({"pictures": pd.DataFrame({"picture": [noise(12, 12)]})}, "pictures must be a dict"),
        ({"pictures": {"a": noise(9, 20)}}, "have 20 x 9 pixels; give sides of 10 to 256"),
        ({"pictures": {"a": noise(10, 257)}}, "give sides of 10 to 256"),
        ({"pictures": {"a": noise(23, 11)}}, "2 times higher than wide"),
        ({"pictures": {"a": noise(11, 56)}}, "at most 5 times wider than high"),
        ({"pictures": {"a": noise(12, 12), "b": noise(12, 13)}}, "different sizes"),
        ({"pictures": {"a": noise(12, 12) + 9}}, "give fractions"),
        ({"pictures": {"a": "face.png"}}, "is no picture"),
        ({"pictures": {1: noise(12, 12), "1": noise(12, 12)}}, "Two pictures have the label '1'"),
        ({"score": lambda pictures: np.full(len(pictures), 1.2)}, "numbers from 0 to 1"),
        ({"score": lambda pictures: pictures}, "one finite number for each picture"),
        ({"fill": 1.5}, "fill must be"),
        ({"fill": noise(12, 12)}, "fill must be one shade"),
        ({"show": "everything"}, "“Show” cannot be 'everything'"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(changed, words):
    given = {"score": spot(3, 3), "pictures": {"a": noise(12, 12)}}
    with pytest.raises(ValueError, match=words):
        patch(**(given | changed))


@pytest.mark.parametrize(
    "changed", [{"picture": "none"}, {"row": 0}, {"column": 8}, {"size": "huge"}, {"speed": 1}]
)
def test_what_is_no_choice_is_refused(probe, changed):
    with pytest.raises(ValueError, match=r"cannot be|There is no control"):
        probe.view(**changed)
