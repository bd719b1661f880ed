"""A past that may grow for ever, kept in rows few enough to be drawn."""

from __future__ import annotations

from collections.abc import Sequence


class History:
    """Rows (when, what, …) of what was measured, evenly spread from the first to the last.

    Where more than `most` are kept, every second one goes, and of those to come too.

    >>> past = History(most=4)
    >>> for when in range(11):
    ...     past.add((when, "loss"))
    >>> [when for when, _ in past.rows]
    [0, 4, 8, 10]
    """

    def __init__(self, most: int = 400) -> None:
        self._most = most
        self._kept: list[Sequence] = []
        self._last: Sequence | None = None
        self._added = 0
        self._every = 1  # this many rows from one that is kept to the next

    def add(self, row: Sequence) -> None:
        """Add a row; one of the same time as the last takes its place."""
        if self._last is not None and row[0] == self._last[0]:
            if self._kept[-1] is self._last:
                self._kept[-1] = row
            self._last = row
            return
        if self._added % self._every == 0:
            self._kept.append(row)
        self._last = row
        self._added += 1
        if len(self._kept) > self._most:
            del self._kept[1::2]
            self._every *= 2

    @property
    def rows(self) -> list[Sequence]:
        """The rows from the first to the last, at most one more than `most`."""
        if self._last is None or self._kept[-1] is self._last:
            return list(self._kept)
        return [*self._kept, self._last]
