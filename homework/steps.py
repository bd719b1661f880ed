"""Two steps of nbgrader: what a released test cell says when it holds, and what feedback hides."""

from __future__ import annotations

import re

from nbconvert.exporters.exporter import ResourcesDict
from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

HOLDS = 'print("✓ What is shown here holds. More checks are run when it is graded.")'
HIDDEN = re.compile(r"^### BEGIN HIDDEN TESTS$.*?(^### END HIDDEN TESTS$\n?|\Z)", re.M | re.S)
NOT_SHOWN = "# (more checks, not shown)\n"


def is_test(cell: NotebookNode) -> bool:
    """Whether the cell holds checks that give points."""
    marks = cell.metadata.get("nbgrader", {})
    return bool(cell.cell_type == "code" and marks.get("grade") and not marks.get("solution"))


class Announce(NbGraderPreprocessor):
    """Ends each released test cell with a line for the student, for silence says too little."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        """The cell with the line, if it holds checks."""
        if is_test(cell):
            cell.source = f"{cell.source.rstrip()}\n{HOLDS}"
        return cell, resources


class HideTests(NbGraderPreprocessor):
    """Takes the hidden checks out of a page of feedback; points and words stay."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        """The cell without its hidden checks, if it holds any."""
        if is_test(cell):
            cell.source = HIDDEN.sub(NOT_SHOWN, cell.source)
        return cell, resources
