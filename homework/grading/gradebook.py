"""nbgrader's part: a course folder with a gradebook, where it notes points and writes feedback."""

from __future__ import annotations

import functools
import os
import shutil
import sys
import warnings
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from traitlets.config import Config

from homework import course
from homework.grader.execute import SplitExecute
from homework.grading import keeping
from homework.grading.intake import STAMP, Handed
from homework.grading.remembered import Remembered

CONFIG = """\
# Start JupyterLab in this folder to mark the written answers in formgrader.
c = get_config()
load_subconfig({path!r})
"""
SECONDS = """\
c.SplitExecute.cell_seconds = {seconds}  # of processor time, for a cell and for a test
c.SplitExecute.test_seconds = {seconds}
"""


class Changed(Exception):
    """The assignment is no longer the one that the gradebook knows."""


def settings(root: Path) -> Config:
    """The course's configuration, with the grader's outputs remembered in `root`."""
    config = course.settings(root, root / "nbgrader_config.py")
    config.Remembered.folder = str(root / "outputs")
    steps = [one for one in config.Autograde.autograde_preprocessors if one is not SplitExecute]
    config.Autograde.autograde_preprocessors = [Remembered, *steps]
    return config


@functools.cache
def step(kind: type, root: Path, assignment: str) -> course.Step:
    """A step of nbgrader, which is kept for all students."""
    return course.Step(kind, settings(root), assignment)


def prepare(root: Path, sources: dict[str, Path], seconds: int = 0) -> None:
    """A gradebook in `root` that knows these assignments; nothing is lost of one that is there.

    `seconds` is what a cell or a test may take; 0 leaves that as it is.
    """
    bin_folder = str(Path(sys.executable).parent)
    if bin_folder not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([bin_folder, os.environ.get("PATH", "")])  # alembic
    root.mkdir(parents=True, exist_ok=True)
    if seconds or not (root / "nbgrader_config.py").exists():
        text = CONFIG.format(path=str(course.HOMEWORK / "nbgrader_config.py"))
        text += SECONDS.format(seconds=seconds) if seconds else ""
        keeping.write(root / "nbgrader_config.py", text)
    database = root / "gradebook.db"
    if not database.exists():
        begun = root / "gradebook.db.part"
        begun.unlink(missing_ok=True)
        Gradebook(f"sqlite:///{begun}").close()
        os.replace(begun, database)
    for assignment, source in sources.items():
        text = source.read_text(encoding="utf-8")
        copy = root / "source" / assignment / f"{assignment}.ipynb"
        released = root / "release" / assignment
        if keeping.write(copy, text) or not _is_done(root, "release", assignment, text):
            shutil.rmtree(released, ignore_errors=True)
            try:
                course.Step(GenerateAssignment, settings(root), assignment).run()
            except NbGraderException:
                raise Changed(
                    f"{assignment} has other cells than the one that was graded in {root}. "
                    "Grade into another folder: ARGS='--into graded-again'."
                ) from None
            _note_done(root, "release", assignment, text)


def hand_in(root: Path, handed: Handed) -> Path:
    """Put a notebook where nbgrader expects what was collected; its path."""
    folder = root / "submitted" / handed.student / handed.assignment
    path = folder / f"{handed.assignment}.ipynb"
    keeping.write(path, nbformat.writes(handed.notebook))
    stamp = handed.path.parent / STAMP
    if stamp.is_file() and not stamp.is_symlink():
        words = stamp.read_text(encoding="utf-8", errors="replace").strip()
        if _is_time(words):
            keeping.write(folder / STAMP, words)
    return path


def _is_time(words: str) -> bool:
    from dateutil.parser import parse

    try:
        parse(words)
    except (ValueError, OverflowError):
        return False
    return True


def grade(root: Path, assignment: str, student: str) -> None:
    """Note the points of one submission, unless they are; raises NbGraderException."""
    key = _key(root, assignment, student)
    folder = root / "autograded" / student / assignment
    if _is_done(root, "autograded", f"{assignment}/{student}", key) and folder.exists():
        return
    remove(folder)  # half written, or of an earlier version of the notebook
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        step(Autograde, root, assignment).run(student)
    _note_done(root, "autograded", f"{assignment}/{student}", key)


def feedback(root: Path, assignment: str, student: str) -> None:
    """Write the page of one submission, unless it is written and nothing in it has changed."""
    key = keeping.fingerprint(_key(root, assignment, student), scores(root, assignment, student))
    folder = root / "feedback" / student / assignment
    if _is_done(root, "feedback", f"{assignment}/{student}", key) and folder.exists():
        return
    remove(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        step(GenerateFeedback, root, assignment).run(student)
    _note_done(root, "feedback", f"{assignment}/{student}", key)


def remove(folder: Path) -> None:
    """Remove a folder, though nbgrader makes its files read-only."""
    shutil.rmtree(folder, ignore_errors=True)


def scores(root: Path, assignment: str, student: str) -> str:
    """All that a person or the grader has noted of a submission."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        found = book.find_submission(assignment, student)
        (notebook,) = found.notebooks
        notes = [(str(one.name), one.score, one.max_score) for one in notebook.grades]
        said = [(str(one.name), one.comment) for one in notebook.comments]
    return repr((sorted(notes), sorted(said, key=repr)))


def _key(root: Path, assignment: str, student: str) -> str:
    """What the points of a submission depend on."""
    paths = [
        root / "submitted" / student / assignment / f"{assignment}.ipynb",
        root / "source" / assignment / f"{assignment}.ipynb",
        root / "nbgrader_config.py",
    ]
    return keeping.fingerprint(
        keeping.of_grader(), *(path.read_text(encoding="utf-8") for path in paths)
    )


def _is_done(root: Path, step: str, name: str, key: str) -> bool:
    path = root / "done" / step / name
    return path.is_file() and path.read_text() == keeping.fingerprint(key)


def _note_done(root: Path, step: str, name: str, key: str) -> None:
    keeping.write(root / "done" / step / name, keeping.fingerprint(key))
