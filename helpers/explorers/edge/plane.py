"""A real network's loss on a plane through its weights, with the path of its training."""

from functools import lru_cache

import numpy as np
from ipywidgets import Checkbox, Dropdown, FloatLogSlider, IntSlider
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap

from helpers.explorers.edge.training_path import (
    EVERY,
    PATH,
    RANDOM,
    STEEP,
    STEPS,
    Plane,
    TrainingPath,
    Window,
    window_around,
)
from helpers.pictures import says, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.updates import Seen

Array = np.ndarray

LEVELS = np.geomspace(0.35, 2, 27)  # of the loss: the borders of the bands of colour
COLORS = LinearSegmentedColormap.from_list("heights", ["#2C6EA6", "#8DB9DB", "#DCE9F2", "#FBFBF8"])
FINE, COARSE = 41, 9  # points along each side of the ground
ITERATIONS, FEW_ITERATIONS = 50, 6  # to find the steepest direction
EVERY_COARSE = 50  # points of the path from one loss under it to the next, while it moves

# ---- what it computes: the rest is in training_path


def told(path: TrainingPath, window: Window, anchor: int, at: int) -> Seen:
    """The two losses at point `at` of the path, and how far it lies beside the plane."""
    plane = window.plane
    own, under = path.losses[at], float(path.losses_on(plane, anchor, plane.shadow[at]))
    beside = path.distance(plane, anchor, at)
    width, height = 2 * window.reach()
    length = np.linalg.norm(path.points[0] - path.points[-1])
    words = (
        f"Step {at * EVERY}: the network's own loss is {says.digits(own)}, the plane under it says "
        f"{says.digits(under)}, {compared(under / own)}. The weights lie {says.fixed(beside)} "
        f"beside the plane, which holds {says.percent(plane.held)} of the path's squared moves. "
        f"The picture is {says.digits(width)} by {says.digits(height)}; "
        f"start and end of the path are {says.fixed(length)} apart."
    )
    return Seen(words, own=own, under=under, beside=beside, held=plane.held)


def compared(ratio: float) -> str:
    """How far one loss is from another, from the ratio of both.

    >>> compared(1.0001), compared(0.5), compared(2.5)
    ('the same', '50 % too low', '150 % too high')
    """
    if abs(ratio - 1) < 5e-4:
        return "the same"
    return f"{says.digits(100 * abs(ratio - 1), 2)} % too {'high' if ratio > 1 else 'low'}"


# ---- what it draws


class Drawing:
    """Left the plane from above, with the shadow of the path; right both losses along the path."""

    def __init__(self, live: LiveFigure, path: TrainingPath) -> None:
        self._flat, along = live.subplots(1, 2, width_ratios=[1.15, 1])
        self._steps = np.arange(len(path.points)) * EVERY
        self._draw_ground(live, self._flat)
        self._draw_path(live, self._flat, path)
        self._draw_losses(live, along, path)

    def _draw_ground(self, live: LiveFigure, ax: Axes) -> None:
        self._norm = BoundaryNorm(LEVELS, 256, extend="both")
        look = {"cmap": COLORS, "norm": self._norm, "extent": (-1, 1, -1, 1)}
        look |= {"origin": "lower", "interpolation": "bilinear", "aspect": "auto"}
        self._ground = live.animated(ax.imshow(np.ones((2, 2)), **look))
        ax.set_title("dark is low, white is high", fontsize=11, fontweight="normal")
        ax.set(xlabel="first direction", ylabel="second direction", xticks=[], yticks=[])

    def _draw_path(self, live: LiveFigure, ax: Axes, path: TrainingPath) -> None:
        """A dot for every point, filled with the network's own loss; the jumps large and on top."""
        (self._trail,) = live.animated(ax.plot([], [], color=style.INK, lw=2.5))
        jumps = path.jumps()
        self._on_top = np.argsort(path.losses * jumps, kind="stable")
        look = {"c": path.losses[self._on_top], "cmap": COLORS, "norm": self._norm}
        look |= {"edgecolors": style.INK, "zorder": 5}
        sizes, rims = np.where(jumps, 45, 2.5), np.where(jumps, 0.8, 0)
        look |= {"s": sizes[self._on_top], "linewidths": rims[self._on_top]}
        self._dots = live.animated(ax.scatter(*np.zeros((2, len(jumps))), **look))
        look = {"mfc": "none", "mec": style.DIVERGENCE, "ms": 13, "mew": 2.5, "zorder": 6}
        (self._here,) = live.animated(ax.plot([], [], "o", **look))
        ax.set(xlim=(-1, 1), ylim=(-1, 1))

    def _draw_losses(self, live: LiveFigure, ax: Axes, path: TrainingPath) -> None:
        ax.plot(self._steps, path.losses, color=style.DOWNHILL, label="the network's own loss")
        look = {"color": style.GRADIENT, "label": "the plane's, under the path"}
        (self._under,) = live.animated(ax.plot(self._steps, path.losses, "--", **look))
        self._now = live.animated(ax.axvline(0, color=style.DIVERGENCE, lw=1.5))
        ax.set(xlim=(0, STEPS), ylim=(0.3, 5), yscale="log", xlabel="step")
        ax.set_ylabel("loss (mean squared error)")
        ticks = [0.3, 0.5, 1, 2, 4]
        ax.set_yticks(ticks, [str(tick) for tick in ticks])
        ax.minorticks_off()
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0, borderpad=0.2)

    def choose(self, directions: str) -> None:
        """Name the second direction; the picture of the steepest one is stretched."""
        stretched = ", stretched" if directions == STEEP else ""
        self._flat.set_ylabel(f"second direction{stretched}")

    def show(self, window: Window, at: int, ground: Array) -> None:
        """Show the ground of a window, and the path with a ring around point `at`."""
        self._ground.set_data(ground)
        places = window.places(window.plane.shadow)
        self._trail.set_data(*places.T)
        self._dots.set_offsets(places[self._on_top])
        self._here.set_data(*places[[at]].T)
        self._now.set_xdata([at * EVERY, at * EVERY])

    def show_under(self, losses: Array, every: int) -> None:
        """Show the plane's loss under every so many points of the path."""
        self._under.set_data(self._steps[::every], losses)


# ---- the figure


def plane() -> LiveFigure:
    """The loss of a network on a plane through its weights, and the way that training took there.

    The path lies in 1,185 dimensions, and a plane holds only its shadow. So there are two losses at
    each step: the network's own, which fills the dot, and that of the plane under it, the ground;
    right, both along the path. It begins at the summit of the first jump.

    Controls: `directions`, which span the plane: the two main ones of the path (PCA), the first of
    them and that of the largest curvature at the chosen step, or two at random, scaled to the
    weights of each unit; the `step` of training, from 0 to 800; `through`, whether
    the plane goes through this step or through the end of training: there, and in general only
    there, the two losses agree; `zoom`, a factor from ¼ to 4.

    Li et al. (2018), Visualizing the loss landscape of neural nets.

    >>> live = plane()
    >>> print(live.summary)
    Step ...: the network's own loss is ..., the plane under it says 0.7..., ... % too low. The ...
    >>> live.close()
    """
    about = (
        "A network's loss on a plane through its weights, the path of its training, "
        "and both losses along it."
    )
    path = TrainingPath()
    live = LiveFigure(9, 4.6, about=about)
    _connect(live, Drawing(live, path), path)
    return live


def _connect(live: LiveFigure, drawing: Drawing, path: TrainingPath) -> None:
    ground = lru_cache(maxsize=16)(path.ground)
    losses_under = lru_cache(maxsize=16)(path.losses_under)
    last = len(path.points) - 1

    @live.when("directions")
    def _(directions):
        drawing.choose(directions)

    @live.when("directions", "step")
    def spanned(directions, step, moving) -> Plane:
        iterations = FEW_ITERATIONS if moving else ITERATIONS
        return path.plane(directions, step // EVERY, iterations)

    @live.update(
        directions=Dropdown(options=[PATH, STEEP, RANDOM]),
        step=IntSlider(value=path.first_summit() * EVERY, min=0, max=STEPS, step=EVERY),
        through=Checkbox(description="plane through this step"),
        zoom=FloatLogSlider(value=1, base=2, min=-2, max=2, step=0.1),
    )
    def _(step, through, zoom, moving):
        at = step // EVERY
        anchor = at if through else last
        window = window_around(spanned.value, at, zoom)
        drawing.show(window, at, ground(window, anchor, COARSE if moving else FINE))
        every = EVERY_COARSE if moving else 1
        drawing.show_under(losses_under(spanned.value, anchor, every), every)
        return told(path, window, anchor, at)
