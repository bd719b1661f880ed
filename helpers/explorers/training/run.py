"""What the playground computes: a training run that can be continued, and the classes it sees."""

import time
from typing import NamedTuple

import numpy as np

from helpers.data import StandardScaler
from helpers.datasets import Part, make_circles, make_moons, make_spirals
from helpers.engine import no_grad
from helpers.explorers.training.steps import Step, endless_batches
from helpers.functions import sigmoid
from helpers.losses import cross_entropy
from helpers.metrics import accuracy
from helpers.nn import MLP
from helpers.pictures.history import History

Array = np.ndarray

DATA = {"moons": make_moons, "circles": make_circles, "spirals": make_spirals}
POINTS = 256  # to train on, and as many held out
LOST = 1e4  # a weight beyond this has exploded
FRAME = 0.006  # seconds of training between two pictures, at most
BLOCK = 512  # points that the network is asked about at a time
SHOWN = 12  # weights of each group that are recorded, at most


class Setup(NamedTuple):
    """What a run is made of: another one starts a new run."""

    data: str
    noise: float
    layers: int  # hidden ones
    units: int  # in each of them
    activation: str
    seed: int

    @property
    def hidden_units(self) -> int:
        """The number of hidden units in all layers together."""
        return self.layers * self.units

    def network(self, rng: np.random.Generator) -> MLP:
        """A network of this shape, its weights drawn from rng."""
        init = "he" if self.activation == "relu" else "xavier"
        sizes = (2, *[self.units] * self.layers, 2)
        return MLP(sizes, self.activation, init, rng=rng)


class Curves(NamedTuple):
    """A run so far, in T rows."""

    epochs: Array  # (T,)
    losses: Array  # of the training points and of those held out, (T, 2)
    weights: list[Array]  # some of the first layer, of those between, of the last, each (T, n)


def sample(data: str, noise: float, rng: np.random.Generator) -> tuple[Part, Part]:
    """Points to train on and points held out, both standardised with those to train on.

    >>> train, held_out = sample("moons", 0.1, np.random.default_rng(0))
    >>> train.X.shape, held_out.X.shape, train.X.std(axis=0).round(4).tolist()
    ((256, 2), (256, 2), [1.0, 1.0])
    """
    X, y = DATA[data](2 * POINTS, noise=noise, rng=rng)
    X = StandardScaler().fit(X[:POINTS]).transform(X).astype(np.float32)
    return Part(X[:POINTS], y[:POINTS]), Part(X[POINTS:], y[POINTS:])


class Run:
    """A training run that can be continued: the data, the model, and the history of both losses."""

    def __init__(self, setup: Setup, step: Step) -> None:
        self.setup = setup
        self._step = step
        self._rng = np.random.default_rng(setup.seed)
        self.train, self.held_out = sample(setup.data, setup.noise, self._rng)
        self.model = setup.network(self._rng)
        self.steps = 0
        self.diverged_at = -1  # the step, counted from 1, at which the weights exploded
        self.largest = 0.0  # of the recorded weights, in absolute size, so far
        self._examples = 0
        self._batch_size = 0
        self._recorded = recorded_weights(self.model)
        self._past = History()
        self._record()

    def advance(self, lr: float, batch_size: int, count: int, seconds: float) -> None:
        """Take `count` steps, or as many as fit into the time.

        A step after which a weight has exploded is taken back, and no other one follows.
        """
        if batch_size != self._batch_size:
            self._batch_size = batch_size
            self._batches = endless_batches(self.train, batch_size, self._rng)
        end = time.perf_counter() + seconds
        for _ in range(count):
            if self.has_diverged or time.perf_counter() > end:
                break
            self._take_step(lr)
        self._record()

    def _take_step(self, lr: float) -> None:
        batch = next(self._batches)
        theta = self.model.theta
        before = theta.copy()
        self._step(self.model, *batch, lr)
        self.steps += 1
        self._examples += len(batch.y)
        if not np.abs(theta).max() < LOST:  # nan is not below either
            theta[:] = before
            self.diverged_at = self.steps

    def _record(self) -> None:
        """Append a row to the history: epochs, both losses, some weights."""
        scores = self.logits(np.concatenate([self.train.X, self.held_out.X]))
        train, held_out = np.split(scores, [POINTS])
        self.losses = (cross_entropy(train, self.train.y), cross_entropy(held_out, self.held_out.y))
        self.accuracy = float(accuracy(held_out, self.held_out.y))  # on the held-out points
        weights = self.model.theta[np.concatenate(self._recorded)]
        self.largest = max(self.largest, float(np.abs(weights).max()))
        self._past.add(np.array([self.epochs, *self.losses, *weights]))

    def logits(self, X: Array) -> Array:
        """The network's scores of points, (N, 2) → (N, 2).

        In blocks: larger matrix products are split among threads, which on a busy machine wait for
        one another.
        """
        with no_grad():
            blocks = np.split(X, range(BLOCK, len(X), BLOCK))
            return np.concatenate([self.model(block).data for block in blocks])

    @property
    def has_diverged(self) -> bool:
        """Has a weight exploded?"""
        return self.diverged_at >= 0

    @property
    def epochs(self) -> float:
        """Examples seen, in passes over the training points."""
        return self._examples / POINTS

    @property
    def curves(self) -> Curves:
        """Losses and some weights, from the start of the run to now."""
        rows = np.array(self._past.rows)
        ends = np.cumsum([len(indices) for indices in self._recorded])[:-1]
        return Curves(rows[:, 0], rows[:, 1:3], np.split(rows[:, 3:], ends, axis=1))

    def hinges(self, length: float) -> Array:
        """Where each unit of the first hidden layer is at 0: a piece of the line w · x + b = 0.

        Two ends and a gap of NaN for each unit, (3 · units, 2); the middle is the point of the line
        nearest to 0, and `length` the way from there to an end.
        """
        if not self.setup.layers:  # the boundary itself
            return np.empty((0, 2))
        W, b = (weight.data for weight in self.model.parameters()[:2])
        nearest = -b * W / (W**2).sum(axis=0)
        along = np.array([-W[1], W[0]]) / np.sqrt((W**2).sum(axis=0)) * length
        ends = np.stack([nearest - along, nearest + along, nearest * np.nan])  # (3, 2, units)
        return ends.transpose(2, 0, 1).reshape(-1, 2)


def recorded_weights(model: MLP) -> list[Array]:
    """Places in θ: some weights of the first layer, some between, some of the last; no biases.

    Without a hidden layer the first is the last, and counts as the first.
    """
    ends = np.cumsum([weight.size for weight in model.parameters()])[:-1]
    first, *others = np.split(np.arange(model.size), ends)[::2]  # weights and biases take turns
    none = np.array([], int)
    last = others.pop() if others else none
    between = np.concatenate([none, *others])
    return [spread(indices, SHOWN) for indices in (first, between, last)]


def spread(indices: Array, count: int) -> Array:
    """At most so many of them, evenly spread.

    >>> spread(np.arange(10, 20), 4)
    array([10, 13, 16, 19])
    """
    if not len(indices):
        return indices
    return indices[np.unique(np.linspace(0, len(indices) - 1, count).astype(int))]


class Player:
    """The run that is played, and the tick at which play stands: at 0 when it was stopped."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._run: Run | None = None
        self._tick = 0

    def play(self, setup: Setup, tick: int, lr: float, batch_size: int, most: int) -> Run:
        """The run at this tick, after at most so many steps more than at the last.

        A new one begins with another setup, at tick 0, and where the tick is an earlier one: play
        was stopped and has started again. It takes all its first steps, however long they take;
        later only as many as fit between two pictures.
        """
        last = self._tick
        self._tick = tick
        if self._run is None or setup != self._run.setup or tick < last or tick == 0:
            self._run = Run(setup, self._step)
            self._run.advance(lr, batch_size, most, seconds=np.inf)
        elif tick > last:
            self._run.advance(lr, batch_size, most, seconds=FRAME)
        return self._run


class Grid:
    """The square from −reach to reach in cells, whose class a network is asked for.

    It is asked at size × size points, and its scores are interpolated: n cells for each step from
    point to point. `edges` are those of the cells, ((size − 1) · n + 1,).
    """

    def __init__(self, reach: float, size: int, n: int) -> None:
        at = np.linspace(-reach, reach, size)
        self.edges = np.linspace(-reach, reach, (size - 1) * n + 1)
        self._size = size
        self._n = n
        rows_from_below = np.stack(np.meshgrid(at, at), axis=-1)
        self._points = rows_from_below.reshape(-1, 2).astype(np.float32)

    def probabilities(self, run: Run) -> Array:
        """The probability of class 1 in each cell, the rows from below."""
        scores = np.diff(run.logits(self._points)).reshape(self._size, self._size)
        return sigmoid(between_rows(between_rows(scores, self._n).T, self._n).T)


def between_rows(rows: Array, n: int) -> Array:
    """From each row to the next n rows, at the middles of n equal parts of the way.

    >>> between_rows(np.array([[0.0], [1.0], [3.0]]), 2).ravel()
    array([0.25, 0.75, 1.5 , 2.5 ])
    """
    way = ((np.arange(n, dtype=rows.dtype) + 0.5) / n)[:, None]
    return (rows[:-1, None] + way * np.diff(rows, axis=0)[:, None]).reshape(-1, rows.shape[1])
