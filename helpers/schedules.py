"""Learning-rate schedules: functions step → lr, where step 0 is the first. PyTorch's numbers.

`optimizer.lr = schedule` or `fit(…, schedule=schedule)` uses one. lr may be an array, a rate for
each run. Each raises ValueError for a number that is out of range when it is built, and for a step
below 0 or beyond its total when it is asked.
"""

import math
from collections.abc import Callable

import numpy as np

from helpers.checks import Array, Rate, as_floats, fraction, non_negative, positive, whole

Schedule = Callable[[int], float | Array]


def constant(lr: float | Array) -> Schedule:
    """The same rate at every step.

    >>> constant(0.1)(1000)
    0.1
    """
    return step_decay(lr, gamma=1, every=1)


def step_decay(lr: float | Array, gamma: float, every: int) -> Schedule:
    """Stairs: lr · gammaᵏ with k = ⌊t / every⌋.

    >>> [step_decay(0.1, gamma=0.5, every=10)(t) for t in (0, 9, 10, 25)]
    [0.1, 0.1, 0.05, 0.025]
    """
    lr = _rate("lr", lr)
    gamma = float(non_negative("gamma", gamma))
    every = whole("every", every)

    def schedule(t: int) -> float | Array:
        k = _step(t) // every
        try:
            return lr * gamma**k
        except OverflowError:
            raise ValueError(
                f"at step {t} the rate has grown {gamma}^{k}-fold, which is more than a float "
                f"can be; try fewer steps, or a gamma nearer to 1"
            ) from None

    return schedule


def exponential_decay(lr: float | Array, gamma: float) -> Schedule:
    """lr · gammaᵗ. With a gamma above 1 it grows: for a learning-rate range test.

    >>> [round(exponential_decay(0.1, gamma=0.9)(t), 4) for t in (0, 1, 2, 10)]
    [0.1, 0.09, 0.081, 0.0349]
    """
    return step_decay(lr, gamma, every=1)


def cosine(lr: float | Array, total: int, lr_min: float = 0.0) -> Schedule:
    """Half a cosine from lr at step 0 to lr_min at step `total` (Loshchilov and Hutter, 2017).

        lr_min + ½ (lr − lr_min) (1 + cos(π t / total))

    >>> [round(cosine(0.1, total=100)(t), 4) for t in (0, 25, 50, 100)]
    [0.1, 0.0854, 0.05, 0.0]
    """
    lr = _rate("lr", lr)
    non_negative("lr_min", lr_min)
    total = whole("total", total)

    def schedule(t: int) -> float | Array:
        return _half_cosine(lr, lr_min, _step(t, last=total) / total)

    return schedule


def cosine_restarts(
    lr: float | Array, period: int, factor: int = 1, lr_min: float = 0.0
) -> Schedule:
    """Half cosines one after another, each `factor` times as long (Loshchilov and Hutter, 2017).

    >>> [round(cosine_restarts(0.1, period=10, factor=2)(t), 4) for t in (0, 5, 10, 20, 30)]
    [0.1, 0.05, 0.1, 0.05, 0.1]
    """
    lr = _rate("lr", lr)
    non_negative("lr_min", lr_min)
    period = whole("period", period)
    factor = whole("factor", factor)

    def schedule(t: int) -> float | Array:
        t, length = _step(t), period
        while factor > 1 and t >= length:
            t, length = t - length, factor * length
        return _half_cosine(lr, lr_min, t % length / length)

    return schedule


def warmup(schedule: Schedule, steps: int) -> Schedule:
    """A schedule times a ramp: schedule(t) · min(1, (t + 1) / steps) (Goyal et al., 2017).

    The ramp is part of the schedule's steps, so its total stays the total. A schedule that watches
    the loss goes on watching. Raises TypeError where `schedule` is no function.

    >>> [warmup(constant(0.1), steps=4)(t) for t in (0, 1, 3, 4)]
    [0.025, 0.05, 0.1, 0.1]
    """
    if not callable(schedule):
        raise TypeError(f"warmup needs a schedule, got {schedule!r}; try constant({schedule!r})")
    steps = max(1, whole("steps", steps, low=0))

    def ramp(t: int) -> float | Array:
        return schedule(t) * min(1.0, (_step(t) + 1) / steps)

    if (watch := watcher(schedule)) is not None:
        ramp.watch = watch  # type: ignore[attr-defined]
    return ramp


def one_cycle(
    lr_max: float | Array,
    total: int,
    pct_start: float = 0.3,
    div_factor: float = 25.0,
    final_div_factor: float = 1e4,
) -> Schedule:
    """Half a cosine up to lr_max in the first pct_start of the steps, then one down (Smith, 2018).

    It begins at lr_max / div_factor and ends at that / final_div_factor.

    >>> [round(one_cycle(0.1, total=100)(t), 7) for t in (0, 29, 99)]
    [0.004, 0.1, 4e-07]
    """
    lr_max = _rate("lr_max", lr_max)
    last = whole("total", total) - 1
    top = fraction("pct_start", pct_start) * total - 1
    first_lr = lr_max / positive("div_factor", div_factor)
    last_lr = first_lr / positive("final_div_factor", final_div_factor)

    def schedule(t: int) -> float | Array:
        if _step(t, last) < top:
            return _half_cosine(first_lr, lr_max, t / top)
        return _half_cosine(lr_max, last_lr, (t - top) / (last - top))

    return schedule


class ReduceOnPlateau:
    """The rate times `factor`, once the loss has not fallen for more than `patience` epochs.

    Report the loss of each epoch with `watch`; `fit` does so by itself, in a `warmup` too. It has
    fallen where it is below the best one by more than `threshold` · |best|. (PyTorch leaves out the
    bars, and so takes a loss below 0 that stands still for one that falls.) The rate never becomes
    smaller than lr_min. What was watched counts for good: make a new one for each run. Raises
    ValueError for an lr_min above lr.

    >>> schedule = ReduceOnPlateau(0.1, factor=0.5, patience=1)
    >>> [schedule.watch(loss) for loss in (3, 2, 2, 2)]
    [0.1, 0.1, 0.1, 0.05]
    """

    def __init__(
        self,
        lr: float,
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        lr_min: float = 0.0,
    ):
        if np.ndim(lr) > 0:
            raise ValueError(f"lr must be one number, for there is one loss to watch; got {lr}")
        self.lr = float(non_negative("lr", lr))
        self.factor = fraction("factor", factor)
        self.patience = whole("patience", patience, low=0)
        self.threshold = fraction("threshold", threshold)
        self.lr_min = non_negative("lr_min", lr_min)
        if lr_min > lr:
            raise ValueError(
                f"lr_min must not be above lr = {lr}, from which it falls; got {lr_min}"
            )
        self.best = math.inf
        self.waited = 0

    def watch(self, loss: float) -> float:
        """Take note of the loss of an epoch; returns the rate from now on."""
        enough = self.best * (1 - math.copysign(self.threshold, self.best))
        if loss < enough:
            self.best = loss
            self.waited = 0
        else:
            self.waited += 1
        if self.waited > self.patience:
            self.lr = max(self.lr * self.factor, self.lr_min)
            self.waited = 0
        return self.lr

    def __call__(self, t: int) -> float:
        """The rate of now, whatever the step."""
        return self.lr


def watcher(schedule: Rate | None) -> Callable[[float], float] | None:
    """What a schedule wants to be told the loss of each epoch with, None where it does not ask."""
    return getattr(schedule, "watch", None)


def _half_cosine(start: float | Array, end: float | Array, done: float) -> float | Array:
    """The rate between start and end when so much of the way is done, from 0 to 1."""
    return end + 0.5 * (start - end) * (1 + math.cos(math.pi * done))


def _rate(name: str, lr: float | Array) -> float | Array:
    """The rate, an array as a copy. Raises ValueError unless all of it is finite and ≥ 0."""
    non_negative(name, lr)
    return np.array(as_floats(lr)) if np.ndim(lr) else lr


def _step(t: int, last: float = math.inf) -> int:
    """The step itself. Raises ValueError unless it is a whole number from 0 to the last one."""
    hint = "" if last == math.inf else "give the schedule a larger total"
    return whole("step", t, low=0, high=last, hint=hint)
