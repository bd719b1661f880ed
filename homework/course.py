"""A course folder of nbgrader, and its steps run from Python as `nbgrader …` would run them."""

from __future__ import annotations

import logging
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, PyFileConfigLoader

HOMEWORK = Path(__file__).resolve().parent


def settings(root: Path, file: Path = HOMEWORK / "nbgrader_config.py") -> Config:
    """What a file configures, this course's own by default, for a course in the folder `root`."""
    loaded = PyFileConfigLoader(file.name, path=str(file.parent)).load_config()
    config = Config(loaded)
    config.CourseDirectory.root = str(root)
    return config


def run(step: type, config: Config, assignment: str, student: str = "", **options: object) -> None:
    """One converter of nbgrader for one assignment, and for one student where there is a name.

    Raises NbGraderException where it fails.
    """
    course = CourseDirectory(config=config, assignment_id=assignment)
    if student:
        course.student_id = student
    converter = step(coursedir=course, config=config, **options)
    converter.log.setLevel(logging.ERROR)
    converter.start()
