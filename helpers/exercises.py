"""The exercises of the lessons: `check("03-1", answer)` says what holds, or what is wrong.

What is asked, and which mistakes are known by name, stands in `helpers.marking`, a file for each
lesson.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from helpers.marking.exercise import Exercise, Verdict


def check(name: str, answer: Any) -> None:
    """Print what holds for the answer to exercise `name`, or what is wrong with it, in words.

    `name` is the lesson and the number of the exercise in it. An exercise that is not begun, whose
    answer is or returns `...`, prints "Not yet"; nothing that an answer does raises here. Raises
    ValueError for an exercise that there is not.

    >>> check("03-1", lambda w, slope, lr: w - lr * slope)
    ✓ 03-1: right. It holds in all 4 cases that were tried.
    >>> check("03-1", lambda w, slope, lr: w + lr * slope)
    ✗ 03-1: this step goes uphill. The slope points up, so the step needs a minus.
    """
    print(verdict(name, answer))


def verdict(name: str, answer: Any) -> Verdict:
    """Whether the answer to exercise `name` is right, and the words that `check` prints.

    Raises ValueError for an exercise that there is not.

    >>> verdict("03-1", ...).passed
    False
    """
    return find(name).examine(name, answer)


def find(name: str) -> Exercise:
    """The exercise `name`; ValueError where there is none, with the names that there are.

    >>> find("99-1")
    Traceback (most recent call last):
    ValueError: there is no exercise '99-1'; a name is a lesson and a number, as in "03-1"
    """
    lesson, _, number = str(name).partition("-")
    try:
        exercises = import_module(f"helpers.marking.lesson_{lesson}").EXERCISES
    except ModuleNotFoundError:
        raise ValueError(
            f'there is no exercise {name!r}; a name is a lesson and a number, as in "03-1"'
        ) from None
    if number not in exercises:
        known = ", ".join(f"{lesson}-{number}" for number in exercises)
        raise ValueError(f"there is no exercise {name!r}; lesson {lesson} has {known}")
    return exercises[number]
