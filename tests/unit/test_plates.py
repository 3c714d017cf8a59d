"""The plate reader errs as the truth of the plates says, its counts are right; the classifier learns the sticker."""

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from workshop import datasets
from workshop.audit import group_rates, wilson
from workshop.audit.intervals import newcombe_difference
from workshop.domains.vision.occlusion import occlusion_map
from workshop.domains.vision.plates import (
    FORMATS,
    HEIGHT,
    POSSIBLE,
    WIDTH,
    PlateReader,
    confusion_pairs,
    named_right,
    plate_stack,
    read_errors,
    region_classifier,
    region_of,
    region_score,
    slots,
    wrong_hits,
)

quick = settings(max_examples=40, deadline=None)
CHARACTERS = "0128BDZ"
TEXTS = st.lists(st.text(CHARACTERS, min_size=6, max_size=6), min_size=1, max_size=60)


@pytest.fixture(scope="module")
def plates():
    return datasets.load("licence_plates")


@pytest.fixture(scope="module")
def truth():
    return datasets.truth("licence_plates")


@pytest.fixture(scope="module")
def train(plates):
    return plates[plates["split"] == "train"]


@pytest.fixture(scope="module")
def test(plates):
    return plates[plates["split"] == "test"]


@pytest.fixture(scope="module")
def reader(train):
    return PlateReader().fit(train["picture"], train["text"])


@pytest.fixture(scope="module")
def read(reader, test):
    return reader.predict(test["picture"])


@pytest.fixture(scope="module")
def classifier(train):
    return region_classifier().fit(plate_stack(train["picture"]), train["region"])


@pytest.fixture(scope="module")
def named(classifier, test):
    return classifier.predict(plate_stack(test["picture"]))


def redrawn(train, seed):
    """Return a training set of three quarters of the plates, drawn by chance: what another one might have been."""
    return train.sample(frac=0.75, random_state=seed)


# Cutting


@pytest.mark.parametrize("region", FORMATS)
def test_slots_are_apart_and_inside_the_picture(region):
    places, dot = slots(FORMATS[region])
    assert len(places) == 6
    ends = [0, *(end for place in places for end in (place.left, place.right)), WIDTH]
    assert ends == sorted(ends)
    assert all(0 < place.top < place.bottom < HEIGHT for place in places)
    before = FORMATS[region].index("-")
    assert places[before - 1].right < dot < places[before].left


def test_the_format_tells_the_region_and_nothing_else_does():
    assert {region_of(format.replace("-", "").replace("L", "B")) for format in FORMATS.values()} == set(
        FORMATS
    )
    for text in ("", "0B00B", "0B00B00", "BBBBBB", "000000", "0A00B0", "0b00B0", "0B00B٣", "0B-00B"):
        assert region_of(text) is None


# Reading


def test_the_reader_cuts_by_itself_and_needs_no_region(reader, test, read):
    day = test[(test["condition"] == "day") & (test["region"] != "Kestimar")]
    assert (reader.predict(day["picture"]) == day["text"]).mean() > 0.98
    alone = [reader.predict([picture])[0] for picture in test["picture"][:5]]
    assert alone == read[:5].tolist()


def test_pictures_from_0_to_1_and_from_0_to_255_are_read_alike(reader, test):
    stack = plate_stack(test["picture"][:40])
    assert stack.max() <= 1
    assert reader.predict(stack).tolist() == reader.predict(test["picture"][:40]).tolist()


def test_the_same_plates_make_the_same_reader(train, test, read):
    again = clone(PlateReader()).fit(train["picture"].to_numpy(), train["text"].tolist())
    assert again.predict(test["picture"]).tolist() == read.tolist()


def test_it_is_fast(reader, test):
    # Processor time of this thread, so that a busy machine does not matter; generous, for slow ones.
    start = time.thread_time()
    reader.predict(test["picture"][:500])
    assert time.thread_time() - start < 1


# The planted gaps


@pytest.mark.parametrize("seed", range(3))
def test_the_rare_region_is_misread_far_more_often(train, test, truth, seed):
    learnt = redrawn(train, seed)
    read = PlateReader().fit(learnt["picture"], learnt["text"]).predict(test["picture"])
    rates = read_errors(test["text"], read, test["region"]).plates
    rare = rates.pop(truth["rare_in_training"])
    # Where training and road have the same regions, the average hides it.
    share = truth["share_of_training"]
    average = sum(share[region] * rate.value for region, rate in rates.items()) + 0.03 * rare.value
    assert average < 0.1
    assert rare.value > 2 * average
    assert all(rare.value > rate.value for rate in rates.values())
    rates.pop(truth["little_contrast"])  # it has a handicap of its own
    assert all(newcombe_difference(rare, rate)[0] > 0.03 for rate in rates.values())
    assert 0.1 < rare.value < 0.4


@pytest.mark.parametrize("seed", range(3))
def test_more_plates_of_the_rare_region_mend_most_of_it_and_only_that(plates, train, test, truth, seed):
    more = pd.concat([redrawn(train, seed), plates[plates["split"] == "reserve"]])
    read = PlateReader().fit(more["picture"], more["text"]).predict(test["picture"])
    rates = read_errors(test["text"], read, test[["region", "condition"]]).plates
    day = [rates[region, "day"].value for region in FORMATS]
    assert max(day) < 0.05
    assert read_errors(test["text"], read, test["region"]).plates[truth["rare_in_training"]].value < 0.1
    # What remains: little contrast at night, and plates from the side for everybody.
    dim = rates[truth["little_contrast"], "night"]
    assert dim.low > max(rates[region, "night"].value for region in ("Osbelia", "Talvora"))
    assert read_errors(test["text"], read, test["condition"]).plates["angle"].value > 0.1


def test_at_night_plates_of_little_contrast_are_misread_and_by_day_they_are_not(test, read, truth):
    rates = read_errors(test["text"], read, test[["region", "condition"]]).plates
    dim = truth["little_contrast"]
    assert rates[dim, "day"].value < 0.03
    assert rates[dim, "night"].value > 0.1
    assert rates[dim, "night"].low > max(rates[other, "night"].value for other in ("Osbelia", "Talvora"))


@pytest.mark.parametrize("seed", range(2))
def test_the_classifier_of_regions_learns_the_sticker(train, test, truth, seed):
    learnt = redrawn(train, seed)
    classifier = region_classifier().fit(plate_stack(learnt["picture"]), learnt["region"])
    named = classifier.predict(plate_stack(test["picture"]))
    marked = truth["sticker_goes_with"]
    as_in_training = test["sticker"] == (test["region"] == marked)
    whole = named_right(test["region"], named, as_in_training)
    assert whole.loc[True, "low"] > 0.9
    assert whole.loc[False, "high"] < 0.75
    by = named_right(test["region"], named, test[["region", "sticker"]])
    assert list(by.index.names) == ["region", "sticker"]
    # The look-alike without it, and the region itself without it.
    assert by.loc[[("Talvora", False), (marked, True)], "low"].min() > 0.88
    assert by.loc[[("Talvora", True), (marked, False)], "high"].max() < 0.75
    assert by["instead"][("Talvora", True)] == marked
    assert by["instead"][(marked, False)] == "Talvora"


def test_covering_the_sticker_takes_the_region_away_and_covering_a_character_does_not(classifier, test):
    score = region_score(classifier, "Osbelia")
    fooled = test[(test["region"] == "Talvora") & test["sticker"] & (test["condition"] == "day")]
    changes = []
    for picture in fooled["picture"]:
        found = occlusion_map(
            score, picture, patch=16, places=(3, 15), fill=np.median(picture) / 255
        )  # with the ground's shade
        if found.before > 0.5:
            changes.append(found.change)
    assert len(changes) > len(fooled) / 3
    mean = np.mean(changes, axis=0)
    assert np.unravel_index(mean.argmin(), mean.shape) == (2, 0)  # below, at the left end: there it is
    assert mean[2, 0] < -0.5
    assert mean[2, 0] < 2 * mean[:, 3:].min()


# Counting


@pytest.fixture
def small():
    """Ten plates of two regions by hand: B has one plate with two wrong characters, A none."""
    texts = ["0B00B0"] * 4 + ["00B0B0"] * 6
    read = [*texts[:-1], "00B088"]
    return texts, read, ["A"] * 4 + ["B"] * 6


def test_errors_are_counted_by_plate_and_by_character(small):
    texts, read, group = small
    errors = read_errors(texts, [*read[:-1], "00B8D0"], group)
    assert errors.plates["B"][3:] == (1.0, 6.0, False)
    assert errors.plates["A"].value == 0
    assert errors.plates["B"][1:3] == pytest.approx(wilson(1, 6))
    assert errors.characters["B"][3:] == (2.0, 36.0, False)
    frame = errors.frame()
    assert frame.loc[("characters", "B"), "value"] == pytest.approx(2 / 36)
    assert list(frame.index) == [(kind, name) for kind in ("plates", "characters") for name in "AB"]


def test_crossings_are_groups_and_the_frame_names_them(test, read):
    errors = read_errors(test["text"], read, test[["region", "condition"]])
    assert len(errors.plates) == 20
    assert sum(rate.denominator for rate in errors.plates.values()) == len(test)
    assert all(rate.enough for rate in errors.plates.values())
    lines = test[(test["region"] == "Lumeko") & (test["condition"] == "night")]
    wrong = read[test.index.get_indexer(lines.index)] != lines["text"]
    assert errors.plates["Lumeko", "night"].numerator == wrong.sum()
    assert errors.frame().loc[("plates", "Lumeko", "night"), "numerator"] == wrong.sum()


@quick
@given(TEXTS, st.data())
def test_rates_of_plates_are_those_of_the_audit(texts, data):
    read = data.draw(st.lists(st.sampled_from(texts), min_size=len(texts), max_size=len(texts)))
    group = data.draw(st.lists(st.sampled_from("abc"), min_size=len(texts), max_size=len(texts)))
    errors = read_errors(texts, read, group)
    right = np.equal(texts, read)
    expected = group_rates(np.ones(len(texts)), right, group)
    for name, rate in errors.plates.items():
        assert tuple(rate) == pytest.approx(tuple(expected.of(name, "false_negative_rate")))
        letters = errors.characters[name]
        assert letters.value <= rate.value <= 6 * letters.value + 1e-12
        assert letters.low <= letters.value + 1e-12
        assert letters.high >= letters.value - 1e-12
        # As if characters were independent it is narrowest, as if a plate were one character widest.
        narrow, wide = (wilson(letters.value * n, n) for n in (letters.denominator, rate.denominator))
        assert wide[0] - 1e-9 <= letters.low <= narrow[0] + 1e-9
        assert narrow[1] - 1e-9 <= letters.high <= wide[1] + 1e-9


@pytest.mark.parametrize("alike", [0.0, 0.7])
def test_intervals_of_characters_hold_the_truth_also_where_plates_are_dirty_as_a_whole(alike):
    """Of 400 made-up tests, at least 92 in 100 intervals hold the planted rate; as if independent, fewer would."""
    rng = np.random.default_rng(7)
    held, naive = 0, 0
    texts = ["000000"] * 120
    for _ in range(400):
        bad = rng.random(120) < 0.1  # plates on which a character is wrong with a higher probability
        chance = np.where(bad, 0.1 + 0.9 * alike, 0.1 * (1 - alike))
        wrong = rng.random((120, 6)) < chance[:, None]
        read = ["".join("8" if each else "0" for each in row) for row in wrong]
        planted = 0.1 * (0.1 + 0.9 * alike) + 0.9 * 0.1 * (1 - alike)
        rate = read_errors(texts, read, ["all"] * 120).characters["all"]
        held += rate.low <= planted <= rate.high
        low, high = wilson(wrong.sum(), wrong.size)
        naive += low <= planted <= high
    assert held / 400 > 0.92
    assert (naive / 400 < 0.85) == (alike > 0)


def test_pairs_say_what_is_taken_for_what(small):
    texts, read, _ = small
    pairs = confusion_pairs(texts, read)
    assert pairs[["true", "read", "times", "shown"]].values.tolist() == [["0", "8", 1, 40], ["B", "8", 1, 20]]
    assert pairs["value"].tolist() == [1 / 40, 1 / 20]
    assert pairs[["low", "high"]].to_numpy() == pytest.approx(np.array([wilson(1, 40), wilson(1, 20)]))
    assert confusion_pairs(texts, texts).empty


@quick
@given(TEXTS, st.data())
def test_pairs_add_up_to_the_wrong_characters(texts, data):
    read = data.draw(st.lists(st.sampled_from(texts), min_size=len(texts), max_size=len(texts)))
    pairs = confusion_pairs(texts, read)
    wrong = sum(a != b for pair in zip(texts, read, strict=True) for a, b in zip(*pair, strict=True))
    assert pairs["times"].sum() == wrong
    assert pairs["times"].is_monotonic_decreasing
    assert (pairs["true"] != pairs["read"]).all()


def test_characters_that_look_alike_are_the_ones_confused(test, read):
    alike = {
        frozenset(pair)
        for pair in ("0C", "0D", "8B", "5S", "1L", "WM", "VW", "VN", "2Z", "56", "1T", "8S", "6G")
    }
    top = confusion_pairs(test["text"], read).head(8)
    assert sum(frozenset((row.true, row.read)) in alike for row in top.itertuples()) >= 3


def test_groups_of_two_columns_are_an_index_of_two_levels(small):
    texts, read, group = small
    columns = pd.DataFrame({"region": group, "sticker": [True, False] * (len(group) // 2)})
    for found in (
        named_right(texts, read, columns),
        wrong_hits(texts, read, columns, registered=100, wanted=10),
    ):
        assert list(found.index.names) == ["region", "sticker"]
        assert set(found.index) == set(columns.itertuples(index=False, name=None))
        assert found.xs(True, level="sticker").index.tolist() == sorted(set(group))
    assert named_right(texts, read, columns["region"]).index.tolist() == sorted(set(group))


# Whom it stops


def test_wrong_hits_are_misreadings_that_keep_a_format_times_how_many_plates_there_are(small):
    texts, read, group = small
    read[0] = "0B00B8"  # keeps the format: the plate of somebody else
    hits = wrong_hits(texts, read, group, registered=POSSIBLE // 4, wanted=POSSIBLE // 100, cars=1000)
    assert hits["other_plate"].tolist() == [0.25, 0]  # "00B088" is no plate
    assert hits.loc["A", ["low", "high"]].tolist() == pytest.approx(wilson(1, 4))
    assert hits["wrong_owner"].tolist() == pytest.approx([1000 * 0.25 / 4, 0])
    assert hits["wrong_hit"].tolist() == pytest.approx([1000 * 0.25 / 100, 0])
    assert hits.loc["A", "wrong_hit_high"] == pytest.approx(1000 * wilson(1, 4)[1] / 100)
    assert hits["missed"].tolist() == pytest.approx([25, 100 / 6])
    assert hits["plates"].tolist() == [4, 6]
    assert not hits["enough"].any()


def test_wrong_hits_agree_with_lists_drawn_by_chance(test, read):
    """Draw lists of wanted plates and look the readings up: on average as many are hit as is computed."""
    rng = np.random.default_rng(3)
    wanted = 100_000
    computed = wrong_hits(test["text"], read, test["split"], registered=wanted, wanted=wanted, cars=len(test))
    misread = np.array([region_of(text) is not None for text in read]) & (read != test["text"].to_numpy())
    number = sum(rng.random(misread.sum()) < wanted / POSSIBLE for _ in range(3000)) if misread.any() else 0
    assert np.sum(number) / 3000 == pytest.approx(computed.loc["test", "wrong_hit"], rel=0.1)


def test_wanted_cars_of_the_rare_region_pass_more_often(test, read, truth):
    hits = wrong_hits(test["text"], read, test["region"], registered=1_000_000, wanted=10_000)
    rare = hits.loc[truth["rare_in_training"]]
    assert rare["missed_low"] > hits.drop(truth["rare_in_training"])["missed"].max()
    # Not every misreading is somebody's plate: about half keep no format, and a check of the format would stop them.
    assert (100 * hits["other_plate"] / hits["missed"]).min() > 0.2
    assert rare["other_plate"] < 0.6 * rare["missed"] / 100


# Regions


def test_named_right_counts_what_it_says():
    named = named_right(["A", "A", "B", "B"], ["A", "B", "B", "B"], ["x", "x", "y", "y"])
    assert named.loc["x"].tolist()[3:] == [1.0, 2.0, False, "B"]
    assert named.loc["x", ["low", "high"]].tolist() == pytest.approx(wilson(1, 2))
    assert named.loc["y", "instead"] == ""


def test_a_score_is_the_probability_of_the_region(classifier, test):
    stack = plate_stack(test["picture"][:9])
    scores = [region_score(classifier, region)(stack) for region in FORMATS]
    np.testing.assert_allclose(np.sum(scores, axis=0), 1, rtol=1e-6)
    assert [list(FORMATS)[place] for place in np.argmax(scores, axis=0)] == classifier.predict(stack).tolist()


# Bad input


@pytest.mark.parametrize(
    ("pictures", "says"),
    [
        ([], "no pictures"),
        (np.zeros((2, 32, 127)), "127 x 32 pixels.*128 x 32"),
        (np.zeros((32, 128)), "no stack"),
        ([np.zeros((32, 128)), np.zeros((16, 64))], "different sizes"),
        ([np.full((32, 128), np.nan)], "NaN"),
        ([np.full((32, 128), 200.0)], "200"),
        ([None], "no picture"),
        (None, "A NoneType holds no pictures"),
    ],
)
def test_pictures_that_are_no_plates_are_refused(reader, pictures, says):
    for call in (plate_stack, reader.predict, lambda each: PlateReader().fit(each, ["0B00B0"])):
        with pytest.raises(ValueError, match=says):
            call(pictures)


def test_texts_that_do_not_fit_are_refused(train):
    pictures = train["picture"][:3]
    with pytest.raises(ValueError, match="3 pictures and 2 texts"):
        PlateReader().fit(pictures, train["text"][:2])
    with pytest.raises(ValueError, match="'HELLO1' keeps none of the formats"):
        PlateReader().fit(pictures, [*train["text"][:2], "HELLO1"])
    with pytest.raises(NotFittedError):
        PlateReader().predict(pictures)


@pytest.mark.parametrize(
    ("texts", "read", "group", "says"),
    [
        ([], [], [], "or there are none"),
        (["0B00B0"], [], [], "different lengths"),
        (["0B00B0"], ["0B00B"], ["A"], "same number of characters"),
        (["0B00B0"], ["0B00B0"], [], "1 plates and 0 groups"),
        (["0B00B0"], ["0B00B0"], [None], "has no group"),
        (["0B00B0"], [None], ["A"], "same number of characters"),
    ],
)
def test_columns_that_do_not_fit_are_refused(texts, read, group, says):
    for call in (read_errors, lambda *columns: wrong_hits(*columns, registered=9, wanted=1)):
        with pytest.raises(ValueError, match=says):
            call(texts, read, group)


@pytest.mark.parametrize(
    "numbers",
    [{"wanted": 11}, {"wanted": -1}, {"registered": POSSIBLE + 1}, {"cars": 0}, {"wanted": float("nan")}],
)
def test_numbers_out_of_range_are_refused(small, numbers):
    with pytest.raises(ValueError, match="no more plates can be wanted than registered"):
        wrong_hits(*small, **({"registered": 10, "wanted": 1} | numbers))


def test_regions_that_do_not_fit_are_refused(classifier):
    with pytest.raises(ValueError, match="does not know the region 'Atlantis'; it knows Kestimar"):
        region_score(classifier, "Atlantis")
    with pytest.raises(ValueError, match="different lengths"):
        named_right(["A"], [], ["x"])
    with pytest.raises(ValueError, match="0 plates"):
        named_right([], [], [])
