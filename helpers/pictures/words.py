"""What a live figure says: the summary of its update function, its goals, and in plain words whatever goes wrong."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

HELPERS = str(Path(__file__).resolve().parents[1])
LONGEST = 300  # characters of an error's own message that a caption can carry


class Update:
    """The function that runs when a control has moved, called with the values of all `controls` by name.

    It may be a learner's, or call a learner's: whatever it raises becomes the summary, and the figure goes on working.
    Raises TypeError where it does not take the controls.
    """

    def __init__(self, function: Callable[..., str], controls: Iterable[str]) -> None:
        signature = inspect.signature(function)
        self.tells_moving = "moving" in signature.parameters
        try:
            signature.bind(**dict.fromkeys([*controls, "moving"] if self.tells_moving else controls))
        except TypeError as error:
            names = ", ".join(controls)
            raise TypeError(f"the update function must take the controls {names}: {error}") from None
        self._function = function

    def __call__(self, values: dict[str, Any], *, moving: bool) -> str:
        """The summary for these values."""
        try:
            with np.errstate(all="ignore"):
                words = self._function(**values, **({"moving": moving} if self.tells_moving else {}))
            if not isinstance(words, str):
                raise TypeError(f"the update function must return the summary, a string, got {words!r}")
            return words
        except Exception as error:
            return explain(error)


class Goal:
    """Something to reach: `predicate()` is asked after each update, and once it was true the goal stays reached."""

    def __init__(self, text: str, predicate: Callable[[], bool]) -> None:
        self.text, self.reached = text, False
        self._wanted, self._predicate = text, predicate

    def check(self) -> None:
        """Ask, if it was not reached yet; a predicate that raises is said beside the goal."""
        try:
            self.reached = self.reached or bool(self._predicate())
            self.text = self._wanted
        except Exception as error:
            self.text = f"{self._wanted} ({explain(error)})"


def explain(error: BaseException) -> str:
    """What went wrong, and where in the learner's own code, in one sentence.

    The place is the last line outside the libraries and `helpers`: what those refuse on purpose says itself what to do.
    """
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "site-packages" not in frame.filename and HELPERS not in frame.filename]
    where = f", in line {own[-1].lineno} of {own[-1].name}: {own[-1].line}" if own and own[-1].line else ""
    message = str(error) if len(str(error)) <= LONGEST else f"{str(error)[:LONGEST]}…"
    return f"Stopped by {type(error).__name__}: {message}{where}. The picture waits for the next change."
