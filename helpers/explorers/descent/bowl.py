"""Two weights share one learning rate: a bowl with a flat and a steep direction."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from ipywidgets import Checkbox, FloatLogSlider, IntSlider
from matplotlib.axes import Axes

from helpers import surfaces
from helpers.descent import Path
from helpers.explorers.descent.contraction import Contraction, contraction
from helpers.explorers.descent.endings import loss_at_last
from helpers.explorers.descent.rule import Update, downhill, walk
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.rings import Rings
from helpers.pictures.says import fixed
from helpers.pictures.updates import Seen

Array = np.ndarray

STEPS = 100
RATES = (1e-3, 4.0)  # of the strip
NAMES = ("flat", "steep")  # the two directions
COLORS = (style.TEAL, style.PURPLE)
NEWTON = style.OPTIMIZERS["Newton"] | {"gapcolor": "white"}  # to be seen on the zig-zag


# ---- what is computed


class Found(NamedTuple):
    """One descent in a bowl of curvatures 1 and `condition`, turned by an angle."""

    lr: float
    condition: float
    angle: float  # degrees
    path: Path
    errors: Array  # (T+1, 2): distances from the minimum along the flat and the steep direction
    contraction: Contraction
    down: Array  # −gradient at the start, of length 1
    beside: float  # degrees between it and the way to the minimum; NaN at the minimum

    @property
    def is_lost(self) -> bool:
        """It diverged, or will."""
        return bool(self.path.diverged_at >= 0 or self.contraction.grows.any())


def descent(start: Array, update: Update, lr: float, condition: float, angle: float) -> Found:
    """Walk from `start` (2,) by the rule."""
    surface = surfaces.bowl(condition, angle)
    cos = np.cos(np.radians(angle))
    sin = np.sin(np.radians(angle))
    directions = np.array([[cos, -sin], [sin, cos]])  # columns: flat, steep
    path = walk(surface, start, update, lr, STEPS)
    errors = np.abs(path.points @ directions)
    down = -surface.gradient(start)
    down = down / (np.linalg.norm(down) or 1.0)
    away = float(np.linalg.norm(start))
    cosine = -down @ start / away if away else np.nan
    beside = float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
    return Found(lr, condition, angle, path, errors, contraction(errors), down, beside)


def seen(found: Found, *, newton: bool) -> Seen:
    """What the picture shows: in words, and as facts."""
    if np.isnan(found.beside):
        words = "The start is the minimum: the slope is 0 there, and no step moves the weights."
    else:
        lands = " Newton's step lands on the minimum, whatever the condition." if newton else ""
        words = (
            f"α = {fixed(found.lr, 4)} {what_happens(found)} −gradient at the start points "
            f"{fixed(found.beside, 0)}° beside the minimum.{lands}"
        )
    return Seen(
        words,
        factors=dict(zip(NAMES, found.contraction.factors.tolist())),
        grows=dict(zip(NAMES, found.contraction.grows.tolist())),
        is_constant=found.contraction.is_constant,
        diverged_at=int(found.path.diverged_at),
        beside=found.beside,
        newton=newton,
    )


def what_happens(found: Found) -> str:
    """What a descent does to its errors along both directions, in words."""
    factors, is_constant = found.contraction
    ways = [
        (f"along the {name} direction", factor, grows)
        for name, factor, grows in zip(NAMES, factors, found.contraction.grows)
        if np.isfinite(factor)
    ]
    kept = " and ".join(f"{fixed(factor)} {along}" for along, factor, grows in ways if not grows)
    grown = " and ".join(
        f"{along} to {fixed(factor)} times" for along, factor, grows in ways if grows
    )
    if not grown:
        once = "at each step" if is_constant else "at the first step (later ones differ)"
        return f"leaves {once}, of the error, {kept or 'no number'}. {loss_at_last(found.path)}"
    at = int(found.path.diverged_at)
    if at < 0:
        rest = f", and leaves {kept}" if kept else ""
        return f"lets the error grow at each step {grown}{rest}. {loss_at_last(found.path)}"
    along, factor, _ = max(ways, key=lambda way: way[1])
    return f"diverges {along}, at step {at}: each step leads to {fixed(factor)} times the error."


# ---- what is drawn


class Drawing:
    """The bowl with the walk from a handle, its errors, a strip with the factors of each rate."""

    def __init__(self, live: LiveFigure) -> None:
        axes = live.figure.subplot_mosaic(
            [["valley", "errors"], ["strip", "strip"]], height_ratios=[2.6, 1]
        )
        self.rates = np.geomspace(*RATES, 300)
        self.draw_valley(live, axes["valley"])
        self.draw_errors(live, axes["errors"])
        self.draw_strip(live, axes["strip"])
        for ax in (axes["valley"], axes["errors"]):  # above the axes: curves cross every corner
            look = {"ncols": 2, "borderaxespad": 0, "borderpad": 0.2}
            ax.legend(loc="lower left", bbox_to_anchor=(0, 1), **look)
        legend = axes["valley"].get_legend()
        self.newtons_name = [legend.get_lines()[1], legend.get_texts()[1]]

    def draw_valley(self, live: LiveFigure, ax: Axes) -> None:
        """The bowl from above, and on it the walk, −gradient and Newton's step."""
        ax.set(xlim=(-2, 2), ylim=(-2, 2), aspect="equal", xlabel="$w_1$", ylabel="$w_2$")
        self.rings = Rings(live, ax, np.linspace(3, 0.25, 12))
        self.slope, self.newton, _ = live.animated(
            [
                *ax.plot([], [], color=style.GRADIENT, lw=5, zorder=5, label="−gradient"),
                *ax.plot([], [], **NEWTON, lw=3, zorder=8, label="Newton's step"),
                *ax.plot(0, 0, "*", color=style.MINIMUM, ms=14, mec="white", zorder=5),
            ]
        )
        self.path = live.animated(plots.descent(ax))
        live.draggable(ax, "start", (-1.8, -0.45), anywhere=True)

    def draw_errors(self, live: LiveFigure, ax: Axes) -> None:
        """The error along each direction after each step."""
        ax.set(xlim=(0, STEPS), ylim=(1e-9, 1e4), yscale="log")
        ax.set(xlabel="step", ylabel="error along a direction")
        self.curves = [
            live.animated(ax.plot([], [], color=color, label=f"{name} direction"))[0]
            for name, color in zip(NAMES, COLORS)
        ]

    def draw_strip(self, live: LiveFigure, ax: Axes) -> None:
        """The factors of both directions over the rate, the best rate and the border."""
        ax.set(xlim=RATES, ylim=(0, 2.2), xscale="log")
        ax.set(xlabel="learning rate α", ylabel="shrink\n|1 − αλ|")
        ax.axhline(1, color=style.PALE, lw=1)
        self.factors = [
            live.animated(ax.plot(self.rates, self.rates, color=color, lw=1.5))[0]
            for color in COLORS
        ]
        self.best, self.border, self.here = live.animated(
            [
                *ax.plot([], [], "*", color=style.MINIMUM, ms=13, label="best: 2/(λmin + λmax)"),
                ax.axvline(1, color=style.DIVERGENCE, lw=2, label="border: 2/λmax"),
                ax.axvline(1, color=style.INK, lw=1),
            ]
        )
        ax.legend(loc="upper left")
        live.beneath(ax, "lr")

    def name_newton(self, newton: bool) -> None:
        """Show Newton's step in the legend, or leave it out."""
        for part in self.newtons_name:
            part.set_visible(newton)

    def show(self, found: Found, *, newton: bool) -> None:
        """Move to this descent."""
        start = found.path.points[0]
        self.rings.show(found.condition, found.angle)
        self.path.set_data(*found.path.points.T)
        self.path.set_color(style.DIVERGENCE if found.is_lost else style.DOWNHILL)
        self.slope.set_data(*np.transpose([start, start + 0.8 * found.down]))
        self.newton.set_data(*np.transpose([start, (0, 0)]) if newton else ([], []))
        for curve, error in zip(self.curves, found.errors.T):
            curve.set_data(np.arange(STEPS + 1), error)
        for line, curvature in zip(self.factors, (1, found.condition)):
            line.set_ydata(np.abs(1 - self.rates * curvature))
        rate = 2 / (1 + found.condition)  # where both directions have the same factor
        self.best.set_data([rate], [1 - rate])
        self.border.set_xdata([2 / found.condition] * 2)
        self.here.set_xdata([found.lr, found.lr])


# ---- the figure


def bowl(update: Update = downhill) -> LiveFigure:
    """Two weights, one learning rate: a flat direction, λmin = 1, and a steep one, λmax = κ.

    Left the walk, a bar along −gradient, and on request Newton's step; right the error along each
    direction. The strip is the scale of the rate: above each α both factors |1 − αλ|, the best rate
    2/(λmin + λmax), at which they are equal, and the border 2/λmax. `update(theta, grad, lr)` gets
    arrays (2,) and a number, and returns the new theta.

    Controls: `start`, `lr` from 0.001 to 4, `condition` κ from 1 to 100, `angle` of the flat
    direction in degrees, and `newton`.

    >>> live = bowl()
    >>> live.controls["condition"].value = 50
    >>> live.controls["lr"].value = 0.05
    >>> print(live.summary)
    α = 0.0500 diverges along the steep direction, at step 23: each step leads to 1.50 times the ...
    −gradient at the start points 70° beside the minimum.
    >>> live.close()
    """
    shown = "its error along the flat and the steep direction, and its shrink per step"
    live = LiveFigure(9, 4.6, about=f"Gradient descent in a bowl, {shown}.")
    drawing = Drawing(live)
    live.when("newton")(drawing.name_newton)

    @live.update(
        lr=FloatLogSlider(value=10**-1.096, min=-3, max=np.log10(RATES[1]), step=0.002),
        condition=FloatLogSlider(value=10**1.3, min=0, max=2, step=0.02),
        angle=IntSlider(value=30, min=0, max=90, description="angle °"),
        newton=Checkbox(description="Newton's step"),
    )
    def _(start: tuple, lr: float, condition: float, angle: int, newton: bool) -> Seen:
        found = descent(np.array(start), update, lr, condition, angle)
        drawing.show(found, newton=newton)
        return seen(found, newton=newton)

    return live
