"""Write the tables that the course makes up: `python data/generate.py [folder]`.

The files are the same every time. Each table is written so that the point of a lesson is really in
it; data/README.md says which.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
Columns = dict[str, np.ndarray]  # (N,) each, by name, the target last

MISTYPED = 17  # the flat whose area lost its point


def fruits(rng: np.random.Generator) -> Columns:
    """Price per 100 g around 1, 3, 1 for apple, banana, cherry: no line through codes 0, 1, 2."""
    kind = rng.permutation(np.repeat([0, 1, 2], 100))
    weight = rng.normal(np.array([180.0, 120.0, 8.0])[kind], np.array([25.0, 15.0, 1.0])[kind])
    sugar = rng.normal(np.array([10.4, 12.2, 12.8])[kind], 0.8)
    price = rng.normal(np.array([1.0, 3.0, 1.0])[kind], 0.1)
    return {
        "weight": weight.round(1),
        "sugar": sugar.round(1),
        "price": price.round(2),
        "fruit": np.array(["apple", "banana", "cherry"])[kind],
    }


def people(rng: np.random.Generator) -> Columns:
    """Age decides who buys reading glasses, but income, in forints, has the large numbers."""
    age = rng.integers(0, 101, 400)
    income = rng.lognormal(np.log(6e6), 0.5, 400).round(-4)
    inclination = (age - 48) / 5 + (income - 6.5e6) / 3e6
    buys = inclination + rng.logistic(0, 1, 400) > 0
    return {"age": age, "income": income, "bought": np.where(buys, "yes", "no")}


def houses(rng: np.random.Generator) -> Columns:
    """A price that adds up four features; large houses have more rooms, old ones are central."""
    area = rng.gamma(9, 13, 500).clip(35, 320).round()
    rooms = (1 + area / 28 + rng.normal(0, 0.7, 500)).round().clip(1, None)
    distance = rng.gamma(2.5, 3, 500).clip(0.3, None).round(1)
    age = (60 - 1.5 * distance + rng.normal(0, 20, 500)).clip(0, 130).round()
    price = 90 + 2.4 * area + 11 * rooms - 0.7 * age - 5.5 * distance + rng.normal(0, 25, 500)
    return {
        "area": area,
        "rooms": rooms,
        "age": age,
        "distance": distance,
        "price": price.clip(20, None).round(),
    }


def flats_raw(rng: np.random.Generator) -> Columns:
    """A list of flats as an agency keeps it: gaps, words in several spellings, a typing error.

    Old flats are cheaper, and their year is the one that is often unknown: a gap tells something.
    The rent falls by the same amount each time the way to the tram doubles.
    """
    n = 240
    area = rng.gamma(9, 8, n).clip(22, 160).round(1)
    rooms = (0.6 + area / 30 + rng.normal(0, 0.5, n)).round().clip(1, None)
    built = (2022 - rng.gamma(2.2, 24, n)).clip(1880, 2022).round()
    tram = rng.lognormal(np.log(350), 1, n).clip(20, 8000).round()
    heating = rng.choice(3, n, p=[0.45, 0.3, 0.25])
    condition = rng.choice(4, n, p=[0.15, 0.35, 0.35, 0.15])
    rent = 260 + 9 * area + 1.6 * (built - 1960) - 55 * np.log2(tram / 350)
    rent += np.array([0, 90, -60])[heating] + 55 * (condition - 1.5) + rng.normal(0, 45, n)

    is_unknown = rng.uniform(size=n) < 0.03 + 0.75 / (1 + np.exp((built - 1945) / 8))
    gap = rng.choice(["", "?"], n)
    kinds = np.array(["gas", "district", "electric"])[heating]
    written = np.array([kinds, np.char.title(kinds), np.char.add(kinds, " ")])
    spelling = rng.choice(3, n, p=[0.8, 0.12, 0.08])
    area[MISTYPED] *= 100  # the point was forgotten
    return {
        "area": area,
        "rooms": rooms,
        "built": np.where(is_unknown, gap, built.astype(int).astype(str)),
        "tram": tram,
        "heating": written[spelling, np.arange(n)],
        "condition": np.array(["poor", "fair", "good", "new"])[condition],
        "rent": rent.round(),
    }


def write_table(path: Path, columns: Mapping[str, np.ndarray]) -> None:
    """A CSV with one line of names, then a line for each example.

    Numbers have ten digits: more than any source has, and few enough to leave rounding errors out.
    """
    cells = [
        column if column.dtype.kind == "U" else [f"{value:.10g}" for value in column]
        for column in map(np.asarray, columns.values())
    ]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*cells))


def main(folder: Path) -> None:
    """Write all four into the folder, each from a seed of its own."""
    write_table(folder / "fruits.csv", fruits(np.random.default_rng(0)))
    write_table(folder / "people.csv", people(np.random.default_rng(1)))
    write_table(folder / "houses.csv", houses(np.random.default_rng(2)))
    write_table(folder / "flats_raw.csv", flats_raw(np.random.default_rng(3)))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
