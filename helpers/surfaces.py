"""Surfaces to walk on: losses of one or two weights that can be looked at whole."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from helpers.checks import Array, above_zero, as_floats
from helpers.derivatives import is_minimum, newton


def columns(points: Array, dtype: type | None = None) -> Array:
    """A copy of points (..., D), in floats, that keeps each of the D columns contiguous: fields run twice as fast."""
    points = as_floats(points)
    copy = np.moveaxis(
        np.empty((points.shape[-1], *points.shape[:-1]), dtype or points.dtype), 0, -1
    )
    copy[...] = points
    return copy


@dataclass(frozen=True, eq=False)
class Surface:
    """A loss with everything that a picture of it needs; float32 stays float32, and the order in memory is kept.
    >>> himmelblau().gradient([[3.0, 2.0], [0.0, 0.0]]).tolist()
    [[0.0, 0.0], [-14.0, -22.0]]
    """

    name: str
    value: Callable[
        [Array], Array
    ]  # (..., D) → (...): the last axis holds the weights, all axes before it are runs
    gradient: Callable[
        [Array], Array
    ]  # (..., D) → (..., D), quickest where each weight is contiguous in memory
    domain: tuple[tuple[float, float], ...]  # (low, high) of each weight: the part worth drawing
    minima: Array  # (M, D), to machine precision
    about: str  # one sentence: what it is good for

    def grid(self, n: int, dtype: type = np.float64) -> Array:
        """A field of n × n points over the whole domain: (n, n, 2), the rows from low y to high y."""
        axes = np.meshgrid(*(np.linspace(low, high, n) for low, high in self.domain))
        return columns(np.stack(axes, axis=-1), dtype)


def _surface(name: str, domain, minima, about: str) -> Callable[..., Surface]:
    """All but the equations: value(x, y) and its two slopes(x, y), both given what shared(x, y) returns as well."""

    def build(value: Callable, slopes: Callable, shared: Callable = lambda *weights: ()) -> Surface:
        def given(points):  # the points as floats, and the arguments of the equations
            points = as_floats(points)
            if points.ndim == 0 or points.shape[-1] != len(domain):
                raise ValueError(
                    f"points must have {len(domain)} weight(s) on the last axis, got shape {points.shape}"
                )
            weights = tuple(points.T)  # the last axis comes first
            return points, (*weights, *shared(*weights))

        def value_at(points: Array) -> Array:
            points, arguments = given(points)
            return value(*arguments).T.astype(points.dtype, copy=False)

        def gradient_at(points: Array) -> Array:
            points, arguments = given(points)
            gradient = np.empty_like(points)
            for axis, slope in enumerate(slopes(*arguments)):
                gradient.T[axis] = slope
            return gradient

        return Surface(
            name,
            value_at,
            gradient_at,
            domain,
            np.array([newton(gradient_at, p) for p in minima]),
            about,
        )

    return build


def parabola(curvature: float) -> Surface:
    """The simplest valley, with one weight: J(w) = ½ L w². Points have shape (..., 1); L > 0 is the curvature."""
    L = above_zero("curvature", curvature)
    about = "One weight, one curvature: each step multiplies the weight by 1 − lr · curvature."
    return _surface("parabola", ((-1.5, 1.5),), [(0,)], about)(
        value=lambda w: L / 2 * w * w, slopes=lambda w: (L * w,)
    )


def bowl(condition: float, angle: float = 0) -> Surface:
    """A valley with curvatures 1 and `condition`: ½ (u² + condition · v²), u, v being x, y turned by `angle` degrees.
    >>> bowl(50).value([[1.0, 0.0], [0.0, 1.0]])
    array([ 0.5, 25. ])
    """
    if not 1 <= condition < np.inf:
        raise ValueError(
            f"condition must be a number ≥ 1, got {condition}; it is the largest curvature ÷ the smallest"
        )
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    a, b, c = (
        cos * cos + condition * sin * sin,
        (1 - condition) * sin * cos,
        sin * sin + condition * cos * cos,
    )
    about = "Two curvatures: the steep one limits the rate, the flat one pays for it."
    return _surface("bowl", ((-2, 2), (-2, 2)), [(0, 0)], about)(
        value=lambda x, y: 0.5 * (a * x * x + c * y * y) + b * x * y,
        slopes=lambda x, y: (a * x + b * y, b * x + c * y),
    )


def rosenbrock() -> Surface:
    """The banana: (1 − x)² + 100 (y − x²)². Rosenbrock (1960)."""
    about = "A curved, narrow valley: finding it is easy, following it to the end is slow."
    return _surface("Rosenbrock", ((-2, 2), (-1, 3)), [(1, 1)], about)(
        shared=lambda x, y: (1 - x, y - x * x),
        value=lambda x, y, u, v: u * u + 100 * (v * v),
        slopes=lambda x, y, u, v: (-2 * u - 400 * (x * v), 200 * v),
    )


def himmelblau() -> Surface:
    """Four equally deep valleys: (x² + y − 11)² + (x + y² − 7)². Himmelblau (1972)."""
    minima = [(3, 2), (-2.805118, 3.131313), (-3.779310, -3.283186), (3.584428, -1.848127)]
    about = "Four valleys of the same depth, 0: where a run ends is decided by where it starts."
    return _surface("Himmelblau", ((-5, 5), (-5, 5)), minima, about)(
        shared=lambda x, y: (x * x + y - 11, x + y * y - 7),
        value=lambda x, y, u, v: u * u + v * v,
        slopes=lambda x, y, u, v: (2 * (2 * (x * u) + v), 2 * (u + 2 * (y * v))),
    )


def beale() -> Surface:
    """A flat valley between steep corners: Σₖ (cₖ − x + x yᵏ)², k = 1, 2, 3, c = 1.5, 2.25, 2.625. Beale (1958)."""

    def shared(x, y):
        y2 = y * y
        a, b, c = 1 - y, 1 - y2, 1 - y2 * y
        return y2, a, b, c, 1.5 - x * a, 2.25 - x * b, 2.625 - x * c

    about = "Nearly flat in the middle, very steep in the corners: no single rate suits both."
    return _surface("Beale", ((-4.5, 4.5), (-4.5, 4.5)), [(3, 0.5)], about)(
        shared=shared,
        value=lambda x, y, y2, a, b, c, u, v, w: u * u + v * v + w * w,
        slopes=lambda x, y, y2, a, b, c, u, v, w: (
            -2 * (u * a + v * b + w * c),
            2 * x * (u + 2 * y * v + 3 * y2 * w),
        ),
    )


def saddle() -> Surface:
    """A pass between two valleys: ½ x² − ½ y² + ¼ y⁴. Nesterov (2004), Introductory lectures on convex optimization."""
    about = "At (0, 0) the slope is zero and yet it is no minimum: a start on the ridge y = 0 stays there."
    return _surface("saddle", ((-2, 2), (-2, 2)), [(0, 1), (0, -1)], about)(
        value=lambda x, y: 0.5 * (x * x) - 0.5 * (y * y) + 0.25 * (y * y) * (y * y),
        slopes=lambda x, y: (x, y * (y * y - 1)),
    )


def plateau() -> Surface:
    """A pit in a wide flat shelf: 1 − u² with u = 1 / (1 + r²) and r the distance from (2, 0). Made for this course."""
    about = "On the shelf the slope is below 0.001 and steps are tiny; in the pit the same rate arrives at once."
    return _surface("plateau", ((-5, 5), (-5, 5)), [(2, 0)], about)(
        shared=lambda x, y: (1 / (1 + (x - 2) * (x - 2) + y * y),),
        value=lambda x, y, u: 1 - u * u,
        slopes=lambda x, y, u: ((steep := 4 * (u * u * u)) * (x - 2), steep * y),
    )


def cliff() -> Surface:
    """A gentle slope that runs into a wall: 0.1 ((x − 1)² + y²) + 4 log(1 + exp 5x), after Pascanu et al. (2013)."""
    about = "The lowest point is at the foot of a wall: a step that lands on the wall is thrown far back."
    return _surface("cliff", ((-4, 2), (-3, 3)), [(-0.9, 0)], about)(
        value=lambda x, y: 0.1 * ((x - 1) * (x - 1) + y * y) + 4 * np.logaddexp(0, 5 * x),
        slopes=lambda x, y: (0.2 * (x - 1) + 10 * (1 + np.tanh(2.5 * x)), 0.2 * y),
    )


def rastrigin() -> Surface:
    """An egg box in a bowl: 20 + x² + y² − 10 (cos 2πx + cos 2πy). Rastrigin (1974). minima has the deepest."""
    turn = 2 * np.pi
    about = "Over a hundred local minima: a run ends in the nearest one unless its steps are long."
    return _surface("Rastrigin", ((-5.12, 5.12), (-5.12, 5.12)), [(0, 0)], about)(
        value=lambda x, y: 20 + x * x + y * y - 10 * (np.cos(turn * x) + np.cos(turn * y)),
        slopes=lambda x, y: (
            2 * x + 10 * turn * np.sin(turn * x),
            2 * y + 10 * turn * np.sin(turn * y),
        ),
    )


def wells(wide: float, narrow: float) -> Surface:
    """Two wells of these depths in a shallow bowl, the wide one listed first. Made for this course.
            J = 0.02 |p|² − wide · exp(−|p − (−1.5, 0)|² / (2 · 1.2²)) − narrow · exp(−|p − (1.5, 0)|² / (2 · 0.35²))
    ValueError where a well is too shallow to hold a minimum.
    """
    wide, narrow = above_zero("wide", wide), above_zero("narrow", narrow)

    def dent(x, y, depth, middle, width):  # what a well takes away from the bowl
        return depth * np.exp(((x - middle) ** 2 + y * y) * (-0.5 / width**2))

    def slopes(x, y, a, b):
        a, b = a * (1 / 1.2**2), b * (1 / 0.35**2)
        return 0.04 * x + a * (x + 1.5) + b * (x - 1.5), (0.04 + a + b) * y

    about = (
        "A wide well and a narrow one, either of them the deeper: which one does a large rate find?"
    )
    surface = _surface("wells", ((-4, 4), (-4, 4)), [(-1.5, 0), (1.5, 0)], about)(
        shared=lambda x, y: (dent(x, y, wide, -1.5, 1.2), dent(x, y, narrow, 1.5, 0.35)),
        value=lambda x, y, a, b: 0.02 * (x * x + y * y) - a - b,
        slopes=slopes,
    )
    for depth, middle, minimum in zip((wide, narrow), (-1.5, 1.5), surface.minima):
        if not (abs(minimum[0] - middle) < 0.7 and is_minimum(surface.gradient, minimum)):
            raise ValueError(
                f"a well of depth {depth:g} at x = {middle} is too shallow for a minimum; try 0.5 or more"
            )
    return surface


def random_landscape(rng: np.random.Generator) -> Surface:
    """Many valleys: 0.05 |p − c|² + 0.3 Σₖ cos(wₖ · p + φₖ), eight waves and c drawn from rng; minima deepest first."""
    # waves centred on the bowl would all have an extremum in its middle: a method that goes straight there wins by luck
    (cx, cy), (phase, direction) = rng.uniform(-2, 2, 2).tolist(), rng.uniform(0, 2 * np.pi, (2, 8))
    waves = (
        2 * np.pi / rng.uniform(2, 6, 8) * np.array([np.cos(direction), np.sin(direction)])
    )  # (2, 8)

    def slopes(x, y, angles):  # angles (..., 8): of each wave at every point
        ripple = 0.3 * np.sin(angles) @ waves.T.astype(x.dtype)
        return 0.1 * (x - cx) - ripple[..., 0], 0.1 * (y - cy) - ripple[..., 1]

    about = "Many valleys, one of them the deepest: how often does a method reach it?"
    surface = _surface("random landscape", ((cx - 10, cx + 10), (cy - 10, cy + 10)), [], about)(
        shared=lambda x, y: (
            np.stack([x, y], axis=-1) @ waves.astype(x.dtype) + phase.astype(x.dtype),
        ),
        value=lambda x, y, angles: (
            0.05 * ((x - cx) ** 2 + (y - cy) ** 2) + (0.3 * np.cos(angles)).sum(axis=-1)
        ),
        slopes=slopes,
    )
    height = surface.value(
        grid := surface.grid(161)
    )  # further out the bowl alone is higher than any ripple
    around = [
        height[i : i + 159, j : j + 159] for i in range(3) for j in range(3)
    ]  # every point and its 8 neighbours
    lowest = height[1:-1, 1:-1] == np.min(around, axis=0)
    found = [(start, newton(surface.gradient, start)) for start in grid[1:-1, 1:-1][lowest]]
    minima = [
        p for start, p in found if np.abs(p - start).max() < 0.2 and is_minimum(surface.gradient, p)
    ]
    distinct = {tuple(p.round(6)): p for p in minima}.values()
    return replace(
        surface, domain=((-6, 6), (-6, 6)), minima=np.array(sorted(distinct, key=surface.value))
    )
