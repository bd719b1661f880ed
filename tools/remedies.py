"""Measures what each remedy of lesson 10 is worth, and writes data/remedies.csv:

    python -m tools.remedies            all of it, about a quarter of an hour on one core
    python -m tools.remedies 300 0.2    prints one stage: 300 labels, a fifth of them wrong

The lesson reads the table and runs a small part of it again.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from tqdm.auto import tqdm

from helpers.datasets import DATA
from helpers.remedies import MENUS, Ends, deal, trial

PATH = Path(DATA) / "remedies.csv"
SEEDS = range(8)
STAGES = ((300, 0.2), (1000, 0.2), (50, 0.0), (100, 0.0), (300, 0.0), (1000, 0.0))
NAMES = ("labels", "wrong", "remedy", "setting", "seed", *Ends._fields)


def rows(labels: int, wrong: float) -> Iterator[tuple]:
    """A row for each seed, remedy and setting of its menu, counted from 0."""
    for seed in SEEDS:
        dealt = deal(labels, wrong, seed)
        for remedy, menu in MENUS.items():
            for setting, recipe in enumerate(menu):
                ends = trial(recipe, dealt, seed)
                yield labels, wrong, remedy, setting, seed, *(f"{end:.4f}" for end in ends)


def main(arguments: list[str]) -> None:
    """Write the whole table, or print one stage of it."""
    if arguments:
        labels, wrong = int(arguments[0]), float(arguments[1])
        for row in rows(labels, wrong):
            print(*row, sep=",")
        return
    runs = len(STAGES) * len(SEEDS) * sum(map(len, MENUS.values()))
    with PATH.open("w", newline="", encoding="utf-8") as file, tqdm(total=runs) as bar:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(NAMES)
        for stage in STAGES:
            for row in rows(*stage):
                writer.writerow(row)
                file.flush()
                bar.update()


if __name__ == "__main__":
    main(sys.argv[1:])
