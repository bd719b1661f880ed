"""How far a submission is shut in, in each kind of confinement that this machine offers."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import textwrap

import pytest

from homework.grader import Limits, Server, Session, course, seccomp, visible
from homework.grader.linux import descendants
from homework.grader.server import KINDS
from tests.support.confinements import one_of_each
from tests.support.processes import gone
from tests.support.today import todays
from tools.tracked import ROOT

LIMITS = Limits(cell=10, test=4, patience=10)
SHUT = ["root", "userns", "landlock"]


@pytest.fixture(scope="module")
def server():
    """By the name of a kind, its server, kept until the end of the module."""
    with one_of_each(LIMITS) as found:
        yield found


def said(session, code: str) -> str:
    """What a cell prints."""
    return "".join(one.get("text", "") for one in session.cell(textwrap.dedent(code)))


def of_today(kinds):
    """All kinds for a weekly run; the one whose day it is for `make test-slow`."""
    return [
        pytest.param(kind, marks=pytest.mark.slow if kind == todays(kinds) else pytest.mark.weekly)
        for kind in kinds
    ]


@pytest.mark.parametrize("kind", of_today(SHUT))
def test_nothing_can_be_written_but_the_home(server, kind):
    """Else a student could leave a file that the next one's Python imports."""
    code = """
        import os, sys
        folders = {"/", "/tmp", "/dev/shm", "/course", *sys.path, *map(os.path.dirname, sys.path)}
        for top in ("/", "/course", "/home", *sys.path):
            for folder, inner, _ in os.walk(top):
                folders.add(folder)
                if len(folders) > 3000:
                    break
        for folder in sorted(folders):
            try:
                with open(os.path.join(folder, "evil.pth"), "w") as file:
                    file.write("1")
                print(folder)
                os.remove(os.path.join(folder, "evil.pth"))
            except OSError:
                pass
        """
    with Session(server(kind)) as session:
        home = said(session, "import os; print(os.getcwd())").strip()
        written = said(session, code).split("\n")
    assert set(filter(None, written)) <= {home, ""}


@pytest.mark.parametrize("kind", of_today(SHUT))
def test_the_homework_and_other_peoples_files_cannot_be_read(server, kind):
    paths = [ROOT / "homework" / "allowed.py", ROOT / "helpers" / "optim.py", "/etc/passwd"]
    with Session(server(kind)) as session:
        for path in map(str, [*paths, "/proc/1/environ", "/proc/self/maps"]):
            assert said(session, f"print(open({path!r}, 'rb').read())") == ""


@pytest.mark.parametrize("kind", of_today(KINDS))
def test_a_home_is_empty_at_first_and_nobody_elses(server, kind):
    for _ in range(2):
        with Session(server(kind)) as session:
            assert said(session, "import os; print(os.listdir('.'))") == "[]\n"
            session.cell("open('left', 'w').write('here'); os.mkdir('.ipython')")
            assert said(session, "print(os.environ['HOME'] == os.getcwd())") == "True\n"


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks into /proc")
@pytest.mark.parametrize("kind", of_today(KINDS))
def test_the_number_of_processes_is_bounded_for_root_as_well(server, kind):
    """The limit of processes does not bind root, so without a root of its own it is counted."""
    code = """
        import os, time
        for _ in range(400):
            try:
                if not os.fork():
                    time.sleep(1e5)
            except OSError:
                break
            time.sleep(0.005)
        time.sleep(2)
        """
    if kind == "userns" and os.geteuid() == 0:
        pytest.skip("root's own user namespace has no such limit, and auto takes `root` before it")
    before = len(descendants(os.getpid()))
    with Session(server(kind)) as session:
        session.cell(textwrap.dedent(code))
        assert len(descendants(os.getpid())) - before < 80  # it asked for 400


@pytest.mark.parametrize("kind", of_today(SHUT))
def test_calls_that_no_cell_needs_are_refused(server, kind):
    code = """
        import ctypes, os, socket
        library = ctypes.CDLL(None, use_errno=True)
        print(library.unshare(0x10000000), library.ptrace(16, 1, None, None))
        print(library.syscall(435, None, 0), ctypes.get_errno())
        for family in (socket.AF_INET, socket.AF_UNIX):
            try:
                print(socket.socket(family, socket.SOCK_DGRAM))
            except PermissionError:
                print("refused")
        """
    with Session(server(kind)) as session:
        assert said(session, code).split() == f"-1 -1 -1 {errno.ENOSYS} refused refused".split()


@pytest.mark.slow
def test_the_strongest_kind_is_taken_and_the_others_are_accounted_for():
    with Server(limits=LIMITS) as found:
        Session(found).close()
        stronger = KINDS[: KINDS.index(found.confinement)]
        tried = [kind for kind in stronger if kind != "root" or os.geteuid() == 0]
        assert [line.split(":")[0] for line in found.refused] == tried


def test_a_kind_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="confinement must be auto, root, userns"):
        Server("jail")


@pytest.mark.slow
@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks into /proc")
def test_a_killed_grader_leaves_no_process_behind():
    code = """
        import os, signal
        from homework.grader import Server, Session
        from homework.grader.linux import descendants
        session = Session(Server())
        session.cell("import os, time\\nif not os.fork(): time.sleep(1e5)")
        print(*descendants(os.getpid()), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
        """
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    started = [int(pid) for pid in done.stdout.split()]
    assert len(started) >= 4, done.stderr
    assert all(map(gone, started))


# What is seen


def test_python_and_the_required_packages_are_seen_and_no_others():
    paths = visible.everything()
    assert not any(
        other != path and path.startswith(other + "/") for path in paths for other in paths
    )
    names = {os.path.basename(path) for path in visible.packages()}
    assert {"numpy", "matplotlib", "IPython", "ipywidgets"} <= names
    assert not names & {"sklearn", "nbgrader", "pytest", "downhill", "helpers"}
    assert not any(path.endswith(("site-packages", "dist-packages")) for path in paths)


def test_a_module_brings_what_it_imports_and_no_more():
    found = course.closure(["data"])
    assert {"helpers", "helpers.exercises", "helpers.columns", "helpers.datasets"} <= set(found)
    assert not set(found) & {"helpers.optim", "helpers.nn", "helpers.autograd"}
    with pytest.raises(ValueError, match="no module 'helpers.nothing'"):
        course.closure(["nothing"])


def test_no_lessons_exercise_comes_along():
    assert not [name for name in course.closure(["exercises"]) if "lesson_" in name]


# The filter of system calls, run by a small machine of our own


def verdict(lines, number, audit, first=0):
    """What a program of the classic BPF machine returns for a system call."""
    fields = {seccomp.NUMBER: number, seccomp.MACHINE: audit, seccomp.FIRST: first}
    place = held = 0
    while True:
        code, yes, no, operand = lines[place]
        place += 1
        if code == seccomp.RETURN:
            return operand
        if code == seccomp.LOAD:
            held = fields[operand]
            continue
        holds = {
            seccomp.EQUAL: held == operand,
            seccomp.AT_LEAST: held >= operand,
            seccomp.ANY_BIT: bool(held & operand),
        }[code]
        place += yes if holds else no


REFUSED = seccomp.REFUSE | errno.EPERM


@pytest.mark.parametrize("machine", seccomp.MACHINES)
@pytest.mark.parametrize("files_too", [False, True])
def test_the_filter_refuses_what_it_lists_and_lets_the_rest_through(machine, files_too):
    place, audit = seccomp.MACHINES[machine]
    lines = seccomp.program(machine, files_too)
    listed = {
        n[place] for n in (seccomp.DENIED | (seccomp.METADATA if files_too else {})).values()
    } - {-1}
    special = {seccomp.CLONE[place], seccomp.CLONE3[place]}
    for number in range(460):
        expected = REFUSED if number in listed else seccomp.ALLOW
        if number not in special:
            assert verdict(lines, number, audit) == expected
    assert verdict(lines, seccomp.CLONE3[place], audit) == seccomp.REFUSE | errno.ENOSYS
    assert verdict(lines, seccomp.CLONE[place], audit, 0x01200011) == seccomp.ALLOW
    assert verdict(lines, seccomp.CLONE[place], audit, 0x10000011) == REFUSED
    assert verdict(lines, 0, audit + 1) == seccomp.KILL
    assert verdict(lines, 0x40000000, audit) == seccomp.KILL


def test_a_machine_whose_calls_are_not_known_is_not_offered():
    with pytest.raises(OSError, match="riscv64"):
        seccomp.program("riscv64", False)
