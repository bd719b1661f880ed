"""A course folder of nbgrader, and its steps run from Python as `nbgrader …` would run them."""

from __future__ import annotations

import logging
import os
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


class Step:
    """One converter of nbgrader for one assignment, for one student after another.

    It is kept, because to make it and its templates takes longer than to use it.
    """

    def __init__(self, step: type, config: Config, assignment: str, **options: object) -> None:
        self.course = CourseDirectory(config=config, assignment_id=assignment)
        self.converter = step(coursedir=self.course, config=config, **options)
        self.converter.log.setLevel(logging.ERROR)
        self._has_begun = False

    def run(self, student: str = "") -> None:
        """Convert for one student, or for all; raises NbGraderException where it fails."""
        if student:
            self.course.student_id = student
        if not self._has_begun:
            self.converter.start()
            self._has_begun = True
            return
        before = os.getcwd()
        os.chdir(self.course.root)
        try:
            self.converter.init_notebooks()
            self.converter.convert_notebooks()
        finally:
            os.chdir(before)
