"""The repository as a whole: lists that agree, links that resolve, nothing of one machine."""

import json
import re
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from tests.support.lessons import LESSONS
from tools.tracked import ROOT, tracked

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


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


@pytest.mark.parametrize("name", ["pre-commit-config.yaml"])
def test_the_hooks_before_a_commit_run_what_make_test_runs(name):
    hooks = yaml.safe_load((ROOT / f".{name}").read_text())["repos"][0]["hooks"]
    lint = (ROOT / "tools" / "lint.py").read_text()
    for hook in hooks:
        tool = hook["entry"].split(" -m ")[1].split()[0]
        assert f'"{tool}"' in lint


# Links, paths and leaks


def prose(path):
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def local_targets(text):
    """The files that Markdown links to, relative to itself, and the paths that it names."""
    text = re.sub(r"```.*?```", "", text, flags=re.S)
    links = re.findall(r"\]\(([^)\s]+)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    local = [link.split("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    named = re.findall(r"`((?:helpers|notebooks|tests|tools|data|\.ci|\.github)/[\w./-]*)`", text)
    return local, named


def test_links_and_named_paths_are_found_in_markdown():
    text = "[a](b.ipynb#c) [d](https://e.f) ![g](h.png) [i](#j) `helpers/optim.py` `make lab`"
    text += ' <img src="k.png">'
    assert local_targets(text) == (["b.ipynb", "h.png", "k.png"], ["helpers/optim.py"])


PAGES = [*tracked("*.md"), *LESSONS]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_local_link_and_path_resolves(path):
    links, named = local_targets(prose(path))
    assert [link for link in links if not (path.parent / link).exists()] == []
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_readme_lists_every_lesson():
    assert [path.name for path in LESSONS if f"(notebooks/{path.name})" not in README] == []


def test_every_notebook_beside_the_lessons_is_a_lesson():
    """Else it would be committed without the checks of test_notebooks.py."""
    notebooks = [
        path for path in tracked() if path.parent == ROOT / "notebooks" and path.suffix == ".ipynb"
    ]
    assert [path.name for path in notebooks if path not in LESSONS] == []


def test_no_file_holds_a_path_of_somebodys_machine():
    # /tmp/ip…: how ipykernel and Colab name the file of a cell, wherever they run
    machines = re.compile(
        rb"(?<![\w.])(/home/[a-z]|/Users/[A-Za-z]|/root/|/tmp/(?!ip)|[A-Z]:\\\\Users)"
    )
    here = str(ROOT).encode()
    leaks = []
    for path in tracked():
        content = path.read_bytes()
        if path != Path(__file__).resolve() and (machines.search(content) or here in content):
            leaks.append(path.relative_to(ROOT).as_posix())
    assert leaks == []


def test_the_repositorys_address_stands_in_one_place_and_where_make_stamp_writes_it():
    address = re.search(r'Repository = "https://([^"]+)"', PYPROJECT)[1].encode()
    homework = [*tracked("homework/source/*.ipynb"), *tracked("notebooks/assignments/*.ipynb")]
    stamped = {ROOT / name for name in ("pyproject.toml", "README.md", "CITATION.cff")}
    stamped |= {*LESSONS, *homework}
    assert [
        path.name for path in tracked() if address in path.read_bytes() and path not in stamped
    ] == []


# Commands


def test_every_make_command_in_the_readme_is_a_target():
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.M))
    commands = set(
        re.findall(r"\bmake ([a-z-]+)\b", "\n".join(re.findall(r"```.*?```|`[^`]+`", README, re.S)))
    )
    assert {"lab", "test"} <= commands <= targets
    assert set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.M)[1].split()) == targets
