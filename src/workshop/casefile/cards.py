"""Model card and datasheet, made from what was measured; what nobody measured or said is left open, and said so.

skops can write a card too, of a model's settings. Here the numbers come from the case and the table, with counts and
intervals, and nothing is a placeholder that looks filled.
"""

from datetime import date

import numpy as np

import workshop
from workshop.audit import wilson
from workshop.casefile.memo import data_words
from workshop.casefile.risks import LEVEL_NAMES, rate
from workshop.casefile.stages import standings
from workshop.casefile.wording import figure_words
from workshop.datasets.own import Scores
from workshop.documents import Bullets, Document, Heading, Paragraph, Table, one_line
from workshop.probes.words import capital, count, half_up, isolated, joined

OPEN = "Not said. Somebody who knows has to write it here."
LONGEST_SETTING = 200  # letters
# The questions of the course's own datasheets, in the order of Gebru et al. (2021); those that a table can answer are
# answered below.
_QUESTIONS = {
    "Motivation": ("Why was it made?", "Who made it, and who paid?"),
    "Composition": (
        "What does a row stand for?",
        "How many are there?",
        "Is it everybody, or a sample?",
        "Is there a label?",
        "Is anything missing?",
        "What defects are known?",
        "Can a person be recognised?",
        "Is it sensitive, or can it offend?",
    ),
    "Collection process": (
        "How was it acquired?",
        "Did the people know, and agree?",
        "When was it collected?",
    ),
    "Preprocessing, cleaning, labelling": ("What was done to it?", "Is the raw data kept?"),
    "Uses": (
        "What has it been used for?",
        "What must it not be used for?",
        "Who could be harmed by a wrong use?",
    ),
    "Distribution": ("Under which licence?",),
    "Maintenance": ("Who keeps it, and will it change?", "How can an error be reported?"),
}


def model_card(case, model=None, made_on=None):
    """Return the model card of the tool that a case is about.

    Parameters
    ----------
    case : Case
    model : sklearn.base.BaseEstimator, optional
        Its kind and settings are told.
    made_on : str, optional
        Day as "2026-05-18"; today by default.

    Returns
    -------
    Document

    References
    ----------
    Mitchell et al. (2019). Model cards for model reporting. Proceedings of FAT* 2019, 220-229: the sections.
    """
    decision = case.decision
    use = (
        [f"{decision.decision.capitalize()}. {decision.conditions}".strip()]
        if decision
        else ["Not decided yet."]
    )
    return Document(
        f"Model card: {one_line(case.title, 90)}",
        (
            Heading("Model details"),
            *_details(model),
            Heading("Intended use"),
            Paragraph(case.about or OPEN),
            Paragraph(f"Decision: {use[0]}"),
            Heading("Factors"),
            Paragraph(_factors(case)),
            Heading("Metrics and quantitative analyses"),
            *_measured(case),
            Heading("Evaluation data"),
            *_data(case),
            Heading("Training data"),
            Paragraph(OPEN),
            Heading("Ethical considerations"),
            *_risks(case),
            Heading("Caveats and recommendations"),
            *_caveats(case),
        ),
        about=_about(f"the case file “{case.slug}”"),
        created=made_on or date.today().isoformat(),
    )


def _about(source):
    return f"Made from {source} by the course “Responsible AI in law enforcement”, version {workshop.__version__}."


def _details(model):
    if model is None:
        yield Paragraph(f"No model file was given. {OPEN}")
        return
    import sklearn

    kind = type(model)
    yield Paragraph(f"{kind.__module__.split('.')[0]} {kind.__name__}, scikit-learn {sklearn.__version__}.")
    settings = sorted(model.get_params(deep=False).items())
    rows = tuple((name, one_line(repr(value), LONGEST_SETTING)) for name, value in settings)
    if rows:
        yield Table("Settings", ("Name", "Value"), rows, (1, 2))
    classes = getattr(model, "classes_", None)
    if classes is not None:
        yield Paragraph(f"Answers: {joined(one_line(str(each), 60) for each in classes[:10])}.")


def _factors(case):
    groups = dict.fromkeys(figure.name for evidence in case.evidence for figure in evidence.groups)
    if not groups:
        return "Its errors were not compared between groups."
    return f"Groups that were compared: {joined(isolated(name) for name in groups)}. No other group was looked at."


def _measured(case):
    if not case.evidence:
        yield Paragraph("Nothing was measured.")
        return
    rows = tuple(
        (each.label, isolated(figure.name), figure_words(each, figure), data_words(each))
        for each in case.evidence
        for figure in each.figures
    )
    columns = ("What was measured", "Of whom", "How much, 95% interval, counts", "Data")
    yield Table("Measured", columns, rows, (2.4, 1.2, 2.2, 1.5))


def _data(case):
    used = {each.dataset.name: each.dataset for each in case.evidence if each.dataset}
    if not used:
        yield Paragraph(OPEN)
        return
    rows = tuple(
        (name, file, checksum)
        for name, data in used.items()
        for file, checksum in (data.sha256 or (("–", "–"),))
    )
    yield Table("Data and checksums", ("Data set", "File", "SHA-256"), rows, (1, 1, 2.2))


def _risks(case):
    rated = rate(case.risks, case.evidence)
    if not rated:
        yield Paragraph("No risk was named. That says nothing about how large the risks are.")
        return
    yield Bullets(
        tuple(
            f"{capital(LEVEL_NAMES[each.after])}: {each.risk.name}. Borne by {each.risk.bears or 'nobody named'}. "
            f"Measure: {each.risk.measure or 'none'}."
            for each in rated
        )
    )


def _caveats(case):
    open_ones = [each.question.asks for each in standings(case) if each.state != "answered"]
    small = [
        f"{each.label}, {isolated(figure.name)}: too few to tell."
        for each in case.evidence
        for figure in each.figures
        if not figure.enough
    ]
    if not open_ones and not small:
        yield Paragraph("No question of the review is open.")
        return
    yield Bullets((*small, *(f"Open: {question}" for question in open_ones)))


def datasheet(scores, names, title, made_on=None):
    """Return the datasheet of a table of scores: what can be counted is answered, the rest is left open.

    Parameters
    ----------
    scores : Scores
    names : tuple of (str, str, str)
        Columns of the outcome, the score and the group.
    title : str
    made_on : str, optional
        Day as "2026-05-18"; today by default.

    Returns
    -------
    Document

    References
    ----------
    Gebru et al. (2021). Datasheets for datasets. Communications of the ACM 64(12), 86-92.
    """
    answers = _counted(scores, names)
    blocks = []
    for head, questions in _QUESTIONS.items():
        blocks.append(Heading(head))
        for question in questions:
            blocks += [Heading(question, 3), *answers.get(question, (Paragraph(OPEN),))]
    return Document(
        f"Datasheet: {one_line(title, 90)}",
        tuple(blocks),
        about=_about("a table of scores"),
        created=made_on or date.today().isoformat(),
    )


def _counted(scores: Scores, names):
    """Return the answers that the table itself gives."""
    outcome, score, group = (one_line(name, 80) for name in names)
    weight = np.ones(len(scores.score)) if scores.repeats is None else scores.repeats
    known = ~np.isnan(scores.outcome)
    yes, told = weight[known & (scores.outcome == 1)].sum(), weight[known].sum()
    low, high = wilson(yes, told)
    labels = [*scores.group.categories, "not recorded"]
    people = np.bincount(scores.group.codes % len(labels), weight, len(labels)).astype(int)
    order = np.argsort(-people, kind="stable")
    rows = tuple((isolated(labels[place]), count(int(people[place]))) for place in order if people[place])
    lacking = [note for note in scores.notes if "have no" in note] or [
        "No value of the three columns is missing."
    ]
    return {
        "How many are there?": (
            Paragraph(f"{count(scores.rows, 'rows')}, {len(rows)} groups in the column “{group}”."),
            Table("Rows with a score, by group", ("Group", "Rows"), rows, (2, 1)),
        ),
        "Is there a label?": (
            Paragraph(
                f"The column “{outcome}” says what happened: yes for {yes:,.0f} of {told:,.0f} rows, "
                f"{half_up(100 * yes / told)} of 100 ({half_up(100 * low)} to {half_up(100 * high)}). "
                f"The column “{score}” holds scores from {scores.score.min():g} to {scores.score.max():g}."
            ),
        ),
        "Is anything missing?": (Bullets(tuple(lacking)),),
    }
