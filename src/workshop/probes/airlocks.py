"""A desk before an airlock: a trainee sends scoring functions in, sees what comes out, and what is refused and why."""

from workshop.domains.seized.airlock import (
    BUDGET,
    CHECK,
    HARMLESS,
    LONGEST,
    MINIMUM,
    ONE_FILE,
    PRICES,
    READY,
    VICTIMS,
    Airlock,
    Question,
    Refused,
    SealedFiles,
)
from workshop.domains.seized.attacks import most_often_right
from workshop.probes import svg
from workshop.probes.controls import Choice, Slider, Text, steps
from workshop.probes.html import AS_TABLE, STYLE, Picture, bullets, main_part, panel, table
from workshop.probes.probe import Probe, unfolding
from workshop.probes.words import capital, count, half_up, isolated

OWN = "a formula of my own"
ASKED = {  # what a trainee can ask for: what is counted, and by which groups
    "victims, by skin tone": (VICTIMS, "skin_tone"),
    "victims, by kind of device": (VICTIMS, "device_type"),
    "victims, all together": (VICTIMS, None),
    "harmless files, all together": (HARMLESS, None),
    "harmless files, by kind of device": (HARMLESS, "device_type"),
    "one file: show me its row": (ONE_FILE, None),
}
_BY_WORDS = {None: "", "skin_tone": ", by skin tone", "device_type": ", by kind of device"}
_MOST_SENT = 30  # questions; the picture sends all of them again
_NAMES, _LENGTH, _ROW, _TOP = 150, 330, 32, 96  # pixels
_CAPTION = (
    "In brackets: 95 of 100 draws of the noise that the airlock adds. Lines: 95% intervals, of noise and of chance; a "
    "little too short, because an airlock doesn't tell which victims share a device. The noise has a fixed start here, "
    "so that the lesson can be repeated; a real airlock must never have one."
)


def airlock(files, *, seed, sent=(), first=None, budget=BUDGET):
    """Let a trainee send scoring functions to sealed files, until the budget is spent.

    Parameters
    ----------
    files : pandas.DataFrame
        As `workshop.datasets.load("seized_files")` returns them.
    seed : int
        Of the noise.
    sent : sequence of Question, optional
        An example of questions, for a reader without a kernel and for a deck; a trainee begins with none.
    first : int, optional
        How many questions of the example are sent at first; all of them by default.
    budget : int, default 20
        Points.

    Returns
    -------
    Desk
        Its picture is that of the example; control sent: how many of its questions are sent.

    Raises
    ------
    ValueError
        As `workshop.domains.seized.Airlock`; or the example has more than 30 questions, or fewer than are
        sent at first.
    """
    return Desk(files, seed, tuple(sent), first, budget)


class Desk(Probe):
    """An airlock to which questions are sent.

    What it shows is a pure function of the questions that were sent so far: they are all sent again, to an airlock
    with a full budget and the same noise. So nothing has to be remembered but the questions.
    """

    def __init__(self, files, seed, example, first, budget):
        if len(example) > _MOST_SENT:
            raise ValueError(f"The example has {len(example)} questions; give at most {_MOST_SENT}.")
        self._files, self._seed, self._budget = SealedFiles(files), seed, budget
        self._new()  # refuses a budget that is none at once
        numbers = tuple(range(len(example) + 1))
        shown = numbers[-1] if first is None else first
        control = Slider("sent", "Questions sent so far", numbers, shown, str)
        title = "An airlock: send a scoring function in, and see what comes out"
        super().__init__(title, (control,), lambda sent: self.after(example[:sent]), _CAPTION)

    def _new(self):
        return Airlock(self._files, seed=self._seed, budget=self._budget)

    def after(self, questions):
        """Return the picture after these questions; the same questions always give the same picture.

        Parameters
        ----------
        questions : sequence of Question

        Returns
        -------
        Picture
        """
        airlock = self._new()
        return _picture(airlock, [_Sent(airlock, question) for question in questions])

    def widget(self):
        """Return the desk as one ipywidget, made at the first call."""
        if self._widget is None:
            self._widget = _bound(self)
        return self._widget


class _Sent:
    """A question, and what came of it."""

    def __init__(self, airlock, question):
        self.question, before = question, airlock.spent
        self.answer, self.refusal = None, ""
        try:
            self.answer = airlock.ask(question)
        except Refused as refusal:
            self.refusal = str(refusal)
        self.paid, self.left = airlock.spent - before, airlock.left

    @property
    def harm(self):
        """What is bad for people: victims missed, or harmless files that officers must view."""
        return "missed" if self.question.counted == VICTIMS else "reached"

    @property
    def words(self):
        question = self.question
        if question.counted == ONE_FILE:
            return "The row of one file"
        by = _BY_WORDS.get(question.by, f", by {question.by}")
        return f"{capital(str(question.counted))}{by}: {_formula(question)} at {_number(question.threshold)}"

    @property
    def came_out(self):
        """What came out, in words."""
        if self.answer is None:
            return f"Refused. {self.refusal}"
        return f"{'Missed' if self.harm == 'missed' else 'To be viewed'}: {self.told}"

    @property
    def told(self):
        """The counts of an answer, in words."""
        cells = getattr(self.answer, self.harm)
        return "; ".join(f"{_group(self.question.by, group)} {_cell(cell)}" for group, cell in cells.items())


def _formula(question):
    formula = str(question.formula)
    if len(formula) > LONGEST:  # it was refused; the table needs no more of it
        formula = f"{formula[:LONGEST]}…"
    return next((name for name, ready in READY.items() if ready == formula), isolated(formula))


def _number(value):
    return f"{value:.2f}" if isinstance(value, (int, float)) else str(value)


def _group(by, group):
    if by is None:
        return "all"
    return f"{group} skin" if by == "skin_tone" else group


def _cell(cell):
    return "not told" if cell.count is None else f"{count(cell.count)} ({_ends(cell)})"


def _ends(cell):
    return f"{count(cell.low)} to {count(cell.high)}"


def _picture(airlock, sent):
    last = sent[-1] if sent else None
    sentence = _sentence(airlock, last)
    return Picture(
        sentence, _figure(airlock, last, sentence), bullets(_said(airlock, last)), _log(airlock, sent)
    )


def _sentence(airlock, last):
    left = f"{airlock.left} of {airlock.budget} points left"
    if last is None:
        return f"Nothing was sent yet: {left}."
    if last.answer is None:
        return f"Refused, {left}. {last.refusal}"
    does = "misses victims" if last.harm == "missed" else "sends harmless files to officers"
    return f"{capital(_formula(last.question))} {does}: {last.told}. {left}."


def _said(airlock, last):
    if last is None:
        yield "Choose a scoring function and a question, and press “Send”. Each answer costs points of the budget."
    elif last.answer is not None and not last.paid:
        yield "The same question again: the same answer, at no cost. New noise each time could be averaged away."
    elif last.answer is not None:
        checked = (
            "" if last.answer.points == last.paid else f" ({CHECK} of them for the distance to earlier ones)"
        )
        yield (
            f"It cost {last.paid} points{checked}. In 95 of 100 draws the noise moves a count by "
            f"{last.answer.noise} or less."
        )
    right = half_up(100 * most_often_right(airlock.spent))
    if any(cell.count is None for _, cell, _ in _rows(last)):
        yield f"Not told: a count that is under {MINIMUM} with its noise. It may be more, or nobody."
    yield (
        f"Somebody who saw all answers guesses whether one child is in the files: right at most about {right} "
        "of 100 times. A coin: 50."
    )


def _figure(airlock, last, sentence):
    rows = _rows(last)
    height = _TOP + len(rows) * _ROW + 30 if rows else 74
    title = "What is left of the budget, and the last answer of the airlock"
    return svg.figure("airlock", height, title, sentence, _marks(airlock, last, rows))


def _rows(last):
    """Return the groups of the last answer, each with its cell and its share."""
    if last is None or last.answer is None:
        return []
    cells = getattr(last.answer, last.harm)
    return [(group, cell, last.answer.share(group, last.harm)) for group, cell in cells.items()]


def _marks(airlock, last, rows):
    yield svg.text(_NAMES - 12, 33, "Budget", svg.SMALL, "end", bold=True)
    width = _LENGTH / airlock.budget
    for place in range(airlock.budget):
        ink = svg.PALE if place < airlock.spent else svg.BLUE
        yield svg.area(_NAMES + place * width, 18, width - 2, 22, ink)
    beside = _NAMES + _LENGTH + 14
    yield svg.text(beside, 33, f"{airlock.left} of {airlock.budget} points left", svg.SMALL, bold=True)
    if last is not None and last.answer is None:
        yield svg.area(_NAMES, 50, _LENGTH, 22, svg.VERMILION, "Refused: nothing came out", svg.SMALL)
    if not rows:
        return
    by = last.question.by
    words = "Of 100 victims: missed" if last.harm == "missed" else "Of 100 harmless files: officers view"
    yield svg.text(_NAMES, _TOP - 14, words, svg.SMALL, bold=True)
    told = [share.high for _, _, share in rows if share]
    end = min(100.0, svg.ticks(100 * max(told, default=1.0))[-1])
    places = [each for each in svg.ticks(end) if each <= end]
    bottom = _TOP + len(rows) * _ROW
    yield svg.axis(_NAMES, bottom, _LENGTH, _TOP - 4, {each / end: f"{each:g}" for each in places})
    for place, (group, cell, share) in enumerate(rows):
        y = _TOP + (place + 0.5) * _ROW
        yield svg.text(_NAMES - 12, y + 5, capital(_group(by, group)), svg.SMALL, "end")
        if share:
            x, low, high = (_NAMES + _LENGTH * 100 * each / end for each in share)
            yield svg.whisker(low, min(high, _NAMES + _LENGTH), y)
            yield svg.point(x, y, "circle", svg.BLUE.fill, radius=6)
        yield svg.text(beside, y + 5, _beside(cell, share), svg.SMALL, bold=share is not None)


def _beside(cell, share):
    if cell.count is None:
        return f"under {MINIMUM} with noise: not told"
    if share is None:
        return f"{count(cell.count)} ({_ends(cell)})"
    return f"{count(cell.count)} ({_ends(cell)}): {half_up(100 * share.value)} of 100"


def _log(airlock, sent):
    rows = [
        (str(number), each.words, str(each.paid), each.came_out, str(each.left))
        for number, each in enumerate(sent, 1)
    ]
    if not rows:
        return ""
    caption = f"What was sent, and what came out; at the start {airlock.budget} points"
    return table(caption, ("", "Question", "Points", "What came out", "Left"), rows)


def _controls():
    ready = (*READY, OWN)
    return (
        Choice("function", "Send in", ready, ready[0], capital),
        Choice("asked", "Ask for", tuple(ASKED), next(iter(ASKED)), capital),
        Text(
            "formula",
            "My own formula (of score and new_score)",
            ("max(score, new_score)",),
            "max(score, new_score)",
        ),
        Slider(
            "threshold", "Reached: files that score at least", steps(0.05, 0.95, 0.05), 0.5, "{:.2f}".format
        ),
        Choice("price", "Points for it (more points, less noise)", PRICES, PRICES[1], str),
    )


def _bound(desk):
    """Return an ipywidget: controls that make a question, a button that sends it, and what came out."""
    import ipywidgets

    controls = _controls()
    made = {control.name: control.widget() for control in controls}
    send = ipywidgets.Button(
        description="Send", button_style="primary", tooltip="Send this question", layout={"width": "auto"}
    )
    again = ipywidgets.Button(
        description="Start again", tooltip="A full budget: only in a lesson", layout={"width": "auto"}
    )
    shown = ipywidgets.HTML(layout={"width": "auto"})
    as_table = ipywidgets.Checkbox(description=AS_TABLE, value=False, indent=False, layout={"width": "auto"})
    numbers = ipywidgets.HTML(layout={"width": "auto"})
    sent = []

    def draw(change=None):
        picture = desk.after(sent)
        shown.value = panel(main_part(picture, desk.caption), style="")
        as_table.layout.display = "" if picture.table else "none"
        numbers.value = panel(picture.table, style="") if picture.table and as_table.value else ""

    def sends(button):
        sent.append(_question({name: choice.value for name, (choice, _) in made.items()}))
        send.disabled = len(sent) == _MOST_SENT
        send.description = "Send" if not send.disabled else f"{_MOST_SENT} sent: start again"
        draw()

    def starts_again(button):
        sent.clear()
        send.disabled, send.description = False, "Send"
        draw()

    send.on_click(sends)
    again.on_click(starts_again)
    as_table.observe(draw, "value")
    draw()
    columns = {
        "display": "grid",
        "grid_template_columns": "repeat(auto-fit, minmax(300px, 1fr))",
        "grid_gap": "0 28px",
        "max_width": "800px",
    }
    own = made["formula"][1]

    def asks_for_a_formula(change=None):
        own.layout.display = "" if made["function"][0].value == OWN else "none"

    made["function"][0].observe(asks_for_a_formula, "value")
    asks_for_a_formula()
    first, more = (
        ipywidgets.Box([made[control.name][1] for control in group], layout=columns)
        for group in (controls[:3], controls[3:])
    )
    buttons = ipywidgets.HBox([send, again])
    style = ipywidgets.HTML(STYLE, layout={"display": "none"})
    return ipywidgets.VBox([style, first, *unfolding(more), buttons, shown, as_table, numbers])


def _question(values):
    counted, by = ASKED[values["asked"]]
    formula = values["formula"] if values["function"] == OWN else READY[values["function"]]
    return Question(formula, values["threshold"], counted, by, values["price"])
