"""T's side of the fork servers: one for each set of allowed modules, a new one where it dies."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from homework.grader import course
from homework.grader.closing import Closing
from homework.grader.limits import Limits

SCRIPT = Path(__file__).with_name("forkserver.py")
KINDS = ("root", "userns", "landlock", "none")
FONTS = Path(os.environ.get("MPLCONFIGDIR") or Path.home() / ".cache" / "matplotlib")
STARTING = 300  # seconds


class Unavailable(RuntimeError):
    """The machine does not offer this confinement."""


class Warm:
    """One running fork server."""

    def __init__(self, allowed: Iterable[str], confinement: str, limits: Limits) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="grader-"))
        self.control, theirs = socket.socketpair()
        command = [sys.executable, "-I", str(SCRIPT), str(theirs.fileno())]
        self.process = subprocess.Popen(
            command,
            env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            cwd=self.folder,
        )
        theirs.close()
        try:
            self._begin(sorted(allowed), confinement, limits)
        except BaseException:
            self.close()
            raise

    def _begin(self, allowed: list[str], confinement: str, limits: Limits) -> None:
        modules = course.closure(allowed)
        course.write(self.folder / "course", allowed)
        (self.folder / "home").mkdir()
        for fonts in FONTS.glob(
            "fontlist-*.json"
        ):  # matplotlib's list, which takes seconds to make
            shutil.copy(fonts, self.folder / "home")
        settings = settings_for(self.folder, list(modules), confinement, limits)
        self.control.sendall(json.dumps(settings).encode() + b"\n")
        self.control.settimeout(STARTING)
        answer = self.control.makefile("r").readline().strip()
        if answer != "ready":
            raise Unavailable(f"{confinement}: {answer or 'the server ended'}")

    def open(self) -> tuple[socket.socket, socket.socket]:
        """A new S: the socket on which it talks, and the one that keeps it alive."""
        ours, channel = socket.socketpair()
        lifeline, end = socket.socketpair()
        with channel, end:
            socket.send_fds(self.control, [b"s"], [channel.fileno(), end.fileno()])
        return ours, lifeline

    def close(self) -> None:
        """End the server, and remove its folder."""
        self.control.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def settings_for(
    folder: Path, modules: list[str], confinement: str, limits: Limits
) -> dict[str, Any]:
    """What a fork server has to know."""
    inside = confinement in ("root", "userns")
    home = "/student" if inside else str(folder / "home")
    hard = max(limits.cell, limits.test) + 2
    return {
        "folder": str(folder),
        "course": "/course" if inside else str(folder / "course"),
        "modules": modules,
        "home": home,
        "confinement": confinement,
        "environment": {
            "HOME": home,
            "MPLCONFIGDIR": home,
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "IPYTHONDIR": home,
            "TMPDIR": home,
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        },
        "limits": {
            "AS": limits.memory,
            "FSIZE": limits.file,
            "NPROC": limits.processes,
            "CPU": hard,
            "CORE": 0,
            "NOFILE": 256,
        },
    }


class Server(Closing):
    """The fork servers of this process. A context manager; `close` ends them.

    `confinement` is "auto" (the strongest that the machine offers), "root", "userns", "landlock" or
    "none". Raises Unavailable, at the first session, where the one that is asked for is not to be
    had.
    """

    def __init__(self, confinement: str = "auto", limits: Limits | None = None) -> None:
        if confinement not in ("auto", *KINDS):
            raise ValueError(f"confinement must be auto, {', '.join(KINDS)}, got {confinement!r}")
        self.asked = confinement
        self.limits = limits or Limits()
        self.confinement = ""  # once a server runs, what it is
        self.refused: list[str] = []  # the stronger kinds that the machine does not offer, and why
        self._warm: dict[frozenset[str], Warm] = {}

    def open(self, allowed: Iterable[str]) -> tuple[socket.socket, socket.socket]:
        """A new S that may import these modules of the course."""
        key = frozenset(allowed)
        for _ in range(3):
            warm = self._warm.get(key) or self._start(key)
            try:
                return warm.open()
            except OSError:  # somebody has ended the server: start another
                self._warm.pop(key).close()
        raise RuntimeError("the fork server ends as soon as it is started")

    def _start(self, allowed: frozenset[str]) -> Warm:
        kinds = [self.confinement or self.asked]
        if kinds == ["auto"]:
            kinds = [kind for kind in KINDS if kind != "root" or os.geteuid() == 0]
        for kind in kinds:
            try:
                self._warm[allowed] = Warm(allowed, kind, self.limits)
            except Unavailable as error:
                self.refused.append(str(error))
                continue
            self.confinement = kind
            return self._warm[allowed]
        raise Unavailable("; ".join(self.refused))

    def close(self) -> None:
        """End all servers."""
        for warm in self._warm.values():
            warm.close()
        self._warm.clear()
