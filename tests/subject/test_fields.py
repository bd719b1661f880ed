"""Fields of points: equations of x and y on arrays of points, in their type and order in memory."""

import numpy as np
import pytest

from helpers.fields import columns, gradient_on_points, on_points

product = on_points(lambda x, y: x * y, weights=2)
slopes = gradient_on_points(lambda x, y: (y, x), weights=2)


def test_columns_are_contiguous_copies():
    points = np.arange(24.0).reshape(3, 4, 2)
    copy = columns(points)
    assert (copy == points).all()
    assert copy[..., 0].flags.c_contiguous and copy[..., 1].flags.c_contiguous
    assert not np.shares_memory(copy, points)


def test_columns_are_floats_of_the_type_asked_for():
    assert columns([[1, 2]]).dtype == np.float64
    assert columns(np.zeros((1, 2), np.float32)).dtype == np.float32
    assert columns([[1, 2]], np.float32).dtype == np.float32


@pytest.mark.parametrize("shape", [(2,), (0, 2), (3, 2), (3, 4, 2)])
def test_an_equation_serves_a_field_of_any_shape(shape):
    points = np.random.default_rng(0).normal(size=shape)
    np.testing.assert_array_equal(product(points), points[..., 0] * points[..., 1])
    np.testing.assert_array_equal(slopes(points), points[..., ::-1])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_type_of_float_is_kept(dtype):
    for points in (np.ones(2, dtype), np.ones((3, 2), dtype)):
        assert product(points).dtype == slopes(points).dtype == dtype


def test_what_underflows_is_0_and_no_error():
    with np.errstate(all="raise"):
        assert product([1e-200, 1e-200]) == 0
        assert product(np.float32([1e-30, 1e-30])) == 0
        assert columns([[1e-50, 1.0]], np.float32).tolist() == [[0, 1]]


def test_what_overflows_is_an_error_for_who_has_asked_for_one():
    with np.errstate(all="raise"), pytest.raises(FloatingPointError, match="overflow"):
        product([1e200, 1e200])


@pytest.mark.parametrize("function", [product, slopes])
def test_points_that_are_none_are_named(function):
    with pytest.raises(ValueError, match=r"shape \(\.\.\., 2\).*got shape \(3,\)"):
        function(np.zeros(3))
    with pytest.raises(ValueError, match=r"got shape \(\); one point alone has shape \(2,\)"):
        function(1.0)
    with pytest.raises(TypeError, match="expected real numbers, got complex128"):
        function([1j, 2.0])
