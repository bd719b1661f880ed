"""Lessons in a real JupyterLab and browser: the mouse, the keyboard, what is painted and said."""

from __future__ import annotations

import io
import json
import re
import shutil
import time

import ipykernel
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.lab import (
    CHROMIUM,
    NOTEBOOK_7,
    chromium,
    jupyter,
    notebook,
    open_notebook,
    painted,
    run_all,
    save,
)
from tests.support.lessons import LESSONS, lesson

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium: `apt-get install chromium`, or any other way"
)

OF_NOTEBOOK_ITSELF = (
    "Cannot read properties of undefined (reading 'schema')"  # 7.6 loads an empty page with it too
)

FIGURE = """
import ipywidgets
from helpers.pictures.live import LiveFigure
live = LiveFigure(6, 3, about="A dot.")
ax = live.subplots()
ax.set(xlim=(0, 10), ylim=(0, 10))
(dot,) = live.animated(ax.plot([], [], "s", markersize=12))
live.draggable(ax, "start", (5, 5))
@live.update(x=ipywidgets.FloatSlider(min=0, max=10, step=0.1, value=2))
def _(start, x):
    dot.set_data([x], [2])
    return f"x {x:.1f}, start {start[0]:.1f} {start[1]:.1f}"
live.goal("Go to nine", lambda seen: live.controls["x"].value > 9)
live
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """JupyterLab on a copy of the lessons."""
    folder = tmp_path_factory.mktemp("course")
    for path in LESSONS:
        shutil.copy(path, folder / path.name)
    with jupyter(folder, tmp_path_factory.mktemp("jupyter")) as address:
        yield folder, address


@pytest.fixture
def page():
    with chromium(ratio=2) as page:
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        yield page
        assert not page.problems


@pytest.fixture
def figure(served, page):
    """A notebook with one small figure, run."""
    folder, address = served
    name = f"figure{time.monotonic_ns()}.ipynb"
    notebook(folder / name, FIGURE, "import time; time.sleep(0.1)")
    open_notebook(page, address, name)
    run_all(page)
    page.wait_for_function(
        "document.querySelector('.downhill-summary')?.textContent.startsWith('x 2.0')"
    )
    return page


def drag(page, handle, dx: float = 0, dy: float = 0, steps: int = 25) -> None:
    """Drag the middle of `handle` with the mouse, as a hand does: in many small moves."""
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, steps + 1):
        page.mouse.move(x + dx * step / steps, y + dy * step / steps)
        time.sleep(0.01)
    page.mouse.up()


def kernel(page, action: str) -> None:
    """Do something with the notebook's session."""
    page.evaluate(
        f"async () => {{ await window.jupyterapp.shell.currentWidget.sessionContext.{action}; }}"
    )


def says(page, pattern: str, figure: int = 0, seconds: float = 15) -> str:
    """Wait until the words under a figure match `pattern` and have come to rest."""
    words, end = page.locator(".downhill-summary").nth(figure), time.monotonic() + seconds
    now = words.inner_text()
    while True:
        page.wait_for_timeout(300)
        before, now = now, words.inner_text()
        if now == before and re.search(pattern, now):
            return now
        if time.monotonic() > end:
            pytest.fail(f"the summary says {now!r}, expected {pattern!r}")


def figure_about(page, subject: str) -> int:
    """The number on the page of the first live figure whose text alternative names `subject`."""
    canvas = page.locator(f".downhill-stage canvas[aria-label*='{subject}' i]").first
    canvas.wait_for(state="attached")
    return canvas.evaluate(
        "canvas => [...document.querySelectorAll('.downhill-stage canvas')].indexOf(canvas)"
    )


def rests(page, figure: int = 0) -> tuple[int, int]:
    """Wait until nothing is painted any more and the sharp frame stands there; give its size."""
    before, now = None, painted(page, figure)
    while now != before:
        page.wait_for_timeout(500)
        before, now = now, painted(page, figure)
    return tuple(
        page.locator(".downhill-stage canvas")
        .nth(figure)
        .evaluate("canvas => [canvas.width, canvas.height]")
    )


def test_slider_moves_the_picture_and_the_words(figure):
    before = painted(figure)
    drag(figure, figure.locator(".noUi-handle"), dx=120)
    said = says(figure, r"x [3-9]\.")
    assert painted(figure) != before
    figure.keyboard.press("ArrowRight")
    value = float(said.split()[1].rstrip(","))
    says(figure, rf"x {value + 0.1:.1f}")


def test_picture_is_sharp_at_rest_and_light_while_it_moves(figure):
    assert rests(figure) == (1200, 600)
    handle = figure.locator(".noUi-handle")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    figure.mouse.move(box["x"] + 8, box["y"] + 8)
    figure.mouse.down()
    canvas, widths = figure.locator(".downhill-stage canvas"), set()
    shown = canvas.bounding_box()["width"]
    for step in range(30):
        figure.mouse.move(box["x"] + 8 + 4 * step, box["y"] + 8)
        widths.add(canvas.evaluate("canvas => canvas.width"))
    figure.mouse.up()
    assert 600 in widths
    assert canvas.bounding_box()["width"] == shown
    assert rests(figure) == (1200, 600)


def test_handle_on_the_picture_follows_mouse_and_arrow_keys(figure):
    handle = figure.locator(".downhill-handle")
    before = painted(figure)
    drag(figure, handle, dx=100, dy=-60)
    said = says(figure, r"start [6-9]\.\d [6-9]")
    assert painted(figure) != before
    for _ in range(3):
        figure.keyboard.press("ArrowLeft")
    x = float(said.split()[3])
    says(figure, rf"start {x - 0.6:.1f} ")
    assert re.fullmatch(r"start: [\d.]+, [\d.]+", handle.get_attribute("aria-label"))


def test_keys_pressed_on_a_handle_do_not_edit_the_notebook(figure):
    figure.locator(".downhill-handle").focus()
    for key in ("a", "b", "ArrowDown", "ArrowUp", "x"):
        figure.keyboard.press(key)
    time.sleep(0.3)
    assert figure.evaluate("window.jupyterapp.shell.currentWidget.content.widgets.length") == 2


def test_goal_is_ticked_and_reset_puts_everything_back(figure):
    drag(figure, figure.locator(".noUi-handle"), dx=400)
    says(figure, "x 10.0")
    assert figure.locator(".downhill-goals li.reached").inner_text() == "Go to nine"
    figure.locator(".downhill-reset").click()
    says(figure, "x 2.0, start 5.0 5.0")


def test_a_figure_answers_while_a_cell_runs_or_when_it_is_done(figure):
    figure.evaluate("""() => {
        const cell = window.jupyterapp.shell.currentWidget.content.widgets[1];
        cell.model.sharedModel.setSource("import time; time.sleep(3)");
        window.jupyterapp.shell.currentWidget.content.activeCellIndex = 1;
        window.jupyterapp.commands.execute("notebook:run-cell");
    }""")
    drag(figure, figure.locator(".noUi-handle"), dx=400)
    says(figure, "x 10.0", seconds=15)


UNTIL_SEEN = """
import pathlib, time
seen, end = pathlib.Path("seen"), time.monotonic() + 300
while not seen.exists() and time.monotonic() < end:
    time.sleep(0.05)
print("seen while I ran" if seen.exists() else "never seen")
"""


@pytest.mark.skipif(ipykernel.version_info[0] < 7, reason="its kernel has no subshells")
def test_a_figure_is_painted_and_answers_while_a_later_cell_runs(served, page):
    """Run all: the pictures come one by one, not all together after the last cell."""
    folder, address = served
    notebook(folder / "beside.ipynb", FIGURE, UNTIL_SEEN)
    open_notebook(page, address, "beside.ipynb")
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    says(page, "^x 2.0", seconds=120)
    drag(page, page.locator(".noUi-handle"), dx=400)
    says(page, "x 10.0")
    (folder / "seen").touch()
    page.get_by_text("seen while I ran", exact=True).wait_for()


def test_a_picture_that_waits_for_its_kernel_is_not_black(served, page):
    folder, address = served
    notebook(
        folder / "waits.ipynb",
        FIGURE.removesuffix("live\n") + "display(live)\nimport time; time.sleep(4)",
    )
    open_notebook(page, address, "waits.ipynb")
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    stage = page.locator(".downhill-stage")
    stage.locator("canvas").wait_for()
    page.wait_for_timeout(300)
    pixels = np.asarray(Image.open(io.BytesIO(stage.screenshot())).convert("L"))
    assert (pixels > 200).mean() > 0.9
    says(page, "^x 2.0")


def test_after_a_restart_the_page_says_what_to_do(figure):
    kernel(figure, "session.kernel.restart()")
    notice = figure.locator(".downhill-notice")
    figure.wait_for_function(
        "document.querySelector('.downhill-notice').textContent.includes('Run its cell again')"
    )
    figure.locator(".downhill-handle").focus()
    figure.keyboard.press("ArrowRight")
    figure.wait_for_timeout(2500)
    assert "Run its cell again" in notice.inner_text()


def test_clicks_faster_than_the_kernel_all_arrive(served, page):
    folder, address = served
    slow = """
import time
from helpers.pictures.live import LiveFigure
live = LiveFigure(6, 3)
live.clickable(live.subplots(), "probes", label="probe")
@live.update()
def _(probes):
    time.sleep(0.3)
    return f"{len(probes)} probes"
live
"""
    notebook(folder / "clicks.ipynb", slow)
    open_notebook(page, address, "clicks.ipynb")
    run_all(page)
    says(page, "0 probes")
    box = page.locator(".downhill-area").bounding_box()
    for share in (0.2, 0.5, 0.8):
        page.mouse.click(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
    says(page, "3 probes")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    says(page, "4 probes")


def test_running_a_cell_again_gives_a_figure_that_answers(figure):
    run_all(figure)
    figure.wait_for_function("document.querySelectorAll('.downhill-stage').length === 1")
    says(figure, "x 2.0")
    drag(figure, figure.locator(".noUi-handle"), dx=400)
    says(figure, "x 10.0")


def test_a_saved_notebook_keeps_the_picture_and_the_words(served, figure):
    folder, address = served
    name = figure.evaluate("window.jupyterapp.shell.currentWidget.context.path")
    save(figure)
    book = json.loads((folder / name).read_text())
    kinds = [set(output["data"]) for output in book["cells"][0]["outputs"]]
    assert "image/png" in kinds[0] and not any(
        "widget-view" in kind for kinds_ in kinds for kind in kinds_
    )
    assert "widgets" not in book["metadata"]
    kernel(figure, "shutdown()")
    open_notebook(figure, address, name)
    picture = figure.locator(".jp-OutputArea img")
    picture.wait_for()
    assert picture.evaluate("image => image.naturalWidth") == 900
    assert "x 2.0, start 5.0 5.0" in figure.locator(".jp-OutputArea").first.inner_text()
    assert "not found" not in figure.locator(".jp-Notebook").inner_text()


def drag_past_the_border(page, parabola: int) -> str:
    """Drag the learning rate of lesson 03 beyond 2/L; what is said there."""
    box = page.locator(".downhill-box").nth(parabola)
    slider, track = (
        box.locator(".downhill-beneath .noUi-handle"),
        box.locator(".downhill-beneath .noUi-base"),
    )
    slider.scroll_into_view_if_needed()
    before, width = painted(page, parabola), track.bounding_box()["width"]
    drag(page, slider, dx=track.bounding_box()["x"] + 0.9 * width - slider.bounding_box()["x"])
    diverged = says(page, "diverge", parabola)
    assert painted(page, parabola) != before
    return diverged


def test_lesson_03_the_learning_rate_is_dragged_until_it_diverges(served, page):
    _, address = served
    open_notebook(page, address, lesson("03").name)
    run_all(page)
    parabola, bowl = figure_about(page, "parabola"), figure_about(page, "bowl")

    diverged = drag_past_the_border(page, parabola)
    page.keyboard.press("ArrowLeft")
    says(page, f"^(?!{re.escape(diverged)}$)", parabola)
    start = page.locator(".downhill-box").nth(parabola).locator(".downhill-handle[role=slider]")
    start.focus()
    for key, end in (("Home", "min"), ("End", "max")):
        page.keyboard.press(key)
        expect(start).to_have_attribute("aria-valuenow", start.get_attribute(f"aria-value{end}"))

    before, said = painted(page, bowl), page.locator(".downhill-summary").nth(bowl).inner_text()
    drag(
        page,
        page.locator(".downhill-box").nth(bowl).locator(".downhill-handle").first,
        dx=60,
        dy=40,
    )
    moved = says(page, f"^(?!{re.escape(said)}$)", bowl)
    assert painted(page, bowl) != before
    page.keyboard.press("ArrowUp")
    says(page, f"^(?!{re.escape(moved)}$)", bowl)
    assert "Stopped by" not in page.locator(".jp-Notebook").inner_text()


@pytest.mark.slow
def test_lesson_03_runs_in_notebook_7_beside_jupyterlab(tmp_path, page):
    third = lesson("03")
    (tmp_path / "course").mkdir()
    shutil.copy(third, tmp_path / "course")
    with jupyter(tmp_path / "course", tmp_path, app=NOTEBOOK_7) as address:
        open_notebook(page, address, third.name, app=NOTEBOOK_7)
        assert page.locator("#jp-MainLogo, #jp-NotebookLogo").count() == 1
        run_all(page)
        parabola = figure_about(page, "parabola")
        said = says(page, "^(?!.*diverge)", parabola)
        assert drag_past_the_border(page, parabola) != said
        page.locator(".downhill-box").nth(parabola).locator(".downhill-reset").click()
        says(page, f"^{re.escape(said)}$", parabola)
        assert "Stopped by" not in page.locator(".jp-Notebook").inner_text()
    page.problems = [problem for problem in page.problems if problem != OF_NOTEBOOK_ITSELF]
