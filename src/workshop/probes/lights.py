"""Light, lens, angle and dirt: whose plates a reader misreads first."""

import base64
from copy import deepcopy
from functools import cache
from html import escape
from typing import NamedTuple

import numpy as np

from workshop.audit.intervals import newcombe_difference
from workshop.domains.vision.conditions import blur as blurred
from workshop.domains.vision.conditions import dirt as dirtied
from workshop.domains.vision.conditions import exposure as exposed
from workshop.domains.vision.conditions import turn as turned
from workshop.domains.vision.pictures import encode
from workshop.domains.vision.plates import ReadErrors, plate_stack, read_errors
from workshop.probes import before_now, svg
from workshop.probes.controls import Slider
from workshop.probes.html import Picture, paragraph, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, count, interval, isolated, joined, of_hundred, share, signed

_STOPS = (2.0, 1.0, 0.0, -1.0, -2.0, -3.0, -4.0)
_SIGMAS = (0.0, 0.5, 1.0, 1.5, 2.0)  # pixels
_DEGREES = (0.0, 20.0, 40.0, 60.0)
_DIRT = (0.0, 0.1, 0.2, 0.3)  # share of the plate
_SENSOR_NOISE = 0.02  # standard deviation; white is 1
_DIRT_SEED, _NOISE_SEED = 1, 2
_MOST_REGIONS, _EXAMPLES = 12, 4
_ROWS = before_now.Rows(left=130, top=36, height=27)  # pixels


class _Condition(NamedTuple):
    """What is done to a picture; nothing is, by default."""

    stops: float = 0.0
    sigma: float = 0.0
    degrees: float = 0.0
    dirt: float = 0.0


_TAKEN = _Condition()


def light(plates, reader, *, most=160):
    """Show whose plates are misread in bad light, out of focus, from the side and under dirt.

    A move of a slider lets the reader read all plates again.

    Parameters
    ----------
    plates : pandas.DataFrame
        Plates that the reader was not trained on, photographed well: columns text, region and picture, as
        ``load("licence_plates")`` returns them, of the condition "day". At most 12 regions.
    reader : estimator
        A fitted `workshop.domains.vision.plates.PlateReader`, or anything whose ``predict`` makes texts of as many
        characters of a stack of pictures.
    most : int, default 160
        So many plates are read at most, of each region the same number, the first ones of the table.

    Returns
    -------
    Probe
        Controls stops (of light), sigma (blur in pixels), degrees (angle of view) and dirt (share of the plate).

    Raises
    ------
    ValueError
        If the plates or the reader are not those, or `most` is below the number of regions.
    """
    reader = deepcopy(reader)  # it may be trained again later
    trial = _Trial(_chosen(plates, most), reader)

    def draw(stops, sigma, degrees, dirt):
        return _picture(trial, _Condition(stops, sigma, degrees, dirt))

    return Probe(
        "Whose plates are misread in bad light",
        (
            Slider("stops", "Light", _STOPS, 0.0, _stops_words),
            Slider("sigma", "Blur of the lens", _SIGMAS, 0.0, _sigma_words),
            Slider("degrees", "Angle of view", _DEGREES, 0.0, _degrees_words),
            Slider("dirt", "Dirt on the plate", _DIRT, 0.0, _dirt_words),
        ),
        draw,
        _caption(trial, len(plates)),
    )


def _chosen(plates, most):
    """Return the plates to read, as many of each region."""
    wanted = ("text", "region", "picture")
    if not all(column in getattr(plates, "columns", ()) for column in wanted):
        raise ValueError(f"The plates must be a table (DataFrame) with the columns {', '.join(wanted)}.")
    if not len(plates) or plates[list(wanted)].isna().any(axis=None):
        raise ValueError("There is no plate, or one of them lacks a value; leave such plates out.")
    regions = plates["region"].nunique()
    if regions > _MOST_REGIONS:
        raise ValueError(f"This picture holds at most {_MOST_REGIONS} regions; there are {regions}.")
    if most < regions:
        raise ValueError(f"most is {most}; there are {regions} regions, so give at least {regions}.")
    return plates.groupby("region", sort=False).head(most // regions).reset_index(drop=True)


class _Read(NamedTuple):
    """What came of the plates in one condition."""

    texts: list
    errors: ReadErrors
    shown: dict  # from the row of an example to its picture, as bytes of a PNG file


class _Trial:
    """What the reader makes of the plates in each condition; what was read once is kept."""

    def __init__(self, plates, reader):
        self.texts = plates["text"].astype(str).tolist()
        self.regions = plates["region"].astype(str).tolist()
        self._reader = reader
        self._examples = plates.drop_duplicates("region").index[:_EXAMPLES].tolist()
        stack = plate_stack(plates["picture"])
        # What is before the lens takes longest, so it is done once. Half precision is far finer than 8 bits.
        self._seen = {}
        for dirt in _DIRT:
            below = dirtied(stack, dirt, _DIRT_SEED)
            for degrees in _DEGREES:
                self._seen[degrees, dirt] = turned(below, degrees).astype(np.float16)
        self.read = cache(self._read)
        taken = self.read(_TAKEN).errors.plates
        self.order = sorted(taken, key=lambda region: taken[region].value)

    def _read(self, condition):
        pictures = blurred(self._seen[condition.degrees, condition.dirt].astype(np.float32), condition.sigma)
        # The picture was taken with noise. With less light as much comes again, on what is left of the picture.
        noise = _SENSOR_NOISE if condition.stops < 0 else 0
        pictures = exposed(pictures, condition.stops, noise, _NOISE_SEED)
        texts = [str(text) for text in self._reader.predict(pictures)]
        shown = {row: encode(pictures[row]) for row in self._examples}
        return _Read(texts, read_errors(self.texts, texts, self.regions), shown)

    def wrong(self, condition):
        """Return how many plates are read wrong."""
        return sum(text != read for text, read in zip(self.texts, self.read(condition).texts, strict=True))


def _stops_words(stops):
    return f"{signed(stops, '+g')} stop{_s(stops)}: {_light_words(stops)}" if stops else "as photographed"


def _light_words(stops):
    times = f"{2 ** abs(stops):g}"
    return f"{times} times the light" if stops > 0 else f"1/{times} of the light"


def _sigma_words(sigma):
    return f"{sigma:g} pixel{_s(sigma)}" if sigma else "none"


def _degrees_words(degrees):
    return f"{degrees:g} degrees from the side" if degrees else "from the front"


def _dirt_words(dirt):
    return f"{100 * dirt:g} of 100 parts covered" if dirt else "none"


def _s(number):
    """Return the ending of a noun after a number."""
    return "" if abs(number) == 1 else "s"


def _said(here):
    """Return a condition in words, what is not there left out."""
    parts = []
    if here.stops:
        parts.append(_light_words(here.stops))
    if here.sigma:
        parts.append(f"{_sigma_words(here.sigma)} of blur")
    if here.degrees:
        parts.append(_degrees_words(here.degrees))
    if here.dirt:
        parts.append(f"{100 * here.dirt:g} of 100 parts dirty")
    return ", ".join(parts) or "as photographed"


def _caption(trial, plates):
    return (
        "Lines: 95% intervals; where they overlap, the order may be chance. One wrong character makes a plate wrong. "
        f"{count(len(trial.texts))} of {count(plates, 'plates')} tried, the same in each condition. A computer draws "
        "the plates and does light, blur, angle and dirt to them; the regions are invented."
    )


def _picture(trial, here):
    sentence = _sentence(trial, here)
    reading = _reading(trial, here)
    drawn = svg.figure(
        "light",
        _ROWS.bottom(len(trial.order)) + 22,
        f"Plates read wrong by region: {_said(here)}",
        f"{sentence} {reading} {_told(trial, here)}",
        _marks(trial, here),
    )
    return Picture(sentence, drawn, f"{_shown(trial, here)}\n{paragraph(reading)}", _table(trial, here))


def _of_all(trial, condition):
    return of_hundred(trial.wrong(condition), len(trial.texts))


def _enough(trial, here):
    """Return the regions with enough plates to tell, the one with the fewest errors first."""
    errors = trial.read(here).errors.plates
    return sorted(
        (region for region in trial.order if errors[region].enough), key=lambda region: errors[region].value
    )


def _sentence(trial, here):
    said = f"{capital(_said(here))}: {_of_all(trial, here)} of 100 plates are read wrong"
    if here != _TAKEN:
        said += f" ({_of_all(trial, _TAKEN)} as photographed)"
    regions = _enough(trial, here)
    if len(regions) < 2:
        return f"{said}. The plates are too few to compare regions."
    errors = trial.read(here).errors.plates
    ends = {share(errors[region]): isolated(region) for region in (regions[-1], regions[0])}
    if len(ends) > 1:
        most, least = (f"{number} ({region})" for number, region in ends.items())
        return f"{said}: from {least} to {most}."
    alike = {"100": "all of them, in every region", "0": "none in any region"}
    told = alike.get(*ends, "about as many in every region")
    return f"{said}: {told}{'' if len(regions) == len(trial.order) else ' with enough plates to tell'}."


def _reading(trial, here):
    """Return which regions are clearly worse off than the best one, and who bears it."""
    errors, regions = trial.read(here).errors.plates, _enough(trial, here)
    if len(regions) < 2:
        return ""
    best, *others = regions
    if errors[best].value == errors[others[-1]].value:
        return "No region is misread more often than another here."
    worse = [region for region in others if newcombe_difference(errors[region], errors[best])[0] > 0]
    if not worse:
        return (
            f"No region is misread clearly more often than {isolated(best)}: the differences may be chance."
        )
    names = joined(isolated(region) for region in worse)
    return (
        f"Clearly more often misread than {isolated(best)}: {names}. Their drivers bear it: who is wanted passes, and "
        "a wrong reading may name the car of somebody else."
    )


def _told(trial, here):
    return " ".join(
        f"{name}: {now}, as photographed {before}." for name, now, _, before, *_ in _rows(trial, here)
    )


def _rows(trial, here):
    """Return the numbers of each region as words."""
    now, before = (trial.read(each).errors for each in (here, _TAKEN))
    for region in trial.order:
        plates, letters = now.plates[region], now.characters[region]
        name, counted = isolated(region), f"{plates.numerator:.0f} of {plates.denominator:.0f}"
        if plates.enough:
            characters = f"{share(letters)} ({interval(letters)})"
            yield name, share(plates), interval(plates), share(before.plates[region]), characters, counted
        else:
            yield name, before_now.TOO_FEW, "", "", "", counted


def _table(trial, here):
    columns = (
        "Region",
        "Plates",
        "95% interval",
        "As photographed",
        "Characters (95% interval)",
        "Plates counted",
    )
    return table(f"Read wrong, of 100: {_said(here)}", columns, _rows(trial, here))


def _shown(trial, here):
    """Return the example plates as they look here, and what is read of them."""
    read = trial.read(here)
    rows = sorted(read.shown, key=lambda row: trial.order.index(trial.regions[row]))
    parts = [_example(trial.regions[row], trial.texts[row], read.texts[row], read.shown[row]) for row in rows]
    return '<div style="display:flex;flex-wrap:wrap;gap:4px 14px">\n' + "\n".join(parts) + "\n</div>"


def _example(region, text, read, png):
    name, data = isolated(region), base64.b64encode(png).decode()
    marked = "".join(
        escape(got) if got == true else f'<b style="text-decoration:underline">{escape(got)}</b>'
        for got, true in zip(read, text, strict=True)
    )
    verdict = "right" if read == text else f"wrong, it is {escape(text)}"
    return (
        f'<div style="flex:1 1 150px;max-width:260px">\n<img alt="Plate {escape(text)} of {escape(name)}" '
        f'src="data:image/png;base64,{data}"/>\n<p>{escape(name)}: reads {marked}: {verdict}</p></div>'
    )


def _marks(trial, here):
    yield before_now.legend(_ROWS.left + 20, "Read wrong, of 100", "as photographed")
    yield _ROWS.axis(len(trial.order))
    now, before = (trial.read(each).errors.plates for each in (here, _TAKEN))
    for row, region in enumerate(trial.order):
        name = svg.shortened(isolated(region), _ROWS.left - 14, svg.NORMAL)
        yield _ROWS.name(row, name, svg.NORMAL)
        enough = now[region].enough
        yield _ROWS.shares(row, now[region], before[region]) if enough else _ROWS.too_few(row)
