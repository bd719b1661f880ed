"""Tables to learn from: read from CSV files, or drawn as two classes of points in the plane.

One convention holds for every CSV: the first line names the columns, the last column is the target, and every other
cell is a number.
"""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np

Array = np.ndarray

DATA = Path(__file__).resolve().parent.parent / "data"


class Dataset(NamedTuple):
    """A table: N examples of D features, and what is to be predicted from them.

    X: (N, D) floats. y: (N,) class indices 0 … K−1, and `target_names[y]` are the labels; or (N,) floats, and
    `target_names` holds the name of that quantity.
    """

    X: Array
    y: Array
    feature_names: tuple[str, ...]
    target_names: Array
    about: str


class Part(NamedTuple):
    """Inputs X and targets y that belong together, row by row; unpacks as `X, y = part`."""

    X: Array
    y: Array

    @classmethod
    def of(cls, X, y) -> Part:
        """X and y as arrays; ValueError unless they have the same number of rows, and one at least."""
        X, y = np.asarray(X), np.asarray(y)
        if X.ndim == 0 or y.ndim == 0 or len(X) != len(y):
            raise ValueError(f"X and y must have one row for each example, got shapes {X.shape} and {y.shape}")
        if len(X) == 0:
            raise ValueError(f"there are no examples: X has shape {X.shape}; expected one row at least")
        return cls(X, y)


class Split(NamedTuple):
    """Three parts of one table: train to fit, validation to choose, test once."""

    train: Part
    val: Part
    test: Part


def load_wine(path: str | Path | None = None) -> Dataset:
    """178 Italian wines, 13 chemical measurements on very different scales, 3 growers.

    >>> wine = load_wine()
    >>> wine.X.shape, wine.target_names.tolist()
    ((178, 13), ['class_0', 'class_1', 'class_2'])
    """
    return _load_classes("wine", path, "178 wines from one region of Italy, 13 chemical measurements, 3 growers")


def load_digits(path: str | Path | None = None) -> Dataset:
    """1,797 handwritten digits as 8×8 images, row by row; ink from 0 to 16.

    >>> digits = load_digits()
    >>> digits.X[0].reshape(8, 8)[0].tolist(), str(digits.target_names[digits.y[0]])
    ([0.0, 0.0, 5.0, 13.0, 9.0, 1.0, 0.0, 0.0], '0')
    """
    return _load_classes("digits", path, "1,797 handwritten digits, 8×8 pixels of ink from 0 to 16, 10 classes")


def load_breast_cancer(path: str | Path | None = None) -> Dataset:
    """569 tumours, 30 measurements of their cell nuclei, benign (0) or malignant (1)."""
    return _load_classes("breast_cancer", path, "569 tumours, 30 measurements of cell nuclei, benign or malignant")


def load_fruits(path: str | Path | None = None) -> Dataset:
    """300 apples, bananas and cherries: weight, sugar, price (their order in the alphabet says nothing about it).

    >>> fruits = load_fruits()
    >>> fruits.feature_names, fruits.target_names[fruits.y[:3]].tolist()
    (('weight', 'sugar', 'price'), ['apple', 'cherry', 'banana'])
    """
    return _load_classes("fruits", path, "300 fruits of three kinds: weight, sugar and price (generated)")


def load_people(path: str | Path | None = None) -> Dataset:
    """400 people: age in years, household income in the millions, and who bought reading glasses."""
    return _load_classes("people", path, "400 people: age, income, who bought reading glasses (generated)")


def load_diabetes(path: str | Path | None = None) -> Dataset:
    """442 patients, 10 measurements in their own units, and how far the disease had progressed a year later.

    >>> diabetes = load_diabetes()
    >>> diabetes.X.shape, diabetes.y[:3].tolist(), diabetes.target_names.tolist()
    ((442, 10), [151.0, 75.0, 141.0], ['progression'])
    """
    return _load_quantity("diabetes", path, "442 patients, 10 measurements, progression of diabetes one year later")


def load_houses(path: str | Path | None = None) -> Dataset:
    """500 houses: living area, rooms, age, distance to the centre, and the price in thousands."""
    return _load_quantity("houses", path, "500 houses: area, rooms, age, distance to the centre, price (generated)")


def make_moons(n: int, *, noise: float, rng: np.random.Generator) -> Part:
    """Two interleaved half circles: n points, shuffled; `noise` is the standard deviation added to both coordinates.

    >>> X, y = make_moons(100, noise=0.1, rng=np.random.default_rng(0))
    >>> X.shape, np.bincount(y).tolist()
    ((100, 2), [50, 50])
    """
    first, second = (np.linspace(0, np.pi, size) for size in _halves(n))
    upper = np.column_stack([np.cos(first), np.sin(first)])
    lower = np.column_stack([1 - np.cos(second), 0.5 - np.sin(second)])
    return _two_classes(upper, lower, noise, rng)


def make_circles(n: int, *, noise: float, rng: np.random.Generator) -> Part:
    """A circle of radius 1 (class 0) around one of radius ½ (class 1): n points, shuffled."""
    first, second = (np.linspace(0, 2 * np.pi, size, endpoint=False) for size in _halves(n))
    outer = np.column_stack([np.cos(first), np.sin(first)])
    inner = 0.5 * np.column_stack([np.cos(second), np.sin(second)])
    return _two_classes(outer, inner, noise, rng)


def make_spirals(n: int, *, noise: float, rng: np.random.Generator) -> Part:
    """Two spirals of 1¾ turns, half a turn apart: n points, shuffled (after Lang and Witbrock, 1988).

    r = 0.1 … 1, φ = 2π · 1.75 · r for class 0, and the same turned by π for class 1.
    """
    first, second = (np.linspace(0.1, 1, size) for size in _halves(n))
    arm, turned = (np.column_stack([r * np.sin(3.5 * np.pi * r), r * np.cos(3.5 * np.pi * r)]) for r in (first, second))
    return _two_classes(arm, -turned, noise, rng)


def require_rng(rng: np.random.Generator) -> None:
    """Raise a TypeError that says how to make a generator, unless `rng` is one."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy Generator, got {rng!r}; try rng=np.random.default_rng(0)")


def _halves(n: int) -> tuple[int, int]:
    if n < 2:
        raise ValueError(f"n must be ≥ 2 (one point for each class), got {n}")
    return n - n // 2, n // 2


def _two_classes(first: Array, second: Array, noise: float, rng: np.random.Generator) -> Part:
    require_rng(rng)
    if not 0 <= noise < math.inf:
        raise ValueError(f"noise is a standard deviation and must be ≥ 0, got {noise}")
    X, y = np.concatenate([first, second]), np.repeat([0, 1], [len(first), len(second)])
    order = rng.permutation(len(X))
    return Part(X[order] + rng.normal(0, noise, X.shape), y[order])


def _load_classes(name: str, path: str | Path | None, about: str) -> Dataset:
    """A table whose last column holds labels, words or numbers; classes are numbered in sorted order."""
    names, rows = _read_rows(DATA / f"{name}.csv" if path is None else path)
    X = _numbers(rows, names, slice(None, -1))
    labels = [row.cells[-1] for row in rows]
    for row in rows:
        if not row.cells[-1]:
            raise ValueError(f"{row.place}, column '{names[-1]}': the label is missing; fill it in or delete the line")
    target_names, y = np.unique(labels, return_inverse=True)
    if len(target_names) == len(rows) > 1:
        raise ValueError(
            f"{rows[0].place}, column '{names[-1]}': from here on no label occurs twice, expected classes; "
            "to predict a quantity read the file with load_houses"
        )
    return Dataset(X, y, names[:-1], target_names, about if path is None else f"{len(rows)} rows of {path}")


def _load_quantity(name: str, path: str | Path | None, about: str) -> Dataset:
    """A table whose last column holds numbers."""
    names, rows = _read_rows(DATA / f"{name}.csv" if path is None else path)
    table = _numbers(rows, names, slice(None))
    about = about if path is None else f"{len(rows)} rows of {path}"
    return Dataset(table[:, :-1].copy(), table[:, -1].copy(), names[:-1], np.array(names[-1:]), about)


class _Row(NamedTuple):
    place: str  # "houses.csv, line 14", counted as an editor counts
    cells: list[str]


def _read_rows(path: str | Path) -> tuple[tuple[str, ...], list[_Row]]:
    """Names of the columns and the rows below them, every row as long as the header; blank lines are skipped."""
    path = Path(path)
    rows, line = [], 1
    reader = csv.reader(io.StringIO(_read_text(path), newline=""), skipinitialspace=True, strict=True)
    try:
        for cells in reader:
            if cells:
                rows.append(_Row(f"{path.name}, line {line}", [cell.strip() for cell in cells]))
            line = reader.line_num + 1  # a quoted cell may span lines: the row starts where the last one ended
    except csv.Error as error:
        raise ValueError(f"{path.name}, line {line}: {error}; look for a quotation mark without its partner") from error
    if len(rows) < 2:
        raise ValueError(f"{path.name}, line {line}: the table is empty; expected names, then a line for each example")
    header, *body = rows
    names = _check_header(header)
    for row in body:
        if len(row.cells) != len(names):
            raise ValueError(
                f"{row.place}: {len(row.cells)} cells, expected {len(names)} as in the first line "
                f"({names[0]} … {names[-1]}); look for a missing or an extra comma"
            )
    return names, body


def _read_text(path: Path) -> str:
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no file {str(path)!r}, looked for it in {str(path.resolve().parent)!r}; "
            "give the path from the folder of the notebook, or the whole path"
        )
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{path.name}, line {line}: not UTF-8 text; save it as 'CSV UTF-8'") from error


def _check_header(header: _Row) -> tuple[str, ...]:
    place, names = header
    if len(names) < 2:
        raise ValueError(f"{place}: one column, {names[0]!r}, expected features and a target, separated by commas")
    for column, name in enumerate(names):
        if not name:
            raise ValueError(f"{place}: column {column + 1} has no name; the first line names every column")
        if names.index(name) != column:
            raise ValueError(f"{place}: two columns are called '{name}'; every column needs a name of its own")
    if all(math.isfinite(_number(name)) for name in names):
        raise ValueError(f"{place}: expected names of columns, got numbers ({names[0]} …); add a first line with names")
    return tuple(names)


def _numbers(rows: list[_Row], names: tuple[str, ...], columns: slice) -> Array:
    """The cells of these columns as floats (N, D); ValueError for the first one that is missing or no finite number."""
    table = np.array([[_number(cell) for cell in row.cells[columns]] for row in rows])
    bad = np.argwhere(~np.isfinite(table))
    if len(bad):
        row, column = rows[bad[0, 0]], bad[0, 1]
        cell = row.cells[column]
        problem = f"got {cell!r}, expected a finite number like 3.5 (no unit)" if cell else "the number is missing"
        raise ValueError(f"{row.place}, column '{names[column]}': {problem}; correct the cell or delete the line")
    return table


def _number(cell: str) -> float:
    try:
        return math.nan if "_" in cell else float(cell)  # Python reads 1_000, no other program does
    except ValueError:
        return math.nan
