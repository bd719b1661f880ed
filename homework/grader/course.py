"""What of the course a student's code may import while it is graded, as a folder of its own.

The whole of `helpers` would be a collection of solutions: an optimizer is asked for, and
`helpers.optim` has it. So each assignment names its modules; what these import is added, and the
rest is not there.
"""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ALWAYS = ("helpers", "helpers.version", "helpers.exercises")
TABLES = "helpers.datasets"  # who imports it reads the course's tables


def closure(modules: Iterable[str], root: Path = ROOT) -> dict[str, Path]:
    """{module: file} of these modules of the course, and of all that they import of it.

    "schedules" is short for "helpers.schedules". Raises ValueError for a module that there is not.

    >>> sorted(closure(["schedules"]))  # doctest: +ELLIPSIS
    ['helpers', 'helpers.checks', ...]
    """
    found: dict[str, Path] = {}
    waiting = [*ALWAYS, *map(_full, modules)]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        path = _file(name, root)
        if path is None:
            raise ValueError(f"there is no module {name!r} in the course")
        found[name] = path
        waiting += [other for other in _imports(name, path) if _file(other, root)]
        waiting += [name.rpartition(".")[0]] if "." in name else []
    return found


def write(folder: Path, modules: Iterable[str], root: Path = ROOT) -> None:
    """Copy the modules and what they import into `folder`, and the tables if they are read."""
    found = closure(modules, root)
    for path in found.values():
        copy = folder / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    if TABLES in found and (root / "data").is_dir():
        tables = folder / "helpers" / "tables"
        tables.mkdir()
        for table in (root / "data").glob("*.csv"):
            shutil.copyfile(table, tables / table.name)


def _full(name: str) -> str:
    return name if name.split(".")[0] == "helpers" else f"helpers.{name}"


def _file(name: str, root: Path) -> Path | None:
    path = root.joinpath(*name.split("."))
    for candidate in (path / "__init__.py", path.with_suffix(".py")):
        if candidate.is_file() and name.split(".")[0] == "helpers":
            return candidate
    return None


def _imports(name: str, path: Path) -> Iterator[str]:
    """The modules that a file may import; a name that is none of the course's among them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
