"""The source notebooks of the homework: what nbgrader, the grader and a fair mark need of them."""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter

import pytest

from homework.allowed import ALLOWED
from tests.support.homework import (
    NAMES,
    SOURCES,
    bank,
    checks,
    hidden,
    is_answer,
    is_test,
    marks,
    names_defined,
    names_read,
    source,
    visible,
)
from tests.support.lessons import LESSONS
from tools.tracked import ROOT

FEWEST_TASKS, FEWEST_WRONG, FEWEST_RIGHT = 5, 8, 5
each_assignment = pytest.mark.parametrize("name", NAMES)
EACH_TEST = [
    pytest.param(name, cell, id=f"{name[:4]}-{marks(cell).grade_id}")
    for name in NAMES
    for cell in checks(name)
]
each_test = pytest.mark.parametrize(("name", "cell"), EACH_TEST)


def known_cells(name):
    return [cell for cell in source(name).cells if marks(cell)]


def answers(name):
    return [cell for cell in source(name).cells if is_answer(cell)]


def tasks(name):
    return [marks(cell).grade_id for cell in answers(name)]


def test_an_assignment_is_named_as_its_lesson():
    lessons = {path.stem for path in LESSONS}
    assert [name for name in NAMES if name.removeprefix("hw") not in lessons] == []
    assert [path for path in SOURCES if path.parent.name != path.stem] == []
    assert sorted(ALLOWED) == NAMES


@each_assignment
def test_cells_are_marked_as_nbgrader_marks_them(name):
    needed = {"grade", "grade_id", "locked", "schema_version", "solution", "task"}
    for cell in known_cells(name):
        assert needed <= set(marks(cell)), cell.source
        assert marks(cell).schema_version == 3
        assert (marks(cell).get("points", 0) > 0) == marks(cell).grade, marks(cell).grade_id
        assert marks(cell).locked != marks(cell).solution, marks(cell).grade_id
        assert not marks(cell).task


@each_assignment
def test_grade_ids_and_cell_ids_are_unique(name):
    ids = Counter(marks(cell).grade_id for cell in known_cells(name))
    assert [key for key, count in ids.items() if count > 1] == []
    ids = Counter(cell.id for cell in source(name).cells)
    assert [key for key, count in ids.items() if count > 1] == []


@each_assignment
def test_source_is_as_an_editor_leaves_it_and_nothing_was_run(name):
    notebook = source(name)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}, "run `make release`"
    allowed = {"nbgrader", "jupyter", "cellView"}
    assert [cell.id for cell in notebook.cells if set(cell.metadata) - allowed] == []
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.id for cell in code if cell.outputs or cell.execution_count] == []


@each_assignment
def test_it_opens_with_title_set_up_and_imports(name):
    title, set_up, imports = source(name).cells[:3]
    number = name[2:4]
    assert title.source.startswith(f"# Homework {number}: ")
    assert len(re.findall(r"^# ", title.source, flags=re.M)) == 1
    assert (set_up.id, marks(set_up)) == ("set-up", {})
    assert (marks(imports).grade_id, marks(imports).locked) == ("imports", True)
    assert not marks(imports).grade


@each_assignment
def test_five_tasks_or_more_of_ten_to_twenty_points(name):
    assert len(tasks(name)) >= FEWEST_TASKS
    points = sum(marks(cell).get("points", 0) for cell in known_cells(name))
    assert 10 <= points <= 20


@each_assignment
def test_one_question_is_answered_in_words_and_marked_by_a_person(name):
    (written,) = [cell for cell in known_cells(name) if marks(cell).grade and marks(cell).solution]
    assert written.cell_type == "markdown"
    assert marks(written).grade_id.startswith("why_")
    assert marks(written).points <= 2
    assert "*Marking:*" in written.source


@each_assignment
def test_every_task_has_a_docstring_a_solution_and_one_to_three_tests(name):
    found = Counter(marks(cell).grade_id.rpartition("-")[0] for cell in checks(name))
    assert set(found) == set(tasks(name))
    assert [task for task, count in found.items() if not 1 <= count <= 3] == []
    for cell in answers(name):
        task = marks(cell).grade_id
        defined = {node.name: node for node in ast.parse(cell.source).body if hasattr(node, "name")}
        assert task in defined, f"the answer cell {task} should define {task}"
        assert ast.get_docstring(defined[task]), task
        assert cell.source.count("### BEGIN SOLUTION") == cell.source.count("### END SOLUTION") > 0


@each_assignment
def test_the_tests_of_a_task_follow_its_answer(name):
    task = ""
    for cell in known_cells(name):
        if is_answer(cell):
            task = marks(cell).grade_id
        elif is_test(cell):
            assert marks(cell).grade_id.rpartition("-")[0] == task


@each_test
def test_a_test_cell_shows_a_check_and_hides_more(name, cell):
    assert re.search(r"\b(expect|expect_function|expect_raises)\(", visible(cell.source))
    assert "expect" in hidden(cell.source)
    assert cell.source.count("### BEGIN HIDDEN TESTS") == 1
    assert 1 <= marks(cell).points <= 3


@each_test
def test_a_test_cell_is_plain_python_and_stands_alone(name, cell):
    compile(cell.source, "<test>", "exec")  # no magics
    (imports,) = [c for c in known_cells(name) if marks(c).grade_id == "imports"]
    given = names_defined(imports.source) | set(dir(builtins))
    for answer in answers(name):
        given |= names_defined(answer.source)
    assert names_read(cell.source) - given == set()
    assert names_read(visible(cell.source)) - given == set()


@each_assignment
def test_lines_fit_on_the_page(name):
    code = [cell for cell in source(name).cells if cell.cell_type == "code" and cell.id != "set-up"]
    assert [line for cell in code for line in cell.source.splitlines() if len(line) > 100] == []


@each_assignment
def test_the_bank_has_answers_for_every_task(name):
    assert {answer.kind for answer in bank(name)} <= {"wrong", "right"}
    assert {answer.task for answer in bank(name)} <= set(tasks(name))
    counts = Counter((answer.task, answer.kind) for answer in bank(name))
    short = [
        (task, kind, counts[task, kind])
        for task in tasks(name)
        for kind, fewest in (("wrong", FEWEST_WRONG), ("right", FEWEST_RIGHT))
        if counts[task, kind] < fewest
    ]
    assert short == []


@each_assignment
def test_the_answers_of_a_bank_have_titles_of_their_own_and_differ(name):
    titles = Counter((answer.task, answer.title) for answer in bank(name))
    assert [key for key, count in titles.items() if count > 1 or not key[1]] == []
    codes = Counter(re.sub(r"\s", "", answer.code) for answer in bank(name))
    assert [code for code, count in codes.items() if count > 1] == []


@each_assignment
def test_only_modules_that_exist_are_allowed(name):
    helpers = ROOT / "helpers"
    missing = [
        module
        for module in ALLOWED[name]
        if not (helpers / f"{module.replace('.', '/')}.py").exists()
    ]
    assert missing == []
