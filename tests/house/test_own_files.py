"""What a user puts into the folder turns nothing red: tests and tools look at the course only."""

import os
import shutil
import subprocess
import sys

import pytest

from tools.tracked import ROOT, left_out, note, tracked

OWN = {
    "notebooks/Untitled.ipynb": "",  # what JupyterLab makes at the first click on "+"
    "notebooks/03_gradient_descent-Copy1.ipynb": "{}",
    "notebooks/.ipynb_checkpoints/03_gradient_descent-checkpoint.ipynb": "{}",
    "lab.log": "Serving notebooks from local directory: /ho" + "me/somebody/downhill",
    "helpers/mine.py": "import helpers.explorers, torch\nmap = [1]\n" + "# wide " * 30,
    "helpers/explorers/mine.py": "from helpers.optim import _private\n",
    "tests/subject/test_mine.py": "def test_mine():\n    assert False\n",
    "data/my_class.csv": "a,b\n1,2\n",
    "notes.md": "[a link](nowhere.md)\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A checkout of the course in which its user has worked."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout: which files are the course's is not known")
    here = tmp_path_factory.mktemp("checkout")
    for path in tracked():
        (here / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, here / path.relative_to(ROOT))
    for command in (["init", "--quiet"], ["add", "--all", "--force"]):
        subprocess.run(["git", *command], cwd=here, check=True)
    for name, text in OWN.items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(text)
    return here


def run(folder, *command):
    """What a command says, run with the course of this folder."""
    environment = os.environ | {"PYTHONPATH": str(folder)}
    command = [sys.executable, "-m", *command]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_the_users_files_are_told_from_the_courses(folder):
    assert not {folder / name for name in OWN} & set(tracked(root=folder))
    ignored = {name for name in OWN if "checkpoint" in name}
    assert set(left_out(root=folder)) == set(OWN) - ignored
    assert tracked("helpers/optim.py", folder) == [folder / "helpers" / "optim.py"]


def test_the_suite_does_not_collect_them_and_says_so(folder):
    code, said = run(
        folder, "pytest", "--co", "-q", "notebooks", "helpers/checks.py", "tests/subject"
    )
    assert code == 0, said
    assert not any(name in said for name in ("test_mine", "Untitled", "Copy1"))
    code, said = run(folder, "pytest", "--co", "tests/house/test_wheel.py")
    assert "Left out, for git does not track it" in said
    assert "notebooks/Untitled.ipynb" in said and "tests/subject/test_mine.py" in said


def test_what_is_asked_for_by_name_is_collected(folder):
    code, said = run(folder, "pytest", "--co", "-q", "tests/subject/test_mine.py")
    assert "test_mine" in said


def test_the_rules_of_the_house_do_not_bind_them(folder):
    rules = ["tests/house/test_floors.py", "tests/house/test_repository.py"]
    code, said = run(folder, "pytest", "-q", "-x", *rules)
    assert code == 0, said[-2000:]
    code, said = run(folder, "ruff", "check", *map(str, tracked("helpers/*.py", folder)))
    assert code == 0, said[-2000:]


@pytest.mark.parametrize("tool", ["notebooks", "stamp"])
def test_the_tools_leave_them_as_they_are_and_say_so(folder, tool):
    code, said = run(folder, f"tools.{tool}", *(["no such lesson"] if tool == "notebooks" else []))
    assert "Copy1" in said.split("Left out")[1]
    for name, text in OWN.items():
        assert (folder / name).read_text() == text


def test_many_files_are_named_in_one_line():
    assert note([]) == ""
    assert note([str(number) for number in range(9)]).endswith(": 0, 1, 2, 3, 4 and 4 more")


def test_a_download_without_git_is_the_course_as_it_is(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "03_a.ipynb").touch()
    assert tracked("notebooks/*.ipynb", tmp_path) == [tmp_path / "notebooks" / "03_a.ipynb"]
    assert left_out(root=tmp_path) == []
