"""Exercise 04: right answers, typical wrong ones, and the numbers behind both."""

from pathlib import Path

import pytest
from exercise_contract import ExerciseContract
from hypothesis import given
from hypothesis import strategies as st

from workshop import audit, datasets, probes
from workshop.audit.intervals import newcombe_difference
from workshop.checks import questions_04_visual_processing as made

SOURCE = Path(__file__).parents[2] / "content/exercises/04_visual_processing.py"
CAPTION_OF = {"dark": {"stops": made.DARK}, "blur": {"sigma": made.BLUR}, "none": {}}

RIGHT = {
    "q1": ["b"],
    "q2": [["a", "c", "d"], "d, c, a"],
    "q3": ["1/9", "0.106", "11%", "10,6 %", "1 of 9"],
    "q4": [
        "c",
        "wanted * found_share / (wanted * found_share + others * flagged_share)",
        lambda wanted, found, others, flagged: 1 / (1 + others * flagged / (wanted * found)),
    ],
    "q5": [["a", "b", "e"], "a b e"],
    "q6": [["a", "b", "e"], "e and a and b"],
    "q7": ["85/217", "0.392", "39%", "39,2%"],
    "q8": ["b", "Plates of Osbelia without a sticker, and plates of other regions with one."],
    "q9": ["d"],
    "q10": ["c"],
}

WRONG = {  # answers as a trainee would give them, each from another mistake
    "q1": {"a": "none means never", "c": "knows faces", "d": "carried over"},
    "q2": {
        "c d": "worst in the dark",
        "a b c d": "none stays none",
        "a d": "innocent driver",
        "a c": "wanted car",
        "a c d e": "each leads to a stop",
    },
    "q3": {
        "98%": "share of the wanted who are found",
        "8/9": "share that is wrong",
        "1/8": "right for each wrong one",
        "1/1000": "of all who pass",
        "8/1000": "flagged, of all who pass",
        "1/20": "of the list",
        "6/8": "one group's part",
        "1/1315": "as the probe began",
        "11": "percent without its sign",
        "0.14": "close",
        "0.5": "other",
    },
    "q4": {
        "a": "shares without people",
        "b": "one minus the flagged share",
        "d": "right for each wrong one",
        "others * flagged_share / (wanted * found_share + others * flagged_share)": "share that is wrong",
        "wanted * found_share / wanted": "found share",
        "wanted * found_share / (wanted + others)": "of all who pass",
        "wanted * found_share / wanted * found_share + others * flagged_share": "no brackets",
        "wanted / others": "other",
    },
    "q5": {
        "b e": "spread evenly",
        "a e": "price for group D",
        "a b c e": "both errors equal",
        "a b d e": "too few pairs",
        "a b": "group must be guessed",
    },
    "q6": {
        "b e": "not in the gallery",
        "a e": "the rule helps",
        "a b c e": "cleared is not untouched",
        "a b d e": "trust matters",
        "a b": "price of the rule",
    },
    "q7": {
        "88/433": "by race only",
        "341/1587": "by gender only",
        "0.745": "also by age",
        "12%": "all pictures",
        "87%": "the first system",
        "5/217": "the first system on this group",
        "27%": "another group",
        "85/351": "share of all errors",
        "61%": "right instead of wrong",
        "39": "percent without its sign",
        "0.4": "close",
        "0.55": "other",
    },
    "q8": {"a": "more of the same", "c": "very sure", "d": "newer model"},
    "q9": {"a": "of today", "b": "a crowd", "c": "the other error"},
    "q10": {"a": "stopped reading after the law", "b": "threshold mends all", "d": "never"},
}

FORMULAS = {
    "q4": [
        "wanted * found_share",
        "(wanted × found share)",
        "others × flagged share",
        "others * flagged_share",
    ]
}

shares = st.floats(0.01, 0.99)


class TestExercise(ExerciseContract):
    NAME = "04_visual_processing"
    QUESTIONS = made.QUESTIONS
    RIGHT = RIGHT
    WRONG = WRONG
    FORMULAS = FORMULAS

    def test_the_end_of_the_interval_is_the_one_asked_about(self, questions):
        faces = datasets.load("face_patches").face.sum()
        found, rough = (made.detector_errors().loc[name] for name in ("edges (HOG)", "roughness only"))
        assert found.missed == 0
        assert (found.low, found.high) == pytest.approx(audit.wilson(0, faces))
        assert f"up to {100 * found.high:.0f};" in questions["q1"].options["b"]
        assert rough.low < found.high  # so "it would miss many" is refuted

    def test_the_region_that_fails_in_the_dark_is_not_the_rare_one(self):
        truth = datasets.truth("licence_plates")
        dark = made.misread("dark")
        worst = max(dark, key=lambda region: dark[region].value)
        assert worst == truth["little_contrast"] != truth["rare_in_training"] == made.RARE
        assert all(newcombe_difference(dark[worst], dark[other])[0] > 0 for other in dark if other != worst)

    def test_a_region_that_was_safe_is_not_safe_with_blur(self):
        still, blurred = made.misread("none"), made.misread("blur")
        safe = [region for region in still if still[region].numerator == 0]
        assert "Osbelia" in safe  # the feedback names it
        assert newcombe_difference(blurred["Osbelia"], still["Osbelia"])[0] > 0

    @pytest.mark.parametrize("disturbance", ["none", "dark", "blur"])
    def test_the_probe_shows_the_regions_that_are_asked_about(self, disturbance):
        tried, found = made.tried_plates(), made.misread(disturbance)
        assert (tried.region.value_counts() == made.TRIED).all()
        shown = probes.light(tried, made.plate_reader(), most=len(tried))
        counted = shown.picture(**CAPTION_OF[disturbance]).table
        for errors in found.values():
            assert f"{errors.numerator:.0f} of {made.TRIED}" in counted
        assert f"most={len(tried)}" in SOURCE.read_text("utf-8")

    def test_only_a_few_wrong_readings_stop_somebody(self):
        test = made.plates("test")
        read = made.plate_reader().predict(test.picture)
        wrong = (read != test.text.to_numpy()).mean()
        hits = made.wrong_hits()
        assert hits.missed.mean() == pytest.approx(100 * wrong)  # each region has as many plates
        assert (hits.wrong_hit > 0).all()
        assert (hits.wrong_hit / made.PLATES["cars"] < hits.missed / 100 / 100).all()

    def test_the_share_of_right_alerts_by_hand(self, questions):
        scores = datasets.load("watch_list_scores")
        matched = (
            (scores.score >= made.THRESHOLD).groupby([scores.group, scores.genuine], observed=True).mean()
        )
        people = made.CROWD / 4
        right = sum(made.WANTED / 4 * matched[group, True] for group in scores.group.unique())
        wrong = sum(
            (people - made.WANTED / 4) * (1 - (1 - matched[group, False]) ** made.LISTED)
            for group in scores.group.unique()
        )
        assert questions["q3"].expected == pytest.approx(right / (right + wrong))

    def test_the_probe_says_the_numbers_of_the_small_list(self, questions):
        probe = probes.watch_list(made.search_scores(), default=made.AT_FIRST)
        here = probe.picture(
            threshold=made.THRESHOLD, crowd=made.CROWD, listed=made.LISTED, wanted=made.WANTED
        )
        assert "about 1 wanted person is found and about 8 innocent people are flagged" in here.sentence
        assert f"Of 100 alerts, {100 * questions['q3'].expected:.0f} are right" in here.figure
        assert probe.resolve()["crowd"] == made.STATION_CROWD
        assert probe.resolve()["listed"] == made.STATION_LISTED
        assert "1,314 innocent people" in probe.picture().sentence
        assert "1,314 innocent people" in questions["q3"].why

    def test_the_formula_gives_the_share_of_the_watch_list(self, questions):
        day = made.day(made.AT_FIRST)
        wanted, others = made.WANTED, made.STATION_CROWD - made.WANTED
        found, flagged = day.total("found").value / wanted, day.total("false_alerts").value / others
        assert questions["q4"].expected(wanted, found, others, flagged) == pytest.approx(
            day.share_right.value
        )

    def test_the_same_rate_moves_the_harm(self):
        thresholds = made.search_scores().thresholds_for(made.SAME_RATE)
        for group, threshold in thresholds.items():
            assert 0 < made.search_scores().false_match_rate(threshold, group).value <= made.SAME_RATE
        before, after = (
            made.missed_wanted(made.ONE_THRESHOLD, "group D"),
            made.missed_wanted(thresholds, "group D"),
        )
        assert newcombe_difference(after, before)[0] > 0
        assert newcombe_difference(after, made.missed_wanted(thresholds, "group A"))[0] > 0
        assert not made.missed_wanted(thresholds, "group C").enough
        wrong = [each.value for each in made.day(thresholds).false_alerts.values()]
        assert max(wrong) < 1.1 * min(wrong)
        one = {group: each.value for group, each in made.day(made.ONE_THRESHOLD).false_alerts.items()}
        assert one["group D"] > sum(one.values()) / 2
        # Both settings flag about as many people in all, so that only who they are differs.
        assert sum(wrong) == pytest.approx(sum(one.values()), rel=0.15)

    def test_the_simulation_says_what_the_probe_says(self, questions):
        probe = probes.candidates()
        here = {"trust": round(100 * made.TRUST), "absent": round(100 * made.ABSENT)}
        assert probe.resolve()["quality"] == made.QUALITY
        assert probe.resolve()["length"] == made.NAMES
        ruled = probe.picture(**here, rule=True)
        now = made.reviewed()
        assert f"{1000 * now.wrong:.0f} innocent people" in probe.picture(**here).sentence
        assert f"Evidence clears {1000 * made.reviewed(rule=True).cleared:.0f}" in ruled.sentence
        for number in (now.wrong, made.reviewed(rule=True).wrong, made.reviewed(trust=0).wrong):
            assert f"{1000 * number:.0f}" in questions["q6"].why
        assert "names the right person 0 times" in probe.picture(**here | {"absent": 100}).sentence

    def test_the_rule_changes_who_can_be_arrested_not_who_is_named(self):
        now, ruled = made.reviewed(), made.reviewed(rule=True)
        assert ruled.wrong + ruled.cleared == pytest.approx(now.wrong)
        assert 0 < ruled.wrong < now.wrong
        assert ruled.right + ruled.unproven == pytest.approx(now.right)

    def test_the_worst_crossing_by_hand(self, questions):
        table = datasets.load("face_gender_predictions")
        wrong = table.facellm != table.gender
        rates = wrong.groupby([table.race, table.gender], observed=True).mean()
        assert rates.idxmax() == ("Black", "Male")
        assert questions["q7"].expected == pytest.approx(rates.max())
        assert wrong.mean() < (table.deepface != table.gender).mean()
        assert rates.max() > 3 * wrong.mean()
        said = probes.crossings(table).picture(system="facellm").sentence
        assert f"{100 * rates.max():.0f} of 100" in said

    def test_the_sticker_decides_where_the_habit_is_broken(self, questions):
        assert datasets.truth("licence_plates")["sticker_goes_with"] == made.STICKER
        kept, broken = made.right_in_habit(True), made.right_in_habit(False)
        assert kept > 0.95
        assert broken < kept - 0.2
        table = made.named_right()
        whole = table.numerator.sum() / table.denominator.sum()
        assert broken < whole < kept
        for region in (made.STICKER, "Talvora"):
            change = newcombe_difference(
                *(audit.Estimate(*table.loc[region, kind][:6]) for kind in (True, False))
            )
            assert change[0] > 0 if region == made.STICKER else change[1] < 0
        assert table.loc[("Talvora", True), "instead"] == made.STICKER
        assert f"{100 * kept:.0f} of 100" in questions["q8"].asks

    def test_a_patch_finds_the_sticker(self):
        shown = made.example_plates()
        stickers = made.by_day().assign(picture=[picture.tobytes() for picture in made.by_day().picture])
        carries = stickers.set_index("picture").sticker
        assert [carries[picture.tobytes()] for picture in shown.values()] == [True, False, True, False]
        score = made.vision.region_score(made.region_model(), made.STICKER)
        first = probes.patch(score, shown, what=made.STICKER, fill=made.SHADE).picture()
        assert "It hangs most on the lower left (row 3, column 1)" in first.sentence  # where the hints lead
        with_sticker, without, *_ = score(made.vision.plate_stack(list(shown.values())))
        assert without < 0.5 < with_sticker  # both are of Talvora

    def test_the_figure_on_masks_is_the_table_s(self, questions):
        row = datasets.load("face_mask_false_non_match").iloc[-1]  # the exercise asks about the last row
        span = f"{row.false_non_match_percent_low:.0f} to {row.false_non_match_percent_high:.0f} of 100"
        assert row.condition == "most algorithms with drawn mask"
        assert all(span in option for option in questions["q9"].options.values())

    def test_the_offer_in_the_exercise_is_the_one_that_is_worked_out(self, questions):
        text = " ".join(SOURCE.read_text("utf-8").replace("\n# ", " ").split())
        rate = f"1 false match in {1 / made.OFFER['false_match_rate']:,.0f} comparisons"
        crowd, listed = f"{made.OFFER['crowd']:,} people a day", f"{made.OFFER['listed']} missing children"
        assert all(words in text for words in (rate, crowd, listed, f"can check {made.CHECKED} alerts"))
        flagged = made.OFFER["crowd"] * (1 - (1 - made.OFFER["false_match_rate"]) ** made.OFFER["listed"])
        assert f"about {flagged:.0f} innocent people" in questions["q10"].why
        assert flagged > made.CHECKED


def test_the_exercise_shows_the_search_as_it_is_asked_about():
    text = SOURCE.read_text("utf-8")
    for threshold in (made.AT_FIRST, made.ONE_THRESHOLD):
        assert f"default={threshold}," in text
    threshold = probes.watch_list(made.search_scores(), default=made.ONE_THRESHOLD).controls[0]
    assert made.THRESHOLD in threshold.options


@given(wanted=st.integers(1, 50), found=shares, others=st.integers(100, 100_000), flagged=shares)
def test_leaving_the_crowd_out_always_flatters(wanted, found, others, flagged):
    question = made.share_right()
    values = wanted, found, others, flagged
    right = question.expected(*values)
    assert 0 < right < 1
    formulas = {letter: formula(*values) for letter, (_, formula) in question.formulas.items()}
    assert formulas["a"] > right
    assert formulas["b"] == pytest.approx(1 - flagged)
    assert formulas["d"] == pytest.approx(right / (1 - right))
