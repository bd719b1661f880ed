"""A small network, the path of its training through 1,185 weights, and planes through that path."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from helpers import curvature
from helpers.datasets import make_spirals
from helpers.losses import mse
from helpers.nn import MLP

Array = np.ndarray

LR, STEPS = 0.08, 800
EVERY = 1  # steps from one point of the path to the next: a swing across a valley takes two
PATH, STEEP, RANDOM = "the path's own two", "its first and the steepest here", "two at random"
MARGIN = 0.65  # half the width of a picture, beside the width of what it must hold


@dataclass(frozen=True, eq=False)  # eq=False: a plane is a key of caches
class Plane:
    """A plane in weight space, and the shadow of the path on it: its orthogonal projection."""

    directions: Array  # (2, D)
    shadow: Array  # (T, 2), in units of the directions, counted from the end of training
    held: float  # the share of the path's squared moves that lies in the plane
    centre: Array  # (2,) of its picture
    reach: Array  # (2,) half the width and height of its picture


class Window(NamedTuple):
    """The part of a plane that is pictured."""

    plane: Plane
    middle: tuple[float, float]
    zoom: float

    def reach(self) -> Array:
        """Half the width and height, (2,)."""
        return self.plane.reach / self.zoom

    def places(self, points: Array) -> Array:
        """Points (..., 2) of the plane in the picture, whose borders are at −1 and 1."""
        return (points - self.middle) / self.reach()


class TrainingPath:
    """Full-batch descent on two spirals, kept as a path of T points θ in D dimensions.

    `points` are (T, D), `losses` the network's own at each, (T,); one for each step.
    """

    def __init__(self) -> None:
        X, y = make_spirals(200, noise=0.05, rng=np.random.default_rng(0))
        examples = 3 * X, 2.0 * y[:, None] - 1  # ±1
        rng = np.random.default_rng(0)
        self._model = MLP((2, 32, 32, 1), "tanh", rng=rng, dtype=np.float64)
        self._loss = curvature.loss_of(self._model, mse, *examples)
        self._gradient = curvature.gradient_of(self._model, mse, *examples)
        self.points = self._train()
        self.losses = np.array([self._loss(theta) for theta in self.points])
        self._moves = self.points - self.points[-1]
        self._main_directions, _, _ = curvature.path_directions(self.points)
        self._planes = {PATH: self._path_plane(), RANDOM: self._random_plane()}

    def _train(self) -> Array:
        theta, points = self._model.theta.copy(), []
        for step in range(STEPS + 1):
            if step % EVERY == 0:
                points.append(theta.copy())
            theta -= LR / 2 * self._gradient(theta)  # of half the squared error
        self._model.theta[:] = points[-1]
        return np.array(points)

    def jumps(self) -> Array:
        """Which points lie on a jump, (T,): 1.3 times above the lowest loss so far."""
        return self.losses > 1.3 * np.minimum.accumulate(self.losses)

    def first_summit(self) -> int:
        """The point of highest loss within 50 steps of the first rise to 1.5 times the lowest."""
        settled = 100 // EVERY  # the first steps come down from above
        rises = self.losses > 1.5 * np.minimum.accumulate(self.losses)
        first = settled + int(np.argmax(rises[settled:]))
        return first + int(np.argmax(self.losses[first : first + 50 // EVERY + 1]))

    def plane(self, name: str, at: int, iterations: int = 50) -> Plane:
        """The plane that is called so: PATH, STEEP or RANDOM.

        STEEP is spanned by the path's first direction and that of the largest curvature at point
        `at`, which power iteration has found after so many `iterations`.
        """
        return self._steep_plane(at, iterations) if name == STEEP else self._planes[name]

    def _path_plane(self) -> Plane:
        shadow, held = self._project(self._main_directions)
        low, high = shadow.min(axis=0), shadow.max(axis=0)
        reach = np.full(2, MARGIN * (high - low).max())
        return Plane(self._main_directions, shadow, held, (low + high) / 2, reach)

    def _random_plane(self) -> Plane:
        """A plane that is as wide as the weights are long; the path is a dot in it."""
        rng = np.random.default_rng(0)
        directions = np.stack([curvature.random_direction(self._model, rng) for _ in range(2)])
        return Plane(directions, *self._project(directions), np.zeros(2), np.full(2, 2 * MARGIN))

    def _steep_plane(self, at: int, iterations: int) -> Plane:
        """A plane pictured stretched, for the path hardly moves along the steep direction."""
        start = np.random.default_rng(0).normal(size=self._model.size)
        theta = self.points[at]
        _, steepest = curvature.sharpness(self._gradient, theta, start, iterations=iterations)
        directions = np.stack([self._main_directions[0], steepest])
        shadow, held = self._project(directions)
        low, high = shadow.min(axis=0), shadow.max(axis=0)
        return Plane(directions, shadow, held, (low + high) / 2, MARGIN * (high - low))

    def _project(self, directions: Array) -> tuple[Array, float]:
        """The shadow of the path on the plane of these directions, and the share that it holds."""
        shadow = self._moves @ np.linalg.pinv(directions)
        squares = np.sum(shadow @ (directions @ directions.T) * shadow)
        return shadow, float(squares / np.sum(self._moves**2))

    def losses_on(self, plane: Plane, anchor: int, places: Array) -> Array:
        """The loss at places (..., 2) of the plane that is laid through point `anchor`: (...)."""
        moves = (places - plane.shadow[anchor]).reshape(-1, 2) @ plane.directions
        values = [self._loss(self.points[anchor] + move) for move in moves]
        return np.reshape(values, places.shape[:-1])

    def losses_under(self, plane: Plane, anchor: int, every: int = 1) -> Array:
        """The plane's loss under every so many points of the path."""
        return self.losses_on(plane, anchor, plane.shadow[::every])

    def ground(self, window: Window, anchor: int, size: int) -> Array:
        """The loss all over a window of the plane through point `anchor`: (size, size)."""
        low, high = np.array(window.middle) + [[-1], [1]] * window.reach()
        plane = window.plane
        across, upward = (np.linspace(low, high, size) - plane.shadow[anchor]).T
        theta = self.points[anchor]
        return curvature.loss_slice(self._loss, theta, plane.directions, across, upward)

    def distance(self, plane: Plane, anchor: int, at: int) -> float:
        """How far point `at` lies beside the plane through point `anchor`."""
        in_plane = (plane.shadow[at] - plane.shadow[anchor]) @ plane.directions
        return float(np.linalg.norm(self.points[at] - self.points[anchor] - in_plane))


def window_around(plane: Plane, at: int, zoom: float) -> Window:
    """The window in which point `at` keeps the place that it has without zoom."""
    middle = plane.centre + (plane.shadow[at] - plane.centre) * (1 - 1 / zoom)
    return Window(plane, tuple(middle.tolist()), zoom)
