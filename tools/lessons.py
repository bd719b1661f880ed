"""What a lesson asks of its reader, and its code, whole or in parts:

    python -m tools.lessons
        the minutes of each lesson, counted
    python -m tools.lessons 03
        the minutes of its sections, and each part run: the core, then every further section with
        nothing but the core before it

The minutes are counted, not wished: words ÷ 150, 6 seconds for each line of code that is seen,
3 minutes for each live figure, 1 minute for each prediction and each exercise.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from tools.stamp import SET_UP
from tools.tracked import ROOT, tracked

Cell = nbformat.NotebookNode
LESSONS = tracked("notebooks/[0-9][0-9]_*.ipynb")

WORDS_A_MINUTE = 150
SECONDS_A_LINE = 6
MINUTES_A_FIGURE = 3
MINUTES_A_TASK = 1  # a prediction, or an exercise

LIVE = re.compile(r"\b(?:explorers?|explore)(?:\.\w+)+\(")
TIME = re.compile(r"\*\*Time:\*\* (\d+) minutes for the core(?:, (\d+) for the further part)?")


@dataclass(frozen=True)
class Section:
    """A heading and the cells under it, as far as the next one: of the core, or a further one."""

    title: str
    cells: list[Cell]
    is_further: bool


def lesson(number: str) -> Path:
    """The path of lesson `number` ("03"); LookupError where git tracks none."""
    for path in LESSONS:
        if path.name.startswith(f"{number}_"):
            return path
    raise LookupError(f"git tracks no notebooks/{number}_*.ipynb; was it renamed and not staged?")


def cells(path: Path) -> list[Cell]:
    """The cells of a lesson. One that begins with a heading never goes on with a second one."""
    return nbformat.read(path, as_version=4).cells


def sections(path: Path) -> list[Section]:
    """A lesson's sections in order: those of the core, those after `## Further`, the reading list.

    In the further part each `###` begins a section, and `## Further reading` ends it.
    """
    found = [Section("", [], is_further=False)]
    further = False
    for cell in cells(path):
        heading = re.match(r"(##|###) (.+)", cell.source) if cell.cell_type == "markdown" else None
        if heading and heading[1] == "##":
            further = heading[2].strip() == "Further"
            found.append(Section(heading[2], [], further))
        elif heading and further:
            found.append(Section(heading[2], [], further))
        found[-1].cells.append(cell)
    return found


def words(markdown: str) -> int:
    """How many words a reader meets in a piece of Markdown.

    A word is a run of characters between spaces that holds at least one letter. A block of code, a
    formula, an HTML tag and the address behind a link are not read as words: the first goes whole,
    a formula counts as one word, of a link only its text counts. What is folded away under
    <details> does count: it is there to be read.

    >>> words("The slope $dJ/dw$, see [lesson 03](03_gradient_descent.ipynb).")
    5
    """
    markdown = re.sub(r"```.*?```", " ", markdown, flags=re.DOTALL)
    markdown = re.sub(r"\$\$.*?\$\$|\$[^$]+\$", " formula ", markdown, flags=re.DOTALL)
    markdown = re.sub(r"<[^>]+>", " ", markdown)
    markdown = re.sub(r"\]\([^)]*\)", "]", markdown)
    return sum(any(sign.isalpha() for sign in word) for word in markdown.split())


def is_folded(cell: Cell) -> bool:
    """Whether a reader sees the cell's code only on asking."""
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden"))


def seconds(cell: Cell) -> float:
    """How long a reader is busy with a cell."""
    if cell.get("id") == SET_UP:
        return 0
    if cell.cell_type == "code":
        lines = 0 if is_folded(cell) else sum(map(bool, map(str.strip, cell.source.split("\n"))))
        figures = len(LIVE.findall(cell.source))
        is_task = "check(" in cell.source
        return SECONDS_A_LINE * lines + 60 * (MINUTES_A_FIGURE * figures + MINUTES_A_TASK * is_task)
    if cell.source.startswith("## Further reading"):
        return 0
    open_text = re.sub(r"<details>.*?</details>", "", cell.source, flags=re.DOTALL)
    code = "\n".join(re.findall(r"```\w*\n(.*?)```", open_text, flags=re.DOTALL))
    lines = sum(map(bool, map(str.strip, code.split("\n"))))
    tasks = cell.source.count("**Predict")
    reading = 60 * words(cell.source) / WORDS_A_MINUTE
    return reading + SECONDS_A_LINE * lines + 60 * MINUTES_A_TASK * tasks


def minutes(path: Path) -> tuple[float, float]:
    """The counted minutes of a lesson's core, and of its further part."""
    core = further = 0.0
    for section in sections(path):
        taken = sum(map(seconds, section.cells)) / 60
        core, further = (core, further + taken) if section.is_further else (core + taken, further)
    return core, further


def stated(path: Path) -> tuple[int, int] | None:
    """The minutes that a lesson states for its core and its further part, if it does."""
    said = TIME.search(cells(path)[0].source)
    return (int(said[1]), int(said[2] or 0)) if said else None


def run_cells(run: list[Cell], namespace: dict[str, Any], name: str) -> None:
    """Run these code cells in `namespace`, as in the folder of the lessons, and say nothing."""
    before = os.getcwd()
    os.chdir(ROOT / "notebooks")
    try:
        for cell in run:
            is_run = cell.cell_type == "code" and cell.get("id") != SET_UP  # the course is here
            if is_run and "raises-exception" not in cell.metadata.get("tags", []):
                with contextlib.redirect_stdout(io.StringIO()):
                    code = compile(cell.source, f"{name}, cell {cell.get('id')}", "exec")
                    exec(code, namespace)
    finally:
        os.chdir(before)


def run_parts(path: Path) -> dict[str, Any]:
    """The names that a lesson's code leaves. Every further section is run with nothing but the core
    before it, so that none can need another; a name that both use keeps its value from the core.
    """
    core: dict[str, Any] = {"__name__": "__main__"}
    parts = sections(path)
    in_core = [cell for section in parts if not section.is_further for cell in section.cells]
    run_cells(in_core, core, path.name)
    further: dict[str, Any] = {}
    for section in parts:
        if section.is_further:
            alone = dict(core)
            run_cells(section.cells, alone, path.name)
            further |= alone
    return further | core


def show_minutes(path: Path) -> None:
    """Print what a lesson's core and further part take, beside what it states."""
    core, further = minutes(path)
    said = stated(path)
    beside = f"it says {said[0]} and {said[1]}" if said else "it does not say"
    print(f"{path.name}: core {core:.0f} minutes, further {further:.0f}; {beside}")


def show_sections(path: Path) -> None:
    """Print what each section takes, and how long all parts run."""
    for section in sections(path):
        taken = sum(map(seconds, section.cells)) / 60
        print(f"  {'   ' * section.is_further}{taken:5.1f}  {section.title or 'opening'}")
    began = time.perf_counter()
    run_parts(path)
    print(f"  every part ran by itself, in {time.perf_counter() - began:.0f} s")


def main(numbers: list[str]) -> int:
    """Show the lessons of these numbers in detail, or all of them in a line each."""
    for path in [lesson(number) for number in numbers] or LESSONS:
        show_minutes(path)
        if numbers:
            show_sections(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
