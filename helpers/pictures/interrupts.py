"""Stop what computes on another thread, such as a learner's loop that never ends.

ipykernel 7 answers sliders on a thread beside the one that runs cells. Python interrupts the latter
only, and while no cell runs ipykernel ignores the stop button altogether. So what computes beside
the cells is registered here, and can be stopped by the button, or because its figure is closed.
"""

from __future__ import annotations

import ctypes
import math
import signal
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from helpers.pictures.cells import kernel

Result = TypeVar("Result")

PATIENCE = 1.0  # seconds for which a figure that is to be closed may still compute
APART = 0.1  # seconds between two interrupts of a thread: the first must be able to leave

_running: dict[int, list[object]] = {}  # what each thread computes, the innermost last
_struck: dict[int, float] = {}  # when each of these threads was interrupted last
_guard = threading.RLock()  # held while they change: an interrupt must not come too late


class Lock(Protocol):
    """A lock that can be asked for in vain."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Whether it was got."""


def interruptible(owner: object, function: Callable[..., Result], *arguments: Any) -> Result:
    """What the function returns; raises KeyboardInterrupt if it was interrupted before that.

    On the main thread Python sees to it. On any other, `interrupt` raises it in the function, and
    never after it has come back, where it would end the thread.

    >>> interruptible("a figure", max, 1, 2)
    2
    """
    if _is_main():
        return function(*arguments)
    try:
        try:
            with _guard:
                _running.setdefault(threading.get_ident(), []).append(owner)
            return function(*arguments)
        finally:
            _leave(owner)
    except KeyboardInterrupt:
        _leave(owner)  # it may have struck on the way out
        raise


def _leave(owner: object) -> None:
    """The owner's computation is over; an interrupt that has not struck yet is taken back."""
    thread = threading.get_ident()
    with _guard:
        owners = _running.get(thread, [])
        if owners and owners[-1] is owner:
            owners.pop()
        if not owners:
            _running.pop(thread, None)
            if _struck.pop(thread, None) is not None:
                _take_back(thread)


def interrupt(owner: object = None) -> None:
    """Raise KeyboardInterrupt in each thread that computes for `owner`; without one, in all."""
    now = time.monotonic()
    with _guard:
        for thread, owners in _running.items():
            is_meant = owner is None or any(one is owner for one in owners)
            if is_meant and now - _struck.get(thread, -math.inf) > APART:
                _struck[thread] = now
                _raise_in(thread, KeyboardInterrupt)


def _raise_in(thread: int, error: type[BaseException]) -> None:
    """Raise it there as soon as Python code runs, in place of what was to be raised before."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


class _TakenBack(BaseException):
    """Stands in for an interrupt that came too late."""


def _take_back(thread: int) -> None:
    """An interrupt of this thread that has not been raised yet never will be.

    Another exception takes its place and is caught here. Python can also be told to raise nothing;
    but then Python 3.11 goes on asking for ever whether there is something to raise, which makes
    all code slower, and hangs code that is traced, as by a debugger.
    """
    try:
        _raise_in(thread, _TakenBack)
        for _ in range(1_000):  # it is raised in the first round, if not before
            pass
    except _TakenBack:
        pass


def take(lock: Lock, owner: object) -> bool:
    """Wait for the lock, but not for ever for an `owner` that computes: that is interrupted.

    Whether it was got. It is not, if what computes cannot be interrupted, as in a library's code.

    >>> take(threading.RLock(), "a figure")
    True
    """
    try:
        is_held = lock.acquire(timeout=PATIENCE)
    except KeyboardInterrupt:  # of the waiting: what is waited for is meant too
        interrupt(owner)
        raise
    if not is_held:
        interrupt(owner)
    return is_held or lock.acquire(timeout=PATIENCE)


def heed_the_stop_button() -> None:
    """Let the stop button interrupt what computes beside the cells, also while no cell runs.

    To be called while one runs. ipykernel has put its handler of the signal aside then, and puts
    back what it finds there.
    """
    running = kernel()
    if _is_main() and getattr(running, "saved_sigint_handler", None) == signal.SIG_IGN:
        running.saved_sigint_handler = _stopped


def _stopped(_number: int, _frame: Any) -> None:
    interrupt()


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()
