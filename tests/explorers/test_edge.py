"""The edge of stability: the loss of a network on a plane through its weights, and what is said."""

import numpy as np
import pytest

from helpers.explorers import edge
from helpers.explorers.edge.plane import LEVELS
from helpers.explorers.edge.training_path import (
    EVERY,
    PATH,
    RANDOM,
    STEEP,
    STEPS,
    TrainingPath,
    window_around,
)
from tests.support.figures import Browser, show

LAST = STEPS // EVERY


@pytest.fixture(scope="module")
def path():
    return TrainingPath()


@pytest.fixture(scope="module")
def made():
    live = edge.plane()
    yield live
    live.close()


@pytest.fixture
def plane(made):
    made.reset()
    return made


def ground(live):
    """The losses that are drawn."""
    return live.figure.axes[0].images[0].get_array()


def here(live):
    """Where the ring around the chosen step is drawn."""
    return live.figure.axes[0].lines[1].get_xydata()[0]


# ---- what it computes


@pytest.mark.parametrize("name", [PATH, STEEP, RANDOM])
def test_the_plane_through_a_point_has_the_networks_own_loss_there(path, name):
    for at in (0, 88, 250, LAST):
        plane = path.plane(name, at)
        own = path.losses_on(plane, at, plane.shadow[at])
        assert own == pytest.approx(path.losses[at])
        assert path.distance(plane, at, at) == 0


def test_a_shadow_is_the_nearest_place_of_the_plane(path):
    """What is left of a move must be at a right angle to both directions."""
    for name in (PATH, STEEP, RANDOM):
        plane = path.plane(name, 98)
        left = path.points - path.points[-1] - plane.shadow @ plane.directions
        assert left @ plane.directions.T == pytest.approx(np.zeros((LAST + 1, 2)), abs=1e-9)
        total = np.sum((path.points - path.points[-1]) ** 2)
        assert plane.held == pytest.approx(1 - np.sum(left**2) / total)


def test_the_ground_is_the_loss_on_the_plane(path):
    plane = path.plane(PATH, LAST)
    window = window_around(plane, 98, zoom=2.0)
    found = path.ground(window, LAST, size=5)
    low, high = window.middle - window.reach(), window.middle + window.reach()
    corners = np.array([low, [high[0], low[1]], high])
    expected = path.losses_on(plane, LAST, corners)
    assert [found[0, 0], found[0, -1], found[-1, -1]] == pytest.approx(expected)


def test_the_first_summit_is_the_top_of_a_jump(path):
    summit = path.first_summit()
    assert path.jumps()[summit]
    assert path.losses[summit] > 2.5 * path.losses[100 // EVERY : summit].min()
    assert path.losses[summit] == path.losses[summit - 5 : summit + 5].max()


def test_at_a_jump_the_path_swings_from_side_to_side_at_every_step(path):
    """The swing has a period of two steps: every second one alone would show one wall only."""
    summit = path.first_summit()
    across = path.plane(STEEP, summit).shadow[summit - 5 : summit + 2, 1]
    assert (np.sign(np.diff(across))[1:] == -np.sign(np.diff(across))[:-1]).all()


# ---- the figure


@pytest.mark.parametrize("directions", [PATH, STEEP, RANDOM])
def test_ground_and_path_agree_where_the_plane_goes_through_the_step(plane, directions):
    for step in (0, 388, 500):
        words = show(plane, directions=directions, through=True, step=step)
        assert plane.seen.under == pytest.approx(plane.seen.own)
        assert plane.seen.beside == pytest.approx(0, abs=1e-9)
        assert "the same" in words
    show(plane, through=False, step=STEPS)
    assert plane.seen.under == pytest.approx(plane.seen.own)


@pytest.mark.parametrize("zoom", [0.25, 1.0, 4.0])
def test_the_ground_that_is_drawn_is_the_loss_that_is_said(plane, zoom):
    """The known fault of such pictures: contours and path that belong to different losses."""
    show(plane, through=True, step=500, zoom=zoom)
    x, y = here(plane)
    losses = ground(plane)
    row, column = ((np.array([y, x]) + 1) / 2 * (len(losses) - 1)).astype(int)
    around = losses[row : row + 2, column : column + 2]  # the four points around the ring
    assert 0.97 * around.min() <= plane.seen.own <= 1.03 * around.max()
    assert plane.seen.own == pytest.approx(plane.seen.under)


def test_the_paths_own_plane_misses_its_jumps_and_a_random_plane_the_path(plane):
    assert plane.seen.own > 2 * plane.seen.under
    assert plane.seen.held == pytest.approx(0.99, abs=0.005)
    assert "holds 99 %" in plane.summary
    show(plane, directions=RANDOM)
    assert plane.seen.held < 0.2


def test_the_figure_begins_at_a_jump_along_the_direction_that_is_steepest_there(plane):
    own = plane.seen.own
    assert own > 2.5 * plane.seen.under
    show(plane, directions=STEEP)
    assert plane.seen.under > 0.6 * own
    show(plane, through=True)
    losses, (x, _) = ground(plane), here(plane)
    column = losses[:, round((x + 1) / 2 * (len(losses) - 1))]
    assert column.min() < own / 2  # the floor of the valley


def test_the_steepest_direction_is_that_of_the_chosen_step(plane):
    show(plane, directions=STEEP)
    shadows = []
    for step in (700, 392):
        show(plane, step=step)
        shadows.append(plane.figure.axes[0].lines[0].get_xydata()[:, 1].copy())
    assert abs(np.corrcoef(shadows)[0, 1]) < 0.9


def test_only_the_steepest_direction_is_said_to_be_stretched(plane):
    show(plane, directions=STEEP)
    assert plane.figure.axes[0].get_ylabel() == "second direction, stretched"
    show(plane, directions=PATH)
    assert plane.figure.axes[0].get_ylabel() == "second direction"


def test_the_jumps_lie_on_top_of_the_other_dots(plane):
    (dots,) = plane.figure.axes[0].collections
    sizes, filled = dots.get_sizes(), dots.get_array()
    assert (np.diff(sizes) >= 0).all()
    assert sizes[-1] > 10 * sizes[0]
    assert filled[-1] == filled.max() > 2.5


@pytest.mark.parametrize("step", [392, STEPS])
def test_every_zoom_shows_contours(plane, step):
    for power in (-2, 0, plane.controls["zoom"].max):
        show(plane, step=step, zoom=2.0**power)
        assert len(np.unique(np.digitize(ground(plane), LEVELS))) >= 4


def test_zoom_keeps_the_chosen_step_in_its_place(plane):
    places = []
    for zoom in (1.0, 0.25, 4.0):
        show(plane, zoom=zoom)
        places.append(here(plane))
    assert places[1] == pytest.approx(places[0])
    assert places[2] == pytest.approx(places[0])


def test_the_ground_is_rough_while_it_moves_and_fine_when_it_rests(plane):
    browser = Browser(plane)
    browser.got()
    plane.controls["zoom"].value = 2.0
    assert ground(plane).shape == (9, 9)
    browser.say("rest", got=browser.last["frame"])
    assert ground(plane).shape == (41, 41)


def test_zooming_leaves_the_steepest_direction_as_it_was_found(plane):
    show(plane, directions=STEEP)
    trail = plane.figure.axes[0].lines[0]
    before = trail.get_xydata() - here(plane)
    browser = Browser(plane)
    browser.got()
    plane.controls["zoom"].value = 2.0
    moving = trail.get_xydata() - here(plane)
    assert moving == pytest.approx(2 * before)
