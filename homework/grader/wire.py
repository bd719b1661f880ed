"""Messages on a socket: a header, a tree of JSON, and behind it the raw numbers of arrays.

What a tree may hold is written by `packing` and read by `unpacking`. There is no pickle: to read a
message makes plain data and runs no code.
"""

from __future__ import annotations

import builtins
import socket
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

HEADER = struct.Struct("!II")
TREE, NUMBERS = 16 << 20, 64 << 20  # bytes
DEPTH, NODES, KEYS, DIGITS, FIELDS = 30, 1_000_000, 20_000, 4000, 50

DTYPES = frozenset("b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 c8 c16".split())
PLAIN = (int, float, complex, bool, str, bytes, list, tuple, dict, set, frozenset, slice, range)
SCALARS = (
    "bool_ int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 "
    "complex64 complex128 ndarray"
)
TYPES: dict[str, type] = {
    **{kind.__name__: kind for kind in PLAIN},
    **{f"np.{name}": getattr(np, name) for name in SCALARS.split()},
    **{
        name: value
        for name, value in vars(builtins).items()
        if isinstance(value, type) and issubclass(value, Exception)
    },
}


class Broken(Exception):
    """Bytes that are no message."""


class TooLarge(ValueError):
    """A value that no message can hold."""


def frame(tree: bytes, numbers: bytes) -> bytes:
    """The bytes of a message; TooLarge over the limits."""
    if len(tree) > TREE or len(numbers) > NUMBERS:
        raise TooLarge(
            f"a value of {len(tree) + len(numbers):,} bytes is too large to be passed on: at most "
            f"{NUMBERS >> 20} million bytes of numbers and {TREE >> 20} of everything else"
        )
    return HEADER.pack(len(tree), len(numbers)) + tree + numbers


def receive(
    sock: socket.socket, wait: Callable[[], None], files: list[int] | None = None
) -> tuple[bytes, bytes]:
    """The next message's tree and numbers; a file descriptor that came along goes into `files`.

    `wait` is called before each piece and sets how long to wait for it, so that a message that
    comes in drops is not waited for longer than any other. Raises EOFError where the other side is
    gone, Broken where it announces more than may be, and what `wait` and the socket raise.
    """
    sizes: tuple[Any, ...] = HEADER.unpack(_exactly(sock, HEADER.size, wait, files))
    if sizes[0] > TREE or sizes[1] > NUMBERS:
        raise Broken("a message over the limits")
    return _exactly(sock, sizes[0], wait), _exactly(sock, sizes[1], wait)


def _exactly(
    sock: socket.socket, count: int, wait: Callable[[], None], files: list[int] | None = None
) -> bytes:
    """So many bytes. Only who passes `files` takes descriptors; else the kernel closes them."""
    parts = []
    while count:
        wait()
        if files is None:
            part = sock.recv(min(count, 1 << 20))
        else:
            part, found, _, _ = socket.recv_fds(sock, count, 4)
            files += found
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
