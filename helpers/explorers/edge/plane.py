"""A real network's loss on a plane through its weights, with the path of its training."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from ipywidgets import Checkbox, Dropdown, FloatLogSlider, IntSlider
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap

from helpers import curvature
from helpers.datasets import make_spirals
from helpers.losses import mse
from helpers.nn import MLP
from helpers.pictures import style
from helpers.pictures.live import LiveFigure

Array = np.ndarray

LR, STEPS, EVERY = 0.08, 2000, 4
LEVELS = np.geomspace(0.35, 2, 27)  # of the loss: the borders of the bands
HEIGHTS = LinearSegmentedColormap.from_list("heights", ["#2C6EA6", "#8DB9DB", "#DCE9F2", "#FBFBF8"])
PATH, STEEP, RANDOM = "the path's own two", "its first and the steepest here", "two at random"


@dataclass(frozen=True, eq=False)
class _Plane:
    """Two directions, the shadow of the path on them (T, 2), the share that it
    holds of the path's squared moves, and the middle and half the width and height of its picture."""

    directions: Array
    shadow: Array
    held: float
    centre: Array
    reach: Array


def _trained() -> tuple[MLP, Callable, Callable, Array]:
    """A network trained on two spirals with all points at once: model, loss, gradient, path (STEPS / EVERY + 1, D)."""
    X, y = make_spirals(200, noise=0.05, rng=np.random.default_rng(0))
    X, y = 3 * X, 2.0 * y[:, None] - 1
    model, path = MLP((2, 32, 32, 1), "tanh", rng=np.random.default_rng(0), dtype=np.float64), []
    gradient = curvature.gradient_of(model, mse, X, y)
    for step in range(STEPS + 1):
        if step % EVERY == 0:
            path.append(model.theta.copy())
        model.theta -= LR / 2 * gradient(model.theta)
    model.theta[:] = path[-1]
    return model, curvature.loss_of(model, mse, X, y), gradient, np.array(path)


def plane() -> LiveFigure:
    """The loss of a network on a plane through its weights, and the way that training took, seen on that plane.

    The path lies in 1,185 dimensions, and a plane holds only its shadow. So there are two losses at each step: the
    network's own, which fills the dot, and that of the plane under it, the ground; right, both along the path. The
    plane is spanned by the two main directions of the path (PCA), by the first of them and the direction of the largest
    curvature at the chosen step, or by two random ones, scaled to the weights of each unit. It goes through the end of
    training or through the chosen step: there, and in general only there, the two losses agree. The figure begins at
    the summit of the first jump: the highest loss within 50 steps of passing 1.5 times its lowest so far.
    Li et al. (2018), Visualizing the loss landscape of neural nets.

    >>> live = plane()
    >>> print(live.summary)
    Step ...: the network's own loss is ..., the plane under it says 0.7..., ... % too low. The weights lie ...
    >>> live.close()
    """
    model, loss, gradient, path = _trained()
    last = len(path) - 1
    own, away = np.array([loss(theta) for theta in path]), np.linalg.norm(path[0] - path[-1])
    about = "A network's loss on a plane through its weights, the path of its training, and both losses along it."
    live = LiveFigure(9, 4.6, about=about)
    flat, along = live.subplots(1, 2, width_ratios=[1.15, 1])
    norm = BoundaryNorm(LEVELS, 256, extend="both")
    look = {
        "cmap": HEIGHTS,
        "norm": norm,
        "origin": "lower",
        "interpolation": "bilinear",
        "aspect": "auto",
    }
    ground = live.animated(flat.imshow(np.ones((2, 2)), extent=(-1, 1, -1, 1), **look))
    (trail,) = live.animated(flat.plot([], [], color=style.INK, lw=2.5))
    jumps = own > 1.3 * np.minimum.accumulate(own)
    on_top = np.argsort(
        own * jumps, kind="stable"
    )  # the jumps are drawn last, and larger, with a rim
    filled = {"c": own[on_top], "cmap": HEIGHTS, "norm": norm, "edgecolors": style.INK}
    filled |= {"s": np.where(jumps, 45, 2.5)[on_top], "linewidths": np.where(jumps, 0.8, 0)[on_top]}
    dots = live.animated(flat.scatter(*np.zeros((2, last + 1)), zorder=5, **filled))
    (here,) = live.animated(
        flat.plot([], [], "o", mfc="none", mec=style.DIVERGENCE, ms=13, mew=2.5, zorder=6)
    )
    flat.set_title("dark is low, white is high", fontsize=11, fontweight="normal")
    flat.set(
        xlabel="first direction",
        ylabel="second direction",
        xticks=[],
        yticks=[],
        xlim=(-1, 1),
        ylim=(-1, 1),
    )
    steps = np.arange(last + 1) * EVERY
    along.plot(steps, own, color=style.DOWNHILL, label="the network's own loss")
    (under,) = live.animated(
        along.plot(steps, own, "--", color=style.GRADIENT, label="the plane's, under the path")
    )
    now = live.animated(along.axvline(0, color=style.DIVERGENCE, lw=1.5))
    along.set(
        xlim=(0, STEPS),
        ylim=(0.3, 5),
        yscale="log",
        xlabel="step",
        ylabel="loss (mean squared error)",
    )
    along.set_yticks(ticks := [0.3, 0.5, 1, 2, 4], map(str, ticks))
    along.minorticks_off()
    along.legend(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0, borderpad=0.2)

    own_two, moves = curvature.path_directions(path)[0], path - path[-1]

    @lru_cache(maxsize=64)
    def chosen(name: str, at: int, iterations: int) -> _Plane:
        directions, rng = own_two, np.random.default_rng(0)
        if name == STEEP:
            start = rng.normal(size=model.size)
            steepest = curvature.sharpness(gradient, path[at], start=start, iterations=iterations)[
                1
            ]
            directions = np.stack([own_two[0], steepest])
        elif name == RANDOM:
            directions = np.stack([curvature.random_direction(model, rng) for _ in range(2)])
        shadow = moves @ np.linalg.pinv(directions)
        held = np.sum(shadow @ (directions @ directions.T) * shadow) / np.sum(moves**2)
        low, high = shadow.min(axis=0), shadow.max(axis=0)
        if name == RANDOM:
            low, high = -np.ones(2), np.ones(2)
        reach = 0.65 * np.maximum(high - low, 0 if name == STEEP else (high - low).max())
        return _Plane(directions, shadow, held, (low + high) / 2, reach)

    def losses_at(plane: _Plane, anchor: int, places: Array) -> Array:
        """The loss at these places (..., 2) of the plane that goes through a step of the path."""
        moves = (places - plane.shadow[anchor]).reshape(-1, 2) @ plane.directions
        values = [loss(path[anchor] + move) for move in moves]
        return np.reshape(values, places.shape[:-1])

    @lru_cache(maxsize=16)
    def heights(
        plane: _Plane, anchor: int, middle: tuple[float, float], zoom: float, size: int
    ) -> Array:
        a, b = (np.linspace(m - r / zoom, m + r / zoom, size) for m, r in zip(middle, plane.reach))
        a, b = a - plane.shadow[anchor, 0], b - plane.shadow[anchor, 1]
        return curvature.loss_slice(loss, path[anchor], plane.directions, a, b)

    @lru_cache(maxsize=16)
    def under_path(plane: _Plane, anchor: int, every: int) -> Array:
        return losses_at(plane, anchor, plane.shadow[::every])

    passed = np.argmax(own[25:] > 1.5 * np.minimum.accumulate(own)[25:]) + 25
    summit = passed + int(own[passed : passed + 13].argmax())

    @live.update(
        directions=Dropdown(options=[PATH, STEEP, RANDOM]),
        step=IntSlider(value=summit * EVERY, min=0, max=STEPS, step=EVERY),
        through=Checkbox(description="plane through this step"),
        zoom=FloatLogSlider(value=1, base=2, min=-2, max=2, step=0.1),
    )
    def _(directions, step, through, zoom, moving):
        at = step // EVERY
        plane = chosen(directions, at if directions == STEEP else last, 6 if moving else 50)
        anchor, size = at if through else last, 9 if moving else 41
        middle = plane.centre + (plane.shadow[at] - plane.centre) * (
            1 - 1 / zoom
        )  # the chosen step keeps its place
        ground.set_data(heights(plane, anchor, tuple(middle), zoom, size))
        places = (plane.shadow - middle) * zoom / plane.reach
        trail.set_data(*places.T)
        dots.set_offsets(places[on_top])
        here.set_data(*places[[at]].T)
        every = 50 if moving else 1
        under.set_data(steps[::every], under_path(plane, anchor, every))
        now.set_xdata([step, step])
        if (
            name := "second direction" + ", stretched" * (directions == STEEP)
        ) != flat.get_ylabel():
            flat.set_ylabel(name)
        says = losses_at(plane, anchor, plane.shadow[at])
        width, height = 2 * plane.reach / zoom
        beside = (
            path[at] - path[anchor] - (plane.shadow[at] - plane.shadow[anchor]) @ plane.directions
        )
        return (
            f"Step {step}: the network's own loss is {own[at]:.3g}, the plane under it says {says:.3g}, "
            f"{_off(says / own[at])}. The weights lie {np.linalg.norm(beside):.2f} beside the plane, which holds "
            f"{100 * plane.held:.0f} % of the path's squared moves. The picture is {width:.3g} by {height:.3g}; "
            f"start and end of the path are {away:.2f} apart."
        )

    return live


def _off(ratio: float) -> str:
    return (
        "the same"
        if abs(ratio - 1) < 5e-4
        else f"{100 * abs(ratio - 1):.2g} % too {'high' if ratio > 1 else 'low'}"
    )
