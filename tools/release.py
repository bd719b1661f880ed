"""Writes the homework as students get it into notebooks/assignments/: `make release ONLY=hw01`.

First each source notebook is brought into its committed form: the badge, the set-up cell of the
lessons, checks folded under their titles, none of what an editor leaves behind. Then nbgrader takes
the solutions and the hidden checks out of a copy.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import nbformat

from tools.notebooks import FOLDED, METADATA
from tools.stamp import SET_UP, SET_UP_CELL, setting, stamped_lesson
from tools.tracked import ROOT

SOURCES = ROOT / "homework" / "source"
RELEASED = ROOT / "notebooks" / "assignments"
KEPT = {"nbgrader", *FOLDED}  # of a cell's metadata


def tidied(text: str, name: str, address: str, version: str) -> str:
    """A source notebook, named `name`, in its committed form."""
    notebook = nbformat.reads(text, as_version=4)
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        kept = {key: value for key, value in cell.metadata.items() if key in KEPT}
        cell.metadata = nbformat.from_dict(kept)
        if cell.source.startswith(SET_UP_CELL.split("\n")[0]):
            cell.id = SET_UP
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if "points" in cell.metadata.get("nbgrader", {}):  # a check, which is long
                cell.metadata |= FOLDED
    return stamped_lesson(nbformat.writes(notebook), name, address, version)


def released(source: str, name: str) -> str:
    """The students' version of a source notebook, named `name` without its ending, by nbgrader."""
    from nbgrader.converters import GenerateAssignment

    from homework import course

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "source" / name).mkdir(parents=True)
        (root / "source" / name / f"{name}.ipynb").write_text(source, encoding="utf-8")
        config = course.settings(root)
        config.SaveCells.enabled = False  # no gradebook: `make grade` makes its own
        course.Step(GenerateAssignment, config, name, no_database=True).run()
        made = root / "release" / name / f"{name}.ipynb"
        return nbformat.writes(nbformat.read(made, as_version=4)) + "\n"


def main(names: list[str]) -> int:
    """Release the assignments whose names hold one of these, all by default; 1 if there is none."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    address, version = setting("Repository", project), setting("version", project)
    chosen = [
        path
        for path in sorted(SOURCES.glob("*/*.ipynb"))
        if not names or any(name in path.stem for name in names)
    ]
    for path in chosen:
        source = tidied(path.read_text(encoding="utf-8"), path.name, address, version)
        write(path, source)
        write(RELEASED / path.name, released(source, path.stem))
    if not chosen:
        print(f"There is no assignment in homework/source whose name holds {' or '.join(names)}.")
    return int(not chosen)


def write(path: Path, text: str) -> None:
    """Write a file where it is to change, and say so."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{path.relative_to(ROOT)}: written")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
