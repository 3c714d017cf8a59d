"""What the tests of lessons do on a page of the lab."""

import re

from playwright.sync_api import expect

from benchmarks import lab as labs

FAILED = "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']"
LOST_WIDGET = re.compile("model not found|error displaying widget|could not be drawn", re.I)


def notebook(page):
    return page.locator(labs.NOTEBOOK)


def sentence(probe):
    return probe.locator(".workshop-sentence")


def rest(page):
    """Wait until the kernel has answered all.

    ipywidgets holds back a typed text while the kernel is at work, but not the press of a button: a program types so
    fast that the press would come first. No person does.
    """
    page.wait_for_timeout(200)  # until the status tells of what has just been sent
    page.get_by_role("button", name=labs.IDLE).wait_for(timeout=labs.PATIENCE)


def press(page, control, *keys):
    """Focus a control and press keys, as somebody without a mouse does."""
    control.focus()
    for key in keys:
        page.keyboard.press(key)


def assert_ran(page):
    """Check that no cell failed and that each probe is alive: its html as committed asks to be run."""
    expect(notebook(page).locator(FAILED)).to_have_count(0)
    expect(notebook(page)).not_to_contain_text(LOST_WIDGET)
    expect(notebook(page)).not_to_contain_text("Run this cell to")
