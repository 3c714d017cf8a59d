"""One rate, many tools: the missed files and the false alarms that the same accuracy allows."""

from typing import NamedTuple

from workshop.domains.court.accuracy import ErrorSplit, error_split
from workshop.probes import svg
from workshop.probes.controls import Choice, Slider
from workshop.probes.html import Picture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.words import count, half_up, of_hundred

_ACCURACIES = (0.8, 0.85, 0.9, 0.92, 0.95, 0.98, 0.99, 0.999)
_PREVALENCES = (0.001, 0.005, 0.01, 0.02, 0.05, 0.08, 0.1, 0.2, 0.4, 0.5)
_FILES = (1_000, 10_000, 100_000, 1_000_000)
_STEPS = 20  # positions between the fewest missed and the most
_SQUARES, _COLUMNS, _CELL, _TOP = 1_000, 50, 10, 34  # one square for a thousandth of the pile; pixels
_RIGHT = 524  # pixels: where the counts stand
_LINE, _LONG = 20, 720  # pixels: left end and length of the line
_FOUND, _MISSED, _ALARM, _LEFT = svg.BLUE, svg.PURPLE, svg.WHITE_VERMILION, svg.PALE


def correct_rate(accuracy=0.92, prevalence=0.05, files=10_000, *, noun="files"):
    """Show which errors one accuracy allows: from a tool that misses as little as it can to one that misses all.

    Parameters
    ----------
    accuracy : float, default 0.92
        Share of the files judged rightly, from 0 to 1.
    prevalence : float, default 0.05
        Share of the files that somebody must see, from 0 to 1.
    files : int, default 10,000
        From 1,000 to 100 million.
    noun : str, default "files"
        Word for what is judged.

    Returns
    -------
    Probe
        Controls missing (0, the fewest missed that the accuracy allows, to 20, the most), prevalence, accuracy and
        files.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """
    error_split(accuracy, prevalence, files)  # refuses what is no share
    if not 1_000 <= files <= 100_000_000:
        raise ValueError(f"files is {files}; give a whole number from 1,000 to 100,000,000.")
    files = int(files)
    controls = (
        Slider(
            "missing",
            f"From the fewest missed {noun} to the most",
            tuple(range(_STEPS + 1)),
            _STEPS // 4,
            _position,
        ),
        Slider(
            "prevalence",
            f"{noun.capitalize()} that somebody must see",
            tuple(sorted({prevalence, *_PREVALENCES})),
            prevalence,
            _of_thousand,
        ),
        Slider(
            "accuracy",
            "Correct (accuracy)",
            tuple(sorted({accuracy, *_ACCURACIES})),
            accuracy,
            lambda share: f"{100 * share:.6g}%",
            folded=True,
        ),
        Choice(
            "files",
            f"{noun.capitalize()} in the pile",
            tuple(sorted({files, *_FILES})),
            files,
            lambda number: count(number, noun),
            folded=True,
        ),
    )

    def draw(missing, prevalence, accuracy, files):
        split = error_split(accuracy, prevalence, files)
        room = split.most_missed - split.fewest_missed
        return _picture(
            _Position(split, accuracy, split.fewest_missed + half_up(room * missing / _STEPS), noun)
        )

    return Probe(
        "One accuracy, many tools",
        controls,
        draw,
        "Counted, not measured: each of these tools has the same accuracy in this pile. In a pile with another share "
        "of such files a tool's accuracy changes, too.",
    )


def _position(missing):
    if missing in (0, _STEPS):
        return "the most missed" if missing else "the fewest missed"
    return f"step {missing} of {_STEPS}"


def _of_thousand(share):
    return f"{1000 * share:.6g} of 1,000"


class _Position(NamedTuple):
    """One tool that has the accuracy."""

    split: ErrorSplit
    accuracy: float
    missed: int
    noun: str

    @property
    def cells(self):
        """Found, missed, false alarms, left alone."""
        return self.split.cells(self.missed)

    @property
    def percent(self):
        return f"{100 * self.accuracy:.6g}%"


def _picture(position):
    sentence = _sentence(position)
    return Picture(sentence, _figure(position, sentence), bullets(_said(position)), _table(position))


def _sentence(position):
    split, noun = position.split, position.noun
    _, missed, alarms, _ = position.cells
    return (
        f"“{position.percent} correct” of {count(split.files, noun)}: {count(split.wrong)} are judged wrongly. Here "
        f"{count(missed)} of {count(split.relevant)} that matter are missed, and {count(alarms)} others are false "
        "alarms."
    )


def _said(position):
    split = position.split
    found, _, alarms, _ = position.cells
    if split.relevant:
        yield (
            f"The same {position.percent} allows everything from {count(split.fewest_missed)} missed to "
            f"{count(split.most_missed)} missed, of {count(split.relevant)}. The rate alone doesn't say which."
        )
    if found + alarms:
        yield (
            f"An officer opens {count(found + alarms)} flagged {position.noun}: {count(found)} matter, "
            f"{of_hundred(found, found + alarms)} of 100."
        )
    else:
        yield f"Nothing is flagged: this tool says “no” to all {position.noun}."
    never = split.files - split.relevant
    better = "better than" if never > split.files - split.wrong else "no better than"
    if never == split.files - split.wrong:
        better = "just as good as"
    yield (
        f"A tool that always says “no” finds nothing, and is right on {of_hundred(never, split.files)} of 100: "
        f"{better} this one by its accuracy."
    )


def _figure(position, sentence):
    title = f"What {position.percent} correct can mean for {count(position.split.files, position.noun)}"
    return svg.figure("correct-rate", 348, title, sentence, _marks(position))


def _keys(position):
    """Return the four kinds of files: ink, words, number."""
    found, missed, alarms, left = position.cells
    return (
        (_FOUND, "found", found),
        (_MISSED, "missed", missed),
        (_ALARM, "false alarm", alarms),
        (_LEFT, "rightly left alone", left),
    )


def _marks(position):
    worth = position.split.files / _SQUARES
    unit = "one of the " + position.noun if worth == 1 else f"{worth:,.6g} {position.noun}"
    yield svg.text(0, 18, f"The pile: one square is {unit}", svg.NORMAL, bold=True)
    keys = _keys(position)
    start = 0
    for (ink, _, _), squares in zip(keys, _rounded([number for _, _, number in keys]), strict=True):
        yield _squares(start, squares, ink)
        start += squares
    for place, (ink, words, number) in enumerate(keys):
        y = _TOP + 12 + place * 50
        yield svg.area(_RIGHT, y, 26, 26, ink)
        yield svg.text(_RIGHT + 38, y + 11, count(number), svg.LARGE, bold=True)
        yield svg.text(_RIGHT + 38, y + 28, words, svg.NORMAL)
    yield from _line(position)


def _rounded(numbers):
    """Return so many squares for each kind, 1,000 together; what is there at all gets one, if there is room."""
    total = sum(numbers)
    shares = [_SQUARES * number / total for number in numbers]
    squares = [max(int(share), int(number > 0)) for share, number in zip(shares, numbers, strict=True)]
    while sum(squares) != _SQUARES:
        step = 1 if sum(squares) < _SQUARES else -1
        gaps = [
            step * (share - square) if square + step >= int(number > 0) else -float("inf")
            for share, square, number in zip(shares, squares, numbers, strict=True)
        ]
        squares[gaps.index(max(gaps))] += step
    return squares


def _squares(start, number, ink):
    """Return so many squares from place `start` on, row by row, as one path; hatched inks get a stroke in each."""
    side = _CELL - 2
    places = [divmod(place, _COLUMNS) for place in range(start, start + number)]
    if not places:
        return ""
    corners = [(column * _CELL, _TOP + row * (_CELL + 1)) for row, column in places]
    path = "".join(f"M{x} {y}h{side}v{side}h-{side}z" for x, y in corners)
    edge = ink.edge if ink != _LEFT else "#c4c4c4"  # what is right stays in the background
    drawn = f'<path d="{path}" fill="{ink.fill}" stroke="{edge}"/>'
    if ink.hatch:
        strokes = "".join(f"M{x} {y}l{side} {side}M{x + side} {y}l-{side} {side}" for x, y in corners)
        drawn += f'<path d="{strokes}" stroke="{ink.strokes}" fill="none"/>'
    return drawn


def _line(position):
    """Draw the line of all tools with this accuracy, and where this one lies."""
    split = position.split
    y, room = 308, split.most_missed - split.fewest_missed
    at = _LINE + _LONG * ((position.missed - split.fewest_missed) / room if room else 0.5)
    yield svg.text(
        0, 282, f"All tools that are {position.percent} correct here lie on this line", svg.NORMAL, bold=True
    )
    yield svg.line(_LINE, y, _LINE + _LONG, y, svg.BLACK, 3)
    for x in (_LINE, _LINE + _LONG):
        yield svg.line(x, y - 8, x, y + 8, svg.BLACK, 2)
    yield svg.point(at, y, "diamond", svg.VERMILION.fill, radius=9)
    fewest, most = (_end(split, missed) for missed in (split.fewest_missed, split.most_missed))
    yield svg.text(0, y + 30, fewest, svg.SMALL)
    yield svg.text(svg.WIDTH, y + 30, most, svg.SMALL, "end")


def _end(split, missed):
    return f"{count(missed)} missed, {count(split.wrong - missed)} false alarms"


def _table(position):
    split = position.split
    tools = (
        ("Fewest missed", split.fewest_missed),
        ("This tool", position.missed),
        ("Most missed", split.most_missed),
    )
    columns = ("", "Found", "Missed", "False alarms", "Left alone", "Correct")
    rows = [
        (name, *(count(cell) for cell in split.cells(missed)), position.percent) for name, missed in tools
    ]
    return table(
        f"Tools that are {position.percent} correct on {count(split.files, position.noun)}", columns, rows
    )
