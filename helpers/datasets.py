"""Tables to learn from: read from CSV files, or drawn as two classes of points in the plane."""

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from helpers.checks import Array, require_rng

DATA = Path(__file__).resolve().parent / "tables"
if not DATA.exists():
    DATA = Path(__file__).resolve().parent.parent / "data"


class Dataset(NamedTuple):
    """A table: N examples of D features, and what is to be predicted from them."""

    X: Array  # (N, D) floats
    y: Array  # (N,) class indices 0 … K−1, and target_names[y] are the labels; or floats, a quantity of that name
    feature_names: tuple[str, ...]
    target_names: Array
    about: str


class Part(NamedTuple):
    """Inputs X and targets y that belong together, row by row; unpacks as `X, y = part`."""

    X: Array
    y: Array

    @classmethod
    def of(cls, X, y) -> "Part":
        """X and y as arrays; ValueError unless they have the same number of rows, and one at least."""
        X, y = np.asarray(X), np.asarray(y)
        if X.ndim == 0 or y.ndim == 0 or len(X) != len(y):
            raise ValueError(
                f"X and y must have one row for each example, got shapes {X.shape} and {y.shape}"
            )
        if len(X) == 0:
            raise ValueError(
                f"there are no examples: X has shape {X.shape}; expected one row at least"
            )
        return cls(X, y)


class Split(NamedTuple):
    """Three parts of one table: train to fit, validation to choose, test once."""

    train: Part
    val: Part
    test: Part


def make_moons(n: int, *, noise: float, rng: np.random.Generator) -> Part:
    """Two interleaved half circles: n points, shuffled; `noise` is the standard deviation added to both coordinates."""
    a, b = (np.linspace(0, np.pi, size) for size in _halves(n))
    return _two_classes((np.cos(a), np.sin(a)), (1 - np.cos(b), 0.5 - np.sin(b)), noise, rng)


def make_circles(n: int, *, noise: float, rng: np.random.Generator) -> Part:
    """A circle of radius 1 (class 0) around one of radius ½ (class 1): n points, shuffled."""
    a, b = (np.linspace(0, 2 * np.pi, size, endpoint=False) for size in _halves(n))
    return _two_classes((np.cos(a), np.sin(a)), (0.5 * np.cos(b), 0.5 * np.sin(b)), noise, rng)


def make_spirals(n: int, *, noise: float, rng: np.random.Generator) -> Part:
    """Two spirals of 1¾ turns, half a turn apart: n points, shuffled (after Lang and Witbrock, 1988)."""
    r, s = (np.linspace(0.1, 1, size) for size in _halves(n))
    a, b = 3.5 * np.pi * r, 3.5 * np.pi * s
    return _two_classes(
        (r * np.sin(a), r * np.cos(a)), (-s * np.sin(b), -s * np.cos(b)), noise, rng
    )


def _halves(n: int) -> tuple[int, int]:
    if n < 2:
        raise ValueError(f"n must be ≥ 2 (one point for each class), got {n}")
    return n - n // 2, n // 2


def _two_classes(first: tuple[Array, Array], second: tuple[Array, Array], noise, rng) -> Part:
    require_rng(rng)
    if not 0 <= noise < math.inf:
        raise ValueError(f"noise is a standard deviation and must be ≥ 0, got {noise}")
    X, y = (
        np.column_stack(np.hstack([first, second])),
        np.repeat([0, 1], [len(first[0]), len(second[0])]),
    )
    order = rng.permutation(len(X))
    return Part(X[order] + rng.normal(0, noise, X.shape), y[order])


def read(path: str | Path, target: type = str) -> Dataset:
    """A CSV: a line of names, then rows of numbers with the target last, which is a label (str) or a quantity (float).
    Classes are numbered in sorted order. A ValueError names the file, line and column at fault.
    """
    names, rows = _rows(Path(path))
    about = f"{len(rows)} rows of {path}"
    if target is float:
        table = _numbers(rows, names)
        return Dataset(
            table[:, :-1].copy(), table[:, -1].copy(), names[:-1], np.array(names[-1:]), about
        )
    X, labels = _numbers(rows, names[:-1]), [cells[-1] for _, cells in rows]
    column = f"column '{names[-1]}'"
    if "" in labels:
        raise ValueError(
            f"{rows[labels.index('')][0]}, {column}: the label is missing; fill it in or delete the line"
        )
    target_names, y = np.unique(labels, return_inverse=True)
    if len(target_names) == len(rows) > 1:
        raise ValueError(
            f"{rows[0][0]}, {column}: from here on no label occurs twice; for a quantity: load_houses"
        )
    return Dataset(X, y, names[:-1], target_names, about)


def _rows(path: Path) -> tuple[tuple[str, ...], list[tuple[str, list[str]]]]:
    """Names of the columns; then, of each row that is not blank, the place, "wine.csv, line 2", and the cells."""
    if not path.is_file():
        hint = "give the path from the folder of the notebook, or the whole path"
        raise FileNotFoundError(
            f"there is no file '{path}', looked for it in '{path.resolve().parent}'; {hint}"
        )
    raw, rows, line = path.read_bytes(), [], 1
    try:
        reader = csv.reader(
            io.StringIO(raw.decode("utf-8-sig"), newline=""), skipinitialspace=True, strict=True
        )
        for cells in reader:
            if cells:
                rows.append((f"{path.name}, line {line}", [cell.strip() for cell in cells]))
            line = (
                reader.line_num + 1
            )  # a quoted cell may span lines: the row starts where the last one ended
    except UnicodeDecodeError as error:
        line += raw.count(b"\n", 0, error.start)
        raise ValueError(
            f"{path.name}, line {line}: not UTF-8 text; save it as 'CSV UTF-8'"
        ) from error
    except csv.Error as error:
        raise ValueError(
            f"{path.name}, line {line}: {error}; look for a quotation mark without its partner"
        ) from error
    if len(rows) < 2:
        raise ValueError(
            f"{path.name}, line {line}: the table is empty; expected names, then a line for each example"
        )
    (place, names), *body = rows
    _check_names(place, names)
    for place, cells in body:
        if len(cells) != len(names):
            expected = f"expected {len(names)} as in the first line ({names[0]} … {names[-1]})"
            raise ValueError(
                f"{place}: {len(cells)} cells, {expected}; look for a missing or an extra comma"
            )
    return tuple(names), body


def _check_names(place: str, names: list[str]) -> None:
    if len(names) < 2:
        raise ValueError(
            f"{place}: one column, {names[0]!r}, expected features and a target, separated by commas"
        )
    for column, name in enumerate(names):
        if not name or names.index(name) < column:
            problem = (
                f"two columns are called '{name}'" if name else f"column {column + 1} has no name"
            )
            raise ValueError(f"{place}: {problem}; every column needs a name of its own")
    if np.isfinite([_number(name) for name in names]).all():
        raise ValueError(
            f"{place}: expected names of columns, got numbers ({names[0]} …); add a first line with names"
        )


def _numbers(rows: list[tuple[str, list[str]]], names: tuple[str, ...]) -> Array:
    """The columns of these names, the first ones, as floats (N, D), all of them finite."""
    table = np.array([[_number(cell) for cell in cells[: len(names)]] for _, cells in rows])
    for row, column in np.argwhere(~np.isfinite(table)):
        place, cell = rows[row][0], rows[row][1][column]
        problem = (
            f"got {cell!r}, expected a finite number like 3.5 (no unit)"
            if cell
            else "the number is missing"
        )
        raise ValueError(
            f"{place}, column '{names[column]}': {problem}; correct the cell or delete the line"
        )
    return table


def _number(cell: str) -> float:
    try:
        return math.nan if "_" in cell else float(cell)  # Python reads 1_000, no other program does
    except ValueError:
        return math.nan


def _loader(name: str, about: str, target: type = str) -> Callable[..., Dataset]:
    def load(path: str | Path | None = None) -> Dataset:
        return (
            read(DATA / f"{name}.csv", target)._replace(about=about)
            if path is None
            else read(path, target)
        )

    load.__name__ = load.__qualname__ = f"load_{name}"
    load.__doc__ = f"{about}.\n\nReads data/{name}.csv, or by the rules of `datasets.read` a file of your own at `path`."
    return load


load_wine = _loader(
    "wine", "178 wines from one region of Italy, 13 chemical measurements, 3 growers"
)
load_digits = _loader(
    "digits", "1,797 handwritten digits, 8×8 pixels of ink from 0 to 16, 10 classes"
)
load_breast_cancer = _loader(
    "breast_cancer", "569 tumours, 30 measurements of cell nuclei, benign or malignant"
)
load_fruits = _loader("fruits", "300 fruits of three kinds: weight, sugar and price (generated)")
load_people = _loader("people", "400 people: age, income, who bought reading glasses (generated)")
load_diabetes = _loader(
    "diabetes", "442 patients, 10 measurements, progression of diabetes one year later", float
)
load_houses = _loader(
    "houses", "500 houses: area, rooms, age, distance to the centre, price (generated)", float
)
