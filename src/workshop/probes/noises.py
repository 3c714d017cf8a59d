"""Noise, a telephone line, a mask: whose words a keyword spotter misses first."""

import math
import zlib
from copy import deepcopy
from functools import cache
from typing import NamedTuple

import numpy as np

from workshop.domains.speech import (
    RATE,
    add_noise,
    from_samples,
    mask,
    miss_rates,
    telephone_band,
    word_features,
)
from workshop.probes import svg
from workshop.probes.controls import Choice, Slider, Toggle
from workshop.probes.html import Picture, paragraph, table
from workshop.probes.probe import Probe
from workshop.probes.sounds import SYNTHETIC, check_columns, first_clips, player, spoken
from workshop.probes.words import (
    capital,
    count,
    half_up,
    interval,
    isolated,
    joined,
    of_hundred,
    share,
    significant,
)

_SNR = (20.0, 15.0, 10.0, 5.0, 0.0)  # dB
_NOISES = {"street": "street noise", "babble": "many voices", "white": "hiss"}
_MOST_ACCENTS = 12
_HALF = 0.5  # of its words: an accent that loses more has dropped out
_NAMES, _BESIDE, _TOP, _ROW = 214, 134, 36, 23  # pixels
_LENGTH = svg.WIDTH - _NAMES - _BESIDE


class _Condition(NamedTuple):
    """What is done to a clip; nothing is, by default."""

    snr: float | None = None
    telephone: bool = False
    mask: bool = False


_RECORDED = _Condition()


def noise(clips, spotter, *, snr=_SNR, kind="street", muffling=10.0, most=360, fewest=5, rate=RATE):
    """Show whose words a keyword spotter misses in noise, by telephone and through a mask.

    Every condition is tried on the clips when the probe is made: 6 to 7 seconds of processor time for 360 clips and 24
    conditions.

    Parameters
    ----------
    clips : pandas.DataFrame
        Clips of speakers that the spotter was not trained on: columns word, accent, speaker and samples, as
        ``load("spoken_keywords")`` returns them; each word with each accent, at most 12 accents.
    spotter : estimator
        A fitted `workshop.domains.speech.keyword_spotter`, or any classifier of `word_features`.
    snr : sequence of float
        Signal-to-noise ratios in dB, falling. To add no noise is always the first position.
    kind : {"street", "babble", "white"}
        As in `workshop.domains.speech.noise`.
    muffling : float, default 10
        What the mask takes above 4 kHz, in dB; 3 to 12 is measured of surgical masks and respirators (see
        `workshop.domains.speech.mask`).
    most : int, default 360
        So many clips are measured at most, the same in each condition. Of more, every second one is taken, or every
        third and so on, in turn over words and speakers, so that all accents keep the same words.
    fewest : int, default 5
        With fewer speakers or fewer clips an accent is too small to tell.
    rate : int, default 16000
        Of the samples.

    Returns
    -------
    Probe
        Controls snr (None or dB), telephone, mask, word and accent (of the clip that is played).

    Raises
    ------
    ValueError
        If the clips or the spotter are not those, a word is unknown to the spotter, or a number is out of its range.

    Notes
    -----
    The mask is before the mouth, the noise at the microphone, and the telephone line takes both. The ratio is that of
    the speech without a mask: a street does not become quieter because a caller wears one.
    """
    check_columns(clips, ("word", "accent", "speaker", "samples"))
    ratios = _checked_ratios(snr)
    _check_spotter(spotter, clips["word"].unique())
    if kind not in _NOISES:
        raise ValueError(f"There is no noise {kind!r}; choose {', '.join(_NOISES)}.")
    if fewest < 2:
        raise ValueError(f"fewest is {fewest}; at least 2 speakers are needed to see how much they differ.")
    played = first_clips(clips, rate)
    accents, words = (tuple(dict.fromkeys(names)) for names in zip(*played, strict=True))
    if len(accents) > _MOST_ACCENTS:
        raise ValueError(f"This picture holds at most {_MOST_ACCENTS} accents; there are {len(accents)}.")
    spotter = deepcopy(spotter)  # it may be trained again later; what is played must be heard by the same one
    disturb = _Disturb(kind, muffling)
    measured = _in_turn(clips, most)
    trial = _tried(measured, spotter, disturb, ratios, fewest, rate)

    def draw(snr, telephone, mask, word, accent):
        here = _Condition(snr, telephone, mask)
        (samples,) = disturb.versions(played[accent, word], [here])
        heard = spotter.predict(word_features([samples]))[0]
        said = spoken(word, accent) + "".join(f", {part}" for part in trial.said[here])
        verdict = "right" if heard == word else "the word is missed"
        note = f"The spotter hears “{isolated(heard)}”: {verdict}."
        return _picture(trial, here, player(samples, said, note=note))

    return Probe(
        "Whose words get lost in noise",
        (
            Slider("snr", f"Added {_NOISES[kind]}", ratios, None, _ratio_words),
            Toggle("telephone", "Over a telephone line (300 to 3,400 Hz)", (False, True), False),
            Toggle(
                "mask", f"The caller wears a mask ({muffling:g} dB less above 4,000 Hz)", (False, True), False
            ),
            Choice("word", "Word to listen to", words, words[0], isolated),
            Choice("accent", "Accent to listen to", accents, accents[0], isolated),
        ),
        draw,
        _caption(trial, len(clips)),
    )


def _checked_ratios(snr):
    ratios = [float(ratio) for ratio in snr]
    if not ratios or not all(-30 <= ratio <= 60 for ratio in ratios) or sorted(set(ratios))[::-1] != ratios:
        raise ValueError(
            "Give signal-to-noise ratios in dB, falling, each once, from 60 to -30: (20, 10, 0)."
        )
    return (None, *ratios)


def _check_spotter(spotter, words):
    if not hasattr(spotter, "classes_"):
        raise ValueError("The spotter has not learned yet; call its fit(features, words) first.")
    unknown = sorted(set(words) - set(spotter.classes_))
    if unknown:
        raise ValueError(f"The spotter does not know the word {unknown[0]!r}; leave its clips out.")


def _ratio_words(ratio):
    """Return a signal-to-noise ratio as words."""
    if ratio is None:
        return "none, as recorded"
    stronger = 10 ** (abs(ratio) / 10)
    times = f"{stronger:.1f}".removesuffix(".0") if stronger < 9.5 else f"{significant(stronger):,}"
    if times == "1":
        return f"{_decibels(ratio)}: equally strong"
    return f"{_decibels(ratio)}: {'speech' if ratio > 0 else 'noise'} {times} times"


def _decibels(ratio):
    return f"{ratio:g} dB".replace("-", "−")


class _Disturb(NamedTuple):
    """How conditions sound."""

    kind: str
    muffling: float

    def parts(self, condition):
        """Return a condition in words, what is not there left out."""
        said = []
        if condition.snr is not None:
            said.append(f"{_decibels(condition.snr)} {_NOISES[self.kind]}")
        if condition.telephone:
            said.append("by telephone")
        if condition.mask:
            said.append("through a mask")
        return said

    def versions(self, samples, conditions):
        """Yield a clip in each condition.

        Filters and mixing are linear, so a clip and its noise are filtered once and then mixed at each ratio.
        """
        # Each clip has its own noise, the same each time. At 0 dB it is as strong as the speech.
        disturbance = add_noise(samples, 0, self.kind, seed=zlib.crc32(samples.tobytes())) - samples

        @cache
        def part(source, telephone):
            sound = disturbance if source == "noise" else samples
            if source == "muffled":
                sound = mask(sound, self.muffling)
            return telephone_band(sound) if telephone else sound

        for condition in conditions:
            speech = part("muffled" if condition.mask else "clear", condition.telephone)
            if condition.snr is None:
                yield speech
            else:
                yield speech + part("noise", condition.telephone) * 10 ** (-condition.snr / 20)


def _in_turn(clips, most):
    """Return about so many clips: every n-th in the order of words, one word later with each speaker of an accent."""
    if most < 1:
        raise ValueError(f"most is {most}; give the number of clips to measure, at least 1.")
    step = math.ceil(len(clips) / most)
    speaker = clips.groupby("accent")["speaker"].rank(method="dense")
    word = clips["word"].rank(method="dense")
    measured = clips[(speaker + word) % step == 0]
    if measured["accent"].nunique() < clips["accent"].nunique():
        raise ValueError(f"With {most} clips some accents have none; raise most.")
    return measured


class _Trial:
    """What the spotter made of the measured clips in each condition."""

    def __init__(self, clips, heard, said, fewest):
        self.heard = heard  # from a condition to the answers
        self.said = said  # from a condition to its parts in words
        self._clips = clips
        who = clips["accent"], clips["speaker"]
        self._rates = {each: miss_rates(clips["word"], heard[each], *who, fewest=fewest) for each in heard}
        recorded = self.rates(_RECORDED)
        self.accents = recorded.groups
        self.order = sorted(range(len(self.accents)), key=recorded.values.__getitem__)
        self.synthetic = all(accent.endswith(SYNTHETIC) for accent in self.accents)

    @property
    def speakers(self):
        """How many speakers each accent has."""
        return self.rates(_RECORDED).speakers

    @property
    def clips(self):
        """How many clips are measured."""
        return len(self._clips)

    def missed(self, condition):
        """Return for each clip whether its word is missed."""
        return self.heard[condition] != self._clips["word"].to_numpy()

    def rates(self, condition):
        """Return the shares with their intervals."""
        return self._rates[condition]

    def rise(self, condition, place):
        """Return how much more is missed than as recorded: the value and the ends of its interval."""
        now, before = self.rates(condition), self.rates(_RECORDED)
        # The same speakers are drawn in both, so the difference is paired.
        drawn = now.resampled[:, place] - before.resampled[:, place]
        return (now.values[place] - before.values[place], *now.interval(drawn, [place]))

    def dropped(self, condition):
        """Return the accents that lose more than half of their words up to this much noise, by where that began."""
        way = [each for each in self.heard if each[1:] == condition[1:]]
        found = {}
        for each in way[: way.index(condition) + 1]:
            for place in np.flatnonzero(self.rates(each).values > _HALF).tolist():
                found.setdefault(place, each)
        return found


def _tried(clips, spotter, disturb, ratios, fewest, rate):
    """Let the spotter hear each clip in each condition."""
    conditions = [
        _Condition(snr, telephone, mask)
        for telephone in (False, True)
        for mask in (False, True)
        for snr in ratios
    ]
    features = np.array(
        [
            word_features(list(disturb.versions(from_samples(samples, rate).samples, conditions)))
            for samples in clips["samples"]
        ]
    )
    heard = {each: spotter.predict(features[:, place]) for place, each in enumerate(conditions)}
    return _Trial(clips, heard, {each: disturb.parts(each) for each in conditions}, fewest)


def _short(accent):
    return isolated(accent.removesuffix(SYNTHETIC))


def _caption(trial, clips):
    speakers = sorted(set(trial.speakers.tolist()))
    number = f"{speakers[0]}" if len(speakers) == 1 else f"{speakers[0]} to {speakers[-1]}"
    return (
        f"Lines: 95% intervals from {number} speakers of each accent; where they overlap, the order may be chance. "
        f"{count(trial.clips)} of {count(clips, 'clips')} tried, the same in each condition. A computer makes noise, "
        "line and mask."
    )


def _picture(trial, here, listen):
    sentence = _sentence(trial, here)
    reading = " ".join(filter(None, (_risen(trial, here), _dropped(trial, here), _alike(trial, here))))
    drawn = svg.figure(
        "noise",
        _TOP + len(trial.order) * _ROW + 26,
        f"Missed words by accent: {_conditions(trial, here)}",
        f"{sentence} {reading} {_told(trial, here)}",
        _marks(trial, here),
    )
    return Picture(sentence, drawn, f"{paragraph(reading)}\n{listen}", _table(trial, here))


def _conditions(trial, here):
    return ", ".join(trial.said[here]) or "as recorded"


def _of_all(trial, condition):
    missed = trial.missed(condition)
    return of_hundred(int(missed.sum()), len(missed))


def _sentence(trial, here):
    words = "words of synthetic speech" if trial.synthetic else "words"
    said = f"{capital(_conditions(trial, here))}: {_of_all(trial, here)} of 100 {words} are missed"
    if here != _RECORDED:
        said += f" ({_of_all(trial, _RECORDED)} as recorded)"
    estimates = {place: trial.rates(here).of(trial.accents[place]) for place in trial.order}
    enough = [place for place, estimate in estimates.items() if estimate.enough]
    if len(enough) < 2:
        return f"{said}. The speakers are too few to compare accents."
    low, high = (pick(enough, key=lambda place: estimates[place].value) for pick in (min, max))
    least, most = (f"{share(estimates[place])} ({_short(trial.accents[place])})" for place in (low, high))
    return f"{said}: from {least} to {most}."


def _risen(trial, here):
    """Return which accents are missed more than as recorded, as far as the speakers can tell."""
    if here == _RECORDED:
        return ""
    told = [place for place in trial.order if trial.rates(here).of(trial.accents[place]).enough]
    risen = [place for place in told if trial.rise(here, place)[1] > 0]
    if not risen:
        return "For no accent is the rise since “as recorded” clearly more than chance."
    return f"Clearly more missed than as recorded: {_named(trial, risen)}."


def _named(trial, places):
    if len(places) == len(trial.order) > 2:
        return f"all {len(places)} accents"
    return joined(_short(trial.accents[place]) for place in places)


def _dropped(trial, here):
    """Return who drops out first on the way to this much noise, and who bears it."""
    found = trial.dropped(here)
    if not found:
        return f"No accent has lost more than half of its words {_up_to(here)}."
    first = next(iter(found.values()))
    names = [place for place in trial.order if found.get(place) == first]
    # An interval that holds the half can't tell on which side of it the accent is.
    sure = all(trial.rates(first).low[place] > _HALF for place in names)
    chance = "" if sure else " Chance may have a part in it: intervals reach below half."
    return (
        f"First to lose more than half of its words: {_named(trial, names)}, {_at(first)}.{chance} "
        "A word that is missed raises no alert; the caller bears it."
    )


def _alike(trial, here):
    """Return what to make of intervals of no length."""
    estimates = [trial.rates(here).of(accent) for accent in trial.accents]
    if not any(each.enough and each.low == each.high for each in estimates):
        return ""
    return "“No spread”: the speakers tried are all alike; others may not be."


def _at(condition):
    return "already with no noise added" if condition.snr is None else f"at {_decibels(condition.snr)}"


def _up_to(condition):
    return "yet" if condition.snr is None else f"up to {_decibels(condition.snr)}"


def _told(trial, here):
    return " ".join(
        f"{name}: {now}, as recorded {before}." for name, now, _, before, *_ in _rows(trial, here)
    )


def _rows(trial, here):
    """Return the numbers of each accent as words."""
    for place in trial.order:
        now, before = (trial.rates(each).of(trial.accents[place]) for each in (here, _RECORDED))
        name, counted = isolated(trial.accents[place]), f"{now.numerator:.0f} of {now.denominator:.0f}"
        if now.enough:
            rise = _rise(*trial.rise(here, place)) if here != _RECORDED else ""
            yield name, share(now), _spread(now), share(before), rise, counted
        else:
            yield name, "too few to tell", "", "", "", counted


def _spread(estimate):
    return interval(estimate) if estimate.low < estimate.high else "no spread"


def _rise(value, low, high):
    said, *ends = (f"{half_up(100 * each)}".replace("-", "−") for each in (value, low, high))
    return f"{said} ({ends[0]} to {ends[1]})" if low < high else f"{said} (no spread)"


def _table(trial, here):
    columns = ("Accent", "Missed", "95% interval", "As recorded", "More than as recorded", "Counted")
    kept = [place for place in range(len(columns)) if place != 4 or here != _RECORDED]
    return table(
        f"Missed words of 100: {_conditions(trial, here)}",
        [columns[place] for place in kept],
        [[row[place] for place in kept] for row in _rows(trial, here)],
    )


def _marks(trial, here):
    bottom = _TOP + len(trial.order) * _ROW
    yield from _legend()
    ticks = {place / 4: str(25 * place) for place in range(5)}
    yield svg.axis(_NAMES, bottom + 4, _LENGTH, _TOP - 6, ticks)
    yield svg.line(_x(_HALF), _TOP - 6, _x(_HALF), bottom + 4, svg.VERMILION.fill, 1.5, "5 4")
    for row, place in enumerate(trial.order):
        yield from _row(trial, here, place, _TOP + (row + 0.5) * _ROW)


def _row(trial, here, place, y):
    now, before = (trial.rates(each).of(trial.accents[place]) for each in (here, _RECORDED))
    out = now.enough and now.value > _HALF
    name = svg.shortened(isolated(trial.accents[place]), _NAMES - 14, svg.SMALL, bold=out)
    yield svg.text(_NAMES - 12, y + 5, name, svg.SMALL, "end", bold=out)
    if not now.enough:
        yield svg.text(_x(1) + 12, y + 5, "too few to tell", svg.SMALL, fill=svg.GREY)
        return
    yield svg.whisker(_x(now.low), _x(now.high), y, cap=5)
    yield svg.point(_x(before.value), y, "diamond", svg.WHITE, svg.PURPLE.edge, 7)
    yield svg.point(_x(now.value), y, "circle", svg.BLUE.fill, radius=4.5)
    yield svg.text(_x(1) + 12, y + 5, f"{share(now)} ({_spread(now)})", svg.SMALL, bold=True)


def _x(value):
    return _NAMES + _LENGTH * value


def _legend():
    yield svg.text(0, 16, "Missed words, of 100", svg.SMALL, bold=True)
    keys = (
        ("now, with 95% interval", lambda x: svg.point(x, 12, "circle", svg.BLUE.fill, radius=4.5)),
        ("as recorded", lambda x: svg.point(x, 12, "diamond", svg.WHITE, svg.PURPLE.edge, 7)),
        ("half of the words", lambda x: svg.line(x, 3, x, 21, svg.VERMILION.fill, 1.5, "5 4")),
    )
    x = _NAMES
    for words, mark in keys:
        yield mark(x)
        yield svg.text(x + 14, 17, words, svg.SMALL)
        x += svg.text_width(words, svg.SMALL) + 44
