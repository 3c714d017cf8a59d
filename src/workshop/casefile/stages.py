"""The questions of the three stages: what each serves, what answers it, and what a bad answer looks like.

They are the course's own, inspired by how guidance for police use of AI is laid out: first whether AI is needed at all,
then law, data and errors, then what happens once it runs. In every question "yes" is the answer that lets one go on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from workshop.casefile.model import NO_CASE, STAGES, Answer, Case, Evidence
from workshop.casefile.principles import PRINCIPLES, principle
from workshop.casefile.risks import counts_as_evidence
from workshop.casefile.wording import sentence
from workshop.probes import svg
from workshop.probes.html import Picture, StillPicture, bullets, table
from workshop.probes.words import joined


@dataclass(frozen=True)
class Question:
    """A question of a stage.

    Attributes
    ----------
    key : str
        As a case file holds it.
    stage : str
        "design", "development" or "deployment".
    asks : str
    principles : tuple of str
        Keys of the principles that it serves.
    answered_by : tuple of str
        Recorded evidence for one of these principles answers it; empty where only words can.
    why : str
        Why it is asked.
    bad : str
        What a bad answer looks like.
    gate : bool
        Whether a "no" ends the case.
    in_words : bool
        Whether it wants words rather than yes or no.
    """

    key: str
    stage: str
    asks: str
    principles: tuple[str, ...]
    answered_by: tuple[str, ...]
    why: str
    bad: str
    gate: bool = False
    in_words: bool = False


QUESTIONS = {
    question.key: question
    for question in (
        Question(
            "need",
            "design",
            "Do you need AI at all? Does the task fail without it?",
            ("necessity", "efficiency"),
            ("efficiency",),
            "The cheapest error is that of a tool nobody built. More staff, a better form or a simple rule may do.",
            "“Others have it too.” “There is money for it.”",
            gate=True,
        ),
        Question(
            "legal_basis",
            "design",
            "Is there a law, clear and open to read, that allows this use by your agency?",
            ("legitimacy",),
            (),
            "What a purpose is good for does not make it lawful. Name the law and the article.",
            "“Nobody has forbidden it.” “The lawyers will look at it later.”",
            gate=True,
        ),
        Question(
            "less_intrusive",
            "design",
            "Is every way that takes less freedom ruled out, and can you say why?",
            ("necessity", "privacy"),
            ("necessity", "efficiency"),
            "A tool is necessary only if nothing milder would do: fewer people, fewer data, a shorter time.",
            "Only one product was looked at, and no way without AI.",
            gate=True,
        ),
        Question(
            "proportionate",
            "design",
            "Is the gain greater than the harm, also in the eyes of those who bear the harm?",
            ("proportionality", "human_and_environmental_well_being"),
            ("proportionality", "accuracy"),
            "Gain and harm often fall on different people. Count both: how many are found, how many are troubled.",
            "The gain is a number, the harm is one sentence.",
            gate=True,
        ),
        Question(
            "stakeholders",
            "design",
            "Who is touched by it, who was asked, and what did they say?",
            ("diversity_and_accessibility", "protection_of_vulnerable_groups"),
            (),
            "Officers, suspects, victims and bystanders see different harms. Who was not asked is easily forgotten.",
            "Only the agency and the seller were at the table.",
            in_words=True,
        ),
        Question(
            "data_fit",
            "development",
            "Do the data fit the people and the place where the tool will be used?",
            ("accuracy", "privacy"),
            ("accuracy", "diversity_and_accessibility", "traceability_and_auditability"),
            "Records show where the police looked. Data of another country or year may tell little about yours.",
            "Nobody has read the datasheet.",
        ),
        Question(
            "errors_counted",
            "development",
            "Are its errors counted, with an interval, and few enough for this use?",
            ("accuracy", "proportionality"),
            ("accuracy",),
            "“90% accurate” hides who is wrongly flagged and who is missed.",
            "One number from the seller, without counts.",
        ),
        Question(
            "groups_compared",
            "development",
            "Were the errors compared between groups, and can each difference be defended?",
            ("equality_and_non_discrimination", "protection_of_vulnerable_groups"),
            ("equality_and_non_discrimination", "protection_of_vulnerable_groups"),
            "The same average can be a small burden for most and a heavy one for a few.",
            "“The data hold no column for origin, so there is no difference.”",
        ),
        Question(
            "bad_days",
            "development",
            "Was it tried on bad days: noise, night, another dialect, a crisis?",
            ("robustness_and_safety",),
            ("robustness_and_safety",),
            "Tools are shown on good days. In 2020 what police recorded changed within weeks.",
            "It was tested on a part of the data that it was made from, and on nothing else.",
        ),
        Question(
            "explained",
            "development",
            "Can an officer, and the person concerned, learn why it said what it said?",
            ("transparency_and_explainability", "human_agency"),
            ("transparency_and_explainability",),
            "What nobody can explain, nobody can contest, and no court can weigh.",
            "“The method is a trade secret.”",
        ),
        Question(
            "oversight",
            "deployment",
            "Does a person with time, knowledge and power to say no check each result that touches somebody?",
            ("human_control_and_oversight", "accountability"),
            ("human_control_and_oversight", "efficiency"),
            "A person who must agree 500 times a day checks nothing. Count how many results one person gets.",
            "“An officer is in the loop”, but no one can say what this officer does.",
        ),
        Question(
            "redress",
            "deployment",
            "Can a person learn that it was used, contest the result, and have the harm repaired?",
            ("contestability_and_redress", "transparency_and_explainability"),
            ("contestability_and_redress",),
            "A right that nobody knows of helps nobody.",
            "There is a form, but those concerned never hear of the tool.",
        ),
        Question(
            "traces",
            "deployment",
            "Is each use written down, so that others can check it later?",
            ("traceability_and_auditability", "accountability"),
            ("traceability_and_auditability",),
            "Without records an error can't be found, nor who made it.",
            "The log says that it ran, not who looked at what, and why.",
        ),
        Question(
            "watched",
            "deployment",
            "Are there numbers that are watched, with bounds, and somebody who stops it when they are broken?",
            ("robustness_and_safety", "accuracy", "accountability"),
            ("robustness_and_safety", "accuracy"),
            "The world changes and the model doesn't. An alarm without a person is a light in an empty room.",
            "“We will evaluate it.” No number, no date, no name.",
        ),
        Question(
            "sunset",
            "deployment",
            "Is there a day on which it ends unless somebody decides again?",
            ("proportionality", "necessity", "accountability"),
            (),
            "What was brought in for an emergency tends to stay.",
            "The contract renews itself.",
        ),
    )
}


class Standing(NamedTuple):
    """How far a question is answered.

    Attributes
    ----------
    question : Question
    answer : Answer or None
    evidence : tuple of Evidence
        What the trainee named for it; where nothing was named, what the case holds that answers it.
    state : str
        "open", "stop" (a gate answered with no), "no", "not sure", "no evidence" (yes, but nothing recorded supports it
        though evidence could) or "answered".
    """

    question: Question
    answer: Answer | None
    evidence: tuple[Evidence, ...]
    state: str


STATES = {
    "open": "not answered",
    "stop": "no: stop here",
    "no": "no",
    "not sure": "not sure",
    "no evidence": "yes, but without evidence",
    "answered": "answered",
}


def fitting(question: Question, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Return the evidence that can answer a question: it serves one of its principles, and counts as evidence."""
    wanted = set(question.answered_by)
    return tuple(each for each in evidence if wanted & set(each.principles) and counts_as_evidence(each))


def standings(case: Case | None) -> tuple[Standing, ...]:
    """Return how far each question is answered in a case, in the order of the stages."""
    held = case.evidence if case else ()
    answers = {answer.question: answer for answer in case.answers} if case else {}
    return tuple(_standing(question, answers.get(question.key), held) for question in QUESTIONS.values())


def _standing(question, answer, held):
    found = fitting(question, held)
    if answer is not None and answer.evidence:
        named = tuple(each for each in held if each.id in answer.evidence and counts_as_evidence(each))
        found = named or found
    return Standing(question, answer, found, _state(question, answer, found))


def _state(question, answer, evidence):
    if answer is None or (answer.answer == "text" and not answer.text):
        return "open"
    if answer.answer == "no":
        return "stop" if question.gate else "no"
    if answer.answer == "not sure":
        return "not sure"
    return "no evidence" if question.answered_by and not evidence else "answered"


def stopped_by(case: Case | None) -> tuple[Question, ...]:
    """Return the gates that were answered with no; with one of them the case ends here."""
    return tuple(standing.question for standing in standings(case) if standing.state == "stop")


def without_evidence(case: Case | None) -> tuple[str, ...]:
    """Return the keys of the principles for which nothing that counts is recorded."""
    served = {
        key for each in (case.evidence if case else ()) if counts_as_evidence(each) for key in each.principles
    }
    return tuple(key for key in PRINCIPLES if key not in served)


def review(case: Case | None) -> StillPicture:
    """Return which questions are answered with which evidence, and which principles have none."""
    shown = review_picture(case)
    return StillPicture("Review of a case", shown if case else shown._replace(sentence=NO_CASE), CAPTION)


CAPTION = "A square is one piece of evidence; the numbers count the questions that serve the principle."


def review_picture(case: Case | None) -> Picture:
    """Return the review as sentence, figure, notes and tables."""
    told = standings(case)
    stopped = stopped_by(case)
    served = _served(case, told)
    done = sum(standing.state == "answered" for standing in told)
    have = sum(pieces > 0 for pieces, *_ in served.values())
    summary = f"{done} of {len(told)} questions are answered, and {have} of {len(PRINCIPLES)} principles have evidence."
    if stopped:
        reasons = joined(f"“{question.asks}”" for question in stopped)
        summary = (
            f"Stop: the answer to {reasons} is no. Nothing measured later can make up for that. {summary}"
        )
    notes = []
    for state in ("stop", "no", "not sure", "no evidence"):
        names = [_short(standing.question) for standing in told if standing.state == state]
        if names:
            notes.append(f"{STATES[state].capitalize()}: {joined(names)}.")
    tables = f"{_principle_table(served)}\n{_review_table(told)}"
    return Picture(summary, _figure(served, summary), bullets(notes) if notes else "", tables)


def _short(question):
    return question.key.replace("_", " ")


def _served(case, told):
    """Return for each principle its pieces of evidence, its questions that are answered, and all of them."""
    held = [each for each in (case.evidence if case else ()) if counts_as_evidence(each)]
    served = {}
    for key in PRINCIPLES:
        asked = [standing for standing in told if key in standing.question.principles]
        answered = sum(standing.state == "answered" for standing in asked)
        served[key] = (sum(key in each.principles for each in held), answered, len(asked))
    return served


def _principle_table(served):
    rows = [
        (principle(key).name, str(pieces) if pieces else "none", f"{answered} of {asked}")
        for key, (pieces, answered, asked) in served.items()
    ]
    return table("Principles", ("Principle", "Pieces of evidence", "Questions answered"), rows)


def _review_table(told):
    rows = [
        (
            f"{standing.question.stage.capitalize()}, {_short(standing.question)}: {standing.question.asks}",
            STATES[standing.state],
            (standing.answer.text if standing.answer else "") or "–",
            "\n".join(sentence(each) for each in standing.evidence) or "none",
            joined(principle(key).name.lower() for key in standing.question.principles),
        )
        for standing in told
    ]
    columns = ("Question", "State", "In your words", "Evidence", "Principles")
    return table("Questions of the three stages", columns, rows)


_ROW, _STEP, _MOST = 23, 14, 4  # pixels, and squares that fit
_COLUMNS = (("Lawfulness", "Minimization of harm", "Good governance"), ("Human autonomy", "Fairness"))
_EVIDENCE, _ANSWERED = 252, 312  # from the left end of a column


def _figure(served, summary):
    marks, lowest = [], 0
    for x, cores in zip((2, 382), _COLUMNS, strict=True):
        marks.append(svg.text(x + _EVIDENCE, 20, "evidence", svg.SMALL, fill=svg.GREY))
        marks.append(svg.text(x + _ANSWERED, 20, "answered", svg.SMALL, fill=svg.GREY))
        y = 20
        for core in cores:
            y += _ROW
            marks.append(svg.text(x, y, core, svg.NORMAL, bold=True))
            for key, counts in served.items():
                if principle(key).core == core:
                    y += _ROW
                    marks += _line(x, y, principle(key).name, *counts)
            y += 4
        lowest = max(lowest, y)
    said = "; ".join(
        f"{principle(key).name}: {pieces} pieces of evidence, {answered} of {asked} questions answered"
        for key, (pieces, answered, asked) in served.items()
    )
    title = "Principles with their evidence and questions"
    return svg.figure("review", lowest + 14, title, f"{summary} {said}.", marks)


def _line(x, y, name, pieces, answered, asked):
    yield svg.text(x + 8, y, name, svg.SMALL)
    if not pieces:
        yield svg.text(x + _EVIDENCE, y, "none", svg.SMALL, bold=True, fill=svg.VERMILION.fill)
    elif pieces <= _MOST:
        for place in range(pieces):
            yield svg.area(x + _EVIDENCE + place * _STEP, y - 10, 11, 11, svg.BLUE)
    else:
        yield svg.area(x + _EVIDENCE, y - 10, 11, 11, svg.BLUE)
        yield svg.text(x + _EVIDENCE + 16, y, f"× {pieces}", svg.SMALL, bold=True)
    yield svg.text(x + _ANSWERED, y, f"{answered} of {asked}", svg.SMALL, bold=answered == asked)


def stage_questions(stage: str) -> tuple[Question, ...]:
    """Return the questions of a stage.

    Raises
    ------
    ValueError
        If there is no such stage.
    """
    if stage not in STAGES:
        raise ValueError(f"There is no stage {stage!r}; the stages are {', '.join(STAGES)}.")
    return tuple(question for question in QUESTIONS.values() if question.stage == stage)
