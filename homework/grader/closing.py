"""What is closed at the end of a `with`, whatever happened in it."""

from __future__ import annotations

from types import TracebackType
from typing import TypeVar

Closed = TypeVar("Closed", bound="Closing")


class Closing:
    """A context manager that calls its own `close` at the end."""

    def close(self) -> None:
        """End what was begun."""
        raise NotImplementedError(f"{type(self).__name__} says how it is closed")

    def __enter__(self: Closed) -> Closed:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
