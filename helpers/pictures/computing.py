"""What a figure computes when a control has moved, and what is seen then."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from helpers.pictures.errors import explain, explain_interrupt
from helpers.pictures.interrupts import interruptible
from helpers.pictures.updates import Goal, Seen, Update, When

ROUNDS = 3  # an update may set controls and so call for another one, but not for ever
QUIET = 1.0  # seconds after an interrupt: positions that had waited do not begin it all again


class Computing:
    """The update function of a figure, what it follows, and the goals.

    It belongs to one figure, and is asked with that figure's lock held. controls are the figure's,
    by name. What the functions raise is said in words.

    >>> class Slider:
    ...     value = 2.0
    >>> computing = Computing({"x": Slider()})
    >>> computing.begin(lambda x: f"The dot is at {x:.1f}.")
    >>> computing.controls["x"].value = 3.0
    >>> computing.moved()
    True
    >>> computing.look()
    Seen('The dot is at 3.0.')
    """

    def __init__(self, controls: dict[str, Any]) -> None:
        self.controls = controls
        self.behind = False  # did a control move since the last time the update ran?
        self.update: Update | None = None
        self.whens: list[When] = []
        self.goals: list[Goal] = []
        self.seen = Seen("")
        self._held = False  # is it computing, or are several controls being moved at once?
        self._coarse = False  # was the update function told that the picture moves?
        self._unasked = False  # is there something new that the goals were not asked about?
        self._set_by_update = False  # did the update function set a control itself?
        self._quiet_until = 0.0

    def begin(self, function: Callable[..., str | Seen]) -> None:
        """Run the update function, from now on.

        Raises ValueError if there is one already, TypeError for one with other arguments.
        """
        if self.update is not None:
            raise ValueError("this figure has an update function already")
        followed = {name for when in self.whens for name in when.names}
        self.update = Update(function, self.controls, followed)
        self.behind = True
        self.look()

    def end(self) -> None:
        """Let go of the functions and what they hold; what was seen last stays."""
        self.update = None
        self.whens = []
        self.goals = []
        self.behind = self._coarse = self._unasked = False

    def values(self) -> dict[str, Any]:
        """The values of all controls, by name."""
        return {name: control.value for name, control in self.controls.items()}

    def moved(self) -> bool:
        """A control has moved: whether that is to be answered now."""
        if self._held:
            self._set_by_update = True
            return False
        self.behind = self.update is not None and time.monotonic() > self._quiet_until
        return True

    def put(self, values: dict[str, Any]) -> None:
        """Move these controls, as one move that is yet to be answered."""
        self._held = True
        try:
            for name, value in values.items():
                self.controls[name].value = value
        finally:
            self._held = False
        self.moved()

    def look(self, *, moving: bool = False) -> Seen:
        """What is seen now, coarsely while the picture is `moving`.

        Only at rest the goals are asked: nothing is reached in passing. Raises KeyboardInterrupt on
        the main thread, so that the cell that runs there ends too.
        """
        if self._held:  # a goal or the update function itself may ask
            return self.seen
        if self.behind or (self._coarse and not moving):
            self._coarse = moving and any(one.tells_moving for one in (self.update, *self.whens))
            self._unasked = False
            self._unasked = self._came_back(self._rounds, moving)
        if self._unasked and not moving:
            self._unasked = False
            self._came_back(self._ask_goals)
        return self.seen

    def _came_back(self, function: Callable[..., None], *arguments: Any) -> bool:
        """Run what calls the learner's functions, and say in words what they raise."""
        self._held = True
        began = time.monotonic()
        try:
            interruptible(self, function, *arguments)
            return True
        except Exception as error:
            self.seen = Seen(explain(error))
        except KeyboardInterrupt as interrupt:
            self._coarse = False  # at rest it would begin again
            self.seen = Seen(explain_interrupt(interrupt, time.monotonic() - began))
            if threading.current_thread() is threading.main_thread():
                raise
            self._quiet_until = time.monotonic() + QUIET
        finally:
            self._held = self.behind = False
        return False

    def _rounds(self, moving: bool) -> None:
        """Run the update function, and again while it sets other controls itself."""
        for _ in range(ROUNDS):
            self._follow(moving)
            self._set_by_update = False
            self.seen = self.update(self.values(), moving=moving)
            if not self._set_by_update:
                break

    def _follow(self, moving: bool) -> None:
        """Run what depends on the controls that changed, and again while that sets other ones."""
        for _ in range(ROUNDS):
            if not any([when.follow(self.values(), moving=moving) for when in self.whens]):
                break

    def _ask_goals(self) -> None:
        for goal in self.goals:
            goal.check(self.seen)
