import pytest

from workshop.build import slides


@pytest.fixture(scope="session")
def chromium():
    """Return a running Chromium."""
    command = slides.find_browser()
    if command is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=command, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()
