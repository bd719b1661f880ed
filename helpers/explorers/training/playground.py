"""Lesson 05: the playground. One picture holds a whole training run, and every number on it comes from this course."""

import time
from collections.abc import Callable, Iterator

import numpy as np
from ipywidgets import Dropdown, FloatLogSlider, FloatSlider, IntSlider, Play
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.image import PcolorImage

from helpers.data import StandardScaler, minibatches
from helpers.datasets import Part, make_circles, make_moons, make_spirals
from helpers.engine import no_grad
from helpers.functions import sigmoid
from helpers.losses import cross_entropy
from helpers.metrics import accuracy
from helpers.module import Module
from helpers.nn import MLP
from helpers.pictures import style
from helpers.pictures.live import LiveFigure

Array = np.ndarray
Step = Callable[[Module, Array, Array, float], float]

DATA = {"moons": make_moons, "circles": make_circles, "spirals": make_spirals}
POINTS = 256  # to train on, and as many held out
REACH = 2.8  # of the picture: the columns are standardised
LOST = 1e4  # a weight beyond this has exploded
FRAME = 0.006  # seconds of training between two pictures, at most
LOSSES = 1.1e-3, 90  # a curve beyond runs along the edge
BLOCK = 512  # points that the network is asked about at a time
ROWS = 400  # of the record: when it is full every second one goes
SHARES = LinearSegmentedColormap.from_list(  # of class 1: the decision is where blue meets orange
    "shares", [(0, "#86B5DC"), (0.5, "#CFE1F0"), (0.5, "#F8DFCD"), (1, "#EBA87C")]
)


def _step(model: Module, X: Array, y: Array, lr: float) -> float:
    """Forward, loss, backward, step: as the lesson writes it."""
    model.zero_grad()
    loss = cross_entropy(model(X), y)
    loss.backward()
    model.theta -= lr * model.grad
    return loss.item()


def _stream(part: Part, batch_size: int, rng: np.random.Generator) -> Iterator[Part]:
    """Batches without end, epoch after epoch."""
    while True:
        yield from minibatches(*part, batch_size, rng=rng)


class _Run:
    """A training run that can be continued: data, model, and the record of its losses and of some weights."""

    def __init__(
        self, data: str, noise: float, layers: int, units: int, activation: str, seed: int
    ):
        self.rng = np.random.default_rng(seed)
        X, y = DATA[data](2 * POINTS, noise=noise, rng=self.rng)
        X = StandardScaler().fit(X[:POINTS]).transform(X).astype(np.float32)
        self.train, self.held_out = Part(X[:POINTS], y[:POINTS]), Part(X[POINTS:], y[POINTS:])
        init = "he" if activation == "relu" else "xavier"
        self.model = MLP((2, *[units] * layers, 2), activation, init, rng=self.rng)
        self.steps = self.examples = self.diverged_at = self.batch_size = self.reach = 0
        weights = np.split(
            np.arange(self.model.size), np.cumsum([w.size for w in self.model.parameters()])[:-1]
        )[::2]
        between = np.concatenate([[], *weights[1:-1]]).astype(int)
        last = weights[-1] if layers else between
        self.shown = [_spread(indices) for indices in (weights[0], between, last)]
        self.record: list[Array] = []
        self._note()

    def advance(self, step: Step, lr: float, batch_size: int, count: int, seconds: float) -> None:
        """So many steps, or as many as fit into the time; a step after which weights explode is taken back."""
        if batch_size != self.batch_size:
            self.batch_size, self._batches = batch_size, _stream(self.train, batch_size, self.rng)
        theta, end = self.model.theta, time.perf_counter() + seconds
        for _ in range(count):
            if self.diverged_at or time.perf_counter() > end:
                break
            batch, before = next(self._batches), theta.copy()
            step(self.model, *batch, lr)
            self.steps, self.examples = self.steps + 1, self.examples + len(batch.y)
            if not np.abs(theta).max() < LOST:  # nan is not below either
                theta[:], self.diverged_at = before, self.steps
        self._note()

    def _note(self) -> None:
        """Append a row: epochs, both losses, the weights that are shown."""
        self.scores = self.logits(np.concatenate([self.train.X, self.held_out.X]))
        halves = zip(np.split(self.scores, [POINTS]), (self.train, self.held_out))
        losses = [cross_entropy(scores, part.y) for scores, part in halves]
        shown = self.model.theta[np.concatenate(self.shown)]
        self.reach = max(self.reach, np.abs(shown).max())
        self.record.append(np.array([self.epochs, *losses, *shown]))
        if len(self.record) > ROWS:
            del self.record[1:-1:2]

    def logits(self, X: Array) -> Array:
        """In blocks: larger matrix products are split among threads, which on a busy machine wait for one another."""
        with no_grad():
            return np.concatenate(
                [self.model(block).data for block in np.split(X, range(BLOCK, len(X), BLOCK))]
            )

    @property
    def epochs(self) -> float:
        return self.examples / POINTS

    def accuracy(self) -> float:
        """The share of held-out points that are right."""
        return accuracy(self.scores[POINTS:], self.held_out.y)

    def hinges(self) -> Array:
        """Where the units of the first hidden layer are at 0: a line w · x + b = 0 each, ends (…, 2) with gaps."""
        W, b = (weight.data for weight in self.model.parameters()[:2])
        if self.model.size == 6:  # no hidden layer: the boundary itself
            return np.empty((0, 2))
        foot = -b * W / (W**2).sum(axis=0)
        along = np.array([-W[1], W[0]]) / np.sqrt((W**2).sum(axis=0)) * 4 * REACH
        return (
            np.stack([foot - along, foot + along, foot * np.nan]).transpose(2, 0, 1).reshape(-1, 2)
        )


def _spread(indices: Array, count: int = 12) -> Array:
    """At most so many of them, evenly spread."""
    return (
        indices[np.unique(np.linspace(0, len(indices) - 1, count).astype(int))]
        if len(indices)
        else indices
    )


def _in_one(x: Array, columns: Array) -> tuple[Array, Array]:
    """Curves over the same x as one line with gaps, which is drawn faster."""
    gaps = np.full((1, columns.shape[1]), np.nan)
    return np.tile(np.append(x, np.nan), columns.shape[1]), np.vstack([columns, gaps]).T.ravel()


def _doubled(first: float, needed: float) -> float:
    """The first of first, 2 first, 4 first, … that is large enough: axes that seldom change."""
    return first * 2 ** int(np.ceil(np.log2(max(needed / first, 1))))


def playground(step: Step = _step) -> LiveFigure:
    """A network in training: press play, and change the rate while it learns.

    Left the probability of each class as colour, 256 training points, 256 held out (hollow), and for each unit of the
    first hidden layer the line on which its weighted sum is 0. Right both losses and some of the weights, by epoch.
    `step(model, X, y, lr)` does one update of `model.theta` on a batch, as the lesson writes it. Rate, batch and speed
    may change in the middle of a run; everything else starts a new one. Before play is pressed the picture shows the
    first frame's steps. A step that makes a weight explode is taken back and ends the run.
    Smilkov et al. (2017), Direct-manipulation visualization of deep networks.

    >>> live = playground()
    >>> live.summary.split(": ")[0], live.summary[-12:]
    ('After 0.5 epochs (8 steps)', ' Press play.')
    >>> live.controls["speed"].value = 1
    >>> for tick in range(1, 32):
    ...     live.controls["play"].value = tick
    >>> live.summary.split(": ")[0]
    'After 2.0 epochs (32 steps)'
    >>> live.close()
    """
    about = "A network learns to tell two classes apart: its decision, its losses and its weights."
    live = LiveFigure(9.6, 5.2, about=about)
    ax = live.figure.subplot_mosaic([["plane", "loss"], ["plane", "theta"]], width_ratios=[1.25, 1])
    plane, loss, theta = ax["plane"], ax["loss"], ax["theta"]
    plane.set(
        xlim=(-REACH, REACH),
        ylim=(-REACH, REACH),
        xlabel="x₁, standardised",
        ylabel="x₂, standardised",
    )
    plane.set_aspect("equal")
    loss.set(ylim=(1e-3, 100), yscale="log", ylabel="loss (cross-entropy)")
    decades = ["< 0.001", "0.01", "0.1", "1", "10", "> 100"]  # as text: formulae are slow to draw
    loss.set_yticks(10.0 ** np.arange(-3, 3), decades)
    loss.minorticks_off()
    theta.set(xlabel="epochs", ylabel="some weights")
    share = PcolorImage(
        plane, cmap=SHARES, clim=(0, 1), in_layout=False
    )  # drawn ten times as fast as imshow's
    live.animated(plane.add_image(share))
    (hinges,) = live.animated(plane.plot([], [], color=style.GREY, lw=1, alpha=0.7))
    points = {}
    for k, marker in enumerate(style.MARKERS[:2]):
        color = style.CLASSES[k]
        hollow = {"mfc": "none", "mec": color, "mew": 1, "ms": 4.5}
        for part, face in (
            ("held_out", hollow),
            ("train", {"mfc": color, "mec": "white", "mew": 0.5, "ms": 6}),
        ):
            (points[part, k],) = live.animated(plane.plot([], [], marker, linestyle="none", **face))
    lines = [
        loss.plot([], [], color=style.INK, label="training points")[0],
        loss.plot([], [], color=style.TEAL, linestyle="--", label="held out (hollow)")[0],
    ]
    layers_of = [
        ("first layer", style.PURPLE),
        ("between", style.GREY),
        ("last layer", style.GREEN),
    ]
    weights = [theta.plot([], [], color=color, lw=1, label=name)[0] for name, color in layers_of]
    live.animated([*lines, *weights])
    for axes in (loss, theta):
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=3,
            borderaxespad=0,
            borderpad=0.2,
            columnspacing=1,
        )
    screens = {True: _Screen(56, 4), False: _Screen(160, 6)}  # moving or not
    runs: list[_Run] = []
    chosen: list[tuple] = [(), 0]  # what the run was made of, and the last value of play

    def show_points(run: _Run) -> None:
        for (part, k), dots in points.items():
            X, y = getattr(run, part)
            dots.set_data(*X[y == k].T)

    def show_record(run: _Run) -> None:
        rows = np.array(run.record)
        epochs, losses, theta_shown = rows[:, 0], rows[:, 1:3], rows[:, 3:]
        for line, values in zip(lines, losses.T):
            line.set_data(epochs, values.clip(*LOSSES))
        ends = np.cumsum([len(indices) for indices in run.shown])[:-1]
        for line, columns in zip(weights, np.split(theta_shown, ends, axis=1)):
            line.set_data(*_in_one(epochs, columns))
        span, reach = _doubled(1, run.epochs), _doubled(2, run.reach)
        if (
            loss.get_xlim()[1] != span or theta.get_ylim()[1] != reach
        ):  # seldom: the background is drawn again
            loss.set_xlim(0, span)
            theta.set(xlim=(0, span), ylim=(-reach, reach))

    doubling = {"base": 2, "step": 1, "readout_format": "d"}

    @live.update(
        play=Play(min=0, max=1_000_000, interval=33),
        lr=FloatLogSlider(
            value=0.1, min=-3, max=1, step=0.05, description="rate α", layout=_wide(240)
        ),
        batch=FloatLogSlider(
            value=16, min=0, max=8, description="batch size", layout=_wide(210), **doubling
        ),
        speed=FloatLogSlider(
            value=8, min=0, max=6, description="most steps a frame", layout=_wide(270), **doubling
        ),
        data=Dropdown(options=list(DATA), value="moons", layout=_wide(295)),
        noise=FloatSlider(value=0.1, min=0, max=0.4, step=0.02, layout=_wide(295)),
        seed=IntSlider(value=0, min=0, max=20, layout=_wide(295)),
        layers=IntSlider(value=2, min=0, max=4, description="hidden layers", layout=_wide(295)),
        units=IntSlider(value=8, min=1, max=16, description="units in each", layout=_wide(295)),
        activation=Dropdown(options=["tanh", "relu", "sigmoid", "identity"], layout=_wide(295)),
    )
    def _(play, lr, batch, speed, data, noise, seed, layers, units, activation, moving):
        made_of, seen = (data, noise, layers, units, activation, seed), chosen[1]
        begins = chosen[0] != made_of or play < seen or play == 0
        if begins:
            runs[:] = [_Run(*made_of)]
            show_points(runs[0])
        chosen[:] = [made_of, play]
        run = runs[0]
        if begins or play > seen:
            run.advance(step, lr, round(batch), round(speed), np.inf if begins else FRAME)
        screen = screens[moving]
        share.set_data(screen.edges, screen.edges, screen.shares(run))
        hinges.set_data(*run.hinges().T)
        show_record(run)
        return f"{_words(run)}{'' if play or run.diverged_at else ' Press play.'}"

    live.goal(
        "Spirals: more than 95 % of the held-out points right",
        lambda seen: chosen[0][0] == "spirals" and runs[0].accuracy() > 0.95,
    )
    live.goal(
        "Circles: the same with three hidden units in all",
        lambda seen: (
            chosen[0][0] == "circles"
            and chosen[0][2] * chosen[0][3] <= 3
            and runs[0].accuracy() > 0.95
        ),
    )
    live.goal("Make it diverge", lambda seen: runs[0].diverged_at > 0)
    return live


def _wide(pixels: int) -> dict[str, str]:
    """The layout of a control: three or four of them make a row."""
    return {"width": f"{pixels}px"}


class _Screen:
    """The plane in cells. The network is asked at size × size points, and its scores are interpolated: n cells for each
    step from point to point."""

    def __init__(self, size: int, n: int):
        at, self.edges = (
            np.linspace(-REACH, REACH, size),
            np.linspace(-REACH, REACH, (size - 1) * n + 1),
        )
        self._size, self._n = size, n
        self._points = (
            np.stack(np.meshgrid(at, at), axis=-1).reshape(-1, 2).astype(np.float32)
        )  # row by row from below

    def shares(self, run: _Run) -> Array:
        """The probability of class 1 in each cell."""
        scores = np.diff(run.logits(self._points)).reshape(self._size, self._size)
        return sigmoid(_between(_between(scores, self._n).T, self._n).T)


def _between(rows: Array, n: int) -> Array:
    """From each row to the next n rows, at the middles of n equal parts of the way."""
    share = ((np.arange(n, dtype=rows.dtype) + 0.5) / n)[:, None]
    return (rows[:-1, None] + share * np.diff(rows, axis=0)[:, None]).reshape(-1, rows.shape[1])


def _rounded(loss: float) -> str:
    return f"{loss:.3f}" if loss < 100 else f"{loss:,.0f}"


def _words(run: _Run) -> str:
    right = f"{100 * run.accuracy():.0f} % of the held-out points are right"
    if run.diverged_at:
        return (
            f"Diverged: step {run.diverged_at} made a weight larger than 10,000, and was taken back. "
            f"{right[0].upper()}{right[1:]}. Lower the rate, press stop, then play. (Reset puts everything back.)"
        )
    epochs, train, held_out = run.record[-1][:3]
    worse = " Worse than knowing nothing, 0.69: a smaller rate may help." if train > 0.75 else ""
    return (
        f"After {epochs:,.{0 if epochs > 100 else 1}f} epochs ({run.steps:,} step{'s' * (run.steps > 1)}): "
        f"loss {_rounded(train)} on the training points, {_rounded(held_out)} held out; {right}.{worse}"
    )
