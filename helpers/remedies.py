"""Remedies against overfitting, each on the same small network for digits, so that they compare.

The network has 64 inputs, 128 relu units and ten scores. One `Recipe` says how it is trained, one
`deal` which digits it sees and how many of their labels are wrong.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from helpers.augment import Augment
from helpers.checks import Array, fraction, whole
from helpers.data import one_hot
from helpers.datasets import DATA, Part, load_digits
from helpers.losses import cross_entropy
from helpers.metrics import accuracy
from helpers.nn import Dropout, Linear, Sequential, relu
from helpers.optim import AdamW
from helpers.training import EarlyStopping, fit

MOST, VALIDATION = 1000, 360  # digits to learn from, and to choose by; the others test
BATCH, CLASSES = 32, 10


@dataclass(frozen=True)
class Recipe:
    """How the network is trained: by itself plain AdamW, and one number or more for each remedy."""

    lr: float = 0.003
    decay: float = 0.0  # L2, as AdamW does it: θ ← θ − lr · decay · θ
    dropout: float = 0.0  # of the hidden units
    shift: int = 0  # of the pictures, in pixels
    turn: float = 0.0  # in degrees
    noise: float = 0.0  # of each pixel, where ink is 1
    early: bool = False  # go back to the epoch with the least validation loss
    smoothing: float = 0.0  # share of each target that all ten classes divide among them
    units: int = 128


BARE = Recipe()
TYPICAL = {  # one setting of each, for a look at few runs
    "nothing": BARE,
    "smaller rate": Recipe(lr=3e-4),
    "early stopping": Recipe(early=True),
    "L2": Recipe(decay=3),
    "dropout": Recipe(dropout=0.8),
    "augmentation": Recipe(turn=15, noise=0.3),
}
MENUS: dict[str, tuple[Recipe, ...]] = {  # what each remedy may be chosen from, weak to strong
    "smaller rate": tuple(Recipe(lr=lr) for lr in (0.01, 0.003, 0.001, 3e-4, 1e-4, 3e-5)),
    "early stopping": (Recipe(early=True),),
    "L2": tuple(Recipe(decay=decay) for decay in (0.1, 0.3, 1, 3, 10, 30)),
    "dropout": tuple(Recipe(dropout=p) for p in (0.1, 0.3, 0.6, 0.8, 0.9, 0.95)),
    "augmentation": tuple(
        Recipe(turn=turn, noise=noise)
        for turn, noise in ((5, 0.05), (10, 0.1), (15, 0.2), (15, 0.3), (15, 0.5), (15, 0.8))
    ),
    "all together": tuple(
        Recipe(decay=decay, dropout=p, turn=turn, noise=noise, early=True)
        for decay, p, turn, noise in (
            (0.03, 0.1, 5, 0.05),
            (0.1, 0.2, 10, 0.1),
            (0.3, 0.3, 15, 0.2),
            (0.3, 0.5, 15, 0.3),
            (1, 0.5, 15, 0.5),
            (1, 0.7, 15, 0.8),
        )
    ),
    "label smoothing": tuple(Recipe(smoothing=share) for share in (0.05, 0.1, 0.2, 0.4, 0.6)),
    "width": tuple(Recipe(units=units) for units in (8, 16, 32, 64, 256, 1024)),
}


class Deal(NamedTuple):
    """Digits in three parts, pixels from 0 to 1; some labels of the training part are wrong.

    `wrong` holds the validation labels with the same share of wrong ones.
    """

    train: Part
    val: Part
    test: Part
    wrong: Array


class Ends(NamedTuple):
    """Accuracies of a trained network, and its loss on the test part."""

    train: float  # on the labels as they were given, right or wrong
    val: float
    val_wrong: float  # on validation labels with as many wrong ones
    test: float
    test_loss: float


def measured() -> list[dict[str, Any]]:
    """The rows of data/remedies.csv, which `python -m tools.remedies` writes: a run in each.

    labels, wrong, steps, remedy, setting (its place in the menu, or "typical"), seed, and `Ends`.

    >>> measured()[0]["remedy"]
    'smaller rate'
    """
    with (DATA / "remedies.csv").open(encoding="utf-8", newline="") as file:
        return [{name: _read(cell) for name, cell in row.items()} for row in csv.DictReader(file)]


def _read(cell: str) -> Any:
    """A number, where it is one."""
    try:
        return float(cell)
    except ValueError:
        return cell


def deal(labels: int, wrong: float, seed: int) -> Deal:
    """So many digits to learn from, a share of their labels wrong; the same seed, the same digits.

    Raises ValueError for labels beyond 1 to 1,000, and for a share outside [0, 1).

    >>> [len(part.y) for part in deal(300, wrong=0.2, seed=0)[:3]]
    [300, 360, 437]
    """
    whole("labels", labels, high=MOST)
    fraction("wrong", wrong)
    rng, digits = np.random.default_rng([seed, 0]), load_digits()
    order = rng.permutation(len(digits.y))
    X, y = digits.X[order] / 16, digits.y[order]
    given = mistaken(y[: MOST + VALIDATION], wrong, rng)
    train = Part(X[:labels], given[:labels])
    val = Part(X[MOST : MOST + VALIDATION], y[MOST : MOST + VALIDATION])
    return Deal(train, val, Part(X[MOST + VALIDATION :], y[MOST + VALIDATION :]), given[MOST:])


def mistaken(y: Array, share: float, rng: np.random.Generator) -> Array:
    """The labels y of ten classes, this share of any stretch of them replaced by another class.

    >>> y = np.zeros(1000, int)
    >>> int(np.sum(mistaken(y, 0.2, np.random.default_rng(0)) != y))
    200
    """
    is_wrong = np.arange(len(y)) * share % 1 >= 1 - share - 1e-9  # spread evenly: every fifth
    return np.where(is_wrong, (y + rng.integers(1, 10, len(y))) % 10, y)


def smoothed(y: Array, share: float) -> Array:
    """The labels as probabilities (n, 10), of which all classes divide a share; or as they are.

    >>> smoothed(np.array([1]), 0.5)[0, :3]
    array([0.05, 0.55, 0.05])
    """
    return y if share == 0 else (1 - share) * one_hot(y, range(CLASSES)) + share / CLASSES


def network(recipe: Recipe, rng: np.random.Generator) -> Sequential:
    """The network with its remedies in their places: pictures change first, units drop out last."""
    return Sequential(
        Augment(recipe.shift, recipe.turn, recipe.noise, rng=rng.spawn(1)[0]),
        Linear(64, recipe.units, rng=rng),
        relu,
        Dropout(recipe.dropout, rng=rng.spawn(1)[0]),
        Linear(recipe.units, CLASSES, rng=rng),
    )


def trial(recipe: Recipe, dealt: Deal, seed: int, steps: int = 1500) -> Ends:
    """Train by the recipe and see where it ends. One seed starts all recipes alike.

    >>> dealt = deal(100, wrong=0.0, seed=0)
    >>> trial(Recipe(), dealt, seed=0, steps=100).train
    1.0
    """
    model = network(recipe, np.random.default_rng([seed, 1]))
    epochs = math.ceil(steps / math.ceil(len(dealt.train.y) / BATCH))
    early = EarlyStopping(patience=epochs) if recipe.early else None
    fit(
        model,
        cross_entropy,
        AdamW(recipe.lr, weight_decay=recipe.decay),
        Part(dealt.train.X, smoothed(dealt.train.y, recipe.smoothing)),
        dealt.val if early else None,
        epochs=epochs,
        batch_size=BATCH,
        rng=np.random.default_rng([seed, 2]),
        early_stopping=early,
        progress=False,
    )
    train, val, test = (model(part.X).data for part in dealt[:3])
    return Ends(
        accuracy(train, dealt.train.y),
        accuracy(val, dealt.val.y),
        accuracy(val, dealt.wrong),
        accuracy(test, dealt.test.y),
        float(cross_entropy(test, dealt.test.y)),
    )
