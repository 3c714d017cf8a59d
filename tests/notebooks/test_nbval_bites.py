"""The settings under which nbval runs the course's notebooks let neither a changed output nor a deprecation pass."""

import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

ROOT = Path(__file__).resolve().parents[2]


def cell(source, text):
    output = new_output("execute_result", data={"text/plain": text}, execution_count=1)
    return new_code_cell(source, outputs=[output], execution_count=1)


def test_changed_output_deprecation_and_unseen_error_fail(tmp_path):
    deprecated = "import warnings\nwarnings.warn('old', DeprecationWarning)\n4"
    cells = [cell("1 + 1", "2"), cell("1 + 2", "4"), cell(deprecated, "4"), cell("undefined", "4")]
    nbformat.write(new_notebook(cells=cells), tmp_path / "page.ipynb")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path / "page.ipynb")]
    run = subprocess.run(
        [*command, "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), "--confcutdir", str(ROOT)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert "3 failed, 1 passed" in run.stdout, run.stdout
    for sign in ("Cell outputs differ", "DeprecationWarning", "NameError"):
        assert sign in run.stdout
