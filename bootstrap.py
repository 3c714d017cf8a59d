"""Make ``.venv``, install the locked packages, then hand over to the ``workshop`` command.

Only the standard library is used, and the syntax is kept readable for an old Python, so that a machine that
is too old is told so. ``make`` calls this file; where there is no ``make`` (Windows), call it yourself::

    python bootstrap.py lab
    python bootstrap.py test
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.abspath(__file__))
LOCK = os.path.join(ROOT, "requirements.lock")
VENV = os.environ.get("WORKSHOP_VENV") or os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(BIN, "python.exe" if os.name == "nt" else "python")
STAMP = os.path.join(VENV, "installed.txt")
VERSIONS = ((3, 13), (3, 12), (3, 11))
SECTIONS = ("trainee", "build", "test")
SECTION_OF = {"lab": "trainee", "build": "build", "slides": "build", "new-lesson": "build"}
FREE_SPACE = {"trainee": 1200, "build": 1300, "test": 2200}  # megabytes, while pip unpacks


def stop(sentence):
    """End with a sentence on what went wrong and what to do."""
    sys.exit("\n" + sentence)


def environment():
    """Return the environment for every Python started here: nothing of the caller's that leads it elsewhere."""
    kept = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_REQUIRE_VIRTUALENV="0", PIP_USER="0")
    for name in (
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONDONTWRITEBYTECODE",
        "PIP_TARGET",
        "PIP_PREFIX",
        "PIP_ROOT",
    ):
        kept.pop(name, None)
    return kept


def fits(python, module):
    """Tell whether a command starts a Python that the course runs on, and that Python has a module."""
    code = "import %s, sys; sys.exit(sys.version_info[:2] not in %r)" % (module, VERSIONS)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        return subprocess.call([python, "-c", code], env=environment(), **quiet) == 0
    except OSError:
        return False


def find_python():
    """Return the command of a Python that the course runs on."""
    if sys.version_info[:2] in VERSIONS:
        return sys.executable
    for version in VERSIONS:
        found = shutil.which("python%d.%d" % version)
        if found and fits(found, "venv"):
            return found
    stop(
        "This course needs Python 3.11, 3.12 or 3.13; this is Python %d.%d. Install one of them "
        "(Debian and Ubuntu: apt install python3.11 python3.11-venv; Windows and Mac: python.org), "
        "then run the same command again." % sys.version_info[:2]
    )


def lock_text(section):
    """Return the lock from its start to the end of a section."""
    with open(LOCK, encoding="utf-8") as file:
        text = file.read()
    later = SECTIONS[SECTIONS.index(section) + 1 :]
    return text.split("# section: %s\n" % later[0])[0] if later else text


def fingerprint(section):
    """Return a hash of all that an installation is made from."""
    with open(os.path.join(ROOT, "pyproject.toml"), encoding="utf-8") as file:
        made_from = lock_text(section) + file.read() + ROOT
    folder = os.path.join(ROOT, "jupyter")
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            made_from += file.read()
    return hashlib.sha256(made_from.encode("utf-8")).hexdigest()


def stamped():
    """Return the section that was installed last and the fingerprint it had, or two empty texts."""
    try:
        with open(STAMP, encoding="utf-8") as file:
            name, found = file.read().split()
    except (OSError, ValueError):
        return "", ""
    return (name, found) if name in SECTIONS and os.path.exists(PYTHON) else ("", "")


def is_installed(section):
    """Tell whether this section, or one that holds it, is installed from today's lock."""
    name, found = stamped()
    return bool(name) and SECTIONS.index(name) >= SECTIONS.index(section) and found == fingerprint(name)


def check_space(section):
    """Stop if the disk is too full to install."""
    place = VENV
    while not os.path.exists(place):
        place = os.path.dirname(place)
    free = shutil.disk_usage(place).free // 10**6
    if free < FREE_SPACE[section]:
        stop(
            "Not enough room on this disk: %d MB free, about %d MB needed. Free some space, "
            "then run the same command again." % (free, FREE_SPACE[section])
        )


def make_venv():
    """Make ``.venv`` unless a working one of a fitting Python is there."""
    if os.path.exists(PYTHON):
        if fits(PYTHON, "pip"):
            return
        print("[1/3] %s does not work any more: making it again" % VENV, flush=True)
    else:
        print("[1/3] Making the course's own Python environment in %s" % VENV, flush=True)
    python = find_python()
    if subprocess.call([python, "-m", "venv", "--clear", VENV], env=environment()) != 0:
        stop(
            "Python could not make an environment in %s. If the message above speaks of ensurepip, install "
            "the venv package (Debian and Ubuntu: apt install python3-venv). If it speaks of permission or "
            "space, choose a folder you may write to. Then run the same command again." % VENV
        )


def pip_with_progress(part, total):
    """Install a requirements file; show how far it is and what goes wrong, not every line of pip's."""
    # Python compiles what is used at its first use: half the time to install, and a quarter less disk.
    command = [PYTHON, "-m", "pip", "install", "--require-hashes", "--prefer-binary", "--no-compile"]
    command += ["--progress-bar", "off"]
    process = subprocess.Popen([*command, "-r", part], env=environment(), cwd=ROOT, stdout=subprocess.PIPE)
    done, width = 0, len(str(total))
    for line in process.stdout:  # bytes: a path in it may be in any encoding
        if line.startswith((b"Collecting ", b"Requirement already satisfied", b"Ignoring ")):
            done += 1
            if done % 10 == 0 or done == total:
                print("      %*d of %d packages read" % (width, done, total), flush=True)
        elif line.startswith(b"Installing collected"):
            print("      unpacking them (a minute or two) ...", flush=True)
    return process.wait() == 0


def install(section):
    """Install a section of the lock and the course's package."""
    print("[2/3] Installing the packages of requirements.lock, hashes checked (a few minutes)", flush=True)
    if os.path.exists(STAMP):
        os.remove(STAMP)
    text = lock_text(section)
    with tempfile.TemporaryDirectory() as folder:
        part = os.path.join(folder, "requirements.txt")
        with open(part, "w", encoding="utf-8") as file:
            file.write(text)
        if not pip_with_progress(part, len(re.findall(r"^[A-Za-z0-9]", text, flags=re.M))):
            stop(
                "The packages could not be installed; pip's reason is above. If there is no network: connect "
                "this once (later runs need none). If the disk is full: free some space. If a hash differs: "
                "do not go on, ask whoever gave you the course. Then run the same command again."
            )
    print("[3/3] Installing the course's package", flush=True)
    own = [PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", ROOT]
    if subprocess.call(own, env=environment(), cwd=ROOT) != 0:
        stop("The course's own package could not be installed; pip's reason is above.")
    with open(STAMP, "w", encoding="utf-8") as file:
        file.write("%s %s\n" % (section, fingerprint(section)))


def set_up(section):
    """Install a section if it is not there; never less than was there."""
    if is_installed(section):
        return
    section = max(section, stamped()[0] or section, key=SECTIONS.index)
    check_space(section)
    make_venv()
    install(section)


def run(words):
    """Run the ``workshop`` command and return its exit status."""
    path = BIN + os.pathsep + os.environ.get("PATH", "")
    # Ctrl+C reaches the child too, and the child decides: JupyterLab asks first, and closes its kernels. A handler
    # that does nothing is not passed on to the child; SIG_IGN would be.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        status = subprocess.call(
            [PYTHON, "-m", "workshop", *words], cwd=ROOT, env=dict(environment(), PATH=path, VIRTUAL_ENV=VENV)
        )
    finally:
        signal.signal(signal.SIGINT, before)
    return status if status >= 0 else 128 - status  # ended by a signal: as a shell says it


def main(words):
    """Set up what a command needs, then run it."""
    if hasattr(sys.stdout, "reconfigure"):  # a folder's name may have letters that the terminal lacks
        sys.stdout.reconfigure(errors="backslashreplace")
    if not words or words[0] in ("-h", "--help"):
        stop("Usage: python bootstrap.py COMMAND, for example lab or test. `lab` opens the course.")
    section = SECTION_OF.get(words[0], "test")
    if words[0] == "install":
        section = words[1] if words[1:] and words[1] in SECTIONS else "trainee"
    try:
        set_up(section)
        return 0 if words[0] == "install" else run(words)
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again to go on.", flush=True)
        return 130
    except OSError as error:
        stop(
            "The course could not be set up or started: %s. If the disk is full, free some space; if a file is missing "
            "or may not be written, get the course again in a folder of your own. Then run the same command "
            "again." % error
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
