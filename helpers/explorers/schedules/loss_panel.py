"""The panel of both figures of lesson 07 that shows the loss of all runs."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from helpers.pictures import style
from helpers.pictures.bands import Band, middle_half
from helpers.pictures.live import LiveFigure

Array = np.ndarray

NOISY = (1e-4, 30.0)  # losses between which it is pictured, while there is noise
LOWEST_STILL = 1e-20  # and without noise, when it falls much further


class LossPanel:
    """The loss of many runs on a log scale: the mean as a line, the middle half as a band."""

    def __init__(self, live: LiveFigure, ax: Axes, **look: Any) -> None:
        self._ax = ax
        ax.set(yscale="log", ylabel="loss: mean, middle half")
        self._band = Band(live, ax, style.DOWNHILL)
        (self.line,) = live.animated(ax.plot([], [], color=style.DOWNHILL, **look))

    def show(self, x: Array, losses: Array) -> None:
        """Show the losses (T+1, runs) over x (T+1,)."""
        low, _, high = middle_half(losses)
        self.line.set_data(x, losses.mean(axis=-1))
        self._band.show(x, low, high)

    def reach(self, noise: float, highest_still: float) -> None:
        """Let the axis reach down as far as the loss falls, and without noise up to a height."""
        limits = NOISY if noise else (LOWEST_STILL, highest_still)
        if self._ax.get_ylim() != limits:  # else all that stands still is drawn at every noise
            self._ax.set_ylim(limits)
