"""``workshop monitor``, ``workshop memo`` and ``workshop model-card``."""

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
    from workshop.casefile.monitoring import FEW, UNCLEAR

    for reading in sorted(result.readings, key=lambda each: each.state != "left its band"):
        yield one_line(
            f"{reading.state.upper() if reading in result.left else reading.state}: {reading.what}, {reading.group}"
        )
        yield f"    recorded {one_line(reading.recorded)}; now {one_line(reading.now)}; band {one_line(reading.band)}"
        if reading in result.left and reading.then:
            yield f"    then: {one_line(reading.then)}"
    for note in result.notes:
        yield f"- {one_line(note)}"
    checks = len(result.readings)
    untold = sum(reading.state in (FEW, UNCLEAR) for reading in result.readings)
    told = (
        f"{len(result.left)} of {checks} checks left their band" if result.left else "Nothing left its band"
    )
    # Silence is no good news where nobody could have heard.
    but = f", but {untold} of {checks} checks can't tell" if untold else ""
    yield f"{told}{but} ({result.rows:,} rows)."


def run_memo(arguments):
    """Write the decision memo of a case; return 0, or 2 if there is no such case or a file can't be written."""
    from workshop.casefile.memo import memo

    return _written(arguments, memo)


def run_model_card(arguments):
    """Write the model card of a case; return as `run_memo`."""
    from workshop.casefile.cards import model_card

    def card(case):
        if arguments.model is None:
            return model_card(case)
        from workshop.own_model.models import load_model

        return model_card(case, load_model(arguments.model))

    return _written(arguments, card)


def _written(arguments, make):
    """Write a paper on a case in all formats asked for."""
    from workshop.casefile.reading import find_case
    from workshop.documents import free_to_write, write

    try:
        for path in arguments.out:  # refused before the first is written
            free_to_write(path, arguments.force)
        document = make(find_case(arguments.case))
        for path in arguments.out:
            print(one_line(f"Written: {path}. {write(document, path, arguments.force)}"))
    except ValueError as error:
        print(one_line(error), file=sys.stderr)
        return 2
    return 0
