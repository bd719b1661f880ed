"""`make release`: what students get holds no solution, runs, and is the same every time."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout

import nbformat
import pytest

from tests.support.colab import ADDRESS, SET_UP, VERSION, stamp
from tests.support.homework import (
    NAMES,
    blank,
    checks,
    hidden,
    is_answer,
    is_test,
    marks,
    solutions,
    source,
    visible,
)
from tools import release
from tools.notebooks import FOLDED
from tools.tracked import ROOT, tracked

FOLDER = ROOT / "notebooks" / "assignments"
LONGEST_CELL = 15  # visible lines, as in a lesson
each_assignment = pytest.mark.parametrize("name", NAMES)


def text(name):
    return (FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")


def students(name):
    return nbformat.reads(text(name), as_version=4)


def lines(code):
    return {line.strip() for line in code.splitlines() if line.strip()}


def kept_from_students(name):
    """The lines of solutions, of marking hints and of hidden checks."""
    everything = "\n".join(cell.source for cell in source(name).cells)
    regions = re.findall(
        r"### BEGIN (?:SOLUTION|HIDDEN TESTS)\n(.*?)### END", everything, flags=re.S
    )
    return lines("\n".join(regions))


def shown_to_students(name):
    """The lines of the source that are in no such region."""
    everything = "\n".join(cell.source for cell in source(name).cells)
    regions = r"### BEGIN (SOLUTION|HIDDEN TESTS)\n.*?### END (SOLUTION|HIDDEN TESTS)"
    return lines(re.sub(regions, "", everything, flags=re.S))


def test_every_source_has_its_students_version():
    assert [path.stem for path in tracked("notebooks/assignments/*.ipynb", ROOT)] == NAMES


@each_assignment
def test_it_holds_no_line_of_a_solution_and_no_hidden_check(name):
    kept = kept_from_students(name) - shown_to_students(name)
    assert kept
    released = lines("\n".join(cell.source for cell in students(name).cells))
    assert kept & released == set()
    for mark in ("BEGIN SOLUTION", "HIDDEN TESTS", "*Marking:*", "MARK SCHEME"):
        assert mark not in text(name)


@each_assignment
def test_every_hidden_line_is_missing_as_text_too(name):
    """Not even within another line, for the longer ones: no solution is left in a comment."""
    shown = "\n".join(shown_to_students(name))  # in a part of it a hidden line may stand again
    released = "\n".join(cell.source for cell in students(name).cells)
    long = [line for line in kept_from_students(name) if len(line) > 25 and line not in shown]
    assert long
    assert [line for line in long if line in released] == []


@each_assignment
def test_what_is_committed_is_what_make_release_writes_and_stays_so(name):
    path = ROOT / "homework" / "source" / name / f"{name}.ipynb"
    committed = path.read_text(encoding="utf-8")
    assert release.tidied(committed, path.name, ADDRESS, VERSION) == committed, "make release"
    once, twice = (release.released(committed, name) for _ in range(2))
    assert once == text(name), "run `make release`"
    assert once == twice


@each_assignment
def test_it_has_the_badge_and_the_set_up_cell_of_the_lessons(name):
    assert stamp.stamped_lesson(text(name), f"{name}.ipynb", ADDRESS, VERSION) == text(name)
    assert stamp.badge(ADDRESS, f"{name}.ipynb") in students(name).cells[0].source
    (first, *_) = [cell for cell in students(name).cells if cell.cell_type == "code"]
    assert (first.source, first.metadata, first.outputs) == (SET_UP, FOLDED, [])


@each_assignment
def test_a_cell_that_is_open_is_short_and_a_folded_check_has_a_title(name):
    code = [cell for cell in students(name).cells if cell.cell_type == "code"]
    folded = [cell for cell in code if FOLDED.items() <= cell.metadata.items()]
    is_long = [cell.id for cell in code if len(cell.source.splitlines()) > LONGEST_CELL]
    assert set(is_long) <= {cell.id for cell in folded}
    assert [cell.id for cell in folded if not cell.source.startswith("# @title ")] == []
    titles = [cell.source.splitlines()[0] for cell in folded]
    assert [title for title in titles if len(title) > 100] == []


@each_assignment
def test_a_task_begins_with_a_function_that_returns_nothing_yet(name):
    begun = {marks(c).grade_id: c.source for c in students(name).cells if is_answer(c)}
    assert begun == blank(name)
    for code in begun.values():
        compile(code, "<cell>", "exec")


@each_assignment
def test_points_and_grade_ids_are_those_of_the_source(name):
    def worth(notebook):
        return {marks(c).grade_id: marks(c).get("points") for c in notebook.cells if marks(c)}

    assert worth(students(name)) == worth(source(name))
    answers = [c for c in students(name).cells if marks(c).get("solution")]
    assert {cell.metadata.get("editable", True) for cell in answers} == {True}
    tests = [c for c in students(name).cells if is_test(c)]
    assert [(c.metadata.editable, c.metadata.deletable) for c in tests] == [(False, False)] * len(
        tests
    )


def run(name, answers):
    """What each code cell prints or raises, in one namespace, in words."""
    names, said = {"__name__": "__main__"}, {}
    for cell in students(name).cells:
        if cell.cell_type != "code" or cell.id == "set-up":
            continue
        task = marks(cell).grade_id
        printed = io.StringIO()
        try:
            with redirect_stdout(printed):
                exec(answers.get(task, cell.source), names)
        except Exception as error:
            said[task] = f"{type(error).__name__}: {error}"
        else:
            said[task] = printed.getvalue()
    return said


@each_assignment
def test_unsolved_it_runs_up_to_checks_that_fail_in_words(name):
    said = run(name, {})
    tests = [marks(cell).grade_id for cell in checks(name)]
    assert {task: words for task, words in said.items() if words and task not in tests} == {}
    for task in tests:
        assert said[task].startswith("Wrong: "), (task, said[task])


@each_assignment
def test_solved_every_shown_check_says_that_it_holds_and_that_more_follow(name):
    said = run(name, solutions(name))
    for cell in checks(name):
        assert said[marks(cell).grade_id].endswith("More checks are run when it is graded.\n")


@each_assignment
def test_shown_checks_are_the_source_less_what_is_hidden(name):
    released = {marks(c).grade_id: c.source for c in students(name).cells if is_test(c)}
    for cell in checks(name):
        assert released[marks(cell).grade_id].startswith(visible(cell.source).rstrip())
        assert hidden(cell.source).splitlines()[1] not in released[marks(cell).grade_id]


def test_an_assignment_that_there_is_not_is_named(capsys):
    assert release.main(["hw99"]) == 1
    assert "hw99" in capsys.readouterr().out
