"""A class of 60, made from the banks with broken and hostile ones among it: graded twice with the
same result, and once more after the grading was killed in the middle.
"""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import time

import pytest

from tests.support import classes
from tests.support.homework import checks, marks
from tools.tracked import ROOT

pytestmark = pytest.mark.weekly

NAME, SIZE = "hw01_prepare_the_data", 60
FULL = sum(marks(cell).points for cell in checks(NAME))


@pytest.fixture(scope="module")
def submitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class") / "submitted"
    classes.write_class(folder, NAME, SIZE)
    assert len(list(folder.iterdir())) == SIZE
    return folder


@pytest.fixture(scope="module")
def first(submitted):
    into = submitted.parent / "first"
    classes.grade(submitted, into)
    return into


def table(folder):
    return (folder / "grades.csv").read_text(encoding="utf-8")


def test_each_gets_what_the_answers_are_worth(first):
    with open(first / "grades.csv", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert len(rows) == SIZE
    points = {name: float(row["points"]) for name, row in rows.items() if row["points"]}

    def of(kind):
        return {name: given for name, given in points.items() if name.startswith(f"{kind}-")}

    assert {name for name, given in of("right").items() if given != FULL} == set()
    assert {name for name, given in of("wrong").items() if given >= FULL} == set()
    assert {name for name, given in of("hostile").items() if given > 0} == set()
    assert (points["solution"], points["blank"]) == (FULL, 0)
    assert len(rows) - len(points) == 4  # nothing, damaged, empty, picture


def test_a_second_grading_elsewhere_gives_the_same(submitted, first):
    second = submitted.parent / "second"
    classes.grade(submitted, second, "--processes", "1")
    assert table(second) == table(first)


def done(folder):
    """What a grading has finished, with the time at which each was."""
    kept = [*folder.glob("outputs/*.json"), *folder.glob("done/autograded/*/*")]
    return {path: path.stat().st_mtime_ns for path in kept}


def killed_after(submitted, into, stage, count):
    """Grade until so many files of this stage are there, then end the grading as a power cut does.

    What it had finished.
    """
    running = subprocess.Popen(
        classes.command(submitted, into),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while len(list(into.glob(stage))) < count:
        assert running.poll() is None, "it ended before it could be killed"
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    running.wait()
    return done(into)


def test_after_a_kill_in_the_middle_it_goes_on_and_gives_the_same(submitted, first):
    into = submitted.parent / "killed"
    while_running = killed_after(submitted, into, "outputs/*.json", SIZE // 4)
    while_noting = killed_after(submitted, into, "done/autograded/*/*", SIZE // 4)
    assert not (into / "grades.csv").exists()
    classes.grade(submitted, into)
    again = done(into)
    for kept in (while_running, while_noting):
        assert {path for path in kept if again.get(path) != kept[path]} == set()
    assert table(into) == table(first)
