"""What a run leaves for the next: files that are whole or not there, and what they depend on."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[2]


def write(path: Path, text: str) -> bool:
    """Write a file so that it is never seen half written; whether anything changed.

    A kill at any moment leaves the old file, or the new one, and perhaps a `.part` beside it.
    """
    if path.is_file() and path.read_bytes() == text.encode("utf-8"):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(text.encode("utf-8"))
    os.replace(part, path)
    return True


def fingerprint(*parts: str) -> str:
    """A short name for a content.

    >>> fingerprint("a", "b") == fingerprint("a", "b") != fingerprint("ab", "")
    True
    """
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]


@functools.cache
def of_grader() -> str:
    """A fingerprint of all code that has a say in the points: the grader and the course."""
    files = sorted([*ROOT.glob("homework/grader/*.py"), *ROOT.glob("helpers/**/*.py")])
    files.append(ROOT / "homework" / "allowed.py")
    return fingerprint(*(path.read_text(encoding="utf-8") for path in files))


def of_notebook(notebook: NotebookNode, assignment: str, limits: str = "") -> str:
    """A fingerprint of what a notebook's outputs depend on."""
    cells = [
        [cell.cell_type, cell.source, dict(cell.metadata.get("nbgrader", {}))]
        for cell in notebook.cells
    ]
    return fingerprint(of_grader(), assignment, limits, json.dumps(cells, sort_keys=True))


class Busy(Exception):
    """Another grading is at work in the same folder."""


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Raise Busy if another process is in here with the same folder; a killed one is not."""
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy(f"Another grading is at work in {folder}. Wait for it, or end it.") from None
        yield
