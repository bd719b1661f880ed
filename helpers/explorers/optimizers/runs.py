"""The runs of the race: every descent that the picture shows, and what is said of them."""

from functools import cache, lru_cache, partial
from typing import NamedTuple

import numpy as np

from helpers import surfaces
from helpers.descent import Path, descend
from helpers.explorers.optimizers.rules import with_memory
from helpers.optimizer import Optimizer
from helpers.pictures import says
from helpers.pictures.bands import middle_half
from helpers.surfaces import Surface

Array = np.ndarray

RUNNERS = ("SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam")
STEPS, STARTS = 100, 64
WINDOW = 10  # steps: who swings is held to the worst of so many, not to a lucky one
CONDITION = 50  # of the bowl
LOWEST_RATE, HIGHEST_RATE = -4, 2  # as powers of ten
BETAS = (0.9, 0.4, 0.55, 0.7, 0.8)
MEMORIES = {  # of a runner: the customary one first, then the others that are tried
    "Momentum": BETAS,
    "Nesterov": BETAS,
    "RMSProp": (0.99, 0.9, 0.997, 0.999),
    "Adam": BETAS,
}
COARSE, FINE = (25, 16), (49, STARTS)  # so many rates, from so many starts
NONE = (0.0,)  # in the place of the memories of a runner that has no such number
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


def scores(curves: Array, lowest: float) -> tuple[Array, Array]:
    """How low gaps (T+1, ...) end, none below `lowest`, and how high their curves are drawn."""
    seen = np.maximum(curves, lowest)
    return seen[-1], np.log10(seen).mean(axis=0)


class Sweep(NamedTuple):
    """One runner with one memory at many rates, (R,): medians over all starts, (T+1, R)."""

    rates: Array
    curves: Array
    memory: float

    @property
    def medians(self) -> Array:
        """At the end, (R,)."""
        return self.curves[-1]

    def best(self, lowest: float) -> int:
        """The place of the rate that ends lowest; of those that end below `lowest`, the fastest.

        The fastest is the one whose curve, on a log scale and cut off at `lowest`, is lowest on
        average.

        >>> curves = np.array([[9.0, 9.0, 9.0], [5.0, 0.1, 1e-9], [2.0, 1e-12, 1e-10]])
        >>> Sweep(np.array([0.01, 0.1, 1.0]), curves, 0.9).best(lowest=1e-8)
        2
        """
        return int(np.lexsort(scores(self.curves, lowest)[::-1])[0])

    def score(self, lowest: float) -> tuple[float, float]:
        """How good the best rate is, the smaller the better: its end, then its curve."""
        best = self.best(lowest)
        end, height = scores(self.curves[:, best], lowest)
        return float(end), float(height)


class Run(NamedTuple):
    """What one runner does: the path from the learner's start, the gaps from all, the sweep.

    A gap is everywhere the running worst, the largest of the last ten steps.
    """

    lr: float
    path: Path
    quartiles: tuple[Array, Array, Array]  # after each step: low, median, high, (T+1,)
    sweep: Sweep
    best: float  # rate
    lowest: float  # what ends below it counts as equal

    @property
    def median(self) -> float:
        """The median gap at the last step, ∞ where most descents have diverged."""
        return float(self.quartiles[1][-1])

    @property
    def score(self) -> tuple[float, float]:
        """The smaller the better: the end, then the height of the curve on a log scale."""
        end, height = scores(self.quartiles[1], self.lowest)
        return float(end), float(height)

    @property
    def loss(self) -> float:
        """The last loss from the learner's start, ∞ where that descent has diverged."""
        return float(np.nan_to_num(self.path.losses[-1], nan=np.inf))


@cache
def track_of(name: str, angle: int = 0) -> Track:
    """The track of this name in `TRACKS`; the bowl, and only the bowl, is turned by degrees."""
    make, between = TRACKS[name]
    return Track(make(angle) if name == "bowl" else make(), between)


def built(runner: str, lr: float | Array, memory: float | None = None) -> Optimizer:
    """The optimizer of this runner; without `memory` it has the customary one."""
    customary = MEMORIES.get(runner, NONE)[0]
    return with_memory(runner, lr, customary if memory is None else memory)


def gaps(
    surface: Surface, runner: str, lr: float | Array, starts: Array, memory: float | None = None
) -> Array:
    """The optimality gap, loss − lowest loss, of descents from `starts` (..., 2) after each step.

    (T+1, ...), and ∞ once a descent has diverged; `lr` broadcasts against the starts. Without
    `memory` it is the customary one.
    """
    walked = descend(surface, starts, built(runner, lr, memory), STEPS)
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


def gap_quartiles(
    surface: Surface, runner: str, lr: float, memory: float | None = None
) -> tuple[Array, Array, Array]:
    """Lower quartile, median and upper quartile over 64 starts of the running worst, (T+1,)."""
    gap = gaps(surface, runner, lr, starts_on(surface, STARTS), memory)
    return middle_half(running_worst(gap), axis=1)


def sweep_rates(track: Track, runner: str, tuned: bool = False, coarse: bool = False) -> Sweep:
    """Try 49 rates from 64 starts; `coarse` tries 25 rates from 16.

    `tuned` takes the memory that is best in the coarse sweeps, otherwise it is the customary one.
    """
    menu = MEMORIES.get(runner, NONE)
    if not tuned or len(menu) == 1:
        return _sweep(track.surface, runner, menu[0], *(COARSE if coarse else FINE))
    tried = [_sweep(track.surface, runner, memory, *COARSE) for memory in menu]
    best = min(tried, key=lambda sweep: sweep.score(track.gaps[0]))
    return best if coarse else _sweep(track.surface, runner, best.memory, *FINE)


def _sweep(surface: Surface, runner: str, memory: float, count: int, starts: int) -> Sweep:
    """So many rates from so many starts."""
    rates = 10.0 ** np.linspace(LOWEST_RATE, HIGHEST_RATE, count)
    everywhere = np.tile(starts_on(surface, starts), (count, 1, 1))
    worst = running_worst(gaps(surface, runner, rates[:, None, None], everywhere, memory))
    return Sweep(rates, middle_half(worst)[1], memory)


class Results:
    """What was computed before need not be computed again: all sweeps, the latest quartiles."""

    def __init__(self) -> None:
        self._sweeps: dict[tuple[Track, str, bool, bool], Sweep] = {}
        self._quartiles = lru_cache(maxsize=256)(gap_quartiles)

    def sweep(self, track: Track, runner: str, tuned: bool, moving: bool) -> Sweep:
        """The sweep of a runner: coarse while something moves, unless the fine one is known."""
        coarse = moving and (track, runner, tuned, False) not in self._sweeps
        key = track, runner, tuned, coarse
        if key not in self._sweeps:
            self._sweeps[key] = sweep_rates(*key)
        return self._sweeps[key]

    def run(self, track: Track, start: Array, runner: str, lr: float, sweep: Sweep) -> Run:
        """One runner at the rate `lr`, from the learner's start (2,) and from all others."""
        surface, (lowest, _) = track
        path = descend(surface, start, built(runner, lr, sweep.memory), STEPS)
        quartiles = self._quartiles(surface, runner, lr, sweep.memory)
        return Run(lr, path, quartiles, sweep, float(sweep.rates[sweep.best(lowest)]), lowest)


def by_median(runs: dict[str, Run]) -> dict[str, Run]:
    """The runs in the order in which they come in: the lowest first, of equals the fastest."""
    return dict(sorted(runs.items(), key=lambda item: item[1].score))


def in_words(runs: dict[str, Run], place: str, track: Track) -> str:
    """Who comes in where and at which rate, and who comes lowest from the learner's start."""
    if not runs:
        return "Nobody runs: choose one or more runners."
    results = [
        f"{name} {_gap_in_words(run.median, track)} at {says.digits(run.lr)}"
        f"{_memory_in_words(name, run.sweep.memory)} (best {says.digits(run.best)})"
        for name, run in by_median(runs).items()
    ]
    lowest = min(runs, key=lambda name: runs[name].loss)
    return (
        f"{place}, worst of the last {WINDOW} of {STEPS} steps, median of {STARTS} starts, "
        "each at its rate: "
        f"{', '.join(results)}. From your start {lowest} comes lowest."
    )


def _memory_in_words(runner: str, memory: float) -> str:
    if runner not in MEMORIES:
        return ""
    return f", {'ρ' if runner == 'RMSProp' else 'β'} = {memory:g}"


def _gap_in_words(gap: float, track: Track) -> str:
    lowest, _ = track.gaps
    if gap == np.inf:
        return "diverged"
    return f"below {says.power(lowest)}" if gap < lowest else says.digits(gap, 1)
