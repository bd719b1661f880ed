"""Read a CSV file in one pass, and say in which file, line and column something is wrong."""

import csv
import math
from array import array
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from sys import intern
from typing import Any, NamedTuple, NoReturn

import numpy as np

from helpers.checks import Array

TARGETS = {"class", "label", "target"}  # what the column to predict is called, and no feature


class Table(NamedTuple):
    """What a CSV file holds: N rows of numbers, and a label for each where the target is one."""

    names: tuple[str, ...]  # of all columns, the target's last
    numbers: Array  # (N, D) floats
    labels: list[str]  # N words, or none
    first: str  # where the rows begin: "wine.csv, line 2"


def read_table(path: Path, *, has_labels: bool) -> Table:
    """The table in a CSV file; its last column holds labels, or a number as the other columns do.

    Raises FileNotFoundError where there is no such file, and ValueError for one that breaks a rule
    of `helpers.datasets.read`.
    """
    rows = read_rows(path)
    header, cells = next(rows)
    names = [cell.strip() for cell in cells]
    _check_names(header, names)
    columns = names[:-1] if has_labels else names
    numbers = array("d")  # 8 bytes a number, a quarter of what a list takes
    labels: list[str] = []
    first = ""
    for place, cells in rows:
        first = first or place
        if len(cells) != len(names):
            _refuse_row(place, cells, names)
        try:
            numbers.extend(_floats(cells[: len(columns)]))
        except ValueError:
            _refuse_number(place, cells, columns, has_labels)
        if has_labels:
            labels.append(_label(place, cells[-1], names[-1]))
    if all(map(_is_number, names[:-1])) and names[-1] in labels:
        _refuse_names(header, names)
    return Table(tuple(names), np.frombuffer(numbers).reshape(-1, len(columns)), labels, first)


def read_rows(path: Path, **dialect: Any) -> Iterator[tuple[str, list[str]]]:
    """The place, "wine.csv, line 2", and the cells of each row of a CSV file that is not blank.

    dialect: what csv.reader is to be told besides. Raises FileNotFoundError where there is no such
    file, and ValueError where it is no such table in UTF-8, or has not two rows.
    """
    existing(path)
    found = 0
    line = 1  # a quoted cell may span lines: a row starts where the last one ended
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, skipinitialspace=True, strict=True, **dialect)
            for cells in reader:
                is_for_excel = found == 0 and ",".join(cells) == "sep=,"
                if any(map(str.strip, cells)) and not is_for_excel:
                    found += 1
                    yield f"{path.name}, line {line}", cells
                line = reader.line_num + 1
    except UnicodeDecodeError as error:
        raise ValueError(not_utf8(path)) from error
    except csv.Error as error:
        raise ValueError(
            f"{path.name}, line {line}: {error}; look for a quotation mark without its partner"
        ) from error
    if found < 2:
        raise ValueError(
            f"{path.name}, line {line}: the table is empty; "
            "expected names, then a line for each example"
        )


def existing(path: Path) -> Path:
    """The path itself. Raises FileNotFoundError where there is no such file."""
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no file '{path}', looked for it in '{path.resolve().parent}'; "
            "give the path from the folder of the notebook, or the whole path"
        )
    return path


def not_utf8(path: Path) -> str:
    """In words, which line of a file is not UTF-8."""
    lines = path.read_bytes().splitlines()
    line = next(number for number, line in enumerate(lines, start=1) if not _is_utf8(line))
    return f"{path.name}, line {line}: not UTF-8 text; save it as 'CSV UTF-8'"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _check_names(place: str, names: list[str]) -> None:
    """Raise ValueError unless these can be the names of the columns, the target's last."""
    *features, target = names
    if not features:
        raise ValueError(
            f"{place}: one column, {target!r}, expected features and a target, separated by commas"
        )
    if all(map(_is_number, features)):  # 0, 1, 2 or 2024, 2025 may be names
        numbers = _floats(features)
        has_decimals = any(number % 1 for number in numbers)
        if _is_number(target) or has_decimals or len(set(numbers)) < len(numbers):
            _refuse_names(place, names)
    for column, name in enumerate(names, start=1):
        if not name:
            raise ValueError(
                f"{place}: column {column} has no name; every column needs a name of its own"
            )
    for name, times in Counter(names).items():
        if times > 1:
            raise ValueError(
                f"{place}: two columns are called '{name}'; every column needs a name of its own"
            )
    for column, name in enumerate(features, start=1):
        if name.lower() in TARGETS:
            raise ValueError(
                f"{place}: column {column} is called '{name}', but the last one, '{target}', is "
                "taken for the target; move the target to the end, or rename the feature"
            )


def _refuse_names(place: str, names: list[str]) -> NoReturn:
    raise ValueError(
        f"{place} looks like data ({names[0]} … {names[-1]}), expected the names of the columns; "
        "add a line with names above it"
    )


def _refuse_row(place: str, cells: list[str], names: list[str]) -> NoReturn:
    got = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
    raise ValueError(
        f"{place}: {got}, expected {len(names)} as in the first line ({names[0]} … {names[-1]}); "
        "look for a missing or an extra comma"
    )


def _refuse_number(place: str, cells: list[str], columns: list[str], has_labels: bool) -> NoReturn:
    """Raise the ValueError of a row in which some cell of these columns is no number."""
    name, cell = next(
        (name, cell.strip()) for name, cell in zip(columns, cells) if not _is_number(cell)
    )
    problem = f"got {cell!r}, expected a finite number like 3.5 (no unit)"
    hint = "correct the cell or delete the line"
    if has_labels:
        hint += "; labels stand in the last column"
    if not cell:
        problem = "the number is missing"
        hint = "fill it in or delete the line"
    raise ValueError(f"{place}, column '{name}': {problem}; {hint}")


def _floats(cells: list[str]) -> list[float]:
    """The cells as floats. Raises ValueError unless all of them are finite numbers."""
    numbers = list(map(float, cells))
    # Python reads 1_000, no other program does
    if "_" in "".join(cells) or not all(map(math.isfinite, numbers)):
        raise ValueError
    return numbers


def _is_number(cell: str) -> bool:
    try:
        return bool(_floats([cell]))
    except ValueError:
        return False


def _label(place: str, cell: str, name: str) -> str:
    label = cell.strip()
    if not label:
        raise ValueError(
            f"{place}, column '{name}': the label is missing; fill it in or delete the line"
        )
    return intern(label)  # one word for all rows that have it
