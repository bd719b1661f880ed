"""Run a lesson's own code, so that tests assert on the experiments of the lessons instead of on copies of them."""

from __future__ import annotations

import contextlib
import functools
import io
import os
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


@functools.cache
def run_lesson(number: str) -> dict:
    """Execute the code cells of lesson `number` ("03") from top to bottom in one namespace, and return it."""
    (path,) = NOTEBOOKS.glob(f"{number}_*.ipynb")
    namespace: dict = {"__name__": "__main__"}
    before = os.getcwd()
    os.chdir(NOTEBOOKS)  # where a notebook runs
    try:
        for position, cell in enumerate(nbformat.read(path, as_version=4).cells):
            if cell.cell_type == "code" and "raises-exception" not in cell.metadata.get("tags", []):
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(compile(cell.source, f"{path.name}, cell {position}", "exec"), namespace)
    finally:
        os.chdir(before)
    return namespace
