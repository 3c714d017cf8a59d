"""An early warning in chats: who is warned too late, who is suspected for nothing, and who reads all the alarms."""

from functools import cache
from typing import NamedTuple

import numpy as np

from workshop.audit.intervals import ENOUGH, Estimate, newcombe_difference
from workshop.domains.chats.alarms import (
    AVERAGE,
    BEFORE,
    EVERYBODY,
    IN_TIME,
    LATE,
    NEVER,
    RULES,
    SOON,
    Alarms,
    compare_rules,
)
from workshop.probes import svg
from workshop.probes.before_now import TOO_FEW
from workshop.probes.controls import Choice, Slider
from workshop.probes.html import Picture, bullets, table
from workshop.probes.probe import Probe
from workshop.probes.words import capital, count, half_up, isolated, joined, one_in, signed

ACCEPTED = (0, 2, 5, 10, 15, 20, 30, 40, 50, 75, 100, 150, 200, 300)
CHATS = (1_000, 10_000, 50_000, 100_000, 1_000_000)
HARMFUL = (1, 2, 5, 10, 50, 100, 1_000, 10_000)
MINUTES = (1, 2, 3, 5, 10, 20)
_MOST_GROUPS = 5
_NAMES, _LEFT, _LONG = 124, 132, 330  # pixels: names, and the bars of harmful chats
_RIGHT, _WIDE = 510, 150  # pixels: the bars of innocent chats; the counts are beside them
_TOP, _ROW, _THICK = 62, 50, 22
_INKS = {
    SOON: svg.BLUE,
    LATE: svg.PURPLE,
    NEVER: svg.VERMILION,
    BEFORE: svg.PALE,
}
_CAPTION = (
    "Generated scores, no real chat. Bars count these chats. Lines: 95% intervals. A moderator looks at a chat once, "
    "at its first alarm. Never: the chat ends without an alarm; it is not left out."
)


def early_warning(chats, *, accepted=20, rule=AVERAGE, within=IN_TIME):
    """Show what an alarm in chats does: harmful chats that are found in time, innocent ones that are flagged, the work.

    Parameters
    ----------
    chats : pandas.DataFrame or workshop.domains.chats.Alarms
        As ``load("chat_risk_scores")`` returns them; at most five ways of writing.
    accepted : int, default 20
        Innocent chats that may be flagged, of 1,000, at first; a position of the slider. Each rule gets the threshold
        that keeps to it, so that rules are compared at the same price.
    rule : {"one", "several", "average", "sum"}
        The rule that is shown at first.
    within : int, default 40
        Messages of harm up to the alarm that count as "in time".

    Returns
    -------
    Probe
        Controls accepted and rule; folded: chats (a day), harmful (of 100,000) and minutes (for each alarm).

    Raises
    ------
    ValueError
        If the chats can't be used (see `workshop.domains.chats.Alarms`), one kind of chat is missing, there are more
        than five ways of writing, or the slider has no such position.
    """
    alarms = chats if isinstance(chats, Alarms) else Alarms(chats)
    if not (alarms.innocent.any() and alarms.harmful.any()):
        raise ValueError("Give chats of both kinds, innocent and harmful: both rates are needed.")
    if len(alarms.groups) > _MOST_GROUPS:
        raise ValueError(
            f"There are {len(alarms.groups)} ways of writing; this picture holds {_MOST_GROUPS}."
        )
    if not (within >= 1 and within == int(within)):
        raise ValueError(f"within is {within}; give a whole number of messages above 0.")
    controls = (
        Slider(
            "accepted",
            "Innocent chats that may be flagged, of 1,000",
            ACCEPTED,
            accepted,
            "at most {} of 1,000".format,
        ),
        Choice("rule", "The alarm looks at", tuple(RULES), rule, lambda each: capital(RULES[each].words)),
        Choice("chats", "Chats a day", CHATS, 50_000, count, folded=True),
        Choice("harmful", "Harmful ones, of 100,000 chats", HARMFUL, 10, count, folded=True),
        Choice("minutes", "Minutes a moderator needs for an alarm", MINUTES, 3, str, folded=True),
    )

    @cache
    def counted(accepted, rule):
        return _Counted(alarms, rule, accepted, int(within))

    def draw(accepted, rule, chats, harmful, minutes):
        here = counted(accepted, rule)
        day = _Day(chats, harmful, minutes, here.alarms.work(here.first, chats, harmful, minutes))
        return _picture(here, day)

    return Probe(
        "An alarm in chats: who is warned too late, who is suspected for nothing", controls, draw, _CAPTION
    )


class _Day(NamedTuple):
    """What is assumed of a day, and the work it makes."""

    chats: int
    harmful: int
    minutes: int
    work: object


class _Counted:
    """Everything that one rule at one price does in these chats."""

    def __init__(self, alarms, rule, accepted, within):
        self.alarms, self.rule, self.within, self.accepted = alarms, RULES[rule], within, accepted
        self.threshold = alarms.threshold(rule, accepted)
        self.first = alarms.first(rule, self.threshold)
        self.found, self.flagged = alarms.found(self.first, within), alarms.flagged(self.first)
        self.others = {
            RULES[each].words: int(row[SOON])
            for each, row in compare_rules(alarms, accepted, within).iterrows()
            if each != rule
        }
        self.names = {group: isolated(capital(group)) for group in alarms.groups}

    def extremes(self, rates):
        """Return the groups with the lowest and the highest rate; None if they can't be told apart by their counts."""
        large = rates[rates["enough"]].drop(index=EVERYBODY, errors="ignore")
        if len(large) < 2 or large["value"].max() == large["value"].min():
            return None
        return large["value"].idxmin(), large["value"].idxmax()

    @property
    def small(self):
        """The groups with too few chats of one kind to tell."""
        few = {
            group
            for rates in (self.found, self.flagged)
            for group in rates.index[~rates["enough"].astype(bool)]
            if group != EVERYBODY
        }
        return [self.names[group] for group in self.alarms.groups if group in few]


def _picture(here, day):
    sentence = _sentence(here)
    drawn = _figure(here, day, sentence)
    return Picture(sentence, drawn, bullets(_said(here, day)), _table(here, day))


def _of(part, whole):
    return f"{count(int(part))} of {count(int(whole))}"


def _sentence(here):
    missed = here.found.assign(numerator=here.found["denominator"] - here.found["numerator"])
    late = _told(here, missed.assign(value=1 - missed["value"]), "harmful chats are not found in time")
    return f"{late} {_told(here, here.flagged, 'innocent chats are suspected for nothing')}"


def _told(here, rates, what):
    """Say what happens to whom: the group that bears it most, and beside it the one that bears it least."""
    ends = here.extremes(rates)
    if ends is None:
        row = rates.loc[EVERYBODY]
        return f"{_of(row['numerator'], row['denominator'])} {what}."
    least, most = (rates.loc[end] for end in ends)
    beside = f"{isolated(ends[0])}: {_of(least['numerator'], least['denominator'])}"
    if least["denominator"] == most["denominator"]:
        beside = f"{isolated(ends[0])}: {count(int(least['numerator']))}"
    return f"{here.names[ends[1]]}: {_of(most['numerator'], most['denominator'])} {what} ({beside})."


def _said(here, day):
    everybody, flagged = here.found.loc[EVERYBODY], here.flagged.loc[EVERYBODY]
    digits = 0 if here.rule.step >= 1 else 1
    yield (
        f"The alarm rings when {here.rule.words} reaches {here.threshold:,.{digits}f} {here.rule.unit}. It flags "
        f"{_of(flagged['numerator'], flagged['denominator'])} innocent chats, and finds "
        f"{_of(everybody['numerator'], everybody['denominator'])} harmful ones within {here.within} messages."
    )
    others = "; ".join(f"{words} {count(number)}" for words, number in here.others.items())
    yield f"Other rules, no more innocent chats flagged. Harmful ones in time: {others}."
    yield _gaps(here)
    yield _half(everybody)
    yield _load(day)
    if here.small:
        yield f"{joined(here.small)}: fewer than {ENOUGH} chats of a kind, {TOO_FEW}."


def _gaps(here):
    """Say whether the two gaps of the sentence are more than chance."""
    said = []
    for what, rates in (("found in time", here.found), ("suspected for nothing", here.flagged)):
        ends = here.extremes(rates)
        if ends is None:
            said.append(f"{what}: no gap")
            continue
        least, most = (Estimate(*rates.loc[end, list(Estimate._fields)]) for end in ends)
        low, high = newcombe_difference(most, least)
        names = f"{isolated(ends[1])} minus {isolated(ends[0])}"
        verdict = "" if low > 0 else ": may be chance"
        said.append(
            f"{what}, {names}: {_tenths(most.value - least.value)} ({_tenths(low)} to {_tenths(high)}){verdict}"
        )
    return f"Gaps, of 100 chats, with 95% intervals. {capital('; '.join(said))}."


def _tenths(share):
    return signed(round(100 * share, 1), ",.1f")


def _half(row):
    if np.isinf(row["half_after"]):
        return "In fewer than half of all harmful chats it ever rings after the harm began."
    high = "never" if np.isinf(row["half_high"]) else f"{row['half_high']:.0f}"
    return (
        f"In half of all harmful chats it has rung after {row['half_after']:.0f} messages of harm "
        f"({row['half_low']:.0f} to {high}), those in which it never rings included."
    )


def _load(day):
    work = day.work
    start = (
        f"A day of {count(day.chats)} chats, {_number(work.harmful)} of them harmful: {_number(work.alarms)} alarms "
        f"({_number(work.low)} to {_number(work.high)}), {_number(work.hours)} hours of a moderator's work."
    )
    if not work.alarms:
        return start
    return f"{start} Right: {_right(work)}."


def _right(work):
    """Return how many alarms are right, with the interval: none for nothing here is no proof of none."""
    low, high = (one_in(end) for end in (work.precision_low, work.precision_high))
    return f"{one_in(work.precision)} alarms ({low} to {high})"


def _number(value):
    """Return an expected number: whole, or with one decimal where it is small."""
    return f"{half_up(value):,}" if value >= 10 or value == int(value) else f"{half_up(10 * value) / 10:.1f}"


def _figure(here, day, sentence):
    rows = [
        f"{here.names[group]}: {_outcomes(here, group)}; {_innocent(here, group)}."
        for group in here.alarms.groups
    ]
    title = "What the alarm does for harmful and for innocent chats, by way of writing, and a moderator's day"
    height = _strip(here) + 54
    return svg.figure(
        "early-warning", height, title, " ".join([sentence, *rows, _load(day)]), _marks(here, day)
    )


def _outcomes(here, group):
    if group not in here.found.index:
        return "no harmful chat"
    row = here.found.loc[group]
    times = {
        SOON: f"found within {here.within} messages",
        LATE: "found later",
        NEVER: "never found",
        BEFORE: "flagged before the harm began",
    }
    said = ", ".join(f"{count(int(row[each]))} {words}" for each, words in times.items())
    return f"of {count(int(row['denominator']))} harmful chats {said}"


def _innocent(here, group):
    if group not in here.flagged.index:
        return "no innocent chat"
    row = here.flagged.loc[group]
    return f"{_of(row['numerator'], row['denominator'])} innocent chats flagged"


def _strip(here):
    """Return the height of the lower part, a moderator's day."""
    return _TOP + len(here.alarms.groups) * _ROW + 44


def _marks(here, day):
    words = {SOON: f"within {here.within} messages", LATE: "later", NEVER: "never", BEFORE: "before the harm"}
    yield svg.text(_LEFT, 16, "Harmful chats: the alarm rings", svg.NORMAL, bold=True)
    yield svg.text(_RIGHT, 16, "Innocent chats suspected, of 100", svg.NORMAL, bold=True)
    keys = [(lambda x, ink=_INKS[each]: svg.area(x, 28, 16, 12, ink), words[each]) for each in words]
    yield svg.legend(_LEFT, 39, keys, 20, 12)
    end = _end(here)
    bottom = _TOP + len(here.alarms.groups) * _ROW - 6
    yield svg.axis(_LEFT, bottom, _LONG, _TOP - 4, {place / 4: str(25 * place) for place in range(5)})
    ticks = {tick / end: f"{tick:g}" for tick in svg.ticks(end, 4) if tick <= end}
    yield svg.axis(_RIGHT, bottom, _WIDE, _TOP - 4, ticks)
    for place, group in enumerate(here.alarms.groups):
        top = _TOP + place * _ROW
        yield svg.text(
            _NAMES,
            top + 16,
            svg.shortened(here.names[group], _NAMES, svg.SMALL, bold=True),
            svg.SMALL,
            "end",
            True,
        )
        yield from _harmful_bar(here, group, top)
        yield from _innocent_bar(here, group, top, end)
    yield from _day_strip(day, _strip(here))


def _end(here):
    """Return where the axis of innocent chats ends, of 100."""
    highest = 100 * here.flagged["high"].max()
    return svg.ticks(max(highest, 1), 4)[-1]


def _harmful_bar(here, group, top):
    if group not in here.found.index:
        yield svg.text(_LEFT + 4, top + 16, "no harmful chat", svg.SMALL, fill=svg.GREY)
        return
    row, x = here.found.loc[group], _LEFT
    for each in (SOON, LATE, NEVER, BEFORE):
        wide = _LONG * row[each] / row["denominator"]
        if wide:
            yield svg.area(x, top, wide, _THICK, _INKS[each], count(int(row[each])), svg.SMALL)
        x += wide
    yield svg.whisker(
        _LEFT + _LONG * row["low"],
        _LEFT + _LONG * row["high"],
        top + _THICK + 8,
        svg.BLACK if row["enough"] else svg.RULE,
        cap=4,
    )


def _innocent_bar(here, group, top, end):
    if group not in here.flagged.index:
        yield svg.text(_RIGHT + 4, top + 16, "no innocent chat", svg.SMALL, fill=svg.GREY)
        return
    row = here.flagged.loc[group]
    wide = _WIDE * 100 * row["value"] / end
    if wide:
        yield svg.area(_RIGHT, top, wide, _THICK, svg.VERMILION)
    low, high = (_RIGHT + _WIDE * 100 * row[side] / end for side in ("low", "high"))
    yield svg.whisker(low, high, top + _THICK + 8, svg.BLACK if row["enough"] else svg.RULE, cap=4)
    yield svg.text(
        _RIGHT + _WIDE + 12, top + 16, _of(row["numerator"], row["denominator"]), svg.SMALL, bold=True
    )


def _day_strip(day, y):
    """Draw all alarms of a day as one bar, with the part of them that is right."""
    work = day.work
    yield svg.text(_NAMES, y + 16, "A day", svg.SMALL, "end", True)
    if not work.alarms:
        yield svg.text(_LEFT, y + 16, "No alarm.", svg.SMALL)
        return
    whole = svg.WIDTH - _LEFT - 20
    right = whole * work.right / work.alarms
    false = f"{_number(work.false)} alarms for nothing"
    if right:
        yield svg.area(_LEFT, y, max(right, 2), _THICK, svg.BLUE)
    if whole - right > 2:
        yield svg.area(
            _LEFT + max(right, 2), y, whole - max(right, 2), _THICK, svg.VERMILION, false, svg.SMALL
        )
    yield svg.text(
        _LEFT,
        y + _THICK + 18,
        f"{_number(work.right)} alarms are right (blue). {_number(work.hours)} hours of work for all.",
        svg.SMALL,
    )


def _table(here, day):
    columns = (
        "",
        "Harmful chats",
        f"Within {here.within} messages (95% interval, of 100)",
        "Later",
        "Never",
        "Before the harm",
        "Innocent chats flagged",
        "Of 100 (95% interval)",
        "Per 1,000 messages",
    )
    names = {**here.names, EVERYBODY: capital(EVERYBODY)}
    rows = [
        (name, *_harmful_cells(here, group), *_innocent_cells(here, group)) for group, name in names.items()
    ]
    caption = (
        f"{capital(here.rule.words)}; at most {here.accepted} of 1,000 innocent chats flagged. {_load(day)}"
    )
    return table(caption, columns, rows)


def _harmful_cells(here, group):
    if group not in here.found.index:
        return ("0", "", "", "", "")
    row = here.found.loc[group]
    return (
        count(int(row["denominator"])),
        f"{count(int(row[SOON]))} ({_interval(row)})",
        *(count(int(row[each])) for each in (LATE, NEVER, BEFORE)),
    )


def _innocent_cells(here, group):
    if group not in here.flagged.index:
        return ("", "", "")
    row = here.flagged.loc[group]
    per = f"{row['per_1000']:.2f} ({row['per_low']:.2f} to {row['per_high']:.2f})"
    return (_of(row["numerator"], row["denominator"]), _interval(row), per)


def _interval(row):
    if not row["enough"]:
        return TOO_FEW
    return f"{100 * row['low']:.1f} to {100 * row['high']:.1f}"
