"""What a case file holds, as plain values, and its form as JSON.

`schema.json` beside this file is the published form; `parse` and `dump` hold every file to it.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from workshop.kept import UnreadableError

VERSION = 1
NO_CASE = (
    "No case was begun yet. Run casefile.begin() in lesson 01, pick a use case and press “Begin this case”."
)
SCHEMA_FILE = Path(__file__).with_name("schema.json")
LONGEST = 2000  # letters of a typed text
SHORTEST_NAME, LONGEST_NAME = 1, 120  # letters of a typed name
HISTORY = 50  # changes that can be undone
DECISIONS = ("deploy", "limit", "pause", "refuse")
STAGES = ("design", "development", "deployment")
ANSWERS = ("yes", "no", "not sure", "text")
KINDS = ("real", "published", "generated")


@dataclass(frozen=True)
class Figure:
    """A measured number, over everybody or for one group.

    Attributes
    ----------
    name : str
        Of the group; "everyone" for all.
    value, low, high : float or None
        The number and the ends of its 95% interval. None for what cannot be computed, and for an end that is not there
        (a ratio over nothing has no upper end).
    numerator, denominator : float or None
        What was divided; None for a comparison, which has no numerator.
    enough : bool
        Whether there are enough people to tell, as the audit judged.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    numerator: float | None
    denominator: float | None
    enough: bool


@dataclass(frozen=True)
class DatasetUsed:
    """The data that a number was measured on.

    Attributes
    ----------
    name : str
        In the course's catalogue, or of the trainee's own file.
    kind : str
        "real" (records or recordings), "published" (figures of a publication) or "generated".
    sha256 : tuple of (str, str)
        Each file's name and SHA-256, in alphabetical order.
    """

    name: str
    kind: str
    sha256: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Setting:
    """What was chosen before a number was measured: a threshold, a capacity, a noise level.

    Attributes
    ----------
    name : str
    value : float or str
    """

    name: str
    value: float | str


@dataclass(frozen=True)
class Evidence:
    """What was measured in a lesson, and why it matters to this case.

    Attributes
    ----------
    id : str
        Made from the lesson, the metric, the data set and the settings: the same measurement kept again takes the place
        of the earlier one.
    lesson : str
        For example "01_responsible_ai".
    stage : str
        "design", "development" or "deployment".
    principles : tuple of str
        Keys of `principles.PRINCIPLES`.
    metric : str
        The field's standard term, as scikit-learn spells it: "false_positive_rate".
    label : str
        What it says in plain words: "wrongly flagged, of defendants who did not re-offend".
    unit : str
        "share" (of 1), "difference" (of shares), "ratio", or the words for another unit.
    worse : str
        "higher" or "lower": the direction in which it does harm.
    bears : str
        Who bears the harm; "" if nobody was named.
    overall : Figure or None
        Over everybody; None where only groups were measured.
    groups : tuple of Figure
    dataset : DatasetUsed or None
    settings : tuple of Setting
    reason : str
        Why it matters to the case, in the trainee's words.
    recorded_on : str
        Date as 2026-11-30; "" until it is kept.
    course_version : str
    """

    id: str
    lesson: str
    stage: str
    principles: tuple[str, ...]
    metric: str
    label: str
    unit: str
    worse: str
    bears: str
    overall: Figure | None
    groups: tuple[Figure, ...]
    dataset: DatasetUsed | None
    settings: tuple[Setting, ...] = ()
    reason: str = ""
    recorded_on: str = ""
    course_version: str = ""

    @property
    def key(self) -> str:
        """What tells it from other evidence."""
        return self.id

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every number of it: over everybody first, then the groups."""
        return ((self.overall,) if self.overall else ()) + self.groups

    @property
    def threshold(self) -> float | str | None:
        """The setting named "threshold"; None if there is none."""
        return next((setting.value for setting in self.settings if setting.name == "threshold"), None)


@dataclass(frozen=True)
class Answer:
    """An answer to a question of a stage.

    Attributes
    ----------
    question : str
        Key of a question in `stages`.
    answer : str
        "yes", "no", "not sure" or "text" (only words).
    text : str
        In the trainee's words.
    evidence : tuple of str
        Ids of the evidence that supports it.
    answered_on : str
    """

    question: str
    answer: str
    text: str = ""
    evidence: tuple[str, ...] = ()
    answered_on: str = ""

    @property
    def key(self) -> str:
        """What tells it from other answers."""
        return self.question


@dataclass(frozen=True)
class Risk:
    """Something that can go wrong, before and after a measure.

    Attributes
    ----------
    id : str
    name : str
        What goes wrong.
    bears : str
        Who bears the harm.
    principle : str
        Key of the principle that it touches.
    likelihood, impact : int
        1 to 5, before the measure.
    evidence : tuple of str
        Ids of the evidence for them.
    measure : str
        What is done about it; "" if nothing.
    likelihood_after, impact_after : int or None
        1 to 5, with the measure; None without one.
    measure_evidence : tuple of str
        Ids of the evidence that the measure works.
    """

    id: str
    name: str
    bears: str
    principle: str
    likelihood: int
    impact: int
    evidence: tuple[str, ...] = ()
    measure: str = ""
    likelihood_after: int | None = None
    impact_after: int | None = None
    measure_evidence: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What tells it from other risks."""
        return self.id


@dataclass(frozen=True)
class Check:
    """What monitoring holds a new batch of data to.

    Attributes
    ----------
    id : str
    metric : str
    group : str
        Name of the group; "everyone" for all, "each group" for every one on its own.
    lowest, highest : float or None
        The number may not leave these bounds; None for no bound.
    evidence : str
        Id of the evidence that the bounds come from; "" if none.
    every : str
        How often: "each month".
    then : str
        Who does what when it is broken.
    """

    id: str
    metric: str
    group: str
    lowest: float | None
    highest: float | None
    evidence: str = ""
    every: str = ""
    then: str = ""

    @property
    def key(self) -> str:
        """What tells it from other checks."""
        return self.id


@dataclass(frozen=True)
class Decision:
    """What was decided.

    Attributes
    ----------
    decision : str
        "deploy", "limit", "pause" or "refuse".
    reasons : str
        In the trainee's words.
    conditions : str
        What must hold for it; for "limit": how it is limited.
    decided_by : str
        The role that decides, not a person's name.
    review_on : str
        Date of the next review as 2027-05-31; "" if none was set.
    decided_on : str
    evidence : tuple of str
        Ids of the evidence that it leans on.
    """

    decision: str
    reasons: str
    conditions: str = ""
    decided_by: str = ""
    review_on: str = ""
    decided_on: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """One change of a case, with what it takes to undo it.

    Attributes
    ----------
    did : str
        In words: "kept the false positive rate of lesson 01".
    on : str
        Date.
    section : str
        "evidence", "answers", "risks", "checks", "decision" or "facts".
    key : str
        Of the item; for "facts" the name of the field.
    before, after : object
        The item as JSON; None where there was or is none.
    """

    did: str
    on: str
    section: str
    key: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Case:
    """A case file.

    Attributes
    ----------
    slug : str
        The file's name without ending.
    title : str
    use_case : str
        Key in `use_cases.USE_CASES`; "own" for the trainee's own.
    about : str
        What the tool is to do, for whom and with which data.
    begun_on : str
    evidence, answers, risks, checks : tuple
        Each in the order of its key.
    decision : Decision or None
    changes, undone : tuple of Change
        The latest ones, oldest first; those that were undone and can be done again.
    """

    slug: str
    title: str
    use_case: str
    about: str
    begun_on: str
    evidence: tuple[Evidence, ...] = ()
    answers: tuple[Answer, ...] = ()
    risks: tuple[Risk, ...] = ()
    checks: tuple[Check, ...] = ()
    decision: Decision | None = None
    changes: tuple[Change, ...] = ()
    undone: tuple[Change, ...] = ()

    def find(self, section: str, key: str):
        """Return the item of "evidence", "answers", "risks" or "checks" with this key; None if there is none."""
        return next((item for item in getattr(self, section) if item.key == key), None)


SECTIONS = {"evidence": Evidence, "answers": Answer, "risks": Risk, "checks": Check}
FACTS = ("title", "about", "use_case")


def put(case: Case, section: str, item, did: str, on: str) -> Case:
    """Return a case with an item added, or in the place of the one with its key.

    Parameters
    ----------
    case : Case
    section : str
        "evidence", "answers", "risks", "checks" or "decision".
    item : Evidence, Answer, Risk, Check or Decision
    did : str
        What was done, in words: shown when it can be undone.
    on : str
        Date.
    """
    key = "" if section == "decision" else item.key
    return _changed(case, section, key, to_json(item), did, on)


def remove(case: Case, section: str, key: str, did: str, on: str) -> Case:
    """Return a case without an item; `key` is "" for the decision.

    Raises
    ------
    ValueError
        If there is no such item.
    """
    if _held(case, section, key) is None:
        raise ValueError(f"There is nothing called {key!r} in the {section} of this case.")
    return _changed(case, section, key, None, did, on)


def describe(case: Case, fact: str, text: str, did: str, on: str) -> Case:
    """Return a case with another title, another text about it, or another use case."""
    return _changed(case, "facts", fact, text, did, on)


def undo(case: Case) -> tuple[Case, str]:
    """Return the case before its last change, and that change in words; "" if there is nothing to undo."""
    if not case.changes:
        return case, ""
    last = case.changes[-1]
    back = _with(case, last.section, last.key, last.before)
    undone = (*case.undone, last)[-HISTORY:]
    return replace(back, changes=case.changes[:-1], undone=undone), last.did


def redo(case: Case) -> tuple[Case, str]:
    """Return the case with the change done again that was undone last, and that change in words."""
    if not case.undone:
        return case, ""
    last = case.undone[-1]
    again = _with(case, last.section, last.key, last.after)
    return replace(again, changes=(*case.changes, last)[-HISTORY:], undone=case.undone[:-1]), last.did


def _changed(case, section, key, after, did, on):
    before = _held(case, section, key)
    change = Change(did, on, section, key, before, after)
    changes = (*case.changes, change)[-HISTORY:]
    return replace(_with(case, section, key, after), changes=changes, undone=())


def _held(case, section, key):
    """Return an item of a case as JSON, or None."""
    if section == "facts":
        return getattr(case, key)
    item = case.decision if section == "decision" else case.find(section, key)
    return None if item is None else to_json(item)


def _with(case, section, key, raw):
    """Return a case in which an item is what its JSON says; without the item if that is None."""
    if section == "facts":
        return replace(case, **{key: raw})
    if section == "decision":
        return replace(case, decision=None if raw is None else _decision(raw))
    others = [item for item in getattr(case, section) if item.key != key]
    if raw is not None:
        others.append(_MAKERS[section](raw))
    return replace(case, **{section: tuple(sorted(others, key=lambda item: item.key))})


# --- as JSON ---------------------------------------------------------------------------------------------------


def to_json(item) -> dict:
    """Return a part of a case, or a case, as JSON's own kinds."""
    raw = _lists(asdict(item))
    for evidence in raw.get("evidence", ()) if isinstance(item, Case) else [raw]:
        if evidence.get("dataset"):
            evidence["dataset"]["sha256"] = dict(evidence["dataset"]["sha256"])
    return raw


def _lists(value):
    if isinstance(value, dict):
        return {key: _lists(part) for key, part in value.items()}
    return [_lists(part) for part in value] if isinstance(value, list | tuple) else value


def dump(case: Case) -> str:
    """Return the text of a case file.

    Raises
    ------
    ValueError
        If the case does not fit the schema; the sentence says where.
    """
    raw = {"$schema": schema()["$id"], "version": VERSION, **to_json(case)}
    if problem := misfit(raw):
        raise ValueError(f"This can't be kept in a case file: {problem}.")
    return json.dumps(raw, indent=1, allow_nan=False) + "\n"


def parse(content: bytes) -> Case:
    """Return the case that a file holds.

    Raises
    ------
    UnreadableError
        If it is damaged, does not fit the schema, or is of a newer version.
    """
    try:
        raw = json.loads(content.decode("utf-8"), parse_constant=_no_number)
        version = raw["version"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UnreadableError("was damaged") from None
    if type(version) is int and version > VERSION:
        raise UnreadableError("was written by a newer version of this course")
    if problem := misfit(raw):
        raise UnreadableError(f"does not fit the form of a case file ({problem})")
    return from_json(raw)


def _no_number(text):
    raise ValueError(f"{text} is no number of JSON.")


def from_json(raw: Mapping) -> Case:
    """Return the case that JSON of the right form holds."""
    facts = {name: raw[name] for name in ("slug", "title", "use_case", "about", "begun_on")}
    parts = {name: tuple(map(make, raw[name])) for name, make in _MAKERS.items()}
    past = {name: tuple(Change(**change) for change in raw[name]) for name in ("changes", "undone")}
    decision = None if raw["decision"] is None else _decision(raw["decision"])
    return Case(**facts, **parts, decision=decision, **past)


def _evidence(raw):
    made = {
        "principles": tuple(raw["principles"]),
        "overall": raw["overall"] and Figure(**raw["overall"]),
        "groups": tuple(Figure(**group) for group in raw["groups"]),
        "settings": tuple(Setting(**setting) for setting in raw["settings"]),
        "dataset": raw["dataset"]
        and DatasetUsed(**{**raw["dataset"], "sha256": tuple(sorted(raw["dataset"]["sha256"].items()))}),
    }
    return Evidence(**{**raw, **made})


def _answer(raw):
    return Answer(**{**raw, "evidence": tuple(raw["evidence"])})


def _risk(raw):
    lists = {name: tuple(raw[name]) for name in ("evidence", "measure_evidence")}
    return Risk(**{**raw, **lists})


def _check(raw):
    return Check(**raw)


def _decision(raw):
    return Decision(**{**raw, "evidence": tuple(raw["evidence"])})


_MAKERS = {"evidence": _evidence, "answers": _answer, "risks": _risk, "checks": _check}


@cache
def schema() -> dict:
    """Return the published JSON Schema of a case file."""
    return json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


@cache
def _validator(part: str = ""):
    """Return what checks a whole file, or a part of `$defs`."""
    from jsonschema import Draft202012Validator  # imported late: a lesson that keeps nothing needs none

    wanted = schema()
    if part:
        wanted = {"$ref": f"#/$defs/{part}", "$defs": wanted["$defs"]}
    return Draft202012Validator(wanted)


_LISTS = {
    "evidence": "evidence",
    "answers": "answer",
    "risks": "risk",
    "checks": "check",
    "changes": "change",
    "undone": "change",
}


def misfit(raw) -> str:
    """Return why JSON does not fit the schema, in a few words; "" if it fits.

    The items of a case's lists are checked one by one, each only once as long as it does not change: the form asks
    nothing of two items together, and a long case is written as quickly as a short one.
    """
    if isinstance(raw, dict):
        lists = {name: raw[name] for name in _LISTS if isinstance(raw.get(name), list)}
        limits = (schema()["properties"][name].get("maxItems", len(items)) for name, items in lists.items())
        if all(len(items) <= limit for items, limit in zip(lists.values(), limits, strict=True)):
            for name, items in lists.items():
                for place, item in enumerate(items):
                    if problem := _misfit_of_item(_LISTS[name], json.dumps(item, sort_keys=True)):
                        return f"{name}/{place}{problem}"
            raw = raw | {name: [] for name in lists}
    return _problem(_validator(), raw).lstrip("/")


@lru_cache(maxsize=2000)
def _misfit_of_item(kind: str, text: str) -> str:
    return _problem(_validator(kind), json.loads(text))


def _problem(validator, raw) -> str:
    from jsonschema.exceptions import best_match

    error = best_match(validator.iter_errors(raw))
    if error is None:
        return ""
    where = "".join(f"/{part}" for part in error.absolute_path)
    return f"{where}: {error.message[:200]}"


# --- typed words -----------------------------------------------------------------------------------------------

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def clean(text: str, longest: int = LONGEST) -> str:
    """Return a typed text as it can be kept: no control characters, no space at its ends.

    Raises
    ------
    ValueError
        If it is too long, or no text.
    """
    if not isinstance(text, str):
        raise ValueError(f"This must be text, but it is {type(text).__name__}; type a sentence.")
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > longest:
        raise ValueError(f"The text has {len(text):,} letters; at most {longest:,} can be kept. Shorten it.")
    return text


def number(value) -> float | None:
    """Return a measured number as JSON holds it: None for what is not finite."""
    value = None if value is None else float(value)
    return value if value is not None and math.isfinite(value) else None
