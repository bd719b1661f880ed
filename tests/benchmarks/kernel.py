"""What a frame costs in the kernel, beside the same figure under `interact`; what imports cost."""

from __future__ import annotations

import statistics
import subprocess
import sys
from functools import partial
from pathlib import Path

from jupyter_client.manager import start_new_kernel

REPOSITORY = Path(__file__).resolve().parents[2]

# One figure, 1000 × 400 pixels: 200 steps of gradient descent on a bowl, the path beside the loss.
DESCENT = """
import time, numpy as np, ipywidgets
from helpers.surfaces import bowl
from helpers.optim import SGD
from helpers.descent import descend
from helpers.pictures import plots
surface = bowl(10)
RATES = np.linspace(0.01, 0.19, {frames})
def walk(lr):
    return descend(surface, np.array([1.5, 1.0]), SGD(lr), 200)
def axes_of(left, right):
    plots.contours(left, surface)
    right.set(xlim=(0, 200), ylim=(1e-12, 10), yscale="log", xlabel="step", ylabel="loss")
"""

LIVE = """
from helpers.pictures.live import LiveFigure
NAME, VALUES = "lr", RATES
live = LiveFigure(10, 4)
left, right = live.subplots(1, 2)
axes_of(left, right)
path = live.animated(plots.descent(left))
(loss,) = live.animated(right.plot([], []))
@live.update(lr=ipywidgets.FloatSlider(min=0, max=0.3, step=0.001, value=0.1))
def _(lr):
    walked = walk(lr)
    path.set_data(*walked.points.T)
    loss.set_data(range(201), walked.losses)
    return f"loss {walked.losses[-1]:.3g} after 200 steps"
"""

LIVE_TIMES = """
live._canvas._hear(live._canvas, {"kind": "open", "view": "v", "ratio": 1}, [])
times = []
for value in VALUES:
    got = {"kind": "got", "got": live._canvas._frame, "view": "v", "ratio": 1}
    live._canvas._hear(live._canvas, got, [])
    begin = time.perf_counter()
    live.controls[NAME].value = value
    times.append(time.perf_counter() - begin)
print(*times)
"""

PLAYGROUND = """
import time
from helpers.explorers import training
NAME, VALUES = "play", range(1, 201)
live = training.playground()
"""

INTERACT = """
import matplotlib.pyplot as plt
slider = ipywidgets.FloatSlider(min=0, max=0.3, step=0.001, value=0.1)
def draw(lr):
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    axes_of(left, right)
    walked = walk(lr)
    plots.descent(left, walked.points)
    right.plot(walked.losses)
    plt.show()
"""

INTERACT_TIMES = """
%matplotlib inline
output = ipywidgets.interactive_output(draw, {"lr": slider})
times = []
for lr in RATES[:: len(RATES) // 20]:
    begin = time.perf_counter()
    slider.value = lr
    times.append(time.perf_counter() - begin)
print(*times)
"""


def run_in_kernel(*cells: str) -> list[float]:
    """Run cells in one real kernel; the numbers that the last one printed."""
    manager, client = start_new_kernel(cwd=str(REPOSITORY))
    try:
        for cell in cells:
            printed: list[str] = []
            reply = client.execute_interactive(
                cell, timeout=300, output_hook=partial(_keep, printed)
            )
            if reply["content"]["status"] != "ok":
                raise RuntimeError("\n".join(reply["content"]["traceback"]))
        return [float(number) for number in "".join(printed).split()]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _keep(printed: list[str], message: dict) -> None:
    if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
        printed.append(message["content"]["text"])


def import_seconds(repeats: int = 5) -> float:
    """`helpers` and every explorer, after numpy and matplotlib; the median of fresh processes."""
    code = """
import time, numpy, matplotlib.figure, matplotlib.backends.backend_agg, importlib, pkgutil
begin = time.perf_counter()
import helpers.explorers
for module in pkgutil.iter_modules(helpers.explorers.__path__):
    importlib.import_module("helpers.explorers." + module.name)
print(time.perf_counter() - begin)
"""
    run = [sys.executable, "-c", code]
    times = [
        float(subprocess.run(run, cwd=REPOSITORY, capture_output=True, check=True).stdout)
        for _ in range(repeats)
    ]
    return statistics.median(times)


def rows(Row):
    setup = DESCENT.format(frames=200)
    live = 1000 * statistics.median(run_in_kernel(setup + LIVE, LIVE_TIMES))
    interact = 1000 * statistics.median(run_in_kernel(setup + INTERACT, INTERACT_TIMES))
    yield Row(
        "a drag frame in the kernel: 200 steps, draw, encode",
        f"{live:.1f} ms",
        f"interact {interact:.0f} ms: {interact / live:.0f}×",
        "≤ 7 ms, ≥ 25×",
        live <= 7 and interact / live >= 25,
    )
    tick = 1000 * statistics.median(run_in_kernel(PLAYGROUND, LIVE_TIMES))
    yield Row("a tick of the playground: train, ask, draw, encode", f"{tick:.1f} ms")
    seconds = import_seconds()
    yield Row(
        "import of helpers and all explorers", f"{seconds:.2f} s", "", "≤ 0.3 s", seconds <= 0.3
    )
