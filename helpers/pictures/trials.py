"""What a search found, as a picture: a panel for each parameter, a dot for each trial."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection

from helpers.pictures import style
from helpers.spaces import LogUniform
from helpers.trials import Found


def trials(axes: Sequence[Axes], found: Found) -> list[PathCollection]:
    """Draw the value of each trial over each parameter of the space, an axes for each; the dots.

    The best trial has a ring. Trials without a value stand as crosses on the lower rim. Raises
    ValueError unless there are as many axes as parameters.

    >>> from helpers.pictures import plots
    >>> from helpers.spaces import Uniform
    >>> from helpers.trials import Trial
    >>> _, ax = plots.figure(width=4)
    >>> found = Found({"lr": Uniform(0, 1)}, [Trial(0, {"lr": 0.5}, value=0.8)])
    >>> (dots,) = trials([ax], found)
    >>> dots.get_offsets().tolist()
    [[0.5, 0.8]]
    """
    axes = list(axes)
    if len(axes) != len(found.space):
        raise ValueError(f"{len(found.space)} parameters need as many axes, got {len(axes)}")
    valued = [trial for trial in found.trials if trial.value is not None]
    failed = [trial for trial in found.trials if trial.value is None]
    values = [trial.value for trial in valued]
    drawn = []
    for ax, (name, span) in zip(axes, found.space.items()):
        if isinstance(span, LogUniform):
            ax.set_xscale("log")
        drawn.append(ax.scatter([trial.config[name] for trial in valued], values, s=22, zorder=3))
        lost = [trial.config[name] for trial in failed]
        floor = ax.get_xaxis_transform()
        look = {"marker": "x", "color": style.DIVERGENCE, "clip_on": False, "transform": floor}
        ax.scatter(lost, np.full(len(lost), 0.0), label="no value", **look)
        if valued:
            best = found.best
            look = {"s": 130, "facecolors": "none", "edgecolors": style.INK, "zorder": 4}
            ax.scatter([best.config[name]], [best.value], **look)
        ax.set_xlabel(name.replace("_", " "))
    axes[0].set_ylabel("value")
    return drawn
