"""Cases for tests: one as a trainee may leave it, and one as long and as hostile as the form allows."""

from workshop import casefile
from workshop.audit import group_rates
from workshop.casefile.model import LONGEST, LONGEST_NAME, Answer, Case, Check, Decision, Risk
from workshop.datasets import load


def realistic():
    """Return a case with the numbers of lesson 01, answers, risks and a decision."""
    people = load("compas_scores")
    rates = group_rates(people["reoffended"], people["decile_score"] >= 5, people["group"])
    made = tuple(
        casefile.evidence(
            "01_responsible_ai",
            rates,
            metric,
            dataset="compas_scores",
            groups=["African-American", "Caucasian"],
            principles=("accuracy", "equality_and_non_discrimination"),
            bears="people who are held and would not have re-offended",
            threshold=5,
        )
        for metric in ("false_positive_rate", "false_negative_rate")
    )
    wrongly = made[0].id
    risks = (
        Risk(
            "r1",
            "People are held who would not have re-offended",
            "defendants",
            "proportionality",
            5,
            4,
            (wrongly,),
        ),
        Risk(
            "r2",
            "The score is read as proof",
            "defendants",
            "human_agency",
            3,
            4,
            (),
            "A training of two days",
            2,
            4,
        ),
    )
    answers = (
        Answer("legal_basis", "yes", "Bail act, section 3"),
        Answer("need", "not sure"),
        Answer("groups_compared", "yes", "", (wrongly,)),
    )
    decision = Decision(
        "limit",
        "Of 100 African-American defendants who did not re-offend, 45 were flagged; of 100 Caucasian, 23. "
        "The score is not used for detention. It may be used to offer help.",
        "Only for offers of help. Every case is read by a person.",
        "Head of the pre-trial service",
        "2027-05-31",
        "2026-11-30",
        (wrongly,),
    )
    check = Check(
        "c1", "false_positive_rate", "each group", None, 0.4, wrongly, "each month", "The head stops it"
    )
    return Case(
        "pre-trial", "Pre-trial: who is offered help", "own", "A score ranks defendants by risk.", "2026-05-18",
        made, answers, risks, (check,), decision,
    )  # fmt: skip


def filled(text, number=12):
    """Return a case in which every typed text is `text`, as often as the form allows."""
    long = (text * (LONGEST // max(len(text), 1) + 1))[:LONGEST] or "-"
    name = (text * (LONGEST_NAME // max(len(text), 1) + 1))[:LONGEST_NAME] or "-"
    rates = group_rates([1, 0] * 60, [1, 1, 0, 0] * 30, [name, "B"] * 60)
    made = tuple(
        casefile.evidence(
            "01_responsible_ai",
            rates,
            "selection_rate",
            label=name,
            bears=name,
            threshold=1,
            place=float(place),
        )
        for place in range(number)
    )
    risks = tuple(Risk(f"r{place}", name, name, "accuracy", 5, 5, (), long, 1, 1) for place in range(number))
    answers = tuple(Answer(key, "yes", long) for key in casefile.QUESTIONS)
    decision = Decision("limit", long, long, name, "2027-05-31", "2026-11-30", (made[0].id,))
    return Case("filled", name, "own", long, "2026-05-18", made, answers, risks, (), decision)
