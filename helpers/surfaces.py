"""Surfaces to descend: losses of one or two weights that can be looked at whole.

Each function below returns a Surface. In it stand two small functions of the weights, as a textbook
writes them: value(x, y), the loss J, and gradient(x, y), its slopes (∂J/∂x, ∂J/∂y). There x and y
are arrays with an entry for each run, so that one call serves a point and a field of a million.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import DTypeLike

from helpers.checks import Array, generator, non_negative, positive, whole
from helpers.derivatives import is_minimum, newton
from helpers.fields import columns, gradient_on_points, on_points

Domain = Sequence[tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Surface:
    """A loss of D weights, with everything that a picture of it needs.

    name      what it is called
    value     the loss J, a function of points (..., D) → (...): the weights last, before them runs
    gradient  ∇J, a function of points (..., D) → (..., D), fastest on what `columns` returns
    domain    (low, high) of each weight: the part worth drawing
    minima    (M, D), the places of its minima to machine precision; (0, D) where none is known
    about     one sentence: what it is good for

    The surfaces of this file keep float32 and the order in memory; far outside of the domain, where
    numbers overflow, they return inf or NaN. Raises ValueError for a domain or for minima that are
    not as said here.

    >>> himmelblau().gradient([[3.0, 2.0], [0.0, 0.0]]).tolist()
    [[0.0, 0.0], [-14.0, -22.0]]
    """

    name: str
    value: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    domain: Domain
    minima: Array
    about: str

    def __post_init__(self) -> None:
        for low, high in self.domain:
            if not -np.inf < low < high < np.inf:
                raise ValueError(
                    f"domain must be (low, high) for each weight, low below high, got {self.domain}"
                )
        weights = len(self.domain)
        if np.ndim(self.minima) != 2 or np.shape(self.minima)[1] != weights:
            raise ValueError(
                f"minima must have shape (M, {weights}), a row for each, got shape "
                f"{np.shape(self.minima)}; if none is known, np.empty((0, {weights}))"
            )

    def grid(self, n: int, dtype: DTypeLike = np.float64) -> Array:
        """A field of n × n points over the domain, (n, n, 2), its rows from low y to high y.

        With one weight it has shape (n, 1). Raises ValueError unless n is a whole number ≥ 1.
        """
        n = whole("n", n)
        axes = np.meshgrid(*(np.linspace(low, high, n) for low, high in self.domain))
        return columns(np.stack(axes, axis=-1), dtype)


def _surface(
    name: str,
    value: Callable[..., Array],
    gradient: Callable[..., tuple[Array, ...]],
    domain: Domain,
    minima: Sequence[tuple[float, ...]],
    about: str,
) -> Surface:
    """The Surface of these equations: value(x, y) and gradient(x, y) become functions of points."""
    weights = len(domain)
    places = np.reshape(np.array(minima, np.float64), (-1, weights))
    at_points = on_points(value, weights), gradient_on_points(gradient, weights)
    return Surface(name, *at_points, domain, places, about)


def parabola(curvature: float) -> Surface:
    """One weight, one curvature: each step multiplies the weight by 1 − lr · curvature.

        J = ½ L w²                              minimum 0 at 0, drawn from −1.5 to 1.5

    Points have shape (..., 1). Raises ValueError unless the curvature L is above 0 and finite.
    """
    L = positive("curvature", curvature)

    def value(w: Array) -> Array:
        return L / 2 * w * w

    def gradient(w: Array) -> tuple[Array]:
        return (L * w,)

    about = "One weight, one curvature: each step multiplies the weight by 1 − lr · curvature."
    return _surface("parabola", value, gradient, [(-1.5, 1.5)], [(0,)], about)


def bowl(condition: float, angle: float = 0) -> Surface:
    """Two curvatures, 1 and κ = condition: the steep one limits the rate, the flat one pays for it.

        J = ½ (u² + κ v²) = ½ (a x² + c y²) + b x y,  u, v being x, y turned by `angle` degrees
                                                minimum 0 at (0, 0), drawn over [−2, 2]²

    κ is the condition number of the Hessian, which is ((a, b), (b, c)) everywhere. Raises
    ValueError unless 1 ≤ condition < ∞ and the angle is finite.

    >>> bowl(50).value([[1.0, 0.0], [0.0, 1.0]])
    array([ 0.5, 25. ])
    """
    if not 1 <= condition < np.inf:
        raise ValueError(
            f"condition must be a number ≥ 1, got {condition}; it is the largest curvature divided "
            "by the smallest"
        )
    if not math.isfinite(angle):
        raise ValueError(f"angle must be a finite number of degrees, got {angle}; try 30")
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    a = cos * cos + condition * sin * sin
    b = (1 - condition) * sin * cos
    c = sin * sin + condition * cos * cos

    def value(x: Array, y: Array) -> Array:
        return 0.5 * (a * x * x + c * y * y) + b * x * y

    def gradient(x: Array, y: Array) -> tuple[Array, Array]:
        return a * x + b * y, b * x + c * y

    about = "Two curvatures: the steep one limits the rate, the flat one pays for it."
    return _surface("bowl", value, gradient, [(-2, 2), (-2, 2)], [(0, 0)], about)


def rosenbrock() -> Surface:
    """The banana, a curved and narrow valley: finding it is easy, following it to the end is slow.

        J = (1 − x)² + 100 (y − x²)²            minimum 0 at (1, 1), drawn over [−2, 2] × [−1, 3]

    Rosenbrock (1960), An automatic method for finding the greatest or least value of a function.
    """

    def value(x: Array, y: Array) -> Array:
        u, v = 1 - x, y - x * x
        return u * u + 100 * (v * v)

    def gradient(x: Array, y: Array) -> tuple[Array, Array]:
        u, v = 1 - x, y - x * x
        return -2 * u - 400 * (x * v), 200 * v

    about = "A curved, narrow valley: finding it is easy, following it to the end is slow."
    return _surface("Rosenbrock", value, gradient, [(-2, 2), (-1, 3)], [(1, 1)], about)


def himmelblau() -> Surface:
    """Four valleys of the same depth: where a run ends is decided by where it starts.

        J = (x² + y − 11)² + (x + y² − 7)²      minima 0, one of them (3, 2), drawn over [−5, 5]²

    Himmelblau (1972), Applied nonlinear programming.
    """

    def value(x: Array, y: Array) -> Array:
        u, v = x * x + y - 11, x + y * y - 7
        return u * u + v * v

    def gradient(x: Array, y: Array) -> tuple[Array, Array]:
        u, v = x * x + y - 11, x + y * y - 7
        return 2 * (2 * (x * u) + v), 2 * (u + 2 * (y * v))

    minima = [
        (3, 2),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.2831859912861696),
        (3.5844283403304917, -1.8481265269644036),
    ]
    about = "Four valleys of the same depth, 0: where a run ends is decided by where it starts."
    return _surface("Himmelblau", value, gradient, [(-5, 5), (-5, 5)], minima, about)


def beale() -> Surface:
    """Nearly flat in the middle, very steep in the corners: no single rate suits both.

        J = (1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²
                                                minimum 0 at (3, ½), drawn over [−4.5, 4.5]²

    Beale (1958), On an iterative method for finding a local minimum of a function of more than one
    variable.
    """

    def value(x: Array, y: Array) -> Array:
        y2 = y * y
        u, v, w = 1.5 - x * (1 - y), 2.25 - x * (1 - y2), 2.625 - x * (1 - y2 * y)
        return u * u + v * v + w * w

    def gradient(x: Array, y: Array) -> tuple[Array, Array]:
        y2 = y * y
        a, b, c = 1 - y, 1 - y2, 1 - y2 * y
        u, v, w = 1.5 - x * a, 2.25 - x * b, 2.625 - x * c
        return -2 * (u * a + v * b + w * c), 2 * x * (u + 2 * y * v + 3 * y2 * w)

    about = "Nearly flat in the middle, very steep in the corners: no single rate suits both."
    return _surface("Beale", value, gradient, [(-4.5, 4.5), (-4.5, 4.5)], [(3, 0.5)], about)


def saddle() -> Surface:
    """At (0, 0) the slope is zero and yet it is no minimum: a start with y = 0 ends there.

        J = ½ x² − ½ y² + ¼ y⁴                  minima −¼ at (0, ±1), drawn over [−2, 2]²

    Nesterov (2004), Introductory lectures on convex optimization, example 1.2.2.
    """

    def value(x: Array, y: Array) -> Array:
        return 0.5 * (x * x) - 0.5 * (y * y) + 0.25 * (y * y) * (y * y)

    def gradient(x: Array, y: Array) -> tuple[Array, Array]:
        return x, y * (y * y - 1)

    about = "At (0, 0) the slope is zero and yet it is no minimum: a start with y = 0 ends there."
    return _surface("saddle", value, gradient, [(-2, 2), (-2, 2)], [(0, 1), (0, -1)], about)


def plateau() -> Surface:
    """A pit in a shelf. The shelf's slope is below 0.001; in the pit the same rate arrives at once.

        J = 1 − u²,  u = 1 / (1 + (x − 2)² + y²)
                                                minimum 0 at (2, 0), drawn over [−5, 5]²
    Made for this course.
    """

    def value(x: Array, y: Array) -> Array:
        u = 1 / (1 + (x - 2) * (x - 2) + y * y)
        return 1 - u * u

    def gradient(x: Array, y: Array) -> tuple[Array, Array]:
        u = 1 / (1 + (x - 2) * (x - 2) + y * y)
        steepness = 4 * (u * u * u)
        return steepness * (x - 2), steepness * y

    about = "On the shelf the slope is below 0.001; in the pit the same rate arrives at once."
    return _surface("plateau", value, gradient, [(-5, 5), (-5, 5)], [(2, 0)], about)


def cliff() -> Surface:
    """The minimum is at the foot of a wall: a step that lands on the wall is thrown far back.

        J = 0.1 ((x − 1)² + y²) + 4 log(1 + exp(5x))
                                                minimum near (−0.8, 0), drawn over [−4, 2] × [−3, 3]

    Made for this course, after the walls in the losses of recurrent networks that are described by
    Pascanu, Mikolov and Bengio (2013), On the difficulty of training recurrent neural networks.
    """

    def value(x: Array, y: Array) -> Array:
        return 0.1 * ((x - 1) * (x - 1) + y * y) + 4 * np.logaddexp(0, 5 * x)

    def gradient(x: Array, y: Array) -> tuple[Array, Array]:
        # the derivative of 4 log(1 + exp(5x)) is 20 sigmoid(5x), or 10 (1 + tanh(2.5x))
        return 0.2 * (x - 1) + 10 * (1 + np.tanh(2.5 * x)), 0.2 * y

    about = "The minimum is at the foot of a wall: a step that lands on it is thrown far back."
    minima = [(-0.7998597766570527, 0)]
    return _surface("cliff", value, gradient, [(-4, 2), (-3, 3)], minima, about)


def rastrigin() -> Surface:
    """An egg box in a bowl: a run ends in the nearest of 121 minima unless its steps are long.

        J = 20 + x² + y² − 10 (cos 2πx + cos 2πy)
                                                deepest 0 at (0, 0), drawn over [−5.12, 5.12]²

    `minima` has the deepest only. After Rastrigin (1974), Systems of extremal control; in this form
    Mühlenbein, Schomisch and Born (1991), The parallel genetic algorithm as function optimizer.
    """
    turn = 2 * np.pi

    def value(x: Array, y: Array) -> Array:
        return 20 + x * x + y * y - 10 * (np.cos(turn * x) + np.cos(turn * y))

    def gradient(x: Array, y: Array) -> tuple[Array, Array]:
        return 2 * x + 10 * turn * np.sin(turn * x), 2 * y + 10 * turn * np.sin(turn * y)

    about = "121 local minima: a run ends in the nearest one unless its steps are long."
    return _surface("Rastrigin", value, gradient, [(-5.12, 5.12), (-5.12, 5.12)], [(0, 0)], about)


def wells(wide: float, narrow: float) -> Surface:
    """A wide well and a narrow one, either of them the deeper: which does a large rate find?

        J = 0.02 (x² + y²) − a − b              drawn over [−4, 4]²
        a = wide · exp(−((x + 1.5)² + y²) / (2 · 1.2²))
        b = narrow · exp(−((x − 1.5)² + y²) / (2 · 0.35²))

    wide and narrow are the depths; `minima` has the wide well first. Made for this course. Raises
    ValueError for a depth that is not above 0, and where a well is too shallow to hold a minimum.
    """
    wide, narrow = positive("wide", wide), positive("narrow", narrow)

    def well(x: Array, y: Array, depth: float, middle: float, width: float) -> Array:
        return depth * np.exp(((x - middle) ** 2 + y * y) * (-0.5 / width**2))

    def value(x: Array, y: Array) -> Array:
        a, b = well(x, y, wide, -1.5, 1.2), well(x, y, narrow, 1.5, 0.35)
        return 0.02 * (x * x + y * y) - a - b

    def gradient(x: Array, y: Array) -> tuple[Array, Array]:
        a = well(x, y, wide, -1.5, 1.2) * (1 / 1.2**2)
        b = well(x, y, narrow, 1.5, 0.35) * (1 / 0.35**2)
        return 0.04 * x + a * (x + 1.5) + b * (x - 1.5), (0.04 + a + b) * y

    about = "A wide well and a narrow one, either of them the deeper: which does a large rate find?"
    middles = [(-1.5, 0.0), (1.5, 0.0)]
    surface = _surface("wells", value, gradient, [(-4, 4), (-4, 4)], middles, about)

    def per_depth(points: Array) -> Array:  # a slope is flat beside those of the deeper well
        return surface.gradient(points) / max(wide, narrow)

    minima = np.array([newton(per_depth, middle) for middle in surface.minima])
    for depth, (x, _), minimum in zip((wide, narrow), middles, minima):
        if not (abs(minimum[0] - x) < 0.7 and is_minimum(per_depth, minimum)):
            raise ValueError(
                f"a well of depth {depth:g} at x = {x} is too shallow for a minimum; try 0.5 or "
                "more, and at least a tenth of the other"
            )
    return replace(surface, minima=minima)


def random_landscape(rng: np.random.Generator, steepness: float = 0.05) -> Surface:
    """Many valleys, one of them the deepest: how often does a method reach it?

        J = s |p − c|² + 0.3 Σₖ cos(wₖ · p + φₖ),  k = 1 … 8             drawn over [−6, 6]²

    rng draws c and the eight waves. They lie in a bowl of steepness s, which may be 0. `minima` has
    the deepest first, of those within 10 of c along either axis; from a steepness of 0.05 on none
    lies deeper further out. Made for this course. Raises ValueError for a steepness that is
    negative or not finite, TypeError unless rng is a numpy Generator.
    """
    rng = generator(rng)
    steepness = non_negative("steepness", steepness)
    # waves around the middle of the bowl would all have an extremum there, and a method that goes
    # straight to it would win by luck: so the middle c = (cx, cy) is drawn as well
    cx, cy = rng.uniform(-2, 2, 2).tolist()
    phase, direction = rng.uniform(0, 2 * np.pi, (2, 8))
    length = rng.uniform(2, 6, 8)
    waves = 2 * np.pi / length * np.array([np.cos(direction), np.sin(direction)])  # w, (2, 8)

    def angles(x: Array, y: Array) -> Array:  # (..., 8): wₖ · p + φₖ of each wave at every point
        return np.stack([x, y], axis=-1) @ waves.astype(x.dtype) + phase.astype(x.dtype)

    def value(x: Array, y: Array) -> Array:
        ripples = 0.3 * np.cos(angles(x, y))
        return steepness * ((x - cx) ** 2 + (y - cy) ** 2) + ripples.sum(axis=-1)

    def gradient(x: Array, y: Array) -> tuple[Array, Array]:
        ripple = 0.3 * np.sin(angles(x, y)) @ waves.T.astype(x.dtype)
        inward = 2 * steepness
        return inward * (x - cx) - ripple[..., 0], inward * (y - cy) - ripple[..., 1]

    about = "Many valleys, one of them the deepest: how often does a method reach it?"
    # beyond it a bowl of steepness 0.05 is above every ripple
    around = [(cx - 10, cx + 10), (cy - 10, cy + 10)]
    surface = _surface("random landscape", value, gradient, around, [], about)
    return replace(surface, domain=[(-6, 6), (-6, 6)], minima=_local_minima(surface, 161))


def _local_minima(surface: Surface, n: int) -> Array:
    """Minima inside the domain, (M, 2), deepest first: the lowest of n × n points, and Newton."""
    grid = surface.grid(n)
    height = surface.value(grid)
    shifts = [slice(i, n - 2 + i) for i in range(3)]
    neighbours = [height[rows, across] for rows in shifts for across in shifts]
    is_lowest = height[1:-1, 1:-1] == np.min(neighbours, axis=0)
    found = {}
    for start in grid[1:-1, 1:-1][is_lowest]:
        place = newton(surface.gradient, start)
        if np.abs(place - start).max() < 0.2 and is_minimum(surface.gradient, place):
            found[tuple(place.round(6))] = place  # two points of the grid may lead to one minimum
    return np.array(sorted(found.values(), key=surface.value))
