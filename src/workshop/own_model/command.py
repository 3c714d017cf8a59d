"""``workshop audit``: the report on a table of scores, and its datasheet."""

import sys
from pathlib import Path

from workshop.datasets.own import read_scores
from workshop.documents import free_to_write, one_line, write


def run(arguments):
    """Audit the table that a caller named, and write the report.

    Returns
    -------
    int
        0, or 2 if the table or the place for the report can't be used.
    """
    from workshop.own_model.report import audit_scores

    names = (arguments.outcome, arguments.score, arguments.group)
    out = Path(arguments.out) if arguments.out else Path(f"{Path(arguments.file).stem}-audit.html")
    try:
        for path in (out, *filter(None, [arguments.datasheet])):  # refused before the first is written
            free_to_write(path, arguments.force)
        scores = read_scores(
            arguments.file, *names, positive=arguments.positive, threshold=arguments.threshold
        )
        audit = audit_scores(scores, names, arguments.threshold)
        document = audit.document()
        notice = write(document, out, arguments.force)
        if arguments.datasheet:
            from workshop.casefile.cards import datasheet

            title = Path(arguments.file).stem
            write(datasheet(scores, names, title), arguments.datasheet, arguments.force)
    except ValueError as error:
        print(one_line(error), file=sys.stderr)
        return 2
    print(one_line(audit.probe.picture().sentence))
    for sentence in (*audit.findings, *scores.notes, *([notice] if notice else [])):
        print(f"- {one_line(sentence)}")
    print(f"Report: {one_line(out)}")
    if arguments.datasheet:
        print(f"Datasheet, to be finished by somebody who knows the table: {one_line(arguments.datasheet)}")
    return 0
