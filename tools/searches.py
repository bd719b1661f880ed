"""Trains the networks of `data/searches.csv`, which lesson 11 searches among:

    python -m tools.searches
        four minutes of one core; the lesson has half a minute

For grid, random and halving: three splits of 300 digits, Adam and SGD, every combination of 17
rates, 4 widths and 4 weight decays. For curves that cross: five splits, with a fifth of the labels
wrong and without, SGD with 41 rates.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from tqdm import tqdm

from helpers.datasets import DATA
from helpers.objectives import RUNGS, VALIDATION, train_again

WIDTHS, DECAYS = (4, 16, 64, 256), (0.0, 1e-4, 1e-3, 1e-2)
RATES = {"Adam": np.geomspace(1e-4, 1.0, 17), "SGD": np.geomspace(1e-3, 10.0, 17)}
CROSSING = np.geomspace(3e-3, 3.0, 41)
NAMED = ("split", "rule", "wrong", "lr", "width", "weight_decay")
FILE = DATA / "searches.csv"


def networks() -> Iterator[dict]:
    """Every network, by what names it."""
    for split, rule in itertools.product(range(3), RATES):
        for lr, width, decay in itertools.product(RATES[rule], WIDTHS, DECAYS):
            yield named(split, rule, 0.0, lr, width, decay)
    for split, wrong, lr in itertools.product(range(5), (0.2, 0.0), CROSSING):
        yield named(split, "SGD", wrong, lr, 128, 0.0)


def named(split: int, rule: str, wrong: float, lr: float, width: int, decay: float) -> dict:
    """A network by what names it; the rate to four digits, as it is written and trained."""
    return dict(zip(NAMED, (split, rule, wrong, np.float64(f"{lr:.4g}"), width, decay)))


def line(network: dict) -> str:
    """The network's line in the table, once it has been trained."""
    row = {name: np.asarray(value) for name, value in network.items()}
    right = np.rint(VALIDATION * np.array(train_again(row))).astype(int)
    at = np.array(RUNGS) - 1
    counts = [*right[at], *np.maximum.accumulate(right)[at]]
    return ",".join(map(str, [*network.values(), *counts]))


def main() -> None:
    """Train them all, and write the table."""
    header = [*NAMED, *(f"after_{n}" for n in RUNGS), *(f"best_{n}" for n in RUNGS)]
    todo = list(networks())
    lines = [line(network) for network in tqdm(todo, unit="network")]
    FILE.write_text("\n".join([",".join(header), *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
