"""What is computed coarsely at once, and then finer and finer on a thread of its own.

The figure goes on answering meanwhile. Another question cancels the one that is being refined.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

Compute = Callable[..., Any]

REMEMBERED = 24  # of the last questions the answers are kept, and of the first: Reset asks it


class Refining:
    """Answers a question at the first of its `levels`, and calls `finer()` for each later answer.

    compute(level, *question, wanted=…) answers a question at a level, coarse or fine. It asks
    `wanted()` now and then, and raises as soon as that is false; then it is not heard. `finer` is
    called on the thread that refines.

    >>> rounded = Refining(lambda level, x, wanted: round(x, level), [0, 2, 4], lambda: None)
    >>> rounded.ask(3.14159) in (3.0, 3.14, 3.1416)
    True
    >>> rounded.wait()
    >>> rounded.ask(3.14159), rounded.level
    (3.1416, 4)
    """

    def __init__(self, compute: Compute, levels: Sequence[Any], finer: Callable[[], None]) -> None:
        self._compute = compute
        self._levels = list(levels)
        self._finer = finer
        self._question: tuple | None = None
        self._known: dict[tuple, tuple[int, Any]] = {}  # how fine, and the answer
        self._error: Exception | None = None
        self._lock = threading.Lock()  # held while the above change, never while it is computed
        self._unwanted = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def level(self) -> Any:
        """The level at which the question is answered by now."""
        with self._lock:
            return self._levels[self._known[self._question][0]]

    def ask(self, *question: Any) -> Any:
        """The finest answer so far; a new question gets the coarsest, and the finer ones follow.

        Raises what `compute` raised.
        """
        if question != self._question:
            self._begin(question)
        with self._lock:
            if self._error is not None:
                raise self._error
            return self._known[question][1]

    def stop(self) -> None:
        """Let nothing more be computed. Does not wait for what is being computed."""
        with self._lock:  # what has just been found comes in before, or not at all
            self._unwanted.set()
            self._question = None

    def wait(self) -> None:
        """Until the question is answered at the finest level, or was cancelled."""
        if self._thread is not None:
            self._thread.join()

    def _begin(self, question: tuple) -> None:
        self.stop()
        if question not in self._known:
            coarse = self._compute(self._levels[0], *question, wanted=lambda: True)
            self._known[question] = 0, coarse
            first, *others = self._known.items()
            self._known = dict([first, *others[-REMEMBERED:]])
        self._question, self._error, self._unwanted = question, None, threading.Event()
        if self._known[question][0] < len(self._levels) - 1:
            arguments = (question, self._known[question][0] + 1, self._unwanted)
            self._thread = threading.Thread(target=self._refine, args=arguments, daemon=True)
            self._thread.start()

    def _refine(self, question: tuple, first: int, unwanted: threading.Event) -> None:
        for number in range(first, len(self._levels)):
            level, answer, error = self._levels[number], None, None
            try:
                answer = self._compute(level, *question, wanted=lambda: not unwanted.is_set())
            except Exception as raised:
                error = raised
            with self._lock:
                if unwanted.is_set():
                    return
                if error is None:
                    self._known[question] = number, answer
                self._error = error
            self._finer()  # without the lock: the figure asks at once
            if error is not None:
                return
