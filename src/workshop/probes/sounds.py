"""Hear it, see it: a recording as two pictures, beside its player."""

import base64
from html import escape
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from workshop.domains.speech import RATE, at_level, encode, from_samples, mel_spectrogram
from workshop.probes import svg
from workshop.probes.controls import Choice
from workshop.probes.html import Picture, StillPicture, paragraph, table
from workshop.probes.probe import Probe
from workshop.probes.words import half_up, isolated, of_hundred

SYNTHETIC = "(synthetic)"  # how an accent's name ends where a computer program speaks
_BANDS, _MOST_STEPS, _MOST_COLUMNS, _PARTS = 20, 60, 160, 8
_LONGEST = 10.0  # seconds
_LEVEL = -23.0  # dB against full scale: all clips are played equally loud
_CLASS_DB = 8  # from one size of square to the next
_LOW_HZ = 1000
_HERTZ = (500, 1000, 2000, 4000)
_LEFT, _CELL, _WAVE, _WAVE_TOP = 98, 9.5, 44, 20  # pixels
_LENGTH = svg.WIDTH - _LEFT - 12
_TOP = _WAVE_TOP + _WAVE + 30
_BOTTOM = _TOP + _BANDS * _CELL
_CAPTION = (
    "Left to right is time, low pitches are at the bottom (Hz: swings of the air in a second). Vowels are dark at the "
    "bottom, hissing sounds such as s are marks at the top. "
    f"A square is {_CLASS_DB} dB louder than one of the next smaller size."
)


def sound(samples, rate, title, play=None):
    """Show a recording as waveform and spectrogram, with a player.

    Parameters
    ----------
    samples : array_like, shape (n_samples,) or (n_samples, n_channels)
        As `workshop.domains.speech.from_samples` takes them; at most 10 seconds.
    rate : int
        Samples a second.
    title : str
        What is heard. Say so here if it is synthetic speech.
    play : str, optional
        What the player is called, after "Play: "; the title by default.

    Returns
    -------
    StillPicture

    Raises
    ------
    ValueError
        If the recording can't be judged: see `from_samples`.
    """
    title = isolated(title)
    heard = from_samples(samples, rate, longest=_LONGEST).samples
    return StillPicture(title, _picture(heard, title, isolated(play or title)), _CAPTION)


def clips(table, rate=RATE):
    """Show one clip of a table, with its player, and choose which: the same word can be compared between accents.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns word, accent and samples, as ``load("spoken_keywords")`` returns them. The first clip of each word with
        each accent is played.
    rate : int, default 16000

    Returns
    -------
    Probe
        Controls accent and word.

    Raises
    ------
    ValueError
        If a column is missing or empty, a word lacks with an accent, or a recording can't be judged.
    """
    chosen = first_clips(table, rate)
    accents, words = (tuple(dict.fromkeys(names)) for names in zip(*chosen, strict=True))

    def draw(accent, word):
        title = spoken(word, accent)
        return _picture(chosen[accent, word], title, title)

    return Probe(
        "Hear it, see it",
        (
            Choice("accent", "Accent", accents, accents[0], isolated),
            Choice("word", "Word", words, words[0], isolated),
        ),
        draw,
        _CAPTION,
    )


def player(samples, words, rate=RATE, note=""):
    """Return an audio player that holds its sound, and beside it what is heard.

    Parameters
    ----------
    samples : array_like, shape (n_samples,)
        Not silent. Played as loud as every other clip.
    words : str
        What is heard.
    rate : int, default 16000
    note : str, optional
        What else to say of it.

    Returns
    -------
    str
        Html. Nothing plays by itself; keys work as the browser has them.
    """
    data = base64.b64encode(encode(at_level(samples, _LEVEL, rate), rate)).decode()
    said = f"Play: {words}"
    return (
        '<div style="display:flex;flex-wrap:wrap;align-items:center;gap:0 14px">\n'
        f'<div style="flex:1 1 260px">{paragraph(f"{said}. {note}" if note else said)}</div>\n'
        f'<audio controls="" preload="metadata" aria-label="{escape(said)}" '
        f'style="flex:1 1 260px;max-width:400px;height:40px;margin:0 0 8px" '
        f'src="data:audio/flac;base64,{data}"></audio>\n</div>'
    )


def spoken(word, accent):
    """Return what is heard in a clip, in words: "“help”, German accent (synthetic speech)"."""
    name = str(accent)
    if name.endswith(SYNTHETIC):
        name = name.removesuffix(SYNTHETIC) + "(synthetic speech)"
    return f"“{isolated(word)}”, {isolated(name)}"


def first_clips(table, rate=RATE):
    """Return the samples of the first clip of each word with each accent.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns word, accent and samples.
    rate : int, default 16000

    Returns
    -------
    dict of (str, str) to numpy.ndarray of float32
        From accent and word, both in alphabetical order.

    Raises
    ------
    ValueError
        As `clips`.
    """
    check_columns(table, ("word", "accent", "samples"))
    first = table.drop_duplicates(["accent", "word"]).set_index(["accent", "word"])["samples"]
    chosen = {}
    for accent in sorted(table["accent"].unique()):
        for word in sorted(table["word"].unique()):
            if (accent, word) not in first.index:
                raise ValueError(
                    f"Nobody says “{word}” with {accent}; give a clip of each word with each accent."
                )
            chosen[accent, word] = from_samples(first[accent, word], rate, longest=_LONGEST).samples
    return chosen


def check_columns(table, wanted):
    """Raise a ValueError unless the table of clips has these columns, rows, and a value in each."""
    missing = [column for column in wanted if column not in getattr(table, "columns", ())]
    if missing:
        raise ValueError(f"The clips must be a table (DataFrame) with the columns {', '.join(wanted)}.")
    if not len(table) or table[list(wanted)].isna().any(axis=None):
        raise ValueError("There is no clip, or one of them lacks a value; leave such clips out.")


class _Seen(NamedTuple):
    """What is drawn of a recording."""

    seconds: float
    low: np.ndarray  # of the waveform in each column, as a part of its largest swing
    high: np.ndarray
    decibels: np.ndarray  # n_bands x n_steps, 0 for the loudest
    hertz: np.ndarray  # middles of the bands
    low_energy: float  # share of the energy below _LOW_HZ

    def loudness(self):
        """Return the power of each step, all bands together, in dB below the loudest step."""
        total = 10 * np.log10((10 ** (self.decibels / 10)).sum(axis=0))
        return total - total.max()


def _seen(samples):
    swing = samples - samples.mean()
    columns = np.array_split(swing, min(_MOST_COLUMNS, len(swing)))
    ends = np.array([(part.min(), part.max()) for part in columns]) / np.abs(swing).max()
    spectrum = mel_spectrogram(swing, n_mels=_BANDS)
    starts = _edges(spectrum.power.shape[1], _MOST_STEPS)[:-1]
    frames = np.diff(starts, append=spectrum.power.shape[1])
    power = np.add.reduceat(spectrum.power, starts, axis=1) / frames
    decibels = 10 * np.log10(np.maximum(power / power.max(), 1e-8))
    energy = np.square(np.abs(np.fft.rfft(swing)))
    below = energy[np.fft.rfftfreq(len(swing), 1 / RATE) < _LOW_HZ].sum()
    return _Seen(len(samples) / RATE, *ends.T, decibels, spectrum.hertz, float(below / energy.sum()))


def _edges(number, most):
    """Return where at most so many parts of about one length begin, and the end."""
    parts = min(most, number)
    return np.arange(parts + 1) * number // parts


def _picture(samples, title, play):
    seen = _seen(samples)
    loudest = (int(np.argmax(seen.loudness())) + 0.5) / seen.decibels.shape[1] * seen.seconds
    sentence = (
        f"{title}: {seen.seconds:.2f} seconds, loudest at {loudest:.2f}. "
        f"{of_hundred(seen.low_energy, 1)} of 100 parts of its energy lie below {_LOW_HZ:,} Hz, where sounds are low."
    )
    drawn = svg.figure(
        "sound",
        _BOTTOM + 26,
        f"Waveform and spectrogram: {title}",
        f"{sentence} {_told(seen)}",
        [*_waveform(seen), *_spectrogram(seen)],
    )
    return Picture(sentence, drawn, player(samples, play), _table(title, seen))


def _parts(seen):
    """Return of each part of the time: begin and end, dB below the loudest part, and strongest frequency."""
    edges = _edges(seen.decibels.shape[1], _PARTS)
    powers = [(10 ** (seen.decibels[:, start:end] / 10)).mean(axis=1) for start, end in pairwise(edges)]
    loudest = max(power.sum() for power in powers)
    # The share of the last end is exactly 1, so its time is rounded as that of the whole recording.
    return [
        (
            seen.seconds * (start / edges[-1]),
            seen.seconds * (end / edges[-1]),
            -10 * np.log10(power.sum() / loudest),
            seen.hertz[np.argmax(power)],
        )
        for (start, end), power in zip(pairwise(edges), powers, strict=True)
    ]


def _hertz(frequency):
    """Return a frequency in words, no more exact than a band is wide."""
    return f"{10 * half_up(frequency / 10):,} Hz"


def _softer(decibels):
    if decibels == 0:
        return "loudest"
    return f"{half_up(decibels)} dB softer" if decibels >= 0.5 else "nearly as loud"


def _told(seen):
    return " ".join(
        f"{start:.2f} to {end:.2f} seconds: strongest at about {_hertz(hertz)}."
        for start, end, _, hertz in _parts(seen)
    )


def _table(title, seen):
    rows = [
        (
            f"{start:.2f} to {end:.2f}",
            _softer(softer),
            f"about {_hertz(hertz)}",
        )
        for start, end, softer, hertz in _parts(seen)
    ]
    return table(title, ("Seconds", "How loud", "Strongest at"), rows)


def _waveform(seen):
    middle = _WAVE_TOP + _WAVE / 2
    column = _LENGTH / len(seen.low)
    path = [
        (_LEFT + (place + part) * column, middle - _WAVE / 2 * swing)
        for place, ends in enumerate(zip(seen.low, seen.high, strict=True))
        for part, swing in zip((0.25, 0.75), ends, strict=True)
    ]
    yield svg.text(_LEFT, 14, "Waveform: how far the air swings", svg.SMALL, bold=True)
    yield svg.line(_LEFT, middle, _LEFT + _LENGTH, middle, svg.RULE, 0.5)
    yield svg.polyline(path, svg.BLUE.fill, 1.5)


def _spectrogram(seen):
    steps = seen.decibels.shape[1]
    band, step = np.indices(seen.decibels.shape)
    places = np.stack([_LEFT + _LENGTH * (step + 0.5) / steps, _BOTTOM - (band + 0.5) * _CELL], axis=-1)
    yield svg.text(_LEFT, _TOP - 9, "Spectrogram", svg.SMALL, bold=True)
    yield svg.graduated_legend(
        _LEFT + 130, _TOP - 14, ("softest", "soft", "middle", "loud", "loudest"), _CELL, _LENGTH - 130
    )
    rows = {hertz: np.interp(hertz, seen.hertz, np.arange(_BANDS)) for hertz in _HERTZ}
    labels = {(row + 0.5) / _BANDS: f"{hertz:,} Hz" for hertz, row in rows.items()}
    yield svg.upright_axis(_LEFT - 4, _BOTTOM, _BOTTOM - _TOP, _LEFT + _LENGTH, labels)
    yield svg.text(_LEFT - 10, _TOP + 8, "high", svg.SMALL, "end", bold=True)
    yield svg.text(_LEFT - 10, _BOTTOM + 3, "low", svg.SMALL, "end", bold=True)
    times = {time / seen.seconds: f"{time:g} s" for time in svg.ticks(seen.seconds) if time <= seen.seconds}
    yield svg.axis(_LEFT, _BOTTOM + 4, _LENGTH, _BOTTOM + 4, times)
    yield svg.graduated(places.reshape(-1, 2), _classes(seen.decibels).ravel(), _CELL)


def _classes(decibels):
    """Return how loud a square is drawn: the highest class within one step of the loudest, 0 for hardly anything."""
    return np.clip(len(svg.RAMP) + np.ceil(decibels / _CLASS_DB).astype(int), 0, len(svg.RAMP))
