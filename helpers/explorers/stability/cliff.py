"""Descent at the foot of a wall: without clipping, and with the gradient clipped in two ways."""

from collections.abc import Callable

import numpy as np
from ipywidgets import FloatLogSlider
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from helpers import surfaces
from helpers.descent import Path, descend
from helpers.optim import clip_by_norm, clip_by_value
from helpers.pictures import plots, says, style
from helpers.pictures.angles import angle_between
from helpers.pictures.live import LiveFigure
from helpers.pictures.updates import Seen
from helpers.surfaces import Surface

Array = np.ndarray
Clip = Callable[[Array, float], Array]

STEPS = 60
START = (0.6, 2.2)
BAR = 0.8  # length of the bars that show the direction of the first step
NOT_CLIPPED, BY_NORM, BY_VALUE = "not clipped", "by norm", "by value"
LOOKS = {  # colour, dashes, width; the widest lies lowest, so that three equal walks are all seen
    NOT_CLIPPED: (style.DIVERGENCE, "-", 4.5),
    BY_NORM: (style.DOWNHILL, "-", 2.5),
    BY_VALUE: (style.PURPLE, "--", 1.2),
}

# ---- what it computes


def not_clipped(grad: Array, limit: float) -> Array:
    """The gradient as it is."""
    return grad


def by_norm(grad: Array, limit: float) -> Array:
    """The gradient, shortened to the limit where it is longer.

    >>> by_norm(np.array([3.0, 4.0]), limit=1.0).round(3)
    array([0.6, 0.8])
    """
    grad = grad.copy()
    clip_by_norm(grad, limit)
    return grad


def by_value(grad: Array, limit: float) -> Array:
    """The gradient, each of its numbers cut to the limit.

    >>> by_value(np.array([3.0, 0.4]), limit=1.0)
    array([1. , 0.4])
    """
    grad = grad.copy()
    clip_by_value(grad, limit)
    return grad


def walk(surface: Surface, start: Array, lr: float, clip: Clip, limit: float) -> Path:
    """Plain descent that follows the clipped gradient: θ ← θ − α clip(∇J(θ), limit)."""

    def step(theta: Array, grad: Array) -> Array:
        return theta - lr * clip(grad, limit)

    return descend(surface, start, step, STEPS)


def in_words(walked: Path) -> str:
    """How far a walk was thrown, and its last loss."""
    if walked.diverged_at >= 0:
        return f"diverges at step {walked.diverged_at}"
    farthest = says.fixed(walked.points[:, 0].min(), 1)
    return f"as far as w₁ = {farthest}, last loss {says.digits(walked.losses[-1], 2)}"


def told(slope: Array, walks: dict[str, Path], lr: float, limit: float) -> Seen:
    """What is seen of the walks, and of the gradient at their start."""
    clipped = by_value(slope, limit)
    turned = float(np.nan_to_num(angle_between(slope, clipped)))  # where it is flat, by 0
    each = "; ".join(f"{name} {in_words(walked)}" for name, walked in walks.items())
    words = (
        f"α = {says.fixed(lr, 3)}, limit {says.fixed(limit)}. In {STEPS} steps: {each}. "
        f"At the start the gradient is {says.digits(np.linalg.norm(slope))} long, "
        f"and clipping it by value turns it by {turned:.0f}°."
    )
    return Seen(words, walks=walks, turned=turned)


# ---- what it draws


class Drawing:
    """Left the walks, with a bar for the direction of each first step; right the losses."""

    def __init__(self, live: LiveFigure, surface: Surface) -> None:
        self.above, losses = live.subplots(1, 2, width_ratios=[1.35, 1])
        plots.contours(self.above, surface)
        losses.set(xlim=(0, STEPS), ylim=(0.3, 1e3), yscale="log", xlabel="step", ylabel="loss J")
        self._walks = {name: _marks(live, self.above, losses, name) for name in LOOKS}
        live.animated(plots.minima(self.above, surface))
        losses.legend(loc="upper right")

    def show(self, walks: dict[str, Path]) -> None:
        """Show these walks, which all begin at one start."""
        for name, walked in walks.items():
            path, bar, curve = self._walks[name]
            path.set_data(*walked.points.T)
            curve.set_data(np.arange(STEPS + 1), walked.losses)
            start, first = walked.points[0], walked.points[1] - walked.points[0]
            end = start + BAR * first / (np.linalg.norm(first) or 1.0)
            bar.set_data(*np.stack([start, end], axis=1))


def _marks(live: LiveFigure, above: Axes, losses: Axes, name: str) -> list[Artist]:
    """Path, bar and losses of one walk."""
    color, dashes, width = LOOKS[name]
    look = {"color": color, "markersize": 1.5 + width, "linewidth": width}
    path = plots.descent(above, **look)
    look = {"color": color, "lw": 3 + 2 * width, "zorder": 5, "solid_capstyle": "butt"}
    (bar,) = above.plot([], [], **look)
    (curve,) = losses.plot([], [], dashes, color=color, lw=width, label=name)
    return live.animated([path, bar, curve])


# ---- the figure


def cliff(clip: Clip = by_norm) -> LiveFigure:
    """Descent at the foot of a wall: not clipped, with the gradient clipped by norm, and by value.

    Left the three walks and, as bars, the direction of each one's first step; right their losses.
    The surface is `surfaces.cliff`, after Pascanu, Mikolov and Bengio (2013), On the difficulty of
    training recurrent neural networks.

    Controls: the rate `lr` (α); the `limit` of the gradient, in the units of the loss per weight;
    the `start` (w₁, w₂).

    clip(grad, limit) → the gradient (2,) to follow, as the lesson writes it, is drawn as "by norm";
    clipping by value stands beside it. What it raises is said under the picture.

    >>> live = cliff()
    >>> live.controls["limit"].value = 30
    >>> print(live.summary)
    α = 1.000, limit 30.00. In 60 steps: not clipped as far as w₁ = −18.4, last loss 0.4; by ...
    >>> live.close()
    """
    surface = surfaces.cliff()
    rules = {NOT_CLIPPED: not_clipped, BY_NORM: clip, BY_VALUE: by_value}
    about = "Three descents beside a wall: not clipped, clipped by norm, clipped by value."
    live = LiveFigure(9, 4.4, about=about)
    drawing = Drawing(live, surface)
    live.draggable(drawing.above, "start", START, anywhere=True)

    @live.update(
        lr=FloatLogSlider(value=1, min=-2, max=0.5, step=0.02),
        limit=FloatLogSlider(value=1, min=-1, max=1.5, step=0.02),
    )
    def _(start, lr, limit):
        walks = {name: walk(surface, start, lr, rule, limit) for name, rule in rules.items()}
        drawing.show(walks)
        return told(surface.gradient(np.array(start)), walks, lr, limit)

    return live
