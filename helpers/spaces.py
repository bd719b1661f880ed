"""Where a search looks: ranges of hyperparameters, and the ways to place points in them.

A way to place points knows nothing of rates and widths: it gives points of the unit cube, (n, D),
and each range turns its coordinate u, from 0 to 1, into a value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from helpers.checks import Array, generator, whole


class Range(Protocol):
    """What a hyperparameter may be: `at(u)` is its value at u, from 0 (lowest) to 1 (highest)."""

    def at(self, u: float) -> Any:
        """The value at u."""


Space = Mapping[str, Range]
Config = dict[str, Any]


@dataclass(frozen=True)
class Uniform:
    """Any number from low to high, all equally likely: low + u (high − low).

    Raises ValueError unless low < high, both finite.

    >>> Uniform(0, 10).at(0.25)
    2.5
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        _check_ends(self)

    def at(self, u: float) -> float:
        """The value at u."""
        return float(self.low + u * (self.high - self.low))


@dataclass(frozen=True)
class LogUniform:
    """Any number from low to high, every power of ten equally likely: low (high / low)ᵘ.

    It suits what works by its factor, such as a learning rate. Raises ValueError unless
    0 < low < high, both finite.

    >>> LogUniform(0.001, 10).at(0.5)
    0.1
    >>> LogUniform(0, 1)
    Traceback (most recent call last):
    ValueError: LogUniform(low=0, high=1): low must be above 0, for 0 has no logarithm; try 1e-4
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        _check_ends(self)
        if self.low <= 0:
            raise ValueError(f"{self}: low must be above 0, for 0 has no logarithm; try 1e-4")

    def at(self, u: float) -> float:
        """The value at u."""
        return float(self.low ** (1 - u) * self.high**u)


@dataclass(frozen=True)
class Integer:
    """A whole number from low to high, both included, all equally likely.

    Raises ValueError unless low < high, both whole.

    >>> [Integer(1, 3).at(u) for u in (0, 0.3, 0.5, 0.9, 1)]
    [1, 1, 2, 3, 3]
    """

    low: int
    high: int

    def __post_init__(self) -> None:
        whole(f"low of {self}", self.low, low=-math.inf)  # type: ignore[arg-type]
        whole(f"high of {self}", self.high, low=-math.inf)  # type: ignore[arg-type]
        _check_ends(self)

    def at(self, u: float) -> int:
        """The value at u."""
        return int(self.low + min(int(u * (self.high - self.low + 1)), self.high - self.low))


@dataclass(frozen=True)
class Choice:
    """One of the options, all equally likely; they are plain values: words, numbers, truth, None.

    Raises ValueError where there is no option.

    >>> Choice("relu", "tanh").at(0.7)
    'tanh'
    """

    options: tuple[Any, ...]

    def __init__(self, *options: Any) -> None:
        if not options:
            raise ValueError("Choice() has no option; name at least one: Choice('relu', 'tanh')")
        object.__setattr__(self, "options", options)

    def at(self, u: float) -> Any:
        """The value at u."""
        return self.options[min(int(u * len(self.options)), len(self.options) - 1)]


def _check_ends(span: Uniform | LogUniform | Integer) -> None:
    ends = (span.low, span.high)
    if not all(isinstance(end, int | float | np.number) and math.isfinite(end) for end in ends):
        raise ValueError(f"{span}: both ends must be finite numbers")
    if not span.low < span.high:
        raise ValueError(f"{span}: low must be below high; for one value only, use Choice(value)")


def check_space(space: Space) -> Space:
    """The space itself. Raises ValueError where it is empty or holds something that is no range.

    >>> check_space({"lr": 0.1})
    Traceback (most recent call last):
    ValueError: space['lr'] must be a range such as LogUniform(1e-4, 1), got 0.1
    """
    if not space:
        raise ValueError("the space is empty; name a parameter: {'lr': LogUniform(1e-4, 1)}")
    for name, span in space.items():
        if not callable(getattr(span, "at", None)):
            raise ValueError(
                f"space[{name!r}] must be a range such as LogUniform(1e-4, 1), got {span!r}"
            )
    return space


@dataclass(frozen=True)
class Grid:
    """Every combination of evenly spaced values: in the middles of equal cells, or with the ends.

    With `ends` the lowest and the highest value of each range belong to the grid. A `Choice` brings
    all its options.

    >>> Grid().points({"lr": Uniform(0, 1)}, 4).ravel(), Grid(ends=True).points(
    ...     {"lr": Uniform(0, 1)}, 5).ravel()
    (array([0.125, 0.375, 0.625, 0.875]), array([0.  , 0.25, 0.5 , 0.75, 1.  ]))
    """

    ends: bool = False

    def points(self, space: Space, n: int, rng: Any = None) -> Array:
        """(n, D). Raises ValueError, and names numbers that fit, where n points make no grid."""
        choices = [span for span in space.values() if isinstance(span, Choice)]
        options = math.prod(len(choice.options) for choice in choices)
        side = _side(n, len(space) - len(choices), options)
        axes = [
            self._axis(len(span.options), ends=False)
            if isinstance(span, Choice)
            else self._axis(side, self.ends)
            for span in space.values()
        ]
        return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(n, len(space))

    @staticmethod
    def _axis(count: int, ends: bool) -> Array:
        return np.linspace(0, 1, count) if ends and count > 1 else (np.arange(count) + 0.5) / count


def _side(n: int, dimensions: int, options: int) -> int:
    """How many values each range has in a grid of n points."""
    side = max(1, round((n / options) ** (1 / max(dimensions, 1))))
    if options * side**dimensions != n:
        below = max(1, int((n / options) ** (1 / max(dimensions, 1))))
        fitting = sorted({options * s**dimensions for s in (below, below + 1)})
        raise ValueError(
            f"{n} trials make no grid of {dimensions} ranges and {options} combinations of "
            f"options; a budget of {' or '.join(map(str, fitting))} does"
        )
    return side


@dataclass(frozen=True)
class Random:
    """Every point drawn anew, evenly over the cube. Bergstra & Bengio (2012).

    >>> Random().points({"lr": Uniform(0, 1)}, 2, np.random.default_rng(0)).round(2)
    array([[0.64],
           [0.27]])
    """

    def points(self, space: Space, n: int, rng: np.random.Generator) -> Array:
        """(n, D), each coordinate from 0 to 1."""
        return generator(rng).random((n, len(space)))


@dataclass(frozen=True)
class LatinHypercube:
    """Random, but each of the n equal slices of each range holds exactly one point.

    McKay, Beckman & Conover (1979), A comparison of three methods for selecting values of input
    variables.

    >>> points = LatinHypercube().points({"lr": Uniform(0, 1)}, 4, np.random.default_rng(0))
    >>> np.sort(np.floor(4 * points.ravel()))
    array([0., 1., 2., 3.])
    """

    def points(self, space: Space, n: int, rng: np.random.Generator) -> Array:
        """(n, D), each coordinate from 0 to 1."""
        slices = np.tile(np.arange(n)[:, None], (1, len(space)))
        return (generator(rng).permuted(slices, axis=0) + rng.random(slices.shape)) / n


@dataclass(frozen=True)
class Halving:
    """Successive halving: all points get few epochs, the best 1 / eta of them eta times as many.

    And so on, until the survivors have had `most` epochs. `start` places the points. Raises
    ValueError unless eta ≥ 2 and 1 ≤ least ≤ most. Karnin, Koren & Somekh (2013); Jamieson &
    Talwalkar (2016), Non-stochastic best arm identification and hyperparameter optimization.

    >>> Halving(eta=3, least=1, most=81).rungs(81)
    [(1, 81), (3, 27), (9, 9), (27, 3), (81, 1)]
    """

    eta: int = 3
    least: int = 1
    most: int = 81
    start: Grid | Random | LatinHypercube = Random()

    def __post_init__(self) -> None:
        whole("eta", self.eta, low=2)
        whole("least", self.least)
        whole("most", self.most, low=self.least)

    def points(self, space: Space, n: int, rng: np.random.Generator) -> Array:
        """(n, D), as `start` places them."""
        return self.start.points(space, n, rng)

    def rungs(self, n: int) -> list[tuple[int, int]]:
        """(epochs, how many trials get them), from the first rung to the last."""
        rungs = [(self.least, n)]
        while rungs[-1][0] < self.most and rungs[-1][1] > 1:
            epochs, kept = rungs[-1]
            rungs.append((min(epochs * self.eta, self.most), max(kept // self.eta, 1)))
        return rungs


Strategy = Grid | Random | LatinHypercube | Halving


def configurations(
    space: Space, strategy: Strategy, budget: int, rng: np.random.Generator
) -> list[Config]:
    """`budget` configurations {name: value}, in the order of their numbers.

    Raises ValueError for an empty space, for what is no range, and for a budget below 1.

    >>> configurations({"lr": LogUniform(0.01, 1)}, Grid(ends=True), 3, np.random.default_rng(0))
    [{'lr': 0.01}, {'lr': 0.1}, {'lr': 1.0}]
    """
    check_space(space)
    points = strategy.points(space, whole("budget", budget), generator(rng))
    return [
        {name: span.at(u) for (name, span), u in zip(space.items(), point.tolist())}
        for point in points
    ]
