"""What a machine's transcripts save and cost: hours of listening and correcting, and statements that stay changed."""

from workshop.domains.speech.interviews import Transcripts
from workshop.probes import svg
from workshop.probes.before_now import TOO_FEW
from workshop.probes.controls import Slider
from workshop.probes.html import Picture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, half_up, isolated, joined, signed

CHECKED = tuple(range(0, 101, 10))
SECONDS = tuple(range(2, 21))
_MOST_DIALECTS = 5
_NAMES, _LEFT, _LONG, _TOP, _ROW, _THICK = 92, 100, 380, 58, 40, 22  # pixels
_RIGHT, _WIDE = 530, 130  # pixels: what stays changed; the numbers are beside it
_CAPTION = (
    "Generated counts, no real interview and no real dialect. Written by hand, each dialect takes 100 hours (dashed "
    "line). In an interview that is listened to again everything is corrected. Lines: 95% intervals."
)


def correction(interviews, *, checked=100, seconds=10):
    """Show what it costs to check a machine's transcripts against the recordings, and what stays wrong if nobody does.

    Parameters
    ----------
    interviews : pandas.DataFrame or workshop.domains.speech.Transcripts
        As ``load("interview_transcripts")`` returns it; at most five dialects.
    checked : int, default 100
        Interviews that are listened to again, of 100, at first.
    seconds : int, default 10
        To correct one wrong word, at first.

    Returns
    -------
    Probe
        Controls checked and seconds.

    Raises
    ------
    ValueError
        If the interviews can't be counted, there are too many dialects, or a slider has no such position.
    """
    transcripts = interviews if isinstance(interviews, Transcripts) else Transcripts(interviews)
    dialects = len(transcripts.checking(1))
    if dialects > _MOST_DIALECTS:
        raise ValueError(f"There are {dialects} dialects; this picture holds {_MOST_DIALECTS}.")
    # The same in every position, so that bars of two positions can be compared.
    longest = max(100.0, *(each.hours for each in transcripts.checking(SECONDS[-1]).values()))
    most = max(each.high if each.enough else each.left for each in transcripts.checking(1, 0).values())
    controls = (
        Slider("checked", "Interviews that are listened to again", CHECKED, checked, "{} of 100".format),
        Slider("seconds", "Seconds to correct one wrong word", SECONDS, seconds, str),
    )

    def draw(checked, seconds):
        return _picture(transcripts.checking(seconds, checked / 100), checked, longest, most)

    return Probe("What a transcript saves, what it costs, and what stays wrong", controls, draw, _CAPTION)


def _picture(found, checked, longest, most):
    found = {isolated(dialect): each for dialect, each in found.items()}
    sentence = _sentence(found, checked)
    told = [f"{capital(name)}: {_hours(each)}, {_left(each)}." for name, each in found.items()]
    title = (
        "Hours of checking for 100 hours of writing by hand, and interviews with a changed not, by dialect"
    )
    height = _TOP + len(found) * _ROW + 26
    drawn = svg.figure("correction", height, title, " ".join([sentence, *told]), _marks(found, longest, most))
    return Picture(sentence, drawn, bullets(_said(found)), _table(found))


def _sentence(found, checked):
    large = {name: each for name, each in found.items() if each.enough}
    if not large:
        return f"Too few interviews of each dialect: {TOO_FEW}."
    if checked == 0:
        worst = max(large, key=lambda name: large[name].left)
        return (
            f"Nothing is checked: all hours are saved, and in {half_up(large[worst].left)} of 100 interviews in "
            f"{worst} a “not” was lost or added."
        )
    least, most = (pick(large, key=lambda name: large[name].hours) for pick in (min, max))
    said = f"For 100 hours of writing by hand the machine {_gain(large[least])} in {least}"
    if least != most:
        said = f"{said}, and {_gain(large[most])} in {most}"
    left = max(large, key=lambda name: large[name].left)
    if not large[left].left:
        return f"{said}. No changed statement stays."
    return f"{said}. In {half_up(large[left].left)} of 100 interviews in {left} a “not” stays wrong."


def _gain(each):
    saved = half_up(100 - each.hours)
    return f"costs {-saved} more" if saved < 0 else f"saves {saved}"


def _hours(each):
    return (
        f"{half_up(each.listening)} hours of listening and {half_up(each.correcting)} of correcting, "
        f"it {_gain(each)}"
    )


def _left(each):
    if not each.enough:
        return f"wrong “not”: {TOO_FEW}"
    return (
        f"a wrong “not” stays in {half_up(each.left)} of 100 interviews "
        f"({half_up(each.low)} to {half_up(each.high)})"
    )


def _said(found):
    worse = [name for name, each in found.items() if each.enough and each.hours > 100]
    if worse:
        yield f"{capital(joined(worse))}: to correct the machine takes longer than to write by hand."
    yield (
        "Who bears it: people whose dialect the machine hears badly, if nobody checks; those who correct, if "
        "somebody does."
    )
    small = [name for name, each in found.items() if not each.enough]
    if small:
        yield f"{capital(joined(small))}: {TOO_FEW} (fewer than 10 speakers or 30 interviews)."


def _marks(found, longest, most):
    yield svg.text(_LEFT, 16, "Hours of checking, for 100 by hand", svg.NORMAL, bold=True)
    keys = (
        (lambda x: svg.area(x, 28, 16, 12, svg.BLUE), "listening"),
        (lambda x: svg.area(x, 28, 16, 12, svg.PURPLE), "correcting"),
    )
    yield svg.legend(_LEFT, 39, keys, 20, 14)
    yield svg.text(_RIGHT, 16, "A wrong “not” stays", svg.NORMAL, bold=True)
    yield svg.text(_RIGHT, 39, "of 100 interviews", svg.SMALL, fill=svg.GREY)
    bottom = _TOP + len(found) * _ROW - 4
    yield from _axes(bottom, longest, most)
    for place, (name, each) in enumerate(found.items()):
        yield from _row(name, each, _TOP + place * _ROW, longest, svg.ticks(max(most, 1), 3)[-1])
    by_hand = _LEFT + _LONG * 100 / longest
    yield svg.line(by_hand, _TOP - 6, by_hand, bottom, svg.BLACK, 1.5, "6 4")


def _axes(bottom, longest, most):
    hours = {tick / longest: f"{tick:g}" for tick in svg.ticks(longest, 5) if tick <= longest}
    yield svg.axis(_LEFT, bottom, _LONG, _TOP - 4, hours)
    end = svg.ticks(max(most, 1), 3)[-1]
    yield svg.axis(_RIGHT, bottom, _WIDE, _TOP - 4, {tick / end: f"{tick:g}" for tick in svg.ticks(end, 3)})


def _row(name, each, top, longest, end):
    yield svg.text(
        _NAMES, top + 16, svg.shortened(capital(name), _NAMES, svg.SMALL, True), svg.SMALL, "end", each.enough
    )
    if not each.enough:
        yield svg.text(_LEFT + 6, top + 16, TOO_FEW, svg.SMALL)
        return
    x = _LEFT
    for hours, ink in ((each.listening, svg.BLUE), (each.correcting, svg.PURPLE)):
        wide = _LONG * hours / longest
        if wide:
            yield svg.area(x, top, wide, _THICK, ink, str(half_up(hours)), svg.SMALL)
        x += wide
    if each.left:
        yield svg.area(_RIGHT, top, _WIDE * each.left / end, _THICK, svg.VERMILION)
        ends = (_RIGHT + _WIDE * side / end for side in (each.low, each.high))
        yield svg.whisker(*ends, top + _THICK + 7, cap=4)
    yield svg.text(_RIGHT + _WIDE + 12, top + 16, f"{half_up(each.left)} of 100", svg.SMALL, bold=True)


def _table(found):
    columns = (
        "",
        "Hours of listening",
        "Hours of correcting",
        "Hours saved",
        "A wrong “not” stays, of 100 interviews",
    )
    rows = [
        (
            capital(name),
            f"{each.listening:.1f}",
            f"{each.correcting:.1f}",
            signed(round(100 - each.hours, 1), ".1f"),
            f"{half_up(each.left)} ({half_up(each.low)} to {half_up(each.high)})" if each.enough else TOO_FEW,
        )
        if each.enough
        else (capital(name), TOO_FEW, "", "", TOO_FEW)
        for name, each in found.items()
    ]
    return table("For 100 hours of writing by hand", columns, rows)
