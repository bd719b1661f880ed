"""What the test holds of an object that stays with the student: a number, and ways to use it.

A `Remote` can be called, its attributes read and set, its items too; it has a length, it can be
gone through, and arithmetic with it is done where it lives and gives another such object, never a
number: else `abs(answer - right) < 1e-9` would be for the student's `__sub__` to decide. It has no
`__array__`, `__float__`, `__bool__`, `__lt__` or `__eq__` of the student's: an object that says it
equals everything equals nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from homework.grader import marks
from homework.grader.peer import Peer, Raised, rebuilt


class Remote:
    """An object of the student's process."""

    __slots__ = ("__kind", "__number", "__peer")
    __array_ufunc__ = None  # array * remote is remote's business, not numpy's

    def __init__(self, peer: TrustedPeer, number: int, kind: str) -> None:
        object.__setattr__(self, "_Remote__peer", peer)
        object.__setattr__(self, "_Remote__number", number)
        object.__setattr__(self, "_Remote__kind", kind)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__name__":
            raise AttributeError(name)
        return self.__peer.use("getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self.__peer.use("setattr", self, name, value)

    def __getitem__(self, key: Any) -> Any:
        return self.__peer.use("getitem", self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.__peer.use("setitem", self, key, value)

    def __len__(self) -> int:
        return int(self.__peer.use("len", self))

    def __iter__(self) -> Iterator[Any]:
        items = self.__peer.use("iter", self)
        while True:
            found = self.__peer.use("next", items)
            if not isinstance(found, list) or len(found) != 1:
                return
            yield found[0]

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(f"{self!r} is an object, not an array")

    def __bool__(self) -> NoReturn:
        raise TypeError(f"{self!r} is an object, neither True nor False")

    def __repr__(self) -> str:
        return f"<a {self.__kind}>"

    def __copy__(self) -> Remote:
        return self

    def __deepcopy__(self, memo: Any) -> Remote:
        return self

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError(f"{self!r} stays with the student's code")


class RemoteFunction(Remote):
    """A `Remote` that can be called."""

    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _peer(self).use("call", self, args, kwargs)


def _peer(remote: Remote) -> TrustedPeer:
    found: TrustedPeer = object.__getattribute__(remote, "_Remote__peer")
    return found


def _arithmetic(name: str) -> Callable[..., Any]:
    def operation(self: Remote, *others: Any) -> Any:
        found = _peer(self).use("arithmetic", name, self, *others)
        if not isinstance(found, Remote):
            raise TypeError(f"{name} with {self!r} gives a plain value, not an object like it")
        return found

    operation.__name__ = name
    return operation


TWO = "add sub mul truediv floordiv mod pow matmul".split()
DUNDERS = [f"__{name}__" for name in (*TWO, "neg", "pos", "abs", "invert")] + [
    f"__r{name}__" for name in TWO[:8]
]
for _name in DUNDERS:
    setattr(Remote, _name, _arithmetic(_name))


class TrustedPeer(Peer):
    """T's end of a conversation, for one cell or one test."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.raised: list[Exception] = []  # the errors that came from the student's code

    def use(self, operation: str, *operands: Any) -> Any:
        """Ask for an operation on a remote object; its error is raised as Python's own."""
        try:
            return self.ask(operation, *operands)
        except Raised as error:
            own = rebuilt(error.names, str(error))
        self.raised.append(own)
        raise own

    def perform(self, operation: str, operands: list[Any]) -> Any:
        """Call a function that the test passed on; nothing else is done for a student's code."""
        if operation != "call" or len(operands) != 3:
            raise TypeError("only functions of the test can be called")
        function, args, kwargs = operands
        if not any(function is given for given in self.mine):
            raise TypeError("only functions that the test has passed on can be called")
        with np.errstate(all="ignore"):
            return function(*args, **kwargs)

    def theirs(self, number: int, callable_: bool, kind: str) -> Remote:
        """A handle for an object of the student's."""
        name = kind[:40] if kind.isidentifier() else "object"
        return (RemoteFunction if callable_ else Remote)(self, number, name)

    def number_of(self, value: Any) -> int | None:
        """The number of a remote object of this conversation."""
        if not isinstance(value, Remote):
            return None
        if _peer(value) is not self:
            raise TypeError(f"{value!r} belongs to another test")
        number: int = object.__getattribute__(value, "_Remote__number")
        return number

    def may_export(self, value: Any) -> bool:
        """Functions only."""
        return callable(value)

    def labels(self, operands: Any) -> dict[int, Any]:
        """What the test has marked with `inplace`, for this question."""
        return marks.take()
