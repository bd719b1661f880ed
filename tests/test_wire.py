"""The conversation between a live figure and its canvas, with a stand-in that plays the browser."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from helpers.pictures import canvas as canvas_module
from tests.figures import Browser, dot


@pytest.fixture
def live():
    figure = dot()
    yield figure
    figure.close()


@pytest.fixture
def browser(live):
    return Browser(live)


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


def test_a_picture_that_cannot_be_drawn_is_said_in_words(live, browser):
    browser.got()
    title = live.figure.axes[0].set_title("$\\nonsense{$")
    live.controls["x"].value = 3
    assert "Stopped by ValueError" in browser.last["summary"] and browser.messages[-1][1] == b""
    title.set_text("better")
    browser.got()
    live.controls["x"].value = 4
    assert browser.last["summary"].startswith("x 4 ") and browser.messages[-1][1]


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
