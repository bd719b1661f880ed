"""Every lesson in JupyterLab and in Notebook 7: all that can be dragged, typed or pressed in it.

One lesson a day goes through both pages in `make test-slow`, all of them in `make test-all`.
"""

from __future__ import annotations

import shutil

import pytest

from tests.browser.lab import (
    CHROMIUM,
    LAB,
    NOTEBOOK_7,
    chromium,
    jupyter,
    open_notebook,
    painted,
    run_all,
)
from tests.browser.test_lab import OF_NOTEBOOK_ITSELF, drag, rests
from tests.support.lessons import LESSONS
from tests.support.today import todays

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium: `apt-get install chromium`, or any other way"
)

COLOURS = """canvas => {
  const {width, height} = canvas, seen = new Set();
  const {data} = canvas.getContext('2d').getImageData(0, 0, width, height);
  const pixels = new Uint32Array(data.buffer);
  for (const pixel of pixels) if (seen.add(pixel).size > 8) break;
  return seen.size;
}"""
ERRORS = ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']"


@pytest.fixture(scope="module", params=[LAB, NOTEBOOK_7], ids=["lab", "notebook"])
def opened(request, tmp_path_factory):
    """A server of each kind on a copy of the lessons: (its application, its address)."""
    folder = tmp_path_factory.mktemp("course")
    for path in LESSONS:
        shutil.copy(path, folder / path.name)
    with jupyter(folder, tmp_path_factory.mktemp("jupyter"), app=request.param) as address:
        yield request.param, address


class Figure:
    """One figure of the course on a page."""

    def __init__(self, page, number: int) -> None:
        self.page, self.number = page, number
        self.box = page.locator(".downhill-box").nth(number)

    def reset(self) -> None:
        """Begin as the figure began."""
        self.box.locator(".downhill-reset").click()
        rests(self.page, self.number)

    def look(self) -> tuple[str, str]:
        """The pixels and the words, once nothing moves any more."""
        rests(self.page, self.number)
        words = self.box.locator(".downhill-summary").inner_text()
        assert "Stopped by" not in words, words
        return painted(self.page, self.number), words

    def slide(self, slider) -> None:
        """Both ends by the keyboard look different; the mouse moves it as well."""
        self.reset()
        slider.scroll_into_view_if_needed()
        slider.focus()
        seen = set()
        for key in ("End", "Home"):
            self.page.keyboard.press(key)
            seen.add(self.look())
        assert len(seen) == 2, f"figure {self.number} is the same at both ends of a slider"
        track = slider.locator("xpath=ancestor::*[contains(@class, 'noUi-target')]").bounding_box()
        drag(self.page, slider, dx=track["width"] / 2, steps=10)
        assert self.look() not in seen, f"the mouse moves no slider of figure {self.number}"

    def grip(self, handle) -> None:
        """A handle is moved by the pointer and by the keyboard, if its place allows it."""
        self.reset()
        before = self.look()
        drag(self.page, handle, dx=40, dy=-25, steps=10)
        dragged = self.look()
        self.reset()
        handle.focus()
        for key in ("ArrowRight", "ArrowUp", "ArrowUp"):
            self.page.keyboard.press(key)
        assert {dragged, self.look()} != {before}, f"a handle of figure {self.number} is stuck"

    def choose(self, select) -> None:
        """Every option of a list."""
        self.reset()
        options = select.locator("option").all_inner_texts()
        seen = set()
        for option in options:
            select.select_option(label=option)
            seen.add(self.look())
        assert len(seen) > 1, f"a list of figure {self.number} changes nothing"

    def press(self, button) -> None:
        """A button or a check box, twice."""
        self.reset()
        for _ in range(2):
            button.click()
            self.look()


def go_through(page, app, address, path) -> None:
    """Run a lesson, and move everything that moves in each of its figures."""
    open_notebook(page, address, path.name, app=app)
    run_all(page)
    page.wait_for_timeout(1500)
    assert page.locator(ERRORS).all_inner_texts() == []
    boxes = page.locator(".downhill-box").count()
    assert boxes
    for number in range(boxes):
        figure = Figure(page, number)
        figure.box.scroll_into_view_if_needed()
        figure.look()
        canvas = figure.box.locator(".downhill-stage canvas")
        assert canvas.evaluate(COLOURS) > 8, f"figure {number} is not painted"
        for slider in figure.box.locator(".noUi-handle").all():
            figure.slide(slider)
        for handle in figure.box.locator(".downhill-handle:not(.view):not(.clicks)").all():
            figure.grip(handle)
        for select in figure.box.locator("select").all():
            figure.choose(select)
        presses = "input[type=checkbox], button.jupyter-button:not(.downhill-reset)"
        for button in figure.box.locator(presses).all():
            if button.is_visible() and button.is_enabled():
                figure.press(button)


def walk(opened, path) -> None:
    app, address = opened
    with chromium(ratio=2) as page:
        problems = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        go_through(page, app, address, path)
        assert [said for said in problems if said != OF_NOTEBOOK_ITSELF] == []


@pytest.mark.slow
def test_all_that_moves_in_todays_lesson(opened):
    walk(opened, todays(LESSONS))


@pytest.mark.weekly
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_all_that_moves_in_every_lesson(opened, path):
    walk(opened, path)
