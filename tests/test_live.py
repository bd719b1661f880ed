"""What a LiveFigure promises: frames, the wire, threads, life, words, the static twin, goals. A stand-in plays the browser."""

from __future__ import annotations

import base64
import gc
import io
import threading
import time
import weakref

import ipywidgets
import numpy as np
import pytest
from PIL import Image

from helpers.pictures import canvas as canvas_module
from helpers.pictures import cells
from helpers.pictures.live import LiveFigure
from helpers.pictures.panel import WIDGET_VIEW, tree


class Browser:
    """Plays the canvas in the browser: keeps what was sent, and answers only when told to."""

    def __init__(self, live: LiveFigure, ratio: float = 1.0) -> None:
        self.canvas, self.messages = live._canvas, []
        self.canvas.send = lambda content, buffers: self.messages.append((content, buffers[0]))
        self.say("open", ratio=ratio)

    def say(self, kind: str, **words) -> None:
        self.canvas._hear(self.canvas, {"kind": kind, "view": "v", **words}, [])

    def got(self) -> None:
        self.say("got", got=self.last["frame"])

    @property
    def last(self) -> dict:
        return self.messages[-1][0]

    @property
    def picture(self) -> Image.Image:
        return Image.open(io.BytesIO(self.messages[-1][1]))


def dot(function=None, **options) -> LiveFigure:
    """A dot that follows a slider and a handle."""
    live = LiveFigure(3, 2, about="A dot.", **options)
    ax = live.subplots()
    ax.set(xlim=(0, 10), ylim=(0, 10))
    (mark,) = live.animated(ax.plot([], [], "s", markersize=12))
    live.draggable(ax, "start", (5, 5))
    live.calls = []

    @live.update(x=ipywidgets.FloatSlider(min=0, max=10, step=0.5, value=2))
    def _(start, x):
        live.calls.append((start, x))
        mark.set_data([x], [2])
        if function:
            function(x)
        return f"x {x:g} start {start[0]:.1f} {start[1]:.1f}"

    return live


@pytest.fixture
def live():
    figure = dot()
    yield figure
    figure.close()


@pytest.fixture
def browser(live):
    return Browser(live)


def test_without_a_view_a_control_computes_at_once(live):
    live.controls["x"].value = 7
    assert live.calls[-1] == ((5.0, 5.0), 7.0)
    assert live.summary == "x 7 start 5.0 5.0"


def test_only_animated_artists_move_and_the_frame_equals_a_full_draw(live):
    before = live.frame()
    live.controls["x"].value = 8
    after = live.frame()
    assert before.shape == after.shape == (200, 300, 3) and before.dtype == np.uint8
    assert (before != after).any()
    browser = Browser(live)  # with a view the background is kept, and the frame must be the same
    live.controls["x"].value = 2
    browser.got()
    assert (live.frame() == before).all()


def test_static_artists_are_drawn_once_until_one_of_them_changes(live, browser):
    ax = live.figure.axes[0]
    draws = []
    ax.xaxis.draw = lambda renderer, draw=ax.xaxis.draw: (draws.append(1), draw(renderer))
    live.frame()  # the opening of the view has drawn the background already
    live.controls["x"].value = 3
    assert not draws
    ax.set_title("News")
    browser.got()
    live.controls["x"].value = 4
    assert len(draws) == 1


def test_moving_frames_are_jpeg_and_resting_ones_sharp_png_at_the_pixel_ratio(live):
    browser = Browser(live, ratio=2.0)
    assert browser.last["sharp"] and browser.picture.format == "PNG" and browser.picture.size == (600, 400)
    browser.got()
    live.controls["x"].value = 3
    assert not browser.last["sharp"] and browser.picture.format == "JPEG" and browser.picture.size == (300, 200)
    browser.say("rest", ratio=3.0, got=browser.last["frame"])
    assert browser.last["sharp"] and browser.picture.size == (600, 400), "never more than twice the CSS pixels"


def test_jpeg_frame_shows_the_same_picture_as_the_frame(live, browser):
    browser.got()
    live.controls["x"].value = 6
    seen = np.asarray(browser.picture.convert("RGB")).astype(int)
    assert np.abs(seen - live.frame()).mean() < 3


def test_never_more_than_one_frame_on_the_wire_and_the_last_position_arrives(live, browser):
    browser.got()
    sent, computed = len(browser.messages), len(live.calls)
    for x in (3, 4, 5, 6, 7):
        live.controls["x"].value = x
    assert len(browser.messages) == sent + 1, "the others wait for the acknowledgement"
    browser.got()
    assert len(browser.messages) == sent + 2 and browser.last["summary"].startswith("x 7 ")
    assert len(live.calls) == computed + 2, "positions in between cost nothing"
    browser.got()
    assert len(browser.messages) == sent + 2, "nothing new, nothing sent"


def test_summary_is_current_even_while_a_frame_is_on_the_wire(live, browser):
    live.controls["x"].value = 9
    assert live.summary.startswith("x 9 ")


def test_a_lost_acknowledgement_times_out(live, browser, monkeypatch):
    browser.got()
    live.controls["x"].value = 3
    sent = len(browser.messages)
    monkeypatch.setattr(canvas_module, "LOST_AFTER", 0.0)
    live.controls["x"].value = 4
    assert len(browser.messages) == sent + 1


def test_every_dragged_position_is_answered_even_one_that_changes_nothing(live, browser):
    for u, v in ((5, 5), (5, 5), (-3, 9)):  # far outside: clipped to the corner, twice to the same one
        sent = len(browser.messages)
        browser.say("move", name="start", u=u, v=v, got=browser.last["frame"])
        assert len(browser.messages) == sent + 1
    assert live.controls["start"].value == (0.0, 0.0)


def test_a_handle_follows_the_pointer_and_the_arrow_keys(live, browser):
    place = browser.last["places"]["start"]
    left, top, right, bottom = place["box"]
    browser.say("move", name="start", u=left + 0.3 * (right - left), v=top + 0.2 * (bottom - top), got=1)
    assert live.controls["start"].value == pytest.approx((3, 8))
    browser.say("key", name="start", right=1, up=-1, got=browser.last["frame"])
    assert live.controls["start"].value == pytest.approx((3.2, 7.8))
    assert browser.last["places"]["start"]["text"] == "3.2, 7.8"


def test_handle_is_where_the_picture_shows_it(live, browser):
    live.controls["start"].value = (2, 9)
    browser.got()
    place = browser.last["places"]["start"]
    pixels = live.frame()
    x, y = round(place["x"] * 300), round(place["y"] * 200)
    assert tuple(pixels[y, x]) == (0x1B, 0x1F, 0x24)


def test_reset_puts_every_control_back(live, browser):
    live.controls["x"].value, live.controls["start"].value = 9, (1, 1)
    browser.say("reset", got=browser.last["frame"])
    assert live.controls["x"].value == 2 and live.controls["start"].value == (5, 5)
    browser.got()
    assert browser.last["summary"] == "x 2 start 5.0 5.0"


def test_a_figure_without_views_keeps_no_pixels(live, browser):
    browser.got()
    assert live._frames._stages
    browser.say("close")
    assert not live._frames._stages
    assert all(text._renderer is None for text in live.figure.findobj(lambda a: hasattr(a, "_renderer")))
    sent = len(browser.messages)
    live.controls["x"].value = 5
    assert len(browser.messages) == sent and live.summary.startswith("x 5 ")


@pytest.mark.parametrize("error", [ValueError("lr must be ≥ 0, got -1"), ZeroDivisionError("division by zero")])
def test_a_function_that_raises_is_said_in_words_and_the_figure_goes_on(error):
    def fails_beyond_four(x):
        if x > 4:
            raise error

    live = dot(fails_beyond_four)
    browser = Browser(live)
    browser.got()
    live.controls["x"].value = 6
    said = browser.last["summary"]
    assert type(error).__name__ in said and str(error) in said and "raise error" in said and "fails_beyond_four" in said
    browser.got()
    live.controls["x"].value = 3
    assert browser.last["summary"].startswith("x 3 ")
    live.close()


def test_a_picture_that_cannot_be_drawn_is_said_in_words(live, browser):
    browser.got()
    title = live.figure.axes[0].set_title("$\\nonsense{$")
    live.controls["x"].value = 3
    assert "Stopped by ValueError" in browser.last["summary"] and browser.messages[-1][1] == b""
    title.set_text("better")
    browser.got()
    live.controls["x"].value = 4
    assert browser.last["summary"].startswith("x 4 ") and browser.messages[-1][1]


def test_warnings_of_the_numbers_do_not_spill(recwarn):
    live = dot(lambda x: np.log(np.zeros(2)) / np.zeros(2) + np.exp(np.float64(1e4)))
    live.controls["x"].value = 3
    live.close()
    assert not recwarn.list


def test_nan_and_infinity_can_be_drawn():
    live = LiveFigure(3, 2)
    (line,) = live.animated(live.subplots().plot([], []))

    @live.update(kind=ipywidgets.Dropdown(options=["nan", "inf", "1e308"]))
    def _(kind):
        line.set_data([0, float(kind), 1], [0, 1, float(kind)])
        return kind

    for kind in ("inf", "1e308", "nan"):
        live.controls["kind"].value = kind
        assert live.frame().shape == (200, 300, 3) and live.summary == kind
    live.close()


def test_update_function_must_take_the_controls_by_name():
    live = LiveFigure(3, 2)
    with pytest.raises(TypeError, match="must take the controls lr"):
        live.update(lr=ipywidgets.FloatSlider())(lambda rate: "")
    live.close()


def test_a_control_name_is_taken_once_and_before_the_update(live):
    with pytest.raises(ValueError, match="before the update"):
        live.draggable(live.figure.axes[0], "end", (1, 1))
    other = LiveFigure(3, 2)
    ax = other.subplots()
    other.draggable(ax, "start", (0.5, 0.5))
    with pytest.raises(ValueError, match="control 'start' already"):
        other.draggable(ax, "start", (0.2, 0.2))
    other.close()


def test_a_point_refuses_nan_and_keeps_its_value(live):
    with pytest.raises(ValueError, match="start must be two numbers"):
        live.controls["start"].value = (float("nan"), 1)
    assert live.controls["start"].value == (5, 5)


def test_clicks_are_collected_and_buttons_counted():
    live = LiveFigure(4, 2)
    ax = live.subplots()
    live.clickable(ax, "probes", label="probe")

    @live.update(again=ipywidgets.Button(description="Again"))
    def _(probes, again):
        return f"{len(probes)} probes, {again} presses"

    browser = Browser(live)
    left, top, right, bottom = browser.last["places"]["probes"]["box"]
    for _ in range(2):  # the same place twice is two clicks
        browser.say("move", name="probes", u=(left + right) / 2, v=(top + bottom) / 2, got=browser.last["frame"])
    live.controls["again"].click()
    browser.got()
    assert live.controls["probes"].value[1] == pytest.approx((0.5, 0.5))
    assert browser.last["summary"] == "2 probes, 1 presses"
    live.close()


def test_a_3d_view_turns_coarse_while_it_moves_and_fine_when_it_rests():
    live = LiveFigure(3, 3)
    ax = live.subplots(subplot_kw={"projection": "3d"})
    live.turnable(ax, "view", (30, -60))
    x, y = np.meshgrid(np.linspace(0, 1, 5), np.linspace(0, 1, 5))
    coarse = live.animated(ax.plot_surface(x, y, x * y, color="red"), when="moving")
    fine = live.animated(ax.plot_surface(x, y, x * y, color="blue"), when="resting")

    @live.update()
    def _(view):
        return f"seen from {view[0]:.0f}, {view[1]:.0f}"

    moving, resting = live.frame(moving=True).astype(int), live.frame().astype(int)
    assert (moving[..., 0] - moving[..., 2]).max() > 80 > (resting[..., 0] - resting[..., 2]).max()
    assert fine.get_visible() and not coarse.get_visible()
    browser = Browser(live)
    browser.say("move", name="view", u=60 / 360 + 0.1, v=30 / 180 + 0.1, got=1)
    assert live.controls["view"].value == pytest.approx((48, -96)) and ax.azim == pytest.approx(-96)
    assert (live.frame() != resting).any()
    live.close()


def test_an_update_that_asks_is_run_coarsely_while_moving_and_once_more_at_rest():
    live, told = LiveFigure(3, 2), []
    live.subplots()

    @live.update(x=ipywidgets.IntSlider())
    def _(x, moving):
        told.append((x, moving))
        return f"{x} {'coarse' if moving else 'fine'}"

    browser = Browser(live)
    browser.got()
    live.controls["x"].value = 1
    assert browser.last["summary"] == "1 coarse"
    browser.say("rest", ratio=1, got=browser.last["frame"])
    assert browser.last["summary"] == "1 fine" and told == [(0, False), (1, True), (1, False)]
    live.close()


def test_goals_stay_reached():
    live, reached = LiveFigure(3, 2), {}

    @live.update(x=ipywidgets.IntSlider(value=1, max=5))
    def _(x):
        reached["x"] = x
        return str(x)

    live.goal("Go to three", lambda: reached["x"] == 3)
    assert live.goals == {"Go to three": False}
    live.controls["x"].value = 3
    live.controls["x"].value = 4
    assert live.goals == {"Go to three": True}
    live.close()


@pytest.mark.parametrize("answer", ["pair", "dict"])
def test_output_carries_the_live_view_a_picture_and_a_sentence(live, monkeypatch, answer):
    url = {"colab": {"custom_widget_manager": {"url": "https://example.org"}}}
    pair = ({WIDGET_VIEW: {}}, {WIDGET_VIEW: url})
    monkeypatch.setattr(type(live._canvas), "_repr_mimebundle_", lambda self: pair if answer == "pair" else pair[0])
    data, metadata = live._repr_mimebundle_(include=None, exclude=None)
    assert data[WIDGET_VIEW]["model_id"] == live._box.model_id != live._canvas.model_id
    assert data["text/plain"] == metadata["image/png"]["alt"] == "A dot. x 2 start 5.0 5.0"
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert picture.format == "PNG" and metadata["image/png"]["width"] == 300 and picture.width == 450
    assert metadata.get(WIDGET_VIEW) == (url if answer == "pair" else None)


def test_slider_beneath_lies_in_line_with_its_axes():
    live = LiveFigure(4, 2)
    ax = live.subplots()
    live.beneath(ax, "lr")

    @live.update(lr=ipywidgets.FloatSlider(max=1))
    def _(lr):
        return ""

    live._repr_mimebundle_()
    row = live._box.children[-1]
    extent = ax.get_position()
    assert row.layout.padding == f"0 {100 * (1 - extent.x1):.3f}% 0 {100 * extent.x0:.3f}%"
    live.close()


def alive() -> int:
    """How many widgets the kernel knows, in ipywidgets 7 and 8."""
    widgets = getattr(ipywidgets.widgets.widget, "_instances", None)
    return len(ipywidgets.Widget.widgets if widgets is None else widgets)


def test_closing_leaves_no_widget_and_no_memory():
    before = alive()
    live = dot()
    live._repr_mimebundle_()
    assert alive() > before
    memory = weakref.ref(live.figure)
    live.close()
    live.close()
    assert alive() == before
    assert live.summary == "x 2 start 5.0 5.0"
    del live
    gc.collect()
    assert memory() is None


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


def test_running_cell_is_named_by_the_frontend_or_by_its_source(monkeypatch):
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
    assert cells.running_cell() == ("x = 1", "m")


def test_positions_from_several_threads_leave_a_consistent_figure(live, browser):
    errors = []

    def drag(seed: int) -> None:
        rng = np.random.default_rng(seed)
        try:
            for _ in range(25):
                live.controls["x"].value = float(rng.integers(0, 20)) / 2
                browser.say("move", name="start", u=rng.random(), v=rng.random(), got=browser.last["frame"])
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=drag, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    (x, y), slider = live.controls["start"].value, live.controls["x"].value
    assert live.summary == f"x {slider:g} start {x:.1f} {y:.1f}"


def test_a_callback_waits_for_the_lock(live, browser):
    def other_thread():
        live.controls["x"].value = 8

    with live.lock:
        thread = threading.Thread(target=other_thread)
        thread.start()
        time.sleep(0.05)
        assert live.calls[-1][1] == 2
    thread.join()
    assert live.summary.startswith("x 8 ")


def test_tree_of_widgets_holds_layouts_and_styles():
    slider = ipywidgets.FloatSlider()
    box = ipywidgets.HBox([slider])
    assert {slider, slider.layout, slider.style, box, box.layout} == set(tree(box))
    for widget in tree(box):
        widget.close()
