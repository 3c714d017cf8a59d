"""The ``workshop`` command: each target of the Makefile is one of its words."""

import argparse
import math
import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START = "notebooks/00_start_here.ipynb"
LINTED = ("src", "content", "tests", "benchmarks", "datasets", "bootstrap.py")
BUILT = ("notebooks", "exercises")


def call(command):
    """Run a command that decides itself what Ctrl+C means; return its exit status, 128 + n if signal n ended it."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        status = subprocess.call(command, cwd=ROOT)
    finally:
        signal.signal(signal.SIGINT, before)
    return status if status >= 0 else 128 - status


def lab(arguments):
    """Open JupyterLab on the start page."""
    from workshop.build.trust import trust

    trust(ROOT)
    # Words of the caller's go before ours. The server tries the following ports by itself when this one is taken.
    ours = {
        "--ServerApp.root_dir": ROOT,
        "--ServerApp.ip": "127.0.0.1",
        "--ServerApp.port": 8888,
        "--LabApp.default_url": f"/lab/tree/{START}",
    }
    given = {word.split("=")[0] for word in arguments.rest}
    command = [sys.executable, "-m", "jupyterlab"]
    command += [f"{name}={value}" for name, value in ours.items() if name not in given]
    # Jupyter refuses to run as root unless told; a container has often no other user.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    if not _has_display():
        command.append("--no-browser")
        print(
            "No display here: open the address with the token, printed below, in a browser on this machine."
        )
    print("Opening the course in JupyterLab. To stop it: press Ctrl+C here, twice.", flush=True)
    return call(command + arguments.rest)


def _has_display():
    return (
        os.name == "nt"
        or sys.platform == "darwin"
        or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    )


def build(arguments):
    """Make the notebooks and exercises from content/."""
    from workshop.build import notebooks, readme

    try:
        written = notebooks.build(ROOT, only=arguments.names, force=arguments.force)
    except (notebooks.BuildError, ValueError) as error:
        print(f"\nNothing was changed. {error}", file=sys.stderr)
        return 1
    readme.write(ROOT)
    print(f"{len(written)} notebooks written." if written else "Nothing to do.")
    return 0


def slides(arguments):
    """Export the decks."""
    from workshop.build import decks, notebooks

    try:
        decks.export(ROOT, arguments.names, pdf=arguments.pdf)
    except (notebooks.BuildError, ValueError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def test(arguments):
    """Run the whole test suite."""
    # Two at a time, each notebook and test file whole in one process. A caller's own words replace this.
    words = arguments.rest or ["-n", "2", "--dist", "loadfile"]
    return call([sys.executable, "-m", "pytest", *words])


def check(arguments):
    """Check style, lock and metadata."""
    ruff = [sys.executable, "-m", "ruff"]
    built = ["--config", "extend-exclude = []"]
    steps = [
        [*ruff, "check", *LINTED],
        [*ruff, "format", "--check", *LINTED],
        [*ruff, "check", *built, *BUILT],
        [sys.executable, "-m", "workshop", "lock", "--check"],
    ]
    return max(call(step) for step in steps)


def lock(arguments):
    """Write the lock file and environment.yml."""
    from workshop.build import lock as locking

    if arguments.check:
        stale = [
            name for name, text in locking.render(ROOT).items() if (ROOT / name).read_text("utf-8") != text
        ]
        print(
            f"Out of date: {', '.join(stale)}. Run `make lock`." if stale else "The lock fits pyproject.toml."
        )
        return bool(stale)
    print("Changed:", ", ".join(locking.write(ROOT, arguments.upgrade)) or "nothing")
    return 0


def new_lesson(arguments):
    """Start a lesson and its exercise."""
    from workshop.build import scaffold

    try:
        made = scaffold.new_lesson(ROOT, arguments.name, arguments.title)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print("Made:", *made, "Now write in them, then run `make build`.", sep="\n  ")
    return 0


def audit(arguments):
    """Audit a table of outcomes, scores and groups of your own, and write a report."""
    from workshop.own_model.command import run

    return run(arguments)


def monitor(arguments):
    """Hold a new batch of data to what a case recorded; the exit status is 1 if something left its band."""
    from workshop.casefile.commands import run_monitor

    return run_monitor(arguments)


def memo(arguments):
    """Write the decision memo of a case."""
    from workshop.casefile.commands import run_memo

    return run_memo(arguments)


def model_card(arguments):
    """Write the model card of a case, from what was measured."""
    from workshop.casefile.commands import run_model_card

    return run_model_card(arguments)


def certificate(arguments):
    """Write a self-attested certificate of your progress."""
    from workshop.checks.commands import run_certificate

    return run_certificate(arguments)


def verify_certificate(arguments):
    """Check a certificate against the progress it was made from; the exit status is 1 if they don't fit."""
    from workshop.checks.commands import run_verify

    return run_verify(arguments)


def bench(arguments):
    """Print the table of speed and memory."""
    return call([sys.executable, "-m", "benchmarks", *arguments.rest])


def _add_monitor(command):
    command.add_argument("case", help="slug of the case, its .json file, or “open” for the open one")
    command.add_argument("--batch", required=True, metavar="FILE", help="a csv or parquet file of new data")
    command.add_argument(
        "--baseline", metavar="FILE", help="data of the time of the record, for drift of scores"
    )
    for column in ("outcome", "score", "group"):
        command.add_argument(
            f"--{column}", default=column, help=f"column of the {column}; “{column}” by default"
        )
    command.add_argument("--positive", help="the outcome's value that means yes, if not 1, true or yes")
    command.add_argument("--threshold", type=_number, help="for evidence in which none was recorded")
    command.add_argument(
        "--tolerance",
        type=_number,
        default=0.2,
        help="tolerated change, as a part of the recorded rate; 0.2 by default",
    )
    command.add_argument(
        "--rename", action="append", default=[], metavar="BATCH=CASE", help="a group's name in the case"
    )
    command.add_argument(
        "--evidence", action="append", default=[], metavar="ID", help="only this evidence of the case"
    )
    command.add_argument("--json", action="store_true", help="print the result as JSON")


def _number(text):
    """Return a finite number, also one with a decimal comma."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"{text!r} is no number")
    return number


def main(words=None):
    """Run a command; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="workshop", description="Responsible AI in law enforcement: the course."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(function, name=None):
        command = commands.add_parser(
            name or function.__name__, help=function.__doc__, description=function.__doc__
        )
        command.set_defaults(function=function)
        return command

    add(lab)
    building = add(build)
    building.add_argument("names", nargs="*", help="such as 01_responsible_ai; all by default")
    building.add_argument("--force", action="store_true", help="make them even if nothing changed")
    decks = add(slides)
    decks.add_argument("names", nargs="*", help="such as 01_responsible_ai; all by default")
    decks.add_argument("--pdf", action="store_true", help="print each deck to PDF too")
    add(test)
    add(check)
    locking = add(lock)
    locking.add_argument("--upgrade", action="store_true", help="take the newest versions")
    locking.add_argument("--check", action="store_true", help="only tell whether the lock fits")
    lesson = add(new_lesson, "new-lesson")
    lesson.add_argument("name", help="two digits and a topic, such as 12_drones")
    lesson.add_argument("title", help="the lesson's title")
    add(bench)
    auditing = add(audit)
    auditing.add_argument("file", metavar="SCORES", help="a csv or parquet file, one row for each person")
    auditing.add_argument("--outcome", required=True, help="column of what really happened")
    auditing.add_argument("--score", required=True, help="column of the score")
    auditing.add_argument("--group", required=True, help="column of the group")
    auditing.add_argument("--positive", help="the outcome's value that means yes, if not 1, true or yes")
    auditing.add_argument("--threshold", type=_number, help="whoever reaches it is flagged")
    auditing.add_argument("--out", help="the report: a name ending with .html (default), .pdf or .docx")
    auditing.add_argument("--datasheet", metavar="FILE", help="begin a datasheet of the table there, too")
    auditing.add_argument("--force", action="store_true", help="replace a report that is there")
    _add_monitor(add(monitor))
    carding = add(model_card, "model-card")
    carding.add_argument("--model", help="a model kept with skops, for its kind and settings")
    for command in (add(memo), carding):
        command.add_argument("case", help="slug of the case, its .json file, or “open” for the open one")
        command.add_argument("--out", nargs="+", required=True, help="names ending with .html, .pdf or .docx")
        command.add_argument("--force", action="store_true", help="replace files that are there")
    certifying = add(certificate)
    certifying.add_argument("--name", default="", help="as you want to be called; may be left out")
    certifying.add_argument("--out", nargs="+", required=True, help="names ending with .html or .pdf")
    certifying.add_argument("--progress", help="a progress file; yours by default")
    certifying.add_argument("--force", action="store_true", help="replace files that are there")
    verifying = add(verify_certificate, "verify-certificate")
    verifying.add_argument("certificate", help="the html or PDF file")
    verifying.add_argument("--progress", help="the progress file; yours by default")
    arguments, rest = parser.parse_known_args(words)
    if rest and arguments.function not in (lab, test, bench):
        parser.error(f"unknown words: {' '.join(rest)}")
    arguments.rest = rest
    return arguments.function(arguments)
