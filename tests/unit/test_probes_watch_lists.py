"""The probe of a watch list: its alerts, errors and sentences are those of the scores and of the arithmetic."""

import itertools
import math
import re
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop import datasets
from workshop.domains.vision.matching import (
    FALSE_MATCH,
    FALSE_NON_MATCH,
    MatchScores,
    crowd_rate,
    watch_list_day,
)
from workshop.probes import svg
from workshop.probes.watch_lists import watch_list
from workshop.probes.words import ends, half_up, of_hundred, one_in

SHARES = {"group A": 0.55, "group B": 0.2, "group C": 0.15, "group D": 0.1}
LEFT, WIDE = 136, 300  # pixels: where bars begin, and the longest one


@pytest.fixture(scope="module")
def scores():
    pairs = datasets.load("watch_list_scores")
    return MatchScores(pairs["score"], pairs["genuine"], pairs["group"])


@pytest.fixture(scope="module")
def probe(scores):
    return watch_list(scores, shares=SHARES, source="generated scores")


def made_up(groups=("a", "b"), impostors=400, genuine=40, seed=0, distance=4.0, digits=1):
    """Return scores of groups whose impostors score higher, one group after the other."""
    rng = np.random.default_rng(seed)
    parts = [
        (rng.normal(middle, 1, number), kind, group)
        for place, group in enumerate(groups)
        for kind, number, middle in ((False, impostors, place / 4), (True, genuine, distance))
    ]
    return MatchScores(
        np.concatenate([each for each, _, _ in parts]).round(digits),
        np.concatenate([np.full(len(each), kind) for each, kind, _ in parts]),
        np.concatenate([np.full(len(each), group) for each, _, group in parts]),
    )


MADE_UP = made_up()


def about(expected):
    whole = half_up(expected)
    if expected < 0.95:
        return "fewer than 1" if expected > 1e-9 else "0"
    return f"{whole:,}" if abs(expected - whole) < 1e-9 else f"about {whole:,}"


def wrong_words(estimate):
    if not estimate.numerator:
        return f"up to {math.ceil(estimate.high):,}"
    return f"{about(estimate.value)} ({ends(estimate.low, estimate.high)})"


def rate_words(estimate):
    return one_in(estimate.value) if estimate.numerator else f"fewer than {one_in(estimate.high)}"


def at(scores, values, shares=None):
    """Return the rates and the day of one position, worked out apart from the probe."""
    if values["rule"] == "one":
        rates = scores.at(values["threshold"])
    else:
        rates = scores.at({group: scores.threshold_for(values["rate"], group) for group in scores.groups})
    return rates, watch_list_day(rates, values["crowd"], values["listed"], values["wanted"], shares)


def bars(picture):
    """Return the beginning and the width of the bars of alerts in each row: right and wrong."""
    found = {}
    for bar in list(picture.iter(f"{SVG}rect"))[1:]:
        for kind, ink in (("right", svg.BLUE), ("wrong", svg.VERMILION)):
            if bar.get("fill") == ink.fill and bar.get("height") == "20":
                found.setdefault(float(bar.get("y")), {})[kind] = float(bar.get("x")), float(bar.get("width"))
    return found


def axis_end(picture):
    labels = [text for text in picture.iter(f"{SVG}text") if text.get("text-anchor") == "middle"]
    return max(float(text.text.replace(",", "")) for text in labels if re.fullmatch(r"[\d.,]+", text.text))


def check_table(root, scores, rates, day):
    rows = cells(root)
    groups = list(scores.groups)
    if len(groups) > 1:
        assert rows[0][0] == "All together"
        assert rows[0][2:4] == [about(100 * day.total(kind).value) for kind in ("found", "missed")]
        assert rows[0][4] == wrong_words(day.total("false_alerts"))
        for cell, kind in zip(rows[0][6:], (FALSE_MATCH, FALSE_NON_MATCH), strict=True):
            weighted = sum(people * rates.of(group, kind).value for group, people in day.people.items())
            rate = weighted / sum(day.people.values())
            # A mean of just 97.5 in 100 may be told as 97 or 98: it depends on the order in which it was summed.
            told = tuple(one_in(rate * near) for near in (1 - 1e-12, 1 + 1e-12)) if rate else "fewer than "
            assert cell.startswith(told)
            assert "groups weighted as in the crowd" in cell
            assert not re.search(r"\d of \d", cell)  # the test's counts have other weights
        rows = rows[1:]
    assert len(rows) == len(groups)
    for group, row in zip(groups, rows, strict=True):
        match, miss = rates.of(group, FALSE_MATCH), rates.of(group, FALSE_NON_MATCH)
        assert row[1] == about(day.people[group])
        assert row[2:4] == [about(100 * kind[group].value) for kind in (day.found, day.missed)]
        assert row[4] == wrong_words(day.false_alerts[group])
        assert row[6].startswith(rate_words(match))
        if miss.enough:
            assert row[7].startswith(rate_words(miss))
        else:
            assert row[7] == f"{miss.numerator:,.0f} of {miss.denominator:,.0f}: too few to tell"


def check_alerts(root, scores, day, values):
    said, picture = sentence(root), drawing(root)
    total = day.total("false_alerts")
    check_found(said, day.total("found").value, values["wanted"], values["crowd"])
    worst = max(scores.groups, key=lambda group: day.false_alerts[group].value)
    if not total.numerator:
        assert f"up to about {math.ceil(total.high):,}." in said
    else:
        assert f"{about(total.value)} innocent p" in said
        most = day.false_alerts[worst].value
        assert (f": {about(most)} of them from {worst}" in said) == (len(scores.groups) > 1 and most >= 0.95)
    # Bars are as long as the numbers say.
    scale = WIDE / axis_end(picture)
    parts = [(day.total("found").value, total.value)]
    if len(scores.groups) > 1:
        parts += [(day.found[group].value, day.false_alerts[group].value) for group in scores.groups]
    drawn = bars(picture)
    for place, (right, wrong) in enumerate(parts):
        row = drawn.get(50.0 + 30 * place, {})
        begin, wide = row.get("right", (LEFT, 0))
        assert (begin, wide) == pytest.approx((LEFT, right * scale), abs=0.06)
        # What is wrong stands behind what is right.
        assert row.get("wrong", (begin + wide, 0)) == pytest.approx((begin + wide, wrong * scale), abs=0.11)
    assert scale * (day.total("found").value + total.high) <= WIDE + 1e-6
    texts = [text.text for text in picture.iter(f"{SVG}text")]
    right = day.share_right
    people = {
        path.get("fill"): path.get("d").count("z") // 2
        for path in picture.iter(f"{SVG}path")
        if path.get("stroke-width") == "1.5" and "a4 4" in path.get("d")
    }
    if not total.numerator:
        assert any("the test is too small to tell more" in text for text in texts)
        assert not people
        return
    check_right(texts, right)
    assert sum(people.values()) == 100
    assert people.get(svg.BLUE.fill, 0) == half_up(100 * right.value)


def check_found(said, found, wanted, crowd):
    """How many wanted people are found is told in people where a day has about a whole number of them, else in days."""
    if not wanted:
        assert said.startswith(f"In a day with {crowd:,} people, nobody wanted passes")
        return
    whole = re.match(f"In a day with {crowd:,} people, (?:about )?([\\d,]+) wanted p", said)
    days = re.match(rf"{crowd:,} people pass in a day\. (.*?)(?:\.|, and each day)", said)
    if whole:
        assert found == pytest.approx(int(whole[1].replace(",", "")), rel=0.053)
        return
    number = r"(?:about )?([\d,]+|fewer than 1)"
    if wanted > 1:
        told = re.fullmatch(
            f"Of {half_up(100 * wanted):,} wanted people who pass in 100 days, {number} are found", days[1]
        )
    else:
        told = re.fullmatch(
            f"{'The' if wanted == 1 else 'A'} wanted person is found on {number} of 100 days", days[1]
        )
    in_days = 0 if told[1] == "fewer than 1" else int(told[1].replace(",", ""))
    assert in_days == pytest.approx(100 * found, abs=0.96)
    assert in_days <= 100 * wanted


def check_right(texts, right):
    """Of 100 alerts few are told with a decimal, and the two ends of the interval are never called the same."""
    told = of_hundred(right.numerator, right.denominator)
    (head,) = (text for text in texts if text.startswith("Of 100 alerts, "))
    said = re.fullmatch("Of 100 alerts, (.*) (?:is|are) right", head)[1]
    if not right.high:
        assert said == "0"
        assert "(nobody wanted passes)" in texts
        return
    (low, high), low_words, high_words = interval_of(texts)
    assert low_words != high_words or right.high - right.low <= 1e-4 * right.high
    assert (low, high) == pytest.approx((right.low, right.high), rel=0.06, abs=0.0051)
    if 0.01 <= right.value < 0.03:
        assert float(said) == pytest.approx(100 * right.value, abs=0.051)
        assert "." in said
        assert "." in low_words
        assert (low, high) == pytest.approx((right.low, right.high), abs=0.00051)
    else:
        assert said == told


def interval_of(texts):
    """Return both ends of the interval of 100 alerts, as shares and as they are written."""
    (words,) = (text for text in texts if text.startswith("(95% interval: "))
    low, high = words.removeprefix("(95% interval: ").rstrip(")").split(" to ")

    def value(end):
        if " in " in end:
            part, whole = end.removeprefix("fewer than ").replace(",", "").split(" in ")
            return float(part) / float(whole)
        return float(end) / 100

    return (value(low), value(high)), low, high


def check_errors(root, scores, rates):
    said = sentence(root)
    marked = {group: rate_words(rates.of(group, FALSE_MATCH)) for group in scores.groups}
    named = [group for group in scores.groups if f"{marked[group]} for {group}" in said]
    assert len(named) >= min(2, len(scores.groups))
    described = drawing(root)[1].text
    for group in scores.groups:
        miss = rates.of(group, FALSE_NON_MATCH)
        told = rate_words(miss) if miss.enough else "too few genuine pairs to tell"
        assert f"{group}: false match {marked[group]}, false non-match {told}." in described
    if len(scores.groups) == 1:
        return
    one, other = re.search(
        r"False matches: .*? for (.+), (?:fewer than |more than )?\d+ in [\d,]+ for (.+?): ", said
    ).groups()
    factor = rates.ratio(FALSE_MATCH, one, other)
    if "times as often" in said:
        assert factor.low > 1 or factor.high < 1
        number = float(re.search(r"(?:at least )?([\d.,]+) times as often", said)[1].replace(",", ""))
        shown = factor.value if math.isfinite(factor.high) else factor.low
        assert number == pytest.approx(shown, rel=0.06, abs=0.06)
    elif "too few to compare" in said:
        assert not rates.of(one, FALSE_MATCH).numerator
        assert not rates.of(other, FALSE_MATCH).numerator
    else:
        assert "no difference that is more than chance" in said
        assert factor.low <= 1 <= factor.high


def check_view(scores, probe, shares=None, **values):
    values = probe.resolve(**values)
    root = tree(probe.view(**values))
    picture = drawing(root)
    check_texts(picture)
    assert float(picture.get("viewBox").split()[3]) <= 420
    rates, day = at(scores, values, shares)
    check_table(root, scores, rates, day)
    if values["show"] == "alerts":
        check_alerts(root, scores, day, values)
    else:
        check_errors(root, scores, rates)
    aside = [each.text for each in root.findall(".//li")]
    assert any("would have to guess the group" in said for said in aside) == (values["rule"] == "same")
    return root


def options(probe, name):
    return next(control.options for control in probe.controls if control.name == name)


@pytest.mark.parametrize("show", ["alerts", "errors", "tradeoff"])
def test_every_threshold_and_rate_tells_and_draws_the_scores(scores, probe, show):
    assert len(options(probe, "threshold")) >= 20
    for threshold in options(probe, "threshold"):
        check_view(scores, probe, SHARES, show=show, threshold=threshold)
    assert len(options(probe, "rate")) >= 5
    for rate in options(probe, "rate"):
        check_view(scores, probe, SHARES, show=show, rule="same", rate=rate)


def test_every_crowd_list_and_team_is_drawn(scores, probe):
    thresholds = itertools.cycle(options(probe, "threshold"))
    for crowd, listed, wanted in itertools.product(
        *(options(probe, name) for name in ("crowd", "listed", "wanted"))
    ):
        check_view(
            scores, probe, SHARES, crowd=crowd, listed=listed, wanted=wanted, threshold=next(thresholds)
        )
    for team, threshold in itertools.product(options(probe, "team"), options(probe, "threshold")[::5]):
        root = check_view(scores, probe, SHARES, team=team, threshold=threshold)
        _, day = at(scores, probe.resolve(threshold=threshold), SHARES)
        workload = next(
            each.text for each in root.findall(".//li") if f"A team that can review {team:,}" in each.text
        )
        left = day.alerts - team
        if not day.total("false_alerts").numerator:
            most = day.total("found").high + day.total("false_alerts").high
            assert workload.startswith(f"Up to about {math.ceil(most):,} alerts a day")
            assert workload.endswith("may not keep up." if most > team else f"{team:,} keeps up.")
        else:
            assert (f"leaves {about(left)} of them unreviewed" if left > 0 else "keeps up") in workload


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_position_is_told_and_drawn(scores, probe, data):
    values = {control.name: data.draw(st.sampled_from(control.options)) for control in probe.controls}
    check_view(scores, probe, SHARES, **values)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 6),
    st.integers(300, 900),
    st.integers(1, 60),
    st.floats(-1, 8),
    st.integers(0, 3),
    st.booleans(),
    st.data(),
)
def test_other_scores_are_drawn_and_told_rightly(groups, impostors, genuine, distance, seed, long, data):
    names = tuple(f"{'a very long name of a group ' * long}{letter}" for letter in "abcdef"[:groups])
    scores = made_up(names, impostors, genuine, seed, distance)
    try:
        probe = watch_list(scores)
    except ValueError as error:  # the best score belongs to too many impostors
        assert "No threshold brings" in str(error)  # noqa: PT017
        return
    values = {control.name: data.draw(st.sampled_from(control.options)) for control in probe.controls}
    check_view(scores, probe, None, **values)


def test_the_rate_of_all_together_is_the_crowds(scores, probe):
    """Weighted like the people flagged wrongly in the same row: the two numbers of a row must fit each other."""
    rates = scores.at(550)
    whole = crowd_rate(rates, FALSE_MATCH, SHARES)
    matches = {group: rates.of(group, FALSE_MATCH).numerator for group in SHARES}  # of 200,000 pairs each
    assert whole.value == pytest.approx(sum(SHARES[each] * matches[each] for each in SHARES) / 200_000)
    assert round(1 / whole.value) == 12_539
    flagged = watch_list_day(rates, 10_000, 100, 0, SHARES).total("false_alerts").value
    assert 10_000 * (1 - (1 - whole.value) ** 100) == pytest.approx(flagged, rel=0.02)
    row = cells(tree(probe.view(threshold=550)))[0]
    assert row[6].startswith("1 in 13,000")
    assert "of 800,000" not in row[6]
    assert row[7].startswith("3 in 100")
    assert row[7].endswith("; of some too few pairs to tell")  # group C


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=2).filter(any), st.floats(0, 3))
def test_a_crowd_of_one_group_has_its_rate_and_others_lie_between(people, threshold):
    rates = MADE_UP.at(threshold)
    crowd = dict(zip(("a", "b"), people, strict=True))
    for kind in (FALSE_MATCH, FALSE_NON_MATCH):
        parts = [rates.of(group, kind) for group, number in crowd.items() if number]
        whole = crowd_rate(rates, kind, crowd)
        if len(parts) == 1:
            assert whole == pytest.approx(parts[0])
        assert (
            min(part.value for part in parts) - 1e-12
            <= whole.value
            <= max(part.value for part in parts) + 1e-12
        )
        assert whole.low <= whole.value <= whole.high
        assert whole.denominator == sum(part.denominator for part in parts)


def test_half_a_person_is_told_in_days(probe):
    """At the last threshold half of the wanted people are missed; no whole number of a day can say that."""
    last = options(probe, "threshold")[-1]
    beginnings = {
        0.1: "10,000 people pass in a day. A wanted person is found on about 5 of 100 days.",
        1: "10,000 people pass in a day. The wanted person is found on about 50 of 100 days.",
        2: "In a day with 10,000 people, about 1 wanted person is found.",
        5: "10,000 people pass in a day. Of 500 wanted people who pass in 100 days, about 251 are found.",
        10: "In a day with 10,000 people, about 5 wanted people are found.",
    }
    for wanted, begins in beginnings.items():
        assert sentence(tree(probe.view(threshold=last, wanted=wanted))).startswith(begins)
    row = cells(tree(probe.view(threshold=last)))[0]
    assert row[2:4] == ["about 50", "about 50"]
    said = sentence(tree(probe.view(threshold=590)))
    assert (
        "is found on about 91 of 100 days, and each day about 17 innocent people are flagged: about 12"
        in said
    )
    assert sentence(tree(probe.view(threshold=550))).startswith(
        "In a day with 10,000 people, about 1 wanted person is found and about 79 innocent people are flagged"
    )


def test_no_interval_has_two_ends_that_are_called_the_same(scores, probe):
    for threshold, wanted in itertools.product(options(probe, "threshold"), options(probe, "wanted")):
        root = tree(probe.view(threshold=threshold, wanted=wanted))
        texts = ["".join(each.itertext()) for each in root.iter() if each.tag in ("td", f"{SVG}text")]
        found = [
            each for text in texts for each in re.findall(r"\((?:95% interval: )?([^()]* to [^()]*)\)", text)
        ]
        assert found
        for each in found:
            low, high = each.removesuffix(" in 100").split(" to ")
            assert low.removesuffix(" in 100") != high, each


def test_crowd_list_and_team_are_folded_away(probe):
    """What is moved most stands above the figure; the rest would push it off a small screen."""
    assert [control.name for control in probe.controls if not control.folded] == [
        "threshold",
        "rate",
        "rule",
        "show",
    ]


def test_a_rate_that_the_test_cannot_measure_is_said(scores, probe):
    said = sentence(tree(probe.view(threshold=620)))
    unseen = [group for group in scores.groups if not scores.false_match_rate(620, group).numerator]
    assert len(unseen) >= 2
    assert said.endswith(
        f"For {', '.join(unseen[:-1])} and {unseen[-1]} the rate is too small to measure: fewer than 1 in 52,000."
    )
    assert "not measured" in probe.view(threshold=620)
    last = options(probe, "threshold")[-1]
    assert "The test saw no false match, so it can't tell" in sentence(tree(probe.view(threshold=last)))
    assert "too small to measure" not in sentence(tree(probe.view(threshold=500)))


def test_the_same_rate_for_each_group_moves_the_burden_to_the_large_group(probe):
    one = sentence(tree(probe.view(threshold=550)))
    same = sentence(tree(probe.view(rule="same", rate=0.0001)))
    assert "of them from group D" in one
    assert "of them from group A" in same


def test_the_group_with_few_genuine_pairs_is_marked_everywhere(probe):
    for show in ("alerts", "errors", "tradeoff"):
        view = probe.view(show=show)
        assert "For group C there are too few genuine pairs to tell." in view
        assert "of 24: too few to tell" in view
    assert "too few pairs" in probe.view(show="errors")
    lines = [
        path
        for path in drawing(tree(probe.view(show="tradeoff"))).iter(f"{SVG}path")
        if path.get("stroke-linejoin") == "round"
    ]
    assert len(lines) == 3


def test_curves_go_through_the_chosen_thresholds(scores, probe):
    picture = drawing(tree(probe.view(show="tradeoff", threshold=550)))
    lowest = math.floor(math.log10(1 / 200_000))
    circles = [path.get("d") for path in picture.iter(f"{SVG}path") if "a6 6" in path.get("d")]
    match, miss = (
        scores.false_match_rate(550, "group A").value,
        scores.false_non_match_rate(550, "group A").value,
    )
    x, y = map(float, re.match(r"M([\d.]+) ([\d.]+)", circles[0]).groups())
    assert x + 6 == pytest.approx(108 + 440 * (1 - math.log10(match) / lowest), abs=0.1)
    assert y == pytest.approx(262 - 226 * (1 + math.log10(miss) / 3), abs=0.1)


def test_it_begins_as_it_was_told(scores):
    probe = watch_list(
        scores, crowd=3_000, listed=30, wanted=0.5, team=7, rule="same", show="errors", default=500
    )
    assert probe.resolve() == probe.resolve() | {
        "threshold": 500,
        "rule": "same",
        "show": "errors",
        "crowd": 3_000,
        "listed": 30,
        "wanted": 0.5,
        "team": 7,
    }
    assert "generated" not in probe.view()
    assert probe.controls[0].name == "threshold"
    assert scores.false_match_rate(watch_list(scores).resolve()["threshold"]).value <= 1 / 5000


def test_each_list_and_crowd_holds_those_who_are_wanted(scores):
    probe = watch_list(scores, wanted=2_000, crowd=60_000, listed=4_000)
    assert min(options(probe, "listed")) >= 2_000
    assert min(options(probe, "crowd")) >= 2_000
    for listed in options(probe, "listed"):
        check_view(scores, probe, listed=listed)


def test_one_group_is_not_compared_with_itself():
    scores = made_up(("all",))
    probe = watch_list(scores)
    for show in ("alerts", "errors", "tradeoff"):
        assert "of them from" not in sentence(check_view(scores, probe, show=show))


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", 'O\'Brien & "sons"', "صوت"])
def test_what_the_data_holds_is_text_only(typed):
    probe = watch_list(made_up((typed, "b")), source=typed)
    for show in ("alerts", "errors", "tradeoff"):
        view = probe.view(show=show)
        assert "<script>alert" not in view
        check_texts(drawing(tree(view)))
    assert "<script>alert" not in probe.playable()


def test_a_move_takes_little_time_and_a_deck_little_space(probe):
    for show in ("alerts", "errors", "tradeoff"):
        start = process_time()
        for threshold in options(probe, "threshold"):
            probe.view(show=show, threshold=threshold)
        assert (process_time() - start) / len(options(probe, "threshold")) < 0.05
    made = probe.playable()
    assert len(made.encode()) < 600_000
    assert made.count('"words"') == len(options(probe, "threshold"))


def test_a_view_is_the_same_each_time(scores, probe):
    again = watch_list(scores, shares=SHARES, source="generated scores")
    assert again.view(threshold=560, show="tradeoff") == probe.view(threshold=560, show="tradeoff")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"shares": {"group A": 1}}, "shares must give one share for each of the groups"),
        ({"shares": dict.fromkeys(SHARES, 0.3)}, "add up to 1"),
        ({"crowd": -5}, r"cannot be -5|crowd is -5"),
        ({"listed": 0}, "cannot be 0"),
        ({"listed": 10.5}, "listed is 10.5"),
        ({"wanted": -1}, "wanted is -1"),
        ({"wanted": 500}, "cannot be 100"),
        ({"rule": "both"}, "“Rule” cannot be 'both'"),
        ({"show": "faces"}, "“Show” cannot be 'faces'"),
        ({"default": 123.4}, "cannot be 123.4"),
        ({"default": "high"}, "cannot be 'high'"),
    ],
)
def test_what_does_not_fit_the_scores_is_refused(scores, changed, words):
    with pytest.raises(ValueError, match=words):
        watch_list(scores, **changed)


def test_too_many_groups_and_too_few_pairs_are_refused():
    with pytest.raises(ValueError, match="There are 7 groups; choose at most 6"):
        watch_list(made_up(tuple("abcdefg")))
    with pytest.raises(
        ValueError, match="The group 'a' has only 200 impostor pairs; at least 300 are needed"
    ):
        watch_list(made_up(impostors=200))


@pytest.mark.parametrize("changed", [{"threshold": 5}, {"rate": 0.5}, {"show": "all"}, {"speed": 1}])
def test_what_is_no_choice_is_refused(probe, changed):
    with pytest.raises(ValueError, match=r"cannot be|There is no control"):
        probe.view(**changed)
