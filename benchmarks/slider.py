"""Time a slider's move in JupyterLab, from the key to the pixels."""

import tempfile

import nbformat
import numpy as np
from nbformat import v4
from playwright.sync_api import sync_playwright

from benchmarks import lab as labs
from benchmarks.table import Aim, Row
from workshop.build import slides

SCRATCH = "notebooks/scratch.ipynb"
CODE = """\
import numpy as np
from workshop import probes

rng = np.random.default_rng(2020)
outcome = rng.random(10_000) < 0.4
score = 0.3 * outcome + 0.7 * rng.random(10_000)
probes.threshold(outcome, score, rng.choice(["A", "B", "C", "D"], 10_000))"""
# Without both, JupyterLab asks which kernel to take.
METADATA = {
    "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"},
    "language_info": {"name": "python"},
}
NAME = "slider move to pixels in JupyterLab, 95th percentile, 10,000 people x 4 groups"
AIM = Aim(50, "at most 50 ms")

# From the key's event to the task after the frame in which the sentence was found changed: it is painted then.
WATCH = """output => {
  let pressed = null;
  window.moves = [];
  document.addEventListener("keydown", event => { pressed = event.timeStamp; }, true);
  const sentence = () => output.querySelector(".workshop-sentence")?.textContent;
  let last = sentence();
  new MutationObserver(() => {
    const now = sentence();
    if (pressed === null || !now || now === last) return;
    const start = pressed;
    [last, pressed] = [now, null];
    requestAnimationFrame(() => setTimeout(() => window.moves.push(performance.now() - start)));
  }).observe(output, { subtree: true, childList: true, characterData: true });
}"""


def measure():
    """Return the milliseconds of each move: to the right end of the slider, to the left end, to the middle."""
    with tempfile.TemporaryDirectory() as folder, labs.Lab(folder) as lab, sync_playwright() as playwright:
        scratch = v4.new_notebook(cells=[v4.new_code_cell(CODE)], metadata=METADATA)
        nbformat.write(scratch, lab.root / SCRATCH)
        browser = playwright.chromium.launch(
            executable_path=slides.find_browser(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = labs.open_notebook(labs.new_context(browser, lab), lab, SCRATCH)
        labs.run_all(page)
        probe = labs.probe(page, "threshold")
        probe.evaluate(WATCH)
        probe.get_by_role("slider").focus()
        for done, key in enumerate(["ArrowRight"] * 25 + ["ArrowLeft"] * 50 + ["ArrowRight"] * 25, 1):
            page.keyboard.press(key)
            page.wait_for_function("done => window.moves.length >= done", arg=done)
        moves = page.evaluate("window.moves")
        browser.close()
    return moves


def run():
    """Return the row of the table."""
    if slides.find_browser() is None:
        return [Row(NAME, "not measured", "no Chromium on this machine")]
    moves = measure()
    slow = float(np.percentile(moves, 95))
    return [
        Row(NAME, f"{slow:.0f} ms", f"median {np.median(moves):.0f} ms of {len(moves)} moves", "", slow, AIM)
    ]
