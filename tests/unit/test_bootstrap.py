"""The set-up script: what it installs and when, and the sentence it ends with when it cannot go on."""

import ast
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "bootstrap.py"
LOCK = """# Written by hand for this test.

# section: trainee
first==1.0 \\
    --hash=sha256:aa

# section: build
second==2.0 ; python_full_version < '3.12' \\
    --hash=sha256:bb

# section: test
third==3.0 \\
    --hash=sha256:cc
"""
Version = namedtuple("Version", "major minor micro releaselevel serial")
GIGABYTE = 10**9


class Machine:
    """A project in a temporary folder, and every command the script gives there."""

    def __init__(self, root, module, monkeypatch):
        self.root, self.module = root, module
        self.calls, self.status, self.requirements = [], {}, []
        monkeypatch.setattr(module.subprocess, "call", self.call)
        monkeypatch.setattr(module.subprocess, "Popen", self.popen)

    def kind(self, command):
        words = [str(word) for word in command]
        if "-c" in words:
            return "probe"
        if "venv" in words:
            return "venv"
        if "--editable" in words:
            return "own"
        return "packages" if "pip" in words else "run"

    def call(self, command, **options):
        kind = self.kind(command)
        self.calls.append((kind, list(command), options))
        result = self.status.get(kind, 0)
        if isinstance(result, BaseException):
            raise result
        if kind == "venv" and result == 0:
            self.make_python()
        return result

    def make_python(self):
        python = Path(self.module.PYTHON)
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()

    def popen(self, command, **options):
        self.calls.append(("packages", list(command), options))
        self.requirements.append(Path(command[command.index("-r") + 1]).read_text("utf-8"))
        result = self.status.get("packages", 0)
        if isinstance(result, BaseException):
            raise result

        class Pip:
            stdout = (b"Collecting first\n", b"noise \xff\n", b"Installing collected packages\n")

            def wait(self):
                return result

        return Pip()

    def kinds(self):
        return [kind for kind, *_ in self.calls]

    def run(self, *words):
        self.calls.clear()
        return self.module.main(list(words))

    def sentence(self, *words):
        """Run what must fail; return what it ends with."""
        with pytest.raises(SystemExit) as ended:
            self.run(*words)
        assert isinstance(ended.value.code, str)  # Python prints it and ends with status 1
        return ended.value.code.strip()


def write_project(root, lock=LOCK):
    (root / "jupyter").mkdir(parents=True)
    (root / "jupyter" / "overrides.json").write_text("{}", encoding="utf-8")
    (root / "requirements.lock").write_text(lock, encoding="utf-8")
    (root / "pyproject.toml").write_text('[project]\nname = "workshop"\nversion = "0"\n', encoding="utf-8")
    return Path(shutil.copy(SCRIPT, root))


def load(script):
    spec = importlib.util.spec_from_file_location("bootstrap_under_test", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def machine(tmp_path, monkeypatch):
    monkeypatch.delenv("WORKSHOP_VENV", raising=False)
    module = load(write_project(tmp_path / "Мои документы & more"))
    usage = shutil.disk_usage(tmp_path)._replace(free=50 * GIGABYTE)
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: usage)
    return Machine(Path(module.ROOT), module, monkeypatch)


# --- too old, too full, no network -------------------------------------------------------------------------------


def test_the_file_can_be_read_by_an_old_python():
    ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 5))


def test_only_the_standard_library_is_used():
    tree = ast.parse(SCRIPT.read_text("utf-8"))
    used = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert used <= sys.stdlib_module_names
    assert not any(isinstance(node, ast.ImportFrom) for node in ast.walk(tree))


@pytest.mark.parametrize("version", [(3, 5), (3, 10), (3, 14)])
def test_an_unfit_python_is_told_which_ones_fit(machine, monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", Version(*version, 1, "final", 0))
    monkeypatch.setattr(machine.module.shutil, "which", lambda name: None)
    said = machine.sentence("lab")
    assert said.startswith(
        f"This course needs Python 3.11, 3.12 or 3.13; this is Python {version[0]}.{version[1]}."
    )
    assert "\n" not in said
    assert machine.kinds() == []


def test_an_unfit_python_takes_a_fitting_one_from_the_path(machine, monkeypatch):
    monkeypatch.setattr(sys, "version_info", Version(3, 10, 1, "final", 0))
    monkeypatch.setattr(machine.module.shutil, "which", {"python3.12": "/opt/python3.12"}.get)
    assert machine.run("lab") == 0
    assert [command[0] for kind, command, _ in machine.calls if kind == "venv"] == ["/opt/python3.12"]


@pytest.mark.parametrize("trouble", [127, PermissionError("cannot run")])
def test_a_python_on_the_path_that_does_not_start_is_passed_over(machine, monkeypatch, trouble):
    monkeypatch.setattr(sys, "version_info", Version(3, 10, 1, "final", 0))
    monkeypatch.setattr(machine.module.shutil, "which", lambda name: f"/shims/{name}")
    machine.status["probe"] = trouble
    assert machine.sentence("lab").startswith("This course needs Python 3.11, 3.12 or 3.13")
    assert "venv" not in machine.kinds()


@pytest.mark.parametrize("section", ["trainee", "test"])
def test_a_full_disk_is_told_before_anything_is_made(machine, monkeypatch, section):
    needed = machine.module.FREE_SPACE[section]
    asked = []
    room = shutil.disk_usage(machine.root)._replace(free=needed * 10**6 - 1)
    monkeypatch.setattr(machine.module.shutil, "disk_usage", lambda place: asked.append(place) or room)
    said = machine.sentence("install", section)
    assert said.startswith(f"Not enough room on this disk: {needed - 1} MB free, about {needed} MB needed.")
    assert asked == [str(machine.root)]  # the nearest folder above .venv that exists
    assert machine.kinds() == []


def test_no_venv_package_is_told(machine):
    machine.status["venv"] = 1
    said = machine.sentence("lab")
    assert "ensurepip" in said
    assert "apt install python3-venv" in said
    assert machine.kinds() == ["venv"]


@pytest.mark.parametrize("failing", ["packages", "own"])
def test_a_failed_installation_is_told_and_tried_again_next_time(machine, failing):
    machine.status[failing] = 1
    assert "could not be installed; pip's reason is above" in machine.sentence("lab")
    assert not Path(machine.module.STAMP).exists()
    assert "run" not in machine.kinds()
    machine.status[failing] = 0
    assert machine.run("lab") == 0
    assert machine.kinds() == ["probe", "packages", "own", "run"]


def test_a_failed_installation_after_a_good_one_leaves_no_stamp(machine):
    machine.run("install", "test")
    lock = machine.root / "requirements.lock"
    lock.write_text(LOCK.replace("first==1.0", "first==1.1"), encoding="utf-8")
    machine.status["packages"] = 1
    machine.sentence("lab")
    assert not Path(machine.module.STAMP).exists()


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), PermissionError(13, "Permission denied")]
)
def test_what_the_system_refuses_is_a_sentence(machine, error):
    machine.status["packages"] = error
    said = machine.sentence("lab")
    assert error.strerror in said
    assert "run the same command again" in said
    assert not Path(machine.module.STAMP).exists()


def test_a_missing_lock_is_a_sentence(machine):
    (machine.root / "requirements.lock").unlink()
    assert "requirements.lock" in machine.sentence("lab")


def test_no_command_is_told_how_to_give_one(machine):
    assert machine.sentence().startswith("Usage: python bootstrap.py COMMAND")
    assert machine.sentence("--help").startswith("Usage")


# --- what is installed, and when ---------------------------------------------------------------------------------


def test_the_first_run_installs_with_hashes_then_starts(machine, capsys):
    assert machine.run("lab", "--port=1") == 0
    assert machine.kinds() == ["venv", "packages", "own", "run"]
    commands = {kind: command for kind, command, _ in machine.calls}
    assert "--require-hashes" in commands["packages"]
    assert commands["own"][-3:] == ["--no-build-isolation", "--editable", str(machine.root)]
    assert commands["run"] == [machine.module.PYTHON, "-m", "workshop", "lab", "--port=1"]
    told = capsys.readouterr().out
    assert [told.index(step) for step in ("[1/3]", "[2/3]", "[3/3]")] == sorted(
        told.index(step) for step in ("[1/3]", "[2/3]", "[3/3]")
    )


def test_a_second_run_starts_at_once(machine, capsys):
    machine.run("lab")
    capsys.readouterr()
    assert machine.run("lab") == 0
    assert machine.kinds() == ["run"]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("word", "packages"),
    [
        ("lab", ["first"]),
        ("build", ["first", "second"]),
        ("slides", ["first", "second"]),
        ("new-lesson", ["first", "second"]),
        ("test", ["first", "second", "third"]),
        ("check", ["first", "second", "third"]),
        ("bench", ["first", "second", "third"]),
    ],
)
def test_a_command_brings_its_section_and_those_before_it(machine, word, packages):
    machine.run(word)
    assert re.findall(r"^(\w+)==", machine.requirements[-1], flags=re.M) == packages


def test_a_larger_installation_serves_smaller_commands(machine):
    machine.run("test")
    for word in ("lab", "build", "test"):
        machine.run(word)
        assert machine.kinds() == ["run"]


def test_a_larger_command_adds_to_a_smaller_installation(machine):
    machine.run("lab")
    machine.run("test")
    assert machine.kinds() == ["probe", "packages", "own", "run"]
    assert "third==3.0" in machine.requirements[-1]


@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml", "jupyter/overrides.json"])
def test_a_change_installs_again_and_never_less_than_was_there(machine, changed):
    machine.run("test")
    path = machine.root / changed
    path.write_text("# changed\n" + path.read_text("utf-8"), encoding="utf-8")
    machine.run("lab")
    assert machine.kinds() == ["probe", "packages", "own", "run"]
    assert "third==3.0" in machine.requirements[-1]
    machine.run("test")
    assert machine.kinds() == ["run"]


def test_a_change_in_a_section_that_is_not_installed_changes_nothing(machine):
    machine.run("lab")
    (machine.root / "requirements.lock").write_text(
        LOCK.replace("third==3.0", "third==3.1"), encoding="utf-8"
    )
    machine.run("lab")
    assert machine.kinds() == ["run"]


def test_a_moved_folder_is_installed_again(machine, monkeypatch):
    machine.run("lab")
    moved = machine.root.rename(machine.root.with_name("moved"))
    again = Machine(moved, load(moved / "bootstrap.py"), monkeypatch)
    again.run("lab")
    assert again.kinds() == ["probe", "packages", "own", "run"]


def test_an_environment_without_its_python_is_made_again(machine):
    machine.run("lab")
    Path(machine.module.PYTHON).unlink()
    machine.run("lab")
    assert machine.kinds() == ["venv", "packages", "own", "run"]


@pytest.mark.parametrize("trouble", [1, OSError(8, "Exec format error")])
def test_an_environment_whose_python_does_not_work_is_made_again(machine, trouble, capsys):
    machine.make_python()
    machine.status["probe"] = trouble
    assert machine.run("lab") == 0
    assert machine.kinds() == ["probe", "venv", "packages", "own", "run"]
    assert "does not work any more: making it again" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["", "trainee", "other 0", "a b c", "\0"])
def test_a_damaged_stamp_installs_again(machine, content):
    machine.run("lab")
    Path(machine.module.STAMP).write_text(content, encoding="utf-8")
    machine.run("lab")
    assert machine.kinds() == ["probe", "packages", "own", "run"]


def test_the_callers_settings_do_not_lead_pip_elsewhere(machine, monkeypatch):
    for name in ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"):
        monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setenv("PIP_REQUIRE_VIRTUALENV", "1")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_PROXY", "kept")
    machine.run("lab")
    for _, _, options in machine.calls:
        assert "/elsewhere" not in options["env"].values()
        assert options["env"]["PIP_USER"] == options["env"]["PIP_REQUIRE_VIRTUALENV"] == "0"
        assert options["env"]["PIP_PROXY"] == "kept"
    started = machine.calls[-1][2]["env"]
    assert started["PATH"].split(os.pathsep)[0] == machine.module.BIN
    assert started["VIRTUAL_ENV"] == machine.module.VENV


# --- how it ends -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("child", "own"), [(0, 0), (1, 1), (5, 5), (-2, 130), (-9, 137)])
def test_the_status_of_the_command_is_passed_on(machine, child, own):
    machine.status["run"] = child
    assert machine.run("test") == own


def test_install_only_installs(machine):
    assert machine.run("install", "build") == 0
    assert machine.kinds() == ["venv", "packages", "own"]
    assert "second==2.0" in machine.requirements[-1]
    assert "third==3.0" not in machine.requirements[-1]


def test_an_interrupt_while_installing_ends_quietly(machine, capsys):
    machine.status["packages"] = KeyboardInterrupt()
    assert machine.run("lab") == 130
    assert "Stopped. Run the same command again to go on." in capsys.readouterr().out
    assert not Path(machine.module.STAMP).exists()


# --- the real script, with a package that needs nothing -----------------------------------------------------------

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "workshop"
version = "0"
"""
BACKEND = """
import os, zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    name, info = "workshop-0-py3-none-any.whl", "workshop-0.dist-info/"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        wheel.writestr("workshop.pth", os.path.join(os.getcwd(), "src") + "\\n")
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: workshop\\nVersion: 0\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "")
    return name
"""
COMMAND = """
import signal, sys, time

def close(*_):
    time.sleep(0.6)  # longer than Python waits for an interrupted child before it kills it
    print("closed well", flush=True)
    sys.exit(4)

if sys.argv[1] == "lab":
    signal.signal(signal.SIGINT, close if sys.argv[2:] == ["careful"] else signal.SIG_DFL)
    print("ready", flush=True)
    time.sleep(60)
print(ascii(sys.argv[1:]), sys.prefix != sys.base_prefix)
sys.exit(7)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a project set up for real, in a folder with blanks and with letters that the terminal lacks."""
    root = tmp_path_factory.mktemp("real") / "Обучение für alle"
    write_project(root, lock="# section: trainee\n\n# section: build\n\n# section: test\n")
    (root / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (root / "backend.py").write_text(BACKEND, encoding="utf-8")
    package = root / "src" / "workshop"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(COMMAND, encoding="utf-8")
    with start(root, "install", "test", PYTHONIOENCODING="ascii") as process:
        told, wrong = process.communicate(timeout=120)
    assert process.returncode == 0, told + wrong
    assert "[1/3]" in told
    return root


def start(root, *words, **settings):
    ours = ("WORKSHOP_VENV", "PYTHONWARNINGS")  # pip itself would stumble over warnings made errors
    environment = {name: value for name, value in os.environ.items() if name not in ours} | settings
    return subprocess.Popen(
        [sys.executable, str(root / "bootstrap.py"), *words],
        cwd=root.parent,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that an interrupt reaches it and its children alone, as in a terminal
    )


def test_a_real_set_up_hands_over_words_and_status(project):
    with start(project, "test", "-k", "a b", "é") as process:
        told, wrong = process.communicate(timeout=60)
    assert told == "['test', '-k', 'a b', '\\xe9'] True\n"
    assert wrong == ""
    assert process.returncode == 7


def test_an_up_to_date_set_up_costs_next_to_nothing(project):
    def seconds():
        begun = time.perf_counter()
        with start(project, "install", "test") as process:
            assert process.communicate(timeout=60) == ("", "")
        return time.perf_counter() - begun

    assert min(seconds() for _ in range(5)) < 0.3


@pytest.mark.skipif(os.name == "nt", reason="an interrupt of a group of processes is sent another way there")
@pytest.mark.parametrize(("words", "told", "status"), [([], "", 130), (["careful"], "closed well\n", 4)])
def test_an_interrupt_is_left_to_the_command(project, words, told, status):
    with start(project, "lab", *words) as process:
        assert process.stdout.readline() == "ready\n"
        os.killpg(process.pid, signal.SIGINT)
        assert process.communicate(timeout=30) == (told, "")
    assert process.returncode == status
