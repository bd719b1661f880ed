"""One end of a conversation: it asks, and while it waits for the answer it is asked.

T asks S to run a cell, to call a function, to read an attribute. The student's function may be
given a function of the test, and S then asks T to call that; T's function may call the student's
again. So both ends are the same, except for what they do when asked: `perform`.

A message is a list. ["ask", operation, operands…] wants ["value", how, value, changes] or
["error", names, text] or ["late"]. Objects without a value form stay where they are and travel as
a number.
"""

from __future__ import annotations

import socket
import time
from typing import Any

import numpy as np

from homework.grader.errors import Died, Raised, alive, text_of
from homework.grader.packing import Packer, nothing
from homework.grader.unpacking import Unpacker
from homework.grader.wire import Broken, receive

DEPTH = 40  # of questions within questions
TRAFFIC = 512 << 20  # bytes that one end takes in one conversation


class Peer:
    """One end, on a connected socket; `deadline` is when it stops waiting (time.monotonic)."""

    caught: type[BaseException] = Exception  # what `perform` may raise and the other end is told

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.deadline: float | None = None
        self.mine: list[Any] = []  # the objects that the other end knows by number
        self.numbers: dict[int, int] = {}  # id -> number
        self.depth = 0
        self.taken = 0

    # What the two ends do differently

    def perform(self, operation: str, operands: list[Any]) -> Any:
        """Do what the other end asks for; what it raises goes back as an error."""
        raise NotImplementedError

    def theirs(self, number: int, callable_: bool, kind: str) -> Any:
        """What stands here for an object of the other end."""
        raise NotImplementedError

    def number_of(self, value: Any) -> int | None:
        """The number of an object that stands for one of the other end; None for any other."""
        raise NotImplementedError

    def labels(self, operands: Any) -> dict[int, Any]:
        """{id: value} of the operands of which the other end is to report changes."""
        raise NotImplementedError

    def may_export(self, value: Any) -> bool:
        """Whether an object without a value form may be named to the other end."""
        raise NotImplementedError

    # The conversation

    def ask(self, operation: str, *operands: Any) -> Any:
        """The other end's answer. Raises Raised for its error, Died where there is none."""
        labelled = self.labels(operands)
        with alive():
            self.send(["ask", operation, *operands], labelled)
            return self._await(list(labelled.values()))

    def ask_with(self, file: socket.socket, operation: str, *operands: Any) -> Any:
        """Ask, and send a socket along."""
        with alive():
            socket.send_fds(
                self.sock,
                [Packer(self._handle).pack(["ask", operation, *operands])],
                [file.fileno()],
            )
            return self._await([])

    def answer(self) -> Any:
        """Wait for the answer to a question that was asked before."""
        with alive():
            return self._await([])

    def serve(self) -> None:
        """Answer questions until the other end is gone."""
        while True:
            try:
                message, labelled = self.take()
            except EOFError:
                return
            self._answer(message, labelled)

    def send(self, message: Any, labelled: dict[int, Any] | None = None) -> None:
        """Write one message."""
        order = {key: place for place, key in enumerate(labelled or {})}
        packer = Packer(self._handle, lambda value: order.get(id(value))) if order else None
        data = (packer or Packer(self._handle, nothing)).pack(message)
        self._arm()
        self.sock.sendall(data)

    def take(self, files: list[int] | None = None) -> tuple[Any, dict[int, Any]]:
        """The next message, and the values in it whose changes are wanted."""
        tree, numbers = receive(self.sock, self._arm, files)
        self.taken += len(tree) + len(numbers)
        if self.taken > TRAFFIC:
            raise Broken("too much in one conversation")
        reader = Unpacker(self._resolve)
        return reader.unpack(tree, numbers), reader.labelled

    def _await(self, sent: list[Any]) -> Any:
        """Take messages until the answer comes; answer the questions before it."""
        while True:
            message, labelled = self.take()
            if not isinstance(message, list) or not message:
                raise Broken("no message")
            if message[0] == "ask":
                self._answer(message, labelled)
            elif message[0] == "value" and len(message) == 4:
                self._write_back(sent, message[3])
                return self._result(sent, message[1], message[2])
            elif message[0] == "error" and len(message) == 3 and isinstance(message[1], list):
                raise Raised([str(name) for name in message[1]], str(message[2]))
            elif message[0] == "late":
                raise Died("late")
            else:
                raise Broken("no message")

    def _answer(self, message: Any, labelled: dict[int, Any]) -> None:
        """Do what was asked, and say what came of it."""
        if not isinstance(message, list) or len(message) < 2 or not isinstance(message[1], str):
            raise Broken("no question")
        before = {place: _copy(value) for place, value in labelled.items()}
        self.depth += 1
        try:
            if self.depth > DEPTH:
                raise RecursionError("the test and your code call one another without end")
            result = self.perform(message[1], message[2:])
            changes = {
                place: value for place, value in labelled.items() if not _same(value, before[place])
            }
            # An object that was passed to be changed, and is returned, is the same on both sides.
            returned = [place for place, value in labelled.items() if value is result]
            reply = ["same", returned[0]] if returned else ["plain", result]
            self.send(["value", *reply, changes])
        except self.caught as error:
            if isinstance(error, Died):
                raise
            self.refuse(error)
        finally:
            self.depth -= 1

    def refuse(self, error: BaseException) -> None:
        """Answer with an error."""
        names = [kind.__name__ for kind in type(error).__mro__]
        self.send(["error", names, text_of(error)])

    def _result(self, sent: list[Any], how: Any, value: Any) -> Any:
        """The value of an answer; of an object that was passed to be changed, that object."""
        if how != "same":
            return value
        if type(value) is not int or not 0 <= value < len(sent):
            raise Broken("an object that was not passed")
        return sent[value]

    def _write_back(self, sent: list[Any], changes: Any) -> None:
        """Put into the values that were passed to be changed what the other end made of them."""
        if not isinstance(changes, dict):
            raise Broken("no changes")
        for place, value in changes.items():
            if type(place) is not int or not 0 <= place < len(sent):
                raise Broken("a change of what was not passed")
            _put(sent[place], value)

    def _arm(self) -> None:
        """Wait no longer than until the deadline."""
        if self.deadline is None:
            self.sock.settimeout(None)
            return
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.sock.settimeout(left)

    def _handle(self, value: Any) -> Any:
        number = self.number_of(value)
        if number is not None:
            return {"h": ["yours", number, False, ""]}
        if not self.may_export(value):
            raise TypeError(
                f"a test can pass plain data and functions to a student's code, not a "
                f"{type(value).__name__}"
            )
        number = self.numbers.setdefault(id(value), len(self.mine))
        if number == len(self.mine):
            self.mine.append(value)
        return {"h": ["mine", number, callable(value), type(value).__name__]}

    def _resolve(self, body: Any) -> Any:
        whose, number, callable_, kind = body
        if type(number) is not int or number < 0 or not isinstance(kind, str):
            raise Broken("no handle")
        if whose == "mine":
            return self.theirs(number, bool(callable_), kind)
        if number >= len(self.mine):
            raise Broken("a handle that was never given")
        return self.mine[number]


def _copy(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value.bit_generator.state


def _same(value: Any, before: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.shape == before.shape and value.tobytes() == before.tobytes()
    return bool(value.bit_generator.state == before)


def _put(target: Any, value: Any) -> None:
    """Change a value in place to what the other end made of it, where that is of the same kind."""
    if isinstance(target, np.ndarray) and isinstance(value, np.ndarray):
        if target.shape != value.shape or target.dtype != value.dtype:
            raise Broken("an array came back with another shape or dtype")
        target[...] = value
    elif isinstance(target, np.random.Generator) and isinstance(value, np.random.Generator):
        old, new = target.bit_generator.state, value.bit_generator.state
        if old["state"]["inc"] != new["state"]["inc"]:
            raise Broken("a generator came back as another")
        target.bit_generator.state = new
    else:
        raise Broken("another kind of value came back")
