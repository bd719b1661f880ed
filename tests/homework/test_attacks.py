"""No attack gains a point over a blank notebook, and no unusual right answer loses one, in each
confinement that the machine offers.
"""

from __future__ import annotations

import functools

import pytest

from homework.grader import Limits, Server, Session
from homework.grader.server import KINDS
from tests.support.attack_cells import attacks
from tests.support.attacks import BLANK, CHECKS, FULL, RIGHT, UNUSUAL, grade
from tests.support.confinements import one_of_each
from tests.support.today import todays
from tools.tracked import ROOT

LIMITS = Limits(cell=4, test=2, patience=8)
SOLUTION = str(ROOT / "homework" / "solution.py")  # never written: only its path counts
ATTACKS = {attack.name: attack for attack in attacks(SOLUTION)}
DEAREST = [
    "an object equal to everything",
    "a difference that is always nought",
    "a list that says three and yields none",
    "StopIteration, which ends loops",
    "the checks replaced",
    "false answers written into every descriptor",
]


@pytest.fixture(scope="module")
def server():
    """By the name of a kind, its server, kept until the end of the module."""
    with one_of_each(LIMITS) as found:
        yield found


def points(server: Server, cells: tuple[str, ...]) -> dict[str, float]:
    with Session(server) as session:
        return grade(session, cells)


@functools.cache
def blank(server: Server) -> dict[str, float]:
    """What a student gets who hands in the notebook as it was."""
    return points(server, (BLANK,))


def gains_nothing(server: Server, name: str) -> None:
    attack = ATTACKS[name]
    if attack.open_files and server.confinement == "none":
        pytest.skip("where files are open, this does harm or gains")
    assert points(server, attack.cells) == blank(server) == dict.fromkeys(CHECKS, 0)


def test_there_are_more_than_thirty_attacks():
    assert len(ATTACKS) >= 60


@pytest.mark.parametrize("name", DEAREST)
def test_the_dearest_attacks_gain_nothing(server, name):
    gains_nothing(server("auto"), name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ATTACKS)
def test_no_attack_gains_in_the_confinement_whose_day_it_is(server, name):
    gains_nothing(server(todays(KINDS)), name)


@pytest.mark.weekly
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ATTACKS)
def test_no_attack_gains_in_any_confinement(server, name, kind):
    gains_nothing(server(kind), name)


def test_the_solution_gets_full_marks(server):
    assert sum(points(server("auto"), (RIGHT,)).values()) == FULL


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", UNUSUAL)
def test_an_unusual_right_answer_gets_full_marks(server, name, kind):
    assert sum(points(server(kind), (RIGHT, UNUSUAL[name])).values()) == FULL
