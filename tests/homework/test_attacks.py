"""No attack gains a point over a blank notebook, and no unusual right answer loses one, in each
confinement that the machine offers.
"""

from __future__ import annotations

import functools

import pytest

from homework.grader import Limits, Server, Session
from homework.grader.server import KINDS, Unavailable
from tests.support.attack_cells import attacks
from tests.support.attacks import BLANK, CHECKS, FULL, RIGHT, UNUSUAL, grade
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


@functools.cache
def server(kind: str) -> Server:
    """The server of this kind, kept until the end; skips where the machine does not offer it."""
    found = Server(kind, LIMITS)
    try:
        Session(found).close()
    except Unavailable as error:
        pytest.skip(f"this machine does not offer it: {error}")
    return found


@pytest.fixture(scope="module", autouse=True)
def ended():
    """End the servers with the module."""
    yield
    for kind in ("auto", *KINDS):
        try:
            server(kind).close()
        except BaseException:
            continue
    server.cache_clear()


def points(kind: str, cells: tuple[str, ...]) -> dict[str, float]:
    with Session(server(kind)) as session:
        return grade(session, cells)


@functools.cache
def blank(kind: str) -> dict[str, float]:
    """What a student gets who hands in the notebook as it was."""
    return points(kind, (BLANK,))


def gains_nothing(kind: str, name: str) -> None:
    attack = ATTACKS[name]
    if attack.open_files and kind == "none":
        pytest.skip("where files are open, this does harm or gains")
    assert points(kind, attack.cells) == blank(kind) == dict.fromkeys(CHECKS, 0)


def test_there_are_more_than_thirty_attacks():
    assert len(ATTACKS) >= 60


@pytest.mark.parametrize("name", DEAREST)
def test_the_dearest_attacks_gain_nothing(name):
    gains_nothing("auto", name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ATTACKS)
def test_no_attack_gains_in_the_confinement_whose_day_it_is(name):
    gains_nothing(todays(KINDS), name)


@pytest.mark.weekly
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ATTACKS)
def test_no_attack_gains_in_any_confinement(name, kind):
    gains_nothing(kind, name)


def test_the_solution_gets_full_marks():
    assert sum(points("auto", (RIGHT,)).values()) == FULL


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", UNUSUAL)
def test_an_unusual_right_answer_gets_full_marks(name, kind):
    assert sum(points(kind, (RIGHT, UNUSUAL[name])).values()) == FULL
