"""The exercises of the lessons: unsolved they say so, a model answer passes, and a wrong answer is
told what is wrong.
"""

import re
from importlib import import_module

import numpy as np
import pytest

from helpers import exercises as asked
from helpers.marking.exercise import Exercise, Known, shown
from tests.support.lessons import REWRITTEN, exercises, run_check, run_lesson

FEWEST, FEWEST_WRONG = 3, 4  # exercises in a lesson from 01 on; wrong answers tried for each
NUMBERS = [number for number in REWRITTEN if number != "00"]
EACH = [
    pytest.param(number, name, cell, model, id=name)
    for number in NUMBERS
    for name, cell, model in exercises(number)
]


def wrong_answers(name):
    """The answers to exercise `name` that are tried and wrong, each with words of its message."""
    return import_module(f"tests.lessons.answers_{name[:2]}").WRONG[name]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_lesson_has_three_exercises_or_more_and_their_names_count_on(number):
    names = [name for name, _, _ in exercises(number)]
    assert len(names) >= FEWEST
    assert names == [f"{number}-{i}" for i in range(1, len(names) + 1)]
    assert names == [f"{number}-{key}" for key in import_marking(number)]


def import_marking(number):
    return import_module(f"helpers.marking.lesson_{number}").EXERCISES


@pytest.mark.parametrize(("number", "name", "cell", "model"), EACH)
def test_an_unsolved_exercise_says_not_yet(number, name, cell, model, capsys):
    exec(cell.source, dict(run_lesson(number)))
    assert capsys.readouterr().out.startswith(f"· {name}: not yet")


@pytest.mark.parametrize(("number", "name", "cell", "model"), EACH)
def test_the_model_answer_in_the_fold_passes(number, name, cell, model, capsys):
    assert model, "the cell after a check has a fold with the model answer in a block of Python"
    run_check(number, cell, model)
    assert capsys.readouterr().out.startswith(f"✓ {name}: right")


@pytest.mark.parametrize(("number", "name", "cell", "model"), EACH)
def test_wrong_answers_are_told_what_is_wrong(number, name, cell, model):
    tried = wrong_answers(name)
    assert len(tried) >= FEWEST_WRONG
    looked_for = [known.gives for known in asked.find(name).known if callable(known.gives)]
    for answer, words in tried:
        assert not any(answer is gives for gives in looked_for), "write it as a student would"
        verdict = asked.verdict(name, answer)
        assert not verdict.passed
        assert re.search(words, str(verdict)), (words, str(verdict))


@pytest.mark.parametrize(("number", "name", "cell", "model"), EACH)
def test_every_mistake_known_by_name_is_among_the_wrong_answers_that_are_tried(
    number, name, cell, model
):
    said = {asked.verdict(name, answer).words for answer, _ in wrong_answers(name)}
    known = {mistake.words for mistake in asked.find(name).known}
    assert known - said == set()


# Examining


def square(x):
    return x**2


SQUARE = Exercise(
    square,
    cases=[(2.0,), (np.array([1.0, -3.0]),)],
    hint="x times x.",
    known=[Known(lambda x: 2 * x, "this doubles x.")],
)


def stops(x):
    raise RuntimeError("stop")


def in_place(x):
    x *= x
    return x


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: 2 * x, "^✗ 00-1: this doubles x.$"),
        (lambda x: x + 1, "for x = 2 the answer should be 4, and yours is 3. x times x."),
        (lambda x: None, "Is its `return` missing"),
        (stops, "with x = 2 it raised RuntimeError: stop"),
        (lambda: 1, "it raised TypeError"),
        (in_place, r"changes its argument in place.* \[1, −3\].* \[1, 9\]"),
        (lambda x: "nine", "yours is 'nine'"),
        (lambda x: np.array([x, x]), "yours is"),
        (4.0, "should be a function, and yours is 4"),
        (..., "^· 00-1: not yet"),
        (lambda x: ..., "^· 00-1: not yet"),
    ],
)
def test_a_wrong_answer_is_told_what_is_wrong(answer, words):
    verdict = SQUARE.examine("00-1", answer)
    assert not verdict.passed
    assert re.search(words, str(verdict), flags=re.DOTALL)


def test_a_right_answer_passes_however_it_is_written():
    assert SQUARE.examine("00-1", lambda x: x * x).passed
    assert SQUARE.examine("00-1", np.square).passed


def test_a_value_is_compared_and_its_known_mistakes_are_named():
    rate = Exercise(0.5, hint="Think of 2/L.", known=[Known(0.25, "that rate arrives at once.")])
    assert rate.examine("00-2", 0.5).passed
    assert rate.examine("00-2", 0.25).words == "that rate arrives at once."
    assert rate.examine("00-2", 7).words == "7 is not it. Think of 2/L."
    assert not rate.examine("00-2", "0.5").passed


def test_a_list_of_numbers_is_as_good_as_an_array_and_a_truth_is_no_number():
    pair = Exercise(np.array([1.0, 2.0]), hint="")
    assert pair.examine("00-3", [1, 2]).passed
    assert not pair.examine("00-3", [1, 2, 3]).passed
    assert not Exercise(True, hint="").examine("00-4", 1).passed


def test_an_exercise_that_there_is_not_names_those_that_there_are():
    with pytest.raises(ValueError, match="a lesson and a number"):
        asked.check("99-1", 1)


def test_a_long_array_is_shown_by_its_shape():
    assert shown(np.zeros((20, 3))) == "an array of shape (20, 3) that begins 0, 0, 0"
    assert shown(np.eye(2)) == "[[1, 0], [0, 1]]"
