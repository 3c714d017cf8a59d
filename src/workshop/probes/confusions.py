"""A still picture: the four boxes of a confusion matrix, as people."""

from workshop.probes import svg
from workshop.probes.html import Picture, StillPicture, table
from workshop.probes.words import capital, count, share

_LEFT, _WIDTH, _HEIGHT, _TOP, _GAP = 150, 600, 260, 44, 6  # pixels


def confusion(
    rates, group="everyone", *, positive="flagged", outcome_words=("re-offended", "did not re-offend")
):
    """Show how many people of a group a decision got right and wrong.

    The area of each box is its share of the people.

    Parameters
    ----------
    rates : workshop.audit.GroupRates
    group : str, default "everyone"
        One of `rates.groups`; "everyone" is right for `rates.overall`.
    positive : str
        Word for the decision.
    outcome_words : tuple of (str, str)
        Words for people with and without the outcome.

    Returns
    -------
    StillPicture

    Raises
    ------
    ValueError
        If there is no such group, or nobody in it was counted.
    """
    precision = rates.of(group, "positive_predictive_value")
    cells = [int(number) for number in rates.counts[rates.groups.index(group)]]
    if not sum(cells):
        raise ValueError(f"Nobody of the group {group!r} was counted.")
    tn, fp, fn, tp = cells
    yes, no = outcome_words
    title = f"{capital(positive)} or not, and what happened: {count(sum(cells), 'people')}"
    sentence = f"{count(tp + fp, 'people')} {positive}: {count(tp)} {yes}, {count(fp)} {no}."
    if precision.enough:
        sentence += f" A flag was right for {share(precision)} of 100."
    rows = [
        (f"{capital(positive)}", count(tp), count(fp), count(tp + fp)),
        (f"Not {positive}", count(fn), count(tn), count(fn + tn)),
        ("Together", count(tp + fn), count(fp + tn), count(sum(cells))),
    ]
    numbers = table(title, ("", capital(yes), capital(no), "Together"), rows)
    described = f"{sentence} Not {positive}: {count(fn)} {yes}, {count(tn)} {no}."
    drawn = svg.figure(
        "confusion", _TOP + _HEIGHT + 10, title, described, _marks(cells, positive, outcome_words)
    )
    caption = "The larger the box, the more people. Only two of the four boxes are right."
    return StillPicture(title, Picture(sentence, drawn, "", numbers), caption)


def _marks(cells, positive, outcome_words):
    """Draw a column for each outcome, cut where the decision cuts it."""
    tn, fp, fn, tp = cells
    columns = (
        (outcome_words[0], (tp, "rightly flagged", svg.BLUE), (fn, "missed", svg.PURPLE)),
        (outcome_words[1], (fp, "wrongly flagged", svg.VERMILION), (tn, "rightly left alone", svg.PALE)),
    )
    x, total = _LEFT, sum(cells)
    yield svg.text(0, _TOP + 60, capital(positive), svg.LARGE, bold=True)
    yield svg.text(0, _TOP + _HEIGHT - 60, f"Not {positive}", svg.LARGE, bold=True)
    for outcome, *boxes in columns:
        people = sum(number for number, _, _ in boxes)
        wide, y = max((_WIDTH - _GAP) * people / total, 2), _TOP
        yield svg.text(
            x + 2, 28, svg.shortened(capital(outcome), max(wide, 60), svg.LARGE, True), svg.LARGE, bold=True
        )
        for number, name, ink in boxes:
            tall = (_HEIGHT - _GAP) * number / people if people else 0
            if number:
                yield from _box(x, y, wide, tall, ink, name, number)
            y += tall + _GAP
        x += wide + _GAP


def _box(x, y, wide, tall, ink, name, number):
    """Draw one box with its name and count, as far as they fit."""
    yield svg.area(x, y, wide, tall, ink, "", svg.LARGE)
    label = f"{name}: {count(number)}"
    room = svg.text_width(label, svg.LARGE, bold=True) + 14
    if room <= wide and tall >= 26:
        yield svg.area(
            x + (wide - room) / 2, y + tall / 2 - 13, room, 26, ink._replace(hatch="", edge=ink.fill)
        )
        yield svg.text(x + wide / 2, y + tall / 2 + 6, label, svg.LARGE, "middle", True, ink.text)
