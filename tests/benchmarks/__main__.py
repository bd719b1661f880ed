"""`make bench`: the table of budgets, measured. Each figure stands beside the one it is compared
with, from the same run.

    make bench                      all rows
    make bench ARGS="networks"      only the training of networks
    make bench ARGS="transformers"  only a step of a transformer
    make bench ARGS="optimizers"    only maps of descents and steps of optimizers
    make bench ARGS="search"        only the map of trainability, and what a search adds to a trial
    make bench ARGS="kernel"        only what a frame costs in the kernel
    make bench ARGS="browser"       only how fast figures answer in a browser
    make bench ARGS="lessons"       only how long a lesson takes in a browser, from Run all
    make bench ARGS="classroom"     only twenty kernels at once, each with a slider that moves
    make bench ARGS="homework"      only the grading of 60 submissions

The machine may be busy: trust a ratio more than a time.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from typing import NamedTuple


class Row(NamedTuple):
    """One figure of the table: what, how much, beside what, its budget, and whether it is met.

    `met` is None where there is no budget.
    """

    what: str
    figure: str
    beside: str = ""
    budget: str = ""
    met: bool | None = None

    def __str__(self) -> str:
        verdict = {True: "met", False: "MISSED", None: ""}[self.met]
        figure = f"{self.what:<58} {self.figure:>12}"
        return f"{figure}   {self.beside:<46} {self.budget:<28} {verdict}".rstrip()


def rows(wanted: set[str]) -> Iterator[Row]:
    """The rows of the wanted parts, or of all parts where none is named, each when it is ready."""
    from tests.benchmarks import (
        browser,
        classroom,
        homework,
        kernel,
        lessons,
        networks,
        optimizers,
        search,
        transformers,
    )

    for module in (
        networks,
        transformers,
        optimizers,
        search,
        kernel,
        homework,
        browser,
        lessons,
        classroom,
    ):
        name = module.__name__.rpartition(".")[2]
        if not wanted or name in wanted:
            yield from module.rows(Row)


if __name__ == "__main__":
    print(
        f"Python {platform.python_version()} on {platform.machine()}, {platform.system()}",
        flush=True,
    )
    for row in rows(set(sys.argv[1:])):
        print(row, flush=True)
