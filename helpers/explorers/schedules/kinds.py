"""The kinds of schedule that lesson 07's designer offers, and what two handles mean for each.

A handle is a pair: a share of all steps, and a rate. `high` is where a schedule starts or peaks,
`low` where it has fallen to.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from helpers import schedules
from helpers.schedules import Schedule

Handle = tuple[float, float]  # share of the steps, rate
Own = Callable[[int, int, float, float], float]
Made = tuple[Schedule, str]  # the schedule, and the call that makes it

SMALLEST = 1e-6  # a rate in the place of 0, where a handle's rate is divided by
LARGEST_FACTOR = 0.99  # of a plateau, where both handles are equally high


class Kind(NamedTuple):
    """A kind of schedule: make(high, low, total) → Made, and where its handles begin and may go."""

    make: Callable[[Handle, Handle, int], Made]
    high: Handle = (0.0, 0.1)
    high_between: tuple[float, float] = (0.0, 0.0)  # shares of the steps
    low: Handle = (1.0, 0.0)
    low_between: tuple[float, float] = (1.0, 1.0)
    is_level: bool = False  # both handles lift the whole line
    waits: bool = False  # low[0] is how long it waits on a plateau, not where the curve is low


def call(function: Callable[..., Schedule], **numbers: float) -> Made:
    """Call a function of helpers.schedules, and write the call down.

    >>> call(schedules.cosine, lr=0.1, total=100)[1]
    'cosine(lr=0.1, total=100)'
    """
    # In Python's own numbers, for it is there to be copied, but never as 4e+03: it is read too.
    written = {name: float(f"{number:.3g}") for name, number in numbers.items()}
    arguments = ", ".join(
        f"{name}={np.format_float_positional(number, trim='-')}" for name, number in written.items()
    )
    return function(**numbers), f"{function.__name__}({arguments})"


def steps_of(share: float, total: int) -> int:
    """A share of all steps as a number of steps, at least one."""
    return max(1, round(share * total))


def constant(high: Handle, low: Handle, total: int) -> Made:
    """One rate, that of both handles."""
    return call(schedules.constant, lr=high[1])


def step_decay(high: Handle, low: Handle, total: int) -> Made:
    """`low` is the first stair."""
    gamma = low[1] / high[1]
    return call(schedules.step_decay, lr=high[1], gamma=gamma, every=steps_of(low[0], total))


def exponential_decay(high: Handle, low: Handle, total: int) -> Made:
    """`low` is a point of the curve."""
    gamma = (max(low[1], SMALLEST) / high[1]) ** (1 / (low[0] * total))
    return call(schedules.exponential_decay, lr=high[1], gamma=gamma)


def cosine(high: Handle, low: Handle, total: int) -> Made:
    """`low` is the end."""
    return call(schedules.cosine, lr=high[1], total=total, lr_min=low[1])


def cosine_restarts(high: Handle, low: Handle, total: int) -> Made:
    """`low` is the end of the first period."""
    period = steps_of(low[0], total)
    return call(schedules.cosine_restarts, lr=high[1], period=period, lr_min=low[1])


def warmup(high: Handle, low: Handle, total: int) -> Made:
    """`high` is where the ramp ends, `low` the end.

    The cosine has begun to fall when the ramp ends, so it starts from above `high`.
    """
    steps = steps_of(high[0], total)
    left = (1 + math.cos(math.pi * (steps - 1) / total)) / 2  # of the cosine at that step
    start = low[1] + (high[1] - low[1]) / left
    after, after_call = cosine((0, start), low, total)
    return schedules.warmup(after, steps), f"warmup({after_call}, steps={steps})"


def one_cycle(high: Handle, low: Handle, total: int) -> Made:
    """`high` is the peak, `low` the end."""
    start = high[1] / 25
    final_div_factor = start / max(low[1], SMALLEST)
    numbers = {"lr_max": high[1], "total": total, "pct_start": high[0]}
    return call(schedules.one_cycle, **numbers, final_div_factor=final_div_factor)


def reduce_on_plateau(high: Handle, low: Handle, total: int) -> Made:
    """`low` says how long to wait, and what the rate then falls to."""
    factor, patience = min(low[1] / high[1], LARGEST_FACTOR), round(low[0] * total)
    return call(schedules.ReduceOnPlateau, lr=high[1], factor=factor, patience=patience)


def kind_of(own: Own) -> Kind:
    """A schedule of the learner's own, own(t, total, high, low) → rate, as a kind to design.

    Its schedule raises TypeError at a step where `own` returns no number.
    """

    def make(high: Handle, low: Handle, total: int) -> Made:
        def schedule(t: int) -> float:
            rate = own(t, total, high[1], low[1])
            if rate is None or np.ndim(rate) > 0:
                what = "None" if rate is None else f"an array of shape {np.shape(rate)}"
                raise TypeError(
                    f"the schedule must return a rate, a number, got {what} at step {t}"
                )
            return rate

        return schedule, "own"

    return Kind(make, low=(1.0, 0.01))


KINDS = {
    "constant": Kind(constant, low=(1.0, 0.1), is_level=True),
    "step decay": Kind(step_decay, low=(0.33, 0.05), low_between=(0.02, 1.0)),
    "exponential decay": Kind(exponential_decay, low=(0.5, 0.05), low_between=(0.02, 1.0)),
    "cosine": Kind(cosine, high=(0.0, 0.12), low=(1.0, 0.01)),
    "warm restarts": Kind(cosine_restarts, low=(0.5, 0.0), low_between=(0.1, 1.0)),
    "warm-up, then cosine": Kind(warmup, high=(0.1, 0.1), high_between=(0.0, 0.5)),
    "one-cycle": Kind(one_cycle, high=(0.3, 0.1), high_between=(0.05, 0.95)),
    "reduce on plateau": Kind(
        reduce_on_plateau, low=(0.1, 0.05), low_between=(0.0, 1.0), waits=True
    ),
}
