"""The probe on transcripts: hours that are saved, hours of checking, statements that stay wrong."""

import time
from itertools import product

import numpy as np
import pytest
from pictures import SVG, cells, check_texts, drawing, sentence, tree

from workshop import datasets
from workshop.domains.speech.interviews import Transcripts
from workshop.probes.corrections import _LONG, CHECKED, SECONDS, correction

TABLE = datasets.load("interview_transcripts")
TRANSCRIPTS = Transcripts(TABLE)
PROBE = correction(TRANSCRIPTS)
POSITIONS = [{"checked": part, "seconds": each} for part, each in product(CHECKED, SECONDS[::4])]


@pytest.mark.parametrize("position", POSITIONS, ids=lambda position: "-".join(map(str, position.values())))
def test_every_position_tells_the_hours(position):
    root = tree(PROBE.view(**position))
    check_texts(drawing(root))
    found = TRANSCRIPTS.checking(position["seconds"], position["checked"] / 100)
    for row, (dialect, each) in zip(cells(root), found.items(), strict=True):
        assert row[0] == f"D{dialect[1:]}"
        if not each.enough:
            assert row[1] == row[4] == "too few to tell"
            continue
        hours = [f"{each.listening:.1f}", f"{each.correcting:.1f}"]
        assert row[1:3] == hours
        assert float(row[3].replace("−", "-")) == pytest.approx(100 - each.hours, abs=0.06)
        assert row[4].startswith(f"{np.floor(each.left + 0.5):.0f} (")


def test_bars_share_one_axis_in_every_position():
    longest = max(each.hours for each in TRANSCRIPTS.checking(SECONDS[-1]).values())
    for position in POSITIONS[-3:]:
        picture = drawing(tree(PROBE.view(**position)))
        wide = [float(rect.get("width")) for rect in picture.iter(f"{SVG}rect") if rect.get("height") == "22"]
        for each in TRANSCRIPTS.checking(position["seconds"]).values():
            if each.enough:
                assert min(abs(bar - _LONG * each.listening / longest) for bar in wide) < 0.1
                assert min(abs(bar - _LONG * each.correcting / longest) for bar in wide) < 0.1


def test_sentences():
    whole, none, half = (
        sentence(tree(PROBE.view(**position)))
        for position in ({}, {"checked": 0}, {"checked": 50, "seconds": 20})
    )
    found = TRANSCRIPTS.checking(10)
    assert whole == (
        f"For 100 hours of writing by hand the machine saves {100 - found['dialect A'].hours:.0f} in dialect A, and "
        f"costs {found['dialect C'].hours - 100:.0f} more in dialect C. No changed statement stays."
    )
    left = TRANSCRIPTS.checking(10, 0)["dialect C"].left
    assert none == (
        f"Nothing is checked: all hours are saved, and in {left:.0f} of 100 interviews in dialect C a “not” was lost "
        "or added."
    )
    assert half.endswith(f"In {left / 2:.0f} of 100 interviews in dialect C a “not” stays wrong.")


def test_too_few_of_each():
    few = TABLE.groupby("dialect").head(5)
    root = tree(correction(few).view())
    check_texts(drawing(root))
    assert sentence(root) == "Too few interviews of each dialect: too few to tell."


def test_a_move_is_quick():
    start = time.process_time()
    for position in POSITIONS:
        PROBE.view(**position)
    assert (time.process_time() - start) / len(POSITIONS) < 0.05


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"interviews": None}, "must be a table"),
        ({"interviews": TABLE.assign(dialect=TABLE["speaker"].str[-1])}, "10 dialects"),
        ({"checked": 33}, "cannot be 33"),
        ({"seconds": 1}, "cannot be 1"),
    ],
)
def test_what_cannot_be_shown_is_said(change, says):
    with pytest.raises(ValueError, match=says):
        correction(**({"interviews": TABLE} | change))
