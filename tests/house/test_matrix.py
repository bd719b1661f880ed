"""`make matrix`: which Pythons it finds, what it calls the oldest versions, and that one red column
is enough.
"""

import re
from pathlib import Path

import pytest
import yaml

import tools.matrix

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = (ROOT / "requirements.txt").read_text(encoding="utf-8")


@pytest.fixture
def matrix(tmp_path, monkeypatch):
    """The script behind `make matrix`, on a machine without any Python."""
    monkeypatch.setattr(tools.matrix, "PYENV", tmp_path / "versions")
    (tmp_path / "bin").mkdir()
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}")
    return tools.matrix


def pretend(file, says):
    """A Python that says which version it is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\necho {says}\n")
    file.chmod(0o755)
    return str(file)


def test_the_newest_python_of_the_pyenv_folder_is_taken(matrix, tmp_path):
    folder = tmp_path / "versions"
    found = {
        patch: pretend(folder / patch / "bin" / "python", "3.12")
        for patch in ("3.12.9", "3.12.10", "3.12.1")
    }
    assert matrix.interpreter("3.12") == found["3.12.10"]


def test_a_python_on_the_path_is_found_and_one_that_only_seems_so_is_not(matrix, tmp_path):
    assert matrix.interpreter("3.11") is None
    pretend(tmp_path / "bin" / "python3.11", "")  # as pyenv's do for a version that is not chosen
    assert matrix.interpreter("3.11") is None
    on_the_path = pretend(tmp_path / "bin" / "python3.11", "3.11")
    assert matrix.interpreter("3.11") == on_the_path


def test_the_oldest_column_pins_every_requirement(matrix):
    pinned = matrix.lowest(REQUIREMENTS).splitlines()
    required = [line for line in REQUIREMENTS.splitlines() if re.match(r"\w", line)]
    assert pinned == [line.replace(">=", "==") for line in required]
    assert not any(">" in line for line in pinned)


@pytest.fixture
def columns(matrix, monkeypatch):
    """Run main() with columns that end as told: {"3.12": green}; those not named have no Python."""

    def run(names, **ends):
        ends = {name.replace("_", "."): green for name, green in ends.items()}
        monkeypatch.setattr(
            matrix, "interpreter", lambda version: "python" if version in ends else None
        )
        monkeypatch.setattr(
            matrix,
            "run",
            lambda column, python: matrix.Result("-", ends[column.split("-")[0]], ["t"]),
        )
        return matrix.main(names)

    matrix.PYENV.mkdir()
    return run


def test_a_missing_python_is_skipped_with_a_line_and_no_failure(columns, capsys):
    assert columns(["3.12", "3.13"], **{"3_12": True}) == 0
    said = capsys.readouterr().out
    assert "3.13: skipped, no Python 3.13 in " in said
    assert re.search(r"^3\.12 +green +-$", said, re.M)
    assert re.search(r"^3\.13 +skipped", said, re.M)


def test_in_the_workflow_a_missing_python_is_a_failure(columns, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert columns(["3.12", "3.13"], **{"3_12": True}) == 1
    assert columns(["3.12"], **{"3_12": True}) == 0


def test_one_red_column_is_enough(columns, capsys):
    assert columns([], **{"3_12": False, "3_13": True}) == 1
    assert re.search(r"^3\.12 +RED +-\n +t$", capsys.readouterr().out, re.M)


def test_only_skipped_columns_are_no_success(columns):
    assert columns(["3.12"]) == 1


def test_only_chooses_columns_by_a_part_of_their_names(columns, capsys):
    assert columns(["oldest"], **{"3_10": True}) == 0
    table = capsys.readouterr().out
    assert re.findall(r"^(3\S*) +green", table, re.M) == ["3.10-oldest"]
    assert columns(["2.7"]) == 1
    assert "no column whose name holds 2.7" in capsys.readouterr().out


def test_a_red_test_is_named(matrix, tmp_path):
    case = '<testcase classname="tests.test_a" name="test_{}">{}</testcase>'
    ends = ["", "<failure/>", "<error/>", "<skipped/>"]
    cases = "".join(case.format(number, end) for number, end in enumerate(ends))
    (tmp_path / "results.xml").write_text(
        f"<testsuites><testsuite>{cases}</testsuite></testsuites>"
    )
    counts, failed = matrix.read(tmp_path / "results.xml")
    assert counts == "1 passed, 2 failed, 1 skipped"
    assert failed == ["tests.test_a::test_1", "tests.test_a::test_2"]


def test_the_workflow_offers_every_python_of_the_matrix_weekly_and_for_new_requirements(matrix):
    workflow = yaml.safe_load(
        (ROOT / ".github" / "workflows" / "matrix.yml").read_text(encoding="utf-8")
    )
    when = workflow[True]  # YAML reads the key `on` as a truth
    steps = workflow["jobs"]["matrix"]["steps"]
    (pythons,) = [
        step["with"]["python-version"] for step in steps if "setup-python" in step.get("uses", "")
    ]
    assert set(pythons.split()) == {column.split("-")[0] for column in matrix.COLUMNS}
    assert re.fullmatch(r"\d+ \d+ \* \* \d", when["schedule"][0]["cron"])
    assert {"requirements*.txt", "pyproject.toml"} <= set(when["pull_request"]["paths"]) & set(
        when["push"]["paths"]
    )
    assert "make matrix" in [step.get("run") for step in steps]


@pytest.mark.parametrize(
    ("code", "green"), [(0, True), (1, False), (3, False), (5, False), (-9, False)]
)
def test_a_column_is_green_only_if_pytest_says_so(matrix, monkeypatch, code, green):
    monkeypatch.setattr(matrix, "install", lambda column, python: True)
    monkeypatch.setattr(matrix, "versions", lambda python: "-")
    done = matrix.subprocess.CompletedProcess([], code)
    monkeypatch.setattr(matrix.subprocess, "run", lambda *arguments, **settings: done)
    assert matrix.run("3.12", "python").green is green


def test_a_column_that_cannot_be_installed_is_red(matrix, monkeypatch):
    failed = matrix.subprocess.CompletedProcess([], 1, stdout=b"")
    monkeypatch.setattr(matrix.subprocess, "run", lambda *arguments, **settings: failed)
    assert matrix.run("3.12", "python") == ("could not be installed", False, [])
