"""A notebook with a small figure of every kind: sliders, lists, places, views, a slow one."""

SLIDERS = """
import ipywidgets
import numpy as np
from helpers.pictures.live import LiveFigure
from helpers.pictures.updates import Seen
live = LiveFigure(9, 5, about="A dot on a parabola.")
left, right = live.subplots(1, 2)
left.set(xlim=(-3, 3), ylim=(0, 9))
left.plot(np.linspace(-3, 3), np.linspace(-3, 3) ** 2)
right.set(xlim=(0, 10), ylim=(0, 10))
(dot,) = live.animated(right.plot([], [], "s", markersize=12))
start = live.draggable(left, "start", (1, 1), along="x", bounds=((-2, 2), (0, 9)), anywhere=True)
def stay_on_the_curve(change):
    start.value = (start.value[0], start.value[0] ** 2)
start.observe(stay_on_the_curve, "value")
live.draggable(right, "corner", (5, 5), bounds=((4, 6), (4, 6)))
live.beneath(right, "lr")
controls = {
    "x": ipywidgets.FloatSlider(min=0, max=10, step=0.1, value=2),
    "condition": ipywidgets.FloatLogSlider(min=0, max=3, value=10),
    "lr": ipywidgets.FloatSlider(min=0, max=10, step=0.005, value=2.5),
}
@live.update(**controls)
def _(start, corner, x, condition, lr):
    dot.set_data([x], [lr])
    many = "It is said in many words, and in many more words than before. " * (4 if x > 8 else 0)
    words = f"x {x:.1f}, start {start[0]:.2f}, corner {corner[0]:.2f} {corner[1]:.2f}. {many}"
    return Seen(words, x=x)
live.goal("Go to nine", lambda seen: seen.x > 9)
live
"""

CONTROLS = """
live = LiveFigure(9, 5.6, about="Bars that follow many controls.")
ax = live.subplots()
(line,) = live.animated(ax.plot([0, 1], [0, 1]))
controls = {
    "rule": ipywidgets.Dropdown(options=["one", "two"]),
    "runners": ipywidgets.SelectMultiple(options=["SGD", "Adam"], value=["SGD"], rows=2),
    "kind": ipywidgets.ToggleButtons(options=["raw", "scaled"]),
    "plain": ipywidgets.Checkbox(),
    "again": ipywidgets.Button(description="Again"),
    "play": ipywidgets.Play(max=1000, interval=100),
    "count": ipywidgets.IntSlider(value=3, max=9),
}
@live.update(**controls)
def _(rule, runners, kind, plain, again, play, count):
    line.set_ydata([0, count])
    return f"{rule} {', '.join(runners)} {kind} {plain} {again} {play > 0} {count}"
live
"""

PLACES = """
live = LiveFigure(9, 4, about="Probes, and a plane that turns.")
flat = live.figure.add_subplot(121)
solid = live.figure.add_subplot(122, projection="3d")
live.clickable(flat, "probes", label="probe")
live.turnable(solid, "view", (30, -60))
@live.update()
def _(probes, view):
    return f"{len(probes)} probes"
live
"""

SLOW = """
import time
live = LiveFigure(6, 3, about="A figure that takes long.")
live.subplots()
@live.update(slow=ipywidgets.Checkbox(), steps=ipywidgets.IntSlider(max=3))
def _(slow, steps):
    if slow:
        live._canvas.send({"kind": "computing"})
        time.sleep(2)
    return f"slow {slow}, steps {steps}"
live
"""

FIGURES = (SLIDERS, CONTROLS, PLACES, SLOW)
