"""The widgets around a live picture: how controls are dressed, laid out, shown and closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ipywidgets
import traitlets
from matplotlib.axes import Axes

from helpers.pictures.canvas import Canvas

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class Presses(traitlets.HasTraits):
    """A button as a control: `value` counts how often it was pressed."""

    value = traitlets.Int(0)

    def __init__(self, button: ipywidgets.Button) -> None:
        super().__init__()
        self.widget = button
        button.on_click(lambda _: self.click())

    def click(self) -> None:
        self.value += 1


def dress(name: str, widget: ipywidgets.Widget) -> ipywidgets.Widget | Presses:
    """Give a control its name as description, and a width in which both can be read; a button becomes a counter."""
    if not widget.description:
        widget.description = name.replace("_", " ")
    if hasattr(widget.style, "description_width"):
        widget.style.description_width = "initial"
    if widget.layout.width is None and hasattr(widget, "readout"):
        widget.layout.width = "320px"
    return Presses(widget) if isinstance(widget, ipywidgets.Button) else widget


def build(canvas: Canvas, controls: dict[str, Any], beneath: dict[str, Axes]) -> ipywidgets.Widget:
    """Controls in rows above the picture; those that share an x-axis with it right under it, in line with that axis."""
    above = [
        getattr(control, "widget", control)
        for name, control in controls.items()
        if name not in beneath
    ]
    above = [widget for widget in above if isinstance(widget, ipywidgets.Widget)]
    rows: list[ipywidgets.Widget] = [canvas]
    if above:
        wrap = ipywidgets.Layout(flex_flow="row wrap", grid_gap="0 24px", align_items="center")
        rows.insert(0, ipywidgets.HBox(above, layout=wrap))
    for name, axes in beneath.items():
        if name not in controls:
            raise ValueError(
                f"beneath() names {name!r}, which is no control; there are {', '.join(controls)}"
            )
        slider, extent = controls[name], axes.get_position()
        slider.description, slider.readout, slider.layout.width = "", False, "100%"
        padding = f"0 {100 * (1 - extent.x1):.3f}% 0 {100 * extent.x0:.3f}%"
        rows.append(
            ipywidgets.HBox([slider], layout=ipywidgets.Layout(padding=padding, overflow="visible"))
        )
        rows[-1].add_class("downhill-beneath")
    canvas.add_class("downhill-canvas")
    box = ipywidgets.VBox(
        rows, layout=ipywidgets.Layout(max_width=f"{canvas.width}px", overflow="visible")
    )
    box.add_class("downhill-box")
    return box


def tree(*roots: Any) -> Iterator[ipywidgets.Widget]:
    """These widgets and all that hang on them: children, layouts, styles."""
    for root in roots:
        widget = getattr(root, "widget", root)
        if isinstance(widget, ipywidgets.Widget):
            yield from tree(*getattr(widget, "children", ()))
            yield from (
                part
                for part in (getattr(widget, "layout", None), getattr(widget, "style", None))
                if part is not None
            )
            yield widget


def view(canvas: Canvas, box: ipywidgets.Widget) -> tuple[dict, dict]:
    """The (data, metadata) with which a frontend shows `box`.

    The canvas is asked first, for its answer carries what Colab needs to load it; some versions of anywidget give a
    pair, others the data alone.
    """
    answer = canvas._repr_mimebundle_()
    metadata: dict = dict(answer[1]) if isinstance(answer, tuple) else {}
    return {
        WIDGET_VIEW: {"version_major": 2, "version_minor": 0, "model_id": box.model_id}
    }, metadata
