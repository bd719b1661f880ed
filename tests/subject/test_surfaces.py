"""Surfaces: gradients against finite differences, minima that are minima, any field of points, float32, errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import surfaces
from helpers.derivatives import finite_difference, hessian, is_minimum, newton
from helpers.surfaces import columns

RNG = np.random.default_rng(7)
SURFACES = [
    surfaces.parabola(4.0),
    surfaces.bowl(50),
    surfaces.bowl(20, angle=30),
    surfaces.rosenbrock(),
    surfaces.himmelblau(),
    surfaces.beale(),
    surfaces.saddle(),
    surfaces.plateau(),
    surfaces.cliff(),
    surfaces.rastrigin(),
    surfaces.wells(1.0, 1.3),
    surfaces.wells(1.3, 1.0),
    surfaces.random_landscape(RNG),
]
every_surface = pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)


def some_points(surface, shape, rng=RNG):
    low, high = np.transpose(surface.domain)
    return rng.uniform(low, high, (*shape, len(low)))


@every_surface
def test_gradient_matches_finite_differences(surface):
    for point in some_points(surface, (20,)):
        nudged = finite_difference(surface.value, point, h=1e-6)
        np.testing.assert_allclose(surface.gradient(point), nudged, rtol=1e-5, atol=1e-5)


@every_surface
def test_minima_are_flat_and_lower_than_everything_around(surface):
    assert surface.minima.shape[1] == len(surface.domain) and len(surface.minima)
    for minimum in surface.minima:
        curvature = np.linalg.eigvalsh(hessian(surface.gradient, minimum))
        assert curvature.min() > 0
        # as near as float64 can say: rounding the place by 1e-15 alone makes this much slope
        assert np.abs(surface.gradient(minimum)).max() < 1e-14 * max(1, curvature.max()) * max(
            1, np.abs(minimum).max()
        )
        around = minimum + 1e-3 * some_points(surface, (50,))
        assert (surface.value(around) > surface.value(minimum)).all()


@every_surface
def test_no_point_of_the_domain_is_lower_than_the_minima(surface):
    assert surface.value(some_points(surface, (2000,))).min() >= surface.value(surface.minima).min()


@every_surface
@pytest.mark.parametrize("shape", [(), (0,), (1,), (5,), (3, 1), (2, 3), (2, 0, 3)])
def test_any_field_of_points_keeps_its_shape(surface, shape):
    points = some_points(surface, shape)
    assert surface.value(points).shape == shape
    assert surface.gradient(points).shape == points.shape


@every_surface
def test_field_equals_its_points_one_by_one(surface):
    points = some_points(surface, (3, 5))
    values, gradients = surface.value(points), surface.gradient(points)
    for index in np.ndindex(3, 5):
        np.testing.assert_allclose(surface.value(points[index]), values[index], rtol=1e-13)
        np.testing.assert_allclose(
            surface.gradient(points[index]), gradients[index], rtol=1e-11, atol=1e-13
        )


@every_surface
def test_float32_stays_float32_and_close(surface):
    points = some_points(surface, (4, 3))
    for few in (points, points[0, 0]):
        single = few.astype(np.float32)
        assert surface.value(single).dtype == surface.gradient(single).dtype == np.float32
        np.testing.assert_allclose(
            surface.gradient(single), surface.gradient(few), rtol=1e-2, atol=1e-2
        )


@every_surface
def test_gradient_keeps_contiguous_columns_and_leaves_the_points_alone(surface):
    points = columns(some_points(surface, (6, 5)))
    before = points.copy()
    gradient = surface.gradient(points)
    surface.value(points)
    assert gradient[..., 0].strides == points[..., 0].strides
    assert (points == before).all()


@every_surface
def test_lists_and_integers_are_points_too(surface):
    ones = [1] * len(surface.domain)
    np.testing.assert_array_equal(surface.gradient(ones), surface.gradient(np.ones(len(ones))))
    assert surface.value(ones) == surface.value(np.ones(len(ones)))


@every_surface
def test_overflow_is_silent_under_the_callers_errstate(surface):
    with np.errstate(all="ignore"):
        for far in (1e200, np.inf, np.nan):
            surface.value(np.full(len(surface.domain), far))
            surface.gradient(np.full((2, len(surface.domain)), far))


@every_surface
def test_grid_covers_the_domain(surface):
    if len(surface.domain) == 1:
        assert surface.grid(3).tolist() == [[-1.5], [0.0], [1.5]]
        return
    (x_low, x_high), (y_low, y_high) = surface.domain
    grid = surface.grid(5, np.float32)
    assert grid.shape == (5, 5, 2) and grid.dtype == np.float32
    np.testing.assert_allclose(
        [grid[0, 0], grid[0, -1], grid[-1, 0]], [(x_low, y_low), (x_high, y_low), (x_low, y_high)]
    )


@every_surface
def test_wrong_number_of_weights_is_named(surface):
    for shape in ((3,), (4, 3), ()):
        with pytest.raises(ValueError, match=rf"{len(surface.domain)} weight.*got shape"):
            surface.gradient(np.zeros(shape))
        with pytest.raises(ValueError, match="got shape"):
            surface.value(np.zeros(shape))


# ── what each surface is for ─────────────────────────────────────────────────────────────────────────────────────────


@given(condition=st.floats(1, 1000), angle=st.floats(-180, 180))
def test_bowl_has_the_curvatures_and_the_direction_it_was_asked_for(condition, angle):
    curvatures = np.linalg.eigvalsh(hessian(surfaces.bowl(condition, angle).gradient, np.ones(2)))
    np.testing.assert_allclose(curvatures, [1, condition], rtol=1e-6)
    flat = [np.cos(np.radians(angle)), np.sin(np.radians(angle))]
    np.testing.assert_allclose(surfaces.bowl(condition, angle).gradient(flat), flat, atol=1e-10)


def test_himmelblau_has_four_minima_of_depth_zero():
    surface = surfaces.himmelblau()
    assert surface.minima.shape == (4, 2)
    np.testing.assert_allclose(surface.value(surface.minima), 0, atol=1e-28)


def test_saddle_is_flat_at_the_origin_without_a_minimum_there():
    surface = surfaces.saddle()
    assert (surface.gradient([0.0, 0.0]) == 0).all()
    assert np.linalg.eigvalsh(hessian(surface.gradient, [0.0, 0.0])).tolist() == pytest.approx(
        [-1, 1]
    )


def test_plateau_has_a_shelf_with_hardly_any_slope():
    surface = surfaces.plateau()
    slope = np.linalg.norm(surface.gradient(surface.grid(101)), axis=-1)
    away = np.linalg.norm(surface.grid(101) - surface.minima[0], axis=-1)
    assert slope[away > 5.2].max() < 1e-3 and (away > 5.2).mean() > 0.25
    assert slope[away < 1].max() > 0.9


def test_cliff_is_gentle_on_one_side_and_steep_on_the_other():
    surface = surfaces.cliff()
    grid = surface.grid(101)
    slope = np.linalg.norm(surface.gradient(grid), axis=-1)
    assert slope[grid[..., 0] < -0.5].max() < 2 and slope[grid[..., 0] > 1].min() > 19


def test_wells_are_wide_and_narrow_and_either_may_be_the_deeper():
    narrow_deeper, wide_deeper = surfaces.wells(1.0, 1.3), surfaces.wells(1.3, 1.0)
    borders = [
        2 / np.linalg.eigvalsh(hessian(narrow_deeper.gradient, m)).max()
        for m in narrow_deeper.minima
    ]
    np.testing.assert_allclose(borders, [2.73, 0.187], rtol=5e-3)
    assert np.argmin(narrow_deeper.value(narrow_deeper.minima)) == 1
    assert np.argmin(wide_deeper.value(wide_deeper.minima)) == 0


def test_random_landscapes_list_their_minima_deepest_first_and_miss_none():
    rng = np.random.default_rng(0)
    for seed in (1, 3, 25, 43):  # on each of these Newton's method also runs into a saddle
        surface = surfaces.random_landscape(np.random.default_rng(seed))
        assert all(is_minimum(surface.gradient, point) for point in surface.minima)
        depth = surface.value(surface.minima)
        assert (np.diff(depth) >= 0).all()
        apart = np.linalg.norm(surface.minima[:, None] - surface.minima, axis=-1) + 9 * np.eye(
            len(depth)
        )
        assert apart.min() > 0.1
        assert surface.value(rng.uniform(-12, 12, (20_000, 2))).min() >= depth[0]


def test_random_landscapes_repeat_with_their_generator_and_are_not_centred_on_the_bowl():
    one, same = (surfaces.random_landscape(np.random.default_rng(5)) for _ in range(2))
    other = surfaces.random_landscape(np.random.default_rng(6))
    assert (one.minima == same.minima).all()
    assert one.minima.shape != other.minima.shape or (one.minima != other.minima).any()
    bowls = [s.minima[0] for s in (one, other)]
    assert all(np.abs(middle).max() > 0.05 for middle in bowls)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: surfaces.parabola(0), "curvature must be a number above 0, got 0"),
        (lambda: surfaces.parabola(np.nan), "curvature must be a number above 0, got nan"),
        (lambda: surfaces.bowl(0.5), "condition must be a number ≥ 1, got 0.5"),
        (lambda: surfaces.bowl(np.inf), "condition must be a number ≥ 1, got inf"),
        (lambda: surfaces.wells(-1, 1), "wide must be a number above 0"),
        (lambda: surfaces.wells(1, 0.01), "depth 0.01 at x = 1.5 is too shallow"),
        (lambda: surfaces.wells(0.01, 1), "depth 0.01 at x = -1.5 is too shallow"),
    ],
)
def test_impossible_surfaces_are_refused_in_words(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# ── numerical.py ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_central_differences_beat_one_sided_ones():
    x = np.array([0.3, -1.2])
    exact = np.cos(x)
    errors = [
        np.abs(
            finite_difference(lambda x: np.sin(x).sum(), x, h=1e-4, one_sided=side) - exact
        ).max()
        for side in (False, True)
    ]
    assert errors[0] < 1e-8 < 1e-6 < errors[1]


def test_best_one_sided_nudge_is_near_1e_8_in_float64_and_3e_4_in_float32():
    steps = 10.0 ** np.arange(-14, 0, 0.5)

    def best(dtype):
        points = np.linspace(0.2, 1.2, 40, dtype=dtype)
        errors = [
            np.mean(
                [
                    abs(finite_difference(np.sin, x, h, one_sided=True) - np.cos(float(x)))
                    for x in points
                ]
            )
            for h in steps
        ]
        return steps[np.argmin(errors)]

    assert 1e-9 <= best(np.float64) <= 1e-7
    assert 3e-5 <= best(np.float32) <= 3e-3


@pytest.mark.parametrize("shape", [(), (0,), (1,), (2, 0), (2, 3)])
def test_finite_difference_has_the_shape_of_x(shape):
    x = RNG.normal(size=shape)
    np.testing.assert_allclose(
        finite_difference(lambda x: float((x**2).sum()), x), 2 * x, atol=1e-8
    )


def test_finite_difference_of_a_vector_is_its_jacobian_and_leaves_x_alone():
    matrix, x = np.arange(6.0).reshape(3, 2), np.array([1.0, 2.0])
    np.testing.assert_allclose(finite_difference(lambda x: matrix @ x, x), matrix.T, atol=1e-8)
    assert x.tolist() == [1.0, 2.0]
    assert finite_difference(lambda x: float(x @ x), [1, 2]).round(6).tolist() == [2.0, 4.0]


@pytest.mark.parametrize("h", [0, -1e-5, np.nan, np.inf])
def test_a_nudge_must_be_a_positive_number(h):
    with pytest.raises(ValueError, match="h must be a number above 0, got .*; try 1e-5"):
        finite_difference(np.sum, np.ones(2), h)


def test_newton_meets_a_quadratic_in_one_step_from_anywhere():
    surface = surfaces.bowl(50, angle=30)
    np.testing.assert_allclose(newton(surface.gradient, [1.7, -1.2]), [0, 0], atol=1e-14)
