"""Measures what each remedy of lesson 10 is worth, and writes data/remedies.csv:

    python -m tools.remedies            all of it, some ten minutes on one core
    python -m tools.remedies L2 0       prints what one remedy comes to with one seed

The lesson reads the table and runs a small part of it again.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from tqdm.auto import tqdm

from helpers.datasets import DATA
from helpers.remedies import MENUS, TYPICAL, Ends, Recipe, deal, trial

REMEDIES = ("smaller rate", "early stopping", "L2", "dropout", "augmentation", "all together")


class Stage(NamedTuple):
    """Which remedies are tried on how many labels, a share of them wrong."""

    labels: int
    wrong: float
    remedies: tuple[str, ...] = REMEDIES
    steps: int = 1500
    seeds: int = 8

    def recipes(self) -> Iterator[tuple[str, str, Recipe]]:
        """Each remedy with the place in its menu and the recipe there."""
        for remedy in self.remedies:
            if remedy in MENUS:
                for place, recipe in enumerate(MENUS[remedy]):
                    yield remedy, str(place), recipe
            else:
                for name, recipe in TYPICAL.items():
                    yield name, remedy, replace(recipe, **VARIED[remedy])

    def rows(self) -> Iterator[tuple]:
        """A row of the table for each seed and recipe."""
        for seed in range(self.seeds):
            dealt = deal(self.labels, self.wrong, seed)
            for remedy, setting, recipe in self.recipes():
                ends = trial(recipe, dealt, seed, self.steps)
                numbers = (f"{end:.4f}" for end in ends)
                yield self.labels, self.wrong, self.steps, remedy, setting, seed, *numbers


# What the verdict is varied by, one at a time, each remedy at its typical setting.
VARIED: dict[str, dict] = {"typical": {}, "512 units": {"units": 512}}
STAGES = (
    Stage(300, 0.2, (*REMEDIES, "width", "label smoothing", "typical")),
    Stage(1000, 0.2, ("smaller rate",)),
    Stage(300, 0.0, (*REMEDIES, "width", "label smoothing")),
    Stage(100, 0.0),
    Stage(1000, 0.0, (*REMEDIES, "label smoothing")),
    Stage(50, 0.0),
    Stage(300, 0.2, ("typical",), steps=500),
    Stage(300, 0.2, ("typical",), steps=4500),
    Stage(300, 0.4, ("typical",)),
    Stage(300, 0.2, ("512 units",)),
)
NAMES = ("labels", "wrong", "steps", "remedy", "setting", "seed", *Ends._fields)


def main(arguments: list[str]) -> None:
    """Write the whole table, or print one remedy with one seed."""
    if arguments:
        remedy, seed = arguments
        dealt = deal(300, 0.2, int(seed))
        for recipe in MENUS[remedy]:
            print(recipe, trial(recipe, dealt, int(seed)))
        return
    runs = sum(stage.seeds * len([*stage.recipes()]) for stage in STAGES)
    with (DATA / "remedies.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(NAMES)
        with tqdm(total=runs, mininterval=30) as bar:
            for stage in STAGES:
                for row in stage.rows():
                    writer.writerow(row)
                    bar.update()
                file.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
