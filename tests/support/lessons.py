"""Runs a lesson's own code: tests assert on the lessons' experiments, not on copies."""

from __future__ import annotations

import functools
import re

from tools.lessons import LESSONS, Cell, cells, lesson, run_parts

# The lessons with a core and a further part, exercises, and a twin in PyTorch. The others follow.
REWRITTEN: tuple[str, ...] = tuple(f"{number:02d}" for number in range(12))

__all__ = [
    "LESSONS",
    "REWRITTEN",
    "cells",
    "exercises",
    "lesson",
    "pytorch",
    "run_check",
    "run_lesson",
]


@functools.cache
def run_lesson(number: str) -> dict:
    """The names that the code of lesson `number` ("03") leaves.

    The core is run from top to bottom, then each further section with nothing but the core before.
    """
    return run_parts(lesson(number))


def blocks(markdown: str) -> list[str]:
    """The blocks of Python in a piece of Markdown."""
    return re.findall(r"```python\n(.*?)```", markdown, flags=re.DOTALL)


def exercises(number: str) -> list[tuple[str, Cell, str]]:
    """(name, the cell with its `check`, the model answer in the fold after it) of each exercise."""
    found = []
    all_cells = cells(lesson(number))
    for position, cell in enumerate(all_cells):
        asked = re.search(r'check\("([\d-]+)"', cell.source) if cell.cell_type == "code" else None
        if asked:
            after = all_cells[position + 1].source if position + 1 < len(all_cells) else ""
            fold = re.search(r"<details>.*?</details>", after, flags=re.DOTALL)
            model = blocks(fold[0]) if fold else []
            found.append((asked[1], cell, model[0] if model else ""))
    return found


def pytorch(number: str) -> dict:
    """The names that the block under `In PyTorch` leaves, run after the lesson's own code."""
    (text,) = [c.source for c in cells(lesson(number)) if c.source.startswith("## In PyTorch")]
    namespace = dict(run_lesson(number))
    exec("\n".join(blocks(text)), namespace)
    return namespace


def run_check(number: str, cell: Cell, answer: str) -> None:
    """Run a lesson's `check` cell after this answer: it prints the verdict."""
    namespace = dict(run_lesson(number))
    exec(answer, namespace)
    exec(cell.source, namespace)
