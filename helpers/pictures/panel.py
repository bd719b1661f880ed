"""The widgets around a live picture: how controls are dressed, laid out, shown and closed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import ipywidgets
import traitlets
from matplotlib.axes import Axes

from helpers.pictures.canvas import Canvas
from helpers.pictures.choices import Choices
from helpers.pictures.saved import MARK, WIDGET

NAMES = {"lr": "rate α"}  # what a control is called on the page, if not by its own name
SLIDER_WIDTH = "320px"  # of a name, a slider and a readout in one row
LARGEST = 1.6  # times its own width: as far as a picture grows with its column
NARROWEST = 560  # CSS pixels: a picture that is narrower can't be read, so its column scrolls
BARS_AND_WORDS = 200  # CSS pixels of a window's height for its bars, and for three lines of words
ROW = 32  # of two controls side by side, of a slider beneath; a goal needs hardly less


class Presses(traitlets.HasTraits):
    """A button as a control: `value` counts how often it was pressed."""

    value = traitlets.Int(0)

    def __init__(self, button: ipywidgets.Button) -> None:
        super().__init__()
        self.widget = button
        button.on_click(lambda _: self.click())

    def click(self) -> None:
        """Press the button."""
        self.value += 1


def dress(name: str, widget: ipywidgets.Widget) -> ipywidgets.Widget | Presses:
    """Give a control its name as description, and a width in which both can be read.

    A button becomes a counter of its presses. Raises TypeError for what is no widget with a value.
    """
    is_button = isinstance(widget, ipywidgets.Button)
    if not (is_button or (isinstance(widget, ipywidgets.Widget) and hasattr(widget, "value"))):
        raise TypeError(
            f"the control {name} must be a widget with a value, such as "
            f"ipywidgets.FloatSlider(value=0.1, min=0, max=1), got {widget!r}"
        )
    if isinstance(widget, Choices):
        return widget  # the names of its boxes say what it is
    if not widget.description:
        widget.description = NAMES.get(name, name.replace("_", " "))
    if hasattr(widget.style, "description_width"):
        widget.style.description_width = "initial"
    if widget.layout.width is None and hasattr(widget, "readout"):
        widget.layout.width = SLIDER_WIDTH
    if (
        isinstance(widget, ipywidgets.FloatSlider)
        and widget.readout_format == ".2f"
        and widget.step
    ):
        digits = max(2, math.ceil(-math.log10(widget.step)))  # a rate of 0.175 is no 0.17
        widget.readout_format = f".{digits}f"
    return Presses(widget) if is_button else widget


def build(
    canvas: Canvas, controls: dict[str, Any], beneath: dict[str, Axes], goals: int
) -> ipywidgets.Widget:
    """The controls in rows above the picture, and under it those that share an x-axis with it.

    The picture comes last, for the Tab key meets its Reset last; the style sheet lays it out above
    the sliders beneath it. It leaves room in the window for so many `goals` under it.
    """
    above = [
        getattr(control, "widget", control)
        for name, control in controls.items()
        if name not in beneath
    ]
    above = [widget for widget in above if isinstance(widget, ipywidgets.Widget)]
    rows: list[ipywidgets.Widget] = []
    if above:
        wrap = ipywidgets.Layout(flex_flow="row wrap", grid_gap="0 24px", align_items="center")
        rows.append(ipywidgets.HBox(above, layout=wrap))
    around = BARS_AND_WORDS + ROW * (math.ceil(len(above) / 2) + len(beneath) + goals)
    size = _as_wide_as_fits(canvas.width, canvas.height, around)
    rows += [_in_line(controls[name], axes, size) for name, axes in beneath.items()]
    canvas.add_class("downhill-canvas")
    for name, length in size.items():  # the style sheet hands them on to the picture itself
        setattr(canvas.layout, name, length)
    widest = {**size, "max_width": f"{LARGEST * canvas.width:.0f}px"}
    box = ipywidgets.VBox([*rows, canvas], layout=ipywidgets.Layout(**widest, overflow="visible"))
    box.add_class("downhill-box")
    return box


def _as_wide_as_fits(width: int, height: int, around: int) -> dict[str, str]:
    """The layout of a picture that grows with its column, as long as it fits into the window.

    What else has to be seen with it is `around` CSS pixels high.
    """
    fits = f"calc((var(--downhill-height, 1000px) - {around}px) * {width / height:.3f})"
    return {"min_width": f"{min(width, NARROWEST)}px", "max_width": fits}


def _in_line(slider: ipywidgets.Widget, axes: Axes, size: dict[str, str]) -> ipywidgets.HBox:
    """A row with a slider that is as long as the x-axis of `axes`, and in line with it.

    The row is laid out as the picture, in this `size`. The name stands to the left of the slider.
    The slider's own label and its value are heard, not seen: a label would push it out of line, and
    the picture shows the value.
    """
    extent = axes.get_position()
    slider.layout.width = f"{100 * extent.width:.3f}%"
    slider.layout.margin = "2px 0"
    name = _left_of(slider.description, begins=extent.x0)
    row = ipywidgets.HBox([name, slider], layout=ipywidgets.Layout(**size, overflow="visible"))
    row.add_class("downhill-beneath")
    return row


def _left_of(name: str, begins: float) -> ipywidgets.Label:
    """A name that takes no room and ends where the slider `begins`, a share of the row's width."""
    layout = {
        "width": "0",
        "margin": f"2px 0 2px {100 * begins:.3f}%",
        "flex": "0 0 0",
        "display": "flex",
        "justify_content": "flex-end",
        "overflow": "visible",
    }
    return ipywidgets.Label(f"{name}\u2002\u2002", layout=layout)


def tree(*roots: Any) -> Iterator[ipywidgets.Widget]:
    """These widgets and all that hang on them: children, layouts, styles."""
    for root in roots:
        widget = getattr(root, "widget", root)
        if isinstance(widget, ipywidgets.Widget):
            yield from tree(*getattr(widget, "children", ()))
            for part in (getattr(widget, "layout", None), getattr(widget, "style", None)):
                if part is not None:
                    yield part
            yield widget


def answers_beside_cells(*roots: Any) -> None:
    """Let these widgets hear the browser while a cell runs.

    The browser sends what is done to a widget to a subshell of the kernel, which is free while a
    cell runs. From ipykernel 7.4 on, a widget takes it to the thread that last sent something for
    it instead, and that is the busy one; without a way of its own it takes the browser's.
    """
    for widget in tree(*roots):
        if hasattr(widget.comm, "_reply_subshell_for"):
            widget.comm._reply_subshell_for = None


def view(canvas: Canvas, box: ipywidgets.Widget) -> tuple[dict, dict]:
    """The (data, metadata) with which a frontend shows `box`, marked as a figure of the course.

    The canvas is asked first, for its answer carries what Colab needs to load it; some versions of
    anywidget give a pair, others the data alone.
    """
    answer = canvas._repr_mimebundle_()
    metadata = dict(answer[1]) if isinstance(answer, tuple) else {}
    data = {WIDGET: {"version_major": 2, "version_minor": 0, "model_id": box.model_id}}
    return data, metadata | MARK
