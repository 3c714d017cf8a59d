"""What a keyword spotter's score hangs on: hide a part of a clip, and see how far it falls."""

from typing import NamedTuple

import numpy as np

from workshop.domains.speech.features import N_MELS, mel_spectrogram
from workshop.domains.speech.recordings import RATE
from workshop.domains.speech.spotting import occlusion as hide_each_part
from workshop.domains.speech.spotting import word_features
from workshop.probes import svg
from workshop.probes.controls import Choice
from workshop.probes.html import Picture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.sounds import player
from workshop.probes.words import capital, half_up, isolated, signed

_MOST_CLIPS, _BANDS, _STEPS = 8, 6, 8
_SAID, _HEARD = "said", "heard"
_SOUND, _PARTS, _LENGTH, _TOP, _HEIGHT = 56, 424, 320, 28, 240  # pixels: where the two plots are
_COLUMNS = 53  # of the spectrogram, so that its squares are as wide as they are high
_QUIET_DB = (-40, -32, -24, -16, -8)  # below the loudest point: where the classes of loudness begin
# Of 100: where the classes of a fall begin. What is below the first, up or down, is not drawn.
_POINTS = (2, 5, 10, 20, 30)
_UNCHANGED = svg.PALE._replace(fill=svg.WHITE, edge=svg.RULE)
_VOICES = {"female": "female voice", "male": "male voice"}


def occlusion(model, clips, *, source="recordings"):
    """Show which parts of a clip a keyword spotter's score hangs on.

    Parameters
    ----------
    model : sklearn.pipeline.Pipeline
        A fitted `workshop.domains.speech.keyword_spotter`, or any classifier of `word_features` with
        ``predict_proba``.
    clips : pandas.DataFrame
        1 to 8 rows with the columns word and samples (16 kHz); accent and voice, if they are there, go into the name
        of a clip. Clips that the model was not trained on tell most.
    source : str
        What the clips are, for instance "synthetic speech"; said wherever one is shown or played.

    Returns
    -------
    Probe
        Controls clip, and looked_at: the score of the word that was "said" or that the model "heard".

    Raises
    ------
    ValueError
        If there are no clips or too many, a column is missing, a clip is no recording, or a word is unknown to the
        model.

    Notes
    -----
    Everything is worked out when the probe is made, in about 20 ms a clip.
    """
    found = _clips(model, clips, isolated(source))

    def draw(clip, looked_at):
        others = [each for name, each in found.items() if name != clip]
        return _picture(found[clip], looked_at, others)

    controls = (
        Choice("clip", "Clip", tuple(found), next(iter(found))),
        Choice(
            "looked_at",
            "Score looked at",
            (_HEARD, _SAID),
            _HEARD,
            {_HEARD: "of the word the model heard", _SAID: "of the word that was said"}.get,
        ),
    )
    return Probe(
        "What the model's score hangs on: hide a part of a clip, and see it fall",
        controls,
        draw,
        f"{capital(isolated(source))}. A hidden part is made as quiet as the quietest moments of the clip.",
    )


class _Clip(NamedTuple):
    """A clip, what the model hears in it, and what each score hangs on."""

    name: str
    source: str
    words: dict  # said and heard
    maps: dict  # of these two words: Occlusion
    marks: str  # the spectrogram as squares
    player: str

    @property
    def right(self):
        """Whether the word that was said was heard."""
        return self.words[_SAID] == self.words[_HEARD]


def _clips(model, clips, source):
    missing = [name for name in ("word", "samples") if name not in getattr(clips, "columns", ())]
    if missing:
        raise ValueError(f"clips must be a table with the columns word and samples; {missing[0]} is missing.")
    if not 1 <= len(clips) <= _MOST_CLIPS:
        raise ValueError(
            f"There are {len(clips)} clips; choose 1 to {_MOST_CLIPS}, for instance clips.head({_MOST_CLIPS})."
        )
    heard = model.predict(word_features(list(clips["samples"])))
    found = {}
    for row, answer in zip(clips.to_dict("records"), heard, strict=True):
        name = _name(row, found)
        words = {_SAID: row["word"], _HEARD: answer}
        maps = {
            kind: hide_each_part(model, row["samples"], word, bands=_BANDS, steps=_STEPS)
            for kind, word in words.items()
        }
        shown = {kind: isolated(word) for kind, word in words.items()}
        found[name] = _Clip(
            name, source, shown, maps, _squares(row["samples"]), player(row["samples"], _said(name, source))
        )
    return found


def _name(row, taken):
    """Return what a clip is called: its word, accent and voice, and a number if that was there before."""
    accent = str(row.get("accent", "")).replace("(synthetic)", "(synthetic speech)")
    voice = str(row.get("voice", ""))
    parts = (row["word"], accent, _VOICES.get(voice, voice))
    name = ", ".join(isolated(part) for part in parts if part)
    number = 1 + sum(each == name or each.startswith(f"{name}, clip ") for each in taken)
    return name if number == 1 else f"{name}, clip {number}"


def _said(name, source):
    """Return the clip's name with its source, once."""
    return name if f"({source})" in name else f"{name} ({source})"


def _squares(samples):
    """Return the mel spectrogram of a clip as squares: larger and darker, the louder."""
    decibels = mel_spectrogram(samples, RATE).decibels
    edges = np.linspace(0, decibels.shape[1], _COLUMNS + 1)
    frames = np.minimum((edges[:-1] + edges[1:]) / 2, decibels.shape[1] - 1).astype(int)
    classes = np.searchsorted(_QUIET_DB, decibels[:, frames] - decibels.max(), side="right")
    row, column = np.indices(classes.shape)
    cell = _HEIGHT / N_MELS
    across = _SOUND + (column + 0.5) * _LENGTH / _COLUMNS
    up = _TOP + _HEIGHT - (row + 0.5) * cell
    return svg.graduated(np.column_stack([across.ravel(), up.ravel()]), classes.ravel(), cell)


def _points(hidden, place):
    """Return by how many points of 100 hiding a part lowers the score, as both scores are shown."""
    return _score(hidden.probability) - _score(hidden.probability - hidden.drop[place])


def _score(probability):
    return half_up(100 * probability)


def _most(hidden):
    """Return the place (band, step) of the part whose hiding lowers the score most; None if none matters."""
    place = np.unravel_index(hidden.drop.argmax(), hidden.drop.shape)
    return tuple(map(int, place)) if _points(hidden, place) >= _POINTS[0] else None


def _least(hidden):
    """Return the place of the part whose hiding raises the score most; None if none matters."""
    place = np.unravel_index(hidden.drop.argmin(), hidden.drop.shape)
    return tuple(map(int, place)) if _points(hidden, place) <= -_POINTS[0] else None


def _seconds_words(hidden, step):
    return f"{hidden.seconds[step]:.2f} to {hidden.seconds[step + 1]:.2f}"


def _hertz(value):
    return f"{half_up(value / 100) * 100:,}"


def _hertz_words(hidden, band):
    return f"{_hertz(hidden.hertz[band])} to {_hertz(hidden.hertz[band + 1])}"


def _part_words(hidden, place):
    band, step = place
    return f"{_seconds_words(hidden, step)} seconds, {_hertz_words(hidden, band)} hertz"


def _change_words(hidden, place):
    """Return the score before and after hiding a part: "from 53 to 34 of 100"."""
    before = hidden.probability
    return f"from {_score(before)} to {_score(before - hidden.drop[place])} of 100"


def _sentence(clip, looked_at):
    hidden, word = clip.maps[looked_at], clip.words[looked_at]
    heard, said = (_score(clip.maps[kind].probability) for kind in (_HEARD, _SAID))
    if clip.right:
        told = f"The model hears “{clip.words[_HEARD]}”, and that was said: score {heard} of 100."
    else:
        told = (
            f"The model hears “{clip.words[_HEARD]}” (score {heard} of 100), "
            f"not “{clip.words[_SAID]}” ({said} of 100)."
        )
    most = _most(hidden)
    if most is None:
        return (
            f"{told} No part alone, when it is hidden, lowers the score of “{word}” by {_POINTS[0]} or more."
        )
    after = _score(hidden.probability - hidden.drop[most])
    return f"{told} Hiding {_part_words(hidden, most)} lowers the score of “{word}” most, to {after}."


def _picture(clip, looked_at, others):
    sentence = _sentence(clip, looked_at)
    return Picture(
        sentence,
        _figure(clip, looked_at, sentence),
        f"{clip.player}\n{bullets(_told(clip, looked_at, others))}",
        _table(clip, looked_at),
    )


def _told(clip, looked_at, others):
    """Yield what to make of the figure, and what it can't say."""
    hidden, word = clip.maps[looked_at], clip.words[looked_at]
    most, least = _most(hidden), _least(hidden)
    if most:
        said = f"Thick frame: the part whose hiding costs “{word}” most."
        alike = [each.maps[looked_at] for each in others if each.words[looked_at] == word]
        if alike:
            same = sum(_most(other) == most for other in alike)
            said += f" {_same_place(same, len(alike), word, looked_at)}"
        yield said
    if least:
        yield (
            f"Dashed frame: without this part, the score of “{word}” rises most, {_change_words(hidden, least)}."
        )
    yield (
        "One part is hidden at a time, so parts that can stand in for each other show less than they matter. Nobody "
        "can see here whether the model goes by the word, or by this speaker, accent, microphone or noise: only clips "
        "of other speakers tell."
    )


def _same_place(same, others, word, looked_at):
    """Say in how many of the other clips with this word the part that matters most is in the same place."""
    which = f"heard as “{word}”" if looked_at == _HEARD else f"in which “{word}” is said"
    if others == 1:
        return f"The only other clip {which} has it {'in the same place' if same else 'elsewhere'}."
    has = {0: "none has", 1: "1 has"}.get(same, f"{same} have")
    return f"Of the {others} other clips {which}, {has} it in the same place."


def _table(clip, looked_at):
    hidden = clip.maps[looked_at]
    bands, steps = hidden.drop.shape
    rows = [
        (
            f"{_hertz_words(hidden, band)} hertz",
            *(signed(-_points(hidden, (band, step))) for step in range(steps)),
        )
        for band in reversed(range(bands))
    ]
    columns = (
        "Hidden part",
        *(f"{_seconds_words(hidden, step)} s" for step in range(steps)),
    )
    return table(
        f"{clip.name} ({clip.source}): what hiding a part does to the score of “{clip.words[looked_at]}”, "
        f"{_score(hidden.probability)} of 100",
        columns,
        rows,
    )


def _figure(clip, looked_at, sentence):
    hidden = clip.maps[looked_at]
    title = f"“{clip.words[looked_at]}”: what hiding a part does"
    marks = [
        *_plot(_SOUND, hidden, f"The sound ({clip.source})"),
        clip.marks,
        *_plot(_PARTS, hidden, title),
        *_patches(hidden),
        *(mark for left in (_SOUND, _PARTS) for mark in _frames(left, hidden)),
        *_legend(),
    ]
    return svg.figure(
        "occlusion",
        _TOP + _HEIGHT + 58,
        f"Loudness of the clip by time and frequency, and how far the score falls when a part is hidden: {clip.name}",
        f"{sentence} {' '.join(_told(clip, looked_at, ()))}",
        marks,
    )


def _plot(left, hidden, title):
    """Return the title and axes of one of the two plots."""
    end = float(hidden.seconds[-1])
    bottom = _TOP + _HEIGHT
    across = [tick for tick in svg.ticks(end, 4) if tick <= end]
    rows = len(hidden.hertz) - 1
    up = {_height(band, rows): _hertz(hidden.hertz[band]) for band in range(rows + 1)}
    shown = svg.shortened(title, _LENGTH, svg.NORMAL, bold=True)
    yield svg.text(left, _TOP - 12, shown, bold=True)
    yield svg.text(left - 6, _TOP - 12, "hertz", svg.SMALL, "end", fill=svg.GREY)
    yield svg.upright_axis(left, bottom, _HEIGHT, left + _LENGTH, up)
    yield svg.axis(left, bottom, _LENGTH, _TOP, {tick / end: f"{tick:g}" for tick in across})
    # Between two numbers, where there is always room.
    yield svg.text(
        left + _LENGTH * (across[0] + across[1]) / 2 / end,
        bottom + 16,
        "seconds",
        svg.SMALL,
        "middle",
        fill=svg.GREY,
    )


def _height(band, bands):
    """Return how high a border of bands is, as a share of the plot; bands hold whole mel bands."""
    return round(band * N_MELS / bands) / N_MELS


def _rectangle(left, hidden, place):
    """Return x, y, width and height of a part in pixels."""
    (band, step), bands = place, len(hidden.hertz) - 1
    across = left + _LENGTH * hidden.seconds[[step, step + 1]] / hidden.seconds[-1]
    below, above = (_TOP + _HEIGHT * (1 - _height(each, bands)) for each in (band, band + 1))
    return float(across[0]), above, float(across[1] - across[0]), below - above


def _patches(hidden):
    """Yield each part that changes the score: darker, the more it falls; white where it rises."""
    for place in np.ndindex(hidden.drop.shape):
        points = _points(hidden, place)
        if abs(points) >= _POINTS[0]:
            yield _patch(*_rectangle(_PARTS, hidden, place), points)


def _patch(x, y, wide, high, points):
    ink = svg.RAMP[np.searchsorted(_POINTS, points, side="right") - 1] if points > 0 else svg.WHITE_VERMILION
    label = svg.text(x + wide / 2, y + high / 2 + 5, signed(-points), svg.SMALL, "middle", True, ink.text)
    return f"{svg.area(x + 1, y + 1, wide - 2, high - 2, ink)}\n{label}"


def _frames(left, hidden):
    """Yield a thick frame around the part that matters most, a dashed one around what speaks most against the word."""
    for place, dash in ((_least(hidden), "5 3"), (_most(hidden), "")):
        if place:
            yield svg.frame(*_rectangle(left, hidden, place), dash=dash)


def _legend():
    y = _TOP + _HEIGHT + 42
    yield svg.graduated_legend(_SOUND, y, ("quiet", "", "", "", "loud"), _HEIGHT / N_MELS * 2, _LENGTH)
    keys = (
        (lambda x: _patch(x, y - 11, 34, 22, 9), "score falls"),
        (lambda x: _patch(x, y - 11, 34, 22, -9), "rises"),
        (lambda x: svg.area(x, y - 10, 32, 20, _UNCHANGED), f"less than {_POINTS[0]}"),
    )
    yield svg.legend(_PARTS, y + 5, keys, 42, 18)
