"""Search: where trials lie and what they find; the border of trainability, zoomed into and back."""

import threading

import numpy as np
import pytest

from helpers import trainability as networks
from helpers.explorers import search
from tests.support.figures import show

STRATEGIES = search.grid_or_random.__globals__["STRATEGIES"]  # the folder lists the function only
LANDSCAPES = search.grid_or_random.__globals__["Landscapes"]
MIDDLES, ENDS = [*STRATEGIES][:2]
SEED = 5


@pytest.fixture(scope="module")
def landscapes():
    return LANDSCAPES.drawn(np.random.default_rng(SEED))


@pytest.fixture(scope="module")
def made_hills():
    live = search.grid_or_random(seed=SEED)
    yield live
    live.close()


@pytest.fixture
def hills(made_hills):
    made_hills.reset()
    return made_hills


@pytest.fixture(scope="module")
def made_border():
    live = search.trainability()
    yield live
    live.close()


@pytest.fixture
def border(made_border):
    made_border.reset()
    finest(made_border)
    return made_border


def finest(live, **values):
    """Set the controls, and wait for the finest picture; the facts that are then told."""
    show(live, **values)
    live.wait()
    return live.seen


# ---- a grid, or at random


def test_with_one_parameter_that_counts_a_grid_of_five_values_finds_what_theory_says(landscapes):
    """Its nearest value lies evenly up to 0.1 away, or with the ends up to 0.125."""
    for name, gap in ((MIDDLES, 0.1), (ENDS, 0.125)):
        away = np.linspace(0, gap, 10_001) / 0.12
        expected = np.mean(np.exp(-(away**2) / 2))
        assert landscapes.best(name, 0.0).mean() == pytest.approx(expected, abs=0.006)


def test_where_only_one_parameter_counts_random_wins_and_where_both_do_the_middles_win(hills):
    show(hills, matters=0.0)
    assert hills.seen.random > hills.seen.grid + 0.05
    assert hills.seen.wins > 0.75
    show(hills, matters=1.0)
    assert hills.seen.grid > hills.seen.random + 0.1
    assert hills.seen.wins < 0.4


def test_the_grid_with_the_ends_is_worse_than_that_in_the_middles_everywhere(hills):
    for matters in (0.0, 0.25, 0.5, 0.75, 1.0):
        show(hills, matters=matters, grid=MIDDLES)
        middles = hills.seen.grid
        show(hills, grid=ENDS)
        assert hills.seen.grid < middles - 0.03


def test_a_latin_hypercube_finds_at_least_what_random_search_finds(landscapes):
    for matters in np.linspace(0, 1, 6):
        gain = landscapes.best("Latin hypercube", matters) - landscapes.best("random", matters)
        assert gain.mean() > 0


def test_the_shadows_of_a_grid_fall_on_five_places_and_those_of_the_others_on_25(landscapes):
    places = {name: len(set(points[0, :, 0])) for name, points in landscapes.points.items()}
    assert [*places.values()] == [5, 5, 25, 25]


def test_another_landscape_has_its_top_elsewhere_and_the_average_stays(hills):
    before, ground = hills.seen.grid, hills.figure.axes[0].images[0].get_array().copy()
    hills.controls["another"].click()
    assert hills.seen.grid == before
    assert (hills.figure.axes[0].images[0].get_array() != ground).any()


# ---- the border of trainability


def pixels(live):
    """(64, 64) bool: which networks of the picture train."""
    return np.asarray(live.figure.axes[0].images[0].get_array()) > 0


def test_small_rates_train_and_large_ones_do_not(border):
    finest(border, zoom=())
    trains = pixels(border)
    assert trains[0, 0] and not trains[-1, -1]
    assert trains[:16, :16].mean() > 0.95 > 0.05 > trains[-16:, -16:].mean()
    assert border.seen.depth == 0


def test_the_picture_is_what_the_subject_says_of_the_window(border):
    zoom = ((0.2, -0.1), (-0.4, 0.3))
    finest(border, zoom=zoom, steps=20)
    window = networks.Window((1.0, 1.0), 2.5).closer(zoom[0], 8).closer(zoom[1], 8)
    task = networks.Task.drawn(np.random.default_rng(0))
    found = networks.trainability(task, window.log_rates(64), 20) > 0
    assert (pixels(border) == found).all()
    assert border.seen.ragged == pytest.approx(networks.raggedness(found), nan_ok=True)
    assert border.seen.share == pytest.approx(found.mean())


def test_zooming_in_and_back_leads_to_the_same_picture(border):
    first, depth, clicks = pixels(border), border.seen.depth, border.controls["zoom"].value
    finest(border, zoom=(*clicks, (0.1, 0.1)))
    assert border.seen.depth == depth + 1
    assert (pixels(border) != first).any()
    border.controls["back"].click()
    finest(border)
    assert border.seen.depth == depth
    assert (pixels(border) == first).all()


def test_back_from_the_overview_stays_there(border):
    finest(border, zoom=())
    border.controls["back"].click()
    assert finest(border).depth == 0


def test_thirteen_zooms_deep_the_border_is_still_ragged_with_100_steps_and_a_line_with_20(border):
    """Along the densest window of each depth, as the lesson goes."""
    for steps, is_line in ((100, False), (20, True)):
        finest(border, zoom=(), steps=steps)
        for _ in range(13):
            edge = networks.border(pixels(border)).reshape(8, 8, 8, 8).sum(axis=(1, 3))
            y, x = np.unravel_index(edge.argmax(), edge.shape)
            place = (x + 0.5) / 4 - 1, (y + 0.5) / 4 - 1
            finest(border, zoom=(*border.controls["zoom"].value, place))
        assert border.seen.depth == 13
        assert (border.seen.ragged < 1.1) == is_line
        assert border.seen.ragged > (0.7 if is_line else 1.3)


def test_float32_is_told_beside_float64_and_differs_where_it_is_deep(border):
    finest(border, zoom=(), precision="float32")
    overview = border.seen.differs
    border.reset()
    finest(border, precision="float32")
    assert overview < 0.03 < 0.1 < border.seen.differs
    finest(border, precision="float64")
    assert border.seen.differs is None


def test_a_click_cancels_the_window_that_is_being_refined(border, monkeypatch):
    """The finer picture of the first window is held until the next click has been answered."""
    computing, given_up = threading.Event(), threading.Event()
    real, outside = networks.trainability, networks.Window((1.0, 1.0), 2.5)
    held = outside.closer((0.5, 0.5), 8)

    def slow(task, log_rates, steps, dtype=np.float64, wanted=lambda: True):
        is_held = log_rates.shape[0] == 64 and np.allclose(log_rates, held.log_rates(64))
        if is_held:
            computing.set()
            while wanted():
                given_up.wait(0.001)
            given_up.set()
            raise networks.Cancelled
        return real(task, log_rates, steps, dtype, wanted)

    monkeypatch.setattr(networks, "trainability", slow)
    show(border, zoom=((0.5, 0.5),))
    assert computing.wait(30)
    assert border.seen.side == 16
    show(border, zoom=((-0.5, -0.5),))
    assert given_up.wait(30)
    assert finest(border).side == 64
    assert border.seen.depth == 1
    assert (pixels(border) == (real(*asked(outside.closer((-0.5, -0.5), 8)), 100) > 0)).all()


def asked(window):
    """What the figure asks of the subject for this window, but for the steps."""
    return networks.Task.drawn(np.random.default_rng(0)), window.log_rates(64)
