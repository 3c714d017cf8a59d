"""A certificate of what a trainee has worked through: made from the progress file, and checked against it.

It is self-attested: nobody watched, and there is no account and no network. What the check can tell is whether a
certificate and a progress file belong together, and whether one of them was changed afterwards.
"""

import base64
import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import workshop
from workshop.checks.exercise import exercise_names, open_exercise
from workshop.checks.progress import Records, parse
from workshop.documents import Bullets, Document, Heading, Html, Paragraph, Table, one_line
from workshop.kept import UnreadableError, my_work

LONGEST_NAME = 80  # letters
LESSONS = Path(__file__).resolve().parents[3] / "content" / "lessons"
SELF_ATTESTED = (
    "This certificate is self-attested: the trainee worked alone on a machine of their own, nobody watched, and nobody "
    "but the trainee vouches for the name. It shows that the course's checks were passed, "
    "not that somebody was examined."
)
_MARK = "workshop-certificate:"
# Where only the course's own writers put it: a comment of a page, the keywords of a PDF. No typed name gets there.
_PDF = b"%PDF"
_IN_HTML = re.compile(rb"<!-- workshop-certificate:([A-Za-z0-9+/=]+)")
_IN_PDF = re.compile(rb"/Keywords \(workshop-certificate:([A-Za-z0-9+/=]+)")


class Passed(NamedTuple):
    """How far a lesson was worked through.

    Attributes
    ----------
    exercise, title : str
    right, total : int
        Checks passed, and checks there are.
    aims : tuple of str
        Of the lesson; they count as met where all checks are passed.
    """

    exercise: str
    title: str
    right: int
    total: int
    aims: tuple[str, ...]

    @property
    def met(self) -> bool:
        """Whether all checks were passed."""
        return self.right == self.total


@dataclass(frozen=True)
class Certificate:
    """What a certificate says.

    Attributes
    ----------
    name : str
        As typed by the trainee; "" if none was given.
    course_version : str
    issued_on : str
        Day as "2026-11-30".
    passed : tuple of Passed
        Titles and aims are kept as they were on that day: a lesson may change.
    progress_sha256 : str
        Of the progress in its canonical form.
    """

    name: str
    course_version: str
    issued_on: str
    passed: tuple[Passed, ...]
    progress_sha256: str

    @property
    def seal(self) -> str:
        """SHA-256 over everything that the certificate says."""
        return hashlib.sha256(_canonical(asdict(self)).encode()).hexdigest()

    @property
    def checks(self) -> str:
        """How many checks were passed, in words."""
        return (
            f"{sum(each.right for each in self.passed)} of {sum(each.total for each in self.passed)} checks"
        )

    def document(self) -> Document:
        """Return the certificate as a paper; the same certificate is always the same paper."""
        rows = tuple(
            (each.title, f"{each.right} of {each.total}", "met" if each.met else "not all met yet")
            for each in self.passed
        )
        aims = [
            block
            for each in self.passed
            if each.met and each.aims
            for block in (Heading(each.title, 3), Bullets(each.aims))
        ]
        data = base64.b64encode(_canonical(asdict(self) | {"seal": self.seal}).encode()).decode()
        return Document(
            "Responsible AI in law enforcement: certificate",
            (
                Paragraph(f"{self.name or 'A trainee'} passed {self.checks} of this course.", "lead"),
                Paragraph(f"Course version {self.course_version}. Issued on {self.issued_on}."),
                Table("Checks passed", ("Lesson", "Checks passed", "Aims"), rows, (3, 1, 1)),
                *((Heading("Aims met: after this, you can"), *aims) if aims else ()),
                Heading("How far it can be trusted"),
                Paragraph(SELF_ATTESTED),
                Paragraph(f"Checksum of the progress: {self.progress_sha256}", "note"),
                Paragraph(f"Checksum of this certificate: {self.seal}", "note"),
                Paragraph("To check both: workshop verify-certificate CERTIFICATE", "note"),
                Html(f"<!-- {_MARK}{data} -->"),
            ),
            about=f"Course version {self.course_version}",
            created=self.issued_on,
            keywords=f"{_MARK}{data}",
        )


class Verdict(NamedTuple):
    """What a check of a certificate found.

    Attributes
    ----------
    fits : bool
        Whether certificate and progress belong together, unchanged.
    sentence : str
    """

    fits: bool
    sentence: str


def _canonical(value) -> str:
    """Return JSON in one form only: sorted keys, no spaces, plain letters."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def progress_sha256(records: Records) -> str:
    """Return the SHA-256 of progress; the layout of its file and the order of its parts make no difference."""
    plain = {
        exercise: {key: asdict(record) for key, record in questions.items()}
        for exercise, questions in records.items()
        if questions
    }
    return hashlib.sha256(_canonical(plain).encode()).hexdigest()


def certify(records: Records, name: str = "", issued_on: str | None = None) -> Certificate:
    """Return the certificate of a trainee's progress.

    Parameters
    ----------
    records : dict
        From `workshop.checks.progress.parse`.
    name : str, optional
        As the trainee wants to be called.
    issued_on : str, optional
        Day; today by default.

    Raises
    ------
    ValueError
        If no check was passed yet, or the name is too long.
    """
    name = one_line(name)
    if len(name) > LONGEST_NAME:
        raise ValueError(f"The name has {len(name):,} letters; at most {LONGEST_NAME} fit on a certificate.")
    passed = []
    for exercise in exercise_names():
        kept, ids = records.get(exercise, {}), open_exercise(exercise).ids
        right = sum(key in kept and kept[key].right for key in ids)
        passed.append(Passed(exercise, _title(exercise), right, len(ids), _aims(exercise)))
    if not any(each.right for each in passed):
        raise ValueError(
            "No check was passed yet. Work through an exercise, then ask for the certificate again."
        )
    return Certificate(
        name,
        workshop.__version__,
        issued_on or date.today().isoformat(),
        tuple(passed),
        progress_sha256(records),
    )


def read_progress(path: Path | None = None) -> Records:
    """Return the progress in a file; by default the trainee's own.

    Raises
    ------
    ValueError
        If there is none, or it is damaged.
    """
    own = path is None
    path = my_work() / "progress.json" if own else Path(path)
    try:
        return parse(path.read_bytes())
    except UnreadableError as error:
        raise ValueError(f"The progress file {path.name!r} {error}.") from None
    except FileNotFoundError:
        if own:
            raise ValueError(
                f"No progress is kept in {path.parent.name} yet. Work through an exercise first."
            ) from None
        raise ValueError(f"There is no progress file {path.name!r} in {str(path.parent)!r}.") from None
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or error
        raise ValueError(f"The progress file {path.name!r} can't be read ({told}).") from None


def read_certificate(content: bytes) -> tuple[Certificate, str]:
    """Return the certificate that an html or PDF file holds, and the seal that it carries.

    Raises
    ------
    ValueError
        If it holds none, or a damaged one.
    """
    found = set((_IN_PDF if content.startswith(_PDF) else _IN_HTML).findall(content))
    if not found:
        raise ValueError("This file is no certificate of this course.")
    try:
        if len(found) != 1:
            raise ValueError
        raw = json.loads(base64.b64decode(found.pop(), validate=True))
        seal = raw.pop("seal")
        passed = tuple(
            Passed(str(name), str(title), int(right), int(total), tuple(map(str, aims)))
            for name, title, right, total, aims in raw.pop("passed")
        )
        certificate = Certificate(passed=passed, **raw)
        texts = (
            certificate.name,
            certificate.course_version,
            certificate.issued_on,
            certificate.progress_sha256,
            seal,
        )
        if not all(isinstance(text, str) for text in texts):
            raise ValueError
        date.fromisoformat(certificate.issued_on)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ValueError("The certificate is damaged: what it carries can't be read.") from None
    return certificate, seal


def verify(content: bytes, records: Records) -> Verdict:
    """Return whether a certificate is unchanged and fits a trainee's progress.

    Parameters
    ----------
    content : bytes
        Of the html or PDF file.
    records : dict
        The progress.

    Raises
    ------
    ValueError
        If the file holds no certificate that can be read.
    """
    certificate, seal = read_certificate(content)
    if seal != certificate.seal:
        return Verdict(False, "The certificate was changed after it was made: its own checksum doesn't fit.")
    if not content.startswith(_PDF) and certificate.course_version == workshop.__version__:
        from workshop.documents.html import html_page

        if content.decode("utf-8", "replace").replace("\r\n", "\n") != html_page(certificate.document()):
            return Verdict(
                False,
                "The certificate's page was changed after it was made: it says something else than it carries.",
            )
    if progress_sha256(records) != certificate.progress_sha256:
        return Verdict(False, f"The certificate is unchanged, but {_difference(certificate, records)}.")
    return Verdict(
        True,
        f"The certificate fits the progress: {certificate.name or 'a trainee without a name'}, {certificate.checks}, "
        f"course version {certificate.course_version}, {certificate.issued_on}. {SELF_ATTESTED}",
    )


def _difference(certificate, records):
    """Return what the progress says instead."""
    lacking = [
        each.title
        for each in certificate.passed
        if sum(record.right for record in records.get(each.exercise, {}).values()) < each.right
    ]
    if lacking:
        return f"the progress file is another one, or was changed: it has fewer checks passed in {', '.join(lacking)}"
    return (
        "the progress file is not the same any more: answers were added, or it was changed. If you went on working, "
        "make a new certificate"
    )


# --- from the lessons' sources -----------------------------------------------------------------------------------


@cache
def _lesson(exercise: str) -> str:
    """Return the source of a lesson, as plain Markdown; "" if there is none."""
    try:
        source = (LESSONS / f"{exercise}.py").read_text("utf-8")
    except OSError:
        return ""
    return "\n".join(line[2:] if line.startswith("# ") else line.lstrip("#") for line in source.splitlines())


def _title(exercise: str) -> str:
    found = re.search(r"^# (.+)$", _lesson(exercise), re.M)
    return found.group(1).strip() if found else exercise


def _aims(exercise: str) -> tuple[str, ...]:
    """Return the aims under the heading "What you will learn"."""
    _, _, after = _lesson(exercise).partition("## What you will learn")
    part = after.partition("\n%%")[0]
    aims = re.findall(r"^- (.+(?:\n  .+)*)", part, re.M)
    return tuple(" ".join(aim.replace("**", "").split()).rstrip(";.") for aim in aims)
