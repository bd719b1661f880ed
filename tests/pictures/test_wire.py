"""The conversation between a live figure and its canvas, with a stand-in that plays the browser."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from helpers.pictures import canvas as canvas_module
from helpers.pictures import overdue
from helpers.pictures.live import LiveFigure
from tests.support.figures import Browser, dot


def test_moving_frames_are_jpeg_and_resting_ones_sharp_png_at_the_pixel_ratio(live):
    browser = Browser(live, ratio=2.0)
    assert (
        browser.last["sharp"]
        and browser.picture.format == "PNG"
        and browser.picture.size == (600, 400)
    )
    browser.got()
    live.controls["x"].value = 3
    assert (
        not browser.last["sharp"]
        and browser.picture.format == "JPEG"
        and browser.picture.size == (300, 200)
    )
    browser.say("rest", ratio=3.0, got=browser.last["frame"])
    assert browser.last["sharp"] and browser.picture.size == (600, 400), (
        "never more than twice the CSS pixels"
    )
    sent = len(browser.messages)
    browser.say("rest", got=browser.last["frame"])
    assert len(browser.messages) == sent, "a second view that rests has the sharp frame already"


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
    for u, v in (
        (5, 5),
        (5, 5),
        (-3, 9),
    ):  # far outside: clipped to the corner, twice to the same one
        sent = len(browser.messages)
        browser.say("move", name="start", u=u, v=v, got=browser.last["frame"])
        assert len(browser.messages) == sent + 1
    assert live.controls["start"].value == (0.0, 0.0)


def test_a_handle_follows_the_pointer_and_the_arrow_keys(live, browser):
    place = browser.last["places"]["start"]
    left, top, right, bottom = place["box"]
    browser.say(
        "move", name="start", u=left + 0.3 * (right - left), v=top + 0.2 * (bottom - top), got=1
    )
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
    assert all(
        text._renderer is None for text in live.figure.findobj(lambda a: hasattr(a, "_renderer"))
    )
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


def test_a_rest_asked_for_too_late_does_not_put_a_second_frame_on_the_wire(live, browser):
    browser.got()
    live.controls["x"].value = 3
    sent = len(browser.messages)
    browser.say("rest", got=browser.last["frame"] - 1)
    assert len(browser.messages) == sent


def test_an_older_acknowledgement_does_not_count(live, browser):
    browser.got()
    live.controls["x"].value = 3
    sent = len(browser.messages)
    live.controls["x"].value = 4
    browser.say("got", got=browser.last["frame"] - 1)
    assert len(browser.messages) == sent


def test_the_sharpest_of_several_views_decides_and_each_is_closed_alone(live):
    browser = Browser(live, ratio=1.0)
    browser.say("open", view="other", ratio=2.0)
    assert browser.picture.size == (600, 400)
    browser.say("close", view="other")
    assert live._canvas.seen
    browser.got()
    live.controls["x"].value = 3
    browser.say("rest", got=browser.last["frame"])
    assert browser.picture.size == (300, 200)
    browser.say("open", view="tiny", ratio=0.5)
    assert browser.picture.size == (300, 200), "never fewer pixels than CSS pixels"


def test_a_page_that_closed_without_a_word_is_forgotten_and_comes_back(live, browser, monkeypatch):
    browser.got()
    live.controls["x"].value = 3
    monkeypatch.setattr(canvas_module, "GONE_AFTER", 0.0)
    live.controls["x"].value = 4
    assert not live._canvas.seen and not live._frames._stages
    sent = len(browser.messages)
    live.controls["x"].value = 5
    assert len(browser.messages) == sent and live.calls[-1][1] == 5, (
        "computed at once, and nothing sent"
    )
    browser.say("key", name="start", right=1, up=0)
    assert live._canvas.seen and browser.last["summary"] == "x 5 start 5.2 5.0"


def test_reset_runs_the_update_once(live):
    live.controls["x"].value, live.controls["start"].value = 9, (1, 1)
    before = len(live.calls)
    live.reset()
    assert live.calls[before:] == [((5.0, 5.0), 2.0)]


def test_a_handle_along_one_axis_is_a_slider_with_a_value_and_ends():
    live = LiveFigure(3, 2)
    ax = live.subplots()
    ax.set(xlim=(0, 10), ylim=(-2, 2))
    live.draggable(ax, "level", (4, 1), along="y", bounds=((4, 4), (-1, 1.5)))
    live.update()(lambda level: f"{level[1]}")
    browser = Browser(live)
    assert [browser.last["places"]["level"][key] for key in ("now", "min", "max")] == [1, -1, 1.5]
    browser.say("move", name="level", u=0.9, v=0.99, got=1)
    assert live.controls["level"].value == (4.0, -1.0)
    live.close()


def test_a_press_anywhere_on_the_axes_takes_the_point_there_and_clicks_stay_inside():
    live = LiveFigure(3, 2)
    ax = live.subplots()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    live.draggable(ax, "start", (0.5, 0.5), anywhere=True)
    live.clickable(ax, "probes", label="probe")
    live.update()(lambda start, probes: "here")
    browser = Browser(live)
    assert browser.last["places"]["start"]["kind"] == "anywhere"
    browser.say("move", name="probes", u=3, v=-3, got=1)
    assert live.controls["probes"].value[0] == pytest.approx((1, 1))
    live.close()


def test_a_message_that_makes_no_sense_is_answered_in_words(live, browser):
    for message in (
        {"name": "nobody", "u": 0, "v": 0},
        {"name": "start", "u": float("nan"), "v": 0},
    ):
        browser.got()
        sent = len(browser.messages)
        browser.say("move", **message, got=browser.last["frame"])
        assert len(browser.messages) == sent + 1 and "Stopped by" in browser.last["summary"]
    browser.say("reset", got=browser.last["frame"])
    assert browser.last["summary"].startswith("x 2 ")


def test_a_number_and_its_percent_sign_stay_in_one_line():
    live = LiveFigure(2, 1)
    live.update()(lambda: "Only 12 % of 3·10⁻⁵.")
    assert live.summary == "Only 12 % of 3·10⁻⁵."
    assert Browser(live).last["summary"] == "Only 12\N{NO-BREAK SPACE}% of 3·10⁻⁵."
    live.close()


def test_a_computation_that_takes_long_is_told_before_it_ends():
    told = []
    browser = None

    def long(x):
        if browser:
            told.append(browser.is_told.wait(60))

    live = dot(long)
    browser = Browser(live)
    browser.got()
    live.controls["x"].value = 6
    assert told == [True] and browser.last["summary"].startswith("x 6 ")
    live.close()


def test_a_short_computation_is_not_told(live, monkeypatch):
    looks = threading.Event()
    monkeypatch.setattr(overdue, "AFTER", 1e9)
    monkeypatch.setattr(overdue, "EVERY", 0.001)
    browser = Browser(live)
    browser.got()
    live.controls["x"].value = 6
    with overdue.telling(looks.set):
        monkeypatch.setattr(overdue, "AFTER", 0)
        assert looks.wait(60), "the watcher has looked again since"
    assert not browser.is_told.is_set()
