"""What is left of a submission: the student's sources. All else is the assignment's."""

from __future__ import annotations

import copy
import random

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.nbgraderformat import MetadataValidator

from homework.grader.execute import run
from homework.grader.transplant import Original, harmless, transplanted


def original(name, kind="code", source="", locked=True, solution=False, points=None):
    return Original(name, kind, source or f"# {name}", "c" * 32, locked, solution, False, points)


ORIGINALS = [
    original("imports", source="import numpy as np"),
    original("rms", source="def rms(x):\n    return ...", locked=False, solution=True),
    original("rms-1", source="expect(rms(1), 1)", points=2.0),
    original("rms-2", source="expect(rms(2), 2)", points=1.0),
    original("why", "markdown", "Write.", locked=False, solution=True, points=2.0),
]


def marked(name, source, kind="code", **marks):
    make = new_code_cell if kind == "code" else new_markdown_cell
    return make(source, metadata={"nbgrader": {"grade_id": name, "schema_version": 3, **marks}})


def submission():
    """As a student hands it in who changed what he should."""
    return new_notebook(
        cells=[
            new_markdown_cell("# Homework"),
            marked("imports", "import numpy as np", locked=True),
            marked("rms", "def rms(x):\n    return x", solution=True),
            new_code_cell("own = 1"),
            marked("rms-1", "expect(rms(1), 1)", grade=True, points=2),
            marked("rms-2", "expect(rms(2), 2)", grade=True, points=1),
            marked("why", "Because.", "markdown", grade=True, solution=True, points=2),
        ]
    )


def names(nb):
    return [cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in nb.cells]


def find(nb, name):
    (found,) = [c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name]
    return found


ORDER = ["", "imports", "rms", "", "rms-1", "rms-2", "why"]


def is_sound(nb):
    """Every original cell once, the tests as they were, and what nbgrader and nbformat demand."""
    nbformat.validate(nb)
    MetadataValidator().validate_nb(nb)
    assert sorted(filter(None, names(nb))) == sorted(one.name for one in ORIGINALS)
    for one in ORIGINALS:
        cell = find(nb, one.name)
        assert cell.cell_type == one.kind
        assert one.is_own or cell.source == one.source
        assert cell.metadata.nbgrader.get("points") == one.points
    order = names(nb)
    assert order.index("imports") < min(order.index("rms-1"), order.index("rms-2"))
    assert all(not cell.get("outputs") for cell in nb.cells)


def test_a_submission_as_it_should_be_keeps_its_order_and_its_answers():
    nb = transplanted(submission(), ORIGINALS)
    is_sound(nb)
    assert names(nb) == ORDER
    assert find(nb, "rms").source.endswith("return x")
    assert find(nb, "why").source == "Because."


def test_it_is_the_same_notebook_every_time():
    one, other = (transplanted(submission(), ORIGINALS) for _ in range(2))
    assert nbformat.writes(one) == nbformat.writes(other)


def test_edited_tests_points_and_outputs_are_the_assignments_again():
    nb = submission()
    nb.cells[4].source = "pass"
    nb.cells[4].metadata.nbgrader.points = 100
    nb.cells[4].outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "2.0"})]
    nb.metadata.kernelspec = {"name": "evil", "display_name": "evil"}
    found = transplanted(nb, ORIGINALS)
    is_sound(found)
    assert found.metadata.kernelspec.name == "python3"


def test_deleted_cells_return_to_their_place():
    nb = submission()
    del nb.cells[4:6], nb.cells[1]
    found = transplanted(nb, ORIGINALS)
    is_sound(found)
    assert [name for name in names(found) if name] == [name for name in ORDER if name]
    is_sound(transplanted(new_notebook(), ORIGINALS))


def test_of_copies_the_first_test_and_the_last_answer_count():
    nb = submission()
    nb.cells[5:5] = copy.deepcopy([nb.cells[4], nb.cells[2]])
    nb.cells[6].source = "def rms(x):\n    return 2"
    found = transplanted(nb, ORIGINALS)
    is_sound(found)
    assert find(found, "rms").source.endswith("return 2")
    assert [cell.source for cell in found.cells].count("def rms(x):\n    return x") == 1


def test_the_imports_come_before_the_tests_wherever_they_are_put():
    nb = submission()
    nb.cells.append(nb.cells.pop(1))
    is_sound(transplanted(nb, ORIGINALS))


def test_a_test_turned_into_text_and_swapped_metadata_change_nothing():
    nb = submission()
    nb.cells[4] = marked("rms-1", "# expect", "markdown")
    nb.cells[2].metadata.nbgrader.grade_id = "rms-2"
    nb.cells[5].metadata.nbgrader.grade_id = "rms"
    found = transplanted(nb, ORIGINALS)
    is_sound(found)
    assert find(found, "rms").source == "expect(rms(2), 2)"


ODD = [
    None,
    3,
    [],
    {},
    "",
    "x" * 300,
    {"grade_id": ["rms"]},
    {"grade_id": {"a": 1}},
    {"points": -1},
]


@pytest.mark.parametrize("seed", range(60))
def test_no_metadata_can_make_it_fail(seed):
    draw = random.Random(seed)
    nb = submission()
    for _ in range(draw.randrange(1, 8)):
        cell = draw.choice(nb.cells)
        what = draw.randrange(5)
        if what == 0:
            cell.metadata = nbformat.from_dict({"nbgrader": draw.choice(ODD)})
        elif what == 1:
            cell["metadata"] = draw.choice([None, [], {"nbgrader": {"grade_id": "rms-1"}}])
        elif what == 2:
            cell["cell_type"] = draw.choice(["raw", "markdown", "code", "odd"])
        elif what == 3:
            cell["source"] = draw.choice([None, 3, ["a\n", "b"], "\ud800\x00", "x"])
        else:
            nb.cells.insert(draw.randrange(len(nb.cells)), copy.deepcopy(cell))
    is_sound(transplanted(nb, ORIGINALS))


MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "a<!-- b",
    "&#60;script>",
    "[x](javascript:alert(1))",
    "[x](JaVa\nScript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "![x](data:text/html;base64,AAAA)",
    "<javascript:alert(1)>",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\newcommand\x[1]{\href{java#1:alert(1)}{x}}\x{script}$",
    r"$\require{html}\style{x}{y}$",
]


@pytest.mark.parametrize("text", MARKUP)
def test_no_markup_of_a_students_text_lives(text):
    from nbconvert.filters import markdown2html

    page = markdown2html(harmless(text)).lower()
    assert not any(tag in page for tag in ("<script", "<img src=x", "<!--", "\\href", "\\require"))
    assert not any(f'"{scheme}:' in page for scheme in ("javascript", "vbscript", "data"))
    assert "\\newcommand" not in page


def test_text_without_markup_stays_as_it_is():
    text = "Since $a < b$ and $\\nabla f & x$, see [this](https://example.org/a?b=1): 2 < 3.\n\n> q"
    assert harmless(text) == text


class Recorded:
    """Stands for a session: notes which cell ran where."""

    def __init__(self):
        self.calls = []

    def __getattr__(self, name):
        return lambda source: self.calls.append((name, source)) or []


def test_each_cell_runs_where_it_belongs():
    session = Recorded()
    for cell in transplanted(submission(), ORIGINALS).cells:
        if cell.cell_type == "code":
            run(session, cell)
    assert [name for name, _ in session.calls] == ["set_up", "cell", "cell", "test", "test"]
