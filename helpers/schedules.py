"""Learning-rate schedules: functions step → lr, where step 0 is the first. The numbers are PyTorch's.
`optimizer.lr = schedule` or `fit(…, schedule=schedule)` uses one; lr may be an array, a rate for each run.
"""

import math
from collections.abc import Callable

from helpers.checks import Array, above_zero, checked

Schedule = Callable[[int], float | Array]


def constant(lr: float | Array) -> Schedule:
    """The same rate at every step."""
    return step_decay(lr, gamma=1, every=1)


def step_decay(lr: float | Array, gamma: float, every: int) -> Schedule:
    """Stairs: lr · gammaᵏ with k = ⌊t / every⌋.
    >>> [step_decay(0.1, gamma=0.5, every=10)(t) for t in (0, 9, 10, 25)]
    [0.1, 0.1, 0.05, 0.025]
    """
    lr, gamma, every = checked("lr", lr), checked("gamma", gamma), _whole("every", every)
    return lambda t: lr * gamma ** (_whole("step", t, 0) // every)


def exponential_decay(lr: float | Array, gamma: float) -> Schedule:
    """lr · gammaᵗ. With a gamma above 1 it grows: for a learning-rate range test."""
    return step_decay(lr, gamma, every=1)


def cosine(lr: float | Array, total: int, lr_min: float = 0.0) -> Schedule:
    """Half a cosine from lr at step 0 to lr_min at step `total`: lr_min + ½ (lr − lr_min) (1 + cos(π t / total)).
    >>> [round(cosine(0.1, total=100)(t), 4) for t in (0, 25, 50, 100)]
    [0.1, 0.0854, 0.05, 0.0]
    """
    checked("lr", lr), checked("lr_min", lr_min), _whole("total", total)
    return lambda t: _arc(lr, lr_min, _whole("step", t, 0, total) / total)


def cosine_restarts(
    lr: float | Array, period: int, factor: int = 1, lr_min: float = 0.0
) -> Schedule:
    """Half cosines one after the other, each `factor` times as long as the one before (Loshchilov and Hutter, 2017).
    >>> [round(cosine_restarts(0.1, period=10, factor=2)(t), 4) for t in (0, 5, 10, 20, 30)]
    [0.1, 0.05, 0.1, 0.05, 0.1]
    """
    checked("lr", lr), checked("lr_min", lr_min), _whole("period", period), _whole("factor", factor)

    def schedule(t: int, length: int = period) -> float | Array:
        if factor > 1 and t >= length:
            return schedule(t - length, length * factor)
        return _arc(lr, lr_min, _whole("step", t, 0) % length / length)

    return schedule


def warmup(schedule: Schedule, steps: int) -> Schedule:
    """A schedule times a ramp: schedule(t) · min(1, (t + 1) / steps). It keeps its count, so its total stays the total.
    >>> [warmup(constant(0.1), steps=4)(t) for t in (0, 1, 3, 4)]
    [0.025, 0.05, 0.1, 0.1]
    """
    steps = max(1, checked("steps", steps))
    return lambda t: schedule(t) * min(1.0, (t + 1) / steps)


def one_cycle(
    lr_max: float, total: int, pct_start=0.3, div_factor=25.0, final_div_factor=1e4
) -> Schedule:
    """Half a cosine up from lr_max / div_factor in the first pct_start of the steps, then one down (Smith, 2018).
    >>> [round(one_cycle(0.1, total=100)(t), 7) for t in (0, 29, 99)]
    [0.004, 0.1, 4e-07]
    """
    low, last = (
        checked("lr_max", lr_max) / above_zero("div_factor", div_factor),
        _whole("total", total) - 1,
    )
    top, end = checked("pct_start", pct_start, below=1) * total - 1, low / final_div_factor

    def schedule(t: int) -> float:
        up = _whole("step", t, 0, last) < top
        return _arc(low, lr_max, t / top) if up else _arc(lr_max, end, (t - top) / (last - top))

    return schedule


class ReduceOnPlateau:
    """The rate times `factor` when the loss has not fallen for more than `patience` epochs: report each with `watch`.
    A loss has fallen where it is below the best one · (1 − threshold). Called with a step, it gives the rate of now.
    >>> schedule = ReduceOnPlateau(0.1, factor=0.5, patience=1)
    >>> [schedule.watch(loss) for loss in (3, 2, 2, 2)]
    [0.1, 0.1, 0.1, 0.05]
    """

    def __init__(
        self,
        lr: float,
        factor=0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        lr_min: float = 0.0,
    ):
        self.lr, self.factor = checked("lr", lr), checked("factor", factor, below=1)
        self.patience, self.threshold = (
            _whole("patience", patience, 0),
            checked("threshold", threshold),
        )
        self.lr_min, self.best, self.waited = checked("lr_min", lr_min), math.inf, 0

    def watch(self, loss: float) -> float:
        fallen = loss < self.best * (1 - self.threshold)
        self.best, self.waited = (loss, 0) if fallen else (self.best, self.waited + 1)
        if self.waited > self.patience:
            self.lr, self.waited = max(self.lr * self.factor, self.lr_min), 0
        return self.lr

    def __call__(self, t: int) -> float:
        return self.lr


def _arc(start: float | Array, end: float, share: float) -> float | Array:
    return end + 0.5 * (start - end) * (1 + math.cos(math.pi * share))


def _whole(name: str, value: int, low: int = 1, high: float = math.inf) -> int:
    if not (low <= value <= high and value % 1 == 0):
        hint = "" if high == math.inf else "; give the schedule a larger total"
        raise ValueError(f"{name} must be a whole number from {low} to {high}, got {value}{hint}")
    return value
