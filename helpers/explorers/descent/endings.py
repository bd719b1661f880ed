"""How a walk ended: the facts, and the words that the figures of this lesson find for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np

from helpers.descent import Path
from helpers.pictures.says import digits, fixed
from helpers.surfaces import Surface

Array = np.ndarray

ARRIVED = 0.01  # a walk this near to a minimum has reached it
AT_REST = 1e-6  # below this slope nothing moves any more
LATE = 20  # the last steps, in which a walk that swings still goes uphill


class Ending(NamedTuple):
    """Where a walk of so many `steps` came to.

    `at` is the step at which it diverged, or from which on it was at the minimum; otherwise −1.
    `slope` is the length of the gradient at its last point.
    """

    kind: Literal["diverged", "arrived", "at rest", "swinging", "on its way"]
    steps: int
    loss: float
    at: int = -1
    minimum: tuple[float, ...] = ()
    slope: float = np.nan

    def words(self) -> str:
        """What is said of it, to be read after "the walk …"."""
        loss = f"The loss is {digits(self.loss, 2)}." if np.isfinite(self.loss) else ""
        if self.kind == "diverged":
            return f"diverged at step {self.at}."
        if self.kind == "arrived":
            return f"reaches the minimum {place(self.minimum)} at step {self.at}."
        if self.kind == "at rest":
            found = "it rests where the slope is 0, but at no minimum"
        elif self.kind == "swinging":
            found = "it still swings, uphill and downhill"
        else:
            found = f"it is still on its way, on a slope of {digits(self.slope, 2)}"
        return f"after {self.steps} steps {found}. {loss}"


def ending(surface: Surface, path: Path) -> Ending:
    """How a single walk on the surface ended: path.points is (T+1, D).

    >>> from helpers import optim, surfaces
    >>> from helpers.descent import descend
    >>> surface = surfaces.himmelblau()
    >>> ending(surface, descend(surface, [3.0, 2.1], optim.SGD(0.01), 50)).words()
    'reaches the minimum (3.00, 2.00) at step 8.'
    """
    steps = len(path.losses) - 1
    loss = float(path.losses[-1])
    if path.diverged_at >= 0:
        return Ending("diverged", steps, loss, at=int(path.diverged_at))
    away = np.linalg.norm(path.points[:, None] - surface.minima, axis=-1)  # (T+1, M)
    nearest = away[-1].argmin()
    outside = np.flatnonzero(away[:, nearest] >= ARRIVED)
    since = 1 + int(outside[-1]) if outside.size else 0
    if since <= steps:
        minimum = tuple(surface.minima[nearest])
        return Ending("arrived", steps, loss, at=since, minimum=minimum)
    slope = float(np.linalg.norm(surface.gradient(path.points[-1])))
    if slope < AT_REST:
        return Ending("at rest", steps, loss, slope=slope)
    is_uphill = np.any(np.diff(path.losses[-LATE:]) > 0)
    return Ending("swinging" if is_uphill else "on its way", steps, loss, slope=slope)


def place(point: Iterable[float]) -> str:
    """A point that is dragged: with always two decimals, so that its words stand still.

    >>> place((-0.5, 1))
    '(−0.50, 1.00)'
    """
    return f"({', '.join(fixed(value) for value in point)})"


def loss_at_last(path: Path) -> str:
    """The loss after the last step of a walk, or the step at which it diverged: a sentence."""
    at = int(path.diverged_at)
    if at < 0:
        return f"Loss after {len(path.losses) - 1} steps: {digits(float(path.losses[-1]), 2)}."
    no_number = "" if np.isfinite(path.losses[at]) else ": no finite number any more"
    return f"It diverged at step {at}{no_number}."
