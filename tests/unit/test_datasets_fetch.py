"""Fetching: from a home on loopback, from a mirror, and everything that can go wrong on the way."""

import errno
import fnmatch
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import wave
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pandas as pd
import pooch
import pytest
from data_folders import ROOT, contents, needs_mirror, run_make

from workshop import datasets
from workshop.datasets import catalogue, store

FETCHED = ("free_spoken_digits", "hatecheck", "offensive_tweets")
FILES = {f"part/{number}.csv": os.urandom(40_000) + bytes([number]) for number in range(6)}


class Home(ThreadingHTTPServer):
    """A data set's home on loopback, which can be told to misbehave."""

    daemon_threads = True
    request_queue_size = 64  # or a busy machine drops connections of eight at once

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.files = dict(FILES)
        self.asked = []
        self.cut = 0  # how many answers stop half-way
        self.status = 200
        self.pause = 0.0  # seconds in the middle of a file
        self.address = f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        home, name = self.server, self.path.removeprefix("/toy/")
        home.asked.append(name)
        content = home.files.get(name)
        if content is None or home.status != 200:
            self.send_error(404 if home.status == 200 else home.status)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        half = len(content) // 2
        self.wfile.write(content[:half])
        self.wfile.flush()
        time.sleep(home.pause)
        if home.cut > 0:
            home.cut -= 1
            return
        self.wfile.write(content[half:])

    def log_message(self, *words):
        pass


@pytest.fixture
def home():
    with Home() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def write_toy(root, address):
    """Write a data set of six files whose home is on loopback."""
    folder = root / "toy"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{name} {pooch_hash(content)}\n" for name, content in FILES.items()]
    (folder / "registry.txt").write_text("".join(lines), encoding="utf-8")
    registry = {"@type": "cr:FileObject", "@id": "registry.txt", "contentUrl": "registry.txt"}
    files = {"@type": "cr:FileSet", "@id": "files", "containedIn": {"@id": "registry.txt"}}
    metadata = {"isBasedOn": f"{address}/toy/", "distribution": [registry, files]}
    (folder / "metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    catalogue.record_checksums(folder)


def pooch_hash(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def clean(tmp_path, monkeypatch):
    """Give a test its own cache, no mirror, and a data folder of its own."""
    monkeypatch.setenv("WORKSHOP_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("WORKSHOP_MIRROR", raising=False)
    monkeypatch.setattr(catalogue, "ROOT", tmp_path / "datasets")
    return tmp_path


@pytest.fixture
def toy(clean, home):
    write_toy(clean / "datasets", home.address)
    return home


@pytest.fixture
def mirror(clean, toy, monkeypatch):
    """A folder with a copy of the toy data set, used instead of its home."""
    for name, content in FILES.items():
        path = clean / "mirror" / "toy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    monkeypatch.setenv("WORKSHOP_MIRROR", str(clean / "mirror"))
    return clean / "mirror" / "toy"


def assert_only_whole_files(folder):
    for name, content in contents(folder).items():
        assert FILES.get(name) == content, name


# When all is well


def test_fetch_brings_every_file_once(clean, toy, capsys):
    folder = datasets.fetch("toy")
    assert folder == clean / "cache" / "toy"
    assert contents(folder) == FILES
    assert sorted(toy.asked) == sorted(FILES)
    assert "toy:" in capsys.readouterr().err  # the progress bar
    toy.status = 500
    assert datasets.fetch("toy") == folder
    assert len(toy.asked) == len(FILES)
    assert capsys.readouterr().err == ""


def test_fetch_brings_only_what_is_missing_or_damaged(toy):
    folder = datasets.fetch("toy")
    toy.asked.clear()
    (folder / "part/1.csv").unlink()
    (folder / "part/2.csv").write_bytes(FILES["part/2.csv"][:100])
    (folder / "part/3.csv").write_bytes(b"x" + FILES["part/3.csv"][1:])
    datasets.fetch("toy")
    assert sorted(toy.asked) == ["part/1.csv", "part/2.csv", "part/3.csv"]
    assert contents(folder) == FILES


def test_fetch_of_a_committed_set_is_its_folder(clean, monkeypatch):
    monkeypatch.setattr(catalogue, "ROOT", ROOT)
    assert datasets.fetch("compas_scores") == ROOT / "compas_scores"
    assert not (clean / "cache").exists()


def test_mirror_folder_needs_no_network(clean, mirror, toy):
    before = contents(mirror)
    assert contents(datasets.fetch("toy")) == FILES
    assert toy.asked == []
    assert contents(mirror) == before


def test_mirror_may_be_an_address(clean, home, monkeypatch):
    write_toy(clean / "datasets", "https://home.invalid")
    monkeypatch.setenv("WORKSHOP_MIRROR", home.address + "/")
    assert contents(datasets.fetch("toy")) == FILES


def test_cache_is_the_users_own_unless_told(monkeypatch):
    monkeypatch.delenv("WORKSHOP_CACHE", raising=False)
    assert store.cache_folder() == Path(pooch.os_cache("workshop"))
    monkeypatch.setenv("WORKSHOP_CACHE", "~/somewhere")
    assert store.cache_folder() == Path.home() / "somewhere"


# No network, or a bad one


@contextmanager
def told_within(seconds, match):
    start = time.monotonic()
    with pytest.raises(datasets.DatasetError, match=match) as caught:
        yield
    assert time.monotonic() - start < seconds
    sentence = str(caught.value)
    assert sentence.count(". ") == 0
    assert sentence.endswith(".")


def test_nobody_listens(clean):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        write_toy(clean / "datasets", f"http://127.0.0.1:{unused.getsockname()[1]}")
        with told_within(5, "connect this computer to the network"):
            datasets.fetch("toy")
    assert contents(clean / "cache") == {}


def test_the_name_of_the_home_is_not_found(clean):
    write_toy(clean / "datasets", "http://home.invalid")
    with told_within(20, r"from home\.invalid \(no connection"):
        datasets.fetch("toy")


def test_the_home_does_not_answer(clean, toy, monkeypatch):
    monkeypatch.setattr(store, "TIMEOUT", (0.3, 0.3))
    toy.pause = 2
    with told_within(10, "connect this computer to the network"):
        datasets.fetch("toy")
    assert contents(clean / "cache") == {}
    assert len(toy.asked) == len(FILES)  # nobody is asked twice to wait in vain


def test_the_home_accepts_and_stays_silent(clean, monkeypatch):
    monkeypatch.setattr(store, "TIMEOUT", (0.3, 0.3))
    with socket.create_server(("127.0.0.1", 0), backlog=20) as silent:
        write_toy(clean / "datasets", f"http://127.0.0.1:{silent.getsockname()[1]}")
        with told_within(5, "no answer in time"):
            datasets.fetch("toy")


@pytest.mark.parametrize("status", [403, 404, 500])
def test_the_home_refuses(clean, toy, status):
    toy.status = status
    with told_within(10, f"answered {status}"):
        datasets.fetch("toy")
    assert contents(clean / "cache") == {}


def test_a_cut_connection_leaves_nothing_half(clean, toy):
    toy.cut = 1000
    with told_within(10, "or it was cut"):
        datasets.fetch("toy")
    assert_only_whole_files(clean / "cache" / "toy")


def test_a_connection_cut_once_is_tried_again(toy):
    toy.cut = 1
    assert contents(datasets.fetch("toy")) == FILES
    assert len(toy.asked) == len(FILES) + 1


def test_a_wrong_download_is_thrown_away(clean, toy):
    toy.files["part/4.csv"] = b"x" * len(FILES["part/4.csv"])
    with told_within(10, "its checksum differs"):
        datasets.fetch("toy")
    folder = clean / "cache" / "toy"
    assert "part/4.csv" not in contents(folder)
    assert_only_whole_files(folder)
    toy.files["part/4.csv"] = FILES["part/4.csv"]
    assert contents(datasets.fetch("toy")) == FILES


def test_a_changed_registry_stops_before_anything_is_asked(clean, toy):
    registry = clean / "datasets" / "toy" / "registry.txt"
    registry.write_text(registry.read_text(encoding="utf-8").replace("a", "b"), encoding="utf-8")
    with pytest.raises(datasets.DatasetError, match=r"registry\.txt is not the one"):
        datasets.fetch("toy")
    assert toy.asked == []


def test_a_wrong_mirror_is_told(clean, mirror, monkeypatch):
    (mirror / "part/2.csv").write_bytes(b"other")
    with told_within(5, "its checksum differs"):
        datasets.fetch("toy")
    (mirror / "part/2.csv").unlink()
    with told_within(5, r"part/2\.csv that can be read: correct WORKSHOP_MIRROR"):
        datasets.fetch("toy")
    monkeypatch.setenv("WORKSHOP_MIRROR", str(clean / "nowhere"))
    with told_within(5, "correct WORKSHOP_MIRROR"):
        datasets.fetch("toy")
    assert_only_whole_files(clean / "cache" / "toy")


# The disk


def test_a_disk_that_fills_up_leaves_nothing_half(clean, mirror, monkeypatch):
    def copy_half(source, target):
        content = Path(source).read_bytes()
        Path(target).write_bytes(content[: len(content) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", copy_half)
        with told_within(5, "The disk is full"):
            datasets.fetch("toy")
    assert contents(clean / "cache" / "toy") == {}
    assert contents(datasets.fetch("toy")) == FILES


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_disk_that_is_full_during_a_download(clean, toy, monkeypatch):
    ask = pooch.HTTPDownloader.__call__
    monkeypatch.setattr(
        pooch.HTTPDownloader, "__call__", lambda self, url, _, source: ask(self, url, "/dev/full", source)
    )
    with told_within(5, "The disk is full"):
        datasets.fetch("toy")
    assert contents(clean / "cache") == {}


def test_a_cache_that_is_no_folder(clean, toy, monkeypatch):
    (clean / "file").write_text("kept", encoding="utf-8")
    monkeypatch.setenv("WORKSHOP_CACHE", str(clean / "file"))
    with told_within(5, "set WORKSHOP_CACHE to a folder you may write to"):
        datasets.fetch("toy")
    assert (clean / "file").read_text(encoding="utf-8") == "kept"


def test_a_cache_that_may_not_be_written(clean, toy):
    (clean / "cache").mkdir(mode=0o500)
    if os.access(clean / "cache", os.W_OK):
        pytest.skip("this user (root) may write anywhere")
    with told_within(5, "set WORKSHOP_CACHE to a folder you may write to"):
        datasets.fetch("toy")


def test_a_full_cache_that_may_not_be_written_is_read(clean, toy, monkeypatch):
    folder = datasets.fetch("toy")

    def refuse(*words, **options):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "mkdir", refuse)
    monkeypatch.setattr(store, "TemporaryDirectory", refuse)
    assert datasets.fetch("toy") == folder


# Two at once


def test_threads_need_not_make_the_same_folder(toy, monkeypatch):
    make = os.makedirs

    def lost_the_race(path, *words, exist_ok=False, **options):
        if not exist_ok:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        make(path, *words, exist_ok=True, **options)

    monkeypatch.setattr(os, "makedirs", lost_the_race)
    assert contents(datasets.fetch("toy")) == FILES


def start_fetching(root):
    code = (
        "import sys, pathlib; from workshop import datasets; from workshop.datasets import catalogue\n"
        "catalogue.ROOT = pathlib.Path(sys.argv[1]); print(datasets.fetch('toy'))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(root)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_two_processes_at_once_never_show_half_a_file(clean, toy):
    toy.pause = 2  # seconds: long enough that two processes of a busy computer meet
    folder = clean / "cache" / "toy"
    processes = [start_fetching(clean / "datasets") for _ in range(2)]
    seen = 0
    while any(process.poll() is None for process in processes):
        for name, content in FILES.items():
            path = folder / name
            if path.exists():
                seen += 1
                assert path.read_bytes() == content
        time.sleep(0.005)
    for process in processes:
        output, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors
        assert output.strip() == str(folder)
        assert "Downloading" not in errors  # pooch's line for each file
    assert seen > 0
    assert len(toy.asked) > len(FILES)  # the two did overlap
    assert contents(folder) == FILES


def test_a_killed_download_is_made_good_by_the_next(clean, toy):
    toy.pause = 5
    process = start_fetching(clean / "datasets")
    try:
        deadline = time.monotonic() + 30
        while not toy.asked and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.3)
        assert process.poll() is None
    finally:
        process.kill()
        process.communicate(timeout=30)
    folder = clean / "cache" / "toy"
    assert not any((folder / name).exists() for name in FILES)
    toy.pause = 0
    datasets.fetch("toy")
    assert all((folder / name).read_bytes() == content for name, content in FILES.items())


# The course's own fetched sets, on made-up files


@pytest.fixture
def own(clean, monkeypatch):
    """Copies of the fetched sets' folders, and a mirror for them that the test fills."""
    for name in FETCHED:
        shutil.copytree(ROOT / name, clean / "datasets" / name)
    monkeypatch.setenv("WORKSHOP_MIRROR", str(clean / "mirror"))
    return clean


def record(name, own):
    """Write into a copied data set's metadata what the test put into the mirror."""
    assert run_make(own / "datasets" / name, own / "mirror" / name).returncode == 0


def test_hatecheck_is_covered_until_a_column_is_asked_for(own):
    header = "functionality,case_id,test_case,label_gold,target_ident,direction,focus_words,focus_lemma"
    rows = "\n".join(f"{i},slur_h,{i},BADWORD {i},hateful,women,general,BADWORD,BADWORD" for i in range(30))
    path = own / "mirror" / "hatecheck" / "test_suite_cases.csv"
    path.parent.mkdir(parents=True)
    path.write_text(f",{header}\n{rows}\n", encoding="utf-8")
    record("hatecheck", own)
    cases = datasets.load("hatecheck")
    assert isinstance(cases, pd.DataFrame)
    assert cases["test_case"].tolist() == [f"BADWORD {i}" for i in range(30)]
    parts = (
        cases,
        cases.head(),
        cases[cases["case_id"] > 5],
        cases[["test_case", "label_gold"]],
        cases.copy(),
    )
    for table in parts:
        for shown in (repr(table), str(table), table._repr_html_()):
            assert "BADWORD" not in shown
            assert "covered" in shown
    assert cases.groupby("label_gold").size().to_dict() == {"hateful": 30}


def test_spoken_digits_are_read_from_their_names(own):
    recordings = own / "mirror" / "free_spoken_digits" / "recordings"
    recordings.mkdir(parents=True)
    for stem in ("7_theo_3", "0_nicolas_9", "1_george_10", "1_george_49", "notes"):
        (recordings / f"{stem}.wav").write_bytes(stem.encode())
    record("free_spoken_digits", own)
    rows = datasets.load("free_spoken_digits")
    assert list(rows.columns) == ["path", "digit", "speaker", "accent", "index"]
    assert rows.drop(columns="path").to_numpy().tolist() == [
        [0, "nicolas", "French", 9],
        [7, "theo", "neutral", 3],
    ]
    assert [Path(path).read_bytes() for path in rows["path"]] == [b"0_nicolas_9", b"7_theo_3"]


def test_the_registry_names_the_600_recordings():
    entry = catalogue.Entry("free_spoken_digits", ROOT / "free_spoken_digits")
    parts = [Path(file.name).stem.split("_") for file in entry.fetched]
    assert len(parts) == 600 == entry.metadata["size"]["value"]
    speakers = {speaker for _, speaker, _ in parts}
    assert len(speakers) == 6
    wanted = {
        (str(digit), speaker, str(take)) for digit in range(10) for speaker in speakers for take in range(10)
    }
    assert {tuple(part) for part in parts} == wanted
    includes = entry.metadata["distribution"][1]["includes"]
    assert all(fnmatch.fnmatchcase(file.name, includes) for file in entry.fetched)
    assert all(file.url.startswith("https://raw.githubusercontent.com/Jakobovski/") for file in entry.fetched)


@pytest.mark.parametrize("name", FETCHED)
def test_the_home_is_one_commit(name):
    entry = catalogue.Entry(name, ROOT / name)
    commit = entry.metadata["url"].rsplit("/", 1)[1]
    assert len(commit) == 40
    assert all(f"/{commit}/" in file.url for file in entry.fetched)


# The real files, from a mirror


@needs_mirror
def test_real_hatecheck(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKSHOP_CACHE", str(tmp_path))
    cases = datasets.load("hatecheck")
    metadata = catalogue.find("hatecheck").metadata
    assert len(cases) == 3728 == metadata["size"]["value"]
    assert list(cases.columns) == [field["name"] for field in metadata["recordSet"][0]["field"]]
    assert cases["label_gold"].value_counts().to_dict() == {"hateful": 2563, "non-hateful": 1165}
    assert cases["target_ident"].nunique() == 7
    assert cases["functionality"].nunique() == 29
    assert cases["test_case"][0] not in repr(cases)


@needs_mirror
def test_real_spoken_digits(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKSHOP_CACHE", str(tmp_path))
    rows = datasets.load("free_spoken_digits")
    assert len(rows) == 600
    assert rows.groupby(["digit", "speaker"]).size().eq(10).all()
    assert rows.groupby("accent")["speaker"].nunique().to_dict() == {
        "French": 1,
        "German": 2,
        "Greek": 1,
        "neutral": 2,
    }
    for path in rows["path"]:
        with wave.open(path) as recording:
            assert (recording.getframerate(), recording.getnchannels()) == (8000, 1)


@needs_mirror
@pytest.mark.parametrize("name", FETCHED)
def test_make_from_the_mirror_writes_the_committed_papers(tmp_path, name):
    shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / name / "registry.txt").unlink(missing_ok=True)
    assert run_make(tmp_path / name, Path(os.environ["WORKSHOP_MIRROR"]) / name).returncode == 0
    assert contents(tmp_path / name) == contents(ROOT / name)
