"""The homework for tests: its source notebooks, its banks of answers, and what an answer gets."""

from __future__ import annotations

import ast
import functools
import io
import re
import sys
import textwrap
import traceback
import warnings
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from tools.tracked import ROOT, tracked

SOURCES = tracked("homework/source/*/*.ipynb", ROOT)
NAMES = [path.stem for path in SOURCES]
HIDDEN = re.compile(r"^### BEGIN HIDDEN TESTS\n.*?^### END HIDDEN TESTS\n?", re.M | re.S)
SOLUTION = re.compile(r"^( *)### BEGIN SOLUTION\n.*?^ *### END SOLUTION", re.M | re.S)
NOT_SHOWN = "a check that is not shown did not hold"


@dataclass(frozen=True)
class Answer:
    """One answer of a bank: code for the answer cell of a task, and what is to become of it."""

    task: str
    title: str
    kind: str  # "wrong" or "right"
    says: str  # a part of the words by which the feedback names the mistake; empty: it has no name
    code: str


@dataclass(frozen=True)
class Result:
    """What a test cell gave: points, and the words of its failure."""

    points: float
    words: str


@functools.cache
def source(name: str) -> NotebookNode:
    """The source notebook of the assignment `name`; to be copied before it is changed."""
    return nbformat.read(ROOT / "homework" / "source" / name / f"{name}.ipynb", as_version=4)


def marks(cell: NotebookNode) -> NotebookNode:
    """What nbgrader notes of a cell; empty for a cell that it does not know."""
    return cell.metadata.get("nbgrader", NotebookNode())


def is_test(cell: NotebookNode) -> bool:
    """Whether the cell holds checks that give points."""
    return bool(marks(cell).get("grade") and not marks(cell).get("solution"))


def is_answer(cell: NotebookNode) -> bool:
    """Whether a student's code belongs here."""
    return bool(marks(cell).get("solution") and cell.cell_type == "code")


def checks(name: str) -> list[NotebookNode]:
    """The cells with checks, in order."""
    return [cell for cell in source(name).cells if is_test(cell)]


def solutions(name: str) -> dict[str, str]:
    """Task to the solution's code, without nbgrader's marks."""
    marked = {marks(c).grade_id: c.source for c in source(name).cells if is_answer(c)}
    return {task: re.sub(r"^ *### .*\n?", "", code, flags=re.M) for task, code in marked.items()}


def blank(name: str) -> dict[str, str]:
    """Task to the code that a student begins with."""
    marked = {marks(c).grade_id: c.source for c in source(name).cells if is_answer(c)}
    return {task: SOLUTION.sub(r"\1return ...", code) for task, code in marked.items()}


@functools.cache
def bank(name: str) -> tuple[Answer, ...]:
    """The answers in homework/answers/<name>.py, none where there is no such file."""
    path = ROOT / "homework" / "answers" / f"{name}.py"
    if not path.exists():
        return ()
    cells = [cell for cell in jupytext.read(path, fmt="py:percent").cells if _has_task(cell)]
    return tuple(
        Answer(
            cell.metadata["task"],
            cell.metadata.get("title", ""),
            cell.metadata.get("kind", ""),
            cell.metadata.get("says", ""),
            cell.source,
        )
        for cell in cells
    )


def _has_task(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and "task" in cell.metadata


class InProcess:
    """Runs the cells of a notebook here, in one namespace, as a grader's session does elsewhere."""

    def __init__(self) -> None:
        self.names: dict = {"__name__": "__main__"}

    def set_up(self, code: str) -> None:
        """Run a locked cell, whose names the tests use too."""
        exec(compile(code, "<set-up>", "exec"), self.names)

    def cell(self, code: str) -> list[NotebookNode]:
        """The outputs of a student's cell."""
        return self._outputs(code, self.names, "<cell>")

    def test(self, code: str) -> list[NotebookNode]:
        """The outputs of a test cell: none where every check holds, else an error with words."""
        return self._outputs(code, dict(self.names), "<test>")

    def _outputs(self, code: str, names: dict, where: str) -> list[NotebookNode]:
        try:
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    exec(compile(code, where, "exec"), names)
        except Exception as error:
            words = str(error)
            if _is_hidden(code, where) and not getattr(error, "known", False):
                words = NOT_SHOWN
            return [nbformat.v4.new_output("error", ename=type(error).__name__, evalue=words)]
        return []


def _is_hidden(code: str, where: str) -> bool:
    """Whether the exception that is being handled came from the hidden part of this code."""
    frames = [f for f in traceback.extract_tb(sys.exc_info()[2]) if f.filename == where and f.name]
    hidden = HIDDEN.search(code)
    outermost = frames[0].lineno if frames else 0
    return hidden is not None and outermost > code[: hidden.start()].count("\n")


def points(name: str, answers: dict[str, str]) -> dict[str, Result]:
    """What each test cell of the assignment gives with these answers put in, by its grade id.

    A task that is not among the answers keeps the source's solution.
    """
    session, found = InProcess(), {}
    given = solutions(name) | answers
    for cell in source(name).cells:
        if cell.cell_type != "code" or cell.get("id") == "set-up":
            continue
        if is_test(cell):
            (failure, *_) = [*session.test(cell.source), None]
            words = failure.evalue if failure else ""
            found[marks(cell).grade_id] = Result(0 if failure else marks(cell).points, words)
        elif is_answer(cell):
            session.cell(given[marks(cell).grade_id])
        else:
            session.set_up(cell.source)
    return found


def of_task(results: dict[str, Result], task: str) -> dict[str, Result]:
    """The results of the test cells of one task."""
    return {key: result for key, result in results.items() if key.rpartition("-")[0] == task}


def total(results: dict[str, Result]) -> float:
    """All points together."""
    return sum(result.points for result in results.values())


def visible(code: str) -> str:
    """A test cell as the student sees it."""
    return HIDDEN.sub("", code)


def hidden(code: str) -> str:
    """The part of a test cell that the student does not see."""
    return "".join(HIDDEN.findall(code))


def solution_lines(name: str) -> set[str]:
    """The lines between the marks of the solutions, without their indent."""
    regions = re.findall(
        r"### BEGIN SOLUTION\n(.*?)### END SOLUTION",
        "\n".join(cell.source for cell in source(name).cells),
        flags=re.S,
    )
    return {line.strip() for region in regions for line in region.splitlines() if line.strip()}


def names_read(code: str) -> set[str]:
    """The names that a piece of code reads and does not itself define."""
    tree = ast.parse(textwrap.dedent(code))
    nodes = list(ast.walk(tree))
    read = {node.id for node in nodes if isinstance(node, ast.Name)}
    return read - set(_defined(nodes))


def names_defined(code: str) -> set[str]:
    """The names that a piece of code leaves, its imports among them."""
    return set(_defined(list(ast.walk(ast.parse(textwrap.dedent(code))))))


def _defined(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from ((alias.asname or alias.name).split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def bank_path(name: str) -> Path:
    """Where the bank of an assignment lies."""
    return ROOT / "homework" / "answers" / f"{name}.py"
