"""The fork server: a warm Python, from which each submission is forked in a moment.

Started by `server` as a script (`python -I forkserver.py`), with an empty environment and one
socket. It reads no test, no answer and no path of the gradebook, so its children know none. On its
socket come a first line of settings, and then, for each submission, one byte with two descriptors:
the socket on which S talks, and a lifeline, at whose end all that belongs to the submission ends.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import socket
import sys
import sysconfig
import types
from importlib import import_module
from pathlib import Path
from typing import Any

OWN = ("homework.grader.shell", "homework.grader.student")
WARM = "numpy.random numpy.testing numpy.linalg matplotlib.pyplot"


def import_own(package: Path) -> None:
    """Make the modules beside this one importable, without the half of T."""
    for name, path in (("homework", package.parent), ("homework.grader", package)):
        module = types.ModuleType(name)
        module.__path__ = [str(path)]
        sys.modules[name] = module


def only_here(settings: dict[str, Any]) -> None:
    """Import from the course's folder and from the usual places, and from no checkout."""
    # The finder of an editable install would answer for modules that are not in that folder.
    sys.meta_path[:] = [
        finder
        for finder in sys.meta_path
        if "editable" not in getattr(finder, "__module__", "")
        and "editable" not in getattr(finder, "__name__", "").lower()
    ]
    sys.path_hooks[:] = [hook for hook in sys.path_hooks if "editable" not in repr(hook).lower()]
    usual = ("site-packages", "dist-packages")
    standard = sysconfig.get_path("stdlib")
    kept = [
        path for path in sys.path if path.startswith(standard) or path.endswith((".zip", *usual))
    ]
    sys.path[:] = [settings["course"], *kept]


def warm_up(settings: dict[str, Any]) -> Any:
    """Import what cells import, and make the shell."""
    shell, student = map(import_module, OWN)
    for name in [*WARM.split(), *settings["modules"]]:
        import_module(name)
    made = shell.make_shell()
    gc.collect()
    gc.freeze()
    return student, made


def limit(settings: dict[str, Any], others: int) -> None:
    """Bound what one process may take; `others` are the processes that count and are not S's."""
    for name in ("AS", "FSIZE", "NPROC", "CPU", "CORE", "NOFILE"):
        bound = settings["limits"][name] + (others if name == "NPROC" else 0)
        kind = getattr(resource, f"RLIMIT_{name}", None)
        try:
            hard = resource.getrlimit(kind)[1] if kind is not None else 0
            value = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
            if kind is not None:
                resource.setrlimit(kind, (value, value))
        except (OSError, ValueError):  # macOS refuses some
            continue


def submission(channel: int, lifeline: int, settings: dict[str, Any], warm: Any) -> None:
    """In a child of the server: keep S alive as long as the lifeline holds."""
    confine = import_module("homework.grader.confine")
    pid = confine.enter(settings)  # 0 where we are the first process of the submission
    if pid:
        os.close(channel)
        os.close(lifeline)
        os.waitpid(pid, 0)
        os._exit(0)
    guarded = os.fork()
    if not guarded:
        os.close(lifeline)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        others = 0 if confine.has_own_root(settings) else confine.tasks()
        confine.confine(settings)
        limit(settings, others)
        os.chdir(settings["home"])
        student, shell = warm
        student.run(socket.socket(fileno=channel), shell)
        os._exit(0)
    os.close(channel)
    confine.guard(lifeline, settings)


def probe(settings: dict[str, Any], warm: Any) -> None:
    """Open a submission, whose cell must run; OSError where the machine does not offer it."""
    ours, channel = socket.socketpair()
    lifeline, end = socket.socketpair()
    pid = os.fork()
    if not pid:
        try:
            ours.close()
            lifeline.close()
            submission(channel.fileno(), end.fileno(), settings, warm)
        finally:
            os._exit(1)
    channel.close()
    end.close()
    ours.settimeout(60)
    student, shell = warm
    try:
        student.StudentPeer(ours, shell).ask("cell", "1")
    except BaseException as death:
        raise OSError(f"a trial of it failed ({death})") from None
    finally:
        ours.close()
        lifeline.close()
        os.waitpid(pid, 0)


def main() -> None:
    """Serve until T closes the socket."""
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(control.makefile("r").readline())
    import_own(Path(__file__).resolve().parent)
    os.environ.clear()
    os.environ.update(settings["environment"])
    confine = import_module("homework.grader.confine")
    try:
        only_here(settings)
        for name in OWN:  # while they can be seen
            import_module(name)
        confine.prepare(settings)
        sys.path_importer_cache.clear()  # the folders may be other ones now
        warm = warm_up(settings)
        confine.seal(settings)
        probe(settings, warm)
    except BaseException as error:
        control.sendall(f"no {type(error).__name__}: {error}\n".encode())
        return
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    control.sendall(b"ready\n")
    while True:
        data, files, _, _ = socket.recv_fds(control, 1, 2)
        if not data:
            return
        if not os.fork():
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                submission(files[0], files[1], settings, warm)
            finally:
                os._exit(1)
        for file in files:
            os.close(file)


if __name__ == "__main__":
    main()
