"""Case Australia: the numbers in its text and notes are those that the code gives."""

from pathlib import Path

import pytest

from workshop import datasets
from workshop.domains import seized
from workshop.domains.seized.attacks import most_often_right
from workshop.probes.words import half_up

SOURCE = Path(__file__).parents[2] / "content/lessons/06_case_australia.py"
TEXT = " ".join(line.removeprefix("# ").strip() for line in SOURCE.read_text("utf-8").splitlines())
FILES = datasets.load("seized_files")
USED, NEW = (seized.Review(FILES, FILES[name]) for name in ("score", "new_score"))
CUT, NEW_CUT = USED.workload(0.5), NEW.workload(0.5)
TIMED = USED.missed(0, 1500)["numerator"].astype(int)
CHANGE = seized.compare_reviews(USED, NEW, capacity=1500)
WAYS = seized.compare_decisions(FILES, FILES["new_score"], 0.5)


def hundred(value):
    return half_up(100 * value)


def interval(estimate):
    return f"{hundred(estimate.value)} ({hundred(estimate.low)} to {hundred(estimate.high)})"


def told():
    """Return what the text must say."""
    whole = USED.missed_rates(0.5, by=None).of("all victims")
    harmful = CUT.harmful - CUT.harmful_viewed
    yield f"18 of 100 ({hundred(whole.low)} to {hundred(whole.high)}): {CUT.missed} of {CUT.victims}"
    yield f"{hundred(harmful / CUT.harmful)} of 100 are missed, {harmful} of {CUT.harmful:,}"
    yield f"{len(FILES):,} files of {FILES.device.nunique()} devices, {CUT.harmful:,} of them harmful"
    gap = seized.gap_on_the_same_devices(FILES, FILES["score"])
    yield f"Like devices give {interval(gap)}"
    yield f"all at once give {interval(seized.missed_files(FILES, FILES['score']).difference('darker', 'lighter'))}"
    planted = datasets.truth("seized_files")["skin_tone_gap"]["score"]
    yield f"Planted: {hundred(planted)} more of 100 files"
    yield f"1,500 files are viewed and {TIMED.sum()} victims missed, {TIMED['darker']} of them with darker skin"
    harmless = [work.viewed - work.harmful_viewed for work in (NEW_CUT, CUT)]
    yield f"miss fewer at 0.5 ({NEW_CUT.missed}), and send officers {harmless[0]} harmless files"
    yield f"harmless files instead of {harmless[1]}"
    yield f"guess can be right more than about {hundred(most_often_right(10))} times of 100 after 10 points"
    yield f"after 10 points, and {hundred(most_often_right(20))} after all 20"
    yield f"{CHANGE.before.sum()} missed with the classifier in use, {CHANGE.after.sum()} with the new one"
    dark, light = CHANGE.loc["darker"], CHANGE.loc["lighter"]
    yield f"With darker skin {dark.after} instead of {dark.before}: {-hundred(dark.change)} fewer of 100"
    yield f"with lighter skin {light.after} instead of {light.before}: {hundred(light.change)} more of 100"
    sorts, deletes = WAYS.loc["the machine sorts"], WAYS.loc["the machine deletes the rest"]
    yield f"Sorting at 0.5: {sorts.viewed:,.0f} files, under four hours, {sorts.missed:.0f} missed"
    yield f"the sample brought {sorts.seen_below:.0f} harmful files and two victims to light"
    yield f"{deletes.missed:.0f} victims are lost for good"
    true, better = (each.missed(0.5)["numerator"].astype(int) for each in (USED, NEW))
    counts = f"{true['darker']} and {true['lighter']}; {better['darker']} and {better['lighter']}"
    yield f"The true counts, which only the data's owner knows: {counts}"


@pytest.mark.parametrize("words", list(told()))
def test_the_text_says(words):
    assert words in TEXT


def test_any_low_threshold_gives_the_same_in_three_hours():
    assert USED.workload(0.35).above > 1500 > USED.workload(0.4).above
    assert WAYS.loc["the machine deletes the rest", "missed"] - WAYS.loc["the machine sorts", "missed"] == 2
    assert 3.5 < WAYS.loc["the machine sorts", "hours"] < 4


def test_what_came_out_of_the_airlock():
    sealed = seized.Airlock(FILES, seed=2019)
    used, new = sealed.ask(price=5), sealed.ask(formula="new_score", price=10)
    for answer, start in ((used, "In use: "), (new, "New: ")):
        cells = [answer.missed[tone] for tone in ("darker", "lighter")]
        dark, light = (f"{cell.count} ({cell.low} to {cell.high})" for cell in cells)
        assert f"{start}{dark}" in TEXT
        assert light in TEXT
    with pytest.raises(seized.Refused, match="Too near"):
        sealed.ask(threshold=0.51)
    harmless = sealed.ask(formula="new_score", counted="harmless files", by=None, price=3).reached["all"]
    assert f"harmless files, {harmless.count} ({harmless.low} to {harmless.high})" in TEXT
    assert sealed.left == 0
