"""Write the one lock file and the conda environment made from it.

The lock is a plain requirements file with hashes, so that pip alone can install from it. It is cut into
sections: the first is all a trainee needs, each later one adds what an extra needs on top. ``bootstrap.py``
installs the sections up to the one it was asked for.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

LOCK = "requirements.lock"
ENVIRONMENT = "environment.yml"
SECTIONS = ("trainee", "build", "test")
BINDER_PYTHON = "3.13"

_HEADER = """\
# Exact versions, with hashes, for Python 3.11 to 3.13 on every platform. Written by `make lock`; never by hand.
"""
_CONDA_HEADER = """\
# For conda and Binder: the trainee's section of requirements.lock. Written by `make lock`; never by hand.
# After `conda env create`, run `sh postBuild`: it adds the course's own package.
"""


def pins(text):
    """Map each requirement line without hashes to its block, hashes included.

    Parameters
    ----------
    text : str
        A requirements file as pip and uv write it.

    Returns
    -------
    dict of str to str
        Such as ``"numpy==2.4.6"`` to that line with the hashes below it, in the order of the file.
    """
    blocks = re.findall(r"^[A-Za-z0-9][^\n]*(?:\n[ \t]+--hash[^\n]*)*", text, flags=re.M)
    return {block.splitlines()[0].removesuffix("\\").strip(): block for block in blocks}


def sections(text):
    """Map each section name of the lock to its part of the text."""
    parts = re.split(r"^# section: (\w+).*\n", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _compile(root, extras, existing, upgrade):
    """Resolve the project with some extras; `existing` holds the pins to keep."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "resolved.txt")
        if not upgrade:
            out.write_text(existing, encoding="utf-8")
        command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "pyproject.toml", "--universal"]
        command += ["--generate-hashes", "--fork-strategy", "fewest", "--no-header", "--no-annotate"]
        command += ["--no-emit-index-url", "--output-file", str(out)]
        command += [word for extra in extras for word in ("--extra", extra)]
        subprocess.run(command, cwd=root, check=True, env={**os.environ, "UV_NO_PROGRESS": "1"})
        return out.read_text(encoding="utf-8")


def render(root, upgrade=False):
    """Resolve the dependencies in ``pyproject.toml``.

    Parameters
    ----------
    root : path-like
        The project's folder. Pins of the lock found there are kept where they still fit.
    upgrade : bool, default=False
        Take the newest versions instead of keeping the pins.

    Returns
    -------
    dict of str to str
        File name to content, for the lock and for ``environment.yml``.

    Raises
    ------
    subprocess.CalledProcessError
        If no set of versions satisfies the project.
    """
    root = Path(root)
    existing = (root / LOCK).read_text(encoding="utf-8") if (root / LOCK).exists() else ""
    everything = _compile(root, SECTIONS[1:], existing, upgrade)
    text, seen = _HEADER, set()
    for index, name in enumerate(SECTIONS):
        blocks = pins(_compile(root, SECTIONS[1 : index + 1], everything, upgrade=False))
        new = [block for line, block in blocks.items() if line not in seen]
        seen.update(blocks)
        text += f"\n# section: {name}\n" + "\n".join(new) + "\n"
    return {LOCK: text, ENVIRONMENT: environment(text)}


def environment(lock_text):
    """Return ``environment.yml`` for the trainee's section of a lock."""
    lines = ["name: workshop", "channels:", "  - conda-forge", "  - nodefaults", "dependencies:"]
    lines += [f"  - python={BINDER_PYTHON}", "  - pip", "  - pip:"]
    lines += [f'      - "{line}"' for line in pins(sections(lock_text)["trainee"])]
    return _CONDA_HEADER + "\n".join(lines) + "\n"


def write(root, upgrade=False):
    """Write the lock and ``environment.yml``; return the names of the files that changed."""
    changed = []
    for name, text in render(root, upgrade).items():
        path = Path(root, name)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            changed.append(name)
    return changed
