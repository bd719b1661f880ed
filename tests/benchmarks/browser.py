"""From the slider to the painted pixel, in a real JupyterLab and browser, beside the usual ways."""

from __future__ import annotations

import importlib.util
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.kernel import DESCENT, INTERACT, LIVE
from tests.browser.lab import CHROMIUM, chromium, jupyter, notebook, open_notebook, run_all

PRESSES = 30  # arrow keys on a slider, each waited for until the new picture is painted
SECONDS = 5  # of dragging a handle or a slider

SETUP = DESCENT.format(frames=1)

LIVE_CELL = SETUP + LIVE + "live"

HANDLE_CELL = (
    SETUP
    + """
from helpers.pictures.live import LiveFigure
live = LiveFigure(10, 4)
left, right = live.subplots(1, 2)
axes_of(left, right)
path = live.animated(plots.descent(left))
(loss,) = live.animated(right.plot([], []))
live.draggable(left, "start", (1.5, 1.0))
@live.update()
def _(start):
    walked = descend(surface, np.array(start), SGD(0.1), 200)
    path.set_data(*walked.points.T)
    loss.set_data(range(201), walked.losses)
    return f"loss {walked.losses[-1]:.3g} after 200 steps"
live
"""
)

INTERACT_CELL = (
    SETUP + "%matplotlib inline\n" + INTERACT + "ipywidgets.interact(draw, lr=slider)\nNone"
)

IPYMPL_CELL = (
    SETUP
    + """
%matplotlib widget
import matplotlib.pyplot as plt
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
axes_of(left, right)
path = plots.descent(left)
(loss,) = right.plot([], [])
slider = ipywidgets.FloatSlider(min=0, max=0.3, step=0.001, value=0.1)
def draw(change):
    walked = walk(change["new"])
    path.set_data(*walked.points.T)
    loss.set_data(range(201), walked.losses)
    figure.canvas.draw_idle()
slider.observe(draw, "value")
ipywidgets.VBox([slider, figure.canvas])
"""
)

ECHO_CELL = """
import anywidget
class Echo(anywidget.AnyWidget):
    _esm = '''export default { render({ model, el }) {
        el.className = "echo";
        window.echo = () => new Promise((answered) => {
            const begin = performance.now();
            const hear = () => {
                model.off("msg:custom", hear);
                answered(performance.now() - begin);
            };
            model.on("msg:custom", hear);
            model.send({});
        });
    } }'''
echo = Echo()
echo.on_msg(lambda widget, message, buffers: widget.send({}))
echo
"""

# The time of the first animation frame after something was painted: on a canvas, or as a new image
# in the page.
PAINTED = """() => {
  window.painted = [];
  const paint = () => requestAnimationFrame((now) => window.painted.push(performance.now()));
  for (const name of ["drawImage", "putImageData"]) {
    const original = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...args) {
      const result = original.apply(this, args);
      if (this.canvas.isConnected && this.canvas.width > 300) paint();
      return result;
    };
  }
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) {
      if (node.nodeType !== 1) continue;
      const image = node.matches("img") ? node : node.querySelector("img");
      if (image) image.decode().then(paint, () => {});
    }
  }).observe(document.body, { childList: true, subtree: true });
}"""

PRESS = """(count) => new Promise(async (done) => {
  const handle = document.querySelector(".noUi-handle");
  const pause = (ms) => new Promise((next) => setTimeout(next, ms));
  const times = [];
  for (let press = 0; press < count; press++) {
    await pause(500);  // a sharp frame may follow a light one: let everything come to rest
    window.painted = [];
    const begin = performance.now();
    const right = { key: "ArrowRight", bubbles: true, cancelable: true };
    handle.dispatchEvent(new KeyboardEvent("keydown", right));
    while (!window.painted.length && performance.now() - begin < 5000) await pause(1);
    times.push(window.painted.length ? window.painted[0] - begin : NaN);
  }
  done(times);
})"""

DRAG = """([selector, seconds, axis]) => new Promise((done) => {
  const target = document.querySelector(selector);
  const box = target.getBoundingClientRect();
  const middle = [box.left + box.width / 2, box.top + box.height / 2];
  const kind = axis === "slider" ? "mouse" : "pointer";
  const event = axis === "slider" ? MouseEvent : PointerEvent;
  const pressed = { button: 0, buttons: 1, pointerId: 1 };
  const reaching = { bubbles: true, cancelable: true, view: window };
  const fire = (what, element, x, y) => element.dispatchEvent(
    new event(kind + what, { clientX: x, clientY: y, ...pressed, ...reaching })
  );
  target.setPointerCapture = () => {};
  fire("down", target, ...middle);
  window.painted = [];
  const begin = performance.now();
  let moves = 0;
  const move = () => {
    const t = (performance.now() - begin) / 1000;
    moves += 1;
    const x = middle[0] + (axis === "slider" ? 60 : -120) * (1 - Math.cos(2 * t)) / 2;
    const y = middle[1] + (axis === "slider" ? 0 : 80 * Math.sin(1.7 * t));
    fire("move", axis === "slider" ? document.documentElement : target, x, y);
    if (t < seconds) return requestAnimationFrame(move);
    fire("up", axis === "slider" ? document.documentElement : target, x, y);
    done([window.painted.length / t, moves / t]);
  };
  requestAnimationFrame(move);
})"""


@contextmanager
def opened(address: str, folder: Path, cell: str) -> Iterator:
    """A page with a notebook of one cell, run."""
    notebook(folder / "bench.ipynb", cell)
    with chromium() as page:
        open_notebook(page, address, "bench.ipynb")
        page.evaluate(PAINTED)
        run_all(page)
        page.wait_for_timeout(3000)
        yield page


def press(address: str, folder: Path, cell: str) -> float:
    """Median milliseconds from an arrow key on the slider to the painted picture."""
    with opened(address, folder, cell) as page:
        return statistics.median(page.evaluate(PRESS, PRESSES))


def echo(address: str, folder: Path) -> float:
    """Median milliseconds of an empty message to the kernel and back."""
    with opened(address, folder, ECHO_CELL) as page:
        times = page.evaluate("""async () => {
            const times = [];
            for (let i = 0; i < 60; i++) {
                await new Promise((next) => setTimeout(next, 50));
                times.push(await window.echo());
            }
            return times;
        }""")
        return statistics.median(times)


def drag(address: str, folder: Path, cell: str, selector: str, axis: str) -> tuple[float, float]:
    """(frames painted, moves delivered) per second while something is dragged."""
    with opened(address, folder, cell) as page:
        return tuple(page.evaluate(DRAG, [selector, SECONDS, axis]))


@contextmanager
def served(extension: bool) -> Iterator[tuple[str, Path]]:
    """A JupyterLab with an empty folder: its address, and the folder."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, files = Path(scratch, "notebooks"), Path(scratch, "jupyter")
        folder.mkdir()
        files.mkdir()
        with jupyter(folder, files, extension=extension) as address:
            yield address, folder


def rows_of_presses(Row, name: str, address: str, folder: Path, bare: float):
    """From an arrow key to the painted picture, beside interact, ipympl and a bare message."""
    live = press(address, folder, LIVE_CELL)
    interact = press(address, folder, INTERACT_CELL)
    yield Row(
        f"slider to painted pixel, {name}",
        f"{live:.0f} ms",
        f"interact {interact:.0f} ms: {interact / live:.1f}×",
        "≥ 4×",
        interact / live >= 4,
    )
    if importlib.util.find_spec("ipympl") is None:
        yield Row("", "", "ipympl is not installed: `make bench` installs it")
    else:
        ipympl = press(address, folder, IPYMPL_CELL)
        beside = f"ipympl {ipympl:.0f} ms: {ipympl / live:.1f}×"
        yield Row("", "", beside, "≥ 1.8×", ipympl / live >= 1.8)
    beside = f"bare comm round trip {bare:.0f} ms: + {live - bare:.0f} ms"
    yield Row("", "", beside, "≤ + 35 ms", live - bare <= 35)


def rows_of_drags(Row, name: str, address: str, folder: Path, has_budget: bool):
    """Frames per second while a handle, and a slider, are dragged; beside a slider of interact."""
    slow, _ = drag(address, folder, INTERACT_CELL, ".noUi-handle", "slider")
    for what, cell, selector in (
        ("handle", HANDLE_CELL, ".downhill-handle"),
        ("slider", LIVE_CELL, ".noUi-handle"),
    ):
        frames, moves = drag(address, folder, cell, selector, what)
        yield Row(
            f"a {what} dragged for {SECONDS} s, {name}",
            f"{frames:.0f} frames/s",
            f"of {moves:.0f} moves/s; interact {slow:.0f} frames/s",
            "≥ 30 frames/s" if has_budget else "",
            frames >= 30 if has_budget else None,
        )


def rows(Row):
    if CHROMIUM is None:
        how = "needs Chromium: install it, for instance with `apt-get install chromium`"
        yield Row("browser", "", how)
        return
    bare = {}
    for name, extension in (("any server", True), ("without the extension", False)):
        with served(extension) as (address, folder):
            bare[name] = echo(address, folder)
            yield from rows_of_presses(Row, name, address, folder, bare[name])
            yield from rows_of_drags(Row, name, address, folder, has_budget=extension)
    prompt, stock = bare["any server"], bare["without the extension"]
    yield Row(
        "a bare comm round trip, any server",
        f"{prompt:.0f} ms",
        f"without the extension {stock:.0f} ms: {stock / prompt:.1f}×",
        "≥ 3×",
        stock / prompt >= 3,
    )
