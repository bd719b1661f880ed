"""What came of it: a row for each student and assignment, and the points of each check."""

from __future__ import annotations

import ast
import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry

GRADED, MISSING, BROKEN = "graded", "missing", "not graded"
COLUMNS = ("student", "assignment", "status", "points", "of", "still_to_mark", "why")


@dataclass
class Row:
    """One student and one assignment. Without a grade `points` is None, which is not 0."""

    student: str
    assignment: str
    status: str
    why: str = ""
    points: float | None = None
    of: float | None = None
    still_to_mark: float = 0.0  # points of answers in words that a person has to read
    checks: dict[str, tuple[float, float]] = field(default_factory=dict)  # points, of how many


def with_points(root: Path, row: Row) -> Row:
    """The row with what the gradebook says; "not graded" where it says nothing."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        try:
            submission = book.find_submission(row.assignment, row.student)
        except MissingEntry:
            row.status, row.why = BROKEN, row.why or "the gradebook has no points of it"
            return row
        (notebook,) = submission.notebooks
        for grade in notebook.grades:
            if grade.auto_score is None and grade.manual_score is None:
                row.still_to_mark += grade.max_score
            elif grade.cell.cell_type == "code":
                row.checks[grade.name] = (grade.score, grade.max_score)
        row.points = submission.score - (submission.late_submission_penalty or 0)
        row.of = submission.max_score
    return row


def as_csv(rows: Iterable[Row]) -> str:
    """The table, sorted, as a spreadsheet reads it: nothing where there are no points."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in sorted(rows, key=lambda row: (row.assignment, row.student)):
        points = ["" if value is None else f"{value:g}" for value in (row.points, row.of)]
        marks = f"{row.still_to_mark:g}" if row.status == GRADED else ""
        writer.writerow([row.student, row.assignment, row.status, *points, marks, row.why])
    return text.getvalue()


def misconceptions(root: Path, source: NotebookNode, rows: Iterable[Row]) -> Counter[str]:
    """How many students were told the words of each mistake that is known by name."""
    named = known_words(source)
    told: Counter[str] = Counter()
    for row in rows:
        if row.status == GRADED:
            path = root / "autograded" / row.student / row.assignment / f"{row.assignment}.ipynb"
            told.update(said(path) & named)
    return told


def said(path: Path) -> set[str]:
    """The words of all checks that failed in a graded notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    words = [o["evalue"] for o in outputs if o["output_type"] == "error"]
    return {word.removeprefix("Wrong: ") for word in words}


def known_words(source: NotebookNode) -> set[str]:
    """The words of each `Known(…, "words")` in the cells of a source notebook."""
    found = set()
    for cell in source.cells:
        marks = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and marks.get("grade"):
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Known":
                    values = [*node.args[1:2], *(k.value for k in node.keywords)]
                    found |= {v.value for v in values if isinstance(v, ast.Constant)}
    return {words for words in found if isinstance(words, str)}
