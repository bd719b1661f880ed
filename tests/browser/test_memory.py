"""Memory over a long evening: a hundred runs of one cell, and ten minutes of play. Both take long,
and so they are in `make test-all`.
"""

from __future__ import annotations

import pytest

from tests.browser.lab import CHROMIUM, chromium, jupyter, notebook, open_notebook, run_all

pytestmark = [
    pytest.mark.weekly,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: `apt-get install chromium`"),
]

FIGURE = "from helpers.explorers import {lesson} as explore\nexplore.{figure}()"
RESIDENT = """
import gc, resource, pathlib
gc.collect()
pages = int(pathlib.Path("/proc/self/statm").read_text().split()[1])
print("MB", pages * resource.getpagesize() / 1e6)
"""
FLAT_KERNEL, FLAT_PAGE = 25, 40  # MB: what an allocator may keep after a collection


@pytest.fixture
def address(tmp_path):
    """A server on a folder of its own."""
    (tmp_path / "course").mkdir()
    with jupyter(tmp_path / "course", tmp_path) as address:
        yield tmp_path / "course", address


def kernel_memory(page) -> float:
    """Resident memory of the kernel in MB, printed by the last cell of the notebook."""
    run(page, 1)
    said = page.locator(".jp-Notebook .jp-Cell").last.locator(".jp-OutputArea-output")
    return float(said.inner_text().split("MB")[1])


def page_memory(page) -> float:
    """What the page's JavaScript holds after a collection, in MB."""
    client = page.context.new_cdp_session(page)
    client.send("HeapProfiler.collectGarbage")
    return client.send("Runtime.getHeapUsage")["usedSize"] / 1e6


def run(page, cell: int) -> None:
    """Run one cell, and wait for it."""
    page.evaluate(
        """async cell => {
          const book = window.jupyterapp.shell.currentWidget.content;
          book.activeCellIndex = cell;
          await window.jupyterapp.commands.execute('notebook:run-cell');
        }""",
        cell,
    )


def test_a_hundred_runs_of_a_cell_leave_memory_flat(address):
    folder, served = address
    notebook(folder / "runs.ipynb", FIGURE.format(lesson="descent", figure="bowl"), RESIDENT)
    with chromium() as page:
        open_notebook(page, served, "runs.ipynb")
        run_all(page)
        seen = {}
        for count in range(1, 101):
            run(page, 0)
            page.locator(".downhill-summary").first.wait_for()
            if count in (30, 100):
                seen[count] = kernel_memory(page), page_memory(page)
        (kernel, browser), (kernel_later, browser_later) = seen[30], seen[100]
        assert page.locator(".downhill-box").count() == 1
        assert kernel_later - kernel < FLAT_KERNEL
        assert browser_later - browser < FLAT_PAGE


def test_ten_minutes_of_play_leave_memory_flat(address):
    folder, served = address
    cell = FIGURE.format(lesson="training", figure="playground")
    notebook(folder / "play.ipynb", cell, RESIDENT)
    with chromium() as page:
        open_notebook(page, served, "play.ipynb")
        run_all(page)
        page.locator(".downhill-box .widget-play button").first.click()
        seen = []
        for minutes in (2, 8):
            page.wait_for_timeout(60_000 * minutes)
            words = page.locator(".downhill-summary").inner_text()
            seen.append((kernel_memory(page), page_memory(page), words))
        (kernel, browser, words), (kernel_later, browser_later, later) = seen
        assert later != words  # it went on all the time
        assert kernel_later - kernel < FLAT_KERNEL
        assert browser_later - browser < FLAT_PAGE
