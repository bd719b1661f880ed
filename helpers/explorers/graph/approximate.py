"""A curve drawn by hand, and a network with one hidden layer that learns to follow it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from ipywidgets import Dropdown, IntSlider, Play
from matplotlib.axes import Axes

from helpers.engine import no_grad
from helpers.losses import mse
from helpers.module import Module
from helpers.nn import MLP
from helpers.optim import Adam
from helpers.pictures import plots, says, style
from helpers.pictures.history import History
from helpers.pictures.live import LiveFigure
from helpers.pictures.updates import Seen

Array = np.ndarray
Network = Callable[[int, str], Module]  # of the number of units, and the name of an activation
Pair = tuple[float, float]

EDGE = 1.0  # the curve is drawn and learnt from −EDGE to EDGE,
SEEN = 1.6  # and the network is looked at from −SEEN to SEEN
X = np.linspace(-EDGE, EDGE, 101, dtype=np.float32)
WIDE = np.linspace(-SEEN, SEEN, 321, dtype=np.float32)
FIRST = (0.7 * np.sin(2 * np.pi * X) + 0.3 * X).astype(np.float32)
HOME = (-EDGE, float(FIRST[0]))  # of the pen
PRESSED, DRAGGED = 0.2, 0.8  # how far along x a pen that stood still, or moves, draws a line
STEPS_PER_TICK = 20
ENDLESS = 1_000_000  # ticks of play: more than anybody waits for
ROOM = 4_000  # steps on the axis of the errors at first; it doubles when they are taken
RATE = 0.01
STRAIGHT = "identity"  # the activation whose units do not bend
BOTTOM = -1.55  # where the bends are marked
UNTRAINED = "#EEF1F4"

# ---- what it computes


def one_hidden_layer(units: int, activation: str) -> Module:
    """A network whose units bend, where w x + b = 0, at places spread over the interval."""
    rng = np.random.default_rng(0)
    model = MLP((1, units, 1), activation, rng=rng)
    w, b = model.parameters()[:2]
    b.data[:] = -w.data[0] * rng.uniform(-EDGE, EDGE, units)
    return model


def bends(model: Module) -> Array:
    """Where within sight each unit of the first layer bends: x = −b / w."""
    w, b = (weight.data.ravel() for weight in model.parameters()[:2])
    places = -b / w
    return places[np.abs(places) < SEEN]


def stroke(curve: Array, old: Pair, new: Pair, reach: float) -> Array:
    """The curve (N,) over `X` after the pen went from `old` to `new`, places (x, y).

    A line between them, if they are apart along x and not further than `reach`; else a touch at
    `new`, and so a pen that goes straight up takes the curve with it.

    >>> drawn = stroke(np.zeros(101), (0.0, 1.0), (0.04, 0.5), reach=0.2)
    >>> drawn[48:54].tolist()
    [0.0, 0.0, 1.0, 0.75, 0.5, 0.0]
    """
    if not 0 < abs(new[0] - old[0]) <= reach:
        old = new
    (start, low), (end, high) = sorted((old, new))
    half = (X[1] - X[0]) / 2
    touched = (X >= start - half) & (X <= end + half)
    return np.where(touched, np.interp(X, (start, end), (low, high)), curve).astype(np.float32)


class Learner:
    """A network that Adam trains on all points of a curve at once, so many `steps` up to now."""

    def __init__(self, model: Module) -> None:
        self.model = model
        self.steps = 0
        self.errors = History()  # steps, and the root mean square after them
        self._optimizer = Adam(RATE)

    def train(self, curve: Array, steps: int) -> None:
        """So many steps more towards the curve (N,) over `X`."""
        for _ in range(steps):
            self.model.zero_grad()
            mse(self.model(X[:, None]), curve[:, None]).backward()
            self._optimizer.step(self.model.theta, self.model.grad)
        self.steps += steps

    def predict(self, x: Array) -> Array:
        """What the network says at `x` (N,), as an array (N,)."""
        with no_grad():
            return self.model(x[:, None]).data[:, 0]


class Found(NamedTuple):
    """A curve and how well the network follows it."""

    units: int
    activation: str
    steps: int
    curve: Array  # (N,), over X
    predicted: Array  # (M,), over WIDE
    bends: Array  # where units bend
    errors: list[tuple[int, float]]  # so far: steps, and the error after them
    error: float  # the root mean square now
    worst: float  # the largest distance now
    redrawn: float  # the mean distance between this curve and the first


class Fit:
    """The curve that is being drawn, and the network that follows it."""

    def __init__(self, network: Network) -> None:
        self.curve = FIRST
        self._network = network
        self._pen = HOME
        self._pen_rests = True
        self._tick = 0
        self._made_of: tuple[int, str] | None = None
        self._learner: Learner | None = None

    def draw(self, pen: Pair, *, moving: bool) -> None:
        """Move the pen; at home it begins with the first curve again."""
        if pen == HOME:
            self.curve = FIRST
        elif pen != self._pen:
            reach = PRESSED if self._pen_rests else DRAGGED
            self.curve = stroke(self.curve, self._pen, pen, reach)
        self._pen = pen
        self._pen_rests = not moving

    def train(self, units: int, activation: str, tick: int) -> Found:
        """Train at each later tick; another network, or an earlier tick, begins afresh."""
        if self._made_of != (units, activation) or tick < self._tick:
            self._learner = Learner(self._network(units, activation))
            self._made_of = (units, activation)
        elif tick > self._tick:
            self._learner.train(self.curve, STEPS_PER_TICK)
        self._tick = tick
        return self._look(units, activation, self._learner)

    def _look(self, units: int, activation: str, learner: Learner) -> Found:
        distances = learner.predict(X) - self.curve
        error = float(np.sqrt(np.mean(distances**2)))
        learner.errors.add((learner.steps, error))
        return Found(
            units,
            activation,
            learner.steps,
            self.curve,
            predicted=learner.predict(WIDE),
            bends=np.array([]) if activation == STRAIGHT else bends(learner.model),
            errors=learner.errors.rows,
            error=error,
            worst=float(np.abs(distances).max()),
            redrawn=float(np.abs(self.curve - FIRST).mean()),
        )


def in_words(found: Found) -> str:
    """How far the network is from the curve."""
    name = says.counted(found.units, f"{found.activation} unit")
    error = f"{says.fixed(found.error, 3)} (root mean square)"
    if not found.steps:
        return f"{name}, not trained yet: the error is {error}. Press play."
    misses = "miss" if found.units > 1 else "misses"
    return (
        f"{name} after {says.counted(found.steps, 'step')} {misses} the curve by {error}, "
        f"at the worst place by {says.fixed(found.worst)}. In the grey parts nothing was learnt."
    )


# ---- what it draws


class Drawing:
    """Left the curve, the network and where its units bend; right the error, step by step."""

    def __init__(self, live: LiveFigure) -> None:
        self.paper, side = live.subplots(1, 2, width_ratios=[2.4, 1])
        self._draw_paper(live)
        self._draw_errors(live, side)
        look = {"offset": (-4, 18), "ha": "right", "color": style.GREEN}
        self._key = live.animated(plots.label(self.paper, "▲ w x + b = 0", (SEEN, BOTTOM), **look))

    def _draw_paper(self, live: LiveFigure) -> None:
        ax = self.paper
        for side in (-1, 1):
            ax.axvspan(side * EDGE, side * SEEN, color=UNTRAINED, lw=0)
            above = (side * (EDGE + SEEN) / 2, 1.6)
            look = {"offset": (0, 8), "ha": "center", "color": style.GREY}
            plots.label(ax, "not trained", above, **look)
        ax.set(xlim=(-SEEN, SEEN), ylim=(-1.6, 1.6), xlabel="x (draw here)", ylabel="y")
        look = {"color": style.TARGET, "lw": 5, "alpha": 0.35, "solid_capstyle": "round"}
        (self._curve,) = live.animated(ax.plot(X, X, **look))
        (self._network,) = live.animated(ax.plot(WIDE, WIDE, color=style.DOWNHILL))
        look = {"color": style.GREEN, "ms": 8, "mec": "white", "clip_on": False}
        (self._bends,) = live.animated(ax.plot([], [], "^", **look))

    def _draw_errors(self, live: LiveFigure, ax: Axes) -> None:
        self._side = ax
        ax.set(xlim=(0, ROOM), ylim=(0.003, 2), yscale="log")
        ax.set(xlabel="step", ylabel="error, root mean square")
        (self._errors,) = live.animated(ax.plot([], [], color=style.DOWNHILL))

    def show(self, found: Found) -> None:
        """Move to this curve and this network."""
        self._curve.set_ydata(found.curve)
        self._network.set_ydata(found.predicted)
        self._bends.set_data(found.bends, np.full(found.bends.shape, BOTTOM))
        self._key.set_visible(found.activation != STRAIGHT)
        self._errors.set_data(*zip(*found.errors))
        room = plots.doubled(ROOM, found.steps)
        if room != self._side.get_xlim()[1]:  # the background is drawn again
            self._side.set_xlim(0, room)


# ---- the figure


def approximate(network: Network = one_hidden_layer) -> LiveFigure:
    """Draw a curve with the mouse, press play, and a network learns to follow it.

    Adam with rate 0.01 on 101 points of the curve, all of them in each step. Triangles mark where a
    unit bends (of tanh: its middle).

    Controls: `pen` draws; `units` and `activation` of the hidden layer; `train`, of which each tick
    is 20 steps. Its stop button begins afresh, and so do `units` and `activation`.

    `network(units, activation)` makes the model, from (N, 1) to (N, 1).

    >>> live = approximate()
    >>> live.controls["train"].value += 1
    >>> live.summary[:31]
    '16 relu units after 20 steps mi'
    >>> live.close()
    """
    about = (
        "A curve drawn by hand, and a network with one hidden layer that is trained to follow it."
    )
    live = LiveFigure(9, 4.2, about=about)
    _connect(live, Drawing(live), Fit(network))
    live.goal(
        "Draw a curve of your own, and let at most 16 units follow it with an error below 0.05",
        lambda seen: seen.redrawn > 0.2 and seen.units <= 16 and seen.error < 0.05,
    )
    return live


def _connect(live: LiveFigure, drawing: Drawing, fit: Fit) -> None:
    bounds = ((-EDGE, EDGE), (-1.5, 1.5))
    look = {"anywhere": True, "color": style.ORANGE}
    live.draggable(drawing.paper, "pen", HOME, bounds=bounds, **look)

    @live.when("pen")
    def _(pen, moving):
        fit.draw(pen, moving=moving)

    @live.update(
        units=IntSlider(value=16, min=1, max=64),
        activation=Dropdown(options=["relu", "tanh", STRAIGHT]),
        train=Play(min=0, max=ENDLESS, interval=60),
    )
    def _(units, activation, train):
        found = fit.train(units, activation, tick=train)
        drawing.show(found)
        return Seen(
            in_words(found),
            units=units,
            activation=activation,
            steps=found.steps,
            error=found.error,
            worst=found.worst,
            redrawn=found.redrawn,
        )
