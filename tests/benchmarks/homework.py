"""What it costs to grade 60 submissions, beside plain nbgrader, which starts a kernel for each."""

from __future__ import annotations

import logging
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

SIZE, PLAIN = 60, 4  # submissions; plain nbgrader gets fewer, and its time is multiplied
NAME = "hw01_prepare_the_data"
BUDGET = 180.0  # seconds by the clock, on two processors
PLAINLY = """
import os, sys
from pathlib import Path
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # alembic
from nbgrader.converters import Autograde, GenerateAssignment
from traitlets.config import Config
from homework import course
root = Path(sys.argv[1])
config = course.settings(root)
del config.Autograde
course.Step(GenerateAssignment, config, sys.argv[2]).run()
course.Step(Autograde, config, sys.argv[2], create_student=True).run()
"""


def rows(Row) -> Iterator:
    """The row of the table."""
    from tests.support import classes

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        classes.write_class(folder / "submitted", NAME, SIZE)
        ours, cpu = timed(classes.command(folder / "submitted", folder / "graded"))
        theirs = plain(folder) * SIZE / PLAIN
    yield Row(
        f"homework: {SIZE} submissions, points and feedback",
        f"{ours:.0f} s, {cpu:.0f} CPU",
        f"plain nbgrader, points only: {theirs:.0f} s ({theirs / ours:.1f} times)",
        f"{BUDGET:.0f} s on 2 cores",
        ours <= BUDGET,
    )


def timed(command: list[str]) -> tuple[float, float]:
    """Seconds by the clock, and of processor time with all that it starts."""

    def used() -> float:
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        return spent.ru_utime + spent.ru_stime

    begin, before = time.perf_counter(), used()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begin, used() - before


def plain(folder: Path) -> float:
    """Seconds for PLAIN right submissions by nbgrader as it comes."""
    from tests.support import classes
    from tests.support.homework import solutions
    from tools.tracked import ROOT

    logging.disable(logging.CRITICAL)
    root = folder / "plain"
    source = root / "source" / NAME / f"{NAME}.ipynb"
    source.parent.mkdir(parents=True)
    original = ROOT / "homework" / "source" / NAME / f"{NAME}.ipynb"
    source.write_bytes(original.read_bytes())
    for number in range(PLAIN):
        place = root / "submitted" / f"student-{number}"
        classes.hand_in(place, NAME, NAME, solutions(NAME))
    seconds, _ = timed([sys.executable, "-c", PLAINLY, str(root), NAME])
    return seconds
