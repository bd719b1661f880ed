"""A figure that two threads work on: ipykernel 7 answers sliders on a thread beside the cell's.

In each test the two meet: the first is held at the critical place until the second waits for the
figure's lock, or has passed it.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.figures import Browser, Meeting, WatchedLock, dot


@pytest.fixture
def lock():
    return WatchedLock()


@pytest.fixture
def live(lock):
    """A figure whose lock tells when somebody has to wait."""
    figure = dot()
    figure.lock = lock
    yield figure
    figure.close()


@pytest.fixture
def meeting(lock):
    return Meeting(lock)


class Held(np.ndarray):
    """Pixels that hold the thread which copies them, at a meeting."""

    def __array_finalize__(self, source):
        self.meeting = getattr(source, "meeting", None)  # a part of them holds it too

    def copy(self, *arguments):
        self.meeting.held_here()
        return np.array(self)


def test_a_frame_is_copied_before_the_next_is_drawn_into_its_memory(live, meeting, monkeypatch):
    Browser(live)  # with a view the renderer, and so the memory, stays
    before = live.frame()
    draw = live._frames.draw

    def draw_held(ratio, *, moving):
        pixels = draw(ratio, moving=moving).view(Held)
        pixels.meeting = meeting
        return pixels

    monkeypatch.setattr(live._frames, "draw", draw_held)
    taken = []

    def move():
        live.controls["x"].value = 8
        live.frame()

    meeting.run(lambda: taken.append(live.frame()), move)
    np.testing.assert_array_equal(taken[0], before)


def test_two_messages_from_browsers_do_not_both_put_a_frame_on_the_wire(live, meeting, monkeypatch):
    browser = Browser(live)
    browser.got()
    live.controls["x"].value = 3
    browser.got()
    sent = len(browser.messages)
    encode = live.encode

    def encode_held(ratio, *, sharp):
        meeting.held_here()
        return encode(ratio, sharp=sharp)

    monkeypatch.setattr(live, "encode", encode_held)

    def rest():
        browser.say("rest", got=browser.last["frame"])

    meeting.run(rest, rest)
    assert len(browser.messages) == sent + 1


def test_a_control_that_moves_during_an_update_is_answered_after_it(live, meeting):
    function = live._computing.update._function

    def held(start, x):
        seen = function(start, x)
        meeting.held_here()
        return seen

    live._computing.update._function = held
    said = []

    def first():
        live.controls["x"].value = 3
        said.append(live.summary)

    def second():
        live.controls["x"].value = 8
        said.append(live.summary)

    meeting.run(first, second)
    assert said[-1].startswith("x 8 ")
    assert [x for _, x in live.calls[-2:]] == [3, 8]


def test_reset_moves_all_controls_before_anybody_sees_one(live, meeting):
    live.controls["x"].value = 9
    live.controls["start"].value = (1, 1)
    live.controls["start"].observe(lambda _: meeting.held_here(), "value")
    said = []
    meeting.run(live.reset, lambda: said.append(live.summary))
    assert said == ["x 2 start 5.0 5.0"]


def test_a_figure_is_closed_after_the_frame_that_is_being_drawn(live, meeting, monkeypatch):
    draw = live._frames.draw

    def draw_held(ratio, *, moving):
        meeting.held_here()
        return draw(ratio, moving=moving)

    monkeypatch.setattr(live._frames, "draw", draw_held)
    taken = []
    meeting.run(lambda: taken.append(live.frame()), live.close)
    assert len(np.unique(taken[0])) > 1


def test_one_figure_is_drawn_at_a_time(monkeypatch):
    """matplotlib's cache of texts is shared by all figures."""
    lock = WatchedLock()
    monkeypatch.setattr("helpers.pictures.frames.DRAWING", lock)
    meeting = Meeting(lock)
    one, other = dot(), dot()
    drawn = []
    draws = one.figure.draw

    def draw_held(renderer):
        meeting.held_here()
        draws(renderer)
        drawn.append("one")

    monkeypatch.setattr(one.figure, "draw", draw_held)

    def draw_other():
        other.frame()
        drawn.append("other")

    meeting.run(one.frame, draw_other)
    assert drawn == ["one", "other"]
    monkeypatch.undo()
    one.close()
    other.close()
