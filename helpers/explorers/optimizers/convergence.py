"""Rate against momentum: a map of 65,536 descents, and the descent of one of its pixels."""

import math
from typing import NamedTuple

import numpy as np
from ipywidgets import Dropdown, FloatLogSlider
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.patches import Patch

from helpers import surfaces
from helpers.descent import DIVERGED, descend, settle
from helpers.optim import SGD
from helpers.pictures import plots, says, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.rings import Rings
from helpers.pictures.updates import Seen

Array = np.ndarray

HEAVY_BALL, NESTEROV = "heavy ball", "Nesterov"
STEPS = 200
START = np.array([1.0, 1.0])
CLOSE = 0.01  # distance from the minimum below which a descent has converged
TOP_RATE = 4.2  # of the map, in units of 1/λmax: the heavy ball's border is at 4 where β is 1
FINE, COARSE = 256, 80  # pixels along each side of the map
NOT_YET, LOST = STEPS + 1, STEPS + 2  # in the place of a number of steps
FASTEST = 5  # number of steps at which the scale of colours begins
SPEED = LinearSegmentedColormap.from_list(
    "speed", ["#00382B", "#00795A", "#5DB597", "#CDEBDD", "#F7F9EE"]
)

# ---- what it computes


class Walk(NamedTuple):
    """One descent: its points (T+1, 2), its distances from the minimum (T+1,), and its end."""

    points: Array
    distances: Array
    converged_at: float  # the step from which it stays close; ∞ where it does not
    diverged_at: int  # −1 where it does not


def border(beta: Array | float, nesterov: bool) -> Array | float:
    """The rate from which a descent with momentum β diverges, in units of 1/λmax.

    α = 2 (1 + β), with Nesterov's look ahead 2 (1 + β) / (1 + 2β).

    >>> border(0.5, nesterov=False), border(0.5, nesterov=True)
    (3.0, 1.5)
    """
    return 2 * (1 + beta) / (1 + 2 * beta if nesterov else 1)


def best_pair(condition: float, nesterov: bool) -> tuple[float, float]:
    """Rate (in units of 1/λmax) and momentum with the smallest contraction factor, in the long run.

    Polyak (1964); with Nesterov's look ahead Lessard, Recht and Packard (2016).

    >>> rate, momentum = best_pair(4.0, nesterov=False)
    >>> round(rate, 3), round(momentum, 3)
    (1.778, 0.111)
    """
    if nesterov:
        root = math.sqrt(3 * condition + 1)
        return 4 * condition / (3 * condition + 1), (root - 2) / (root + 2)
    root = math.sqrt(condition)
    return 4 * condition / (root + 1) ** 2, ((root - 1) / (root + 1)) ** 2


def critical_rates(beta: Array | float, condition: float) -> tuple[Array | float, Array | float]:
    """Where the flat and the steep direction are critically damped, in units of 1/λmax: heavy ball.

    There the two roots of r² − (1 + β − αλ) r + β are one, √β in the flat direction and −√β in the
    steep one: αλ = (1 − √β)², and (1 + √β)². The best pair is where both are.

    >>> rate, beta = best_pair(4.0, nesterov=False)
    >>> np.round([rate, *critical_rates(beta, 4.0)], 3).tolist()
    [1.778, 1.778, 1.778]
    """
    root = np.sqrt(beta)
    return condition * (1 - root) ** 2, (1 + root) ** 2


def damping(rate: float, beta: float, nesterov: bool) -> str:
    """How a direction moves, the rate in units of 1/λ of it: "creeps", "rings", or "flips".

    It creeps where the roots of its quadratic are real, the larger one positive; it flips where the
    larger one is negative; it rings where they are complex.

    >>> [damping(rate, 0.25, nesterov=False) for rate in (0.2, 1.0, 2.4)]
    ['creeps', 'rings', 'flips']
    """
    shrink = 1 - rate if nesterov else 1
    middle = (1 + beta) * shrink if nesterov else 1 + beta - rate
    if middle**2 < 4 * beta * shrink:
        return "rings"
    return "creeps" if middle >= 0 else "flips"


def steps_needed(condition: float, nesterov: bool, size: int) -> Array:
    """The steps that each pixel of the map needs: (size, size), momenta by rates.

    NOT_YET where STEPS are not enough, LOST where it diverges.
    """
    middles = (np.arange(size) + 0.5) / size  # of the pixels
    lr = middles[None, :, None] * TOP_RATE / condition
    momentum = middles[:, None, None]
    starts = np.broadcast_to(START, (size, size, 2))
    ends = settle(surfaces.bowl(condition), starts, SGD(lr, momentum, nesterov), STEPS, CLOSE)
    late = np.where(ends.where == DIVERGED, LOST, NOT_YET)
    return np.where(ends.where >= 0, ends.steps, late)


def walk(condition: float, nesterov: bool, rate: float, momentum: float) -> Walk:
    """The descent of one pair; `rate` in units of 1/λmax.

    >>> walk(condition=1.0, nesterov=False, rate=1.0, momentum=0.0).converged_at
    1
    """
    optimizer = SGD(rate / condition, momentum, nesterov and momentum > 0)
    walked = descend(surfaces.bowl(condition), START, optimizer, STEPS)
    distances = np.linalg.norm(walked.points, axis=-1)
    close = distances < CLOSE
    last_far = STEPS - int(np.argmin(close[::-1]))
    converged_at = last_far + 1 if close[-1] else np.inf
    return Walk(walked.points, distances, converged_at, int(walked.diverged_at))


def in_words(found: Walk) -> str:
    """How the descent ends."""
    if found.diverged_at >= 0:
        return f"diverges: at step {found.diverged_at} it is lost"
    if found.converged_at < np.inf:
        return f"is there for good after {says.counted(found.converged_at, 'step')}"
    return f"is not there after {STEPS} steps, {says.digits(found.distances[-1], 2)} away"


# ---- what it draws


class Drawing:
    """Left the map with border and best pair; right the descent of one pixel, and its distance."""

    def __init__(self, live: LiveFigure) -> None:
        panels = live.figure.subplot_mosaic(
            [["map", "valley"], ["map", "away"]], width_ratios=[1.6, 1], height_ratios=[1.5, 1]
        )
        self.map = panels["map"]
        self._draw_map(live, self.map)
        self._draw_theory(live, self.map)
        self._draw_legend(live)
        self._draw_valley(live, panels["valley"])
        self._draw_distances(live, panels["away"])

    @style.context()
    def _draw_map(self, live: LiveFigure, ax: Axes) -> None:
        nothing = np.zeros((2, 2, 4), np.uint8)
        look = {"origin": "lower", "interpolation": "nearest", "aspect": "auto"}
        self._pixels = live.animated(ax.imshow(nothing, extent=(0, TOP_RATE, 0, 1), **look))
        ax.set(xlim=(0, TOP_RATE), ylim=(0, 1))
        ax.set(xlabel="rate α, in units of 1/λmax", ylabel="momentum β")
        scale = ScalarMappable(LogNorm(FASTEST, STEPS), SPEED)
        look = {"location": "top", "aspect": 40, "format": "%g"}
        bar = live.figure.colorbar(scale, ax=ax, ticks=[5, 10, 20, 50, 100, 200], **look)
        bar.ax.set_xlabel("steps until the distance stays below 1 %")
        speeds = scale.to_rgba(np.arange(STEPS + 1).clip(FASTEST), bytes=True)
        self._colors = np.vstack([speeds, plots.ENDS([1], bytes=True), plots.ENDS([0], bytes=True)])

    def _draw_theory(self, live: LiveFigure, ax: Axes) -> None:
        self._momenta = np.linspace(0, 1, 101)
        look = {"color": style.INK, "lw": 2, "label": "border, by theory"}
        (self._border,) = live.animated(ax.plot(self._momenta, self._momenta, **look))
        look = {"color": "white", "mec": style.INK, "markersize": 15, "linestyle": "none"}
        look |= {"zorder": 9, "clip_on": False, "label": "best pair, by theory"}
        (self._star,) = live.animated(ax.plot([], [], "*", **look))
        self._draw_critical(live, ax)
        self._across = live.animated(ax.axhline(0, color=style.INK, lw=0.8))
        self._upward = live.animated(ax.axvline(0, color=style.INK, lw=0.8))

    def _draw_critical(self, live: LiveFigure, ax: Axes) -> None:
        looks = {"flat direction critical": "--", "steep direction critical": ":"}
        self._critical = [
            live.animated(ax.plot([], [], color=style.INK, lw=1.5, ls=ls, label=name)[0])
            for name, ls in looks.items()
        ]

    @style.context()
    def _draw_legend(self, live: LiveFigure) -> None:
        ends = {f"not there in {STEPS} steps": NOT_YET, "diverged": LOST}
        patches = [
            Patch(color=self._colors[index] / 255, label=name) for name, index in ends.items()
        ]
        handles = [*patches, self._border, *self._critical, self._star]
        live.figure.legend(handles=handles, loc="outside lower center", ncols=3)

    def _draw_valley(self, live: LiveFigure, ax: Axes) -> None:
        self._rings = Rings(live, ax, sizes=np.linspace(1.8, 0.18, 9))
        self._path = live.animated(plots.descent(ax, markersize=3))
        ax.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2))
        ax.set(xlabel="flat direction", ylabel="steep direction")

    def _draw_distances(self, live: LiveFigure, ax: Axes) -> None:
        self._distances = live.animated(plots.descent(ax, markersize=3))
        ax.set(xlim=(0, STEPS), ylim=(1e-6, 10), yscale="log", xlabel="step", ylabel="distance")
        ax.axhline(CLOSE, color=style.GREY, lw=1, ls=":")

    def choose(self, condition: float, nesterov: bool) -> None:
        """Show the bowl, and what theory says of it."""
        self._rings.show(condition)
        self._border.set_data(border(self._momenta, nesterov), self._momenta)
        rate, momentum = best_pair(condition, nesterov)
        self._star.set_data([rate], [momentum])
        self._show_critical(condition, nesterov)

    def _show_critical(self, condition: float, nesterov: bool) -> None:
        """Where the two directions turn from one kind of motion to another: for the heavy ball."""
        for line, rates in zip(self._critical, critical_rates(self._momenta, condition)):
            line.set_data(rates, self._momenta)
            line.set_visible(not nesterov)

    def show_map(self, steps: Array) -> None:
        """Show the map of `steps_needed`."""
        self._pixels.set_data(self._colors[steps])

    def show(self, rate: float, momentum: float, found: Walk) -> None:
        """Show the descent of this pair."""
        self._across.set_ydata([momentum, momentum])
        self._upward.set_xdata([rate, rate])
        self._path.set_data(*found.points.T)
        self._distances.set_data(np.arange(STEPS + 1), found.distances)
        for line in (self._path, self._distances):
            line.set_color(style.DIVERGENCE if found.diverged_at >= 0 else style.DOWNHILL)


# ---- the figure


def convergence() -> LiveFigure:
    """Rate against momentum: 65,536 descents in a bowl, each a pixel coloured by its steps.

    Over the map the border that theory draws, α < 2 (1 + β) / λmax for the heavy ball, and a star
    at the best pair; beside it the descent of the pixel under the cross-hair, and its distance from
    the minimum. The map is rough while the bowl changes, 256 × 256 when it rests.

    Controls: `at`, the cross-hair: (rate in units of 1/λmax, momentum β); `method`, "heavy ball" or
    "Nesterov"; `condition`, λmax/λmin of the bowl, from 1 to 1,000.

    The best pairs: Polyak (1964); Lessard, Recht and Packard (2016), Analysis and design of
    optimization algorithms via integral quadratic constraints.

    >>> live = convergence()
    >>> live.controls["at"].value = (3.0, 0.4)
    >>> print(live.summary)
    Heavy ball, condition 20: α = 3.00/λmax = 0.1504, β = 0.40 diverges: at step 31 it is lost. ...
    >>> live.close()
    """
    about = (
        "Rate against momentum in a bowl: "
        "how many steps each pair needs, and where theory draws the border."
    )
    live = LiveFigure(9, 4.8, about=about)
    _connect(live, Drawing(live))
    live.goal(
        "Condition 20 or more, heavy ball: be there for good in 15 steps",
        lambda seen: seen.method == HEAVY_BALL and seen.condition > 19.9 and seen.steps <= 15,
    )
    return live


def _connect(live: LiveFigure, drawing: Drawing) -> None:
    bounds = ((0.01, TOP_RATE), (0, 0.99))
    handle = {"label": "rate and momentum", "anywhere": True, "bounds": bounds}
    live.draggable(drawing.map, "at", (1.9, 0.2), **handle)

    @live.when("method", "condition")
    def _(method, condition, moving):
        nesterov = method == NESTEROV
        drawing.choose(condition, nesterov)
        drawing.show_map(steps_needed(condition, nesterov, COARSE if moving else FINE))

    @live.update(
        method=Dropdown(options=[HEAVY_BALL, NESTEROV]),
        condition=FloatLogSlider(value=10**1.3, min=0, max=3, step=0.02, readout_format=".1f"),
    )
    def _(at, method, condition):
        rate, momentum = at
        nesterov = method == NESTEROV
        found = walk(condition, nesterov, rate, momentum)
        drawing.show(rate, momentum, found)
        bowl = f"condition {says.fixed(condition, 0 if condition >= 10 else 1)}"
        ways = [damping(own, momentum, nesterov) for own in (rate / condition, rate)]
        pair = (
            f"α = {says.fixed(rate)}/λmax = {says.fixed(rate / condition, 4)}, "
            f"β = {says.fixed(momentum)}"
        )
        allowed = border(momentum, nesterov)
        return Seen(
            f"{method.capitalize()}, {bowl}: {pair} {in_words(found)}. "
            f"The flat direction {ways[0]}, the steep one {ways[1]}. "
            f"At this momentum theory allows α < {says.fixed(allowed)}/λmax.",
            method=method,
            condition=condition,
            steps=found.converged_at,
            diverged_at=found.diverged_at,
            allowed=allowed,
        )
