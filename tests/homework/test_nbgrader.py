"""The grader inside stock nbgrader, by configuration alone: a class of students who edit what they
must not, one who is right, and one whose text and outputs hold markup.
"""

from __future__ import annotations

import copy
import os
import re
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback

from homework import course
from tests.support.attacks import BLANK, CHECKS, FULL, RIGHT, SET_UP

pytestmark = pytest.mark.slow
NAME = "hw00_small"
HIDDEN = "the one who reads this has seen a hidden line"


def marked(source: str, name: str, kind: str = "code", **marks) -> NotebookNode:
    make = new_code_cell if kind == "code" else new_markdown_cell
    usual = {"grade": False, "locked": False, "solution": False, "task": False}
    cell = make(source)
    cell.metadata["nbgrader"] = usual | {"grade_id": name, "schema_version": 3} | marks
    return cell


def source() -> NotebookNode:
    """The assignment as its author writes it."""
    solution = f"### BEGIN SOLUTION\n{RIGHT}### END SOLUTION"
    tests = [
        marked(code.replace("secret =", f"# {HIDDEN}\nsecret ="), name, grade=True, locked=True)
        for name, (_, code) in CHECKS.items()
    ]
    for cell, (points, _) in zip(tests, CHECKS.values()):
        cell.metadata.nbgrader.points = points
    why = marked("Why?", "why", "markdown", grade=True, solution=True, points=2)
    imports = marked(SET_UP, "imports", locked=True)
    answer = marked(solution, "answer", solution=True)
    return new_notebook(cells=[new_markdown_cell("# Small"), imports, answer, *tests, why])


def checks_of(nb: NotebookNode) -> list[NotebookNode]:
    return [c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") in CHECKS]


def edited(nb):
    for cell in checks_of(nb):
        cell.source = "pass"


def deleted(nb):
    nb.cells = [cell for cell in nb.cells if cell not in checks_of(nb)]


def with_more_points(nb):
    for cell in checks_of(nb):
        cell.metadata.nbgrader.points = 100


def with_outputs_by_hand(nb):
    for cell in checks_of(nb):
        cell.outputs = [new_output("execute_result", {"text/plain": "3.0"}, execution_count=1)]


def turned_into_text(nb):
    for place, cell in enumerate(nb.cells):
        if cell in checks_of(nb):
            nb.cells[place] = new_markdown_cell(cell.source, metadata=cell.metadata)


def with_swapped_metadata(nb):
    answer = next(c for c in nb.cells if c.metadata.get("nbgrader", {}).get("solution"))
    first = checks_of(nb)[0]
    answer.metadata, first.metadata = first.metadata, answer.metadata


def duplicated(nb):
    nb.cells += copy.deepcopy(checks_of(nb))


def marked_as_answers(nb):
    for cell in checks_of(nb):
        cell.metadata.nbgrader.update(solution=True, grade=True, locked=False)


def of_an_old_schema(nb):
    for cell in checks_of(nb):
        cell.metadata.nbgrader.update(schema_version=1)
        del cell.metadata.nbgrader["task"]


def without_metadata(nb):
    for cell in nb.cells:
        cell.metadata = NotebookNode()


def with_odd_metadata(nb):
    for cell in nb.cells:
        cell.metadata["nbgrader"] = {"grade_id": 3, "schema_version": "x", "points": -5}


EDITS: list[Callable[[NotebookNode], None]] = [
    edited,
    deleted,
    with_more_points,
    with_outputs_by_hand,
    turned_into_text,
    with_swapped_metadata,
    duplicated,
    marked_as_answers,
    of_an_old_schema,
    without_metadata,
    with_odd_metadata,
]
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def with_markup(nb):
    nb.cells[0].source = SCRIPT
    nb.cells[-1].source = f"{SCRIPT} [x](javascript:alert(3)) $\\href{{javascript:alert(4)}}{{x}}$"
    shown = f"from IPython.display import *\ndisplay(HTML({SCRIPT!r}), Latex({SCRIPT!r}))"
    nb.cells += [new_code_cell(shown), new_code_cell(f"print({SCRIPT!r})\nraise Exception('<b>')")]


def answered(nb: NotebookNode, code: str) -> NotebookNode:
    """A student's notebook with this code in its answer cell."""
    found = copy.deepcopy(nb)
    for cell in found.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "answer":
            cell.source = code
    return found


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Path:
    """A course folder in which a class has been graded by nbgrader itself."""
    root = tmp_path_factory.mktemp("course")
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    config = course.settings(root)
    write(root / "source" / NAME, source())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        course.Step(GenerateAssignment, config, NAME).run()
        released = nbformat.read(root / "release" / NAME / f"{NAME}.ipynb", as_version=4)
        for edit in [*EDITS, with_markup]:
            nb = answered(released, BLANK)
            edit(nb)
            write(root / "submitted" / edit.__name__ / NAME, nb)
        write(root / "submitted" / "right" / NAME, answered(released, RIGHT))
        right_but_bare = answered(released, RIGHT)
        deleted(right_but_bare)
        write(root / "submitted" / "right_but_bare" / NAME, right_but_bare)
        course.Step(Autograde, config, NAME).run()
        course.Step(GenerateFeedback, config, NAME).run()
    return root


def write(folder: Path, nb: NotebookNode) -> None:
    folder.mkdir(parents=True)
    nbformat.write(nb, folder / f"{NAME}.ipynb")


def points(root: Path, student: str) -> float:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        return book.find_submission(NAME, student).score


def page(root: Path, student: str) -> str:
    return (root / "feedback" / student / NAME / f"{NAME}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_no_edit_of_the_notebook_gains_a_point_or_stops_the_class(graded, edit):
    assert points(graded, edit.__name__) == 0


@pytest.mark.parametrize("student", ["right", "right_but_bare"])
def test_a_right_answer_gets_full_marks_though_its_tests_are_gone(graded, student):
    assert points(graded, student) == FULL


def test_no_markup_of_a_students_lives_in_the_feedback(graded):
    found = page(graded, "with_markup")
    body = found[found.index("<body") :]
    assert "alert(2)" in body  # as text
    assert not re.search(r"<script>alert|<img src=x|\"javascript:|\\href", body)


def test_the_feedback_shows_no_hidden_line(graded):
    for student in ("edited", "right", "with_markup"):
        assert HIDDEN not in page(graded, student)
