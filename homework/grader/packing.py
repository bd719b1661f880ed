"""A value as a tree of JSON and the numbers of its arrays.

By value go None, bool, int, float, complex, str, bytes, list, tuple, namedtuple, dict, set, slice,
range, `...`, arrays and scalars of numbers, arrays of text and of plain objects, types by their
name, and a random Generator by its state. Numbers and text stand for themselves, a list for a list,
and {tag: body} for everything else; `handle` gives the tree of what has no value form.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeGuard

import numpy as np

from homework.grader.wire import DEPTH, DIGITS, DTYPES, FIELDS, TYPES, TooLarge, frame

NAMES = {id(value): name for name, value in TYPES.items()}
LONGEST_RANGE = 1_000_000


def nothing(value: Any) -> None:
    """The label of a value that carries none."""
    return None


class Packer:
    """Writes one value.

    `handle(value)` gives the tree of what has no value form, or raises. `label(value)` may give an
    array or a generator a number, under which the other side reports what became of it.
    """

    def __init__(
        self, handle: Callable[[Any], Any], label: Callable[[Any], int | None] = nothing
    ) -> None:
        self.handle = handle
        self.label = label
        self.numbers: list[bytes] = []

    def pack(self, value: Any) -> bytes:
        """The bytes of the message; TooLarge where the value is over the limits."""
        tree = json.dumps(self.tree(value, 0), separators=(",", ":")).encode()
        return frame(tree, b"".join(self.numbers))

    def tree(self, value: Any, depth: int) -> Any:
        """The JSON of a value: itself, a list, or {tag: body}."""
        if depth > DEPTH:
            raise TooLarge(f"the value is nested more than {DEPTH} deep")
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, np.ndarray):
            return self._array(value, depth)
        if isinstance(value, np.generic) and not isinstance(value, np.str_):
            return self._scalar(value)
        if isinstance(value, (int, float, str)):
            return _simple(value)
        if isinstance(value, list):
            return self._every(value, depth)
        found = self._tagged(value, depth)
        return self.handle(value) if found is None else found

    def _every(self, values: Iterable[Any], depth: int) -> list[Any]:
        return [self.tree(one, depth + 1) for one in values]

    def _tagged(self, value: Any, depth: int) -> dict[str, Any] | None:
        """{tag: body} of a container or a name; None for what is neither."""
        if isinstance(value, tuple):
            return self._tuple(value, depth)
        if isinstance(value, dict):
            return {"d": [self._every(pair, depth) for pair in value.items()]}
        if isinstance(value, (set, frozenset)):
            return {"s": [int(isinstance(value, frozenset)), self._every(value, depth)]}
        if isinstance(value, complex):
            return {"c": [value.real, value.imag]}
        if isinstance(value, (bytes, bytearray)):
            return {"b": bytes(value).hex()}
        if isinstance(value, slice):
            return {"l": self._every([value.start, value.stop, value.step], depth)}
        if isinstance(value, range) and abs(value.stop - value.start) <= LONGEST_RANGE:
            return {"r": [value.start, value.stop, value.step]}
        if value is ...:
            return {"e": 0}
        if isinstance(value, np.dtype) and value.str[1:] in DTYPES:
            return {"y": value.str[1:]}
        if isinstance(value, type) and id(value) in NAMES:
            return {"k": NAMES[id(value)]}
        if isinstance(value, np.random.Generator):
            return self._generator(value)
        return None

    def _tuple(self, value: tuple[Any, ...], depth: int) -> dict[str, Any]:
        fields = getattr(value, "_fields", None)
        if are_fields(fields) and len(fields) == len(value) and are_fields([type(value).__name__]):
            return {"n": [type(value).__name__, list(fields), self._every(value, depth)]}
        return {"t": self._every(value, depth)}

    def _array(self, value: np.ndarray, depth: int) -> Any:
        """An array's dtype and shape; its numbers follow behind the tree."""
        if value.dtype.kind in "OU":
            items = self._every(value.ravel().tolist(), depth)
            return {"o": [value.dtype.kind, list(value.shape), items]}
        plain = _plain(value)
        if plain is None:
            return self.handle(value)
        self.numbers.append(plain.tobytes())
        return {"a": [plain.dtype.str[1:], list(plain.shape), self.label(value)]}

    def _scalar(self, value: np.generic) -> Any:
        """A numpy scalar keeps its dtype."""
        plain = _plain(np.asarray(value))
        if plain is None:
            return self.handle(value)
        self.numbers.append(plain.tobytes())
        return {"x": plain.dtype.str[1:]}

    def _generator(self, value: np.random.Generator) -> Any:
        """The state of a `default_rng`; any other generator has no value form."""
        state = dict(value.bit_generator.state)
        if state["bit_generator"] != "PCG64":
            return None
        inner = state["state"]
        numbers = [inner["state"], inner["inc"], state["has_uint32"], state["uinteger"]]
        return {"g": [self.label(value), *map(int, numbers)]}


def are_fields(names: Any) -> TypeGuard[Sequence[str]]:
    """Whether these are names that the fields of a namedtuple can have.

    >>> are_fields(("train", "test")), are_fields(["_replace"]), are_fields("xy"), are_fields(["é"])
    (True, False, False, False)
    """
    return (
        isinstance(names, (list, tuple))
        and len(names) <= FIELDS
        and all(isinstance(name, str) and name.isascii() and name.isidentifier() for name in names)
        and not any(name.startswith("_") for name in names)
    )


def _simple(value: int | float | str) -> int | float | str:
    """Of a class that inherits from one of these, the plain value."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, float):
        return float(value)
    if value.bit_length() > 3 * DIGITS:
        raise TooLarge(f"an integer of more than {DIGITS} digits")
    return int(value)


def _plain(value: np.ndarray) -> np.ndarray | None:
    """The array in little-endian order and one of the usual precisions; None for other kinds."""
    kind = value.dtype.kind
    if kind not in "biufc":
        return None
    dtype = (
        value.dtype if value.dtype.str[1:] in DTYPES else np.dtype("c16" if kind == "c" else "f8")
    )
    return np.asarray(value, dtype=dtype.newbyteorder("<"), order="C")
