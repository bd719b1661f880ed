"""The homework for tests: its source notebooks, its banks of answers, and what an answer gets."""

from __future__ import annotations

import ast
import atexit
import functools
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace

import jupytext
import nbformat
import numpy as np
from nbformat import NotebookNode

from homework.allowed import ALLOWED
from homework.grader import Server, Session
from tools.tracked import ROOT, tracked

SOURCES = tracked("homework/source/*/*.ipynb", ROOT)
NAMES = [path.stem for path in SOURCES]
HIDDEN = re.compile(r"^### BEGIN HIDDEN TESTS\n.*?^### END HIDDEN TESTS\n?", re.M | re.S)
SOLUTION = re.compile(r"^( *)### BEGIN SOLUTION\n.*?^ *### END SOLUTION", re.M | re.S)


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


def solved(number: str) -> SimpleNamespace:
    """What the solutions of an assignment define, which is named by its number, as "hw04"."""
    (name,) = [name for name in NAMES if name.startswith(number)]
    names: dict = {"np": np}
    for code in solutions(name).values():
        exec(code, names)
    return SimpleNamespace(**names)


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


@functools.cache
def server() -> Server:
    """The server of this process; it ends with it."""
    found = Server()
    atexit.register(found.close)
    return found


def points(name: str, answers: dict[str, str], task: str = "") -> dict[str, Result]:
    """What each test cell of the assignment gives with these answers put in, by its grade id.

    A task that is not among the answers keeps the source's solution. With `task` only the cells of
    that task run: each test cell stands alone. Graded as a submission is: the answers in a process
    of their own, the tests in this one.
    """
    found, given = {}, solutions(name) | answers
    with Session(server(), ALLOWED[name]) as session:
        for cell in source(name).cells:
            if cell.cell_type != "code" or cell.get("id") == "set-up":
                continue
            if task and task not in (marks(cell).grade_id, marks(cell).grade_id.rpartition("-")[0]):
                if is_test(cell) or is_answer(cell):
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


def total(results: dict[str, Result]) -> float:
    """All points together."""
    return sum(result.points for result in results.values())


def visible(code: str) -> str:
    """A test cell as the student sees it."""
    return HIDDEN.sub("", code)


def hidden(code: str) -> str:
    """The part of a test cell that the student does not see."""
    return "".join(HIDDEN.findall(code))


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
