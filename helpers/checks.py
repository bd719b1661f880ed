"""Checks of arguments that many rooms share: each returns what it was given, or says what is wrong.

A message names the argument, its value, what was expected, and what to try.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray
Rate = float | Array | Callable[[int], float | Array]


def as_floats(values: Any, dtype: Any = np.float64) -> Array:
    """The values as an array of floats: any float stays what it is, all else becomes `dtype`.

    Raises TypeError for complex numbers, of which only a part would be left.

    >>> as_floats([1, 2]), as_floats(np.float32([1, 2])).dtype
    (array([1., 2.]), dtype('float32'))
    """
    values = np.asarray(values)
    if values.dtype.kind == "c":
        raise TypeError(f"expected real numbers, got {values.dtype}; try .real or abs(…)")
    return values if values.dtype.kind == "f" else values.astype(dtype)


def positive(name: str, number: float, hint: str = "") -> float:
    """The number as a float. Raises ValueError unless it is finite and above 0.

    >>> positive("curvature", 4)
    4.0
    """
    if not 0 < number < np.inf:
        raise ValueError(f"{name} must be a number above 0, got {number}{_after(hint)}")
    return float(number)


def non_negative(name: str, value: Any, hint: str = "") -> Any:
    """The value itself, a number or an array. Raises ValueError unless all of it is finite and ≥ 0.

    >>> non_negative("lr", -0.1, hint="the minus sign is already in the update")
    Traceback (most recent call last):
    ValueError: lr must be ≥ 0, got -0.1; the minus sign is already in the update
    """
    numbers = np.asarray(value, dtype=float)
    for wrong in numbers[~(numbers >= 0)]:
        raise ValueError(f"{name} must be ≥ 0, got {wrong:g}{_after(hint)}")
    for wrong in numbers[numbers == np.inf]:
        raise ValueError(f"{name} must be finite, got {wrong:g}{_after(hint)}")
    return value


def fraction(name: str, value: Any, hint: str = "") -> Any:
    """The value itself, a number or an array. Raises ValueError unless all of it is in [0, 1).

    >>> fraction("momentum", 1.0, hint="try 0.9")
    Traceback (most recent call last):
    ValueError: momentum must be at least 0 and below 1, got 1; try 0.9
    """
    numbers = np.asarray(value, dtype=float)
    for wrong in numbers[~((numbers >= 0) & (numbers < 1))]:
        raise ValueError(f"{name} must be at least 0 and below 1, got {wrong:g}{_after(hint)}")
    return value


def whole(name: str, value: Any, low: int = 1, high: float = np.inf, hint: str = "") -> int:
    """The value as an int. Raises ValueError unless it is a whole number from low to high.

    >>> whole("batch_size", 32.0)
    32
    """
    if not (np.ndim(value) == 0 and low <= value <= high and value % 1 == 0):
        span = f"≥ {low}" if high == np.inf else f"from {low} to {high}"
        raise ValueError(f"{name} must be a whole number {span}, got {value}{_after(hint)}")
    return int(value)


def generator(rng: Any) -> np.random.Generator:
    """The generator itself. Raises TypeError, and says how to make one, for anything else."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng must be a numpy Generator, got {rng!r}; try rng=np.random.default_rng(0)"
        )
    return rng


def with_classes(name: str, values: Any) -> Array:
    """The values as floats (..., K). Raises ValueError unless there is a class at least, K ≥ 1."""
    values = as_floats(values)
    if values.ndim == 0 or values.shape[-1] == 0:
        raise ValueError(
            f"{name} must have at least one class on the last axis, got shape {values.shape}"
        )
    return values


def as_labels(name: str, values: Any) -> Array:
    """The labels as an array, all of them words or all of them numbers.

    Raises ValueError where a label is missing (None or NaN), where words and numbers are mixed,
    and for what is neither.

    >>> as_labels("y", ["cat", 3])
    Traceback (most recent call last):
    ValueError: y must be all words or all numbers, got 'cat' and 3; write all labels one way
    """
    labels = np.asarray(values)
    is_plain = isinstance(values, np.ndarray) and values.dtype != object
    if labels.dtype.kind in "OUS" and not is_plain:
        # numpy makes words of [1, "a"] and objects of [1, None]: look at the values as they came
        each = np.asarray(values, dtype=object).ravel().tolist()
        _check_one_kind(name, each)
        labels = np.array(each).reshape(labels.shape)
    if labels.dtype.kind == "f" and np.isnan(labels).any():
        raise ValueError(_missing_label(name, int(np.isnan(labels).argmax()), "nan"))
    return labels


def _check_one_kind(name: str, values: list[Any]) -> None:
    words = [value for value in values if isinstance(value, str | bytes)]
    for position, value in enumerate(values):
        if isinstance(value, str | bytes):
            continue
        if value is None or (isinstance(value, float) and value != value):
            raise ValueError(_missing_label(name, position, value))
        if not isinstance(value, int | float | np.number | np.bool_):
            raise ValueError(
                f"{name} must be words or numbers, got {value!r} at position {position}"
            )
        if words:
            raise ValueError(
                f"{name} must be all words or all numbers, got {words[0]!r} and {value!r}; "
                "write all labels one way"
            )


def _missing_label(name: str, position: int, value: Any) -> str:
    return f"{name} must not lack a label, got {value} at position {position}; drop that example"


def _after(hint: str) -> str:
    return f"; {hint}" if hint else ""
