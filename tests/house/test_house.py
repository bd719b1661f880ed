"""The rules of the house: floors and sizes, lists that agree, links that resolve, nothing of one machine."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from tests.support.lessons import LESSONS

ROOT = Path(__file__).resolve().parents[2]
HELPERS = sorted((ROOT / "helpers").rglob("*.py"))
SUBJECT = [path for path in HELPERS if path.parent == ROOT / "helpers"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


# Floors and sizes


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in HELPERS}
FLOOR = {"helpers.explorers": 2, "helpers.pictures": 1}  # and 0 for the subject


def floor(name):
    return FLOOR.get(".".join(name.split(".")[:2]), 0)


def imports(tree, package):
    """Every module that a file names in an import, those inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = (
                package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            )
            base = ".".join([*above, *filter(None, [node.module])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def imported(path):
    package = ".".join(path.relative_to(ROOT).parts[:-1])
    return set(imports(ast.parse(path.read_text(encoding="utf-8")), package))


def test_relative_and_nested_imports_are_seen():
    code = "def f():\n    from .. import losses\n    from . import live\n    import numpy.linalg"
    seen = set(imports(ast.parse(code), "helpers.pictures"))
    assert {"helpers.losses", "helpers.pictures.live", "numpy.linalg"} <= seen


@pytest.mark.parametrize("name", MODULES)
def test_an_import_never_points_to_a_floor_above(name):
    assert [
        other
        for other in imported(MODULES[name])
        if other in MODULES and floor(other) > floor(name)
    ] == []


def test_no_imports_go_in_a_circle():
    below = {name: imported(path) & set(MODULES) - {name} for name, path in MODULES.items()}
    while free := [name for name, others in below.items() if not others & set(below)]:
        for name in free:
            del below[name]
    assert below == {}, "these import one another"


@pytest.mark.parametrize("path", SUBJECT, ids=module_name)
def test_the_subject_is_written_in_numpy_only(path):
    roots = {name.split(".")[0] for name in imported(path)}
    allowed = {"numpy", "helpers"} | (
        {"tqdm"} if path.stem == "training" else set()
    )  # its progress bar
    assert roots - set(sys.stdlib_module_names) <= allowed


@pytest.mark.parametrize("path", HELPERS, ids=module_name)
def test_a_file_is_read_in_one_sitting(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_the_subject_stays_small():
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in SUBJECT) <= 3500


@pytest.mark.parametrize("package", ["helpers", "helpers.pictures", "helpers.explorers"])
def test_importing_a_package_imports_nothing_else(package):
    body = ast.parse(MODULES[package].read_text(encoding="utf-8")).body
    assert [type(node) for node in body] == [ast.Expr]


# Lists that agree


def requirements(lines):
    """{name: specifier} of the lines that name a package; options, comments and `-e .` are none."""
    parsed = [Requirement(line) for line in lines if re.match(r"\w", line)]
    return {requirement.name: str(requirement.specifier) for requirement in parsed}


def test_the_lists_of_what_a_lesson_needs_agree():
    listed = (ROOT / "requirements.txt").read_text().splitlines()
    run = requirements(listed)
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    names = [
        line.replace("matplotlib-base", "matplotlib") for line in conda if isinstance(line, str)
    ]
    from_conda = requirements(names)
    package = requirements(
        re.findall(r'"(.+)"', re.search(r"^dependencies = \[(.*?)^\]", PYPROJECT, re.S | re.M)[1])
    )
    assert from_conda.pop("python") == re.search(r'requires-python = "(.+)"', PYPROJECT)[1]
    assert from_conda.pop("pip") == ""
    assert from_conda == run
    assert package | {"jupyterlab": run["jupyterlab"]} == run
    assert "-e ." in listed
    assert {"pip": ["-e ."]} in conda
    assert "-r requirements.txt" in (ROOT / "requirements-dev.txt").read_text().splitlines()


def test_every_place_names_the_same_oldest_python():
    oldest = re.search(r'requires-python = ">=(3\.\d+)"', PYPROJECT)[1]
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    assert f"(3, {oldest[2:]})" in (ROOT / ".ci" / "venv").read_text()
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"][0] == oldest
    assert f'target-version = "py{oldest.replace(".", "")}"' in PYPROJECT
    assert f'"{oldest}-oldest", "{oldest}"' in (ROOT / "tools" / "matrix.py").read_text()
    assert f"Python {oldest}" in README


def test_a_wheel_carries_what_the_browser_needs():
    patterns = re.findall(
        r'"(\*\.\w+)"', re.search(r'^"helpers\.pictures" = (.*)$', PYPROJECT, re.M)[1]
    )
    others = {f"*{path.suffix}" for path in (ROOT / "helpers").rglob("*") if path.is_file()} - {
        "*.py",
        "*.pyc",
    }
    assert others <= set(patterns)


# Links, paths and leaks


def prose(path):
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def local_targets(text):
    """Files that a piece of Markdown links to, relative to itself, and paths of the repository that it names."""
    text = re.sub(r"```.*?```", "", text, flags=re.S)
    links = re.findall(r"\]\(([^)\s]+)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    local = [link.split("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    named = re.findall(
        r"`((?:helpers|notebooks|tests|data|\.jupyter|\.ci|\.github)/[\w./-]*)`", text
    )
    return local, named


def test_links_and_named_paths_are_found_in_markdown():
    text = '[a](b.ipynb#c) [d](https://e.f) ![g](h.png) [i](#j) `helpers/optim.py` `make lab` <img src="k.png">'
    assert local_targets(text) == (["b.ipynb", "h.png", "k.png"], ["helpers/optim.py"])


@pytest.mark.parametrize("path", [ROOT / "README.md", *LESSONS], ids=lambda path: path.stem)
def test_every_local_link_and_path_resolves(path):
    links, named = local_targets(prose(path))
    assert [link for link in links if not (path.parent / link).exists()] == []
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_readme_lists_every_lesson():
    assert [path.name for path in LESSONS if f"(notebooks/{path.name})" not in README] == []


def committed():
    """The files that are, or are about to be, in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout: which files are committed is not known")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_every_notebook_beside_the_lessons_is_a_lesson():
    """Else it would be committed without the checks of test_notebooks.py."""
    notebooks = [
        path
        for path in committed()
        if path.parent == ROOT / "notebooks" and path.suffix == ".ipynb"
    ]
    assert [path.name for path in notebooks if path not in LESSONS] == []


def test_no_file_holds_a_path_of_somebodys_machine():
    machines = re.compile(rb"(?<![\w.])(/home/[a-z]|/Users/[A-Za-z]|/root/|/tmp/|[A-Z]:\\\\Users)")
    here = str(ROOT).encode()
    leaks = []
    for path in committed():
        content = path.read_bytes()
        if path != Path(__file__).resolve() and (machines.search(content) or here in content):
            leaks.append(path.relative_to(ROOT).as_posix())
    assert leaks == []


def test_the_repositorys_address_stands_in_one_place_and_where_make_stamp_writes_it():
    address = re.search(r'Repository = "https://([^"]+)"', PYPROJECT)[1].encode()
    stamped = {ROOT / "pyproject.toml", ROOT / "README.md", *LESSONS}
    assert [
        path.name for path in committed() if address in path.read_bytes() and path not in stamped
    ] == []


# Commands


def test_every_make_command_in_the_readme_is_a_target():
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.M))
    commands = set(
        re.findall(r"\bmake ([a-z-]+)\b", "\n".join(re.findall(r"```.*?```|`[^`]+`", README, re.S)))
    )
    assert {"lab", "test"} <= commands <= targets
    assert set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.M)[1].split()) == targets
