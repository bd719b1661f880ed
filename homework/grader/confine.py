"""How far a submission is shut in."""

from __future__ import annotations

import os
import select
import signal
from typing import Any


def prepare(settings: dict[str, Any]) -> None:
    """In the server, before its imports."""


def seal(settings: dict[str, Any]) -> None:
    """In the server, after its imports."""


def enter(settings: dict[str, Any]) -> int:
    """In a child of the server: 0 in the first process of the submission."""
    os.setsid()
    return 0


def confine(settings: dict[str, Any]) -> None:
    """In S, before any of the student's code."""


def guard(lifeline: int) -> None:
    """In the first process of a submission: wait for the end of the lifeline, then end all."""
    waiting = select.poll()
    waiting.register(lifeline, select.POLLIN | select.POLLHUP)
    while not waiting.poll(500):
        while True:
            try:
                if not os.waitpid(-1, os.WNOHANG)[0]:
                    break
            except ChildProcessError:
                os._exit(0)
    os.killpg(0, signal.SIGKILL)
