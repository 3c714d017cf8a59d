"""Explain a forecast: which columns the model needs, and how its forecast moves with one of them."""

import math
from typing import NamedTuple

import numpy as np
from pandas.api.types import is_numeric_dtype

from workshop.probes import svg
from workshop.probes.controls import Choice
from workshop.probes.html import Picture, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, isolated, signed

_MOST_FEATURES, _MOST_POINTS, _MOST_NUMBERS, _MOST_DOTS = 8, 12, 8, 24
_NAMES, _BARS, _ROW, _TOP = 150, 130, 38, 36  # pixels
_LEFT, _HEIGHT = 430, 230  # pixels: where the curve's axis stands, and its height
_RIGHT = svg.WIDTH - 12


def effects(importance, dependence, *, unit="stops per hour", feature_words=None, value_words=None):
    """Show how much a forecast needs each feature, and how it moves with the one that is chosen.

    Parameters
    ----------
    importance : pandas.DataFrame
        Permutation importance, as `workshop.domains.resources.forecast.feature_effects` returns it. Index: features,
        at most 8. Columns: importance (how much the error grows when the feature's values are shuffled), low and high
        (the spread over repeated shuffles).
    dependence : pandas.DataFrame
        Partial dependence, in the columns feature, value and forecast.
    unit : str, default "stops per hour"
        Of the error and of the forecast.
    feature_words : mapping of str to str, optional
        From a feature to the words shown for it.
    value_words : mapping of str to mapping, optional
        ``{feature: {value: words}}``. Such a feature is drawn as points, one for each value, at most 12; so is one
        whose values are no numbers. All others are drawn as a line.

    Returns
    -------
    Probe
        Control feature.

    Raises
    ------
    ValueError
        If a column or a feature is missing, a number is missing or infinite, a spread does not hold its importance, a
        value comes twice, there are too many features or values, or words are given for what does not exist.

    References
    ----------
    Breiman, L. (2001). Random forests. Machine Learning 45, 5-32: permutation importance.
    Friedman, J. H. (2001). Greedy function approximation: a gradient boosting machine. Annals of Statistics 29(5),
    1189-1232: partial dependence.
    """
    bars = _bars(importance)
    curves = _curves(dependence, list(bars), value_words or {})
    forecasts = [forecast for curve in curves.values() for forecast in curve.forecasts]
    fixed = _Fixed(
        bars,
        curves,
        _words(feature_words or {}, list(bars)),
        isolated(unit),
        _steps(min(0.0, *forecasts), max(0.0, *forecasts)),
        _written([number for bar in bars.values() for number in bar], digits=4),
        _written(forecasts),
    )

    def draw(feature):
        return _picture(fixed, feature)

    return Probe(
        "What the forecast uses, and how it moves",
        [Choice("feature", "Column of the data", tuple(bars), next(iter(bars)), fixed.names.get)],
        draw,
        "Left: lines with caps go from the smallest to the largest of the repeated shuffles. Columns that say nearly "
        "the same share their importance. Right: the average forecast if all rows had this value. It shows the model, "
        "not the causes.",
    )


class _Bar(NamedTuple):
    """By how much the error grows when a feature is shuffled."""

    value: float
    low: float
    high: float


class _Curve(NamedTuple):
    """The average forecast over the values of a feature."""

    values: tuple
    forecasts: tuple
    words: tuple  # for each value
    points: bool  # values without an order or distance between them

    def extremes(self):
        """Return the places of the lowest and of the highest forecast."""
        places = range(len(self.values))
        return min(places, key=self.forecasts.__getitem__), max(places, key=self.forecasts.__getitem__)


class _Fixed(NamedTuple):
    """What all positions share."""

    bars: dict
    curves: dict
    names: dict  # from a feature to its words
    unit: str
    steps: list  # of the axis of forecasts
    grows: object  # from an importance to words
    forecast: object  # from a forecast to words


def _bars(importance):
    wanted = ["importance", "low", "high"]
    if not set(wanted) <= set(getattr(importance, "columns", ())) or not len(importance):
        raise ValueError(
            "The importance must be a table (DataFrame) with a row for each feature and the columns importance, low "
            "and high."
        )
    names = [str(name) for name in importance.index]
    if len(set(names)) != len(names) or len(names) > _MOST_FEATURES:
        raise ValueError(f"Give at most {_MOST_FEATURES} features, each once; these are {', '.join(names)}.")
    bars = {}
    for name, row in zip(names, importance[wanted].to_numpy(dtype=float), strict=True):
        bars[name] = bar = _Bar(*row.tolist())
        # Rounding dust may lie outside: a mean of equal numbers need not equal them.
        if not -math.inf < bar.low <= bar.value + 1e-9 <= bar.high + 2e-9 < math.inf:
            raise ValueError(
                f"The importance of {name} is {bar.value:g}, with a spread from {bar.low:g} to {bar.high:g}; "
                "the spread must hold it."
            )
    return bars


def _curves(dependence, features, value_words):
    wanted = ("feature", "value", "forecast")
    if not set(wanted) <= set(getattr(dependence, "columns", ())):
        raise ValueError(f"The dependence must be a table (DataFrame) with the columns {', '.join(wanted)}.")
    _check_known(value_words, features)
    parts = {str(name): rows for name, rows in dependence.groupby("feature", sort=False)}
    absent = [feature for feature in features if feature not in parts]
    if absent:
        raise ValueError(f"The dependence has no row for the feature {absent[0]}.")
    return {feature: _curve(feature, parts[feature], value_words.get(feature)) for feature in features}


def _curve(feature, rows, words):
    forecasts = rows["forecast"].to_numpy(dtype=float)
    if not np.isfinite(forecasts).all() or rows["value"].isna().any() or rows["value"].duplicated().any():
        raise ValueError(f"The dependence on {feature} has a missing or infinite number, or one value twice.")
    numbers = rows["value"].infer_objects()
    points = words is not None or not is_numeric_dtype(numbers)
    if not points:
        if not np.isfinite(numbers.to_numpy(dtype=float)).all():
            raise ValueError(f"A value of {feature} is infinite; give finite numbers.")
        rows = rows.assign(value=numbers).sort_values("value")
    elif len(rows) > _MOST_POINTS:
        raise ValueError(f"{feature} has {len(rows)} values; as points there can be {_MOST_POINTS} at most.")
    values = rows["value"].tolist()
    if points:
        said = tuple(isolated((words or {}).get(value, value)) for value in values)
    else:
        said = tuple(map(_value_words(values), values))
    return _Curve(tuple(values), tuple(rows["forecast"].tolist()), said, points)


def _words(given, features):
    """Return the words for each feature."""
    _check_known(given, features)
    return {feature: isolated(given.get(feature, feature.replace("_", " "))) for feature in features}


def _check_known(given, features):
    unknown = [str(name) for name in given if name not in features]
    if unknown:
        raise ValueError(f"There is no feature {unknown[0]!r}; the features are {', '.join(features)}.")


def _written(numbers, digits=3):
    """Return a function that writes numbers of this size."""
    return svg.decimals(max(map(abs, numbers)), digits)


def _value_words(values):
    """Return a function that writes the values of a column of numbers: whole ones without decimals."""
    if all(value == math.floor(value) for value in values):
        return lambda value: signed(value, ",.0f")
    return _written(values, digits=4)


def _steps(low, high):
    """Return round numbers from `low` or below to `high` or above."""
    step = svg.ticks(high - low or 1)[1]
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [place * step for place in range(first, max(last, first + 1) + 1)]


def _picture(fixed, feature):
    sentence = _sentence(fixed, feature)
    curve = fixed.curves[feature]
    bars = "; ".join(f"{fixed.names[name]} {fixed.grows(bar.value)}" for name, bar in fixed.bars.items())
    name = fixed.names[feature]
    drawn = svg.figure(
        "effects",
        max(_TOP + len(fixed.bars) * _ROW + 8, _TOP + _HEIGHT + 52),
        f"What the forecast uses, and how it moves with {name}",
        f"{sentence} Error grows, {fixed.unit}: {bars}.",
        [*_importances(fixed, feature), *_dependence(fixed, curve, name)],
    )
    importances = table(
        f"How much the error grows if a column is shuffled, {fixed.unit}",
        ("Column", "Error grows by", "Smallest and largest"),
        [
            (
                capital(fixed.names[name]),
                fixed.grows(bar.value),
                f"{fixed.grows(bar.low)} to {fixed.grows(bar.high)}",
            )
            for name, bar in fixed.bars.items()
        ],
    )
    forecasts = table(
        f"Average forecast by {name}, {fixed.unit}",
        (capital(name), "Forecast"),
        [(said, fixed.forecast(value)) for said, value in zip(curve.words, curve.forecasts, strict=True)],
    )
    return Picture(sentence, drawn, "", f"{importances}\n{forecasts}")


def _sentence(fixed, feature):
    bar, curve = fixed.bars[feature], fixed.curves[feature]
    grown = fixed.grows(bar.value)
    gets_worse = bar.value > 0 and grown.strip("0.")  # as it is written
    said = f"the error grows by {grown} {fixed.unit}" if gets_worse else "the error does not grow"
    low, high = curve.extremes()
    least, most = (fixed.forecast(curve.forecasts[place]) for place in (low, high))
    moved = (
        f"The forecast is {most} at each of its values."
        if least == most
        else f"The forecast is lowest ({least}) at {curve.words[low]} and highest ({most}) at {curve.words[high]}."
    )
    return f"If {fixed.names[feature]} is shuffled, {said}. {moved}"


def _importances(fixed, chosen):
    """Return a bar for each feature, with its spread."""
    low = min(0.0, *(bar.low for bar in fixed.bars.values()))
    high = max(0.0, *(bar.high for bar in fixed.bars.values()))
    scale = _BARS / (high - low or 1)
    zero = _NAMES - scale * low
    yield _head(0, f"If shuffled, the error grows by ({fixed.unit})", _LEFT - 60)
    for place, (feature, bar) in enumerate(fixed.bars.items()):
        y = _TOP + place * _ROW + _ROW / 2
        here = feature == chosen
        lines = svg.wrapped(capital(fixed.names[feature]), _NAMES - 12, svg.SMALL, 2, bold=here)
        yield svg.text_lines(
            _NAMES - 10, y + 5 - 8.5 * (len(lines) - 1), lines, svg.SMALL, anchor="end", bold=here
        )
        start, end = sorted((zero, zero + scale * bar.value))
        if end > start:
            yield svg.area(start, y - 11, end - start, 22, svg.BLUE if here else svg.PALE)
        yield svg.whisker(zero + scale * bar.low, zero + scale * bar.high, y, cap=5)
        yield svg.text(zero + scale * max(0.0, bar.high) + 8, y + 5, fixed.grows(bar.value), bold=here)
    yield svg.line(zero, _TOP, zero, _TOP + len(fixed.bars) * _ROW)


def _head(x, content, width):
    return svg.text(x, 18, svg.shortened(content, width, svg.NORMAL, bold=True), bold=True)


def _dependence(fixed, curve, name):
    """Return the average forecast over the values of one feature."""
    bottom = _TOP + _HEIGHT
    low, high = fixed.steps[0], fixed.steps[-1]

    def up(forecast):
        return bottom - _HEIGHT * (forecast - low) / (high - low)

    labels = {(step - low) / (high - low): signed(step, ",.6g") for step in fixed.steps}
    yield _head(_LEFT - 30, f"Forecast ({fixed.unit})", svg.WIDTH - _LEFT + 30)
    yield svg.upright_axis(_LEFT, bottom, _HEIGHT, _RIGHT, labels)
    across = _places(curve)
    yield from (_points if curve.points else _line)(fixed, curve, across, up, bottom)
    title = svg.shortened(capital(name), _RIGHT - _LEFT, svg.NORMAL)
    yield svg.text((_LEFT + _RIGHT) / 2, bottom + 42, title, anchor="middle")


def _places(curve):
    """Return where each value stands, in pixels."""
    wide = _RIGHT - _LEFT
    if curve.points or len(curve.values) == 1:
        return [_LEFT + wide * (place + 0.5) / len(curve.values) for place in range(len(curve.values))]
    first, last = curve.values[0], curve.values[-1]
    return [_LEFT + wide * (value - first) / (last - first) for value in curve.values]


def _line(fixed, curve, across, up, bottom):
    drawn = [(x, up(forecast)) for x, forecast in zip(across, curve.forecasts, strict=True)]
    yield svg.polyline(drawn, svg.BLUE.fill, 3)
    if len(drawn) <= _MOST_DOTS:
        yield from (svg.point(x, y, "circle", svg.BLUE.fill, radius=3) for x, y in drawn)
    first, last = curve.values[0], curve.values[-1]
    if first == last:
        yield svg.text(across[0], bottom + 18, curve.words[0], svg.SMALL, "middle", fill=svg.GREY)
        return
    for step in _steps(first, last):
        if first <= step <= last:
            x = _LEFT + (_RIGHT - _LEFT) * (step - first) / (last - first)
            yield svg.line(x, bottom, x, bottom + 5, svg.RULE)
            yield svg.text(x, bottom + 19, signed(step, ".6g"), svg.SMALL, "middle", fill=svg.GREY)


def _points(fixed, curve, across, up, bottom):
    room = (_RIGHT - _LEFT) / len(across) - 4
    for x, forecast, said in zip(across, curve.forecasts, curve.words, strict=True):
        y = up(forecast)
        yield svg.line(x, bottom, x, y, svg.RULE, 1, "2 3")
        yield svg.point(x, y, "circle", svg.BLUE.fill, radius=6)
        yield svg.text(
            x, bottom + 19, svg.shortened(said, room, svg.SMALL), svg.SMALL, "middle", fill=svg.GREY
        )
        if len(across) <= _MOST_NUMBERS:
            yield svg.text(x, y - 12, fixed.forecast(forecast), svg.SMALL, "middle", bold=True)
