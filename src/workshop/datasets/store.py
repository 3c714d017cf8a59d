"""Bringing a larger open data set from its home into the cache, once, checked and whole."""

import errno
import logging
import os
import shutil
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import pooch
import requests
from tqdm import tqdm

from workshop.datasets.catalogue import DataFile, DatasetError, Entry, find

AT_ONCE = 8
TIMEOUT = (3, 15)  # seconds to connect to one of the home's machines, and to wait for the next byte
CHUNK = 2**16


def cache_folder() -> Path:
    """Return the folder of the cache: ``WORKSHOP_CACHE``, or the user's own cache folder."""
    return Path(os.environ.get("WORKSHOP_CACHE") or pooch.os_cache("workshop")).expanduser()


def fetch(name: str) -> Path:
    """Return the folder with a data set's files, bringing what is missing from its home.

    Every file is checked against its SHA-256 each time. A download goes to a temporary folder beside the
    cached files and is moved into place only when it is whole and right, so neither a cut connection nor a
    second process can leave half a file to be read. ``WORKSHOP_MIRROR`` names a folder, or an http address,
    to take the files from instead, laid out as ``<name>/<file>``; ``WORKSHOP_CACHE`` names the cache.

    Parameters
    ----------
    name : str
        One of ``names()``.

    Returns
    -------
    pathlib.Path
        In the cache; for a data set that comes with the course, its folder in the checkout.

    Raises
    ------
    DatasetError
        Unknown name, no network, wrong checksum, full disk, unwritable cache, damaged committed file.
    """
    entry = find(name)
    for file in entry.committed:
        file.read(entry.folder, entry.remedy)
    if not entry.fetched:
        return entry.folder
    target = cache_folder() / entry.name
    try:
        missing = [file for file in entry.fetched if not _is_intact(target / file.name, file.sha256)]
        if missing:
            _bring(entry, missing, target)
    except (requests.RequestException, ValueError, OSError) as error:
        raise DatasetError(_sentence(error, entry, target)) from error
    return target


def _is_intact(path: Path, sha256: str) -> bool:
    return path.is_file() and pooch.file_hash(str(path)) == sha256


def _mirror() -> str:
    return os.environ.get("WORKSHOP_MIRROR", "").rstrip("/\\")


def _is_address(place: str) -> bool:
    return place.startswith(("http://", "https://"))


def _address(entry: Entry, file: DataFile) -> str:
    mirror = _mirror()
    return f"{mirror}/{entry.name}/{file.name}" if mirror else file.url


def _download(url: str, output_file: str, source: pooch.Pooch) -> None:
    """Pooch downloader that isn't tried again where nobody answers: pooch repeats only requests' own errors."""
    try:
        pooch.HTTPDownloader(timeout=TIMEOUT, chunk_size=CHUNK)(url, output_file, source)
    except requests.Timeout as error:
        raise TimeoutError from error
    except requests.ConnectionError as error:
        raise ConnectionError from error


def _copy(source: str, output_file: str, _pooch: pooch.Pooch) -> None:
    """Pooch downloader for a mirror that is a folder."""
    path = Path(source).expanduser()
    if not os.access(path, os.R_OK):
        raise DatasetError(
            f"The mirror has no file {path} that can be read: correct WORKSHOP_MIRROR, or unset it to download "
            "from the data set's home."
        )
    shutil.copyfile(path, output_file)


def _bring(entry: Entry, files: list[DataFile], target: Path) -> None:
    """Download files and move each into place once its checksum is right."""
    pooch.get_logger().setLevel(logging.WARNING)  # or it prints a line for each of 600 files
    addresses = {file.name: _address(entry, file) for file in files}
    over_http = _is_address(addresses[files[0].name])
    downloader = _download if over_http else _copy
    target.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".partial-", dir=target) as partial:
        for parent in {Path(file.name).parent for file in files}:
            (target / parent).mkdir(parents=True, exist_ok=True)
            (partial / parent).mkdir(
                parents=True, exist_ok=True
            )  # pooch making it fails in two threads at once
        source = pooch.create(
            path=partial,
            base_url="",
            registry={file.name: file.sha256 for file in files},
            urls=addresses,
            retry_if_failed=1 if over_http else 0,
        )

        def bring_one(file: DataFile) -> None:
            os.replace(source.fetch(file.name, downloader=downloader), target / file.name)

        with (
            ThreadPoolExecutor(AT_ONCE) as pool,
            tqdm(total=len(files), desc=entry.name, unit="file", leave=False) as bar,
        ):
            tasks = [pool.submit(bring_one, file) for file in files]
            try:
                for task in as_completed(tasks):
                    task.result()
                    bar.update()
            except BaseException:  # also the trainee's interrupt: don't go on with the files still waiting
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def _sentence(error: Exception, entry: Entry, target: Path) -> str:
    """Say in one sentence why fetching failed and what to do."""
    home = _mirror() or urlsplit(entry.fetched[0].url).hostname
    again = f'call fetch("{entry.name}") again'
    if isinstance(error, requests.HTTPError):
        return (
            f"{entry.name} could not be downloaded, because {home} answered {error.response.status_code}: {again} "
            "later, or set WORKSHOP_MIRROR to a folder that holds a copy."
        )
    if isinstance(error, (TimeoutError, ConnectionError, requests.RequestException)):
        reason = "no answer in time" if isinstance(error, TimeoutError) else "no connection, or it was cut"
        return (
            f"{entry.name} could not be downloaded from {home} ({reason}): connect this computer to the network and "
            f"{again}, or set WORKSHOP_MIRROR to a folder that holds a copy."
        )
    if isinstance(error, ValueError):
        return (
            f"A file of {entry.name} from {home} is not the one the course was made with (its checksum differs), "
            f"so it was thrown away: {again}, and tell the course's authors if it stays so."
        )
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full, so {entry.name} was not kept in {target}: free some space and {again}."
    return (
        f"{entry.name} can't be kept in {target} ({error.strerror or error}): set WORKSHOP_CACHE to a folder you "
        f"may write to and {again}."
    )
