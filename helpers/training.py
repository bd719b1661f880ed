"""Training: the loop of forward, loss, backward, step; and when to stop it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from tqdm.auto import tqdm

from helpers.autograd import Tensor
from helpers.checks import Array
from helpers.data import minibatches
from helpers.datasets import Part
from helpers.engine import no_grad
from helpers.losses import Loss
from helpers.module import Module
from helpers.optim import clip_by_norm
from helpers.optimizer import Optimizer


@dataclass
class History:
    """What happened in a training run: curves, one value for each epoch, the losses of all steps, and how it ended."""

    # "loss" is the mean over the training batches while the weights moved; "val_loss" and the metrics come after it
    curves: dict[str, list[float]] = field(default_factory=lambda: {"loss": []})
    step_losses: list[float] = field(default_factory=list)  # of every single batch
    best_epoch: int | None = None  # from 1: the one whose weights early stopping brought back
    stopped: str = ""  # in words, why training ended
    loss = property(lambda self: self.curves["loss"])
    val_loss = property(lambda self: self.curves["val_loss"])


class Diverged(ArithmeticError):
    """The loss is no longer a number. `history` holds what came before."""

    def __init__(self, history: History):
        super().__init__(history.stopped)
        self.history = history


class EarlyStopping:
    """Stop when the validation loss has not fallen by more than min_delta for `patience` epochs, and go back.
    >>> early = EarlyStopping(patience=2)
    >>> [early.watch(val_loss, np.array([val_loss])) for val_loss in (3.0, 1.0, 2.0, 2.0)], early.theta
    ([False, False, False, True], array([1.]))
    """

    def __init__(self, patience: int = 10, min_delta: float = 0.0):
        if not (patience >= 1 and min_delta >= 0):
            raise ValueError(
                f"patience must be ≥ 1 and min_delta ≥ 0, got {patience} and {min_delta}"
            )
        self.patience, self.min_delta = patience, min_delta
        self.reset()

    def reset(self) -> None:
        """Forget what was watched; `fit` begins with it."""
        self.best, self.theta, self.epoch, self.best_epoch = np.inf, None, 0, None

    def watch(self, val_loss: float, theta: Array) -> bool:
        """Take note of an epoch, with theta or all of a model's state; True when it is time to stop."""
        self.epoch += 1
        if val_loss < self.best - self.min_delta:
            self.best, self.best_epoch, self.theta = val_loss, self.epoch, theta.copy()
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
    schedule: Callable[[int], float]
    | None = None,  # the number of steps done in this run → lr; or ReduceOnPlateau
    early_stopping: EarlyStopping
    | None = None,  # the model then ends with its best weights, however training ends
    clip_norm: float | None = None,  # the longest gradient that is let through
    metrics: Sequence[Callable[[Array, Array], float]] = (),  # functions of (y_hat, y)
    progress: bool = True,
) -> History:
    """Train a model: for each mini-batch θ ← θ − step(∇J(θ)), in a new order every epoch.
    Interrupting the kernel ends the training and nothing else. Raises Diverged where the loss is no finite number.
    >>> from helpers import datasets, losses, nn, optim
    >>> rng = np.random.default_rng(0)
    >>> train, model = datasets.make_moons(200, noise=0.1, rng=rng)[:2], nn.MLP((2, 16, 2), rng=rng)
    >>> fit(model, losses.cross_entropy, optim.Adam(), train, epochs=9, batch_size=20, rng=rng, progress=False).stopped
    'all 9 epochs done'
    """
    train, val = _part(train, model), None if val is None else _part(val, model)
    metrics = {
        getattr(metric, "__name__", None) or metric.func.__name__: metric for metric in metrics
    }
    if model.size == 0:
        raise ValueError(f"{model} has no weights to train: hand its layers to super().__init__(…)")
    if epochs < 0:
        raise ValueError(f"epochs must be ≥ 0, got {epochs}")
    if early_stopping is not None:
        if val is None:
            raise ValueError(
                "early stopping watches the validation loss: give fit a val part, or leave it out"
            )
        early_stopping.reset()
    history, lr, first = History(stopped=f"all {epochs} epochs done"), optimizer.lr, optimizer.t
    if schedule is not None:
        optimizer.lr = lambda t: schedule(t - first)
    try:
        with (
            np.errstate(all="ignore"),
            tqdm(total=epochs, unit="epoch", disable=not progress) as bar,
        ):
            for epoch in range(1, epochs + 1):
                model.train()
                total = 0.0
                for X, y in minibatches(*train, batch_size, rng=rng):
                    model.zero_grad()
                    result = loss(model(X), y)
                    history.step_losses.append(result.item())
                    if not math.isfinite(history.step_losses[-1]):
                        _give_up(history, model, optimizer, X, y, result)
                    result.backward()
                    if clip_norm is not None:
                        clip_by_norm(model.grad, clip_norm)
                    optimizer.step(model.theta, model.grad)
                    total += history.step_losses[-1] * len(X)
                if not np.isfinite(
                    model.theta
                ).all():  # the last step of all would be met by no other
                    _give_up(history, model, optimizer, X, y, loss(model(X), y))
                values = {"loss": total / len(train.X)} | _measure(
                    history, model, loss, optimizer, train, val, metrics
                )
                for name, value in values.items():
                    history.curves.setdefault(name, []).append(value)
                if hasattr(schedule, "watch"):  # ReduceOnPlateau
                    schedule.watch(values.get("val_loss", values["loss"]))
                bar.set_postfix(
                    {name: f"{value:.4g}" for name, value in values.items()}, refresh=False
                )
                bar.update()
                if early_stopping is not None and early_stopping.watch(
                    values["val_loss"], model.state
                ):
                    waited = early_stopping.patience
                    history.stopped = f"stopped early at epoch {epoch}: no better validation loss for {waited} epochs"
                    break
    except KeyboardInterrupt:
        history.stopped = (
            f"interrupted in epoch {len(history.loss) + 1}, after {len(history.step_losses)} steps"
        )
    finally:
        optimizer.lr = lr
        if early_stopping is not None and early_stopping.theta is not None:
            model.state, history.best_epoch = early_stopping.theta, early_stopping.best_epoch
        model.eval()
    return history


def _part(part: Part, model: Module) -> Part:
    """The examples, checked once and in the model's dtype, so that no batch has to be converted."""
    X, y = Part.of(*part[:2] if isinstance(part, tuple) else part)  # a Dataset begins with the two
    return Part(X.astype(model.dtype, copy=False) if X.dtype.kind == "f" else X, y)


def _measure(history, model, loss, optimizer, train, val, metrics) -> dict[str, float]:
    """After an epoch: the validation loss, and the metrics on the validation part, or on train where there is none."""
    if val is None and not metrics:
        return {}
    X, y = train if val is None else val
    model.eval()
    with no_grad():
        y_hat = model(X).data
    value = loss(y_hat, y)
    if not math.isfinite(value):
        _give_up(
            history,
            model,
            optimizer,
            X,
            y,
            loss(model(X), y),
            "loss" if val is None else "validation loss",
        )
    return ({} if val is None else {"val_loss": value}) | {
        name: f(y_hat, y) for name, f in metrics.items()
    }


def _give_up(
    history, model, optimizer, X: Array, y: Array, result: Tensor, what: str = "loss"
) -> None:
    """Raise Diverged that says where the first number appeared that is none: data, weights, output of a layer, loss."""
    layers = [
        module
        for module in model.modules()
        if any(isinstance(part, Tensor) for part in module.parts)
    ]
    owner = {
        part: f"layer {i}, {layer}" for i, layer in enumerate(layers, 1) for part in layer.parts
    }
    layer = "the model"
    for node in result.graph()[:-1]:
        layer = owner.get(node) or next(
            (owner[parent] for parent, _ in node.edges if parent in owner), layer
        )
        place = f"{'the output' if node.edges else 'the weights'} of {layer}"
        if not np.isfinite(node.data).all():
            break
    else:
        place = "the loss itself, of finite outputs,"
    lr = optimizer.lr(optimizer.t) if callable(optimizer.lr) else optimizer.lr
    why = f", where {place} broke first; the largest weight is {np.abs(model.theta).max():.3g}. "
    why += f"Try a smaller lr (now {lr}), clip_norm=1.0, or scaled inputs"
    for name, data in {"y": y, "X": X}.items():
        if data.dtype.kind == "f" and not np.isfinite(data).all():
            why = f": {name} itself holds nan or inf; repair those examples first"
    when = "after" if math.isfinite(history.step_losses[-1]) else "at"
    history.stopped = (
        f"the {what} became {result.item()} {when} step {len(history.step_losses)}{why}"
    )
    raise Diverged(history)
