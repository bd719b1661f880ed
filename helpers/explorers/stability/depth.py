"""A deep network before its first step: how large the numbers are in each layer, there and back."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from ipywidgets import Dropdown, FloatLogSlider, IntSlider
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D

from helpers.autograd import Tensor
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
from helpers.pictures import plots, says, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.updates import Seen

Array = np.ndarray
Activation = Callable[[Tensor], Tensor]

DEEPEST, WIDTH = 50, 64
BATCH, SMALL_BATCH = WIDTH, WIDTH // 4
LOWEST, HIGHEST = -24, 20  # powers of ten between which sizes are pictured
BINS_PER_DECADE = 2
DECADES = np.arange(LOWEST, HIGHEST + 0.5, 1 / BINS_PER_DECADE)  # the borders of the bins
SPREAD = 3  # powers of ten that a histogram reaches below its root mean square
HALF_WIDTH = 0.48  # of the widest bin of a layer, in the space between two layers
ACTIVATIONS = {f.__name__: f for f in (relu, tanh, sigmoid, identity)}

# ---- what it computes


def plain(linear: Linear, activation: Activation) -> Module:
    """One layer: weighted sums and an activation."""
    return Sequential(linear, activation)


def with_batch_norm(linear: Linear, activation: Activation) -> Module:
    """The same, the sums normalised over the batch."""
    return Sequential(linear, BatchNorm(WIDTH, dtype=np.float64), activation)


def with_layer_norm(linear: Linear, activation: Activation) -> Module:
    """The same, the sums normalised over the units."""
    return Sequential(linear, LayerNorm(WIDTH, dtype=np.float64), activation)


def residual(linear: Linear, activation: Activation) -> Module:
    """A layer that adds to what it was given."""
    return Residual(plain(linear, activation))


def residual_with_layer_norm(linear: Linear, activation: Activation) -> Module:
    """A layer that normalises what it was given, and adds to it, as in transformers."""
    norm = LayerNorm(WIDTH, dtype=np.float64)
    return Residual(Sequential(norm, linear, activation))


HELPS: dict[str, Callable[[Linear, Activation], Module]] = {
    "nothing": plain,
    "batch norm": with_batch_norm,
    "layer norm": with_layer_norm,
    "residual": residual,
    "residual + layer norm": residual_with_layer_norm,
}


class Signals(NamedTuple):
    """The numbers in each of L layers, forward and backward."""

    activations: Array  # (L, batch, WIDTH)
    gradients: Array  # with respect to them, (L, batch, WIDTH)
    sizes: Array  # root mean squares: of both, and of the gradients by weights, (3, L)

    @property
    def ratios(self) -> Array:
        """Activations last ÷ first; gradients by activations, and by weights, first ÷ last."""
        first, last = self.sizes[:, 0], self.sizes[:, -1]
        return np.array([last[0] / first[0], first[1] / last[1], first[2] / last[2]])

    @property
    def is_alive(self) -> bool:
        """Do activations and gradients keep their size to within 1.5 powers of ten?"""
        return bool(np.all(np.abs(np.log10(self.ratios[:2])) < 1.5))


class Stack:
    """DEEPEST layers of one kind, of which the first few can be run at any scale of the weights."""

    def __init__(self, activation: str, helped_by: str) -> None:
        rng = np.random.default_rng(1)
        self._linears = [
            Linear(WIDTH, WIDTH, init=normal(1.0), rng=rng, dtype=np.float64)
            for _ in range(DEEPEST)
        ]
        self._unscaled = [linear.weight.data.copy() for linear in self._linears]
        layer = HELPS[helped_by]
        self._layers = [layer(linear, ACTIVATIONS[activation]) for linear in self._linears]
        examples, gradients = np.random.default_rng(0).normal(size=(2, BATCH, WIDTH))
        self._examples = examples
        self._begin_backward = gradients  # the gradient by the last activations

    def run(self, depth: int, scale: float, batch: int = BATCH) -> Signals:
        """Run so many layers forward and backward, their weights of variance scale ÷ WIDTH."""
        h = Tensor(self._examples[:batch])
        hidden = []
        for layer, linear, unscaled in zip(self._layers[:depth], self._linears, self._unscaled):
            layer.zero_grad()
            np.multiply(unscaled, np.sqrt(scale / WIDTH), out=linear.weight.data)
            h = layer(h)
            hidden.append(h)
        h.backward(self._begin_backward[:batch])
        activations = np.array([output.data for output in hidden])
        gradients = np.array([output.grad for output in hidden])
        by_weights = np.array([linear.weight.grad for linear in self._linears[:depth]])
        sizes = [root_mean_squares(part) for part in (activations, gradients, by_weights)]
        return Signals(activations, gradients, np.array(sizes))


def root_mean_squares(layers: Array) -> Array:
    """√ mean x² of each layer, (L, ...) → (L,).

    >>> root_mean_squares(np.array([[3.0, -3.0], [0.0, 2.0]])).round(3)
    array([3.   , 1.414])
    """
    return np.sqrt(np.mean(layers.reshape(len(layers), -1) ** 2, axis=1))


def histograms(layers: Array) -> Array:
    """How log₁₀ |x| is spread over the bins in each layer, (L, ...) → (L, bins), the fullest 1.

    Zeros have no logarithm and are left out; what lies beyond the picture counts for the fullest.

    >>> histograms(np.array([[1.0, 1.0, -1.0, 10.0, 0.0]]))[0, [48, 50]].round(2)
    array([1.  , 0.33])
    """
    sizes = np.abs(layers).reshape(len(layers), -1)
    with np.errstate(divide="ignore"):
        places = (np.log10(sizes) - LOWEST) * BINS_PER_DECADE  # −∞ for 0
    bins = len(DECADES) + 1  # one more beyond each end
    inside = np.floor(np.clip(places, -1, bins - 2)) + 1
    cells = np.arange(len(layers))[:, None] * bins + inside
    cells = cells[places > -np.inf].astype(int)
    counts = np.bincount(cells, minlength=len(layers) * bins).reshape(-1, bins)
    return counts[:, 1:-1] / np.maximum(counts.max(axis=1, keepdims=True), 1)


def fate(ratio: float) -> str:
    """What becomes of gradients that arrive so many times as large as they began."""
    if ratio < 1e-2:
        return "vanish"
    return "explode" if ratio > 1e2 else "stay alive"


def in_words(found: Signals) -> str:
    """How the sizes at both ends compare."""
    activations, gradients, by_weights = (says.digits(ratio, 2) for ratio in found.ratios)
    hidden = ""
    if found.sizes.min() < 10.0**LOWEST:
        lowest = f"10{says.minus(str(LOWEST)).translate(says.SUPERSCRIPTS)}"
        hidden = f" What is below {lowest} is not drawn."
    return (
        f"Activations, last layer ÷ first: {activations}. "
        f"Gradients by activations, first ÷ last: {gradients}; they {fate(found.ratios[1])}. "
        f"Gradients by weights, first ÷ last: {by_weights}.{hidden}"
    )


# ---- what it draws


class Panel:
    """The layers of one pass: an upright histogram for each, and the root mean square as a line."""

    @style.context()
    def __init__(self, live: LiveFigure, ax: Axes, color: str, title: str) -> None:
        ax.axhline(0, color=style.PALE, lw=1)
        self._histograms = PolyCollection([], color=color, alpha=0.5, lw=0)
        live.animated(ax.add_collection(self._histograms, autolim=False))
        (self.size,) = live.animated(
            ax.plot([], [], color=style.INK, lw=1.5, label="root mean square")
        )
        ax.set(title=title, xlabel="layer", xlim=(0, DEEPEST + 1))

    def show(self, layers: Array, sizes: Array) -> None:
        """Show the numbers of each layer, and their root mean squares."""
        self._histograms.set_verts(outlines(histograms(layers)))
        _show_sizes(self.size, sizes)


class Drawing:
    """Left the activations, right the gradients with respect to them, layer by layer."""

    def __init__(self, live: LiveFigure) -> None:
        left, right = live.subplots(1, 2, sharey=True)
        self._left = left  # whose y-axis is that of both
        left.set_ylabel("log₁₀ of the absolute size")
        self._activations = Panel(live, left, style.DOWNHILL, "activations")
        self._gradients = Panel(live, right, style.GRADIENT, "gradients by activations")
        (self._by_weights,) = live.animated(
            right.plot([], [], "--", color=style.GREEN, label="by weights")
        )
        look = {"loc": "lower right", "bbox_to_anchor": (1, 1)}
        look |= {"borderaxespad": 0, "borderpad": 0.2}
        left.legend(handles=[self._activations.size], **look)
        right.legend(handles=[self._by_weights], **look)

    def show(self, found: Signals) -> None:
        """Show the signals of a network."""
        activations, gradients, by_weights = found.sizes
        self._activations.show(found.activations, activations)
        self._gradients.show(found.gradients, gradients)
        _show_sizes(self._by_weights, by_weights)
        ends = reach(found.sizes)
        if ends != self._left.get_ylim():  # the background is drawn again
            self._left.set_ylim(*ends)


def reach(sizes: Array) -> tuple[int, int]:
    """The powers of ten that hold these root mean squares, and histograms around them.

    >>> reach(np.array([1.0, 1e-5])), reach(np.array([1e-40, 1e15]))
    ((-8, 2), (-24, 16))
    """
    with np.errstate(divide="ignore"):
        powers = np.log10(sizes)
    inside = powers[np.isfinite(powers)]
    lowest = plots.doubled(4, -(inside.min(initial=0) - SPREAD))
    highest = plots.doubled(2, inside.max(initial=0) + 1)
    return max(-lowest, LOWEST), min(highest, HIGHEST)


def outlines(shares: Array) -> Array:
    """The corners of each layer's histogram, upright and symmetric: (L, bins) → (L, corners, 2)."""
    layers = np.arange(1, len(shares) + 1)[:, None]
    half = HALF_WIDTH * np.repeat(shares, 2, axis=1)
    x = np.concatenate([layers + half, (layers - half)[:, ::-1]], axis=1)
    up = np.repeat(DECADES, 2)[1:-1]
    y = np.broadcast_to(np.concatenate([up, up[::-1]]), x.shape)
    return np.stack([x, y], axis=-1)


def _show_sizes(line: Line2D, sizes: Array) -> None:
    line.set_data(np.arange(1, len(sizes) + 1), np.log10(sizes))


# ---- the figure


def depth() -> LiveFigure:
    """A deep network before its first step: how large the numbers are in each layer.

    Each column is a histogram of log₁₀ |·| over the 64 units of a layer and a batch of examples:
    left the activations, right the gradients with respect to them, which begin at the last layer as
    normal numbers. Lines: the root mean square, and dashed that of the gradients with respect to
    the weights. Zeros have no logarithm and are left out.

    Controls: `activation`; `helped_by`, what stands in each layer beside it; `depth`, the number of
    layers; `scale`, the variance of a weight times the number n = 64 of inputs.

    >>> live = depth()
    >>> live.controls["scale"].value = 2
    >>> print(live.summary)
    30 layers of relu at variance × n = 2.00, helped by nothing. Activations, last layer ÷ first:
    1. Gradients by activations, first ÷ last: 1.1; they stay alive. Gradients by weights, ...
    >>> live.close()
    """
    about = (
        "Activations of a deep network and the gradients with respect to them, "
        "layer by layer: log₁₀ of their size."
    )
    live = LiveFigure(9, 4.4, about=about)
    _connect(live, Drawing(live))
    live.goal(
        "Keep 50 layers of relu alive by the scale alone",
        lambda seen: seen.alive and seen.layers == (DEEPEST, "relu", "nothing"),
    )
    live.goal(
        "Bring 30 layers of sigmoid back to life",
        lambda seen: seen.alive and seen.layers[0] >= 30 and seen.layers[1] == "sigmoid",
    )
    return live


def _connect(live: LiveFigure, drawing: Drawing) -> None:
    @live.when("activation", "helped_by")
    def stack(activation, helped_by):
        return Stack(activation, helped_by)

    @live.update(
        activation=Dropdown(options=list(ACTIVATIONS)),
        helped_by=Dropdown(options=list(HELPS)),
        depth=IntSlider(value=30, min=2, max=DEEPEST, description="layers"),
        scale=FloatLogSlider(value=1, base=2, min=-2, max=2, step=0.05, description="variance × n"),
    )
    def _(activation, helped_by, depth, scale, moving):
        found = stack.value.run(depth, scale, batch=SMALL_BATCH if moving else BATCH)
        drawing.show(found)
        head = (
            f"{depth} layers of {activation} at variance × n = {says.fixed(scale)}, "
            f"helped by {helped_by}."
        )
        return Seen(
            f"{head} {in_words(found)}",
            layers=(depth, activation, helped_by),
            ratios=found.ratios,
            fate=fate(found.ratios[1]),
            alive=found.is_alive,
        )
