"""Runs a lesson's own code: tests assert on the lessons' experiments, not on copies."""

from __future__ import annotations

import contextlib
import functools
import io
import os
from pathlib import Path

import nbformat

from tools.stamp import SET_UP
from tools.tracked import tracked

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
LESSONS = tracked("notebooks/[0-9][0-9]_*.ipynb")


def lesson(number: str) -> Path:
    """The path of lesson `number` ("03"); LookupError where git tracks none."""
    for path in LESSONS:
        if path.name.startswith(f"{number}_"):
            return path
    raise LookupError(f"git tracks no notebooks/{number}_*.ipynb; was it renamed and not staged?")


@functools.cache
def run_lesson(number: str) -> dict:
    """The namespace that the code cells of lesson `number` ("03") leave, run from top to bottom.

    The set-up cell is left out: the course is here, and its %pip is no Python.
    """
    path = lesson(number)
    namespace: dict = {"__name__": "__main__"}
    before = os.getcwd()
    os.chdir(NOTEBOOKS)  # where a notebook runs
    try:
        for position, cell in enumerate(nbformat.read(path, as_version=4).cells):
            is_run = cell.cell_type == "code" and cell.id != SET_UP
            if is_run and "raises-exception" not in cell.metadata.get("tags", []):
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(compile(cell.source, f"{path.name}, cell {position}", "exec"), namespace)
    finally:
        os.chdir(before)
    return namespace
