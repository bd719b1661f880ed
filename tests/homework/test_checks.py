"""The checks of the homework: they hold silently, or say in words what is wrong, and by `known`
whether the mistake has a name.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

from helpers.exercises import Known, Wrong, expect, expect_function, expect_raises, inplace, verdict


def failed(check, *arguments, **options) -> Wrong:
    """What the check raises."""
    with pytest.raises(Wrong) as caught:
        check(*arguments, **options)
    return caught.value


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([0, 1], np.array([0.0, 1.0])),
        (np.float32(0.1), 0.1),
        (np.full(3, 1e4, np.float32), [1e4 + 0.01] * 3),
        ([np.nan, 1], np.array([np.nan, 1.0])),
        ("cat", "cat"),
        (True, True),
        (([1.0], 2.0), ([1], 2)),
        (np.zeros((0, 3)), np.empty((0, 3))),
    ],
)
def test_a_value_that_is_as_good_as_equal_passes(given, expected):
    expect(given, expected)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([0.0, 1.001], [0, 1]),
        ([[0], [1]], [0, 1]),
        ("dog", "cat"),
        (1, True),
        (None, 1.0),
        (np.zeros((0, 3)), np.zeros((0, 2))),
        (object(), 1.0),
    ],
)
def test_a_value_that_differs_is_shown_with_the_hint(given, expected):
    error = failed(expect, given, expected, hint="Mind the mean.")
    assert re.search("is not it. Mind the mean.$", str(error))
    assert not error.known
    assert isinstance(error, AssertionError)


def test_the_tolerances_may_be_narrowed():
    expect(1.00005, 1.0)
    failed(expect, 1.00005, 1.0, rtol=1e-9)


def test_a_mistake_known_by_name_gets_its_own_words_only():
    known = [Known(-1.0, "the sign is wrong."), Known(2.0, "it is doubled.")]
    error = failed(expect, 2.0, 1.0, hint="Not shown.", known=known)
    assert (str(error), error.known) == ("it is doubled.", True)


def test_what_is_not_begun_says_not_yet():
    assert "not yet" in str(failed(expect, ..., 1.0))
    assert "not yet" in str(failed(expect, [..., ...], [1.0, 2.0]))
    assert "not yet" in str(failed(expect_function, lambda x: ..., abs, cases=[(1.0,)]))


def mean(values):
    return np.mean(values)


CASES = [(np.array([1.0, 2.0, 6.0]),), (np.array([4.0]),)]


def test_a_function_is_compared_in_every_case():
    expect_function(lambda values: sum(values) / len(values), mean, cases=CASES)
    error = failed(expect_function, np.median, mean, cases=CASES, hint="Add, then divide.")
    assert "should be 3, and yours is 2. Add, then divide." in str(error)


def test_a_function_with_a_known_mistake_is_recognised_by_what_it_gives():
    known = [Known(np.median, "this is the median.")]
    error = failed(expect_function, lambda v: sorted(v)[len(v) // 2], mean, CASES, known=known)
    assert (str(error), error.known) == ("this is the median.", True)


def test_another_comparison_may_replace_that_of_numbers():
    def either_sign(given, expected):
        return np.allclose(np.abs(given), np.abs(expected))

    expect_function(lambda v: -np.mean(v), mean, cases=CASES, agree=either_sign)
    failed(expect_function, lambda v: -np.mean(v) + 1, mean, cases=CASES, agree=either_sign)


def test_what_a_function_raises_is_said_and_is_no_known_mistake():
    error = failed(expect_function, lambda v: 1 / 0, mean, cases=CASES)
    assert "it raised ZeroDivisionError: division by zero" in str(error)
    assert not error.known


def test_an_argument_that_is_changed_is_named():
    def in_place(values):
        values += 1
        return mean(values - 1)

    assert "changes its argument in place" in str(failed(expect_function, in_place, mean, CASES))


def test_an_array_in_a_list_is_an_argument_too():
    def together(arrays):
        return sum(array.sum() for array in arrays)

    def in_place(arrays):
        arrays[1] -= arrays[1].mean()
        return together(arrays)

    cases = [([np.ones(2), np.arange(3.0)],)]
    expect_function(together, together, cases)
    words = str(failed(expect_function, in_place, together, cases))
    assert "changes its argument in place" in words


def refuse(label):
    raise ValueError(f"{label!r} is none of the classes")


def test_an_error_is_expected_by_kind_and_text():
    expect_raises(ValueError, refuse, "mango", mentions="mango")
    assert "is none of" in str(failed(expect_raises, ValueError, refuse, "mango", mentions="x"))
    assert "raised a ValueError" in str(failed(expect_raises, TypeError, refuse, "mango"))
    error = failed(expect_raises, ValueError, str, 3, hint="Refuse it.")
    assert str(error).endswith("should raise a ValueError, and it gave '3'. Refuse it.")


def test_inplace_is_the_array_itself():
    array = np.zeros(3)
    assert inplace(array) is array


def test_a_lesson_and_the_homework_say_the_same_of_the_same_mistake():
    def uphill(w, slope, lr):
        return w + lr * slope

    words = verdict("03-1", uphill).words
    known = [Known(uphill, words)]

    def right(w, slope, lr):
        return w - lr * slope

    error = failed(expect_function, uphill, right, cases=[(1.0, 2.0, 0.1)], known=known)
    assert str(error) == words


def test_nan_in_a_list_is_no_change_of_the_argument():
    """Two NaNs are two objects where a list came from another process."""

    def last(values):
        values[:] = [float("nan") if value != value else value for value in values]
        return values[-1]

    expect_function(last, lambda values: values[-1], cases=[([float("nan"), 1.0],)])
