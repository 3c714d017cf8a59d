"""The lock and environment.yml: complete, exact, hashed, and the same on every machine."""

import re
import subprocess
import tomllib
from collections import Counter
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from workshop.build import lock

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / lock.LOCK).read_text("utf-8")
SECTIONS = {name: lock.pins(text) for name, text in lock.sections(TEXT).items()}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

SYSTEMS = {
    "linux": {
        "os_name": "posix",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "x86_64",
    },
    "windows": {
        "os_name": "nt",
        "sys_platform": "win32",
        "platform_system": "Windows",
        "platform_machine": "AMD64",
    },
    "macos": {
        "os_name": "posix",
        "sys_platform": "darwin",
        "platform_system": "Darwin",
        "platform_machine": "arm64",
    },
}
MACHINES = [(python, system) for python in ("3.11", "3.12", "3.13") for system in SYSTEMS]


def machine(python, system):
    return SYSTEMS[system] | {
        "python_version": python,
        "python_full_version": f"{python}.4",
        "implementation_name": "cpython",
        "implementation_version": f"{python}.4",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_version": "",
        "extra": "",
    }


def applicable(section, environment):
    """Return the requirements of a section that a machine installs."""
    needs = map(Requirement, SECTIONS[section])
    return [need for need in needs if need.marker is None or need.marker.evaluate(environment)]


def names(section):
    return {canonicalize_name(Requirement(line).name) for line in SECTIONS[section]}


def test_the_sections_come_in_order_and_share_nothing():
    assert tuple(SECTIONS) == lock.SECTIONS
    assert all(SECTIONS.values())
    assert sum(map(len, SECTIONS.values())) == len({line for lines in SECTIONS.values() for line in lines})
    assert not names("trainee") & (names("build") | names("test"))
    assert not names("build") & names("test")


def test_every_line_of_the_lock_is_understood():
    lines = [line for line in TEXT.splitlines() if line and not line.startswith("#")]
    known = [line for lines in SECTIONS.values() for block in lines.values() for line in block.splitlines()]
    assert lines == known


@pytest.mark.parametrize("section", lock.SECTIONS)
def test_every_requirement_is_exact_and_hashed(section):
    for line, block in SECTIONS[section].items():
        need = Requirement(line)  # also reads the marker
        assert re.fullmatch(r"==[0-9][0-9A-Za-z.+!]*", str(need.specifier)), line
        assert need.url is None
        hashes = re.findall(r"--hash=(\S+)", block)
        assert hashes, line
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), line


@pytest.mark.parametrize("name", [lock.LOCK, lock.ENVIRONMENT])
def test_no_address_is_in_it(name):
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"(https?|file|git\+\w+):", text)
    assert "index-url" not in text
    assert "find-links" not in text


@pytest.mark.parametrize(
    ("section", "needs"),
    [
        ("trainee", PROJECT["dependencies"]),
        *((name, PROJECT["optional-dependencies"][name]) for name in lock.SECTIONS[1:]),
    ],
)
def test_each_direct_dependency_is_in_its_section(section, needs):
    asked = {canonicalize_name(Requirement(need).name) for need in needs}
    assert asked <= names(section)


@pytest.mark.parametrize(("python", "system"), MACHINES)
def test_every_machine_finds_one_version_of_all_it_needs(python, system):
    environment = machine(python, system)
    found = Counter()
    for section in lock.SECTIONS:
        found.update(canonicalize_name(need.name) for need in applicable(section, environment))
    assert {name for name, times in found.items() if times > 1} == set()
    free = {Requirement(line).name for lines in SECTIONS.values() for line in lines if ";" not in line}
    assert set(map(canonicalize_name, free)) <= set(found)
    asked = {canonicalize_name(Requirement(need).name) for need in PROJECT["dependencies"]}
    assert asked <= {canonicalize_name(need.name) for need in applicable("trainee", environment)}


@pytest.mark.parametrize(("python", "system"), MACHINES)
def test_what_a_trainee_installs_needs_nothing_from_outside_its_section(python, system):
    environment = machine(python, system)
    there = {canonicalize_name(need.name): need for need in applicable("trainee", environment)}
    for name in there:
        try:
            requires = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # a package of another system
        for need in map(Requirement, requires):
            if need.marker is None or need.marker.evaluate(environment):
                other = there.get(canonicalize_name(need.name))
                assert other, f"{name} needs {need.name}"
                version = next(iter(other.specifier)).version
                assert need.specifier.contains(version, prereleases=True), (
                    f"{name} needs {need}, locked {version}"
                )


def test_environment_yml_is_the_trainees_section():
    text = (ROOT / lock.ENVIRONMENT).read_text("utf-8")
    assert text == lock.environment(TEXT)
    environment = yaml.safe_load(text)
    assert environment["name"] == "workshop"
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    python, pip, packages = environment["dependencies"]
    assert re.fullmatch(r"python=3\.1[123]", python)
    assert pip == "pip"
    assert packages == {"pip": list(SECTIONS["trainee"])}


def test_the_python_of_the_project_is_the_python_of_the_lock():
    assert PROJECT["requires-python"] == ">=3.11,<3.14"


# --- writing it --------------------------------------------------------------------------------------------------

NEEDS = {"": ["core"], "build": ["builder"], "test": ["tester"]}
NEWEST = {"core": "2.0", "shared": "2.0", "builder": "2.0", "tester": "2.0"}
BELOW = {"builder": ["shared"], "tester": ["shared"]}


class Resolver:
    """Stands for uv: keeps the pins of the output file, as `uv pip compile` does."""

    def __init__(self):
        self.commands = []

    def __call__(self, command, cwd, check, env):
        self.commands.append(command)
        out = Path(command[command.index("--output-file") + 1])
        kept = dict(re.findall(r"^(\w+)==(\S+)", out.read_text("utf-8") if out.exists() else "", flags=re.M))
        extras = [command[place + 1] for place, word in enumerate(command) if word == "--extra"]
        asked = [need for extra in ["", *extras] for need in NEEDS[extra]]
        wanted = sorted({*asked, *(each for need in asked for each in BELOW.get(need, []))})
        lines = [
            f"{name}=={kept.get(name, NEWEST[name])} \\\n    --hash=sha256:{'0' * 64}" for name in wanted
        ]
        out.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def resolver(monkeypatch):
    stub = Resolver()
    monkeypatch.setattr(lock.subprocess, "run", stub)
    return stub


def lines(text):
    return {name: list(lock.pins(part)) for name, part in lock.sections(text).items()}


def test_each_section_adds_what_the_one_before_lacks(resolver, tmp_path):
    made = lock.render(tmp_path)
    assert lines(made[lock.LOCK]) == {
        "trainee": ["core==2.0"],
        "build": ["builder==2.0", "shared==2.0"],
        "test": ["tester==2.0"],
    }
    assert yaml.safe_load(made[lock.ENVIRONMENT])["dependencies"][2] == {"pip": ["core==2.0"]}
    assert all(
        {"--universal", "--generate-hashes", "--no-emit-index-url"} <= set(each) for each in resolver.commands
    )


def test_pins_are_kept_until_an_upgrade_is_asked_for(resolver, tmp_path):
    lock.write(tmp_path)
    path = tmp_path / lock.LOCK
    path.write_text(path.read_text("utf-8").replace("==2.0", "==1.0"), encoding="utf-8")
    kept = path.read_text("utf-8")
    assert lock.render(tmp_path)[lock.LOCK] == kept
    assert lock.write(tmp_path) == [lock.ENVIRONMENT]  # written before the pins were changed
    assert lock.write(tmp_path) == []
    assert lock.write(tmp_path, upgrade=True) == [lock.LOCK, lock.ENVIRONMENT]
    assert "==1.0" not in path.read_text("utf-8")


def test_a_new_dependency_moves_no_pin(resolver, tmp_path, monkeypatch):
    lock.write(tmp_path)
    path = tmp_path / lock.LOCK
    path.write_text(path.read_text("utf-8").replace("==2.0", "==1.0"), encoding="utf-8")
    monkeypatch.setitem(NEEDS, "", ["core", "shared"])
    assert lines(lock.render(tmp_path)[lock.LOCK]) == {
        "trainee": ["core==1.0", "shared==1.0"],
        "build": ["builder==1.0"],
        "test": ["tester==1.0"],
    }


def test_nothing_is_written_when_no_versions_fit(monkeypatch, tmp_path):
    def fail(*_, **__):
        raise subprocess.CalledProcessError(1, "uv")

    monkeypatch.setattr(lock.subprocess, "run", fail)
    with pytest.raises(subprocess.CalledProcessError):
        lock.write(tmp_path)
    assert list(tmp_path.iterdir()) == []
