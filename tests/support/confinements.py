"""Grading servers for tests: one for each kind of confinement that this machine offers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from homework.grader import Limits, Server, Session
from homework.grader.server import Unavailable


@contextmanager
def one_of_each(limits: Limits) -> Iterator[Callable[[str], Server]]:
    """Servers by their kind, each started when it is first asked for; all of them end at the end.

    The test that asks for a kind which the machine does not offer is skipped.
    """
    started: dict[str, Server] = {}
    refused: dict[str, str] = {}

    def server(kind: str) -> Server:
        if kind not in started:
            started[kind] = Server(kind, limits)
            try:
                Session(started[kind]).close()
            except Unavailable as error:
                refused[kind] = str(error)
        if kind in refused:
            pytest.skip(f"this machine does not offer it: {refused[kind]}")
        return started[kind]

    try:
        yield server
    finally:
        for one in started.values():
            one.close()
