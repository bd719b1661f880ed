"""The set-up cell alone: what it fetches and installs, and what it says when it cannot."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from tests.support.colab import (
    ADDRESS,
    FOLDER,
    PROJECT,
    ROOT,
    SET_UP,
    VERSION,
    instead,
    publish,
)
from tests.support.lessons import LESSONS
from tools.fetched import check_packages

each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)

# The tests' own environment holds an installed course; the cell shall not see it.
NOT_INSTALLED = """
import os, sys
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in repr(finder).lower()]
elsewhere = lambda path: not os.path.exists(os.path.join(path, "helpers", "explorers"))
sys.path[:] = filter(elsewhere, sys.path)
"""


def in_folder(folder, code, **variables):
    """What a fresh Python in `folder`, to which the course is unknown, prints, and its last words
    if it fails.
    """
    environment = os.environ | {"PYTHONPATH": "", "PYTHONIOENCODING": "utf-8"} | variables
    command = [sys.executable, "-c", NOT_INSTALLED + code]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    return done.stdout, done.stderr


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The variables with which git finds this checkout at the course's address."""
    return instead(publish(tmp_path_factory.mktemp("published")))


@pytest.fixture(scope="module")
def fetched(published, tmp_path_factory):
    """A folder in which the set-up cell has run, and what it said."""
    folder = tmp_path_factory.mktemp("lesson")
    return folder, in_folder(folder, SET_UP, **published)


@pytest.fixture
def again(fetched, published, tmp_path):
    """The same folder anew, to be spoilt, and a function that runs the cell there a second time."""
    folder = tmp_path / "lesson"
    shutil.copytree(fetched[0], folder)
    return folder / FOLDER, lambda: in_folder(folder, SET_UP, **published)


def test_nothing_happens_where_the_course_is_installed(tmp_path):
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{SET_UP}"
    assert in_folder(tmp_path, code) == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_the_course_is_fetched_once_and_then_used(fetched, again):
    assert fetched[1] == (
        f"Fetched the course from {ADDRESS} into the folder {FOLDER}. Nothing was missing.\n",
        "",
    )
    assert again[1]() == (f"Using the course in the folder {FOLDER}. Nothing was missing.\n", "")


def test_course_and_data_are_there_in_the_same_session(fetched, published):
    use = "from helpers import datasets\nprint(datasets.load_wine().X.shape, datasets.__file__)"
    code = f"{SET_UP}\n{use}"
    said = in_folder(fetched[0], code, **published)[0].splitlines()[-1]
    assert said == f"(178, 13) {fetched[0] / FOLDER / 'helpers' / 'datasets.py'}"


@each_lesson
def test_the_links_of_a_lesson_lead_somewhere_beside_it(fetched, path):
    prose = "".join(
        cell.source
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown"
    )
    links = [link for link in re.findall(r"\]\(([^)\s#]+)", prose) if ":" not in link]
    assert [link for link in links if not (fetched[0] / link).exists()] == []


def test_a_lesson_that_the_learner_has_changed_stays(again):
    mine = again[0].parent / LESSONS[0].name
    mine.write_text("mine")
    again[1]()
    assert mine.read_text() == "mine"


def test_a_lesson_in_a_copy_that_is_not_installed_uses_that_copy(again):
    config = again[0] / ".git" / "config"
    config.write_text(
        config.read_text().replace(ADDRESS, "https://github.com/me/a-fork-not-stamped")
    )
    words, errors = in_folder(again[0] / "notebooks", SET_UP)
    assert (words, errors) == (
        f"Using the course in the folder {FOLDER}. Nothing was missing.\n",
        "",
    )


def test_somebody_elses_helpers_are_not_in_the_way(again):
    (again[0].parent / "helpers.py").write_text("x = 1")
    assert again[1]()[1] == ""


def test_without_git_the_cell_says_so(tmp_path):
    assert "git is missing. Install it, or" in in_folder(tmp_path, SET_UP, PATH=str(tmp_path))[1]


def test_without_a_network_the_cell_says_so(tmp_path):
    errors = in_folder(
        tmp_path, SET_UP, https_proxy="http://127.0.0.1:9", HTTPS_PROXY="http://127.0.0.1:9"
    )[1]
    assert "Connect to the network, then run this cell again." in errors
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_address_is_named(tmp_path):
    errors = in_folder(tmp_path, SET_UP, **instead(tmp_path / "nowhere"))[1]
    assert f"See that {ADDRESS} is right and public, then run this cell again." in errors


@pytest.mark.parametrize(
    ("gits_words", "advice"),
    [
        (
            "fatal: could not create work tree dir 'downhill': Permission denied",
            "This folder cannot be written to: open the lesson in one of your own",
        ),
        ("fatal: write error: No space left on device", "The disk is full: make room"),
        (
            "fatal: unable to access 'https://x/': server certificate verification failed.",
            "The network's certificate is not trusted here: ask who runs it, or take another",
        ),
        (
            "fatal: unable to access 'https://x/': SSL certificate problem: self-signed",
            "The network's certificate is not trusted here: ask who runs it, or take another",
        ),
        ("fatal: unable to access 'https://x/': The requested URL returned error: 404", "See that"),
        (
            "fatal: unable to access 'https://x/': Could not resolve host: x",
            "Connect to the network",
        ),
    ],
)
def test_the_advice_fits_what_git_says(tmp_path, gits_words, advice):
    git = tmp_path / "git"
    git.write_text(f'#!/bin/sh\necho "{gits_words}" >&2\nexit 128\n')
    git.chmod(0o755)
    errors = in_folder(tmp_path, SET_UP, PATH=f"{tmp_path}:{os.environ['PATH']}")[1]
    assert f"{gits_words}\n{advice}" in errors
    assert "then run this cell again." in errors


def test_git_never_waits_for_a_password_and_speaks_english(tmp_path):
    git = tmp_path / "git"
    git.write_text('#!/bin/sh\necho "prompt $GIT_TERMINAL_PROMPT, $LC_ALL" >&2\nexit 1\n')
    git.chmod(0o755)
    code = f"try:\n    exec({SET_UP!r})\nfinally:\n    print(os.environ.get('GIT_TERMINAL_PROMPT'))"
    words, errors = in_folder(tmp_path, code, PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert "prompt 0, C" in errors
    assert words == "None\n"  # the session's own git is as it was


def test_a_folder_in_the_way_is_named(tmp_path):
    (tmp_path / FOLDER).mkdir()
    said = in_folder(tmp_path, SET_UP)[1].splitlines()[-1]
    assert said.endswith(
        f"The folder {FOLDER} is no whole copy of the course. Rename it and run again."
    )


def test_a_copy_that_is_not_whole_is_named(again):
    shutil.rmtree(again[0] / "helpers")
    said = again[1]()[1].splitlines()[-1]
    assert (
        f"The copy of the course in the folder {FOLDER} is not whole: No module named 'helpers'"
        in said
    )
    assert "Rename or delete it" in said


def test_a_copy_that_is_not_whole_is_named_each_time(fetched, again):
    (again[0] / "helpers" / "pictures" / "live.py").unlink()
    code = f"""
for turn in range(2):
    try:
        exec({SET_UP!r})
    except RuntimeError as error:
        print(error)
"""
    words, errors = in_folder(again[0].parent, code)
    assert (words.count("is not whole"), errors) == (2, "")


def test_a_lesson_of_an_older_course_runs_and_says_so(again):
    project = again[0] / "pyproject.toml"
    project.write_text(project.read_text().replace(f'version = "{VERSION}"', 'version = "99.0"'))
    words, errors = again[1]()
    assert errors == ""
    assert (
        f"This lesson is of version {VERSION}, the course of 99.0: "
        "if a cell fails, open the newer one" in words
    )


@pytest.mark.parametrize("folder", ["notebooks", "notebooks/assignments"])
def test_a_new_lesson_put_into_an_old_copy_is_noticed(again, folder):
    project = again[0] / "pyproject.toml"
    project.write_text(project.read_text().replace(f'version = "{VERSION}"', 'version = "0.0.9"'))
    (again[0] / folder).mkdir(exist_ok=True)
    said = in_folder(again[0] / folder, SET_UP)[1]
    assert "is version 0.0.9, older than this lesson" in said
    assert "(git pull)" in said and "delete" not in said.splitlines()[-1]
    assert list((again[0] / "notebooks" / "assignments").glob("*.ipynb")) == []


def test_an_old_copy_is_named(again):
    project = again[0] / "pyproject.toml"
    project.write_text(project.read_text().replace(f'version = "{VERSION}"', 'version = "0.0.9"'))
    said = again[1]()[1].splitlines()[-1]
    assert f"is version 0.0.9, older than this lesson, which needs {VERSION}" in said
    assert "Rename or delete it" in said


def test_a_copy_of_another_course_is_named(again):
    config = again[0] / ".git" / "config"
    config.write_text(config.read_text().replace(ADDRESS, "git@example.org:you/downhill.git"))
    said = again[1]()[1].splitlines()[-1]
    assert "holds the course from git@example.org:you/downhill.git, and this lesson is from" in said


def test_the_same_course_over_ssh_is_no_other(again):
    config = again[0] / ".git" / "config"
    config.write_text(
        config.read_text().replace(
            ADDRESS, re.sub(r"https://([^/]+)/", r"git@\1:", ADDRESS) + ".git"
        )
    )
    assert again[1]()[1] == ""


# What it installs


def project(*dependencies, python=">=3.10"):
    listed = "".join(f'    "{line}",\n' for line in dependencies)
    return f'requires-python = "{python}"\ndependencies = [\n{listed}]\n'


def test_only_what_is_missing_is_installed():
    assert check_packages(PROJECT) == []
    assert check_packages(project("numpy>=1", "nowhere-to-be>=2.5")) == ["nowhere-to-be>=2.5"]


def test_an_installation_that_was_cut_off_is_named(tmp_path, monkeypatch):
    (tmp_path / "nowhere_to_be-1.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(RuntimeError, match="installation of nowhere-to-be is damaged.*reinstall"):
        check_packages(project("nowhere-to-be>=0.5"))


def test_what_is_too_old_is_named_and_left_alone():
    with pytest.raises(
        RuntimeError, match=r"needs numpy>=99 \(here is [\d.]+\).*left alone.*upgrade it yourself"
    ):
        check_packages(project("numpy>=99", "nowhere-to-be>=2.5"))


def test_a_python_that_is_too_old_is_named():
    with pytest.raises(
        RuntimeError, match=r"needs Python >=4, and this kernel is Python 3\.\d+.*choose another"
    ):
        check_packages(project(python=">=4"))


def wheel(folder, name, version, needs=""):
    """A package with nothing in it, for pip to find in `folder`."""
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}"
    files = {
        "METADATA": metadata,
        "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for file, text in files.items():
            archive.writestr(f"{info}/{file}", text)


@pytest.mark.slow
def test_pip_installs_what_is_missing_and_changes_nothing_else(tmp_path):
    for name, version, needs in [
        ("base", "1.0", ""),
        ("base", "2.0", ""),
        ("content", "1.0", "Requires-Dist: base\n"),
        ("eager", "1.0", "Requires-Dist: base>=2\n"),
    ]:
        wheel(tmp_path, name, version, needs)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    site = Path(importlib.util.find_spec("packaging").origin).parent
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "packaging").symlink_to(site)
    variables = {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(tmp_path),
        "PYTHONPATH": str(tmp_path / "modules"),
    }
    variables = os.environ | variables

    def run(*arguments):
        return subprocess.run([python, *arguments], env=variables, capture_output=True, text=True)

    assert run("-m", "pip", "install", "base==1.0").returncode == 0
    fetched = str(ROOT / "tools" / "fetched.py")
    install = f"import runpy; install = runpy.run_path({fetched!r})['install']; "
    assert run("-c", f"{install}install(['content>=1'])").stderr == ""
    refused = run("-c", f"{install}install(['eager>=1'])").stderr
    assert (
        "RuntimeError: eager>=1 could not be installed: " in refused
        and "install them yourself" in refused
    )
    listed = run("-m", "pip", "list", "--format", "freeze").stdout
    assert "base==1.0" in listed and "content==1.0" in listed and "eager" not in listed
