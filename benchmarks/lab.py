"""Start the course's JupyterLab on a copy of the course and drive it in a browser, as a trainee does.

The browser tests use it too. Nothing is read from or written to the settings, the work or the notebooks of whoever
runs it.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

import nbformat
import requests

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("src", "content", "notebooks", "exercises", "datasets", "requirements.lock")
FORGOTTEN = ("PYTHONWARNINGS", "DISPLAY", "WAYLAND_DISPLAY")  # no browser is to open by itself
SETTINGS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "IPYTHONDIR": "ipython",
    "WORKSHOP_MY_WORK": "my_work",
}
WIDTH, HEIGHT = 1280, 800
PATIENCE = 120_000  # milliseconds, on a slow and busy machine
NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook"
IDLE = re.compile(
    r"\| Idle$"
)  # in the status bar; the sign above the notebook says so before a kernel is there

# Read by each Python that the lab starts: a socket that would leave this computer is refused and written down.
GUARD = """
import os, sys

def refuse(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host not in (None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", b"localhost", b"127.0.0.1"):
        with open(os.environ["WORKSHOP_ASKED"], "a") as file:
            print(host, file=file)
        raise OSError(f"the network is cut: {host}")

sys.addaudithook(refuse)
"""


class Lab:
    """A running JupyterLab, started by ``workshop lab`` on a copy of the course.

    Parameters
    ----------
    folder : path-like
        An empty folder for the copy, the settings and the trainee's work.

    Attributes
    ----------
    root : pathlib.Path
        The copy.
    url : str
        The printed address of the start page, with its token.
    """

    def __init__(self, folder):
        folder = Path(folder)
        self.root, self._log, self._asked = folder / "course", folder / "log.txt", folder / "asked.txt"
        self._guard = folder / "guard"
        self._guard.mkdir(parents=True)
        (self._guard / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
        for name in COPIED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            self.root.mkdir(exist_ok=True)
            copy(ROOT / name, self.root / name)
        self._settings = {name: str(folder / place) for name, place in SETTINGS.items()}
        self._process = None
        self.url = ""

    def environment(self):
        """Return the environment of the lab: the copy is imported, the network is cut."""
        kept = {name: value for name, value in os.environ.items() if name not in FORGOTTEN}
        path = os.pathsep.join((str(self._guard), str(self.root / "src")))
        return {**kept, **self._settings, "PYTHONPATH": path, "WORKSHOP_ASKED": str(self._asked)}

    def __enter__(self):
        with self._log.open("w", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "workshop", "lab", "--no-browser"],
                cwd=self.root,
                env=self.environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self.url = self._address()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _address(self, patience=60):
        """Wait until the lab prints its address."""
        end = time.monotonic() + patience
        while time.monotonic() < end and self._process.poll() is None:
            if found := re.search(r"http://\S+\?token=\w+", self.log):
                return found.group()
            time.sleep(0.1)
        raise RuntimeError(f"JupyterLab did not start:\n{self.log}")

    def __exit__(self, *error):
        """Stop the lab with its kernels: Ctrl+C, and again if it does not listen."""
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    @property
    def log(self):
        """All that the lab has printed."""
        return self._log.read_text(encoding="utf-8")

    @property
    def asked(self):
        """The hosts that the server or a kernel asked for, other than this computer."""
        return self._asked.read_text(encoding="utf-8").split() if self._asked.exists() else []

    def address(self, path):
        """Return the address of a notebook of the copy, such as ``notebooks/01_responsible_ai.ipynb``.

        It opens in a workspace of its own, without the tabs of other pages.
        """
        parts = urlsplit(self.url)
        workspace = re.sub(r"\W", "-", path)
        return urlunsplit(parts._replace(path=f"/lab/workspaces/{workspace}/tree/{path}"))

    def end_kernel(self, path):
        """End the kernel that a page of this notebook has left running: its count of runs would go on."""
        parts = urlsplit(self.url)
        address = urlunsplit((parts.scheme, parts.netloc, "/api/sessions", "", ""))
        told = {
            "headers": {"Authorization": f"token {parse_qs(parts.query)['token'][0]}"},
            "timeout": PATIENCE / 1000,
        }
        for running in requests.get(address, **told).json():
            if running["path"] == path:
                requests.delete(f"{address}/{running['id']}", **told).raise_for_status()


def new_context(chromium, lab):
    """Return a browser context that reaches nothing but the lab; it lists requests elsewhere and errors.

    Returns
    -------
    playwright.sync_api.BrowserContext
        Its attribute ``elsewhere`` lists each address asked for on another host, ``errors`` each error of the page
        or line that it wrote to the console as an error.
    """
    context = chromium.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    context.elsewhere, context.errors = [], []
    home = urlsplit(lab.url).netloc

    def outside(url):
        return url.startswith(("http", "ws")) and urlsplit(url).netloc != home

    def refuse(route):
        context.elsewhere.append(route.request.url)
        route.abort()

    def refuse_socket(socket):
        context.elsewhere.append(socket.url)
        socket.close()

    context.route(outside, refuse)
    context.route_web_socket(outside, refuse_socket)
    context.on("weberror", lambda error: context.errors.append(str(error.error)))
    context.on("console", lambda line: line.type == "error" and context.errors.append(line.text))
    return context


def open_notebook(context, lab, path):
    """Open a notebook of the copy in a new page; wait until its cells are there and a new kernel is ready."""
    lab.end_kernel(path)
    page = context.new_page()
    page.goto(lab.address(path))
    wait_until_open(page, lab, path)
    return page


def wait_until_open(page, lab, path):
    """Wait until all cells of the notebook are on the page and its kernel is ready."""
    cells = nbformat.read(lab.root / path, as_version=4).cells
    # JupyterLab adds the cells below the fold one by one, when it has time.
    page.locator(f"{NOTEBOOK} .jp-Cell").nth(len(cells) - 1).wait_for(state="attached", timeout=PATIENCE)
    page.get_by_role("button", name=IDLE).wait_for(timeout=PATIENCE)


def choose(page, *labels):
    """Choose from the menu bar, as a trainee does: a menu and what is in it."""
    for label in labels:
        page.get_by_role("menuitem", name=label, exact=True).click()


def run_all(page):
    """Run all cells from the menu and wait for the last one."""
    choose(page, "Run", "Run All Cells")
    wait_until_run(page)


def wait_until_run(page):
    """Wait until the last code cell has the number of a finished run, and the kernel rests."""
    number = page.locator(f"{NOTEBOOK} .jp-CodeCell").count()
    last = page.locator(f"{NOTEBOOK} .jp-CodeCell .jp-InputArea-prompt").last
    last.filter(has_text=re.compile(rf"^\[{number}\]:$")).wait_for(state="attached", timeout=PATIENCE)
    page.get_by_role("button", name=IDLE).wait_for(timeout=PATIENCE)


def probe(page, name, place=0):
    """Return the output that shows a probe, such as ``threshold``; `place` counts those of its kind."""
    shown = page.locator(f"{NOTEBOOK} .jp-OutputArea-output")
    return shown.filter(has=page.locator(f"svg[aria-labelledby^={name}-]")).nth(place)
