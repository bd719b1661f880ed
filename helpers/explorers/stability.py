"""Lesson 08, keep gradients alive: the depth of a network, a cliff; from `loss_slices`, a real network's loss."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from ipywidgets import Dropdown, FloatLogSlider, IntSlider
from matplotlib.collections import PolyCollection

from helpers import surfaces
from helpers.autograd import Tensor
from helpers.descent import Path, descend
from helpers.explorers.loss_slices import slice  # noqa: F401 (the lesson finds all three here)
from helpers.module import Module
from helpers.nn import (
    BatchNorm,
    LayerNorm,
    Linear,
    Residual,
    Sequential,
    identity,
    normal,
    relu,
    sigmoid,
    tanh,
)
from helpers.optim import clip_by_norm, clip_by_value
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure

Array = np.ndarray
Clip = Callable[[Array, float], Array]

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
DEEPEST, WIDTH = 50, 64
DECADES = np.arange(-24, 20.5, 0.5)  # the borders of the bins, log₁₀
BINS = len(DECADES) - 1
ACTIVATIONS = {f.__name__: f for f in (relu, tanh, sigmoid, identity)}
LAYERS = {  # what stands in the place of one layer of weighted sums and an activation
    "nothing": lambda linear, activation: Sequential(linear, activation),
    "batch norm": lambda linear, activation: Sequential(
        linear, BatchNorm(WIDTH, dtype=np.float64), activation
    ),
    "layer norm": lambda linear, activation: Sequential(
        linear, LayerNorm(WIDTH, dtype=np.float64), activation
    ),
    "residual": lambda linear, activation: Residual(Sequential(linear, activation)),
    "residual + layer norm": lambda linear, activation: Residual(
        Sequential(LayerNorm(WIDTH, dtype=np.float64), linear, activation)
    ),
}


@style.context()
def depth() -> LiveFigure:
    """A deep network before its first step: how large the numbers are in each layer, forward and backward.

    Each column is a histogram of log₁₀ |·| over the 64 units of a layer and a batch of examples: left the activations,
    right the gradients with respect to them, begun at the last layer with normal numbers. Lines: the root mean square;
    dashed, that of the gradients with respect to the weights. Numbers that are exactly 0 have no logarithm and are left
    out; what lies outside the picture counts where a histogram's width is set.

    >>> live = depth()
    >>> live.controls["scale"].value = 2
    >>> print(live.summary)
    30 layers of relu at variance × n = 2.00, helped by nothing. Activations, last layer ÷ first: 1. Gradients by
    activations, first ÷ last: 1.1; they stay alive. Gradients by weights, first ÷ last: 1.2.
    >>> live.close()
    """
    about = "Activations of a deep network and the gradients with respect to them, layer by layer: log₁₀ of their size."
    live = LiveFigure(9, 4.4, about=about)
    axes = live.subplots(1, 2, sharey=True)
    shapes, lines = [], []
    for ax, color, title in zip(
        axes, (style.DOWNHILL, style.GRADIENT), ("activations", "gradients by activations")
    ):
        ax.axhline(0, color=style.PALE, lw=1)
        shapes.append(
            live.animated(
                ax.add_collection(PolyCollection([], color=color, alpha=0.5, lw=0), autolim=False)
            )
        )
        lines += live.animated(ax.plot([], [], color=style.INK, lw=1.5, label="root mean square"))
        ax.set(title=title, xlabel="layer", xlim=(0, DEEPEST + 1), ylim=(DECADES[0], DECADES[-1]))
    axes[0].set_ylabel("log₁₀ of the absolute size")
    lines += live.animated(axes[1].plot([], [], "--", color=style.GREEN, label="by weights"))
    for ax, handles in zip(axes, (lines[:1], lines[2:])):
        ax.legend(
            handles=handles,
            loc="lower right",
            bbox_to_anchor=(1, 1),
            borderaxespad=0,
            borderpad=0.2,
        )
    x, out = np.random.default_rng(0).normal(
        size=(2, WIDTH, WIDTH)
    )  # examples, and where the gradient begins
    borders = np.repeat(DECADES, 2)[1:-1]

    def violins(layers: list[Array]) -> Array:
        """An outline of the histogram of each layer, upright in its column: (layers, corners, 2)."""
        place = (np.log10(np.abs(layers).reshape(len(layers), -1)) - DECADES[0]) * 2  # −∞ for 0
        column, seen, bins = (
            np.arange(len(layers))[:, None],
            place > -np.inf,
            BINS + 2,
        )  # one bin beyond each end
        cells = (column * bins + np.floor(np.clip(place, -1, BINS)) + 1)[seen].astype(int)
        counts = np.bincount(cells, minlength=len(layers) * bins).reshape(-1, bins)
        shares = counts[:, 1:-1] / np.maximum(counts.max(axis=1, keepdims=True), 1)
        half = 0.48 * np.repeat(shares, 2, axis=1)
        sides = np.concatenate([column + 1 + half, (column + 1 - half)[:, ::-1]], axis=1)
        heights = np.r_[borders, borders[::-1]]
        return np.stack([sides, np.broadcast_to(heights, sides.shape)], axis=-1)

    @lru_cache(maxsize=4)
    def stack(activation: str, help: str) -> tuple[list[Module], list[Linear], list[Array]]:
        """A network of the deepest kind, its layers of weighted sums, and their weights at variance 1."""
        rng = np.random.default_rng(1)
        linears = [
            Linear(WIDTH, WIDTH, init=normal(1.0), rng=rng, dtype=np.float64)
            for _ in range(DEEPEST)
        ]
        units = [linear.weight.data.copy() for linear in linears]
        return [LAYERS[help](linear, ACTIVATIONS[activation]) for linear in linears], linears, units

    now = {}

    @live.update(
        activation=Dropdown(options=list(ACTIVATIONS)),
        help=Dropdown(options=list(LAYERS), description="helped by"),
        depth=IntSlider(value=30, min=2, max=DEEPEST, description="layers"),
        scale=FloatLogSlider(value=1, base=2, min=-2, max=2, step=0.05, description="variance × n"),
    )
    def _(activation, help, depth, scale, moving):
        batch, hidden, by_weight = WIDTH // 4 if moving else WIDTH, [], []
        h = Tensor(x[:batch])
        for block, linear, unit in list(zip(*stack(activation, help)))[:depth]:
            block.zero_grad()
            np.multiply(unit, np.sqrt(scale / WIDTH), out=linear.weight.data)
            hidden.append(h := block(h))
            by_weight.append(linear.weight.grad)  # filled by the next line but one
        h.backward(out[:batch])
        forward, backward = [h.data for h in hidden], [h.grad for h in hidden]
        for shape, layers in zip(shapes, (forward, backward)):
            shape.set_verts(violins(layers))
        sizes = [
            np.sqrt([np.mean(part**2) for part in layers])
            for layers in (forward, backward, by_weight)
        ]
        for line, size in zip(lines, sizes):
            line.set_data(np.arange(1, depth + 1), np.log10(size))
        ratios = [
            sizes[0][-1] / sizes[0][0],
            sizes[1][0] / sizes[1][-1],
            sizes[2][0] / sizes[2][-1],
        ]
        now.update(
            help=help,
            activation=activation,
            depth=depth,
            alive=np.all(np.abs(np.log10(ratios[:2])) < 1.5),
        )
        beyond = min(map(np.min, sizes)) < 10.0 ** DECADES[0]
        return (
            f"{depth} layers of {activation} at variance × n = {scale:.2f}, helped by {help}. "
            f"Activations, last layer ÷ first: {_power(ratios[0])}. Gradients by activations, first ÷ last: "
            f"{_power(ratios[1])}; they {_fate(ratios[1])}. Gradients by weights, first ÷ last: {_power(ratios[2])}."
            + (" What is below 10⁻²⁴ is not drawn." if beyond else "")
        )

    live.goal(
        "Keep 50 layers of relu alive by the scale alone",
        lambda seen: (
            now["alive"]
            and (now["activation"], now["help"], now["depth"]) == ("relu", "nothing", DEEPEST)
        ),
    )
    live.goal(
        "Bring 30 layers of sigmoid back to life",
        lambda seen: now["alive"] and now["activation"] == "sigmoid" and now["depth"] >= 30,
    )
    return live


def _power(ratio: float) -> str:
    """A ratio as 0.0123 … 987, or as a power of ten beyond."""
    if 0.01 <= ratio < 1_000:
        return f"{ratio:.2g}" if ratio < 10 else f"{ratio:.0f}"
    exponent = int(np.floor(np.log10(ratio)))
    return f"{ratio / 10.0**exponent:.0f} · 10{str(exponent).translate(SUPERSCRIPTS)}"


def _fate(ratio: float) -> str:
    return "vanish" if ratio < 1e-2 else "explode" if ratio > 1e2 else "stay alive"


def _by_norm(grad: Array, limit: float) -> Array:
    """The gradient, shortened to the limit where it is longer."""
    grad = grad.copy()
    clip_by_norm(grad, limit)
    return grad


def _by_value(grad: Array, limit: float) -> Array:
    """The gradient, each of its numbers cut to the limit."""
    grad = grad.copy()
    clip_by_value(grad, limit)
    return grad


def cliff(clip: Clip = _by_norm) -> LiveFigure:
    """Descent at the foot of a wall: without clipping, with the gradient clipped by its norm, and by value.

    Left the three walks and, as bars, the direction of each one's first step; right their losses. `clip(grad, limit)`
    returns the gradient to follow, as the lesson writes it; clipping by value stands beside it. The surface is
    `surfaces.cliff`, after Pascanu, Mikolov and Bengio (2013), On the difficulty of training recurrent neural networks.

    >>> live = cliff()
    >>> live.controls["limit"].value = 30
    >>> print(live.summary)
    α = 1.000, limit 30.00. In 60 steps: not clipped as far as w₁ = −18.4, last loss 0.4; by norm as far as ...
    >>> live.close()
    """
    surface, steps = surfaces.cliff(), 60
    live = LiveFigure(
        9,
        4.4,
        about="Three descents beside a wall: not clipped, clipped by norm, clipped by value.",
    )
    ax, losses = live.subplots(1, 2, width_ratios=[1.35, 1])
    plots.contours(ax, surface)
    losses.set(xlim=(0, steps), ylim=(0.3, 1e3), yscale="log", xlabel="step", ylabel="loss J")
    looks = {  # the widest lies lowest, so that each is seen where all three walk the same way
        "not clipped": (style.DIVERGENCE, "-", 4.5),
        "by norm": (style.DOWNHILL, "-", 2.5),
        "by value": (style.PURPLE, "--", 1.2),
    }
    rules = dict(zip(looks, (lambda grad, limit: grad, clip, _by_value)))
    drawn = []
    for name, (color, dashes, wide) in looks.items():
        path = plots.descent(ax, color=color, markersize=1.5 + wide, linewidth=wide)
        (bar,) = ax.plot([], [], color=color, lw=3 + 2 * wide, zorder=5, solid_capstyle="butt")
        drawn.append(
            live.animated(
                [path, bar, *losses.plot([], [], dashes, lw=wide, color=color, label=name)]
            )
        )
    live.animated(plots.minima(ax, surface))
    losses.legend(loc="upper right")
    live.draggable(ax, "start", (0.6, 2.2), anywhere=True)

    @live.update(
        lr=FloatLogSlider(value=1, min=-2, max=0.5, step=0.02, description="rate α"),
        limit=FloatLogSlider(value=1, min=-1, max=1.5, step=0.02),
    )
    def _(start, lr, limit):
        slope, told = surface.gradient(np.array(start)), []
        for (name, rule), (path, bar, curve) in zip(rules.items(), drawn):
            walked = descend(
                surface, start, lambda theta, grad, rule=rule: theta - lr * rule(grad, limit), steps
            )
            path.set_data(*walked.points.T)
            curve.set_data(np.arange(steps + 1), walked.losses)
            first = walked.points[1] - start
            bar.set_data(*np.array([start, start + 0.8 * first / (np.linalg.norm(first) or 1.0)]).T)
            told.append(f"{name} {_reach(walked)}")
        turned = _angle(slope, _by_value(slope, limit))
        return (
            f"α = {lr:.3f}, limit {limit:.2f}. In {steps} steps: {'; '.join(told)}. At the start the gradient is "
            f"{np.linalg.norm(slope):.3g} long, and clipping it by value turns it by {turned:.0f}°."
        )

    return live


def _reach(walked: Path) -> str:
    """How far a walk was thrown, and its last loss."""
    if walked.diverged_at >= 0:
        return f"diverges at step {walked.diverged_at}"
    farthest = f"{walked.points[:, 0].min():.1f}".replace("-", "−")
    return f"as far as w₁ = {farthest}, last loss {walked.losses[-1]:.2g}"


def _angle(one: Array, other: Array) -> float:
    """Between two directions, in degrees."""
    cosine = one @ other / (np.linalg.norm(one) * np.linalg.norm(other) or 1.0)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
