"""Whatever a trainee imports first, and whatever the computer is set to, the course calculates with one thread."""

import json
import os
import subprocess
import sys

import pytest

BEGINNINGS = {
    "the course first": "import workshop",
    "pandas first, as the lessons do": "import pandas",
    "scikit-learn first": "from sklearn.linear_model import LogisticRegression",
}
DOMAINS = "from workshop.domains import resources, speech, vision"
TELL = """
import json, threadpoolctl
print(json.dumps({pool["filepath"]: pool["num_threads"] for pool in threadpoolctl.threadpool_info()}))
"""


def pools(code):
    """Return how many threads each library has in a new Python whose settings ask for two."""
    asked = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "2")
    told = subprocess.run(
        [sys.executable, "-c", code + TELL], env={**os.environ, **asked}, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


@pytest.mark.parametrize("first", BEGINNINGS.values(), ids=BEGINNINGS)
def test_every_library_has_one_thread(first):
    found = pools(f"{first}\n{DOMAINS}")
    assert found
    assert set(found.values()) == {1}


def test_without_the_course_there_would_be_two():
    assert 2 in pools("from sklearn.linear_model import LogisticRegression").values()
