"""One submission: what runs where, how long, and what is kept."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from nbformat import NotebookNode

from homework.grader import checking, marks, outputs
from homework.grader.closing import Closing
from homework.grader.errors import Died, Raised
from homework.grader.limits import Limits
from homework.grader.remote import TrustedPeer
from homework.grader.server import Server

Result = TypeVar("Result")
REPLY = 40.0  # seconds for a checkpoint to fork, or to end its child
GRACE = 2.0  # seconds that an interrupted cell has to say so


class Session(Closing):
    """Grades one submission; a context manager, for S ends with it.

    `allowed` are the modules of the course that the student's code may import, `limits` at most
    those of the server. No method raises for what a student's code does.
    """

    def __init__(
        self, server: Server, allowed: Iterable[str] = (), limits: Limits | None = None
    ) -> None:
        self.server = server  # which would end with the last one who knows it
        self.limits = limits or server.limits
        channel, self.lifeline = server.open(allowed)
        self.head = TrustedPeer(channel)
        self.names: dict[str, Any] = {"__name__": "__main__"}

    def set_up(self, source: str) -> None:
        """Run a locked cell without points in both processes: its names are the tests' own too.

        Raises what the cell raises here, in T: that is the author's mistake.
        """
        self.cell(source)
        exec(compile(checking.plain(source), "<set-up>", "exec"), self.names)
        for name, value in self.names.items():
            if value is marks.IN_NOTEBOOKS:
                self.names[name] = marks.inplace

    def cell(self, source: str) -> list[NotebookNode]:
        """The outputs of a student's cell, run in S: text, PNG pictures and errors."""
        try:
            child = self._fork("cell")
        except Died:
            return [outputs.error("Died", checking.GONE)]
        try:
            found = outputs.cleaned(child.ask("cell", source))
        except Raised as error:
            found = [outputs.error(error.names[0] if error.names else "Error", str(error))]
        except Died as death:
            said = self._last_words(child) if str(death) == "late" else None
            if said is None:
                self._stop(child)
                return [outputs.error("Died", checking.why(death, self.limits.cell))]
            found = said
        self.head.sock.close()  # the checkpoint is not needed any more: it ends
        self.head = child
        return found

    def test(self, source: str) -> list[NotebookNode]:
        """The outputs of a test cell, run in T: [] for full points, an error output for none."""
        try:
            child = self._fork("test")
        except Died:
            return [outputs.error("Died", checking.GONE)]
        try:
            return checking.run(source, dict(self.names), child, self.limits.test)
        finally:
            marks.take()
            self._stop(child)

    def close(self) -> None:
        """End S and everything that it has started."""
        self.head.sock.close()
        self.lifeline.close()

    def _fork(self, kind: str) -> TrustedPeer:
        """A child of the checkpoint, for one cell or one test, with its own socket and deadline."""
        ours, theirs = socket.socketpair()
        seconds = self.limits.seconds(kind)
        with theirs:
            try:
                self._brief(lambda: self.head.ask_with(theirs, "fork", seconds))
            except BaseException:
                ours.close()
                self.close()  # nothing more can be asked; what follows need not wait for it again
                raise
        child = TrustedPeer(ours)
        child.deadline = time.monotonic() + seconds * self.limits.patience
        return child

    def _last_words(self, child: TrustedPeer) -> list[NotebookNode] | None:
        """Interrupt a cell that waits for ever; its outputs, if it then ends of itself."""
        try:
            self._brief(lambda: self.head.ask("stop", "gently"))
            child.deadline = time.monotonic() + GRACE
            return outputs.cleaned(child.answer())
        except (Died, Raised):
            return None

    def _stop(self, child: TrustedPeer) -> None:
        """End a child; what comes next starts from the checkpoint again."""
        child.sock.close()
        try:
            self._brief(lambda: self.head.ask("stop", "now"))
        except (Died, Raised):
            self.close()

    def _brief(self, ask: Callable[[], Result]) -> Result:
        """Ask the checkpoint, which answers at once or is of no use any more."""
        self.head.deadline = time.monotonic() + REPLY
        try:
            return ask()
        except Raised as error:
            raise Died(f"broken: {error}") from None
