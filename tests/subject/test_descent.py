"""Paths and maps: the borders of theory, divergence contained, a field is its runs, errors."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.descent import DIVERGED, FAR, STILL_MOVING, descend, settle
from helpers.optim import SGD
from helpers.schedules import cosine
from helpers.surfaces import Surface, bowl, cliff, himmelblau, parabola, rosenbrock, saddle, wells


@given(curvature=st.floats(0.1, 100), lr_times_curvature=st.floats(0, 3))
def test_every_step_on_the_parabola_multiplies_the_weight_by_one_minus_lr_times_curvature(
    curvature, lr_times_curvature
):
    lr = lr_times_curvature / curvature
    path = descend(parabola(curvature), [1.0], SGD(lr), 10)
    np.testing.assert_allclose(
        path.points[:, 0], (1 - lr * curvature) ** np.arange(11), rtol=1e-9, atol=1e-12
    )
    np.testing.assert_allclose(path.losses, curvature / 2 * path.points[:, 0] ** 2, rtol=1e-12)


@pytest.mark.parametrize("curvature", [0.5, 4.0, 30.0])
def test_parabola_diverges_exactly_beyond_two_over_the_curvature(curvature):
    border = 2 / curvature
    rates = border * np.array([[0.0], [0.5], [0.99], [1.0], [1.01], [1.5], [50.0], [1e6]])
    path = descend(parabola(curvature), np.ones((8, 1)), SGD(rates), 1000)
    assert (path.diverged_at[:4] == -1).all() and (path.diverged_at[4:] > 0).all()
    assert (np.abs(path.points[-1, 1:3]) < 1e-4).all()
    np.testing.assert_allclose(np.abs(path.points[-1, 3]), 1)  # at the border it swings for ever


@pytest.mark.parametrize(
    "momentum, nesterov", [(0.0, False), (0.5, False), (0.9, False), (0.5, True), (0.9, True)]
)
def test_borders_of_heavy_ball_and_nesterov_on_a_bowl(momentum, nesterov):
    condition = 50
    border = 2 * (1 + momentum) / ((1 + 2 * momentum * nesterov) * condition)
    rates = border * np.array([[0.99], [1.01]])
    path = descend(bowl(condition, angle=30), np.ones((2, 2)), SGD(rates, momentum, nesterov), 3000)
    assert (path.diverged_at >= 0).tolist() == [False, True]
    assert path.losses[-1, 0] < 1e-6


@pytest.mark.parametrize(
    "surface", [himmelblau(), cliff(), wells(1.0, 1.3), rosenbrock()], ids=lambda s: s.name
)
def test_field_of_runs_equals_the_runs_one_by_one_bit_for_bit(surface):
    rng = np.random.default_rng(1)
    starts = rng.uniform(-2, 2, (3, 4, 2))
    field = descend(surface, starts, SGD(0.01, momentum=0.9), 60)
    for index in np.ndindex(3, 4):
        alone = descend(surface, starts[index], SGD(0.01, momentum=0.9), 60)
        np.testing.assert_array_equal(field.points[(slice(None), *index)], alone.points)
        np.testing.assert_array_equal(field.losses[(slice(None), *index)], alone.losses)
        assert field.diverged_at[index] == alone.diverged_at


def test_path_has_the_start_first_and_one_entry_for_each_step():
    path = descend(himmelblau(), np.zeros((4, 3, 2)), SGD(0.01), 7)
    assert path.points.shape == (8, 4, 3, 2)
    assert path.losses.shape == (8, 4, 3)
    assert path.diverged_at.shape == (4, 3)
    assert (path.points[0] == 0).all() and (path.diverged_at == -1).all()
    np.testing.assert_array_equal(path.losses, himmelblau().value(path.points))
    assert descend(himmelblau(), [1, 2], SGD(0.01), 0).points.tolist() == [[1.0, 2.0]]


def test_descend_leaves_its_start_alone_and_begins_afresh_each_time():
    start, optimizer = np.array([1.0, 2.0]), SGD(0.01, momentum=0.9)
    first, second = (descend(himmelblau(), start, optimizer, 20) for _ in range(2))
    assert start.tolist() == [1.0, 2.0]
    assert first.points.tolist() == second.points.tolist()


def test_float32_stays_float32():
    path = descend(himmelblau(), np.zeros(2, np.float32), SGD(0.01), 5)
    assert path.points.dtype == path.losses.dtype == np.float32


@pytest.mark.parametrize("lr", [1.0, 1e6, 1e200])
def test_divergence_is_dated_contained_and_silent(lr):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = descend(himmelblau(), [[4.0, 4.0], [3.0, 2.0]], SGD([[lr], [0.01]]), 100)
    gone, stayed = path.diverged_at
    assert 0 < gone < 10 and stayed == -1
    before = path.points[:gone, 0]
    assert np.abs(before).max() <= FAR * 10
    assert not (np.abs(path.points[gone, 0]) <= FAR * 10).all()
    assert np.isnan(path.points[gone + 1 :, 0]).all() and np.isnan(path.losses[gone + 1 :, 0]).all()
    assert np.isfinite(path.points[:, 1]).all()


def test_a_loss_that_is_not_finite_is_divergence_wherever_it_happens():
    surface = Surface(
        "log", lambda p: -np.log(p[..., 0]), lambda p: -1 / p, ((0, 2),), np.empty((0, 1)), ""
    )
    path = descend(surface, [[0.5], [0.5]], lambda theta, grad: theta - [[0.25], [0.0]], 4)
    assert path.diverged_at.tolist() == [2, -1]  # at 0 the loss is infinite, though 0 is near


def test_a_throw_from_the_cliff_is_no_divergence():
    path = descend(cliff(), [1.5, 2.0], SGD(1.0), 200)
    assert path.points[:, 0].min() < -15 and path.diverged_at == -1
    np.testing.assert_allclose(path.points[-1], cliff().minima[0], atol=1e-2)


def test_a_start_on_the_ridge_of_the_saddle_stays_on_it():
    path = descend(saddle(), [[1.5, 0.0], [1.5, 1e-6]], SGD(0.1), 400)
    np.testing.assert_allclose(path.points[-1], [[0, 0], [0, 1]], atol=1e-6)


@pytest.mark.parametrize("start", [[1e-200, 1.0], [1e-50, 1e-50], [4.0, 4.0]])
def test_what_underflows_is_no_error_where_the_caller_hunts_errors(start):
    with np.errstate(all="raise"):
        for surface in (bowl(2), wells(1.0, 1.3)):
            assert np.isfinite(descend(surface, start, SGD(0.1), 50).losses).all()
            assert settle(surface, [start], SGD(0.1), 400).where.tolist() != [DIVERGED]


# ── the learner's own update ────────────────────────────────────────────────────────────────────


def test_a_function_is_an_optimizer_too():
    own = descend(himmelblau(), [1.0, 2.0], lambda theta, grad: theta - 0.01 * grad, 50)
    np.testing.assert_allclose(
        own.points, descend(himmelblau(), [1.0, 2.0], SGD(0.01), 50).points, rtol=1e-12
    )
    up = descend(parabola(4.0), [1.0], lambda theta, grad: theta + 0.3 * grad, 100)
    assert up.diverged_at > 0


def test_a_function_that_works_in_place_does_not_rewrite_the_path():
    def update(theta, grad):
        theta -= 0.01 * grad
        return theta

    path = descend(himmelblau(), [1.0, 2.0], update, 50)
    np.testing.assert_allclose(
        path.points, descend(himmelblau(), [1.0, 2.0], SGD(0.01), 50).points, rtol=1e-12
    )


def test_a_function_that_returns_nan_has_diverged_at_that_step():
    steps = []

    def update(theta, grad):
        steps.append(1)
        return theta * (np.nan if len(steps) == 3 else 0.5)

    assert descend(himmelblau(), [1.0, 2.0], update, 50).diverged_at == 3


def test_a_function_is_not_asked_for_long_once_every_run_is_lost():
    calls = []
    path = descend(
        parabola(4.0), [1.0], lambda theta, grad: calls.append(1) or theta - 9 * grad, 1000
    )
    assert len(calls) <= path.diverged_at + 16
    assert path.points.shape == (1001, 1) and np.isnan(path.points[path.diverged_at + 1 :]).all()


@pytest.mark.parametrize(
    "update, message",
    [
        (lambda theta, grad: theta[0], r"theta of shape \(2,\) but returned shape \(\)"),
        (lambda theta, grad: np.ones((2, 2)), r"returned shape \(2, 2\)"),
        (lambda theta, grad: None, "returned None"),
    ],
)
def test_a_function_that_returns_something_else_is_told_so(update, message):
    for walk in (descend, settle):
        with pytest.raises(ValueError, match=message):
            walk(himmelblau(), [1.0, 2.0], update, 5)


def test_errors_of_a_function_are_passed_on():
    with pytest.raises(ZeroDivisionError):
        descend(himmelblau(), [1.0, 2.0], lambda theta, grad: 1 / 0, 5)


# ── maps ────────────────────────────────────────────────────────────────────────────────────────


def test_every_start_on_himmelblau_ends_in_one_of_four_minima_at_a_small_rate():
    surface = himmelblau()
    grid = surface.grid(48)
    ends = settle(surface, grid, SGD(0.01), 400)
    assert set(np.unique(ends.where)) == {0, 1, 2, 3}
    last = descend(surface, grid, SGD(0.01), 400).points[-1]
    nearest = np.linalg.norm(last[..., None, :] - surface.minima, axis=-1).argmin(-1)
    assert (nearest == ends.where).mean() > 0.999  # float32 and float64 may part on a border


def test_steps_say_since_when_a_run_was_there():
    surface, starts = bowl(10), [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]
    ends = settle(surface, starts, SGD(0.15), 100, every=1)
    points = descend(surface, starts, SGD(0.15), 100).points
    expected = (np.linalg.norm(points, axis=-1) < 0.01).argmax(axis=0)
    assert ends.steps.tolist() == expected.tolist() and ends.steps[0] == 0
    assert (settle(surface, starts, SGD(0.15), 100).steps % 5 == 0).all()


def test_the_last_step_is_looked_at_whatever_every_says():
    assert settle(bowl(10), [0.0, 1.0], SGD(0.05), 9).steps == 9


def test_passing_through_a_minimum_is_not_arriving():
    ends = settle(parabola(1.0), [[1.0]], lambda theta, grad: theta - 0.25, 10, every=1)
    assert ends.where.tolist() == [STILL_MOVING] and ends.steps.tolist() == [-1]


def test_swinging_and_diverging_have_codes_of_their_own():
    ends = settle(parabola(4.0), np.ones((4, 1)), SGD([[0.25], [0.5], [0.6], [0.0]]), 100)
    assert ends.where.tolist() == [0, STILL_MOVING, DIVERGED, STILL_MOVING]
    assert ends.steps.tolist() == [5, -1, -1, -1]


def test_large_rates_leave_the_narrow_well_whether_it_is_the_deeper_or_not():
    starts = np.random.default_rng(0).uniform(-4, 4, (2000, 2))
    for depths in ((1.0, 1.3), (1.3, 1.0)):
        small, large = (settle(wells(*depths), starts, SGD(lr), 400).where for lr in (0.1, 0.7))
        assert 0.72 < np.mean(small == 0) < 0.84 and np.mean(small == 1) == pytest.approx(
            1 - np.mean(small == 0)
        )
        assert np.mean(large == 0) == 1


def test_map_of_rate_against_momentum_meets_the_theoretical_border():
    condition, n = 10, 40
    lr, beta = np.linspace(0.01, 0.6, n)[:, None, None], np.linspace(0, 0.9, n)[None, :, None]
    ends = settle(bowl(condition), np.ones((n, n, 2)), SGD(lr, momentum=beta), 2000)
    ratio = (lr * condition / (2 * (1 + beta)))[..., 0]
    assert (ends.where[ratio < 0.97] == 0).all()
    assert (ends.where[ratio > 1.03] == DIVERGED).all()


def test_blocks_of_rows_do_not_change_the_map(monkeypatch):
    lr, beta = np.linspace(0, 0.02, 30)[:, None, None], np.linspace(0, 0.9, 20)[None, :, None]
    grid = np.broadcast_to([0.5, 0.5], (30, 20, 2))
    whole = settle(himmelblau(), grid, SGD(lr, momentum=beta), 100)
    monkeypatch.setattr("helpers.descent.BLOCK", 7 * 20)
    parts = settle(himmelblau(), grid, SGD(lr, momentum=beta), 100)
    assert (whole.where == parts.where).all() and (whole.steps == parts.steps).all()


def test_schedules_of_arrays_are_cut_into_blocks_too(monkeypatch):
    rates, starts = np.linspace(0, 0.02, 30)[:, None], np.full((30, 2), 0.5)
    whole = settle(himmelblau(), starts, SGD(cosine(rates, 100)), 100)
    monkeypatch.setattr("helpers.descent.BLOCK", 7)
    parts = settle(himmelblau(), starts, SGD(cosine(rates, 100)), 100)
    assert (whole.where == parts.where).all() and (whole.steps == parts.steps).all()
    assert len(set(whole.where)) > 1


def test_a_function_maps_the_whole_field_at_once():
    grid, shapes = himmelblau().grid(8), set()

    def update(theta, grad):
        shapes.add(theta.shape)
        return theta - 0.01 * grad

    ends = settle(himmelblau(), grid, update, 200)
    assert shapes == {(8, 8, 2)}
    assert (ends.where == settle(himmelblau(), grid, SGD(0.01), 200).where).all()


@pytest.mark.parametrize(
    "starts, shape", [([1.0, 2.0], ()), (np.zeros((0, 2)), (0,)), (np.zeros((3, 0, 2)), (3, 0))]
)
def test_maps_of_one_point_and_of_none(starts, shape):
    ends = settle(himmelblau(), starts, SGD(0.01), 50)
    assert ends.where.shape == ends.steps.shape == shape


# ── errors in words ─────────────────────────────────────────────────────────────────────────────


both = pytest.mark.parametrize("walk", [descend, settle])


@both
def test_a_start_of_another_shape_is_named(walk):
    with pytest.raises(ValueError, match=r"start has shape \(3,\), expected \(..., 2\)"):
        walk(himmelblau(), [1.0, 2.0, 3.0], SGD(0.1), 5)
    with pytest.raises(ValueError, match=r"start has shape \(\).*one start alone has shape \(1,\)"):
        walk(parabola(1.0), 1.0, SGD(0.1), 5)


@both
@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_a_start_that_is_no_number_is_named(walk, wrong):
    starts = np.ones((3, 4, 2))
    starts[2, 1, 0] = wrong
    with pytest.raises(ValueError, match=rf"finite.*got {wrong} at index \(2, 1, 0\)"):
        walk(himmelblau(), starts, SGD(0.1), 5)


@both
def test_a_complex_start_is_refused(walk):
    with pytest.raises(TypeError, match="expected real numbers, got complex128"):
        walk(himmelblau(), [1j, 2.0], SGD(0.1), 5)


def test_a_map_refuses_a_start_that_float32_cannot_hold():
    with pytest.raises(
        ValueError, match=r"finite numbers of float32, got 1e\+39 at index \(0, 1\)"
    ):
        settle(himmelblau(), [[0.0, 1e39]], SGD(0.1), 5)


@both
def test_whole_numbers_are_a_start_as_good_as_floats(walk):
    whole = walk(himmelblau(), np.array([[4, 3], [-4, -3]]), SGD(0.01), 100)
    floats = walk(himmelblau(), [[4.0, 3.0], [-4.0, -3.0]], SGD(0.01), 100)
    for one, other in zip(whole, floats):
        np.testing.assert_array_equal(one, other)


@both
@pytest.mark.parametrize("steps", [-1, 2.5, np.nan, np.inf])
def test_steps_must_be_a_whole_number(walk, steps):
    with pytest.raises(ValueError, match=f"steps must be a whole number ≥ 0, got {steps}"):
        walk(himmelblau(), [1.0, 2.0], SGD(0.1), steps)


def test_steps_may_be_a_float_that_is_whole():
    assert len(descend(himmelblau(), [1.0, 2.0], SGD(0.01), 3.0).points) == 4


@both
def test_what_is_no_optimizer_is_refused(walk):
    with pytest.raises(TypeError, match="optimizer must be an Optimizer, such as .*got 0.1"):
        walk(himmelblau(), [1.0, 2.0], 0.1, 5)
    with pytest.raises(TypeError, match=r"optimizer must be .*got <class 'helpers.optim.SGD'>"):
        walk(himmelblau(), [1.0, 2.0], SGD, 5)


@both
def test_a_rate_of_another_shape_is_named(walk):
    with pytest.raises(ValueError, match=r"lr has shape \(5, 1\).*\(4, 2\)"):
        walk(himmelblau(), np.zeros((4, 2)), SGD(np.ones((5, 1))), 5)


@pytest.mark.parametrize("tolerance", [0, -0.01, np.nan, np.inf])
def test_a_tolerance_must_be_above_0(tolerance):
    with pytest.raises(ValueError, match=f"tolerance must be a number above 0, got {tolerance}"):
        settle(himmelblau(), [1.0, 2.0], SGD(0.01), 5, tolerance)


@pytest.mark.parametrize("surface, tolerance", [(himmelblau(), 1e-7), (bowl(2), 1e-20)])
def test_a_tolerance_finer_than_float32_is_refused(surface, tolerance):
    with pytest.raises(ValueError, match="the finest that float32 can tell.*try 0.01"):
        settle(surface, [1.0, 2.0], SGD(0.01), 5, tolerance)


def test_the_finest_tolerance_that_is_let_pass_can_be_reached():
    ends = settle(himmelblau(), himmelblau().grid(12), SGD(0.01), 3000, tolerance=1e-6)
    assert (ends.where >= 0).all()
    assert settle(bowl(2), [[0.0, 0.0]], SGD(0.1), 0, tolerance=2e-19).where.tolist() == [0]


def test_a_tolerance_that_covers_two_minima_is_refused():
    with pytest.raises(ValueError, match="at most 1, for two minima are 2 apart, got 1.5"):
        settle(saddle(), [1.0, 2.0], SGD(0.01), 5, tolerance=1.5)


@pytest.mark.parametrize("every", [0, -5, 2.5])
def test_every_must_be_a_whole_number_above_0(every):
    with pytest.raises(ValueError, match=f"every must be a whole number ≥ 1, got {every}"):
        settle(himmelblau(), [1.0, 2.0], SGD(0.01), 5, every=every)


# ── a surface of one's own ──────────────────────────────────────────────────────────────────────


def far_away():
    """A valley of one weight whose domain is a millionth of its distance from 0."""
    middle = 5e6
    return Surface(
        "far away",
        lambda w: (w[..., 0] - middle) ** 2,
        lambda w: 2 * (w - middle),
        [(middle - 2, middle + 2)],
        np.array([[middle]]),
        "An example.",
    )


def test_far_from_0_is_not_far_from_the_domain():
    assert descend(far_away(), [5e6 + 1], SGD(0.1), 100).diverged_at == -1
    assert settle(far_away(), [[5e6 + 1]], SGD(0.5), 100, tolerance=2).where.tolist() == [0]
    assert descend(far_away(), [5e6 + 1], SGD(1.1), 100).diverged_at > 0


def test_a_value_that_keeps_the_weights_axis_is_named():
    surface = Surface("kept", lambda p: p**2, lambda p: 2 * p, [(-1, 1)], np.zeros((1, 1)), "")
    with pytest.raises(ValueError, match=r"value of kept has shape \(6, 3, 1\).*expected \(6, 3\)"):
        descend(surface, np.ones((3, 1)), SGD(0.1), 5)


@both
@pytest.mark.parametrize("optimizer", [SGD(0.1), lambda theta, grad: theta - 0.1 * grad])
def test_a_gradient_that_has_lost_the_weights_axis_is_named(walk, optimizer):
    model = bowl(2)
    total = lambda p: model.gradient(p).sum(axis=-1, keepdims=True)  # noqa: E731
    surface = Surface("lost", model.value, total, model.domain, model.minima, "")
    with pytest.raises(ValueError, match=r"has shape \(3, 1\).*they must be equal"):
        walk(surface, np.ones((3, 2)), optimizer, 5)


def test_a_function_that_returns_complex_numbers_is_refused():
    with pytest.raises(TypeError, match="expected real numbers, got complex128"):
        descend(himmelblau(), [1.0, 2.0], lambda theta, grad: theta - 0.01j * grad, 5)
