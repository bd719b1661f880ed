"""What runs when a control has moved: the update function, what depends on a few controls, goals."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from helpers.pictures.words import explain


class Seen:
    """What an update function saw: words for the caption, and facts for goals and tests.

    >>> seen = Seen("It arrives at step 9.", steps=9)
    >>> seen.words, seen.steps
    ('It arrives at step 9.', 9)
    """

    def __init__(self, words: str, **facts: Any) -> None:
        self.words, self.facts = words, facts

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

    It may be a learner's, or call a learner's: whatever it raises becomes the words, and the figure
    goes on working. Raises TypeError where it asks for what is no control, or leaves out a control
    that nothing else follows.
    """

    def __init__(
        self,
        function: Callable[..., str | Seen],
        controls: Iterable[str],
        followed: Iterable[str] = (),
    ) -> None:
        controls, followed = list(controls), set(followed)
        parameters = inspect.signature(function).parameters.values()
        takes_all = any(p.kind is p.VAR_KEYWORD for p in parameters)
        named = [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
        unknown = [
            p.name
            for p in parameters
            if p.default is p.empty and p.name in named and p.name not in (*controls, "moving")
        ]
        self.tells_moving = "moving" in named
        self._names = [name for name in controls if takes_all or name in named]
        ignored = [name for name in controls if name not in (*self._names, *followed)]
        if unknown or ignored:
            wrong = f"it asks for {unknown}" if unknown else f"it leaves out {ignored}"
            names = ", ".join(controls)
            raise TypeError(f"the update function must take the controls {names}, but {wrong}")
        self._function = function

    def __call__(self, values: dict[str, Any], *, moving: bool) -> Seen:
        """What is seen at these values of all controls."""
        arguments = {name: values[name] for name in self._names}
        if self.tells_moving:
            arguments["moving"] = moving
        with np.errstate(all="ignore"):
            seen = self._function(**arguments)
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
    picture moves, and runs once more when it rests.
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
        with np.errstate(all="ignore"):
            self.value = self._function(**arguments)
        self._answered = (now, coarse)
        return True


class Goal:
    """Something to reach: `predicate(seen)` is asked after each update; once true, reached for good."""

    def __init__(self, text: str, predicate: Callable[[Seen], bool]) -> None:
        self.text, self.reached = text, False
        self._wanted, self._predicate = text, predicate

    def check(self, seen: Seen) -> None:
        """Ask, if it was not reached yet; a predicate that raises is said beside the goal."""
        try:
            self.reached = self.reached or bool(self._predicate(seen))
            self.text = self._wanted
        except Exception as error:
            self.text = f"{self._wanted} ({explain(error)})"
