"""Patrols sent where the records are: what one more day of patrols does to the next."""

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from workshop.domains.resources.feedback import simulate
from workshop.probes import svg
from workshop.probes.controls import Choice, Slider
from workshop.probes.html import Picture, paragraph, table
from workshop.probes.probe import Probe
from workshop.probes.words import count, half_up, isolated, of_hundred

_HORIZON = 2_000  # days that are simulated
_DRAWN = (5, 10, 20, *range(40, _HORIZON + 1, 40))  # days at which lines bend: the first ones move most
_POSITIONS = (10, 50, *range(100, _HORIZON + 1, 100))
_ROWS = (10, 100, 500, 1_000, 2_000)  # days in the table
_SEED, _SINGLE = 2020, 5  # single runs that are drawn
_LEFT, _TOP, _LENGTH, _HEIGHT, _BESIDE = 48, 54, 570, 230, 12  # pixels
_MATTERS = 2  # of 100: a smaller gap is not told as one
_WIDE = 0.2  # a band wider than this is no success, wherever its middle is
_EQUAL = "equal incidents"
_COLUMNS = ("setting", "rate_a_per_day", "rate_b_per_day", "prior_a", "prior_b", "days")
_PRIORS = {
    "strong": "all of them, as recorded",
    "weak": "one in a hundred of them",
    "none": "none: start with 1 and 1",
}
_RULES = {
    "naive": "every record found by a patrol counts fully",
    "reweighted": "records count less where we patrol more",
}
_SCALES = {1.0: "as published", 0.1: "a tenth of it"}


class _Setting(NamedTuple):
    """Two areas: incidents per day, and past records."""

    rates: tuple
    priors: tuple

    def start(self, prior):
        """Return the records that the first patrol follows."""
        if prior == "none":
            return (1.0, 1.0)
        return self.priors if prior == "strong" else tuple(records / 100 for records in self.priors)


def feedback(parameters):
    """Show where patrols go, day after day, when each goes where the records are and adds to them.

    Parameters
    ----------
    parameters : pandas.DataFrame
        Settings as ``load("feedback_loop")`` returns them: setting, rate_a_per_day, rate_b_per_day, prior_a, prior_b
        and days, the first position of the slider. A setting in which incidents are equal is added: the first one's
        records, and its first area's rate for both areas.

    Returns
    -------
    Probe
        Controls days (up to 2,000), setting, prior ("strong", "weak", "none"), rule ("naive", "reweighted"), scale
        (of the rates: 1 or 0.1) and runs (1, 20 or 400).

    Raises
    ------
    ValueError
        If a column is missing, there is no setting or two of one name, or a number is out of its range.

    Notes
    -----
    The model is `workshop.domains.resources.feedback.simulate`. Each setting is simulated once, over all days.
    """
    settings = _settings(parameters)

    def named(setting):
        return "{}: {:g} and {:g} past records".format(isolated(setting), *settings[setting].priors)

    controls = (
        Slider("days", "Days", _POSITIONS, int(parameters["days"].iloc[0]), "{:,}".format),
        Choice("setting", "Two areas", tuple(settings), next(iter(settings)), named),
        Choice("prior", "Past records that count", tuple(_PRIORS), "strong", _PRIORS.get),
        Choice("rule", "How a new record counts", tuple(_RULES), "naive", _RULES.get),
        Choice("scale", "Incidents found per day", tuple(_SCALES), 1.0, _SCALES.get),
        Choice("runs", "How often the history is played", (1, 20, 400), 400, _times),
    )

    def draw(days, setting, prior, rule, scale, runs):
        chosen = settings[setting]
        rates = tuple(rate * scale for rate in chosen.rates)
        return _picture(_history(rates, chosen.start(prior), rule, runs), days, rule)

    return Probe(
        "Patrols that follow the records they make",
        controls,
        draw,
        "A model, not a city: one patrol a day goes to area A or B by chance, more often where there are more records, "
        "and finds only what happens there (Ensign et al. 2018).",
    )


def _times(runs):
    return "once" if runs == 1 else f"{runs} times"


def _settings(parameters):
    """Return each setting by its name, and the one with equal incidents."""
    missing = [column for column in _COLUMNS if column not in parameters]
    if missing:
        raise ValueError(
            f'The settings have no column {missing[0]!r}; give them as load("feedback_loop") returns them.'
        )
    if not len(parameters) or parameters["setting"].duplicated().any():
        raise ValueError("Give at least one setting, each with a name of its own.")
    settings = {
        str(row.setting): _Setting(
            (float(row.rate_a_per_day), float(row.rate_b_per_day)), (float(row.prior_a), float(row.prior_b))
        )
        for row in parameters.itertuples()
    }
    first = next(iter(settings.values()))
    settings[_EQUAL] = _Setting((first.rates[0],) * 2, first.priors)
    for setting in settings.values():
        simulate(setting.rates, setting.priors, days=1, runs=1)  # refuses what cannot be simulated
    return settings


@lru_cache(maxsize=128)
def _history(rates, priors, rule, runs):
    """Return all runs over all days, kept only for the days that are drawn or told."""
    whole = simulate(rates, priors, _HORIZON, runs, rule, seed=_SEED)
    kept = sorted({*_DRAWN, *_POSITIONS, *_ROWS})
    places = np.array(kept) - 1
    return replace(whole, days=whole.days[places], shares=whole.shares[places])


class _Day(NamedTuple):
    """What is known of one day."""

    day: int
    mean: float
    low: float
    high: float


def _on(history, day):
    place = int(np.searchsorted(history.days, day))
    return _Day(day, float(history.mean[place]), float(history.low[place]), float(history.high[place]))


def _of_100(share):
    return of_hundred(share, 1)


def _range(day):
    return f"{half_up(100 * day.low)} to {half_up(100 * day.high)}"


def _gap(history, day):
    """Return the patrols to A above the incidents in A, in whole numbers of 100; 0 if there is next to none."""
    gap = half_up(100 * day.mean) - half_up(100 * history.true_share)
    return gap if abs(gap) >= _MATTERS else 0


def _picture(history, days, rule):
    today, runs = _on(history, days), history.shares.shape[1]
    sentence = _sentence(history, today, runs)
    drawn = svg.figure(
        "feedback",
        _TOP + _HEIGHT + 28,
        "Share of patrols sent to area A, day by day",
        _description(history, today, runs, sentence),
        _marks(history, today, runs),
    )
    return Picture(sentence, drawn, _aside(history, today, runs, rule), _table(history, today, runs))


def _sentence(history, today, runs):
    gap = _gap(history, today)
    patrols = f"{_of_100(today.mean)} of 100 patrols go to A"
    incidents = f"{_of_100(history.true_share)} of 100 incidents happen there"
    joint = f"; only {incidents}" if gap > 0 else f", but {incidents}" if gap < 0 else f"; {incidents}"
    average = "on average " if runs > 1 else ""
    return f"After {count(today.day)} days {average}{patrols}{joint}."


def _description(history, today, runs, sentence):
    spread = f" 90 of 100 runs are between {_range(today)}." if runs > 1 else ""
    return f"{sentence} On the first day it was {_of_100(history.start_share)} of 100.{spread}"


def _aside(history, today, runs, rule):
    """Return who bears it, and how much is chance."""
    gap = _gap(history, today)
    watched, others = ("A", "B") if gap > 0 else ("B", "A")
    said = []
    if gap:
        said.append(
            f"People in {watched} are watched and recorded more than the incidents there explain; "
            f"people in {others} see fewer patrols."
        )
    elif runs > 1 and today.high - today.low > _WIDE:
        said.append(
            "The mean is right, single runs are not: chance decides which area gets most patrols, and a city has "
            "only one history."
        )
    elif runs > 1:
        said.append("On average patrols go where the incidents are.")
    if gap and rule == "naive":
        said.append("What a patrol finds sends the next one back.")
    elif runs > 1 and not today.low <= history.true_share <= today.high:
        said.append("The past records still count. Would more days help, or fewer past records?")
    if runs > 1:
        said.append(f"Chance: in 90 of 100 runs, {_range(today)} of 100 patrols go to A.")
    else:
        said.append("One run may be chance: play the history more often.")
    return paragraph(" ".join(said))


def _table(history, today, runs):
    days = [_on(history, day) for day in sorted({*(day for day in _ROWS if day < today.day), today.day})]
    true = _of_100(history.true_share)
    rows = [("start", _of_100(history.start_share), *([""] if runs > 1 else []), true)]
    for day in days:
        rows.append((count(day.day), _of_100(day.mean), *([_range(day)] if runs > 1 else []), true))
    middle = ("Patrols to A (mean)", "90 of 100 runs") if runs > 1 else ("Patrols to A",)
    return table("Of 100 patrols and of 100 incidents", ("Day", *middle, "Incidents in A"), rows)


def _x(day):
    return _LEFT + _LENGTH * day / _HORIZON


def _y(share):
    return _TOP + _HEIGHT * (1 - share)


def _marks(history, today, runs):
    drawn = (history.days <= today.day) & np.isin(history.days, [*_DRAWN, today.day])
    across = [_x(0), *map(_x, history.days[drawn].tolist())]

    def path(shares):
        heights = map(_y, [history.start_share, *shares[drawn].tolist()])
        return list(zip(across, heights, strict=True))

    parts = {place / 4: str(25 * place) for place in range(5)}
    days = {day / _HORIZON: count(day) for day in range(0, _HORIZON + 1, 500)}
    yield svg.upright_axis(_LEFT - 10, _y(0), _HEIGHT, _x(_HORIZON), parts)
    yield svg.axis(_LEFT, _y(0), _LENGTH, _y(0), days)
    yield svg.text(_x(_HORIZON) + 30, _y(0) + 16, "days", svg.SMALL, fill=svg.GREY)
    if runs > 1:
        yield svg.band(path(history.low), path(history.high), svg.BLUE.fill)
        yield from (svg.polyline(path(run), svg.RULE, 1) for run in history.shares.T[:_SINGLE])
    true = _y(history.true_share)
    yield svg.line(_LEFT, true, _x(_HORIZON), true, svg.VERMILION.fill, 2, "8 5")
    yield svg.polyline(path(history.mean), svg.BLUE.fill, 3)
    yield svg.point(_x(0), _y(history.start_share), "diamond", svg.PURPLE.fill, radius=7)
    yield svg.point(_x(today.day), _y(today.mean), "circle", svg.BLUE.fill, radius=6)
    yield from _labels(history, today)
    yield from _legend(history, runs)


def _labels(history, today):
    """Name the two lines at their ends, inside the plot's height; one gives way where they would touch."""
    highest, lowest = _TOP + 4, _y(0) - 4
    true, at = (min(max(_y(share) + 5, highest), lowest) for share in (history.true_share, today.mean))
    if abs(at - true) < 18:
        aside = 18 if today.mean < history.true_share else -18
        at = true + (aside if highest <= true + aside <= lowest else -aside)
    incidents, patrols = f"{_short(history.true_share)} incidents", f"{_short(today.mean)} patrols"
    yield svg.text(_x(_HORIZON) + _BESIDE, true, incidents, bold=True, fill=svg.VERMILION.fill)
    yield svg.text(_x(today.day) + _BESIDE, at, patrols, bold=True, fill=svg.BLUE.fill)


def _short(share):
    """Return a share of 100 in few letters."""
    return _of_100(share).replace("more than", "over").replace("fewer than", "under")


def _legend(history, runs):
    """Say above the plot what is drawn."""
    yield svg.text(0, 14, "Of 100, in area A", svg.SMALL, bold=True)
    start = f"start, from past records: {_of_100(history.start_share)}"
    keys = [(_start_key, start), (_mean_key, "patrols" if runs == 1 else "patrols, mean")]
    if runs > 1:
        keys += [(_band_key, "90 of 100 runs"), (_run_key, "single runs")]
    yield svg.legend(0, 36, keys, 32, 22)


def _start_key(x):
    return svg.point(x + 18, 31, "diamond", svg.PURPLE.fill, radius=6)


def _mean_key(x):
    return svg.line(x, 31, x + 26, 31, svg.BLUE.fill, 3)


def _band_key(x):
    return svg.band([(x, 26), (x + 26, 26)], [(x, 36), (x + 26, 36)], svg.BLUE.fill)


def _run_key(x):
    return svg.line(x, 31, x + 26, 31, svg.RULE)
