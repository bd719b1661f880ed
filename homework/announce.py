"""A step of `nbgrader generate_assignment`: test cells say what it means that nothing failed."""

from __future__ import annotations

from nbconvert.exporters.exporter import ResourcesDict
from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

HOLDS = 'print("✓ What is shown here holds. More checks are run when it is graded.")'


class Announce(NbGraderPreprocessor):
    """Ends each released test cell with a line for the student, for silence says too little."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        """The cell with the line, if it holds checks."""
        marks = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and marks.get("grade") and not marks.get("solution"):
            cell.source = f"{cell.source.rstrip()}\n{HOLDS}"
        return cell, resources
