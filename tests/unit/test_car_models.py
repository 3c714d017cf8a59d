"""Lists of car models: what is planted is in them, and the look-ups say what scikit-learn counts."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, top_k_accuracy_score

from workshop import datasets
from workshop.audit import wilson
from workshop.domains.vision import CarLists
from workshop.domains.vision.car_models import EVERY, LIGHTS, LONGEST, generate, ranks

FOLDER = Path(__file__).resolve().parents[2] / "datasets" / "car_models"
PICTURES = datasets.load("car_models")
LISTS = CarLists(PICTURES)
CANDIDATES = [f"candidate_{place}" for place in range(1, LONGEST + 1)]


def test_the_committed_files_are_what_the_generator_makes():
    pictures, truth = generate()
    made = pictures.to_csv(index=False, lineterminator="\n").encode()
    assert made == (FOLDER / "car_models.csv").read_bytes()
    assert truth == json.loads((FOLDER / "truth.json").read_text("utf-8")) == datasets.truth("car_models")
    pd.testing.assert_frame_equal(pictures, PICTURES)


def test_the_datasheet_counts_what_is_there():
    text = " ".join((FOLDER / "README.md").read_text("utf-8").split())
    counts = PICTURES["light"].value_counts()
    assert (
        f"{len(PICTURES):,}: {counts['day']} by day, {counts['dusk']} at dusk, {counts['night']} at night"
        in text
    )
    assert f"{(~PICTURES['in_catalogue']).sum()} cars are of a model that it lacks" in text


def test_each_list_has_ten_different_models_and_a_share():
    assert (PICTURES[CANDIDATES].nunique(axis=1) == LONGEST).all()
    assert PICTURES["sure"].between(0, 1).all()
    assert ((PICTURES["model"] == "not in catalogue") == ~PICTURES["in_catalogue"]).all()


@pytest.mark.parametrize("light", [EVERY, *LIGHTS])
@pytest.mark.parametrize("length", [1, 3, 5, 10])
def test_a_list_holds_the_right_model_as_often_as_scikit_learn_says(light, length):
    inside = PICTURES["in_catalogue"] & ((PICTURES["light"] == light) | (light == EVERY))
    own = PICTURES[inside]
    names = np.array(sorted({*own["model"], *own[CANDIDATES].to_numpy().ravel()}))
    scores = np.zeros((len(own), len(names)))
    for place, column in enumerate(CANDIDATES):
        scores[np.arange(len(own)), np.searchsorted(names, own[column])] = LONGEST - place
    found = LISTS.listed(length, light)
    expected = top_k_accuracy_score(own["model"], scores, k=length, labels=names, normalize=False)
    assert found.on_the_list == expected
    assert found.first == accuracy_score(own["model"], own["candidate_1"], normalize=False)
    assert found.pictures == ((PICTURES["light"] == light) | (light == EVERY)).sum()
    assert found.not_in_catalogue == found.pictures - len(own)
    assert found.share(found.on_the_list)[1:3] == wilson(found.on_the_list, found.pictures)


def test_only_as_sure_as_asked():
    for at_least in (0.5, 0.8, 0.9):
        inside = (PICTURES["sure"] >= at_least) & (PICTURES["light"] == "night")
        found = LISTS.listed(5, "night", at_least)
        assert found.pictures == inside.sum()
        assert found.first == (ranks(PICTURES)[inside] == 1).sum()
        assert LISTS.said("night", at_least) == pytest.approx(PICTURES["sure"][inside].mean())


def test_a_longer_list_never_loses_a_model_and_never_finds_one_the_catalogue_lacks():
    rows = [LISTS.listed(length) for length in range(1, LONGEST + 1)]
    assert [row.on_the_list for row in rows] == sorted(row.on_the_list for row in rows)
    assert len({row.not_in_catalogue for row in rows}) == len({row.first for row in rows}) == 1
    assert all(row.not_in_catalogue <= row.wrong_first for row in rows)


@pytest.mark.parametrize("absent", [0.0, 0.12, 0.4])
def test_what_is_planted_is_found_on_many_seeds(absent):
    shares, nights = [], []
    for seed in range(6):
        pictures, truth = generate(seed, absent)
        lists = CarLists(pictures)
        assert truth["share_not_in_catalogue"] == absent
        shares.append(lists.listed().not_in_catalogue / len(pictures))
        by_light = {light: lists.listed(5, light) for light in LIGHTS}
        right = {light: row.first / row.pictures for light, row in by_light.items()}
        assert right["day"] > right["dusk"] > right["night"]
        nights.append(lists.said("night") - right["night"])
        # Too sure at night, and as sure as by day.
        assert lists.said("night") > lists.said("dusk")
    assert np.mean(shares) == pytest.approx(absent, abs=0.02)
    assert min(nights) > 0.25


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda pictures: None, "one row a picture"),
        (lambda pictures: pictures[:0], "not an empty one"),
        (lambda pictures: pictures.drop(columns="candidate_7"), "no column 'candidate_7'"),
        (lambda pictures: pictures.assign(sure=1.2), "a share from 0 to 1"),
        (lambda pictures: pictures.assign(sure="very"), "a share from 0 to 1"),
        (lambda pictures: pictures.assign(in_catalogue="yes"), "True or False"),
    ],
)
def test_what_is_no_table_of_lists_is_said(change, says):
    with pytest.raises(ValueError, match=says):
        CarLists(change(PICTURES))


@pytest.mark.parametrize("length", [0, 11, 2.5, "5"])
def test_a_length_that_no_list_has(length):
    with pytest.raises(ValueError, match="from 1 to 10"):
        LISTS.listed(length)


def test_a_light_that_does_not_occur():
    with pytest.raises(ValueError, match="no light 'fog'"):
        LISTS.listed(5, "fog")
    by_day = CarLists(PICTURES[PICTURES["light"] == "day"])
    assert by_day.lights == (EVERY, "day")


@pytest.mark.parametrize("share", [-0.1, 0.95, float("nan")])
def test_a_share_that_cannot_be_planted(share):
    with pytest.raises(ValueError, match=r"from 0 to 0\.9"):
        generate(0, share)
