"""What `make bench` types into cells must run, although no test of speed runs it."""

from __future__ import annotations

import matplotlib
import matplotlib.pyplot as plt
import pytest

from tests.benchmarks import browser, kernel

SETUP = kernel.DESCENT.format(frames=3)
CELLS = {
    "live": SETUP + kernel.LIVE + kernel.LIVE_TIMES,
    "playground": kernel.PLAYGROUND.replace("201", "4") + kernel.LIVE_TIMES,
    "interact": SETUP + kernel.INTERACT + "draw(0.1)",
    "handle": browser.HANDLE_CELL,
    "ipympl": browser.IPYMPL_CELL.replace("%matplotlib widget", "").split("ipywidgets.VBox")[0],
    "echo": browser.ECHO_CELL,
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
