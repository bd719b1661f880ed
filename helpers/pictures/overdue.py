"""Tell when something takes longer than a moment, while it still goes on.

A thread of its own looks ten times a second at what goes on. So a short task costs a few
microseconds, and also what never comes back is told.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

AFTER = 0.3  # seconds after which something is told
EVERY = 0.1  # seconds between two looks
LINGER = 10.0  # seconds without work until the thread ends

_lock = threading.Lock()  # held whenever the following change, and while somebody is told
_going_on: dict[object, tuple[float, Callable[[], None]]] = {}  # since when, and whom to tell
_last = 0.0  # when the newest of them began
_watcher: threading.Thread | None = None


@contextmanager
def telling(tell: Callable[[], None]) -> Iterator[None]:
    """Call `tell`, once and on another thread, if the block takes longer than a moment.

    It is called while the block goes on or not at all: when the block is left it has come back. It
    must not raise, nor wait for anything that the block holds.

    >>> with telling(lambda: print("still busy")):
    ...     pass
    """
    global _last, _watcher
    task = object()
    with _lock:
        _last = time.monotonic()
        _going_on[task] = (_last, tell)
        if _watcher is None:
            _watcher = threading.Thread(target=_watch, name="overdue", daemon=True)
            _watcher.start()
    try:
        yield
    finally:
        with _lock:
            _going_on.pop(task, None)


def _watch() -> None:
    global _watcher
    while True:
        time.sleep(EVERY)
        with _lock:
            now = time.monotonic()
            for task in [one for one, (since, _) in _going_on.items() if now - since > AFTER]:
                _going_on.pop(task)[1]()
            if not _going_on and now - _last > LINGER:
                _watcher = None
                return
