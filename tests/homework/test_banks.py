"""The banks of answers: every solution gets full marks, a blank notebook none, every wrong answer
loses points of its task, and every right one, however it is written, keeps them all.
"""

from __future__ import annotations

import functools

import pytest

from tests.support.homework import (
    NAMES,
    Result,
    bank,
    blank,
    checks,
    marks,
    points,
    solutions,
    total,
)
from tests.support.today import todays

MOSTLY = 0.6  # of the wrong answers of an assignment, the part that the feedback names at least
TURNS = [NAMES[i::3] for i in range(3)]  # a third of the banks a day; all of them every week


def in_turn(name: str) -> pytest.MarkDecorator:
    return pytest.mark.slow if name in todays(TURNS) else pytest.mark.weekly


EACH = [
    pytest.param(name, answer, id=f"{name[:4]}-{answer.task}-{answer.title}", marks=in_turn(name))
    for name in NAMES
    for answer in bank(name)
]
WRONG = [one for one in EACH if one.values[1].kind == "wrong"]
RIGHT = [one for one in EACH if one.values[1].kind == "right"]
each_assignment = pytest.mark.parametrize("name", NAMES)


@functools.cache
def graded(name: str, answer) -> dict[str, Result]:
    """The results of the task of an answer."""
    return points(name, {answer.task: answer.code}, answer.task)


@functools.cache
def worth(name: str, task: str) -> float:
    """The points of one task."""
    return sum(marks(c).points for c in checks(name) if marks(c).grade_id.startswith(f"{task}-"))


def words(results: dict[str, Result]) -> str:
    return "\n".join(result.words for result in results.values())


@each_assignment
def test_the_solution_gets_full_marks(name):
    results = points(name, solutions(name))
    assert words(results).strip() == ""
    assert total(results) == sum(marks(cell).points for cell in checks(name))


@each_assignment
def test_a_blank_notebook_gets_nothing_and_says_not_yet(name):
    results = points(name, blank(name))
    assert {key: result.points for key, result in results.items() if result.points} == {}
    assert [key for key, result in results.items() if not result.words] == []


@pytest.mark.parametrize(("name", "answer"), WRONG)
def test_a_wrong_answer_loses_points_and_its_mistake_is_named(name, answer):
    results = graded(name, answer)
    assert total(results) < worth(name, answer.task)
    assert answer.says in words(results)


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_a_right_answer_gets_full_marks_however_it_is_written(name, answer):
    results = graded(name, answer)
    assert (total(results), words(results).strip()) == (worth(name, answer.task), "")


@pytest.mark.parametrize("name", [pytest.param(name, marks=in_turn(name)) for name in NAMES])
def test_most_wrong_answers_are_named_and_the_rates_are_printed(name, capsys):
    wrong = [answer for answer in bank(name) if answer.kind == "wrong"]
    right = [answer for answer in bank(name) if answer.kind == "right"]
    caught = sum(total(graded(name, a)) < worth(name, a.task) for a in wrong)
    kept = sum(total(graded(name, a)) == worth(name, a.task) for a in right)
    named = sum(bool(answer.says) for answer in wrong)
    with capsys.disabled():
        print(
            f"\n{name}: {caught} of {len(wrong)} wrong answers lose points, {named} are named; "
            f"{kept} of {len(right)} right ones get full marks"
        )
    assert (caught, kept) == (len(wrong), len(right))
    assert named >= MOSTLY * len(wrong)
