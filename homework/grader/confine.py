"""How far a submission is shut in: in the server before and after its imports, then in each child.

`root` and `userns` give the server a root folder of read-only mounts, and each submission
namespaces of its own for files, processes, network and messages. `landlock` gives up files, TCP and
signals. All three refuse system calls that no cell needs. `none` bounds time and memory only: that
is what macOS has.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterable
from typing import Any

from homework.grader import landlock, linux, seccomp, visible

USER = 1000  # of a submission within the server's user namespace
USERS, FIRST_USER = 4000, 61000  # of the machine: who starts as root is one of these


def has_own_root(settings: dict[str, Any]) -> bool:
    """Whether the submissions see a root folder of their own."""
    return settings["confinement"] in ("root", "userns")


def prepare(settings: dict[str, Any]) -> None:
    """In the server, before its imports; OSError where the machine does not offer this kind."""
    if settings["confinement"] == "landlock":
        landlock.version()
        settings["visible"] = visible.everything()
    if not has_own_root(settings):
        return
    if settings["confinement"] == "userns":
        linux.new_user(USER)
    linux.call("unshare", linux.NEWNS)
    linux.mount("none", "/", None, linux.REC | linux.PRIVATE)
    root = settings["folder"] + "/root"
    os.mkdir(root)
    linux.mount("none", root, "tmpfs", linux.NOSUID, "size=64m,mode=755")
    for path in visible.everything():
        _show(path, root)
    for path in visible.DEVICES:
        _show(path, root, device=True)
    shutil.copytree(settings["folder"] + "/course", root + settings["course"])
    shutil.copytree(settings["folder"] + "/home", root + settings["home"])
    linux.pivot(root)


def _show(path: str, root: str, device: bool = False) -> None:
    target = root + path
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.islink(path):
        os.symlink(os.readlink(path), target)
        return
    if os.path.isdir(path):
        os.makedirs(target, exist_ok=True)
    else:
        open(target, "w").close()
    linux.bind(path, target, device)


def seal(settings: dict[str, Any]) -> None:
    """In the server, after its imports: its root is the same for all submissions, so read-only."""
    if has_own_root(settings):
        flags = linux.REMOUNT | linux.BIND | linux.RDONLY | linux.NOSUID | linux.NODEV
        linux.mount("none", "/", None, flags)


def enter(settings: dict[str, Any]) -> int:
    """In a child of the server: 0 in the first process of the submission, else that one's id."""
    os.setsid()
    settings["user"] = FIRST_USER + os.getpid() % USERS
    if not has_own_root(settings):
        if sys.platform == "linux":
            linux.adopt()
        settings["home"] = os.environ["HOME"] = tempfile.mkdtemp(dir=settings["folder"])
        return 0
    kinds = linux.NEWNS | linux.NEWPID | linux.NEWNET | linux.NEWIPC | linux.NEWUTS
    linux.call("unshare", kinds)
    child = os.fork()
    if not child:
        user = settings["user"] if settings["confinement"] == "root" else USER
        options = f"size=64m,mode=700,uid={user},gid={user}"
        flags = linux.NOSUID | linux.NODEV | linux.NOEXEC
        linux.mount("none", settings["home"], "tmpfs", flags, options)
    return child


def confine(settings: dict[str, Any]) -> None:
    """In S, before any of the student's code."""
    kind = settings["confinement"]
    if kind == "none":
        return
    if kind == "landlock":
        linux.drop_capabilities()
        devices = ["/dev/null", settings["home"]]
        landlock.apply([*settings["visible"], *visible.DEVICES, settings["course"]], devices)
        seccomp.apply(files_too=True)
        return
    linux.drop_bounds()
    if kind == "root":
        linux.become(settings["user"])
    linux.drop_capabilities()
    seccomp.apply()


def guard(lifeline: int, settings: dict[str, Any]) -> None:
    """In the first process of a submission: wait for the end of the lifeline, then end all.

    Without a root of its own it also counts, since the limit of processes does not bind root.
    """
    alone, most = not has_own_root(settings), settings["limits"]["NPROC"]
    waiting = select.poll()
    waiting.register(lifeline, select.POLLIN | select.POLLHUP)
    while not waiting.poll(200 if alone else 500):
        if not _reap() or (alone and len(linux.descendants(os.getpid())) > most):
            break
    if alone:  # else the kernel ends all when the first process ends
        _end_all()
        shutil.rmtree(settings["home"], ignore_errors=True)
    os._exit(0)


def _reap() -> bool:
    """Take leave of the children that have ended; whether any is left."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def _end_all() -> None:
    """Stop all that belongs to the submission, so that none starts another, then kill them."""
    if not os.path.isdir("/proc/self"):  # macOS: what has left the group stays
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(0, signal.SIGTERM)
        return
    stopped: set[int] = set()
    while new := set(linux.descendants(os.getpid())) - stopped:
        _signal(new, signal.SIGSTOP)
        stopped |= new
    for _ in range(1000):
        _signal(linux.descendants(os.getpid()), signal.SIGKILL)
        if not _reap():
            return


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            os.kill(pid, number)


def tasks() -> int:
    """How many processes and threads this user has: the limit of processes counts them all."""
    found = 0
    for name in os.listdir("/proc") if os.path.isdir("/proc/self") else []:
        try:
            if name.isdigit() and os.stat(f"/proc/{name}").st_uid == os.getuid():
                found += len(os.listdir(f"/proc/{name}/task"))
        except OSError:  # it has just ended
            continue
    return found
