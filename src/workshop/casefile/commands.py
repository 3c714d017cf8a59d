"""``workshop monitor`` and ``workshop memo``."""

import json
import sys

from workshop.documents import one_line


def run_monitor(arguments):
    """Hold a new batch to the plan of a case.

    Returns
    -------
    int
        0 if nothing left its band, 1 if something did, 2 if it could not be checked.
    """
    from workshop.casefile.monitoring import as_json, monitor
    from workshop.casefile.reading import find_case
    from workshop.datasets.own import read_scores

    columns = (arguments.outcome, arguments.score, arguments.group)
    options = {"positive": arguments.positive}
    try:
        names = dict(_pair(word) for word in arguments.rename)
        case = find_case(arguments.case)
        batch = read_scores(arguments.batch, *columns, **options)
        baseline = read_scores(arguments.baseline, *columns, **options) if arguments.baseline else None
        result = monitor(
            case,
            batch,
            baseline=baseline,
            tolerance=arguments.tolerance,
            threshold=arguments.threshold,
            names=names,
            only=arguments.evidence or None,
        )
    except ValueError as error:
        print(one_line(error), file=sys.stderr)
        return 2
    if arguments.json:
        print(json.dumps(as_json(result), indent=1))
    else:
        print("\n".join(_lines(result)))
    return int(bool(result.left))


def _pair(word):
    first, equals, second = word.partition("=")
    if not equals or not first or not second:
        raise ValueError(
            f"{word!r} gives no group another name; write it as 'name in the batch=name in the case'."
        )
    return first, second


def _lines(result):
    """Yield the result as lines of a terminal, what left its band first."""
    for reading in sorted(result.readings, key=lambda each: each.state != "left its band"):
        yield one_line(
            f"{reading.state.upper() if reading in result.left else reading.state}: {reading.what}, {reading.group}"
        )
        yield f"    recorded {one_line(reading.recorded)}; now {one_line(reading.now)}; band {one_line(reading.band)}"
        if reading in result.left and reading.then:
            yield f"    then: {one_line(reading.then)}"
    for note in result.notes:
        yield f"- {one_line(note)}"
    told = (
        f"{len(result.left)} of {len(result.readings)} checks left their band"
        if result.left
        else "Nothing left its band"
    )
    yield f"{told} ({result.rows:,} rows)."


def run_memo(arguments):
    """Write the decision memo of a case.

    Returns
    -------
    int
        0, or 2 if there is no such case or the file can't be written.
    """
    from workshop.casefile.memo import memo
    from workshop.casefile.reading import find_case
    from workshop.documents import free_to_write, write

    try:
        document = memo(find_case(arguments.case))
        for path in arguments.out:  # all or none: refused before the first is written
            free_to_write(path, arguments.force)
        for path in arguments.out:
            notice = write(document, path, arguments.force)
            print(one_line(f"Memo: {path}. {notice}"))
    except ValueError as error:
        print(one_line(error), file=sys.stderr)
        return 2
    return 0
