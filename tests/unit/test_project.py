"""The project's own papers: addresses agree, links lead somewhere, and commands are what help says they are."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat.sign import NotebookNotary

import workshop
from workshop import cli
from workshop.build.layout import targets
from workshop.build.trust import trust

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
REPOSITORY = PROJECT["urls"]["Repository"]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
PAPERS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE")

# Written so that no pattern finds itself.
FOREIGN = {
    "a folder of one machine": r"/work[/]|/root[/]|/home/[a-z]+[/]",
    "a folder outside the project": r"\.\./share[d]",
    "a registry's address": r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs",
    "how the text was made": r"\bclaud[e]\b|\banthropi[c]\b|\bAI assistan[t]|\bagen[t]s?\b|\bsessio[n]s?\b",
}
ALLOWED = {  # pattern of a path: what may stand there all the same
    r"\.ci/run": r"\.\./share[d]/(open|figures)",
    r"benchmarks/lab\.py": r"/api/sessio[n]s",  # of Jupyter's server
    r".*": r"\buser[- ]agen[t]",
    r"(tests/.*|conftest)\.py": r"scope=\"sessio[n]\"|\(sessio[n]\)|\bsessio[n]\.(config|exitstatus)",
}


def committed():
    """Return the paths under git, new ones included."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("these files were not taken from git")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def foreign(name, text):
    """Return what a file mentions that has no place in the project."""
    for where, allowed in ALLOWED.items():
        if re.fullmatch(where, name):
            text = re.sub(allowed, "", text, flags=re.I)
    return [
        f"{name}: {what}: {found[0]!r}"
        for what, pattern in FOREIGN.items()
        for found in re.finditer(pattern, text, flags=re.I)
    ]


def test_no_file_mentions_what_is_not_the_projects():
    found = []
    for name in committed():
        content = (ROOT / name).read_bytes()
        if b"\0" not in content:
            found += foreign(name, content.decode("utf-8"))
    assert found == []


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("see /work" + "/main", 1),
        ("../share" + "d/open", 1),
        ("https://pypi." + "org/simple", 1),
        ("made by Claud" + "e, an AI agen" + "t in a sessio" + "n", 3),
        ("the user agen" + "t; a possessio" + "n; an agency; homework/", 0),
    ],
)
def test_the_search_bites(text, times):
    assert len(foreign("content/lessons/x.py", text)) == times


# --- names, versions, addresses ----------------------------------------------------------------------------------


def test_the_citation_is_of_this_version_and_place():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert cited["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "license"} <= set(cited)
    assert cited["authors"]
    assert str(cited["version"]) == workshop.__version__ == PROJECT["version"]
    assert cited["repository-code"] == REPOSITORY


def test_the_changelog_begins_with_this_version_and_its_date():
    first = re.search(r"^## (\S+), (\S+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.M)
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert first.groups() == (workshop.__version__, str(cited["date-released"]))


def test_the_binder_badge_opens_the_start_page_of_this_repository():
    readme = (ROOT / "README.md").read_text("utf-8")
    owner_and_name = REPOSITORY.removeprefix("https://github.com/")
    (badge,) = re.findall(r"\]\((https://mybinder\.org/v2/[^)\s]+)\)", readme)
    assert badge == f"https://mybinder.org/v2/gh/{owner_and_name}/HEAD?urlpath=lab/tree/{cli.START}"
    assert cli.START == "notebooks/00_start_here.ipynb"
    assert (ROOT / cli.START).is_file()


def test_every_address_of_the_repository_is_the_same():
    for name in (*PAPERS, "CITATION.cff"):
        for found in re.findall(r"https://github\.com/[\w.-]+/[\w.-]+", (ROOT / name).read_text("utf-8")):
            assert found == REPOSITORY, name


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_link_and_folder_named_is_there(name):
    text = (ROOT / name).read_text("utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    # In running text a lesson or data set may be an example; a folder in a table's first column is not.
    folders = [
        each
        for row in re.findall(r"^\| (`.*?/`.*?) \|", text, flags=re.M)
        for each in re.findall("`(.*?)`", row)
    ]
    assert links + folders or name != "README.md"
    missing = [place for place in links + folders if place and not (ROOT / place).exists()]
    assert missing == []


def test_the_licence_names_the_three_kinds():
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert PROJECT["license"] == "MIT"
    assert "MIT" in text
    assert re.search(r"CC BY 4\.0|Attribution 4\.0", text)
    assert "data" in text.lower()


# --- commands ----------------------------------------------------------------------------------------------------


def make_targets():
    return re.findall(r"^([a-z][a-z-]*):", MAKEFILE, flags=re.M)


def test_make_help_lists_every_target():
    if not shutil.which("make"):
        pytest.skip("there is no make here")
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert sorted(re.findall(r"^  make ([a-z-]+) +\S", told, flags=re.M)) == sorted(make_targets())
    assert subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout == told
    (phony,) = re.findall(r"^\.PHONY: (.+)$", MAKEFILE, flags=re.M)
    assert sorted(phony.split()) == sorted(make_targets())


def known(word):
    """Tell whether `workshop` has this command."""
    with pytest.raises(SystemExit) as ended:
        cli.main([word, "--help"])
    return ended.value.code == 0


def test_every_command_that_is_written_down_exists(capsys):
    called = set(re.findall(r"^\t\$\(RUN\) ([a-z-]+)", MAKEFILE, flags=re.M))
    written = set()
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text("utf-8")
        called |= set(re.findall(r"bootstrap\.py ([a-z-]+)", text))
        written |= set(re.findall(r"(?:`|^ {4})make ([a-z-]+)", text, flags=re.M))
    assert {"lab", "test", "build", "slides"} <= called
    assert [word for word in sorted(called) if not known(word)] == []
    assert written
    assert written <= set(make_targets())
    assert not known("dance")


def test_make_and_the_lines_for_windows_are_the_same_code(capsys):
    table = re.findall(
        r"^\| `py -3 bootstrap\.py (\S+)` \| `make (\S+)` \|$",
        (ROOT / "README.md").read_text("utf-8"),
        flags=re.M,
    )
    assert {"lab", "test"} <= {word for word, _ in table}
    recipes = dict(re.findall(r"^([a-z-]+):.*\n\t\$\(RUN\) (.+)$", MAKEFILE, flags=re.M))
    for word, target in table:
        assert recipes[target] == word
    assert "RUN = @$(PYTHON) bootstrap.py" in MAKEFILE


# --- trust -------------------------------------------------------------------------------------------------------

STRANGER = "notebooks/99_stranger.ipynb"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Return a course of two lessons and an exercise, each notebook with its own text."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    root = tmp_path / "course"
    for source in ("lessons/00_first", "lessons/01_second", "exercises/01_second"):
        path = root / "content" / f"{source}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for path in [*(target.path for target in targets(root)), STRANGER]:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        output = nbformat.v4.new_output("display_data", {"text/html": f"<svg>{path}</svg>"})
        nbformat.write(
            nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=[output])]), root / path
        )
    return root


def trusted(root):
    notary = NotebookNotary()
    paths = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.ipynb"))
    return {path for path in paths if notary.check_signature(nbformat.read(root / path, as_version=4))}


def test_the_courses_own_notebooks_are_trusted_and_no_others(course):
    assert trusted(course) == set()
    trust(course)
    assert trusted(course) == {
        "notebooks/00_first.ipynb",
        "notebooks/01_second.ipynb",
        "exercises/01_second.ipynb",
        "exercises/solutions/01_second.ipynb",
    }


def test_what_is_changed_later_is_not_trusted(course):
    trust(course)
    path = course / "notebooks" / "00_first.ipynb"
    path.write_text(path.read_text("utf-8").replace("<svg>", "<svg onload='x'>"), encoding="utf-8")
    assert "notebooks/00_first.ipynb" not in trusted(course)


@pytest.mark.parametrize("content", [None, b"", b"{not json", b'{"nbformat": 4}', b"\xff\xfe\x00", b"[]"])
def test_a_damaged_notebook_does_not_keep_the_course_from_opening(course, content):
    path = course / "notebooks" / "00_first.ipynb"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    trust(course)
    path.unlink(missing_ok=True)
    assert len(trusted(course)) == 3
