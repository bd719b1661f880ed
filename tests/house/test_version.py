"""A lesson asks for the course of its version: what it is told where it finds another, or not all
that the course needs.
"""

import subprocess
import sys
from importlib import metadata

import pytest

from helpers.version import VERSION, check_version


def test_a_lesson_of_this_version_is_told_nothing(capsys):
    check_version(VERSION)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("older", ["0.2", "0.2.99"])
def test_an_older_lesson_runs_and_is_told_so(capsys, older):
    check_version(older)
    assert capsys.readouterr().out == (
        f"This lesson is of version {older}, the installed course is newer ({VERSION}): "
        "if a cell fails, open the lesson anew from where you have it.\n"
    )


@pytest.mark.parametrize("newer", ["99.0", "0.100.1"])
def test_a_newer_lesson_is_refused_with_the_command_that_updates_the_course(newer):
    with pytest.raises(RuntimeError, match="the installed course is older") as error:
        check_version(newer)
    assert f"version {newer}, the installed course is older ({VERSION})" in str(error.value)
    assert "git pull" in str(error.value) and "%pip uninstall -y downhill" in str(error.value)


@pytest.fixture
def environment(monkeypatch):
    """Pretend that the course needs these packages, and that those are installed."""

    def pretend(needed, installed):
        def version(name):
            if name not in installed:
                raise metadata.PackageNotFoundError(name)
            return installed[name]

        monkeypatch.setattr(metadata, "requires", lambda name: needed)
        monkeypatch.setattr(metadata, "version", version)

    return pretend


NEEDED = ["numpy>=1.26", "anywidget>=0.9.21", 'torch>=2.2; extra == "bench"']


@pytest.mark.parametrize(
    "installed",
    [
        {"numpy": "1.26", "anywidget": "0.10.0"},
        {"numpy": "2.0.0rc1", "anywidget": "0.9.21.dev1"},
    ],
)
def test_what_is_new_enough_is_told_nothing(environment, capsys, installed):
    environment(NEEDED, installed)
    check_version(VERSION)
    assert capsys.readouterr().out == ""


def test_what_is_missing_or_too_old_is_named_with_the_command(environment):
    environment(NEEDED, {"numpy": "1.9.3"})
    with pytest.raises(RuntimeError) as error:
        check_version(VERSION)
    assert str(error.value) == (
        "The course needs numpy>=1.26 (here is 1.9.3), anywidget>=0.9.21 (not installed): run "
        '%pip install "numpy>=1.26" "anywidget>=0.9.21" in a cell of its own, restart the kernel, '
        "reload this page and run the lesson from the top."
    )


def test_a_course_that_is_used_from_its_folder_and_not_installed_is_not_asked(monkeypatch, capsys):
    def requires(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", requires)
    check_version(VERSION)
    assert capsys.readouterr().out == ""


def test_the_check_needs_nothing_that_may_be_missing():
    code = "import sys, helpers.version; print(sys.modules.keys() & {'numpy', 'matplotlib'})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("set()\n", "")
