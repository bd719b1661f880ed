"""The runs of the race: every descent that the picture shows, and what is said of them."""

from functools import cache, lru_cache, partial
from typing import NamedTuple

import numpy as np

from helpers import surfaces
from helpers.descent import Path, descend
from helpers.explorers.optimizers.rules import RULES
from helpers.pictures import says
from helpers.pictures.bands import middle_half
from helpers.surfaces import Surface

Array = np.ndarray

RUNNERS = ("SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam")
STEPS, STARTS = 100, 64
WINDOW = 10  # steps: who swings is held to the worst of so many, not to a lucky one
CONDITION = 50  # of the bowl
LOWEST_RATE, HIGHEST_RATE = -4, 2  # as powers of ten
TRACKS = {  # how the surface is made, and between which gaps it is pictured
    "bowl": (partial(surfaces.bowl, CONDITION), (1e-8, 1e3)),
    "Rosenbrock": (surfaces.rosenbrock, (1e-4, 1e4)),
    "Himmelblau": (surfaces.himmelblau, (1e-8, 1e4)),
    "plateau": (surfaces.plateau, (1e-6, 10)),
    "saddle": (surfaces.saddle, (1e-8, 1e2)),
}
SMALLEST = 1e-300  # the gap of who has arrived exactly: on a log scale it must be above 0


class Track(NamedTuple):
    """A surface to race on, and the gaps between which it is pictured."""

    surface: Surface
    gaps: tuple[float, float]


class Sweep(NamedTuple):
    """One runner at many rates, (R,): the median over all starts at the end, (R,)."""

    rates: Array
    medians: Array

    def best(self, lowest: float) -> float:
        """The smallest rate with the lowest median; gaps below `lowest` count as equal.

        >>> Sweep(np.array([0.01, 0.1, 1.0]), np.array([2.0, 1e-12, 1e-15])).best(lowest=1e-8)
        0.1
        """
        return float(self.rates[np.maximum(self.medians, lowest).argmin()])


class Run(NamedTuple):
    """What one runner does: the path from the learner's start, the gaps from all, the sweep.

    A gap is everywhere the running worst, the largest of the last ten steps.
    """

    lr: float
    path: Path
    quartiles: tuple[Array, Array, Array]  # after each step: low, median, high, (T+1,)
    sweep: Sweep
    best: float  # rate

    @property
    def median(self) -> float:
        """The median gap at the last step, ∞ where most descents have diverged."""
        return float(self.quartiles[1][-1])

    @property
    def loss(self) -> float:
        """The last loss from the learner's start, ∞ where that descent has diverged."""
        return float(np.nan_to_num(self.path.losses[-1], nan=np.inf))


@cache
def track_of(name: str, angle: int = 0) -> Track:
    """The track of this name in `TRACKS`; the bowl, and only the bowl, is turned by degrees."""
    make, between = TRACKS[name]
    return Track(make(angle) if name == "bowl" else make(), between)


def gaps(surface: Surface, runner: str, lr: float | Array, starts: Array) -> Array:
    """The optimality gap, loss − lowest loss, of descents from `starts` (..., 2) after each step.

    (T+1, ...), and ∞ once a descent has diverged; `lr` broadcasts against the starts.
    """
    walked = descend(surface, starts, RULES[runner](lr), STEPS)
    gap = np.maximum(walked.losses - surface.value(surface.minima).min(), SMALLEST)
    return np.where(np.isnan(gap), np.inf, gap)


def running_worst(gap: Array) -> Array:
    """The largest gap of the last ten steps, after each step: (T+1, ...) → (T+1, ...).

    >>> running_worst(np.array([9.0, 1.0, 2.0] + 12 * [0.0])).tolist()[:3]
    [9.0, 9.0, 9.0]
    >>> running_worst(np.array([9.0, 1.0, 2.0] + 12 * [0.0])).tolist()[9:]
    [9.0, 2.0, 2.0, 0.0, 0.0, 0.0]
    """
    worst = gap.copy()
    for back in range(1, WINDOW):
        worst[back:] = np.maximum(worst[back:], gap[:-back])
    return worst


def starts_on(surface: Surface, count: int) -> Array:
    """So many starts, (count, 2): uniformly at random in the domain, the same every time."""
    low, high = np.transpose(surface.domain)
    return np.random.default_rng(0).uniform(low, high, (count, 2))


def gap_quartiles(surface: Surface, runner: str, lr: float) -> tuple[Array, Array, Array]:
    """Lower quartile, median and upper quartile over 64 starts of the running worst, (T+1,)."""
    gap = gaps(surface, runner, lr, starts_on(surface, STARTS))
    return middle_half(running_worst(gap), axis=1)


def sweep_rates(surface: Surface, runner: str, coarse: bool = False) -> Sweep:
    """Try 49 rates from 64 starts; `coarse` tries 25 rates from 16."""
    count, starts = (25, 16) if coarse else (49, STARTS)
    rates = 10.0 ** np.linspace(LOWEST_RATE, HIGHEST_RATE, count)
    everywhere = np.tile(starts_on(surface, starts), (count, 1, 1))
    ends = gaps(surface, runner, rates[:, None, None], everywhere)[-WINDOW:]
    _, medians, _ = middle_half(ends.max(axis=0))
    return Sweep(rates, medians)


class Results:
    """What was computed before need not be computed again: all sweeps, the latest quartiles."""

    def __init__(self) -> None:
        self._sweeps: dict[tuple[Surface, str, bool], Sweep] = {}
        self._quartiles = lru_cache(maxsize=256)(gap_quartiles)

    def sweep(self, surface: Surface, runner: str, moving: bool) -> Sweep:
        """The sweep of a runner: coarse while something moves, unless the fine one is known."""
        coarse = moving and (surface, runner, False) not in self._sweeps
        key = surface, runner, coarse
        if key not in self._sweeps:
            self._sweeps[key] = sweep_rates(*key)
        return self._sweeps[key]

    def run(self, track: Track, start: Array, runner: str, lr: float, sweep: Sweep) -> Run:
        """One runner at the rate `lr`, from the learner's start (2,) and from all others."""
        surface, (lowest, _) = track
        path = descend(surface, start, RULES[runner](lr), STEPS)
        quartiles = self._quartiles(surface, runner, lr)
        return Run(lr, path, quartiles, sweep, sweep.best(lowest))


def by_median(runs: dict[str, Run]) -> dict[str, Run]:
    """The runs in the order in which they come in: the lowest median first."""
    return dict(sorted(runs.items(), key=lambda item: item[1].median))


def in_words(runs: dict[str, Run], place: str, track: Track) -> str:
    """Who comes in where and at which rate, and who comes lowest from the learner's start."""
    if not runs:
        return "Nobody runs: choose one or more runners."
    results = [
        f"{name} {_gap_in_words(run.median, track)} at {says.digits(run.lr)} "
        f"(best {says.digits(run.best)})"
        for name, run in by_median(runs).items()
    ]
    lowest = min(runs, key=lambda name: runs[name].loss)
    return (
        f"{place}, worst of the last {WINDOW} of {STEPS} steps, median of {STARTS} starts, "
        "each at its rate: "
        f"{', '.join(results)}. From your start {lowest} comes lowest."
    )


def _gap_in_words(gap: float, track: Track) -> str:
    lowest, _ = track.gaps
    if gap == np.inf:
        return "diverged"
    return f"below {says.power(lowest)}" if gap < lowest else says.digits(gap, 1)
