"""Where case files are kept: ``my_work/cases/<slug>.json``."""

import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import workshop
from workshop.casefile import model
from workshop.casefile.model import NO_CASE, Answer, Case, Check, Decision, Evidence, Risk
from workshop.casefile.principles import principle
from workshop.casefile.risks import level_of
from workshop.casefile.stages import QUESTIONS
from workshop.casefile.use_cases import OWN, USE_CASES
from workshop.kept import JsonStore, UnreadableError, my_work
from workshop.probes.words import joined

FOLDER = "cases"
OPEN = "open-case"  # the file that says which case is open; no slug can be this one
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_RESERVED = {"con", "prn", "aux", "nul", OPEN, *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))}
_MEANWHILE = "What you add is held in this notebook"


def today() -> str:
    """Return the date as 2026-11-30."""
    return date.today().isoformat()


class CaseStore:
    """The case files of one trainee.

    Two notebooks may change one case at once: each change is applied, under a lock, to what is on the disk at that
    moment. Problems with the disk never stop the work; they become a sentence, told once (`take_notice`).

    Parameters
    ----------
    folder : path, optional
        Where to keep them; ``my_work/cases`` by default.
    """

    def __init__(self, folder: str | os.PathLike | None = None):
        self.folder = Path(folder) if folder is not None else my_work() / FOLDER
        self._files: dict[str, JsonStore] = {}
        self._open = JsonStore(
            self.folder / f"{OPEN}.json", "choice of a case", _MEANWHILE, _parse_open, _dump_open, lambda: ""
        )

    # --- which cases there are ---

    def slugs(self) -> tuple[str, ...]:
        """Return the slugs of all cases, in alphabetical order."""
        if not self.folder.is_dir():
            kept = set()
        else:
            kept = {path.stem for path in self.folder.glob("*.json") if _SLUG.fullmatch(path.stem)}
            # A file that went missing comes back from its copy.
            kept |= {
                path.name.removesuffix(".backup.json")
                for path in self.folder.glob("*.backup.json")
                if _SLUG.fullmatch(path.name.removesuffix(".backup.json"))
            }
        kept |= {slug for slug, file in self._files.items() if file.unwritten}
        return tuple(sorted(kept - {OPEN}))

    def begin(self, use_case: str, title: str = "", about: str = "") -> Case:
        """Begin a case and open it; a case of the same title that there is already is opened and left as it is.

        Parameters
        ----------
        use_case : str
            Key in `USE_CASES`.
        title, about : str
            In the trainee's words. The title must be given for "own"; else both are the use case's own by default.

        Raises
        ------
        ValueError
            If there is no such use case, or a case of one's own has no title.
        """
        if use_case not in USE_CASES:
            raise ValueError(f"There is no use case {use_case!r}; there are {', '.join(USE_CASES)}.")
        known = USE_CASES[use_case]
        title = model.clean(title, model.LONGEST_NAME)
        if not title and use_case == OWN:
            raise ValueError("Give your own use case a title of a few words, then begin it.")
        new = Case(
            slug=slug_of(title) if title else use_case,
            title=title or known.title,
            use_case=use_case,
            about=model.clean(about) or known.about,
            begun_on=today(),
        )
        case = self._file(new.slug).change(lambda there: there or new)
        self._open.change(lambda _: new.slug)
        return case

    def open(self, slug: str) -> Case:
        """Open another case.

        Raises
        ------
        ValueError
            If there is no such case.
        """
        case = self.case(slug)
        self._open.change(lambda _: slug)
        return case

    def current(self) -> Case | None:
        """Return the open case as it is on the disk now; None if there is none."""
        slug = self._opened()
        return self._file(slug).read() if slug else None

    def _opened(self) -> str:
        """Return the slug of the open case, or of the only one; "" if there is none."""
        slugs = self.slugs()
        slug = self._open.read() if slugs else ""
        if slug not in slugs:
            slug = slugs[0] if len(slugs) == 1 else ""
        return slug

    def case(self, slug: str) -> Case:
        """Return a case as it is on the disk now.

        Raises
        ------
        ValueError
            If there is no such case.
        """
        case = self._file(slug).read() if slug in self.slugs() else None
        if case is None:
            known = ", ".join(self.slugs()) or "none yet"
            raise ValueError(f"There is no case {slug!r}; there are: {known}.")
        return case

    def path(self, slug: str) -> Path:
        """Return where a case is kept."""
        return self._file(slug).file

    # --- what is kept in the open case; each takes the slug of another case too ---

    def keep(self, evidence: Evidence, reason: str = "", slug: str | None = None) -> Case:
        """Keep evidence with the reason in the trainee's words; the same measurement takes the earlier one's place."""
        reason = model.clean(reason) or evidence.reason
        dated = replace(evidence, reason=reason, recorded_on=today(), course_version=workshop.__version__)
        lesson = evidence.lesson.split("_")[0]
        return self._put("evidence", dated, f"kept “{evidence.label}” (lesson {lesson})", slug)

    def answer(self, answer: Answer, slug: str | None = None) -> Case:
        """Keep an answer to a question of a stage.

        Raises
        ------
        ValueError
            If there is no such question or no such answer.
        """
        if answer.question not in QUESTIONS:
            raise ValueError(f"There is no question {answer.question!r}; there are {', '.join(QUESTIONS)}.")
        if answer.answer not in model.ANSWERS:
            raise ValueError(
                f"The answer is {answer.answer!r}; it can be {joined(model.ANSWERS, 'or')} (words only)."
            )
        answer = replace(answer, text=model.clean(answer.text), answered_on=today())
        return self._put("answers", answer, f"answered “{QUESTIONS[answer.question].asks}”", slug)

    def rate(self, risk: Risk, slug: str | None = None) -> Case:
        """Keep a risk.

        Raises
        ------
        ValueError
            If it has no name, no known principle, or a step that is no whole number from 1 to 5.
        """
        principle(risk.principle)
        level_of(risk.likelihood, risk.impact)
        level_of(
            risk.likelihood if risk.likelihood_after is None else risk.likelihood_after,
            risk.impact if risk.impact_after is None else risk.impact_after,
        )
        if not model.clean(risk.name, model.LONGEST_NAME):
            raise ValueError("Say what goes wrong, in a few words.")
        texts = {name: model.clean(getattr(risk, name)) for name in ("bears", "measure")}
        risk = replace(risk, name=model.clean(risk.name, model.LONGEST_NAME), **texts)
        return self._put("risks", risk, f"rated the risk “{risk.name}”", slug)

    def watch(self, check: Check, slug: str | None = None) -> Case:
        """Keep a check of monitoring."""
        texts = {name: model.clean(getattr(check, name)) for name in ("every", "then")}
        return self._put("checks", replace(check, **texts), f"set the check “{check.id}”", slug)

    def decide(self, decision: Decision, slug: str | None = None) -> Case:
        """Keep the decision.

        Raises
        ------
        ValueError
            If it is none of the four, or its review is on no day of the calendar.
        """
        if decision.decision not in model.DECISIONS:
            raise ValueError(f"Decide to {joined(model.DECISIONS, 'or')}, not {decision.decision!r}.")
        if decision.review_on:
            try:
                date.fromisoformat(decision.review_on)
            except ValueError:
                raise ValueError(
                    f"{decision.review_on!r} is no day: write the review date like 2027-05-31."
                ) from None
        texts = {
            name: model.clean(getattr(decision, name)) for name in ("reasons", "conditions", "decided_by")
        }
        decision = replace(decision, **texts, decided_on=today())
        return self._put("decision", decision, f"decided to {decision.decision}", slug)

    def describe(self, fact: str, text: str, slug: str | None = None) -> Case:
        """Keep another "title" or another text "about" the case.

        Raises
        ------
        ValueError
            If there is no such fact, or the title is empty.
        """
        if fact not in ("title", "about"):
            raise ValueError(f"There is no {fact!r} to change; change the title or the text about the case.")
        text = model.clean(text, model.LONGEST_NAME if fact == "title" else model.LONGEST)
        if fact == "title" and not text:
            raise ValueError("Give the case a title of a few words.")
        did = "changed the title" if fact == "title" else "changed the text about the case"
        return self._change(lambda case: model.describe(case, fact, text, did, today()), slug)

    def remove(self, section: str, key: str, slug: str | None = None) -> Case:
        """Take an item of "evidence", "answers", "risks" or "checks", or the "decision" (key ""), out of the case."""
        did = f"took “{key}” out of the {section}" if key else "took the decision back"
        return self._change(lambda case: model.remove(case, section, key, did, today()), slug)

    def undo(self, slug: str | None = None) -> str:
        """Undo the last change, whichever notebook made it, and return it in words; "" if there was none."""
        return self._step(model.undo, slug)

    def redo(self, slug: str | None = None) -> str:
        """Do again what was undone last, and return it in words; "" if there was nothing."""
        return self._step(model.redo, slug)

    def take_notice(self) -> str:
        """Return what the trainee should be told about the files, and forget it; "" if nothing."""
        notices = [file.take_notice() for file in (self._open, *self._files.values())]
        return " ".join(dict.fromkeys(filter(None, notices)))

    # --- underneath ---

    def _file(self, slug: str) -> JsonStore:
        if not _SLUG.fullmatch(slug):
            raise ValueError(f"{slug!r} is no name of a case: small letters, digits and hyphens only.")
        if slug not in self._files:
            self._files[slug] = JsonStore(
                self.folder / f"{slug}.json", "case", _MEANWHILE, model.parse, _dump, lambda: None
            )
        return self._files[slug]

    def _put(self, section: str, item: Any, did: str, slug: str | None) -> Case:
        return self._change(lambda case: model.put(case, section, item, did, today()), slug)

    def _step(self, step: Callable[[Case], tuple[Case, str]], slug: str | None) -> str:
        done = []

        def stepped(case):
            case, did = step(case)
            done.append(did)
            return case

        self._change(stepped, slug)
        return done[-1]

    def _change(self, operation: Callable[[Case], Case], slug: str | None) -> Case:
        slug = self._opened() if slug is None else slug
        if not slug:
            raise ValueError(NO_CASE)

        def on_a_case(case):
            if case is None:
                raise ValueError(NO_CASE)
            return operation(case)

        return self._file(slug).change(on_a_case)


def slug_of(title: str) -> str:
    """Return a file name for a title: Latin letters, digits and hyphens; of other scripts a short checksum."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))[:50].strip("-")
    lost = any(letter.isalnum() and not letter.isascii() for letter in unicodedata.normalize("NFKD", title))
    if lost or slug in _RESERVED or slug in USE_CASES or not slug:
        slug = f"{slug or 'case'}-{hashlib.sha256(title.encode()).hexdigest()[:8]}"
    return slug


def _dump(case: Case | None) -> str:
    if case is None:
        raise ValueError(NO_CASE)
    return model.dump(case)


def _dump_open(slug: str) -> str:
    return json.dumps({"version": model.VERSION, "open": slug}) + "\n"


def _parse_open(content: bytes) -> str:
    try:
        found = json.loads(content.decode("utf-8"))
        if found["version"] != model.VERSION or not _SLUG.fullmatch(found["open"]):
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UnreadableError("was damaged") from None
    return found["open"]


_STORES: dict[Path, CaseStore] = {}


def my_cases() -> CaseStore:
    """Return the trainee's cases; one store for each folder, so that what waits is not lost."""
    folder = my_work() / FOLDER
    return _STORES.setdefault(folder, CaseStore(folder))


def current() -> Case | None:
    """Return the trainee's open case; None if none was begun."""
    return my_cases().current()
