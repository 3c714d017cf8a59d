"""The feedback probe: what it draws and tells is the simulation, over the whole range of its controls."""

import itertools
import re
from functools import lru_cache
from time import process_time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop import datasets
from workshop.domains.resources.feedback import simulate
from workshop.probes import feedback_loops, svg
from workshop.probes.feedback_loops import feedback
from workshop.probes.words import half_up, of_hundred

PUBLISHED = pd.DataFrame(
    [
        ("two highest cells", 3.685, 2.816, 609, 379, 1000),
        ("highest and random cell", 3.685, 2.356, 609, 7, 1000),
    ],
    columns=["setting", "rate_a_per_day", "rate_b_per_day", "prior_a", "prior_b", "days"],
)
PROBE = feedback(PUBLISHED)
CONTROLS = {control.name: control.options for control in PROBE.controls}
LEFT, LENGTH, TOP, HEIGHT = 48, 570, 54, 230  # pixels of the plot


def lines(picture, stroke, width):
    """Return the points of the drawn lines in this ink, back in days and shares."""
    found = [
        path.get("d")
        for path in picture.iter(f"{SVG}path")
        if path.get("stroke") == stroke and path.get("stroke-width") == width and path.get("fill") == "none"
    ]
    points = [np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", path), dtype=float) for path in found]
    to_units = [((each - [LEFT, TOP + HEIGHT]) / [LENGTH / 2000, -HEIGHT]) for each in points]
    return [each for each in to_units if each[:, 1].min() >= -0.01 and each[:, 1].max() <= 1.01]  # no legend


@lru_cache(maxsize=4)
def simulated(setting, prior, rule, scale, runs):
    """Return what the controls mean, simulated by itself over 2,000 days."""
    row = PUBLISHED.iloc[0] if setting == "equal incidents" else PUBLISHED.set_index("setting").loc[setting]
    rate_b = row["rate_a_per_day"] if setting == "equal incidents" else row["rate_b_per_day"]
    rates = (row["rate_a_per_day"] * scale, rate_b * scale)
    priors = {
        "strong": (row["prior_a"], row["prior_b"]),
        "weak": (row["prior_a"] / 100, row["prior_b"] / 100),
        "none": (1, 1),
    }[prior]
    return simulate(rates, priors, 2_000, runs, rule, seed=2020)


def check_view(days, **parameters):
    runs = simulated(**parameters)
    root = tree(PROBE.view(days=days, **parameters))
    mean, true = runs.mean[days - 1], runs.true_share
    several = parameters["runs"] > 1
    gap = half_up(100 * mean) - half_up(100 * true)
    gap = 0 if abs(gap) == 1 else gap  # too little to speak of
    told = (
        f"After {days:,} days {'on average ' if several else ''}{of_hundred(mean, 1)} of 100 patrols go to A"
        f"{'; only' if gap > 0 else ', but' if gap < 0 else ';'} {of_hundred(true, 1)} of 100 incidents "
        "happen there."
    )
    assert sentence(root) == told
    picture = drawing(root)
    assert picture[1].text.startswith(told)
    check_texts(picture)
    (drawn,) = lines(picture, svg.BLUE.fill, "3")
    assert len(drawn) <= 60
    assert drawn[:, 0] == pytest.approx(np.unique(drawn[:, 0]))  # rising
    assert drawn[0] == pytest.approx([0, runs.start_share], abs=0.2)
    assert drawn[-1] == pytest.approx([days, mean], abs=0.3)
    shares = [runs.start_share, *runs.mean[drawn[1:, 0].round().astype(int) - 1]]
    assert drawn[:, 1] == pytest.approx(shares, abs=0.002)
    (dashed,) = lines(picture, svg.VERMILION.fill, "2")
    assert dashed[:, 1] == pytest.approx([true, true], abs=0.002)
    told_days = sorted({day for day in (10, 100, 500, 1000, 2000) if day < days} | {days})
    rows = cells(root)
    assert [row[0] for row in rows] == ["start", *(f"{day:,}" for day in told_days)]
    assert {row[-1] for row in rows} == {of_hundred(true, 1)}
    assert [row[1] for row in rows[1:]] == [of_hundred(runs.mean[day - 1], 1) for day in told_days]
    text = "".join(root.itertext())
    between = f"{half_up(100 * runs.low[days - 1])} to {half_up(100 * runs.high[days - 1])}"
    if several:
        assert rows[-1][2] == between
        assert f"in 90 of 100 runs, {between} of 100 patrols go to A" in text
        (path,) = [
            path
            for path in picture.iter(f"{SVG}path")
            if path.get("fill-opacity") and path.get("d").count("L") > 3  # the other one is in the legend
        ]
        assert path.get("d").count("L") == 2 * len(drawn) - 1
    else:
        assert "90 of 100" not in text
        assert not [path for path in picture.iter(f"{SVG}path") if path.get("fill-opacity")]
    assert (f"People in {'A' if gap > 0 else 'B'} are watched and recorded more" in text) == bool(gap)
    wide = runs.high[days - 1] - runs.low[days - 1] > 0.2
    assert ("On average patrols go where" in text) == (several and not gap and not wide)
    assert ("single runs are not: chance decides" in text) == (several and not gap and wide)
    held = several and not runs.low[days - 1] <= true <= runs.high[days - 1]
    naive_gap = bool(gap) and parameters["rule"] == "naive"
    assert ("The past records still count" in text) == (held and not naive_gap)
    assert ("sends the next one back" in text) == naive_gap


OTHERS = {name: options for name, options in CONTROLS.items() if name != "days"}


@pytest.mark.parametrize(
    "parameters", [dict(zip(OTHERS, each, strict=True)) for each in itertools.product(*OTHERS.values())]
)
def test_every_setting_tells_and_draws_its_simulation(parameters):
    check_view(days=1_000, **parameters)


@pytest.mark.parametrize("days", CONTROLS["days"])
@pytest.mark.parametrize(
    "changed", [{}, {"rule": "reweighted", "prior": "weak"}, {"prior": "none", "runs": 1}]
)
def test_every_day_tells_and_draws_its_simulation(days, changed):
    start = {name: value for name, value in PROBE.resolve().items() if name != "days"}
    check_view(days=days, **(start | changed))


def test_it_begins_with_the_published_experiment():
    assert PROBE.resolve() == {
        "days": 1_000,
        "setting": "two highest cells",
        "prior": "strong",
        "rule": "naive",
        "scale": 1.0,
        "runs": 400,
    }
    assert PROBE.controls[0].name == "days"
    said = sentence(tree(PROBE.view()))
    assert (
        said
        == "After 1,000 days on average 70 of 100 patrols go to A; only 57 of 100 incidents happen there."
    )


def test_trainees_can_find_that_the_fix_needs_few_past_records_or_more_time():
    def patrols(**parameters):
        return int(
            re.search(r"(\d+) of 100 patrols", sentence(tree(PROBE.view(rule="reweighted", **parameters))))[1]
        )

    assert patrols(scale=0.1) == 61
    assert patrols(scale=0.1, prior="weak") == 57
    assert patrols(scale=0.1) > patrols(scale=0.1, days=2_000) > patrols(scale=1.0, days=2_000) >= 57


def test_moving_the_days_is_a_look_up():
    def views(days):
        start = process_time()
        for day in days:
            PROBE.view(days=day)
        return (process_time() - start) / len(days)

    feedback_loops._history.cache_clear()
    views([10])
    made = feedback_loops._history.cache_info().misses
    assert views(CONTROLS["days"]) < 0.05
    assert feedback_loops._history.cache_info().misses == made == 1


def test_a_deck_holds_every_day_in_little_space():
    made = PROBE.playable()
    assert len(made.encode()) < 600_000
    assert made.count('"words"') == len(CONTROLS["days"])


def test_a_view_is_the_same_each_time():
    first = PROBE.view(prior="weak")
    feedback_loops._history.cache_clear()
    assert PROBE.view(prior="weak") == first


def test_the_courses_own_settings_are_the_published_ones():
    assert feedback(datasets.load("feedback_loop")).view() == PROBE.view()


@settings(max_examples=15, deadline=None)
@given(
    st.floats(0.1, 9),
    st.floats(0, 9),
    st.floats(0.01, 2000),
    st.floats(0.01, 2000),
    st.sampled_from(CONTROLS["days"]),
)
def test_other_settings_are_drawn_without_a_clash(rate_a, rate_b, prior_a, prior_b, days):
    probe = feedback(
        PUBLISHED.iloc[:1].assign(
            rate_a_per_day=rate_a, rate_b_per_day=rate_b, prior_a=prior_a, prior_b=prior_b
        )
    )
    for runs in (1, 20):
        check_texts(drawing(tree(probe.view(days=days, runs=runs))))


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", 'O\'Brien & "sons"', "مجموعة الف"])
def test_what_the_author_typed_is_text_only(name):
    probe = feedback(PUBLISHED.iloc[:1].assign(setting=name))
    for view in (probe.view(runs=1), probe.still()):
        assert "<script>alert" not in view
    (words,) = [probe.controls[1].words(each) for each in probe.controls[1].options if each == name]
    assert words.endswith(": 609 and 379 past records")


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        (PUBLISHED.drop(columns="prior_b"), "no column 'prior_b'"),
        (PUBLISHED.iloc[:0], "at least one setting"),
        (pd.concat([PUBLISHED, PUBLISHED]), "each with a name of its own"),
        (PUBLISHED.assign(rate_b_per_day=-1.0), "rates must be 0 to 1,000,000"),
        (PUBLISHED.assign(prior_a=0), "priors must be above 0"),
        (PUBLISHED.assign(days=123), "cannot be 123; choose one of its 22 values"),
    ],
)
def test_bad_settings_are_refused_in_a_sentence(parameters, words):
    with pytest.raises(ValueError, match=words):
        feedback(parameters)


@pytest.mark.parametrize("changed", [{"days": 0}, {"runs": 2}, {"rule": "fair"}, {"scale": -1}, {"speed": 1}])
def test_what_is_no_choice_is_refused(changed):
    with pytest.raises(ValueError, match=r"cannot be|There is no control"):
        PROBE.view(**changed)
