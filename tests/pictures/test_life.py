"""The life of a live figure: what a notebook shows and keeps of it, and that closing cleans up."""

from __future__ import annotations

import base64
import gc
import io
import weakref

import ipywidgets
import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from PIL import Image

from helpers.pictures import cells, panel
from helpers.pictures.live import LiveFigure
from helpers.pictures.panel import tree
from helpers.pictures.saved import WIDGET
from tests.support.figures import Browser, dot


@pytest.mark.parametrize("answer", ["pair", "dict"])
def test_output_carries_the_live_view_a_picture_and_a_sentence(live, monkeypatch, answer):
    url = {"colab": {"custom_widget_manager": {"url": "https://example.org"}}}
    pair = ({WIDGET: {}}, {WIDGET: url})
    monkeypatch.setattr(
        type(live._canvas), "_repr_mimebundle_", lambda self: pair if answer == "pair" else pair[0]
    )
    data, metadata = live._repr_mimebundle_(include=None, exclude=None)
    assert data[WIDGET]["model_id"] == live._box.model_id != live._canvas.model_id
    assert data["text/plain"] == metadata["image/png"]["alt"] == "A dot. x 2 start 5.0 5.0"
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert picture.format == "PNG"
    assert metadata["image/png"]["width"] == 300
    assert picture.width == 450
    assert metadata.get(WIDGET) == (url if answer == "pair" else None)


def test_slider_beneath_lies_in_line_with_its_axes():
    live = LiveFigure(4, 2)
    ax = live.subplots()
    live.beneath(ax, "lr")

    @live.update(lr=ipywidgets.FloatSlider(max=1))
    def _(lr):
        return ""

    live._repr_mimebundle_()
    row, picture = live._box.children
    assert picture is live._canvas  # comes last, for its Reset does
    extent = ax.get_position()
    name, slider = row.children
    assert (name.value.strip(), name.layout.width) == ("rate α", "0")
    assert name.layout.margin.endswith(f" {100 * extent.x0:.3f}%")
    assert slider.layout.width == f"{100 * extent.width:.3f}%"
    assert row.layout.max_width == picture.layout.max_width
    live.close()


def renderers(besides: list = ()) -> list:
    """The renderers, and so the pixels, that are alive `besides` those that were before."""
    gc.collect()
    old = {id(renderer) for renderer in besides}
    return [
        thing
        for thing in gc.get_objects()
        if isinstance(thing, RendererAgg) and id(thing) not in old
    ]


def alive() -> int:
    """How many widgets the kernel knows, in ipywidgets 7 and 8."""
    widgets = getattr(ipywidgets.widgets.widget, "_instances", None)
    return len(ipywidgets.Widget.widgets if widgets is None else widgets)


def test_closing_leaves_no_widget_and_no_memory():
    before, pixels = alive(), renderers()
    live = dot()
    live._repr_mimebundle_()
    assert alive() > before
    memory = weakref.ref(live.figure)
    Browser(live, ratio=2)
    live.close()
    live.close()
    assert not renderers(pixels), "Out[n] keeps the closed figure, and must not keep its pixels"
    assert alive() == before
    assert live.summary == "x 2 start 5.0 5.0"
    del live
    gc.collect()
    assert memory() is None


def test_what_a_notebook_keeps_of_a_closed_figure_holds_nothing_that_was_drawn():
    kept = []  # as Out[n] does, of every run of a cell
    drawn = weakref.WeakSet()
    for _ in range(3):
        live = LiveFigure(3, 2)
        ax = live.subplots()
        drawn |= {ax, live.draggable(ax, "start", (0.5, 0.5))}
        live.beneath(ax, "x")
        live.goal("Right", lambda seen, ax=ax: bool(ax))
        live.update(x=ipywidgets.FloatSlider())(lambda start, x, ax=ax: ax.get_title())
        live._repr_mimebundle_()
        live.close()
        kept.append(live)
        del live, ax
    gc.collect()
    assert not list(drawn)
    kept[0].reset()
    assert kept[0].summary == ""


def test_running_a_cell_again_closes_what_it_had_made(monkeypatch):
    now = {}
    monkeypatch.setattr(cells, "running_cell", lambda: (now["cell"], now["execution"]))
    before = alive()

    def run(cell, execution, figures):
        now.update(cell=cell, execution=execution)
        return [dot() for _ in range(figures)]

    run("a", "1", 2)
    (other,) = run("b", "2", 1)
    one = alive() - before
    for execution in range(3, 103):
        first, second = run("a", str(execution), 2)
        assert not first._closed and not second._closed and not other._closed
    assert alive() - before == one, "a hundred re-runs leave as many widgets as one"
    for figure in (first, second, other):
        figure.close()
    assert alive() == before


def test_the_history_keeps_no_picture_of_a_closed_figure(monkeypatch):
    """IPython 9 keeps every output of the session: half a megabyte for each run of a cell."""
    from types import SimpleNamespace

    import IPython

    history = SimpleNamespace(outputs={})
    shell = SimpleNamespace(history_manager=history, execution_count=0)
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    monkeypatch.setattr(cells, "running_cell", lambda: ("a", str(shell.execution_count)))
    for count in (1, 2, 3):
        shell.execution_count = count
        figure = dot()
        data, _ = figure._repr_mimebundle_()
        words = SimpleNamespace(bundle={"text/plain": "printed beside it"})
        history.outputs[count] = [words, SimpleNamespace(bundle=data)]
    assert [len(history.outputs[count]) for count in (1, 2, 3)] == [1, 1, 2]
    assert history.outputs[1][0].bundle == words.bundle
    figure.close()


def test_running_cell_is_named_by_the_frontend(monkeypatch):
    request = {"header": {"msg_id": "m"}, "metadata": {"cellId": "c"}, "content": {"code": "x = 1"}}

    class Kernel:
        def get_parent(self, channel):
            return request

    class Shell:
        kernel = Kernel()

    import IPython

    assert cells.running_cell() is None
    monkeypatch.setattr(IPython, "get_ipython", lambda: Shell())
    assert cells.running_cell() == ("c", "m")
    request["metadata"] = {}
    assert cells.running_cell() is None, "two cells with the same source could not be told apart"


def test_tree_of_widgets_holds_layouts_and_styles():
    slider = ipywidgets.FloatSlider()
    box = ipywidgets.HBox([slider])
    assert {slider, slider.layout, slider.style, box, box.layout} == set(tree(box))
    for widget in tree(box):
        widget.close()


def test_a_picture_that_cannot_be_drawn_at_first_is_said_in_words(live):
    live.figure.axes[0].set_title("$\\nonsense{$")
    data, _ = live._repr_mimebundle_()
    assert (
        "image/png" not in data and "Stopped by ValueError" in data["text/plain"] and WIDGET in data
    )


def test_a_figure_without_views_keeps_no_pixels_at_all():
    before = renderers()
    live = dot()
    live.frame()
    assert not renderers(before)
    browser = Browser(live, ratio=2)
    assert len(renderers(before)) == 1
    browser.say("close")
    assert not renderers(before)
    live.close()


def test_after_closing_nothing_is_drawn_or_sent(live, browser):
    live.close()
    sent = len(browser.messages)
    browser.say("move", name="start", u=0.5, v=0.5, got=browser.last["frame"])
    live.controls["x"].value = 9
    assert (
        len(browser.messages) == sent
        and not live._frames._stages
        and live.summary.startswith("x 2 ")
    )


def test_saved_picture_keeps_its_colours(live):
    live.figure.axes[0].imshow(
        np.arange(10_000).reshape(100, 100), extent=(0, 10, 0, 10), cmap="viridis"
    )
    data, _ = live._repr_mimebundle_()
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert len(picture.convert("RGB").getcolors(100_000)) > 50


def test_slider_beneath_must_be_a_control(live):
    wrong = "beneath\\(\\) names 'rate', which is no control; there are "
    with pytest.raises(ValueError, match=f"{wrong}start, x"):
        live.beneath(live.figure.axes[0], "rate")
    other = LiveFigure(2, 1)
    other.beneath(other.subplots(), "rate")
    with pytest.raises(ValueError, match=f"{wrong}lr"):
        other.update(lr=ipywidgets.FloatSlider())(lambda lr: "")
    other.close()


def test_controls_are_named_and_wide_enough(live):
    slider = live.controls["x"]
    assert slider.description == "x" and slider.layout.width == "320px"
    assert slider.style.description_width == "initial"


@pytest.mark.parametrize(
    "step, shown", [(0.1, ".2f"), (0.01, ".2f"), (0.005, ".3f"), (None, ".2f")]
)
def test_a_readout_shows_every_step_of_its_slider(step, shown):
    slider = ipywidgets.FloatSlider(step=step)
    assert panel.dress("lr", slider).readout_format == shown


def test_a_figure_grows_with_its_column_and_stays_legible_and_in_the_window():
    for width, narrowest in ((9, "560px"), (4, "400px")):
        live = LiveFigure(width, 3)
        live.update()(lambda: "")
        live._repr_mimebundle_()
        around, picture = live._box.layout, live._canvas.layout
        assert around.min_width == picture.min_width == narrowest
        assert around.max_width == f"{160 * width}px"
        assert picture.max_width.endswith(f"* {width / 3:.3f})")
        live.close()
