"""Descent on a surface: whole paths, one or thousands at once, and maps of where each start ends.

A field of points (..., D) is a field of runs: every point is a run of its own, and all of them make
their steps together.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from helpers.checks import Array, as_floats, positive, whole
from helpers.fields import columns
from helpers.optimizer import Optimizer
from helpers.surfaces import Surface

Update = Callable[[Array, Array], Array]  # (theta, grad) → the new theta

# What `Ends.where` says of a run that is at no minimum.
STILL_MOVING = -1  # it creeps or swings, and has not converged when the steps are used up
DIVERGED = -2

# A run has diverged where it is this many widths of the domain away from the domain's middle: no
# surface of the course throws a run that far and gets it back.
FAR = 1_000

# `settle` works on this many runs at a time. Their weights, gradients and momentum, in float32,
# stay in the processor's cache from one step to the next.
BLOCK = 8_192

LOOK_EVERY = 16  # steps after which `descend` looks whether all runs have diverged


class Path(NamedTuple):
    """What `descend` returns. A run that diverged keeps that point and loss; later ones are NaN.

    points is (T+1, ..., D), with the start at index 0; losses is (T+1, ...); diverged_at (...) is
    the step at which a run diverged, −1 where it never did.
    """

    points: Array
    losses: Array
    diverged_at: Array


class Ends(NamedTuple):
    """What `settle` returns, for each run.

    where (...) is the index of the minimum that it converged to, STILL_MOVING or DIVERGED; steps
    (...) is the number of steps after which it was there for good, −1 where it is at no minimum.
    """

    where: Array
    steps: Array


def descend(surface: Surface, start: Any, optimizer: Optimizer | Update, steps: int) -> Path:
    """Follow an optimizer downhill for a number of steps, and keep the whole path.

    start is (..., D), one point or a field of them. optimizer is an Optimizer, reset first so that
    every descent begins afresh, or a function (theta, grad) → new theta. A run has diverged where
    its loss is not finite or where it is FAR widths of the domain away.

    Raises ValueError for a start of another shape or with NaN, for steps that are no whole number
    ≥ 0, and for a surface or function that returns another shape; TypeError for what is no
    optimizer. Errors of the function itself are passed on.

    >>> from helpers import optim, surfaces
    >>> descend(surfaces.parabola(4.0), [1.0], optim.SGD(lr=0.3), steps=2).points.round(3).tolist()
    [[1.0], [-0.2], [0.04]]
    """
    theta = _as_start(surface, start)
    steps = whole("steps", steps, low=0)
    step = _step_of(optimizer)
    reach = _reach(surface)
    points = columns(np.broadcast_to(theta, (steps + 1, *theta.shape)))
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            theta = step(theta, surface.gradient(theta))
            points[t] = theta
            if t % LOOK_EVERY == 0 and not _within(theta, reach).any():
                break  # the points that are left out become NaN below
        losses = surface.value(points)
        if np.shape(losses) != points.shape[:-1]:
            raise ValueError(
                f"the value of {surface.name} has shape {np.shape(losses)} at points of shape "
                f"{points.shape}, expected {points.shape[:-1]}; a sum over weights needs axis=-1"
            )
        gone = ~(_within(points, reach) & np.isfinite(losses))
    diverged_at = np.where(gone.any(axis=0), gone.argmax(axis=0), -1)
    if gone.any():
        later = np.maximum.accumulate(gone, axis=0)[:-1]
        points[1:][later] = np.nan
        losses[1:][later] = np.nan
    return Path(points, losses, diverged_at)


def settle(
    surface: Surface,
    starts: Any,
    optimizer: Optimizer | Update,
    steps: int,
    tolerance: float = 0.01,
    every: int = 5,
) -> Ends:
    """Which minimum every start converges to, without keeping paths: a map of basins of attraction.

    To settle is to converge, in the field's word. starts is (..., D); lr and momentum may be arrays
    that broadcast against it: lr of shape (n, 1, 1) and momentum of shape (1, m, 1) over starts of
    shape (n, m, 2) map one against the other. A run is at a minimum when it is nearer to it than
    `tolerance`, which is looked at after every so many steps (`every`) and after the last one.

    Works in float32, in blocks of runs that fit in the processor's cache; a function (theta, grad)
    → new theta sees the whole field at once. Raises what `descend` raises, and ValueError for an
    `every` below 1 and for a tolerance that is not above 0, that float32 cannot tell from 0, or
    that covers two minima.

    >>> from helpers import optim, surfaces
    >>> starts = [[4, 3], [-4, -3], [5, 5]]
    >>> rates = [[0.01], [0.01], [1.0]]
    >>> settle(surfaces.himmelblau(), starts, optim.SGD(rates), steps=100).where
    array([ 0,  2, -2])
    """
    theta = _as_start(surface, starts, np.float32)
    minima = columns(surface.minima, theta.dtype)
    steps = whole("steps", steps, low=0)
    every = whole("every", every, hint="try 5")
    _check_tolerance(tolerance, minima)
    if theta.ndim == 1 or not isinstance(optimizer, Optimizer):
        return _settle(surface, theta, _step_of(optimizer), steps, minima, tolerance, every)
    ends = Ends(np.empty(theta.shape[:-1], int), np.empty(theta.shape[:-1], int))
    for rows in _blocks(theta):
        step = _step_of(optimizer.rows(rows, theta))
        part = _settle(surface, columns(theta[rows]), step, steps, minima, tolerance, every)
        ends.where[rows], ends.steps[rows] = part
    return ends


def _blocks(theta: Array) -> Iterator[slice]:
    """The field in slices of its rows, with BLOCK runs in each, or one row where that has more."""
    runs_in_row = max(1, theta[0, ..., 0].size) if len(theta) else 1
    height = max(1, BLOCK // runs_in_row)
    for low in range(0, len(theta), height):
        yield slice(low, low + height)


def _settle(
    surface: Surface,
    theta: Array,
    step: Update,
    steps: int,
    minima: Array,
    tolerance: float,
    every: int,
) -> Ends:
    """`settle` for one block of runs, whose arguments have been checked."""
    where = _reached(theta, minima, tolerance)
    since = np.where(where >= 0, 0, -1)
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            theta = step(theta, surface.gradient(theta))
            if t % every == 0 or t == steps:
                where = _reached(theta, minima, tolerance)
                since[where < 0] = -1
                since[(where >= 0) & (since < 0)] = t
        where[~_within(theta, _reach(surface))] = DIVERGED
    return Ends(where, since)


def _reached(theta: Array, minima: Array, tolerance: float) -> Array:
    """The index of the minimum that each run is at, STILL_MOVING where it is at none."""
    where = np.full(theta.shape[:-1], STILL_MOVING)
    for index, minimum in enumerate(minima):
        where[((theta - minimum) ** 2).sum(axis=-1) < tolerance**2] = index
    return where


def _reach(surface: Surface) -> tuple[Array, Array]:
    """The lowest and the highest weights (D,) that a run may have: beyond, it has diverged."""
    low, high = np.transpose(surface.domain)
    middle = (low + high) / 2
    far = FAR * (high - low).max()
    return middle - far, middle + far


def _within(points: Array, reach: tuple[Array, Array]) -> Array:
    """Whether each point is within reach; False for NaN."""
    lowest, highest = reach
    return np.all((lowest <= points) & (points <= highest), axis=-1)


def _as_start(surface: Surface, start: Any, dtype: DTypeLike | None = None) -> Array:
    """A copy of the start in this type of float, in columns, that the steps may write into."""
    start = as_floats(start)
    weights = len(surface.domain)
    if start.ndim == 0 or start.shape[-1] != weights:
        raise ValueError(
            f"start has shape {start.shape}, expected (..., {weights}), the weights of "
            f"{surface.name} last; one start alone has shape ({weights},)"
        )
    with np.errstate(over="ignore"):
        theta = columns(start, dtype)
    wrong = ~np.isfinite(theta)
    if wrong.any():
        raise ValueError(
            f"start must be finite numbers of {theta.dtype}, got {start[wrong][0]} at index "
            f"{tuple(int(i) for i in np.argwhere(wrong)[0])}; leave out the runs that have diverged"
        )
    return theta


def _check_tolerance(tolerance: float, minima: Array) -> None:
    positive("tolerance", tolerance, hint="try 0.01")
    gap = float(np.spacing(np.abs(minima).max(initial=0)))  # between two numbers of float32 there
    smallest = float(np.sqrt(np.finfo(minima.dtype).tiny))  # that has a square
    finest = max(4 * gap, smallest)
    if tolerance < finest:
        raise ValueError(
            f"tolerance must be at least {finest:.1g}, the finest that float32 can tell at these "
            f"minima, got {tolerance:g}; try 0.01, or descend(), which works in float64"
        )
    apart = np.linalg.norm(minima[:, None] - minima, axis=-1)
    nearest = apart[~np.eye(len(minima), dtype=bool)].min(initial=np.inf)
    if 2 * tolerance > nearest:
        raise ValueError(
            f"tolerance must be at most {nearest / 2:.2g}, for two minima are {nearest:.2g} apart, "
            f"got {tolerance:g}; a run would be at both"
        )


def _step_of(optimizer: Optimizer | Update) -> Update:
    """The optimizer, or the learner's function, as a checked function (theta, grad) → new theta."""
    if isinstance(optimizer, Optimizer):
        optimizer.reset()
        return optimizer.step
    if not callable(optimizer) or isinstance(optimizer, type):
        raise TypeError(
            "optimizer must be an Optimizer, such as SGD(lr=0.1), or a function (theta, grad) → "
            f"new theta, got {optimizer!r}"
        )
    update = optimizer

    def step(theta: Array, grad: Array) -> Array:
        if np.shape(grad) != theta.shape:
            raise ValueError(
                f"the surface's gradient has shape {np.shape(grad)} at a theta of shape "
                f"{theta.shape}; they must be equal"
            )
        new = update(theta, grad)
        if np.shape(new) != theta.shape:
            what = "None" if new is None else f"shape {np.shape(new)}"
            raise ValueError(
                f"the update got theta of shape {theta.shape} but returned {what}; return the new "
                "theta"
            )
        return as_floats(new).astype(theta.dtype, copy=False)

    return step
