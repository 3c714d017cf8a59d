"""The report on a model of one's own: group table, intervals, pictures, and what the numbers can't say."""

import itertools
import math
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

import workshop
from workshop.audit import GroupRates, group_rates
from workshop.audit.columns import NOT_RECORDED
from workshop.datasets.own import Scores, TableError
from workshop.documents import Bullets, Document, Heading, Html, Paragraph, Table, one_line
from workshop.probes import Probe
from workshop.probes import threshold as threshold_probe
from workshop.probes.words import capital, count, half_up, interval, isolated, share, signed

MOST_DRAWN = 8  # groups in the picture
POSITIONS = 50  # of its slider
OUTCOME_WORDS = ("have the outcome", "do not have the outcome")
_COLUMNS = {
    "base_rate": "Have the outcome, of all",
    "selection_rate": "Flagged, of all",
    "false_positive_rate": "Wrongly flagged, of those without the outcome",
    "false_negative_rate": "Missed, of those with the outcome",
    "positive_predictive_value": "Have the outcome, of those flagged",
}
_COMPARED = ("false_positive_rate", "false_negative_rate", "positive_predictive_value")
LIMITS = (
    "Whether the outcome is the truth. A record, an arrest or a report is what somebody did about an event, "
    "not the event itself; who was looked at more often is recorded more often.",
    "Why groups differ, and whether a difference is lawful or fair. That is for people to answer, with reasons.",
    "Anything about groups that this table has no column for, or about people in two groups at once.",
    "Whether it holds elsewhere or later. The numbers are of these rows.",
    "The intervals take each row for a person of its own. Several rows of one person make them too narrow.",
)


@dataclass(frozen=True)
class OwnAudit:
    """An audit of a table of scores.

    Attributes
    ----------
    scores : Scores
    names : tuple of (str, str, str)
        Columns of the outcome, the score and the group.
    threshold : float
    chosen : str
        Why this threshold, in a sentence.
    rates : GroupRates
        Of all groups at the threshold.
    probe : Probe
        The picture of the largest groups.
    drawn : tuple of str
        Groups in the picture.
    """

    scores: Scores
    names: tuple[str, str, str]
    threshold: float
    chosen: str
    rates: GroupRates
    probe: Probe
    drawn: tuple[str, ...]

    @cached_property
    def findings(self):
        """What differs between groups beyond chance, a sentence for each rate."""
        return tuple(_findings(self))

    def table(self):
        """Return the group table, the largest group first."""
        order = np.argsort(-self.rates.people, kind="stable")
        everyone = self.rates.overall
        rows = [_row("Everyone", everyone, "everyone")]
        rows += [_row(self.rates.groups[place], self.rates, self.rates.groups[place]) for place in order]
        return Table(
            f"Each group at the threshold {self.threshold:g}: of 100 people, 95% interval, counts",
            ("Group", "People", *_COLUMNS.values()),
            tuple(rows),
            (1.5, 0.8, 1.1, 1.1, 1.3, 1.3, 1.3),
        )

    def document(self):
        """Return the report."""
        outcome, score, group = (one_line(name, 80) for name in self.names)
        rest = len(self.rates.groups) - len(self.drawn)
        drawn = (
            f"The picture shows the {len(self.drawn)} largest groups; the table all {len(self.rates.groups)}."
        )
        return Document(
            f"Who bears the errors: audit of the score “{one_line(self.names[1], 60)}”",
            (
                Paragraph(self.probe.picture().sentence, "lead"),
                Bullets(self.findings),
                Heading("What was audited"),
                Bullets(
                    (
                        f"{count(self.scores.rows, 'rows')}; outcome “{outcome}”, score “{score}”, group “{group}”. "
                        "Whoever reaches the threshold is flagged.",
                        self.chosen,
                        *self.scores.notes,
                    )
                ),
                Heading("Move the threshold"),
                *((Paragraph(drawn),) if rest else ()),
                Html(
                    self.probe.playable(),
                    (Paragraph("The html report has a picture here whose threshold can be moved."),),
                ),
                Heading("Each group"),
                self.table(),
                Paragraph(
                    "Under 30 people a rate is not shown: too few to tell. The interval: how far chance may move it.",
                    "note",
                ),
                Heading("What these numbers can't say"),
                Bullets(LIMITS),
            ),
            about=f"Made by the course “Responsible AI in law enforcement”, version {workshop.__version__}.",
            created=date.today().isoformat(),
        )


def audit_scores(scores, names, threshold=None):
    """Audit a table of scores.

    Parameters
    ----------
    scores : Scores
    names : tuple of (str, str, str)
        Columns of the outcome, the score and the group.
    threshold : float, optional
        Whose score reaches it is flagged. By default 0.5 if all scores lie between 0 and 1, else the score from which
        on about as many are flagged as have the outcome.

    Returns
    -------
    OwnAudit

    Raises
    ------
    ValueError
        If the threshold is no finite number.
    """
    if threshold is not None and not math.isfinite(threshold):
        raise TableError(f"The threshold is {threshold}; give a number.")
    chosen = "The threshold is the one you gave."
    if threshold is None:
        threshold, chosen = _threshold(scores)
    rates = _rates(scores, threshold)
    people = dict(zip(rates.groups, rates.people.tolist(), strict=True))
    drawn = sorted(sorted(people, key=lambda name: -people[name])[:MOST_DRAWN])
    return OwnAudit(
        scores, names, threshold, chosen, rates, _probe(scores, names[1], threshold, drawn), tuple(drawn)
    )


def _rates(scores, threshold, confidence=0.95):
    decision = scores.score >= threshold
    return group_rates(scores.outcome, decision, scores.group, confidence=confidence, repeats=scores.repeats)


def _threshold(scores):
    """Return a threshold where none was given, and why."""
    if scores.score.min() >= 0 and scores.score.max() <= 1:
        return 0.5, "You gave no threshold: 0.5 was taken, because all scores lie between 0 and 1."
    weight = np.ones(len(scores.score)) if scores.repeats is None else scores.repeats
    known = ~np.isnan(scores.outcome)
    share_yes = (scores.outcome[known] @ weight[known]) / weight[known].sum()
    order = np.argsort(-scores.score, kind="stable")
    place = np.searchsorted(np.cumsum(weight[order]), share_yes * weight.sum())
    found = float(scores.score[order[min(place, len(order) - 1)]])
    return found, (
        f"You gave no threshold: {found:g} was taken, from which on about as many are flagged as have the outcome "
        f"({half_up(100 * share_yes)} of 100)."
    )


def _positions(score, threshold):
    """Return the positions of the slider, rising: scores from the lowest to the highest, each part equally full."""
    found = np.unique(score)
    if len(found) > POSITIONS:
        parts = np.unique(np.quantile(score, np.linspace(0, 1, POSITIONS), method="inverted_cdf"))
        digits = max(0, 2 - math.floor(math.log10(found[-1] - found[0])))
        found = np.unique([*np.round(parts[1:-1], digits), parts[0], parts[-1]])
    return np.unique([*found, threshold])


def _probe(scores, name, threshold, drawn):
    # pandas' code of no group is -1, which finds the last entry.
    chosen = np.isin([*scores.group.categories, NOT_RECORDED], drawn)[scores.group.codes]
    score, outcome = scores.score[chosen], scores.outcome[chosen]
    positions = _positions(score, threshold)
    # Between two positions nothing is looked up: with the scores rounded down to them, a million people cost no more.
    rounded = positions[np.searchsorted(positions, score, side="right") - 1]
    return threshold_probe(
        outcome,
        rounded,
        scores.group[chosen].remove_unused_categories(),
        thresholds=positions,
        outcome_words=OUTCOME_WORDS,
        people="people",
        score_name=isolated(one_line(name, 40)),
        default=next(float(position) for position in positions if position == threshold),
        repeats=None if scores.repeats is None else scores.repeats[chosen],
    )


def _row(name, rates, group):
    place = rates.groups.index(group)
    return (
        isolated(name),
        count(int(rates.people[place])),
        *(_cell(rates.of(group, rate)) for rate in _COLUMNS),
    )


def _cell(estimate):
    if not estimate.denominator:
        return "nobody to count"
    counts = f"{estimate.numerator:,.0f} of {estimate.denominator:,.0f}"
    if not estimate.enough:
        return f"{counts}: too few to tell"
    value = f"{share(estimate)} ({interval(estimate)})".replace(" ", "\u00a0")  # kept on one line
    return f"{value}\n{counts}"


def _findings(audit):
    """Compare the groups with the highest and the lowest of each rate, at a level that allows for all pairs."""
    for rate in _COMPARED:
        found = {group: audit.rates.of(group, rate) for group in audit.rates.groups}
        large = [group for group, estimate in found.items() if estimate.enough]
        head = _COLUMNS[rate]
        if len(large) < 2:
            yield f"{head}: fewer than two groups have 30 people or more. Too few to tell."
            continue
        pairs = math.comb(len(large), 2)
        strict = _rates(audit.scores, audit.threshold, 1 - 0.05 / pairs)
        clear = [
            (abs(gap.value), pair if gap.value > 0 else pair[::-1])
            for pair in itertools.combinations(large, 2)
            if (gap := strict.difference(rate, *pair)).low > 0 or gap.high < 0
        ]
        if not clear:
            yield f"{head}: no difference between groups that is clearly more than chance."
            continue
        _, (high, low) = max(clear)
        gap = strict.difference(rate, high, low)
        allowed = f", allowing for {pairs} pairs of groups" if pairs > 1 else ""
        yield (
            f"{head}: {share(found[high])} of 100 in “{isolated(high)}”, {share(found[low])} in “{isolated(low)}”. "
            f"The gap is {half_up(100 * gap.value)} points (95% interval {_points(gap.low)} to {_points(gap.high)}"
            f"{allowed}): more than chance."
        )


def _points(value):
    return capital(signed(half_up(100 * value), "d"))
