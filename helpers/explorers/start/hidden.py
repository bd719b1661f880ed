"""The hidden landscapes of lesson 00, and gradient descent's walk on them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from helpers.checks import whole
from helpers.descent import descend
from helpers.optim import SGD
from helpers.surfaces import Surface

Array = np.ndarray

WIDTH = 10.0  # positions and heights run from 0 to 10
CLOSE = 0.15  # as near counts as found; an arrow key moves by 0.2, so that keys can reach it too
STEPS = 40  # as long does gradient descent walk


def hidden(seed: int, number: int) -> tuple[Surface, float]:
    """The landscape of this number, J(w) = floor + 0.18 (w − c)² + A cos(2πw / ℓ + φ), and a start.

    At the borders the bowl is steeper than the waves, so that the lowest point lies inside. The
    first landscape, number 0, has low waves and one valley. How deep the lowest point lies is
    drawn at random: nobody knows it beforehand.
    """
    rng = np.random.default_rng([whole("seed", seed, low=0), number])
    centre = rng.uniform(3.6, 6.4)
    wave = 2 * np.pi / rng.uniform(3.5, 5)
    phase = rng.uniform(0, 2 * np.pi)
    steep = 0.3 if number == 0 else rng.uniform(0.8, 1.2)  # slope of the waves; the bowl's is 1.3

    def relief(w: Array) -> Array:
        return 0.18 * (w - centre) ** 2 + steep / wave * np.cos(wave * w + phase)

    def slope(points: Array) -> Array:
        return 0.36 * (points - centre) - steep * np.sin(wave * points + phase)

    w = np.linspace(0, WIDTH, 2001)
    floor = rng.uniform(0.6, 1.5) - relief(w).min()
    start = rng.choice([0.8, 9.2])
    surface = Surface(
        name="hidden",
        value=lambda points: floor + relief(points[..., 0]),
        gradient=slope,
        domain=((0, WIDTH),),
        minima=np.array([[w[relief(w).argmin()]]]),
        about="Unseen.",
    )
    return surface, start


class Scene(NamedTuple):
    """A hidden landscape, and the walk of gradient descent on it."""

    surface: Surface
    walk: Array  # positions (STEPS + 1,), first the start

    @property
    def lowest(self) -> float:
        """Where the lowest point lies."""
        return float(self.surface.minima[0, 0])

    @property
    def needed(self) -> int | None:
        """The number of gradient descent's first probe that is close to the lowest point."""
        return self.arrival(self.walk[1:])

    def height(self, w: Array | float) -> Array:
        """The loss at the positions w: (n,)."""
        return self.surface.value(np.reshape(w, (-1, 1)))

    def slope(self, w: Array | float) -> Array:
        """Its derivative there: (n,)."""
        return self.surface.gradient(np.reshape(w, (-1, 1)))[:, 0]

    def arrival(self, probes: Array) -> int | None:
        """The number of the first probe that is close to the lowest point, counted from 1."""
        there = np.flatnonzero(np.abs(probes - self.lowest) <= CLOSE)
        return int(there[0]) + 1 if len(there) else None


def play(seed: int, number: int, lr: float) -> Scene:
    """The landscape of this number, and w ← w − lr · J′(w) on it.

    Raises ValueError for an lr below 0 and for a seed that is no whole number ≥ 0.
    """
    surface, start = hidden(seed, number)
    return Scene(surface, descend(surface, [start], SGD(lr=lr), STEPS).points[:, 0])
