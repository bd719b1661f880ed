"""What the two handles of lesson 07's designer mean for each schedule."""

import math
from collections.abc import Callable
from typing import NamedTuple

from helpers import schedules

Handle = tuple[float, float]  # share of the steps, rate


class Kind(NamedTuple):
    """A schedule to design: where its two handles begin, between which shares each stays,
    and what they make for so many steps: the schedule, and the call that makes it."""

    make: Callable[[Handle, Handle, int], tuple[schedules.Schedule, str]]
    high: Handle = (0.0, 0.1)
    high_between: tuple[float, float] = (0.0, 0.0)
    low: Handle = (1.0, 0.0)
    low_between: tuple[float, float] = (1.0, 1.0)
    waits: bool = False  # low[0] is how long it waits on a plateau, not where the curve is low


def _call(function: Callable, **numbers: float) -> tuple[schedules.Schedule, str]:
    arguments = ", ".join(f"{name}={number:.3g}" for name, number in numbers.items())
    return function(**numbers), f"{function.__name__}({arguments})"


def _step_decay(high: Handle, low: Handle, total: int):
    return _call(
        schedules.step_decay,
        lr=high[1],
        gamma=low[1] / high[1],
        every=max(1, round(low[0] * total)),
    )


def _exponential_decay(high: Handle, low: Handle, total: int):
    gamma = (max(low[1], 1e-6) / high[1]) ** (1 / (low[0] * total))
    return _call(schedules.exponential_decay, lr=high[1], gamma=gamma)


def _cosine(high: Handle, low: Handle, total: int):
    return _call(schedules.cosine, lr=high[1], total=total, lr_min=low[1])


def _cosine_restarts(high: Handle, low: Handle, total: int):
    return _call(
        schedules.cosine_restarts, lr=high[1], period=max(1, round(low[0] * total)), lr_min=low[1]
    )


def _warmup(high: Handle, low: Handle, total: int):
    steps = max(1, round(high[0] * total))
    sunk = (
        1 + math.cos(math.pi * (steps - 1) / total)
    ) / 2  # what is left of the cosine when the ramp ends
    cosine, call = _cosine(
        (0, low[1] + (high[1] - low[1]) / sunk), low, total
    )  # the handle is to lie on the curve
    return schedules.warmup(cosine, steps), f"warmup({call}, steps={steps})"


def _one_cycle(high: Handle, low: Handle, total: int):
    final = high[1] / 25 / max(low[1], 1e-6)
    return _call(
        schedules.one_cycle, lr_max=high[1], total=total, pct_start=high[0], final_div_factor=final
    )


def _reduce_on_plateau(high: Handle, low: Handle, total: int):
    factor, patience = low[1] / high[1], round(low[0] * total)
    return _call(schedules.ReduceOnPlateau, lr=high[1], factor=factor, patience=patience)


KINDS = {
    "constant": Kind(
        lambda high, low, total: _call(schedules.constant, lr=high[1]), low=(1.0, 0.1)
    ),
    "step decay": Kind(_step_decay, low=(0.33, 0.05), low_between=(0.02, 1.0)),
    "exponential decay": Kind(_exponential_decay, low=(0.5, 0.05), low_between=(0.02, 1.0)),
    "cosine": Kind(_cosine, high=(0.0, 0.15), low=(1.0, 0.02)),
    "warm restarts": Kind(_cosine_restarts, low=(0.5, 0.0), low_between=(0.1, 1.0)),
    "warm-up, then cosine": Kind(_warmup, high=(0.1, 0.1), high_between=(0.0, 0.5)),
    "one-cycle": Kind(_one_cycle, high=(0.3, 0.1), high_between=(0.05, 0.95)),
    "reduce on plateau": Kind(
        _reduce_on_plateau, low=(0.1, 0.05), low_between=(0.0, 1.0), waits=True
    ),
}
