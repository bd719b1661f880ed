"""How an answer is examined: it is tried on cases, and its mistake is recognised by what it gives.

A mistake is known by name when an answer gives, in every case, what a certain wrong answer gives:
each exercise lists such wrong answers with the words that help. So the words never guess from how
an answer is written, only from what it does.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

Array = np.ndarray
Value = TypeVar("Value")


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, and what is said about it."""

    name: str
    passed: bool
    words: str
    begun: bool = True
    known: bool = False  # whether the mistake is one that is known by name

    def __str__(self) -> str:
        return f"{'✓' if self.passed else '✗' if self.begun else '·'} {self.name}: {self.words}"


@dataclass(frozen=True)
class Known:
    """A wrong answer that many give: what it gives (a value, or a function), and what to say."""

    gives: Any
    words: str


@dataclass(frozen=True)
class Exercise:
    """One exercise: the right answer, the cases it is tried on, and the mistakes known by name.

    `right` is a value or, with `cases`, a function; each case holds the arguments of one call.
    `hint` helps where no known mistake fits. An answer may differ from the right one by `rtol` of
    it, and by `atol`. `agree(given, expected)` replaces that comparison where an answer need not
    have certain numbers, only certain properties.

    >>> double = Exercise(lambda x: 2 * x, cases=[(1.0,), (3.0,)], hint="Twice x.",
    ...                   known=[Known(lambda x: x**2, "this is the square of x.")])
    >>> print(double.examine("00-1", lambda x: x + x))
    ✓ 00-1: right. It holds in both cases that were tried.
    >>> print(double.examine("00-1", lambda x: x * x))
    ✗ 00-1: this is the square of x.
    >>> print(double.examine("00-1", lambda x: 5.0))
    ✗ 00-1: for x = 1 the answer should be 2, and yours is 5. Twice x.
    """

    right: Any
    hint: str
    known: Sequence[Known] = ()
    cases: Sequence[tuple] | None = None
    rtol: float = 1e-6
    atol: float = 1e-9
    agree: Callable[[Any, Any], bool] | None = None

    def examine(self, name: str, answer: Any) -> Verdict:
        """What can be said about the answer; nothing that it does or raises gets out of here."""
        parts = answer if isinstance(answer, (list, tuple)) else [answer]
        if any(part is ... for part in parts):
            return Verdict(name, False, "not yet. Put your answer in the place of ...", begun=False)
        if self.cases is None:
            return self._value(name, answer)
        if not callable(answer):
            words = f"the answer should be a function, and yours is {shown(answer)}."
            return Verdict(name, False, words)
        return self._function(name, answer)

    def _value(self, name: str, answer: Any) -> Verdict:
        if self._agrees(answer, self.right):
            return Verdict(name, True, "right.")
        for mistake in self.known:
            if self._agrees(answer, mistake.gives):
                return Verdict(name, False, mistake.words, known=True)
        return Verdict(name, False, f"{shown(answer)} is not it. {self.hint}")

    def _function(self, name: str, answer: Callable[..., Any]) -> Verdict:
        given = []
        for case in self.cases or ():
            mine = copy.deepcopy(case)
            try:
                with np.errstate(all="ignore"):
                    given.append(answer(*inplace(mine)))
            except Exception as error:
                words = f"with {self._named(case)} it raised {type(error).__name__}: {error}"
                return Verdict(name, False, words)
            if given[-1] is ...:
                words = "not yet. Put your lines in the place of ..."
                return Verdict(name, False, words, begun=False)
            if not all(map(_same, mine, case)):
                words = (
                    f"it changes its argument in place: it was called with {self._named(case)}, and"
                    f" afterwards that was {self._named(mine)}. Compute a new array instead."
                )
                return Verdict(name, False, words)
        return self._judge(name, given)

    def _judge(self, name: str, given: list) -> Verdict:
        """What the answers to all cases say together."""
        cases = self.cases or ()
        expected = [self.right(*copy.deepcopy(case)) for case in cases]
        if all(map(self._agrees, given, expected)):
            tried = {1: "the case", 2: "both cases"}.get(len(cases), f"all {len(cases)} cases")
            return Verdict(name, True, f"right. It holds in {tried} that {_were(cases)} tried.")
        if all(value is None for value in given):
            return Verdict(name, False, "your function returns nothing. Is its `return` missing?")
        for mistake in self.known:
            with np.errstate(all="ignore"):
                wrong = [mistake.gives(*copy.deepcopy(case)) for case in cases]
            if all(map(self._agrees, given, wrong)):
                return Verdict(name, False, mistake.words, known=True)
        first = next(i for i, pair in enumerate(zip(given, expected)) if not self._agrees(*pair))
        words = (
            f"for {self._named(cases[first])} the answer should be {shown(expected[first])}, "
            f"and yours is {shown(given[first])}. {self.hint}"
        )
        return Verdict(name, False, words)

    def _agrees(self, given: Any, expected: Any) -> bool:
        agree = self.agree or self._close
        try:
            return bool(agree(given, expected))
        except Exception:  # whatever an answer may be, it is not the right one
            return False

    def _close(self, given: Any, expected: Any) -> bool:
        """The same text or truth, or numbers of the same shape that are as good as equal."""
        if isinstance(expected, (str, bool)):
            kinds = (str,) if isinstance(expected, str) else (bool, np.bool_)
            return isinstance(given, kinds) and bool(given == expected)
        if isinstance(expected, (tuple, list)):
            parts = list(given)
            return len(parts) == len(expected) and all(map(self._close, parts, expected))
        one, other = np.asarray(given), np.asarray(expected)
        if one.dtype.kind not in "biuf" or one.shape != other.shape:
            return False
        return np.allclose(one, other, rtol=self.rtol, atol=self.atol, equal_nan=True)

    def _named(self, case: tuple) -> str:
        """The arguments of a case, by the names that the right answer gives them."""
        code = self.right.__code__
        names = code.co_varnames[: code.co_argcount]
        return ", ".join(f"{name} = {shown(value)}" for name, value in zip(names, case))


def inplace(value: Value) -> Value:
    """The value itself: a mark for the grader that a call may change this argument.

    >>> inplace([1.0, 2.0])
    [1.0, 2.0]
    """
    return value


def _were(cases: Sequence) -> str:
    return "was" if len(cases) == 1 else "were"


def _same(one: Any, other: Any) -> bool:
    """Whether an argument is still what it was; of what has no value form, nothing is asked."""
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, (int, float, str)):
        return bool(one == other or (one != one and other != other))  # NaN is still NaN
    return True


def shown(value: Any) -> str:
    """A value as a message shows it: numbers to four digits, of a long array the shape as well.

    >>> shown(0.1234567), shown(np.array([1.0, 2.5])), shown("cat"), shown(np.zeros((20, 3)))
    ('0.1235', '[1, 2.5]', "'cat'", 'an array of shape (20, 3) that begins 0, 0, 0')
    >>> shown((np.array([1.0, 2.5]), 3.0))
    '([1, 2.5], 3)'
    """
    if isinstance(value, (float, np.floating)):
        return f"{value:.4g}".replace("-", "−")
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        if value.ndim == 0:
            return shown(float(value))
        if value.size > 8:
            begins = ", ".join(shown(float(part)) for part in value.flat[:3])
            return f"an array of shape {value.shape} that begins {begins}"
        parts = [shown(part if value.ndim > 1 else float(part)) for part in value]
        return f"[{', '.join(parts)}]"
    if isinstance(value, (tuple, list)) and any(
        isinstance(part, (np.ndarray, np.floating)) for part in value
    ):
        return f"({', '.join(map(shown, value))})"
    if callable(value):
        return f"the function {getattr(value, '__name__', 'without a name')}"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
