"""One case of a linear model: what each attribute adds to the chance, and what changes if one attribute changes."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype
from scipy.special import expit

from workshop.audit import explain_linear
from workshop.probes import svg
from workshop.probes.controls import Choice, Slider, steps
from workshop.probes.html import Picture, paragraph, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, isolated, joined, of_hundred, signed

_MOST_POSITIONS, _MOST_CATEGORIES = 61, 50
_LABELS, _ROW = 250, 34  # pixels: width of the column of attributes, height of a row


def explanation(
    model,
    cases,
    *,
    background,
    outcome_words=("released", "not released"),
    case_names=None,
    column_names=None,
):
    """Show what each attribute of one case adds to a linear model's chance, and what changes if one changes.

    Parameters
    ----------
    model : sklearn.pipeline.Pipeline or sklearn.linear_model.LogisticRegression
        As `workshop.audit.explain_linear` takes it.
    cases : pandas.DataFrame, shape (n_cases, n_columns)
        The cases to choose from, with the columns of the model.
    background : pandas.DataFrame
        The people to compare with. Sliders go over the range of their values.
    outcome_words : tuple of (str, str)
        What happens if the model's outcome is True (its second class), and if it is not.
    case_names : sequence of str, optional
        One name for each case, never a person's; "Case 1" and so on by default.
    column_names : mapping of str to str, optional
        From a column to the words shown for it; others are shown as they are.

    Returns
    -------
    Probe
        Controls case, and one for each column of the model, under the column's name. A column that is not given has
        the value recorded for the case.

    Raises
    ------
    TypeError
        If the model cannot be explained exactly.
    ValueError
        If cases, background or names do not fit the model, or a value is missing.

    Notes
    -----
    Contributions are exact, in log-odds against the average of the background; see `workshop.audit.explain_linear`.
    """
    if isinstance(outcome_words, str) or len(outcome_words) != 2:
        raise ValueError('Give two outcome_words, for instance ("released", "not released").')
    explain = _explainer(model, background)
    columns = [str(column) for column in model.feature_names_in_]
    records = _records(cases, columns)
    names = _case_names(len(records), case_names)
    labels = _labels(columns, column_names)
    attributes = [
        _attribute(
            column, labels[column], background[column], [record[column] for record in records], records[0]
        )
        for column in columns
    ]
    recorded = dict(zip(names, records, strict=True))
    scale = _widest(explain, attributes)

    def draw(case, **values):
        before = recorded[case]
        words = {attribute.name: attribute.words for attribute in attributes}
        return _picture(_Case(case, before, values, labels, words, outcome_words, explain, scale))

    return Probe(
        f"Why the model says “{outcome_words[0]}” or “{outcome_words[1]}”, case by case",
        [Choice("case", "Case", tuple(names), names[0], isolated, sets=recorded), *attributes],
        draw,
        "A bar is what the model adds for this value, compared with the average of the records (in log-odds).",
    )


class _Case(NamedTuple):
    """All that a picture is drawn from."""

    name: str
    before: dict  # from a column to the recorded value
    after: dict  # from a column to the value chosen
    labels: dict  # from a column to the words shown for it
    words: dict  # from a column to a function from its value to words
    outcomes: tuple
    explain: object
    scale: float

    def changed(self):
        """Return the columns whose value was changed."""
        return [column for column, value in self.before.items() if self.after[column] != value]

    def value(self, column, after=False):
        """Return a value in words, as recorded or as changed."""
        return self.words[column]((self.after if after else self.before)[column])


class _Pushes(NamedTuple):
    """An explanation in the columns' order."""

    baseline: float
    contributions: dict
    log_odds: float
    probability: float


def _explainer(model, background):
    """Return a function that explains a case, given as a dict.

    A contribution against a background is a contribution against nothing less a constant of the column. The constants
    are found once, so that a move of a slider does not encode the whole background again.
    """
    if not isinstance(background, pd.DataFrame) or not len(background):
        raise ValueError(
            "The background must be a table (DataFrame) with at least one person to compare with."
        )
    anyone = background.iloc[:1]
    against = explain_linear(model, anyone, background)
    shift = against.contributions - explain_linear(model, anyone).contributions

    @lru_cache(maxsize=512)
    def explained(items):
        alone = explain_linear(model, dict(items))
        return _Pushes(
            against.baseline,
            (alone.contributions + shift).to_dict(),
            alone.log_odds,
            alone.probability,
        )

    return lambda case: explained(tuple(case.items()))


def _records(cases, columns):
    if not isinstance(cases, pd.DataFrame) or not len(cases):
        raise ValueError("The cases must be a table (DataFrame) with at least one case.")
    absent = [column for column in columns if column not in cases.columns]
    if absent:
        raise ValueError(f"The cases lack columns that the model uses: {', '.join(absent)}.")
    if cases[columns].isna().to_numpy().any():
        raise ValueError(
            "A case has a missing value; give only cases with a value in every column of the model."
        )
    return [
        {column: _plain(value) for column, value in row.items()} for row in cases[columns].to_dict("records")
    ]


def _plain(value):
    return value.item() if isinstance(value, np.generic) else value


def _case_names(number, given):
    names = (
        [f"Case {place}" for place in range(1, number + 1)]
        if given is None
        else [str(name) for name in given]
    )
    if len(names) != number or len(set(names)) != number:
        raise ValueError(f"Give {number} different case_names, one for each case.")
    return names


def _labels(columns, given):
    given = given or {}
    if not isinstance(given, Mapping):
        raise ValueError("column_names must be a dict from a column of the model to the words to show.")
    unknown = [str(column) for column in given if column not in columns]
    if unknown:
        raise ValueError(f"The model has no column {unknown[0]!r}; its columns are {', '.join(columns)}.")
    if "case" in columns:
        raise ValueError("The model has a column named “case”; give that column another name before fitting.")
    return {column: isolated(given.get(column, column.replace("_", " "))) for column in columns}


def _attribute(column, label, background, recorded, first):
    """Return the control of one column: a slider for numbers, a choice for everything else."""
    known = background.dropna()
    if not len(known):
        raise ValueError(f"The background has no value in the column “{column}”.")
    label = capital(label)
    if is_bool_dtype(known):
        return Choice(column, label, (False, True), first[column], {False: "no", True: "yes"}.get)
    if is_numeric_dtype(known):
        values = tuple(sorted({*_range(known), *recorded}))
        return Slider(column, label, values, first[column], "{:g}".format)
    values = tuple(sorted({*map(_plain, known.unique()), *recorded}, key=str))
    if len(values) > _MOST_CATEGORIES:
        raise ValueError(
            f"The column “{column}” has {len(values)} different values; put rare ones together, "
            f"so that there are at most {_MOST_CATEGORIES}."
        )
    return Choice(column, label, values, first[column], isolated)


def _range(known):
    """Return the positions of a slider over the values of a column."""
    low, high = float(known.min()), float(known.max())
    whole = bool((known == np.floor(known)).all())
    if whole and high - low < _MOST_POSITIONS:
        return map(int, steps(low, high))
    spread = np.linspace(low, high, _MOST_POSITIONS)
    return map(int, spread.round()) if whole else (float(f"{value:.4g}") for value in spread)


def _widest(explain, attributes):
    """Return the largest contribution that any value of any column has, so that all pictures share one scale."""
    extremes = [
        (attribute.options[0], attribute.options[-1]) if isinstance(attribute, Slider) else attribute.options
        for attribute in attributes
    ]
    widest = 0.0
    for place in range(max(map(len, extremes))):
        case = {
            attribute.name: values[min(place, len(values) - 1)]
            for attribute, values in zip(attributes, extremes, strict=True)
        }
        widest = max(widest, *map(abs, explain(case).contributions.values()))
    return widest or 1.0


def _picture(case):
    before, after = case.explain(case.before), case.explain(case.after)
    order = sorted(case.before, key=lambda column: -abs(before.contributions[column]))
    sentence = _sentence(case, before, after, order)
    return Picture(
        sentence,
        _figure(case, before, after, order, sentence),
        paragraph(
            "This shows how the model works. It does not show what causes the outcome, or that the model is right.",
            "note",
        ),
        _table(case, before, after, order),
    )


def _chance(probability):
    return of_hundred(probability, 1)


def _sentence(case, before, after, order):
    outcome, chance = case.outcomes[0], _chance(before.probability)
    changed = case.changed()
    if not changed:
        column = order[0]
        push = before.contributions[column]
        said = f"{isolated(case.name)}: the model puts the chance of “{outcome}” at {chance} of 100."
        if not round(push, 2):
            return said
        moved = "raises" if push > 0 else "lowers"
        return f"{said} What moves it most: {case.labels[column]} ({case.value(column)}) {moved} it."
    changes = joined(
        f"{case.labels[column]} changes from {case.value(column)} to {case.value(column, after=True)}"
        for column in changed
    )
    now = _chance(after.probability)
    moved = f"stays at {now}" if now == chance else f"goes from {chance} to {now}"
    return f"{isolated(case.name)}: if {changes}, the chance of “{outcome}” {moved} of 100."


def _push(value):
    """Return a contribution with its sign, and never a minus before zero."""
    return signed(value, "+.2f")


def _table(case, before, after, order):
    changed = case.changed()
    outcome = case.outcomes[0]
    columns = ["Attribute", "Recorded", "Adds (log-odds)"]
    rows = [
        ["Start: average of the records", "", _push(before.baseline)],
        *(
            [capital(case.labels[column]), case.value(column), _push(before.contributions[column])]
            for column in order
        ),
        ["Together", "", _push(before.log_odds)],
        [f"Chance of “{outcome}”", "", f"{_chance(before.probability)} of 100"],
    ]
    if changed:
        columns += ["Changed to", "Then adds"]
        shown = [
            ("", _push(after.baseline)),
            *((case.value(column, after=True), _push(after.contributions[column])) for column in order),
            ("", _push(after.log_odds)),
            ("", f"{_chance(after.probability)} of 100"),
        ]
        rows = [[*row, *more] for row, more in zip(rows, shown, strict=True)]
    return table(f"{isolated(case.name)}: what the model adds up", columns, rows)


def _figure(case, before, after, order, sentence):
    scale = _chances(case, before, after)
    top = 158
    bars = [
        mark
        for place, column in enumerate(order)
        for mark in _bar(case, column, before, after, top + 42 + place * _ROW)
    ]
    heads = _heads(case, top, top + 42 + len(order) * _ROW)
    pushes = "; ".join(
        f"{case.labels[column]} {case.value(column, after=True)} {_push(after.contributions[column])}"
        for column in order
    )
    return svg.figure(
        "explanation",
        top + 42 + len(order) * _ROW + 6,
        f"{isolated(case.name)}: what each attribute adds to the chance of “{case.outcomes[0]}”",
        f"{sentence} In log-odds: {pushes}.",
        [*scale, *heads, *bars],
    )


def _chances(case, before, after):
    """Return the chance at the start, as recorded and after the change, on one scale."""
    changed = case.changed()
    length, end = svg.WIDTH - _LABELS - 120, 122
    rows = (
        ("Start: average of the records", expit(before.baseline), "square", svg.PALE.fill),
        ("This case as recorded", before.probability, "circle", svg.BLUE.fill),
        ("After the change", after.probability if changed else None, "diamond", svg.VERMILION.fill),
    )
    yield _label(f"Chance of “{case.outcomes[0]}”, of 100", 16, svg.WIDTH, True)
    yield svg.axis(_LABELS, end, length, 28, {0.0: "0", 0.25: "25", 0.5: "50", 0.75: "75", 1.0: "100"})
    for place, (name, chance, shape, fill) in enumerate(rows):
        y = 42 + place * 30
        yield _label(name, y + 5, _LABELS - 20, fill=svg.BLACK if chance is not None else svg.GREY)
        if chance is None:
            yield svg.text(_LABELS + length + 20, y + 5, "no change yet", fill=svg.GREY)
        else:
            yield svg.point(_LABELS + chance * length, y, shape, fill, radius=7)
            yield svg.text(_LABELS + length + 20, y + 5, _chance(chance), bold=True)
    if changed:
        start, stop = (_LABELS + each.probability * length for each in (before, after))
        yield svg.line(start, 81, start, 102, svg.GREY, 1, "3 3")
        yield svg.line(start, 102, stop, 102, svg.GREY, 2)


def _heads(case, top, end):
    middle = _middle()
    before = " (○ before)" if case.changed() else ""
    yield _label(f"What each attribute adds{before}", top + 16, _LABELS, True)
    yield svg.text(middle - 10, top + 16, "← lowers the chance", svg.NORMAL, "end", True)
    yield svg.text(middle + 10, top + 16, "raises the chance →", svg.NORMAL, "start", True)
    yield svg.line(middle, top + 24, middle, end, svg.BLACK)


def _middle():
    return (_LABELS + svg.WIDTH) / 2


def _bar(case, column, before, after, y):
    """Return one attribute: a bar for its value now, and where it was if it was changed."""
    was, now = (round(each.contributions[column], 2) for each in (before, after))  # as it is written
    reach = ((svg.WIDTH - _LABELS) / 2 - 60) / case.scale
    middle, wide = _middle(), abs(now) * reach
    changed = case.after[column] != case.before[column]
    value = f"{case.value(column)} → {case.value(column, after=True)}" if changed else case.value(column)
    yield _label(f"{capital(case.labels[column])}: {value}", y + 16, _LABELS - 20, changed)
    if now > 0:
        yield svg.area(middle, y, wide, 22, svg.BLUE)
    elif now < 0:
        yield svg.area(middle - wide, y, wide, 22, svg.VERMILION)
    if changed:
        yield svg.point(middle + was * reach, y + 11, "circle", svg.WHITE)
    end = middle + wide + 10 if now >= 0 else middle - wide - 10
    yield svg.text(end, y + 16, _push(now), svg.SMALL, "start" if now >= 0 else "end")


def _label(content, y, width, bold=False, fill=svg.BLACK):
    return svg.text(0, y, svg.shortened(content, width, svg.NORMAL, bold), bold=bold, fill=fill)
