"""Opening and saving in both pages, with the course's server extension, and a figure without it."""

import shutil

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
    save,
)
from tests.support.lessons import lesson

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium: `apt-get install chromium`, or any other way"
)

FIGURE = """
import ipywidgets
from helpers.pictures.live import LiveFigure
live = LiveFigure(6, 3, about="A dot.")
(dot,) = live.animated(live.subplots().plot([], [], "s"))
@live.update(x=ipywidgets.IntSlider(min=0, max=10, value=2))
def _(x):
    dot.set_data([x], [2])
    return f"It is at {x}."
live
"""
NAMES_THE_VERSION = """() =>
    window.jupyterapp.shell.currentWidget.context.model.getMetadata("language_info")?.version
"""


@pytest.fixture
def page():
    with chromium() as page:
        yield page


@pytest.fixture
def course(tmp_path):
    """A folder with lesson 03."""
    folder = tmp_path / "course"
    folder.mkdir()
    shutil.copy(lesson("03"), folder / "03.ipynb")
    return folder


@pytest.mark.parametrize(
    "app",
    [pytest.param(LAB, id="lab"), pytest.param(NOTEBOOK_7, id="notebook", marks=pytest.mark.slow)],
)
def test_a_lesson_that_is_opened_and_saved_is_not_changed(course, tmp_path, page, app):
    file = course / "03.ipynb"
    committed, written = file.read_bytes(), file.stat().st_mtime_ns
    with jupyter(course, tmp_path, app=app) as address:
        open_notebook(page, address, file.name, app=app)
        page.wait_for_function(NAMES_THE_VERSION)  # what the page would write into the file
        save(page)
        assert file.stat().st_mtime_ns > written
        assert file.read_bytes() == committed


@pytest.mark.slow
def test_without_the_extension_a_figure_still_answers(tmp_path, page):
    (tmp_path / "course").mkdir()
    notebook(tmp_path / "course" / "figure.ipynb", FIGURE)
    with jupyter(tmp_path / "course", tmp_path, extension=False) as address:
        open_notebook(page, address, "figure.ipynb")
        run_all(page)
        words = page.locator(".downhill-summary")
        expect(words).to_have_text("It is at 2.", timeout=30_000)
        page.locator(".noUi-handle").press("ArrowRight")
        expect(words).to_have_text("It is at 3.", timeout=30_000)
