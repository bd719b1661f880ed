"""Runs a submission inside nbgrader: the student's cells in S, the tests in T.

In nbgrader's configuration, after `Transplant`:

    c.Autograde.autograde_preprocessors = [SplitExecute, LimitOutput, SaveAutoGrades, …]
"""

from __future__ import annotations

import atexit
import functools

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Enum, Integer

from homework.allowed import ALLOWED
from homework.grader.limits import Limits
from homework.grader.server import KINDS, Server
from homework.grader.session import Session

USUAL = Limits()


def server(confinement: str = "auto", limits: Limits = USUAL) -> Server:
    """This process's server, which is kept: its start takes longer than a submission."""
    return _server(confinement, limits)


@functools.cache
def _server(confinement: str, limits: Limits) -> Server:
    found = Server(confinement, limits)
    atexit.register(found.close)
    return found


class SplitExecute(NbGraderPreprocessor):
    """A step of nbgrader's autograding: replaces Execute."""

    cell_seconds = Integer(
        Limits.cell, help="processor seconds that one cell of a student may take"
    ).tag(config=True)
    test_seconds = Integer(
        Limits.test, help="processor seconds that a student's code may take in one test cell"
    ).tag(config=True)
    confinement = Enum(
        ("auto", *KINDS), "auto", help="how the student's code is shut in; auto: as far as it goes"
    ).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """The notebook with its outputs: an error in a test cell that does not hold."""
        assignment = resources["nbgrader"]["assignment"]
        limits = Limits(cell=self.cell_seconds, test=self.test_seconds)
        running = server(self.confinement, limits)
        with Session(running, ALLOWED.get(assignment, ())) as session:
            for cell in nb.cells:
                if cell.cell_type == "code":
                    run(session, cell)
        self.log.info("The code was shut in by: %s", running.confinement)
        return nb, resources


def run(session: Session, cell: NotebookNode) -> None:
    """Run one cell where it belongs, and give it its outputs."""
    marks = cell.metadata.get("nbgrader", {})
    cell.execution_count = None
    cell.outputs = []
    if marks.get("grade") and not marks.get("solution"):
        cell.outputs = session.test(cell.source)
    elif marks.get("locked"):
        session.set_up(cell.source)
    else:
        cell.outputs = session.cell(cell.source)
