"""Checks that answer in words: `check("03-1", answer)` in a lesson, `expect(…)` in the homework.

What a lesson's exercise asks, and which mistakes in it are known by name, stands in
`helpers.marking`, a file for each lesson. A check of the homework carries both itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from helpers.marking.exercise import Exercise, Known, Verdict, inplace, shown

__all__ = ["Known", "check", "expect", "expect_function", "expect_raises", "inplace"]

RTOL, ATOL = 1e-4, 1e-6  # an answer computed in float32 is as right as one in float64


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


class Wrong(AssertionError):
    """A check of the homework that did not hold; its text says what is wrong.

    `known` says whether the mistake is one that is known by name: only then do the words tell
    nothing of the values that were tried.
    """

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.words)
        self.known = verdict.known
        self._verdict = verdict

    def __reduce__(self) -> tuple[Any, ...]:  # copied, and sent between processes
        return type(self), (self._verdict,), vars(self)


def expect(
    given: Any,
    expected: Any,
    hint: str = "",
    known: Sequence[Known] = (),
    rtol: float = RTOL,
    atol: float = ATOL,
) -> None:
    """Raise Wrong unless `given` is what is expected: the same text, truth, or shape and numbers.

    Numbers may differ by `rtol` of the expected ones, and by `atol`. Each of `known` holds a wrong
    value that many arrive at, and the words for it; `hint` helps where none of them fits.

    >>> halves = Known([0.5, 0.5], "that is the mean of both.")
    >>> expect([0.0, 1.0], [0, 1], known=[halves])
    >>> expect([0.5, 0.5], [0, 1], known=[halves])
    Traceback (most recent call last):
    helpers.exercises.Wrong: that is the mean of both.
    """
    exercise = Exercise(expected, hint=hint, known=known, rtol=rtol, atol=atol)
    _insist(exercise.examine("", given))


def expect_function(
    answer: Any,
    right: Callable[..., Any],
    cases: Sequence[tuple],
    hint: str = "",
    known: Sequence[Known] = (),
    rtol: float = RTOL,
    atol: float = ATOL,
    agree: Callable[[Any, Any], bool] | None = None,
) -> None:
    """Raise Wrong unless the function `answer` gives what `right` gives, in every case.

    Each case holds the arguments of one call, each of `known` a wrong function and the words for
    it. `agree(given, expected)` replaces the comparison where several answers are right.

    >>> expect_function(lambda x: x + x, lambda x: 2 * x, cases=[(1.0,), (3.0,)])
    >>> expect_function(lambda x: x**2, lambda x: 2 * x, cases=[(1.0,), (3.0,)], hint="Twice x.")
    Traceback (most recent call last):
    helpers.exercises.Wrong: for x = 1 the answer should be 2, and yours is 1. Twice x.
    """
    exercise = Exercise(right, hint, known, cases, rtol, atol, agree)
    _insist(exercise.examine("", answer))


def expect_raises(
    error: type[Exception],
    answer: Callable[..., Any],
    *arguments: Any,
    mentions: str = "",
    hint: str = "",
) -> None:
    """Raise Wrong unless the call raises `error`, with `mentions` in its text.

    >>> expect_raises(ValueError, int, "seven", mentions="seven")
    >>> expect_raises(ValueError, int, "7")
    Traceback (most recent call last):
    helpers.exercises.Wrong: int('7') should raise a ValueError, and it gave 7.
    """
    tried = f"{getattr(answer, '__name__', 'it')}({', '.join(map(shown, arguments))})"
    try:
        given = answer(*arguments)
    except error as raised:
        if mentions in str(raised):
            return
        happened = f"whose text has {mentions!r} in it, and its text is {str(raised)!r}"
    except Exception as other:
        happened = f"and it raised a {type(other).__name__}"
    else:
        happened = f"and it gave {shown(given)}"
    words = f"{tried} should raise a {error.__name__}, {happened}. {hint}".rstrip()
    _insist(Verdict("", False, words))


def _insist(verdict: Verdict) -> None:
    if not verdict.passed:
        raise Wrong(verdict)
