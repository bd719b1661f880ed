"""Every figure of the course, with its controls and its sentence, in the window of a laptop."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.lab import (
    CHROMIUM,
    LAB,
    NOTEBOOK_7,
    chromium,
    jupyter,
    notebook,
    open_notebook,
    run_all,
)
from tests.support.controls import EXPLORERS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: `apt-get install chromium`"),
]

LAPTOP = {"width": 1280, "height": 720}
HEIGHTS = "boxes => boxes.map(box => box.getBoundingClientRect().height)"
ROOM = "document.querySelector('.jp-WindowedPanel-outer').clientHeight"
TOGGLE = "window.jupyterapp.commands.execute('application:toggle-left-area')"


PAGES = [pytest.param(LAB, id="lab")]
PAGES += [pytest.param(NOTEBOOK_7, id="notebook", marks=pytest.mark.weekly)]


@pytest.fixture(scope="module", params=PAGES)
def page(request, tmp_path_factory):
    """One page with every figure of the course, each painted."""
    folder = tmp_path_factory.mktemp("figures")
    cells = [f"from helpers.explorers import {name.split('.')[0]}\n{name}()" for name in EXPLORERS]
    notebook(folder / "figures.ipynb", *cells)
    with jupyter(folder, tmp_path_factory.mktemp("jupyter"), app=request.param) as address:
        with chromium(**LAPTOP) as page:
            page.app = request.param
            open_notebook(page, address, "figures.ipynb", app=request.param)
            run_all(page)
            expect(page.locator(".downhill-box")).to_have_count(len(EXPLORERS))
            for summary in page.locator(".downhill-summary").all():
                expect(summary).not_to_be_empty(timeout=180_000)
            yield page


def too_high(page) -> dict[str, float]:
    """The figures that are higher than what the page's bars leave of the window, in CSS pixels."""
    room = page.evaluate(ROOM)
    heights = page.locator(".downhill-box").evaluate_all(HEIGHTS)
    return {name: height for name, height in zip(EXPLORERS, heights) if height > room}


def test_every_figure_fits_into_the_window_of_a_laptop(page):
    assert too_high(page) == {}


def test_every_figure_fits_beside_no_file_browser_too(page):
    """Wider pictures are higher ones."""
    if page.app is NOTEBOOK_7:
        pytest.skip("Notebook 7 has no file browser beside a notebook")
    before = page.locator(".downhill-box").first.bounding_box()["width"]
    page.evaluate(TOGGLE)
    page.wait_for_function(
        "before => document.querySelector('.downhill-box').clientWidth > before + 100", arg=before
    )
    page.wait_for_timeout(500)
    assert too_high(page) == {}


def test_the_name_of_a_row_of_buttons_stands_in_line_with_them(page):
    rows = page.locator(".downhill-box .widget-toggle-buttons")
    assert rows.count() >= 4
    assert max(rows.evaluate_all(HEIGHTS)) < 40
