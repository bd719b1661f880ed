"""Which pairs of rates train a network: thousands of networks side by side, one for each pair.

Every network has the same examples and the same weights at the start, tanh units, and one output:

    f(x) = (1/n) Σⱼ aⱼ tanh(wⱼ · x)        J = (1/2m) Σᵢ (f(xᵢ) − yᵢ)²

The weights w move by one rate and a by another, both times n, so that the border does not wander
off when n grows. Sohl-Dickstein (2024), The boundary of neural network trainability is fractal.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.checks import Array, generator, whole

BLOCK = 128  # networks side by side: their arrays of 8 units and 8 examples stay in the cache


class Cancelled(Exception):
    """Nobody wants the answer any longer."""


@dataclass(frozen=True)
class Task:
    """Examples X (m, d) and y (m,), and the weights that all networks start with: W (d, n), a (n,).

    >>> Task.drawn(np.random.default_rng(0), inputs=3, units=4, examples=5).W.shape
    (3, 4)
    """

    X: Array
    y: Array
    W: Array
    a: Array

    @classmethod
    def drawn(
        cls, rng: np.random.Generator, inputs: int = 8, units: int = 8, examples: int = 8
    ) -> Task:
        """Everything from a normal distribution. Raises ValueError for a size below 1."""
        d, n, m = whole("inputs", inputs), whole("units", units), whole("examples", examples)
        rng = generator(rng)
        return cls(
            rng.normal(size=(m, d)), rng.normal(size=m), rng.normal(size=(d, n)), rng.normal(size=n)
        )

    def initial_loss(self) -> float:
        """J before the first step."""
        return float(np.mean((np.tanh(self.X @ self.W) @ self.a / len(self.a) - self.y) ** 2) / 2)


def losses(
    task: Task,
    rates: Any,
    steps: int,
    dtype: Any = np.float64,
    wanted: Callable[[], bool] = lambda: True,
) -> Array:
    """J before each step and after the last, of one network for each pair of rates.

    rates: (P, 2), that of the weights w and that of a, before they are multiplied by n. Returns
    (steps + 1, P) of `dtype`; what diverges becomes inf or NaN. Raises ValueError unless steps is
    a whole number ≥ 1, and Cancelled as soon as `wanted()`, asked before each step, is false.

    >>> task = Task.drawn(np.random.default_rng(0))
    >>> slow, fast = losses(task, [[0.1, 0.1], [100.0, 100.0]], steps=50)[-1] / task.initial_loss()
    >>> bool(slow < 1), bool(fast < 1)
    (True, False)
    """
    rates = np.asarray(rates, dtype)
    X, y = task.X.astype(dtype), task.y.astype(dtype)[:, None]
    P, (m, d), n = len(rates), X.shape, len(task.a)
    W = np.repeat(task.W.astype(dtype)[:, :, None], P, axis=2)  # (d, n, P)
    a = np.repeat(task.a.astype(dtype)[:, None], P, axis=1)  # (n, P)
    found = np.empty((whole("steps", steps) + 1, P), dtype)
    with np.errstate(all="ignore"):
        for t in range(steps + 1):
            if not wanted():
                raise Cancelled
            H = _tanh(X @ W.reshape(d, n * P)).reshape(m, n, P)
            error = np.einsum("mnp,np->mp", H, a) / n - y  # ∂J/∂f, times m
            found[t] = np.einsum("mp,mp->p", error, error) / (2 * m)
            if t == steps:
                break
            into_a = np.einsum("mnp,mp->np", H, error)  # ∂J/∂a, times m n
            back = (1 - H * H) * (error[:, None, :] * a)  # ∂J/∂(wⱼ·xᵢ), times m n
            into_W = (X.T @ back.reshape(m, n * P)).reshape(d, n, P)  # ∂J/∂W, times m n
            a -= rates[:, 1] / m * into_a
            W -= rates[:, 0] / m * into_W
    return found


def _tanh(Z: Array) -> Array:
    """tanh z = 1 − 2 / (1 + e²ᶻ), in place of Z: half the time of np.tanh, which is all but all."""
    np.multiply(Z, 2, out=Z)
    np.exp(Z, out=Z)
    Z += 1
    np.divide(-2, Z, out=Z)
    Z += 1
    return Z


def trainability(
    task: Task,
    log_rates: Any,
    steps: int,
    dtype: Any = np.float64,
    wanted: Callable[[], bool] = lambda: True,
) -> Array:
    """Above 0 where a network trains, below 0 where it does not; the size says how soon.

    log_rates: (..., 2), the two rates as powers of ten. A network trains if its loss is lower after
    the last step than before the first. Then the number is 1 / (1 + Σₜ Jₜ / J₀), else
    −1 / (1 + Σₜ J₀ / Jₜ): near ±1 where it is settled at once, near 0 where it takes long. Returns
    (...). Raises Cancelled like `losses`.
    """
    log_rates = np.asarray(log_rates, float)
    pairs = log_rates.reshape(-1, 2)
    found = np.empty(len(pairs))
    for start in range(0, len(pairs), BLOCK):
        with np.errstate(all="ignore"):
            rates = 10.0 ** pairs[start : start + BLOCK]
            J = losses(task, rates, steps, dtype, wanted).astype(float) / task.initial_loss()
            # the next line is also false for NaN, and 1 / inf is 0, as it should be
            trains = J[-1] < 1
            settled = 1 / (1 + J[1:].sum(axis=0))
            lost = 1 / (1 + np.nansum(1 / J[1:], axis=0))
        found[start : start + BLOCK] = np.where(trains, settled, -lost)
    return found.reshape(log_rates.shape[:-1])


@dataclass(frozen=True)
class Window:
    """A square of pairs of rates, `half` powers of ten to each side of its center."""

    center: tuple[float, float]
    half: float

    def log_rates(self, side: int) -> Array:
        """(side, side, 2): the middles of side × side equal cells, as powers of ten.

        >>> Window((0.0, 1.0), 0.5).log_rates(2)[..., 0]
        array([[-0.25,  0.25],
               [-0.25,  0.25]])
        """
        cells = ((np.arange(whole("side", side)) + 0.5) / side - 0.5) * 2 * self.half
        x, y = np.meshgrid(self.center[0] + cells, self.center[1] + cells)
        return np.stack([x, y], axis=-1)

    def closer(self, place: Any, times: float) -> Window:
        """The window around a place, given from (−1, −1) to (1, 1), so many times closer.

        >>> Window((0.0, 1.0), 0.5).closer((1, 0), times=5)
        Window(center=(0.5, 1.0), half=0.1)
        """
        x, y = (float(c + self.half * p) for c, p in zip(self.center, place))
        return Window((x, y), self.half / times)

    @property
    def digits(self) -> int:
        """How many decimals tell its center from its rim."""
        return max(1, math.ceil(1 - math.log10(self.half)))


def border(trains: Array) -> Array:
    """(H, W) bool: pixels beside which, to the right or above, the other verdict stands.

    >>> border(np.array([[True, True, False], [True, True, False]])).astype(int)
    array([[0, 1, 0],
           [0, 1, 0]])
    """
    trains = np.asarray(trains, bool)
    found = np.zeros_like(trains)
    found[:, :-1] |= trains[:, :-1] != trains[:, 1:]
    found[:-1] |= trains[:-1] != trains[1:]
    return found


def raggedness(trains: Array) -> float:
    """How fast the border gains length when one looks closer: the slope of box counting.

    trains: (H, W) bool, both a multiple of 16. A box of 1, 2, 4, 8 or 16 pixels counts if a border
    pixel lies in it; the slope of log count over −log size is 1 for a line and 2 for a border that
    is everywhere. One picture cannot tell a fractal from fine stripes. NaN where there is no
    border. Raises ValueError for another size.

    >>> step = np.arange(64) < 30
    >>> round(raggedness(np.broadcast_to(step, (64, 64))), 2)
    1.0
    >>> coins = np.random.default_rng(0).random((64, 64)) < 0.5
    >>> round(raggedness(coins), 1)
    1.9
    """
    edge = border(trains)
    height, width = edge.shape
    if height % 16 or width % 16:
        raise ValueError(f"both sides must be multiples of 16, got {height} × {width}")
    if not edge.any():
        return float("nan")
    sizes = np.array([1, 2, 4, 8, 16])
    counts = [
        edge.reshape(height // size, size, width // size, size).any(axis=(1, 3)).sum()
        for size in sizes
    ]
    return float(np.polyfit(-np.log(sizes), np.log(counts), 1)[0])
