"""Training: the loop of forward, loss, backward, step; and when to stop it."""

import copy
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NoReturn

import numpy as np
from tqdm.auto import tqdm  # type: ignore[import-untyped]

from helpers.autograd import Tensor
from helpers.checks import Array, generator, non_negative, whole
from helpers.data import minibatches
from helpers.datasets import Part
from helpers.engine import no_grad
from helpers.losses import Loss
from helpers.module import Module
from helpers.nn import BatchNorm
from helpers.optim import clip_by_norm
from helpers.optimizer import Optimizer
from helpers.schedules import Schedule, watcher

Metric = Callable[[Array, Array], float]


@dataclass
class History:
    """What happened in a training run, also in one that was interrupted or diverged."""

    # One value for each epoch: "loss" is the mean over the training batches while the weights
    # moved; "val_loss" and the metrics, by their names, are measured after it.
    curves: dict[str, list[float]] = field(default_factory=lambda: {"loss": []})
    step_losses: list[float] = field(default_factory=list)  # of every single batch
    best_epoch: int | None = None  # from 1: the one whose weights early stopping brought back
    stopped: str = ""  # in words, why training ended

    @property
    def loss(self) -> list[float]:
        """The mean training loss of each epoch."""
        return self.curves["loss"]

    @property
    def val_loss(self) -> list[float]:
        """The validation loss after each epoch. Raises ValueError where there was no such part."""
        if "val_loss" not in self.curves:
            raise ValueError(
                f"this run had no validation part, only the curves {', '.join(self.curves)}; "
                f"give fit a val part: fit(model, loss, optimizer, train, val, …)"
            )
        return self.curves["val_loss"]


class Diverged(ArithmeticError):
    """The loss is no longer a number. `history` holds what came before, and says what broke."""

    def __init__(self, history: History):
        super().__init__(history.stopped)
        self.history = history

    def __reduce__(self) -> tuple[Any, ...]:  # copied and sent between processes with its history
        return type(self), (self.history,), vars(self)


class EarlyStopping:
    """Stop when the validation loss has not fallen by more than min_delta for `patience` epochs.

    `theta` then holds the best weights, to which `fit` goes back. Raises ValueError for a patience
    below 1 and a min_delta below 0.

    >>> early = EarlyStopping(patience=2)
    >>> [early.watch(loss, np.array([loss])) for loss in (3.0, 1.0, 2.0, 2.0)], early.theta
    ([False, False, False, True], array([1.]))
    """

    best: float
    theta: Any
    epoch: int
    best_epoch: int | None

    def __init__(self, patience: int = 10, min_delta: float = 0.0):
        if not (patience >= 1 and min_delta >= 0):
            raise ValueError(
                f"patience must be ≥ 1 and min_delta ≥ 0, got {patience} and {min_delta}"
            )
        self.patience = patience
        self.min_delta = min_delta
        self.reset()

    def reset(self) -> None:
        """Forget what was watched; `fit` begins with it."""
        self.best = math.inf
        self.theta = None
        self.epoch = 0
        self.best_epoch = None

    def watch(self, val_loss: float, theta: Any) -> bool:
        """Take note of an epoch, with θ or all of a model's state; True when it is time to stop."""
        self.epoch += 1
        if val_loss < self.best - self.min_delta:
            self.best = val_loss
            self.best_epoch = self.epoch
            self.theta = theta.copy()
        return self.epoch - (self.best_epoch or 0) >= self.patience


def fit(
    model: Module,
    loss: Loss,
    optimizer: Optimizer,
    train: Part,
    val: Part | None = None,
    *,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
    schedule: Schedule | None = None,
    early_stopping: EarlyStopping | None = None,
    clip_norm: float | None = None,
    metrics: Iterable[Metric] | Mapping[str, Metric] = (),
    progress: bool = True,
) -> History:
    """Train a model: for each mini-batch θ ← θ − step(∇J(θ)), in a new order every epoch.

    schedule: the number of steps done in this run → lr; one that watches is told the loss.
    early_stopping: the model ends with its best weights, however training ends.
    clip_norm: the longest gradient that is let through.
    metrics: functions of (y_hat, y), or names for them: {"macro f1": partial(f1, average="macro")}.

    Interrupting the kernel ends training and nothing else. Raises Diverged where the loss is no
    finite number and, before the first step, ValueError or TypeError for what cannot be trained.

    >>> from helpers import datasets, losses, nn, optim
    >>> rng = np.random.default_rng(0)
    >>> moons, model = datasets.make_moons(200, noise=0.1, rng=rng), nn.MLP((2, 16, 2), rng=rng)
    >>> how = {"epochs": 9, "batch_size": 20, "rng": rng, "progress": False}
    >>> fit(model, losses.cross_entropy, optim.Adam(), moons, **how).stopped
    'all 9 epochs done'
    """
    run = _Run(
        model, loss, optimizer, train, val, _named(metrics), schedule, early_stopping, clip_norm
    )
    run.check(epochs, batch_size)
    return run.train_for(epochs, batch_size, generator(rng), progress)


@dataclass
class _Run:
    """One call of `fit`: what it works with, and the history that it writes."""

    model: Module
    loss: Loss
    optimizer: Optimizer
    train: Part
    val: Part | None
    metrics: dict[str, Metric]
    schedule: Schedule | None
    early_stopping: EarlyStopping | None
    clip_norm: float | None

    def __post_init__(self) -> None:
        self.train = _part(self.train, self.model)
        self.val = None if self.val is None else _part(self.val, self.model)
        names = ["loss", *([] if self.val is None else ["val_loss"]), *self.metrics]
        self.history = History(curves={name: [] for name in names})
        self.watch = watcher(self.optimizer.lr if self.schedule is None else self.schedule)

    def check(self, epochs: int, batch_size: int) -> None:
        """Raises ValueError or TypeError, before anything changes, for what cannot be trained."""
        whole("epochs", epochs, low=0)
        whole("batch_size", batch_size, hint="for all at once use len(X)")
        if self.model.size == 0:
            raise ValueError(
                f"{self.model} has no weights to train: hand its layers to super().__init__(…)"
            )
        if self.schedule is not None and not callable(self.schedule):
            raise TypeError(
                f"schedule must be a function of the step, got {self.schedule!r}; "
                f"try schedule=constant({self.schedule!r})"
            )
        if self.early_stopping is not None and self.val is None:
            raise ValueError(
                "early stopping watches the validation loss: give fit a val part, or leave it out"
            )
        if self.clip_norm is not None:
            non_negative("clip_norm", self.clip_norm)
        _try_smallest_batch(self.model, self.train.X, batch_size)

    def train_for(
        self, epochs: int, batch_size: int, rng: np.random.Generator, progress: bool
    ) -> History:
        """All epochs, unless something stops them; the optimizer then has its rate back."""
        history, lr = self.history, self.optimizer.lr
        history.stopped = f"all {epochs} epochs done"
        if self.early_stopping is not None:
            self.early_stopping.reset()
        bar = tqdm(total=epochs, unit="epoch", disable=not progress)
        try:
            with np.errstate(all="ignore"), bar:
                for _ in range(epochs):
                    batches = minibatches(*self.train, batch_size, rng=rng)
                    values = {"loss": self.epoch(batches)} | self.measured()
                    for name, value in values.items():
                        history.curves[name].append(value)
                    bar.set_postfix(
                        {name: f"{value:.4g}" for name, value in values.items()}, refresh=False
                    )
                    bar.update()
                    if self.is_enough(values):
                        break
        except KeyboardInterrupt:
            history.stopped = (
                f"interrupted in epoch {len(history.loss) + 1}, "
                f"after {len(history.step_losses)} steps"
            )
        finally:
            self.optimizer.lr = lr
            self.bring_back_the_best()
            self.model.eval()
        return history

    def epoch(self, batches: Iterable[Part]) -> float:
        """A step for each batch; returns the mean loss of all examples."""
        self.model.train()
        total = 0.0
        for X, y in batches:
            total += len(X) * self.step(X, y)
        if not np.isfinite(self.model.theta).all():  # the very last step is met by no other
            self.give_up("loss", X, y, self.forward(X, y))
        return total / len(self.train.X)

    def step(self, X: Array, y: Array) -> float:
        """Forward, loss, backward, step; returns the loss."""
        model, optimizer, losses = self.model, self.optimizer, self.history.step_losses
        if self.schedule is not None:
            optimizer.lr = self.schedule(len(losses))
        model.zero_grad()
        loss = self.forward(X, y)
        if not losses:
            model.require_owned(loss)
        losses.append(loss.item())
        if not math.isfinite(losses[-1]):
            self.give_up("loss", X, y, loss)
        loss.backward()
        if self.clip_norm is not None:
            clip_by_norm(model.grad, self.clip_norm)
        optimizer.step(model.theta, model.grad)
        return losses[-1]

    def forward(self, X: Array, y: Array) -> Tensor:
        """The loss of a batch, with its graph. Raises TypeError where it has none."""
        loss = self.loss(self.model(X), y)
        if not isinstance(loss, Tensor):
            raise TypeError(
                f"the loss of a Tensor must be a Tensor, so that it has a gradient; {self.loss!r} "
                f"returned {type(loss).__name__}"
            )
        return loss

    def measured(self) -> dict[str, float]:
        """The validation loss, and the metrics: on the training part where there is no other.

        Raises Diverged for a loss, and ValueError for a metric, that is no number.
        """
        if self.val is None and not self.metrics:
            return {}
        what, (X, y) = ("loss", self.train) if self.val is None else ("validation loss", self.val)
        self.model.eval()
        with no_grad():
            y_hat = self.model(X).data
        value = float(self.loss(y_hat, y))
        if not math.isfinite(value):
            self.give_up(what, X, y, self.forward(X, y))
        values = {} if self.val is None else {"val_loss": value}
        for name, metric in self.metrics.items():
            value = metric(y_hat, y)
            if np.ndim(value) > 0 or np.asarray(value).dtype.kind not in "fiub":
                raise ValueError(f"metric {name!r} returned {value!r}, expected one number")
            values[name] = value
        return values

    def is_enough(self, values: dict[str, float]) -> bool:
        """Tell the losses of an epoch to those who watch; True when it is time to stop."""
        if self.watch is not None:
            self.watch(values.get("val_loss", values["loss"]))
        early = self.early_stopping
        if early is None or not early.watch(values["val_loss"], self.model.state):
            return False
        self.history.stopped = (
            f"stopped early at epoch {len(self.history.loss)}: "
            f"no better validation loss for {early.patience} epochs"
        )
        return True

    def bring_back_the_best(self) -> None:
        """The weights of the best epoch, where early stopping has kept them."""
        early = self.early_stopping
        if early is not None and early.theta is not None:
            self.model.state = early.theta
            self.history.best_epoch = early.best_epoch

    def give_up(self, what: str, X: Array, y: Array, loss: Tensor) -> NoReturn:
        """Raise Diverged, and say where the first number appeared that is none."""
        history, lr = self.history, self.optimizer.lr
        if callable(lr):
            lr = lr(max(0, self.optimizer.t - 1))  # the last one that was asked for
        why = (
            f", where {_broken_place(self.model, loss)} broke first; "
            f"the largest weight is {np.abs(self.model.theta).max():.3g}. "
            f"Try a smaller lr (now {lr}), clip_norm=1.0, or scaled inputs"
        )
        for name, data in {"y": y, "X": X}.items():
            if data.dtype.kind == "f" and not np.isfinite(data).all():
                why = f": {name} itself holds nan or inf; repair those examples first"
        when = "after" if math.isfinite(history.step_losses[-1]) else "at"
        step = len(history.step_losses)
        history.stopped = f"the {what} became {loss.item()} {when} step {step}{why}"
        raise Diverged(history)


def _broken_place(model: Module, loss: Tensor) -> str:
    """In words, the oldest result in the graph of the loss that holds a number that is none."""
    layers = [
        module
        for module in model.modules()
        if any(isinstance(part, Tensor) for part in module.parts)
    ]
    owner = {
        id(weight): f"layer {i}, {layer}"
        for i, layer in enumerate(layers, 1)
        for weight in layer.parts
    }
    name = "the model"
    for node in loss.graph()[:-1]:
        involved = [node, *(edge[0] for edge in node.edges)]
        # A result without weights of its own, an activation, belongs to the layer before it.
        name = next((owner[id(tensor)] for tensor in involved if id(tensor) in owner), name)
        if not np.isfinite(node.data).all():
            return f"{'the output' if node.edges else 'the weights'} of {name}"
    return "the loss itself, of finite outputs,"


def _part(part: Part, model: Module) -> Part:
    """The examples, checked once and in the model's dtype, so that no batch has to be converted."""
    X, y = Part.of(*part[:2] if isinstance(part, tuple) else part)  # a Dataset begins with the two
    return Part(X.astype(model.dtype, copy=False) if X.dtype.kind == "f" else X, y)


def _try_smallest_batch(model: Module, X: Array, batch_size: int) -> None:
    """Raises ValueError where BatchNorm, in a copy of the model, cannot train on a batch of one.

    Whether it can depends on the shapes on the way: in a sequence each position counts.
    """
    smallest = len(X) % batch_size or batch_size
    if smallest > 1 or not any(isinstance(module, BatchNorm) for module in model.modules()):
        return
    trial = copy.deepcopy(model).train()
    try:
        with no_grad(), np.errstate(all="ignore"):
            trial(X[:1])
    except ValueError as error:
        raise ValueError(
            f"{len(X)} examples in batches of {batch_size} leave a batch of 1, but {error}"
        ) from None


def _named(metrics: Iterable[Metric] | Mapping[str, Metric]) -> dict[str, Metric]:
    """The metrics by the names of their curves.

    Raises TypeError for what is no function, and ValueError for a name that another curve has.
    """
    if callable(metrics):
        raise TypeError(f"metrics must be a list or a dictionary, got {metrics!r}; try [metric]")
    pairs = metrics.items() if isinstance(metrics, Mapping) else ((_name(f), f) for f in metrics)
    named: dict[str, Metric] = {}
    for name, metric in pairs:
        if not callable(metric):
            raise TypeError(f"a metric must be a function of (y_hat, y), got {metric!r}")
        if name in ("loss", "val_loss", *named):
            raise ValueError(
                f"two curves would be called {name!r}; "
                f"name the metrics, as in metrics={{'my own {name}': function}}"
            )
        named[name] = metric
    return named


def _name(metric: Any) -> str:
    """What a metric, or the function that a `partial` calls, is called."""
    function = metric.func if isinstance(metric, partial) else metric
    own = getattr(function, "__name__", None) or getattr(function, "name", None)
    return str(own or type(function).__name__)
