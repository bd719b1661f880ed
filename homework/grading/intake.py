"""Finds who handed in what, in a folder as it comes from a hub, a mailbox or a memory stick.

What is understood: a folder for each student, with the notebook anywhere in it (as nbgrader
collects, or as a learning platform packs it), and notebooks side by side whose names say both,
`ann_hw01_prepare_the_data.ipynb`. Which assignment a notebook is says its cells, else its name.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from homework.grading.reading import Unreadable, grade_ids, read

COPY = re.compile(r"([ _-]*(copy|kopie|\(\d+\)|-checkpoint)\d*)+$", re.I)
STAMP = "timestamp.txt"  # in which nbgrader's exchange notes when something was handed in


@dataclass(frozen=True)
class Handed:
    """One notebook of one student, read."""

    student: str
    assignment: str
    path: Path
    notebook: NotebookNode


@dataclass
class Intake:
    """All that was found: notebooks by (assignment, student), those without, and remarks."""

    students: list[str] = field(default_factory=list)
    handed: dict[tuple[str, str], Handed] = field(default_factory=dict)
    broken: dict[tuple[str, str], str] = field(default_factory=dict)  # why it is not graded
    remarks: list[str] = field(default_factory=list)


def look(folder: Path, known: dict[str, set[str]]) -> Intake:
    """What lies in `folder`; `known` has the grade ids of each assignment."""
    intake = Intake()
    names: dict[str, str] = {}  # as it was handed in: as nbgrader bears it
    found: dict[str, list[tuple[str, Path]]] = {}
    for parts, path in files(folder):
        owner, stem = _owner(parts, known)
        if owner:
            student = names.setdefault(owner, _unused(plain(owner), set(names.values())))
            found.setdefault(student, []).extend([(stem, path)] if path else [])
        elif path:
            where = shown(path, folder)
            words = "whose is it? Put it into a folder with the student's name."
            intake.remarks.append(f"{where}: {words}")
    for student in sorted(names.values()):
        intake.students.append(student)
        _sort_in(intake, folder, student, found.get(student, []), known)
    return intake


def files(folder: Path) -> Iterator[tuple[list[str], Path | None]]:
    """(the parts of its name within the folder, the path) of each notebook; links are not followed.

    A student's folder that holds none is there too, with None.
    """
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        inside = Path(top).relative_to(folder).parts
        for name in sorted(names):
            parts = [*inside, *name.split("\\")]  # a Windows archive unpacked elsewhere
            if re.search(r"\.ipynb([._ -]?txt|\.json)?$", name, re.I) and name[0] not in ".~":
                yield [part for part in parts if part], Path(top) / name
        if len(inside) in (1, 2):
            yield [*inside, ""], None


def _owner(parts: list[str], known: dict[str, set[str]]) -> tuple[str, str]:
    """(whose the file is, its name without ending): the folder says it, else the name itself."""
    stem = re.sub(r"\.ipynb.*$", "", parts[-1], flags=re.I)
    if parts[0] in known and len(parts) > 1:  # a folder for each assignment, students within
        parts = parts[1:]
    if len(parts) > 1:
        return parts[0], stem
    for assignment in known:
        position = stem.casefold().find(assignment)
        if position >= 0:
            rest = stem[:position] + COPY.sub("", stem[position + len(assignment) :])
            return rest.strip(" _-."), assignment
    return "", stem


def plain(name: str) -> str:
    """A student's name as nbgrader, a web address and a spreadsheet bear it.

    >>> plain("Anna Müller"), plain("=cmd|' /C calc'!A0"), plain("../../x")
    ('Anna_Müller', 'cmd_C_calc_A0', 'x')
    """
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    return re.sub(r"[^\w.@-]+", "_", name).strip("._-@")[:80].strip("._-@") or "student"


def _unused(name: str, taken: set[str]) -> str:
    """The name, or with a number where another student has it."""
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in [name, *numbered] if one not in taken)


def shown(path: Path, folder: Path) -> str:
    """A path as a report says it, whatever bytes are in its name."""
    text = str(path.relative_to(folder)).encode("utf-8", "replace").decode("utf-8")
    return re.sub(r"[\x00-\x1f\x7f]", "?", text)


def _sort_in(
    intake: Intake,
    folder: Path,
    student: str,
    found: list[tuple[str, Path]],
    known: dict[str, set[str]],
) -> None:
    """Give each of a student's files to its assignment; of several the best named, then newest."""
    for stem, path in sorted(found, key=lambda pair: _rank(pair[0], pair[1], known)):
        where = shown(path, folder)
        named = by_name(stem, known)
        try:
            notebook = read(path)
        except Unreadable as problem:
            intake.remarks.append(f"{where}: {problem}.")
            if named and (named, student) not in intake.handed:
                intake.broken.setdefault((named, student), f"{path.name} {problem}")
            continue
        assignment = by_cells(notebook, known) or named
        if not assignment:
            intake.remarks.append(f"{where}: belongs to no assignment.")
        elif (assignment, student) in intake.handed:
            first = intake.handed[assignment, student].path
            intake.remarks.append(f"{where}: left aside, {shown(first, folder)} is graded.")
        else:
            intake.handed[assignment, student] = Handed(student, assignment, path, notebook)
            intake.broken.pop((assignment, student), None)
            if stem != assignment:
                intake.remarks.append(f"{where}: graded as {assignment}, which it is by its cells.")


def _rank(stem: str, path: Path, known: dict[str, set[str]]) -> tuple[bool, float]:
    try:
        return stem not in known, -path.lstat().st_mtime
    except OSError:
        return True, 0.0


def by_cells(notebook: NotebookNode, known: dict[str, set[str]]) -> str:
    """The assignment whose cells a notebook has most of; empty where it has none."""
    own = grade_ids(notebook) - {"imports"}
    shared = {name: len(ids & own) for name, ids in known.items()}
    best = max(shared, key=lambda name: shared[name], default="")
    return best if shared.get(best) else ""


def by_name(stem: str, known: dict[str, set[str]]) -> str:
    """The assignment that a file's name means; empty where it means none.

    >>> by_name("HW01_Prepare_the_Data (2)", {"hw01_prepare_the_data": set()})
    'hw01_prepare_the_data'
    """
    bare = COPY.sub("", stem).casefold().replace(" ", "_").replace("-", "_")
    meant = [name for name in known if name in bare or bare == name.partition("_")[0]]
    return meant[0] if meant else ""
