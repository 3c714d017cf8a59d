"""The probe of voices that are compared: its shares, errors, intervals and ratios are those of the pairs."""

import itertools
import re
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, check_texts, drawing, sentence, tree

from workshop import datasets
from workshop.domains.speech import verification
from workshop.probes import svg
from workshop.probes.voices import voices
from workshop.probes.words import half_up, of_hundred, one_in

LEFT, WIDE, RATES = 176, 574, 206  # pixels of the distributions, and where the rates begin
INKS = {
    "rightly one": svg.BLUE,
    "false match": svg.VERMILION,
    "false non-match": svg.PURPLE,
    "rightly two": svg.PALE,
}


@pytest.fixture(scope="module")
def compared():
    """Return the test speakers of the course's data, compared within voices and within accents."""
    keywords = datasets.load("spoken_keywords")
    train, test = (keywords[keywords["split"] == split] for split in ("train", "test"))
    space = verification.voice_space(verification.voice_features(train["samples"].tolist()), train["speaker"])
    places = space.transform(verification.voice_features(test["samples"].tolist()))
    return {
        column: verification.compare_voices(places, test["speaker"], test[column])
        for column in ("voice", "accent")
    }


@pytest.fixture(scope="module")
def probes(compared):
    return {column: voices(each, source="synthetic speech") for column, each in compared.items()}


def made_up(spread=1.0, speakers=30, groups=("a", "b"), clips=3, seed=0, **options):
    """Return comparisons of made-up voices; the larger the spread, the more alike are two clips of one speaker."""
    rng = np.random.default_rng(seed)
    people = [(group, number) for group in groups for number in range(speakers) for _ in range(clips)]
    middles = {person: rng.normal(size=4) * spread for person in dict.fromkeys(people)}
    places = np.array([middles[person] + rng.normal(size=4) for person in people])
    names = [f"{group} {number}" for group, number in people]
    return verification.compare_voices(places, names, [group for group, _ in people], **options)


def told(root):
    return [each.text for each in root.findall(".//li")]


def rows(root):
    return [
        ["\n".join(cell.itertext()) for cell in row] for row in root.findall(".//tbody/tr")
    ]  # a line of a cell each


def heights(picture):
    """Return the summed height of the bars of each kind, in pixels."""
    bars = list(picture.iter(f"{SVG}rect"))[1:]  # the first one is the paper
    return {
        kind: sum(
            float(bar.get("height"))
            for bar in bars
            if bar.get("fill") == ink.fill and float(bar.get("width")) != 20  # no square of the legend
        )
        for kind, ink in INKS.items()
    }


def expected(comparisons, group, threshold):
    """Return the counts of both errors, wrong and all, counted from the pairs by themselves."""
    inside = (
        np.ones(len(comparisons.scores), dtype=bool)
        if group is None
        else comparisons.group == comparisons.groups.index(group)
    )
    match = comparisons.scores[inside] >= threshold
    same = comparisons.same[inside]
    return ((match & ~same).sum(), (~same).sum()), ((~match & same).sum(), same.sum())


def check_view(comparisons, probe, threshold, group):
    root = tree(probe.view(threshold=threshold, group=group))
    picture = drawing(root)
    check_texts(picture)
    assert float(picture.get("viewBox").split()[3]) <= 400
    (wrong, others), (missed, own) = expected(comparisons, group, threshold)
    rates = comparisons.false_match_rates(0)
    speakers = {None: rates.clusters.sum()} | dict(zip(comparisons.groups, rates.clusters, strict=True))
    clips = {None: rates.cases.sum()} | dict(zip(comparisons.groups, rates.cases, strict=True))
    enough = {each: speakers[each] >= 10 and clips[each] >= 30 for each in speakers}
    words = probe.controls[0].words(threshold)
    head = f"Called the same speaker from {words} on. "
    name = "All together" if group is None else group[:1].upper() + group[1:]
    if enough[group]:
        assert sentence(root) == (
            f"{head}{name}: {one_in(wrong / others)} pairs of two people are called one speaker; "
            f"{one_in(missed / own)} pairs of one speaker are called two people."
        )
    else:
        assert sentence(root) == f"{head}{name}: {speakers[group]} speakers are too few to tell the errors."
    # Bars: each kind of pairs adds up to all of them, and what is wrong has its share of them.
    high = heights(picture)
    shares = {"false match": wrong / others, "rightly two": 1 - wrong / others}
    shares |= {"false non-match": missed / own, "rightly one": 1 - missed / own}
    scale = (sum(high.values())) / 2
    assert {kind: high[kind] / scale for kind in high} == pytest.approx(shares, abs=0.03)
    for (shown, *cells), each in zip(rows(root), speakers, strict=True):
        assert shown == ("All together" if each is None else each)
        assert cells[0] == f"{speakers[each]:,}"
        for cell, (part, whole) in zip(cells[1:3], expected(comparisons, each, threshold), strict=True):
            if not enough[each]:
                assert cell == f"{part:,} of {whole:,}: too few speakers"
            else:
                assert cell.startswith(f"{one_in(part / whole)}\n(")
                assert cell.endswith(f"\n{part:,} of {whole:,}")
                low, high = re.search(r"\(([\d.]+) to ([\d.]+) in 100\)", cell).groups()
                assert part not in (0, whole) or float(low) < float(high)  # all alike is not certain
    return root


@pytest.mark.parametrize("column", ["voice", "accent"])
def test_every_position_tells_and_draws_the_pairs(compared, probes, column):
    probe = probes[column]
    thresholds, groups = (control.options for control in probe.controls[:2])
    assert len(thresholds) >= 30
    assert thresholds[0] <= compared[column].scores.min()
    assert thresholds[-1] <= compared[column].scores.max() <= thresholds[-1] + 0.0501
    for place, threshold in enumerate(thresholds):
        # Every threshold with all together, and with one group after the other.
        for group in (None, groups[place % len(groups)]):
            check_view(compared[column], probe, threshold, group)


def test_intervals_are_those_of_resampling_speakers(compared, probes):
    for threshold in probes["voice"].controls[0].options[8::6]:
        root = tree(probes["voice"].view(threshold=threshold))
        errors = (
            compared["voice"].false_match_rates(threshold),
            compared["voice"].false_non_match_rates(threshold),
        )
        table = rows(root)[1:]
        for (place, group), (column, rates) in itertools.product(
            enumerate(compared["voice"].groups), enumerate(errors)
        ):
            estimate = rates.of(group)
            ends = [
                f"{100 * end:.1f}" if 0 < end < 0.0095 else f"{half_up(100 * end)}"
                for end in (estimate.low, estimate.high)
            ]
            lines = table[place][2 + column].split("\n")
            if 0 < estimate.value < 1:
                assert lines[1] == f"({ends[0]} to {ends[1]} in 100)"
                x = RATES + column * 277 + 8
                length = 277 - 150
                middle = x + length * estimate.value
                shape = (svg.VERMILION, svg.PURPLE)[column]
                markers = [
                    path.get("d")
                    for path in drawing(root).iter(f"{SVG}path")
                    if path.get("fill") == shape.fill
                ]
                left = float(re.match(r"M(-?[\d.]+)", markers[1 + place])[1])
                assert left + 5 == pytest.approx(middle, abs=0.1)


def test_all_together_has_the_interval_of_the_groups_weighted_by_their_pairs():
    rng = np.random.default_rng(2)
    people = [("a", number) for number in range(45)] + [("b", number) for number in range(6)]
    places = np.repeat(rng.normal(size=(len(people), 3)), 3, axis=0)
    places += rng.normal(size=places.shape) * np.repeat([0.3] * 45 + [3.0] * 6, 3)[:, None]
    names = np.repeat([f"{group} {number}" for group, number in people], 3)
    comparisons = verification.compare_voices(places, names, [name[0] for name in names])
    threshold = 0.7
    rates = comparisons.false_non_match_rates(threshold)
    pooled = (rates.resampled * [45 * 3, 6 * 3]).sum(axis=1) / (51 * 3)  # three pairs of each speaker
    low, high = (half_up(100 * end) for end in rates.interval(pooled, [0, 1]))
    shown = rows(tree(voices(comparisons).view(threshold=threshold)))
    assert shown[0][3].split("\n")[1] == f"({low} to {high} in 100)"
    assert low < 100 * rates.numerators.sum() / rates.denominators.sum() < high
    assert shown[2][4] == shown[2][5] == "too few speakers"
    assert shown[1][4] != "too few speakers"


@pytest.mark.parametrize("group", [None, "female", "male"])
def test_the_ratio_in_words_is_the_calibrated_one(compared, probes, group):
    calibration = verification.calibrate(*compared["voice"].of(group))
    for threshold in probes["voice"].controls[0].options:
        root = tree(probes["voice"].view(threshold=threshold, group=group))
        said = told(root)[-1]
        ratio = 10 ** calibration.log10_likelihood_ratio(threshold)
        (cell,) = (row[4] for row in rows(root) if row[0] == ("All together" if group is None else group))
        assert cell.endswith("one speaker" if ratio >= 1 else "two people")
        if 1 / 1.15 < ratio < 1.15:
            assert "says next to nothing" in said
            continue
        number, one = re.search(
            r"is ([\d,.]+) times as likely with (one speaker|two people) as", said
        ).groups()
        assert one == ("one speaker" if ratio > 1 else "two people")
        assert cell == f"{number} times as likely with {one}"
        assert float(number.replace(",", "")) == pytest.approx(max(ratio, 1 / ratio), rel=0.05)
        assert float(number.replace(",", "")) > 1  # never "1/1.1"


def as_number(words):
    part, whole = words.split(" in ")
    return float(part.replace("more than 99", "99.7").replace("fewer than 1", "0")) / float(
        whole.replace(",", "")
    )


@pytest.mark.parametrize("group", [None, "male"])
def test_the_chance_after_the_score_is_bayes_theorem(compared, probes, group):
    """Counted out: of all callers one is the person; the score is so many times as likely with him as with another."""
    calibration = verification.calibrate(*compared["voice"].of(group))
    callers = probes["voice"].controls[2].options
    assert callers == (2, 10, 100, 1_000, 10_000)
    for threshold, number in itertools.product(probes["voice"].controls[0].options[::4], callers):
        root = tree(probes["voice"].view(threshold=threshold, group=group, callers=number))
        ratio = 10 ** calibration.log10_likelihood_ratio(threshold)
        weights = np.array([ratio] + [1.0] * (number - 1))
        expected = weights[0] / weights.sum()
        said = told(root)[-1]
        assert f"If it is one of {number:,} people, all as likely before" in said
        moved = re.search(r"this one (?:goes from (1 in [\d,]+) to|stays about) (.*)\.$", said)
        if moved[1]:
            assert moved[1] == f"1 in {number:,}"
        assert as_number(moved[2]) == pytest.approx(
            expected, rel=0.06, abs=0.0051 if expected > 0.09 else 1e-6
        )
        (cell,) = (row[5] for row in rows(root) if row[0] == ("All together" if group is None else group))
        assert cell == moved[2]


def test_more_often_is_said_only_where_it_is_more_than_chance(compared, probes):
    seen = set()
    for threshold in probes["voice"].controls[0].options:
        lines = told(tree(probes["voice"].view(threshold=threshold)))
        errors = (
            compared["voice"].false_match_rates(threshold),
            compared["voice"].false_non_match_rates(threshold),
        )
        for said, rates in zip(lines, errors, strict=False):
            gap = rates.difference("female", "male")
            if gap.low > 0:
                assert "More often among female (" in said
            elif gap.high < 0:
                assert "More often among male (" in said
            else:
                assert "no difference that is more than chance" in said
            seen.add(said.split(" (")[0].split(". ")[1])
    assert seen == {
        "More often among female",
        "More often among male",
        "Between the groups, no difference that is more than chance.",
    }
    assert "too few speakers to compare" in " ".join(told(tree(probes["accent"].view())))


def test_each_error_is_told_with_its_harm(probes):
    false_match, false_non_match, _ = told(tree(probes["voice"].view()))
    assert false_match.startswith("False match: the wrong person is suspected.")
    assert false_non_match.startswith("False non-match: the right person is let go or not found")


def test_it_begins_where_both_errors_are_nearest(compared, probes):
    for column, probe in probes.items():

        def gap(threshold, comparisons=compared[column]):
            (wrong, others), (missed, own) = expected(comparisons, None, threshold)
            return abs(wrong / others - missed / own)

        thresholds = probe.controls[0].options
        assert probe.controls[0].name == "threshold"
        assert gap(probe.resolve()["threshold"]) == min(map(gap, thresholds))
        assert probe.resolve()["group"] is None
    assert voices(compared["voice"], default=0.7).resolve()["threshold"] == 0.7
    assert "Synthetic speech." in probes["voice"].view()


@settings(max_examples=25, deadline=None)
@given(
    st.floats(0, 20),
    st.integers(2, 35),
    st.integers(1, 10),
    st.integers(0, 1000),
    st.integers(0, 40),
    st.booleans(),
)
def test_other_voices_are_drawn_and_told_rightly(spread, speakers, groups, seed, place, chosen):
    names = tuple(f"{'a long name of group ' * (seed % 2)}{letter}" for letter in "abcdefghij"[:groups])
    comparisons = made_up(spread, speakers, names, 2, seed)
    probe = voices(comparisons)
    thresholds = probe.controls[0].options
    group = names[seed % groups] if chosen else None
    check_view(comparisons, probe, thresholds[place % len(thresholds)], group)


def test_scores_close_together_have_fine_steps():
    comparisons = made_up(spread=1.0)
    comparisons.scores = 0.9 + comparisons.scores / 20
    probe = voices(comparisons)
    thresholds = probe.controls[0].options
    assert np.diff(thresholds) == pytest.approx(0.005)
    assert len({probe.controls[0].words(threshold) for threshold in thresholds}) == len(thresholds)
    for threshold in thresholds:
        check_view(comparisons, probe, threshold, None)


def test_equal_scores_have_one_position():
    comparisons = made_up()
    comparisons.scores = np.ones_like(comparisons.scores)
    probe = voices(comparisons)
    assert probe.controls[0].options == (1.0,)
    assert "tells nothing: pairs of one speaker do not score higher" in probe.view()


def test_many_small_groups_together_have_an_interval():
    probe = voices(made_up(speakers=2, groups=tuple("abcdefghij"), clips=4, fewest=20))
    lines = rows(tree(probe.view()))[0][2].split("\n")
    assert re.fullmatch(r"\(\d+ to \d+ in 100\)", lines[1])


def test_one_group_is_not_compared_with_itself():
    lines = told(tree(voices(made_up(groups=("all",))).view()))
    assert lines[0] == "False match: the wrong person is suspected."


def test_a_move_takes_little_time_and_a_deck_little_space(probes):
    for probe in probes.values():
        start = process_time()
        made = probe.playable()
        assert (process_time() - start) / len(probe.controls[0].options) < 0.1
        assert len(made.encode()) < 600_000
        assert made.count('"words"') == len(probe.controls[0].options)


def test_a_view_is_the_same_each_time(compared, probes):
    assert voices(compared["accent"], source="synthetic speech").view(threshold=0.3) == probes["accent"].view(
        threshold=0.3
    )


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", 'O\'Brien & "sons"', "صوت"])
def test_what_the_data_holds_is_text_only(typed):
    comparisons = made_up(groups=(typed, "b"))
    probe = voices(comparisons, source=typed)
    for view in (probe.view(group=typed), probe.still(), probe.playable()):
        assert "<script>alert" not in view
    check_texts(drawing(tree(probe.view(group=typed))))


def test_shown_numbers_are_rounded_in_the_courses_way(compared, probes):
    texts = [text.text for text in drawing(tree(probes["voice"].view(threshold=0.5))).iter(f"{SVG}text")]
    for rates in (compared["voice"].false_match_rates(0.5), compared["voice"].false_non_match_rates(0.5)):
        for group in rates.groups:
            estimate = rates.of(group)
            number = of_hundred(estimate.numerator, estimate.denominator)
            assert f"{number} ({half_up(100 * estimate.low)} to {half_up(100 * estimate.high)})" in texts


def test_too_many_groups_are_refused():
    with pytest.raises(ValueError, match="There are 11 groups; choose at most 10"):
        voices(made_up(speakers=2, groups=tuple("abcdefghijk"), clips=2))


@pytest.mark.parametrize("default", [0.123, 2, "high", float("nan")])
def test_a_start_that_is_no_position_is_refused(default):
    with pytest.raises(ValueError, match="cannot be"):
        voices(made_up(), default=default)


@pytest.mark.parametrize("changed", [{"threshold": 5}, {"group": "everybody"}, {"speed": 1}])
def test_what_is_no_choice_is_refused(probes, changed):
    with pytest.raises(ValueError, match=r"cannot be|There is no control"):
        probes["voice"].view(**changed)
