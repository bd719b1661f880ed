"""What can go wrong between the two processes, and how an error is told from one to the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from homework.grader.wire import TYPES, Broken

# Ends loops, or is not made from a text alone.
UNLIKE = {
    "StopIteration",
    "StopAsyncIteration",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeTranslateError",
    "ExceptionGroup",
}


class Died(BaseException):
    """The other end does not answer any more, or does not keep to the rules.

    No Exception: a test that catches those must not go on without its student.
    """


class Raised(Exception):
    """The other end answered with an error: the names of its classes, and its text."""

    def __init__(self, names: list[str], text: str) -> None:
        super().__init__(text)
        self.names = names


@contextmanager
def alive() -> Iterator[None]:
    """Say in one way that there is no answer: Died, "late", "gone" or "broken"."""
    try:
        yield
    except TimeoutError:
        raise Died("late") from None
    except (EOFError, OSError):
        raise Died("gone") from None
    except Broken as error:
        raise Died(f"broken: {error}") from None


def rebuilt(names: list[str], text: str) -> Exception:
    """The error of the other end, as the nearest kind that Python itself has.

    Not a StopIteration: that would end a loop of the test as if there were no more cases.

    >>> rebuilt(["KeyError", "LookupError"], "'w'")
    KeyError("'w'")
    >>> rebuilt(["BadShape", "ValueError"], "two rows"), rebuilt(["StopIteration"], "")
    (ValueError('BadShape: two rows'), RuntimeError('StopIteration: '))
    """
    for place, name in enumerate(names):
        kind = TYPES.get(name)
        if kind is not None and issubclass(kind, Exception) and name not in UNLIKE:
            return kind(text if place == 0 else f"{names[0][:60]}: {text}")
    return RuntimeError(f"{(names or ['an error'])[0][:60]}: {text}")


def text_of(error: BaseException) -> str:
    """What an error says; a student's own error may fail even at that."""
    try:
        return str(error)[:2000]
    except Exception:
        return ""
