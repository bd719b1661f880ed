"""Runs a test cell in T: finds the names it wants of the student, and the words for its failure."""

from __future__ import annotations

import builtins
import contextlib
import io
import re
import symtable
import traceback
import warnings
from typing import Any

import numpy as np
from nbformat import NotebookNode

from helpers.exercises import Wrong
from homework.grader import outputs
from homework.grader.errors import Died
from homework.grader.remote import TrustedPeer

TEST = "<test>"
HIDDEN = re.compile(r"^### BEGIN HIDDEN TESTS$.*?^### END HIDDEN TESTS$", re.M | re.S)
NOT_SHOWN = "a check that is not shown did not hold"
GONE = "your code ended the process that runs it, so nothing could be asked of it any more."


def run(source: str, names: dict[str, Any], peer: TrustedPeer, seconds: int) -> list[NotebookNode]:
    """The outputs of a test: [] where all of it holds, else one error with the words for it.

    `names` are what the set-up defines; the others that the test reads come from `peer`. `seconds`
    is its limit, which the words name.
    """
    code = compile(source, TEST, "exec")
    try:
        for name in wanted(source, names):
            found = peer.use("name", name)
            if isinstance(found, list) and found:
                names[name] = found[0]
        with quiet():
            exec(code, names)
    except Died as death:
        return [outputs.error("Died", why(death, seconds))]
    except Exception as error:
        return [outputs.error(type(error).__name__, words(error, source, peer))]
    return []


def wanted(source: str, known: dict[str, Any]) -> list[str]:
    """The names that a test reads and that neither it, nor `known`, nor Python defines.

    >>> wanted("x = 1\\nexpect(mae([x], y=2), len('a'), [mse for mse in [3]])", {"expect": None})
    ['mae']
    """
    top = symtable.symtable(source, TEST, "exec")
    own = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned()}
    own |= {symbol.get_name() for symbol in top.get_symbols() if symbol.is_imported()}
    read: set[str] = set()
    waiting = [top]
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (table is top or symbol.is_global()):
                read.add(symbol.get_name())
    return sorted(read - own - set(known) - set(vars(builtins)))


def words(error: Exception, source: str, peer: TrustedPeer) -> str:
    """What the student is told of a failed check.

    Of the visible part all that the error says. Of the hidden part only that a known mistake was
    recognised, or the kind of an error of his own code: its text could hold the hidden values.
    """
    line = _line(error)
    own = any(error is raised for raised in peer.raised)
    if not _is_hidden(line, source):
        text = str(error)
        if own or not isinstance(error, AssertionError):
            return f"{type(error).__name__}: {text}".rstrip(": ")
        return text or f"this does not hold: {source.splitlines()[line - 1].strip()}"
    if isinstance(error, Wrong) and error.known:
        return str(error)
    for raised in peer.raised:  # itself, or told by a check that has caught it
        if raised is error or f"it raised {type(raised).__name__}:" in str(error):
            return f"{NOT_SHOWN}: your code raised {type(raised).__name__}"
    return NOT_SHOWN


def why(death: Died, seconds: int) -> str:
    """A sentence for an answer that did not come."""
    if str(death) == "late":
        return f"your code ran longer than the {seconds} seconds it may. Does a loop never end?"
    if str(death) == "gone":
        return "your code ended its process (exit, or more memory than there is)."
    return "your code gave an answer that cannot be read."


def plain(source: str) -> str:
    """A cell as plain Python: its magics become calls."""
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(source)


@contextlib.contextmanager
def quiet() -> Any:
    """Neither warnings nor what a test prints count."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield


def _line(error: BaseException) -> int:
    """The line of the test's own at which it failed."""
    lines = [
        line
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == TEST
    ]
    return lines[0] if lines else 0


def _is_hidden(line: int, source: str) -> bool:
    """Whether a line lies in a hidden part; the line 0 could be anywhere, and counts as hidden."""
    spans = [
        (source[: part.start()].count("\n") + 1, source[: part.end()].count("\n") + 1)
        for part in HIDDEN.finditer(source)
    ]
    return line == 0 and bool(spans) or any(first <= line <= last for first, last in spans)
