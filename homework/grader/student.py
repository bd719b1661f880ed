"""S: the student's process. It runs cells, and does with their objects what a test asks.

Before each cell and each test it forks. The child goes on; the parent is the checkpoint that steps
in where the child dies. So an endless loop or an `os._exit` costs that cell or that test alone.
Nothing here is a secret or decides on points: whatever the student's code makes of this process, T
takes only plain data from it.
"""

from __future__ import annotations

import operator
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from homework.grader.peer import Peer, Raised, rebuilt
from homework.grader.shell import COLLECTED, Shell


class TimeUp(KeyboardInterrupt):
    """The limit of a cell or a test is reached."""


class Callback:
    """A function of the test, as the student's code sees it: it can be called."""

    def __init__(self, peer: StudentPeer, number: int) -> None:
        self.__peer, self.__number = peer, number
        self.__name__ = "function"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self.__peer.ask("call", self, args, kwargs)
        except Raised as error:
            own = rebuilt(error.names, str(error))
        raise own

    def number(self) -> int:
        """Under which the test knows it."""
        return self.__number


class Iteration:
    """An iterator that the test goes through."""

    def __init__(self, items: Iterator[Any]) -> None:
        self.items = items


class StudentPeer(Peer):
    """S's end of a conversation."""

    caught = BaseException

    def __init__(self, sock: socket.socket, shell: Shell) -> None:
        super().__init__(sock)
        self.shell = shell
        self.child = 0
        self.files: list[int] = []

    def perform(self, operation: str, operands: list[Any]) -> Any:
        """Run a cell, or use an object."""
        return OPERATIONS[operation](self, *operands)

    def theirs(self, number: int, callable_: bool, kind: str) -> Callback:
        """A function of the test."""
        return Callback(self, number)

    def number_of(self, value: Any) -> int | None:
        """The number of a function of the test."""
        return value.number() if type(value) is Callback else None

    def may_export(self, value: Any) -> bool:
        """Every object."""
        return True

    def labels(self, operands: Any) -> dict[int, Any]:
        """All arrays that go to a function of the test: what it changes in place comes back."""
        found: dict[int, Any] = {}
        waiting = list(operands)
        while waiting:
            value = waiting.pop()
            if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
                found[id(value)] = value
            elif isinstance(value, (list, tuple)):
                waiting += value
            elif isinstance(value, dict):
                waiting += value.values()
        return found

    def refuse(self, error: BaseException) -> None:
        """Answer with an error, or that the time is up."""
        if isinstance(error, TimeUp):
            self.send(["late"])
        else:
            super().refuse(error)

    def serve(self) -> None:
        """Answer questions until T closes the socket; then end, whatever else runs here."""
        try:
            while True:
                message, labelled = self.take(self.files)
                self._answer(message, labelled)
        except BaseException:
            pass
        os._exit(0)

    # What T can ask for

    def fork(self, seconds: int) -> None:
        """Go on in a child, which talks on the socket that came with the question."""
        theirs = socket.socket(fileno=self.files.pop())
        self.child = os.fork()
        if self.child:
            theirs.close()
            return
        self.sock.close()
        self.sock = theirs
        self.mine, self.numbers, self.taken, self.depth = [], {}, 0, 0
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (min(seconds, hard), hard))
        self.serve()

    def stop(self, how: str) -> int:
        """End the child: "gently" interrupts it, "now" kills it. Gives its exit status."""
        if how == "gently":
            os.kill(self.child, signal.SIGINT)
            return 0
        os.kill(self.child, signal.SIGKILL)
        _, status = os.waitpid(self.child, 0)
        return status

    def cell(self, source: str) -> list[dict[str, Any]]:
        """Run a cell, and give its outputs."""
        COLLECTED.clear()
        self.shell.run(source)
        return COLLECTED.taken()

    def name(self, name: str) -> list[Any]:
        """[the value of a name of the notebook], or [] where it is not defined."""
        names = self.shell.user_ns
        return [names[name]] if name in names else []

    def next(self, items: Iteration) -> list[Any]:
        """[the next item], or [] at the end."""
        for item in items.items:
            return [item]
        return []

    def arithmetic(self, name: str, one: Any, *others: Any) -> Any:
        """`one.__add__(other)` and its like, with the rules of Python for both orders."""
        plain = getattr(operator, name.replace("__r", "__", 1) if name in SWAPPED else name)
        return plain(*others, one) if name in SWAPPED else plain(one, *others)


SWAPPED = {f"__r{name}__" for name in "add sub mul truediv floordiv mod pow matmul".split()}
OPERATIONS: dict[str, Callable[..., Any]] = {
    "fork": StudentPeer.fork,
    "stop": StudentPeer.stop,
    "cell": StudentPeer.cell,
    "name": StudentPeer.name,
    "next": StudentPeer.next,
    "arithmetic": StudentPeer.arithmetic,
    "call": lambda peer, function, args, kwargs: function(*args, **kwargs),
    "iter": lambda peer, value: Iteration(iter(value)),
    "len": lambda peer, value: len(value),
    "getattr": lambda peer, value, name: getattr(value, name),
    "setattr": lambda peer, value, name, new: setattr(value, name, new),
    "getitem": lambda peer, value, key: value[key],
    "setitem": lambda peer, value, key, new: operator.setitem(value, key, new),
}


def time_up(number: int, frame: Any) -> None:
    """Break off what runs: the limit of processor time, or T, says so."""
    raise TimeUp("it ran longer than it may")


def run(sock: socket.socket, shell: Shell) -> None:
    """Be S, for one submission."""
    signal.signal(signal.SIGXCPU, time_up)
    signal.signal(signal.SIGINT, time_up)
    sys.setrecursionlimit(3000)
    StudentPeer(sock, shell).serve()
