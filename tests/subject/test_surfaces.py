"""Surfaces: gradients against finite differences, minima, fields of points, float32, errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import surfaces
from helpers.derivatives import finite_difference, hessian, is_minimum, newton
from helpers.fields import columns
from helpers.surfaces import Surface

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


def points_that_underflow(surface):
    """Where something underflows in float64: next to a minimum at 0, and far away."""
    weights = len(surface.domain)
    return np.array([[1e-200] * weights, [-150.0, 30.0][:weights], [1e6, -1e6][:weights]])


def some_points(surface, shape, rng=RNG):
    low, high = np.transpose(surface.domain)
    return rng.uniform(low, high, (*shape, len(low)))


@every_surface
def test_gradient_matches_finite_differences(surface):
    for point in some_points(surface, (20,)):
        nudged = finite_difference(surface.value, point, h=1e-6)
        np.testing.assert_allclose(surface.gradient(point), nudged, rtol=1e-5, atol=1e-5)


@every_surface
def test_minima_are_flat_to_machine_precision(surface):
    assert surface.minima.shape[1] == len(surface.domain) and len(surface.minima)
    for minimum in surface.minima:
        steepest = np.linalg.eigvalsh(hessian(surface.gradient, minimum)).max()
        # rounding the place by 1e-15 alone makes this much slope
        rounding = 1e-14 * max(1, steepest) * max(1, np.abs(minimum).max())
        assert np.abs(surface.gradient(minimum)).max() < rounding


@every_surface
def test_minima_curve_upwards_and_are_lower_than_everything_around(surface):
    for minimum in surface.minima:
        assert np.linalg.eigvalsh(hessian(surface.gradient, minimum)).min() > 0
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
def test_what_underflows_is_no_error_where_the_caller_hunts_errors(surface):
    with np.errstate(all="raise"):
        for point in points_that_underflow(surface):
            assert np.isfinite(surface.value(point))
            assert np.isfinite(surface.gradient(point)).all()


@every_surface
def test_what_underflows_in_float32_is_no_error_either(surface):
    point = np.float32([-25.0, 25.0][: len(surface.domain)])
    with np.errstate(all="raise"):
        assert np.isfinite(surface.value(point))
        assert np.isfinite(surface.gradient(point)).all()


def test_surfaces_can_be_made_where_the_caller_hunts_errors():
    with np.errstate(all="raise"):
        surfaces.wells(1.0, 1.3)
        surfaces.random_landscape(np.random.default_rng(1))


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


@pytest.mark.parametrize("n", [0, -1, 2.5, np.nan])
def test_a_grid_needs_a_whole_number_of_points(n):
    with pytest.raises(ValueError, match="n must be a whole number ≥ 1, got"):
        surfaces.himmelblau().grid(n)


@every_surface
@pytest.mark.parametrize("shape", [(3,), (4, 3), ()])
def test_wrong_number_of_weights_is_named(surface, shape):
    for function in (surface.value, surface.gradient):
        with pytest.raises(ValueError, match=rf"{len(surface.domain)} weight.*got shape"):
            function(np.zeros(shape))


@every_surface
def test_complex_points_are_refused(surface):
    for function in (surface.value, surface.gradient):
        with pytest.raises(TypeError, match="expected real numbers, got complex128"):
            function([1j] * len(surface.domain))


# ── a surface of one's own ──────────────────────────────────────────────────────────────────────


def own_surface(domain=((-5, 5), (-5, 5)), minima=((0.0, 0.0),)):
    model = surfaces.bowl(2)
    return Surface("own", model.value, model.gradient, domain, np.array(minima), "An example.")


def test_minima_without_a_row_for_each_are_refused():
    with pytest.raises(ValueError, match=r"minima must have shape \(M, 2\).*got shape \(2,\)"):
        own_surface(minima=(3.0, 2.0))
    with pytest.raises(ValueError, match=r"got shape \(1, 3\)"):
        own_surface(minima=((3.0, 2.0, 1.0),))


def test_a_surface_may_have_no_known_minimum():
    assert own_surface(minima=np.empty((0, 2))).minima.shape == (0, 2)


@pytest.mark.parametrize("span", [(1, -1), (1, 1), (0, np.inf), (np.nan, 1)])
def test_a_domain_that_is_no_span_is_refused(span):
    with pytest.raises(ValueError, match="domain must be .low, high. for each weight"):
        own_surface(domain=((0, 1), span))


# ── what each surface is for ────────────────────────────────────────────────────────────────────


@given(condition=st.floats(1, 1000), angle=st.floats(-180, 180))
def test_bowl_has_the_curvatures_and_the_direction_it_was_asked_for(condition, angle):
    curvatures = np.linalg.eigvalsh(hessian(surfaces.bowl(condition, angle).gradient, np.ones(2)))
    np.testing.assert_allclose(curvatures, [1, condition], rtol=1e-6)
    flat = [np.cos(np.radians(angle)), np.sin(np.radians(angle))]
    np.testing.assert_allclose(surfaces.bowl(condition, angle).gradient(flat), flat, atol=1e-10)


@pytest.mark.parametrize("condition", [1e17, 1e200])
def test_bowl_may_be_steeper_than_float64_can_invert(condition):
    assert surfaces.bowl(condition, angle=30).minima.tolist() == [[0, 0]]


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


def test_rastrigin_has_121_minima_in_its_domain():
    surface, whole = surfaces.rastrigin(), np.arange(-5, 6)
    starts = np.stack(np.meshgrid(whole, whole), axis=-1).reshape(-1, 2)
    found = np.array([newton(surface.gradient, 0.995 * start) for start in starts])
    assert all(is_minimum(surface.gradient, place) for place in found)
    assert np.abs(found - starts).max() < 0.1 and np.abs(found).max() < 5.12


def test_wells_are_wide_and_narrow_and_either_may_be_the_deeper():
    narrow_deeper, wide_deeper = surfaces.wells(1.0, 1.3), surfaces.wells(1.3, 1.0)
    curvatures = [hessian(narrow_deeper.gradient, place) for place in narrow_deeper.minima]
    borders = 2 / np.linalg.eigvalsh(curvatures).max(axis=-1)
    np.testing.assert_allclose(borders, [2.73, 0.187], rtol=5e-3)
    assert np.argmin(narrow_deeper.value(narrow_deeper.minima)) == 1
    assert np.argmin(wide_deeper.value(wide_deeper.minima)) == 0


@pytest.mark.parametrize("depths", [(1e8, 1e8), (1e12, 1e12), (1.0, 10.0), (10.0, 1.0), (1, 1e6)])
def test_wells_may_be_as_deep_as_one_likes(depths):
    surface = surfaces.wells(*depths)
    assert np.abs(surface.minima - [(-1.5, 0), (1.5, 0)]).max() < 0.2
    assert np.abs(surface.gradient(surface.minima)).max() < 1e-12 * max(depths)


@pytest.mark.parametrize("seed", [1, 3, 25, 43])  # on each, Newton's method also meets a saddle
def test_random_landscapes_list_their_minima_deepest_first_and_miss_none(seed):
    surface = surfaces.random_landscape(np.random.default_rng(seed))
    assert all(is_minimum(surface.gradient, place) for place in surface.minima)
    depth = surface.value(surface.minima)
    assert (np.diff(depth) >= 0).all()
    apart = np.linalg.norm(surface.minima[:, None] - surface.minima, axis=-1)
    assert (apart + 9 * np.eye(len(depth))).min() > 0.1
    anywhere = np.random.default_rng(0).uniform(-12, 12, (20_000, 2))
    assert surface.value(anywhere).min() >= depth[0]


def test_a_random_landscape_without_its_bowl_is_its_waves_alone():
    landscapes = [surfaces.random_landscape(np.random.default_rng(5), s) for s in (0, 0.05, 0.1)]
    points = np.random.default_rng(0).uniform(-12, 12, (1_000, 2))
    flat, shallow, steep = (surface.value(points) for surface in landscapes)
    assert np.allclose(steep - shallow, shallow - flat)
    assert (shallow - flat).max() > 5  # the bowl, far out
    assert np.abs(flat).max() <= 8 * 0.3
    for point in points[:20]:
        nudged = finite_difference(landscapes[0].value, point, h=1e-6)
        np.testing.assert_allclose(landscapes[0].gradient(point), nudged, atol=1e-6)


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
        (lambda: surfaces.bowl(10, np.nan), "angle must be a finite number of degrees, got nan"),
        (lambda: surfaces.bowl(10, np.inf), "angle must be a finite number of degrees, got inf"),
        (
            lambda: surfaces.random_landscape(np.random.default_rng(0), -1),
            "steepness must be ≥ 0, got -1",
        ),
        (lambda: surfaces.wells(-1, 1), "wide must be a number above 0"),
        (lambda: surfaces.wells(1, 0.01), "depth 0.01 at x = 1.5 is too shallow"),
        (lambda: surfaces.wells(0.01, 1), "depth 0.01 at x = -1.5 is too shallow"),
        (lambda: surfaces.wells(1000, 1), "x = 1.5 is too shallow.* a tenth of the other"),
    ],
)
def test_impossible_surfaces_are_refused_in_words(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_random_landscape_needs_a_generator():
    with pytest.raises(TypeError, match="rng must be a numpy Generator, got 3"):
        surfaces.random_landscape(3)


# ── derivatives.py ──────────────────────────────────────────────────────────────────────────────


def test_central_differences_beat_one_sided_ones():
    x = np.array([0.3, -1.2])

    def error(one_sided):
        slopes = finite_difference(lambda x: np.sin(x).sum(), x, h=1e-4, one_sided=one_sided)
        return np.abs(slopes - np.cos(x)).max()

    assert error(one_sided=False) < 1e-8 < 1e-6 < error(one_sided=True)


def test_best_one_sided_nudge_is_near_1e_8_in_float64_and_3e_4_in_float32():
    steps = 10.0 ** np.arange(-14, 0, 0.5)

    def error(x, h):
        return abs(finite_difference(np.sin, x, h, one_sided=True) - np.cos(float(x)))

    def best(dtype):
        points = np.linspace(0.2, 1.2, 40, dtype=dtype)
        return steps[np.argmin([np.mean([error(x, h) for x in points]) for h in steps])]

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
