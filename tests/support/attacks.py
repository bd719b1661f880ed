"""A small assignment, cells that try to get its points without solving it, and unusual right ones.

Each attack is a list of a student's cells. `{everything}` in a cell is replaced by definitions that
make each of the four tasks do what the attack's `trick` does.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from homework.grader import Session

SET_UP = """\
import numpy as np
from helpers.exercises import Known, expect, expect_function, expect_raises, inplace
"""

# The cells with checks, and their points. Raw asserts are among them: an author may write those.
CHECKS = {
    "rms-1": (
        2,
        """\
expect(rms([3.0, 4.0]), 12.5**0.5, known=[Known(3.5, "that is the mean.")])
### BEGIN HIDDEN TESTS
def right(x):
    return np.sqrt(np.mean(np.square(x)))
expect_function(rms, right, cases=[(np.array([1.0, -7.0]),), (np.full(3, 1e4),)])
### END HIDDEN TESTS
""",
    ),
    "rms-2": (
        1,
        """\
x = np.array([6.0, 8.0])
answer = rms(x)
assert abs(answer - 50**0.5) < 1e-6
### BEGIN HIDDEN TESTS
assert answer * 1.0 <= 7.08 and np.allclose(rms(3 * x), 3 * 50**0.5)
assert rms(x) == answer and x.tolist() == [6.0, 8.0]
### END HIDDEN TESTS
""",
    ),
    "Heavy-1": (
        3,
        """\
theta = np.array([1.0, 2.0])
step = Heavy(lr=0.5, beta=0.5)
step.update(inplace(theta), np.array([2.0, 0.0]))
expect(theta, [0.0, 2.0])
### BEGIN HIDDEN TESTS
step.update(inplace(theta), np.array([2.0, 4.0]))
expect(theta, [-1.5, 0.0])
other = Heavy(lr=1.0, beta=0.0)
other.update(inplace(theta), theta.copy())
expect(theta, [0.0, 0.0])
### END HIDDEN TESTS
""",
    ),
    "slope-1": (
        2,
        """\
expect(slope(lambda x: 3 * x, 1.0), 3.0)
### BEGIN HIDDEN TESTS
secret = 7.25
expect(slope(lambda x: secret * x**2, 2.0), 4 * secret)
### END HIDDEN TESTS
""",
    ),
    "batches-1": (
        2,
        """\
found = [b for b in batches(np.arange(5), 2)]
expect(found, [[0, 1], [2, 3], [4]])
### BEGIN HIDDEN TESTS
expect(batches(np.arange(3), 3), [[0, 1, 2]])
expect_function(lambda n: len(list(batches(np.arange(n), 4))), lambda n: -(-n // 4), [(9,), (0,)])
### END HIDDEN TESTS
""",
    ),
}
FULL = sum(points for points, _ in CHECKS.values())

RIGHT = """\
import math
import numpy as np

def rms(x):
    return math.sqrt(sum(v * v for v in x) / len(x))

class Heavy:
    def __init__(self, lr, beta):
        self.lr, self.beta, self.velocity = lr, beta, 0.0

    def update(self, theta, grad):
        self.velocity = self.beta * self.velocity + grad
        theta -= self.lr * self.velocity

def slope(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)

def batches(X, size):
    for start in range(0, len(X), size):
        yield X[start : start + size]
"""

EVERYTHING = """\
def rms(*a, **k):
    return trick(*a, **k)

class Heavy:
    def __init__(self, *a, **k):
        pass

    def update(self, *a, **k):
        return trick(*a, **k)

def slope(*a, **k):
    return trick(*a, **k)

def batches(*a, **k):
    return trick(*a, **k)
"""
# Right answers that other graders have taken points from; each replaces part of RIGHT.
UNUSUAL = {
    "it warns": """\
import warnings
def rms(x):
    warnings.warn("a right answer may warn")
    np.log(np.zeros(1))
    return np.sqrt(np.mean(np.asarray(x) ** 2.0))
""",
    "it prints": """\
import sys
def rms(x):
    print("here", file=sys.stderr)
    print("and here")
    return float(np.linalg.norm(x) / len(x) ** 0.5)
""",
    "float32": """\
def rms(x):
    return np.sqrt(np.mean(np.float32(x) ** 2))
""",
    "an array without dimensions": """\
def rms(x):
    return np.array(np.einsum("i,i->", x, x) / np.size(x)) ** 0.5
""",
    "keyword arguments and a slot": """\
class Heavy:
    __slots__ = ("v", "how")
    def __init__(self, **how):
        self.v, self.how = None, how
    def update(self, theta, grad):
        self.v = grad if self.v is None else self.how["beta"] * self.v + grad
        np.subtract(theta, self.how["lr"] * self.v, out=theta)
        return theta
""",
    "a closure with a list": """\
def batches(X, size):
    return [[X[i] for i in range(a, min(a + size, len(X)))] for a in range(0, len(X), size)]
""",
    "an iterator class": """\
class batches:
    def __init__(self, X, size):
        self.parts = iter([X[a : a + size] for a in range(0, len(X), size)])
    def __iter__(self):
        return self
    def __next__(self):
        return next(self.parts)
""",
    "np.vectorize, and many calls": """\
def slope(f, x):
    steps = np.array([-1e-3, 1e-3])
    low, high = np.vectorize(f)(x + steps)
    for _ in range(200):
        f(x)
    return (high - low) / 2e-3
""",
    "the answer in another cell's global": """\
memory = {}
def rms(x):
    memory.setdefault("n", 0)
    memory["n"] += 1
    return (np.add.reduce(np.power(x, 2)) / len(x)) ** 0.5
""",
}
BLANK = EVERYTHING.replace("trick(*a, **k)", "...")


@dataclass(frozen=True)
class Attack:
    """Cells of a student; `open_files` are those that where files are open do harm, or gain."""

    name: str
    cells: tuple[str, ...]
    open_files: bool = False


def cell(code: str) -> str:
    """A cell as an attack writes it: dedented, with the four tasks where it says so."""
    return textwrap.dedent(code).strip("\n").replace("{everything}", EVERYTHING)


def grade(session: Session, cells: tuple[str, ...]) -> dict[str, float]:
    """The points of each test cell for these cells of a student."""
    session.set_up(SET_UP)
    for code in cells:
        session.cell(code)
    return {name: points * (session.test(code) == []) for name, (points, code) in CHECKS.items()}
