"""A session: what runs where, what T holds of the student's objects, and which words it has."""

from __future__ import annotations

import functools
import os
import signal

import pytest

from homework.grader import Limits, Server, Session
from homework.grader.checking import NOT_SHOWN
from homework.grader.linux import descendants
from tests.support.attacks import SET_UP
from tests.support.processes import gone

LIMITS = Limits(cell=4, test=2, patience=8)


@functools.cache
def server() -> Server:
    return Server(limits=LIMITS)


@pytest.fixture(scope="module", autouse=True)
def ended():
    yield
    server().close()
    server.cache_clear()


@pytest.fixture
def session():
    with Session(server(), ["schedules"]) as found:
        found.set_up(SET_UP)
        yield found


def words(outputs) -> str:
    """What an error output says; empty for full points."""
    return outputs[0].evalue if outputs else ""


HIDDEN = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"


# What runs where


def test_a_cell_keeps_its_state_and_gives_its_outputs(session):
    assert session.cell("x = 2\nprint('hi')")[0].text == "hi\n"
    (value,) = session.cell("x + 1")
    assert value.data == {"text/plain": "3"}
    (failure,) = session.cell("1 / 0")
    assert failure.ename == "ZeroDivisionError"
    assert session.test("expect(x, 2)") == []


def test_a_figure_is_a_picture_and_html_is_not_let_through(session):
    code = "import matplotlib.pyplot as plt\nplt.plot([0, 1])\nplt.show()"
    assert "image/png" in session.cell(code)[0].data
    code = "from IPython.display import HTML, display\ndisplay(HTML('<script>1</script>'))"
    assert set(session.cell(code)[0].data) == {"text/plain"}


def test_each_test_stands_alone(session):
    session.cell("calls = []\ndef f():\n    calls.append(1)\n    return len(calls)")
    for _ in range(2):
        assert session.test("assert (f(), f()) == (1, 2)") == []


def test_what_ends_the_process_costs_its_own_cell_alone(session):
    session.cell("import os\nx = 1\ndef f():\n    os._exit(0)")
    assert "ended its process" in words(session.cell("x = 2\nos._exit(77)"))
    assert "ended its process" in words(session.test("f()"))
    assert session.test("expect(x, 1)") == []


def test_an_endless_loop_costs_its_own_cell_alone(session):
    session.cell("def f():\n    while True:\n        pass")
    assert "longer than" in words(session.test("f()"))
    assert words(session.cell("while True:\n    pass"))
    assert session.cell("print(3)")[0].text == "3\n"


def test_the_names_of_the_test_are_its_own(session):
    session.cell("expect = np = helper = len = None\ndef f(x):\n    return helper")
    code = "helper = 3\nexpect(np.ones(len('ab')), [1, 1])\nexpect(f(0) is None, True)"
    assert session.test(code) == []
    assert "g" in words(session.test("g(1)"))


# Objects that stay with the student


def test_arguments_are_copies_unless_they_are_marked(session):
    session.cell("def step(theta):\n    theta -= 1\n    return theta")
    code = "theta = np.ones(2)\nassert step({}) is {} theta\nexpect(theta, [{}, {}])"
    assert session.test(code.format("theta", "not", 1, 1)) == []
    assert session.test(code.format("inplace(theta)", "", 0, 0)) == []


def test_a_function_that_changes_its_argument_is_told_so_as_in_the_notebook(session):
    session.cell("def double(x):\n    x *= 2\n    return x")
    found = words(session.test("expect_function(double, lambda x: 2 * x, [(np.ones(2),)])"))
    assert "changes its argument in place" in found


def test_a_random_generator_draws_on_only_where_it_is_marked(session):
    session.cell("def draw(rng):\n    return rng.normal()")
    code = "rng = np.random.default_rng(1)\nassert (draw({0}) == draw({0})) is {1}"
    assert session.test(code.format("rng", True)) == []
    assert session.test(code.format("inplace(rng)", False)) == []


def test_functions_go_both_ways_and_arrays_are_changed_in_place(session):
    session.cell(
        "import numpy as np\n"
        "def train(update, loss):\n"
        "    theta = np.ones(2)\n"
        "    update(theta)\n"
        "    return theta, loss(theta), (lambda t: t + 1)"
    )
    code = (
        "def update(theta):\n    theta -= 3\n"
        "theta, value, schedule = train(update, lambda t: t.sum())\n"
        "expect(theta, [-2, -2])\nexpect(value, -4.0)\nexpect(schedule(2), 3)"
    )
    assert session.test(code) == []


def test_objects_have_attributes_items_length_and_arithmetic(session):
    session.cell(
        "class Box:\n"
        "    def __init__(self, *v): self.v = list(v)\n"
        "    def __getitem__(self, i): return self.v[i]\n"
        "    def __setitem__(self, i, x): self.v[i] = x\n"
        "    def __len__(self): return len(self.v)\n"
        "    def __add__(self, o): return Box(*self.v, *getattr(o, 'v', [o]))\n"
        "    def __rmul__(self, n): return Box(*[n * x for x in self.v])"
    )
    code = (
        "box = Box(1, 2)\nother = 2 * box + box\nexpect(other.v, [2, 4, 1, 2])\n"
        "box[0] = 9\nbox.extra = 'e'\nexpect((box[0], len(box), box.extra), (9, 2, 'e'))\n"
        "assert [x for x in [box] if x == 9] == []"
    )
    assert session.test(code) == []


def test_errors_come_as_pythons_own(session):
    session.cell(
        "class Odd(ValueError): pass\n"
        "def f(x):\n    raise Odd(f'not {x}')\n"
        "def stop(x):\n    raise StopIteration"
    )
    assert session.test("expect_raises(ValueError, f, 3, mentions='not 3')") == []
    assert words(session.test("list(map(stop, [1, 2]))")) == "Exception: StopIteration"


def test_a_test_that_catches_every_exception_still_ends_with_its_student(session):
    session.cell("import os\ndef f():\n    os._exit(0)")
    code = "try:\n    f()\nexcept Exception:\n    pass\nexcept BaseException:\n    raise"
    assert "ended its process" in words(session.test(code))


# Words


def test_of_a_hidden_check_only_a_known_mistake_is_told(session):
    session.cell("def f(x):\n    return x if x < 5 else -x")
    hidden = HIDDEN.format("expect(f(7), 7, hint='Seven.', known=[Known({}, 'the sign.')])")
    assert words(session.test(hidden.format(1))) == NOT_SHOWN
    assert words(session.test(hidden.format(-7))) == "the sign."
    assert "Seven" in words(session.test("expect(f(7), 7, hint='Seven.')"))


def test_an_error_of_the_students_does_not_tell_hidden_values(session):
    session.cell("def f(x):\n    raise ValueError(repr(x))")
    assert words(session.test(HIDDEN.format("f(123456)"))) == (
        f"{NOT_SHOWN}: your code raised ValueError"
    )
    caught = HIDDEN.format("expect_function(f, lambda x: x, [(123456,)])")
    assert words(session.test(caught)) == f"{NOT_SHOWN}: your code raised ValueError"
    assert "123456" in words(session.test("f(123456)"))


def test_warnings_and_prints_cost_nothing(session):
    session.cell(
        "import warnings, sys\n"
        "def f():\n    warnings.warn('w')\n    print('p', file=sys.stderr)\n    return 1"
    )
    assert session.test("print('in the test')\nexpect(f(), 1)") == []


def test_the_output_of_a_cell_is_bounded(session):
    (output,) = session.cell("for _ in range(50):\n    print('x' * 100_000)")
    assert len(output.text) <= 200_000


# The course


def test_only_the_allowed_modules_of_the_course_are_there(session):
    assert session.cell("import helpers.schedules, helpers.exercises, helpers.version") == []
    for module in ("helpers.optim", "helpers.nn", "homework.allowed", "sklearn"):
        assert "No module" in words(session.cell(f"import {module}")) or words(
            session.cell(f"import {module}")
        ).startswith("[Errno")


def test_no_finder_of_an_editable_install_is_left(session):
    code = "import sys\n[f for f in sys.meta_path if 'editable' in repr(f).lower()]"
    assert session.cell(code)[-1].data["text/plain"] == "[]"


# Ends


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks into /proc")
def test_a_killed_server_is_started_again():
    Session(server(), ["schedules"]).close()
    warm = server()._warm[frozenset({"schedules"})]
    os.kill(warm.process.pid, signal.SIGKILL)
    warm.process.wait()
    with Session(server(), ["schedules"]) as found:
        assert found.cell("print(1)")[0].text == "1\n"


@pytest.mark.slow
@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks into /proc")
@pytest.mark.parametrize("kind", ["none", "landlock", "userns"])
def test_with_the_session_ends_all_that_it_has_started(kind):
    code = "import os, time\nif not os.fork():\n    os.setsid()\n    time.sleep(1e5)\n"
    with Server(kind, LIMITS) as running:
        with Session(running) as found:
            found.cell(code)
            marked = descendants(next(iter(running._warm.values())).process.pid)
            assert len(marked) >= 3
        assert all(map(gone, marked))
