"""How much time and room a student's code has."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Seconds for one cell and for one test, and sizes in bytes.

    `cell` and `test` are seconds of processor time, so a busy machine costs nobody a point. By the
    clock there are `patience` times as many: that ends what sleeps or waits.
    """

    cell: int = 30
    test: int = 15
    patience: float = 4.0
    memory: int = 3 << 30
    file: int = 32 << 20
    processes: int = 64

    def seconds(self, kind: str) -> int:
        """Processor seconds for a "cell" or a "test"."""
        return self.cell if kind == "cell" else self.test
