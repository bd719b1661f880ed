"""Tables to learn from: read from CSV files, or drawn as two classes of points in the plane."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from helpers.checks import Array, as_labels, generator, non_negative, whole
from helpers.reading import read_table

_INSTALLED = Path(__file__).resolve().parent / "tables"
DATA = _INSTALLED if _INSTALLED.is_dir() else _INSTALLED.parents[1] / "data"  # a checkout's


class Dataset(NamedTuple):
    """A table: N examples of D features, and what is to be predicted from them.

    y holds class indices 0 … K−1, and target_names[y] are the labels; or it holds a quantity in
    floats, and target_names is the one name of that quantity.
    """

    X: Array  # (N, D) floats
    y: Array  # (N,)
    feature_names: tuple[str, ...]
    target_names: Array
    about: str


class Part(NamedTuple):
    """Inputs X and targets y that belong together, row by row; unpacks as `X, y = part`."""

    X: Array
    y: Array

    @classmethod
    def of(cls, X: Any, y: Any) -> "Part":
        """X and y as arrays.

        Raises ValueError unless they have the same number of rows, at least one, and where y mixes
        words and numbers.
        """
        X = np.asarray(X)
        targets = np.asarray(y)
        if targets.dtype.kind in "OUS":
            targets = as_labels("y", y)
        if X.ndim == 0 or targets.ndim == 0 or len(X) != len(targets):
            raise ValueError(
                f"X and y must have one row for each example, got shapes {X.shape} and "
                f"{targets.shape}"
            )
        if len(X) == 0:
            raise ValueError(
                f"there are no examples: X has shape {X.shape}; expected at least one row"
            )
        return cls(X, targets)


class Split(NamedTuple):
    """Three parts of one table: train to fit, validation to choose, test once."""

    train: Part
    val: Part
    test: Part


# Points in the plane


def make_moons(n: int, *, noise: float, rng: np.random.Generator) -> Part:
    """Two interleaved half circles: n points, shuffled.

    `noise` is the standard deviation of what is added to both coordinates. Raises ValueError for
    n < 2 or a negative noise.

    >>> X, y = make_moons(200, noise=0.1, rng=np.random.default_rng(0))
    >>> X.shape, np.bincount(y)
    ((200, 2), array([100, 100]))
    """
    first, second = _halves(n)
    a = np.linspace(0, np.pi, first)
    b = np.linspace(0, np.pi, second)
    upper = np.column_stack([np.cos(a), np.sin(a)])
    lower = np.column_stack([1 - np.cos(b), 0.5 - np.sin(b)])
    return _two_classes(upper, lower, noise, rng)


def make_circles(n: int, *, noise: float, rng: np.random.Generator) -> Part:
    """A circle of radius 1 (class 0) around one of radius ½ (class 1): n points, shuffled.

    `noise` and errors as in `make_moons`.
    """
    first, second = _halves(n)
    a = np.linspace(0, 2 * np.pi, first, endpoint=False)
    b = np.linspace(0, 2 * np.pi, second, endpoint=False)
    outer = np.column_stack([np.cos(a), np.sin(a)])
    inner = np.column_stack([0.5 * np.cos(b), 0.5 * np.sin(b)])
    return _two_classes(outer, inner, noise, rng)


def make_spirals(n: int, *, noise: float, rng: np.random.Generator) -> Part:
    """Two spirals of 1¾ turns, half a turn apart: n points, shuffled (Lang and Witbrock, 1988).

    `noise` and errors as in `make_moons`.
    """
    first, second = _halves(n)
    r = np.linspace(0.1, 1, first)
    s = np.linspace(0.1, 1, second)
    a = 3.5 * np.pi * r
    b = 3.5 * np.pi * s
    one = np.column_stack([r * np.sin(a), r * np.cos(a)])
    other = np.column_stack([-s * np.sin(b), -s * np.cos(b)])
    return _two_classes(one, other, noise, rng)


def _halves(n: int) -> tuple[int, int]:
    n = whole("n", n, low=2, hint="each class needs a point")
    return n - n // 2, n // 2


def _two_classes(first: Array, second: Array, noise: float, rng: np.random.Generator) -> Part:
    """The points of both classes in random order, each moved by normal noise."""
    generator(rng)
    non_negative("noise", noise, hint="it is a standard deviation")
    X = np.concatenate([first, second])
    y = np.repeat([0, 1], [len(first), len(second)])
    order = rng.permutation(len(X))
    return Part(X[order] + rng.normal(0, noise, X.shape), y[order])


# Tables in files


def read(path: str | Path, target: type[str] | type[float] = str) -> Dataset:
    """A CSV file: a line of names, then rows of numbers with the target last.

    The target is a label (str), and classes are numbered in sorted order, or a quantity (float).
    Lines without any content are skipped, and so is Excel's first line "sep=,".

    Raises FileNotFoundError where there is no such file, and ValueError, with the file, line and
    column at fault, where the first line holds no names but data; where a cell is missing or is no
    finite number; where a row has too many or too few cells; where the target cannot be the last
    column, as another is called "label", "class" or "target", or no two rows differ in the last, or
    no two share a label; and where the file is not a CSV in UTF-8.
    """
    if target not in (str, float):
        raise ValueError(f"target must be str (a label) or float (a quantity), got {target!r}")
    path = Path(path)
    table = read_table(path, has_labels=target is str)
    name = table.names[-1]
    about = f"{len(table.numbers)} rows of {path}"
    if target is float:
        X = table.numbers[:, :-1].copy()
        y = table.numbers[:, -1].copy()
        if (y == y[0]).all():
            raise ValueError(one_target(path, name, f"the number {y[0]:g}"))
        return Dataset(X, y, table.names[:-1], np.array([name]), about)
    classes = sorted(set(table.labels))
    if len(classes) == 1:
        raise ValueError(one_target(path, name, f"the label '{classes[0]}'"))
    if len(classes) == len(table.labels):
        raise ValueError(
            f"{table.first}, column '{name}': from here on no label occurs twice; "
            "for a quantity: load_houses"
        )
    index = {label: k for k, label in enumerate(classes)}
    y = np.array([index[label] for label in table.labels])
    return Dataset(table.numbers, y, table.names[:-1], np.array(classes), about)


def one_target(path: Path, name: str, value: str) -> str:
    """In words, that a file has one target only."""
    return (
        f"{path.name}, column '{name}': only {value} occurs, in every row, so there is nothing to "
        "predict; if this is not the target, move the target's column to the end"
    )


def load_wine(path: str | Path | None = None) -> Dataset:
    """Wines to tell apart by their chemistry: 13 measurements, 3 classes (Forina et al., 1988).

    Reads the course's table, or one of your own at `path`, with labels in its last column. Raises
    what `read` raises.

    >>> load_wine().X.shape
    (178, 13)
    """
    about = "178 wines from one region of Italy, 13 chemical measurements, 3 growers"
    return _load("wine", path, str, about)


def load_digits(path: str | Path | None = None) -> Dataset:
    """Handwritten digits: 64 pixels, 10 classes (Alpaydin and Kaynak, 1998). As `load_wine`.

    >>> load_digits().X[0].reshape(8, 8)[0]
    array([ 0.,  0.,  5., 13.,  9.,  1.,  0.,  0.])
    """
    about = "1,797 handwritten digits, 8×8 pixels of ink from 0 to 16, 10 classes"
    return _load("digits", path, str, about)


def load_breast_cancer(path: str | Path | None = None) -> Dataset:
    """Tumours, benign (0) or malignant (1), by 30 features (Wolberg et al., 1995). As `load_wine`.

    >>> load_breast_cancer().target_names.tolist()
    ['benign', 'malignant']
    """
    about = "569 tumours, 30 measurements of cell nuclei, benign or malignant"
    return _load("breast_cancer", path, str, about)


def load_fruits(path: str | Path | None = None) -> Dataset:
    """Fruits whose price no code 0, 1, 2 of their kind can explain: 3 classes. As `load_wine`.

    >>> load_fruits().feature_names
    ('weight', 'sugar', 'price')
    """
    about = "300 fruits of three kinds: weight, sugar and price (generated)"
    return _load("fruits", path, str, about)


def load_people(path: str | Path | None = None) -> Dataset:
    """People by age and income, on scales far apart, who buy or do not. As `load_wine`.

    >>> load_people().X[0].tolist()
    [47.0, 10450000.0]
    """
    about = "400 people: age, income, who bought reading glasses (generated)"
    return _load("people", path, str, about)


def load_diabetes(path: str | Path | None = None) -> Dataset:
    """Patients and how their diabetes went on: 10 measurements, a quantity (Efron et al., 2004).

    Reads the course's table, or one of your own at `path`, with a quantity in its last column.
    Raises what `read` raises.

    >>> load_diabetes().y[:3]
    array([151.,  75., 141.])
    """
    about = "442 patients, 10 measurements, progression of diabetes one year later"
    return _load("diabetes", path, float, about)


def load_houses(path: str | Path | None = None) -> Dataset:
    """Houses whose price adds up four features, a quantity. As `load_diabetes`.

    >>> load_houses().feature_names
    ('area', 'rooms', 'age', 'distance')
    """
    about = "500 houses: area, rooms, age, distance to the centre, price (generated)"
    return _load("houses", path, float, about)


def _load(
    name: str, path: str | Path | None, target: type[str] | type[float], about: str
) -> Dataset:
    if path is not None:
        return read(path, target)
    return read(DATA / f"{name}.csv", target)._replace(about=about)
