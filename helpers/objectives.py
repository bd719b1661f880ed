"""What a search tries to raise: a network on few digits, in a file where every process finds it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from helpers.checks import fraction, generator, whole
from helpers.data import train_val_test_split
from helpers.datasets import Part, Split, load_digits
from helpers.losses import cross_entropy
from helpers.metrics import accuracy
from helpers.nn import MLP
from helpers.optim import Adam
from helpers.training import Diverged, fit

LABELS, VALIDATION = 300, 360  # of 1,797 digits: those to learn from, and those to choose by
BATCH = 32


@lru_cache(maxsize=4)
def few_digits(wrong: float = 0.0) -> Split:
    """300 digits to learn from, of which the share `wrong` has a wrong label; 360; the rest.

    Pixels from 0 to 1. Raises ValueError unless 0 ≤ wrong < 1.

    >>> [len(part.X) for part in few_digits()]
    [300, 360, 1137]
    """
    fraction("wrong", wrong)
    digits = load_digits()
    sizes = np.array([LABELS, VALIDATION, len(digits.X) - LABELS - VALIDATION]) / len(digits.X)
    rng = np.random.default_rng(0)
    split = train_val_test_split(digits.X / 16, digits.y, tuple(sizes), rng=rng)
    y = split.train.y.copy()
    spoilt = rng.choice(len(y), round(wrong * len(y)), replace=False)
    y[spoilt] = (y[spoilt] + rng.integers(1, 10, len(spoilt))) % 10
    return Split(Part(split.train.X, y), split.val, split.test)


def digits_curve(
    lr: float, width: int, epochs: int, rng: np.random.Generator, wrong: float = 0.0
) -> list[float]:
    """The accuracy on the validation part after each epoch, of a 64-width-10 network with Adam.

    A run that diverges stands at 0 from there on. Raises what `fit` raises for arguments out of
    range.

    >>> curve = digits_curve(0.01, 16, epochs=3, rng=np.random.default_rng(0))
    >>> len(curve), curve[-1] > curve[0]
    (3, True)
    """
    split = few_digits(wrong)
    model = MLP([64, whole("width", width), 10], rng=generator(rng))
    try:
        history = fit(
            model,
            cross_entropy,
            Adam(lr),
            split.train,
            split.val,
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
