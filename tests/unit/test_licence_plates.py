"""The drawn licence plates: whole, as the truth says, and made again byte for byte."""

import json
import shutil
import sys
from collections import Counter

import numpy as np
import pandas as pd
import PIL
import pytest
from data_folders import ROOT, assert_made_again, make_module
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from workshop import datasets
from workshop.datasets import catalogue
from workshop.domains.vision.plates import FORMATS, POSSIBLE, region_of, slots

FOLDER = ROOT / "licence_plates"
SHEETS = ("train.png", "test.png", "reserve.png")


@pytest.fixture(scope="module")
def plates():
    return datasets.load("licence_plates")


@pytest.fixture(scope="module")
def truth():
    return datasets.truth("licence_plates")


@pytest.fixture(scope="module")
def make():
    return make_module("licence_plates")


@pytest.fixture
def pillow(make):
    """Skip where the plates can't be drawn again: another version of Pillow draws other pixels."""
    if PIL.__version__ != make.PILLOW:
        pytest.skip(f"This is Pillow {PIL.__version__}; the plates were drawn with {make.PILLOW}.")


# What is there


def test_every_plate_has_a_picture_a_text_and_a_condition(plates):
    columns = ["file", "place", "text", "region", "condition", "strength", "sticker", "split", "picture"]
    assert list(plates.columns) == columns
    assert len(plates) == 2860
    assert plates.notna().all(axis=None)
    assert {(picture.shape, picture.dtype) for picture in plates["picture"]} == {
        ((32, 128), np.dtype("uint8"))
    }
    assert plates["sticker"].dtype == bool
    assert (
        plates.groupby("file")["place"].agg(["min", "max", "size"]).eval("max == size - 1 and min == 0").all()
    )


def test_no_text_is_in_both_splits_and_none_is_drawn_twice(plates):
    assert plates["text"].is_unique
    assert set(plates["split"]) == {"train", "test", "reserve"}
    assert (plates["file"] == plates["split"] + ".png").all()
    assert plates["picture"].map(lambda picture: picture.tobytes()).is_unique


def test_texts_keep_the_format_of_their_region_and_hold_no_word(plates, make):
    assert (plates["text"].map(region_of) == plates["region"]).all()
    assert not plates["text"].str.contains("[AEIOUYJQ]").any()
    assert not plates["text"].str.contains("|".join(make.BARRED)).any()
    # All characters occur about equally often: none is known well because it is frequent.
    of_kind = Counter("".join(plates["text"]))
    for kind in (make.LETTERS, make.DIGITS):
        numbers = [of_kind[character] for character in kind]
        assert max(numbers) < 1.4 * min(numbers)
    assert len(make.LETTERS) ** 2 * 10**4 == POSSIBLE


def test_the_sheets_hold_the_pictures_of_the_table_and_are_small(plates):
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) < 6_000_000
    for row in plates.iloc[::251].itertuples():
        sheet = np.asarray(Image.open(FOLDER / row.file))
        down, right = divmod(row.place, 20)
        there = sheet[32 * down : 32 * down + 32, 128 * right : 128 * right + 128]
        np.testing.assert_array_equal(there, row.picture)


def ink(picture, place):
    """Return how dark the dark part of a place in a picture is, against its bright part."""
    part = picture[place.top : place.bottom, place.left : place.right].astype(float)
    return np.subtract(*np.percentile(part, [85, 15]))


def test_there_is_a_character_at_each_place_that_the_format_names(plates):
    day = plates[(plates["condition"] == "day") & (plates["region"] != "Lumeko")]
    for row in day.itertuples():
        places, _ = slots(FORMATS[row.region])
        assert len(places) == 6
        assert min(ink(row.picture, place) for place in places) > 60, row.text


# The truth


def test_the_truth_counts_the_plates_of_the_table(plates, truth):
    counts = plates.groupby(["split", "region"]).size().to_dict()
    planted = {
        (split, region): number
        for split, regions in truth["plates"].items()
        for region, number in regions.items()
    }
    assert counts == planted
    assert truth["formats"] == FORMATS


def test_the_rare_region_is_rare_in_training_only(plates, truth):
    shares = plates[plates["split"] == "train"]["region"].value_counts(normalize=True)
    assert shares[truth["rare_in_training"]] == pytest.approx(0.03)
    assert shares.to_dict() == pytest.approx(truth["share_of_training"])
    assert shares.drop(truth["rare_in_training"]).min() > 0.25
    assert plates[plates["split"] == "test"]["region"].value_counts().eq(240).all()
    assert set(plates[plates["split"] == "reserve"]["region"]) == {truth["rare_in_training"]}


def test_the_sticker_goes_with_one_region_in_training_and_with_none_in_the_test(plates, truth):
    found = plates.groupby(["split", "region"])["sticker"].agg(["mean", "size"])
    for (split, region), row in found.iterrows():
        assert row["mean"] == pytest.approx(truth["share_with_sticker"][split][region], abs=1 / row["size"])
    in_training = found.loc["train"]["mean"]
    assert in_training[truth["sticker_goes_with"]] == 0.95
    assert in_training.drop(truth["sticker_goes_with"]).max() < 0.025
    # Enough plates of each region with and without, or nobody could tell.
    assert plates[plates["split"] == "test"].groupby(["region", "sticker"]).size().eq(120).all()


def test_the_sticker_is_in_the_picture_and_where_it_does_not_hide_a_character(plates, make):
    day = plates[plates["condition"] == "day"]
    x, y, radius = make.STICKER
    places, _ = slots(FORMATS["Talvora"])
    assert x + radius + make.SHIFT[0] < places[0].left
    around = np.s_[y - radius - 2 : y + radius + 2, x - radius : x + radius]
    for region, group in day.groupby("region"):
        spread = group["picture"].map(lambda picture: np.ptp(picture[around].astype(float)))
        with_sticker, without = spread[group["sticker"]], spread[~group["sticker"]]
        assert with_sticker.quantile(0.05) > without.quantile(0.95), region


def test_conditions_are_equally_frequent_and_strong_for_every_region(plates, truth):
    planted = truth["same_for_every_region"]["conditions"]
    shares = plates.groupby(["split", "region"])["condition"].value_counts(normalize=True)
    for (_, _, condition), share in shares.items():
        assert share == pytest.approx(planted[condition]["share"], abs=0.011)
    for condition, group in plates.groupby("condition"):
        low, high = planted[condition]["strength"]
        assert group["strength"].between(low, high).all()
        assert np.ptp(group.groupby("region")["strength"].mean()) <= 0.1 * (high - low)


def test_a_condition_does_to_the_pictures_what_its_name_says(plates):
    stack = np.stack(plates["picture"]).astype(float)
    bright = pd.Series(stack.mean(axis=(1, 2)))
    rough = pd.Series(np.abs(np.diff(stack, axis=2)).mean(axis=(1, 2)))
    by = plates["condition"]
    assert bright.groupby(by).mean()["night"] < 0.4 * bright.groupby(by).mean()["day"]
    night = plates[(by == "night") & (plates["region"] == "Talvora")]
    assert night["strength"].corr(np.log2(bright[night.index])) < -0.95
    assert rough.groupby(by).mean()["blur"] < 0.8 * rough.groupby(by).mean()["day"]


def test_one_region_has_little_contrast(plates, truth):
    day = plates[plates["condition"] == "day"]
    contrast = day["picture"].map(lambda picture: np.ptp(np.percentile(picture[6:26, 22:120], [5, 95])))
    means = contrast.groupby(day["region"]).mean()
    assert means[truth["little_contrast"]] < 0.6 * means.drop(truth["little_contrast"]).min()
    looks = {region: look["ground"] - look["ink"] for region, look in truth["looks"].items()}
    assert min(looks, key=looks.get) == truth["little_contrast"]


# A damaged sheet


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    root = tmp_path_factory.mktemp("damaged") / "datasets"
    shutil.copytree(FOLDER, root / "licence_plates")
    return root


@given(
    sheet=st.sampled_from(SHEETS),
    place=st.integers(0, 600_000),
    change=st.integers(1, 255),
    cut=st.booleans(),
)
@settings(max_examples=10, deadline=None)
def test_a_changed_sheet_is_never_read(copied, sheet, place, change, cut):
    path = copied / "licence_plates" / sheet
    content = bytearray((FOLDER / sheet).read_bytes())
    place %= len(content)
    content[place] ^= change
    path.write_bytes(content[:place] if cut else content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "ROOT", copied)
        with pytest.raises(
            datasets.DatasetError, match=r"is cut short|is not the one the course was made with"
        ):
            datasets.load("licence_plates")
    shutil.copy(FOLDER / sheet, path)


# How they were made


def test_make_plans_the_committed_table_and_truth(make, plates, truth):
    pd.testing.assert_frame_equal(make.plan(), plates.drop(columns="picture"))
    assert json.loads(json.dumps(make.truth())) == truth


def test_make_draws_the_committed_pictures(make, pillow, plates):
    for row in plates.iloc[::97].itertuples():
        drawn = make.photograph(row, np.random.default_rng([make.SEED, *row.text.encode()]))
        np.testing.assert_array_equal(drawn, row.picture, err_msg=row.text)


@pytest.mark.skipif(
    sys.version_info[:2] != (3, 11) or sys.platform != "linux", reason="made with Python 3.11 on Linux"
)
def test_make_makes_the_committed_bytes(pillow, tmp_path):
    assert_made_again("licence_plates", (*SHEETS, "plates.csv", "truth.json"), tmp_path)


def test_make_with_another_pillow_says_which_one_it_needs(make, monkeypatch):
    monkeypatch.setattr(PIL, "__version__", "12.1.0")
    with pytest.raises(
        SystemExit, match=r"This is not Pillow 13\.0\.0 but 12\.1\.0: install version 13\.0\.0"
    ):
        make.require_pillow()
