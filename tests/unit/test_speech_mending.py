"""A spotter that is trained in another way is trained on what is said, and what it misses is counted by speaker."""

import numpy as np
import pandas as pd
import pytest

from workshop import datasets
from workshop.domains.speech.conditions import telephone_band
from workshop.domains.speech.mending import missed_after_adding, missed_after_training, missed_on_line
from workshop.domains.speech.spotting import keyword_spotter, word_features


@pytest.fixture(scope="module")
def sides():
    clips = datasets.load("spoken_keywords")
    return {name: clips[clips["split"] == name] for name in ("train", "reserve", "test")}


@pytest.fixture(scope="module")
def groups(sides):
    truth = datasets.truth("spoken_keywords")
    names = {accent: kind for kind in ("well_represented", "rare", "absent") for accent in truth[kind]}
    return sides["test"]["accent"].map(names)


def of_hundred(rates):
    return {group: round(100 * rates.of(group).value) for group in rates.groups}


def direct(training, tested, line=None):
    """Return which tested words are missed, by scikit-learn alone."""
    send = line or (lambda samples: samples)
    spotter = keyword_spotter().fit(
        word_features([send(samples) for samples in training["samples"]]), training["word"].to_numpy()
    )
    heard = spotter.predict(word_features([send(samples) for samples in tested["samples"]]))
    return heard != tested["word"].to_numpy()


def test_training_again_is_training_a_spotter(sides, groups):
    rates = missed_after_training(sides["train"], sides["test"], groups)
    missed = direct(sides["train"], sides["test"])
    for group in rates.groups:
        inside = (groups == group).to_numpy()
        assert rates.of(group)[3:5] == (missed[inside].sum(), inside.sum())
        assert rates.of(group).enough
    more = pd.concat([sides["train"], sides["reserve"]])
    assert missed_after_training(more, sides["test"], groups).difference("absent", "rare").low < 0
    gain = missed_after_training(more, sides["test"], groups).change(rates, "absent")
    assert gain.high < 0


def test_a_weight_of_two_is_a_clip_that_is_there_twice(sides, groups):
    rare = sides["train"]["accent"].str.contains("German|Scottish")
    twice = pd.concat([sides["train"], sides["train"][rare]])
    few = sides["test"][groups == "rare"]
    weighted = missed_after_training(sides["train"], few, few["accent"], 1 + rare)
    # Features are standardised without weights, so the two models are near, not equal.
    np.testing.assert_allclose(
        weighted.values, missed_after_training(twice, few, few["accent"]).values, atol=0.03
    )


def test_on_a_line_it_was_not_trained_for_everybody_is_missed_and_training_on_the_line_mends_that(
    sides, groups
):
    found = missed_on_line(sides["train"], sides["test"], groups)
    assert list(found) == ["as recorded", "on the line", "trained on the line"]
    recorded, line, trained = found.values()
    np.testing.assert_array_equal(
        recorded.values, missed_after_training(sides["train"], sides["test"], groups).values
    )
    assert trained.numerators.sum() == direct(sides["train"], sides["test"], telephone_band).sum()
    for group in recorded.groups:
        assert line.change(recorded, group).low > 0.5
        assert trained.change(line, group).high < -0.4
    assert trained.difference("absent", "well_represented").low > 0  # the gap between accents stays


def test_any_change_of_the_sound_can_be_a_line(sides, groups):
    found = missed_on_line(
        sides["train"], sides["test"].head(60), groups.head(60), line=lambda samples: samples
    )
    assert len({tuple(rates.numerators) for rates in found.values()}) == 1


@pytest.mark.parametrize("own", [False, True])
def test_for_each_accent_its_own_speakers_are_added_or_all_others(sides, groups, own):
    train, reserve, test = sides["train"], sides["reserve"], sides["test"]
    rates = missed_after_adding(train, reserve, test, groups, own)
    expected = np.zeros(len(test), dtype=bool)
    for accent in test["accent"].unique():
        more = pd.concat([train, reserve[(reserve["accent"] == accent) == own]])
        asked = (test["accent"] == accent).to_numpy()
        expected[asked] = direct(more, test[asked])
    for group in rates.groups:
        assert rates.of(group).numerator == expected[(groups == group).to_numpy()].sum()


def test_four_speakers_with_the_callers_accent_help_more_than_all_others(sides, groups):
    train, reserve, test = sides["train"], sides["reserve"], sides["test"]
    rates = missed_after_adding(train, reserve, test, groups, own=False)
    four = missed_after_adding(train, reserve, test, groups, own=True)
    assert four.change(rates, "absent").high < 0
    trained = missed_after_training(train, test, groups)
    added = missed_after_training(pd.concat([train, reserve]), test, groups)
    absent = [each.of("absent").value for each in (added, rates, trained)]
    assert absent == sorted(absent)
    assert rates.change(trained, "absent").high < 0
    assert added.change(rates, "absent").high < 0


@pytest.mark.parametrize("function", [missed_after_training, missed_on_line])
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda train, test: (train.drop(columns="word"), test, test["accent"]), "no column word"),
        (lambda train, test: (train, test.drop(columns="samples"), test["accent"]), "no column samples"),
        (lambda train, test: (train, test, test["accent"][:-1]), "719 groups for 720 tested clips"),
        (lambda train, test: (train, train, train["accent"]), "in the training and in the test"),
        (lambda train, test: (train.iloc[:0], test, test["accent"]), "There are no clips"),
        (
            lambda train, test: (
                train.assign(samples=[np.full(900, np.nan)] * len(train)),
                test,
                test["accent"],
            ),
            "no numbers",
        ),
    ],
)
def test_clips_that_do_not_fit_are_refused(sides, function, change, says):
    with pytest.raises(ValueError, match=says):
        function(*change(sides["train"], sides["test"]))


def test_weights_and_accents_that_are_not_there_are_refused(sides):
    train, test = sides["train"], sides["test"]
    with pytest.raises(ValueError, match="3 weights for 240 clips"):
        missed_after_training(train, test, test["accent"], [1, 2, 3])
    with pytest.raises(ValueError, match="no column accent"):
        missed_after_adding(
            train.drop(columns="accent"), sides["reserve"].drop(columns="accent"), test, test["word"], True
        )
    with pytest.raises(ValueError, match="in the training and in the test"):
        missed_after_adding(train, test, test, test["accent"], True)
