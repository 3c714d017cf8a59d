"""Evidence made from the audit's own objects, so that nobody types a number."""

import math
import re
from collections.abc import Iterable, Mapping

from workshop.audit import RATES, ClusterRates, Estimate, GroupRates
from workshop.casefile.model import KINDS, STAGES, DatasetUsed, Evidence, Figure, Setting, clean, number
from workshop.casefile.principles import PRINCIPLES, principle
from workshop.datasets.catalogue import find

LONGEST_LABEL = 160
EVERYONE = "everyone"
BETTER_HIGH = ("accuracy", "true_positive_rate", "true_negative_rate", "positive_predictive_value")
BETTER_HIGH += ("negative_predictive_value",)


def evidence(
    lesson: str,
    measured: Estimate | GroupRates | ClusterRates | Mapping[str, Estimate],
    metric: str,
    *,
    label: str = "",
    dataset: str | None = None,
    kind: str | None = None,
    groups: Mapping[str, str] | Iterable[str] | None = None,
    overall: Estimate | None = None,
    principles: Iterable[str] = ("accuracy",),
    stage: str = "development",
    unit: str = "share",
    worse: str | None = None,
    bears: str = "",
    **settings: float | str,
) -> Evidence:
    """Return evidence made from what the audit measured; it is not kept yet.

    Parameters
    ----------
    lesson : str
        For example "01_responsible_ai".
    measured : Estimate, GroupRates, ClusterRates or mapping of str to Estimate
        One number, or one for each group. From GroupRates the rate named by `metric` is taken, and the same over
        everybody.
    metric : str
        The field's standard term: for GroupRates one of `audit.RATES`.
    label : str, optional
        What it says in plain words; for a rate of `audit.RATES` its own words by default.
    dataset : str, optional
        Name in the course's catalogue; the checksums of its files are taken from there.
    kind : {"real", "published", "generated"}, optional
        What the data is; by default "generated" if its metadata says so, else "real".
    groups : mapping of str to str, or iterable of str, optional
        The groups to keep, as a mapping with the names to show; all by default.
    overall : Estimate, optional
        The number over everybody, where `measured` has none.
    principles : iterable of str
        Keys of `PRINCIPLES`: what it is evidence for.
    stage : {"design", "development", "deployment"}
    unit : str, default "share"
        "share", "difference", "ratio", or the words for another unit.
    worse : {"higher", "lower"}, optional
        The direction in which it does harm; by default "higher", and "lower" for rates that are good when high.
    bears : str, optional
        Who bears the harm.
    **settings
        What was chosen before it was measured, for example ``threshold=5``.

    Returns
    -------
    Evidence

    Raises
    ------
    ValueError
        If a name is not known, or nothing was measured.
    workshop.datasets.DatasetError
        If there is no such data set.
    """
    for name in (principles := tuple(dict.fromkeys(principles))):
        principle(name)
    if not principles:
        raise ValueError(f"Name at least one principle: {', '.join(PRINCIPLES)}.")
    if stage not in STAGES:
        raise ValueError(f"There is no stage {stage!r}; the stages are {', '.join(STAGES)}.")
    worse = worse or ("lower" if metric in BETTER_HIGH else "higher")
    if worse not in ("higher", "lower"):
        raise ValueError(f"worse is {worse!r}; say “higher” or “lower”.")
    everyone, by_group = _measured(measured, metric, groups)
    if overall is not None:
        everyone = _figure(EVERYONE, overall)
    if everyone is None and not by_group:
        raise ValueError("Nothing was measured: give an estimate, or one for each group.")
    return Evidence(
        id=_id(lesson, metric, dataset, settings),
        lesson=lesson,
        stage=stage,
        principles=principles,
        metric=metric,
        label=clean(label or _words(metric), LONGEST_LABEL),
        unit=unit,
        worse=worse,
        bears=clean(bears, LONGEST_LABEL),
        overall=everyone,
        groups=by_group,
        dataset=None if dataset is None else dataset_used(dataset, kind),
        settings=tuple(Setting(name, _plain(value)) for name, value in settings.items()),
    )


def dataset_used(name: str, kind: str | None = None) -> DatasetUsed:
    """Return a data set of the catalogue with the checksums of its files.

    Raises
    ------
    ValueError
        If `kind` is none of the three.
    workshop.datasets.DatasetError
        If there is no such data set.
    """
    metadata = find(name).metadata
    if kind is None:
        made = {"Software generated", "Simulations"} & set(metadata.get("rai:dataCollectionType", ()))
        kind = "generated" if made else "real"
    if kind not in KINDS:
        raise ValueError(f"Data can't be of the kind {kind!r}; the kinds are {', '.join(KINDS)}.")
    files = {
        node["@id"]: node["sha256"] for node in metadata["distribution"] if node["@type"] == "cr:FileObject"
    }
    return DatasetUsed(name, kind, tuple(sorted(files.items())))


def as_estimate(figure: Figure) -> Estimate:
    """Return a number of a case file as the audit's probes take it."""
    numbers = (figure.value, figure.low, figure.high, figure.numerator, figure.denominator)
    return Estimate(*(math.nan if part is None else part for part in numbers), figure.enough)


def _measured(measured, metric, groups):
    """Return the number over everybody, or None, and those of the groups."""
    if isinstance(measured, Estimate):
        return _figure(EVERYONE, measured), ()
    if isinstance(measured, GroupRates):
        everyone = _figure(EVERYONE, measured.overall.of(EVERYONE, metric))
        found = {group: measured.of(group, metric) for group in measured.groups}
    elif isinstance(measured, ClusterRates):
        everyone, found = None, {group: measured.of(group) for group in measured.groups}
    elif isinstance(measured, Mapping):
        everyone, found = None, dict(measured)
    else:
        raise ValueError(
            f"A {type(measured).__name__} is no measurement; give an Estimate, GroupRates, ClusterRates or a "
            "dictionary from group to Estimate."
        )
    shown = groups if isinstance(groups, Mapping) else {name: name for name in groups or found}
    for name in shown:
        if name not in found:
            raise ValueError(f"There is no group {name!r}; the groups are {', '.join(map(str, found))}.")
    return everyone, tuple(_figure(words, found[name]) for name, words in shown.items())


def _figure(name, estimate):
    if not isinstance(estimate, Estimate):
        raise ValueError(f"“{name}” is a {type(estimate).__name__}, not an Estimate of the audit.")
    numbers = (number(part) for part in estimate[:5])
    return Figure(clean(str(name), LONGEST_LABEL) or "no name", *numbers, bool(estimate.enough))


def _words(metric):
    if metric not in RATES:
        raise ValueError(f"Say in plain words what {metric!r} is: give a label.")
    rate = RATES[metric]
    return f"{rate.numerator_words}, of {rate.denominator_words}"


def _plain(value):
    return clean(value, LONGEST_LABEL) if isinstance(value, str) else float(value)


def _id(lesson, metric, dataset, settings):
    """Return an id of letters, digits and dots; a dot between the parts."""
    chosen = [
        f"{name}-{value:g}" if not isinstance(value, str) else f"{name}-{value}"
        for name, value in settings.items()
    ]
    parts = [lesson.split("_")[0], metric, *([dataset] if dataset else []), *chosen]
    return ".".join(re.sub(r"[^a-z0-9_-]+", "-", part.lower()).strip("-") or "x" for part in parts)[:200]
