"""Coarse at once, finer on a thread: cancelled by the next question, never mixed up with it."""

import threading

import ipywidgets
import pytest

from helpers.pictures.live import LiveFigure
from helpers.pictures.refining import REMEMBERED, Refining

SOON = 30  # seconds: as long as a test may wait for what happens at once


class Slow:
    """Answers (level, question); a finer level waits until it is let through, or is unwanted."""

    def __init__(self):
        self.through, self.began = threading.Event(), threading.Event()
        self.computed, self.given_up = [], threading.Event()

    def __call__(self, level, question, wanted):
        if level:
            self.began.set()
            while not self.through.wait(0.001):
                if not wanted():
                    self.given_up.set()
                    raise RuntimeError("nobody wants it")
        self.computed.append((level, question))
        return level, question


@pytest.fixture
def slow():
    made = Slow()
    yield made
    made.through.set()


def test_the_coarse_answer_comes_at_once_and_the_finer_one_is_told(slow):
    told = threading.Event()
    refining = Refining(slow, [0, 1], told.set)
    assert refining.ask("a") == (0, "a") and refining.level == 0
    assert not told.is_set()
    slow.through.set()
    assert told.wait(SOON)
    assert refining.ask("a") == (1, "a") and refining.level == 1


def test_another_question_cancels_what_is_being_refined(slow):
    told = threading.Event()
    refining = Refining(slow, [0, 1], told.set)
    refining.ask("a")
    assert slow.began.wait(SOON)
    assert refining.ask("b") == (0, "b")
    assert slow.given_up.wait(SOON)
    assert not told.is_set()
    slow.through.set()
    refining.wait()
    assert refining.ask("b") == (1, "b") and (1, "a") not in slow.computed


def test_a_question_that_was_answered_is_not_computed_again(slow):
    slow.through.set()
    refining = Refining(slow, [0, 1], lambda: None)
    for question in "aba":
        refining.ask(question)
        refining.wait()
    assert refining.ask("a") == (1, "a")
    assert slow.computed == [(0, "a"), (1, "a"), (0, "b"), (1, "b")]


def test_the_first_answer_and_so_many_of_the_last_are_kept():
    computed = []
    refining = Refining(lambda level, x, wanted: computed.append(x), [0], lambda: None)
    questions = range(3 * REMEMBERED)
    for x in [*questions, *questions[:1], *questions[-REMEMBERED:]]:
        refining.ask(x)
    assert computed == [*questions]
    refining.ask(1)
    assert computed[-1] == 1


def test_what_the_thread_raises_is_raised_when_asked():
    through, told = threading.Event(), threading.Event()

    def breaks(level, question, wanted):
        if level:
            through.wait(SOON)
            raise ArithmeticError("the finer one broke")
        return question

    refining = Refining(breaks, [0, 1], told.set)
    assert refining.ask("a") == "a"
    through.set()
    assert told.wait(SOON)
    with pytest.raises(ArithmeticError, match="the finer one broke"):
        refining.ask("a")
    through.clear()
    assert refining.ask("b") == "b"
    refining.stop()
    through.set()


def test_a_figure_shows_the_finer_answer_without_being_touched(slow):
    live = LiveFigure(3, 2)
    (line,) = live.animated(live.subplots().plot([0, 1], [0, 0]))
    seen = threading.Event()
    asked = live.refining(slow, [0, 1])

    @live.update(x=ipywidgets.IntSlider())
    def _(x):
        level, question = asked.ask(x)
        line.set_ydata([level, question])
        if level:
            seen.set()
        return f"Level {level} of question {question}."

    live.controls["x"].value = 3
    assert live.summary == "Level 0 of question 3."
    slow.through.set()
    assert seen.wait(SOON)
    asked.wait()
    assert live.summary == "Level 1 of question 3."
    live.close()


def test_a_closed_figure_computes_nothing_more(slow):
    live = LiveFigure(3, 2)
    asked = live.refining(slow, [0, 1])
    live.update(x=ipywidgets.IntSlider())(lambda x: f"Answer {asked.ask(x)}.")
    assert slow.began.wait(SOON)
    live.close()
    assert slow.given_up.wait(SOON)
    asked.wait()
    assert (1, 0) not in slow.computed
