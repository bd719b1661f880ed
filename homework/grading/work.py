"""What the processes of `make grade` do with one submission, named (course folder, assignment,
student).
"""

from __future__ import annotations

import logging
from pathlib import Path

import nbformat

from homework.grader.execute import server
from homework.grader.transplant import Transplant
from homework.grading import gradebook
from homework.grading.remembered import Remembered
from homework.grading.table import Row

Job = tuple[str, str, str]


def execute(job: Job) -> str:
    """Run a submission and keep its outputs, unless they are; says how the code was shut in."""
    root, assignment, student = Path(job[0]), job[1], job[2]
    logging.disable(logging.CRITICAL)
    path = root / "submitted" / student / assignment / f"{assignment}.ipynb"
    resources = {
        "nbgrader": {
            "student": student,
            "assignment": assignment,
            "notebook": assignment,
            "db_url": f"sqlite:///{root / 'gradebook.db'}",
        }
    }
    config = gradebook.settings(root)
    notebook = nbformat.read(path, as_version=4)
    notebook, resources = Transplant(config=config).preprocess(notebook, resources)
    remembered = Remembered(config=config)
    remembered.preprocess(notebook, resources)
    return server(remembered.confinement).confinement


def note(root: Path, row: Row) -> str:
    """Note the points of a submission; what went wrong, in words."""
    try:
        gradebook.grade(root, row.assignment, row.student)
    except Exception as error:
        return f"nbgrader stopped: {type(error).__name__}: {error}"
    return ""


def feedback(job: Job) -> str:
    """Write the page of a submission."""
    logging.disable(logging.CRITICAL)
    gradebook.feedback(Path(job[0]), job[1], job[2])
    return ""
