"""Grades a folder of what was handed in: `make grade SUBMITTED=folder [ASSIGNMENT=hw03]`.

Into the folder graded/ (or what --into names) come nbgrader's gradebook and the graded notebooks,
grades.csv, a page of feedback for each student, a picture of each assignment, and report.txt, which
says what could not be graded and why. It may be stopped at any time, and run again: what is done is
not done twice.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat
from tqdm import tqdm

from homework.grading import gradebook, intake, keeping, picture, pool, table, work
from homework.grading.reading import grade_ids
from homework.grading.table import BROKEN, GRADED, MISSING, Row

SOURCES = Path(__file__).resolve().parent / "source"


def main(arguments: Sequence[str] | None = None) -> int:
    """Grade, and say what came of it; exit code 1 where nothing could be graded."""
    asked = _asked(arguments)
    logging.disable(logging.CRITICAL)  # nbgrader's; what went wrong stands in the report
    sources = {
        path.stem: path
        for path in sorted(SOURCES.glob("*/*.ipynb"))
        if path.stem.startswith(asked.assignment)
    }
    folder, root = Path(asked.submitted), Path(asked.into).resolve()
    if not asked.submitted or not folder.is_dir():
        print(f"SUBMITTED must be a folder with what was handed in, got {asked.submitted!r}.")
        return 1
    if not sources:
        print(f"There is no assignment whose name begins with {asked.assignment!r}.")
        return 1
    try:
        with keeping.only_one(root):
            return _grade(folder, root, sources, asked)
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.")
        return 130
    except (keeping.Busy, gradebook.Changed) as error:
        print(error)
        return 1


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("submitted", help="the folder with what was handed in")
    parser.add_argument("--assignment", default="", help="only this one, hw03 for instance")
    parser.add_argument("--into", default="graded", help="where everything is written")
    parser.add_argument("--processes", type=int, default=0, help="0: one for each processor")
    parser.add_argument(
        "--seconds", type=int, default=0, help="processor seconds that a cell or a test may take"
    )
    return parser.parse_args(arguments)


def _grade(folder: Path, root: Path, sources: dict[str, Path], asked: argparse.Namespace) -> int:
    notebooks = {name: nbformat.read(path, as_version=4) for name, path in sources.items()}
    found = intake.look(folder, {name: grade_ids(nb) for name, nb in notebooks.items()})
    used = {name for name, _ in [*found.handed, *found.broken]}
    if not used:
        print(f"In {folder} nothing was found that can be graded.", *found.remarks, sep="\n")
        return 1
    gradebook.prepare(root, {name: sources[name] for name in sorted(used)}, asked.seconds)
    rows = _rows(found, sorted(used))
    graded = [row for row in rows.values() if row.status == GRADED]
    for row in graded:
        gradebook.hand_in(root, found.handed[row.assignment, row.student])
    confinement = _run(work.execute, "running", root, graded, asked.processes)
    for row in _bar(graded, "noting points"):
        if row.status == GRADED:
            problem = work.note(root, row)
            row.status, row.why = (BROKEN, problem) if problem else (GRADED, "")
    graded = [table.with_points(root, row) for row in graded if row.status == GRADED]
    _run(work.feedback, "writing feedback", root, graded, asked.processes)
    keeping.write(root / "grades.csv", table.as_csv(rows.values()))
    words = [_summary(root, name, notebooks[name], list(rows.values())) for name in sorted(used)]
    _report(root, rows.values(), found.remarks, words, confinement)
    return 0 if graded else 1


def _rows(found: intake.Intake, assignments: list[str]) -> dict[tuple[str, str], Row]:
    """A row for each student and each assignment that anybody has handed in."""
    rows = {}
    for name in assignments:
        for student in found.students:
            row = Row(student, name, GRADED)
            if (name, student) in found.broken:
                row.status, row.why = BROKEN, found.broken[name, student]
            elif (name, student) not in found.handed:
                row.status, row.why = MISSING, "nothing was handed in"
            rows[name, student] = row
    return rows


def _run(job: object, title: str, root: Path, rows: Sequence[Row], processes: int) -> str:
    """Let all processes work, with a bar; what went wrong is noted in the rows."""
    jobs = {(str(root), row.assignment, row.student): row for row in rows}
    said = ""
    with tqdm(total=len(jobs), desc=title, unit="", disable=None) as bar:
        for key, answer, problem in pool.run(job, list(jobs), processes):
            if problem:
                jobs[key].status, jobs[key].why = BROKEN, f"the grader stopped: {problem}"
            said = answer or said
            bar.update()
    return said


def _bar(rows: Sequence[Row], title: str) -> tqdm:
    return tqdm(rows, desc=title, unit="", disable=None)


def _summary(root: Path, name: str, source: nbformat.NotebookNode, rows: list[Row]) -> str:
    own = [row for row in rows if row.assignment == name]
    told = table.misconceptions(root, source, own)
    picture.draw(root / f"{name}.png", name, own, told)
    return picture.finding(name, own, told)


def _report(
    root: Path, rows: object, remarks: list[str], words: list[str], confinement: str
) -> None:
    """Write report.txt, and print it."""
    missing = [
        f"{row.student}, {row.assignment}: {row.status}, {row.why}"
        for row in rows
        if row.status != GRADED
    ]
    parts = [
        *words,
        f"The students' code ran shut in by: {confinement}." if confinement else "",
        "\n".join(["Not graded:", *missing]) if missing else "Everything was graded.",
        "\n".join(["What was odd:", *remarks]) if remarks else "",
    ]
    text = "\n\n".join(part for part in parts if part) + "\n"
    keeping.write(root / "report.txt", text)
    print(f"{text}\nIn {root}: grades.csv, feedback/, a picture for each assignment, report.txt")


if __name__ == "__main__":
    sys.exit(main())
