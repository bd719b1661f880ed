"""Takes from a submission the source of its cells, and nothing else.

What a student can edit and must not decide (the test cells, points, checksums, the kernel, outputs,
metadata) is built anew from the gradebook. A test cell that was deleted returns to its place, a
copy of one is dropped; of an answer cell that was copied, the last copy is the answer and the
others are cells like any other. Nothing in a notebook's metadata can make this fail.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# In text: what begins a tag, an entity, a link that runs a script, or a macro of MathJax.
TAG = re.compile(r"<(?=[A-Za-z/!?])")
ENTITY = re.compile(r"&(?=[#A-Za-z])")
SCHEME = re.compile(
    "|".join(r"[\s\x00-\x1f]*".join(word) for word in ("javascript", "vbscript", "data"))
    + r"(?=[\s\x00-\x1f\\]*:)",
    re.IGNORECASE,
)
MACRO = re.compile(
    r"\\(?=(?:href|url|def|edef|gdef|let|require|class|cssId|style|html\w*|data|unicode|mmlToken"
    r"|(?:re)?new(?:command|environment)|providecommand|DeclareMathOperator"
    r"|include\w*)(?![a-zA-Z]))"
)


@dataclass(frozen=True)
class Original:
    """A cell of the assignment, as the gradebook knows it; `points` only where it is graded."""

    name: str
    kind: str  # "code" or "markdown"
    source: str
    checksum: str
    is_locked: bool
    is_solution: bool
    is_task: bool
    points: float | None

    @property
    def is_own(self) -> bool:
        """Whether the source is the student's."""
        return self.is_solution or (self.is_task and not self.is_locked)

    def cell(self, source: str) -> NotebookNode:
        """The cell with this source, and with metadata that nbgrader accepts."""
        marks: dict[str, Any] = {
            "cell_type": self.kind,
            "grade": self.points is not None and not self.is_task,
            "grade_id": self.name,
            "locked": self.is_locked,
            "schema_version": 3,
            "solution": self.is_solution,
            "task": self.is_task,
        }
        if self.checksum:
            marks["checksum"] = self.checksum
        if self.points is not None:
            marks["points"] = self.points
        return _new(self.kind, source, {"nbgrader": marks})


class Transplant(NbGraderPreprocessor):
    """A step of nbgrader's sanitising: replaces ClearOutput, DeduplicateIds, OverwriteKernelspec
    and OverwriteCells.
    """

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """The notebook that is graded."""
        given = resources["nbgrader"]
        originals = read(given["db_url"], given["assignment"], given["notebook"])
        return transplanted(nb, originals), resources


def read(db_url: str, assignment: str, notebook: str) -> list[Original]:
    """The cells of an assignment's notebook in the gradebook, in their order."""
    with Gradebook(db_url) as book:
        found = book.find_notebook(notebook, assignment)
        graded = {cell.name: float(cell.max_score) for cell in found.grade_cells}
        tasks = {cell.name: float(cell.max_score) for cell in found.task_cells}
        solutions = {cell.name for cell in found.solution_cells}
        return [
            Original(
                name=cell.name,
                kind=cell.cell_type,
                source=cell.source or "",
                checksum=cell.checksum or "",
                is_locked=bool(cell.locked),
                is_solution=cell.name in solutions,
                is_task=cell.name in tasks,
                points=(graded | tasks).get(cell.name),
            )
            for cell in found.source_cells
        ]


def transplanted(nb: NotebookNode, originals: Sequence[Original]) -> NotebookNode:
    """A new notebook: the student's sources where they stood, all else as the assignment has it."""
    known = {original.name: original for original in originals}
    submitted = list(nb.get("cells", []))
    last = {_name(cell): place for place, cell in enumerate(submitted)}
    placed: dict[str, NotebookNode] = {}
    cells: list[NotebookNode] = []
    for place, cell in enumerate(submitted):
        original = known.get(_name(cell))
        source = _source(cell)
        if original is None:
            cells.append(_new(cell.get("cell_type", "code"), source, {}))
        elif original.is_own and place == last[original.name]:
            placed[original.name] = original.cell(source)
            cells.append(placed[original.name])
        elif original.is_own:
            cells.append(_new(original.kind, source, {}))
        elif original.name not in placed:
            placed[original.name] = original.cell(original.source)
            cells.append(placed[original.name])
    _return_missing(cells, placed, originals)
    _prepare_first(cells, originals, placed)
    return _notebook(cells)


def _return_missing(
    cells: list[NotebookNode], placed: dict[str, NotebookNode], originals: Sequence[Original]
) -> None:
    """Put each cell that is gone behind the one that it stood behind."""
    before: NotebookNode | None = None
    for original in originals:
        if original.name not in placed:
            placed[original.name] = original.cell(original.source)
            cells.insert(_place(cells, before) + 1, placed[original.name])
        before = placed[original.name]


def _prepare_first(
    cells: list[NotebookNode], originals: Sequence[Original], placed: dict[str, NotebookNode]
) -> None:
    """Put the locked code without points, which the tests build on, before the first test."""
    tests = [one for one in originals if one.points is not None and not one.is_own]
    first = min((_place(cells, placed[one.name]) for one in tests), default=len(cells))
    for original in originals:
        is_set_up = original.is_locked and original.points is None and original.kind == "code"
        if is_set_up and _place(cells, placed[original.name]) > first:
            cells.insert(first, cells.pop(_place(cells, placed[original.name])))
            first += 1


def _place(cells: list[NotebookNode], wanted: NotebookNode | None) -> int:
    """Where a cell stands; −1 for none."""
    return next((place for place, cell in enumerate(cells) if cell is wanted), -1)


def _notebook(cells: list[NotebookNode]) -> NotebookNode:
    for place, cell in enumerate(cells):
        cell["id"] = f"cell-{place}"
        if cell.cell_type != "code" and not _is_locked(cell):
            cell.source = harmless(cell.source)
    metadata = {"kernelspec": dict(KERNEL), "language_info": {"name": "python"}}
    return new_notebook(cells=cells, metadata=metadata)


def harmless(text: str) -> str:
    """Text in which no markup of its own lives: a space stands where a tag would begin.

    >>> harmless("a <b && x<script>, [y](javascript:alert(1)) and 1 < 2 &lt;")
    'a < b && x< script>, [y](javascript :alert(1)) and 1 < 2 & lt;'
    """
    text = MACRO.sub(r"\\ ", ENTITY.sub("& ", TAG.sub("< ", text)))
    return SCHEME.sub(lambda found: found[0] + " ", text)


def _is_locked(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("locked"))


def _new(kind: Any, source: str, metadata: dict[str, Any]) -> NotebookNode:
    """A new cell; what is neither code nor raw is text."""
    makers: dict[str, Callable[..., NotebookNode]] = {
        "code": new_code_cell,
        "raw": new_raw_cell,
        "markdown": new_markdown_cell,
    }
    return makers.get(str(kind), makers["markdown"])(source=source, metadata=metadata)


def _source(cell: Any) -> str:
    """The source of a cell, whatever it is, as text that every file can hold."""
    found = cell.get("source", "")
    text = "".join(map(str, found)) if isinstance(found, list) else str(found)
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _name(cell: Any) -> str:
    """The grade_id that a cell carries; empty where its metadata are of another make."""
    for key in ("metadata", "nbgrader", "grade_id"):
        cell = cell.get(key) if isinstance(cell, dict) else None
    return cell if isinstance(cell, str) else ""
