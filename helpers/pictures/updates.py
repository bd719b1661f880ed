"""What runs when a control has moved: the update, what depends on a few controls, goals."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from helpers.pictures import style
from helpers.pictures.errors import explain

BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


class Seen:
    """What an update function saw: words for the caption, and facts for goals and tests.

    Raises AttributeError, with the facts that there are, for a fact that was not told.

    >>> seen = Seen("It arrives at step 9.", steps=9)
    >>> seen.words, seen.steps
    ('It arrives at step 9.', 9)
    """

    def __init__(self, words: str, **facts: Any) -> None:
        self.words = words
        self.facts = facts

    def __getattr__(self, name: str) -> Any:
        facts = self.__dict__.get("facts", {})  # a copy that is being made has none yet
        if name not in facts:
            known = ", ".join(facts) or "no facts"
            raise AttributeError(f"this update says nothing of {name!r}; it tells {known}")
        return facts[name]

    def __repr__(self) -> str:
        told = "".join(f", {name}={value!r}" for name, value in self.facts.items())
        return f"Seen({self.words!r}{told})"


class Update:
    """The function that runs when a control has moved, called with the values of its controls.

    It may be a learner's, or call a learner's: the figure says in words what it raises, and goes on
    working. controls are the names of all controls, followed of those that a `When` follows. Raises
    TypeError where the function asks for what is no control, or leaves out a control that nothing
    else follows.

    >>> update = Update(lambda lr: f"The rate is {lr}.", ["lr"])
    >>> update({"lr": 0.1}, moving=False)
    Seen('The rate is 0.1.')
    """

    def __init__(
        self,
        function: Callable[..., str | Seen],
        controls: Iterable[str],
        followed: Iterable[str] = (),
    ) -> None:
        controls = list(controls)
        parameters = inspect.signature(function).parameters.values()
        named = [parameter.name for parameter in parameters if parameter.kind in BY_NAME]
        needed = [p.name for p in parameters if p.kind in BY_NAME and p.default is p.empty]
        takes_all = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
        self.tells_moving = "moving" in named
        self._function = function
        self._names = [name for name in controls if takes_all or name in named]
        unknown = [name for name in needed if name not in (*controls, "moving")]
        ignored = [name for name in controls if name not in (*self._names, *followed)]
        if unknown or ignored:
            wrong = f"it asks for {unknown}" if unknown else f"it leaves out {ignored}"
            names = ", ".join(controls)
            raise TypeError(f"the update function must take the controls {names}, but {wrong}")

    def __call__(self, values: dict[str, Any], *, moving: bool) -> Seen:
        """What is seen at these values of all controls; TypeError if it is not told in words."""
        arguments = {name: values[name] for name in self._names}
        if self.tells_moving:
            arguments["moving"] = moving
        seen = _run(self._function, arguments)
        if isinstance(seen, str):
            return Seen(seen)
        if not isinstance(seen, Seen):
            raise TypeError(
                f"the update function must return words, or Seen(words, …) with facts, got {seen!r}"
            )
        return seen


class When:
    """A function of a few controls that runs again only when one of them has changed.

    `value` is what it returned last. A function with a parameter `moving` may be coarse while the
    picture moves, and runs once more when it rests. Raises TypeError for one that takes anything
    else than these controls.

    >>> doubled = When(lambda x: 2 * x, ("x",))
    >>> doubled.follow({"x": 3, "y": 0}, moving=False), doubled.value
    (True, 6)
    >>> doubled.follow({"x": 3, "y": 1}, moving=False)
    False
    """

    def __init__(self, function: Callable[..., Any], names: tuple[str, ...]) -> None:
        parameters = inspect.signature(function).parameters
        self.tells_moving = "moving" in parameters
        if {*parameters} - {"moving"} != {*names}:
            raise TypeError(
                f"a function for when {', '.join(names)} change must take just these, "
                f"and may take moving; it takes {', '.join(parameters)}"
            )
        self.names = names
        self.value: Any = None
        self._function = function
        self._answered: tuple[tuple, bool] | None = None  # the values it ran for, and how coarsely

    def follow(self, values: dict[str, Any], *, moving: bool) -> bool:
        """Run if one of its controls has changed, and say whether it did."""
        now = tuple(values[name] for name in self.names)
        coarse = moving and self.tells_moving
        if self._answered in ((now, False), (now, coarse)):
            return False
        self._answered = None  # and so it stays, if the function raises
        arguments = dict(zip(self.names, now))
        if self.tells_moving:
            arguments["moving"] = moving
        self.value = _run(self._function, arguments)
        self._answered = (now, coarse)
        return True


class Goal:
    """Something to reach: `predicate(seen)` is asked after each update, until it is true.

    `text` says what is to be reached, and what the predicate raised, if it did.
    """

    def __init__(self, text: str, predicate: Callable[[Seen], bool]) -> None:
        self.text = text
        self.reached = False
        self._wanted = text
        self._predicate = predicate

    def check(self, seen: Seen) -> None:
        """Ask, if it was not reached yet; a predicate that raises is said beside the goal."""
        try:
            self.reached = self.reached or bool(self._predicate(seen))
            self.text = self._wanted
        except Exception as error:
            self.text = f"{self._wanted} ({explain(error)})"


def _run(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    """What the function returns: run without warnings of numbers, in the style of the course."""
    with np.errstate(all="ignore"), _its_style():
        return function(**arguments)


def _its_style() -> AbstractContextManager[Any]:
    """The course's style, for a function that runs where cells run.

    On a thread of its own it runs beside a cell and may take long, and the cell may plot: there
    only what it asks of the figure and its axes is done in the course's style, for a moment.
    """
    beside_a_cell = threading.current_thread() is not threading.main_thread()
    return nullcontext() if beside_a_cell else style.context()
