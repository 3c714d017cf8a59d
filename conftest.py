"""What every test run shares: the environment of kernels, and a word on browser tests that could not run."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from workshop.build.notebooks import kernel_environment

BROWSER_HELP = """
BROWSER TESTS SKIPPED: {count}. No Chromium was found on this machine.
To run them too: install it (Debian and Ubuntu: apt install chromium), then run the tests again.
"""
WARNINGS_AS_ERRORS = """\
import warnings


def raise_deprecations(info):
    for kind in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
        warnings.simplefilter("error", kind)


get_ipython().events.register("pre_run_cell", raise_deprecations)
"""


def pytest_configure(config):
    """Give nbval's kernels the environment in which the committed outputs were made, warnings as errors."""
    config.scratch = tempfile.mkdtemp(prefix="workshop-test-")
    os.environ.update(kernel_environment(config.scratch))
    startup = Path(os.environ["IPYTHONDIR"], "profile_default", "startup")
    startup.mkdir(parents=True, exist_ok=True)
    # From the first cell on, not by PYTHONWARNINGS: a kernel's own start would die of a deprecation not ours.
    Path(startup, "00-warnings.py").write_text(WARNINGS_AS_ERRORS, encoding="utf-8")


def _skipped_browser_tests(config):
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    return [report for report in skipped if "no Chromium" in str(report.longrepr)]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """Fail where a browser is promised but its tests did not run."""
    if os.environ.get("WORKSHOP_REQUIRE_BROWSER") and _skipped_browser_tests(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config):
    """Say last what was left out, so that it is read."""
    count = len(_skipped_browser_tests(config))
    if count:
        print(BROWSER_HELP.format(count=count))
    shutil.rmtree(getattr(config, "scratch", ""), ignore_errors=True)
