"""Checks of arguments that many rooms share: each returns what it was given, or says what is wrong and what to try."""

from collections.abc import Callable

import numpy as np

Array = np.ndarray
Rate = float | Array | Callable[[int], float | Array]

AVERAGES = (
    "alpha",
    "rho",
    "betas",
)  # the share β of the past in a running average; a rule is given β and 1 − β
HINTS = {
    "lr": "the minus sign is already in the update",
    "momentum": "try 0.9",
    "betas": "try (0.9, 0.999)",
}


def as_floats(values: Array, dtype: type = np.float64) -> Array:
    """The values as an array of floats: float32 stays float32, integers, booleans and lists become float64 (dtype)."""
    values = np.asarray(values)
    return values if values.dtype.kind == "f" else values.astype(dtype)


def above_zero(name: str, number: float, hint: str = "") -> float:
    """The number as a float; ValueError that ends with the hint unless it is finite and above 0."""
    if not 0 < number < np.inf:
        raise ValueError(f"{name} must be a number above 0, got {number}{hint}")
    return float(number)


def with_classes(name: str, values: Array) -> Array:
    """The values as floats; ValueError unless their last axis holds a class at least."""
    values = as_floats(values)
    if values.ndim == 0 or values.shape[-1] == 0:
        raise ValueError(
            f"{name} must have at least one class on the last axis, got shape {values.shape}"
        )
    return values


def require_rng(rng: np.random.Generator) -> None:
    """Raise a TypeError that says how to make a generator, unless `rng` is one."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng must be a numpy Generator, got {rng!r}; try rng=np.random.default_rng(0)"
        )


def checked(name: str, value: Rate, below: float = np.inf) -> Rate:
    """The value itself; ValueError where a number in it is negative, infinite, NaN or, if it is a share, 1 or more."""
    below = 1 if name == "momentum" or name in AVERAGES else below
    numbers = np.asarray(0 if callable(value) else value, float)
    if name in AVERAGES and numbers.shape != ((2,) if name == "betas" else ()):
        raise ValueError(
            f"{name} must be {'two numbers' if name == 'betas' else 'one number'}, got {value}"
        )
    wrong = numbers[~((numbers >= 0) & (numbers < below))]
    if wrong.size:
        must = (
            "finite"
            if wrong[0] == np.inf
            else "≥ 0"
            if below == np.inf
            else f"at least 0 and below {below}"
        )
        raise ValueError(
            f"{name} must be {must}, got {wrong[0]:g}"
            + (f"; {HINTS[name]}" if name in HINTS else "")
        )
    return value
