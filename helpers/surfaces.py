"""Surfaces to walk on: losses of one or two weights that can be looked at whole.

The last axis of every array of points holds the weights, all axes before it are runs: `value` takes (..., D) to (...),
`gradient` takes (..., D) to (..., D). float32 stays float32. Far outside the numbers overflow to inf or NaN.
Fields of many points are quickest when each weight is contiguous in memory (`numerical.columns`); that order is kept.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from helpers.numerical import as_floats, columns, is_minimum, newton

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Surface:
    """A loss with everything that a picture of it needs.

    domain holds one (low, high) for each weight: the part worth drawing. minima is (M, D), to machine precision.
    about says in one sentence what the surface is good for.

    >>> himmelblau().gradient([[3.0, 2.0], [0.0, 0.0]])
    array([[  0.,   0.],
           [-14., -22.]])
    """

    name: str
    value: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    domain: tuple[tuple[float, float], ...]
    minima: Array
    about: str

    def grid(self, n: int, dtype: type = np.float64) -> Array:
        """A field of n × n points over the whole domain: (n, n, 2), the rows from low y to high y."""
        axes = np.meshgrid(*(np.linspace(low, high, n) for low, high in self.domain))
        return columns(np.stack(axes, axis=-1), dtype)


def parabola(curvature: float) -> Surface:
    """The simplest valley, with one weight: J(w) = ½ L w². Points have shape (..., 1); L > 0 is the curvature.

    >>> parabola(4.0).gradient([0.5])
    array([2.])
    """
    curvature = _above_zero("curvature", curvature)

    def value(points: Array) -> Array:
        w = _weights(points, 1)
        return (curvature / 2 * w * w)[..., 0]

    def gradient(points: Array) -> Array:
        return curvature * _weights(points, 1)

    about = "One weight, one curvature: each step multiplies the weight by 1 − lr · curvature."
    return Surface("parabola", value, gradient, ((-1.5, 1.5),), np.zeros((1, 1)), about)


def bowl(condition: float, angle: float = 0) -> Surface:
    """A quadratic valley with curvatures 1 and `condition`: J = ½ (u² + condition · v²).

    u and v are x and y turned by `angle` degrees, so the flat direction is (cos angle, sin angle). The curvatures are
    the eigenvalues of `numerical.hessian(surface.gradient, point)`, everywhere. condition ≥ 1 is λmax / λmin.

    >>> bowl(50).value([[1.0, 0.0], [0.0, 1.0]])
    array([ 0.5, 25. ])
    """
    if not 1 <= condition < np.inf:
        raise ValueError(f"condition must be a number ≥ 1, got {condition}; it is the largest curvature ÷ the smallest")
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    a, b, c = cos * cos + condition * sin * sin, (1 - condition) * sin * cos, sin * sin + condition * cos * cos

    def value(x, y):
        return 0.5 * (a * x * x + c * y * y) + b * x * y

    def slopes(x, y):
        return a * x + b * y, b * x + c * y

    about = "Two curvatures: the steep one limits the rate, the flat one pays for it."
    return _surface("bowl", value, slopes, ((-2, 2), (-2, 2)), [(0, 0)], about)


def rosenbrock() -> Surface:
    """The banana: (1 − x)² + 100 (y − x²)². Rosenbrock (1960)."""

    def value(x, y):
        u, v = 1 - x, y - x * x
        return u * u + 100 * (v * v)

    def slopes(x, y):
        v = 200 * (y - x * x)
        return 2 * (x - 1) - 2 * (x * v), v

    about = "A curved, narrow valley: finding it is easy, following it to the end is slow."
    return _surface("Rosenbrock", value, slopes, ((-2, 2), (-1, 3)), [(1, 1)], about)


def himmelblau() -> Surface:
    """Four equally deep valleys: (x² + y − 11)² + (x + y² − 7)². Himmelblau (1972)."""

    def value(x, y):
        u, v = x * x + y - 11, x + y * y - 7
        return u * u + v * v

    def slopes(x, y):
        u, v = x * x + y - 11, x + y * y - 7
        return 2 * (2 * (x * u) + v), 2 * (u + 2 * (y * v))

    minima = [(3, 2), (-2.805118, 3.131313), (-3.779310, -3.283186), (3.584428, -1.848127)]
    about = "Four valleys of the same depth, 0: where a run ends is decided by where it starts."
    return _surface("Himmelblau", value, slopes, ((-5, 5), (-5, 5)), minima, about)


def beale() -> Surface:
    """A flat valley between steep corners: Σₖ (cₖ − x + x yᵏ)², k = 1, 2, 3, c = 1.5, 2.25, 2.625. Beale (1958)."""

    def value(x, y):
        u, v, w = 1.5 - x * (1 - y), 2.25 - x * (1 - y * y), 2.625 - x * (1 - y * y * y)
        return u * u + v * v + w * w

    def slopes(x, y):
        y2 = y * y
        a, b, c = 1 - y, 1 - y2, 1 - y2 * y
        u, v, w = 1.5 - x * a, 2.25 - x * b, 2.625 - x * c
        return -2 * (u * a + v * b + w * c), 2 * x * (u + 2 * y * v + 3 * y2 * w)

    about = "Nearly flat in the middle, very steep in the corners: no single rate suits both."
    return _surface("Beale", value, slopes, ((-4.5, 4.5), (-4.5, 4.5)), [(3, 0.5)], about)


def saddle() -> Surface:
    """A pass between two valleys: ½ x² − ½ y² + ¼ y⁴. Nesterov (2004), Introductory lectures on convex optimization."""

    def value(x, y):
        return 0.5 * (x * x) - 0.5 * (y * y) + 0.25 * (y * y) * (y * y)

    def slopes(x, y):
        return x, y * (y * y - 1)

    about = "At (0, 0) the slope is zero and yet it is no minimum: a start on the ridge y = 0 stays there."
    return _surface("saddle", value, slopes, ((-2, 2), (-2, 2)), [(0, 1), (0, -1)], about)


def plateau() -> Surface:
    """A pit in a wide flat shelf: 1 − 1 / (1 + r²)² with r the distance from (2, 0).

    Made for this course. The slope is 4r / (1 + r²)³: up to 1 inside the pit, below 0.001 from r = 5.2 on.
    """

    def value(x, y):
        u = 1 / (1 + (x - 2) * (x - 2) + y * y)
        return 1 - u * u

    def slopes(x, y):
        u = 1 / (1 + (x - 2) * (x - 2) + y * y)
        steep = 4 * (u * u * u)
        return steep * (x - 2), steep * y

    about = "On the shelf the slope is below 0.001 and steps are tiny; in the pit the same rate arrives at once."
    return _surface("plateau", value, slopes, ((-5, 5), (-5, 5)), [(2, 0)], about)


def cliff() -> Surface:
    """A gentle slope that runs into a wall, where the slope is 20: 0.1 ((x − 1)² + y²) + 4 log(1 + exp 5x).

    Made for this course after the wall in the loss of recurrent networks: Pascanu, Mikolov and Bengio (2013),
    On the difficulty of training recurrent neural networks.
    """

    def value(x, y):
        return 0.1 * ((x - 1) * (x - 1) + y * y) + 4 * np.logaddexp(0, 5 * x)

    def slopes(x, y):
        return 0.2 * (x - 1) + 10 * (1 + np.tanh(2.5 * x)), 0.2 * y

    about = "The lowest point is at the foot of a wall: a step that lands on the wall is thrown far back."
    return _surface("cliff", value, slopes, ((-4, 2), (-3, 3)), [(-0.9, 0)], about)


def rastrigin() -> Surface:
    """An egg box in a bowl: 20 + x² + y² − 10 (cos 2πx + cos 2πy). Rastrigin (1974). minima has the deepest."""
    turn = 2 * np.pi

    def value(x, y):
        return 20 + x * x + y * y - 10 * (np.cos(turn * x) + np.cos(turn * y))

    def slopes(x, y):
        return 2 * x + 10 * turn * np.sin(turn * x), 2 * y + 10 * turn * np.sin(turn * y)

    about = "Over a hundred local minima: a run ends in the nearest one unless its steps are long."
    return _surface("Rastrigin", value, slopes, ((-5.12, 5.12), (-5.12, 5.12)), [(0, 0)], about)


def wells(wide: float, narrow: float) -> Surface:
    """Two wells of the given depths, a wide one at x ≈ −1.5 and a narrow one at x ≈ 1.5, in a shallow bowl.

        0.02 |p|² − wide · exp(−|p − (−1.5, 0)|² / (2 · 1.2²)) − narrow · exp(−|p − (1.5, 0)|² / (2 · 0.35²))

    minima[0] is the wide one, minima[1] the narrow one. Made for this course.
    Raises ValueError where a well is too shallow to hold a minimum of its own.
    """
    wide, narrow = _above_zero("wide", wide), _above_zero("narrow", narrow)

    def dents(x, y):  # what each well takes away from the bowl
        u, v, y2 = x + 1.5, x - 1.5, y * y
        return wide * np.exp((u * u + y2) * (-0.5 / 1.2**2)), narrow * np.exp((v * v + y2) * (-0.5 / 0.35**2))

    def value(x, y):
        a, b = dents(x, y)
        return 0.02 * (x * x + y * y) - a - b

    def slopes(x, y):
        a, b = dents(x, y)
        a, b = a * (1 / 1.2**2), b * (1 / 0.35**2)
        return 0.04 * x + a * (x + 1.5) + b * (x - 1.5), (0.04 + a + b) * y

    about = "A wide well and a narrow one, either of them the deeper: which one does a large rate find?"
    surface = _surface("wells", value, slopes, ((-4, 4), (-4, 4)), [(-1.5, 0), (1.5, 0)], about)
    for depth, middle, minimum in zip((wide, narrow), (-1.5, 1.5), surface.minima):
        if not (abs(minimum[0] - middle) < 0.7 and is_minimum(surface.gradient, minimum)):
            raise ValueError(f"a well of depth {depth:g} at x = {middle} is too shallow for a minimum; try 0.5 or more")
    return surface


def random_landscape(rng: np.random.Generator) -> Surface:
    """A landscape with many valleys: 0.05 |p − c|² + 0.3 Σₖ cos(wₖ · p + φₖ), eight waves, all drawn from rng.

    Wavelengths are 2 to 6; c lies within ±2. The waves are not centred on the bowl: if they were, its middle would be
    an extremum of all of them, and a method that goes straight there would win by luck. minima lists the local minima
    within 10 of c, deepest first: minima[0] is the global one (further out the bowl alone is higher than any ripple).
    """
    centre, (phase, direction) = rng.uniform(-2, 2, 2), rng.uniform(0, 2 * np.pi, (2, 8))
    waves = 2 * np.pi / rng.uniform(2, 6, 8) * np.array([np.cos(direction), np.sin(direction)])  # (2, 8)

    def parts(points):  # the way from c (..., 2), the waves (2, 8), the angle of each wave at every point (..., 8)
        points = _weights(points, 2)
        w = waves.astype(points.dtype, copy=False)
        angles = points @ w
        angles += phase
        return points - centre.astype(points.dtype, copy=False), w, angles

    def value(points: Array) -> Array:
        away, _, angles = parts(points)
        return (0.05 * away * away).sum(axis=-1) + (0.3 * np.cos(angles)).sum(axis=-1)

    def gradient(points: Array) -> Array:
        away, w, angles = parts(points)
        slope = 0.1 * away
        slope -= 0.3 * (np.sin(angles, out=angles) @ w.T)  # in place: keeps the memory order of the points
        return slope

    about = "Many valleys, one of them the deepest: how often does a method reach it?"
    surface = Surface("random landscape", value, gradient, ((-6, 6), (-6, 6)), np.empty((0, 2)), about)
    grid = replace(surface, domain=tuple((c - 10, c + 10) for c in centre)).grid(161)
    height = value(grid)
    lowest = height[1:-1, 1:-1] == _lowest_of_three(_lowest_of_three(height).T).T  # of a point and its 8 neighbours
    found = [(start, newton(gradient, start)) for start in grid[1:-1, 1:-1][lowest]]
    minima = [p for start, p in found if np.abs(p - start).max() < 0.2 and is_minimum(gradient, p)]
    distinct = {tuple(p.round(6)): p for p in minima}.values()
    return replace(surface, minima=np.array(sorted(distinct, key=value)))


def _lowest_of_three(rows: Array) -> Array:
    return np.minimum(np.minimum(rows[:-2], rows[1:-1]), rows[2:])


def _surface(name: str, value, slopes, domain, minima, about: str) -> Surface:
    """A surface of two weights from its two equations in x and y; its minima are sharpened to machine precision."""

    def value_at(points: Array) -> Array:
        points = _weights(points, 2)
        xy = points.T  # the last axis comes first
        return value(xy[0], xy[1]).T.astype(points.dtype, copy=False)

    def gradient_at(points: Array) -> Array:
        points = _weights(points, 2)
        xy, out = points.T, np.empty_like(points)
        out_xy = out.T
        out_xy[0], out_xy[1] = slopes(xy[0], xy[1])
        return out

    minima = np.array([newton(gradient_at, point) for point in minima])
    return Surface(name, value_at, gradient_at, domain, minima, about)


def _weights(points: Array, count: int) -> Array:
    points = as_floats(points)
    if points.ndim == 0 or points.shape[-1] != count:
        raise ValueError(f"points must have {count} weight(s) on the last axis, got shape {points.shape}")
    return points


def _above_zero(name: str, number: float) -> float:
    if not 0 < number < np.inf:
        raise ValueError(f"{name} must be a number above 0, got {number}")
    return float(number)
