"""Sentences from frames: each capital letter of a frame is a place for words that are drawn."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from helpers.checks import generator

Option = TypeVar("Option")
AT_ONCE = 4096  # numbers drawn from the generator at a time: one by one would take ten times longer


class Draw:
    """Choices by a generator, many of them quickly.

    Raises TypeError for what is no numpy Generator.

    >>> draw = Draw(np.random.default_rng(0))
    >>> [draw.one("abc") for _ in range(8)], draw.chance(0.9)
    (['a', 'b', 'b', 'c', 'a', 'b', 'b', 'a'], True)
    """

    def __init__(self, rng: np.random.Generator):
        self._rng = generator(rng)
        self._numbers: list[float] = []

    def number(self) -> float:
        """A number from 0 to 1, below 1."""
        if not self._numbers:
            self._numbers = self._rng.random(AT_ONCE).tolist()
        return self._numbers.pop()

    def one(self, options: Sequence[Option]) -> Option:
        """One of the options, all equally likely."""
        return options[int(self.number() * len(options))]

    def chance(self, p: float) -> bool:
        """True with probability p."""
        return self.number() < p


def fill(frame: str, places: Mapping[str, Callable[[], str]]) -> str:
    """The frame with words in all its places; a place may stay empty.

    >>> fill("the T was I A", {"T": lambda: "soup", "I": lambda: "", "A": lambda: "good"})
    'the soup was good'
    """
    filled = re.sub("[A-Z]", lambda place: places[place.group()](), frame)
    return " ".join(filled.split())
