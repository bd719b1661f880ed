"""Walking downhill: whole paths, one or thousands at once, and maps of where (and how fast) every start ends."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from helpers.checks import Array
from helpers.optimizer import Optimizer
from helpers.surfaces import Surface, columns

Update = Callable[[Array, Array], Array]
STILL_MOVING, DIVERGED = (
    -1,
    -2,
)  # still moving: creeping or swinging, not at a minimum when the steps were used up
FAR = 1_000  # domains away, a run has diverged: no surface of the course throws one that far and gets it back
BLOCK = 8_192  # points worked on at once: two float32 weights, gradient, velocity and spare arrays fit in the cache


class Path(NamedTuple):
    """What `descend` returns. A run that diverged keeps that point and loss; later ones are NaN."""

    points: Array  # (T+1, ..., D), index 0 the start
    losses: Array  # (T+1, ...)
    diverged_at: Array  # (...): the step at which a run left for good, −1 where it never did


class Ends(NamedTuple):
    """What `settle` returns."""

    where: Array  # (...): the index of the minimum reached, STILL_MOVING or DIVERGED
    steps: Array  # (...): the number of steps after which the run was there for good, −1 where it reached none


def descend(surface: Surface, start: Array, optimizer: Optimizer | Update, steps: int) -> Path:
    """Follow an optimizer downhill for a number of steps and keep the whole path.
    start is (..., D): one point or a field of them, each its own run. optimizer is an Optimizer (reset first, so every
    descent begins afresh) or a function (theta, grad) → new theta, whose own errors are passed on. A run has diverged
    where its loss is not finite or a weight is further out than FAR times the width of the domain.
    >>> from helpers import optim, surfaces
    >>> descend(surfaces.parabola(4.0), [1.0], optim.SGD(lr=0.3), steps=2).points.round(3).tolist()
    [[1.0], [-0.2], [0.04]]
    """
    theta, step = _start(surface, start, steps), _stepper(optimizer)
    points = columns(np.broadcast_to(theta, (steps + 1, *theta.shape)))
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            theta = step(theta, surface.gradient(theta))
            points[t] = theta
            if t % 16 == 0 and not _inside(theta, surface).any():  # all are lost: ask no more
                break
        losses = surface.value(points)
        gone = ~(_inside(points, surface) & np.isfinite(losses))
    diverged_at = np.where(gone.any(axis=0), gone.argmax(axis=0), -1)
    if gone.any():
        later = np.maximum.accumulate(gone, axis=0)[:-1]
        points[1:][later] = losses[1:][later] = np.nan
    return Path(points, losses, diverged_at)


def settle(
    surface: Surface,
    starts: Array,
    optimizer: Optimizer | Update,
    steps: int,
    tolerance=0.01,
    every=5,
) -> Ends:
    """Where every start ends, without keeping paths: a map of basins, or of lr against momentum.
    starts is (..., D); lr and momentum may be arrays that broadcast against it: lr of shape (n, 1, 1) and momentum of
    shape (1, m, 1) over starts of shape (n, m, 2) map one against the other. A run is at a minimum when it is nearer
    to it than `tolerance`; that is looked at every so many steps (`every`) and at the last one. Works in float32, in
    blocks of rows that fit in the processor's cache; a function (theta, grad) → new theta sees the whole field at once.
    >>> from helpers import optim, surfaces
    >>> settle(surfaces.himmelblau(), [[4, 3], [-4, -3], [5, 5]], optim.SGD([[0.01], [0.01], [1.0]]), steps=100).where
    array([ 0,  2, -2])
    """
    theta = _start(surface, starts, steps, np.float32)
    ends = Ends(np.empty(theta.shape[:-1], int), np.empty(theta.shape[:-1], int))
    if theta.ndim == 1 or not isinstance(optimizer, Optimizer):
        ends.where[...], ends.steps[...] = _settle(
            surface, theta, optimizer, steps, tolerance, every
        )
        return ends
    height = max(1, BLOCK * len(theta) // max(1, theta[..., 0].size))
    for low in range(0, len(theta), height):
        rows = slice(low, low + height)
        part = _settle(
            surface, columns(theta[rows]), optimizer.rows(rows, theta), steps, tolerance, every
        )
        ends.where[rows], ends.steps[rows] = part
    return ends


def _settle(surface, theta, optimizer, steps, tolerance, every):
    step, minima = _stepper(optimizer), surface.minima.astype(theta.dtype)
    here = _nearest(theta, minima, tolerance)
    there_since = np.where(here >= 0, 0, -1)
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            theta = step(theta, surface.gradient(theta))
            if t % every == 0 or t == steps:
                here = _nearest(theta, minima, tolerance)
                there_since[here < 0] = -1
                there_since[(here >= 0) & (there_since < 0)] = t
        here[~_inside(theta, surface)] = DIVERGED
    return here, there_since


def _nearest(theta: Array, minima: Array, tolerance: float) -> Array:
    """Index of the minimum within the tolerance, STILL_MOVING where there is none."""
    nearest = np.full(theta.shape[:-1], STILL_MOVING)
    for index, minimum in enumerate(minima):
        nearest[((theta - minimum) ** 2).sum(axis=-1) < tolerance**2] = index
    return nearest


def _start(surface: Surface, start: Array, steps: int, dtype: type | None = None) -> Array:
    if steps < 0:
        raise ValueError(f"steps must be ≥ 0, got {steps}")
    weights = len(surface.domain)
    if np.ndim(start) == 0 or np.shape(start)[-1] != weights:
        raise ValueError(
            f"start has shape {np.shape(start)}, expected (..., {weights}), weights last: {surface.name}"
        )
    return columns(start, dtype)


def _stepper(optimizer: Optimizer | Update) -> Update:
    """The optimizer as a function (theta, grad) → new theta."""
    if isinstance(optimizer, Optimizer):
        optimizer.reset()
        return optimizer.step
    if not callable(optimizer) or isinstance(optimizer, type):
        raise TypeError(
            f"optimizer must be an Optimizer or a function (theta, grad) → new theta, got {optimizer!r}"
        )

    def step(theta, grad):
        new = optimizer(theta, grad)
        if np.shape(new) != theta.shape:
            what = "None" if new is None else f"shape {np.shape(new)}"
            raise ValueError(
                f"the update got theta of shape {theta.shape} but returned {what}; return the new theta"
            )
        return np.asarray(new, dtype=theta.dtype)

    return step


def _inside(points: Array, surface: Surface) -> Array:
    return np.abs(points).max(axis=-1) <= FAR * max(
        high - low for low, high in surface.domain
    )  # False for NaN
