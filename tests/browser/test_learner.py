"""What learners do to a figure, in a real JupyterLab: loops without end, slow functions, Reset."""

from __future__ import annotations

import re
import time

import pytest

from tests.browser.lab import CHROMIUM, chromium, jupyter, notebook, open_notebook, run_all

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium: `apt-get install chromium`, or any other way"
)

FIGURE = """
import ipywidgets
from helpers.pictures.live import LiveFigure
live = LiveFigure(6, 3, about="A dot.")
ax = live.subplots()
ax.set(xlim=(0, 10), ylim=(0, 10))
(dot,) = live.animated(ax.plot([], [], "s", markersize=12))
@live.update(x=ipywidgets.FloatSlider(min=0, max=10, step=0.1, value=2))
def _(x):
    dot.set_data([x], [2])
    update(x)
    return f"x {x:.1f}"
live.goal("Go to five", lambda seen: 4 < live.controls["x"].value < 6)
live.controls["x"].value = 3
live
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """JupyterLab as `make lab` starts it, on an empty folder."""
    folder = tmp_path_factory.mktemp("course")
    with jupyter(folder, tmp_path_factory.mktemp("jupyter")) as address:
        yield folder, address


@pytest.fixture
def page():
    with chromium() as page:
        yield page


@pytest.fixture
def show(served, page):
    """Run a notebook with this `update` of the learner's, and the figure that calls it."""

    def open_and_run(body):
        folder, address = served
        name = f"figure{time.monotonic_ns()}.ipynb"
        notebook(folder / name, cell(body), FIGURE)
        open_notebook(page, address, name)
        run_all(page)
        says(page, "^x 3.0$")
        return page

    return open_and_run


def cell(body: str) -> str:
    return f"import time\ndef update(x):\n    {body}\n"


def says(page, pattern: str, part: str = "summary") -> str:
    """Wait until the words under the figure, or its notice, match this."""
    words = page.locator(f".downhill-{part}")
    page.wait_for_function(
        "([part, pattern]) => new RegExp(pattern).test("
        "document.querySelector('.downhill-' + part)?.textContent ?? '')",
        arg=[part, pattern],
    )
    return words.inner_text()


def drag(page, share: float) -> None:
    """Drag the slider to this share of its track, in small moves."""
    handle, track = page.locator(".noUi-handle"), page.locator(".noUi-base").bounding_box()
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(track["x"] + share * track["width"], y, steps=12)
    page.mouse.up()


def command(page, name: str) -> None:
    """Ask JupyterLab for this, without waiting until it is done."""
    page.evaluate(f"() => {{ window.jupyterapp.commands.execute('notebook:{name}'); }}")


def mend(page, body: str) -> None:
    """Write another `update` into the first cell, and run both cells again."""
    page.evaluate(
        """source => {
            const book = window.jupyterapp.shell.currentWidget.content;
            book.widgets[0].model.sharedModel.setSource(source);
        }""",
        cell(body),
    )
    run_all(page)
    page.wait_for_function("document.querySelectorAll('.downhill-stage').length === 1")


ENDLESS = "if x > 5: open('loops', 'w').close()\n    while x > 5: pass"


@pytest.fixture
def loops(served):
    """Wait until the learner's function loops."""
    file = served[0] / "loops"
    file.unlink(missing_ok=True)

    def wait():
        end = time.monotonic() + 60
        while not file.exists():
            assert time.monotonic() < end, "the function was not called"
            time.sleep(0.1)

    return wait


def test_an_endless_loop_is_stopped_by_the_stop_button(show, loops):
    page = show(ENDLESS)
    drag(page, 0.8)
    loops()
    command(page, "interrupt-kernel")
    said = says(page, "^Interrupted")
    assert "in line 4 of update: while x > 5: pass. Mend the cell" in said
    page.wait_for_timeout(1500)  # for a moment positions that had waited are not computed
    page.locator(".noUi-handle").focus()
    page.keyboard.press("Home")
    says(page, r"^x 0.0$")


def test_a_mended_cell_brings_a_figure_back_that_loops(show, loops):
    page = show(ENDLESS)
    drag(page, 0.8)
    loops()
    mend(page, "pass")
    says(page, "^x 3.0$")
    drag(page, 0.8)
    assert re.match(r"x [78]\.\d", says(page, r"^x (7|8)\.\d$"))


def test_a_goal_is_reached_where_the_slider_rests_and_reset_keeps_what_was_first_shown(show):
    page = show("pass")
    assert not page.locator(".downhill-goals li.reached").count()
    drag(page, 0.5)
    page.locator(".downhill-goals li.reached").wait_for()
    page.locator(".downhill-reset").click()
    says(page, "^x 3.0$")


def test_a_slow_function_is_said_to_compute_until_it_is_done(show):
    page = show("time.sleep(5 * (x > 5))")
    drag(page, 0.8)
    says(page, "kernel", "notice")
    says(page, r"^x (7|8)\.\d$")
    says(page, "^$", "notice")
