import socket

import pytest

from benchmarks import lab as labs

pytest.register_assert_rewrite("pages")

PORT = 8888  # where the lab opens if nothing else is there


@pytest.fixture(scope="session")
def taken_port():
    """Hold the lab's own port, so that it must find another."""
    with socket.socket() as holder:
        try:
            holder.bind(("127.0.0.1", PORT))
            holder.listen()
        except OSError:
            pass  # another program holds it: as good
        yield PORT


@pytest.fixture(scope="session")
def lab(chromium, taken_port, tmp_path_factory):
    """Return the running JupyterLab; it is only started where there is a browser to look at it."""
    with labs.Lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture(scope="module")
def context(chromium, lab):
    """Return a browser context that reaches nothing but the lab."""
    context = labs.new_context(chromium, lab)
    yield context
    context.close()


@pytest.fixture(scope="module")
def lesson(request, context, lab):
    """Return the page of the test file's LESSON after all its cells have run."""
    page = labs.open_notebook(context, lab, request.module.LESSON)
    labs.run_all(page)
    yield page
    page.close()


@pytest.fixture(autouse=True)
def quiet(context, lab):
    """Fail a test after which the page has reported an error, or anything has asked another computer."""
    yield
    assert context.errors == []
    assert context.elsewhere == []
    assert lab.asked == []
