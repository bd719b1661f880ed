"""Brings the badges and the set-up cells of all lessons and assignments, the README's table and the
version that helpers/ says in agreement with pyproject.toml.

    make stamp
        after a new lesson, or a change to helpers/ or the set-up cell
    make stamp REPO=https://github.com/me/my-course
        in a fork: writes its address into pyproject.toml first

The address and the version of the course stand in pyproject.toml. Where helpers/ offers other names
or arguments than before, the version is raised: by it a lesson knows an old course. What a lesson
installs is the tag of its version, v0.3.1 for instance.
"""

import ast
import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat

from tools.notebooks import FOLDED
from tools.tracked import left_out, note, tracked

ROOT = Path(__file__).resolve().parent.parent
SET_UP = "set-up"  # the id of the cell, by which it is found again
SET_UP_CELL = """\
# @title Set-up: installs the course where it is missing
try:
    import helpers
except ImportError:
    %env GIT_TERMINAL_PROMPT=0
    %pip install -q --no-deps "downhill @ git+ADDRESS@vVERSION"
try:
    import helpers.version
except ImportError as error:
    raise ImportError(
        f"{error}. Put right what pip names above (or rename a helpers.py of your own), "
        "restart the kernel and run this cell again."
    ) from None
helpers.version.check_version("VERSION")"""
COLAB = "https://colab.research.google.com"
BADGE = re.compile(rf"\[!\[[^]]*\]\({COLAB}/assets/colab-badge\.svg\)\]\([^)]*\)")


def setting(name: str, project: str) -> str:
    """What stands behind `name` in pyproject.toml."""
    return re.search(rf'^{name} = "(.*)"', project, re.M)[1]


def with_setting(name: str, value: str, project: str) -> str:
    """pyproject.toml with this behind `name`."""
    return re.sub(rf'^({name} = ").*(")', rf"\g<1>{value}\g<2>", project, flags=re.M)


def names(parent: ast.Module | ast.ClassDef, where: str) -> Iterator[str]:
    """What a module or a class defines, and the arguments of its functions."""
    for node in parent.body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            parts = [part for part in ast.walk(node) if isinstance(part, ast.Name)]
            yield from (f"{where} {part.id}" for part in parts if isinstance(part.ctx, ast.Store))
        elif isinstance(node, ast.ClassDef):
            yield from (f"{where} {node.name}", *names(node, f"{where} {node.name}"))
        elif isinstance(node, ast.FunctionDef):
            taken = [
                argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)
            ]
            yield f"{where} {node.name}({', '.join(taken)})"


def offered(folder: Path) -> str:
    """A fingerprint of what lessons may use: the public names in `folder`, and what their functions
    take.
    """
    own = tracked(f"{folder.name}/*.py", folder.parent)
    files = [(path, path.relative_to(folder).as_posix()) for path in own]
    found = [
        name
        for path, where in files
        for name in names(ast.parse(path.read_text(encoding="utf-8")), where)
    ]
    public = sorted(name for name in found if " _" not in name or " __" in name)
    return hashlib.sha256("\n".join(public).encode()).hexdigest()[:12]


def raised(project: str) -> str:
    """pyproject.toml with a higher version, if helpers/ offers something else than when it was
    stamped last.
    """
    now, (*release, last) = offered(ROOT / "helpers"), setting("version", project).split(".")
    if now == setting("offers", project):
        return project
    return with_setting(
        "version", ".".join([*release, str(int(last) + 1)]), with_setting("offers", now, project)
    )


def badge(address: str, lesson: str) -> str:
    """The picture that opens a lesson, or the homework of one, in Colab; empty where it cannot:
    Colab opens notebooks from GitHub only.
    """
    on_github = re.fullmatch(r"https://github\.com/([^/]+/[^/]+)", address)
    if not on_github:
        return ""
    is_homework = lesson.startswith("hw")
    place = f"assignments/{lesson}" if is_homework else lesson
    title = f"homework {lesson[2:4]}" if is_homework else f"lesson {lesson[:2]}"
    page = f"{COLAB}/github/{on_github[1]}/blob/main/notebooks/{place}"
    return f"[![Open {title} in Colab]({COLAB}/assets/colab-badge.svg)]({page})"


def set_up_cell(address: str, version: str) -> str:
    """The source of the cell with which every lesson begins."""
    return SET_UP_CELL.replace("ADDRESS", address).replace("VERSION", version)


def stamped_lesson(text: str, name: str, address: str, version: str) -> str:
    """A lesson with its badge under the title and the set-up cell as its first code cell.

    A cell that is new counts as run: it prints nothing here. So the others count on by one.
    """
    notebook = nbformat.reads(text, as_version=4)
    title, *rest = notebook.cells[0].source.split("\n\n")
    rest = [part for part in rest if not BADGE.fullmatch(part)]
    notebook.cells[0].source = "\n\n".join([title, *filter(None, [badge(address, name)]), *rest])
    source = set_up_cell(address, version)
    for cell in notebook.cells:
        begins_alike = cell.source.startswith(source.split("\n")[0])  # Colab saves no ids
        if cell.get("id") == SET_UP or begins_alike:
            cell.source = source
            cell.metadata = nbformat.from_dict(FOLDED)
            break
    else:
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for counted in [*code, *(output for cell in code for output in cell.outputs)]:
            if counted.get("execution_count"):
                counted.execution_count += 1
        new = nbformat.v4.new_code_cell(source, id=SET_UP, metadata=FOLDED, execution_count=1)
        notebook.cells.insert(notebook.cells.index(code[0]), new)
    return nbformat.writes(notebook) + "\n"


def stamped_readme(text: str, address: str) -> str:
    """The README with a badge at the end of each lesson's row in its table."""

    def stamped_row(match: re.Match) -> str:
        row = BADGE.sub("", match[0]).rstrip("| ")
        return f"{row} | {badge(address, match[1])} |".replace("|  |", "| |")

    return re.sub(r"^\| .*\]\(notebooks/([^)]+\.ipynb)\) \|.*$", stamped_row, text, flags=re.M)


def write(path: Path, text: str) -> None:
    if text != path.read_text(encoding="utf-8"):
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{path.relative_to(ROOT)}: written")


def stamped_citation(text: str, address: str, version: str) -> str:
    """CITATION.cff with the address and the version of the course."""
    text = re.sub(r"^version: .*$", f"version: {version}", text, flags=re.M)
    return re.sub(r"^(repository-code: ).*$", rf'\g<1>"{address}"', text, flags=re.M)


def stamped_module(text: str, version: str) -> str:
    """helpers/version.py with the version of the course."""
    return with_setting("VERSION", version, text)


def plain(address: str) -> str:
    """An address as it is written everywhere; ValueError where it is none of a repository."""
    address = re.sub(r"(\.git)?/*$", "", address.strip())
    address = re.sub(r"^https://(www\.)?github\.com/", "https://github.com/", address, flags=re.I)
    on_github = address.startswith("https://github.com/")
    parts = "{2}" if on_github else "{2,}"  # a page of GitHub is no repository
    if not re.fullmatch(rf"https://[\w.-]+(:\d+)?(/[\w.~-]+){parts}", address):
        example = "https://github.com/me/my-course"
        raise ValueError(f"REPO must be an address such as {example}, got {address}")
    return address


def main(address: str = "") -> int:
    """Stamp everything; exit code 1 where the address is none."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    if address:
        try:
            project = with_setting("Repository", plain(address), project)
        except ValueError as error:
            print(error)
            return 1
    project = raised(project)
    write(ROOT / "pyproject.toml", project)
    address, version = setting("Repository", project), setting("version", project)
    if not badge(address, "00"):
        print(f"Colab opens lessons from GitHub only: with {address} they have no badge.")
    lessons = "notebooks/[0-9][0-9]_*.ipynb"
    if said := note(left_out("helpers/*.py", ROOT) + left_out(lessons, ROOT)):
        print(said)
    homework = ["homework/source/*/*.ipynb", "notebooks/assignments/*.ipynb"]
    for path in [found for each in (lessons, *homework) for found in tracked(each, ROOT)]:
        text = path.read_text(encoding="utf-8")
        write(path, stamped_lesson(text, path.name, address, version))
    readme, citation = ROOT / "README.md", ROOT / "CITATION.cff"
    module = ROOT / "helpers" / "version.py"
    write(readme, stamped_readme(readme.read_text(encoding="utf-8"), address))
    write(citation, stamped_citation(citation.read_text(encoding="utf-8"), address, version))
    write(module, stamped_module(module.read_text(encoding="utf-8"), version))
    return 0


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
