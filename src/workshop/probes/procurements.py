"""Speech recognisers for a city: the word errors of each product, and the callers who bear them."""

from collections.abc import Mapping
from numbers import Real
from typing import NamedTuple

import numpy as np
import pandas as pd

from workshop.audit import Estimate
from workshop.audit.clusters import FEWEST
from workshop.audit.columns import NOT_RECORDED
from workshop.audit.intervals import ENOUGH
from workshop.domains.speech import error_rates
from workshop.domains.speech import procurement as expected
from workshop.domains.speech.recognisers import CALLS
from workshop.probes import svg
from workshop.probes.controls import Choice, Slider
from workshop.probes.html import Picture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.words import (
    capital,
    count,
    half_up,
    interval,
    isolated,
    joined,
    share,
    significant,
)

_UNTOLD = ("not told", NOT_RECORDED)
_NAMES = {
    "amazon-en-IN": "Amazon, Indian English",
    "amazon-en-US": "Amazon, US English",
    "deepspeech-0.6.0": "DeepSpeech 0.6.0",
    "deepspeech-0.7.3": "DeepSpeech 0.7.3",
    "google-en-GB": "Google, British English",
    "google-en-IN": "Google, Indian English",
    "google-en-US": "Google, US English",
    "us": "US accents",
    "indian": "Indian accents",
    "england": "England accents",
}
_MOST_ACCENTS, _MOST_PRODUCTS, _MOST_WORDS = 3, 8, 1000
_MOST_LEFT_OUT = 4  # accents that are named though they have no room
_STEPS = tuple(range(0, 101, 10))
_EVEN, _OWN = "even", "own"
_CLOSE = ("too close to tell", "too close")
_AXIS, _LENGTH, _TOP, _ROW = 196, 240, 34, 27  # pixels: products, on the left
_BARS, _BAR, _BLOCK, _BELOW = 482, 136, 64, 16  # pixels: accents, on the right


def procurement(recognisers, words_per_call=10, *, product=None, names=None):
    """Show the word errors to expect from each speech recogniser in a city, and which callers bear them.

    Speakers are resampled once, when the probe is made, in about a second.

    Parameters
    ----------
    recognisers : pandas.DataFrame
        One row for each speaker and recogniser, as ``load("speech_recognition_errors")`` returns it. At most 8
        recognisers, which heard the same words of the same speakers.
    words_per_call : float, default 10
        Words in a call, at most 1,000. What was measured are single sentences of eight words on average.
    product : str, optional
        The recogniser that is shown first; the first in sorted order by default.
    names : mapping of str to str, optional
        What to call recognisers and accents, beside those of the course: "Amazon, US English", "US accents".

    Returns
    -------
    Probe
        Controls product; mix ("mostly us", "even", "half indian" and so on, or "own"); and for the own mix share, the
        calls of 100 by speakers with the second accent, and share_of_rest, those of the rest with the third. Whatever
        is left has the first accent, so that the mix always makes 100.

    Raises
    ------
    ValueError
        If the table cannot be counted (see `workshop.domains.speech.error_rates`), there are too many recognisers,
        they heard different words, fewer than two accents have 10 speakers and 30 clips, or a name is unknown.

    Notes
    -----
    The three accents with most speakers are offered, if they have 10 speakers and 30 clips. Recognisers are compared
    on the same draws of speakers. How many calls hold several errors is not told: errors are known for each speaker,
    not for each sentence.
    """
    _check_words(words_per_call)
    rates = _rates(recognisers)
    accents = _offered(rates)
    _check_same_words(recognisers, accents)
    named = _named(rates, names)
    market = _Market(rates, accents, named, words_per_call)
    mixes = _mixes(accents)
    controls = (
        Choice("product", "The product you buy", tuple(rates), _first(rates, product), named.get),
        Choice(
            "mix",
            "Who calls in your city",
            (*mixes, _OWN),
            next(iter(mixes)),
            _mix_words(mixes, accents, named),
        ),
        *_own_mix(accents, named),
    )

    def draw(product, mix, **own):
        shares = mixes[mix] if mix != _OWN else _broken(**own)
        return _picture(_City(market, product, np.array(shares) / 100))

    return Probe("Which speech recogniser to buy, and who bears its errors", controls, draw, _caption(market))


def _check_words(words_per_call):
    if not (isinstance(words_per_call, Real) and 0 < words_per_call <= _MOST_WORDS):
        raise ValueError(
            f"words_per_call is {words_per_call!r}; give the words in a call, above 0 and at most {_MOST_WORDS:,}."
        )


def _rates(recognisers):
    """Return the word error rates of the accents for each recogniser."""
    if not isinstance(recognisers, pd.DataFrame) or not {"system", "accent"} <= set(recognisers.columns):
        raise ValueError(
            'Give a table with the columns system and accent, as load("speech_recognition_errors") returns it.'
        )
    systems = sorted(set(recognisers["system"].dropna()))
    if not 1 <= len(systems) <= _MOST_PRODUCTS:
        raise ValueError(f"There are {len(systems)} recognisers; this picture holds 1 to {_MOST_PRODUCTS}.")
    return {system: error_rates(recognisers, recogniser=system) for system in systems}


def _offered(rates):
    """Return the accents with enough speakers, those with most speakers first."""
    first = next(iter(rates.values())).frame("speakers", "clips")
    known = [
        accent
        for accent in first.sort_values("speakers", ascending=False, kind="stable").index
        if accent not in _UNTOLD
        and all(accent in each.groups and each.of(accent).enough for each in rates.values())
    ]
    if len(known) < 2:
        raise ValueError(
            f"Fewer than two accents have {FEWEST} speakers and {ENOUGH} clips in every recogniser: too few to compare "
            "anybody."
        )
    return known[:_MOST_ACCENTS]


def _check_same_words(recognisers, accents):
    """Refuse to compare products on different people: the gap could be theirs."""
    rows = recognisers[recognisers["accent"].isin(accents)]
    words = rows.pivot_table("words", ["speaker", "accent"], "system", aggfunc="sum")
    if words.isna().any(axis=None) or words.nunique(axis=1).gt(1).any():
        raise ValueError(
            "The recognisers heard different speakers or words; compare them on the same recordings only."
        )


def _named(rates, names):
    given = {} if names is None else names
    if not isinstance(given, Mapping):
        raise ValueError("names must be a dict from a recogniser or accent to the name to show.")
    known = [*rates, *(group for each in rates.values() for group in each.groups)]
    unknown = [name for name in given if name not in known]
    if unknown:
        raise ValueError(
            f"There is no recogniser or accent {unknown[0]!r} to rename; there are {', '.join(dict.fromkeys(known))}."
        )
    defaults = {system: system for system in rates} | {
        group: f"{group} accents" for each in rates.values() for group in each.groups
    }
    return {key: isolated((defaults | _NAMES | given)[key]) for key in defaults}


def _first(rates, product):
    if product is not None and product not in rates:
        raise ValueError(f"There is no recogniser {product!r}; the recognisers are {', '.join(rates)}.")
    return next(iter(rates)) if product is None else product


def _mixes(accents):
    """Return ready-made mixes of accents by their names, in whole calls of 100."""
    others = len(accents) - 1

    def with_part(part, accent):
        return tuple(part if each == accent else (100 - part) // others for each in accents)

    mixes = {f"mostly {accent}": with_part(80, accent) for accent in accents}
    if others > 1:  # of two accents, half is even
        mixes |= {f"half {accent}": with_part(50, accent) for accent in accents[1:]}
    even, left = divmod(100, len(accents))
    return mixes | {_EVEN: tuple(even + (place < left) for place in range(len(accents)))}


def _mix_words(mixes, accents, named):
    def words(mix):
        if mix == _OWN:
            return "Your own mix"
        if mix == _EVEN:
            return "As many calls of each accent"
        part = max(mixes[mix])
        accent = named[accents[mixes[mix].index(part)]]
        return f"{'Mostly' if part > 50 else 'Half'} {accent}: {part} of 100 calls"

    return words


def _own_mix(accents, named):
    """Return the sliders of the own mix; each divides what the one before has left."""
    names = [named[accent] for accent in accents]
    labels = [f"Of 100 calls: {names[1]}"]
    if len(accents) == _MOST_ACCENTS:
        labels.append(f"Of 100 other calls: {names[2]}; the rest is {names[0]}")
    return [
        Slider(name, label, _STEPS, start, "{} of 100".format, shown_if=("mix", _OWN))
        for name, label, start in zip(("share", "share_of_rest"), labels, (30, 20), strict=False)
    ]


def _broken(share, share_of_rest=None):
    """Return the calls of 100 of each accent. In steps of ten all are whole."""
    if share_of_rest is None:
        return 100 - share, share
    third = (100 - share) * share_of_rest // 100
    return 100 - share - third, share, third


class _Gap(NamedTuple):
    """The accents that a product mishears most and least."""

    most: str
    least: str
    clear: bool  # the interval of the difference holds no 0
    turned: str | None  # of the products that clearly turn the gap round, the one with fewest errors


class _Market:
    """What was measured, whatever the city."""

    def __init__(self, rates, accents, named, words_per_call):
        self.rates, self.accents, self.named, self.words_per_call = rates, accents, named, words_per_call
        self.gaps = {product: self._gap(product) for product in rates}
        highest = max(each.high[each.position(accent)] for each in rates.values() for accent in accents)
        self.ticks = svg.ticks(max(float(highest), 0.01) * CALLS * words_per_call, 4)

    def _gap(self, product):
        rates = self.rates[product]
        least, *_, most = sorted(self.accents, key=lambda accent: rates.of(accent).value)
        turning = [each for each, other in self.rates.items() if other.difference(most, least).high < 0]
        turned = min(turning, key=lambda each: self._errors(each, most, least), default=None)
        return _Gap(most, least, rates.difference(most, least).low > 0, turned)

    def _errors(self, product, *accents):
        return sum(self.rates[product].of(accent).value for accent in accents)

    def errors(self, product, accent):
        """Return the word errors in 100 words, in words."""
        return share(self.rates[product].of(accent))


class _City:
    """What each product would do in a city, and whom the chosen one would mishear.

    Attributes
    ----------
    totals : dict of str to Estimate
        Word errors to expect in 1,000 calls, by product.
    fewest : str
        The product with the fewest.
    alike : list of str
        Products whose difference from it is too small to tell.
    calls, borne : dict of str to float, dict of str to Estimate
        By accent: share of the calls, and of the chosen product's errors.
    """

    def __init__(self, market, product, shares):
        self.market, self.product = market, product
        mix = dict(zip(market.accents, shares.tolist(), strict=True))
        found = {each: expected(rates, mix, market.words_per_call) for each, rates in market.rates.items()}
        self.totals = {each: one.errors for each, one in found.items()}
        self.fewest = min(self.totals, key=lambda each: self.totals[each].value)
        self.calls = mix
        self._bearing = [accent for accent, part in mix.items() if part]
        drawn = {each: self._drawn(each).sum(axis=1) for each in market.rates}
        self.alike = [
            each
            for each in market.rates
            if each != self.fewest and self._ends(drawn[each] - drawn[self.fewest])[0] <= 0
        ]
        self.borne = self._borne(found[product].groups)

    def _drawn(self, product):
        """Return the errors of a word in the mix, in each resample and for each accent with calls."""
        rates = self.market.rates[product]
        places = [rates.position(accent) for accent in self._bearing]
        return rates.resampled[:, places] * [self.calls[accent] for accent in self._bearing]

    def _ends(self, drawn):
        rates = self.market.rates[self.product]
        return rates.interval(drawn, [rates.position(accent) for accent in self._bearing])

    def _borne(self, groups):
        drawn = self._drawn(self.product)
        sums = drawn.sum(axis=1, keepdims=True)
        parts = np.divide(drawn, sums, out=np.zeros_like(drawn), where=sums > 0)
        borne = {accent: Estimate(0.0, 0.0, 0.0, 0.0, 1.0, True) for accent in self.calls}
        for place, accent in enumerate(self._bearing):
            errors, total = float(groups["errors"][accent]), self.totals[self.product].value
            value = errors / total if total else 0.0
            borne[accent] = Estimate(value, *self._ends(parts[:, place]), errors, total or 1.0, True)
        return borne


def _number(errors):
    """Return expected errors in words: no more digits than a forecast of them can bear."""
    if errors < 1:
        return "fewer than 1" if errors else "0"
    return f"{significant(errors, 3):,}"


def _range(estimate):
    return f"{_number(estimate.low)} to {_number(estimate.high)}"


def _picture(city):
    sentence = _sentence(city)
    height = max(_TOP + len(city.totals) * _ROW + 24, _TOP + len(city.calls) * _BLOCK + _BELOW)
    title = "Word errors of each product in this city, and who bears those of the product you buy"
    described = f"{sentence} {' '.join(_described(city))}"
    marks = [*_products(city), *_accents(city)]
    return Picture(
        sentence, svg.figure("procurement", height, title, described, marks), _aside(city), _tables(city)
    )


def _sentence(city):
    market, named, product = city.market, city.market.named, city.product
    start = f"{named[product]}: about {_number(city.totals[product].value)} word errors in {count(CALLS, 'calls')}."
    gap = market.gaps[product]
    if not gap.clear:
        return f"{start} Between accents no gap is clear."
    most, least = (market.errors(product, accent) for accent in (gap.most, gap.least))
    start += f" It mishears {named[gap.most]} more than {named[gap.least]}: {most} against {least} errors in 100 words."
    if gap.turned is None:
        return f"{start} No product here turns this round."
    most, least = (market.errors(gap.turned, accent) for accent in (gap.most, gap.least))
    return f"{start} {named[gap.turned]} turns this round: {most} against {least}."


def _described(city):
    named = city.market.named
    for product, total in city.totals.items():
        yield f"{named[product]}: {_number(total.value)} errors ({_range(total)})."
    for accent, part in city.calls.items():
        borne = city.borne[accent]
        yield (
            f"{capital(named[accent])}: {half_up(100 * part)} of 100 calls, "
            f"{share(borne)} of 100 errors ({interval(borne)})."
        )


def _aside(city):
    named = city.market.named
    fewest = (
        f"Fewest word errors in this city: {named[city.fewest]} ({_number(city.totals[city.fewest].value)})."
    )
    if city.alike:
        fewest += f" Too close to it to tell: {joined(named[each] for each in city.alike)}."
    return bullets([fewest, *_who_bears(city)])


def _who_bears(city):
    """Say whose share of the errors is clearly above their share of the calls."""
    named = city.market.named
    above = {
        accent: f"{half_up(100 * part)} of 100 calls, but {share(city.borne[accent])} of 100 errors"
        for accent, part in city.calls.items()
        if city.borne[accent].low > part + 1e-9
    }
    if above:
        said = joined(f"callers with {named[accent]} ({parts})" for accent, parts in above.items())
        yield f"Who bears them: {said}. A word lost may be the street, the name or the weapon."
    elif sum(part > 0 for part in city.calls.values()) > 1:
        yield "Who bears them: no accent clearly has more of the errors than of the calls."


def _caption(market):
    rates = next(iter(market.rates.values()))
    frame = rates.frame("speakers", "clips")
    untold = frame.index.isin(_UNTOLD)
    left_out = frame[~untold & ~frame.index.isin(market.accents)]
    few = int((~left_out["enough"]).sum())
    said = [
        f"A call has {market.words_per_call:g} words. Measured on volunteers who read sentences aloud, not on "
        "emergency calls, with recognisers of December 2019 (DeepSpeech 0.7.3: 2020): compare, don't forecast. "
        "Lines: 95% intervals from resampling speakers."
    ]
    if few:
        said.append(
            f"Not offered: {few} {'accent' if few == 1 else 'accents'} with fewer than {FEWEST} speakers or "
            f"{ENOUGH} clips, too few to tell."
        )
    if len(left_out) > few:
        others = left_out.loc[left_out["enough"], "speakers"].sort_values(ascending=False, kind="stable")
        listed = [
            f"{capital(market.named[accent])} ({count(speakers, 'speakers')})"
            for accent, speakers in others.items()
        ]
        if len(listed) > _MOST_LEFT_OUT:
            listed[_MOST_LEFT_OUT:] = [f"{len(listed) - _MOST_LEFT_OUT} more"]
        said.append(f"Also left out, with fewer speakers than these {_MOST_ACCENTS}: {joined(listed)}.")
    if untold.any():
        said.append(
            f"{count(int(frame.loc[untold, 'speakers'].sum()), 'speakers')} did not tell their accent."
        )
    return " ".join(said)


def _tables(city):
    market, named = city.market, city.market.named
    products = [
        (named[product], _number(total.value), _range(total), _remark(city, product))
        for product, total in city.totals.items()
    ]
    accents = []
    for accent, part in city.calls.items():
        rate, borne = market.rates[city.product].of(accent), city.borne[accent]
        accents.append(
            (
                capital(named[accent]),
                str(half_up(100 * part)),
                share(borne),
                interval(borne),
                share(rate),
                interval(rate),
            )
        )
    columns = ("", "Of 100 calls", "Of 100 errors", "95% interval", "Errors in 100 words", "95% interval")
    return "\n".join(
        (
            table(
                f"Word errors in {count(CALLS, 'calls')} of {market.words_per_call:g} words",
                ("", "Word errors", "95% interval", ""),
                products,
            ),
            table(f"Who bears the errors of {named[city.product]}", columns, accents),
        )
    )


def _remark(city, product):
    remarks = {
        "bought": product == city.product,
        "fewest": product == city.fewest,
        "too close to the fewest to tell": product in city.alike,
    }
    return ", ".join(remark for remark, true in remarks.items() if true)


def _products(city):
    """Draw one row for each product: the errors to expect, on one axis."""
    market = city.market
    end, rows = market.ticks[-1], _TOP + len(city.totals) * _ROW
    ticks = {tick / end: f"{tick:,g}" for tick in market.ticks}
    yield svg.text(0, 14, f"Word errors in {count(CALLS, 'calls')}", svg.SMALL, bold=True)
    yield svg.axis(_AXIS, rows, _LENGTH, _TOP - 6, ticks)
    for place, (product, total) in enumerate(city.totals.items()):
        chosen, y = product == city.product, _TOP + place * _ROW + 10
        name = svg.shortened(market.named[product], _AXIS - 18, svg.NORMAL, True)
        x, low, high = (_AXIS + _LENGTH * each / end for each in (total.value, total.low, total.high))
        if chosen:
            yield svg.text(0, y + 5, "►")
        yield svg.text(16, y + 5, name, bold=chosen)
        yield svg.whisker(low, high, y, cap=5)
        ink = svg.VERMILION.fill if chosen else svg.WHITE
        yield svg.point(x, y, "diamond" if chosen else "circle", ink, radius=7 if chosen else 5)
        if product == city.fewest:
            yield _beside(low, high, y + 5, ("fewest",))
        elif product in city.alike:
            yield _beside(low, high, y + 5, _CLOSE)


def _beside(low, high, y, wordings):
    """Write the first wording that has room behind the whisker, or before it; above it where none has."""
    for words in wordings:
        wide = svg.text_width(words, svg.SMALL, True)
        if high + 8 + wide <= _BARS - 10:
            return svg.text(high + 8, y, words, svg.SMALL, bold=True)
        if low - 8 - wide >= _AXIS + 4:
            return svg.text(low - 8, y, words, svg.SMALL, "end", True)
    return svg.text((low + high) / 2, y - 10, wordings[-1], svg.SMALL, "middle", True)


def _accents(city):
    """Draw for each accent its share of the calls and of the errors of the product that is bought."""
    market, wide = city.market, svg.WIDTH - _BARS
    yield svg.text(_BARS, 14, "Who bears the errors of what you buy", svg.SMALL, bold=True)
    for place, (accent, part) in enumerate(city.calls.items()):
        y, borne = _TOP + place * _BLOCK, city.borne[accent]
        told = f"{market.errors(city.product, accent)} errors in 100 words"
        room = wide - svg.text_width(told, svg.SMALL) - 8
        yield svg.text(_BARS, y + 4, svg.shortened(capital(market.named[accent]), room, svg.NORMAL))
        yield svg.text(svg.WIDTH, y + 4, told, svg.SMALL, "end")
        yield from _bar(y + 11, part, svg.PALE, f"{half_up(100 * part)} of 100 calls")
        yield from _bar(y + 29, borne.value, svg.VERMILION, f"{_short(borne)} of 100 errors")
        if part:
            ends = (_BARS + _BAR * end for end in (borne.low, borne.high))
            yield svg.whisker(*ends, y + 36, cap=4)


def _bar(y, part, ink, said):
    if part:
        yield svg.area(_BARS, y, _BAR * part, 14, ink)
    yield svg.text(_BARS + _BAR + 10, y + 12, said, svg.SMALL)


def _short(estimate):
    return share(estimate).replace("fewer than", "under").replace("more than", "over")
