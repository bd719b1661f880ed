"""Objectives for the tests of `search`: in a file, so that other processes find them."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np


def noisy(lr: float, width: int, rng: np.random.Generator) -> float:
    """A number that depends on the configuration and on the trial's own generator."""
    return -(np.log10(lr) ** 2) + width / 100 + rng.normal()


def noisy_and_slow(lr: float, width: int, rng: np.random.Generator) -> float:
    """The same, and the trials end in another order than they began."""
    value = noisy(lr, width, rng)
    time.sleep(rng.random() / 30)
    return value


def trained(lr: float, epochs: int, rng: np.random.Generator) -> float:
    """A curve over epochs: a descent of w² / 2 from 1, seen through a little noise."""
    return -(abs(1 - lr) ** epochs) + 0.01 * rng.normal()


def bad(lr: float, rng: np.random.Generator) -> float:
    """Raises, diverges, or answers in words, each for a quarter of the rates."""
    if lr < 0.25:
        raise RuntimeError("no bread left")
    if lr < 0.5:
        return float("nan")
    return "high" if lr < 0.75 else lr  # type: ignore[return-value]


class DiesOnce:
    """Kills its own process at the first trial of the highest rates; later they go well."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __call__(self, lr: float, width: int, rng: np.random.Generator) -> float:
        if lr > 1 and not self.mark.exists():
            self.mark.touch()
            os._exit(1)
        return noisy(lr, width, rng)


class WaitsFor:
    """A high rate waits until the file is there, and that may be for ever."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __call__(self, lr: float, width: int, rng: np.random.Generator) -> float:
        while lr > 1 and not self.mark.exists():
            time.sleep(0.01)
        return noisy(lr, width, rng)
