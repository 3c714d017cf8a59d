"""Ask before showing: a trainee says what they expect, then looks."""

import math
from html import escape

from workshop.probes import svg
from workshop.probes.controls import Slider, Toggle
from workshop.probes.html import Picture, main_part, panel, paragraph, table
from workshop.probes.probe import Probe
from workshop.probes.words import count, half_up, interval, isolated, share

_LEFT, _LENGTH = 20, 720  # pixels


def predict(question, answer, people="people"):
    """Ask for a guess of how many of 100, and show the answer when it is asked for.

    Parameters
    ----------
    question : str
        In one sentence.
    answer : workshop.audit.Estimate
        The proportion that was measured.
    people : str, default "people"
        Word for those who were counted.

    Returns
    -------
    Prediction
        Controls guess (0 to 100) and shown.

    Raises
    ------
    ValueError
        If there is no question, the answer rests on fewer than 30 people, or it is not a proportion.
    """
    question, people = isolated(question), isolated(people)
    if not question:
        raise ValueError("Give the question that the trainee answers before looking.")
    if not answer.enough:
        raise ValueError("The answer rests on fewer than 30 people: too few to ask for a guess.")
    if math.isnan(answer.numerator):
        raise ValueError("The answer is a difference or a ratio of groups; ask for the rate of one group.")
    controls = (
        Slider("guess", f"Your guess: {question}", tuple(range(101)), 50, "{} of 100".format),
        Toggle("shown", "Show the answer", (False, True), False, {False: "no", True: "yes"}.get),
    )

    def draw(guess, shown):
        return _picture(question, answer, people, guess if shown else None, guess)

    return Prediction(question, controls, draw)


class Prediction(Probe):
    """A question whose answer stays hidden until it is asked for.

    A reader without a kernel, and a deck, have the answer folded under the question. Its controls are guess and
    shown; its view draws the answer alone where there is no guess (None).
    """

    def static(self):
        """Return the question with its answer folded."""
        return panel(self._folded())

    def playable(self, control=None):
        """Return the question with its answer folded: a guess needs no ready-made positions."""
        return self.static()

    def still(self):
        """Return the question with its answer folded, and how to bring it to life."""
        return panel(f"{self._folded()}\n{paragraph('Run this cell to make your guess.', 'note')}")

    def _folded(self):
        answer = self._draw(guess=None, shown=True)
        return (
            f"{paragraph(self.title, 'sentence')}\n<details><summary>{escape(self.controls[-1].label)}</summary>\n"
            f"{main_part(answer, self.caption)}\n</details>"
        )


def _picture(question, answer, people, guess, said):
    """Return the picture; `guess` is None while it is not compared, `said` what the slider stands at."""
    if said is not None and guess is None:
        hidden = svg.figure(
            "prediction", 76, "Your guess on a line from 0 to 100", f"You say {said} of 100.", [*_marks(said)]
        )
        return Picture(f"You say {said} of 100.", hidden, paragraph("Tick “Show the answer” to compare."), "")
    sentence = _sentence(answer, guess)
    description = f"{sentence} 95% interval {interval(answer)} of 100."
    drawn = svg.figure("prediction", 76, question, description, [*_marks(guess, answer)])
    counts = f"{count(int(answer.numerator))} of {count(int(answer.denominator), people)}"
    rows = [("Measured", share(answer), interval(answer), counts)]
    if guess is not None:
        rows.append(("Your guess", str(guess), "", ""))
    note = paragraph(f"Measured: {counts}; 95% interval {interval(answer)} of 100.")
    columns = ("", "Of 100", "95% interval", "Counted")
    return Picture(sentence, drawn, note, table(question, columns, rows))


def _sentence(answer, guess):
    """Return the answer, and how far the guess was from it."""
    told = f"{share(answer)} of 100"
    if guess is None:
        return f"The answer: {told}."
    gap = guess - half_up(100 * answer.numerator / answer.denominator)  # rounded as `share` rounds it
    if half_up(100 * answer.low) <= guess <= half_up(100 * answer.high):  # the interval as it is shown
        return f"The answer: {told}. Your guess of {guess} is as good as the measurement."
    return f"The answer: {told}. Your guess of {guess} is {abs(gap)} too {'high' if gap > 0 else 'low'}."


def _marks(guess, answer=None):
    """Draw a line from 0 to 100 with the guess, the answer, or both."""
    ticks = {place / 10: str(10 * place) for place in range(0, 11, 2)}
    yield svg.axis(_LEFT, 50, _LENGTH, 30, ticks)
    if guess is not None:
        at = _LEFT + _LENGTH * guess / 100
        yield svg.point(at, 50, "diamond", svg.PURPLE.fill, radius=7)
        yield _label(at, 20, f"your guess {guess}", svg.PURPLE.fill)
    if answer is not None:
        at = _LEFT + _LENGTH * answer.value
        yield svg.whisker(_LEFT + _LENGTH * answer.low, _LEFT + _LENGTH * answer.high, 50)
        yield svg.point(at, 50, "circle", svg.BLUE.fill, radius=7)
        yield _label(at, 38, f"answer {share(answer)}", svg.BLUE.fill)


def _label(x, y, content, fill):
    """Write a label beside a mark, on the side where there is room."""
    anchor, shift = ("end", -10) if x > _LEFT + _LENGTH / 2 else ("start", 10)
    return svg.text(x + shift, y, content, svg.NORMAL, anchor, bold=True, fill=fill)
