"""Bands between two curves, quartiles of many runs, and the rings of a bowl."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.pictures.bands import Band, middle_half
from helpers.pictures.live import LiveFigure
from helpers.pictures.rings import Rings


@pytest.fixture
def live():
    figure = LiveFigure(2, 1)
    figure.subplots().set(xlim=(0, 4), ylim=(0, 4))
    yield figure
    figure.close()


def outlines(band):
    """The corners of each part of a band, without the one that closes it."""
    return [path.vertices[:-1].tolist() for path in band.drawn.get_paths()]


def test_a_band_lies_between_two_curves(live):
    band = Band(live, live.figure.axes[0], "green")
    band.show(np.array([0, 1]), np.array([1, 2]), np.array([3, 4]))
    assert outlines(band) == [[[0, 1], [1, 2], [1, 4], [0, 3]]]
    band.hide()
    assert outlines(band) == []


@pytest.mark.parametrize("nothing", [np.nan, np.inf, -np.inf])
def test_a_band_has_a_gap_where_a_curve_is_not_finite(live, nothing):
    band = Band(live, live.figure.axes[0], "green")
    x = np.arange(5.0)
    low = np.array([0, 0, nothing, 0, 0])
    high = np.array([1, 1, 1, 1, nothing])
    band.show(x, low, high)
    assert outlines(band) == [[[0, 0], [1, 0], [1, 1], [0, 1]], [[3, 0], [3, 1]]]


def test_a_band_shades_nothing_beside_a_gap(live):
    ax = live.figure.axes[0]
    ax.set_axis_off()
    empty = live.frame()
    band = Band(live, ax, "black", alpha=1)
    x = np.linspace(0, 4, 9)
    high = np.where(x < 2, 4, np.nan)
    band.show(x, np.zeros(9), high)
    changed = (live.frame() != empty).any(axis=(0, 2))
    left, right = np.flatnonzero(changed)[[0, -1]]
    assert ax.transData.inverted().transform([(left, 0), (right, 0)])[:, 0] == pytest.approx(
        [0, 1.5], abs=0.1
    )


def test_curves_of_different_lengths_are_refused(live):
    band = Band(live, live.figure.axes[0], "green")
    with pytest.raises(
        ValueError, match=r"three rows of equal length, got \[\(3,\), \(3,\), \(2,\)\]"
    ):
        band.show(np.zeros(3), np.zeros(3), np.zeros(2))


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=20))
def test_quartiles_are_entries_of_the_sorted_runs(values):
    ordered = sorted(values)
    n = len(values)
    wanted = [ordered[n // 4], ordered[n // 2], ordered[3 * n // 4]]
    assert [float(found) for found in middle_half(np.array(values))] == wanted


def test_quartiles_along_another_axis():
    values = np.random.default_rng(0).normal(size=(7, 3, 2))
    found = middle_half(values, axis=0)
    assert [quartile.shape for quartile in found] == [(3, 2)] * 3
    np.testing.assert_array_equal(found[1], np.median(values, axis=0))


def test_a_run_that_is_lost_counts_as_the_largest():
    assert [float(q) for q in middle_half(np.array([np.nan, 1.0, 2.0, 3.0]))][:2] == [2, 3]
    assert np.isnan(middle_half(np.array([np.nan, 1.0, 2.0, 3.0]))[2])


def test_quartiles_of_no_runs_are_refused():
    with pytest.raises(ValueError, match=r"one run at least, got values of shape \(3, 0\)"):
        middle_half(np.zeros((3, 0)))


def test_rings_are_contours_of_the_bowl(live):
    rings = Rings(live, live.figure.axes[0], sizes=np.array([2.0, 1.0]))
    rings.show(condition=9, angle=30)
    turn = np.radians(30)
    for path, size in zip(rings.drawn.get_paths(), (2, 1)):
        x, y = path.vertices.T
        u = np.cos(turn) * x + np.sin(turn) * y
        v = np.cos(turn) * y - np.sin(turn) * x
        assert 0.5 * (u**2 + 9 * v**2) == pytest.approx(np.full(len(x), 0.5 * 9 * size**2))
    rings.hide()
    assert not rings.drawn.get_paths()


@pytest.mark.parametrize("sizes", [[1, 2], [1, 0], [1, -1], [np.nan]])
def test_rings_are_given_from_the_largest_to_the_smallest(live, sizes):
    with pytest.raises(ValueError, match="sizes must be above 0 and the largest first, got"):
        Rings(live, live.figure.axes[0], sizes)


@pytest.mark.parametrize("condition", [0, -4, np.nan, np.inf])
def test_a_bowl_that_there_is_not_is_refused(live, condition):
    rings = Rings(live, live.figure.axes[0], sizes=[1])
    with pytest.raises(ValueError, match="condition must be a number above 0, got"):
        rings.show(condition)
