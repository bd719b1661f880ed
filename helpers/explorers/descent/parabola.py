"""The picture of the course: one weight on a parabola, and the learning rate that decides."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from ipywidgets import Checkbox, FloatSlider
from matplotlib.artist import Artist

from helpers import surfaces
from helpers.descent import Path
from helpers.explorers.descent.contraction import ROUNDING, contraction
from helpers.explorers.descent.endings import loss_at_last
from helpers.explorers.descent.rule import Update, downhill, walk
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.says import fixed
from helpers.pictures.updates import Seen
from helpers.surfaces import Surface

Array = np.ndarray

STEPS = 60
STRIP = 2.8  # the rates go from 0 to this many times 1/L
FACTOR = {False: 2.7, True: 4.0}  # plus or not: the largest factor on the strip
LOWEST = 1e-16  # a smaller loss is drawn here: 0 has no place on a scale of powers
TANGENT = 0.45  # half its length, in the units of the weight
CRAWLS = 0.8  # a step that leaves more of the distance is a slow one


# ---- what is computed


class Found(NamedTuple):
    """One descent at rate `lr`: how it went, and the factor 1 − αL of its first step."""

    lr: float
    path: Path
    factor: float
    regime: str
    is_lost: bool  # it diverged, or will

    @property
    def stands_at_minimum(self) -> bool:
        """Whether it started there, and stayed."""
        return self.path.points[0, 0] == 0 and self.path.losses[-1] == 0


def descent(surface: Surface, start: float, update: Update, lr: float, *, plus: bool) -> Found:
    """Walk from `start` by the rule, or with `plus` by the rule that adds where it subtracts."""

    def rule(theta: Array, grad: Array, lr: float) -> Array:
        return update(theta, -grad if plus else grad, lr)

    path = walk(surface, [start], rule, lr, STEPS)
    found = contraction(path.points)  # the minimum is at 0, so a point is its own error
    factor = float(found.factors[0])
    is_lost = bool(path.diverged_at >= 0 or found.grows[0])
    return Found(lr, path, factor, regime(factor, is_constant=found.is_constant), is_lost)


def regime(factor: float, *, is_constant: bool = True) -> str:
    """What a step does that multiplies the distance by this factor, if every step does.

    >>> regime(0.5), regime(-0.5), regime(-1.5)
    ('glides', 'overshoots and settles', 'explodes')
    """
    if not np.isfinite(factor):
        return "leaves no number"
    if not is_constant:
        return "goes by a rule of its own"
    if abs(factor) < ROUNDING:
        return "arrives in one step"
    if abs(abs(factor) - 1) < ROUNDING:
        return "stays where it is" if factor > 0 else "swings for ever"
    if abs(factor) > 1:
        return "climbs" if factor > 0 else "explodes"
    if factor < 0:
        return "overshoots and settles"
    return "crawls" if factor > CRAWLS else "glides"


def seen(found: Found) -> Seen:
    """What the picture shows: in words, and as facts."""
    if found.stands_at_minimum:
        words = "The start is the minimum: the slope is 0 there, and no step moves the weight."
    else:
        regime = f"{found.regime}{consequence(found.regime, found.factor)}"
        words = f"α = {fixed(found.lr, 3)} {regime}. {loss_at_last(found.path)}"
    return Seen(
        words,
        regime=found.regime,
        factor=found.factor,
        diverged_at=int(found.path.diverged_at),
        loss=float(found.path.losses[-1]),
    )


def consequence(regime: str, factor: float) -> str:
    """What follows from a regime for the distance to the minimum: the rest of its sentence."""
    of_their_own = {
        "leaves no number": " to compare the first step with",
        "goes by a rule of its own": (
            f": the first step leaves {fixed(factor)} of the distance, later ones differ"
        ),
        "arrives in one step": ": nothing of the distance is left",
        "stays where it is": "",
        "swings for ever": ": each step lands as far away, on the other side",
    }
    if regime in of_their_own:
        return of_their_own[regime]
    side = ", on the other side" if factor < 0 else ""
    if abs(factor) > 1:
        return f": each step leads to {fixed(abs(factor))} times the distance{side}"
    return f": each step leaves {fixed(abs(factor))} of the distance{side}"


# ---- what is drawn


class Drawing:
    """The valley with the walk from a handle, its losses, a strip with the factor of each rate."""

    def __init__(self, live: LiveFigure, curvature: float) -> None:
        self.curvature = curvature
        axes = live.figure.subplot_mosaic(
            [["valley", "losses"], ["strip", "strip"]], height_ratios=[2.6, 1]
        )
        self.valley = axes["valley"]
        self.losses = axes["losses"]
        self.strip = axes["strip"]
        self.rates = np.linspace(0, STRIP / curvature, 281)
        self.draw_valley()
        self.draw_losses()
        (self.theory,) = self.strip.plot(self.rates, self.rates, color=style.GREY)
        self.strip.set(xlim=(0, self.rates[-1]), xlabel="learning rate α")
        self.of_minus = [*self.draw_zones(), *self.draw_borders()]
        self.path, self.curve, self.here, self.dot = live.animated(
            [
                plots.descent(self.valley, mec="white", mew=0.5, markersize=6),
                plots.descent(self.losses),
                self.strip.axvline(0, color=style.INK, lw=1),
                *self.strip.plot([], [], "o", color=style.INK),
            ]
        )
        self.draw_first_step(live)
        start = (1.0, curvature / 2)
        bounds = ((-1.5, 1.5), self.valley.get_ylim())
        live.draggable(self.valley, "start", start, along="x", bounds=bounds, anywhere=True)
        live.beneath(self.strip, "lr")

    def draw_valley(self) -> None:
        """The parabola, J(w) = ½Lw²."""
        w = np.linspace(-1.6, 1.6, 201)
        self.valley.plot(w, self.curvature / 2 * w**2, color=style.GREY)
        self.valley.set(
            xlim=(-1.6, 1.6),
            ylim=(-0.06 * self.curvature, 1.3 * self.curvature),
            xlabel="weight w",
            ylabel="loss J(w)",
        )

    def draw_first_step(self, live: LiveFigure) -> None:
        """The tangent at the start, and the step that is α times its slope."""
        look = {"color": style.GRADIENT, "lw": 2.5, "zorder": 5, "label": "slope at the start"}
        (self.tangent,) = live.animated(self.valley.plot([], [], **look))
        look = {"color": style.INK, "lw": 2, "zorder": 7, "markevery": [-1], "ms": 8}
        (self.step,) = live.animated(self.valley.plot([], [], **look, label="first step"))
        above = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0, "ncols": 2}
        self.valley.legend(**above)

    def show_first_step(self, before: float, after: float) -> None:
        """A piece of the tangent at w = before, and an arrow along w to where the step leads."""
        height = self.curvature / 2 * before**2
        slope = self.curvature * before
        reach = np.array([-1, 1]) * TANGENT / np.hypot(1, slope / self.curvature)
        self.tangent.set_data(before + reach, height + slope * reach)
        self.step.set_data([before, after], [height, height])
        self.step.set_marker("<" if after < before else ">")

    def draw_losses(self) -> None:
        """Axes for the loss after each step."""
        self.losses.set(
            xlim=(0, STEPS), ylim=(LOWEST / 2, 1e6), yscale="log", xlabel="step", ylabel="loss J"
        )

    def draw_zones(self) -> list[Artist]:
        """The rates at which a step crawls, glides, overshoots or explodes."""
        zones = [
            ("crawl", 0, 0.2, "#EEF1F4"),
            ("glide", 0.2, 1, "#DCEAF5"),
            ("overshoot, settle", 1, 2, "#CFE9E0"),
            ("explode", 2, STRIP, "#F6D5DC"),
        ]
        drawn: list[Artist] = []
        for name, low, high, color in zones:
            ends = np.array([low, high]) / self.curvature
            drawn.append(self.strip.axvspan(*ends, color=color, lw=0))
            drawn.append(
                plots.label(self.strip, name, (ends.mean(), 2.4), offset=(0, 0), ha="center")
            )
        return drawn

    def draw_borders(self) -> list[Artist]:
        """The rates 1/L and 2/L."""
        borders = [
            (1, "one step", style.MINIMUM),
            (2, "swings for ever", style.DIVERGENCE),
        ]
        drawn: list[Artist] = []
        for times, meaning, color in borders:
            rate = times / self.curvature
            words = f"{times}/L = {rate:.3g}: {meaning}"
            drawn.append(self.strip.axvline(rate, color=color, lw=1.5))
            drawn.append(plots.label(self.strip, words, (rate, 1.95), color=color))
        return drawn

    def turn(self, plus: bool) -> None:
        """Make the strip that of a rule with a minus, |1 − αL|, or with a plus, 1 + αL."""
        product = self.rates * self.curvature
        self.theory.set_ydata(1 + product if plus else np.abs(1 - product))
        self.strip.set(ylim=(0, FACTOR[plus]), yticks=range(4 if plus else 3))
        self.strip.set_ylabel("growth\n1 + αL" if plus else "shrink\n|1 − αL|")
        for drawn in self.of_minus:
            drawn.set_visible(not plus)

    def show(self, found: Found) -> None:
        """Move to this descent."""
        losses = found.path.losses
        points = found.path.points[:, 0]
        self.path.set_data(points, losses)
        self.show_first_step(*points[:2])
        self.curve.set_data(np.arange(len(losses)), losses.clip(LOWEST))
        for line in (self.path, self.curve):
            line.set_color(style.DIVERGENCE if found.is_lost else style.DOWNHILL)
        self.here.set_xdata([found.lr, found.lr])
        self.dot.set_data([found.lr], [np.minimum(abs(found.factor), self.strip.get_ylim()[1])])


# ---- the figure


def parabola(curvature: float = 4.0, update: Update = downhill) -> LiveFigure:
    """One weight on J(w) = ½Lw², and the learning rate α with the borders 1/L and 2/L.

    The strip is the scale of the rate: above each α the factor |1 − αL| by which, so theory says, a
    step multiplies the distance, and as a dot the factor of the first step. `curvature` is L > 0,
    else a ValueError. `update(theta, grad, lr)` gets arrays (1,) and a number, and returns the new
    theta.

    Controls: `start` on the curve, `lr` from 0 to 2.8/L, and `plus`, which turns the minus sign of
    the rule into a plus, and the factor into 1 + αL.

    >>> live = parabola(curvature=4.0)
    >>> live.controls["lr"].value = 0.4
    >>> print(live.summary)
    α = 0.400 overshoots and settles: each step leaves 0.60 of the distance, on the other side.
    Loss after 60 steps: 4.8·10⁻²⁷.
    >>> live.close()
    """
    surface = surfaces.parabola(curvature)
    shown = f"Gradient descent on a parabola of curvature L = {curvature:g}"
    live = LiveFigure(9, 4.5, about=f"{shown}, its loss, and its shrink per step.")
    drawing = Drawing(live, curvature)
    live.when("plus")(drawing.turn)

    @live.when("start")
    def stay_on_the_curve(start: tuple[float, float]) -> None:
        live.controls["start"].value = (start[0], curvature / 2 * start[0] ** 2)

    @live.update(
        lr=FloatSlider(value=0.4 / curvature, max=STRIP / curvature, step=0.02 / curvature),
        plus=Checkbox(description="plus: w + α × slope"),
    )
    def _(start: tuple[float, float], lr: float, plus: bool) -> Seen:
        found = descent(surface, start[0], update, lr, plus=plus)
        drawing.show(found)
        return seen(found)

    return live
