"""The grader as a step of nbgrader that remembers: a notebook that was run is not run again."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from traitlets import Unicode

from homework.grader.execute import SplitExecute
from homework.grading import keeping


class Remembered(SplitExecute):
    """Puts the outputs of an earlier run into a notebook, or runs it and keeps its outputs.

    Outputs lie in files named by what they depend on: the cells, the assignment and the grader. So
    several processes may fill the folder at once, and a run that was killed leaves what it had.
    """

    folder = Unicode("outputs", help="where the outputs are kept").tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """The notebook with its outputs."""
        limits = f"{self.cell_seconds} {self.test_seconds} {self.confinement}"
        name = keeping.of_notebook(nb, resources["nbgrader"]["assignment"], limits)
        path = Path(self.folder) / f"{name}.json"
        if not self._recall(nb, path):
            nb, resources = super().preprocess(nb, resources)
            code = [cell for cell in nb.cells if cell.cell_type == "code"]
            keeping.write(path, json.dumps([cell.outputs for cell in code]))
        return nb, resources

    def _recall(self, nb: NotebookNode, path: Path) -> bool:
        """Put the outputs into the notebook if they are there."""
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return False
        code = [cell for cell in nb.cells if cell.cell_type == "code"]
        for cell, outputs in zip(code, kept):
            cell.outputs = [nbformat.from_dict(output) for output in outputs]
        return len(code) == len(kept)
