"""``workshop audit``: the report on a table of scores."""

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
        free_to_write(out, arguments.force)
        scores = read_scores(
            arguments.file, *names, positive=arguments.positive, threshold=arguments.threshold
        )
        audit = audit_scores(scores, names, arguments.threshold)
        document = audit.document()
        notice = write(document, out, arguments.force)
    except ValueError as error:
        print(one_line(error), file=sys.stderr)
        return 2
    print(one_line(audit.probe.picture().sentence))
    for sentence in (*audit.findings, *scores.notes, *([notice] if notice else [])):
        print(f"- {one_line(sentence)}")
    print(f"Report: {one_line(out)}")
    return 0
