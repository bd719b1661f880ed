"""Write the tables that the course makes up: `python data/generate.py [folder]`. The same files every time.

Each table is written so that the point of a lesson is really in it; data/README.md says which.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent


def fruits(rng: np.random.Generator):
    """Price per 100 g around 1, 3, 1 for apple, banana, cherry: the order of the letters says nothing about it."""
    kind = rng.permutation(np.repeat([0, 1, 2], 100))
    weight = rng.normal(np.array([180.0, 120.0, 8.0])[kind], np.array([25.0, 15.0, 1.0])[kind])
    sugar = rng.normal(np.array([10.4, 12.2, 12.8])[kind], 0.8)
    price = rng.normal(np.array([1.0, 3.0, 1.0])[kind], 0.1)
    yield "weight", weight.round(1)
    yield "sugar", sugar.round(1)
    yield "price", price.round(2)
    yield "fruit", np.array(["apple", "banana", "cherry"])[kind]


def people(rng: np.random.Generator):
    """Age decides who buys reading glasses, income a little; in years and forints, income has all the distance."""
    age = rng.integers(0, 101, 400)
    income = rng.lognormal(np.log(6e6), 0.5, 400).round(-4)
    inclination = (age - 48) / 5 + (income - 6.5e6) / 3e6
    yield "age", age
    yield "income", income
    yield "bought", np.where(inclination + rng.logistic(0, 1, 400) > 0, "yes", "no")


def houses(rng: np.random.Generator):
    """A price that adds up four features on different scales; large houses have more rooms, old ones are central."""
    area = rng.gamma(9, 13, 500).clip(35, 320).round()
    rooms = (1 + area / 28 + rng.normal(0, 0.7, 500)).round().clip(1, None)
    distance = rng.gamma(2.5, 3, 500).clip(0.3, None).round(1)
    age = (60 - 1.5 * distance + rng.normal(0, 20, 500)).clip(0, 130).round()
    price = 90 + 2.4 * area + 11 * rooms - 0.7 * age - 5.5 * distance + rng.normal(0, 25, 500)
    yield "area", area
    yield "rooms", rooms
    yield "age", age
    yield "distance", distance
    yield "price", price.clip(20, None).round()


def write_table(path: Path, columns: dict) -> None:
    """A CSV with one line of names. Ten digits are more than any source has, and leave rounding errors out."""
    arrays = [np.asarray(column) for column in columns.values()]
    cells = [
        array if array.dtype.kind == "U" else [f"{value:.10g}" for value in array]
        for array in arrays
    ]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*cells))


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for seed, table in enumerate([fruits, people, houses]):
        write_table(folder / f"{table.__name__}.csv", dict(table(np.random.default_rng(seed))))
