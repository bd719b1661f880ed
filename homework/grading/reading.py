"""Reads a notebook that somebody handed in: from whichever Jupyter, editor or system it comes.

What is kept of it is the source of its cells and the marks by which nbgrader knows them. All else,
outputs above all, is the student's word about his own work, and is not needed.
"""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, v4

LARGEST = 20_000_000  # bytes
MOST_CELLS = 2_000
NEWEST = 4  # the format that this Jupyter writes
MARKS = ("grade", "grade_id", "solution", "locked", "points", "schema_version", "task")
KINDS = {"code": "code", "markdown": "markdown", "heading": "markdown", "raw": "raw"}


class Unreadable(Exception):
    """Says why a file is no notebook that can be graded."""


def read(path: Path) -> NotebookNode:
    """The cells of a notebook, in format 4, without outputs. Raises Unreadable, in words.

    Formats 2 to 4 are read, with or without a byte order mark, in UTF-8, UTF-16 or, as old editors
    on Windows write it, cp1252.
    """
    if path.is_symlink() or not path.is_file():
        raise Unreadable("is a link or no plain file; the notebook itself is needed")
    try:
        if path.stat().st_size > LARGEST:
            size = path.stat().st_size / 1e6
            raise Unreadable(f"is too large ({size:.0f} MB, at most {LARGEST / 1e6:.0f})")
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"cannot be read ({error.strerror})") from None
    return rebuilt(_parsed(_decoded(data)))


def _decoded(data: bytes) -> str:
    if not data.strip():
        raise Unreadable("is empty")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("is not text, so it is no notebook")


def _parsed(text: str) -> dict:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        is_cut = text.lstrip().startswith("{")
        raise Unreadable(
            "is damaged: it breaks off or was edited by hand" if is_cut else "is no notebook"
        ) from None
    if not isinstance(found, dict) or not isinstance(found.get("nbformat"), int):
        raise Unreadable("is no notebook: it does not say its format")
    if found["nbformat"] > NEWEST:
        raise Unreadable(f"has format {found['nbformat']}, newer than this Jupyter can read")
    return found


def rebuilt(found: dict) -> NotebookNode:
    """The cells of a parsed notebook of any format, as a new one; raises Unreadable.

    >>> old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1"}]}]}
    >>> rebuilt(old).cells[0].source
    'x = 1'
    """
    cells = found.get("cells")
    if cells is None and isinstance(found.get("worksheets"), list):  # before format 4
        sheets = [sheet for sheet in found["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets for cell in sheet.get("cells") or []]
    if not isinstance(cells, list) or not cells:
        raise Unreadable("has no cells")
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"has {len(cells)} cells, at most {MOST_CELLS} are read")
    kept = [cell for cell in cells if isinstance(cell, dict) and cell.get("cell_type") in KINDS]
    return v4.new_notebook(cells=[_cell(i, cell) for i, cell in enumerate(kept)])


def _cell(number: int, cell: dict) -> NotebookNode:
    kind = KINDS[cell["cell_type"]]
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    source = source if isinstance(source, str) else ""
    source = source.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n")
    made = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell, "raw": v4.new_raw_cell}
    return made[kind](source, metadata=_marks(cell), id=f"cell-{number}")


def _marks(cell: dict) -> dict[str, Any]:
    """nbgrader's marks of a cell, if they are such; whoever edits them gains nothing by it."""
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if not isinstance(marks, dict) or not isinstance(marks.get("grade_id"), str):
        return {}
    plain = (bool, int, float, str)
    kept = {key: marks[key] for key in MARKS if isinstance(marks.get(key), plain)}
    kept["grade_id"] = marks["grade_id"].encode("utf-8", "replace").decode("utf-8")
    return {"nbgrader": kept}


def grade_ids(notebook: NotebookNode) -> set[str]:
    """By which names nbgrader knows the cells."""
    marks = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    return {mark["grade_id"] for mark in marks if "grade_id" in mark}
