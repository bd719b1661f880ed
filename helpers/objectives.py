"""What a search tries to raise: a network on few digits, in a file where every process finds it.

Also what became of 2,042 such networks, which `tools/searches.py` has trained once for all.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from helpers.checks import Array, fraction, generator, whole
from helpers.data import train_val_test_split
from helpers.datasets import DATA, Part, Split, load_digits
from helpers.losses import cross_entropy
from helpers.metrics import accuracy
from helpers.nn import MLP
from helpers.optim import SGD, Adam
from helpers.optimizer import Optimizer
from helpers.training import Diverged, fit

LABELS, VALIDATION = 300, 360  # of 1,797 digits: those to learn from, and those to choose by
BATCH = 32
RUNGS = (1, 3, 9, 27, 81)  # the epochs after which the stored networks were looked at


@lru_cache(maxsize=4)
def few_digits(wrong: float = 0.0, split: int = 0) -> Split:
    """300 digits to learn from, of which the share `wrong` has a wrong label; 360; the rest.

    Pixels from 0 to 1; another `split` deals the digits anew. Raises ValueError unless
    0 ≤ wrong < 1.

    >>> [len(part.X) for part in few_digits()]
    [300, 360, 1137]
    """
    fraction("wrong", wrong)
    digits = load_digits()
    sizes = np.array([LABELS, VALIDATION, len(digits.X) - LABELS - VALIDATION]) / len(digits.X)
    rng = np.random.default_rng(split)
    train, val, test = train_val_test_split(digits.X / 16, digits.y, tuple(sizes), rng=rng)
    y = train.y.copy()
    spoilt = rng.choice(len(y), round(wrong * len(y)), replace=False)
    y[spoilt] = (y[spoilt] + rng.integers(1, 10, len(spoilt))) % 10
    return Split(Part(train.X, y), val, test)


def digits_curve(
    lr: float,
    width: int,
    epochs: int,
    rng: np.random.Generator,
    rule: Callable[[float], Optimizer] = Adam,
    wrong: float = 0.0,
    split: int = 0,
) -> list[float]:
    """The accuracy on the validation part after each epoch, of a 64-width-10 network.

    rule: makes the optimizer of the rate; wrong, split: as in `few_digits`. A run that diverges
    stands at 0 from there on. Raises what `fit` raises for arguments out of range.

    >>> curve = digits_curve(0.01, 16, epochs=3, rng=np.random.default_rng(0))
    >>> len(curve), curve[-1] > curve[0]
    (3, True)
    """
    train, val, _ = few_digits(wrong, split)
    model = MLP([64, whole("width", width), 10], rng=generator(rng))
    try:
        history = fit(
            model,
            cross_entropy,
            rule(lr),
            train,
            val,
            epochs=epochs,
            batch_size=BATCH,
            rng=rng,
            metrics=[accuracy],
            progress=False,
        )
    except Diverged as error:
        history = error.history
    curve = history.curves.get("accuracy", [])
    return [*curve, *[0.0] * (epochs - len(curve))]


def digits(lr: float, width: int, rng: np.random.Generator, epochs: int = 9) -> float:
    """The last accuracy of `digits_curve`: an objective for `search`.

    >>> digits(0.01, 16, np.random.default_rng(0)) > 0.7
    True
    """
    return digits_curve(lr, width, epochs, rng)[-1]


def stored() -> Array:
    """What became of the networks in `data/searches.csv`: a row for each, with the columns' names.

    A network is named by split, rule, wrong, lr, width and weight_decay. after_81 counts the right
    answers, of the 360 validation digits, after 81 epochs, best_81 the most after any epoch so far.

    >>> rows = stored()
    >>> bool(rows["after_27"].max() > 330), bool((rows["best_81"] >= rows["after_81"]).all())
    (True, True)
    """
    return np.genfromtxt(
        DATA / "searches.csv", delimiter=",", names=True, dtype=None, encoding="utf-8"
    )


def train_again(row: Any) -> list[float]:
    """The whole curve of a row of `stored()`: the same network, trained anew.

    On another machine sums are rounded in another way, so that a few digits come out otherwise.

    >>> row = stored()[0]
    >>> bool(abs(360 * train_again(row)[0] - row["after_1"]) < 10)
    True
    """
    kind, decay = {"Adam": Adam, "SGD": SGD}[str(row["rule"])], float(row["weight_decay"])

    def rule(lr: float) -> Optimizer:
        return kind(lr, weight_decay=decay)

    lr, width, wrong, split = (row[name].item() for name in ("lr", "width", "wrong", "split"))
    rng = np.random.default_rng([split, round(1e6 * lr), width])
    return digits_curve(lr, width, RUNGS[-1], rng, rule, wrong, split)
