"""``workshop certificate`` and ``workshop verify-certificate``."""

import sys
from pathlib import Path

from workshop.documents import free_to_write, one_line, write


def run_certificate(arguments):
    """Write the certificate of the trainee's progress; return 0, or 2 if there is nothing to certify."""
    from workshop.checks.certificate import SELF_ATTESTED, certify, read_progress

    try:
        for path in arguments.out:
            free_to_write(path, arguments.force)
        if bad := [path for path in arguments.out if Path(path).suffix.lower() not in (".html", ".pdf")]:
            raise ValueError(f"{bad[0]!r} must end with .html or .pdf.")
        document = certify(read_progress(arguments.progress), arguments.name).document()
        for path in arguments.out:
            print(one_line(f"Certificate: {path}. {write(document, path, arguments.force)}"))
    except ValueError as error:
        print(one_line(error), file=sys.stderr)
        return 2
    print(SELF_ATTESTED)
    return 0


def run_verify(arguments):
    """Check a certificate against a progress file; return 0 if they fit, 1 if not, 2 if one can't be read."""
    from workshop.checks.certificate import read_progress, verify

    try:
        content = Path(arguments.certificate).read_bytes()
        verdict = verify(content, read_progress(arguments.progress))
    except OSError as error:
        print(
            one_line(f"{arguments.certificate!r} can't be read ({error.strerror or error})."), file=sys.stderr
        )
        return 2
    except ValueError as error:
        print(one_line(error), file=sys.stderr)
        return 2
    print(one_line(verdict.sentence), file=sys.stdout if verdict.fits else sys.stderr)
    return int(not verdict.fits)
