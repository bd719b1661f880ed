"""How code reads, in figures: `python tools/measure.py helpers tests` prints a row for each folder.

A row counts what a reader meets: how much stands on a line, how long a function is, and whether it
says what it raises. Folders are read without those below them; name several, or none for all.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = 100
FOLDERS = ("helpers", "helpers/pictures", "helpers/explorers", "tools")
SILENT = {  # tokens that a reader does not read
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Figures(NamedTuple):
    """What is counted in one file, or added up over several."""

    lines: int = 0
    code: int = 0  # lines with code on them: no blank, comment or docstring
    tokens: int = 0
    wide: int = 0
    longest_file: tuple[int, str] = (0, "")
    longest_function: tuple[int, str] = (0, "")
    raising: int = 0  # public functions that raise
    saying: int = 0  # and whose docstring, or whose class's, says so


def docstrings(tree: ast.AST) -> Iterator[ast.Expr]:
    """The docstrings of a module, its classes and its functions."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, *Function.__args__)):
            if ast.get_docstring(node, clean=False) is not None:
                yield node.body[0]


def functions(node: ast.AST, inside: str = "") -> Iterator[tuple[str, str, Function]]:
    """(name, docstring of its class, the function) of each; one within another is "outer.inner"."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function.__args__):
            yield child.name, inside, child
            for name, told, local in functions(child, inside):
                yield f"{child.name}.{name}", told, local
        else:
            told = ast.get_docstring(child) if isinstance(child, ast.ClassDef) else None
            yield from functions(child, told or inside)


def own_raises(function: Function) -> bool:
    """Whether the function itself raises, and not one that is defined in it."""
    waiting = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (*Function.__args__, ast.Lambda, ast.ClassDef)):
            continue
        if isinstance(node, ast.Raise) and node.exc is not None:
            return True
        waiting.extend(ast.iter_child_nodes(node))
    return False


def says(function: Function, of_class: str) -> bool:
    """Whether the docstring of the function, or of its class, names what is raised."""
    told = f"{ast.get_docstring(function) or ''} {of_class}"
    return "Error" in told or "Diverged" in told


def measure(path: Path) -> Figures:
    """The figures of one file."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    is_prose = {line for doc in docstrings(tree) for line in range(doc.lineno, doc.end_lineno + 1)}
    read = [
        token
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in SILENT and token.start[0] not in is_prose
    ]
    code = {line for token in read for line in range(token.start[0], token.end[0] + 1)}
    found = list(functions(tree))
    longest = max(
        ((f.end_lineno - f.lineno + 1, f"{path.name}:{name}") for name, _, f in found),
        default=(0, ""),
    )
    raising = [
        says(function, of_class)
        for name, of_class, function in found
        if not name.startswith("_") and "." not in name and own_raises(function)
    ]
    lines = text.splitlines()
    return Figures(
        lines=len(lines),
        code=len(code),
        tokens=len(read),
        wide=sum(len(line) > COLUMNS for line in lines),
        longest_file=(len(lines), path.name),
        longest_function=longest,
        raising=len(raising),
        saying=sum(raising),
    )


def together(figures: list[Figures]) -> Figures:
    """Sums of the counts, and the longest of the longest."""
    columns = dict(zip(Figures._fields, zip(*figures)))
    longest = {"longest_file", "longest_function"}
    return Figures(**{name: (max if name in longest else sum)(c) for name, c in columns.items()})


def row(name: str, found: Figures) -> str:
    """One line of the table."""
    return (
        f"{name:28} {found.lines:6,} {found.tokens / max(found.code, 1):12.1f} {found.wide:9} "
        f"  {found.longest_file[0]:4} {found.longest_file[1]:22}"
        f"{found.longest_function[0]:4} {found.longest_function[1]:38}"
        f"{found.saying:3} of {found.raising}"
    )


def main(names: list[str]) -> int:
    """Print the table; exit code 1 for a folder without Python."""
    print(
        f"{'folder':28} {'lines':>6} {'tokens/line':>12} {f'> {COLUMNS} col.':>9} "
        f"  {'longest file':27}{'longest function':43}public functions that say what they raise"
    )
    for name in names or FOLDERS:
        below = name == "helpers/explorers"
        files = sorted((ROOT / name).rglob("*.py") if below else (ROOT / name).glob("*.py"))
        if not files:
            print(f"There is no Python in {name}.")
            return 1
        print(row(name, together([measure(path) for path in files])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
