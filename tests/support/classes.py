"""A class that hands in homework: answers of the banks, broken files, and hostile notebooks."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from pathlib import Path

import nbformat

from tests.support.homework import bank, marks, solutions
from tools.tracked import ROOT

SECONDS = 2  # of processor time for a cell or a test: an endless loop need not take longer here
HOSTILE = {  # what stands in the first answer cell; each gets what a blank notebook gets, or less
    "endless": "while True:\n    pass",
    "exits": "import os\nos._exit(0)",
    "quits": "raise SystemExit",
    "patches": "np.allclose = lambda *a, **k: True\nnp.array_equal = np.allclose",
    "marks": "print('<script>alert(1)</script>')\nclass Full:\n    pass\nFull()",
}
MARKUP = '<script>alert(1)</script> <img src=x onerror="alert(2)"> [x](javascript:alert(3))'


def answered(name: str, answers: dict[str, str]) -> nbformat.NotebookNode:
    """The students' notebook of an assignment with these answers, by grade id."""
    path = ROOT / "notebooks" / "assignments" / f"{name}.ipynb"
    notebook = copy.deepcopy(nbformat.read(path, as_version=4))
    for cell in notebook.cells:
        if marks(cell).get("grade_id") in answers:
            cell.source = answers[marks(cell).grade_id]
    return notebook


def hand_in(folder: Path, student: str, name: str, answers: dict[str, str]) -> None:
    """Put a student's notebook into the folder of what was handed in."""
    path = folder / student / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(answered(name, answers), path)


def hostile(name: str, kind: str) -> dict[str, str]:
    """The answers of somebody who wants points without an answer, or trouble for all."""
    task = next(iter(solutions(name)))
    return {task: f"{HOSTILE[kind]}\ndef {task}(*given, **named):\n    return given[0]"}


def write_odd(folder: Path, name: str) -> None:
    """Those of whom every class has some: nothing, damaged, misnamed, ancient, from Windows."""
    (folder / "nothing").mkdir(parents=True)
    text = nbformat.writes(answered(name, solutions(name)))
    old = nbformat.writes(nbformat.convert(answered(name, solutions(name)), 3), version=3)
    files = {
        f"damaged/{name}.ipynb": text[: len(text) // 2].encode(),
        f"empty/{name}.ipynb": b"",
        "misnamed/Untitled (3).ipynb": text.encode(),
        f"ancient/{name}.ipynb": old.encode(),
        f"windows/{name.upper()}.IPYNB": ("\ufeff" + text.replace("\n", "\r\n")).encode(),
        f"picture/{name}.ipynb": b"\x89PNG\r\n\x1a\n\x81",
    }
    for place, data in files.items():
        (folder / place).parent.mkdir(exist_ok=True)
        (folder / place).write_bytes(data)


def write_class(folder: Path, name: str, size: int) -> None:
    """`size` people: odd and hostile ones, a solution, a blank, and answers of the bank."""
    write_odd(folder, name)
    hand_in(folder, "solution", name, solutions(name) | {"why": ""})
    hand_in(folder, "blank", name, {})
    for kind in HOSTILE:
        hand_in(folder, f"hostile-{kind}", name, hostile(name, kind))
    people = len(list(folder.iterdir()))
    for number, answer in enumerate(bank(name)[:: max(len(bank(name)) // 50, 1)][: size - people]):
        student = f"{answer.kind}-{number:02}"
        hand_in(folder, student, name, solutions(name) | {answer.task: answer.code})


def command(submitted: Path, into: Path, *more: str) -> list[str]:
    """What `make grade` runs."""
    options = ["--into", str(into), "--seconds", str(SECONDS), *more]
    return [sys.executable, "-m", "homework.grade", str(submitted), *options]


def grade(submitted: Path, into: Path, *more: str) -> str:
    """Grade in a process of its own, and return what it prints."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command(submitted, into, *more), cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
