"""`make stamp`: badges and set-up cells agree with pyproject.toml, in a fork too."""

from __future__ import annotations

import shutil

import nbformat
import pytest

import helpers.version
from tests.support.colab import ADDRESS, PROJECT, ROOT, SET_UP, VERSION, stamp
from tests.support.lessons import LESSONS
from tools.notebooks import FOLDED

README = (ROOT / "README.md").read_text(encoding="utf-8")
GITHUB = "https://github.com/me/my-course"
each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


@each_lesson
def test_badge_and_set_up_cell_agree_with_pyproject(path):
    text = path.read_text(encoding="utf-8")
    assert stamp.stamped_lesson(text, path.name, ADDRESS, VERSION) == text, "run `make stamp`"
    notebook = nbformat.reads(text, as_version=4)
    assert stamp.badge(ADDRESS, path.name) in notebook.cells[0].source
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert (first.source, first.outputs) == (SET_UP, [])
    assert first.metadata == FOLDED


def test_the_readme_has_a_badge_for_every_lesson():
    assert stamp.stamped_readme(README, ADDRESS) == README, "run `make stamp`"
    assert [path.name for path in LESSONS if stamp.badge(ADDRESS, path.name) not in README] == []


def test_helpers_says_the_version_of_pyproject():
    assert helpers.version.VERSION == VERSION, "run `make stamp`"


def test_a_lesson_installs_the_tag_of_its_version():
    cell = stamp.set_up_cell(GITHUB, "1.2.3")
    assert f'%pip install -q --no-deps "downhill @ git+{GITHUB}@v1.2.3"' in cell
    assert cell.endswith('\nhelpers.version.check_version("1.2.3")')


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A copy of what is stamped, and a function that reads all of it."""
    for folder in ("tools", "helpers"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    (tmp_path / "notebooks").mkdir()
    for path in (
        *(ROOT / name for name in ("pyproject.toml", "README.md", "CITATION.cff")),
        *LESSONS,
    ):
        shutil.copy(path, tmp_path / path.relative_to(ROOT))
    monkeypatch.setattr(stamp, "ROOT", tmp_path)
    return lambda: {
        path: path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file()
    }


def test_stamping_again_changes_nothing(checkout, capsys):
    before = checkout()
    assert stamp.main() == 0
    assert checkout() == before
    assert ": written" not in capsys.readouterr().out


def test_a_fork_has_its_own_address_everywhere_and_may_come_back(checkout):
    before, fork = checkout(), "https://github.com/me/my-course"
    assert stamp.main(f"{fork}.git/") == 0
    after = checkout()
    assert [
        path.name
        for path, text in after.items()
        if ADDRESS.removeprefix("https://github.com/") in text
    ] == []
    changed = {path.name for path in before if after[path] != before[path]}
    assert changed == {"pyproject.toml", "README.md", "CITATION.cff"} | {
        path.name for path in LESSONS
    }
    for name in changed - {"pyproject.toml", "CITATION.cff"}:
        (text,) = (text for path, text in after.items() if path.name == name)
        assert "https://colab.research.google.com/github/me/my-course/blob/main/notebooks/" in text
    stamp.main(ADDRESS)
    assert checkout() == before


def test_a_course_that_is_not_on_github_has_no_badges(checkout, capsys):
    before = checkout()
    stamp.main("https://git.example.org/me/my-course")
    assert "Colab opens lessons from GitHub only" in capsys.readouterr().out
    assert [
        path.name
        for path, text in checkout().items()
        if "colab-badge.svg" in text and path.suffix != ".py"
    ] == []
    stamp.main(ADDRESS)
    assert checkout() == before


@pytest.mark.parametrize(
    "address", ["my-course", "https://github.com/me/my-course/tree/main", "https://a b.org/c/d"]
)
def test_what_is_no_address_is_refused(checkout, capsys, address):
    before = checkout()
    assert stamp.main(address) == 1
    assert f"got {address}" in capsys.readouterr().out
    assert checkout() == before


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (" https://www.GitHub.com/me/my-course.git/ ", "https://github.com/me/my-course"),
        ("https://git.example.org:8443/me/my-course", "https://git.example.org:8443/me/my-course"),
    ],
)
def test_an_address_is_taken_as_it_is_copied(checkout, typed, meant):
    assert stamp.main(typed) == 0
    assert f'Repository = "{meant}"' in (stamp.ROOT / "pyproject.toml").read_text()


def test_the_version_tells_copies_of_the_course_apart():
    assert stamp.raised(PROJECT) == PROJECT, (
        "helpers/ offers other names or arguments than before: run `make stamp`"
    )


@pytest.mark.parametrize(
    ("change", "is_another"),
    [
        ("def mse(y_hat, y): return 1", False),
        ("def mse(y_hat, y, weights=None): pass", True),
        ("def mse(y_hat, y): pass\ndef _own(): pass", False),
        ("def mse(y_hat, y): pass\nclass Loss:\n    def gradient(self): pass", True),
        ("def mse(y_hat, y): pass\nmae = mse", True),
    ],
)
def test_what_helpers_offers_is_names_and_arguments(tmp_path, change, is_another):
    (tmp_path / "losses.py").write_text("def mse(y_hat, y): pass")
    before = stamp.offered(tmp_path)
    (tmp_path / "losses.py").write_text(change)
    assert (stamp.offered(tmp_path) != before) == is_another


def test_stamping_raises_the_version_when_helpers_offers_something_new(checkout):
    (stamp.ROOT / "helpers" / "new.py").write_text("def hello(): pass")
    stamp.main()
    *release, last = VERSION.split(".")
    raised = ".".join([*release, str(int(last) + 1)])
    assert f'version = "{raised}"' in (stamp.ROOT / "pyproject.toml").read_text()
    assert f'VERSION = "{raised}"' in (stamp.ROOT / "helpers" / "version.py").read_text()
    assert all(
        f'\\"{raised}\\"' in path.read_text() for path in (stamp.ROOT / "notebooks").glob("*.ipynb")
    )


def test_a_lesson_without_badge_and_set_up_cell_gets_both():
    result = nbformat.v4.new_output("execute_result", {"text/plain": "4"}, execution_count=2)
    cells = [
        nbformat.v4.new_markdown_cell("# Title\n\nWords.", id="a"),
        nbformat.v4.new_code_cell("1 + 1", id="b", execution_count=1),
        nbformat.v4.new_code_cell("2 + 2", id="c", execution_count=2, outputs=[result]),
    ]
    plain = nbformat.writes(nbformat.v4.new_notebook(cells=cells))
    once = stamp.stamped_lesson(plain, "01_x.ipynb", GITHUB, VERSION)
    made = nbformat.reads(once, as_version=4).cells
    assert [cell.id for cell in made] == ["a", "set-up", "b", "c"]
    assert [cell.execution_count for cell in made[1:]] == [1, 2, 3]
    assert made[1].metadata == FOLDED
    assert made[3].outputs[0].execution_count == 3
    assert made[0].source.split("\n\n") == ["# Title", stamp.badge(GITHUB, "01_x.ipynb"), "Words."]
    assert stamp.stamped_lesson(once, "01_x.ipynb", GITHUB, VERSION) == once
