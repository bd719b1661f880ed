"""The noise floor: at a constant rate the loss falls, and then hovers at a height ∝ rate."""

import math
from typing import NamedTuple

import numpy as np
from ipywidgets import FloatLogSlider, FloatSlider
from matplotlib.axes import Axes

from helpers.explorers.schedules.loss_panel import LossPanel
from helpers.explorers.schedules.noisy_descent import (
    BORDER,
    CURVATURES,
    LONGEST,
    descend_in_noise,
    expected_loss,
    loss,
)
from helpers.pictures import plots, says, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.updates import Seen

Array = np.ndarray

LOWEST_RATE, HIGHEST_RATE = 1e-3, 0.3
RATES = np.geomspace(LOWEST_RATE, 0.999 * BORDER, 400)  # those that have a floor
ARRIVED = 0.05  # share of the floor to which the loss without noise has fallen when it arrives
ENOUGH = 20  # steps at the floor, to measure it

# ---- what it computes


class Hovering(NamedTuple):
    """A noisy descent whose rate falls to a tenth at step `drop`, and its floor."""

    lr: float
    noise: float
    drop: int  # LONGEST: it never falls
    losses: Array  # (LONGEST + 1, runs)
    converges: bool
    floor: float  # in theory, and of a tenth of the rate; NaN where it does not converge
    floor_of_a_tenth: float
    arrived_at: int  # the first step at which it could be at the floor
    measured: float  # the mean loss from there to the drop, NaN where that is too short

    @property
    def end(self) -> float:
        """The mean loss at the end."""
        return float(self.losses[-1].mean())


def hover(lr: float, noise: float, drop: int = LONGEST) -> Hovering:
    """Descend at the rate `lr`, from step `drop` on at a tenth of it, and measure the floor.

    >>> found = hover(0.1, noise=1.0)
    >>> found.arrived_at, round(found.measured, 3), round(found.floor, 3)
    (24, 0.076, 0.076)
    """
    points, _ = descend_in_noise(lambda t: lr if t < drop else lr / 10, LONGEST, noise)
    losses = loss(points)
    converges = lr < BORDER * (1 - 1e-9)
    floors = np.full(2, np.nan)
    if converges:
        floors = expected_loss(np.array([lr, lr / 10]), np.inf, noise)
    floor, floor_of_a_tenth = floors.tolist()
    without_noise = loss((1 - lr * CURVATURES) ** np.arange(LONGEST + 1))  # after each step
    near = np.append(without_noise, 0) <= ARRIVED * floor
    arrived_at = int(np.argmax(near))
    has_time = drop - arrived_at >= ENOUGH
    return Hovering(
        lr=lr,
        noise=noise,
        drop=drop,
        losses=losses,
        converges=converges,
        floor=floor,
        floor_of_a_tenth=floor_of_a_tenth,
        arrived_at=arrived_at,
        measured=float(losses[arrived_at:drop].mean()) if has_time else np.nan,
    )


def in_words(found: Hovering) -> str:
    """Where the loss hovers, or why it does not."""
    beside_border = abs(found.lr / BORDER - 1) < 0.01
    rate = f"α = {says.digits(found.lr, 4 if beside_border else 3)}"  # which side it is on
    drops = found.drop < LONGEST
    drop = f" At step {found.drop} the rate falls to a tenth; at" if drops else " At"
    end = f"{drop} the end the loss is {says.digits(found.end, 2)}."
    if not found.converges:
        return (
            f"{rate} is not below 2/λmax = {says.digits(BORDER)}: "
            f"the steep direction explodes, noise or not.{end}"
        )
    if not found.noise:
        return f"{rate}: without noise there is no floor, and the loss goes on falling.{end}"
    floor = says.digits(found.floor, 2)
    if np.isnan(found.measured):
        return f"{rate}: the floor would be at {floor}, but there is no time to arrive.{end}"
    return (
        f"{rate}: from step {found.arrived_at} on the loss hovers at "
        f"{says.digits(found.measured, 2)} on average; the theory says {floor}."
        f"{end if drops else ''}"
    )


# ---- what it draws


class Drawing:
    """Above the loss after each step, below the strip: the floor against the rate."""

    def __init__(self, live: LiveFigure) -> None:
        panels = live.figure.subplot_mosaic([["loss"], ["strip"]], height_ratios=[2, 1])
        self.loss, self.strip = panels["loss"], panels["strip"]
        self._draw_loss(live, self.loss)
        self._draw_strip(live, self.strip)

    def _draw_loss(self, live: LiveFigure, ax: Axes) -> None:
        ax.set(xlim=(0, LONGEST), ylim=(1e-4, 30), xlabel="step")
        self._panel = LossPanel(live, ax)
        (self._level,) = live.animated(ax.plot([], [], color=style.GREY, linestyle="--", lw=1.5))
        self._drop = live.animated(ax.axvline(1, color=style.INK, lw=1))

    def _draw_strip(self, live: LiveFigure, ax: Axes) -> None:
        ax.set(xlim=(LOWEST_RATE, HIGHEST_RATE), ylim=(1e-4, 100), xscale="log", yscale="log")
        ax.set(xlabel="learning rate α", ylabel="floor")
        ax.axvline(BORDER, color=style.DIVERGENCE, lw=1.5)
        plots.label(ax, "2/λmax", (BORDER, 1e-3), color=style.DIVERGENCE)
        (self._theory,) = live.animated(ax.plot([], [], color=style.GREY, linestyle="--", lw=1.5))
        self._rate = live.animated(ax.axvline(1, color=style.INK, lw=1))
        look = {"color": style.DOWNHILL, "markersize": 9, "mec": "white"}
        (self._measured,) = live.animated(ax.plot([], [], "o", **look))

    def choose(self, noise: float) -> None:
        """Show the floor in theory at this noise, on axes that fit it."""
        self._panel.reach(noise, highest_still=30.0)
        self._theory.set_data(RATES, expected_loss(RATES, np.inf, noise))

    def show(self, found: Hovering) -> None:
        """Show the runs and their floor."""
        self._panel.show(np.arange(LONGEST + 1), found.losses)
        self._panel.line.set_color(style.DOWNHILL if found.converges else style.DIVERGENCE)
        after = found.floor_of_a_tenth if found.drop < LONGEST else found.floor
        heights = [found.floor, found.floor, after, after]
        self._level.set_data([0, found.drop, found.drop, LONGEST], heights)
        self._drop.set_xdata([found.drop, found.drop])
        self._rate.set_xdata([found.lr, found.lr])
        self._measured.set_data([found.lr], [found.measured])


# ---- the figure


def floor() -> LiveFigure:
    """The noise floor under your hand: at a constant rate the loss falls, and then hovers.

    Above the loss of 128 runs after each step, the mean and the middle half, with the floor that
    theory gives as a dashed line. The strip below is the slider's own scale: the floor against the
    rate in theory, Σ α σ² / (2 (2 − αλ)) over the curvatures λ, and the floor as it was measured.

    Controls: the rate `lr` (α); `noise` (σ), the standard deviation of what comes on top of each
    gradient; `drop`, a handle to drag along the steps: from there on the rate is a tenth.

    >>> live = floor()
    >>> live.controls["lr"].value = 0.1
    >>> print(live.summary)
    α = 0.1: from step 24 on the loss hovers at 0.076 on average; the theory says 0.076.
    >>> live.close()
    """
    about = (
        "A noisy descent at a constant rate, in 128 runs at once; "
        "below, the floor of its loss against the rate."
    )
    live = LiveFigure(9, 4.9, about=about)
    drawing = Drawing(live)
    drop = {"along": "x", "label": "step from which the rate is a tenth"}
    live.draggable(drawing.loss, "drop", (LONGEST, 12), **drop)
    live.beneath(drawing.strip, "lr")

    @live.when("noise")
    def _(noise):
        drawing.choose(noise)

    @live.update(
        lr=FloatLogSlider(value=0.05, min=-3, max=math.log10(HIGHEST_RATE), step=0.005),
        noise=FloatSlider(value=1, min=0, max=2, step=0.05),
    )
    def _(lr, noise, drop):
        found = hover(lr, noise, round(drop[0]))
        drawing.show(found)
        return Seen(in_words(found), **found._asdict(), end=found.end)

    return live
