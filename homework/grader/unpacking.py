"""The value of a message that somebody may have made up.

Whatever the bytes, `Unpacker.unpack` gives plain data of classes of our own or raises `Broken`, and
nothing else. It is bounded: so deep, so many nodes, so many keys of dicts and sets (whose hashes
may all be chosen to be the same), so many digits.
"""

from __future__ import annotations

import json
import keyword
import math
from collections import namedtuple
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from homework.grader.packing import LONGEST_RANGE, are_fields
from homework.grader.wire import DEPTH, DIGITS, DTYPES, KEYS, NODES, NUMBERS, TYPES, Broken


class Unpacker:
    """Reads one value; `resolve(body)` gives the object of a handle, or raises Broken.

    After `unpack`, `labelled` holds the arrays and generators that came with a number.
    """

    def __init__(self, resolve: Callable[[Any], Any]) -> None:
        self.resolve = resolve
        self.labelled: dict[int, Any] = {}
        self.numbers = memoryview(b"")
        self.nodes = self.keys = 0

    def unpack(self, tree: bytes, numbers: bytes) -> Any:
        """The value of a message; Broken for whatever is none."""
        self.numbers = memoryview(numbers)
        try:
            value = self.value(json.loads(tree, parse_int=_digits), 0)
        except Broken:
            raise
        except Exception as error:  # of json and numpy, of as many kinds as there are mistakes
            raise Broken(f"no message: {type(error).__name__}") from None
        if len(self.numbers):
            raise Broken("more numbers than there are arrays for")
        return value

    def value(self, node: Any, depth: int) -> Any:
        """The value of a node of the tree."""
        self.nodes += 1
        if depth > DEPTH or self.nodes > NODES:
            raise Broken("too deep, or too much")
        if isinstance(node, str):
            return _text(node)
        if isinstance(node, list):
            return self.every(node, depth)
        if not isinstance(node, dict):
            return node
        ((tag, body),) = node.items()
        return self.resolve(body) if tag == "h" else READ[tag](self, body, depth)

    def every(self, nodes: Any, depth: int) -> list[Any]:
        """The values of a list of nodes."""
        if not isinstance(nodes, list):
            raise Broken("a list was expected")
        return [self.value(node, depth + 1) for node in nodes]

    def count_keys(self, count: int) -> None:
        """Refuse more keys than a table of equal hashes takes in a moment."""
        self.keys += count
        if self.keys > KEYS:
            raise Broken("too many keys")

    def _dict(self, body: Any, depth: int) -> dict[Any, Any]:
        self.count_keys(len(body))
        pairs = [self.every(pair, depth) for pair in body]
        return {_key(key): value for key, value in pairs}

    def _set(self, body: Any, depth: int) -> set[Any] | frozenset[Any]:
        frozen, items = body
        self.count_keys(len(items))
        found = map(_key, self.every(items, depth))
        return frozenset(found) if frozen else set(found)

    def _named(self, body: Any, depth: int) -> Any:
        name, fields, values = body
        if not are_fields([name]) or not are_fields(fields):
            raise Broken("no names of fields")
        return _class(name, tuple(fields))(*self.every(values, depth))

    def _array(self, body: Any, depth: int) -> np.ndarray:
        dtype, shape, label = body
        found = self.take(dtype, _shape(shape))
        if label is not None:
            self.labelled[_whole(label)] = found
        return found

    def _objects(self, body: Any, depth: int) -> np.ndarray:
        kind, shape, items = body
        values = self.every(items, depth)
        if kind == "O":
            found = np.empty(len(values), dtype=object)
            for index, one in enumerate(values):
                found[index] = one
            return found.reshape(_shape(shape))
        if not all(isinstance(one, str) for one in values):
            raise Broken("an array of text holds something else")
        if len(values) * max(map(len, values), default=0) > NUMBERS // 4:
            raise Broken("too much text")
        return np.array(values, dtype=str).reshape(_shape(shape))

    def take(self, dtype: Any, shape: tuple[int, ...]) -> np.ndarray:
        """The next numbers behind the tree, as an array of our own."""
        kind = _dtype(dtype)
        size = math.prod(shape) * kind.itemsize
        if size > len(self.numbers):
            raise Broken("fewer numbers than were announced")
        part, self.numbers = self.numbers[:size], self.numbers[size:]
        if dtype == "b1":  # a byte of 2 would be a truth that differs from True
            return np.ndarray(shape, "u1", part) != 0 if shape else np.array(part[0] != 0)
        return np.ndarray(shape, kind.newbyteorder("<"), part).astype(kind)

    def _generator(self, body: Any, depth: int) -> np.random.Generator:
        label, state, inc, has, held = body
        bits = np.random.PCG64(0)
        bits.state = {
            "bit_generator": "PCG64",
            "state": {"state": _whole(state, 1 << 128), "inc": _whole(inc, 1 << 128) | 1},
            "has_uint32": _whole(has, 2),
            "uinteger": _whole(held, 1 << 32),
        }
        found = np.random.Generator(bits)
        if label is not None:
            self.labelled[_whole(label)] = found
        return found

    def _range(self, body: Any, depth: int) -> range:
        found = range(*body)
        if abs(found.stop - found.start) > LONGEST_RANGE:
            raise Broken("too long a range")
        return found


READ: dict[str, Callable[[Unpacker, Any, int], Any]] = {
    "t": lambda reader, body, depth: tuple(reader.every(body, depth)),
    "n": Unpacker._named,
    "d": Unpacker._dict,
    "s": Unpacker._set,
    "c": lambda reader, body, depth: complex(_number(body[0]), _number(body[1])),
    "b": lambda reader, body, depth: bytes.fromhex(body),
    "l": lambda reader, body, depth: slice(*reader.every(body, depth)),
    "r": Unpacker._range,
    "e": lambda reader, body, depth: ...,
    "y": lambda reader, body, depth: _dtype(body),
    "k": lambda reader, body, depth: TYPES[body],
    "g": Unpacker._generator,
    "a": Unpacker._array,
    "o": Unpacker._objects,
    "x": lambda reader, body, depth: reader.take(body, ())[()],
}


def _digits(text: str) -> int:
    if len(text) > DIGITS + 1:
        raise Broken("too many digits")
    return int(text)


def _text(text: str) -> str:
    """Text that every file can hold: half a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def _whole(value: Any, below: int = 1 << 31) -> int:
    if type(value) is not int or not 0 <= value < below:
        raise Broken("a count was expected")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float):
        raise Broken("a number was expected")
    return float(value)


def _shape(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) > 16:
        raise Broken("a shape was expected")
    return tuple(map(_whole, value))


def _dtype(name: Any) -> np.dtype:
    if name not in DTYPES:
        raise Broken("no dtype of numbers")
    return np.dtype(name)


def _key(value: Any) -> Any:
    """What may be a key: plain, and its hash is our own."""
    if isinstance(value, tuple):
        return tuple(map(_key, value)) if type(value) is tuple else value
    if not isinstance(value, (str, bytes, int, float, complex, frozenset, np.generic, type(None))):
        raise Broken("no key")
    return value


@lru_cache(maxsize=100)
def _class(name: str, fields: tuple[str, ...]) -> Any:
    if any(map(keyword.iskeyword, (name, *fields))) or len(set(fields)) < len(fields):
        raise Broken("no names of fields")
    return namedtuple(name, fields)
