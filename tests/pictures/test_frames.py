"""The frames of a figure: a background that is drawn once for each size, and what moves on top."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.pictures.frames import Frames


@pytest.fixture
def figure():
    made = Figure(figsize=(2, 1), dpi=100)
    made.subplots()
    return made


@pytest.fixture
def backgrounds(figure, monkeypatch):
    """How often the background was drawn."""
    draws = []
    axis = figure.axes[0].xaxis
    draw = axis.draw

    def counted(renderer):
        draws.append(renderer.dpi)
        draw(renderer)

    monkeypatch.setattr(axis, "draw", counted)
    return draws


def test_another_ratio_is_no_reason_to_draw_the_background_again(figure, backgrounds):
    frames = Frames(figure)
    for ratio in (1, 2, 1.5, 1, 2, 1.5, 2, 1):
        frames.draw(ratio)
    assert backgrounds == [100, 200, 150]


def test_a_change_at_another_ratio_is_seen_at_all(figure, backgrounds):
    frames = Frames(figure)
    for ratio in (1, 2):
        frames.draw(ratio)
    figure.axes[0].set_xlim(0, 5)
    for ratio in (2, 1, 2, 1):
        frames.draw(ratio)
    assert backgrounds == [100, 200, 200, 100]


def test_the_figure_keeps_its_own_resolution(figure):
    frames = Frames(figure)
    assert frames.draw(2).shape == (200, 400, 4)
    assert figure.dpi == 100
    assert not figure.stale


def test_the_resolution_is_back_after_a_picture_that_cannot_be_drawn(figure):
    frames = Frames(figure)
    figure.axes[0].set_title("$\\nonsense{$")
    with pytest.raises(ValueError, match="nonsense"):
        frames.draw(2)
    assert figure.dpi == 100


def test_an_artist_that_is_animated_twice_is_drawn_once(figure):
    def shade(times):
        patch = figure.axes[0].add_patch(Rectangle((0, 0), 1, 1, alpha=0.3))
        frames = Frames(figure)
        for _ in range(times):
            frames.add(patch)
        drawn = frames.draw().copy()
        patch.remove()
        return drawn

    np.testing.assert_array_equal(shade(times=2), shade(times=1))


def test_an_artist_that_would_never_be_seen_is_refused(figure):
    frames = Frames(figure)
    with pytest.raises(ValueError, match="in no figure yet; add it to its axes first"):
        frames.add(Rectangle((0, 0), 1, 1))
    (elsewhere,) = Figure().subplots().plot([1, 2])
    with pytest.raises(ValueError, match="belongs to another figure"):
        frames.add(elsewhere)
    with pytest.raises(TypeError, match="only artists can be animated, such as a line, got 'line'"):
        frames.add("line")
    with pytest.raises(
        ValueError, match='"moving" or "resting", got "often"'.replace('"often"', "'often'")
    ):
        frames.add(figure.axes[0].plot([1, 2])[0], "often")


def test_an_artist_of_a_subfigure_is_part_of_the_figure():
    figure = Figure(figsize=(2, 1), dpi=100)
    left, _ = figure.subfigures(1, 2)
    (line,) = left.subplots().plot([0, 1], [0, 1])
    frames = Frames(figure)
    frames.add(line)
    with_line = frames.draw().copy()
    line.remove()
    assert (frames.draw() != with_line).any()
