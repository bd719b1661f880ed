"""The set-up cell alone, in environments without the course: what it installs, and what it says
when it cannot.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.support.colab import SET_UP, instead, publish, without_course

RUN = """
import sys
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
for cell in sys.argv[1:]:
    result = shell.run_cell(cell)
print(repr(result.error_in_exec or result.error_before_exec))
"""
ADVICE = (
    "Put right what pip names above (or rename a helpers.py of your own), "
    "restart the kernel and run this cell again."
)
NOT_THERE = f"""ImportError("No module named 'helpers'. {ADVICE}")"""


def run(python, folder, *cells, **variables):
    """What IPython prints while it runs cells in a folder, and the error in the last of them."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    settings = {"PYTHONPATH": "", "IPYTHONDIR": str(folder / "ipython"), **variables}
    done = subprocess.run(
        [python, "-c", RUN, *cells],
        cwd=folder,
        env=ours | settings,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    *words, error = done.stdout.splitlines()
    return "\n".join(words), error


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The Python of an environment without the course, for cells that fail to install it."""
    return without_course(sys.executable, tmp_path_factory.mktemp("bare"))


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The variables with which pip finds this checkout at the course's address."""
    folder = tmp_path_factory.mktemp("published")
    yield instead(publish(folder).as_uri())
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def installed(published, tmp_path_factory):
    """The Python of an environment in which the cell has run, and what it said."""
    python = without_course(sys.executable, tmp_path_factory.mktemp("installed"))
    return python, run(python, tmp_path_factory.mktemp("lesson"), SET_UP, **published)


def test_the_course_is_installed_where_it_is_missing(installed):
    words, error = installed[1]
    assert error == "None"
    assert "ERROR" not in words and "Traceback" not in words


def test_the_cell_says_nothing_where_the_course_is_installed(installed, tmp_path):
    assert run(installed[0], tmp_path, SET_UP) == ("", "None")


def test_course_and_data_are_there_in_the_session_that_installed_them(published, tmp_path):
    python = without_course(sys.executable, tmp_path / "environment")
    use = "from helpers.datasets import load_wine\nprint(load_wine().X.shape, helpers.__file__)"
    words, error = run(python, tmp_path, SET_UP, use, **published)
    assert error == "None"
    here = next(tmp_path.glob("environment/lib/*/site-packages/helpers/__init__.py"))
    assert words.splitlines()[-1] == f"(178, 13) {here}"


def test_what_the_course_needs_is_named_and_not_installed(published, tmp_path):
    python = without_course(sys.executable, tmp_path / "environment")
    for part in tmp_path.glob("environment/lib/*/site-packages/anywidget*"):
        part.unlink()
    words, error = run(python, tmp_path, SET_UP, **published)
    assert "The course needs anywidget>=0.9.21 (not installed): run %pip install " in error
    assert list(tmp_path.glob("environment/lib/*/site-packages/anywidget*")) == []


def test_without_a_network_pip_says_so(bare, tmp_path):
    nowhere = "http://127.0.0.1:9"
    words, error = run(bare, tmp_path, SET_UP, https_proxy=nowhere, HTTPS_PROXY=nowhere)
    assert "unable to access" in words
    assert error == NOT_THERE


def test_a_fork_without_the_tag_of_its_version_is_named(bare, tmp_path):
    source = publish(tmp_path, tag="v0.0.0")
    words, error = run(bare, tmp_path, SET_UP, **instead(source.as_uri()))
    shutil.rmtree(source)
    assert "did not match any file(s) known to git" in words
    assert error == NOT_THERE


class AsksForPassword(BaseHTTPRequestHandler):
    """What a host answers for a repository that is private, or is not there."""

    def do_GET(self):
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="course"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words):
        """Print nothing."""


def test_git_never_waits_for_a_password(bare, tmp_path):
    """Nobody could type one into a cell: it would run for ever."""
    with HTTPServer(("127.0.0.1", 0), AsksForPassword) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        source = f"http://127.0.0.1:{server.server_port}/me/my-course"
        words, error = run(bare, tmp_path, SET_UP, no_proxy="127.0.0.1", **instead(source))
        server.shutdown()
    assert "terminal prompts disabled" in words
    assert error == NOT_THERE


def test_a_folder_that_cannot_be_written_to_is_named(bare, published, tmp_path):
    (tmp_path / "file").touch()  # what root, too, cannot write into
    words, error = run(
        bare, tmp_path, SET_UP, PIP_TARGET=str(tmp_path / "file" / "site"), **published
    )
    assert str(tmp_path / "file") in words
    assert error == NOT_THERE


def test_a_course_that_only_the_next_kernel_finds_asks_for_a_restart(bare, published, tmp_path):
    """So it is with the first package in a user's own folder, where pip puts it if it may not write
    elsewhere.
    """
    site = str(tmp_path / "site")
    assert run(bare, tmp_path, SET_UP, PIP_TARGET=site, **published)[1] == NOT_THERE
    assert run(bare, tmp_path, SET_UP, PYTHONPATH=site) == ("", "None")


def test_somebody_elses_helpers_are_named(installed, tmp_path):
    (tmp_path / "helpers.py").write_text("x = 1")
    words, error = run(installed[0], tmp_path, SET_UP)
    found = "No module named 'helpers.version'; 'helpers' is not a package"
    assert error == f'ImportError("{found}. {ADVICE}")'
