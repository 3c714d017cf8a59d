"""The monitoring plan of a case, and what it says of a new batch of data.

What was recorded in the lessons becomes checks. A check of a recorded rate has left its band if the difference between
the batch and the record is larger than what is tolerated, and larger than chance. So a small batch doesn't ring by
chance, and a large one doesn't ring for a trifle:

- Tolerated is a fifth of the recorded rate, or of what is missing to 1 if that is less: from 45 in 100 to 54. The fifth
  is the course's own choice; name another one (`tolerance`) for your use.
- Chance: the interval of the difference (Newcombe) lies wholly beyond what is tolerated. All checks of a batch together
  ring by chance in at most about 5 of 100 batches: each gets its part of the 5 (Bonferroni).
- With fewer than 30 people in the batch or in the record a check is "too few to tell". That is not passed.
- Where the case sets bounds of its own (`Check`), they take the place of the recorded rate: the whole interval of the
  batch must lie beyond a bound.
- The shares of groups and of scores have moved if the population stability index is above what chance allows and above
  0.1, which in credit scoring is a habit.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from workshop.audit import RATES, Estimate, chance_index, group_rates, population_stability_index, wilson
from workshop.audit.intervals import ENOUGH, newcombe_difference
from workshop.casefile.model import Case, Check, Evidence, Figure
from workshop.casefile.recording import EVERYONE
from workshop.datasets.own import Scores
from workshop.probes.words import count, half_up, interval, isolated, share, signed

TOLERANCE = 0.2  # of the recorded rate
FALSE_ALARMS = 0.05  # of batches in which nothing changed
MOVED = 0.1  # population stability index
MISSING = 0.02  # tolerated change of a share of missing values
EACH_GROUP = "each group"
BANDS = 10  # of scores
IN, LEFT, FEW, UNCLEAR = "in its band", "left its band", "too few to tell", "outside, may be chance"


@dataclass(frozen=True)
class Reading:
    """What a check says of a batch.

    Attributes
    ----------
    what, group : str
        The metric in plain words, and whose.
    recorded, now : str
        As shown: "45 of 100 (43 to 47)".
    band : str
    state : str
        "in its band", "left its band", "too few to tell" or "outside, may be chance".
    value, lowest, highest : float or None
        The batch's number and the band.
    metric : str
        The field's standard term.
    then : str
        Who does what, if the case says so.
    """

    what: str
    group: str
    recorded: str
    now: str
    band: str
    state: str
    value: float | None
    lowest: float | None
    highest: float | None
    metric: str
    then: str = ""


@dataclass(frozen=True)
class Monitoring:
    """What a plan says of a batch.

    Attributes
    ----------
    readings : tuple of Reading
    notes : tuple of str
        What was not checked and why, what is missing, which groups are new.
    rows : int
    """

    readings: tuple[Reading, ...]
    notes: tuple[str, ...]
    rows: int

    @property
    def left(self):
        """The readings that left their band."""
        return tuple(reading for reading in self.readings if reading.state == LEFT)

    @property
    def sentence(self):
        """The result in words."""
        told = [f"{self.rows:,} rows, {count(len(self.readings))} checks."]
        for reading in self.left:
            told.append(
                f"LEFT ITS BAND: {reading.what}, {isolated(reading.group)}: recorded {reading.recorded}, "
                f"now {reading.now}; band {reading.band}."
            )
        numbers = {state: sum(each.state == state for each in self.readings) for state in (IN, FEW, UNCLEAR)}
        told.append(", ".join(f"{number} {state}" for state, number in numbers.items() if number))
        return " ".join(part if part.endswith(".") else f"{part}." for part in told if part)


@dataclass(frozen=True)
class Planned:
    """A check that can be made on a batch.

    Attributes
    ----------
    metric : str
        A name in `audit.RATES`.
    what : str
    group : str
        "everyone" for all.
    threshold : float
    figure : Figure or None
        The recorded number; None where only bounds are set.
    lowest, highest : float or None
        The band.
    bounds : bool
        Whether the case sets the band; else it is tolerated change around the record.
    then : str
    """

    metric: str
    what: str
    group: str
    threshold: float
    figure: Figure | None
    lowest: float | None
    highest: float | None
    bounds: bool = False
    then: str = ""

    @property
    def band(self):
        """The band in words: "36 to 54 of 100"."""
        low, high = (None if end is None else half_up(1000 * end) / 10 for end in (self.lowest, self.highest))
        if low is None:
            return f"at most {high:g} of 100"
        return f"{low:g} or more of 100" if high is None else f"{low:g} to {high:g} of 100"


def plan(case, tolerance=TOLERANCE, threshold=None, only=None):
    """Return the checks that follow from a case, and what can't be checked.

    Parameters
    ----------
    case : Case
    tolerance : float, default 0.2
        Tolerated change, as a part of the recorded rate.
    threshold : float, optional
        For evidence in which none was recorded.
    only : iterable of str, optional
        Ids of the evidence that speaks of this model; all by default. A case can hold evidence of several models.

    Returns
    -------
    planned : tuple of Planned
    notes : tuple of str
        Why other evidence can't be recomputed from a table.

    Raises
    ------
    ValueError
        If the tolerance is not a number from 0 up, below 1, or there is no such evidence.
    """
    if not 0 <= tolerance < 1:
        raise ValueError(
            f"The tolerance is {tolerance}; give a part of the recorded rate, from 0 to below 1."
        )
    chosen = [evidence.id for evidence in case.evidence] if only is None else list(only)
    for key in chosen:
        if case.find("evidence", key) is None:
            known = ", ".join(evidence.id for evidence in case.evidence) or "none yet"
            raise ValueError(f"There is no evidence {key!r} in this case; there is: {known}.")
    notes, found = [], {}
    for evidence in (each for each in case.evidence if each.id in chosen):
        at, why = _usable(evidence, threshold)
        if why:
            notes.append(f"Not checked: {evidence.label} (lesson {evidence.lesson[:2]}): {why}.")
            continue
        for figure in evidence.figures:
            lowest, highest = _band(figure, tolerance)
            found[evidence.id, _folded(figure.name)] = Planned(
                evidence.metric, evidence.label, figure.name, at, figure, lowest, highest
            )
    for check in case.checks:
        if only is not None and check.evidence and check.evidence not in chosen:
            continue
        planned, why = _own_checks(check, case, found, threshold)
        for each in planned:
            # Bounds take the place of the recorded rates that they speak of.
            replaced = [
                key
                for key, one in found.items()
                if one.metric == each.metric
                and _folded(one.group) == _folded(each.group)
                and check.evidence in ("", key[0])
            ]
            for key in replaced:
                del found[key]
            found[f"check {check.id}", _folded(each.group)] = each
        if why:
            notes.append(f"Not checked: {check.metric} of {check.group}: {why}.")
    return tuple(found.values()), tuple(notes)


def _usable(evidence: Evidence, threshold):
    """Return the threshold of evidence that a table can recompute, and "" or why it can't."""
    at = evidence.threshold if isinstance(evidence.threshold, int | float) else threshold
    others = [setting.name for setting in evidence.settings if setting.name != "threshold"]
    figures = [figure for figure in evidence.figures if figure.numerator is not None and figure.denominator]
    if evidence.metric not in RATES or evidence.unit != "share":
        return None, f"{evidence.metric.replace('_', ' ')} can't be computed from outcomes, scores and groups"
    if others:
        return None, f"it was measured under a condition of its own ({', '.join(others)})"
    if not figures:
        return None, "its counts were not recorded"
    if at is None:
        return None, "no threshold was recorded; give one with --threshold"
    return float(at), ""


def _band(figure: Figure, tolerance):
    if figure.value is None:
        return None, None
    room = tolerance * min(figure.value, 1 - figure.value)
    return max(0.0, figure.value - room), min(1.0, figure.value + room)


def _own_checks(check: Check, case, found, threshold):
    """Return what bounds set in the case ask for, and "" or why they can't be checked."""
    evidence = case.find("evidence", check.evidence) if check.evidence else None
    at = evidence.threshold if evidence and isinstance(evidence.threshold, int | float) else threshold
    if check.metric not in RATES:
        return [], "it can't be computed from outcomes, scores and groups"
    if check.lowest is None and check.highest is None:
        return [], "no bound was set"
    if at is None:
        same = [each.threshold for each in found.values() if each.metric == check.metric]
        if not same:
            return [], "no threshold was recorded; give one with --threshold"
        at = same[0]
    rate = RATES[check.metric]
    what = evidence.label if evidence else f"{rate.numerator_words}, of {rate.denominator_words}"
    known = [each for each in found.values() if each.metric == check.metric and each.group != EVERYONE]
    names = [each.group for each in known] if check.group == EACH_GROUP and known else [check.group]
    figures = {_folded(each.group): each.figure for each in found.values() if each.metric == check.metric}
    return [
        Planned(
            check.metric, what, name, float(at), figures.get(_folded(name)), check.lowest, check.highest, True,
            check.then,
        )
        for name in names
    ], ""  # fmt: skip


def monitor(case, batch, *, baseline=None, tolerance=TOLERANCE, threshold=None, names=None, only=None):
    """Hold a new batch of data to the plan of a case.

    Parameters
    ----------
    case : Case
    batch : Scores
        The new data.
    baseline : Scores, optional
        Data of the time of the record: with it the scores and the missing values are compared too.
    tolerance : float, default 0.2
    threshold : float, optional
        For evidence in which none was recorded.
    names : mapping of str to str, optional
        From a group in the data to its name in the case.
    only : iterable of str, optional
        As in `plan`.

    Returns
    -------
    Monitoring

    Raises
    ------
    ValueError
        If nothing can be checked.
    """
    planned, notes = plan(case, tolerance, threshold, only)
    if not planned:
        reasons = " ".join(notes) or "It holds no evidence yet."
        raise ValueError(f"Nothing of the case “{case.title}” can be checked on a table. {reasons}")
    notes = [*notes, *batch.notes]
    measured, folded = _measured(planned, batch, names or {})
    expanded = list(_expanded(planned, folded))
    now = {each: _now(each, measured, folded) for each in expanded}
    known = {_folded(each.group) for each in expanded}
    notes += [
        f"The group “{isolated(name)}” of the batch is not in the record: nothing to compare it with."
        for key, name in folded.items()
        if key not in known
    ]
    moves = [*_group_shares(expanded, now), *_against(baseline, batch)]
    tests = sum(_enough(each, now[each]) for each in expanded) + sum(move.testable for move in moves)
    confidence = 1 - FALSE_ALARMS / max(tests, 1)
    readings = [_reading(each, now[each], confidence) for each in expanded]
    readings += [move.reading(confidence) for move in moves]
    if baseline is None:
        notes.append(
            "Scores and missing values were not compared: give the data of the record with --baseline."
        )
    return Monitoring(tuple(readings), tuple(notes), batch.rows)


def _folded(name):
    return " ".join(name.casefold().split())


def _measured(planned, batch, names):
    """Return the rates of the batch by threshold, and its groups by folded name."""
    unknown = sorted(set(names) - set(batch.group.categories))
    if unknown:
        raise ValueError(f"There is no group {unknown[0]!r} in the batch to give another name.")
    rates = {
        at: group_rates(batch.outcome, batch.score >= at, batch.group, repeats=batch.repeats)
        for at in {each.threshold for each in planned}
    }
    groups = next(iter(rates.values())).groups
    return rates, {_folded(names.get(name, name)): name for name in groups}


def _expanded(planned, folded):
    """Yield the checks; bounds for each group, where the record names none, for those of the batch."""
    for each in planned:
        if each.group == EACH_GROUP:
            for name in folded.values():
                yield Planned(**(vars(each) | {"group": name}))
        else:
            yield each


def _now(each, rates, folded):
    """Return the rate of the batch; None if the group is not in it."""
    found = rates[each.threshold]
    if each.group == EVERYONE:
        return found.overall.of(EVERYONE, each.metric)
    name = folded.get(_folded(each.group))
    return None if name is None else found.of(name, each.metric)


def _recorded(figure: Figure | None):
    if figure is None or figure.value is None or not figure.denominator or figure.numerator is None:
        return None
    return Estimate(
        figure.value, figure.low, figure.high, figure.numerator, figure.denominator, figure.enough
    )


def _enough(each, now):
    record = _recorded(each.figure)
    return bool(now and now.enough and (each.bounds or (record and record.enough)))


def _strict(estimate, confidence):
    """Return an estimate with the interval of another confidence."""
    low, high = wilson(estimate.numerator, estimate.denominator, confidence)
    return estimate._replace(low=float(low), high=float(high))


def _reading(each, now, confidence):
    record = _recorded(each.figure)
    value = None if now is None or math.isnan(now.value) else now.value
    return Reading(
        each.what,
        each.group,
        _words(record) if record else "–",
        _words(now) if now else "nobody in the batch",
        each.band if each.lowest is not None or each.highest is not None else "–",
        _state(each, now, record, confidence) if _enough(each, now) else FEW,
        value,
        each.lowest,
        each.highest,
        each.metric,
        each.then,
    )


def _state(each, now, record, confidence):
    now = _strict(now, confidence)
    lowest = -math.inf if each.lowest is None else each.lowest
    highest = math.inf if each.highest is None else each.highest
    if each.bounds:
        beyond = now.low > highest or now.high < lowest
    else:
        low, high = newcombe_difference(now, _strict(record, confidence))
        beyond = low > highest - record.value or high < lowest - record.value
    if beyond:
        return LEFT
    return IN if lowest <= now.value <= highest else UNCLEAR


def _words(estimate):
    if not estimate.denominator:
        return "nobody to count"
    counts = f"{estimate.numerator:,.0f} of {estimate.denominator:,.0f}"
    return f"{share(estimate)} of 100 ({interval(estimate)}; {counts})"


# --- what moved ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Shares:
    """Counts of the same bands, then and now."""

    what: str
    then: np.ndarray
    now: np.ndarray
    metric: str

    @property
    def testable(self):
        return min(self.then.sum(), self.now.sum()) >= ENOUGH

    def reading(self, confidence):
        index = population_stability_index(self.then, self.now)
        chance = chance_index(self.then.sum(), self.now.sum(), len(self.then), confidence)
        limit = max(chance, MOVED)
        state = FEW if not self.testable else LEFT if index > limit else IN
        return Reading(
            self.what, EVERYONE, f"{self.then.sum():,.0f} people", f"index {index:.3f}", f"at most {limit:.3f}",
            state, index, None, limit, self.metric,
        )  # fmt: skip


@dataclass(frozen=True)
class _Missing:
    """A share of missing values, then and now."""

    what: str
    then: Estimate
    now: Estimate

    testable = True

    def reading(self, confidence):
        low, high = newcombe_difference(_strict(self.now, confidence), _strict(self.then, confidence))
        lowest, highest = max(0.0, self.then.value - MISSING), min(1.0, self.then.value + MISSING)
        inside = lowest <= self.now.value <= highest
        state = LEFT if low > MISSING or high < -MISSING else IN if inside else UNCLEAR
        change = signed(100 * (self.now.value - self.then.value), "+.1f")
        return Reading(
            self.what, EVERYONE, _words(self.then), f"{_words(self.now)}, {change} points",
            f"{100 * lowest:.1f} to {100 * highest:.1f} of 100", state, self.now.value, lowest, highest, "missing",
        )  # fmt: skip


def _group_shares(planned, now):
    """Yield how the people are spread over the groups, for the first rate that has counts of two groups or more."""
    by_metric = {}
    for each in planned:
        record = _recorded(each.figure)
        if each.group != EVERYONE and record and now[each]:
            by_metric.setdefault(each.metric, []).append((record.denominator, now[each].denominator))
    counts = next((np.array(pairs) for pairs in by_metric.values() if len(pairs) > 1), None)
    if counts is not None and counts.sum(axis=0).all():
        metric = next(metric for metric, pairs in by_metric.items() if len(pairs) > 1)
        yield _Shares(
            f"Shares of the groups, of {RATES[metric].denominator_words}",
            counts[:, 0],
            counts[:, 1],
            "psi_groups",
        )


def _against(baseline: Scores | None, batch: Scores):
    """Yield what the scores and the missing values of the record's own data tell."""
    if baseline is None:
        return
    edges = np.unique(np.quantile(baseline.score, np.linspace(0, 1, BANDS + 1)[1:-1], method="inverted_cdf"))
    if len(edges):
        counts = [
            np.bincount(np.searchsorted(edges, each.score, side="right"), each.repeats, len(edges) + 1)
            for each in (baseline, batch)
        ]
        yield _Shares("Spread of the scores", *map(np.asarray, counts), "psi_scores")
    then, now = _missing(baseline), _missing(batch)
    for name, first in then.items():
        yield _Missing(f"No {name}, of all rows", _share(first, baseline.rows), _share(now[name], batch.rows))


def _missing(scores):
    weight = np.ones(len(scores.score)) if scores.repeats is None else scores.repeats
    return {
        "score": sum(scores.no_score.values()),
        "outcome": float(weight[np.isnan(scores.outcome)].sum()),
        "group": float(weight[scores.group.codes < 0].sum()),
    }


def _share(number, rows):
    low, high = wilson(number, rows)
    return Estimate(number / rows, float(low), float(high), float(number), float(rows), rows >= ENOUGH)


def plan_table(case: Case, tolerance=TOLERANCE) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the columns and rows of the monitoring plan: what is watched, the record, the band, then who does what."""
    planned, _ = plan(case, tolerance)
    rows = tuple(
        (
            each.what,
            isolated(each.group),
            _words(record) if (record := _recorded(each.figure)) else "–",
            each.band if each.lowest is not None or each.highest is not None else "–",
            each.then or "not said",
        )
        for each in planned
    )
    return ("What is watched", "Group", "Recorded", "Band", "If it is left"), rows


def as_json(result: Monitoring) -> Mapping:
    """Return a result as JSON's own kinds."""
    return {
        "rows": result.rows,
        "left": len(result.left),
        "readings": [vars(reading) for reading in result.readings],
        "notes": list(result.notes),
    }
