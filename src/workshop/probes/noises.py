"""Noise, a telephone line, a mask: whose words a keyword spotter misses first."""

import math
import zlib
from copy import deepcopy
from functools import cache
from typing import NamedTuple

import numpy as np

from workshop.audit.clusters import FEWEST
from workshop.audit.intervals import ENOUGH
from workshop.domains.speech import (
    RATE,
    add_noise,
    from_samples,
    mask,
    miss_rates,
    telephone_band,
    word_features,
)
from workshop.probes import before_now, svg
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
    signed,
    significant,
)

_BORNE = "A word that is missed raises no alert; the caller bears it."
_SNR = (20.0, 15.0, 10.0, 5.0, 0.0)  # dB
_NOISES = {"street": "street noise", "babble": "many voices", "white": "hiss"}
_MOST_GROUPS = 12
_HALF = 0.5  # of its words: a group that loses more has dropped out


class _Condition(NamedTuple):
    """What is done to a clip; nothing is, by default."""

    snr: float | None = None
    telephone: bool = False
    mask: bool = False


_RECORDED = _Condition()


def noise(
    clips, spotter, *, groups=None, snr=_SNR, kind="street", muffling=10.0, most=360, fewest=FEWEST, rate=RATE
):
    """Show whose words a keyword spotter misses in noise, by telephone and through a mask.

    Every condition is tried on the clips when the probe is made: 4 to 7 seconds of processor time for 360 clips and 24
    conditions.

    Parameters
    ----------
    clips : pandas.DataFrame
        Clips of speakers that the spotter was not trained on: columns word, accent, speaker and samples, as
        ``load("spoken_keywords")`` returns them; each word with each accent.
    spotter : estimator
        A fitted `workshop.domains.speech.keyword_spotter`, or any classifier of `word_features`.
    groups : array_like of str, shape (n_clips,), optional
        The group in which each clip is counted, at most 12 groups: for instance how well the training knew its accent.
        The accents by default.
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
    fewest : int, default 10
        With fewer speakers, or fewer than 30 measured clips, a group is too small to tell and is not ranked. With up
        to 29 speakers it is marked as few: trust the line, not the point.
    rate : int, default 16000
        Of the samples.

    Returns
    -------
    Probe
        Controls snr (None or dB), word (of the clip that is played), telephone, mask, and accent (of that clip).

    Raises
    ------
    ValueError
        If the clips or the spotter are not those, there is not one group for each clip, a word is unknown to the
        spotter, or a number is out of its range.

    Notes
    -----
    The mask is before the mouth, the noise at the microphone, and the telephone line takes both. The ratio is that of
    the speech without a mask: a street does not become quieter because a caller wears one. The two groups of the
    sentence are those that differ most, so their difference is chance somewhat more often than 5 times of 100.
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
    spotter = deepcopy(spotter)  # it may be trained again later; what is played must be heard by the same one
    disturb = _Disturb(kind, muffling)
    measured = _in_turn(_grouped(clips, groups), most)
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
            # Controls stand in two columns, so both ticks are in one row.
            Slider("snr", f"Added {_NOISES[kind]}", ratios, None, _ratio_words),
            Choice("word", "Word to listen to", words, words[0], isolated),
            Toggle("telephone", "Over a telephone line (300 to 3,400 Hz)", (False, True), False),
            Toggle("mask", f"Through a mask ({muffling:g} dB less above 4,000 Hz)", (False, True), False),
            Choice("accent", "Accent to listen to", accents, accents[0], isolated),
        ),
        draw,
        _caption(trial, len(clips)),
    )


def _grouped(clips, groups):
    """Return the clips with the column group: text, and at most twelve different ones."""
    groups = clips["accent"] if groups is None else groups
    if np.shape(groups) != (len(clips),):
        raise ValueError(f"Give one group for each of the {len(clips):,} clips, in their order.")
    clips = clips.assign(group=np.asarray(groups))
    if clips["group"].isna().any():
        raise ValueError("A clip has no group; leave it out, or give those clips a group of their own.")
    number = clips["group"].nunique()
    if number > _MOST_GROUPS:
        raise ValueError(f"This picture holds at most {_MOST_GROUPS} groups; there are {number}.")
    return clips.astype({"group": str})


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
    return f"{signed(ratio, 'g')} dB"


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
        self.fewest = fewest  # speakers of a group that can be told
        self.heard = heard  # from a condition to the answers
        self.said = said  # from a condition to its parts in words
        self._clips = clips
        who = clips["group"], clips["speaker"]
        self._rates = {each: miss_rates(clips["word"], heard[each], *who, fewest=fewest) for each in heard}
        recorded = self.rates(_RECORDED)
        told = [group for group in recorded.groups if recorded.of(group).enough]
        self.told = sorted(told, key=lambda group: recorded.of(group).value)
        # Whoever is missed most as recorded stands last; below them, not ranked, those who are too few to tell.
        self.groups = [*self.told, *(group for group in recorded.groups if group not in told)]
        self.speakers = dict(zip(recorded.groups, recorded.clusters.tolist(), strict=True))
        self.synthetic = clips["accent"].str.endswith(SYNTHETIC).all()

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

    def estimates(self, condition):
        """Return of each group, in their order, the share now, as recorded, and by how much it rose."""
        now, before = self.rates(condition), self.rates(_RECORDED)
        return {group: (now.of(group), before.of(group), now.change(before, group)) for group in self.groups}

    def dropped(self, condition):
        """Return the groups that lose more than half of their words beyond chance, from which condition on."""
        way = [each for each in self.heard if each[1:] == condition[1:]]
        found = {}
        for each in way[: way.index(condition) + 1]:
            for group in self.told:
                if self.rates(each).of(group).low > _HALF:
                    found.setdefault(group, each)
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


def _short(group):
    return isolated(group.removesuffix(SYNTHETIC))


def _caption(trial, clips):
    said = ["Lines: 95% intervals, from drawing speakers again."]
    numbers = sorted(trial.speakers[group] for group in trial.told)
    if numbers and numbers[0] < ENOUGH:
        said.append(
            f"A rate is told from {trial.fewest} speakers and {ENOUGH} clips on; {trial.fewest} to {ENOUGH - 1} "
            "speakers are few: trust the line, not the point."
        )
    said.append(
        f"{count(trial.clips)} of {count(clips, 'clips')} tried, the same in each condition. A computer makes noise, "
        "line and mask."
    )
    return " ".join(said)


def _picture(trial, here, listen):
    sentence = _sentence(trial, here)
    reading = " ".join(filter(None, (_risen(trial, here), _dropped(trial, here), _BORNE)))
    drawn = svg.figure(
        "noise",
        _places(trial).bottom(len(trial.groups)) + 22,
        f"Missed words by group: {_conditions(trial, here)}",
        f"{sentence} {reading} {_told(trial, here)}",
        _marks(trial, here),
    )
    return Picture(sentence, f"{listen}\n{drawn}", paragraph(reading), _table(trial, here))


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
    rates = trial.rates(here)
    if len(trial.told) < 2:
        return f"{said}. The speakers are too few to compare groups."
    most, least = (pick(trial.told, key=lambda group: rates.of(group).value) for pick in (max, min))
    if most == least:
        return f"{said}, in every group."
    sure = "more than chance" if rates.difference(most, least).low > 0 else "this may be chance"
    return (
        f"{said}. Missed most: {_short(most)} ({share(rates.of(most))}), least: {_short(least)} "
        f"({share(rates.of(least))}); {sure}."
    )


def _risen(trial, here):
    """Return which groups are missed more than as recorded, as far as the speakers can tell."""
    if here == _RECORDED or not trial.told:
        return ""
    estimates = trial.estimates(here)
    risen = [group for group in trial.told if estimates[group][2].low > 0]
    if not risen:
        return "In no group is the rise since “as recorded” more than chance."
    return f"More missed than as recorded, beyond chance: {_named(trial, risen)}."


def _named(trial, groups):
    if len(groups) == len(trial.groups) > 2:
        return f"all {len(groups)} groups"
    return joined(map(_short, groups))


def _dropped(trial, here):
    """Return who has dropped out on the way to this much noise, the first one first, as far as speakers can tell."""
    found = trial.dropped(here)
    if not found:
        return ""
    said = [
        f"{_named(trial, [group for group in found if found[group] == each])} {_from(each)}"
        for each in dict.fromkeys(found.values())
    ]
    return f"Beyond chance, more than half of the words are lost: {'; '.join(said)}."


def _from(condition):
    return "already with no noise added" if condition.snr is None else f"from {_decibels(condition.snr)} on"


def _told(trial, here):
    return " ".join(
        f"{name}: {now}, as recorded {before}." if before else f"{name}: {now}."
        for name, _, now, _, before, *_ in _rows(trial, here)
    )


def _rows(trial, here):
    """Return the numbers of each group as words."""
    for group, (now, before, rise) in trial.estimates(here).items():
        counted = f"{now.numerator:.0f} of {now.denominator:.0f}"
        few = " (few)" if trial.rates(here).few(group) else ""
        start = isolated(group), f"{count(trial.speakers[group])}{few}"
        if now.enough:
            yield *start, share(now), interval(now), share(before), _rise(rise), counted
        else:
            yield *start, before_now.TOO_FEW, "", "", "", counted


def _rise(change):
    said, *ends = (signed(half_up(100 * each), "d") for each in (change.value, change.low, change.high))
    return f"{said} ({ends[0]} to {ends[1]})"


def _table(trial, here):
    columns = (
        "Group",
        "Speakers",
        "Missed",
        "95% interval",
        "As recorded",
        "More than as recorded",
        "Counted",
    )
    kept = [place for place in range(len(columns)) if place != 5 or here != _RECORDED]
    return table(
        f"Missed words of 100: {_conditions(trial, here)}",
        [columns[place] for place in kept],
        [[row[place] for place in kept] for row in _rows(trial, here)],
    )


def _places(trial):
    """Return where the rows are, in pixels."""
    return before_now.Rows(left=240, top=36, height=32 if len(trial.groups) <= 5 else 22)


def _marks(trial, here):
    rows = _places(trial)
    yield before_now.legend(
        rows.left,
        "Missed words, of 100",
        "as recorded",
        (lambda x: _half(x, 3, 21), "half of the words"),
    )
    yield rows.axis(len(trial.groups))
    yield _half(rows.x(_HALF), rows.top - 6, rows.bottom(len(trial.groups)))
    for row, (group, estimates) in enumerate(trial.estimates(here).items()):
        yield from _row(rows, row, group, trial.speakers[group], estimates)


def _half(x, top, bottom):
    return svg.line(x, top, x, bottom, svg.VERMILION.fill, 1.5, "5 4")


def _row(rows, row, group, speakers, estimates):
    now, before, _ = estimates
    out = now.enough and now.low > _HALF
    people = f" ({count(speakers, 'speakers')})"
    room = rows.left - 14 - svg.text_width(people, svg.SMALL, out)
    name = svg.shortened(_short(group), room, svg.SMALL, bold=out)
    yield rows.name(row, name + people, bold=out)
    if now.enough:
        yield rows.shares(row, now, before)
        return
    if np.isfinite(now.low):
        yield svg.whisker(rows.x(now.low), rows.x(now.high), rows.y(row), svg.RULE, cap=5)
    yield rows.too_few(row)
