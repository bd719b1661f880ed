"""`make lab` and `make test` set up by themselves: what make starts, and what `.ci/venv` does on
whichever machine.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_make_lab_passes_arguments_on():
    command = ["make", "--dry-run", "lab", "ARGS=--no-browser --port 9999"]
    outside_of_make = {
        name: value for name, value in os.environ.items() if not name.startswith("MAKE")
    }
    recipe = subprocess.run(
        command, cwd=ROOT, env=outside_of_make, capture_output=True, text=True
    ).stdout
    assert recipe.rstrip().endswith("--no-browser --port 9999")
    assert "/lab/tree/notebooks/00_start_here.ipynb" in recipe


# A Python of which only the few answers are there that .ci/venv asks for; it writes down what pip
# is told to do.
FAKE_PYTHON = """#!/bin/sh
case "$*" in
    "-c import sys; sys.exit"*) exit {too_old} ;;
    "-c import sys; print"*) echo "{version}" ;;
    "-c import ensurepip"*) exit {no_ensurepip} ;;
    "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && echo venv >> log ;;
    "-m pip --version") exit 0 ;;
    "-m pip install --quiet"*) exit 0 ;;
    "-m pip install"*) echo "$@" >> log; test ! -e broken ;;
    *) echo "Python {version}" ;;
esac
"""


@pytest.fixture
def checkout(tmp_path):
    """A checkout with a space in its path, and a function that runs `sh .ci/venv` in it with the
    given Pythons.
    """
    folder = tmp_path / "a clone"
    (folder / ".ci").mkdir(parents=True)
    for name in (".ci/venv", "requirements.txt", "requirements-dev.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "cat", "cmp", "cp", "dirname", "mkdir", "rm", "touch"):
        (tools / name).symlink_to(shutil.which(name))

    def run(level="lab", python="", venv="", **pythons):
        for name, answers in pythons.items():
            answers = {"version": "(3, 12)", "too_old": 0, "no_ensurepip": 0} | answers
            (tools / name.replace("_", ".")).write_text(FAKE_PYTHON.format(**answers))
            (tools / name.replace("_", ".")).chmod(0o755)
        folder = run.folder
        (folder / "log").write_text("")
        environment = {"PATH": str(tools), "PYTHON": python, "VENV": venv}
        command = [tools / "sh", folder / ".ci" / "venv", level]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        return done.returncode, done.stderr, (folder / "log").read_text().splitlines()

    run.folder = folder
    return run


MADE = ["venv", "-m pip install -r requirements.txt"]


def test_the_second_command_finds_all_installed(checkout):
    assert checkout(python3={}) == (0, "", MADE)
    assert checkout() == (0, "", [])
    assert checkout("test") == (0, "", ["-m pip install -r requirements-dev.txt"])
    assert checkout("test") == checkout("lab") == (0, "", [])


def test_the_tests_first_leave_nothing_to_do_for_the_lab(checkout):
    assert checkout("test", python3={})[2][0] == "venv"
    assert checkout("lab") == (0, "", [])


def test_changed_requirements_are_installed(checkout):
    checkout(python3={})
    with open(checkout.folder / "requirements.txt", "a") as file:
        file.write("six\n")
    assert checkout() == (0, "", MADE[1:])


def test_an_interrupted_installation_is_begun_anew(checkout):
    (checkout.folder / "broken").touch()
    assert checkout(python3={})[0] != 0
    (checkout.folder / "broken").unlink()
    assert checkout() == (0, "", MADE)
    assert checkout() == (0, "", [])


def test_an_environment_made_by_hand_is_completed(checkout):
    checkout(python3={})
    (checkout.folder / ".venv" / "installed-lab").unlink()
    assert checkout() == (0, "", MADE[1:])


def test_a_moved_checkout_installs_its_own_package(checkout):
    checkout(python3={})
    checkout.folder = checkout.folder.rename(checkout.folder.with_name("moved"))
    assert checkout() == (0, "", MADE[1:])


def test_a_named_python_replaces_the_environment_of_another(checkout):
    checkout(python3={})
    assert checkout(python="python3.13", python3_13={"version": "(3, 13)"}) == (0, "", MADE)
    assert checkout(python="python3.13") == (0, "", [])


def test_a_named_folder_is_an_environment_beside_the_usual_one(checkout):
    checkout(python3={})
    assert checkout(venv=".venv-3.12") == (0, "", MADE)
    assert checkout(venv=".venv-3.12") == checkout() == (0, "", [])


def test_a_newer_python_is_taken_where_python3_is_too_old(checkout):
    assert checkout(
        python3={"too_old": 1, "version": "(3, 8)"}, python3_11={"version": "(3, 11)"}
    ) == (0, "", MADE)


@pytest.mark.parametrize(
    ("python", "pythons", "advice"),
    [
        ("", {}, "Downhill needs Python 3.10 or later"),
        ("", {"python3": {"too_old": 1}}, "Downhill needs Python 3.10 or later"),
        ("", {"python3": {"no_ensurepip": 1}}, "sudo apt install python3-venv"),
        ("python3.9", {"python3": {}}, "PYTHON=python3.9 is not a Python 3.10 or later"),
    ],
)
def test_a_machine_without_a_suitable_python_is_told_what_to_do(checkout, python, pythons, advice):
    code, said, done = checkout(python=python, **pythons)
    assert code != 0
    assert advice in said
    assert done == []
