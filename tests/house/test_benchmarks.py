"""What `make bench` types into cells must run, although no test of speed runs it."""

from __future__ import annotations

import matplotlib
import matplotlib.pyplot as plt
import pytest

from tests.benchmarks import browser, classroom, kernel, lessons, search
from tools.lessons import cells, lesson

SETUP = kernel.DESCENT.format(frames=3)
CELLS = {
    "live": SETUP + kernel.LIVE + kernel.LIVE_TIMES,
    "playground": kernel.PLAYGROUND.replace("201", "4") + kernel.LIVE_TIMES,
    "interact": SETUP + kernel.INTERACT + "draw(0.1)",
    "handle": browser.HANDLE_CELL,
    "ipympl": browser.IPYMPL_CELL.replace("%matplotlib widget", "").split("ipywidgets.VBox")[0],
    "echo": browser.ECHO_CELL,
    "lesson": lessons.LAST_CELL,
}


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_a_cell_of_the_benchmarks_runs(cell, capsys):
    with matplotlib.rc_context({"backend": "agg"}):
        names: dict = {}
        exec(cell, names)
        if "draw" in names and "slider" in names:
            names["slider"].value = 0.2
        if "live" in names:
            names["live"].close()
        plt.close("all")


def test_every_search_that_is_measured_runs(monkeypatch):
    monkeypatch.setattr(search, "TRIALS", 3)
    runs = search.searches()
    assert {"ours", "ours, with a journal"} < set(runs)
    for run in runs.values():
        run()


def test_lesson_03_has_the_picture_that_a_class_drags():
    code = [cell.source for cell in cells(lesson(classroom.LESSON)) if cell.cell_type == "code"]
    assert any(cell.startswith("picture = explore.parabola(") for cell in code)


@pytest.mark.weekly
def test_a_class_of_kernels_gets_frames_and_tells_its_memory():
    picture = "from helpers.explorers import descent\npicture = descent.parabola()\npicture"
    for one in classroom.measure(2, [picture], seconds=1):
        assert one.frames > 0
        assert one.resident > one.share > 20
